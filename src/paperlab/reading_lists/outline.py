"""The outline of somebody's notes: headings, list items with what hangs below them, table rows, loose lines.

Read line by line, not as CommonMark: there a line below a list item belongs to the item, and a title below its bare
URL to the URL's paragraph, while people mean a line to be a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 20_000
_DEEPEST = 20
_LINKISH = re.compile(r"https?://|\]\(|\]\[|arxiv\s*[:.]|\b10\.\d{4}", re.IGNORECASE)
_FENCE = re.compile(r"\s{0,8}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*)")
_BOLD_LINE = re.compile(r"\s*(\*\*|__)([^*_]+?):?\1:?\s*$")
_ITEM = re.compile(r"(\s*)(?:[-*+•]|\d{1,4}[.)])(?:\s+|$)(.*)")
_DELIMITER = re.compile(r"\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*$")
_CELL = re.compile(r"(?<!\\)\|")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_RULE = re.compile(r"\s*([-*_=]\s*){3,}$")


@dataclass(slots=True)
class Item:
    """A list item, with the lines that go on with it and the items below it."""

    text: str
    indent: int
    sections: tuple[str, ...]
    """Headings and items above it, outermost first."""
    more: list[str] = field(default_factory=list)
    below: list[Item] = field(default_factory=list)

    def has_links(self) -> bool:
        """Tell whether it or anything below it has something that looks like a link."""
        return any(_LINKISH.search(line) for line in (self.text, *self.more)) or has_links(self.below)


def has_links(items: list[Item]) -> bool:
    """Tell whether any of the items has a link, or has one below it."""
    return any(item.has_links() for item in items)


@dataclass(slots=True)
class Row:
    """A table row; `header` is empty for a table without one."""

    cells: tuple[str, ...]
    header: tuple[str, ...]
    sections: tuple[str, ...]


@dataclass(slots=True)
class Loose:
    """Lines that stand together and are neither heading nor item nor row."""

    lines: list[str]
    sections: tuple[str, ...]


Part = Item | Row | Loose


def outline(text: str) -> list[Part]:
    """Return the parts of a document in order; items below an item hang on it. Never raises."""
    return _Reader().read(_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text))


class _Reader:
    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.headings: list[tuple[int, str]] = []
        self.open: list[Item] = []
        self.header: tuple[str, ...] | None = None
        self.loose: Loose | None = None

    def read(self, text: str) -> list[Part]:
        lines = [line[:_LONGEST] for line in _outside_fences(text.splitlines())]
        for line, following in zip(lines, [*lines[1:], ""], strict=False):
            self._line(line, following)
        return self.parts

    def _line(self, line: str, following: str) -> None:
        if not line.strip():
            self.header, self.loose = None, None
            return
        heading = _heading(line, following)
        if heading:
            self._heading(*heading)
        elif self._row(line, following) or _RULE.match(line):
            self.loose = None
        elif item := _ITEM.match(line):
            self._item(item)
        else:
            self._text(line)

    def _heading(self, level: int, text: str) -> None:
        self.headings = [(above, title) for above, title in self.headings if above < level] + [(level, text)]
        self.open, self.loose, self.header = [], None, None

    def _row(self, line: str, following: str) -> bool:
        """Take a line of a table; True if it was one."""
        if "|" in line and self.header is None and "|" in following and _DELIMITER.match(following):
            self.header = cells(line)
            self.open = []
            return True
        if "|" not in line or (self.header is None and not line.strip().startswith("|")):
            self.header = None
            return False
        if not _DELIMITER.match(line):
            self.parts.append(Row(cells(line), self.header or (), self._sections()))
        return True

    def _item(self, match: re.Match[str]) -> None:
        indent = len(match[1].expandtabs(4))
        self.open = [item for item in self.open if item.indent < indent][:_DEEPEST]
        item = Item(match[2], indent, self._sections())
        if self.open:
            self.open[-1].below.append(item)
        else:
            self.parts.append(item)
        self.open.append(item)
        self.loose, self.header = None, None

    def _text(self, line: str) -> None:
        indent = len(line) - len(line.lstrip())
        owner = next((item for item in reversed(self.open) if item.indent < indent), None)
        if owner:
            owner.more.append(line)
            return
        self.open = []
        if self.loose is None:
            self.loose = Loose([], self._sections())
            self.parts.append(self.loose)
        self.loose.lines.append(line)

    def _sections(self) -> tuple[str, ...]:
        return (*(title for _, title in self.headings), *(item.text for item in self.open))


def cells(line: str) -> tuple[str, ...]:
    """Return the cells of a table line."""
    return tuple(cell.replace("\\|", "|").strip() for cell in _CELL.split(re.sub(r"^\s*\||(?<!\\)\|\s*$", "", line)))


def _heading(line: str, following: str) -> tuple[int, str] | None:
    """Return level and text; a line that is bold as a whole heads what follows, unless that is its link."""
    if match := _HEADING.match(line):
        return len(match[1]), match[2].strip().rstrip("#").rstrip()
    bold = _BOLD_LINE.match(line)
    if bold and not re.match(r"\s*<?(https?://|(www\.)?arxiv)", following, re.IGNORECASE):
        return 7, bold[2]
    return None


def _outside_fences(lines: list[str]) -> Iterator[str]:
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
            yield ""
        elif mark:
            fence = mark[1]
            yield ""
        else:
            yield line
