"""The sentences of a paper, each with the part of the paper that it stands in and how it reads alone. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from paperlab.chunking import sentences
from paperlab.types import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.types import Block

MOST_SENTENCES = 6_000
"""What comes after them, 200 full pages, is not looked at: a bound on time."""

_LONGEST = 1500
"""Characters; what has no full stop for longer is a list or a table, not a sentence."""

_OPENING_WORDS = 40
"""A paragraph of page 1 before any heading with as many words is the abstract."""

_ABSTRACT_WORDS = 450
"""A section named abstract that goes on beyond them holds the paper, whose headings were not told."""


class Zone(StrEnum):
    """What part of a paper a sentence stands in, by the headings above it."""

    ABSTRACT = "abstract"
    INTRODUCTION = "introduction"
    BACKGROUND = "background"
    DATA = "data"
    METHOD = "method"
    TRAINING = "training"
    EXPERIMENTS = "experiments"
    RESULTS = "results"
    LIMITATIONS = "limitations"
    CONCLUSION = "conclusion"
    ETHICS = "ethics"
    CHECKLIST = "checklist"
    BACK = "back"
    OTHER = "other"


_HEADINGS = tuple(
    (zone, re.compile(pattern, re.IGNORECASE))
    for zone, pattern in (
        (Zone.LIMITATIONS, r"limitation|weakness|shortcoming|caveat|threats to validity"),
        (Zone.INTRODUCTION, r"introduc"),
        (Zone.ABSTRACT, r"^\W*(?:abstract|summary)\b"),
        (Zone.CHECKLIST, r"check-?list"),
        (Zone.ETHICS, r"\bethic|broader impact|societal|impact statement|reproducibility statement"),
        (Zone.BACK, r"acknowl|^references|^bibliography|author contribution|competing interest|conflict of interest"),
        (Zone.BACK, r"^funding|^appendices$|supplementary information|additional information|availability|orcid"),
        (Zone.BACKGROUND, r"related|background|previous work|prior work|preliminar|literature|state of the art$"),
        (Zone.CONCLUSION, r"conclu|summary|discussion|future (?:work|direction)|outlook|closing remark"),
        (Zone.RESULTS, r"result|finding|ablation|comparison|performance|analys[ie]s"),
        (Zone.DATA, r"\bdata\b|data-?sets?\b|\bcorpus\b|\bcorpora\b|participants|study population|\bbenchmarks?$"),
        (Zone.INTRODUCTION, r"motivation|overview|contributions?$"),
        (Zone.TRAINING, r"train|implementation|hyper-?param|optimi[sz]|set-?up|setting|configuration|hardware"),
        (Zone.EXPERIMENTS, r"experiment|evaluation|empirical|validation"),
        (Zone.METHOD, r"method|approach|model|architecture|algorithm|framework|design|network|formulation|procedure"),
    )
)
_LETTERED = re.compile(r"(?:[A-HJK](?:\.\d+)*[.:]?\s+[A-Z]|(?i:appendi))")
_BULLET = re.compile(r"[•·‣▪–∙*-]\s+|\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])[.)]\s+")
_RUN_IN = re.compile(
    r"[A-Z][\w-]*(?:[ ,&/-]+[\w-]+){0,5}?(?:: (?=[A-Z])"
    r"|[.]? (?=(?:We|Our|In|To|For|Following|While|As|Since|Given|There|Although|Previous|Each|All) [a-z]))"
)
"""A heading that stands in a paragraph's first line."""
_BEGINS = re.compile(r"(?!\d+(?:\.\d+)*[,;)])[\"'“‘]?[^\W_a-z]")
_ENDS = re.compile(r"[.!?][\"'”’)\]]*(?:\d{1,2}(?:,\s?\d{1,2})?)?$")
"""A footnote's mark may stand behind the full stop."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a paper, or what a page's or column's end left of it."""

    block: int
    """0-based position of its block among the paper's."""
    start: int
    """Character span in the block's text."""
    end: int
    page: int
    section: tuple[str, ...]
    kind: BlockKind
    text: str
    zone: Zone
    appendix: bool
    """It stands behind the reference list, or under a heading with a letter."""
    place: int
    """How many sentences of its section stand before it."""

    @property
    def order(self) -> tuple[int, int]:
        """Its place in reading order."""
        return self.block, self.start

    @property
    def whole(self) -> bool:
        """Whether it begins as a sentence and ends as one."""
        return bool(_BEGINS.match(self.text) and _ENDS.search(self.text))


def sentences_of(blocks: Sequence[Block]) -> list[Sentence]:
    """Return a paper's sentences in reading order, at most `MOST_SENTENCES`: of text, captions and footnotes.

    Headings, formulas, references, words in tables and pictures are left out; so are the title and the authors.
    """
    return list(islice(_walk(blocks), MOST_SENTENCES))


_READ = frozenset({BlockKind.PARAGRAPH, BlockKind.CAPTION, BlockKind.FOOTNOTE})


def _walk(blocks: Sequence[Block]) -> Iterator[Sentence]:
    listed = False
    told: Counter[tuple[str, ...]] = Counter()
    words: Counter[Zone] = Counter()
    for i, block in enumerate(blocks):
        listed = listed or block.kind is BlockKind.REFERENCE
        if block.kind not in _READ:
            continue
        zone = _zone_of(block, words)
        words[zone] += len(block.text.split()) if block.kind is BlockKind.PARAGRAPH else 0
        appendix = listed or bool(block.section and _LETTERED.match(block.section[0]))
        for start, end in _spans(block):
            text = block.text[start:end]
            place = told[block.section]
            told[block.section] += block.kind is BlockKind.PARAGRAPH
            at = (block.page, block.section, block.kind, text, zone, appendix, place)
            yield Sentence(i, start, end, *at)


def _spans(block: Block) -> Iterator[tuple[int, int]]:
    """Yield the spans of a block's sentences, without a list's mark and a heading in the line before them."""
    for start, end in sentences(block.text):
        begin = start
        for opening in (_BULLET, _RUN_IN):
            marked = opening.match(block.text, begin, end)
            begin = marked.end() if marked else begin
        if 0 < end - begin <= _LONGEST:
            yield begin, end


def _zone_of(block: Block, words: Counter[Zone]) -> Zone:
    """Return where a block stands; `words` counts the words of each zone that came before."""
    if not block.section:
        opens = block.page == 1 and not words[Zone.ABSTRACT] and len(block.text.split()) >= _OPENING_WORDS
        if opens and block.kind is BlockKind.PARAGRAPH:
            return Zone.ABSTRACT
        return Zone.INTRODUCTION if words[Zone.ABSTRACT] else Zone.BACK
    zone = zone_of(block.section)
    return Zone.OTHER if zone is Zone.ABSTRACT and words[zone] > _ABSTRACT_WORDS else zone


@lru_cache(maxsize=1024)
def zone_of(section: tuple[str, ...]) -> Zone:
    """Return what headings, outermost first, say of the text below them; the innermost that says anything decides.

    What stands below a heading that ends a paper's body (related work, conclusion) stays of its kind.
    """
    zones = [zone for heading in section if (zone := _heading_zone(heading)) is not Zone.OTHER]
    for zone in zones:
        if zone in {Zone.BACK, Zone.CHECKLIST, Zone.BACKGROUND, Zone.LIMITATIONS}:
            return zone
    if zones and zones[-1] is Zone.METHOD and {Zone.EXPERIMENTS, Zone.RESULTS} & set(zones):
        return Zone.EXPERIMENTS
    return zones[-1] if zones else Zone.OTHER


def _heading_zone(heading: str) -> Zone:
    bare = re.sub(r"^(?:appendix\s+)?(?:\d+|[A-Z]|[IVX]+)(?:\.\d+)*[.:)]?\s+", "", heading, flags=re.IGNORECASE)
    return next((zone for zone, pattern in _HEADINGS if pattern.search(bare)), Zone.OTHER)


_ODD_CASE = r"[A-Z][a-z]*[A-Z\d][\w-]*|[A-Z]{2,}[\w-]*|[A-Z][a-z]+-[A-Z]\w*"
_PRESENTED = re.compile(
    rf"\b(?:called|named|dubbed|termed|introduce|present|propose|describe|develop|release)s? (?:the )?({_ODD_CASE})"
    rf"|, the ([A-Z]\w+),|[Ww]e (?:introduce|present|propose|describe|develop)[^.]*?\(({_ODD_CASE})\)"
)
_MOST_NAMES = 6


def names_in(title: str, told: Sequence[Sentence]) -> re.Pattern[str]:
    """Return what finds the names that a paper gives to what it presents: those of its title and of its abstract."""
    before, colon, _after = title.partition(":")
    found = [before.strip()] if colon and len(before.split()) <= 3 else []
    if not title.isupper():
        found += re.findall(r"\b(?:[A-Z][a-z]*[A-Z\d][\w-]*)", title)
    for one in told:
        if one.zone is Zone.ABSTRACT:
            found += [name for names in _PRESENTED.findall(one.text) for name in names if name]
    names = [re.escape(name) for name in dict.fromkeys(found) if len(name) > 1][:_MOST_NAMES]
    return re.compile(rf"\b(?:{'|'.join(names)})(?:\b|(?=[A-Z]))" if names else r"(?!)", re.IGNORECASE)
