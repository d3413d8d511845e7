"""What a claim's plots show: dots per seed, means, intervals, and what the paper says. Nothing is drawn here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import TYPE_CHECKING

from paperlab.text import one_line
from paperlab.types import ClaimKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.replication.reports.curves import Curve
    from paperlab.types import Comparison, Sample, Verdict

_MOST_ROWS = 24
_MOST_CURVES = 8
_CURVE_POINTS = 160
_GAPS = {ClaimKind.DIFFERENCE: "difference", ClaimKind.ORDERING: "gap", ClaimKind.PARITY: "difference"}


class Style(StrEnum):
    """How points are drawn."""

    DOTS = "dots"
    MEANS = "means"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Points:
    """Points drawn alike; coordinates are finite."""

    style: Style
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """One plot."""

    about: str
    """What it shows, for those who cannot see it."""
    x: str
    y: str = ""
    points: tuple[Points, ...] = ()
    rows: tuple[str, ...] = ()
    """Names of the rows, where y counts them from 1, the topmost first; empty where y is a number."""
    lines: tuple[tuple[float, str], ...] = ()
    """Upright lines, each with its words: what the paper says."""
    band: tuple[float, float] | None = None
    """Least and most x of what is held against it."""
    log_x: bool = False
    log_y: bool = False


def plots_of(comparison: Comparison, verdict: Verdict) -> tuple[Spec, ...]:
    """Return a claim's plots, the one that decides it first; none where nothing was measured."""
    samples = [sample for sample in verdict.samples if sample.values]
    if not samples:
        return ()
    if verdict.claim.kind is ClaimKind.TREND:
        return (_trend(comparison, verdict),)
    gap = _gap(verdict)
    return (gap, _rows(verdict)) if gap else (_rows(verdict),)


def curves_of(comparison: Comparison, verdict: Verdict) -> tuple[Spec, ...]:
    """Return the learning curves of the runs a verdict rests on, a plot a metric; raises BadFile."""
    from paperlab.replication.reports.curves import curves
    from paperlab.replication.reports.report_parts import runs_behind

    found = curves(runs_behind(comparison, verdict))
    return tuple(
        _curves(name, [curve for curve in found if curve.name == name]) for name in dict.fromkeys(c.name for c in found)
    )[:_MOST_CURVES]


def _rows(verdict: Verdict) -> Spec:
    from paperlab.replication.reports.report_parts import in_claims_unit, name_of

    samples = [sample for sample in in_claims_unit(verdict) if sample.values][:_MOST_ROWS]
    alone = len(samples) == 1
    points = [part for row, sample in enumerate(reversed(samples), 1) for part in _row(sample, row)]
    names = list(dict.fromkeys(name_of(sample.measure) for sample in samples))
    units = {sample.unit for sample in samples}
    interval = _own_interval(verdict) if alone else ()
    return Spec(
        about="a dot per seed, the mean as a diamond" + (", its interval as a line" if interval else ""),
        x=one_line(_unit(" / ".join(names[:2]), units.pop() if len(units) == 1 else "")),
        points=(*interval, *points),
        rows=tuple(one_line(sample.measure) for sample in samples),
        lines=tuple(_said(verdict)) if alone else (),
        band=_paper_band(verdict) if alone else None,
    )


def _unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _row(sample: Sample, row: int) -> Iterator[Points]:
    n = len(sample.values)
    # Seed by seed around the row, so that equal values stay countable.
    heights = tuple(row + (0.0 if n < 2 else 0.5 * (i / (n - 1) - 0.5)) for i in range(n))
    yield Points(Style.DOTS, sample.values, heights, "seeds")
    if n > 1:
        yield Points(Style.MEANS, (fmean(sample.values),), (float(row),), "mean")


def _own_interval(verdict: Verdict) -> tuple[Points, ...]:
    low, high = verdict.interval or (math.inf, math.inf)
    # Some rules give the interval of the difference from the paper; only one around our mean belongs on this axis.
    if verdict.measured is None or not (math.isfinite(low) and math.isfinite(high) and low <= verdict.measured <= high):
        return ()
    return (Points(Style.LINE, (low, high), (1.0, 1.0), "interval"),)


def _said(verdict: Verdict) -> Iterator[tuple[float, str]]:
    from paperlab.replication.reports.report_parts import number, paper_value

    claim = verdict.claim
    if claim.kind is ClaimKind.THRESHOLD and claim.bound is not None:
        yield claim.bound, f"{claim.op} {number(claim.bound)}"
    elif (value := paper_value(verdict)) is not None and claim.paper:
        yield value, f"paper {one_line(claim.paper.printed)}"


def _paper_band(verdict: Verdict) -> tuple[float, float] | None:
    from paperlab.replication.reports.report_parts import paper_value

    claim, value = verdict.claim, paper_value(verdict)
    if value is None or claim.paper is None:
        return None
    tolerance = claim.tolerance
    if tolerance and (tolerance.absolute is not None or tolerance.relative is not None):
        wide = max(tolerance.absolute or 0.0, abs(value) * (tolerance.relative or 0.0))
    else:
        wide = claim.paper.spread or 0.0
    return (value - wide, value + wide) if wide and math.isfinite(wide) else None


def _gap(verdict: Verdict) -> Spec | None:
    """Return what the rule compared, with its interval, against what it was held to; None for other kinds."""
    from paperlab.replication.reports.report_parts import number, paper_value

    claim = verdict.claim
    if claim.kind not in _GAPS or verdict.measured is None or not math.isfinite(verdict.measured):
        return None
    what = _GAPS[claim.kind]
    low, high = verdict.interval or (math.inf, math.inf)
    line = (Points(Style.LINE, (low, high), (1.0, 1.0), "interval"),) if math.isfinite(high - low) else ()
    if claim.kind is ClaimKind.DIFFERENCE:
        value = paper_value(verdict)
        said = [(value, f"paper {one_line(claim.paper.printed)}")] if value is not None and claim.paper else []
    else:
        margin = claim.margin or 0.0
        both = claim.kind is ClaimKind.PARITY and claim.form != "noninferiority"
        said = [(edge, number(edge)) for edge in ((-margin, margin) if both else (margin,))]
    return Spec(
        about=f"the {what} as a diamond" + (", its interval as a line" if line else ""),
        x=one_line(_unit(what, "" if claim.form in {"rel", "ratio"} else claim.unit)),
        points=(*line, Points(Style.MEANS, (verdict.measured,), (1.0,), what)),
        rows=(what,),
        lines=tuple(said),
    )


def _trend(comparison: Comparison, verdict: Verdict) -> Spec:
    from paperlab.replication.reports.report_parts import in_claims_unit, variant_of, x_of

    claim, tier = verdict.claim, comparison.tier
    placed = [
        (x, sample)
        for sample in in_claims_unit(verdict)
        if sample.values and (x := x_of(claim, tier, variant_of(sample.measure, tier))) is not None
    ]
    placed.sort(key=lambda point: point[0])
    dots = [(x, value) for x, sample in placed for value in sample.values]
    means = [(x, fmean(sample.values)) for x, sample in placed]
    unit = placed[0][1].unit if placed else ""
    log = claim.log and all(x > 0 and value > 0 for x, value in dots)
    about = "a dot per seed, their means as a line" + (", logarithms on both axes" if log else "")
    if claim.window:
        about += f"; upright lines: the claim is about {claim.window[0]:g} to {claim.window[1]:g}"
    return Spec(
        about=about,
        x=one_line(claim.x),
        y=one_line(_unit(claim.measure, unit)),
        points=(
            _points(Style.LINE, means, "mean"),
            _points(Style.DOTS, dots, "seeds"),
        ),
        band=claim.window,
        log_x=log,
        log_y=log,
    )


def _points(style: Style, placed: Sequence[tuple[float, float]], name: str) -> Points:
    return Points(style, tuple(x for x, _ in placed), tuple(y for _, y in placed), name)


def _curves(name: str, found: Sequence[Curve]) -> Spec:
    thin = [curve.thinned(_CURVE_POINTS) for curve in found]
    values = [value for curve in thin for value in curve.values]
    variants = list(dict.fromkeys(curve.variant for curve in found))
    return Spec(
        about=f"a line per run: {len(found)} runs of {', '.join(map(one_line, variants[:4]))}"
        + (" and more" if len(variants) > 4 else ""),
        x="step",
        y=one_line(_unit(name, found[0].unit)),
        points=tuple(Points(Style.LINE, curve.steps, curve.values, one_line(curve.variant)) for curve in thin),
        log_y=min(values) > 0 and max(values) > 100 * min(values),
    )
