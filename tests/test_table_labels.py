"""What names the rows and columns of a table."""

from __future__ import annotations

import pytest

from paperlab.table_labels import column_labels, label_words, row_labels
from paperlab.types import Cell, RowKind, Table, TableRow

HEADER, DATA, GROUP = RowKind.HEADER, RowKind.DATA, RowKind.GROUP


def a_table(*rows: tuple[RowKind, list[str]]) -> Table:
    made = tuple(TableRow(kind, tuple(Cell(text, None) for text in texts)) for kind, texts in rows)
    return Table("1", "Errors.", 1, (0, 0, 1, 1), made)


def test_a_column_is_named_by_its_header_rows_from_top_to_bottom() -> None:
    """A name that is repeated stands once."""
    table = a_table((HEADER, ["", "CIFAR", "CIFAR"]), (HEADER, ["model", "CIFAR", "time"]), (DATA, ["a", "1", "2"]))
    assert column_labels(table, 2, 1) == ["CIFAR"]
    assert column_labels(table, 2, 2) == ["CIFAR", "time"]


def test_a_header_row_inside_names_the_rows_below_it() -> None:
    """Where it leaves a column blank, that column keeps its name from above."""
    table = a_table(
        (HEADER, ["method", "size", "error (%)"]),
        (DATA, ["a", "1", "2"]),
        (HEADER, ["", "# layers", ""]),
        (DATA, ["b", "3", "4"]),
    )
    assert column_labels(table, 1, 1) == ["size"]
    assert column_labels(table, 3, 1) == ["# layers"]
    assert column_labels(table, 3, 2) == ["error (%)"]


def test_a_row_is_named_by_its_section_and_its_own_label() -> None:
    """The nearest section row above it counts."""
    table = a_table((GROUP, ["small", "small"]), (DATA, ["a", "1"]), (GROUP, ["large", "large"]), (DATA, ["b", "2"]))
    assert row_labels(table, 1) == ["small", "a"]
    assert row_labels(table, 3) == ["large", "b"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("CIFAR10", "CIFAR-10"), ("LLaMA-2 7B", "Llama 2 7B"), ("top-1 error", "Top 1 Error")],
)
def test_labels_are_compared_by_their_words_and_numbers(one: str, other: str) -> None:
    """Typography makes no difference."""
    assert label_words(one) == label_words(other)


def test_numbers_within_labels_are_whole() -> None:
    """CIFAR-10 is not CIFAR-100."""
    assert label_words("CIFAR-10") != label_words("CIFAR-100")
    assert label_words("CIFAR-10") == "cifar 10"
