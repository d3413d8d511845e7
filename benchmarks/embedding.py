"""How quick the default embedder is, with many texts and with one query, beside sentence-transformers, in one run.

    python benchmarks/embedding.py TEXTS.jsonl[.xz|.gz] [--n 512]

Each line holds `text`, or `title` and `abstract`; the first N are embedded. Each way of embedding runs in a process of
its own: chunks/s without loading and after a warm-up, its peak memory, and its cosine to sentence-transformers in fp32.
The ceiling is the quickest large matrix product the machine did in that precision, in this run; one token costs 21.2
MFLOP. A query is timed cold (whole process, median of 9, sentence-transformers 3) and warm (median of 100 in one
process). Exits with 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from paperlab.embedders.export import exported_model
from paperlab.embedders.minilm import MiniLMEmbedder
from paperlab.embedders.reference import default_model_folder
from paperlab.folders import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], NDArray[np.float32]]

_GFLOP_A_TOKEN = 0.0212
_SPEED_UP, _COSINE, _WARM_MS = 2.0, 0.9999, 8.0
_QUERY = "how are experts kept balanced across devices when a model is trained"
_OURS = "minilm"
_REFERENCE = "sentence-transformers, 32"
_QUERY_WAYS = {
    "minilm": """
from pathlib import Path
from paperlab.embedders.minilm import MiniLMEmbedder
embed = MiniLMEmbedder("", Path("unused")).embed_query
""",
    "onnxruntime": """
import numpy, onnxruntime
from tokenizers import Tokenizer
tokenizer = Tokenizer.from_file(folder + "/tokenizer.json"); tokenizer.no_padding()
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
def embed(query):
    ids = numpy.array([tokenizer.encode(query).ids])
    return session.run(None, {"input_ids": ids, "attention_mask": numpy.ones_like(ids)})[0]
""",
    "sentence-transformers": """
from sentence_transformers import SentenceTransformer
network = SentenceTransformer(folder, device="cpu")
def embed(query):
    return network.encode([query], normalize_embeddings=True, show_progress_bar=False)
""",
}
_ASK = """
import sys
folder, model, query, runs = sys.argv[1:]
{way}
embed(query)
import time
times = []
for _ in range(int(runs)):
    started = time.perf_counter(); embed(query); times.append(time.perf_counter() - started)
print(sorted(times)[len(times) // 2] if times else "")
"""


def main() -> None:
    """Print both tables; exit with 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("--n", type=int, default=512)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--vectors", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    texts = read(options.texts, options.n)
    if options.way:
        print(json.dumps(measure(options.way, texts, options.vectors)))
        return
    exported_model(default_model_folder(), cache_folder())
    kept = bulk([*sys.argv[1:]], texts)
    kept &= queries()
    sys.exit(0 if kept else 1)


def read(path: Path, n: int) -> list[str]:
    """Return the first `n` texts of the file."""
    opened: dict[str, Callable[..., Any]] = {".xz": lzma.open, ".gz": gzip.open}
    with opened.get(path.suffix, open)(path, "rt", encoding="utf-8") as file:
        rows = map(json.loads, islice(file, n))
        return [row.get("text") or f"{row.get('title') or ''}\n{row.get('abstract') or ''}" for row in rows]


def bulk(arguments: list[str], texts: list[str]) -> bool:
    """Print a row for each way to embed many texts; say whether ours keeps its limits."""
    embedder = MiniLMEmbedder("", cache_folder())
    tokens = sum(min(count, embedder.max_tokens) for count in embedder.count_tokens(texts))
    peaks = ceilings()
    print(f"{len(texts)} texts, {tokens / len(texts):.0f} tokens each; limits of minilm where the processor has bf16:")
    print(f"at least {_SPEED_UP} x {_REFERENCE}, mean cosine at least {_COSINE}")
    print("quickest matrix product: " + ", ".join(f"{name} {peak:.0f} GFLOP/s" for name, peak in peaks.items()) + "\n")
    print(
        f"{'':28}{'chunks/s':>9}{'ratio':>7}{'cosine mean':>13}{'min':>9}{'MB':>7}{'precision':>11}{'of ceiling':>12}"
    )
    base: dict[str, Any] = {}
    kept = True
    for name in ways():
        with tempfile.TemporaryDirectory() as folder:
            vectors = Path(folder) / "vectors.npy"
            command = [sys.executable, __file__, *arguments, "--way", name, "--vectors", str(vectors)]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            found["vectors"] = np.load(vectors)
        base = base or found
        cosines = (found["vectors"] * base["vectors"]).sum(axis=1)
        ratio, precision = base["seconds"] / found["seconds"], found["precision"]
        share = tokens * _GFLOP_A_TOKEN / found["seconds"] / peaks[precision]
        print(
            f"{name:28}{len(texts) / found['seconds']:9.1f}{ratio:7.2f}{cosines.mean():13.6f}{cosines.min():9.5f}"
            f"{found['megabytes']:7.0f}{precision:>11}{share:12.0%}"
        )
        if name == _OURS:
            kept = cosines.mean() >= _COSINE and (ratio >= _SPEED_UP or precision == "f32")
    return kept


def ways() -> dict[str, Callable[[], tuple[Embed, Callable[[], str]]]]:
    """Return the ways to embed many texts: each gives the function and, once it ran, the precision it worked in."""
    return {
        _REFERENCE: lambda: reference(32, "f32"),
        "sentence-transformers, 16": lambda: reference(16, "f32"),
        "sentence-transformers, bf16": lambda: reference(32, "bf16"),
        _OURS: ours,
    }


def reference(batch: int, precision: str) -> tuple[Embed, Callable[[], str]]:
    """Load sentence-transformers with the default model."""
    import torch
    from sentence_transformers import SentenceTransformer

    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    network = SentenceTransformer(str(default_model_folder()), device="cpu", model_kwargs={"dtype": kind})
    network.max_seq_length = 256

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = network.encode(
            list(texts), batch_size=batch, show_progress_bar=False, convert_to_numpy=False, convert_to_tensor=True
        )
        rows: NDArray[np.float32] = torch.nn.functional.normalize(vectors.float(), dim=1).numpy()
        return rows

    return embed, lambda: precision


def ours() -> tuple[Embed, Callable[[], str]]:
    """Load the default embedder."""
    embedder = MiniLMEmbedder("", cache_folder())
    return embedder.embed, lambda: embedder.precision


def measure(name: str, texts: list[str], to: Path) -> dict[str, object]:
    """Embed the texts one way in this process; return seconds, peak memory in MB, precision."""
    embed, precision = ways()[name]()
    embed(texts[:16])
    started = time.perf_counter()
    vectors = embed(texts)
    seconds = time.perf_counter() - started
    np.save(to, vectors)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return {"seconds": seconds, "megabytes": peak, "precision": precision()}


def ceilings(size: int = 2048, runs: int = 8) -> dict[str, float]:
    """Return the GFLOP/s of the quickest of several square products in each precision."""
    import torch

    found = {}
    for name, kind in (("f32", torch.float32), ("bf16", torch.bfloat16)):
        matrix = torch.ones((size, size), dtype=kind)
        times = []
        for _ in range(runs):
            started = time.perf_counter()
            matrix @ matrix
            times.append(time.perf_counter() - started)
        found[name] = 2 * size**3 / min(times) / 1e9
    return found


def queries() -> bool:
    """Print a row for each way to embed one query; say whether ours keeps its limit and beats both."""
    folder = default_model_folder()
    model = str(exported_model(folder, cache_folder()))
    print(f"\n{'one query':28}{'cold ms':>9}{'warm ms':>9}   limit of minilm: warm {_WARM_MS} ms; quickest cold")
    cold, warm = {}, {}
    for name, way in _QUERY_WAYS.items():
        command = [sys.executable, "-c", _ASK.format(way=way), str(folder), model, _QUERY]
        runs = 3 if name == "sentence-transformers" else 9
        cold[name] = 1000 * statistics.median([seconds([*command, "0"]) for _ in range(runs + 1)][1:])
        said = subprocess.run([*command, "100"], check=True, capture_output=True, text=True).stdout
        warm[name] = 1000 * float(said)
        print(f"{name:28}{cold[name]:9.0f}{warm[name]:9.1f}")
    return warm[_OURS] <= _WARM_MS and cold[_OURS] == min(cold.values())


def seconds(command: list[str]) -> float:
    """Return the wall time of a whole process."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
