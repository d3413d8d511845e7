"""The reading desk as a user meets it: first paint, keys while an index runs, search as one types, memory.

    python -m benchmarks.desk LAB --big FOLDER [--texts TEXTS --vectors FILE] [--runs 7]

LAB is an indexed lab of some thirty papers. FOLDER is one of 10,000 papers, which is made of TEXTS (as `growth.py`
takes them) where it is not there yet. The desk runs as a process of its own on a pseudo-terminal of 140 by 40; what it
writes is stamped as it comes and drawn by pyte (`pip install pyte`) afterwards: nothing competes with what is measured.

First paint is the time from the start of the process until five titles stand on the screen; beside it the same for a
bare Textual DataTable of as many rows. A key's time ends with the first write after which anything but the bar at the
top differs. Questions are typed at twelve letters a second; the pause before a search is taken off the time from the
last key to the hits.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.desk_terminal import Terminal, screens
from benchmarks.growth_labs import PAPER, make_lab, read_source

from paperlab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAPERS = 10_000
_DATA_TABLE = """
import sys
from textual.app import App
from textual.widgets import DataTable
titles = open(sys.argv[1], encoding="utf-8").read().splitlines()
class Plain(App):
    def compose(self):
        yield DataTable()
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("title", "key", "status")
        for number, title in enumerate(titles):
            table.add_row(title, str(number), "to_read")
Plain().run()
"""
_QUERIES = (
    *("how are experts kept balanced", "robot grasping of unseen objects", "privacy of federated training"),
    *("speech recognition without alignments", "graph networks for molecules", "why do transformers forget"),
    *("video diffusion over long horizons", "bandits with delayed rewards"),
)


def main() -> None:
    """Print the figures beside their limits; exit with 1 where one is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("lab", type=Path)
    parser.add_argument("--big", type=Path, required=True)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--keys", type=int, default=200)
    arguments = parser.parse_args()
    if not (arguments.big / "paperlab.toml").is_file():
        if arguments.texts is None:
            parser.error("--big is not there yet: give --texts to make it of")
        make_lab(arguments.big, read_source(arguments.texts, arguments.vectors), _PAPERS * PAPER, print)
    with tempfile.TemporaryDirectory() as bytecode:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # bytecode is read, as after an installation
        os.environ["PYTHONPYCACHEPREFIX"] = bytecode
        missed = [
            _paint("30 papers", arguments.lab, 0.5, arguments.runs),
            _paint("10,000 papers", arguments.big, 0.6, arguments.runs),
            _keys(arguments.lab, arguments.keys),
            _search(arguments.big),
        ]
    sys.exit(any(missed))


def _row(name: str, figure: str, limit: str, *, missed: bool, more: str = "") -> bool:
    print(f"{name:34}{figure:>24}{limit:>12}{'  MISSED' if missed else '':8}  {more}", flush=True)
    return missed


def _titles(root: Path) -> list[str]:
    lab = Lab(root)
    titles = [row.title for row in lab.store.papers.rows()]
    lab.close()
    return titles


def _desk(root: Path) -> list[str]:
    return [sys.executable, "-m", "paperlab", "--lab", str(root), "tui"]


def _paint(name: str, root: Path, limit: float, runs: int) -> bool:
    titles = _titles(root)
    ours = [_first_paint(_desk(root), titles) for _ in range(runs + 1)][1:]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(titles))
        file.flush()
        plain = [_first_paint([sys.executable, "-c", _DATA_TABLE, file.name], titles) for _ in range(3)]
    middle = statistics.median(ours)
    beside = f"n {runs}, worst {max(ours):.2f}; a bare DataTable {statistics.median(plain):.2f} s (n 3)"
    return _row(f"first paint, {name}", f"{middle:.2f} s", f"{limit} s", missed=middle > limit, more=beside)


def _first_paint(command: Sequence[str], titles: Sequence[str]) -> float:
    with Terminal(command) as terminal:
        terminal.wait_quiet(1.5, 20.0)
    known = {title[:14] for title in titles}
    for seconds, screen in screens(terminal.chunks):
        text = "\n".join(screen)
        if sum(begin in text for begin in known) >= 5:
            return seconds
    raise SystemExit("the titles never came: is it an indexed lab, and is the terminal wide enough?")


def _keys(root: Path, count: int) -> bool:
    """Press keys while the desk's own index job embeds everything anew, in a copy of the lab without its index."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "lab"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("index"))
        Lab(copy).sync()
        with Terminal(_desk(copy)) as terminal:
            terminal.wait_quiet(0.6, 20.0)
            terminal.send("i")
            time.sleep(6.0)
            times = [terminal.send("j" if i % 20 < 10 else "k", pause=0.12) for i in range(count)]
            running = not (copy / "index" / "vectors").is_dir()
            memory = terminal.memory()
    took = _reactions(terminal, times)
    ordered = sorted(took)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    more = f"n {len(took)} of {count} keys, median {1000 * statistics.median(took):.0f} ms; desk {memory:.0f} MB"
    if not running:
        more += "; the index ended before the last key"
    return _row("key to repaint while indexing, p95", f"{1000 * p95:.0f} ms", "50 ms", missed=p95 > 0.05, more=more)


def _reactions(terminal: Terminal, times: Sequence[float]) -> list[float]:
    """Return for each key that changed the screen below the top bar how long that took, in seconds."""
    drawn = [(seconds, screen[1:]) for seconds, screen in screens(terminal.chunks, styles=True)]
    found, at = [], 0
    for pressed, until in zip(times, [*times[1:], float("inf")], strict=True):
        while at < len(drawn) and drawn[at][0] < pressed:
            at += 1
        before = drawn[at - 1][1] if at else []
        change = next((seconds for seconds, screen in drawn[at:] if seconds < until and screen != before), None)
        if change is not None:
            found.append(change - pressed)
    return found


def _search(root: Path) -> bool:
    """Type questions, wait for hits; the first search loads the model and is printed apart."""
    from paperlab.tui.widgets.search_box import PAUSE

    typed = []
    with Terminal(_desk(root)) as terminal:
        terminal.wait_quiet(0.8, 30.0)
        opened = terminal.memory()
        for query in _QUERIES:
            terminal.send("/", pause=0.3)
            for letter in query:
                last = terminal.send(letter, pause=0.08)
            typed.append(last)
            time.sleep(3.0)
            terminal.send("\x1b", pause=0.3)
            terminal.send("\x1b", pause=0.3)
        searched = terminal.memory()
    first, *rest = _hits_after(terminal, typed, PAUSE)
    middle = statistics.median(rest)
    more = f"n {len(rest)}, worst {1000 * max(rest):.0f} ms; the first, with the model, {1000 * first:.0f} ms"
    figure = f"{1000 * middle:.0f} ms"
    missed = _row("search, pause to results, 10,000", figure, "150 ms", missed=middle > 0.15, more=more)
    memory = f"{opened:.0f} MB, after searches {searched:.0f}"
    return _row("memory with 10,000 papers open", memory, "300 MB", missed=opened > 300) or missed


def _hits_after(terminal: Terminal, typed: Sequence[float], pause: float) -> list[float]:
    """Return for each question the seconds from the end of the pause until its passages stand on the screen."""
    drawn = [(seconds, "\n".join(screen)) for seconds, screen in screens(terminal.chunks)]
    found = []
    for last in typed:
        counted = (
            seconds
            for seconds, text in drawn
            if last + pause < seconds < last + 3.0 and re.search(r"Passages · \d", text)
        )
        if (seconds := next(counted, None)) is None:
            raise SystemExit("no passages came within three seconds of a question")
        found.append(seconds - last - pause)
    return found


if __name__ == "__main__":
    main()
