"""Pictures of pages and of boxes on them: upright, cut where asked, bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymupdf
import pytest

from paperlab.errors import BadFile, UnreadablePdf, UsageError
from paperlab.pdf import PyMuPDFReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paperlab.types import Box

RED, GREEN, BLUE, YELLOW, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 255, 255)
CORNERS: dict[tuple[int, int, int], Box] = {
    RED: (0, 0, 100, 50),
    GREEN: (200, 0, 300, 50),
    BLUE: (0, 350, 100, 400),
    YELLOW: (200, 350, 300, 400),
}
"""Of the unrotated page, 300 by 400 points."""


@pytest.fixture(scope="module")
def reader() -> Iterator[PyMuPDFReader]:
    """One reader for the module."""
    with PyMuPDFReader() as made:
        yield made


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a PDF of four pages with coloured corners, turned by 0, 90, 180 and 270 degrees."""
    pdf = pymupdf.open()
    for turn in (0, 90, 180, 270):
        page = pdf.new_page(width=300, height=400)
        for colour, box in CORNERS.items():
            page.draw_rect(pymupdf.Rect(box), color=None, fill=[part / 255 for part in colour])
        page.set_rotation(turn)
    path = tmp_path_factory.mktemp("pictures") / "colours.pdf"
    pdf.save(path)
    return path


def corners(png: bytes) -> list[tuple[int, ...]]:
    """Return the colours of a picture's corners: top left, top right, bottom left, bottom right."""
    picture = pymupdf.Pixmap(png)
    right, bottom = picture.width - 4, picture.height - 4
    return [picture.pixel(x, y)[:3] for x, y in ((3, 3), (right, 3), (3, bottom), (right, bottom))]


def size(png: bytes) -> tuple[int, int]:
    """Return a picture's width and height in dots."""
    picture = pymupdf.Pixmap(png)
    return picture.width, picture.height


@pytest.mark.parametrize(
    ("page", "dots", "seen"),
    [
        (1, (300, 400), [RED, GREEN, BLUE, YELLOW]),
        (2, (400, 300), [BLUE, RED, YELLOW, GREEN]),
        (3, (300, 400), [YELLOW, BLUE, GREEN, RED]),
        (4, (400, 300), [GREEN, YELLOW, RED, BLUE]),
    ],
)
def test_a_page_as_a_viewer_shows_it(
    reader: PyMuPDFReader, colours: Path, page: int, dots: tuple[int, int], seen: list[tuple[int, ...]]
) -> None:
    """At 72 dots per inch a point is a dot; a turned page is turned in the picture."""
    png = reader.picture(colours, page, dpi=72)

    assert png.startswith(b"\x89PNG")
    assert size(png) == dots
    assert corners(png) == seen


@pytest.mark.parametrize("page", [1, 2, 3, 4])
@pytest.mark.parametrize("colour", list(CORNERS))
def test_a_box_is_the_same_spot_on_a_turned_page(
    reader: PyMuPDFReader, colours: Path, page: int, colour: tuple[int, int, int]
) -> None:
    """A box in the coordinates of the text shows what stands there, whichever way the page is turned."""
    x0, y0, x1, y1 = CORNERS[colour]
    png = reader.picture(colours, page, (x0 + 2, y0 + 2, x1 - 2, y1 - 2), dpi=144)

    assert sorted(size(png)) == [92, 192]
    assert (size(png)[0] > size(png)[1]) == (page in {1, 3})
    assert set(corners(png)) == {colour}


def test_a_box_over_the_edge_is_cut_at_the_edge(reader: PyMuPDFReader, colours: Path) -> None:
    """What lies outside the page is not in the picture."""
    png = reader.picture(colours, 1, (-500.0, -500.0, 150.0, 25.0), dpi=72)

    assert size(png) == (150, 25)
    assert corners(png) == [RED, WHITE, RED, WHITE]


def test_the_box_of_a_line_shows_its_letters(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A block's own box on a turned page with a shifted crop box holds its ink, and the rest of the page has none."""
    pdf = pymupdf.open()
    page = pdf.new_page(width=300, height=400)
    page.insert_text((120, 200), "Some words that can be seen.", fontsize=9)
    page.set_cropbox(pymupdf.Rect(50, 60, 300, 400))
    page.set_rotation(90)
    pdf.save(tmp_path / "a.pdf")
    (block,) = reader.read(tmp_path / "a.pdf").blocks
    inside = pymupdf.Pixmap(reader.picture(tmp_path / "a.pdf", 1, block.box))
    whole = pymupdf.Pixmap(reader.picture(tmp_path / "a.pdf", 1))

    assert inside.width < inside.height
    assert 0 < dark(inside) <= dark(whole) < 1.02 * dark(inside)


def dark(picture: pymupdf.Pixmap) -> int:
    """Return how many bytes of a picture are darker than half grey."""
    return sum(byte < 128 for byte in picture.samples)


@pytest.mark.parametrize("turn", [0, 90, 270])
def test_marks_are_run_over_with_a_highlighter(reader: PyMuPDFReader, tmp_path: Path, turn: int) -> None:
    """Words under a mark stay black on colour, on turned and cropped pages too; the rest of the page stays white."""
    pdf = pymupdf.open()
    page = pdf.new_page(width=300, height=400)
    page.insert_text((60, 100), "Words that are marked with colour.", fontsize=12)
    page.insert_text((60, 300), "Words that nobody marks.", fontsize=12)
    page.set_cropbox(pymupdf.Rect(30, 40, 300, 400))
    page.set_rotation(turn)
    pdf.save(tmp_path / "a.pdf")
    before = (tmp_path / "a.pdf").read_bytes()
    marked, plain = reader.read(tmp_path / "a.pdf").blocks
    marks = [line.box for line in marked.lines]
    shown = pymupdf.Pixmap(reader.picture(tmp_path / "a.pdf", 1, marked.box, marks=marks))
    others = pymupdf.Pixmap(reader.picture(tmp_path / "a.pdf", 1, plain.box, marks=marks))
    unmarked = pymupdf.Pixmap(reader.picture(tmp_path / "a.pdf", 1, marked.box))

    assert coloured(shown) > 0.5
    assert coloured(others) == coloured(unmarked) == 0
    assert black(shown) >= black(unmarked) > 0
    assert (tmp_path / "a.pdf").read_bytes() == before


def coloured(picture: pymupdf.Pixmap) -> float:
    """Return the share of dots that have the highlighter's colour: much red, little blue."""
    dots = [picture.pixel(x, y) for x in range(picture.width) for y in range(picture.height)]
    return sum(red > 200 and blue < 150 for red, _, blue in dots) / len(dots)


def black(picture: pymupdf.Pixmap) -> int:
    """Return how many dots are nearly black."""
    dots = [picture.pixel(x, y) for x in range(picture.width) for y in range(picture.height)]
    return sum(max(dot) < 60 for dot in dots)


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ((10.0, 10.0, 10.0, 20.0), "is empty"),
        ((float("nan"), 0.0, 1.0, 1.0), "a box is left, top, right, bottom in points"),
        ((1.0, 2.0), "a box is left, top, right, bottom in points"),
    ],
)
def test_marks_that_are_none(reader: PyMuPDFReader, colours: Path, mark: Box, why: str) -> None:
    """They are the caller's mistake, as boxes that are none."""
    with pytest.raises(UsageError, match=why):
        reader.picture(colours, 1, marks=[mark])


def test_dots_per_inch_are_in_the_file(reader: PyMuPDFReader, colours: Path) -> None:
    """Twice the dots, twice the size, and the file says how many there are to an inch."""
    png = reader.picture(colours, 1, dpi=200)

    assert size(png) == (834, 1112)
    assert pymupdf.Pixmap(png).xres == 200


@pytest.mark.parametrize(
    ("page", "box", "dpi", "why"),
    [
        (0, None, 72, "there is no page 0: it has 4 pages"),
        (5, None, 72, "there is no page 5: it has 4 pages"),
        (-1, None, 72, "there is no page -1"),
        (1, (10.0, 10.0, 10.0, 20.0), 72, "is empty"),
        (1, (20.0, 10.0, 10.0, 20.0), 72, "is empty"),
        (1, (300.0, 0.0, 310.0, 20.0), 72, "lies outside page 1, which is 300 by 400 points"),
        (1, (float("nan"), 0.0, 310.0, 20.0), 72, "a box is left, top, right, bottom in points"),
        (1, (0.0, 0.0, float("inf"), 20.0), 72, "a box is left, top, right, bottom in points"),
        (1, (1.0, 2.0), 72, "a box is left, top, right, bottom in points"),
        (1, None, 0, "0 dots per inch"),
        (1, None, 100_000, "100000 dots per inch"),
        (1, None, 1400, "45 million pixels and the limit is 40"),
    ],
)
def test_what_cannot_be_drawn(
    reader: PyMuPDFReader, colours: Path, page: int, box: Box | None, dpi: int, why: str
) -> None:
    """A page or box that is not there, and too many dots, are the caller's mistake, in one line."""
    with pytest.raises(UsageError, match=why) as caught:
        reader.picture(colours, page, box, dpi)

    assert "\n" not in str(caught.value)


def test_mistakes_do_not_end_the_child(reader: PyMuPDFReader, colours: Path) -> None:
    """After a mistake the same child draws on."""
    reader.picture(colours, 1)
    pid = reader._askers[0].pid
    with pytest.raises(UsageError):
        reader.picture(colours, 99)
    reader.picture(colours, 1)

    assert reader._askers[0].pid == pid


def test_files_that_cannot_be_drawn(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A missing, empty or encrypted file gives the same errors as reading it."""
    locked = pymupdf.open()
    locked.new_page()
    locked.save(tmp_path / "locked.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret")
    (tmp_path / "empty.pdf").touch()
    with pytest.raises(BadFile):
        reader.picture(tmp_path / "gone.pdf", 1)
    for name, reason in (("locked.pdf", "encrypted"), ("empty.pdf", "empty")):
        with pytest.raises(UnreadablePdf) as caught:
            reader.picture(tmp_path / name, 1)
        assert caught.value.reason == reason


def test_a_scan_can_be_drawn(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A page needs no text to have a picture."""
    pdf = pymupdf.open()
    page = pdf.new_page()
    page.insert_image(page.rect, pixmap=pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 50, 50)))
    pdf.save(tmp_path / "scan.pdf")

    assert size(reader.picture(tmp_path / "scan.pdf", 1, dpi=36))[0] == 298
