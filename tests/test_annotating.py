"""Annotations in the PDF in use: made, anchored again, exported, imported, found. A PDF here is a JSON file."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest

from paperlab.annotating import Annotator
from paperlab.disk import sha256_of
from paperlab.errors import BadFile, NotFound, PdfMissing, UnreadablePdf, UsageError
from paperlab.library import Library
from paperlab.types import (
    Annotation,
    AnnotationKind,
    Block,
    BlockKind,
    FrontMatter,
    Line,
    PageLetters,
    PageSize,
    Paper,
    PdfFile,
    PrintedPage,
    Reading,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

KEY, OTHER = "2401.00001", "2401.00002"
PAGES = [
    ["Routers send each token to two experts.", "The balance of load matters to all of them."],
    ["We trained for nine days on one rack.", "The balance of load was kept by a term.", "Nobody had expected it."],
]


class FakeReader:
    """Reads PDFs that are JSON: pages of lines, and what is marked in them. Letters are five points wide."""

    id = "fake"

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def read(self, path: Path) -> Reading:
        pages = _content(path)["pages"]
        if not any(pages):
            raise UnreadablePdf(path, "scan", "it has no text")
        layer = tuple(PrintedPage(n, "\n".join(lines)) for n, lines in enumerate(pages, start=1))
        sizes = tuple(PageSize(page.number, 600.0, 800.0) for page in layer)
        return Reading(self.id, sizes, tuple(_blocks(pages)), FrontMatter(), layer=layer)

    def letters(self, path: Path, page: int) -> PageLetters:
        self.asked.append((path.name, page))
        pages = _content(path)["pages"]
        if page > len(pages):
            raise UsageError(f"there is no page {page}: it has {len(pages)} pages")
        text = "\n".join(pages[page - 1])
        boxes: list[tuple[float, float, float, float] | None] = []
        for row, line in enumerate(pages[page - 1]):
            top = 100.0 + 20 * row
            boxes += [(50.0 + 5 * i, top, 55.0 + 5 * i, top + 10) for i in range(len(line))]
            boxes += [None] if row + 1 < len(pages[page - 1]) else []
        return PageLetters(page, text, tuple(boxes))

    def annotations(self, path: Path) -> list[Annotation]:
        return [_annotation(one) for one in _content(path)["marked"]]

    def annotate(self, path: Path, to: Path, annotations: Sequence[Annotation]) -> None:
        there = [{**asdict(one), "pdf_name": one.pdf_name or one.id, "id": "", "sha256": ""} for one in annotations]
        names = {one["pdf_name"] for one in there}
        kept = [one for one in _content(path)["marked"] if one["pdf_name"] not in names]
        to.write_text(json.dumps({**_content(path), "marked": [*kept, *there]}), encoding="utf-8")


def _content(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _annotation(one: dict[str, Any]) -> Annotation:
    boxes = tuple(tuple(box) for box in one["boxes"])
    return Annotation(**{**one, "kind": AnnotationKind(one["kind"]), "boxes": boxes, "before": "", "after": ""})


def _blocks(pages: list[list[str]]) -> list[Block]:
    return [
        Block(
            BlockKind.PARAGRAPH, n, (), line, (Line(0, (50.0, 100.0 + 20 * i, 50.0 + 5 * len(line), 110.0 + 20 * i)),)
        )
        for n, lines in enumerate(pages, start=1)
        for i, line in enumerate(lines)
    ]


def write(path: Path, pages: list[list[str]], marked: Sequence[Annotation] = (), producer: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"pages": pages, "marked": [asdict(one) for one in marked], "producer": producer}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


class Desk:
    """A library with a fake reader."""

    def __init__(self, root: Path) -> None:
        self.library = Library(root / "papers")
        self.reader = FakeReader()
        self.annotator = self.another()
        for key in (KEY, OTHER):
            self.put(key, PAGES)

    def another(self) -> Annotator:
        """Return what another process would use."""
        return Annotator(self.library, lambda paper: self.reader.read(self.library.pdf(paper)), self.reader)  # type: ignore[arg-type]

    def put(self, key: str, pages: list[list[str]], producer: str = "") -> Paper:
        """Give a paper another PDF."""
        path = write(self.library.folder(key) / "paper.pdf", pages, producer=producer)
        paper = Paper(key, "A title", pdf=PdfFile("paper.pdf", sha256_of(path), path.stat().st_size))
        self.library.save(paper)
        return paper

    @property
    def paper(self) -> Paper:
        return self.library.load(KEY)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def state(annotator: Annotator, paper: Paper) -> list[tuple[str, int | None, bool]]:
    return [
        (one.annotation.quote or one.annotation.comment, one.annotation.page, one.lost) for one in annotator.of(paper)
    ]


def test_a_selection_becomes_an_annotation_with_all_that_finds_it_again(desk: Desk) -> None:
    """Quote, page, boxes, the words around, the PDF it belongs to, the time with its zone."""
    made = desk.annotator.make(desk.paper, [(1, 4, 19)], colour="green", comment=" mine ")

    assert (made.quote, made.page, made.colour, made.comment) == ("balance of load", 1, "green", "mine")
    assert made.boxes == ((70.0, 120.0, 145.0, 130.0),)
    assert made.before.endswith("two experts. The")
    assert made.sha256 == sha256_of(desk.library.pdf(desk.paper))
    assert made.created[-6] in "+-"
    assert desk.annotator.annotations.of(KEY) == (made,)


def test_a_selection_over_two_pages_or_of_nothing_is_none(desk: Desk) -> None:
    """An annotation stands on one page; the desk makes one for each."""
    with pytest.raises(UsageError, match="one page, not on 2"):
        desk.annotator.make(desk.paper, [(1, 0, 5), (2, 0, 5)])
    with pytest.raises(UsageError, match="no words"):
        desk.annotator.make(desk.paper, [(1, 3, 4)])
    with pytest.raises(UsageError, match="'pink' is no colour"):
        desk.annotator.make(desk.paper, [(1, 0, 5)], colour="pink")
    assert desk.annotator.of(desk.paper) == []


def test_words_are_marked_where_they_stand_once(desk: Desk) -> None:
    """What stands nowhere, or in several places, says so."""
    assert desk.annotator.make_of_words(desk.paper, "nine  days").page == 2
    assert desk.annotator.make_of_words(desk.paper, "balance of load", 2).page == 2
    with pytest.raises(UsageError, match=r"in 2 places \(p\. 1, 2\): name the page"):
        desk.annotator.make_of_words(desk.paper, "balance of load")
    with pytest.raises(NotFound, match="do not stand in the paper"):
        desk.annotator.make_of_words(desk.paper, "ten days")
    with pytest.raises(NotFound, match="do not stand on page 1"):
        desk.annotator.make_of_words(desk.paper, "nine days", 1)
    with pytest.raises(UsageError, match="no letters"):
        desk.annotator.make_of_words(desk.paper, " - ")


def test_what_was_quoted_with_its_place_is_marked_there(desk: Desk) -> None:
    """An answer's quote has its line's boxes; the annotation those of the letters, or the given ones."""
    line = ((50.0, 120.0, 245.0, 130.0),)

    exact = desk.annotator.make_in_boxes(desk.paper, 1, line, "balance of load")
    given = desk.annotator.make_in_boxes(desk.paper, 1, line, "a cell's words")

    assert exact.boxes == ((70.0, 120.0, 145.0, 130.0),)
    assert given.boxes == line


def test_reading_order(desk: Desk) -> None:
    """The whole paper first, then page by page down the text, whatever the order they were made in."""
    desk.annotator.make(desk.paper, [(4, 0, 6)])
    desk.annotator.make(desk.paper, [(0, 13, 17)])
    desk.annotator.make(desk.paper, [(0, 0, 7)])
    desk.annotator.note(desk.paper, "on page two", 2)
    desk.annotator.note(desk.paper, "on all")

    assert [words for words, _, _ in state(desk.annotator, desk.paper)] == [
        "on all", "Routers", "each", "on page two", "Nobody",
    ]  # fmt: skip


def test_notes_need_words_and_a_page_that_is_there(desk: Desk) -> None:
    """A note without either is a slip."""
    with pytest.raises(UsageError, match="needs some words"):
        desk.annotator.note(desk.paper, " \n")
    with pytest.raises(UsageError, match="there is no page 9"):
        desk.annotator.note(desk.paper, "words", 9)


def test_another_pdf_moves_annotations_to_their_words_and_writes_it_down(desk: Desk) -> None:
    """Once: the next one who looks finds them in their place. What is gone is lost, and kept."""
    desk.annotator.make(desk.paper, [(2, 15, 24)], comment="mine")
    desk.annotator.make(desk.paper, [(0, 0, 7)])
    paper = desk.put(
        KEY, [["A new first page."], *[[line for line in page if "Routers" not in line] for page in PAGES]]
    )

    assert state(desk.annotator, paper) == [("Routers", 1, True), ("nine days", 3, False)]

    moved = desk.annotator.of(paper)[1].annotation
    assert (moved.sha256, moved.comment, moved.boxes) == (
        paper.pdf and paper.pdf.sha256,
        "mine",
        ((125.0, 100.0, 170.0, 110.0),),
    )
    desk.reader.asked.clear()
    before = desk.annotator.annotations.stamp(KEY)
    assert state(desk.another(), paper) == [("Routers", 1, True), ("nine days", 3, False)]
    assert desk.annotator.annotations.stamp(KEY) == before
    back = desk.put(KEY, PAGES)
    assert [lost for _, _, lost in state(desk.another(), back)] == [False, False]


def test_a_pdf_that_was_marked_in_its_place_keeps_every_annotation(desk: Desk) -> None:
    """Another program wrote into paper.pdf: other bytes, the same words."""
    made = [desk.annotator.make(desk.paper, [(i, 0, 9)]) for i in range(5)]
    write(desk.library.pdf(desk.paper), PAGES, producer="a viewer")
    paper = desk.library.adopt_pdf(KEY, None)
    assert paper.pdf
    assert paper.pdf.sha256 != made[0].sha256

    found = desk.annotator.of(paper)

    assert [one.annotation for one in found] == [replace(one, sha256=paper.pdf.sha256) for one in made]
    assert not any(one.lost for one in found)


def test_boxes_on_a_scan_stay_where_they_are(desk: Desk) -> None:
    """Nothing is to be found by words there, and a marked copy is the same scan."""
    paper = desk.put(KEY, [[], []])
    marked = Annotation("", page=2, boxes=((1.0, 2.0, 3.0, 4.0),), pdf_name="x")
    write(desk.library.pdf(paper), [[], []], [marked])

    report = desk.annotator.import_(desk.library.adopt_pdf(KEY, None))
    again = desk.put(KEY, [[], []], producer="b")

    assert [one.boxes for one in report.added] == [marked.boxes]
    assert [(one.annotation.boxes, one.lost) for one in desk.annotator.of(again)] == [(marked.boxes, False)]


def test_without_a_pdf_places_are_lost_and_the_whole_paper_is_not(desk: Desk) -> None:
    """All of them are shown as they are."""
    desk.annotator.make(desk.paper, [(0, 0, 7)])
    desk.annotator.note(desk.paper, "on all")
    desk.library.pdf(desk.paper).unlink()
    paper = replace(desk.paper, pdf=None)

    assert state(desk.annotator, paper) == [("on all", None, False), ("Routers", 1, True)]
    with pytest.raises(PdfMissing):
        desk.annotator.make(desk.paper, [(0, 0, 7)])
    with pytest.raises(PdfMissing):
        desk.annotator.export(paper, desk.library.root / "x.pdf")


def test_a_lab_that_only_others_may_write_is_read_all_the_same(
    desk: Desk, read_only: Callable[[Path], AbstractContextManager[None]]
) -> None:
    """Annotations are anchored in the new PDF; whoever may write will write it down."""
    desk.annotator.make(desk.paper, [(2, 15, 24)])
    paper = desk.put(KEY, [["New."], *PAGES])

    with read_only(desk.library.folder(KEY)):
        assert state(desk.annotator, paper) == [("nine days", 3, False)]

    assert desk.annotator.annotations.of(KEY)[0].page == 2


def test_change_remove_and_back_again(desk: Desk) -> None:
    """What undo needs: the annotation as it was, and a way to put it back."""
    made = desk.annotator.make(desk.paper, [(0, 0, 7)])

    old, new = desk.annotator.change(desk.paper, made.id[:5], colour="#00ff00", comment="why")
    assert (old, new.colour, new.comment, bool(new.changed)) == (made, "#00ff00", "why", True)
    assert desk.annotator.change(desk.paper, made.id)[1] == new
    desk.annotator.restore(desk.paper, [old])
    assert desk.annotator.annotations.of(KEY) == (made,)

    removed = desk.annotator.remove(desk.paper, [made.id])
    assert desk.annotator.of(desk.paper) == []
    desk.annotator.restore(desk.paper, removed)
    assert desk.annotator.annotations.of(KEY) == (made,)
    with pytest.raises(NotFound, match="has no annotation 'zz'"):
        desk.annotator.remove(desk.paper, [made.id, "zz"])
    assert desk.annotator.annotations.of(KEY) == (made,)
    with pytest.raises(UsageError, match="no colour"):
        desk.annotator.change(desk.paper, made.id, colour="pink")


def test_a_beginning_of_several_ids_is_no_name(desk: Desk) -> None:
    """It says which they are."""
    desk.annotator.annotations.put(KEY, Annotation("abc1"), Annotation("abc2"))

    with pytest.raises(UsageError, match=r"fits 2 annotations \(abc1, abc2\)"):
        desk.annotator.get(desk.paper, "abc")


def test_an_export_imported_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """However often, and whatever is among them; lost ones are left out and told."""
    desk.annotator.make(desk.paper, [(0, 0, 7)], comment="two\nlines ")
    desk.annotator.note(desk.paper, "on all")
    desk.annotator.note(desk.paper, "on page two", 2)
    lost = desk.annotator.annotations.put(KEY, Annotation("", page=1, quote="never printed there", sha256="0a"))
    before = desk.annotator.annotations.path(KEY).read_bytes()
    copy = tmp_path / "copy.pdf"

    report = desk.annotator.export(desk.paper, copy)

    assert (report.written, report.lost) == (3, lost)
    for _ in range(2):
        imported = desk.annotator.import_(desk.paper, copy)
        assert (imported.added, imported.updated, imported.unchanged) == ((), (), 3)
    assert desk.annotator.annotations.path(KEY).read_bytes() == before


def test_an_export_never_writes_over_the_papers_own_pdf(desk: Desk, tmp_path: Path) -> None:
    """Under whatever name; and without annotations there is nothing to export."""
    with pytest.raises(NotFound, match="has no annotations"):
        desk.annotator.export(desk.paper, tmp_path / "x.pdf")
    desk.annotator.make(desk.paper, [(0, 0, 7)])
    (tmp_path / "link.pdf").symlink_to(desk.library.pdf(desk.paper))
    for path in (desk.library.pdf(desk.paper), tmp_path / "link.pdf"):
        with pytest.raises(UsageError, match="own PDF"):
            desk.annotator.export(desk.paper, path)


def edit_in(path: Path, **changes: object) -> None:
    """Change the first annotation in a PDF, as another program would."""
    content = _content(path)
    content["marked"][0].update(changes)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_what_another_program_changed_comes_back(desk: Desk, tmp_path: Path) -> None:
    """Colour and comment; what was changed here later stays."""
    made = desk.annotator.make(desk.paper, [(0, 0, 7)], comment="ours")
    copy = tmp_path / "copy.pdf"
    desk.annotator.export(desk.paper, copy)
    edit_in(copy, comment="theirs", colour="red", changed="2999-01-01T00:00:00+00:00")

    report = desk.annotator.import_(desk.paper, copy)

    (one,) = report.updated
    assert (one.id, one.comment, one.colour, one.quote) == (made.id, "theirs", "red", "Routers")
    assert desk.annotator.import_(desk.paper, copy).unchanged == 1

    edit_in(copy, comment="older", changed="2001-01-01T00:00:00+00:00")
    assert desk.annotator.import_(desk.paper, copy).updated == ()
    assert desk.annotator.annotations.of(KEY)[0].comment == "theirs"


def test_highlights_of_other_programs_come_in_once(desk: Desk, tmp_path: Path) -> None:
    """With their author, time and the words around; one without a name is known by place and words."""
    named = Annotation(
        "", page=2, quote="nine days", boxes=((125.0, 100.0, 170.0, 110.0),), author="Ada", pdf_name="z1"
    )
    bare = replace(named, quote="one rack", boxes=((190.0, 100.0, 230.0, 110.0),), pdf_name="", author="")
    note = Annotation("", AnnotationKind.NOTE, 1, boxes=((5.0, 5.0, 25.0, 25.0),), comment="hm")
    file = write(tmp_path / "given.pdf", PAGES, [named, bare, note], producer="another")

    report = desk.annotator.import_(desk.paper, file)

    assert (len(report.added), report.moved, report.lost) == (3, 0, ())
    first = report.added[0]
    assert (first.author, first.before, first.after) == (
        "Ada",
        "We trained for",
        "on one rack. The balance of load was kept by a",
    )
    assert first.sha256 == (desk.paper.pdf and desk.paper.pdf.sha256)
    again = desk.annotator.import_(desk.paper, file)
    assert (again.added, again.unchanged) == ((), 3)


def test_what_a_file_was_given_wrongly_is_left_out_of_an_export(desk: Desk, tmp_path: Path) -> None:
    """A page that is not there, boxes without area, none at all: the others are written."""
    made = desk.annotator.make(desk.paper, [(0, 0, 7)])
    odd = [replace(made, id="", page=99), replace(made, id="", boxes=()), replace(made, id="", boxes=((9, 9, 2, 2),))]
    desk.annotator.restore(desk.paper, odd)

    report = desk.annotator.export(desk.paper, tmp_path / "copy.pdf")

    assert (report.written, len(report.lost)) == (1, 3)


def test_a_name_that_programs_count_up_is_no_annotations_own(desk: Desk, tmp_path: Path) -> None:
    """Some call the first mark of every page alike: another one of that name is another one, and keeps its comment."""
    first = Annotation(
        "", page=2, quote="nine days", boxes=((125.0, 100.0, 170.0, 110.0),), comment="a", pdf_name="prog-0"
    )
    second = replace(first, quote="one rack", boxes=((190.0, 100.0, 230.0, 110.0),), comment="b")
    note = Annotation("", AnnotationKind.NOTE, 1, boxes=((5.0, 5.0, 25.0, 25.0),), comment="c", pdf_name="prog-0")
    far = replace(note, page=2, boxes=((300.0, 300.0, 320.0, 320.0),), comment="d")

    for marks in ([first, note], [second, far], [second, first, far, note]):
        desk.annotator.import_(desk.paper, write(tmp_path / "given.pdf", PAGES, marks, producer="another"))

    kept = {one.comment: (one.quote, one.page) for one in desk.annotator.annotations.of(KEY)}
    assert kept == {"a": ("nine days", 2), "b": ("one rack", 2), "c": ("", 1), "d": ("", 2)}
    assert len(desk.annotator.annotations.of(KEY)) == 4


def test_a_comment_that_is_longer_than_what_is_read_of_it_stays_whole(desk: Desk, tmp_path: Path) -> None:
    """An import never cuts what was written here, nor spells the same colour otherwise."""
    made = desk.annotator.make(desk.paper, [(0, 0, 7)], comment="long " * 30_000, colour="#FF6666")
    copy = tmp_path / "copy.pdf"
    desk.annotator.export(desk.paper, copy)
    edit_in(copy, comment=made.comment[:100_000], colour="red")

    assert desk.annotator.import_(desk.paper, copy).unchanged == 1
    assert desk.annotator.annotations.of(KEY) == (made,)


def test_another_copy_of_the_paper_is_anchored_by_its_words(desk: Desk, tmp_path: Path) -> None:
    """Made on a copy with another page in front; what does not stand in ours is kept and told as lost."""
    there = Annotation("", page=3, quote="nine days", boxes=((125.0, 100.0, 170.0, 110.0),))
    gone = Annotation(
        "", page=1, quote="A cover of the publisher", boxes=((50.0, 100.0, 170.0, 110.0),), comment="keep"
    )
    file = write(tmp_path / "given.pdf", [["A cover of the publisher."], *PAGES], [gone, there])

    report = desk.annotator.import_(desk.paper, file)

    assert (len(report.added), report.moved) == (2, 1)
    assert [one.comment for one in report.lost] == ["keep"]
    assert report.lost[0].id
    assert state(desk.annotator, desk.paper) == [("A cover of the publisher", 1, True), ("nine days", 2, False)]
    again = desk.annotator.import_(desk.paper, file)
    assert (again.added, again.unchanged) == ((), 2)


def test_the_papers_own_pdf_marked_by_hand_is_taken_in_and_adopted(desk: Desk) -> None:
    """Without a file; the record takes the marked PDF as the one in use, and older annotations follow."""
    made = desk.annotator.make(desk.paper, [(0, 0, 7)])
    marked = Annotation("", page=2, quote="nine days", boxes=((125.0, 100.0, 170.0, 110.0),), pdf_name="x")
    write(desk.library.pdf(desk.paper), PAGES, [marked])

    report = desk.annotator.import_(desk.paper)

    assert [one.quote for one in report.added] == ["nine days"]
    assert desk.paper.pdf
    assert desk.paper.pdf.sha256 == sha256_of(desk.library.pdf(desk.paper)) != made.sha256
    assert [lost for _, _, lost in state(desk.annotator, desk.paper)] == [False, False]
    assert desk.annotator.import_(desk.paper).added == ()


def test_finding_over_all_papers(desk: Desk) -> None:
    """By colour, kind, words, day and paper, the newest first; a broken file is passed over and told."""
    other = desk.library.load(OTHER)
    put = desk.annotator.annotations.put
    put(KEY, Annotation("", quote="Déjà vu", colour="red", created="2026-11-20T10:00:00+00:00"))
    put(KEY, Annotation("", AnnotationKind.NOTE, comment="about 🔬 it", created="2026-11-22T10:00:00+00:00"))
    put(OTHER, Annotation("", AnnotationKind.NOTE, comment="gates", created="2026-11-22T11:30:00+02:00"))

    def found(keys: set[str] | None = None, **narrowed: Any) -> list[str]:
        return [one.annotation.comment or one.annotation.quote for one in desk.annotator.find(keys, **narrowed)]

    assert found() == ["about 🔬 it", "gates", "Déjà vu"]
    assert found({other.key}) == ["gates"]
    assert found(colours=["red"]) == ["Déjà vu"]
    assert found(kinds=[AnnotationKind.HIGHLIGHT]) == ["Déjà vu"]
    assert found(words="deja") == ["Déjà vu"]
    assert found(words="🔬 about") == ["about 🔬 it"]
    assert found(words="about gates") == []
    assert found(since="2026-11-21") == ["about 🔬 it", "gates"]

    desk.annotator.annotations.path(OTHER).write_text("id = ", encoding="utf-8")
    assert found() == ["about 🔬 it", "Déjà vu"]
    assert [type(problem) for problem in desk.annotator.problems] == [BadFile]
    (desk.library.folder(OTHER) / "paper.toml").unlink()
    desk.annotator.annotations.path(OTHER).write_text("", encoding="utf-8")
    assert found() == ["about 🔬 it", "Déjà vu"]
    assert [problem.why for problem in desk.annotator.problems] == ["there is no paper.toml beside it"]


def test_finding_follows_a_new_pdf(desk: Desk) -> None:
    """An annotation is found at its new place, or as lost, from all papers as from its own."""
    desk.annotator.make(desk.paper, [(2, 15, 24)])
    desk.annotator.make(desk.paper, [(0, 0, 7)])
    desk.put(KEY, [["New."], PAGES[1]])

    found = desk.another().find()

    assert sorted((one.annotation.quote, one.lost) for one in found) == [("Routers", True), ("nine days", False)]
