"""The arXiv id, DOI and URL in the text of a reference entry. Pure."""

from __future__ import annotations

import re
from collections import Counter

from paperlab.ids import IdKind, find_arxiv_ids, parse_arxiv, parse_id_or_none
from paperlab.text import cut_link

_NEW = r"\d{4}\.[-\s]{0,2}\d{4,5}(?:v\d{1,3})?"
_OLD = r"[a-z][a-z-]{1,20}(?:\.[A-Z]{2})?/\d{7}(?:v\d{1,3})?"
_NAMED = re.compile(
    rf"(?:arxiv|\bcorr\b|\be-?print)(?:\.org)?(?:[\s:,./()\[\]–-]|preprint|e-?prints?|abs|pdf|art\.|id\b|n[or]\.|\d{{4}},){{0,40}}?"
    rf"({_NEW}|{_OLD})(?!\d)",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"\b(?:abs|pdf)/({_NEW}|{_OLD})(?!\d)|(?<![\w/.])(?:({_NEW})\s*\[[a-z-]+(?:\.[A-Za-z-]{{2,}})?[\],]|({_OLD}))(?!\d)"
)
_DIGITS = re.compile(r"\d{4}\.[-\s]{0,2}\d{4}|/\d{7}")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>“”]+")
_SPACED_DOI = re.compile(r"(?:doi ?\.org ?/ ?|doi: ?)10 ?\.\d{4,9}(?: ?[./_()-][\w()]+)+", re.IGNORECASE)
_URL = re.compile(r"(?:https?: ?//|(?<![\w./])www\.)[^\s\"<>“”]+", re.IGNORECASE)

_MARKS = ".,;:'’"
"""What a sentence puts behind a link."""


def arxiv_id_in(text: str) -> str | None:
    """Return the arXiv id an entry prints in any form, without version; the one it prints most often, else the first.

    None without one.
    """
    if not _DIGITS.search(text):
        return None
    named = [match for pattern in (_NAMED, _BARE) for match in pattern.finditer(text)]
    printed = [re.sub(r"\s|(?<=\.)-", "", next(g for g in match.groups() if g)) for match in named]
    known = [found.value for found in map(parse_arxiv, printed) if found] or [f.value for f in find_arxiv_ids(text)]
    return Counter(known).most_common(1)[0][0] if known else None


def doi_in(text: str) -> str | None:
    """Return the first DOI in an entry in lower case, None without one; arXiv's own DOIs are arXiv ids."""
    text = _SPACED_DOI.sub(lambda m: m[0].replace(" ", ""), text)
    for match in _DOI.finditer(text):
        known = parse_id_or_none(cut_link(match[0], _MARKS))
        if known and known.kind is IdKind.DOI:
            return known.value
    return None


def url_in(text: str) -> str | None:
    """Return the first URL in an entry as printed, but no DOI's; None without one."""
    for match in _URL.finditer(re.sub(r"(?<=arxiv\.) (?=org/)", "", text, flags=re.IGNORECASE)):
        url = cut_link(match[0].replace(": //", "://"), _MARKS)
        if len(url) > 10 and not re.search(r"//(?:dx\.)?doi\b", url.lower()):
            return url
    return None
