"""The index keeper: whatever happened to the file, what it opens is what the database holds."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.errors import UsageError
from paperlab.search import keeper
from paperlab.search.keeper import IndexKeeper
from paperlab.store import Store
from paperlab.types import Chunk, FrontMatter, PageBox, PageSize, Paper, PdfFile, Reading
from paperlab.vector_index.flat import FlatIndexType
from paperlab.vector_index.ivf import IvfIndexType
from paperlab.vector_index.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from paperlab.protocols import VectorIndexType
    from paperlab.search.kept import KeptIndex

D = 8
E = "hashing-8"


def load_type(name: str) -> VectorIndexType:
    """Return a type as the lab does."""
    if name == "flat":
        return FlatIndexType()
    if name == "ivf":
        return IvfIndexType()
    raise UsageError(f"no {name}")


class Bench:
    """A database with its keeper, and the steps that change either."""

    def __init__(self, folder: Path, wanted: str = "auto") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.wanted = wanted
        self.store = Store(folder / "paperlab.db")
        self.said: list[str] = []

    def keeper(self, embedder: str = E) -> IndexKeeper:
        """Return a keeper as a new process has it."""
        return IndexKeeper(self.folder / "vectors", load_type, embedder, self.said.append, self.wanted)

    def keep(self, embedder: str = E) -> None:
        """Do what the end of an indexing run does."""
        self.keeper(embedder).keep(self.store.vectors)

    def open(self, embedder: str = E) -> KeptIndex:
        """Open the index as a new process does."""
        return self.keeper(embedder).open(self.store.vectors)

    def problem(self, embedder: str = E) -> str | None:
        """Ask what is wrong with the file."""
        return self.keeper(embedder).problem(self.store.vectors)

    @property
    def stamp(self) -> Path:
        """Where the stamp lies."""
        return self.keeper().folder / "stamp.json"

    @property
    def file(self) -> Path:
        """Where the index's file lies."""
        return self.stamp.parent / str(json.loads(self.stamp.read_text())["file"])

    def names(self) -> set[str]:
        """Return the names of the files of the index."""
        return {path.name for path in self.stamp.parent.iterdir()} - {".writing.lock"}

    def add(self, key: str, chunks: int = 3, embedder: str = E) -> list[int]:
        """Put a paper with its vectors into the database, in place of what it had."""
        box = PageBox(1, (0.0, 0.0, 1.0, 1.0))
        cut = [Chunk(i, ("S",), 1, (1,), i, i + 1, f"{key} {i}", (box,)) for i in range(chunks)]
        reading = Reading("r", (PageSize(1, 1.0, 1.0),), (), FrontMatter(key))
        self.store.papers.put([(Paper(key, key, pdf=PdfFile("paper.pdf", key, 1)), (1, 1))])
        self.store.readings.put(key, reading, "c", cut)
        ids = [int(i) for i in self.store.passages.ids([key])]
        vectors = np.random.default_rng(ids).normal(size=(len(ids), D)).astype(np.float32)
        self.store.vectors.put(embedder, ids, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
        return ids

    def remove(self, key: str) -> None:
        """Take a paper out of library and database."""
        kept = [state.pdf_sha256 for state in self.store.readings.states() if state.pdf_sha256 != key]
        self.store.readings.prune(kept)
        self.store.papers.drop([key])

    def check(self, index: KeptIndex, embedder: str = E) -> None:
        """Assert that an index answers as exact search over the database does, to the last bit."""
        batches = list(self.store.vectors.all(embedder))
        assert len(index) == sum(len(ids) for ids, _ in batches) == self.store.vectors.count(embedder)
        for query in np.eye(D, dtype=np.float32) if batches else []:
            ids, rows = (np.concatenate(parts) for parts in zip(*batches, strict=True))
            assert index.search(query, 4000) == nearest(ids, rows, query, 4000)
            assert index.search(query, 3) == nearest(ids, rows, query, 3)
            assert index.search(query, 3, ids[::2]) == nearest(ids[::2], rows[::2], query, 3)
            # Of what is asked for, what is there, and never what is there no more.
            found, vectors = index.rows([*ids[::2].tolist(), 10**6])
            assert (found.tolist(), vectors.tolist()) == (ids[::2].tolist(), rows[::2].tolist())
            assert index.cosines(query, ids.tolist()) == dict(nearest(ids, rows, query, 4000))
        gone = set(range(1, 60)) - {int(i) for ids, _ in batches for i in ids}
        assert index.cosines(np.eye(D, dtype=np.float32)[0], gone) == {}


@pytest.fixture(params=["flat", "ivf"])
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Yield a bench with three papers, its index saved and in step."""
    bench = Bench(tmp_path / "index", request.param)
    for key in "abc":
        bench.add(key)
    bench.keep()
    bench.check(bench.open())
    assert (bench.said, bench.problem(), bench.file.suffix) == ([], None, f".{request.param}")
    yield bench
    bench.store.close()


def flip(path: Path, position: float) -> None:
    """Turn one bit of a file over, at this part of its length."""
    data = bytearray(path.read_bytes())
    data[int(position * (len(data) - 1))] ^= 0x10
    path.write_bytes(data)


def damage_stamp(change: dict[str, object]) -> Callable[[Bench], object]:
    """Return the damage of a stamp with other values."""
    return lambda bench: bench.stamp.write_text(json.dumps(json.loads(bench.stamp.read_text()) | change))


def delete_both(bench: Bench) -> None:
    """Leave nothing."""
    bench.file.unlink()
    bench.stamp.unlink()


DAMAGES: dict[str, Callable[[Bench], object]] = {
    "index deleted": lambda b: b.file.unlink(),
    "stamp deleted": lambda b: b.stamp.unlink(),
    "both deleted": delete_both,
    "index empty": lambda b: b.file.write_bytes(b""),
    "index cut short": lambda b: b.file.write_bytes(b.file.read_bytes()[:-20]),
    "index longer": lambda b: b.file.write_bytes(b.file.read_bytes() + b"x"),
    "a bit flipped in the header": lambda b: flip(b.file, 0.0),
    "a bit flipped in the middle": lambda b: flip(b.file, 0.5),
    "a bit flipped at the end": lambda b: flip(b.file, 1.0),
    "index of another time": lambda b: b.file.write_bytes(b.file.read_bytes()[::-1]),
    "stamp empty": lambda b: b.stamp.write_bytes(b""),
    "stamp not UTF-8": lambda b: b.stamp.write_bytes(b"\xff\xfe"),
    "stamp a list": lambda b: b.stamp.write_text("[1, 2]"),
    "stamp a number": lambda b: b.stamp.write_text("7"),
    "stamp cut short": lambda b: b.stamp.write_text(b.stamp.read_text()[:-5]),
    "stamp of an older version": lambda b: b.stamp.write_text('{"embedder": "hashing-8", "sequence": 9}'),
    "stamp with one value more": damage_stamp({"more": 1}),
    "stamp of a file elsewhere": damage_stamp({"file": "../../paperlab.db"}),
    "sequence not a number": damage_stamp({"sequence": "9"}),
    "sequence missing": damage_stamp({"sequence": None}),
    "sequence ahead of the database": damage_stamp({"sequence": 99}),
    "sequence behind what is known": damage_stamp({"sequence": 1}),
    "sequence below zero": damage_stamp({"sequence": -5}),
    "checksum of other bytes": damage_stamp({"checksum": 1}),
    "size of other bytes": damage_stamp({"size": 1}),
    "count of other bytes": damage_stamp({"count": 1}),
    "a type nobody has": damage_stamp({"type": "hnsw"}),
    "another embedder's": damage_stamp({"embedder": "minilm"}),
    "another database's": damage_stamp({"database": 1}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_befell_the_files_the_index_is_right_again(bench: Bench, damage: str) -> None:
    """Without asking, told in one line; afterwards nothing is wrong any more, and nothing temporary lies about."""
    DAMAGES[damage](bench)
    assert bench.problem()

    bench.check(bench.open())

    assert len(bench.said) == 1
    assert bench.said[0].endswith(": built again from the database")
    assert bench.problem() is None
    assert bench.names() == {bench.file.name, "stamp.json"}
    bench.check(bench.open())
    assert len(bench.said) == 1


@pytest.mark.parametrize("damage", DAMAGES)
def test_keeping_mends_as_opening_does(bench: Bench, damage: str) -> None:
    """An indexing run after the damage says nothing, and the next search finds all well."""
    DAMAGES[damage](bench)
    bench.add("d")

    bench.keep()

    bench.check(bench.open())
    assert (bench.said, bench.problem()) == ([], None)


def test_an_index_that_fits_is_not_written(bench: Bench) -> None:
    """A search only reads, also where papers have come and gone since."""
    before = {name: (bench.stamp.parent / name).stat().st_mtime_ns for name in bench.names()}
    bench.check(bench.open())
    bench.add("d")
    bench.remove("a")
    bench.check(bench.open())
    assert bench.problem() is None

    assert {name: (bench.stamp.parent / name).stat().st_mtime_ns for name in bench.names()} == before
    assert bench.said == []


def test_a_keeper_opens_once_and_follows_from_then_on(bench: Bench) -> None:
    """A warm session asks at every search."""
    keeper = bench.keeper()
    first = keeper.open(bench.store.vectors)
    bench.add("d")

    assert keeper.open(bench.store.vectors) is first
    assert len(first) == 12


def test_keeping_an_index_in_step_does_not_write_it_again(bench: Bench) -> None:
    """An indexing run that found nothing to do does nothing here either."""
    before = bench.file
    bench.keep()
    bench.add("x", embedder="other")
    bench.keep()

    assert bench.file == before


CHANGES = [
    (lambda b: b.add("d"),),
    (lambda b: b.remove("b"),),
    (lambda b: b.add("d"), lambda b: b.remove("a"), lambda b: b.add("e")),
    (lambda b: b.add("a", 5),),
    (lambda b: b.add("d"), lambda b: b.remove("d")),
    (lambda b: b.add("d"), lambda b: b.open(), lambda b: b.remove("d"), lambda b: b.add("d")),
    (lambda b: b.remove("a"), lambda b: b.remove("b"), lambda b: b.remove("c")),
    (lambda b: b.add("x", embedder="other"),),
]


@pytest.mark.parametrize("steps", CHANGES)
def test_what_the_file_is_behind_by_is_followed(
    bench: Bench, steps: tuple[Callable[[Bench], None], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened anew, opened before and refreshed at once or after each step: all answer alike, none builds again."""
    early, stepwise = bench.open(), bench.open()
    monkeypatch.delattr(IndexKeeper, "_build")
    other = Store(bench.folder / "paperlab.db")
    for step in steps:
        step(bench)
        stepwise.refresh(other.vectors)
        bench.check(stepwise)
    early.refresh(other.vectors)

    bench.check(early)
    bench.check(bench.open())
    other.close()


@pytest.mark.parametrize("steps", CHANGES)
def test_after_keeping_the_file_holds_everything(bench: Bench, steps: tuple[Callable[[Bench], None], ...]) -> None:
    """Changes are forgotten then; an index that was open before goes on with the new file."""
    early = bench.open()
    for step in steps:
        step(bench)
    bench.keep()

    index = bench.open()
    assert index.state.slack == 0
    bench.check(index)
    early.refresh(bench.store.vectors)
    bench.check(early)
    assert (early.state.slack, bench.said) == (0, [])
    changes = "SELECT * FROM vector_change JOIN embedder ON embedder.id = embedder_id WHERE name = ?"
    assert len(bench.store._database.execute(changes, (E,))) == 0


def test_a_file_is_extended_only_when_it_is_far_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large index is not written again for every paper; not trained again before it has doubled."""
    monkeypatch.setattr(keeper, "_FLAT_UP_TO", 10)
    monkeypatch.setattr(keeper, "_SLACK", (8, 1000))
    bench = Bench(tmp_path / "index", "ivf")
    bench.add("a", 100)
    bench.keep()
    first = bench.file

    bench.add("b", 5)
    bench.add("c", 5)
    bench.remove("b")
    bench.keep()
    assert bench.file == first
    bench.check(bench.open())

    bench.add("d", 7)
    bench.keep()
    assert bench.file != first
    assert json.loads(bench.stamp.read_text())["trained"] == 100
    bench.check(bench.open())

    bench.add("e", 100)
    bench.keep()
    assert json.loads(bench.stamp.read_text())["trained"] == 212
    bench.check(bench.open())
    bench.store.close()


def test_the_type_follows_the_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up at one limit, down at a lower one; an index that was open before goes along."""
    monkeypatch.setattr(keeper, "_FLAT_UP_TO", 20)
    monkeypatch.setattr(keeper, "_IVF_DOWN_TO", 10)
    bench = Bench(tmp_path / "index")
    bench.add("a", 9)
    bench.keep()
    index, types = bench.open(), [bench.file.suffix]
    for came, went in (("b", ""), ("", "a"), ("c", "b")):
        if came:
            bench.add(came, 12 if came == "b" else 4)
        bench.remove(went)
        bench.keep()
        types.append(bench.file.suffix)
        index.refresh(bench.store.vectors)
        bench.check(index)
        bench.check(bench.open())

    assert types == [".flat", ".ivf", ".ivf", ".flat"]
    bench.store.close()


def test_a_forced_type_takes_the_place_of_the_other(bench: Bench) -> None:
    """At the next indexing run; until then the file there is as good."""
    before = bench.file
    bench.wanted = "ivf" if bench.wanted == "flat" else "flat"
    bench.check(bench.open())
    assert bench.file == before
    bench.keep()

    assert bench.file.suffix == f".{bench.wanted}"
    bench.check(bench.open())


def test_a_gap_in_the_changes_is_never_jumped_over(bench: Bench) -> None:
    """A file from before changes that are forgotten is built again."""
    old = {path: path.read_bytes() for path in (bench.stamp, bench.file)}
    bench.add("d")
    bench.keep()
    bench.remove("a")
    for path, data in old.items():
        path.write_bytes(data)

    bench.check(bench.open())
    assert "behind further than changes are known" in bench.said[0]


def test_an_index_whose_database_was_made_anew_is_not_believed(bench: Bench) -> None:
    """Even where both have seen as many changes and gave the same ids."""
    bench.store.close()
    for path in bench.folder.glob("paperlab.db*"):
        path.unlink()
    again = Bench(bench.folder, bench.wanted)
    for key in "xyz":
        again.add(key)
    assert list(again.store.passages.ids(["x"])) == [1, 2, 3]

    assert again.problem() == "it was made from another database"
    again.check(again.open())
    again.store.close()


def test_files_of_earlier_versions_go(bench: Bench) -> None:
    """With the first file written in their place."""
    old = [bench.folder / "vectors.faiss", bench.folder / "vectors.json"]
    for path in old:
        path.write_bytes(b"old")
    bench.add("d")
    bench.keep()

    assert not any(path.exists() for path in old)


def test_bytes_that_changed_without_a_trace_are_found_by_the_doctor(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large file that nothing has touched is not read whole at every opening; `problem` and mending read it."""
    monkeypatch.setattr("paperlab.search.stamp._SMALL", 0)
    flip(bench.file, 0.9)
    seen = bench.file.stat()
    damage_stamp({"inode": seen.st_ino, "changed_ns": seen.st_ctime_ns})(bench)
    bench.open()
    assert bench.said == []

    assert bench.problem() == "it was damaged"
    bench.check(bench.keeper().open(bench.store.vectors, thorough=True))
    assert bench.problem() is None


def test_a_large_file_that_was_copied_is_read_whole_until_the_next_indexing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy or a changed byte leaves a trace; keeping notes the file as it is now."""
    monkeypatch.setattr("paperlab.search.stamp._SMALL", 0)
    read: list[Path] = []
    checksum_of = keeper.checksum_of
    monkeypatch.setattr("paperlab.search.stamp.checksum_of", lambda path: (read.append(path), checksum_of(path))[1])
    data, name = bench.file.read_bytes(), bench.file
    bench.open()
    assert read == []
    name.unlink()
    name.write_bytes(data)
    bench.open()
    assert read == [name]
    bench.keep()
    read.clear()
    bench.open()
    assert read == []


@pytest.mark.parametrize("step", [1, 2])
def test_killed_between_file_and_stamp_the_old_pair_stands(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Nothing is built again for it; changes are not forgotten before both are there; leftovers go at the next run."""
    bench.add("d")
    rename, renames = Path.replace, []

    def killed(self: Path, target: Path) -> Path:
        renames.append(target)
        if len(renames) == step:
            raise KeyboardInterrupt
        return rename(self, target)

    before = bench.stamp.read_text()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            bench.keep()

    assert bench.stamp.read_text() == before
    bench.remove("a")
    bench.check(bench.open())
    assert bench.said == []
    (bench.stamp.parent / f".{bench.file.name}.4194305.new").write_bytes(b"half")
    bench.keep()
    bench.check(bench.open())
    assert bench.names() == {bench.file.name, "stamp.json"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("FAISS could not write")])
def test_an_index_that_cannot_be_written_is_right_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The search goes on, a line says so, no half file stays, and the changes are kept for the next time."""
    bench.add("d")

    def fail(_type: object, path: Path, *_rest: object) -> None:
        path.write_bytes(b"half")
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(FlatIndexType, "build", fail)
        patch.setattr(IvfIndexType, "build", fail)
        patch.setattr(IvfIndexType, "extend", lambda self, _old, new, *rest: fail(self, new))
        bench.keep()
        assert len(bench.said) == 1
        assert "could not be written" in bench.said[0]
        bench.check(bench.open())
        assert bench.names() == {bench.file.name, "stamp.json"}
        bench.file.unlink()
        index = bench.open()
        bench.check(index)
        bench.add("e")
        index.refresh(bench.store.vectors)
        bench.check(index)

    assert "could not be written" in bench.said[-1]
    bench.keep()
    bench.check(bench.open())
    index.refresh(bench.store.vectors)
    bench.check(index)
    assert bench.problem() is None


def test_a_folder_one_may_not_write_does_not_stop_the_search(
    bench: Bench, read_only: Callable[[Path], AbstractContextManager[None]]
) -> None:
    """The index is held in memory; a line says that it could not be kept."""
    bench.file.unlink()
    (bench.stamp.parent / ".writing.lock").unlink(missing_ok=True)
    with read_only(bench.stamp.parent):
        index = bench.open()

    bench.check(index)
    assert "could not be written" in bench.said[-1]


def test_an_empty_database_has_an_empty_index(tmp_path: Path) -> None:
    """And nothing is wrong with that, nor is anything written or said."""
    bench = Bench(tmp_path / "index")
    assert bench.problem() is None
    index = bench.open()
    assert (len(index), index.search(np.eye(D, dtype=np.float32)[0], 5)) == (0, [])
    bench.keep()
    assert bench.problem() is None
    assert not bench.stamp.exists()

    bench.add("a")
    index.refresh(bench.store.vectors)
    bench.check(index)
    bench.keep()
    bench.check(bench.open())
    bench.remove("a")
    assert len(bench.open()) == 0
    bench.keep()
    assert (bench.names(), bench.problem(), len(bench.open())) == (set(), None, 0)
    index.refresh(bench.store.vectors)
    assert len(index) == 0
    bench.store.close()


def test_two_embedders_have_their_indexes_side_by_side(bench: Bench) -> None:
    """Neither is built again for the other, until one of them is dropped with its files."""
    bench.add("d", embedder="other")
    bench.keep("other")
    bench.check(bench.open("other"), "other")
    bench.check(bench.open())
    assert bench.keeper("other").folder.exists()
    assert bench.said == []

    bench.store.vectors.drop_others(E)
    bench.keep()

    assert not bench.keeper("other").folder.exists()
    assert len(bench.open("other")) == 0
    bench.check(bench.open())


def test_who_reads_while_another_writes_has_one_pair_or_the_other(bench: Bench) -> None:
    """Readers in threads of their own open and refresh without end: no error, nothing built again, nothing said."""
    wrong: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        store = Store(bench.folder / "paperlab.db")
        try:
            keeper = bench.keeper()
            index = keeper.open(store.vectors)
            while not stop.is_set():
                for opened in (index, keeper.open(store.vectors)):
                    opened.refresh(store.vectors)
                    assert len(opened) in {9, 12}
                    assert len(opened.search(np.eye(D, dtype=np.float32)[0], 50)) in {9, 12}
        except BaseException as error:  # noqa: BLE001 - a thread's error is the test's
            wrong.append(error)
        finally:
            store.close()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(12):
            bench.add("d")
            bench.keep()
            bench.remove("d")
            bench.keep()
    finally:
        stop.set()
        for reader in readers:
            reader.join()

    assert (wrong, bench.said) == ([], [])


def test_a_removed_paper_hides_none_that_stayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many of the nearest are gone from the file's point of view, as many as asked for are found."""
    monkeypatch.setattr(keeper, "_FLAT_UP_TO", 0)
    for wanted in ("flat", "ivf"):
        bench = Bench(tmp_path / wanted, wanted)
        bench.add("a", 400)
        bench.add("b", 30)
        bench.keep()
        bench.remove("a")
        bench.keep()
        index = bench.open()

        assert index.state.slack == 400
        bench.check(index)
        bench.store.close()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from("abcd")),
        st.tuples(st.just("remove"), st.sampled_from("abcd")),
        st.tuples(st.sampled_from(["open", "keep", "refresh", "forget"]), st.just("")),
        st.tuples(st.just("damage"), st.sampled_from(sorted(DAMAGES))),
        st.tuples(st.just("type"), st.sampled_from(["auto", "flat", "ivf"])),
    ),
    max_size=12,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_after_any_history_the_index_is_what_the_database_holds(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    """Papers come and go, files are damaged, changes forgotten, types changed, in any order."""
    bench = Bench(tmp_path_factory.mktemp("history"))
    warm = bench.open()
    for step, what in steps:
        if step in {"add", "remove"}:
            getattr(bench, step)(what)
        elif step in {"open", "keep"}:
            getattr(bench, step)()
        elif step == "refresh":
            warm.refresh(bench.store.vectors)
            bench.check(warm)
        elif step == "type":
            bench.wanted = what
        elif step == "forget":
            bench.store.vectors.forget_changes(E, bench.store.vectors.last_change() // 2)
        elif bench.stamp.exists() and bench.problem() is None:
            DAMAGES[what](bench)

    bench.check(bench.open())
    warm.refresh(bench.store.vectors)
    bench.check(warm)
    bench.keep()
    bench.check(bench.open())
    assert bench.problem() is None
    bench.store.close()
