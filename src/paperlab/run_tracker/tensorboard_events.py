"""Reads TensorBoard's event files: scalars in both of their forms, and the hyperparameters beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from paperlab.disk import sha256_of
from paperlab.errors import NotNow
from paperlab.run_tracker.found import FoundMetric, FoundRun, check_count, check_size, moment, seed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_MAX_BYTES = 1 << 30
"""Images and histograms may stand between the scalars."""
_MAX_RECORD = 256 << 20
_MAX_CHECKED = 256 << 10


def is_event_file(path: Path) -> bool:
    """Return whether the name is one that TensorBoard's writers give."""
    return ".tfevents." in path.name or path.name.startswith("events.out.tfevents")


def read_events(path: Path) -> FoundRun:
    """Return the scalars of an event file. A damaged end is left out and named in the run's notes.

    Raises BadFile for a file that is too large, NotNow where the `tensorboard` package is missing.
    """
    check_size(path, _MAX_BYTES)
    found = _Events(path)
    for event in found.events():
        for value in event.summary.value:
            found.take(event, value)
        check_count(path, len(found.metrics))
    seed = seed_in(found.parameters)
    metrics = tuple([FoundMetric(*row, path, None, found.sha256, path.parent.name, found.parameters, seed)
                     for row in found.metrics])  # fmt: skip
    return FoundRun(
        path.parent.name, path, found.sha256, metrics, found.parameters, seed,
        started=moment(found.first * 1000), ended=moment(found.last * 1000), notes=tuple(found.notes),
    )  # fmt: skip


class _Events:
    def __init__(self, path: Path) -> None:
        self.path, self.sha256 = path, sha256_of(path)
        self.metrics: list[tuple[str, float, int]] = []
        self.parameters: dict[str, Any] = {}
        self.notes: list[str] = []
        self.first = self.last = 0.0

    def events(self) -> Iterator[Any]:
        """Give the events up to the file's end, or up to the first that is damaged."""
        decode, masked_crc, undecodable = _tools()
        read = 0
        with self.path.open("rb") as file:
            while (size := file.read(8)) != b"":
                data = _record(file, size, masked_crc)
                try:
                    event = None if data is None else decode(data)
                except undecodable:
                    event = None
                if event is None:
                    self.notes.append(f"{self.path.name}: damaged behind event {read}; what follows was not read")
                    return
                read += 1
                self.first, self.last = self.first or event.wall_time, event.wall_time
                yield event

    def take(self, event: Any, value: Any) -> None:
        """Keep a scalar; any other summary (picture, histogram, text) is passed over."""
        if value.WhichOneof("value") == "simple_value":
            self.metrics.append((value.tag, float(value.simple_value), int(event.step)))
        elif value.metadata.plugin_data.plugin_name == "hparams":
            self.parameters.update(_hyperparameters(value.metadata.plugin_data.content))
        elif value.WhichOneof("value") == "tensor" and value.metadata.plugin_data.plugin_name in ("scalars", ""):
            scalar = _scalar(value.tensor)
            if scalar is not None:
                self.metrics.append((value.tag, scalar, int(event.step)))


def _tools() -> tuple[Any, Callable[[bytes], int], type[Exception]]:
    try:
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
    except ImportError as error:
        raise NotNow(
            "TensorBoard's files need the tensorboard package: pip install 'paperlab-replicate[replicate]'"
        ) from error
    return Event.FromString, masked_crc32c, DecodeError


def _record(file: BinaryIO, size: bytes, masked_crc: Callable[[bytes], int]) -> bytes | None:
    """Return the next record (length, its checksum, data, their checksum), or None where it is not whole."""
    if len(size) < 8 or file.read(4) != masked_crc(size).to_bytes(4, "little"):
        return None
    length = int.from_bytes(size, "little")
    if length > _MAX_RECORD:
        return None
    data, checksum = file.read(length), file.read(4)
    if len(data) < length or len(checksum) < 4:
        return None
    # Pictures are not worth the time of a checksum in Python: the length has been checked.
    whole = length > _MAX_CHECKED or checksum == masked_crc(data).to_bytes(4, "little")
    return data if whole else None


def _scalar(tensor: Any) -> float | None:
    from tensorboard.util.tensor_util import make_ndarray

    if any(part.size != 1 for part in tensor.tensor_shape.dim):
        return None
    got = make_ndarray(tensor)
    return float(got.reshape(-1)[0]) if got.size == 1 and got.dtype.kind in "fiu" else None


def _hyperparameters(content: bytes) -> dict[str, Any]:
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    given = HParamsPluginData.FromString(content).session_start_info.hparams
    return {name: getattr(value, value.WhichOneof("kind")) for name, value in given.items() if value.WhichOneof("kind")}
