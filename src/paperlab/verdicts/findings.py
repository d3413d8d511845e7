"""What a rule hands back, and what a claim must say for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.errors import BadInput
from paperlab.types import Outcome

if TYPE_CHECKING:
    from typing import NoReturn

    from paperlab.types import Reported, TestedClaim


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict before claim, scope and samples are put to it."""

    outcome: Outcome
    reason: str
    rule: str
    n: int = 0
    measured: float | None = None
    interval: tuple[float, float] | None = None
    level: float | None = None
    more_seeds: int | None = None
    notes: tuple[str, ...] = ()

    def finite(self) -> bool:
        """Return whether every number in it is one."""
        numbers = (self.measured, *(self.interval or ()))
        return all(number is None or math.isfinite(number) for number in numbers)


def no_use(claim: TestedClaim, why: str) -> NoReturn:
    """Complain about a claim that its rule cannot use.

    Raises:
        BadInput: always.

    """
    place = f"line {claim.line}: " if claim.line else ""
    raise BadInput(f"{place}claim {claim.id!r} {why}")


def paper_of(claim: TestedClaim) -> Reported:
    """Return what the paper prints.

    Raises:
        BadInput: the claim has no `paper`.

    """
    return claim.paper or no_use(claim, f"is of the kind {claim.kind} and needs paper = {{value = ...}}")


def finite(claim: TestedClaim, what: str, value: float | None) -> float:
    """Return a number that a claim must have.

    Raises:
        BadInput: it is missing or not finite.

    """
    if value is None or not math.isfinite(value):
        no_use(claim, f"needs a number as {what}")
    return value


def margin_of(claim: TestedClaim, *, needed: bool) -> float:
    """Return the claim's margin, 0 where it may be left out.

    Raises:
        BadInput: it is missing, negative or not finite.

    """
    if claim.margin is None and not needed:
        return 0.0
    margin = finite(claim, "margin, fixed before the run", claim.margin)
    return margin if margin >= 0 else no_use(claim, "has a margin below 0")


OPEN = frozenset({Outcome.CANNOT_TELL, Outcome.COMPATIBLE})
"""Outcomes that more seeds might settle."""
