"""The index keeper: whatever happened to the file, what it opens is what the database holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.search import IndexKeeper
from paperlab.store import Store
from paperlab.types import Chunk, FrontMatter, PageBox, PageSize, Paper, PdfFile, Reading
from paperlab.vector_index import FaissIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from paperlab.protocols import VectorIndex

D = 8
E = "hashing-8"


class Bench:
    """A database with its keeper, and the steps that change either."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.store = Store(folder / "paperlab.db")
        self.said: list[str] = []

    def keeper(self, embedder: str = E) -> IndexKeeper:
        """Return a keeper as a new process has it."""
        return IndexKeeper(self.folder, FaissIndex, embedder, D, self.said.append)

    def open(self, embedder: str = E) -> VectorIndex:
        """Open the index as a new process does."""
        return self.keeper(embedder).open(self.store.passages)

    def problem(self, embedder: str = E) -> str | None:
        """Ask what is wrong with the file."""
        return self.keeper(embedder).problem(self.store.passages)

    def add(self, key: str, chunks: int = 3, embedder: str = E) -> None:
        """Put a paper with its vectors into the database, in place of what it had."""
        box = PageBox(1, (0.0, 0.0, 1.0, 1.0))
        cut = [Chunk(i, ("S",), 1, (1,), i, i + 1, f"{key} {i}", (box,)) for i in range(chunks)]
        reading = Reading("r", (PageSize(1, 1.0, 1.0),), (), FrontMatter(key))
        self.store.papers.put([(Paper(key, key, pdf=PdfFile("paper.pdf", key, 1)), (1, 1))])
        self.store.readings.put(key, reading, "c", cut)
        ids = [int(i) for i in self.store.passages.ids([key])]
        vectors = np.random.default_rng(ids).normal(size=(len(ids), D)).astype(np.float32)
        self.store.passages.put_vectors(embedder, ids, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def remove(self, key: str) -> None:
        """Take a paper out of library and database."""
        kept = [state.pdf_sha256 for state in self.store.readings.states() if state.pdf_sha256 != key]
        self.store.readings.prune(kept)
        self.store.papers.drop([key])

    def check(self, index: VectorIndex, embedder: str = E) -> None:
        """Assert that an index answers as one that was built from the database just now."""
        fresh = FaissIndex(D)
        for ids, vectors in self.store.passages.vectors(embedder):
            fresh.add(ids, vectors)
        assert len(index) == len(fresh)
        for query in np.eye(D, dtype=np.float32):
            assert index.search(query, 100) == fresh.search(query, 100)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Yield a bench with three papers, its index saved and in step."""
    bench = Bench(tmp_path / "index")
    for key in "abc":
        bench.add(key)
    bench.check(bench.open())
    bench.said.clear()
    assert bench.problem() is None
    yield bench
    bench.store.close()


def flip(path: Path, position: float) -> None:
    """Turn one bit of a file over, at this part of its length."""
    data = bytearray(path.read_bytes())
    data[int(position * (len(data) - 1))] ^= 0x10
    path.write_bytes(data)


def damage_stamp(change: dict[str, object]) -> Callable[[Bench], object]:
    """Return the damage of a stamp with other values."""

    def damage(bench: Bench) -> None:
        path = bench.folder / "vectors.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | change))

    return damage


FILE, STAMP = "vectors.faiss", "vectors.json"
DAMAGES: dict[str, Callable[[Bench], object]] = {
    "index deleted": lambda b: (b.folder / FILE).unlink(),
    "stamp deleted": lambda b: (b.folder / STAMP).unlink(),
    "both deleted": lambda b: [(b.folder / name).unlink() for name in (FILE, STAMP)],
    "index empty": lambda b: (b.folder / FILE).write_bytes(b""),
    "index cut short": lambda b: (b.folder / FILE).write_bytes((b.folder / FILE).read_bytes()[:-20]),
    "index longer": lambda b: (b.folder / FILE).write_bytes((b.folder / FILE).read_bytes() + b"x"),
    "a bit flipped in the header": lambda b: flip(b.folder / FILE, 0.0),
    "a bit flipped in a vector": lambda b: flip(b.folder / FILE, 0.5),
    "a bit flipped in an id": lambda b: flip(b.folder / FILE, 1.0),
    "index of another time": lambda b: FaissIndex(D).save(b.folder / FILE),
    "stamp empty": lambda b: (b.folder / STAMP).write_bytes(b""),
    "stamp not UTF-8": lambda b: (b.folder / STAMP).write_bytes(b"\xff\xfe"),
    "stamp a list": lambda b: (b.folder / STAMP).write_text("[1, 2]"),
    "stamp a number": lambda b: (b.folder / STAMP).write_text("7"),
    "stamp cut short": lambda b: (b.folder / STAMP).write_text((b.folder / STAMP).read_text()[:-5]),
    "stamp of an older version": lambda b: (b.folder / STAMP).write_text('{"embedder": "hashing-8", "sequence": 9}'),
    "stamp with one value more": damage_stamp({"more": 1}),
    "sequence not a number": damage_stamp({"sequence": "9"}),
    "sequence missing": damage_stamp({"sequence": None}),
    "sequence ahead of the database": damage_stamp({"sequence": 99}),
    "sequence behind what is known": damage_stamp({"sequence": 1}),
    "sequence below zero": damage_stamp({"sequence": -5}),
    "checksum of other bytes": damage_stamp({"checksum": 1}),
    "size of other bytes": damage_stamp({"size": 1}),
    "another embedder's": damage_stamp({"embedder": "minilm"}),
    "another database's": damage_stamp({"database": 1}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_befell_the_files_the_index_is_right_again(bench: Bench, damage: str) -> None:
    """Without asking; afterwards nothing is wrong with the files any more, and nothing temporary lies about."""
    DAMAGES[damage](bench)
    assert bench.problem()

    bench.check(bench.open())

    assert bench.problem() is None
    assert {path.name for path in bench.folder.iterdir() if "vectors" in path.name} == {FILE, STAMP}


def test_damage_is_said_once(bench: Bench) -> None:
    """The user learns why this search took longer."""
    flip(bench.folder / FILE, 0.5)
    bench.open()
    bench.open()

    assert bench.said == ["vectors.faiss was damaged: built again from the database"]


def test_an_index_in_step_is_not_written_again(bench: Bench) -> None:
    """A search only reads."""
    before = {name: (bench.folder / name).stat().st_mtime_ns for name in (FILE, STAMP)}
    bench.check(bench.open())

    assert {name: (bench.folder / name).stat().st_mtime_ns for name in (FILE, STAMP)} == before
    assert bench.said == []


@pytest.mark.parametrize(
    "steps",
    [
        (lambda b: b.add("d"),),
        (lambda b: b.remove("b"),),
        (lambda b: b.add("d"), lambda b: b.remove("a"), lambda b: b.add("e")),
        (lambda b: b.add("a", 5),),
        (lambda b: b.add("d"), lambda b: b.remove("d")),
        (lambda b: b.remove("a"), lambda b: b.remove("b"), lambda b: b.remove("c")),
        (lambda b: b.add("x", embedder="other"),),
    ],
)
def test_an_index_that_is_behind_follows_without_a_rebuild(
    bench: Bench, steps: tuple[Callable[[Bench], None], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Additions, removals and replaced papers; changes of another embedder's vectors add nothing."""
    for step in steps:
        step(bench)
    assert bench.problem() is not None
    assert "behind" in str(bench.problem())
    monkeypatch.delattr(IndexKeeper, "_rebuild")

    bench.check(bench.open())

    assert bench.problem() is None
    assert bench.store.passages.changes_since(bench.store.passages.last_change()) == []


def test_changes_forgotten_for_another_keeper_lead_to_a_rebuild(bench: Bench) -> None:
    """A gap in what is known is never jumped over."""
    old = {name: (bench.folder / name).read_bytes() for name in (FILE, STAMP)}
    bench.add("d")
    bench.open()
    bench.remove("a")
    for name, data in old.items():
        (bench.folder / name).write_bytes(data)

    bench.check(bench.open())


def test_an_index_whose_database_was_made_anew_is_not_believed(bench: Bench) -> None:
    """Even where both have seen as many changes and gave the same ids."""
    bench.store.close()
    for path in bench.folder.glob("paperlab.db*"):
        path.unlink()
    again = Bench(bench.folder)
    for key in "xyz":
        again.add(key)
    before = again.store.passages.ids(["x"])
    assert list(before) == [1, 2, 3]

    assert again.problem() == "it was made from another database"
    index = again.open()

    again.check(index)
    again.store.close()


@pytest.mark.parametrize("step", [1, 2])
def test_killed_between_file_and_stamp_the_next_opening_mends_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """New bytes with the old stamp are noticed; changes are not forgotten before both are there."""
    bench.add("d")
    rename, renames = Path.replace, []

    def killed(self: Path, target: Path) -> Path:
        renames.append(target)
        if len(renames) == step:
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            bench.open()

    assert bench.problem() is not None
    bench.remove("a")
    bench.check(bench.open())
    assert bench.problem() is None


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("FAISS could not write")])
def test_an_index_that_cannot_be_saved_is_right_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The search goes on, a line says so, no half file stays, and the changes are kept for the next time."""
    bench.add("d")

    def fail(_index: FaissIndex, path: Path) -> None:
        path.write_bytes(b"half")
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(FaissIndex, "save", fail)
        bench.check(bench.open())
    assert "could not be written" in bench.said[0]
    assert {path.name for path in bench.folder.iterdir() if "vectors" in path.name} == {FILE, STAMP}

    bench.check(bench.open())
    assert bench.problem() is None


def test_a_folder_one_may_not_write_does_not_stop_the_search(
    bench: Bench, read_only: Callable[[Path], AbstractContextManager[None]]
) -> None:
    """The index is built in memory; only a line says that it could not be kept."""
    (bench.folder / FILE).unlink()
    with read_only(bench.folder):
        index = bench.open()

    bench.check(index)
    assert "could not be written" in bench.said[-1]


def test_an_empty_database_has_an_empty_index(tmp_path: Path) -> None:
    """And nothing is wrong with that."""
    bench = Bench(tmp_path / "index")
    assert bench.problem() is None
    assert len(bench.open()) == 0
    assert bench.problem() is None

    bench.add("a")
    bench.check(bench.open())
    bench.remove("a")
    assert len(bench.open()) == 0
    bench.store.close()


def test_an_embedder_without_vectors_leaves_the_file_to_the_one_that_has_some(bench: Bench) -> None:
    """One search with other settings costs no rebuild afterwards."""
    before = (bench.folder / FILE).stat().st_mtime_ns

    assert len(bench.open("other")) == 0

    assert (bench.folder / FILE).stat().st_mtime_ns == before
    assert bench.problem() is None


def test_another_embedders_index_takes_the_place_of_the_first(bench: Bench) -> None:
    """And back again: each time it is what the database holds for that embedder."""
    bench.add("d", embedder="other")
    assert bench.problem("other") == f"it was made by the embedder {E}"

    bench.check(bench.open("other"), "other")
    bench.check(bench.open())


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from("abcd")),
        st.tuples(st.just("remove"), st.sampled_from("abcd")),
        st.tuples(st.just("open"), st.just("")),
        st.tuples(st.just("forget"), st.just("")),
        st.tuples(st.just("damage"), st.sampled_from(sorted(DAMAGES))),
    ),
    max_size=12,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_after_any_history_the_index_is_what_the_database_holds(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    """Papers come and go, files are damaged, changes forgotten, in any order."""
    bench = Bench(tmp_path_factory.mktemp("history"))
    for step, what in steps:
        if step in {"add", "remove"}:
            getattr(bench, step)(what)
        elif step == "open":
            bench.open()
        elif step == "forget":
            bench.store.passages.forget_changes(bench.store.passages.last_change() // 2)
        elif (bench.folder / STAMP).exists() and bench.store.totals(E).vectors and bench.problem() is None:
            DAMAGES[what](bench)

    index = bench.open()
    bench.check(index)
    assert bench.problem() is None or not len(index)
    bench.store.close()
