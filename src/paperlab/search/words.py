"""Keeps the word index in step with the chunks in the database.

The index is a cache: what does not fit the database is built again from it. Its folder is named for the database, so
that one put in the place of another is never searched with the other's words.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.disk import disk_errors, make_way, remove_tree, write_atomically
from paperlab.errors import BadFile, Busy, NotNow
from paperlab.types import IndexedUpTo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paperlab.store.passages import Passages
    from paperlab.word_index import WordIndex

_MANY = 2_000
"""Chunks from which on an update is worth a large buffer."""
_SMALL = 20_000
"""Chunks up to which an index is built anew rather than left in pieces: that takes about a second."""
_PATIENCE = 120.0
"""Seconds to wait for another process that builds the index."""


class WordKeeper:
    """The word index of one database."""

    def __init__(self, folder: Path, passages: Passages, say: Callable[[str], None] | None = None) -> None:
        """`say` is told when a damaged index is built again."""
        self._folder = folder
        self._passages = passages
        self._say = say or (lambda _message: None)
        self._index: WordIndex | None = None

    @property
    def path(self) -> Path:
        """The index's own folder: of several generations, the last."""
        name = self._name
        found = [path for path in self._folder.glob(f"{name}-*") if path.is_dir()] if self._folder.is_dir() else []
        return max(found, key=_generation, default=self._folder / f"{name}-0")

    @property
    def _name(self) -> str:
        from paperlab.word_index import VERSION

        return f"{VERSION}-{self._passages.database_id()}"

    def open(self) -> WordIndex:
        """Return the index as the database has it now; it is opened once and brought up to date at each call.

        While another process brings it up to date, the index is returned as it is; one that is still empty is waited
        for. Raises Busy where that takes too long.
        """
        # Kept for long, another process may have put one built anew in its place: then its folder is gone.
        if self._index is None or not self._index.folder.is_dir():
            self._index = self._opened()
        try:
            return self._followed(self._index, 0)
        except Busy:
            if self._index.followed().chunk:
                return self._index
            return self._followed(self._index, _PATIENCE)
        except BadFile as error:
            self._index = self._followed(self._renewed(error), _PATIENCE)
            return self._index

    def keep(self) -> None:
        """Bring the index up to date for long: a small one, grown by many commits or shrunk, is built anew.

        tantivy counts what was removed until it merges, and weighs words by it: built anew, an index depends on nothing
        but the chunks there are.
        """
        index = self.open()
        if index.is_compact() or (self._passages.count() > _SMALL and not index.is_wasteful()):
            return
        try:
            with self._alone(0):
                self._build_anew()
        except Busy:
            return  # whoever has the lock does the same

    def _build_anew(self) -> None:
        """Put an index of all chunks in the place of the one there is, in one step."""
        from paperlab.word_index import WordIndex

        old = self.path
        new = self._folder / f".{self._name}.new"
        remove_tree(new)
        self._follow(WordIndex(new), IndexedUpTo(0, 0), self._passages.last())
        new.rename(self._folder / f"{self._name}-{_generation(old) + 1}")
        self._index = self._checked()
        self._drop_others()

    def problem(self) -> str | None:
        """Return what is wrong with the index as it lies there, or None; mends nothing."""
        from paperlab.word_index import WordIndex

        wanted = self._passages.last()
        if not self.path.is_dir():
            return "it is missing" if wanted.chunk else None
        try:
            found = WordIndex(self.path)
            found.check()
            return None if found.followed() == wanted else "it is behind the database"
        except BadFile as error:
            return error.why

    def _opened(self) -> WordIndex:
        try:
            return self._checked()
        except BadFile as error:
            return self._renewed(error)

    def _checked(self) -> WordIndex:
        """Return the index, its files checked that changed since the last time; raises BadFile."""
        from paperlab.word_index import WordIndex, check_files

        path = self.path
        note = self._folder / "checked.json"
        try:
            checked = json.loads(note.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            checked = {}
        found = check_files(path, checked if isinstance(checked, dict) else {}) if path.is_dir() else {}
        if found != checked:
            # On a disk that cannot be written the files are checked at the next start again.
            with suppress(NotNow, OSError):
                make_way(note)
                write_atomically(note, json.dumps(found).encode(), durable=False)
        return WordIndex(path if not path.is_dir() or os.access(path, os.W_OK) else self._copied(path))

    def _copied(self, path: Path) -> Path:
        """Return a passing copy of an index in a folder that only others may write: tantivy locks what it opens."""
        import shutil
        import tempfile
        import weakref

        passing = Path(tempfile.mkdtemp(prefix="paperlab-words-"))
        weakref.finalize(self, remove_tree, passing)
        shutil.copytree(path, passing / path.name, copy_function=shutil.copyfile)
        (passing / path.name).chmod(0o700)
        return passing / path.name

    def mend(self, error: BadFile) -> bool:
        """Build the index again if it is what `error` found damaged; tell whether it was."""
        if not Path(error.path).is_relative_to(self._folder):
            return False
        self._index = self._followed(self._renewed(error, again=True), _PATIENCE)
        return True

    def _renewed(self, error: BadFile, *, again: bool = False) -> WordIndex:
        """Return an empty index in place of a damaged one, or that which another process has put there since.

        `again` says that the damage shows only in use: then nobody has mended it.
        """
        from paperlab.word_index import WordIndex

        with self._alone(_PATIENCE):
            with suppress(BadFile):
                elsewhere = not Path(error.path).is_relative_to(self.path)
                if not again and ((index := self._checked()).followed() == self._passages.last() or elsewhere):
                    return index
            self._say(f"{error}: built again from the database")
            path = self.path
            if path.is_dir():
                remove_tree(path)
            make_way(path, folder=True)
            return WordIndex(path)

    @contextmanager
    def _alone(self, seconds: float) -> Iterator[None]:
        """Hold the lock of those who change the index; raises Busy where another holds it for longer."""
        from filelock import FileLock, Timeout

        make_way(self._folder, folder=True)
        with disk_errors(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                lock = FileLock(self._folder / ".writing.lock")
                lock.acquire(timeout=seconds)
            except Timeout as error:
                raise Busy(f"another paperlab is writing to {self._folder}: wait for it") from error
        try:
            yield
        finally:
            lock.release()

    def _followed(self, index: WordIndex, seconds: float) -> WordIndex:
        if index.followed() == self._passages.last():
            return index
        try:
            index.refresh()
            if index.followed() == self._passages.last():
                return index
            with self._alone(seconds):
                # Under the lock: what another process has just brought in must not come in twice.
                index.refresh()
                self._follow(index, index.followed(), self._passages.last())
                self._drop_others()
        except Busy:
            raise
        except NotNow as error:
            self._say(f"{error}; search by words is behind until then")
        return index

    def _follow(self, index: WordIndex, found: IndexedUpTo, wanted: IndexedUpTo) -> None:
        # An empty index has nothing to take out, whatever was removed before it was made.
        removed = self._passages.removed_after(found.removal) if found.chunk else []
        if removed is None or found.chunk > wanted.chunk:
            raise BadFile(self.path, None, "the word index does not fit the database")
        index.update(
            [chunk_id for chunk_id in removed if chunk_id <= found.chunk],
            (chunk for chunk in self._passages.words_after(found.chunk) if chunk.id <= wanted.chunk),
            wanted,
            many=wanted.chunk - found.chunk > _MANY,
        )
        self._passages.forget_removals(wanted.removal)

    def _drop_others(self) -> None:
        """Remove older generations, those of databases that stood here before, and what killed processes left."""
        mine = self.path
        for folder in self._folder.iterdir():
            if folder.is_dir() and folder != mine:
                remove_tree(folder)


def _generation(path: Path) -> int:
    number = path.name.rpartition("-")[2]
    return int(number) if number.isdecimal() else -1
