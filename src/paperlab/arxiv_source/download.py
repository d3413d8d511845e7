"""PDFs by HTTP: streamed beside their place, checked, then put there in one step."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from paperlab import text
from paperlab.arxiv_source.transport import Answer, Cut, Retry, Transport, host_of
from paperlab.disk import disk_errors
from paperlab.errors import BadDownload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    Progress = Callable[[int, int | None], None]

_HEAD = 1024
_TAIL = 2048
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HTML_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def download_pdf(
    transport: Transport, url: str, to: Path, progress: Progress | None, *, most_bytes: int, attempts: int
) -> None:
    """Write the PDF at `url` to `to` (its folder exists), whole or not at all.

    Raises BadDownload, Offline, Throttled or NoSpace; neither `to` nor `to`.part is left behind then.
    """
    part = to.with_name(to.name + ".part")
    try:
        with disk_errors(to):
            transport.get(url, lambda answer: _receive(answer, part, progress or _silent, most_bytes))
            part.replace(to)
    except Cut as error:
        raise BadDownload(f"{url}: {error}, {attempts} times; nothing was kept, try again later") from error
    finally:
        part.unlink(missing_ok=True)


def _silent(_done: int, _total: int | None) -> None:
    """Nobody wants to know."""


def _receive(answer: Answer, part: Path, progress: Progress, most_bytes: int) -> None:
    if answer.status != 200:
        raise BadDownload(f"{answer.url}: {answer.host} has no PDF there (HTTP {answer.status})")
    if answer.length is not None and answer.length > most_bytes:
        raise _too_large(answer, most_bytes)
    with part.open("wb") as out:
        done, head, tail = _copy(answer, out, progress, most_bytes)
        out.flush()
        os.fsync(out.fileno())
    if answer.length is not None and done < answer.length:
        raise Retry(Cut(f"the connection was cut after {done:,} of {answer.length:,} bytes"))
    _check_head(answer, head)
    if b"%%EOF" not in tail:
        raise BadDownload(f"{answer.url}: the PDF lacks its end, {answer.host} sent a part of it; nothing was kept")


def _copy(answer: Answer, out: BinaryIO, progress: Progress, most_bytes: int) -> tuple[int, bytes, bytes]:
    """Return the bytes written, the first and the last of them."""
    done, head, tail = 0, b"", b""
    progress(0, answer.length)
    for chunk in answer.chunks():
        if len(head) < _HEAD:
            head += chunk[: _HEAD - len(head)]
            if len(head) == _HEAD:
                _check_head(answer, head)
        out.write(chunk)
        done += len(chunk)
        if done > most_bytes:
            raise _too_large(answer, most_bytes)
        tail = (tail + chunk)[-_TAIL:]
        progress(done, answer.length)
    return done, head, tail


def _check_head(answer: Answer, head: bytes) -> None:
    if b"%PDF" in head:
        return
    if _HTML.match(head) or "html" in answer.headers.get("Content-Type", "").lower():
        found = _HTML_TITLE.search(head)
        title = text.shorten(found[1].decode("utf-8", "replace"), 60) if found else ""
        named = f" titled {title!r}" if title else ""
        raise BadDownload(f"{answer.url}: {host_of(answer.url)} sent a web page{named} (HTML) instead of a PDF")
    what = "an empty file" if not head else "a file that does not begin as a PDF does"
    raise BadDownload(f"{answer.url}: {host_of(answer.url)} sent {what}; nothing was kept")


def _too_large(answer: Answer, most_bytes: int) -> BadDownload:
    return BadDownload(f"{answer.url}: the file is larger than {most_bytes:,} bytes; nothing was kept")
