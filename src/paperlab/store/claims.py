"""Claims of the papers that were read, one row each; the view `claims` shows those of the library."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from paperlab.plain import build, plain
from paperlab.store.rows import dump
from paperlab.table_labels import label_words
from paperlab.types import Claim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from paperlab.store.database import Database
    from paperlab.types import ClaimRole

_OF_PAPERS = (
    " FROM claim JOIN reading ON reading.id = claim.reading_id JOIN paper ON paper.pdf_sha256 = reading.pdf_sha256"
)
_IN_ORDER = " ORDER BY paper.key, claim.ordinal"
_GIVEN = "(SELECT value FROM json_each(?))"


class ClaimFilter(NamedTuple):
    """What claims are asked for; empty fields narrow nothing. Labels fit where their words stand in the claim's."""

    method: str = ""
    dataset: str = ""
    split: str = ""
    metric: str = ""
    role: ClaimRole | None = None
    keys: Collection[str] | None = None


class UnreadClaims(NamedTuple):
    """A reading whose claims are not there, or not those of today's extractor."""

    reading_id: int
    key: str
    title: str
    sha256: str


class Claims:
    """Tables `claim` and `claim_state`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def missing(self, version: int, key: str | None = None) -> list[UnreadClaims]:
        """Return the readings, of all papers or of one, whose claims are not those of extractor `version`."""
        sql = (
            "SELECT reading.id, min(paper.key), paper.title, reading.pdf_sha256 FROM paper"
            " JOIN reading ON reading.pdf_sha256 = paper.pdf_sha256 AND reading.failure IS NULL"
            " LEFT JOIN claim_state ON claim_state.reading_id = reading.id"
            " WHERE claim_state.version IS NOT ? AND (? IS NULL OR paper.key = ?) GROUP BY reading.id ORDER BY 2"
        )
        return [UnreadClaims(*row) for row in self._database.execute(sql, (version, key, key))]

    def put(self, reading_id: int, version: int, claims: Sequence[Claim]) -> None:
        """Put a reading's claims in place of those it had, all or nothing."""
        rows = [_row(reading_id, ordinal, claim) for ordinal, claim in enumerate(claims)]
        with self._database.transaction():
            self._database.execute("DELETE FROM claim WHERE reading_id = ?", (reading_id,))
            self._database.execute_many(f"INSERT INTO claim VALUES ({','.join('?' * 25)})", rows)
            self._database.execute("INSERT OR REPLACE INTO claim_state VALUES (?, ?)", (reading_id, version))

    def of(self, key: str) -> list[Claim]:
        """Return a paper's claims, by place."""
        sql = f"SELECT paper.key, claim.record{_OF_PAPERS} WHERE paper.key = ?{_IN_ORDER}"
        return _claims(self._database.execute(sql, (key,)))

    def select(self, wanted: ClaimFilter) -> list[Claim]:
        """Return the claims that fit, by paper and place."""
        conditions, values = ["1"], []
        for column in ("method", "dataset", "split", "metric"):
            if text := getattr(wanted, column):
                conditions.append(f"instr(claim.{column}_words, ?) > 0")
                values.append(f" {label_words(text)} ")
        if wanted.role is not None:
            conditions.append("claim.role = ?")
            values.append(wanted.role.value)
        if wanted.keys is not None:
            conditions.append(f"paper.key IN {_GIVEN}")
            values.append(dump(sorted(wanted.keys)))
        sql = f"SELECT paper.key, claim.record{_OF_PAPERS} WHERE {' AND '.join(conditions)}{_IN_ORDER}"
        return _claims(self._database.execute(sql, values))


def _row(reading_id: int, ordinal: int, claim: Claim) -> tuple[object, ...]:
    spread = claim.spread_meaning.value if claim.spread_meaning else None
    cell = claim.cell
    return (
        *(reading_id, ordinal, claim.id, claim.role.value, claim.method, claim.dataset, claim.split, claim.metric),
        *(claim.direction.value, claim.value, claim.printed, claim.spread, spread, claim.unit, claim.decimals, claim.n),
        *(claim.page, cell.table if cell else None, claim.own, claim.confidence),
        *(f" {label_words(text)} " for text in (claim.method, claim.dataset, claim.split, claim.metric)),
        dump(plain(replace(claim, key=""))),
    )


def _claims(rows: Iterable[tuple[str, str]]) -> list[Claim]:
    return [replace(build(Claim, json.loads(record)), key=key) for key, record in rows]
