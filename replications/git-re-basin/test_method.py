"""Tests of the algorithms, quick and without data: `pytest replications/git-re-basin`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

for name in ("method", "data", "training"):  # other replications have modules of these names
    sys.modules.pop(name, None)
sys.path.insert(0, str(Path(__file__).parent))

import method  # noqa: E402
from data import read_idx  # noqa: E402
from training import Protocol, lecun_normal, plain_epochs, train  # noqa: E402

torch.set_num_threads(1)  # networks this small gain nothing from more

SIZES = (7, 12, 9, 4)


def network(seed: int, sizes: tuple[int, ...] = SIZES) -> method.Theta:
    """Make a network whose biases are not zero."""
    generator = torch.Generator().manual_seed(seed)
    theta = lecun_normal(sizes, generator)
    return {name: tensor + 0.1 * torch.randn(tensor.shape, generator=generator) for name, tensor in theta.items()}


def test_permuting_units_leaves_the_function_as_it_is() -> None:
    """P_l W_l P_{l-1}^T and P_l b_l compute what W_l and b_l do, while the weights are others."""
    theta, rng = network(0), np.random.default_rng(0)
    other = method.apply(method.random_permutations(theta, rng), theta)
    x = torch.randn(50, SIZES[0])
    torch.testing.assert_close(method.activations(other, x)[-1], method.activations(theta, x)[-1])
    assert not torch.equal(other["W1"], theta["W1"])


def test_a_permutation_moves_units_as_its_vector_says() -> None:
    """(P_1 z)[i] = z[p[i]], for the rows of W1 and b1 and the columns of W2."""
    theta = network(1)
    p = torch.tensor([2, 0, 1, *range(3, 12)])
    moved = method.apply(method.identity(theta) | {1: p}, theta)
    assert torch.equal(moved["W1"][0], theta["W1"][2])
    assert torch.equal(moved["b1"][1], theta["b1"][0])
    assert torch.equal(moved["W2"][:, 2], theta["W2"][:, 1])
    assert torch.equal(moved["W3"], theta["W3"])


def test_layer_similarity_is_the_printed_product() -> None:
    """For P_2: W_2^A P_1 (W_2^B)^T + (W_3^A)^T P_3 W_3^B with P_3 = I, and the product of the biases."""
    a, b = network(2), network(3)
    pi = method.random_permutations(b, np.random.default_rng(1))
    p1 = torch.eye(12)[pi[1]]
    expected = a["W2"] @ p1 @ b["W2"].T + a["W3"].T @ b["W3"] + torch.outer(a["b2"], b["b2"])
    torch.testing.assert_close(method.layer_similarity(a, b, pi, 2).float(), expected)


def test_a_step_of_algorithm_1_gains_what_its_assignment_gains() -> None:
    """The objective of equation (2) grows by just the difference of the layer's sums."""
    a, b = network(4), network(5)
    pi = method.identity(b)
    similarity = method.layer_similarity(a, b, pi, 1)
    p, rows = method.solve_lap(similarity), torch.arange(12)
    gain = float((similarity[rows, p] - similarity[rows, rows]).sum())
    before, after = method.objective(a, b, pi), method.objective(a, b, pi | {1: p})
    assert gain > 0
    assert after - before == pytest.approx(gain)


def test_a_known_permutation_is_recovered() -> None:
    """Appendix A.5, on fresh weights."""
    theta, rng = network(6, (30, 40, 40, 5)), np.random.default_rng(2)
    hidden = method.random_permutations(theta, rng)
    found = method.permutation_coordinate_descent(theta, method.apply(hidden, theta), rng)
    assert all(torch.equal(hidden[ell][p], torch.arange(40)) for ell, p in found.pi.items())
    assert found.passes <= 4


def test_restarts_never_lower_the_objective() -> None:
    """The first start is the paper's, so that more starts can only do better."""
    a, b = network(7), network(8)
    once = method.best_of_restarts(a, b, np.random.default_rng(3), 1)
    often = method.best_of_restarts(a, b, np.random.default_rng(3), 8)
    assert often.objective >= once.objective
    assert once.objective == pytest.approx(method.objective(a, b, once.pi))


def test_activations_find_permuted_units() -> None:
    """Equation (1) puts the units of a permuted copy back."""
    theta, rng = network(9), np.random.default_rng(4)
    hidden = method.random_permutations(theta, rng)
    pi = method.match_activations(theta, method.apply(hidden, theta), torch.randn(500, SIZES[0]), batch=128)
    moved = method.apply(pi, method.apply(hidden, theta))
    x = torch.randn(20, SIZES[0])
    torch.testing.assert_close(method.activations(moved, x)[0], method.activations(theta, x)[0])


def test_merging_permuted_copies_gives_the_network_back() -> None:
    """MergeMany of three orders of one network's units computes what the network does."""
    theta, rng = network(10, (30, 40, 40, 5)), np.random.default_rng(5)
    copies = [method.apply(method.random_permutations(theta, rng), theta) for _ in range(3)]
    merged, rounds = method.merge_many(copies, rng)
    x = torch.randn(20, 30)
    torch.testing.assert_close(method.activations(merged, x)[-1], method.activations(theta, x)[-1])
    assert rounds <= 4


def test_both_barriers_are_alike_where_the_ends_are_equal() -> None:
    """Definition 2.2 and the rise over the line differ only by what the ends differ."""
    even, uneven = np.array([1.0, 3.0, 1.0]), np.array([1.0, 1.5, 2.0])
    assert method.barrier(even) == method.barrier_over_line(even) == 2.0
    assert method.barrier_over_line(uneven) == 0.0
    assert method.barrier(uneven) == 0.5


def test_a_path_begins_and_ends_at_its_networks() -> None:
    """Lambda 0 is A, lambda 1 is B."""
    a, b = network(11), network(12)
    x, y = torch.randn(60, SIZES[0]), torch.randint(0, 4, (60,))
    curve = method.path(a, b, x, y, 5)
    assert curve.shape == (5, 2)
    assert curve[0].tolist() == pytest.approx(method.loss_and_accuracy(a, x, y))
    assert curve[-1].tolist() == pytest.approx(method.loss_and_accuracy(b, x, y))


def test_the_counterexample_fits_and_is_not_connected() -> None:
    """Appendix A.6: two perfect networks, and errors on the way for each of the four permutations."""
    x, y = method.quadrant_data(5000, np.random.default_rng(6))
    a, b = method.counterexample()
    assert method.quadrant_error(a, x, y) == method.quadrant_error(b, x, y) == 0
    assert len(method.all_permutations(b)) == 4
    for pi in method.all_permutations(b):
        assert method.quadrant_error(method.apply(pi, b), x, y) == 0
        assert method.quadrant_error(method.interpolate(a, method.apply(pi, b), 0.5), x, y) > 0.2


def test_symmetries_are_counted_by_factorials() -> None:
    """Three groups of two units have 2 * 2 * 2 orders; a stage's blocks share one group of outputs."""
    assert 10 ** method.log10_symmetries([2, 2, 2]) == pytest.approx(8)
    assert len(method.resnet50_groups()) == 1 + 2 * 16 + 4
    assert len(method.resnet50_groups(tied=False)) == 1 + 3 * 16


def test_training_depends_on_its_seed_alone() -> None:
    """The same seed gives the same weights whatever was drawn before, and it learns."""
    x = torch.randn(200, 7, generator=torch.Generator().manual_seed(0))
    y = (x[:, 0] > 0).long()
    how = Protocol((7, 16, 16, 2), seed=3, epochs=10, batch=50, rate=1e-2)
    first, history = train(x, y, lambda _: {}, how, plain_epochs)
    torch.randn(5)
    second, _ = train(x, y, lambda _: {}, how, plain_epochs)
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert history["batch_loss"][10] < history["batch_loss"][5]


def test_an_idx_file_is_read_and_another_refused() -> None:
    """Two images of 1 x 3 bytes; and text."""
    raw = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3]) + bytes(range(6))
    assert read_idx(raw).tolist() == [[[0, 1, 2]], [[3, 4, 5]]]
    with pytest.raises(ValueError, match="IDX"):
        read_idx(b"text, no data")
