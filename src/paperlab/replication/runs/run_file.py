"""run.json: what one run left, as a file whose hash the ledger keeps."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from paperlab.disk import read_text, sha256_of, write_atomically
from paperlab.errors import BadFile
from paperlab.plain import build, plain
from paperlab.replication.runs.ledger import START
from paperlab.replication.runs.metrics import FILE as METRICS
from paperlab.types import Check, DataUsed, RunRecord, RunResult

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.replication.runs.ledger import Ledger

FILE = "run.json"
RUNNING, OK, FAILED = "running", "ok", "failed"
_SCHEMA = 1
_PARTS: dict[str, type[Any]] = {"results": RunResult, "checks": Check, "data": DataUsed}
_FREE = ("config", "facts", "environment")
_KINDS: dict[str, type | tuple[type, ...]] = {"seed": int, "wall_seconds": (int, float), "cpu_seconds": (int, float)}
_KINDS |= {"peak_mb": (int, float), **dict.fromkeys(_FREE, dict), **dict.fromkeys((*_PARTS, "resumed"), list)}


def record_bytes(record: RunRecord) -> bytes:
    """Return what run.json holds of a record: all but its folder."""
    told = {name: value for name, value in plain(record).items() if name != "folder"}
    return json.dumps({"schema": _SCHEMA, **told}, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def write_record(record: RunRecord) -> None:
    """Write run.json into the record's folder; raises NoSpace or NotNow."""
    write_atomically(record.folder / FILE, record_bytes(record))


def read_record(folder: Path) -> RunRecord:
    """Return what a folder's run.json says; raises BadFile where it is missing or is no record."""
    path = folder / FILE
    try:
        return _record(json.loads(read_text(path)), folder)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise BadFile(path, getattr(error, "lineno", None), f"this is no record of a run: {error}") from error


def _record(found: Any, folder: Path) -> RunRecord:
    if not isinstance(found, dict) or found.pop("schema", None) != _SCHEMA:
        raise TypeError(f"no object of schema {_SCHEMA}")
    known = {one.name for one in fields(RunRecord)} - {"folder"}
    for name, value in found.items():
        if name not in known or not isinstance(value, _KINDS.get(name, str)):
            raise TypeError(f"{name} is {value!r}")
    for name, kind in _PARTS.items():
        found[name] = tuple(build(kind, one) for one in found.get(name, []))
    found["resumed"] = tuple(str(one) for one in found.get("resumed", []))
    return RunRecord(**found, folder=folder)


def is_as_it_ended(record: RunRecord, ledger: Ledger) -> bool:
    """Tell whether run.json and metrics.jsonl are what the ledger's last line of this run has."""
    return not what_changed(record, ledger)


def what_changed(record: RunRecord, ledger: Ledger) -> str:
    """Return how the files of a run that has ended differ from what it left; empty where they do not."""
    events = ledger.of((record.variant, record.config_hash, record.seed))
    if not events:
        return "the ledger knows nothing of it"
    if events[-1].event == START:
        return f"it was started again at {events[-1].time} and did not end"
    if events[-1].sha256 != sha256_hex((record.folder / FILE).read_bytes()):
        return f"{FILE} was changed after the run ended"
    try:
        metrics = sha256_of(record.folder / METRICS)
    except OSError:
        return f"{METRICS} is gone"
    return "" if metrics == record.metrics_sha256 else f"{METRICS} was changed after the run ended"
