"""Reads metrics out of JSON and JSON lines; W&B's `wandb-summary.json` is such a file, its settings lie beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from paperlab.disk import sha256_of
from paperlab.errors import BadFile
from paperlab.run_tracker.found import (
    FoundMetric,
    FoundRun,
    bounded_text,
    check_count,
    seed_in,
    step_name,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAX_DEPTH = 40
_WANDB = "wandb-summary.json"
_LINES = (".jsonl", ".ndjson")
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
"""As texts: how W&B writes what JSON has no number for."""


def read_json(path: Path) -> FoundRun:
    """Return the numbers of a JSON file under dotted paths: `test.acc`, arrays by index: `loss.0`.

    In JSON lines every line is a document with a step of its own; a line with `name` and `value` is one value under
    that name. Texts and numbers of a document are the parameters of its values. Raises BadFile.
    """
    text = bounded_text(path)
    found = _Json(path)
    documents = list(_lines(path, text)) if path.suffix.lower() in _LINES else _documents(path, text)
    for line, document in documents:
        found.read(line, document)
        check_count(path, len(found.metrics), line)
    parameters = found.parameters if len(documents) == 1 else {}
    return FoundRun(found.run, path, found.sha256, tuple(found.metrics), parameters, seed_in(parameters))


class _Json:
    def __init__(self, path: Path) -> None:
        self.path, self.sha256 = path, sha256_of(path)
        of_wandb = path.name == _WANDB
        self.run = path.absolute().parents[1].name if of_wandb else path.name
        self._given = _wandb_settings(path.with_name("config.yaml")) if of_wandb else {}
        self.metrics: list[FoundMetric] = []
        self.parameters: dict[str, Any] = {}

    def read(self, line: int | None, document: Any) -> None:
        scalars = dict(_scalars(self.path, line, document, "", 0))
        self.parameters = scalars | self._given
        named = scalars.get("name")
        numbers = {named: scalars["value"]} if isinstance(named, str) and "value" in scalars else scalars
        step_key = step_name([name for name in scalars if "." not in name])
        step = whole(scalars[step_key]) if step_key else None
        for name, value in numbers.items():
            got = _number(value)
            if name != step_key and got is not None:
                self._take(name, got, step, line)

    def _take(self, name: str, value: float, step: int | None, line: int | None) -> None:
        given = self.parameters
        found = FoundMetric(name, value, step, self.path, line, self.sha256, self.run, given, seed_in(given))
        self.metrics.append(found)


def _wandb_settings(path: Path) -> dict[str, Any]:
    """Return the settings that W&B keeps as `name:` and, indented below it, `value: ...`; nested ones are left out."""
    if not path.is_file():
        return {}
    found, name = {}, ""
    for line in bounded_text(path).splitlines():
        key, _colon, value = line.partition(":")
        if line and not line[0].isspace():
            name = key.strip("'\"")
        elif key.strip() == "value" and value.strip():
            found[name] = value.strip().strip("'\"")
    return found


def _documents(path: Path, text: str) -> list[tuple[int | None, Any]]:
    try:
        return [(None, json.loads(text, parse_int=_integer))]
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise BadFile(path, error.lineno, f"not valid JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise BadFile(path, None, f"not usable JSON: {error}") from error
    return list(_lines(path, text))


def _lines(path: Path, text: str) -> Iterator[tuple[int | None, Any]]:
    for line, part in enumerate(text.split("\n"), 1):
        if part.strip():
            try:
                yield line, json.loads(part, parse_int=_integer)
            except (ValueError, RecursionError) as error:
                why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                raise BadFile(path, line, f"not valid JSON: {why}") from error


def _number(value: object) -> float | None:
    if value in _NOT_FINITE:
        return float(str(value))
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _integer(text: str) -> int | float:
    """Read no integers of thousands of digits as such: a float has the value of any metric."""
    return int(text) if len(text) < 300 else float(text)


def _scalars(path: Path, line: int | None, value: Any, name: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _MAX_DEPTH:
        raise BadFile(path, line, f"is nested deeper than {_MAX_DEPTH} levels at {name[:60]}")
    if isinstance(value, dict):
        parts: Any = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        if value is not None:
            yield name, value
        return
    for key, part in parts:
        yield from _scalars(path, line, part, f"{name}.{key}" if name else str(key), depth + 1)
