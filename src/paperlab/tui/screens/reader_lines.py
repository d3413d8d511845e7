"""The lines above and below the text: which paper, where in it, what can be done here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from paperlab.text import one_line
from paperlab.tui.flow import LinkKind
from paperlab.tui.look import signs

if TYPE_CHECKING:
    from paperlab.tui.flow import Document, Link
    from paperlab.tui.screens.reader_annotating import Annotating
    from paperlab.tui.widgets.paper_text import PaperText
    from paperlab.types import Paper


class TitleLine(Static):
    """Status and title of the paper."""

    DEFAULT_CSS = """
    TitleLine {
        height: 1; padding: 0 1; background: $surface; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, key: str) -> None:
        super().__init__(Content(key), markup=False)

    def show(self, paper: Paper) -> None:
        """Show a paper's status, title and key."""
        sign = signs.STATUS_SIGNS[paper.status]
        status = (f"{sign} ", signs.STATUS_COLOURS[paper.status])
        year = f"  {paper.year}" if paper.year else ""
        self.update(Content.assemble(status, (one_line(paper.title), "$foreground"), f"{year}  {paper.key}"))


class StatusLine(Static):
    """Where in the paper one is; or what is selected, chosen or found, and the keys for it."""

    DEFAULT_CSS = """
    StatusLine {
        height: 1; padding: 0 1; background: $surface; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def say(self, words: str) -> None:
        """Say something else."""
        self.update(Content(words), layout=False)

    def show(self, text: PaperText, annotating: Annotating, found: str, offered: str) -> None:
        """Say the most telling thing."""
        if text.is_hinting:
            line = "type the letters of a link  esc leaves"
        elif text.caret.selection:
            line = "selected   enter highlight  1-8 colour  c comment  y copy  a ask  esc leave"
        elif text.caret.at:
            line = "cursor   v select from here  s sentence  p paragraph  w b e words  ( ) sentences  esc leave"
        elif text.link:
            line = link_line(text.document, text.link)
        elif annotating.chosen:
            said = one_line(annotating.chosen.comment) or "no comment"
            line = f"{said}   enter comment  C colour  D delete"
        else:
            line = offered or found or self._where(text, annotating)
        self.update(Content(line), layout=False)

    def _where(self, text: PaperText, annotating: Annotating) -> str:
        document = text.document
        if not document.pages:
            return ""
        top = text.top
        heading = document.heading_at(top.item)
        parts = [f"p. {document.page_at(top.item)} of {document.pages}", f"{text.share:.0%}"]
        if annotating.count:
            parts.append(f"{annotating.count} annotation{'s' if annotating.count > 1 else ''}")
        if annotating.lost:
            parts.append(f"{len(annotating.lost)} lost: see the outline")
        if heading is not None:
            parts.append(one_line(document.headings[heading].text))
        return "  ".join(parts)


def link_line(document: Document, link: tuple[int, Link]) -> str:
    """Return what a link leads to."""
    item, one = link
    if one.kind is LinkKind.REFERENCE:
        own = "  [in the library]" if one.index in document.own_keys else ""
        return f"enter goes to: {one_line(document.references[one.index].text)}{own}"
    if one.kind is LinkKind.URL:
        return f"enter opens {one.url}"
    if one.kind is LinkKind.SECTION:
        return f"enter goes to: {one_line(document.items[one.index].text)}"
    return f"enter shows {one_line(document.items[item].text[one.start : one.end])}"
