"""Writes what a comparison found into the replication's folder: results, plots, report, badge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from paperlab.disk import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from paperlab.replication.stale import Stale
    from paperlab.types import Comparison


def write_results(comparison: Comparison) -> Path:
    """Write results.json and return its path."""
    from paperlab.replication.results import comparison_document

    path = comparison.replication.folder / "results.json"
    text = json.dumps(comparison_document(comparison), ensure_ascii=False, indent=1)
    write_atomically(path, f"{text}\n".encode())
    return path


def write_report(
    comparison: Comparison, *, stale: Sequence[Stale], cells: Mapping[str, bytes], pdf: bool = True
) -> list[Path]:
    """Write results.json, REPORT.md, figures, badge.svg, report.html and (`pdf`) report.pdf; return their paths.

    `cells` are pictures of the paper, by claim: they go into the page and the PDF, which stay out of git, and not into
    REPORT.md. Plots that an earlier report had and this one has not are removed. Raises NotNow without matplotlib.
    """
    from paperlab.replication.reports.badge import badge_svg
    from paperlab.replication.reports.html import report_html, report_pdf
    from paperlab.replication.reports.plots import plots
    from paperlab.replication.reports.report import report_markdown

    folder = comparison.replication.folder
    drawn = plots(comparison)
    text = report_markdown(comparison, figures=drawn, stale={one.id: one.why for one in stale})
    page = report_html(text, figures=drawn, cells=cells)
    files = {plot.path: plot.svg.encode() for plot in drawn}
    files |= {"REPORT.md": text.encode(), "badge.svg": badge_svg(comparison).encode(), "report.html": page.encode()}
    if pdf:
        files["report.pdf"] = report_pdf(page)
    for old in (folder / "figures").glob("*.svg"):
        if f"figures/{old.name}" not in files:
            old.unlink()
    for name, data in files.items():
        write_atomically(folder / name, data)
    return [write_results(comparison), *(folder / name for name in files)]
