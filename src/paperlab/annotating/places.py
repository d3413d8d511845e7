"""Where annotations stand in the PDF in use: its letters, and its reading to put them in order."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from paperlab.anchoring import anchor_words, find_words, words_in_boxes
from paperlab.errors import NotFound, UsageError
from paperlab.quotes import letters_of, places
from paperlab.types import AnnotationKind, PrintedPage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paperlab.anchoring import Anchor
    from paperlab.protocols import PageReader
    from paperlab.types import Annotation, Box, PageLetters, Reading

_KEPT = 48
"""Pages whose letters are kept at hand."""
_SHOWN = 6
"""Pages that an error names."""


class Pages:
    """The pages of PDFs letter by letter; those asked for last are kept."""

    def __init__(self, reader: PageReader) -> None:
        self._reader = reader
        self._kept: OrderedDict[tuple[str, int], PageLetters] = OrderedDict()

    def letters(self, path: Path, sha256: str, page: int) -> PageLetters:
        """Return a page (1-based) of the file with this SHA-256; raises as `PageReader.letters`."""
        name = (sha256, page)
        if name not in self._kept:
            self._kept[name] = self._reader.letters(path, page)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(name)
        return self._kept[name]


def span_of_words(quote: str, reading: Reading, page: int | None) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """Return the page that `quote` stands on and, where it is not one run of the page's text, its span of a block.

    Raises NotFound where it stands nowhere (on `page`, where given), UsageError where it stands in several places.
    """
    if not letters_of(quote).letters:
        raise UsageError("the quote has no letters: give words that are printed in the paper")
    layer = [one for one in reading.layer if page in (None, one.number)]
    found: list[tuple[int, tuple[tuple[int, int, int], ...]]] = [(words.page, ()) for words in find_words(quote, layer)]
    found = found or _in_blocks(quote, reading, page)
    if not found:
        where = f"on page {page}" if page else "in the paper"
        raise NotFound(f"these words do not stand {where}: 'paperlab text KEY' shows what does")
    if len(found) > 1:
        pages = list(dict.fromkeys(number for number, _ in found))
        shown = ", ".join(map(str, pages[:_SHOWN])) + (", ..." if len(pages) > _SHOWN else "")
        more = "give more words" if page or len(pages) == 1 else "name the page, or give more words"
        raise UsageError(f"these words stand in {len(found)} places (p. {shown}): {more}")
    return found[0]


def _in_blocks(quote: str, reading: Reading, page: int | None) -> list[tuple[int, tuple[tuple[int, int, int], ...]]]:
    wanted = letters_of(quote).letters
    blocks = [(i, block) for i, block in enumerate(reading.blocks) if page in (None, block.page)]
    lettered = [(i, block.page, letters_of(block.text)) for i, block in blocks]
    return [
        (number, ((i, layer.starts[at], layer.ends[at + len(wanted) - 1]),))
        for i, number, layer in lettered
        for at in places(wanted, layer)
    ]


def anchor_quote(quote: str, letters: PageLetters, boxes: Sequence[Box]) -> Anchor | None:
    """Return where `quote` stands on a page: in `boxes` where it does, else the only place, else None."""
    inside = words_in_boxes(quote, letters, boxes) if boxes else None
    if inside:
        return anchor_words(inside, quote, letters)
    found = find_words(quote, [PrintedPage(letters.page, letters.text)])
    return anchor_words(found[0], quote, letters) if len(found) == 1 else None


def can_be_drawn(annotation: Annotation, last: int | None) -> bool:
    """Tell whether an annotation's place can be on a page, up to the last one where that is known; files are edited."""
    if annotation.page is None:
        return annotation.kind is AnnotationKind.NOTE
    if last is not None and annotation.page > last:
        return False
    if annotation.kind is AnnotationKind.NOTE:
        return True
    return bool(annotation.boxes) and all(x0 < x1 and y0 < y1 for x0, y0, x1, y1 in annotation.boxes)


def in_reading_order(annotations: Sequence[Annotation], reading: Reading | None) -> list[Annotation]:
    """Return annotations of the whole paper first, then by page and by the block that each stands in."""
    lines: dict[int, list[tuple[int, Box]]] = {}
    for number, block in enumerate(reading.blocks if reading else ()):
        lines.setdefault(block.page, []).extend((number, line.box) for line in block.lines)

    def place(annotation: Annotation) -> tuple[int, int, float, float]:
        if annotation.page is None or not annotation.boxes:
            return (annotation.page or 0, -1, 0.0, 0.0)
        x0, y0, x1, y1 = annotation.boxes[0]
        on_page = lines.get(annotation.page, [])
        number, _box = min(on_page, key=lambda line: _away((x0 + x1) / 2, (y0 + y1) / 2, line[1]), default=(0, None))
        return (annotation.page, number, round(y0), x0)

    return sorted(annotations, key=place)


def _away(x: float, y: float, box: Box) -> float:
    """Return how far a point is from a box, in points; 0 inside."""
    return max(box[0] - x, x - box[2], 0.0) + max(box[1] - y, y - box[3], 0.0)
