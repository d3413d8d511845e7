"""Everything that is known about one paper, beside the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from paperlab.text import clean, one_line
from paperlab.tui.look.signs import RATING, STATUS_COLOURS, STATUS_SIGNS
from paperlab.tui.views.listing import link
from paperlab.tui.widgets.line_list import Scrolled
from paperlab.tui.widgets.shelf import STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

    from paperlab.tui.views.listing import PaperDetails
    from paperlab.tui.views.outcomes import Tested
    from paperlab.types import Paper, PaperRow

_MOST_AUTHORS = 30
_MUTED = "$foreground-muted"


class Details(Scrolled):
    """One paper: what it is, where the reader stands with it, why it is on a list, what was written about it."""

    DEFAULT_CSS = """
    Details { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False, id="details.down"),
        Binding("k", "scroll_up", "Up", show=False, id="details.up"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._content = Content("")
        self._lines: list[Strip] = []
        self._drawn_at = 0

    def show(self, details: PaperDetails, lists: Sequence[tuple[str, str]] = (), tested: Sequence[Tested] = ()) -> None:
        """Show a paper; `lists` are the names of its reading lists, each with why it stands there."""
        paper = details.paper
        parts = [
            *_head(paper.title, paper.authors),
            *_facts(paper),
            *_standing(paper, details),
            *_lists(lists),
            *_tested(tested),
        ]
        if paper.abstract:
            parts += [_heading("Abstract"), Content(one_line(paper.abstract[:6000]))]
        if details.notes:
            parts += [_heading("Notes"), Content(clean(details.notes))]
        self._show(parts)

    def show_absent(self, row: PaperRow, lists: Sequence[tuple[str, str]]) -> None:
        """Show a paper that a reading list has and the library has not."""
        told = Content.styled("not in the library yet: f fetches it", "$warning")
        self._show([*_head(row.title, row.authors), Content(one_line(row.key)), told, *_lists(lists)])

    def clear(self) -> None:
        """Show nothing."""
        self._show([])

    def _show(self, parts: list[Content]) -> None:
        self._content = Content("\n").join(parts)
        self.scroll_to(y=0, animate=False, force=True)
        self._draw()

    def _draw(self) -> None:
        """Break the text into lines of the width there is."""
        self._drawn_at = width = self.scrollable_content_region.width
        room = max(1, width - 2)
        self._lines = Visual.to_strips(self, self._content, room, None, self.visual_style) if width else []
        self.set_lines(len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line, a cell away from both sides."""
        width, n = self.scrollable_content_region.width, y + self.scroll_offset.y
        if n >= len(self._lines):
            return Strip.blank(width, self.base)
        line = Strip.join([Strip.blank(1, self.base), self._lines[n]])
        return line.extend_cell_length(width, self.base).crop(0, width)

    def on_resize(self) -> None:
        """Break the lines anew."""
        if self._drawn_at != self.scrollable_content_region.width:
            self._draw()

    def notify_style_update(self) -> None:
        """Draw in other colours."""
        super().notify_style_update()
        if self._drawn_at:
            self._draw()


def _head(title: str, authors: Sequence[str]) -> list[Content]:
    shown = ", ".join(one_line(name) for name in authors[:_MOST_AUTHORS])
    more = f" and {len(authors) - _MOST_AUTHORS} more" if len(authors) > _MOST_AUTHORS else ""
    return [Content.styled(one_line(title) or "(no title)", "bold"), Content.styled(shown + more, _MUTED)]


def _facts(paper: Paper) -> list[Content]:
    facts = [str(paper.year) if paper.year else "", paper.key, f"v{paper.version}" if paper.version else ""]
    found = [Content(" · ".join(fact for fact in facts if fact))]
    if address := one_line(link(paper)):
        safe = address if address.startswith(("http://", "https://")) else None
        found.append(Content.styled(address, Style(underline=True, link=safe)))
    return found


def _standing(paper: Paper, details: PaperDetails) -> list[Content]:
    status = Content.assemble(
        (STATUS_SIGNS[paper.status], STATUS_COLOURS[paper.status]), " ", STATUS_WORDS[paper.status], "  ",
        (RATING.get(paper.rating, ""), "$accent"),
    )  # fmt: skip
    days = (("added", paper.added), ("started", paper.started), ("finished", paper.finished))
    parts = [Content(""), status]
    if dated := "  ".join(f"{word} {day}" for word, day in days if day):
        parts.append(Content.styled(dated, _MUTED))
    if paper.tags:
        parts.append(Content.styled("  ".join(f"#{one_line(tag)}" for tag in paper.tags), "$secondary"))
    read = [f"on page {details.page}" if details.page else "", _hours(details.minutes)]
    if told := " · ".join(one for one in read if one):
        parts.append(Content.styled(told, _MUTED))
    marked = {0: "", 1: " · 1 annotation"}.get(details.annotations, f" · {details.annotations} annotations")
    tone = _MUTED if details.read.endswith("pages indexed") else "$warning"
    return [*parts, Content.assemble((details.read, tone), (marked, _MUTED))]


def _hours(minutes: int) -> str:
    """Return a time read, as `read for 1 h 20 min`; empty where there is none."""
    hours, rest = divmod(minutes, 60)
    return f"read for {f'{hours} h ' if hours else ''}{rest} min" if minutes else ""


def _lists(lists: Sequence[tuple[str, str]]) -> list[Content]:
    parts: list[Content] = []
    for name, why in lists:
        parts.append(_heading(one_line(name)))
        if why:
            parts.append(Content(one_line(why)))
    return parts


def _tested(tested: Sequence[Tested]) -> list[Content]:
    parts = [_heading("Replications")] if tested else []
    for one in tested:
        parts.append(Content.assemble((one_line(one.slug), "bold"), "  ", *verdict_parts([one])))
        parts.append(Content.styled(one_line(one.headline), _MUTED))
    return parts


def verdict_parts(tested: Sequence[Tested]) -> list[tuple[str, str]]:
    """Return in a few signs what came out of a paper's replications: what agrees, what differs, else what is open."""
    good, bad = sum(one.good for one in tested), sum(one.bad for one in tested)
    unclear, untested = sum(one.unclear for one in tested), sum(one.untested for one in tested)
    parts = [(f"✓{good}", "$success")] if good else []
    if bad:
        parts.append((f" ✗{bad}" if parts else f"✗{bad}", "$error"))
    if unclear and not bad:
        parts.append((f" ?{unclear}" if parts else f"?{unclear}", "$warning"))
    return parts or ([(f"…{untested}", _MUTED)] if untested else [])


def _heading(words: str) -> Content:
    return Content.assemble("\n", (words, "bold $primary"))
