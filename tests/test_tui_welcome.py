"""A new lab greets with what to do; one key brings papers to look around with, without network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from desk_support import desk_lab, drive, shown, until
from paperlab.lab import Lab
from paperlab.tui.app import DeskApp
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.screens.welcome import WelcomeScreen

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot


@pytest.fixture(autouse=True)
def plain_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here does not depend on what stands in the library."""
    monkeypatch.setattr(DeskApp, "MODES", {**DeskApp.MODES, "library": DeskScreen})


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab nobody put a paper into."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    monkeypatch.setenv("PAPERLAB_ARXIV_OFFLINE", "true")
    Lab.init(tmp_path / "lab")
    return tmp_path / "lab"


def welcomed(app: DeskApp) -> bool:
    return isinstance(app.screen, WelcomeScreen)


def test_a_new_lab_greets_and_its_samples_can_be_searched(new: Path) -> None:
    """One key adds the sample papers and indexes them; then the greeting goes."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: welcomed(app))
        await until(pilot, lambda: "sample papers" in shown(app))
        await pilot.press("s")
        await until(pilot, lambda: not welcomed(app), seconds=90)
        assert [job.arguments[0] for job in app.jobs.all] == ["init", "index"]
        rows = await app.desk.marks.run(lambda lab: lab.store.papers.rows())
        assert len(rows) == 4
        hits = await app.desk.meaning.run(lambda lab: lab.search("merging", limit=1))
        assert hits

    drive(new, scenario, size=(80, 24))


def test_a_lab_with_papers_does_not_greet_but_the_key_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice the key is once the greeting."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    root = desk_lab(tmp_path / "lab")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await app.desk.marks.run(lambda lab: None)
        await pilot.pause(0.2)
        assert not welcomed(app)
        app.action_welcome()
        app.action_welcome()
        await until(pilot, lambda: welcomed(app))
        await pilot.press("escape")
        await until(pilot, lambda: not welcomed(app))

    drive(root, scenario)


def test_what_cannot_be_fetched_is_told_where_it_was_asked_for(new: Path) -> None:
    """Offline, the line says so, and the samples are still a key away."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: welcomed(app))
        await pilot.press("f")
        await until(pilot, lambda: app.jobs.all and not app.jobs.running, seconds=60)
        await until(pilot, lambda: "fetch model-merging: " in shown(app).replace("\n", " "))
        assert welcomed(app)

    drive(new, scenario)


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (200, 60)])
def test_the_greeting_stands_in_every_size(new: Path, size: tuple[int, int]) -> None:
    """Where there is room, every step is seen at once."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: welcomed(app))
        await pilot.pause()
        if size[1] >= 24:
            await until(pilot, lambda: "paperlab list import" in shown(app))

    drive(new, scenario, size=size)


def test_a_click_on_a_step_does_it(new: Path) -> None:
    """As its key."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: welcomed(app))
        await until(pilot, lambda: "Fetch the reading list" in shown(app))
        await pilot.click("#fetch")
        await until(pilot, lambda: app.jobs.all)
        assert app.jobs.all[0].arguments == ("fetch", "model-merging")

    drive(new, scenario)


def test_the_key_of_a_place_leaves_the_greeting_for_it(new: Path) -> None:
    """So nothing that is typed there next is taken for a step of the greeting."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: welcomed(app))
        await pilot.press("3", *"samples")
        await until(pilot, lambda: app.current_mode == "ask" and not welcomed(app))
        assert not app.jobs.all

    drive(new, scenario)


def test_words_typed_into_nothing_bring_no_greeting_and_no_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No letter of the whole desk begins anything: a question typed too early does no harm."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await pilot.press(*"ways")
        await pilot.pause()
        assert not welcomed(app)
        assert not app.jobs.all
        await pilot.press("f2")
        await until(pilot, lambda: welcomed(app))

    drive(desk_lab(tmp_path / "lab"), scenario)
