"""All that belongs to one index folder. A lab has two: its library's, and below it the catalogue's."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from paperlab.errors import PaperlabError, UsageError
from paperlab.plugins import plugin
from paperlab.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.embedders.wordpiece import WordPieces
    from paperlab.protocols import Embedder, VectorIndexType
    from paperlab.search.engine import Mode, Searcher
    from paperlab.search.keeper import IndexKeeper
    from paperlab.search.kept import KeptIndex
    from paperlab.search.words import WordKeeper


def mode_named(name: str) -> Mode:
    """Return the mode of a name from the settings or the command line; raises UsageError where there is none."""
    from paperlab.search.engine import Mode

    try:
        return Mode(name)
    except ValueError as error:
        raise UsageError(f"search.mode in the settings must be one of {', '.join(Mode)}") from error


class SearchIndex:
    """Database, word index, vector index, and what searches them; each is made when it is first asked for."""

    def __init__(
        self,
        folder: Path,
        embedder: str,
        load_embedder: Callable[[str], Embedder],
        say: Callable[[str], None],
        complain: Callable[[str], None],
        index_type: str = "auto",
        command: str = "paperlab index",
    ) -> None:
        """`embedder` and `index_type` are the settings, `load_embedder` returns the same embedder for the same setting.

        `say` is told what is built again, `complain` what a search cannot find until `command` is run.
        """
        self.folder = folder
        self._spec = embedder
        self._load = load_embedder
        self._say = say
        self._complain = complain
        self._index_type = index_type
        self._command = command

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

    @property
    def embedder(self) -> Embedder:
        """What maps its texts to vectors."""
        return self._load(self._spec)

    @property
    def keeper(self) -> IndexKeeper:
        """What keeps the vector index in step with the database."""
        return self._keeper_of(self.embedder)

    @cached_property
    def searcher(self) -> Searcher:
        """The search engine, warm from the second query on."""
        from paperlab.search.engine import Searcher

        return Searcher(
            self.store,
            self.words,
            lambda: self.searched_by,
            lambda: self.vectors,
            self._complain,
            self._is_word,
            self._command,
        )

    @property
    def searched_by(self) -> Embedder:
        """The embedder whose vectors are searched: the one before, while the one in the settings still embeds."""
        states = self.store.vectors.embedders()
        if not states or (len(states) == 1 and states[0].spec in {"", self._spec}):
            return self.embedder
        wanted = self.embedder
        has = max((state.vectors for state in states if state.name == wanted.id), default=0)
        before = max((state for state in states if state.spec), key=lambda state: state.vectors, default=None)
        if before is None or before.name == wanted.id or before.vectors <= has:
            return wanted
        try:
            return self._load(before.spec)
        except PaperlabError as error:
            self._complain(f"the vectors by {before.name} cannot be searched any more: {error}")
            return wanted

    @property
    def vectors(self) -> KeptIndex:
        """The vector index that is searched, as the database has it now."""
        return self._keeper_of(self.searched_by).open(self.store.vectors)

    def _keeper_of(self, embedder: Embedder) -> IndexKeeper:
        if embedder.id not in self._keepers:
            from paperlab.search.keeper import IndexKeeper

            self._keepers[embedder.id] = IndexKeeper(
                self.folder / "vectors",
                lambda name: cast("VectorIndexType", plugin("paperlab.vector_indexes", name)()),
                embedder.id,
                self._say,
                self._index_type,
            )
        return self._keepers[embedder.id]

    @cached_property
    def _keepers(self) -> dict[str, IndexKeeper]:
        return {}

    def _is_word(self, word: str) -> bool:
        """Tell a word of the language from a misspelt one; asked about words that no paper has."""
        return word in self._pieces

    @cached_property
    def _pieces(self) -> WordPieces:
        from paperlab.embedders.reference import default_model_folder
        from paperlab.embedders.wordpiece import WordPieces

        return WordPieces(default_model_folder())

    def warm_up(self) -> None:
        """Load the model and open the indexes, so that the first search of a session need not; no query is asked.

        Belongs into the thread that will search. Where nothing is indexed yet, nothing is made or loaded.
        """
        if self.path.is_file() and self.store.passages.count():
            self.searcher.warm_up()

    def close(self) -> None:
        """Close the database, where it was opened."""
        if "store" in self.__dict__:
            self.store.close()
