"""Arguments that several commands take, with completion."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperlab.cli.output import Options
from paperlab.errors import UsageError
from paperlab.queries import parse_years
from paperlab.types import Filters, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from paperlab.lab import Lab
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


class YearRange(click.ParamType[tuple[int, int]]):
    """A year or a range of years: 2019, 2019..2022, 2019.., ..2015."""

    name = "year"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return the first and the last year, both included."""
        try:
            return parse_years(str(value))
        except UsageError as error:
            self.fail(str(error), param, ctx)


_NARROWING = (
    click.option(
        "--list", "lists", multiple=True, metavar="LIST", help="Only papers of this reading list; several: of any."
    ),
    click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only papers with this tag; several: with all."),
    click.option("--status", "statuses", multiple=True, type=STATUS, help="Only of this status; several: any."),
    click.option("--year", "years", type=YearRange(), metavar="YEAR[..YEAR]", help="Only papers of these years."),
    click.option("--author", "authors", multiple=True, metavar="NAME", help="Only papers by this author."),
    click.option(
        *("--in", "keys"),
        multiple=True,
        metavar="KEY",
        shell_complete=complete_key,
        help="Only in this paper; several: in any.",
    ),
)


def filter_options(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command the options that narrow a search, and pass it one `Filters`, keys as typed, as `filters`."""

    @wraps(command)
    def narrowed(*arguments: Any, **options: Any) -> object:
        found = {name: options.pop(name) for name in ("lists", "tags", "authors", "keys", "years")}
        statuses = tuple(Status(value) for value in options.pop("statuses"))
        return command(*arguments, filters=Filters(statuses=statuses, **found), **options)

    decorated: Callable[..., object] = narrowed
    for option in reversed(_NARROWING):
        decorated = option(decorated)
    return decorated


def resolved(lab: Lab, filters: Filters) -> Filters:
    """Return the filters with the keys of the library's papers; raises what `Lab.resolve` raises."""
    return replace(filters, keys=tuple(lab.resolve(key) for key in filters.keys))
