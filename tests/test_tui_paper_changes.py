"""What keys do to papers' records costs what the papers cost, however large the library is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paperlab.lab import Lab
from paperlab.library import Library
from paperlab.tui.views.greeting import is_new
from paperlab.tui.views.paper_changes import rate, set_status
from paperlab.types import Paper, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    Lab.init(tmp_path / "lab")
    one = Lab(tmp_path / "lab")
    yield one
    one.close()


def test_no_key_walks_the_whole_library(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the papers it is about are looked at, there or gone; the desk looks for the rest by itself."""
    lab.library.save(Paper("2401.00001", "Dice"))
    monkeypatch.setattr(Library, "stamps", lambda _self: pytest.fail("all papers were walked"))

    status = set_status(["2401.00001", "2401.00009"], Status.READING, "2026-11-22")
    stars = rate(["2401.00001"], 1)
    status.do(lab)
    stars.do(lab)
    found = lab.library.load("2401.00001")
    assert (found.status, found.rating) == (Status.READING, 3)

    stars.undo(lab)
    status.undo(lab)
    found = lab.library.load("2401.00001")
    assert (found.status, found.rating) == (Status.TO_READ, None)


def test_a_library_has_a_paper_where_its_record_is(lab: Lab) -> None:
    """Not a folder without one, not what names no paper, not the reading lists."""
    lab.library.save(Paper("2401.00001", "Dice"))
    (lab.library.root / "empty").mkdir()
    (lab.library.root / "lists" / "paper.toml").write_text('title = "x"\n')

    assert lab.library.has("2401.00001")
    assert not any(lab.library.has(key) for key in ("empty", "lists", "../papers/2401.00001", "", "nobody"))


def test_a_lab_is_new_until_its_first_paper(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first record found is enough: the others are not looked at."""
    assert is_new(lab)
    for number in range(5):
        lab.library.save(Paper(f"2401.0000{number}", "Dice"))
    looked: list[str] = []
    real = Library.has
    monkeypatch.setattr(Library, "has", lambda self, key: looked.append(key) or real(self, key))

    assert not is_new(lab)
    assert sum(key.startswith("2401") for key in looked) == 1
