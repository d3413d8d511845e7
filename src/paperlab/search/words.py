"""Keeps the word index in step with the chunks in the database.

The index is a cache: what does not fit the database is built again from it. Its folder is named for the database, so
that one put in the place of another is never searched with the other's words.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from paperlab.disk import write_atomically
from paperlab.errors import BadFile, Busy, NotNow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.store.passages import Passages
    from paperlab.types import IndexedUpTo
    from paperlab.word_index import WordIndex

_MANY = 2_000
"""Chunks from which on an update is worth a large buffer."""


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
        """The index's own folder."""
        from paperlab.word_index import VERSION

        return self._folder / f"{VERSION}-{self._passages.database_id()}"

    def open(self) -> WordIndex:
        """Return the index as the database has it now; it is opened once and brought up to date at each call.

        While another process brings it up to date, the index is returned as it is.
        """
        if self._index is None:
            self._index = self._opened()
        try:
            return self._followed(self._index)
        except Busy:
            return self._index
        except BadFile as error:
            self._index = self._followed(self._renewed(error))
            return self._index

    def problem(self) -> str | None:
        """Return what is wrong with the index as it lies there, or None; mends nothing."""
        from paperlab.word_index import WordIndex

        wanted = self._passages.last()
        if not self.path.is_dir():
            return "it is missing" if wanted.chunk else None
        try:
            found = WordIndex(self.path)
            found.check()
            behind = self._behind(found.followed(), wanted)
        except BadFile as error:
            return error.why
        return "it is behind the database" if behind else None

    def _opened(self) -> WordIndex:
        from paperlab.word_index import WordIndex

        try:
            index = WordIndex(self.path)
            self._check(index)
        except BadFile as error:
            return self._renewed(error)
        return index

    def _check(self, index: WordIndex) -> None:
        """Check the files that changed since the last time; raises BadFile."""
        note = self._folder / f"{self.path.name}.checked.json"
        try:
            checked = json.loads(note.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            checked = {}
        found = index.check(checked if isinstance(checked, dict) else {})
        if found != checked:
            # On a disk that cannot be written the files are checked at the next start again.
            with suppress(NotNow):
                write_atomically(note, json.dumps(found).encode(), durable=False)

    def _renewed(self, error: BadFile) -> WordIndex:
        from paperlab.word_index import WordIndex

        self._say(f"{error}: built again from the database")
        shutil.rmtree(self.path)
        return WordIndex(self.path)

    @staticmethod
    def _behind(found: IndexedUpTo, wanted: IndexedUpTo) -> bool:
        # Chunks that went while none was indexed since leave the last id behind: only what is new or gone counts.
        return found != wanted

    def _followed(self, index: WordIndex) -> WordIndex:
        wanted = self._passages.last()
        if not self._behind(index.followed(), wanted):
            return index
        index.refresh()
        found = index.followed()
        if not self._behind(found, wanted):
            return index
        removed = self._passages.removed_after(found.removal)
        if removed is None or found.chunk > wanted.chunk:
            raise BadFile(self.path, None, "the word index does not fit the database")
        try:
            index.update(
                [chunk_id for chunk_id in removed if chunk_id <= found.chunk],
                (chunk for chunk in self._passages.words_after(found.chunk) if chunk.id <= wanted.chunk),
                wanted,
                many=wanted.chunk - found.chunk > _MANY,
            )
        except NotNow as error:
            if isinstance(error, Busy):
                raise
            self._say(f"{error}; search by words is behind until then")
            return index
        self._passages.forget_removals(wanted.removal)
        self._drop_others()
        return index

    def _drop_others(self) -> None:
        """Remove the indexes of databases that stood here before, and of older versions."""
        for folder in self._folder.iterdir():
            if folder.is_dir() and folder != self.path:
                shutil.rmtree(folder, ignore_errors=True)
