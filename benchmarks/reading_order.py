"""Words in wrong order, by regions that were drawn by hand on pictures of two-column pages.

    python benchmarks/reading_order.py PAPERS_DIR

`benchmarks/truth/reading_order/*.json` holds boxes alone, in the order a person reads them; the PDFs are no part of the
project. Within a box words run from left to right, lines from top to bottom. Titles, headings and columns are counted;
where a float, caption, footnote or formula comes is free. A word is in wrong order when it is outside the longest run
of words that rises in the truth. `lost` are words of the counted boxes that the text does not hold at their place.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.pdf import PyMuPDFReader
from paperlab.pdf.sections import squeezed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from paperlab.types import Reading

Box = tuple[float, float, float, float]
Order = list[int]
"""Positions of page words, in the order that a tool gives them."""

_TRUTH = Path(__file__).parent / "truth" / "reading_order"
_COUNTED = {"title", "heading", "column"}
_BBOX_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')


@dataclass(frozen=True)
class Word:
    """One word of a page as PyMuPDF cuts it."""

    text: str
    box: Box

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of its box."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass
class Tally:
    """Counts of one tool over all pages."""

    words: int = 0
    found: int = 0
    wrong: int = 0

    def add(self, order: Iterable[int], ranks: dict[int, int]) -> tuple[int, int]:
        """Count one page; return its wrong and lost words."""
        run = [ranks[i] for i in order if i in ranks]
        wrong, lost = len(run) - longest_rise(run), len(ranks) - len(run)
        self.words += len(ranks)
        self.found += len(run)
        self.wrong += wrong
        return wrong, lost


def longest_rise(ranks: list[int]) -> int:
    """Return the length of the longest rising subsequence."""
    ends: list[int] = []
    for rank in ranks:
        at = bisect_left(ends, rank)
        ends[at : at + 1] = [rank]
    return len(ends)


def ranks_of(words: list[Word], regions: list[dict[str, Any]]) -> dict[int, int]:
    """Return the place in reading order of every counted word; raises SystemExit where the boxes do not fit."""
    inside: list[list[int]] = [[] for _ in regions]
    for i, word in enumerate(words):
        x, y = word.centre
        hits = [k for k, r in enumerate(regions) if r["box"][0] <= x <= r["box"][2] and r["box"][1] <= y <= r["box"][3]]
        if len(hits) != 1:
            raise SystemExit(f"{word} stands in {len(hits)} regions: mend the truth")
        inside[hits[0]].append(i)
    ranks: dict[int, int] = {}
    for region, members in zip(regions, inside, strict=True):
        if region["kind"] in _COUNTED:
            for i in _by_lines(words, members):
                ranks[i] = len(ranks)
    return ranks


def _by_lines(words: list[Word], members: list[int]) -> list[int]:
    """Order words top to bottom by printed line, each from left to right."""
    lines: list[list[int]] = []
    for i in sorted(members, key=lambda i: words[i].centre[1]):
        middle = sum(words[k].centre[1] for k in lines[-1]) / len(lines[-1]) if lines else 0.0
        if lines and words[i].centre[1] - middle < 4.5:
            lines[-1].append(i)
        else:
            lines.append([i])
    return [i for line in lines for i in sorted(line, key=lambda i: words[i].box[0])]


def ours(reading: Reading, page: int, words: list[Word]) -> Order:
    """Return the order of the page's words in our blocks: each word of a line is looked for within the line's box."""
    order: Order = []
    used: set[int] = set()
    for block in reading.blocks:
        ends = [line.start for line in block.lines[1:]] + [len(block.text)]
        for line, end in zip(block.lines, ends, strict=True):
            if block.page == page:
                order.extend(_placed(block.text[line.start : end], line.box, words, used))
    return order


def _placed(text: str, box: Box, words: list[Word], used: set[int]) -> Iterator[int]:
    x0, y0, x1, y1 = box
    near = [i for i, w in enumerate(words) if x0 - 1 < w.centre[0] < x1 + 1 and y0 - 1 < w.centre[1] < y1 + 1]
    near.sort(key=lambda i: words[i].box[0])
    for token in text.split():
        fitting = [i for i in near if i not in used and _alike(token, words[i].text)]
        if fitting:
            used.add(fitting[0])
            yield fitting[0]


def _alike(a: str, b: str) -> bool:
    one, other = squeezed(a), squeezed(b)
    return one == other if not (one and other) else one.startswith(other) or other.startswith(one)


def poppler(path: Path, page: int, words: list[Word]) -> Order:
    """Return the order in which pdftotext gives the words."""
    command = ["pdftotext", "-bbox-layout", "-f", str(page), "-l", str(page), str(path), "-"]
    text = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode("utf-8", "replace")
    order: Order = []
    used: set[int] = set()
    for x0, y0, x1, y1, token in _BBOX_WORD.findall(text):
        order.extend(_placed(token, (float(x0), float(y0), float(x1), float(y1)), words, used))
    return order


def _page_words(path: Path, page: int) -> tuple[list[Word], Order]:
    """Return the page's words in PyMuPDF's stream order, and their order with `sort=True`."""
    for unwanted in ("pymupdf.layout", "pymupdf4llm"):
        sys.modules.setdefault(unwanted, None)  # type: ignore[arg-type]
    import pymupdf

    with pymupdf.open(path) as pdf:
        stream, ordered = (pdf[page - 1].get_text("words", sort=sort) for sort in (False, True))
    places = {(*w[:5], *w[5:8]): i for i, w in enumerate(stream)}
    words = [Word(w[4], (w[0], w[1], w[2], w[3])) for w in stream]
    return words, [places[(*w[:5], *w[5:8])] for w in ordered]


def main() -> None:
    """Compare all pages of the truth and print wrong and lost words per 1,000."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--pages", action="store_true", help="our figures page by page")
    args = parser.parse_args()
    tools = ["paperlab", "pymupdf text", "pymupdf text sorted"]
    tools += ["pdftotext"] if shutil.which("pdftotext") else []
    tallies = {tool: Tally() for tool in tools}
    truths = sorted(_TRUTH.glob("*.json"))
    with PyMuPDFReader() as reader:
        for truth in truths:
            page = json.loads(truth.read_text("utf-8"))
            wrong, lost = _score(reader, args.papers / page["pdf"], page, tallies)
            if args.pages:
                print(f"{truth.stem:44} {wrong:4} wrong {lost:4} lost")
    print(f"{len(truths)} pages, {tallies['paperlab'].words:,} words")
    for tool, tally in tallies.items():
        lost = tally.words - tally.found
        print(f"{tool:20} {1000 * tally.wrong / max(1, tally.found):6.2f} wrong per 1,000, {lost} lost")


def _score(reader: PyMuPDFReader, path: Path, truth: dict[str, Any], tallies: dict[str, Tally]) -> tuple[int, int]:
    if hashlib.sha256(path.read_bytes()).hexdigest() != truth["sha256"]:
        raise SystemExit(f"{path.name} is not the file the truth was drawn on")
    number = int(truth["page"])
    words, by_place = _page_words(path, number)
    ranks = ranks_of(words, truth["regions"])
    orders: dict[str, Callable[[], Order]] = {
        "pymupdf text": lambda: list(range(len(words))),
        "pymupdf text sorted": lambda: by_place,
        "pdftotext": lambda: poppler(path, number, words),
    }
    for tool, order in orders.items():
        if tool in tallies:
            tallies[tool].add(order(), ranks)
    return tallies["paperlab"].add(ours(reader.read(path), number, words), ranks)


if __name__ == "__main__":
    main()
