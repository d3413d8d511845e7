"""What a paper says around a table: metric, dataset, split, spread, runs, direction; the paper's own methods. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.claims.abbreviations import metrics_given, names_apart, names_given
from paperlab.claims.labels import LabelKind, read_label
from paperlab.claims.runs import Runs, runs_told
from paperlab.claims.terms import ORDINARY, Found, TermKind, find_terms, squash
from paperlab.table_labels import cell_text
from paperlab.types import BlockKind, Direction, RowKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.types import Block, Reading, Table

_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)\]]{0,3}(?:\^\d{1,2})?\s+(?=[A-Z(\[“\"†‡*∗])")
_NOT_ENDS = re.compile(
    r"(?:\b(?:Fig|Figs|Tab|Eq|Eqs|Sec|Sect|Ref|et al|e\.g|i\.e|cf|vs|resp|approx|No|Dr|St|acc|w\.r\.t)\.|\b[A-Z]\.)$"
)
_NAMED_DATA = re.compile(
    r"((?:[A-Z][\w./+-]*|\d+[A-Za-z-]\w*)(?:[ -](?:[A-Z0-9][\w./+-]*|of|\d+)){0,4})"
    r" (?:data ?sets?|corpus|corpora|benchmarks?|challenge|test set|dev set|validation set|leaderboard)\b"
)
_ON_DATA = re.compile(r"\b(?:on|over) (?:the )?([A-Z][\w-]*[A-Z0-9][\w-]*)(?! (?:model|method|network)s?\b)")
_BEGINNINGS = frozenset(
    "A An The This These That Those Our We For All In On Each Both Other Such Some Most Many Two Three Four Five Six "
    "Several Various Standard Public Large New Different Real To By With From As And Test Training Train Validation "
    "Dev Average Results Performance Evaluation Comparison Statistics Features Overview Summary Examples".split()
)
"""Words that begin a sentence or a caption before a data set's name."""
_OWN_NAME = re.compile(
    r"(?:[Ww]e|[Tt]his (?:paper|work|article)|paper|[Oo]ur)\b[^.]{0,80}?\b(?:propose|introduce|present|develop"
    r"|call|name|term|dub|describe|"
    r"release|train|refer to|show)s?(?:ed)?\b[^.]{0,90}?\b((?:[A-Z][a-z]*)?[A-Z][\w+-]*[A-Z0-9][\w+-]*"
    r"|[A-Z][a-z]+[A-Z]\w*)"
)
_CALLED = re.compile(
    r"\b(?:called|named|termed|dubbed|denoted(?: as)?|coined"
    r"|abbreviated(?: as)?)\s+[“\"‘']?([A-Z][\w+-]*(?: [A-Z][\w+-]*)?)"
)
_DENOTED = re.compile(
    r"\b(?:[Oo]urs?|[Tt]he proposed)(?: \w+){0,3} (?:is|are) (?:denoted|referred to|marked|called|named)(?: as"
    r"| by)? [“\"‘']?([A-Z][\w+-]*)"
)
_HIGHER = re.compile(
    r"(?:higher|larger|greater|bigger)(?: \w+)?(?: \w+)? (?:is|are|means?"
    r"|indicates?) (?:always )?better",
    re.IGNORECASE,
)
_LOWER = re.compile(
    r"(?:lower|smaller|less)(?: \w+)?(?: \w+)? (?:is|are|means?|indicates?) (?:always )?better", re.IGNORECASE
)
_FOR = re.compile(
    r"^\s*(?:scores?|results?|metrics?|values?|rates?|correlations?"
    r"|coefficients?)?\s*(?:\([^()]*\)\s*)?(?:(?:is|are|was|were) (?:reported|used|shown|given"
    r"|computed) )?(?:for|on)\s+"
)
_OTHERS = re.compile(r"^(?:all |the )*(?:other|others|rest|remaining|remainder)\b", re.IGNORECASE)
WEAK_METRICS = frozenset(
    "time speed speedup gain decrease rank ratio average coverage latency agreement diversity reward return "
    "correlation recall precision score purity regret faithfulness novelty validity uniqueness modularity sensitivity "
    "specificity forgetting".split()
) | {"standard deviation", "p-value"}
"""Metrics whose names are common words: in a sentence they tell little."""
_BROAD_METRICS = ("loss", "error", "accuracy", "L1", "L2", "log-likelihood", "negative log-likelihood")
_CHANGE = re.compile(
    r"^(?:\w+ ){0,3}(?:gains?|changes?|differences?|variations?) (?:of|in|relative|with|compared|over|to)\b",
    re.IGNORECASE,
)
_SHOTS = re.compile(r"\b(?:\d+|zero|one|few)-shot\b", re.IGNORECASE)
_AVERAGE = re.compile(
    r"^(?:the )?(?:average|mean)\b"
    r"(?! (?:absolute|square|squared|average|AP|IoU|reciprocal|class|precision|opinion|rank)\b)"
    r"|\baverag\w+\b(?:[^.]|\.\d){0,60}?\b(?:across|over|for|on)\b(?:[^.]|\.\d){0,130}?"
    r"\b(?:domains|data ?sets|tasks|benchmarks|languages)\b"
    r"|\b(?:average|mean) (?:of|over|across)\b(?! (?:the )?(?:\d+|\w+) (?:runs|seeds))",
    re.IGNORECASE,
)
_ROMAN_OR_NUMBER = r"[A-Z]?\.?\d+[a-z]?|[IVXL]+"


@dataclass(frozen=True, slots=True)
class Mention:
    """A metric named in a text."""

    name: str
    direction: Direction


@dataclass(frozen=True)
class Around:
    """What the caption of a table, and the sentences that point to it, say."""

    caption: str
    sentences: tuple[str, ...] = ()
    apart: frozenset[str] = frozenset()
    """Names that mean something else in the paper."""

    @cached_property
    def caption_terms(self) -> tuple[Found, ...]:
        """Known names in the caption."""
        return _terms(self.caption, self.apart)

    @cached_property
    def sentence_terms(self) -> tuple[Found, ...]:
        """Known names in the sentences that point to the table."""
        return tuple(one for text in self.sentences for one in _terms(text, self.apart))

    def metrics(self, *, caption: bool) -> list[Mention]:
        """Return the metrics named, each once, in order."""
        return _mentions(self.caption_terms if caption else self.sentence_terms)

    def names(self, kind: TermKind, *, caption: bool) -> list[str]:
        """Return the datasets or splits named, each once, in order."""
        terms = self.caption_terms if caption else self.sentence_terms
        return list(dict.fromkeys(one.term.name for one in terms if one.term.kind is kind))

    @cached_property
    def named_data(self) -> list[str]:
        """Names that the caption calls a data set, known or not."""
        named = [name for match in _NAMED_DATA.finditer(self.caption) if (name := _data_name(match[1]))]
        return named or [match[1] for match in _ON_DATA.finditer(self.caption) if not find_terms(match[1])]

    @cached_property
    def has_data(self) -> bool:
        """The caption names a dataset."""
        return bool(self.names(TermKind.DATASET, caption=True) or self.named_data)

    @cached_property
    def is_change(self) -> bool:
        """The caption says that all numbers are differences."""
        return bool(_CHANGE.search(self.caption))

    @cached_property
    def shots(self) -> str:
        """How many examples are shown to a language model, where the caption names one number: `5-shot`."""
        told = {match[0].casefold() for match in _SHOTS.finditer(self.caption)}
        return told.pop() if len(told) == 1 else ""

    @cached_property
    def is_average(self) -> bool:
        """The caption says that all numbers are averages."""
        return bool(_AVERAGE.search(self.caption))

    @cached_property
    def metric_by_dataset(self) -> dict[str, str]:
        """The metric of each dataset where a sentence gives them (`accuracy for A`); of all others under ``""``."""
        return {k: v for text in (*self.sentences, self.caption) for k, v in _given_metrics(text).items()}

    @cached_property
    def runs(self) -> Runs:
        """Spread, runs and selection; the caption first."""
        return runs_told(self.caption, self.sentences)

    @cached_property
    def direction(self) -> Direction:
        """What a sentence says of all metrics."""
        text = " ".join((self.caption, *self.sentences))
        up, down = bool(_HIGHER.search(text)), bool(_LOWER.search(text))
        return Direction.UNKNOWN if up == down else Direction.HIGHER if up else Direction.LOWER


@dataclass
class PaperContext:
    """What all of a paper says; made once for all its tables."""

    title: str
    own_names: tuple[str, ...]
    """Of its own methods, likeliest first."""
    datasets: Counter[str] = field(default_factory=Counter)
    """Datasets by how often they are named, under the name as printed."""
    keys: frozenset[str] = frozenset()
    """The same, squashed: labels are held against them."""
    metrics: Counter[str] = field(default_factory=Counter)
    """Metrics by how often text, captions and headers name them."""
    apart: frozenset[str] = frozenset()
    """Abbreviations, squashed, that the paper uses for something else than usual."""
    given_metrics: frozenset[str] = frozenset()
    """Names, squashed, that the paper calls a metric."""
    sentences: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Those that point to a table, by its number."""

    def around(self, table: Table) -> Around:
        """Return what is said around a table."""
        return Around(without_number(table.caption), self.sentences.get(table.number.upper(), ()), self.apart)

    def is_own(self, label: str) -> bool:
        """Tell a label that begins with, or is, the name of an own method."""
        words = {squash(word) for word in re.findall(r"[\w+-]+", label)}
        return any(squash(name) in words for name in self.own_names)


def paper_context(reading: Reading, title: str) -> PaperContext:
    """Return what the paper says outside its tables."""
    prose = [block for block in reading.blocks if block.kind in (BlockKind.PARAGRAPH, BlockKind.FOOTNOTE)]
    named: Counter[str] = Counter(
        name for block in prose for match in _NAMED_DATA.finditer(block.text) if (name := _data_name(match[1]))
    )
    captions = [table.caption for table in reading.tables]
    texts = [title, reading.front.abstract, *(block.text for block in prose), *captions]
    given = [one for text in texts for one in names_given(text)]
    apart = names_apart(given)
    terms = [one for text in texts for one in _terms(text, apart)]
    known = Counter(one.term.name for one in terms if one.term.kind is TermKind.DATASET and _is_sure(one.term.name))
    for name, count in named.items():
        if count > 1 and not find_terms(name):
            known[name] += count
    keys = frozenset(squash(name) for name in named)
    metrics = _named_metrics(reading, terms, apart)
    told = metrics_given(given, texts) - keys
    return PaperContext(title, own_names(reading, title), known, keys, metrics, apart, told, _pointing(prose))


def _data_name(printed: str) -> str:
    """Return what is called a data set without the words that begin a sentence; nothing where no name is left."""
    words = printed.split()
    while words and (words[0] in _BEGINNINGS or words[0] == "of"):
        words = words[1:]
    if "of" in words:
        words = words[words.index("of") + 1 :]
    return " ".join(words) if sum(c.isalnum() for word in words for c in word) > 1 else ""


def _is_sure(name: str) -> bool:
    """Tell names that mean a dataset wherever they are printed."""
    return (len(name) > 2 and name.casefold() not in ORDINARY) or name == "C4"


def _named_metrics(reading: Reading, terms: Sequence[Found], apart: frozenset[str]) -> Counter[str]:
    """Return how often a paper names each metric; in the headers of tables they count thrice."""
    found = Counter(
        one.term.name for one in terms if one.term.kind is TermKind.METRIC and one.term.name not in WEAK_METRICS
    )
    for name in _BROAD_METRICS:  # said of much that is no result: `loss function`, `training error`
        found[name] //= 3
    for table in reading.tables:
        for text in {cell_text(cell) for row in table.rows if row.kind is RowKind.HEADER for cell in row.cells}:
            label = read_label(text, apart)
            if label.kind is LabelKind.METRIC and label.metrics[0] not in WEAK_METRICS:
                found[label.metrics[0]] += 3
    return found


def _terms(text: str, apart: frozenset[str]) -> tuple[Found, ...]:
    """Return the known names of a text without those that mean something else in the paper."""
    return tuple(one for one in find_terms(text, prose=True) if squash(text[one.start : one.end]) not in apart)


def own_names(reading: Reading, title: str) -> tuple[str, ...]:
    """Return the names of the paper's own methods, as title, abstract and introduction give them."""
    head, colon, _ = title.partition(":")
    found: Counter[str] = Counter()
    if colon and len(head.split()) <= 3:
        found[head.strip()] += 5
    abstract = reading.front.abstract
    start = [b.text for b in reading.blocks if b.kind is BlockKind.PARAGRAPH and b.page <= 2]
    for block in reading.blocks:
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.CAPTION) and "enoted" in block.text:
            found.update({match[1]: 4 for match in _DENOTED.finditer(block.text)})
    for text, weight in ((abstract, 3), (" ".join(start), 1)):
        for pattern in (_CALLED, _OWN_NAME):
            for match in pattern.finditer(text):
                found[match[1]] += weight
    for name in [*found]:
        found[name] += 2 * (name in title) + min(3, abstract.count(name))
        kinds = {one.term.kind for one in find_terms(name)}
        if (
            kinds & {TermKind.DATASET, TermKind.METRIC}
            or len(name) < 3
            or (TermKind.METHOD in kinds and name not in title)
        ):
            found[name] -= 10
    return tuple(name for name, count in found.most_common(6) if count >= 2)


def without_number(caption: str) -> str:
    """Return a caption without `Table 3:`."""
    return re.sub(rf"^\s*T(?:able|ABLE|ab\.)\s*(?:{_ROMAN_OR_NUMBER})\s*[.:|–—-]?\s*", "", caption)


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text's sentences."""
    start = 0
    for match in _SENTENCE.finditer(text):
        if not _NOT_ENDS.search(text, max(start, match.start() - 12), match.start()):
            yield start, match.start()
            start = match.end()
    if start < len(text):
        yield start, len(text)


def _pointing(blocks: Sequence[Block]) -> dict[str, tuple[str, ...]]:
    """Return the sentences that point to each table, each with the one behind it."""
    found: dict[str, list[str]] = {}
    for block in blocks:
        if "able" not in block.text and "TABLE" not in block.text and "Tab." not in block.text:
            continue
        spans = [block.text[start:end] for start, end in split_sentences(block.text)]
        for i, sentence in enumerate(spans):
            for match in re.finditer(
                rf"\b(?:Tables?|TABLE|Tab\.)\s*({_ROMAN_OR_NUMBER})(?:\s*(?:and|,|&|–|-)\s*({_ROMAN_OR_NUMBER}))?",
                sentence,
            ):
                for number in (match[1], match[2]):
                    if number:
                        found.setdefault(number.upper(), []).extend(spans[i : i + 2])
    return {number: tuple(dict.fromkeys(texts))[:8] for number, texts in found.items()}


def _mentions(terms: Sequence[Found]) -> list[Mention]:
    named = {one.term.name: one.term.direction for one in terms if one.term.kind is TermKind.METRIC}
    named = {k: v for k, v in named.items() if k not in WEAK_METRICS}
    return [Mention(name, direction) for name, direction in named.items()]


def _beside(text: str, terms: Sequence[Found]) -> Iterator[tuple[str, str]]:
    """Yield the metric printed right behind each dataset: `the A validation accuracy, the B F1`."""
    named = [one for one in terms if one.term.kind is not TermKind.SPLIT]
    for one, other in pairwise(named):
        between = text[one.end : other.start]
        if (
            one.term.kind is TermKind.DATASET
            and other.term.kind is TermKind.METRIC
            and re.fullmatch(r"\s*\(?(?:[\w-]+ ){0,2}", between)
        ):
            yield one.term.name, other.term.name


def _given_metrics(text: str) -> dict[str, str]:
    """Return metrics by dataset out of `accuracy for A and B, F1 for C, and correlation for the other tasks`."""
    found: dict[str, str] = {}
    terms = [one for one in find_terms(text, prose=True) if one.term.name not in WEAK_METRICS]
    beside = dict(_beside(text, terms))
    if len(beside) > 1:
        found |= beside
    for i, one in enumerate(terms):
        if one.term.kind is not TermKind.METRIC or not (link := _FOR.match(text[one.end : one.end + 80])):
            continue
        at = one.end + link.end()
        if _OTHERS.match(text[at:]):
            found[""] = one.term.name
        for other in terms[i + 1 :]:
            between = text[at : other.start]
            if other.term.kind is not TermKind.DATASET or len(between) > 14 or re.search(r"[.;:]", between):
                break
            found[other.term.name] = one.term.name
            at = other.end
    return found
