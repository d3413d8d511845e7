"""Decides when to look for what changed: when the system says so, else every second."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from paperlab.tui.desk.notices import Notices

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

_EVERY, _SELDOM = 1.0, 20.0
"""Seconds between two looks where the system tells nothing, and at most where it does."""
_REST = 4
"""Times as long as a look took it rests: a library of ten thousand papers costs a fifth of a core at most."""


class Lookout:
    """Calls `look` whenever something may have changed below `root`, one call at a time."""

    def __init__(self, root: Path, look: Callable[[], Awaitable[None]]) -> None:
        self._root = root
        self._look = look

    async def run(self) -> None:
        """Look until cancelled."""
        stirred, loop, looked = asyncio.Event(), asyncio.get_running_loop(), float("-inf")

        def stir() -> None:
            loop.call_soon_threadsafe(stirred.set)

        notices = Notices(self._root, stir)
        try:
            while True:
                moved = notices.listen()
                if moved or stirred.is_set() or time.monotonic() - looked > (_SELDOM if notices.works else 0.0):
                    stirred.clear()
                    started = time.monotonic()
                    await self._look()
                    looked = time.monotonic()
                    await asyncio.sleep(_REST * (looked - started))
                await _either(stirred, _EVERY)
        finally:
            notices.close()


async def _either(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
