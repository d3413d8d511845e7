"""Names of authors among the lines between title and abstract. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.pdf.page_text import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.types import Box

Run = tuple[str, float, bool, bool]
"""Text, size, superscript, bold."""

_BREAK = "\x1f"
_SPLIT = re.compile(r"(?:\x1f|[,;·•|∗*†‡§¶]|^)\s*(?:(?:and|by|&)\s+)?|\s+(?:and|&|AND)\s+|\s{3,}")
_PARTICLE = frozenset("de del della der den di da dos du la las le van von ter ten al el bin ibn zu y".split())
_PLACE = re.compile(
    r"universi|institut|department|dept|research|school|college|laborator|\blabs?\b|center\b|centre\b|google|microsoft|deepmind|"
    r"facebook|\bmeta\b|openai|amazon|nvidia|\bibm\b|\bai\b|\binc\b|\bltd\b|corporation|compan|technolog|academ|facult|"
    r"science|engineering|hugging|polytech|hospital|foundation|group\b|team\b|brain\b|\busa\b|canada|germany|france|china|"
    r"switzerland|london|kingdom|italy|japan|korea|israel|australia|equal|contribut|correspond|author|abstract|"
    r"editor|http|www|street|avenue|conference|proceedings|international|national|program|systems|intelligence|"
    r"preprint|^(?:uc|tu|eth|mit|cmu|epfl|kaist|nyu|ucla|inria)\b|communicat|learning|email|e-mail|version|draft|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r",\s*[A-Z]{2}(?:\s+\d|\s*,|\s*$)")
_WORD = re.compile(r"[^\W\d_]+(?:[.'’‘`´-][^\W\d_]*)*\.?")


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of page 1 with the runs of type it is set in."""

    text: str
    box: Box
    runs: tuple[Run, ...]
    upright: bool

    @property
    def peak(self) -> float:
        """The largest size that covers a twentieth of the letters: the capitals' where small capitals are set."""
        sizes: dict[float, int] = {}
        for text, size, _, _ in self.runs:
            sizes[round(size, 1)] = sizes.get(round(size, 1), 0) + len(text.strip())
        total = sum(sizes.values())
        return max((s for s, n in sizes.items() if n >= 0.05 * total), default=0.0)

    @property
    def bold(self) -> bool:
        """More than half of it is bold."""
        bold = sum(len(text) for text, _, _, is_bold in self.runs if is_bold)
        return 2 * bold > sum(len(text) for text, *_ in self.runs)

    def without_marks(self) -> str:
        """Return the text without raised footnote marks."""
        return tidy("".join(t for t, size, _, _ in self.runs if not self._is_mark(t, size)))

    def with_breaks(self) -> str:
        """Return the text with each raised mark replaced by a break: there one name ends."""
        parts = [_BREAK if self._is_mark(t, size) else t for t, size, _, _ in self.runs]
        return "".join(parts)

    def _is_mark(self, text: str, size: float) -> bool:
        small = size < 0.85 * self.peak and not any(c.isalpha() and c.isupper() for c in text)
        return bool(text.strip()) and small and len(text.strip()) <= 8


def find_authors(pieces: Sequence[Piece], title: Sequence[Piece], start: float) -> tuple[str, ...]:
    """Return the authors' names as printed, in reading order; empty where none can be told.

    `pieces` are the level lines of page 1, `title` those of the title, `start` the height where the abstract begins.
    """
    bottom = max(p.box[3] for p in title)
    between = [p for p in pieces if p.box[1] >= bottom - 4 and p.box[3] <= start + 4 and p not in title]
    ordered = sorted(between, key=lambda p: (round(p.box[3] / 6), p.box[0]))
    named = [(p, _names(p)) for p in ordered]
    first = next((p for p, names in named if names), None)
    if first is None:
        return ()
    found: list[str] = []
    carried = ""
    for piece, names in named:
        if not _same_style(piece, first):
            continue
        if carried:
            names = _names(piece, carried)  # noqa: PLW2901 - the name broken over two lines is read again, whole
        carried = _unfinished(piece) if names else ""
        found.extend(n for n in names if n not in found and not (carried and n == carried))
    return tuple(found)


def _same_style(a: Piece, b: Piece) -> bool:
    return abs(a.peak - b.peak) < 0.6 and a.bold == b.bold


def _unfinished(piece: Piece) -> str:
    """Return the single given name a line ends with ("..., Zhifeng"), whose surname opens the next line."""
    parts = [tidy(p) for p in _SPLIT.split(piece.with_breaks()) if p.strip()]
    listed = len(parts) > 2
    return parts[-1] if listed and re.fullmatch(r"[^\W\d_]+", parts[-1]) and parts[-1][0].isupper() else ""


def _names(piece: Piece, carried: str = "") -> list[str]:
    text = f"{carried} {piece.with_breaks()}" if carried else piece.with_breaks()
    if "@" in text or ":" in text or _ADDRESS.search(text):
        return []
    parts = [tidy(p.replace(_BREAK, " ")).strip(" .,") if p else "" for p in _SPLIT.split(text)]
    names = [p for p in parts if _is_name(p)]
    # A line that is mostly something else (an address with a person-like word in it) gives no names.
    other = sum(bool(p) and not _is_name(p) and len(p) > 3 for p in parts)
    return names if len(names) >= other else []


def _is_name(text: str) -> bool:
    words = text.split()
    if not 2 <= len(words) <= 5 or _PLACE.search(text):
        return False
    if not all(_WORD.fullmatch(w) for w in words):
        return False
    capital = [w for w in words if w[0].isupper() or not w[0].isascii()]
    return len(capital) >= 2 and all(w in capital or w.casefold() in _PARTICLE or "-" in w for w in words)
