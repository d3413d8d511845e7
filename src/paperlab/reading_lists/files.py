"""The file of a reading list: TOML with `title`, `about` and one `[[paper]]` table per paper, in order.

A paper's table takes `id`, `title`, `why`, `after`, `url`, and for papers that arXiv does not have `authors`, `year`
and `doi`, since a key is made of them. Status, tags and notes are the reader's own and stand in `paper.toml`.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from paperlab.errors import BadFile, BadId
from paperlab.ids import parse_id
from paperlab.text import toml_error_line
from paperlab.types import ListEntry, ReadingList

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXTS = ("id", "title", "url", "doi", "why")
_ARRAYS = ("authors", "after")
_PAPER_KEYS = ("id", "title", "authors", "year", "why", "after", "url", "doi")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def parse_list(text: str, name: str) -> ReadingList:
    """Read a reading list's file; `name` is the list's name (the stem of the file's name).

    Raises BadFile with the line for anything the format does not have.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFile(name, toml_error_line(error, text), f"not valid TOML: {error}") from error
    lines = text.splitlines()
    for key, value in data.items():
        _check_top(key, value, _Place(name, lines, 0))
    entries = [_entry(table, _Place(name, lines, start)) for table, start in _papers(data, lines)]
    return ReadingList(name, data.get("title", name), data.get("about", ""), _without_repeats(entries))


def format_list(reading_list: ReadingList) -> str:
    """Return the list's file. `parse_list` gives the list back, without statuses, tags and notes."""
    head = [f"title = {_quoted(reading_list.title)}"]
    if reading_list.about:
        head.append(f"about = {_quoted(reading_list.about)}")
    blocks = ["\n".join(head), *(_paper_table(entry) for entry in reading_list.entries)]
    return "\n\n".join(blocks) + "\n"


def append_entries(text: str, entries: Iterable[ListEntry]) -> str:
    """Return a list's file with entries behind it; comments and layout of what stands there stay."""
    return "\n\n".join([text.rstrip(), *(_paper_table(entry) for entry in entries)]) + "\n"


class _Place:
    """Where an entry begins in a file, to say the line of what is wrong with it."""

    def __init__(self, name: str, lines: list[str], start: int) -> None:
        self.name, self.lines, self.start = name, lines, start

    def error(self, why: str, key: str | None = None) -> BadFile:
        return BadFile(self.name, self._line(key), why)

    def _line(self, key: str | None) -> int | None:
        own = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=") if key else None
        for number in range(self.start, len(self.lines)):
            if number > self.start and re.match(r"\s*\[", self.lines[number]):
                break
            if own and own.match(self.lines[number]):
                return number + 1
        return self.start + 1 if self.lines else None


def _check_top(key: str, value: object, place: _Place) -> None:
    if key == "paper":
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            raise place.error("'paper' must be a list of tables: begin each paper with [[paper]]", key)
    elif key not in {"title", "about"}:
        raise place.error(f"a list has no {key!r}: it takes title, about and [[paper]] tables", key)
    elif not isinstance(value, str):
        raise place.error(f"{key!r} must be a text in quotes", key)


def _papers(data: dict[str, Any], lines: list[str]) -> list[tuple[dict[str, Any], int]]:
    tables = data.get("paper", [])
    starts = [number for number, line in enumerate(lines) if re.match(r"\s*\[\[\s*[\"']?paper[\"']?\s*\]\]", line)]
    if len(starts) != len(tables):
        first = next((number for number, line in enumerate(lines) if re.match(r"\s*paper\s*=", line)), 0)
        starts = [first] * len(tables)
    return list(zip(tables, starts, strict=True))


def _entry(table: dict[str, Any], place: _Place) -> tuple[ListEntry, _Place]:
    for key, value in table.items():
        _check_value(key, value, place)
    if not any(table.get(key) for key in ("id", "url", "doi", "title")):
        raise place.error("this paper has neither id, url, doi nor title: give it one")
    if "id" in table:
        try:
            parse_id(table["id"])
        except BadId as error:
            raise place.error(str(error), "id") from error
    values: dict[str, Any] = {"id": None} | {
        key: tuple(value) if key in _ARRAYS else value for key, value in table.items()
    }
    return ListEntry(**values), place


def _check_value(key: str, value: object, place: _Place) -> None:
    if key not in _PAPER_KEYS:
        raise place.error(f"a paper in a list has no {key!r}: it takes {', '.join(_PAPER_KEYS)}", key)
    if key in _TEXTS and not isinstance(value, str):
        raise place.error(f"{key!r} must be a text in quotes", key)
    if key in _ARRAYS and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        raise place.error(f'{key!r} must be a list of texts, like ["2306.01708"]', key)
    if key == "year" and (isinstance(value, bool) or not isinstance(value, int)):
        raise place.error("'year' must be a whole number", key)


def _without_repeats(found: list[tuple[ListEntry, _Place]]) -> tuple[ListEntry, ...]:
    seen: set[str] = set()
    for entry, place in found:
        value = parse_id(entry.id).value if entry.id else None
        if value in seen:
            raise place.error(f"{value} stands in this list twice: delete one of the two", "id")
        if value:
            seen.add(value)
    return tuple(entry for entry, _ in found)


def _paper_table(entry: ListEntry) -> str:
    rows = ["[[paper]]"]
    for key in _PAPER_KEYS:
        value = getattr(entry, key)
        if isinstance(value, tuple) and value:
            rows.append(f"{key} = [{', '.join(map(_quoted, value))}]")
        elif isinstance(value, str) and value:
            rows.append(f"{key} = {_quoted(value)}")
        elif isinstance(value, int):
            rows.append(f"{key} = {value}")
    return "\n".join(rows)


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(c: str) -> str:
    # Line separators beyond \n are legal in TOML but would shift the line numbers of messages.
    if c in _ESCAPES:
        return _ESCAPES[c]
    return f"\\u{ord(c):04x}" if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or c in "\u2028\u2029" else c
