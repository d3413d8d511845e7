"""How often title, authors, year, arXiv id and sections are read right: `front_matter.py PAPERS_DIR METADATA.jsonl`.

Each line of the JSONL names a `pdf` (path below the folder), `title`, `authors.first3`, `years_ok`, `arxiv_stamp` (null
where none is printed) and `sections` (top-level heads in order). Titles, names and heads are compared folded, without
spaces: a head in small capitals reads as capitals.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.errors import UnreadablePdf
from paperlab.pdf import PyMuPDFReader
from paperlab.pdf.sections import squeezed
from paperlab.types import BlockKind

if TYPE_CHECKING:
    from paperlab.types import Reading

_NOT_COUNTED = {
    "abstract", "keywords", "contents", "tableofcontents", "references", "bibliography", "checklist"
}  # fmt: skip
_NUMBER = re.compile(r"^(?:appendix\s+)?(?:\d{1,2}|[ivx]{1,5}|[a-z])(?:\.|:|\s)\s*(?=\S)", re.IGNORECASE)


@dataclass
class Tally:
    """Counts over all papers, and what was wrong."""

    papers: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("title", "authors", "year", "stamp"), 0))
    found: int = 0
    printed: int = 0
    common: int = 0
    wrong: list[str] = field(default_factory=list)

    def check(self, what: str, pdf: str, expected: object, got: object, *, ok: bool) -> None:
        """Count one answer; keep it for the list where it is wrong."""
        if ok:
            self.right[what] += 1
        else:
            self.wrong.append(f"{pdf}: {what}: expected {expected!r}, got {got!r}")


def top_sections(reading: Reading) -> list[str]:
    """Return the body's top-level heads, without numbers, up to the references or the first lettered appendix."""
    heads: list[str] = []
    lettered = False
    for block in reading.blocks:
        if block.kind is not BlockKind.HEADING or len(block.section) != 1:
            continue
        lettered = lettered or re.match(r"(?:appendix\s+)?[A-H][.:]?\s+\S", block.text, re.IGNORECASE) is not None
        bare = squeezed(block.text)
        if bare.startswith(("references", "bibliography", "appendi", "supplementa")) or (lettered and len(heads) > 2):
            break
        name = squeezed(_NUMBER.sub("", block.text, count=1))
        if not {name, bare} & _NOT_COUNTED and not name.startswith("acknowl"):
            heads.append(name)
    return heads


def score(reading: Reading, gold: dict[str, Any], tally: Tally) -> None:
    """Compare one reading with what is known of the paper."""
    front, pdf = reading.front, gold["pdf"]
    tally.papers += 1
    tally.check("title", pdf, gold["title"], front.title, ok=squeezed(front.title) == squeezed(gold["title"]))
    first = gold["authors"]["first3"]
    got = front.authors[: len(first)]
    tally.check("authors", pdf, first, got, ok=list(map(squeezed, got)) == list(map(squeezed, first)))
    tally.check("year", pdf, gold["years_ok"], front.year, ok=front.year in gold["years_ok"])
    stamp = f"{front.arxiv_id}v{front.arxiv_version}" if front.arxiv_id else None
    tally.check("stamp", pdf, gold["arxiv_stamp"], stamp, ok=stamp == gold["arxiv_stamp"])
    expected, seen = [squeezed(s) for s in gold["sections"] or []], top_sections(reading)
    common = len(set(expected) & set(seen))
    tally.common += common
    tally.printed += len(expected)
    tally.found += len(seen)
    if common < max(len(expected), len(seen)):
        missed, extra = [s for s in expected if s not in seen], [s for s in seen if s not in expected]
        tally.wrong.append(f"{pdf}: sections: missed {missed}, extra {extra}")


def main() -> None:
    """Read all papers the JSONL names and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=Path)
    parser.add_argument("metadata", type=Path)
    parser.add_argument("--quiet", action="store_true", help="counts alone, not what was wrong")
    args = parser.parse_args()
    tally, pages, start = Tally(), 0, time.perf_counter()
    with PyMuPDFReader() as reader:
        for line in args.metadata.read_text("utf-8").splitlines():
            gold = json.loads(line)
            try:
                reading = reader.read(args.papers / gold["pdf"])
            except UnreadablePdf as error:
                tally.wrong.append(f"{gold['pdf']}: {error.reason}: {error}")
                continue
            pages += len(reading.pages)
            score(reading, gold, tally)
    seconds = time.perf_counter() - start
    for what, count in tally.right.items():
        print(f"{what:8} {count}/{tally.papers} right")
    precision, recall = tally.common / max(1, tally.found), tally.common / max(1, tally.printed)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(f"sections precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}")
    print(f"{pages} pages in {seconds:.1f} s, {pages / seconds:.0f} pages/s with the child's start")
    if not args.quiet:
        print("\n".join(tally.wrong))


if __name__ == "__main__":
    main()
