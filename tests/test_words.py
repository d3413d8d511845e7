"""The keeper of the word index: whatever happened to the files, what it opens is what the database holds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from paperlab.errors import BadFile
from paperlab.search.words import WordKeeper
from paperlab.store import Store
from paperlab.types import Wanted
from paperlab.word_index import WordIndex
from support import put_paper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path


class Bench:
    """A database with its keeper, and the steps that change either."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "words"
        self.store = Store(folder / "paperlab.db")
        self.said: list[str] = []
        self.warm = self.keeper()

    def keeper(self) -> WordKeeper:
        """Return a keeper as a new process has it."""
        return WordKeeper(self.folder, self.store.passages, self.said.append)

    def put(self, key: str, *texts: str) -> list[int]:
        """Put a paper and return its passages' ids."""
        return put_paper(self.store, key, "A Paper", texts)

    def found(self, word: str, keeper: WordKeeper | None = None) -> list[int]:
        """Return the passages that a new process, or this keeper, finds for a word."""
        wanted = Wanted(any_of=(((word,), 1.0),))
        return sorted(i for i, _ in (keeper or self.keeper()).open().search(wanted, 100))

    def check_in_step(self) -> None:
        """Assert that new and warm keepers find every passage once, under its own words and none else."""
        held = dict(self.store._database.execute("SELECT id, text FROM chunk"))
        words = {word for text in held.values() for word in text.split()} | {"zebra"}
        for keeper in (self.keeper(), self.warm):
            assert sorted(keeper.open().matching(Wanted())) == sorted(held)
            for word in words:
                assert self.found(word, keeper) == sorted(i for i, text in held.items() if word in text.split())
        assert self.keeper().problem() is None


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Yield a bench with two papers, opened once."""
    bench = Bench(tmp_path)
    bench.put("a", "zebra one", "lion two")
    bench.put("b", "zebra three")
    bench.warm.open()
    yield bench
    bench.store.close()


def test_additions_and_removals_are_followed(bench: Bench) -> None:
    """By a keeper that is warm as by a new one; ids are never given twice."""
    bench.check_in_step()
    bench.put("c", "zebra four")
    bench.check_in_step()
    bench.put("a", "tiger five")
    bench.check_in_step()
    bench.store.readings.prune(["sha-a"])
    bench.check_in_step()
    bench.store.readings.prune([])
    bench.check_in_step()
    bench.put("d", "zebra six")
    bench.check_in_step()
    assert bench.said == []


def test_removals_are_forgotten_once_they_were_followed(bench: Bench) -> None:
    """The list of them does not grow without end."""
    bench.store.readings.prune([])
    assert bench.store._database.execute("SELECT count(*) FROM chunk_removal") == [(3,)]

    bench.keeper().open()

    assert bench.store._database.execute("SELECT count(*) FROM chunk_removal") == [(0,)]


def test_an_index_made_after_removals_has_nothing_to_take_out(tmp_path: Path) -> None:
    """As after many indexing runs without a search."""
    bench = Bench(tmp_path)
    bench.put("a", "zebra one")
    bench.put("a", "zebra two")
    bench.store.passages.forget_removals(1)

    bench.check_in_step()

    assert bench.said == []
    bench.store.close()


def test_an_index_in_step_is_not_written(bench: Bench) -> None:
    """Opening and searching leave every file as it was."""
    bench.keeper().open()
    before = {path: path.stat().st_mtime_ns for path in bench.folder.rglob("*") if path.suffix != ".lock"}

    assert bench.found("zebra")

    assert {path: path.stat().st_mtime_ns for path in bench.folder.rglob("*") if path.suffix != ".lock"} == before


def test_a_process_killed_between_database_and_index_costs_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither before the index's commit nor between that and forgetting the removals."""

    def kill(*_args: object, **_how: object) -> None:
        raise KeyboardInterrupt

    for owner, name in ((WordIndex, "update"), (type(bench.store.passages), "forget_removals")):
        bench.put("a", f"zebra {name}")
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, kill)
            with pytest.raises(KeyboardInterrupt):
                bench.keeper().open()
        bench.check_in_step()
    assert bench.said == []


def test_a_process_killed_while_it_writes_leaves_the_last_commit(bench: Bench) -> None:
    """SIGKILL with the writer open and passages half in: the next search has them all, once."""
    script = (
        "import os, sys; from pathlib import Path; from paperlab.word_index import WordIndex\n"
        "from paperlab.types import ChunkWords, IndexedUpTo\n"
        "def added():\n"
        "    for n in range(4, 3000): yield ChunkWords(n, 9, 'T', '', f'zebra {n}')\n"
        "    os.kill(os.getpid(), 9)\n"
        "WordIndex(Path(sys.argv[1])).update([1, 2], added(), IndexedUpTo(9999, 0))\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(bench.warm.path)], check=False)
    assert killed.returncode == -9
    bench.put("c", "zebra four")

    bench.check_in_step()

    assert bench.said == []


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a flipped bit": lambda path: _flip(next(path.glob("*.idx"))),
    "a missing file": lambda path: next(path.glob("*.term")).unlink(),
    "a file cut short": lambda path: _cut(next(path.glob("*.pos"))),
    "a broken list": lambda path: (path / "meta.json").write_text("{"),
    "a field of another name": lambda path: (path / "meta.json").write_text(
        (path / "meta.json").read_text().replace('"words"', '"wordt"')
    ),
    "an empty list": lambda path: (path / "meta.json").write_bytes(b""),
    "a file in its place": lambda path: (shutil.rmtree(path), path.write_text("no folder")),
}


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_found_and_built_again(bench: Bench, damage: str) -> None:
    """It is told in one line, once."""
    DAMAGES[damage](bench.warm.path)
    assert bench.keeper().problem()

    assert bench.found("zebra") == [1, 3]

    (line,) = bench.said
    assert "built again from the database" in line
    assert "\n" not in line
    bench.warm = bench.keeper()
    bench.check_in_step()


@pytest.mark.parametrize("part", ["", "{}", "{}/meta.json"])
def test_a_deleted_index_is_built_again(bench: Bench, part: str) -> None:
    """With all that lies beside it, alone, or its list of files, without which there is none."""
    path = bench.folder / part.format(bench.warm.path.name)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    assert bench.keeper().problem()

    bench.warm = bench.keeper()
    bench.check_in_step()


def test_an_index_deleted_while_it_is_open_is_built_again(bench: Bench) -> None:
    """By the keeper that had it open, at the next change."""
    assert bench.found("zebra", bench.warm) == [1, 3]
    shutil.rmtree(bench.folder)
    bench.put("c", "zebra four")

    assert bench.found("zebra", bench.warm) == [1, 3, 4]
    bench.check_in_step()


def test_another_databases_index_is_never_searched(bench: Bench, tmp_path: Path) -> None:
    """A database made in the place of another counts its passages from 1, too; what that one had is removed."""
    old = bench.warm.path
    bench.store.close()
    for path in tmp_path.glob("paperlab.db*"):
        path.unlink()
    other = Bench(tmp_path)
    other.put("a", "lion one", "lion two", "lion three")

    assert other.found("zebra") == []
    other.check_in_step()
    assert not old.exists()
    other.store.close()


def test_an_index_ahead_of_its_database_is_built_again(bench: Bench, tmp_path: Path) -> None:
    """As when an older copy of the database was put back."""
    bench.store._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "paperlab.db", tmp_path / "copy.db")
    bench.put("c", "tiger four")
    bench.keeper().open()
    bench.store.close()
    for path in tmp_path.glob("paperlab.db*"):
        path.unlink()
    shutil.copy(tmp_path / "copy.db", tmp_path / "paperlab.db")

    older = Bench(tmp_path)
    assert older.found("tiger") == []
    assert len(older.said) == 1
    older.check_in_step()
    older.store.close()


def test_leftovers_of_other_versions_are_removed(bench: Bench) -> None:
    """When the index is next written; files of nobody's stay."""
    old = bench.folder / "0-123"
    old.mkdir()
    (old / "meta.json").write_text("{}")
    bench.put("c", "zebra four")

    bench.keeper().open()

    assert not old.exists()
    assert bench.keeper().path.is_dir()


def test_files_that_were_checked_are_not_read_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note beside the index says which; without it, or with a broken one, all are checked."""
    from paperlab import word_index

    bench.keeper().open()
    (note,) = bench.folder.glob("checked.json")
    read: list[str] = []
    check = word_index._checksum
    monkeypatch.setattr(word_index, "_checksum", lambda path: (read.append(path.name), check(path))[1])

    bench.keeper().open()
    assert read == []
    for text in ("", "{", "[]", "null", "[" * 100_000, None):
        if text is None:
            note.unlink()
        else:
            note.write_text(text)
        read.clear()
        bench.keeper().open()
        assert sorted(read) == sorted(json.loads(note.read_text()))
        assert read
    assert bench.said == []


def test_while_another_process_writes_a_search_goes_on_with_what_there_is(bench: Bench) -> None:
    """It is not kept waiting, and finds the rest once the other is done."""
    script = (
        "import sys; from pathlib import Path; from paperlab.store import Store\n"
        "from paperlab.search.words import WordKeeper\n"
        "folder = Path(sys.argv[1]); keeper = WordKeeper(folder / 'words', Store(folder / 'paperlab.db').passages)\n"
        "with keeper._alone(9):\n    print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(bench.folder.parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"held\n"
        bench.put("c", "zebra four")
        for keeper in (bench.keeper(), bench.warm):
            assert bench.found("zebra", keeper) == [1, 3]
        holder.stdin.close()

    bench.check_in_step()
    assert bench.said == []


def test_processes_that_search_a_new_index_at_once_build_it_once(bench: Bench) -> None:
    """No passage comes in twice, whoever is first."""
    shutil.rmtree(bench.folder)
    script = (
        "import sys; from pathlib import Path; from paperlab.store import Store\n"
        "from paperlab.search.words import WordKeeper\n"
        "import filelock, tantivy\n"
        "folder = Path(sys.argv[1]); passages = Store(folder / 'paperlab.db').passages\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "WordKeeper(folder / 'words', passages, print).open()\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(bench.folder.parent)], stdin=-1, stdout=-1, stderr=-1, text=True
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    ends = [process.communicate("go\n") for process in processes]

    assert ends == [("", "")] * 3
    bench.warm = bench.keeper()
    bench.check_in_step()


def test_where_nothing_can_be_written_a_search_goes_on(
    bench: Bench, read_only: Callable[[Path], AbstractContextManager[None]]
) -> None:
    """With the index as it is; a line says what is missing, and the next one that may write brings it."""
    keeper = bench.keeper()
    keeper.open()
    bench.put("c", "zebra four")

    with read_only(bench.folder):
        assert bench.found("zebra", keeper) == [1, 3]
    assert len(bench.said) == 1
    assert "\n" not in bench.said[0]

    bench.check_in_step()


def test_an_index_that_is_behind_is_a_problem_that_opening_mends(bench: Bench) -> None:
    """Of an empty database nothing is missing."""
    assert bench.keeper().problem() is None
    bench.put("c", "zebra four")
    assert bench.keeper().problem() == "it is behind the database"
    bench.keeper().open()
    assert bench.keeper().problem() is None


def test_an_empty_database_has_no_problem(tmp_path: Path) -> None:
    """Before the first indexing, and after the first search."""
    bench = Bench(tmp_path)
    assert bench.keeper().problem() is None
    bench.check_in_step()
    assert bench.said == []
    bench.store.close()


def scores(bench: Bench, word: str) -> dict[str, float]:
    """Return the score of each passage by its text, as a new process finds it."""
    held = dict(bench.store._database.execute("SELECT id, text FROM chunk"))
    found = bench.keeper().open().search(Wanted(any_of=(((word,), 1.0),)), 100)
    return {held[chunk_id]: score for chunk_id, score in found}


def test_kept_for_long_the_scores_depend_on_the_passages_alone(bench: Bench, tmp_path: Path) -> None:
    """Not on how many steps brought them, nor on what was there in between; a warm keeper goes on."""
    for i, colour in enumerate(("red", "blue", "green", "grey")):
        bench.put(f"p{i}", f"zebra number {colour}", "lion")
        bench.warm.open()
    bench.store.readings.prune(["sha-a", "sha-b", "sha-p1"])
    bench.warm.open()
    at_once = Bench(tmp_path / "other")
    for key, *texts in (("a", "zebra one", "lion two"), ("b", "zebra three"), ("p1", "zebra number blue", "lion")):
        at_once.put(key, *texts)
    assert scores(bench, "zebra") != scores(at_once, "zebra")

    bench.keeper().keep()

    assert scores(bench, "zebra") == scores(at_once, "zebra")
    bench.check_in_step()
    bench.put("late", "zebra late")
    bench.check_in_step()
    assert len([path for path in bench.folder.iterdir() if path.is_dir()]) == 1
    at_once.store.close()


def test_an_index_that_another_process_built_anew_is_taken_up(bench: Bench) -> None:
    """By a keeper that is open, also behind further changes: nothing is built a second time, nothing said."""
    for i in range(3):
        bench.put(f"p{i}", "zebra more")
        bench.warm.open()
    bench.keeper().keep()
    newer = bench.keeper().path
    bench.put("late", "zebra late")

    assert len(bench.found("zebra", bench.warm)) == 6
    assert bench.keeper().path == newer
    assert bench.said == []
    bench.check_in_step()


def test_an_index_that_goes_while_it_is_asked_is_taken_up_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may put a newer one in its place at any moment."""
    bench.put("p", "zebra more")
    bench.warm.open()
    bench.put("late", "zebra late")
    refresh = WordIndex.refresh

    def gone(index: WordIndex) -> None:
        monkeypatch.setattr(WordIndex, "refresh", refresh)
        bench.keeper().keep()
        bench.put("later", "zebra later")
        refresh(index)

    monkeypatch.setattr(WordIndex, "refresh", gone)

    assert len(bench.found("zebra", bench.warm)) == 5
    assert bench.said == []
    bench.check_in_step()


def test_an_index_in_one_piece_is_not_built_again(bench: Bench) -> None:
    """Keeping twice changes no file."""
    bench.put("c", "zebra four")
    bench.keeper().keep()
    path = bench.keeper().path
    before = sorted((file.name, file.stat().st_mtime_ns) for file in path.iterdir())

    bench.keeper().keep()

    assert bench.keeper().path == path
    assert sorted((file.name, file.stat().st_mtime_ns) for file in path.iterdir()) == before


def test_a_file_of_another_index_in_place_of_ours_is_noticed(bench: Bench, tmp_path: Path) -> None:
    """It is whole, and still not the one that was written under this name."""
    bench.keeper().open()
    other = Bench(tmp_path / "other")
    other.put("x", "zebra in another place", "zebra again", "more of it")
    foreign = other.keeper().open().folder
    for ending in ("term", "idx"):
        (ours,) = bench.keeper().path.glob(f"*.{ending}")
        ours.unlink()  # whoever has it open goes on with what it was
        shutil.copyfile(next(foreign.glob(f"*.{ending}")), ours)
        bench.said.clear()

        bench.check_in_step()

        assert len(bench.said) == 1
        assert "built again" in bench.said[0]
        bench.keeper().open()
    other.store.close()


def test_damage_that_shows_in_use_is_mended(bench: Bench) -> None:
    """Once told of it, and only of its own files."""
    error = BadFile(bench.keeper().path, None, "it fell apart")

    assert bench.warm.mend(error)
    assert not bench.warm.mend(BadFile(bench.store.path, None, "something else"))
    assert len(bench.said) == 1
    bench.check_in_step()


def test_an_index_only_others_may_write_is_searched_in_a_passing_copy(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder itself is left as it is."""
    path = bench.keeper().path
    before = sorted(file.name for file in path.iterdir())
    monkeypatch.setattr(os, "access", lambda where, _mode: not str(where).startswith(str(path)))

    index = bench.keeper().open()

    assert sorted(index.matching(Wanted())) == [1, 2, 3]
    assert not index.folder.is_relative_to(path)
    assert sorted(file.name for file in path.iterdir()) == before
