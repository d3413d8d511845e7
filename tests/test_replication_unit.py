"""One run: its record, its resumption after a real kill, and what it does not do twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from paperlab.errors import BadFile, Busy, NotFound, NotNow
from paperlab.replication.runs.ledger import read_ledger
from paperlab.replication.runs.run_file import read_record
from paperlab.replication.runs.unit import is_being_run, read_progress, run_unit
from run_folders import MAIN, SLOW, read, started, told, unit_command, wait_for_lines, write_replication

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_leaves_its_whole_record(tmp_path: Path) -> None:
    """Results, facts, checks, data, environment, cost and log stand in its folder, and nothing of this machine."""
    folder = write_replication(tmp_path, MAIN + "    print('seen', __file__)\n")
    record = run_unit(*read(folder), "main", 1)
    random.seed(1)
    assert record.status == "ok"
    assert [(one.name, one.unit, one.items) for one in record.results] == [("total", "points", 10)]
    assert record.results[0].value == random.random() + random.random() + random.random()
    assert record.facts == {"epochs": 3, "dataset": "Dice"}
    assert (record.checks[0].passed, record.data[0].examples) == (True, 6)
    assert record.wall_seconds > 0 < record.peak_mb
    assert record.environment["command"].endswith("replicate run-one dice --tier smoke --variant main --seed 1")
    assert read_record(record.folder) == record
    assert sorted(path.name for path in record.folder.iterdir()) == [".lock", "log.txt", "metrics.jsonl", "run.json"]
    assert "seen dice/run.py\n" in (record.folder / "log.txt").read_text()
    assert str(tmp_path) not in (record.folder / "run.json").read_text() + (record.folder / "log.txt").read_text()


def test_git_sees_what_a_machine_cannot_compute_again(tmp_path: Path) -> None:
    """States, artifacts, shared files and locks are ignored; the ledger merges as a union, files keep their bytes."""
    folder = write_replication(tmp_path)
    run_unit(*read(folder), "main", 0)
    ignored = (folder / "runs" / ".gitignore").read_text().split()
    assert {"state.pt", "artifacts/", "/*/shared/", ".lock", "progress.json"} <= set(ignored)
    assert "ledger.jsonl -text merge=union" in (folder / "runs" / ".gitattributes").read_text()


def test_what_has_ended_is_not_run_again(tmp_path: Path) -> None:
    """The same unit gives the same record and no line in the ledger; a comment in its code changes nothing."""
    folder = write_replication(tmp_path)
    first = run_unit(*read(folder), "main", 0)
    (folder / "run.py").write_text(MAIN.replace("import random\n", "import random  # dice\n"))
    assert run_unit(*read(folder), "main", 0) == first
    assert [event.event for event in read_ledger(folder / "runs" / "smoke").events] == ["start", "end"]


@pytest.mark.parametrize("name", ["run.json", "metrics.jsonl", "run.py"])
def test_what_was_changed_is_run_anew(tmp_path: Path, name: str) -> None:
    """A record edited by hand, values edited by hand and other code each make the unit one that has to run."""
    folder = write_replication(tmp_path)
    first = run_unit(*read(folder), "main", 0)
    path = folder / name if name == "run.py" else first.folder / name
    value = str(first.results[0].value)
    path.write_text(
        path.read_text().replace(value, "99.0") if name != "run.py" else MAIN.replace("total > 0", "total > 1")
    )
    again = run_unit(*read(folder), "main", 0)
    assert again.started > first.started
    assert (again.results, again.resumed) == (first.results, ())


def test_a_failed_run_says_where_and_is_kept(tmp_path: Path) -> None:
    """Kind, words and line stand in its record; it runs again only where that is asked for, or its code changed."""
    folder = write_replication(tmp_path, MAIN.replace("total > 0)", "total / 0)"))
    failed = run_unit(*read(folder), "main", 0)
    assert failed.status == "failed"
    assert failed.error == "ZeroDivisionError: float division by zero (run.py:13)"
    assert "Traceback" in (failed.folder / "log.txt").read_text()
    assert run_unit(*read(folder), "main", 0) == failed
    assert run_unit(*read(folder), "main", 0, retry=True).resumed != ()
    (folder / "run.py").write_text(MAIN)
    assert run_unit(*read(folder), "main", 0).status == "ok"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("run.result('loss', float('nan'))", "BadInput: result 'loss' is nan: a final measure must be a finite number"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        (
            "run.facts(x=float('nan'))",
            "UsageError: a fact is a finite number, of at most 4,300 digits, or text of whole characters, not nan",
        ),
        ("raise type('Odd', (BaseException,), {})('gone')", "Odd: gone"),
        ("raise GeneratorExit('x')", "GeneratorExit: x"),
        ("raise ValueError('\\ud800\\x1b[31mred')", "ValueError: red"),
        ("raise type('Mute', (Exception,), {'__str__': lambda _: 1 / 0})", "Mute: its message cannot be told"),
        ("import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_this_name'"),
    ],
)
def test_what_goes_wrong_in_main_fails_the_run(tmp_path: Path, line: str, error: str) -> None:
    """Results that are no numbers, a main that leaves Python and a missing module are failed runs, not our errors."""
    folder = write_replication(tmp_path, f"def main(run):\n    {line}\n")
    assert run_unit(*read(folder), "main", 0).error == f"{error} (run.py:2)"


def test_a_main_that_removes_its_run_s_folder_fails(tmp_path: Path) -> None:
    """Its record says why, and so does the ledger; it was not there to be read."""
    main = MAIN + "    import shutil\n    shutil.rmtree(run.folder)\n"
    folder = write_replication(tmp_path, main)
    record = run_unit(*read(folder), "main", 0)
    assert (record.status, record.results) == ("failed", ())
    assert record.error.startswith("BadInput: main removed metrics.jsonl or the run's folder")
    assert read_record(record.folder) == record
    assert run_unit(*read(folder), "main", 0) == record
    assert "main removed" in (record.folder / "log.txt").read_text()


def test_an_interrupt_is_no_failure_of_the_run(tmp_path: Path) -> None:
    """It is taken up the next time."""
    folder = write_replication(tmp_path, "def main(run):\n    raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        run_unit(*read(folder), "main", 0)
    assert read_record(next((folder / "runs" / "smoke" / "main").glob("*/seed-0"))).status == "running"


def test_what_stands_in_for_stdout_takes_bytes_and_processes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its buffer decodes, a process that is given it writes to the log, and no control code gets through."""
    main = """
import os
import subprocess
import sys


def main(run):
    print("\\x1b[31mred\\x1b[0m", "10 %\\r20 %", "\\x07\\ud800")
    sys.stdout.buffer.write("Größe".encode()[:4])
    sys.stdout.buffer.write("Größe".encode()[4:] + b"\\n")
    subprocess.run([sys.executable, "-c", "print('from a child')"], stdout=sys.stdout, stderr=sys.stderr, check=True)
    os.write(sys.stderr.fileno(), b"by number\\n")
    sys.stdout.flush()
    print(sys.stdout.encoding, sys.stdout.isatty())
"""
    record = run_unit(*read(write_replication(tmp_path, main)), "main", 0)
    assert (record.status, record.error) == ("ok", "")
    shown = "red 10 %\n20 % \nGröße\n"
    assert capsys.readouterr().out == shown + "utf-8 False\n"
    assert shown + "from a child\nby number\nutf-8 False\n" in (record.folder / "log.txt").read_text(encoding="utf-8")


def test_what_is_no_fault_of_the_run_leaves_it_to_be_taken_up(tmp_path: Path) -> None:
    """A missing library or a full disk end the process, not the run."""
    folder = write_replication(
        tmp_path, "from paperlab.errors import NotNow\ndef main(run):\n    raise NotNow('this needs scipy')\n"
    )
    with pytest.raises(NotNow, match="this needs scipy"):
        run_unit(*read(folder), "main", 0)
    (tmp_path / "x").touch()
    assert read_record(next((folder / "runs" / "smoke" / "main").glob("*/seed-0"))).status == "running"


def test_what_cannot_start_is_in_no_ledger(tmp_path: Path) -> None:
    """Broken Python has its line, an unknown variant those that are there."""
    folder = write_replication(tmp_path, "def main(run):\n    return (\n")
    with pytest.raises(BadFile, match="not valid Python") as raised:
        run_unit(*read(folder), "main", 0)
    assert raised.value.line == 2
    with pytest.raises(NotFound, match="no variant 'wide' at tier smoke; it has main"):
        run_unit(*read(folder), "wide", 0)
    assert read_ledger(folder / "runs" / "smoke").events == ()


def test_two_replications_have_their_own_method(tmp_path: Path) -> None:
    """`import method` gives each run its own folder's module, in one process, too."""
    main = "import method\ndef main(run):\n    run.result('x', method.X)\n"
    for slug, value in (("one", 1), ("two", 2)):
        folder = write_replication(tmp_path, main, slug=slug)
        (folder / "method.py").write_text(f"X = {value}\n")
        assert run_unit(*read(folder), "main", 0).results[0].value == value


@pytest.mark.parametrize("lines", [8, 35])
def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, lines: int) -> None:
    """After a SIGKILL in its first or its second loop it ends as an undisturbed one, without doing all again."""
    tier = "[config]\npause = {}\n"
    whole = run_unit(*read(write_replication(tmp_path / "whole", SLOW, tier.format("0.0"))), "main", 0)
    folder = write_replication(tmp_path, SLOW, tier.format("0.02"))
    process = started(folder)
    run_folder = folder / "runs" / "smoke" / "main"
    wait_for_lines(metrics := _metrics(run_folder), lines)
    assert is_being_run(metrics.parent)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert process.stderr is not None
    process.stderr.close()
    assert not is_being_run(metrics.parent)
    assert read_record(metrics.parent).status == "running"
    assert read_progress(metrics.parent)["count"] in {30, 40}
    before = (metrics.parent / "artifacts" / "epochs").stat().st_size
    record = run_unit(*read(folder), "main", 0)
    assert before < (metrics.parent / "artifacts" / "epochs").stat().st_size < 51 + before
    assert len(record.resumed) == 1
    assert told(record) == told(whole)
    assert [event.event for event in read_ledger(folder / "runs" / "smoke").events] == ["start", "start", "end"]
    assert record.wall_seconds > 0.4  # of both attempts, less what passed between the last note and the kill
    assert not (record.folder / "state.pt").exists()


def _metrics(folder: Path) -> Path:
    """Wait for the run's folder, and return its metrics."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = list(folder.glob("*/seed-0/metrics.jsonl"))
        if found:
            return found[0]
        time.sleep(0.005)
    raise AssertionError("the run did not begin")


def test_two_processes_never_run_one_unit(tmp_path: Path) -> None:
    """The second is told that the first is at it."""
    folder = write_replication(tmp_path, SLOW, "[config]\npause = 0.05\n")
    process = started(folder)
    wait_for_lines(_metrics(folder / "runs" / "smoke" / "main"), 2)
    with pytest.raises(Busy, match="dice, smoke, main, seed 0 is being run by another process"):
        run_unit(*read(folder), "main", 0)
    process.kill()
    process.wait()
    assert process.stderr is not None
    process.stderr.close()


def test_a_kill_between_ledger_and_record_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the ledger has the end and run.json has not, the run is taken up and ends once more, the same."""
    from paperlab.replication.runs import unit

    folder = write_replication(tmp_path)
    write = unit.write_record

    class Kill(BaseException):
        pass

    def killed_at_the_end(record: object) -> None:
        if getattr(record, "status", "") == "ok":
            raise Kill
        write(record)  # type: ignore[arg-type]

    monkeypatch.setattr(unit, "write_record", killed_at_the_end)
    with pytest.raises(Kill):
        run_unit(*read(folder), "main", 0)
    monkeypatch.setattr(unit, "write_record", write)
    record = run_unit(*read(folder), "main", 0)
    assert (record.status, len(record.resumed), len(record.results)) == ("ok", 1, 1)
    assert len((record.folder / "metrics.jsonl").read_text().splitlines()) == 4


def test_chance_is_seeded_even_where_main_imports_late(tmp_path: Path) -> None:
    """A numpy that main itself imports gives the seed's numbers, as it does where it was loaded before."""
    main = "def main(run):\n    import numpy as np\n    run.result('x', np.random.rand())\n"
    folder = write_replication(tmp_path, main)
    assert subprocess.run(unit_command(folder, seed=5), check=True, capture_output=True).returncode == 0
    late = json.loads(next((folder / "runs").rglob("run.json")).read_text())["results"][0]["value"]
    assert late == np.random.RandomState(5).rand()
