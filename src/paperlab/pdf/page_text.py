"""One page as PyMuPDF gives it, turned into rows of text with place and style. Pure: it imports no PyMuPDF."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from paperlab.text import clean
from paperlab.types import Box, around

if TYPE_CHECKING:
    from collections.abc import Sequence

RawPage = dict[str, Any]
"""What `page.get_text("dict")` returns."""

_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_ACCENTS = {"¨": "\u0308", "´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˚": "\u030a"}
_LOOSE_ACCENT = re.compile(r"(?<=\w)([¨´ˆ˜ˇ˚]|(?<=[a-z])`) ?([A-Za-zıȷ])|(?<!\S)([¨´ˆ˜ˇ˚])([A-Za-z])")
_UNUSUAL = re.compile(
    r"[^\x20-\x7e\u00a0-\u00ac\u00ae-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\uf900-\ufaff\U00010000-\U0010ffff]"
)
_BOLD_FONT = re.compile(r"bold|black|heavy|semib|demi|medi(?!um)|cmbx|-bd|[-,]b(?:$|old)", re.IGNORECASE)
_SECTION_NUMBER = re.compile(r"(?:\d{1,2}|[A-Z]|[IVX]{1,5})(?:\.\d{1,2}){0,3}\.?")

_MATH_FONT = re.compile(
    r"cmmi|cmsy|cmex|cmbsy|msam|msbm|lmmi|lmsy|lmex|lmmath|math|mtsy|mtmi|mtex|symbol|rsfs|euf|eus|stmary|wasy|"
    r"[tp]xsy|[tp]xmi|[tp]xex|ntx(?:mi|sy|ex)|zptmcm|bbold|dsrom|esint",
    re.IGNORECASE,
)
_TEX_CODES = {
    **dict.fromkeys([*range(11), *range(16, 32)], "\ufffd"),
    0x0B: "ff",
    0x0C: "fi",
    0x0D: "fl",
    0x0E: "ffi",
    0x0F: "ffl",
    ord("\\"): "“",
    ord('"'): "”",
}
"""Codes of TeX's own text fonts; what stands for no known letter shows as unreadable, since a lost digit would lie."""
_RAISED_NUMBER = re.compile(r"\s*[−–-]?\d[\d.,–−-]*[,∗*†‡§¶]*\s*")
_LETTERSPACED = re.compile(r"(?:[^\W\d_] +){4,}[^\W\d_]")

_BOLD, _ITALIC, _SUPERSCRIPT = 16, 2, 1
_TINY = 3.5
_WIDE_GAP = 2.0
_GLUE_GAP = 0.15
_NARROW, _BROAD = frozenset("fijltrI.,:;'|!() "), frozenset("mwMW—")


@dataclass(slots=True)
class Row:
    """A run of text on one printed line; after `join_rows` a whole printed line or table cell."""

    text: str
    box: Box
    """On the unrotated page."""
    frame: Box
    """The same box, turned so that the page's main text runs from left to right."""
    size: float
    """Of the largest letters that matter, in points: of the capitals where small capitals are set."""
    bold: bool
    italic: bool
    page: int
    """1-based."""
    block: int
    """PyMuPDF's number of the block on this page."""
    upright: bool
    """Runs in the page's main direction."""
    lone: bool = True
    """Nothing else stands on the same printed line, as far as the stream tells."""
    math: float = 0.0
    """Share of its characters set in a font for formulas, 0 to 1."""
    formula: bool = False
    """A whole line of a formula set apart from the text."""

    @property
    def caps(self) -> bool:
        """All letters are capitals, and there are some."""
        return self.text.isupper() and sum(map(str.isalpha, self.text)) >= 3


def tidy(text: str) -> str:
    """Return a span's or line's text with ligatures opened, loose accents composed, control characters gone.

    Soft hyphens stay only at the end, where they are a broken word's hyphen.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    body, end = (text.rstrip()[:-1], "-") if text.rstrip().endswith("\u00ad") else (text, "")
    opened = body.replace("\u00ad", "").translate(_LIGATURES) + end
    if _UNUSUAL.search(opened):
        opened = clean(opened).encode("utf-8", "replace").decode()
    if not opened.isascii():
        opened = _LOOSE_ACCENT.sub(_compose, opened)
    return " ".join(opened.split())


def rows_of(raw: RawPage, page: int) -> list[Row]:
    """Return the page's runs of text in stream order; a margin's line number is a row of its own."""
    width, height = float(raw["width"]), float(raw["height"])
    main = _main_direction(raw)
    rows: list[Row] = []
    for number, block in enumerate(raw["blocks"]):
        for line in block.get("lines", ()):
            direction = _quarter(line["dir"])
            for spans, box in _apart(line):
                row = _row(spans, box, page, number)
                if row is None:
                    continue
                row.upright = direction == main
                if main != (1, 0):
                    row.frame = _turned(row.box, main, width, height)
                rows.append(row)
    return rows


def join_rows(rows: Sequence[Row]) -> list[Row]:
    """Join runs that stand on one printed line of a block; wide gaps (table cells) keep them apart."""
    joined: list[Row] = []
    for row in rows:
        last = joined[-1] if joined else None
        if last and last.page == row.page and _continues(last, row):
            joined[-1] = _together(last, row)
        else:
            joined.append(row)
    _mark_neighbours(joined)
    return joined


def mend(raw: RawPage) -> RawPage:
    """Give fonts of meaningless size (bitmap fonts of old PostScript) a size, a box and words that hold together.

    Changes `raw` in place, and only spans whose type size is below what anyone can read.
    """
    for block in raw["blocks"]:
        lines = block.get("lines", ())
        shapeless = [span for span in _spans(lines) if span["size"] < _TINY and _is_shapeless(span)]
        for span in shapeless:
            span["text"] = span["text"].translate(_TEX_CODES)
        if shapeless and len(shapeless) == len(_spans(lines)):
            block["lines"] = _mended(lines)
        elif shapeless:
            _resize(lines, shapeless)
    return raw


def _is_shapeless(span: RawPage) -> bool:
    return bool(span["bbox"][3] - span["bbox"][1] > 20)


def _resize(lines: Sequence[RawPage], shapeless: Sequence[RawPage]) -> None:
    """Set spans of meaningless size as large as the others of their block."""
    sizes = Counter(round(s["size"], 1) for s in _spans(lines) if s["size"] >= _TINY)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    for span in shapeless:
        base = span["origin"][1]
        span["size"] = size
        span["bbox"] = (span["bbox"][0], base - 0.75 * size, span["bbox"][2], base + 0.25 * size)
    for line in lines:
        if line["bbox"][3] - line["bbox"][1] > 20:
            line["bbox"] = around([span["bbox"] for span in line["spans"]])


def _spans(lines: Sequence[RawPage]) -> list[RawPage]:
    return [span for line in lines for span in line["spans"]]


def _mended(lines: Sequence[RawPage]) -> list[RawPage]:
    breadth = sum(line["bbox"][2] - line["bbox"][0] for line in lines)
    size = max(4.0, min(30.0, round(breadth / max(0.2, sum(_em_width(span["text"]) for span in _spans(lines))))))
    mended: list[RawPage] = []
    for line in lines:
        base = line["spans"][0]["origin"][1]
        box = (line["bbox"][0], base - 0.75 * size, line["bbox"][2], base + 0.25 * size)
        spans = [{**span, "size": size, "bbox": box} for span in line["spans"]]
        last = mended[-1] if mended else None
        gap = box[0] - last["bbox"][2] if last else 0.0
        if last and abs(last["bbox"][1] - box[1]) < 1 and -0.3 * size < gap < _WIDE_GAP * size:
            if gap > _GLUE_GAP * size:
                last["spans"].append({**spans[0], "text": " "})
            last["spans"].extend(spans)
            last["bbox"] = around([last["bbox"], box])
        else:
            mended.append({**line, "spans": spans, "bbox": box})
    return mended


def _em_width(text: str) -> float:
    """Return about how wide a text is set in a book face, in ems."""
    return sum(0.3 if c in _NARROW else 0.8 if c in _BROAD else 0.7 if c.isupper() else 0.5 for c in text)


def _main_direction(raw: RawPage) -> tuple[int, int]:
    weights: dict[tuple[int, int], int] = {}
    for block in raw["blocks"]:
        for line in block.get("lines", ()):
            direction = _quarter(line["dir"])
            weights[direction] = weights.get(direction, 0) + sum([len(s["text"]) for s in line["spans"]])
    return max(weights, key=lambda d: weights[d]) if weights else (1, 0)


def _quarter(direction: tuple[float, float]) -> tuple[int, int]:
    if direction[0] > 0.9:
        return (1, 0)
    return (round(direction[0]), round(direction[1]))


def _turned(box: Box, main: tuple[int, int], width: float, height: float) -> Box:
    x0, y0, x1, y1 = box
    if main == (0, -1):
        return (height - y1, x0, height - y0, x1)
    if main == (0, 1):
        return (y0, width - x1, y1, width - x0)
    if main == (-1, 0):
        return (width - x1, height - y1, width - x0, height - y0)
    return box


def _apart(line: RawPage) -> list[tuple[list[RawPage], Box]]:
    """Split a line number in small type off the line it was glued to."""
    spans = line["spans"]
    if len(spans) > 1 and spans[0]["text"].strip().isdigit() and not spans[0]["flags"] & _SUPERSCRIPT:
        rest = next((i for i, s in enumerate(spans[1:], 1) if s["text"].strip()), 0)
        if rest and spans[0]["size"] < 0.85 * spans[rest]["size"]:
            gap = spans[rest]["bbox"][0] - spans[0]["bbox"][2]
            if gap > 0.5 * spans[rest]["size"]:
                return [
                    (spans[:1], tuple(spans[0]["bbox"])),
                    (spans[rest:], around([s["bbox"] for s in spans[rest:]])),
                ]
    return [(spans, tuple(line["bbox"]))]


def _row(spans: list[RawPage], box: Box, page: int, block: int) -> Row | None:
    text = _closed_up(spans[0]["text"] if len(spans) == 1 else _flat(spans))
    if not text:
        return None
    weights: dict[float, int] = {}
    letters = bold = italic = math = 0
    for span in spans:
        count = len(span["text"].strip())
        if not count:
            continue
        size = round(span["size"], 1)
        weights[size] = weights.get(size, 0) + count
        letters += count
        flags = span["flags"]
        if flags & _BOLD or is_bold(span["font"]):
            bold += count
        if flags & _ITALIC:
            italic += count
        if _is_math(span["font"]):
            math += count
    size = _peak(weights, letters)
    share = math / letters if math else 0.0
    return Row(
        text, box, box, size, 5 * bold > 4 * letters, 2 * italic > letters, page, block, upright=True, math=share
    )


def _closed_up(text: str) -> str:
    """Return the text tidied, a letterspaced heading ("a b s t r a c t") without its spaces."""
    if text[1:2] == " " == text[3:4] and _LETTERSPACED.fullmatch(text.strip()):
        text = " ".join(word.replace(" ", "") for word in re.split(r" {2,}", text))
    return tidy(text)


def _flat(spans: Sequence[RawPage]) -> str:
    """Return the spans' text; a raised number is kept apart from what it stands on: `10^20`, `method^3`."""
    sizes = [span["size"] for span in spans]
    if min(sizes) > 0.86 * max(sizes):
        return "".join([span["text"] for span in spans])
    text, raised = "", ""
    base = spans[0]
    for place, span in enumerate(spans):
        if span is not base and _stands_above(span, base):
            raised += span["text"]
            continue
        if place == 1 and _stands_above(base, span) and _RAISED_NUMBER.fullmatch(text):
            text, base = text.rstrip() + " ", span
        text, raised = text + _lifted(text, raised) + span["text"], ""
        if span["size"] > 0.9 * base["size"] and span["text"].strip():
            base = span
    return text + _lifted(text, raised)


def _lifted(text: str, raised: str) -> str:
    """Return what stands raised behind `text`, with `^` before it where it is a number."""
    apart = raised and text[-1:].strip() and _RAISED_NUMBER.fullmatch(raised)
    return "^" + raised.lstrip() if apart else raised


def _stands_above(span: RawPage, base: RawPage) -> bool:
    lift = base["origin"][1] - span["origin"][1]
    return bool(span["size"] < 0.86 * base["size"] and 0.1 * base["size"] < lift < base["size"])


@lru_cache(maxsize=1024)
def _is_math(font: str) -> bool:
    return bool(_MATH_FONT.search(font))


@lru_cache(maxsize=1024)
def is_bold(font: str) -> bool:
    """Tell from a font's name whether it is bold."""
    return bool(_BOLD_FONT.search(font))


def _peak(weights: dict[float, int], letters: int) -> float:
    if len(weights) == 1:
        return next(iter(weights))
    # Small capitals: the capitals' size counts although most letters are smaller.
    return max((size for size, n in weights.items() if n >= 0.05 * letters), default=max(weights, default=0.0))


def _continues(last: Row, row: Row) -> bool:
    if not (last.upright and row.upright):
        return False
    gap = row.frame[0] - last.frame[2]
    numbered = _SECTION_NUMBER.fullmatch(last.text) is not None and abs(last.size - row.size) < 0.7
    near = gap < (_WIDE_GAP if last.block == row.block else 0.5) * row.size
    wide = numbered and last.bold == row.bold and gap < 5 * row.size
    return gap > -0.4 * row.size and (near or wide) and _same_height(last.frame, row.frame)


def _same_height(a: Box, b: Box) -> bool:
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    return overlap > 0.6 * min(a[3] - a[1], b[3] - b[1])


def _together(last: Row, row: Row) -> Row:
    initial = len(last.text) == 1 and last.text.isupper() and last.size > 1.6 * row.size
    space = "" if initial or row.frame[0] - last.frame[2] < _GLUE_GAP * row.size else " "
    long = last if len(last.text) > len(row.text) else row
    return Row(
        last.text + space + row.text,
        around([last.box, row.box]),
        around([last.frame, row.frame]),
        max(last.size, row.size) if last.caps or row.caps else long.size,
        long.bold,
        long.italic,
        last.page,
        row.block,
        upright=True,
        math=(last.math * len(last.text) + row.math * len(row.text)) / (len(last.text) + len(row.text)),
    )


def _mark_neighbours(rows: Sequence[Row]) -> None:
    for i, row in enumerate(rows):
        for other in rows[i + 1 : i + 4]:
            if other.page == row.page and _same_height(row.frame, other.frame):
                row.lone = other.lone = False


def _compose(match: re.Match[str]) -> str:
    accent, letter = (match[1], match[2]) if match[1] else (match[3], match[4])
    base = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    whole = unicodedata.normalize("NFC", base + _ACCENTS[accent])
    return whole if len(whole) == 1 else match[0]
