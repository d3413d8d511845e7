"""The library's screen: what is in view, what its keys do to the lab's files, and how that is undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from desk_support import drive, shown, until
from paperlab.lab import Lab
from paperlab.tui.views import listing
from paperlab.tui.views.paper_changes import add_to_list, change_tags, set_status, typed_tags
from paperlab.types import Status

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from paperlab.tui.app import DeskApp
    from paperlab.tui.messages import Place
    from paperlab.tui.screens.library import LibraryScreen

KEYS = ["2401.00001", "2401.00002", "2401.00003", "2401.00004"]


def library(app: DeskApp) -> LibraryScreen:
    return cast("LibraryScreen", app.screen)


async def ready(app: DeskApp, pilot: Pilot[Any]) -> LibraryScreen:
    """Wait until the papers stand there and can be searched."""
    await until(pilot, lambda: library(app).rows.ready and library(app).rows.lists)
    await pilot.pause()
    return library(app)


def record(root: Path, key: str) -> str:
    return (root / "papers" / key / "paper.toml").read_text(encoding="utf-8")


def in_view(app: DeskApp) -> list[str]:
    return [row.key for row in library(app).table.rows]


def test_papers_shelf_and_details_stand_side_by_side(root: Path) -> None:
    """At 140 columns: all four papers, the list with its count, and the paper at the cursor whole."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await ready(app, pilot)
        await until(pilot, lambda: "pages indexed" in shown(app))
        text = shown(app)
        assert "4 papers" in text
        assert "deep" in text
        assert "0/2" in text
        assert sorted(in_view(app)) == KEYS

    drive(root, scenario, size=(140, 40))


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (80, 24), (200, 60)])
def test_it_stands_at_every_size(root: Path, size: tuple[int, int]) -> None:
    """From 20 by 5 to 200 by 60 the first paper's title begins on the screen."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        title = screen.table.rows[0].title
        await until(pilot, lambda: title[:8] in shown(app))

    drive(root, scenario, size=size)


def test_a_reading_list_narrows_and_shows_its_order_and_why(root: Path) -> None:
    """Choosing a list shows its papers as it has them, with why in the details; home is all papers again."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        await pilot.press("h", *["j"] * 6)
        assert screen.shelf.scope.name == "deep"
        await pilot.pause()
        assert in_view(app) == ["2401.00001", "2401.00004"]
        await until(pilot, lambda: "routes tokens" in shown(app))
        await pilot.press("enter")
        assert screen.table.has_focus
        await pilot.press("h", "g", "l")
        await pilot.pause()
        assert len(in_view(app)) == 4
        assert screen.table.has_focus

    drive(root, scenario, size=(140, 40))


def test_a_paper_of_a_list_that_is_not_here_can_be_fetched(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in its list, nowhere else; marking it says so, `f` starts a fetch of it."""
    path = root / "papers" / "lists" / "deep.toml"
    path.write_text(path.read_text() + '\n[[paper]]\nid = "2405.99999"\ntitle = "Not here yet"\nwhy = "later"\n')

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        started: list[tuple[str, ...]] = []
        monkeypatch.setattr(app.jobs, "start", lambda _title, arguments: started.append(tuple(arguments)))
        screen = await ready(app, pilot)
        assert len(in_view(app)) == 4
        await pilot.press("h", *["j"] * 6, "enter", "G")
        await pilot.pause()
        assert screen.table.cursor_key == "2405.99999"
        await until(pilot, lambda: "not in the library yet" in shown(app))
        await pilot.press("d", "enter", "f")
        assert started == [("fetch", "2405.99999")]
        assert app.screen is screen
        assert not (root / "papers" / "2405.99999").exists()

    drive(root, scenario, size=(140, 40))


def test_typing_narrows_titles_at_once_and_finds_passages_after_a_pause(root: Path) -> None:
    """The table follows each key; the passages come behind, and enter opens one at its page."""
    opened: list[tuple[str, Place | None]] = []

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        app.open_paper = lambda key, place=None: opened.append((key, place))  # type: ignore[method-assign]
        screen = await ready(app, pilot)
        word = screen.rows.by_key["2401.00004"].title.split()[0].lower()
        await pilot.press("slash", *word)
        assert "2401.00004" in in_view(app)
        assert len(in_view(app)) < 4
        await until(pilot, lambda: screen.hits.hits)
        await pilot.press("down")
        assert screen.table.has_focus
        await pilot.press(*["down"] * len(in_view(app)))
        assert screen.hits.has_focus
        hit = screen.hits.hit
        await pilot.press("enter")
        await until(pilot, lambda: opened)
        assert hit is not None
        key, place = opened[0]
        assert place is not None
        assert (key, place.page, place.boxes) == (hit.key, hit.page, hit.boxes)

    drive(root, scenario)


def test_escape_clears_the_box_and_then_leaves_it(root: Path) -> None:
    """The first escape brings all papers back, the second goes to them."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        await pilot.press("slash", *"zzzqqq")
        await pilot.pause()
        assert in_view(app) == []
        assert "No title, author or key matches" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert len(in_view(app)) == 4
        assert screen.box.has_focus
        await pilot.press("escape")
        await pilot.pause()
        assert screen.table.has_focus

    drive(root, scenario)


def test_a_half_typed_filter_is_hinted_at_quietly(root: Path) -> None:
    """`year:20` narrows nothing and pops nothing up; the line below the box says how a year is written."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        await pilot.press("slash", *"year:20x")
        await until(pilot, lambda: "2019..2022" in shown(app))
        assert len(in_view(app)) == 4
        await pilot.press("escape", *"deep in:99")
        await pilot.pause(0.4)
        assert not app._notifications
        assert screen.box.has_focus

    drive(root, scenario)


def test_status_by_one_key_for_all_that_are_selected_and_back(root: Path) -> None:
    """`d` marks two papers read with their days; `u` puts records back to the letter, `U` does it again."""
    before = {key: record(root, key) for key in KEYS}

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        await pilot.press("space", "space", "d")
        chosen = set(screen.table.selected)
        await until(pilot, lambda: len(app.history.done) == 1)
        assert len(chosen) == 2
        for key in KEYS:
            assert ('status = "read"' in record(root, key)) is (key in chosen)
            assert ("finished" in record(root, key)) is (key in chosen)
        assert screen.table.selected == chosen
        await pilot.press("u")
        await until(pilot, lambda: {key: record(root, key) for key in KEYS} == before)
        await pilot.press("U")
        await until(pilot, lambda: sum('"read"' in record(root, key) for key in KEYS) == 2)
        await until(pilot, lambda: screen.rows.statuses[Status.READ] == 2)

    drive(root, scenario)


def test_rating_and_status_show_before_the_disk_has_them(root: Path) -> None:
    """The row changes with the key, not a second later."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        key = screen.table.cursor_key
        screen.action_status("reading")
        assert key is not None
        assert screen.rows.by_key[key].status is Status.READING
        await pilot.press("plus")
        await until(pilot, lambda: "rating = 3" in record(root, key))

    drive(root, scenario)


def test_a_lab_that_cannot_be_written_is_shown_as_it_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row goes back to what the lab has, and the user is told."""
    from paperlab.errors import NotNow
    from paperlab.library import Library

    def refuse(*_: object) -> None:
        raise NotNow("the disk is read-only")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        monkeypatch.setattr(Library, "edit", refuse)
        await pilot.press("d")
        await until(pilot, lambda: any("read-only" in one.message for one in app._notifications))
        await until(pilot, lambda: screen.rows.statuses[Status.READ] == 0)
        assert not app.history.done

    drive(root, scenario)


def test_tags_are_typed_into_a_line(root: Path) -> None:
    """`#` asks; a dash takes a tag away again."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        key = screen.table.cursor_key or ""
        await pilot.press("number_sign")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press(*"moe, fast", "enter")
        await until(pilot, lambda: 'tags = ["moe", "fast"]' in " ".join(record(root, key).split()).replace('[ "', '["'))
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: screen.rows.tags == {"moe": 1, "fast": 1})
        await pilot.press("number_sign")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press(*"-fast", "enter")
        await until(pilot, lambda: "fast" not in record(root, key))

    drive(root, scenario)


def test_papers_go_into_a_new_list_and_out_again(root: Path) -> None:
    """`l` makes the list that was typed; undo takes its file away."""
    path = root / "papers" / "lists" / "later.toml"

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        await pilot.press("l")
        await until(pilot, lambda: app.screen is not screen)
        await pilot.press(*"later", "enter")
        await until(pilot, path.exists)
        await until(pilot, lambda: "later" in screen.rows.list_keys)
        await pilot.press("u")
        await until(pilot, lambda: not path.exists())

    drive(root, scenario)


def test_what_others_change_appears_and_nothing_moves(root: Path) -> None:
    """A record edited outside shows its status; cursor, selection and what is typed stay."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        await until(pilot, lambda: app._watcher._seen)
        await pilot.press("space", "j")
        at, selected = screen.table.cursor_key, screen.table.selected
        path = root / "papers" / KEYS[1] / "paper.toml"
        path.write_text(record(root, KEYS[1]).replace("to_read", "skipped"))
        await until(pilot, lambda: screen.rows.by_key[KEYS[1]].status is Status.SKIPPED)
        assert (screen.table.cursor_key, screen.table.selected) == (at, selected)

    drive(root, scenario)


def test_at_80_columns_the_shelf_is_a_drawer(root: Path) -> None:
    """`b` opens it over the papers; choosing closes it. `p` shows the details below."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        assert not screen.shelf.display
        assert not screen.details.display
        await pilot.press("b")
        await pilot.pause()
        assert screen.shelf.display
        assert screen.shelf.has_focus
        await pilot.press("j", "enter")
        await pilot.pause()
        assert not screen.shelf.display
        assert screen.table.has_focus
        await pilot.press("p")
        await until(pilot, lambda: screen.details.display and f"· {screen.table.cursor_key}" in shown(app))
        await pilot.press("p")
        await pilot.pause()
        assert not screen.details.display

    drive(root, scenario, size=(80, 24))


def test_sorting_by_key_and_back(root: Path) -> None:
    """`s` goes through the sortings, `S` turns one round."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        await pilot.press("s")
        await pilot.pause()
        titles = [row.title.lower() for row in screen.table.rows]
        assert titles == sorted(titles)
        await pilot.press("S")
        await pilot.pause()
        assert [row.title.lower() for row in screen.table.rows] == titles[::-1]
        assert "title" in shown(app)

    drive(root, scenario)


def test_an_empty_library_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No paper: how they come, and no key fails."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    Lab.init(tmp_path / "lab")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = cast("LibraryScreen", app.screen_stack[0])
        await until(pilot, lambda: screen.has_class("-nothing"))
        await pilot.pause(0.2)
        while app.screen is not screen:
            await pilot.press("escape")
        await until(pilot, lambda: "No papers yet" in shown(app))
        await pilot.press("d", "plus", "o", "e", "y", "Y", "f", "space", "enter", "j", "S", "a")

    drive(tmp_path / "lab", scenario)


def test_copying(root: Path) -> None:
    """`y` copies a citation, `Y` the key."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        row = screen.table.cursor_row
        assert row is not None
        await pilot.press("y")
        await until(pilot, lambda: row.title in app.clipboard)
        await pilot.press("Y")
        assert app.clipboard == row.key

    drive(root, scenario)


# What changes do to files, without a screen


@pytest.fixture
def lab(root: Path) -> Any:
    opened = Lab(root)
    yield opened
    opened.close()


def test_undo_leaves_what_somebody_else_changed_since(lab: Lab) -> None:
    """One paper was marked again by another program: it stays so, the other goes back."""
    change = set_status(KEYS[:2], Status.READ, "2026-01-02")
    change.do(lab)
    set_status(KEYS[:1], Status.SKIPPED, "2026-01-03").do(lab)

    told = change.undo(lab)

    assert [lab.library.load(key).status for key in KEYS[:2]] == [Status.SKIPPED, Status.TO_READ]
    assert lab.library.load(KEYS[1]).finished is None
    assert KEYS[0] in told


def test_undo_of_a_status_keeps_a_title_edited_since(lab: Lab) -> None:
    """Only status and its days go back."""
    change = set_status(KEYS[:1], Status.READ, "2026-01-02")
    change.do(lab)
    path = lab.library.folder(KEYS[0]) / "paper.toml"
    path.write_text(path.read_text().replace('title = "', 'title = "New '))

    change.undo(lab)

    paper = lab.library.load(KEYS[0])
    assert paper.title.startswith("New ")
    assert (paper.status, paper.started, paper.finished) == (Status.TO_READ, None, None)


def test_a_paper_that_went_meanwhile_is_passed_over(lab: Lab) -> None:
    """Undo of two where one was removed puts the other back."""
    change = change_tags(KEYS[:2], ("a",), ())
    change.do(lab)
    (lab.library.folder(KEYS[0]) / "paper.toml").unlink()

    change.undo(lab)

    assert lab.library.load(KEYS[1]).tags == ()


def test_a_list_gets_its_file_back_to_the_letter(lab: Lab) -> None:
    """Adding to a list and undoing leaves comments, blank lines and the end as they were."""
    path = lab.library.list_path("deep")
    path.write_text(path.read_text() + "# the end\n\n\n")
    before = path.read_text()
    change = add_to_list("deep", [KEYS[0], KEYS[1], KEYS[2]])

    change.do(lab)
    assert lab.library.list_keys("deep") == ["2401.00001", "2401.00004", "2401.00002", "2401.00003"]
    change.undo(lab)

    assert path.read_text() == before


def test_undo_takes_only_its_own_papers_out_of_a_list(lab: Lab) -> None:
    """The list's title was edited since: that stays. Its end was edited: then nothing is taken out, and it says so."""
    path = lab.library.list_path("deep")
    change = add_to_list("deep", [KEYS[1]])
    change.do(lab)
    path.write_text(path.read_text().replace("Deep and sparse", "Other title"))

    change.undo(lab)

    assert lab.library.load_list("deep").title == "Other title"
    assert lab.library.list_keys("deep") == ["2401.00001", "2401.00004"]
    change.do(lab)
    path.write_text(path.read_text() + "# mine\n")

    told = change.undo(lab)

    assert "was edited since" in told
    assert KEYS[1] in lab.library.list_keys("deep")


@pytest.mark.parametrize(
    ("typed", "added", "removed"),
    [
        ("moe, fast", ("moe", "fast"), ()),
        ("-moe #new", ("new",), ("moe",)),
        ('"mixture of experts" -"old one"', ("mixture of experts",), ("old one",)),
        (" , ,", (), ()),
        ("few-shot", ("few-shot",), ()),
        ("moe, to read later, -old one", ("moe", "to read later"), ("old one",)),
        ('"a, b", c  d -e', ("a, b", "c d"), ("e",)),
    ],
)
def test_tags_as_people_type_them(typed: str, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
    """Commas between them, a dash before those to take away, quotes around commas; spaces stay."""
    assert typed_tags(typed) == (added, removed)


def test_some_rows_are_read_as_all_are(lab: Lab) -> None:
    """The rows of a few papers are those of all; names with quotes and backslashes come whole."""
    lab.library.edit(KEYS[1], lambda paper: replace(paper, authors=('A "B" C', "D\\E", "Ü", ""), tags=("x",)))
    lab.sync()

    rows = {row.key: row for row in lab.store.papers.rows()}

    assert {row.key: row for row in lab.store.papers.rows(KEYS[:2])} == {key: rows[key] for key in KEYS[:2]}
    assert rows[KEYS[1]].authors == ('A "B" C', "D\\E", "Ü", "")
    assert rows[KEYS[1]].tags == ("x",)
    assert lab.store.papers.rows([]) == []


def test_details_say_how_far_a_paper_is(lab: Lab) -> None:
    """Pages indexed, the page one is on, time read, annotations, notes without their heading; a PDF that vanished."""
    folder = lab.library.folder(KEYS[0])
    (folder / "notes.md").write_text("# Title\n\nMy words\n")
    (folder / "annotations.toml").write_text('[[annotation]]\nid = "a"\n\n[[annotation]]\nid = "b"\n')
    (folder / "reading.toml").write_text("page = 2\n\n[seconds]\n2026-01-02 = 4000\n")

    found = listing.read_details(lab, KEYS[0])

    assert (found.notes, found.annotations, found.read) == ("My words", 2, "3 pages indexed")
    assert found.page == 2
    (folder / "paper.pdf").unlink()
    assert listing.read_details(lab, KEYS[0]).read == "its PDF is gone"


def test_a_broken_record_or_list_is_told_until_it_is_mended(root: Path) -> None:
    """File and line stand below the search box; the paper stays as it was read; once mended, nothing is said."""
    paper, listed = root / "papers" / KEYS[0] / "paper.toml", root / "papers" / "lists" / "worse.toml"
    whole = paper.read_text(encoding="utf-8")
    listed.write_text("title = \n", encoding="utf-8")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await ready(app, pilot)
        await until(pilot, lambda: "lists/worse.toml:1" in shown(app))

        listed.unlink()
        await app.look_for_changes()
        await until(pilot, lambda: not screen.problems and "worse.toml" not in shown(app))
        paper.write_text(whole + "\n[[[\n", encoding="utf-8")
        await app.look_for_changes()
        await until(pilot, lambda: f"{KEYS[0]}/paper.toml:" in shown(app))
        assert KEYS[0] in in_view(app)

        paper.write_text(whole, encoding="utf-8")
        await app.look_for_changes()
        await until(pilot, lambda: not screen.problems)

    drive(root, scenario)
