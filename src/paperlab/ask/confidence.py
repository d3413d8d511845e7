"""How likely what was found answers a question, and why not where it does not. Pure."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, fields

THRESHOLD = 0.5
"""Below it a question is declined. Calibrated: docs/design.md."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against the best sentence found."""

    cosine: float
    """Of the sentence that is nearest to the question."""
    own_cosine: float
    """Of the sentence that ranks first."""
    passage: float
    """Score of the best passage."""
    lacking: float
    """1 where the paper does not have all that the question names."""
    nowhere: float
    """1 where no paper has something that the question names."""


WEIGHTS = Signals(cosine=4.0, own_cosine=2.0, passage=2.0, lacking=-6.0, nowhere=-1.0)
BIAS = -4.05


def confidence(signals: Signals) -> float:
    """Return the probability that the best sentence answers.

    By a logistic model fitted on questions with and without an answer in the library (`benchmarks/ask_weights.py`).
    """
    total = BIAS + sum(weight * value for weight, value in zip(astuple(WEIGHTS), astuple(signals), strict=True))
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


NAMES = tuple(field.name for field in fields(Signals))
"""The signals, in order."""
