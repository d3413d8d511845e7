"""What a new version of a paper prints otherwise."""

from __future__ import annotations

from dataclasses import replace

from claim_cases import a_claim
from paperlab.claims.changes import changes, place_of, same_place
from paperlab.claims.places import picture_place
from paperlab.types import PageBox, Table


def test_a_cell_that_prints_another_number_is_a_change() -> None:
    """A cell is known by its labels, and its numbers are told as both versions print them, spread included."""
    before = [a_claim("6.43", "ResNet › 110"), a_claim("7.93", "ResNet › 1202")]
    after = [a_claim("6.41", "ResNet › 110", spread_printed="0.16"), a_claim("7.93", "ResNet › 1202")]
    (change,) = changes(before, after)
    assert change.place == "Table 6, ResNet › 110, error (%)"
    assert change.told == "6.43 before, 6.41 ± 0.16 now"


def test_tables_that_moved_and_labels_written_otherwise_are_no_change() -> None:
    """Numbering and typography shift between versions; the numbers did not."""
    before = [a_claim("6.43", "ResNet110"), a_claim("1.0", "NIN")]
    after = [a_claim("6.43", "ResNet-110", table="7"), a_claim("1.0", "NIN", table="7")]
    assert changes(before, after) == []


def test_cells_that_only_one_version_has_are_named() -> None:
    """New cells and cells that are gone are told apart."""
    found = changes([a_claim("1.0", "old")], [a_claim("2.0", "new", unit="%")])
    assert [change.told for change in found] == ["new: 2.0 %", "1.0 before, gone now"]


def test_tables_with_the_same_labels_are_told_apart_by_their_numbers() -> None:
    """Two tables of one shape are compared each with itself."""
    before = [a_claim("1.0", "ours", table="1"), a_claim("2.0", "ours", table="2")]
    after = [a_claim("1.0", "ours", table="1"), a_claim("2.5", "ours", table="2")]
    (change,) = changes(before, after)
    assert (change.place, change.told) == ("Table 2, ours, error (%)", "2.0 before, 2.5 now")


def test_the_table_of_that_number_is_preferred_among_equal_labels() -> None:
    """Where the table is not there any more, the labels alone find the cell."""
    claims = [a_claim("1.0", "ours", table="1"), a_claim("2.0", "ours", table="2")]
    assert [c.printed for c in same_place(claims, "2", "Ours", "error (%)")] == ["2.0"]
    assert len(same_place(claims, "9", "ours", "error (%)")) == 2
    assert same_place(claims, "2", "theirs", "error (%)") == []


def test_a_sentence_is_placed_by_its_page() -> None:
    """A claim out of a sentence has no table."""
    claim = replace(a_claim("43", "x"), cell=None, id="S3.1")
    assert place_of(claim) == "p. 7, S3.1"
    assert changes([claim], []) == []


def test_the_picture_of_a_cell_is_its_table_with_the_caption() -> None:
    """The cell is marked in it; on a page that the table goes on to, the part that stands there is shown."""
    table = Table(
        "6", "Error.", 7, (50, 100, 300, 200), (), (50, 80, 300, 95), continued=(PageBox(8, (50, 60, 300, 90)),)
    )
    box = (200.0, 120.0, 220.0, 130.0)
    assert picture_place(7, box, [table]) == (7, (44, 74, 306, 206), (box,))
    later = (200.0, 70.0, 220.0, 80.0)
    assert picture_place(8, later, [table]) == (8, (44, 54, 306, 96), (later,))


def test_the_picture_of_a_sentence_shows_the_lines_around_it() -> None:
    """No box leaves the page at its top or left."""
    assert picture_place(1, (2.0, 30.0, 200.0, 40.0), []).box == (0.0, 0.0, 206.0, 100.0)
