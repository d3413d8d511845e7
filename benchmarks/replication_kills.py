"""Kill runs of a replication and see whether they end as undisturbed ones do, bit for bit.

Each trial runs a small training (two networks one after the other, one of them left early, a file made for other runs,
every source of chance in use) in a process of its own, kills it with SIGKILL, runs it again and compares results,
facts, checks, data and all logged values with those of an undisturbed run. Kills come at random moments, and, with
--operations, at every file operation of the run, just before it takes place.

Prints failures of kills; leaves with exit code 1 where there are any.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.replication.files import read_replication, read_tier
from paperlab.replication.runs.metrics import read_metrics
from paperlab.replication.runs.run_file import read_record
from paperlab.replication.runs.unit import run_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.types import Replication, Tier

REPLICATION = 'schema = 1\npaper = "none"\ntitle = "Kills"\nkind = "blank"\n'
TIER = "seeds = [0]\n[config]\nepochs = {epochs}\nwidth = 64\n"
MAIN = '''"""Trains two small networks on noise."""

import random

import numpy as np
import torch


def main(run):
    start = run.once("start.pt", lambda path: make(run, path), width=run.config["width"])
    run.log(0, before=random.random() + np.random.rand() + torch.rand(()).item())
    for name, patience in (("patient", 10**9), ("hasty", run.config["epochs"] * 2 // 3)):
        history = train(run, name, torch.load(start), patience)
        run.result(f"{name}/loss", history[-1])
        run.log(0, **{f"{name}/between": random.random() + np.random.rand() + torch.rand(()).item()})
    run.result("after", random.random() + np.random.rand() + torch.rand(()).item())
    run.facts(epochs=run.config["epochs"])
    run.check("something was learnt", history[-1] < history[0])


def make(run, path):
    weights = torch.zeros(8, run.config["width"])
    for step in run.epochs(20, weights=weights):
        weights += torch.randn_like(weights) * random.random()
        run.log(step, norm=weights.norm())
    torch.save(weights, path)


def train(run, name, weights, patience):
    network = torch.nn.Sequential(
        torch.nn.Linear(8, run.config["width"]), torch.nn.Dropout(0.2), torch.nn.Linear(run.config["width"], 1)
    )
    network[0].weight.data.copy_(weights.T)
    optimizer = torch.optim.Adam(network.parameters())
    numbers, history = np.random.default_rng(run.seed), []
    for epoch in run.epochs(run.config["epochs"], network=network, optimizer=optimizer, rng=numbers, history=history):
        total = 0.0
        for _ in range(10):
            x = torch.tensor(numbers.normal(size=(64, 8)), dtype=torch.float32) * (1 + random.random() / 10)
            loss = (network(x)[:, 0] - x.sum(1) * np.random.rand()).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        history.append(total)
        run.log(epoch, **{f"{name}/loss": total, f"{name}/draw": random.random()})
        if epoch >= patience:
            break
    return history
'''


_OPERATIONS = {"open", "os.rename", "os.remove", "os.truncate", "os.rmdir", "os.mkdir"}


def make_replication(root: Path, epochs: int) -> tuple[Replication, Tier]:
    """Write the replication that is killed."""
    folder = root / "replications" / "kills"
    (folder / "tiers").mkdir(parents=True)
    (folder / "replication.toml").write_text(REPLICATION)
    (folder / "run.py").write_text(MAIN)
    (folder / "tiers" / "smoke.toml").write_text(TIER.format(epochs=epochs))
    return read_replication(folder), read_tier(folder, "smoke")


def outcome(replication: Replication, tier: Tier) -> dict[str, Any]:
    """Return all that must not depend on a kill: everything but times, and how often it was taken up."""
    folder = next((replication.folder / "runs" / tier.name / "main").glob("*/seed-0"))
    record = read_record(folder)
    logged = [(metric.step, metric.name, metric.value) for metric in read_metrics(folder)]
    shared = next((replication.folder / "runs" / tier.name / "shared").glob("start-*.pt.metrics.jsonl"))
    made = [line.rpartition(', "t"')[0] for line in shared.read_text().splitlines()]
    told = {"status": record.status, "results": record.results, "facts": record.facts, "data": record.data}
    return told | {"checks": record.checks, "logged": logged, "made": made}


def start(replication: Replication, tier: Tier, before: Callable[[], None] = lambda: None) -> int:
    """Run the unit in a process forked off this one, which has torch loaded; return its id."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115
        before()
        run_unit(replication, tier, "main", 0)
        code = 0
    finally:
        os._exit(code)


def end(child: int) -> int:
    """Wait for a process; return its exit code, or less a signal's number."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at_operation(folder: Path, number: int) -> None:
    """Have this process kill itself just before its file operation of a number, counted below a folder."""
    seen = 0
    place = str(folder)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        ours = any(isinstance(one, (str, os.PathLike)) and str(one).startswith(place) for one in arguments)
        if ours and event in _OPERATIONS:
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def trial(
    replication: Replication, tier: Tier, wanted: dict[str, Any], disturb: Callable[[], bool]
) -> tuple[bool, str]:
    """Disturb a new run, run it to its end; return whether it was killed, and what differs."""
    shutil.rmtree(replication.folder / "runs", ignore_errors=True)
    killed = disturb()
    code = end(start(replication, tier))
    if code:
        return killed, f"the run after the kill left with {code}"
    got = outcome(replication, tier)
    return killed, ", ".join(name for name in wanted if got[name] != wanted[name])


def main() -> int:
    """Run all trials."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=50, help="kills at random moments")
    parser.add_argument("--epochs", type=int, default=60, help="of each network")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--operations", action="store_true", help="also kill before every file operation")
    chosen = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    torch.optim.Adam([torch.zeros(1, requires_grad=True)]).step()  # loads what else each run would wait for
    moments = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as root:
        replication, tier = make_replication(Path(root).resolve(), chosen.epochs)
        began = time.perf_counter()
        if end(start(replication, tier)):
            print(next(replication.folder.glob("runs/smoke/main/*/seed-0/log.txt")).read_text())
            return 1
        seconds = time.perf_counter() - began
        wanted = outcome(replication, tier)
        print(f"undisturbed: {seconds:.2f} s, {len(wanted['logged'])} values logged, status {wanted['status']}")

        def at_random() -> bool:
            times = moments.choice([1, 1, 2, 3])  # a run may be killed again
            for _ in range(times):
                child = start(replication, tier)
                time.sleep(moments.uniform(0, seconds / (1 if times == 1 else 2)))
                os.kill(child, signal.SIGKILL)
                if end(child) == 0:
                    return False
            return True

        failed = report("random moments", [trial(replication, tier, wanted, at_random) for _ in range(chosen.n)])
        number = 0
        found: list[tuple[bool, str]] = []
        while chosen.operations and (not found or found[-1][0]):
            number += 1

            def at_operation(number: int = number) -> bool:
                at = lambda: kill_at_operation(replication.folder / "runs", number)  # noqa: E731
                return end(start(replication, tier, at)) != 0

            found.append(trial(replication, tier, wanted, at_operation))
        return 1 if failed + report("file operations", found) else 0


def report(what: str, trials: list[tuple[bool, str]]) -> int:
    """Print how trials went; return how many failed."""
    failed = [why for _, why in trials if why]
    if trials:
        print(f"{what}: {sum(killed for killed, _ in trials)} of {len(trials)} runs killed, {len(failed)} differ")
    for why in failed[:10]:
        print(f"  {why}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
