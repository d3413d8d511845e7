"""The desk in ASCII: every sign that is none becomes one of the same width before it is drawn."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.filter import LineFilter

from paperlab.tui.signs import ASCII

if TYPE_CHECKING:
    from textual.color import Color

_WORDS = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
        "‹": "<", "›": ">", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "×": "x", "÷": "/",
        "±": "~", "≤": "<", "≥": ">", "→": ">", "↑": "^", "↓": "v", "↔": "-", "⇒": ">", "∈": "e", "∞": "8", "√": "v",
        "°": "o", "µ": "u", "ß": "s", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "æ": "a", "Æ": "A", "œ": "o",
        "Œ": "O", "ı": "i", "þ": "p", "ð": "d", "§": "S", "¶": "P", "©": "c", "®": "r", "†": "+", "‡": "+", "⏎": "<",
        "⏵": ">", "▏": "|", "▎": "|", "▍": "|", "▋": "|", "▊": "|", "▉": "|", "▐": "|", "▕": "|", "▔": "-", "▁": "_",
        "▂": "_", "▃": ".", "▄": "_", "▅": "o", "▆": "o", "▇": "#", "█": "#", "▀": "-", "■": "#", "□": ".", "░": ".",
        "▒": ":", "▓": "#", "α": "a", "β": "b", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "n", "θ": "o", "λ": "l",
        "μ": "u", "π": "p", "ρ": "r", "σ": "s", "τ": "t", "φ": "f", "χ": "x", "ψ": "y", "ω": "w",
        **ASCII,
    }
)  # fmt: skip
_BOX_LINES = {"LIGHT HORIZONTAL", "HEAVY HORIZONTAL", "DOUBLE HORIZONTAL"}


class AsciiFilter(LineFilter):
    """Draws lines with ASCII alone, every segment as wide as before."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII; control codes stay."""
        del background
        return [
            segment if segment.control or segment.text.isascii() else Segment(plain(segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(4096)
def plain(text: str) -> str:
    """Return `text` in ASCII, as many cells wide: accents are dropped, signs replaced, what is unknown is `?`."""
    shown = "".join(_plain(sign) for sign in text)
    width = cell_len(text)
    return shown if len(shown) == width else set_cell_size(shown, width)


@lru_cache(4096)
def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    width = cell_len(sign)
    if width == 0:
        return ""
    for candidate in (sign.translate(_WORDS), _drawn(sign), _letters(sign)):
        if candidate and candidate.isascii():
            return (candidate * width)[:width] if len(candidate) == 1 else candidate[:width].ljust(width)
    return " " * width if sign.isspace() else "?" * width


def _letters(sign: str) -> str:
    """Return what a sign is made of, without its accents: `e` of `é`, `fi` of the ligature."""
    return "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))


def _drawn(sign: str) -> str:
    """Return a line, corner or dots for signs that are drawn with: boxes, and Braille patterns of plots."""
    code = ord(sign)
    if 0x2500 <= code < 0x2580:
        name = unicodedata.name(sign)
        if "VERTICAL" in name and "HORIZONTAL" not in name:
            return "|" if name.count(" AND ") == 0 else "+"
        return "-" if "DASH HORIZONTAL" in name or name.removeprefix("BOX DRAWINGS ") in _BOX_LINES else "+"
    if 0x2800 <= code < 0x2900:
        return " .::***##"[(code - 0x2800).bit_count()]
    return ""


ASCII_FILTER = AsciiFilter()
