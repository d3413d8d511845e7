"""What a screen is for, and what its keys do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from paperlab.text import fold
from paperlab.tui.keys import KeyRow, rows_of, title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.screen import Screen


class HelpScreen(ModalScreen[None]):
    """The keys of the screen below, and what it is for; typing narrows them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="help.leave"),
        Binding("down", "scroll(1)", "Down", show=False, id="help.down"),
        Binding("up", "scroll(-1)", "Up", show=False, id="help.up"),
        Binding("pagedown", "page(1)", "A page down", show=False, id="help.page_down"),
        Binding("pageup", "page(-1)", "A page up", show=False, id="help.page_up"),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > Vertical {
        width: 76; max-width: 100%; height: 90%; min-height: 5;
        padding: 0 1; border: round $primary; background: $surface;
        border-title-color: $primary; border-title-style: bold; border-subtitle-color: $text-muted;
    }
    HelpScreen.-ascii > Vertical { border: ascii $primary; }
    HelpScreen Input, HelpScreen Input:focus { border: none; height: 1; padding: 0 1; background: $panel; }
    HelpScreen VerticalScroll { height: 1fr; padding: 1 0 0 1; }
    HelpScreen Static { height: auto; }
    HelpScreen Markdown { background: $surface; padding: 0; margin: 0; }
    """

    def __init__(self, of: Screen[Any]) -> None:
        """`of` is the screen whose keys are shown."""
        super().__init__()
        self._of = of
        self._rows = _grouped(of)

    def compose(self) -> ComposeResult:
        """Lay out the line to type into, the text and the keys."""
        with Vertical() as box:
            box.border_title = f"{_name(self._of)}: keys"
            box.border_subtitle = "type to find   ↑↓ scroll   esc back"
            yield Input(placeholder="find a key or what it does")
            with VerticalScroll(can_focus=False):
                if words := getattr(self._of, "HELP_TEXT", ""):
                    from textual.widgets import Markdown

                    yield Markdown(words, open_links=False)
                yield Static(id="keys")

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def on_mount(self) -> None:
        """Show all keys."""
        self._draw("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the keys that fit what is typed."""
        self._draw(event.value)
        for text in self.query("Markdown"):
            text.display = not event.value.strip()
        self._scroll.scroll_home(animate=False)

    def _draw(self, wanted: str) -> None:
        groups = [(name, [row for row in rows if _fits(row, wanted)]) for name, rows in self._rows]
        shown = [(name, rows) for name, rows in groups if rows]
        text = Content("\n\n").join(_table(name, rows) for name, rows in shown)
        self.query_one("#keys", Static).update(text if shown else Content("no key here does that"))

    # Actions

    def action_leave(self) -> None:
        """Go back to the screen."""
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self._scroll.scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll by pages."""
        self._scroll.scroll_relative(y=by * max(1, self._scroll.size.height - 1), animate=False)


def bindings_of(screen: Screen[Any]) -> list[tuple[str, list[Binding]]]:
    """Return the bindings of a screen with its widgets, and those of every screen, with the settings' keys."""
    keymap = dict(screen.app._keymap)
    nodes = [screen, *screen.walk_children()]
    own = [binding for node in nodes for binding in _bound(node, keymap)]
    return [("", own), ("desk", list(_bound(screen.app, keymap)))]


def _bound(node: Any, keymap: dict[str, str]) -> Iterable[Binding]:
    bindings = node._bindings.copy()
    bindings.apply_keymap(keymap)
    return [binding for _key, binding in bindings]


def _grouped(screen: Screen[Any]) -> list[tuple[str, list[KeyRow]]]:
    rows = [row for _where, bindings in bindings_of(screen) for row in rows_of(bindings)]
    names = dict.fromkeys(row.group for row in rows)
    return [(title(name), [row for row in rows if row.group == name]) for name in names]


def _name(screen: Screen[Any]) -> str:
    return type(screen).__name__.removesuffix("Screen") or "Keys"


def _fits(row: KeyRow, wanted: str) -> bool:
    words = fold(wanted).split()
    text = fold(f"{row.text} {row.id}")
    return wanted.strip() in row.shown.split() or all(word in text for word in words)


def _table(name: str, rows: list[KeyRow]) -> Content:
    width = min(20, max(cell_len(row.shown) for row in rows))
    lines = [Content.styled(name, "$primary bold")]
    for row in rows:
        gap = " " * max(2, width - cell_len(row.shown) + 2)
        lines.append(Content.assemble("  ", (row.shown, "$accent bold"), gap, row.text))
    return Content("\n").join(lines)
