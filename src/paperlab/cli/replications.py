"""The group `replicate`, with what makes replications, lists them and holds them against their papers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperlab.cli.app import LateCommands, OrderedGroup
from paperlab.cli.output import Options, emit, emit_json, lab_options, opened_lab, quietly, say, shared_options, table
from paperlab.cli.parameters import key_argument
from paperlab.errors import PaperlabError, PdfMissing, UnreadablePdf
from paperlab.replication.scaffolding.kinds import KINDS, kind_of
from paperlab.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from paperlab.lab import Lab
    from paperlab.replication.scaffolding.recipe_sentences import RecipeSentence
    from paperlab.types import Claim, Comparison, Paper, Verdict

_COLOURS = {"agrees": "green", "better than paper": "green", "differs": "red", "invalid": "red"}
"""A reduced scale has no colour: it is never green."""

_COMMANDS = LateCommands(
    {
        "new": "replications:new",
        "run": "replication_runs:run",
        "run-one": "replication_runs:run_one",
        "import": "replication_runs:import_runs",
        "compare": "replications:compare",
        "report": "replication_reports:report",
        "list": "replications:list_all",
        "verify": "replication_reports:verify",
    }
)


@click.group(cls=OrderedGroup, commands=_COMMANDS)
@lab_options
def replicate() -> None:
    """Find out whether a paper's numbers hold: make a replication, run it, compare, report.

    A replication is a folder of plain files, replications/SLUG. Nothing of it runs but by 'replicate run'.
    """


def complete_slug(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of the lab's replications that begin with what was typed."""
    from click.shell_completion import CompletionItem

    from paperlab.lab import Lab

    del parameter
    options = ctx.find_object(Options)
    try:
        names = Lab.find(options.lab if options else None, make=False).replications.slugs()
    except PaperlabError:
        return []  # completion has no place for messages; the command itself will say what is wrong
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def slug_argument(function: Callable[..., object]) -> Callable[..., object]:
    """Give a command the argument SLUG."""
    return click.argument("slug", metavar="SLUG", shell_complete=complete_slug)(function)


def tier_option(about: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Return what gives a command the option --tier."""
    return click.option("--tier", metavar="NAME", help=about)


@click.command()
@key_argument
@click.option("--kind", type=click.Choice(KINDS), help="The template; without it, the paper's words choose.")
@click.option("--slug", metavar="SLUG", help="The folder's name; without it, made of the paper's title.")
@click.option(
    "--template",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="A copier template of your own.",
)
@shared_options
def new(options: Options, key: str, kind: str | None, slug: str | None, template: Path | None) -> None:
    """Make a replication of a paper: claims from its own tables, and code that already runs.

    The claims are proposals: hold each against the paper, then set its status to "confirmed". What is there is never
    written over.
    """
    from paperlab.lab import today
    from paperlab.replication.book import checked_slug
    from paperlab.replication.scaffolding.scaffold import scaffold, slug_of

    with opened_lab(options) as lab:
        paper = lab.library.load(lab.resolve(key))
        name = checked_slug(slug or slug_of(paper))
        claims, sentences = _evidence(lab, paper)
        chosen = kind or kind_of(paper.title, paper.abstract)
        written = scaffold(
            *(lab.replications.root, name),
            paper=paper,
            kind=chosen,
            claims=claims,
            sentences=sentences,
            template=template,
            today=today(),
        )
        folder = lab.replications.folder(name)
    if options.json:
        emit_json({"slug": name, "kind": chosen, "folder": str(folder), "files": [str(path) for path in written]})
        return
    emit(f"{folder}: {chosen}, {len(written)} files")
    quietly(options)(f"next: 'paperlab replicate run {name}', and hold the claims in claims.toml against the paper")


def _evidence(lab: Lab, paper: Paper) -> tuple[list[Claim], list[RecipeSentence]]:
    """Return what the paper reports and how it was done, nothing where its PDF is not there or cannot be read."""
    from paperlab.replication.scaffolding.recipe_sentences import recipe_sentences

    try:
        return lab.claims(paper.key).of(paper.key), list(recipe_sentences(lab.reading(paper)))
    except (PdfMissing, UnreadablePdf) as error:
        say(f"paperlab: {error}; the replication starts without claims")
        return [], []


@click.command()
@slug_argument
@tier_option("The tier whose runs are held against the paper; without it, the nearest to the paper's scale.")
@shared_options
def compare(options: Options, slug: str, tier: str | None) -> None:
    """Hold what was measured against each claim: the verdict, the rule, and why.

    Verdicts are computed from the runs each time. Only confirmed claims get one.
    """
    from paperlab.replication.files import runs_folder
    from paperlab.replication.results import comparison_document
    from paperlab.replication.runs.ledger import read_ledger

    with opened_lab(options) as lab:
        comparison = lab.replications.compare(slug, tier)
        stale = lab.replications.stale(comparison)
    if options.json:
        found = comparison_document(comparison)
        emit_json({**found, "stale": [{"id": one.id, "why": one.why} for one in stale]})
        return
    emit(f"{click.style(_head(comparison), bold=True)}\n{comparison.headline}")
    for verdict in comparison.verdicts:
        emit(f"\n{shown_verdict(verdict)}")
    for problem in read_ledger(runs_folder(comparison.replication, comparison.tier.name)).problems:
        say(f"paperlab: {problem}")
    for one in stale:
        say(f"{one.id}: stale: {one.why}")
    for run in comparison.uncounted:
        quietly(options)(f"not counted: {run.variant}, seed {run.seed}: {run.reason}")


def _head(comparison: Comparison) -> str:
    runs = len(comparison.runs)
    return f"{comparison.replication.slug} · tier {comparison.tier.name} · {runs} run{'s' if runs != 1 else ''} counted"


def shown_verdict(verdict: Verdict) -> str:
    """Return a verdict as lines for a terminal."""
    from paperlab.replication.compare import shown_outcome

    told = shown_outcome(verdict)
    outcome = click.style(told, fg=_COLOURS.get(told), bold=True)
    lines = [f"{outcome}  {verdict.claim.id}  ({verdict.rule} v{verdict.version}, n = {verdict.n})"]
    lines += [f"  {shorten(one_line(verdict.claim.text), 200)}", f"  {one_line(verdict.reason)}"]
    return "\n".join([*lines, *(f"  · {one_line(note)}" for note in verdict.notes)])


@click.command("list")
@shared_options
def list_all(options: Options) -> None:
    """List the lab's replications with what their runs say so far."""
    with opened_lab(options) as lab:
        found = []
        for slug in lab.replications.slugs():
            try:
                comparison = lab.replications.compare(slug)
                found.append((comparison, len(lab.replications.stale(comparison))))
            except PaperlabError as error:
                say(f"{slug}: {error}")
    if options.json:
        emit_json({"replications": [_document(comparison, stale) for comparison, stale in found]})
    elif found:
        emit(table([_row(comparison, stale) for comparison, stale in found]))
    else:
        quietly(options)("no replications yet: 'paperlab replicate new KEY' makes one")


def _row(comparison: Comparison, stale: int) -> tuple[str, ...]:
    one = comparison.replication
    told = f"{comparison.headline}{f'; {stale} stale' if stale else ''}"
    return one.slug, one.paper, one.kind, comparison.tier.name, told


def _document(comparison: Comparison, stale: int) -> dict[str, Any]:
    from paperlab.replication.results import comparison_document

    found = comparison_document(comparison)
    names = ("replication", "paper", "tier", "headline")
    counted = {"runs": len(comparison.runs), "uncounted": len(comparison.uncounted), "stale": stale}
    return {**{name: found[name] for name in names}, "kind": comparison.replication.kind, **counted}
