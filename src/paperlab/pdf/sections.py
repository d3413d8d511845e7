"""Headings among the rows of a paper, with their levels: from numbering, type, the PDF's outline and known names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from paperlab.pdf.labels import label_of
from paperlab.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.pdf.page_text import Row

Outline = tuple[tuple[int, str, int], ...]
"""The PDF's own outline: level (1 outermost), title, page (1-based)."""

BACK_MATTER = frozenset({"references", "bibliography", "literaturecited", "workscited", "referencesandnotes"})
_ALWAYS_TOP = BACK_MATTER | frozenset(
    "abstract summary acknowledgements acknowledgments acknowledgement acknowledgment appendix appendices contents "
    "supplementarymaterial supplementarymaterials supplementaryinformation checklist keywords authorcontributions "
    "tableofcontents summaryofcontributions contributions".split()
)
_KNOWN = _ALWAYS_TOP | frozenset(
    "introduction background relatedwork relatedworks previouswork priorwork preliminaries motivation approach model "
    "materialsandmethods experiments experimentalsetup experimentalresults results resultsanddiscussion analysis "
    "evaluation discussion discussions conclusion conclusions conclusionandfuturework conclusionsandfuturework "
    "discussionandconclusion limitations futurework ethicsstatement ethicalconsiderations broaderimpact "
    "broaderimpacts broaderimpactstatement societalimpact reproducibilitystatement reproducibility impactstatement "
    "limitationsandsocietalimpact method methods methodology ourmethod dataavailability codeavailability".split()
)
_NUMBERED = re.compile(
    r"(?:(?:appendix|section|chapter)\s+)?((?:\d{1,2}|[A-Z]|[IVX]{1,6})(?:\.\d{1,2}){0,3})\s*[.:)—–-]?\s+(\S.*)",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "V": 5, "X": 10}
_RUN_IN_ABSTRACT = re.compile(r"abstract\s*[-—–.:]\s*\S", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.\s?){3,}\s*\d*$")
_LONGEST, _LONGEST_NAME = 150, 50


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found: its first row's index, how many rows it runs over, its level (1 outermost)."""

    first: int
    rows: int
    level: int
    text: str
    printed: bool = True
    """False where the word only opens a paragraph ("Abstract. We ..."), which then stays whole."""


@dataclass(slots=True)
class _Candidate:
    """A row, or a few rows of one style, that may be a heading."""

    first: int
    rows: int
    text: str
    row: Row
    number: tuple[str, ...] = ()
    title: str = ""
    distinct: bool = False
    leads: bool = False
    closed: bool = False
    """Nothing of another style follows in its block."""
    level: int = 0


@dataclass(slots=True)
class _Search:
    """What the steps of the search share."""

    found: list[_Candidate]
    body: float
    outline: Outline
    levels: dict[int, int] = field(default_factory=dict)
    """Candidate's position -> level, once accepted."""


def body_size(rows: Sequence[Row]) -> float:
    """Return the type size most of the text is set in, to half a point; 10 where there is none."""
    sizes: Counter[float] = Counter()
    for row in rows:
        sizes[round(2 * row.size) / 2] += len(row.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def find_headings(rows: Sequence[Row], outline: Outline = (), front: frozenset[int] = frozenset()) -> list[Heading]:
    """Return the headings in reading order.

    `rows` are the paper's rows on all pages, `front` the indexes of rows that belong to title and authors.
    """
    body = body_size(rows)
    search = _Search(list(_candidates(rows, body, front)), body, outline)
    top = _number_chain(search)
    _deeper_numbers(search, top)
    _from_outline(search)
    _known_names(search)
    _alike(search)
    _appendices(search)
    headings = [Heading(c.first, c.rows, level, c.text) for c, level in _accepted(search)]
    abstract = _run_in_abstract(rows, headings)
    return sorted([*headings, *abstract], key=lambda h: h.first)


def _accepted(search: _Search) -> Iterator[tuple[_Candidate, int]]:
    for position, level in sorted(search.levels.items()):
        yield search.found[position], level


def _candidates(rows: Sequence[Row], body: float, front: frozenset[int]) -> Iterator[_Candidate]:
    skip = 0
    for i, row in enumerate(rows):
        if i < skip or i in front or not _may_be_heading(row):
            continue
        count = _run_length(rows, i, body)
        skip = i + count
        text = " ".join(r.text for r in rows[i:skip])
        before = rows[i - 1] if i else None
        after = rows[skip] if skip < len(rows) else None
        found = _Candidate(i, count, text, row, distinct=_distinct(row, body))
        found.leads = before is None or not _same_block(before, row) or _style(before) != _style(row)
        found.closed = after is None or not _same_block(after, row)
        match = _NUMBERED.fullmatch(text)
        if match and any(c.isalpha() for c in match[2]) and (match[1].isupper() or match[1][0].isdigit()):
            found.number, found.title = tuple(match[1].split(".")), match[2]
        yield found


def _may_be_heading(row: Row) -> bool:
    text = row.text
    letters = sum(map(str.isalpha, text))
    if not row.upright or row.formula or len(text) > _LONGEST or letters < 3 or "@" in text:
        return False
    if 2 * letters < len(text.replace(" ", "")) or _LEADERS.search(text) or label_of(text):
        return False
    return row.lone or _NUMBERED.fullmatch(text) is not None


def _run_length(rows: Sequence[Row], i: int, body: float) -> int:
    """Count the rows a heading at `i` runs over: rows of its own style, close below it."""
    row, count = rows[i], 1
    if not _distinct(row, body):
        return 1
    while i + count < len(rows) and count < 4:
        last, following = rows[i + count - 1], rows[i + count]
        gap = following.frame[1] - last.frame[3]
        alike = following.lone and following.upright and _style(following) == _style(row)
        if not row.bold and row.caps:
            alike = alike and following.caps
        if following.page != row.page or not alike or gap > 0.6 * row.size or gap < -0.5 * row.size:
            break
        if _opens_paragraph(rows, i + count, row) or _NUMBERED.fullmatch(following.text):
            break
        if len(following.text) < _LONGEST_NAME and bare(following.text) in _KNOWN:
            break
        count += 1
    # More than three rows of one style are a paragraph, not a heading.
    return 1 if count > 3 else count


def _opens_paragraph(rows: Sequence[Row], i: int, above: Row) -> bool:
    """Tell whether row `i` only begins a paragraph in the heading's type: a run-in head below it."""
    after = rows[i + 1] if i + 1 < len(rows) else None
    return (
        not _same_block(above, rows[i])
        and after is not None
        and _same_block(rows[i], after)
        and _style(rows[i]) != _style(after)
    )


def _style(row: Row) -> tuple[float, bool]:
    return round(2 * row.size) / 2, row.bold


def _same_block(a: Row, b: Row) -> bool:
    return a.page == b.page and a.block == b.block


def _distinct(row: Row, body: float) -> bool:
    return row.bold or row.size >= 1.08 * body or (row.caps and row.size >= 0.95 * body)


def _key_of(found: _Candidate, body: float) -> tuple[float, bool, bool, bool]:
    """Name the style group: where the size says enough, capitals do not matter."""
    size, bold = _style(found.row)
    large = size >= 1.08 * body
    return size, bold, found.row.caps and not large and not bold, found.row.italic and not large


def _ordinal(mark: str, *, roman: bool = False) -> int:
    """Return the place of a heading's number: "3" is 3, "B" is 2; with `roman`, "IV" is 4; 0 for none of these."""
    if mark.isdecimal():
        return 0 if roman else int(mark)
    if roman:
        values = [_ROMAN.get(c, 0) for c in mark]
        if not all(values):
            return 0
        return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
    return ord(mark) - 64 if len(mark) == 1 else 0


def _number_chain(search: _Search) -> dict[int, str]:
    """Accept the longest run 1, 2, 3, ... (or I, II, III, ...) in one style; return positions with their numbers."""
    groups: dict[tuple[float, bool, bool, bool], list[int]] = {}
    for position, found in enumerate(search.found):
        if len(found.number) == 1 and found.distinct and found.leads:
            groups.setdefault(_key_of(found, search.body), []).append(position)
    best: list[int] = []
    for positions in groups.values():
        for roman in (False, True):
            marks = [p for p in positions if search.found[p].number[0].isdecimal() or roman]
            chain = _chain(search, marks, roman=roman)
            if (len(chain), _size(search, chain)) > (len(best), _size(search, best)):
                best = chain
    if len(best) < 2 and not any(fold(search.found[p].title) == "introduction" for p in best):
        return {}
    for position in best:
        search.levels[position] = 1
    return {position: search.found[position].number[0] for position in best}


def _size(search: _Search, chain: list[int]) -> float:
    return search.found[chain[0]].row.size if chain else 0.0


def _chain(search: _Search, positions: list[int], *, roman: bool) -> list[int]:
    chain: list[int] = []
    last = 0
    for position in positions:
        place = _ordinal(search.found[position].number[0], roman=roman)
        # One number may be missing: a heading that was not seen must not cost all that follow.
        if last < place <= last + (2 if last else 1):
            chain.append(position)
            last = place
    return chain


def _deeper_numbers(search: _Search, top: dict[int, str]) -> None:
    """Accept 3.1, 3.1.2, A.4 where they continue the numbers above them; letters below Roman numbers."""
    roman = bool(top) and not any(mark.isdecimal() for mark in top.values())
    current, last = "", Counter[tuple[str, ...]]()
    for position, found in enumerate(search.found):
        if position in top:
            current = top[position]
            last.clear()
            continue
        parts = found.number
        if not parts or not (found.leads and found.row.lone):
            continue
        if roman and len(parts) == 1 and current and (found.distinct or found.row.italic):
            parts = (current, str(_ordinal(parts[0])))
        # Sub-headings of an appendix come with the letter of a section that is found later.
        if len(parts) < 2 or not (parts[0] == current or (parts[0].isalpha() and not roman)):
            continue
        place, known = int(parts[-1]) if parts[-1].isdecimal() else 0, last[parts[:-1]]
        sure = found.distinct or (found.closed and len(found.text) < 80 and not found.text.endswith("."))
        if sure and known < place <= known + (3 if known else 1):
            last[parts[:-1]] = place
            search.levels[position] = len(parts)


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """Return a heading's words without number, case, accents, spaces."""
    match = _NUMBERED.fullmatch(text)
    return squeezed(match[2] if match else text)


@lru_cache(maxsize=4096)
def squeezed(text: str) -> str:
    """Return `text` without case, accents, punctuation and spaces."""
    return fold(text).replace(" ", "")


def _from_outline(search: _Search) -> None:
    """Accept rows that the PDF's own outline names on their page."""
    if not search.outline:
        return
    places: dict[tuple[int, str], list[int]] = {}
    for position, found in enumerate(search.found):
        for name in {bare(found.text), squeezed(found.text)}:
            places.setdefault((found.row.page, name), []).append(position)
    # Some outlines hang everything below one entry, the paper's title.
    roots = [entry for entry in search.outline if entry[0] == 1]
    lift = 1 if len(roots) == 1 and len(search.outline) > 2 else 0
    for level, title, page in search.outline:
        fitting = [
            p
            for name in (bare(title), squeezed(title))
            for p in places.get((page, name), [])
            if search.found[p].leads and (search.found[p].distinct or search.found[p].row.italic)
        ]
        if fitting and level > lift and not any(p in search.levels for p in fitting):
            best = max(fitting, key=lambda p: (search.found[p].row.size, search.found[p].row.bold))
            search.levels[best] = max(1, level - lift)


def _top_style(search: _Search) -> tuple[float, bool, bool, bool] | None:
    styles = Counter(_key_of(search.found[p], search.body) for p, level in search.levels.items() if level == 1)
    return styles.most_common(1)[0][0] if styles else None


def _known_names(search: _Search) -> None:
    """Accept names every paper uses; at the level of the numbered headings that look alike."""
    top = _top_style(search)
    numbered = len(search.levels) > 1
    seen: set[str] = set()
    for position, found in enumerate(search.found):
        if position in search.levels or len(found.text) > _LONGEST_NAME or not (found.leads and found.row.lone):
            continue
        name = bare(found.text.rstrip(" .:"))
        if name not in _KNOWN:
            continue
        alike = top is not None and _key_of(found, search.body) == top
        # "Contributions." among numbered sections opens a paragraph.
        run_in = numbered and found.text.endswith(".") and not found.closed
        trusted = name in _ALWAYS_TOP and (found.distinct or found.closed) and not run_in
        if (trusted and name not in seen) or (alike if numbered else found.distinct):
            search.levels[position] = 1
            seen.add(name)


def _alike(search: _Search) -> None:
    """Accept rows without number in the style of the outermost headings, if that style is not the body's."""
    top = _top_style(search)
    firsts = [p for p, level in search.levels.items() if level == 1]
    if top is None or len(firsts) < 3 or not (top[0] >= 1.08 * search.body or top[1] or top[2]):
        return
    for position, found in enumerate(search.found):
        if position in search.levels or position < min(firsts) or _key_of(found, search.body) != top:
            continue
        isolated = found.row.lone and found.leads and (found.closed or top[0] >= 1.08 * search.body)
        if isolated and not found.text.endswith((",", ";")) and found.text[0].isalnum() and not found.number:
            search.levels[position] = 1


def _appendices(search: _Search) -> None:
    """Accept A, B, C ... after the last numbered section, in the style of the outermost headings."""
    top = _top_style(search)
    firsts = [p for p, level in search.levels.items() if level == 1 and search.found[p].number[:1] > ("0",)]
    arabic = [p for p in firsts if search.found[p].number[0].isdecimal()]
    if top is None or not arabic:
        return
    marks = [
        p
        for p, found in enumerate(search.found)
        if p > arabic[-1] and len(found.number) == 1 and found.number[0].isalpha() and found.distinct and found.leads
    ]
    alike = [p for p in marks if _key_of(search.found[p], search.body) == top]
    for position in _chain(search, alike or marks, roman=False):
        search.levels[position] = 1


def _run_in_abstract(rows: Sequence[Row], headings: Sequence[Heading]) -> list[Heading]:
    """Return the place of an "Abstract" that only opens its paragraph, where no heading says it."""
    if any(bare(h.text) == "abstract" for h in headings):
        return []
    for i, row in enumerate(rows):
        if row.page > 2:
            break
        if _RUN_IN_ABSTRACT.match(row.text):
            return [Heading(i, 0, 1, "Abstract", printed=False)]
    return []
