"""Runtimes for an exported network: OpenVINO, in bf16 where the processor multiplies in it, else onnxruntime."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_BATCH_TOKENS = 2048
"""Tokens run together, padding counted: 8 texts of 256, 100 of 20. Half and twice as many are no faster."""
_MOST_STREAMS = 8
"""Batches at work at once; each takes about 50 MB."""
_CONVERTER = "openvino.tools.ovc"
_log = logging.getLogger(__name__)


class Runtime(Protocol):
    """Runs one network."""

    precision: str
    """`bf16` or `f32`."""

    def run(self, texts: Sequence[Sequence[int]], vectors: NDArray[np.float32]) -> None:
        """Write the vector of each text's tokens into its row of `vectors`, shape (len(texts), dimension)."""
        ...


class OpenVino:
    """OpenVINO on the processor: one stream a core, so that no batch waits for the other cores' share of another."""

    def __init__(self, model: Path) -> None:
        """Compile the ONNX file; raises ImportError where OpenVINO is missing, RuntimeError where it cannot."""
        core = _openvino().Core()
        quick = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.precision = "bf16" if quick else "f32"
        self._streams = min(os.cpu_count() or 1, _MOST_STREAMS)
        options = {"INFERENCE_PRECISION_HINT": self.precision, "NUM_STREAMS": str(self._streams)}
        self._model = core.compile_model(str(model), "CPU", {"PERFORMANCE_HINT": "THROUGHPUT", **options})

    def run(self, texts: Sequence[Sequence[int]], vectors: NDArray[np.float32]) -> None:
        """Write the vectors; the same texts give the same bytes, in whatever order the streams end."""
        # No AsyncInferQueue: its callbacks run Python in OpenVINO's own threads, and some of those are still at it
        # when the interpreter ends, which aborts or hangs one process in three (OpenVINO 2026.4.1).
        requests = [self._model.create_infer_request() for _ in range(self._streams)]
        at_work: list[list[int]] = [[] for _ in requests]
        for turn, rows in enumerate(batches(texts)):
            slot = turn % self._streams
            _collect(requests[slot], at_work[slot], vectors)
            ids, mask = padded([texts[row] for row in rows])
            requests[slot].start_async({"input_ids": ids, "attention_mask": mask})
            at_work[slot] = rows
        for request, rows in zip(requests, at_work, strict=True):
            _collect(request, rows, vectors)


class OnnxRuntime:
    """onnxruntime in fp32, for where OpenVINO is not to be had."""

    def __init__(self, model: Path, threads: int = 0) -> None:
        """Load the ONNX file, to run on so many threads, 0 for one a core.

        Raises one of onnxruntime's many errors where it is damaged.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        # Threads that wait by turning round take the core from whatever comes next in a search.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.precision = "f32"
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def run(self, texts: Sequence[Sequence[int]], vectors: NDArray[np.float32]) -> None:
        """Write the vectors."""
        for rows in batches(texts):
            ids, mask = padded([texts[row] for row in rows])
            (vectors[rows],) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})


def open_runtime(model: Path) -> OpenVino | OnnxRuntime:
    """Return OpenVINO with the ONNX file, or onnxruntime, after a warning, where OpenVINO is missing or refuses.

    Raises what onnxruntime raises where that cannot read the file either: it is damaged.
    """
    try:
        return OpenVino(model)
    except (ImportError, RuntimeError) as error:
        fallback = OnnxRuntime(model)
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        _log.warning("OpenVINO cannot be used (%s): texts are embedded with onnxruntime, which is slower", reason)
        return fallback


def _collect(request: Any, rows: list[int], vectors: NDArray[np.float32]) -> None:
    """Wait for a batch and write its vectors; there is none yet where `rows` is empty."""
    if rows:
        request.wait()
        vectors[rows] = request.get_output_tensor(0).data


def _openvino() -> Any:
    """Import OpenVINO without its converter, which reports each import to its makers, and which it can do without."""
    if "openvino" not in sys.modules:
        sys.modules[_CONVERTER] = None  # type: ignore[assignment]  # an import of it then fails
        try:
            import openvino  # noqa: F401
        finally:
            del sys.modules[_CONVERTER]
    return sys.modules["openvino"]


def batches(texts: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield the rows to run together, longest first: padding is work thrown away.

    Ties are settled by the tokens, so that the same texts meet in the same batches, whatever their order.
    """
    order = sorted(range(len(texts)), key=lambda row: (len(texts[row]), texts[row]), reverse=True)
    first = 0
    while first < len(order):
        rows = max(1, _BATCH_TOKENS // len(texts[order[first]]))
        yield order[first : first + rows]
        first += rows


def padded(texts: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return tokens and mask, each of shape (texts, tokens of the longest)."""
    ids = np.zeros((len(texts), max(map(len, texts))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(texts):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return ids, mask
