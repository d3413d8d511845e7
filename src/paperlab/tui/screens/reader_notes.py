"""The notes beside the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.tui.screens import reader_work as work

if TYPE_CHECKING:
    from paperlab.tui.screens.reader import ReaderScreen
    from paperlab.tui.widgets.notes import NotesPane


class Notes:
    """A reader's notes: the pane comes when it is first wanted."""

    def __init__(self, reader: ReaderScreen) -> None:
        self._reader = reader
        self._pane: NotesPane | None = None

    async def open(self) -> None:
        """Show the notes and write."""
        reader = self._reader
        if self._pane is None:
            from paperlab.tui.widgets.notes import NotesPane

            self._pane = NotesPane(self._keep, self._keep_now)
            await reader.query_one(".reader-body").mount(self._pane)
            await self.refresh()
        reader.add_class("-notes")
        self._pane.focus_text()

    def close(self) -> None:
        """Hide the notes; they are saved as the focus leaves them."""
        self._reader.remove_class("-notes")
        self._reader.text.focus()

    async def refresh(self) -> None:
        """Take in what another program wrote."""
        if self._pane is None:
            return
        reader, key = self._reader, self._reader.key
        text = await reader.desk_app.ask_lane(
            reader.desk.marks, lambda lab: work.notes_of(lab, key), tag=f"notes {key}"
        )
        if text is not None:
            self._pane.load(text)

    async def _keep(self, text: str, base: str) -> work.Kept:
        key = self._reader.key
        return await self._reader.desk.marks.run(lambda lab: work.keep_notes(lab, key, text, base))

    def _keep_now(self, text: str, base: str) -> None:
        key = self._reader.key
        self._reader.desk.marks.submit(lambda lab: work.keep_notes(lab, key, text, base))

    def save_typed(self) -> None:
        """Hand what is not saved to the lane: the reader ends."""
        if self._pane:
            self._pane.save_at_once()

    async def edit_outside(self) -> None:
        """Open the notes in $EDITOR."""
        from paperlab.tui.outside import edit

        reader, key = self._reader, self._reader.key
        if self._pane:
            await self._pane.save()
        path = await reader.desk_app.ask_lane(reader.desk.marks, lambda lab: work.notes_file(lab, key))
        if path is not None:
            await edit(reader.desk_app, path)
            await self.refresh()
