"""How often each rule of `paperlab.verdicts` errs and how often it decides, by simulation, beside theory.

    python -m benchmarks.verdicts [--draws 40000] [--core FILE]

Values are normal with sd 1, the true difference is D sd, n the seeds. Twins of the rules run over all draws at once
(`verdict_twins.py`) and are first held against `judge` itself on random cases. *theory* is the noncentral t
distribution, of two one-sided tests its integral over the spread; `~` marks it where the rule's degrees of freedom are
estimated. *study* is what ../shared/replications.md has for it. *at most* is what the rule promises: a rate beyond it
by more than three standard errors of the simulation is MISSED, and the exit code is 1.

FILE is CORE-Bench's `core_train.json`: of each question with a numeric answer, candidates inside and outside of the
runs' 95 % prediction interval are graded by `judge` and by the textbook's formula.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmarks import verdict_twins as twins
from benchmarks.verdict_figures import SIZES, Table, drawn, equivalent, one_sided
from benchmarks.verdict_twins import AGREES, BETTER, DIFFERS
from scipy import stats

from paperlab.types import ClaimKind, Reported, Sample, Scope, TestedClaim
from paperlab.verdicts import judge, predicts, rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_T_CORE = {2: 12.706204736432095, 3: 4.302652729911275, 4: 3.182446305284263, 5: 2.7764451051977987}
"""t(.975, n - 1) by n, from a table."""


def beyond(codes: Any) -> Any:
    """Return where a difference was called."""
    return (codes == DIFFERS) | (codes == BETTER)


class Simulation:
    """Draws, rule by rule."""

    def __init__(self, draws: int) -> None:
        self.draws, self.table = draws, Table(draws)
        self.rng = np.random.default_rng(20061121)

    def normal(self, n: int, mean: float = 0.0, sd: float = 1.0) -> Numbers:
        """Return draws of n values."""
        return self.rng.normal(mean, sd, (self.draws, n))

    def all(self) -> int:
        """Print every rule; return how many promises were broken."""
        for part in (
            self.value, self.value_of_runs, self.single_draw, self.study_table, self.best, self.median, self.items,
            self.difference, self.ratio, self.ordering, self.chain, self.parity, self.threshold, self.proportion,
            self.monotone, self.u_shape, self.slope,
        ):  # fmt: skip
            part()
        self.table.finish()
        return self.table.missed

    def value(self) -> None:
        """Against the printed number as the target."""
        self.table.heading("value: margin 2 sd, the printed number is the target")
        zero = np.zeros(self.draws)
        for n in SIZES:
            se, df = 1 / math.sqrt(n), n - 1
            for off, most in ((0.0, None), (2.0, 0.05), (3.0, 0.05)):
                codes = twins.value(self.normal(n, off), zero, 2.0)
                self.table.row(f"agrees, D = {off:g}", n, codes == AGREES, equivalent(off, 2.0, se, df), most=most)
            for off, most in ((0.0, 0.05), (2.0, 0.05), (3.0, None), (5.0, None)):
                codes = twins.value(self.normal(n, off), zero, 2.0)
                theory = one_sided(off - 2.0, se, df, 0.025) + one_sided(-off - 2.0, se, df, 0.025)
                self.table.row(f"differs, D = {off:g}", n, beyond(codes), theory, most=most)

    def value_of_runs(self) -> None:
        """Against the mean of five runs, Welch."""
        study = {(3, 0): (0.51, 0.0), (3, 3): (0.0, 0.19), (3, 5): (0.0, 0.83)}
        study |= {(5, 0): (0.75, 0.0), (5, 3): (0.0, 0.27), (5, 5): (0.0, 0.98)}
        for margin, words in ((2.0, "margin 2 sd"), (None, "default margin, twice the sd they print")):
            self.table.heading(f"value: the paper's mean of 5 runs, {words}")
            for n in SIZES:
                for off in (0, 2, 3, 5):
                    codes = twins.value_of_runs(self.normal(n, off), self.normal(5), margin)
                    known = study.get((n, off), (None, None)) if margin else (None, None)
                    most = 0.05 if off > (2 if margin is None else 0) else None
                    self.table.row(f"agrees, D = {off}", n, codes == AGREES, None, known[0], most)
                    most = 0.05 if off < (2 if margin is None else 3) else None
                    self.table.row(f"differs, D = {off}", n, beyond(codes), None, known[1], most)

    def single_draw(self) -> None:
        """Against one noisy run of the paper: what the study simulated; the level is that of the printed number."""
        self.table.heading("value: margin 2 sd, the printed number is one draw and taken as the target (no promise)")
        study = {(3, 0): (0.38, 0.0), (3, 3): (0.04, 0.24), (3, 5): (0.0, 0.70)}
        study |= {(5, 0): (0.67, 0.01), (5, 3): (0.05, 0.44), (5, 5): (0.0, 0.94)}
        for n in SIZES:
            for off in (0, 3, 5):
                codes = twins.value(self.normal(n, off), self.normal(1)[:, 0], 2.0)
                known = study.get((n, off), (None, None))
                self.table.row(f"agrees, D = {off}", n, codes == AGREES, drawn(off, 2.0, n), known[0])
                self.table.row(f"differs, D = {off}", n, beyond(codes), None, known[1])

    def study_table(self) -> None:
        """Repeat the study's table 2.2."""
        self.table.heading("prediction interval, and margin 3 sd, against one draw (the study's table 2.2)")
        inside = {3: (0.95, 0.82, 0.68), 5: (0.95, 0.71, 0.45), 10: (0.95, 0.60, 0.28)}
        alike = {3: (0.73, 0.14), 5: (0.93, 0.21), 10: (0.98, 0.30)}
        for n in SIZES:
            for off, known in zip((0, 2, 3), inside[n], strict=True):
                x, paper = self.normal(n, off), self.normal(1)[:, 0]
                m, s = twins.moments(x)
                half = stats.t.ppf(0.975, n - 1) * s * math.sqrt(1 + 1 / n)
                shift, bound = off / math.sqrt(1 + 1 / n), stats.t.ppf(0.975, n - 1)
                theory = stats.nct.cdf(bound, n - 1, shift) - stats.nct.cdf(-bound, n - 1, shift)
                self.table.row(f"prediction interval holds it, D = {off}", n, abs(m - paper) <= half, theory, known)
            for off, known in zip((0, 3), alike[n], strict=True):
                codes = twins.value(self.normal(n, off), self.normal(1)[:, 0], 3.0)
                self.table.row(f"agrees at a margin of 3 sd, D = {off}", n, codes == AGREES, drawn(off, 3.0, n), known)

    def best(self) -> None:
        """Best of three, of all our subsets."""
        self.table.heading("value-best: best of 3 against its expectation, margin 2 sd")
        expected = np.full(self.draws, 3 / (2 * math.sqrt(math.pi)))
        for n in SIZES:
            for off, most in ((0.0, None), (2.0, 0.05), (3.0, 0.05)):
                codes = twins.best(self.normal(n, off), expected, 3, 2.0)
                self.table.row(f"agrees, D = {off:g}", n, codes == AGREES, most=most)
            for off, most in ((0.0, 0.05), (2.0, 0.05), (5.0, None)):
                codes = twins.best(self.normal(n, off), expected, 3, 2.0)
                self.table.row(f"differs, D = {off:g}", n, beyond(codes), most=most)

    def median(self) -> None:
        """Medians, of normal and of skew values."""
        self.table.heading("value-median: margin 2 sd")
        zero = np.zeros(self.draws)
        for n in SIZES:
            for off, most in ((0.0, None), (2.0, 0.05), (3.0, 0.05)):
                codes = twins.median(self.normal(n, off), zero, 2.0)
                self.table.row(f"agrees, D = {off:g}", n, codes == AGREES, most=most)
            for off, most in ((0.0, 0.05), (5.0, None)):
                codes = twins.median(self.normal(n, off), zero, 2.0)
                self.table.row(f"differs, D = {off:g}", n, beyond(codes), most=most)
            skew = self.rng.exponential(1.0, (self.draws, n)) - math.log(2) + 2.0
            self.table.row("agrees, skew values, D = margin", n, twins.median(skew, zero, 2.0) == AGREES, most=0.05)

    def items(self) -> None:
        """One test set of 1,000 items; errors of paper and ours correlate by one half over them."""
        self.table.heading(
            "value: an error of 10 % on 1,000 items, seeds' sd .3, margin .5: a difference of items only"
        )
        noise = 100 * math.sqrt(0.1 * 0.9 / 1000)
        for n in SIZES:
            quirk = self.rng.normal(0, noise, self.draws)
            x = self.normal(n, 10.0, 0.3) + quirk[:, None]
            codes = twins.value_of_items(x, np.full(self.draws, 10.0), 0.5, 1000)
            self.table.row("differs, D = 0", n, beyond(codes), most=0.05)
            codes = twins.value(x, np.full(self.draws, 10.0), 0.5)
            self.table.row("differs, D = 0, without that noise", n, beyond(codes))

    def difference(self) -> None:
        """Two measures, by seed and of independent runs."""
        for by_seed in (True, False):
            way = "paired" if by_seed else "welch"
            self.table.heading(f"difference-{way}: 5 sd claimed, margin 2 sd, noise of each .71 sd")
            for n in SIZES:
                se, df = 1 / math.sqrt(n), (n - 1) * (1 if by_seed else 2)
                for off, most in ((0.0, None), (2.0, 0.05), (3.0, 0.05)):
                    pair = self.normal(n, 5 + off, math.sqrt(0.5)), self.normal(n, 0, math.sqrt(0.5))
                    codes = twins.difference(*pair, 5.0, 2.0, by_seed=by_seed)
                    theory, sure = equivalent(off, 2.0, se, df), "" if by_seed else "~"
                    self.table.row(f"agrees, D = {off:g}", n, codes == AGREES, theory, most=most, sure=sure)
                    theory = one_sided(off - 2, se, df, 0.025) + one_sided(-off - 2, se, df, 0.025)
                    limit = 0.05 if off < 3 else None
                    self.table.row(f"differs, D = {off:g}", n, beyond(codes), theory, most=limit, sure=sure)

    def ratio(self) -> None:
        """Two log-normal measures with sd .1 of their logarithms."""
        self.table.heading("difference-paired, ratio: .8 claimed, tolerance .1, logarithms' sd .1 each")
        for n in SIZES:
            for true, most in ((0.8, None), (0.9, 0.05), (1.1, 0.05)):
                pair = np.exp(self.normal(n, math.log(true), 0.1)), np.exp(self.normal(n, 0, 0.1))
                codes = twins.ratio(*pair, 0.8, 0.1, by_seed=True)
                self.table.row(f"agrees, true ratio {true:g}", n, codes == AGREES, most=most)
                self.table.row(f"differs, true ratio {true:g}", n, beyond(codes), most=0.05 if true < 1 else None)

    def ordering(self) -> None:
        """Two measures."""
        study = {3: 0.49, 5: 0.83, 10: 0.99}
        for by_seed in (True, False):
            self.table.heading(f"ordering-{'paired' if by_seed else 'welch'}: a gain of D sd, noise of each 1 sd")
            for n in SIZES:
                se, df = math.sqrt(2 / n), (n - 1) * (1 if by_seed else 2)
                for off in (-3.0, 0.0, 1.0, 2.0):
                    codes = twins.ordering([self.normal(n, off), self.normal(n)], 0.0, by_seed=by_seed)
                    sure, known = "" if by_seed else "~", study[n] if off == 2 and by_seed else None
                    most = 0.05 if off <= 0 else None
                    theory = one_sided(off, se, df, 0.05)
                    self.table.row(f"agrees, D = {off:g}", n, codes == AGREES, theory, known, most, sure)
                    if off in {0.0, -3.0}:
                        theory, most = one_sided(-off, se, df, 0.05), None if off else 0.05
                        self.table.row(f"differs, D = {off:g}", n, codes == DIFFERS, theory, None, most, sure)
                uneven = twins.ordering([self.normal(n, 0, 3.0), self.normal(n)], 0.0, by_seed=by_seed)
                self.table.row("agrees, D = 0, sd of 3 and 1", n, uneven == AGREES, most=0.05)

    def chain(self) -> None:
        """Four measures, three pairs, Holm."""
        self.table.heading("ordering-welch: four measures in a row, Holm")
        for n in SIZES:
            for gains in ((2, 2, 2), (2, 2, 0), (0, 0, 0), (2, 2, -3)):
                levels = np.cumsum([0, *(-gain for gain in gains)])
                codes = twins.ordering([self.normal(n, level) for level in levels], 0.0, by_seed=False)
                text = ", ".join(map(str, gains))
                self.table.row(f"agrees, gains {text}", n, codes == AGREES, most=None if min(gains) > 0 else 0.05)
                self.table.row(f"differs, gains {text}", n, codes == DIFFERS, most=0.05 if min(gains) >= 0 else None)

    def parity(self) -> None:
        """Equivalence and non-inferiority."""
        for by_seed in (True, False):
            way, sure = ("paired", "") if by_seed else ("welch", "~")
            self.table.heading(f"parity-{way}, noninferiority-{way}: margin 2 sd, noise of the difference 1 sd")
            for n in SIZES:
                se, df, half = 1 / math.sqrt(n), (n - 1) * (1 if by_seed else 2), math.sqrt(0.5)
                for off, most in ((0.0, None), (-2.0, 0.05), (-3.0, 0.05)):
                    pair = self.normal(n, off, half), self.normal(n, 0, half)
                    alike = twins.parity(*pair, 2.0, by_seed=by_seed)
                    theory = equivalent(off, 2.0, se, df)
                    self.table.row(f"alike, D = {off:g}", n, alike == AGREES, theory, most=most, sure=sure)
                    limit = 0.05 if off > -3 else None
                    self.table.row(f"  differs, D = {off:g}", n, alike == DIFFERS, most=limit)
                    not_worse = twins.not_worse(*pair, 2.0, by_seed=by_seed)
                    theory = one_sided(off + 2, se, df, 0.05)
                    self.table.row(f"not worse, D = {off:g}", n, not_worse == AGREES, theory, most=most, sure=sure)
                    self.table.row(f"  worse, D = {off:g}", n, not_worse == DIFFERS, most=limit)

    def threshold(self) -> None:
        """One mean at most at a bound D below or above."""
        self.table.heading("threshold: at most 0, the mean lies at D")
        for n in SIZES:
            for off in (-2.0, -1.0, 0.0, 3.0):
                codes, se = twins.threshold(self.normal(n, off), 0.0), 1 / math.sqrt(n)
                most = 0.05 if off >= 0 else None
                self.table.row(f"agrees, D = {off:g}", n, codes == AGREES, one_sided(-off, se, n - 1, 0.05), most=most)
                most = 0.05 if off <= 0 else None
                self.table.row(f"differs, D = {off:g}", n, codes == DIFFERS, one_sided(off, se, n - 1, 0.05), most=most)

    def proportion(self) -> None:
        """Shares of 50 items a seed, drawn anew for each."""
        self.table.heading("threshold-proportion: at least 90 %, 50 items a seed")
        for n in SIZES:
            for share, most in ((0.98, None), (0.90, 0.05), (0.70, 0.05)):
                k = self.rng.binomial(50, share, (self.draws, n))
                codes = twins.proportion(k, 50, 0.9)
                self.table.row(f"agrees, share {share:g}", n, codes == AGREES, most=most)
                limit = 0.05 if share >= 0.9 else None
                self.table.row(f"differs, share {share:g}", n, codes == DIFFERS, most=limit)

    def monotone(self) -> None:
        """Four settings."""
        self.table.heading("trend-monotone: rising over four settings, by steps of D sd")
        for n in SIZES:
            for steps, most in (
                ((2, 2, 2), None),
                ((1, 1, 1), None),
                ((0, 0, 0), 0.05),
                ((2, -3, 2), 0.05),
                ((-1,) * 3, 0.05),
            ):
                levels = np.cumsum([0, *steps])
                codes = twins.rising([self.normal(n, level) for level in levels])
                text = ", ".join(map(str, steps))
                self.table.row(f"agrees, steps {text}", n, codes == AGREES, most=most)
                self.table.row(f"differs, steps {text}", n, codes == DIFFERS, most=0.05 if min(steps) >= 0 else None)
            codes = twins.rising([self.normal(n, level) for level in (0, 2, 2, 4)])
            self.table.row("agrees, steps 2, 0, 2 (no promise)", n, codes == AGREES)

    def u_shape(self) -> None:
        """Five settings."""
        self.table.heading("trend-u-shape: five settings, means as given, in sd")
        for n in SIZES:
            for levels, most in (
                ((4, 2, 0, 2, 4), None), ((0, 0, 0, 0, 0), 0.05), ((4, 3, 2, 1, 0), 0.05), ((6, 3, 0, 0, 0), 0.05),
                ((12, 9, 6, 3, 0), 0.05),
            ):  # fmt: skip
                codes = twins.u_shape([self.normal(n, level) for level in levels])
                text = ", ".join(map(str, levels))
                self.table.row(f"agrees, {text}", n, codes == AGREES, most=most)
                limit = 0.05 if levels[-1] >= min(levels[1:-1]) else None
                self.table.row(f"differs, {text}", n, codes == DIFFERS, most=limit)

    def slope(self) -> None:
        """Per-seed slopes with sd .1 around the true one, claimed -1.2 to -0.8."""
        self.table.heading("trend-slope: claimed -1 ± .2, slopes of seeds vary by .1")
        xs = [1.0, 2.0, 3.0, 4.0]
        for n in SIZES:
            for true, most in ((-1.0, None), (-0.8, 0.05), (-0.7, 0.05)):
                points = [self.normal(n, true * x, 0.1 * math.sqrt(5.0)) for x in xs]
                codes, se = twins.slope(points, xs, -1.2, -0.8), 0.1 / math.sqrt(n)
                theory = equivalent(true + 1, 0.2, se, n - 1)
                self.table.row(f"agrees, slope {true:g}", n, codes == AGREES, theory, most=most)
                theory = one_sided(true + 0.8, se, n - 1, 0.025) + one_sided(-1.2 - true, se, n - 1, 0.025)
                limit = 0.05 if true <= -0.8 else None
                self.table.row(f"differs, slope {true:g}", n, codes == DIFFERS, theory, most=limit)


def candidates(values: list[float], rng: np.random.Generator) -> Iterator[float]:
    """Yield answers to grade: on a grid around the mean, close to both ends of the interval, and the runs' own."""
    center, sd = statistics.fmean(values), statistics.stdev(values)
    half = _T_CORE[len(values)] * sd * math.sqrt(1 + 1 / len(values))
    size = half or abs(center) or 1.0
    yield from values
    yield from (center + size * float(step) for step in np.linspace(-2.05, 2.05, 42))
    yield from (center + side * size * (1 + edge) for side in (-1, 1) for edge in (-1e-6, 1e-6))
    yield from (center + size * float(step) for step in rng.normal(0, 1, 20))


def textbook(values: list[float], candidate: float) -> bool:
    """Return whether mean ± t(.975, n - 1) s sqrt(1 + 1/n) holds a candidate; of equal runs only their value does."""
    if min(values) == max(values):
        return candidate == values[0]
    center, sd = statistics.fmean(values), statistics.stdev(values)
    return abs(candidate - center) <= _T_CORE[len(values)] * sd * math.sqrt(1 + 1 / len(values))


def graded(values: list[float], candidate: float) -> bool:
    """Return whether `judge` finds the candidate, as a paper's single run, inside the prediction interval."""
    sample = Sample("m", tuple(range(len(values))), tuple(values))
    claim = TestedClaim(
        "c", "", ClaimKind.VALUE, status="confirmed", measure="m", min_seeds=2, paper=Reported(f"{candidate:.17g}", 1)
    )
    notes = " ".join(judge(claim, {"m": sample}, scope=Scope("paper")).notes)
    return "inside the 95 % prediction interval" in notes


def core(file: Path) -> int:
    """Print how far we grade CORE-Bench's numeric questions as its formula does; return how many not."""
    rng, same, total, questions, varied = np.random.default_rng(1), 0, 0, 0, 0
    for task in json.loads(file.read_text()):
        for question, first in task["results"][0].items():
            values = [float(run[question]) for run in task["results"]] if isinstance(first, int | float) else []
            if len(values) < 2:
                continue
            questions, varied = questions + 1, varied + (min(values) < max(values))
            for candidate in candidates(values, rng):
                inside = textbook(values, candidate)
                same += predicts(values, candidate) is inside and graded(values, candidate) is inside
                total += 1
    print(f"\nCORE-Bench: {questions} numeric questions ({varied} whose runs differ), {total} candidate answers:")
    print(
        f"  graded as by mean ± t s sqrt(1 + 1/n): {same} of {total}, "
        f"{100 * same / max(total, 1):.2f} % (at least 100 %)"
    )
    return total - same


def main() -> None:
    """Print all figures; exit with 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draws", type=int, default=40_000)
    parser.add_argument("--core", type=Path)
    options = parser.parse_args()
    began = time.perf_counter()
    same, total = twins.agreement(40)
    print(f"{len(rules())} rules; the simulation's twins say what judge says in {same} of {total} random cases")
    missed = (total - same) + Simulation(options.draws).all()
    missed += core(options.core) if options.core else 0
    print(f"\n{options.draws:,} draws a row, {time.perf_counter() - began:.0f} s; {missed or 'no'} promises broken")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
