"""Plain lists of ids, one paper a line."""

from __future__ import annotations

import re

from paperlab.errors import BadFile, BadId
from paperlab.ids import IdKind, PaperId, parse_id
from paperlab.reading_lists.entries import unique_entries
from paperlab.text import one_line
from paperlab.types import ListEntry

_COMMENT = re.compile(r"(?:^|\s)#.*")
_BULLET = re.compile(r"^(?:[-*+•]|\d{1,3}[.)])\s+")


def import_ids(text: str, name: str = "ids") -> tuple[list[ListEntry], list[BadFile]]:
    """Read a list of arXiv ids, DOIs and URLs; what follows the id on its line is the paper's title.

    `#` begins a comment, several ids on one line are split by commas or spaces. An asked version stays. A line
    that is none becomes a BadFile with its line number, the rest is imported.
    """
    entries: list[ListEntry] = []
    problems: list[BadFile] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = _BULLET.sub("", _COMMENT.sub("", line.lstrip("\ufeff")).strip())
        if not one_line(words):
            continue
        try:
            entries += _line_entries(words)
        except BadId as error:
            problems.append(BadFile(name, number, str(error)))
    return unique_entries(entries), problems


def _line_entries(words: str) -> list[ListEntry]:
    words = re.sub(r"^(arxiv|doi)\s*:\s*", r"\1:", words, flags=re.IGNORECASE)
    first, rest = _cut(words)
    found = [_identified(first)]
    while rest:
        first, after = _cut(rest)
        try:
            found.append(_identified(first))
        except BadId:
            break
        rest = after
    title = one_line(rest).strip(' -\u2013\u2014:,;|"“”') if len(found) == 1 else ""
    return [_entry(paper_id, title) for paper_id in found]


def _cut(words: str) -> tuple[str, str]:
    parts = re.split(r"[,;\s]+", words, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def _identified(word: str) -> PaperId:
    paper_id = parse_id(word.rstrip(":"))
    if paper_id.kind is IdKind.KEY:
        raise BadId(word, "give an arXiv id (2306.01708, hep-ph/9901234), a DOI or a URL")
    return paper_id


def _entry(paper_id: PaperId, title: str) -> ListEntry:
    if paper_id.kind is IdKind.URL:
        return ListEntry(id=None, title=title, url=paper_id.value)
    doi = paper_id.value if paper_id.kind is IdKind.DOI else None
    return ListEntry(id=paper_id.versioned, title=title, doi=doi)
