"""The reader: opening, moving, jumping, selecting and annotating, driven by keys and mouse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from desk_support import drive, shown, until
from paperlab.lab import Lab
from paperlab.tui.app import Look
from paperlab.tui.flow import Position
from paperlab.tui.messages import Place
from paperlab.tui.screens.picture import PictureScreen
from paperlab.tui.screens.reader import ReaderScreen
from paperlab.tui.screens.reader_search import FindBar
from paperlab.tui.screens.table_view import TableScreen
from paperlab.tui.widgets.notes import NotesPane
from paperlab.tui.widgets.outline import Outline
from paperlab.tui.widgets.paper_text import PaperText
from paperlab.types import Annotation, AnnotationKind, Cell, PageBox, Status, Table, TableRow
from paperlab.types import RowKind as Kind
from support import TOPICS, write_pdf

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from paperlab.tui.app import DeskApp

KEY = "2401.00001"


async def opened(app: DeskApp, pilot: Pilot[Any], place: Place | None = None) -> ReaderScreen:
    """Open the paper and wait until its text stands."""
    app.open_paper(KEY, place)
    await until(pilot, lambda: isinstance(app.screen, ReaderScreen) and app.screen.is_open)
    screen = app.screen
    assert isinstance(screen, ReaderScreen)
    await until(pilot, lambda: screen.keeping._kept is not None)
    return screen


def read(
    root: Path,
    scenario: Callable[[DeskApp, Pilot[Any], ReaderScreen], Awaitable[None]],
    place: Place | None = None,
    **options: Any,
) -> None:
    """Open the paper on the desk and run a scenario in it."""

    async def run(app: DeskApp, pilot: Pilot[Any]) -> None:
        await scenario(app, pilot, await opened(app, pilot, place))

    drive(root, run, **options)


def annotations(root: Path) -> tuple[Annotation, ...]:
    lab = Lab(root)
    found = lab.annotator.annotations.of(KEY)
    lab.close()
    return found


# Opening and moving


def test_a_paper_opens_with_its_sections_and_says_where_one_is(root: Path) -> None:
    """Title, text, outline and page are there; `]` goes to the next section and the outline follows."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        assert TOPICS[KEY][0] in shown(app)
        assert "p. 1 of 3" in shown(app)
        headings = reader.text.document.headings
        await pilot.press("right_square_bracket", "right_square_bracket")
        await pilot.pause()
        assert reader.text.top.item == headings[1].item
        assert reader.outline.highlighted == 1

    read(root, scenario, size=(120, 14))


def test_pages_are_gone_to_by_number(root: Path) -> None:
    """`:3` and enter shows page 3; backspace goes back; what is no number is told."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.press("colon", "3", "enter")
        assert reader.text.document.page_at(reader.text.top.item) == 3
        await pilot.press("backspace")
        assert reader.text.top.item == 0
        await pilot.press("colon", "x", "enter")
        assert "'x' is no page" in str([note.message for note in app._notifications])

    read(root, scenario, size=(80, 14))


def test_the_outline_is_toggled_and_jumped_from(root: Path) -> None:
    """`o` shows it and goes into it, enter jumps and gives the keys back to the text, `o` twice hides it."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        assert not reader.outline.display
        await pilot.press("o", "G", "enter")
        await pilot.pause()
        assert reader.text.top.item == reader.text.document.headings[-1].item
        assert reader.text.has_focus
        await pilot.press("o", "o")
        assert not reader.outline.display

    read(root, scenario, size=(80, 14))


def test_the_place_and_the_time_read_are_kept(root: Path) -> None:
    """Closing writes the page and the words at the top; opening again goes there."""

    async def run(app: DeskApp, pilot: Pilot[Any]) -> None:
        reader = await opened(app, pilot)
        await pilot.press("colon", "2", "enter", "j", "j", "j")
        reader.keeping.tick()
        top = reader.text.top
        await pilot.press("escape")
        await until(pilot, (root / "papers" / KEY / "reading.toml").exists)
        again = await opened(app, pilot)
        assert again is not reader
        assert again.text.top == top

    drive(root, run, size=(80, 14))

    assert "page = 2" in (root / "papers" / KEY / "reading.toml").read_text(encoding="utf-8")


def test_a_place_is_pointed_at(root: Path) -> None:
    """A quote given with the paper stands in view and is marked until one moves on."""
    quote = "In step 23 of routing tokens"

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.pause()
        pointed = [span for spans in reader.text.drawn.pointing.values() for span in spans]
        words = " ".join(reader.text.document.items[span.item].text[span.start : span.end] for span in pointed)
        assert words == quote
        assert quote in " ".join(shown(app).split())
        reader.go_to(Place(page=3, boxes=(PageBox(3, reader.text.document.blocks[-1].lines[0].box),)))
        assert reader.text.document.page_at(next(iter(reader.text.drawn.pointing))) == 3
        await pilot.press("g")
        assert not reader.text.drawn.pointing

    read(root, scenario, Place(page=2, quote=quote), size=(100, 14))


def test_searching_marks_all_and_goes_from_one_to_the_next(root: Path) -> None:
    """As one types, the first match from the top on is shown; n and N go round; escape in the line gives up."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.press("slash", *"study gate")
        await pilot.pause()
        matches = reader.text.drawn.matches
        count = sum(map(len, matches.values()))
        assert count > 1
        first = reader.text.drawn.match
        await pilot.press("enter", "n")
        assert reader.text.drawn.match != first
        assert f"2 of {count}" in shown(app)
        await pilot.press("N", "N")
        await pilot.pause()
        assert f"{count} of {count}" in shown(app)
        await pilot.press("g", "j")
        await until(pilot, lambda: "of 3 " in shown(app) and f"of {count}: study gate" not in shown(app))
        assert reader.text.drawn.matches, "the words stay marked, and n goes on"
        await pilot.press("n")
        await until(pilot, lambda: f"1 of {count}: study gate" in shown(app))
        await pilot.press("escape")
        assert not reader.text.drawn.matches
        assert app.screen is reader
        await pilot.press("slash", "x", "escape")
        await pilot.pause()
        assert not reader.text.drawn.matches
        assert reader.text.has_focus

    read(root, scenario, size=(100, 20))


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (80, 24), (200, 60)])
def test_every_size_of_terminal_is_drawn(root: Path, size: tuple[int, int]) -> None:
    """Nothing fails from 20x5 on; a resize keeps the place at the top."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.press("colon", "2", "enter", "v", "w", "s", "escape", "escape", "o", "escape")
        item = reader.text.top.item
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert reader.text.top.item == item

    read(root, scenario, size=size)


def test_every_key_does_something(root: Path) -> None:
    """Each binding has an action that is there, an id and a description; no id comes twice."""
    classes = (ReaderScreen, PaperText, Outline, NotesPane, FindBar, PictureScreen, TableScreen)
    bindings = [(one, binding) for one in classes for binding in one.BINDINGS]

    ids = [binding.id for _, binding in bindings]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    for one, binding in bindings:
        assert binding.description
        name = binding.action.partition("(")[0]
        assert hasattr(one, f"action_{name}"), (one, binding.action)


# Links


def test_a_citation_leads_to_its_entry_and_back(root: Path) -> None:
    """Tab goes to the link, enter to the entry, and enter again to the paper of the library that it names."""
    from paperlab.references import find_references
    from paperlab.tui.flow import build_document
    from paperlab.types import Block, BlockKind, FrontMatter, Line, PageSize, Reading

    def block(text: str, kind: BlockKind, page: int = 1) -> Block:
        return Block(kind, page, ("References",) if page == 2 else (), text, (Line(0, (50.0, 50.0, 500.0, 60.0)),))

    blocks = (
        block("Work on this began with [1] and others.", BlockKind.PARAGRAPH),
        *[block(f"Filling paragraph {i}.", BlockKind.PARAGRAPH) for i in range(30)],
        block("References", BlockKind.HEADING, 2),
        block("[1] A. Lovelace. Shortcuts for Very Deep Networks. In Venue, 2024.", BlockKind.REFERENCE, 2),
    )
    reading = Reading("test", (PageSize(1, 612, 792), PageSize(2, 612, 792)), blocks, FrontMatter())
    document = build_document(reading, find_references(blocks), {0: "2401.00004"})

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        reader.text.show(document)
        await pilot.press("tab")
        await pilot.pause()
        assert "Shortcuts for Very Deep Networks" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert list(reader.text.drawn.pointing) == [len(document.items) - 1]
        assert "in the library as 2401.00004" in shown(app)
        await pilot.press("backspace")
        await pilot.pause()
        assert reader.text.top == Position(0, 0)
        [(offset, _)] = reader.text.jump_targets()
        assert (
            shown(app).split("\n")[reader.text.region.y + offset.y][reader.text.region.x + offset.x :].startswith("[1]")
        )
        await pilot.press("f", "a", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReaderScreen) and app.screen.key == "2401.00004")

    read(root, scenario, size=(100, 16))


def test_a_table_is_opened_wide_and_a_page_as_a_picture(root: Path) -> None:
    """Enter goes to the table, there enter shows all its cells; `P` shows the page, with the next one behind `n`."""
    from paperlab.tui.flow import build_document
    from paperlab.types import Block, BlockKind, FrontMatter, Line, PageSize, Reading

    cells = tuple(Cell(f"column {i}", None, column=i) for i in range(30))
    rows = (TableRow(Kind.HEADER, cells), TableRow(Kind.DATA, cells))
    table = Table("1", "Table 1: Wide.", 1, (40.0, 40.0, 510.0, 70.0), rows)
    blocks = (
        Block(BlockKind.PARAGRAPH, 1, (), "All is in Table 1.", (Line(0, (50.0, 20.0, 500.0, 30.0)),)),
        Block(BlockKind.TABLE, 1, (), "words", (Line(0, (50.0, 50.0, 500.0, 60.0)),)),
    )
    document = build_document(Reading("test", (PageSize(1, 612, 792),) * 3, blocks, FrontMatter(), (table,)))

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        reader.text.show(document)
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert reader.text.link == (1, document.items[1].links[0])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, TableScreen))
        await pilot.press(*["l"] * 40)
        await pilot.pause()
        assert "column 29" in shown(app)
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, PictureScreen))
        screen = app.screen
        assert isinstance(screen, PictureScreen)
        await until(pilot, lambda: screen.view.is_picture)
        await pilot.press("n", "n", "n")
        await until(pilot, lambda: screen.page == 3)
        await pilot.press("escape", "escape")
        assert app.screen is reader

    read(root, scenario, size=(100, 24))


# Selecting and annotating


def test_a_sentence_is_highlighted_by_three_keys_and_undone(root: Path) -> None:
    """`s` selects, a digit highlights in that colour: in the file, drawn on exactly its words; `u` takes it back."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.press("colon", "2", "enter", "j", "v", "j", "s")
        selection = reader.text.caret.selection
        assert selection is not None
        await pilot.press("3")
        await until(pilot, lambda: annotations(root) and reader.text.drawn.annotated)
        [made] = annotations(root)
        assert (made.colour, made.page, made.kind) == ("green", 2, AnnotationKind.HIGHLIGHT)
        [[(span, drawn)]] = reader.text.drawn.annotated.values()
        assert (drawn.id, Position(span.item, span.start), Position(span.item, span.end)) == (made.id, *selection)
        assert reader.text.caret.at is None
        await pilot.press("u")
        await until(pilot, lambda: not reader.text.drawn.annotated)
        assert annotations(root) == ()
        await pilot.press("U")
        await until(pilot, lambda: reader.text.drawn.annotated)
        assert annotations(root) == (made,)

    read(root, scenario, size=(100, 30))


def test_a_selection_over_a_page_end_is_one_change(root: Path) -> None:
    """It makes an annotation for each page, undone as one."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        first = reader.text.document.first_on_page
        last = first[2] - 1
        reader.text.caret.put(Position(last, 0))
        reader.text.caret.begin()
        reader.text.caret.drag(Position(first[2], len(reader.text.document.items[first[2]].text)))
        await pilot.press("enter")
        await until(pilot, lambda: len(annotations(root)) == 2)
        assert {one.page for one in annotations(root)} == {1, 2}
        await until(pilot, lambda: reader.text.drawn.annotated)
        await pilot.press("u")
        await until(pilot, lambda: not annotations(root))

    read(root, scenario, size=(100, 30))


def test_the_mouse_selects(root: Path) -> None:
    """Dragging selects between its ends, two clicks a word, three a sentence; one click elsewhere leaves."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        text = reader.text
        item = next(i for i, one in enumerate(text.document.items) if one.text.startswith("In step"))
        row = text.flow.first_row(item) - text.scroll_offset.y
        left = text.margin
        await pilot.mouse_down(text, offset=(left + 3, row))
        await pilot.hover(text, offset=(left + 10, row))
        await pilot.mouse_up(text, offset=(left + 10, row))
        assert text.caret.selection == (Position(item, 3), Position(item, 10))
        await pilot.click(text, offset=(left + 4, row + 1))
        assert text.caret.selection is None
        await pilot.click(text, offset=(left + 4, row), times=2)
        assert reader.annotating.words == "step"
        await pilot.click(text, offset=(left + 4, row), times=3)
        assert reader.annotating.words.startswith("In step")
        assert reader.annotating.words.endswith(".")

    read(root, scenario, size=(100, 30))


def test_an_annotation_is_chosen_recoloured_commented_and_deleted(root: Path) -> None:
    """`.` goes to it, enter opens its comment, `C` its colour, `D` deletes it; each can be undone."""
    lab = Lab(root)
    paper = lab.library.load(KEY)
    block = next(i for i, one in enumerate(lab.reading(paper).blocks) if one.text.startswith("In step"))
    lab.annotator.make(paper, [(block, 0, 9)])
    lab.close()

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.press("full_stop")
        assert reader.annotating.chosen == annotations(root)[0]
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is not reader)
        await pilot.pause()
        await pilot.press(*"Why", "escape")
        await until(pilot, lambda: app.screen is reader and annotations(root)[0].comment == "Why")
        await until(pilot, lambda: reader.annotating.chosen and reader.annotating.chosen.comment == "Why")
        assert "Why" in shown(app)
        await pilot.press("u")
        await until(pilot, lambda: annotations(root)[0].comment == "")
        await pilot.press("D")
        await until(pilot, lambda: not annotations(root))
        await pilot.press("u")
        await until(pilot, lambda: annotations(root))

    read(root, scenario, size=(100, 30))


def test_what_another_program_annotates_appears(root: Path) -> None:
    """An annotation written by another process is drawn, and the place on the screen stays."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.press("colon", "2", "enter", "j")
        top = reader.text.top
        lab = Lab(root)
        lab.annotator.make_of_words(lab.library.load(KEY), "In step 23 of routing tokens")
        lab.close()
        await until(pilot, lambda: reader.text.drawn.annotated)
        assert reader.text.top == top

    read(root, scenario, size=(100, 20))


def test_status_is_set_by_one_key(root: Path) -> None:
    """`d` makes it read, with the day; `u` takes both back."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.press("d")
        await until(pilot, lambda: _paper(root).status is Status.READ)
        assert _paper(root).finished
        await pilot.press("u")
        await until(pilot, lambda: _paper(root).status is Status.TO_READ)
        assert _paper(root).finished is None

    read(root, scenario)


def test_undo_leaves_a_status_that_somebody_else_set(root: Path) -> None:
    """What another program made of the paper since then stays, and the user is told."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.press("r")
        await until(pilot, lambda: _paper(root).status is Status.READING)
        lab = Lab(root)
        lab.library.edit(KEY, lambda paper: replace(paper, status=Status.READ, finished="2026-01-02"))
        lab.close()
        await pilot.press("u")
        await until(pilot, lambda: any("left as it is" in one.message for one in app._notifications))
        assert (_paper(root).status, _paper(root).finished) == (Status.READ, "2026-01-02")

    read(root, scenario)


def test_a_comment_leaves_the_colour_that_somebody_else_gave(root: Path) -> None:
    """Neither writing it, nor taking it back, nor writing it again touches the colour."""
    lab = Lab(root)
    paper = lab.library.load(KEY)
    name = lab.annotator.make_of_words(paper, "In step 23 of routing tokens").id
    lab.close()

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        def is_now(comment: str) -> bool:
            return (annotations(root)[0].comment, annotations(root)[0].colour) == (comment, "blue")

        await pilot.press("full_stop", "enter")
        await until(pilot, lambda: app.screen is not reader)
        await pilot.press(*"Why")
        other = Lab(root)
        other.annotator.change(other.library.load(KEY), name, colour="blue")
        other.close()
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is reader and is_now("Why"))
        await until(pilot, lambda: app.history.done)
        await pilot.press("u")
        await until(pilot, lambda: is_now(""))
        await pilot.press("U")
        await until(pilot, lambda: is_now("Why"))

    read(root, scenario, size=(100, 30))


def _paper(root: Path) -> Any:
    lab = Lab(root)
    paper = lab.library.load(KEY)
    lab.close()
    return paper


# What is missing


def test_a_paper_whose_pdf_vanished_says_so_and_comes_back(root: Path) -> None:
    """Its record is shown, with what to do, and no key fails; once the file is there again the text is, too."""
    pdf = next((root / "papers" / KEY).glob("*.pdf"))
    kept = pdf.read_bytes()
    pdf.unlink()

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        assert "is gone from the paper's folder" in " ".join(shown(app).split())
        await pilot.press("v", "s", "3", "P", "escape", "escape", "tab", "full_stop", "n")
        assert app.screen is reader
        pdf.write_bytes(kept)
        await pilot.press("r")
        await until(pilot, lambda: reader.text.document.pages == 3)

    read(root, scenario)


def test_a_pdf_that_is_replaced_is_read_anew_at_the_same_words(root: Path, tmp_path: Path) -> None:
    """Another version of the paper comes in while it is open: its text is shown from where one was."""
    title, words = TOPICS[KEY]
    other = write_pdf(tmp_path / "other.pdf", title, words, arxiv=f"{KEY}v2", pages=4)

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.press("colon", "2", "enter", "j", "j")
        words = reader.jumps.top_words()
        lab = Lab(root)
        paper = lab.library.load(KEY)
        lab.library.save(lab.library.keep_pdf(paper, other, 2, move=False))
        lab.close()
        await until(pilot, lambda: reader.text.document.pages == 4)
        await until(pilot, lambda: reader.jumps.top_words() == words)

    read(root, scenario, size=(80, 14))


@pytest.mark.parametrize("counted", [True, False])
def test_time_is_counted_while_one_reads(root: Path, counted: bool) -> None:
    """Seconds with the reader in front of a focused terminal are kept by day; not with `tui.time_read = false`."""
    (root / "paperlab.toml").write_text(f"[tui]\ntime_read = {str(counted).lower()}\n", encoding="utf-8")

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        now = [1000.0]
        reader.keeping.clock.now = lambda: now[0]
        for focus in (True, True, True, False):
            app.app_focus = focus
            await pilot.press("j")
            reader.keeping.tick()
            now[0] += 4
        reader.keeping.keep()
        await until(pilot, (root / "papers" / KEY / "reading.toml").exists)

    read(root, scenario, size=(80, 14))

    text = (root / "papers" / KEY / "reading.toml").read_text(encoding="utf-8")
    assert ("[seconds]" in text) is counted


def test_in_ascii_a_page_is_opened_outside(root: Path) -> None:
    """Without pictures the screen says how to see the page."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], reader: ReaderScreen) -> None:
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, PictureScreen))
        await until(pilot, lambda: "O opens the PDF outside" in shown(app))

    read(root, scenario, look=Look(ascii=True))
