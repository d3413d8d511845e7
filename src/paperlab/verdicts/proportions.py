"""Shares of test items: their binomial noise and intervals."""

from __future__ import annotations

import math

from paperlab.verdicts.distributions import special
from paperlab.verdicts.units import whole


def clopper_pearson(successes: float, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Return Clopper and Pearson's two-sided interval of a proportion, as fractions of one.

    Raises:
        ValueError: not 0 <= successes <= trials, or no trials.

    """
    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"{successes} of {trials} is no proportion")
    tail = (1 - level) / 2
    low = float(special().betaincinv(successes, trials - successes + 1, tail)) if successes else 0.0
    high = float(special().betaincinv(successes + 1, trials - successes, 1 - tail)) if successes < trials else 1.0
    return low, high


def counts(values: tuple[float, ...], unit: str, items: int | None) -> tuple[int, ...] | None:
    """Return the successes that proportions of `items` test items stand for; None where they are none."""
    one = whole(unit)
    if one is None or not items or items < 1:
        return None
    found = [value / one * items for value in values]
    whole_numbers = all(abs(k - round(k)) <= 1e-6 * max(1.0, abs(k)) and -0.5 < k < items + 0.5 for k in found)
    return tuple(round(k) for k in found) if whole_numbers else None


def item_noise(value: float, unit: str, items: int | None) -> float:
    """Return sqrt(p (1 - p) / N) in the unit of `value`; 0 where it is no proportion or N is not known."""
    one = whole(unit)
    if one is None or not items or items < 1 or not 0 <= value <= one:
        return 0.0
    share = value / one
    return one * math.sqrt(share * (1 - share) / items)
