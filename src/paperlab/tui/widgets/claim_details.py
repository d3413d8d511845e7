"""All there is to say of one claim: why, what the paper prints, the picture of its cell, and our runs beside it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from paperlab.tui.views.verdict_view import shown
from paperlab.tui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from paperlab.tui.views.replication_view import Detail, RunLine

_MOST_VALUES = 200
_MOST_LINES = 12


class ClaimDetails(VerticalScroll, can_focus=True):
    """What is known of a claim; the picture stands beside the runs where there is room."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    ClaimDetails { height: 1fr; padding: 0 1; background: $background; scrollbar-size-vertical: 1; }
    ClaimDetails:focus { background: $surface; }
    ClaimDetails Static { height: auto; width: 1fr; }
    ClaimDetails .beside { height: auto; margin: 1 0; }
    ClaimDetails .cell { height: auto; width: 1fr; display: none; }
    ClaimDetails.-picture .cell { display: block; }
    ClaimDetails .cell .caption { color: $text-muted; }
    ClaimDetails PictureView { max-height: 18; }
    ClaimDetails PictureView:focus { border-left: tall $primary; }
    ClaimDetails .values { width: 1fr; }
    ClaimDetails.-picture .values { margin-top: 1; }
    Screen.-wide ClaimDetails .beside { layout: horizontal; }
    Screen.-wide ClaimDetails .cell { width: 3fr; margin-right: 2; }
    Screen.-wide ClaimDetails .values { width: 2fr; margin-top: 0; }
    ClaimDetails.-apart .beside { layout: vertical; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_down", "Down", show=False, id="claim.down"),
        Binding("k,up", "scroll_up", "Up", show=False, id="claim.up"),
        Binding("g,home", "scroll_home", "To the start", show=False, id="claim.start"),
        Binding("G,end", "scroll_end", "To the end", show=False, id="claim.end"),
        Binding("ctrl+d,pagedown", "page_down", "Page down", show=False, id="claim.page_down"),
        Binding("ctrl+u,pageup", "page_up", "Page up", show=False, id="claim.page_up"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out words, picture and values."""
        yield Static("", classes="why", markup=False)
        with Vertical(classes="beside"):
            with Vertical(classes="cell"):
                yield Static("", classes="caption", markup=False)
                yield PictureView()
            yield Static("", classes="values", markup=False)
        yield Static("", classes="more", markup=False)

    @property
    def picture(self) -> PictureView:
        """The picture of the cell."""
        return self.query_one(PictureView)

    def show(self, detail: Detail | None, *, empty: str = "") -> None:
        """Show a claim from its start; None: `empty` alone."""
        self.set_class(False, "-picture")
        self.set_class(bool(detail and detail.apart), "-apart")
        if detail is None:
            self._say(Content.styled(empty, "$foreground-muted"), Content(""), Content(""))
            return
        first = detail.sections[:1] if detail.sections and detail.sections[0][0] == "Why" else ()
        self._say(
            _head(detail) + _sections(first, headed=False),
            _values(detail),
            _sections(detail.sections[len(first) :]),
        )
        self.scroll_home(animate=False)

    def show_picture(self, png: bytes | None, caption: str) -> None:
        """Show the picture of the place that the claim was read at; None: nothing."""
        self.set_class(png is not None, "-picture")
        if png is not None:
            self.query_one(".caption", Static).update(Content(caption))
            self.picture.show(png, caption)

    def _say(self, why: Content, values: Content, more: Content) -> None:
        self.query_one(".why", Static).update(why)
        self.query_one(".values", Static).update(values)
        self.query_one(".beside").display = bool(values.plain) or self.has_class("-picture")
        self.query_one(".more", Static).update(more)


def _head(detail: Detail) -> Content:
    row = detail.row
    look = shown(row.told)
    told = Content.styled(f"{look.sign} {look.words}", f"bold {look.colour}") if row.told else Content("")
    return Content.assemble((row.id, "bold"), "  ", told, "\n", row.text, "\n")


def _sections(sections: tuple[tuple[str, tuple[str, ...]], ...], *, headed: bool = True) -> Content:
    parts: list[Content] = []
    for heading, lines in sections:
        colour = "$warning" if heading == "Stale" else "$primary"
        head = [Content.styled(heading, f"bold {colour}")] if headed else []
        parts.append(Content("\n").join([*head, *(Content(line) for line in lines)]))
    return Content("\n\n").join(parts)


def _values(detail: Detail) -> Content:
    """Return our runs, a line a measure: the values seed by seed."""
    if not detail.values:
        return Content("")
    by_measure: dict[str, list[RunLine]] = defaultdict(list)
    for line in detail.values[:_MOST_VALUES]:
        by_measure[line.measure].append(line)
    apart = ", at another scale than the paper's: not to be held against it" if detail.apart else ""
    parts = [Content.styled(f"Our runs, tier {detail.values[0].tier}{apart}", "bold $primary")]
    for measure, lines in by_measure.items():
        parts.append(Content.styled(measure, "bold"))
        if len(by_measure) > 1 or len(lines) > _MOST_LINES:
            parts.append(Content("  ") + Content("  ").join([_value(line) for line in lines]))
        else:
            parts += [Content("  ") + _value(line) for line in lines]
    if len(detail.values) > _MOST_VALUES:
        parts.append(Content.styled(f"and {len(detail.values) - _MOST_VALUES} more", "$foreground-muted"))
    return Content("\n").join(parts)


def _value(line: RunLine) -> Content:
    seed = Content.styled(f"seed\N{NO-BREAK SPACE}{line.seed}\N{NO-BREAK SPACE}", "$foreground-muted")
    value = line.value.replace(" ", "\N{NO-BREAK SPACE}")
    return seed + (Content(value) if line.value else Content.styled(line.state, "$warning"))
