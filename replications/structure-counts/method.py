"""Weights and multiply-adds of printed architectures, counted from what the papers say of their layers.

A network is a list of layers; a layer knows its weights and the multiplications that one input costs. What is counted:

* weights: all that training changes, with biases, and with batch normalisation's scale and shift where there is one;
* multiply-adds: of convolutions and fully connected layers, one for each weight and place it is used at. Additions of
  biases, normalisation, activations, pooling and sums of shortcuts are left out, as is the custom.

Sizes are of one image: `side` is the height and width of a layer's output.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Layer(Protocol):
    """What a network consists of."""

    @property
    def weights(self) -> int:
        """Numbers that training changes."""

    @property
    def multiply_adds(self) -> int:
        """Multiplications for one input."""


@dataclass(frozen=True)
class Conv:
    """A convolution with square kernels: (outputs, inputs / groups, kernel, kernel)."""

    inputs: int
    outputs: int
    kernel: int
    side: int
    groups: int = 1
    bias: bool = False
    norm: bool = True
    """Followed by batch normalisation, which has two weights for each output channel."""

    @property
    def weights(self) -> int:
        """Kernels, bias, normalisation."""
        return self._kernels + self.outputs * (self.bias + 2 * self.norm)

    @property
    def multiply_adds(self) -> int:
        """Each kernel weight, at each place of the output."""
        return self._kernels * self.side**2

    @property
    def _kernels(self) -> int:
        return self.outputs * self.inputs // self.groups * self.kernel**2


@dataclass(frozen=True)
class Dense:
    """A fully connected layer: (outputs, inputs)."""

    inputs: int
    outputs: int
    bias: bool = True

    @property
    def weights(self) -> int:
        """Matrix and bias."""
        return self.outputs * (self.inputs + self.bias)

    @property
    def multiply_adds(self) -> int:
        """The matrix, once."""
        return self.outputs * self.inputs


@dataclass(frozen=True)
class Table:
    """An embedding, or other weights that are only looked up or added: (rows, columns)."""

    rows: int
    columns: int = 1

    @property
    def weights(self) -> int:
        """Every entry."""
        return self.rows * self.columns

    @property
    def multiply_adds(self) -> int:
        """None."""
        return 0


Network = list[Layer]


def weights(network: Network) -> int:
    """All weights of a network."""
    return sum(layer.weights for layer in network)


def multiply_adds(network: Network) -> int:
    """All multiply-adds of a network for one input."""
    return sum(layer.multiply_adds for layer in network)


# ResNet, 1512.03385 -------------------------------------------------------------------------------------------------


def resnet_cifar(depth: int) -> Network:
    """Section 4.2: 6n + 2 layers of 3x3 convolutions; shortcuts are identities or zero padding (option A)."""
    n, rest = divmod(depth - 2, 6)
    if rest:
        raise ValueError(f"a CIFAR ResNet has 6n + 2 layers, not {depth}")
    network: Network = [Conv(3, 16, 3, 32)]
    inputs = 16
    for filters, side in ((16, 32), (32, 16), (64, 8)):
        for _ in range(2 * n):
            network.append(Conv(inputs, filters, 3, side))
            inputs = filters
    return [*network, Dense(64, 10)]


STAGES = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""Blocks of conv2_x to conv5_x in table 1."""


def resnet_imagenet(depth: int) -> Network:
    """Table 1. Shortcuts that change the size are paddings up to 34 layers (A), projections from 50 on (B)."""
    bottleneck = depth >= 50
    network: Network = [Conv(3, 64, 7, 112)]
    inputs = 64
    for stage, blocks in enumerate(STAGES[depth]):
        for block in range(blocks):
            width, side = 64 * 2**stage, 56 // 2**stage
            if bottleneck:
                network += _bottleneck(inputs, width, side, first=block == 0)
            else:
                network += [Conv(inputs, width, 3, side), Conv(width, width, 3, side)]
            inputs = 4 * width if bottleneck else width
    return [*network, Dense(inputs, 1000)]


def _bottleneck(inputs: int, width: int, side: int, *, first: bool) -> Network:
    """Figure 5, right; a stage's first block halves the size in its first 1x1 convolution, and projects."""
    block: Network = [Conv(inputs, width, 1, side), Conv(width, width, 3, side), Conv(width, 4 * width, 1, side)]
    return [*block, Conv(inputs, 4 * width, 1, side)] if first else block


# VGG, 1409.1556 -----------------------------------------------------------------------------------------------------

VGG = {
    "A": ((3,), (3,), (3, 3), (3, 3), (3, 3)),
    "B": ((3, 3), (3, 3), (3, 3), (3, 3), (3, 3)),
    "C": ((3, 3), (3, 3), (3, 3, 1), (3, 3, 1), (3, 3, 1)),
    "D": ((3, 3), (3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3)),
    "E": ((3, 3), (3, 3), (3, 3, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3)),
}
"""Kernels between two poolings in table 1; D is known as VGG-16, E as VGG-19. A-LRN has the weights of A."""


def vgg(configuration: str) -> Network:
    """Table 1: convolutions with bias and without normalisation, then three fully connected layers."""
    network: Network = []
    inputs = 3
    for block, kernels in enumerate(VGG[configuration]):
        outputs, side = min(64 * 2**block, 512), 224 // 2**block
        for kernel in kernels:
            network.append(Conv(inputs, outputs, kernel, side, bias=True, norm=False))
            inputs = outputs
    return [*network, Dense(512 * 7 * 7, 4096), Dense(4096, 4096), Dense(4096, 1000)]


# MobileNetV2, 1801.04381 --------------------------------------------------------------------------------------------

BOTTLENECKS = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""t, c, n, s of table 2: expansion, channels, repetitions, stride of the first."""


def divisible(channels: float, by: int = 8) -> int:
    """Channels under a width multiplier: the nearest multiple of 8, but no more than a tenth below."""
    rounded = max(by, int(channels + by / 2) // by * by)
    return rounded + by if rounded < 0.9 * channels else rounded


def mobilenet_v2(multiplier: float = 1.0, classes: int = 1000) -> Network:
    """Table 2, with every channel count times the multiplier; table 1 is the block."""
    inputs, side = divisible(32 * multiplier), 112
    network: Network = [Conv(3, inputs, 3, side)]
    for t, c, n, s in BOTTLENECKS:
        outputs = divisible(c * multiplier)
        for repetition in range(n):
            network += _inverted(inputs, outputs, t, side, stride=s if repetition == 0 else 1)
            side = side // s if repetition == 0 else side
            inputs = outputs
    last = divisible(1280 * max(multiplier, 1.0))
    return [*network, Conv(inputs, last, 1, side), Dense(last, classes)]


def _inverted(inputs: int, outputs: int, t: int, side: int, *, stride: int) -> Network:
    inner = t * inputs
    expand: Network = [Conv(inputs, inner, 1, side)] if t > 1 else []
    return [*expand, Conv(inner, inner, 3, side // stride, groups=inner), Conv(inner, outputs, 1, side // stride)]


def mobilenet_v2_bottlenecks() -> int:
    """How many bottleneck layers table 2 adds up to."""
    return sum(n for _, _, n, _ in BOTTLENECKS)


# CTC, Graves et al. 2006 --------------------------------------------------------------------------------------------


def blstm(inputs: int, blocks: int, outputs: int) -> Network:
    """Section 5.2: both directions' LSTM blocks, each with four gates' inputs, one bias each, and three peepholes."""
    one_way: Network = [Dense(inputs + blocks, 4 * blocks), Table(3 * blocks)]
    return [*one_way, *one_way, Dense(2 * blocks, outputs)]


# Transformer, 1706.03762 --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Transformer:
    """A row of table 3; what it does not list is as in its base model."""

    n: int = 6
    d_model: int = 512
    d_ff: int = 2048
    h: int = 8
    d_k: int = 64
    d_v: int = 64

    def network(self, vocabulary: int) -> Network:
        """Sections 3.1 to 3.4: one matrix serves both embeddings and the output; projections have no bias."""
        d = self.d_model
        attention: Network = [
            Dense(d, self.h * self.d_k, bias=False),
            Dense(d, self.h * self.d_k, bias=False),
            Dense(d, self.h * self.d_v, bias=False),
            Dense(self.h * self.d_v, d, bias=False),
            Table(2, d),  # layer normalisation
        ]
        feed_forward: Network = [Dense(d, self.d_ff), Dense(self.d_ff, d), Table(2, d)]
        encoder, decoder = [*attention, *feed_forward], [*attention, *attention, *feed_forward]
        return [Table(vocabulary, d), *encoder * self.n, *decoder * self.n]


TRANSFORMERS = {
    "base": Transformer(),
    "B-dk16": Transformer(d_k=16),
    "B-dk32": Transformer(d_k=32),
    "C-N2": Transformer(n=2),
    "C-N4": Transformer(n=4),
    "C-N8": Transformer(n=8),
    "C-d256": Transformer(d_model=256, d_k=32, d_v=32),
    "C-d1024": Transformer(d_model=1024, d_k=128, d_v=128),
    "C-dff1024": Transformer(d_ff=1024),
    "C-dff4096": Transformer(d_ff=4096),
    "big": Transformer(d_model=1024, d_ff=4096, h=16),
}
"""Rows of table 3 that print a number of parameters."""
