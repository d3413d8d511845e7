"""The default embedder: all-MiniLM-L6-v2, without torch, and for one query without any runtime at all.

Reimers and Gurevych 2019 (arXiv:1908.10084): mean of the token vectors under the mask, scaled to length 1; weights
of `sentence-transformers/all-MiniLM-L6-v2`. Many texts go through an ONNX file, exported once into the cache; a query
goes through numpy on the mapped weights, as a new process spends longer on importing a runtime than on a query.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from paperlab.embedders.export import exported_model, is_exported
from paperlab.embedders.network import Network
from paperlab.embedders.reference import default_model_folder
from paperlab.embedders.runtimes import OnnxRuntime, open_runtime
from paperlab.embedders.wordpiece import WordPieces
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from paperlab.embedders.runtimes import Runtime

_DIMENSION = 384
_MAX_TOKENS = 256
_COLD_QUERIES = 3
"""Queries after which a process is taken for a session, in which loading a quicker runtime pays."""


class MiniLMEmbedder:
    """all-MiniLM-L6-v2: queries in fp32, texts in bf16 where the processor has it. Each part is loaded on use."""

    def __init__(self, model: str, cache: Path) -> None:
        if model:
            raise UsageError(f"the embedder minilm has one model; use 'sentence-transformers:{model}' for another")
        self._cache = cache
        self._tokenizer: Any = None
        self._asked = 0
        self.dimension = _DIMENSION
        self.max_tokens = _MAX_TOKENS
        self.id = "all-MiniLM-L6-v2"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text, special tokens counted, without cutting."""
        return [len(ids) for ids in self._encode(texts)]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector per text, shape (len(texts), 384); the same texts give the same bytes."""
        vectors = np.zeros((len(texts), _DIMENSION), dtype=np.float32)
        if not texts:
            return vectors
        self._runtime.run([_cut(ids) for ids in self._encode(texts)], vectors)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)  # in bf16 a length is 1 to three digits
        return vectors

    def embed_query(self, query: str) -> NDArray[np.float32]:
        """Return one query's unit vector, shape (384,), in fp32.

        Raises BadFile where the installed weights or their vocabulary are damaged.
        """
        tokens = self._pieces.encode(query)
        if tokens is None:
            (tokens,) = self._encode([query])
        self._asked += 1
        if self._asked <= _COLD_QUERIES or self._warm is None:
            return self._network.vector(_cut(tokens))
        vectors = np.zeros((1, _DIMENSION), dtype=np.float32)
        self._warm.run([_cut(tokens)], vectors)
        return np.ascontiguousarray(vectors[0])

    def warm_up(self) -> None:
        """Take the process for a session: the next query loads what embeds a session's queries, not the fourth."""
        self._asked = max(self._asked, _COLD_QUERIES)

    @property
    def precision(self) -> str:
        """What `embed` works in on this machine, `bf16` or `f32`; opens the runtime."""
        return self._runtime.precision

    @cached_property
    def _network(self) -> Network:
        return Network(default_model_folder())

    @cached_property
    def _warm(self) -> Runtime | None:
        """What embeds the queries of a session: twice as quick as our own network, but slow to be ready."""
        folder = default_model_folder()
        if not is_exported(folder, self._cache):
            return None
        try:
            # On one thread: it takes hardly longer, is not held up where another works, and leaves a core to the words.
            return OnnxRuntime(exported_model(folder, self._cache), threads=1)
        except Exception:  # noqa: BLE001 - a damaged file gives one of many errors that share no class but this
            return None  # the next `embed` exports it again

    @cached_property
    def _pieces(self) -> WordPieces:
        return WordPieces(default_model_folder())

    def _encode(self, texts: Sequence[str]) -> list[list[int]]:
        if self._tokenizer is None:
            from tokenizers import Tokenizer

            self._tokenizer = Tokenizer.from_file(str(default_model_folder() / "tokenizer.json"))
            # The file asks for padding to 128 tokens and for cutting; we do both ourselves.
            self._tokenizer.no_padding()
            self._tokenizer.no_truncation()
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    @cached_property
    def _runtime(self) -> Runtime:
        try:
            return open_runtime(exported_model(default_model_folder(), self._cache))
        except Exception:  # noqa: BLE001 - a damaged file gives one of many errors that share no class but this
            return open_runtime(exported_model(default_model_folder(), self._cache, again=True))


def _cut(tokens: list[int]) -> list[int]:
    return tokens if len(tokens) <= _MAX_TOKENS else [*tokens[: _MAX_TOKENS - 1], tokens[-1]]
