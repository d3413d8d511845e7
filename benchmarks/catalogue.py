"""How fast a catalogue of titles and abstracts is made, how large it is, and how fast its words are searched.

    python benchmarks/catalogue.py FILE [--n N] [--folder DIR]

Imports the first N papers of FILE (all without --n) by words only into an empty lab, imports the same again, then
searches 200 seeded queries by words for 10 papers each: half of them two to four words of a title, half nine to fifteen
words in a row of an abstract. Sizes are those of the files after the import; "text" is titles and abstracts in UTF-8.
Nothing is extrapolated.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import tempfile
import time
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.ingest.metadata import MetadataFile
from paperlab.lab import Lab
from paperlab.queries import typed_words
from paperlab.search.engine import Mode
from paperlab.search.papers import find_papers
from paperlab.types import Paper

if TYPE_CHECKING:
    from paperlab.search.bundle import SearchIndex

_QUERIES, _LIMIT, _SEED = 200, 10, 1


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--n", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        file = _first(given.file, given.n, Path(folder)) if given.n else given.file
        root = Path(folder) / "lab"
        Lab.init(root)
        with closing(Lab(root)) as lab:
            _report(lab, file)


def _report(lab: Lab, file: Path) -> None:
    papers = [paper for _, paper in MetadataFile(file).papers() if isinstance(paper, Paper)]
    text = sum(len(f"{paper.title}{paper.abstract}".encode()) for paper in papers)
    for name in ("import", "import again"):
        started = time.perf_counter()
        report = lab.import_metadata(file, _silent, words_only=True)
        seconds = time.perf_counter() - started
        told = f"{report.added:,} added, {report.unchanged:,} unchanged, {report.repeated:,} repeated"
        print(f"{name}: {report.papers:,} papers in {seconds:.1f} s, {report.papers / seconds:,.0f} papers/s ({told})")
    chunks = lab.catalogue.store.passages.count()
    print(f"{chunks:,} chunks, {chunks / report.catalogue:.2f} a paper")
    _sizes(lab.catalogue, report.catalogue, text)
    _speed(lab.catalogue, papers)


def _sizes(index: SearchIndex, papers: int, text: int) -> None:
    index.close()  # the write-ahead log goes back into the database
    parts = {
        "database": index.path.stat().st_size,
        "words": sum(path.stat().st_size for path in (index.folder / "words").rglob("*") if path.is_file()),
        "text itself": text,
    }
    for name, size in parts.items():
        print(f"{name}: {size / 1e6:,.1f} MB, {size / papers:,.0f} bytes a paper")
    del index.store, index.words


def _speed(index: SearchIndex, papers: list[Paper]) -> None:
    random.seed(_SEED)
    chosen = random.sample(papers, _QUERIES)
    queries = {
        "2 to 4 words of a title": [_some(paper.title, 2, 4) for paper in chosen[::2]],
        "9 to 15 words of an abstract": [_some(paper.abstract, 9, 15) for paper in chosen[1::2]],
    }
    find_papers(index.searcher, "warm", _LIMIT, mode=Mode.LEXICAL)
    gc.collect()
    for name, asked in queries.items():
        times = sorted(_milliseconds(index, query) for query in asked)
        p99 = times[round(0.99 * (len(times) - 1))]
        print(f"search by words, {name}, n = {len(times)}: p50 {statistics.median(times):.1f} ms, p99 {p99:.1f} ms")


def _milliseconds(index: SearchIndex, query: str) -> float:
    started = time.perf_counter()
    find_papers(index.searcher, query, _LIMIT, mode=Mode.LEXICAL)
    return 1000 * (time.perf_counter() - started)


def _some(text: str, least: int, most: int) -> str:
    """Return words in a row from a random place of the text."""
    words = typed_words(text)
    count = random.randint(least, most)
    start = random.randint(0, max(0, len(words) - count))
    return " ".join(words[start : start + count])


def _first(file: Path, count: int, folder: Path) -> Path:
    """Write the first lines of a file of JSON lines to another."""
    import lzma

    to = folder / "first.jsonl"
    with lzma.open(file, "rb") if file.suffix == ".xz" else file.open("rb") as lines, to.open("wb") as out:
        out.writelines(islice(lines, count))
    return to


def _silent(stage: str, done: float, total: float | None, label: str = "") -> None:
    del stage, done, total, label


if __name__ == "__main__":
    main()
