"""Tells what measurements say about a claim, with the statistics that justify it. Pure.

`judge` holds one claim against its measurements; `rules` lists what it decides by. A verdict is never a score: it says
*agrees* only where equivalence within a margin fixed beforehand is shown, *differs* only where the opposite is, and
*cannot tell* otherwise, with the seeds that would probably decide it.
"""

from __future__ import annotations

from paperlab.verdicts.estimates import (
    Estimate,
    chance_above,
    holm,
    mean_interval,
    one_sample,
    paired,
    prediction_interval,
    predicts,
    welch,
)
from paperlab.verdicts.judging import judge
from paperlab.verdicts.order_statistics import expected_best, median_interval
from paperlab.verdicts.proportions import clopper_pearson
from paperlab.verdicts.rules import Rule, rules

__all__ = [
    "Estimate",
    "Rule",
    "chance_above",
    "clopper_pearson",
    "expected_best",
    "holm",
    "judge",
    "mean_interval",
    "median_interval",
    "one_sample",
    "paired",
    "prediction_interval",
    "predicts",
    "rules",
    "welch",
]
