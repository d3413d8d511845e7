"""What became of each paper, and how progress is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What became of one paper."""

    FETCHED = "fetched"
    """Its PDF came."""
    ADDED = "added"
    """It is new in the library, from a file."""
    VERSION = "version"
    """It was known; this is another version of it, kept beside."""
    PRESENT = "present"
    """It was there; nothing was asked for."""
    METADATA = "metadata"
    """Only what is known about it came: its PDF is nowhere to be had."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one paper, with the reason where one is due."""

    key: str
    outcome: Outcome
    reason: str = ""
    exit_code: int = 0
    """Of the error behind a failure."""


class Progress(Protocol):
    """Told as work goes on; drawing it is the caller's."""

    def __call__(self, stage: str, done: float, total: float | None, label: str = "") -> None:
        """Say that `done` of `total` (None: not known) of a stage's work is behind us, and what is at hand."""
        ...


def silent(stage: str, done: float, total: float | None, label: str = "") -> None:
    """Draw nothing."""
    del stage, done, total, label
