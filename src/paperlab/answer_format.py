"""An answer as one JSON document, and back: the form of `ask --json` and of the log of questions. Pure."""

from __future__ import annotations

import json
import math
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from paperlab.plain import build
from paperlab.text import escaped
from paperlab.types import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.types import CellPlace, PageBox, Part, Passage, Quote, Statement

_OWN = ("id", "asked", "question", "papers")
_DEFAULTS: dict[str, object] = {"keys": [], "model": ""}
_LINE_ENDS = {ord(c): json.dumps(c)[1:-1] for c in "\u2028\u2029"}


def answer_document(answer: Answer) -> dict[str, Any]:
    """Return the answer as JSON values, the question first; `answer_from` makes the same answer of it.

    The sentences of all parts stand in one list; each part says how many of them, in order, are its own.
    """
    return {
        "question": answer.question,
        "asked": answer.asked,
        "id": answer.id,
        "resolved": answer.resolved,
        "answered": answer.answered,
        "answer": [_sentence(statement) for statement in answer.statements],
        "parts": [_part(part) for part in answer.parts],
        "passages": [_passage(passage) for passage in answer.passages],
        "papers": answer.papers,
        "keys": list(answer.keys),
        "model": answer.model,
    }


def answer_line(answer: Answer) -> str:
    """Return the document as one line of JSON; what a terminal or an editor would obey is written as escapes."""
    return escaped(json.dumps(answer_document(answer), ensure_ascii=False)).translate(_LINE_ENDS)


def answer_from(document: Any) -> Answer:
    """Return the answer that a document tells of; fields it does not know are passed over.

    Raises TypeError, ValueError or LookupError for what is no such document.
    """
    datetime.fromisoformat(_text(document["asked"]))
    statements = iter(document["answer"])
    parts = [_part_from(part, statements) for part in document["parts"]]
    if next(statements, None) is not None:
        raise ValueError("there are more sentences than the parts speak of")
    fields = {
        **{name: document[name] for name in _OWN},
        **{name: document.get(name, usual) for name, usual in _DEFAULTS.items()},
        "resolved": document.get("resolved", document["question"]),
        "parts": parts,
        "passages": [_passage_from(passage) for passage in document.get("passages", [])],
    }
    answer = build(Answer, fields)
    numbers = [part.confidence for part in answer.parts] + [passage.score for passage in answer.passages]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a confidence or score is no number")
    return answer


def _sentence(statement: Statement) -> dict[str, Any]:
    return {"sentence": statement.text, "citations": [_citation(quote) for quote in statement.quotes]}


def _citation(quote: Quote) -> dict[str, Any]:
    return {
        "key": quote.key,
        "label": quote.label,
        "page": quote.page,
        "quote": quote.text,
        "boxes": [_box(box) for box in quote.boxes],
        "section": list(quote.section),
        "cell": _cell(quote.cell) if quote.cell else None,
    }


def _cell(cell: CellPlace) -> dict[str, Any]:
    return {
        "table": cell.table,
        "row": cell.row,
        "column": cell.column,
        "text": cell.text,
        "page": cell.box.page,
        "box": list(cell.box.box),
    }


def _box(box: PageBox) -> dict[str, Any]:
    return {"page": box.page, "box": list(box.box)}


def _part(part: Part) -> dict[str, Any]:
    return {
        "question": part.question,
        "answered": bool(part.statements),
        "confidence": part.confidence,
        "reason": part.reason,
        "sentences": len(part.statements),
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "key": passage.key,
        "title": passage.title,
        "page": passage.page,
        "section": list(passage.section),
        "score": passage.score,
        "passage": passage.text,
    }


def _part_from(part: Any, sentences: Iterator[Any]) -> dict[str, Any]:
    wanted = part["sentences"]
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 0:
        raise ValueError(f"a part's sentences are counted, not {wanted!r}")
    statements = [_sentence_from(sentence) for sentence in islice(sentences, wanted)]
    if len(statements) < wanted:
        raise ValueError("the parts speak of more sentences than there are")
    return {**_picked(part, "question", "confidence"), "reason": part.get("reason", ""), "statements": statements}


def _sentence_from(sentence: Any) -> dict[str, Any]:
    return {"text": sentence["sentence"], "quotes": [_quote_from(citation) for citation in sentence["citations"]]}


def _quote_from(citation: Any) -> dict[str, Any]:
    return {
        **_picked(citation, "key", "label", "page"),
        "text": citation["quote"],
        "boxes": [[box["page"], box["box"]] for box in citation["boxes"]],
        "section": citation.get("section", []),
        "cell": _cell_from(citation.get("cell")),
    }


def _cell_from(cell: Any) -> dict[str, Any] | None:
    return cell and {**_picked(cell, "table", "row", "column", "text"), "box": [cell["page"], cell["box"]]}


def _passage_from(passage: Any) -> dict[str, Any]:
    return {**_picked(passage, "key", "title", "page", "section", "score"), "text": passage["passage"]}


def _picked(document: Any, *names: str) -> dict[str, Any]:
    return {name: document[name] for name in names}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value
