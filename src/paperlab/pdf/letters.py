"""A page letter by letter: its text layer with a box for every character. The child process runs it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from paperlab.pdf.opening import Unreadable, out_of_memory, page_count, short
from paperlab.pdf.page_text import RawPage, mend
from paperlab.pdf.pictures import Misuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.quads import Point
    from paperlab.types import Box

_MOST_LETTERS = 300_000
"""Of one page: a page that is full of print has 8,000."""
_FAR = 1e6
"""Points: what stands beyond is nowhere."""
_USUAL, _TALL = 1.3, 1.4
"""Heights of a glyph's box in type sizes: those of fonts for text, and those that reach over other lines."""
_LOOK_AHEAD = 60
"""Characters that the layer may lack in one go."""


@dataclass(slots=True)
class Glyph:
    """A character that is printed on a page."""

    code: str
    """As the text layer has it."""
    spelt: str
    """As a reading has it: fonts of old PostScript keep ligatures under codes of their own."""
    box: Box | None
    """Points on the unrotated page; None where it stands nowhere."""


@dataclass(slots=True)
class PrintedLine:
    """Glyphs that stand on one line, as far as the stream tells."""

    direction: Point
    """The text runs this way, y going down."""
    glyphs: list[Glyph] = field(default_factory=list)


@dataclass(slots=True)
class Print:
    """What is printed on a page."""

    layer: str
    """What `Reading.layer` has for the page."""
    glyphs: list[Glyph]
    """In the order of the layer."""
    lines: list[PrintedLine]
    """The same glyphs; where a font's size is meaningless, on lines that were put together anew."""


def open_page(pdf: Any, number: int) -> Any:
    """Return a page of an open file (1-based); raises Misuse where there is none, Unreadable where it is damaged."""
    count = page_count(pdf, sys.maxsize)
    if not 1 <= number <= count:
        raise Misuse(f"there is no page {number}: it has {count} {'page' if count == 1 else 'pages'}")
    try:
        return pdf[number - 1]
    except Exception as error:
        raise _unreadable(number, error) from error


def letters(engine: Any, pdf: Any, number: int) -> tuple[str, list[Box | None]]:
    """Return the text layer of page `number` (1-based) and a box per character, as `PageLetters` has them.

    Raises Misuse, Unreadable where the page is damaged or has too many letters, and MemoryError.
    """
    page = open_page(pdf, number)
    try:
        found = read_print(engine, page)
    except Unreadable:
        raise
    except Exception as error:  # PyMuPDF has many
        raise _unreadable(number, error) from error
    return found.layer, _placed(found.layer, found.glyphs)


def read_print(engine: Any, page: Any) -> Print:
    """Return what is printed on an open page; raises Unreadable for too much, and whatever PyMuPDF raises."""
    flags = engine.TEXTFLAGS_DICT & ~engine.TEXT_PRESERVE_IMAGES & ~engine.TEXT_PRESERVE_LIGATURES
    printed = page.get_textpage(flags=int(flags))
    layer = str(printed.extractText()).encode("utf-8", "replace").decode()
    if len(layer) > _MOST_LETTERS:
        raise Unreadable("too_large", f"page {page.number + 1} has {len(layer):,} letters, too many to look at each")
    raw = page.get_text("rawdict", textpage=printed)
    glyphs: list[Glyph] = []
    for block in raw["blocks"]:
        for line in block.get("lines", ()):
            glyphs += _glyphs(line)
    lines = [_printed(line) for block in raw["blocks"] for line in _mended(block)]
    return Print(layer, glyphs, lines)


def _unreadable(number: int, error: Exception) -> Exception:
    if out_of_memory(error):
        return MemoryError()
    return Unreadable("damaged", f"page {number} cannot be read ({short(error)}): fetch the file again")


def _glyphs(line: RawPage) -> list[Glyph]:
    """Return a line's glyphs, and hang each on its raw character; those of a ligature share its box."""
    level = abs(line["dir"][0]) > 0.99
    sized: list[tuple[Glyph, float]] = []
    for span in line["spans"]:
        glyphs = [Glyph(_writable(char["c"]), char["c"], _near(char["bbox"])) for char in span["chars"]]
        for char, glyph in zip(span["chars"], glyphs, strict=True):
            char["glyph"] = glyph
        _share(glyphs, level=level)
        sized += [(glyph, span["size"]) for glyph in glyphs]
    if level:
        _trim(sized)
    return [glyph for glyph, _ in sized]


def _share(glyphs: Sequence[Glyph], *, level: bool) -> None:
    """Divide a ligature's box among its letters: the first has it all, those behind it are points on its edge."""
    start = 0
    for at in range(1, len(glyphs) + 1):
        if at < len(glyphs) and _is_tail(glyphs[at], level=level):
            continue
        if at - start > 1:
            _divide(glyphs[start:at], level=level)
        start = at


def _is_tail(glyph: Glyph, *, level: bool) -> bool:
    box = glyph.box
    return box is not None and glyph.code.isalpha() and abs(box[2] - box[0] if level else box[3] - box[1]) < 0.001


def _trim(glyphs: Sequence[tuple[Glyph, float]]) -> None:
    """Cut boxes that reach over the lines above and below: fonts of signs give each the room of their largest one."""
    usual = [box for glyph, size in glyphs if (box := glyph.box) and box[3] - box[1] <= _USUAL * size]
    if not usual:
        return
    top, bottom = min(box[1] for box in usual), max(box[3] for box in usual)
    for glyph, size in glyphs:
        box = glyph.box
        if box and box[3] - box[1] > _TALL * size and max(box[1], top) < min(box[3], bottom):
            glyph.box = (box[0], max(box[1], top), box[2], min(box[3], bottom))


def _divide(glyphs: Sequence[Glyph], *, level: bool) -> None:
    box, count = glyphs[0].box, len(glyphs)
    if box is None:
        return
    x0, y0, x1, y1 = box
    wide, high = (x1 - x0) / count, (y1 - y0) / count
    for i, glyph in enumerate(glyphs):
        if level:
            glyph.box = (x0 + i * wide, y0, x0 + (i + 1) * wide, y1)
        else:
            glyph.box = (x0, y0 + i * high, x1, y0 + (i + 1) * high)


def _mended(block: RawPage) -> list[RawPage]:
    """Return a block's lines as a reading has them: `mend` gives glyphs of meaningless size a size and a spelling."""
    lines: list[RawPage] = [line for line in block.get("lines", ()) if _stands(line)]
    if all(span["size"] >= 4 or span["bbox"][3] - span["bbox"][1] <= 20 for line in lines for span in line["spans"]):
        return lines
    for line in lines:
        line["spans"] = [_alone(span, char) for span in line["spans"] for char in span["chars"]]
    lines = mend({"blocks": [{"lines": lines}]})["blocks"][0]["lines"]
    for line in lines:
        for span in line["spans"]:
            _respell(span)
    return lines


def _stands(line: RawPage) -> bool:
    """Overflowing matrices give places that are no numbers, and those cannot be mended."""
    return all(_near(span["bbox"]) and _near((*span["origin"], span["size"], 0.0)) for span in line["spans"])


def _alone(span: RawPage, char: RawPage) -> RawPage:
    return {**span, "text": char["c"], "chars": [char], "was": span["bbox"]}


def _respell(span: RawPage) -> None:
    """Hand on to its glyph what a mended span says; a space that was put in has no glyph of its own."""
    glyph: Glyph = span["chars"][0]["glyph"]
    if span["text"] == " " != glyph.code:
        span["chars"] = []
        return
    glyph.spelt = span["text"]
    if glyph.box is not None and span["bbox"] != span["was"]:
        top, bottom = span["bbox"][1], span["bbox"][3]
        glyph.box = (glyph.box[0], top, glyph.box[2], bottom)


def _printed(line: RawPage) -> PrintedLine:
    found = PrintedLine((float(line["dir"][0]), float(line["dir"][1])))
    for span in line["spans"]:
        chars = span["chars"]
        found.glyphs += [char["glyph"] for char in chars] if chars else [Glyph(" ", " ", None)]
    return found


def _placed(layer: str, glyphs: Sequence[Glyph]) -> list[Box | None]:
    """Return a box for every character of the layer, which has some more and some fewer than there are glyphs."""
    boxes: list[Box | None] = []
    at = 0
    for i, character in enumerate(layer):
        if character == "\n":
            at += at < len(glyphs) and glyphs[at].code == "\n"
            boxes.append(None)
            continue
        found = _find(layer, i, glyphs, at)
        boxes.append(None if found is None else glyphs[found].box)
        at = at if found is None else found + 1
    return _filled(layer, boxes)


def _find(layer: str, i: int, glyphs: Sequence[Glyph], at: int) -> int | None:
    """Return which glyph the character at `i` is, looked for from `at` on; None where it has none."""
    character = layer[i]
    if at < len(glyphs) and glyphs[at].code == character:
        return at
    rest = layer[i + 1 : i + 4].replace("\n", "")
    if rest and [glyph.code for glyph in glyphs[at : at + len(rest)]] == list(rest):
        return None
    for k in range(at + 1, min(at + _LOOK_AHEAD, len(glyphs))):
        if glyphs[k].code == character:
            return k
    return None


def _filled(layer: str, boxes: list[Box | None]) -> list[Box | None]:
    """Put characters that stand nowhere, without width, behind those before them on their line, or before the next."""
    start = 0
    for line in layer.split("\n"):
        end = start + len(line)
        for order in (range(start, end), range(end - 1, start - 1, -1)):
            _fill(boxes, order, forward=order.step > 0)
        start = end + 1
    return boxes


def _fill(boxes: list[Box | None], order: range, *, forward: bool) -> None:
    last: Box | None = None
    for i in order:
        box = boxes[i]
        if box is None and last is not None:
            edge = last[2] if forward else last[0]
            box = boxes[i] = (edge, last[1], edge, last[3])
        last = box


def _near(box: Sequence[float]) -> Box | None:
    x0, y0, x1, y1 = box
    # Every comparison with a NaN is false.
    stands = -_FAR < x0 < _FAR and -_FAR < y0 < _FAR and -_FAR < x1 < _FAR and -_FAR < y1 < _FAR
    return (float(x0), float(y0), float(x1), float(y1)) if stands else None


def _writable(code: str) -> str:
    """Return a character as the text layer has it: of a broken font's half of a character only that there was one."""
    return "\ufffd" if "\ud800" <= code <= "\udfff" else code
