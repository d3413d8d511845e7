"""Best and median of several runs: estimates that are sums over the sorted values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from paperlab.verdicts.distributions import normal_largest, t_quantile
from paperlab.verdicts.estimates import deviation

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_DRAWS = 100_000
_MOST_DRAWN = 2_000_000


def expected_best(sample: Sequence[float], k: int, *, higher: bool = True) -> float:
    """Return the mean of the best of k over all k-subsets of n >= k values.

    Raises:
        ValueError: k is not between 1 and n.

    """
    weights = _weights(len(sample), k)
    return math.fsum(weight * value for weight, value in zip(weights, sorted(sample, reverse=not higher), strict=True))


@dataclass(frozen=True, slots=True)
class Best:
    """An expected best of k of n >= k values, n >= 2.

    Its interval is that of normal values, where (estimate - truth) / sd has a distribution of its own: skew, since a
    sample without its lucky run has a small best and a small sd at once. Student's t errs twice as often there.
    """

    values: tuple[float, ...]
    k: int
    higher: bool = True
    allowance: float = 0.0
    """Standard error of what else varies; normal."""

    @property
    def center(self) -> float:
        """The mean of the best over all k-subsets."""
        return expected_best(self.values, self.k, higher=self.higher)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval, each side moved out by the allowance."""
        low, high = best_pivot(len(self.values), self.k, level)
        sd, more = deviation(self.values), t_quantile(0.5 + level / 2, math.inf) * self.allowance
        below, above = math.hypot(high * sd, more), math.hypot(low * sd, more)
        return (self.center - below, self.center + above) if self.higher else (self.center - above, self.center + below)


@lru_cache(maxsize=64)
def _best_draws(n: int, k: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return expected bests of k out of n standard normal values, and their deviations; simulated, fixed seed."""
    import numpy as np

    draws = min(_DRAWS, max(2000, _MOST_DRAWN // n))
    values = np.sort(np.random.default_rng(0).standard_normal((draws, n)), axis=1)
    return values @ np.array(_weights(n, k)), values.std(axis=1, ddof=1)


def best_error(n: int, k: int) -> float:
    """Return the standard deviation of the expected best of k out of n standard normal values.

    With k = n this is the standard deviation of the largest of k values: that of the paper's own number.
    """
    return float(_best_draws(n, k)[0].std())


@lru_cache(maxsize=256)
def best_pivot(n: int, k: int, level: float) -> tuple[float, float]:
    """Return between which (estimate - truth) / sd lies with a probability of `level`, equal tails outside."""
    import numpy as np

    estimates, deviations = _best_draws(n, k)
    low, high = np.quantile((estimates - normal_largest(k)) / deviations, [0.5 - level / 2, 0.5 + level / 2])
    return float(low), float(high)


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
