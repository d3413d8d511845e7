"""Tables read from a paper's LaTeX source, and held against those read from its PDF.

`read_tables` and the comparison are pure; only `read_source` touches files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.latex.build import build_table
from paperlab.latex.compare import Agreement, Difference, compare_tables, match_tables
from paperlab.latex.floats import find_tables
from paperlab.latex.limits import MOST_TEXT, bounded, too_long, too_much
from paperlab.latex.macros import expand
from paperlab.latex.source import read_source
from paperlab.latex.tokens import tokenise, without_comments

if TYPE_CHECKING:
    from paperlab.types import Table

__all__ = ["Agreement", "Difference", "compare_tables", "match_tables", "read_source", "read_tables"]


def read_tables(source: str) -> list[Table]:
    """Return the tables of a LaTeX document, all its files put together, in order; pages and boxes are unknown (0).

    The author's own commands are written out. A citation prints as `[?]`, a cross-reference as `?`. Blank rows and
    columns that only make space are left out. Numbers count the captions in order. What is not understood lowers the
    confidence of its table and is named in the reasons. Raises BadFile, and nothing else, for a source of more than 4
    million characters, or one that asks for far more work than a paper does.
    """
    if len(source) > MOST_TEXT:
        raise too_long("LaTeX source")
    try:
        with bounded():
            return [build_table(found) for found in find_tables(expand(tokenise(without_comments(source))))]
    except (RecursionError, MemoryError) as error:
        raise too_much() from error
