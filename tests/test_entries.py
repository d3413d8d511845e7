"""Rows of a reference list come out as its entries, whatever sets them apart, and what is none stays out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paperlab.pdf import PyMuPDFReader
from paperlab.pdf.entries import find_unheaded, names_list, split_list
from paperlab.pdf.page_text import Row
from paperlab.references import find_references
from paperlab.types import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paperlab.pdf.entries import Piece

LEFT, RIGHT, LINE = 60.0, 290.0, 11.0


def row(text: str, x: float, y: float, *, page: int = 1, size: float = 9.0, width: float | None = None) -> Row:
    box = (x, y, x + (width or max(20.0, 4.5 * len(text))), y + size)
    return Row(text, box, box, size, False, False, page, 0, upright=True)


def column(
    entries: Sequence[Sequence[str]],
    *,
    indent: float = 10.0,
    x: float = LEFT,
    y: float = 100.0,
    gap: float = 0.0,
    page: int = 1,
) -> list[Row]:
    """Set entries below each other: first lines at `x`, the others indented, each but the last line full."""
    rows: list[Row] = []
    for lines in entries:
        for i, text in enumerate(lines):
            start = x + (indent if i else 0.0)
            full = (x + RIGHT - LEFT) - start if i < len(lines) - 1 else None
            rows.append(row(text, start, y, page=page, width=full))
            y += LINE
        y += gap
    return rows


def texts(pieces: Sequence[Piece]) -> list[str]:
    return [" ".join(r.text for r in piece.rows) for piece in pieces if piece.entry]


NAMED = [
    ["Lovelace, A. and Babbage, C. On engines that weave", "numbers. Journal of Looms, 3(2):12-19, 1843."],
    ["Hopper, G. Compilers for sailors. In Proc. Ships, 1952."],
    ["Noether, E. Symmetry keeps what it finds. Mathematical", "Letters, 7:1–9, 1918."],
    ["Turing, A. Counting what cannot be counted.", "London Notes, 42:230–265, 1936."],
]
NUMBERED = [[f"[{i}] {lines[0]}", *lines[1:]] for i, lines in enumerate(NAMED, 1)]


@pytest.mark.parametrize("label", ["[{}] ", "{}. ", "({}) ", "{} "])
def test_labels_of_every_form_open_entries(label: str) -> None:
    """Bracketed, dotted, parenthesised and bare numbers each open an entry, also without any indent."""
    entries = [[label.format(i) + lines[0], *lines[1:]] for i, lines in enumerate(NAMED, 1)]
    assert texts(split_list(column(entries, indent=0.0))) == [" ".join(lines) for lines in entries]


def test_labels_of_letters_open_entries() -> None:
    """Labels as alphabetic styles print them open entries."""
    entries = [
        [f"[{label}] {lines[0]}", *lines[1:]]
        for label, lines in zip(("LB43", "Hop52", "Noe+18", "Tur36"), NAMED, strict=True)
    ]
    assert len(texts(split_list(column(entries)))) == 4


def test_a_number_at_a_line_start_is_no_label() -> None:
    """A volume or a cited number that happens to begin a line does not open an entry."""
    entries = [["[1] Lovelace, A. Looms. Journal of Threads,", "7. Volume of notes, 1843."], *NUMBERED[1:3]]
    entries[2] = ["[3] Noether, E. Symmetry, continued from", "[1] and others, 1918."]
    assert len(texts(split_list(column(entries)))) == 3


def test_hanging_indent_opens_entries_over_columns_and_pages() -> None:
    """An entry that runs over a column's or a page's end stays one entry."""
    first, second = column([NAMED[0], NAMED[2][:1]]), column(NAMED[3:], x=320.0, y=80.0 + LINE)
    carried = [row(NAMED[2][1], 330.0, 80.0)]
    later = [
        row("sister, and what followed, 1901.", LEFT + 10, 80.0, page=2),
        *column(NAMED[:3], y=80.0 + LINE, page=2),
    ]
    opening = column([["Curie, M. On things that glow in the dark with a"]], x=320.0, y=80.0 + 3 * LINE)
    pieces = split_list([*first, *carried, *second, *opening, *later])
    assert len(texts(pieces)) == 7
    assert texts(pieces)[3].endswith("sister, and what followed, 1901.")


def test_space_between_entries_opens_them() -> None:
    """Without indent and label, the wider gap between entries tells them apart."""
    assert texts(split_list(column(NAMED, indent=0.0, gap=6.0))) == [" ".join(lines) for lines in NAMED]


def test_words_alone_open_entries() -> None:
    """With nothing but words, a name behind a finished line opens an entry."""
    assert texts(split_list(column(NAMED, indent=0.0))) == [" ".join(lines) for lines in NAMED]


def test_an_indented_first_line_opens_entries() -> None:
    """Entries set as paragraphs, with the first line indented, come apart too."""
    rows = column(NAMED * 2, indent=-12.0, x=72.0)
    assert len(texts(split_list(rows))) == 8


def test_what_follows_the_list_is_no_entry() -> None:
    """A table's caption and rows behind the last entry, of which no heading was seen, stay out."""
    table = [
        row("Table 4: What the loom wove.", LEFT, 80.0, page=2),
        row("Warp weft", LEFT, 95.0, page=2),
        row("31 42", LEFT, 106.0, page=2),
    ]
    pieces = split_list([*column(NAMED), *table])
    assert len(texts(pieces)) == 4
    others = [r.text for piece in pieces if not piece.entry for r in piece.rows]
    assert others == ["Table 4: What the loom wove.", "Warp weft", "31 42"]


def test_a_life_behind_a_numbered_list_is_cut_off_its_last_entry() -> None:
    """Text far below the last numbered entry does not become part of it."""
    last = column([["Ada Lovelace wrote the first program and", "lived in London."]], indent=0.0, y=260.0)
    pieces = split_list([*column(NUMBERED), *last])
    assert texts(pieces)[-1] == " ".join(NUMBERED[-1])


def test_an_entry_goes_on_behind_a_page_foot() -> None:
    """A mark in other type between two pages does not cost an entry its second half."""
    foot = row("1 3", 250.0, 740.0, size=15.0)
    start, rest = column([*NUMBERED[:2], NUMBERED[2][:1]]), row(NUMBERED[2][1], LEFT + 10, 60.0, page=2)
    pieces = split_list([*start, foot, rest, *column(NUMBERED[3:], y=71.0, page=2)])
    assert texts(pieces)[2] == " ".join(NUMBERED[2])


def test_every_row_is_in_one_piece() -> None:
    """Nothing is lost and nothing comes twice."""
    rows = [*column(NUMBERED), row("Figure 2: A loom.", LEFT, 300.0), row("Warp", LEFT, 320.0)]
    assert [r for piece in split_list(rows) for r in piece.rows] == rows
    assert split_list([]) == []


@pytest.mark.parametrize(
    "heading",
    "References|REFERENCES|7. References|Bibliography|Literature cited|References and Notes|Works Cited".split("|"),
)
def test_headings_of_reference_lists(heading: str) -> None:
    """Lists go by many names."""
    assert names_list(heading)


@pytest.mark.parametrize("heading", ["Reference frames", "Related work", "Literature review", "Preferences"])
def test_other_headings_name_no_list(heading: str) -> None:
    """A heading that only has such a word is none of a list."""
    assert not names_list(heading)


def test_a_list_without_heading_is_found() -> None:
    """`[1]`, `[2]`, ... in the last half is a list; in-text numbers before it are not."""
    body = [row(f"In step {i} we weave on.", LEFT, 100.0 + LINE * i) for i in range(30)]
    more = [[f"[{i}] Weaver, W. Threads of kind {i}. Looms, {1900 + i}."] for i in range(1, 9)]
    found = find_unheaded([*body, *column(more, page=2)])
    assert (found.start, found.stop) == (30, 38)
    assert not find_unheaded(body)


def test_a_printed_list_is_read_entry_by_entry(tmp_path: Path) -> None:
    """From PDF to references: each entry is one, over a page break too, and the appendix behind is none."""
    path = _printed(tmp_path / "paper.pdf")
    with PyMuPDFReader() as reader:
        reading = reader.read(path)
    references = find_references(reading.blocks)
    assert [r.year for r in references] == [1843, 1952, 1918, 1936, 1843, 1952, 1918, 1936]
    assert [r.label for r in references] == [str(i) for i in range(1, 9)]
    broken = references[4]
    assert [box.page for box in broken.boxes] == [1, 2]
    assert broken.text.endswith("numbers. Journal of Looms, 3(2):12-19, 1843.")
    appendix = [b for b in reading.blocks if "spindle" in b.text]
    assert appendix
    assert all(b.kind is not BlockKind.REFERENCE for b in appendix)


def _printed(path: Path) -> Path:
    import pymupdf

    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_text((90, 90), "Weaving Numbers", fontsize=17, fontname="hebo")
    page.insert_text((90, 150), "1 Introduction", fontsize=13, fontname="hebo")
    for i in range(30):
        page.insert_text(
            (90, 170 + 13 * i),
            f"In step {i} the loom takes thread {i} as others did before [{i % 8 + 1}].",
            fontsize=10,
        )
    page.insert_text((90, 582), "References", fontsize=13, fontname="hebo")
    y = 606.0
    for i, lines in enumerate(NAMED * 2, 1):
        for k, text in enumerate(lines):
            if y > 725:
                page, y = document.new_page(width=612, height=792), 90.0
            page.insert_text((105 if k else 90, y), text if k else f"[{i}] {text}", fontsize=10)
            y += 13 if (k < len(lines) - 1) else 19
    page.insert_text((90, y + 30), "A Appendix", fontsize=13, fontname="hebo")
    for i in range(6):
        page.insert_text(
            (90, y + 50 + 13 * i), f"The spindle of step {i} turns and turns, and was seen in 1999.", fontsize=10
        )
    document.save(path)
    document.close()
    return path
