"""Git Re-Basin (Ainsworth, Hayase, Srinivasa, ICLR 2023; arXiv 2209.04836v6) for multilayer perceptrons.

The names are the paper's. A network of L layers (section 2) is a dictionary theta with W1 ... WL, b1 ... bL:

    z_1 = x,  z_{l+1} = relu(W_l z_l + b_l)  for l < L,  f(x) = W_L z_L + b_L
    W_l: (d_{l+1}, d_l)    b_l: (d_{l+1},)    z_l: (n, d_l), examples in rows

A permutation P_l of the units of layer l < L is a vector p: (P_l z)[i] = z[p[i]]. P_0 and P_L are the identity, and
so are left out of every set of permutations pi = {1: p_1, ..., L-1: p_{L-1}}. The paper's l is `ell` in the code.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor
from torch.nn import functional

Theta: TypeAlias = dict[str, Tensor]
Permutations: TypeAlias = dict[int, Tensor]
Spec: TypeAlias = dict[str, tuple[int, ...]]

LAMBDAS = 25
"""Points of a path at which the authors' scripts evaluate it, both ends counted."""


# The network --------------------------------------------------------------------------------------------------------


def layers(theta: Theta) -> int:
    """L: how many layers of weights a network has."""
    return sum(name.startswith("W") for name in theta)


def activations(theta: Theta, x: Tensor) -> list[Tensor]:
    """z_2 ... z_L, then f(x); `x` is (n, d_1)."""
    z, out = x, []
    for ell in range(1, layers(theta) + 1):
        z = functional.linear(z, theta[f"W{ell}"], theta[f"b{ell}"])  # (n, d_{l+1})
        z = functional.relu(z) if ell < layers(theta) else z
        out.append(z)
    return out


@torch.no_grad()
def loss_and_accuracy(theta: Theta, x: Tensor, y: Tensor, batch: int = 5000) -> tuple[float, float]:
    """Mean cross-entropy in nats and accuracy from 0 to 1 on examples `x` (n, d_1) of classes `y` (n,)."""
    loss, right = 0.0, 0
    for xs, ys in zip(x.split(batch), y.split(batch), strict=True):
        logits = activations(theta, xs)[-1]  # (batch, classes)
        loss += functional.cross_entropy(logits, ys, reduction="sum").item()
        right += int((logits.argmax(1) == ys).sum())
    return loss / len(y), right / len(y)


# Permutations -------------------------------------------------------------------------------------------------------


def mlp_spec(depth: int) -> Spec:
    """Which permutation each axis of each tensor takes in a network of `depth` layers; 0 is the identity.

    Section 2: W_l becomes P_l W_l P_{l-1}^T and b_l becomes P_l b_l.
    """
    spec: Spec = {}
    for ell in range(1, depth + 1):
        out = ell if ell < depth else 0
        spec[f"W{ell}"] = (out, ell - 1)
        spec[f"b{ell}"] = (out,)
    return spec


def units(theta: Theta) -> dict[int, int]:
    """How many units each hidden layer has, by l = 1 ... L-1."""
    return {ell: len(theta[f"b{ell}"]) for ell in range(1, layers(theta))}


def identity(theta: Theta) -> Permutations:
    """Every P_l = I."""
    return {ell: torch.arange(d) for ell, d in units(theta).items()}


def random_permutations(theta: Theta, rng: np.random.Generator) -> Permutations:
    """Every P_l drawn uniformly."""
    return {ell: torch.from_numpy(rng.permutation(d)) for ell, d in units(theta).items()}


def permuted(tensor: Tensor, axes: tuple[int, ...], pi: Permutations, but: int = 0) -> Tensor:
    """Put each axis of a tensor in its permutation's order, leaving the axes of permutation `but` as they are."""
    for axis, ell in enumerate(axes):
        if ell not in (0, but):
            tensor = tensor.index_select(axis, pi[ell])
    return tensor


def apply(pi: Permutations, theta: Theta) -> Theta:
    """pi(theta): other weights, the same function."""
    spec = mlp_spec(layers(theta))
    return {name: permuted(tensor, spec[name], pi) for name, tensor in theta.items()}


def solve_lap(similarity: Tensor) -> Tensor:
    """SolveLAP: the p that maximises sum_i S[i, p[i]] for S of shape (d, d)."""
    _, columns = linear_sum_assignment(similarity.numpy(), maximize=True)
    return torch.from_numpy(columns)


# Matching weights (section 3.2) -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Matching:
    """What one run of Algorithm 1 found."""

    pi: Permutations
    objective: float
    """vec(theta_A) . vec(pi(theta_B)): what equation (2) maximises."""
    passes: int
    """Over all layers, the last one counted, which only finds that nothing changes."""


def objective(theta_a: Theta, theta_b: Theta, pi: Permutations) -> float:
    """Equation (2), biases included: the inner product of the weights of A and of pi(B)."""
    other = apply(pi, theta_b)
    return sum(float((tensor.double() * other[name].double()).sum()) for name, tensor in theta_a.items())


def layer_similarity(theta_a: Theta, theta_b: Theta, pi: Permutations, ell: int) -> Tensor:
    """Return what Algorithm 1 gives to SolveLAP for P_l, of shape (d, d) with d units.

    W_l^A P_{l-1} (W_l^B)^T + (W_{l+1}^A)^T P_{l+1} W_{l+1}^B, and b_l^A (b_l^B)^T, which the paper leaves out of print.
    """
    d = len(pi[ell])
    total = torch.zeros(d, d, dtype=torch.float64)  # (d, d)
    for name, axes in mlp_spec(layers(theta_a)).items():
        if ell in axes:
            a = theta_a[name].movedim(axes.index(ell), 0).reshape(d, -1)  # (d, m)
            b = permuted(theta_b[name], axes, pi, but=ell).movedim(axes.index(ell), 0).reshape(d, -1)  # (d, m)
            total += a.double() @ b.double().T
    return total


def permutation_coordinate_descent(
    theta_a: Theta,
    theta_b: Theta,
    rng: np.random.Generator,
    start: Permutations | None = None,
    most_passes: int = 200,
) -> Matching:
    """Algorithm 1: permutations of B that bring its weights close to A's, one layer after another.

    `start` is P <- I where it is None, as in the paper. Each accepted step makes the objective larger (lemma 2).
    """
    pi = dict(start or identity(theta_a))
    for passes in range(1, most_passes + 1):
        changed = False
        for ell in rng.permutation(list(pi)).tolist():
            similarity = layer_similarity(theta_a, theta_b, pi, ell)  # (d, d)
            p = solve_lap(similarity)
            rows = torch.arange(len(p))
            gain = (similarity[rows, p] - similarity[rows, pi[ell]]).sum()
            if gain > 1e-9 * similarity.abs().max():  # less is rounding
                pi[ell], changed = p, True
        if not changed:
            return Matching(pi, objective(theta_a, theta_b, pi), passes)
    raise RuntimeError(f"weight matching did not settle in {most_passes} passes")


def best_of_restarts(theta_a: Theta, theta_b: Theta, rng: np.random.Generator, restarts: int) -> Matching:
    """Ours, not the paper's: Algorithm 1 from I and from random permutations; the largest objective is kept.

    No example is looked at: the objective of equation (2) alone chooses.
    """
    found = [permutation_coordinate_descent(theta_a, theta_b, rng)]
    while len(found) < restarts:
        start = random_permutations(theta_b, rng)
        found.append(permutation_coordinate_descent(theta_a, theta_b, rng, start))
    return max(found, key=lambda matching: matching.objective)


# Matching activations (section 3.1) ---------------------------------------------------------------------------------


@torch.no_grad()
def match_activations(theta_a: Theta, theta_b: Theta, x: Tensor, batch: int = 5000) -> Permutations:
    """Equation (1): per hidden layer, P_l = arg max <P, Z^A (Z^B)^T> over the examples `x` (n, d_1)."""
    totals = {ell: torch.zeros(d, d) for ell, d in units(theta_a).items()}
    for xs in x.split(batch):
        z_a, z_b = activations(theta_a, xs), activations(theta_b, xs)
        for ell in totals:
            totals[ell] += z_a[ell - 1].T @ z_b[ell - 1]  # (d, batch) @ (batch, d)
    return {ell: solve_lap(total) for ell, total in totals.items()}


# Merging many models (appendix A.10) --------------------------------------------------------------------------------


def mean(thetas: list[Theta]) -> Theta:
    """Return the arithmetic mean of several networks' weights."""
    return {name: torch.stack([theta[name] for theta in thetas]).mean(0) for name in thetas[0]}


def merge_many(thetas: list[Theta], rng: np.random.Generator, most_rounds: int = 200) -> tuple[Theta, int]:
    """Algorithm 3, MergeMany: the merged weights, and the rounds it took, the last one counted."""
    thetas = list(thetas)
    for rounds in range(1, most_rounds + 1):
        changed = False
        for i in rng.permutation(len(thetas)).tolist():
            others = mean([theta for j, theta in enumerate(thetas) if j != i])
            pi = permutation_coordinate_descent(others, thetas[i], rng).pi
            changed |= any(not torch.equal(p, torch.arange(len(p))) for p in pi.values())
            thetas[i] = apply(pi, thetas[i])
        if not changed:
            return mean(thetas), rounds
    raise RuntimeError(f"MergeMany did not settle in {most_rounds} rounds")


# The path between two networks (section 2) --------------------------------------------------------------------------


def interpolate(theta_a: Theta, theta_b: Theta, lam: float) -> Theta:
    """(1 - lambda) theta_A + lambda theta_B."""
    return {name: (1 - lam) * tensor + lam * theta_b[name] for name, tensor in theta_a.items()}


def path(theta_a: Theta, theta_b: Theta, x: Tensor, y: Tensor, points: int = LAMBDAS) -> np.ndarray:
    """Loss in nats and accuracy along the straight path, (points, 2); the first row is A, the last is B."""
    lambdas = np.linspace(0, 1, points)
    return np.array([loss_and_accuracy(interpolate(theta_a, theta_b, lam), x, y) for lam in lambdas.tolist()])


def barrier(losses: np.ndarray) -> float:
    """Definition 2.2: max over lambda of the loss, less the mean of the two ends; `losses` is (points,)."""
    return float(losses.max() - (losses[0] + losses[-1]) / 2)


def barrier_over_line(losses: np.ndarray) -> float:
    """How far the path rises above the straight line between the losses of its ends.

    Equal to definition 2.2 where L(theta_A) = L(theta_B), which the definition takes for granted. Where they differ,
    definition 2.2 cannot fall below half the difference, and this can reach 0.
    """
    line = np.linspace(losses[0], losses[-1], len(losses))
    return float((losses - line).max())


# The counterexample (appendix A.6) ----------------------------------------------------------------------------------


def counterexample() -> tuple[Theta, Theta]:
    """f_A of equation (4) and f_B of equation (5): two hidden layers of two units."""

    def network(w1: tuple[int, int], b1: tuple[int, int], w2: tuple[int, int], b2: tuple[int, int]) -> Theta:
        last = {"W3": torch.tensor([[-1.0, -1.0]]), "b3": torch.zeros(1)}
        weights = {"W1": torch.diag(torch.tensor(w1)).float(), "W2": torch.diag(torch.tensor(w2)).float()}
        return weights | {"b1": torch.tensor(b1).float(), "b2": torch.tensor(b2).float()} | last

    return network((-1, -1), (1, 0), (-1, 1), (1, 0)), network((1, 1), (0, 1), (1, -1), (0, 1))


def quadrant_data(n: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Draw x ~ Uniform([-1, 1]^2), (n, 2), and y = 1 where x_1 < 0 and x_2 > 0, (n,)."""
    x = torch.from_numpy(rng.uniform(-1, 1, (n, 2))).float()
    return x, (x[:, 0] < 0) & (x[:, 1] > 0)


def quadrant_error(theta: Theta, x: Tensor, y: Tensor) -> float:
    """Return the share of examples that are labelled wrongly; positive is f(x) >= 0."""
    return float(((activations(theta, x)[-1][:, 0] >= 0) != y).float().mean())


def all_permutations(theta: Theta) -> list[Permutations]:
    """Every permutation of the hidden units; for small networks only."""
    choices = [[torch.tensor(p) for p in itertools.permutations(range(d))] for d in units(theta).values()]
    return [dict(zip(units(theta), choice, strict=True)) for choice in itertools.product(*choices)]


# The number of symmetries (table 1) ---------------------------------------------------------------------------------


def log10_symmetries(widths: list[int]) -> float:
    """log10 of the number of permutations of independent groups of units of these sizes."""
    return sum(math.lgamma(d + 1) for d in widths) / math.log(10)


def vgg16_groups() -> list[int]:
    """Sizes of VGG-16's groups of hidden units that can be permuted independently."""
    return [64] * 2 + [128] * 2 + [256] * 3 + [512] * 6 + [4096] * 2


def resnet50_groups(*, tied: bool = True) -> list[int]:
    """Sizes of ResNet50's groups of channels that can be permuted independently.

    The blocks of a stage add their outputs to one stream, so that all of them must take the same permutation. With
    `tied` false each block's output counts for itself, which would change the function.
    """
    blocks = {64: 3, 128: 4, 256: 6, 512: 3}
    inner = [d for d, count in blocks.items() for _ in range(2 * count)]
    outer = [4 * d for d, count in blocks.items() for _ in range(1 if tied else count)]
    return [64, *inner, *outer]
