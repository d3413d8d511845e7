"""Claims whose numbers moved when the paper got a new version. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.claims.changes import place_of, same_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.types import Claim, TestedClaim


@dataclass(frozen=True, slots=True)
class Stale:
    """A tested claim that the paper's PDF at hand does not bear out any more."""

    id: str
    why: str


def stale_claims(tested: Iterable[TestedClaim], sha256: str, claims: Sequence[Claim]) -> list[Stale]:
    """Return the tested claims that were read in another PDF than the one at hand and cannot be found in it unchanged.

    `sha256` and `claims` are of the PDF at hand. Claims without a table cell as evidence cannot be looked up; they
    are named when their PDF is another one.
    """
    return [
        Stale(one.id, why)
        for one in tested
        if one.evidence.sha256 and one.evidence.sha256 != sha256 and (why := _why(one, claims))
    ]


def _why(one: TestedClaim, claims: Sequence[Claim]) -> str:
    place = one.evidence
    if not place.table or one.paper is None:
        return "it was read in another version of the paper: hold it against the new one"
    now = same_place(claims, place.table, place.row, place.column)
    if not now:
        return f"Table {place.table} of the version at hand has no cell {place.row!r}, {place.column!r}"
    if any(claim.printed == one.paper.printed for claim in now):
        return ""
    printed = " / ".join(claim.printed for claim in now)
    return f"{place_of(now[0])}: the version at hand prints {printed}, not {one.paper.printed}"
