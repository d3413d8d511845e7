"""How well reference lists are read: `references.py METADATA.jsonl PAPERS_DIR`.

Each line of the JSONL names a `pdf` (path below the folder) and `n_references`, null where it is not known. The arXiv
ids that must be found are taken from the raw text of the pages that hold the list, by patterns of this file's own.
Bars: the count right within 2 % for 0.95 of papers; all arXiv ids that are printed. 100 entries may take 60 ms of
processor time. Shares of entries with title, authors, year and a citation have no bar: some entries print none.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import UnreadablePdf
from paperlab.pdf import PyMuPDFReader
from paperlab.references import find_references
from paperlab.types import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.types import Reading, Reference

_COUNT_BAR, _IDS_BAR, _MILLISECONDS_BAR = 0.95, 1.0, 60.0
_NUMBER = re.compile(r"(?<![\d.])(\d{4})\.\s?(\d{4,5}|\d{1,4}\s\d{1,4})(?!\d)")
_OLD = re.compile(
    r"(?<![\w/.])((?:hep-(?:th|ph|ex|lat)|cs|math|stat|cond-mat|quant-ph|astro-ph|gr-qc|cmp-lg)(?:\.[A-Z]{2})?/\d{7})"
)
_NEAR = re.compile(r"arxiv|abs/|pdf/|corr\b|e-?print", re.IGNORECASE)
_CLASS = re.compile(r"(?:v\d+)?\s*\[(?:cs|stat|math|hep|astro|cond|quant|physics|eess|q-bio|gr)\b", re.IGNORECASE)


@dataclass
class Tally:
    """Counts over all papers, and what was wrong."""

    counted: int = 0
    right: int = 0
    printed: int = 0
    found: int = 0
    entries: int = 0
    filled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("title", "authors", "year", "cited"), 0))
    seconds: float = 0.0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)


def printed_ids(text: str) -> set[str]:
    """Return the arXiv ids in the raw text of the pages of a reference list, lines joined."""
    flat = " ".join(re.sub(r"(?<=[\d.])-\n", "", text).split("\n"))
    return set(_new_ids(flat)) | {re.sub(r"\.[A-Z]{2}/", "/", match[1]) for match in _OLD.finditer(flat)}


def _new_ids(flat: str) -> Iterator[str]:
    for match in _NUMBER.finditer(flat):
        month, number = match[1], match[2].replace(" ", "")
        digits = 5 if month >= "1501" else 4
        if month < "0704" or not 1 <= int(month[2:]) <= 12 or len(number) < digits:
            continue
        if " " in match[2] and len(match[2].split()[0]) == digits:
            number = match[2].split()[0]
        near = _NEAR.search(flat[max(0, match.start() - 24) : match.start()]) or _CLASS.match(flat[match.end() :])
        if near and len(number) == digits:
            yield f"{month}.{number}"


def list_text(path: Path, reading: Reading) -> str:
    """Return the raw text of the pages that hold the reference list, from its heading on."""
    import pymupdf

    numbers = sorted({block.page for block in reading.blocks if block.kind is BlockKind.REFERENCE})
    with pymupdf.open(path) as document:
        texts = [str(document[number - 1].get_text("text")) for number in numbers]
    if texts:
        heading = re.split(r"\n[\d. ]*(?:references|bibliography)\s*\n", texts[0], flags=re.IGNORECASE)
        texts[0] = heading[-1]
    return "\n".join(texts)


def score(pdf: str, path: Path, expected: int | None, reading: Reading, tally: Tally) -> None:
    """Compare one paper's list with what is known and what is printed."""
    start = time.process_time()
    references = find_references(reading.blocks)
    seconds = time.process_time() - start
    tally.seconds += seconds
    tally.slowest = max(tally.slowest, 100_000 * seconds / max(20, len(references)))
    if expected is not None:
        tally.counted += 1
        if abs(len(references) - expected) <= 0.02 * expected:
            tally.right += 1
        else:
            tally.wrong.append(f"{pdf}: {len(references)} entries, {expected} printed")
    truth = printed_ids(list_text(path, reading))
    got = {reference.arxiv_id for reference in references}
    tally.printed += len(truth)
    tally.found += len(truth & got)
    if truth - got:
        tally.wrong.append(f"{pdf}: arXiv ids missed: {', '.join(sorted(truth - got))}")
    _fill(references, tally)


def _fill(references: list[Reference], tally: Tally) -> None:
    tally.entries += len(references)
    for reference in references:
        tally.filled["title"] += bool(reference.title)
        tally.filled["authors"] += bool(reference.authors)
        tally.filled["year"] += reference.year is not None
        tally.filled["cited"] += bool(reference.citations)


def show(tally: Tally) -> None:
    """Print the figures with their bars."""
    count, ids = tally.right / max(1, tally.counted), tally.found / max(1, tally.printed)
    print(f"entry count right within 2 %   {count:.3f} of {tally.counted} papers (bar {_COUNT_BAR})")
    print(f"arXiv ids found                {ids:.3f} of {tally.printed} printed (bar {_IDS_BAR})")
    for what, n in tally.filled.items():
        print(f"entries with {what:17} {n / max(1, tally.entries):.3f} of {tally.entries}")
    print(f"slowest, per 100 entries       {tally.slowest:.0f} ms (bar {_MILLISECONDS_BAR:.0f})")


def main() -> None:
    """Read all papers the JSONL names and print the figures; exit code 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("metadata", type=Path)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--quiet", action="store_true", help="figures alone, not what was wrong")
    args = parser.parse_args()
    tally = Tally()
    with PyMuPDFReader() as reader:
        for line in args.metadata.read_text("utf-8").splitlines():
            gold = json.loads(line)
            path = args.papers / gold["pdf"]
            try:
                reading = reader.read(path)
            except UnreadablePdf as error:
                tally.wrong.append(f"{gold['pdf']}: {error.reason}: {error}")
                continue
            score(gold["pdf"], path, gold["n_references"], reading, tally)
    show(tally)
    if not args.quiet:
        print("\n".join(tally.wrong))
    missed = tally.right < _COUNT_BAR * tally.counted or tally.found < _IDS_BAR * tally.printed
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
