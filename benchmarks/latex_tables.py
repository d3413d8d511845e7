"""Tables of a paper's LaTeX source against those read from its PDF, and both against a truth made by hand.

    python benchmarks/latex_tables.py SOURCE PDF [--gold DIR] [--show 10]

SOURCE is a folder or an e-print archive. Prints the tables found in the source, how far each agrees with the gold
grids of the same PDF (files `<pdf-stem>__t<number>.json` with a `grid`), and how far the PDF's reading agrees with the
source. A cell agrees when its text does but for case, spaces, dashes, marks and citations.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from paperlab.latex import Agreement, compare_tables, match_tables, read_source, read_tables
from paperlab.pdf import PyMuPDFReader
from paperlab.types import Cell, RowKind, Table, TableRow


def main() -> None:
    """Read both, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("pdf", type=Path)
    parser.add_argument("--gold", type=Path, help="folder with grids read by hand")
    parser.add_argument("--show", type=int, default=10, metavar="N", help="differences to print per table")
    options = parser.parse_args()
    start = time.perf_counter()
    tables = read_tables(read_source(options.source))
    cells = sum(len(row.cells) for table in tables for row in table.rows)
    print(f"source: {len(tables)} tables, {cells} cells, {1000 * (time.perf_counter() - start):.0f} ms")
    for table in tables:
        print(f"  Table {table.number}: {shape(table)}, confidence {table.confidence:.1f} {'; '.join(table.reasons)}")
    if options.gold:
        compare_with_gold(tables, options.pdf, options.gold, options.show)
    compare_with_pdf(tables, options.pdf, options.show)


def shape(table: Table) -> str:
    """Rows and columns."""
    return f"{len(table.rows)}x{len(table.rows[0].cells) if table.rows else 0}"


def compare_with_gold(tables: list[Table], pdf: Path, gold: Path, show: int) -> None:
    """Print how far the source's grids agree with those made by hand."""
    by_number = {table.number: table for table in tables}
    results: list[Agreement] = []
    for file in sorted(gold.glob(f"{pdf.stem}__t*.json")):
        truth = json.loads(file.read_text(encoding="utf-8"))
        table = by_number.get(truth["number"])
        if table is None:
            print(f"gold {truth['number']}: not found in the source")
            continue
        results.append(report(f"gold {truth['number']}", compare_tables(from_grid(truth), table), show))
    total("source against gold", results)


def from_grid(truth: dict[str, object]) -> Table:
    """Return a gold grid as a table."""
    grid: list[list[str]] = truth["grid"]  # type: ignore[assignment]
    rows = tuple(TableRow(RowKind.DATA, tuple(Cell(text, None) for text in line)) for line in grid)
    return Table(number=str(truth["number"]), caption=str(truth["caption"]), page=0, box=(0, 0, 0, 0), rows=rows)


def compare_with_pdf(tables: list[Table], pdf: Path, show: int) -> None:
    """Print how far the reading of the PDF agrees with the source."""
    reader = PyMuPDFReader()
    try:
        found = list(reader.read(pdf).tables)
    finally:
        reader.close()
    pairs = match_tables(found, tables)
    print(f"PDF: {len(found)} tables read, {len(pairs)} of {len(tables)} in the source are among them")
    results = [report(f"Table {p.number} (PDF) = {q.number}", compare_tables(p, q), show) for p, q in pairs]
    total("PDF against source", results)


def report(name: str, agreement: Agreement, show: int) -> Agreement:
    """Print one comparison."""
    print(f"{name}: {agreement.agreeing}/{agreement.cells} cells agree ({agreement.share:.3f})")
    for d in agreement.differences[:show]:
        print(f"    row {d.row} column {d.column}: {d.pdf!r} | {d.latex!r}")
    return agreement


def total(name: str, results: list[Agreement]) -> None:
    """Print the sum of all comparisons."""
    cells, agreeing = sum(r.cells for r in results), sum(r.agreeing for r in results)
    if cells:
        print(f"{name}: {agreeing}/{cells} cells agree ({agreeing / cells:.4f}), {len(results)} tables")


if __name__ == "__main__":
    main()
