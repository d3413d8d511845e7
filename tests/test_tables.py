"""Tables in PDFs: what a reader of the page sees is what comes out, cell by cell, with kinds, spans and boxes."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.pdf import PyMuPDFReader
from paperlab.types import RowKind, SpreadKind
from table_pages import COLUMNS, HEIGHT, LEFT, LINE, RIGHT, WIDTH, Book, Grid, Part, Tall, Wide, plain_page, width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paperlab.types import Box, Reading, Table

    Reader = Callable[[Book], Reading]
    One = Callable[[Grid], Table]

HEAD = ["Model", "Acc.", "F1", "Loss"]
BODY = [["Aster", "91.2", "88.0", "0.31"], ["Birch", "81.4", "77.9", "0.44"], ["Cedar", "70.0", "68.5", "0.52"]]
PLAIN = Grid([LINE, HEAD, LINE, *BODY, LINE])
UNDER = Part(((1, 2), (3, 4)))


@pytest.fixture(scope="module")
def reader() -> Iterator[PyMuPDFReader]:
    with PyMuPDFReader() as opened:
        yield opened


@pytest.fixture(scope="module")
def read(reader: PyMuPDFReader, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Read a book; its PDF is `book.path` afterwards."""
    folder, numbers = tmp_path_factory.mktemp("tables"), count()

    def read_it(book: Book) -> Reading:
        return reader.read(book.save(folder / f"{next(numbers)}.pdf"))

    return read_it


@pytest.fixture(scope="module")
def one(read: Reader) -> One:
    """Read the only table of a page between running text, with its caption above."""

    def read_it(grid: Grid) -> Table:
        book = Book()
        plain_page(book.page(), 1, grid)
        (table,) = read(book).tables
        return table

    return read_it


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def kinds(table: Table) -> str:
    """Return a letter a row: H(eader), D(ata), G(roup)."""
    return "".join(row.kind.value[0].upper() for row in table.rows)


def cell(table: Table, row: int, column: int) -> Any:
    return table.rows[row].cells[column]


def close(a: Box, b: Box, within: float) -> bool:
    return all(abs(x - y) <= within for x, y in zip(a, b, strict=True))


# Grids


def test_a_booktabs_grid_comes_out_as_printed(one: One) -> None:
    """Three rules, a header and a body: every text at its place, number and caption told, nothing doubted."""
    table = one(PLAIN)

    assert texts(table) == [HEAD, *BODY]
    assert kinds(table) == "HDDD"
    assert (table.number, table.caption, table.page) == ("1", "Table 1: Gauge readings.", 1)
    assert (table.label_columns, table.rotation, table.panels, table.continued) == (1, 0, (), ())
    assert table.confidence >= 0.9
    assert cell(table, 1, 1).values[0].number == 91.2
    assert [row.kind for row in table.header] == [RowKind.HEADER]


def test_a_ruled_grid_comes_out_as_printed(one: One) -> None:
    """Rules between all rows and columns."""
    table = one(Grid([LINE, HEAD, LINE, BODY[0], LINE, BODY[1], LINE, BODY[2], LINE], walls=True))

    assert texts(table) == [HEAD, *BODY]
    assert kinds(table) == "HDDD"


def test_walls_part_columns_that_nearly_touch(one: One) -> None:
    """Between vertical rules two points from the words, each word is in the cell it stands in."""
    rows = [["Net", "Size", "Top"], ["wide base", "large", "91"], ["deep base", "small", "87"]]
    table = one(Grid([LINE, rows[0], LINE, rows[1], LINE, rows[2], LINE], walls=True, gap=5, aligns="lll"))

    assert texts(table) == rows


@pytest.mark.parametrize("gap", [5.0, 6.5, 8.0])
def test_dense_columns_of_numbers_stay_apart(one: One, gap: float) -> None:
    """Ten columns of numbers a few points apart are ten columns."""
    head = ["Model", *(f"T{i}" for i in range(10))]
    body = [[name, *(f"{50 + 7 * i + 3 * j}.{i}" for i in range(10))] for j, name in enumerate(("Aster", "Birch"))]
    table = one(Grid([LINE, head, LINE, *body, LINE], gap=gap, size=7))

    assert texts(table) == [head, *body]


@pytest.mark.parametrize("how", ["filled", "dashed", "picture", "pieces"])
def test_rules_drawn_in_other_ways_are_rules(one: One, how: str) -> None:
    """Thin filled rectangles, dashes in one stroke or many, or stretched pictures of one dot."""
    table = one(Grid([LINE, HEAD, LINE, *BODY, LINE], rule=how))

    assert texts(table) == [HEAD, *BODY]
    assert kinds(table) == "HDDD"
    assert table.reasons == ()


def test_a_table_with_only_a_header_rule(one: One) -> None:
    """One rule, under the names: the names above it belong to the table."""
    table = one(Grid([HEAD, LINE, *BODY]))

    assert texts(table) == [HEAD, *BODY]
    assert kinds(table) == "HDDD"


def test_a_table_without_rules_is_read_with_less_confidence(one: One) -> None:
    """Its grid is found from its words; that nothing bounds it is said."""
    table = one(Grid([HEAD, *BODY]))

    assert texts(table) == [HEAD, *BODY]
    assert kinds(table) == "HDDD"
    assert table.confidence < one(PLAIN).confidence
    assert table.reasons


def test_rules_between_all_rows_but_no_walls(one: One) -> None:
    """Each row keeps to itself, and the first is the header."""
    table = one(Grid([LINE, HEAD, LINE, BODY[0], LINE, BODY[1], LINE, BODY[2], LINE]))

    assert texts(table) == [HEAD, *BODY]
    assert kinds(table) == "HDDD"


@pytest.mark.parametrize("write", [str.capitalize, str.lower])
def test_columns_of_words_are_told_apart(one: One, write: Callable[[str], str]) -> None:
    """A table without any number, left-aligned, several words a cell: each printed line is a row."""
    head = ["Term", "Meaning here", "Where it is used"]
    body = [
        ["gauge", "a stick with marks", "at the old weir"],
        ["ferry", "the flat boat", "between the villages"],
        ["bank", "the northern side", "for all surveys"],
    ]
    body = [[write(text) for text in row] for row in body]
    table = one(Grid([LINE, head, LINE, *body, LINE], aligns="lll", gap=14))

    assert texts(table) == [head, *body]
    assert kinds(table) == "HDDD"
    assert all(not c.values for row in table.rows for c in row.cells)


# Headers


def test_a_name_over_a_short_rule_spans_its_columns(one: One) -> None:
    """`Dev` and `Test` stand over two columns each, repeated in both, one box."""
    table = one(
        Grid([LINE, ["Model", Wide("Dev", 2), Wide("Test", 2)], UNDER, ["", "Acc.", "F1", "Acc.", "F1"], LINE,
              ["Aster", "91.2", "88.0", "90.1", "87.3"], ["Birch", "81.4", "77.9", "80.2", "76.5"], LINE])
    )  # fmt: skip

    assert kinds(table) == "HHDD"
    assert texts(table)[:2] == [["Model", "Dev", "Dev", "Test", "Test"], ["", "Acc.", "F1", "Acc.", "F1"]]
    dev = cell(table, 0, 1)
    assert dev == cell(table, 0, 2)
    assert (dev.row, dev.column, dev.rows, dev.columns) == (0, 1, 1, 2)


def test_a_name_spans_an_odd_number_of_columns_without_a_rule(one: One) -> None:
    """Centred over three columns each, no rule below: each name is over its three."""
    names = ["Model", *("P", "R", "F1") * 2]
    body = [["Aster", "91.2", "88.0", "89.6", "90.1", "87.3", "88.7"], ["Birch", *["70.1"] * 6]]
    table = one(Grid([LINE, ["", Wide("Seen", 3), Wide("Unseen", 3)], names, LINE, *body, LINE]))

    assert kinds(table) == "HHDD"
    assert texts(table)[:2] == [["", *["Seen"] * 3, *["Unseen"] * 3], names]


def test_three_header_levels(one: One) -> None:
    """Two levels of spanning names over the plain ones."""
    table = one(
        Grid([LINE, ["", Wide("In-domain", 4), Wide("Transfer", 4)], Part(((1, 4), (5, 8))),
              ["", Wide("Dev", 2), Wide("Test", 2), Wide("Dev", 2), Wide("Test", 2)],
              Part(((1, 2), (3, 4), (5, 6), (7, 8))), ["Model", *("Acc.", "F1") * 4], LINE,
              ["Aster", *(f"{i}1.5" for i in range(1, 9))], ["Birch", *(f"{i}2.5" for i in range(1, 9))], LINE])
    )  # fmt: skip

    assert kinds(table) == "HHHDD"
    assert texts(table)[0] == ["", *["In-domain"] * 4, *["Transfer"] * 4]
    assert texts(table)[1] == ["", "Dev", "Dev", "Test", "Test", "Dev", "Dev", "Test", "Test"]
    assert texts(table)[2] == ["Model", *("Acc.", "F1") * 4]


def test_wrapped_names_are_joined(one: One) -> None:
    """Names over two lines are one header row, whether the others stand in the middle or at the top."""
    head = ["Model", "Training\ntime (h)", "Held-out\naccuracy", "Loss"]
    for top_set in (False, True):
        table = one(Grid([LINE, head, LINE, *BODY, LINE], top_set=top_set))

        assert texts(table) == [["Model", "Training time (h)", "Held-out accuracy", "Loss"], *BODY]
        assert kinds(table) == "HDDD"


def test_a_header_row_inside_the_body(one: One) -> None:
    """Where rules enclose new names half way down, they are a header row inside the table."""
    table = one(Grid([LINE, HEAD, LINE, *BODY, LINE, ["", "BLEU", "WER", "PPL"], LINE, *BODY[:2], LINE]))

    assert kinds(table) == "HDDDHDD"
    assert texts(table)[4] == ["", "BLEU", "WER", "PPL"]


def test_a_header_of_numbers_is_a_header(one: One) -> None:
    """Column names that are numbers name columns, when a rule parts them from the body."""
    head = ["Experts", "8", "16", "32", "64"]
    body = [["Aster", "91.2", "88.0", "89.6", "90.1"], ["Birch", "81.4", "77.9", "80.2", "76.5"]]
    table = one(Grid([LINE, head, LINE, *body, LINE]))

    assert kinds(table) == "HDD"
    assert texts(table) == [head, *body]


# Rows


@pytest.mark.parametrize("top_set", [False, True])
def test_a_label_of_several_rows_is_repeated(one: One, top_set: bool) -> None:
    """A row-group label, centred on its rows or beside the first, is in each of them, with rules between groups."""
    small = "Small" if top_set else Tall("Small", 3)
    large = "Large" if top_set else Tall("Large", 3)
    rows = [
        [small, "Aster", "91.2", "88.0"], ["", "Birch", "81.4", "77.9"], ["", "Cedar", "70.0", "68.5"], LINE,
        [large, "Aster", "92.2", "89.0"], ["", "Birch", "82.4", "78.9"], ["", "Cedar", "71.0", "69.5"],
    ]  # fmt: skip
    table = one(Grid([LINE, ["Size", "Model", "Acc.", "F1"], LINE, *rows, LINE], aligns="llcc"))

    assert [line[:2] for line in texts(table)[1:]] == [
        [size, name] for size in ("Small", "Large") for name in ("Aster", "Birch", "Cedar")
    ]
    assert (cell(table, 1, 0).rows, cell(table, 4, 0).rows, cell(table, 4, 0).row) == (3, 3, 4)
    assert table.label_columns == 2


def test_a_label_half_way_between_two_rows_names_both(one: One) -> None:
    """Over an even number of rows the label stands between baselines."""
    rows = [
        [Tall("Text", 2), "Aster", "91.2", "88.0"], ["", "Birch", "81.4", "77.9"], LINE,
        [Tall("Speech", 2), "Aster", "92.2", "89.0"], ["", "Birch", "82.4", "78.9"],
    ]  # fmt: skip
    table = one(Grid([LINE, ["Kind", "Model", "Acc.", "F1"], LINE, *rows, LINE], aligns="llcc"))

    assert [line[0] for line in texts(table)] == ["Kind", "Text", "Text", "Speech", "Speech"]
    assert kinds(table) == "HDDDD"


@pytest.mark.parametrize("align", ["l", "c"])
@pytest.mark.parametrize("ruled", [True, False])
def test_section_rows_are_groups_in_all_columns(one: One, align: str, ruled: bool) -> None:
    """A label alone on its row, left or centred, names the rows below and is repeated in each column."""
    line = [LINE] if ruled else []
    rows = [
        [Wide("<i>Without pre-training</i>", 4, align)], *line, *BODY[:2], *line,
        [Wide("<i>With pre-training</i>", 4, align)], *line, BODY[2], BODY[0],
    ]  # fmt: skip
    table = one(Grid([LINE, HEAD, LINE, *rows, LINE]))

    assert kinds(table) == "HGDDGDD"
    assert texts(table)[1] == ["Without pre-training"] * 4
    assert texts(table)[4] == ["With pre-training"] * 4
    assert cell(table, 1, 0).columns == 4


def test_a_value_centred_over_all_columns_spans_them(one: One) -> None:
    """One number for several columns is repeated in each, as one cell."""
    rows = [*BODY, ["Human", Wide("94.5", 3)], ["Chance", Wide("10.0", 3)]]
    table = one(Grid([LINE, HEAD, LINE, *rows, LINE]))

    assert kinds(table) == "HDDDDD"
    assert texts(table)[4:] == [["Human", *["94.5"] * 3], ["Chance", *["10.0"] * 3]]
    assert (cell(table, 4, 1).column, cell(table, 4, 1).columns) == (1, 3)


@pytest.mark.parametrize("gap", [12.0, 24.0])
def test_a_value_centred_over_some_columns_spans_those(one: One, gap: float) -> None:
    """A number between two columns of the row belongs to both."""
    head = ["Model", "Dev", "Test", "Size", "Time"]
    rows = [["Aster", "91.2", "90.8", "110", "3.5"], ["Birch", "81.4", "80.3", "220", "4.5"],
            ["Cedar", "77.7", "75.1", "330", "5.5"], ["Dune", Wide("70.0", 2), "440", "6.5"]]  # fmt: skip
    table = one(Grid([LINE, head, LINE, *rows, LINE], gap=gap))

    assert texts(table)[4] == ["Dune", "70.0", "70.0", "440", "6.5"]
    assert cell(table, 4, 1).columns == 2


@pytest.mark.parametrize("top_set", [False, True])
def test_a_wrapped_label_is_one_row(one: One, top_set: bool) -> None:
    """A label on two lines makes no second row, with its values in the middle or beside its first line."""
    rows = [BODY[0], ["Birch with\nsmall gates", "81.4", "77.9", "0.44"], BODY[2]]
    table = one(Grid([LINE, HEAD, LINE, *rows, LINE], top_set=top_set))

    assert texts(table)[1:] == [BODY[0], ["Birch with small gates", "81.4", "77.9", "0.44"], BODY[2]]
    assert kinds(table) == "HDDD"


def test_a_hyphen_at_a_cells_line_end_is_healed(one: One) -> None:
    """`regular-` above `isation` is one word."""
    table = one(Grid([LINE, HEAD, LINE, ["Strong regular-\nisation", "81.4", "77.9", "0.44"], *BODY, LINE]))

    assert texts(table)[1][0] == "Strong regularisation"


def test_indented_rows_below_a_section_keep_their_names(one: One) -> None:
    """The label of an indented row is its name alone."""
    rows = [["Gauges", "", "", ""], ["  dry", "91.2", "88.0", "0.31"], ["  wet", "81.4", "77.9", "0.44"],
            ["Boats", "", "", ""], ["  flat", "71.2", "68.0", "0.51"]]  # fmt: skip
    table = one(Grid([LINE, HEAD, LINE, *rows, LINE]))

    assert kinds(table) == "HGDDGD"
    assert [line[0] for line in texts(table)[1:]] == ["Gauges", "dry", "wet", "Boats", "flat"]


# Cells


@pytest.mark.parametrize(
    ("markup", "text", "kind"),
    [
        ("91.2 ± 0.3", "91.2 ± 0.3", SpreadKind.PLUS_MINUS),
        ("91.2±0.3", "91.2±0.3", SpreadKind.PLUS_MINUS),
        ("91.2<small>±0.3</small>", "91.2±0.3", SpreadKind.PLUS_MINUS),
        ("91.2<sub>0.3</sub>", "91.2_0.3", SpreadKind.SUBSCRIPT),
        ("91.2<sub>±0.3</sub>", None, None),
        ("91.2 (0.3)", "91.2 (0.3)", SpreadKind.PARENTHESES),
    ],
)
def test_a_spread_stays_with_its_value(one: One, markup: str, text: str | None, kind: SpreadKind | None) -> None:
    """However the spread is set, value and spread are one cell and one value."""
    rows = [["Aster", markup, "88.0"], ["Birch", markup.replace("91", "81"), "77.9"]]
    table = one(Grid([LINE, ["Model", "Acc.", "F1"], LINE, *rows, LINE]))

    assert len(table.rows[0].cells) == 3
    (value,) = cell(table, 1, 1).values
    assert (value.printed, value.number, value.spread, value.spread_printed) == ("91.2", 91.2, 0.3, "0.3")
    assert text is None or cell(table, 1, 1).text == text
    assert kind is None or value.spread_kind is kind


def test_spreads_in_a_column_of_their_own_join_their_values(one: One) -> None:
    """Aligned on the sign, `91.2`, `±`, `0.3` are three words in one cell, in each of two such columns."""
    head = ["Model", Wide("Acc.", 2), Wide("F1", 2)]
    rows = [["Aster", "91.2", "± 0.3", "88.0", "± 1.1"], ["Birch", "81.4", "± 0.25", "77.9", "± 0.9"],
            ["Cedar", "9.4", "± 0.5", "100.0", "± 0.0"]]  # fmt: skip
    table = one(Grid([LINE, head, LINE, *rows, LINE], aligns="lrlrl", gap=6))

    assert texts(table)[0] == ["Model", "Acc.", "F1"]
    assert [[(v.number, v.spread) for c in row.cells for v in c.values] for row in table.body] == [
        [(91.2, 0.3), (88.0, 1.1)], [(81.4, 0.25), (77.9, 0.9)], [(9.4, 0.5), (100.0, 0.0)],
    ]  # fmt: skip


def test_percent_and_units_are_told(one: One) -> None:
    """`91.2%`, `110M`, `3.5 ms`, `2.1×`: the unit is apart from the number."""
    rows = [["Aster", "91.2%", "110M", "3.5 ms", "2.1×"], ["Birch", "81.4%", "22M", "14.0 ms", "1.0×"]]
    table = one(Grid([LINE, ["Model", "Acc.", "Size", "Time", "Gain"], LINE, *rows, LINE]))

    assert texts(table)[1] == rows[0]
    values = [c.values[0] for c in table.rows[1].cells[1:]]
    assert [(v.printed, v.unit) for v in values[:3]] == [("91.2", "%"), ("110", "M"), ("3.5", "ms")]
    assert (values[3].printed, values[3].number) == ("2.1", 2.1)


def test_bold_cells_and_bold_values(one: One) -> None:
    """A bold number is bold, also with a plain spread behind it; its neighbours are not."""
    rows = [["Aster", "<b>91.2</b>", "88.0"], ["Birch", "<b>81.4</b> ± 0.3", "<b>89.0</b><sub>0.44</sub>"],
            ["<b>Cedar (ours)</b>", "70.0 ± 0.2", "68.5"]]  # fmt: skip
    table = one(Grid([LINE, ["Model", "Acc.", "F1"], LINE, *rows, LINE]))

    assert [[c.bold for c in row.cells] for row in table.body] == [
        [False, True, False], [False, True, True], [True, False, False]
    ]  # fmt: skip
    assert [cell(table, i, j).values[0].bold for i, j in ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1))] == [
        True, False, True, True, False,
    ]  # fmt: skip


def test_footnote_marks_are_no_part_of_the_number(one: One) -> None:
    """`91.2*`, `88.0†`, raised or not: the number stays itself, the mark is told."""
    rows = [["Aster", "91.2<sup>*</sup>", "88.0†"], ["Birch<sup>†</sup>", "81.4", "77.9<sup>†</sup>"]]
    table = one(Grid([LINE, ["Model", "Acc.", "F1"], LINE, *rows, LINE]))

    values = [cell(table, 1, 1).values[0], cell(table, 1, 2).values[0], cell(table, 2, 2).values[0]]
    assert [(v.number, v.marks) for v in values] == [(91.2, ("*",)), (88.0, ("†",)), (77.9, ("†",))]
    assert texts(table)[2][0] == "Birch†"


def test_a_raised_digit_is_no_part_of_the_number(one: One) -> None:
    """`91.2` with a raised `1` is 91.2, and ten to the power of 20 is not 1020."""
    rows = [["Aster", "91.2<sup>1</sup>", "1.5·10<sup>20</sup>"], ["Birch", "81.4", "2.5·10<sup>19</sup>"]]
    table = one(Grid([LINE, ["Model", "Acc.", "FLOPs"], LINE, *rows, LINE]))

    assert [c.values[0].number for c in table.rows[1].cells[1:]] == [91.2, 1.5e20]


def test_labels_with_subscripts_and_superscripts(one: One) -> None:
    """Scripts of a name are marked in its text."""
    rows = [["RoB<sub>base</sub>", "91.2", "88.0"], ["Adpt<sup>D</sup>", "81.4", "77.9"]]
    table = one(Grid([LINE, ["Model", "Acc.", "F1"], LINE, *rows, LINE]))

    assert [line[0] for line in texts(table)[1:]] == ["RoB_base", "Adpt^D"]


def test_blank_and_dash_cells_keep_their_places(one: One) -> None:
    """A missing number moves no other; a blank cell has no box, a dash has no value."""
    rows = [["Aster", "91.2", "", "0.31"], ["Birch", "–", "77.9", "0.44"], ["Cedar", "70.0", "—", ""],
            ["Dune", "", "66.6", "-"]]  # fmt: skip
    table = one(Grid([LINE, HEAD, LINE, *rows, LINE]))

    assert texts(table) == [HEAD, *rows]
    blank = cell(table, 1, 2)
    assert (blank.text, blank.box, blank.values, blank.bold) == ("", None, (), False)
    assert cell(table, 2, 1).values == ()
    assert cell(table, 2, 1).box is not None


def test_several_numbers_in_a_cell_are_several_values(one: One) -> None:
    """`91.2/88.0` is one cell with two values."""
    rows = [["Aster", "91.2/88.0", "0.31"], ["Birch", "81.4/77.9", "0.44"]]
    table = one(Grid([LINE, ["Model", "m/mm", "Loss"], LINE, *rows, LINE]))

    assert texts(table)[1] == rows[0]
    assert [v.number for v in cell(table, 1, 1).values] == [91.2, 88.0]


def test_thousands_signs_and_small_numbers_are_kept(one: One) -> None:
    """`1,024`, `-1.52`, `−3.1`, `.07` and `<0.01` read as they are printed."""
    rows = [["Aster", "1,024", "-1.52", ".07"], ["Birch", "12,500", "−3.1", "<0.01"]]
    table = one(Grid([LINE, HEAD, LINE, *rows, LINE]))

    assert [[c.values[0].number for c in row.cells[1:]] for row in table.body] == [
        [1024.0, -1.52, 0.07], [12500.0, -3.1, 0.01]
    ]  # fmt: skip
    assert [cell(table, 1, 3).values[0].printed, cell(table, 2, 3).values[0].comparator] == [".07", "<"]


# Strokes that are no rules


def test_underlined_numbers_are_no_rules(read: Reader) -> None:
    """A second-best number is underlined: the grid is the same, and nothing is parted there."""
    book = Book()
    pen = book.page()
    plain_page(pen, 1, PLAIN)
    width = PLAIN.column_widths()
    x = (LEFT + RIGHT - PLAIN.width) / 2 + 1.5 * PLAIN.gap + width[0]
    # The first body row's baseline: rules and rows as Grid draws them.
    top = 90 + 8 * 12 + 22
    base = top + 0.2 * 9 + 1.22 * 9 + 0.55 * 9 + 0.82 * 1.22 * 9
    for row in range(3):
        y = base + row * 1.22 * 9
        number = BODY[row][1]
        at = x + (width[1] - width_of(number, 9)) / 2
        pen.rule(at, at + width_of(number, 9), y + 1.4, 0.4)
    (table,) = read(book).tables

    assert texts(table) == [HEAD, *BODY]
    assert kinds(table) == "HDDD"


def test_a_fraction_bar_is_no_rule(read: Reader) -> None:
    """A formula with a bar below the caption's text is no table, and the real one below it is found."""
    book = Book()
    pen = book.page()
    y = pen.prose(90, 6)
    pen.write(300, y + 10, "a + b", 10, "c")
    pen.rule(285, 315, y + 14, 0.4)
    pen.write(300, y + 24, "c + d", 10, "c")
    y = pen.prose(y + 46, 4)
    pen.write(LEFT, y + 14, "Table 1: Gauge readings.", 10)
    pen.prose(PLAIN.draw(pen, y + 22) + 34, 6)
    (table,) = read(book).tables

    assert texts(table) == [HEAD, *BODY]


def test_a_rule_above_footnotes_is_not_the_tables(read: Reader) -> None:
    """A short rule and a footnote below an unruled end of the page are left out."""
    book = Book()
    pen = book.page()
    y = pen.prose(90, 30)
    pen.write(LEFT, y + 14, "Table 1: Gauge readings.", 10)
    y = PLAIN.draw(pen, y + 22)
    pen.rule(LEFT, LEFT + 140, y + 30)
    pen.write(LEFT, y + 42, "<sup>1</sup>The gauge was read at noon, by hand, on all days of the week.", 8)
    (table,) = read(book).tables

    assert texts(table) == [HEAD, *BODY]
    assert table.box[3] < y + 5


# Where the table stands


@pytest.mark.parametrize("below", [False, True])
def test_running_text_beside_the_table_is_not_swallowed(read: Reader, below: bool) -> None:
    """Text right above and right below the rules stays outside; the box ends at the rules."""
    book = Book()
    pen = book.page()
    y = pen.prose(90, 10)
    if not below:
        pen.write(LEFT, y + 6, "Table 1: Gauge readings.", 10)
        y += 14
    top = y
    y = PLAIN.draw(pen, top)
    if below:
        y += 14
        pen.write(LEFT, y, "Table 1: Gauge readings.", 10)
    pen.prose(y + 14, 10)
    (table,) = read(book).tables

    assert texts(table) == [HEAD, *BODY]
    left = (LEFT + RIGHT - PLAIN.width) / 2
    bottom = top + 4 * 1.22 * 9 + (0.2 + 0.55 + 0.35) * 9
    assert close(table.box, (left, top, left + PLAIN.width, bottom), 3)


def test_a_caption_below_is_found_when_running_text_stands_above(read: Reader) -> None:
    """With the caption under the table, the table above it is the one."""
    book = Book()
    plain_page(book.page(), 1, PLAIN, below=True)
    (table,) = read(book).tables

    assert texts(table) == [HEAD, *BODY]
    assert table.caption_box is not None
    assert table.caption_box[1] > table.box[3]


@pytest.mark.parametrize("below", [False, True])
def test_between_two_tables_the_papers_habit_decides(read: Reader, below: bool) -> None:
    """A caption in the middle of two tables belongs to the one that the paper's other captions say."""
    other = Grid([LINE, ["System", "WER", "PPL"], LINE, ["Dune", "5.1", "20.4"], ["Elm", "6.2", "21.5"], LINE])
    book = Book()
    for number in (1, 2):
        plain_page(book.page(), number, PLAIN, below=below)
    pen = book.page()
    y = pen.prose(90, 6) + 10
    for number, grid in ((3, PLAIN), (4, other)):
        if not below:
            pen.write(LEFT, y, f"Table {number}: Gauge readings.", 10)
            y += 9
        y = grid.draw(pen, y) + 18
        if below:
            pen.write(LEFT, y - 5, f"Table {number}: Gauge readings.", 10)
            y += 6
    pen.prose(y + 20, 6)
    tables = {table.number: table for table in read(book).tables}

    assert list(tables) == ["1", "2", "3", "4"]
    assert texts(tables["3"])[0] == HEAD
    assert texts(tables["4"])[0] == ["System", "WER", "PPL"]


def two_columns(book: Book) -> Any:
    """Return a page with running text in two columns, from its upper edge down and at its foot."""
    pen = book.page()
    for x0, x1 in COLUMNS:
        pen.prose(80, 14, x0, x1)
        pen.prose(450, 20, x0, x1)
    return pen


def test_tables_in_both_columns_of_a_page(read: Reader) -> None:
    """Two tables at the same height, one a text column, do not mix."""
    book = Book()
    pen = two_columns(book)
    others = [["Dune", "5.1", "20.4"], ["Elm", "6.2", "21.5"], ["Fjord", "7.3", "22.6"]]
    right = Grid([LINE, ["System", "WER", "PPL"], LINE, *others, LINE])
    for number, grid, (x0, x1) in ((1, PLAIN, COLUMNS[0]), (2, right, COLUMNS[1])):
        pen.write(x0, 300, f"Table {number}: Gauge readings here.", 10)
        grid.draw(pen, 308, (x0 + x1 - grid.width) / 2)
    tables = read(book).tables

    assert [texts(table) for table in tables] == [[HEAD, *BODY], [["System", "WER", "PPL"], *others]]
    assert [table.number for table in tables] == ["1", "2"]


def test_a_table_over_both_columns(read: Reader) -> None:
    """A table as wide as the page, with its caption, between text in two columns."""
    book = Book()
    pen = two_columns(book)
    head = ["Model", *(f"Task {i}" for i in range(8))]
    body = [[name, *(f"{10 + i}.{j}" for i in range(8))] for j, name in enumerate(("Aster", "Birch", "Cedar"))]
    pen.write(306, 300, "Table 1: Gauge readings of all eight tasks over both columns of the page.", 10, "c")
    Grid([LINE, head, LINE, *body, LINE], gap=20).draw(pen, 308)
    (table,) = read(book).tables

    assert texts(table) == [head, *body]


def test_a_table_in_one_column_leaves_the_text_beside_it(read: Reader) -> None:
    """Running text in the other column at the table's height is no part of it."""
    book = Book()
    pen = book.page()
    pen.prose(80, 14, *COLUMNS[0])
    pen.prose(450, 20, *COLUMNS[0])
    pen.prose(80, 50, *COLUMNS[1])
    pen.write(COLUMNS[0][0], 300, "Table 1: Gauge readings here.", 10)
    PLAIN.draw(pen, 308, (sum(COLUMNS[0]) - PLAIN.width) / 2)
    (table,) = read(book).tables

    assert texts(table) == [HEAD, *BODY]
    assert table.box[2] < COLUMNS[0][1] + 1


def test_two_tables_side_by_side_with_captions_of_their_own(read: Reader) -> None:
    """In one text column, each caption has the table below it."""
    book = Book()
    pen = book.page()
    y = pen.prose(90, 10)
    others = [["Dune", "5.1", "20.4"], ["Elm", "6.2", "21.5"], ["Fjord", "7.3", "22.6"]]
    right = Grid([LINE, ["System", "WER", "PPL"], LINE, *others, LINE])
    for number, grid, x in ((1, PLAIN, LEFT + 10), (2, right, 345)):
        pen.write(x, y + 14, f"Table {number}: Gauge readings.", 10)
        grid.draw(pen, y + 22, x)
    pen.prose(y + 120, 10)
    tables = read(book).tables

    assert [table.number for table in tables] == ["1", "2"]
    assert [texts(table) for table in tables] == [[HEAD, *BODY], [["System", "WER", "PPL"], *others]]


def test_two_panels_side_by_side_under_one_caption(read: Reader) -> None:
    """One table with two panels, rows one below the other, all equally wide, each panel with its box."""
    book = Book()
    pen = book.page()
    y = pen.prose(90, 10)
    others = [["Dune", "5.1", "20.4"], ["Elm", "6.2", "21.5"], ["Fjord", "7.3", "22.6"]]
    right = Grid([LINE, ["System", "WER", "PPL"], LINE, *others, LINE])
    pen.write(LEFT, y + 14, "Table 1: Gauge readings on the left and ferries on the right, all from one year.", 10)
    PLAIN.draw(pen, y + 22, LEFT + 10)
    right.draw(pen, y + 22, 345)
    pen.prose(y + 120, 10)
    (table,) = read(book).tables

    assert [(p.first, p.last) for p in table.panels] == [(0, 4), (4, 8)]
    assert texts(table)[:4] == [HEAD, *BODY]
    assert [line[:3] for line in texts(table)[4:]] == [["System", "WER", "PPL"], *others]
    assert kinds(table) == "HDDDHDDD"
    assert table.panels[0].box[2] < 340 < table.panels[1].box[0]


def test_two_panels_stacked_under_one_caption(read: Reader) -> None:
    """Two grids one below the other, each with its rules."""
    book = Book()
    pen = book.page()
    y = pen.prose(90, 10)
    others = [["Dune", "5.1", "20.4", "1.1"], ["Elm", "6.2", "21.5", "2.2"]]
    pen.write(LEFT, y + 14, "Table 1: Gauge readings above and ferries below, all from one year.", 10)
    lower = Grid([LINE, ["System", "WER", "PPL", "MOS"], LINE, *others, LINE], widths=PLAIN.column_widths())
    y = lower.draw(pen, PLAIN.draw(pen, y + 22) + 10)
    pen.prose(y + 34, 10)
    (table,) = read(book).tables

    assert texts(table) == [HEAD, *BODY, ["System", "WER", "PPL", "MOS"], *others]
    assert [(p.first, p.last) for p in table.panels] == [(0, 4), (4, 7)]
    assert kinds(table) == "HDDDHDD"


# Turned pages


@pytest.mark.parametrize("turn", [90, 270])
def test_a_sideways_table_reads_as_if_upright(read: Reader, turn: int) -> None:
    """Text that runs up or down the page: the same grid, the turn told, boxes where the glyphs stand."""
    book = Book()
    pen = book.page(turn)
    pen.write(HEIGHT / 2, 200, "Table 1: Gauge readings.", 10, "c")
    PLAIN.draw(pen, 210, HEIGHT / 2 - PLAIN.width / 2)
    reading = read(book)
    (table,) = reading.tables

    assert texts(table) == [HEAD, *BODY]
    assert kinds(table) == "HDDD"
    assert table.rotation == turn
    across = (210, 210 + 55) if turn == 90 else (WIDTH - 265, WIDTH - 210)
    middle = HEIGHT / 2
    assert close(table.box, (across[0], middle - PLAIN.width / 2, across[1], middle + PLAIN.width / 2), 5)
    assert_boxes_hold_their_words(book, table)


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_boxes_of_a_rotated_page_are_on_the_unrotated_one(read: Reader, rotate: int) -> None:
    """A page with /Rotate gives the same grid and the same boxes as without."""
    plain, rotated = Book(), Book()
    for book in (plain, rotated):
        plain_page(book.page(), 1, PLAIN)
    rotated.finish()
    rotated.document[0].set_rotation(rotate)
    (expected,) = read(plain).tables
    (table,) = read(rotated).tables

    assert texts(table) == texts(expected)
    assert close(table.box, expected.box, 0.1)
    assert [c.box for row in table.rows for c in row.cells] == [c.box for row in expected.rows for c in row.cells]


def test_a_sideways_table_on_a_page_shown_turned(read: Reader) -> None:
    """A landscape page (/Rotate 90) whose text runs up the unrotated page is read as a viewer shows it."""
    book = Book()
    pen = book.page(90)
    pen.prose(90, 6, 100, 700)
    pen.write(HEIGHT / 2, 200, "Table 1: Gauge readings.", 10, "c")
    PLAIN.draw(pen, 210, HEIGHT / 2 - PLAIN.width / 2)
    book.finish()
    book.document[0].set_rotation(90)
    (table,) = read(book).tables

    assert texts(table) == [HEAD, *BODY]
    assert_boxes_hold_their_words(book, table)


# Tables over two pages


@pytest.mark.parametrize("again", [True, False])
def test_a_table_goes_on_on_the_next_page(read: Reader, again: bool) -> None:
    """Its rows follow, a header that is printed again is left out, pages and the second box are told."""
    names = [f"Gauge {i}" for i in range(40)]
    rows = [[name, f"{i}.5", f"{i + 10}.2", f"0.{i:02d}"] for i, name in enumerate(names)]
    widths = Grid([HEAD, *rows]).column_widths()
    book = Book()
    pen = book.page()
    y = pen.prose(90, 24)
    pen.write(LEFT, y + 14, "Table 1: Gauge readings.", 10)
    Grid([LINE, HEAD, LINE, *rows[:25], LINE], widths=widths).draw(pen, y + 22)
    pen = book.page()
    top = [LINE, HEAD, LINE] if again else [LINE]
    y = Grid([*top, *rows[25:], LINE], widths=widths).draw(pen, 82)
    pen.prose(y + 30, 20)
    tables = read(book).tables

    assert [table.number for table in tables] == ["1"]
    assert texts(tables[0]) == [HEAD, *rows]
    assert [row.page or tables[0].page for row in tables[0].body] == [1] * 25 + [2] * 15
    assert [part.page for part in tables[0].continued] == [2]
    assert close(tables[0].continued[0].box, (tables[0].box[0], 82, tables[0].box[2], y), 4)


# What cannot be read


def test_a_table_without_a_grid_says_so(read: Reader) -> None:
    """A caption over a picture of a table: no rows, confidence 0, a reason, and the caption is kept."""
    book = Book()
    pen = book.page()
    y = pen.prose(90, 10)
    pen.write(LEFT, y + 14, "Table 1: Gauge readings.", 10)
    grey = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 60, 20), 0)
    grey.clear_with(128)
    pen.page.insert_image((LEFT, y + 22, RIGHT, y + 150), pixmap=grey, keep_proportion=False)
    pen.prose(y + 180, 10)
    (table,) = read(book).tables

    assert (table.number, table.caption, table.page) == ("1", "Table 1: Gauge readings.", 1)
    assert (table.rows, table.confidence) == ((), 0.0)
    assert len(table.reasons) == 1


def test_running_text_between_rules_is_no_table(read: Reader) -> None:
    """Prose in a box under a table's caption gives no grid of its words."""
    book = Book()
    pen = book.page()
    y = pen.prose(90, 10)
    pen.write(LEFT, y + 14, "Table 1: The instructions that the readers of the gauge were given.", 10)
    pen.rule(LEFT, RIGHT, y + 24)
    end = pen.prose(y + 38, 5)
    pen.rule(LEFT, RIGHT, end)
    pen.prose(end + 30, 10)
    (table,) = read(book).tables

    assert not table.rows
    assert table.confidence == 0
    assert table.reasons


def test_mentions_of_tables_are_no_tables(read: Reader) -> None:
    """Running text that begins with `Table 7 shows` makes none."""
    book = Book()
    pen = book.page()
    y = pen.prose(90, 10)
    pen.write(LEFT, y, "Table 7 shows that the gauge was dry, and the next one tells why that was so in", 10)
    pen.prose(y + 12, 10)

    assert [table.number for table in read(book).tables if table.rows] == []


# Boxes


def assert_boxes_hold_their_words(book: Book, table: Table) -> None:
    """Check against the page's own text layer that each box holds the glyphs of its cell and no others."""
    with pymupdf.open(book.path) as document:
        page = document[table.page - 1]
        page.set_rotation(0)
        raw = page.get_text("rawdict")
    glyphs = [
        (c["c"], [(c["bbox"][0] + c["bbox"][2]) / 2, (c["bbox"][1] + c["bbox"][3]) / 2])
        for block in raw["blocks"]
        for line in block.get("lines", ())
        for span in line["spans"]
        for c in span["chars"]
        if not c["c"].isspace()
    ]
    for row in table.rows:
        for one_cell in row.cells:
            if one_cell.box is None:
                assert one_cell.text == ""
                continue
            x0, y0, x1, y1 = one_cell.box
            held = sorted(c for c, (x, y) in glyphs if x0 < x < x1 and y0 < y < y1)
            assert held == sorted(re.sub(r"[\s_^]", "", one_cell.text)), one_cell.text


def test_each_box_holds_its_words_and_no_others(read: Reader) -> None:
    """In a table with spans, groups, scripts, spreads and wrapped cells, by the page's own glyphs."""
    rows = [
        LINE, ["Model", Wide("Dev", 2), Wide("Test", 2)], UNDER, ["", "Acc.", "F1", "Acc.", "F1"], LINE,
        [Wide("<i>Small</i>", 5, "l")],
        ["Aster with\nmany gates", "91.2 ± 0.3", "88.0<sub>0.4</sub>", "<b>90.1</b>", "87.3"],
        ["Birch", "81.4", "", "–", "76.5<sup>*</sup>"], ["Cedar", Wide("70.0", 4)], ["Dune", Wide("60.0", 4)], LINE,
    ]  # fmt: skip
    book = Book()
    plain_page(book.page(), 1, Grid(rows))
    (table,) = read(book).tables

    assert len(table.rows) == 7
    assert_boxes_hold_their_words(book, table)
    x0, y0, x1, y1 = table.box
    boxes = [c.box for row in table.rows for c in row.cells if c.box]
    assert all(x0 - 1 <= b[0] and y0 - 1 <= b[1] and b[2] <= x1 + 1 and b[3] <= y1 + 1 for b in boxes)


def test_places_and_spans_of_cells_agree_with_the_grid(one: One) -> None:
    """A cell stands at each place that it says it covers, and nowhere else; all rows are equally long."""
    table = one(
        Grid([LINE, ["Model", Wide("Dev", 2), Wide("Test", 2)], UNDER, ["", "Acc.", "F1", "Acc.", "F1"], LINE,
              [Wide("Small ones", 5, "c")], ["Aster", "91.2", "88.0", "90.1", "87.3"], ["Birch", *["1.0"] * 4], LINE])
    )  # fmt: skip

    assert len({len(row.cells) for row in table.rows}) == 1
    for i, row in enumerate(table.rows):
        for j, found in enumerate(row.cells):
            assert found.row <= i < found.row + found.rows
            assert found.column <= j < found.column + found.columns
            assert cell(table, found.row, found.column) == found


def test_columns_that_may_have_run_together_lower_the_confidence(one: One) -> None:
    """Many cells with three numbers each are read, and doubted."""
    rows = [[name, "1.5 2.5 3.5".replace(" ", "/"), "7.5/8.5/9.5"] for name in ("Aster", "Birch", "Cedar")]
    table = one(Grid([LINE, ["Model", "All", "Some"], LINE, *rows, LINE]))

    assert 0 < table.confidence < one(PLAIN).confidence
    assert table.reasons


# Any grid

_NAME = st.sampled_from("Aster Birch Cedar Dune Elm Fjord Glade Heron Iris Juniper".split())
_NUMBER = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda n: f"{n[0]}.{n[1]:02d}")


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """A grid with names at the left and on top, numbers inside, and clear gutters."""
    columns, rows = draw(st.integers(2, 7)), draw(st.integers(2, 8))
    head = ["Model", *(f"Task {chr(65 + i)}" for i in range(columns))]
    body = [[f"{draw(_NAME)} {i}", *(draw(_NUMBER) for _ in range(columns))] for i in range(rows)]
    ruled = draw(st.sampled_from(["booktabs", "all", "walls"]))
    lines = [x for row in body for x in (row, LINE)][:-1] if ruled != "booktabs" else body
    return Grid(
        [LINE, head, LINE, *lines, LINE],
        aligns="l" + draw(st.sampled_from("lcr")) * columns,
        gap=draw(st.floats(8, 20)),
        size=draw(st.sampled_from([7.0, 8.0, 9.0, 10.0])),
        leading=draw(st.sampled_from([1.2, 1.35, 1.5])),
        walls=ruled == "walls",
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grid=grids())
def test_any_grid_with_clear_gutters_comes_out_exactly(one: One, grid: Grid) -> None:
    """Whatever the numbers, sizes, alignment and rules: the texts are those that were drawn."""
    table = one(grid)

    assert texts(table) == [row for row in grid.rows if row != LINE]
    assert kinds(table) == "H" + "D" * (len(table.rows) - 1)


def test_a_name_in_the_middle_of_three_levels_stands_for_all(one: One) -> None:
    """A label printed once, level with the middle names, is in each of the header rows."""
    top, middle = ["", Wide("Base size", 4)], ["Model", Wide("Dev", 2), Wide("Test", 2)]
    low, row = ["", "Acc.", "F1", "Acc.", "F1"], ["Aster", "91.2", "88.0", "71.2", "68.0"]
    table = one(Grid([LINE, top, UNDER, middle, UNDER, low, LINE, row, LINE]))

    assert [line[0] for line in texts(table)] == ["Model", "Model", "Model", "Aster"]


def test_rows_and_section_names_below_the_last_rule_belong_to_the_table(one: One) -> None:
    """Rules stand between the sections only: the last section, with its name, has none below it."""
    parts = [HEAD, LINE, *BODY, LINE, ["Dune", "61.2", "60.8", "0.61"], LINE, ["Ablations", "", "", ""]]
    table = one(Grid([*parts, ["Elm", "51.2", "50.8", "0.71"], ["Fern", "41.2", "40.8", "0.81"]]))

    assert [row[0] for row in texts(table)] == ["Model", "Aster", "Birch", "Cedar", "Dune", "Ablations", "Elm", "Fern"]
