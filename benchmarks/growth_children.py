"""What `growth.py` measures in processes of their own, each given a lab's folder and what is asked of it."""

from __future__ import annotations

import shutil
import statistics
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from paperlab.ingest import IndexReport
from paperlab.ingest.embedding import embed_missing
from paperlab.ingest.outcome import silent
from paperlab.lab import Lab
from paperlab.types import Block, BlockKind, FrontMatter, Line, PageSize, Paper, PdfFile, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    Asked = dict[str, Any]

_ADDED, _PAPER = 5, 60
_NARROWED = 20
"""Queries of each kind that is narrowed."""


def opened(folder: Path, _asked: Asked) -> dict[str, float]:
    """Open the parts of a search, one after another."""
    lab = Lab.find(folder)
    figures = {"sync_s": timed(lab.sync), "faiss_s": 0.0}
    embedder = lab.embedder
    assert embedder.dimension
    if any(path.suffix == ".ivf" for path in (folder / "index" / "vectors").rglob("*")):
        figures["faiss_s"] = timed(lambda: __import__("faiss"))
    figures["import_words_s"] = timed(lambda: __import__("tantivy"))
    figures["open_words_s"] = timed(lab.own.words.open)
    figures["open_vectors_s"] = timed(lambda: lab.own.vectors)
    figures["open_s"] = figures["open_words_s"] + figures["open_vectors_s"]
    return figures


def warm(folder: Path, asked: Asked) -> dict[str, Any]:
    """Ask the queries of an open lab, whole; then again, looking at what the time goes to; then by words."""
    lab = Lab.find(folder)
    lab.sync()
    for query in asked["others"]:
        lab.search(query)
    p50, p99, cpu = _times(lab, asked["queries"])
    own, mapped = resident()
    words = _times(lab, asked["queries"], "lexical")
    figures = {"n": len(asked["queries"]), "p50_ms": p50, "p99_ms": p99, "p99_to_p50": p99 / p50, "cpu_ms": cpu}
    figures |= {"own_mb": own, "mapped_mb": mapped, "resident_mb": own + mapped}
    figures |= zip(("words_p50_ms", "words_p99_ms", "words_cpu_ms"), words, strict=True)
    narrowed = _narrowed(lab, asked["queries"])
    split = _split(lab, asked["queries"])
    return {**figures, "papers": asked["papers"], "narrowed_ms": narrowed, "split_ms": split}


def _narrowed(lab: Lab, queries: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    """Return `_times` by kind: an author, half of the papers by year, words that must or must not stand there."""
    papers = lab.store.papers.all()
    author = next(name for paper in papers for name in paper.authors if '"' not in name)
    years = sorted(paper.year for paper in papers if paper.year)
    half = f"year:{years[0]}..{years[len(years) // 2]}"
    kinds = {"author": f'author:"{author}"', "years": half, "phrase": '"neural networks"', "rare": '"loss landscape"'}
    kinds |= {"without": "-transformer", "section": "section:method"}
    found = {}
    for name, more in kinds.items():
        lab.search(f"{queries[0]} {more}")
        found[name] = _times(lab, [f"{query} {more}" for query in queries[:_NARROWED]])
    return found


def _times(lab: Lab, queries: Iterable[str], mode: str = "hybrid") -> tuple[float, float, float]:
    """Return the median and the 99th percentile of these searches, and the median of their processor time, in ms."""
    times, processor = [], []
    for query in queries:
        started = time.perf_counter(), time.process_time()
        lab.search(query, mode=mode)
        times.append(1000 * (time.perf_counter() - started[0]))
        processor.append(1000 * (time.process_time() - started[1]))
    p50, p99 = np.percentile(times, [50, 99])
    return float(p50), float(p99), statistics.median(processor)


class Clock:
    """Adds up the processor time of functions, without that of others of its own inside them."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        # A query is embedded in a thread of its own: each has its own functions inside functions.
        self._threads = threading.local()

    def watch(self, owner: Any, name: str, label: str) -> None:
        """Put a timed function in place of one of a class or module."""
        function = getattr(owner, name)

        def watched(*arguments: Any, **named: Any) -> Any:
            inside = self._threads.__dict__.setdefault("inside", [])
            inside.append(0.0)
            started = time.thread_time()
            try:
                return function(*arguments, **named)
            finally:
                whole = time.thread_time() - started
                self.seconds[label] += whole - inside.pop()
                if inside:
                    inside[-1] += whole

        setattr(owner, name, watched)


def _split(lab: Lab, queries: Sequence[str]) -> dict[str, float]:
    """Return the mean processor time of a hybrid search by part, in ms."""
    from paperlab.search import engine, kept, words
    from paperlab.store.passages import Passages
    from paperlab.store.vectors import Vectors
    from paperlab.word_index import WordIndex

    clock = Clock()
    parts = [
        *((Lab, "search", "rest"), (type(lab.embedder), "embed_query", "encode"), (engine, "widen", "widen")),
        *((words.WordKeeper, "open", "words open"), (WordIndex, "search", "words"), (WordIndex, "marks", "marks")),
        *((kept.KeptIndex, "refresh", "vectors open"), (kept.KeptIndex, "search", "vectors")),
        *((Vectors, "get", "vectors' rows"), (Passages, "rows", "passages")),
        (engine, "without_repeats", "repeats"),
    ]
    for owner, name, label in parts:
        clock.watch(owner, name, label)
    for query in queries:
        lab.search(query)
    spent = sorted(clock.seconds.items(), key=lambda pair: -pair[1])
    return {label: 1000 * seconds / len(queries) for label, seconds in spent}


def recall(folder: Path, asked: Asked) -> dict[str, float]:
    """Hold the ten nearest of the vector index against those by exact products with every vector."""
    lab = Lab.find(folder)
    queries = np.stack([lab.embedder.embed_query(query) for query in asked["queries"] + asked["others"]])
    found = [[chunk_id for chunk_id, _ in lab.own.vectors.search(query, 100)[:10]] for query in queries]
    ids, scores = np.zeros((len(queries), 0), dtype=np.int64), np.zeros((len(queries), 0), dtype=np.float32)
    for some, vectors in lab.store.vectors.all(lab.embedder.id):
        scores = np.hstack([scores, queries @ vectors.T])
        ids = np.hstack([ids, np.broadcast_to(some, (len(queries), len(some)))])
        best = np.argsort(-scores, axis=1, kind="stable")[:, :10]
        scores, ids = np.take_along_axis(scores, best, 1), np.take_along_axis(ids, best, 1)
    shares = [len(set(f) & set(t)) / len(t) for f, t in zip(found, ids.tolist(), strict=True)]
    return {"recall": statistics.mean(shares), "recall_n": len(shares)}


def changes(folder: Path, asked: Asked) -> dict[str, Any]:
    """Add papers and take them out again, watched by a search that was open before."""
    watching, lab = Lab.find(folder), Lab.find(folder)
    lab.sync()
    for one in (watching, lab):
        one.search(asked["others"][0])
    lab.embedder.embed(asked["others"][:2])
    before, started = lab.store.passages.count(), time.process_time()
    added = [_added(lab, watching, number, asked["texts"]) for number in range(_ADDED)]
    steps = {name: statistics.median(steps[name] for steps in added) for name in added[0]}
    cpu = (time.process_time() - started) / _ADDED
    totals = [sum(seconds for name, seconds in steps.items() if name != "embed") for steps in added]
    figures: dict[str, Any] = {"add_s": statistics.median(totals), "add_most_s": max(totals), "add_steps_s": steps}
    figures |= {"added": _ADDED, "add_cpu_s": cpu} | _removed(lab, watching, _ADDED, asked)
    figures |= _indexed_from_pdf(lab, asked["texts"])
    started = time.process_time()
    figures["index_all_s"] = timed(lambda: lab.index([], silent))
    figures["index_all_cpu_s"] = time.process_time() - started
    lab.search(asked["others"][0])
    if lab.store.passages.count() != before:
        raise SystemExit("the lab is not as it was")
    return figures


def _key(number: int) -> str:
    return f"2999.{number:05}"


def _added(lab: Lab, watching: Lab, number: int, texts: Sequence[str]) -> dict[str, float]:
    """Add a paper of 60 held-out texts as `index` does, but read from no PDF; return the seconds of each step."""
    mine = [text[:520] for text in texts[number * _PAPER : (number + 1) * _PAPER]]
    pdf = PdfFile("paper.pdf", f"{number:064x}", 0)
    paper = Paper(_key(number), f"Made-up paper {number}", ("Ada Lovelace",), 2024, mine[0], "file", pdf=pdf)
    blocks = tuple(
        Block(BlockKind.PARAGRAPH, 1 + i // 5, ("Method",), text, (Line(0, (72, 72, 540, 90)),))
        for i, text in enumerate(mine)
    )
    front, pages = FrontMatter(paper.title, paper.authors), tuple(PageSize(i + 1, 612, 792) for i in range(12))
    reading = Reading(lab.reader.id, pages, blocks, front)
    report = IndexReport()
    lab.library.save(paper)
    (lab.library.folder(paper.key) / "paper.pdf").touch()
    steps = {"sync": timed(lab.sync)}
    chunks = lab.cutter.cut(blocks, paper.title)
    steps["text"] = timed(lambda: lab.store.readings.put(pdf.sha256, reading, lab.cutter.id, chunks))
    whole = timed(lambda: embed_missing(lab.store.vectors, lab.embedder, 512, report, silent))
    steps |= {"embed": report.seconds["embed"], "vectors": whole - report.seconds["embed"]}
    steps["index"] = timed(lambda: lab.own.keeper.keep(lab.store.vectors))
    steps["first search"] = timed(lambda: _must(lab, mine[0], paper.key, there=True))
    steps["another's"] = timed(lambda: _must(watching, mine[0], paper.key, there=True))
    return steps


def _must(lab: Lab, query: str, key: str, *, there: bool) -> None:
    if (key in {hit.key for hit in lab.search(query[:200])}) is not there:
        raise SystemExit(f"{key} is {'not found' if there else 'still found'}")


def _removed(lab: Lab, watching: Lab, count: int, asked: Asked) -> dict[str, float]:
    """Remove the papers' folders: gone from the next search; then from the index."""
    text = asked["texts"][0]
    for number in range(count):
        shutil.rmtree(lab.library.folder(_key(number)))

    def search() -> None:
        lab.sync()
        _must(lab, text, _key(0), there=False)

    gone = timed(search)
    seen = timed(lambda: _must(watching, text, _key(0), there=False))
    swept = timed(lambda: lab.index([], silent))
    _must(lab, text, _key(0), there=False)
    return {"remove_s": gone, "remove_seen_s": seen, "index_removed_s": swept}


def _indexed_from_pdf(lab: Lab, texts: Sequence[str]) -> dict[str, float]:
    """Put a PDF beside a new record and index it by its key; then take it out again."""
    import pymupdf

    paper = Paper(_key(99_999), "Made-up paper with pages", ("Ada Lovelace",), 2024, "", "file")
    lab.library.save(paper)
    document = pymupdf.open()
    for first in range(0, _PAPER, 6):
        page = document.new_page(width=612, height=792)
        for row, text in enumerate(texts[first : first + 6]):
            box = pymupdf.Rect(72, 60 + 115 * row, 540, 170 + 115 * row)
            page.insert_textbox(box, text[:520], fontsize=10, fontname="helv")
    document.save(lab.library.folder(paper.key) / "paper.pdf")
    reports: list[IndexReport] = []
    whole = timed(lambda: reports.append(lab.index([paper.key], silent)))
    spent = reports[0].seconds
    if not reports[0].embedded:
        raise SystemExit("nothing was embedded")
    shutil.rmtree(lab.library.folder(paper.key))
    lab.index([], silent)
    rest = whole - spent["read"] - spent["embed"]
    return {"index_one_s": rest, "index_read_s": spent["read"], "index_embed_s": spent["embed"]}


def timed(step: Callable[[], object]) -> float:
    """Return how many seconds a step takes."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def resident() -> tuple[float, float]:
    """Return this process's resident memory in MB: its own, and pages of mapped files, which can be let go of."""
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123
        status = dict(row.split(":", 1) for row in file)
    own, mapped = (int(status[name].split()[0]) / 1000 for name in ("RssAnon", "RssFile"))
    return own, mapped


CHILDREN: dict[str, Callable[[Path, Asked], dict[str, Any]]] = {
    "open": opened,
    "warm": warm,
    "recall": recall,
    "change": changes,
}
