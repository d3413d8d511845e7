"""Reads PDFs in a child process that is killed when it takes too long or too much."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from paperlab.errors import BadFile, PaperlabError, UnreadablePdf
from paperlab.pdf.child import Child, ChildGone
from paperlab.pdf.wire import unpack, unpack_front

if TYPE_CHECKING:
    from paperlab.types import FrontMatter, Reading

READER_VERSION = 2
"""Bumped when the same PDF would give another reading.

PyMuPDF's own version is left out of the id: its patch releases change next to nothing, and each would throw away every
chunk and vector of a library. A release that does change readings is a reason to bump this number.
"""

_START_SECONDS = 60.0


class PyMuPDFReader:
    """A page reader on PyMuPDF: text in the PDF's own order, with page and box, sections and front matter.

    One child process is started on first use and serves all files. A page may take `page_seconds`, a file
    `total_seconds`, the child `memory_bytes` of address space, a file `max_pages`. Threads wait for one another.
    """

    def __init__(
        self,
        *,
        page_seconds: float = 20.0,
        total_seconds: float = 300.0,
        memory_bytes: int = 2_000_000_000,
        max_pages: int = 2000,
    ) -> None:
        self._page_seconds = page_seconds
        self._total_seconds = total_seconds
        self._memory_bytes = memory_bytes
        self._max_pages = max_pages
        self._child: Child | None = None
        self._lock = threading.Lock()

    @property
    def id(self) -> str:
        """Name and version: derived rows are keyed by it."""
        return f"pymupdf-{READER_VERSION}"

    def read(self, path: Path) -> Reading:
        """Read the whole file; raises UnreadablePdf with the reason, BadFile where it cannot be opened at all."""
        reading: Reading = self._ask(Path(path), only_front=False)
        return reading

    def front_matter(self, path: Path) -> FrontMatter:
        """Read the first two pages and return what they say of the paper; raises as `read` does."""
        front: FrontMatter = self._ask(Path(path), only_front=True)
        return front

    def close(self) -> None:
        """Stop the child process; the next call starts a new one."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, path: Path, *, only_front: bool) -> Any:
        _check_header(path)
        request = {
            "path": str(path.absolute()),
            "only_front": only_front,
            "max_pages": self._max_pages,
            "page_seconds": self._page_seconds,
            "total_seconds": self._total_seconds,
            "reader": self.id,
        }
        with self._lock:
            try:
                return self._answer(path, request)
            except BaseException as error:
                # Unless the child itself said so, it is dead, hung or in the middle of a file: the next gets a new one.
                if not isinstance(error, UnreadablePdf) or error.reason in {"timeout", "crash"}:
                    self._stop()
                raise

    def _answer(self, path: Path, request: dict[str, Any]) -> Any:
        try:
            child = self._started(request)
            message = self._last_message(child, path)
            if "reason" in message:
                raise _unreadable(path, message)
            return unpack(message["reading"]) if "reading" in message else unpack_front(message["front"])
        except ChildGone as error:
            raise UnreadablePdf(path, "crash", f"{path.name}: {_how_it_ended(error.status)}") from error
        except (TypeError, ValueError, LookupError) as error:
            raise UnreadablePdf(
                path, "crash", f"{path.name}: the reader's answer made no sense; please report this"
            ) from error

    def _started(self, request: dict[str, Any]) -> Child:
        """Send the request to the running child, or to a new one where it has ended since the last file."""
        if self._child is not None:
            try:
                self._child.send(request)
            except ChildGone:
                self._stop()
            else:
                return self._child
        child = self._child = Child(self._memory_bytes)
        try:
            greeting = child.receive(_START_SECONDS)
        except (ChildGone, TimeoutError) as error:
            raise PaperlabError(f"the PDF reader does not start ({error}): reinstall paperlab") from error
        if "broken" in greeting:
            raise PaperlabError(f"the PDF reader does not start ({greeting['broken']}): reinstall paperlab")
        child.send(request)
        return child

    def _last_message(self, child: Child, path: Path) -> dict[str, Any]:
        """Wait for the answer, page by page."""
        end = time.monotonic() + self._total_seconds
        page = 1
        while True:
            left = end - time.monotonic()
            try:
                message = child.receive(min(left, self._page_seconds) if page else left)
            except TimeoutError:
                raise UnreadablePdf(path, "timeout", f"{path.name}: {self._too_slow(page, end)}") from None
            if "page" not in message:
                return message
            page = int(message["page"])

    def _too_slow(self, page: int, end: float) -> str:
        if time.monotonic() >= end or not page:
            return f"reading it takes longer than {self._total_seconds:g} s"
        return f"page {page} takes longer than {self._page_seconds:g} s: raise index.page_seconds to wait longer"

    def _stop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None


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


def _unreadable(path: Path, message: dict[str, Any]) -> UnreadablePdf:
    error = UnreadablePdf(path, str(message["reason"]), f"{path.name}: {message['why']}")
    if "trace" in message:
        error.add_note(str(message["trace"]))
    return error


def _how_it_ended(status: int | None) -> str:
    if status is not None and status < 0:
        try:
            return (
                f"the reader was ended by {signal.Signals(-status).name} while reading it; try again, or leave it out"
            )
        except ValueError:
            return f"the reader was ended by signal {-status} while reading it; try again, or leave it out"
    return "the reader ended while reading it; try again, or leave it out"
