"""Feature hashing: no model, no download, no wait. For tests, tiny machines and as a floor in benchmarks.

Weinberger et al. 2009 (arXiv:0902.2206): each word is hashed to a dimension and a sign.
"""

from __future__ import annotations

import re
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from paperlab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_WORD = re.compile(r"\w+")


class HashingEmbedder:
    """Words and neighbouring pairs of words, hashed; a text's vector says which words it has, not what they mean."""

    def __init__(self, model: str, cache: Path) -> None:
        del cache
        if model and not (re.fullmatch(r"[0-9]{1,5}", model) and int(model)):
            raise UsageError(f"the embedder hashing takes a number of dimensions (hashing:256), not {model!r}")
        self.dimension = int(model or 256)
        self.max_tokens = 256
        self.id = f"hashing-{self.dimension}"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of words of each text."""
        return [len(_WORD.findall(text)) for text in texts]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector per text, shape (len(texts), dimension)."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            words = [word.lower() for word in _WORD.findall(text)]
            for feature in (*words, *map(" ".join, pairwise(words))):
                code = zlib.crc32(feature.encode())
                vectors[row, code % self.dimension] += 1.0 if code & 0x80000000 else -1.0
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[norms[:, 0] == 0, 0] = 1.0  # a text without a word still needs a direction
        return (vectors / np.where(norms == 0, 1.0, norms)).astype(np.float32)

    def embed_query(self, query: str) -> NDArray[np.float32]:
        """Return one query's unit vector, shape (dimension,)."""
        vector: NDArray[np.float32] = self.embed([query])[0]
        return vector
