"""Runs units on this machine, each in a process of its own, some at a time."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from paperlab.errors import BadFile
from paperlab.replication.runs.plan import seconds_left, wall_seconds
from paperlab.replication.runs.run_file import FAILED, OK, read_record
from paperlab.replication.runs.surroundings import run_environment
from paperlab.replication.runs.unit import LOG, RUN_ELSEWHERE, read_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from paperlab.replication.runs.plan import Unit
    from paperlab.types import RunRecord

WAITING, RUNNING, KILLED, BUSY = "waiting", "running", "killed", "busy"
_ENDING = ("SIGTERM", "SIGHUP")
_POLL_SECONDS = 0.1
_SHOW_SECONDS = 0.5
_GRACE_SECONDS = 5.0
_LOG_LINES = 10


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one unit is, and all of them."""

    unit: Unit
    state: str
    """`waiting`, `running`, `ok`, `failed`, `killed`, `busy`."""
    fraction: float | None
    """0 to 1, None where it does not tell."""
    seconds_left: float | None
    """Of this unit; see `plan.seconds_left`."""
    total_left: float | None
    """Of all units, with the workers there are; None before a first epoch was timed."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a unit ended."""

    unit: Unit
    state: str
    """`ok`, `failed`, `killed` where the process left no end, or `busy` where another process runs it."""
    record: RunRecord | None
    error: str = ""
    log: tuple[str, ...] = ()
    """The last lines that it said, where it is not `ok`."""


def default_workers(threads: int) -> int:
    """Return how many units of so many threads fit on this machine's processors at once, at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // max(1, threads))


def command_of(unit: Unit, *, retry: bool = False) -> list[str]:
    """Return the command that runs a unit in a process of its own, with this Python."""
    return [sys.executable, "-m", "paperlab", *unit.words(), "--quiet", *(["--retry"] if retry else [])]


def execute(
    units: Sequence[Unit],
    *,
    workers: int | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    command: Callable[[Unit], list[str]] = command_of,
) -> list[Done]:
    """Run units, `workers` at a time, and return how each ended, in their order; a failing one stops no other.

    `progress` is called about twice a second for each unit under way, and whenever one begins or ends. On Ctrl-C,
    SIGTERM and SIGHUP the children are ended, first asked and after five seconds killed, and KeyboardInterrupt is
    raised; all of them can be taken up again.
    """
    if not units:
        return []
    pool = _Pool(workers or default_workers(max(unit.tier.threads for unit in units)), progress, command)
    with heeding_signals() as check_asked:
        try:
            return pool.run(units, check_asked)
        finally:
            pool.stop()


@contextmanager
def heeding_signals() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt once SIGTERM or SIGHUP came; meanwhile they end nothing.

    One that is ignored (nohup) stays so; outside the main thread, where Python sets no handlers, all stay as they are.
    """
    asked: list[int] = []
    before: dict[int, Any] = {}

    def check_asked() -> None:
        if asked:
            raise KeyboardInterrupt

    in_main = threading.current_thread() is threading.main_thread()
    for name in _ENDING if in_main else ():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
            before[number] = signal.signal(number, lambda got, _: asked.append(got))
    try:
        yield check_asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass
class _Child:
    unit: Unit
    process: subprocess.Popen[bytes]
    errors: IO[bytes]


@dataclass
class _Pool:
    workers: int
    progress: Callable[[Progress], None]
    command: Callable[[Unit], list[str]]
    waiting: deque[Unit] = field(default_factory=deque)
    children: list[_Child] = field(default_factory=list)
    shown: float = 0.0

    def run(self, units: Sequence[Unit], check_asked: Callable[[], None]) -> list[Done]:
        """Run all units to their ends."""
        self.estimate = Estimate(units, self.workers)
        self.waiting.extend(units)
        done: dict[int, Done] = {}
        while self.waiting or self.children:
            while self.waiting and len(self.children) < self.workers:
                self._start(self.waiting.popleft())
            time.sleep(_POLL_SECONDS)
            check_asked()
            for child in [child for child in self.children if child.process.poll() is not None]:
                self.children.remove(child)
                ended = _ended(child)
                done[id(child.unit)] = ended
                self.estimate.forget(child.unit)
                self._show(child.unit, ended.state)
            self._show_all()
        return [done[id(unit)] for unit in units]

    def stop(self) -> None:
        """End the children that are left, with all the processes they started."""
        for child in self.children:
            _signal(child.process, signal.SIGTERM)
        end = time.monotonic() + _GRACE_SECONDS
        for child in self.children:
            with contextlib.suppress(subprocess.TimeoutExpired):  # it does not go: killed below
                child.process.wait(max(0.0, end - time.monotonic()))
            _signal(child.process, getattr(signal, "SIGKILL", signal.SIGTERM))
            child.process.wait()
            child.errors.close()

    def _start(self, unit: Unit) -> None:
        errors = tempfile.TemporaryFile()  # noqa: SIM115
        process = subprocess.Popen(
            self.command(unit),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # log.txt has it
            stderr=errors,
            env=os.environ | run_environment(unit.tier.threads),
            start_new_session=True,  # Ctrl-C reaches us alone, and we end them in order
        )
        self.children.append(_Child(unit, process, errors))
        self._show(unit, RUNNING)

    def _show_all(self) -> None:
        now = time.monotonic()
        if now - self.shown >= _SHOW_SECONDS:
            self.shown = now
            for child in self.children:
                self._show(child.unit, RUNNING)

    def _show(self, unit: Unit, state: str) -> None:
        self.progress(self.estimate.progress(unit, state))


class Estimate:
    """What units take still, out of how far they are and what their like took."""

    def __init__(self, units: Sequence[Unit], workers: int) -> None:
        self._left = list(units)
        self._workers = workers
        self._usual = {unit.variant: wall_seconds(unit.replication, unit.tier, unit.variant) for unit in units}

    def forget(self, unit: Unit) -> None:
        """Take a unit that has ended from the rest; what it took tells about its like."""
        self._left = [other for other in self._left if other is not unit]
        self._usual[unit.variant] = wall_seconds(unit.replication, unit.tier, unit.variant)

    def progress(self, unit: Unit, state: str) -> Progress:
        """Return how far a unit is, and all."""
        found = read_progress(unit.folder) if state == RUNNING else {}
        usual = self._usual[unit.variant]
        left = seconds_left(found, usual) if state == RUNNING else 0.0
        fraction = None if state == RUNNING else 1.0
        if state == RUNNING and usual:
            fraction = min(0.99, found.get("wall_seconds", 0.0) / usual)
        elif found:
            fraction = found["epoch"] / max(1, found["count"])
        return Progress(unit, state, fraction, left, self._total())

    def _total(self) -> float | None:
        """Return what is left of all units; those that nothing is known of are taken to be like the others."""
        of_each = [(unit, read_progress(unit.folder)) for unit in self._left]
        whole = dict(self._usual)
        for unit, found in of_each:  # a first run tells about its like before it has ended
            left = seconds_left(found, whole[unit.variant])
            if whole[unit.variant] is None and left is not None:
                whole[unit.variant] = found["wall_seconds"] + left
        known = [seconds for seconds in whole.values() if seconds is not None]
        if not known:
            return None
        mean = sum(known) / len(known)
        left_of_each = [seconds_left(found, whole[unit.variant] or mean) or 0.0 for unit, found in of_each]
        return max([sum(left_of_each) / self._workers, *left_of_each]) if left_of_each else 0.0


def _ended(child: _Child) -> Done:
    """Return how a unit whose process is gone ended: run.json tells, and where it does not the process."""
    child.errors.seek(0)
    complaints = child.errors.read().decode(errors="replace").strip().splitlines()
    child.errors.close()
    return ending(child.unit, child.process.returncode, complaints)


def ending(unit: Unit, code: int, complaints: Sequence[str] = ()) -> Done:
    """Return how a unit ended whose process left with an exit code, or by a signal, and with complaints."""
    try:
        record = read_record(unit.folder)
    except BadFile:
        record = None
    if record and record.status == OK and code == 0:
        return Done(unit, OK, record)
    if code > 0 and complaints and RUN_ELSEWHERE in complaints[-1]:
        return Done(unit, BUSY, record, complaints[-1].removeprefix("paperlab: "))
    if record and record.status == FAILED:
        return Done(unit, FAILED, record, record.error, tuple(_last_lines(unit)))
    said = complaints[-1].removeprefix("paperlab: ") if complaints else ""
    why = f"ended by signal {signal.Signals(-code).name}, perhaps for want of memory" if code < 0 else said
    return Done(
        unit, KILLED, record, why or f"left with exit code {code}", tuple(_last_lines(unit) or complaints[-10:])
    )


def _last_lines(unit: Unit) -> list[str]:
    try:
        with (unit.folder / LOG).open(encoding="utf-8", errors="replace") as log:
            return [line.rstrip("\n") for line in deque(log, _LOG_LINES)]
    except OSError:
        return []


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended by itself
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
