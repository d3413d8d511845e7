"""The desk hears of changed files from the system."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from paperlab.disk import write_atomically
from paperlab.tui.desk.notices import Notices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONG = 20.0
"""Seconds that only a listener that hears nothing takes."""


@pytest.fixture
def stirred() -> threading.Event:
    return threading.Event()


@pytest.fixture
def notices(tmp_path: Path, stirred: threading.Event) -> Iterator[Notices]:
    (tmp_path / "papers" / "one").mkdir(parents=True)
    made = Notices(tmp_path, stirred.set)
    made.listen()
    yield made
    made.close()


def _heard(write: object, path: Path, stirred: threading.Event) -> bool:
    """Write again and again until it is heard: the system takes a moment before it listens."""
    assert callable(write)
    for number in range(int(_LONG / 0.25)):
        write(path, number)
        if stirred.wait(0.25):
            return True
    return False


def _in_place(path: Path, number: int) -> None:
    path.write_text(f"note {number}\n", encoding="utf-8")


def _replaced(path: Path, number: int) -> None:
    write_atomically(path, f"note {number}\n".encode())


@pytest.mark.parametrize("write", [_in_place, _replaced])
def test_a_written_file_is_heard(notices: Notices, tmp_path: Path, stirred: threading.Event, write: object) -> None:
    """Whether an editor writes in place or a command replaces the file whole."""
    assert _heard(write, tmp_path / "papers" / "one" / "notes.md", stirred)
    assert notices.works


def test_a_folder_that_comes_later_is_listened_to(notices: Notices, tmp_path: Path, stirred: threading.Event) -> None:
    """The first newsletter makes its folder: from then on it is heard of."""
    assert not notices.listen()
    (tmp_path / "newsletters").mkdir()

    assert notices.listen()
    assert _heard(_in_place, tmp_path / "newsletters" / "draft.md", stirred)


def test_files_on_their_way_are_not_told(notices: Notices, tmp_path: Path, stirred: threading.Event) -> None:
    """What is still being written has a passing name: only its last name is news."""
    assert _heard(_in_place, tmp_path / "papers" / "one" / "notes.md", stirred)
    stirred.clear()
    stirred.wait(0.6)  # what was written last may still be told
    stirred.clear()

    _in_place(tmp_path / "papers" / "one" / ".paper.pdf.part", 1)

    assert not stirred.wait(0.6)
    notices.close()
