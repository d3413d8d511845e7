"""Authors, title, year and venue of one reference entry, over the styles lists are printed in. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from paperlab.references.entry import LONGEST
from paperlab.references.names import are_names, opens_last_first, opens_with_initial, split_names

if TYPE_CHECKING:
    from collections.abc import Sequence

_YEAR = r"(?:1[6-9]|20)\d\d"
_YEAR_BEHIND = re.compile(
    rf"[\s,.(]\(?({_YEAR})([a-z])?(?:/\d\d\d\d|,? [A-Z][a-z]+\.?(?: \d\d?)?)?\)?(?:[.,:;]|(?=\s)|$)"
)
_YEAR_ANYWHERE = re.compile(rf"(?<![\w./:–-])(?<!pp )({_YEAR})([a-z])?(?![\w–]|-\d|[./]\d|:\d)")
_NOT_DATES = re.compile(
    r"(?:https?:|www\.|doi:|10\.\d{4,})\S+|arxiv[:\s]{0,3}\S{0,20}\d{4}\.\d+|pp?\.?\s*\d+|pages?\s*\d+", re.IGNORECASE
)
_SEEN = re.compile(
    r"(?:[\[(]?\bonline; |\blast )?\b(?:accessed|retrieved|visited)\b"
    r"[^.;()\[\]]{0,30}?(?:19|20)\d\d(?:-\d\d?-\d\d?)?[\])]?",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"\s*\(\s*(?:\d*\ufffd[\d\ufffd]*|\d?)[a-z]?\s*\)[.,]?\s")
"""Where a font without a character map lost the year's digits."""
_QUOTED = re.compile(r"(?:“|``|,? \"|^\")(.{4,400}?)(?:”|’’|''|\")(?=[\s,.;]|$)", re.DOTALL)
_BACK_PAGES = re.compile(r"(?<=[.)\w/]) (?:\d{1,3})(?:, ?\d{1,3})*$|\s*\(?(?:cited on|↑).*$", re.IGNORECASE)
_STOP = re.compile(r"[.?!][”’\"')]*\s+")
_INITIAL_END = re.compile(r"(?:(?:^|[\s.])[^\W\d_a-z]|\.[\-‐–][^\W\d_])$")
_SHORT_FORM = re.compile(r"(?:^|[\s(])(?:vs|etc|e\.g|i\.e|cf|al|resp|approx|No|Vol|Dr|St|Mr|Mrs|U\.S|ca|Fig|Sec|v)$")
_SENTENCE = re.compile(
    r"[“\"‘(\[0-9$*]|[^\W\d_a-zß-ÿ]|(?:in:|(?i:arxiv)|https?|url|doi|www|pp?\.|pages|bioRxiv|medRxiv)"
    r"|[a-z][\w &]{2,60},? \d+ ?[(:,]"
)
_TITLE_TAIL = re.compile(
    rf",?\s*\(?{_YEAR}[a-z]?\)?$|\s\((?:[A-Z][a-z]{{2,8}}\.? )?{_YEAR}[a-z]?\).*$"
    rf"|,? (?:[Ii]n:? (?=Proc|Advances)).*$|,\s{_YEAR}\..*$"
)
_COMMA_VENUE = re.compile(
    r",\s+(?=(?:in\b|in:|[A-Z][a-z]{1,6}\.\s|Proc|Journal|J\.|IEEE|ACM|Trans|arXiv|CoRR|Nature|Science|Phys|[A-Z]{3,}\b"
    r"|International|Frontiers|Lecture|Advances|[A-Z][^,.]{2,90}\s\d"
    rf"|(?:Ph\.?D|Master)|vol\b|pp\b|\d|{_YEAR}|http|doi|url|technical report|preprint))"
)
_JOURNAL = re.compile(
    r"\d\s?\(\d+\):\s?\w?\d|\s\d+:\d+(?:[–-]\d+)?$|^(?:Proc|Phys|Nat|Ann|Appl|Chem|Int|Trans|Biochem|Astron)$"
)
_NO_VENUE = re.compile(
    rf"(?:url\b|https?:|www\.|doi\b|10\.\d{{4}}|{_YEAR}[a-z]?\b\W*$|{_YEAR}[a-z]?[.,;]|\(?accessed|available|\[online|online;|pages?\b|pp\b|"
    r"isbn|issn|\(?version|\d|↑|cited|eprint|note)",
    re.IGNORECASE,
)
_EDITED = re.compile(r"^(.{3,200}?),? \(?(?:[Ee]ditors?|[Ee]ds?)\b\.?\)?\s*[.,:]?\s*(?=\S)")
_VENUE_END = re.compile(
    rf"[,;.:]?\s*(?:\bpages?\b|\bpp?\.|\bpp\b|\bvol(?:ume|\.)?\s*\d|\bno\.|\bnumber\s*\d|\bissue\s*\d|\bart(?:icle|\.)\s|\bchapter\s*\d|\babs/"
    rf"|[\s(,]{_YEAR}[a-z]?(?=[).,;:\s]*$|[).,;:])|\s[A-Z]?\d+\s*[(:,]|,\s*[A-Z]?\d|\s\d+$|https?:|www\.|\burl\b|\bdoi\b|\bisbn\b|\barxiv:)",
    re.IGNORECASE,
)
_SENTENCE_BEHIND = re.compile(r"(?<=[a-z]{5})\.\s|(?<=[A-Z]{2})\.\s|(?<=\))\.\s|(?<=\d)\.\s")


@dataclass(frozen=True, slots=True)
class Fields:
    """What an entry says; empty where it is not sure."""

    authors: tuple[str, ...] = ()
    title: str = ""
    year: int | None = None
    venue: str = ""


@dataclass(slots=True)
class _Parts:
    """An entry cut at its joints: names, what follows them, and the title where the print marks it."""

    names: str = ""
    rest: str = ""
    title: str = ""


def fields_of(text: str, *, back_pages: bool = False) -> Fields:
    """Return the fields of an entry without its label; `back_pages` drops page numbers of citations behind it."""
    text = _EMPTY.sub(" ", _unseen(_evenly(text)))
    if back_pages:
        text = _BACK_PAGES.sub("", text)
    parts = (
        _undated(text)
        or _quoted(text)
        or _dated(text)
        or _colon(text)
        or _sentences(text)
        or _commas(text)
        or _Parts("", text)
    )
    title, rest = (parts.title, parts.rest) if parts.title else _title(parts.rest)
    if _JOURNAL.search(title) and not parts.title:
        title, rest = "", parts.rest
    if not parts.names and not parts.title and not _undated(text) and _opens_with_names(text):
        title, rest = "", ""
    authors = split_names(parts.names) if parts.names else ()
    return Fields(authors, title, year_of(text)[0], _venue(rest))


def _evenly(text: str) -> str:
    """Return the part of an entry that is looked at with single spaces: on runs of blanks the patterns are slow."""
    return " ".join(text[:LONGEST].split())


def _unseen(text: str) -> str:
    """Return an entry without the day on which a page was looked at."""
    return _SEEN.sub("", text) if re.search(r"ccessed|etrieved|isited", text) else text


def _opens_with_names(text: str) -> bool:
    """Tell whether a text of which no author list was understood opens with one all the same."""
    first = re.split(r",\s|\sand\s", text[:80], maxsplit=1)
    return (
        opens_with_initial(text)
        or opens_last_first(text)
        or (len(first) > 1 and are_names(first[0]))
        or (re.match(r"(?:[^,.:?]{3,40}, ){2,}and [^,.]{3,40}\.", text) is not None)
    )


def prints_pages(texts: Sequence[str]) -> bool:
    """Tell whether a list prints behind each entry the pages that cite it."""
    ends = sum(re.search(r"(?:[.)/]|\d\.) \d{1,3}(?:, ?\d{1,3})*$", text) is not None for text in texts)
    return 2 * ends > len(texts)


@lru_cache(maxsize=2048)
def year_of(text: str) -> tuple[int | None, str]:
    """Return an entry's year and the letter behind it: the one behind the names, else the last that is a date."""
    text = _evenly(text)
    match = _YEAR_BEHIND.search(text[:3000])
    if match and are_names(text[: match.start() + 1].strip(" ,.(")):
        return int(match[1]), match[2] or ""
    plain = _NOT_DATES.sub(" ", _unseen(text))
    years = list(_YEAR_ANYWHERE.finditer(plain))
    closed = [y for y in years if re.match(r"\)|[.,;]|\W*$", plain[y.end() :])]
    best = (closed or years)[-1:]
    return (int(best[0][1]), best[0][2] or "") if best else (None, "")


def _undated(text: str) -> _Parts | None:
    """Cut behind a year that opens an entry without names."""
    match = re.match(rf"\(?{_YEAR}[a-z]?\)?[.,]\s", text)
    return _Parts("", text[match.end() :]) if match else None


def _quoted(text: str) -> _Parts | None:
    """Cut at a title in quotation marks."""
    match = _QUOTED.search(text[:5000])
    if not match:
        return None
    before = re.sub(rf"\(?{_YEAR}[a-z]?\)?[.,:]?\s*$", "", text[: match.start()]).strip(" ,.:")
    closed = match[1][-1] in ".,?!" or re.match(r"[.,]", text[match.end() :])
    if (before and not are_names(before)) or not closed:
        return None
    return _Parts(before, text[match.end() :], match[1].strip().rstrip(".,"))


def _dated(text: str) -> _Parts | None:
    """Cut at a year behind the names."""
    match = _YEAR_BEHIND.search(text[:3000])
    names = text[: match.start()].rstrip(" ,(") if match else ""
    return _Parts(names, text[match.end() :]) if match and are_names(names) else None


def _colon(text: str) -> _Parts | None:
    """Cut at the colon behind the names."""
    match = re.search(r":\s", text[:3000])
    if not match:
        return None
    names = text[: match.start()]
    marked = re.search(r"(?:[\s.\-‐][^\W\d_a-z]\.|et al\.?| [^\W\d_a-z]{1,3}|\(eds?\.\))$", names[-12:])
    return _Parts(names, text[match.end() :]) if marked and are_names(names) else None


def _sentences(text: str) -> _Parts | None:
    """Cut at the first full stop that is not an initial's."""
    last_first = opens_last_first(text)
    for match in _STOP.finditer(text[:6000]):
        names, rest = text[: match.start()], text[match.end() :]
        if re.match(r"(?:[^\W\d_](?:h|u|yu)?[.,]|and\b|et\b|&|[-‐–]|Jr)", rest):
            continue
        if _INITIAL_END.search(names[-6:]) and not last_first:
            continue
        if re.search(r"(?<!, )\b(?:Jr|Sr|St|Dr|Md)$", names[-6:]):
            continue
        return _Parts(text[: match.start() + 1], rest) if are_names(names) else None
    return None


def _commas(text: str) -> _Parts | None:
    """Cut where the pieces between commas stop to be names with initials."""
    if not opens_with_initial(text):
        return None
    at = 0
    for match in re.finditer(r",\s+", text[:5000]):
        piece = re.sub(r"^and\s", "", text[at : match.start()])
        if not (opens_with_initial(piece) and are_names(piece)):
            break
        at = match.end()
        if re.search(r"et al\.?$| and .+", piece):
            break
    venue = _COMMA_VENUE.search(text, at)
    title = text[at : venue.start()].strip() if venue else ""
    if not at or venue is None or len(title.split()) < 3:
        return _Parts(text[:at]) if at else None
    return _Parts(text[:at], text[venue.end() :], title)


def _title(rest: str) -> tuple[str, str]:
    """Return the title a text opens with, and what follows it."""
    rest = rest.strip().lstrip(".,:;) ")
    if re.match(r"url\b|https?:|www\.|doi\b|10\.\d{4}/|arxiv:", rest, re.IGNORECASE):
        return "", rest
    for match in _STOP.finditer(rest):
        title, behind = rest[: match.end()].rstrip(), rest[match.end() :]
        stem = title.rstrip(".?!”’\"')")
        if _SHORT_FORM.search(stem[-8:]) or not _SENTENCE.match(behind):
            continue
        if title[-1] in "!?" and len(stem.split()) < 3:
            continue
        if re.search(r"\s[A-Z]$", stem[-3:]) and not re.match(r"In\b", behind) and len(stem) < 12:
            continue
        return _cut(title), behind
    return _cut(rest), ""


def _cut(title: str) -> str:
    title = _TITLE_TAIL.sub("", title.strip().rstrip(".")).strip(" ,;")
    title = re.sub(r"\s*(?:,|\()?\s*(?:https?: ?//|URL\b).*$", "", title)
    return title if len(title) < 400 and sum(map(str.isalpha, title)) > 2 else ""


def _venue(rest: str) -> str:
    """Return the journal, proceedings or repository that a text behind the title opens with."""
    rest = re.sub(r"^(?:in:?\s+)+(?=\S)", "", rest.strip().lstrip('.,;:)”" '), flags=re.IGNORECASE)
    if match := re.match(r"(arxiv(?: e-?prints?| preprint)?|corr)\b", rest, re.IGNORECASE):
        return match[1]
    edited = _EDITED.match(rest[:260])
    if edited and are_names(edited[1]):
        rest = rest[edited.end() :]
    if not rest or (_NO_VENUE.match(rest) and not re.match(rf"(?:{_YEAR}|\d+(?:st|nd|rd|th))\s+[^\W_]", rest)):
        return ""
    end = _VENUE_END.search(rest, 1)
    venue = rest[: end.start()] if end else rest
    sentence = _SENTENCE_BEHIND.search(venue)
    if sentence and not re.search(r"\b[A-Z][a-z]{0,6}\.\s", venue[: sentence.start() + 1]):
        venue = venue[: sentence.start()]
    venue = venue.strip(" ,;:({")
    venue = venue if ". " in venue else venue.rstrip(".")
    return venue if 1 < len(venue) < 250 else ""
