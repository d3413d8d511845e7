"""The network of a BERT sentence embedder in numpy, for one text: ready in the time a runtime takes to be imported.

Devlin et al. 2019 (arXiv:1810.04805), figure 1 and section 3; mean pooling as arXiv:1908.10084. The weights are read
where they lie, mapped from the safetensors file, so that a process pays for the pages it touches and nothing else.
"""

from __future__ import annotations

import json
import math
import mmap
from typing import TYPE_CHECKING, Any

import numpy as np

from paperlab.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

_WEIGHTS = "model.safetensors"
_BLOCKS = (16, 8)
_SMALL = 640
"""A weight is multiplied by blocks of that many rows while a block gives at most that many results: for such small
products OpenBLAS neither packs its operands nor starts threads, and a short query takes half the time."""
_ROOT_HALF = np.float32(0.5**0.5)


class Network:
    """A BERT encoder with its weights, which runs one text at a time in fp32."""

    def __init__(self, folder: Path) -> None:
        """Map the weights of a sentence-transformers folder; raises BadFile where they are not whole fp32 ones."""
        try:
            config = json.loads((folder / "config.json").read_bytes())
            self._heads: int = config["num_attention_heads"]
            self._epsilon = np.float32(config["layer_norm_eps"])
            weights = _mapped(folder / _WEIGHTS)
            self._words = weights["embeddings.word_embeddings.weight"]
            self._places = weights["embeddings.position_embeddings.weight"]
            self._kind = weights["embeddings.token_type_embeddings.weight"][0]
            self._norm = _pair(weights, "embeddings.LayerNorm")
            self._layers = [_Layer(weights, f"encoder.layer.{i}") for i in range(config["num_hidden_layers"])]
        except (OSError, ValueError, TypeError, LookupError) as error:
            why = "these are not the whole weights of a network; install the package that brought them again"
            raise BadFile(folder / _WEIGHTS, None, why) from error

    def vector(self, tokens: Sequence[int]) -> Array:
        """Return the unit vector, shape (dimension,), of one text's tokens: at least one, at most the positions."""
        # (dimension, tokens) throughout: the heads, and the blocks of `_linear`, are then views.
        hidden: Array = self._words[np.asarray(tokens)] + self._places[: len(tokens)] + self._kind
        hidden = self._normalised(np.ascontiguousarray(hidden.T), self._norm)
        for layer in self._layers:
            attended = _linear(self._attention(hidden, layer), layer.joined)
            hidden = self._normalised(hidden + attended, layer.attention_norm)
            inner = gelu(_linear(hidden, layer.wide))
            hidden = self._normalised(hidden + _linear(inner, layer.narrow), layer.norm)
        mean: Array = hidden.mean(axis=1)
        return mean / np.float32(np.linalg.norm(mean))

    def _attention(self, hidden: Array, layer: _Layer) -> Array:
        """Map (dimension, tokens) to the heads' sums of values, one below the other, of the same shape."""
        query, key, value = (
            _linear(hidden, part).reshape(self._heads, -1, hidden.shape[1])
            for part in (layer.query, layer.key, layer.value)
        )
        scores = query.transpose(0, 2, 1) @ key * np.float32(query.shape[1] ** -0.5)
        weights = np.exp(scores - scores.max(axis=2, keepdims=True))
        weights /= weights.sum(axis=2, keepdims=True)
        result: Array = (value @ weights.transpose(0, 2, 1)).reshape(hidden.shape)
        return result

    def _normalised(self, hidden: Array, norm: tuple[Array, Array]) -> Array:
        """Scale each token to mean 0 and variance 1, then by the layer's own weight and bias (arXiv:1607.06450)."""
        scale, shift = norm
        hidden = hidden - hidden.mean(axis=0)
        spread = np.square(hidden).mean(axis=0)
        hidden /= np.sqrt(spread + self._epsilon)
        hidden *= scale[:, None]
        hidden += shift[:, None]
        return hidden


class _Layer:
    """Weight and bias of each of a layer's maps."""

    def __init__(self, weights: dict[str, Array], name: str) -> None:
        self.query, self.key, self.value = (
            _pair(weights, f"{name}.attention.self.{part}") for part in ("query", "key", "value")
        )
        self.joined = _pair(weights, f"{name}.attention.output.dense")
        self.attention_norm = _pair(weights, f"{name}.attention.output.LayerNorm")
        self.wide = _pair(weights, f"{name}.intermediate.dense")
        self.narrow = _pair(weights, f"{name}.output.dense")
        self.norm = _pair(weights, f"{name}.output.LayerNorm")


def gelu(x: Array) -> Array:
    """Return x times the normal distribution's share below x, within 1e-6 (Hendrycks and Gimpel, arXiv:1606.08415).

    The error function is Abramowitz and Stegun's 7.1.26, whose own error is at most 1.5e-7.
    """
    size: Array = np.abs(x) * _ROOT_HALF
    t: Array = np.float32(1) / (1 + np.float32(0.3275911) * size)
    tail = np.zeros_like(t)
    for coefficient in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(coefficient)
        tail *= t
    tail *= np.exp(np.negative(size * size))
    return np.multiply(x + np.abs(x) * (1 - tail), 0.5, dtype=np.float32)


def _mapped(path: Path) -> dict[str, Array]:
    """Return the fp32 arrays of a safetensors file by name, mapped, not read."""
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    start = 8 + int.from_bytes(memory[:8], "little")
    header: dict[str, Any] = json.loads(memory[8:start])
    arrays = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            shape = entry["shape"]
            flat = np.frombuffer(memory, "<f4", math.prod(shape), start + entry["data_offsets"][0])
            arrays[name] = flat.reshape(shape)
    return arrays


def _pair(weights: dict[str, Array], name: str) -> tuple[Array, Array]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _linear(hidden: Array, part: tuple[Array, Array]) -> Array:
    """Map (inputs, tokens) to (outputs, tokens)."""
    weight, bias = part
    outputs, inputs = weight.shape
    tokens = hidden.shape[1]
    block = next((rows for rows in _BLOCKS if rows * tokens <= _SMALL and outputs % rows == 0), outputs)
    result: Array = (weight.reshape(-1, block, inputs) @ hidden).reshape(outputs, tokens)
    result += bias[:, None]
    return result
