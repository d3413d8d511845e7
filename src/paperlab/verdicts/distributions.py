"""Distributions behind the verdicts: scipy.special's functions, which start ten times faster than scipy.stats."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from paperlab.errors import NotNow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FARTHEST = 35.0
"""Beyond it a noncentral t is certain to lie on its side of any bound used here, and scipy loses digits."""


def special() -> Any:
    """Return scipy.special.

    Raises:
        NotNow: scipy is not installed.

    """
    try:
        import scipy.special
    except ImportError as error:
        raise NotNow("verdicts need scipy: pip install 'paperlab-replicate[replicate]'") from error
    return scipy.special


@lru_cache(maxsize=8192)
def t_quantile(probability: float, df: float) -> float:
    """Return the quantile of Student's t; `df` may be a fraction or infinite."""
    return float(special().stdtrit(df, probability))


def t_above(value: float, df: float) -> float:
    """Return the probability that Student's t exceeds `value`."""
    return float(special().stdtr(df, -value))


def noncentral_below(
    value: NDArray[np.float64], df: NDArray[np.float64], shift: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the probability that a noncentral t lies below `value`, of arrays that broadcast."""
    import numpy as np

    return np.asarray(special().nctdtr(df, np.clip(shift, -_FARTHEST, _FARTHEST), value), dtype=np.float64)


@lru_cache(maxsize=256)
def normal_largest(n: int) -> float:
    """Return the expected largest of n draws from a standard normal; twice that is their expected range (d2)."""
    import numpy as np

    if n < 2:
        return 0.0
    grid = np.linspace(-9.0, 9.0, 3601)
    below = special().ndtr(grid)
    return float(np.trapezoid(1.0 - below**n - (1.0 - below) ** n, grid) / 2.0)
