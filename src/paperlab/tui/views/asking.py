"""Questions asked from the desk: one conversation, answered in the lane `meaning`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from paperlab.errors import PaperlabError
from paperlab.types import Filters

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from paperlab.ask.session import Session
    from paperlab.lab import Lab
    from paperlab.types import Answer


@dataclass(frozen=True, slots=True)
class Scope:
    """Which papers are asked."""

    filters: Filters = field(default_factory=Filters)
    words: str = "all papers"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question."""

    answer: Answer
    changed: str = ""
    """What is different from the answer before, where it was asked again."""
    not_kept: str = ""
    """Why it is not in the log of questions."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A question of the log, as its list shows it."""

    id: str
    asked: str
    question: str
    answered: bool


class Questioner:
    """Asks questions and keeps what makes the next one quick. Its steps run in one lane, and so in one thread."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._scope: Filters | None = None
        self._told: list[Answer] = []

    def forget(self) -> None:
        """Begin anew with the next question: the index is another one."""
        self._scope = None

    def ask(
        self, lab: Lab, text: str, filters: Filters, before: Sequence[Answer], dropped: threading.Event
    ) -> Asked | None:
        """Answer a question that may lean on the answers `before`, and keep it in the log, as the settings say.

        None where it was `dropped` in the meantime: nothing is kept then. Raises as `Session.ask`.
        """
        if dropped.is_set():
            return None
        session = self._opened(lab, filters, before)
        answer = session.ask(text)
        if dropped.is_set():
            self.forget()
            return None
        asked = _kept(lab, answer)
        self._told = [*before, asked.answer]
        return asked

    def ask_again(self, lab: Lab, before: Answer, dropped: threading.Event) -> Asked | None:
        """Ask what was asked once, of the same papers; otherwise as `ask`."""
        from paperlab.ask.changes import shown
        from paperlab.ask.opening import ask_again

        if dropped.is_set():
            return None
        found = ask_again(lab, before)
        return None if dropped.is_set() else replace(_kept(lab, found.after), changed=shown(found))

    def _opened(self, lab: Lab, filters: Filters, before: Sequence[Answer]) -> Session:
        from paperlab.ask.opening import open_session

        known = replace(filters, keys=tuple(lab.resolve(key) for key in filters.keys))
        if self._session is None or self._scope != known or self._told != list(before):
            self._session = open_session(lab, known, before=before)
            self._scope = known
        return self._session


def _kept(lab: Lab, answer: Answer) -> Asked:
    """Put an answer into the log; one that cannot be kept is shown all the same."""
    if not lab.settings.ask_log:
        return Asked(answer)
    try:
        return Asked(lab.questions.append(answer))
    except (PaperlabError, OSError) as error:
        return Asked(answer, not_kept=f"the answer is not in the log: {error}")


def logged(lab: Lab) -> list[Logged]:
    """Return what was asked before, the newest first."""
    return [Logged(one.id, one.asked, one.question, one.answered) for one in reversed(lab.questions.all())]


def scopes(lab: Lab) -> list[tuple[str, str]]:
    """Return what a question can be narrowed to as (value, label): reading lists, tags, papers with text."""
    found = [("", "all papers")]
    found += [(f"list:{one.name}", f"list  {one.title or one.name}") for one in lab.reading_lists()]
    rows = lab.store.papers.rows()
    tags = sorted({tag for row in rows for tag in row.tags}, key=str.casefold)
    found += [(f"tag:{tag}", f"tag  {tag}") for tag in tags]
    return found + [(f"in:{row.key}", f"paper  {row.title or row.key}  {row.key}") for row in rows]


def scope_of(value: str) -> Scope:
    """Return the scope that a value of `scopes` stands for."""
    kind, _, name = value.partition(":")
    if kind == "list":
        return Scope(Filters(lists=(name,)), f"list {name}")
    if kind == "tag":
        return Scope(Filters(tags=(name,)), f"tag {name}")
    return Scope(Filters(keys=(name,)), f"paper {name}") if kind == "in" else Scope()
