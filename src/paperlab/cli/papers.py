"""Commands on papers: init, fetch, add, show, status, tag, note."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paperlab.cli.output import (
    Options,
    emit,
    emit_json,
    opened_lab,
    progress,
    quietly,
    say,
    shared_options,
    table,
)
from paperlab.cli.parameters import STATUS, complete_key, complete_list_or_key, key_argument
from paperlab.errors import PaperlabError, UsageError
from paperlab.ids import IdKind, parse_id_or_none
from paperlab.text import clean, one_line, shorten
from paperlab.types import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.ingest import Result
    from paperlab.lab import Lab
    from paperlab.types import PdfFile


@click.command()
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path), metavar="[DIR]")
@click.option("--samples", is_flag=True, help="Add the four sample papers that ship with paperlab.")
@shared_options
def init(options: Options, folder: Path, *, samples: bool) -> None:
    """Make a lab in DIR (here, if not given) with the reading lists that ship with paperlab."""
    from paperlab.lab import Lab

    if options.lab:
        raise UsageError("init makes a lab in DIR: give that instead of --lab")
    written = Lab.init(folder)
    options.lab = folder
    added = []
    if samples:
        with opened_lab(options) as lab:
            added = add_samples(lab)
    if options.json:
        emit_json({"lab": str(folder.resolve()), "written": [str(p) for p in written], "papers": _results(added)})
        return
    emit(f"{'new' if written else 'there was already a'} lab in {folder.resolve()}")
    quietly(options)(f"next: cd {folder} && paperlab fetch model-merging && paperlab index")


def add_samples(lab: Lab) -> list[Result]:
    """Add the sample papers to the lab, each once."""
    from paperlab import shipped

    adder = lab.adder()
    return [adder.add(pdf, paper) for paper, pdf in shipped.samples()]


@click.command()
@click.argument("names", nargs=-1, metavar="[LIST or ID]...", shell_complete=complete_list_or_key)
@click.option("--update", is_flag=True, help="Ask arXiv again about papers that are complete: new versions come.")
@click.option("--dry-run", is_flag=True, help="Show what would be fetched, without a request.")
@shared_options
def fetch(options: Options, names: tuple[str, ...], *, update: bool, dry_run: bool) -> None:
    """Fetch papers from arXiv: reading lists, ids or URLs; everything in the reading lists, if none is named.

    One request in three seconds, as arXiv asks. Interrupted, the same command goes on where it stopped.
    """
    from paperlab.ingest.outcome import silent

    with opened_lab(options) as lab:
        wanted = lab.wanted(names)
        if dry_run:
            fetcher = lab.fetcher(silent)
            plan = [(want.key, "here" if fetcher.is_here(want) else "to fetch") for want in wanted]
            document = {"papers": [{"key": key, "outcome": state, "reason": ""} for key, state in plan]}
            emit_json(document) if options.json else emit(table(plan))
            return
        results = []
        with progress(options) as draw:
            for result in lab.fetcher(draw).fetch(wanted, update=update):
                results.append(result)
                _tell(options, result)
        lab.sync()
        _tell_stale(lab, results)
    _finish(options, results)


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="PDF or URL...")
@shared_options
def add(options: Options, sources: tuple[str, ...]) -> None:
    """Add PDFs from disk (files or folders), or from URLs.

    A PDF is recognised by its arXiv stamp or DOI, else by its title and authors. The same file twice is one paper;
    another version of a known paper is kept as a version.
    """
    with opened_lab(options) as lab, progress(options) as draw:
        links = [source for source in sources if "://" in source]
        results = []
        adder = lab.adder()
        paths = list(_pdfs(source for source in sources if "://" not in source))
        for done, path in enumerate(paths):
            draw("add", done, len(paths), path.name)
            results.append(adder.add(path))
        if links:
            results += lab.fetcher(draw).fetch(lab.wanted(links))
        lab.sync()
        _tell_stale(lab, results)
    for result in results:
        _tell(options, result)
    _finish(options, results)


def _tell(options: Options, result: Result) -> None:
    """Say what is to be said of one paper: a failure always, anything else unless quiet. With --json it is data."""
    if not result.reason or options.json:
        return
    tell = say if result.exit_code else quietly(options)
    tell(f"{result.key}: {result.outcome.value}: {result.reason}")


def _tell_stale(lab: Lab, results: Iterable[Result]) -> None:
    """Say which replications have claims that a paper's new version does not bear out any more."""
    from paperlab.ingest.outcome import Outcome

    keys = {result.key for result in results if result.outcome is Outcome.VERSION}
    for slug in lab.replications.slugs() if keys else ():
        try:
            comparison = lab.replications.compare(slug)
            stale = lab.replications.stale(comparison) if comparison.replication.paper in keys else []
        except PaperlabError as error:
            say(f"{slug}: its claims were not held against the new version: {error}")
            continue
        if stale:
            say(f"{slug}: {len(stale)} of its claims moved in the new version: 'paperlab replicate compare {slug}'")


def _pdfs(sources: Iterable[str]) -> Iterable[Path]:
    for source in sources:
        path = Path(source).expanduser()
        if path.is_dir():
            yield from sorted(path.rglob("*.pdf"))
        elif not path.exists() and _is_arxiv(source):
            raise UsageError(f"'add' takes files and URLs: 'paperlab fetch {source}' brings a paper from arXiv")
        else:
            yield path


def _is_arxiv(text: str) -> bool:
    found = parse_id_or_none(text)
    return found is not None and found.kind is IdKind.ARXIV


def _finish(options: Options, results: Sequence[Result]) -> None:
    if options.json:
        emit_json({"papers": _results(results)})
    else:
        emit(summary(results))
    failures = [result.exit_code for result in results if result.exit_code]
    if failures:
        raise click.exceptions.Exit(max(failures))


def summary(results: Sequence[Result]) -> str:
    """Return one line: how many papers came, were there, failed."""
    counts = Counter(result.outcome.value for result in results)
    parts = [f"{count} {outcome}" for outcome, count in counts.items()]
    return f"{len(results)} paper{'s' * (len(results) != 1)}: {', '.join(parts) or 'nothing to do'}"


def _results(results: Sequence[Result]) -> list[dict[str, str]]:
    return [{"key": r.key, "outcome": r.outcome.value, "reason": clean(r.reason)} for r in results]


@click.command()
@key_argument
@shared_options
def show(options: Options, key: str) -> None:
    """Show what is known about a paper."""
    from paperlab.reading_lists import entry_key

    with opened_lab(options) as lab:
        paper = lab.library.load(lab.resolve(key))
        lists = [one.name for one in lab.reading_lists() if paper.key in map(entry_key, one.entries)]
        state = lab.store.readings.state(paper.pdf.sha256, lab.reader.id) if paper.pdf else None
        indexed = f"{state.pages} pages" if state and not state.failure else state.failure_why if state else None
        notes = lab.library.notes(paper.key)
    if options.json:
        extra = {"lists": lists, "indexed": indexed, "notes": str(notes) if notes.exists() else None}
        emit_json({"paper": {**asdict(paper), **extra}})
        return
    rows = [
        ("key", paper.key),
        ("title", one_line(paper.title)),
        ("authors", shorten(", ".join(paper.authors), 200)),
        ("year", str(paper.year or "")),
        ("link", paper.url or ""),
        ("DOI", paper.doi or ""),
        ("status", paper.status.value),
        ("tags", ", ".join(paper.tags)),
        ("lists", ", ".join(lists)),
        ("PDF", _pdf_line(paper.pdf)),
        ("versions", ", ".join(v.name for v in paper.other_versions)),
        ("index", indexed or "not indexed: 'paperlab index'"),
        ("notes", str(notes) if notes.exists() else ""),
    ]
    emit(table([(name, clean(value)) for name, value in rows if value]))
    if paper.abstract:
        emit("\n" + click.wrap_text(one_line(paper.abstract), width=100))


def _pdf_line(pdf: PdfFile | None) -> str:
    if pdf is None:
        return "not here"
    return f"{pdf.name}, {pdf.size / 1e6:.1f} MB" + (f", v{pdf.version}" if pdf.version else "")


@click.command()
@click.argument("key", required=False, shell_complete=complete_key)
@click.argument("new", required=False, type=STATUS, metavar="[STATUS]")
@shared_options
def status(options: Options, key: str | None, new: str | None) -> None:
    """Show or set where you stand with a paper: to_read, reading, read or skipped. Without KEY, count them all."""
    from paperlab.lab import today
    from paperlab.library.marks import with_status

    with opened_lab(options) as lab:
        if key is None:
            counts = Counter(paper.status.value for paper in lab.store.papers.all())
            ordered = {status.value: counts[status.value] for status in Status}
            emit_json({"statuses": ordered}) if options.json else emit(table([(n, str(c)) for n, c in ordered.items()]))
            return
        paper = lab.library.load(lab.resolve(key))
        if new:
            paper = lab.library.edit(paper.key, lambda paper: with_status(paper, Status(new), today()))
    emit_json({"key": paper.key, "status": paper.status.value}) if options.json else emit(paper.status.value)


@click.command()
@click.argument("key", required=False, shell_complete=complete_key)
@click.argument("tags", nargs=-1)
@click.option("--remove", "-r", multiple=True, metavar="TAG", help="Take a tag away; may be repeated.")
@shared_options
def tag(options: Options, key: str | None, tags: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """Show a paper's tags, add some, or take some away. Without KEY, count all tags."""
    from paperlab.library.marks import with_tags

    if any(not one_line(name) for name in tags):
        raise UsageError("a tag cannot be empty")
    with opened_lab(options) as lab:
        if key is None:
            counts = Counter(name for paper in lab.store.papers.all() for name in paper.tags)
            rows = [(name, str(count)) for name, count in counts.most_common()]
            emit_json({"tags": dict(counts)}) if options.json else emit(table(rows))
            return
        paper = lab.library.load(lab.resolve(key))
        if tags or remove:
            added = tuple(one_line(name) for name in tags)
            paper = lab.library.edit(paper.key, lambda paper: with_tags(paper, added, remove))
    emit_json({"key": paper.key, "tags": paper.tags}) if options.json else emit("\n".join(paper.tags))


@click.command()
@key_argument
@click.option("--message", "-m", metavar="TEXT", help="Add this paragraph without opening an editor.")
@shared_options
def note(options: Options, key: str, message: str | None) -> None:
    """Open a paper's notes in $EDITOR: plain Markdown in papers/KEY/notes.md."""
    with opened_lab(options) as lab:
        paper = lab.library.load(lab.resolve(key))
        path = lab.library.notes(paper.key)
        if message:
            lab.library.append_note(paper, message)
        else:
            if not path.exists():
                lab.library.start_notes(paper)
            try:
                click.edit(filename=str(path))
            except click.ClickException as error:
                raise PaperlabError(f"{error.format_message()}: set EDITOR, or edit {path} yourself") from error
    emit_json({"key": paper.key, "notes": str(path)}) if options.json else emit(str(path))
