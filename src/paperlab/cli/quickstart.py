"""`paperlab quickstart`: from nothing to a first answer, with the network or without."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from paperlab.cli.output import Options, emit, emit_json, opened_lab, progress, quietly, shared_options
from paperlab.cli.papers import add_samples, summary
from paperlab.cli.search import index_document, index_line, shown_hit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.ingest import Result
    from paperlab.lab import Lab

_LIST = "model-merging"
_QUERY = "how can several fine-tuned models be merged without interfering with each other"


@click.command()
@click.argument("folder", default=".", type=click.Path(file_okay=False), metavar="[DIR]")
@shared_options
def quickstart(options: Options, folder: str) -> None:
    """Make a lab, fetch a reading list, index it, search it once, and say what to do next.

    Where arXiv cannot be reached, the sample papers that ship with paperlab take the list's place.
    """
    from pathlib import Path

    from paperlab.lab import Lab

    tell = quietly(options)
    root = options.lab or Path(folder)
    options.lab = root
    if Lab.init(root):
        tell(f"lab: {root.resolve()}")
    with opened_lab(options) as lab:
        _tell_lists(lab, tell)
        results = _papers(lab, options)
        started = time.perf_counter()
        with progress(options) as draw:
            report = lab.index([], draw)
        seconds = time.perf_counter() - started
        hits = lab.searcher.search(_QUERY, limit=3)
    tell(index_line(report, seconds))
    if options.json:
        keys = [result.key for result in results]
        figures = index_document(report, seconds)
        emit_json({"lab": str(root.resolve()), "papers": keys, "index": figures, "hits": len(hits)})
        return
    emit(f"\n$ paperlab search {_QUERY}\n")
    for number, hit in enumerate(hits, start=1):
        emit(shown_hit(number, hit, full=False))
    emit(_next(root, results))


def _tell_lists(lab: Lab, tell: Callable[[str], None]) -> None:
    sizes = [f"{name} ({len(lab.library.load_list(name).entries)})" for name in lab.library.list_names()]
    tell(f"reading lists: {', '.join(sizes)}")


def _papers(lab: Lab, options: Options) -> list[Result]:
    """Fetch the first list; where nothing of it can be had, add the samples."""
    from paperlab.ingest import Outcome

    tell = quietly(options)
    tell(f"asking arXiv for the reading list {_LIST!r} ...")
    with progress(options) as draw:
        results = list(lab.fetcher(draw).fetch(lab.wanted([_LIST])))
    came = [r for r in results if r.outcome in {Outcome.FETCHED, Outcome.PRESENT, Outcome.ADDED}]
    if came:
        for result in results:
            if result.outcome is Outcome.FAILED:
                tell(f"{result.key}: {result.reason}")
        tell(summary(results))
        return results
    reason = next((r.reason for r in results if r.reason), "nothing came")
    tell(f"arXiv gave nothing ({reason})")
    tell("going on with the four sample papers that ship with paperlab")
    return add_samples(lab)


def _next(root: Path, results: list[Result]) -> str:
    from paperlab.ingest import Outcome

    where = "" if root.resolve() == root.cwd() else f"cd {root} && "
    sampled = any(r.outcome is not Outcome.FAILED and r.key.startswith("paperlab") for r in results)
    more = "paperlab fetch && paperlab index" if sampled else "paperlab fetch resnet moe && paperlab index"
    return f"next: {where}{more}    (then: paperlab search YOUR QUESTION)"
