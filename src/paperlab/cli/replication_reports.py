"""Commands that write down what replications found: report, verify."""

from __future__ import annotations

import json
from pathlib import Path

import click

from paperlab.cli.output import ExitCode, Options, emit, emit_json, opened_lab, quietly, say, shared_options
from paperlab.cli.replications import complete_slug, slug_argument, tier_option
from paperlab.disk import write_atomically
from paperlab.errors import BadFile

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@slug_argument
@tier_option("The tier to report on; without it, the nearest to the paper's scale.")
@click.option("--no-pdf", is_flag=True, help="Leave report.pdf out.")
@shared_options
def report(options: Options, slug: str, tier: str | None, *, no_pdf: bool) -> None:
    """Write REPORT.md with its plots, results.json and badge.svg, and the same as report.html and report.pdf.

    The page and the PDF show the paper's own table cells beside the measurements.
    """
    from paperlab.replication.reports.writing import write_report

    with opened_lab(options) as lab:
        comparison = lab.replications.compare(slug, tier)
        stale, cells = lab.replications.stale(comparison), lab.replications.cells(comparison)
        written = write_report(comparison, stale=stale, cells=cells, pdf=not no_pdf)
    if options.json:
        emit_json({"slug": slug, "headline": comparison.headline, "files": [str(path) for path in written]})
        return
    quietly(options)(comparison.headline)
    emit("\n".join(str(path) for path in written if path.parent == comparison.replication.folder))


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...", shell_complete=complete_slug)
@tier_option("The tier to verify; without it, the nearest to each paper's scale.")
@click.option("--junit", type=_FILE, metavar="FILE", help="Write the outcome as JUnit XML.")
@click.option("--sarif", type=_FILE, metavar="FILE", help="Write what differs as SARIF 2.1.0.")
@shared_options
def verify(options: Options, slugs: tuple[str, ...], tier: str | None, junit: Path | None, sarif: Path | None) -> None:
    """Check in CI that no confirmed claim differs: all replications, or those named.

    The exit code is 1 if one differs or its runs cannot be used, if a replication's files cannot be read, or if not
    one claim was judged. A claim that says why it is known to differ does not count.

    The same as tests: pytest -p paperlab.replication.pytest_plugin replications/
    """
    from paperlab.replication.reports import verifying

    found, broken = [], 0
    with opened_lab(options) as lab:
        for slug in slugs or lab.replications.slugs():
            try:
                found.append(lab.replications.compare(slug, tier))
            except BadFile as error:
                say(f"{slug}: {error}")
                broken += 1
    if junit:
        write_atomically(junit, verifying.junit_xml(*found).encode())
    if sarif:
        write_atomically(sarif, f"{json.dumps(verifying.sarif(*found), indent=2)}\n".encode())
    listed = verifying.cases(*found)
    if options.json:
        names = ("replication", "tier", "claim", "status", "reason")
        emit_json({"cases": [{name: str(getattr(case, name)) for name in names} for case in listed]})
    else:
        emit("\n".join(verifying.summary(listed)))
    if broken or verifying.exit_code(*found):
        raise click.exceptions.Exit(ExitCode.FAILED)
