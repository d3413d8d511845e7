"""Which runs count: whatever was started is either counted or named with the reason."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paperlab.errors import NotNow
from paperlab.replication.runs.ledger import END, START, Event, append, now
from paperlab.replication.runs.metrics import read_metrics
from paperlab.replication.runs.records import NOT_BEGUN, counted, keep, samples, scope
from paperlab.replication.runs.run_file import record_bytes, sha256_hex, write_record
from paperlab.replication.runs.unit import run_unit
from paperlab.types import RunRecord, RunResult, Sample, Scope
from run_folders import MAIN, TIER, read, write_replication

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a replication whose seeds 0, 1 and 2 were run."""
    made = write_replication(tmp_path)
    for seed in range(3):
        run_unit(*read(made), "main", seed)
    return made


def reasons(folder: Path) -> list[tuple[int, str, bool]]:
    return [(one.seed, one.reason, one.blocks) for one in counted(*read(folder))[1]]


def of_seed(folder: Path, seed: int, name: str = "run.json") -> Path:
    return next((folder / "runs" / "smoke" / "main").glob(f"*/seed-{seed}")) / name


def test_runs_of_today_count(folder: Path) -> None:
    """All seeds, and one that nobody planned."""
    run_unit(*read(folder), "main", 9)
    runs, uncounted = counted(*read(folder))
    assert [run.seed for run in runs] == [0, 1, 2, 9]
    assert uncounted == ()


def test_numbers_typed_by_hand_do_not_count(folder: Path) -> None:
    """Neither in run.json nor in metrics.jsonl nor in both, nor where the ledger's hash is made to fit."""
    path = of_seed(folder, 0)
    path.write_text(path.read_text().replace('"value": ', '"value": 1'))
    metrics = of_seed(folder, 1, "metrics.jsonl")
    metrics.write_text(metrics.read_text().replace('"step": null', '"step": 3'))
    record = counted(*read(folder))[0][0]
    assert record.seed == 2
    forged = replace(record, results=(RunResult("total", 99.0),))
    write_record(forged)
    sha256 = sha256_hex(record_bytes(forged))
    append(folder / "runs" / "smoke", "smoke", Event(END, "main", 2, record.config_hash, now(), "", "ok", sha256))
    assert reasons(folder) == [
        (0, "run.json was changed after the run ended", True),
        (1, "metrics.jsonl was changed after the run ended", True),
        (2, "its result 'total' is not what its metrics.jsonl has", True),
    ]


def test_what_is_gone_is_named(folder: Path) -> None:
    """A deleted folder that the ledger knows, a deleted record, and a run that the ledger does not know."""
    shutil.rmtree(of_seed(folder, 0).parent)
    of_seed(folder, 1).unlink()
    shutil.copytree(of_seed(folder, 2).parent, other := of_seed(folder, 2).parent.with_name("seed-7"))
    text = (other / "run.json").read_text()
    (other / "run.json").write_text(text.replace('"seed": 2', '"seed": 7'))
    found = {seed: why for seed, why, _ in reasons(folder)}
    assert found[0].startswith("it was started 20")
    assert found[0].endswith("and its folder is gone")
    assert found[1].endswith("and its run.json is gone")
    assert found[7] == "the ledger knows nothing of it"
    assert [run.seed for run in counted(*read(folder))[0]] == [2]


def test_a_copied_record_is_of_another_run(folder: Path) -> None:
    """The best seed's record put in another's place is found out."""
    shutil.copy(of_seed(folder, 2), of_seed(folder, 0))
    assert reasons(folder) == [(0, "its run.json is of another run, or was changed by hand", True)]
    of_seed(folder, 0).write_text('{"schema": 1}')
    assert reasons(folder)[0][1].startswith("its run.json cannot be used")


def test_other_code_and_configurations_do_not_count(folder: Path) -> None:
    """Code changed since blocks; runs of a configuration that the tier no longer has are listed and do not."""
    (folder / "run.py").write_text(MAIN.replace('"points"', '"eyes"'))
    assert {why for _, why, _ in reasons(folder)} == {"it was made with other code than today's: run it again"}
    (folder / "tiers" / "smoke.toml").write_text(TIER.replace("epochs = 3", "epochs = 4"))
    assert {blocks for _, _, blocks in reasons(folder)} == {False}
    assert "of a configuration that the tier no longer has" in reasons(folder)[0][1]
    (folder / "tiers" / "smoke.toml").write_text("[variants.other]\nepochs = 3\n")
    assert "of a variant that the tier no longer has" in reasons(folder)[0][1]


def test_failed_and_killed_runs_are_named(tmp_path: Path) -> None:
    """A failed run, one whose check failed, and one that never ended."""
    main = (
        "from paperlab.errors import NotNow\ndef main(run):\n    if run.seed == 0:\n        raise ValueError('no')\n"
        "    if run.seed == 2:\n        raise NotNow('stop')\n    run.result('x', 1)\n"
        "    run.check('beats chance', run.seed > 1, detail='0.1')\n"
    )
    folder = write_replication(tmp_path, main)
    for seed in (0, 1):
        run_unit(*read(folder), "main", seed)
    with pytest.raises(NotNow):
        run_unit(*read(folder), "main", 2)
    first, second, third = reasons(folder)
    assert first[:2] == (0, "it failed: ValueError: no (run.py:4)")
    assert second[:2] == (1, "it failed its check 'beats chance' (0.1)")
    assert third[1].startswith("it was killed, or still runs: started ")
    append(folder / "runs" / "smoke", "smoke", Event(START, "main", 1, counted_hash(folder), now()))
    assert "was started again" in reasons(folder)[1][1]


def counted_hash(folder: Path) -> str:
    return next((folder / "runs" / "smoke" / "main").iterdir()).name


def test_a_seed_that_read_other_data_does_not_count(tmp_path: Path) -> None:
    """Where the file changed between seeds, those that read another one than most are named."""
    main = "from pathlib import Path\ndef main(run):\n    run.data('d', Path(__file__).with_name('d.txt'))\n"
    folder = write_replication(tmp_path, main + "    run.result('x', 1)\n")
    for seed, text in ((0, "a"), (1, "a"), (2, "b")):
        (folder / "d.txt").write_text(text)
        run_unit(*read(folder), "main", seed)
    assert reasons(folder) == [(2, "its data 'd' differs from that of the other seeds", True)]


def test_samples_have_a_value_per_seed(folder: Path) -> None:
    """Under variant and name, seeds in order; the fewest test items are said."""
    runs = counted(*read(folder))[0]
    few = replace(runs[0], results=(replace(runs[0].results[0], items=4),))
    found = samples([runs[2], few, runs[1]])
    values = tuple(run.results[0].value for run in runs)
    assert found == {"main:total": Sample("main:total", (0, 1, 2), values, "points", 4)}


def test_scope_compares_facts(folder: Path) -> None:
    """Case and the last bits do not matter, what may differ does not, what nobody recorded does."""
    replication = read(folder)[0]
    run = counted(*read(folder))[0][0]
    assert scope(replication, "paper", [run]) == Scope("paper")
    wanted = {"epochs": 100, "dataset": "DICE", "lr": 0.1, "hardware": "a crane", "sizes": [1, 2], "flag": True}
    full = replace(replication, protocols={"paper": wanted})
    facts = {"dataset": "dice", "lr": 0.1 + 1e-12, "sizes": [1, 3], "flag": 1}
    runs = [replace(run, facts={**facts, "epochs": 5}), replace(run, facts={**facts, "epochs": 6})]
    assert scope(full, "paper", runs).differences == (
        "epochs: 5 or 6 instead of 100",
        "sizes: 1, 3 instead of 1, 2",
        "flag: 1 instead of True",
    )
    assert scope(full, "paper", [replace(run, facts={})]).differences[0] == "epochs: not recorded by the runs"
    assert scope(replication, "other", [run]).reduced


def test_a_run_made_elsewhere_counts_and_is_not_replaced(folder: Path) -> None:
    """It stands in the ledger with its hash, its results in its metrics; its code is not ours."""
    replication, tier = read(folder)
    record = RunRecord("", "", "main", 5, {}, "", "", "ok", now(), results=(RunResult("total", 1.5),), origin="a.csv:3")
    kept = keep(replication, tier, record, [(0, "total", 1.0)])
    assert [(metric.step, metric.value) for metric in read_metrics(kept.folder)] == [(0, 1.0), (None, 1.5)]
    assert [run.seed for run in counted(replication, tier)[0]] == [0, 1, 2, 5]
    assert run_unit(replication, tier, "main", 5) == kept
    told = json.loads((kept.folder / "run.json").read_text())
    assert told["origin"] == "a.csv:3"


def test_planned_seeds_that_nobody_ran_are_named(tmp_path: Path) -> None:
    """They block nothing, but who stops early, after a look, shows it; a variant not begun at all is left out."""
    replication, tier = read(write_replication(tmp_path))
    assert counted(replication, tier)[1] == ()
    run_unit(replication, tier, "main", 1)
    runs, others = counted(replication, tier)
    assert [run.seed for run in runs] == [1]
    assert [(one.seed, one.reason, one.blocks) for one in others] == [(0, NOT_BEGUN, False), (2, NOT_BEGUN, False)]


def test_only_hardware_framework_and_seeds_may_differ_at_full_scale(folder: Path) -> None:
    """Naming a data set among `allowed` does not make a reduced scale a full one."""
    replication, tier = read(folder)
    protocol = {"paper": {"dataset": "ImageNet", "hardware": "8 GPUs"}}
    named = replace(replication, protocols=protocol, allowed=("dataset", "hardware"))
    assert scope(named, "paper", counted(replication, tier)[0]).differences == ("dataset: Dice instead of ImageNet",)


def test_a_run_copied_from_another_tier_does_not_count(folder: Path) -> None:
    """Its record says where it was made."""
    replication, tier = read(folder)
    shutil.copytree(folder / "runs" / "smoke", folder / "runs" / "copy")
    runs, others = counted(replication, replace(tier, name="copy"))
    assert runs == ()
    assert {one.reason for one in others} == {"its run.json is of tier 'smoke'"}
