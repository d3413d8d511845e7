"""A run of questions: follow-ups, the model's sentences, and what happens to those that do not stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from paperlab.ask.session import Session
from paperlab.errors import Offline
from paperlab.types import PageBox, Part, Passage, Quote, Statement

if TYPE_CHECKING:
    from paperlab.ask.asker import Asker

QUOTE = Quote(
    "k", "Roe et al. 2020", 3, "The net has 34 layers and was trained for nine days.", (PageBox(3, (1, 2, 3, 4)),)
)
SAID = Part("How many layers has it?", (Statement(QUOTE.text, (QUOTE,)),), 0.9)
DECLINED = Part("How many layers has it?", (), 0.1, "no passage is near")


@dataclass
class FixedAsker:
    """Answers everything alike, and keeps what it was asked."""

    part: Part
    asked: list[str] = field(default_factory=list)

    def answer(self, text: str) -> tuple[tuple[Part, ...], tuple[Passage, ...]]:
        self.asked.append(text)
        return (self.part,), ()


@dataclass
class FixedModel:
    """Writes what it is told to."""

    reply: str
    prompts: list[str] = field(default_factory=list)
    id: str = "fixed"

    def write(self, instructions: str, prompt: str, limit: int) -> str:
        self.prompts.append(prompt)
        if self.reply == "offline":
            raise Offline("the model cannot be reached")
        return self.reply


def session(part: Part, model: FixedModel | None = None) -> tuple[Session, FixedAsker]:
    """Return a session and its asker."""
    asker = FixedAsker(part)
    return Session(cast("Asker", asker), 7, model=model), asker


def test_the_papers_own_sentences_without_a_model() -> None:
    """No model, no writing; the answer says of how many papers."""
    made, _ = session(SAID)
    answer = made.ask("How many layers has it?")

    assert answer.statements == SAID.statements
    assert (answer.model, answer.papers, answer.answered) == ("", 7, True)


def test_a_models_sentence_that_stands_is_told_with_its_quote() -> None:
    """The numbers are the quote's, the quote is cited."""
    made, _ = session(SAID, FixedModel("The net has 34 layers [1]."))
    (statement,) = made.ask("How many layers has the net?").statements

    assert statement.text.startswith("The net has 34 layers")
    assert statement.quotes == (QUOTE,)


@pytest.mark.parametrize(
    "reply", ["The net has 50 layers [1].", "It has 34 layers [7].", "", "Yes.", "The Zyz net wins [1]."]
)
def test_what_does_not_stand_is_dropped_and_the_quote_shown(reply: str) -> None:
    """An invented number, a quote that is none, nothing, or a name from nowhere: the quote itself is the answer."""
    made, _ = session(SAID, FixedModel(reply))

    assert made.ask("How many layers has the net?").statements == SAID.statements


def test_a_model_is_not_asked_where_the_library_has_no_answer() -> None:
    """It could only invent one."""
    model = FixedModel("It has 34 layers [1].")
    made, _ = session(DECLINED, model)

    assert not made.ask("How many layers has it?").answered
    assert model.prompts == []


def test_a_model_that_cannot_be_reached_is_an_error() -> None:
    """The caller says so; no answer pretends to be the model's."""
    made, _ = session(SAID, FixedModel("offline"))

    with pytest.raises(Offline, match="cannot be reached"):
        made.ask("How many layers has the net?")


def test_a_follow_up_is_asked_in_full() -> None:
    """The asker gets what it speaks of, the answer has both forms."""
    made, asker = session(SAID)
    made.ask("How many layers does LarchNet have?")
    answer = made.ask("and how long was it trained?")

    assert answer.question == "and how long was it trained?"
    assert "LarchNet" in answer.resolved
    assert asker.asked[-1] == answer.resolved


def test_a_question_by_itself_is_asked_as_typed() -> None:
    """The first, one that stands alone, and one that shall not follow."""
    made, asker = session(SAID)
    made.ask("how long was it trained?")
    made.ask("How many layers does LarchNet have?")
    made.ask("and how long was it trained?", follows=False)

    assert asker.asked == [
        "how long was it trained?",
        "How many layers does LarchNet have?",
        "and how long was it trained?",
    ]
