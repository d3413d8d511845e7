"""Opens a run of questions: which papers are asked, and who writes the sentences."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from paperlab.ask.changes import changes
from paperlab.ask.session import Session
from paperlab.errors import NotFound, PdfMissing
from paperlab.types import Filters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.ask.asker import Asker
    from paperlab.ask.changes import Changes
    from paperlab.library import Library
    from paperlab.settings import Settings
    from paperlab.store import Store
    from paperlab.types import Answer, Paper


class OpenLab(Protocol):
    """What of a lab is needed."""

    settings: Settings
    library: Library

    @property
    def store(self) -> Store:
        """The library's index database."""
        ...

    def select(self, filters: Filters) -> set[str] | None:
        """Return the keys of the papers that fit, or None where nothing was narrowed."""
        ...

    def asker(self, filters: Filters | None = None) -> Asker:
        """Return what answers questions out of the papers that fit."""
        ...


def open_session(lab: OpenLab, filters: Filters, model: str | None = None, *, before: Sequence[Answer] = ()) -> Session:
    """Return a run of questions to the papers that fit `filters`, whose keys are those of the library.

    `model` names a language model, '' none, None that of the settings. Follow-up questions may lean on the answers
    `before`. Raises NotFound where no paper fits, and what `load_model` raises.
    """
    name = lab.settings.ask_model if model is None else model
    chosen = None
    if name:
        from paperlab.language_models import load_model

        chosen = load_model(name, offline=lab.settings.arxiv_offline)
    among = lab.select(filters)
    # What was narrowed by a list or a tag is kept as the papers it meant, so that the same ones are asked again.
    keys = filters.keys if among is None else sorted(among)
    papers = lab.store.papers.count(among)
    if among is not None and not papers:
        raise NotFound(
            "no paper with text in the index fits what you narrowed it to: see 'paperlab list' and 'paperlab doctor'"
        )
    return Session(lab.asker(filters), papers, model=chosen, keys=keys, before=before)


def ask_again(lab: OpenLab, before: Answer, model: str | None = None) -> Changes:
    """Ask a question of the log again, of the papers it was asked of; return the new answer with what changed.

    It is written by `model`, or by what wrote it then. Raises as `open_session` and `Session.ask`.
    """
    session = open_session(lab, Filters(keys=before.keys), before.model if model is None else model)
    after = session.ask(before.resolved)
    papers = lab.store.papers.all() if after.papers != before.papers else []
    return changes(before, after, [paper for paper in papers if _came_since(lab.library, paper, before.asked)])


def _came_since(library: Library, paper: Paper, asked: str) -> bool:
    """Tell a paper that was added after a moment; its record knows only the day, its PDF the second."""
    then = datetime.fromisoformat(asked).astimezone()
    day = then.date().isoformat()
    if (paper.added or "") != day or paper.pdf is None:
        return (paper.added or "") > day
    try:
        return int(library.pdf(paper).stat().st_mtime) > int(then.timestamp())
    except PdfMissing:
        return False
