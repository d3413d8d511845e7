"""What leaves the program: data on stdout, talk on stderr, one JSON document with --json, the exit codes."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperlab.text import clean, escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from paperlab.ingest import Progress
    from paperlab.lab import Lab


_LINE_SECONDS = 0.1

# Reset, bold, dim, red, green, yellow: what click.style makes of the styles used in this package.
_OUR_STYLES = re.compile(r"\x1b\[(?:0|1|2|31|32|33)m")


class ExitCode(IntEnum):
    """Every exit code of every command."""

    DONE = 0
    FAILED = 1
    """A check failed, or nothing was found."""
    USAGE = 2
    NOT_NOW = 3
    """Offline, throttled, PDF missing, disk full."""
    BAD_INPUT = 4
    INTERRUPTED = 130


class Options:
    """What was said on the command line to every command alike."""

    def __init__(self) -> None:
        self.lab: Path | None = None
        self.json = False
        self.quiet = False
        self.offline = False


def lab_options(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command --lab, --offline and --quiet, kept in the `Options` that it shares with its group."""
    folder = click.Path(file_okay=False, path_type=Path)
    command = click.option(
        "--lab", type=folder, metavar="DIR", expose_value=False, callback=_keep, help="The lab to work in."
    )(command)
    command = _flag("--offline", about="Make no request.")(command)
    return _flag("--quiet", "-q", about="Say nothing but results and errors.")(command)


def shared_options(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command the lab's options and --json, and pass it one `Options` as its first argument."""
    command = _flag("--json", about="Print one JSON document.")(lab_options(command))
    return click.make_pass_decorator(Options, ensure=True)(command)


def _keep(ctx: click.Context, parameter: click.Parameter, value: object) -> None:
    if value:
        setattr(ctx.ensure_object(Options), str(parameter.name), value)


def _flag(name: str, *short: str, about: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    return click.option(name, *short, is_flag=True, expose_value=False, callback=_keep, help=about)


@contextmanager
def opened_lab(options: Options) -> Iterator[Lab]:
    """Open the lab, pick up what was edited in its files, and close it at the end."""
    from paperlab.lab import Lab

    def complain(problem: object) -> None:
        say(f"paperlab: {problem}")

    lab = Lab.find(options.lab, offline=options.offline, say=quietly(options), complain=complain)
    try:
        for problem in lab.sync():
            complain(problem)
        yield lab
    finally:
        lab.close()


def say(message: str) -> None:
    """Print one line of talk to stderr."""
    click.echo(clean(message), err=True)


def quietly(options: Options) -> Callable[[str], None]:
    """Return `say`, or what says nothing under --quiet and --json."""
    return (lambda _message: None) if options.quiet or options.json else say


def emit(text: str) -> None:
    """Print data to stdout, harmless: of all control codes only the colours we use ourselves stay.

    Without a terminal, or with NO_COLOR, those go too.
    """
    parts = _OUR_STYLES.split(text)
    styles = _OUR_STYLES.findall(text)
    harmless = "".join(clean(part) + style for part, style in zip(parts, [*styles, ""], strict=True))
    click.echo(harmless, color=False if os.environ.get("NO_COLOR") else None)


def emit_json(document: dict[str, Any]) -> None:
    """Print one JSON document to stdout; characters that a terminal would obey are written as escapes."""
    click.echo(escaped(json.dumps(document, ensure_ascii=False, indent=2)))


def coloured() -> bool:
    """Tell whether stdout shows colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def table(rows: Sequence[tuple[str, ...]], gap: str = "  ") -> str:
    """Return rows as aligned columns; the last column is left as it is."""
    if not rows:
        return ""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    lines = (gap.join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[-1]]) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def progress_lines() -> Progress | None:
    """Return what tells progress in lines of JSON on stderr, or None where PAPERLAB_PROGRESS does not ask for them."""
    if os.environ.get("PAPERLAB_PROGRESS") != "lines":
        return None
    written: dict[str, float] = {}

    def write(stage: str, done: float, total: float | None, label: str = "") -> None:
        now = time.monotonic()
        if done != total and now - written.get(stage, 0.0) < _LINE_SECONDS:
            return
        written[stage] = now
        line = {"stage": stage, "done": done, "total": total, "label": label}
        click.echo(escaped(json.dumps(line, ensure_ascii=False)), err=True)

    return write


@contextmanager
def progress(options: Options) -> Iterator[Progress]:
    """Draw progress bars on stderr where it is a terminal; say nothing elsewhere and under --quiet.

    With PAPERLAB_PROGRESS=lines, progress is told in lines instead, for the program that started this one: each a
    JSON object `{"stage": TEXT, "done": NUMBER, "total": NUMBER or null, "label": TEXT}` on stderr, a few a second at
    most. Every other line of stderr is talk.
    """
    if lines := progress_lines():
        yield lines
        return
    if options.quiet or options.json or not sys.stderr.isatty():
        from paperlab.ingest.outcome import silent

        yield silent
        return
    from rich import progress as rich_progress
    from rich.console import Console

    columns = (
        rich_progress.TextColumn("{task.description:>9}", markup=False),
        rich_progress.BarColumn(30),
        rich_progress.TaskProgressColumn(),
        rich_progress.TimeRemainingColumn(compact=True),
        rich_progress.TextColumn("{task.fields[label]}", markup=False),
    )
    tasks: dict[str, rich_progress.TaskID] = {}
    with rich_progress.Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def draw(stage: str, done: float, total: float | None, label: str = "") -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, label=label)
            bars.update(tasks[stage], completed=done, total=total, label=clean(label))

        yield draw
