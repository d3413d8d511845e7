"""What an entry of a reading list stands for, and when two entries are the same paper."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from paperlab.ids import IdKind, PaperId, make_key, parse_id, parse_id_or_none
from paperlab.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from paperlab.types import ListEntry, ReadingList

# Of the papers with one made key, the number that a new one is compared with.
_MOST_ALIKE = 50


def entry_key(entry: ListEntry) -> str:
    """Return the library key that an entry stands for.

    An arXiv id (also one that is only in `url` or `doi`) gives that paper's key and a key is itself; every other
    entry gets the key of its authors, year and title. Raises BadId if `entry.id` is none.
    """
    found = arxiv_id(entry)
    if found:
        return found.key
    given = parse_id(entry.id) if entry.id else None
    if given and given.kind is IdKind.KEY:
        return given.value
    return make_key(entry.authors, entry.year, entry.title or _tail(entry))


def arxiv_id(entry: ListEntry) -> PaperId | None:
    """Return the arXiv id in an entry's `id`, `url` or `doi`. Raises BadId if `entry.id` is no id at all."""
    candidates = [parse_id(entry.id)] if entry.id else []
    candidates += [found for text in (entry.url, entry.doi) if text and (found := parse_id_or_none(text))]
    return next((found for found in candidates if found.kind is IdKind.ARXIV), None)


def unique_entries(entries: Iterable[ListEntry]) -> list[ListEntry]:
    """Return each paper once, where it stood first, with what its later mentions know and the first does not."""
    seen = _Seen()
    for entry in entries:
        seen.add(entry)
    return seen.entries


def merge_entries(old: ReadingList, new: Iterable[ListEntry]) -> ReadingList:
    """Return `old` with the papers of `new` that it does not have appended in their order.

    What `old` has stays as it is: order, titles, reasons.
    """
    seen = _Seen()
    seen.extend_as_is(old.entries)
    held = len(seen.entries)
    for entry in new:
        seen.add(entry, keep_first=held)
    return replace(old, entries=tuple(seen.entries))


class _Seen:
    """Entries in order, found again by key, title or link."""

    def __init__(self) -> None:
        self.entries: list[ListEntry] = []
        self._places: dict[str, list[int]] = {}

    def extend_as_is(self, entries: Iterable[ListEntry]) -> None:
        for entry in entries:
            self._append(entry)

    def add(self, entry: ListEntry, keep_first: int = 0) -> None:
        """Append an entry, or fill the gaps of the one it repeats unless that is among the first `keep_first`."""
        place = self._find(entry)
        if place is None:
            self._append(entry)
        elif place >= keep_first:
            self.entries[place] = _filled(self.entries[place], entry)

    def _find(self, entry: ListEntry) -> int | None:
        places = (place for handle in _handles(entry) for place in self._places.get(handle, [])[:_MOST_ALIKE])
        return next((place for place in places if same_paper(self.entries[place], entry)), None)

    def _append(self, entry: ListEntry) -> None:
        place = len(self.entries)
        self.entries.append(entry)
        for handle in _handles(entry):
            self._places.setdefault(handle, []).append(place)


def _handles(entry: ListEntry) -> list[str]:
    """Return what an entry can be found by; `same_paper` decides."""
    handles = (entry_key(entry), f"title {fold(entry.title)}", f"link {entry.doi}", f"link {entry.url}")
    return [handle for handle in handles if handle not in {"title ", "link None"}]


def same_paper(one: ListEntry, other: ListEntry) -> bool:
    """Tell whether two entries mean one paper.

    Two arXiv ids decide by themselves, and so does one DOI or URL. A made key alone does not (one author, one year,
    one first word): there the titles must agree as far as the shorter one goes.
    """
    ids = [found for entry in (one, other) if (found := arxiv_id(entry))]
    if len(ids) == 2:
        return ids[0].value == ids[1].value
    if (one.doi and one.doi == other.doi) or (one.url and one.url == other.url):
        return True
    title = fold(one.title)
    if title and title == fold(other.title):
        return " " in title or entry_key(one) == entry_key(other)
    return entry_key(one) == entry_key(other) and _extends(one.title, other.title) and _same_link(one, other)


def _extends(one: str, other: str) -> bool:
    """Tell whether one title is the other with a subtitle behind it, or missing."""
    short, long = sorted((one.casefold().strip(), other.casefold().strip()), key=len)
    rest = long.removeprefix(short).lstrip()
    return not short or (long.startswith(short) and rest[:1] in tuple(":.-(?!\u2013\u2014"))


def _same_link(one: ListEntry, other: ListEntry) -> bool:
    """Tell whether links do not keep two entries apart: those known by link alone are one only if the links are."""
    return bool(one.title or other.title) or (one.url or one.doi or one.id) == (other.url or other.doi or other.id)


def _filled(first: ListEntry, later: ListEntry) -> ListEntry:
    return replace(
        first,
        id=first.id or later.id,
        title=_better_title(first.title, later.title),
        url=first.url or later.url,
        why=first.why or later.why,
        after=first.after or later.after,
        status=first.status or later.status,
        note=first.note or later.note,
        authors=first.authors or later.authors,
        year=first.year or later.year,
        doi=first.doi or later.doi,
        tags=tuple(dict.fromkeys((*first.tags, *later.tags))),
    )


def _better_title(first: str, later: str) -> str:
    """Let a name of one or two words give way to a full title; otherwise the first stays."""
    return later if len(first.split()) < 3 and len(later.split()) > len(first.split()) else first


def _tail(entry: ListEntry) -> str:
    """Return the last telling part of the link, to name a paper that has nothing else."""
    link = entry.url or entry.doi or entry.id or ""
    try:
        path = unquote(urlsplit(link).path)
    except ValueError:
        path = link
    return re.sub(r"\.(pdf|html?)$", "", path.rstrip("/").rsplit("/", 1)[-1], flags=re.IGNORECASE) or link
