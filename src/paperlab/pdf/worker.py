"""The child process that opens PDFs: `python -m paperlab.pdf.worker`. It talks JSON lines over stdin and stdout.

A request is `{"path", "only_front", "max_pages", "page_seconds", "total_seconds", "reader"}`. Replies are any number of
`{"page": number}` (0: all pages read, the text is put together) and at last one of `{"reading"}`, `{"front"}` and
`{"reason", "why"}`. The first line of all is `{"ready": version}` or `{"broken": why}`. The end of stdin ends it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from paperlab.pdf.document import Document
from paperlab.pdf.ink import Ink
from paperlab.pdf.wire import pack, pack_front

_FEW_CHARACTERS = 25
"""A page, on average: a PDF with fewer has pictures of text, not text."""
_FRONT_PAGES = 2
_GRACE_SECONDS = 5.0


class _Unreadable(Exception):
    """Why the file cannot be read: a reason of UnreadablePdf and a line for the user."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason
        self.why = why


def main() -> None:
    """Serve requests until stdin ends."""
    pipe = _own_pipe()
    try:
        _limit_memory(int(sys.argv[1]))
        engine = _import_engine()
    except Exception as error:  # noqa: BLE001 - told to the parent, whatever it is
        _say(pipe, {"broken": f"{type(error).__name__}: {error}"})
        return
    # Pages are trees without cycles: looking for garbage often only costs time.
    gc.set_threshold(100_000, 50, 50)
    _say(pipe, {"ready": engine.__version__})
    for line in sys.stdin.buffer:
        with contextlib.suppress(BrokenPipeError):
            _say(pipe, _answer(engine, json.loads(line), pipe))
        _set_alarm(0.0)
        engine.TOOLS.store_shrink(100)


def _own_pipe() -> BinaryIO:
    """Keep stdout for replies alone: whatever else prints (MuPDF's warnings) goes nowhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return pipe


def _limit_memory(limit: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    # Some systems (macOS) refuse the limit: then the time limits must do.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _import_engine() -> Any:
    """Import pymupdf without the layout models it would load by itself: 80 ms instead of 690."""
    for unwanted in ("pymupdf.layout", "pymupdf4llm"):
        sys.modules[unwanted] = None  # type: ignore[assignment]
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    return pymupdf


def _say(pipe: BinaryIO, message: dict[str, Any]) -> None:
    pipe.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    pipe.flush()


def _answer(engine: Any, request: dict[str, Any], pipe: BinaryIO) -> dict[str, Any]:
    try:
        return _read(engine, request, pipe)
    except _Unreadable as error:
        return {"reason": error.reason, "why": error.why}
    except MemoryError:
        return {"reason": "crash", "why": "reading it needs more memory than the reader may use"}
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - one file's trouble must not end the reader
        if "alloc" in str(error):
            return {"reason": "crash", "why": "reading it needs more memory than the reader may use"}
        why = f"the reader failed on it ({type(error).__name__}: {_short(error)}); please report this"
        return {"reason": "crash", "why": why, "trace": traceback.format_exc()}


def _read(engine: Any, request: dict[str, Any], pipe: BinaryIO) -> dict[str, Any]:
    _set_alarm(request["page_seconds"])
    _say(pipe, {"page": 1})
    with _opened(engine, request["path"]) as pdf:
        count = _page_count(pdf, request["max_pages"])
        info = {k: v for k, v in (pdf.metadata or {}).items() if isinstance(v, str)}
        document = Document(info, _outline(pdf))
        wanted = min(count, _FRONT_PAGES) if request["only_front"] else count
        for number in range(wanted):
            _set_alarm(request["page_seconds"])
            _say(pipe, {"page": number + 1})
            _add_page(engine, pdf, number, document)
        if len(document.warnings) == wanted:
            raise _Unreadable("damaged", f"no page of it can be read ({document.warnings[0]}): fetch it again")
        if document.characters < _FEW_CHARACTERS * wanted:
            raise _Unreadable("scan", "it has no text, only pictures of pages: run it through OCR (ocrmypdf) first")
        if _ends_early(pdf, request["path"]):
            document.warnings.append("the file ends too early: pages may be missing; fetch it again")
        _set_alarm(request["total_seconds"])
        _say(pipe, {"page": 0})
        reading = document.reading(request["reader"])
    return {"front": pack_front(reading.front)} if request["only_front"] else {"reading": pack(reading)}


def _opened(engine: Any, path: str) -> Any:
    try:
        pdf = engine.open(path, filetype="pdf")
    except (RuntimeError, ValueError) as error:
        if "alloc" in str(error):
            raise MemoryError from error
        raise _Unreadable("damaged", f"it is damaged beyond repair ({_short(error)}): fetch the file again") from error
    if pdf.needs_pass and not pdf.authenticate(""):
        raise _Unreadable("encrypted", "it is encrypted: save a copy without a password and add that")
    if not pdf.is_pdf:
        raise _Unreadable("not_pdf", "it is not a PDF")
    return pdf


def _page_count(pdf: Any, most: int) -> int:
    count = int(pdf.page_count)
    if count == 0:
        raise _Unreadable("damaged", "it has no pages, or they are lost: fetch the file again")
    if count > most:
        raise _Unreadable("too_large", f"it has {count:,} pages and the limit is {most:,}: raise index.max_pages")
    return count


def _outline(pdf: Any) -> tuple[tuple[int, str, int], ...]:
    try:
        return tuple((int(level), str(title), int(page)) for level, title, page, *_ in pdf.get_toc())
    except (RuntimeError, ValueError):  # a broken outline is only a help less
        return ()


def _add_page(engine: Any, pdf: Any, number: int, document: Document) -> None:
    flags = engine.TEXTFLAGS_DICT & ~engine.TEXT_PRESERVE_IMAGES & ~engine.TEXT_PRESERVE_LIGATURES
    engine.TOOLS.reset_mupdf_warnings()
    try:
        page = pdf[number]
        raw = page.get_text("dict", flags=flags)
    except (RuntimeError, ValueError, IndexError) as error:
        if "alloc" in str(error):
            raise MemoryError from error
        document.add_unreadable(_short(error))
        return
    # MuPDF makes an empty page of one it cannot read, and only mutters.
    complaint = "" if raw["blocks"] else engine.TOOLS.mupdf_warnings()
    if complaint:
        document.add_unreadable(complaint.splitlines()[0][:120])
    else:
        document.add(raw, lambda: _ink(engine, page))


def _ink(engine: Any, page: Any) -> Ink:
    flags = engine.TEXTFLAGS_RAWDICT & ~engine.TEXT_PRESERVE_IMAGES & ~engine.TEXT_PRESERVE_LIGATURES
    glyphs = page.get_text("rawdict", flags=flags)
    images = [tuple(box) for kind, box, *_ in page.get_bboxlog() if kind == "fill-image"]
    return Ink(glyphs, page.get_cdrawings(), images)


def _ends_early(pdf: Any, path: str) -> bool:
    if not pdf.is_repaired:
        return False
    with Path(path).open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 2048))
        return b"%%EOF" not in file.read()


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]


def _set_alarm(seconds: float) -> None:
    """Let the system end this process when it hangs and no parent is left to do it; 0 calls it off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_SECONDS if seconds else 0.0)


if __name__ == "__main__":
    main()
