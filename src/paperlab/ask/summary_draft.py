"""A summary or critique as a draft in a paper's notes: what the user wrote, or made of a draft, is never lost.

A draft stands between two HTML comments; the first holds a checksum of what is between them. As long as it fits, the
draft is as it was written and may be replaced.
"""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import TYPE_CHECKING

from paperlab.disk import read_text, write_atomically
from paperlab.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.ask.critique import Critique
    from paperlab.ask.summary import Point
    from paperlab.library import Library
    from paperlab.types import Paper, Quote

_SPECIAL = re.compile(r"[\\`*<>~$]|(?<![^\W_])_|_(?![^\W_])|(?<=\])\(|&(?=#?\w+;)")
"""What Markdown would not show as it is; brackets make a link only before a parenthesis."""


class Written(StrEnum):
    """What became of a draft."""

    ADDED = "added"
    REPLACED = "replaced"
    """A draft that nobody had edited."""
    KEPT_EDITED = "kept_edited"
    """One that was edited stands in the notes; the new one stands below it."""


def write_draft(library: Library, paper: Paper, kind: str, body: str, today: str) -> Written:
    """Put Markdown into a paper's notes as a draft of a `kind` (one word), below all that stands there.

    An older draft of that kind is replaced where it is as it was written. `today` is an ISO date. Raises BadFile for
    notes that are no UTF-8 text, Busy, NoSpace or NotNow; the notes stay as they are then.
    """
    path = library.notes(paper.key)
    with library.locked():
        notes = read_text(path) if path.exists() else f"# {one_line(paper.title)}\n"
        text, outcome = with_draft(notes, kind, body, today)
        write_atomically(path, text.encode())
    return outcome


def with_draft(notes: str, kind: str, body: str, today: str) -> tuple[str, Written]:
    """Return notes with a draft in them, and what became of it; see `write_draft`."""
    crlf = 0 < notes.count("\n") == notes.count("\r\n")  # where line ends are mixed they stay so
    notes = notes.replace("\r\n", "\n") if crlf else notes
    section = f"## {kind.capitalize()} (draft, {today})\n\n{body.strip()}"
    draft = f"<!-- paperlab {kind} {_checksum(section)} -->\n{section}\n<!-- end of paperlab {kind} -->"
    drafts = list(re.finditer(_marked(kind), notes))
    untouched = [one for one in drafts if _checksum(one["section"]) == one["sum"]]
    if untouched:
        place = untouched[-1]
        text, outcome = notes[: place.start()] + draft + notes[place.end() :], Written.REPLACED
    else:
        text, outcome = f"{notes.rstrip()}\n\n{draft}\n", Written.KEPT_EDITED if drafts else Written.ADDED
    return text.replace("\n", "\r\n") if crlf else text, outcome


def _marked(kind: str) -> str:
    opening = rf"<!-- paperlab {kind} (?P<sum>[0-9a-f]+) -->\n"
    return opening + rf"(?P<section>(?:(?!<!-- paperlab )[\s\S])*?)\n?<!-- end of paperlab {kind} -->"


def _checksum(section: str) -> str:
    return hashlib.sha256(section.strip().encode()).hexdigest()[:16]


def summary_markdown(points: Sequence[Point]) -> str:
    """Return a summary as Markdown: a paragraph of quotes under each point's name."""
    parts = []
    for one in points:
        lines = [f"- {_quote(quote)}" for quote in one.quotes] or [f"- {nothing_states(one.point)}"]
        parts.append("\n".join([f"**{one.point.capitalize()}**", "", *lines]))
    return "\n\n".join(parts)


def critique_markdown(found: Critique) -> str:
    """Return a checklist as Markdown: ticked where there is evidence."""
    lines = []
    for one in found.items:
        lines.append(f"- [{'x' if one.found else ' '}] **{one.item}**")
        lines += [f"  - {_quote(quote)}" for quote in one.quotes] or [f"  - {none_found(one.looked_for, found.pages)}"]
    return "\n".join(lines)


def nothing_states(point: str) -> str:
    """Return what is said of a point without quotes."""
    return f"no sentence found that states {'the ' if point in {'claim', 'method'} else ''}{point}"


def none_found(looked_for: str, pages: int) -> str:
    """Return what is said of an item without evidence: what was looked for, and on how many pages."""
    return f"no sentence found on {pages} {'page' if pages == 1 else 'pages'} with: {looked_for}"


def _quote(quote: Quote) -> str:
    return f"“{_escaped(quote.text)}” {_escaped(quote.pointer)}"


def _escaped(text: str) -> str:
    """Return a paper's words as Markdown that shows them as they are, whatever they hold."""
    return _SPECIAL.sub(r"\\\g<0>", one_line(text))
