"""What `ask --again` tells: what is new, what is gone, what stayed."""

from __future__ import annotations

import json
from dataclasses import replace

from paperlab.ask.changes import changes, changes_document, shown
from paperlab.types import Answer, Paper, Part, Quote, Statement

OLD = Quote("a", "Roe 2020", 3, "The encoder has twelve lay-\ners.", ())
NEW = Quote("b", "Moe 2024", 5, "Twenty-four layers are used.", ())
GONE = Quote("c", "Poe 2019", 1, "Six layers suffice.", ())


def answer(*quotes: Quote, name: str = "abc123", question: str = "How many layers?", papers: int = 3) -> Answer:
    """Return an answer with one sentence for each quote; without any it is a no."""
    statements = tuple(Statement(quote.text, (quote,)) for quote in quotes)
    parts = (Part(question, statements, 0.8, "" if quotes else "nothing in your library says it"),)
    return Answer(name, "2026-01-02T03:04:05+00:00", question, question, parts, (), papers)


def test_quotes_are_new_gone_or_kept() -> None:
    """By key, page and words."""
    found = changes(answer(OLD, GONE), answer(OLD, NEW, name="def456"), [])

    assert (found.new_quotes, found.gone_quotes, found.kept_quotes) == ((NEW,), (GONE,), (OLD,))
    assert (found.new_sentences, found.gone_sentences) == ((NEW.text,), (GONE.text,))
    assert not found.same


def test_a_quote_that_is_only_printed_otherwise_is_kept() -> None:
    """A new version of the page reader heals a hyphen; another page or paper is another quote."""
    healed = replace(OLD, text="The encoder has  twelve layers.")
    assert changes(answer(OLD), answer(healed), []).same
    for other in (replace(OLD, page=4), replace(OLD, key="b"), replace(OLD, text="The encoder has 12 layers.")):
        assert changes(answer(OLD), answer(other), []).new_quotes == (other,)


def test_signs_alone_are_words_too() -> None:
    """Formulas without a letter are not all the same."""
    plus, minus = replace(OLD, text="+"), replace(OLD, text="−")
    assert changes(answer(plus), answer(minus), []).new_quotes == (minus,)


def test_an_answer_that_came_up_or_went_is_told_by_part() -> None:
    """A question of two parts may get one of them answered later."""
    both = answer(OLD, question="a?")
    before = replace(both, parts=(*both.parts, *answer(question="b?").parts))
    after = replace(both, parts=(*answer(question="a?").parts, *answer(NEW, question="b?").parts))
    found = changes(before, after, [])

    assert (found.now_answered, found.now_declined) == (("b?",), ("a?",))


def test_lines_for_people_say_what_weighs_most_first() -> None:
    """The verdict, then papers, then quotes with their places."""
    paper = Paper("b", "Deeper\x1b[31m Encoders")
    lines = shown(changes(answer(), answer(NEW, papers=4), [paper])).splitlines()

    assert lines == [
        "since 2026-01-02 03:04 (abc123): answered now, it was not then",
        "  now answered: How many layers?",
        "papers added: 1",
        "  Deeper Encoders  b",
        "new quotes: 1",
        "  Twenty-four layers are used. [Moe 2024, p. 5]",
    ]


def test_nothing_new_is_one_line() -> None:
    """Whether it is still answered or still not."""
    assert shown(changes(answer(OLD), answer(OLD), [])).endswith("(abc123): the answer is the same")
    assert shown(changes(answer(), answer(), [])).endswith("(abc123): still not answered")
    assert "not answered any more" in shown(changes(answer(OLD), answer(), []))
    assert "the answer changed" in shown(changes(answer(OLD), answer(OLD, NEW), []))
    assert shown(changes(answer(OLD), answer(OLD, NEW), [])).endswith("1 quote as before")


def test_the_document_has_the_same_facts() -> None:
    """And is JSON."""
    made = changes_document(changes(answer(OLD, GONE), answer(OLD, NEW, papers=4), [Paper("b", "Deeper")]))

    assert json.loads(json.dumps(made)) == made
    assert made["answered"] == {"before": True, "after": True}
    assert made["papers"] == {"before": 3, "after": 4}
    assert made["added"] == [{"key": "b", "title": "Deeper"}]
    assert [quote["key"] for quote in made["quotes"]["new"]] == ["b"]
    assert [quote["key"] for quote in made["quotes"]["gone"]] == ["c"]
    assert made["same"] is False
