"""Answers as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from paperlab.ask.wording import declined, is_told, place, told
from paperlab.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.types import Answer, Passage, Statement

_WIDTH = 100
_NEAREST = 3


def shown_answer(answer: Answer) -> str:
    """Return an answer: each sentence with its citations, below them where they stand and what they say."""
    lines = [f"looked for: {one_line(answer.resolved)}", ""] if answer.resolved != answer.question else []
    for i, part in enumerate(answer.parts):
        lines += [""] if i else []
        lines += [click.style(one_line(part.question), bold=True)] if len(answer.parts) > 1 else []
        lines += [line for statement in part.statements for line in _statement(statement)] or [
            _wrapped(declined(part), "")
        ]
    if not answer.answered:
        lines += [
            f"Looked through {answer.papers} papers. Nearest:",
            *(_near(one) for one in answer.passages[:_NEAREST]),
        ]
    by = f" · written by {one_line(answer.model)}" if answer.model else ""
    lines += [click.style(f"{answer.id}{by}", dim=True)] if answer.id else []
    return "\n".join(lines)


def _statement(statement: Statement) -> Iterator[str]:
    pointers = " ".join(dict.fromkeys(quote.pointer for quote in statement.quotes))
    yield _wrapped(f"{told(statement)} {one_line(pointers)}", "")
    for quote in statement.quotes:
        yield click.style(f"    {place(quote)}", dim=True)
        if not is_told(quote, statement):
            yield _wrapped(f"“{one_line(quote.text)}”", "    ")


def _near(passage: Passage) -> str:
    place = click.style(f"    {one_line(passage.key)} · p. {passage.page} · {shorten(passage.title, 60)}", dim=True)
    return f"{place}\n{_wrapped(shorten(passage.text, 200), '    ')}"


def _wrapped(text: str, indent: str) -> str:
    return click.wrap_text(text, _WIDTH, indent, indent)
