"""All that belongs to one index folder. A lab has two: its library's, and below it the catalogue's."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from paperlab.plugins import plugin
from paperlab.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.protocols import Embedder, VectorIndex, VectorIndexType
    from paperlab.search.engine import Searcher
    from paperlab.search.keeper import IndexKeeper
    from paperlab.search.words import WordKeeper


class SearchIndex:
    """Database, word index, vector index, and what searches them; each is made when it is first asked for."""

    def __init__(
        self,
        folder: Path,
        open_embedder: Callable[[], Embedder],
        say: Callable[[str], None],
        complain: Callable[[str], None],
        index_type: str = "auto",
    ) -> None:
        """`say` is told what is built again, `complain` what a search cannot find yet; `index_type` is the setting."""
        self.folder = folder
        self._open_embedder = open_embedder
        self._say = say
        self._complain = complain
        self._index_type = index_type

    @property
    def path(self) -> Path:
        """The database's file; without it there is nothing to search."""
        return self.folder / "paperlab.db"

    @cached_property
    def store(self) -> Store:
        """The index database."""
        return Store(self.path)

    @cached_property
    def words(self) -> WordKeeper:
        """What keeps the word index in step with the database."""
        from paperlab.search.words import WordKeeper

        return WordKeeper(self.folder / "words", self.store.passages, self._say)

    @cached_property
    def keeper(self) -> IndexKeeper:
        """What keeps the vector index in step with the database."""
        from paperlab.search.keeper import IndexKeeper

        return IndexKeeper(
            self.folder / "vectors",
            lambda name: cast("VectorIndexType", plugin("paperlab.vector_indexes", name)()),
            self._open_embedder().id,
            self._say,
            self._index_type,
        )

    @cached_property
    def searcher(self) -> Searcher:
        """The search engine, warm from the second query on."""
        from paperlab.search.engine import Searcher

        return Searcher(self.store, self.words, self._open_embedder, lambda: self.vectors, self._complain)

    @property
    def embedder(self) -> Embedder:
        """What maps its texts to vectors."""
        return self._open_embedder()

    @property
    def vectors(self) -> VectorIndex:
        """The vector index as the database has it now."""
        return self.keeper.open(self.store.vectors)

    def close(self) -> None:
        """Close the database, where it was opened."""
        if "store" in self.__dict__:
            self.store.close()
