"""What is marked in a PDF, by us and by other programs, and copies with annotations in them."""

from __future__ import annotations

import hashlib
import os
import resource
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest

from paperlab.errors import NoSpace, NotNow, UnreadablePdf, UsageError
from paperlab.pdf import PyMuPDFReader
from paperlab.types import Annotation, AnnotationKind, around

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from paperlab.types import Box

LINES = ("The first line of print is here and it goes on to be bro-", "ken at its end, while the second one is short.")
HEIGHT = 792


@pytest.fixture(scope="module")
def reader() -> Iterator[PyMuPDFReader]:
    with PyMuPDFReader() as reader:
        yield reader


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Return a PDF of two pages with two lines of print each."""
    with pymupdf.open() as pdf:
        for _ in range(2):
            page = pdf.new_page(width=612, height=HEIGHT)
            page.insert_text((72, 100), LINES, fontsize=11)
        pdf.save(tmp_path / "plain.pdf")
    return tmp_path / "plain.pdf"


def boxes_of(reader: PyMuPDFReader, path: Path, words: str, page: int = 1) -> tuple[Box, ...]:
    """Return a box per printed line around the words."""
    letters = reader.letters(path, page)
    start = letters.text.index(words)
    lines: list[list[Box]] = [[]]
    for box in letters.boxes[start : start + len(words)]:
        lines[-1].append(box) if box else lines.append([])
    return tuple(around(line) for line in lines)


def words_of(reader: PyMuPDFReader, path: Path, words: str) -> list[Box]:
    """Return a box per word."""
    letters = reader.letters(path, 1)
    at, found = letters.text.index(words), []
    for word in words.split():
        at = letters.text.index(word, at)
        found.append(around([box for box in letters.boxes[at : at + len(word)] if box]))
        at += len(word)
    return found


def z_order(box: Box) -> list[float]:
    """Return corners as Acrobat writes them."""
    x0, y0, x1, y1 = box[0], HEIGHT - box[1], box[2], HEIGHT - box[3]
    return [x0, y0, x1, y0, x0, y1, x1, y1]


def around_order(box: Box) -> list[float]:
    """Return corners as the specification says: counterclockwise from the lower left."""
    x0, y0, x1, y1 = box[0], HEIGHT - box[1], box[2], HEIGHT - box[3]
    return [x0, y1, x1, y1, x1, y0, x0, y0]


def array(numbers: Sequence[float]) -> str:
    return f"[{' '.join(f'{number:.3f}' for number in numbers)}]"


def add(path: Path, *parts: dict[str, str], page: int = 0) -> list[int]:
    """Put annotations into a file as objects; `@0` in an entry is the first one's number. Return their numbers."""
    with pymupdf.open(path) as pdf:
        numbers = [pdf.get_new_xref() for _ in parts]
        for number, part in zip(numbers, parts, strict=True):
            text = "".join(f"/{key} {value} " for key, value in {"Type": "/Annot", **part}.items())
            for i, other in enumerate(numbers):
                text = text.replace(f"@{i}", f"{other} 0 R")
            pdf.update_object(number, f"<<{text}>>")
        held = pdf.xref_get_key(pdf.page_xref(page), "Annots")[1]
        before = held[1:-1] if held.startswith("[") else ""
        pdf.xref_set_key(pdf.page_xref(page), "Annots", f"[{before} {' '.join(f'{n} 0 R' for n in numbers)}]")
        pdf.saveIncr()
    return numbers


def mark(boxes: Sequence[Box], **more: str) -> dict[str, str]:
    """Return a highlight's entries, corners in Acrobat's order."""
    numbers = [value for box in boxes for value in z_order(box)]
    return {"Subtype": "/Highlight", "Rect": "[0 0 612 792]", "QuadPoints": array(numbers), **more}


def utf16(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex()}>"


def is_near(boxes: Sequence[Box], others: Sequence[Box], within: float = 0.1) -> bool:
    return len(boxes) == len(others) and all(
        abs(a - b) <= within for box, other in zip(boxes, others, strict=True) for a, b in zip(box, other, strict=True)
    )


def reddish(picture: pymupdf.Pixmap) -> float:
    """Return the share of a picture's pixels that are more red than blue."""
    red, blue = picture.samples[0 :: picture.n], picture.samples[2 :: picture.n]
    return sum(r > b + 60 for r, b in zip(red, blue, strict=True)) / len(red)


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


SPAN = "goes on to be bro-\nken at its end"


def test_what_is_written_is_read_back(reader: PyMuPDFReader, plain: Path, tmp_path: Path) -> None:
    """All kinds come back with every word, number and date; the file they were put into a copy of stays as it is."""
    before = sha(plain)
    boxes = boxes_of(reader, plain, SPAN)
    full = Annotation(
        "a3f9c1", page=1, quote="goes on to be broken at its end", boxes=boxes, comment="Größe (x) \\ 😀\nzwei",
        colour="blue", author="Ada Ünal", created="2024-05-01T12:00:00+02:00", changed="2024-06-01T09:30:00-07:00",
    )  # fmt: skip
    others = [replace(full, id=f"{kind}", kind=kind, page=2, comment="") for kind in AnnotationKind if kind != "note"]
    note = Annotation("00note", AnnotationKind.NOTE, 2, boxes=((300, 40, 318, 58),), comment="hm", colour="#123456")
    whole = Annotation("0whole", AnnotationKind.NOTE, comment="read again")
    reader.annotate(plain, tmp_path / "copy.pdf", [full, *others, note, whole])
    found = {each.pdf_name: each for each in reader.annotations(tmp_path / "copy.pdf")}

    assert sha(plain) == before
    for wanted in (full, *others, note, whole):
        rounded = tuple(tuple(round(edge, 2) for edge in box) for box in wanted.boxes)
        assert found[wanted.id] == replace(wanted, id="", pdf_name=wanted.id, boxes=rounded)
    assert reader.letters(tmp_path / "copy.pdf", 1).text == reader.letters(plain, 1).text


@pytest.mark.parametrize("order", [z_order, around_order])
@pytest.mark.parametrize("per_word", [False, True])
def test_quads_of_any_order_and_size_give_lines_and_words(
    reader: PyMuPDFReader, plain: Path, order: Any, per_word: bool
) -> None:
    """Corners in Acrobat's order or the specification's, a quad per line or per word: the same boxes and quote."""
    wanted = boxes_of(reader, plain, SPAN)
    quads = words_of(reader, plain, SPAN) if per_word else wanted
    add(plain, {**mark([]), "QuadPoints": array([value for box in quads for value in order(box)])})
    (found,) = reader.annotations(plain)

    assert found.quote == "goes on to be broken at its end"
    assert is_near(found.boxes, wanted)
    assert (found.page, found.kind, found.colour, found.pdf_name) == (1, AnnotationKind.HIGHLIGHT, "yellow", "")


def test_one_quad_drawn_around_two_lines_becomes_two_boxes(reader: PyMuPDFReader, plain: Path) -> None:
    """One box per printed line, also where a program drew one around all of them."""
    wanted = boxes_of(reader, plain, "\n".join(LINES))
    add(plain, mark([around(list(wanted))]))
    (found,) = reader.annotations(plain)

    assert is_near(found.boxes, wanted)
    assert (
        found.quote
        == "The first line of print is here and it goes on to be broken at its end, while the second one is short."
    )


def test_comments_authors_dates_and_colours_of_other_programs(reader: PyMuPDFReader, plain: Path) -> None:
    """UTF-16, PDFDocEncoding and rich text are read; carriage returns end lines; control characters go."""
    box = boxes_of(reader, plain, "first line")
    add(
        plain,
        mark(box, Contents=utf16("Wörter\r😀\x1b[31m"), T=utf16("Ada\n Ünal"), NM="(Zotero-ABCD2345)",
             C="[1 0.83137 0]", M="(D:20240501120000+02'00')", CreationDate="(D:20240430)"),
        mark(box, Subtype="/Underline", Contents=r"(caf\351 \240 5)", C="[0.5]", M="(D:2024050112Z)"),
        mark(box, Subtype="/Squiggly", RC=utf16("<body><p>one &amp; <b>two</b></p><p>three</p></body>"), C="[0 1 1 0]"),
        mark(box, Subtype="/StrikeOut", C="[]", M="(yesterday)", CreationDate="(D:20241399)"),
    )  # fmt: skip
    high, under, squiggly, strike = reader.annotations(plain)

    assert (high.comment, high.author, high.pdf_name, high.colour) == (
        "Wörter\n😀",
        "Ada Ünal",
        "Zotero-ABCD2345",
        "yellow",
    )
    assert (high.changed, high.created) == ("2024-05-01T12:00:00+02:00", "2024-04-30T00:00:00+00:00")
    assert (under.comment, under.colour, under.changed) == ("café € 5", "#808080", "2024-05-01T12:00:00+00:00")
    assert (squiggly.comment, squiggly.colour) == ("one & two\nthree", "#ff0000")
    assert (strike.kind, strike.colour, strike.changed, strike.created) == ("strikeout", "yellow", "", "")


def test_a_comment_that_repeats_the_marked_words_is_none(reader: PyMuPDFReader, plain: Path) -> None:
    """Acrobat and Skim can copy the marked words into the comment; nobody wrote them."""
    add(plain, mark(boxes_of(reader, plain, SPAN), Contents=utf16("goes on to be bro-\rken at its end")))
    (found,) = reader.annotations(plain)

    assert (found.quote, found.comment) == ("goes on to be broken at its end", "")


def test_replies_stand_at_the_end_of_the_comment(reader: PyMuPDFReader, plain: Path) -> None:
    """Replies, and replies to them, in their order with their authors; what was said of the state is left out."""
    reply = {"Subtype": "/Text", "Rect": "[0 0 20 20]", "F": "30"}
    add(
        plain,
        mark(boxes_of(reader, plain, "first line"), Contents="(Is it?)", Popup="@1"),
        {"Subtype": "/Popup", "Rect": "[400 600 600 700]", "Parent": "@0"},
        {**reply, "IRT": "@0", "Contents": "(It is.)", "T": "(Grace)"},
        {**reply, "IRT": "@2", "Contents": "(Why?)"},
        {**reply, "IRT": "@0", "StateModel": "(Review)", "State": "(Accepted)", "Contents": "(Accepted set by Grace)"},
    )
    (found,) = reader.annotations(plain)

    assert found.comment == "Is it?\n\nGrace: It is.\n\nWhy?"


def test_replies_in_a_ring_and_to_nothing_are_notes_of_their_own(reader: PyMuPDFReader, plain: Path) -> None:
    """Nothing that was said gets lost, and nothing hangs."""
    reply = {"Subtype": "/Text", "Rect": "[20 20 40 40]"}
    add(
        plain,
        {**reply, "IRT": "@1", "Contents": "(a)"},
        {**reply, "IRT": "@0", "Contents": "(b)"},
        {**reply, "IRT": "@2", "Contents": "(c)"},
        {**reply, "IRT": "4000 0 R", "Contents": "(d)"},
    )

    assert sorted(each.comment for each in reader.annotations(plain)) == ["a", "b", "c", "d"]


def test_words_struck_out_with_a_caret_have_its_words_as_comment(reader: PyMuPDFReader, plain: Path) -> None:
    """What is to be put in the place of struck out words stands in the caret that they are grouped with."""
    boxes = boxes_of(reader, plain, "first")
    add(
        plain,
        {"Subtype": "/Caret", "Rect": "[90 690 95 700]", "Contents": "(second)"},
        mark(boxes, Subtype="/StrikeOut", IRT="@0", RT="/Group"),
    )
    (found,) = reader.annotations(plain)

    assert (found.kind, found.quote, found.comment) == (AnnotationKind.STRIKEOUT, "first", "second")


def test_notes_count_and_links_fields_and_drawings_do_not(reader: PyMuPDFReader, plain: Path) -> None:
    """Sticky notes and free text are notes with their place; what is hidden or drawn is no annotation."""
    rect = {"Rect": "[100 692 120 712]"}
    add(
        plain,
        {"Subtype": "/Text", **rect, "Contents": "(sticky)"},
        {"Subtype": "/FreeText", "Rect": "[300 592 420 612]", "Contents": "(typed)", "DA": "(/Helv 9 Tf)"},
        {"Subtype": "/Link", **rect, "A": "<</S/URI/URI(https://example.org)>>"},
        {"Subtype": "/Widget", **rect, "FT": "/Tx", "T": "(field)"},
        {"Subtype": "/Square", **rect, "Contents": "(square)"},
        {"Subtype": "/Ink", **rect, "InkList": "[[1 1 2 2]]"},
        {"Subtype": "/Text", **rect, "F": "2", "Contents": "(hidden)"},
    )
    sticky, typed = reader.annotations(plain)

    assert (sticky.kind, sticky.comment, sticky.quote) == (AnnotationKind.NOTE, "sticky", "")
    assert sticky.boxes == ((100.0, 80.0, 120.0, 100.0),)
    assert (typed.kind, typed.comment) == (AnnotationKind.NOTE, "typed")


BROKEN = {
    "no quads": {"QuadPoints": "null"},
    "too few numbers": {"QuadPoints": "[1 2 3]"},
    "no numbers": {"QuadPoints": "[(a) (b) /c null true [1] <<>> 3]"},
    "absurd numbers": {"QuadPoints": "[1e38 1e38 -1e38 1e38 9e99 1 1 1]"},
    "no area": {"QuadPoints": "[10 10 10 10 10 10 10 10]"},
    "outside the page": {"QuadPoints": "[5000 5000 5010 5000 5000 5010 5010 5010]"},
    "quads that are a dictionary": {"QuadPoints": "<</a 1>>"},
    "a name that is a number": {"Subtype": "7"},
    "a reference to nothing": {"QuadPoints": "9999 0 R", "C": "9999 0 R"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_annotations_are_passed_over(reader: PyMuPDFReader, plain: Path, name: str) -> None:
    """A good one is read beside a broken one, and a copy with another can be written; the broken one stays in it."""
    good = mark(boxes_of(reader, plain, "first line"), NM="(good)")
    _, broken = add(plain, good, {**good, "NM": "(broken)", **BROKEN[name]})
    found = reader.annotations(plain)
    reader.annotate(plain, plain.with_name("copy.pdf"), [replace(found[0], pdf_name="another")])

    assert [each.pdf_name for each in found] == ["good"]
    with pymupdf.open(plain.with_name("copy.pdf")) as pdf:
        assert f"{broken} 0 R" in pdf.xref_get_key(pdf.page_xref(0), "Annots")[1]


def test_a_mark_without_a_place_keeps_its_comment_as_a_note(reader: PyMuPDFReader, plain: Path) -> None:
    """What the reader wrote is not lost with the quads."""
    add(plain, {"Subtype": "/Highlight", "Rect": "[72 680 90 700]", "Contents": "(important)"})
    (found,) = reader.annotations(plain)

    assert (found.kind, found.comment, found.boxes) == (AnnotationKind.NOTE, "important", ((72.0, 92.0, 90.0, 112.0),))


@pytest.mark.parametrize("annots", ["7", "(text)", "<</a 1>>", "[[[]]]", "9999 0 R", "[null null 1 (a) /b]"])
def test_a_list_of_annotations_that_is_none(reader: PyMuPDFReader, plain: Path, annots: str) -> None:
    """A page whose list is broken has no annotations, and gets a list of its own in a copy."""
    with pymupdf.open(plain) as pdf:
        pdf.xref_set_key(pdf.page_xref(0), "Annots", annots)
        pdf.saveIncr()
    wanted = Annotation("a1", page=1, boxes=boxes_of(reader, plain, "first"))
    reader.annotate(plain, plain.with_name("copy.pdf"), [wanted])

    assert reader.annotations(plain) == []
    assert [each.quote for each in reader.annotations(plain.with_name("copy.pdf"))] == ["first"]


def test_crowds_are_bounded(reader: PyMuPDFReader, plain: Path) -> None:
    """Of very many annotations 5,000 are read, one that is listed again and again once; huge comments are cut."""
    with pymupdf.open(plain) as pdf:
        one, big = pdf.get_new_xref(), pdf.get_new_xref()
        quads = mark([(72, 90, 500, 120)])
        pdf.update_object(one, "<<" + "".join(f"/{key} {value}" for key, value in quads.items()) + ">>")
        pdf.update_object(big, f"<</Subtype/Text/Rect[1 1 9 9]/Contents({'x' * 3_000_000})>>")
        inline = "<</Subtype/Highlight/QuadPoints[72 702 90 702 72 690 90 690]>>"
        pdf.xref_set_key(pdf.page_xref(0), "Annots", f"[{f'{one} 0 R ' * 10_000} {inline * 10_000}]")
        pdf.xref_set_key(pdf.page_xref(1), "Annots", f"[{big} 0 R]")
        pdf.saveIncr()
    found = reader.annotations(plain)
    with pymupdf.open(plain) as pdf:
        pdf.xref_set_key(pdf.page_xref(0), "Annots", f"[{f'{one} 0 R ' * 10_000}]")
        pdf.saveIncr()
    highlight, note = reader.annotations(plain)

    assert len(found) == 5_000
    assert highlight.page == 1
    assert len(note.comment) == 100_000


@pytest.mark.parametrize(
    ("rotation", "units"), [(0, 1), (90, 1), (180, 1), (270, 1), (0, 2), (90, 2), (180, 2), (270, 2)]
)
def test_turned_and_cropped_pages(reader: PyMuPDFReader, tmp_path: Path, rotation: int, units: int) -> None:
    """On a page that is turned, cropped and measured in units of its own a mark lies over its words."""
    path, copy = tmp_path / "a.pdf", tmp_path / "copy.pdf"
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=400, height=500)
        page.insert_text((120, 200), "Some words that can be seen.", fontsize=12)
        page.set_cropbox(pymupdf.Rect(50, 60, 380, 470))
        page.set_rotation(rotation)
        if units != 1:
            pdf.xref_set_key(page.xref, "UserUnit", f"{units}")
        pdf.save(path)
    boxes = boxes_of(reader, path, "words that")
    reader.annotate(path, copy, [Annotation("a1", page=1, boxes=boxes, colour="#ff0000")])
    (found,) = reader.annotations(copy)
    before, after = (pymupdf.Pixmap(reader.picture(each, 1, boxes[0])) for each in (path, copy))

    assert found.quote == "words that"
    assert is_near(found.boxes, boxes)
    assert reddish(before) == 0
    assert reddish(after) > 0.5
    whole = pymupdf.Pixmap(reader.picture(copy, 1))
    assert reddish(whole) * whole.width * whole.height < 1.1 * after.width * after.height


def test_an_annotation_that_is_there_already_is_replaced(reader: PyMuPDFReader, plain: Path) -> None:
    """By its long name, on whatever page it was, with its popup and replies; else by kind and place. Others stay."""
    name = "4f0c2f6e-7f4b-4c0e-9f57-6f8f3f1f2a11"
    first, second = (boxes_of(reader, plain, words) for words in ("first line", "second one"))
    add(
        plain,
        mark(first, NM=f"({name})", Contents="(old)", Popup="@1"),
        {"Subtype": "/Popup", "Rect": "[1 1 2 2]", "Parent": "@0"},
        {"Subtype": "/Text", "Rect": "[1 1 9 9]", "IRT": "@0", "Contents": "(a reply)"},
        mark(second),
        mark(first, NM="(other)"),
        {"Subtype": "/Link", "Rect": "[1 1 2 2]"},
    )
    copy = plain.with_name("copy.pdf")
    moved = Annotation("77", page=2, boxes=second, comment="new", pdf_name=name)
    unnamed = Annotation("78", page=1, boxes=second, comment="mine")
    reader.annotate(plain, copy, [moved, unnamed])
    once = reader.annotations(copy)
    reader.annotate(copy, plain.with_name("again.pdf"), [moved, unnamed])

    assert [(a.page, a.pdf_name, a.comment) for a in once] == [(1, "other", ""), (1, "78", "mine"), (2, name, "new")]
    assert reader.annotations(plain.with_name("again.pdf")) == once
    with pymupdf.open(copy) as pdf:
        kinds = [pdf.xref_get_key(xref, "Subtype")[1] for page in pdf for xref, *_ in page.annot_xrefs()]
    assert sorted(kinds) == ["/Highlight", "/Highlight", "/Highlight", "/Link"]


def test_names_that_programs_count_up_replace_only_what_they_stand_on(reader: PyMuPDFReader, plain: Path) -> None:
    """Some call the first mark of every page alike: what another page or place has under that name stays."""
    first, second = (boxes_of(reader, plain, words) for words in ("first line", "second one"))
    for page in (0, 1):
        add(plain, mark(first, NM="(prog-0)", Contents="(old)"), page=page)
    copy = plain.with_name("copy.pdf")

    reader.annotate(plain, copy, [Annotation("77", page=1, boxes=first, comment="new", pdf_name="prog-0")])
    assert [(a.page, a.comment) for a in reader.annotations(copy)] == [(1, "new"), (2, "old")]

    reader.annotate(plain, copy, [Annotation("78", page=2, boxes=second, comment="new", pdf_name="prog-0")])
    assert [(a.page, a.comment) for a in reader.annotations(copy)] == [(1, "old"), (2, "old"), (2, "new")]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("unit", [1.0, 2.5])
def test_marks_stand_at_their_words_on_turned_cropped_and_scaled_pages(
    reader: PyMuPDFReader, plain: Path, turn: int, unit: float
) -> None:
    """Whatever a page says of its rotation, crop box and unit: what another program marked, and what we write."""
    with pymupdf.open(plain) as pdf:
        page = pdf[0]
        page.set_cropbox(pymupdf.Rect(50, 60, 500, 700))
        page.set_rotation(turn)
        pdf.xref_set_key(page.xref, "UserUnit", str(unit))
        pdf.saveIncr()
    boxes = boxes_of(reader, plain, "first line")
    copy = plain.with_name("copy.pdf")

    reader.annotate(plain, copy, [Annotation("a1", page=1, boxes=boxes)])
    with pymupdf.open(copy) as pdf:
        page = pdf[0]
        (written,) = page.annots()
        numbers = [float(n) for n in pdf.xref_get_key(written.xref, "QuadPoints")[1].strip("[]").split()]
        pdf.xref_set_key(written.xref, "Paperlab", "null")
        pdf.saveIncr()
    assert 93 < min(numbers[::2]) < 95  # "The " is 22 points wide, and print begins at 72
    assert 686 < min(numbers[1::2]) < max(numbers[1::2]) < 706
    (back,) = reader.annotations(copy)
    assert back.quote == "first line"
    assert is_near(back.boxes, boxes)


def test_the_bytes_of_the_original_stay_in_front(reader: PyMuPDFReader, plain: Path) -> None:
    """What is new is written behind the file: a signature over it stays what it was."""
    copy = plain.with_name("copy.pdf")
    reader.annotate(plain, copy, [Annotation("a1", page=1, boxes=boxes_of(reader, plain, "first"))])

    assert copy.read_bytes().startswith(plain.read_bytes())


def test_encrypted_and_damaged_files(reader: PyMuPDFReader, plain: Path) -> None:
    """A file with an empty password stays encrypted; one that had to be repaired is written anew; others say so."""
    wanted = Annotation("a1", page=1, boxes=boxes_of(reader, plain, "first"), comment="Größe")
    locked, cut, shut, copy = (plain.with_name(f"{name}.pdf") for name in ("locked", "cut", "shut", "copy"))
    with pymupdf.open(plain) as pdf:
        pdf.save(locked, encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="owner", user_pw="")
        pdf.save(shut, encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="owner", user_pw="user")
    cut.write_bytes(plain.read_bytes().replace(b"startxref", b"startxxxx"))
    for path in (locked, cut):
        reader.annotate(path, copy, [wanted])
        (found,) = reader.annotations(copy)
        assert (found.quote, found.comment) == ("first", "Größe")
    with pymupdf.open(locked) as pdf:
        assert pdf.metadata["encryption"]
    with pytest.raises(UnreadablePdf, match="encrypted"):
        reader.annotate(shut, plain.with_name("none.pdf"), [wanted])
    assert not plain.with_name("none.pdf").exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"page": 3}, "there is no page 3: it has 2 pages"),
        ({"page": 0}, "there is no page 0"),
        ({"page": None}, "marks nothing"),
        ({"boxes": ()}, "marks nothing"),
        ({"boxes": ((1.0, 5.0, 1.0, 9.0),)}, "is empty"),
        ({"boxes": ((float("nan"), 5.0, 1.0, 9.0),)}, "a box is"),
        ({"colour": "pinkish"}, "is no colour"),
    ],
)
def test_what_cannot_be_written_is_misuse(reader: PyMuPDFReader, plain: Path, change: dict[str, Any], why: str) -> None:
    """The message says what is wrong with it, and nothing is written."""
    wanted = replace(Annotation("a1", page=1, boxes=((10.0, 10.0, 20.0, 20.0),)), **change)
    before = sorted(plain.parent.iterdir())

    with pytest.raises(UsageError, match=why):
        reader.annotate(plain, plain.with_name("copy.pdf"), [wanted])
    assert sorted(plain.parent.iterdir()) == before


def test_the_copy_is_not_the_file_itself(reader: PyMuPDFReader, plain: Path) -> None:
    """By whatever name it is given."""
    plain.with_name("link.pdf").symlink_to(plain)
    for to in (plain, plain.with_name("link.pdf"), plain.parent / "." / plain.name):
        with pytest.raises(UsageError, match="the file itself"):
            reader.annotate(plain, to, [])


def test_a_place_that_cannot_be_written(reader: PyMuPDFReader, plain: Path) -> None:
    """A folder in the way, or a file where a folder is needed: not now, and nothing is left."""
    (plain.parent / "folder.pdf").mkdir()
    before = sorted(plain.parent.iterdir())
    for to in (plain.parent / "folder.pdf", plain / "copy.pdf"):
        with pytest.raises(NotNow, match="cannot write"):
            reader.annotate(plain, to, [])
    assert sorted(plain.parent.iterdir()) == before


@pytest.mark.skipif(os.name == "nt", reason="needs limits on files")
@pytest.mark.parametrize("room", [100, 1600])
def test_a_full_disk_leaves_nothing_behind(plain: Path, room: int) -> None:
    """Whether the copy or what comes behind it finds no room; an older copy stays whole."""
    copy = plain.with_name("copy.pdf")
    copy.write_bytes(b"older")
    size = plain.stat().st_size
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    with PyMuPDFReader() as reader:
        boxes = boxes_of(reader, plain, SPAN)
        reader.close()
        resource.setrlimit(resource.RLIMIT_FSIZE, (room if room < 1000 else size + room, limit[1]))
        try:
            wanted = [Annotation(f"{i:06x}", page=1, boxes=boxes, comment="long " * 50) for i in range(20)]
            with pytest.raises(NoSpace):
                reader.annotate(plain, copy, wanted)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert copy.read_bytes() == b"older"
    assert sorted(path.name for path in plain.parent.iterdir()) == ["copy.pdf", "plain.pdf"]


def test_hidden_control_characters_of_a_comment_are_not_written(reader: PyMuPDFReader, plain: Path) -> None:
    """Nothing in a text can break out of its string, and half a character does no harm."""
    said = "a) /Subtype /Link (b \\ \x00\x1b[31m\ud800 <FEFF>\r\nend"
    wanted = Annotation(") /x (", page=1, boxes=boxes_of(reader, plain, "first"), comment=said, author="(\x07)")
    reader.annotate(plain, plain.with_name("copy.pdf"), [wanted])
    (found,) = reader.annotations(plain.with_name("copy.pdf"))

    assert (found.comment, found.author, found.pdf_name) == ("a) /Subtype /Link (b \\  <FEFF>\nend", "()", ") /x (")
