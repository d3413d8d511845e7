"""Hears from the system that files of the lab changed: ten thousand papers need not be looked at every second."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FOLDERS = ("papers", "replications", "newsletters", "index/words", "index/vectors")
_GATHER_MS = 150
"""Changes that come closer together are told as one: a fetch, a `git pull`, a run's logs."""


class Notices:
    """Calls `stirred` from a thread of its own after files changed below the lab's folders.

    Network drives tell nobody, and systems limit how many folders may be watched: `works` is False then, and whoever
    wants to know has to look.
    """

    def __init__(self, root: Path, stirred: Callable[[], None]) -> None:
        self._root = root
        self._stirred = stirred
        self._watched: frozenset[Path] = frozenset()
        self._stop = threading.Event()
        self.works = False

    def listen(self) -> bool:
        """Listen to the folders that are there now; True where some came or went since it was last called."""
        there = frozenset(path for name in _FOLDERS if (path := self._root / name).is_dir())
        if there == self._watched:
            return False
        self.close()
        self._watched, self._stop, self.works = there, threading.Event(), True
        arguments = (tuple(sorted(there)), self._stop)
        threading.Thread(target=self._serve, args=arguments, name="paperlab-notices", daemon=True).start()
        return True

    def close(self) -> None:
        """Listen no more."""
        self._stop.set()

    def _serve(self, folders: tuple[Path, ...], stop: threading.Event) -> None:
        from watchfiles import DefaultFilter, watch

        # What is being written has a passing name (`.x.new`, `.x.part`); its last name is told as well.
        ours = DefaultFilter(ignore_dirs=("__pycache__",), ignore_entity_patterns=(r"^\.", r"\.part$", r"-(wal|shm)$"))
        try:
            for _ in watch(
                *folders, watch_filter=ours, debounce=_GATHER_MS, step=50, stop_event=stop, raise_interrupt=False
            ):
                self._stirred()
        except (OSError, RuntimeError):  # too many folders, or one that went while it was being added
            if not stop.is_set():
                self.works = False
