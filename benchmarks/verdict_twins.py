"""The rules of `paperlab.verdicts` over many draws at once: arrays in, an array of outcomes out.

Each takes samples of shape (draws, n) and answers with codes of `OUTCOMES`. They are written apart from the package,
and `agreement` holds them against `judge` case by case: what the simulation says of them holds of it.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

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
)
from paperlab.verdicts import judge
from paperlab.verdicts.order_statistics import best_error, best_pivot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Codes = NDArray[np.int8]

OUTCOMES = (Outcome.AGREES, Outcome.DIFFERS, Outcome.BETTER, Outcome.COMPATIBLE, Outcome.CANNOT_TELL)
AGREES, DIFFERS, BETTER, COMPATIBLE, OPEN = range(5)


def moments(x: Numbers) -> tuple[Numbers, Numbers]:
    """Return means and standard deviations along the last axis."""
    return x.mean(-1), x.std(-1, ddof=1)


def t_at(tail: float, df: Numbers | float) -> Numbers:
    """Return Student's t above which `tail` lies."""
    return np.asarray(special.stdtrit(df, 1 - tail))


def welch(a: Numbers, b: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return difference of means, standard error and degrees of freedom."""
    (m, s), (o, r) = moments(a), moments(b)
    p, q = s**2 / a.shape[-1], r**2 / b.shape[-1]
    return m - o, np.sqrt(p + q), (p + q) ** 2 / (p**2 / (a.shape[-1] - 1) + q**2 / (b.shape[-1] - 1))


def paired(a: Numbers, b: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return mean difference, standard error and degrees of freedom."""
    m, s = moments(a - b)
    return m, s / math.sqrt(a.shape[-1]), np.full(m.shape, a.shape[-1] - 1.0)


def held(off: Numbers, se: Numbers, df: Numbers | float, reach: Numbers | float, expected: Numbers) -> Codes:
    """Return outcomes of a difference to the printed number: higher is better; `expected`: prediction half width."""
    low, high = off - t_at(0.05, df) * se, off + t_at(0.05, df) * se
    least, most = off - t_at(0.025, df) * se, off + t_at(0.025, df) * se
    return coded(
        [(-reach <= low) & (high <= reach), least > reach, most < -reach, np.abs(off) <= expected],
        [AGREES, BETTER, DIFFERS, COMPATIBLE],
    )


def coded(conditions: list[Any], codes: list[int]) -> Codes:
    """Return the code of the first condition that holds, else that it is open."""
    return np.select(conditions, codes, OPEN).astype(np.int8)


def value(x: Numbers, printed: Numbers, reach: float) -> Codes:
    """Hold means against the printed number as the target."""
    m, s = moments(x)
    n = x.shape[-1]
    return held(m - printed, s / math.sqrt(n), n - 1, reach, t_at(0.025, n - 1) * s * math.sqrt(1 + 1 / n))


def value_of_items(x: Numbers, printed: Numbers, reach: float, items: int) -> Codes:
    """Hold means, in %, against the printed number; a difference must exceed the noise of the test set, too."""
    m, s = moments(x)
    n, df = x.shape[-1], x.shape[-1] - 1
    noise = np.sqrt(printed * (100 - printed) / items)
    own, off = s / math.sqrt(n), m - printed
    se = np.sqrt(own**2 + noise**2)
    far = t_at(0.025, df * (se / own) ** 4) * se
    expected = np.hypot(t_at(0.025, df) * s * math.sqrt(1 + 1 / n), special.ndtri(0.975) * noise)
    half = t_at(0.05, df) * own
    return coded(
        [np.abs(off) + half <= reach, off - far > reach, off + far < -reach, np.abs(off) <= expected],
        [AGREES, BETTER, DIFFERS, COMPATIBLE],
    )


def value_of_runs(x: Numbers, paper: Numbers, margin: float | None = None) -> Codes:
    """Hold means against mean and sd of the paper's runs; the default margin is twice their sd."""
    v, sd = moments(paper)
    n, k = x.shape[-1], paper.shape[-1]
    off, se, df = welch(x, paper)
    reach = np.maximum(2 * sd, 0.05 * np.abs(v)) if margin is None else np.full(v.shape, margin)
    return held(off, se, df, reach, t_at(0.025, k - 1) * sd * math.sqrt(1 / n + 1 / k))


def best(x: Numbers, printed: Numbers, k: int, reach: float) -> Codes:
    """Hold the mean of the best over all k-subsets against the paper's best of k."""
    n = x.shape[-1]
    weights = np.array([math.comb(i, k - 1) / math.comb(n, k) for i in range(n)])
    off, s = np.sort(x, -1) @ weights - printed, x.std(-1, ddof=1)
    (low, high), (least, most) = best_pivot(n, k, 0.90), best_pivot(n, k, 0.95)
    expected = t_at(0.025, n - 1) * s * math.hypot(best_error(n, k), best_error(k, k))
    return coded(
        [
            (-reach <= off - high * s) & (off - low * s <= reach),
            off - most * s > reach,
            off - least * s < -reach,
            np.abs(off) <= expected,
        ],
        [AGREES, BETTER, DIFFERS, COMPATIBLE],
    )


def median(x: Numbers, printed: Numbers, reach: float) -> Codes:
    """Hold medians by intervals between order statistics; the paper's is of as many runs as ours."""
    n, ordered, off = x.shape[-1], np.sort(x, -1), np.median(x, -1) - printed
    ends = []
    for level in (0.90, 0.95):
        depth = sum(2 * special.bdtr(i, np.int64(n), 0.5) <= 1 - level + 1e-12 for i in range(n // 2))
        far = np.full(off.shape, np.inf)
        ends.append((ordered[:, depth - 1] - printed, ordered[:, -depth] - printed) if depth else (-far, far))
    (low, high), (least, most) = ends
    expected = t_at(0.025, n - 1) * x.std(-1, ddof=1) * math.sqrt(math.pi / n)
    return coded(
        [(-reach <= low) & (high <= reach), least > reach, most < -reach, np.abs(off) <= expected],
        [AGREES, BETTER, DIFFERS, COMPATIBLE],
    )


def difference(a: Numbers, b: Numbers, printed: float, reach: float, *, by_seed: bool) -> Codes:
    """Hold a difference of two measures against the printed one."""
    d, se, df = (paired if by_seed else welch)(a, b)
    n = a.shape[-1]
    return held(d - printed, se, df, reach, t_at(0.025, df) * np.hypot(se * math.sqrt(n), se))


def ratio(a: Numbers, b: Numbers, printed: float, reach: float, *, by_seed: bool) -> Codes:
    """Hold a ratio of two measures against the printed one."""
    d, se, df = (paired if by_seed else welch)(np.log(a), np.log(b))
    n, ends = a.shape[-1], []
    for tail in (0.05, 0.025):
        half = t_at(tail, df) * se
        ends += [np.exp(d - half), np.exp(d + half)]
    low, high, least, most = ends
    expected = t_at(0.025, df) * np.exp(d) * se * math.sqrt(n) * math.sqrt(1 + 1 / n)
    return coded(
        [
            (printed - reach <= low) & (high <= printed + reach),
            least > printed + reach,
            most < printed - reach,
            np.abs(np.exp(d) - printed) <= expected,
        ],
        [AGREES, BETTER, DIFFERS, COMPATIBLE],
    )


def holm(p: Numbers) -> Numbers:
    """Return Holm's adjusted p values along the last axis."""
    order = np.argsort(p, -1)
    sizes = np.arange(p.shape[-1], 0, -1)
    raised = np.maximum.accumulate(np.minimum(np.take_along_axis(p, order, -1) * sizes, 1.0), -1)
    adjusted = np.empty_like(p)
    np.put_along_axis(adjusted, order, raised, -1)
    return adjusted


def ordering(measures: list[Numbers], margin: float, *, by_seed: bool) -> Codes:
    """Tell whether measures stand in order, best first; higher is better."""
    holds, fails = [], []
    for a, b in pairwise(measures):
        d, se, df = (paired if by_seed else welch)(a, b)
        holds.append(special.stdtr(df, -(d - margin) / se))
        fails.append(special.stdtr(df, (d - margin) / se))
    all_hold = holm(np.stack(holds, -1)).max(-1) <= 0.05
    return coded([holm(np.stack(fails, -1)).min(-1) <= 0.05, all_hold], [DIFFERS, AGREES])


def parity(a: Numbers, b: Numbers, margin: float, *, by_seed: bool) -> Codes:
    """Tell whether two measures are alike within a margin."""
    codes = difference(a, b, 0.0, margin, by_seed=by_seed)
    return np.where(codes == BETTER, DIFFERS, np.where(codes == COMPATIBLE, OPEN, codes)).astype(np.int8)


def not_worse(a: Numbers, b: Numbers, margin: float, *, by_seed: bool) -> Codes:
    """Tell whether the first is not worse by more than a margin; higher is better."""
    d, se, df = (paired if by_seed else welch)(a, b)
    half = t_at(0.05, df) * se
    return coded([d + half < -margin, d - half >= -margin], [DIFFERS, AGREES])


def threshold(x: Numbers, bound: float) -> Codes:
    """Tell whether a mean is at most a bound."""
    m, s = moments(x)
    half = t_at(0.05, x.shape[-1] - 1) * s / math.sqrt(x.shape[-1])
    return coded([m + half <= bound, m - half > bound], [AGREES, DIFFERS])


def proportion(k: NDArray[np.int64], items: int, bound: float) -> Codes:
    """Tell whether a share of items is at least a bound."""
    m, s = moments(k / items)
    n = k.shape[-1]
    total, trials = k.sum(-1), n * items
    half = t_at(0.05, n - 1) * s / math.sqrt(n)
    with np.errstate(invalid="ignore"):
        low = np.where(total > 0, special.betaincinv(np.maximum(total, 1), trials - total + 1, 0.05), 0.0)
        missed = np.maximum(trials - total, 1)
        high = np.where(total < trials, special.betaincinv(total + 1, missed, 0.95), 1.0)
    return coded([np.minimum(m - half, low) >= bound, np.maximum(m + half, high) < bound], [AGREES, DIFFERS])


def rising(points: list[Numbers]) -> Codes:
    """Tell whether means rise from point to point."""
    steps = [welch(b, a) for a, b in pairwise(points)]
    holds = np.stack([special.stdtr(df, -d / se) for d, se, df in steps], -1)
    fails = [special.stdtr(df, d / se) for d, se, df in steps]
    ranks = np.arange(len(points)) - (len(points) - 1) / 2
    weights = ranks / (ranks**2).sum()
    spreads = [(w * p.std(-1, ddof=1)) ** 2 / p.shape[-1] for w, p in zip(weights, points, strict=True)]
    center = sum(w * p.mean(-1) for w, p in zip(weights, points, strict=True))
    variance = np.asarray(sum(spreads))
    df = variance**2 / sum(v**2 / (p.shape[-1] - 1) for v, p in zip(spreads, points, strict=True))
    fails.append(special.stdtr(df, center / np.sqrt(variance)))
    in_order = np.stack([d > 0 for d, _, _ in steps], -1).all(-1) & (len(points) >= 4)
    overall = in_order & (special.stdtr(df, -center / np.sqrt(variance)) <= 0.05)
    refuted = holm(np.stack(fails, -1)).min(-1) <= 0.05
    return coded([refuted, (holm(holds).max(-1) <= 0.05) | overall], [DIFFERS, AGREES])


def u_shape(points: list[Numbers]) -> Codes:
    """Tell whether both ends lie above one point between them."""
    above, below = [], []
    for middle in points[1:-1]:
        sides = [welch(end, middle) for end in (points[0], points[-1])]
        above.append(np.max([special.stdtr(df, -d / se) for d, se, df in sides], 0))
        below.append([special.stdtr(df, d / se) for d, se, df in sides])
    shaped = len(above) * np.min(above, 0) <= 0.05
    lower_end = 2 * np.max(below, 0).min(0) <= 0.05
    return coded([lower_end, shaped], [DIFFERS, AGREES])


def slope(points: list[Numbers], xs: list[float], low: float, high: float) -> Codes:
    """Tell whether the mean of the seeds' least-squares slopes lies within [low, high]."""
    x = np.array(xs) - np.mean(xs)
    slopes = np.stack(points, -1) @ (x / (x**2).sum())
    codes = value(slopes, np.full(len(slopes), (low + high) / 2), (high - low) / 2)
    return np.select([codes == AGREES, (codes == DIFFERS) | (codes == BETTER)], [AGREES, DIFFERS], OPEN).astype(np.int8)


def agreement(cases: int, seed: int = 0) -> tuple[int, int]:
    """Return in how many random cases twin and `judge` say the same, and how many there were."""
    rng = np.random.default_rng(seed)
    same = total = 0
    for _ in range(cases):
        for claim, samples, series, code in _cases(rng):
            found = judge(claim, {one.measure: one for one in samples}, series, scope=Scope("paper"))
            same += found.outcome is OUTCOMES[code]
            total += 1
    return same, total


def _sample(name: str, x: Numbers, unit: str = "", items: int | None = None) -> Sample:
    return Sample(name, tuple(range(len(x))), tuple(map(float, x)), unit, items)


def _claim(kind: ClaimKind, **more: Any) -> TestedClaim:
    return TestedClaim("c", "", kind, status="confirmed", direction=Direction.HIGHER, **more)


Case = tuple[TestedClaim, list[Sample], list[tuple[float, Sample]], int]


def _cases(rng: np.random.Generator) -> list[Case]:
    """Return one random case of every rule, with the twin's code."""
    n = int(rng.choice([3, 5, 10]))
    a = rng.normal(rng.uniform(-4, 4) + 20, 1, n)
    b = rng.normal(20, rng.uniform(0.3, 2), n)
    return [*_value_cases(rng, a), *_pair_cases(a, b), *_bound_cases(rng, a), *_trend_cases(rng, n)]


def _value_cases(rng: np.random.Generator, a: Numbers) -> list[Case]:
    printed = f"{rng.normal(20, 1):.12f}"
    v, one = np.array([float(printed)]), a[None]
    within = Tolerance(absolute=2.0)
    paper = rng.normal(20, 1, 5)
    runs = Reported(repr(float(paper.mean())), 5, float(paper.std(ddof=1)), SpreadMeaning.SD, Selection.MEAN)
    cases = [
        (Reported(printed, 1), within, value(one, v, 2.0)),
        (runs, None, value_of_runs(one, paper[None])),
        (Reported(printed, len(a), selection=Selection.MEDIAN), within, median(one, v, 2.0)),
        (Reported(printed, 3, selection=Selection.BEST), within, best(one, v, 3, 2.0)),
    ]
    found: list[Case] = [
        (_claim(ClaimKind.VALUE, measure="a", paper=paper, tolerance=near), [_sample("a", a)], [], int(code[0]))
        for paper, near, code in cases
    ]
    share = _claim(ClaimKind.VALUE, measure="a", paper=Reported(printed, 1), tolerance=within, unit="%")
    of_items = int(value_of_items(one, v, 2.0, 1000)[0])
    return [*found, (share, [_sample("a", a, "%", 1000)], [], of_items)]


def _pair_cases(a: Numbers, b: Numbers) -> list[Case]:
    cases: list[Case] = []
    x, y, both = a[None], b[None], [_sample("a", a), _sample("b", b)]
    for by_seed in (True, False):
        how = {"pair_by": "seed" if by_seed else "", "pair": ("a", "b")}
        cases += [
            (claim, both, [], int(code[0]))
            for claim, code in (
                (
                    _claim(ClaimKind.DIFFERENCE, paper=Reported("1.000000000"), tolerance=Tolerance(1.5), **how),
                    difference(x, y, 1.0, 1.5, by_seed=by_seed),
                ),
                (
                    _claim(
                        ClaimKind.DIFFERENCE,
                        form="ratio",
                        paper=Reported("1.000000000"),
                        tolerance=Tolerance(0.15),
                        **how,
                    ),
                    ratio(x, y, 1.0, 0.15, by_seed=by_seed),
                ),
                (_claim(ClaimKind.PARITY, margin=2.0, **how), parity(x, y, 2.0, by_seed=by_seed)),
                (
                    _claim(ClaimKind.PARITY, form="noninferiority", margin=1.0, **how),
                    not_worse(x, y, 1.0, by_seed=by_seed),
                ),
                (
                    _claim(ClaimKind.ORDERING, order=("a", "b"), margin=0.5, pair_by=how["pair_by"]),
                    ordering([x, y], 0.5, by_seed=by_seed),
                ),
            )
        ]
    return cases


def _bound_cases(rng: np.random.Generator, a: Numbers) -> list[Case]:
    k = rng.binomial(50, rng.uniform(0.5, 1), len(a))
    shares = _sample("k", 100 * k / 50, "%", 50)
    at_most = _claim(ClaimKind.THRESHOLD, measure="a", op="<=", bound=20.0)
    at_least = _claim(ClaimKind.THRESHOLD, measure="k", op=">=", bound=75.0, unit="%")
    return [
        (at_most, [_sample("a", a)], [], int(threshold(a[None], 20.0)[0])),
        (at_least, [shares], [], int(proportion(k[None], 50, 0.75)[0])),
    ]


def _trend_cases(rng: np.random.Generator, n: int) -> list[Case]:
    xs = [1.0, 2.0, 3.0, 4.0]
    step, bend = rng.uniform(-1, 2), rng.uniform(-1, 2)
    points = [rng.normal(step * x + bend * (x - 2.5) ** 2, 1, (1, n)) for x in xs]
    series = [(x, _sample("y", point[0])) for x, point in zip(xs, points, strict=True)]
    found = {
        "increasing": rising(points),
        "u-shape": u_shape(points),
        "slope": slope(points, xs, 0.0, 1.5),
    }
    return [
        (
            _claim(ClaimKind.TREND, measure="y", x="x", expect=expect, slope=(0.0, 1.5), window=(0.0, 9.0)),
            [],
            series,
            int(code[0]),
        )
        for expect, code in found.items()
    ]
