"""What the library's screen says about what is in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.text import one_line
from paperlab.tui.look.signs import ASCENDING, DESCENDING
from paperlab.tui.views.rows import SortBy
from paperlab.tui.widgets.shelf import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.tui.views.listing import Found
    from paperlab.tui.views.rows import View
    from paperlab.tui.views.typed import Typed
    from paperlab.tui.widgets.shelf import Scope

_FIRST_STEPS = """No papers yet.

paperlab fetch 1706.03762     a paper from arXiv, or a whole reading list by its name
paperlab add paper.pdf        PDFs from your disk
paperlab list import FILE     a reading list in Markdown, BibTeX or plain ids

They appear here within two seconds. F2 shows the first steps."""


def summary(view: View, seen: int, total: int, selected: int) -> str:
    """Return how many papers are in view, selected, and how they are sorted."""
    order = view.ordered
    sign = "" if order.by is SortBy.RELEVANCE else DESCENDING if order.down else ASCENDING
    chosen = f"{selected:,} selected · " if selected else ""
    found = f"{seen:,} of {total:,}" if seen != total else "1 paper" if total == 1 else f"{total:,} papers"
    return f"{chosen}{found} · {order.by.value} {sign}".rstrip()


def nothing(scope: Scope, typed: Typed, total: int) -> str:
    """Return what to do where no paper is in view; `total` is the number of all."""
    if not total and scope.kind is Kind.ALL and typed.is_empty:
        return _FIRST_STEPS
    where = "" if scope.kind is Kind.ALL else f" in {one_line(scope.label)}"
    if typed.asks:
        return f"No title, author or key{where} matches."
    return f"No papers{where} yet." if typed.is_empty else f"No paper{where} fits these filters."


def problems_told(problems: Sequence[str]) -> str:
    """Return the first of what is wrong with the lab's files, and how many more there are."""
    more = f" (and {len(problems) - 1} more: paperlab doctor)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}" if problems else ""


def found_told(found: Found, typed: Typed) -> str:
    """Return how much a search of the full texts found, and what it has to say."""
    papers = len({hit.key for hit in found.hits})
    count = f"{len(found.hits)} in {papers} {'paper' if papers == 1 else 'papers'}"
    none = f"nothing found for “{one_line(typed.text)}”; press 3 to ask a question instead"
    parts = ("Passages", count if found.hits else none, one_line(found.told))
    return " · ".join(part for part in parts if part)
