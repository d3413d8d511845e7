"""The screen of all annotations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from desk_support import desk_lab, drive, shown, until
from paperlab.lab import Lab
from paperlab.library import Library
from paperlab.library.annotations import Annotations
from paperlab.tui.app import DeskApp, Look
from paperlab.tui.screens.annotations import AnnotationsScreen
from paperlab.tui.screens.reader import ReaderScreen
from paperlab.tui.views.annotation_rows import Narrowing, choices, entry, fitting, grouped, to_markdown, turned
from paperlab.tui.views.completing import files, wrong_file, wrong_new_file
from paperlab.tui.widgets.annotation_list import annotation_rows
from paperlab.types import Annotation, AnnotationKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from paperlab.tui.messages import Place

ROUTING, MERGING = "2401.00001", "2401.00002"


@pytest.fixture(scope="module")
def made() -> dict[str, Path]:
    return {}


@pytest.fixture
def root(tmp_path: Path, made: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab with three annotations: two in the paper on routing, one in that on merging, made in this order."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    monkeypatch.setenv("PAPERLAB_ARXIV_OFFLINE", "true")
    monkeypatch.setattr(DeskApp, "DEFAULT_MODE", "annotations")
    root = desk_lab(tmp_path / "lab", made)
    lab = Lab(root)
    routing, merging = lab.library.load(ROUTING), lab.library.load(MERGING)
    annotator = lab.annotator
    second = annotator.make_of_words(routing, "report an accuracy of 64.2 percent", 2, colour="green", comment="why?")
    first = annotator.make_of_words(routing, "report an accuracy of 62.1 percent", 1)
    third = annotator.make_of_words(merging, "report an accuracy of 65.4 percent", 1, kind=AnnotationKind.UNDERLINE)
    for key, one, day in ((ROUTING, second, 1), (ROUTING, first, 2), (MERGING, third, 3)):
        annotator.annotations.put(key, replace(one, created=f"2026-01-0{day}T10:00:00+00:00"))
    lab.close()
    return root


def visit(
    root: Path, scenario: Callable[[DeskApp, Pilot[Any], AnnotationsScreen], Awaitable[None]], **options: Any
) -> None:
    """Open the screen, wait until it stands, and run `scenario(app, pilot, screen)`."""

    async def go(app: DeskApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: isinstance(app.screen, AnnotationsScreen) and app.screen.is_mounted)
        screen = app.screen
        assert isinstance(screen, AnnotationsScreen)
        await until(pilot, lambda: screen.query_one(".count").content)
        await scenario(app, pilot, screen)

    drive(root, go, **options)


def kept(root: Path, key: str) -> list[Annotation]:
    """Return a paper's annotations as another process reads them."""
    return list(Annotations(Library(root / "papers")).of(key))


def quotes(screen: AnnotationsScreen) -> list[str]:
    """Return the numbers in the quotes that are shown, in order."""
    return [one.annotation.quote.split()[4] for group in screen.shown for one in group]


def test_annotations_stand_by_paper_the_one_annotated_last_first(root: Path) -> None:
    """Within a paper they stand by page; title, page, quote and comment are seen."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        assert quotes(screen) == ["65.4", "62.1", "64.2"]
        seen = shown(app)
        for words in ("Averaging Weights", "p. 2", "report an accuracy of 64.2 percent", "why?"):
            assert words in seen
        await pilot.press("s")
        assert [group[0].title.split()[0] for group in screen.shown] == ["Averaging", "Routing"]

    visit(root, scenario, size=(80, 24))


def test_words_typed_and_choices_narrow_what_is_shown(root: Path) -> None:
    """Words in quote, comment and title; a colour from the list of filters; escape shows all again."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        await pilot.press("slash", *"WHY")
        await until(pilot, lambda: quotes(screen) == ["64.2"])
        await pilot.press("escape")
        await until(pilot, lambda: len(quotes(screen)) == 3)
        await pilot.press("f")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press(*"yellow", "enter")
        await until(pilot, lambda: quotes(screen) == ["65.4", "62.1"])
        assert "yellow" in shown(app)
        await pilot.press("f")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press(*"sparse", "enter")
        await until(pilot, lambda: quotes(screen) == ["62.1"])
        screen.show_only(MERGING)
        assert quotes(screen) == ["65.4"]

    visit(root, scenario)


def test_enter_opens_the_reader_at_the_annotation(root: Path) -> None:
    """The place has page, quote, boxes and the annotation's id."""
    opened: list[tuple[str, Place | None]] = []

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        app.open_paper = lambda key, place=None: opened.append((key, place))  # type: ignore[method-assign]
        await pilot.press("G", "enter")
        await until(pilot, lambda: opened)

    visit(root, scenario)

    key, place = opened[0]
    one = next(one for one in kept(root, ROUTING) if one.page == 2)
    assert place is not None
    assert (key, place.annotation, place.page, place.on_page) == (ROUTING, one.id, 2, one.boxes)


def test_the_reader_comes_on_top_and_gives_the_place_back(root: Path) -> None:
    """Leaving it shows the list with the cursor where it was."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        await pilot.press("j")
        at = screen.annotations.at
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReaderScreen))
        app.pop_screen()
        await until(pilot, lambda: app.screen is screen)
        assert screen.annotations.at == at

    visit(root, scenario)


def test_a_comment_is_written_and_undone_as_one(root: Path) -> None:
    """However often it was saved, u takes all of it back and U brings it again; another's colour stays."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        await pilot.press("c")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press(*"one")
        await until(pilot, lambda: kept(root, MERGING)[0].comment == "one")
        await pilot.press("space", *"two", "escape")
        await until(pilot, lambda: app.screen is screen and app.history.done)
        await until(pilot, lambda: "one two" in shown(app))
        library = Library(root / "papers")
        Annotations(library).put(MERGING, replace(kept(root, MERGING)[0], colour="orange"))
        await pilot.press("u")
        await until(pilot, lambda: not kept(root, MERGING)[0].comment)
        assert kept(root, MERGING)[0].colour == "orange"
        await pilot.press("U")
        await until(pilot, lambda: kept(root, MERGING)[0].comment == "one two")

    visit(root, scenario)


def test_several_are_deleted_after_a_question_and_come_back_by_undo(root: Path) -> None:
    """Exactly as they were, whatever was added to the file meanwhile."""
    before = kept(root, ROUTING)

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        await pilot.press("j", "space", "space", "D")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press("y")
        await until(pilot, lambda: quotes(screen) == ["65.4"])
        lab = Lab(root)
        lab.annotator.note(lab.library.load(ROUTING), "made meanwhile")
        lab.close()
        await pilot.press("u")
        await until(pilot, lambda: len(kept(root, ROUTING)) == 3)

    visit(root, scenario)

    assert set(before) < set(kept(root, ROUTING))


def test_one_is_deleted_without_a_question_and_the_cursor_stays_near(root: Path) -> None:
    """The cursor goes to the next one."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        await pilot.press("j", "D")
        await until(pilot, lambda: quotes(screen) == ["65.4", "64.2"])
        assert screen.annotations.entry is not None
        assert "64.2" in screen.annotations.entry.annotation.quote

    visit(root, scenario)


def test_colours_are_given_to_all_chosen_and_taken_back_one_by_one(root: Path) -> None:
    """Each gets the colour it had."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        await pilot.press("j", "space", "space", "C")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press(*"blue", "enter")
        await until(pilot, lambda: {one.colour for one in kept(root, ROUTING)} == {"blue"})
        await pilot.press("u")
        await until(pilot, lambda: {one.colour for one in kept(root, ROUTING)} == {"green", "yellow"})

    visit(root, scenario)


def test_what_others_write_appears_and_leaves_the_cursor_alone(root: Path) -> None:
    """An annotation made elsewhere comes in above; the cursor stays at its own."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        await pilot.press("j", "j")
        at, line = screen.annotations.at, screen.annotations.cursor
        lab = Lab(root)
        lab.annotator.note(lab.library.load("2401.00003"), "from a cron job")
        lab.close()
        await app.look_for_changes()
        await until(pilot, lambda: "from a cron job" in shown(app))
        assert screen.annotations.at == at
        assert screen.annotations.cursor != line

    visit(root, scenario)


def test_a_lost_annotation_is_shown_as_lost_and_found_among_the_others(root: Path) -> None:
    """Its words are not in the PDF in use; the key ! shows only such."""
    lab = Lab(root)
    paper = lab.library.load(MERGING)
    gone = replace(
        kept(root, MERGING)[0], quote="words of another version entirely", sha256="0" * 64, before="", after=""
    )
    lab.annotator.restore(paper, [gone])
    lab.close()

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        assert "lost" in shown(app)
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: [one.lost for group in screen.shown for one in group] == [True])

    visit(root, scenario)


def test_annotations_go_to_a_pdf_and_come_back(root: Path, tmp_path: Path) -> None:
    """Exported with E; deleted; taken out of that copy with I; undone."""
    copy = tmp_path / "out.pdf"

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        from paperlab.tui.screens.dialogs import Line

        async def fill(key: str) -> None:
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, Line))
            assert isinstance(app.screen, Line)
            app.screen.line.value = str(copy)
            await pilot.press("enter")
            await until(pilot, lambda: app.screen is screen)

        await fill("E")
        await until(pilot, copy.exists)
        await pilot.press("D")
        await until(pilot, lambda: not kept(root, MERGING))
        screen.show_only(MERGING)
        await fill("I")
        await until(pilot, lambda: kept(root, MERGING))
        await pilot.press("u")
        await until(pilot, lambda: not kept(root, MERGING))

    visit(root, scenario)


def test_all_that_is_shown_goes_to_a_markdown_file(root: Path, tmp_path: Path) -> None:
    """The file has each paper as a heading and each quote with its page."""
    path = tmp_path / "notes.md"

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        from paperlab.tui.screens.dialogs import Line

        await pilot.press("M")
        await until(pilot, lambda: isinstance(app.screen, Line))
        assert isinstance(app.screen, Line)
        app.screen.line.value = str(path)
        await pilot.press("enter")
        await until(pilot, path.exists)

    visit(root, scenario)

    assert path.read_text(encoding="utf-8").count("> “report an accuracy of") == 3


def test_a_lab_without_annotations_says_how_to_make_them(root: Path) -> None:
    """Nothing is there, and no key breaks on it."""
    for key in (ROUTING, MERGING):
        (root / "papers" / key / "annotations.toml").unlink()

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        await until(pilot, lambda: "Nothing is annotated yet" in shown(app))
        await pilot.press("enter", "c", "C", "D", "E", "M", "y", "P", "space", "j", "v", "escape")
        assert app.screen is screen

    visit(root, scenario)


def test_a_broken_file_is_told_and_the_others_are_shown(root: Path) -> None:
    """Its line is named; nothing is written over it."""
    path = root / "papers" / MERGING / "annotations.toml"
    path.write_text("[[annotation]\n", encoding="utf-8")

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        await until(pilot, lambda: "annotations.toml:1" in shown(app))
        assert quotes(screen) == ["62.1", "64.2"]

    visit(root, scenario, size=(160, 30))

    assert path.read_text(encoding="utf-8") == "[[annotation]\n"


@pytest.mark.parametrize("plain", [False, True])
def test_the_screen_fits_any_terminal(root: Path, plain: bool) -> None:
    """Long and wide titles, quotes and comments, with control codes and markup, break no line at any size."""
    nasty = "[b]深層学習 🎉\x1b[31m مرحبا " * 40
    one = Annotation("", quote=nasty, comment=nasty, page=1, colour="#12")
    Annotations(Library(root / "papers")).put(ROUTING, one)

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AnnotationsScreen) -> None:
        for size in ((20, 5), (50, 12), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.press("j", "j", "v", "G", "g")
            await pilot.pause()
            assert "\x1b" not in shown(app)
            assert screen.annotations.entry is not None

    visit(root, scenario, look=Look(ascii=plain, theme="paperlab-contrast"))


# Without a screen

SOME = Annotation("a1", page=3, quote="Tokens go to experts", colour="green", created="2026-01-05T08:00:00+00:00")
ENTRIES = [
    entry("k1", "Sparse", SOME, lost=False, tags=("moe",)),
    entry("k2", "Dense", replace(SOME, id="b", colour="red", comment="[why]", kind=AnnotationKind.NOTE), lost=True),
]


@pytest.mark.parametrize(
    ("narrowing", "keys"),
    [
        (Narrowing(), ["k1", "k2"]),
        (Narrowing(words="EXPERTS tok"), ["k1", "k2"]),
        (Narrowing(words="dense why"), ["k2"]),
        (Narrowing(colours=frozenset({"green", "blue"})), ["k1"]),
        (Narrowing(kinds=frozenset({AnnotationKind.NOTE})), ["k2"]),
        (Narrowing(lists=frozenset({"deep"})), ["k2"]),
        (Narrowing(tags=frozenset({"moe"})), ["k1"]),
        (Narrowing(since="2026-01-06"), []),
        (Narrowing(lost=True), ["k2"]),
        (Narrowing(paper="k1"), ["k1"]),
    ],
)
def test_each_filter_shuts_out_what_does_not_fit(narrowing: Narrowing, keys: list[str]) -> None:
    """All that are given must hold."""
    assert [one.key for one in fitting(ENTRIES, narrowing, frozenset({"k2"}))] == keys


def test_filters_are_put_on_and_taken_off_by_the_same_choice() -> None:
    """What is chosen is marked in the list; an empty value takes all off but the words; dates may be typed."""
    today = date(2026, 1, 31)
    now = Narrowing(words="x")
    for value, _ in choices(now, [("deep", "Deep")], ["moe"]):
        once = turned(now, value, today)
        assert once is not None
        if not value.startswith("since"):
            assert turned(once, value, today) == now
        assert any(label.startswith("✓") for _, label in choices(once, [("deep", "Deep")], ["moe"])) or once.since
        assert turned(once, "", today) == now
    assert turned(now, "2026-01-02", today) == replace(now, since="2026-01-02")
    assert turned(now, "yesterday", today) is None


def test_markdown_keeps_what_was_quoted_as_text() -> None:
    """Signs of Markdown in a quote or comment are escaped."""
    text = to_markdown(grouped(ENTRIES))

    assert "## Sparse (`k1`)" in text
    assert "\\[why\\]" in text
    assert "lost" in text


def test_rows_know_their_height_without_wrapping() -> None:
    """What is said beforehand is what is drawn, at any width."""
    long = replace(SOME, quote="word " * 200 + "深層 " * 30, comment="c " * 100)
    for width in (5, 20, 60, 100):
        for row in annotation_rows(grouped([entry("k", "T " * 300, long, lost=False), *ENTRIES])):
            lines = row.lines(width)
            assert len(lines) == row.height(width)
            assert all(line.cell_length <= max(width, 6) for line in lines)


def test_files_are_completed_and_checked(tmp_path: Path) -> None:
    """Folders with a slash, files with the suffix; nothing hidden unless it is named."""
    for name in ("a.pdf", "b.txt", ".hidden.pdf"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()

    assert files(f"{tmp_path}/", ".pdf") == [f"{tmp_path}/a.pdf", f"{tmp_path}/folder/"]
    assert files(f"{tmp_path}/.h", ".pdf") == [f"{tmp_path}/.hidden.pdf"]
    assert files(f"{tmp_path}/none/x") == []
    assert wrong_new_file(f"{tmp_path}/a.pdf", ".pdf")
    assert wrong_new_file(f"{tmp_path}/none/a.pdf", ".pdf")
    assert wrong_new_file(f"{tmp_path}/new.pdf", ".pdf") is None
    assert wrong_file(f"{tmp_path}/none.pdf")
    assert wrong_file("") is None
