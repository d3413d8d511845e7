"""Keys typed faster than the desk opens what they are meant for: they reach it, and are no commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events
from textual.keys import _character_to_key

from desk_support import drive, until
from paperlab.tui.screens.annotations import AnnotationsScreen
from paperlab.tui.screens.library import LibraryScreen
from paperlab.tui.screens.reader import ReaderScreen
from paperlab.types import Status

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from paperlab.tui.app import DeskApp

KEY = "2401.00001"


def at_once(app: DeskApp, *keys: str) -> None:
    """Send keys as a terminal does that hears them all before the desk gets to the first; one letter stands for itself.

    `pilot.press` waits between keys until the desk rests, which nobody who types does.
    """
    for text in keys:
        named = [(text, None)] if len(text) > 1 and text in {"escape", "enter"} else [(None, c) for c in text]
        for name, character in named:
            key = name or _character_to_key(str(character))
            app.post_message(events.Key(key, character))


async def library(app: DeskApp, pilot: Pilot[Any]) -> LibraryScreen:
    screen = app.screen
    assert isinstance(screen, LibraryScreen)
    await until(pilot, lambda: screen.rows.ready and screen.rows.lists)
    await pilot.pause()
    return screen


async def reader(app: DeskApp, pilot: Pilot[Any]) -> ReaderScreen:
    app.open_paper(KEY)
    await until(pilot, lambda: isinstance(app.screen, ReaderScreen) and app.screen.is_open)
    await pilot.pause()
    assert isinstance(app.screen, ReaderScreen)
    return app.screen


def record(root: Path) -> str:
    return (root / "papers" / KEY / "paper.toml").read_text(encoding="utf-8")


def test_words_behind_the_slash_are_searched_for(root: Path) -> None:
    """Letters that are commands of the library (t, r, d, x, q) are words, since the slash came before them."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await library(app, pilot)
        before = {row.key: row.status for row in screen.rows.library}

        at_once(app, "/", "extra dq/w")

        await until(pilot, lambda: screen.box.value == "extra dq/w")
        assert {row.key: row.status for row in screen.rows.library} == before

    drive(root, scenario)

    assert 'status = "to_read"' in record(root)


def test_a_new_search_can_follow_an_escape_at_once(root: Path) -> None:
    """Escape clears the box, escape leaves it, and the slash behind them opens it for other words."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await library(app, pilot)
        await pilot.press("slash", *"abc")

        at_once(app, "escape", "escape", "/", "xdr")

        await until(pilot, lambda: screen.box.value == "xdr")

    drive(root, scenario)


def test_tags_can_be_typed_before_their_line_stands(root: Path) -> None:
    """`#`, a tag and enter in one go tag the paper; none of the letters is a command."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await library(app, pilot)
        key = screen.table.cursor_key

        at_once(app, "#", "dxrlt", "enter")

        await until(pilot, lambda: "dxrlt" in screen.rows.tags)
        row = screen.rows.by_key[str(key)]
        assert row.tags == ("dxrlt",)
        assert row.status is Status.TO_READ

    drive(root, scenario)


def test_a_comment_can_be_typed_while_the_highlight_is_written(root: Path) -> None:
    """`c` over a selection and a comment in one go: the comment is whole, and the paper's status as it was."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await reader(app, pilot)
        await pilot.press("s")
        await until(pilot, lambda: screen.text.caret.selection)

        at_once(app, "c", "dtrxqic 1 wow", "escape")

        await until(pilot, lambda: "dtrxqic 1 wow" in annotations(root))
        await until(pilot, lambda: app.screen is screen)

    drive(root, scenario)

    assert 'status = "to_read"' in record(root)


def annotations(root: Path) -> str:
    path = root / "papers" / KEY / "annotations.toml"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_notes_can_be_typed_before_their_pane_stands(root: Path) -> None:
    """`i` and a note in one go: the note is in the file."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await reader(app, pilot)

        at_once(app, "i", "dtrxq c/: done")

        notes = root / "papers" / KEY / "notes.md"
        await until(pilot, lambda: notes.exists() and "dtrxq c/: done" in notes.read_text(encoding="utf-8"))

    drive(root, scenario)

    assert 'status = "to_read"' in record(root)


def test_a_page_can_be_typed_behind_the_colon(root: Path) -> None:
    """`:2` and enter goes to page 2 and not to the desk's second place."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await reader(app, pilot)

        at_once(app, ":", "2", "enter")

        await until(pilot, lambda: screen.text.document.page_at(screen.text.top.item) == 2)
        assert app.screen is screen

    drive(root, scenario, size=(80, 16))


def test_a_question_is_not_answered_before_it_stands(root: Path) -> None:
    """`D` and `y` in one go over two annotations: whoever has not seen the question has not said yes to it."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await reader(app, pilot)
        for _ in range(2):
            await pilot.press("s", "s", "enter")
            await until(pilot, lambda: screen.text.caret.selection is None)
            await pilot.press("ctrl+d")
        await until(pilot, lambda: annotations(root).count("[[annotation]]") == 2)
        await app.switch_mode("annotations")
        listed = app.screen
        assert isinstance(listed, AnnotationsScreen)
        await until(pilot, lambda: len(listed.annotations.chosen) == 1)
        await pilot.press("space", "space")
        await until(pilot, lambda: len(listed.annotations.chosen) == 2)

        at_once(app, "D", "y")

        await until(pilot, lambda: app.screen is not listed)
        await pilot.pause()
        assert annotations(root).count("[[annotation]]") == 2
        await pilot.press("y")
        await until(pilot, lambda: annotations(root).count("[[annotation]]") == 0)

    drive(root, scenario)
