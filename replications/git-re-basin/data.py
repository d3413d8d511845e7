"""Fashion-MNIST, MNIST or scikit-learn's digits as tensors in memory."""

from __future__ import annotations

import gzip
import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from paperlab.replication import Run

FASHION_FOLDER = "/usr/share/datasets/fashion-mnist"
"""Where Debian's package dataset-fashion-mnist puts it."""

PARTS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")

# SHA-256 of the unpacked IDX files, in the order of PARTS: the same data is packed in several ways.
SHA256 = {
    "fashion-mnist": (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
    "mnist": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}
NAMES = {"fashion-mnist": "Fashion-MNIST", "mnist": "MNIST", "digits": "scikit-learn digits"}


@dataclass(frozen=True)
class Split:
    """Examples `x` (n, inputs), from 0 to 1, and their classes `y` (n,)."""

    x: Tensor
    y: Tensor


@dataclass(frozen=True)
class Data:
    """A data set: its name as people write it, and its two parts."""

    name: str
    train: Split
    test: Split


def read_idx(raw: bytes) -> np.ndarray:
    """Return the array of unsigned bytes in an IDX file's content. ValueError where it is none, or cut off."""
    zeros, kind, dimensions = struct.unpack(">HBB", raw[:4])
    if zeros or kind != 8:
        raise ValueError("not an IDX file of unsigned bytes")
    shape = struct.unpack(f">{dimensions}I", raw[4 : 4 + 4 * dimensions])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def _idx_file(folder: Path, part: str) -> bytes:
    for name in (f"{part}-ubyte.gz", f"{part}-ubyte"):
        path = folder / name
        if path.exists():
            return gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    raise FileNotFoundError(f"no {part}-ubyte.gz in {folder}: see this replication's README for how to get the data")


def _idx_data(run: Run, name: str, folder: Path) -> tuple[Split, Split]:
    arrays = []
    for part, known in zip(PARTS, SHA256[name], strict=True):
        raw = _idx_file(folder, part)
        if hashlib.sha256(raw).hexdigest() != known:
            raise ValueError(f"{part} in {folder} is not {NAMES[name]}'s: its SHA-256 is another")
        arrays.append(read_idx(raw))
        run.data(f"{name}/{part}", raw, examples=len(arrays[-1]))
    images, labels, test_images, test_labels = arrays
    return _split(images, labels, 255), _split(test_images, test_labels, 255)


def _digits(run: Run) -> tuple[Split, Split]:
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    images, labels = digits.images[order], digits.target[order]
    run.data("digits", images.tobytes() + labels.tobytes(), examples=len(labels))
    return _split(images[360:], labels[360:], 16), _split(images[:360], labels[:360], 16)


def _split(images: np.ndarray, labels: np.ndarray, most: float) -> Split:
    x = torch.from_numpy(images.reshape(len(images), -1).astype(np.float32)) / most  # (n, inputs)
    return Split(x, torch.from_numpy(labels.astype(np.int64)))


def load(run: Run) -> Data:
    """Read the data that the run's configuration names; each file's SHA-256 is recorded.

    Keys: `data` (fashion-mnist, mnist, digits), `folder`, and `train_examples` where only the first so many are used.
    """
    config = run.config
    name = config["data"]
    if name == "digits":
        train, test = _digits(run)
    else:
        folder = Path(config.get("folder", FASHION_FOLDER)).expanduser()
        train, test = _idx_data(run, name, folder)
    count = config.get("train_examples", len(train.y))
    return Data(NAMES[name], Split(train.x[:count], train.y[:count]), test)
