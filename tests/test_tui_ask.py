"""The screen of questions."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Paste

from desk_support import desk_lab, drive, shown, until
from paperlab.errors import BadInput, NoSpace
from paperlab.lab import Lab
from paperlab.library import Library
from paperlab.library.annotations import Annotations
from paperlab.library.questions import QUESTIONS, QuestionLog
from paperlab.tui.app import DeskApp
from paperlab.tui.screens.ask import AskScreen
from paperlab.tui.screens.dialogs import Choice
from paperlab.tui.views.asking import Questioner, logged, scope_of, scopes
from paperlab.tui.widgets.answer import Turn, laid_out
from paperlab.types import Answer, CellPlace, PageBox, Part, Passage, Quote, Statement

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from paperlab.tui.messages import Place
    from paperlab.types import Filters

ROUTING = "2401.00001"
QUESTION = "Which accuracy is reported for routing tokens to many small experts?"
NOWHERE = "What does the zebra eat in Timbuktu?"


@pytest.fixture(scope="module")
def made() -> dict[str, Path]:
    return {}


@pytest.fixture
def root(tmp_path: Path, made: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    monkeypatch.setenv("PAPERLAB_ARXIV_OFFLINE", "true")
    monkeypatch.setattr(DeskApp, "DEFAULT_MODE", "ask")
    return desk_lab(tmp_path / "lab", made)


def visit(root: Path, scenario: Callable[[DeskApp, Pilot[Any], AskScreen], Awaitable[None]], **options: Any) -> None:
    """Open the screen and run `scenario(app, pilot, screen)`."""

    async def go(app: DeskApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and app.screen.is_mounted)
        screen = app.screen
        assert isinstance(screen, AskScreen)
        await scenario(app, pilot, screen)

    drive(root, go, **options)


async def ask(pilot: Pilot[Any], screen: AskScreen, question: str) -> Answer:
    """Type a question and wait for its answer."""
    count = len(screen.turns)
    await pilot.press("escape", "i")
    screen.line.value = question
    await pilot.press("enter")
    await until(pilot, lambda: len(screen.turns) > count and not screen.is_asking)
    return screen.turns[-1].answer


def log_of(root: Path) -> list[Answer]:
    """Return the log of questions as another process reads it."""
    library = Library(root / "papers")
    return QuestionLog(library.root / QUESTIONS, library.locked).all()


def test_an_answer_has_numbered_citations_that_open_the_paper(root: Path) -> None:
    """The cursor goes over them; enter opens the quoted words; the answer stands in the log as it was shown."""
    opened: list[tuple[str, Place | None]] = []

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        app.open_paper = lambda key, place=None: opened.append((key, place))  # type: ignore[method-assign]
        assert "type it below" in shown(app)
        answer = await ask(pilot, screen, QUESTION)
        await until(pilot, lambda: "[1]" in shown(app))
        assert "4 papers searched" in shown(app)
        first = answer.quotes[0]
        await until(pilot, lambda: screen.answers.has_focus)
        await pilot.press("enter")
        await until(pilot, lambda: opened)
        key, place = opened[0]
        assert place is not None
        assert (key, place.page, place.quote, place.boxes) == (first.key, first.page, first.text, first.boxes)
        await pilot.press("tab", "enter")
        await until(pilot, lambda: len(opened) == 2)
        assert opened[1][1] != place
        assert not screen.line.value

        assert log_of(root) == [answer]

    visit(root, scenario, size=(80, 24))


def test_a_follow_up_leans_on_the_question_before(root: Path) -> None:
    """So it does after a new conversation was begun from the log; a new conversation forgets."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        await ask(pilot, screen, QUESTION)
        follow_up = await ask(pilot, screen, "And for averaging weights of tuned models?")
        assert "accuracy" in follow_up.resolved
        assert "looked for" in shown(app)
        await pilot.press("x")
        alone = await ask(pilot, screen, "And for averaging weights of tuned models?")
        assert alone.resolved == alone.question

    visit(root, scenario)


def test_what_is_not_in_the_papers_is_declined_with_what_came_nearest(root: Path) -> None:
    """The reason is told, and the passages that were looked at can be opened."""
    opened: list[Place | None] = []

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        app.open_paper = lambda _key, place=None: opened.append(place)  # type: ignore[method-assign]
        answer = await ask(pilot, screen, NOWHERE)
        assert not answer.answered
        await until(pilot, lambda: "Not in your library" in shown(app))
        if answer.passages:
            await pilot.press("enter")
            await until(pilot, lambda: opened)
            assert opened[0] is not None
            assert opened[0].page == answer.passages[0].page

    visit(root, scenario)


def test_a_question_can_be_narrowed(root: Path) -> None:
    """By choosing a list, a tag or a paper; what was asked is kept with the papers it meant."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await pilot.press(*"deep", "space", *"sparse", "enter")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: "list deep" in shown(app))
        answer = await ask(pilot, screen, QUESTION)
        assert answer.keys == ("2401.00001", "2401.00004")
        assert answer.papers == 2

    visit(root, scenario)


def test_a_selection_becomes_a_question_to_its_paper(root: Path) -> None:
    """It is typed in already, and the paper is the only one asked."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        screen.ask_about("gate balance\nand capacity", ROUTING)
        assert screen.line.value == "gate balance and capacity"
        await until(pilot, lambda: f"paper {ROUTING}" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: screen.turns)
        assert screen.turns[0].answer.keys == (ROUTING,)

    visit(root, scenario)


def test_a_question_that_was_dropped_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys work while it is asked; escape drops it: its answer is neither shown nor logged."""
    go_on, begun = threading.Event(), threading.Event()
    real = Questioner.ask

    def slow(self: Questioner, lab: Lab, text: str, filters: Filters, *rest: Any) -> Any:
        session_asks = real
        begun.set()
        go_on.wait(20)
        return session_asks(self, lab, text, filters, *rest)

    monkeypatch.setattr(Questioner, "ask", slow)

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        await pilot.press(*"which", "enter")
        await until(pilot, begun.is_set)
        await until(pilot, lambda: "looking through the papers" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "one question at a time" in shown(app) or screen.is_asking)
        await pilot.press("escape")
        await until(pilot, lambda: not screen.is_asking)
        go_on.set()
        await until(pilot, lambda: "dropped" in shown(app))
        await app.desk.meaning.run(lambda _lab: None)
        assert not screen.turns
        assert screen.line.value == "which"

    visit(root, scenario)

    assert log_of(root) == []


def test_what_goes_wrong_is_told_in_place_and_the_question_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line; the question can be sent again."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        await pilot.press("i")
        screen.line.value = "which accuracy year:abc"
        await pilot.press("enter")
        await until(pilot, lambda: not screen.is_asking and screen.query_one(".state").has_class("-wrong"))
        assert "abc" in shown(app)
        assert screen.line.value == "which accuracy year:abc"

    visit(root, scenario)

    def broken(*_: Any) -> None:
        raise BadInput("the model cannot be read")

    monkeypatch.setattr(Questioner, "ask", broken)

    async def fails(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        await pilot.press("x", "enter")
        await until(pilot, lambda: "the model cannot be read" in shown(app))

    visit(root, fails)


def test_questions_asked_before_are_shown_as_they_were_answered(root: Path) -> None:
    """Newest first, found by words; R asks again and tells what changed."""
    lab = Lab(root)
    questioner = Questioner()
    for question in (QUESTION, NOWHERE):
        asked = questioner.ask(lab, question, scope_of("").filters, [], threading.Event())
        assert asked is not None
    lab.close()

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "zebra" in shown(app))
        assert shown(app).index("zebra") < shown(app).index("Which accuracy")
        await pilot.press("slash", *"nothing", "escape", "slash", *"accuracy", "enter", "enter")
        await until(pilot, lambda: screen.turns)
        assert screen.turns[0].from_log
        await until(pilot, lambda: "as answered" in shown(app))
        await pilot.press("R")
        await until(pilot, lambda: len(screen.turns) == 2)
        assert screen.turns[1].note.startswith("since")
        assert len(log_of(root)) == 3
        await pilot.press("h")
        await until(pilot, lambda: screen.log_list.list.has_focus)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: screen.answers.has_focus)

    visit(root, scenario, size=(100, 30))


def test_nothing_is_logged_where_the_settings_say_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is shown all the same."""
    monkeypatch.setenv("PAPERLAB_ASK_LOG", "false")

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        await ask(pilot, screen, QUESTION)

    visit(root, scenario)

    assert log_of(root) == []


def test_a_citation_is_kept_as_an_annotation_and_copied(root: Path) -> None:
    """The key s marks its words in the paper, u takes that back; y puts the answer on the clipboard."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        answer = await ask(pilot, screen, QUESTION)
        quote = answer.quotes[0]
        await until(pilot, lambda: screen.answers.has_focus)
        await pilot.press("s")
        await until(pilot, lambda: marked(quote.key))
        assert marked(quote.key) == [(quote.page, quote.text)]
        await until(pilot, lambda: app.history.done)
        await pilot.press("s")
        await until(pilot, lambda: any("already" in one.message for one in app._notifications))
        assert len(marked(quote.key)) == 1
        await pilot.press("u")
        await until(pilot, lambda: not marked(quote.key))
        await pilot.press("y")
        assert app.clipboard.startswith(f"## {QUESTION}")
        assert f"> “{quote.text}”" in app.clipboard

    def marked(key: str) -> list[tuple[int | None, str]]:
        return [(one.page, one.quote) for one in Annotations(Library(root / "papers")).of(key)]

    visit(root, scenario)


def test_a_lab_without_an_index_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of an answer."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    Lab.init(tmp_path / "lab")

    async def go(app: DeskApp, pilot: Pilot[Any]) -> None:
        await app.switch_mode("ask")
        await until(pilot, lambda: any(isinstance(one, AskScreen) for one in app.screen_stack))
        screen = next(one for one in app.screen_stack if isinstance(one, AskScreen))
        while app.screen is not screen:
            await pilot.press("escape")
        screen.line.focus()
        screen.line.value = "anything?"
        await pilot.press("enter")
        await until(pilot, lambda: "nothing is indexed yet" in shown(app))

    drive(tmp_path / "lab", go)


def test_the_screen_fits_any_terminal(root: Path) -> None:
    """Answers with wide letters, markup and control codes break no line at any size."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        screen.show_turns([Turn(NASTY), Turn(NASTY, from_log=True, note="since\n  [b]x")])
        for size in ((20, 5), (59, 15), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.press("L", "L", "j", "k", "G", "g", "ctrl+d")
            await pilot.pause()
            assert "\x1b" not in shown(app)

    visit(root, scenario)


def test_an_answer_that_cannot_be_logged_is_shown_all_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a lab that is read-only, or on a full disk; the reason is told."""

    def full(*_: Any) -> None:
        raise NoSpace("the disk is full")

    monkeypatch.setattr(QuestionLog, "append", full)

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        await ask(pilot, screen, QUESTION)
        await until(pilot, lambda: "not in the log: the disk is full" in shown(app))

    visit(root, scenario)


# Without a screen

BOX = PageBox(8, (1.0, 2.0, 3.0, 4.0))
CELL = CellPlace("2", "big [b]", "EN-DE", "28.4", BOX)
QUOTES = (
    Quote(ROUTING, "Lovelace 2024", 8, "It is 28.4.", (BOX,), ("5 Results",)),
    Quote(ROUTING, "Lovelace 2024", 8, "big 28.4 41.8", (BOX,), (), CELL),
)
STATEMENTS = (
    Statement("It is 28.4.", QUOTES[:1]),
    Statement("The big one reaches 28.4.", (QUOTES[1], QUOTES[0])),
)
ANSWER = Answer(
    "ab12cd", "2026-01-05T08:00:00+00:00", "What is it?", "What is it?", (Part("What is it?", STATEMENTS, 0.9),), (), 33
)
_WIDE = "深層学習 🎉\x1b[31m [bold]مرحبا " * 30
NASTY = replace(
    ANSWER,
    question=_WIDE,
    resolved=_WIDE,
    model=_WIDE,
    parts=(
        Part(_WIDE, (Statement(_WIDE, (replace(QUOTES[1], label=_WIDE, text=_WIDE, section=(_WIDE,)),)),), 0.55),
        Part(_WIDE, (), 0.1, _WIDE),
    ),
    passages=(Passage(ROUTING, _WIDE, 1, (_WIDE,), 0.5, _WIDE),),
    keys=("a", "b", "c", "d"),
)


def words(rows: Sequence[Any], width: int = 100) -> str:
    """Return what rows say."""
    return "\n".join(line.plain for row in rows for line in row.lines(width))


def test_each_quote_has_one_number_wherever_it_is_cited() -> None:
    """Sentences of the paper stand in marks; a quote that is not told yet follows; a cell says its row and column."""
    text = words(laid_out([Turn(ANSWER)]).rows)

    assert "“It is 28.4.” [1]" in text
    assert "The big one reaches 28.4. [2] [1]" in text
    assert text.count("[1] Lovelace 2024, p. 8 · 2401.00001 · 5 Results") == 2
    assert "[2] Lovelace 2024, p. 8, Table 2" in text
    assert "big [b] · EN-DE: 28.4" in text
    assert "“big 28.4 41.8”" in text
    assert "very likely the answer" in text


def test_parts_are_told_one_by_one_and_the_writer_is_named() -> None:
    """A part without an answer has its reason; how sure each is stands below it."""
    parts = (Part("First?", STATEMENTS[:1], 0.7), Part("Second?", (), 0.1, "nothing names it."))
    text = words(laid_out([Turn(replace(ANSWER, parts=parts, model="llama", keys=("a",)), from_log=True)]).rows)

    assert "as answered 2026-01-05 08:00 · 33 papers searched · only a · written by llama" in text
    assert text.index("First?") < text.index("likely the answer") < text.index("Second?")
    assert "Not in your library: nothing names it." in text


def test_no_line_is_wider_than_the_list() -> None:
    """Whatever stands in the answer."""
    for width in (12, 40, 120):
        for row in laid_out([Turn(NASTY)]).rows:
            assert all(line.cell_length <= width for line in row.lines(width))
            assert all(c.isprintable() for line in row.lines(width) for c in line.plain)


def test_scopes_are_lists_tags_and_papers(root: Path) -> None:
    """Each stands for the filter that narrows to it."""
    lab = Lab(root)
    found = dict(scopes(lab))
    assert logged(lab) == []
    lab.close()

    assert next(iter(found)) == ""
    assert found["list:deep"] == "list  Deep and sparse"
    assert f"in:{ROUTING}" in found
    assert scope_of("list:deep").filters.lists == ("deep",)
    assert scope_of("tag:a:b").filters.tags == ("a:b",)
    assert scope_of(f"in:{ROUTING}").filters.keys == (ROUTING,)


def test_a_question_can_be_typed_at_once(root: Path) -> None:
    """The line has the focus at first, so letters do nothing else; digits go to places while nothing is typed."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        await until(pilot, lambda: screen.line.has_focus)
        await pilot.press(*"what is q")
        assert screen.line.value == "what is q"
        await pilot.press("4")
        assert screen.line.value == "what is q4"
        screen.line.value = ""
        await pilot.press("1")
        await until(pilot, lambda: app.current_mode == "library")
        assert not screen.line.value

    visit(root, scenario)


def test_all_lines_that_are_pasted_are_the_question(root: Path) -> None:
    """Words copied out of a PDF have line ends."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        await until(pilot, lambda: screen.line.has_focus)
        screen.line.post_message(Paste("how are experts\nrouted?\n"))
        await until(pilot, lambda: screen.line.value == "how are experts routed?")

    visit(root, scenario)


def test_what_is_asked_about_is_seen_though_a_paper_lay_over_the_questions(root: Path) -> None:
    """A paper that was opened from an answer is left for the new question."""

    async def scenario(app: DeskApp, pilot: Pilot[Any], screen: AskScreen) -> None:
        app.open_paper("2401.00001")
        await until(pilot, lambda: app.screen is not screen)
        await app.switch_mode("library")
        assert await app.go_to("ask") is screen
        assert app.screen is screen
        app.open_paper("2401.00001")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press("3")
        await until(pilot, lambda: app.screen is screen)

    visit(root, scenario)
