"""Formulas set apart from the text, on rows made by hand."""

from __future__ import annotations

import pytest

from paperlab.pdf.formulas import with_formulas
from paperlab.pdf.page_text import Row

LINE = "words that fill the line from its left edge to its right one"


def row(text: str, x0: float, y: float, *, x1: float = 0, size: float = 10, math: float = 0.0) -> Row:
    """Return a printed line or a piece of one, `y` being its top."""
    box = (x0, y, x1 or x0 + 5 * len(text), y + size)
    return Row(text, box, box, size, bold=False, italic=False, page=1, block=0, upright=True, math=math)


def prose(top: float, lines: int = 4) -> list[Row]:
    """Return a paragraph in a column from 72 to 372."""
    return [row(f"{LINE} {i}", 72, top + 12 * i, x1=372) for i in range(lines)]


def formulas(rows: list[Row]) -> list[str]:
    """Return what was marked as a formula."""
    return [r.text for r in with_formulas(rows, 10) if r.formula]


def test_a_formula_with_its_number_is_one_row() -> None:
    """Pieces left and right come together with the number; the text around them stays as it was."""
    rows = [
        *prose(100),
        row("y = f(x) +", 150, 158, math=0.6),
        row("g(x)", 210, 158),
        row("(3)", 357, 158),
        *prose(178),
    ]
    result = with_formulas(rows, 10)

    assert [r.text for r in result if r.formula] == ["y = f(x) + g(x) (3)"]
    assert [r.text for r in result if not r.formula] == [r.text for r in rows if LINE in r.text]
    assert next(r.box for r in result if r.formula) == (150, 158, 372, 168)


def test_limits_and_fractions_are_read_where_they_stand() -> None:
    """What stands above comes before what stands below, small limits belong to their sum."""
    rows = [
        *prose(100),
        row("p(a) =", 150, 162),
        row("X", 185, 160, size=14, math=1),
        row("i=1", 184, 175, size=7, x1=194),
        row("u + v", 205, 156),
        row("w", 215, 168),
        *prose(190),
    ]

    assert formulas(rows) == ["p(a) = X i=1 u + v w"]


def test_lines_of_an_array_are_rows_of_their_own() -> None:
    """Two formulas one below the other are two rows, in order."""
    rows = [*prose(100), row("a = b + c", 150, 158), row("d = e − f", 150, 174), *prose(192)]

    assert formulas(rows) == ["a = b + c", "d = e − f"]


@pytest.mark.parametrize(
    "text",
    [
        "We compare n = {3, 5}, leading to 20",
        "layers=11, d=1024 222M 24.90 24.96",
        "Large Model (d=0.1) 82.9 83.5",
        "https://example.org/?id=abc=1",
        "• class is wrong, IOU > .1 = bad",
        "Table 3: x = y + z",
    ],
)
def test_text_and_tables_are_no_formulas(text: str) -> None:
    """Sentences with signs in them, rows of tables, addresses, list items and captions stay what they are."""
    assert formulas([*prose(100), row(text, 84, 158), *prose(178)]) == []


def test_signs_within_a_line_of_text_stay_there() -> None:
    """A raised or lowered piece at the height of a line of text belongs to that line."""
    text = prose(100)
    text[1] = row(LINE, 72, 112, x1=300)

    assert formulas([*text, row("x = y^2", 302, 110, math=1), *prose(160)]) == []


def test_the_short_last_line_of_a_paragraph_is_no_formula() -> None:
    """At the left edge, right below a line of text, even `x = y + z.` ends a sentence."""
    assert formulas([*prose(100), row("x = y + z.", 72, 148), *prose(172)]) == []


def test_figures_far_from_text_are_left_alone() -> None:
    """Labels of a figure say `a = b`, too, but no text stands next to them."""
    assert formulas([*prose(100), row("r = 4 + s", 150, 250), *prose(350)]) == []
