"""Hands units to other engines: as shell lines for any, or through submitit to Slurm and its local executor."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from paperlab.errors import NotNow
from paperlab.replication.extra import need
from paperlab.replication.runs.execution import (
    RUNNING,
    Done,
    Estimate,
    command_of,
    default_workers,
    ending,
    heeding_signals,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from paperlab.replication.runs.execution import Progress
    from paperlab.replication.runs.plan import Unit

EXECUTORS = ("auto", "local", "slurm", "debug")
_POLL_SECONDS = 0.5


def emit(units: Sequence[Unit]) -> list[str]:
    """Return a shell line for each unit; it may be run anywhere the lab's folder is to be had, and more than once."""
    return [shlex.join(["paperlab", *unit.words()]) for unit in units]


def run_line(words: list[str]) -> tuple[int, str]:
    """Run a command; return its exit code and what it complained of. This is what a job does."""
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stderr.decode(errors="replace")


def submit(
    units: Sequence[Unit],
    folder: Path,
    *,
    executor: str = "auto",
    progress: Callable[[Progress], None] = lambda _: None,
    command: Callable[[Unit], list[str]] = command_of,
    **parameters: Any,
) -> list[Done]:
    """Run units as jobs of submitit and wait for them; return how each ended, in their order.

    `folder` takes submitit's own files. `executor` is `slurm`, `local` (processes of this machine), or `auto`, Slurm
    where it is to be had. `parameters` are submitit's: timeout_min, mem_gb, slurm_partition, ... On Ctrl-C, SIGTERM
    and SIGHUP local jobs end, those of Slurm go on. Raises NotNow where submitit is not installed or its engine is
    not to be had.
    """
    submitit = need("submitit")
    try:
        made = submitit.AutoExecutor(folder=str(folder), cluster=None if executor == "auto" else executor)
        given = {"timeout_min": 24 * 60, "cpus_per_task": max((u.tier.threads for u in units), default=1)} | parameters
        made.update_parameters(name="paperlab", **given)
    except (RuntimeError, ValueError, NameError, TypeError) as error:
        raise NotNow(f"submitit cannot use {executor}: {error}") from error
    is_here = made.cluster != "slurm"
    slots = default_workers(max((u.tier.threads for u in units), default=1)) if is_here else max(1, len(units))
    with heeding_signals() as check_asked:
        return _Jobs(made, slots, progress, command).run(units, check_asked, end_with_us=is_here)


class _Jobs:
    """Jobs under way: on Slurm all at once, here as many as there are processors."""

    def __init__(
        self, executor: Any, slots: int, progress: Callable[[Progress], None], command: Callable[[Unit], list[str]]
    ) -> None:
        self._executor = executor
        self._slots = slots
        self._progress = progress
        self._command = command
        self._jobs: list[tuple[Unit, Any]] = []

    def run(self, units: Sequence[Unit], check_asked: Callable[[], None], *, end_with_us: bool) -> list[Done]:
        """Submit all units and wait for them."""
        estimate = Estimate(units, self._slots)
        waiting, done = deque(units), dict[int, Done]()
        try:
            while waiting or self._jobs:
                while waiting and len(self._jobs) < self._slots:
                    unit = waiting.popleft()
                    self._jobs.append((unit, self._executor.submit(run_line, self._command(unit))))
                time.sleep(_POLL_SECONDS)
                check_asked()
                for unit, job in list(self._jobs):
                    if job.done():
                        self._jobs.remove((unit, job))
                        done[id(unit)] = _ended(unit, job)
                        estimate.forget(unit)
                    self._progress(estimate.progress(unit, done[id(unit)].state if id(unit) in done else RUNNING))
        finally:
            for _, job in self._jobs if end_with_us else ():
                job.cancel(check=False)
        return [done[id(unit)] for unit in units]


def _ended(unit: Unit, job: Any) -> Done:
    error = job.exception()
    if error is not None:  # the job itself broke: time was up, or its machine went away
        return ending(unit, 1, str(error).strip().splitlines())
    code, complaints = job.result()
    return ending(unit, code, complaints.strip().splitlines())
