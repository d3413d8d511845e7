"""The store: one database, its table families side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import BadFile
from paperlab.store.database import Database
from paperlab.store.papers import Papers
from paperlab.store.readings import Readings
from paperlab.store.rows import Totals

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.store.passages import Passages


class Store:
    """The index database of one lab.

    Opening makes or migrates it; raises BadFile for one that is damaged or from a newer paperlab.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = Database(path)
        self.papers = Papers(self._database)
        self.readings = Readings(self._database)
        self._passages: Passages | None = None

    @property
    def passages(self) -> Passages:
        """Chunks and vectors; numpy is imported with them, not before."""
        if self._passages is None:
            from paperlab.store.passages import Passages

            self._passages = Passages(self._database)
        return self._passages

    def totals(self, embedder: str) -> Totals:
        """Count what the index holds."""
        sql = (
            "SELECT (SELECT count(*) FROM paper), (SELECT count(*) FROM reading WHERE failure IS NULL),"
            " (SELECT coalesce(sum(json_array_length(pages)), 0) FROM reading), (SELECT count(*) FROM chunk),"
            " (SELECT count(*) FROM vector WHERE embedder = ?)"
        )
        return Totals(*self._database.execute(sql, (embedder,))[0])

    def check(self) -> list[str]:
        """Return what SQLite finds wrong with the database and its full-text index; empty when all is well."""
        found = [row[0] for row in self._database.execute("PRAGMA quick_check") if row[0] != "ok"]
        try:
            # Rank 1: held against the chunks too, not only against itself.
            self._database.execute("INSERT INTO chunk_fts (chunk_fts, rank) VALUES ('integrity-check', 1)")
        except BadFile as error:
            found.append(f"the full-text index does not fit the chunks: {error.why}")
        return found

    def close(self) -> None:
        """Close the database."""
        self._database.close()
