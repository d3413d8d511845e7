"""FAISS lists of 4-bit codes around centroids, memory-mapped: a search looks into the few lists nearest to its query.

Trap: `add` aborts and `remove_ids` crashes the process on an index that is mapped so; a file is changed by reading it
whole and writing another.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from paperlab.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Vectors = Callable[[], Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]]

_PROBES, _SHARE = 96, 20
"""Lists looked into: at least 96, and a twentieth of all. 200 of 4,000 find 0.989 of the ten nearest among a million,
256 0.993; 96 of 1,264 0.985 among 100,000, 64 of them 0.976; 8-bit codes find no
more once re-ranked, and take twice the room (docs/design.md)."""
_LISTS = 4
"""Times the square root of the vectors; fewer and longer lists find less in the same time."""
_SAMPLE = 64
"""Vectors for each centroid to be trained on; more cost time and gain nothing measurable."""
_ROUNDS = 8
_LARGEST_BITMAP = 2**27


class IvfIndex:
    """Up to `k` near vectors; their scores are those of 4-bit codes."""

    def __init__(self, index: Any) -> None:
        self._index = index

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self, query: NDArray[np.float32], k: int, among: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `k` (id, about the cosine) pairs for a unit vector (dimension,), best first, ties by id."""
        import faiss

        if among is not None and not len(among):
            return []
        probes, chosen = min(max(_PROBES, self._index.nlist // _SHARE), self._index.nlist), None
        if among is not None:
            # As many of the vectors that count are looked at as without a choice: the fewer they are, the more lists.
            probes = min(self._index.nlist, math.ceil(probes * max(1.0, len(self) / len(among))))
            chosen = _selector(among)
        how = faiss.SearchParametersIVF(sel=chosen, nprobe=probes)  # type: ignore[call-arg]
        scores, ids = self._index.search(query.reshape(1, -1), min(k, len(self)), params=how)
        found = [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


class IvfIndexType:
    """Reads and writes IVF indexes of 4-bit codes."""

    exact = False

    def build(self, path: Path, shape: tuple[int, int], vectors: Vectors, progress: Callable[[int], None]) -> None:
        """Train on a sample, then add batch by batch; memory holds the sample, then the codes."""
        import faiss

        count, dimension = shape
        lists = max(1, min(_LISTS * math.isqrt(count), count // 40))
        index: Any = faiss.index_factory(dimension, f"IVF{lists},SQ4", faiss.METRIC_INNER_PRODUCT)
        index.cp.niter, index.cp.max_points_per_centroid, index.cp.min_points_per_centroid = _ROUNDS, _SAMPLE, 1
        index.train(_sample(vectors, count, min(count, lists * _SAMPLE)))
        for ids, rows in vectors():
            index.add_with_ids(np.ascontiguousarray(rows, dtype=np.float32), ids)
            progress(index.ntotal)
        faiss.write_index(index, str(path))

    def extend(
        self, path: Path, to: Path, gone: NDArray[np.int64], ids: NDArray[np.int64], vectors: NDArray[np.float32]
    ) -> bool:
        """Change a copy in memory and write that; the lists stay as they were trained."""
        import faiss

        index = faiss.read_index(str(path))
        index.remove_ids(faiss.IDSelectorBatch(np.concatenate([gone, ids])))
        if len(ids):
            index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
        faiss.write_index(index, str(to))
        return True

    def open(self, path: Path) -> IvfIndex:
        """Map the file; raises BadFile for one that FAISS cannot read or that holds another index."""
        import faiss

        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise BadFile(path, None, "FAISS cannot read this file") from error
        if not isinstance(index, faiss.IndexIVF):
            raise BadFile(path, None, "this is no IVF index")
        return IvfIndex(index)


def _sample(vectors: Vectors, count: int, wanted: int) -> NDArray[np.float32]:
    """Return `wanted` of `count` vectors, spread evenly over all: the same ones each time."""
    chosen = np.unique(np.linspace(0, count - 1, wanted).astype(np.int64))
    parts, seen = [], 0
    for _ids, rows in vectors():
        here = chosen[(chosen >= seen) & (chosen < seen + len(rows))] - seen
        parts.append(np.asarray(rows[here], dtype=np.float32))
        seen += len(rows)
    return np.concatenate(parts)


def _selector(among: NDArray[np.int64]) -> Any:
    import faiss

    if int(among.max()) >= _LARGEST_BITMAP or int(among.min()) < 0:
        return faiss.IDSelectorBatch(among)
    bits = np.zeros(int(among.max()) + 1, dtype=np.uint8)
    bits[among] = 1
    return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))  # type: ignore[call-arg,arg-type]
