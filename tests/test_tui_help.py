"""Help, command palette and jump mode: everything is found and reached by the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.geometry import Offset
from textual.widgets import Input, OptionList

from desk_support import drive, shown, until
from paperlab.tui.app import DeskApp
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.screens.help import HelpScreen
from paperlab.tui.screens.jobs import JobsScreen
from paperlab.tui.screens.jump import JumpScreen, _lettered, targets

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.pilot import Pilot


class Listing(DeskScreen):
    """A place with a list."""

    def body(self) -> ComposeResult:
        yield OptionList("one", "two", "three")


@pytest.fixture(autouse=True)
def plain_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here does not depend on what stands in the library."""
    monkeypatch.setattr(DeskApp, "MODES", {**DeskApp.MODES, "library": Listing})


def test_help_shows_the_keys_of_the_screen_and_typing_narrows_them(root: Path) -> None:
    """By what they do, by the key itself; what fits nothing says so."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press(*"undo")
        await until(pilot, lambda: "Undo" in shown(app) and "Newsletter  " not in shown(app).split("undo", 1)[1])
        app.screen.query_one(Input).value = "ctrl+z"
        await until(pilot, lambda: "To the shell" in shown(app))
        app.screen.query_one(Input).value = "zzzz"
        await until(pilot, lambda: "no key here does that" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, HelpScreen))

    drive(root, scenario, size=(80, 24))


def test_help_of_every_place_has_its_own_keys_and_scrolls(root: Path) -> None:
    """Each place's help opens at 80x24 and has the keys of the whole desk at its end."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        for mode in list(app.MODES):
            await app.switch_mode(mode)
            app.action_help()
            await until(pilot, lambda: isinstance(app.screen, HelpScreen) and app.screen.is_mounted)
            await pilot.pause()
            assert app.screen._rows  # type: ignore[attr-defined]
            assert any(name == "Everywhere" for name, _rows in app.screen._rows)  # type: ignore[attr-defined]
            await pilot.press("pagedown", "down", "up", "pageup", "escape")
            await until(pilot, lambda: not isinstance(app.screen, HelpScreen))

    drive(root, scenario, size=(80, 24))


@pytest.mark.parametrize("size", [(20, 5), (200, 60)])
def test_help_stands_in_every_size(root: Path, size: tuple[int, int]) -> None:
    """Small terminals clip it."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("pagedown", "escape")

    drive(root, scenario, size=size)


def _options(app: DeskApp) -> list[str]:
    found = app.screen.query(OptionList)
    return [str(one.get_option_at_index(n).prompt) for one in found for n in range(one.option_count)]


def test_the_palette_offers_actions_with_their_keys(root: Path) -> None:
    """Those of where one is and of the whole desk; the chosen one is done."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: any("Undo" in one and "u" in one for one in _options(app)))
        await pilot.press(*"jobs")
        await until(pilot, lambda: any("Jobs" in one for one in _options(app)) and len(_options(app)) < 10)
        await pilot.press("enter")
        await pilot.pause()
        if not isinstance(app.screen, JobsScreen):
            await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, JobsScreen))

    drive(root, scenario)


def test_the_palette_goes_to_papers_by_a_few_letters_of_their_titles(root: Path) -> None:
    """Misspelt ones, too."""
    opened: list[str] = []

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        app.open_paper = lambda key, place=None: opened.append(key)  # type: ignore[method-assign, assignment]
        title = (await app.desk.marks.run(lambda lab: lab.store.papers.rows()))[0].title
        await pilot.press("ctrl+p")
        await until(pilot, lambda: _options(app))
        app.screen.query_one(Input).value = title[1:20]
        await until(pilot, lambda: any(title[:12] in one for one in _options(app)))
        await pilot.press("enter")
        await pilot.pause()
        if not opened:
            await pilot.press("enter")
        await until(pilot, lambda: opened == ["2401.00001"])

    drive(root, scenario)


def test_the_palette_offers_lists_and_themes(root: Path) -> None:
    """A theme is taken at once."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: _options(app))
        app.screen.query_one(Input).value = "list deep"
        await until(pilot, lambda: any("List: Deep and sparse" in one for one in _options(app)))
        app.screen.query_one(Input).value = "theme"
        await until(pilot, lambda: len(_options(app)) > 5 and all("paperlab" in one for one in _options(app)[:3]))
        app.screen.query_one(Input).value = "theme paperlab-light"
        await until(pilot, lambda: any("paperlab-light" in one for one in _options(app)))
        await pilot.press("enter")
        await pilot.pause()
        if app.theme != "paperlab-light":
            await pilot.press("enter")
        await until(pilot, lambda: app.theme == "paperlab-light")

    drive(root, scenario)


def test_jump_mode_puts_a_letter_on_all_that_can_be_gone_to(root: Path) -> None:
    """A letter goes there; escape and a letter that is none go nowhere."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        rows = app.screen.query_one(OptionList)
        await until(pilot, lambda: len(list(targets(app.screen))) == 3)
        for keys, row in ((["escape"], 0), (["1"], 0), (["d"], 2)):
            rows.highlighted = 0
            await pilot.press("ctrl+t")
            await until(pilot, lambda: isinstance(app.screen, JumpScreen))
            await pilot.press(*keys)
            await until(pilot, lambda: not isinstance(app.screen, JumpScreen))
            await until(pilot, lambda row=row: rows.highlighted == row)  # type: ignore[misc]

    drive(root, scenario)


def test_letters_are_one_each_or_two_where_there_are_many() -> None:
    """No letter begins another's pair."""
    few, _ = _lettered([None] * 5)  # type: ignore[list-item]
    many, kept = _lettered([None] * 100)  # type: ignore[list-item]
    assert few == list("asdfj")
    assert len(set(many)) == len(kept) == 100
    assert {len(one) for one in many} == {2}


def test_jump_targets_of_a_widget_are_its_own_to_tell(root: Path) -> None:
    """Rows and links that a widget draws itself; those out of sight have no letter."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        gone: list[str] = []
        rows = app.screen.query_one(OptionList)
        places = [(Offset(4, 0), lambda: gone.append("a")), (Offset(0, 500), lambda: gone.append("b"))]
        rows.jump_targets = lambda: places  # type: ignore[attr-defined]
        found = list(targets(app.screen))
        found[0].go()
        assert (len(found), gone) == (1, ["a"])
        assert found[0].at == rows.content_region.offset + Offset(4, 0)

    drive(root, scenario)
