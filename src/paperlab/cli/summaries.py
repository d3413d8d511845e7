"""The command summarize: a paper in its own sentences, and what it reports for whoever replicates it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from paperlab.cli.output import Options, coloured, emit, emit_json, opened_lab, quietly, shared_options
from paperlab.cli.parameters import key_argument
from paperlab.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.ask.critique import Critique
    from paperlab.ask.summary import Point
    from paperlab.ask.summary_draft import Written
    from paperlab.lab import Lab
    from paperlab.types import Paper, Quote

_WIDTH = 100


@click.command()
@key_argument
@click.option("--critique", "with_critique", is_flag=True, help="Add what a replicator needs: found or not found.")
@click.option("--write", is_flag=True, help="Put it into papers/KEY/notes.md as a draft; without it, it is only shown.")
@shared_options
def summarize(options: Options, key: str, *, with_critique: bool, write: bool) -> None:
    """Show a paper's claim, method, data, results and limitations in its own sentences, each with its page.

    With --write they become a draft below your notes. A draft that you edited is yours: the next one is put below it.
    """
    from paperlab.ask.critique import critique
    from paperlab.ask.summary import summarize as points_of

    with opened_lab(options) as lab:
        paper = lab.library.load(lab.resolve(key))
        reading = lab.reading(paper)
        points = points_of(paper, reading)
        found = critique(paper, reading) if with_critique else None
        written = _write(lab, paper, points, found) if write else {}
        notes = str(lab.library.notes(paper.key))
    if options.json:
        emit_json(_document(paper, points, found) | ({"written": written, "notes": notes} if write else {}))
        return
    emit("\n".join(_lines(paper, points, found)))
    for kind, outcome in written.items():
        quietly(options)(f"{kind} in {notes}: {_TOLD[outcome]}")


_TOLD = {
    "added": "added below what stood there",
    "replaced": "put in the place of the older draft, which nobody had edited",
    "kept_edited": "added; an older draft was edited and stays",
}


def _write(lab: Lab, paper: Paper, points: Sequence[Point], found: Critique | None) -> dict[str, Written]:
    from paperlab.ask.summary_draft import critique_markdown, summary_markdown, write_draft
    from paperlab.lab import today

    bodies = {"summary": summary_markdown(points)}
    if found:
        bodies["critique"] = critique_markdown(found)
    return {kind: write_draft(lab.library, paper, kind, body, today()) for kind, body in bodies.items()}


def _lines(paper: Paper, points: Sequence[Point], found: Critique | None) -> Iterator[str]:
    from paperlab.ask.summary_draft import none_found, nothing_states

    yield _bold(one_line(paper.title))
    for one in points:
        yield f"\n{_bold(one.point.capitalize())}"
        yield from (_quoted(quote) for quote in one.quotes) if one.quotes else [f"  {nothing_states(one.point)}"]
    if not found:
        return
    yield f"\n{_bold('What a replicator needs')}"
    for item in found.items:
        yield f"\n{'found    ' if item.found else 'not found'}  {item.item}"
        yield from map(_quoted, item.quotes)
        if not item.found:
            yield _wrapped(none_found(item.looked_for, found.pages))


def _quoted(quote: Quote) -> str:
    section = f" {one_line(quote.section[-1])}" if quote.section else ""
    return _wrapped(f"“{one_line(quote.text)}” {one_line(quote.pointer)}{section}")


def _wrapped(text: str) -> str:
    return click.wrap_text(text, width=_WIDTH, initial_indent="  ", subsequent_indent="  ")


def _bold(text: str) -> str:
    return click.style(text, bold=True) if coloured() else text


def _document(paper: Paper, points: Sequence[Point], found: Critique | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "key": paper.key,
        "title": paper.title,
        "points": [{"point": one.point, "quotes": [_quote(quote) for quote in one.quotes]} for one in points],
    }
    if found:
        document["pages"] = found.pages
        document["items"] = [
            {
                "item": one.item,
                "found": one.found,
                "looked_for": one.looked_for,
                "quotes": [_quote(quote) for quote in one.quotes],
            }
            for one in found.items
        ]
    return document


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "key": quote.key,
        "page": quote.page,
        "quote": quote.text,
        "boxes": [{"page": part.page, "box": part.box} for part in quote.boxes],
        "section": quote.section,
        "table": quote.cell.table if quote.cell else None,
    }
