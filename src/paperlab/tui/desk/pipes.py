"""Reads a process's pipes in threads of their own: it is never held up, though the desk itself stands still."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, BinaryIO, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
_LONGEST_LINE = 1 << 20
_MOST_WAITING = 10_000
_PART = 1 << 16


async def read_lines(stream: BinaryIO, take: Callable[[bytes], None]) -> None:
    """Hand every line of a pipe to `take`, in the event loop's thread, until the pipe ends; closes it.

    Where the loop stands still, the newest 10,000 lines wait for it. A line of over a megabyte is passed over.
    """
    loop = asyncio.get_running_loop()
    waiting: deque[bytes] = deque(maxlen=_MOST_WAITING)

    def hand_over() -> None:
        while waiting:
            take(waiting.popleft())

    def read() -> None:
        for line in _lines(stream):
            waiting.append(line)
            if len(waiting) == 1:
                loop.call_soon_threadsafe(hand_over)

    await _in_thread(read)
    hand_over()


async def read_all(stream: BinaryIO, most: int) -> bytes:
    """Return the first `most` bytes of a pipe, once it has ended; closes it."""

    def read() -> bytes:
        found = bytearray()
        with stream:
            while part := stream.read(_PART):
                found += part[: most - len(found)]
        return bytes(found)

    return await _in_thread(read)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        whole = True
        while line := stream.readline(_LONGEST_LINE):
            begins, whole = whole, line.endswith(b"\n")
            if begins and (whole or len(line) < _LONGEST_LINE):
                yield line


async def _in_thread(work: Callable[[], T]) -> T:
    """As asyncio.to_thread, in a thread of its own: a job that runs for hours takes none from others."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the end is waited for
            future.set_exception(error)

    threading.Thread(target=run, name="paperlab-pipe", daemon=True).start()
    # Shielded: who gives up waiting cancels nothing that the thread is about to set.
    return await asyncio.shield(asyncio.wrap_future(future))
