"""Long work in processes of its own: `paperlab index`, `fetch`, `replicate run`.

It never blocks a key, and a kill costs nothing: the same command goes on from where it was.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from paperlab.text import clean, one_line
from paperlab.tui.desk.pipes import read_all, read_lines
from paperlab.tui.messages import JobChanged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paperlab.tui.app import DeskApp

_PROGRAM = ("-P", "-m", "paperlab")
_NICER = 10
_TALK = 200
_MOST_RESULT = 1_000_000
_TELL_SECONDS = 0.1
_PATIENCE = 5.0
"""Seconds that an interrupted job has before it is told to end, and again before it is killed."""
_HONEST_SECONDS = 3.0
"""A stage that has not run for so long says nothing about the time that is left."""
_INTERRUPTED = 130
_NAME_THE_LAB = {"init", "quickstart"}
"""Commands that take the lab's folder as an argument."""


class JobState(StrEnum):
    """How far a job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass
class Job:
    """One command of paperlab that runs in a process of its own."""

    id: int
    title: str
    """What it is for: `index 3 papers`."""
    arguments: tuple[str, ...]
    """Of the command line."""
    state: JobState = JobState.RUNNING
    stage: str = ""
    done: float = 0.0
    total: float | None = None
    """None where nobody knows."""
    label: str = ""
    """What it is at."""
    said: list[str] = field(default_factory=list)
    """Its last lines of talk, the newest last; why it failed, if it did."""
    result: str = ""
    """What it wrote to stdout."""
    exit_code: int | None = None
    """None while it runs."""
    told: str = ""
    """What to say when it is done, in place of what it wrote."""
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    stage_began: float = 0.0
    stage_first: float = 0.0
    """How much of the stage was behind it when it began: a job that goes on does not start at nothing."""

    @property
    def fraction(self) -> float | None:
        """How much of the stage at hand is behind it, 0 to 1, or None where nobody knows."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return (self.ended or time.monotonic()) - self.began

    @property
    def seconds_left(self) -> float | None:
        """What the stage at hand still takes at the speed so far, or None where that would be a guess."""
        spent, moved = time.monotonic() - self.stage_began, self.done - self.stage_first
        if self.state is not JobState.RUNNING or not self.total or spent < _HONEST_SECONDS or moved <= 0:
            return None
        return spent / moved * max(0.0, self.total - self.done)

    @property
    def outcome(self) -> str:
        """What came of it, in one line: the first of what it wrote, or why it failed."""
        if self.state is JobState.CANCELLED:
            return "stopped; what was finished is kept"
        if self.state is JobState.FAILED:
            return _why(self.said) or f"it ended with code {self.exit_code}"
        if self.told and self.state is JobState.DONE:
            return self.told
        return next((one_line(line) for line in self.result.splitlines() if line.strip()), "")

    def take(self, line: str) -> None:
        """Take in one line of the process's stderr: progress, or talk."""
        told = _progress(line)
        if told is None:
            if words := clean(line).rstrip():
                self.said = [*self.said, words][-_TALK:]
            return
        stage, self.done, self.total, self.label = told
        if stage != self.stage:
            self.stage, self.stage_began, self.stage_first = stage, time.monotonic(), self.done


def _progress(line: str) -> tuple[str, float, float | None, str] | None:
    """Return what a line of progress says (see `cli.output.progress`), or None for a line of talk."""
    if not line.startswith('{"stage"'):
        return None
    try:
        told = json.loads(line)
        total = None if told["total"] is None else float(told["total"])
        return str(told["stage"]), float(told["done"]), total, one_line(str(told["label"]))
    except (ValueError, KeyError, TypeError):
        return None


def _why(said: Sequence[str]) -> str:
    """Return the line that says what went wrong: paperlab's own, else a traceback's last, else the last at all."""
    own = [line.removeprefix("paperlab: ") for line in said if line.startswith(("paperlab: ", "Error: "))]
    return own[-1] if own else (said[-1] if said else "")


class Jobs:
    """All jobs of this desk. A job that runs already is not started twice."""

    def __init__(self, app: DeskApp, lab: Path) -> None:
        self._app = app
        self._lab = lab
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._unwanted: set[int] = set()
        self._told: dict[int, float] = {}
        self._waiting: set[int] = set()
        self._closing = False
        self.all: list[Job] = []

    @property
    def running(self) -> list[Job]:
        """Those that have not ended, oldest first."""
        return [job for job in self.all if job.state is JobState.RUNNING]

    def start(self, title: str, arguments: Sequence[str], *, told: str = "") -> Job:
        """Start `paperlab ARGUMENTS` for this lab and return the job; JobChanged tells the app of every step.

        `told` is said when it is done, in place of what it wrote. Where one with the same arguments runs already, that
        is returned.
        """
        wanted = tuple(arguments)
        for job in self.running:
            if job.arguments == wanted:
                self._app.tell(f"runs already: {job.title}")
                return job
        job = Job(len(self.all) + 1, title, wanted, told=told)
        self.all.append(job)
        self._tasks[job.id] = asyncio.get_running_loop().create_task(self._run(job))
        self._tell(job)
        return job

    def retry(self, job: Job) -> Job:
        """Start a job that has ended once more: it goes on from what is finished."""
        return self.start(job.title, job.arguments, told=job.told)

    def cancel(self, job: Job) -> None:
        """Interrupt a job as Ctrl-C would; what it finished is kept."""
        if job.state is not JobState.RUNNING or job.id in self._unwanted:
            return
        self._unwanted.add(job.id)
        if process := self._processes.get(job.id):
            self._interrupt(process)

    async def close(self) -> None:
        """Interrupt all that run and wait for their ends, a few seconds at most."""
        self._closing = True
        for job in self.running:
            self.cancel(job)
        tasks = list(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=2 * _PATIENCE + 2)

    async def _run(self, job: Job) -> None:
        try:
            await self._worked(job)
        except OSError as error:
            job.said.append(f"paperlab: the job could not be started: {error.strerror or error}")
            job.exit_code = 1
        finally:  # whatever happened: a job that seems to run could never be started again
            job.state = self._state(job)
            job.ended = time.monotonic()
            self._processes.pop(job.id, None)
            self._tasks.pop(job.id, None)
        await self._ended(job)

    async def _worked(self, job: Job) -> None:
        """Start a job's process and take in what it says until it ends."""
        (out, its_out), (err, its_err) = _pipe(), _pipe()
        try:
            with its_out, its_err:
                process = await self._started(job, its_out, its_err)
        except BaseException:
            out.close()
            err.close()
            raise
        self._processes[job.id] = process
        if job.id in self._unwanted:
            self._interrupt(process)

        def listen(line: bytes) -> None:
            job.take(line.decode("utf-8", "replace"))
            self._tell(job)

        said, _ = await asyncio.gather(read_all(out, _MOST_RESULT), read_lines(err, listen))
        job.result = clean(said.decode("utf-8", "replace"))
        job.exit_code = await process.wait()

    async def _started(self, job: Job, out: BinaryIO, err: BinaryIO) -> asyncio.subprocess.Process:
        offline = ("--offline",) if self._app.desk.settings.arxiv_offline else ()
        named = () if job.arguments[0] in _NAME_THE_LAB else ("--lab", str(self._lab))
        shared = (*named, *offline)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *_PROGRAM, *shared, *job.arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, "PAPERLAB_PROGRESS": "lines", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )
        # Keys stay quick while every core is busy; a process that ended meanwhile cannot be made nicer.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, min(19, os.getpriority(os.PRIO_PROCESS, 0) + _NICER))
        return process

    def _state(self, job: Job) -> JobState:
        if job.exit_code == 0:
            return JobState.DONE
        stopped = job.id in self._unwanted or job.exit_code == _INTERRUPTED
        return JobState.CANCELLED if stopped else JobState.FAILED

    async def _ended(self, job: Job) -> None:
        if self._closing or not self._app.is_running:
            return
        self._tell(job, at_once=True)
        outcome = job.outcome.replace(f"{self._lab}{os.sep}", "")
        self._app.tell(f"{job.title}: {outcome or 'done'}", wrong=job.state is JobState.FAILED)
        await self._app.look_for_changes()

    def _interrupt(self, process: asyncio.subprocess.Process) -> None:
        _signal_group(process.pid, signal.SIGINT)
        loop = asyncio.get_running_loop()
        for turn, number in enumerate((signal.SIGTERM, signal.SIGKILL), 1):
            loop.call_later(turn * _PATIENCE, self._signal_if_alive, process, number)

    @staticmethod
    def _signal_if_alive(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
        if process.returncode is None:
            _signal_group(process.pid, number)

    def _tell(self, job: Job, *, at_once: bool = False) -> None:
        """Post JobChanged, ten times a second at most; what comes between is told with the next one."""
        loop = asyncio.get_running_loop()
        due = self._told.get(job.id, 0.0) + _TELL_SECONDS
        now = loop.time()
        if at_once or now >= due:
            self._told[job.id] = now
            self._app.post_message(JobChanged(job.id))
        elif job.id not in self._waiting:
            self._waiting.add(job.id)
            loop.call_at(due, self._tell_late, job)

    def _tell_late(self, job: Job) -> None:
        self._waiting.discard(job.id)
        self._tell(job)


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    """Return the two ends of a new pipe: to read, to write."""
    ends = os.pipe()
    return os.fdopen(ends[0], "rb"), os.fdopen(ends[1], "wb")


def _signal_group(leader: int, number: signal.Signals) -> None:
    """Send a signal to a job and all that it started; one that has ended gets none."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
