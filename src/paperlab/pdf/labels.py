"""What a caption begins with: "Table 3:", "Fig. A.1", "Supplementary Figure S2 |". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

LabelWord = Literal["table", "figure", "algorithm", "listing", "scheme"]

UNREADABLE = "?"
"""The number of a label whose printed number came out of the PDF as no known letter."""

_LABEL = re.compile(
    r"(?:(?:supplementary|supplemental|extended data|appendix)\s+)?"
    r"(?:(?P<table>table|tab\.?)|(?P<figure>figure|fig\.?)|(?P<algorithm>algorithm)|(?P<listing>listing)|"
    r"(?P<scheme>scheme))\s*"
    r"(?P<number>(?:[A-Z]{1,2}[.-]?)?\d{1,3}(?:[.-]\d{1,3}){0,2}[a-z]?|(?-i:[IVX]{1,6})|\d{0,3}\ufffd{1,3})(?!\w)"
    r"(?P<behind>\s*(?P<mark>[.:|),;]|[—–-](?!\d))?\s*)",
    re.IGNORECASE,
)
_GOES_ON = frozenset(",;")


@dataclass(frozen=True, slots=True)
class Label:
    """The words that name a table, a figure or the like."""

    word: LabelWord
    number: str
    """As printed, `UNREADABLE` where that is no text."""
    mark: str
    """What stands right behind the number: one of `.:|),;`, a dash or a hyphen; empty for anything else."""
    closed: bool
    """A full stop, colon, bar, dash or parenthesis, or the text's end, parts it from what follows."""
    end: int
    """Offset in the text behind number, mark and blanks."""


def label_of(text: str, start: int = 0) -> Label | None:
    """Return the label that `text` has at offset `start`, None where there is none.

    A sentence may begin with one as well ("Figure 3 shows ..."): whether a caption does is for the caller to tell.
    """
    match = _LABEL.match(text, start)
    if match is None:
        return None
    mark, number = match["mark"] or "", match["number"]
    word: LabelWord = next(w for w in get_args(LabelWord) if match[w])
    closed = mark not in _GOES_ON if mark else match.end() == len(text)
    return Label(word, UNREADABLE if "\ufffd" in number else number, mark, closed, match.end())
