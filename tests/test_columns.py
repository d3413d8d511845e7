"""Columns of a page and the order of its rows, on rows made by hand."""

from __future__ import annotations

import pytest

from paperlab.pdf.columns import columns_of, in_reading_order
from paperlab.pdf.page_text import Row

LEFT, RIGHT = (72.0, 290.0), (310.0, 528.0)


def row(text: str, x: tuple[float, float], y: float, block: int = 0, size: float = 10.0) -> Row:
    """Return a printed line whose top stands at `y`."""
    box = (x[0], y, x[1], y + size)
    return Row(text, box, box, size, bold=False, italic=False, page=1, block=block, upright=True)


def column(name: str, x: tuple[float, float], top: float, lines: int = 20, block: int = 0) -> list[Row]:
    """Return lines of running text one below the other."""
    return [row(f"{name} {i} with enough words to fill it", x, top + 12 * i, block) for i in range(lines)]


def two_columns() -> list[Row]:
    """Return a page with a title over two columns, in reading order."""
    title = row("A title that runs over both of the columns", (150, 450), 60, 0, 16)
    return [title, *column("left", LEFT, 100, block=1), *column("right", RIGHT, 100, block=2)]


def texts(rows: list[Row]) -> list[str]:
    """Return the rows' words."""
    return [r.text for r in rows]


def test_two_columns_are_found() -> None:
    """The edges of both columns are those of their lines; one column gives one pair, an empty page none."""
    assert columns_of(two_columns(), 10) == (LEFT, RIGHT)
    assert columns_of(column("only", (72, 528), 100), 10) == ((72, 528),)
    assert columns_of([], 10) == ()


def test_three_columns_are_found() -> None:
    """White is looked for again within each half."""
    edges = [(40.0, 200.0), (220.0, 380.0), (400.0, 560.0)]
    rows = [r for x in edges for r in column("part", x, 100)]

    assert columns_of(rows, 10) == tuple(edges)


def test_the_stream_is_kept_where_it_fits() -> None:
    """A page in order comes back as it is, blocks and all; so does one whose floats and notes come late."""
    rows = two_columns()
    late = [*rows[1:], rows[0], row("A note at the foot of the left column", LEFT, 400, 9, 8)]

    assert in_reading_order(rows, 10) == rows
    assert in_reading_order(late, 10) == late


@pytest.mark.parametrize("wrong", ["line by line", "right first", "jumbled blocks"])
def test_a_wrong_stream_is_put_in_order(wrong: str) -> None:
    """Lines dealt from both columns in turn, the right column first, or the blocks jumbled: read column by column."""
    rows = two_columns()
    blocks = [rows[:1], rows[1:11], rows[11:21], rows[21:31], rows[31:]]
    if wrong == "line by line":
        stream = sorted(rows, key=lambda r: (r.frame[1], r.frame[0]))
    elif wrong == "right first":
        stream = rows[21:] + rows[:21]
    else:
        stream = [r for block in (blocks[4], blocks[2], blocks[3], blocks[1], blocks[0]) for r in block]

    assert texts(in_reading_order(stream, 10)) == texts(rows)


def test_what_runs_across_both_columns_parts_them() -> None:
    """Both columns above a line over the full width come before it, those below after it."""
    across = row("A caption that runs across both of the columns", (72, 528), 350)
    upper, lower = ([*column("left", LEFT, top, 12), *column("right", RIGHT, top, 12)] for top in (100, 400))
    stream = sorted([*upper, across, *lower], key=lambda r: (r.frame[1], r.frame[0]))

    assert texts(in_reading_order(stream, 10)) == texts([*upper, across, *lower])


def test_moved_lines_make_paragraphs_again() -> None:
    """Lines close together are one block afterwards, a gap begins another."""
    rows = [*column("left", LEFT, 100, 10), *column("next", LEFT, 240, 10), *column("right", RIGHT, 100, 20)]
    stream = sorted(rows, key=lambda r: (r.frame[1], r.frame[0]))
    for i, r in enumerate(stream):
        r.block = i
    ordered = in_reading_order(stream, 10)

    assert [len({r.block for r in part}) for part in (ordered[:10], ordered[10:20], ordered[20:])] == [1, 1, 1]
    assert len({r.block for r in ordered}) == 3


def test_cells_of_words_side_by_side_stay_as_they_are() -> None:
    """A table of sentences has lines beside one another within a column: its stream is left alone."""
    cells = [(72.0, 175.0), (185.0, 290.0), (310.0, 415.0), (425.0, 528.0)]
    stream = [
        row(f"cell {k} line {i} of some words", x, 100 + 12 * i, k) for k, x in enumerate(cells) for i in range(3)
    ]

    assert in_reading_order(stream, 10) == stream
