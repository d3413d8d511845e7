"""What the screens know of the lab: its lanes, its root and settings."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from paperlab.tui.desk.lanes import Lane

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from paperlab.lab import Lab
    from paperlab.settings import Settings
    from paperlab.types import PaperRow

_PATIENCE = 6.0
"""Seconds that the lanes have for what is still to be kept when the desk is left."""


class Desk:
    """One lab, open on the desk.

    Each lane is a thread with a lab of its own: `marks` for what is quick (records, lists, annotations, notes, what
    changed), `meaning` for what needs the embedder (search, questions), `papers` for what reads PDFs (text, pictures,
    tables, claims, replications). Nothing but the lanes touches a lab's database.
    """

    def __init__(self, root: Path, settings: Settings, open_lab: Callable[[Callable[[str], None]], Lab]) -> None:
        """`open_lab` is called once by each lane, in its thread, with what its lab is to tell its complaints."""
        self.root = root
        self.settings = settings
        self.marks = Lane("marks", open_lab)
        self.meaning = Lane("meaning", open_lab)
        self.papers = Lane("papers", open_lab)
        self.first_rows: Future[list[PaperRow]] | None = None
        """The papers, asked for by `prefetch`; who takes them for the first paint sets this to None."""

    def prefetch(self) -> None:
        """Ask for the papers now: the database is read while Textual is imported."""
        self.first_rows = self.marks.submit(lambda lab: lab.store.papers.rows())

    @property
    def read_only(self) -> bool:
        """Whether this user may not write into the lab; two stats."""
        effective = os.access in os.supports_effective_ids
        folders = (self.root, self.root / "papers")
        return not all(os.access(one, os.W_OK, effective_ids=effective) for one in folders if one.exists())

    def close(self) -> None:
        """Close the lanes; those of meaning and papers have nothing to keep, and are not waited for long."""
        lanes = (self.marks, self.meaning, self.papers)
        for lane in lanes:
            lane.finish()
        end = time.monotonic() + _PATIENCE
        self.marks.close(_PATIENCE)
        for lane in lanes[1:]:
            lane.close(min(1.0, end - time.monotonic()))
