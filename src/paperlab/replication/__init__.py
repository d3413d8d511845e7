"""Replications: scaffolded, run, compared with the paper, reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.replication.runs.running import Run

__all__ = ["Run"]


def __getattr__(name: str) -> object:
    if name == "Run":  # commands that run nothing need not load it
        from paperlab.replication.runs.running import Run

        return Run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
