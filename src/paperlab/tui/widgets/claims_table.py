"""Tables of the replications screen: replications, claims, runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len

from paperlab.tui.look.signs import RUNNING, SEPARATOR
from paperlab.tui.views.verdict_view import shown
from paperlab.tui.widgets.line_list import LineList, fitted, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from paperlab.tui.views.replication_view import ClaimRow
    from paperlab.tui.views.run_view import RunRow
    from paperlab.tui.views.verdict_view import Overview
    from paperlab.tui.widgets.line_list import Parts

_STALE = "!"
_MOST_COUNTS = 5
_EDGES = 7
_ROOMY = 90
_LEAST_PAPER = 14


class ReplicationList(LineList):
    """The lab's replications, two lines each: title, and what came out."""

    LINES: ClassVar[int] = 3

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._shown: Sequence[Overview] = ()
        self._stale: dict[str, int] = {}

    @property
    def chosen(self) -> Overview | None:
        """The replication at the cursor."""
        return self._shown[self.cursor] if self._shown else None

    def show(self, found: Sequence[Overview], at: str = "") -> None:
        """Show replications; the cursor stays on the same one, or goes to the one named."""
        wanted = at or (self.chosen.slug if self.chosen else "")
        self._shown = found
        self.renew(next((i for i, one in enumerate(found) if one.slug == wanted), 0))

    def show_stale(self, slug: str, claims: int) -> None:
        """Mark a replication of which claims do not stand in the paper at hand any more."""
        if self._stale.get(slug, 0) != claims:
            self._stale[slug] = claims
            self.redraw()

    def take_counts(self, slug: str, counts: tuple[tuple[str, int], ...]) -> None:
        """Show what came out of a replication that was compared now."""
        if counts:
            self._shown = [replace(one, counts=counts) if one.slug == slug else one for one in self._shown]
            self.redraw()

    def count(self) -> int:
        """Return how many there are."""
        return len(self._shown)

    def draw(self, item: int, line: int, width: int) -> Strip:
        """Draw title, then counts, then nothing."""
        one = self._shown[item]
        if line == 0:
            sign = (f"{RUNNING} ", "accent") if one.running else (" ", "")
            return self.strip([sign, (plain(one.title), "strong")], width)
        return self.strip([(" ", ""), *(self._counts(one) if line == 1 else [])], width)

    def _counts(self, one: Overview) -> Parts:
        if one.problem:
            return [("its files have an error", "error")]
        parts: Parts = [] if one.counts else [("not compared yet  ", "disabled"), (plain(one.slug), "muted")]
        looks: Counter[tuple[str, str]] = Counter()
        for told, number in one.counts:
            looks[shown(told).sign, shown(told).colour] += number
        parts += [(f"{sign}{number} ", colour) for (sign, colour), number in looks.most_common(_MOST_COUNTS)]
        if stale := self._stale.get(one.slug):
            parts.append((f" {_STALE}{stale} stale", "warning"))
        return parts


class ClaimsTable(LineList):
    """The claims of a replication, one line each: verdict, id, what the paper says, what was measured."""

    HEADER: ClassVar[int] = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self.slug = ""
        self._rows: Sequence[ClaimRow] = ()

    @property
    def chosen(self) -> ClaimRow | None:
        """The claim at the cursor."""
        return self._rows[self.cursor] if self._rows else None

    def show(self, rows: Sequence[ClaimRow], *, anew: bool = False) -> None:
        """Show claims; unless they are another replication's, the cursor stays on the same one."""
        wanted = "" if anew or self.chosen is None else self.chosen.id
        self._rows = rows
        self.display = bool(rows)
        self.styles.max_height = max(4, len(rows) + 2)
        self.renew(next((i for i, row in enumerate(rows) if row.id == wanted), 0))
        self.show_cursor()

    def count(self) -> int:
        """Return how many there are."""
        return len(self._rows)

    def _widths(self, width: int) -> tuple[int, int, int, int, int]:
        """Return cells for id, verdict, paper, measured and interval; 0: left out."""
        measured = 22 if width >= 80 else 13
        longest = max((cell_len(row.id) for row in self._rows), default=8) + 3
        free = width - _EDGES - measured - _LEAST_PAPER
        named = min(30, longest, max(10, free))
        free -= named
        verdict = 20 if free >= 20 else 0
        free -= verdict
        interval = 25 if free >= 25 else 0
        return named, verdict, _LEAST_PAPER + free - interval, measured, interval

    def draw_header(self, line: int, width: int) -> Strip:
        """Name the columns."""
        del line
        names = ("claim", "verdict", "paper", "measured", "interval")
        words = "".join(map(fitted, names, self._widths(width)))
        head = self.strip([(f"  {words}{fitted('n', 4, right=True)}", "muted")], width)
        return head.apply_style(self.rich_style)

    def draw(self, item: int, line: int, width: int) -> Strip:
        """Draw a claim."""
        del line
        row = self._rows[item]
        look = shown(row.told)
        named, verdict, paper, measured, interval = self._widths(width)
        name = (f"{_STALE} " if row.stale else "") + plain(row.id)
        parts: Parts = [
            (f"{look.sign} ", look.colour),
            (fitted(name, named - 1) + " ", "warning" if row.stale else "strong" if row.headline else ""),
            (fitted(plain(look.words), verdict - 1) + " " if verdict else "", look.colour),
            (fitted(plain(row.reported), paper - 1) + " ", ""),
            (fitted(plain(row.measured), measured - 1) + " ", look.colour if row.measured else "muted"),
            (fitted(plain(row.interval), interval - 1) + " " if interval else "", "muted"),
            (fitted(str(row.n) if row.n else SEPARATOR, 4, right=True), "muted"),
        ]
        return self.strip(parts, width)


class RunsTable(LineList):
    """The runs of a replication, one line each: those under way first."""

    HEADER: ClassVar[int] = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._rows: Sequence[RunRow] = ()

    @property
    def rows(self) -> Sequence[RunRow]:
        """What is shown."""
        return self._rows

    def show(self, rows: Sequence[RunRow]) -> None:
        """Show runs; the cursor stays where it is."""
        self._rows = rows
        self.renew()

    def count(self) -> int:
        """Return how many there are."""
        return len(self._rows)

    def draw_header(self, line: int, width: int) -> Strip:
        """Name the columns."""
        del line
        began = fitted("began", 17) if width >= _ROOMY else ""
        words = f"  {fitted('variant', self._wide)}{fitted('seed', 5, right=True)}  {began}{fitted('took', 13)}"
        return self.strip([(f"{words}values, or why it does not count", "muted")], width).apply_style(self.rich_style)

    @property
    def _wide(self) -> int:
        return min(24, max((cell_len(row.variant) for row in self._rows), default=7) + 1)

    def draw(self, item: int, line: int, width: int) -> Strip:
        """Draw a run."""
        del line
        row = self._rows[item]
        place: Parts = [
            (fitted(plain(row.variant), self._wide), ""),
            (fitted(str(row.seed), 5, right=True) + "  ", "muted"),
        ]
        if row.state == "running":
            share = f"{row.share:.0%}" if row.share is not None else "begun"
            parts: Parts = [(f"{RUNNING} ", "accent"), *place, (fitted(f"running, {share}", 30), "accent")]
            return self.strip([*parts, (plain(row.results), "muted")], width)
        if row.state == "counts":
            began = fitted(row.when, 17) if width >= _ROOMY else ""
            times: Parts = [(began + fitted(row.took, 13), "muted")]
            return self.strip([("  ", ""), *place, *times, (plain(row.results), "")], width)
        tone = "disabled" if row.state == "not begun" else "warning"
        return self.strip([("  ", ""), *place, (plain(row.state), tone)], width)


__all__ = ["ClaimsTable", "ReplicationList", "RunsTable"]
