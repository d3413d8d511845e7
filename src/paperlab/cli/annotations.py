"""Commands on annotations: annotate list, add, note, edit, remove, export, import."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paperlab.cli.output import Options, emit, emit_json, opened_lab, quietly, say, shared_options, table
from paperlab.cli.parameters import EXISTING_FILE, complete_key, filter_options, key_argument, resolved
from paperlab.errors import PaperlabError, UsageError
from paperlab.library.annotations_file import checked_colour
from paperlab.text import shorten
from paperlab.types import COLOURS, AnnotationKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from paperlab.annotating import Annotator
    from paperlab.lab import Lab
    from paperlab.types import Annotation, Filters, Paper

_KINDS = [kind.value for kind in AnnotationKind]
_ID, _QUOTE, _COMMENT = 64, 70, 60
"""Characters that are shown of each."""

_page = click.option("--page", type=click.IntRange(1), metavar="N", help="The page of the PDF, from 1 on.")
_colour = click.option("--colour", metavar="COLOUR", help=f"One of {', '.join(COLOURS)}, or like '#ffd400'.")


@click.group()
def annotate() -> None:
    """Highlight words in papers and comment on them; take highlights to a PDF and out of one.

    They are kept in papers/KEY/annotations.toml, a file of yours. An ID may be cut to its first characters.
    """


@annotate.command("list")
@click.argument("key", required=False, metavar="[KEY]", shell_complete=complete_key)
@click.option("--colour", "colours", multiple=True, metavar="COLOUR", help="Only of this colour; several: of any.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Only of this kind; several: of any.")
@click.option("--words", default="", metavar="TEXT", help="Only with these words in quote or comment.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only made or changed since this day.")
@filter_options
@shared_options
def show(
    options: Options,
    *,
    key: str | None,
    colours: tuple[str, ...],
    kinds: tuple[str, ...],
    words: str,
    since: datetime | None,
    filters: Filters,
) -> None:
    """Show the annotations of a paper in reading order, or those of all papers, the newest first."""
    with opened_lab(options) as lab:
        keys = lab.select(resolved(lab, filters))
        if key is not None:
            own = lab.resolve(key)
            keys = {own} if keys is None else keys & {own}
        found = lab.annotator.find(
            keys,
            colours=[checked_colour(colour) for colour in colours],
            kinds=[AnnotationKind(kind) for kind in kinds],
            words=words,
            since=since.date().isoformat() if since else "",
        )
        for problem in lab.annotator.problems:
            if key is not None:
                raise problem
            say(f"paperlab: {problem}; the annotations in it were passed over")
        if key is not None and found:
            every = lab.annotator.of(lab.library.load(found[0].key))
            order = {one.annotation.id: place for place, one in enumerate(every)}
            found.sort(key=lambda one: order.get(one.annotation.id, len(order)))
    if options.json:
        emit_json({"annotations": [_document(one.key, one.annotation, lost=one.lost) for one in found]})
    elif found:
        rows = [_row(one.annotation, lost=one.lost) for one in found]
        emit(table(rows if key else [(one.key, *row) for one, row in zip(found, rows, strict=True)]))
    else:
        quietly(options)("no annotation fits: 'paperlab annotate add KEY --quote TEXT' makes one")


@annotate.command()
@key_argument
@click.option("--quote", required=True, metavar="TEXT", help="The words to mark, as printed.")
@_page
@_colour
@click.option("--kind", type=click.Choice([k for k in _KINDS if k != "note"]), default="highlight", show_default=True)
@click.option("--comment", default="", metavar="TEXT", help="What you have to say of them.")
@shared_options
def add(
    options: Options, *, key: str, quote: str, page: int | None, colour: str | None, kind: str, comment: str
) -> None:
    """Mark words that stand in a paper."""
    with _annotating(options, key) as (annotator, paper):
        look = {"kind": AnnotationKind(kind), "comment": comment}
        made = annotator.make_of_words(paper, quote, page, colour=colour or "yellow", **look)  # type: ignore[arg-type]
    _tell(options, paper, made)


@annotate.command()
@key_argument
@click.argument("text")
@_page
@_colour
@shared_options
def note(options: Options, *, key: str, text: str, page: int | None, colour: str | None) -> None:
    """Write a note on a paper, or on one of its pages; 'paperlab note' is for longer notes."""
    with _annotating(options, key) as (annotator, paper):
        made = annotator.note(paper, text, page, colour=colour or "yellow")
    _tell(options, paper, made)


@annotate.command()
@key_argument
@click.argument("name", metavar="ID")
@click.option("--comment", metavar="TEXT", help="The new comment; '' takes it away.")
@_colour
@shared_options
def edit(options: Options, *, key: str, name: str, comment: str | None, colour: str | None) -> None:
    """Change an annotation's comment or colour; without either, its comment in $EDITOR."""
    with _annotating(options, key) as (annotator, paper):
        if comment is None and colour is None:
            changed = _edited(annotator, paper, name)
        else:
            _old, changed = annotator.change(paper, name, colour=colour, comment=comment)
    _tell(options, paper, changed)


@annotate.command()
@key_argument
@click.argument("names", metavar="ID...", nargs=-1, required=True)
@shared_options
def remove(options: Options, *, key: str, names: tuple[str, ...]) -> None:
    """Take annotations away."""
    with _annotating(options, key) as (annotator, paper):
        removed = annotator.remove(paper, names)
    if options.json:
        emit_json({"key": paper.key, "removed": [_document(paper.key, one) for one in removed]})
    else:
        emit("\n".join(f"removed {_told(one)}" for one in removed))


@annotate.command()
@key_argument
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The copy to write.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@shared_options
def export(options: Options, *, key: str, to: Path | None, force: bool) -> None:
    """Write a copy of the PDF with the annotations in it, readable by any viewer: KEY-annotated.pdf, if not said."""
    with _annotating(options, key) as (annotator, paper):
        path = _target(to or Path(f"{paper.key}-annotated.pdf"), force=force)
        report = annotator.export(paper, path)
    for one in report.lost:
        say(f"left out: {_told(one)}: its words are not found in the PDF in use")
    if options.json:
        lost = [_document(paper.key, one, lost=True) for one in report.lost]
        emit_json({"key": paper.key, "file": str(path), "written": report.written, "lost": lost})
    else:
        emit(f"{path}: {_count(report.written)}")


@annotate.command("import")
@key_argument
@click.argument("file", required=False, type=EXISTING_FILE, metavar="[FILE]")
@shared_options
def import_(options: Options, *, key: str, file: Path | None) -> None:
    """Take highlights and notes out of a PDF that was marked in any viewer; the paper's own PDF, if no FILE is given.

    The same file again adds nothing; what another program changed later takes the place of what is here.
    """
    with _annotating(options, key) as (annotator, paper):
        report = annotator.import_(paper, file)
    for one in report.lost:
        say(f"lost: {_told(one)}: its words are not found in the PDF in use; it is kept")
    if options.json:
        emit_json(
            {
                "key": paper.key,
                "added": [_document(paper.key, one) for one in report.added],
                "updated": [_document(paper.key, one) for one in report.updated],
                "unchanged": report.unchanged,
                "moved": report.moved,
                "lost": [one.id for one in report.lost],
            }
        )
    else:
        moved = f", {report.moved} from another copy" if report.moved else ""
        added, updated = len(report.added), len(report.updated)
        emit(f"{paper.key}: {added} added{moved}, {updated} updated, {report.unchanged} unchanged")


def _target(path: Path, *, force: bool) -> Path:
    if not path.name:
        raise UsageError("the copy needs a name: --to FILE")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is no file: name another with --to")
    if path.exists() and not force:
        raise UsageError(f"{path} is there already: name another file with --to, or write over it with --force")
    return path


@contextmanager
def _annotating(options: Options, key: str) -> Iterator[tuple[Annotator, Paper]]:
    with opened_lab(options) as lab:
        yield lab.annotator, _paper(lab, key)


def _paper(lab: Lab, key: str) -> Paper:
    return lab.library.load(lab.resolve(key))


def _edited(annotator: Annotator, paper: Paper, name: str) -> Annotation:
    """Give an annotation the comment that comes back from $EDITOR; what cannot be kept is shown, not lost."""
    old = annotator.get(paper, name)
    text = _from_editor(old.comment)
    try:
        return annotator.change(paper, old.id, comment=text)[1]
    except PaperlabError:
        say(f"paperlab: what you wrote could not be kept:\n{text}")
        raise


def _from_editor(comment: str) -> str:
    try:
        text = click.edit(comment, extension=".md")
    except click.ClickException as error:
        raise PaperlabError(f"{error.format_message()}: set EDITOR, or give --comment") from error
    except (UnicodeDecodeError, OSError) as error:
        raise PaperlabError(f"what the editor left is no UTF-8 text ({error}): nothing was changed") from error
    return comment if text is None else text


def _tell(options: Options, paper: Paper, one: Annotation) -> None:
    emit_json({"annotation": _document(paper.key, one)}) if options.json else emit(_told(one))


def _document(key: str, one: Annotation, *, lost: bool = False) -> dict[str, object]:
    return {"key": key, **asdict(one), "kind": one.kind.value, "lost": lost}


def _row(one: Annotation, *, lost: bool) -> tuple[str, ...]:
    page = f"p. {one.page}" if one.page else "paper"
    words = [shorten(one.quote, _QUOTE), shorten(one.comment, _COMMENT), "(lost)" if lost else ""]
    return (shorten(one.id, _ID), page, one.kind.value, one.colour, " | ".join(part for part in words if part))


def _told(one: Annotation) -> str:
    place = f"p. {one.page}" if one.page else "whole paper"
    words = shorten(one.quote or one.comment, _QUOTE)
    return f"{shorten(one.id, _ID)}  {place}  {one.colour} {one.kind.value}  {words}"


def _count(number: int) -> str:
    return f"{number} annotation{'s' * (number != 1)}"
