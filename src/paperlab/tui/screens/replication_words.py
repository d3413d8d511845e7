"""Words above and around a replication on its screen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from textual.content import Content

from paperlab.text import one_line
from paperlab.tui.messages import Place
from paperlab.types import PageBox

if TYPE_CHECKING:
    from paperlab.tui.replication_view import ClaimRow, Loaded

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
