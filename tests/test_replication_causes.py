"""The checklist of causes: each says what the record says, and never more."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from paperlab.replication.reports.causes import Cause, CauseStatus, causes, wants_causes
from paperlab.types import Check, ClaimKind, Outcome, Reported, Sample, Selection, Verdict
from told_replications import (
    REDUCED,
    agrees,
    comparison,
    differs,
    evidence,
    replication,
    run,
    trend,
    value_claim,
    verdict,
)

NAMES = [
    "split",
    "metric variant",
    "selection on the test set",
    "seeds",
    "preprocessing",
    "data",
    "noise of the test set",
    "training length",
    "convergence",
    "library versions",
    "other parts of the protocol",
    "version of the paper",
    "implementation and deviations",
]


def found(told: Verdict | None = None, *, stale: str = "", **how: Any) -> dict[str, Cause]:
    """Return the causes of a verdict by name; `how` changes the comparison."""
    told = told or differs()
    return {cause.name: cause for cause in causes(comparison(told, **how), told, stale=stale)}


def facts(paper: dict[str, Any], *ours: dict[str, Any]) -> dict[str, Any]:
    """Return a comparison's parts where the paper and the runs say these facts."""
    runs = tuple(run(seed=i, facts=said) for i, said in enumerate(ours))
    return {"replication": replication(protocols={"paper": paper}), "runs": runs}


@pytest.mark.parametrize("told", [differs(), trend(Outcome.NOT_OBSERVED, scope=REDUCED)])
def test_the_list_is_always_the_same(told: Verdict) -> None:
    """So that a cause nobody thought of shows as one nobody recorded anything about."""
    assert list(found(told)) == NAMES
    assert list(found(told, runs=(), replication=replication(protocols={}))) == NAMES
    assert all(cause.finding for cause in found(told, runs=()).values())


def test_causes_are_looked_for_only_where_something_differs() -> None:
    """An agreement needs none."""
    wanted = {o for o in Outcome if wants_causes(verdict(value_claim(), o))}

    assert wanted == {Outcome.DIFFERS, Outcome.NOT_OBSERVED}


FACTS = [
    ("split", "eval_split", "test", "validation"),
    ("metric variant", "metric_averaging", "macro", "micro"),
    ("selection on the test set", "checkpoint", "last", "best"),
    ("preprocessing", "data_augmentation", "flips", "none"),
    ("preprocessing", "image_size", 224, 32),
    ("data", "dataset", "WEAVE-10", "squares"),
    ("data", "train_examples", 60_000, 1_000),
    ("training length", "epochs", 100, 5),
    ("training length", "training_steps", 64_000, 800),
    ("other parts of the protocol", "weight_decay", 1e-4, 0),
]


@pytest.mark.parametrize(("cause", "name", "paper", "ours"), FACTS)
def test_a_fact_speaks_to_the_cause_it_belongs_to(cause: str, name: str, paper: Any, ours: Any) -> None:
    """Different: likely. The same: ruled out, as far as this goes. Missing at one side: nothing is known."""
    other = found(**facts({name: paper}, {name: ours}))[cause]
    assert other.status is CauseStatus.LIKELY
    assert f"the paper says {name} = " in other.finding

    same = found(value_differs(), **facts({name: paper}, {name: paper}))[cause]
    assert f"{name} = " in same.finding
    assert same.status is CauseStatus.RULED_OUT

    missing = found(value_differs(), **facts({name: paper}, {}))[cause]
    assert "the runs recorded nothing" in missing.finding
    assert missing.status is CauseStatus.UNKNOWN


def value_differs(**how: Any) -> Verdict:
    """Return a verdict that differs, of a claim whose paper says nothing on its runs."""
    printed = how.pop("paper", Reported("1.40"))
    told = differs(**how)
    return replace(told, claim=replace(told.claim, paper=printed))


def test_numbers_that_are_equal_are_the_same_fact() -> None:
    """However they are typed; words in any case."""
    cause = found(**facts({"epochs": 100}, {"epochs": 100.0}))["training length"]
    assert cause.status is CauseStatus.RULED_OUT
    assert found(**facts({"dataset": "Weave"}, {"dataset": "weave"}))["data"].status is CauseStatus.RULED_OUT


def test_only_the_runs_behind_the_claim_speak() -> None:
    """Another variant may have had another length."""
    runs = (run("join", facts={"epochs": 100}), run("plain", facts={"epochs": 5}))

    assert found(runs=runs)["training length"].finding == "epochs = 100, as in the paper"


@pytest.mark.parametrize(
    ("factor", "words"),
    [(100.0, "percent against fraction"), (2.0, "multiply-adds"), (math.log(2), "bits against nats")],
)
def test_a_round_factor_between_the_numbers_points_to_the_unit(factor: float, words: str) -> None:
    """Either way round."""
    for measured in (1.4 * factor, 1.4 / factor):
        cause = found(differs(measured=measured))["metric variant"]
        assert cause.status is CauseStatus.LIKELY
        assert words in cause.finding


def test_an_error_and_an_accuracy_add_up() -> None:
    """A frequent mix-up."""
    assert "an error against an accuracy?" in found(differs(measured=98.6))["metric variant"].finding
    assert found(differs(measured=3.1))["metric variant"].status is CauseStatus.UNKNOWN


def test_at_another_scale_the_numbers_are_not_held_against_each_other() -> None:
    """Neither by factor nor by standard deviations."""
    text = " ".join(cause.finding for cause in found(differs(measured=2.8, scope=REDUCED)).values())

    assert "times" not in text
    assert "standard deviations" not in text


def test_a_unit_that_is_not_the_claims_is_a_likely_cause() -> None:
    """The runs recorded nats, the claim is in per cent."""
    sample = Sample("join:test_error", (0, 1), (1.7, 1.8), "bits")
    cause = found(differs(samples=(sample,)))["metric variant"]

    assert cause.status is CauseStatus.LIKELY
    assert "the claim is in %, the runs measured bits" in cause.finding


def test_the_best_of_several_runs_is_a_possible_cause() -> None:
    """The paper's selection is told as it is recorded."""
    assert found()["selection on the test set"] == Cause(
        "selection on the test set",
        "the paper prints the best of its runs, which is better than a mean (n = 5)",
        CauseStatus.POSSIBLE,
    )
    unknown = found(value_differs())["selection on the test set"]
    assert (unknown.status, "does not say" in unknown.finding) == (CauseStatus.UNKNOWN, True)
    single = value_differs(paper=Reported("1.40", n=1, selection=Selection.SINGLE))
    assert found(single)["selection on the test set"].status is CauseStatus.UNKNOWN


def test_seeds_are_ruled_out_only_far_away() -> None:
    """Four of our standard deviations."""
    near = Sample("join:test_error", (0, 1, 2), (1.3, 1.7, 2.1), "%")

    assert found()["seeds"].status is CauseStatus.RULED_OUT
    assert found(differs(samples=(near,)))["seeds"].status is CauseStatus.POSSIBLE


def test_an_exact_number_has_no_causes_of_chance_or_training() -> None:
    """What remains is what was counted, and in which paper."""
    exact = verdict(replace(value_claim(), kind=ClaimKind.EXACT), Outcome.DIFFERS, n=1)

    assert list(found(exact)) == ["metric variant", "data", *NAMES[-3:]]


def test_the_noise_of_the_test_set_is_computed() -> None:
    """sqrt(p(1-p)/n) at 1.7 % of 10,000; nothing for a loss."""
    noise = found()["noise of the test set"]
    assert "10000 test items alone leave a standard error of 0.13" in noise.finding
    assert noise.status is CauseStatus.POSSIBLE
    loss = replace(agrees(), outcome=Outcome.DIFFERS)
    assert found(loss)["noise of the test set"].finding == "10000 test items; not a share of them"


def test_a_check_on_convergence_speaks() -> None:
    """Passed, failed, or not there."""
    assert found()["convergence"].status is CauseStatus.RULED_OUT
    failed = (run(checks=(Check("converged", passed=False),)),)
    assert found(runs=failed)["convergence"].status is CauseStatus.LIKELY
    assert found(runs=(run(checks=()),))["convergence"].status is CauseStatus.UNKNOWN


def test_a_stale_claim_is_a_likely_cause() -> None:
    """Else the version it was read in is told, as far as it is known."""
    assert found(stale="the version at hand prints 1.70")["version of the paper"] == Cause(
        "version of the paper", "the version at hand prints 1.70", CauseStatus.LIKELY
    )
    unread = differs()
    unread = replace(unread, claim=replace(unread.claim, evidence=evidence(sha256="")))
    assert found(unread)["version of the paper"].status is CauseStatus.UNKNOWN


def test_declared_deviations_and_own_code_are_possible_causes() -> None:
    """The authors' own code without deviations leaves nothing to suspect here."""
    assert "twelve restarts of the matching" in found()["implementation and deviations"].finding
    theirs = replication(basis="author-code", deviations=())
    assert found(replication=theirs)["implementation and deviations"].status is CauseStatus.UNKNOWN


def test_library_versions_are_told() -> None:
    """As the runs recorded them."""
    assert found()["library versions"].finding.startswith("recorded: python 3.11.9, torch 2.13.0, numpy 2.4")
