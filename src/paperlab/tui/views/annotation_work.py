"""What the screens do with annotations in the lanes: read, change, take to PDFs and back. Each step is one Change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from paperlab.errors import NotFound, UsageError
from paperlab.tui.desk.changes import Change
from paperlab.tui.views.annotation_rows import Entry, entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paperlab.annotating import ExportReport, ImportReport
    from paperlab.lab import Lab
    from paperlab.types import Annotation, Quote

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """All annotations of a lab, and what they can be narrowed by."""

    entries: tuple[Entry, ...] = ()
    lists: tuple[tuple[str, str, frozenset[str]], ...] = ()
    """Name, title and papers of each reading list."""
    tags: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    """Files with an error in them, one line each."""


def load(lab: Lab) -> Loaded:
    """Read the annotations of all papers; those made in another version of a PDF are looked for in the one in use."""
    annotator = lab.annotator
    rows = {row.key: row for row in lab.store.papers.rows()}
    entries = []
    for one in annotator.find():
        row = rows.get(one.key)
        title, tags = (row.title, row.tags) if row else ("", ())
        entries.append(entry(one.key, title, one.annotation, lost=one.lost, tags=tags))
    lists = tuple((one.name, one.title, frozenset(lab.library.list_keys(one.name))) for one in lab.reading_lists())
    tags = tuple(sorted({tag for row in rows.values() for tag in row.tags}, key=str.casefold))
    return Loaded(tuple(entries), lists, tags, tuple(map(str, annotator.problems)))


def papers(lab: Lab) -> list[tuple[str, str]]:
    """Return all papers as (key, title with key)."""
    return [(row.key, f"{row.title or row.key}  {row.key}") for row in lab.store.papers.rows()]


# Steps that a Change is made of


def removing(chosen: Sequence[tuple[str, str]]) -> Callable[[Lab], None]:
    """Return what takes annotations away, each given as paper and id; those that are gone already are passed over."""

    def step(lab: Lab) -> None:
        for key, ids in _by_paper(chosen).items():
            lab.annotator.annotations.remove(key, ids)

    return step


def restoring(chosen: Sequence[tuple[str, Annotation]]) -> Callable[[Lab], None]:
    """Return what puts annotations back as they were."""

    def step(lab: Lab) -> None:
        for key, ones in _by_paper(chosen).items():
            lab.annotator.restore(lab.library.load(key), ones)

    return step


def _by_paper(chosen: Sequence[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for key, one in chosen:
        found.setdefault(key, []).append(one)
    return found


def deletion(chosen: Sequence[tuple[str, Annotation]]) -> Change:
    """Return the change that deletes annotations."""
    names = [(key, one.id) for key, one in chosen]
    return Change(f"{counted(len(names), 'annotation')} deleted", removing(names), restoring(chosen))


def making(key: str, *made: Annotation, text: str = "kept as an annotation") -> Change:
    """Return the change that made annotations; they are there already."""
    return Change(text, restoring([(key, one) for one in made]), removing([(key, one.id) for one in made]))


def keeping(quote: Quote) -> Callable[[Lab], Annotation]:
    """Return what marks a citation's words in its paper and gives the annotation.

    It raises UsageError where they are marked already.
    """
    boxes = [one.box for one in quote.boxes if one.page == quote.page]

    def step(lab: Lab) -> Annotation:
        annotator = lab.annotator
        if any((one.page, one.quote) == (quote.page, quote.text) for one in annotator.annotations.of(quote.key)):
            raise UsageError(f"these words are annotated already: p. {quote.page} of {quote.key}")
        return annotator.make_in_boxes(lab.library.load(quote.key), quote.page, boxes, quote.text)

    return step


def recolouring(chosen: Sequence[tuple[str, Annotation]], colour: str) -> Change:
    """Return the change that gives annotations a colour; undone, each has the one it had."""
    then = [(key, one.id, one.colour) for key, one in chosen]
    now = [(key, name, colour) for key, name, _ in then]
    return Change(f"{counted(len(now), 'annotation')}: {colour}", _colouring(now), _colouring(then))


def _colouring(colours: Sequence[tuple[str, str, str]]) -> Callable[[Lab], None]:
    """Return what gives colours; annotations that are gone are passed over while any is there."""

    def step(lab: Lab) -> None:
        gone: list[NotFound] = []
        for key, name, colour in colours:
            try:
                lab.annotator.change(lab.library.load(key), name, colour=colour)
            except NotFound as error:
                gone.append(error)
        if len(gone) == len(colours):
            raise gone[0]

    return step


def writing(key: str, name: str, comment: str | None, colour: str | None) -> Callable[[Lab], None]:
    """Return what writes an annotation's comment and colour; None leaves one as it is."""

    def step(lab: Lab) -> None:
        lab.annotator.change(lab.library.load(key), name, comment=comment, colour=colour)

    return step


def commenting(key: str, before: Annotation, comment: str, colour: str) -> Change:
    """Return the change of an annotation's comment and colour; it is done already.

    What did not change is left to others by both of its steps.
    """
    new_comment = None if comment == before.comment else comment
    new_colour = None if colour == before.colour else colour
    old = (None if new_comment is None else before.comment, None if new_colour is None else before.colour)
    text = "colour changed" if new_comment is None else "comment changed"
    return Change(text, writing(key, before.id, new_comment, new_colour), writing(key, before.id, *old))


# PDFs


def exporting(key: str, to: str) -> Callable[[Lab], ExportReport]:
    """Return what writes a copy of a paper's PDF with its annotations in it."""
    return lambda lab: lab.annotator.export(lab.library.load(key), Path(to).expanduser())


@dataclass(frozen=True, slots=True)
class Imported:
    """What came out of a PDF, and what it changed."""

    report: ImportReport
    before: tuple[Annotation, ...]
    """Those that were there and changed, as they were."""

    @property
    def words(self) -> str:
        """What is told of it."""
        report = self.report
        parts = [counted(len(report.added), "annotation") + " came"]
        parts += [f"{len(report.updated)} changed"] if report.updated else []
        parts += [f"{report.unchanged} known already"] if report.unchanged else []
        parts += [f"{len(report.lost)} lost: their words are not in this PDF"] if report.lost else []
        return ", ".join(parts)

    def change(self, key: str) -> Change:
        """Return the change that it was; it is done already."""
        added = [(key, one.id) for one in self.report.added]
        now = [(key, one) for one in (*self.report.added, *self.report.updated)]
        take, put_back = removing(added), restoring([(key, one) for one in self.before])

        def undo(lab: Lab) -> None:
            take(lab)
            put_back(lab)

        return Change(f"import: {self.words}", restoring(now), undo)


def importing(key: str, file: str) -> Callable[[Lab], Imported]:
    """Return what takes the annotations out of a PDF; out of the paper's own where `file` is empty."""

    def step(lab: Lab) -> Imported:
        then = {one.id: one for one in lab.annotator.annotations.of(key)}
        path = Path(file).expanduser() if file else None
        report = lab.annotator.import_(lab.library.load(key), path)
        return Imported(report, tuple(then[one.id] for one in report.updated if one.id in then))

    return step


def writing_file(path: str, text: str) -> Callable[[Lab], str]:
    """Return what writes a file and gives its path."""

    def step(_lab: Lab) -> str:
        from paperlab.disk import write_atomically

        to = Path(path).expanduser()
        write_atomically(to, text.encode())
        return str(to)

    return step


def counted(count: int, what: str) -> str:
    """Return `1 annotation`, `3 annotations`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
