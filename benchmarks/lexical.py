"""Which engine finds words fastest: SQLite FTS5, FTS5 pruned to rare words, tantivy, bm25s.

    python benchmarks/lexical.py TEXTS.jsonl.xz [--sizes 1000,10000,100000] [--queries QUESTIONS.jsonl]

Each line of TEXTS has `title` and `abstract`. Passages of up to 100 words are packed from the abstracts' sentences;
where a size asks for more than there are, passages beyond are made of the shuffled sentences of two abstracts. Queries
are 200: half of them two to four words of titles, half drawn from the `question` or `text` of the lines of QUESTIONS
(without it: nine to fifteen words of an abstract). Everything drawn is seeded.

Columns: seconds to build, MB on disk (of FTS5: its own tables), resident MB of a process after the queries and how many
of them are its own (the rest is the mapped file), whole cold process that answers one query (median of 7), median and
99th percentile of a warm query for the best 100, the same query within 1 % of the papers, two words as a phrase, one
word excluded (medians), adding and removing one paper of 60 passages with commit (median of 5), and how many of the
ten best agree with the same engine scoring every match. All times but the first column's in ms.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import lzma
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.lexical_engines import ENGINES, Ask, Engine, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_PASSAGES, _WORDS = 60, 100
_HEADINGS = "Introduction|Related Work|Method|Experiments|Results|Conclusion".split("|")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_NEW = 10**9
"""Above every id and every paper that a build makes."""

_COMMON = frozenset(
    "a an and are as at be been but by can could did do does for from had has have how if in into is it its more no "
    "not of on or our such than that the their then there these they this to was we were what when where which while "
    "who why will with would".split()
)

Paper = tuple[str, list[str]]


# Texts and queries


def read_papers(path: Path) -> list[Paper]:
    """Return (title, sentences of the abstract) of each line that has both."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        found = [(entry["title"], _SENTENCE.split(entry["abstract"].strip())) for entry in map(json.loads, lines)]
    return [(title, sentences) for title, sentences in found if title and sentences[0]]


def packed(sentences: Iterable[str]) -> list[str]:
    """Return texts of whole sentences, each of up to `_WORDS` words where its first sentence allows it."""
    texts: list[list[str]] = []
    room = 0
    for sentence in sentences:
        length = len(sentence.split())
        if not texts or length > room:
            texts.append([])
            room = _WORDS
        texts[-1].append(sentence)
        room -= length
    return [" ".join(text) for text in texts]


def passages(papers: Sequence[Paper]) -> Iterator[Row]:
    """Yield passages without end: the real ones in drawn order, then papers of 60 recombined passages."""
    draw = random.Random(0)
    ids = itertools.count(1)
    for number, (title, sentences) in enumerate(draw.sample(papers, len(papers)), start=1):
        for text in packed(sentences):
            yield Row(next(ids), number, title, draw.choice(_HEADINGS), text)
    for number in itertools.count(len(papers) + 1):
        title = draw.choice(papers)[0]
        for place in range(_PASSAGES):
            both = draw.choice(papers)[1] + draw.choice(papers)[1]
            draw.shuffle(both)
            yield Row(next(ids), number, title, _HEADINGS[place * len(_HEADINGS) // _PASSAGES], packed(both)[0])


def draw_queries(papers: Sequence[Paper], questions: Path | None) -> list[str]:
    """Return 200 queries: 100 short ones out of titles, 100 long ones."""
    draw = random.Random(1)
    short = [_run(draw, draw.choice(papers)[0], draw.randint(2, 4)) for _ in range(100)]
    if questions is None:
        return short + [_run(draw, " ".join(draw.choice(papers)[1]), draw.randint(9, 15)) for _ in range(100)]
    entries = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    texts = [entry.get("question") or entry["text"] for entry in entries]
    return short + [draw.choice(texts) for _ in range(100)]


def _run(draw: random.Random, text: str, count: int) -> str:
    words = re.findall(r"\w+", text)
    start = draw.randrange(max(1, len(words) - count + 1))
    return " ".join(words[start : start + count])


def telling(text: str) -> tuple[str, ...]:
    """Return the words to look for, each once: every engine gets the same."""
    words = list(dict.fromkeys(re.findall(r"\w+", text.lower())))
    return tuple(word for word in words if word not in _COMMON) or tuple(words)


# Measuring


def measure(engine: Engine, queries: Sequence[str], papers: int) -> dict[str, Any]:
    """Return the figures of an engine in a process of its own; None where it can not do it."""
    asks = [Ask(words) for words in map(telling, queries) if words]
    pairs = [ask for ask in asks if len(ask.words) > 1]
    among = tuple(random.Random(2).sample(range(1, papers + 1), max(1, papers // 100)))
    _times(engine.search, asks)
    warm = sorted(_times(engine.search, asks))
    figures: dict[str, Any] = {"p50": statistics.median(warm), "p99": warm[int(0.99 * len(warm))], **_memory()}
    best = [({n for n, _ in engine.search(a)[:10]}, {n for n, _ in engine.every(a)[:10]}) for a in asks]
    figures["same"] = statistics.mean(len(ours & all_) / len(all_) for ours, all_ in best if all_)
    others = {
        "among": [ask._replace(among=among) for ask in asks],
        "phrase": [Ask((), phrase=ask.words[:2]) for ask in pairs],
        "minus": [Ask(ask.words[:-1], without=ask.words[-1]) for ask in pairs],
    }
    for name, kind in others.items():
        figures[name] = _median(engine.search, kind)
    batches = [
        [Row(_NEW + 100 * n + i, _NEW + n, "A title", "", q) for i, q in enumerate(queries[:60])] for n in range(5)
    ]
    figures["add"] = _median(engine.add, batches)
    figures["remove"] = _median(engine.remove, [_NEW + n for n in range(5)])
    return figures


def _times(call: Callable[[Any], object], values: Iterable[Any]) -> list[float]:
    times = []
    for value in values:
        started = time.perf_counter()
        call(value)
        times.append((time.perf_counter() - started) * 1e3)
    return times


def _median(call: Callable[[Any], object], values: Iterable[Any]) -> float | None:
    try:
        return statistics.median(_times(call, values))
    except NotImplementedError:
        return None


def _memory() -> dict[str, float]:
    """Return resident and own (not mapped from a file) MB of this process; nothing where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return {}
    lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return {"rss": int(lines["VmRSS"].split()[0]) / 1024, "own": int(lines["RssAnon"].split()[0]) / 1024}


def child(name: str, place: str, part: str) -> None:
    """Answer the first query only (`one`), or print all figures as JSON."""
    folder = Path(place)
    engine = ENGINES[name][1](folder / "index")
    known = json.loads((folder / "queries.json").read_text(encoding="utf-8"))
    if part == "one":
        engine.search(Ask(telling(known["queries"][0])))
    else:
        print(json.dumps(measure(engine, known["queries"], known["papers"])))


def figures_of(name: str, papers: Sequence[Paper], count: int, queries: Sequence[str]) -> dict[str, Any]:
    """Build an index in a temporary folder and return all its figures."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "index").mkdir()
        engine = ENGINES[name][1](folder / "index")
        numbers = {0}

        def seen(row: Row) -> Row:
            numbers.add(row.paper)
            return row

        started = time.perf_counter()
        engine.build(itertools.islice(map(seen, passages(papers)), count))
        built, size = time.perf_counter() - started, engine.size() / 1e6
        del engine
        (folder / "queries.json").write_text(json.dumps({"queries": queries, "papers": max(numbers)}), encoding="utf-8")
        command = [sys.executable, __file__, "--child", name, temporary]
        cold = _median(lambda part: subprocess.run([*command, part], check=True), ["one"] * 7)
        printed = subprocess.run([*command, "all"], check=True, capture_output=True, text=True).stdout
    return {"build s": built, "MB": size, "cold": cold, **json.loads(printed)}


_COLUMNS = ("build s", "MB", "rss", "own", "cold", "p50", "p99", "among", "phrase", "minus", "add", "remove", "same")


def main() -> None:
    """Print one table per size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--queries", type=Path)
    arguments = parser.parse_args()
    papers = read_papers(arguments.texts)
    queries = draw_queries(papers, arguments.queries)
    for size in map(int, arguments.sizes.split(",")):
        print(f"\n{f'{size:,} passages':18}" + "".join(f"{name:>9}" for name in _COLUMNS))
        for name, (modules, _) in ENGINES.items():
            missing = [module for module in modules if importlib.util.find_spec(module) is None]
            if missing:
                print(f"{name:18} not installed: {', '.join(missing)}")
                continue
            found = figures_of(name, papers, size, queries)
            cells = (found.get(column) for column in _COLUMNS)
            print(f"{name:18}" + "".join(f"{'-' if c is None else f'{c:.2f}':>9}" for c in cells), flush=True)


if __name__ == "__main__":
    child(*sys.argv[2:]) if sys.argv[1:2] == ["--child"] else main()
