"""The rules by name: a verdict names the one it rests on and its version, which rises when its outcomes may change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to a verdict."""

    name: str
    version: int
    says: str
    """One sentence."""


_ALL = (
    Rule(
        "gate",
        1,
        "A claim a person must judge, that nobody confirmed, without runs, with failed or missing runs, with values "
        "that are not finite, with too few seeds, or with a value at a reduced scale is not held against the paper.",
    ),
    Rule(
        "exact",
        1,
        "A number without chance agrees where it rounds to the printed one or lies within a tolerance fixed "
        "beforehand, and differs otherwise; all seeds must give it.",
    ),
    Rule(
        "value",
        1,
        "A mean agrees where the 90 % interval of its difference to the printed number lies within margin and "
        "rounding (two one-sided t tests), differs where the 95 % interval lies outside, and is compatible where only "
        "the 95 % prediction interval holds it.",
    ),
    Rule(
        "value-best",
        1,
        "A best of k runs is compared with the mean of the best over all k-subsets of ours, as `value` "
        "compares means, by the intervals that this estimate has for normal values (simulated).",
    ),
    Rule(
        "value-median",
        1,
        "A median is compared as `value` compares means, by intervals between order statistics, free of any "
        "assumption on the distribution.",
    ),
    Rule(
        "difference-paired",
        1,
        "A difference of equal seeds, or a ratio on the logarithmic scale, is held against the printed one as `value` "
        "does it.",
    ),
    Rule("difference-welch", 1, "As `difference-paired`, of independent runs, by Welch's standard error."),
    Rule(
        "ordering-paired",
        1,
        "An order holds where every adjacent pair is apart by more than the margin in one-sided 5 % paired t tests, "
        "Holm over the pairs, and differs where one pair is shown not to be.",
    ),
    Rule("ordering-welch", 1, "As `ordering-paired`, of independent runs, by Welch's t test."),
    Rule(
        "parity-paired",
        1,
        "Two measures are alike where the 90 % interval of their difference by seed lies within the margin, and "
        "differ where the 95 % interval lies outside.",
    ),
    Rule("parity-welch", 1, "As `parity-paired`, of independent runs, by Welch's standard error."),
    Rule(
        "noninferiority-paired",
        1,
        "A measure is not worse where the one-sided 95 % bound of the difference by seed stays above minus the "
        "margin, and is worse where the other bound stays below.",
    ),
    Rule("noninferiority-welch", 1, "As `noninferiority-paired`, of independent runs, by Welch's standard error."),
    Rule(
        "threshold",
        1,
        "A mean is beyond a bound where its one-sided 95 % t bound is, and fails where the other one is on the "
        "wrong side.",
    ),
    Rule(
        "threshold-proportion",
        1,
        "As `threshold`, for k of N items: the t bound over seeds and Clopper and Pearson's bound over all items "
        "must both be beyond.",
    ),
    Rule(
        "trend-monotone",
        1,
        "A trend holds where every adjacent step does (one-sided, Holm), or where four means and more stand in order "
        "and their linear contrast is significant; it differs where a step or the contrast goes the wrong way.",
    ),
    Rule(
        "trend-u-shape",
        1,
        "A u-shape holds where both ends lie significantly above one point between them (Bonferroni over the points), "
        "and differs where an end lies significantly below all of them.",
    ),
    Rule(
        "trend-slope",
        1,
        "A slope, fitted to each seed by least squares within the window, agrees where the 90 % t interval of its "
        "mean lies within the claimed ones, and differs where the 95 % interval is disjoint from them.",
    ),
)
_BY_NAME = {rule.name: rule for rule in _ALL}


def rules() -> dict[str, Rule]:
    """Return all rules by name, in the order of the kinds."""
    return dict(_BY_NAME)


def version(name: str) -> int:
    """Return the version of a rule."""
    return _BY_NAME[name].version
