"""Weights and multiply-adds of five papers' networks, against what the papers print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import method

if TYPE_CHECKING:
    from paperlab.replication import Run

MILLION, BILLION = 1e6, 1e9


def main(run: Run) -> None:
    """Count the networks of each paper that the configuration names."""
    counts = {"resnet": resnet, "vgg": vgg, "mobilenet-v2": mobilenet_v2, "ctc": ctc, "transformer": transformer}
    for paper in run.config["papers"]:
        counts[paper](run)
    run.facts(counted="structure")


def resnet(run: Run) -> None:
    """Table 6 (weights) and table 1 (multiply-adds) of 1512.03385, and what it says of VGG-19."""
    for depth in (20, 32, 44, 56, 110, 1202):
        run.result(f"resnet-{depth}/params", method.weights(method.resnet_cifar(depth)) / MILLION, unit="M")
    for depth in method.STAGES:
        run.result(f"resnet-{depth}/madds", method.multiply_adds(method.resnet_imagenet(depth)) / BILLION, unit="G")
    run.result("vgg-19/madds", method.multiply_adds(method.vgg("E")) / BILLION, unit="G")


def vgg(run: Run) -> None:
    """Table 2 of 1409.1556."""
    for name in method.VGG:
        run.result(f"vgg-{name}/params", method.weights(method.vgg(name)) / MILLION, unit="M")


def mobilenet_v2(run: Run) -> None:
    """Table 4 of 1801.04381, and the number of bottleneck layers in its section 4."""
    for multiplier in (1.0, 1.4):
        network = method.mobilenet_v2(multiplier)
        run.result(f"mobilenet-v2-{multiplier}/params", method.weights(network) / MILLION, unit="M")
        run.result(f"mobilenet-v2-{multiplier}/madds", method.multiply_adds(network) / MILLION, unit="M")
    run.result("mobilenet-v2/bottlenecks", method.mobilenet_v2_bottlenecks())


def ctc(run: Run) -> None:
    """Section 5.2 of Graves et al. 2006: 26 inputs, 100 blocks each way, 61 phonemes with and without blank."""
    run.result("ctc/weights", method.weights(method.blstm(26, 100, 62)))
    run.result("hybrid/weights", method.weights(method.blstm(26, 100, 61)))


def transformer(run: Run) -> None:
    """Table 3 of 1706.03762, with the vocabulary of its section 5.1."""
    for name, model in method.TRANSFORMERS.items():
        network = model.network(run.config["vocabulary"])
        run.result(f"transformer-{name}/params", method.weights(network) / MILLION, unit="M")
