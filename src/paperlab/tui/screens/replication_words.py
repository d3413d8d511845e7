"""Words above and around a replication on its screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from paperlab.text import one_line
from paperlab.tui.messages import Place
from paperlab.types import PageBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.tui.views.replication_view import ClaimRow, Loaded
    from paperlab.tui.views.verdict_view import Overview

NO_REPLICATIONS = """No replications yet.

A replication is a folder of plain files that tests a paper's numbers: press n to make one from a paper of the library.
It begins with claims out of the paper's own tables, and with code that already runs."""
HELP = """
Each replication holds what a paper claims against what was measured. Choose one at the left, a claim in the middle:
below stands why the verdict is what it is, with the paper's own table cell beside our runs.

Nothing of a replication runs but by **R**, which asks first. What it finished is kept when it is stopped.
"""


def counts_of(loaded: Loaded) -> tuple[tuple[str, int], ...]:
    """Return how often each outcome, most first."""
    return tuple(Counter(row.told for row in loaded.rows).most_common())


def caption_of(row: ClaimRow) -> str:
    """Return what a picture of a claim's place shows."""
    return f"{row.paper}, page {row.page}"


def place_of(row: ClaimRow) -> Place:
    """Return where a claim was read, for the reader."""
    boxes = (PageBox(row.page, row.box),) if row.page and row.box else ()
    return Place(page=row.page, quote=row.quote, boxes=boxes)


def head_of(loaded: Loaded) -> Content:
    """Return what stands above the views."""
    told = f"{loaded.paper} · tier {loaded.tier}" if loaded.tier else loaded.paper
    lines = [
        Content.styled(one_line(loaded.title), "bold"),
        Content.styled(f"{loaded.slug} · {told}", "$foreground-muted"),
    ]
    if loaded.headline:
        lines.append(Content(one_line(loaded.headline)))
    if loaded.problem:
        lines.append(Content.styled(one_line(loaded.problem), "$warning"))
    return Content("\n").join(lines)


class Listing:
    """What this session knows of the listed replications beyond their files."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[tuple[str, int], ...]] = {}
        self._known: set[str] = set()
        self.awaits_new = False
        """Whether a job makes a replication: the first that is new is chosen then."""

    def take(self, loaded: Loaded) -> tuple[tuple[str, int], ...]:
        """Keep the outcomes that were computed, and return them; none where nothing was compared."""
        if loaded.comparison is None:
            return ()
        self._counts[loaded.slug] = counts_of(loaded)
        return self._counts[loaded.slug]

    def counted(self, one: Overview, loaded: Loaded | None) -> Overview:
        """Return a replication with the outcomes computed in this session, where they are as new as what is kept."""
        if loaded and loaded.comparison:
            return replace(one, counts=counts_of(loaded), tier=loaded.tier)
        return one if one.counts else replace(one, counts=self._counts.get(one.slug, ()))

    def just_made(self, found: Sequence[Overview]) -> str:
        """Return the replication that was made here and is there now, once; else nothing."""
        new = [one.slug for one in found if one.slug not in self._known] if self.awaits_new else []
        self._known = {one.slug for one in found}
        self.awaits_new = self.awaits_new and not new
        return new[0] if new else ""
