"""A run of questions: follow-ups are resolved, a language model may write the sentences, answers are put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from paperlab.ask.follow_up import resolve
from paperlab.ask.questions import Kind, understand
from paperlab.ask.writing import write
from paperlab.types import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.ask.asker import Asker
    from paperlab.protocols import LanguageModel
    from paperlab.types import Part, Statement

CONTEXT = 8
"""Answers that a follow-up question can speak of."""


class Session:
    """Questions asked one after the other; each is an answer that the next can lean on."""

    def __init__(
        self,
        asker: Asker,
        papers: int,
        *,
        model: LanguageModel | None = None,
        keys: Sequence[str] = (),
        before: Sequence[Answer] = (),
    ) -> None:
        """`papers` are searched, narrowed to `keys` where given; the first question may lean on answers `before`."""
        self._asker = asker
        self._papers = papers
        self._model = model
        self._keys = tuple(keys)
        self._before = list(before)[-CONTEXT:]

    def ask(self, question: str, *, follows: bool = True) -> Answer:
        """Answer a question; one that `follows` is first told with what it speaks of, if it leans on those before.

        The answer has no id until the log gives it one. Raises what the search raises for filters in the question, and
        what the language model raises.
        """
        resolved = resolve(question, self._before) if follows and self._before else question
        parts, passages = self._asker.answer(resolved)
        told = tuple(self._written(part) for part in parts)
        written = any(one is not part for one, part in zip(told, parts, strict=True))
        asked = datetime.now().astimezone().isoformat(timespec="seconds")
        answer = Answer(
            *("", asked, question, resolved, told, passages, self._papers, self._keys),
            model=self._model.id if self._model and written else "",
        )
        self._before = [*self._before, answer][-CONTEXT:]
        return answer

    def _written(self, part: Part) -> Part:
        """Return the part in the model's sentences, or as it is where none of those stands on its quotes.

        So it is where a number is asked for and only the quotes have one: small models leave it out.
        """
        if not part.statements or self._model is None:
            return part
        quotes = tuple(dict.fromkeys(quote for statement in part.statements for quote in statement.quotes))
        written = write(self._model, part.question, quotes)
        whole = tuple(one for one in written.statements if one.text.rstrip("\"')”’").endswith((".", "!", "?")))
        numeric = understand(part.question).kind is Kind.NUMBER and _has_digit(part.statements[0])
        if not whole or (numeric and not any(map(_has_digit, whole))):
            return part
        return replace(part, statements=whole)


def _has_digit(statement: Statement) -> bool:
    return any(c.isdigit() for c in statement.text)
