"""A reply read as it is written, up to a length and a time."""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEAVE_SECONDS = 2.0
"""A writer that was stopped is waited for so long: it looks up after each piece."""


def streamed(pieces: Iterable[str], *, characters: int, seconds: float) -> str | None:
    """Return what `pieces` give, cut at `characters` or when `seconds` have passed; None where nothing came by then.

    They are made in a thread, since one that hangs could not be left otherwise. An error of theirs is raised as it is.
    """
    queue: SimpleQueue[str | Exception | None] = SimpleQueue()
    stop = threading.Event()
    writer = threading.Thread(target=_write, args=(pieces, queue, stop), daemon=True)
    writer.start()
    try:
        return _gathered(queue, characters, time.monotonic() + seconds)
    finally:
        stop.set()
        writer.join(_LEAVE_SECONDS)


def _write(pieces: Iterable[str], queue: SimpleQueue[str | Exception | None], stop: threading.Event) -> None:
    try:
        for piece in pieces:
            queue.put(str(piece))
            if stop.is_set():
                return
        queue.put(None)
    except Exception as error:  # noqa: BLE001 - raised again where the pieces are waited for
        queue.put(error)


def _gathered(queue: SimpleQueue[str | Exception | None], characters: int, until: float) -> str | None:
    text = ""
    while len(text) < characters:
        try:
            piece = queue.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            return text or None
        if isinstance(piece, Exception):
            raise piece
        if piece is None:
            break
        text += piece
    return text[:characters]
