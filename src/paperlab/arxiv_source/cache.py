"""Answers of arXiv's API, kept a day on disk under the hash of their URL."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from paperlab.disk import disk_error, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEPT_SECONDS = 86_400.0


class AnswerCache:
    """Bodies by URL; `usable` says whether one that comes from disk is whole."""

    def __init__(
        self, folder: Path, usable: Callable[[bytes], bool], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._usable = usable
        self._clock = clock

    def get(self, url: str) -> bytes | None:
        """Return the body kept for `url`, or None; one that is a day old or damaged is removed."""
        path = self._path(url)
        try:
            kept_since, body = path.stat().st_mtime, path.read_bytes()
        except FileNotFoundError:
            return None
        # A time in the future is a clock that was set back: as good as old.
        if 0 <= self._clock() - kept_since + 1 <= KEPT_SECONDS and self._usable(body):
            return body
        path.unlink(missing_ok=True)
        return None

    def put(self, url: str, body: bytes) -> None:
        """Keep `body`, and remove what is older than a day; raises NoSpace."""
        write_atomically(self._path(url), body, durable=False)
        self._prune()

    def _path(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:40]}.xml"

    def _prune(self) -> None:
        for path in self._folder.iterdir():
            try:
                if self._clock() - path.stat().st_mtime > KEPT_SECONDS:
                    path.unlink()
            except FileNotFoundError:  # another process pruned it first
                continue
            except OSError as error:
                raise disk_error(path, error) or error from error
