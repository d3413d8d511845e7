"""Arguments that several commands take, with completion."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperlab.cli.output import Options
from paperlab.types import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from paperlab.library import Library
    from paperlab.types import Box

STATUS = click.Choice([status.value for status in Status])


class BoxType(click.ParamType["Box"]):
    """Four numbers with commas between: a box on a page, in points."""

    name = "box"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Box:
        """Return the box, or fail with what is wrong."""
        if isinstance(value, tuple):
            return value
        try:
            x0, y0, x1, y1 = (float(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is not four numbers with commas between, as in 72,90.5,300,200", param, ctx)
        return (x0, y0, x1, y1)


BOX = BoxType()


def complete_key(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the keys of the lab's papers that begin with what was typed."""
    from click.shell_completion import CompletionItem

    del parameter
    library = _library(ctx)
    return [CompletionItem(key) for key in library.stamps() if key.startswith(incomplete)] if library else []


def complete_list(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of the reading lists that begin with what was typed."""
    from click.shell_completion import CompletionItem

    del parameter
    library = _library(ctx)
    return [CompletionItem(name) for name in library.list_names() if name.startswith(incomplete)] if library else []


def complete_list_or_key(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the reading lists, then the keys."""
    return complete_list(ctx, parameter, incomplete) + complete_key(ctx, parameter, incomplete)


def _library(ctx: click.Context) -> Library | None:
    """Return the library of the lab that the command would work in; None where there is none: TAB makes nothing."""
    from paperlab.errors import PaperlabError
    from paperlab.lab import Lab

    options = ctx.find_object(Options)
    try:
        return Lab.find(options.lab if options else None, make=False).library
    except PaperlabError:
        return None  # completion has no place for messages; the command itself will say what is wrong


def key_argument(function: Callable[..., object]) -> Callable[..., object]:
    """Give a command the argument KEY."""
    return click.argument("key", metavar="KEY", shell_complete=complete_key)(function)


EXISTING_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
