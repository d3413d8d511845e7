"""Hostile and broken PDFs: what cannot be read is left out and named, the rest is kept, nothing hangs or falls."""

from __future__ import annotations

import signal
import time
import zlib
from typing import TYPE_CHECKING

import pymupdf
import pytest

from paperlab.errors import UnreadablePdf
from paperlab.pdf import PyMuPDFReader, asking, raw_pages
from paperlab.pdf.asking import Losses, Trouble
from paperlab.pdf.notes import gathered, in_words
from paperlab.pdf.raw_pages import NO_LETTERS, Facts, RawText, read_ink

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paperlab.types import Reading

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_NAMES = b"".join(b"/odd%d" % code for code in range(32, 127))
NAMELESS = b"%s/FirstChar 32/LastChar 126/Widths[%s]/Encoding<</Differences[32 %s]>>>>" % (
    FONT[:-2],
    b"500 " * 95,
    _NAMES,
)
"""A font whose letters have names that mean nothing."""
UNRULY = """
import os, signal, sys, time
for unwanted in ("pymupdf.layout", "pymupdf4llm"):
    sys.modules[unwanted] = None
import pymupdf

def unruly(name, verbs):
    usual = getattr(pymupdf.Page, name)
    def run(page, *given, **named):
        text = pymupdf.TextPage.extractText(text_of(page))
        if verbs[0] in text:
            os.kill(os.getpid(), signal.SIGSEGV)
        if verbs[1] in text:
            time.sleep(30)
        if verbs[2] in text:
            raise MemoryError
        if verbs[3] in text:
            raise KeyError("nonsense")
        return usual(page, *given, **named)
    setattr(pymupdf.Page, name, run)

text_of = pymupdf.Page.get_textpage
unruly("get_textpage", ("text falls", "text stalls", "text spills", "text fails"))
unruly("get_cdrawings", ("ink falls", "ink stalls", "ink spills", "ink fails"))
"""
"""Makes a child trip over pages that say so."""


@pytest.fixture(scope="module")
def reader() -> Iterator[PyMuPDFReader]:
    """One reader for the module: one child process serves most tests."""
    with PyMuPDFReader() as made:
        yield made


@pytest.fixture
def unruly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PyMuPDFReader]:
    """Yield a reader whose child trips over pages with certain words."""
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "sitecustomize.py").write_text(UNRULY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "early"))
    with PyMuPDFReader(page_seconds=1.0) as made:
        yield made


def words(number: int, more: str = "") -> bytes:
    """Return the drawing commands of a page in the middle of which stands a sentence of its own, then `more`."""
    name = "".join("abcdefghij"[int(digit)] for digit in f"{number:04}")
    return b"BT /F 12 Tf 72 500 Td (The word %s stands here and nowhere else.) Tj 0 -90 Td (%s) Tj ET" % (
        name.encode(), more.encode())  # fmt: skip


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def objects(
    contents: list[bytes], page: bytes = b"/MediaBox[0 0 612 792]", fonts: dict[int, bytes] | None = None
) -> list[bytes]:
    """Return the objects of a PDF: 1 the catalog, 2 the page tree, 3 and 4 fonts, then a page and its contents each."""
    made = [b"<</Type/Catalog/Pages 2 0 R>>", b"", FONT, NAMELESS]
    for number, content in enumerate(contents, 1):
        font = (fonts or {}).get(number, b"3")
        resources = b"/Resources<</Font<</F %s 0 R>>>>" % font
        made.append(b"<</Type/Page/Parent 2 0 R%s%s/Contents %d 0 R>>" % (page, resources, len(made) + 2))
        made.append(stream(content))
    kids = b" ".join(b"%d 0 R" % (5 + 2 * i) for i in range(len(contents)))
    made[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(contents), kids)
    return made


def write(path: Path, made: list[bytes]) -> Path:
    """Write the objects as a PDF with a right xref table."""
    data, places = b"%PDF-1.7\n", []
    for number, item in enumerate(made, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(made) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, len(data))  # fmt: skip
    path.write_bytes(data)
    return path


def said(tmp_path: Path, *more: str) -> Path:
    """Write a PDF with one page for each of `more`, which stands on it."""
    return write(tmp_path / "a.pdf", objects([words(i, text) for i, text in enumerate(more, 1)]))


def pages_of(reading: Reading) -> list[int]:
    """Return the pages that have blocks."""
    return sorted({block.page for block in reading.blocks})


def why_not(reader: PyMuPDFReader, path: Path) -> UnreadablePdf:
    """Return the error of a file that cannot be read."""
    with pytest.raises(UnreadablePdf) as caught:
        reader.read(path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path.name}: ")
    return caught.value


def test_a_slow_page_is_left_out(unruly: PyMuPDFReader, tmp_path: Path) -> None:
    """The page that takes too long costs its own text, and the warning says how to wait longer."""
    reading = unruly.read(said(tmp_path, "", "text stalls", "", ""))

    assert pages_of(reading) == [1, 3, 4]
    assert len(reading.pages) == 4
    assert reading.warnings == (
        "page 2 was left out: it takes longer than 1 s: raise index.page_seconds to wait longer",
    )


def test_a_page_that_draws_without_end_is_left_out(tmp_path: Path) -> None:
    """Forms that draw forms that draw forms (20^12 of them) are given up in time; no trick of ours is needed."""
    made = objects([words(1), b"/X Do " + words(2), words(3)])
    first = len(made) + 1
    made[6] = made[6].replace(b"/Font", b"/XObject<</X %d 0 R>>/Font" % first)
    for depth in range(12):
        inner = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</X %d 0 R>>>>" % (first + depth + 1)
        made.append(stream(b"/X Do " * 20 if depth < 11 else b"0 0 m 9 9 l S", inner))
    began = time.monotonic()
    with PyMuPDFReader(page_seconds=0.7) as patient:
        reading = patient.read(write(tmp_path / "a.pdf", made))

    assert pages_of(reading) == [1, 3]
    assert time.monotonic() - began < 10


def test_a_page_that_ends_the_child_is_left_out(unruly: PyMuPDFReader, tmp_path: Path) -> None:
    """A crash is tried once more, in case it came from outside, and then costs its page."""
    reading = unruly.read(said(tmp_path, "", "", "text falls"))

    assert pages_of(reading) == [1, 2]
    (warning,) = reading.warnings
    assert warning.startswith(f"page 3 was left out: the reader was ended by {signal.SIGSEGV.name}")


@pytest.mark.parametrize("word", ["spills", "fails"])
def test_a_page_that_fails_is_left_out(unruly: PyMuPDFReader, tmp_path: Path, word: str) -> None:
    """Memory that runs out and errors nobody thought of cost one page."""
    reading = unruly.read(said(tmp_path, f"text {word}", ""))

    assert pages_of(reading) == [2]
    assert reading.warnings[0].startswith("page 1 was left out: ")


def test_too_many_bad_pages_end_the_file(
    unruly: PyMuPDFReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some pages may end the child (five, here one); with the next the file is given up, and another one is read."""
    monkeypatch.setattr(asking, "_MOST_LOST", 1)
    error = why_not(unruly, said(tmp_path, "text falls", "", "text falls", ""))

    assert error.reason == "crash"
    assert "page 3: the reader was ended by" in error.why
    assert pages_of(unruly.read(said(tmp_path, "", ""))) == [1, 2]


def test_no_page_left(unruly: PyMuPDFReader, tmp_path: Path) -> None:
    """Where all pages are lost the file has the reason of the first."""
    assert why_not(unruly, said(tmp_path, "text stalls", "text fails")).reason == "timeout"


@pytest.mark.parametrize("word", ["falls", "stalls", "spills", "fails"])
def test_trouble_with_the_ink_costs_no_text(unruly: PyMuPDFReader, tmp_path: Path, word: str) -> None:
    """Where rules and glyphs of a page cannot be had, its tables are lost, its text is not, nor that of other pages."""
    reading = unruly.read(said(tmp_path, "", f"Table 1: One that ink {word} on.", ""))

    assert pages_of(reading) == [1, 2, 3]
    (warning,) = reading.warnings
    assert warning.startswith("page 2: the tables and figures were left out: ")
    assert any("aaac stands here" in block.text for block in reading.blocks)


def test_trouble_with_the_ink_of_many_pages() -> None:
    """After five pages no more are tried, and tables are given up; so they are where the end fails; then no more is."""
    losses = Losses()

    assert all(losses.accept(Trouble("ink", page, "timeout", "slow")) for page in range(1, 7))
    assert sorted(losses.ink) == [1, 2, 3, 4, 5]
    assert losses.plain()["no_ink"] == "slow"
    assert not losses.accept(Trouble("end", 0, "timeout", "slow"))
    assert Losses().accept(Trouble("end", 0, "timeout", "slow"))
    assert not Losses().accept(Trouble("open", 0, "timeout", "slow"))


def test_what_may_pass_is_tried_again() -> None:
    """Trouble from outside is forgiven once for each part of a file."""
    losses = Losses()
    killed = Trouble("text", 3, "crash", "killed", passing=True)

    assert losses.accept(killed)
    assert not losses.pages
    assert losses.accept(killed)
    assert losses.plain()["lost"] == {"3": ("crash", "killed")}


def test_a_million_words_on_a_page(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """They are read, and the pages beside them."""
    line = b"1 0 0 1 20 %%f Tm (%s) Tj" % (b"twelve words stand four times on each line of this long page " * 4)
    prose = b"\n".join(line % (790 - i * 0.036) for i in range(20_834))
    contents = [words(1), b"BT /F 1 Tf %s ET" % prose, words(3)]
    reading = reader.read(write(tmp_path / "a.pdf", objects(contents)))

    assert pages_of(reading) == [1, 2, 3]
    assert sum(len(b.text.split()) for b in reading.blocks if b.page == 2) > 1_000_000
    assert not reading.warnings


def test_too_many_lines_on_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with so many lines that they would fill the memory is turned away before it does."""
    monkeypatch.setattr(raw_pages, "_MOST_LINES", 1)
    with opened(tmp_path / "a.pdf", [words(1, "two"), words(2)]) as pdf:
        with pytest.raises(ValueError, match="2 lines of print are too many"):
            RawText(pymupdf, pdf[0])
        assert RawText(pymupdf, pdf[1]).characters


def test_many_pages(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """2,000 pages are read, one more is too large."""
    contents = [words(i) for i in range(1, 2002)]

    assert len(reader.read(write(tmp_path / "a.pdf", objects(contents[:-1]))).pages) == 2000
    assert why_not(reader, write(tmp_path / "b.pdf", objects(contents))).reason == "too_large"


def test_a_page_with_a_gap(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """What comes before the damage in a page's stream is read, and a warning says that more may be lost."""
    whole = zlib.compress(words(2, "Words before the gap.") + b" BT (x) Tj ET" * 50, 0)
    made = objects([words(1), words(2)])
    made[7] = stream(whole[: len(whole) // 2], b"/Filter/FlateDecode")
    reading = reader.read(write(tmp_path / "a.pdf", made))

    assert pages_of(reading) == [1, 2]
    assert len(reading.warnings) == 1
    assert reading.warnings[0].startswith("page 2: some of it may be lost (")


def test_a_damaged_xref_table_is_mended(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Objects are found without the table that says where they are."""
    path = said(tmp_path, "", "")
    data = path.read_bytes()
    start = data.index(b"xref\n")
    path.write_bytes(data[:start] + data[start:].replace(b"0000", b"0917"))

    assert pages_of(reader.read(path)) == [1, 2]


@pytest.mark.parametrize(
    ("tree", "kept", "reason"),
    [
        (b"<</Type/Pages/Count 3/Kids[5 0 R 7 0 R 2 0 R]>>", [1, 2], ""),
        (b"<</Type/Pages/Count 2/Kids[2 0 R]>>", [], "damaged"),
        (b"<</Type/Pages/Count 99999999/Kids[5 0 R 7 0 R]>>", [1, 2], ""),
        (b"<</Type/Pages/Count -1/Kids[5 0 R 7 0 R]>>", [1, 2], ""),
        (b"<</Type/Pages/Count 0/Kids[]>>", [1, 2], ""),
        (b"<</Type/Nothing>>", [1, 2], ""),
    ],
    ids=["loop-at-the-end", "only-a-loop", "too-many", "less-than-none", "none", "lost"],
)
def test_page_trees_that_lie(reader: PyMuPDFReader, tmp_path: Path, tree: bytes, kept: list[int], reason: str) -> None:
    """Loops end soon; where the count is wrong or the tree is lost, the pages are found without it."""
    made = objects([words(1), words(2)])
    made[1] = tree
    path = write(tmp_path / "a.pdf", made)
    if reason:
        assert why_not(reader, path).reason == reason
    else:
        assert pages_of(reader.read(path)) == kept


@pytest.mark.parametrize("size", [b"[0 0 0 0]", b"[612 792 0 0]", b"[]", b"[0 0 14400 14400]"])
def test_odd_page_sizes(reader: PyMuPDFReader, tmp_path: Path, size: bytes) -> None:
    """A page box of no size is replaced, one that is turned around or large is taken."""
    reading = reader.read(write(tmp_path / "a.pdf", objects([words(1), words(2)], b"/MediaBox" + size)))

    assert pages_of(reading) == [1, 2]
    assert all(page.width > 0 and page.height > 0 for page in reading.pages)


@pytest.mark.parametrize("size", [b"[0 0 100000000 100000000]", b"[0 0 1%s 1%s]" % (b"0" * 30, b"0" * 30)])
def test_a_page_without_bounds_is_left_out(reader: PyMuPDFReader, tmp_path: Path, size: bytes) -> None:
    """A page of kilometres is no page; the other pages are kept."""
    made = objects([words(1), words(2)])
    made[6] = made[6].replace(b"[0 0 612 792]", size)
    reading = reader.read(write(tmp_path / "a.pdf", made))

    assert pages_of(reading) == [1]
    assert reading.warnings[0].startswith("page 2 was left out: no page is ")


def test_text_that_stands_nowhere(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Matrices that overflow cost the lines they move away, not the page."""
    far = b"1" + b"0" * 37
    moved = b"q %s 0 0 %s 0 0 cm %s 0 0 %s %s %s cm " % ((far,) * 6)
    moved += b"BT /F 12 Tf 72 600 Td (Table 1: Gone away.) Tj ET 1 1 m 9 9 l S Q "
    reading = reader.read(write(tmp_path / "a.pdf", objects([moved + words(1, "Table 2: Here it is."), words(2)])))

    assert pages_of(reading) == [1, 2]
    assert "Here it is" in " ".join(block.text for block in reading.blocks)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_are_read_unturned(reader: PyMuPDFReader, tmp_path: Path, turn: int) -> None:
    """Text and boxes of a turned page are those of the page before it was turned."""
    plain = reader.read(write(tmp_path / "a.pdf", objects([words(1), words(2)])))
    turned = reader.read(
        write(tmp_path / "b.pdf", objects([words(1), words(2)], b"/MediaBox[0 0 612 792]/Rotate %d" % turn))
    )

    assert turned.blocks == plain.blocks
    assert turned.pages == plain.pages


def test_right_to_left_text(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Hebrew letters come as letters, on their lines."""
    ranges = b"1 beginbfrange <61> <7a> <05D0> endbfrange"
    made = objects([b"BT /F 12 Tf 72 700 Td (abc defg hijk lmno pqr stu vwxyz abcd efgh) Tj ET"])
    made[2] = FONT.replace(b">>", b"/ToUnicode %d 0 R>>" % (len(made) + 1))
    made.append(
        stream(
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def "
            b"1 begincodespacerange <00> <ff> endcodespacerange " + ranges + b" endcmap end end"
        )
    )
    (block,) = reader.read(write(tmp_path / "a.pdf", made)).blocks

    assert sum("\u05d0" <= letter <= "\u05ea" for letter in block.text) > 25
    assert block.lines


def test_fonts_without_meaning(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Pages whose fonts do not say which letters they show are named, not given as garbage."""
    some = objects([words(i) for i in range(1, 6)], fonts={2: b"4", 3: b"4", 5: b"4"})
    reading = reader.read(write(tmp_path / "a.pdf", some))
    every = objects([words(1), words(2)], fonts={1: b"4", 2: b"4"})
    error = why_not(reader, write(tmp_path / "b.pdf", every))

    assert pages_of(reading) == [1, 4]
    assert reading.warnings == (f"pages 2, 3 and 5 were left out: {NO_LETTERS}",)
    assert error.reason == "scan"
    assert "OCR" in error.why


def test_a_few_letters_without_meaning(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A page with a formula in such a font is read, and a warning says how much is in doubt."""
    made = objects(
        [words(1, "More words follow here. " * 4) + b" BT /G 9 Tf 72 200 Td (abcdefghijklmnopqrstuvwxyz) Tj ET"]
    )
    made[4] = made[4].replace(b"/F 3 0 R", b"/F 3 0 R/G 4 0 R")
    reading = reader.read(write(tmp_path / "a.pdf", made))

    assert pages_of(reading) == [1]
    assert reading.warnings[0].startswith("page 1: the fonts do not say what 1")
    assert reading.warnings[0].endswith("% of the characters are")


def test_pages_that_are_pictures(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Scanned pages among others are named in one warning; all scans with a stamp each are still a scan."""
    paper, scan = pymupdf.open(), pymupdf.open()
    for number in range(6):
        for pdf in (paper, scan):
            page = pdf.new_page()
            if pdf is paper and number == 2:
                page.insert_text((72, 72), "This page alone has words that can be read by anyone.")
            else:
                grey = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 50, 25))
                page.insert_image(pymupdf.Rect(0, 0, 595, 421), pixmap=grey)
                page.insert_image(pymupdf.Rect(0, 421, 595, 842), pixmap=grey)
        scan[number].insert_text((72, 830), f"Scanned by the library of Nowhere, leaf {number}")
    paper.save(tmp_path / "paper.pdf")
    scan.save(tmp_path / "scan.pdf")
    reading = reader.read(tmp_path / "paper.pdf")

    assert pages_of(reading) == [3]
    assert reading.warnings == (
        "pages 1, 2 and 4-6 have a picture but next to no text: run the file through OCR (ocrmypdf) if it shows words",
    )
    assert why_not(reader, tmp_path / "scan.pdf").reason == "scan"


def test_letters_drawn_as_lines_are_a_scan(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A page of outlines has no text either, and OCR can help; an empty page is empty."""
    outlines = b" ".join(b"%d 700 m %d 710 l S" % (i, i) for i in range(72, 500, 4))

    assert why_not(reader, write(tmp_path / "a.pdf", objects([outlines]))).reason == "scan"
    assert why_not(reader, write(tmp_path / "b.pdf", objects([b"q Q", b""]))).reason == "empty"


def test_a_form(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """What is filled into the fields of a form is its text."""
    pdf = pymupdf.open()
    field = pymupdf.Widget()
    field.field_name, field.field_type = "a", pymupdf.PDF_WIDGET_TYPE_TEXT
    field.rect, field.field_value = pymupdf.Rect(50, 50, 400, 80), "Words that stand in a field and nowhere else"
    pdf.new_page().add_widget(field)
    pdf.save(tmp_path / "form.pdf")

    assert "Words that stand in a field" in reader.read(tmp_path / "form.pdf").blocks[0].text


@pytest.mark.parametrize("cover", ["Open this in another program to see what is in it.", ""])
def test_a_portfolio(reader: PyMuPDFReader, tmp_path: Path, cover: str) -> None:
    """A PDF that only carries other files says so."""
    pdf = pymupdf.open()
    pdf.new_page().insert_text((72, 72), cover)
    pdf.embfile_add("one.txt", b"words")
    pdf.embfile_add("two.txt", b"words")
    pdf.xref_set_key(pdf.pdf_catalog(), "Collection", "<</Type/Collection>>")
    pdf.save(tmp_path / "a.pdf")
    if cover:
        assert "other files are packed in it (2)" in reader.read(tmp_path / "a.pdf").warnings[0]
    else:
        assert "a case for other files (2)" in why_not(reader, tmp_path / "a.pdf").why


def opened(path: Path, contents: list[bytes]) -> pymupdf.Document:
    """Write and open a PDF with the library itself."""
    return pymupdf.open(write(path, objects(contents)))


def test_drawings_are_bounded(tmp_path: Path) -> None:
    """Of very many drawings the specks are passed over in silence, and the large ones end at a limit."""
    specks = b" ".join(b"%d %d 2 2 re f" % (i % 600, i // 600) for i in range(30_000))
    rules = b" ".join(b"0 %f m 600 %f l S" % (i * 0.03, i * 0.03) for i in range(25_000))
    with opened(tmp_path / "a.pdf", [specks + b" 72 100 m 540 100 l S", rules]) as pdf:
        ink, quiet = read_ink(pymupdf, pdf, Facts(1, 612.0, 792.0, 100))
        most, warning = read_ink(pymupdf, pdf, Facts(2, 612.0, 792.0, 100))

    assert (len(ink.drawings), quiet) == (1, "")
    assert (len(most.drawings), warning) == (20_000, "5,000 drawings were left out: there are too many")


def test_strokes_and_letters_are_bounded(tmp_path: Path) -> None:
    """A line of ever so many strokes is cut short, and a page with too many letters has no ink."""
    curve = b"0 0 m " + b" ".join(b"%d %d l" % (i % 600, i % 700) for i in range(50_000)) + b" S"
    with opened(tmp_path / "a.pdf", [curve]) as pdf:
        (drawing,) = read_ink(pymupdf, pdf, Facts(1, 612.0, 792.0, 100))[0].drawings
        nothing, warning = read_ink(pymupdf, pdf, Facts(1, 612.0, 792.0, 200_001))

    assert len(drawing["items"]) == 2000
    assert not nothing.drawings
    assert warning == "the tables and figures were left out: there are 200,001 letters"


def test_places_that_are_no_numbers_are_dropped(tmp_path: Path) -> None:
    """Whatever an overflow makes of a line, no NaN and no infinity leaves the page."""
    far = b"1" + b"0" * 38
    with opened(tmp_path / "a.pdf", [b"q %s 0 0 %s 0 0 cm %s " % (far, far, words(9)) + b"Q " + words(1)]) as pdf:
        raw = RawText(pymupdf, pdf[0]).raw

    assert [line["spans"][0]["text"][:6] for block in raw["blocks"] for line in block["lines"]] == ["The wo"]


def test_warnings_that_say_the_same_are_said_once() -> None:
    """Three pages or more share a line; two do not; what speaks of no page comes last."""
    given = ["it is cut", "page 9: x", "page 2 was left out: y", "page 3 was left out: y", "page 7 was left out: y"]

    assert gathered(given) == ["pages 2, 3 and 7 were left out: y", "page 9: x", "it is cut"]
    assert gathered(["page 4 has z", "page 1 has z"]) == ["page 1 has z", "page 4 has z"]
    assert [in_words(pages) for pages in ([3], [3, 4], [3, 4, 5], [1, 2, 5, 7, 8, 9])] == [
        "page 3",
        "pages 3 and 4",
        "pages 3-5",
        "pages 1, 2, 5 and 7-9",
    ]


def test_the_text_layer_is_what_the_file_has(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Page for page as MuPDF reads it plainly, hyphens at line ends and page numbers too; an empty page has none."""
    pdf = pymupdf.open()
    for number, text in (
        (1, "A sentence that is bro-\nken at a hyphen, with\nsome more words."),
        (2, ""),
        (3, "The end of it."),
    ):
        page = pdf.new_page(width=400, height=300)
        if text:
            page.insert_text((50, 60), text)
            page.insert_text((200, 280), str(number))
    pdf.save(tmp_path / "a.pdf")
    found = reader.read(tmp_path / "a.pdf")

    assert [(page.number, page.text) for page in found.layer] == [(1, pdf[0].get_text()), (3, pdf[2].get_text())]
    assert "bro-\nken" in found.layer[0].text
    assert "broken" in found.blocks[0].text
