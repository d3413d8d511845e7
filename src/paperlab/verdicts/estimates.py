"""Means and differences of means with their standard errors, and the intervals and tests that Student's t gives them.

Sums are exact (`fsum`), and values that are all equal have a spread of exactly 0: deterministic measures are compared
as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.verdicts.distributions import t_above, t_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOISE = 1e-12
"""Of the largest value: a spread below it is that of rounding."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean, or a difference of means."""

    center: float
    se: float
    """Standard error, in the center's unit."""
    df: float
    """Degrees of freedom of the standard error; may be a fraction or infinite."""

    def interval(self, level: float) -> tuple[float, float]:
        """Return the two-sided confidence interval."""
        half = self.half(level)
        return self.center - half, self.center + half

    def half(self, level: float) -> float:
        """Return half the width of the two-sided interval."""
        return t_quantile(0.5 + level / 2, self.df) * self.se if self.se else 0.0

    def p_above(self, bound: float) -> float:
        """Return the one-sided p value of the truth lying above a bound; 0 or 1 without noise."""
        if not self.se:
            return 0.0 if self.center > bound else 1.0
        return t_above((self.center - bound) / self.se, self.df)

    def negated(self) -> Estimate:
        """Return the estimate with the other sign."""
        return Estimate(-self.center, self.se, self.df)


def mean(values: Sequence[float]) -> float:
    """Return the mean; of equal values exactly the value."""
    return values[0] if min(values) == max(values) else math.fsum(values) / len(values)


def deviation(values: Sequence[float]) -> float:
    """Return the standard deviation (n - 1); 0 where the values differ by rounding only.

    Raises:
        ValueError: fewer than two values.

    """
    if len(values) < 2:
        raise ValueError("a standard deviation needs two values")
    extent = max(values) - min(values)
    if extent <= _NOISE * max(abs(min(values)), abs(max(values))):
        return 0.0
    center = mean(values)
    parts = [(value - center) / extent for value in values]
    return extent * math.sqrt(math.fsum(part * part for part in parts) / (len(values) - 1))


def one_sample(values: Sequence[float]) -> Estimate:
    """Return the mean of n >= 2 values with its standard error."""
    n = len(values)
    return Estimate(mean(values), deviation(values) / math.sqrt(n), n - 1)


def paired(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """Return the mean of the differences, first less second, value by value."""
    differences = [a - b for a, b in zip(first, second, strict=True)]
    largest = max(abs(value) for value in (*first, *second))
    if max(differences) - min(differences) <= _NOISE * largest:
        return Estimate(mean(differences), 0.0, len(differences) - 1)
    return one_sample(differences)


def welch(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """Return the difference of two means, first less second, with Welch's standard error and degrees of freedom."""
    one, other = one_sample(first), one_sample(second)
    return Estimate(one.center - other.center, *combined(one.se, one.df, other.se, other.df))


def combined(se: float, df: float, other_se: float, other_df: float) -> tuple[float, float]:
    """Return the standard error of a sum or difference, and its degrees of freedom after Welch and Satterthwaite."""
    total = math.hypot(se, other_se)
    if not total:
        return 0.0, df + other_df
    share, other = (se / total) * (se / total), (other_se / total) * (other_se / total)
    spread = share * share / df + other * other / other_df
    return total, 1.0 / spread if spread else math.inf


def mean_interval(values: Sequence[float], level: float = 0.95) -> tuple[float, float]:
    """Return the t interval of the mean of n >= 2 values."""
    return one_sample(values).interval(level)


def prediction_interval(values: Sequence[float], level: float = 0.95) -> tuple[float, float]:
    """Return where one more value will lie: mean ± t s sqrt(1 + 1/n), of n >= 2 values.

    It answers "is this surprising?", never "is this close?": with three values it holds two of three values that are
    three standard deviations off.
    """
    n = len(values)
    half = t_quantile(0.5 + level / 2, n - 1) * deviation(values) * math.sqrt(1 + 1 / n)
    return mean(values) - half, mean(values) + half


def predicts(values: Sequence[float], candidate: float, level: float = 0.95) -> bool:
    """Return whether the prediction interval of n >= 2 values holds one more value."""
    low, high = prediction_interval(values, level)
    return bool(low <= candidate <= high)


def chance_above(first: Sequence[float], second: Sequence[float]) -> float:
    """Return how often a value of the first exceeds one of the second, ties counted half (Bouthillier et al. 2021)."""
    wins = sum((a > b) + 0.5 * (a == b) for a in first for b in second)
    return wins / (len(first) * len(second))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm's adjusted p values, in the order given."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = largest
    return tuple(adjusted)
