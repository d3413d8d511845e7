"""The desk as a process on a terminal: nothing typed is lost however it ends, and it comes back from the shell."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desk_support import drive, shown, told, until
from paperlab.errors import NotNow, UsageError
from paperlab.tui.app import DeskApp, Look
from paperlab.tui.desk.changes import Change
from paperlab.tui.desk.desk import Desk
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.message import Message
    from textual.pilot import Pilot

    from paperlab.lab import Lab

_SECONDS = 20.0
"""Only a desk that hangs takes so long."""


@pytest.fixture(autouse=True)
def plain_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here does not depend on what stands in the library."""
    monkeypatch.setattr(DeskApp, "MODES", {**DeskApp.MODES, "library": DeskScreen})


_PROGRAM = """
import sys
from pathlib import Path
from paperlab.tui.desk import jobs
from paperlab.tui.app import DeskApp
from textual.binding import Binding
from paperlab.tui.screens.base import DeskScreen

root = Path(sys.argv[1])
jobs._PROGRAM = (sys.argv[2],)

class Typing(DeskScreen):
    BINDINGS = [Binding("x", "crash", id="t.x"), Binding("r", "run", id="t.r")]
    def on_mount(self):
        self.set_timer(0.01, lambda: (root / "up").touch())
    def save_typed(self):
        self.desk.marks.submit(lambda lab: (root / "typed.txt").write_text("kept"))
    def action_crash(self):
        raise RuntimeError("a bug")
    def action_run(self):
        self.desk_app.jobs.start("t", ("a",))

DeskApp.MODES["library"] = Typing
from paperlab.cli import main
main(["--lab", str(root), "tui"])
"""
_JOB = """
import os, sys, time
from pathlib import Path
Path(sys.argv[2], "job").write_text(str(os.getpid()))
time.sleep(100)
"""


class Terminal:
    """A terminal with a program in it."""

    def __init__(self, *command: str) -> None:
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ |= {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
            os.execv(command[0], command)
        self.size(80, 24)
        self.code: int | None = None
        self.seen = b""

    def size(self, columns: int, lines: int) -> None:
        """Make it so wide and high; the program is told."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def until(self, holds: Callable[[], object]) -> None:
        """Read what comes until `holds()`."""
        end = time.monotonic() + _SECONDS
        while not holds():
            assert time.monotonic() < end, self.seen[-2000:]
            self._read(0.05)

    def _read(self, seconds: float) -> None:
        if self.master < 0:
            time.sleep(seconds)
        elif select.select([self.master], [], [], seconds)[0]:
            try:
                self.seen += os.read(self.master, 1 << 16)
            except OSError:
                time.sleep(seconds)

    def quiet(self) -> bool:
        """Read for a while, and tell whether nothing came."""
        seen = len(self.seen)
        self._read(0.3)
        return len(self.seen) == seen

    def ended(self) -> bool:
        """Tell whether the program is over; `code` is how."""
        if self.code is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def state(self) -> str:
        """The letter the system has for the program's state: T is stopped."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def close(self) -> None:
        """Take the terminal away."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1


@pytest.fixture
def terminal(root: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A desk on a terminal whose screen has something typed."""
    program, job = tmp_path / "program.py", tmp_path / "job.py"
    program.write_text(_PROGRAM)
    job.write_text(_JOB)
    one = Terminal(sys.executable, str(program), str(root), str(job))
    one.until((root / "up").exists)
    yield one
    one.close()
    if not one.ended():
        os.kill(one.pid, signal.SIGKILL)
        os.waitpid(one.pid, 0)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_desk_and_its_jobs_and_keeps_what_was_typed(
    root: Path, terminal: Terminal, number: signal.Signals
) -> None:
    """The exit code is the signal's."""
    terminal.press("r")
    job = root / "job"
    terminal.until(lambda: job.exists() and job.read_text())

    os.kill(terminal.pid, number)
    terminal.until(terminal.ended)

    assert terminal.code == 128 + number
    assert (root / "typed.txt").read_text() == "kept"
    assert not _lives(int(job.read_text()))


def test_a_terminal_that_is_closed_takes_nothing_with_it(root: Path, terminal: Terminal) -> None:
    """The window was closed or the connection broke: the process ends, typed text is kept."""
    terminal.press("r")
    job = root / "job"
    terminal.until(lambda: job.exists() and job.read_text())

    terminal.close()
    terminal.until(terminal.ended)

    assert terminal.code == 128 + signal.SIGHUP
    assert (root / "typed.txt").read_text() == "kept"
    assert not _lives(int(job.read_text()))


def test_a_bug_ends_the_desk_with_its_traceback_and_keeps_what_was_typed(root: Path, terminal: Terminal) -> None:
    """A bug is shown, after the terminal is itself again."""
    terminal.press("x")
    terminal.until(terminal.ended)
    terminal._read(0.1)

    assert terminal.code == 1
    assert (root / "typed.txt").read_text() == "kept"
    assert b"a bug" in terminal.seen.rpartition(b"\x1b[?1049l")[2]


def test_leaving_by_its_key_keeps_what_was_typed(root: Path, terminal: Terminal) -> None:
    """The usual end."""
    terminal.press("q")
    terminal.until(terminal.ended)

    assert terminal.code == 0
    assert (root / "typed.txt").read_text() == "kept"


def test_the_desk_stops_for_the_shell_and_comes_back(terminal: Terminal) -> None:
    """Ctrl-Z gives the terminal back; fg draws the desk anew, and keys work."""
    terminal.press("\x1a")
    terminal.until(lambda: terminal.state() == "T")
    assert b"\x1b[?1049l" in terminal.seen

    seen = len(terminal.seen)
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.until(lambda: b"Library" in terminal.seen[seen:])
    terminal.press("q")
    terminal.until(terminal.ended)
    assert terminal.code == 0


def test_a_terminal_made_tiny_and_large_again_shows_the_desk(terminal: Terminal) -> None:
    """20 by 5 has no room for much, and does no harm."""
    for columns, lines in ((20, 5), (1, 1), (200, 60), (80, 24)):
        seen = len(terminal.seen)
        terminal.size(columns, lines)
        terminal.until(terminal.quiet)

    terminal.until(lambda: b"Newsletter" in terminal.seen[seen:])
    terminal.press("q")
    terminal.until(terminal.ended)
    assert terminal.code == 0


# What the user does, and takes back


def _tag(key: str, tag: str) -> Change:
    def do(lab: Lab) -> None:
        lab.library.change(key, lambda paper: paper.__replace__(tags=(tag,)))  # type: ignore[attr-defined]

    return Change(f"{key}: {tag}", do, do)


def _counting(*, fails_at: int = 0) -> tuple[Change, list[str]]:
    steps: list[str] = []

    def step(name: str) -> Callable[[Lab], None]:
        def run(lab: Lab) -> None:
            steps.append(name)
            if len(steps) == fails_at:
                raise NotNow("the disk is full")

        return run

    return Change("something", step("do"), step("undo")), steps


def test_a_change_is_undone_and_done_again(root: Path) -> None:
    """U takes back, U does again, and both say so; with nothing left they say that."""
    change, steps = _counting()
    messages: list[Message] = []

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        assert await app.perform(change)
        for key in ("u", "u", "U", "U"):
            await pilot.press(key)
        await until(pilot, lambda: len(told(messages)) == 5)
        assert steps == ["do", "undo", "do"]
        assert told(messages) == [
            "something",
            "undone: something",
            "nothing to undo",
            "done again: something",
            "nothing to do again",
        ]

    drive(root, scenario, messages=messages)


def test_a_change_that_fails_is_told_and_cannot_be_undone(root: Path) -> None:
    """It did not happen."""
    change, steps = _counting(fails_at=1)

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        assert not await app.perform(change)
        await pilot.press("u")
        await until(pilot, lambda: len(app._notifications) == 2)
        assert [one.message for one in app._notifications] == ["the disk is full", "nothing to undo"]
        assert steps == ["do"]

    drive(root, scenario)


def test_an_undo_that_fails_can_be_tried_again(root: Path) -> None:
    """The change stays the one to undo next."""
    change, steps = _counting(fails_at=2)

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await app.perform(change)
        await pilot.press("u")
        await until(pilot, lambda: any(one.message == "the disk is full" for one in app._notifications))
        assert app.history.done == [change]
        await pilot.press("u")
        await until(pilot, lambda: any(one.message == "undone: something" for one in app._notifications))
        assert steps == ["do", "undo", "undo"]

    drive(root, scenario)


def test_a_redo_that_fails_can_be_tried_again(root: Path) -> None:
    """The change stays the one to do again next."""
    change, _steps = _counting(fails_at=3)

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await app.perform(change)
        await app.action_undo()
        await app.action_redo()
        assert app.history.undone == [change]
        await app.action_redo()
        assert app.history.done == [change]

    drive(root, scenario)


def test_what_a_lane_refuses_is_told_and_gives_none(root: Path) -> None:
    """An error of paperlab's own is a line for the user; a bug is not swallowed."""

    def refuse(lab: Lab) -> None:
        raise UsageError("[bold]not like this[/bold]\x1b[2J")

    def bug(lab: Lab) -> None:
        raise ZeroDivisionError

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        assert await app.ask_lane(app.desk.marks, refuse) is None
        await until(pilot, lambda: len(app._notifications))
        assert [one.message for one in app._notifications] == ["[bold]not like this[/bold]"]
        with pytest.raises(ZeroDivisionError):
            await app.ask_lane(app.desk.marks, bug)

    drive(root, scenario)


def test_a_broken_file_is_told_once_until_it_is_mended(root: Path) -> None:
    """Record or reading list, whoever broke it; once more when it is broken anew."""
    path = root / "papers" / "lists" / "deep.toml"
    text = path.read_text()

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        told: list[str] = []
        app.tell = lambda message, **_: told.append(message)  # type: ignore[method-assign]
        for written in ("[[paper]", "[[paper]", text, "[[paper]"):
            path.write_text(written)
            await app.look_for_changes()
            await app.look_for_changes()
            await pilot.pause()
        assert len(told) == 2
        assert all("deep.toml" in one for one in told)

    drive(root, scenario)


def test_of_many_broken_files_three_are_told_and_the_rest_is_counted(root: Path) -> None:
    """A library that was broken as a whole does not bury the desk."""
    for key in ("2401.00001", "2401.00002", "2401.00003", "2401.00004"):
        (root / "papers" / key / "paper.toml").write_text("=")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: len(app._notifications) == 4)
        assert [one.message for one in app._notifications][-1].startswith("more files with errors: 1;")

    drive(root, scenario)


def test_what_is_copied_has_no_control_codes(root: Path) -> None:
    """Tabs and lines stay; pasted into a shell, an escape would be a command."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        app.copy_to_clipboard("a\tb\n\x1b]52;c;eA==\x07\x1b[201~c\r")
        assert app.clipboard == "a\tb\nc"

    drive(root, scenario)


def test_whether_the_lab_is_read_only_is_asked_when_something_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not whenever the bar above is drawn: a slow drive would be asked at every key."""
    asked: list[bool] = []
    monkeypatch.setattr(Desk, "read_only", property(lambda _self: asked.append(True) or len(asked) > 1))

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await app.look_for_changes()
        asked.clear()
        for _ in range(5):
            app.screen.query_one(TopBar).refresh_places()
            await pilot.pause()
        assert not asked
        asked.append(True)
        (root / "papers" / "2401.00001" / "notes.md").write_text("new")
        await app.look_for_changes()
        await until(pilot, lambda: "read-only" in shown(app).splitlines()[0])

    drive(root, scenario)


def test_two_desks_on_one_lab_see_each_others_changes(root: Path) -> None:
    """Without a key."""
    from paperlab.lab import Lab

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        told: list[object] = []
        app.screen.lab_changed = told.append  # type: ignore[method-assign, assignment]
        await app.look_for_changes()
        told.clear()
        lab = Lab(root)
        other = DeskApp(Desk(root, lab.settings, lambda _complain: Lab(root, lab.settings)))
        async with other.run_test():

            def do(lab: Lab) -> None:
                record = root / "papers" / "2401.00001" / "paper.toml"
                record.write_text(record.read_text().replace('"to_read"', '"reading"'))

            await other.perform(Change("read", do, do))
            await until(pilot, lambda: told)
        lab.close()

    drive(root, scenario)


@pytest.mark.parametrize("theme", ["paperlab-dark", "paperlab-light", "paperlab-contrast", "nord"])
def test_every_theme_draws_the_desk(root: Path, theme: str) -> None:
    """The places stand in the top line whatever the colours."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        assert app.theme == theme
        assert "1 Library" in shown(app)

    drive(root, scenario, look=Look(theme))


def test_places_are_reached_by_digit_and_by_click(root: Path) -> None:
    """The bar shows where one is; narrow, it spells only that out."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        for digit, mode in enumerate(["library", "annotations", "ask", "replications", "newsletter"], 1):
            await pilot.press(str(digit))
            await until(pilot, lambda mode=mode: app.current_mode == mode)  # type: ignore[misc]
            await pilot.press("escape")
        await pilot.click(offset=(5, 0))
        await until(pilot, lambda: app.current_mode == "library")

    drive(root, scenario, size=(80, 24))

    async def narrow(app: DeskApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "1 Library" in shown(app))
        assert "Annotations" not in shown(app).splitlines()[0]

    drive(root, narrow, size=(40, 12))


def test_lines_told_take_the_place_of_the_one_before(root: Path) -> None:
    """Many quick marks leave one line on the screen, not a pile; what went wrong stays beside it."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        for number in range(5):
            app.tell(f"paper {number}: read")
            await pilot.pause()
        assert [one.message for one in app._notifications] == ["paper 4: read"]
        app.tell("the disk is full", wrong=True)
        await pilot.pause()
        app.tell("paper 5: read")
        await pilot.pause()
        assert "the disk is full" in {one.message for one in app._notifications}

    drive(root, scenario)
