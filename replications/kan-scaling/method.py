"""Kolmogorov-Arnold networks with grid extension (Liu et al. 2024, arXiv 2404.19756, sections 2.2 to 2.4).

A layer has a function phi for each pair of an input and an output; an output is the sum of phi over its inputs. With
b(x) = silu(x) (equations 2.10 to 2.12):

    phi(x) = w_b b(x) + w_s spline(x),    spline(x) = sum_i c_i B_i(x),  i = 0 ... G + k - 1,  k = 3

The B_i are B-splines on G equal intervals of [low, high], continued by k knots on both sides. At the place u, 0 to 1,
of the interval `cell` only B_cell ... B_{cell+3} are not zero, and these are the four cubics of `cubic_b_splines`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Array = NDArray[np.float64]

K = 3
"""Order of the splines: piecewise cubic."""

MARGIN = 0.01
"""Of its width that a grid reaches beyond the training inputs, so that test inputs rarely lie outside."""


def target(x: Array) -> Array:
    """f(x, y) = exp(sin(pi x) + y^2) (section 2.4) for points (n, 2): (n, 1)."""
    return np.exp(np.sin(np.pi * x[:, :1]) + x[:, 1:] ** 2)


def samples(count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw points uniformly from [-1, 1]^2, (count, 2), with the target's values, (count, 1)."""
    x = rng.uniform(-1, 1, (count, 2))
    return x, target(x)


def cubic_b_splines(u: Array) -> tuple[Array, Array]:
    """Return the four cubic B-splines at places `u`, 0 to 1, of an interval, and their slopes: (..., 4) both."""
    v = 1 - u
    uu, vv = u * u, v * v
    values = (vv * v, 3 * uu * u - 6 * uu + 4, 3 * vv * v - 6 * vv + 4, uu * u)
    slopes = (-3 * vv, 9 * uu - 12 * u, 12 * v - 9 * vv, 3 * uu)
    return np.stack(values, -1) / 6, np.stack(slopes, -1) / 6


def silu(x: Array) -> tuple[Array, Array]:
    """Return x / (1 + e^-x) and its slope."""
    sigmoid = 1 / (1 + np.exp(-x))
    return x * sigmoid, sigmoid * (1 + x * (1 - sigmoid))


class Local(NamedTuple):
    """What a layer makes of its inputs `x` (n, inputs), kept for the way back."""

    values: Array
    """B-splines that are not zero at x, (n, inputs, 4)."""
    slopes: Array
    """Theirs in x, (n, inputs, 4)."""
    at: NDArray[np.intp]
    """Which ones they are, (n, inputs, 4)."""
    chosen: Array
    """Their coefficients, (n, inputs, 4, outputs)."""
    splines: Array
    """(n, inputs, outputs)"""


@dataclass
class Layer:
    """Functions phi from each input to each output."""

    c: Array
    """Coefficients, (inputs, G + k, outputs)."""
    w_b: Array
    """(inputs, outputs)"""
    w_s: Array
    """(inputs, outputs)"""
    low: Array
    """Where each input's intervals begin, (inputs,)."""
    high: Array
    """Where they end, (inputs,)."""

    @property
    def grid(self) -> int:
        """G, the number of intervals."""
        return self.c.shape[1] - K

    def local(self, x: Array) -> Local:
        """Evaluate all splines at `x` (n, inputs); beyond the continued knots they are zero."""
        width = (self.high - self.low) / self.grid  # (inputs,)
        place = (x - self.low) / width  # (n, inputs), in intervals
        cell = np.floor(place)
        values, slopes = cubic_b_splines(place - cell)  # (n, inputs, 4)
        at = cell.astype(np.intp)[..., None] + np.arange(K + 1)
        there = (at >= 0) & (at < self.grid + K)
        values, slopes, at = values * there, slopes * there / width[:, None], np.where(there, at, 0)
        chosen = self.c[np.arange(len(self.c))[:, None], at]  # (n, inputs, 4, outputs)
        return Local(values, slopes, at, chosen, np.einsum("nim,nimo->nio", values, chosen))

    def forward(self, x: Array) -> tuple[Array, Local]:
        """Apply the layer to `x` (n, inputs): (n, outputs), and what `backward` needs."""
        local = self.local(x)
        return silu(x)[0] @ self.w_b + (self.w_s * local.splines).sum(1), local

    def backward(self, x: Array, local: Local, out: Array) -> tuple[list[Array], Array]:
        """Return the loss's gradient in c, w_b, w_s, and in `x` (n, inputs), from that in the outputs (n, outputs)."""
        base, base_slope = silu(x)
        spread = local.values[..., None] * (out[:, None] * self.w_s)[:, :, None]  # (n, inputs, 4, outputs)
        slope = base_slope[..., None] * self.w_b + self.w_s * np.einsum("nim,nimo->nio", local.slopes, local.chosen)
        in_w_s = (local.splines * out[:, None]).sum(0)
        return [self._gathered(local.at, spread), base.T @ out, in_w_s], (slope * out[:, None]).sum(2)

    def refit(self, grid: int, x: Array | None = None) -> None:
        """Grid extension (equation 2.16): fit splines on `grid` intervals to those there are, by least squares.

        Where inputs `x` (n, inputs) are given, the new grids reach from their least to their greatest. The fit is over
        evenly spread points, four an interval.
        """
        low, high = self.low, self.high
        if x is not None:
            low, high = x.min(0), x.max(0)
            low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
        points = np.linspace(low, high, 4 * grid + 1)  # (m, inputs)
        splines = self.local(points).splines  # (m, inputs, outputs)
        self.c, self.low, self.high = np.zeros((len(low), grid + K, splines.shape[2])), low, high
        local = self.local(points)
        for i, _ in enumerate(low):
            design = np.zeros((len(points), grid + K))  # (m, grid + k)
            np.add.at(design, (np.arange(len(points))[:, None], local.at[:, i]), local.values[:, i])
            self.c[i] = np.linalg.solve(design.T @ design, design.T @ splines[:, i])

    def _gathered(self, at: NDArray[np.intp], spread: Array) -> Array:
        """Add up what belongs to the same coefficient: (inputs, G + k, outputs)."""
        inputs, length, outputs = self.c.shape
        flat = (at + length * np.arange(inputs)[:, None]).ravel()
        sums = [np.bincount(flat, spread[..., o].ravel(), inputs * length) for o in range(outputs)]
        return np.stack(sums, -1).reshape(self.c.shape)


class KAN:
    """Layers one after the other; shape [2, 5, 1] has two inputs, five units between, and one output."""

    def __init__(self, shape: list[int], grid: int, rng: np.random.Generator) -> None:
        """Take section 2.2's initial values: c of variance 0.01, w_s = 1, w_b by Xavier; all grids on [-1, 1]."""
        self.layers = []
        for inputs, outputs in pairwise(shape):
            c = 0.1 * rng.standard_normal((inputs, grid + K, outputs))
            w_b = rng.standard_normal((inputs, outputs)) * np.sqrt(2 / (inputs + outputs))
            self.layers.append(Layer(c, w_b, np.ones((inputs, outputs)), -np.ones(inputs), np.ones(inputs)))

    @property
    def theta(self) -> Array:
        """All that training changes, in one vector."""
        return np.concatenate([part.ravel() for layer in self.layers for part in (layer.c, layer.w_b, layer.w_s)])

    @theta.setter
    def theta(self, vector: Array) -> None:
        for layer in self.layers:
            for name in ("c", "w_b", "w_s"):
                shape = getattr(layer, name).shape
                part, vector = np.split(vector, [int(np.prod(shape))])
                setattr(layer, name, part.reshape(shape))

    def forward(self, x: Array) -> Array:
        """Apply all layers to `x` (n, inputs): (n, outputs)."""
        for layer in self.layers:
            x, _ = layer.forward(x)
        return x

    def loss(self, x: Array, y: Array) -> tuple[float, Array]:
        """Return the mean squared error on `x` (n, inputs) and `y` (n, outputs), and its gradient in `theta`."""
        steps = []
        for layer in self.layers:
            z, local = layer.forward(x)
            steps.append((layer, x, local))
            x = z
        error = x - y  # (n, outputs)
        out, gradient = 2 * error / error.size, []
        for layer, z, local in reversed(steps):
            parts, out = layer.backward(z, local, out)
            gradient = [part.ravel() for part in parts] + gradient
        return float((error**2).mean()), np.concatenate(gradient)

    def refit(self, grid: int, x: Array) -> None:
        """Extend all splines to `grid` intervals; grids within the network follow what training inputs `x` reach."""
        for number, layer in enumerate(self.layers):
            layer.refit(grid, x if number else None)
            x, _ = layer.forward(x)


def train(model: KAN, x: Array, y: Array, steps: int, iterations: int) -> None:
    """Fit by L-BFGS on the mean squared error: `steps` of `iterations` each.

    In the first 50 steps the grids follow the activations every 5 steps, as in the authors' library.
    """
    for count in [5] * min(10, steps // 5) + [max(0, steps - 50)]:
        if count == 5:
            model.refit(model.layers[0].grid, x)
        if count:
            _descend(model, x, y, count * iterations)


def _descend(model: KAN, x: Array, y: Array, iterations: int) -> None:
    def loss(theta: Array) -> tuple[float, Array]:
        model.theta = theta
        return model.loss(x, y)

    exact = {"maxcor": 10, "maxiter": iterations, "maxfun": 10 * iterations, "ftol": 0.0, "gtol": 0.0}
    model.theta = minimize(loss, model.theta, jac=True, method="L-BFGS-B", options=exact).x


def errors(model: KAN, x: Array, y: Array) -> tuple[float, float]:
    """Root of the mean and root of the median of the squared errors on `x` (n, inputs) and `y` (n, outputs)."""
    squared = (model.forward(x) - y) ** 2
    return float(np.sqrt(squared.mean())), float(np.sqrt(np.median(squared)))


# Stages, kept for other runs -----------------------------------------------------------------------------------------


def save(model: KAN, path: Path) -> None:
    """Write a network's layers to a file."""
    parts = {f"{name}{number}": part for number, layer in enumerate(model.layers) for name, part in vars(layer).items()}
    with path.open("wb") as file:
        np.savez(file, **parts)


def load(path: Path) -> KAN:
    """Read a network that `save` wrote."""
    model = KAN.__new__(KAN)
    names = [field.name for field in fields(Layer)]
    with np.load(path) as parts:
        model.layers = [Layer(*(parts[f"{name}{i}"] for name in names)) for i in range(len(parts.files) // len(names))]
    return model


class Stage(NamedTuple):
    """One grid's training of a network of a seed."""

    shape: list[int]
    seed: int
    grid: int
    starts: int
    """Networks tried on the first grid; the one with the least training error goes on."""
    steps: int
    iterations: int
    examples: int


def data(seed: int, examples: int) -> tuple[Array, Array, Array, Array]:
    """Draw a seed's training and test data, alike in number: x (n, 2), y (n, 1), of each."""
    rng = np.random.default_rng([seed, 0])
    return *samples(examples, rng), *samples(examples, rng)


def maker(stage: Stage, before: Callable[[], Path] | None) -> Callable[[Path], None]:
    """Return a function that trains a stage and writes it to the path it is given; `before` has the coarser one."""

    def make(path: Path) -> None:
        x, y, _, _ = data(stage.seed, stage.examples)
        if before:
            model = load(before())
            model.refit(stage.grid, x)
            train(model, x, y, stage.steps, stage.iterations)
        else:
            model = min(started(stage), key=lambda one: errors(one, x, y)[0])
        save(model, path)

    return make


def started(stage: Stage) -> list[KAN]:
    """Train a stage from several initial networks."""
    x, y, _, _ = data(stage.seed, stage.examples)
    rng = np.random.default_rng([stage.seed, 1])
    models = [KAN(stage.shape, stage.grid, rng) for _ in range(stage.starts)]
    for model in models:
        train(model, x, y, stage.steps, stage.iterations)
    return models
