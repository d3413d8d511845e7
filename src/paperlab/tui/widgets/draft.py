"""A text file that is written to while one types: the newsletter's draft, a paper's notes.

    draft = Draft(path, header="# Title")   # the header is offered where there is no file yet
    await draft.open(other_path, header="") # keeps what was typed, then shows another file; None: nothing
    await draft.keep()                      # at once; False where it could not be written, see `draft.trouble`
    draft.keep_later()                      # without waiting: for `DeskScreen.save_typed`
    draft.take_in()                         # what others wrote to the file: for `DeskScreen.lab_changed`
    draft.insert(text)                      # at the cursor, as TextArea has it
    draft.is_kept, draft.path, draft.trouble, draft.text
    Draft.Opened, Draft.Kept, Draft.Troubled   # messages; each has `.draft`

It is written 0.7 s after the last key, when it loses the focus and when it is taken away; a header alone never is.
What others wrote meanwhile is taken in line by line: both sides stay, the cursor stays where it is, and `ctrl+z` undoes
it. Before `$EDITOR` gets the file: `await draft.keep()`; afterwards `draft.take_in()`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rich.text import Text
from textual import work
from textual.document._document import Document
from textual.message import Message
from textual.widgets import TextArea

from paperlab.disk import disk_errors, write_atomically
from paperlab.errors import BadFile, PaperlabError
from paperlab.tui.views.merging import changed_part, merged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.timer import Timer

    from paperlab.lab import Lab
    from paperlab.tui.app import DeskApp

PAUSE = 0.7
"""Seconds after the last key until the file is written."""
_RETRY = 5.0
_MOST_BYTES = 4_000_000
_CONTROLS = dict.fromkeys((*range(9), *range(10, 32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")


class Draft(TextArea):
    """A text file that is written to while one types; see the module's head."""

    DEFAULT_CSS = """
    Draft { border: none; padding: 0 1; background: $background; }
    Draft:focus { border: none; }
    Draft .text-area--cursor-line { background: $background; }
    """

    @dataclass
    class Opened(Message):
        """A file is shown."""

        draft: Draft

    @dataclass
    class Kept(Message):
        """What was typed is in the file."""

        draft: Draft
        joined: bool = False
        """Whether others wrote to it since it was kept last, so that both stand there now."""

    @dataclass
    class Troubled(Message):
        """The file cannot be read or written; `draft.trouble` says why. What was typed stays on the screen."""

        draft: Draft

    def __init__(
        self,
        path: Path | None = None,
        header: str = "",
        *,
        id: str | None = None,  # noqa: A002 - Textual's
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes, read_only=True, soft_wrap=True, max_checkpoints=200)
        self.path = path
        self.trouble = ""
        self._header = header
        self._base: str | None = None
        self._joined = False
        self._timer: Timer | None = None
        self._one_at_a_time = asyncio.Lock()

    # State

    @property
    def is_kept(self) -> bool:
        """Whether the file has what stands here; a header alone need not be in a file."""
        if self.path is None or self.text == _as_shown(self._base or ""):
            return True
        return self._base is None and self.text in {"", self._header}

    @property
    def _desk_app(self) -> DeskApp:
        return cast("DeskApp", self.app)

    # Opening

    async def on_mount(self) -> None:
        """Show the file that was given."""
        if self.path is not None:
            self._load_later()

    async def open(self, path: Path | None, header: str = "") -> None:
        """Keep what was typed, then show another file."""
        if path == self.path and path is not None and self._base is not None:
            self.take_in()
            return
        if not await self.keep():
            return
        self.path, self._header = path, header
        await self._load()

    @work(group="draft")
    async def _load_later(self) -> None:
        await self._load()

    async def _load(self) -> None:
        path = self.path
        self.trouble = ""
        found = await self._in_lane(lambda _lab: _read(path)) if path else None
        if path is not self.path:
            return
        self._base = found
        shown = self._header if found is None else found
        self.load_text("" if self.trouble else shown)
        self.move_cursor(self.document.end)
        self.read_only = path is None or bool(self.trouble) or self._desk_app.desk.read_only
        self.post_message(self.Opened(self))

    # Keeping

    def on_text_area_changed(self) -> None:
        """Write it after a pause."""
        if self._timer:
            self._timer.stop()
            self._timer = None
        if not self.is_kept:
            self._timer = self.set_timer(PAUSE, self._start_keeping)

    def on_blur(self) -> None:
        """Write it: the user is elsewhere."""
        self._start_keeping()

    def on_unmount(self) -> None:
        """Write it: there will be no other time."""
        self.keep_later()

    def _start_keeping(self) -> None:
        if not self.is_kept and self.is_attached:
            self._keep_soon()

    @work(group="draft")
    async def _keep_soon(self) -> None:
        await self.keep()

    def keep_later(self) -> None:
        """Hand what was typed to the lane, which writes it even while the desk ends."""
        if not self.is_kept:
            self._desk_app.desk.marks.submit(self._writing())

    async def keep(self) -> bool:
        """Write what was typed; True once the file has it."""
        async with self._one_at_a_time:
            while not self.is_kept and not self.read_only:
                typed = self.text
                written = await self._in_lane(self._writing())
                if written is None:
                    self._timer = self.set_timer(_RETRY, self._start_keeping)
                    return False
                self._joined = self._joined or written != typed
                self._base = written
                self._show(merged(typed, self.text, written))
            if not self.trouble:
                self.post_message(self.Kept(self, self._joined))
                self._joined = False
            return self.is_kept

    def _writing(self) -> Callable[[Lab], str | None]:
        path, base, typed = self.path, self._base, self.text
        return lambda lab: _write(lab, path, base, typed) if path else None

    # What others write

    def take_in(self) -> None:
        """Look whether others wrote to the file, and show it together with what was typed."""
        if self.path is not None and not self.trouble:
            self._take_in()

    @work(group="draft")
    async def _take_in(self) -> None:
        path = self.path
        async with self._one_at_a_time:
            found = await self._in_lane(lambda _lab: _read(path)) if path else None
            if path is not self.path or self.trouble or found == self._base:
                return
            self._joined = not self.is_kept
            before, self._base = self._base, found
            nothing = self._header if self.text == self._header else ""
            self._show(merged(_as_shown(before or nothing), self.text, _as_shown(found or nothing)))

    def _show(self, text: str) -> None:
        """Bring the text on the screen to `text`, so that the cursor stays where it is and it can be undone."""
        if text == self.text:
            return
        start, end, inserted = changed_part(self.text, text)
        places = (self.document.get_location_from_index(index) for index in (start, end))  # type: ignore[attr-defined]
        self.history.checkpoint()
        self.replace(inserted, *places, maintain_selection_offset=True)

    # Helpers

    async def _in_lane(self, work: Callable[[Lab], Any]) -> Any:
        try:
            found = await self._desk_app.desk.marks.run(work)
        except PaperlabError as error:
            self._say_trouble(str(error))
            return None
        self._say_trouble("")
        return found

    def _say_trouble(self, why: str) -> None:
        if why and why != self.trouble:
            self._desk_app.tell(why if self.is_kept else f"not kept: {why}", wrong=True)
        self.trouble = why
        if why:
            self.post_message(self.Troubled(self))

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is drawn: control codes of a hostile file never reach the terminal."""
        return Text(self.document.get_line(line_index).translate(_CONTROLS), end="", no_wrap=True)


def _as_shown(text: str) -> str:
    """Return a text as the editor gives it back: with one kind of line ends."""
    return Document(text).text


def _read(path: Path | None) -> str | None:
    """Return what a file holds, None where there is none; raises BadFile for what is no text."""
    if path is None:
        return None
    try:
        with disk_errors(path):
            if path.stat().st_size > _MOST_BYTES:
                raise BadFile(path, None, "too large to write in here: open it in your editor")
            return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise BadFile(path, None, "not a text in UTF-8") from error


def _write(lab: Lab, path: Path, base: str | None, typed: str) -> str:
    """Write what was typed, together with what others wrote since `base`; return what stands in the file then."""
    with lab.library.locked():
        now = _read(path)
        text = typed if now == base else merged(_as_shown(base or ""), typed, _as_shown(now or ""))
        if text != now:
            with disk_errors(path):
                path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, text.encode("utf-8"))
    return text
