"""Numbers in a verdict's sentence: rounded to what their uncertainty lets them say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_PLACES = 9


def number(value: float, scale: float = 0.0) -> str:
    """Return a number with the decimals at which `scale`, its uncertainty, has two digits; six digits without one."""
    value += 0.0  # no minus zero
    if not math.isfinite(value):
        return str(value)
    if not scale > 0 or not math.isfinite(scale):
        return _plain(value)
    places = 1 - math.floor(math.log10(scale))
    if places > _MOST_PLACES or abs(value) >= 1e15:
        return f"{value:.4g}"
    text = f"{value:,.{max(places, 0)}f}"
    return text.removeprefix("-") if not float(text.replace(",", "")) else text


def _plain(value: float) -> str:
    if value == round(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:.6g}"


def span(interval: tuple[float, float], scale: float = 0.0) -> str:
    """Return `-0.16 to 0.10`."""
    scale = scale or (interval[1] - interval[0]) / 2
    return f"{number(interval[0], scale)} to {number(interval[1], scale)}"


def with_unit(text: str, unit: str) -> str:
    """Return `6.58 %`."""
    return f"{text} {unit}" if unit else text


def seeds(n: int) -> str:
    """Return `1 seed`, `5 seeds`."""
    return f"{n:,} seed" if n == 1 else f"{n:,} seeds"


def spread(mean: float, sd: float | None, unit: str, n: int) -> str:
    """Return `6.58 ± 0.12 % over 5 seeds`."""
    scale = sd or 0.0
    text = number(mean, scale) + (f" ± {number(scale, scale)}" if sd is not None else "")
    return f"{with_unit(text, unit)} over {seeds(n)}"


def some(clauses: Sequence[str], most: int = 3) -> str:
    """Return the first clauses, and how many more there are."""
    left = len(clauses) - most
    return "; ".join(clauses[:most]) + (f"; and {left} more" if left > 0 else "")


def p_value(p: float) -> str:
    """Return `p = 0.013`, or `p < 0.001`."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"
