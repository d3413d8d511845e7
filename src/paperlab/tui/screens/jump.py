"""Jump mode: a letter on everything that can be gone to, as quick as a mouse."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.screen import Screen
    from textual.widget import Widget

_LETTERS = "asdfjklghqwertyuiopzxcvbnm"


@dataclass(frozen=True, slots=True)
class Target:
    """Something on the screen that can be gone to."""

    at: Offset
    """Its first cell, on the screen."""
    go: Callable[[], object]


class JumpScreen(ModalScreen[None]):
    """The screen below with a letter on each widget, row and link; a letter goes there.

    A widget that has more to go to than itself (rows, links) gives `jump_targets()`: pairs of a place within its
    region (an Offset) and what goes there, of those that are seen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", id="jump.leave")]
    DEFAULT_CSS = """
    JumpScreen { background: $background 40%; }
    JumpScreen .letter {
        position: absolute; width: auto; height: 1; background: $accent; color: $background; text-style: bold;
    }
    """

    def __init__(self, over: Screen[Any]) -> None:
        super().__init__()
        self._targets = dict(zip(*_lettered(list(targets(over))), strict=True))
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Lay the letters over what they go to."""
        for letters, target in self._targets.items():
            letter = Static(Content(letters), classes="letter", name=letters)
            letter.styles.offset = target.at
            yield letter

    def on_mount(self) -> None:
        """Leave where there is nothing to go to."""
        if not self._targets:
            self.dismiss()

    def on_key(self, event: events.Key) -> None:
        """Take a letter: go there, or wait for the second one."""
        if event.key == "escape":
            return
        event.stop()
        self._typed += event.character or ""
        if target := self._targets.get(self._typed):
            self.dismiss()
            self.app.call_after_refresh(target.go)
        elif not any(letters.startswith(self._typed) for letters in self._targets):
            self.dismiss()
        else:
            for letter in self.query(".letter"):
                letter.display = str(letter.name).startswith(self._typed)

    def on_click(self) -> None:
        """Leave."""
        self.dismiss()

    def action_leave(self) -> None:
        """Stay where one was."""
        self.dismiss()


def targets(screen: Screen[Any]) -> Iterator[Target]:
    """Yield what can be gone to on a screen, of what is seen, from top to bottom."""
    found: list[Target] = []
    for widget, (region, clip) in screen._compositor.visible_widgets.items():
        seen = region.intersection(clip)
        if not seen or widget is screen:
            continue
        inner = widget.content_region.offset
        own = [Target(inner + at, go) for at, go in _within(widget)]
        found += [one for one in own if seen.contains_point(one.at)]
        if not own and widget.focusable:
            found.append(Target(seen.offset, widget.focus))
    yield from sorted(found, key=lambda one: (one.at.y, one.at.x))


def _within(widget: Widget) -> Iterator[tuple[Offset, Callable[[], object]]]:
    if targets_of := getattr(widget, "jump_targets", None):
        yield from targets_of()
    elif isinstance(widget, OptionList):
        for number in range(widget.option_count):
            if not widget.get_option_at_index(number).disabled:
                yield Offset(0, widget._index_to_line.get(number, 0) - widget.scroll_offset.y), _choose(widget, number)
    elif (starts := getattr(widget, "_starts", None)) and hasattr(widget, "rows"):
        for number, (row, line) in enumerate(zip(widget.rows, starts, strict=False)):
            if row.name:
                yield Offset(0, line - widget.scroll_offset.y), _choose_row(widget, number)


def _choose(options: OptionList, number: int) -> Callable[[], object]:
    def go() -> None:
        options.focus()
        options.highlighted = number

    return go


def _choose_row(rows: Any, number: int) -> Callable[[], object]:
    def go() -> None:
        rows.focus()
        rows.cursor = number

    return go


def _lettered(found: list[Target]) -> tuple[list[str], list[Target]]:
    """Return letters for the targets: one each, or two where there are more than letters."""
    names = list(_LETTERS) if len(found) <= len(_LETTERS) else ["".join(pair) for pair in product(_LETTERS, repeat=2)]
    count = min(len(found), len(names))
    return names[:count], found[:count]
