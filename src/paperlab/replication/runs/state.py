"""What a run needs to go on after a kill: the state of its loops' parts and of every source of chance."""

from __future__ import annotations

import hashlib
import io
import pickle
import random
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from paperlab.disk import disk_errors, replacing
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MARK = b"paperlab state 1\n"
_DIGEST = 32
_ZIP = b"PK"
SHARE = 0.01
"""Of the time since the last one that writing a state may take."""


class StateFile:
    """The file that a killed run goes on from, with a checksum: what cannot be read whole counts as not there.

    It is pickled, and so only ever read where this program wrote it: in the folder of its own run.
    """

    def __init__(self, path: Path, key: str) -> None:
        """`key` names code and configuration: a state of others is not used."""
        self.path = path
        self.key = key
        self._cost = 0.0
        self._saved_at = -float("inf")

    def load(self) -> tuple[dict[str, Any] | None, str]:
        """Return what was saved, or None and why it cannot be used (empty where there is no file)."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None, ""
        body = data[len(_MARK) + _DIGEST :]
        if data[: len(_MARK)] != _MARK or data[len(_MARK) : len(_MARK) + _DIGEST] != _checksum(body):
            return None, "its state file is damaged"
        found: dict[str, Any] = pickle.loads(body)  # noqa: S301
        if found["key"] != self.key:
            return None, "its code or configuration changed since its state was saved"
        return found, ""

    def due(self) -> bool:
        """Tell whether saving now would keep within its share of the time."""
        return self._cost <= SHARE * (time.perf_counter() - self._saved_at)

    def save(self, content: Mapping[str, Any], began: float) -> None:
        """Replace the file; `began` is the `perf_counter` at which putting `content` together began.

        It is not waited for until it is on the disk: a kill cannot lose it, and what a power cut leaves is checked.
        """
        body = pickle.dumps({**content, "key": self.key}, protocol=pickle.HIGHEST_PROTOCOL)
        with disk_errors(self.path), replacing(self.path) as temporary, temporary.open("wb") as file:
            file.write(_MARK + _checksum(body))
            file.write(body)
        self._saved_at = time.perf_counter()
        self._cost = self._saved_at - began

    def remove(self) -> None:
        """Remove the file where there is one."""
        self.path.unlink(missing_ok=True)


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()


def packed(value: object) -> bytes:
    """Return a value as bytes: a copy that later changes do not reach. Raises what pickling raises."""
    torch = sys.modules.get("torch")
    if torch is None:
        return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


def unpacked(data: bytes) -> Any:
    """Return the value that `packed` packed; tensors of a GPU that is not here come to the CPU."""
    if not data.startswith(_ZIP):  # torch writes a ZIP archive
        return pickle.loads(data)  # noqa: S301
    import torch

    device = None if torch.cuda.is_available() else "cpu"
    return torch.load(io.BytesIO(data), map_location=device, weights_only=False)


def parts_state(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state of each part; raises UsageError for one whose state cannot be taken."""
    return {name: _state_of(name, part) for name, part in parts.items()}


def restore_parts(parts: Mapping[str, Any], states: Mapping[str, Any]) -> None:
    """Bring each part into its state, in place."""
    for name, part in parts.items():
        _restore(part, states[name])


def _state_of(name: str, part: Any) -> Any:
    if hasattr(part, "state_dict"):
        return part.state_dict()
    if hasattr(part, "bit_generator"):
        return part.bit_generator.state
    for reading, writing in (("get_state", "set_state"), ("getstate", "setstate")):
        if hasattr(part, reading) and hasattr(part, writing):
            return getattr(part, reading)()
    if isinstance(part, (list, dict, set, deque)) or _is_array(part):
        return part
    raise UsageError(
        f"run.epochs cannot keep {name}, of type {type(part).__name__}: it takes what has state_dict and"
        " load_state_dict, generators of random numbers, arrays, lists, dicts and sets"
    )


def _is_array(part: object) -> bool:
    kinds = [getattr(sys.modules.get(name), kind, None) for name, kind in (("numpy", "ndarray"), ("torch", "Tensor"))]
    return isinstance(part, tuple(kind for kind in kinds if kind))


def _restore(part: Any, state: Any) -> None:
    if hasattr(part, "load_state_dict"):
        part.load_state_dict(state)
    elif hasattr(part, "bit_generator"):
        part.bit_generator.state = state
    elif hasattr(part, "set_state"):
        part.set_state(state)
    elif hasattr(part, "setstate"):
        part.setstate(state)
    elif isinstance(part, (list, deque)):
        part.clear()
        part.extend(state)
    elif isinstance(part, (dict, set)):
        part.clear()
        part.update(state)
    else:
        _copy_into(part, state)


def _copy_into(array: Any, state: Any) -> None:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(array, torch.Tensor):
        with torch.no_grad():
            array.copy_(state)
    else:
        array[...] = state


def chance_state() -> dict[str, Any]:
    """Return the state of the global sources of random numbers that are loaded."""
    found: dict[str, Any] = {"random": random.getstate()}
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        found["numpy"] = numpy.random.get_state()
    if torch is not None:
        found["torch"] = torch.get_rng_state()
        if torch.cuda.is_initialized():
            found["cuda"] = torch.cuda.get_rng_state_all()
    return found


def restore_chance(state: Mapping[str, Any]) -> None:
    """Bring the global sources of random numbers into a state; those it does not name stay."""
    random.setstate(state["random"])
    if "numpy" in state:
        import numpy as np

        np.random.set_state(state["numpy"])
    if "torch" in state:
        import torch

        torch.set_rng_state(state["torch"])
        if "cuda" in state and torch.cuda.is_available():
            torch.cuda.set_rng_state_all([one.cpu() for one in state["cuda"]])


def seed_chance(seed: int) -> None:
    """Seed the global sources of random numbers that are loaded."""
    random.seed(seed)
    for module in ("numpy", "torch"):
        if module in sys.modules:
            seed_module(module, seed)


def seed_module(name: str, seed: int) -> None:
    """Seed the global random numbers of numpy or torch, which must be loaded."""
    if name == "numpy":
        sys.modules[name].random.seed(seed % 2**32)
    else:
        sys.modules[name].manual_seed(seed)
