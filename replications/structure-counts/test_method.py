"""Tests of the counting against PyTorch's own modules, built without memory: `pytest replications/structure-counts`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

sys.modules.pop("method", None)  # other replications have a module of this name
sys.path.insert(0, str(Path(__file__).parent))

import method  # noqa: E402


def counted(*modules: torch.nn.Module) -> int:
    """Count the parameters that PyTorch finds."""
    return sum(parameter.numel() for module in modules for parameter in module.parameters())


@pytest.mark.parametrize("groups", [1, 4])
@pytest.mark.parametrize("bias", [True, False])
def test_a_convolution_has_the_weights_of_pytorchs(*, groups: int, bias: bool) -> None:
    """Kernels, bias and batch normalisation."""
    with torch.device("meta"):
        modules = torch.nn.Conv2d(8, 12, 3, groups=groups, bias=bias), torch.nn.BatchNorm2d(12)
    assert method.Conv(8, 12, 3, 5, groups=groups, bias=bias).weights == counted(*modules)


def test_multiply_adds_are_kernel_weights_times_places() -> None:
    """A 3x3 convolution with 2 inputs and 5 outputs on 7x7 places; bias and normalisation cost none."""
    assert method.Conv(2, 5, 3, 7, bias=True).multiply_adds == 5 * 2 * 9 * 49
    assert method.Conv(6, 6, 3, 7, groups=6).multiply_adds == 6 * 9 * 49
    assert method.Dense(10, 3).multiply_adds == 30


def test_an_lstm_without_peepholes_has_pytorchs_weights_less_its_second_bias() -> None:
    """PyTorch has two biases a gate where the equations have one."""
    with torch.device("meta"):
        lstm = torch.nn.LSTM(26, 100, bidirectional=True)
    peepholes, output, second_bias = 2 * 3 * 100, 62 * 201, 2 * 4 * 100
    assert method.weights(method.blstm(26, 100, 62)) == counted(lstm) - second_bias + peepholes + output


def test_an_encoder_has_pytorchs_weights_less_its_projections_biases() -> None:
    """PyTorch's projections have biases; the paper's W^Q, W^K, W^V and W^O do not."""
    with torch.device("meta"):
        encoder = torch.nn.TransformerEncoderLayer(512, 8, 2048)
        decoder = torch.nn.TransformerDecoderLayer(512, 8, 2048)
    biases = 3 * 4 * 512
    one = method.weights(method.Transformer(n=1).network(0))
    assert one == counted(encoder, decoder) - biases


def test_the_depth_of_a_resnet_is_the_number_of_its_weight_layers() -> None:
    """Shortcuts apart, each has as many layers as its name says."""
    for depth in (20, 56, 110):
        assert len(method.resnet_cifar(depth)) == depth
    for depth in (18, 34):
        assert len(method.resnet_imagenet(depth)) == depth
    for depth in (50, 101, 152):
        assert len(method.resnet_imagenet(depth)) == depth + 4
    with pytest.raises(ValueError, match="6n"):
        method.resnet_cifar(21)


def test_the_depth_of_a_vgg_is_that_of_its_column() -> None:
    """Table 1 of VGG: 11, 13, 16, 16 and 19 weight layers."""
    assert [len(method.vgg(name)) for name in method.VGG] == [11, 13, 16, 16, 19]


@pytest.mark.parametrize(
    ("channels", "expected"), [(32, 32), (44.8, 48), (33.6, 32), (22.4, 24), (1792, 1792), (11, 16)]
)
def test_channels_become_multiples_of_eight(channels: float, expected: int) -> None:
    """The nearest one, unless that takes more than a tenth away."""
    assert method.divisible(channels) == expected


def test_mobilenets_blocks_follow_its_printed_formula() -> None:
    """Section 3.2: a block without stride costs h w d' t (d' + k^2 + d'')."""
    h, inputs, outputs, t = 14, 64, 96, 6
    block = method._inverted(inputs, outputs, t, h, stride=1)
    assert method.multiply_adds(block) == h * h * inputs * t * (inputs + 9 + outputs)
