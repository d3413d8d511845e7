"""Commands on the index: index and search."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from paperlab.cli.output import (
    ExitCode,
    Options,
    coloured,
    emit,
    emit_json,
    opened_lab,
    progress,
    quietly,
    say,
    shared_options,
)
from paperlab.cli.parameters import complete_key, filter_options, resolved
from paperlab.errors import UsageError
from paperlab.text import clean, one_line, shorten

if TYPE_CHECKING:
    from paperlab.ingest import IndexReport
    from paperlab.types import Filters, Hit

_WIDTH = 100
_EXCERPT = 420
"""Characters of a passage shown without --full: about four lines."""


@click.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=complete_key)
@shared_options
def index(options: Options, keys: tuple[str, ...]) -> None:
    """Extract, cut and embed the text of all papers, or of those named, where that is not done yet.

    Text can be searched by words as soon as it is read. Interrupted, the same command goes on where it stopped.
    A PDF that could not be read is reported and skipped, and tried again when its paper is named; the exit code is 4
    when none could be read.
    """
    with opened_lab(options) as lab:
        started = time.perf_counter()
        with progress(options) as draw:
            report = lab.index([lab.resolve(key) for key in keys], draw)
        seconds = time.perf_counter() - started
    if options.json:
        emit_json(index_document(report, seconds))
    else:
        for key, reason in report.failed:
            say(f"{key}: skipped: {reason}")
        for key, warning in report.warnings:
            quietly(options)(f"{key}: {warning}")
        emit(index_line(report, seconds))
    if report.failed and not report.papers:
        raise click.exceptions.Exit(ExitCode.BAD_INPUT)


def index_document(report: IndexReport, seconds: float) -> dict[str, object]:
    """Return an indexing run as the document of `index --json`."""
    return {
        "papers": report.papers,
        "pages": report.pages,
        "chunks": report.chunks,
        "read": report.read,
        "embedded": report.embedded,
        "without_pdf": report.without_pdf,
        "seconds": round(seconds, 3),
        "stages": {stage: round(value, 3) for stage, value in report.seconds.items()},
        "failed": [{"key": key, "reason": reason} for key, reason in report.failed],
    }


def index_line(report: IndexReport, seconds: float) -> str:
    """Return an indexing run's figures in one line."""
    skipped = f", {len(report.failed)} skipped" if report.failed else ""
    skipped += f", {report.without_pdf} without a PDF" if report.without_pdf else ""
    return (
        f"{report.papers} papers, {report.pages} pages, {report.chunks} chunks in the index: "
        f"{report.read} PDFs read, {report.embedded} chunks embedded in {seconds:.1f} s{skipped}"
    )


@click.command()
@click.argument("query", nargs=-1, required=True, metavar="QUERY")
@click.option("--mode", type=click.Choice(["hybrid", "dense", "lexical"]), help="Both, by meaning, or by words.")
@click.option("--limit", "-n", type=click.IntRange(1, 1000), help="Hits shown.")
@filter_options
@click.option("--full", is_flag=True, help="Show whole passages.")
@click.option("--catalogue", is_flag=True, help="Papers brought by import-metadata instead of the library's passages.")
@shared_options
def search(
    options: Options,
    query: tuple[str, ...],
    mode: str | None,
    limit: int | None,
    filters: Filters,
    *,
    full: bool,
    catalogue: bool,
) -> None:
    """Find passages by meaning and by words.

    In the query, text in "double quotes" must stand as it is, -word must not stand, and author:, year:2019..2022,
    list:, tag:, status:, in:KEY and section: narrow the search as the options do.
    """
    words = one_line(" ".join(query))
    if not words:
        raise UsageError("the query is empty: type what you are looking for")
    if catalogue:
        from paperlab.cli.catalogue import search_catalogue

        search_catalogue(options, words, filters, mode or "", limit or 0, full=full)
        return
    with opened_lab(options) as lab:
        hits = lab.search(words, filters=resolved(lab, filters), mode=mode or "", limit=limit or 0)
        indexed = bool(hits) or lab.store.passages.count()
    if options.json:
        emit_json({"hits": [_hit(hit) for hit in hits]})
    else:
        for number, hit in enumerate(hits, start=1):
            emit(shown_hit(number, hit, full=full))
    if not hits:
        nothing = "nothing is indexed yet: 'paperlab fetch', then 'paperlab index'"
        quietly(options)("nothing found" if indexed else nothing)
        raise click.exceptions.Exit(ExitCode.FAILED)


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "key": hit.key,
        "title": clean(hit.title),
        "page": hit.page,
        "section": " > ".join(hit.section),
        "score": round(hit.score, 6),
        "passage": clean(hit.passage),
        "boxes": [{"page": page, "box": box} for page, box in hit.boxes],
        "found_by": list(hit.found_by),
    }


def shown_score(score: float, hit: Hit) -> str:
    """Return a score with the arms of the search that found the hit."""
    return f"{score:.3f} {'+'.join(hit.found_by)}".rstrip()


def shown_hit(number: int, hit: Hit, *, full: bool) -> str:
    """Return a hit as text: where it is, then the passage with the query's words marked."""
    section = f" · {shorten(' › '.join(hit.section), 48)}" if hit.section else ""
    head = f"{number:>2}  {click.style(shorten(hit.title, 78), bold=True)}"
    place = f"    {hit.key} · p. {hit.page}{section} · {shown_score(hit.score, hit)}"
    return f"{head}\n{click.style(place, dim=True)}\n{shown_passage(hit, full=full)}\n"


def shown_passage(hit: Hit, *, full: bool) -> str:
    """Return a hit's passage, or its best lines, with the query's words marked."""
    start, end = (0, len(hit.passage)) if full else _window(hit)
    passage = _marked(hit, start, end)
    before, after = ("… " if start else ""), (" …" if end < len(hit.passage) else "")
    return click.wrap_text(
        before + one_line_keeping_style(passage) + after, width=_WIDTH, initial_indent="    ", subsequent_indent="    "
    )


def _window(hit: Hit) -> tuple[int, int]:
    """Return the part of the passage with most marks, from the beginning of a word."""
    if len(hit.passage) <= _EXCERPT:
        return 0, len(hit.passage)
    starts = [0, *(max(0, start - 60) for start, _ in hit.marks)]
    best = max(starts, key=lambda s: sum(s <= a and b <= s + _EXCERPT for a, b in hit.marks))
    best = min(best, len(hit.passage) - _EXCERPT)
    start = hit.passage.find(" ", best) + 1 if best else 0
    end = hit.passage.rfind(" ", start, start + _EXCERPT + 1)
    return start, len(hit.passage) if start + _EXCERPT >= len(hit.passage) else end


def _marked(hit: Hit, start: int, end: int) -> str:
    """Return the passage from `start` to `end`, words of the query in bold yellow, or in ** without colours."""
    parts, position = [], start
    for first, last in hit.marks:
        if first < position or last > end:
            continue
        word = clean(hit.passage[first:last])
        marked = click.style(word, fg="yellow", bold=True) if coloured() else f"**{word}**"
        parts += [clean(hit.passage[position:first]), marked]
        position = last
    return "".join([*parts, clean(hit.passage[position:end])])


def one_line_keeping_style(text: str) -> str:
    """Return `text` on one line; unlike `one_line` it keeps our own colours."""
    return " ".join(text.split())
