"""From words to the letters of a page, and back again in another PDF of the same paper. Pure.

A selection in a reading's blocks becomes the boxes of its printed letters (`anchor`); an annotation's quote is found
by its letters, as `quotes` compares them (`find_words`, `anchor_words`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from paperlab.errors import UsageError
from paperlab.quotes import Letters, cuts, letters_of, page_letters, places, raised
from paperlab.types import Box, PageLetters, around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rapidfuzz.distance import Opcode

    from paperlab.types import Block, PrintedPage

    Place = tuple[int, int]
    """A block's position and an offset in its text."""
    Span = tuple[int, int, int]
    """A block's position, and from where to where in its text."""
    Range = tuple[int, int]
    """The first letter of a page's compared letters and the one behind the last."""

_CONTEXT = 48
"""Characters kept before and after a quote."""
_INSIDE = 0.9
"""Share of a line's letters that must stand in its box."""
_LONG = 16
"""Letters: so many stand on a page most often once."""
_SHORT = 6
"""Letters: so few may stand on a page a hundred times."""
_UNNAMED = re.compile("[\x00-\x1f\ufffd\ue000-\uf8ff]")
_BROKEN = re.compile(r"(?<=[^\W\d_])[-‐\u00ad]\n(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words on a page and the place of their letters."""

    page: int
    """1-based."""
    quote: str
    boxes: tuple[Box, ...]
    """One per printed line, around the letters."""
    before: str = ""
    after: str = ""


class Words(NamedTuple):
    """Where words stand in a page's compared letters."""

    page: int
    ranges: tuple[tuple[int, int], ...]
    """Ascending; more than one where a column's end or a float stands between."""
    exact: bool = True
    """Whether the letters are the quote's own."""

    @property
    def length(self) -> int:
        """How many letters they are."""
        return sum(end - start for start, end in self.ranges)


# From a selection to letters


class _Cut(NamedTuple):
    """A printed line and what of its text is selected."""

    text: str
    start: int
    end: int
    box: Box


def anchor(blocks: Sequence[Block], first: Place, last: Place, letters: PageLetters) -> Anchor:
    """Return the letters of a page that a selection in its blocks' texts means.

    `blocks` are of one page; `first` is the place of the first character, `last` the one behind the last. Raises
    UsageError where nothing that is printed is selected.
    """
    behind = [(number, 0, len(blocks[number].text)) for number in range(first[0] + 1, last[0])]
    if first[0] == last[0]:
        return anchor_spans(blocks, [(first[0], first[1], last[1])], letters)
    ends = [(first[0], first[1], len(blocks[first[0]].text)), *behind, (last[0], 0, last[1])]
    return anchor_spans(blocks, ends, letters)


def anchor_spans(blocks: Sequence[Block], spans: Sequence[Span], letters: PageLetters) -> Anchor:
    """Return the letters of a page that spans of its blocks' texts mean; raises as `anchor`."""
    layer = page_letters(letters.text)
    boxes: list[Box] = []
    marked: list[int] = []
    words: list[str] = []
    for number, start, end in spans:
        for cut in _cuts_of(blocks[number], start, end):
            found = _letters_on_line(cut, layer, letters)
            boxes += _boxes_on_line(found, layer, letters, cut) if letters_of(_selected(cut)).letters else []
            marked += found
            words.append(_unmarked(_selected(cut), found, layer))
        words.append(" ")
    quote = " ".join("".join(words).split())
    if not letters_of(quote).letters:
        raise UsageError("no words are selected: select some that are printed on the page")
    whole = [(min(marked), max(marked) + 1)] if marked else []
    return Anchor(letters.page, quote, tuple(boxes), *_around(whole, layer))


def _cuts_of(block: Block, start: int, end: int) -> Iterator[_Cut]:
    """Yield the lines of a block that the span from `start` to `end` of its text touches."""
    ends = [line.start for line in block.lines[1:]] + [len(block.text)]
    for line, behind in zip(block.lines, ends, strict=True):
        if line.start < end and start < behind:
            text = block.text[line.start : behind]
            yield _Cut(text, max(0, start - line.start), min(len(text), end - line.start), line.box)


def _selected(cut: _Cut) -> str:
    return cut.text[cut.start : cut.end]


def _letters_on_line(cut: _Cut, layer: Letters, letters: PageLetters) -> list[int]:
    """Return which of a page's letters are those of the selected part of a line."""
    line = letters_of(cut.text)
    wanted = [k for k in range(len(line.letters)) if cut.start < line.ends[k] and line.starts[k] < cut.end]
    if not wanted:
        return []
    at = _best_place(line.letters, layer, letters, [cut.box])
    if at is not None:
        return [at + k for k in wanted]
    aligned = _aligned_on_line(line.letters, cut.box, layer, letters)
    if len(wanted) == len(line.letters):
        return sorted(aligned.values())
    return sorted(aligned[k] for k in wanted if k in aligned)


def _best_place(text: str, layer: Letters, letters: PageLetters, boxes: Sequence[Box]) -> int | None:
    """Return where letters stand whose places are those of `boxes`, or None.

    A long text that stands on the page once is that one: some fonts say that their letters are as tall as ten lines.
    """
    found = list(places(text, layer))
    if len(found) == 1 and len(text) >= _LONG and _touches(letters, layer.starts[found[0]], boxes):
        return found[0]
    fewest = _INSIDE * len(text)
    best: tuple[int, int] | None = None
    for at in found:
        if not (_is_within(letters, layer.starts[at], boxes) or len(text) > _SHORT):
            continue
        inside = sum(_is_within(letters, layer.starts[k], boxes) for k in range(at, at + len(text)))
        if inside >= fewest and (best is None or inside > best[0]):
            best = (inside, at)
    return best[1] if best else None


def _touches(letters: PageLetters, index: int, boxes: Sequence[Box]) -> bool:
    box = letters.boxes[index]
    return box is not None and any(
        min(box[2], x1) - max(box[0], x0) > -1 and min(box[3], y1) - max(box[1], y0) > -1 for x0, y0, x1, y1 in boxes
    )


def _is_within(letters: PageLetters, index: int, boxes: Sequence[Box]) -> bool:
    """Tell whether the middle of a character stands in one of the boxes."""
    box = letters.boxes[index]
    if box is None:
        return False
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(x0 - 0.5 <= x <= x1 + 0.5 and y0 - 0.5 <= y <= y1 + 0.5 for x0, y0, x1, y1 in boxes)


def _aligned_on_line(line: str, box: Box, layer: Letters, letters: PageLetters) -> dict[int, int]:
    """Return for each letter of a line, as far as it is found in the line's box, which one of the page it is.

    Raised signs and formulas may come in another order in the page's text; both orders are tried.
    """
    from rapidfuzz.distance import LCSseq

    inside = _inside([box], layer, letters)
    across = sorted(inside, key=lambda k: (letters.boxes[layer.starts[k]] or box)[0])
    best: dict[int, int] = {}
    for order in (inside, across):
        blocks = LCSseq.opcodes(line, "".join(layer.letters[k] for k in order))
        found = {a: order[b] for code in blocks if code.tag == "equal" for a, b in _both(code)}
        best = found if len(found) > len(best) else best
    return best


def _both(code: Opcode) -> Iterator[tuple[int, int]]:
    return zip(range(code.src_start, code.src_end), range(code.dest_start, code.dest_end), strict=True)


def _boxes_on_line(found: Sequence[int], layer: Letters, letters: PageLetters, cut: _Cut) -> list[Box]:
    """Return the box around letters of a line; several where the line is a table's row of several printed ones."""
    printed = [box for k in found for box in letters.boxes[layer.starts[k] : layer.ends[k]] if box is not None]
    if not printed:
        return [cut.box]
    known = [_cut_to(box, cut.box, 1.6) for box in printed]
    usual, whole = median(box[3] - box[1] for box in known), around(known)
    if min(whole[3] - whole[1], whole[2] - whole[0]) > 2 * usual:
        return _lines_of(known)
    upright = around([box for box in known if box[3] - box[1] <= 1.2 * usual])
    return [around([_cut_to(box, upright, 1.2) for box in known])]


def _cut_to(box: Box, line: Box, most: float) -> Box:
    """Return a letter's box cut to its line's, where it is so much taller: a font says more than what is printed."""
    if box[3] - box[1] < most * (line[3] - line[1]):
        return box
    return (box[0], max(box[1], line[1]), box[2], min(box[3], line[3]))


def _unmarked(text: str, found: Sequence[int], layer: Letters) -> str:
    """Return a line's words without the marks that reading put before raised and lowered signs."""
    printed = layer.text[layer.starts[min(found)] : layer.ends[max(found)]] if found else ""
    for mark in "^_":
        if mark in text and mark not in printed:
            text = raised(text).replace(mark, "")
    return text


def _around(ranges: Sequence[Range], layer: Letters) -> tuple[str, str]:
    """Return some words before and behind ranges of a page's letters."""
    if not ranges:
        return "", ""
    start, end = layer.starts[ranges[0][0]], layer.ends[ranges[-1][1] - 1]
    before = healed(layer.text[max(0, start - 2 * _CONTEXT) : start])
    after = healed(layer.text[end : end + 2 * _CONTEXT])
    first = before.find(" ", max(0, len(before) - _CONTEXT)) if len(before) > _CONTEXT else -1
    behind = after.rfind(" ", 0, _CONTEXT) if len(after) > _CONTEXT else len(after)
    return before[first + 1 :].strip(), after[: behind if behind > 0 else _CONTEXT].strip()


def healed(printed: str) -> str:
    """Return lines of print as running text on one line; a word that a line's end breaks is one word."""
    return " ".join(_BROKEN.sub("", printed).split())


# From words to letters


def find_words(quote: str, pages: Iterable[PrintedPage]) -> list[Words]:
    """Return every place where `quote` stands on the pages in one run; whole words where there are such places."""
    wanted = letters_of(quote)
    found: list[Words] = []
    whole: list[Words] = []
    for page in pages if wanted.letters else ():
        layer = page_letters(page.text)
        for at in places(wanted.letters, layer):
            end = at + len(wanted.letters)
            found.append(Words(page.number, ((at, end),)))
            whole += [] if cuts(layer.text, layer.starts[at], layer.ends[end - 1]) else found[-1:]
    return whole or found


def words_in_boxes(quote: str, letters: PageLetters, boxes: Sequence[Box]) -> Words | None:
    """Return where `quote` stands in boxes on a page, or None."""
    wanted = letters_of(quote).letters
    at = _best_place(wanted, page_letters(letters.text), letters, boxes) if wanted else None
    return None if at is None else Words(letters.page, ((at, at + len(wanted)),))


def stands_in(quote: str, letters: PageLetters, boxes: Sequence[Box], least: float = 1.0) -> bool:
    """Tell whether what stands in boxes on a page is `quote`, in whatever order a formula gives its letters.

    At least a share of `least` agrees; what a font does not name does not count, and beside it one of ten may differ.
    """
    layer = page_letters(letters.text)
    inside = "".join(layer.letters[k] for k in _inside(boxes, layer, letters))
    there, wanted = (Counter(_UNNAMED.sub("", text)) for text in (inside, letters_of(quote).letters))
    share = min(least, _INSIDE) if _UNNAMED.search(inside) else least
    return wanted.total() > 0 and (there & wanted).total() >= share * max(there.total(), wanted.total())


def _inside(boxes: Sequence[Box], layer: Letters, letters: PageLetters) -> list[int]:
    """Return which of a page's letters have their middle in one of the boxes."""
    x0, y0, x1, y1 = (2 * edge for edge in around(list(boxes)))
    near = [
        k
        for k, index in enumerate(layer.starts)
        if (box := letters.boxes[index]) and x0 - 1 <= box[0] + box[2] <= x1 + 1 and y0 - 1 <= box[1] + box[3] <= y1 + 1
    ]
    return [k for k in near if _is_within(letters, layer.starts[k], boxes)]


def anchor_words(words: Words, quote: str, letters: PageLetters) -> Anchor:
    """Return the place of the letters that `words` names on a page, `letters` being that page's."""
    layer = page_letters(letters.text)
    boxes = [box for span in words.ranges for box in _line_boxes(span, layer, letters)]
    shown = quote if words.exact else " ".join(_printed(span, layer) for span in words.ranges)
    return Anchor(letters.page, shown, tuple(boxes), *_around(words.ranges, layer))


def place_around(letters: PageLetters, boxes: Sequence[Box]) -> tuple[str, str]:
    """Return some words before and behind the place of `boxes` on a page, or two empty texts where it has none."""
    layer = page_letters(letters.text)
    inside = _inside(boxes, layer, letters) if boxes else []
    return _around([(inside[0], inside[-1] + 1)] if inside else [], layer)


def _printed(span: Range, layer: Letters) -> str:
    return healed(layer.text[layer.starts[span[0]] : layer.ends[span[1] - 1]])


def _line_boxes(span: Range, layer: Letters, letters: PageLetters) -> list[Box]:
    """Return one box for each printed line that a range of letters stands on."""
    indexes = range(layer.starts[span[0]], layer.ends[span[1] - 1])
    return _lines_of([box for i in indexes if (box := letters.boxes[i]) and not letters.text[i].isspace()])


def _lines_of(boxes: Iterable[Box]) -> list[Box]:
    """Return letters' boxes, in their order, as one for each printed line."""
    found: list[Box] = []
    for box in boxes:
        if found and _goes_on(found[-1], box):
            found[-1] = around([found[-1], box])
        else:
            found.append(box)
    return found


def _goes_on(line: Box, box: Box) -> bool:
    """Tell whether a letter goes on a line of print, be it upright or turned."""
    height, width = min(line[3] - line[1], box[3] - box[1]), min(line[2] - line[0], box[2] - box[0])
    down = min(line[3], box[3]) - max(line[1], box[1])
    over = min(line[2], box[2]) - max(line[0], box[0])
    if over > 0.4 * width and down <= 0.4 * height:
        # One above the other: a line of turned text, whose letters are wider than they are high.
        return box[2] - box[0] > box[3] - box[1] and down > -2.5 * width and line[2] - line[0] < 1.5 * (box[2] - box[0])
    gap = 2.5 * max(box[3] - box[1], min(line[3] - line[1], line[2] - line[0]))
    return down > 0.4 * height and -gap < over < 0.7 * (line[2] - line[0]) + width
