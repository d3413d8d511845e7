"""The table of papers: what it draws, how the cursor and the selection move."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len
from textual.app import App

from paperlab.tui.views.rows import Order, SortBy
from paperlab.tui.widgets.paper_table import Beside, PaperTable
from paperlab.types import PaperRow, Status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import ComposeResult
    from textual.message import Message
    from textual.pilot import Pilot


def row(n: int, title: str = "", authors: tuple[str, ...] = ("Ann Author",)) -> PaperRow:
    return PaperRow(f"k{n}", title or f"Paper {n}", authors, 2000 + n % 25, Status.TO_READ, (), None, "", has_pdf=True)


class _App(App[None]):
    def __init__(self, rows: Sequence[PaperRow]) -> None:
        super().__init__()
        self.rows = rows
        self.told: list[Message] = []

    def compose(self) -> ComposeResult:
        yield PaperTable()

    def on_mount(self) -> None:
        self.table.show(self.rows, Order())
        self.table.focus()

    @property
    def table(self) -> PaperTable:
        return self.query_one(PaperTable)

    def on_paper_table_header_clicked(self, event: PaperTable.HeaderClicked) -> None:
        self.told.append(event)

    def on_line_list_opened(self, event: PaperTable.Opened) -> None:
        self.told.append(event)


def drive(
    rows: Sequence[PaperRow], scenario: Callable[[_App, Pilot[Any]], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    async def run() -> None:
        app = _App(rows)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await scenario(app, pilot)

    asyncio.run(run())


def lines(app: _App) -> list[str]:
    return [app.table.render_line(y).text for y in range(app.table.size.height)]


@pytest.mark.parametrize(
    "title",
    [
        "混合专家模型的稀疏门控" * 20,
        "🦊🧪" * 60,
        "\x1b[31mred\x1b[0m \x07bell\r\nline",
        "عنوان من اليمين إلى اليسار \u202eabc",
        "[bold]markup[/bold] [@click=app.quit]x[/]",
        "e\u0301" * 200,
        "x" * 400,
        "",
    ],
)
@pytest.mark.parametrize("width", [20, 40, 57, 80, 133, 200])
def test_every_line_is_as_wide_as_the_table(title: str, width: int) -> None:
    """Wide signs, control codes, markup and long titles leave each line just as wide, and harmless."""

    async def scenario(app: _App, _pilot: Pilot[Any]) -> None:
        app.table.show_beside(Beside({"k0": (title or "list",)}, {"k0": [("✓120", "success"), (" ✗11", "error")]}))
        for y in range(4):
            strip = app.table.render_line(y)
            assert sum(cell_len(segment.text) for segment in strip) == width
            assert "\x1b" not in strip.text
            assert "\u202e" not in strip.text

    many = tuple(f"Author{n} {title[:20]}" for n in range(300))
    drive([row(0, title, many), row(1)], scenario, (width, 6))


def test_a_hundred_thousand_rows_cost_what_forty_do() -> None:
    """Going to the end of 100,000 rows draws only what is seen."""

    async def scenario(app: _App, pilot: Pilot[Any]) -> None:
        drawn = []
        draw = app.table.draw
        app.table.draw = lambda item, line, width: drawn.append(item) or draw(item, line, width)  # type: ignore
        app.table.show(rows, Order())
        await pilot.press("G")
        assert app.table.cursor_key == "k99999"
        assert "Paper 99999" in lines(app)[-1]
        assert len(set(drawn)) < 100

    rows = [row(n) for n in range(100_000)]
    drive(rows[:5], scenario)


def test_the_cursor_stays_on_its_paper_when_rows_come_and_go() -> None:
    """New rows above move the view along with the paper at the cursor."""

    async def scenario(app: _App, pilot: Pilot[Any]) -> None:
        await pilot.press(*["j"] * 30)
        at = app.table.cursor - app.table.scroll_offset.y
        app.table.show([row(-n) for n in range(1, 11)] + rows, Order())
        await pilot.pause()
        assert app.table.cursor_key == "k30"
        assert app.table.cursor - app.table.scroll_offset.y == at

    rows = [row(n) for n in range(100)]
    drive(rows, scenario)


def test_space_toggles_and_goes_on() -> None:
    """Space selects one after the other; again, it takes one out."""

    async def scenario(app: _App, pilot: Pilot[Any]) -> None:
        await pilot.press("space", "space", "k", "space")
        assert app.table.selected == {"k0"}
        assert app.table.chosen == ["k0"]

    drive([row(n) for n in range(5)], scenario)


def test_ranges_by_shift_and_by_v() -> None:
    """Shift with arrows takes a range in; `v` begins one that follows the cursor until `v` ends it."""

    async def scenario(app: _App, pilot: Pilot[Any]) -> None:
        await pilot.press("shift+down", "shift+down", "j")
        assert app.table.selected == {"k0", "k1", "k2"}
        await pilot.press("j", "v", "j", "j", "v", "j")
        assert app.table.selected == {"k0", "k1", "k2", "k4", "k5", "k6"}
        await pilot.press("ctrl+a")
        assert len(app.table.selected) == 10
        await pilot.press("ctrl+a")
        assert not app.table.selected

    drive([row(n) for n in range(10)], scenario)


def test_a_range_that_shrinks_gives_back_what_it_took() -> None:
    """Going back with shift held leaves what was selected before the range."""

    async def scenario(app: _App, pilot: Pilot[Any]) -> None:
        await pilot.press("space", "j", "shift+down", "shift+down", "shift+up")
        assert app.table.selected == {"k0", "k2", "k3"}

    drive([row(n) for n in range(10)], scenario)


def test_the_mouse_moves_selects_opens_and_sorts() -> None:
    """Click, ctrl and shift with a click, a double click, and a click on a column's head."""

    async def scenario(app: _App, pilot: Pilot[Any]) -> None:
        await pilot.click(PaperTable, offset=(10, 3))
        assert app.table.cursor_key == "k2"
        assert not app.table.selected
        await pilot.click(PaperTable, offset=(10, 5), shift=True)
        assert app.table.selected == {"k2", "k3", "k4"}
        await pilot.click(PaperTable, offset=(10, 4), control=True)
        assert app.table.selected == {"k2", "k4"}
        await pilot.click(PaperTable, offset=(10, 6), times=2)
        await pilot.click(PaperTable, offset=(6, 0))
        year = lines(app)[0].index("Year")
        await pilot.click(PaperTable, offset=(year, 0))
        await pilot.pause()
        assert [type(one).__name__ for one in app.told] == ["Opened", "HeaderClicked", "HeaderClicked"]
        assert [one.by for one in app.told[1:]] == [SortBy.TITLE, SortBy.YEAR]  # type: ignore[attr-defined]
        assert app.table.cursor_key == "k5"

    drive([row(n) for n in range(10)], scenario)


def test_the_head_shows_what_is_sorted_by() -> None:
    """The sorted column has the sign of its direction, and only that one."""

    async def scenario(app: _App, pilot: Pilot[Any]) -> None:
        app.table.show(app.rows, Order(SortBy.TITLE, down=False))
        assert "Title▴" in lines(app)[0]
        app.table.show(app.rows, Order(SortBy.YEAR, down=True))
        assert "Year▾" in lines(app)[0]
        assert "▴" not in lines(app)[0]

    drive([row(1)], scenario)


def test_what_matched_is_seen_and_marked() -> None:
    """A word far behind in a long title is shown behind its beginning; a name that was typed is marked, too."""

    async def scenario(app: _App, _pilot: Pilot[Any]) -> None:
        app.table.show(app.rows, Order(), ("needle", "smith"))
        strip = app.table.render_line(1)
        marked = [segment.text for segment in strip if segment.style and segment.style.bold]
        assert marked == ["Needle", "Smith"]
        assert "A title th" in strip.text

    drive([row(1, "A title that goes on and on for very long until the Needle stands there", ("Jo Smith",))], scenario)


def test_columns_go_as_it_gets_narrow() -> None:
    """A title has room at every width; the other columns are there where they fit."""

    async def scenario(app: _App, _pilot: Pilot[Any]) -> None:
        heads[app.size.width] = lines(app)[0].split()
        assert "Paper" in lines(app)[1]

    heads: dict[int, list[str]] = {}
    for width in (20, 50, 80, 200):
        drive([row(1)], scenario, (width, 5))
    assert heads[20] == ["Title"]
    assert heads[50] == ["Title", "Year"]
    assert heads[80] == ["Title", "Authors", "Year", "Repl."]
    assert {"Lists", "Rating", "Added▾"} <= set(heads[200])


def test_jumps_go_to_the_rows_that_are_seen() -> None:
    """Each row in sight is a target; going there moves the cursor to it."""

    async def scenario(app: _App, pilot: Pilot[Any]) -> None:
        await pilot.press("G")
        found = app.table.jump_targets()
        assert len(found) == 5
        at, go = found[-1]
        go()
        assert (at.y, app.table.cursor_key) == (1, "k95")

    drive([row(n) for n in range(100)], scenario, (60, 6))


def test_an_empty_table_takes_every_key() -> None:
    """Nothing to move to, nothing to select, nothing to open."""

    async def scenario(app: _App, pilot: Pilot[Any]) -> None:
        await pilot.press("j", "k", "G", "g", "space", "v", "ctrl+a", "enter", "pagedown", "shift+down")
        assert app.table.chosen == []
        assert app.table.cursor_key is None
        assert not app.told

    drive([], scenario)
