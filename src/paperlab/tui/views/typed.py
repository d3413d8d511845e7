"""What stands in the search box, understood while it is still being typed. Pure: nothing typed is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from paperlab.errors import UsageError
from paperlab.queries import parse_query, parse_years
from paperlab.text import fold, one_line, shorten
from paperlab.types import Filters, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIELD = re.compile(r'(?<!\S)(year|status|author|tag|list|in|section):("[^"]*"?|\S*)', re.IGNORECASE)
_NAMED = re.compile(r'(?<!\S)(tag|list):("[^"]*"?|\S*)', re.IGNORECASE)
_STATUSES = ", ".join(status.value for status in Status)
_HINTS = {
    "year": "year: 2019, 2019..2022, 2019.. or ..2015",
    "status": f"status: {_STATUSES}",
    "author": "author: a part of a name",
    "tag": "tag: a tag of the library",
    "list": "list: the name of a reading list",
    "in": "in: a paper's key",
    "section": "section: words of a heading",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A search as far as it is typed."""

    text: str = ""
    """Without tags and reading lists, and without filters that are not finished."""
    words: tuple[str, ...] = ()
    """Folded; each must be found in a paper's title, authors or key."""
    phrases: tuple[str, ...] = ()
    """Folded; must stand in the title."""
    excluded: tuple[str, ...] = ()
    """Folded; must not stand there."""
    filters: Filters = field(default_factory=Filters)
    hint: str = ""
    """What is not finished or wrong about it, as a quiet line; empty where nothing is."""

    @property
    def is_empty(self) -> bool:
        """Whether it narrows nothing."""
        return self == Typed(hint=self.hint)

    @property
    def question(self) -> str:
        """What the search of the full texts is given."""
        named = [f'tag:"{tag}"' for tag in self.filters.tags] + [f'list:"{name}"' for name in self.filters.lists]
        return " ".join([self.text, *named])

    @property
    def asks(self) -> bool:
        """Whether there are words to look for, not filters alone."""
        return bool(self.words or self.phrases)


def understood(text: str) -> Typed:
    """Return what was typed; a filter that is not finished or wrong is left out and hinted at."""
    hints: list[str] = []

    def unfinished(match: re.Match[str]) -> str:
        hint = _hint(match[1].lower(), match[2].strip('"'))
        if hint:
            hints.append(hint)
        return "" if hint else match[0]

    rest = one_line(_FIELD.sub(unfinished, text))
    query = parse_query(rest)
    return Typed(
        text=one_line(_NAMED.sub("", rest)),
        words=_folded(query.words),
        phrases=_folded(" ".join(words) for words in query.phrases),
        excluded=_folded(" ".join(words) for words in query.excluded),
        filters=query.filters,
        hint=hints[-1] if hints else "",
    )


def completed(typed: Typed, tags: Iterable[str], lists: Iterable[str]) -> Typed:
    """Return `typed` with the tags and reading lists that are meant: one that is half typed stands for those it begins.

    One that nothing begins with stays as it is, and finds nothing; the hint says so.
    """
    own, hints = typed.filters, [typed.hint] if typed.hint else []
    meant_tags = tuple(_meant(name, tags, "tag", hints) for name in own.tags)
    meant_lists = tuple(_meant(name, lists, "reading list", hints) for name in own.lists)
    return replace(typed, filters=replace(own, tags=meant_tags, lists=meant_lists), hint="; ".join(hints))


def _meant(name: str, known: Iterable[str], word: str, hints: list[str]) -> str:
    """Return the one of `known` that `name` is or begins, else `name`."""
    wanted = name.casefold()
    among = sorted(one for one in known if one.casefold().startswith(wanted))
    exact = [one for one in among if one.casefold() == wanted]
    if not exact and len(among) != 1:
        told = f"{word}: {', '.join(among[:6])}" if among else f"there is no {word} {shorten(name, 30)!r}"
        hints.append(told)
    return exact[0] if exact else among[0] if among else name


def _hint(field: str, value: str) -> str:
    """Return what is to be said of a field's value, or nothing where it is in order."""
    if not value:
        return _HINTS[field]
    if field == "year":
        try:
            parse_years(value.rstrip(",;"))
        except UsageError:
            return _HINTS[field]
    if field == "status" and not any(_squeezed(status.value) == _squeezed(value) for status in Status):
        return _HINTS[field]
    return ""


def _squeezed(text: str) -> str:
    return fold(text).replace(" ", "")


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(found for word in words if (found := fold(word)))
