"""What ships with the package: the reading lists and the sample papers."""

from __future__ import annotations

import tomllib
from pathlib import Path

from paperlab.types import Paper

_DATA = Path(__file__).parent / "data"


def lists_folder() -> Path:
    """Return the folder of the shipped reading lists.

    In a checkout they are the checkout's own `papers/lists`; the wheel carries a copy of those.
    """
    packaged = _DATA / "lists"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "papers" / "lists"


def samples() -> list[tuple[Paper, Path]]:
    """Return the sample papers, each with its PDF."""
    table = tomllib.loads((_DATA / "samples" / "samples.toml").read_text(encoding="utf-8"))
    return [
        (
            Paper(
                key=entry["key"],
                title=entry["title"],
                authors=tuple(entry["authors"]),
                year=entry["year"],
                abstract=entry.get("abstract", ""),
                source="sample",
                licence=entry.get("licence"),
                tags=tuple(entry.get("tags", ())),
            ),
            _DATA / "samples" / entry["file"],
        )
        for entry in table["sample"]
    ]
