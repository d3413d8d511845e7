"""What the books of a run cost: one training with `Run` and the same bare, in turn, as a ratio.

Trains a torch MLP on scikit-learn's digits, with epochs of about 50 ms and of about 1 s. Each repeat times both, and
which goes first changes from one to the next; processor time is compared, for other programs disturb it least, and
wall time is printed beside. With Run, everything counts that a run pays for: states, metrics, log, ledger, record,
environment. Importing torch does not: both need it.

Prints the overhead in %, as the median ratio of the pairs with its quartiles, which a busy machine blurs, and as the
processor time that one and the same run spends in the books, which is held against the limit of 2 %.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.replication.files import read_replication, read_tier
from paperlab.replication.runs.unit import run_unit

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 2.0
MAIN = '''"""A multilayer perceptron on scikit-learn's digits."""

import time

import torch
from sklearn.datasets import load_digits
from torch.nn import functional as F


class Bare:
    """What a loop without books has."""

    def __init__(self, config, seed):
        self.config, self.seed = config, seed

    def epochs(self, count, **parts):
        return range(count)

    def log(self, *_, **__):
        pass

    facts = check = data = result = log


class Timed:
    """Passes calls on to a run, and counts the processor time they take."""

    def __init__(self, run):
        self.run, self.spent = run, 0.0

    def __getattr__(self, name):
        found = getattr(self.run, name)
        if not callable(found):
            return found
        return lambda *a, **k: self.timed(found, *a, **k) if name != "epochs" else self.epochs(*a, **k)

    def timed(self, call, *a, **k):
        began = time.process_time()
        try:
            return call(*a, **k)
        finally:
            self.spent += time.process_time() - began

    def epochs(self, *a, **k):
        steps = iter(self.run.epochs(*a, **k))
        while (epoch := self.timed(next, steps, None)) is not None:
            yield epoch


def main(run):
    began = time.process_time()
    timed = Timed(run)
    train(timed)
    (run.artifacts / "spent").write_text(f"{timed.spent} {time.process_time() - began}")


def train(run):
    torch.manual_seed(run.seed)
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32).flatten(1) / 16
    labels = torch.tensor(digits.target)
    run.data("digits", digits.images.tobytes(), examples=len(labels))
    width = run.config["width"]
    first, second, last = torch.nn.Linear(64, width), torch.nn.Linear(width, width), torch.nn.Linear(width, 10)
    model = torch.nn.Sequential(first, torch.nn.ReLU(), second, torch.nn.ReLU(), last)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    order, losses = torch.Generator().manual_seed(run.seed), []
    for epoch in run.epochs(run.config["epochs"], model=model, optimizer=optimizer, order=order, losses=losses):
        total = 0.0
        for batch in torch.randperm(len(labels), generator=order).split(run.config["batch"]):
            loss = F.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(labels))
        correct = (model(images).argmax(1) == labels).float().mean().item()
        run.log(epoch, train_loss=losses[-1], accuracy=correct)
    run.result("accuracy", correct, items=len(labels))
    run.facts(epochs=run.config["epochs"], train_examples=len(labels))
    run.check("the loss fell", losses[-1] < losses[0])
'''
CASES = {"short epochs": (200, 192, 64), "long epochs": (10, 1024, 64)}
"""Epochs, width, batch."""


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Return processor and wall seconds of a call."""
    began, wall = time.process_time(), time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        call()
    return time.process_time() - began, time.perf_counter() - wall


def measure(root: Path, case: str, repeats: int) -> float:
    """Print a case's overhead; return it in %."""
    epochs, width, batch = CASES[case]
    folder = root / "replications" / case.replace(" ", "-")
    (folder / "tiers").mkdir(parents=True)
    (folder / "replication.toml").write_text('paper = "none"\ntitle = "Overhead"\nkind = "blank"\n')
    (folder / "run.py").write_text(MAIN)
    config = {"epochs": epochs, "width": width, "batch": batch}
    told = "".join(f"{name} = {value}\n" for name, value in config.items())
    (folder / "tiers" / "smoke.toml").write_text(f"seeds = {list(range(repeats + 1))}\n[config]\n{told}")
    replication, tier = read_replication(folder), read_tier(folder, "smoke")
    bare: dict[str, object] = {}
    within: list[float] = []
    exec(compile(MAIN, "bare", "exec"), bare)
    main, without = bare["train"], bare["Bare"]
    assert callable(main)
    assert callable(without)

    def plain(seed: int) -> tuple[float, float]:
        return timed(lambda: main(without(config, seed)))

    def booked(seed: int) -> tuple[float, float]:
        spent = timed(lambda: run_unit(replication, tier, "main", seed))
        books, main_alone = map(float, next(folder.glob(f"runs/*/*/*/seed-{seed}/artifacts/spent")).read_text().split())
        within.append(100 * (spent[0] - main_alone + books) / (main_alone - books))
        return spent

    plain(repeats), booked(repeats)  # what is loaded or cached the first time
    within.clear()
    pairs = []
    for seed in range(repeats):
        if seed % 2:
            with_books, alone = booked(seed), plain(seed)
        else:
            alone, with_books = plain(seed), booked(seed)
        pairs.append((alone, with_books))
    overheads = sorted(100 * (with_books[0] / alone[0] - 1) for alone, with_books in pairs)
    walls = [100 * (with_books[1] / alone[1] - 1) for alone, with_books in pairs]
    middle = statistics.median(overheads)
    low, high = overheads[len(overheads) // 4], overheads[-1 - len(overheads) // 4]
    epoch = statistics.median(alone[0] for alone, _ in pairs) / epochs
    print(
        f"{case}: {1000 * epoch:.0f} ms of processor an epoch, {epochs} epochs, n = {repeats}: overhead {middle:+.2f} %"
        f" (quartiles {low:+.2f} to {high:+.2f}; wall {statistics.median(walls):+.2f} %); processor time within the"
        f" books {statistics.median(within):.2f} % (most {max(within):.2f} %), limit {LIMIT:.0f} %"
    )
    return statistics.median(within)


def run() -> int:
    """Measure all cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=11, help="repeats")
    parser.add_argument("--case", choices=CASES, action="append", help="only this; several: these")
    chosen = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as root:
        overheads = [measure(Path(root).resolve(), case, chosen.n) for case in chosen.case or CASES]
    return int(max(overheads) > LIMIT)


if __name__ == "__main__":
    sys.exit(run())
