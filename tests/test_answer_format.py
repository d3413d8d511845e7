"""An answer as a document: nothing of it is lost, and a document that is none is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.answer_format import answer_document, answer_from, answer_line
from paperlab.types import Answer, CellPlace, PageBox, Part, Passage, Quote, Statement

TEXT = st.text(max_size=8)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
PAGE = st.integers(1, 900)
BOX = st.builds(PageBox, PAGE, st.tuples(NUMBER, NUMBER, NUMBER, NUMBER))
SECTION = st.lists(TEXT, max_size=2).map(tuple)
CELL = st.none() | st.builds(CellPlace, TEXT, TEXT, TEXT, TEXT, BOX)
QUOTE = st.builds(Quote, TEXT, TEXT, PAGE, TEXT, st.lists(BOX, max_size=2).map(tuple), SECTION, CELL)
STATEMENT = st.builds(Statement, TEXT, st.lists(QUOTE, min_size=1, max_size=2).map(tuple))
PART = st.builds(Part, TEXT, st.lists(STATEMENT, max_size=2).map(tuple), NUMBER, TEXT)
PASSAGE = st.builds(Passage, TEXT, TEXT, PAGE, SECTION, NUMBER, TEXT)
ASKED = st.datetimes().map(lambda moment: moment.isoformat() + "+01:00")
MANY_PARTS = st.lists(PART, max_size=3).map(tuple)
MANY_PASSAGES = st.lists(PASSAGE, max_size=2).map(tuple)
KEYS = st.lists(TEXT, max_size=2).map(tuple)
ANSWERS = st.builds(
    Answer, TEXT, ASKED, TEXT, TEXT, MANY_PARTS, MANY_PASSAGES, st.integers(0, 9999), KEYS, st.just("m") | TEXT
)


def document() -> dict[str, Any]:
    """Return the document of an answer with one sentence in the first of two parts."""
    quote = Quote("k", "Roe 2020", 3, "Words stand here.", (PageBox(3, (1.0, 2.0, 3.0, 4.0)),))
    parts = (Part("a?", (Statement("Words.", (quote,)),), 0.9), Part("b?", (), 0.1, "Nobody says."))
    return answer_document(Answer("abc123", "2026-01-02T03:04:05+00:00", "a? b?", "a? b?", parts, (), 1))


@given(ANSWERS)
def test_an_answer_comes_back_as_it_was(answer: Answer) -> None:
    """Through the document and through the line, whatever characters are in it."""
    assert answer_from(answer_document(answer)) == answer
    assert answer_from(json.loads(answer_line(answer))) == answer


@given(ANSWERS)
def test_a_line_is_one_line_for_every_reader(answer: Answer) -> None:
    """No character that an editor, git or a terminal takes for a line end or an order stands in it as itself."""
    line = answer_line(answer)

    assert line.splitlines() == [line]
    assert line.isprintable() or not {"\x1b", "\u202e", "\u2028", "\x85"} & set(line)
    assert line.encode()  # lone surrogates would have no UTF-8


def test_the_question_comes_first_and_each_part_counts_its_sentences() -> None:
    """A person reads the line from the left."""
    made = document()

    assert list(made)[:4] == ["question", "asked", "id", "resolved"]
    assert [(part["answered"], part["sentences"]) for part in made["parts"]] == [(True, 1), (False, 0)]
    assert made["answer"][0]["citations"][0]["boxes"] == [{"page": 3, "box": [1.0, 2.0, 3.0, 4.0]}]
    assert made["answer"][0]["citations"][0]["cell"] is None


def test_fields_that_are_not_known_are_passed_over_and_usual_ones_may_be_missing() -> None:
    """A later version of paperlab may write more, a person less."""
    made = document() | {"mood": "curious"}
    made["answer"][0]["citations"][0]["colour"] = "red"
    for name in ("resolved", "keys", "model", "passages", "answered"):
        del made[name]

    assert answer_from(made) == answer_from(document())


@pytest.mark.parametrize(
    "change",
    [
        {"asked": "yesterday"},
        {"asked": 5},
        {"question": None},
        {"papers": True},
        {"papers": "3"},
        {"answer": []},
        {"answer": [{"sentence": "x"}]},
        {"answer": [{"sentence": "x", "citations": ["k"]}]},
        {"parts": []},
        {"parts": [{"question": "a?", "confidence": 1, "sentences": -1}]},
        {"parts": [{"question": "a?", "confidence": 1, "sentences": True}]},
        {"passages": 3},
        {"keys": "k"},
    ],
    ids=str,
)
def test_another_shape_is_refused(change: dict[str, Any]) -> None:
    """With an error that says so, never with half an answer."""
    with pytest.raises((TypeError, ValueError, LookupError)):
        answer_from(document() | change)


@pytest.mark.parametrize("value", [None, 3, "x", [], ["asked"], {}])
def test_what_is_no_document_at_all_is_refused(value: object) -> None:
    """Any JSON value can stand in a line."""
    with pytest.raises((TypeError, ValueError, LookupError)):
        answer_from(value)
