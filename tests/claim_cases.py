"""A claim as tests need it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from paperlab.types import CellAt, Claim, ClaimRole, Direction


def a_claim(printed: str, row: str, column: str = "error (%)", table: str = "6", **other: Any) -> Claim:
    """Return a claim out of a table's cell; `other` are fields that differ from the usual."""
    cell = CellAt(table, 3, 1, row, column)
    claim = Claim(
        *(f"T{table}.r3.c1", "2101.00001", ClaimRole.RESULT, row, "CIFAR-10", "test", "error", Direction.LOWER),
        *(printed, float(printed), 7, (10.0, 10.0, 20.0, 20.0), "ab" * 32),
        cell=cell,
    )
    return replace(claim, **other)
