"""A page letter by letter: the text layer with a box for every character."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pymupdf
import pytest

from paperlab.errors import UnreadablePdf, UsageError
from paperlab.pdf import PyMuPDFReader
from paperlab.pdf.letters import Glyph, _placed, _trim
from paperlab.types import around

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paperlab.types import Box, PageLetters


@pytest.fixture(scope="module")
def reader() -> Iterator[PyMuPDFReader]:
    with PyMuPDFReader() as reader:
        yield reader


def box_of(letters: PageLetters, words: str) -> Box:
    start = letters.text.index(words)
    boxes = letters.boxes[start : start + len(words)]
    assert None not in boxes
    return around([box for box in boxes if box])


def is_near(box: Box, other: Box, within: float = 0.1) -> bool:
    return all(abs(a - b) <= within for a, b in zip(box, other, strict=True))


def test_the_text_is_the_layer_and_each_letter_has_a_box(tmp_path: Path, reader: PyMuPDFReader) -> None:
    """The text is what `Reading.layer` keeps; newlines alone have no box, and letters follow each other."""
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((72, 100), ["Twelve boxes stood", "on one shelf."], fontsize=11)
        pdf.save(tmp_path / "a.pdf")
    letters = reader.letters(tmp_path / "a.pdf", 1)

    assert letters.page == 1
    assert letters.text == reader.read(tmp_path / "a.pdf").layer[0].text == "Twelve boxes stood\non one shelf.\n"
    assert len(letters.boxes) == len(letters.text)
    assert [c for c, box in zip(letters.text, letters.boxes, strict=True) if box is None] == ["\n", "\n"]
    first = [box for box in letters.boxes[:18] if box]
    assert all(a[0] < a[2] <= b[0] + 0.02 for a, b in pairwise(first))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_are_those_of_the_reading_however_the_page_is_turned_and_cropped(
    tmp_path: Path, reader: PyMuPDFReader, rotation: int
) -> None:
    """Boxes are on the unrotated page and count from the corner of its crop box, as those of blocks do."""
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=400, height=500)
        page.insert_text((120, 200), "Some words that can be seen.", fontsize=9)
        page.set_cropbox(pymupdf.Rect(50, 60, 380, 470))
        page.set_rotation(rotation)
        pdf.save(tmp_path / "a.pdf")
    (block,) = reader.read(tmp_path / "a.pdf").blocks
    letters = reader.letters(tmp_path / "a.pdf", 1)

    assert is_near(box_of(letters, block.text), block.box)
    assert is_near((*box_of(letters, "S")[:2], 0, 0), (70, 130, 0, 0), within=3)


def test_the_letters_of_a_ligature_share_its_box(tmp_path: Path, reader: PyMuPDFReader) -> None:
    """A ligature is opened into its letters, side by side and of one width."""
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((72, 100), "x", fontsize=12)
        font = page.get_fonts()[0][0]
        pdf.xref_set_key(font, "Encoding", "<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[1/fi]>>")
        pdf.update_stream(page.get_contents()[0], b"BT /helv 12 Tf 72 700 Td (a\\001x) Tj ET")
        pdf.save(tmp_path / "a.pdf")
    letters = reader.letters(tmp_path / "a.pdf", 1)
    before, f, i, after = (box for box in letters.boxes[:4] if box)

    assert letters.text == "afix\n"
    assert before[2] == pytest.approx(f[0], abs=0.1)
    assert f[2] == pytest.approx(i[0], abs=0.02)
    assert i[2] - i[0] == pytest.approx(f[2] - f[0], abs=0.02)
    assert f[2] - f[0] > 2
    assert i[2] == pytest.approx(after[0], abs=0.1)


def test_a_letter_that_stands_nowhere_has_a_box_without_width_beside_its_neighbour() -> None:
    """What the layer has and the glyphs lack stands behind the letter before it; what it lacks is passed over."""
    glyphs = [Glyph("a", "a", (0, 0, 5, 9)), Glyph("?", "?", (5, 0, 6, 9)), Glyph("c", "c", (9, 0, 14, 9))]

    assert _placed("abc\nd\n", glyphs) == [(0, 0, 5, 9), (5, 0, 5, 9), (9, 0, 14, 9), None, None, None]


def test_signs_of_high_fonts_do_not_reach_over_the_next_line() -> None:
    """A sign whose font gives it the room of its largest one gets the height of its line; one alone keeps its own."""
    letter, sign, alone = (
        Glyph(c, c, box) for c, box in (("a", (0, 90, 5, 101)), ("×", (5, 88, 9, 107)), ("√", (0, 50, 9, 80)))
    )
    _trim([(letter, 10), (sign, 10)])
    _trim([(alone, 10)])

    assert letter.box == (0, 90, 5, 101)
    assert sign.box == (5, 90, 9, 101)
    assert alone.box == (0, 50, 9, 80)


def test_a_page_that_is_not_there_is_misuse(tmp_path: Path, reader: PyMuPDFReader) -> None:
    """Pages count from 1 to the last."""
    with pymupdf.open() as pdf:
        pdf.new_page()
        pdf.save(tmp_path / "a.pdf")

    for number in (0, 2):
        with pytest.raises(UsageError, match=f"there is no page {number}: it has 1 page"):
            reader.letters(tmp_path / "a.pdf", number)
    assert reader.letters(tmp_path / "a.pdf", 1).text == ""


def test_a_page_with_too_many_letters_is_unreadable(tmp_path: Path, reader: PyMuPDFReader) -> None:
    """A page of 400,000 letters is turned away before each gets its box."""
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((10, 20), "x", fontsize=4)
        (contents,) = page.get_contents()
        line = b"BT /helv 1 Tf 10 %d Td (" + b"xy" * 500 + b") Tj ET\n"
        pdf.update_stream(contents, b"".join(line % (i % 700) for i in range(400)))
        pdf.save(tmp_path / "a.pdf")

    with pytest.raises(UnreadablePdf, match="letters, too many") as caught:
        reader.letters(tmp_path / "a.pdf", 1)
    assert caught.value.reason == "too_large"
