"""What a terminal can and cannot do, and how the desk outlives one that goes away."""

from __future__ import annotations

import locale
import os
import sys
from typing import IO, TYPE_CHECKING, Any

from paperlab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.driver import Driver


class _Outlived:
    """A terminal's file whose writes come to nothing once the terminal is gone, instead of ending Textual's writer.

    Textual waits for that thread: a dead one would keep the desk from ever ending, and from keeping what was typed.
    """

    def __init__(self, file: IO[str], gone: Callable[[], None]) -> None:
        self._file = file
        self._gone = gone
        self._alive = True

    def write(self, text: str) -> int:
        self._try(self._file.write, text)
        return len(text)

    def flush(self) -> None:
        self._try(self._file.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def _try(self, step: Callable[..., object], *arguments: str) -> None:
        if not self._alive:
            return
        try:
            step(*arguments)
        except (OSError, ValueError):
            self._alive = False
            self._gone()


def outlive_terminal(driver: Driver, gone: Callable[[], None]) -> None:
    """Have a driver outlive its terminal; `gone` is called once when that is found out, from any thread."""
    file = getattr(driver, "_file", None)
    if file is not None:
        driver._file = _Outlived(file, gone)  # type: ignore[attr-defined]


def check_terminal() -> None:
    """Raise UsageError where no desk can be drawn."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the desk needs a terminal: stdin and stdout must be one; 'paperlab --help' lists the commands"
        )
    if os.environ.get("TERM", "") in {"", "dumb", "unknown"}:
        kind = os.environ.get("TERM") or "not set"
        raise UsageError(f"TERM is {kind}: the desk needs a terminal that can place text, such as TERM=xterm-256color")


def only_ascii() -> bool:
    """Tell whether the user's locale cannot show more than ASCII."""
    return locale.getpreferredencoding(do_setlocale=False).lower().replace("-", "") not in {"utf8", "utf16", "gb18030"}
