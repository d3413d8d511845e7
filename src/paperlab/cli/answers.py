"""Answers as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from paperlab.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.types import Answer, Part, Passage, Quote, Statement

_WIDTH = 100
_NEAREST = 3


def shown_answer(answer: Answer) -> str:
    """Return an answer: each sentence with its citations, below them where they stand and what they say."""
    lines = [f"looked for: {one_line(answer.resolved)}", ""] if answer.resolved != answer.question else []
    for i, part in enumerate(answer.parts):
        lines += [""] if i else []
        lines += [click.style(one_line(part.question), bold=True)] if len(answer.parts) > 1 else []
        lines += [line for statement in part.statements for line in _statement(statement)] or [_declined(part)]
    if not answer.answered:
        lines += [
            f"Looked through {answer.papers} papers. Nearest:",
            *(_near(one) for one in answer.passages[:_NEAREST]),
        ]
    by = f" · written by {one_line(answer.model)}" if answer.model else ""
    lines += [click.style(f"{answer.id}{by}", dim=True)] if answer.id else []
    return "\n".join(lines)


def _declined(part: Part) -> str:
    return _wrapped(f"Not in your library: {one_line(part.reason).rstrip('.')}.", "")


def _statement(statement: Statement) -> Iterator[str]:
    pointers = " ".join(dict.fromkeys(quote.pointer for quote in statement.quotes))
    text = one_line(statement.text)
    # Marks say where the paper's words end: they may hold citations of their own.
    told = f"“{text}”" if statement.text == " ".join(quote.text for quote in statement.quotes) else text
    yield _wrapped(f"{told} {one_line(pointers)}", "")
    for quote in statement.quotes:
        yield click.style(f"    {_place(quote)}", dim=True)
        if quote.text not in statement.text:
            yield _wrapped(f"“{one_line(quote.text)}”", "    ")


def _place(quote: Quote) -> str:
    section = f" · {shorten(' › '.join(quote.section), 70)}" if quote.section else ""
    return f"{one_line(quote.key)} · p. {quote.page}{section}"


def _near(passage: Passage) -> str:
    place = click.style(f"    {one_line(passage.key)} · p. {passage.page} · {shorten(passage.title, 60)}", dim=True)
    return f"{place}\n{_wrapped(shorten(passage.text, 200), '    ')}"


def _wrapped(text: str, indent: str) -> str:
    return click.wrap_text(text, _WIDTH, indent, indent)
