"""Long work in processes of its own: `paperlab index`, `fetch`, `replicate run`.

It never blocks a key, and a kill costs nothing: the same command goes on from where it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from paperlab.tui.messages import JobChanged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paperlab.tui.app import DeskApp


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


class Jobs:
    """All jobs of this desk. A job that runs already is not started twice."""

    def __init__(self, app: DeskApp, lab: Path) -> None:
        self._app = app
        self._lab = lab
        self.all: list[Job] = []

    def start(self, title: str, arguments: Sequence[str]) -> Job:
        """Start `paperlab ARGUMENTS` for this lab and return the job; JobChanged tells the app of every step."""
        raise NotImplementedError((title, arguments, JobChanged))

    def cancel(self, job: Job) -> None:
        """Interrupt a job as Ctrl-C would; what it finished is kept."""
        raise NotImplementedError(job)

    async def close(self) -> None:
        """Interrupt all that run and wait for their ends, a few seconds at most."""
