"""Arguments that several commands take, with completion."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from paperlab.types import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

STATUS = click.Choice([status.value for status in Status])


def complete_key(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the keys of the lab's papers that begin with what was typed."""
    from click.shell_completion import CompletionItem

    from paperlab.errors import PaperlabError
    from paperlab.lab import Lab

    del parameter
    try:
        lab = Lab.find(ctx.params.get("lab"))
    except PaperlabError:
        return []  # completion has no place for messages; the command itself will say what is wrong
    return [CompletionItem(key) for key in lab.library.stamps() if key.startswith(incomplete)]


def complete_list(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the reading lists, then the keys."""
    from click.shell_completion import CompletionItem

    from paperlab.errors import PaperlabError
    from paperlab.lab import Lab

    try:
        names = Lab.find(ctx.params.get("lab")).library.list_names()
    except PaperlabError:
        return []
    lists = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return lists + complete_key(ctx, parameter, incomplete)


def key_argument(function: Callable[..., object]) -> Callable[..., object]:
    """Give a command the argument KEY."""
    return click.argument("key", metavar="KEY", shell_complete=complete_key)(function)


EXISTING_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
