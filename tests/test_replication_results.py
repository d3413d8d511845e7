"""The document that compare prints."""

from __future__ import annotations

import json
from pathlib import Path

from paperlab.replication.compare import headline, measures, shown_outcome
from paperlab.replication.results import comparison_document
from paperlab.types import (
    ClaimKind,
    Comparison,
    Outcome,
    Replication,
    Reported,
    Sample,
    Scope,
    TestedClaim,
    Tier,
    Uncounted,
    Verdict,
)


def a_verdict(outcome: Outcome, *, differences: tuple[str, ...] = (), tested: bool = True) -> Verdict:
    claim = TestedClaim("T1", "Loss is 0.5", ClaimKind.VALUE, measure="main:loss", paper=Reported("0.50"))
    samples = (Sample("main:loss", (0, 1), (0.4, 0.6), "nats", 100),) if tested else ()
    scope = Scope("paper", differences)
    return Verdict(claim, outcome, "Because.", "value", 1, 2, 0.5, (0.3, 0.7), 0.9, 3, scope, ("note",), samples)


def a_comparison(*verdicts: Verdict) -> Comparison:
    replication = Replication("otters", Path("otters"), "2101.00001", "Otters", "blank", 2)
    uncounted = (Uncounted("main", 2, "it failed"),)
    return Comparison(replication, Tier("smoke", "", (0, 1), {"main": {}}), verdicts, (), uncounted, headline(verdicts))


def test_the_document_has_what_scripts_rely_on() -> None:
    """Each claim with reported, measured, n, interval, rule, verdict and reason; each measure once, by seed."""
    document = json.loads(json.dumps(comparison_document(a_comparison(a_verdict(Outcome.AGREES)))))
    (claim,) = document["claims"]
    found = {name: claim[name] for name in ("id", "reported", "measured", "n", "interval", "rule", "verdict", "reason")}
    assert found == {
        "id": "T1",
        "reported": "0.50",
        "measured": 0.5,
        "n": 2,
        "interval": [0.3, 0.7],
        "rule": "value",
        "verdict": "agrees",
        "reason": "Because.",
    }
    assert document["measures"]["main:loss"]["values_by_seed"] == {"0": 0.4, "1": 0.6}
    assert document["uncounted"] == [{"variant": "main", "seed": 2, "reason": "it failed", "blocks": True}]


def test_a_measure_of_one_seed_has_no_spread() -> None:
    """What was not measured is null, not zero."""
    verdict = a_verdict(Outcome.CANNOT_TELL)
    one = Verdict(verdict.claim, verdict.outcome, "", "value", 1, samples=(Sample("main:loss", (0,), (0.4,)),))
    assert comparison_document(a_comparison(one))["measures"]["main:loss"]["sd"] is None


def test_a_reduced_scale_is_said_beside_the_outcome() -> None:
    """Also where it cannot tell; a claim at full scale, and one that was not run, have nothing beside it."""
    reduced = ("data: half",)
    assert shown_outcome(a_verdict(Outcome.OBSERVED, differences=reduced)) == "pattern observed (reduced)"
    assert shown_outcome(a_verdict(Outcome.CANNOT_TELL, differences=reduced)) == "cannot tell (reduced)"
    assert shown_outcome(a_verdict(Outcome.NOT_RUN, differences=reduced, tested=False)) == "not run"
    assert shown_outcome(a_verdict(Outcome.AGREES)) == "agrees"


def test_the_headline_counts_and_gives_no_score() -> None:
    """How many claims were tested, of how many, and each outcome's count."""
    listed = [a_verdict(Outcome.AGREES), a_verdict(Outcome.AGREES), a_verdict(Outcome.NOT_RUN, tested=False)]
    assert headline(listed) == "2 of 3 claims tested: agrees 2, not run 1"
    assert headline([]) == "no claims"


def test_a_trend_names_no_single_measure() -> None:
    """Its measure is one of each variant that has the x."""
    trend = TestedClaim("F4", "falls", ClaimKind.TREND, measure="barrier", x="width", window=(1, 2))
    ordering = TestedClaim("O", "below", ClaimKind.ORDERING, order=("a:x", "b:x"))
    assert (measures(trend), measures(ordering)) == ((), ("a:x", "b:x"))
