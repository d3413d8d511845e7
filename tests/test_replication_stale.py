"""Claims whose numbers moved when the paper got a new version."""

from __future__ import annotations

import pytest

from claim_cases import a_claim
from paperlab.replication.stale import stale_claims
from paperlab.types import ClaimKind, Evidence, Reported, TestedClaim

OLD, NEW = "ab" * 32, "cd" * 32


def claim_of(printed: str, row: str = "ResNet › 110", **evidence: str) -> TestedClaim:
    place = Evidence(**{"table": "6", "row": row, "column": "error (%)", "sha256": OLD, **evidence})
    return TestedClaim("T6-error", "Its error is 6.43", ClaimKind.VALUE, paper=Reported(printed), evidence=place)


def test_a_claim_read_in_the_pdf_at_hand_is_fresh() -> None:
    """Whatever the extractor finds there."""
    assert stale_claims([claim_of("6.43")], OLD, []) == []


def test_a_number_that_stands_unchanged_in_the_new_version_is_fresh() -> None:
    """Its table may have another number now."""
    assert stale_claims([claim_of("6.43")], NEW, [a_claim("6.43", "ResNet › 110", table="7")]) == []


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (
            a_claim("6.41", "ResNet › 110"),
            "Table 6, ResNet › 110, error (%): the version at hand prints 6.41, not 6.43",
        ),
        (a_claim("6.43", "DenseNet"), "Table 6 of the version at hand has no cell 'ResNet › 110', 'error (%)'"),
    ],
)
def test_a_number_that_changed_or_went_is_stale(now: object, why: str) -> None:
    """The reason names the place and both numbers."""
    (stale,) = stale_claims([claim_of("6.43")], NEW, [now])  # type: ignore[list-item]
    assert (stale.id, stale.why) == ("T6-error", why)


def test_a_claim_without_a_cell_is_named_when_its_pdf_is_another() -> None:
    """Only a person can look it up."""
    (stale,) = stale_claims([claim_of("6.43", table="")], NEW, [])
    assert "hold it against the new one" in stale.why


def test_a_claim_that_names_no_pdf_is_not_called_stale() -> None:
    """There is nothing to compare with."""
    assert stale_claims([claim_of("6.43", sha256="")], NEW, []) == []
