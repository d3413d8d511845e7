"""What a caption begins with: one grammar for text, tables, figures and reference lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paperlab.pdf.figures.labels import figure_captions
from paperlab.pdf.labels import UNREADABLE, label_of
from paperlab.pdf.tables.finder import find_tables
from paperlab.pdf.tables.sheets import table_number
from paperlab.types import Block, BlockKind, Line

if TYPE_CHECKING:
    from collections.abc import Sequence


def _caption(text: str, top: float = 100.0, kind: BlockKind = BlockKind.CAPTION) -> Block:
    return Block(kind, 1, (), text, (Line(0, (72.0, top, 300.0, top + 10)),))


@pytest.mark.parametrize(
    ("text", "word", "number"),
    [
        ("Table 3: Speeds of all runs", "table", "3"),
        ("TABLE IV. Speeds", "table", "IV"),
        ("Table I shows", "table", "I"),
        ("Tab. A.1 | Speeds", "table", "A.1"),
        ("Table A-1: Speeds", "table", "A-1"),
        ("Table AB1: Speeds", "table", "AB1"),
        ("Table S2 Speeds", "table", "S2"),
        ("Table 1.1.1: Speeds", "table", "1.1.1"),
        ("Table 1-2. Speeds", "table", "1-2"),
        ("Appendix Table 3: Speeds", "table", "3"),
        ("Supplementary Figure 2a: A goat", "figure", "2a"),
        ("Appendix Figure 3: A goat", "figure", "3"),
        ("Extended Data Fig. 4 | A goat", "figure", "4"),
        ("Fig 7. A goat", "figure", "7"),
        ("FIGURE12 — A goat", "figure", "12"),
        ("Algorithm 1 Herding", "algorithm", "1"),
        ("Listing B.2: Herding", "listing", "B.2"),
        ("Scheme 5: Herding", "scheme", "5"),
    ],
)
def test_a_label_says_what_it_names_and_its_number(text: str, word: str, number: str) -> None:
    """Arabic, Roman and appendix numbers in every usual form, after every usual word."""
    label = label_of(text)

    assert label is not None
    assert (label.word, label.number) == (word, number)


@pytest.mark.parametrize(
    "text",
    [
        "Table of contents",
        "Figure it out",
        "Table",
        "Tables 3 and 4 list",
        "Figures 3: A goat",
        "Table ii follows",
        "Table 2024 lists",
        "Figure 3rd",
        "Table Ix",
        "Notable 3: Speeds",
        "the Figure 3: A goat",
        "",
    ],
)
def test_what_only_sounds_like_a_label_is_none(text: str) -> None:
    """A word without a number, a plural, a year, and words that merely hold the letters name nothing."""
    assert label_of(text) is None


@pytest.mark.parametrize(
    ("text", "mark", "closed", "rest"),
    [
        ("Table 3: Speeds", ":", True, "Speeds"),
        ("Table 3. Speeds", ".", True, "Speeds"),
        ("Table 3 | Speeds", "|", True, "Speeds"),
        ("Table 3—Speeds", "—", True, "Speeds"),
        ("Table 3 - Speeds", "-", True, "Speeds"),
        ("Table 3) Speeds", ")", True, "Speeds"),
        ("Table 3", "", True, ""),
        ("Table 3 lists speeds", "", False, "lists speeds"),
        ("Table 3, which lists speeds", ",", False, "which lists speeds"),
        ("Table 3; more follows", ";", False, "more follows"),
        ("Table 3–5 list speeds", "", False, "–5 list speeds"),
        ("Table 3-5 list speeds", "", False, "list speeds"),
    ],
)
def test_a_label_is_closed_by_a_sign_or_the_end(text: str, mark: str, closed: bool, rest: str) -> None:
    """A sign behind the number parts it from the caption; a comma or a range goes on a sentence."""
    label = label_of(text)

    assert label is not None
    assert (label.mark, label.closed, text[label.end :]) == (mark, closed, rest)


def test_a_label_is_looked_for_at_one_place_only() -> None:
    """The offset says where the label must begin; offsets that come back count from the text's beginning."""
    text = "A goat. Figure 2: A sheep"
    label = label_of(text, 8)

    assert label_of(text) is None
    assert label is not None
    assert text[label.end :] == "A sheep"


def test_a_number_without_known_letters_is_still_a_label() -> None:
    """Type without a table of letters hides the number, not that there is a table."""
    label = label_of("Table \ufffd: Speeds of all runs")

    assert label is not None
    assert (label.word, label.number, label.closed) == ("table", UNREADABLE, True)


@pytest.mark.parametrize("number", ["A-1", "AB1", "S2", "1.1.1", "1-2", "IV"])
def test_tables_and_figures_are_numbered_alike(number: str) -> None:
    """A number that a figure may have, a table may have as well."""
    assert table_number(_caption(f"Table {number}: Speeds")) == number
    assert [c.number for c in figure_captions([_caption(f"Figure {number}: A goat")])] == [number]


@pytest.mark.parametrize("text", ["Figure 3) shows a goat", "Figure 3, 4 and 5", "Table 3: Speeds"])
def test_a_figure_in_a_sentence_is_no_caption(text: str) -> None:
    """A parenthesis or a comma behind the number goes on a sentence that names the figure."""
    assert figure_captions([_caption(text)]) == []


def test_figures_without_readable_numbers_are_all_kept() -> None:
    """Two captions on a page that both lost their numbers are two figures."""
    captions = figure_captions([_caption("Figure \ufffd: A goat"), _caption("Figure \ufffd: A sheep", 300.0)])

    assert [c.text for c in captions] == ["Figure \ufffd: A goat", "Figure \ufffd: A sheep"]


def _lost(texts: Sequence[str]) -> list[str]:
    blocks = [_caption(text, 100.0 * i) for i, text in enumerate(texts, start=1)]
    return [table.caption for table in find_tables(blocks, {}, [])]


def test_tables_whose_bodies_are_lost_are_all_reported() -> None:
    """Each caption stands for a table, the same number once, numbers that cannot be read each for themselves."""
    assert _lost(["Table 1: A", "Table 1: A goes on", "Table \ufffd: B", "Table \ufffd: C"]) == [
        "Table 1: A",
        "Table \ufffd: B",
        "Table \ufffd: C",
    ]
