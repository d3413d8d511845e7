"""Where a paper's text cites the entries of its reference list. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paperlab.references.fields import year_of
from paperlab.references.names import surname
from paperlab.text import fold
from paperlab.types import BlockKind, Citation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.references.entry import Entry
    from paperlab.types import Block, Reference

_BRACKETS = re.compile(r"\[([^\[\]]{1,240})\]")
_NUMBERS = re.compile(
    r"(?:\d{1,3}(?!\d)|[–—,;&\s-]|and|to|see|e\.g\.|cf\.|(?:Sec(?:tion|\.)|Ch(?:apter|\.)|pp?\.)\s*+[\d.–-]++)++"
)
_ITEM = re.compile(r"(\d{1,3})(?:\s*[–—-]\s*(\d{1,3}))?")
_NO_CITATION = re.compile(
    r"(?:[∈∉×]|\b(?:interval|range|between|shape|size|dimension)s?|(?:^|[\s(,=])[^\W\d_]|[=<>≤≥∈])\s*$"
)
_YEARS = re.compile(
    r"(?<![\w.])((?:1[89]|20)\d\d[a-z]?(?:\s?[,/&]\s?[a-z](?![\w.]))*(?:(?:,|;|\s?&|\sand)\s?(?:(?:1[89]|20)\d\d)[a-z]?(?!\w))*)(?!\w)"
)
_WORD = r"(?:(?:d|l|O)[’'])?[^\W\d_a-z][\w’'`´.‐-]*"
_SMALL = r"(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|ten|ter|te|zu|al|el|’t|'t)"
_PERSON = rf"(?:{_SMALL}\s)*{_WORD}(?:\s(?:{_SMALL}\s)*{_WORD}){{0,3}}"
_MENTION = re.compile(
    # What names begin with comes first: it passes over most places sooner than the names do.
    rf"(?=[^\W\d_]|[’'])({_PERSON}|(?:{_SMALL}\s)+{_WORD})"
    rf"(?:(,?\s+et\.?\s?al\.?(?:’s|'s)?,?)|(?:,\s{_PERSON}){{0,6}},?\s+(?:and|&)\s+({_PERSON})(?:’s|'s)?|’s|'s)?"
    r",?\s*[(\[]?\s*$"
)


def find_citations(
    blocks: Sequence[Block], entries: Sequence[Entry], references: Sequence[Reference]
) -> list[list[Citation]]:
    """Return for each reference the places that cite it, in reading order.

    Labelled lists are cited by their labels in brackets, others by names and year. A bracket of which one number is no
    label, and one behind what opens an interval or an index, cites nothing.
    """
    found: list[list[Citation]] = [[] for _ in references]
    if not references:
        return found
    labelled = sum(bool(r.label) for r in references) > 0.6 * len(references)
    short = labelled and not any(_is_long(r.label) for r in references)
    cites = _Labels(entries, references).cited if short else _Names(references).cited
    for place, block in enumerate(blocks):
        if block.kind in {BlockKind.REFERENCE, BlockKind.FORMULA}:
            continue
        for start, end, ordinals in cites(block.text, place):
            for ordinal in ordinals:
                found[ordinal].append(Citation(place, start, end, block.page, block.text[start:end]))
    return found


def _is_long(label: str) -> bool:
    """Tell whether a label holds whole names and a year, as old natbib styles print them."""
    return re.search(r"[^\W\d_]{3,}.*\d{4}", label) is not None


class _Labels:
    """Finds `[12]`, `[3, 5–7]`, `[VSP+17]`."""

    def __init__(self, entries: Sequence[Entry], references: Sequence[Reference]) -> None:
        self._lists: list[tuple[int, dict[str, int]]] = []
        """For each list: the place of its last block, and ordinals by label."""
        for entry, reference in zip(entries, references, strict=True):
            label = _squeezed(reference.label)
            if not self._lists or label in self._lists[-1][1]:
                self._lists.append((entry.places[-1], {}))
            known = self._lists[-1][1]
            known[label] = reference.ordinal
            self._lists[-1] = (entry.places[-1], known)
        self._numeric = all(label.isdigit() for label in self._lists[0][1] if label)

    def cited(self, text: str, place: int) -> Iterator[tuple[int, int, list[int]]]:
        """Yield start, end and ordinals of each citation in a block's text."""
        if "[" not in text:
            return
        known = next((labels for last, labels in self._lists if last > place), self._lists[0][1])
        for match in _BRACKETS.finditer(text):
            if self._numeric:
                labels = _numbers(match[1])
                if labels and _NO_CITATION.search(text[max(0, match.start() - 14) : match.start()]):
                    continue
            else:
                labels = [_squeezed(part) for part in re.split(r"[,;]", match[1])]
            ordinals = [known[label] for label in labels if label in known]
            if ordinals and (len(ordinals) == len(labels) or not self._numeric):
                yield match.start(), match.end(), ordinals


def _squeezed(label: str) -> str:
    return "".join(label.split()).replace("∗", "*")


def _numbers(inside: str) -> list[str]:
    """Return the numbers of a bracket, ranges filled; nothing where it holds anything else or one number twice."""
    if not inside[:1].isdigit() and not re.match(r"\s*(?:see|e\.g\.|cf\.|\d)", inside):
        return []
    if not _NUMBERS.fullmatch(inside):
        return []
    numbers: list[int] = []
    for first, last in _ITEM.findall(re.sub(r"(?:Sec(?:tion|\.)|Ch(?:apter|\.)|pp?\.)\s*[\d.–-]+", "", inside)):
        if last and not int(first) < int(last) < int(first) + 60:
            return []
        numbers += range(int(first), int(last or first) + 1)
    return [str(n) for n in numbers] if len(set(numbers)) == len(numbers) else []


@dataclass(slots=True)
class _Known:
    """What is asked of a reference when its name and year are met."""

    ordinal: int
    letter: str
    second: str
    """Surname of the second author, folded; empty where there is none."""
    authors: int


@dataclass(slots=True)
class _Names:
    """Finds `(Vaswani et al., 2017; Devlin et al., 2019a)` and `Vaswani et al. (2017)`."""

    references: Sequence[Reference]
    _known: dict[tuple[str, int], list[_Known]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for reference in self.references:
            year, letter = year_of(reference.text)
            names = [fold(surname(name)) for name in reference.authors[:2]] or [fold(reference.text.split(",")[0][:40])]
            if year is None:
                continue
            known = _Known(reference.ordinal, letter, names[1] if len(names) > 1 else "", len(reference.authors))
            forms = {names[0], names[0].split(" ")[-1]} | ({fold(reference.authors[0])} if reference.authors else set())
            for form in forms:
                self._known[form, year].append(known)

    def cited(self, text: str, place: int) -> Iterator[tuple[int, int, list[int]]]:
        """Yield start, end and ordinals of each citation in a block's text."""
        del place
        for years in _YEARS.finditer(text):
            before = text[max(0, years.start() - 130) : years.start()]
            mention = _MENTION.search(before)
            if not mention:
                continue
            dated = _dates(years[1])
            ordinals, length = self._fitting(mention, dated)
            if ordinals:
                start = years.start() - len(before) + mention.start(1) + len(mention[1]) - length
                closes = text[years.end() : years.end() + 1]
                opened = before.rstrip()[-1:] in {"(", "["}
                end = years.end() + (1 if opened and closes in {")", "]"} else 0)
                yield start, end, ordinals

    def _fitting(self, mention: re.Match[str], dated: list[tuple[int, str]]) -> tuple[list[int], int]:
        """Return the ordinals of what a mention names, and how many of its first name's characters are that name."""
        words = mention[1].split(" ")
        for skip in range(len(words)):
            name = " ".join(words[skip:])
            folded = fold(re.sub(r"[’']s$", "", name))
            if not any((folded, year) in self._known for year, _ in dated):
                continue
            second = fold(surname(mention[3])) if mention[3] else ""
            ordinals = []
            for year, letter in dated:
                ordinals += _chosen(self._known.get((folded, year), []), letter, second, many=bool(mention[2]))
            if ordinals:
                return ordinals, len(name)
        return [], 0


def _dates(years: str) -> list[tuple[int, str]]:
    """Return the years of "2017a,b, 2018" with their letters."""
    dates: list[tuple[int, str]] = []
    for year, letter in re.findall(r"((?:1[89]|20)\d\d)?([a-z]?)(?![a-z])", years.replace("and", ",")):
        if year:
            dates.append((int(year), letter))
        elif letter and dates:
            dates.append((dates[-1][0], letter))
    return dates


def _chosen(known: Sequence[_Known], letter: str, second: str, *, many: bool) -> list[int]:
    """Return the one reference that fits best, or none where it is not sure."""
    fitting = [k for k in known if k.letter == letter] or ([k for k in known if not k.letter or not letter])
    if len(fitting) > 1:
        if second:
            fitting = [k for k in fitting if k.second.split(" ")[-1:] == second.split(" ")[-1:]]
        elif many:
            fitting = [k for k in fitting if k.authors not in {1, 2}] or fitting
        else:
            fitting = [k for k in fitting if k.authors == 1] or fitting
    return [fitting[0].ordinal] if len(fitting) == 1 else []
