"""The checks behind `paperlab doctor`, each with what it found and how to mend that."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from paperlab.disk import sha256_of
from paperlab.errors import NotNow, PaperlabError
from paperlab.ingest import adopt_loose_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from paperlab.lab import Lab
    from paperlab.types import Paper

_LOW_DISK = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    part: str
    state: Literal["ok", "warning", "failed"]
    found: str
    mend: str = ""
    """What to do about it."""


def check(lab: Lab, *, mend: bool = False) -> list[Finding]:
    """Check every part of a lab and return the findings; with `mend`, mend what loses nothing by it.

    A check that cannot be made is a failed finding, never an exception for what a user can meet.
    """
    findings: list[Finding] = []
    for part, probe in _PROBES.items():
        try:
            findings += [Finding(part, *found) for found in probe(lab, mend)]
        except (PaperlabError, OSError, sqlite3.DatabaseError) as error:
            findings.append(Finding(part, "failed", str(error)))
    return findings


_Found = tuple[Literal["ok", "warning", "failed"], str, str]


def _records(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001 - all probes share one shape
    del mend
    problems = lab.sync()
    for problem in problems:
        yield "failed", str(problem), "mend that line; until then the paper stays as it was last read"
    yield "ok", f"{len(lab.store.papers.all())} papers in {lab.library.root}", ""


def _lists(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001
    del mend
    count = 0
    for name in lab.library.list_names():
        try:
            lab.library.load_list(name)
            count += 1
        except PaperlabError as error:
            yield "failed", str(error), "mend that line"
    yield "ok", f"{count} reading lists", ""


def _pdfs(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001
    good = 0
    for paper in lab.store.papers.all():
        wrong = _pdf_problem(lab, paper)
        if wrong is None:
            good += paper.pdf is not None
        elif mend and wrong[3]:
            wrong[3]()
            yield "warning", f"{wrong[1]}: mended", ""
        else:
            yield wrong[:3]
    yield "ok", f"{good} PDFs are the ones their records speak of", ""


_Problem = tuple[Literal["warning", "failed"], str, str, "Callable[[], object] | None"]
"""State, what was found, what to do, and what mends it."""


def _pdf_problem(lab: Lab, paper: Paper) -> _Problem | None:
    adopt = lambda: adopt_loose_pdf(lab.library, lab.reader, paper)  # noqa: E731
    if paper.pdf is None:
        if lab.library.loose_pdf(paper) is None:
            return None
        return "warning", f"{paper.key}: paper.pdf stands in no record", "paperlab index records it", adopt
    path = lab.library.folder(paper.key) / paper.pdf.name
    if not path.is_file():
        return "warning", f"{paper.key}: its PDF is gone", f"paperlab fetch {paper.key}", None
    if sha256_of(path) != paper.pdf.sha256:
        mend = lambda: lab.library.adopt_pdf(paper.key, None)  # noqa: E731
        return "failed", f"{paper.key}: {path.name} was changed", "paperlab doctor --mend records it", mend
    return None


def _leftovers(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001
    left = [path for folder in (lab.library.root, lab.index_folder) for path in _interrupted(folder)]
    if not left:
        yield "ok", "no leftovers", ""
    elif not mend:
        yield "warning", f"{len(left)} files of interrupted commands", "paperlab doctor --mend"
    else:
        # Under the locks that writers hold: what lies there now belongs to nobody who is still at work.
        with lab.alone():
            for path in left:
                path.unlink(missing_ok=True)
        yield "warning", f"{len(left)} files of interrupted commands: removed", ""


def _interrupted(folder: Path) -> list[Path]:
    ends = (".part", ".new", ".incoming.pdf")
    return [path for path in folder.rglob(".*") if path.is_file() and path.name.endswith(ends)]


def _database(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001
    del mend
    problems = lab.store.check()
    for problem in problems:
        yield "failed", problem, f"delete {lab.index_folder} and run 'paperlab index': nothing of yours is in it"
    if not problems:
        totals = lab.store.totals(lab.embedder.id)
        yield "ok", f"{totals.readings} papers read, {totals.pages} pages, {totals.chunks} chunks", ""


def _readings(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001
    del mend
    states = {state.pdf_sha256: state for state in lab.store.readings.states()}
    waiting = 0
    for paper in lab.store.papers.all():
        state = states.get(paper.pdf.sha256) if paper.pdf else None
        waiting += bool(paper.pdf and state is None)
        if state and state.failure:
            advice = f"bring a better PDF, then 'paperlab index {paper.key}'"
            yield "warning", f"{paper.key}: {state.failure_why}", advice
    totals = lab.store.totals(lab.embedder.id)
    if waiting or totals.vectors < totals.chunks:
        missing = totals.chunks - totals.vectors
        yield "warning", f"{waiting} PDFs are not read, {missing} chunks are not embedded", "paperlab index"
    else:
        yield "ok", f"{totals.vectors} vectors by {lab.embedder.id}", ""


def _word_index(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001
    problem = lab.own.words.problem()
    if problem and mend:
        lab.own.words.open()
        yield "warning", f"{problem}: mended", ""
    elif problem:
        yield "warning", problem, "the next search mends it"
    else:
        yield "ok", "in step with the database", ""


def _vector_index(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001
    problem = lab.own.keeper.problem(lab.store.vectors)
    if problem and mend:
        lab.own.keeper.open(lab.store.vectors, thorough=True)
        yield "warning", f"{problem}: mended", ""
    elif problem:
        yield "warning", problem, "the next search mends it"
    else:
        yield "ok", "in step with the database", ""


def _embedder(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001
    del mend
    vector = lab.embedder.embed(["a test"])[0]
    length = float((vector**2).sum()) ** 0.5
    if abs(length - 1) > 1e-3 or len(vector) != lab.embedder.dimension:
        yield "failed", f"{lab.embedder.id} gives vectors of length {length:.3f}", "install paperlab again"
    else:
        yield "ok", f"{lab.embedder.id}, {len(vector)} dimensions", ""


def _network(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001
    del mend
    if lab.settings.arxiv_offline:
        yield "ok", "offline by choice: no request is made", ""
        return
    try:
        next(iter(lab.source.lookup(["1706.03762"])))
    except NotNow as error:
        yield "warning", str(error), "everything but fetching works without"
    else:
        yield "ok", f"{lab.settings.arxiv_api_url} has answered within the last day", ""


def _disk(lab: Lab, mend: bool) -> Iterator[_Found]:  # noqa: FBT001
    del mend
    free = shutil.disk_usage(lab.root).free
    state: Literal["ok", "warning"] = "warning" if free < _LOW_DISK else "ok"
    yield state, f"{free / 1e9:.1f} GB free", "a hundred papers take about 0.3 GB"


_PROBES: dict[str, Callable[[Lab, bool], Iterator[_Found]]] = {
    "records": _records,
    "reading lists": _lists,
    "PDFs": _pdfs,
    "leftovers": _leftovers,
    "database": _database,
    "text and vectors": _readings,
    "word index": _word_index,
    "vector index": _vector_index,
    "embedder": _embedder,
    "arXiv": _network,
    "disk": _disk,
}
