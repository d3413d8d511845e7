"""Numbers without chance: counts, counterexamples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from paperlab.types import Outcome
from paperlab.verdicts.findings import Finding
from paperlab.verdicts.reported import printed, tolerance_of
from paperlab.verdicts.wording import number, some, with_unit

if TYPE_CHECKING:
    from paperlab.types import Sample, TestedClaim


def exact(claim: TestedClaim, sample: Sample) -> Finding:
    """Hold a number without chance against the printed one: |x - v| <= half a unit of its last place, else tolerance.

    Seeds that give different numbers (beyond 1e-9 of them) leave it open: chance has no place in an exact claim.
    """
    first = sample.values[0]
    n = len(sample.values)
    if not all(math.isclose(value, first, rel_tol=1e-9) for value in sample.values):
        shown = some([number(value) for value in dict.fromkeys(sample.values)])
        note = "an exact claim needs one number: a claim of the kind value, threshold or ordering can rest on chance"
        return Finding(Outcome.CANNOT_TELL, f"the seeds give different numbers: {shown}.", "exact", n, notes=(note,))
    value, rounding = printed(claim)
    return _held(claim, (first, value, rounding), n)


def _held(claim: TestedClaim, numbers: tuple[float, float, float], n: int) -> Finding:
    measured, value, rounding = numbers
    tolerance = tolerance_of(claim, value)
    off = abs(measured - value)
    shown, paper = with_unit(number(measured), claim.unit), claim.paper.printed if claim.paper else ""
    if off <= rounding * (1 + 1e-9):
        return Finding(Outcome.AGREES, f"{shown} rounds to the paper's {paper}.", "exact", n, measured)
    by = f"{_off(measured, value)} the paper's {paper}"
    if tolerance is not None and off <= (tolerance + rounding) * (1 + 1e-9):
        reason = f"{shown} is {by}, within the tolerance of {number(tolerance)}."
        notes = ("within the tolerance fixed beforehand",)
        return Finding(Outcome.AGREES, reason, "exact", n, measured, notes=notes)
    return Finding(Outcome.DIFFERS, f"{shown} is {by}, and does not round to it.", "exact", n, measured)


def _off(measured: float, value: float) -> str:
    """Return `3.1 % above`, or the distance from a printed zero."""
    if not value:
        return f"{number(measured - value)} off"
    share = 100 * (measured - value) / abs(value)
    return f"{number(abs(share), abs(share))} % {'above' if share > 0 else 'below'}"
