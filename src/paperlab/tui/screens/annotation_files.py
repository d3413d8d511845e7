"""What is asked of the user around annotations: their words, and the files they are taken to and from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.tui.screens.dialogs import Choice, CommentEditor, Line
from paperlab.tui.views import annotation_work as work
from paperlab.tui.views.completing import files, wrong_file, wrong_new_file

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperlab.tui.app import DeskApp
    from paperlab.types import Annotation


async def edit_comment(app: DeskApp, key: str, annotation: Annotation) -> str:
    """Let the user write an annotation's comment and choose its colour, and return the colour. Within a worker.

    All of it is one change that can be undone.
    """

    def save(comment: str | None, colour: str | None) -> Future[None]:
        return app.desk.marks.submit(work.writing(key, annotation.id, comment, colour))

    editor = CommentEditor(annotation, save)
    await app.push_screen_wait(editor)
    if editor.saved != (annotation.comment, annotation.colour):
        app.history.add(work.commenting(key, annotation, *editor.saved))
        await app.look_for_changes()
    return editor.saved[1]


async def export(app: DeskApp, key: str) -> None:
    """Ask for a file and write a copy of the paper's PDF with its annotations into it."""
    path = await app.push_screen_wait(
        Line(
            f"Write {key} with its annotations into",
            f"{key.replace('/', '-')}-annotated.pdf",
            suggestions=lambda typed: files(typed, ".pdf"),
            hint="A copy of the PDF with real highlights: every viewer shows them.",
            check=lambda typed: wrong_new_file(typed, ".pdf"),
        )
    )
    if path is None:
        return
    report = await app.ask_lane(app.desk.papers, work.exporting(key, path))
    if report is not None:
        lost = f"; {len(report.lost)} lost, left out" if report.lost else ""
        app.tell(f"{path}: {work.counted(report.written, 'annotation')}{lost}")


async def import_(app: DeskApp, key: str) -> None:
    """Ask for a PDF and take its annotations into the paper's; for the paper first, where none is given."""
    if not key:
        options = await app.ask_lane(app.desk.marks, work.papers, tag="papers")
        chosen = await app.push_screen_wait(Choice("Annotations for", options)) if options else None
        if not chosen:
            return
        key = chosen
    path = await app.push_screen_wait(
        Line(
            f"Take annotations for {key} out of",
            suggestions=lambda typed: files(typed, ".pdf"),
            hint="A PDF marked in Zotero, Acrobat, Preview, Okular ...; nothing: the paper's own.",
            check=wrong_file,
        )
    )
    if path is None:
        return
    done = await app.ask_lane(app.desk.papers, work.importing(key, path))
    if done is None:
        return
    if done.report.added or done.report.updated:
        app.history.add(done.change(key))
    app.tell(done.words)
    await app.look_for_changes()


async def markdown(app: DeskApp, text: str, count: int) -> None:
    """Ask for a file and write Markdown into it; onto the clipboard where none is named."""
    words = work.counted(count, "annotation")
    path = await app.push_screen_wait(
        Line(
            f"Write {words} as Markdown into",
            suggestions=lambda typed: files(typed, ".md"),
            hint="A file; nothing: the clipboard.",
            check=lambda typed: wrong_new_file(typed, ".md") if typed else None,
        )
    )
    if path == "":
        app.copy_to_clipboard(text)
        app.tell(f"{words} on the clipboard, as Markdown")
    elif path and await app.ask_lane(app.desk.marks, work.writing_file(path, text)):
        app.tell(f"{path}: {words}")
