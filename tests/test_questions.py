"""The log of questions: only ever added to, read whatever became of it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paperlab.answer_format import answer_line
from paperlab.checkup import check
from paperlab.errors import BadFile, NoSpace, NotFound, NotNow, UsageError
from paperlab.library import Library
from paperlab.library.questions import QUESTIONS, QuestionLog
from paperlab.types import Answer, PageBox, Paper, Part, Quote, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from paperlab.lab import Lab

    ReadOnly = Callable[[Path], AbstractContextManager[None]]

WRITER = """
import sys
from pathlib import Path
from dataclasses import replace
from paperlab.answer_format import answer_from
from paperlab.library import Library
from paperlab.library.questions import QuestionLog
import json
root, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
log = QuestionLog(root / "questions.jsonl", Library(root).locked)
answer = answer_from(json.loads(sys.stdin.readline()))
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    log.append(replace(answer, question=f"{number}?", model=name, id="same"))
"""


def answer(
    question: str = "How many layers?", asked: str = "2026-01-02T03:04:05+00:00", name: str = "abc123"
) -> Answer:
    """Return an answer of one sentence."""
    quote = Quote("2401.00001", "Roe et al. 2020", 3, "It has twelve layers.", (PageBox(3, (1.0, 2.0, 3.0, 4.0)),))
    part = Part(question, (Statement("It has twelve layers.", (quote,)),), 0.9)
    return Answer(name, asked, question, question, (part,), (), 4)


@pytest.fixture
def log(tmp_path: Path) -> QuestionLog:
    """Return a log without questions, in a library without papers."""
    return QuestionLog(tmp_path / "papers" / QUESTIONS, Library(tmp_path / "papers").locked)


def wrong(log: QuestionLog) -> list[tuple[int | None, str]]:
    """Read the log and return line and reason of each problem."""
    log.all()
    return [(problem.line, problem.why) for problem in log.problems]


def test_what_was_added_is_read_back(log: QuestionLog) -> None:
    """Each answer whole, in the order in which they were asked, one a line."""
    later = answer("Why?", "2026-01-03T00:00:00+00:00", "bbbbbb")
    for one in (later, answer()):
        assert log.append(one) == one

    assert log.all() == [answer(), later]
    assert log.problems == []
    assert log.path.read_bytes().count(b"\n") == 2


def test_the_order_is_that_of_time_across_zones(log: QuestionLog) -> None:
    """Nine in New York is after noon in Berlin."""
    new_york = answer("b?", "2026-01-02T09:00:00-05:00", "b")
    berlin = answer("a?", "2026-01-02T12:00:00+01:00", "a")
    for one in (new_york, berlin):
        log.append(one)

    assert log.all() == [berlin, new_york]
    assert log.get("last") == new_york


def test_no_file_is_an_empty_log(log: QuestionLog) -> None:
    """Nothing is made by reading."""
    assert log.all() == []
    with pytest.raises(NotFound, match="no question was asked"):
        log.get("last")
    assert not log.path.parent.exists()


def test_an_answer_is_found_by_id_by_its_beginning_and_as_the_last(log: QuestionLog) -> None:
    """A whole id wins over longer ones that begin so; the beginning of several is refused."""
    for number, name in enumerate(["abc123", "abc1234", "ab9999", "fff000"]):
        log.append(answer(asked=f"2026-01-0{number + 1}T00:00:00+00:00", name=name))

    assert [log.get(text).id for text in ("abc123", "ABC1234", " ab9 ", "f", "last")] == [
        "abc123",
        "abc1234",
        "ab9999",
        "fff000",
        "fff000",
    ]
    with pytest.raises(UsageError, match=r"'ab' fits 3 questions \(abc123, abc1234, ab9999\)"):
        log.get("ab")
    for text in ("zzz", ""):
        with pytest.raises(NotFound, match="paperlab questions"):
            log.get(text)


def test_ids_are_short_and_never_given_twice(log: QuestionLog) -> None:
    """Six digits; more where another answer has them."""
    first = log.new_id("Why?", "2026-01-02T03:04:05+00:00")
    assert len(first) == 6
    assert first == log.new_id("Why?", "2026-01-02T03:04:05+00:00")
    assert first != log.new_id("Why?", "2026-01-02T03:04:06+00:00")

    log.append(answer("Why?", name=first))
    second = log.new_id("Why?", "2026-01-02T03:04:05+00:00")
    assert second.startswith(first)
    assert len(second) == 7


def test_an_id_that_was_given_away_meanwhile_is_replaced(log: QuestionLog) -> None:
    """Two processes may ask in the same second; what is returned is what is in the log."""
    log.append(answer("one?"))
    logged = log.append(answer("two?"))

    assert logged == replace(answer("two?"), id=logged.id)
    assert logged.id != "abc123"
    assert log.get(logged.id) == logged
    assert len({log.append(replace(answer("three?"), id="")).id for _ in range(3)} - {""}) == 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"question": "half', "not one whole line of JSON"),
        (b"[1, 2]", "not an answer"),
        (b'{"question": "x?"}', "'asked' is missing"),
        (b'"text"', "not an answer"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "not an answer"),
        (b"<<<<<<< HEAD", "merge"),
        (b"=======", "merge"),
        (b">>>>>>> theirs", "merge"),
        (b'{"asked": "2026-01-01", "papers": 1' + b"0" * 5000 + b"}", "not an answer"),
    ],
    ids=lambda value: str(value[:20]),
)
def test_a_line_that_is_no_answer_is_reported_and_stays(log: QuestionLog, line: bytes, reason: str) -> None:
    """With its number, the answers around it read, not a byte of it changed by what is added later."""
    log.append(answer("one?", name="aaaaaa"))
    with log.path.open("ab") as file:
        file.write(line + b"\n")
    log.append(answer("two?", name="bbbbbb"))

    assert [one.question for one in log.all()] == ["one?", "two?"]
    [(number, why)] = wrong(log)
    assert number == 2
    assert reason in why
    assert isinstance(log.problems[0], BadFile)
    assert line in log.path.read_bytes()


def test_byte_order_marks_windows_line_ends_and_empty_lines_do_no_harm(log: QuestionLog) -> None:
    """An editor may leave all three."""
    lines = [answer_line(answer("one?", name="a")), "", "  ", answer_line(answer("two?", name="b"))]
    log.path.parent.mkdir(parents=True)
    log.path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    log.append(answer("three?", name="c"))

    assert sorted(one.question for one in log.all()) == ["one?", "three?", "two?"]
    assert log.problems == []


def test_a_torn_last_line_is_closed_before_the_next_one(log: QuestionLog) -> None:
    """A process killed while it wrote leaves half a line: what comes next is whole, the half is reported."""
    log.append(answer("one?", name="aaaaaa"))
    log.path.write_bytes(log.path.read_bytes() + answer_line(answer("torn?")).encode()[:-30])
    log.append(answer("two?", name="bbbbbb"))

    assert [one.question for one in log.all()] == ["one?", "two?"]
    assert [line for line, _why in wrong(log)] == [2]


def test_a_whole_last_line_without_its_end_is_an_answer(log: QuestionLog) -> None:
    """Nothing is torn but the line end."""
    log.append(answer("one?", name="aaaaaa"))
    log.path.write_bytes(log.path.read_bytes().rstrip(b"\n"))
    log.append(answer("two?", name="bbbbbb"))

    assert [one.question for one in log.all()] == ["one?", "two?"]
    assert log.problems == []


def writers(root: Path, count: int, *names: str) -> list[subprocess.Popen[str]]:
    """Start processes that each add `count` answers, all beginning at the same time."""
    root.mkdir(parents=True)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(root), name, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for process in started:
        tell(process, answer_line(answer()))
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in started:
        tell(process, "go")
    return started


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Write a line to a process."""
    assert process.stdin
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def test_two_processes_lose_nothing_of_each_other(log: QuestionLog) -> None:
    """Both add at once; every answer is there, each under an id of its own."""
    for process in writers(log.path.parent, 40, "a", "b"):
        process.communicate(timeout=60)
        assert process.returncode == 0

    answers = log.all()
    wanted = {(f"{number}?", name) for name in "ab" for number in range(40)}
    assert {(one.question, one.model) for one in answers} == wanted
    assert len({one.id for one in answers}) == 80
    assert log.problems == []


def test_what_another_process_added_while_we_waited_is_seen(log: QuestionLog) -> None:
    """The log is read once nobody else can write, and not before."""

    @contextmanager
    def waited() -> Iterator[None]:
        QuestionLog(log.path, nullcontext).append(answer("theirs?"))
        yield

    ours = QuestionLog(log.path, waited).append(answer("ours?"))
    assert [(one.question, one.id == "abc123") for one in log.all()] == [("theirs?", True), ("ours?", False)]
    assert log.get(ours.id) == ours


def test_killed_at_any_instant_the_next_answer_is_whole(log: QuestionLog) -> None:
    """No lock stays behind, and what was logged before stays."""
    [process] = writers(log.path.parent, 100_000, "killed")
    while not log.path.exists() or log.path.stat().st_size < 5_000:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    logged = log.append(answer("after?", "2027-01-01T00:00:00+00:00"))

    answers = log.all()
    assert answers[-1] == logged
    assert [one.question for one in answers[:3]] == ["0?", "1?", "2?"]
    assert len(log.problems) <= 1


def test_a_disk_that_fills_leaves_the_log_as_it_was(log: QuestionLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part of a line that got onto the disk is taken back."""
    log.append(answer("one?"))
    before = log.path.read_bytes()

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoSpace):
        log.append(answer("two?"))

    assert log.path.read_bytes() == before


def test_a_file_that_cannot_be_read_or_written_is_said(log: QuestionLog, read_only: ReadOnly) -> None:
    """In one line, with its path."""
    log.append(answer())
    beside = QuestionLog(log.path.parent / "elsewhere" / QUESTIONS, nullcontext)
    with read_only(log.path.parent), pytest.raises(NotNow, match=r"cannot write .*questions\.jsonl"):
        beside.append(answer())
    log.path.unlink()
    log.path.mkdir()
    with pytest.raises(BadFile, match=r"questions\.jsonl: "):
        log.all()


def test_what_git_merged_twice_comes_once(log: QuestionLog) -> None:
    """Lines of both sides of a merge may be the same; two answers under one id both stay, the later is meant."""
    first, second = answer("one?"), answer("other?", "2026-02-01T00:00:00+00:00")
    log.path.parent.mkdir(parents=True)
    log.path.write_text("\n".join(answer_line(one) for one in (second, first, second)) + "\n")

    assert log.all() == [first, second]
    assert log.get("abc123") == second


def test_the_log_is_no_paper(lab: Lab) -> None:
    """Neither the mirror of the records nor the doctor takes the file for one."""
    lab.library.save(Paper("2401.00001", "A Paper"))
    QuestionLog(lab.library.root / QUESTIONS, lab.library.locked).append(answer())

    assert list(lab.library.stamps()) == ["2401.00001"]
    assert lab.sync() == []
    assert [paper.key for paper in lab.store.papers.all()] == ["2401.00001"]
    assert not [finding for finding in check(lab) if "questions" in finding.found]
