"""The benchmark's scores count what they say they count."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from paperlab.types import Cell, Panel, RowKind, Table, TableRow, Value

sys.path.append(str(Path(__file__).parents[1]))

from benchmarks.scoring import (
    TableScore,
    aligned,
    candidates,
    compare_numbers,
    same_number,
    score_boxes,
    score_table,
    total,
    worst_quarter,
)
from benchmarks.spots import fold, gold_spots, iou, pair, table_spots
from benchmarks.table_peers import PeerGrid, as_table, markdown_grid, variants
from benchmarks.typeset_tables import make_table, tabular

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = {"h": RowKind.HEADER, "d": RowKind.DATA, "g": RowKind.GROUP}
NAMES = {"h": "header", "d": "data", "g": "group", "m": "midheader", "s": "setuprow"}
BOX = (100.0, 100.0, 300.0, 200.0)


def value_of(text: str) -> tuple[Value, ...]:
    head = text.split("±", maxsplit=1)[0]
    try:
        spread = float(text.split("±")[1]) if "±" in text else None
        return (Value(head, float(head), spread),)
    except ValueError:
        return ()


def ours(kinds: str, rows: Sequence[Sequence[str]], *, labels: int = 1, **more: Any) -> Table:
    """Build a table as our reader gives it; `kinds` has a letter for each row."""
    lines = []
    for r, (kind, row) in enumerate(zip(kinds, rows, strict=True)):
        cells = [Cell(text, None, values=value_of(text), row=r, column=c) for c, text in enumerate(row)]
        lines.append(TableRow(KINDS[kind], tuple(cells)))
    table = Table("1", "Table 1: Scores.", 3, BOX, tuple(lines), label_columns=labels)
    return replace(table, **more)


def gold(kinds: str, rows: Sequence[Sequence[str]], *, labels: int = 1, **more: Any) -> dict[str, Any]:
    """Build a gold table; each number of its body is a claim."""
    known = {
        "page": 3,
        "number": "1",
        "bbox": list(BOX),
        "grid": [list(row) for row in rows],
        "row_kinds": [NAMES[kind] for kind in kinds],
        "header_cols": labels,
        "claims": [
            {"value": v.printed, "value_num": v.number, "spread": text.split("±")[1] if "±" in text else None,
             "bold": False, "cell": [r, c]}
            for r, row in enumerate(rows) if kinds[r] in "ds"
            for c, text in enumerate(row) if c >= labels
            for v in value_of(text)
        ],
    }  # fmt: skip
    return {**known, **more}


SMALL = [["Model", "Recall", "Precision"], ["Base", "81.2", "79.9"], ["Large", "84.0±0.3", "-"]]


def test_the_same_table_scores_full_marks() -> None:
    """A table that is the gold's scores 1 in cells, places and numbers, and has nothing to tell."""
    score = score_table("t", gold("hdd", SMALL), [ours("hdd", SMALL)])
    assert (score.f1, score.gold_cells, score.our_cells) == (1.0, 4, 4)
    assert (score.claims, score.recalled, score.given, score.wrong) == (3, 3, 3, 0)
    assert (score.same_places, score.places, score.same_shape) == (9, 9, 1)
    assert score.found
    assert score.misses == []


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Adpt^D", "AdptD"),
        ("RoB_{base}", "robbase"),
        ("—", "-"),
        ("−1.5", "-1.5"),
        ("ﬁne – tuned", "FINE-tuned"),
        ("‘so’", "'so'"),
        ("2.3·10^19", "2.3 ⋅ 1019"),
        ("Not achieved∗", "not achieved *"),
    ],
)
def test_texts_that_print_alike_are_equal(a: str, b: str) -> None:
    """Case, white space, kinds of dash, quote and dot, and script marks do not tell texts apart."""
    assert fold(a) == fold(b)


@pytest.mark.parametrize(("a", "b"), [("1.5", "15"), ("-1.5", "1.5"), ("84.0±0.3", "84.0"), ("", "-")])
def test_texts_that_differ_stay_apart(a: str, b: str) -> None:
    """A lost point, sign, spread or dash is a difference."""
    assert fold(a) != fold(b)


def test_swapped_columns_are_wrong() -> None:
    """Right texts under the wrong headers count for nothing."""
    swapped = [[row[0], row[2], row[1]] if i else row for i, row in enumerate(SMALL)]
    score = score_table("t", gold("hdd", SMALL), [ours("hdd", swapped)])
    assert score.right == 0
    assert score.recalled == 0
    assert score.wrong == 3


def test_swapped_rows_are_wrong() -> None:
    """Right texts beside the wrong labels count for nothing."""
    swapped = [SMALL[0], ["Large", *SMALL[1][1:]], ["Base", *SMALL[2][1:]]]
    assert score_table("t", gold("hdd", SMALL), [ours("hdd", swapped)]).right == 0


def test_extra_cells_cost_precision() -> None:
    """Every further cell of ours lowers F1, and a number in it is a wrong number."""
    more = [*SMALL, ["Page", "12", ""]]
    score = score_table("t", gold("hdd", SMALL), [ours("hddd", more)])
    assert (score.right, score.our_cells, score.wrong) == (4, 5, 1)
    assert score.f1 == pytest.approx(8 / 9)


def test_each_cell_counts_once() -> None:
    """Two equal gold cells need two cells of ours."""
    rows = [["Model", "Recall"], ["Base", "81.2"], ["Base", "81.2"]]
    assert score_table("t", gold("hdd", rows), [ours("hd", rows[:2])]).right == 1
    assert score_table("t", gold("hdd", rows), [ours("hdd", rows)]).right == 2


def test_a_wrong_spread_is_a_wrong_number() -> None:
    """The value alone is not enough where the gold has a spread, nor a spread where it has none."""
    rows = [SMALL[0], ["Base", "81.2±0.1", "79.9"], ["Large", "84.0", "-"]]
    score = score_table("t", gold("hdd", SMALL), [ours("hdd", rows)])
    assert (score.recalled, score.wrong) == (1, 2)


@pytest.mark.parametrize(
    ("printed", "number", "fits"),
    [("0.10", 0.1, True), (".10", 0.1, False), ("0.1", 0.1, False), ("0.10", 0.2, False), ("-0.10", -0.1, False)],
)
def test_a_number_fits_by_digits_and_size(*, printed: str, number: float, fits: bool) -> None:
    """Digits and sign must be the claim's."""
    claim = {"value": "0.10", "value_num": 0.1, "spread": None}
    assert same_number(claim, Value(printed, number)) is fits


def test_powers_of_ten_are_compared_as_printed() -> None:
    """Floats that differ in the last bit alone are equal; a spread is compared as a number."""
    claim = {"value": "2.3·10^19", "value_num": 2.3e19, "spread": ".10"}
    assert same_number(claim, Value("2.3·10^19", 2.3 * 10**19, 0.1))


def test_a_header_broken_over_rows_is_the_same_path() -> None:
    """One header over two lines reads the same as two header rows, either way round."""
    one = [["Model", "Test accuracy"], ["Base", "81.2"]]
    two = [["Model", "Test"], ["", "accuracy"], ["Base", "81.2"]]
    assert score_table("t", gold("hd", one), [ours("hhd", two)]).right == 1
    assert score_table("t", gold("hhd", two), [ours("hd", one)]).right == 1
    assert score_table("t", gold("hd", one), [ours("hhd", two)]).same_shape == 0


def test_a_middle_header_names_the_rows_below_it() -> None:
    """The nearest header inside the table is part of the path, and only for the rows below it."""
    rows = [["Model", "Size"], ["Base", "12"], ["", "Depth"], ["Large", "24"]]
    paths = [spot.columns for spot in gold_spots(gold("hdmd", rows))]
    assert paths == [("size",), ("size", "depth")]
    assert [spot.columns for spot in table_spots([ours("hdhd", rows)])] == paths


def test_a_section_row_is_a_label_and_no_cell() -> None:
    """A section label belongs to the rows below it up to the next, and is not counted as cells."""
    rows = [["Model", "Size"], ["Old", "Old"], ["Base", "12"], ["New", "New"], ["Base", "24"]]
    assert [spot.rows for spot in table_spots([ours("hgdgd", rows)])] == [("old", "base"), ("new", "base")]
    assert score_table("t", gold("hgdgd", rows), [ours("hgdgd", rows)]).gold_cells == 2


def test_a_label_that_spans_columns_is_no_body_cell() -> None:
    """A row label over three columns is repeated there, and its repeats are not scored."""
    rows = [["Method", "Method", "Error"], ["Plain net", "Plain net", "9.1"], ["Deep", "19", "8.4"]]
    assert [spot.shown for spot in gold_spots(gold("hdd", rows))] == ["9.1", "19", "8.4"]
    table = ours("hdd", rows)
    wide = tuple(replace(cell, columns=2, column=0) for cell in table.rows[1].cells[:2])
    spanning = replace(table.rows[1], cells=(*wide, table.rows[1].cells[2]))
    table = replace(table, rows=(table.rows[0], spanning, table.rows[2]))
    assert [spot.shown for spot in table_spots([table])] == ["9.1", "19", "8.4"]


def test_equal_numbers_beside_a_numeric_label_are_cells() -> None:
    """A label that is a number does not swallow an equal value beside it."""
    assert len(gold_spots(gold("hd", [["Layers", "Error"], ["7", "7"]]))) == 1


def test_panels_have_their_own_headers() -> None:
    """In a float of several grids a cell's path stays within its own grid."""
    first, second = [["Model", "A"], ["Base", "1.0"]], [["Model", "B"], ["Base", "2.0"]]
    parts = [gold("hd", grid) for grid in (first, second)]
    claims = [{**claim, "panel": i} for i, part in enumerate(parts) for claim in part["claims"]]
    whole = gold("hdhd", [*first, *second], panels=parts, claims=claims)
    panels = (Panel(0, 2, BOX), Panel(2, 4, BOX))
    assert [spot.columns for spot in table_spots([ours("hdhd", [*first, *second], panels=panels)])] == [("a",), ("b",)]
    score = score_table("t", whole, [ours("hdhd", [*first, *second], panels=panels)])
    assert (score.right, score.gold_cells, score.recalled) == (2, 2, 2)


def test_a_dash_among_the_labels_is_left_out() -> None:
    """The last label that says something must be ours; a dash says nothing."""
    rows = [["Task", "Split", "Score"], ["Mean", "-", "7.0"]]
    theirs = gold("hd", rows, labels=2)
    assert score_table("t", theirs, [ours("hd", [rows[0], ["Mean", "dev", "7.0"]], labels=2)]).right == 1
    assert score_table("t", theirs, [ours("hd", [rows[0], ["Sum", "-", "7.0"]], labels=2)]).right == 0


def test_pairing_finds_the_largest() -> None:
    """A greedy choice is undone where it stands in another's way."""
    fits = {("a", 1), ("a", 2), ("b", 1), ("c", 2), ("c", 3)}
    assert len(pair(["a", "b", "c"], [1, 2, 3], lambda x, y: (x, y) in fits, lambda *_: 0)) == 3


def test_tables_of_the_place_are_taken() -> None:
    """A table is scored against what stands in its box; without a box, against its number."""
    near, far = ours("hdd", SMALL), ours("hdd", SMALL, box=(100.0, 400.0, 300.0, 500.0), number="2")
    other_page = ours("hdd", SMALL, page=4)
    assert candidates(gold("hdd", SMALL), [far, near, other_page]) == [near]
    assert candidates(gold("hdd", SMALL, bbox=None, number="2"), [far, near, other_page]) == [far]


def test_found_needs_the_box() -> None:
    """A table in the wrong region is read but not found; no table is neither."""
    half = ours("hdd", SMALL, box=(100.0, 100.0, 300.0, 150.0))
    score = score_table("t", gold("hdd", SMALL), [half])
    assert score.iou == pytest.approx(0.5)
    assert not score.found
    assert score.f1 == 1.0
    nothing = score_table("t", gold("hdd", SMALL), [])
    assert (nothing.f1, nothing.found, nothing.recalled, nothing.claims) == (0.0, False, 0, 3)
    assert iou(BOX, BOX) == pytest.approx(1.0)


def test_rows_are_aligned_around_a_missing_one() -> None:
    """A lost row costs its own places alone."""
    short = [SMALL[0], SMALL[2]]
    score = score_table("t", gold("hdd", SMALL), [ours("hd", short)])
    assert (score.same_places, score.places, score.same_shape) == (6, 9, 0)
    assert aligned(SMALL, short) == [(0, 0), (2, 1)]


def test_cell_boxes_are_held_against_the_glyphs() -> None:
    """A box is right when it holds its own text's glyphs, and no other's."""
    table = ours("hd", [["", "Recall"], ["Base", "81"]])
    label, cell = table.rows[1].cells
    glyphs = [(110 + 4 * i, 150.0, c) for i, c in enumerate("Base")] + [(205.0, 150.0, "8"), (210.0, 150.0, "1")]
    boxes = [((108, 145, 124, 155), (203, 145, 212, 155)), ((108, 145, 124, 155), (203, 145, 207, 155)),
             ((108, 145, 207, 155), (203, 145, 212, 155)), ((108, 145, 124, 155), None)]  # fmt: skip
    right = []
    for first, second in boxes:
        row = replace(table.rows[1], cells=(replace(label, box=first), replace(cell, box=second)))
        score = TableScore("t")
        score_boxes(score, [replace(table, rows=(table.rows[0], row))], glyphs)
        right.append((score.boxes_right, score.boxes))
    assert right == [(2, 2), (1, 2), (1, 2), (1, 2)]


def test_healed_hyphens_and_accents_are_no_fault_of_a_box() -> None:
    """Line-end hyphens, ligatures and loose accents may differ between a cell's text and its glyphs."""
    cell = Cell("Kölner finetune", (100.0, 100.0, 200.0, 120.0), row=1, column=0)
    table = replace(ours("h", [["A"]]), rows=(TableRow(RowKind.DATA, (cell,)),))
    score = TableScore("t")
    score_boxes(score, [table], [(150.0, 110.0, c) for c in "K¨olner ﬁne-tune"])
    assert (score.boxes_right, score.boxes) == (1, 1)


def test_numbers_found_missed_and_invented() -> None:
    """Captions without a table are missed; a table without a caption, or a second of one number, is invented."""
    tables = [ours("hdd", SMALL, number=n) for n in ("1", "iv", "1", "")]
    numbers = compare_numbers(tables, ["1", "IV", "A.2"])
    assert numbers.found == ("1", "IV")
    assert numbers.missed == ("A.2",)
    assert numbers.invented == ("1 (page 3)", "? (page 3)")


def test_totals_are_sums_and_the_worst_quarter_is_a_mean() -> None:
    """F1 over all tables weighs cells; the worst quarter weighs tables."""
    scores = [TableScore(str(i), gold_cells=10, our_cells=10, right=i) for i in range(5)]
    assert total(scores).right == 10
    assert total(scores).f1 == pytest.approx(0.2)
    assert worst_quarter(scores) == pytest.approx(0.05)


def test_peers_grids_become_tables() -> None:
    """Covered places take the text that covers them, and each depth of header is tried."""
    grid = PeerGrid(3, BOX, [["Model", "Score", None], [None, "A", "B"], ["Base", "1\n.5", "2"], [None, "3", "4"]])
    table = as_table(grid, 2, 1)
    assert [cell.text for cell in table.rows[0].cells] == ["Model", "Score", "Score"]
    assert [cell.text for cell in table.rows[3].cells] == ["Base", "3", "4"]
    assert len(table.header) == 2
    assert len(list(variants([grid]))) == 9


def test_markdown_tables_lose_their_marks() -> None:
    """Emphasis, line breaks and the rule below the header are no part of the cells."""
    text = "|Model|Recall<br>(dev)|\n|---|:---:|\n|_Base_ x_1|**81.2**|\n\nProse."
    assert markdown_grid(text) == [["Model", "Recall (dev)"], ["Base x_1", "81.2"]]


@pytest.mark.parametrize("seed", range(40))
def test_made_up_tables_know_their_numbers(seed: int) -> None:
    """A made-up table's grid is rectangular, its numbers stand where it says, and it scores full marks on itself."""
    made = make_table(random.Random(seed), most_columns=9, most_rows=12)
    assert {len(row) for row in made.grid} == {len(made.aligns)}
    assert made.kinds[0] == "header"
    for claim in made.claims:
        row, column = claim["cell"]
        assert claim["value"] in made.grid[row][column]
        assert (claim["spread"] or "") in made.grid[row][column]
    truth = {"page": 3, "number": "1", "grid": made.grid, "row_kinds": made.kinds, "header_cols": made.labels}
    letter = {"header": "h", "midheader": "h", "data": "d", "group": "g"}
    table = ours("".join(letter[kind] for kind in made.kinds), made.grid, labels=made.labels)
    score = score_table("t", truth, [table])
    assert score.right == score.gold_cells == score.our_cells > 0
    assert score.same_places == score.places


def test_made_up_tables_are_the_same_for_a_seed() -> None:
    """The same seed prints the same LaTeX, another one another."""
    texts = [tabular(make_table(random.Random(seed), most_columns=5, most_rows=9)) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]
