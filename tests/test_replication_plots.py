"""Plots: the same bytes from the same runs, the paper's value only where it may stand, never a huge file."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import matplotlib
import pytest

from paperlab.errors import BadFile, NotNow
from paperlab.replication.reports.curves import Curve, curves
from paperlab.replication.reports.plots import claim_plot, curve_plots, plots
from paperlab.types import ClaimKind, Outcome, Sample, Verdict
from told_replications import (
    LOSS,
    REDUCED,
    agrees,
    claim,
    comparison,
    differs,
    ordering,
    reduced,
    run,
    runs,
    trend,
    value_claim,
    verdict,
    write_curve,
)

if TYPE_CHECKING:
    from pathlib import Path


def drawn(found: Verdict, **how: object) -> str:
    """Return the SVG of one verdict's plot."""
    plot = claim_plot(comparison(found), replace(found, **how))
    assert plot is not None
    return plot.svg


def labels(svg: str) -> list[str]:
    """Return the texts of a figure; matplotlib writes each as a comment beside its outlines."""
    return [text.strip() for text in re.findall(r"<!--(.*?)-->", svg)]


def test_the_same_runs_draw_the_same_bytes(tmp_path: Path) -> None:
    """No date, no random ids: a report in git changes only when its numbers do."""
    told = comparison(runs=runs(tmp_path))

    first = plots(told)

    assert first == plots(told)
    assert [plot.claim for plot in first] == ["T3-loss", "T3-error", "S5-order", "F4-width", ""]
    for plot in first:
        assert ET.fromstring(plot.svg).tag.endswith("svg")
        assert "<dc:date>" not in plot.svg
        assert len(plot.svg) < 100_000


def test_settings_of_the_user_neither_matter_nor_change() -> None:
    """A matplotlibrc gives no other picture; afterwards everything is as it was, and pyplot was never there."""
    plain = drawn(agrees())

    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": "other", "axes.grid": True}):
        before = dict(matplotlib.rcParams)
        assert drawn(agrees()) == plain
        assert dict(matplotlib.rcParams) == before


def test_the_papers_value_is_drawn_where_scales_are_equal() -> None:
    """With the axis named by measure and unit."""
    assert "paper 0.0727" in labels(drawn(agrees()))
    assert "test_loss (nats)" in labels(drawn(agrees()))
    assert "paper 1.40" in labels(drawn(differs()))


def test_the_papers_value_is_not_drawn_beside_runs_of_another_scale() -> None:
    """Neither for a value nor for a difference."""
    value, *_ = plots(reduced())
    assert not [text for text in labels(value.svg) if "paper" in text]

    tested = replace(value_claim(), kind=ClaimKind.DIFFERENCE, pair=("join:barrier", "plain:barrier"))
    outcome = Outcome.NOT_COMPARABLE
    apart = verdict(tested, outcome, scope=REDUCED, measured=-0.6, samples=ordering().samples)
    assert not [text for text in labels(drawn(apart)) if "paper" in text]
    assert "paper 0.0727" in labels(drawn(replace(apart, outcome=Outcome.AGREES, scope=None)))


def test_an_ordering_shows_its_measures_and_the_gap_with_its_margin() -> None:
    """In two panels."""
    texts = labels(drawn(ordering()))

    assert {"join:barrier", "plain:barrier", "gap", "gap (nats)", "0.1"} <= set(texts)


def test_a_trend_is_drawn_over_its_x() -> None:
    """Ticks stand at the values that were run; both axes are logarithmic where the claim is."""
    texts = labels(drawn(trend()))

    assert {"16", "64", "256", "width", "barrier (nats)", "0.1"} <= set(texts)


def test_a_trend_with_two_variants_at_one_x_is_no_error() -> None:
    """Samples are no numbers to sort by."""
    assert drawn(trend(), samples=(trend().samples[0], trend().samples[0]))


def test_a_logarithmic_trend_with_zeros_is_drawn_plainly() -> None:
    """A barrier may be zero, or below."""
    zero = tuple(replace(sample, values=(0.0, -0.1, 0.2)) for sample in trend().samples)

    assert drawn(trend(), samples=zero)


def test_a_claim_without_measurements_has_no_plot() -> None:
    """Nothing is drawn of nothing, and nothing of a number without chance."""
    exact = replace(agrees().claim, kind=ClaimKind.EXACT)
    assert claim_plot(comparison(), replace(agrees(), claim=exact)) is None
    assert claim_plot(comparison(), verdict(value_claim(), Outcome.NOT_RUN)) is None
    assert claim_plot(comparison(), agrees(samples=(Sample("join:x", (), ()),))) is None


def test_names_that_look_like_formulas_are_drawn_as_they_are() -> None:
    """A dollar sign, an underscore and a backslash are characters."""
    odd = replace(LOSS, measure="join:a_$\\frac{1}$", unit="$\\undefined")

    assert drawn(agrees(), samples=(odd,))


def test_ids_that_differ_in_odd_characters_have_files_of_their_own() -> None:
    """No path leaves the folder of the figures."""
    names = ["a/b", "a:b", "../a", "..", ""]
    found = [claim_plot(comparison(), replace(agrees(), claim=value_claim(name))) for name in names]

    paths = [plot.path for plot in found if plot]
    assert len(set(paths)) == len(names)
    assert all(re.fullmatch(r"figures/claim-[A-Za-z0-9._-]+\.svg", path) for path in paths)


def test_many_seeds_and_measures_stay_small() -> None:
    """Hundreds of dots and dozens of measures."""
    samples = tuple(
        Sample(f"v{i}:loss", tuple(range(60)), tuple(math.sin(i * j) for j in range(60))) for i in range(50)
    )

    plot = claim_plot(comparison(), ordering(samples=samples))

    assert plot is not None
    assert len(plot.svg) < 100_000
    assert "42 more measures not drawn" in plot.about


def test_curves_hold_every_metric_with_steps(tmp_path: Path) -> None:
    """Results at the end are no curves; a step told twice counts as told last; what is not finite is left out."""
    place = tmp_path / "seed-0"
    path = write_curve(place, {2: 3.0, 0: 1.0, 1: 2.0})
    with path.open("a", encoding="utf-8") as file:
        file.write('{"step": 1, "name": "train_loss", "value": 9.0, "t": 1}\n')
        file.write('{"step": 3, "name": "train_loss", "value": NaN, "t": 1}\n\n')
        file.write('{"step": null, "name": "test_loss", "value": 9.0, "t": 1}\n')

    found = curves([run(folder=place), run(folder=tmp_path / "no such folder")])

    assert found == [Curve("train_loss", "join", 0, (0, 1, 2), (1.0, 9.0, 3.0), "nats")]


@pytest.mark.parametrize("line", ["no json", "[1]", '{"step": 1}', "3"])
def test_a_metrics_file_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    """Nothing is left out silently."""
    path = write_curve(tmp_path, {0: 1.0})
    path.write_text(path.read_text() + line + "\n")

    with pytest.raises(BadFile, match=r"metrics\.jsonl:2: this is not a metric"):
        curves([run(folder=tmp_path)])


def test_thinning_keeps_ends_and_extremes() -> None:
    """A spike of one step is still to be seen."""
    steps = tuple(range(10_000))
    curve = Curve("loss", "v", 0, steps, tuple(5.0 if i == 4321 else 1 / (i + 1) for i in steps))

    thin = curve.thinned(100)

    assert len(thin.steps) <= 100
    assert (thin.steps[0], thin.steps[-1]) == (0, 9_999)
    assert 4321 in thin.steps
    assert curve.thinned(10_000) is curve


def test_long_curves_of_many_runs_stay_below_the_limit(tmp_path: Path) -> None:
    """Twelve variants of five seeds with a thousand steps each, and one variant more that is named as left out."""
    made = []
    for variant in range(13):
        for seed in range(5):
            place = tmp_path / f"{variant}-{seed}"
            write_curve(place, {i: math.sin(i * (seed + 2)) for i in range(1_000)})
            made.append(run(f"variant-{variant}", seed, folder=place))

    (plot,) = curve_plots(comparison(runs=tuple(made)))

    assert len(plot.svg) < 100_000
    assert "1 more variant not drawn" in plot.about


def test_metrics_that_are_not_drawn_are_named(tmp_path: Path) -> None:
    """Eight are drawn, the rest is not passed over in silence."""
    lines = []
    for i in range(10):
        path = write_curve(tmp_path / str(i), {0: 1.0, 1: 2.0, 2: 3.0}, f"metric-{i}")
        lines.append(path.read_text())
    (tmp_path / "0" / "metrics.jsonl").write_text("".join(lines))

    found = curve_plots(comparison(runs=(run(folder=tmp_path / "0"),)))

    assert len(found) == 8
    assert found[-1].about.endswith("; not drawn: metric-8, metric-9")


def test_without_matplotlib_the_user_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """It belongs to an extra."""
    monkeypatch.setattr("paperlab.replication.extra.import_module", _missing)

    with pytest.raises(NotNow, match="this needs matplotlib: pip install"):
        claim_plot(comparison(), agrees())


def _missing(name: str) -> None:
    raise ModuleNotFoundError(name=name)


def test_a_bound_is_drawn_even_at_reduced_scale() -> None:
    """It is ours, or a statement that holds at any scale."""
    tested = claim("b", ClaimKind.THRESHOLD, op="<=", bound=0.08, measure="join:test_loss")

    svg = drawn(
        verdict(tested, Outcome.OBSERVED, scope=REDUCED, samples=(LOSS,), measured=0.07, interval=(0.06, 0.075))
    )

    assert "bound 0.08" in labels(svg)
