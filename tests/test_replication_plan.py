"""What is to be run: variants by seeds, less what is done, and how long it will take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paperlab.replication.runs.plan import plan, planned_seeds, seconds_left
from paperlab.replication.runs.run_file import read_record, write_record
from paperlab.replication.runs.unit import PROGRESS, run_unit
from run_folders import MAIN, read, write_replication

if TYPE_CHECKING:
    from pathlib import Path

TWO = "seeds = [4, 7]\n[config]\nepochs = 2\n[variants.a]\n[variants.b]\nseeds = [0]\nepochs = 1\n"


def names(units: object) -> list[str]:
    return [unit.name for unit in units]  # type: ignore[attr-defined]


def test_all_is_to_do_at_first(tmp_path: Path) -> None:
    """Seed by seed, so that each variant has a run before any has two; nothing tells yet how long it takes."""
    found = plan(*read(write_replication(tmp_path, tier=TWO)))
    assert names(found.todo) == ["a, seed 4", "b, seed 0", "a, seed 7"]
    assert (found.finished, found.blocked, found.old, found.seconds) == ((), (), (), None)
    words = found.todo[0].words()
    assert words[2:] == ["replicate", "run-one", "dice", "--tier", "smoke", "--variant", "a", "--seed", "4"]
    assert words[:2] == ["--lab", str(tmp_path.resolve())]


def test_a_number_of_seeds_goes_on_past_those_planned(tmp_path: Path) -> None:
    """Fewer are the first ones, more count on from the largest."""
    tier = read(write_replication(tmp_path, tier=TWO))[1]
    assert [planned_seeds(tier, "a", n) for n in (None, 1, 4)] == [(4, 7), (4,), (4, 7, 8, 9)]
    assert planned_seeds(tier, "b", 3) == (0, 1, 2)


def test_what_is_done_is_skipped_and_tells_the_time(tmp_path: Path) -> None:
    """Finished runs leave the plan; those of the same variant say what the rest will take."""
    folder = write_replication(tmp_path, tier=TWO)
    replication, tier = read(folder)
    record = run_unit(replication, tier, "a", 4)
    found = plan(replication, tier)
    assert names(found.finished) == ["a, seed 4"]
    assert found.seconds is None  # nothing is known of b
    assert plan(replication, tier, seeds=1).seconds is None
    run_unit(replication, tier, "b", 0)
    assert plan(replication, tier).seconds == record.wall_seconds


def test_changed_code_is_to_be_run_failed_runs_wait(tmp_path: Path) -> None:
    """Other code makes all new; a failed run stands aside until it is asked for."""
    folder = write_replication(tmp_path, MAIN.replace("total > 0", "total / (run.seed - 7)"), TWO)
    replication, tier = read(folder)
    for variant, seed in (("a", 4), ("a", 7), ("b", 0)):
        run_unit(replication, tier, variant, seed)
    found = plan(replication, tier)
    assert names(found.finished) == ["a, seed 4", "b, seed 0"]
    (unit, why) = found.blocked[0]
    assert (unit.name, why) == ("a, seed 7", "it failed: ZeroDivisionError: float division by zero (run.py:13)")
    assert names(plan(replication, tier, retry=True).todo) == ["a, seed 7"]
    (folder / "run.py").write_text(MAIN)
    assert len(plan(replication, tier).todo) == 3


def test_what_was_begun_is_ended(tmp_path: Path) -> None:
    """A killed seed that nobody planned is to do, for it was started; an old configuration's is listed aside."""
    folder = write_replication(tmp_path, tier=TWO)
    replication, tier = read(folder)
    record = run_unit(replication, tier, "a", 99)
    write_record(replace(record, status="running"))
    assert names(plan(replication, tier).todo)[-1] == "a, seed 99"
    assert "a, seed 99" not in names(plan(replication, tier, seeds=2).todo)
    (folder / "tiers" / "smoke.toml").write_text(TWO.replace("epochs = 2", "epochs = 3"))
    assert plan(*read(folder)).old == (("a", 99),)


def test_a_timed_epoch_tells_the_rest(tmp_path: Path) -> None:
    """What is left follows from the epochs left, and from what runs of the same variant took in all."""
    assert seconds_left({}, None) is None
    assert seconds_left({}, 30.0) == 30.0
    timed = {"count": 10, "epoch": 4, "seconds": 2.0, "wall_seconds": 9.0}
    assert seconds_left(timed, None) == 12.0
    assert seconds_left(timed, 100.0) == 91.0
    assert seconds_left(timed, 10.0) == 12.0
    folder = write_replication(tmp_path, tier="[config]\nepochs = 3\n")
    record = run_unit(*read(folder), "main", 0)
    write_record(replace(read_record(record.folder), status="running"))
    (record.folder / PROGRESS).write_text('{"count": 10, "epoch": 4, "seconds": 2.0, "wall_seconds": 9.0}')
    assert plan(*read(folder)).seconds == 12.0
