"""Commands that run replications, and take runs made elsewhere: run, run-one, import."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperlab.cli.output import ExitCode, Options, emit, emit_json, opened_lab, quietly, say, shared_options, table
from paperlab.cli.replications import slug_argument, tier_option
from paperlab.errors import UsageError
from paperlab.text import clean, roughly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from paperlab.replication.runs.execution import Done, Progress
    from paperlab.replication.runs.plan import Plan, Unit
    from paperlab.types import Tier

_ENGINES = ("submitit",)


@click.command()
@slug_argument
@click.option("--tier", metavar="NAME", default="smoke", show_default=True, help="The scale to run at.")
@click.option("--seeds", type=click.IntRange(1), metavar="N", help="The first N seeds of each variant; more go on.")
@click.option("--variant", "variants", multiple=True, metavar="NAME", help="Only this variant; several: these.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Runs at a time; else as the cores allow.")
@click.option("--retry", is_flag=True, help="Run failed ones again.")
@click.option("--dry-run", is_flag=True, help="Say what would run, and how long, and run nothing.")
@click.option("--on", "engine", type=click.Choice(_ENGINES), help="Send the runs to Slurm, or to its local executor.")
@click.option(
    "--executor",
    type=click.Choice(["auto", "local", "slurm"]),
    default="auto",
    show_default=True,
    help="Which of submitit's: auto is Slurm where there is one.",
)
@click.option("--emit", "only_lines", is_flag=True, help="Print one shell line a run, for any other engine.")
@shared_options
def run(options: Options, slug: str, tier: str, seeds: int | None, **asked: Any) -> None:
    """Run a replication's variants with its seeds, each in a process of its own; what is finished is not run again.

    This runs the folder's run.py. Interrupted or killed, the same command goes on at the last epoch. Every seed that
    was started counts.
    """
    from paperlab.replication.files import read_replication, read_tier
    from paperlab.replication.runs.plan import plan

    with opened_lab(options) as lab:
        replication = read_replication(lab.replications.folder(slug))
        jobs = lab.index_folder / "jobs" / replication.slug
    chosen = read_tier(replication.folder, tier)
    planned = plan(replication, chosen, seeds, retry=asked["retry"])
    units = [unit for unit in planned.todo if not asked["variants"] or unit.variant in asked["variants"]]
    _check_variants(chosen, asked["variants"])
    if asked["only_lines"]:
        _emit_lines(options, units)
        return
    _announce(options, replication.folder, chosen, planned, units)
    if asked["dry_run"]:
        if options.json:
            emit_json(_plan_document(planned, units))
        return
    with _watched(options) as watch:
        done = _executed(units, asked, jobs, watch)
    _tell(options, chosen, done, planned)


def _check_variants(tier: Tier, variants: Sequence[str]) -> None:
    for name in variants:
        if name not in tier.variants:
            raise UsageError(f"tier {tier.name} has no variant {name!r}: it has {', '.join(tier.variants)}")


def _executed(
    units: Sequence[Unit], asked: dict[str, Any], jobs: Path, watch: Callable[[Progress], None]
) -> list[Done]:
    from functools import partial

    from paperlab.replication.runs.execution import command_of, execute

    command = partial(command_of, retry=asked["retry"])
    if asked["engine"] == "submitit":
        from paperlab.replication.runs.submit import submit

        return submit(units, jobs, executor=asked["executor"], progress=watch, command=command)
    return execute(units, workers=asked["workers"], progress=watch, command=command)


def _emit_lines(options: Options, units: Sequence[Unit]) -> None:
    from paperlab.replication.runs.submit import emit as lines_of

    lines = lines_of(units)
    if options.json:
        emit_json({"lines": lines})
    elif lines:
        emit("\n".join(lines))


def _announce(options: Options, folder: Path, tier: Tier, planned: Plan, units: Sequence[Unit]) -> None:
    tell = quietly(options)
    left = sum(unit in units for unit in planned.todo)
    about = f", about {roughly(planned.seconds)} one after the other" if planned.seconds and left else ""
    tell(f"{folder / 'run.py'}: tier {tier.name}, {left} to run{about}, {len(planned.finished)} finished")
    for unit, why in planned.blocked:
        tell(f"  {unit.name}: {why}{'' if 'process' in why else ' (--retry runs it again)'}")


@contextmanager
def _watched(options: Options) -> Iterator[Callable[[Progress], None]]:
    """Draw a bar for each run on stderr where it is a terminal; elsewhere say a line when one ends."""
    import sys

    from paperlab.cli.output import progress_lines

    if lines := progress_lines():
        yield lambda at: lines(at.unit.name, at.fraction or 0.0, 1.0, at.state)
        return
    if options.quiet or options.json or not sys.stderr.isatty():
        tell = quietly(options)
        yield lambda at: tell(f"{at.unit.name}: {at.state}") if at.state not in {"waiting", "running"} else None
        return
    from rich import progress as rich_progress
    from rich.console import Console

    columns = (
        rich_progress.TextColumn("{task.description:>24}", markup=False),
        rich_progress.BarColumn(30),
        rich_progress.TaskProgressColumn(),
        rich_progress.TextColumn("{task.fields[left]}", markup=False),
    )
    tasks: dict[str, rich_progress.TaskID] = {}
    with rich_progress.Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def draw(at: Progress) -> None:
            name = at.unit.name
            if name not in tasks:
                tasks[name] = bars.add_task(clean(name), total=1.0, left="")
            left = f"{roughly(at.total_left)} for all" if at.total_left else ""
            if at.state in {"waiting", "running"}:
                bars.update(tasks[name], completed=at.fraction or 0.0, left=left)
            else:
                bars.remove_task(tasks.pop(name))
                bars.console.print(f"{clean(name)}: {at.state}", markup=False, highlight=False)

        yield draw


def _tell(options: Options, tier: Tier, done: Sequence[Done], planned: Plan) -> None:
    from paperlab.replication.runs.execution import BUSY

    ended = [one for one in done if one.state == "ok"]
    busy = [one for one in done if one.state == BUSY]
    bad = [one for one in done if one.state not in {"ok", BUSY}]
    if options.json:
        emit_json({"tier": tier.name, "finished": len(planned.finished), "runs": [_done_document(d) for d in done]})
    else:
        for one in (*busy, *bad):
            say(f"{one.unit.name}: {one.state}: {one.error}")
            for line in one.log:
                say(f"    {line}")
        emit(f"{len(ended)} run, {len(planned.finished)} finished before" + (f", {len(bad)} failed" if bad else ""))
        if rows := [row for one in ended for row in _result_rows(one)]:
            emit(table(rows))
        slug = ended[0].unit.replication.slug if ended else ""
        if slug:
            quietly(options)(f"next: 'paperlab replicate compare {slug} --tier {tier.name}'")
    if bad or busy:
        raise click.exceptions.Exit(ExitCode.FAILED if bad else ExitCode.NOT_NOW)


def _result_rows(one: Done) -> Iterator[tuple[str, ...]]:
    for result in one.record.results if one.record else ():
        unit = f" {result.unit}" if result.unit else ""
        yield f"  {one.unit.variant}:{result.name}", f"seed {one.unit.seed}", f"{result.value:.6g}{unit}"


def _done_document(one: Done) -> dict[str, Any]:
    results = {result.name: result.value for result in one.record.results} if one.record else {}
    place = {"variant": one.unit.variant, "seed": one.unit.seed, "folder": str(one.unit.folder)}
    return {**place, "state": one.state, "error": one.error, "results": results}


def _plan_document(planned: Plan, units: Sequence[Unit]) -> dict[str, Any]:
    return {
        "to_run": [{"variant": unit.variant, "seed": unit.seed} for unit in units],
        "finished": len(planned.finished),
        "blocked": [{"variant": u.variant, "seed": u.seed, "reason": why} for u, why in planned.blocked],
        "old": [{"variant": variant, "seed": seed} for variant, seed in planned.old],
        "seconds": planned.seconds,
    }


@click.command("run-one", hidden=True)
@slug_argument
@click.option("--tier", required=True, metavar="NAME")
@click.option("--variant", required=True, metavar="NAME")
@click.option("--seed", required=True, type=int, metavar="N")
@click.option("--retry", is_flag=True, help="Run it again if it failed.")
@shared_options
def run_one(options: Options, slug: str, tier: str, variant: str, seed: int, *, retry: bool) -> None:
    """Run one variant with one seed in this process; one that is finished is left as it is."""
    from paperlab.lab import Lab
    from paperlab.replication.files import read_replication, read_tier
    from paperlab.replication.runs.surroundings import settle
    from paperlab.replication.runs.unit import run_unit

    # The index is not opened: a run needs nothing of it, and on another machine there may be none.
    lab = Lab.find(options.lab, make=False)
    replication = read_replication(lab.replications.folder(slug))
    chosen = read_tier(replication.folder, tier)
    settle(chosen.threads)
    record = run_unit(replication, chosen, variant, seed, retry=retry)
    if options.json:
        results = {result.name: result.value for result in record.results}
        emit_json({"status": record.status, "error": record.error, "results": results, "folder": str(record.folder)})
    else:
        quietly(options)(f"{variant}, seed {seed}: {record.status}{f': {record.error}' if record.error else ''}")
    if record.status != "ok":
        raise click.exceptions.Exit(ExitCode.FAILED)


@click.command("import")
@slug_argument
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@tier_option("The tier they are runs of; 'paper' where none is named.")
@shared_options
def import_runs(options: Options, slug: str, folder: Path, tier: str | None) -> None:
    """Take runs made elsewhere: run folders of another machine, or metrics of MLflow, TensorBoard, CSV and JSON files.

    For the latter, replications/SLUG/import.toml says which metric is which measure. Each number keeps its file, line
    and SHA-256. Nothing that is there is written over; the same folder again imports nothing.
    """
    from paperlab.replication.files import read_replication, read_tier
    from paperlab.replication.imported.bindings import read_bindings
    from paperlab.replication.imported.importing import import_runs as take

    with opened_lab(options) as lab:
        replication = read_replication(lab.replications.folder(slug))
    path = replication.folder / "import.toml"
    report = take(
        replication,
        read_tier(replication.folder, tier or "paper"),
        folder,
        read_bindings(path) if path.is_file() else None,
    )
    if options.json:
        counts = {"imported": len(report.imported), "there": len(report.there)}
        emit_json({**counts, "refused": report.refused, "notes": report.notes})
    else:
        for line in (*report.refused, *report.notes):
            say(line)
        emit(f"{len(report.imported)} imported, {len(report.there)} were there, {len(report.refused)} refused")
    if report.refused and not report.imported and not report.there:
        raise click.exceptions.Exit(ExitCode.BAD_INPUT)
