"""The questions that `benchmarks/ask.py` asks: those of the gold files, a file of others, and made from table cells."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.ask_scoring import read_jsonl

if TYPE_CHECKING:
    from collections.abc import Iterator

Truth = dict[str, Any]
_ABSENT = re.compile(r"GLM-130B|Megatron")
"""Subjects of ARAGOG's questions that are in no paper of its folder here."""
_TABLE_MARK = re.compile(r"^(?:Table|TABLE)\s+\S+\s*[.:]?\s*")
_ASIDE = re.compile(r"\s*(?:\[[^\]]*\]|\([^()]*\))")
_CITED = re.compile(r"\s*\[\d+(?:,\s*\d+)*\]")
_TOPIC_WORDS = 14
_FORMS = (
    "What {column} does {row} reach? The table is on {topic}.",
    "How high is the {column} of {row} among the results on {topic}?",
    'In "{title}", what is the {column} of {row}?',
)


class Group(StrEnum):
    """Where a question is from, and so what is expected of its answer."""

    ANSWERABLE = "answerable"
    UNANSWERABLE = "unanswerable"
    CROSS = "cross"
    OTHER = "other, answerable"
    ABSENT = "other, not in the library"
    CELL = "table cells"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the truth about it."""

    text: str
    group: Group
    truth: Truth
    """As the file has it; of a cell its claim, with `pdf` and `page` of its table."""

    @property
    def stem(self) -> str:
        """The name of the PDF that the answer stands in; empty where there is none, or several."""
        return Path(self.truth.get("pdf", "")).name

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages that answer it, 1-based."""
        page = self.truth.get("page", ())
        return tuple(page) if isinstance(page, list | tuple) else (page,)


def gold_questions(gold: Path) -> list[Asked]:
    """Return the questions of the gold folder's files, group by group."""
    files = {Group.ANSWERABLE: "questions*", Group.UNANSWERABLE: "unanswerable*", Group.CROSS: "cross*"}
    return [
        Asked(truth["question"], group, truth)
        for group, pattern in files.items()
        for file in sorted(gold.glob(f"{pattern}.jsonl"))
        for truth in read_jsonl(file)
    ]


def other_questions(file: Path) -> list[Asked]:
    """Return the questions of a file of ARAGOG's kind: a JSON list of objects with `question` and `answer`."""
    truths = json.loads(file.read_text(encoding="utf-8"))
    groups = {True: Group.ABSENT, False: Group.OTHER}
    return [Asked(one["question"].strip(), groups[bool(_ABSENT.search(one["question"]))], one) for one in truths]


def cell_questions(tables: Path, titles: dict[str, str], limit: int, seed: int) -> list[Asked]:
    """Return up to `limit` questions for results in the gold tables of a folder, the tables by turns.

    `titles` are those of the papers by the name of their PDF; tables of other papers are left out.
    """
    chosen = random.Random(seed)
    by_table = []
    for file in sorted(tables.glob("*.json")):
        table = json.loads(file.read_text(encoding="utf-8"))
        title = titles.get(Path(table["pdf"]).name)
        if title:
            claims = list(_claims(table))
            chosen.shuffle(claims)
            by_table.append([_cell(table, claim, title, i) for i, claim in enumerate(claims)])
    turns = [one for turn in zip_longest(*by_table) for one in turn if one is not None]
    return turns[:limit]


def _claims(table: Truth) -> Iterator[Truth]:
    """Yield the results that their row and column tell apart from all others of the table."""
    paths = Counter(_path(claim) for claim in table["claims"])
    for claim in table["claims"]:
        if claim["kind"] == "result" and claim["col_path"] and claim["row_path"] and paths[_path(claim)] == 1:
            yield claim


def _path(claim: Truth) -> tuple[str, ...]:
    return (*claim["row_path"], "|", *claim["col_path"])


def _cell(table: Truth, claim: Truth, title: str, number: int) -> Asked:
    column = " ".join(_CITED.sub("", label) for label in claim["col_path"])
    named = {"row": _row(claim["row_path"]), "column": column, "title": title}
    text = _FORMS[number % len(_FORMS)].format(**named, topic=_topic(table["caption"]))
    return Asked(text, Group.CELL, {**claim, "pdf": table["pdf"], "page": table["page"], "form": number % len(_FORMS)})


def _row(path: list[str]) -> str:
    """Return what names a row, without places in a ranking and without what is said twice."""
    labels = [label for label in (_CITED.sub("", one).strip() for one in path) if re.search(r"[^\W\d]", label)]
    told = [label for label in labels if label.partition(" = ")[2] not in labels or " = " not in label]
    return ", ".join(told or path)


def _topic(caption: str) -> str:
    """Return what a caption's first sentence says its table shows."""
    first = re.split(r"[.;:](?:\s|$)", _TABLE_MARK.sub("", caption), maxsplit=1)[0]
    words = _ASIDE.sub("", first).split()[:_TOPIC_WORDS]
    if words and words[0][1:].islower():
        words[0] = words[0].lower()
    return " ".join(words)
