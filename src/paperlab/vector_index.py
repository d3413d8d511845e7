"""FAISS behind the VectorIndex protocol: exact inner products of unit vectors, which are cosines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from paperlab.errors import BadFile

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


class FaissIndex:
    """All vectors under their chunks' ids, searched exactly. A larger score is nearer."""

    def __init__(self, dimension: int) -> None:
        import faiss

        self._faiss = faiss
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    @classmethod
    def load(cls, path: Path) -> FaissIndex:
        """Return the index that `save` wrote; raises BadFile for a file FAISS can not read."""
        import faiss

        loaded = cls.__new__(cls)
        loaded._faiss = faiss
        try:
            loaded._index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise BadFile(path, None, "FAISS cannot read this file") from error
        return loaded

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add unit vectors (n, dimension) under their ids (n,)."""
        self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Remove the vectors with these ids; ids that are not there are passed over."""
        if len(ids) and len(self):
            self._index.remove_ids(self._faiss.IDSelectorBatch(ids))

    def search(
        self, query: NDArray[np.float32], k: int, among: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `k` (id, cosine) pairs for a unit vector (dimension,), best first."""
        if not len(self) or (among is not None and not len(among)):
            return []
        parameters = None
        if among is not None:
            selector = self._faiss.IDSelectorBatch(among)
            parameters = self._faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, ids = self._index.search(query.reshape(1, -1), min(k, len(self)), params=parameters)
        found = [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
        # FAISS orders ties by when they were added, which an index that was repaired does not share with a new one.
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def save(self, path: Path) -> None:
        """Write the index to a file; an existing one is written over."""
        self._faiss.write_index(self._index, str(path))
