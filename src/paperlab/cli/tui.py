"""The command that opens the reading desk."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import click

from paperlab.cli.output import Options, emit, emit_json, shared_options, table
from paperlab.errors import BadFile, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.lab import Lab
    from paperlab.tui.app import DeskApp
    from paperlab.tui.keys import KeyRow


@click.command()
@click.option("--ascii", "plain", is_flag=True, help="Draw with signs that every terminal has.")
@click.option(
    "--theme", metavar="NAME", default="", help="Colours: paperlab-dark, paperlab-light, paperlab-contrast ..."
)
@click.option("--keys", is_flag=True, help="Print all keys with what they do, by screen.")
@click.option("--markdown", is_flag=True, hidden=True, help="With --keys: as a page of Markdown.")
@shared_options
def tui(options: Options, *, plain: bool, theme: str, keys: bool, markdown: bool) -> None:
    """Open the reading desk: browse, read, annotate, ask and replicate in the terminal.

    'paperlab' alone does the same. Press ? in it for the keys of where you are, ctrl+p for every command. Theme, keys
    and more are set in paperlab.toml, under [tui] and [keys].
    """
    if keys:
        print_keys(options, markdown=markdown)
    elif options.json:
        raise UsageError("--json goes with --keys: the desk itself prints nothing")
    else:
        open_desk(options, plain=plain, theme=theme)


def print_keys(options: Options, *, markdown: bool = False) -> None:
    """Print every key of the desk, as this lab's settings have them."""
    from paperlab.lab import Lab
    from paperlab.tui import keys

    rows = keys.all_rows()
    if not markdown:
        lab = Lab.find(options.lab, make=False) if options.lab else _lab_here()
        if lab:
            rows = keys.changed(rows, keys.checked(lab.root, lab.settings.keys))
    if options.json:
        emit_json({"keys": [{"id": row.id, "keys": list(row.keys), "what": row.text} for row in rows]})
    elif markdown:
        emit(keys.as_markdown(rows).rstrip("\n"))
    else:
        for group in dict.fromkeys(row.group for row in rows):
            emit(f"{keys.title(group)}\n" + _indented([row for row in rows if row.group == group]) + "\n")


def _indented(rows: list[KeyRow]) -> str:
    lines = table([(row.shown, row.text, row.id) for row in rows])
    return "\n".join(f"  {line}" for line in lines.splitlines())


def _lab_here() -> Lab | None:
    """Return the lab that the desk would open, or None: to print keys makes none."""
    from paperlab.errors import NoLab
    from paperlab.lab import Lab

    try:
        return Lab.find(None, make=False)
    except NoLab:
        return None


def open_desk(options: Options, *, plain: bool = False, theme: str = "") -> None:
    """Run the desk until it is left; leaves with its exit code where that is not 0.

    Raises before the screen changes: UsageError without a terminal, BadFile for settings and keys that cannot be, and
    what opening the lab's database raises.
    """
    from paperlab.tui.look.terminal import check_terminal

    check_terminal()
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)  # fixed by some parent process: the desk would never hear of another size
    gc.disable()  # until the first paint: nothing of what is made by then is garbage
    app = made_desk(options, plain=plain, theme=theme)
    app.run()
    if app.return_code:
        sys.exit(app.return_code)


def made_desk(options: Options, *, plain: bool = False, theme: str = "") -> DeskApp:
    """Return the desk of the lab that the options name, not yet run; its lanes have begun."""
    from paperlab.lab import Lab
    from paperlab.tui.desk.desk import Desk
    from paperlab.tui.look.terminal import only_ascii

    lab = Lab.find(options.lab, offline=options.offline)
    settings = lab.settings

    def open_lab(complain: Callable[[str], None]) -> Lab:
        return Lab(lab.root, settings, complain=complain)

    desk = Desk(lab.root, settings, open_lab)
    desk.prefetch()  # before Textual is imported: meanwhile the database is read
    try:
        from paperlab.tui.app import DeskApp, Look

        chosen = _theme(lab, theme)
        look = Look(chosen, plain or settings.tui_ascii or only_ascii(), _keys(lab), _pictures(lab))
        app = DeskApp(desk, look)
        if desk.first_rows is not None:
            desk.first_rows.result()  # raises what is wrong with the lab, while there is still a line to say it on
    except BaseException:
        desk.close()
        raise
    return app


def _keys(lab: Lab) -> tuple[tuple[str, str], ...]:
    if not lab.settings.keys:
        return ()
    from paperlab.tui import keys

    return keys.checked(lab.root, lab.settings.keys)


def _pictures(lab: Lab) -> str:
    """Return which pictures are drawn; raises BadFile for a word that says nothing."""
    from paperlab.settings import FILE, key_line
    from paperlab.tui.look.pictures import CHOICES

    chosen = lab.settings.tui_pictures
    if chosen in CHOICES:
        return chosen
    why = f"pictures must be one of {', '.join(CHOICES)}, not {chosen!r}"
    raise BadFile(lab.root / FILE, key_line(lab.root / FILE, "pictures"), why)


def _theme(lab: Lab, given: str) -> str:
    """Return the theme's name; raises UsageError or BadFile, with what was meant, where there is none of that name."""
    from textual.theme import BUILTIN_THEMES

    from paperlab.settings import FILE, key_line
    from paperlab.tui.look.themes import THEMES

    name = given or lab.settings.tui_theme
    known = [*(theme.name for theme in THEMES), *BUILTIN_THEMES]
    if name in known:
        return name
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    why = f"there is no theme {name!r}" + (
        f", did you mean {near[0]!r}?" if near else f": take one of {', '.join(known)}"
    )
    if given:
        raise UsageError(why)
    raise BadFile(lab.root / FILE, key_line(lab.root / FILE, "theme"), why)
