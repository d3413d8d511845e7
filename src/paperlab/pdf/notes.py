"""What is said of a reading beside its text: warnings that speak of pages. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OF_A_PAGE = re.compile(r"page (\d+)(:| was| has) (.*)", re.DOTALL)
_MANY = {" was": " were", " has": " have", ":": ":"}


def gathered(warnings: Iterable[str]) -> list[str]:
    """Return the warnings, those that say the same of three pages or more as one: `pages 2-4 and 9 were left out`."""
    said: dict[tuple[str, str], list[int]] = {}
    others: list[str] = []
    for warning in warnings:
        match = _OF_A_PAGE.fullmatch(warning)
        if match:
            said.setdefault((match[2], match[3]), []).append(int(match[1]))
        else:
            others.append(warning)
    notes: list[tuple[int, str]] = []
    for (verb, rest), pages in said.items():
        if len(pages) < 3:
            notes += [(page, f"page {page}{verb} {rest}") for page in pages]
        else:
            notes.append((pages[0], f"{in_words(pages)}{_MANY[verb]} {rest}"))
    return [note for _, note in sorted(notes)] + others


def in_words(pages: Sequence[int]) -> str:
    """Return ascending page numbers as `page 3` or `pages 1-4, 7 and 9`."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    parts = [part for run in runs for part in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run))]
    if len(parts) == 1:
        return f"page{'s' if len(pages) > 1 else ''} {parts[0]}"
    return f"pages {', '.join(parts[:-1])} and {parts[-1]}"
