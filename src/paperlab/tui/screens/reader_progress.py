"""Keeps the reading position and counts the time read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from paperlab.tui.flow.clock import ReadingClock
from paperlab.tui.screens import reader_work as work

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperlab.errors import PaperlabError
    from paperlab.tui.screens.reader import ReaderScreen


class Keeping:
    """What is kept of one reading of a paper."""

    def __init__(self, reader: ReaderScreen) -> None:
        self._reader = reader
        self.clock = ReadingClock(time.monotonic)
        self._kept: tuple[int | None, str] | None = None
        """None until the text stands where it was left."""
        self._said = False

    def begin(self) -> None:
        """Take the place one is at as kept."""
        self._kept = self._reader.jumps.top_words()

    def touch(self) -> None:
        """Count from now on: somebody is there."""
        self.clock.touch()

    def tick(self) -> None:
        """Count the last second, if somebody read."""
        reader = self._reader
        is_read = reader.is_current and reader.app.app_focus and reader.is_open
        self.clock.tick(is_read=is_read and reader.desk.settings.tui_time_read)

    def keep(self) -> None:
        """Write the place and the time read, where they changed."""
        reader = self._reader
        if self._kept is None:
            return
        place, seconds = reader.jumps.top_words(), self.clock.take()
        page, quote = place if place != self._kept else (None, "")
        if page is None and not seconds:
            return
        self._kept = place
        key = reader.key
        reader.desk.marks.submit(lambda lab: work.keep_progress(lab, key, page, quote, seconds)).add_done_callback(
            self._done
        )

    def _done(self, future: Future[PaperlabError | None]) -> None:
        """Say once, from the lane's thread, that it cannot be kept."""
        if future.cancelled() or future.exception() or self._said:
            return
        if trouble := future.result():
            self._said = True
            app = self._reader.desk_app
            if app.is_running:
                app.call_later(app.tell, f"the reading position is not kept: {trouble}", wrong=True)
