"""Makes the pictures of the reading desk: the real program in tmux, its screens as SVGs.

    python docs/make_desk_screens.py LAB

LAB is an indexed lab; the desk runs in a copy of it, where it marks a sentence and asks a question. Needs tmux.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

_SESSION = "paperlab-screens"
_WIDE, _SMALL = (140, 40), (80, 24)
_NOTE = "Two losses keep the load even: one over experts, one over devices. Which do the ablations leave out?"
_MARK = ["v", "s", "0.3", "1", "1.5", "j", "j", "j", "j", "v", "j", "j", "j", "s", "0.3", "3", "2.0"]
_SCREENS: dict[str, tuple[tuple[int, int], list[str]]] = {
    "library": (_WIDE, ["2.0"]),
    "search": (_WIDE, ["/", "0.5", "how is load balanced across devices", "3.0"]),
    "reader": (_WIDE, ["Down", "0.5", "Enter", "3.0", *_MARK, "i", "1.0", _NOTE, "2.0"]),
    "replications": (_WIDE, ["Escape", "0.5", "Escape", "1.0", "4", "2.0", "G", "2.0", "Tab", "j", "j", "3.0"]),
    "annotations": (_SMALL, ["2", "2.0"]),
    "ask": (_SMALL, ["3", "1.0", "What do the device-level balance losses of DeepSeekMoE ensure?", "Enter", "4.0"]),
}
"""By name: the size, and the keys from the screen before it, in tmux's names; numbers are seconds to wait."""


def main() -> None:
    """Write docs/screens/desk-*.svg."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("lab", type=Path)
    lab = parser.parse_args().lab.resolve()
    target = Path(__file__).parent / "screens"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "lab"
        shutil.copytree(lab, copy)
        for size in (_WIDE, _SMALL):
            _session(copy, size, target)


def _session(lab: Path, size: tuple[int, int], target: Path) -> None:
    """Drive one desk of this size through its screens."""
    columns, rows = size
    program = f"{sys.executable} -m paperlab --lab {lab} tui"
    _tmux("new-session", "-d", "-s", _SESSION, "-x", str(columns), "-y", str(rows), program)
    try:
        _tmux("set-option", "-t", _SESSION, "status", "off")
        _tmux("resize-window", "-t", _SESSION, "-x", str(columns), "-y", str(rows))
        time.sleep(3.0)
        for name, (wanted, keys) in _SCREENS.items():
            if wanted == size:
                _press(keys)
                (target / f"desk-{name}.svg").write_text(_picture(name, columns), encoding="utf-8")
    finally:
        _tmux("kill-server")
        time.sleep(1.0)  # a new server cannot begin before the old one has gone


def _press(keys: list[str]) -> None:
    for key in keys:
        if re.fullmatch(r"\d+\.\d*", key):
            time.sleep(float(key))
        else:
            _tmux("send-keys", "-t", _SESSION, key)
            time.sleep(0.15)
    time.sleep(1.0)


def _picture(name: str, columns: int) -> str:
    screen = _tmux("capture-pane", "-t", _SESSION, "-N", "-e", "-p")
    console = Console(record=True, width=columns, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    console.print(Text.from_ansi(screen.rstrip("\n")), soft_wrap=True)
    svg = console.export_svg(title="paperlab", unique_id=f"paperlab-desk-{name}")
    # Rich asks a font host for a font; a picture in a README should ask nobody.
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def _tmux(*arguments: str) -> str:
    """Run one command of a tmux server of our own, in colours."""
    command = ["tmux", "-L", _SESSION, "-f", os.devnull, *arguments]
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
