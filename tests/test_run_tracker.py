"""Readers of other tools' files: MLflow, TensorBoard, CSV, JSON."""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from paperlab.errors import BadFile, Busy, PaperlabError
from paperlab.run_tracker import FoundMetric, read_metrics, read_runs

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def values(found: list[FoundMetric], name: str) -> list[tuple[int | None, float]]:
    return [(metric.step, metric.value) for metric in found if metric.name == name]


# CSV and TSV


def test_a_wide_table_has_a_metric_per_column_with_line_step_and_hash(tmp_path: Path) -> None:
    path = write(tmp_path / "seed3" / "log.csv", "epoch,train_loss,test_err,seed\n0,1.5,40,3\n1,.75,,3\n2,.5,12.5,3\n")
    found = read_metrics(path)
    assert values(found, "test_err") == [(0, 40.0), (2, 12.5)]
    assert values(found, "train_loss") == [(0, 1.5), (1, 0.75), (2, 0.5)]
    last = [metric for metric in found if metric.name == "test_err"][-1]
    assert (last.line, last.file, last.seed) == (4, path, 3)
    assert last.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert last.parameters["train_loss"] == ".5"


def test_a_long_table_has_a_name_and_a_value_per_row(tmp_path: Path) -> None:
    text = "run,step,metric,value\na,1,acc,0.5\na,2,acc,0.6\nb,1,loss,2e-3\n"
    found = read_metrics(write(tmp_path / "all.csv", text))
    assert values(found, "acc") == [(1, 0.5), (2, 0.6)]
    assert [(metric.run, metric.value) for metric in found if metric.name == "loss"] == [("b", 0.002)]


@pytest.mark.parametrize(
    ("name", "mark"), [("a.csv", ","), ("a.csv", ";"), ("a.csv", "\t"), ("a.csv", "|"), ("a.tsv", "\t")]
)
def test_the_delimiter_is_found_out(tmp_path: Path, name: str, mark: str) -> None:
    text = "\n".join(mark.join(row) for row in (("step", "method, long", "acc"), ("7", "ours", "0.25")))
    if mark == ",":
        text = text.replace("method, long", '"method, long"')
    assert values(read_metrics(write(tmp_path / name, text)), "acc") == [(7, 0.25)]


def test_texts_of_a_row_are_parameters_and_quoted_lines_keep_their_number(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", '\ufeffarch,note,acc\nnet,"two\nlines",1\n\nnet-2,,2\n')
    found = read_metrics(path)
    assert [(metric.line, metric.value, metric.parameters["arch"]) for metric in found] == [
        (3, 1, "net"),
        (5, 2, "net-2"),
    ]


def test_nan_and_what_is_no_number_are_kept_as_nan_and_the_latter_named(tmp_path: Path) -> None:
    [run] = read_runs(write(tmp_path / "a.csv", "step,acc\n1,0.5\n2,nan\n3,inf\n4,diverged\n"))
    assert [repr(metric.value) for metric in run.metrics] == ["0.5", "nan", "inf", "nan"]
    assert run.notes == ("a.csv:5: 'diverged' for acc is not a number",)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a,b\n1,2\n3\n", 3, "1 cells"),
        ("a,a\n1,2\n", 1, "again"),
        ("a,,c\n1,2,3\n", 1, "no name"),
        ("1,2\n3,4\n", 1, "numbers only"),
        ('a,b\n1,"2\n', None, "not a table"),
        ("", None, "empty"),
    ],
)
def test_a_bad_table_is_named_with_its_line(tmp_path: Path, text: str, line: int | None, why: str) -> None:
    with pytest.raises(BadFile, match=why) as caught:
        read_metrics(write(tmp_path / "a.csv", text))
    assert line is None or caught.value.line == line


def test_bytes_that_are_no_text_are_a_bad_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"step,acc\n1,0.5\n2,\xff\n")
    with pytest.raises(BadFile) as caught:
        read_metrics(path)
    assert caught.value.line == 3


# JSON


def test_json_is_read_by_dotted_path_and_arrays_by_index(tmp_path: Path) -> None:
    document = {"config": {"seed": 4, "arch": "net"}, "test": {"acc": 0.5, "ok": True, "per": [1, None, 3]}}
    [run] = read_runs(write(tmp_path / "result.json", json.dumps(document, indent=1)))
    assert {metric.name: metric.value for metric in run.metrics} == {
        "config.seed": 4, "test.acc": 0.5, "test.per.0": 1, "test.per.2": 3,
    }  # fmt: skip
    assert (run.seed, run.parameters["config.arch"]) == (4, "net")


def test_json_lines_have_steps_and_lines(tmp_path: Path) -> None:
    text = '{"epoch": 1, "val": {"acc": 0.5}}\n\n{"epoch": 2, "val": {"acc": NaN}}\n'
    found = read_metrics(write(tmp_path / "log.jsonl", text))
    assert [(metric.name, metric.step, metric.line) for metric in found] == [("val.acc", 1, 1), ("val.acc", 2, 3)]
    assert math.isnan(found[1].value)


def test_json_lines_in_a_file_called_json_and_named_values(tmp_path: Path) -> None:
    text = '{"step": 1, "name": "acc", "value": 0.5, "t": 9}\n{"step": 2, "name": "acc", "value": 0.75, "t": 9}\n'
    assert values(read_metrics(write(tmp_path / "log.json", text)), "acc") == [(1, 0.5), (2, 0.75)]


def test_a_wandb_summary_is_json_with_nan_as_text(tmp_path: Path) -> None:
    text = '{"_step": 90, "_runtime": 12.5, "test/acc": 0.875, "val/loss": "NaN", "_wandb": {"runtime": 12}}'
    found = read_metrics(write(tmp_path / "wandb-summary.json", text))
    assert values(found, "test/acc") == [(90, 0.875)]
    assert math.isnan(values(found, "val/loss")[0][1])


def test_wandbs_settings_beside_a_summary_are_its_parameters(tmp_path: Path) -> None:
    folder = tmp_path / "wandb" / "run-20260101_120000-a1b2" / "files"
    write(folder / "config.yaml", "wandb_version: 1\n\n_wandb:\n  desc: null\n  value:\n    cli_version: 0.21\n"
          "arch:\n  desc: null\n  value: 'net'\nseed:\n  desc: null\n  value: 3\n")  # fmt: skip
    [run] = read_runs(write(folder / "wandb-summary.json", '{"_step": 90, "test/acc": 0.875}'))
    assert (run.run, run.seed, run.parameters["arch"]) == ("run-20260101_120000-a1b2", 3, "net")
    assert (run.metrics[0].seed, run.metrics[0].parameters["arch"]) == (3, "net")


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.json", '{"a": 1,\n "b": }', 2),
        ("a.jsonl", '{"a": 1}\n{"a": ', 2),
        ("a.json", "[" * 100_000, None),
        ("a.json", "[" * 60 + "1" + "]" * 60, None),
    ],
)
def test_bad_json_is_named_with_its_line(tmp_path: Path, name: str, text: str, line: int | None) -> None:
    with pytest.raises(BadFile) as caught:
        read_metrics(write(tmp_path / name, text))
    assert caught.value.line == line


# MLflow's file store: mlruns/<experiment>/<run>/{meta.yaml,metrics/,params/,tags/}

META = (
    "artifact_uri: file:///elsewhere/artifacts\nend_time: {end}\nentry_point_name: ''\nexperiment_id: '1'\n"
    "lifecycle_stage: {stage}\nrun_id: {run}\nrun_name: bold-newt-12\nrun_uuid: {run}\nsource_name: ''\n"
    "source_type: 4\nsource_version: ''\nstart_time: 1700000000000\nstatus: {status}\ntags: []\nuser_id: ada\n"
)


def write_mlflow(store: Path, run: str, metrics: dict[str, str], params: dict[str, str], *, status: int = 3,
                 stage: str = "active") -> Path:  # fmt: skip
    folder = store / "1" / run
    write(store / "1" / "meta.yaml", "experiment_id: '1'\nlifecycle_stage: active\nname: nets\n")
    write(folder / "meta.yaml", META.format(end=1700000060000, stage=stage, run=run, status=status))
    (folder / "metrics").mkdir()
    (folder / "artifacts").mkdir()
    for name, text in metrics.items():
        write(folder / "metrics" / name, text)
    for name, text in params.items():
        write(folder / "params" / name, text)
    write(folder / "tags" / "mlflow.runName", "bold-newt-12")
    return folder


def test_mlflows_folders_are_read_with_parameters_steps_lines_and_status(tmp_path: Path) -> None:
    store = tmp_path / "mlruns"
    write(store / "0" / "meta.yaml", "experiment_id: '0'\nname: Default\n")
    lines = "1700000001000 0.5 0\n1700000002000 0.75 1\n"
    write_mlflow(store, "aa11", {"test/acc": lines, "loss": "1700000001000 nan 0\n"}, {"seed": "7", "arch": "net"})
    write_mlflow(store, "bb22", {}, {"seed": "8"}, status=4)
    write_mlflow(store, "cc33", {"loss": "1 2 3\n"}, {}, stage="deleted")
    first, second = read_runs(store)
    assert values(list(first.metrics), "test/acc") == [(0, 0.5), (1, 0.75)]
    assert [metric.line for metric in first.metrics if metric.name == "test/acc"] == [1, 2]
    assert math.isnan(values(list(first.metrics), "loss")[0][1])
    assert (first.run, first.seed, first.parameters["arch"], first.status) == ("aa11", 7, "net", "finished")
    assert (first.started, first.ended) == ("2023-11-14T22:13:20+00:00", "2023-11-14T22:14:20+00:00")
    assert (second.run, second.seed, second.status, second.metrics) == ("bb22", 8, "failed", ())
    assert [run.run for run in read_runs(store / "1")] == ["aa11", "bb22"]
    assert [run.run for run in read_runs(store / "1" / "aa11")] == ["aa11"]


def test_mlflows_later_columns_are_passed_over_and_a_bad_line_is_named(tmp_path: Path) -> None:
    folder = write_mlflow(tmp_path / "mlruns", "aa11", {"acc": "17 0.5\n17 0.75 2 data 9f3 m-1\n"}, {})
    assert values(read_metrics(folder), "acc") == [(None, 0.5), (2, 0.75)]
    write(folder / "metrics" / "acc", "17 0.5 1\n17 half 2\n")
    with pytest.raises(BadFile, match="not a line of an MLflow metric") as caught:
        read_metrics(folder)
    assert caught.value.line == 2


# MLflow's SQLite store

SCHEMA = """
create table experiments (experiment_id integer primary key, name varchar(256), lifecycle_stage varchar(32));
create table runs (run_uuid varchar(32) primary key, name varchar(250), status varchar(9), start_time bigint,
  end_time bigint, lifecycle_stage varchar(20), artifact_uri varchar(200), experiment_id integer);
create table metrics (key varchar(250), value double not null, timestamp bigint, run_uuid varchar(32) not null,
  step bigint default 0 not null, is_nan boolean default 0 not null);
create table latest_metrics (key varchar(250), value double not null, timestamp bigint, step bigint not null,
  is_nan boolean not null, run_uuid varchar(32) not null);
create table params (key varchar(250), value varchar(8000) not null, run_uuid varchar(32) not null);
"""


def write_database(path: Path, runs: dict[str, tuple[str, str, dict[str, str], list[tuple[Any, ...]]]]) -> Path:
    """Write a database; each run has status, life cycle, parameters and (key, value, step, is_nan) rows."""
    database = sqlite3.connect(path)
    database.executescript("" if path.stat().st_size else SCHEMA)
    for run, (status, stage, params, metrics) in runs.items():
        row = (run, "n", status, 1700000000000, None, stage, "", 1)
        database.execute("insert into runs values (?,?,?,?,?,?,?,?)", row)
        database.executemany("insert into params values (?,?,?)", [(k, v, run) for k, v in params.items()])
        for key, value, step, is_nan in metrics:
            database.execute("insert into metrics values (?,?,?,?,?,?)", (key, value, 5, run, step, is_nan))
    database.commit()
    database.close()
    return path


def test_mlflows_database_is_read_and_not_touched(tmp_path: Path) -> None:
    rows = [("acc", 0.5, 1, 0), ("acc", 0.0, 2, 1), ("acc", 1.7976931348623157e308, 3, 0)]
    runs = {"aa": ("FINISHED", "active", {"seed": "3"}, rows), "bb": ("KILLED", "active", {}, [])}
    path = write_database(tmp_path / "mlflow.db", {**runs, "cc": ("FINISHED", "deleted", {}, rows)})
    before = (path.read_bytes(), sorted(tmp_path.iterdir()))
    path.chmod(0o444)
    first, second = read_runs(path)
    assert [repr(metric.value) for metric in first.metrics] == ["0.5", "nan", "inf"]
    assert (first.seed, first.status, second.run, second.status) == (3, "finished", "bb", "killed")
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == before


def test_a_runs_hash_in_a_database_changes_with_its_own_rows_only(tmp_path: Path) -> None:
    path = write_database(tmp_path / "mlflow.db", {"aa": ("FINISHED", "active", {"seed": "3"}, [("acc", 0.5, 1, 0)])})
    before = read_runs(path)[0].sha256
    write_database(path, {"bb": ("FINISHED", "active", {}, [("acc", 0.25, 1, 0)])})
    assert read_runs(path)[0].sha256 == before
    with sqlite3.connect(path) as database:
        database.execute("update metrics set value = 0.75 where run_uuid = 'aa'")
    database.close()
    assert read_runs(path)[0].sha256 != before


def test_a_database_of_something_else_or_being_written_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as database:
        database.execute("create table runs (x)")
    database.close()
    write(tmp_path / "text.db", "no database " * 100)
    for name in ("other.db", "text.db"):
        with pytest.raises(BadFile, match="not a database of MLflow"):
            read_runs(tmp_path / name)
    path = write_database(tmp_path / "mlflow.db", {})
    write(tmp_path / "mlflow.db-wal", "pages")
    with pytest.raises(Busy, match="stop MLflow"):
        read_runs(path)


# TensorBoard


def write_events(folder: Path, summaries: list[tuple[int, Any]]) -> Path:
    """Write an event file with TensorBoard's own writer; each summary with its step."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(str(folder))
    for step, summary in summaries:
        writer.add_event(Event(step=step, wall_time=1700000000 + step, summary=summary))
    writer.close()
    [path] = folder.glob("events.out.tfevents.*")
    return path


def simple(tag: str, value: float) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Summary(value=[Summary.Value(tag=tag, simple_value=value)])


def tensor(tag: str, value: float) -> Any:
    from tensorboard.plugins.scalar.summary_v2 import scalar_pb

    return scalar_pb(tag, value)


def test_scalars_of_both_forms_are_read_and_pictures_passed_over(tmp_path: Path) -> None:
    from tensorboard.compat.proto.summary_pb2 import Summary

    picture = Summary(
        value=[Summary.Value(tag="img", image=Summary.Image(height=1, width=1, encoded_image_string=b"x"))]
    )
    steps = [(0, simple("acc", 0.5)), (1, picture), (1, simple("acc", math.nan)), (2, tensor("loss", 0.25))]
    path = write_events(tmp_path / "net-seed1", steps)
    [run] = read_runs(path)
    assert [(metric.step, repr(metric.value)) for metric in run.metrics if metric.name == "acc"] == [
        (0, "0.5"),
        (1, "nan"),
    ]
    assert values(list(run.metrics), "loss") == [(2, 0.25)]
    assert (run.run, run.notes) == ("net-seed1", ())
    assert read_metrics(path.parent) == list(run.metrics) or math.isnan(run.metrics[1].value)


def test_what_torch_writes_is_read_with_its_hyperparameters(tmp_path: Path) -> None:
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path / "run")) as writer:
        writer.add_scalar("test/acc", 0.5, 3)
        writer.add_scalar("test/acc", 0.75, 4, new_style=True)
        writer.add_hparams({"seed": 6, "arch": "net"}, {"final": 0.75}, run_name="given")
    assert values(read_metrics(tmp_path / "run"), "test/acc") == [(3, 0.5), (4, 0.75)]
    [given] = read_runs(tmp_path / "run" / "given")
    assert (given.seed, given.parameters["arch"]) == (6, "net")


@pytest.mark.parametrize("harm", ["cut", "flip"])
def test_a_damaged_end_is_left_out_and_named(tmp_path: Path, harm: str) -> None:
    path = write_events(tmp_path / "a", [(step, simple("acc", step / 4)) for step in range(4)])
    data = bytearray(path.read_bytes())
    if harm == "cut":
        data = data[:-7]
    else:
        data[-7] ^= 0xFF
    path.write_bytes(data)
    [run] = read_runs(path)
    assert [metric.step for metric in run.metrics] == [0, 1, 2]
    assert len(run.notes) == 1
    assert "damaged behind event" in run.notes[0]


def test_a_record_that_claims_a_length_beyond_reason_is_damage(tmp_path: Path) -> None:
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    path = write_events(tmp_path / "a", [(1, simple("acc", 0.5))])
    size = (1 << 60).to_bytes(8, "little")
    path.write_bytes(path.read_bytes() + size + masked_crc32c(size).to_bytes(4, "little") + b"data")
    [run] = read_runs(path)
    assert ([metric.value for metric in run.metrics], len(run.notes)) == ([0.5], 1)


# Choosing the reader


@pytest.mark.parametrize("name", ["a.txt", "missing.csv", "missing.db", "folder"])
def test_what_no_reader_takes_is_a_bad_file(tmp_path: Path, name: str) -> None:
    write(tmp_path / "a.txt", "acc 1")
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadFile):
        read_metrics(tmp_path / name)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paperlab.run_tracker.found.MAX_BYTES", 10)
    with pytest.raises(BadFile, match="keep only the metrics"):
        read_metrics(write(tmp_path / "a.csv", "step,acc\n1,2\n"))


@pytest.mark.parametrize("name", ["a.csv", "a.csv_long", "a.json", "a.jsonl"])
def test_more_values_than_the_bound_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("paperlab.run_tracker.found.MAX_METRICS", 5)
    texts = {
        "a.csv": "acc\n" + "1\n" * 9,
        "a.csv_long": "name,value\n" + "a,1\n" * 9,
        "a.json": json.dumps(list(range(9))),
        "a.jsonl": '{"a": 1}\n' * 9,
    }
    with pytest.raises(BadFile, match="more than 5 values"):
        read_metrics(write(tmp_path / name.replace("_long", ""), texts[name]))


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files_of_any_kind_end_in_an_error_of_ours(tmp_path: Path, seed: int) -> None:
    import random

    chance = random.Random(seed)
    write_mlflow(tmp_path / "mlruns", "aa11", {"acc": "17 0.5 1\n17 0.75 2\n"}, {"seed": "7"})
    write_database(tmp_path / "m.db", {"aa": ("FINISHED", "active", {"seed": "3"}, [("acc", 0.5, 1, 0)])})
    paths = [
        write(tmp_path / "a.csv", "step,acc\n1,0.5\n2,0.75\n"), write(tmp_path / "a.json", '{"a": {"b": [1, 2.5]}}'),
        write_events(tmp_path / "tb", [(1, simple("acc", 0.5)), (2, tensor("acc", 0.5))]), tmp_path / "m.db",
        tmp_path / "mlruns" / "1" / "aa11" / "metrics" / "acc", tmp_path / "mlruns" / "1" / "aa11" / "meta.yaml",
    ]  # fmt: skip
    for path in paths:
        data = bytearray(path.read_bytes())
        for _ in range(3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.randrange(1, len(data) + 1)])
    said = [said_of(path) for path in (*paths[:4], tmp_path / "mlruns")]
    assert not any("\n" in message for message in said)


def said_of(path: Path) -> str:
    """Return the message of the error of ours that a file ends in; any other error passes through."""
    try:
        read_metrics(path)
    except PaperlabError as error:
        return str(error)
    return ""
