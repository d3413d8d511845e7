"""The desk's small windows."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest

from desk_support import drive, shown, until
from paperlab.errors import NotNow
from paperlab.lab import Lab
from paperlab.tui.app import Look
from paperlab.tui.screens.comment_editor import CommentEditor
from paperlab.tui.screens.dialogs import Choice, Confirm, Line
from paperlab.types import Annotation, Paper

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from textual.pilot import Pilot
    from textual.screen import Screen

    from paperlab.tui.app import DeskApp


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    Lab.init(tmp_path / "lab")
    Lab(tmp_path / "lab").library.save(Paper("a", "A paper: the desk greets nobody who has one"))
    return tmp_path / "lab"


def answers_of(
    root: Path,
    asked: Sequence[tuple[Callable[[], Screen[Any]], Sequence[str]]],
    *,
    size: tuple[int, int] = (80, 24),
    look: Look | None = None,
    seen: list[str] | None = None,
) -> list[Any]:
    """Show dialogs one after the other, press the keys of each, and return what they gave.

    What each showed after its keys goes into `seen`; it is left by escape then.
    """
    answers: list[Any] = []

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        for dialog, keys in asked:
            window, count = dialog(), len(answers)
            app.push_screen(window, answers.append)
            await until(pilot, lambda window=window: app.screen is window and window.is_mounted)
            await pilot.press(*keys)
            if seen is not None:
                await pilot.pause()
                seen.append(shown(app))
                await pilot.press("escape")
            await until(pilot, lambda count=count: len(answers) > count)

    drive(root, scenario, size=size, look=look)
    return answers


def test_a_question_is_answered_by_any_of_its_keys(root: Path) -> None:
    """Yes, no, escape, and enter at the word that has the focus: that of no at first."""
    told = {"y": True, "n": False, "escape": False, "enter": False, "left enter": True, "tab enter": True}

    asked = [(lambda: Confirm("Delete 3 annotations?"), keys.split()) for keys in told]

    assert answers_of(root, asked) == list(told.values())


def test_a_worker_waits_for_the_answer(root: Path) -> None:
    """A click on a word gives its answer."""
    answers: list[bool] = []

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        async def ask() -> None:
            answers.append(await app.push_screen_wait(Confirm("Delete it?")))

        app.run_worker(ask())
        await until(pilot, lambda: isinstance(app.screen, Confirm) and app.screen.is_mounted)
        await pilot.pause()
        await pilot.click("#yes")
        await until(pilot, lambda: answers)

    drive(root, scenario)

    assert answers == [True]


OPTIONS = [("deep", "Deep and sparse"), ("opt", "Optimisers"), ("seq", "Sequence models [old]")]


def test_words_typed_narrow_a_choice(root: Path) -> None:
    """Words in any order and case; enter takes the marked one, and nothing where nothing fits."""
    told = [
        (["enter"], "deep"),
        (["down", "enter"], "opt"),
        (["up", "enter"], "seq"),
        ([*"old", "enter"], "seq"),
        ([*"SPARSE", "space", *"dee", "enter"], "deep"),
        ([*"xyz", "enter", "escape"], None),
        (["escape"], None),
    ]

    asked = [(lambda: Choice("Reading list", OPTIONS), keys) for keys, _ in told]

    assert answers_of(root, asked) == [answer for _, answer in told]


def test_a_choice_begins_at_what_holds_now(root: Path) -> None:
    """Enter alone changes nothing."""
    assert answers_of(root, [(lambda: Choice("Colour", OPTIONS, at="opt"), ["enter"])]) == ["opt"]


def test_a_new_value_can_be_typed_where_that_is_allowed(root: Path) -> None:
    """What fits no option is offered as new; what is there already is not."""

    def choice() -> Choice:
        return Choice("Tag", OPTIONS, new=True)

    assert answers_of(root, [(choice, [*"moe", "enter"]), (choice, [*"opt", "enter"])]) == ["moe", "opt"]


def test_a_choice_of_thousands_says_that_there_are_more(root: Path) -> None:
    """Only some are laid out; typing finds the others."""
    many = [(str(i), f"paper {i}") for i in range(5000)]
    seen: list[str] = []

    answers_of(root, [(lambda: Choice("Paper", many), [])], seen=seen)

    assert "4,700 more" in seen[0]
    assert answers_of(root, [(lambda: Choice("Paper", many), [*"4711", "enter"])]) == ["4711"]


def test_a_line_is_taken_once_nothing_is_wrong_with_it(root: Path) -> None:
    """What `check` says is shown, and the line stays."""

    def check(line: str) -> str | None:
        return None if line.endswith(".pdf") else "a PDF file is needed"

    def line() -> Line:
        return Line("Into", "x", check=check)

    seen: list[str] = []
    answers_of(root, [(line, ["enter"])], seen=seen)

    assert "a PDF file is needed" in seen[0]
    assert answers_of(root, [(line, ["enter", *".pdf", "enter"])]) == ["x.pdf"]


def test_tab_completes_a_line(root: Path) -> None:
    """As far as all candidates agree, then the first of them; candidates may come from a function."""

    def tags() -> Line:
        return Line("Tag", suggestions=["attention", "attribution", "optimiser"])

    def files() -> Line:
        return Line("File", suggestions=lambda typed: [f"{typed}.pdf"])

    asked = [(tags, ["o", "tab"]), (tags, ["a", "tab"]), (tags, ["a", "tab", "tab"]), (files, [*"ab", "tab"])]

    given = answers_of(root, [(line, [*keys, "enter"]) for line, keys in asked])

    assert given == ["optimiser", "att", "attention", "ab.pdf"]


NOTED = Annotation("a3f9c1", page=3, quote="We route each token to one expert.", comment="why one?", colour="green")


class Saved(list[tuple[str | None, str | None]]):
    """What an editor saved, in order; or refused to, with what is `wrong`."""

    wrong: Exception | None = None

    def __call__(self, comment: str | None, colour: str | None) -> Future[None]:
        self.append((comment, colour))
        future: Future[None] = Future()
        if self.wrong:
            future.set_exception(self.wrong)
        else:
            future.set_result(None)
        return future


async def _editing(app: DeskApp, pilot: Pilot[Any], save: Any, annotation: Annotation = NOTED) -> CommentEditor:
    editor = CommentEditor(annotation, save)
    app.push_screen(editor)
    await until(pilot, lambda: editor.is_mounted and editor.area.has_focus)
    return editor


def test_a_comment_is_saved_when_the_typing_pauses(root: Path) -> None:
    """Nothing needs to be pressed for it; what was not changed is not saved."""
    saved = Saved()

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await _editing(app, pilot, saved)
        assert not saved
        await pilot.press("space", *"not")
        await until(pilot, lambda: saved)

    drive(root, scenario)

    assert saved == [("why one? not", None)]


def test_escape_saves_and_closes(root: Path) -> None:
    """Digits in the comment are text; they are colours where the colours have the focus."""
    saved = Saved()

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        editor = await _editing(app, pilot, saved)
        await pilot.press("2", "shift+tab", "4")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not editor)

    drive(root, scenario)

    assert [comment for comment, _ in saved if comment is not None][-1] == "why one?2"
    assert [colour for _, colour in saved if colour is not None] == ["blue"]


def test_a_comment_just_typed_is_saved_when_the_desk_closes(root: Path) -> None:
    """So it is when the terminal goes away."""
    saved = Saved()

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await _editing(app, pilot, saved)
        await pilot.press("!")

    drive(root, scenario)

    assert set(saved) == {("why one?!", None)}


def test_what_was_typed_is_handed_over_before_anything_else_runs(root: Path) -> None:
    """A desk that ends closes its lanes at once: a worker would come too late."""
    saved = Saved()

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        editor = await _editing(app, pilot, saved)
        editor.area.insert("!")
        assert not saved
        app.save_typed()
        assert saved == [("why one?!", None)]

    drive(root, scenario)


def test_a_comment_that_cannot_be_saved_stays_on_the_screen(root: Path) -> None:
    """The reason is told; a second escape gives it up."""
    refuse = Saved()
    refuse.wrong = NotNow("the lab is read-only")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        editor = await _editing(app, pilot, refuse)
        await pilot.press("!", "escape")
        await until(pilot, lambda: "read-only" in shown(app))
        assert app.screen is editor
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not editor)

    drive(root, scenario)

    assert refuse


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (80, 24), (200, 60)])
def test_dialogs_fit_any_terminal(root: Path, size: tuple[int, int]) -> None:
    """A long title with markup, control codes and wide letters breaks none of them."""
    nasty = "[bold]深層学習\x1b[31m 🎉 " + "very long title " * 30

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        windows: list[Screen[Any]] = [
            Confirm(nasty),
            Choice(nasty, [(nasty, nasty)], new=True),
            Line(nasty, nasty, suggestions=[nasty], hint=nasty),
            CommentEditor(Annotation("a", quote=nasty, comment=nasty, colour="#zzz"), Saved()),
        ]
        for window in windows:
            app.push_screen(window)
            await until(pilot, lambda window=window: app.screen is window and window.is_mounted)
            await pilot.pause()
            assert "\x1b" not in shown(app)
            await pilot.press("escape")
            await until(pilot, lambda window=window: app.screen is not window)

    drive(root, scenario, size=size)


def test_boxes_are_drawn_with_plain_signs_where_the_terminal_has_no_others(root: Path) -> None:
    """With --ascii borders are plus, minus and bar."""
    seen: list[str] = []

    answers_of(root, [(lambda: Confirm("Delete it?"), [])], seen=seen, look=Look(ascii=True))

    box = seen[0].splitlines()[1:-1]
    assert "".join(box).isascii()
    assert any("+--" in line for line in box)
