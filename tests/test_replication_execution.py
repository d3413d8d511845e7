"""Units in processes of their own: some at a time, each to its own end, none left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from paperlab.replication.runs.execution import (
    Done,
    Progress,
    command_of,
    default_workers,
    execute,
    heeding_signals,
)
from paperlab.replication.runs.plan import Unit, plan
from paperlab.replication.runs.run_file import read_record
from paperlab.replication.runs.surroundings import run_environment
from run_folders import MAIN, SLOW, read, started, unit_command, wait_for_lines, write_replication

if TYPE_CHECKING:
    from pathlib import Path


def command(unit: Unit) -> list[str]:
    """Run a unit without the command line."""
    return unit_command(unit.replication.folder, unit.variant, unit.seed)


def test_each_unit_ends_by_itself(tmp_path: Path) -> None:
    """One that fails, one that is killed and two that end well: each is told, in order, with what it said last."""
    main = MAIN + (
        "    if run.seed == 1:\n        print('nearly')\n        raise ValueError('bad luck')\n"
        "    if run.seed == 2:\n        import os, signal\n        print('so long', flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    folder = write_replication(tmp_path, main, "seeds = [0, 1, 2, 3]\n[config]\nepochs = 2\n")
    shown: list[Progress] = []
    done = execute(plan(*read(folder)).todo, workers=2, progress=shown.append, command=command)
    assert [(one.unit.seed, one.state) for one in done] == [(0, "ok"), (1, "failed"), (2, "killed"), (3, "ok")]
    assert done[0] == Done(done[0].unit, "ok", read_record(done[0].unit.folder))
    assert done[1].error.startswith("ValueError: bad luck")
    assert any("nearly" in line for line in done[1].log)
    assert done[2].error.startswith("ended by signal SIGKILL")
    assert done[2].log[-1] == "so long"
    assert {(one.unit.seed, one.state) for one in shown} >= {(0, "running"), (0, "ok"), (1, "failed"), (2, "killed")}
    assert [one.state for one in execute(plan(*read(folder)).todo, workers=2, command=command)] == ["killed"]


def test_what_cannot_start_says_why(tmp_path: Path) -> None:
    """A process that leaves without a run tells its last line; one that is run elsewhere is not called failed."""
    unit = plan(*read(write_replication(tmp_path))).todo[0]
    words = [sys.executable, "-c", "import sys; print('paperlab: no lab here', file=sys.stderr); sys.exit(2)"]
    (done,) = execute([unit], command=lambda _: words)
    assert (done.state, done.error, done.record) == ("killed", "no lab here", None)


def test_progress_tells_the_time_that_is_left(tmp_path: Path) -> None:
    """From the first timed epoch on; all units are told of, those that wait too."""
    folder = write_replication(tmp_path, SLOW, "seeds = [0, 1]\n[config]\npause = 0.03\n")
    shown: list[Progress] = []
    units = plan(*read(folder)).todo
    assert [one.state for one in execute(units, workers=1, progress=shown.append, command=command)] == ["ok", "ok"]
    timed = [one for one in shown if one.state == "running" and one.total_left]
    assert timed
    assert all(one.fraction is not None and 0 <= one.fraction <= 1 for one in timed)
    assert all(one.total_left is not None and one.total_left >= (one.seconds_left or 0) for one in timed)
    assert shown[-1].total_left == 0
    second = [one for one in timed if one.unit is units[1]]
    assert all(one.total_left is not None and 0 < one.total_left < 60 for one in second)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_to_end_leaves_no_child_behind(tmp_path: Path, name: str) -> None:
    """A real process that runs units, told to end by Ctrl-C, `timeout` or a closed terminal, ends its children first.

    What was run is taken up the next time.
    """
    main = SLOW.replace("    run.log(0", "    import os\n    run.say(f'pid {os.getpid()}')\n    run.log(0")
    folder = write_replication(tmp_path, main, "[config]\npause = 0.05\n")
    code = (
        "import sys, test_replication_execution as t; from pathlib import Path; folder = Path(sys.argv[1])\n"
        "try: t.execute(t.plan(*t.read(folder)).todo, command=t.command)\n"
        "except KeyboardInterrupt: sys.exit(130)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], env=environment)
    unit = plan(*read(folder)).todo[0]
    wait_for_lines(unit.folder / "metrics.jsonl", 3)
    log = (unit.folder / "log.txt").read_text()
    child = int(log.partition("pid ")[2].split()[0])
    assert _is_alive(child)
    process.send_signal(getattr(signal, name))
    assert process.wait(60) == 130
    assert not _is_alive(child)
    assert read_record(unit.folder).status == "running"
    (done,) = execute(plan(*read(folder)).todo, command=command)
    assert done.record is not None
    assert (done.state, len(done.record.resumed)) == ("ok", 1)


def test_handlers_are_as_they_were_and_what_is_ignored_stays_so() -> None:
    """What `nohup` set is heeded; in a thread nothing is touched."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with heeding_signals() as check:
            os.kill(os.getpid(), signal.SIGTERM)
            check()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with heeding_signals() as check:
            os.kill(os.getpid(), signal.SIGTERM)
            with pytest.raises(KeyboardInterrupt):
                check()
        assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGTERM, before)
    seen: list[object] = []

    def in_a_thread() -> None:
        with heeding_signals():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=in_a_thread)
    thread.start()
    thread.join()
    assert seen == [before]


def test_what_another_process_runs_is_busy_and_no_failure(tmp_path: Path) -> None:
    """The second one says so, with the reason, and shows no log of the first."""
    folder = write_replication(tmp_path, SLOW, "[config]\npause = 0.2\n")
    unit = plan(*read(folder)).todo[0]
    first = started(folder)
    wait_for_lines(unit.folder / "metrics.jsonl", 2)
    (done,) = execute([unit], command=command)
    first.kill()
    first.communicate()
    assert (done.state, done.log) == ("busy", ())
    assert "dice, smoke, main, seed 0 is being run by another process" in done.error


def test_children_that_do_not_heed_are_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ignores SIGTERM goes all the same, and those it started with it."""
    from paperlab.replication.runs import execution

    monkeypatch.setattr(execution, "_GRACE_SECONDS", 0.2)
    code = (
        "import signal, subprocess, sys, time; from pathlib import Path; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        " child = subprocess.Popen(['sleep', '60']); Path(sys.argv[1]).write_text(f'{child.pid}\\n'); time.sleep(60)"
    )
    unit = plan(*read(write_replication(tmp_path))).todo[0]

    def stop_soon() -> None:
        wait_for_lines(tmp_path / "pid", 1)
        os.kill(os.getpid(), signal.SIGINT)

    interrupt = threading.Thread(target=stop_soon)
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        execute([unit], command=lambda _: [sys.executable, "-c", code, str(tmp_path / "pid")])
    interrupt.join()
    end = time.monotonic() + 5
    while _is_alive(int((tmp_path / "pid").read_text())):
        assert time.monotonic() < end
        time.sleep(0.01)


def _is_alive(process: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_a_child_begins_with_its_threads(tmp_path: Path) -> None:
    """The tier's threads and a fixed hash of text are set before its Python starts; workers share the cores."""
    main = (
        "import os\ndef main(run):\n    run.result('threads', float(os.environ['OMP_NUM_THREADS']))\n"
        "    run.result('hash', hash('text') % 1000)\n"
    )
    folder = write_replication(tmp_path, main, "threads = 2\n")
    (done,) = execute(plan(*read(folder)).todo, command=command)
    assert done.record is not None
    threads, hashed = (one.value for one in done.record.results)
    words = [sys.executable, "-c", "print(hash('text') % 1000)"]
    printed = subprocess.run(
        words, env=os.environ | run_environment(2), capture_output=True, text=True, check=True
    ).stdout
    assert (threads, hashed) == (2, float(printed))
    assert default_workers(10**6) == 1
    assert default_workers(1) >= 1


def test_the_command_is_this_python_and_the_unit(tmp_path: Path) -> None:
    """It is what a person could type, quietly, with the lab named."""
    unit = plan(*read(write_replication(tmp_path))).todo[0]
    assert command_of(unit)[:3] == [sys.executable, "-m", "paperlab"]
    assert command_of(unit, retry=True)[-2:] == ["--quiet", "--retry"]
    assert execute([]) == []
