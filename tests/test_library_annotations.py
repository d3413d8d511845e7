"""The files of annotations under `papers/`: written under the lock, by whoever comes, and never half."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paperlab.errors import BadFile, NotFound, NotNow
from paperlab.library import Library
from paperlab.library.annotations import Annotations
from paperlab.types import Annotation, AnnotationKind, Paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

KEY, OTHER = "2401.00001", "2401.00002"
NEW = Annotation("", page=2, quote="words", boxes=((1.0, 2.0, 3.0, 4.0),), sha256="0a")
ADDING = """
import sys
from pathlib import Path
from paperlab.library import Library
from paperlab.library.annotations import Annotations
from paperlab.types import Annotation
kept = Annotations(Library(Path(sys.argv[1])))
for i in range(20):
    kept.put(sys.argv[2], Annotation("", quote=f"{sys.argv[3]} {i}"))
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path / "papers")
    for key in (KEY, OTHER):
        made.save(Paper(key, "A title"))
    return made


@pytest.fixture
def kept(library: Library) -> Annotations:
    return Annotations(library)


def test_new_ones_get_an_id_and_known_ones_are_replaced(kept: Annotations) -> None:
    """Six hex digits, each its own, even for two of the same words; the order of the file stays."""
    first, second = kept.put(KEY, NEW, NEW)
    assert len({first.id, second.id}) == 2
    assert all(len(one.id) == 6 and int(one.id, 16) >= 0 for one in (first, second))

    changed = kept.put(KEY, replace(first, comment="hm"))

    assert kept.of(KEY) == (*changed, second)
    assert kept.keys() == [KEY]
    assert kept.of(OTHER) == ()


def test_an_id_that_is_taken_makes_the_next_one_longer(kept: Annotations, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clash of the first digits costs a digit."""

    class Hashed:
        def hexdigest(self) -> str:
            return "abcdef" * 11

    monkeypatch.setattr("paperlab.library.annotations.sha256", lambda _data: Hashed())

    assert [one.id for one in kept.put(KEY, NEW, NEW, NEW)] == ["abcdef", "abcdefa", "abcdefab"]


def test_what_was_removed_can_be_put_back_and_the_last_takes_the_file_along(kept: Annotations) -> None:
    """The same ids, times and all."""
    both = kept.put(KEY, replace(NEW, created="2026-11-22T09:30:00+01:00"), NEW)

    removed = kept.remove(KEY, [both[0].id, both[1].id, "000000"])

    assert removed == both
    assert (kept.of(KEY), kept.keys(), kept.stamp(KEY), kept.path(KEY).exists()) == ((), [], None, False)
    assert kept.put(KEY, *removed) == both
    kept.path(KEY).write_text("# mine\n" + kept.path(KEY).read_text(encoding="utf-8"), encoding="utf-8")
    kept.remove(KEY, [one.id for one in both])
    assert kept.path(KEY).read_text(encoding="utf-8") == "# mine\n"


def test_an_edit_changes_what_the_file_has_by_now(library: Library, kept: Annotations) -> None:
    """Another process's comment is not lost by our new colour."""
    (one,) = kept.put(KEY, NEW)
    Annotations(library).put(KEY, replace(one, comment="theirs"))

    (changed,) = kept.edit(KEY, {one.id: lambda now: replace(now, colour="red"), "000000": lambda now: now})

    assert (changed.comment, changed.colour) == ("theirs", "red")
    assert kept.of(KEY) == (changed,)


def test_a_file_that_somebody_edits_is_read_anew(kept: Annotations) -> None:
    """And its stamp tells that it changed."""
    (one,) = kept.put(KEY, NEW)
    before = kept.stamp(KEY)

    kept.path(KEY).write_text(kept.path(KEY).read_text(encoding="utf-8") + '\n[[annotation]]\nid = "mine"\n')

    assert kept.stamp(KEY) != before
    assert kept.of(KEY) == (one, Annotation("mine"))


def test_a_broken_file_is_never_written_over(kept: Annotations) -> None:
    """Neither by a new annotation, nor by removing one."""
    (one,) = kept.put(KEY, NEW)
    broken = kept.path(KEY).read_text(encoding="utf-8") + "<<<<<<< ours\n"
    kept.path(KEY).write_text(broken, encoding="utf-8")

    for change in (lambda: kept.put(KEY, NEW), lambda: kept.remove(KEY, [one.id]), lambda: kept.of(KEY)):
        with pytest.raises(BadFile, match="a merge was left unfinished here"):
            change()
    assert kept.path(KEY).read_text(encoding="utf-8") == broken


def test_a_paper_that_is_not_here_gets_no_file(kept: Annotations) -> None:
    """A folder with nothing but annotations would be no paper."""
    with pytest.raises(NotFound, match=r"2401\.99999 is not in the library"):
        kept.put("2401.99999", NEW)


def test_a_read_only_folder_loses_nothing(
    library: Library, kept: Annotations, read_only: Callable[[Path], AbstractContextManager[None]]
) -> None:
    """It says that it cannot be written, and what was there stays."""
    (one,) = kept.put(KEY, NEW)

    with read_only(library.folder(KEY)):
        for change in (lambda: kept.put(KEY, NEW), lambda: kept.remove(KEY, [one.id])):
            with pytest.raises(NotNow, match="cannot write"):
                change()

    assert kept.of(KEY) == (one,)
    assert sorted(path.name for path in library.folder(KEY).iterdir()) == ["annotations.toml", "paper.toml"]


def test_two_processes_that_add_at_once_lose_none(library: Library, kept: Annotations) -> None:
    """Each reads, changes and writes under the lock."""
    arguments = [sys.executable, "-c", ADDING, str(library.root), KEY]
    both = [subprocess.Popen([*arguments, name]) for name in ("one", "two")]

    assert [process.wait(60) for process in both] == [0, 0]
    assert sorted(one.quote for one in kept.of(KEY)) == sorted(f"{n} {i}" for n in ("one", "two") for i in range(20))


@pytest.mark.parametrize("words", ["\x1b[31mred\x07", "שלום עולם", "👩‍🔬🔬", 'a "quoted" \\ word', "\ud800 half"])
def test_hostile_words_come_back(kept: Annotations, words: str) -> None:
    """Control codes stand in the file as escapes: it can be shown in a terminal."""
    (one,) = kept.put(KEY, Annotation("", AnnotationKind.NOTE, quote=words, comment=f"{words}\n{words}"))

    assert kept.of(KEY) == (one,)
    assert one.quote == words.replace("\ud800", "\ufffd")
    assert not any(code in kept.path(KEY).read_text(encoding="utf-8") for code in "\x1b\x07")
