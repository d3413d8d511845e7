"""All vectors in one mapped matrix, each compared with the query: exact, and nothing but numpy to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paperlab.errors import BadFile
from paperlab.vector_index.nearest import nearest, positions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_MAGIC = b"paperlab flat 1\n"
_HEADER = 64
"""Bytes before the ids: the magic, then count and dimension, then zeros, so that everything behind is aligned."""


class FlatIndex:
    """A file: header, ids (n,) ascending, vectors (n, d); little-endian int64 and float32."""

    def __init__(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        self._ids = ids
        self._vectors = vectors

    def __len__(self) -> int:
        return len(self._ids)

    def search(
        self, query: NDArray[np.float32], k: int, among: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `k` (id, cosine) pairs for a unit vector (dimension,), best first, ties by id."""
        if among is None:
            return nearest(self._ids, self._vectors, query, k)
        return nearest(*self.rows(among), query, k)

    def rows(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return (ids (n,), vectors (n, d)) in order of id, of those with `ids` that are there."""
        at = positions(self._ids, ids)
        return self._ids[at], self._vectors[at]


class FlatIndexType:
    """Reads and writes flat indexes."""

    exact = True

    def build(
        self,
        path: Path,
        shape: tuple[int, int],
        vectors: Callable[[], Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]],
        progress: Callable[[int], None],
    ) -> None:
        """Write the vectors as they come; `shape` must be that of all of them."""
        count, dimension = shape
        done = 0
        with path.open("wb") as file:
            file.write((_MAGIC + np.array(shape, dtype="<i8").tobytes()).ljust(_HEADER, b"\0"))
            for ids, rows in vectors():
                file.seek(_HEADER + 8 * done)
                file.write(ids.astype("<i8").tobytes())
                file.seek(_HEADER + 8 * count + 4 * dimension * done)
                file.write(np.ascontiguousarray(rows, dtype="<f4").tobytes())
                done += len(ids)
                progress(done)

    def extend(
        self, path: Path, to: Path, gone: NDArray[np.int64], ids: NDArray[np.int64], vectors: NDArray[np.float32]
    ) -> bool:
        """Leave it to `build`, which only copies."""
        del path, to, gone, ids, vectors
        return False

    def open(self, path: Path) -> FlatIndex:
        """Map the file; raises BadFile for one that is not of this format, or cut short."""
        try:
            data = np.memmap(path, dtype=np.uint8, mode="r")
        except (OSError, ValueError) as error:
            raise BadFile(path, None, "this file cannot be mapped") from error
        shape = np.frombuffer(data[:_HEADER].tobytes().ljust(_HEADER, b"\0"), dtype="<i8")[2:4]
        count, dimension = (int(number) for number in shape)
        whole = _HEADER + count * (8 + 4 * dimension)
        if data[: len(_MAGIC)].tobytes() != _MAGIC or count < 0 or dimension < 0 or len(data) != whole:
            raise BadFile(path, None, "this is no flat vector index")
        ids, vectors = data[_HEADER : _HEADER + 8 * count], data[_HEADER + 8 * count :]
        return FlatIndex(np.asarray(ids.view("<i8")), np.asarray(vectors.view("<f4")).reshape(count, dimension))
