"""Search beside its peers, on the same texts, with the same model, on this machine, in one run.

    python benchmarks/search_peers.py BEIR-FOLDER [--engines a,b] [--limit-docs N]

Each engine runs in processes of its own, one after another: one builds and stores the index (wall time with the
embedding, and the embedding's share of it), three new ones open it and answer one query (whole process, median),
one answers every query after a warm-up, with its embedding in the time and a hundred hits asked for, which give
nDCG@10 and recall@100. Memory is the peak of the building and of the querying process; CPU time, which other work on
the machine stretches less, includes start-up when building. With --limit-docs the judged documents come first, and
only queries are asked whose judged documents are all there: that nDCG is comparable to nothing else.

The best of each column is marked, among engines that search by meaning and among those that search by words alone.
Exits with 1 where paperlab is not the best of its group. A peer that is missing is "not installed".
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.search_peer_engines import ENGINES, Document

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.search_peer_engines import Engine

_COLD_RUNS = 3
_WARM_UP = 10
_DEPTH = 100
_MOST_ASKED = 300
_COLUMNS = {
    "build s": ("build", 1, min),
    "of it embedding": ("embedding", 1, None),
    "CPU s": ("build_cpu", 1, None),
    "disk MB": ("disk", 1, min),
    "build RSS MB": ("build_rss", 0, min),
    "cold s": ("cold", 2, min),
    "p50 ms": ("p50", 1, min),
    "p99 ms": ("p99", 1, min),
    "mean CPU ms": ("query_cpu", 1, None),
    "query RSS MB": ("query_rss", 0, min),
    "nDCG@10": ("ndcg", 4, max),
    "R@100": ("recall", 4, max),
}
"""Heading -> key of the figure, digits, which is best (None: no contest)."""


def main() -> None:
    """Measure and print, or do one step of one engine."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--limit-docs", type=int, default=0)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--step", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step == "prepare":
        print(json.dumps(prepare(options.folder, Path(options.one), options.limit_docs)))
    elif options.step:
        sys.exit(step(options.folder, options.one, options.step))
    else:
        names = options.engines.split(",")
        if unknown := set(names) - set(ENGINES):
            parser.error(f"no engine is called {', '.join(sorted(unknown))}: choose from {', '.join(ENGINES)}")
        sys.exit(run(options.folder, names, options.limit_docs))


def run(folder: Path, names: list[str], limit: int) -> int:
    """Measure all engines, print the table, return the exit status."""
    with tempfile.TemporaryDirectory() as passing:
        place = Path(passing)
        arguments = [str(folder), "--step", "prepare", "--one", passing, "--limit-docs", str(limit)]
        print(json.loads(child(arguments).splitlines()[-1])["told"], flush=True)
        rows: dict[str, dict[str, Any]] = {}
        for name in names:
            rows[name] = measured(ENGINES[name], name, place)
            # A run takes long: what is known is shown as it comes.
            print(f"{name}: {json.dumps(rows[name])}", file=sys.stderr, flush=True)
        # Only now: a child is charged with the memory its parent had, so the parent stays small until all are done.
        for name, row in rows.items():
            if "error" not in row:
                row.update(scored(place, name))
    return table(rows)


def measured(engine: type[Engine], name: str, place: Path) -> dict[str, Any]:
    """Return the figures of one engine, or its error."""
    if any(importlib.util.find_spec(module) is None for module in engine.modules):
        return {"error": "not installed"}
    (place / name).mkdir()
    row: dict[str, Any] = {}
    colds = []
    for part in ("build", *["cold"] * _COLD_RUNS, "query"):
        started = time.perf_counter()
        output = child([str(place), "--one", name, "--step", part])
        seconds = time.perf_counter() - started
        told = json.loads(output.splitlines()[-1]) if output else {"error": f"the {part} process was killed"}
        if "error" in told:
            return {"error": f"{part}: {told['error']}"}
        if part == "cold":
            colds.append(seconds)
        row.update(told)
        if part == "build":
            row["disk"] = sum(path.stat().st_size for path in (place / name).rglob("*") if path.is_file()) / 1e6
    return row | {"cold": statistics.median(colds)}


def child(arguments: list[str]) -> str:
    """Return what a new process of this file prints; its warnings are dropped."""
    quiet = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    done = subprocess.run(
        [sys.executable, __file__, *arguments],
        env=os.environ | quiet,
        stdout=subprocess.PIPE,
        stderr=None if os.environ.get("PEERS_SHOW") else subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return done.stdout


def prepare(folder: Path, place: Path, limit: int) -> dict[str, str]:
    """Write corpus and queries as every engine gets them, and export paperlab's model, as peers have theirs."""
    from benchmarks.beir import corpus_of, read_lines, read_qrels

    from paperlab.embedders.export import exported_model
    from paperlab.embedders.reference import default_model_folder
    from paperlab.folders import cache_folder

    judged = read_qrels(folder / "qrels" / "test.tsv")
    wanted = {document for grades in judged.values() for document, grade in grades.items() if grade > 0}
    corpus = read_lines(corpus_of(folder))
    kept = sorted(corpus, key=lambda one: one["_id"] not in wanted)[:limit] if limit else corpus
    (place / "corpus.jsonl").write_text("".join(json.dumps(one) + "\n" for one in kept), encoding="utf-8")
    queries = {one["_id"]: one["text"] for one in read_lines(folder / "queries.jsonl")}
    there = {one["_id"] for one in kept}
    fit = [name for name, grades in judged.items() if name in queries and there.issuperset(grades)]
    asked = {name: queries[name] for name in fit[:_MOST_ASKED]}
    weights = str(default_model_folder())
    (place / "asked.json").write_text(json.dumps({"queries": asked, "judged": judged, "weights": weights}))
    started = time.perf_counter()
    exported_model(default_model_folder(), cache_folder())
    seconds = time.perf_counter() - started
    told = f"{folder.name}: {len(kept)} documents, {len(asked)} queries; paperlab's model exported in {seconds:.1f} s"
    return {"told": f"{told} (once a machine, in no build time)"}


def step(place: Path, name: str, part: str) -> int:
    """Do one step of one engine in this process and print its figures."""
    asked = json.loads((place / "asked.json").read_text())
    engine = ENGINES[name](place / name, place / "corpus.jsonl", asked["weights"])
    queries = list(asked["queries"].values())
    figures: dict[str, Any]
    try:
        if part == "build":
            figures = built(engine)
        elif part == "cold":
            figures = {"answered": len(engine.open()(queries[0], _DEPTH))}
        else:
            figures = queried(engine.open(), asked["queries"], place / f"{name}.found.json")
    except Exception as error:  # noqa: BLE001 - whatever a peer raises is what its line says
        figures = {"error": f"{type(error).__name__}: {(str(error).strip().splitlines() or [''])[0]}"}
    print()
    print(json.dumps(figures), flush=True)
    return 0


def built(engine: Engine) -> dict[str, float]:
    """Build and return seconds, the embedding's seconds among them, and the peak of memory in MB."""
    with engine.corpus.open(encoding="utf-8") as file:
        rows = map(json.loads, file)
        documents = [Document(one["_id"], f"{one.get('title', '')}\n{one['text']}".strip()) for one in rows]
    started = time.perf_counter()
    clock = [0.0]
    if where := engine.embeds():
        owner, method = where
        setattr(owner, method, timed(getattr(owner, method), clock))
    engine.build(documents)
    seconds = time.perf_counter() - started
    return {"build": seconds, "embedding": clock[0], "build_cpu": time.process_time(), "build_rss": peak()}


def queried(search: Callable[[str, int], list[str]], queries: dict[str, str], found: Path) -> dict[str, float]:
    """Return p50 and p99 of all queries in ms, and the peak of memory in MB; `found` gets the hits."""
    for text in list(queries.values())[-_WARM_UP:]:
        search(text, _DEPTH)
    hits, seconds, busy = {}, [], time.process_time()
    for name, text in queries.items():
        started = time.perf_counter()
        hits[name] = search(text, _DEPTH)
        seconds.append(time.perf_counter() - started)
    memory, busy = peak(), (time.process_time() - busy) / len(seconds)
    found.write_text(json.dumps(hits))
    seconds.sort()
    p99 = seconds[min(len(seconds) - 1, int(0.99 * len(seconds)))]
    return {"p50": 1000 * statistics.median(seconds), "p99": 1000 * p99, "query_cpu": 1000 * busy, "query_rss": memory}


def scored(place: Path, name: str) -> dict[str, float]:
    """Return nDCG@10 and recall@100 of what an engine found."""
    from benchmarks.beir import ndcg

    judged = json.loads((place / "asked.json").read_text())["judged"]
    found: dict[str, list[str]] = json.loads((place / f"{name}.found.json").read_text())
    ndcgs, recalls = [], []
    for query, ranked in found.items():
        others = [one for one in ranked if one != query]
        relevant = {one for one, grade in judged[query].items() if grade > 0}
        ndcgs.append(ndcg(others[:10], judged[query]))
        recalls.append(len(relevant.intersection(others[:_DEPTH])) / len(relevant))
    empty = sum(not ranked for ranked in found.values())
    return {"ndcg": statistics.mean(ndcgs), "recall": statistics.mean(recalls), "empty": empty}


def table(rows: dict[str, dict[str, Any]]) -> int:
    """Print a line an engine, the best of each column marked; return 1 where paperlab is behind in one."""
    print("\n" + f"{'':18}" + "".join(f"{heading:>16}" for heading in _COLUMNS))
    behind: list[str] = []
    ahead: list[str] = []
    for words_only, title in ((False, "by meaning, or meaning and words"), (True, "by words alone")):
        group = {name: row for name, row in rows.items() if ENGINES[name].words_only is words_only}
        best = bests(group)
        if group:
            print(title)
        for name, row in group.items():
            print(f"  {ENGINES[name].name:16}" + (row.get("error") or line(row, best)))
        ours = group.pop("paperlab-words" if words_only else "paperlab", None)
        if ours and any("error" not in row for row in group.values()):
            for key in best:
                (ahead if shown(ours, key) == shown(best, key) else behind).append(f"{title}: {key}")
    print("\n" + "\n".join(remarks(rows)))
    print(f"\npaperlab against the peers that ran: best in {len(ahead)} of {len(ahead) + len(behind)} columns")
    if behind:
        print(f"behind in {'; '.join(behind)}")
    return int(bool(behind))


def bests(group: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Return the best figure of each column that is a contest, under the figure's key."""
    whole = [row for row in group.values() if "error" not in row]
    return {key: choose(row[key] for row in whole) for key, _, choose in _COLUMNS.values() if choose and whole}


def line(row: dict[str, Any], best: dict[str, float]) -> str:
    """Return the figures of one engine, `*` at those that are the best as printed."""
    cells = (shown(row, key) + ("*" if key in best and shown(row, key) == shown(best, key) else " ") for key in _KEYS)
    return "".join(f"{cell:>16}" for cell in cells)


_KEYS = {key: digits for key, digits, _ in _COLUMNS.values()}


def shown(figures: dict[str, Any], key: str) -> str:
    """Return one figure as it is printed; a paperlab that failed has none."""
    return f"{figures[key]:.{_KEYS[key]}f}" if key in figures else "-"


def remarks(rows: dict[str, dict[str, Any]]) -> list[str]:
    """Return how each engine was used, in which version, and how many queries it answered with nothing."""
    found = []
    for name, row in rows.items():
        engine = ENGINES[name]
        if row.get("error") != "not installed":
            empty = f"; no answer to {row['empty']} queries" if row.get("empty") else ""
            found.append(f"{engine.name}: {engine.package} {version(engine.package)}, {engine.how}{empty}")
    return found


def timed(method: Callable[..., Any], clock: list[float]) -> Callable[..., Any]:
    """Return the method with its wall time added to the clock."""

    def call(*arguments: Any, **options: Any) -> Any:
        started = time.perf_counter()
        try:
            return method(*arguments, **options)
        finally:
            clock[0] += time.perf_counter() - started

    return call


def peak() -> float:
    """Return the most memory this process held so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main()
