"""Units that mean the same: `%` and fraction, `M` and a count, nats and bits, seconds and hours."""

from __future__ import annotations

import math
import re

_WORDS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("%", "pp", "percent", "percentage points"), ("proportion", 0.01)),
    "‰": ("proportion", 0.001),
    **dict.fromkeys(("fraction", "proportion", "share"), ("proportion", 1.0)),
    **dict.fromkeys(("nats", "nat"), ("information", 1.0)),
    **dict.fromkeys(("bits", "bit"), ("information", math.log(2))),
    **dict.fromkeys(("ms", "milliseconds"), ("time", 0.001)),
    **dict.fromkeys(("s", "sec", "secs", "seconds"), ("time", 1.0)),
    **dict.fromkeys(("min", "mins", "minutes"), ("time", 60.0)),
    **dict.fromkeys(("h", "hours", "hour"), ("time", 3600.0)),
}
_MANY = {"": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "g": 1e9, "b": 1e9, "bn": 1e9, "billion": 1e9}
_MANY |= {"t": 1e12, "trillion": 1e12}
_COUNT = re.compile(
    r"(?P<many>thousand|million|billion|trillion|bn|[kKMGBT])?\s*"
    r"(?P<word>params|parameters|weights|tokens|steps|updates|flops?|macs?|m(?:ult(?:iply)?-?)?adds?|multiply-adds)?",
    re.IGNORECASE,
)
_SAME_WORD = {
    **dict.fromkeys(("params", "weights"), "parameters"),
    **dict.fromkeys(("mac", "macs", "madd", "madds", "mult-adds", "multadds", "multiply-adds"), "multiply-adds"),
    "flop": "flops",
}


def factor(measured: str, claimed: str) -> float | None:
    """Return what turns a number in one unit into the other; None where nothing does. An empty unit fits any."""
    if not measured or not claimed or measured == claimed:
        return 1.0
    first, second = _known(measured), _known(claimed)
    if first and second and first[0] == second[0]:
        return first[1] / second[1]
    counts = _count(measured), _count(claimed)
    if counts[0] and counts[1] and (counts[0][0] == counts[1][0] or not counts[0][0] or not counts[1][0]):
        return counts[0][1] / counts[1][1]
    return 1.0 if measured.strip().lower() == claimed.strip().lower() else None


def whole(unit: str) -> float | None:
    """Return what a proportion of one is in a unit: 100 for `%`, 1 for `fraction`; None for other units."""
    known = _known(unit)
    return 1.0 / known[1] if known and known[0] == "proportion" else None


def _known(unit: str) -> tuple[str, float] | None:
    return _WORDS.get(unit.strip().lower())


def _count(unit: str) -> tuple[str, float] | None:
    found = _COUNT.fullmatch(unit.strip())
    if not found:
        return None
    word = (found["word"] or "").lower()
    return _SAME_WORD.get(word, word), _MANY[(found["many"] or "").lower()]
