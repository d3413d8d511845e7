"""How many more seeds would probably settle a claim: the least n at which a rule decides with power .8.

The present mean and spread are taken for the truth. Powers are those of the noncentral t distribution; that of two
one-sided tests is their usual lower bound, both passing less one (Phillips 1990).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from paperlab.verdicts.distributions import noncentral_below, special

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

POWER = 0.8
MOST = 1000
_LEAST = 1e-300
"""Variance that stands for none."""
_ENDLESS = 1e7
"""Seeds; what is open there stays open."""


@dataclass(frozen=True, slots=True)
class Noise:
    """The standard error that n seeds would have: sqrt(ours / n + fixed), and its degrees of freedom."""

    ours: float
    """Variance of one seed's contribution: s^2 of a mean, the sum of both of a difference."""
    df_per_seed: float = 1.0
    """1 for a mean; more where two samples are pooled."""
    fixed: float = 0.0
    """Variance that no seed of ours lowers: the paper's, the test set's."""
    fixed_df: float = math.inf

    def at(self, n: Numbers) -> tuple[Numbers, Numbers]:
        """Return standard errors and degrees of freedom for numbers of seeds, of the same shape."""
        import numpy as np

        part, own = self.ours / n, (n - 1) * self.df_per_seed
        total = part + self.fixed
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = (part / total) ** 2 / own + (self.fixed / total) ** 2 / self.fixed_df
            df = np.where(spread > 0, 1.0 / spread, own)
        return np.sqrt(np.maximum(total, _LEAST)), np.maximum(df, 1e-3)


def above(effect: float, noise: Noise, tail: float = 0.05) -> Callable[[Numbers], Numbers]:
    """Return the power, by n, of a one-sided t test to show an effect above 0."""

    def power(n: Numbers) -> Numbers:
        se, df = noise.at(n)
        return 1.0 - noncentral_below(special().stdtrit(df, 1 - tail), df, effect / se)

    return power


def inside(effect: float, reach: float, noise: Noise, tail: float = 0.05) -> Callable[[Numbers], Numbers]:
    """Return the power, by n, of two one-sided t tests to show that an effect lies within ±reach."""

    def power(n: Numbers) -> Numbers:
        import numpy as np

        se, df = noise.at(n)
        bound = special().stdtrit(df, 1 - tail)
        upper = noncentral_below(-bound, df, (effect - reach) / se)
        lower = noncentral_below(bound, df, (effect + reach) / se)
        return np.maximum(upper - lower, 0.0)

    return power


def share_above(share: float, bound: float, items: int) -> Callable[[Numbers], Numbers]:
    """Return the power, by n, to show a share of n * items above a bound with Clopper and Pearson's 95 % limit."""

    def power(n: Numbers) -> Numbers:
        import numpy as np

        trials = n * items
        least = np.ceil(special().bdtrik(0.95, trials, bound) - 1e-9) + 1
        reached = special().betainc(np.minimum(least, trials), np.maximum(trials - least, 0) + 1, share)
        return np.where(least <= trials, reached, 0.0)

    return power


def both(first: Callable[[Numbers], Numbers], second: Callable[[Numbers], Numbers]) -> Callable[[Numbers], Numbers]:
    """Return the lesser of two powers, by n."""

    def power(n: Numbers) -> Numbers:
        import numpy as np

        return np.minimum(first(n), second(n))

    return power


def more_seeds(power: Callable[[Numbers], Numbers], present: int) -> tuple[int | None, tuple[str, ...]]:
    """Return how many more seeds reach the power, or None with a note that says why there is no such number."""
    import numpy as np

    with np.errstate(all="ignore"):
        for first, last in pairwise((0, 16, 100, MOST)):
            numbers = np.arange(first + 1, last + 1)
            reached = np.flatnonzero(power(np.maximum(present + numbers, 2.0)) >= POWER)
            if reached.size:
                return int(numbers[reached[0]]), ()
        endless = power(np.array([_ENDLESS]))[0] >= POWER
    if endless:
        return None, (f"more than {MOST} more seeds would be needed to decide it",)
    return None, ("no number of seeds would decide it as things stand",)


def to_settle(
    effect: float, reach: float, noise: Noise, harder: Noise, present: int
) -> tuple[int | None, tuple[str, ...]]:
    """Return the seeds that would show an effect within ±reach, or, where it lies outside, that it does.

    `harder` is the noise that a difference is held against.
    """
    if abs(effect) < reach:
        return more_seeds(inside(effect, reach, noise), present)
    return more_seeds(above(abs(effect) - reach, harder, tail=0.025), present)
