"""The desk in ASCII: every sign that is none becomes one of the same width before it is drawn.

Signs that would make another number of it (`10¹⁹`, `2½`, `…14`, `3·10`) are written out, which takes more cells; these
are taken from the next run of spaces, else from the end of the line.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.filter import LineFilter

from paperlab.tui.look.signs import ASCII

if TYPE_CHECKING:
    from textual.color import Color

_WORDS = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
        "‹": "<", "›": ">", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "×": "x", "÷": "/",
        "±": "~", "≤": "<", "≥": ">", "→": ">", "↑": "^", "↓": "v", "↔": "-", "⇒": ">", "∈": "e",
        "°": "o", "µ": "u", "ß": "s", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "æ": "a", "Æ": "A", "œ": "o",
        "Œ": "O", "ı": "i", "þ": "p", "ð": "d", "§": "S", "¶": "P", "©": "c", "®": "r", "†": "+", "‡": "+", "⏎": "<",
        "⏵": ">", "▏": "|", "▎": "|", "▍": "|", "▋": "|", "▊": "|", "▉": "|", "▐": "|", "▕": "|", "▔": "-", "▁": "_",
        "▂": "_", "▃": ".", "▄": "_", "▅": "o", "▆": "o", "▇": "#", "█": "#", "▀": "-", "■": "#", "□": ".", "░": ".",
        "▒": ":", "▓": "#", "α": "a", "β": "b", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "n", "θ": "o", "λ": "l",
        "μ": "u", "π": "p", "ρ": "r", "σ": "s", "τ": "t", "φ": "f", "χ": "x", "ψ": "y", "ω": "w",
        **ASCII,
    }
)  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_WIDER = (
    (re.compile(r"(?<=\S)[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+"), lambda found: "^" + found[0].translate(_RAISED)),
    (re.compile(r"[¼½¾⅓⅔⅛⅜⅝⅞]"), lambda found: " " + unicodedata.normalize("NFKD", found[0]).replace("⁄", "/")),
    (re.compile(r"(?<=\d)[·⋅∙](?=\d)"), "*"),
    (re.compile(r"…(?=\d)"), ".."),
    (re.compile(r"(?<=\d) ?± ?(?=\d)"), " +- "),
    (re.compile(r"(?<=\d)°"), " deg"),
    (re.compile(r"≠(?=\d)"), "!="),
    (re.compile("∞"), "inf"),
    (re.compile("√"), "sqrt"),
)  # fmt: skip
"""Signs with what they are written as where one cell would not do: most stand beside digits."""
_GAP = re.compile(" {2,}")
_BOX_LINES = {"LIGHT HORIZONTAL", "HEAVY HORIZONTAL", "DOUBLE HORIZONTAL"}


class AsciiFilter(LineFilter):
    """Draws lines with ASCII alone, every segment as wide as before."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII; control codes stay."""
        del background
        drawn, over = [], 0
        for segment in segments:
            if segment.control or (not over and segment.text.isascii()):
                drawn.append(segment)
                continue
            text, over = _narrowed(written(segment.text), cell_len(segment.text) - over)
            drawn.append(Segment(text, segment.style))
        return Segment.adjust_line_length(drawn, Segment.get_line_length(drawn) - over) if over else drawn


def plain(text: str) -> str:
    """Return `text` in ASCII, as many cells wide: accents are dropped, signs replaced, what is unknown is `?`."""
    width = cell_len(text)
    return set_cell_size(_narrowed(written(text), width)[0], width)


@lru_cache(4096)
def written(text: str) -> str:
    """Return `text` in ASCII, wider than it is where a number would become another one."""
    for sign, wider in _WIDER:
        text = sign.sub(wider, text)
    return "".join(_plain(sign) for sign in text)


def _narrowed(text: str, width: int) -> tuple[str, int]:
    """Return `text` with its runs of spaces shortened, none to nothing, to `width`; and how much is left too wide."""
    over = len(text) - width

    def shorter(run: re.Match[str]) -> str:
        nonlocal over
        taken = max(0, min(over, len(run[0]) - 1))
        over -= taken
        return run[0][taken:]

    if over > 0:
        text = _GAP.sub(shorter, text)
    return text, max(0, over)


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
