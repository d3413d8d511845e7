"""The command line: one module a noun. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import gc
from typing import NoReturn


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with the documented exit code."""
    # What every command imports lives as long as the process: to search it for garbage, and at exit again, takes 10 ms.
    gc.disable()
    from paperlab.cli.app import main as run

    gc.freeze()
    gc.enable()
    run(arguments)
