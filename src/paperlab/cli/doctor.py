"""`paperlab doctor`: checks every part of a lab and says how to mend it."""

from __future__ import annotations

import click

from paperlab.cli.output import ExitCode, Options, emit, emit_json, shared_options

_SIGNS = {"ok": ("ok", "green"), "warning": ("!!", "yellow"), "failed": ("XX", "red")}


@click.command()
@click.option("--mend", is_flag=True, help="Mend what can be mended without losing anything.")
@shared_options
def doctor(options: Options, *, mend: bool) -> None:
    """Check every part of the lab: files, PDFs, index, embedder, network; say how to mend what is wrong."""
    from paperlab.checkup import check
    from paperlab.lab import Lab

    lab = Lab.find(options.lab, offline=options.offline)
    try:
        findings = check(lab, mend=mend)
    finally:
        lab.close()
    if options.json:
        emit_json({"checks": [{"part": f.part, "state": f.state, "found": f.found, "mend": f.mend} for f in findings]})
    else:
        for finding in findings:
            sign, colour = _SIGNS[finding.state]
            advice = f"\n      {finding.mend}" if finding.mend and finding.state != "ok" else ""
            emit(f"{click.style(sign, fg=colour)}  {finding.part}: {finding.found}{advice}")
    if any(finding.state == "failed" for finding in findings):
        raise click.exceptions.Exit(ExitCode.FAILED)
