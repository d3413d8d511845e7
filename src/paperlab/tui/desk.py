"""What the screens know of the lab: its lanes, its root and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.tui.lanes import Lane

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.lab import Lab
    from paperlab.settings import Settings


class Desk:
    """One lab, open on the desk.

    Each lane is a thread with a lab of its own: `marks` for what is quick (records, lists, annotations, notes, what
    changed), `meaning` for what needs the embedder (search, questions), `papers` for what reads PDFs (text, pictures,
    tables, claims, replications). Nothing but the lanes touches a lab's database.
    """

    def __init__(self, root: Path, settings: Settings, open_lab: Callable[[], Lab]) -> None:
        """`open_lab` is called once by each lane, in its thread."""
        self.root = root
        self.settings = settings
        self.marks = Lane("marks", open_lab)
        self.meaning = Lane("meaning", open_lab)
        self.papers = Lane("papers", open_lab)

    def close(self) -> None:
        """Close the lanes."""
        for lane in (self.marks, self.meaning, self.papers):
            lane.close()
