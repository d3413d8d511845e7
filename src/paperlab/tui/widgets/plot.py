"""Plots in the terminal: a claim's measurements against what the paper says.

    plot = ClaimPlot()
    plot.show(specs, "zero-barrier: after matching there is no barrier")   # `plot_points.Spec`; none: says so

`[` and `]` go from one of its plots to the next. Plotext is imported, and
draws, in a thread.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import work
from textual.binding import Binding
from textual.color import Color
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from paperlab.text import one_line
from paperlab.tui.views.plot_points import Points, Spec, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

_LONGEST_NAME = 28
_TINY = 1e-9
_LEAST = 6
_LOW = 7
"""Lines of a plot in rows, without its rows."""


class ClaimPlot(Vertical, can_focus=True):
    """The plots of one claim, one at a time."""

    DEFAULT_CSS = """
    ClaimPlot { background: $surface; padding: 0 1; height: 1fr; }
    ClaimPlot > .about { height: auto; max-height: 3; color: $text-muted; margin-bottom: 1; }
    ClaimPlot > .plot { height: 1fr; background: $surface; text-wrap: nowrap; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket,right,l", "turn(1)", "Next plot", key_display="]", id="plot.next"),
        Binding("left_square_bracket,left,h", "turn(-1)", "Plot before", show=False, id="plot.previous"),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id, classes=classes)
        self._specs: Sequence[Spec] = ()
        self._title = ""
        self._at = 0
        self._empty = "nothing was measured yet"
        self._ready = False
        self._one_at_a_time = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """Lay out the words; the plot comes with the first numbers."""
        yield Static("", classes="about", markup=False)
        yield Static("", classes="plot", markup=False)

    def on_mount(self) -> None:
        """Draw anew in other colours when the theme changes."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._draw())
        self._ready = True
        self._draw()

    def show(self, specs: Sequence[Spec], title: str, *, empty: str = "nothing was measured yet") -> None:
        """Show plots, the first of them; `empty` is said where there are none."""
        self._specs, self._title, self._empty, self._at = specs, one_line(title), empty, 0
        self._draw()

    def add(self, specs: Sequence[Spec]) -> None:
        """Add plots behind those that are there."""
        self._specs = (*self._specs, *specs)
        self._draw()

    def on_resize(self) -> None:
        """Make names as long as there is room."""
        self._draw()

    @property
    def spec(self) -> Spec | None:
        """The plot that is seen."""
        return self._specs[self._at] if self._specs else None

    def action_turn(self, by: int) -> None:
        """Show the next plot, or the one before."""
        if self._specs:
            self._at = (self._at + by) % len(self._specs)
            self._draw()

    # Drawing

    @work(exclusive=True, group="plot")
    async def _draw(self) -> None:
        if not self._ready:
            return
        spec = self.spec
        place = f" ({self._at + 1} of {len(self._specs)})" if len(self._specs) > 1 else ""
        head = Content.assemble((self._title, "bold $foreground"), "\n") if self._title else Content("")
        self.query_one(".about", Static).update(head + Content(f"{spec.about}{place}" if spec else self._empty))
        drawn = self.query_one(".plot", Static)
        drawn.display = spec is not None
        room = self.content_size
        if spec is None or room.width < _LEAST or room.height < _LEAST:
            return
        height = room.height - 4
        size = (room.width, max(_LEAST, min(height, _LOW + 2 * len(spec.rows)) if spec.rows else height))
        async with self._one_at_a_time:
            drawn.update(await asyncio.to_thread(drawing, spec, size, self._colours(), ascii_only=self._is_ascii))

    @property
    def _is_ascii(self) -> bool:
        return bool(getattr(getattr(self.app, "look", None), "ascii", False))

    def _colours(self) -> dict[str, tuple[int, int, int]]:
        variables = self.app.theme_variables
        names = {
            "ours": "primary",
            "paper": "accent",
            "faint": "panel-lighten-2",
            "mean": "foreground",
            "ground": "surface",
        }
        return {name: Color.parse(variables.get(variable, "#888888")).rgb for name, variable in names.items()}


def drawing(
    spec: Spec, size: tuple[int, int], colours: dict[str, tuple[int, int, int]], *, ascii_only: bool = False
) -> Text:
    """Return `spec` drawn on so many columns and rows."""
    from textual_plotext.plot import Plot

    plot = Plot()
    plot.plotsize(*size)
    # As textual-plotext does: the first of the two alone is not always heeded.
    plot._set_size(*size)
    plot.canvas_color(colours["ground"])
    plot.axes_color(colours["ground"])
    plot.ticks_color(colours["mean"])
    _scales(plot, spec)
    if spec.band:
        for edge in spec.band:
            plot.vline(edge, color=colours["faint"])
    for points in spec.points:
        _draw_points(plot, points, colours, ascii_only=ascii_only, many=len(spec.points) > 4 and not spec.rows)
    for x, words in spec.lines:
        plot.vline(x, color=colours["paper"])
        plot.text(f" {words}", x, _top(spec), color=colours["paper"], background=colours["ground"], alignment="left")
    _axes(plot, spec, size[0])
    return Text.from_ansi(plot.build(), no_wrap=True)


def _scales(plot: Any, spec: Spec) -> None:
    plot.xscale("log" if spec.log_x else "linear")
    plot.yscale("log" if spec.log_y else "linear")
    plot.grid(False, False)


def _top(spec: Spec) -> float:
    return len(spec.rows) + 0.6 if spec.rows else max(y for points in spec.points for y in points.ys)


def _draw_points(
    plot: Any, points: Points, colours: dict[str, tuple[int, int, int]], *, ascii_only: bool, many: bool
) -> None:
    if points.style is Style.LINE:
        colour = colours["ours"] if many else colours["mean"]
        plot.plot(points.xs, points.ys, color=colour, marker="." if ascii_only else "braille")
    elif points.style is Style.MEANS:
        plot.scatter(points.xs, points.ys, color=colours["mean"], marker="#" if ascii_only else "◆")
    else:
        plot.scatter(points.xs, points.ys, color=colours["ours"], marker="o" if ascii_only else "●")


def _axes(plot: Any, spec: Spec, width: int) -> None:
    plot.xlabel(spec.x)
    if spec.rows:
        count = len(spec.rows)
        longest = min(_LONGEST_NAME, max(10, width // 4))
        plot.yticks(list(range(1, count + 1)), [_short(name, longest) for name in reversed(spec.rows)])
        plot.ylim(0.3, count + 0.9)
        low, high = _across(spec)
        plot.xlim(low, high)
        ticks = _ticks(low, high)
        plot.xticks(ticks, [f"{tick:g}" for tick in ticks])
    else:
        plot.ylabel(spec.y)
        ys = [y for points in spec.points for y in points.ys]
        ticks = _powers(min(ys), max(ys)) if spec.log_y else _ticks(min(ys), max(ys))
        if len(ticks) > 1:
            plot.yticks(ticks, [f"{tick:g}" for tick in ticks])
        xs = sorted({x for points in spec.points for x in points.xs})
        if len(xs) <= 10:
            plot.xticks(xs, [f"{x:g}" for x in xs])


def _across(spec: Spec) -> tuple[float, float]:
    """Return least and most x with some room at both sides, so that nothing stands on the frame."""
    xs = [x for points in spec.points for x in points.xs] + [x for x, _ in spec.lines] + list(spec.band or ())
    room = (max(xs) - min(xs)) * 0.08 or abs(xs[0]) * 0.05 or 1.0
    return min(xs) - room, max(xs) + 2 * room


def _ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers from `low` to `high`, at most about `most`."""
    raw = (high - low) / most
    if not math.isfinite(raw) or raw <= 0:
        return [low]
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((power * times for times in (1, 2, 5) if power * times >= raw), power * 10)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(number * step, 12) if step > _TINY else number * step for number in range(first, last + 1)]


def _powers(low: float, high: float, most: int = 8) -> list[float]:
    """Return powers of ten from `low` to `high`, at most `most`; where there are few, what lies between them too."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    step = max(1, -(-(last - first) // most))
    times = (1, 2, 5) if last - first <= 2 else (1,)
    found = [10.0**power * by for power in range(first, last + 1, step) for by in times]
    return [tick for tick in found if low <= tick <= high]


def _short(name: str, longest: int) -> str:
    half = longest // 2
    return name if len(name) <= longest else f"{name[: half - 1]}…{name[-half:]}"
