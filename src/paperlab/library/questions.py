"""The log of questions, `papers/questions.jsonl`: one answer a line, added at the end and never written over."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from paperlab.answer_format import answer_from, answer_line
from paperlab.disk import disk_errors
from paperlab.errors import BadFile, NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from paperlab.types import Answer

QUESTIONS = "questions.jsonl"
LAST = "last"
_SHORTEST = 6
_MERGE_MARKS = (b"<<<<<<< ", b"||||||| ", b"=======", b">>>>>>> ")
_BOM = b"\xef\xbb\xbf"


class QuestionLog:
    """All questions that were asked in a lab, with their answers and evidence as shown.

    The file is the user's: it is only ever added to. A line that cannot be read stays, and stands in `problems` after
    the next reading. Raises BadFile where the file cannot be read at all, NoSpace or NotNow where it cannot be written.
    """

    def __init__(self, path: Path, locked: Callable[[], AbstractContextManager[None]]) -> None:
        """`locked` keeps every other process from writing: `Library.locked`."""
        self.path = path
        self.problems: list[BadFile] = []
        """What is wrong with the file, as last read: one for each line that is no answer."""
        self._locked = locked

    def new_id(self, question: str, asked: str) -> str:
        """Return an id for a question asked at a time: six digits of a hash, more where others begin so."""
        return _free_id(question, asked, self._bytes())

    def append(self, answer: Answer) -> Answer:
        """Add an answer at the end and return it as logged: under another id where its own is taken by now."""
        with self._locked():
            before = self._bytes()
            if not answer.id or _is_taken(answer.id, before):
                answer = replace(answer, id=_free_id(answer.question, answer.asked, before))
            line = answer_line(answer).encode() + b"\n"
            self._write(line if not before or before.endswith(b"\n") else b"\n" + line, len(before))
        return answer

    def all(self) -> list[Answer]:
        """Return every answer, the one asked first first; what a merge left twice comes once."""
        answers: dict[Answer, None] = {}
        self.problems = []
        for number, line in enumerate(self._bytes().split(b"\n"), start=1):
            words = line.removeprefix(_BOM).strip()
            if words:
                try:
                    answers[_answer(words)] = None
                except (TypeError, ValueError, LookupError, OverflowError, RecursionError) as error:
                    self.problems.append(BadFile(self.path, number, _why(words, error)))
        return sorted(answers, key=_when)

    def get(self, text: str) -> Answer:
        """Return the answer with an id, with the only id that begins so, or the `last`.

        Raises NotFound, or UsageError for the beginning of several.
        """
        answers, wanted = self.all(), text.strip().casefold()
        if wanted == LAST and answers:
            return answers[-1]
        found = [a for a in answers if a.id == wanted] or [a for a in answers if wanted and a.id.startswith(wanted)]
        ids = list(dict.fromkeys(answer.id for answer in found))
        if len(ids) > 1:
            raise UsageError(f"{text!r} fits {len(ids)} questions ({', '.join(ids[:5])}): type more of the id")
        if not ids:
            there = "'paperlab questions' shows what is" if answers else "no question was asked in this lab yet"
            raise NotFound(f"{text!r} is not in the log of questions: {there}")
        return found[-1]

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise BadFile(self.path, None, error.strerror or "cannot be read") from error

    def _write(self, line: bytes, size: int) -> None:
        """Add `line` behind the `size` bytes that are there, whole or not at all."""
        with disk_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab", buffering=0) as file:
                try:
                    rest = line
                    while rest:  # a full disk may take a part first, and say so at the next one
                        rest = rest[file.write(rest) :]
                    os.fsync(file.fileno())
                except OSError:
                    os.truncate(self.path, size)
                    raise


def _answer(line: bytes) -> Answer:
    return answer_from(json.loads(line.decode()))


def _why(line: bytes, error: Exception) -> str:
    if line.startswith(_MERGE_MARKS):
        return "a merge was left unfinished here: keep the lines of both sides, and delete this one"
    if isinstance(error, UnicodeDecodeError):
        return "this is not UTF-8 text; the line was passed over"
    if isinstance(error, json.JSONDecodeError):
        return f"this is not one whole line of JSON ({error.msg}, column {error.colno}); the line was passed over"
    what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return f"this is JSON, but not an answer ({what}); the line was passed over"


def _when(answer: Answer) -> datetime:
    asked = datetime.fromisoformat(answer.asked)
    return asked if asked.tzinfo else asked.replace(tzinfo=UTC)


def _is_taken(name: str, log: bytes) -> bool:
    # Looking for the bytes spares reading the log as JSON for each question; a hit elsewhere costs one more digit.
    return f'"{name}"'.encode() in log


def _free_id(question: str, asked: str, log: bytes) -> str:
    digits, salt = "", 0
    while not digits:
        hashed = sha256(f"{salt}\n{asked}\n{question}".encode(errors="surrogatepass")).hexdigest()
        shorter = (hashed[:length] for length in range(_SHORTEST, len(hashed) + 1))
        digits = next((name for name in shorter if not _is_taken(name, log)), "")
        salt += 1
    return digits
