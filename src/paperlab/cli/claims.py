"""The command `claims`: what papers report, and where they contradict each other."""

from __future__ import annotations

from dataclasses import asdict, fields
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperlab.cli.output import ExitCode, Options, emit, emit_json, opened_lab, quietly, shared_options, table
from paperlab.cli.parameters import complete_key, filter_options, resolved
from paperlab.disk import write_atomically
from paperlab.errors import NotFound, UsageError
from paperlab.text import one_line, shorten
from paperlab.types import CellAt, ClaimRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.lab import Lab
    from paperlab.types import Claim, Conflict, Filters

_ROLES = ("result", "setup", "all")
_CONFLICTS = "conflicts"


@click.command()
@click.argument("key", metavar="[KEY|conflicts]", required=False, shell_complete=complete_key)
@click.option("--all", "everywhere", is_flag=True, help="The claims of all papers that are indexed.")
@click.option("--dataset", default="", metavar="NAME", help="Only on this dataset.")
@click.option("--metric", default="", metavar="NAME", help="Only of this metric.")
@click.option("--method", default="", metavar="NAME", help="Only of this method or model.")
@click.option("--split", default="", metavar="NAME", help="Only on this split.")
@click.option(
    "--role", type=click.Choice(_ROLES), default="result", show_default=True, help="Results, or sizes, costs, settings."
)
@click.option("--picture", "pictured", metavar="ID", help="Write the picture of this claim's place as a PNG.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to write it.")
@click.option("--dpi", type=click.IntRange(36, 1200), default=150, show_default=True, help="Dots per inch of it.")
@click.option("--changed", is_flag=True, help="What the paper's newest version reports otherwise than the one before.")
@filter_options
@shared_options
def claims(
    options: Options, key: str | None, *, role: str, everywhere: bool, changed: bool, filters: Filters, **asked: Any
) -> None:
    """List the numbers that a paper reports, each with method, dataset, metric, and the place it stands at.

    With --all, of all papers, narrowed by dataset, metric, method. 'claims conflicts' lists numbers of one method,
    dataset and metric that two papers print differently. With a database tool, they are the view `claims` in
    index/paperlab.db.
    """
    labels = {name: asked[name] for name in ("dataset", "metric", "method", "split")}
    wanted = None if role == "all" else ClaimRole(role)
    if key is None and not everywhere and not any(labels.values()):
        raise UsageError("name a paper, or say --all, --dataset, --metric or --method for all of them")
    with opened_lab(options) as lab:
        if asked["pictured"] is not None:
            _picture(options, lab, _named(lab, key), asked)
        elif changed:
            _changes(options, lab, _named(lab, key))
        elif key == _CONFLICTS:
            _conflicts(options, _across(lab, filters, ClaimRole.RESULT, labels))
        elif key is None:
            _show(options, _across(lab, filters, wanted, labels), lab, None)
        else:
            key = lab.resolve(key)
            _show(options, _of(lab, key, wanted, labels), lab, key)


def _named(lab: Lab, key: str | None) -> str:
    if key is None or key == _CONFLICTS:
        raise UsageError("name the paper whose claim is meant")
    return lab.resolve(key)


def _of(lab: Lab, key: str, role: ClaimRole | None, labels: dict[str, str]) -> list[Claim]:
    from paperlab.store.claims import ClaimFilter

    return lab.claims(key).select(ClaimFilter(**labels, role=role, keys=[key]))


def _across(lab: Lab, filters: Filters, role: ClaimRole | None, labels: dict[str, str]) -> list[Claim]:
    from paperlab.store.claims import ClaimFilter

    return lab.claims().select(ClaimFilter(**labels, role=role, keys=lab.select(resolved(lab, filters))))


def _show(options: Options, found: Sequence[Claim], lab: Lab, key: str | None) -> None:
    if options.json:
        emit_json({"claims": [claim_document(claim) for claim in found]})
    elif found:
        groups = groupby(found, key=lambda claim: (claim.key, claim.cell.table if claim.cell else None))
        titles = {one.key: one.title for one in lab.store.papers.all()} if key is None else {}
        parts = [_group(paper, number, list(listed), titles) for (paper, number), listed in groups]
        emit("\n\n".join(parts))
    if not found:
        where = f"{key}: no claim" if key else "no claim"
        quietly(options)(f"{where} fits" + ("" if key else "; only indexed papers are looked at ('paperlab index')"))
        raise click.exceptions.Exit(ExitCode.FAILED)


def _group(key: str, number: str | None, listed: list[Claim], titles: dict[str, str]) -> str:
    head = f"Table {number}" if number is not None else "In sentences"
    title = f"{key}  {shorten(titles[key], 60)} · " if key in titles else ""
    rows = [
        (claim.id, _value(claim), shorten(claim.metric or "?", 22), shorten(_data(claim), 26), _method(claim))
        for claim in listed
    ]
    return f"{click.style(f'{title}{head}, p. {listed[0].page}', bold=True)}\n{table(rows)}"


def _value(claim: Claim) -> str:
    spread = f" ± {claim.spread_printed}" if claim.spread_printed else ""
    doubt = "  ?" if claim.confidence < 0.5 else ""
    return f"{claim.printed}{spread}{' ' + claim.unit if claim.unit else ''}{doubt}"


def _data(claim: Claim) -> str:
    return " ".join(part for part in (claim.dataset or "?", f"({claim.split})" if claim.split else "") if part)


def _method(claim: Claim) -> str:
    setting = f" [{claim.setting}]" if claim.setting else ""
    return shorten(f"{claim.method or '?'}{setting}" if claim.cell else one_line(claim.quote), 60)


def claim_document(claim: Claim) -> dict[str, Any]:
    """Return a claim as JSON: every field of `Claim`, the table's place flat beside the others."""
    found = asdict(claim)
    cell = found.pop("cell") or dict.fromkeys(field.name for field in fields(CellAt))
    return {**found, **cell}


def _conflicts(options: Options, found: Sequence[Claim]) -> None:
    from paperlab.claims.conflicts import conflicts

    listed = conflicts(found)
    if options.json:
        emit_json({"conflicts": [_conflict_document(one) for one in listed]})
    elif listed:
        emit("\n\n".join(_conflict(one) for one in listed))
    if not listed:
        quietly(options)("no two papers that are indexed report the same method, dataset and metric differently")
        raise click.exceptions.Exit(ExitCode.FAILED)


def _conflict(one: Conflict) -> str:
    first = one.first
    head = click.style(f"{first.method} · {first.metric} · {_data(first)}", bold=True)
    rows = [(f"  {c.key}", c.id, f"p. {c.page}", _value(c), _method(c)) for c in (one.first, one.second)]
    return "\n".join([f"{head}  {one.difference:+.4g}", table(rows), *(f"  {reason}" for reason in one.reasons)])


def _conflict_document(one: Conflict) -> dict[str, Any]:
    pair = {"first": claim_document(one.first), "second": claim_document(one.second)}
    return {**pair, "difference": one.difference, "reasons": one.reasons}


def _picture(options: Options, lab: Lab, key: str, asked: dict[str, Any]) -> None:
    from paperlab.claims.places import picture_place

    name: str = asked["pictured"]
    claim = next((one for one in lab.claims(key).of(key) if one.id.casefold() == name.casefold()), None)
    if claim is None:
        raise NotFound(f"{key} has no claim {name!r}: 'paperlab claims {key} --role all' lists them")
    paper = lab.library.load(key)
    place = picture_place(claim.page, claim.box, lab.reading(paper).tables)
    png = lab.reader.picture(lab.library.pdf(paper), place.page, place.box, asked["dpi"], place.marks)
    path: Path = asked["to"] or Path(f"{key}-{claim.id}.png")
    write_atomically(path, png)
    emit_json({"key": key, "id": claim.id, "file": str(path)}) if options.json else emit(str(path))


def _changes(options: Options, lab: Lab, key: str) -> None:
    from paperlab.ingest.claims import changes_since

    before, found = changes_since(lab.library, lab.reader, lab.library.load(key), lab.claims(key).of(key))
    if options.json:
        emit_json({"key": key, "before": before, "changes": [asdict(change) for change in found]})
        return
    emit("\n".join(f"{change.place}: {change.told}" for change in found) or f"no number differs from {before}")
