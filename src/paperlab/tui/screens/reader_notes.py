"""The notes beside the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.tui.screens import reader_work as work

if TYPE_CHECKING:
    from paperlab.tui.screens.reader import ReaderScreen
    from paperlab.tui.widgets.notes import NotesPane

_STILL_TYPING = 1.0
"""Seconds for which keys are no commands after the notes could not be opened."""


class Notes:
    """A reader's notes: the pane comes when it is first wanted."""

    def __init__(self, reader: ReaderScreen) -> None:
        self._reader = reader
        self._pane: NotesPane | None = None

    def open(self) -> None:
        """Show the notes and write; what is typed while they come is written, too."""
        self._reader.hold_keys()
        self._reader.run_worker(self._open(), group="open notes", exclusive=True)

    async def _open(self) -> None:
        reader = self._reader
        if self._pane is None:
            from paperlab.tui.widgets.notes import NotesPane

            self._pane = NotesPane()
            await reader.query_one(".reader-body").mount(self._pane)
        if not self._pane.is_loaded:
            await self._load(self._pane)
        if not self._pane.is_loaded:  # the user was told why, and may still be typing a note
            reader.set_timer(_STILL_TYPING, reader.drop_keys)
            return
        reader.add_class("-notes")
        reader.hand_keys(self._pane.area, drop=self._pane.area.read_only)

    async def _load(self, pane: NotesPane) -> None:
        reader, key = self._reader, self._reader.key
        place = await reader.desk_app.ask_lane(reader.desk.marks, lambda lab: work.notes_place(lab, key))
        if place is not None:
            await pane.load(*place)

    def close(self) -> None:
        """Hide the notes; they are saved as the focus leaves them."""
        self._reader.remove_class("-notes")
        self._reader.set_focus(self._reader.text)

    def refresh(self) -> None:
        """Take in what another program wrote."""
        if self._pane:
            self._pane.area.take_in()

    def save_typed(self) -> None:
        """Hand what is not saved to the lane: the reader ends."""
        if self._pane:
            self._pane.area.keep_later()

    async def edit_outside(self) -> None:
        """Open the notes in $EDITOR, once they have what was typed."""
        from paperlab.tui.desk.outside import edit

        reader, key = self._reader, self._reader.key
        if self._pane and not await self._pane.area.keep():
            return
        path = await reader.desk_app.ask_lane(reader.desk.marks, lambda lab: work.notes_file(lab, key))
        if path is not None:
            await edit(reader.desk_app, path)
            self.refresh()
