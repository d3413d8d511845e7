"""Best and median of several runs: estimates that are sums over the sorted values."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from paperlab.verdicts.estimates import Estimate, deviation

if TYPE_CHECKING:
    from collections.abc import Sequence

_DRAWS = 40_000
_MOST_DRAWN = 4_000_000


def expected_best(sample: Sequence[float], k: int, *, higher: bool = True) -> float:
    """Return the mean of the best of k over all k-subsets of n >= k values.

    Raises:
        ValueError: k is not between 1 and n.

    """
    weights = _weights(len(sample), k)
    return math.fsum(weight * value for weight, value in zip(weights, sorted(sample, reverse=not higher), strict=True))


def best_estimate(sample: Sequence[float], k: int, *, higher: bool = True) -> Estimate:
    """Return the expected best of k with the standard error it has for normal values; n >= 2, n >= k."""
    se = best_error(len(sample), k) * deviation(sample)
    return Estimate(expected_best(sample, k, higher=higher), se, len(sample) - 1)


@lru_cache(maxsize=256)
def best_error(n: int, k: int) -> float:
    """Return the standard deviation of the expected best of k out of n standard normal values; simulated, fixed seed.

    With k = n this is the standard deviation of the largest of k values: that of the paper's own number.
    """
    import numpy as np

    draws = min(_DRAWS, max(2000, _MOST_DRAWN // n))
    values = np.sort(np.random.default_rng(0).standard_normal((draws, n)), axis=1)
    return float((values @ np.array(_weights(n, k))).std())


def _weights(n: int, k: int) -> tuple[float, ...]:
    """Return the share of k-subsets whose best is the i-th value from the worst on."""
    if not 1 <= k <= n:
        raise ValueError(f"the best of {k} cannot be taken from {n} values")
    subsets = math.comb(n, k)
    return tuple(math.comb(i, k - 1) / subsets for i in range(n))


def median(values: Sequence[float]) -> float:
    """Return the median."""
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def median_interval(values: Sequence[float], level: float = 0.95) -> tuple[float, float] | None:
    """Return the narrowest interval between order statistics that holds the median at least with `level`.

    None where even from least to most does not: below 5 values at 90 %, below 6 at 95 %.
    """
    depth = _depth(len(values), level)
    ordered = sorted(values)
    return (ordered[depth - 1], ordered[-depth]) if depth else None


@lru_cache(maxsize=4096)
def _depth(n: int, level: float) -> int:
    """Return the largest rank r for which x(r) to x(n+1-r) holds the median with `level`; 0 where there is none."""
    depth, tail = 0, 0
    while depth < n // 2:
        tail += math.comb(n, depth)
        if 2 * tail / 2**n > 1 - level + 1e-12:
            break
        depth += 1
    return depth
