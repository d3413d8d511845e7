"""Jobs of the desk: long work in processes of its own, told step by step, stopped when asked."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desk_support import drive, shown, told, until
from paperlab.text import roughly
from paperlab.tui.app import DeskApp
from paperlab.tui.desk import jobs
from paperlab.tui.desk.jobs import Job, JobState
from paperlab.tui.messages import JobChanged
from paperlab.tui.screens.base import DeskScreen
from paperlab.tui.screens.jobs import JobsScreen

if TYPE_CHECKING:
    from textual.message import Message
    from textual.pilot import Pilot


_LINE = '{{"stage": "{0}", "done": {1}, "total": {2}, "label": "{3}"}}'


@pytest.fixture(autouse=True)
def plain_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here does not depend on what stands in the library."""
    monkeypatch.setattr(DeskApp, "MODES", {**DeskApp.MODES, "library": DeskScreen})


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script in paperlab's place: its talk, progress and end are the test's."""
    script = tmp_path / "program.py"
    monkeypatch.setattr(jobs, "_PROGRAM", (str(script),))
    return script


def ended(job: Job) -> bool:
    return job.state is not JobState.RUNNING


def test_a_command_runs_and_what_it_printed_is_its_outcome(root: Path) -> None:
    """`index` runs for the desk's own lab, and its first line of output is what came of it."""
    seen: list[Message] = []

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        job = app.jobs.start("index all", ("index",))
        assert job.state is JobState.RUNNING
        await until(pilot, lambda: ended(job))
        assert (job.state, job.exit_code) == (JobState.DONE, 0)
        assert "4 papers" in job.outcome or "index" in job.outcome
        await pilot.pause()
        assert any(isinstance(one, JobChanged) and one.id == job.id for one in seen)

    drive(root, scenario, messages=seen)


def test_what_came_of_a_job_is_told_in_the_desks_words(root: Path, program: Path) -> None:
    """What is to be told when it is done, else what it wrote, with paths as they are below the lab."""
    program.write_text(f"print({str(root / 'replications' / 'x')!r} + ': 9 files')")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        wrote = app.jobs.start("new", ("replicate", "new"))
        silent = app.jobs.start("samples", ("init", "here"), told="they are in the library")
        await until(pilot, lambda: ended(wrote) and ended(silent))
        await until(pilot, lambda: len(told(messages)) == 2)
        said = {f"new: {Path('replications', 'x')}: 9 files", "samples: they are in the library"}
        assert set(told(messages)) == said

    messages: list[Message] = []
    drive(root, scenario, messages=messages)


def test_why_a_command_failed_is_told_in_one_line(root: Path) -> None:
    """The first words of paperlab's own error are the outcome, and the user sees them."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        job = app.jobs.start("fetch one", ("fetch", "2401.99999999"))
        await until(pilot, lambda: ended(job))
        assert job.state is JobState.FAILED
        assert job.outcome.startswith("'2401.99999999' is not a paper's id")
        await until(pilot, lambda: any("is not a paper's id" in one.message for one in app._notifications))

    drive(root, scenario)


def test_progress_and_talk_are_told_apart(root: Path, program: Path) -> None:
    """Lines of progress move the bar, every other line of stderr is talk; stdout is the result."""
    said = [
        _LINE.format("embed", 3, 12, "a paper"),
        "asking arXiv",
        '{"stage": broken',
        _LINE.format("embed", 4, "null", "b"),
    ]
    program.write_text(f"import sys\nprint('out')\nfor x in {said!r}: print(x, file=sys.stderr)\n")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        job = app.jobs.start("t", ("anything",))
        await until(pilot, lambda: ended(job))
        assert job.said == ["asking arXiv", '{"stage": broken']
        assert (job.stage, job.done, job.total, job.label) == ("embed", 4.0, None, "b")
        assert job.result == "out\n"

    drive(root, scenario)


def test_the_environment_and_arguments_of_a_job(root: Path, program: Path) -> None:
    """A job works in the desk's lab, tells its progress in lines, is nicer than the desk, and makes no request."""
    program.write_text(
        "import os, sys\nprint(sys.argv[1:], os.environ['PAPERLAB_PROGRESS'], os.getpgid(0) == os.getpid())\n"
        "import time\ntime.sleep(.3)\nprint(os.nice(0))"
    )

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        job = app.jobs.start("t", ("index", "x y"))
        await until(pilot, lambda: ended(job))
        first, nice = job.result.splitlines()
        assert first == f"['--lab', '{root}', '--offline', 'index', 'x y'] lines True"
        assert int(nice) == min(19, os.nice(0) + 10)

    drive(root, scenario)


def test_the_same_job_is_not_started_twice_while_it_runs(root: Path, program: Path) -> None:
    """Once it has ended it may run again."""
    program.write_text("import time\ntime.sleep(1)\n")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        first = app.jobs.start("t", ("a",))
        assert app.jobs.start("t", ("a",)) is first
        other = app.jobs.start("t", ("b",))
        assert other is not first
        await until(pilot, lambda: ended(first) and ended(other))
        assert app.jobs.retry(first) is not first

    drive(root, scenario)


_STUBBORN = """
import signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
{ignore}
print(child.pid, flush=True)
print("begun", file=sys.stderr, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("ignored", [(), ("SIGINT",), ("SIGINT", "SIGTERM")])
def test_a_job_that_is_stopped_ends_with_all_it_started(
    root: Path, program: Path, ignored: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked kindly first; one that does not listen is told to end, then killed, its children with it."""
    monkeypatch.setattr(jobs, "_PATIENCE", 0.3)
    program.write_text(
        _STUBBORN.format(ignore="\n".join(f"signal.signal(signal.{one}, signal.SIG_IGN)" for one in ignored))
    )

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        job = app.jobs.start("t", ("a",))
        await until(pilot, lambda: job.said)
        app.jobs.cancel(job)
        await until(pilot, lambda: ended(job))
        assert job.state is JobState.CANCELLED
        assert not _lives(int(job.result))

    drive(root, scenario)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_job_stopped_before_its_process_stands_ends_too(root: Path, program: Path) -> None:
    """A key pressed at once is not lost."""
    program.write_text("import time\ntime.sleep(60)\n")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        job = app.jobs.start("t", ("a",))
        app.jobs.cancel(job)
        await until(pilot, lambda: ended(job))
        assert job.state is JobState.CANCELLED

    drive(root, scenario)


def test_leaving_the_desk_ends_its_jobs(root: Path, program: Path) -> None:
    """Nothing of the desk runs on without it."""
    program.write_text(
        "import os, sys, time\nprint(os.getpid(), flush=True)\n"
        "print('x', file=sys.stderr, flush=True)\ntime.sleep(60)\n"
    )
    found: list[Job] = []

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        found.append(app.jobs.start("t", ("a",)))
        await until(pilot, lambda: found[0].said)

    drive(root, scenario)
    assert found[0].state is JobState.CANCELLED
    assert not _lives(int(found[0].result))


def test_a_program_that_cannot_be_started_is_a_failed_job(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk goes on."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        job = app.jobs.start("t", ("a",))
        await until(pilot, lambda: ended(job))
        assert job.state is JobState.FAILED
        assert "could not be started" in job.outcome

    drive(root, scenario)


def test_a_job_goes_on_while_the_desk_stands_still(root: Path, program: Path, tmp_path: Path) -> None:
    """An editor has the terminal: a job that says much is not held up by it, and its last words are shown later."""
    done = tmp_path / "done"
    program.write_text(
        "import sys\nfrom pathlib import Path\n"
        "for n in range(20_000): print(f'line {n}', file=sys.stderr)\n"
        f"print('out' * 100_000)\nPath({str(done)!r}).touch()\n"
    )

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        job = app.jobs.start("t", ("a",))
        await until(pilot, lambda: app.jobs._processes)
        tries = 0
        while not done.exists():  # nothing is awaited: the event loop stands still
            tries += 1
            assert tries < 400, "the job waits for somebody to read what it says"
            time.sleep(0.05)
        await until(pilot, lambda: ended(job))
        assert job.said[-1] == "line 19999"
        assert job.result.startswith("outout")

    drive(root, scenario)


def test_a_job_that_fails_in_an_unforeseen_way_has_ended(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be started again; the bar above does not say for ever that it runs."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        monkeypatch.setattr(app.jobs, "_started", lambda *_: 1 / 0)
        job = app.jobs.start("t", ("a",))
        await until(pilot, lambda: ended(job))
        assert job.state is JobState.FAILED
        assert not app.jobs.running

    drive(root, scenario)


def test_control_codes_and_floods_in_a_jobs_talk_do_no_harm(root: Path, program: Path) -> None:
    """What a process says is cleaned, and only the last of it is kept."""
    program.write_text(
        "import sys\nfor n in range(1000): print(f'\\x1b[2J{n}', file=sys.stderr)\nprint('y' * 3_000_000)\n"
    )

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        job = app.jobs.start("t", ("a",))
        await until(pilot, lambda: ended(job))
        assert job.said[-1] == "999"
        assert len(job.said) == 200
        assert len(job.result) < 1_100_000

    drive(root, scenario)


def test_the_bar_above_shows_what_runs_and_a_click_opens_the_jobs(root: Path, program: Path) -> None:
    """Sign, percent and title stand at the right of every screen while a job runs."""
    line = _LINE.format("embed", 42, 100, "x")
    program.write_text(f"import sys, time\nprint({line!r}, file=sys.stderr, flush=True)\ntime.sleep(60)\n")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        app.jobs.start("index all", ("a",))
        await until(pilot, lambda: "42% index all" in shown(app).splitlines()[0])
        await pilot.click(offset=(115, 0))
        await until(pilot, lambda: isinstance(app.screen, JobsScreen))
        await until(pilot, lambda: "42% embed" in shown(app))
        await pilot.press("c")
        await until(pilot, lambda: "what was finished is kept" in shown(app))
        await pilot.press("r")
        await until(pilot, lambda: len(app.jobs.running) == 1)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, JobsScreen))

    drive(root, scenario)


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (200, 60)])
def test_the_list_of_jobs_stands_in_every_size(root: Path, program: Path, size: tuple[int, int]) -> None:
    """An empty one says what will be here."""
    program.write_text("")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await pilot.press("J")
        await until(pilot, lambda: "Nothing" in shown(app))
        job = app.jobs.start("a long title " * 20, ("a",))
        await until(pilot, lambda: ended(job))
        await pilot.press("down", "up", "escape")

    drive(root, scenario, size=size)


def test_time_left_is_only_told_where_it_is_known() -> None:
    """Not in a stage's first seconds, not where nothing moved, not without a total."""
    job = Job(1, "t", ("a",))
    job.take(_LINE.format("embed", 40, 100, "x"))
    job.take(_LINE.format("embed", 50, 100, "x"))
    assert job.seconds_left is None

    job.stage_began -= 10
    assert job.seconds_left == pytest.approx(50, rel=0.1)

    job.take(_LINE.format("embed", 50, "null", "x"))
    assert job.seconds_left is None


def test_times_read_as_a_person_says_them() -> None:
    """Seconds, minutes, hours."""
    assert [roughly(seconds) for seconds in (3.4, 99, 130, 5900, 12600)] == ["3 s", "99 s", "2 min", "98 min", "3.5 h"]


def test_a_job_step_is_told_ten_times_a_second_at_most(root: Path, program: Path) -> None:
    """A flood of progress does not keep the desk from its keys."""
    seen: list[Message] = []
    program.write_text(
        "import sys\nfor n in range(5000):\n"
        '    print(f\'{{"stage": "s", "done": {n}, "total": 5000, "label": ""}}\', file=sys.stderr)\n'
    )

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        job = app.jobs.start("t", ("a",))
        await until(pilot, lambda: ended(job))
        await asyncio.sleep(0)
        told = sum(isinstance(one, JobChanged) for one in seen)
        assert told <= job.seconds * 10 + 5
        assert job.done == 4999

    drive(root, scenario, messages=seen)
