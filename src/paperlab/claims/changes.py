"""What a new version of a paper reports otherwise than the one before. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.table_labels import label_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.types import Claim


@dataclass(frozen=True, slots=True)
class Change:
    """One number that two versions of a paper print differently, or that only one of them has."""

    place: str
    """As a person finds it: `Table 6, ResNet › 110, error (%)`."""
    before: str
    """With its spread, as printed; empty for a number that is new."""
    after: str
    """Empty for one that is gone."""

    @property
    def told(self) -> str:
        """What changed, in a few words."""
        if not self.before:
            return f"new: {self.after}"
        return f"{self.before} before, {self.after} now" if self.after else f"{self.before} before, gone now"


def changes(before: Sequence[Claim], after: Sequence[Claim]) -> list[Change]:
    """Return the cells of tables whose numbers differ between two versions of a paper, in the order of the new one.

    A cell is known by the labels of its row and column: tables and rows may have moved.
    """
    old, new = _by_place(before), _by_place(after)
    found = []
    for place, claims in new.items():
        was = [_printed(claim) for claim in old.get(place, [])]
        now = [_printed(claim) for claim in claims]
        if was != now:
            found.append(Change(place_of(claims[0]), " / ".join(was), " / ".join(now)))
    gone = [claims for place, claims in old.items() if place not in new]
    return found + [Change(place_of(c[0]), " / ".join(map(_printed, c)), "") for c in gone]


def same_place(claims: Iterable[Claim], table: str, row: str, column: str) -> list[Claim]:
    """Return the claims whose row and column are labelled so; those of the table with that number, where it has any."""
    wanted = label_words(row), label_words(column)
    found = [
        claim
        for claim in claims
        if claim.cell and (label_words(claim.cell.row_label), label_words(claim.cell.column_label)) == wanted
    ]
    return [claim for claim in found if claim.cell and claim.cell.table == table] or found


def place_of(claim: Claim) -> str:
    """Return where a claim stands, as a person finds it."""
    if claim.cell is None:
        return f"p. {claim.page}, {claim.id}"
    setting = f" [{claim.setting}]" if claim.setting else ""
    labels = [f"{claim.cell.row_label}{setting}", claim.cell.column_label]
    return ", ".join([f"Table {claim.cell.table}", *(label for label in labels if label)])


def _by_place(claims: Iterable[Claim]) -> dict[tuple[str, ...], list[Claim]]:
    """Return the claims of tables by what identifies their cells; several numbers of a cell stay in order."""
    found: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    captions: dict[tuple[str, ...], set[str]] = defaultdict(set)
    cells = [(claim, claim.cell) for claim in claims if claim.cell]
    for claim, cell in cells:
        captions[_labels(claim)].add(cell.table)
    for claim, cell in cells:
        labels = _labels(claim)
        # The table's number tells cells of equal labels apart, and only those: numbers shift between versions.
        found[(*labels, cell.table) if len(captions[labels]) > 1 else labels].append(claim)
    return found


def _labels(claim: Claim) -> tuple[str, ...]:
    cell = claim.cell
    labels = (cell.row_label, cell.column_label) if cell else ("", "")
    return tuple(label_words(text) for text in (*labels, claim.setting))


def _printed(claim: Claim) -> str:
    spread = f" ± {claim.spread_printed}" if claim.spread_printed else ""
    return f"{claim.printed}{spread}{' ' + claim.unit if claim.unit else ''}"
