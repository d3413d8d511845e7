"""Vectors in the database: by embedder, small, counted, with every change told until it was followed."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.store import Store, schema
from paperlab.store.vectors import EmbedderState
from paperlab.types import Chunk, FrontMatter, PageBox, PageSize, Paper, PdfFile, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paperlab.store.vectors import Vectors

E, F = "hashing-4", "other-4"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the database of this test lies."""
    return tmp_path / "index" / "paperlab.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """Yield a new store."""
    store = Store(path)
    yield store
    store.close()


def put(store: Store, key: str, *texts: str) -> list[int]:
    """Put a paper with these chunks into library and index and return the chunks' ids."""
    box = PageBox(1, (1.0, 2.0, 3.0, 4.0))
    chunks = [Chunk(i, ("Method",), 1, (1,), i, i + 1, text, (box,)) for i, text in enumerate(texts)]
    reading = Reading("r", (PageSize(1, 1.0, 1.0),), (), FrontMatter("A Paper"))
    store.papers.put([(Paper(key, key, pdf=PdfFile("paper.pdf", key, 1)), (1, 1))])
    store.readings.put(key, reading, "c", chunks)
    return [int(i) for i in store.passages.ids([key])]


def embed(store: Store, ids: list[int], embedder: str = E) -> None:
    """Give each chunk the unit vector that its id selects."""
    store.vectors.put(embedder, ids, np.eye(4, dtype=np.float32)[np.array(ids, dtype=int) % 4])


def held(vectors: Vectors, embedder: str = E) -> dict[int, list[float]]:
    """Return all vectors of an embedder by chunk."""
    return {int(i): row.tolist() for ids, rows in vectors.all(embedder, 2) for i, row in zip(ids, rows, strict=True)}


def seen(vectors: Vectors, embedder: str, since: int = 0) -> list[tuple[int, bool]] | None:
    """Return the changes since a point as (chunk, removed)."""
    changes = vectors.changes_since(embedder, since)
    return None if changes is None else [(change.chunk_id, change.removed) for change in changes]


def test_vectors_come_back_in_order_and_only_for_chunks_that_are_there(store: Store) -> None:
    """A chunk that went while it was being embedded is passed over; the same vector twice is one."""
    ids = put(store, "a", "one", "two", "three")
    store.vectors.put(E, [*ids, 999], np.vstack([np.eye(4, dtype=np.float32)[:3], np.full((1, 4), 0.5, np.float32)]))
    store.vectors.put(E, ids[:1], np.full((1, 4), 0.5, np.float32))

    assert held(store.vectors) == dict(zip(ids, np.eye(4)[:3].tolist(), strict=True))
    found, rows = store.vectors.get(E, [ids[2], ids[0], 999])
    assert (found.tolist(), rows.tolist()) == ([ids[0], ids[2]], np.eye(4)[[0, 2]].tolist())
    assert rows.dtype == np.float32
    assert held(store.vectors, "nobody") == {}
    assert len(store.vectors.get("nobody", ids)[0]) == len(store.vectors.get(E, [])[0]) == 0


def test_a_vector_loses_less_than_a_thousandth(store: Store) -> None:
    """Half the bytes; cosines stay right to four places."""
    ids = put(store, "a", *"abcdefgh")
    vectors = np.random.default_rng(0).normal(size=(8, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store.vectors.put(E, ids, vectors)

    _, rows = store.vectors.get(E, ids)

    assert np.abs(rows @ vectors.T - vectors @ vectors.T).max() < 1e-4
    assert store._database.execute("SELECT DISTINCT length(vector) FROM vector") == [(768,)]


def test_what_is_not_embedded_yet_is_told_with_its_context(store: Store) -> None:
    """In order, title and section before the text; an embedder knows nothing of another's vectors."""
    ids = put(store, "a", "one", "two")
    embed(store, ids[:1])

    assert store.vectors.missing(E) == 1
    assert store.vectors.without_vector(E, 0, 10) == [(ids[1], "A Paper. Method\ntwo")]
    assert store.vectors.without_vector(E, ids[1], 10) == []
    assert store.vectors.missing(F) == 2
    assert [chunk_id for chunk_id, _ in store.vectors.without_vector(F, 0, 1)] == [ids[0]]


@settings(max_examples=50)
@given(st.lists(st.booleans(), max_size=12), st.integers(0, 13), st.integers(1, 5))
def test_holes_are_found_wherever_they_are(
    tmp_path_factory: pytest.TempPathFactory, has: list[bool], after: int, limit: int
) -> None:
    """The quick way to the newest chunks passes over none that lacks a vector further up."""
    store = Store(tmp_path_factory.mktemp("holes") / "paperlab.db")
    ids = put(store, "a", *(f"text {i}" for i in range(len(has))))
    embed(store, [i for i, there in zip(ids, has, strict=True) if there])

    found = [chunk_id for chunk_id, _ in store.vectors.without_vector(E, after, limit)]

    lacking = [i for i, there in zip(ids, has, strict=True) if not there]
    assert store.vectors.missing(E) == len(lacking)
    assert found == [i for i in lacking if i > after][:limit]
    store.close()


def test_counts_follow_every_way_a_vector_comes_and_goes(store: Store) -> None:
    """Put twice, cut anew, pruned, rolled back: the count is that of the rows."""

    def counts() -> tuple[int, int, int]:
        rows = store._database.execute("SELECT (SELECT count(*) FROM chunk), (SELECT count(*) FROM vector)")[0]
        assert rows == (store.passages.count(), store.vectors.count(E) + store.vectors.count(F))
        return (*rows, store.vectors.missing(E))

    ids = put(store, "a", "one", "two", "three")
    embed(store, ids)
    embed(store, ids[:2])
    embed(store, ids[:2], F)
    assert counts() == (3, 5, 0)
    put(store, "a", "one")
    assert counts() == (1, 0, 1)
    embed(store, put(store, "b", "one", "two"))
    assert counts() == (3, 2, 1)
    twice = [Chunk(0, (), 1, (1,), 0, 1, "x", (PageBox(1, (0.0, 0.0, 1.0, 1.0)),))] * 2
    with pytest.raises(sqlite3.IntegrityError):
        store.readings.replace_chunks(store.readings.states()[0].id, "c", twice)
    assert counts() == (3, 2, 1)
    store.readings.prune([])
    assert counts() == (0, 0, 0)


def test_embedders_are_known_with_what_loads_them(store: Store) -> None:
    """In the order they came; what loads one may be told later, or changed."""
    ids = put(store, "a", "one", "two")
    embed(store, ids[:1], F)
    store.vectors.register(E, "hashing:4", 4)
    store.vectors.register(E, "hashing:4", 4)

    assert store.vectors.embedders() == [EmbedderState(F, "", 4, 1), EmbedderState(E, "hashing:4", 4, 0)]
    store.vectors.register(F, "other", 4)
    assert store.vectors.embedders()[0] == EmbedderState(F, "other", 4, 1)


def test_dropping_the_others_leaves_this_ones(store: Store) -> None:
    """Vectors, changes and names go; who comes back under an old name is not taken for who left."""
    ids = put(store, "a", "one", "two")
    embed(store, ids, F)
    embed(store, ids)
    point = store.vectors.last_change()

    store.vectors.drop_others(E)

    assert held(store.vectors, F) == {}
    assert list(held(store.vectors)) == ids
    assert [state.name for state in store.vectors.embedders()] == [E]
    assert seen(store.vectors, F, point) is None
    embed(store, ids[:1], F)
    assert seen(store.vectors, F, point) is None
    assert seen(store.vectors, E, point) == []
    store.vectors.drop_others(F)
    store.vectors.drop_others(F)
    assert [state.name for state in store.vectors.embedders()] == [F]


def test_every_change_of_a_vector_is_logged_in_order(store: Store) -> None:
    """Additions and removals, cascaded ones too, from any point that is still known."""
    assert store.vectors.last_change() == 0
    ids = put(store, "a", "one", "two")
    embed(store, ids)
    store.readings.prune([])

    changes = store.vectors.changes_since(E, 0)
    assert changes is not None
    assert seen(store.vectors, E) == [(ids[0], False), (ids[1], False), (ids[0], True), (ids[1], True)]
    assert [change.seq for change in changes] == [1, 2, 3, 4]
    assert store.vectors.changes_since(E, 2) == changes[2:]
    assert store.vectors.changes_since(E, 4) == []


def test_changes_that_were_forgotten_are_a_gap_not_an_empty_list(store: Store) -> None:
    """Nor is a point that this database never reached: then it is another database's."""
    embed(store, put(store, "a", "one", "two", "three"))
    store.vectors.forget_changes(E, 2)

    assert seen(store.vectors, E, 1) is None
    assert [change.seq for change in store.vectors.changes_since(E, 2) or []] == [3]
    store.vectors.forget_changes(E, 3)
    store.vectors.forget_changes(E, 1)
    assert store.vectors.last_change() == 3
    assert seen(store.vectors, E, 2) is None
    assert seen(store.vectors, E, 3) == []
    assert seen(store.vectors, E, 4) is None


def test_each_embedder_forgets_for_itself(store: Store) -> None:
    """Two indexes live side by side, and neither has seen what the other has."""
    ids = put(store, "a", "one", "two")
    embed(store, ids)
    embed(store, ids, F)
    store.vectors.forget_changes(E, store.vectors.last_change())

    assert seen(store.vectors, E, 2) is None
    assert seen(store.vectors, F, 2) == [(ids[0], False), (ids[1], False)]
    assert seen(store.vectors, F, 3) == [(ids[1], False)]
    assert seen(store.vectors, "nobody") is None


def test_what_is_read_frozen_is_of_one_moment(store: Store, path: Path) -> None:
    """A writer is not held up, and what it writes is seen afterwards."""
    ids = put(store, "a", "one", "two")
    other = Store(path)
    with store.vectors.frozen():
        assert store.vectors.count(E) == 0
        embed(other, ids)
        assert (store.vectors.count(E), store.vectors.last_change(), held(store.vectors)) == (0, 0, {})
    assert (store.vectors.count(E), store.vectors.last_change()) == (2, 2)
    other.close()


def test_a_database_made_anew_is_told_from_the_one_before(store: Store, path: Path, tmp_path: Path) -> None:
    """Both count their changes from one."""
    again, other = Store(path), Store(tmp_path / "other" / "paperlab.db")

    assert again.vectors.database_id() == store.vectors.database_id()
    assert other.vectors.database_id() != store.vectors.database_id()
    again.close()
    other.close()


def old_database(path: Path, vectors: np.ndarray) -> None:
    """Make a database of version 2 with a chunk for each vector, the first embedded by another embedder too."""
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    for statement in schema._statements(schema._TABLES + schema._FLOATS):
        connection.execute(statement)
    connection.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
    for name in ("m001_tables", "m002_tables_and_figures"):
        connection.execute("INSERT INTO _sqlite_migrations VALUES ('paperlab', ?, '')", (name,))
    connection.execute("INSERT INTO reading VALUES (1, 'sha', 'r', NULL, NULL, '[]', '{}', '[]')")
    for i, vector in enumerate(vectors, 1):
        connection.execute("INSERT INTO chunk VALUES (?, 1, 'c', ?, '', '', 'zebra', 1, '[]', 0, 1, '[]')", (i, i))
        connection.execute("INSERT INTO vector VALUES (?, ?, ?)", (i, E, vector.astype("<f4").tobytes()))
    connection.execute("INSERT INTO vector VALUES (1, ?, ?)", (F, vectors[0].astype("<f4").tobytes()))
    connection.execute("PRAGMA application_id = 77")
    connection.execute("PRAGMA user_version = 2")
    connection.commit()
    connection.close()


def test_a_database_of_version_2_keeps_its_readings(path: Path) -> None:
    """Its papers are cut and embedded again; what was read from them stays."""
    old_database(path, np.eye(4, dtype=np.float32)[[0, 1, 2]])

    store = Store(path)

    assert [state.pdf_sha256 for state in store.readings.states()] == ["sha"]
    assert (store.passages.count(), store.vectors.embedders()) == (0, [])
    assert store.check() == []
    ids = put(store, "a", "one", "two")
    embed(store, ids)
    assert (store.passages.count(), store.vectors.count(E)) == (2, 2)
    store.close()


def test_a_migration_that_is_stopped_leaves_the_old_database(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next opening does all of it."""
    old_database(path, np.eye(4, dtype=np.float32))
    with monkeypatch.context() as patch:
        patch.setitem(schema._MIGRATIONS, "m003_embedders", schema._EMBEDDERS + "SELECT stop();\n")
        with pytest.raises(sqlite3.OperationalError, match="no such function"):
            Store(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*), max(length(vector)) FROM vector").fetchone() == (5, 16)
    connection.close()

    store = Store(path)
    assert store.passages.count() == 0
    store.close()
