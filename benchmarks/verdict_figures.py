"""Tables of rates, and what theory says of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import integrate, special, stats

SIZES = (3, 5, 10)
"""Numbers of seeds."""


@dataclass(frozen=True)
class Rate:
    """A share of draws, and what is known of it."""

    measured: float
    theory: float | None = None
    study: float | None = None
    most: float | None = None
    sure: str = ""


@dataclass
class Table:
    """Rates by rule, question and number of seeds, and how many promises were broken."""

    draws: int
    missed: int = 0
    rates: dict[str, dict[int, Rate]] = field(default_factory=dict)

    def heading(self, text: str) -> None:
        """Begin a rule; the one before is printed."""
        self.finish()
        sizes = "".join(f"{n:>7}" for n in SIZES)
        names = "".join(f"{name:<23} |" for name in ("  measured, %", "  theory", "  study"))
        print(f"\n{text}\n  {'':36}{names} at most\n  {'n =':36}{'  |'.join([sizes] * 3)}  |")

    def row(self, what: str, n: int, hits: Any, theory: float | None = None, study: float | None = None,
            most: float | None = None, sure: str = "") -> None:  # fmt: skip
        """Keep a rate; it is printed with those of the other numbers of seeds."""
        self.rates.setdefault(what, {})[n] = Rate(float(np.mean(hits)), theory, study, most, sure)

    def finish(self) -> None:
        """Print what was kept, and whether it keeps what is promised."""
        for what, rates in self.rates.items():
            ordered = [rates[n] for n in SIZES]
            broken = sum(self._broken(rate) for rate in ordered)
            self.missed += broken
            columns = [[_shown(rate.measured) for rate in ordered]]
            columns += [[_shown(rate.theory, rate.sure) for rate in ordered], [_shown(rate.study) for rate in ordered]]
            most = next((rate.most for rate in ordered if rate.most is not None), None)
            print(
                f"  {what:36}{'  |'.join(''.join(one) for one in columns)}  |{_shown(most)}{'  MISSED' * (broken > 0)}"
            )
        self.rates = {}

    def _broken(self, rate: Rate) -> bool:
        """Return whether a rate exceeds its promise by more than three standard errors of the simulation."""
        error = math.sqrt(max(rate.measured * (1 - rate.measured), 1e-4) / self.draws)
        return rate.most is not None and rate.measured > rate.most + 3 * error


def _shown(rate: float | None, sure: str = "") -> str:
    return f"{sure + format(100 * rate, '.1f'):>7}" if rate is not None else " " * 7


def one_sided(effect: float, se: float, df: float, tail: float) -> float:
    """Return the power of a one-sided t test."""
    return float(1 - stats.nct.cdf(stats.t.ppf(1 - tail, df), df, effect / se))


def equivalent(effect: float, reach: float, se: float, df: float) -> float:
    """Return the power of two one-sided 5 % tests: the integral over the spread that is estimated."""
    bound = stats.t.ppf(0.95, df)

    def at(ratio: float) -> float:
        room = reach - bound * se * ratio
        inside = special.ndtr((room - effect) / se) - special.ndtr((-room - effect) / se)
        return float(max(inside, 0.0) * stats.chi.pdf(ratio * math.sqrt(df), df) * math.sqrt(df))

    end = reach / (bound * se)
    return float(integrate.quad(at, 0, min(end, 20.0), limit=200)[0]) if end > 0 else 0.0


def drawn(effect: float, reach: float, n: int) -> float:
    """Return the power of equivalence where the printed number is itself a draw of sd 1."""
    se = 1 / math.sqrt(n)
    return float(
        integrate.quad(lambda v: stats.norm.pdf(v) * equivalent(effect + v, reach, se, n - 1), -6, 6, limit=60)[0]
    )
