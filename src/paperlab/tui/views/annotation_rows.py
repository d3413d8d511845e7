"""What the screen of annotations shows of which annotations, in which order. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from paperlab.text import clean, fold, markdown, one_line
from paperlab.types import COLOURS, AnnotationKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.types import Annotation

_SHOWN = 600
"""Characters of a quote or comment that a list can have room for."""
_GROUPS = {"colour": "colours", "kind": "kinds", "list": "lists", "tag": "tags"}
_PERIODS = {"today": 0, "the last 7 days": 7, "the last 30 days": 30, "the last year": 365}


@dataclass(frozen=True, slots=True)
class Entry:
    """An annotation with what is shown of its paper."""

    key: str
    title: str
    annotation: Annotation
    lost: bool = False
    tags: tuple[str, ...] = ()
    words: str = field(default="", compare=False)
    """Quote, comment and title, folded: what is looked through."""
    quote: str = field(default="", compare=False)
    """On one line, as far as a list shows it."""
    comment: str = field(default="", compare=False)
    """Likewise."""

    @property
    def name(self) -> str:
        """Tells it from all others."""
        return f"{self.key} {self.annotation.id}"

    @property
    def when(self) -> str:
        """When it was last touched."""
        return self.annotation.changed or self.annotation.created


def entry(key: str, title: str, annotation: Annotation, *, lost: bool, tags: tuple[str, ...] = ()) -> Entry:
    """Return an entry, its words made ready for looking and showing once."""
    words = fold(f"{annotation.quote} {annotation.comment} {title} {key}")
    quote, comment = (one_line(text[:_SHOWN]) for text in (annotation.quote, annotation.comment))
    return Entry(key, one_line(title) or key, annotation, lost, tags, words=words, quote=quote, comment=comment)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is shown; what is empty shuts nothing out. Several colours: any of them; so with kinds, lists, tags."""

    words: str = ""
    colours: frozenset[str] = frozenset()
    kinds: frozenset[AnnotationKind] = frozenset()
    lists: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    since: str = ""
    """An ISO date."""
    lost: bool = False
    """Only those whose words were not found."""
    paper: str = ""
    """The key of the only paper."""

    @property
    def shown(self) -> list[str]:
        """What it is narrowed to, apart from the words, one clause each."""
        found = [*sorted(self.colours), *sorted(self.kinds)]
        found += [f"list {name}" for name in sorted(self.lists)] + [f"tag {name}" for name in sorted(self.tags)]
        found += [f"since {self.since}"] if self.since else []
        found += ["only lost"] if self.lost else []
        return found + ([f"only {self.paper}"] if self.paper else [])


def choices(now: Narrowing, lists: Iterable[tuple[str, str]], tags: Iterable[str]) -> list[tuple[str, str]]:
    """Return what can be narrowed to as (value, label), what is chosen already marked; `lists` are (name, title)."""
    chosen = {f"colour:{one}" for one in now.colours} | {f"kind:{one}" for one in now.kinds}
    chosen |= {f"list:{one}" for one in now.lists} | {f"tag:{one}" for one in now.tags}
    chosen |= {"lost:"} if now.lost else set()
    found = [("", "show all")] if now != Narrowing(words=now.words) else []
    found += [("lost:", "only lost: words that are not in the PDF any more")]
    found += [(f"colour:{name}", f"colour  {name}") for name in COLOURS]
    found += [(f"kind:{kind}", f"kind  {kind}") for kind in AnnotationKind]
    found += [(f"since:{words}", f"changed  {words}") for words in _PERIODS]
    found += [(f"list:{name}", f"list  {title or name}") for name, title in lists]
    found += [(f"tag:{tag}", f"tag  {tag}") for tag in tags]
    return [(value, f"✓ {label}" if value in chosen else f"  {label}") for value, label in found]


def turned(now: Narrowing, value: str, today: date) -> Narrowing | None:
    """Return the narrowing with one of `choices`, or a typed date, put on or taken off; None for what is neither."""
    kind, colon, name = value.partition(":")
    if not value:
        return Narrowing(words=now.words)
    if not colon:
        return _since(now, value)
    if kind == "since":
        return replace(now, since=(today - timedelta(days=_PERIODS[name])).isoformat())
    if kind == "lost":
        return replace(now, lost=not now.lost)
    group, one = _GROUPS[kind], AnnotationKind(name) if kind == "kind" else name
    return replace(now, **{group: getattr(now, group) ^ {one}})


def _since(now: Narrowing, typed: str) -> Narrowing | None:
    try:
        return replace(now, since=date.fromisoformat(typed).isoformat())
    except ValueError:
        return None


def fitting(entries: Iterable[Entry], now: Narrowing, in_lists: frozenset[str]) -> list[Entry]:
    """Return the entries that fit; `in_lists` are the keys of the papers of the lists it is narrowed to."""
    words = fold(now.words).split()
    return [
        one
        for one in entries
        if (not now.lost or one.lost)
        and (not now.paper or one.key == now.paper)
        and (not now.colours or one.annotation.colour in now.colours)
        and (not now.kinds or one.annotation.kind in now.kinds)
        and (not now.lists or one.key in in_lists)
        and (not now.tags or any(tag in now.tags for tag in one.tags))
        and (not now.since or one.when[:10] >= now.since)
        and all(word in one.words for word in words)
    ]


def grouped(entries: Iterable[Entry], *, by_title: bool = False) -> list[list[Entry]]:
    """Return the entries by paper: the paper annotated last first, or by title; within one by page and place."""
    papers = [list(group) for _, group in groupby(sorted(entries, key=lambda one: one.key), key=lambda one: one.key)]
    for group in papers:
        group.sort(key=_place)
    if by_title:
        return sorted(papers, key=lambda group: (fold(group[0].title), group[0].key))
    return sorted(papers, key=lambda group: max(one.when for one in group), reverse=True)


def _place(one: Entry) -> tuple[int, int, float, float]:
    boxes = one.annotation.boxes
    x, y = (boxes[0][0], boxes[0][1]) if boxes else (0.0, 0.0)
    # Two columns: what begins in the right half of the page is read after all of the left one.
    return one.annotation.page or 0, int(x > 290), y, x


def to_markdown(groups: Sequence[Sequence[Entry]]) -> str:
    """Return annotations as Markdown: a heading for each paper, each quote as a block quote with its page."""
    blocks = []
    for group in groups:
        blocks.append(f"## {markdown(group[0].title)} (`{group[0].key}`)")
        blocks += [_block(one.annotation, lost=one.lost) for one in group]
    return "\n\n".join(blocks) + "\n"


def _block(one: Annotation, *, lost: bool) -> str:
    place = f"p. {one.page}" if one.page else "on the paper"
    facts = " · ".join(part for part in (place, one.colour, one.kind.value, "lost" if lost else "") if part)
    lines = [f"> “{markdown(one.quote)}”\n>\n> {facts}"] if one.quote else [f"*{facts}*"]
    if one.comment:
        lines.append("\n".join(markdown(line) for line in clean(one.comment).splitlines()))
    return "\n\n".join(lines)
