"""What the library's keys do to the papers that are selected, or to the one at the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding

from paperlab.lab import today
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.typing_ahead import TypingAhead
from paperlab.tui.views import paper_changes
from paperlab.tui.views.listing import citation
from paperlab.tui.views.paper_changes import papers_told, typed_tags
from paperlab.types import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.binding import BindingType

    from paperlab.lab import Lab
    from paperlab.tui.desk.changes import Change
    from paperlab.tui.views.rows import Rows
    from paperlab.types import Paper, PaperRow


class PaperActions(TypingAhead, DeskScreen):
    """Status, rating, tags, lists, fetching, and what is handed to other programs."""

    OPENING = frozenset({"search", "tags"})

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "status('read')", "Read", id="library.read"),
        Binding("r", "status('reading')", "Reading", show=False, id="library.reading"),
        Binding("t", "status('to_read')", "To read", show=False, id="library.to_read"),
        Binding("x", "status('skipped')", "Skip", show=False, id="library.skip"),
        Binding("plus", "rate(1)", "Rate higher", key_display="+", show=False, id="library.rate_up"),
        Binding("minus", "rate(-1)", "Rate lower", key_display="-", show=False, id="library.rate_down"),
        Binding("number_sign", "tags", "Tags", key_display="#", show=False, priority=True, id="library.tags"),
        Binding("l", "add_to_list", "Add to a list", show=False, id="library.add_to_list"),
        Binding("f", "fetch", "Fetch what is missing", show=False, id="library.fetch"),
        Binding("i", "index", "Index", show=False, id="library.index"),
        Binding("o", "open_outside", "Open the PDF outside", show=False, id="library.open_outside"),
        Binding("e", "edit_notes", "Notes in $EDITOR", show=False, id="library.notes"),
        Binding("a", "annotations", "Its annotations", show=False, id="library.annotations"),
        Binding("y", "copy_citation", "Copy citation", show=False, id="library.copy"),
        Binding("Y", "copy_key", "Copy key", show=False, id="library.copy_key"),
    ]

    # What the library's screen gives

    @property
    def rows(self) -> Rows:
        """All papers."""
        raise NotImplementedError

    @property
    def chosen(self) -> list[str]:
        """The keys an action is for."""
        raise NotImplementedError

    def show_at_once(self, keys: list[str], change: Callable[[PaperRow], PaperRow]) -> None:
        """Show rows as they will be; what the lab says replaces them."""
        raise NotImplementedError

    def reload(self) -> None:
        """Show what the lab has."""
        raise NotImplementedError

    @property
    def here(self) -> list[str]:
        """Those of `chosen` that are in the library; the user is told where none is."""
        found = [key for key in self.chosen if key not in self.rows.absent]
        if not found:
            self.desk_app.tell("not in the library yet: f fetches it" if self.chosen else "no paper is selected")
        return found

    # Marks

    def action_status(self, name: str) -> None:
        """Set the status of the chosen papers."""
        if keys := self.here:
            status = Status(name)
            self.show_at_once(keys, lambda row: row._replace(status=status))
            self.do_change(paper_changes.set_status(keys, status, today()))

    def action_rate(self, by: int) -> None:
        """Rate the chosen papers one higher or lower."""
        if keys := self.here:
            self.do_change(paper_changes.rate(keys, by))

    @work
    async def do_change(self, change: Change) -> None:
        """Do a change; what was shown at once goes back where it failed."""
        if not await self.desk_app.perform(change):
            self.reload()

    def action_tags(self) -> None:
        """Ask for tags to add, or with a dash before them to take away."""
        if keys := self.here:
            self.hold_keys()
            self._ask_tags(keys)

    @work
    async def _ask_tags(self, keys: list[str]) -> None:
        from paperlab.tui.screens.dialogs import Line

        given = {tag for key in keys for tag in self.rows.by_key[key].tags}
        now = ", ".join(sorted(given)) or "none yet"
        known = sorted(self.rows.tags)

        def complete(typed: str) -> list[str]:
            before, last = _last_tag(typed)
            return [f"{before}{_as_typed(tag)}" for tag in known if last and tag.casefold().startswith(last.casefold())]

        hint = f"tags now: {now}\nseveral with commas; -tag takes that tag away"
        typed = await self.app.push_screen_wait(Line(f"Tags of {papers_told(keys)}", suggestions=complete, hint=hint))
        added, removed = typed_tags(typed or "")
        if added or removed:
            self.do_change(paper_changes.change_tags(keys, added, removed))

    def action_add_to_list(self) -> None:
        """Ask for a reading list, which may be a new one, and put the chosen papers at its end."""
        if keys := self.here:
            self.hold_keys()
            self._ask_list(keys)

    @work
    async def _ask_list(self, keys: list[str]) -> None:
        from paperlab.tui.screens.dialogs import Choice

        options = [(one.name, f"{one.name} · {one.title}") for one in self.rows.lists]
        name = await self.app.push_screen_wait(Choice(f"Add {papers_told(keys)} to a list", options, new=True))
        if name:
            self.do_change(paper_changes.add_to_list(name, keys))

    # Long work

    def action_fetch(self) -> None:
        """Fetch the chosen papers whose PDFs are missing."""
        missing = [key for key in self.chosen if (row := self.rows.by_key.get(key)) and not row.has_pdf]
        if missing:
            self._start(f"fetch {papers_told(missing)}", ("fetch", *missing))
        else:
            self.desk_app.tell("nothing is missing: the PDF is here")

    def action_index(self) -> None:
        """Bring the index up to the library: everything, or just the papers that are selected."""
        keys = self.here if len(self.chosen) > 1 else []
        self._start(f"index {papers_told(keys)}" if keys else "index", ("index", *keys))

    def _start(self, title: str, arguments: tuple[str, ...]) -> None:
        self.desk_app.jobs.start(title, arguments)

    # Other programs, other screens

    @work(exclusive=True, group="outside")
    async def action_open_outside(self) -> None:
        """Open the paper's PDF in the system's viewer."""
        from paperlab.tui.desk.outside import open_outside

        if keys := self.here:
            key = keys[0]
            path = await self.desk_app.ask_lane(self.desk.marks, lambda lab: lab.library.pdf(lab.library.load(key)))
            if path:
                await open_outside(self.desk_app, path)

    @work(exclusive=True, group="outside")
    async def action_edit_notes(self) -> None:
        """Edit the paper's notes in the user's editor."""
        from paperlab.tui.desk.outside import edit

        if not (keys := self.here):
            return
        key = keys[0]

        def notes(lab: Lab) -> Path:
            lab.library.start_notes(lab.library.load(key))
            return lab.library.notes(key)

        path = await self.desk_app.ask_lane(self.desk.marks, notes)
        if path and await edit(self.desk_app, path):
            await self.desk_app.look_for_changes()

    @work
    async def action_annotations(self) -> None:
        """Show the annotations of this paper."""
        if keys := self.here:
            show = getattr(await self.desk_app.go_to("annotations"), "show_only", None)
            if show:
                show(keys[0])

    @work
    async def action_copy_citation(self) -> None:
        """Copy the chosen papers as a citation: authors, year, title, link."""
        if not (keys := self.here):
            return

        def papers(lab: Lab) -> list[Paper]:
            return [paper for key in keys if (paper := lab.store.papers.get(key))]

        if found := await self.desk_app.ask_lane(self.desk.marks, papers):
            self.app.copy_to_clipboard(citation(found))
            self.desk_app.tell(f"copied: citation of {papers_told(keys)}")

    def action_copy_key(self) -> None:
        """Copy the keys of the chosen papers."""
        if keys := self.chosen:
            self.app.copy_to_clipboard("\n".join(keys))
            self.desk_app.tell(f"copied: {', '.join(keys[:3])}{' …' if len(keys) > 3 else ''}")


def _last_tag(typed: str) -> tuple[str, str]:
    """Return what stands before the tag that is being typed, and the tag so far."""
    at = max(typed.rfind(sign) for sign in (",", " -", " #", ' "')) + 1
    at += len(typed[at:]) - len(typed[at:].lstrip(' -#"'))
    return typed[:at], typed[at:]


def _as_typed(tag: str) -> str:
    return f'"{tag}"' if "," in tag else tag
