"""Manners towards hosts other than arXiv: requests to one host a second apart, within this process."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from paperlab.arxiv_source.gate import PATIENCE
from paperlab.errors import Throttled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Tell = Callable[[str], None]


class Spacing:
    """The same words as `Gate`, a clock per host."""

    def __init__(
        self,
        interval: float = 1.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = interval
        self._clock = clock
        self._sleep = sleep
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, on_wait: Tell | None = None, *, host: str) -> Iterator[None]:
        """Wait until `host` may be asked again; raises Throttled if that is more than a minute away."""
        with self._lock:
            pause = self._next.get(host, 0.0) - self._clock()
            if pause > PATIENCE:
                raise Throttled(host, _in(pause))
            if pause > self._interval and on_wait:
                on_wait(f"{host} asked us to slow down: waiting {pause:.0f} s")
            if pause > 0:
                self._sleep(pause)
            self._space(host)
        try:
            yield
        finally:
            with self._lock:
                self._space(host)

    def sent(self) -> None:
        """Nothing to note: the pace counts from the turn's end."""

    def _space(self, host: str) -> None:
        self._next[host] = max(self._next.get(host, 0.0), self._clock() + self._interval)

    def penalise(self, retry_after: float | None, host: str) -> datetime:
        """Ask `host` again only after `retry_after` seconds (30 where it did not say); return when."""
        pause = 30.0 if retry_after is None else max(retry_after, 0.0)
        with self._lock:
            self._next[host] = self._clock() + max(pause, self._interval)
        return _in(pause)

    def succeed(self) -> None:
        """Nothing to clear: a cool-down ends by itself."""


def _in(seconds: float) -> datetime:
    return (datetime.now(tz=UTC) + timedelta(seconds=min(seconds, 86_400.0))).astimezone()
