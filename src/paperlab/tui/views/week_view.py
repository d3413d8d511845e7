"""A week as the newsletter's desk shows it: its days, its drafts, and what happened in it. No user interface."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from paperlab.errors import PaperlabError
from paperlab.text import clean, markdown, one_line, shorten
from paperlab.tui.views.verdict_view import overview

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paperlab.lab import Lab
    from paperlab.types import Answer, Paper

NEWSLETTERS = "newsletters"
DRAFT, ISSUE = "draft.md", "issue.md"
_NAME = re.compile(r"(\d{4})-W(\d{2})")
_MOST_BYTES = 4_000_000


def week_of(day: date) -> str:
    """Return the name of the ISO week that a day lies in: `2026-W47`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def days_of(week: str) -> tuple[date, date] | None:
    """Return a week's Monday and Sunday; None for what names no week."""
    found = _NAME.fullmatch(week)
    if not found:
        return None
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
    return monday, monday + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Week:
    """A week for which there is something written, or the one at hand."""

    name: str
    has_draft: bool = False
    has_issue: bool = False

    @property
    def days(self) -> str:
        """Its days, as `16 to 22 Nov`."""
        found = days_of(self.name)
        if found is None:
            return ""
        first, last = found
        month = "" if first.month == last.month else f" {first:%b}"
        return f"{first.day}{month} to {last.day} {last:%b}"


def weeks(lab: Lab, today: str) -> list[Week]:
    """Return this week (`today` is an ISO date) and all that have a folder of their own, the newest first."""
    root = lab.root / NEWSLETTERS
    names = {path.name for path in root.glob("*-W*") if days_of(path.name)} | {week_of(date.fromisoformat(today))}
    return [
        Week(name, (root / name / DRAFT).is_file(), (root / name / ISSUE).is_file())
        for name in sorted(names, reverse=True)
    ]


def issue_of(lab: Lab, week: str) -> str:
    """Return the issue that was made of a week, empty where there is none; raises BadFile."""
    from paperlab.disk import read_text

    path = lab.root / NEWSLETTERS / week / ISSUE
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        return ""
    return clean(read_text(path))


# What happened in it


class Kind(StrEnum):
    """What a piece of material is."""

    FINISHED = "finished"
    STARTED = "started"
    ANNOTATION = "marked"
    QUESTION = "asked"
    VERDICT = "replicated"


@dataclass(frozen=True, slots=True)
class Material:
    """Something that can be written about, with its source."""

    kind: Kind
    text: str
    """On one line."""
    source: str
    """Paper and page, or the replication."""
    insert: str
    """Markdown, with its source: what goes into the draft."""
    key: str = ""
    """The paper, where it is of one."""
    page: int | None = None
    quote: str = ""
    day: str = ""
    """ISO date."""


def material(lab: Lab, week: str) -> list[Material]:
    """Return what happened in a week, papers first; what cannot be read is passed over."""
    days = days_of(week)
    if days is None:
        return []
    first, last = (day.isoformat() for day in days)
    titles = {paper.key: paper for paper in lab.store.papers.all()}
    found: list[Material] = []
    for part in (_papers, _verdicts, _questions, _annotations):
        with suppress(PaperlabError):
            found += part(lab, titles, first, last)
    return found


def _within(day: str, first: str, last: str) -> bool:
    return first <= day[:10] <= last


def _papers(_lab: Lab, papers: dict[str, Paper], first: str, last: str) -> Iterator[Material]:
    for kind, word in ((Kind.FINISHED, "Read"), (Kind.STARTED, "Began")):
        for paper in papers.values():
            day = (paper.finished if kind is Kind.FINISHED else paper.started) or ""
            # What was begun and finished in one week is told once.
            if not _within(day, first, last) or (kind is Kind.STARTED and _within(paper.finished or "", first, last)):
                continue
            yield Material(
                kind,
                one_line(paper.title),
                paper.key,
                f"{word} *{markdown(shorten(paper.title, 300))}* ({paper.key}).\n",
                paper.key,
                day=day,
            )


def _annotations(lab: Lab, papers: dict[str, Paper], first: str, last: str) -> Iterator[Material]:
    for one in lab.annotator.find(since=first):
        note = one.annotation
        day = _day(note.changed or note.created)
        if not _within(day, first, last) or not (note.quote or note.comment):
            continue
        title = papers[one.key].title if one.key in papers else one.key
        place = f"{one.key}, p. {note.page}" if note.page else one.key
        quoted = f"> {one_line(note.quote)}\n>\n> *{markdown(shorten(title, 300))}* ({place})\n" if note.quote else ""
        said = f"\n{clean(note.comment).strip()}\n" if note.comment else ""
        if said and not quoted:
            said += f"\n*{markdown(shorten(title, 300))}* ({place})\n"
        text = one_line(f"{note.quote} {note.comment}")
        yield Material(Kind.ANNOTATION, text, place, quoted + said, one.key, note.page, one_line(note.quote), day)


def _questions(lab: Lab, _papers: dict[str, Paper], first: str, last: str) -> Iterator[Material]:
    for answer in lab.questions.all():
        day = _day(answer.asked)
        if _within(day, first, last):
            yield Material(
                Kind.QUESTION, one_line(answer.question), f"question {answer.id}", _answered(answer), day=day
            )


def _answered(answer: Answer) -> str:
    lines = [f"**{markdown(shorten(answer.question, 300))}**\n"]
    for statement in answer.statements:
        places = ", ".join(dict.fromkeys(f"{quote.key}, p. {quote.page}" for quote in statement.quotes))
        lines.append(f"{one_line(statement.text)} ({places})\n" if places else f"{one_line(statement.text)}\n")
    if not answer.statements:
        lines.append(f"No answer was found in {answer.papers} papers.\n")
    return "\n".join(lines)


def _verdicts(lab: Lab, _papers: dict[str, Paper], first: str, last: str) -> Iterator[Material]:
    for one in overview(lab):
        day = _last_run(lab.replications.root / one.slug)
        if one.counts and _within(day, first, last):
            told = ", ".join(f"{words} {number}" for words, number in one.counts)
            source = f"replications/{one.slug}, tier {one.tier}"
            text = f"Replication of *{markdown(shorten(one.title, 300))}* ({one.paper}): {told} ({source}).\n"
            yield Material(Kind.VERDICT, f"{one_line(one.title)}: {told}", source, text, one.paper, day=day)


def _last_run(folder: Path) -> str:
    """Return the day (ISO date) that the last run of a replication ended on, empty where none did."""
    from paperlab.replication.runs.ledger import END, read_ledger

    books = [read_ledger(path.parent) for path in folder.glob("runs/*/ledger.jsonl")]
    ended = [event.time for book in books for event in book.events if event.event == END]
    return _day(max(ended, default=""))


def _day(when: str) -> str:
    """Return the user's calendar day of an ISO date and time; empty for what is none."""
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        return ""
    return (moment.astimezone() if moment.tzinfo else moment).date().isoformat()
