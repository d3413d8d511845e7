"""What a printed number says: how far it was rounded, how it spreads, and how near is near enough."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from paperlab.types import ClaimKind, Selection, SpreadMeaning
from paperlab.verdicts.distributions import normal_largest, t_quantile
from paperlab.verdicts.findings import no_use, paper_of
from paperlab.verdicts.units import whole

if TYPE_CHECKING:
    from paperlab.types import Reported, TestedClaim

_DEFAULT_POINTS = 0.005
"""Of one: half a percentage point."""
_DEFAULT_SHARE = 0.05
_DIFFERENCE_SHARE = 0.2
_MINUS = str.maketrans({"−": "-", "–": "-", ",": "", "\u2009": "", "\u202f": "", "\u00a0": "", " ": "", "_": ""})


@dataclass(frozen=True, slots=True)
class Target:
    """A printed number, and how far from it still agrees."""

    value: float
    margin: float
    rounding: float
    """Half a unit of the last printed place."""
    notes: tuple[str, ...] = ()

    @property
    def reach(self) -> float:
        """Margin and rounding together."""
        return self.margin + self.rounding

    @property
    def low(self) -> float:
        """The least that agrees, with a hair for binary fractions."""
        return self.value - self.reach - self._hair

    @property
    def high(self) -> float:
        """The most that agrees."""
        return self.value + self.reach + self._hair

    @property
    def _hair(self) -> float:
        return 1e-9 * self.reach + 1e-13 * abs(self.value)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a paper's number varies, as its spread can be read."""

    as_spread: str = ""
    """`sd` or `se` where the paper does not say which."""
    sd: float | None = None
    """Of single runs."""
    se: float = 0.0
    """Of the printed number; 0 where it is the target as printed."""
    df: float | None = None
    """Of `se`; None where it rests on our own runs or on nothing known."""
    borrowed: int | None = None
    """Runs of the paper, where our own spread stands in for theirs."""


def printed(claim: TestedClaim) -> tuple[float, float]:
    """Return the printed value and half a unit of its last place.

    Raises:
        BadInput: what is printed is no number.

    """
    text = paper_of(claim).printed
    try:
        number = Decimal(text.strip().translate(_MINUS))
    except InvalidOperation:
        no_use(claim, f"has {text!r} as the paper's value, which is no number")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or not math.isfinite(float(number)):
        no_use(claim, f"has {text!r} as the paper's value, which is not finite")
    return float(number), 0.5 * 10.0**exponent


def tolerance_of(claim: TestedClaim, value: float) -> float | None:
    """Return the tolerance fixed beforehand, the wider where two are; None where there is none.

    Raises:
        BadInput: a tolerance is negative or not finite.

    """
    if claim.tolerance is None:
        return None
    absolute, relative = claim.tolerance.absolute, claim.tolerance.relative
    given = [share for share in (absolute, None if relative is None else relative * abs(value)) if share is not None]
    if any(not math.isfinite(share) or share < 0 for share in given):
        no_use(claim, "has a tolerance that is negative or not finite")
    return max(given, default=None)


def target(claim: TestedClaim, sd: float | None) -> Target:
    """Return what is aimed at; `sd` is the paper's, where it is known.

    Without a tolerance of the claim's own the margin of a value is twice that spread, half a percentage point of a
    proportion, or 5 % of the value, whichever is most; of a proportion 5 % of what is nearer, nothing or the whole, so
    that accuracy and error are held to the same. A difference gets 20 % of itself, and never more: a wider margin
    would call no difference the same as the one claimed.
    """
    value, rounding = printed(claim)
    own = tolerance_of(claim, value)
    if own is not None:
        return Target(value, own, rounding, _too_wide(claim, value, own))
    if claim.kind is ClaimKind.DIFFERENCE:
        return Target(value, _DIFFERENCE_SHARE * abs(value), rounding, ("default margin: 20 % of the difference",))
    one = whole(claim.unit)
    points = _DEFAULT_POINTS * one if one else 0.0
    size = min(abs(value), one - value) if one and 0 <= value <= one else abs(value)
    margin = max(2 * (sd or 0.0), points, _DEFAULT_SHARE * size)
    return Target(value, margin, rounding, (f"default margin: {margin:.3g}; none was fixed beforehand",))


def _too_wide(claim: TestedClaim, value: float, margin: float) -> tuple[str, ...]:
    if claim.kind is ClaimKind.DIFFERENCE and claim.form != "ratio" and margin >= abs(value) > 0:
        return ("the tolerance is as wide as the difference: no difference at all would agree",)
    return ()


def readings(paper: Reported) -> tuple[Reading, ...]:
    """Return how the paper's spread can be read: once, or as sd and as se where it does not say which.

    A number of one run, or of a number of runs that is not known, is the target as printed: a single draw taken as
    noisy could hardly ever agree. So are the best and the median of several.
    """
    if paper.spread is None or not math.isfinite(paper.spread) or paper.spread < 0:
        return (_bare(paper),)
    if paper.spread_meaning is SpreadMeaning.UNKNOWN:
        return tuple(
            replace(_read(paper, paper.spread, meaning), as_spread=meaning.value)
            for meaning in (SpreadMeaning.SD, SpreadMeaning.SE)
        )
    return (_read(paper, paper.spread, paper.spread_meaning),)


def _bare(paper: Reported) -> Reading:
    """Return the reading of a mean of n runs without a spread: ours is the best guess at theirs."""
    return Reading(borrowed=paper.n) if _is_mean(paper) else Reading()


def _is_mean(paper: Reported) -> bool:
    return (paper.n or 0) >= 2 and paper.selection in {Selection.MEAN, Selection.UNKNOWN}


def _read(paper: Reported, spread: float, meaning: SpreadMeaning) -> Reading:
    sd = _sd(paper.n, spread, meaning)
    if _is_mean(paper) and paper.n and sd is not None:
        return Reading(sd=sd, se=sd / math.sqrt(paper.n), df=paper.n - 1)
    known_se = {SpreadMeaning.SE: spread, SpreadMeaning.CI95: spread / t_quantile(0.975, math.inf)}
    if paper.n is None and paper.selection in {Selection.MEAN, Selection.UNKNOWN}:
        return Reading(sd=sd, se=known_se.get(meaning, 0.0))
    return Reading(sd=sd)


def _sd(n: int | None, spread: float, meaning: SpreadMeaning) -> float | None:
    """Return the spread of single runs; None where it cannot be told without their number."""
    if meaning is SpreadMeaning.SD:
        return spread
    if n is None or n < 2:
        return None
    if meaning is SpreadMeaning.SE:
        return spread * math.sqrt(n)
    if meaning is SpreadMeaning.CI95:
        return spread * math.sqrt(n) / t_quantile(0.975, n - 1)
    return spread / normal_largest(n)


def selection_notes(paper: Reported) -> tuple[str, ...]:
    """Return what stands between the paper's choice of runs and a mean over all of ours."""
    if paper.selection is Selection.SINGLE and (paper.n or 1) > 1:
        return (f"selection mismatch: the paper shows one of {paper.n} runs, ours is the mean of all",)
    if paper.selection is Selection.UNKNOWN and paper.n is None:
        return ("the paper does not say which of how many runs its number is: it is taken as the target as printed",)
    if paper.selection is Selection.MEAN and paper.n is None:
        return ("the paper does not say over how many runs its mean is",)
    return ()
