"""Loops that a killed run goes on from: what stands behind `run.epochs`."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from paperlab.errors import BadInput, UsageError
from paperlab.replication.runs.state import chance_state, packed, parts_state, restore_chance, restore_parts, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from paperlab.replication.runs.metrics import MetricsFile
    from paperlab.replication.runs.state import StateFile
    from paperlab.types import Check, DataUsed, RunResult


@dataclass
class Notes:
    """What a run has said about itself, by name."""

    results: dict[str, RunResult] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    data: dict[str, DataUsed] = field(default_factory=dict)

    def update(self, other: Notes) -> None:
        """Take over what `other` has."""
        for mine, theirs in zip(self._all(), other._all(), strict=True):
            mine.update(theirs)

    def _all(self) -> tuple[dict[str, Any], ...]:
        return self.results, self.facts, self.checks, self.data


@dataclass
class Pace:
    """How far the loop under way is."""

    loop: int
    """From 1."""
    epoch: int
    """How many are done."""
    count: int
    seconds: float = 0.0
    """Of an epoch, the mean of this attempt."""


class Loops:
    """The loops of a run, in the order in which they are begun, with the file that keeps where they stand.

    When a run is taken up again, `main` runs from the top: loops that had ended are passed over and their parts get
    their end state; the one that was under way goes on behind its last saved epoch. Until that point is reached the
    run is `replaying`: what it says there has been written before.
    """

    def __init__(
        self, state: StateFile, metrics: MetricsFile, notes: Notes, show: Callable[[Pace], None] = lambda _: None
    ) -> None:
        """`show` is told after each epoch how far the loop is."""
        self._show = show
        self._state = state
        self._metrics = metrics
        self._notes = notes
        self._before: list[bytes] = []
        self._ended: list[bytes] = []
        self._begun = 0
        self._is_open = False

    @property
    def replaying(self) -> bool:
        """Whether what runs now has run before the kill."""
        return self._begun < len(self._before)

    def take_up(self) -> str:
        """Read the saved state; return why there is none, empty where it is there or there never was one."""
        saved, why = self._state.load()
        if saved is not None and saved["metrics"] > self._metrics.size:
            saved, why = None, f"{self._metrics.path.name} was shortened since its state was saved"
        self._before = saved["loops"] if saved else []
        self._metrics.cut(saved["metrics"] if saved else 0)
        return why

    def check_reached(self) -> None:
        """Raise BadInput where the run ended before it came to where the killed one was."""
        if self.replaying:
            self._state.remove()
            raise BadInput(
                "when taken up again, main began fewer loops of run.epochs than before the kill: it must do the same"
                " for the same seed and configuration; its state was removed, run it again"
            )

    def epochs(self, count: int, parts: Mapping[str, Any]) -> Iterator[int]:
        """Yield 0 to `count` - 1, from behind the last saved one; see `Run.epochs`."""
        if self._is_open:
            raise UsageError(
                "run.epochs was called before its last loop had ended: only one of them can go on after a kill,"
                " so use range() for the other"
            )
        parts_state(parts)  # what cannot be kept is said before an epoch is spent
        done, ended = self._restored(parts)
        if ended:
            return
        self._is_open = True
        began, first = time.perf_counter(), done
        pace = Pace(self._begun, done, count)
        try:
            while done < count:
                yield done
                done += 1
                pace.epoch, pace.seconds = done, (time.perf_counter() - began) / (done - first)
                self._show(pace)
                if done < count and self._state.due():
                    self._save(done, parts)
        except GeneratorExit:  # the caller left its loop: the state is of now, whatever comes behind the loop
            self._ended.append(self._packed(done + 1, parts, ended=True))
            raise
        finally:
            self._is_open = False
        began = time.perf_counter()
        self._ended.append(self._packed(done, parts, ended=True))
        self._write(self._ended, began)

    def _restored(self, parts: Mapping[str, Any]) -> tuple[int, bool]:
        """Begin a loop; return how many epochs are done and whether it had ended."""
        number = self._begun
        self._begun += 1
        if number >= len(self._before):
            return 0, False
        saved = unpacked(self._before[number])
        restore_parts(parts, saved["parts"])
        restore_chance(saved["chance"])
        self._notes.update(saved["notes"])
        if saved["ended"]:
            self._ended.append(self._before[number])
        return saved["done"], saved["ended"]

    def _save(self, done: int, parts: Mapping[str, Any]) -> None:
        began = time.perf_counter()
        self._write([*self._ended, self._packed(done, parts, ended=False)], began)

    def _packed(self, done: int, parts: Mapping[str, Any], *, ended: bool) -> bytes:
        found = {"done": done, "ended": ended, "parts": parts_state(parts), "chance": chance_state()}
        return packed(found | {"notes": self._notes})

    def _write(self, loops: list[bytes], began: float) -> None:
        self._state.save({"loops": loops, "metrics": self._metrics.size}, began)
