"""What in a paper's text leads elsewhere: citations, tables, figures, sections, addresses on the web."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from paperlab.text import cut_link
from paperlab.tui.flow.document import Item, ItemKind, Link, LinkKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.types import Figure, Reference, Table

_NUMBER = r"(?P<number>[A-Z]?\d+(?:\.\d+)*|[A-Z](?:\.\d+)*(?![\w’'])|[IVX]+(?!\w))"
_MENTION = re.compile(
    rf"\b(?P<word>Tables?|Tab\.|Figures?|Figs?\.|Sections?|Sect?\.|Appendix|Appendices|§)\s?{_NUMBER}"
)
_SECTION_SIGN = re.compile(r"(?P<word>§)\s?" + _NUMBER)
_LABEL = re.compile(r"(?:Appendix\s+)?(?P<number>[A-Z]?\d+(?:\.\d+)*|[A-Z](?:\.\d+)*|[IVX]+)\b[.:]?\s")
_CITED = re.compile(r"[\w+]+")
"""What may be an entry's label or year within what cites several: `[35, 2, 5]`, `Peters et al., 2017, 2018a`."""
_URL = re.compile(r"https?://[^\s<>\"]+")
_LINKED = {ItemKind.TEXT, ItemKind.CAPTION, ItemKind.FOOTNOTE, ItemKind.REFERENCE}


class LinkFinder:
    """Finds the links of items."""

    def __init__(
        self,
        items: Sequence[Item],
        tables: Sequence[Table],
        figures: Sequence[Figure],
        references: Sequence[Reference],
    ) -> None:
        self._targets: dict[LinkKind, dict[str, int]] = {
            LinkKind.TABLE: _by_number([table.number for table in tables]),
            LinkKind.FIGURE: _by_number([figure.number for figure in figures]),
            LinkKind.SECTION: {},
        }
        for i, item in enumerate(items):
            if item.kind is ItemKind.HEADING and (label := _LABEL.match(item.text)):
                self._targets[LinkKind.SECTION].setdefault(label["number"], i)
        self._references = {reference.ordinal: reference for reference in references}
        self._citations: dict[int, list[Link]] = defaultdict(list)
        for reference in references:
            for cited in reference.citations:
                link = Link(cited.start, cited.end, LinkKind.REFERENCE, reference.ordinal)
                self._citations[cited.block].append(link)

    def linked(self, number: int, item: Item) -> Item:
        """Return an item of the document with its links, the one at position `number`."""
        if item.kind in {ItemKind.TABLE, ItemKind.FIGURE}:
            return replace(item, links=_own_links(item))
        if item.kind not in _LINKED or item.block is None:
            return item
        found = list(self._one_by_one(item.text, self._citations.get(item.block, ())))
        found += self._mentions(number, item)
        found += _addresses(item.text)
        return replace(item, links=tuple(_apart(found))) if found else item

    def _one_by_one(self, text: str, links: Sequence[Link]) -> Iterator[Link]:
        """Yield citations, each over its own label or year where several are cited at one place."""
        together: dict[tuple[int, int], list[Link]] = defaultdict(list)
        for link in links:
            together[link.start, link.end].append(link)
        for (start, end), cited in together.items():
            if len(cited) == 1:
                yield cited[0]
                continue
            left = [self._references[link.index] for link in cited]
            began = start
            for match in _CITED.finditer(text, start, end):
                one = next((one for one in left if match[0] in _names(one)), None)
                if one is not None:
                    left.remove(one)
                    # Names before a year belong to it; of numbers each stands alone.
                    yield Link(match.start() if one.label else began, match.end(), LinkKind.REFERENCE, one.ordinal)
                    began = match.end() + len(text[match.end() : end]) - len(text[match.end() : end].lstrip(" ,;"))
            if len(left) == len(cited):
                yield from cited

    def _mentions(self, number: int, item: Item) -> Iterator[Link]:
        for pattern in (_MENTION, _SECTION_SIGN):
            for match in pattern.finditer(item.text):
                is_its_own = item.kind is ItemKind.CAPTION and match.start() == 0
                kind = _kind_of(match["word"])
                target = self._targets[kind].get(match["number"])
                if target is not None and not is_its_own and target != (number if kind is LinkKind.SECTION else -1):
                    yield Link(match.start(), match.end(), kind, target)


def _names(reference: Reference) -> tuple[str, ...]:
    """Return what an entry may be cited by in a row of several: its label, else its year with or without a letter."""
    if reference.label:
        return (reference.label,)
    return tuple(f"{reference.year}{letter}" for letter in ("", *"abcdefgh")) if reference.year else ()


def _by_number(numbers: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, number in enumerate(numbers):
        found.setdefault(number, at)
    return found


def _own_links(item: Item) -> tuple[Link, ...]:
    """Return the link of what stands for a table or picture: to its own view."""
    if item.kind is ItemKind.FIGURE:
        return (Link(0, len(item.text), LinkKind.FIGURE, item.index),)
    first = item.text.find("\n")
    end = len(item.text) if first < 0 else first
    return (Link(0, end, LinkKind.TABLE, item.index),) if item.index >= 0 else ()


def _kind_of(word: str) -> LinkKind:
    if word.startswith("Tab"):
        return LinkKind.TABLE
    return LinkKind.FIGURE if word.startswith("Fig") else LinkKind.SECTION


def _addresses(text: str) -> Iterator[Link]:
    for match in _URL.finditer(text):
        url = cut_link(match[0], ".,;:!?'*")
        yield Link(match.start(), match.start() + len(url), LinkKind.URL, url=url)


def _apart(links: list[Link]) -> Iterator[Link]:
    """Yield links in order, of those that overlap the first."""
    behind = 0
    for link in sorted(links):
        if link.start >= behind:
            yield link
            behind = link.end
