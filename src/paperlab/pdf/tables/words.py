"""Glyphs put together to words and printed lines, with scripts told from plain text, in a frame that reads upright."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from paperlab.pdf.geometry import View
from paperlab.pdf.page_text import is_bold, tidy
from paperlab.types import Box, around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from paperlab.pdf.ink import Ink

Direction = tuple[int, int]
"""Where the text runs to: (1, 0) is to the right, (0, -1) upwards, (0, 1) downwards."""

MARKS = frozenset("*∗⋆†‡§¶✝✞")
_SPACE_GAP = 0.26
"""Of the type size: a wider gap parts two words although the text has no space there."""
_SCRIPT_SIZE = 0.88
_SYMBOL_FONT = re.compile(r"(?:^|\+)(?:CMSY|MSBM|TXSY|LMMathSymbols)", re.IGNORECASE)
_SYMBOLS = {0: "−", 1: "·", 2: "×", 3: "∗", 4: "÷", 6: "±", 15: "•", 17: "≡", 20: "≤", 21: "≥", 24: "∼", 25: "≈"}
_DINGBATS = {0x13: "✓", 0x14: "✔", 0x15: "✕", 0x16: "✖", 0x17: "✗", 0x18: "✘"}
_BOLD, _SYNTHETIC_BOLD = 16, 8


@dataclass(frozen=True, slots=True)
class Frame(View):
    """A page turned so that text of one direction runs from left to right."""

    @property
    def direction(self) -> Direction:
        """Where its text runs to on the page."""
        return self.quarter

    def back(self, box: Box) -> Box:
        """Return a box of the frame as it stands on the page, to a hundredth of a point."""
        x0, y0, x1, y1 = View.back(self, box)
        return (round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))


@dataclass(slots=True)
class _Run:
    """Glyphs of one size on one baseline, without a space between."""

    text: str
    box: Box
    base: float
    size: float
    bold: bool
    glued: bool
    """The next run follows without a space."""
    script: str = ""
    """`_` below or `^` above the line of its host, else empty."""


@dataclass(slots=True)
class Word:
    """Glyphs without a space between them, in the frame."""

    text: str
    """`_` before a subscript, `^` before a superscript that is no mark."""
    box: Box
    base: float
    """y of the baseline."""
    size: float
    bold: bool

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.box[0]

    @property
    def x1(self) -> float:
        """Right edge."""
        return self.box[2]

    @property
    def waist(self) -> float:
        """Y halfway up its small letters: it says on which side of a rule the word stands."""
        return waist(self.base, self.size)

    @property
    def centre(self) -> float:
        """X of its middle."""
        return (self.box[0] + self.box[2]) / 2


@dataclass(slots=True)
class PrintedLine:
    """Words on one baseline, from left to right."""

    base: float
    words: list[Word] = field(default_factory=list)

    @property
    def box(self) -> Box:
        """Around all its words."""
        return around([word.box for word in self.words])

    @property
    def size(self) -> float:
        """Type size of most of its words."""
        return median(word.size for word in self.words)

    @property
    def waist(self) -> float:
        """Y halfway up its small letters."""
        return waist(self.base, self.size)


def waist(base: float, size: float) -> float:
    """Return the y halfway up the small letters of type on a baseline, in points."""
    return base - 0.3 * size


def directions(ink: Ink) -> list[Direction]:
    """Return the directions in which text runs on the page, the commonest first."""
    found: Counter[Direction] = Counter()
    for block in ink.glyphs["blocks"]:
        for line in block.get("lines", ()):
            found[_quarter(line["dir"])] += sum(len(span["chars"]) for span in line["spans"])
    return [direction for direction, _ in found.most_common()]


def words_of(ink: Ink, frame: Frame) -> list[Word]:
    """Return the words that run in the frame's direction, line by line from top to bottom."""
    runs = [run for line in _lines(ink, frame.direction) for run in _runs(line, frame)]
    _settle_radicals(runs)
    _mark_scripts(runs)
    return [word for line in _on_baselines(runs) for word in _words(line)]


def lines_of(words: Iterable[Word]) -> list[PrintedLine]:
    """Return words grouped to printed lines, from top to bottom."""
    lines: list[PrintedLine] = []
    for word in sorted(words, key=lambda w: w.base):
        if lines and word.base - lines[-1].base < 0.25 * word.size:
            lines[-1].words.append(word)
        else:
            lines.append(PrintedLine(word.base, [word]))
    for line in lines:
        line.words.sort(key=lambda w: w.x0)
    return lines


def _quarter(direction: tuple[float, float]) -> Direction:
    return (1, 0) if direction[0] > 0.9 else (round(direction[0]), round(direction[1]))


def _lines(ink: Ink, direction: Direction) -> Iterator[dict[str, object]]:
    for block in ink.glyphs["blocks"]:
        for line in block.get("lines", ()):
            if _quarter(line["dir"]) == direction:
                yield line


def _runs(line: dict[str, object], frame: Frame) -> Iterator[_Run]:
    """Yield a printed line's glyphs as runs; white space, gaps and changes of type part them."""
    run: _Run | None = None
    for span in line["spans"]:  # type: ignore[attr-defined]
        bold = bool(span["flags"] & _BOLD or span.get("char_flags", 0) & _SYNTHETIC_BOLD or is_bold(span["font"]))
        size = float(span["size"])
        for char in span["chars"]:
            letter = _letter(char["c"], span["font"])
            if not tidy(letter):
                if run:
                    run.glued = False
                    yield run
                run = None
                continue
            box = frame.turn(tuple(char["bbox"]))
            base = _baseline(char["origin"], frame)
            if run and _same_run(run, box, base, size):
                run.text += letter
                run.box = around([run.box, box])
                continue
            if run:
                run.glued = -0.5 * run.size < box[0] - run.box[2] < _SPACE_GAP * max(size, run.size)
                yield run
            run = _Run(letter, box, base, size, bold, glued=False)
    if run:
        yield run


def _letter(code: str, font: str) -> str:
    """Return the letter that a symbol font without a Unicode map shows for a control code."""
    if ord(code[0]) >= 32 or code.isspace():
        return code
    if "dingbats" in font.lower():
        return _DINGBATS.get(ord(code), "\ufffd")
    return _SYMBOLS.get(ord(code), code) if _SYMBOL_FONT.search(font) else code


def _baseline(origin: tuple[float, float], frame: Frame) -> float:
    x, y = origin
    return frame.turn((x, y, x, y))[1]


def _settle_radicals(runs: Sequence[_Run]) -> None:
    """Put a radical sign, which hangs from its top, on the baseline of what stands under it."""
    for i, run in enumerate(runs[:-1]):
        after = runs[i + 1]
        if run.text == "√" and run.base < after.base < run.base + 1.5 * after.size:
            run.base, run.glued = after.base, True


def _same_run(run: _Run, box: Box, base: float, size: float) -> bool:
    gap = box[0] - run.box[2]
    alike = abs(run.size - size) < 0.08 * size and abs(run.base - base) < 0.08 * size
    return alike and -0.5 * size < gap < _SPACE_GAP * size


def _mark_scripts(runs: Sequence[_Run]) -> None:
    """Find the runs in small type, off the baseline, right behind larger type, and put them on its baseline."""
    if not runs:
        return
    hosts = sorted(runs, key=lambda r: r.box[2])
    edges = [r.box[2] for r in hosts]
    for i, run in enumerate(runs):
        before = runs[i - 1] if i and runs[i - 1].glued else None
        host = before if before and _hosts(before, run) else _host_among(run, hosts, edges)
        if host is None and before and before.script and abs(before.size - run.size) < 0.15 * run.size:
            # A script goes on: it keeps its place although its host is one run further left.
            run.script, run.base = before.script, before.base
        elif host:
            run.script = "^" if run.base < host.base else "_"
            run.base, host.glued = host.base, True


def _hosts(host: _Run, run: _Run) -> bool:
    shift = run.base - host.base
    if host.script or run.size > _SCRIPT_SIZE * host.size or not 0.08 * host.size < abs(shift) < 0.7 * host.size:
        return False
    gap = run.box[0] - host.box[2]
    return -0.4 * host.size < gap < (0.35 if shift < 0 else 0.22) * host.size


def _host_among(run: _Run, hosts: Sequence[_Run], edges: Sequence[float]) -> _Run | None:
    """Return the larger run that ends where `run` begins, wherever it stands in the stream."""
    from bisect import bisect_left

    reach = 4.0 + 0.2 * run.size
    near = hosts[bisect_left(edges, run.box[0] - reach) : bisect_left(edges, run.box[0] + reach)]
    fitting = [host for host in near if host is not run and _hosts(host, run)]
    return min(fitting, key=lambda h: abs(h.base - run.base), default=None)


def _on_baselines(runs: Iterable[_Run]) -> list[list[_Run]]:
    lines: list[list[_Run]] = []
    first = 0.0
    for run in sorted(runs, key=lambda r: r.base):
        if lines and run.base - first < 0.2 * run.size:
            lines[-1].append(run)
        else:
            lines.append([run])
            first = run.base
    return [sorted(line, key=lambda r: (r.box[0], r.box[2])) for line in lines]


def _words(line: Sequence[_Run]) -> Iterator[Word]:
    pending: list[_Run] = []
    for run in line:
        if pending and not _joins(pending[-1], run):
            yield _word(pending)
            pending = []
        pending.append(run)
    if pending:
        yield _word(pending)


def _joins(last: _Run, run: _Run) -> bool:
    gap = run.box[0] - last.box[2]
    if run.script and not last.script:
        return gap < 0.3 * last.size
    return last.glued and gap < _SPACE_GAP * max(last.size, run.size)


def _word(runs: Sequence[_Run]) -> Word:
    text, script = "", ""
    for run in runs:
        letters = tidy(run.text)
        silent = not run.script or run.script == script or letters[:1] in MARKS or letters[:1] in "±+"
        text += letters if silent else run.script + letters
        script = run.script
    plain = [run for run in runs if not run.script and run.text[:1] not in ("±", "(")] or list(runs)
    largest = max(plain, key=lambda r: len(r.text))
    bold = 2 * sum(len(run.text) for run in plain if run.bold) > sum(len(run.text) for run in plain)
    return Word(text, around([run.box for run in runs]), plain[0].base, largest.size, bold)
