"""Verdicts: each rule says what its statistics allow, with numbers that textbooks and the papers themselves give."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import pytest

from paperlab.errors import BadInput, NotNow
from paperlab.types import (
    ClaimKind,
    Direction,
    Outcome,
    Reported,
    Sample,
    Scope,
    Selection,
    SpreadMeaning,
    TestedClaim,
    Tolerance,
    Verdict,
)
from paperlab.verdicts import (
    clopper_pearson,
    expected_best,
    holm,
    judge,
    mean_interval,
    median_interval,
    one_sample,
    paired,
    prediction_interval,
    predicts,
    rules,
    welch,
)
from paperlab.verdicts.distributions import normal_largest
from paperlab.verdicts.order_statistics import best_error
from paperlab.verdicts.power import Noise, above, inside, more_seeds
from paperlab.verdicts.units import factor

FULL = Scope("paper")
REDUCED = Scope("paper", ("dataset: Fashion-MNIST instead of MNIST",))

DRUG = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
OTHER_DRUG = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
"""Student (1908), hours of sleep gained by ten patients under two drugs."""


def sample(name: str, *values: float, unit: str = "", items: int | None = None) -> Sample:
    """Return a sample with seeds 0, 1, ..."""
    return Sample(name, tuple(range(len(values))), tuple(map(float, values)), unit, items)


def claim(kind: ClaimKind, **more: Any) -> TestedClaim:
    """Return a confirmed claim."""
    return TestedClaim("c", "a claim", kind, **{"status": "confirmed", **more})


def value(printed: str = "6.61", **more: Any) -> TestedClaim:
    """Return a claim of an error in per cent, which an absolute tolerance of .35 is fixed for."""
    paper = more.pop("paper", Reported(printed, 5, 0.16, SpreadMeaning.SD, Selection.MEAN))
    fields = {"measure": "error", "unit": "%", "direction": Direction.LOWER, "tolerance": Tolerance(absolute=0.35)}
    return claim(ClaimKind.VALUE, paper=paper, **{**fields, **more})


def said(claim: TestedClaim, *samples: Sample, scope: Scope = FULL, **more: Any) -> Verdict:
    """Return the verdict on samples named by their measure."""
    return judge(claim, {one.measure: one for one in samples}, scope=scope, **more)


def ordering(*names: str, **more: Any) -> TestedClaim:
    """Return an ordering, best first, higher is better."""
    return claim(ClaimKind.ORDERING, **{"order": names, "direction": Direction.HIGHER, **more})


def trend(expect: str, **more: Any) -> TestedClaim:
    """Return a trend of a measure with width."""
    return claim(ClaimKind.TREND, measure="loss", x="width", expect=expect, **more)


def along(*points: tuple[float, ...]) -> list[tuple[float, Sample]]:
    """Return a series at width 1, 2, 3, ..."""
    return [(float(x), sample("loss", *values)) for x, values in enumerate(points, 1)]


class TestGates:
    def test_a_judgement_is_left_to_a_person_whatever_else_holds(self) -> None:
        verdict = said(claim(ClaimKind.JUDGEMENT, status="proposed"), blocked=["seed 0 failed"])
        assert verdict.outcome is Outcome.JUDGEMENT

    def test_a_claim_that_nobody_confirmed_is_never_judged(self) -> None:
        verdict = said(value(status="proposed"), sample("error", 6.6, 6.6, 6.6))
        assert (verdict.outcome, verdict.rule) == (Outcome.UNCONFIRMED, "gate")

    def test_no_runs_is_said_before_anything_about_them(self) -> None:
        assert said(value()).outcome is Outcome.NOT_RUN
        assert "seed 1 failed" in said(value(), blocked=["seed 1 failed"]).reason

    def test_a_failed_run_keeps_a_claim_from_agreeing_and_is_named(self) -> None:
        verdict = said(value(), sample("error", 6.6, 6.6, 6.7), blocked=["seed 3 failed: not finite"])
        assert verdict.outcome is Outcome.INVALID
        assert "seed 3 failed: not finite" in verdict.reason

    def test_a_measure_that_is_missing_is_named(self) -> None:
        verdict = said(ordering("a", "b"), sample("a", 1, 2, 3))
        assert verdict.outcome is Outcome.NOT_RUN
        assert "b" in verdict.reason

    @pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
    def test_a_value_that_is_not_finite_makes_the_runs_invalid(self, bad: float) -> None:
        assert said(value(), sample("error", 6.6, bad, 6.6)).outcome is Outcome.INVALID

    def test_a_seed_that_counts_twice_makes_the_runs_invalid(self) -> None:
        twice = Sample("error", (0, 0, 1), (6.6, 6.6, 6.7))
        assert said(value(), twice).outcome is Outcome.INVALID

    def test_too_few_seeds_cannot_tell_and_say_how_many_are_missing(self) -> None:
        verdict = said(value(), sample("error", 6.6))
        assert (verdict.outcome, verdict.more_seeds, verdict.n) == (Outcome.CANNOT_TELL, 2, 1)
        assert said(value(min_seeds=5), sample("error", 6.6, 6.5, 6.7)).more_seeds == 2

    def test_one_seed_gives_the_direction_of_an_order_and_no_verdict(self) -> None:
        for fewest in (None, 1):
            verdict = said(ordering("a", "b", min_seeds=fewest), sample("a", 2), sample("b", 1))
            assert verdict.outcome is Outcome.CANNOT_TELL
            assert "direction only: a 2, b 1" in verdict.reason

    @pytest.mark.parametrize("seeds", [1, 3])
    def test_a_value_at_a_reduced_scale_is_not_compared_and_not_asked_for_more_seeds(self, seeds: int) -> None:
        verdict = said(value(), sample("error", *[6.61] * seeds), scope=REDUCED)
        assert (verdict.outcome, verdict.more_seeds) == (Outcome.NOT_COMPARABLE, None)
        assert "Fashion-MNIST" in verdict.reason
        assert "6.61" not in verdict.reason

    def test_an_order_at_a_reduced_scale_is_a_pattern(self) -> None:
        samples = sample("a", 5, 6, 5.5), sample("b", 1, 2, 1.5)
        assert said(ordering("a", "b"), *samples, scope=REDUCED).outcome is Outcome.OBSERVED
        assert said(ordering("b", "a"), *samples, scope=REDUCED).outcome is Outcome.NOT_OBSERVED

    @pytest.mark.parametrize(
        ("bad", "words"),
        [
            (value("n/a"), "no number"),
            (value(tolerance=Tolerance(absolute=-1)), "tolerance"),
            (value(tolerance=Tolerance(relative=math.nan)), "tolerance"),
            (claim(ClaimKind.VALUE, measure="error"), "paper"),
            (claim(ClaimKind.THRESHOLD, measure="error", op="=", bound=1.0), "op"),
            (claim(ClaimKind.THRESHOLD, measure="error", op="<="), "bound"),
            (claim(ClaimKind.PARITY, pair=("error", "b")), "margin"),
            (claim(ClaimKind.PARITY, pair=("error", "b"), margin=1.0, form="noninferiority"), "direction"),
            (claim(ClaimKind.ORDERING, order=("error", "b")), "direction"),
            (claim(ClaimKind.ORDERING, order=("error",)), "order"),
            (claim(ClaimKind.DIFFERENCE, pair=("error", "b"), form="log", paper=Reported("1")), "form"),
            (value(paper=Reported("6.4", 3, selection=Selection.BEST), direction=Direction.UNKNOWN), "direction"),
        ],
    )
    def test_a_claim_that_lacks_what_its_kind_needs_is_complained_about(self, bad: TestedClaim, words: str) -> None:
        with pytest.raises(BadInput, match=words):
            said(bad, sample("error", 1, 2, 3), sample("b", 1, 2, 3))

    def test_units_that_cannot_be_compared_make_the_runs_invalid(self) -> None:
        verdict = said(value(), sample("error", 6.6, 6.5, 6.7, unit="nats"))
        assert verdict.outcome is Outcome.INVALID
        assert "nats" in verdict.reason

    def test_a_fraction_is_compared_with_per_cent(self) -> None:
        verdict = said(value(), sample("error", 0.066, 0.065, 0.067, unit="fraction"))
        assert verdict.outcome is Outcome.AGREES
        assert verdict.measured == pytest.approx(6.6)

    def test_every_rule_has_a_version_and_one_sentence(self) -> None:
        assert all(rule.version >= 1 and rule.says.endswith(".") for rule in rules().values())
        verdict = said(value(), sample("error", 6.6, 6.5, 6.7))
        assert verdict.version == rules()[verdict.rule].version

    def test_without_scipy_it_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "scipy.special", None)
        with pytest.raises(NotNow, match="pip install"):
            said(value(), sample("error", 6.612, 6.534, 6.713, 6.4))

    def test_importing_the_rules_imports_nothing_heavy(self) -> None:
        code = "import sys, paperlab.verdicts; sys.exit(bool({'numpy', 'scipy'} & set(sys.modules)))"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestExact:
    @pytest.mark.parametrize(
        ("printed", "unit", "count", "outcome"),
        [
            ("114,662", "", 114662, Outcome.AGREES),  # Graves et al. 2006, weights of the CTC network
            ("114,661", "", 114662, Outcome.DIFFERS),
            ("0.27", "M", 269722, Outcome.AGREES),  # He et al. 2015, table 6, ResNet-20
            ("3.4", "M", 3504872, Outcome.DIFFERS),  # Sandler et al. 2018, table 4, MobileNetV2
            ("138", "M", 138357544, Outcome.AGREES),  # Simonyan and Zisserman 2014, VGG-16
            ("1.3e8", "", 133_000_000, Outcome.AGREES),
            ("65", "M", 63_100_000, Outcome.DIFFERS),  # Vaswani et al. 2017, table 3
        ],
    )
    def test_a_count_agrees_where_it_rounds_to_the_printed_one(
        self, printed: str, unit: str, count: int, outcome: Outcome
    ) -> None:
        measured = sample("parameters", count, unit="parameters")
        verdict = said(claim(ClaimKind.EXACT, measure="parameters", unit=unit, paper=Reported(printed)), measured)
        assert (verdict.outcome, verdict.n) == (outcome, 1)

    def test_just_half_a_unit_of_the_last_place_still_rounds(self) -> None:
        for measured in (0.265, 0.275):
            assert said(claim(ClaimKind.EXACT, measure="m", paper=Reported("0.27")), sample("m", measured)).outcome is (
                Outcome.AGREES
            )

    def test_a_tolerance_fixed_beforehand_is_named(self) -> None:
        near = claim(ClaimKind.EXACT, measure="m", paper=Reported("65"), tolerance=Tolerance(relative=0.03))
        verdict = said(near, sample("m", 63.1))
        assert verdict.outcome is Outcome.AGREES
        assert "within the tolerance fixed beforehand" in verdict.notes

    def test_how_far_off_stands_in_the_reason(self) -> None:
        verdict = said(claim(ClaimKind.EXACT, measure="m", paper=Reported("3.4")), sample("m", 3.504872))
        assert "3.1 % above the paper's 3.4" in verdict.reason

    def test_seeds_that_give_different_numbers_leave_it_open(self) -> None:
        verdict = said(claim(ClaimKind.EXACT, measure="m", paper=Reported("3")), sample("m", 3, 4, 3))
        assert (verdict.outcome, verdict.more_seeds) == (Outcome.CANNOT_TELL, None)


class TestValue:
    def test_agreement_needs_the_whole_interval_within_the_margin(self) -> None:
        verdict = said(value(), sample("error", 6.5, 6.6, 6.7, 6.45, 6.65, unit="%"))
        assert verdict.outcome is Outcome.AGREES
        assert verdict.reason == (
            "mean 6.58 ± 0.10 % over 5 seeds lies within ±0.35 of the paper's 6.61 "
            "(90 % interval of the difference: -0.19 to 0.13)."
        )
        assert verdict.level == 0.90
        assert verdict.interval == pytest.approx((6.418, 6.742), abs=0.001)

    def test_a_difference_on_the_good_side_is_told_from_one_on_the_bad(self) -> None:
        assert said(value(), sample("error", 7.6, 7.5, 7.7)).outcome is Outcome.DIFFERS
        assert said(value(), sample("error", 5.1, 5.2, 5.3)).outcome is Outcome.BETTER
        assert said(value(direction=Direction.HIGHER), sample("error", 5.1, 5.2, 5.3)).outcome is Outcome.DIFFERS
        assert said(value(direction=Direction.UNKNOWN), sample("error", 5.1, 5.2, 5.3)).outcome is Outcome.DIFFERS

    def test_what_only_the_prediction_interval_holds_is_compatible(self) -> None:
        verdict = said(value(), sample("error", 6.0, 6.6, 7.4))
        assert verdict.outcome is Outcome.COMPATIBLE
        assert verdict.more_seeds

    def test_what_even_the_prediction_interval_does_not_hold_cannot_be_told(self) -> None:
        verdict = said(value(), sample("error", 6.7, 7.1, 7.5))
        assert verdict.outcome is Outcome.CANNOT_TELL
        assert any("outside the 95 % prediction interval" in note for note in verdict.notes)

    def test_the_prediction_interval_is_the_papers_own(self) -> None:
        """He et al. 2015, ResNet-110: 6.61 ± .16 of five runs predicts means of three ±.32, of five ±.28."""
        for n, half in ((3, 0.32), (5, 0.28)):
            shown = f"±{half + 0.005:.2f}"  # and rounding
            notes = said(value(), sample("error", *[6.6 + 0.01 * i for i in range(n)])).notes
            assert any(shown in note or f"±{half:.2f}" in note for note in notes)

    def test_a_spread_of_unknown_kind_acts_only_where_sd_and_se_say_the_same(self) -> None:
        """Read as an sd, .13 leaves the mean of five ±.06; read as an se it leaves ±.13."""
        paper = Reported("6.61", 5, 0.13, SpreadMeaning.UNKNOWN, Selection.MEAN)
        measured = sample("error", 6.70, 6.76, 6.82)
        outcomes = {
            meaning: said(value(paper=Reported("6.61", 5, 0.13, meaning, Selection.MEAN)), measured).outcome
            for meaning in (SpreadMeaning.SD, SpreadMeaning.SE)
        }
        assert outcomes == {SpreadMeaning.SD: Outcome.AGREES, SpreadMeaning.SE: Outcome.COMPATIBLE}
        assert said(value(paper=paper), measured).outcome is Outcome.COMPATIBLE

    @pytest.mark.parametrize(
        ("meaning", "spread"),
        [
            (SpreadMeaning.SD, 0.16),
            (SpreadMeaning.SE, 0.16 / math.sqrt(5)),
            (SpreadMeaning.CI95, 0.16 * 2.7764451 / math.sqrt(5)),
            (SpreadMeaning.RANGE, 0.16 * 2.32593 / 2),
        ],
    )
    def test_the_same_spread_printed_in_any_way_gives_the_same_interval(
        self, meaning: SpreadMeaning, spread: float
    ) -> None:
        measured = sample("error", 6.5, 6.6, 6.7, 6.45, 6.65)
        paper = Reported("6.61", 5, spread, meaning, Selection.MEAN)
        assert said(value(paper=paper), measured).interval == pytest.approx((6.41795, 6.74205), abs=2e-4)

    def test_a_number_of_one_run_is_the_target_as_printed(self) -> None:
        verdict = said(value(paper=Reported("6.61", 1)), sample("error", 6.5, 6.6, 6.7))
        assert verdict.interval == pytest.approx(mean_interval((6.5, 6.6, 6.7), 0.90))

    def test_a_mean_of_runs_without_a_spread_borrows_ours(self) -> None:
        verdict = said(value(paper=Reported("6.61", 5, selection=Selection.MEAN)), sample("error", 6.5, 6.6, 6.7))
        low, high = verdict.interval or (0, 0)
        alone = mean_interval((6.5, 6.6, 6.7), 0.90)
        assert (high - low) / (alone[1] - alone[0]) == pytest.approx(math.sqrt((1 / 3 + 1 / 5) * 3))

    def test_the_printed_number_may_have_been_rounded(self) -> None:
        still = sample("error", 7.05, 7.05, 7.05)
        assert said(value("7", tolerance=Tolerance(absolute=0.0), paper=Reported("7")), still).outcome is Outcome.AGREES
        exact = value(tolerance=Tolerance(absolute=0.0), paper=Reported("7.00"))
        assert said(exact, still).outcome is Outcome.DIFFERS

    def test_the_default_margin_is_flagged_and_the_same_for_accuracy_and_error(self) -> None:
        errors = (8.7, 9.0, 9.3)
        of_error = said(value(paper=Reported("8.75", 1), tolerance=None), sample("error", *errors))
        accuracy = value(paper=Reported("91.25", 1), tolerance=None, direction=Direction.HIGHER)
        of_accuracy = said(accuracy, sample("error", *[100 - error for error in errors]))
        assert of_error.outcome is of_accuracy.outcome is Outcome.COMPATIBLE
        assert of_error.more_seeds == of_accuracy.more_seeds
        assert "default margin: 0.5; none was fixed beforehand" in of_accuracy.notes

    def test_a_difference_must_exceed_the_noise_of_the_test_set(self) -> None:
        measured = (9.78, 9.80, 9.82)
        paper = Reported("8.75", 1)
        assert said(value(paper=paper), sample("error", *measured)).outcome is Outcome.DIFFERS
        small = said(value(paper=paper), sample("error", *measured, items=1000))
        assert small.outcome is Outcome.CANNOT_TELL or small.outcome is Outcome.COMPATIBLE
        assert any("1,000 test items alone vary by 0.89 %" in note for note in small.notes)

    def test_best_of_k_is_compared_with_best_of_k_never_with_the_mean(self) -> None:
        paper = Reported("6.43", 5, selection=Selection.BEST)
        runs = (6.45, 6.55, 6.60, 6.70, 6.85)
        verdict = said(value(paper=paper), sample("error", *runs))
        assert (verdict.outcome, verdict.rule, verdict.measured) == (Outcome.AGREES, "value-best", 6.45)

    def test_fewer_runs_than_the_papers_best_was_chosen_from_cannot_tell(self) -> None:
        verdict = said(value(paper=Reported("6.43", 5, selection=Selection.BEST)), sample("error", 6.4, 6.5, 6.6))
        assert (verdict.outcome, verdict.more_seeds) == (Outcome.CANNOT_TELL, 2)
        verdict = said(value(paper=Reported("6.43", selection=Selection.BEST)), sample("error", 6.4, 6.5, 6.6))
        assert (verdict.outcome, verdict.more_seeds) == (Outcome.CANNOT_TELL, None)

    def test_a_median_needs_five_seeds_for_its_interval(self) -> None:
        paper = Reported("6.5", 5, selection=Selection.MEDIAN)
        few = said(value(paper=paper), sample("error", 6.4, 6.5, 6.6))
        assert (few.outcome, few.interval) == (Outcome.COMPATIBLE, None)
        assert few.more_seeds == 2
        enough = said(value(paper=paper), sample("error", 6.4, 6.5, 6.6, 6.45, 6.55))
        assert (enough.outcome, enough.interval) == (Outcome.AGREES, (6.4, 6.6))

    def test_seeds_without_any_spread_are_compared_as_they_are_and_doubted(self) -> None:
        verdict = said(value(), sample("error", 0.1 + 0.2, 0.3, 0.3, 0.3))
        assert verdict.outcome is Outcome.BETTER
        assert any("is the seed used?" in note for note in verdict.notes)

    def test_values_too_large_to_square_are_invalid_not_infinite(self) -> None:
        assert said(value(), sample("error", 1e308, -1e308, 1e308)).outcome is Outcome.INVALID


class TestPairs:
    def test_a_difference_by_seed_is_students_paired_t(self) -> None:
        paper = Reported("1.58", 1)
        sleep = claim(ClaimKind.DIFFERENCE, pair=("b", "a"), pair_by="seed", paper=paper, tolerance=Tolerance(1.0))
        verdict = said(sleep, sample("a", *DRUG), sample("b", *OTHER_DRUG))
        assert (verdict.outcome, verdict.rule) == (Outcome.AGREES, "difference-paired")
        assert verdict.measured == pytest.approx(1.58)

    def test_equal_seeds_are_paired_wherever_they_stand_and_others_left_out(self) -> None:
        first = Sample("a", (3, 1, 2, 9), (13.0, 11.5, 12.0, 99.0))
        second = Sample("b", (1, 2, 3), (1.0, 2.0, 3.0))
        paper = Reported("10", 1)
        verdict = said(claim(ClaimKind.DIFFERENCE, pair=("a", "b"), pair_by="seed", paper=paper), first, second)
        assert (verdict.n, verdict.measured) == (3, pytest.approx(10.1666667))
        assert any("9" in note for note in verdict.notes)

    def test_a_relative_difference_is_one_of_the_second_in_per_cent(self) -> None:
        """Ainsworth et al. 2022, table 3: merging five models lowers the test loss by 43 %."""
        merged = sample("merged", 0.0727, 0.0750, 0.0704)
        single = sample("single", 0.1293, 0.1280, 0.1306)
        fields = {"form": "rel", "unit": "%", "paper": Reported("-43", 1), "tolerance": Tolerance(8.0)}
        verdict = said(claim(ClaimKind.DIFFERENCE, pair=("merged", "single"), **fields), merged, single)
        assert verdict.outcome is Outcome.AGREES
        assert verdict.measured == pytest.approx(-43.8, abs=0.1)

    def test_swapping_the_measures_inverts_a_ratio(self) -> None:
        a, b = sample("a", 2.0, 2.2, 1.9), sample("b", 1.0, 1.05, 0.97)
        both = [
            said(claim(ClaimKind.DIFFERENCE, pair=pair, form="ratio", paper=Reported("2.0")), a, b)
            for pair in (("a", "b"), ("b", "a"))
        ]
        assert both[0].measured == pytest.approx(1 / (both[1].measured or 0))
        low, high = both[0].interval or (0, 0)
        assert both[1].interval == pytest.approx((1 / high, 1 / low), rel=0.2)

    def test_a_ratio_of_values_that_are_not_above_zero_cannot_be_told(self) -> None:
        ratio = claim(ClaimKind.DIFFERENCE, pair=("a", "b"), form="ratio", paper=Reported("2"))
        assert said(ratio, sample("a", 1, 2, 3), sample("b", 0, 1, 1)).outcome is Outcome.CANNOT_TELL

    def test_the_default_margin_of_a_difference_never_lets_no_difference_agree(self) -> None:
        gain = claim(ClaimKind.DIFFERENCE, pair=("a", "b"), unit="%", paper=Reported("0.3"))
        verdict = said(gain, sample("a", 90.0, 90.01, 89.99), sample("b", 90.0, 90.0, 90.0))
        assert verdict.outcome is Outcome.DIFFERS

    def test_parity_needs_the_interval_within_the_margin_and_differs_beyond(self) -> None:
        alike = claim(ClaimKind.PARITY, pair=("a", "b"), margin=1.0)
        near, far = sample("b", 10.1, 9.9, 10.2), sample("b", 14, 14.2, 13.9)
        assert said(alike, sample("a", 10, 10.1, 10.2), near).outcome is Outcome.AGREES
        assert said(alike, sample("a", 10, 10.1, 10.2), far).outcome is Outcome.DIFFERS
        assert said(alike, sample("a", 8, 10, 13), near).outcome is Outcome.CANNOT_TELL

    def test_not_worse_is_one_sided(self) -> None:
        fields = {"pair": ("a", "b"), "margin": 1.0, "form": "noninferiority", "direction": Direction.LOWER}
        lower, higher = sample("a", 5, 5.2, 5.1), sample("b", 9, 9.1, 9.2)
        assert said(claim(ClaimKind.PARITY, **fields), lower, higher).outcome is Outcome.AGREES
        fields["direction"] = Direction.HIGHER
        assert said(claim(ClaimKind.PARITY, **fields), lower, higher).outcome is Outcome.DIFFERS


class TestOrdering:
    def test_an_order_by_seed_is_the_paired_one_sided_t(self) -> None:
        """Student (1908): p = .0014 one-sided, paired; Welch's p is .040."""
        a, b = sample("a", *DRUG), sample("b", *OTHER_DRUG)
        by_seed = said(ordering("b", "a", pair_by="seed"), a, b)
        assert (by_seed.outcome, by_seed.rule) == (Outcome.AGREES, "ordering-paired")
        assert "p = 0.0014" in by_seed.reason
        apart = said(ordering("b", "a"), a, b)
        assert (apart.outcome, apart.rule) == (Outcome.AGREES, "ordering-welch")
        assert "p = 0.04," in apart.reason

    def test_several_pairs_share_the_level(self) -> None:
        """Each of two pairs at p = .04 by itself: after Holm the smaller one is .08."""
        a, b = OTHER_DRUG, DRUG
        lower = tuple(x - (y - x) for x, y in zip(b, a, strict=True))
        both = said(ordering("a", "b", "c"), sample("a", *a), sample("b", *b), sample("c", *lower))
        assert both.outcome is Outcome.CANNOT_TELL
        assert said(ordering("a", "b"), sample("a", *a), sample("b", *b)).outcome is Outcome.AGREES

    def test_one_reversed_pair_refutes_a_chain(self) -> None:
        verdict = said(
            ordering("a", "b", "c"), sample("a", 9, 9.1, 9.2), sample("b", 1, 1.1, 1.2), sample("c", 5, 5.1, 5)
        )
        assert verdict.outcome is Outcome.DIFFERS
        assert "b is behind c" in verdict.reason

    def test_a_gain_that_is_there_but_too_small_refutes_by_at_least(self) -> None:
        samples = sample("a", 11.0, 11.01, 11.02), sample("b", 10.0, 10.01, 10.02)
        assert said(ordering("a", "b"), *samples).outcome is Outcome.AGREES
        assert said(ordering("a", "b", margin=2.0), *samples).outcome is Outcome.DIFFERS

    def test_numbers_without_chance_are_ordered_as_they_are(self) -> None:
        first, same = sample("a", 2, 2, 2), sample("b", 2, 2, 2)
        assert said(ordering("a", "b"), first, sample("b", 1, 1, 1)).outcome is Outcome.AGREES
        assert said(ordering("b", "a"), first, sample("b", 1, 1, 1)).outcome is Outcome.DIFFERS
        assert said(ordering("a", "b"), first, same).outcome is Outcome.CANNOT_TELL
        assert said(ordering("a", "b", margin=1.0), first, sample("b", 1, 1, 1)).outcome is Outcome.AGREES

    def test_how_often_a_run_is_better_is_noted(self) -> None:
        verdict = said(ordering("a", "b"), sample("a", 1, 3, 5), sample("b", 0, 2, 4))
        assert any("67 % of pairs" in note for note in verdict.notes)
        assert verdict.outcome is Outcome.CANNOT_TELL


class TestThreshold:
    def test_a_mean_is_held_by_its_one_sided_bound(self) -> None:
        low = claim(ClaimKind.THRESHOLD, measure="barrier", op="<=", bound=0.02)
        assert said(low, sample("barrier", 0.013, 0.011, 0.015, 0.012, 0.009)).outcome is Outcome.AGREES
        assert said(low, sample("barrier", 0.033, 0.031, 0.035)).outcome is Outcome.DIFFERS
        open_ = said(low, sample("barrier", 0.012, 0.014, 0.027))
        assert open_.outcome is Outcome.CANNOT_TELL
        assert open_.more_seeds

    def test_nothing_failed_is_not_never_fails(self) -> None:
        """Without a failure in n trials the one-sided 95 % bound is .05^(1/n): 299 trials show 99 %, 298 do not."""
        sure = claim(ClaimKind.THRESHOLD, measure="recovered", op=">=", bound=99.0, unit="%")
        verdict = said(sure, sample("recovered", 100, 100, 100, unit="%", items=20))
        assert (verdict.outcome, verdict.rule) == (Outcome.CANNOT_TELL, "threshold-proportion")
        assert verdict.more_seeds == 12  # 15 seeds of 20 are 300 trials
        enough = said(sure, sample("recovered", *[100] * 15, unit="%", items=20))
        assert enough.outcome is Outcome.AGREES
        few = said(sure, sample("recovered", *[100] * 14, unit="%", items=20))
        assert (few.outcome, few.more_seeds) == (Outcome.CANNOT_TELL, 1)

    def test_shares_that_are_no_counts_of_items_are_means(self) -> None:
        share = claim(ClaimKind.THRESHOLD, measure="m", op=">=", bound=90.0, unit="%")
        assert said(share, sample("m", 95.03, 95.04, 95.05, items=20)).rule == "threshold"

    @pytest.mark.parametrize(("op", "outcome"), [("<=", Outcome.AGREES), ("<", Outcome.DIFFERS)])
    def test_a_bound_that_is_met_counts_as_the_sign_says(self, op: str, outcome: Outcome) -> None:
        assert said(claim(ClaimKind.THRESHOLD, measure="m", op=op, bound=3.0), sample("m", 3, 3, 3)).outcome is outcome


class TestTrend:
    def test_every_step_down_is_a_decrease(self) -> None:
        falling = along((9, 9.1, 9.2), (7, 7.1, 7.2), (5, 5.1, 5.2))
        assert judge(trend("decreasing"), {}, falling, scope=FULL).outcome is Outcome.AGREES
        assert judge(trend("increasing"), {}, falling, scope=FULL).outcome is Outcome.DIFFERS

    def test_one_step_the_wrong_way_refutes_it(self) -> None:
        series = along((9, 9.1, 9.2), (5, 5.1, 5.2), (7, 7.1, 7.2), (3, 3.1, 3.2))
        assert judge(trend("decreasing"), {}, series, scope=FULL).outcome is Outcome.DIFFERS

    def test_four_means_in_order_need_not_be_apart_one_by_one(self) -> None:
        slow = along((4, 5, 6), (3, 4, 5.2), (2.1, 3, 4), (1, 2, 3))
        verdict = judge(trend("decreasing"), {}, slow, scope=FULL)
        assert verdict.outcome is Outcome.AGREES
        assert "stand in order" in verdict.reason
        assert judge(trend("decreasing"), {}, slow[:3], scope=FULL).outcome is Outcome.CANNOT_TELL

    def test_only_the_window_counts_and_in_any_order(self) -> None:
        series = along((9, 9.1, 9.2), (7, 7.1, 7.2), (5, 5.1, 5.2), (8, 8.1, 8.2))
        assert judge(trend("decreasing", window=(1, 3)), {}, series[::-1], scope=FULL).outcome is Outcome.AGREES

    def test_a_u_has_both_ends_above_a_point_between(self) -> None:
        bent = along((9, 9.1, 9.2), (5, 5.1, 5.2), (6, 6.1, 6.2), (8, 8.1, 8.2))
        assert judge(trend("u-shape"), {}, bent, scope=FULL).outcome is Outcome.AGREES
        falling = along((9, 9.1, 9.2), (7, 7.1, 7.2), (5, 5.1, 5.2))
        assert judge(trend("u-shape"), {}, falling, scope=FULL).outcome is Outcome.DIFFERS
        assert judge(trend("u-shape"), {}, falling[:2], scope=FULL).outcome is Outcome.CANNOT_TELL

    def test_a_power_law_has_its_exponent_as_log_log_slope(self) -> None:
        grid = (5.0, 10.0, 20.0, 50.0)
        series = [(g, sample("loss", *[c * g**-3.0 * (1 + 0.01 * i) for i, c in enumerate((1, 2, 3))])) for g in grid]
        fields = {"log": True, "slope": (-3.2, -2.8), "window": (5.0, 50.0)}
        verdict = judge(trend("slope", **fields), {}, series, scope=FULL)
        assert (verdict.outcome, verdict.rule) == (Outcome.AGREES, "trend-slope")
        assert verdict.measured == pytest.approx(-3.0)
        fields["slope"] = (-4.2, -3.8)
        assert judge(trend("slope", **fields), {}, series, scope=FULL).outcome is Outcome.DIFFERS

    def test_a_slope_without_a_window_is_complained_about(self) -> None:
        series = along((1, 1, 1), (2, 2, 2), (3, 3, 3))
        with pytest.raises(BadInput, match="window"):
            judge(trend("slope", slope=(0.0, 2.0)), {}, series, scope=FULL)

    def test_a_slope_of_logarithms_needs_values_above_zero(self) -> None:
        fields = {"log": True, "slope": (0.0, 2.0), "window": (1.0, 3.0)}
        series = along((1, 1, 1), (0, 2, 2), (3, 3, 3))
        assert judge(trend("slope", **fields), {}, series, scope=FULL).outcome is Outcome.CANNOT_TELL


class TestTextbooks:
    def test_students_sleep_data(self) -> None:
        """Student (1908) as in R's `sleep`: paired t = 4.0621; Welch t = 1.8608 with 17.776 degrees of freedom."""
        by_patient, apart = paired(OTHER_DRUG, DRUG), welch(OTHER_DRUG, DRUG)
        assert by_patient.center / by_patient.se == pytest.approx(4.0621, abs=1e-4)
        assert by_patient.interval(0.95) == pytest.approx((0.7001142, 2.4598858), abs=1e-6)
        assert (apart.center / apart.se, apart.df) == pytest.approx((1.8608, 17.776), abs=1e-3)
        assert apart.interval(0.95) == pytest.approx((-0.2054832, 3.3654832), abs=1e-6)
        assert 2 * apart.p_above(0.0) == pytest.approx(0.07939, abs=1e-5)

    def test_clopper_and_pearson(self) -> None:
        """Exact 95 % limits of 0, 3 and 5 of 10, as in any binomial table."""
        assert clopper_pearson(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
        assert clopper_pearson(3, 10) == pytest.approx((0.0667, 0.6525), abs=1e-4)
        assert clopper_pearson(5, 10) == pytest.approx((0.1871, 0.8129), abs=1e-4)

    def test_holm(self) -> None:
        """Holm (1979): multiplied by what is left, never falling."""
        assert holm([0.03, 0.01, 0.04, 0.02]) == pytest.approx((0.06, 0.04, 0.06, 0.06))

    def test_ranges_and_largest_of_normal_values(self) -> None:
        """The control chart constant d2 is 1.128, 2.326 and 3.078 for 2, 5 and 10 values."""
        assert [2 * normal_largest(n) for n in (2, 5, 10)] == pytest.approx([1.128, 2.326, 3.078], abs=5e-4)
        assert 6.61 - normal_largest(5) * 0.16 == pytest.approx(6.42, abs=0.005)  # ResNet-110 prints 6.43
        assert best_error(5, 5) == pytest.approx(0.669, abs=0.01)

    def test_expected_best_over_all_subsets(self) -> None:
        assert expected_best([1, 2, 3, 4], 2) == pytest.approx((2 + 3 + 3 + 4 + 4 + 4) / 6)
        assert expected_best([1, 2, 3, 4], 2, higher=False) == pytest.approx((1 + 1 + 1 + 2 + 2 + 3) / 6)
        assert expected_best([3, 1, 2], 3) == 3
        assert expected_best([3, 1, 2], 1) == pytest.approx(2)
        with pytest.raises(ValueError, match="best of 3"):
            expected_best([1, 2], 3)

    def test_intervals_of_a_median(self) -> None:
        """Ranks as tabled (Conover): 95 % of 6 from 1 to 6, of 10 from 2 to 9, of 15 from 4 to 12."""
        assert median_interval(range(1, 6), 0.95) is None
        assert median_interval(range(1, 6), 0.90) == (1, 5)
        assert median_interval(range(1, 7)) == (1, 6)
        assert median_interval(range(1, 11)) == (2, 9)
        assert median_interval(range(1, 16)) == (4, 12)

    def test_seeds_for_power(self) -> None:
        """Effect .5 sd, power .8: a one-sample t test needs 27 one-sided, 34 two-sided; two samples 51 each."""
        assert more_seeds(above(0.5, Noise(1.0)), 3) == (24, ())
        assert more_seeds(above(0.5, Noise(1.0), tail=0.025), 3) == (31, ())
        assert more_seeds(above(0.5, Noise(2.0, df_per_seed=2.0)), 3) == (48, ())

    def test_seeds_for_equivalence(self) -> None:
        """Margin 1 sd, no difference: 11 pairs have power .8 (integrated: .773 at 10, .835 at 11)."""
        assert more_seeds(inside(0.0, 1.0, Noise(1.0)), 3) == (8, ())

    def test_no_number_of_seeds_is_said_where_there_is_none(self) -> None:
        assert more_seeds(above(0.0, Noise(1.0)), 3)[0] is None
        assert "more than 1000" in more_seeds(above(0.01, Noise(1.0)), 3)[1][0]
        assert "no number" in more_seeds(above(0.1, Noise(1.0, fixed=1.0)), 3)[1][0]

    def test_the_prediction_interval_of_core_bench(self) -> None:
        """Mean ± t(.975, 2) s sqrt(1 + 1/3), t = 4.302653."""
        low, high = prediction_interval((1.0, 2.0, 3.0))
        assert (low, high) == pytest.approx((2 - 4.968275, 2 + 4.968275), abs=1e-5)
        assert predicts((1.0, 2.0, 3.0), 6.9)
        assert not predicts((1.0, 2.0, 3.0), 7.0)
        assert predicts((0.1, 0.1, 0.1), 0.1)

    def test_equal_values_have_no_spread_at_all(self) -> None:
        assert one_sample((0.1, 0.1, 0.1)).se == 0
        assert one_sample((0.1, 0.1, 0.1)).center == 0.1

    @pytest.mark.parametrize(
        ("measured", "claimed", "times"),
        [
            ("fraction", "%", 100),
            ("%", "pp", 1),
            ("parameters", "M", 1e-6),
            ("bits", "nats", math.log(2)),
            ("", "%", 1),
        ],
    )
    def test_units(self, measured: str, claimed: str, times: float) -> None:
        assert factor(measured, claimed) == pytest.approx(times)

    def test_units_that_do_not_fit(self) -> None:
        assert factor("nats", "%") is None
        assert factor("FLOPs", "parameters") is None
