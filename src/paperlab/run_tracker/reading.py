"""Chooses the reader for a file or folder of another tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import BadFile
from paperlab.run_tracker import delimited, json_files, mlflow_database, mlflow_files, tensorboard_events

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.run_tracker.found import FoundMetric, FoundRun

_TABLES = (".csv", ".tsv")
_JSON = (".json", ".jsonl", ".ndjson")


def read_metrics(path: Path) -> list[FoundMetric]:
    """Return every value that a file or folder of another tool holds, as `read_runs` reads it."""
    return [metric for run in read_runs(path) for metric in run.metrics]


def read_runs(path: Path) -> list[FoundRun]:
    """Return the runs recorded in a file or folder.

    Files: CSV, TSV, JSON, JSON lines, TensorBoard's event files, MLflow's SQLite store. Folders: MLflow's file store,
    one experiment or one run of it; a folder of event files. Raises BadFile for anything else.
    """
    if path.is_dir():
        return _read_folder(path)
    suffix = path.suffix.lower()
    if tensorboard_events.is_event_file(path):
        return [tensorboard_events.read_events(path)]
    if suffix in _TABLES:
        return [delimited.read_delimited(path)]
    if suffix in _JSON:
        return [json_files.read_json(path)]
    if is_database(path):
        return mlflow_database.read_database(path)
    why = "no reader for this: CSV, TSV, JSON, JSON lines, TensorBoard event files and MLflow's stores can be read"
    raise BadFile(path, None, why if path.exists() else "is not there")


def is_database(path: Path) -> bool:
    """Return whether a file holds many runs, so that its values' SHA-256 is that of their run's rows."""
    return path.suffix.lower() in mlflow_database.SUFFIXES


def _read_folder(path: Path) -> list[FoundRun]:
    if mlflow_files.is_run(path) or mlflow_files.is_store(path):
        return mlflow_files.read_store(path)
    events = sorted(file for file in path.iterdir() if file.is_file() and tensorboard_events.is_event_file(file))
    if not events:
        raise BadFile(path, None, "holds neither MLflow's runs nor TensorBoard's event files: name its files")
    return [tensorboard_events.read_events(file) for file in events]
