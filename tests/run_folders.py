"""Small replications in a folder, and processes that run them: what the tests of the harness stand on."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

from paperlab.replication.files import read_replication, read_tier
from paperlab.replication.runs.metrics import read_metrics

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paperlab.types import Replication, RunRecord, Tier

MAIN = '''"""Draws a number."""

import random


def main(run):
    run.facts(epochs=run.config["epochs"], dataset="Dice")
    total = 0.0
    for epoch in run.epochs(run.config["epochs"]):
        total += random.random()
        run.log(epoch, total=total)
    run.result("total", total, unit="points", items=10)
    run.check("positive", total > 0)
    run.data("dice", b"123456", examples=6)
'''
TIER = "seeds = [0, 1, 2]\n[config]\nepochs = 3\n"
SLOW = '''"""Draws numbers in two loops, the first of them left early; every epoch takes a while."""

import random
import time


def wait(run):
    with (run.artifacts / "epochs").open("a") as file:
        file.write(".")
    time.sleep(run.config["pause"])


def main(run):
    run.log(0, before=random.random())
    drawn = []
    for epoch in run.epochs(40, drawn=drawn):
        wait(run)
        drawn.append(random.random())
        run.log(epoch, drawn=drawn[-1])
        if epoch == 20:
            break
    drawn.append(random.random())
    run.result("first", sum(drawn))
    seen = {}
    for epoch in run.epochs(30, seen=seen):
        wait(run)
        seen[epoch] = random.random()
        run.log(epoch, seen=seen[epoch])
    run.result("second", sum(seen.values()) + random.random())
    run.check("all", len(drawn) == 22 and len(seen) == 30)
'''


def write_replication(root: Path, main: str = MAIN, tier: str = TIER, slug: str = "dice") -> Path:
    """Write a replication into a lab and return its folder."""
    folder = root / "replications" / slug
    (folder / "tiers").mkdir(parents=True, exist_ok=True)
    (root / "paperlab.toml").touch()
    head = 'schema = 1\npaper = "2401.00001"\ntitle = "On Dice"\nkind = "blank"\n'
    (folder / "replication.toml").write_text(head + '[protocol.paper]\nepochs = 3\ndataset = "dice"\n')
    (folder / "run.py").write_text(main)
    (folder / "tiers" / "smoke.toml").write_text(tier)
    return folder


def read(folder: Path) -> tuple[Replication, Tier]:
    """Return a replication and its smoke tier."""
    return read_replication(folder), read_tier(folder, "smoke")


def started(folder: Path, variant: str = "main", seed: int = 0) -> subprocess.Popen[bytes]:
    """Return a process that runs a unit."""
    return subprocess.Popen(unit_command(folder, variant, seed), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def unit_command(folder: Path, variant: str = "main", seed: int = 0) -> list[str]:
    """Return a command that runs a unit, leaving with 0 where it is ok."""
    code = (
        "import sys; from pathlib import Path; from paperlab.replication.files import *;"
        " from paperlab.replication.runs.unit import run_unit; folder = Path(sys.argv[1]);"
        " record = run_unit(read_replication(folder), read_tier(folder, 'smoke'), sys.argv[2], int(sys.argv[3]));"
        " sys.exit(record.status != 'ok')"
    )
    return [sys.executable, "-c", code, str(folder), variant, str(seed)]


def wait_for_lines(path: Path, count: int) -> None:
    """Wait until a file has so many lines."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.005)
    raise AssertionError(f"{path} did not get {count} lines")


def told(record: RunRecord) -> Sequence[object]:
    """Return all that a kill must not change."""
    logged = [(metric.step, metric.name, metric.value) for metric in read_metrics(record.folder)]
    return record.status, record.error, record.results, record.facts, record.checks, record.data, logged
