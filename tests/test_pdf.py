"""The PDF reader as its users see it: files in, readings or clear errors out."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pymupdf
import pytest

import paperlab
from paperlab.errors import BadFile, UnreadablePdf
from paperlab.pdf import PyMuPDFReader
from paperlab.types import BlockKind, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.protocols import PageReader

WIDTH, HEIGHT = 612, 792
BODY = (
    "We study how small models can be joined so that each keeps what it has learned. "
    "The answer depends on where the weights stand before they are averaged, and on little else. "
    "Our measurements cover forty pairs of models and three kinds of data. "
)
SAMPLES = Path(paperlab.__file__).parent / "data" / "samples"


@pytest.fixture(scope="module")
def reader() -> Iterator[PyMuPDFReader]:
    """One reader for the module: one child process serves all tests."""
    with PyMuPDFReader() as made:
        yield made


class Page:
    """Writes lines on a page of a PDF in the making."""

    def __init__(self, pdf: pymupdf.Document) -> None:
        self.page = pdf.new_page(width=WIDTH, height=HEIGHT)

    def line(self, x: float, y: float, text: str, size: float = 10, *, bold: bool = False) -> None:
        """Write one line with its baseline at `y`."""
        self.page.insert_text((x, y), text, fontsize=size, fontname="hebo" if bold else "helv")

    def paragraph(self, x: float, y: float, width: float, text: str, size: float = 10) -> float:
        """Write wrapped text; returns the baseline below it."""
        line = ""
        for word in text.split():
            if pymupdf.get_text_length(f"{line} {word}", fontsize=size) > width:
                self.line(x, y, line, size)
                line, y = word, y + 1.2 * size
            else:
                line = f"{line} {word}".strip()
        self.line(x, y, line, size)
        return y + 1.2 * size


def paper(path: Path, *, stamp: bool = True, pages: int = 3) -> Path:
    """Write a small paper with a title, authors, an abstract, numbered sections, references."""
    pdf = pymupdf.open()
    first = Page(pdf)
    first.line(100, 90, "Joining Small Models Without Losing", 17, bold=True)
    first.line(180, 112, "What They Know", 17, bold=True)
    first.line(150, 140, "Ada Lovelace")
    first.line(320, 140, "Émilie du Châtelet")
    first.line(220, 153, "University of Nowhere")
    first.line(280, 190, "Abstract", 12, bold=True)
    first.paragraph(140, 210, 330, BODY)
    first.line(108, 290, "1", 12, bold=True)
    first.line(126, 290, "Introduction", 12, bold=True)
    first.paragraph(108, 310, 396, BODY * 3)
    if stamp:
        first.page.insert_text((30, 560), "arXiv:2306.01708v2  [cs.LG]  7 Jun 2023", fontsize=20, rotate=90)
    for number in range(2, pages + 1):
        page = Page(pdf)
        page.line(220, 40, "Joining small models", 9)
        page.line(304, 760, str(number), 9)
        page.line(108, 90, f"{number}  Part {number}", 12, bold=True)
        page.paragraph(108, 110, 396, BODY * 2)
        page.line(108, 250, f"{number}.1  A detail", 10, bold=True)
        page.paragraph(108, 270, 396, BODY)
        if number == pages:
            page.line(108, 400, "References", 12, bold=True)
            page.paragraph(108, 420, 396, "[1] A. Writer. On things. arXiv:1412.6980, 2014. doi:10.1000/182")
            page.paragraph(108, 440, 396, "[2] B. Writer. On others. In Proceedings, pages 1-9, 2019.")
    pdf.save(path)
    return path


def single(path: Path, lines: list[tuple[float, float, str]]) -> Path:
    """Write one page with the lines given as (x, baseline, text)."""
    pdf = pymupdf.open()
    page = Page(pdf)
    for x, y, text in lines:
        page.line(x, y, text)
    pdf.save(path)
    return path


def texts(reading: Reading, kind: BlockKind) -> list[str]:
    """Return the texts of all blocks of one kind."""
    return [block.text for block in reading.blocks if block.kind is kind]


def test_is_a_page_reader(reader: PyMuPDFReader) -> None:
    """The class fills the role the rest of the program asks for, and its id names no library version."""
    role: PageReader = reader

    assert role.id.startswith("pymupdf-")
    assert role.id.count(".") == 0


def test_front_matter_of_a_paper(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Title over two lines, authors side by side, the stamp's id, version and year, the abstract's text."""
    front = reader.read(paper(tmp_path / "a.pdf")).front

    assert front.title == "Joining Small Models Without Losing What They Know"
    assert front.authors == ("Ada Lovelace", "Émilie du Châtelet")
    assert (front.arxiv_id, front.arxiv_version, front.year) == ("2306.01708", 2, 2023)
    assert front.abstract == BODY.strip()
    assert front.doi is None


def test_front_matter_alone_is_the_same(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Asking for the front matter alone gives what a whole reading gives."""
    path = paper(tmp_path / "a.pdf")

    assert reader.front_matter(path) == reader.read(path).front


def test_ids_and_dois_of_cited_papers_are_not_the_papers_own(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Without a stamp there is no arXiv id, whatever the reference list holds."""
    front = reader.read(paper(tmp_path / "a.pdf", stamp=False)).front

    assert front.arxiv_id is None
    assert front.doi is None


def test_sections_and_kinds(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Headings carry their numbers and levels; what stands under References is a reference."""
    reading = reader.read(paper(tmp_path / "a.pdf"))

    assert texts(reading, BlockKind.HEADING) == [
        "Abstract",
        "1 Introduction",
        "2 Part 2",
        "2.1 A detail",
        "3 Part 3",
        "3.1 A detail",
        "References",
    ]
    detail = next(
        b for b in reading.blocks if b.kind is BlockKind.PARAGRAPH and b.section == ("3 Part 3", "3.1 A detail")
    )
    assert detail.page == 3
    assert len(texts(reading, BlockKind.REFERENCE)) >= 1
    assert texts(reading, BlockKind.TITLE) == [reading.front.title]


def test_running_heads_page_numbers_and_the_stamp_are_left_out(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """What repeats in the margins of the pages is no text of the paper."""
    reading = reader.read(paper(tmp_path / "a.pdf", pages=8))
    blocks = "\n".join(block.text for block in reading.blocks)

    assert "Joining small models" not in blocks
    assert "arXiv:2306" not in blocks
    assert not any(block.text.isdigit() for block in reading.blocks)
    assert "8 Part 8" in blocks


def test_two_columns_are_read_one_after_the_other(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """The second column does not cut into the lines of the first."""
    pdf = pymupdf.open()
    page = Page(pdf)
    left = "alpha " * 60 + "ends here."
    right = "Omega " * 60
    page.paragraph(54, 100, 240, left)
    page.paragraph(318, 100, 240, right)
    pdf.save(tmp_path / "two.pdf")

    blocks = reader.read(tmp_path / "two.pdf").blocks

    assert [b.text for b in blocks] == [left.strip(), right.strip()]
    assert blocks[0].box[2] < blocks[1].box[0]


def test_a_paragraph_goes_on_in_the_next_column(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """One paragraph over two columns is one block, the word broken between them is whole, each line has its box."""
    pdf = pymupdf.open()
    page = Page(pdf)
    page.paragraph(54, 100, 240, "alpha " * 60 + "and some gener-")
    page.paragraph(318, 100, 240, "alisation " + "omega " * 60)
    pdf.save(tmp_path / "two.pdf")

    (block,) = reader.read(tmp_path / "two.pdf").blocks

    assert "and some generalisation omega" in block.text
    assert min(line.box[0] for line in block.lines) < 60
    assert max(line.box[0] for line in block.lines) > 310


def test_broken_words_are_healed_by_the_papers_own_words(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A hyphen at a line's end stays where the paper writes it elsewhere, and goes where it only breaks a word."""
    path = single(
        tmp_path / "a.pdf",
        [
            (72, 100, "A fine-grained model and a pretrained one were com-"),
            (72, 112, "pared on the same data, the first being fine-"),
            (72, 124, "grained, the second pre-"),
            (72, 136, "trained. They use 34-"),
            (72, 148, "layer networks and state-of-the-"),
            (72, 160, "art methods of the art."),
        ],
    )
    text = " ".join(b.text for b in reader.read(path).blocks)

    assert "were compared on" in text
    assert "being fine-grained, the second pretrained. They use 34-layer networks and state-of-the-art methods" in text


@pytest.mark.parametrize("name", ["ctc.pdf", "experts.pdf", "merging.pdf", "residual.pdf", ""])
def test_every_line_starts_where_it_says(reader: PyMuPDFReader, tmp_path: Path, name: str) -> None:
    """`block.text[line.start:]` begins with the line's own first letters, as the page has them in the line's box."""
    path = SAMPLES / name if name else paper(tmp_path / "a.pdf")
    if not path.is_file():
        pytest.skip("the samples are not built")
    checked = 0
    with pymupdf.open(path) as pdf:
        for block in reader.read(path).blocks:
            starts = [line.start for line in block.lines]
            assert starts == sorted(starts)
            assert starts[0] == 0
            for line in block.lines:
                x0, y0, x1, y1 = line.box
                words = pdf[block.page - 1].get_text("words", clip=(x0 - 1, y0 - 1, x0 + (x1 - x0), y1 + 1))
                middle = [w for w in words if y0 - 1 <= (w[1] + w[3]) / 2 <= y1 + 1]
                if middle and min(middle)[4].isascii():
                    checked += block.text[line.start] == min(middle)[4][0]
                else:
                    checked += 1
        lines = sum(len(block.lines) for block in reader.read(path).blocks)
    assert checked > 0.97 * lines


def test_samples_have_title_and_sections(reader: PyMuPDFReader) -> None:
    """The shipped samples read as the papers they are."""
    paths = sorted(SAMPLES.glob("*.pdf"))
    if not paths:
        pytest.skip("the samples are not built")
    for path in paths:
        reading = reader.read(path)
        assert len(reading.front.title) > 10, path.name
        assert len(texts(reading, BlockKind.HEADING)) >= 3, path.name
        assert not reading.warnings


def test_pages_with_their_sizes(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A rotated page is reported unrotated, in the frame its boxes stand in."""
    pdf = pymupdf.open()
    page = Page(pdf)
    page.paragraph(72, 100, 400, BODY)
    page.page.set_rotation(90)
    pdf.save(tmp_path / "turned.pdf")

    reading = reader.read(tmp_path / "turned.pdf")

    assert [(p.number, p.width, p.height) for p in reading.pages] == [(1, WIDTH, HEIGHT)]
    assert reading.blocks[0].text == BODY.strip()
    assert 70 < reading.blocks[0].box[0] < 75


def test_sideways_page_reads_in_lines(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A page whose text all runs upwards is read in that direction."""
    pdf = pymupdf.open()
    page = pdf.new_page(width=WIDTH, height=HEIGHT)
    for i, words in enumerate(["The first line of the page runs up", "and the second one stands to its right."]):
        page.insert_text((100 + 12 * i, 700), words, fontsize=10, rotate=90)
    pdf.save(tmp_path / "up.pdf")

    assert reader.read(tmp_path / "up.pdf").blocks[0].text == (
        "The first line of the page runs up and the second one stands to its right."
    )


def test_line_numbers_of_a_review_copy_are_left_out(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A margin column of growing integers is no text."""
    lines = [(72.0, 100 + 12.0 * i, f"words of line {'abcdefghijklmnop'[i]} and no more") for i in range(16)]
    numbers = [(40.0, y, f"{i:03}") for i, (_, y, _) in enumerate(lines)]
    text = "\n".join(b.text for b in reader.read(single(tmp_path / "a.pdf", [*numbers, *lines])).blocks)

    assert "words of line p" in text
    assert not any(char.isdigit() for char in text)


def test_captions_and_footnotes(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A caption opens with its label and a colon, a footnote stands small at the foot; mentions are neither."""
    pdf = pymupdf.open()
    page = Page(pdf)
    page.paragraph(72, 100, 460, BODY * 4)
    page.paragraph(72, 300, 460, "Table 2: Accuracy of all pairs.")
    page.paragraph(72, 350, 460, "Table 2 shows that it holds. " + BODY)
    page.paragraph(72, 700, 460, "1 The weights are public.", size=8)
    pdf.save(tmp_path / "a.pdf")
    reading = reader.read(tmp_path / "a.pdf")

    assert texts(reading, BlockKind.CAPTION) == ["Table 2: Accuracy of all pairs."]
    assert texts(reading, BlockKind.FOOTNOTE) == ["1 The weights are public."]


def test_own_doi_above_the_abstract(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A DOI printed in the head of page 1 is the paper's own."""
    path = paper(tmp_path / "a.pdf", stamp=False)
    with pymupdf.open(path) as pdf:
        pdf[0].insert_text((108, 40), "Journal of Tests 4 (2021). https://doi.org/10.1234/Abc.5678.", fontsize=8)
        pdf.saveIncr()
    front = reader.read(path).front

    assert front.doi == "10.1234/abc.5678"
    assert front.year == 2021
    assert front.title.startswith("Joining Small Models")


def _scan(path: Path) -> None:
    pdf = pymupdf.open()
    for _ in range(3):
        page = pdf.new_page()
        page.insert_image(page.rect, pixmap=pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 50, 50)))
    pdf.save(path)


def _locked(path: Path) -> None:
    with pymupdf.open(paper(path.with_name("plain.pdf"))) as pdf:
        pdf.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="owner")


@pytest.mark.parametrize(
    ("reason", "make"),
    [
        ("empty", lambda p: p.write_bytes(b"")),
        ("not_pdf", lambda p: p.write_text("<!DOCTYPE html><html>Rate exceeded.</html>")),
        ("not_pdf", lambda p: p.write_text("just words")),
        ("damaged", lambda p: p.write_bytes(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj << /Type")),
        ("damaged", lambda p: p.write_bytes(paper(p).read_bytes()[:200])),
        ("encrypted", _locked),
        ("scan", _scan),
        ("too_large", lambda p: paper(p, pages=12)),
    ],
    ids=["empty", "web-page", "text", "header-only", "truncated", "encrypted", "scan", "too-many-pages"],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, reason: str, make: object) -> None:
    """Each kind of trouble has its reason, one line for the user with the file's name, and harms no later file."""
    path = tmp_path / "bad.pdf"
    make(path)  # type: ignore[operator]
    with PyMuPDFReader(max_pages=10) as small:
        with pytest.raises(UnreadablePdf) as caught:
            small.read(path)
        after = small.read(paper(tmp_path / "good.pdf"))

    assert caught.value.reason == reason
    assert "bad.pdf: " in caught.value.why
    assert "\n" not in caught.value.why
    assert after.front.title


def test_a_file_that_is_not_there(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A missing file is named as a bad file, not as a bad PDF."""
    with pytest.raises(BadFile, match=r"gone\.pdf: cannot be opened"):
        reader.read(tmp_path / "gone.pdf")


def test_an_empty_user_password_opens(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A file that only forbids printing is read like any other."""
    with pymupdf.open(paper(tmp_path / "plain.pdf")) as pdf:
        pdf.save(tmp_path / "owned.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="", owner_pw="owner")

    assert reader.read(tmp_path / "owned.pdf").front.arxiv_id == "2306.01708"


def test_one_bad_page_is_left_out_and_named(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """The other pages of a file with a broken page are read."""
    path = paper(tmp_path / "a.pdf", pages=4)
    with pymupdf.open(path) as pdf:
        pdf.xref_set_key(pdf[1].get_contents()[0], "Filter", "/FlateDecode")
        data = pdf.tobytes(garbage=0)
    path.write_bytes(data)
    reading = reader.read(path)

    assert len(reading.pages) == 4
    assert [w.split(" was left out: ")[0] for w in reading.warnings] == ["page 2"]
    assert {block.page for block in reading.blocks} == {1, 3, 4}


def test_a_file_that_does_not_open_in_time(tmp_path: Path) -> None:
    """A file over its time before its first page gives `timeout` soon."""
    path = paper(tmp_path / "a.pdf")
    slow = PyMuPDFReader(page_seconds=0.0)
    began = time.monotonic()
    with slow, pytest.raises(UnreadablePdf, match="opening it takes longer than 0 s") as caught:
        slow.read(path)

    assert caught.value.reason == "timeout"
    assert time.monotonic() - began < 5


def test_a_slow_file_ends_in_a_timeout(tmp_path: Path) -> None:
    """A file over its time in all gives `timeout` too."""
    with PyMuPDFReader(total_seconds=0.0) as slow, pytest.raises(UnreadablePdf, match="longer than 0 s") as caught:
        slow.read(paper(tmp_path / "a.pdf"))

    assert caught.value.reason == "timeout"


def test_killed_in_the_middle_of_a_file(tmp_path: Path) -> None:
    """SIGKILL on the child costs nothing: a new one reads the file as if nothing had been."""
    path = paper(tmp_path / "long.pdf", pages=60)
    with PyMuPDFReader() as victim:
        first = victim.read(path)
        timer = threading.Timer(0.02, os.kill, (child_pid(victim), signal.SIGKILL))
        timer.start()
        readings = [victim.read(path) for _ in range(5)]
        timer.join()

    assert all(reading == first for reading in readings)
    assert not first.warnings


def test_killed_between_two_files(tmp_path: Path) -> None:
    """A child that died while idle is replaced without a word."""
    path = paper(tmp_path / "a.pdf")
    with PyMuPDFReader() as victim:
        first = victim.read(path)
        os.kill(child_pid(victim), signal.SIGKILL)
        time.sleep(0.1)

        assert victim.read(path) == first


def test_too_little_memory_is_a_crash_with_a_reason(tmp_path: Path) -> None:
    """A file that needs more than the child may have gives one line, not a dead program."""
    pdf = pymupdf.open()
    page = pdf.new_page()
    page.insert_text((72, 72), BODY)
    xref = page.get_contents()[0]
    pdf.update_stream(xref, pdf.xref_stream(xref) + b"\nBT /helv 1 Tf (" + b"x" * 40_000_000 + b") Tj ET")
    pdf.save(tmp_path / "big.pdf", deflate=True)
    with PyMuPDFReader(memory_bytes=400_000_000) as small, pytest.raises(UnreadablePdf) as caught:
        small.read(tmp_path / "big.pdf")

    assert caught.value.reason in {"crash", "damaged"}


NO_NUMBER = """
import paperlab.pdf.wire as wire
usual = wire.pack
wire.pack = lambda reading: usual(reading) | {"pages": [[1, float("nan"), 1.0]]}
"""
"""Makes a child's answers hold what JSON does not."""


def test_an_answer_that_cannot_be_sent_is_told_with_its_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in what a child would say is no silent death: the error says what it was and where."""
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "sitecustomize.py").write_text(NO_NUMBER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "early"))
    with PyMuPDFReader() as made:
        with pytest.raises(UnreadablePdf, match=r"the reader failed on it \(ValueError.*please report") as caught:
            made.read(paper(tmp_path / "a.pdf"))

        assert "Traceback" in "".join(caught.value.__notes__)
        assert made.front_matter(tmp_path / "a.pdf").title


def test_ctrl_c_does_not_reach_the_child(tmp_path: Path) -> None:
    """The child has its own session and ignores SIGINT: the parent decides when it ends."""
    path = paper(tmp_path / "a.pdf")
    with PyMuPDFReader() as steady:
        first = steady.read(path)
        pid = child_pid(steady)
        os.kill(pid, signal.SIGINT)

        assert os.getsid(pid) != os.getsid(0)
        assert steady.read(path) == first
        assert child_pid(steady) == pid


def test_close_ends_the_child_and_a_later_read_starts_another(tmp_path: Path) -> None:
    """Nothing is left running after close; closing twice is fine."""
    path = paper(tmp_path / "a.pdf")
    made = PyMuPDFReader()
    made.read(path)
    pid = child_pid(made)
    made.close()
    made.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert made.read(path).pages
    made.close()


def test_threads_share_one_reader(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Readings asked for at the same time do not mix."""
    paths = [paper(tmp_path / f"{n}.pdf", pages=n) for n in (1, 2, 3, 4)]
    found: dict[int, int] = {}

    def read(number: int) -> None:
        found[number] = len(reader.read(paths[number - 1]).pages)

    threads = [threading.Thread(target=read, args=(n,)) for n in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {1: 1, 2: 2, 3: 3, 4: 4}


def test_nothing_is_written_to_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """MuPDF's complaints about a damaged file stay in the child."""
    path = paper(tmp_path / "a.pdf")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 9 // 10])
    with PyMuPDFReader() as quiet, contextlib.suppress(UnreadablePdf):
        assert quiet.read(path).warnings
    out, err = capfd.readouterr()

    assert (out, err) == ("", "")


def child_pid(made: PyMuPDFReader) -> int:
    """Return the process id of a reader's only child."""
    (asker,) = made._askers
    assert asker.pid is not None
    return asker.pid
