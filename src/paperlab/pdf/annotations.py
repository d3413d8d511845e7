"""What is marked and noted in a PDF, with the words under each mark. The child process runs it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from paperlab.pdf.healing import heal, vocabulary
from paperlab.pdf.letters import read_print
from paperlab.pdf.objects import PdfObjects, iso_date
from paperlab.pdf.opening import page_count, tried
from paperlab.pdf.page_text import mend, rows_of, tidy
from paperlab.pdf.quads import is_near, line_boxes, moved, page_space, quad
from paperlab.pdf.raw_pages import RawText
from paperlab.types import COLOURS, Annotation, AnnotationKind, around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from paperlab.pdf.letters import Glyph, Print
    from paperlab.pdf.objects import PdfDict
    from paperlab.pdf.page_text import Row
    from paperlab.pdf.pages import At
    from paperlab.pdf.quads import PageSpace, Quad
    from paperlab.types import Box

OURS = "Paperlab"
"""The key under which an annotation that paperlab wrote keeps what PDF has no place for."""
_KINDS = {
    "Highlight": AnnotationKind.HIGHLIGHT,
    "Underline": AnnotationKind.UNDERLINE,
    "StrikeOut": AnnotationKind.STRIKEOUT,
    "Squiggly": AnnotationKind.SQUIGGLY,
    "Text": AnnotationKind.NOTE,
    "FreeText": AnnotationKind.NOTE,
}
_MOST_ENTRIES, _MOST, _MOST_QUADS = 100_000, 5_000, 2_000
"""Of a page's list, links and widgets among them; annotations of a file; quads of one."""
_MOST_LOOKS = 3_000_000
"""Of one page: letters held against quads."""
_MOST_CHARACTERS, _MOST_COMMENT, _MOST_NAME = 20_000_000, 100_000, 200
"""Of a file's quotes and comments together, of one comment, of a name."""
_MOST_HOPS = 50
"""Replies to replies."""
_INSIDE = 0.4
"""Of a glyph's height, at least."""
_SEVERAL_LINES = 1.8
"""Heights of a line: a quad that is higher than that was drawn around several."""
_VOCABULARY_PAGES = 200
_HIDDEN = 2
_MOVED = 0.2
"""Points: an annotation farther from where we wrote it was changed by another program."""


@dataclass(slots=True)
class Entry:
    """An annotation as it stands in a file."""

    page: int
    place: int
    """In the page's list."""
    part: PdfDict
    kind: AnnotationKind
    quads: list[Quad]
    """Empty for a note."""
    box: Box | None
    """Around all of it."""
    name: str
    parent: int
    """The object it is a reply to, or 0."""
    grouped: bool
    """It is a part of its parent rather than a reply."""
    boxes: list[Box] = field(default_factory=list)
    """One per printed line, in the order of the text."""
    lines: list[str] = field(default_factory=list)
    """The words under it, by printed line."""


def read_annotations(engine: Any, pdf: Any, most_pages: int, at: At) -> list[Annotation]:
    """Return what is marked and noted in an open file, by page and place; `at` hears of every page before it.

    Broken ones are passed over. Raises Unreadable where the file has no pages or too many, and MemoryError.
    """
    count = page_count(pdf, most_pages)
    objects = PdfObjects(engine, pdf)
    found: list[Entry] = []
    for number in range(1, count + 1):
        at("annotations", number)
        entries = list(islice(entries_of(engine, pdf, objects, number), _MOST - len(found)))
        if any(entry.quads for entry in entries):
            tried(partial(_read_words, engine, pdf, number, entries), None)
        found += entries
    words = _words(engine, pdf, count, at) if any(_is_broken(entry.lines) for entry in found) else Counter[str]()
    made = _Making(found, words).annotations()
    return sorted(made, key=lambda a: (a.page or 0, *(around(list(a.boxes))[1::-1] if a.boxes else (-1.0, -1.0))))


def entries_of(engine: Any, pdf: Any, objects: PdfObjects, number: int) -> Iterator[Entry]:
    """Yield the annotations of page `number` that are of a kind we know; each object once, broken ones not."""
    parts: list[PdfDict] = tried(lambda: list(objects.page(number).parts("Annots", _MOST_ENTRIES)), [])
    known = [place for place, part in enumerate(parts) if tried(partial(part.name, "Subtype"), "") in _KINDS]
    space = tried(lambda: page_space(engine, pdf[number - 1]), None) if known else None
    if space is None:
        return
    seen: set[int] = set()
    for place in known:
        own = parts[place].number
        entry = None if own in seen else tried(partial(_entry, parts[place], number, place, space), None)
        seen.update({own} - {0})
        if entry is not None:
            yield entry


def _entry(part: PdfDict, number: int, place: int, space: PageSpace) -> Entry | None:
    """Return an annotation of a known kind; None where nobody could see it, or it stands nowhere."""
    parent, kind = part.part("IRT").number, _KINDS[part.name("Subtype")]
    # Acrobat hides what it writes of an annotation's state, and sometimes a reply, but no mark.
    if part.has("StateModel") or (part.whole("F") & _HIDDEN and not parent):
        return None
    corners = part.numbers("Rect", 4) or []
    box = _on_page(corners, space) if len(corners) == 4 else None
    quads = [] if kind is AnnotationKind.NOTE else _quads(part, space)
    if kind is not AnnotationKind.NOTE and not quads:
        # Its place is lost. What was written on it is not.
        kind = AnnotationKind.NOTE
        if not part.has("Contents"):
            return None
    if quads:
        box = around([found.box for found in quads])
    if box is None and not parent:
        return None
    grouped = part.name("RT") == "Group"
    return Entry(number, place, part, kind, quads, box, part.text("NM", _MOST_NAME), parent, grouped)


def _quads(part: PdfDict, space: PageSpace) -> list[Quad]:
    numbers = part.numbers("QuadPoints", 8 * _MOST_QUADS) or []
    found = []
    for at in range(0, len(numbers) - 7, 8):
        made = quad([moved(space.to_boxes, numbers[i], numbers[i + 1]) for i in range(at, at + 8, 2)])
        if made and _meet(made.box, space.frame):
            found.append(made)
    return found


def _on_page(numbers: Sequence[float], space: PageSpace) -> Box | None:
    x0, y0, x1, y1 = numbers
    box = around([(*point, *point) for point in (moved(space.to_boxes, x0, y0), moved(space.to_boxes, x1, y1))])
    return box if _meet(box, space.frame) else None


def _meet(box: Box, frame: Box) -> bool:
    """Tell whether some of the box is within the frame; a sign may be half beside the page, and without size."""
    return box[0] <= frame[2] and frame[0] <= box[2] and box[1] <= frame[3] and frame[1] <= box[3]


def _read_words(engine: Any, pdf: Any, number: int, entries: Iterable[Entry]) -> None:
    under = _Under(read_print(engine, pdf[number - 1]))
    for entry in entries:
        if entry.quads:
            under.read(entry)


class _Under:
    """What is printed on a page, to look up what stands under a mark."""

    def __init__(self, found: Print) -> None:
        self._lines = found.lines
        self._middles = sorted(
            ((box[1] + box[3]) / 2, (box[0] + box[2]) / 2, box[3] - box[1], line, at)
            for line, printed in enumerate(found.lines)
            for at, glyph in enumerate(printed.glyphs)
            if (box := glyph.box)
        )
        self._looks = _MOST_LOOKS

    def read(self, entry: Entry) -> None:
        """Give a mark its words, and a box for each printed line of them."""
        marked: dict[int, set[int]] = {}
        found = [(self._under(held), held) for held in entry.quads]
        last = (-1, -1)
        for under, held in sorted(found, key=lambda pair: pair[0][:1] or [(len(self._lines), 0)]):
            for line, at in under:
                marked.setdefault(line, set()).add(at)
            parts = self._by_line(held, under)
            if under and len(parts) == 1 and self._goes_on(last, under[0]):
                entry.boxes[-1] = around([entry.boxes[-1], parts[0]])
            else:
                entry.boxes += parts
            last = max(under, default=last)
        entry.lines = [self._text(line, sorted(marked[line])) for line in sorted(marked)]

    def _goes_on(self, last: tuple[int, int], first: tuple[int, int]) -> bool:
        """Tell whether nothing but white space stands between two glyphs, and no end of a line."""
        line, at = last
        if line < 0 or line != first[0]:
            return False
        return all(glyph.code.isspace() for glyph in self._lines[line].glyphs[at + 1 : first[1]])

    def _under(self, found: Quad) -> list[tuple[int, int]]:
        """Return the line and place of each glyph whose middle stands in the quad.

        What is much higher than the quad is a root or bracket that stands beside it: its box is no measure of its ink.
        """
        first = bisect_left(self._middles, (found.box[1],))
        last = bisect_left(self._middles, (found.box[3] + 1e-6,))
        self._looks -= last - first
        if self._looks < 0:
            return []
        top, bottom = found.box[1], found.box[3]
        return sorted(
            (line, at)
            for y, x, high, line, at in self._middles[first:last]
            if min(y + high / 2, bottom) - max(y - high / 2, top) >= _INSIDE * high and found.holds(x, y)
        )

    def _by_line(self, found: Quad, under: Sequence[tuple[int, int]]) -> Sequence[Box]:
        """Return the quad's box, or one for each printed line that stands in it."""
        level = {line for line, _ in under if abs(self._lines[line].direction[0]) > 0.9}
        if len(level) < 2:
            return [found.box]
        boxes: dict[int, list[Box]] = {}
        for line, at in under:
            glyph = self._lines[line].glyphs[at]
            if line in level and glyph.box and not glyph.code.isspace():
                boxes.setdefault(line, []).append(glyph.box)
        rows = line_boxes([around(held) for _, held in sorted(boxes.items())])
        high = max((row[3] - row[1] for row in rows), default=0.0)
        return rows if len(rows) > 1 and found.box[3] - found.box[1] > _SEVERAL_LINES * high else [found.box]

    def _text(self, line: int, places: Sequence[int]) -> str:
        """Return the marked glyphs of a line; what is passed over between them is a space."""
        glyphs: list[Glyph] = self._lines[line].glyphs
        text, last = "", places[0] - 1
        for at in places:
            text += glyphs[at].spelt if at == last + 1 else f" {glyphs[at].spelt}"
            last = at
        return tidy(text)


def _is_broken(lines: Sequence[str]) -> bool:
    return any(line.endswith(("-", "‐")) for line in lines[:-1])


def _words(engine: Any, pdf: Any, count: int, at: At) -> Counter[str]:
    """Return the file's vocabulary: it tells hyphens of broken words from those of compounds."""
    rows: list[Row] = []
    for number in range(1, min(count, _VOCABULARY_PAGES) + 1):
        at("annotations", number)
        rows += tried(partial(_rows, engine, pdf, number), [])
    return vocabulary(rows)


def _rows(engine: Any, pdf: Any, number: int) -> list[Row]:
    return rows_of(mend(RawText(engine, pdf[number - 1]).raw), number)


class _Making:
    """Makes annotations of entries; replies become part of the comment on what they reply to."""

    def __init__(self, entries: Sequence[Entry], words: Counter[str]) -> None:
        self._entries = entries
        self._words = words
        self._numbered = {entry.part.number: entry for entry in entries if entry.part.number}
        self._left = _MOST_CHARACTERS
        self._replies: dict[int, list[Entry]] = {}
        for entry in entries:
            root = self._root(entry)
            if root is not None:
                self._replies.setdefault(id(root), []).append(entry)

    def annotations(self) -> list[Annotation]:
        """Return an annotation for each that is no reply, until there is too much to keep."""
        made = []
        for entry in self._entries:
            if self._left > 0 and self._root(entry) is None:
                annotation = tried(partial(self._made, entry), None)
                if annotation:
                    self._left -= len(annotation.quote) + len(annotation.comment)
                    made.append(annotation)
        return made

    def _root(self, entry: Entry) -> Entry | None:
        """Return what a reply is, in the end, a reply to; None for what is no reply, or one to nothing that we know."""
        at: Entry = entry
        for _ in range(_MOST_HOPS):
            above = self._numbered.get(at.parent)
            if above is None or at.grouped or at.quads:
                return None if at is entry else at
            at = above
        # They go round in a ring, or so deep that nobody meant it.
        return None

    def _made(self, entry: Entry) -> Annotation | None:
        part, ours = entry.part, entry.part.part(OURS)
        quote, boxes = self._quote(entry), self._boxes(entry)
        written = _written_boxes(ours)
        unmoved = len(written) == len(entry.quads) and all(
            is_near(box, found.box, _MOVED) for box, found in zip(written, entry.quads, strict=True)
        )
        if entry.quads and written and unmoved:
            boxes = written
            quote = ours.text("Quote", _MOST_COMMENT) or quote
        comment = self._comment(entry)
        if not ours.has("Kind") and _letters(comment) == _letters(quote):
            # Acrobat and Skim can put the marked words there; nobody wrote them.
            comment = ""
        whole = entry.kind is AnnotationKind.NOTE and ours.whole("Whole") == 1
        if not (boxes or whole):
            return None
        return Annotation(
            "",
            entry.kind,
            None if whole else entry.page,
            quote,
            () if whole else boxes,
            comment=self._with_replies(entry, comment),
            colour=_colour(part.numbers("C", 4)),
            author=_author(part),
            created=iso_date(part.text("CreationDate", 60)),
            changed=iso_date(part.text("M", 60)),
            pdf_name=entry.name,
        )

    def _quote(self, entry: Entry) -> str:
        lines = [line for line in entry.lines if line]
        return heal(lines, self._words)[0][:_MOST_COMMENT]

    def _boxes(self, entry: Entry) -> tuple[Box, ...]:
        boxes = entry.boxes if any(entry.lines) else line_boxes([found.box for found in entry.quads])
        if not boxes and entry.box:
            boxes = [entry.box]
        return tuple([_rounded(box) for box in boxes])

    def _comment(self, entry: Entry) -> str:
        comment = _contents(entry.part)
        if entry.grouped and not comment:
            # What is to be put in the place of struck out words hangs on the caret beside them.
            comment = tried(lambda: _contents(entry.part.part("IRT")), "")
        return comment

    def _with_replies(self, entry: Entry, comment: str) -> str:
        said = [comment] if comment else []
        replies = self._replies.get(id(entry), [])
        for reply in replies[: _MOST_COMMENT // 2]:
            text = tried(partial(_contents, reply.part), "")
            author = tried(partial(_author, reply.part), "")
            if text:
                said.append(f"{author}: {text}" if author else text)
        return "\n\n".join(said)[:_MOST_COMMENT]


def _contents(part: PdfDict) -> str:
    return part.text("Contents", _MOST_COMMENT).strip() or part.rich_text("RC", _MOST_COMMENT)


def _author(part: PdfDict) -> str:
    return " ".join(part.text("T", _MOST_NAME).split())


def _written_boxes(ours: PdfDict) -> tuple[Box, ...]:
    numbers = ours.numbers("Boxes", 4 * _MOST_QUADS) or []
    return tuple([_rounded(tuple(numbers[i : i + 4])) for i in range(0, len(numbers) - 3, 4)])  # type: ignore[arg-type]


def _letters(text: str) -> str:
    return "".join([c for c in text.casefold() if c.isalnum()])


def _rounded(box: Box) -> Box:
    x0, y0, x1, y1 = box
    return round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)


def _colour(numbers: Sequence[float] | None) -> str:
    """Return a colour's name, or `#rrggbb`; that of a highlighter where a PDF names none."""
    numbers = [min(1.0, max(0.0, value)) for value in numbers or ()]
    if len(numbers) == 1:
        numbers *= 3
    elif len(numbers) == 4:
        *inks, black = numbers
        numbers = [(1 - ink) * (1 - black) for ink in inks]
    if len(numbers) != 3:
        return "yellow"
    shown = "#" + "".join([f"{round(255 * value):02x}" for value in numbers])
    return next((name for name, value in COLOURS.items() if value == shown), shown)
