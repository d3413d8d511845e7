"""What the desk hands to other programs: a PDF to the system's viewer, a file to the user's editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

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
    command = _viewer(path, page)
    if command is None:
        return f"no program to open files with was found: open {path} yourself"
    try:
        if sys.platform == "win32" and command[:1] == ["start"]:
            os.startfile(path)  # noqa: S606 - the user's own file, in the program they chose for it
        else:
            _detached(command)
    except OSError as error:
        return f"{command[0]} could not be started ({error.strerror}): open {path} yourself"
    return ""


def _viewer(path: Path, page: int | None) -> list[str] | None:
    """Return the command that opens a file; PAPERLAB_PDF_VIEWER names one, with `{path}` and `{page}` where they go."""
    own = os.environ.get("PAPERLAB_PDF_VIEWER", "").strip()
    if own:
        parts = [part.replace("{path}", str(path)).replace("{page}", str(page or 1)) for part in shlex.split(own)]
        return parts if "{path}" in own else [*parts, str(path)]
    if page:
        for name, arguments in _AT_PAGE.items():
            if shutil.which(name):
                filled = [one.format(page=page, path=path) for one in arguments]
                return [name, *filled] if str(path) in filled else [name, *filled, str(path)]
    if sys.platform == "darwin":
        return ["open", str(path)]
    if sys.platform == "win32":
        return ["start", str(path)]
    return ["xdg-open", str(path)] if shutil.which("xdg-open") else None


def _detached(command: list[str]) -> None:
    """Start a program that outlives the desk and writes nothing onto its terminal."""
    nothing = subprocess.DEVNULL
    subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)


async def edit(app: DeskApp, path: Path) -> bool:
    """Let the user edit a file in their editor, in this terminal; False where they were told why not.

    $VISUAL, then $EDITOR, then one that is there. The desk stands still meanwhile; the file need not exist yet.
    """
    wrong = _edited(app, path)
    if wrong:
        app.tell(wrong, wrong=True)
    return not wrong


def _edited(app: DeskApp, path: Path) -> str:
    from textual.app import SuspendNotSupported

    command = _editor()
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
        if given := os.environ.get(name, "").strip():
            return shlex.split(given)
    return next(([name] for name in _TERMINAL_EDITORS if shutil.which(name)), None)
