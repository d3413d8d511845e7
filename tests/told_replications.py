"""Comparisons told by hand: what the tests of reports, plots, badges and verifying stand on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from paperlab.replication.compare import headline
from paperlab.types import (
    Check,
    ClaimKind,
    Comparison,
    DataUsed,
    Deviation,
    Direction,
    Evidence,
    Outcome,
    Replication,
    Reported,
    RunRecord,
    RunResult,
    Sample,
    Scope,
    Selection,
    SpreadMeaning,
    TestedClaim,
    Tier,
    Tolerance,
    Uncounted,
    Verdict,
)

FULL = Scope("paper")
REDUCED = Scope("paper", ("dataset: striped squares instead of WEAVE-10", "epochs: 5 instead of 100"))
LOSS = Sample("join:test_loss", (0, 1, 2, 3, 4), (0.0731, 0.0722, 0.0744, 0.0718, 0.0729), "nats", 10_000)
ERROR = Sample("join:test_error", (0, 1, 2, 3, 4), (1.71, 1.66, 1.74, 1.69, 1.70), "%", 10_000)
BARRIERS = (
    Sample("join:barrier", (0, 1, 2), (0.010, 0.014, 0.012), "nats"),
    Sample("plain:barrier", (0, 1, 2), (0.61, 0.58, 0.66), "nats"),
)
WIDTHS = tuple(
    Sample(f"width-{w}:barrier", (0, 1, 2), tuple(8.0 / w * f for f in (0.9, 1.0, 1.2)), "nats") for w in (16, 64, 256)
)


def evidence(**how: Any) -> Evidence:
    """Return where a claim stands in a paper."""
    place = {
        "table": "3",
        "row": "Joined",
        "column": "Test loss",
        "page": 7,
        "quote": "Joined 0.0727",
        "sha256": "ab" * 32,
    }
    return Evidence(**{"key": "2101.00001", **place, **how})


def claim(name: str, kind: ClaimKind = ClaimKind.VALUE, **how: Any) -> TestedClaim:
    """Return a confirmed claim."""
    given = {"text": f"what {name} says", "status": "confirmed", "evidence": evidence(), "line": 3, **how}
    return TestedClaim(id=name, kind=kind, **given)


def value_claim(name: str = "T3-loss", **how: Any) -> TestedClaim:
    """Return a claim that a loss is 0.0727."""
    paper = Reported("0.0727", n=5, spread=0.0016, spread_meaning=SpreadMeaning.SD, selection=Selection.MEAN)
    given = {
        "text": "five joined networks have a test loss of 0.0727",
        "role": "headline",
        "unit": "nats",
        "direction": Direction.LOWER,
        "measure": "join:test_loss",
        "paper": paper,
        "tolerance": Tolerance(absolute=0.005, why="three standard deviations of the paper's five"),
    }
    return claim(name, ClaimKind.VALUE, **{**given, **how})


def verdict(tested: TestedClaim, outcome: Outcome, **how: Any) -> Verdict:
    """Return a verdict with a rule of its kind."""
    given = {"reason": f"this is why it {outcome.value}", "rule": tested.kind.value, "version": 1, "scope": FULL, **how}
    return Verdict(tested, outcome, **given)


def agrees(**how: Any) -> Verdict:
    """Return a verdict that a value agrees at full scale."""
    given = {"n": 5, "measured": 0.07288, "interval": (0.0720, 0.0738), "level": 0.9, "samples": (LOSS,), **how}
    return verdict(value_claim(), Outcome.AGREES, **given)


def differs(**how: Any) -> Verdict:
    """Return a verdict that an error differs at full scale."""
    paper = Reported("1.40", selection=Selection.BEST, n=5)
    tested = value_claim("T3-error", text="their error is 1.40 %", unit="%", measure="join:test_error", paper=paper)
    given = {"n": 5, "measured": 1.70, "interval": (1.67, 1.73), "level": 0.95, "samples": (ERROR,), **how}
    return verdict(tested, Outcome.DIFFERS, **given)


def ordering(outcome: Outcome = Outcome.AGREES, **how: Any) -> Verdict:
    """Return a verdict that joining has the lower barrier."""
    order = tuple(sample.measure for sample in BARRIERS)
    text = "joining lowers the barrier"
    tested = claim("S5-order", ClaimKind.ORDERING, text=text, order=order, unit="nats", pair_by="seed", margin=0.1)
    given = {"n": 3, "measured": 0.605, "interval": (0.53, 0.68), "level": 0.95, "samples": BARRIERS, **how}
    return verdict(tested, outcome, **given)


def trend(outcome: Outcome = Outcome.AGREES, **how: Any) -> Verdict:
    """Return a verdict that the barrier falls with the width."""
    shape = {"x": "width", "expect": "decreasing", "log": True, "window": (16.0, 256.0), "measure": "barrier"}
    tested = claim("F4-width", ClaimKind.TREND, text="wider networks have lower barriers", unit="nats", **shape)
    given = {"n": 3, "measured": -1.0, "interval": (-1.1, -0.9), "level": 0.95, "samples": WIDTHS, **how}
    return verdict(tested, outcome, **given)


def replication(**how: Any) -> Replication:
    """Return what a replication.toml would say."""
    given = {
        "slug": "weave",
        "folder": Path("replications/weave"),
        "paper": "2101.00001",
        "title": "Weaving Networks",
        "kind": "model-merging",
        "version": 2,
        "about": "Whether networks that were trained apart can be joined.",
        "protocols": {"paper": {"dataset": "WEAVE-10", "eval_split": "test", "epochs": 100, "batch_size": 500}},
        "deviations": (Deviation("twelve restarts of the matching", "one of them is bimodal"),),
        "easy": ("The method fits on a page.",),
        "hard": ("The schedule is not written down.",),
    }
    return Replication(**{**given, **how})


def tier(**how: Any) -> Tier:
    """Return a tier with the variants that the samples name."""
    widths = {f"width-{w}": {"epochs": 100, "width": w} for w in (16, 64, 256)}
    variants = {"join": {"epochs": 100, "restarts": 12}, "plain": {"epochs": 100}, **widths}
    given = {"name": "cpu", "about": "all of it on a laptop", "seeds": (0, 1, 2, 3, 4), "variants": variants}
    return Tier(**{**given, **how})


def run(variant: str = "join", seed: int = 0, **how: Any) -> RunRecord:
    """Return a run that ended well."""
    given = {
        "replication": "weave",
        "tier": "cpu",
        "variant": variant,
        "seed": seed,
        "config": {"epochs": 100},
        "config_hash": "1f2e3d4c",
        "code_sha256": "c0de" * 16,
        "status": "ok",
        "started": f"2026-11-2{seed}T10:00:00+00:00",
        "ended": f"2026-11-2{seed}T10:05:30+00:00",
        "wall_seconds": 330.0,
        "cpu_seconds": 320.0,
        "peak_mb": 512.0,
        "results": (RunResult("test_loss", 0.07, "nats"), RunResult("train_loss", 0.01, "nats")),
        "facts": {"dataset": "WEAVE-10", "eval_split": "test", "epochs": 100, "optimizer": "Adam"},
        "checks": (Check("loss fell", passed=True),),
        "data": (DataUsed("weave-10/test", "da7a" * 16, 10_000),),
        "environment": {
            "python": "3.11.9",
            "packages": {"numpy": "2.4", "torch": "2.13.0"},
            "cpu": "Some CPU",
            "cores": 2,
        },
    }
    return RunRecord(**{**given, **how})


def runs(folder: Path | None = None) -> tuple[RunRecord, ...]:
    """Return five runs of `join` and three of `plain`, with learning curves where a folder is given."""
    made = [run("join", seed) for seed in range(5)] + [run("plain", seed) for seed in range(3)]
    return tuple(_with_curve(one, folder) if folder else one for one in made)


def _with_curve(one: RunRecord, folder: Path) -> RunRecord:
    import dataclasses

    place = folder / one.variant / f"seed-{one.seed}"
    write_curve(place, {step: 2.0 / (step + 1 + 0.1 * one.seed) for step in range(40)})
    return dataclasses.replace(one, folder=place)


def write_curve(folder: Path, values: dict[int, float], name: str = "train_loss") -> Path:
    """Write a metrics.jsonl with one metric."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "metrics.jsonl"
    lines = [json.dumps({"step": step, "name": name, "value": value, "t": 0.0}) for step, value in values.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def comparison(*verdicts: Verdict, **how: Any) -> Comparison:
    """Return the comparison of these verdicts; of one of every kind where none is given."""
    found = verdicts or (agrees(), differs(), ordering(), trend(), unconfirmed(), judgement())
    uncounted = (
        Uncounted("plain", 3, "it failed: loss is not finite"),
        Uncounted("plain", 9, "old code", blocks=False),
    )
    given = {"replication": replication(), "tier": tier(), "runs": runs(), "uncounted": uncounted, **how}
    return Comparison(verdicts=found, headline=headline(found), **given)


def unconfirmed() -> Verdict:
    """Return a verdict on a claim that nobody has held against the paper."""
    return verdict(value_claim("T4-new", status="proposed"), Outcome.UNCONFIRMED, rule="", scope=None)


def judgement() -> Verdict:
    """Return a verdict on a claim that a person must judge."""
    return verdict(claim("F7-look", ClaimKind.JUDGEMENT), Outcome.JUDGEMENT, rule="", scope=None)


def reduced() -> Comparison:
    """Return a comparison at reduced scale: a value that cannot be compared and two patterns."""
    outcome = Outcome.NOT_COMPARABLE
    return comparison(
        verdict(value_claim(), outcome, scope=REDUCED, n=5, samples=(LOSS,)),
        ordering(Outcome.OBSERVED, scope=REDUCED),
        trend(Outcome.NOT_OBSERVED, scope=REDUCED),
    )
