"""Reads PDFs in child processes that are killed when they take too long or too much."""

from __future__ import annotations

import base64
import os
import queue
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from paperlab.disk import disk_errors, replacing
from paperlab.errors import BadFile, UnreadablePdf, UsageError
from paperlab.pdf.asking import Asker, Limits
from paperlab.pdf.many import ReadingAhead
from paperlab.pdf.wire import unpack, unpack_annotations, unpack_front, unpack_letters
from paperlab.plain import plain
from paperlab.types import COLOURS, AnnotationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from paperlab.types import Annotation, Box, FrontMatter, PageLetters, Reading

READER_VERSION = 4
"""Bumped when the same PDF would give another reading.

PyMuPDF's own version is left out of the id: its patch releases change next to nothing, and each would throw away every
chunk and vector of a library. A release that does change readings is a reason to bump this number.
"""

T = TypeVar("T")

_FAR = 1e9
"""Points: no page goes so far."""


class PyMuPDFReader:
    """A page reader on PyMuPDF: text with page and box in reading order, front matter, tables, figures, pictures.

    Up to `processes` children are started when they are needed and serve all files, one each at a time; threads wait
    for a free one. A page may take `page_seconds`, a file `total_seconds`, a child `memory_bytes` of address space, a
    file `max_pages`. A page that takes longer, or ends the child, is left out with a warning; more than five
    end the file.
    """

    def __init__(
        self,
        *,
        page_seconds: float = 20.0,
        total_seconds: float = 300.0,
        memory_bytes: int = 2_000_000_000,
        max_pages: int = 2000,
        processes: int = 1,
    ) -> None:
        if processes < 1:
            raise ValueError(f"processes must be at least 1, not {processes}")
        self._limits = Limits(page_seconds, total_seconds, memory_bytes, max_pages)
        self._askers = tuple(Asker(self._limits) for _ in range(processes))
        # The one used last is the one most likely to run already.
        self._free: queue.LifoQueue[Asker] = queue.LifoQueue()
        for asker in self._askers:
            self._free.put(asker)
        self._ahead: set[ReadingAhead] = set()

    @property
    def id(self) -> str:
        """Name and version: derived rows are keyed by it."""
        return f"pymupdf-{READER_VERSION}"

    def read(self, path: Path) -> Reading:
        """Read the whole file; raises UnreadablePdf with the reason, BadFile where it cannot be opened at all."""
        with self._lent() as asker:
            return self._read(Path(path), asker)

    def read_many(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Reading | UnreadablePdf | BadFile]]:
        """Yield each path with its reading, or the error `read` would raise, in the order given.

        `processes` files are read at a time, and a few ahead of the caller, who may use the reader meanwhile. Closing
        the iterator, or the reader, stops what is being read.
        """
        ahead = ReadingAhead(self._read, self._lent, len(self._askers))
        self._ahead.add(ahead)
        try:
            yield from ahead.results(paths)
        finally:
            ahead.stop()
            self._ahead.discard(ahead)

    def front_matter(self, path: Path) -> FrontMatter:
        """Read the first two pages and return what they say of the paper; raises as `read` does."""
        with self._lent() as asker:
            return self._ask(Path(path), asker, "front", unpack_front)

    def picture(
        self, path: Path, page: int, box: Box | None = None, dpi: int = 150, marks: Sequence[Box] = ()
    ) -> bytes:
        """Return a page (1-based), or the part of it within `box`, as a PNG with `dpi` dots per inch.

        `box` is in points on the unrotated page, as all boxes are; the picture is upright, as a viewer shows the page.
        Over `marks`, boxes too, runs a highlighter. Raises as `read` does, and UsageError for a page or a box that is
        not there, an empty mark, and more than 40 megapixels.
        """
        place = {
            "page": int(page),
            "box": None if box is None else _checked(box),
            "dpi": int(dpi),
            "marks": [_checked(mark) for mark in marks],
        }
        with self._lent() as asker:
            return self._ask(Path(path), asker, "picture", _unpack_picture, place)

    def letters(self, path: Path, page: int) -> PageLetters:
        """Return a page (1-based) letter by letter; raises as `read`, and UsageError for a page that is not there.

        The text is that of `Reading.layer`. The letters of a ligature share its box. A letter that stands nowhere has a
        box without width beside its neighbour, or None on a line where no letter stands anywhere.
        """
        number = int(page)
        with self._lent() as asker:
            return self._ask(
                Path(path), asker, "letters", lambda answer: unpack_letters(answer, number), {"page": number}
            )

    def annotations(self, path: Path) -> list[Annotation]:
        """Return what is marked and noted in the file, by page and place, with the words that stand under each mark.

        They have no id and no `before` and `after` yet. Highlights, underlines, strike-outs, squiggly lines, notes and
        free text count; links, form fields, drawings and what is hidden do not, and broken ones are passed over. What
        others replied stands at the end of a comment, each with its author. A comment that only repeats the marked
        words is none: some programs write it by themselves. Raises as `read`.
        """
        with self._lent() as asker:
            return self._ask(Path(path), asker, "annotations", unpack_annotations)

    def annotate(self, path: Path, to: Path, annotations: Sequence[Annotation]) -> None:
        """Write a copy of the file with `annotations` in it, as any PDF viewer shows them; what was in it stays.

        One that the file has already, by its id or `pdf_name` at its place, is replaced, and so is one of the same
        kind at the same place where neither has a name. A note without a page goes to the first page and is known for
        what it is when it is read back. Raises as `read`, UsageError for a page, box or colour that is none and where
        `to` is `path`, and NoSpace or NotNow where `to` cannot be written, with nothing left behind.
        """
        path, to = Path(path), Path(to)
        wanted = [plain(_writable(annotation)) for annotation in annotations]
        if to.exists() and path.exists() and to.samefile(path):
            raise UsageError(f"{to} is the file itself: give the copy another name")
        with self._lent() as asker, disk_errors(to), replacing(to) as temporary:
            more = {"to": str(temporary.absolute()), "annotations": wanted}
            error = self._ask(path, asker, "annotate", int, more)
            if error:
                raise OSError(error, os.strerror(error))

    def close(self) -> None:
        """Stop the children, those of `read_many` at once, others when they are free; a later call starts new ones."""
        for ahead in tuple(self._ahead):
            ahead.stop()
        held = [self._free.get() for _ in self._askers]
        for asker in held:
            asker.stop()
            self._free.put(asker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, path: Path, asker: Asker) -> Reading:
        return self._ask(path, asker, "reading", unpack)

    def _ask(
        self, path: Path, asker: Asker, kind: str, unpack_it: Callable[[Any], T], more: dict[str, Any] | None = None
    ) -> T:
        _check_header(path)
        limits = self._limits
        request = {
            "kind": kind,
            "path": str(path.absolute()),
            "max_pages": limits.max_pages,
            "page_seconds": limits.page_seconds,
            "total_seconds": limits.total_seconds,
            "reader": self.id,
            **(more or {}),
        }
        message = asker.ask(path, request)
        try:
            return unpack_it(message[kind])
        except (TypeError, ValueError, LookupError) as error:
            asker.stop()
            raise UnreadablePdf(
                path, "crash", f"{path.name}: the reader's answer made no sense; please report this"
            ) from error

    @contextmanager
    def _lent(self) -> Iterator[Asker]:
        """Lend one of the children, as soon as one is free."""
        asker = self._free.get()
        try:
            asker.reset()
            yield asker
        finally:
            self._free.put(asker)


def _checked(box: Box) -> list[float]:
    if len(box) != 4 or not all(abs(edge) < _FAR for edge in box):
        raise UsageError(f"a box is left, top, right, bottom in points, not {box}")
    return list(map(float, box))


def _writable(annotation: Annotation) -> Annotation:
    """Return the annotation as it can be written; raises UsageError where it cannot."""
    what = f"the {annotation.kind} {annotation.id}".rstrip()
    if annotation.page is not None and annotation.page < 1:
        raise UsageError(f"{what}: there is no page {annotation.page}")
    if annotation.kind is not AnnotationKind.NOTE and (annotation.page is None or not annotation.boxes):
        raise UsageError(f"{what} marks nothing: give its page and boxes")
    if not re.fullmatch("#[0-9a-fA-F]{6}", COLOURS.get(annotation.colour, annotation.colour)):
        names = ", ".join(COLOURS)
        raise UsageError(f"{what}: {annotation.colour!r} is no colour: give one of {names}, or #rrggbb")
    for box in annotation.boxes:
        x0, y0, x1, y1 = _checked(box)
        if not (x0 < x1 and y0 < y1):
            raise UsageError(f"{what}: the box ({x0:g}, {y0:g}, {x1:g}, {y1:g}) is empty")
    return annotation


def _check_header(path: Path) -> None:
    """Turn away what is no PDF before a process is troubled with it."""
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise BadFile(path, None, f"cannot be opened: {error.strerror or error}") from error
    if not head:
        raise UnreadablePdf(path, "empty", f"{path.name}: the file is empty: fetch it again")
    if b"%PDF-" in head:
        return
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    what = "a web page" if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")) else "not a PDF"
    raise UnreadablePdf(path, "not_pdf", f"{path.name}: it is {what}, whatever its name says: fetch the PDF itself")


def _unpack_picture(answer: object) -> bytes:
    if not isinstance(answer, str):
        raise TypeError(f"a picture expected, not {type(answer).__name__}")
    return base64.b64decode(answer, validate=True)
