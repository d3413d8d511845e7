"""All claims of one paper. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from paperlab.claims.context import paper_context
from paperlab.claims.sentences import sentence_claims
from paperlab.claims.tables import TableReader, with_body

if TYPE_CHECKING:
    from paperlab.types import Claim, Reading

CLAIMS_VERSION = 3
"""Goes up with every change that makes other claims out of the same reading."""


def claims_of(key: str, sha256: str, reading: Reading, title: str) -> list[Claim]:
    """Return what a paper reports: a claim for each number of its tables' bodies, then those of its sentences."""
    context = paper_context(reading, title)
    found: list[Claim] = []
    seen: Counter[str] = Counter()
    for table in reading.tables:
        if not table.rows:
            continue
        seen[table.number] += 1
        name = f"T{table.number}" + (f"~{seen[table.number]}" if seen[table.number] > 1 else "")
        found.extend(TableReader(key, sha256, with_body(table), name, context, context.around(table)).claims())
    found.extend(sentence_claims(key, sha256, reading, context))
    return found
