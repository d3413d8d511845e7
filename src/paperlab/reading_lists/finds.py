"""The papers that the links of one line, list item or table cell point at, with the title and note each has there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paperlab.reading_lists.links import Pointer, paper_link
from paperlab.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.reading_lists.spans import Span

_LONGEST_TITLE = 300
_EDGE = " \t\n:;,|\u2013\u2014-•·>\"“”\u2018\u2019'`*_"
_LABEL = re.compile(r"^(?:paper|article|preprint|title)\s*(?:\(?\d{4}\)?)?\s*:\s*", re.IGNORECASE)
_CONNECTIVE = re.compile(r"(?:\W|\b(?:and|or|also|plus|see|und|et)\b)*", re.IGNORECASE)
_CITATION = re.compile(r"\bet al\.?,?\s*\(?(?:\d{4})?[a-z]?\)?$", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“]([^\"“”]{10,300})[\"”]")
_QUOTED_PAPER = re.compile(r"^\W*paper\W*?:\W*?[\"“]([^\"”]{6,300})[\"”]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Find:
    """A paper found in a line; `at` is the place of its link among the line's spans."""

    pointer: Pointer
    title: str
    named: bool
    """Whether the link's own text is the title."""
    at: int
    note: str = ""


def find_papers(spans: Sequence[Span], *, among_papers: bool = False) -> list[Find]:
    """Return the papers that a line's links point at, in order; several links of one paper make one find."""
    finds: list[Find] = []
    for at, span in enumerate(spans):
        pointer = paper_link(span.link, span.text, among_papers=among_papers) if span.link else None
        if pointer is None:
            continue
        if finds and not span.names and _is_alternate(finds[-1], pointer, spans[finds[-1].at + 1 : at]):
            finds[-1] = replace(finds[-1], pointer=_better(finds[-1].pointer, pointer), at=at)
            continue
        title = clean_title(span.text) if span.names else _title_around(spans, at)
        title = "" if _CITATION.search(title) else title
        finds.append(Find(pointer, title, span.names, at))
    return [*finds[:-1], replace(finds[-1], note=_note(spans, finds))] if finds else []


def quoted_paper(line: str) -> str:
    """Return the title in a line of the form `Paper: "Title" by somebody`, or nothing."""
    found = _QUOTED_PAPER.match(line)
    return clean_title(found[1]) if found else ""


def clean_title(text: str) -> str:
    """Return a title on one line, without labels, quotes, emphasis and the punctuation around it."""
    title = one_line(text).strip(_EDGE)
    title = _LABEL.sub("", title).strip(_EDGE)
    if title.endswith(".") and not title.endswith(("et al.", "...")):
        title = title[:-1]
    if title.startswith("(") and title.find(")") == len(title) - 1:
        title = title[1:-1]
    return _without_open_bracket(title).strip(_EDGE)


def plain_text(spans: Sequence[Span]) -> str:
    """Return the spans' text, links as their text."""
    return "".join(span.text for span in spans)


def _without_open_bracket(title: str) -> str:
    """Cut an opening bracket whose closing one stood behind the link, and closing ones without an opening."""
    cut = re.sub(r"[(\[{][^\w)\]}]*$", "", title)
    return cut if cut.count(")") <= cut.count("(") else re.sub(r"^\W*\)|\)\W*$", "", cut)


def _is_alternate(last: Find, pointer: Pointer, between: Sequence[Span]) -> bool:
    """Tell whether an unnamed link is one more link of the paper before it ([Title](...) [pdf](...))."""
    if any(span.text == "\n" for span in between) or re.search(r"\w", plain_text([s for s in between if not s.link])):
        return False
    return last.named or not (last.pointer.is_arxiv and pointer.is_arxiv)


def _better(first: Pointer, later: Pointer) -> Pointer:
    """Prefer arXiv's id, then any id, then what came first."""
    if first.is_arxiv or not (later.is_arxiv or (later.id and not first.id)):
        return first
    return replace(later, url=later.url or first.url, doi=later.doi or first.doi)


def _title_around(spans: Sequence[Span], at: int) -> str:
    """Return what a bare or unnamed link's line calls the paper: before the link, or behind it, or nothing."""
    before = _before(spans, at)
    behind = _behind(spans, at)
    worded = re.search(r"\w", plain_text([span for span in spans[:at] if not span.link]))
    # A sentence that goes on behind its link is prose about the paper, not its name.
    if worded and re.match(r"\s+[a-z]{2,}", behind) and not any(span.link for span in spans[at + 1 :]):
        return ""
    if before:
        return before
    title = clean_title(next((line for line in behind.split("\n") if line.strip()), ""))
    return title if len(title) <= _LONGEST_TITLE and not _CONNECTIVE.fullmatch(title) else ""


def _before(spans: Sequence[Span], at: int) -> str:
    first_link = next(place for place, span in enumerate(spans) if span.link)
    start = max((place + 1 for place, span in enumerate(spans[:at]) if span.link), default=0)
    own = spans[start:at]
    if _CONNECTIVE.fullmatch(plain_text(own)) and start:
        named = spans[start - 1]
        own = [named] if named.names and named.text else spans[:first_link]
    strong = clean_title(plain_text([span for span in own if span.strong and not span.text.rstrip().endswith(":")]))
    line = _last_line(plain_text(own))
    quoted = _QUOTED.search(line)
    title = strong if len(strong.split()) > 1 else clean_title(quoted[1] if quoted else line)
    return title if len(title) <= _LONGEST_TITLE and not _CONNECTIVE.fullmatch(title) else ""


def _last_line(text: str) -> str:
    lines = [line for line in text.split("\n") if line.strip()]
    return lines[-1] if lines else ""


def _behind(spans: Sequence[Span], at: int) -> str:
    end = next((place for place in range(at + 1, len(spans)) if spans[place].link), len(spans))
    return plain_text(spans[at + 1 : end])


def _note(spans: Sequence[Span], finds: list[Find]) -> str:
    """Return what is said behind the only paper of a line that is not prose; links to other things end it."""
    last = finds[-1]
    behind = _behind(spans, last.at)
    before = re.search(r"\w", plain_text([span for span in spans[: last.at] if not span.link]))
    is_prose = before and (last.named or not last.title)
    if len(finds) > 1 or is_prose or any(span.link for span in spans[last.at + 1 :]):
        return ""
    if last.title and not last.named and clean_title(behind).startswith(last.title):
        behind = behind.split(last.title, 1)[-1]
    return tidy_note(behind)


def tidy_note(text: str) -> str:
    """Return a note on one line without the marks that set it off."""
    note = one_line(text).strip(" \t:;,|\u2013\u2014-•·").strip()
    if note.startswith("(") and note.endswith(")") and note.count("(") == 1:
        note = note[1:-1].strip()
    return note if re.search(r"\w", note) else ""
