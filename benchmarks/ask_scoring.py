"""What the benchmarks of answers share: labs, questions, and how an answer is held against the truth."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

from paperlab.disk import sha256_of
from paperlab.lab import Lab

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.ask.asker import Asker


def opened(folder: Path) -> tuple[Lab, Asker]:
    """Return an indexed lab and what answers from it."""
    lab = Lab.find(folder)
    lab.sync()
    return lab, lab.asker()


def key_by_pdf(lab: Lab, papers: Path) -> dict[str, str]:
    """Return the library's key for each PDF below a folder, by file name; PDFs the library lacks are left out."""
    known = {paper.pdf.sha256: paper.key for paper in lab.store.papers.all() if paper.pdf}
    found = {path.name: known.get(sha256_of(path)) for path in sorted(papers.rglob("*.pdf"))}
    return {name: key for name, key in found.items() if key}


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def tokens(text: str) -> list[str]:
    """Return the words of a text as they are compared: NFKC, lower case, letters and digits."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower())


def overlap(one: str, other: str) -> float:
    """Return the F1 of the tokens of two texts (Rajpurkar et al. 2016, section 6.1)."""
    first, second = Counter(tokens(one)), Counter(tokens(other))
    common = sum((first & second).values())
    return 2 * common / (sum(first.values()) + sum(second.values())) if common else 0.0
