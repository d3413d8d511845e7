"""The annotations of papers in their PDFs: made, anchored again in a new PDF, exported, imported, found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from paperlab.anchoring import anchor_spans, place_around
from paperlab.annotating.finding import fits, when_of
from paperlab.annotating.importing import Import, ImportReport
from paperlab.annotating.places import Pages, anchor_quote, can_be_drawn, in_reading_order, span_of_words
from paperlab.disk import sha256_of
from paperlab.errors import (
    BadFile,
    BadInput,
    NotFound,
    NotNow,
    PaperlabError,
    PdfMissing,
    UnreadablePdf,
    UsageError,
)
from paperlab.library.annotations import Annotations
from paperlab.library.annotations_file import checked_colour
from paperlab.reanchoring import reanchor
from paperlab.text import clean
from paperlab.types import Annotation, AnnotationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from paperlab.anchoring import Anchor
    from paperlab.library import Library
    from paperlab.protocols import PageReader
    from paperlab.types import Box, PageLetters, Paper, PrintedPage, Reading


@dataclass(frozen=True, slots=True)
class Anchored:
    """An annotation, and whether its words are lost: not found in the PDF in use."""

    annotation: Annotation
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An annotation of one of many papers."""

    key: str
    annotation: Annotation
    lost: bool = False


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written into a copy of a PDF."""

    written: int
    lost: tuple[Annotation, ...] = ()
    """Left out: their words are not found in the PDF in use, or a file was given boxes or a page that cannot be."""


class Annotator:
    """Makes annotations and keeps them at their words.

    Reading raises BadFile for an `annotations.toml` with an error in it; writing raises that, NotFound for a paper that
    is not here, and NotNow, NoSpace or Busy where it cannot be done now. What needs the PDF raises PdfMissing,
    or UnreadablePdf with the reason.
    """

    def __init__(self, library: Library, reading: Callable[[Paper], Reading], reader: PageReader) -> None:
        self.annotations = Annotations(library)
        """The files."""
        self.problems: list[BadFile] = []
        """Files that `find` could not read, as of its last call."""
        self._library = library
        self._reading = reading
        self._reader = reader
        self._pages = Pages(reader)
        self._not_found: set[tuple[str, Annotation]] = set()
        """By the PDF's SHA-256: not looked for again by this process."""

    # What is there

    def of(self, paper: Paper) -> list[Anchored]:
        """Return a paper's annotations in reading order, those of the whole paper first.

        Those that were made in another PDF are looked for in the one in use first; where they are found, their new
        place is written into the file. Without a PDF all that mark a place are lost.
        """
        found = self.annotations.of(paper.key)
        if not found:
            return []
        reading, is_scan = self._reading_if_any(paper)
        if (reading or is_scan) and any(_is_stale(one, paper) for one in found):
            found = self._anchored_again(paper, reading.layer if reading else (), found)
        return [Anchored(one, _is_stale(one, paper)) for one in in_reading_order(found, reading)]

    def get(self, paper: Paper, name: str) -> Annotation:
        """Return the annotation with an id, or the only one whose id begins so.

        Raises NotFound, or UsageError for the beginning of several.
        """
        every, wanted = self.annotations.of(paper.key), name.strip().casefold()
        found = [one for one in every if one.id.casefold() == wanted]
        found = found or [one for one in every if wanted and one.id.casefold().startswith(wanted)]
        if len(found) > 1:
            ids = ", ".join(one.id for one in found[:5])
            raise UsageError(f"{name!r} fits {len(found)} annotations ({ids}): type more of the id")
        if not found:
            there = f"'paperlab annotate list {paper.key}' shows what is" if every else "it has none"
            raise NotFound(f"{paper.key} has no annotation {name!r}: {there}")
        return found[0]

    def find(
        self,
        keys: Collection[str] | None = None,
        *,
        colours: Collection[str] = (),
        kinds: Collection[AnnotationKind] = (),
        words: str = "",
        since: str = "",
    ) -> list[Found]:
        """Return the annotations of all papers, or of those with `keys`, that fit, the one changed last first.

        `words` must all stand in quote or comment; `since` is an ISO date. A file with an error in it is passed over
        and stands in `problems`.
        """
        self.problems = []
        found: list[Found] = []
        for key in self.annotations.keys():  # noqa: SIM118 - a method of ours
            if keys is not None and key not in keys:
                continue
            try:
                found += [
                    Found(key, one.annotation, one.lost)
                    for one in self._of_key(key)
                    if fits(one.annotation, colours, kinds, words, since)
                ]
            except BadFile as error:
                self.problems.append(error)
            except NotFound:
                self.problems.append(BadFile(self.annotations.path(key), None, "there is no paper.toml beside it"))
        return sorted(found, key=lambda one: when_of(one.annotation), reverse=True)

    def _of_key(self, key: str) -> list[Anchored]:
        found = self.annotations.of(key)
        paper = self._library.load(key)
        if any(_is_stale(one, paper) and (_sha(paper), one) not in self._not_found for one in found):
            return self.of(paper)
        return [Anchored(one, _is_stale(one, paper)) for one in found]

    # Making and changing

    def make(
        self,
        paper: Paper,
        spans: Sequence[tuple[int, int, int]],
        *,
        kind: AnnotationKind = AnnotationKind.HIGHLIGHT,
        colour: str = "yellow",
        comment: str = "",
    ) -> Annotation:
        """Mark spans of the blocks of the paper's reading: (position of the block, from, to), all on one page.

        Raises UsageError for spans of several pages, of nothing printed, and for a colour that is none.
        """
        blocks = self._reading(paper).blocks
        pages = {blocks[number].page for number, _, _ in spans}
        if len(pages) != 1:
            raise UsageError(f"an annotation stands on one page, not on {len(pages)}")
        found = anchor_spans(blocks, spans, self._letters(paper, pages.pop()))
        return self._put(paper, found, kind, colour, comment)

    def make_of_words(
        self,
        paper: Paper,
        quote: str,
        page: int | None = None,
        *,
        kind: AnnotationKind = AnnotationKind.HIGHLIGHT,
        colour: str = "yellow",
        comment: str = "",
    ) -> Annotation:
        """Mark words that stand in the paper once, or once on a page (1-based).

        Raises NotFound where they stand nowhere, UsageError where they stand in several places.
        """
        checked_colour(colour)
        reading = self._reading(paper)
        number, spans = span_of_words(quote, reading, page)
        letters = self._letters(paper, number)
        found = anchor_spans(reading.blocks, spans, letters) if spans else anchor_quote(quote, letters, ())
        if found is None:
            raise NotFound(f"these words do not stand on page {number}: 'paperlab text {paper.key}' shows what does")
        return self._put(paper, found, kind, colour, comment)

    def make_in_boxes(
        self,
        paper: Paper,
        page: int,
        boxes: Sequence[Box],
        quote: str,
        *,
        kind: AnnotationKind = AnnotationKind.HIGHLIGHT,
        colour: str = "yellow",
        comment: str = "",
    ) -> Annotation:
        """Mark what was quoted with its place: an answer's evidence, a table's cell; its letters, if they are there."""
        letters = self._letters(paper, page)
        found = anchor_quote(quote, letters, boxes)
        place = {"page": page, "quote": quote, "boxes": tuple(boxes)}
        if found is None and not boxes:
            raise NotFound(f"these words do not stand on page {page}: 'paperlab text {paper.key}' shows what does")
        if found is None:
            before, after = place_around(letters, boxes)
            return self._put_one(paper, kind, colour, comment, **place, before=before, after=after)
        return self._put(paper, found, kind, colour, comment)

    def note(
        self, paper: Paper, comment: str, page: int | None = None, boxes: Sequence[Box] = (), colour: str = "yellow"
    ) -> Annotation:
        """Write a note on the whole paper, on a page (1-based), or at a place on it.

        Raises UsageError for an empty note and a page that is not there.
        """
        if not clean(comment).strip():
            raise UsageError("a note needs some words")
        if page is not None:
            self._letters(paper, page)
        place = {"page": page, "boxes": tuple(boxes)} if page is not None else {}
        return self._put_one(paper, AnnotationKind.NOTE, colour, comment, **place)

    def change(
        self, paper: Paper, name: str, *, colour: str | None = None, comment: str | None = None
    ) -> tuple[Annotation, Annotation]:
        """Give an annotation another colour or comment; return it as it was and as it is now. Raises as `get`."""
        checked = None if colour is None else checked_colour(colour)
        old = self.get(paper, name)

        def changed(one: Annotation) -> Annotation:
            words = one.comment if comment is None else comment.strip()
            new = replace(one, colour=checked or one.colour, comment=words)
            return one if new == one else replace(new, changed=now())

        edited = self.annotations.edit(paper.key, {old.id: changed})
        if not edited:
            raise NotFound(f"{paper.key} has no annotation {old.id!r} any more")
        return old, edited[0]

    def remove(self, paper: Paper, names: Iterable[str]) -> tuple[Annotation, ...]:
        """Take annotations away and return them; raises as `get`, with nothing removed then."""
        return self.annotations.remove(paper.key, [self.get(paper, name).id for name in names])

    def restore(self, paper: Paper, annotations: Iterable[Annotation]) -> None:
        """Put back annotations exactly as they were: those that were removed, or changed since."""
        self.annotations.put(paper.key, *annotations)

    def _put(self, paper: Paper, found: Anchor, kind: AnnotationKind, colour: str, comment: str) -> Annotation:
        place = {"page": found.page, "quote": found.quote, "boxes": found.boxes}
        return self._put_one(paper, kind, colour, comment, **place, before=found.before, after=found.after)

    def _put_one(self, paper: Paper, kind: AnnotationKind, colour: str, comment: str, **place: object) -> Annotation:
        made = Annotation("", kind, colour=checked_colour(colour), comment=comment.strip(), created=now())
        sha256 = _sha(paper) if place.get("page") else ""
        return self.annotations.put(paper.key, replace(made, sha256=sha256, **place))[0]  # type: ignore[arg-type]

    # PDFs

    def export(self, paper: Paper, to: Path) -> ExportReport:
        """Write a copy of the PDF in use with the paper's annotations in it, as every PDF viewer shows them.

        Raises NotFound where it has none, UsageError where `to` is one of the paper's own PDFs or a file of the
        library, NotNow where it cannot be written.
        """
        path, found = self._library.pdf(paper), self.of(paper)
        own = [self._library.folder(paper.key) / pdf.name for pdf in paper.pdfs]
        if to.exists() and any(one.exists() and one.samefile(to) for one in own):
            raise UsageError(f"{to} is the paper's own PDF: name another file")
        if self._is_kept(to):
            raise UsageError(f"{to} is a file of the library: name another file")
        if not found:
            raise NotFound(f"{paper.key} has no annotations")
        reading = self._reading_if_any(paper)[0]
        last = reading.pages[-1].number if reading and reading.pages else None
        there = [one.annotation for one in found if not one.lost and can_be_drawn(one.annotation, last)]
        try:
            self._reader.annotate(path, to, there)
        except OSError as error:
            raise NotNow(f"cannot write {to}: {error.strerror or error}; name another place") from error
        return ExportReport(len(there), tuple(one.annotation for one in found if one.annotation not in there))

    def import_(self, paper: Paper, file: Path | None = None) -> ImportReport:
        """Take the annotations out of a PDF, or out of the paper's own where none is given, into the paper's.

        What is there already is known by its name in the PDF, else by its place and words, and takes over a colour and
        a comment that another program changed later. Another copy of the paper may be given: what it marks is looked
        for in the PDF in use, and is lost where it is not found. Raises BadFile or UnreadablePdf for the file.
        """
        if self._library.loose_pdf(paper):
            paper = self._library.adopt_pdf(paper.key, None)
        own = self._library.pdf(paper)
        path = file or own
        marked = self._reader.annotations(path)
        job = Import(paper, self._reading_if_any(paper)[0], self._pages, (own, _sha(paper)), (path, sha256_of(path)))
        report, put = job.run(marked, [one.annotation for one in self.of(paper)], now())
        written = self.annotations.put(paper.key, *put)
        added, updated = written[: len(report.added)], written[len(report.added) :]
        lost = tuple(new for old, new in zip(report.added, added, strict=True) if old in report.lost)
        return replace(report, added=added, updated=updated, lost=lost)

    def _is_kept(self, file: Path) -> bool:
        """Tell whether a file is one that the library keeps: a paper's record, notes or PDF."""
        folder = file.resolve().parent
        if not file.exists() or folder.parent != self._library.root.resolve():
            return False
        try:
            names = [pdf.name for pdf in self._library.load(folder.name).pdfs]
        except PaperlabError:
            return True
        return file.suffix.lower() != ".pdf" or file.resolve().name in names

    def _letters(self, paper: Paper, page: int) -> PageLetters:
        return self._pages.letters(self._library.pdf(paper), _sha(paper), page)

    def _reading_if_any(self, paper: Paper) -> tuple[Reading | None, bool]:
        """Return the paper's reading, None where its PDF is not here or cannot be read, and whether it is a scan."""
        try:
            return self._reading(paper), False
        except UnreadablePdf as error:
            return None, error.reason == "scan"
        except (PdfMissing, BadInput):
            return None, False

    def _anchored_again(
        self, paper: Paper, layer: Sequence[PrintedPage], found: Sequence[Annotation]
    ) -> tuple[Annotation, ...]:
        """Return the annotations with the place of those that are found in the PDF in use, and write it down."""
        sha256 = _sha(paper)
        placed: dict[str, Annotation] = {}
        for one in found:
            if _is_stale(one, paper) and (sha256, one) not in self._not_found:
                new = self._anchored(paper, layer, one)
                if new:
                    placed[one.id] = replace(new, sha256=sha256)
                else:
                    self._not_found.add((sha256, one))
        if placed:
            try:
                self.annotations.edit(paper.key, {name: _moved_to(new) for name, new in placed.items()})
            except NotNow:
                # A lab that only others may write is read all the same; the next who may write does it.
                return tuple(placed.get(one.id, one) for one in found)
            return self.annotations.of(paper.key)
        return tuple(found)

    def _anchored(self, paper: Paper, layer: Sequence[PrintedPage], one: Annotation) -> Annotation | None:
        try:
            return reanchor(one, layer, lambda page: self._letters(paper, page))
        except (PdfMissing, BadInput, UsageError):
            return None  # a page that cannot be read, or is not there: the PDF was changed and not indexed since


def now() -> str:
    """Return the time with its zone, in seconds, as ISO."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _moved_to(new: Annotation) -> Callable[[Annotation], Annotation]:
    """Return what gives an annotation, as its file has it by now, a new place and leaves the rest."""
    place = {name: getattr(new, name) for name in ("page", "quote", "boxes", "before", "after", "sha256")}
    return lambda one: replace(one, **place)


def _sha(paper: Paper) -> str:
    return paper.pdf.sha256 if paper.pdf else ""


def _is_stale(one: Annotation, paper: Paper) -> bool:
    """Tell whether an annotation's place is none in the PDF in use; the whole paper is always there."""
    return (one.page is not None or bool(one.quote)) and (not _sha(paper) or one.sha256 != _sha(paper))
