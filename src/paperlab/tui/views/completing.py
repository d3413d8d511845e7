"""Completes the names of files in a line that is typed."""

from __future__ import annotations

import os
from pathlib import Path

_MOST = 200


def files(typed: str, suffix: str = "") -> list[str]:
    """Return what a path may go on to: folders (with a slash), and files that end in `suffix`; hidden ones if named."""
    head, name = os.path.split(typed)
    folder = Path(head or ".").expanduser()
    try:
        with os.scandir(folder) as entries:
            found = sorted(
                (entry.name, entry.is_dir())
                for entry in entries
                if entry.name.startswith(name) and (name or not entry.name.startswith("."))
            )
    except OSError:
        return []
    fitting = [(one, is_dir) for one, is_dir in found if is_dir or one.casefold().endswith(suffix)]
    return [os.path.join(head, one) + ("/" if is_dir else "") for one, is_dir in fitting[:_MOST]]  # noqa: PTH118


def wrong_new_file(typed: str, suffix: str) -> str | None:
    """Return what is wrong with a file that is to be written; a stat or two."""
    if not typed:
        return "name a file"
    path = Path(typed).expanduser()
    if not typed.casefold().endswith(suffix):
        return f"its name must end in {suffix}"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    return "it is there already: name another file" if path.exists() else None


def wrong_file(typed: str) -> str | None:
    """Return what is wrong with a file that is to be read."""
    return None if not typed or Path(typed).expanduser().is_file() else "there is no such file"
