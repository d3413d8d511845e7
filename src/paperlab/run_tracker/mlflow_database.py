"""Reads MLflow's SQLite store, without writing to it."""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

from paperlab.errors import BadFile, Busy
from paperlab.run_tracker.found import FoundMetric, FoundRun, check_count, check_size, moment, seed_in, whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SUFFIXES = (".db", ".sqlite", ".sqlite3")
_MAX_BYTES = 4 << 30
_NEEDED = {"runs", "metrics", "params"}
_RUNS = (
    "select run_uuid, status, start_time, end_time from runs"
    " where coalesce(lifecycle_stage, 'active') <> 'deleted' order by start_time, run_uuid"
)
_METRICS = "select key, value, step, is_nan, timestamp from metrics where run_uuid = ? order by key, step, timestamp"
_PARAMETERS = "select key, value from params where run_uuid = ? order by key"


def read_database(path: Path) -> list[FoundRun]:
    """Return every run of an MLflow database, deleted ones left out.

    A value's `sha256` is taken over its run's rows, since every new run changes the file. Raises BadFile, and Busy
    where another program is in the middle of writing.
    """
    check_size(path, _MAX_BYTES)
    _refuse_half_written(path)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            database.text_factory = _text
            return _runs(path, database)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # a damaged schema's words are no UTF-8
        said = " ".join(str(error).split())
        raise BadFile(path, None, f"not a database of MLflow: {said}") from error


def _refuse_half_written(path: Path) -> None:
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.is_file() and beside.stat().st_size:
            raise Busy(f"{path} is being written ({beside.name} holds what it lacks): stop MLflow, then import again")


def _runs(path: Path, database: sqlite3.Connection) -> list[FoundRun]:
    tables = {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}
    if missing := sorted(_NEEDED - tables):
        raise BadFile(path, None, f"not a database of MLflow: it has no table {missing[0]}")
    found, count = [], 0
    for row in database.execute(_RUNS).fetchall():
        found.append(_run(path, database, row))
        count += len(found[-1].metrics)
        check_count(path, count)
    return found


def _run(path: Path, database: sqlite3.Connection, row: Sequence[Any]) -> FoundRun:
    run, status, start, end = row
    parameters = {str(name): value for name, value in database.execute(_PARAMETERS, (run,))}
    rows = database.execute(_METRICS, (run,)).fetchall()
    sha256 = hashlib.sha256(json.dumps([parameters, rows], sort_keys=True, default=str).encode()).hexdigest()
    seed = seed_in(parameters)
    metrics = [
        FoundMetric(str(key), _value(value, is_nan=is_nan), whole(step), path, None, sha256, str(run), parameters, seed)
        for key, value, step, is_nan, _time in rows
    ]
    said = str(status or "").lower().replace("scheduled", "running")
    return FoundRun(str(run), path, sha256, tuple(metrics), parameters, seed, said, moment(start), moment(end))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _value(value: object, *, is_nan: object) -> float:
    """Return what was logged: MLflow stores NaN as 0 with a mark, and infinities as the largest numbers."""
    if is_nan or not isinstance(value, (int, float)):
        return math.nan
    return math.copysign(math.inf, value) if abs(value) >= sys.float_info.max else float(value)
