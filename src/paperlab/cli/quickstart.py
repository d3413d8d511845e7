"""`paperlab quickstart`: from nothing to a first answer, with the network or without."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paperlab.cli.output import Options, emit, emit_json, opened_lab, progress, quietly, shared_options
from paperlab.cli.papers import add_samples, summary
from paperlab.cli.search import index_document, index_line, shown_hit
from paperlab.errors import PaperlabError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.ingest import Result
    from paperlab.lab import Lab

_LIST = "model-merging"
_PATIENCE = 4.0
"""Seconds that arXiv has for its first answer: within five, a newcomer is told how it goes on."""
_QUERY = "how can several fine-tuned models be merged without interfering with each other"


@click.command()
@click.argument("folder", default=".", type=click.Path(file_okay=False), metavar="[DIR]")
@shared_options
def quickstart(options: Options, folder: str) -> None:
    """Make a lab, fetch a reading list, index it, search it once, and say what to do next.

    Where arXiv cannot be reached, the sample papers that ship with paperlab take the list's place.
    """
    from paperlab.lab import Lab

    tell = quietly(options)
    if options.lab:
        raise UsageError("quickstart makes a lab in DIR: give that instead of --lab")
    root = options.lab = Path(folder)
    if Lab.init(root):
        tell(f"lab: {root.resolve()}")
    with opened_lab(options) as lab:
        _tell_lists(lab, tell)
        results, sampled = _papers(lab, options)
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
    emit(_next(root, sampled=sampled))


def _tell_lists(lab: Lab, tell: Callable[[str], None]) -> None:
    sizes = [f"{one.name} ({len(one.entries)})" for one in lab.reading_lists()]
    tell(f"reading lists: {', '.join(sizes)}")


def _papers(lab: Lab, options: Options) -> tuple[list[Result], bool]:
    """Fetch the first list; where nothing of it can be had, add the samples. Also tell whether it was those."""
    from paperlab.ingest import Outcome

    tell = quietly(options)
    tell(f"asking arXiv for the reading list {_LIST!r} ...")
    reason = _unreachable(lab)
    if reason is None:
        with progress(options) as draw:
            results = list(lab.fetcher(draw).fetch(lab.wanted([_LIST])))
        for result in results:
            if result.outcome is Outcome.FAILED:
                tell(f"{result.key}: {result.reason}")
        if any(r.outcome in {Outcome.FETCHED, Outcome.PRESENT, Outcome.ADDED, Outcome.VERSION} for r in results):
            tell(summary(results))
            return results, False
        reason = "nothing of it came"
    tell(f"arXiv cannot be used now: {reason}")
    tell("going on with the four sample papers that ship with paperlab")
    return add_samples(lab), True


def _unreachable(lab: Lab) -> str | None:
    """Return why arXiv does not answer, after a few seconds at most, or None where it does.

    The answer stays in the cache, so that fetching does not ask for it again.
    """
    ids = [want.arxiv.versioned for want in lab.wanted([_LIST]) if want.arxiv]
    outcome: list[str | None] = []

    def ask() -> None:
        try:
            for _ in lab.source.lookup(ids):
                pass
            outcome.append(None)
        except PaperlabError as error:
            outcome.append(str(error))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_PATIENCE)
    return outcome[0] if outcome else f"no answer within {_PATIENCE:.0f} s"


def _next(root: Path, *, sampled: bool) -> str:
    called = Path(sys.argv[0])
    program = "paperlab" if shutil.which("paperlab") or not called.is_file() else os.path.relpath(called)
    lab = "" if root.resolve() == Path.cwd() else f" --lab {root}"
    lists = "" if sampled else " resnet moe"
    steps = (f"fetch{lists}", "index", "search YOUR QUESTION")
    return "next: " + " && ".join(f"{program} {step}{lab}" for step in steps)
