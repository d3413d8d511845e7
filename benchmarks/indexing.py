"""How much of an indexing run is ours: each stage beside the same work done bare.

    python benchmarks/indexing.py PAPERS-FOLDER

Makes a lab in a temporary folder, adds the PDFs below PAPERS-FOLDER, indexes them with the default embedder, and does
the bare work in the same run: `get_text("text")` of every page in one process (no blocks, no sections), and the bare
model (tokenizer and onnxruntime session, batches of 16 sorted by length) over the same texts. Overhead is what our
whole run takes beyond the sum of both; the limit is 15 %. Peak memory is that of
our process and that of the reader's child together; the limit is 1.5 GB.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from paperlab.embedders.export import exported_model
from paperlab.embedders.reference import default_model_folder
from paperlab.folders import cache_folder
from paperlab.lab import Lab
from paperlab.settings import Settings

_LIMIT_OVERHEAD, _LIMIT_MEMORY, _LIMIT_SECOND = 0.15, 1.5e9, 1.0


def main() -> None:
    """Print the table; exit with 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("papers", type=Path)
    folder = parser.parse_args().papers
    exported_model(default_model_folder(), cache_folder())  # once per machine, not part of indexing
    with tempfile.TemporaryDirectory() as temporary:
        lab = _lab(Path(temporary), folder)
        started = time.perf_counter()
        report = lab.index([], lambda *_: None)
        whole = time.perf_counter() - started
        started = time.perf_counter()
        second = lab.index([], lambda *_: None)
        again = time.perf_counter() - started
        texts = [text for _, text in lab.store.vectors.without_vector("nobody", 0, 10**9)]
        lab.close()
    # Upper bound: the largest of this process and the largest of its children, as if both had come at once.
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * 1024
    pages, bare_text = _bare_text(folder)
    bare_model = _bare_model(texts)
    overhead = whole / (bare_text + bare_model) - 1

    print(f"{report.papers} papers, {report.pages} pages, {report.chunks} chunks; {len(report.failed)} skipped")
    print(f"{'stage':26}{'seconds':>9}{'pages/s':>10}{'chunks/s':>10}")
    for stage, seconds in report.seconds.items():
        print(f"{stage:26}{seconds:9.2f}{report.pages / seconds:10.1f}{report.chunks / seconds:10.1f}")
    print(f"{'whole run':26}{whole:9.2f}{report.pages / whole:10.1f}{report.chunks / whole:10.1f}")
    print(f"{'bare get_text':26}{bare_text:9.2f}{pages / bare_text:10.1f}")
    print(f"{'bare model':26}{bare_model:9.2f}{'':10}{len(texts) / bare_model:10.1f}")
    print(f"overhead over both {overhead:6.1%} (limit {_LIMIT_OVERHEAD:.0%})")
    print(f"peak memory {peak / 1e9:6.2f} GB (limit {_LIMIT_MEMORY / 1e9:.1f})")
    print(f"second run {again:6.2f} s, {second.embedded} chunks embedded (limit {_LIMIT_SECOND:.0f} s, 0)")
    good = overhead <= _LIMIT_OVERHEAD and peak <= _LIMIT_MEMORY and again <= _LIMIT_SECOND and second.embedded == 0
    sys.exit(0 if good else 1)


def _lab(root: Path, folder: Path) -> Lab:
    Lab.init(root)
    lab = Lab(root, Settings())
    adder = lab.adder()
    for path in sorted(folder.rglob("*.pdf")):
        adder.add(path)
    return lab


def _bare_text(folder: Path) -> tuple[int, float]:
    sys.modules["pymupdf.layout"] = None  # type: ignore[assignment]  # as in our reader: its models cost 600 ms
    import pymupdf

    started, pages = time.perf_counter(), 0
    for path in sorted(folder.rglob("*.pdf")):
        with pymupdf.open(path) as document:
            for page in document:
                page.get_text("text")
                pages += 1
    return pages, time.perf_counter() - started


def _bare_model(texts: list[str], batch: int = 16) -> float:
    """Tokenize and run the model over all texts, sorted by length over the whole library."""
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(default_model_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    path = exported_model(default_model_folder(), cache_folder())
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    started = time.perf_counter()
    tokens = sorted((e.ids for e in tokenizer.encode_batch_fast(texts)), key=len, reverse=True)
    for first in range(0, len(tokens), batch):
        rows = tokens[first : first + batch]
        ids = np.zeros((len(rows), len(rows[0])), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, values in enumerate(rows):
            ids[row, : len(values)] = values
            mask[row, : len(values)] = 1
        session.run(None, {"input_ids": ids, "attention_mask": mask})
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
