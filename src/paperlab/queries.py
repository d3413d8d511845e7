"""What a person typed into a search, understood: words, phrases, exclusions, filters. Pure.

Nothing typed is an error, apart from a year that is none: what is not an operator is a word.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from paperlab.errors import UsageError
from paperlab.text import fold, one_line, shorten
from paperlab.types import Filters, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

_T = TypeVar("_T")

MAX_CHARACTERS = 2_000
"""Of a query; what stands behind them is not read."""
MAX_WORD = 64
"""Characters of a word; what stands behind them is not looked for."""

# Words that stand in most passages: they cost time in BM25 and decide nothing.
STOP_WORDS = frozenset(
    "a about after all also an and any are as at be been before being between both but by can could did do does doing "
    "for from further had has have having he her here him his how i if in into is it its just me more most my no nor "
    "not of off on once only or other our out over own same she should so some such than that the their them then "
    "there these they this those through to too under until up very was we were what when where which while who "
    "whom why will with would you your".split()
)

# Letters and digits, as the word index cuts text. An underscore parts words, which \w alone would not see.
WORD = re.compile(r"[^\W_]+")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
# What comes along when a query is pasted from a PDF: ligatures, and hyphens that only show at a line's end.
_PASTED = str.maketrans(
    {0xAD: None, **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}}
)
_NUMBER = re.compile(r"-[\d.,]+(?:e[+-]?\d+)?%?", re.IGNORECASE)
_QUOTED = r'"(?P<{}>[^"]*)(?:"|$)'
# A quote behind a letter or digit closes nothing and opens nothing: 5" disk.
_BARE = r'(?:[^\s"]|(?<=\w)")+'
_TOKEN = re.compile(
    rf"(?<!\S)-(?:(?P<label>\w+:)?{_QUOTED.format('unphrase')}|(?P<unword>\w{_BARE}|\w))"
    rf"|(?<!\S)(?P<name>author|year|list|tag|status|in|section):(?:{_QUOTED.format('quoted')}|(?P<value>{_BARE}))"
    rf"|{_QUOTED.format('phrase')}"
    rf"|(?P<bare>{_BARE})",
    re.IGNORECASE,
)
_YEARS = re.compile(r"([0-9]{4})?(\.{2,3}|…|[-–—])?([0-9]{4})?")


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. All words are lower-cased; a query of filters alone has neither text nor words."""

    text: str
    """What to embed: free words and phrases as typed, on one line."""
    words: tuple[str, ...]
    """Free words in order, those of phrases not among them; stop words only where nothing else is left to look for."""
    phrases: tuple[tuple[str, ...], ...]
    """Words that must stand together."""
    excluded: tuple[tuple[str, ...], ...]
    """Words and phrases that must not occur; a word is a phrase of one."""
    filters: Filters
    """`filters.keys` holds ids as typed: the caller resolves them."""
    sections: tuple[str, ...]
    """Folded; a passage must stand below a heading that contains this."""


@dataclass(slots=True)
class _Parts:
    """What was found so far."""

    text: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    excluded: list[tuple[str, ...]] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)


def parse_query(text: str) -> Query:
    """Understand what was typed; raises UsageError for `year:` with something that is no year.

    An unclosed quote is a phrase to the end, a dash excludes only at the start of a token and before a letter (or a
    quote), so that -3.2 and a lone dash do not; field names have no space behind the colon. Several `year:` must all
    hold. A `status:` that does not exist is a word, as any unknown field.
    """
    line = _prepared(text)
    parts = _Parts()
    for match in _TOKEN.finditer(line):
        _take(parts, match, " " if match.start() and line[match.start() - 1] == " " else "")
    telling = [word for word in parts.words if word not in STOP_WORDS]
    return Query(
        text=one_line("".join(parts.text)),
        words=tuple(telling or ([] if parts.phrases else parts.words)),
        phrases=_once(parts.phrases),
        excluded=_once(parts.excluded),
        filters=_filters(parts.values),
        sections=_once(fold(value) for value in parts.values.get("section", ())),
    )


def parse_years(text: str) -> tuple[int, int]:
    """Return the first and the last year of 2019, 2019..2022, 2019-2022, 2019.. or ..2015, both included.

    An open end is 0 or 9999; raises UsageError for anything else.
    """
    match = _YEARS.fullmatch(text.strip())
    first, between, last = match.groups() if match else (None, None, None)
    if not (first or last) or (first and last and not between):
        raise UsageError(f"{shorten(text, 40)!r} is not a year: write 2019, 2019..2022, 2019.. or ..2015")
    start = int(first or 0)
    end = int(last or (9999 if between else start))
    return min(start, end), max(start, end)


def typed_words(text: str) -> list[str]:
    """Return the words of `text` in order and in the case they have: runs of letters and digits."""
    return [word[:MAX_WORD] for word in WORD.findall(text)]


def _prepared(text: str) -> str:
    """Return what was typed on one line, of bounded length, with plain quotes."""
    cut = text[:MAX_CHARACTERS]
    if len(text) > MAX_CHARACTERS and len(whole := cut.rsplit(None, 1)) == 2:
        cut = whole[0]  # half a word is none, and half a year would be an error
    return one_line(unicodedata.normalize("NFC", cut.translate(_PASTED).translate(_QUOTES)))


def _take(parts: _Parts, match: re.Match[str], gap: str) -> None:
    """Put one token where it belongs; `gap` is the space before it."""
    found = match.groupdict()
    if found["unphrase"] is not None:
        parts.excluded.append(_lowered((found["label"] or "") + found["unphrase"]))
    elif found["unword"] is not None and not _NUMBER.fullmatch(match[0]):
        parts.excluded.append(_lowered(found["unword"]))
    elif found["phrase"] is not None:
        parts.phrases.append(_lowered(found["phrase"]))
        parts.text += [gap, found["phrase"]]
    elif not (found["name"] and _take_field(parts, found)) and match[0] != "-":
        parts.words += _lowered(match[0])
        parts.text += [gap, match[0].replace('"', " ") if found["name"] else match[0]]


def _take_field(parts: _Parts, found: dict[str, str | None]) -> bool:
    """Keep a field's value; False where it can only be meant as words."""
    name = (found["name"] or "").lower()
    value = found["quoted"] if found["quoted"] is not None else (found["value"] or "").rstrip(",;")
    value = value.strip()
    if name == "status" and value:
        status = _status(value)
        if status is None:
            return False
        value = status.value
    if value:
        parts.values.setdefault(name, []).append(value)
    return True


def _status(text: str) -> Status | None:
    """Return the status that is meant, however its words are joined."""
    plain = fold(text).replace(" ", "")
    return next((status for status in Status if status.value.replace("_", "") == plain), None)


def _filters(values: dict[str, list[str]]) -> Filters:
    years = [parse_years(value) for value in values.get("year", ())]
    return Filters(
        lists=_once(values.get("list", ())),
        tags=_once(values.get("tag", ())),
        statuses=_once(Status(value) for value in values.get("status", ())),
        years=(max(first for first, _ in years), min(last for _, last in years)) if years else None,
        authors=_once(values.get("author", ())),
        keys=_once(values.get("in", ())),
    )


def _lowered(text: str) -> tuple[str, ...]:
    return tuple(typed_words(text.lower()))


def _once(found: Iterable[_T]) -> tuple[_T, ...]:
    """Return what is not empty, each once, in order."""
    return tuple(dict.fromkeys(one for one in found if one))
