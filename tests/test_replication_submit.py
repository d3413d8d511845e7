"""Other engines: shell lines for any, and submitit's executors."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from paperlab.errors import NotNow
from paperlab.replication.runs.plan import Unit, plan
from paperlab.replication.runs.submit import emit, submit
from paperlab.replication.runs.unit import is_being_run
from run_folders import MAIN, SLOW, read, unit_command, wait_for_lines, write_replication

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.replication.runs.execution import Progress


def command(unit: Unit) -> list[str]:
    """Run a unit without the command line."""
    return unit_command(unit.replication.folder, unit.variant, unit.seed)


def test_lines_are_quoted_for_a_shell(tmp_path: Path) -> None:
    """A lab whose path has spaces, quotes or dollars in it comes through a shell whole."""
    root = tmp_path / "my $lab's; papers"
    lines = emit(plan(*read(write_replication(root))).todo)
    assert len(lines) == 3
    assert shlex.split(lines[2]) == [
        *("paperlab", "--lab", str(root.resolve()), "replicate", "run-one", "dice"),
        *("--tier", "smoke", "--variant", "main", "--seed", "2"),
    ]


@pytest.mark.filterwarnings("default")  # submitit's own
def test_units_run_as_local_jobs(tmp_path: Path) -> None:
    """Each is a job; the one that fails says why, as it does here."""
    pytest.importorskip("submitit")
    folder = write_replication(
        tmp_path, MAIN.replace("total > 0", "total / run.seed"), "seeds = [1, 0]\n[config]\nepochs = 2\n"
    )
    shown: list[Progress] = []
    units = plan(*read(folder)).todo
    done = submit(units, tmp_path / "jobs", executor="local", progress=shown.append, command=command, timeout_min=2)
    assert [(one.unit.seed, one.state) for one in done] == [(1, "ok"), (0, "failed")]
    assert "ZeroDivisionError" in done[1].error
    assert {one.state for one in shown} >= {"ok", "failed"}
    assert plan(*read(folder)).todo == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_signal_to_end_ends_local_jobs(tmp_path: Path) -> None:
    """A real process, told to end: no run goes on behind its back."""
    pytest.importorskip("submitit")
    folder = write_replication(tmp_path, SLOW, "[config]\npause = 0.05\n")
    (unit,) = plan(*read(folder)).todo
    code = (
        "import sys, test_replication_submit as t; from pathlib import Path; folder = Path(sys.argv[1])\n"
        "try: t.submit(t.plan(*t.read(folder)).todo, folder / 'jobs', executor='local', command=t.command)\n"
        "except KeyboardInterrupt: sys.exit(130)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], env=environment)
    wait_for_lines(unit.folder / "metrics.jsonl", 2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 130
    end = time.monotonic() + 60
    while is_being_run(unit.folder):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_engine_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slurm on a machine without it, and submitit itself missing, are one line each with what to do."""
    units = plan(*read(write_replication(tmp_path))).todo
    pytest.importorskip("submitit")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotNow, match="submitit cannot use slurm"):
        submit(units, tmp_path / "jobs", executor="slurm")
    monkeypatch.setitem(sys.modules, "submitit", None)
    with pytest.raises(NotNow, match=r"this needs submitit: pip install 'paperlab-replicate\[replicate\]'"):
        submit(units, tmp_path / "jobs")
