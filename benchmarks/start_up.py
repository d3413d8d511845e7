"""What a whole process costs: help, list, search, cold, beside the floor under each.

    python benchmarks/start_up.py LAB [QUERY]

LAB is an indexed lab. Every figure is the median of 9 whole processes after one warm-up, wall time. The floor of a
search is what any program pays that imports numpy, onnxruntime, tokenizers and faiss, loads the model, embeds the query
and opens the vector index; sentence-transformers' own query is printed beside it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from paperlab.embedders.export import exported_model
from paperlab.embedders.reference import default_model_folder
from paperlab.lab import cache_folder

_RUNS = 9
_FLOOR = """
import json, sys
import numpy, faiss, onnxruntime
from tokenizers import Tokenizer
model, tokenizer, index, query = json.loads(sys.argv[1])
tokenizer = Tokenizer.from_file(tokenizer); tokenizer.no_padding()
ids = numpy.array([tokenizer.encode(query).ids])
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
vector = session.run(None, {"input_ids": ids, "attention_mask": numpy.ones_like(ids)})[0]
faiss.read_index(index).search(vector, 100)
"""
_REFERENCE = """
import json, sys
from sentence_transformers import SentenceTransformer
import faiss
model, index, query = json.loads(sys.argv[1])
faiss.read_index(index).search(SentenceTransformer(model).encode([query], normalize_embeddings=True), 100)
"""


def main() -> None:
    """Print the table; exit with 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("lab", type=Path)
    parser.add_argument("query", nargs="?", default="how are experts kept balanced across devices")
    arguments = parser.parse_args()
    query, lab, folder = arguments.query, str(arguments.lab), default_model_folder()
    index = str(arguments.lab / "index" / "vectors.faiss")
    model = str(exported_model(folder, cache_folder()))
    python = [sys.executable, "-c"]
    ours = [sys.executable, "-m", "paperlab"]
    rows: list[tuple[str, list[str], float | None, int]] = [
        ("python -c pass", [*python, "pass"], None, _RUNS),
        ("import torch", [*python, "import torch"], None, 3),
        ("paperlab --help", [*ours, "--help"], 0.2, _RUNS),
        ("paperlab list", [*ours, "list", "--lab", lab], None, _RUNS),
        ("search, by words", [*ours, "search", query, "--lab", lab, "--mode", "lexical"], None, _RUNS),
        ("search, hybrid", [*ours, "search", query, "--lab", lab], 0.6, _RUNS),
        (
            "  floor of a search",
            [*python, _FLOOR, json.dumps([model, str(folder / "tokenizer.json"), index, query])],
            None,
            _RUNS,
        ),
        ("  sentence-transformers", [*python, _REFERENCE, json.dumps([str(folder), index, query])], None, 3),
    ]
    missed = False
    print(f"{'whole process, cold':26}{'median s':>10}{'limit':>8}   n")
    for name, command, limit, runs in rows:
        seconds = median(command, runs)
        missed |= limit is not None and seconds > limit
        print(f"{name:26}{seconds:10.3f}{limit if limit else '':>8}   {runs}")
    sys.exit(1 if missed else 0)


def median(command: list[str], runs: int) -> float:
    """Return the median wall time of whole processes, after one that is not counted."""
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
