"""The reader's marks on a paper, and what follows from them. Pure."""

from __future__ import annotations

from dataclasses import replace

from paperlab.types import Paper, Status


def with_status(paper: Paper, status: Status, today: str) -> Paper:
    """Return the paper with a new status, and the days (ISO) on which reading began and ended."""
    started = paper.started or (today if status in {Status.READING, Status.READ} else None)
    finished = (paper.finished or today) if status is Status.READ else None
    return replace(paper, status=status, started=started, finished=finished)


def with_tags(paper: Paper, added: tuple[str, ...], removed: tuple[str, ...]) -> Paper:
    """Return the paper with tags added at the end and others taken away."""
    kept = [tag for tag in paper.tags if tag not in removed]
    return replace(paper, tags=tuple(dict.fromkeys([*kept, *added])))
