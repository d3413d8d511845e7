"""The default embedder: all-MiniLM-L6-v2 through onnxruntime, so that a query never waits for torch.

Reimers and Gurevych 2019 (arXiv:1908.10084): mean of the token vectors under the mask, scaled to length 1; weights
of `sentence-transformers/all-MiniLM-L6-v2`. The ONNX file is exported once into the cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from paperlab.embedders.export import exported_model
from paperlab.embedders.reference import default_model_folder
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_BATCH = 16
"""Texts run together (docs/design.md)."""
_DIMENSION = 384
_MAX_TOKENS = 256


class MiniLMEmbedder:
    """all-MiniLM-L6-v2 in fp32. Tokens are counted without loading the network."""

    def __init__(self, model: str, cache: Path) -> None:
        if model:
            raise UsageError(f"the embedder minilm has one model; use 'sentence-transformers:{model}' for another")
        self._cache = cache
        self._tokenizer: Any = None
        self._session: Any = None
        self.dimension = _DIMENSION
        self.max_tokens = _MAX_TOKENS
        self.id = "all-MiniLM-L6-v2"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text, special tokens counted, without cutting."""
        return [len(ids) for ids in self._encode(texts)]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector per text, shape (len(texts), 384)."""
        if self._session is None:
            self._session = self._load_session()
        tokens = [self._cut(ids) for ids in self._encode(texts)]
        vectors = np.zeros((len(texts), _DIMENSION), dtype=np.float32)
        # Texts of like length share a batch: padding is work thrown away.
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]), reverse=True)
        for first in range(0, len(order), _BATCH):
            rows = order[first : first + _BATCH]
            vectors[rows] = self._run([tokens[i] for i in rows])
        return vectors

    def _run(self, batch: list[list[int]]) -> NDArray[np.float32]:
        ids = np.zeros((len(batch), max(map(len, batch))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        result: NDArray[np.float32] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return result

    def _cut(self, tokens: list[int]) -> list[int]:
        return tokens if len(tokens) <= _MAX_TOKENS else [*tokens[: _MAX_TOKENS - 1], tokens[-1]]

    def _encode(self, texts: Sequence[str]) -> list[list[int]]:
        if self._tokenizer is None:
            from tokenizers import Tokenizer

            self._tokenizer = Tokenizer.from_file(str(default_model_folder() / "tokenizer.json"))
            # The file asks for padding to 128 tokens and for cutting; we do both ourselves.
            self._tokenizer.no_padding()
            self._tokenizer.no_truncation()
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def _load_session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        path = exported_model(default_model_folder(), self._cache)
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception:  # noqa: BLE001 - a damaged file gives one of many errors that share no class but this
            path = exported_model(default_model_folder(), self._cache, again=True)
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
