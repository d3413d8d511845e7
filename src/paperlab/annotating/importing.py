"""Annotations that other programs, or we, wrote into a PDF, brought together with those that are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from paperlab.anchoring import anchor_words, place_around, words_in_boxes
from paperlab.errors import BadInput, UsageError
from paperlab.library.annotations_file import shade
from paperlab.quotes import letters_of
from paperlab.reanchoring import reanchor
from paperlab.text import clean
from paperlab.types import AnnotationKind, around

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paperlab.annotating.places import Pages
    from paperlab.types import Annotation, Box, PageLetters, Paper, Reading

_SAME = 0.5
"""Share of two marks' area that they have in common when they are one."""
_APART = 3.0
"""Points between two notes' signs that are one."""
_CUT = 50_000
"""Characters: a comment as long as that was cut when it was read."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came out of a PDF."""

    added: tuple[Annotation, ...] = ()
    updated: tuple[Annotation, ...] = ()
    """Known ones whose colour or comment another program changed."""
    unchanged: int = 0
    moved: int = 0
    """Of the added: made on another copy of the paper, and found in the PDF in use by their words."""
    lost: tuple[Annotation, ...] = ()
    """Of the added: their words do not stand in the PDF in use."""


class Import:
    """One PDF's annotations on their way into a paper's."""

    def __init__(
        self, paper: Paper, reading: Reading | None, pages: Pages, own: tuple[Path, str], given: tuple[Path, str]
    ) -> None:
        """`own` is the PDF in use, `given` the one they come from: each with its SHA-256."""
        self._paper = paper
        self._reading = reading
        self._pages = pages
        self._own = own
        self._given = given

    def run(
        self, marked: Sequence[Annotation], known: Sequence[Annotation], now: str
    ) -> tuple[ImportReport, list[Annotation]]:
        """Return what is new, changed and as it was, and what is to be written: first the added, then the updated."""
        left = list(known)
        added: list[Annotation] = []
        updated: list[Annotation] = []
        unchanged = moved = 0
        lost: list[Annotation] = []
        for one in marked:
            placed, is_moved = self._placed(one)
            old = _known(placed or one, left)
            if old is None:
                new = replace(placed or replace(one, sha256=self._given[1]), created=one.created or now)
                added.append(new)
                moved += is_moved
                lost += [] if placed else [new]
                continue
            left.remove(old)
            changed = _with_edits(old, one)
            unchanged += changed == old
            updated += [] if changed == old else [replace(changed, changed=one.changed or now)]
        return ImportReport(tuple(added), tuple(updated), unchanged, moved, tuple(lost)), [*added, *updated]

    def _placed(self, one: Annotation) -> tuple[Annotation | None, bool]:
        """Return an annotation in the PDF in use, None where its words are not there, and whether it moved."""
        if one.page is None:
            return one, False
        here, there = self._letters(self._own, one.page), self._letters(self._given, one.page)
        if self._given == self._own or (here and there and _is_same_page(here, there)):
            return replace(_in_context(one, here), sha256=self._own[1]), False
        if there is None and here is None and self._reading is None:
            return replace(one, sha256=self._own[1]), False
        pages = self._reading.layer if self._reading else ()
        found = reanchor(_in_context(one, there), pages, lambda page: self._pages.letters(*self._own, page))
        return (replace(found, sha256=self._own[1]), True) if found else (None, False)

    def _letters(self, pdf: tuple[Path, str], page: int) -> PageLetters | None:
        try:
            return self._pages.letters(*pdf, page)
        except (BadInput, UsageError):
            return None  # a scan, or a page that the other copy has not


def _is_same_page(one: PageLetters, other: PageLetters) -> bool:
    """Tell whether two pages are printed alike, letter for letter and at the same places."""
    return one.text == other.text and all(
        a == b or (a is not None and b is not None and max(abs(p - q) for p, q in zip(a, b, strict=True)) < 0.5)
        for a, b in zip(one.boxes, other.boxes, strict=True)
    )


def _in_context(one: Annotation, letters: PageLetters | None) -> Annotation:
    """Return an annotation with the words around it."""
    if letters is None or not one.boxes or one.kind is AnnotationKind.NOTE:
        return one
    words = words_in_boxes(one.quote, letters, one.boxes)
    if words:
        found = anchor_words(words, one.quote, letters)
        return replace(one, before=found.before, after=found.after)
    before, after = place_around(letters, one.boxes)
    return replace(one, before=before, after=after)


def _known(one: Annotation, known: Sequence[Annotation]) -> Annotation | None:
    """Return the annotation that `one` is: by the name that PDFs call it, else by place and words.

    Some programs number the annotations of each page or file: such a name alone says nothing.
    """
    named = [old for old in known if one.pdf_name and one.pdf_name in {old.pdf_name, old.id}]
    same = (old for old in named if _is_alike(one, old))
    edited = (old for old in named if one.is_named or _may_be(one, old))
    return next(same, None) or next(edited, None) or next((old for old in known if _is_alike(one, old)), None)


def _may_be(one: Annotation, old: Annotation) -> bool:
    """Tell whether an annotation could be a known one of its name, moved or changed by another program."""
    words, others = (letters_of(each.quote).letters for each in (one, old))
    if words or others:
        return words == others or (one.page == old.page and _shared(one.boxes, old.boxes) > 0)
    return one.page == old.page and (_text(one.comment) == _text(old.comment) or _are_near(one.boxes, old.boxes))


def _is_alike(one: Annotation, old: Annotation) -> bool:
    if one.page != old.page or one.kind is not old.kind:
        return False
    if one.kind is AnnotationKind.NOTE:
        return _text(one.comment) == _text(old.comment) and _are_near(one.boxes, old.boxes)
    same_words = letters_of(one.quote).letters == letters_of(old.quote).letters
    return same_words and _shared(one.boxes, old.boxes) >= _SAME


def _are_near(one: Sequence[Box], other: Sequence[Box]) -> bool:
    if not one or not other:
        return not one and not other
    return max(abs(p - q) for p, q in zip(one[0][:2], other[0][:2], strict=True)) < _APART


def _shared(one: Sequence[Box], other: Sequence[Box]) -> float:
    """Return the share of area that the boxes around two marks have in common, 0 to 1."""
    if not one or not other:
        return float(not one and not other)
    a, b = around(list(one)), around(list(other))
    common = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return common / (areas - common) if areas > common else 0.0


def _with_edits(old: Annotation, one: Annotation) -> Annotation:
    """Return a known annotation with what another program changed of it; what was changed here later stays."""
    if _later(old.changed, one.changed):
        return old
    ours, theirs = _text(old.comment), _text(one.comment)
    is_same = ours == theirs or (len(theirs) >= _CUT and ours.startswith(theirs))
    colour = old.colour if shade(old.colour) == shade(one.colour) else one.colour
    return replace(old, colour=colour, comment=old.comment if is_same else one.comment)


def _later(ours: str, theirs: str) -> bool:
    if not ours or not theirs:
        return bool(ours)
    return _moment(ours) > _moment(theirs)


def _moment(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _text(comment: str) -> str:
    return "\n".join(
        line.rstrip() for line in clean(comment.replace("\r\n", "\n").replace("\r", "\n")).strip().split("\n")
    )
