"""Annotations found again in another PDF of their paper, by their words and the words around them. Pure.

A wrong place is worse than none: what is not sure is lost.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from paperlab.anchoring import Words, anchor_words, find_words, stands_in, words_in_boxes
from paperlab.quotes import letters_of, page_letters
from paperlab.types import AnnotationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from paperlab.quotes import Letters
    from paperlab.types import Annotation, Box, PageLetters, PrintedPage

_SIDE = 5
"""Letters beside a quote that must be the same, on each side, to tell a short one from the same words elsewhere."""
_ONE_SIDE = 10
"""Letters of both sides together that tell as much for a longer one."""
_LONG = 24
"""Letters of a quote that is not short."""
_SENTENCE = 40
"""Letters of a quote that hardly stands in a paper twice; "such as natural language inference" does."""
_PART = 16
"""Letters that each part of a quote has at least which a page's or column's end cuts in two."""
_MOSTLY = 0.7
"""Share of a formula's letters that stand in its boxes."""
_CLOSE = 1.5
"""Points."""
_NEAR = 2
"""Pages that a quote moved at most, where nothing around it is as it was."""
_SEED, _SEEDS = 12, 24
"""Letters that are looked up to find a changed quote, and how many such."""
_ALIKE = 0.8
"""Share of a changed quote's letters that must agree."""
_END = 6
"""Letters that must agree at both ends of a changed quote."""
_SLACK = 40
"""Letters more than the quote's that are looked at around the seeds."""


def reanchor(
    annotation: Annotation, pages: Sequence[PrintedPage], letters: Callable[[int], PageLetters]
) -> Annotation | None:
    """Return the annotation with page, boxes and context as another PDF of its paper has them, or None (lost).

    `pages` are those of that PDF that have text; `letters` gives one of them letter by letter. A quote that changed a
    little gets the new words. What marks no words keeps its place: a note on a page that is there, a box on a page that
    has no text.
    """
    if not letters_of(annotation.quote).letters:
        return _in_its_place(annotation, pages)
    return (
        _where_it_was(annotation, pages, letters)
        or _elsewhere(annotation, pages, letters)
        or _between_its_neighbours(annotation, pages, letters)
    )


def _where_it_was(
    annotation: Annotation, pages: Sequence[PrintedPage], letters: Callable[[int], PageLetters]
) -> Annotation | None:
    """Return the annotation where its words stand in its boxes, as in a PDF that was only marked."""
    page = _page(annotation.page, pages)
    if page is None or not annotation.boxes:
        return None
    lettered = letters(page.number)
    words = words_in_boxes(annotation.quote, lettered, annotation.boxes)
    if words is None:
        return annotation if stands_in(annotation.quote, lettered, annotation.boxes) else None
    moved = _placed(annotation, words, lettered)
    return annotation if _is_close(annotation.boxes[0], moved.boxes[0]) else moved


def _is_close(one: Box, other: Box) -> bool:
    down = (one[1] + one[3] - other[1] - other[3]) / 2
    return abs(one[0] - other[0]) < _CLOSE and abs(down) < _CLOSE


def _elsewhere(
    annotation: Annotation, pages: Sequence[PrintedPage], letters: Callable[[int], PageLetters]
) -> Annotation | None:
    words = _find_again(annotation, pages)
    page = _page(words.page, pages) if words else None
    if words is None or page is None:
        return None
    lettered = letters(words.page)
    if page_letters(lettered.text).letters != page_letters(page.text).letters:
        words = _find_again(annotation, [replace(page, text=lettered.text)])
    return _placed(annotation, words, lettered) if words else None


def _between_its_neighbours(
    annotation: Annotation, pages: Sequence[PrintedPage], letters: Callable[[int], PageLetters]
) -> Annotation | None:
    """Return an annotation of a formula whose boxes hold most of its letters, on a page that has the words around it.

    Signs of formulas reach into their neighbours' boxes, so that no order and no count of letters is sure.
    """
    page = _page(annotation.page, pages)
    sides = [letters_of(side).letters for side in (annotation.before, annotation.after)]
    if page is None or not annotation.boxes or not all(side in page_letters(page.text).letters for side in sides):
        return None
    is_there = sum(map(len, sides)) >= _LONG and stands_in(
        annotation.quote, letters(page.number), annotation.boxes, _MOSTLY
    )
    return annotation if is_there else None


def _page(number: int | None, pages: Sequence[PrintedPage]) -> PrintedPage | None:
    return next((page for page in pages if page.number == number), None)


def _placed(annotation: Annotation, words: Words, letters: PageLetters) -> Annotation:
    found = anchor_words(words, annotation.quote, letters)
    return replace(
        annotation, page=found.page, boxes=found.boxes, quote=found.quote, before=found.before, after=found.after
    )


def _in_its_place(annotation: Annotation, pages: Sequence[PrintedPage]) -> Annotation | None:
    if annotation.page is None or (annotation.kind is AnnotationKind.NOTE and not pages):
        return annotation
    if annotation.kind is AnnotationKind.NOTE:
        return annotation if annotation.page <= max(page.number for page in pages) else None
    has_text = any(page.number == annotation.page and page.text.strip() for page in pages)
    return None if has_text else annotation


def _find_again(annotation: Annotation, pages: Sequence[PrintedPage]) -> Words | None:
    found = find_words(annotation.quote, pages)
    layers = {page.number: page_letters(page.text) for page in pages}
    if found:
        return _chosen(annotation, found, layers)
    cut = _in_two(annotation, pages)
    if cut:
        return cut if _may_be(annotation, cut, layers) else None
    changed = _changed(annotation, pages)
    if changed:
        return changed if _beside(annotation, changed, layers[changed.page]).both >= _SIDE else None
    return _between(annotation, layers)


class _Beside(NamedTuple):
    """How many letters before and behind a place are those that stood around the quote, and how many those were."""

    before: int
    after: int
    known_before: int
    known_after: int

    @property
    def both(self) -> int:
        return self.before + self.after

    @property
    def is_whole(self) -> bool:
        """Whether nothing around the quote changed."""
        return self.both == self.known_before + self.known_after

    @property
    def tells(self) -> bool:
        """Whether both sides are as they were."""
        return self.before >= min(_SIDE, self.known_before) and self.after >= min(_SIDE, self.known_after)


def _chosen(annotation: Annotation, found: Sequence[Words], layers: Mapping[int, Letters]) -> Words | None:
    """Return the place that the words around it tell, of equal ones that on the nearest page; None if none is sure."""
    sides = [_beside(annotation, words, layers[words.page]) for words in found]
    if sides[0].known_before + sides[0].known_after < _SIDE:
        return found[0] if len(found) == 1 else _only_one_near(annotation, found)
    telling = [
        (beside.both, words)
        for beside, words in zip(sides, found, strict=True)
        if beside.tells and (words.length + beside.both >= _SENTENCE or beside.is_whole)
    ]
    if telling:
        most = max(both for both, _ in telling)
        return _only_one_near(annotation, [words for both, words in telling if both == most])
    if found[0].length < _LONG:
        return None
    if len(found) == 1:
        return found[0] if _may_be(annotation, found[0], layers) else None
    most = max(beside.both for beside in sides)
    likely = [words for beside, words in zip(sides, found, strict=True) if beside.both == most]
    return likely[0] if most >= _ONE_SIDE and len(likely) == 1 else None


def _may_be(annotation: Annotation, words: Words, layers: Mapping[int, Letters]) -> bool:
    """Tell whether the words around a place, or at least its page, are about what they were."""
    near = annotation.page is None or abs(words.page - annotation.page) <= _NEAR
    both = _beside(annotation, words, layers[words.page]).both
    return both >= _ONE_SIDE or (near and (both >= _SIDE or words.length >= _SENTENCE))


def _only_one_near(annotation: Annotation, found: Sequence[Words]) -> Words | None:
    """Return the place on the nearest page, or None where two are as near."""
    if len(found) == 1 or annotation.page is None:
        return found[0] if len(found) == 1 else None
    away = [abs(words.page - annotation.page) for words in found]
    return found[away.index(min(away))] if away.count(min(away)) == 1 else None


def _beside(annotation: Annotation, words: Words, layer: Letters) -> _Beside:
    before, after = letters_of(annotation.before).letters, letters_of(annotation.after).letters
    start, end = words.ranges[0][0], words.ranges[-1][1]
    return _Beside(
        _alike(before[::-1], layer.letters[max(0, start - len(before)) : start][::-1]),
        _alike(after, layer.letters[end : end + len(after)]),
        len(before),
        len(after),
    )


def _alike(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _in_two(annotation: Annotation, pages: Sequence[PrintedPage]) -> Words | None:
    """Return a quote that the end of a column or of a page cuts in two; of two pages the one with more of it."""
    quote = letters_of(annotation.quote).letters
    layers = [page_letters(page.text).letters for page in pages]
    found: list[Words] = []
    for i, page in enumerate(pages):
        longest = _longest_beginning(quote, layers[i])
        for split in range(longest, max(longest - 4, _PART - 1), -1):
            at, rest = layers[i].find(quote[:split]), quote[split:]
            follows = i + 1 < len(pages) and pages[i + 1].number == page.number + 1
            behind = layers[i].find(rest, at + split)
            over = layers[i + 1].find(rest) if follows and behind < 0 else -1
            if len(rest) < _PART or max(behind, over) < 0:
                continue
            first = (at, at + split)
            if behind >= 0:
                found.append(Words(page.number, (first, (behind, behind + len(rest)))))
            elif split >= len(rest):
                found.append(Words(page.number, (first,)))
            else:
                found.append(Words(page.number + 1, ((over, over + len(rest)),)))
            break
    return found[0] if len(found) == 1 else None


def _between(annotation: Annotation, layers: Mapping[int, Letters]) -> Words | None:
    """Return what stands between the words that stood around a quote, where its letters are the quote's.

    Formulas come in another order in the page's text than they are told, so that no run of it is the quote.
    """
    quote = letters_of(annotation.quote).letters
    before = letters_of(annotation.before).letters[-_ONE_SIDE:]
    after = letters_of(annotation.after).letters[:_ONE_SIDE]
    if min(len(before), len(after)) < _ONE_SIDE:
        return None
    found: list[Words] = []
    for number, layer in layers.items():
        at = layer.letters.find(before)
        while at >= 0:
            start = at + len(before)
            end = layer.letters.find(after, start, start + 2 * len(quote) + _SLACK)
            common = (Counter(quote) & Counter(layer.letters[start:end])).total() if end >= 0 else 0
            if common >= _ALIKE * max(len(quote), end - start):
                found.append(Words(number, ((start, end),)))
            at = layer.letters.find(before, at + 1)
    return found[0] if len(found) == 1 else None


def _longest_beginning(quote: str, layer: str) -> int:
    """Return how many letters of the quote, from its first on, stand in `layer` in one run."""
    low, high = 0, len(quote)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if quote[:middle] in layer else (low, middle - 1)
    return low


def _changed(annotation: Annotation, pages: Sequence[PrintedPage]) -> Words | None:
    """Return where a quote stands that a new version changed a little; None unless one place is it, both ends too."""
    quote = letters_of(annotation.quote).letters
    if len(quote) < 2 * _SEED:
        return None
    layers = {page.number: page_letters(page.text).letters for page in pages}
    found = [
        (share, Words(number, (span,), exact=False))
        for number, shift in _likely(quote, layers)
        for share, span in [_aligned(quote, layers[number], shift)]
        if share >= _ALIKE
    ]
    spans = {words for _, words in found}
    return max(found)[1] if len(spans) == 1 else None


def _likely(quote: str, layers: Mapping[int, str]) -> list[tuple[int, int]]:
    """Return up to three pages, and how far on in their letters the quote's would be, that most seeds speak for."""
    step = max(1, (len(quote) - _SEED) // _SEEDS)
    votes: Counter[tuple[int, int]] = Counter()
    for start in range(0, len(quote) - _SEED + 1, step):
        seed = quote[start : start + _SEED]
        for number, layer in layers.items():
            at = layer.find(seed)
            while at >= 0:
                votes[number, (at - start) // _SLACK] += 1
                at = layer.find(seed, at + 1)
    return [(number, shift * _SLACK) for (number, shift), _ in votes.most_common(3)]


def _aligned(quote: str, layer: str, shift: int) -> tuple[float, tuple[int, int]]:
    """Return the share of letters that agree, and where in `layer` they begin and end; 0 where an end does not."""
    from rapidfuzz.distance import LCSseq

    start = max(0, shift - 2 * _SLACK)
    window = layer[start : shift + len(quote) + 3 * _SLACK]
    head, tail = window.find(quote[:_END]), window.rfind(quote[-_END:])
    if head < 0 or tail < head:
        return 0.0, (0, 0)
    span = window[head : tail + _END]
    share = LCSseq.similarity(quote, span) / max(len(quote), len(span))
    return share, (start + head, start + tail + _END)
