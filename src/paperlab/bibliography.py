"""Bibliographies as reading-list entries: BibTeX (through bibtexparser) and CSL-JSON, as Zotero writes them."""

from __future__ import annotations

import json
import logging
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from paperlab.errors import BadFile, BadId
from paperlab.ids import IdKind, PaperId, find_arxiv_ids, parse_arxiv, parse_id
from paperlab.reading_lists import unique_entries
from paperlab.text import one_line
from paperlab.types import ListEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Format = Literal["bibtex", "csl", "markdown", "ids", "toml"]
Imported = tuple[list[ListEntry], list[BadFile]]

_SUFFIXES: dict[str, Format] = {
    ".bib": "bibtex",
    ".bibtex": "bibtex",
    ".json": "csl",
    ".markdown": "markdown",
    ".md": "markdown",
    ".toml": "toml",
}
_BIBTEX = re.compile(r"^[ \t]*@[A-Za-z]+\s*[{(]", re.MULTILINE)
_TOML = re.compile(r"^\s*\[\[\s*paper\s*\]\]\s*(#.*)?$", re.MULTILINE)
_ID_LINE = re.compile(
    r"[ \t]*(?:arxiv\s*:\s*)?(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7}|10\.\d{4,9}/\S+|https?://\S+)",
    re.IGNORECASE,
)
# What bibtexparser logs we report ourselves; without a handler Python would print it to stderr.
_QUIET = logging.NullHandler()
_ARXIV_FIELDS = ("journal", "journaltitle", "number", "volume", "howpublished", "publisher", "series", "archive")
_CSL_ARXIV = ("number", "archive", "archive_location", "container-title", "volume", "publisher", "genre")


def sniff_format(name: str, text: str) -> Format:
    """Return what a file to import is, by its name's ending or, where that says nothing, by its text."""
    suffix = re.search(r"\.[A-Za-z]+$", name)
    if suffix and suffix[0].lower() in _SUFFIXES:
        return _SUFFIXES[suffix[0].lower()]
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start and start in "[{" and re.match(r"\ufeff?\s*(\[\s*\]|\[\s*\{|\{\s*\")", text):
        return "csl"
    if _BIBTEX.search(text):
        return "bibtex"
    return "toml" if _TOML.search(text) else _ids_or_markdown(text)


def import_bibtex(text: str, name: str) -> Imported:
    """Return the entries of a BibTeX file, and a BadFile with its line for each entry that cannot be read.

    LaTeX in titles, authors, keywords and notes becomes Unicode; keywords become tags. Never raises for any text.
    """
    import bibtexparser
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock

    logging.getLogger("bibtexparser").addHandler(_QUIET)
    entries: list[ListEntry] = []
    problems: list[BadFile] = []
    for block in bibtexparser.parse_string(text.replace("\r\n", "\n").lstrip("\ufeff") + "\n").blocks:
        line = (block.start_line or 0) + 1
        # A citation key or field given twice spoils the file, not what the entry says.
        repeated = isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock)
        known = _unenclosed(block.ignore_error_block) if repeated else block
        try:
            entries += _bibtex_entries(known, name, line)
        except BadFile as problem:
            problems.append(problem)
    return _checked(entries, problems, text, name, "BibTeX")


def import_csl(text: str, name: str) -> Imported:
    """Return the entries of a CSL-JSON file, and a BadFile with its line for each item that cannot be read.

    Takes a list of items, one item, or an object with its items under `items` or `references`. Never raises.
    """
    entries: list[ListEntry] = []
    problems: list[BadFile] = []
    for line, item in _csl_items(text, name):
        if isinstance(item, BadFile):
            problems.append(item)
            continue
        try:
            entries.append(_csl_entry(item))
        except ValueError as error:
            problems.append(BadFile(name, line, f"{error}: correct it or take it out"))
    return _checked(entries, problems, text, name, "CSL-JSON")


def _ids_or_markdown(text: str) -> Format:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "//"))]
    matching = sum(bool(_ID_LINE.match(line)) for line in lines)
    return (
        "ids"
        if lines and matching * 2 > len(lines) and not re.search(r"^\s*[-*|]|\]\(", text, re.MULTILINE)
        else "markdown"
    )


def _checked(entries: list[ListEntry], problems: list[BadFile], text: str, name: str, kind: str) -> Imported:
    if text.strip() and not entries and not problems:
        problems = [BadFile(name, None, f"there is no {kind} entry in it")]
    return unique_entries(entries), problems


def _bibtex_entries(block: Any, name: str, line: int) -> Iterator[ListEntry]:
    from bibtexparser.model import Entry, ParsingFailedBlock

    if isinstance(block, ParsingFailedBlock):
        raise BadFile(name, line, _bibtex_problem(block))
    if not isinstance(block, Entry) or block.entry_type.lower() in {"comment", "preamble", "string", "xdata"}:
        return
    fields = {field.key.lower(): _joined(str(field.value)) for field in reversed(block.fields)}
    entry = _bibtex_entry(fields)
    if not (entry.id or entry.url or entry.title):
        raise BadFile(name, line, f"the entry {block.key!r} has neither title nor id nor link: give it one")
    yield entry


def _unenclosed(entry: Any) -> Any:
    """Do for an entry inside an error block what the parser did for the others: take quotes and braces off."""
    from bibtexparser import Library
    from bibtexparser.middlewares import RemoveEnclosingMiddleware

    return next(iter(RemoveEnclosingMiddleware().transform(Library([entry])).blocks), entry)


def _bibtex_problem(block: Any) -> str:
    head = re.match(r"\s*@\s*(\w+)\s*[{(]\s*([^\s,{}=]*)", block.raw or "")
    who = f"the entry {head[2]!r}" if head and head[2] else "this entry"
    return f"{who} is not BibTeX: {one_line(getattr(block.error, 'abort_reason', '') or str(block.error))[:200]}"


def _bibtex_entry(fields: Mapping[str, str]) -> ListEntry:
    kept = [fields.get(key, "") for key in ("title", "keywords", "note", "annote", "annotation")]
    title, keywords, *notes = _decoded(kept)
    year = re.search(r"\b(1[5-9]|20)\d\d\b", fields.get("year", "") or fields.get("date", ""))
    return _entry(
        arxiv=_bibtex_arxiv(fields),
        doi=fields.get("doi", ""),
        url=fields.get("url", "") or _first_url(fields.get("howpublished", "")),
        title=title,
        authors=_bibtex_authors(fields.get("author", "")),
        year=int(year[0]) if year else None,
        tags=_tags(keywords),
        note=_note(*notes),
    )


def _bibtex_arxiv(fields: Mapping[str, str]) -> PaperId | None:
    kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower()
    eprint = re.sub(r"^arxiv\s*:\s*", "", fields.get("eprint", "").strip(), flags=re.IGNORECASE)
    if kind == "arxiv" and eprint:
        subject = fields.get("primaryclass") or fields.get("eprintclass") or ""
        found = parse_arxiv(eprint) or parse_arxiv(f"{subject.split('.')[0]}/{eprint}")
        if found or (found := _arxiv_of(eprint)):
            return found
    return _arxiv_of(fields.get("doi", "")) or _arxiv_of(fields.get("url", "")) or _arxiv_in(fields, _ARXIV_FIELDS)


def _arxiv_in(fields: Mapping[str, str], keys: tuple[str, ...]) -> PaperId | None:
    """Find an id in the fields that say where a paper appeared, also as DBLP writes it: CoRR, abs/1706.03762."""
    for key in keys:
        text = fields.get(key, "")
        if found := find_arxiv_ids(text):
            return found[0]
        if mark := re.fullmatch(r"\s*abs/(\S+)\s*", text):
            return parse_arxiv(mark[1])
    started = re.match(r"\s*arxiv\s*:", fields.get("note", ""), re.IGNORECASE)
    return next(iter(find_arxiv_ids(fields.get("note", ""))), None) if started else None


def _arxiv_of(text: str) -> PaperId | None:
    try:
        found = parse_id(text)
    except BadId:
        return None
    return found if found.kind is IdKind.ARXIV else None


def _entry(  # noqa: PLR0913 - the fields of one entry, each by its name
    *,
    arxiv: PaperId | None,
    doi: str,
    url: str,
    title: str,
    authors: tuple[str, ...],
    year: int | None,
    tags: tuple[str, ...],
    note: str,
) -> ListEntry:
    known_doi, link = _doi_of(doi) or _doi_of(url), _web_url(url)
    return ListEntry(
        id=arxiv.value if arxiv else known_doi,
        title=one_line(title).strip('"').rstrip("."),
        url=None if arxiv and link and "arxiv.org" in link else link,
        note=note,
        authors=authors,
        year=year,
        doi=known_doi,
        tags=tuple(dict.fromkeys(tags)),
    )


def _doi_of(text: str) -> str | None:
    try:
        found = parse_id(text)
    except BadId:
        return None
    return found.value if found.kind is IdKind.DOI else None


def _web_url(text: str) -> str | None:
    try:
        found = parse_id(text.replace("\\", ""))
    except BadId:
        return None
    return text.replace("\\", "").strip() if found.kind is IdKind.URL else None


def _first_url(text: str) -> str:
    found = re.search(r"https?://[^\s{}]+", text)
    return found[0] if found else ""


def _note(*texts: str) -> str:
    """Join notes, without those that only give the arXiv id again."""
    told = (one_line(re.sub(r"arXiv\s*:\s*\S+(\s*\[[\w.-]+\])?(\s+version:\s*\d+)?", "", text)) for text in texts)
    return " ".join(text for text in told if re.search(r"\w", text))


def _bibtex_authors(text: str) -> tuple[str, ...]:
    names = [_natural(name) for name in _outside_braces(r"\s+and\s+", text.strip())]
    return tuple(name for name in map(one_line, _decoded(names)) if name and name.lower() not in {"others", "et al."})


def _natural(name: str) -> str:
    """Return "Last, First" and "Last, Jr, First" in the order they are spoken."""
    parts = [part.strip() for part in _outside_braces(r"\s*,\s*", name)]
    return " ".join(filter(None, [parts[-1], *parts[:-1]]))


def _outside_braces(separator: str, text: str) -> list[str]:
    """Split a text at a separator, not within braces: there an "and" or a comma belongs to a name."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(rf"\\.|[{{}}]|{separator}", text, re.IGNORECASE):
        if match[0] in "{}":
            depth = max(0, depth + (1 if match[0] == "{" else -1))
        elif depth == 0 and not match[0].startswith("\\"):
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def _decoded(texts: Sequence[str]) -> list[str]:
    """Return texts with LaTeX as Unicode and without braces; what cannot be decoded keeps its letters."""
    if not any(re.search(r"[\\{}$~`]|--|''", text) for text in texts):
        return list(texts)
    from bibtexparser import Library
    from bibtexparser.model import Entry, Field

    # A bare % would begin a LaTeX comment and lose the rest.
    fields = [Field(str(at), re.sub(r"(?<!\\)%", r"\\%", text)) for at, text in enumerate(texts)]
    found = {
        field.key: str(field.value)
        for entry in _decoder().transform(Library([Entry("misc", "x", fields)])).entries
        for field in entry.fields
    }
    return [re.sub(r"[{}]", "", found.get(str(at)) or text) for at, text in enumerate(texts)]


@cache
def _decoder() -> Any:
    from bibtexparser.middlewares import LatexDecodingMiddleware

    return LatexDecodingMiddleware()


def _joined(value: str) -> str:
    """Return `"a" # "b"` as one text; macros like `jan` stay as they are written."""
    if not value.startswith('"') or " # " not in value:
        return value
    return "".join(part.strip().strip('"{}') for part in value.split(" # "))


def _csl_items(text: str, name: str) -> Iterator[tuple[int, Any]]:
    """Yield each item with the line it begins on; a BadFile stands for what is not JSON, and reading goes on behind."""
    decoder = json.JSONDecoder()
    at = _first_item(text)
    while (begin := re.compile(r"[\s,]*").match(text, at)) and (at := begin.end()) < len(text) and text[at] not in "]}":
        line = text.count("\n", 0, at) + 1
        try:
            item, at = decoder.raw_decode(text, at)
            yield line, item
        except (json.JSONDecodeError, RecursionError) as error:
            wrong = error.pos if isinstance(error, json.JSONDecodeError) else at
            why = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            yield line, BadFile(name, text.count("\n", 0, wrong) + 1, f"not JSON: {why}")
            following = re.compile(r"\}\s*,\s*(?=\{\s*\")").search(text, wrong)
            at = following.end() if following else len(text)


def _first_item(text: str) -> int:
    """Return where the items begin: inside the list, or at a single object."""
    start = re.match(r'\ufeff?\s*(?:\{[^\[\]{}]*?"(?:items|references)"\s*:\s*)?\[', text)
    return start.end() if start else len(text) - len(text.lstrip("\ufeff \t\r\n"))


def _csl_entry(item: object) -> ListEntry:
    """Read one CSL item; raises ValueError saying what is wrong with it."""
    if not isinstance(item, dict):
        raise ValueError(f"an item must be an object, not {type(item).__name__}")  # noqa: TRY004 - one kind for all
    texts = {key: _csl_text(item, key) for key in ("title", "DOI", "URL", "note", "keyword", "annote", *_CSL_ARXIV)}
    title = re.sub(r"</?[a-zA-Z][^<>]*>", "", texts["title"])
    entry = _entry(
        arxiv=_arxiv_of(texts["DOI"]) or _arxiv_of(texts["URL"]) or _arxiv_in(texts, _CSL_ARXIV),
        doi=texts["DOI"],
        url=texts["URL"],
        title=title,
        authors=_csl_authors(item.get("author", [])),
        year=_csl_year(item.get("issued")),
        tags=_tags(texts["keyword"]),
        note=_note(texts["note"], texts["annote"]),
    )
    if not (entry.id or entry.url or entry.title):
        raise ValueError("the item has neither title nor id nor link")
    return entry


def _csl_text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        raise ValueError(f"{key!r} must be a text")  # noqa: TRY004 - one kind for all
    return str(value)


def _csl_authors(people: object) -> tuple[str, ...]:
    if not isinstance(people, list) or not all(isinstance(person, dict) for person in people):
        raise ValueError("'author' must be a list of objects with family and given names")
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    names = (
        one_line(_csl_text(one, "literal") or " ".join(filter(None, (_csl_text(one, part) for part in parts))))
        for one in people
    )
    return tuple(name for name in names if name)


def _csl_year(issued: object) -> int | None:
    """Take the year of {"date-parts": [[2017, 6]]}, {"raw": ...}, {"literal": ...} or a plain text."""
    year = re.search(r"(?<!\d)(1[5-9]|20)\d\d(?!\d)", json.dumps(issued))
    return int(year[0]) if year else None


def _tags(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(one_line, re.split(r"[,;]", text))))
