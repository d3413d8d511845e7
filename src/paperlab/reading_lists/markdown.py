"""Reading lists out of Markdown notes: task lists, tables with tick columns, lines of links."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from paperlab.reading_lists.entries import unique_entries
from paperlab.reading_lists.finds import Find, clean_title, find_papers, plain_text, quoted_paper, tidy_note
from paperlab.reading_lists.marks import mark_of, without_mark
from paperlab.reading_lists.outline import Item, Loose, Row, has_links, outline
from paperlab.reading_lists.spans import Span, line_spans, link_definitions
from paperlab.types import ListEntry, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paperlab.reading_lists.links import Pointer

_PAPERS = re.compile(
    r"\b(papers|preprints|publications|reading[- ]list|readings|to[- ]read|bibliography)\b", re.IGNORECASE
)
_OTHER_THINGS = re.compile(
    r"\b(courses?|moocs?|videos?|books?|textbooks?|blogs?|posts|lectures|tutorials|tools?|code|libraries|repos|projects?"
    r"|repositories|datasets?|software|ideas|communities|community|resources?|podcasts?|talks|slides|goals)\b",
    re.IGNORECASE,
)
_COLUMNS = {
    "status": re.compile(r"progress|status|done|read\??|finished|completed?|state|✓|✔|✅|\[ ?x?\]", re.IGNORECASE),
    "note": re.compile(r".*(notes?|comments?|remarks?|summary|thoughts|takeaways?).*|why", re.IGNORECASE),
    "title": re.compile(
        r".*\b(papers?|titles?|names?|resources?|articles?|readings?|works?|publications?)\b.*", re.IGNORECASE
    ),
    "authors": re.compile(r"authors?(\(s\))?", re.IGNORECASE),
    "year": re.compile(r"year|date|published", re.IGNORECASE),
}


def import_markdown(text: str) -> list[ListEntry]:
    """Return the papers of somebody's notes in order, each once, with titles, ticks as status, and notes.

    Papers are links and ids of arXiv, DOIs, links to PDFs and to pages of proceedings and journals; courses, videos,
    books, repositories and posts are not. A line without a link is a paper where its section or table says papers or
    reading list, or where it says `Paper: "Title"`. Any text can be read; none raises.
    """
    importer = _Importer(link_definitions(text))
    return unique_entries(entry for part in outline(text) for entry in importer.entries(part))


@dataclass(frozen=True, slots=True)
class _Importer:
    references: dict[str, Any]

    def entries(self, part: Item | Row | Loose) -> Iterator[ListEntry]:
        if isinstance(part, Item):
            return self.item(part)
        return self.row(part) if isinstance(part, Row) else self.loose(part)

    def spans(self, text: str) -> list[Span]:
        return _leading_id(line_spans(text, self.references))

    def item(self, item: Item) -> Iterator[ListEntry]:
        status, text = without_mark(item.text)
        among = about_papers(item.sections)
        spans = self.spans("\n".join([text, *item.more]))
        below = [list(self.item(child)) for child in item.below]
        found = [_entry(find, status) for find in find_papers(spans, among_papers=among)]
        if not found and not any(span.link for span in spans):
            found = self._linkless(spans, status, listed=among and not has_links(item.below))
        notes = [] if len(found) != 1 else [self._note(child) for child in item.below]
        if any(notes):
            found = [replace(found[0], note=" ".join(filter(None, (found[0].note, *notes))))]
        yield from found
        for entries, child in zip(below, item.below, strict=True):
            # What hangs below a paper without a link of its own is a note on it, whatever the section says.
            yield from [] if len(found) == 1 and not child.has_links() else entries

    def _linkless(self, spans: list[Span], status: Status | None, *, listed: bool) -> list[ListEntry]:
        first, _, rest = plain_text(spans).partition("\n")
        if quoted := quoted_paper(first):
            return [ListEntry(id=None, title=quoted, status=status)]
        title = clean_title(first)
        if listed and _is_title(title):
            return [ListEntry(id=None, title=title, status=status, note=tidy_note(rest))]
        return []

    def _note(self, child: Item) -> str:
        return "" if child.has_links() else tidy_note(plain_text(self.spans(child.text)))

    def row(self, row: Row) -> Iterator[ListEntry]:
        cells = [self.spans(cell) for cell in row.cells]
        columns = _columns(row)
        among = about_papers(row.sections) or any("paper" in cell.lower() for cell in row.header)
        title_at = min(columns.get("title", _first_words(row)), len(cells) - 1)
        own, others = self._row_papers(cells, title_at, among=among)
        if not own and not any(span.link for cell in cells for span in cell):
            own = _linkless_row(cells, title_at, listed=among and bool(row.header))
        if len(own) == 1 and not others:
            own = [_with_columns(own[0], cells, columns)]
        status = _row_status(row, columns)
        yield from (replace(entry, status=status) for entry in own)
        yield from others

    def _row_papers(
        self, cells: list[list[Span]], title_at: int, *, among: bool
    ) -> tuple[list[ListEntry], list[ListEntry]]:
        """Return the papers a row is about, and those its other cells name besides.

        It is about those its title cell links to, or else about the first link elsewhere, with that cell as title.
        """
        per_cell = [find_papers(cell, among_papers=among) for cell in cells]
        own = per_cell[title_at]
        others = [find for at, finds in enumerate(per_cell) if at != title_at for find in finds]
        # "pdf" or a bare URL belongs to the row; a link with a name of its own may be another paper.
        likely = [find for find in others if not find.named] or others
        best = next((find for find in likely if find.pointer.is_arxiv), likely[0] if likely else None)
        if best and not own and not (best.named and any(span.link for span in cells[title_at])):
            own = [replace(best, title=clean_title(plain_text(cells[title_at])) or best.title)]
        besides = [find for find in others if find.named and not (own and own[0].pointer == find.pointer)]
        return [_entry(find, None) for find in own], [_entry(find, None) for find in besides]

    def loose(self, part: Loose) -> Iterator[ListEntry]:
        lines = [_LooseLine(*without_mark(line), self.spans) for line in part.lines]
        among = about_papers(part.sections)
        if not lines[0].has_links and lines[0].text.endswith(":"):
            lines = lines[1:]
        title_first = bool(lines) and not lines[0].bare_link
        pending: list[str] = []
        at = 0
        while at < len(lines):
            line = lines[at]
            at += 1
            finds = find_papers(line.spans, among_papers=among)
            if not finds:
                pending = [] if line.has_links else [*pending, line.text]
                continue
            found = [_entry(find, line.status) for find in finds]
            if len(found) == 1 and line.bare_link:
                taken = 0 if title_first else _plain_run(lines, at)
                found = [_told(found[0], pending[-1:] if title_first else [one.text for one in lines[at : at + taken]])]
                at += taken
            pending = []
            yield from found


class _LooseLine:
    def __init__(self, status: Status | None, text: str, spans: Callable[[str], list[Span]]) -> None:
        self.status, self.text, self.spans = status, text, spans(text)
        self.has_links = any(span.link for span in self.spans)
        self.bare_link = self.has_links and not re.search(
            r"\w", "".join(s.text for s in self.spans if not s.link or s.names)
        )


def about_papers(sections: tuple[str, ...]) -> bool:
    """Tell whether the innermost heading that says what its section lists says papers or reading."""
    for section in reversed(sections):
        if len(section) <= 80 and _PAPERS.search(section):
            return True
        if len(section) <= 80 and _OTHER_THINGS.search(section):
            return False
    return False


def _entry(find: Find, status: Status | None) -> ListEntry:
    pointer: Pointer = find.pointer
    return ListEntry(pointer.id, find.title, pointer.url, status=status, note=find.note, doi=pointer.doi)


def _told(entry: ListEntry, lines: list[str]) -> ListEntry:
    """Give a bare link the lines beside it: the first is its title, the others are notes."""
    title = clean_title(lines[0]) if lines else ""
    if len(title) > 200:
        return entry
    return replace(entry, title=title or entry.title, note=tidy_note(" ".join(lines[1:])))


def _plain_run(lines: list[_LooseLine], start: int) -> int:
    """Return how many lines from `start` on are without a link."""
    return next((at for at, line in enumerate(lines[start:]) if line.has_links), len(lines) - start)


def _leading_id(spans: list[Span]) -> list[Span]:
    """Make a bare arXiv id that begins a line a link: elsewhere such a number may be a number."""
    first = (
        re.match(r"\s*(\d{4}\.\d{4,5}(?:v\d+)?)(?=[\s:,|]|$)", spans[0].text) if spans and not spans[0].link else None
    )
    if not first:
        return spans
    return [Span("", first[1], spans[0].strong), replace(spans[0], text=spans[0].text[first.end() :]), *spans[1:]]


def _is_title(title: str) -> bool:
    return len(title) <= 300 and len(re.findall(r"[^\W\d_]{2,}", title)) >= 2


def _columns(row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row.header):
        name = re.sub(r"[*_`]", "", cell).strip()
        kind = next((kind for kind, pattern in _COLUMNS.items() if pattern.fullmatch(name)), None)
        if kind:
            found.setdefault(kind, at)
    return found


def _row_status(row: Row, columns: dict[str, int]) -> Status | None:
    """Read the status column, blank is to read; without such a column any cell that is a mark speaks."""
    if "status" in columns:
        at = columns["status"]
        return (mark_of(row.cells[at]) if at < len(row.cells) else None) or Status.TO_READ
    return next((mark for cell in row.cells if (mark := mark_of(cell)) and not cell.strip().isalpha()), None)


def _first_words(row: Row) -> int:
    """Return the first cell that holds words rather than a mark or a number."""
    worded = (at for at, cell in enumerate(row.cells) if mark_of(cell) is None and re.search(r"[^\W\d_]", cell))
    return next(worded, 0)


def _linkless_row(cells: list[list[Span]], title_at: int, *, listed: bool) -> list[ListEntry]:
    quoted = [title for cell in cells for line in plain_text(cell).split("\n") if (title := quoted_paper(line))]
    if quoted:
        return [ListEntry(id=None, title=title) for title in quoted]
    title = clean_title(plain_text(cells[title_at]))
    return [ListEntry(id=None, title=title)] if listed and _is_title(title) else []


def _with_columns(entry: ListEntry, cells: list[list[Span]], columns: dict[str, int]) -> ListEntry:
    texts = {kind: one for kind, at in columns.items() if at < len(cells) and (one := plain_text(cells[at]).strip())}
    year = re.search(r"\b(19|20)\d\d\b", texts.get("year", ""))
    authors = re.split(r"\s*(?:[,;&]|\band\b)\s*", re.sub(r",?\s*et al\.?", "", texts.get("authors", "")))
    return replace(
        entry,
        note=" ".join(filter(None, (entry.note, tidy_note(texts.get("note", ""))))),
        authors=tuple(filter(None, authors)),
        year=int(year[0]) if year else None,
    )
