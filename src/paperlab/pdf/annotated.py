"""A copy of a PDF with annotations in it. The child process runs it."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.pdf.annotations import OURS, entries_of
from paperlab.pdf.appearances import SIGN, drawing, shown
from paperlab.pdf.letters import open_page
from paperlab.pdf.objects import PdfObjects, pdf_date, text_string
from paperlab.pdf.opening import Unreadable, open_pdf, out_of_memory, page_count, short, tried
from paperlab.pdf.pictures import Misuse
from paperlab.pdf.quads import corners, is_near, moved, page_space
from paperlab.pdf.raw_pages import RawText
from paperlab.text import clean
from paperlab.types import COLOURS, AnnotationKind, around

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paperlab.pdf.annotations import Entry
    from paperlab.pdf.appearances import Colour, Corners
    from paperlab.pdf.objects import PdfDict
    from paperlab.pdf.pages import At
    from paperlab.pdf.quads import Point
    from paperlab.types import Annotation, Box

_SUBTYPES = {
    AnnotationKind.HIGHLIGHT: "Highlight",
    AnnotationKind.UNDERLINE: "Underline",
    AnnotationKind.STRIKEOUT: "StrikeOut",
    AnnotationKind.SQUIGGLY: "Squiggly",
    AnnotationKind.NOTE: "Text",
}
_STEP = 22.0
"""Points between the tops of the signs that stand below each other on the first page."""
_OPACITY = "0.6"
"""Of a highlight, which lets print through besides."""
_SAME_PLACE = 1.0
"""Points."""
_PASSES, _MOST_OBJECTS = 4, 500_000
"""MuPDF repairs a file when it comes upon the damage, and all is to be looked at again then."""
_PRINTED, _NOTE_FLAGS = 4, 4 | 8 | 16
"""Printed with the page; a note's sign also keeps its size and stays upright."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NotWritten(Exception):
    """The copy could not be written; `number` is the system's error number."""

    def __init__(self, number: int) -> None:
        super().__init__(os.strerror(number))
        self.number = number


def write_annotations(engine: Any, pdf: Any, paths: tuple[str, str], annotations: Sequence[Annotation], at: At) -> None:
    """Write a copy of an open file with `annotations` in it; `paths` are the file's own and the copy's.

    What was in it stays as it is, byte for byte where it can; an annotation it has already is replaced. Raises Misuse
    for a page that is not there, NotWritten, Unreadable and MemoryError.
    """
    try:
        if not _add(engine, pdf, paths, annotations, at):
            _save(engine, pdf, paths, annotations, at)
        with Path(paths[1]).open("rb+") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise NotWritten(error.errno or errno.EIO) from error


def _add(engine: Any, pdf: Any, paths: tuple[str, str], annotations: Sequence[Annotation], at: At) -> bool:
    """Write the file's own bytes and what is new behind them; False where that cannot be: the file is damaged."""
    path, to = paths
    shutil.copyfile(path, to)
    with Path(to).open("rb") as file:
        # Other programs count from the header where something stands before it, or do not.
        if file.read(5) != b"%PDF-":
            return False
    count = 0
    with open_pdf(engine, to) as copy:
        if not copy.can_save_incrementally():
            return False
        try:
            count = _mark(engine, pdf, copy, annotations, at)
            at("end")
            copy.saveIncr()
        except (Misuse, MemoryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - MuPDF may find out only now that the file is damaged
            _check_room(error)
            return False
    return tried(lambda: _is_whole(engine, to, count), otherwise=False)


def _check_room(error: Exception) -> None:
    """Raise what a failure to write comes from where that is no fault of the file: no memory, no room on the disk."""
    if out_of_memory(error):
        raise MemoryError from error
    full = next((code for code in _FULL if os.strerror(code) in str(error)), None)
    if full is not None:
        raise NotWritten(full) from error


def _is_whole(engine: Any, path: str, count: int) -> bool:
    with open_pdf(engine, path) as copy:
        return bool(copy.page_count == count and not copy.is_repaired)


def _save(engine: Any, pdf: Any, paths: tuple[str, str], annotations: Sequence[Annotation], at: At) -> None:
    """Write all of the file anew, without what of it nobody can read."""
    path, to = paths
    Path(to).unlink()
    with open_pdf(engine, path) as copy:
        try:
            at("end")
            _drop_broken(copy)
            _mark(engine, pdf, copy, annotations, at)
            at("end")
            _drop_broken(copy)
            copy.save(to, encryption=engine.PDF_ENCRYPT_KEEP)
        except (Misuse, Unreadable, MemoryError, OSError):
            raise
        except Exception as error:
            _check_room(error)
            raise Unreadable("damaged", f"it is too damaged to be copied ({short(error)}): fetch it again") from error


def _drop_broken(copy: Any) -> None:
    """Put nothing in the place of objects that cannot be read, which would end the writing."""
    for _ in range(_PASSES):
        broken = [
            n for n in range(1, min(_MOST_OBJECTS, copy.xref_length())) if not tried(partial(copy.xref_object, n), "")
        ]
        for number in broken:
            tried(partial(copy.update_object, number, "null"), None)
        if not broken:
            return


def _mark(engine: Any, pdf: Any, copy: Any, annotations: Sequence[Annotation], at: At) -> int:
    """Put annotations into an open copy and return how many pages it has.

    Pages are looked at in `pdf`, the same file: MuPDF draws what a page's annotations lack while it reads the page.
    """
    count = page_count(copy, sys.maxsize)
    pages: dict[int, list[Annotation]] = {}
    for annotation in annotations:
        pages.setdefault(annotation.page or 1, []).append(annotation)
    open_page(pdf, max(pages, default=1))
    objects = PdfObjects(engine, copy)
    names = {a.pdf_name for a in annotations if a.is_named}
    for number in range(1, count + 1):
        at("annotations", number)
        new = pages.get(number, [])
        old = list(entries_of(engine, pdf, objects, number))
        gone = [entry.place for entry in old if entry.name in names or any(_is_same(entry, a) for a in new)]
        if new or gone:
            page = objects.page(number)
            parts = list(page.parts("Annots", sys.maxsize))
            kept = _without(parts, set(gone))
            written = _Writing(engine, pdf, copy, number).all(new) if new else []
            objects.put_array(page, "Annots", kept, written)
    return count


def _is_same(entry: Entry, annotation: Annotation) -> bool:
    """Tell whether an annotation was read out of an entry of its page, or written there before.

    Some programs number the annotations of each page or file: such a name alone says nothing.
    """
    if entry.name and entry.name in {annotation.id, annotation.pdf_name}:
        return not (annotation.boxes and entry.box) or _touch(entry.box, around(list(annotation.boxes)))
    if entry.name or annotation.pdf_name or entry.kind is not annotation.kind or not annotation.boxes:
        return False
    return entry.box is not None and is_near(entry.box, around(list(annotation.boxes)), _SAME_PLACE)


def _touch(box: Box, other: Box) -> bool:
    return box[0] <= other[2] and other[0] <= box[2] and box[1] <= other[3] and other[1] <= box[3]


def _without(parts: Sequence[PdfDict], gone: set[int]) -> list[PdfDict]:
    """Return the entries that stay: with one that goes, its popup and the replies to it go, whose words it holds."""
    if not gone:
        return list(parts)
    links = [tried(partial(_links, part), (0, 0, 0)) for part in parts]
    numbers = {links[place][0] for place in gone} | {links[place][2] for place in gone}
    before = -1
    while len(gone) > before:
        before = len(gone)
        numbers.discard(0)
        gone |= {place for place, (own, above, _) in enumerate(links) if own in numbers or above in numbers}
        numbers |= {links[place][0] for place in gone}
    return [part for place, part in enumerate(parts) if place not in gone]


def _links(part: PdfDict) -> tuple[int, int, int]:
    """Return the objects that an annotation is, belongs to (as a reply or popup), and has as popup; 0 for none."""
    above = part.part("Parent") if part.name("Subtype") == "Popup" else part.part("IRT")
    grouped = part.name("RT") == "Group"
    return part.number, 0 if grouped else above.number, part.part("Popup").number


class _Writing:
    """Writes annotations of one page into an open copy."""

    def __init__(self, engine: Any, pdf: Any, copy: Any, number: int) -> None:
        page = open_page(pdf, number)
        self._copy = copy
        self._page = int(copy.page_xref(number - 1))
        self._space = page_space(engine, page)
        self._lines: list[tuple[Box, Point]] | None = None
        self._read_lines = partial(_lines, engine, page)
        self._signs = 0

    def all(self, annotations: Sequence[Annotation]) -> list[int]:
        """Return the numbers of the objects written."""
        return [self._write(annotation) for annotation in annotations]

    def _write(self, annotation: Annotation) -> int:
        note, whole = annotation.kind is AnnotationKind.NOTE, annotation.page is None
        boxes = annotation.boxes or (self._next_sign(),)
        quads = [self._in_pdf(corners(box, (1, 0) if note else self._direction(box))) for box in boxes]
        edge = around([(*point, *point) for four in quads for point in four])
        rect = edge if note else (edge[0] - 0.5, edge[1] - 0.5, edge[2] + 0.5, edge[3] + 0.5)
        entries = {
            **_common(annotation),
            "Rect": _array(rect),
            "P": f"{self._page} 0 R",
            "AP": f"<</N {self._drawn(annotation, quads, rect)} 0 R>>",
            OURS: _private(annotation, whole=whole, boxes=() if note else boxes),
        }
        if not note:
            entries["CA"] = _OPACITY if annotation.kind is AnnotationKind.HIGHLIGHT else "1"
            entries["QuadPoints"] = _array([value for four in quads for point in four for value in point])
        number = int(self._copy.get_new_xref())
        self._copy.update_object(number, _dictionary(entries))
        return number

    def _drawn(self, annotation: Annotation, quads: Sequence[Corners], rect: Box) -> int:
        look = int(self._copy.get_new_xref())
        blend = f"<</ExtGState<</Over<</Type/ExtGState/BM/Multiply/ca {_OPACITY}>>>>>>"
        entries = {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": _array(rect),
            "Resources": blend if annotation.kind is AnnotationKind.HIGHLIGHT else "<<>>",
            "Group": "<</S/Transparency>>",
        }
        self._copy.update_object(look, _dictionary(entries))
        self._copy.update_stream(look, drawing(annotation.kind, quads, rect, _ink(annotation)))
        return look

    def _next_sign(self) -> Box:
        """Return a place at the upper left of the page, below those given before."""
        x0, y0, _, _ = self._space.frame
        top = y0 + 6.0 + _STEP * self._signs
        self._signs += 1
        return x0 + 6.0, top, x0 + 6.0 + SIGN, top + SIGN

    def _in_pdf(self, four: Corners) -> Corners:
        a, b, c, d = (moved(self._space.to_pdf, x, y) for x, y in four)
        return a, b, c, d

    def _direction(self, box: Box) -> Point:
        """Return which way the print runs that a box marks: lines are drawn below it."""
        if self._lines is None:
            self._lines = tried(self._read_lines, None) or []
        shared = max(self._lines, key=lambda line: _shared(line[0], box), default=None)
        return shared[1] if shared and _shared(shared[0], box) > 0 else (1.0, 0.0)


def _lines(engine: Any, page: Any) -> list[tuple[Box, Point]]:
    raw = RawText(engine, page).raw
    return [(line["bbox"], line["dir"]) for block in raw["blocks"] for line in block.get("lines", ())]


def _shared(a: Box, b: Box) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _common(annotation: Annotation) -> dict[str, str]:
    """Return the entries that all kinds have, empty texts left out."""
    note = annotation.kind is AnnotationKind.NOTE
    texts = {
        "NM": annotation.pdf_name or annotation.id,
        "Contents": clean(annotation.comment),
        "T": clean(annotation.author),
        "M": pdf_date(annotation.changed),
        "CreationDate": pdf_date(annotation.created),
    }
    return {
        "Type": "/Annot",
        "Subtype": f"/{_SUBTYPES[annotation.kind]}",
        "F": str(_NOTE_FLAGS if note else _PRINTED),
        "C": _array(_ink(annotation)),
        **({"Name": "/Note"} if note else {}),
        **{key: text_string(text) for key, text in texts.items() if text},
    }


def _private(annotation: Annotation, *, whole: bool, boxes: Sequence[Box]) -> str:
    """Return what reading it back exactly takes, and PDF has no place for."""
    entries = {"Kind": f"/{annotation.kind}"}
    if annotation.quote:
        entries["Quote"] = text_string(clean(annotation.quote))
    if boxes:
        entries["Boxes"] = _array([edge for box in boxes for edge in box])
    if whole:
        entries["Whole"] = "1"
    return _dictionary(entries)


def _ink(annotation: Annotation) -> Colour:
    shown = COLOURS.get(annotation.colour, annotation.colour)
    red, green, blue = (int(shown[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _array(numbers: Sequence[float]) -> str:
    return f"[{' '.join(map(shown, numbers))}]"


def _dictionary(entries: Mapping[str, str]) -> str:
    return f"<<{''.join(f'/{key} {value}' for key, value in entries.items())}>>"
