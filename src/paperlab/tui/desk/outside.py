"""What the desk hands to other programs: a PDF to the system's viewer, a link to the browser, a file to the editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from paperlab.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.tui.app import DeskApp

_AT_PAGE = {
    "evince": ("--page-index={page}",),
    "okular": ("--page", "{page}"),
    "zathura": ("--page={page}",),
    "sumatrapdf": ("-page", "{page}"),
    "mupdf": ("{path}", "{page}"),
    "xreader": ("--page-index={page}",),
    "atril": ("--page-index={page}",),
}
"""How viewers are told a page; the path stands last unless it is named."""
_TERMINAL_EDITORS = ("nano", "vim", "vi", "emacs")


async def open_outside(app: DeskApp, path: Path, page: int | None = None) -> bool:
    """Open a file in the system's viewer, at a page where it is known how; False where the user was told why not."""
    wrong = _opened(path, page)
    if wrong:
        app.tell(wrong, wrong=True)
    return not wrong


def _opened(path: Path, page: int | None) -> str:
    """Open a file; return what went wrong, or nothing."""
    if not path.is_file():
        return f"{path} is not there any more"
    try:
        command = _viewer(path, page)
    except UsageError as error:
        return str(error)
    return _started(command, str(path))


def _started(command: list[str] | None, target: str) -> str:
    """Start what opens `target`; return what went wrong, or nothing."""
    if command is None:
        return f"no program to open it with was found: open {target} yourself"
    try:
        if sys.platform == "win32" and command[:1] == ["start"]:
            os.startfile(target)  # noqa: S606 - the user's own file or link, in the program they chose for it
        else:
            _detached(command)
    except OSError as error:
        return f"{command[0]} could not be started ({error.strerror}): open {target} yourself"
    return ""


def open_link(app: DeskApp, url: str) -> bool:
    """Open a web address in the system's browser; False where the user was told why not.

    Only http and https: an address out of a PDF may name any program there is.
    """
    if not url.lower().startswith(("http://", "https://")):
        wrong = f"only web addresses are opened, not {url}"
    else:
        wrong = _started(_system(url), url)
    if wrong:
        app.tell(wrong, wrong=True)
    return not wrong


def _parts(variable: str) -> list[str]:
    """Return the command that a variable names, empty where it names none; raises UsageError for what is no command."""
    try:
        return shlex.split(os.environ.get(variable, ""))
    except ValueError as error:
        raise UsageError(f"${variable} is not a command: {str(error).lower()}") from error


def _viewer(path: Path, page: int | None) -> list[str] | None:
    """Return the command that opens a file; PAPERLAB_PDF_VIEWER names one, with `{path}` and `{page}` where they go.

    Raises UsageError for a variable that is no command.
    """
    own = _parts("PAPERLAB_PDF_VIEWER")
    if own:
        parts = [part.replace("{path}", str(path)).replace("{page}", str(page or 1)) for part in own]
        return parts if any("{path}" in part for part in own) else [*parts, str(path)]
    if page:
        for name, arguments in _AT_PAGE.items():
            if shutil.which(name):
                filled = [one.format(page=page, path=path) for one in arguments]
                return [name, *filled] if str(path) in filled else [name, *filled, str(path)]
    return _system(str(path))


def _system(target: str) -> list[str] | None:
    """Return the system's own command that opens a file or a web address, None where there is none."""
    if sys.platform == "darwin":
        return ["open", target]
    if sys.platform == "win32":
        return ["start", target]
    return ["xdg-open", target] if shutil.which("xdg-open") else None


def _detached(command: list[str]) -> None:
    """Start a program that outlives the desk and writes nothing onto its terminal."""
    nothing = subprocess.DEVNULL
    subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)


async def edit(app: DeskApp, path: Path) -> bool:
    """Let the user edit a file in their editor, in this terminal; False where they were told why not.

    $VISUAL, then $EDITOR, then one that is there. The file need not exist yet. The desk stands still meanwhile; its
    lanes and jobs do not: what jobs say is read by threads of their own (`pipes`), and shown afterwards.
    """
    wrong = _edited(app, path)
    if wrong:
        app.tell(wrong, wrong=True)
    return not wrong


def _edited(app: DeskApp, path: Path) -> str:
    from textual.app import SuspendNotSupported

    try:
        command = _editor()
    except UsageError as error:
        return str(error)
    if command is None:
        return f"no editor was found: set $EDITOR, or edit {path} yourself"
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        return f"{path} cannot be written by you"
    try:
        with app.suspend():
            code = subprocess.run([*command, str(path)], check=False).returncode
    except SuspendNotSupported:
        return f"an editor cannot take over this terminal: edit {path} yourself"
    except OSError as error:
        return f"the editor {command[0]} could not be started ({error.strerror}): set $EDITOR"
    return f"the editor {command[0]} ended with code {code}" if code else ""


def _editor() -> list[str] | None:
    for name in ("VISUAL", "EDITOR"):
        if given := _parts(name):
            return given
    return next(([name] for name in _TERMINAL_EDITORS if shutil.which(name)), None)
