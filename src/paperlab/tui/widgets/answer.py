"""Answers on the desk: sentences with numbered citations and their quotes, or what was near where there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content

from paperlab.ask.wording import cell, declined, is_told, sure, told
from paperlab.text import clean, fold, minute, one_line, shorten
from paperlab.tui.messages import Place
from paperlab.tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.binding import BindingType

    from paperlab.types import Answer, Part, Passage, Quote, Statement

_QUIET = "$foreground-muted"
_NEAREST = 5
_WIDEST = 100
"""Cells of a line of prose: longer ones are hard to read."""
_PASSAGE = 320
"""Characters of a passage that was near."""


@dataclass(frozen=True)
class Turn:
    """A question with its answer."""

    answer: Answer
    from_log: bool = False
    """Shown as it was answered then, not asked now."""
    note: str = ""
    """What is to be said of it; may have lines."""


@dataclass(frozen=True)
class TextRow(Row):
    """Words over as many lines as they need."""

    content: Content
    indent: int = 0
    target: str = ""
    space_above: bool = False

    @property
    def name(self) -> str:
        """The target's name."""
        return self.target

    def lines(self, width: int) -> list[Content]:
        """Wrap the words."""
        room = max(8, min(width, _WIDEST) - self.indent)
        lines = [line.truncate(room).pad_left(self.indent) for line in self.content.wrap(room)]
        return [Content(""), *lines] if self.space_above else lines


@dataclass(frozen=True)
class Target:
    """What the cursor can go to: a citation, or a passage that was near."""

    key: str
    place: Place
    quote: Quote | None
    """None for a passage."""
    turn: Turn


@dataclass
class Shown:
    """What a conversation is shown as."""

    rows: list[Row] = field(default_factory=list)
    targets: dict[str, Target] = field(default_factory=dict)
    """By the names of their rows."""
    questions: list[int] = field(default_factory=list)
    """Where each turn's question stands among the rows."""


def laid_out(turns: Sequence[Turn]) -> Shown:
    """Return the rows of a conversation, the newest turn last."""
    shown = Shown()
    for number, turn in enumerate(turns):
        shown.questions.append(len(shown.rows))
        shown.rows += _heading(turn, first=not number)
        numbers = {quote: i for i, quote in enumerate(turn.answer.quotes, 1)}
        for i, part in enumerate(turn.answer.parts):
            shown.rows += _part(shown, turn, f"{number}.{i}", part, numbers)
        if not turn.answer.answered:
            shown.rows += _nearest(shown, turn, number)
    return shown


def _heading(turn: Turn, *, first: bool) -> Iterator[Row]:
    answer = turn.answer
    yield TextRow(Content.styled(one_line(answer.question), "bold $primary"), space_above=not first)
    yield TextRow(Content.styled(" · ".join(_facts(turn)), _QUIET))
    if answer.resolved != answer.question:
        yield TextRow(Content.styled(f"looked for: {one_line(answer.resolved)}", f"{_QUIET} italic"))
    if turn.note:
        yield TextRow(Content.styled(clean(turn.note), "$secondary"), space_above=True)


def _facts(turn: Turn) -> Iterator[str]:
    answer = turn.answer
    when = minute(answer.asked)
    yield f"as answered {when}" if turn.from_log else when[11:]
    yield "1 paper searched" if answer.papers == 1 else f"{answer.papers:,} papers searched"
    if answer.keys:
        yield f"only {_few(answer.keys)}"
    if answer.model:
        yield f"written by {one_line(answer.model)}"
    if len(answer.parts) == 1 and answer.answered:
        yield sure(answer.parts[0])


def _few(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return ", ".join(one_line(key) for key in keys[:3]) + more


def _part(shown: Shown, turn: Turn, name: str, part: Part, numbers: dict[Quote, int]) -> Iterator[Row]:
    if len(turn.answer.parts) > 1:
        yield TextRow(Content.styled(one_line(part.question), "bold"), space_above=True)
    if not part.statements:
        yield TextRow(Content.styled(declined(part), "$warning"), space_above=True)
        return
    for i, statement in enumerate(part.statements):
        yield from _statement(shown, turn, f"{name}.{i}", statement, numbers)
    if len(turn.answer.parts) > 1:
        yield TextRow(Content.styled(sure(part), _QUIET))


def _statement(shown: Shown, turn: Turn, name: str, statement: Statement, numbers: dict[Quote, int]) -> Iterator[Row]:
    cited = " ".join(f"[{number}]" for number in dict.fromkeys(numbers[quote] for quote in statement.quotes))
    yield TextRow(Content.assemble(told(statement), " ", (cited, "bold $accent")), space_above=True)
    for i, quote in enumerate(statement.quotes):
        target = f"{turn.answer.asked} {name}.{i}"
        shown.targets[target] = Target(quote.key, Place(quote.page, quote.text, quote.boxes), quote, turn)
        words = "" if is_told(quote, statement) else f"“{one_line(quote.text)}”"
        yield TextRow(_citation(quote, numbers[quote], statement.text, words), indent=2, target=target)


def _citation(quote: Quote, number: int, sentence: str, words: str) -> Content:
    section = f" · {shorten(' › '.join(quote.section), 60)}" if quote.section else ""
    parts: list[str | tuple[str, str]] = [
        (f"[{number}] ", "bold $accent"),
        (one_line(quote.pointer).strip("[]"), "$secondary"),
        (f" · {one_line(quote.key)}{section}", _QUIET),
    ]
    table = cell(quote.cell) if quote.cell else ""
    if table and fold(table) not in fold(sentence):
        parts.append(f"\n{table}")
    if words:
        parts.append((f"\n{words}", "italic"))
    return Content.assemble(*parts)


def _nearest(shown: Shown, turn: Turn, number: int) -> Iterator[Row]:
    passages = turn.answer.passages[:_NEAREST]
    if passages:
        yield TextRow(Content.styled("Looked at, nearest first:", _QUIET), space_above=True)
    for i, passage in enumerate(passages):
        target = f"{turn.answer.asked} {number} near {i}"
        shown.targets[target] = Target(passage.key, Place(passage.page, _beginning(passage)), None, turn)
        yield TextRow(_passage(passage), indent=2, target=target)


def _beginning(passage: Passage) -> str:
    return " ".join(passage.text.split()[:12])


def _passage(passage: Passage) -> Content:
    return Content.assemble(
        (shorten(passage.title, 80), "$secondary"),
        (f" · {one_line(passage.key)} · p. {passage.page}\n", _QUIET),
        shorten(passage.text, _PASSAGE),
    )


class AnswerView(RowList):
    """A conversation; the cursor goes over its citations."""

    DEFAULT_CSS = "AnswerView { padding: 0; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="answer.open"),
        Binding("tab", "step(1)", "Next citation", show=False, id="answer.next"),
        Binding("shift+tab", "step(-1)", "Citation before", show=False, id="answer.previous"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shown = Shown()

    @property
    def target(self) -> Target | None:
        """What the cursor is on."""
        return self._shown.targets.get(self.at)

    def show_turns(self, turns: Sequence[Turn]) -> None:
        """Show a conversation, its last question at the top, the cursor at the first citation of its answer."""
        self._shown = laid_out(turns)
        last = self._shown.questions[-1] if self._shown.questions else 0
        self.show(self._shown.rows, next((row.name for row in self._shown.rows[last:] if row.name), ""))
        self.bring_to_top(last)


__all__ = ["AnswerView", "Shown", "Target", "Turn", "laid_out"]
