"""The nearest rows of a matrix, exactly, and always with the same cosine for the same two vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDING = 1e-5
"""More than what a float32 product of unit vectors can be off by."""


def nearest(
    ids: NDArray[np.int64], rows: NDArray[np.float32], query: NDArray[np.float32], k: int
) -> list[tuple[int, float]]:
    """Return the `k` nearest of unit vectors (n, d) to one (d,), as (id, cosine), best first, ties by id."""
    # Row by row: a product of the whole matrix would start threads, and wait for the last of them where others work.
    scores = np.vecdot(rows, query)
    near = np.arange(len(ids))
    if len(ids) > k:
        near = np.flatnonzero(scores >= np.partition(scores, len(ids) - k)[len(ids) - k] - _ROUNDING)
    cosines = cosines_of(rows[near], query)
    order = np.lexsort((ids[near], -cosines))[:k]
    return list(zip(ids[near[order]].tolist(), cosines[order].tolist(), strict=True))


def cosines_of(rows: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cosines (n,) of unit vectors (n, d) to one (d,), the same for a row in whatever matrix it stands."""
    # A matrix product rounds by where a row stands; one row at a time, in float64, it does not.
    exact: NDArray[np.float32] = (rows.astype(np.float64) * query).sum(axis=1).astype(np.float32)
    return exact


def positions(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return where in the ascending `ids` those of `wanted` stand that are there, ascending."""
    if not len(ids):
        return np.zeros(0, dtype=np.intp)
    wanted = np.unique(wanted)
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    found: NDArray[np.intp] = at[ids[at] == wanted]
    return found
