"""Runs made elsewhere: bound out of other tools' files, and whole run folders of another machine."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paperlab.errors import BadFile, NoSpace, NotFound
from paperlab.replication.files import config_hash, read_replication, read_tier
from paperlab.replication.imported.bindings import read_bindings
from paperlab.replication.imported.importing import changed_sources, import_runs, source_folder, sources
from paperlab.replication.runs.metrics import read_metrics
from paperlab.replication.runs.records import counted, samples, scope
from paperlab.replication.runs.unit import run_unit

if TYPE_CHECKING:
    from paperlab.replication.imported.importing import ImportReport
    from paperlab.types import Replication, RunRecord

TOML = """
paper = "2401.00001"
title = "Nets of Two Widths"
kind = "image-classification"
[protocol.paper]
dataset = "digits"
epochs = 3
"""
ONE = "seeds = [0, 1, 2]\n[config]\nepochs = 3\nlr = 0.1\n"
TWO = ONE + "[variants.narrow]\nwidth = 8\n[variants.wide]\nwidth = 64\n"
RUN = """
def main(run):
    run.log(0, loss=1.5)
    run.facts(dataset="digits", epochs=3)
    if run.seed == 2:
        raise ValueError("diverged")
    run.result("test_error", 10.0 + run.seed, unit="%", items=100)
"""
LOG = "epoch,loss,test_err\n1,1.5,0.5\n2,1.0,0.125\n3,0.75,{last}\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def make(root: Path, tier: str = ONE, slug: str = "nets") -> Replication:
    folder = root / "lab" / "replications" / slug
    write(folder / "replication.toml", TOML)
    write(folder / "run.py", RUN)
    write(folder / "tiers" / "cpu.toml", tier)
    return read_replication(folder)


def take(replication: Replication, folder: Path, text: str) -> ImportReport:
    """Import a folder with what import.toml says."""
    path = write(replication.folder / "import.toml", text)
    return import_runs(replication, read_tier(replication.folder, "cpu"), folder, read_bindings(path))


def count(replication: Replication) -> tuple[RunRecord, ...]:
    return counted(replication, read_tier(replication.folder, "cpu"))[0]


def values(runs: tuple[RunRecord, ...], measure: str) -> tuple[float, ...]:
    return samples(runs)[measure].values


def csv_runs(root: Path, *, variant: str = "main", seeds: tuple[int, ...] = (0, 1, 2)) -> Path:
    for seed in seeds:
        write(root / variant / f"seed{seed}" / "metrics.csv", LOG.format(last=0.25 + seed / 100))
    return root


BIND = """
[facts]
dataset = "digits"
epochs = 3
[[bind]]
measure = "test_error"
from = "{variant}/seed{seed}/metrics.csv"
select = "test_err"
times = 100
unit = "%"
items = 400
"""


# Values of other tools' files


def test_a_csv_file_per_seed_becomes_runs_that_count(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there")
    report = take(replication, there, BIND)
    assert (len(report.imported), report.there, report.refused, report.notes) == (3, (), (), ())
    runs = count(replication)
    assert values(runs, "main:test_error") == (25.0, 26.0, 27.0)
    [first, *_rest] = runs
    assert (first.results[0].unit, first.results[0].items) == ("%", 400)
    [(name, line, sha256)] = sources(first)
    assert (name, line) == ("main/seed0/metrics.csv", 4)
    assert len(sha256) == 64
    assert [(m.step, m.value) for m in read_metrics(first.folder)] == [(1, 50.0), (2, 12.5), (3, 25.0), (None, 25.0)]


def test_facts_written_down_are_marked_as_declared(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there")
    take(replication, there, BIND)
    runs = count(replication)
    assert runs[0].facts == {"dataset": "digits", "epochs": 3, "declared": ["dataset", "epochs"]}
    assert not scope(replication, "paper", runs).reduced


def test_the_same_folder_again_imports_nothing_and_adds_no_line(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there")
    take(replication, there, BIND)
    before = {path: path.read_bytes() for path in (replication.folder / "runs").rglob("*") if path.is_file()}
    report = take(replication, there, BIND)
    assert (len(report.imported), len(report.there), report.refused) == (0, 3, ())
    assert {path: path.read_bytes() for path in (replication.folder / "runs").rglob("*") if path.is_file()} == before


def test_a_run_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0, 1))
    mine = run_unit(replication, read_tier(replication.folder, "cpu"), "main", 0)
    report = take(replication, there, BIND)
    assert [run.seed for run in report.imported] == [1]
    assert [("main seed 0" in said, "not overwritten" in said) for said in report.refused] == [(True, True)]
    assert values(count(replication), "main:test_error")[0] == mine.results[0].value


def test_other_values_for_an_imported_run_are_refused(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0,))
    take(replication, there, BIND)
    report = take(replication, there, BIND + 'row = "best-min"\n')
    assert not report.imported
    assert "an import of other values" in report.refused[0]


def test_a_result_chosen_by_its_own_size_says_so(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0,))
    [run] = take(replication, there, BIND + 'row = "best-min"\n').imported
    assert run.results[0].value == 12.5
    [said] = [check.detail for check in run.checks if "selected" in check.name]
    assert said == "selected on this metric: the least of 3 values of test_err"
    assert [run.folder for run in count(replication)] == [run.folder]


@pytest.mark.parametrize(
    ("row", "value"), [("last", 0.25), ("epoch=2", 0.125), ("best-max", 0.5), ("loss = 1.5", 0.5), ("epoch=1.0", 0.5)]
)
def test_a_row_is_chosen_by_its_step_its_cells_or_its_value(tmp_path: Path, row: str, value: float) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0,))
    [run] = take(replication, there, BIND + f'row = "{row}"\n').imported
    assert run.results[0].value == value * 100


def test_no_such_row_column_or_file_is_refused_by_name(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0,))
    for change, why in (
        (BIND + 'row = "step=9"\n', "has no row with step=9"),
        (BIND.replace('test_err"', 'err"'), "no 'err' in main/seed0/metrics.csv: it has loss, test_err"),
        (BIND.replace("metrics.csv", "metrics.tsv"), "fits from ="),
    ):
        report = take(replication, there, change)
        assert not report.imported
        assert why in report.refused[0]
        assert "import.toml:5: " in report.refused[0]


def test_what_is_not_finite_is_listed_and_never_counts(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0,))
    write(there / "main" / "seed1" / "metrics.csv", LOG.format(last="nan"))
    report = take(replication, there, BIND)
    assert [run.status for run in report.imported] == ["ok", "failed"]
    runs, uncounted = counted(replication, read_tier(replication.folder, "cpu"))
    assert [run.seed for run in runs] == [0]
    assert [(one.seed, one.blocks) for one in uncounted] == [(1, True), (2, False)]  # seed 2: planned, not begun
    assert "test_error is nan in main/seed1/metrics.csv:4" in uncounted[0].reason


def test_a_bad_file_is_refused_with_its_line_and_the_others_are_taken(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0,))
    bad = write(there / "main" / "seed1" / "metrics.csv", "epoch,test_err\n1\n")
    report = take(replication, there, BIND)
    assert [run.seed for run in report.imported] == [0]
    assert f"{bad}:2: has 1 cells" in report.refused[0]


def test_variants_are_taken_from_the_path_and_can_be_renamed(tmp_path: Path) -> None:
    replication, there = make(tmp_path, TWO), csv_runs(tmp_path / "there", variant="narrow")
    csv_runs(there, variant="w64", seeds=(4,))
    csv_runs(there, variant="other", seeds=(0,))
    report = take(replication, there, BIND + '[variants]\nw64 = "wide"\n')
    assert {(run.variant, run.seed) for run in report.imported} == {
        ("narrow", 0),
        ("narrow", 1),
        ("narrow", 2),
        ("wide", 4),
    }
    assert report.notes == ("other/seed0/metrics.csv: tier cpu has no variant 'other'; passed over",)


def test_a_measure_of_one_variant_is_bound_for_it_alone(tmp_path: Path) -> None:
    replication, there = make(tmp_path, TWO), csv_runs(tmp_path / "there", variant="narrow", seeds=(0,))
    csv_runs(there, variant="wide", seeds=(0,))
    report = take(replication, there, BIND.replace('"test_error"', '"wide:test_error"'))
    assert [run.variant for run in report.imported] == ["wide"]


def test_one_table_of_all_runs_is_taken_apart_by_its_columns(tmp_path: Path) -> None:
    replication = make(tmp_path, TWO)
    rows = "".join(f"{net},{seed},{width},{step},{seed + step / 10}\n" for net, width in (("narrow", 8), ("wide", 64))
                   for seed in (0, 1) for step in (1, 2))  # fmt: skip
    write(tmp_path / "there" / "all.csv", "net,seed,width,step,err\n" + rows)
    text = '[[bind]]\nmeasure = "err"\nfrom = "all.csv"\nvariant = "param:net"\nseed = "param:seed"\n'
    assert len(take(replication, tmp_path / "there", text).imported) == 4
    assert values(count(replication), "wide:err") == (0.2, 1.2)


def test_another_configuration_in_the_tools_parameters_is_refused(tmp_path: Path) -> None:
    replication = make(tmp_path)
    for seed, lr in ((0, 0.1), (1, 0.01)):
        document = {"config": {"seed": seed, "lr": lr}, "test_error": 5.0}
        write(tmp_path / "there" / f"{seed}.json", json.dumps(document))
    text = '[[bind]]\nmeasure = "test_error"\nfrom = "*.json"\nseed = "param:config.seed"\n'
    report = take(replication, tmp_path / "there", text)
    assert [run.seed for run in report.imported] == [0]
    assert report.refused == (
        "main seed 1: the tool recorded another configuration: lr is 0.1 in the tier, 0.01 there",
    )
    [said] = [check.detail for check in report.imported[0].checks if check.name == "configuration"]
    assert said == "recorded by the tool: lr; declared only: epochs"


def test_a_list_in_json_is_a_curve_and_its_last_item_the_result(tmp_path: Path) -> None:
    replication = make(tmp_path)
    write(tmp_path / "there" / "0.json", json.dumps({"val": {"acc": [0.25, 0.5, 0.75]}}))
    text = '[[bind]]\nmeasure = "acc"\nfrom = "{seed}.json"\nselect = "val.acc"\n'
    [run] = take(replication, tmp_path / "there", text).imported
    assert [(m.step, m.value) for m in read_metrics(run.folder)] == [(0, 0.25), (1, 0.5), (2, 0.75), (None, 0.75)]


def test_two_files_for_one_seed_are_refused(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0, 1))
    write(there / "again" / "seed0" / "metrics.csv", LOG.format(last=0.1))
    report = take(replication, there, BIND.replace("{variant}", "*"))
    assert [run.seed for run in report.imported] == [1]
    assert "main seed 0: test_error stands in 2 runs" in report.refused[0]


def test_a_measure_that_is_missing_in_one_run_is_said(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0, 1))
    write(there / "main" / "seed0" / "extra.json", '{"size": 5}')
    report = take(replication, there, BIND + '[[bind]]\nmeasure = "size"\nfrom = "{variant}/seed{seed}/*.json"\n')
    assert report.notes == ("main seed 1: nothing for size",)


def mlflow_run(store: Path, run: str, status: int, params: dict[str, str], lines: str = "") -> None:
    folder = store / "1" / run
    write(folder / "meta.yaml", f"run_id: {run}\nlifecycle_stage: active\nstatus: {status}\nstart_time: 1700000000000\n"
          "end_time: 1700000090000\n")  # fmt: skip
    (folder / "metrics").mkdir()
    for name, text in params.items():
        write(folder / "params" / name, text)
    if lines:
        write(folder / "metrics" / "test" / "err", lines)


MLFLOW = """
[facts]
dataset = "digits"
epochs = "param:epochs"
[[bind]]
measure = "test_error"
from = "mlruns"
select = "test/err"
variant = "param:net"
where = {dataset = "digits"}
"""


def test_mlflows_runs_are_bound_by_their_parameters_and_failed_ones_are_listed(tmp_path: Path) -> None:
    replication, store = make(tmp_path, TWO), tmp_path / "there" / "mlruns"
    given = {"net": "wide", "dataset": "digits", "epochs": "3", "width": "64"}
    mlflow_run(store, "a0", 3, given | {"seed": "0"}, "17 0.5 1\n18 0.25 2\n")
    mlflow_run(store, "a1", 4, given | {"seed": "1"})
    mlflow_run(store, "a2", 1, given | {"seed": "2"}, "17 0.5 1\n")
    mlflow_run(store, "b0", 3, given | {"seed": "0", "dataset": "letters"}, "17 0.125 1\n")
    report = take(replication, tmp_path / "there", MLFLOW)
    assert [(run.seed, run.status) for run in report.imported] == [(0, "ok"), (1, "failed")]
    assert "wide seed 2: has not ended" in report.refused[0]
    first, second = report.imported
    assert (first.wall_seconds, first.started) == (90.0, "2023-11-14T22:13:20+00:00")
    assert first.facts == {"dataset": "digits", "epochs": 3, "declared": ["dataset"]}
    assert sources(first)[0][:2] == ("mlruns/1/a0/metrics/test/err", 2)
    assert "a1" in second.error
    uncounted = counted(replication, read_tier(replication.folder, "cpu"))[1]
    assert [one.seed for one in uncounted if one.blocks] == [1]


def test_a_database_is_held_against_the_rows_of_the_run(tmp_path: Path) -> None:
    replication, there = make(tmp_path), tmp_path / "there"
    there.mkdir()
    with sqlite3.connect(there / "mlflow.db") as database:
        database.executescript(
            "create table runs (run_uuid, status, start_time, end_time, lifecycle_stage);"
            "create table params (key, value, run_uuid);"
            "create table metrics (key, value, timestamp, run_uuid, step, is_nan);"
            "insert into runs values ('r0', 'FINISHED', 1, 2, 'active');"
            "insert into params values ('seed', '0', 'r0');"
            "insert into metrics values ('test_error', 0.5, 1, 'r0', 1, 0);"
        )
    [run] = take(replication, there, '[[bind]]\nmeasure = "test_error"\nfrom = "mlflow.db"\n').imported
    assert sources(run)[0][:2] == ("mlflow.db#r0", None)
    database.execute("insert into runs values ('r1', 'FINISHED', 1, 2, 'active')")
    database.commit()
    assert changed_sources(run, there) == []
    database.execute("update metrics set value = 0.25")
    database.commit()
    database.close()
    assert changed_sources(run, there) == ["mlflow.db#r0: changed since it was imported"]


def test_event_files_of_one_folder_are_one_run(tmp_path: Path) -> None:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    replication, there = make(tmp_path), tmp_path / "there"
    for part, steps in enumerate(((0, 1), (1, 2))):
        writer = EventFileWriter(str(there / "seed5"), filename_suffix=f".{part}")
        for step in steps:
            summary = Summary(value=[Summary.Value(tag="test/err", simple_value=step + part / 2)])
            writer.add_event(Event(step=step, wall_time=1700000000 + step, summary=summary))
        writer.close()
    text = '[[bind]]\nmeasure = "err"\nfrom = "seed{seed}/*tfevents*"\nselect = "test/err"\nrow = "step=1"\n'
    [run] = take(replication, there, text).imported
    assert (run.seed, run.results[0].value) == (5, 1.5)


def test_a_source_that_was_edited_or_is_gone_is_found(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0, 1))
    first, second = take(replication, there, BIND).imported
    assert changed_sources(first, there) == []
    write(there / "main" / "seed0" / "metrics.csv", LOG.format(last=0.01))
    (there / "main" / "seed1" / "metrics.csv").unlink()
    assert changed_sources(first, there) == ["main/seed0/metrics.csv: changed since it was imported (line 4 was taken)"]
    assert changed_sources(second, there) == ["main/seed1/metrics.csv: is not there any more (line 4 was taken)"]


@pytest.mark.parametrize("whole", [False, True])
def test_an_import_that_breaks_off_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    replication, there, other = make(tmp_path), csv_runs(tmp_path / "there"), made_there(tmp_path)

    def bring() -> ImportReport:
        return take_whole(replication, other.folder) if whole else take(replication, there, BIND)

    def break_off(*_arguments: object) -> None:
        raise NoSpace("full")

    with monkeypatch.context() as patch:
        name = "imported.foreign_runs.write_atomically" if whole else "runs.records.write_record"
        patch.setattr(f"paperlab.replication.{name}", break_off)
        with pytest.raises(NoSpace):
            bring()
    assert count(replication) == ()
    assert len(bring().imported) == 3
    assert len(count(replication)) == (2 if whole else 3)


def test_the_imported_folder_is_found_again_where_it_lies_in_the_lab(tmp_path: Path) -> None:
    replication = make(tmp_path)
    inside, outside = csv_runs(replication.folder / "their runs", seeds=(0,)), csv_runs(tmp_path / "there", seeds=(1,))
    [first] = take(replication, inside, BIND).imported
    [second] = take(replication, outside, BIND).imported
    assert source_folder(first, replication) == inside
    assert source_folder(second, replication) is None
    assert str(tmp_path) not in (second.folder / "run.json").read_text()


def test_a_number_typed_into_an_imported_run_keeps_it_from_counting(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0, 1))
    first, _second = take(replication, there, BIND).imported
    path = first.folder / "run.json"
    path.write_text(path.read_text().replace("25.0", "2.0"))
    assert [run.seed for run in count(replication)] == [1]


def test_our_own_code_may_change_without_imported_runs_getting_lost(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there")
    take(replication, there, BIND)
    write(replication.folder / "run.py", RUN + "\nother = 1\n")
    assert len(count(replication)) == 3


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('[[bind]]\nmeasure = "a"\n', 1, "'from' is missing"),
        ('[[bind]]\nmeasure = "a"\nfrom = "../x.csv"\n', 3, "below the imported folder"),
        ('[[bind]]\nmeasure = "a"\nfrom = "/x.csv"\n', 3, "below the imported folder"),
        ('[[bind]]\nmeasure = "a"\nfrom = "{net}.csv"\n', 3, "not {net}"),
        ('[[bind]]\nmeasure = "a"\nfrom = "x.csv"\nrow = "first"\n', 4, "row must be"),
        ('[[bind]]\nmeasure = "a"\nfrom = "x.csv"\nseed = "seed"\n', 4, "seed must be"),
        ('[[bind]]\nmeasure = "a"\nfrom = "x.csv"\nrwo = "last"\n', 4, "did you mean 'row'"),
        ("[facts]\nepochs = nan\n", 2, "finite number"),
        ("[facts]\nday = 2026-01-01\n", 2, "finite number"),
    ],
)
def test_a_bad_binding_is_named_with_its_line(tmp_path: Path, text: str, line: int, why: str) -> None:
    with pytest.raises(BadFile, match=why) as caught:
        read_bindings(write(tmp_path / "import.toml", text))
    assert caught.value.line == line


def test_links_are_not_followed(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0,))
    (there / "main" / "seed1").symlink_to(there / "main" / "seed0")
    (there / "main" / "seed2").mkdir()
    (there / "main" / "seed2" / "metrics.csv").symlink_to(there / "main" / "seed0" / "metrics.csv")
    assert [run.seed for run in take(replication, there, BIND).imported] == [0]


# Whole run folders


def made_there(tmp_path: Path, slug: str = "nets") -> Replication:
    """Make the same replication on another machine and run its three seeds, the last of which fails."""
    other = make(tmp_path / "machine", slug=slug)
    for seed in (0, 1, 2):
        run_unit(other, read_tier(other.folder, "cpu"), "main", seed)
    return other


def take_whole(replication: Replication, folder: Path) -> ImportReport:
    return import_runs(replication, read_tier(replication.folder, "cpu"), folder)


@pytest.mark.parametrize("part", [".", "runs", "runs/cpu"])
def test_run_folders_of_another_machine_come_with_their_ledger(tmp_path: Path, part: str) -> None:
    replication, other = make(tmp_path), made_there(tmp_path)
    report = take_whole(replication, other.folder / part)
    assert [(run.seed, run.status) for run in report.imported] == [(0, "ok"), (1, "ok"), (2, "failed")]
    assert (report.refused, report.notes) == ((), ())
    runs, uncounted = counted(replication, read_tier(replication.folder, "cpu"))
    assert values(runs, "main:test_error") == (10.0, 11.0)
    assert [(one.seed, "diverged" in one.reason) for one in uncounted] == [(2, True)]
    ledger = (replication.folder / "runs" / "cpu" / "ledger.jsonl").read_bytes()
    again = take_whole(replication, other.folder / part)
    assert (len(again.imported), len(again.there), again.refused) == (0, 3, ())
    assert (replication.folder / "runs" / "cpu" / "ledger.jsonl").read_bytes() == ledger


def test_one_run_folder_alone_is_found_in_the_ledger_above_it(tmp_path: Path) -> None:
    replication, other = make(tmp_path), made_there(tmp_path)
    [folder] = other.folder.glob("runs/cpu/main/*/seed-1")
    assert [run.seed for run in take_whole(replication, folder).imported] == [1]


def test_seeds_that_were_started_there_and_did_not_come_along_are_listed(tmp_path: Path) -> None:
    replication, other = make(tmp_path), made_there(tmp_path)
    [folder] = other.folder.glob("runs/cpu/main/*/seed-1")
    shutil.rmtree(folder)
    report = take_whole(replication, other.folder)
    assert ["main seed 1: started there" in note for note in report.notes] == [True]
    uncounted = counted(replication, read_tier(replication.folder, "cpu"))[1]
    assert [(one.seed, one.blocks) for one in uncounted] == [(1, True), (2, True)]


def test_a_run_that_ended_since_the_last_import_comes_with_no_line_twice(tmp_path: Path) -> None:
    replication, other = make(tmp_path), made_there(tmp_path)
    books = other.folder / "runs" / "cpu" / "ledger.jsonl"
    [folder] = other.folder.glob("runs/cpu/main/*/seed-1")
    whole = books.read_text()
    kept = shutil.move(folder, tmp_path / "kept")
    books.write_text(
        "".join(line for line in whole.splitlines(keepends=True) if '"seed": 1' not in line or "start" in line)
    )
    take_whole(replication, other.folder)
    shutil.move(kept, folder)
    books.write_text(whole)
    assert [run.seed for run in take_whole(replication, other.folder).imported] == [1]
    lines = (replication.folder / "runs" / "cpu" / "ledger.jsonl").read_text().splitlines()
    assert len(lines) == len(set(lines)) == 6


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("run.py", "10.0", "9.0", "made with other code"),
        ("tiers/cpu.toml", "lr = 0.1", "lr = 0.2", "made with configuration"),
    ],
)
def test_other_code_or_configuration_is_refused(tmp_path: Path, file: str, old: str, new: str, why: str) -> None:
    replication, other = make(tmp_path), made_there(tmp_path)
    path = replication.folder / file
    path.write_text(path.read_text().replace(old, new))
    report = take_whole(replication, other.folder)
    assert not report.imported
    assert [why in said and "main seed" in said for said in report.refused] == [True, True, True]
    assert counted(replication, read_tier(replication.folder, "cpu")) == ((), ())


def test_runs_of_another_replication_are_refused(tmp_path: Path) -> None:
    replication, other = make(tmp_path), made_there(tmp_path, slug="meshes")
    [folder] = other.folder.glob("runs/cpu/main/*/seed-1")
    shutil.rmtree(folder)
    report = take_whole(replication, other.folder)
    assert not report.imported
    assert ["a run of meshes, not of nets" in said for said in report.refused] == [True] * 2
    assert counted(replication, read_tier(replication.folder, "cpu")) == ((), ())


def test_runs_of_another_tier_are_passed_over_with_their_ledger(tmp_path: Path) -> None:
    replication, other = make(tmp_path), made_there(tmp_path)
    write(replication.folder / "tiers" / "smoke.toml", ONE)
    smoke = read_tier(replication.folder, "smoke")
    report = import_runs(replication, smoke, other.folder)
    assert (report.imported, report.refused) == ((), ())
    assert ["a run of tier cpu" in note for note in report.notes] == [True] * 3
    assert counted(replication, smoke) == ((), ())


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("run.json", "11.0", "1.0", "run.json was changed"),
        ("metrics.jsonl", "11.0", "1.0", "metrics.jsonl was changed"),
    ],
)
def test_a_changed_run_folder_is_refused(tmp_path: Path, name: str, old: str, new: str, why: str) -> None:
    replication, other = make(tmp_path), made_there(tmp_path)
    [folder] = other.folder.glob("runs/cpu/main/*/seed-1")
    path = folder / name
    path.write_text(path.read_text().replace(old, new))
    report = take_whole(replication, other.folder)
    assert [run.seed for run in report.imported] == [0, 2]
    assert [why in said for said in report.refused] == [True]


def test_a_run_folder_without_its_ledger_is_refused(tmp_path: Path) -> None:
    replication, other = make(tmp_path), made_there(tmp_path)
    [folder] = other.folder.glob("runs/cpu/main/*/seed-1")
    shutil.copytree(folder, tmp_path / "a" / "b" / "c" / "d" / "seed-1")
    report = take_whole(replication, tmp_path / "a")
    assert not report.imported
    assert "no ledger.jsonl above it" in report.refused[0]


def test_a_ledger_that_is_no_text_is_refused_and_the_runs_beside_it_are(tmp_path: Path) -> None:
    replication, other = make(tmp_path), made_there(tmp_path)
    (other.folder / "runs" / "cpu" / "ledger.jsonl").write_bytes(b"\xff\xfe\n" * 3)
    report = take_whole(replication, other.folder)
    assert not report.imported
    assert len(report.refused) == 4


def test_a_run_made_here_stays_when_another_of_its_seed_comes(tmp_path: Path) -> None:
    replication = make(tmp_path)
    mine = run_unit(replication, read_tier(replication.folder, "cpu"), "main", 0)
    other = made_there(tmp_path)  # later: the ledger's last word on the seed must stay mine
    before = (mine.folder / "run.json").read_bytes()
    report = take_whole(replication, other.folder)
    assert [run.seed for run in report.imported] == [1, 2]
    assert ["not overwritten" in said for said in report.refused] == [True]
    assert (mine.folder / "run.json").read_bytes() == before
    assert [run.seed for run in count(replication)] == [0, 1]


def test_a_folder_with_nothing_to_take_says_what_to_do(tmp_path: Path) -> None:
    replication = make(tmp_path)
    with pytest.raises(NotFound, match=r"no folder"):
        take_whole(replication, tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound, match=r"import\.toml"):
        take_whole(replication, tmp_path / "empty")


def test_config_hash_of_imported_runs_is_the_tiers(tmp_path: Path) -> None:
    replication, there = make(tmp_path), csv_runs(tmp_path / "there", seeds=(0,))
    [run] = take(replication, there, BIND).imported
    tier = read_tier(replication.folder, "cpu")
    assert run.config_hash == config_hash(tier.variants["main"]) == Path(run.folder).parent.name
