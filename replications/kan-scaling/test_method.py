"""Tests of the networks against SciPy's splines and numeric gradients: `pytest replications/kan-scaling`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.interpolate import BSpline
from scipy.optimize import check_grad

sys.modules.pop("method", None)  # other replications have a module of this name
sys.path.insert(0, str(Path(__file__).parent))

import method  # noqa: E402


def layer(grid: int, inputs: int = 1, outputs: int = 1, seed: int = 0) -> method.Layer:
    """Make a layer of random coefficients."""
    model = method.KAN([inputs, outputs], grid, np.random.default_rng(seed))
    return model.layers[0]


def test_splines_are_scipys() -> None:
    """On evenly continued knots, within the grid and beyond it, where they end at zero."""
    grid = 6
    ours = layer(grid)
    knots = -1 + 2 / grid * np.arange(-2 * method.K, grid + 2 * method.K + 1)
    theirs = BSpline(knots, np.pad(ours.c[0, :, 0], method.K), method.K, extrapolate=False)
    x = np.linspace(-2.5, 2.5, 301)
    expected = np.nan_to_num(theirs(x))  # not a number where even the longer knots end
    np.testing.assert_allclose(ours.local(x[:, None]).splines[:, 0, 0], expected, atol=1e-12)
    assert np.abs(expected[x < -1]).max() > 0


def test_the_basis_adds_up_to_one_within_the_grid() -> None:
    """B-splines are a partition of unity."""
    values, slopes = method.cubic_b_splines(np.linspace(0, 1, 11))
    np.testing.assert_allclose(values.sum(-1), 1)
    np.testing.assert_allclose(slopes.sum(-1), 0, atol=1e-12)


def test_the_gradient_is_that_of_the_loss() -> None:
    """By differences, for two layers with several inputs and outputs."""
    rng = np.random.default_rng(1)
    x, y = method.samples(30, rng)
    model = method.KAN([2, 3, 1], 4, rng)
    model.refit(4, x)
    start = model.theta

    def loss(theta: method.Array) -> float:
        model.theta = theta
        return model.loss(x, y)[0]

    def gradient(theta: method.Array) -> method.Array:
        model.theta = theta
        return model.loss(x, y)[1]

    size = np.linalg.norm(gradient(start))
    assert check_grad(loss, gradient, start) < 1e-5 * size


def test_extension_to_a_multiple_keeps_the_function() -> None:
    """Splines on 5 intervals are splines on 20, so that equation 2.16 finds them again."""
    ours = layer(5, inputs=2, outputs=3)
    x = np.random.default_rng(2).uniform(-1, 1, (50, 2))
    before, _ = ours.forward(x)
    ours.refit(20)
    assert ours.grid == 20
    np.testing.assert_allclose(ours.forward(x)[0], before, atol=1e-9)


def test_hidden_grids_reach_a_little_beyond_the_training_inputs() -> None:
    """And the first layer's stay on [-1, 1]."""
    rng = np.random.default_rng(3)
    x, _ = method.samples(100, rng)
    model = method.KAN([2, 2, 1], 3, rng)
    model.refit(5, x)
    hidden, _ = model.layers[0].forward(x)
    assert model.layers[0].low.tolist() == [-1, -1]
    assert (model.layers[1].low < hidden.min(0)).all()
    assert (model.layers[1].high > hidden.max(0)).all()
    assert (model.layers[1].high - hidden.max(0) < 0.02 * np.ptp(hidden, axis=0)).all()


def test_training_and_a_finer_grid_lower_the_error() -> None:
    """A few steps on 3 intervals, then on 8."""
    x, y, _, _ = method.data(0, 200)
    stage = method.Stage([2, 1, 1], 0, 3, 3, 60, 3, 200)
    model = min(method.started(stage), key=lambda one: method.errors(one, x, y)[0])
    coarse, _ = method.errors(model, x, y)
    model.refit(8, x)
    method.train(model, x, y, 60, 3)
    fine, median = method.errors(model, x, y)
    assert fine < coarse < 0.5 * y.std()
    assert median < fine


def test_a_network_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Layers, grids and all."""
    rng = np.random.default_rng(4)
    x, _ = method.samples(20, rng)
    model = method.KAN([2, 3, 1], 4, rng)
    model.refit(4, x)
    method.save(model, tmp_path / "network.npz")
    again = method.load(tmp_path / "network.npz")
    assert np.array_equal(again.forward(x), model.forward(x))
    assert len(again.theta) == 9 * 7 + 2 * 9


def test_stages_follow_their_seed(tmp_path: Path) -> None:
    """The same stage made twice is the same; another seed's is not."""

    def made(seed: int, name: str) -> method.Array:
        stage = method.Stage([2, 1, 1], seed, 3, 2, 10, 2, 50)
        method.maker(stage, None)(tmp_path / name)
        return method.load(tmp_path / name).theta

    assert np.array_equal(made(0, "a"), made(0, "b"))
    assert not np.array_equal(made(0, "a"), made(1, "c"))


def test_the_target_is_the_papers() -> None:
    """exp(sin(pi / 2) + 1) at (0.5, -1)."""
    assert method.target(np.array([[0.5, -1.0]]))[0, 0] == pytest.approx(np.exp(2))
