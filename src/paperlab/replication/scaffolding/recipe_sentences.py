"""Sentences of a paper that state how its results were made: settings, data, seeds, hardware. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.chunking import sentences
from paperlab.text import one_line, shorten
from paperlab.types import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.types import Block, Reading

LONGEST = 400
"""Characters of a sentence that are shown."""
_SEARCHED = 800
"""Characters of a sentence that are looked at: what is longer is no sentence, and would take long."""
MOST_OF_A_KIND = 4
"""Sentences that are kept of each kind: the paper's first ones, which state the protocol more often than later ones."""
_READ = frozenset({BlockKind.PARAGRAPH, BlockKind.CAPTION, BlockKind.FOOTNOTE})
_ELSEWHERE = re.compile(r"related work|background|introduction|abstract|conclusion|acknowledge?ment|references", re.I)
"""Sections in which settings are other papers' or in passing."""
_NUMBER = r"(?:\d[\d,.]*\d|\d)(?: ?[×x·*] ?10 ?\^?[-−–]? ?\d+)?(?:[eE][-−]\d+)?"
_COUNT = rf"(?!(?:19[89]\d|20[12]\d|200[1-9])\b){_NUMBER}(?: ?(?:k|K|M|million|thousand|billion))?(?![\d.,]*\d| ?%)"
"""A number of things: no year, no percentage."""
_POINTERS = re.compile(
    r"\[[\d,;–\- ]+\]|\([^()]*\b(?:19|20)\d\d[a-z]?\b[^()]*\)|\b(?:19|20)\d\d[a-z]?\)|\^\d+\b(?!\.)"
    r"|\b(?:Sect?i?o?n?|Tab(?:le)?|Fig(?:ure)?|Appendix|Eq(?:uation)?|Algorithm|Chapter)s?\.? ?\(?[\dA-Z][\d.]*\)?"
)
"""Numbers that only point somewhere: citations, footnotes, sections, tables."""
_FEW = r"(?:two|three|four|five|six|eight|ten|twenty|\d+)"
_DIGITS = rf"\b{_COUNT}"
_SOME = rf"\b(?:{_COUNT}|{_FEW})"
_ITEMS = r"(?:images|examples|sentences|samples|utterances|sequences|points|pairs|instances|documents|pictures)"
_REPEATED = r"(?:seeds?|runs|trials|repetitions|restarts|replicates|initiali[sz]ations)"
_PART = r"(?:training|train|test|testing|validation|held-out|development|evaluation)"
_DEVICES = r"(?:GPUs?|TPUs?|TPUv\d+|accelerators|cores|A100s?|V100s?)"

_PATTERNS: dict[str, tuple[str, ...]] = {
    "learning rate": (
        rf"learning[- ]rates?\b.{{0,80}}?{_NUMBER}",
        rf"\blr\b ?(?:=|of|is|:)? ?{_NUMBER}",
        rf"{_NUMBER} (?:as (?:the|a|our) )?(?:initial |peak |base |maximum )?learning[- ]rate",
        r"learning[- ]rate\b.{0,60}\b(?:schedule|warm-?up|decay|anneal|cosine|divided|dropped|constant)",
    ),
    "batch size": (
        rf"(?:mini-?)?batch(?:[- ]sizes?|es)?\b(?!.?(?:wise|norm)).{{0,40}}?\b{_COUNT}",
        rf"{_COUNT} (?:examples|images|sequences|tokens|samples|sentences) (?:per|in each|in a) (?:mini-?)?batch",
        rf"batch(?:es)? of {_COUNT}",
    ),
    "optimiser": (
        r"\b(?:Adam(?:W|ax)?|Adagrad|Adadelta|Adafactor|RMS-?Prop|LAMB|L-?BFGS|Lion|Nesterov)\b(?! et al)",
        r"\bSGD\b.{0,80}\b(?:momentum|optimi[sz]er|with|train\w*)|\b(?:train\w*|optimi[sz]\w*|us(?:e|ed|ing))\b.{0,60}\bSGD\b",
        r"stochastic gradient descent",
        r"(?:steepest|gradient) descent\b.{0,60}\bmomentum",
        rf"\bmomentum\b(?: term| coefficient)?(?: of| is| was| set to|,| =)* {_NUMBER}",
    ),
    "epochs and steps": (
        rf"{_SOME} (?:training |more |additional |full )*(?:epochs?|passes)\b",
        rf"{_DIGITS} (?:training |more |additional |gradient |optimi[sz]ation )*(?:iterations?|steps?|updates?)\b",
        rf"\b(?:epochs?|iterations?|updates)\b ?(?:=|:|of|to) ?{_COUNT}",
        r"early[- ]stopping|until convergence|\btraining (?:was|is) stopped\b",
    ),
    "weight decay": (
        rf"weight[- ]decay\b.{{0,60}}?{_NUMBER}|{_NUMBER} weight[- ]decay",
        rf"\bL_?2\b[- ](?:regulari[sz]ation|penalty|weight).{{0,60}}?{_NUMBER}",
    ),
    "dropout": (
        rf"\bdrop-?out\b.{{0,60}}?{_NUMBER}|{_NUMBER} drop-?out",
        r"(?:do not|did not|don't|without|no) (?:use |using |any )?drop-?out",
    ),
    "data": (
        rf"{_DIGITS} (?:\w+[- ]){{0,3}}{_PART}(?: (?:and|set|\w+))? ?(?:{_ITEMS}|set)\b",
        rf"{_DIGITS}(?: \w+)? ?{_ITEMS}\b.{{0,50}}\b(?:train\w*|test\w*|validat\w+|held out|development)",
        rf"\b(?:train\w*|test\w*|validation|development|dev)(?:[ /-]\w+){{0,3}} sets?\b.{{0,60}}?{_DIGITS}",
        rf"\b{_NUMBER}k?/{_NUMBER}k?(?:/{_NUMBER}k?)? (?:train\w*[/ ]\w+ )?split",
        rf"\bsplit\w*\b.{{0,60}}{_DIGITS}",
    ),
    "seeds and runs": (
        rf"\b{_FEW} (?:\w+ ){{0,2}}(?:random )?{_REPEATED}\b",
        rf"\b(?:averages?|averaged|mean|medians?)\b.{{0,60}}\b{_FEW} (?:\w+ ){{0,2}}(?:times|experiments|networks)\b",
        rf"\b(?:repeat(?:ed)?|run|ran|trained)\b.{{0,60}}\b{_FEW} times\b",
    ),
    "hardware": (
        rf"\b(?:{_COUNT}|{_FEW}|single|one|an?) (?:\w+[- ]){{0,4}}{_DEVICES}\b",
        r"\b(?:NVIDIA|Nvidia|Tesla|Titan|GTX|RTX|TPUv\d|A100|H100|V100|P100|K40|K80)\b.{0,80}",
        rf"{_SOME} (?:[GT]PU[- ])?(?:hours|days|weeks)\b.{{0,50}}\b(?:train\w*|GPU|TPU|machine)",
    ),
}
_COMPILED = {kind: re.compile("|".join(patterns)) for kind, patterns in _PATTERNS.items()}
_ANY_CASE = frozenset(_PATTERNS) - {"optimiser", "hardware"}
"""Kinds whose words may begin a sentence; the others live by names with capitals."""

KINDS = tuple(_PATTERNS)
"""What is looked for, in the order in which it is listed."""


@dataclass(frozen=True, slots=True)
class RecipeSentence:
    """A sentence that seems to state a setting. Nobody has checked that the setting is that of the results."""

    kind: str
    """One of `KINDS`."""
    text: str
    """As the page has it, on one line of at most `LONGEST` characters."""
    page: int


def recipe_sentences(reading: Reading) -> list[RecipeSentence]:
    """Return sentences that state settings, by kind and then in reading order; at most `MOST_OF_A_KIND` of each.

    A sentence with several settings stands once, under the first kind that it fits. References, tables, pictures,
    introduction and related work are left out.
    """
    found: list[RecipeSentence] = []
    seen: set[str] = set()
    kept: Counter[str] = Counter()
    for text, page in _walk(reading.blocks):
        kind = next((kind for kind in KINDS if _states(kind, text)), "")
        if kind and text not in seen and kept[kind] < MOST_OF_A_KIND:
            seen.add(text)
            kept[kind] += 1
            found.append(RecipeSentence(kind, shorten(text, LONGEST), page))
    return sorted(found, key=lambda sentence: KINDS.index(sentence.kind))


def _states(kind: str, text: str) -> bool:
    pattern, text = _COMPILED[kind], _POINTERS.sub(" ", text[:_SEARCHED])
    return bool(pattern.search(text) or (kind in _ANY_CASE and pattern.search(text.lower())))


def _walk(blocks: tuple[Block, ...]) -> Iterator[tuple[str, int]]:
    """Yield the sentences of the text with their pages."""
    for block in blocks:
        if block.kind not in _READ or any(_ELSEWHERE.search(heading) for heading in block.section[:1]):
            continue
        for start, end in sentences(block.text):
            text = one_line(block.text[start:end])
            if len(text.split()) > 3:
                yield text, block.page
