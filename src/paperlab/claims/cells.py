"""What the labels around one cell say its numbers are. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paperlab.claims.labels import Label, LabelKind, clean_name, parts_of, read_label
from paperlab.claims.roles import header_rows, is_given
from paperlab.claims.terms import squash
from paperlab.table_labels import cell_text, rows_above
from paperlab.types import RowKind

if TYPE_CHECKING:
    from paperlab.claims.roles import Roles
    from paperlab.types import Table, TableRow

_SHORT = {"P": "precision", "R": "recall", "F": "F1", "Acc": "accuracy", "A": "accuracy"}
"""What single letters mean beside each other."""
_PLAINLY = re.compile(
    r"^[#|]|params?\b|parameters?\b|flops|madds?|\bcost\b|batch|learning rate|\bepochs?\b|\bsteps?\b|memory|\bsize\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\((?:[^()]*, ?)?(dev|test|val|valid|validation|train)\)", re.IGNORECASE)
_AVERAGING = frozenset("final overall total avg average mean macroavg".split())
_ADDED = re.compile(r"^(?:[+]|[-–−](?=\s?[A-Za-z(])|w/|with |without |only )|^\([a-z]\) ?[+-]", re.IGNORECASE)
"""Begins a row that goes on with the method of a row above."""
_FACTS = (LabelKind.SPLIT, LabelKind.AVERAGE, LabelKind.SETUP)
_OWN_GROUP = re.compile(r"^\(?(?:ours?|our (?:method|model|work|approach)s?|this work|proposed)\b", re.IGNORECASE)


@dataclass(slots=True)
class CellFacts:
    """What is said of a cell by its labels."""

    methods: list[str] = field(default_factory=list)
    datasets: list[tuple[str, Label]] = field(default_factory=list)
    """As printed, innermost last."""
    metrics: list[Label] = field(default_factory=list)
    """Labels that name a metric, innermost last."""
    words: list[str] = field(default_factory=list)
    """Labels in a level of metrics whose metric is not known."""
    splits: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    setup: Label | None = None
    """The label that makes the cell a setting."""
    unit: str = ""
    own: bool = False
    average: str = ""


def cell_facts(table: Table, i: int, j: int, roles: Roles, part: tuple[int, int] | None = None) -> CellFacts:
    """Return what a cell's labels say; `part` is (which, of how many) values where labels have as many parts."""
    facts = CellFacts()
    headers, kinds = header_rows(table, i), roles.columns
    if not any(cell_text(row.cells[j]) for row in headers):  # a header inside the table that leaves this column out
        headers, kinds = list(table.header), [LabelKind.UNKNOWN] * len(table.header)
    before = None
    last = max((k for k, row in enumerate(headers) if cell_text(row.cells[j])), default=-1)
    for k, row in enumerate(headers):
        cell = row.cells[j]
        if cell is not before and cell_text(cell):
            label = _part(header_text(table, row, j), part, roles)
            _take(facts, label, kinds[k], cell_text(cell), roles)
            if label.kind is LabelKind.SETUP and _says_setup(label, kinds[k]):
                inner = read_label(header_text(table, headers[last], j)).kind
                if k == last or inner not in (LabelKind.SIZE, LabelKind.METRIC):
                    facts.setup = label
                elif inner is LabelKind.METRIC:  # a part of the data: `common subset` over `F1`
                    facts.settings.append(label.text)
        before = cell
    _take_group(facts, table, i, roles)
    for k in range(table.label_columns):
        text = cell_text(table.rows[i].cells[k])
        if text and text not in (cell_text(table.rows[i].cells[n]) for n in range(k)):
            if roles.labels[k] is LabelKind.METHOD:
                facts.methods.extend(_base(table, i, k))
            _take_row(facts, _part(text, part, roles), roles, k, text)
    return facts


def _base(table: Table, i: int, k: int) -> list[str]:
    """Return the method above that a row adds to or takes from: `+ attention`, `w/o dropout`."""
    if not _ADDED.match(cell_text(table.rows[i].cells[k])):
        return []
    for row in rows_above(table, i):
        if row.kind is not RowKind.DATA:
            return []
        text = cell_text(row.cells[k])
        if text and not _ADDED.match(text):
            return [clean_name(text)]
    return []


def header_text(table: Table, row: TableRow | None, j: int) -> str:
    """Return a header's words, behind those of a metric at the row's beginning that they go on: `pass@`, `@10`.

    Letters that stand for metrics beside each other (`P`, `R`, `F1`) are written out.
    """
    if row is None:
        return ""
    text = cell_text(row.cells[j])
    if text.strip("↑↓ ") in _SHORT:
        beside = {cell_text(one).strip("↑↓ ") for one in row.cells}
        return (
            text.replace(text.strip("↑↓ "), _SHORT[text.strip("↑↓ ")])
            if len(beside & {*_SHORT, "F1", "F1-score", "F_1"}) > 1
            else text
        )
    stub = cell_text(row.cells[table.label_columns - 1]) if table.label_columns else ""
    return f"{stub.rstrip('@')}{text}" if text.startswith("@") and stub else text


def _says_setup(label: Label, kind: LabelKind) -> bool:
    """Tell a setting from a method that is named like one."""
    return kind is not LabelKind.METHOD or len(label.text) < 3 or bool(_PLAINLY.search(label.text))


def _part(text: str, part: tuple[int, int] | None, roles: Roles) -> Label:
    """Return a label, of its parts the one that belongs to the value."""
    if part:
        parts = parts_of(text, part[1])
        if parts:
            return read_label(parts[part[0]], roles.apart)
    return read_label(text, roles.apart)


def _take_group(facts: CellFacts, table: Table, i: int, roles: Roles) -> None:
    text = next((cell_text(row.cells[0]) for row in rows_above(table, i) if row.kind is RowKind.GROUP), "")
    if not text:
        return
    label = read_label(text, roles.apart)
    facts.own |= bool(_OWN_GROUP.match(text)) or label.own
    named = label.kind is LabelKind.METRIC and LabelKind.METRIC in (*roles.columns, *roles.labels)
    if label.kind in (LabelKind.DATASET, LabelKind.METRIC, LabelKind.SPLIT) and not named:
        _take(facts, label, label.kind, text, roles)
    elif roles.group is LabelKind.METHOD and LabelKind.METHOD not in (*roles.labels, *roles.columns):
        facts.methods.append(clean_name(text))
    elif not facts.own:
        facts.settings.append(clean_name(text))


def _take_row(facts: CellFacts, label: Label, roles: Roles, k: int, text: str) -> None:
    kind = roles.labels[k]
    if label.kind is LabelKind.SETUP and LabelKind.METHOD not in roles.labels and _says_setup(label, kind):
        facts.setup = facts.setup or label
    if kind is LabelKind.SIZE and not (
        label.kind in _FACTS or (label.kind is LabelKind.METRIC and LabelKind.METRIC not in roles.columns)
    ):
        stub = read_label(roles.stubs[k]).text
        facts.settings.append(
            f"{stub} = {clean_name(text)}" if stub and label.kind is LabelKind.SIZE else clean_name(text)
        )
        return
    _take(facts, label, kind, text, roles, row=True)


def _take(facts: CellFacts, label: Label, kind: LabelKind, text: str, roles: Roles, *, row: bool = False) -> None:
    """Add what one label says, by what its level names."""
    facts.unit = label.unit or facts.unit
    facts.own |= label.own
    if kind is LabelKind.METHOD:
        facts.methods.append(clean_name(text))
        if split := _SPLIT.search(text):
            facts.splits[:0] = [read_label(split[1]).split]
        return
    if kind is LabelKind.DATASET and label.kind is LabelKind.SPLIT and label.split == "train":
        facts.datasets.append((label.text, label))  # a class of objects among others
    elif label.split:
        facts.splits.append(label.split)
    if label.metrics:
        facts.metrics.append(label)
    if label.kind is LabelKind.AVERAGE or (
        label.metrics and squash(label.name) in _AVERAGING and kind is LabelKind.DATASET
    ):
        facts.average = clean_name(text)
    elif label.name and label.kind is not LabelKind.SETUP:
        _take_name(facts, label, kind, text, roles, row=row)


def _take_name(facts: CellFacts, label: Label, kind: LabelKind, text: str, roles: Roles, *, row: bool) -> None:
    """Add what is left of a label without metric and split."""
    is_data = kind is LabelKind.DATASET and (row or label.kind is not LabelKind.SIZE)
    if label.kind is LabelKind.DATASET or is_data:
        named = bool(label.datasets or label.metrics)
        facts.datasets.append((label.name if named else label.text, label))
        facts.settings.extend([label.setting] if label.setting else [])
    elif label.kind is LabelKind.METRIC:
        if read_label(label.name).kind is LabelKind.METHOD:
            facts.methods.append(clean_name(label.name))
            return
        capital = re.search(r"[A-Z]", label.name[1:] or label.name)
        if capital and kind not in (LabelKind.METRIC, LabelKind.SIZE):
            facts.datasets.append((label.name, label))
    elif kind is LabelKind.METRIC and is_given(label, roles.metrics):
        facts.words.append(clean_name(text))
    elif kind is LabelKind.METRIC and label.kind in (LabelKind.UNKNOWN, LabelKind.METHOD):
        facts.words.append(label.name)
    else:
        facts.settings.append(clean_name(text))
