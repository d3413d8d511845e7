"""Answers as Markdown: a study log that one can read, keep and hand on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.text import fold, markdown, minute, one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.types import Answer, Part, Passage, Quote, Statement

_PASSAGES = 3
_EXCERPT = 300
"""Characters of a passage that was near, but no answer."""


def to_markdown(answers: Sequence[Answer], title: str = "Questions") -> str:
    """Return the answers, in their order, as one Markdown document.

    Each has its question as a heading, its sentences with their pointers, and its quotes as block quotes. What came
    from papers is escaped: it stands there as text and never as a heading, a list, a link or HTML.
    """
    blocks = [f"# {markdown(title)}", *(block for answer in answers for block in _answer(answer))]
    return "\n\n".join(blocks) + "\n"


def _answer(answer: Answer) -> Iterator[str]:
    yield f"## {markdown(answer.question)}"
    yield f"{markdown(minute(answer.asked))} · {_code(answer.id)} · {_searched(answer)}"
    if answer.resolved != answer.question:
        yield f"Looked for: {markdown(answer.resolved)}"
    for part in answer.parts:
        if len(answer.parts) > 1:
            yield f"### {markdown(part.question)}"
        yield from _part(part)
    if not answer.answered:
        yield from _near(answer.passages)


def _searched(answer: Answer) -> str:
    papers = "1 paper searched" if answer.papers == 1 else f"{answer.papers} papers searched"
    narrowed = f" (only {', '.join(_code(key) for key in answer.keys)})" if answer.keys else ""
    return papers + narrowed + (f" · sentences by {markdown(answer.model)}" if answer.model else "")


def _part(part: Part) -> Iterator[str]:
    if not part.statements:
        yield f"**Not answered.** {markdown(part.reason)}".rstrip()
    for statement in part.statements:
        yield from _statement(statement)


def _statement(statement: Statement) -> Iterator[str]:
    quotes = statement.quotes
    # A sentence that is the paper's own stands in its block quote; twice the same words would only be in the way.
    if len(quotes) != 1 or fold(quotes[0].text) != fold(statement.text):
        pointers = dict.fromkeys(markdown(quote.pointer) for quote in quotes)
        yield " ".join([markdown(statement.text), *pointers])
    for quote in quotes:
        yield f"> “{markdown(quote.text)}”\n>\n> {_place(quote)}"


def _place(quote: Quote) -> str:
    parts = [f"{markdown(quote.pointer)} {_code(quote.key)}"]
    if quote.section:
        parts.append(markdown(" › ".join(quote.section)))
    if quote.cell:
        parts.append(markdown(f"{quote.cell.row}, {quote.cell.column}: {quote.cell.text}"))
    return " · ".join(parts)


def _near(passages: Sequence[Passage]) -> Iterator[str]:
    if passages:
        yield "The nearest passages:"
        yield "\n".join(_passage(passage) for passage in passages[:_PASSAGES])


def _passage(passage: Passage) -> str:
    section = f", {markdown(' › '.join(passage.section))}" if passage.section else ""
    place = f"{markdown(passage.title)}, p. {passage.page}{section} ({_code(passage.key)})"
    return f"- {place}: “{markdown(shorten(passage.text, _EXCERPT))}”"


def _code(text: str) -> str:
    return f"`{one_line(text).replace('`', '') or ' '}`"
