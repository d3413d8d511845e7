"""The ledger: only ever added to, whole after a kill, and what cannot be read in it is named."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paperlab.replication.runs.ledger import END, FILE, START, Event, append, now, read_ledger

if TYPE_CHECKING:
    from pathlib import Path

BEGUN = Event(START, "main", 0, "0123abcd", "2026-11-21T10:00:00.000+00:00", code_sha256="c" * 64)
ENDED = replace(BEGUN, event=END, time="2026-11-21T11:00:00.000+00:00", code_sha256="", status="ok", sha256="e" * 64)


def test_events_come_back_by_time(tmp_path: Path) -> None:
    """What two branches appended and a merge put in any order, or twice, is one story."""
    for event in (ENDED, BEGUN, ENDED):
        append(tmp_path, "smoke", event)
    found = read_ledger(tmp_path)
    assert found.events == (BEGUN, ENDED)
    assert found.of(("main", "0123abcd", 0)) == [BEGUN, ENDED]
    assert found.of(("main", "0123abcd", 1)) == []
    assert (tmp_path / FILE).read_text().count('"tier": "smoke"') == 3


@pytest.mark.parametrize(
    "damage",
    [
        *({name: value} for name in Event.__slots__ for value in ([], 5.5, None, {"a": 1})),
        {"seed": True},
        {"variant": "\ud800"},
    ],
    ids=str,
)
def test_a_line_with_a_word_of_a_wrong_kind_is_named(tmp_path: Path, damage: dict[str, object]) -> None:
    """It is passed over, and the others are read."""
    append(tmp_path, "smoke", BEGUN)
    path = tmp_path / FILE
    line = path.read_text()
    path.write_text(json.dumps(json.loads(line) | damage) + "\n" + line)
    found = read_ledger(tmp_path)
    assert found.events == (BEGUN,)
    assert [problem.line for problem in found.problems] == [1]


@pytest.mark.parametrize("line", ["5", "null", "[]", '"event"', "[" * 100_000, "{}"])
def test_a_line_that_is_no_event_is_named(tmp_path: Path, line: str) -> None:
    """Whatever JSON it is."""
    (tmp_path / FILE).write_text(line[:200_000] + "\n")
    assert [problem.line for problem in read_ledger(tmp_path).problems] == [1]


def test_a_last_line_cut_short_is_no_trouble(tmp_path: Path) -> None:
    """A kill in the middle of a write costs that line alone; the next one begins on a line of its own."""
    append(tmp_path, "smoke", BEGUN)
    with (tmp_path / FILE).open("a") as file:
        file.write('{"event": "end", "va')
    assert read_ledger(tmp_path).events == (BEGUN,)
    assert read_ledger(tmp_path).problems == ()
    append(tmp_path, "smoke", ENDED)
    found = read_ledger(tmp_path)
    assert found.events == (BEGUN, ENDED)
    assert [problem.line for problem in found.problems] == [2]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    """Marks of a merge, another word for an event and a seed in words are passed over and named with their lines."""
    append(tmp_path, "smoke", BEGUN)
    with (tmp_path / FILE).open("a") as file:
        file.write("<<<<<<< HEAD\n")
        file.write('{"event": "pause", "variant": "a", "seed": 0, "config_hash": "0", "time": "1"}\n')
        file.write('{"event": "end", "variant": "a", "seed": "0", "config_hash": "0", "time": "1"}\n\n')
    found = read_ledger(tmp_path)
    assert found.events == (BEGUN,)
    assert [problem.line for problem in found.problems] == [2, 3, 4]
    assert "passed over" in str(found.problems[0])


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Lines of four processes stand whole beside one another."""
    code = (
        "import sys; from pathlib import Path; from paperlab.replication.runs.ledger import *\n"
        "for seed in range(50): append(Path(sys.argv[1]), 'smoke', Event(START, sys.argv[2], seed, '0', now()))"
    )
    crowd = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "abcd"]
    assert [one.wait() for one in crowd] == [0, 0, 0, 0]
    found = read_ledger(tmp_path)
    assert not found.problems
    assert {event.unit for event in found.events} == {(name, "0", seed) for name in "abcd" for seed in range(50)}


def test_no_ledger_is_an_empty_one(tmp_path: Path) -> None:
    """Before the first run there is nothing, and that is no error; times are UTC."""
    assert read_ledger(tmp_path).events == ()
    assert now().endswith("+00:00")
