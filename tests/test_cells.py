"""The cell of a table that a question asks for."""

from __future__ import annotations

import pytest

from paperlab.ask.cells import CellMatch, asked, best_cells
from paperlab.ask.questions import understand
from paperlab.types import Cell, Panel, RowKind, Table, TableRow
from paperlab.values import parse_values

H, D, G = RowKind.HEADER, RowKind.DATA, RowKind.GROUP
Row = tuple[RowKind, list[str]]


def make(*rows: Row, caption: str = "Readings of gauges.", labels: int = 1, panels: tuple[Panel, ...] = ()) -> Table:
    """Return a table; equal neighbours in a header or group row are one spanning cell."""
    made = []
    for i, (kind, texts) in enumerate(rows):
        cells: list[Cell] = []
        while len(cells) < len(texts):
            j = len(cells)
            text, span = texts[j], 1
            while kind is not D and text and texts[j : j + span + 1] == [text] * (span + 1):
                span += 1
            box = (10.0 * j, 10.0 * i, 10.0 * (j + span) - 1, 10.0 * i + 8) if text else None
            values = parse_values(text) if kind is D and j >= labels else ()
            cells += [Cell(text, box, values=values, row=i, column=j, columns=span)] * span
        made.append(TableRow(kind, tuple(cells)))
    return Table("1", f"Table 1: {caption}", 1, (0, 0, 100, 100), tuple(made), label_columns=labels, panels=panels)


READERS = make(
    (H, ["Reader", "Depth", "Fold", "Accuracy (%)", "Accuracy (%)", "Loss"]),
    (H, ["", "", "", "Dawn", "Noon", ""]),
    (G, ["Clean photographs"] * 6),
    (D, ["Baseline", "18", "no", "81.4", "83.9", "0.44"]),
    (D, ["LarchNet", "18", "yes", "91.2 ± 0.3", "93.3 ± 0.1", "0.31"]),
    (D, ["LarchNet", "34", "yes", "92.6 ± 0.2", "94.7 ± 0.1", "0.27"]),
    (G, ["Foggy photographs"] * 6),
    (D, ["Baseline", "18", "no", "63.9", "66.1", "0.83"]),
    (D, ["LarchNet", "18", "yes", "74.5 ± 0.7", "76.2 ± 0.5", "0.61"]),
    (D, ["LarchNet", "34", "yes", "77.8 ± 0.6", "", "0.58"]),
)


def cells(question: str, table: Table, about: str = "", limit: int = 3) -> list[CellMatch]:
    return best_cells(asked(question, understand(question).words, lambda _word: 1.0), table, about, limit)


def best(question: str, table: Table = READERS, about: str = "") -> str:
    return cells(question, table, about)[0].cell.text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is the loss of the baseline on clean photographs?", "0.44"),
        ("What is the loss of the baseline on foggy photographs?", "0.83"),
        ("Which accuracy does the baseline reach at noon on clean photographs?", "83.9"),
        ("Which accuracy does the baseline reach at dawn on foggy photographs?", "63.9"),
        ("What loss does LarchNet of depth 34 have on clean photographs?", "0.27"),
        ("What loss does LarchNet of depth 18 have on clean photographs?", "0.31"),
        ("Which accuracy does LarchNet of depth 18 reach at dawn on foggy photographs?", "74.5 ± 0.7"),
        ("Which accuracy does LarchNet of depth 34 reach at dawn on foggy photographs?", "77.8 ± 0.6"),
        ("How high is LARCHNET's loss at depth 34 on foggy photographs?", "0.58"),
    ],
)
def test_row_section_column_and_settings_choose_the_cell(question: str, text: str) -> None:
    """Rows of one name are told apart by the section they stand in and by their settings."""
    assert best(question) == text


def test_a_match_names_row_and_column() -> None:
    """Outermost label first: the section before the row, the upper header before the lower."""
    match = cells("On foggy photographs, which accuracy does the baseline reach at noon?", READERS)[0]

    assert (match.cell.text, match.row_label) == ("66.1", "Foggy photographs › Baseline")
    assert match.column_label == "Accuracy (%) › Noon"
    assert match.table is READERS
    assert READERS.rows[match.row].cells[match.column] is match.cell


def test_rows_of_one_name_are_told_apart_by_what_was_asked() -> None:
    """The setting that decided is told with the row, as its column heads it."""
    match = cells("What loss does LarchNet of depth 34 have on foggy photographs?", READERS)[0]

    assert match.cell.text == "0.58"
    assert match.row_label.startswith("Foggy photographs › LarchNet")
    assert "Depth 34" in match.row_label
    assert "18" not in match.row_label


def test_better_cells_come_first_and_no_more_than_asked_for() -> None:
    """Scores fall, are at most 1, and say what rows and columns cover of the question."""
    found = cells("What is the loss of LarchNet on foggy photographs?", READERS, limit=5)
    scores = [match.score for match in found]

    assert len(found) == 5
    assert scores == sorted(scores, reverse=True)
    assert all(match.score <= 1.0 for match in found)
    assert all(0.0 <= share <= 1.0 for match in found for share in (match.row_share, match.column_share))
    assert len(cells("What is the loss of LarchNet?", READERS, limit=1)) == 1


def test_a_cell_that_is_named_whole_fits_better_than_one_that_is_not() -> None:
    """A question about something else leaves the table below one that its labels answer."""
    near = cells("What is the loss of the baseline on clean photographs?", READERS)[0]
    far = cells("How many people live below the weir of the village?", READERS)

    assert not far or far[0].score < near.score / 2


def test_only_cells_with_numbers_are_found() -> None:
    """Neither labels and headers nor blank cells and words."""
    every = cells("What is the fold of LarchNet of depth 34 on foggy photographs at noon?", READERS, limit=100)

    assert every
    assert all(match.cell.values for match in every)
    assert all(match.column >= 1 and READERS.rows[match.row].kind is D for match in every)


def test_a_number_of_the_question_is_not_its_answer() -> None:
    """What was given as a setting is no cell that was asked for."""
    found = cells("What is the depth 18 loss of the baseline?", READERS, limit=100)

    assert "18" not in [match.cell.text for match in found]


@pytest.mark.parametrize(
    ("head", "question"),
    [
        ("Acc.", "Which accuracy does Birch reach?"),
        ("WER", "Which word error rate does Birch reach?"),
        ("PPL", "Which perplexity does Birch reach?"),
        ("Accuracy", "Which acc does Birch reach?"),
        ("Errors", "Which error does Birch make?"),
    ],
)
def test_labels_may_be_shortened(head: str, question: str) -> None:
    """By their end, their middle, or to their initials; plurals are the same word."""
    table = make((H, ["Reader", "Cost", head]), (D, ["Alder", "1.5", "61.2"]), (D, ["Birch", "2.5", "72.3"]))

    assert best(question, table) == "72.3"


def test_a_word_is_not_taken_for_initials() -> None:
    """`no` in a cell does not stand for `noon on`: no setting is told that the question does not name."""
    match = cells("Which accuracy does the baseline reach at noon on foggy photographs?", READERS)[0]

    assert (match.cell.text, match.row_label) == ("66.1", "Foggy photographs › Baseline")


def test_language_codes_head_columns() -> None:
    """As in tables of translations."""
    table = make((H, ["System", "de", "fr"]), (D, ["Alder", "21.5", "31.2"]), (D, ["Birch", "22.5", "32.3"]))

    assert best("How well does Birch translate into German?", table) == "22.5"
    assert best("How well does Alder translate into French?", table) == "31.2"


def test_citations_in_labels_name_nothing() -> None:
    """Neither brackets nor authors and years weigh against a row."""
    table = make(
        (H, ["Reader", "Loss"]),
        (D, ["Alder [12, 13]", "0.5"]),
        (D, ["Birch (Lovelace et al., 2021)", "0.7"]),
        (D, ["Birch with a lamp", "0.9"]),
    )

    assert best("What is the loss of Alder?", table) == "0.5"
    assert best("What is the loss of Birch?", table) == "0.7"
    assert best("What is the loss of Birch with a lamp?", table) == "0.9"


def test_the_longer_name_is_not_taken_for_the_shorter() -> None:
    """What a label says beyond the question speaks against it, whichever row stands first."""
    rows: list[Row] = [(D, ["LarchNet", "1.5"]), (D, ["LarchNet wide", "2.5"]), (D, ["LarchNet++", "3.5"])]
    for order in (rows, rows[::-1]):
        table = make((H, ["Reader", "Loss"]), *order)

        assert best("What is the loss of LarchNet?", table) == "1.5"
        assert best("What is the loss of LarchNet wide?", table) == "2.5"
        assert best("What is the loss of LarchNet++?", table) == "3.5"


def test_several_label_columns_name_a_row_together() -> None:
    """All leading columns of names count, and are told."""
    table = make(
        (H, ["Reader", "River", "Loss"]),
        (D, ["Alder", "Elbe", "1.5"]),
        (D, ["Alder", "Oder", "2.5"]),
        (D, ["Birch", "Oder", "3.5"]),
        labels=2,
    )
    match = cells("What is the loss of Alder on the Oder?", table)[0]

    assert (match.cell.text, match.row_label, match.column_label) == ("2.5", "Alder › Oder", "Loss")


def test_a_panel_has_its_own_headers() -> None:
    """Of two grids under one caption, the lower is neither headed by the upper nor part of its last section."""
    table = make(
        (H, ["Reader", "Loss"]),
        (G, ["Clean photographs"] * 2),
        (D, ["Alder", "1.5"]),
        (D, ["Birch", "91.5"]),
        panels=(Panel(0, 3, (0, 0, 50, 30)), Panel(3, 4, (0, 30, 50, 40))),
    )
    upper, lower = cells("What is the loss of Alder?", table)[0], cells("What is said of Birch?", table)[0]

    assert (upper.cell.text, upper.row_label, upper.column_label) == ("1.5", "Clean photographs › Alder", "Loss")
    assert (lower.cell.text, lower.row_label, lower.column_label) == ("91.5", "Birch", "")


def test_headers_change_inside_a_table() -> None:
    """The nearest header above a cell names its column."""
    table = make((H, ["Reader", "Loss"]), (D, ["Alder", "1.5"]), (H, ["Reader", "Accuracy"]), (D, ["Birch", "91.5"]))

    assert cells("Which accuracy does Birch reach?", table)[0].column_label == "Accuracy"


def test_caption_and_title_count_for_what_no_label_says() -> None:
    """A table about what is asked fits better than the same table about something else."""
    rows: list[Row] = [(H, ["Reader", "Loss"]), (D, ["Alder", "1.5"])]
    question = "What is the loss of Alder on the Harbour photographs?"
    plain = cells(question, make(*rows))[0].score

    assert cells(question, make(*rows, caption="Loss on the Harbour photographs."))[0].score > plain
    assert cells(question, make(*rows), about="Reading the Harbour photographs")[0].score > plain


@pytest.mark.parametrize("question", ["", "the of and", "?", "How many?"])
def test_a_question_that_says_nothing_fits_nothing_well(question: str) -> None:
    """It is no error, and no row is named by it."""
    assert all(match.row_share == 0.0 for match in cells(question, READERS))


def test_tables_without_cells_have_none() -> None:
    """One that could not be read, one of headers alone, one of words."""
    for table in (make(), make((H, ["Reader", "Loss"])), make((H, ["Reader", "Fold"]), (D, ["Alder", "yes"]))):
        assert cells("What is the loss of Alder?", table) == []
