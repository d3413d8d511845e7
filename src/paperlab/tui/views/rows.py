"""Which papers the library shows, and in what order. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from paperlab.text import fold, one_line
from paperlab.tui.views.finder import Finder
from paperlab.tui.views.typed import Typed
from paperlab.types import Filters, PaperRow, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Test = Callable[[int], bool]
    """Tells of a row, by its number, whether it is in view."""


class SortBy(StrEnum):
    """What papers are sorted by."""

    RELEVANCE = "relevance"
    LIST = "list order"
    ADDED = "added"
    TITLE = "title"
    AUTHOR = "author"
    YEAR = "year"
    STATUS = "status"
    RATING = "rating"


_DOWN_FIRST = frozenset({SortBy.ADDED, SortBy.YEAR, SortBy.RATING})
"""Sorted from the largest down unless turned round."""
_STATUS_ORDER = {Status.READING: 0, Status.TO_READ: 1, Status.READ: 2, Status.SKIPPED: 3}
_UNMARKED_ORDERS = frozenset({SortBy.TITLE, SortBy.AUTHOR, SortBy.YEAR, SortBy.ADDED})
_OF_NAMES = frozenset({"finder", "list_keys", "lists_of"})
"""What `Rows` works out of names and lists alone."""
_MANY = 400
"""Rows from which on those in view are picked out of all in their order, instead of being sorted."""


class Entry(NamedTuple):
    """A paper of a reading list."""

    key: str
    why: str
    row: PaperRow
    """As the list describes it: shown where it is not in the library."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A reading list."""

    name: str
    title: str
    about: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """A sorting, and whether it is from the largest down."""

    by: SortBy = SortBy.ADDED
    down: bool = True

    @classmethod
    def of(cls, by: SortBy) -> Order:
        """Return the order people expect of this sorting."""
        return cls(by, by in _DOWN_FIRST)


@dataclass(frozen=True, slots=True)
class View:
    """What narrows the library to the papers in view, and sorts them."""

    scope: Filters = field(default_factory=Filters)
    """What the shelf is set to."""
    typed: Typed = field(default_factory=Typed)
    order: Order | None = None
    """As the user chose; None leaves it to what is in view."""

    @property
    def ordered(self) -> Order:
        """The order papers are shown in."""
        if self.order and self.order.by in self.sortings:
            return self.order
        if self.typed.words:
            return Order.of(SortBy.RELEVANCE)
        return Order.of(SortBy.LIST if self.scope.lists else SortBy.ADDED)

    @property
    def sortings(self) -> list[SortBy]:
        """What the papers in view can be sorted by."""
        needs = {SortBy.RELEVANCE: bool(self.typed.words), SortBy.LIST: bool(self.scope.lists)}
        return [by for by in SortBy if needs.get(by, True)]


class Rows:
    """All papers of the library as they were read, with what makes looking through them quick.

    Behind them stand those that only reading lists have. A new one is made when anything of it changes.
    """

    def __init__(
        self, library: Sequence[PaperRow] = (), lists: Sequence[Shelved] = (), like: Rows | None = None
    ) -> None:
        """`like` is the one before: what it worked out of the same names is taken over."""
        self.library = list(library)
        self.lists = tuple(lists)
        known = {row.key for row in self.library}
        absent = {entry.key: entry.row for one in lists for entry in one.entries if entry.key not in known}
        self.absent = frozenset(absent)
        """Keys that reading lists have and the library has not."""
        self.all = [*self.library, *absent.values()]
        self._orders: dict[SortBy, list[int]] = {}
        self._sorted_by: dict[SortBy, list[Any]] = {}
        if like and (before := like.__dict__.get("finder")) and before.knows(self.all):
            self.__dict__["finder"] = before

    @cached_property
    def finder(self) -> Finder:
        """What finds rows as they are typed; made in a lane, since it takes a fifth of a second for 10,000."""
        return Finder(self.all)

    @property
    def ready(self) -> bool:
        """Whether what finds rows as they are typed was made already."""
        return "finder" in self.__dict__

    @cached_property
    def by_key(self) -> dict[str, PaperRow]:
        """The rows by key."""
        return {row.key: row for row in self.all}

    @cached_property
    def list_keys(self) -> dict[str, tuple[str, ...]]:
        """The keys of each reading list in its order."""
        return {one.name: tuple(entry.key for entry in one.entries) for one in self.lists}

    @cached_property
    def lists_of(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """By key the reading lists a paper stands in: name and why."""
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        for one in self.lists:
            for entry in one.entries:
                found[entry.key] = (*found.get(entry.key, ()), (one.name, entry.why))
        return found

    @cached_property
    def tags(self) -> Counter[str]:
        """Each tag with the number of its papers."""
        return Counter(tag for row in self.library for tag in row.tags)

    @cached_property
    def statuses(self) -> Counter[Status]:
        """Each status with the number of its papers."""
        return Counter(row.status for row in self.library)

    def with_rows(self, changed: Mapping[str, PaperRow | None]) -> Rows:
        """Return these rows with some as they are now; None for those that are gone."""
        kept = [now for row in self.library if (now := changed.get(row.key, row))]
        known = {row.key for row in self.library}
        new = [row for key, row in changed.items() if row and key not in known]
        if new or len(kept) < len(self.library):
            return Rows(sorted([*kept, *new], key=lambda row: row.key), self.lists, self)
        same = all(row is None or _unmarked(row) == _unmarked(self.by_key[key]) for key, row in changed.items())
        rows = Rows(kept, self.lists, None if same else self)
        if same:  # a mark leaves names and most orders as they are, and 10,000 of them need not be compared
            rows._orders = {by: order for by, order in self._orders.items() if by in _UNMARKED_ORDERS}
            rows._sorted_by = {by: values for by, values in self._sorted_by.items() if by in _UNMARKED_ORDERS}
            rows.__dict__.update({name: found for name, found in self.__dict__.items() if name in _OF_NAMES})
        return rows

    def prepare(self) -> Rows:
        """Work out what the first key typed needs, and return the rows."""
        _ = self.finder, self.by_key, self.lists_of, self.tags, self.statuses, self._in_order(SortBy.ADDED)
        return self

    def seen(self, view: View) -> list[PaperRow]:
        """Return the rows in view in their order."""
        words = view.typed.words
        scores = self.finder.find(words) if words else None
        tests = [*self._tests(view.scope), *self._tests(view.typed.filters), *self._word_tests(view.typed)]
        listed = bool(view.scope.lists or view.typed.filters.lists)
        last = len(self.all if listed else self.library)
        among: Iterable[int] = range(last) if scores is None else (n for n in sorted(scores) if n < last)
        kept = [n for n in among if all(test(n) for test in tests)] if tests else list(among)
        order = view.ordered
        if order.by is SortBy.RELEVANCE:
            found = scores or {}
            kept.sort(key=lambda n: (-found[n], -(self.all[n].year or 0)), reverse=order.down)
            return [self.all[n] for n in kept]
        return [self.all[n] for n in self._sorted(kept, order, view.scope.lists)]

    def _sorted(self, kept: list[int], order: Order, lists: Sequence[str]) -> list[int]:
        if order.by is SortBy.LIST:
            places = {key: n for name in lists for n, key in enumerate(self.list_keys.get(name, ()))}
            return sorted(kept, key=lambda n: places.get(self.all[n].key, 0), reverse=order.down)
        # What has no value stands at the end, whichever way it is sorted.
        values = self._values(order.by)
        valued = [n for n in kept if values[n] is not None]
        rest = [n for n in kept if values[n] is None] if len(valued) < len(kept) else []
        if len(valued) < _MANY:
            valued.sort(key=values.__getitem__)
        else:
            wanted = set(valued) if len(kept) < len(self.all) else None
            valued = [n for n in self._in_order(order.by) if wanted is None or n in wanted]
        return (valued[::-1] if order.down else valued) + rest

    def _in_order(self, by: SortBy) -> list[int]:
        """Return the numbers of all rows that have a value, from the smallest up."""
        if by not in self._orders:
            values = self._values(by)
            self._orders[by] = sorted(
                (n for n, value in enumerate(values) if value is not None), key=values.__getitem__
            )
        return self._orders[by]

    def _values(self, by: SortBy) -> list[Any]:
        """Return what each row is sorted by, None where it has nothing of the kind."""
        if by not in self._sorted_by:
            self._sorted_by[by] = self._worked_out(by)
        return self._sorted_by[by]

    def _worked_out(self, by: SortBy) -> list[Any]:
        rows = self.all
        if by is SortBy.TITLE:
            return self.finder.titles
        if by is SortBy.AUTHOR:
            return [(fold(surname(row.authors[0])), row.year or 0) if row.authors else None for row in rows]
        if by is SortBy.STATUS:
            return [(_STATUS_ORDER[row.status], -(row.year or 0)) for row in rows]
        if by is SortBy.ADDED:
            return [(row.added, row.year or 0) if row.added else None for row in rows]
        if by is SortBy.YEAR:
            return [(row.year, row.added) if row.year else None for row in rows]
        return [(row.rating, row.year or 0) if row.rating else None for row in rows]

    def _tests(self, filters: Filters) -> list[Test]:
        """Return what a row must pass, the cheap ones first."""
        rows = self.all
        tests: list[Test] = []
        if filters.statuses:
            statuses = frozenset(filters.statuses)
            tests.append(lambda n: rows[n].status in statuses)
        if filters.years:
            first, last = filters.years
            tests.append(lambda n: first <= (rows[n].year or -1) <= last)
        if filters.keys:
            tests.append(lambda n: rows[n].key.startswith(filters.keys))
        if filters.lists:
            keys = frozenset(key for name in filters.lists for key in self.list_keys.get(name, ()))
            tests.append(lambda n: rows[n].key in keys)
        tests += [self._tagged(tag.casefold()) for tag in filters.tags]
        return tests + [self._by(fold(author)) for author in filters.authors]

    def _tagged(self, tag: str) -> Test:
        return lambda n: any(one.casefold() == tag for one in self.all[n].tags)

    def _by(self, author: str) -> Test:
        authors = self.finder.authors
        return lambda n: author in authors[n]

    def _word_tests(self, typed: Typed) -> list[Test]:
        tests: list[Test] = []
        if typed.phrases:
            tests.append(lambda n: all(self._has(n, words) for words in typed.phrases))
        if typed.excluded:
            tests.append(lambda n: not any(self._has(n, words) for words in typed.excluded))
        return tests

    def _has(self, n: int, words: str) -> bool:
        return f" {words} " in f" {self.finder.titles[n]} "


def _unmarked(row: PaperRow) -> tuple[object, ...]:
    return row.title, row.authors, row.year, row.added


def surname(name: str) -> str:
    """Return what a paper is cited by: the last word of a name, or what stands before its comma."""
    plain = one_line(name)
    first = plain.partition(",")[0] if "," in plain else plain.rpartition(" ")[2]
    return first or plain


def short_authors(authors: Sequence[str], most: int = 3) -> str:
    """Return the surnames of the first authors, and how many more there are: `He, Zhang, Ren +1`."""
    shown = ", ".join(surname(name) for name in authors[:most])
    more = len(authors) - most
    return f"{shown} +{more}" if more > 0 else shown
