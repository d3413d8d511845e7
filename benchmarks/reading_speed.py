"""How fast PDFs are read: each stage of ours, and other programs, in one run; `reading.py --speed PAPERS` calls it.

Papers are taken in order of their paths until there are about 100 pages; slow programs read the first 12 pages of the
same papers, spread over them. Each figure is the best of two goes, for the slow ones of one.
"""

from __future__ import annotations

import importlib
import inspect
import io
import multiprocessing
import shutil
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

from paperlab.pdf import PyMuPDFReader, document, pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    _Few = dict[Path, list[int]]

PAGES, SLOW_PAGES, BAR = 100, 12, 4.0


def measure(folder: Path) -> bool:
    """Print pages/s of everything; return whether two processes of ours are fast enough beside pymupdf4llm."""
    import pymupdf

    papers = _some(pymupdf, sorted(folder.rglob("*.pdf")))
    if not papers:
        print(f"no PDF below {folder}")
        return False
    count, paths, few = sum(papers.values()), list(papers), _spread(papers)
    slow = sum(map(len, few.values()))
    print(f"{len(paths)} papers, {count} pages; slow programs: {slow} pages")
    _print("words, get_text", _best(lambda: _words(pymupdf, paths)), count)
    for stage, seconds in _stages(pymupdf, paths).items():
        _print(f"ours, {stage}", seconds, count)
    _print("ours, whole reading", _ours(paths, 1), count)
    two = _ours(paths, 2)
    _print("ours, two processes", two, count)
    if shutil.which("pdftotext"):
        _print("pdftotext", _best(lambda: _pdftotext(paths)), count)
    for name, read in _SLOW.items():
        _print(name, _seconds(name, read, few), slow)
    markdown = [_seconds("pymupdf4llm", _markdown, few)]
    _print("pymupdf4llm, Markdown", markdown[0], slow)
    markdown += [_markdown_twice(few)] if markdown[0] else []
    _print("pymupdf4llm, two processes", markdown[-1], slow)
    return _verdict(count / two, [slow / seconds for seconds in markdown if seconds])


def _verdict(ours: float, theirs: Sequence[float]) -> bool:
    if not theirs:
        return True
    ratio = ours / max(theirs)
    missed = "" if ratio >= BAR else " MISSED"
    print(f"two processes of ours: {ratio:.1f} times the faster pymupdf4llm (bar >= {BAR:g}){missed}")
    return ratio >= BAR


def _print(name: str, seconds: float | None, pages: int) -> None:
    if seconds is not None:
        print(f"{name:28}{pages / max(seconds, 1e-9):9.1f} pages/s{seconds:9.2f} s  n: {pages} pages", flush=True)


def _some(engine: Any, paths: Sequence[Path]) -> dict[Path, int]:
    """Return the first papers with their page counts, until there are enough pages."""
    chosen: dict[Path, int] = {}
    for path in paths:
        with engine.open(path) as document:
            chosen[path] = document.page_count
        if sum(chosen.values()) >= PAGES:
            break
    return chosen


def _spread(papers: dict[Path, int]) -> _Few:
    """Return a few pages (0-based) of the papers, as far apart as can be."""
    pages = [(path, number) for path, count in papers.items() for number in range(count)]
    chosen = pages[:: max(1, len(pages) // SLOW_PAGES)][:SLOW_PAGES]
    return {path: [number for other, number in chosen if other == path] for path, _ in chosen}


def _best(work: Callable[[], object]) -> float:
    return min(_timed(work) for _ in range(2))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _seconds(package: str, read: Callable[[_Few], None], few: _Few) -> float | None:
    """Return the time of one go after the package is imported, or say that it is missing."""
    try:
        importlib.import_module(package)
    except ImportError:
        print(f"{package:28} left out: pip install {package}")
        return None
    return _timed(lambda: read(few))


def _words(engine: Any, paths: Sequence[Path]) -> None:
    for path in paths:
        with engine.open(path) as document:
            for page in document:
                page.get_text("words")


def _stages(engine: Any, paths: Sequence[Path]) -> dict[str, float]:
    """Return the seconds of each stage of our reader, done in this process as its child does them.

    The stages are the package's functions that `pages` and `document` call, under the names of their modules.
    """
    spent: dict[str, float] = {}
    started = time.perf_counter()
    with _clocks(spent):
        for path in paths:
            request = {
                "kind": "reading",
                "path": str(path),
                "max_pages": 2000,
                "lost": {},
                "inkless": {},
                "no_ink": "",
                "reader": "speed",
            }
            with engine.open(path) as pdf:
                pages.read_pages(engine, pdf, request, _unheard)
    whole = time.perf_counter() - started
    spent["text of pages, all else"] = whole - sum(spent.values())
    return {stage: seconds for stage, seconds in sorted(spent.items(), key=lambda s: -s[1]) if seconds > 0.01 * whole}


def _unheard(part: str, page: int = 0) -> None:
    """Hear where the reading is, and do nothing about it."""


@contextmanager
def _clocks(spent: dict[str, float]) -> Iterator[None]:
    """Let the functions that `pages` and `document` import from the package add up their own time."""
    kept = [
        (module, name, item)
        for module in (pages, document)
        for name, item in vars(module).items()
        if inspect.isfunction(item)
        and item.__module__.startswith("paperlab.pdf.")
        and item.__module__ not in {pages.__name__, document.__name__}
    ]
    depth: list[float] = []
    for module, name, item in kept:
        stage = "glyphs and rules" if name == "read_ink" else item.__module__.split(".")[2]
        setattr(module, name, _clocked(item, stage, spent, depth))
    try:
        yield
    finally:
        for module, name, item in kept:
            setattr(module, name, item)


def _clocked(item: Callable[..., Any], stage: str, spent: dict[str, float], depth: list[float]) -> Callable[..., Any]:
    """Return the function with a clock; `depth` holds what was spent inside each clocked call that still runs."""

    def run(*arguments: Any, **options: Any) -> Any:
        depth.append(0.0)
        started = time.perf_counter()
        try:
            return item(*arguments, **options)
        finally:
            seconds = time.perf_counter() - started
            spent[stage] = spent.get(stage, 0.0) + seconds - depth.pop()
            if depth:
                depth[-1] += seconds

    return run


def _ours(paths: Sequence[Path], processes: int) -> float:
    """Return the seconds of whole readings by so many child processes, which run already."""
    with PyMuPDFReader(processes=processes) as reader:
        list(reader.read_many([paths[0]] * processes))
        # The longest first, so that none waits for another at the end.
        ordered = sorted(paths, key=lambda path: -path.stat().st_size)
        return _best(lambda: list(reader.read_many(ordered)))


def _pdftotext(paths: Sequence[Path]) -> None:
    for path in paths:
        subprocess.run(["pdftotext", "-q", str(path), "-"], stdout=subprocess.DEVNULL, check=False)


def _pypdf(few: _Few) -> None:
    engine = importlib.import_module("pypdf")
    for path, numbers in few.items():
        document = engine.PdfReader(path)
        for number in numbers:
            document.pages[number].extract_text()


def _pdfplumber(few: _Few) -> None:
    engine = importlib.import_module("pdfplumber")
    for path, numbers in few.items():
        with engine.open(path) as document:
            for number in numbers:
                document.pages[number].extract_text()
                document.pages[number].extract_tables()


def _markdown(few: _Few) -> None:
    engine = importlib.import_module("pymupdf4llm")
    with redirect_stdout(io.StringIO()):
        for path, numbers in few.items():
            engine.to_markdown(str(path), pages=numbers)


def _markdown_twice(few: _Few) -> float:
    """Return the seconds of two processes that share the pages, once both have loaded the models."""
    papers = list(few.items())
    halves = [dict(papers[::2]), dict(papers[1::2])]
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_markdown, [dict(papers[:1])] * 2))
        return _timed(lambda: list(pool.map(_markdown, halves)))


_SLOW: dict[str, Callable[[_Few], None]] = {"pypdf": _pypdf, "pdfplumber": _pdfplumber}
