"""The whole search as a lab grows: start, warm query, memory, recall, one paper more, one paper less.

    python benchmarks/growth.py TEXTS.jsonl[.xz] [--vectors FILE.npy] [--sizes 1000,10000,100000,1000000]
                                [--folder DIR] [--keep]

TEXTS has a paper a line (`title`, `abstract`, `authors` joined by `;`, `year`); FILE.npy has a vector by the default
embedder for each of them. A lab of n chunks, 60 to a paper, is made on disk for each size; its first chunks are real
abstracts with their vectors, as far as they go. What comes beyond is made up from them with a seed: two sentences of
one abstract, filled up with sentences of others; its vector is drawn around that abstract's (noise of 0.6 times its
length, made unit length again). 300 papers stand in no lab: a hundred of their titles are the queries, as typed.

Every figure is of a new process. Cold is the whole command (median of 5, files in the system's cache; `disk`: once,
with the index's files dropped from it). Warm queries come after a hundred others; a second round shows which parts the
processor's time goes to, which depends less on what else runs. Memory is that after the queries: own, and mapped from
files, which the system takes back when it needs it. recall@10 is the vector index's against exact products with all
vectors in the database. With --folder and --keep a lab stays, and one that lies there already is measured as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.growth_children import CHILDREN
from benchmarks.growth_labs import PAPER, make_lab, read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.growth_labs import Source

_QUERIES = 100
_COLD_RUNS = 5
_DONE = "made.json"
_ASKED = "asked.json"
_P50_MS = {10_000: 10.0, 100_000: 15.0, 1_000_000: 25.0}
"""Up to so many chunks."""
_LIMITS = {"p99_to_p50": 3.0, "open_s": 0.1, "resident_mb": 500.0, "add_s": 1.0, "index_one_s": 1.0}
"""Open and memory at the largest size of all, as the others are met if that is."""
_RECALL = 0.98


def main() -> None:
    """Print one block for each size; exit with 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--folder", type=Path, help="where the labs are made; a passing folder by default")
    parser.add_argument("--keep", action="store_true", help="leave the labs, and measure those that are there")
    parser.add_argument("--child", choices=CHILDREN, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        asked = json.loads((arguments.texts / _ASKED).read_text(encoding="utf-8"))
        print(json.dumps(CHILDREN[arguments.child](arguments.texts, asked)))
        return
    source, missed = None, []
    for size in map(int, arguments.sizes.split(",")):
        with _lab_folder(arguments.folder, size, keep=arguments.keep) as folder:
            if not (folder / _DONE).exists():
                source = source or read_source(arguments.texts, arguments.vectors)
                _make(folder, source, size)
            figures = measured(folder)
            print(block(size, figures), flush=True)
            missed += [f"{size:,}: {miss}" for miss in misses(size, figures)]
    print("limits missed: " + ("; ".join(missed) or "none"))
    sys.exit(1 if missed else 0)


@contextmanager
def _lab_folder(given: Path | None, size: int, *, keep: bool) -> Iterator[Path]:
    if not keep:
        with tempfile.TemporaryDirectory(dir=given) as passing:
            yield Path(passing)
        return
    folder = (given or Path()) / str(size)
    if folder.exists() and not (folder / _DONE).exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


def _make(folder: Path, source: Source, size: int) -> None:
    """Make the lab, and beside it the file of what is asked and what is added to it."""
    seconds = make_lab(folder, source, size, lambda message: print(message, file=sys.stderr, flush=True))

    asked = {
        "queries": [record["title"] for record in source.asked[:_QUERIES]],
        "others": [record["title"] for record in source.asked[_QUERIES : 2 * _QUERIES]],
        "texts": [record["abstract"] for record in source.asked],
        "papers": -(-size // PAPER),
    }
    (folder / _ASKED).write_text(json.dumps(asked), encoding="utf-8")
    (folder / _DONE).write_text(json.dumps({"seconds": seconds, "real": min(size, len(source.vectors))}))


def measured(folder: Path) -> dict[str, Any]:
    """Return the figures of a lab; it is left as it was, with another name for nothing in it."""
    figures: dict[str, Any] = json.loads((folder / _DONE).read_text())
    figures["files_mb"] = {
        path.name: round(sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6)
        if path.is_dir()
        else round(path.stat().st_size / 1e6)
        for path in sorted((folder / "index").iterdir())
        if path.is_dir() or path.suffix == ".db"
    }
    asked = json.loads((folder / _ASKED).read_text(encoding="utf-8"))
    for mode in ("hybrid", "lexical"):
        command = ["search", *("--lab", str(folder), "--mode", mode, "--", asked["queries"][0])]
        figures[f"cold_{mode}_s"] = statistics.median(_wall(command) for _ in range(_COLD_RUNS + 1))
        _drop_from_cache(folder / "index")
        figures[f"disk_{mode}_s"] = _wall(command)
    for name in CHILDREN:
        figures |= child(folder, name)
    return figures


def child(folder: Path, name: str) -> dict[str, Any]:
    """Return what a new process measures."""
    command = [sys.executable, __file__, str(folder), "--child", name]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _wall(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "paperlab", *command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _drop_from_cache(folder: Path) -> None:
    """Ask the system to forget the files' pages; those another process has mapped stay."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def misses(size: int, figures: dict[str, Any]) -> list[str]:
    """Return the limits that a lab of this size misses."""
    limits = _LIMITS | {"p50_ms": next(limit for most, limit in _P50_MS.items() if size <= most)}
    found = [f"{name} {figures[name]:.3g} > {limit:g}" for name, limit in limits.items() if figures[name] > limit]
    return found + ([f"recall {figures['recall']:.4f} < {_RECALL}"] if figures["recall"] < _RECALL else [])


def block(size: int, f: dict[str, Any]) -> str:
    """Return the figures of one size as lines of print; times in ms where nothing else is said."""
    per = "  ".join(f"{name} {ms:.1f}" for name, ms in f["split_ms"].items())
    narrow = "  ".join(f"{name} {p50:.0f}/{p99:.0f}/{cpu:.0f}" for name, (p50, p99, cpu) in f["narrowed_ms"].items())
    steps = "  ".join(f"{name} {seconds:.2f}" for name, seconds in f["add_steps_s"].items())
    made = "  ".join(f"{name} {seconds:.0f}" for name, seconds in f["seconds"].items())
    return f"""
{size:,} chunks ({f["real"]:,} real), {f["papers"]:,} papers; MB: {f["files_mb"]}; made in s: {made}
  cold s     hybrid {f["cold_hybrid_s"]:.2f}  lexical {f["cold_lexical_s"]:.2f}  (from disk {f["disk_hybrid_s"]:.2f}, \
{f["disk_lexical_s"]:.2f}; sync of unchanged records {f["sync_s"]:.3f})
  open s     {f["open_s"]:.3f} (words {f["open_words_s"]:.3f}, vectors {f["open_vectors_s"]:.3f}; \
import of FAISS {f["faiss_s"]:.3f})
  warm       p50 {f["p50_ms"]:.1f}  p99 {f["p99_ms"]:.1f} ({f["p99_to_p50"]:.1f}x)  processor {f["cpu_ms"]:.1f}  \
n={f["n"]}
             processor, mean: {per}
  by words   p50 {f["words_p50_ms"]:.1f}  p99 {f["words_p99_ms"]:.1f}  processor {f["words_cpu_ms"]:.1f}
  narrowed   p50/p99/processor {narrow}
  memory MB  {f["resident_mb"]:.0f} (own {f["own_mb"]:.0f}, mapped {f["mapped_mb"]:.0f})
  recall@10  {f["recall"]:.4f}  n={f["recall_n"]}
  +1 paper s {f["add_s"]:.2f}, at most {f["add_most_s"]:.2f}, without embedding, n={f["added"]} \
(processor {f["add_cpu_s"]:.2f}): {steps}
  index KEY  {f["index_one_s"]:.2f} s without reading ({f["index_read_s"]:.2f}) and embedding ({f["index_embed_s"]:.2f})
  index      nothing to do {f["index_all_s"]:.2f} s (processor {f["index_all_cpu_s"]:.2f}), \
after a removal {f["index_removed_s"]:.2f} s
  -1 paper s gone after {f["remove_s"]:.3f} (in a process open before: {f["remove_seen_s"]:.3f})"""


if __name__ == "__main__":
    main()
