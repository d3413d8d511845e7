"""What a whole process costs: help, list, search, cold, beside the floor under each.

    python benchmarks/start_up.py LAB [QUERY]

LAB is an indexed lab. Every figure is the median of 15 whole processes, the rows taking turns, after one round that is
not counted; the limit holds for the wall time, the processor time (user and system) beside it depends less on what else
runs. Bytecode is read as after an installation, also where PYTHONDONTWRITEBYTECODE is set.

The floor of a search by words is python, click and sqlite3. That of a search by meaning is what any program pays that
imports numpy, onnxruntime and tokenizers, loads the model and embeds the query with them, before it looks at a single
vector; sentence-transformers' own query is printed beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from paperlab.embedders.export import exported_model
from paperlab.embedders.reference import default_model_folder
from paperlab.folders import cache_folder

_RUNS = 15
_FLOOR = """
import json, sys
import numpy, onnxruntime
from tokenizers import Tokenizer
model, tokenizer, query = json.loads(sys.argv[1])
tokenizer = Tokenizer.from_file(tokenizer); tokenizer.no_padding()
ids = numpy.array([tokenizer.encode(query).ids])
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
vector = session.run(None, {"input_ids": ids, "attention_mask": numpy.ones_like(ids)})[0]
"""
_REFERENCE = """
import json, sys
from sentence_transformers import SentenceTransformer
model, query = json.loads(sys.argv[1])
SentenceTransformer(model).encode([query], normalize_embeddings=True)
"""


class Row(NamedTuple):
    """A command, and the seconds it may take."""

    name: str
    command: list[str]
    limit: float | None = None
    runs: int = _RUNS


class Cost(NamedTuple):
    """What one process took, in seconds."""

    wall: float
    processor: float


def main() -> None:
    """Print the table; exit with 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("lab", type=Path)
    parser.add_argument("query", nargs="?", default="how are experts kept balanced across devices")
    arguments = parser.parse_args()
    rows = rows_of(arguments.lab, arguments.query)
    with tempfile.TemporaryDirectory() as bytecode:
        costs = measured(rows, bytecode)
    missed = False
    print(f"{'whole process, cold':28}{'median s':>10}{'limit':>8}{'cpu s':>8}   n")
    for row in rows:
        wall = statistics.median(cost.wall for cost in costs[row.name])
        processor = statistics.median(cost.processor for cost in costs[row.name])
        missed |= row.limit is not None and wall > row.limit
        print(f"{row.name:28}{wall:10.3f}{row.limit or '':>8}{processor:8.3f}   {row.runs}")
    sys.exit(1 if missed else 0)


def rows_of(lab: Path, query: str) -> list[Row]:
    """Return what is measured, each search behind its floor."""
    folder = default_model_folder()
    model = str(exported_model(folder, cache_folder()))
    tokenizer = str(folder / "tokenizer.json")
    python, ours = [sys.executable, "-c"], [sys.executable, "-m", "paperlab"]
    search = [*ours, "search", query, "--lab", str(lab)]
    return [
        Row("python -c pass", [*python, "pass"]),
        Row("import torch", [*python, "import torch"], runs=3),
        Row("paperlab --help", [*ours, "--help"], 0.2),
        Row("paperlab list", [*ours, "list", "--lab", str(lab)]),
        Row("  floor of words", [*python, "import click, sqlite3"]),
        Row("search --mode lexical", [*search, "--mode", "lexical"], 0.06),
        Row("  floor of a search", [*python, _FLOOR, json.dumps([model, tokenizer, query])]),
        Row("search", search, 0.3),
        Row("  sentence-transformers", [*python, _REFERENCE, json.dumps([str(folder), query])], runs=3),
    ]


def measured(rows: list[Row], bytecode: str) -> dict[str, list[Cost]]:
    """Return each row's costs; in every round each row runs once, so that a busy minute falls on all of them."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = bytecode
    costs: dict[str, list[Cost]] = {row.name: [] for row in rows}
    for turn in range(_RUNS + 1):
        for row in rows:
            if turn <= row.runs:
                costs[row.name].append(cost(row.command, environment))
    return {name: counted[1:] for name, counted in costs.items()}


def cost(command: list[str], environment: dict[str, str]) -> Cost:
    """Return what a process took from its start to its end; raises CalledProcessError where it failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=environment)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


if __name__ == "__main__":
    main()
