"""What is different when a question is asked again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from paperlab.text import fold, minute, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from paperlab.types import Answer, Paper, Quote

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different between an answer and a later one to the same question."""

    before: Answer
    after: Answer
    added: tuple[Paper, ...]
    """Papers that came into the library between the two."""
    new_quotes: tuple[Quote, ...]
    gone_quotes: tuple[Quote, ...]
    kept_quotes: tuple[Quote, ...]
    """As cited now."""
    new_sentences: tuple[str, ...]
    gone_sentences: tuple[str, ...]
    now_answered: tuple[str, ...]
    """The parts of the question that are answered now and were not."""
    now_declined: tuple[str, ...]
    """The parts that were answered and are not any more."""

    @property
    def same(self) -> bool:
        """Whether the answer is what it was, whatever was added."""
        return not (
            *self.new_quotes,
            *self.gone_quotes,
            *self.new_sentences,
            *self.gone_sentences,
            *self.now_answered,
            *self.now_declined,
        )


def changes(before: Answer, after: Answer, added: Sequence[Paper]) -> Changes:
    """Return what is different; quotes are the same by key, page and words, sentences by their words.

    White space, hyphens and case do not count: another version of the page reader may print those otherwise.
    """
    new_quotes, gone_quotes, kept_quotes = _apart(before.quotes, after.quotes, _place)
    told_before, told_after = [[statement.text for statement in answer.statements] for answer in (before, after)]
    new_sentences, gone_sentences, _kept = _apart(told_before, told_after, _words)
    then, now = _answered(before), _answered(after)
    return Changes(
        before=before,
        after=after,
        added=tuple(added),
        new_quotes=new_quotes,
        gone_quotes=gone_quotes,
        kept_quotes=kept_quotes,
        new_sentences=new_sentences,
        gone_sentences=gone_sentences,
        now_answered=tuple(q for q in now if now[q] and not then.get(q, not then and before.answered)),
        now_declined=tuple(q for q in then if then[q] and not now.get(q, not now and after.answered)),
    )


def shown(found: Changes) -> str:
    """Return the changes as lines for people, what weighs most first."""
    lines = [f"since {minute(found.before.asked)} ({found.before.id}): {_verdict(found)}"]
    lines += [f"  now answered: {one_line(question)}" for question in found.now_answered]
    lines += [f"  no longer answered: {one_line(question)}" for question in found.now_declined]
    lines += _listed("papers added", [f"{one_line(paper.title)}  {paper.key}" for paper in found.added])
    lines += _listed("new quotes", [_line(quote) for quote in found.new_quotes])
    lines += _listed("quotes gone", [_line(quote) for quote in found.gone_quotes])
    lines += _listed("new sentences", [one_line(text) for text in _not_quoted(found.new_sentences, found.new_quotes)])
    gone = _not_quoted(found.gone_sentences, found.gone_quotes)
    lines += _listed("sentences gone", [one_line(text) for text in gone])
    if found.kept_quotes and not found.same:
        lines.append(f"{_counted(len(found.kept_quotes), 'quote')} as before")
    return "\n".join(lines)


def changes_document(found: Changes) -> dict[str, Any]:
    """Return the changes as JSON values."""
    return {
        "id": found.before.id,
        "asked": found.before.asked,
        "same": found.same,
        "answered": {"before": found.before.answered, "after": found.after.answered},
        "papers": {"before": found.before.papers, "after": found.after.papers},
        "added": [{"key": paper.key, "title": paper.title} for paper in found.added],
        "quotes": {
            "new": [_document(quote) for quote in found.new_quotes],
            "gone": [_document(quote) for quote in found.gone_quotes],
            "kept": [_document(quote) for quote in found.kept_quotes],
        },
        "sentences": {"new": list(found.new_sentences), "gone": list(found.gone_sentences)},
        "now_answered": list(found.now_answered),
        "now_declined": list(found.now_declined),
    }


def _apart(
    before: Iterable[T], after: Iterable[T], same: Callable[[T], Hashable]
) -> tuple[tuple[T, ...], tuple[T, ...], tuple[T, ...]]:
    """Return what is new, gone and kept (as it is now)."""
    then, now = {same(one): one for one in before}, {same(one): one for one in after}
    new = tuple(one for mark, one in now.items() if mark not in then)
    gone = tuple(one for mark, one in then.items() if mark not in now)
    return new, gone, tuple(one for mark, one in now.items() if mark in then)


def _place(quote: Quote) -> tuple[str, int, str]:
    return quote.key, quote.page, _words(quote.text)


def _words(text: str) -> str:
    return fold(text).replace(" ", "") or one_line(text)


def _answered(answer: Answer) -> dict[str, bool]:
    return {part.question: bool(part.statements) for part in answer.parts}


def _not_quoted(sentences: Iterable[str], quotes: Iterable[Quote]) -> list[str]:
    """Return the sentences that are not told by a quote of the same words already."""
    told = {_words(quote.text) for quote in quotes}
    return [sentence for sentence in sentences if _words(sentence) not in told]


def _verdict(found: Changes) -> str:
    after, before = found.after.answered, found.before.answered
    if after != before:
        return "answered now, it was not then" if after else "not answered any more, it was then"
    if found.same:
        return "the answer is the same" if after else "still not answered"
    return "the answer changed"


def _listed(name: str, items: Sequence[str]) -> list[str]:
    return [f"{name}: {len(items)}", *(f"  {item}" for item in items)] if items else []


def _line(quote: Quote) -> str:
    return f"{one_line(quote.text)} {one_line(quote.pointer)}"


def _document(quote: Quote) -> dict[str, Any]:
    return {"key": quote.key, "label": quote.label, "page": quote.page, "quote": quote.text}


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
