"""The reading lists that come with paperlab."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paperlab.ids import IdKind, parse_id
from paperlab.reading_lists import entry_key, format_list, parse_list

if TYPE_CHECKING:
    from paperlab.types import ListEntry, ReadingList

FOLDER = Path(__file__).parent.parent / "papers" / "lists"
SIZES = {
    "ctc": 2,
    "model-merging": 7,
    "moe": 10,
    "other": 2,
    "resnet": 13,
    "to-write-about": 8,
    "transformers-and-llms": 13,
}


@pytest.fixture(scope="module")
def lists() -> dict[str, ReadingList]:
    """Every shipped list by its name."""
    return {path.stem: parse_list(path.read_text(encoding="utf-8"), path.stem) for path in FOLDER.glob("*.toml")}


def entries(lists: dict[str, ReadingList]) -> list[ListEntry]:
    """Return the entries of all lists."""
    return [entry for reading_list in lists.values() for entry in reading_list.entries]


def test_every_list_is_there_whole(lists: dict[str, ReadingList]) -> None:
    """The seven lists ship with all their papers."""
    assert {name: len(one.entries) for name, one in lists.items()} == SIZES


def test_lists_are_in_the_form_paperlab_writes(lists: dict[str, ReadingList]) -> None:
    """Writing a list after an import changes no line that was there."""
    for name, one in lists.items():
        assert format_list(one) == (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def test_every_list_and_paper_says_why(lists: dict[str, ReadingList]) -> None:
    """A list has a title and an about; each paper a reason that no other entry repeats."""
    assert all(one.title and one.about for one in lists.values())

    reasons = [entry.why for entry in entries(lists)]

    assert all(len(why) > 40 and why.endswith(".") for why in reasons)
    assert not [why for why, count in Counter(reasons).items() if count > 1]


def test_ids_are_bare_arxiv_ids(lists: dict[str, ReadingList]) -> None:
    """Ids are arXiv's, without version, as they are typed."""
    for entry in entries(lists):
        if entry.id:
            found = parse_id(entry.id)
            assert (found.kind, found.value, found.version) == (IdKind.ARXIV, entry.id, None)


def test_after_names_papers_of_the_lists_and_makes_no_circle(lists: dict[str, ReadingList]) -> None:
    """What to read before is in one of the lists, and following it comes to an end."""
    before = {entry_key(entry): entry.after for entry in entries(lists)}

    def depth(key: str, seen: tuple[str, ...] = ()) -> int:
        assert key in before
        assert key not in seen
        return 1 + max((depth(one, (*seen, key)) for one in before[key]), default=0)

    assert max(map(depth, before)) >= 3


def test_a_paper_in_two_lists_has_one_title(lists: dict[str, ReadingList]) -> None:
    """Branch-Train-Merge stands in two lists under one key and one title."""
    titles: dict[str, set[str]] = {}
    for entry in entries(lists):
        titles.setdefault(entry_key(entry), set()).add(entry.title)

    assert [key for key, found in titles.items() if len(found) > 1] == []
    assert len(entries(lists)) - len(titles) == 2


def test_papers_off_arxiv_have_their_links(lists: dict[str, ReadingList]) -> None:
    """Papers that arXiv does not have keep the user's link; one has no source at all."""
    without_id = {entry_key(entry): entry.url for entry in entries(lists) if not entry.id}

    assert len(without_id) == 5
    assert [key for key, url in without_id.items() if url is None] == ["stam-snn-spatio-temporal"]
