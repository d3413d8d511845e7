"""Known-item search: is the page that answers a question found?

    python benchmarks/known_item.py LAB QUESTIONS.jsonl PAPERS-FOLDER

LAB is an indexed lab that holds the PDFs below PAPERS-FOLDER; each line of QUESTIONS has `question`, `pdf` (path below
PAPERS-FOLDER) and `page` (a number, or a list of pages that answer it). Prints for each mode how often the right page
comes first, in the first five and in the first ten pages, and how often the right paper comes first; n beside each.
Beside them stands plain BM25 over pages (k1 1.2, b .75, words as they are), computed here on the same pages.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from paperlab.disk import sha256_of
from paperlab.lab import Lab
from paperlab.search.engine import Mode

Page = tuple[str, int]
_DEPTH = 60
"""Passages asked for; ten pages come out of far fewer."""
_PAPERS, _PASSAGES = 0.95, 0.85


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("lab", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("papers", type=Path)
    arguments = parser.parse_args()
    lab = Lab.find(arguments.lab)
    lab.sync()
    questions = [json.loads(line) for line in arguments.questions.read_text(encoding="utf-8").splitlines()]
    keys = _keys(lab, arguments.papers, {question["pdf"] for question in questions})
    names = ("page@1", "page@5", "page@10", "MRR@10", "passage@5", "paper@1", "paper@3")
    print(" " * 22 + "".join(f"{name:>10}" for name in names) + "    n")
    bm25 = PageBM25(lab)
    report("BM25 over pages", [(q, bm25.pages(q["question"])) for q in questions], keys)
    for mode in (Mode.LEXICAL, Mode.DENSE, Mode.HYBRID):
        found = [(q, _pages(lab, q["question"], mode)) for q in questions]
        passages, papers = report(f"paperlab {mode.value}", found, keys)
    named = [(q, pages) for q, pages in found if q.get("names_paper")]
    report("  names the paper", named, keys)
    report("  does not", [(q, pages) for q, pages in found if not q.get("names_paper")], keys)
    print(f"limits, hybrid: paper@3 >= {_PAPERS}, passage@5 >= {_PASSAGES}")
    sys.exit(0 if papers >= _PAPERS and passages >= _PASSAGES else 1)


def report(name: str, found: list[tuple[dict[str, object], list[Page]]], keys: dict[str, str]) -> tuple[float, float]:
    """Print one line of figures; return passage@5 and paper@3. What is found may name a page several times."""
    ranks, passages, papers = [], [], []
    for question, hits in found:
        key = keys[str(question["pdf"])]
        wanted = question["page"] if isinstance(question["page"], list) else [question["page"]]
        right = [page[0] == key and page[1] in wanted for page in hits]
        ranks.append(_rank([page[0] == key and page[1] in wanted for page in dict.fromkeys(hits)]))
        passages.append(_rank(right))
        papers.append(_rank([paper == key for paper in dict.fromkeys(page[0] for page in hits)]))
    at = [_share(ranks, k) for k in (1, 5, 10)]
    mrr = sum(1 / rank for rank in ranks if rank <= 10) / len(ranks)
    print(
        f"{name:22}"
        + "".join(f"{x:10.3f}" for x in (*at, mrr, _share(passages, 5), _share(papers, 1), _share(papers, 3)))
        + f"{len(ranks):5}",
        flush=True,
    )
    return _share(passages, 5), _share(papers, 3)


def _rank(right: list[bool]) -> float:
    return right.index(True) + 1 if True in right else math.inf


def _share(ranks: list[float], within: int) -> float:
    return sum(rank <= within for rank in ranks) / len(ranks)


def _pages(lab: Lab, question: str, mode: Mode) -> list[Page]:
    return [(hit.key, hit.page) for hit in lab.searcher.search(question, limit=_DEPTH, mode=mode)]


def _keys(lab: Lab, folder: Path, pdfs: set[str]) -> dict[str, str]:
    by_hash = {paper.pdf.sha256: paper.key for paper in lab.store.papers.all() if paper.pdf}
    return {pdf: by_hash[sha256_of(folder / pdf)] for pdf in pdfs}


class PageBM25:
    """Robertson's BM25 over whole pages: the floor every arm is held against."""

    def __init__(self, lab: Lab) -> None:
        self._postings: dict[str, dict[Page, int]] = defaultdict(dict)
        self._lengths: dict[Page, int] = {}
        for paper in lab.store.papers.all():
            state = lab.store.readings.state(paper.pdf.sha256, lab.reader.id) if paper.pdf else None
            texts: dict[int, list[str]] = defaultdict(list)
            for block in lab.store.readings.blocks(state.id) if state else ():
                texts[block.page].append(block.text)
            for number, parts in texts.items():
                words = _words(" ".join(parts))
                self._lengths[paper.key, number] = len(words)
                for word, count in Counter(words).items():
                    self._postings[word][paper.key, number] = count
        self._mean = sum(self._lengths.values()) / max(1, len(self._lengths))

    def pages(self, question: str) -> list[Page]:
        """Return the pages that share a word with the question, best first."""
        scores: dict[Page, float] = defaultdict(float)
        for word in _words(question):
            postings = self._postings.get(word, {})
            weight = math.log(1 + (len(self._lengths) - len(postings) + 0.5) / (len(postings) + 0.5))
            for page, count in postings.items():
                norm = 1.2 * (0.25 + 0.75 * self._lengths[page] / self._mean)
                scores[page] += weight * count * 2.2 / (count + norm)
        return sorted(scores, key=lambda page: -scores[page])[:_DEPTH]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


if __name__ == "__main__":
    main()
