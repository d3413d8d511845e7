"""The gate in front of arXiv: pace, one turn at a time, cool-downs that every process sees."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from paperlab.arxiv_source.gate import Gate
from paperlab.arxiv_source.transport import retry_after
from paperlab.errors import NotNow, Throttled, UsageError
from paperlab.testing.arxiv_papers import StandinPaper
from paperlab.testing.arxiv_standin import ArxivStandin

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = ("127.0.0.1",)


class FakeClock:
    """Wall clock that only sleeping moves."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds < 3600, "an endless wait"
        assert len(self.slept) < 50, "waits without end"
        self.slept.append(seconds)
        self.now += seconds


def gate_at(folder: Path, clock: FakeClock, interval: float = 3.0) -> Gate:
    """Return a gate whose waits take no time."""
    return Gate(folder, interval, clock=clock, sleep=clock.sleep)


def state_of(folder: Path) -> dict[str, float]:
    """Return what the state file says."""
    found: dict[str, float] = json.loads((folder / "arxiv-gate.json").read_bytes())
    return found


def test_first_turn_does_not_wait(tmp_path: Path) -> None:
    """Nobody has asked yet: the first request leaves at once."""
    clock = FakeClock()

    with gate_at(tmp_path, clock).turn():
        pass

    assert clock.slept == []


def test_second_gate_waits_the_interval(tmp_path: Path) -> None:
    """Another Gate on the same folder keeps the pace of the first."""
    clock = FakeClock()
    with gate_at(tmp_path, clock).turn():
        pass
    clock.now += 1.0

    with gate_at(tmp_path, clock).turn():
        waited = sum(clock.slept)

    assert 2.0 <= waited <= 2.1


def test_the_time_is_on_disk_before_the_request(tmp_path: Path) -> None:
    """Within the turn, before anything is sent, the state says that a request leaves now."""
    clock = FakeClock()

    with gate_at(tmp_path, clock).turn():
        assert state_of(tmp_path)["last"] == clock.now


def test_killed_in_its_turn(tmp_path: Path) -> None:
    """A process killed in mid-request leaves no lock, and its request still counts."""
    script = (
        "import os, pathlib, signal, sys; from paperlab.arxiv_source import Gate\n"
        "with Gate(pathlib.Path(sys.argv[1])).turn(): os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=child_env(), check=False, timeout=20)
    assert done.returncode == -9
    clock = FakeClock(state_of(tmp_path)["last"])

    with gate_at(tmp_path, clock).turn():
        waited = sum(clock.slept)

    assert 3.0 <= waited <= 3.1


def test_a_turn_that_fails_gives_the_gate_back(tmp_path: Path) -> None:
    """An error within the turn does not leave the lock held."""
    clock = FakeClock()
    with pytest.raises(RuntimeError), gate_at(tmp_path, clock).turn():
        raise RuntimeError

    with gate_at(tmp_path, clock).turn():
        pass


def test_threads_take_turns(tmp_path: Path) -> None:
    """Within one process, too, only one request is under way."""
    gate = Gate(tmp_path, 0.0, hosts=LOOPBACK)
    inside, most, guard = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal inside, most
        with gate.turn():
            with guard:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert most == 1


def test_waiting_for_another_process_is_told(tmp_path: Path) -> None:
    """Whoever waits for the lock says so, once."""
    told: list[str] = []
    entered = threading.Event()

    def hold() -> None:
        with Gate(tmp_path, 0.0, hosts=LOOPBACK).turn():
            entered.set()
            time.sleep(0.3)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(5)
    with Gate(tmp_path, 0.0, hosts=LOOPBACK).turn(told.append):
        pass
    thread.join(5)

    assert told == ["another paperlab process is talking to arXiv: waiting for its end"]


def test_cool_down_grows(tmp_path: Path) -> None:
    """Each refusal in a row doubles the cool-down, from 30 s to at most half an hour."""
    clock = FakeClock()
    gate = gate_at(tmp_path, clock)

    pauses = [round(gate.penalise().timestamp() - clock.now) for _ in range(9)]

    assert pauses == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]


def test_short_cool_down_is_waited_out_and_told(tmp_path: Path) -> None:
    """A second Gate sees the first one's cool-down, says so and waits."""
    clock = FakeClock()
    gate_at(tmp_path, clock).penalise(host="export.arxiv.org")
    told: list[str] = []

    with gate_at(tmp_path, clock).turn(told.append):
        waited = sum(clock.slept)

    assert 30 <= waited < 31
    assert told == ["export.arxiv.org asked us to slow down: waiting 30 s"]


def test_long_cool_down_is_an_error_that_says_until_when(tmp_path: Path) -> None:
    """A second Gate refuses at once when the cool-down is longer than a minute."""
    clock = FakeClock()
    until = gate_at(tmp_path, clock).penalise(61.0, "arxiv.org")

    with pytest.raises(Throttled) as caught, gate_at(tmp_path, clock).turn():
        pass

    assert caught.value.until == until
    assert caught.value.host == "arxiv.org"
    assert f"{until:%H:%M:%S}" in str(caught.value)
    assert clock.slept == []


def test_retry_after_is_honoured_exactly(tmp_path: Path) -> None:
    """Where arXiv names the seconds, these count, not our own growth."""
    clock = FakeClock()
    gate = gate_at(tmp_path, clock)
    gate.penalise()
    gate.penalise()

    until = gate.penalise(7.0)

    assert until.timestamp() == clock.now + 7.0
    assert gate.cooling_until() == until


def test_success_clears_the_strikes(tmp_path: Path) -> None:
    """After an answer the next cool-down is a short one again."""
    clock = FakeClock()
    gate = gate_at(tmp_path, clock)
    gate.penalise()
    gate.penalise()
    gate.succeed()

    until = gate.penalise()

    assert until.timestamp() == clock.now + 30.0


def test_clock_set_back_does_not_prolong_the_pace(tmp_path: Path) -> None:
    """A last request in the future counts as one just now."""
    clock = FakeClock()
    with gate_at(tmp_path, clock).turn():
        pass
    clock.now -= 86_400.0

    with gate_at(tmp_path, clock).turn():
        waited = sum(clock.slept)

    assert 3.0 <= waited <= 3.1


def test_clock_set_back_does_not_prolong_a_cool_down(tmp_path: Path) -> None:
    """A cool-down lasts no longer than it was imposed for."""
    clock = FakeClock()
    gate_at(tmp_path, clock).penalise()
    clock.now -= 86_400.0

    with gate_at(tmp_path, clock).turn():
        waited = sum(clock.slept)

    assert 30.0 <= waited <= 31.0


def test_clock_set_back_does_not_end_a_cool_down(tmp_path: Path) -> None:
    """Looking twice does not shorten it either: it ends an hour from now."""
    clock = FakeClock()
    gate_at(tmp_path, clock).penalise(3600.0)
    clock.now -= 86_400.0

    for _ in range(3):
        with pytest.raises(Throttled) as caught, gate_at(tmp_path, clock).turn():
            pass

    assert caught.value.until.timestamp() == clock.now + 3600.0


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"[1]",
        b'{"last": "x"}',
        b'{"last": NaN, "since": 0, "until": 1e300, "strikes": 1, "host": ""}',
        b"\xff\xfe\x00",
    ],
)
def test_damaged_state_counts_as_just_requested(tmp_path: Path, damaged: bytes) -> None:
    """Nobody knows when the last request was: wait a whole interval, then go on."""
    (tmp_path / "arxiv-gate.json").write_bytes(damaged)
    clock = FakeClock()

    with gate_at(tmp_path, clock).turn():
        waited = sum(clock.slept)

    assert 3.0 <= waited <= 3.1


@pytest.mark.parametrize("interval", [2.99, 0.0, -1.0, float("nan")])
def test_hasty_interval_is_refused(tmp_path: Path, interval: float) -> None:
    """The terms of arXiv ask for 3 s: less is a usage error."""
    with pytest.raises(UsageError, match="3 s or more"):
        Gate(tmp_path, interval)


def test_hasty_interval_needs_every_host_on_loopback(tmp_path: Path) -> None:
    """One endpoint on loopback and one at arXiv is not a test set-up."""
    Gate(tmp_path, 0.1, hosts=("127.0.0.1", "localhost", "::1"))

    with pytest.raises(UsageError):
        Gate(tmp_path, 0.1, hosts=("127.0.0.1", "arxiv.org"))


def test_arxiv_keeps_its_pace_behind_a_hasty_gate(tmp_path: Path) -> None:
    """A stand-in's short interval never counts towards arXiv itself."""
    clock = FakeClock()
    gate = Gate(tmp_path, 0.1, hosts=LOOPBACK, clock=clock, sleep=clock.sleep)
    with gate.turn(host="127.0.0.1"):
        pass

    with gate.turn(host="arxiv.org"):
        waited = sum(clock.slept)

    assert waited >= 3.0


def test_no_request_without_a_note(tmp_path: Path) -> None:
    """Where the state cannot be written no turn is given, in our own words."""
    in_the_way = tmp_path / "state"
    in_the_way.write_text("not a folder")

    with pytest.raises(NotNow, match="cannot write"), gate_at(in_the_way, FakeClock()).turn():
        pytest.fail("a turn without a note")


def test_retry_after_in_both_forms() -> None:
    """Seconds, or a date that counts against the host's own clock."""
    date = {"Retry-After": "Wed, 21 Oct 2026 07:28:40 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}

    assert retry_after({"Retry-After": "17"}) == 17.0
    assert retry_after(date) == 40.0
    assert retry_after({}) is None
    assert retry_after({"Retry-After": "soon"}) is None


ASK = """
import pathlib, sys
from paperlab.arxiv_source import ArxivSource
url, state, *ids = sys.argv[1:]
source = ArxivSource(api_url=url + "/api/query", pdf_url=url + "/pdf", state_dir=pathlib.Path(state), interval=0.3)
for number, asked in enumerate(ids):
    [(_, paper)] = source.lookup([asked])
    source.download(paper, pathlib.Path(state) / f"{asked}.pdf")
"""


def test_two_processes_share_one_pace_and_one_connection(tmp_path: Path) -> None:
    """By the host's own log, requests of two processes begin an interval apart and never overlap."""
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"%PDF-1.4\n" + b"x" * 400_000 + b"\n%%EOF\n")
    papers = [StandinPaper(f"2306.0000{n}", f"Paper {n}", pdf=pdf) for n in (1, 2)]
    log = tmp_path / "log.jsonl"
    state = tmp_path / "state"
    state.mkdir()

    with ArxivStandin(papers, log=log, delay=0.05) as server:
        command = [sys.executable, "-c", ASK, server.url, str(state)]
        children = [subprocess.Popen([*command, paper.arxiv_id], env=child_env()) for paper in papers]
        codes = [child.wait(20) for child in children]
        time.sleep(0.05)
    served = sorted((json.loads(line) for line in log.read_text().splitlines()), key=lambda line: line["start"])
    gaps = [after["start"] - before["start"] for before, after in itertools.pairwise(served)]
    overlaps = [after["start"] < before["end"] for before, after in itertools.pairwise(served)]

    assert codes == [0, 0]
    assert len(served) == 4
    assert min(gaps) >= 0.3
    assert not any(overlaps)


def child_env() -> dict[str, str]:
    """Return an environment in which children find what we find."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
