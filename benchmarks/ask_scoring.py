"""What the benchmarks of answers share: labs, questions, and how an answer is held against the truth."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from paperlab.disk import sha256_of
from paperlab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from paperlab.ask.asker import Asker
    from paperlab.types import Quote, Statement


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


_NUMBER = re.compile(r"(?<![\w.])(?<![^\W\d_]-)(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)")


def numbers(text: str) -> set[Decimal]:
    """Return the numbers of a text without sign, unit and scale; those within names (`GPT-2`, `T5`) are left out."""
    # Raised digits would become part of the number before them.
    plain = unicodedata.normalize("NFKC", re.sub(r"[⁰¹²³⁴-⁹₀-₉]+", " ", text))
    return {Decimal(match[0].replace(",", "")) for match in _NUMBER.finditer(plain)}


def has_numbers(text: str, truth: dict[str, Any]) -> bool:
    """Tell whether a text has all right numbers of a question, or all that are accepted instead."""
    ways = [truth.get("answer_numbers"), truth.get("answer_numbers_alt")]
    return any(numbers(" ; ".join(way)) <= numbers(text) for way in ways if way)


def text_of(statements: Iterable[Statement]) -> str:
    """Return the sentences of an answer."""
    return "\n".join(statement.text for statement in statements)


def quotes_of(statements: Iterable[Statement]) -> list[Quote]:
    """Return the quotes of an answer, each once, in the order they are cited."""
    return list(dict.fromkeys(quote for statement in statements for quote in statement.quotes))


def on_page(quote: Quote, key: str, pages: Iterable[int]) -> bool:
    """Tell whether a quote stands on one of a paper's pages."""
    return quote.key == key and quote.page in pages


def is_cell(quote: Quote, key: str, claim: dict[str, Any]) -> bool:
    """Tell whether a quote is of the cell that a claim of the gold tables is made by: the place and the value."""
    cell = quote.cell
    if cell is None or quote.key != key or cell.box.page != claim["page"]:
        return False
    value = claim["value_bbox"]
    return numbers(claim["value"]) <= numbers(cell.text) and _shared(cell.box.box, value) >= 0.5


def _shared(box: Sequence[float], inner: Sequence[float]) -> float:
    """Return the share of the area of `inner` that lies in `box`."""
    wide = max(0.0, min(box[2], inner[2]) - max(box[0], inner[0]))
    high = max(0.0, min(box[3], inner[3]) - max(box[1], inner[1]))
    return wide * high / max(1e-9, (inner[2] - inner[0]) * (inner[3] - inner[1]))
