"""Finds what each level of a table's labels names: the methods, the datasets, the metrics, settings. Pure.

A level is a header row, a label column or the section rows. What its known labels are decides for the unknown ones.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paperlab.claims.labels import Label, LabelKind, read_label, stub_kind
from paperlab.claims.terms import is_language, squash
from paperlab.table_labels import cell_text, rows_above
from paperlab.types import RowKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.claims.context import Around, PaperContext
    from paperlab.types import Cell, Table, TableRow

_STUBS = {
    "method": LabelKind.METHOD,
    "dataset": LabelKind.DATASET,
    "metric": LabelKind.METRIC,
    "split": LabelKind.SPLIT,
    "rank": LabelKind.SETUP,
    "setting": LabelKind.SIZE,
}
_FEW, _HALF, _MOST = 0.34, 0.5, 0.6
"""Shares of a level's labels from which their kind is the level's."""
_SHORT = 8
"""Labels of a header up to which a third of metrics makes it one of metrics."""
_GIVEN = (LabelKind.SETUP, LabelKind.AVERAGE, LabelKind.EMPTY)
"""Labels that say nothing of their neighbours."""
_NAME = re.compile(r"[A-Z][\w+.-]*(?: [A-Z\d][\w+.-]*){0,2}")
_TASKS = ("task", "tasks", "subtask", "setting", "settings", "scenario")
_WORD = re.compile(r"[^\W_]+")
_STRONG = ("model", "method", "network", "system", "approach", "algorithm", "decoding")
"""Headers that name methods and nothing else."""
_OPEN = (LabelKind.UNKNOWN, LabelKind.METHOD)


@dataclass(slots=True)
class Roles:
    """What the levels around the cells below one header are."""

    columns: list[LabelKind]
    """By header row, outermost first."""
    labels: list[LabelKind]
    """By label column, outermost first."""
    group: LabelKind
    stubs: list[str] = field(default_factory=list)
    """The header over each label column."""
    apart: frozenset[str] = frozenset()
    """Names that mean something else in the paper."""
    transposed: bool = False
    """Columns name the methods."""
    metrics: frozenset[str] = frozenset()
    """Names, squashed, that the paper calls metrics."""
    has_data: bool = False
    """The caption names a dataset."""
    has_metric: bool = False
    """The caption names a metric."""

    @property
    def all(self) -> list[LabelKind]:
        """All levels."""
        return [*self.columns, *self.labels, self.group]


def header_rows(table: Table, i: int) -> list[TableRow]:
    """Return the header rows that stand over a row, outermost first."""
    found: list[TableRow] = []
    for row in rows_above(table, i):
        if row.kind is RowKind.HEADER:
            found.append(row)
        elif found:
            break
    top = list(table.header)
    if found and top and found[-1] is not top[0] and not any(map(_names_metrics, found)):
        found += [row for row in reversed(top) if _names_metrics(row) and not any(row is one for one in found)]
    return found[::-1]


def _names_metrics(row: TableRow) -> bool:
    """Tell a header row that names metrics: they hold on below a header inside the table that names none."""
    kinds = [label.kind for cell in row.cells[1:] if (label := read_label(cell_text(cell))).kind is not LabelKind.EMPTY]
    return sum(kind is LabelKind.METRIC for kind in kinds) >= max(1, _HALF * len(kinds))


def roles_of(table: Table, rows: Sequence[int], context: PaperContext, around: Around) -> Roles:
    """Return the roles of the levels around rows that stand under the same header."""
    headers = header_rows(table, rows[0])
    first = table.label_columns
    apart = context.apart
    levels = [[read_label(cell_text(cell), apart) for cell in _distinct(row, first)] for row in headers]
    columns = [_vote(level, context) for level in levels]
    stubs = [_stub(headers, k) for k in range(first)]
    own = [[read_label(cell_text(table.rows[i].cells[k]), apart) for i in rows] for k in range(first)]
    labels = [
        _label_column(level, "" if _is_over_columns(stub, level, levels, context) else stub, context)
        for level, stub in zip(own, stubs, strict=True)
    ]
    groups = [read_label(cell_text(row.cells[0]), apart) for row in table.rows if row.kind is RowKind.GROUP]
    group = _vote(groups, context) if groups else LabelKind.EMPTY
    roles = Roles(columns, labels, group, stubs, apart, metrics=context.given_metrics)
    roles.has_data, roles.has_metric = around.has_data, bool(around.metrics(caption=True))
    _name_variants(roles, own)
    _settle(roles, levels, table)
    return roles


def _is_over_columns(stub: str, own: Sequence[Label], levels: Sequence[Sequence[Label]], context: PaperContext) -> bool:
    """Tell a corner that says what the columns are: `Language` over metrics, beside languages."""
    if not stub or not levels:
        return False
    voted, beside = _vote(own, context), _vote(levels[-1], context)
    if stub_kind(stub) == "dataset":
        return voted is LabelKind.METRIC and beside is LabelKind.DATASET
    return read_label(stub).kind is LabelKind.SETUP and voted is LabelKind.METHOD and beside is LabelKind.SIZE


def _distinct(row: TableRow, first: int) -> list[Cell]:
    """Return the cells behind the label columns, spanning ones once."""
    return [cell for j, cell in enumerate(row.cells) if j >= first and (j == first or cell != row.cells[j - 1])]


def _stub(headers: Sequence[TableRow], k: int) -> str:
    """Return the innermost header over a label column."""
    return next((text for row in reversed(headers) if (text := cell_text(row.cells[k]))), "")


def _vote(labels: Iterable[Label], context: PaperContext) -> LabelKind:
    """Return the kind of a level of labels."""
    kinds = Counter(_kind(label, context) for label in {label.text: label for label in labels}.values())
    counted = sum(count for kind, count in kinds.items() if kind not in _GIVEN)
    if not counted:
        return next((kind for kind in (LabelKind.SETUP, LabelKind.AVERAGE) if kinds[kind]), LabelKind.EMPTY)
    share = {kind: count / counted for kind, count in kinds.items()}
    dataset, method = share.get(LabelKind.DATASET, 0.0), share.get(LabelKind.METHOD, 0.0)
    if dataset >= _FEW and dataset >= method:
        return LabelKind.DATASET
    few = _FEW if not dataset and counted <= _SHORT else _HALF
    for kind, least in ((LabelKind.METRIC, few), (LabelKind.SPLIT, _MOST), (LabelKind.SIZE, _MOST)):
        if share.get(kind, 0.0) >= least:
            return kind
    return LabelKind.METHOD if method >= _FEW else LabelKind.UNKNOWN


def _kind(label: Label, context: PaperContext) -> LabelKind:
    """Return a label's kind; names that the paper's text gives as datasets or own methods are known, too."""
    if label.kind in (LabelKind.UNKNOWN, LabelKind.SIZE) and is_given(label, context.given_metrics):
        return LabelKind.METRIC
    if label.kind is LabelKind.UNKNOWN:
        if squash(label.name) in context.keys or is_language(label.text):
            return LabelKind.DATASET
        if label.own or label.cited or context.is_own(label.name):
            return LabelKind.METHOD
    return label.kind


def is_given(label: Label, metrics: frozenset[str]) -> bool:
    """Tell a label that begins with a name that the paper calls a metric: `GAME (L=0)`."""
    words = _WORD.findall(label.text)
    return bool(metrics and words) and squash(words[0]) in metrics


def _label_column(labels: Sequence[Label], stub: str, context: PaperContext) -> LabelKind:
    """Return what a label column names; its own header says so unless most labels say otherwise."""
    voted = _vote(labels, context)
    named = _STUBS.get(stub_kind(stub)) or _named_by_setting(stub, voted)
    counts = Counter(_kind(label, context) for label in labels)
    weak: tuple[LabelKind, ...] = ()
    if named is not LabelKind.METHOD:
        weak = (LabelKind.DATASET, LabelKind.METHOD, LabelKind.SIZE)
    if squash(stub) == "name" or (named is LabelKind.METHOD and stub_kind(stub) != "method"):
        weak = (LabelKind.DATASET,)
    if named is LabelKind.SIZE:
        return voted if voted is LabelKind.SETUP else named
    if named is None or voted is LabelKind.SETUP or (voted in weak and counts[voted] >= _HALF * len(labels)):
        return voted
    return named


def _named_by_setting(stub: str, voted: LabelKind) -> LabelKind | None:
    """Return SIZE for a label column under the name of a setting, or of a metric where its labels are numbers."""
    told = read_label(stub).kind if stub else LabelKind.EMPTY
    if told is LabelKind.SETUP and voted is not LabelKind.DATASET:
        return LabelKind.SIZE
    return LabelKind.SIZE if told is LabelKind.METRIC and voted in (LabelKind.SIZE, LabelKind.EMPTY) else None


def _settle(roles: Roles, levels: Sequence[Sequence[Label]], table: Table) -> None:
    """Give the levels that nothing is known of the part that is missing, the methods first."""
    told = any(stub_kind(stub) == "dataset" for stub in roles.stubs)
    if told and LabelKind.DATASET in roles.labels and LabelKind.METHOD not in roles.labels:
        roles.columns = [LabelKind.UNKNOWN if kind is LabelKind.DATASET else kind for kind in roles.columns]
    elif LabelKind.DATASET in roles.columns and LabelKind.DATASET in roles.labels and LabelKind.METHOD not in roles.all:
        roles.labels = [LabelKind.METHOD if kind is LabelKind.DATASET else kind for kind in roles.labels]
    _one_each(roles)
    _leave_methods(roles, levels)
    if LabelKind.METHOD not in roles.labels:
        _find_methods(roles)
    _name_metrics(roles, levels)
    _name_the_rest(roles, levels, len(table.rows[0].cells) - table.label_columns)


def _one_each(roles: Roles) -> None:
    """Leave one label column for the datasets and one kind for the metrics; what a header says wins."""
    if LabelKind.METRIC in roles.columns:
        roles.labels = [
            LabelKind.UNKNOWN if kind is LabelKind.METRIC and stub_kind(stub) != "metric" else kind
            for kind, stub in zip(roles.labels, roles.stubs, strict=True)
        ]
    named = [k for k, stub in enumerate(roles.stubs) if stub_kind(stub) == "method"]
    strong = [k for k in named if squash(roles.stubs[k]).rstrip("s") in _STRONG]
    named = [k for k in named if k in strong or squash(roles.stubs[k]).rstrip("s") != "setting"] if strong else named
    for kind, words in (
        (LabelKind.METHOD, ("method",)),
        (LabelKind.DATASET, ("dataset", "data set", "benchmark", "corpus")),
    ):
        places = [k for k, one in enumerate(roles.labels) if one is kind]
        told = [
            k
            for k in places
            if (k in named if kind is LabelKind.METHOD else roles.stubs[k].casefold().rstrip("s") in words)
        ]
        for k in places if told else []:
            if k not in told:
                roles.labels[k] = LabelKind.SIZE


def _leave_methods(roles: Roles, levels: Sequence[Sequence[Label]]) -> None:
    """Leave the methods to the rows where rows and columns name some; tasks beside datasets are settings."""
    if LabelKind.METHOD not in roles.labels:
        return
    for k, kind in enumerate(roles.columns):
        if kind is LabelKind.METHOD:
            has_data = any(label.datasets for label in levels[k]) and LabelKind.DATASET not in roles.all
            roles.columns[k] = LabelKind.DATASET if has_data else LabelKind.SIZE
    if LabelKind.DATASET in roles.columns:
        roles.labels = [
            LabelKind.SIZE if kind is LabelKind.DATASET and squash(stub) in _TASKS else kind
            for kind, stub in zip(roles.labels, roles.stubs, strict=True)
        ]


def _find_methods(roles: Roles) -> None:
    unknown = [k for k, kind in enumerate(roles.labels) if kind is LabelKind.UNKNOWN]
    heads = [k for k, kind in enumerate(roles.columns) if kind is LabelKind.METHOD]
    if unknown and (not heads or LabelKind.DATASET in roles.labels):
        if not heads:
            roles.labels[unknown[0]] = LabelKind.METHOD
            return
    elif unknown:
        roles.labels[unknown[0]] = LabelKind.DATASET
    heads = heads or [k for k, kind in enumerate(roles.columns) if kind is LabelKind.UNKNOWN]
    if heads:
        roles.columns[heads[-1]] = LabelKind.METHOD
        roles.transposed = True
    elif roles.group in _OPEN:
        roles.group = LabelKind.METHOD


def _name_variants(roles: Roles, own: Sequence[Sequence[Label]]) -> None:
    """Take the names in a sole label column for methods where its header is one of settings: `Variant`."""
    if len(own) == 1 and roles.labels[0] is LabelKind.SIZE and LabelKind.METHOD not in roles.columns:
        names = sum(label.kind in _OPEN for label in own[0])
        if stub_kind(roles.stubs[0]) == "setting" and names > _HALF * len(own[0]):
            roles.labels[0] = LabelKind.METHOD


def _name_metrics(roles: Roles, levels: Sequence[Sequence[Label]]) -> None:
    """Make an unknown innermost header one of metrics where the dataset is told elsewhere.

    It names one known metric, or no metric is told elsewhere and it stands beside datasets or has small letters alone.
    """
    told = roles.has_data or LabelKind.DATASET in (*roles.labels, roles.group)
    if not roles.columns or roles.transposed or not told or roles.columns[-1] is not LabelKind.UNKNOWN:
        return
    kinds = {label.kind for label in levels[-1]}
    if kinds & {LabelKind.DATASET, LabelKind.METHOD, LabelKind.SPLIT}:
        return
    unknown = [label.text for label in levels[-1] if label.kind is LabelKind.UNKNOWN]
    beside = LabelKind.DATASET in roles.labels or sum(text.islower() for text in unknown) > _HALF * len(unknown)
    free = LabelKind.METRIC not in roles.all and not roles.has_metric and len(unknown) > 1
    if LabelKind.METRIC in kinds or (free and beside):
        roles.columns[-1] = LabelKind.METRIC


def _is_name(text: str) -> bool:
    """Tell a name (`Potsdam`, `XFUN v2`) from words such as `Results`."""
    return bool(_NAME.fullmatch(text)) and squash(text) not in ("results", "result", "test", "metrics", "performance")


def _name_the_rest(roles: Roles, levels: Sequence[Sequence[Label]], width: int) -> None:
    """Say of each unknown header row whether it names datasets or settings."""
    for k in range(len(roles.columns) - 1, -1, -1):
        if roles.columns[k] is not LabelKind.UNKNOWN:
            continue
        spans_all = sum(label.kind is not LabelKind.EMPTY for label in levels[k]) <= 1 < width
        inner = {LabelKind.METRIC, LabelKind.SPLIT} & set(roles.columns[k + 1 :])
        spans_all = spans_all and not (inner and any(_is_name(label.text) for label in levels[k]))
        free = LabelKind.DATASET not in roles.all and not spans_all
        roles.columns[k] = LabelKind.DATASET if free and not roles.transposed else LabelKind.SIZE
    roles.labels = [LabelKind.SIZE if kind is LabelKind.UNKNOWN else kind for kind in roles.labels]
