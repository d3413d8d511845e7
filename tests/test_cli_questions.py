"""The log of questions on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paperlab.answer_format import answer_document
from paperlab.types import Answer, Part, Passage, Quote, Statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.lab import Lab

    Do = Callable[..., tuple[int, str, str]]


def answer(name: str, question: str, day: int, *, answered: bool = True) -> Answer:
    """Return an answer, or a no with a passage."""
    quote = Quote("2401.00001", "Roe et al. 2020", 3, "It has twelve layers.", ())
    statements = (Statement("It has twelve layers.", (quote,)),) if answered else ()
    part = Part(question, statements, 0.5, "" if answered else "Nothing in your library says it.")
    near = Passage("2401.00002", "Another", 2, (), 0.4, "It is near.")
    return Answer(name, f"2026-01-0{day}T03:04:05+00:00", question, question, (part,), (near,), 4)


FIRST = answer("aaa111", "How many layers?", 1)
SECOND = answer("bbb222", "Why\x1b[31m?", 2, answered=False)
THIRD = replace(FIRST, id="ccc333", parts=FIRST.parts + SECOND.parts, asked="2026-01-03T00:00:00+00:00")


@pytest.fixture
def logged(lab: Lab) -> Lab:
    """Return a lab in which three questions were asked."""
    for one in (FIRST, SECOND, THIRD):
        lab.questions.append(one)
    return lab


def test_the_list_has_id_date_state_and_question(logged: Lab, do: Do) -> None:
    """Oldest first, a line each."""
    code, out, _err = do("questions", "--lab", str(logged.root))

    assert code == 0
    assert [line.split(maxsplit=3) for line in out.splitlines()] == [
        ["aaa111", "2026-01-01", "03:04", "answered   How many layers?"],
        ["bbb222", "2026-01-02", "03:04", "no answer  Why?"],
        ["ccc333", "2026-01-03", "00:00", "in part    How many layers?"],
    ]


def test_the_list_as_json(logged: Lab, do: Do) -> None:
    """Enough to choose by; `show` has the rest."""
    _code, out, _err = do("questions", "--json", "--lab", str(logged.root))
    rows = json.loads(out)["questions"]

    assert [(row["id"], row["answered"], row["question"]) for row in rows][:2] == [
        ("aaa111", True, "How many layers?"),
        ("bbb222", False, "Why\x1b[31m?"),
    ]


def test_one_question_is_shown_with_its_evidence(logged: Lab, do: Do) -> None:
    """By the beginning of its id; the last one where none is given; a no with what was near."""
    _code, first, _err = do("questions", "show", "aaa", "--lab", str(logged.root))
    code, last, _err = do("questions", "show", "--lab", str(logged.root))
    _code, none, _err = do("questions", "show", "bbb", "--lab", str(logged.root))

    assert "How many layers?" in first
    assert "2401.00001 · p. 3" in first
    assert first.count("It has twelve layers.") == 1
    assert code == 0
    assert last.startswith("ccc333")
    assert "Nothing in your library says it." in none
    assert "2401.00002 · p. 2" in none
    assert "It is near." in none
    assert "\x1b[31m" not in none


def test_one_question_as_json_is_the_document_of_the_log(logged: Lab, do: Do) -> None:
    """The same form everywhere."""
    _code, out, _err = do("questions", "show", "aaa111", "--json", "--lab", str(logged.root))
    assert json.loads(out) == answer_document(FIRST)


def test_export_prints_markdown_of_those_named_or_all(logged: Lab, do: Do) -> None:
    """In the order in which they are named."""
    code, out, err = do("questions", "export", "bbb", "aaa", "--lab", str(logged.root))
    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if line.startswith("## ")] == ["## Why?", "## How many layers?"]

    _code, out, _err = do("questions", "export", "--lab", str(logged.root))
    assert out.count("\n## ") == 3
    _code, out, _err = do("questions", "export", "--json", "--lab", str(logged.root))
    assert [row["id"] for row in json.loads(out)["questions"]] == ["aaa111", "bbb222", "ccc333"]


def test_export_writes_a_new_file_and_none_that_is_there(logged: Lab, do: Do, tmp_path: Path) -> None:
    """Least of all the log itself."""
    to = tmp_path / "log.md"
    code, out, err = do("questions", "export", "--to", str(to), "--lab", str(logged.root))
    assert (code, out) == (0, "")
    assert "3 questions" in err
    assert to.read_text(encoding="utf-8").startswith("# Questions\n\n## How many layers?")

    log = logged.questions.path
    before = log.read_bytes()
    for path in (to, log):
        code, _out, err = do("questions", "export", "--to", str(path), "--lab", str(logged.root))
        assert code == 2
        assert "is there already" in err
    assert log.read_bytes() == before


def test_an_id_that_is_not_there_is_said(logged: Lab, do: Do) -> None:
    """Exit code 1, and how to see what is."""
    code, out, err = do("questions", "show", "zzz", "--lab", str(logged.root))
    assert (code, out) == (1, "")
    assert "'paperlab questions' shows what is" in err


def test_an_empty_log_is_said(lab: Lab, do: Do) -> None:
    """The list of nothing is no failure, an export of nothing is."""
    assert do("questions", "--lab", str(lab.root))[0::2] == (
        0,
        "no question was asked in this lab yet: 'paperlab ask QUESTION' asks one\n",
    )
    assert do("questions", "--json", "--lab", str(lab.root))[1] == '{\n  "questions": []\n}\n'
    assert do("questions", "export", "--lab", str(lab.root))[0] == 1


def test_a_broken_line_is_said_on_stderr_and_the_rest_shown(logged: Lab, do: Do) -> None:
    """With path and line, also where one question is asked for."""
    log = logged.questions.path
    log.write_bytes(b"<<<<<<< HEAD\n" + log.read_bytes())
    for words in ((), ("show", "aaa111"), ("export",)):
        code, out, err = do("questions", *words, "--lab", str(logged.root))
        assert code == 0
        assert "layers" in out
        assert "questions.jsonl:1: a merge was left unfinished here" in err
