"""Whether highlights survive a trip through a PDF.

    python -m benchmarks.annotations PAPERS_DIR [--seed N] [--spans 200]

Random runs of 1 to 60 words on random pages of the papers are highlighted in copies, one box per printed line around
the letters, and read back: as paperlab does it, with the quote kept beside each highlight; and as highlights of other
programs, which have nothing but quads, one per line or one per word. Words are the same where their letters are, white
space and hyphens apart; boxes are held together as areas. pypdf and pypdfium2, where they are installed, say what they
see in the copies: the same quads, and the words that pdfium finds below them, which is the figure to beat.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
import unicodedata
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from paperlab.pdf import PyMuPDFReader
from paperlab.pdf.annotations import OURS
from paperlab.pdf.page_text import tidy
from paperlab.types import Annotation, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.types import Box, PageLetters

LONGEST = 60
"""Words of a span."""
BAR = 0.9
"""Of the areas that the boxes have in common."""
IGNORED = dict.fromkeys(map(ord, '-‐‑\u00ad\ufffd"“”\\'))
"""Hyphens; what a font does not say, and quotation marks, which old fonts have under other codes."""
CODES = {0x0B: "ff", 0x0C: "fi", 0x0D: "fl", 0x0E: "ffi", 0x0F: "ffl"}
"""Ligatures of fonts of old PostScript, as the text layer has them and a reading does not."""


@dataclass(frozen=True)
class Span:
    """A random run of words."""

    mark: Annotation
    words: tuple[Box, ...]


@dataclass
class Tally:
    """What became of spans."""

    name: str
    spans: int = 0
    words: int = 0
    boxes: int = 0
    overlaps: list[float] = field(default_factory=list)
    misses: Counter[str] = field(default_factory=Counter)

    def count(self, span: Annotation, found: Annotation | None) -> None:
        """Count one span and what was read back for it."""
        self.spans += 1
        if found is None:
            self.misses["not there"] += 1
            return
        why = difference(span.quote, found.quote)
        shared = overlap(span.boxes, found.boxes)
        self.words += not why
        self.boxes += shared >= BAR
        self.overlaps.append(shared)
        self.misses.update(why and [why])

    def __str__(self) -> str:
        missed = "".join(f"; {why}: {count}" for why, count in self.misses.most_common())
        middle, least = median(self.overlaps or [0.0]), min(self.overlaps, default=0.0)
        return (
            f"{self.name}: same words {self.words} of {self.spans} ({self.words / max(1, self.spans):.1%}; bar 100 %),"
            f" boxes IoU >= {BAR} {self.boxes} of {self.spans} (median {middle:.3f}, least {least:.3f}){missed}"
        )


def main() -> None:
    """Print our figures beside the bar, and what other engines see."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--spans", type=int, default=200)
    parser.add_argument("--misses", action="store_true", help="print the words of every miss")
    options = parser.parse_args()
    trip = Trip(show=options.misses)
    start = time.perf_counter()
    with PyMuPDFReader() as reader, tempfile.TemporaryDirectory() as folder:
        drawn, two = draw(reader, sorted(options.papers.rglob("*.pdf")), options.spans, random.Random(options.seed))
        print(f"{options.spans} spans in {len(drawn)} papers, {two} on pages of two columns; seed {options.seed}")
        for path, spans in drawn.items():
            trip.make(reader, path, spans, Path(folder))
    print(trip.used, trip.lines, trip.words, sep="\n")
    print(*(f"pypdf, {what}: {count} of {options.spans}" for what, count in trip.seen.items()), sep="\n")
    if trip.pdfium.spans:
        print(f"{trip.pdfium.name}: same words {trip.pdfium.words} of {trip.pdfium.spans}")
    print(f"{time.perf_counter() - start:.1f} s in all")


@dataclass
class Trip:
    """Takes spans through PDFs and counts what becomes of them."""

    show: bool
    used: Tally = field(default_factory=lambda: Tally("as it is used"))
    lines: Tally = field(default_factory=lambda: Tally("quads alone, one per line"))
    words: Tally = field(default_factory=lambda: Tally("quads alone, one per word"))
    pdfium: Tally = field(default_factory=lambda: Tally("pdfium's words below the quads of lines"))
    seen: Counter[str] = field(default_factory=Counter)

    def make(self, reader: PyMuPDFReader, path: Path, spans: list[Span], folder: Path) -> None:
        """Write a paper's spans into copies below `folder`, and read them back."""
        kept, lines, words = folder / "kept.pdf", folder / "lines.pdf", folder / "words.pdf"
        marks = [span.mark for span in spans]
        reader.annotate(path, kept, marks)
        reader.annotate(path, lines, marks)
        reader.annotate(path, words, [replace(span.mark, boxes=span.words) for span in spans])
        forget(lines)
        forget(words)
        for tally, copy in ((self.used, kept), (self.lines, lines), (self.words, words)):
            found = {each.pdf_name: each for each in reader.annotations(copy)}
            for mark in marks:
                tally.count(mark, found.get(mark.id))
                self.tell(path, tally, mark, found.get(mark.id))
        with suppress(ImportError):
            self.seen.update(seen_by_pypdf(lines, marks))
        with suppress(ImportError):
            for mark, text in zip(marks, words_of_pdfium(lines, marks), strict=True):
                self.pdfium.count(mark, replace(mark, quote=text))

    def tell(self, path: Path, tally: Tally, mark: Annotation, found: Annotation | None) -> None:
        """Print a miss where that was asked for."""
        read = found.quote if found else ""
        if self.show and (difference(mark.quote, read) or not found or overlap(mark.boxes, found.boxes) < BAR):
            print(f"  {path.name}, page {mark.page}, {tally.name}\n    {mark.quote!r}\n    {read!r}")


def forget(path: Path) -> None:
    """Take out of a copy what paperlab put beside its highlights, as if another program had made them."""
    import pymupdf

    with pymupdf.open(path) as pdf:
        for page in pdf:
            for xref, *_ in page.annot_xrefs():
                if pdf.xref_get_key(xref, OURS)[0] != "null":
                    pdf.xref_set_key(xref, OURS, "null")
        pdf.saveIncr()


def draw(
    reader: PyMuPDFReader, paths: Sequence[Path], count: int, dice: random.Random
) -> tuple[dict[Path, list[Span]], int]:
    """Return random spans by paper, and how many stand on pages of two columns."""
    drawn: dict[Path, list[Span]] = {}
    pages = {path: page_count(path) for path in paths}
    two_columns = 0
    while sum(map(len, drawn.values())) < count:
        path = dice.choice(paths)
        letters = reader.letters(path, dice.randint(1, pages[path]))
        words = places(letters.text)
        if len(words) < 2:
            continue
        first = dice.randrange(len(words))
        last = min(first + dice.randint(1, LONGEST), len(words)) - 1
        spans = drawn.setdefault(path, [])
        spans.append(drawn_span(letters, words[first : last + 1], f"{len(spans):06x}"))
        two_columns += has_two_columns(letters)
    return drawn, two_columns


def page_count(path: Path) -> int:
    """Return how many pages a PDF has."""
    import pymupdf

    with pymupdf.open(path) as pdf:
        return int(pdf.page_count)


def places(text: str) -> list[tuple[int, int]]:
    """Return where each word begins and ends."""
    cuts = [-1, *(i for i, c in enumerate(text) if c.isspace()), len(text)]
    return [(a + 1, b) for a, b in pairwise(cuts) if b > a + 1]


def drawn_span(letters: PageLetters, words: Sequence[tuple[int, int]], name: str) -> Span:
    """Return the annotation of a run of words, with one box for each printed line."""
    start, end = words[0][0], words[-1][1]
    lines: list[list[Box]] = [[]]
    for i in range(start, end):
        if letters.text[i] == "\n":
            lines.append([])
        else:
            lines[-1] += held(letters, i, i + 1)
    quote = tidy(letters.text[start:end].translate(CODES))
    mark = Annotation(name, page=letters.page, quote=quote, boxes=tuple(around(line) for line in lines if line))
    return Span(mark, tuple(around(boxes) for word in words if (boxes := held(letters, *word))))


def held(letters: PageLetters, start: int, end: int) -> list[Box]:
    """Return the boxes of some letters that take room."""
    return [box for box in letters.boxes[start:end] if box and box[0] < box[2] and box[1] < box[3]]


def has_two_columns(letters: PageLetters) -> bool:
    """Tell whether most lines of a page begin left or right of its middle and keep to that side."""
    boxes = held(letters, 0, len(letters.boxes))
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    middle = (left + right) / 2
    lines, start = 0, 0
    crossing = 0
    for line in letters.text.split("\n"):
        printed = held(letters, start, start + len(line))
        start += len(line) + 1
        if printed and len(line) > 20:
            lines += 1
            crossing += printed[0][0] < middle - 20 and printed[-1][2] > middle + 20
    return lines > 0 and crossing < 0.3 * lines


def difference(wanted: str, found: str) -> str:
    """Return how the letters of two texts differ, "" where they do not."""
    a, b = letters_of(wanted), letters_of(found)
    if a == b:
        return ""
    if sorted(a) == sorted(b):
        return "other order"
    more, less = Counter(b) - Counter(a), Counter(a) - Counter(b)
    return (
        "words of neighbours besides" if more and not less else "letters lost" if less and not more else "other letters"
    )


def letters_of(text: str) -> str:
    """Return what is compared of a text."""
    return "".join(unicodedata.normalize("NFKC", text.translate(IGNORED)).split())


def overlap(boxes: Sequence[Box], others: Sequence[Box]) -> float:
    """Return the area that two sets of boxes have in common as a part of the area of both together."""
    xs = sorted({edge for box in (*boxes, *others) for edge in (box[0], box[2])})
    ys = sorted({edge for box in (*boxes, *others) for edge in (box[1], box[3])})
    both = either = 0.0
    for (x0, x1), (y0, y1) in ((x, y) for x in pairwise(xs) for y in pairwise(ys)):
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        inside = [any(b[0] < x < b[2] and b[1] < y < b[3] for b in held) for held in (boxes, others)]
        area = (x1 - x0) * (y1 - y0)
        both, either = both + area * all(inside), either + area * any(inside)
    return both / max(either, 1e-9)


def seen_by_pypdf(path: Path, spans: Sequence[Annotation]) -> Counter[str]:
    """Count the spans that pypdf sees in a copy with the quads that were written."""
    pages = import_module("pypdf").PdfReader(path).pages
    seen: Counter[str] = Counter()
    for span in spans:
        page: Any = pages[(span.page or 1) - 1]
        held = {str(part.get_object().get("/NM")): part.get_object() for part in page.get("/Annots", ())}
        found = held.get(span.id)
        quads = [float(value) for value in found["/QuadPoints"]] if found else []
        seen["highlights there"] += found is not None
        seen["the same quads"] += _same(quads, quads_of(page, span.boxes))
    return seen


def quads_of(page: Any, boxes: Sequence[Box]) -> list[float]:
    """Return the corners that boxes have on a page as pypdf measures it, those of upright text."""
    frame = page.cropbox
    left, top = float(frame.left), float(frame.top)
    corners = []
    for x0, y0, x1, y1 in boxes:
        corners += [left + x0, top - y0, left + x1, top - y0, left + x0, top - y1, left + x1, top - y1]
    return corners


def _same(quads: Sequence[float], others: Sequence[float]) -> bool:
    """Tell whether quads span the same boxes, whatever corner comes first."""

    def box(held: Sequence[float], i: int) -> list[float]:
        xs, ys = held[i : i + 8 : 2], held[i + 1 : i + 8 : 2]
        return [min(xs), min(ys), max(xs), max(ys)]

    return len(quads) == len(others) and all(
        abs(a - b) < 0.05 for i in range(0, len(quads), 8) for a, b in zip(box(quads, i), box(others, i), strict=True)
    )


def words_of_pdfium(path: Path, spans: Sequence[Annotation]) -> list[str]:
    """Return the text that pdfium finds within each quad that it reads out of the copy."""
    pdfium = import_module("pypdfium2")
    raw = pdfium.raw
    texts = []
    with pdfium.PdfDocument(path) as pdf:
        for span in spans:
            page = pdf[(span.page or 1) - 1]
            text, said = page.get_textpage(), ""
            for i in range(raw.FPDFPage_GetAnnotCount(page)):
                part = raw.FPDFPage_GetAnnot(page, i)
                if _name(raw, part) == span.id:
                    for k in range(raw.FPDFAnnot_CountAttachmentPoints(part)):
                        quad = raw.FS_QUADPOINTSF()
                        raw.FPDFAnnot_GetAttachmentPoints(part, k, quad)
                        xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
                        said += text.get_text_bounded(min(xs), min(ys), max(xs), max(ys)) + " "
                raw.FPDFPage_CloseAnnot(part)
            texts.append(tidy(said.replace("\ufffe", "-")))
    return texts


def _name(raw: Any, part: Any) -> str:
    import ctypes

    size = raw.FPDFAnnot_GetStringValue(part, b"NM", None, 0)
    held = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(part, b"NM", ctypes.cast(held, ctypes.POINTER(ctypes.c_ushort)), size)
    return held.raw.decode("utf-16-le").rstrip("\0")


if __name__ == "__main__":
    main()
