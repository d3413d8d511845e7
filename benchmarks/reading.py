"""How well tables are read, beside other programs, and how fast.

    python benchmarks/reading.py PAPERS GOLD [--reader NAME | --all] [--details] [--table STEM]
    python benchmarks/reading.py --speed PAPERS

GOLD holds `tables/*.json` and, where it has one, `metadata*.jsonl` (its README describes both); PAPERS holds the PDFs
they name. Without `--reader` it is our own reader that is scored; `--all` adds a row for each peer. `--details` tells
what was wrong in each table, `--table` scores one table alone. `scoring` says what counts as right, `table_peers` how
the others are read.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.scoring import (
    FOUND,
    Glyph,
    Numbers,
    TableScore,
    candidates,
    compare_numbers,
    score_boxes,
    score_table,
    total,
    worst_quarter,
)
from benchmarks.table_peers import PEERS, MissingPeer, read_peer, variants

from paperlab.errors import UnreadablePdf
from paperlab.pdf import PyMuPDFReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.spots import Gold

    from paperlab.types import Table

OURS = "paperlab"


@dataclass
class Result:
    """What one reader's run gave."""

    reader: str
    scores: list[TableScore] = field(default_factory=list)
    numbers: dict[str, Numbers] = field(default_factory=dict)
    """By PDF; for our reader alone."""
    notes: list[str] = field(default_factory=list)


def gold_tables(gold: Path, only: str = "") -> dict[str, Gold]:
    """Return the gold tables by file stem, sorted; those whose stem holds `only`."""
    files = sorted((gold / "tables").glob("*.json"))
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files if only in file.stem}


def expected_numbers(gold: Path) -> dict[str, list[str]]:
    """Return the table numbers of each paper of the metadata, by PDF; papers without such a list are left out."""
    lines = [line for file in sorted(gold.glob("metadata*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    papers = [json.loads(line) for line in lines if line.strip()]
    return {paper["pdf"]: paper["tables"] for paper in papers if paper.get("tables") is not None}


def score_ours(papers: Path, gold: dict[str, Gold], numbers: dict[str, list[str]]) -> Result:
    """Read every paper once and score its tables."""
    result = Result(OURS)
    with PyMuPDFReader() as reader:
        for pdf in sorted({table["pdf"] for table in gold.values()} | set(numbers)):
            try:
                tables = reader.read(papers / pdf).tables
            except UnreadablePdf as error:
                result.notes.append(f"{pdf}: {error.reason}: {error}")
                tables = ()
            if pdf in numbers:
                result.numbers[pdf] = compare_numbers(tables, numbers[pdf])
            for name, table in gold.items():
                if table["pdf"] == pdf:
                    result.scores.append(_score_ours(papers / pdf, name, table, tables))
    return result


def _score_ours(path: Path, name: str, gold: Gold, tables: Sequence[Table]) -> TableScore:
    chosen = candidates(gold, tables)
    score = score_table(name, gold, chosen)
    score_boxes(score, [t for t in chosen if not t.continued], page_glyphs(path, gold["page"]))
    return score


@cache
def page_glyphs(path: Path, page: int) -> list[Glyph]:
    """Return each glyph of a page (1-based) with its centre, as PyMuPDF's `rawdict` has them."""
    for unwanted in ("pymupdf.layout", "pymupdf4llm"):
        sys.modules.setdefault(unwanted, None)  # type: ignore[arg-type]
    import pymupdf

    flags = pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_IMAGES
    with pymupdf.open(path) as document:
        blocks = document[page - 1].get_text("rawdict", flags=flags)["blocks"]
    spans = [span for block in blocks for line in block.get("lines", ()) for span in line["spans"]]
    return [_glyph(char) for span in spans for char in span["chars"]]


def _glyph(char: dict[str, Any]) -> Glyph:
    x0, y0, x1, y1 = char["bbox"]
    return (x0 + x1) / 2, (y0 + y1) / 2, str(char["c"])


def score_peer(name: str, papers: Path, gold: dict[str, Gold]) -> Result:
    """Let a peer read the gold pages, and score its tables at their most favourable."""
    result = Result(name)
    for pdf in sorted({table["pdf"] for table in gold.values()}):
        mine = {stem: table for stem, table in gold.items() if table["pdf"] == pdf}
        pages = sorted({table["page"] for table in mine.values()})
        try:
            grids = read_peer(name, papers / pdf, pages)
        except MissingPeer:
            raise
        except Exception as error:  # noqa: BLE001 - another program's failure is a result
            result.notes.append(f"{pdf}: {type(error).__name__}: {error}".splitlines()[0])
            grids = []
        for stem, table in mine.items():
            found = [grid for grid in grids if grid.page == table["page"]]
            scores = [score_table(stem, table, candidates(table, tables)) for tables in variants(found)]
            result.scores.append(max(scores, key=lambda score: (score.f1, score.recalled, score.same_places)))
    return result


def print_tables(result: Result, gold: dict[str, Gold], *, details: bool) -> None:
    """Print a line for each table, with what was wrong where asked for."""
    print(
        f"{'table':44}{'IoU':>6}{'cells':>7}{'ours':>6}{'F1':>7}{'grid':>6}{'shape':>6}{'numbers':>9}{'wrong':>6}{'boxes':>10}"
    )
    for s in result.scores:
        place = f"{s.iou:.2f}" if s.iou is not None else "-"
        grid, shape = s.same_places / max(1, s.places), "same" if s.same_shape else "-"
        print(
            f"{s.name[:43]:44}{place:>6}{s.gold_cells:7}{s.our_cells:6}{s.f1:7.3f}{grid:6.2f}{shape:>6}"
            f"{s.recalled:5}/{s.claims:<3}{s.wrong:6}{s.boxes_right:6}/{s.boxes:<4}{gold[s.name].get('difficulty', '')}"
        )
        for miss in s.misses[:25] if details else ():
            print(f"      {miss}")


def print_groups(result: Result, gold: dict[str, Gold]) -> None:
    """Print figures for the tables of each kind: what `difficulty` says, taken apart at its semicolons."""
    groups: dict[str, list[TableScore]] = {}
    for score in result.scores:
        for place, kind in enumerate(str(gold[score.name].get("difficulty", "")).split("; ")):
            groups.setdefault(f"{place} {kind}", []).append(score)
    print(f"{'kind':28}{'tables':>7}{'F1':>7}{'numbers':>9}{'wrong':>7}{'found':>7}")
    for kind, scores in sorted(groups.items()):
        whole = total(scores)
        found = sum(score.found for score in scores)
        print(
            f"{kind[2:]:28}{len(scores):7}{whole.f1:7.3f}{whole.recalled:5}/{whole.claims:<5}{whole.wrong:5}{found:7}"
        )


def print_totals(result: Result) -> bool:
    """Print each figure with its count and bar; return whether all bars are met."""
    whole, n = total(result.scores), len(result.scores)
    f1, worst = whole.f1, worst_quarter(result.scores)
    placed = [s for s in result.scores if s.iou is not None]
    recall, wrong = whole.recalled / max(1, whole.claims), 1000 * whole.wrong / max(1, whole.given)
    figures = [
        (
            "cells, F1",
            f1,
            f1 >= 0.95,
            ">= 0.95",
            f"{whole.gold_cells} gold cells in {n} tables, {whole.our_cells} read",
        ),
        ("cells, F1, worst quarter", worst, worst >= 0.90, ">= 0.90", f"mean of the lowest of {n} tables"),
        ("numbers recalled", recall, recall >= 0.97, ">= 0.97", f"{whole.claims} numbers"),
        ("wrong per 1,000 given", wrong, wrong <= 5 and whole.given > 0, "<= 5", f"{whole.given} numbers given"),
    ]
    if placed:
        share = sum(s.found for s in placed) / len(placed)
        figures.append((f"found (IoU >= {FOUND})", share, share >= 0.98, ">= 0.98", f"{len(placed)} tables"))
    if result.numbers:
        invented = sum(len(paper.invented) for paper in result.numbers.values()) / len(result.numbers)
        figures.append(("invented per paper", invented, invented <= 0.03, "<= 0.03", f"{len(result.numbers)} papers"))
    if result.reader == OURS:
        boxes = whole.boxes_right / max(1, whole.boxes)
        figures.append(("cell boxes right", boxes, boxes >= 0.98, ">= 0.98", f"{whole.boxes} cells with text"))
    for name, value, good, bar, of in figures:
        print(f"{name:28}{value:8.3f}  {bar:8}{'' if good else 'MISSED ':8}n: {of}")
    print(f"{'grid, places equal':28}{whole.same_places / max(1, whole.places):8.3f}  {'':16}n: {whole.places} places")
    print(f"{'same shape':28}{whole.same_shape / max(1, n):8.3f}  {'':16}n: {n} tables")
    agrees = whole.bold_right / max(1, whole.recalled)
    print(f"{'bold agrees':28}{agrees:8.3f}  {'':16}n: {whole.recalled} numbers recalled")
    return all(good for _, _, good, _, _ in figures)


def print_numbers(result: Result) -> None:
    """Print which captions' tables were found over all papers, and what was found without a caption."""
    papers = result.numbers
    found, missed = sum(len(p.found) for p in papers.values()), sum(len(p.missed) for p in papers.values())
    print(f"{'captions with a table':28}{found / max(1, found + missed):8.3f}  {'':16}n: {found + missed} captions")
    for pdf, numbers in papers.items():
        if numbers.missed or numbers.invented:
            print(f"  {pdf}: missed {', '.join(numbers.missed) or '-'}; invented {', '.join(numbers.invented) or '-'}")


def print_row(result: Result) -> None:
    """Print one reader's figures on one line."""
    whole, n = total(result.scores), max(1, len(result.scores))
    figures = [
        (whole.f1, 8.3), (worst_quarter(result.scores), 8.3), (whole.recalled / max(1, whole.claims), 9.3),
        (1000 * whole.wrong / max(1, whole.given), 9.1), (sum(s.found for s in result.scores) / n, 8.3),
        (whole.same_places / max(1, whole.places), 7.3), (whole.same_shape / n, 7.3),
    ]  # fmt: skip
    print(f"{result.reader:18}" + "".join(f"{value:{form}f}" for value, form in figures), flush=True)


def compare_all(arguments: argparse.Namespace, gold: dict[str, Gold]) -> None:
    """Print one row for each reader; each runs in its own process, since PyMuPDF is imported with or without layout."""
    print(f"{len(gold)} tables, {sum(len(t['claims']) for t in gold.values())} numbers")
    print(
        f"{'reader':18}{'F1':>8}{'worst':>8}{'numbers':>9}{'wrong/1k':>9}{'found':>8}{'grid':>7}{'shape':>7}",
        flush=True,
    )
    for name in (OURS, *PEERS):
        command = [sys.executable, __file__, str(arguments.papers), str(arguments.gold), "--reader", name, "--row"]
        subprocess.run([*command, "--table", arguments.table], check=False)


def main() -> None:
    """Run what was asked for; exit with 1 where our reader misses a bar."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("papers", type=Path, help="the folder of PDFs")
    parser.add_argument("gold", type=Path, nargs="?", help="the folder of tables/*.json and metadata*.jsonl")
    parser.add_argument("--reader", choices=[OURS, *PEERS], default=OURS)
    parser.add_argument("--all", action="store_true", help="one row for each reader")
    parser.add_argument("--row", action="store_true", help="this reader's row alone")
    parser.add_argument("--details", action="store_true", help="what was wrong in each table")
    parser.add_argument("--groups", action="store_true", help="figures by each word of the tables' difficulty")
    parser.add_argument("--table", default="", metavar="STEM", help="score the tables whose file name holds this")
    parser.add_argument("--speed", action="store_true", help="pages/s of each stage and of the peers, no scores")
    arguments = parser.parse_args()
    if arguments.speed:
        from benchmarks.reading_speed import measure

        sys.exit(0 if measure(arguments.papers) else 1)
    if arguments.gold is None:
        parser.error("the gold folder is missing: reading.py PAPERS GOLD")
    gold = gold_tables(arguments.gold, arguments.table)
    if not gold:
        parser.error(f"no tables in {arguments.gold}/tables fit {arguments.table!r}")
    if arguments.all:
        compare_all(arguments, gold)
        return
    sys.exit(0 if _score_one(arguments, gold) else 1)


def _score_one(arguments: argparse.Namespace, gold: dict[str, Gold]) -> bool:
    if arguments.reader == OURS:
        numbers = {} if arguments.table or arguments.row else expected_numbers(arguments.gold)
        result = score_ours(arguments.papers, gold, numbers)
    else:
        try:
            result = score_peer(arguments.reader, arguments.papers, gold)
        except MissingPeer as error:
            print(f"{arguments.reader:18}left out: {error}")
            return True
    print(*result.notes, sep="\n", end="\n" if result.notes else "", file=sys.stderr)
    if arguments.row:
        print_row(result)
        return True
    print_tables(result, gold, details=arguments.details)
    if arguments.groups:
        print_groups(result, gold)
    good = print_totals(result)
    if result.numbers:
        print_numbers(result)
    return good or arguments.reader != OURS


if __name__ == "__main__":
    main()
