"""Many files read ahead of the caller, by a few threads that each wait for a child, in the order they were given."""

from __future__ import annotations

import queue
import threading
from collections import deque
from concurrent.futures import Future
from itertools import islice
from typing import TYPE_CHECKING

from paperlab.errors import BadFile, UnreadablePdf
from paperlab.pdf.asking import Abandoned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from paperlab.pdf.asking import Asker
    from paperlab.types import Reading

_Result = Future["Reading"]
_STOP_SECONDS = 10.0


class ReadingAhead:
    """One run through many files; stopped when its results are no longer wanted."""

    def __init__(
        self,
        read: Callable[[Path, Asker], Reading],
        lent: Callable[[], AbstractContextManager[Asker]],
        threads: int,
    ) -> None:
        self._read = read
        self._lent = lent
        self._jobs: queue.SimpleQueue[tuple[Path, _Result] | None] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._stopped = False
        self._asking: set[Asker] = set()
        # Daemons: a program that ends does not wait for files nobody will look at.
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]

    def results(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Reading | UnreadablePdf | BadFile]]:
        """Yield each path with its reading or error; `paths` is drawn from in the caller's own thread."""
        for thread in self._threads:
            thread.start()
        todo = iter(paths)
        waiting: deque[tuple[Path, _Result]] = deque()
        while True:
            for path in islice(todo, 2 * len(self._threads) - len(waiting)):
                waiting.append((path, self._queued(path)))
            if not waiting:
                return
            path, result = waiting.popleft()
            yield path, _outcome(result)

    def stop(self) -> None:
        """Stop the children that read for this run, and its threads; nothing happens the second time."""
        with self._guard:
            self._stopped = True
            for asker in self._asking:
                asker.abandon()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            if thread.ident is not None and thread is not threading.current_thread():
                thread.join(_STOP_SECONDS)

    def _queued(self, path: Path) -> _Result:
        result = _Result()
        with self._guard:
            # Once stopped, no thread is left to take it from the queue.
            if self._stopped:
                result.set_exception(Abandoned())
            else:
                self._jobs.put((path, result))
        return result

    def _work(self) -> None:
        while job := self._jobs.get():
            path, result = job
            try:
                result.set_result(self._one(path))
            except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
                result.set_exception(error)

    def _one(self, path: Path) -> Reading:
        if self._stopped:
            raise Abandoned
        with self._lent() as asker:
            with self._guard:
                if self._stopped:
                    raise Abandoned
                self._asking.add(asker)
            try:
                return self._read(path, asker)
            finally:
                with self._guard:
                    self._asking.discard(asker)


def _outcome(result: _Result) -> Reading | UnreadablePdf | BadFile:
    try:
        return result.result()
    except (UnreadablePdf, BadFile) as error:
        return error
    except Abandoned:
        raise RuntimeError("the reader was closed while its readings were still asked for") from None
