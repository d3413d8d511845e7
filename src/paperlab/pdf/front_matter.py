"""Title, authors, year, arXiv stamp and DOI from a paper's first page. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.ids import parse_arxiv
from paperlab.pdf.authors import Piece, find_authors
from paperlab.pdf.page_text import tidy
from paperlab.text import fold, one_line
from paperlab.types import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paperlab.pdf.page_text import RawPage
    from paperlab.types import Box

_STAMP = re.compile(
    r"arXiv\s*:\s*([a-z.-]+/\d{7}|\d{4}\.\d{4,5})\s*(?:v(\d+))?\s*(?:\[[\w.-]+\])?\s*(\d{1,2}\s+\w{3,9}\s+(\d{4}))?",
    re.IGNORECASE,
)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+")
_NOT_TITLE = re.compile(
    r"published (?:as|at|in|by)\b|publication date|(?:under|in) review|preprint\b|to appear|appear(?:s|ed|ing) in|"
    r"arxiv|accepted (?:to|at|for|by|as|manuscript)\b|submitted (?:to|on|\d)|received:?\s|edited by|cite this|"
    r"journal of|proceedings of|workshop on|(?:international )?conference on|ieee transactions|tech(?:nical)? report|"
    r"vol(?:ume)?\.?\s*\d|doi\b|https?:|www\.|©|\(c\)|copyright\s*(?:©|\(c\)|\d)|contents lists|open access$|"
    r"(?:research|original|review|short)?\s*(?:article|paper|letter|report)s?$|available online|see discussions|"
    r"this paper is|provided (?:proper|by)|(?:table|figure|fig\.|algorithm)\s*(?:\d|[ivx]+\b)|\d",
    re.IGNORECASE,
)
_BANNER = re.compile(r"journal homepage|contents lists available", re.IGNORECASE)
_JUNK_INFO = re.compile(
    r"microsoft|untitled|\.(?:docx?|dvi|tex|ps|pdf|indd|qxd)\b|^\W*$|latex|template|manuscript", re.IGNORECASE
)
_VENUE = re.compile(
    r"(?:ICLR|ICML|NIPS|NeurIPS|CVPR|ICCV|ECCV|ACL|EMNLP|NAACL|EACL|COLING|AAAI|IJCAI|AISTATS|UAI|KDD|WWW|SIGIR|COLM|"
    r"INTERSPEECH|ICASSP|conference|proceedings|workshop|journal|symposium|transactions|copyright|©|\(c\)|preprint|published|"
    r"submitted|accepted|revised|volume|vol\.).{0,60}?(?<![-–\d.])((?:19|20)\d{2})(?![-–\d])",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?\s+(?:\d{1,2},?\s+)?((?:19|20)\d{2})",
    re.IGNORECASE,
)
_MARKS = " *∗†‡§¶#⋆★⇤"


@dataclass(frozen=True, slots=True)
class Front:
    """What page 1 says, without the abstract, and the boxes its title stands in."""

    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    arxiv_id: str | None = None
    arxiv_version: int | None = None
    doi: str | None = None
    title_boxes: tuple[Box, ...] = ()
    ends: float = 0.0
    """Height on page 1 down to which title and authors reach, in points."""


def find_front(raw: RawPage, info: Mapping[str, str], words: Counter[str]) -> Front:
    """Read the first page's front matter.

    `raw` is the page as PyMuPDF gives it, `info` the file's own metadata (`title`, `creationDate`), `words` the
    document's vocabulary, which heals a title broken within a word.
    """
    pieces = _pieces(raw)
    height = float(raw["height"])
    level = [p for p in pieces if p.upright]
    start = _abstract_top(level, height)
    title = _title_lines(level, start, height, info.get("title") or "")
    text = _title_text(title, words) or _info_title(info)
    bottom = max((p.box[3] for p in title), default=0.0)
    authors = find_authors(level, title, start) if title else ()
    arxiv_id, version, stamp_year = _stamp(pieces)
    margins = _margins(level, start, height)
    return Front(
        text,
        authors,
        stamp_year or _printed_year(margins, bottom, start) or _info_year(info),
        arxiv_id,
        version,
        _own_doi(level, margins),
        tuple(p.box for p in title),
        start,
    )


def _pieces(raw: RawPage) -> list[Piece]:
    pieces = []
    for block in raw["blocks"]:
        for line in block.get("lines", ()):
            spans = [s for s in line["spans"] if s["text"]]
            runs = tuple((_spaced(s), float(s["size"]), bool(s["flags"] & 1), bool(s["flags"] & 16)) for s in spans)
            text = tidy("".join(r[0] for r in runs))
            if text:
                pieces.append(Piece(text, tuple(line["bbox"]), runs, upright=line["dir"][0] > 0.9))
    return pieces


def _spaced(span: RawPage) -> str:
    """Return a span's text; a wide blank, as stands between two names, as three spaces."""
    wide = span["text"].isspace() and span["bbox"][2] - span["bbox"][0] > 1.2 * span["size"]
    return "   " if wide else str(span["text"])


def _abstract_top(pieces: Sequence[Piece], height: float) -> float:
    """Return where the abstract (or the first section, or the first paragraph) begins, from the page's top."""
    folded = [fold(piece.text) for piece in pieces]
    for opening in ("abstract", "summary", "introduction", "1introduction", "iintroduction"):
        for piece, text in zip(pieces, folded, strict=True):
            if text.replace(" ", "") == opening or (opening == "abstract" and text.startswith("abstract ")):
                return piece.box[1]
    for first, second, third in zip(pieces, pieces[1:], pieces[2:], strict=False):
        if all(
            len(p.text) > 55 and sum(map(str.islower, p.text)) > 0.7 * len(p.text.replace(" ", ""))
            for p in (first, second, third)
        ):
            return first.box[1]
    return 0.6 * height


def _title_lines(pieces: Sequence[Piece], start: float, height: float, given: str) -> list[Piece]:
    """Return the lines of the title: the largest type above the abstract that is no journal's name."""
    above = [p for p in pieces if p.box[3] <= start + 2 and p.box[1] < 0.6 * height] or [
        p for p in pieces if p.box[1] < 0.5 * height
    ]
    body = _body_size(pieces)
    # A journal's banner may set its own name larger than the paper's title.
    banner = max((p.box[3] for p in above if _BANNER.search(p.text)), default=0.0)
    above = [p for p in above if p.box[1] >= banner]
    ordered = sorted(above, key=lambda p: (round(p.box[1]), p.box[0]))
    groups = [g for g in _groups(ordered) if _could_be_title(g, body)]
    if not groups:
        return []
    known = fold(given).replace(" ", "")
    if len(known) >= 10:
        for group in groups:
            if fold(" ".join(p.text for p in group)).replace(" ", "") == known:
                return group
    largest = max(g[0].peak for g in groups)
    # The first of those nearly as large as the largest: a drop capital or a logo's words may be a little larger.
    return next(g for g in groups if g[0].peak >= 0.93 * largest)


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = []
    for piece in pieces:
        # What stands beside the title (a logo's word) may come between two of its lines.
        fitting = next((group for group in reversed(groups[-3:]) if _goes_on(group[-1], piece)), None)
        if fitting is not None:
            fitting.append(piece)
        else:
            groups.append([piece])
    return groups


def _goes_on(last: Piece, piece: Piece) -> bool:
    """Tell whether two lines are of one style and close; a venue's line over the title is no part of it."""
    if _is_head(last.text) or abs(last.peak - piece.peak) >= 0.06 * last.peak or last.bold != piece.bold:
        return False
    gap = piece.box[1] - last.box[3]
    across = min(last.box[2], piece.box[2]) - max(last.box[0], piece.box[0])
    beside = abs(piece.box[1] - last.box[1]) < 0.4 * piece.peak and -across < 1.5 * piece.peak
    return beside or (gap < 0.95 * piece.peak and across > 0)


def _body_size(pieces: Sequence[Piece]) -> float:
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[round(2 * piece.peak) / 2] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _could_be_title(group: Sequence[Piece], body: float) -> bool:
    if not (group[0].peak >= 1.08 * body or group[0].bold or group[0].text.isupper()):
        return False
    text = " ".join(p.text for p in group)
    letters = sum(map(str.isalpha, text))
    if letters < 4 or len(text) > 400 or "@" in text or 2 * letters < len(text.replace(" ", "")):
        return False
    return not _is_head(text)


def _is_head(text: str) -> bool:
    """Tell whether a line names a venue, a date or a label; a title may well begin with a number ("3D ...")."""
    return _NOT_TITLE.match(text) is not None and not (text[0].isdigit() and sum(map(str.isalpha, text)) > 12)


def _title_text(title: Sequence[Piece], words: Counter[str]) -> str:
    lines = [piece.without_marks() for piece in title]
    text = ""
    for line in lines:
        broken = re.search(r"(\w+)-$", text)
        head = re.match(r"\w+", line)
        if broken and head:
            whole = (broken[1] + head[0]).casefold()
            compound = f"{broken[1]}-{head[0]}".casefold()
            shouted = (broken[1] + head[0]).isupper() and not (
                words[broken[1].casefold()] and words[head[0].casefold()]
            )
            drops = words[whole] > words[compound] or (not words[compound] and (head[0].islower() or shouted))
            text = (text[:-1] if drops else text) + line
        else:
            text = f"{text} {line}" if text else line
    return one_line(text).strip(_MARKS)


def _info_title(info: Mapping[str, str]) -> str:
    title = one_line(info.get("title") or "")
    return "" if _JUNK_INFO.search(title) or len(title) < 8 else title


def _stamp(pieces: Sequence[Piece]) -> tuple[str | None, int | None, int | None]:
    """Return id, version and year of the stamp arXiv prints on page 1; nothing else on the page is asked."""
    sideways = [p for p in pieces if not p.upright]
    texts = [p.text for p in sideways if "arxiv" in p.text.casefold()]
    texts += ["".join(p.text for p in sideways)] if sideways and not texts else []
    matches = [m for m in map(_STAMP.match, texts) if m]
    # A level stamp is only believed with nothing else on its line, date included.
    matches += [m for m in (_STAMP.fullmatch(p.text) for p in pieces if p.upright) if m and m[3]]
    for match in matches:
        found = parse_arxiv(match[1])
        if found:
            return found.value, int(match[2]) if match[2] else None, int(match[4]) if match[4] else None
    return None, None, None


def _margins(pieces: Sequence[Piece], start: float, height: float) -> list[Piece]:
    """Return what stands outside the running text: head of the page, all above the abstract, notes at the foot."""
    small = 0.95 * _body_size(pieces)
    return [
        p
        for p in pieces
        if p.box[3] < 0.12 * height
        or p.box[3] <= start
        or p.box[1] > 0.93 * height
        or (p.box[1] > 0.75 * height and p.peak < small)
    ]


def _printed_year(margins: Sequence[Piece], bottom: float, start: float) -> int | None:
    """Return the year a venue, copyright or date line gives, outside the running text."""
    for piece in margins:
        match = _VENUE.search(piece.text)
        if match and 1900 <= int(match[1]) <= 2100:
            return int(match[1])
    for piece in margins:
        match = _DATE_LINE.search(piece.text)
        if match and bottom <= piece.box[1] <= start and len(piece.text) < 60:
            return int(match[1])
    return None


def _info_year(info: Mapping[str, str]) -> int | None:
    match = re.match(r"(?:D:)?((?:19|20)\d{2})", info.get("creationDate") or "")
    return int(match[1]) if match else None


def _own_doi(pieces: Sequence[Piece], margins: Sequence[Piece]) -> str | None:
    """Return the DOI printed for this paper: in the page's margins or above the abstract, not in the text."""
    for piece in pieces:
        if fold(piece.text) in {"references", "bibliography"}:
            break
        opens = re.match(r"(?:https?://(?:dx\.)?doi\.org/|doi\b|digital object identifier)", piece.text, re.IGNORECASE)
        match = _DOI.search(piece.text)
        if match and (opens or piece in margins):
            return match[0].rstrip(".,;)]").lower()
    return None
