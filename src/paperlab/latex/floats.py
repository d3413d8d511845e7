"""Where a document's tables stand, their captions and numbers. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from paperlab.latex.build import FoundTable
from paperlab.latex.grid import GRIDS, layout_grids, read_grid
from paperlab.latex.limits import TABLE_STEPS, spend
from paperlab.latex.render import printed
from paperlab.latex.tokens import (
    Tokens,
    argument,
    environment_end,
    environment_name,
    skip_arguments,
)

_TABLES = frozenset(
    "table table* wraptable sidewaystable sidewaystable* longtable longtable* SCtable SCtable* xltabular longtabu"
    " supertabular mpxtabular xtabular margintable floatingtable threeparttable tableenv".split()
)
_FIGURES = frozenset(
    "figure figure* wrapfigure SCfigure sidewaysfigure center minipage strip flushleft teaserfigure".split()
)
_LONG = frozenset("longtable longtable* xltabular longtabu supertabular mpxtabular xtabular".split())
_PARTS = frozenset("subtable subtable* subfigure subfigure* algorithm algorithmic lstlisting".split())
_DEEPEST = 20
"""Environments inside a float that are read each for itself; those still deeper are read as part of theirs."""
_LONGEST_NUMBER = 40
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(slots=True)
class _Numbers:
    """Counters of the document, and how a table's number is printed."""

    table: int = 0
    section: int = 0
    appendix: bool = False
    template: Tokens = field(default_factory=lambda: [r"\arabic", "{", "table", "}"])

    def next_table(self) -> str:
        self.table += 1
        return self.printed()[:_LONGEST_NUMBER] or str(self.table)

    def printed(self) -> str:
        out, at = "", 0
        tokens = [t for t in self.template[:_LONGEST_NUMBER] if t not in ("@", " ")]
        while at < len(tokens):
            item = tokens[at]
            at += 1
            if item in (r"\arabic", r"\Roman", r"\roman", r"\Alph", r"\alph"):
                counter, at = argument(tokens, at)
                out += _counted(item[1:], self.section if "".join(counter) == "section" else self.table)
            elif item == r"\thesection":
                out += _counted("Alph" if self.appendix else "arabic", self.section)
            elif item[0] not in "\\{}":
                out += item
        return out

    def command(self, tokens: Tokens, at: int) -> int | None:
        """Follow a command that moves a counter; return the place behind it, None for any other command."""
        item = tokens[at]
        if item == r"\section":
            at = skip_arguments(tokens, at + 1, "s")
            self.section += tokens[at - 1] != "*"
            return at
        if item == r"\appendix":
            self.section, self.appendix = 0, True
            return at + 1
        if item in (r"\setcounter", r"\addtocounter"):
            return self._set(tokens, at)
        return self._style(tokens, at)

    def _style(self, tokens: Tokens, at: int) -> int | None:
        """Follow a command that says how numbers are printed."""
        item = tokens[at]
        if item == r"\thetable":
            self.template, at = argument(tokens, at + 1)
        elif item in (r"\counterwithin", r"\numberwithin"):
            name, at = argument(tokens, skip_arguments(tokens, at + 1, "s"))
            if "".join(name) == "table":
                self.template = [r"\thesection", ".", r"\arabic", "{", "table", "}"]
        elif item == r"\documentclass":
            name, at = argument(tokens, skip_arguments(tokens, at + 1, "o"))
            if "".join(name).startswith("IEEE"):
                self.template = [r"\Roman", "{", "table", "}"]
        else:
            return None
        return at

    def _set(self, tokens: Tokens, at: int) -> int:
        adds = tokens[at] == r"\addtocounter"
        name, at = argument(tokens, at + 1)
        number, at = argument(tokens, at)
        text = "".join(number).strip()
        if re.fullmatch(r"-?\d{1,4}", text) and "".join(name) in ("table", "section"):
            counter = "".join(name)
            setattr(self, counter, int(text) + (getattr(self, counter) if adds else 0))
        return at


def _counted(style: str, number: int) -> str:
    if style == "arabic" or not 0 < number < 1000:
        return str(number)
    if style in ("Alph", "alph"):
        letter = chr(ord("A") + (number - 1) % 26)
        return letter if style == "Alph" else letter.lower()
    out = ""
    for size, sign in _ROMAN:
        out += sign * (number // size)
        number %= size
    return out if style == "Roman" else out.lower()


@dataclass(slots=True)
class _Part:
    """A caption or a grid, in the order of the source."""

    caption: Tokens | None = None
    numbered: bool = True
    grid: tuple[str, Tokens] | None = None


def find_tables(tokens: Tokens) -> list[FoundTable]:
    """Return the tables of a document in order; a float without caption gives one without number."""
    numbers = _Numbers()
    found: list[FoundTable] = []
    at = 0
    while at < len(tokens):
        if tokens[at] == r"\begin":
            name, inside = environment_name(tokens, at)
            if name in _TABLES or name in _FIGURES:
                end, behind = _float_end(tokens, at)
                got = _in_float(name, tokens[inside:end], numbers)
                if behind == end:
                    for table in got:
                        table.reasons.append(f"the {name} is never closed")
                # A centred block without a table caption may hold floats itself.
                if name in _TABLES or got:
                    found += got
                    at = behind
                    continue
            at = inside
        else:
            moved = numbers.command(tokens, at)
            at = at + 1 if moved is None else moved
    return found


def _float_end(tokens: Tokens, at: int) -> tuple[int, int]:
    """Return the ends of a float; one that is never closed ends where the next one begins."""
    end, behind = environment_end(tokens, at)
    if end != behind:
        return end, behind
    i = at + 1
    while i < len(tokens) and not _begins_float(tokens, i):
        i += 1
    spend(i - at)
    return (i, i) if i < len(tokens) else (end, behind)


def _begins_float(tokens: Tokens, at: int) -> bool:
    return tokens[at] == r"\begin" and environment_name(tokens, at)[0] in ("table", "table*", "figure", "figure*")


def _in_float(name: str, tokens: Tokens, numbers: _Numbers) -> list[FoundTable]:
    parts = [_Part(grid=(name, tokens))] if name in _LONG else []
    _collect(tokens, parts, numbers, is_table=name in _TABLES, with_grids=name not in _LONG)
    captions = [part for part in parts if part.caption is not None]
    if not captions and (name in _FIGURES or not any(part.grid for part in parts)):
        return []
    return _paired(parts, captions, numbers)


def _collect(
    tokens: Tokens, parts: list[_Part], numbers: _Numbers, *, is_table: bool, with_grids: bool, depth: int = 0
) -> None:
    """Gather captions and grids of a float; captions of its parts, `(a)`, are no captions of tables."""
    at = 0
    while at < len(tokens):
        item = tokens[at]
        if item == r"\begin":
            at = _inner(tokens, at, parts, numbers, (is_table, with_grids, depth))
        elif item == r"\caption" and is_table:
            numbered = tokens[at + 1 : at + 2] != ["*"]
            caption, at = _caption(tokens, skip_arguments(tokens, at + 1, "so"))
            parts.append(_Part(caption=caption, numbered=numbered))
        elif item in (r"\captionof", r"\tabcaption"):
            at = _caption_of(tokens, at, parts)
        else:
            moved = numbers.command(tokens, at)
            at = at + 1 if moved is None else moved


def _inner(tokens: Tokens, at: int, parts: list[_Part], numbers: _Numbers, how: tuple[bool, bool, int]) -> int:
    """Gather what an environment inside a float holds; return the place to go on at."""
    is_table, with_grids, depth = how
    name, inside = environment_name(tokens, at)
    is_known = name in GRIDS or name in _PARTS or name in _FIGURES or name in _TABLES
    if not is_known or depth > _DEEPEST:
        return inside
    end, behind = environment_end(tokens, at)
    inner = tokens[inside:end]
    if name in GRIDS and name != "array":
        grids = layout_grids(inner) or [(name, inner)]
        parts += [_Part(grid=grid) for grid in grids if with_grids]
        if name in _LONG or len(grids) > 1:
            _collect(inner, parts, numbers, is_table=is_table, with_grids=False, depth=depth + 1)
    elif name in GRIDS:
        return behind
    else:
        counts = is_table and name not in _PARTS and not name.startswith(("figure", "wrapfigure"))
        _collect(inner, parts, numbers, is_table=counts or name in _TABLES, with_grids=with_grids, depth=depth + 1)
    return behind


def _caption(tokens: Tokens, at: int) -> tuple[Tokens, int]:
    """Return a caption and the place behind it; one that is never closed ends where the next environment begins."""
    caption, end = argument(tokens, at)
    cut = next(
        (i for i, item in enumerate(caption) if item == r"\begin" and environment_name(caption, i)[0] in GRIDS), None
    )
    return (caption, end) if cut is None else (caption[:cut], end - len(caption) + cut - (tokens[end - 1] == "}"))


def _caption_of(tokens: Tokens, at: int, parts: list[_Part]) -> int:
    of = ["table"]
    numbered = tokens[at + 1 : at + 2] != ["*"]
    if tokens[at] == r"\captionof":
        at = skip_arguments(tokens, at + 1, "s") - 1
        of, at = argument(tokens, at + 1)
        at -= 1
    caption, at = _caption(tokens, skip_arguments(tokens, at + 1, "o"))
    if "".join(of).strip() == "table":
        parts.append(_Part(caption=caption, numbered=numbered))
    return at


def _paired(parts: list[_Part], captions: list[_Part], numbers: _Numbers) -> list[FoundTable]:
    """Give each grid to its caption: one caption takes all, of several each takes those on its side."""
    tables = [_captioned(part, numbers) for part in captions] or [FoundTable()]
    grids = [part for part in parts if part.grid]
    owners = _owners(parts, captions)
    if len(tables) == len(grids) and len(set(owners)) < len(tables):
        owners = list(range(len(tables)))
    for owner, part in zip(owners, grids, strict=True):
        if part.grid:
            tables[owner].grids.append(read_grid(*part.grid))
    return tables


def _captioned(part: _Part, numbers: _Numbers) -> FoundTable:
    caption = printed(part.caption or [])
    spend(TABLE_STEPS)
    number = numbers.next_table() if part.numbered else ""
    return FoundTable(number=number, caption=caption.text, reasons=sorted(caption.lost))


def _owners(parts: list[_Part], captions: list[_Part]) -> list[int]:
    """Return, for each grid, the position of its caption: before it where the float begins with one, else behind."""
    above = bool(parts) and parts[0].caption is not None
    owners: list[int] = []
    seen = 0
    for part in parts:
        if part.grid:
            owners.append(max(0, min(seen - 1 if above else seen, len(captions) - 1)))
        else:
            seen += 1
    return owners
