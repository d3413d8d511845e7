"""Training one network by the paper's MNIST protocol. Runs keep its result: a change in this file trains all anew.

Appendix A.3.1 names the layers (three hidden ones of 512 units), ReLU, Adam and the learning rate 1e-3. The batch of
500, the 100 epochs and the initial weights (LeCun normal, zero biases) stand in the authors' training script only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from pathlib import Path

Watch: TypeAlias = Callable[[dict[str, Tensor]], dict[str, float]]

Epochs: TypeAlias = Callable[..., Iterable[int]]

WATCHED = 5
"""Epochs from one look at the test data to the next; nothing is chosen by it."""


class Protocol(NamedTuple):
    """How a network is trained: units of each layer (inputs first), seed, epochs, batch size and learning rate."""

    sizes: tuple[int, ...]
    seed: int
    epochs: int
    batch: int
    rate: float


CUT = 0.87962566
"""Standard deviation of a standard normal variable cut off at two standard deviations."""


def lecun_normal(sizes: tuple[int, ...], generator: torch.Generator) -> dict[str, Tensor]:
    """Fresh weights W1 ..., of variance 1 / inputs, and biases b1 ... of 0, for layers of `sizes` (inputs first)."""
    theta = {}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), 1):
        weights = torch.empty(outputs, inputs)
        sd = 1 / math.sqrt(inputs) / CUT
        torch.nn.init.trunc_normal_(weights, std=sd, a=-2 * sd, b=2 * sd, generator=generator)
        theta[f"W{layer}"], theta[f"b{layer}"] = weights, torch.zeros(outputs)
    return theta


def logits(theta: dict[str, Tensor], x: Tensor) -> Tensor:
    """Apply the network to examples `x` (n, inputs); returns (n, classes)."""
    depth = len(theta) // 2
    for layer in range(1, depth + 1):
        x = functional.linear(x, theta[f"W{layer}"], theta[f"b{layer}"])
        x = functional.relu(x) if layer < depth else x
    return x


def train(
    x: Tensor, y: Tensor, watch: Watch, how: Protocol, epochs: Epochs
) -> tuple[dict[str, Tensor], dict[str, dict[int, float]]]:
    """Train on examples `x` (n, inputs) of classes `y` (n,); returns the weights, and what was watched.

    The seed alone decides over initial weights and the order of examples. Every `WATCHED` epochs, `watch` is called
    with the weights, and its figures and the mean loss of the epoch's batches are kept by the epochs done.
    `epochs` is `run.epochs`, or `plain_epochs`.
    """
    generator = torch.Generator().manual_seed(how.seed)
    theta = lecun_normal(how.sizes, generator)
    for tensor in theta.values():
        tensor.requires_grad_()
    adam = torch.optim.Adam(theta.values(), lr=how.rate, fused=True)
    history: dict[str, dict[int, float]] = {}
    for epoch in epochs(how.epochs, adam=adam, generator=generator, history=history, **theta):
        total = 0.0
        for chosen in torch.randperm(len(x), generator=generator).split(how.batch):
            loss = functional.cross_entropy(logits(theta, x[chosen]), y[chosen])
            adam.zero_grad()
            loss.backward()
            adam.step()
            total += loss.item() * len(chosen)
        done = epoch + 1
        if done % WATCHED == 0 or done == how.epochs:
            for name, value in ({"batch_loss": total / len(x)} | watch(detached(theta))).items():
                history.setdefault(name, {})[done] = value
    return detached(theta), history


def detached(theta: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the same weights, without gradients."""
    return {name: tensor.detach() for name, tensor in theta.items()}


def plain_epochs(count: int, **_: object) -> Iterable[int]:
    """Count epochs where nothing needs to survive a kill."""
    return range(count)


def trainer(x: Tensor, y: Tensor, watch: Watch, how: Protocol, epochs: Epochs) -> Callable[[Path], None]:
    """Return a function that trains as `train` does and writes weights and history to the path it is given."""

    def make(path: Path) -> None:
        theta, history = train(x, y, watch, how, epochs)
        torch.save({"theta": theta, "history": history}, path)

    return make
