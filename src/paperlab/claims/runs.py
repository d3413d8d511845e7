"""What a paper says of the runs behind its numbers: how many, which is shown, what the spread measures. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.types import Selection, SpreadMeaning

if TYPE_CHECKING:
    from collections.abc import Sequence

_COUNTS = {
    word: number
    for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)
} | {"twenty": 20, "thirty": 30}
_COUNT = rf"(\d{{1,3}}|{'|'.join(_COUNTS)})"
_RUNS = re.compile(
    rf"\b{_COUNT}(?:[- ](?:different|independent|random|separate|training|repeated|trial))*[- ]"
    r"(?:runs?|seeds?|trials?|repetitions?|repeats?|random seeds?|restarts?|random restarts?"
    r"|initiali[sz]ations?|random initiali[sz]ations?"
    r"|experiments|replicates?|times)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:run|ran|runs|repeat|repeated|train|trained|average|averaged|experiments?)\b[^.]{0,40}$", re.IGNORECASE
)
_SPREADS = (
    (SpreadMeaning.SE, re.compile(r"standard errors?|\bstd\.? ?err|\bs\.?e\.?m\.?\b|\bSE\b", re.IGNORECASE)),
    (
        SpreadMeaning.CI95,
        re.compile(
            r"95 ?\\?%[^.]{0,20}(?:confidence|CI\b|interval)"
            r"|confidence intervals?[^.]{0,25}95",
            re.IGNORECASE,
        ),
    ),
    (
        SpreadMeaning.SD,
        re.compile(r"standard deviations?|\bstd\b|\bstdev|\bs\.d\.|±\s*std|mean ?± ?sd\b|σ", re.IGNORECASE),
    ),
    (SpreadMeaning.CI95, re.compile(r"confidence (?:intervals?|bounds?)", re.IGNORECASE)),
    (SpreadMeaning.RANGE, re.compile(r"min(?:imum)?(?: and |/|-)max(?:imum)?|\brange of\b", re.IGNORECASE)),
)
_BEST_MEAN = re.compile(r"best ?\(? ?mean", re.IGNORECASE)
_SELECTIONS = (
    (Selection.MEDIAN, re.compile(r"\bmedians?\b", re.IGNORECASE)),
    (
        Selection.MEAN,
        re.compile(
            r"\b(?:mean and|means? (?:over|of|across)|mean ?±|averaged? (?:over|across|of|results over)"
            r"|mean results)\b",
            re.IGNORECASE,
        ),
    ),
    (
        Selection.BEST,
        re.compile(
            r"\bbest (?:of|over|result of|run|out of|result over|among) (?:\d+|\w+ )?\s*(?:runs|seeds|trials)?",
            re.IGNORECASE,
        ),
    ),
    (Selection.SINGLE, re.compile(r"\b(?:a |one )?single (?:run|seed|trial)\b", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Runs:
    """What is said of the runs behind a table's numbers."""

    spread: SpreadMeaning = SpreadMeaning.UNKNOWN
    n: int | None = None
    selection: Selection = Selection.UNKNOWN
    best_and_mean: bool = False
    """Cells print the best run, then the mean in parentheses."""


def runs_told(caption: str, sentences: Sequence[str] = ()) -> Runs:
    """Return what a caption says, and where it says nothing, the sentences that point to the table."""
    both = (caption, " ".join(sentences))
    return Runs(
        next((meaning for text in both if (meaning := _meaning(text))), SpreadMeaning.UNKNOWN),
        next((count for text in both if (count := count_of_runs(text))), None),
        next((way for text in both if (way := _selection(text)) is not Selection.UNKNOWN), Selection.UNKNOWN),
        best_and_mean=bool(_BEST_MEAN.search(caption)),
    )


def count_of_runs(text: str) -> int | None:
    """Return how many runs a text speaks of, None where it does not say."""
    for match in _RUNS.finditer(text):
        told = match[1].casefold()
        if match[0].casefold().endswith("times") and not _TIMES.search(text[: match.start()]):
            continue
        count = int(told) if told.isdigit() else _COUNTS[told]
        if 1 < count <= 500:
            return count
    return None


def _meaning(text: str) -> SpreadMeaning | None:
    return next((meaning for meaning, pattern in _SPREADS if pattern.search(text)), None)


def _selection(text: str) -> Selection:
    return next((way for way, pattern in _SELECTIONS if pattern.search(text)), Selection.UNKNOWN)
