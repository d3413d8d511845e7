"""What the command palette (ctrl+p) offers: actions with their keys, papers, reading lists, themes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rapidfuzz import fuzz, process, utils
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape

from paperlab.text import fold, one_line, shorten
from paperlab.tui.keys import shown_key, title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from paperlab.lab import Lab
    from paperlab.tui.app import DeskApp
    from paperlab.types import PaperRow

_PAPERS = 12
_LEAST = 55.0
_HIDDEN = {"desk.palette"}


class DeskCommands(Provider):
    """Actions of the screen below and of the desk, papers by title, reading lists, themes."""

    @property
    def _app(self) -> DeskApp:
        return cast("DeskApp", self.app)

    async def startup(self) -> None:
        """Ask for the papers and lists once."""
        self._rows: Sequence[PaperRow] = ()
        self._lists: Sequence[tuple[str, str]] = ()
        self._actions = list(self._all_actions())
        found = await self._app.ask_lane(self._app.desk.marks, _papers_and_lists)
        if found:
            self._rows, self._lists = found

    async def discover(self) -> Hits:
        """Offer the actions of where one is, before anything is typed."""
        for text, about, run in self._actions:
            yield DiscoveryHit(Content(text), run, text=text, help=escape(about))

    async def search(self, query: str) -> Hits:
        """Offer what fits: actions and lists by their words, papers by their titles."""
        words = fold(query).split()
        for text, about, run in [*self._actions, *self._list_commands(), *self._theme_commands()]:
            if all(word in fold(text) for word in words):
                ours = text.startswith("Theme: paperlab")  # the others are Textual's
                yield Hit(1 + ours + 1 / len(text), Content(text), run, text=text, help=escape(about))
        for score, row in _near(query, self._rows):
            authors = ", ".join(one_line(name) for name in row.authors[:3])
            about = ", ".join(filter(None, (authors, str(row.year or ""), row.key)))
            shown = shorten(row.title or row.key, 200)
            yield Hit(score, Content(shown), self._opener(row.key), text=shown, help=escape(about))

    def _opener(self, key: str) -> Callable[[], None]:
        return lambda: self._app.open_paper(key)

    def _all_actions(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        seen: set[str] = set()
        for key, active in self.screen.active_bindings.items():
            binding = active.binding
            if not (binding.id and active.enabled and binding.description) or binding.id in seen | _HIDDEN:
                continue
            seen.add(binding.id)
            where = title(binding.id.partition(".")[0])
            verb = "Go to: " if binding.id.startswith("go.") else ""
            yield verb + binding.description, f"{where}   {shown_key(key)}", self._runner(binding.action, active.node)

    def _runner(self, action: str, node: object) -> Callable[[], object]:
        async def run() -> None:
            await self._app.run_action(action, node)  # type: ignore[arg-type]

        return run

    def _list_commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        for name, heading in self._lists:
            yield f"List: {one_line(heading) or name}", name, self._list_opener(name)

    def _list_opener(self, name: str) -> Callable[[], object]:
        async def show() -> None:
            await self._app.show_list(name)

        return show

    def _theme_commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        for name in self._app.available_themes:
            if not name.startswith("textual-ansi"):
                yield f"Theme: {name}", "until you leave; paperlab.toml keeps one: [tui] theme", self._themer(name)

    def _themer(self, name: str) -> Callable[[], None]:
        def choose() -> None:
            self._app.theme = name

        return choose


def _papers_and_lists(lab: Lab) -> tuple[list[PaperRow], list[tuple[str, str]]]:
    return lab.store.papers.rows(), [(one.name, one.title) for one in lab.reading_lists()]


def _near(query: str, rows: Sequence[PaperRow]) -> Iterator[tuple[float, PaperRow]]:
    """Yield the papers whose titles are nearest to what was typed, each with a score from 0 to 1."""
    titles = {number: row.title or row.key for number, row in enumerate(rows)}
    found = process.extract(
        fold(query), titles, scorer=fuzz.WRatio, processor=utils.default_process, limit=_PAPERS, score_cutoff=_LEAST
    )
    for _title, score, number in found:
        yield score / 100, rows[number]
