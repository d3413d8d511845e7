"""Reads MLflow's file store: `mlruns/<experiment>/<run>/` with a file per metric, parameter and tag."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from paperlab.disk import sha256_of
from paperlab.errors import BadFile
from paperlab.run_tracker.found import (
    FoundMetric,
    FoundRun,
    bounded_text,
    check_count,
    moment,
    number,
    seed_in,
    whole,
)

if TYPE_CHECKING:
    from pathlib import Path

_META = "meta.yaml"
_STATUS = {"1": "running", "2": "running", "3": "finished", "4": "failed", "5": "killed"}
"""MLflow's numbers: running, scheduled, finished, failed, killed."""
_MAX_RUNS = 10_000


def is_run(folder: Path) -> bool:
    """Return whether a folder is one run of a file store."""
    return (folder / _META).is_file() and (folder / "metrics").is_dir()


def is_store(folder: Path) -> bool:
    """Return whether a folder is a whole file store, or one experiment in it."""
    return any(_run_folders(folder))


def read_store(folder: Path) -> list[FoundRun]:
    """Return every run below a file store or an experiment, deleted ones left out. Raises BadFile."""
    folders = [folder] if is_run(folder) else _run_folders(folder)
    if len(folders) > _MAX_RUNS:
        raise BadFile(folder, None, f"has more than {_MAX_RUNS:,} runs: name one experiment's folder")
    read = [_run(found) for found in folders]
    return [run for run in read if run is not None]


def _run_folders(folder: Path) -> list[Path]:
    """Return run folders of an experiment, or of the experiments below a store; MLflow's own `.trash` stays out."""
    found = sorted(folder.glob(f"*/{_META}")) + sorted(folder.glob(f"*/*/{_META}"))
    return [meta.parent for meta in found if is_run(meta.parent) and ".trash" not in meta.parts]


def _run(folder: Path) -> FoundRun | None:
    meta = _flat_yaml(folder / _META)
    if meta.get("lifecycle_stage") == "deleted":
        return None
    run = meta.get("run_id") or meta.get("run_uuid") or folder.name
    parameters = {name: bounded_text(file).strip() for name, file in _files(folder / "params")}
    seed = seed_in(parameters)
    metrics: list[FoundMetric] = []
    for name, file in _files(folder / "metrics"):
        sha256 = sha256_of(file)
        for line, value, step in _values(file):
            metrics.append(FoundMetric(name, value, step, file, line, sha256, run, parameters, seed))
        check_count(folder, len(metrics))
    return FoundRun(
        run, folder, sha256_of_run(folder), tuple(metrics), parameters, seed,
        _STATUS.get(meta.get("status", ""), ""), moment(meta.get("start_time")), moment(meta.get("end_time")),
    )  # fmt: skip


def sha256_of_run(folder: Path) -> str:
    """Return one SHA-256 over names and contents of a run's metric and parameter files."""
    digest = hashlib.sha256()
    for part in ("metrics", "params"):
        for name, file in _files(folder / part):
            digest.update(f"{part}/{name}\n{sha256_of(file)}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> list[tuple[str, Path]]:
    """Return the files below by name; a metric called `test/acc` lies in a folder `test`."""
    found = sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return [(file.relative_to(folder).as_posix(), file) for file in found]


def _values(file: Path) -> list[tuple[int, float, int | None]]:
    """Return line, value and step of each line: `timestamp value [step [more]]`."""
    read = []
    for line, text in enumerate(bounded_text(file).splitlines(), 1):
        parts = text.split()
        if not parts:
            continue
        value = number(parts[1]) if len(parts) > 1 else None
        step = whole(parts[2]) if len(parts) > 2 else None
        if value is None or (step is None and len(parts) > 2):
            raise BadFile(file, line, f"not a line of an MLflow metric (time, value, step): {text[:60]!r}")
        read.append((line, value, step))
    return read


def _flat_yaml(path: Path) -> dict[str, str]:
    """Return the plain `key: value` lines of a run's meta file; it has no others that matter here."""
    found = {}
    for text in bounded_text(path).splitlines():
        key, colon, value = text.partition(":")
        if colon and not key.startswith((" ", "-", "#")):
            found[key.strip()] = value.strip().strip("'\"")
    return found
