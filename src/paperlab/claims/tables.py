"""Claims out of a table: one for each number of its body. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from paperlab.claims.cells import CellFacts, cell_facts, header_text
from paperlab.claims.labels import LabelKind, clean_name, read_label
from paperlab.claims.meaning import Found, Meaning, TableWords, meaning_of
from paperlab.claims.roles import Roles, header_rows, roles_of
from paperlab.table_labels import cell_text, column_labels, is_first_place, row_labels, rows_above
from paperlab.types import CellAt, Claim, ClaimRole, Direction, RowKind, Selection, SpreadMeaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.claims.context import Around, PaperContext
    from paperlab.claims.labels import Label
    from paperlab.types import Cell, Table, TableRow, Value

_SETTINGS = re.compile(
    r"\bhyper-?parameters?\b(?! (?:analysis|search results|sensitivity|study|ablation))|\bstatistics\b"
    r"|\bspecifications\b"
    r"|^(?:the |total |max )*(?:number|amount)s? of\b|^(?:\w+ ){0,2}(?:configurations?|architectures?)\b"
    r"|\btraining (?:details|configurations?|setup)\b",
    re.IGNORECASE,
)
_ERRORS = re.compile(r"\berrors?\b|\berr\.", re.IGNORECASE)
_SYMBOL = re.compile(r"[^\W\d]|[^\W\d_]{1,2}_\w{1,6}")
_COUNTS = ("M", "B", "K", "T", "k", "GB", "MB")
_OF_SETTING = re.compile(r"shots?\b", re.IGNORECASE)
_OURS = re.compile(r"^ours?(?= ?[(\[])", re.IGNORECASE)
"""The paper's own method before what tells it from others: `ours (test)`."""
_LEAST = 0.05
_STATISTIC = re.compile(r"(std|stdev|std\.? ?dev|standard deviation|s\.d|sd)|mean|average|avg|median", re.IGNORECASE)
_RUN = re.compile(r"(.*[A-Za-z].*?)[ -]?[(#]?(?:run |seed |trial )?\d{1,3}\)?")
_LEAST_RUNS = 2
_TIME = re.compile(r"\b(?:milliseconds|ms|msec|seconds|secs)\b")


@dataclass(frozen=True)
class OverRuns:
    """What a row of a statistic over the runs above it stands for."""

    method: str
    selection: Selection
    n: int
    is_spread: bool

    def meaning(self, given: Meaning) -> Meaning:
        """Return what the row's numbers are."""
        if not self.is_spread:
            return given
        metric = Found(f"standard deviation of {given.metric.name}", given.metric.sure, given.metric.why)
        return Meaning(given.dataset, metric, split=given.split)


def with_body(table: Table) -> Table:
    """Return a table whose label columns are only such: one of results is none, nor are settings in numbers alone."""
    first = table.label_columns
    while first > 1 and _is_results(table, first - 1):
        first -= 1
    if first == 1 and len(table.rows[0].cells) > 2 and all(_is_numbers(table, k) for k in (0, 1)):
        first = 0
    return table if first == table.label_columns else replace(table, label_columns=first)


def _column(table: Table, k: int) -> tuple[list[Cell], Label]:
    """Return a column's cells that are not blank, and its innermost header."""
    cells = [row.cells[k] for row in table.rows if row.kind is RowKind.DATA and cell_text(row.cells[k])]
    heads = [text for row in table.header if (text := cell_text(row.cells[k]))]
    return cells, read_label(heads[-1] if heads else "")


def _is_results(table: Table, k: int) -> bool:
    cells, _ = _column(table, k)
    heads = [read_label(cell_text(row.cells[k])).kind for row in table.header]
    decimal = sum(bool(cell.values) and "." in cell.values[0].printed for cell in cells)
    return decimal >= 0.6 * len(cells) > 0 and bool({LabelKind.METRIC, LabelKind.DATASET} & set(heads))


def _is_numbers(table: Table, k: int) -> bool:
    cells, head = _column(table, k)
    return head.kind is LabelKind.SETUP and len(cells) > 1 and all(cell.values for cell in cells)


@dataclass(frozen=True)
class TableReader:
    """Reads the claims of one table."""

    key: str
    sha256: str
    table: Table
    name: str
    """`T6`."""
    context: PaperContext
    around: Around

    def claims(self) -> Iterator[Claim]:
        """Yield the claims from top to bottom, left to right."""
        for rows in self._blocks:
            roles = roles_of(self.table, rows, self.context, self.around)
            for i in rows:
                for j in range(self.table.label_columns, len(self.table.rows[i].cells)):
                    cell = self.table.rows[i].cells[j]
                    if cell.values and is_first_place(self.table, i, j) and self._is_own_column(i, j, roles):
                        yield from self._of_cell(i, j, cell, roles)

    @cached_property
    def _blocks(self) -> list[list[int]]:
        """Rows with numbers, by the header that they stand under."""
        found: dict[tuple[int, ...], list[int]] = {}
        for i, row in enumerate(self.table.rows):
            if row.kind is RowKind.DATA:
                found.setdefault(tuple(id(one) for one in header_rows(self.table, i)), []).append(i)
        return list(found.values())

    @cached_property
    def _words(self) -> TableWords:
        """What is said around the table and in all its labels."""
        first = self.table.label_columns
        texts = [cell_text(cell) for row in self.table.rows if row.kind is RowKind.HEADER for cell in row.cells[first:]]
        corner = [cell_text(cell) for row in self.table.header for cell in row.cells[:first]]
        metrics = [name for text in dict.fromkeys(texts) for name in self._label(text).metrics]
        errors = bool(_ERRORS.search(" ".join([self.table.caption, *texts])))
        rows = [cell_text(cell) for row in self.table.body for cell in row.cells[: self.table.label_columns]]
        labels = [self._label(text) for text in dict.fromkeys([*texts, *rows])]
        usual = Counter(label.usual for label in labels if label.usual).most_common(1)
        return TableWords(
            self.around,
            self.context,
            errors,
            tuple(dict.fromkeys(metrics)),
            tuple(name for label in labels for name in label.datasets),
            usual[0][0] if usual and usual[0][1] > 1 else "",
            next((name for text in corner for name in read_label(text).datasets), ""),
        )

    @cached_property
    def _is_setup(self) -> bool:
        """The caption says that all numbers are settings."""
        if self.around.metrics(caption=True):
            return False
        numbers = [
            v.printed for row in self.table.body if row.kind is RowKind.DATA for c in row.cells for v in c.values
        ]
        counts = not self._words.broad and not self._words.labelled and not any("." in one for one in numbers)
        return counts or bool(_SETTINGS.search(self.around.caption[:120]))

    @cached_property
    def _whole_columns(self) -> frozenset[int]:
        """Columns of whole numbers, of no known metric or dataset, where most have decimals: sizes, scales, counts."""
        whole, decimal = set(), 0
        for j in range(self.table.label_columns, len(self.table.rows[0].cells)):
            values = [v for row in self.table.rows if row.kind is RowKind.DATA for v in row.cells[j].values]
            points = sum("." in value.printed for value in values)
            decimal += points > 0.5 * len(values)
            kinds = {self._label(text).kind for row in self.table.header if (text := cell_text(row.cells[j]))}
            if (
                LabelKind.SPLIT in kinds
                and not self._words.broad
                and not points
                and any(value.number > 100 for value in values)
            ):
                whole.add(j)
                decimal += 1
            elif (
                len(values) > 1
                and not points
                and not kinds & {LabelKind.METRIC, LabelKind.DATASET, LabelKind.AVERAGE, LabelKind.METHOD}
            ):
                whole.add(j)
        return (frozenset(whole) if decimal >= max(1, len(whole) / 2) else frozenset()) | self._symbols

    @cached_property
    def _symbols(self) -> frozenset[int]:
        """Columns named by a symbol alone, where two columns or more are known for settings and one for results."""
        heads = {
            j: read_label(header_text(self.table, self._inner(j), j))
            for j in range(self.table.label_columns, len(self.table.rows[0].cells))
        }
        kinds = Counter(label.kind for label in heads.values())
        if kinds[LabelKind.SETUP] < 2 or not kinds[LabelKind.METRIC]:
            return frozenset()
        return frozenset(
            j for j, label in heads.items() if label.kind is LabelKind.UNKNOWN and _SYMBOL.fullmatch(label.text)
        )

    def _label(self, text: str) -> Label:
        return read_label(text, self.context.apart)

    def _inner(self, j: int) -> TableRow | None:
        """Return the innermost header row at the table's top that names a column."""
        return next((row for row in reversed(self.table.header) if cell_text(row.cells[j])), None)

    def _is_own_column(self, i: int, j: int, roles: Roles) -> bool:
        """Tell a cell from a spanning one's repetition; it counts again under another dataset or metric."""
        cells = self.table.rows[i].cells
        if cells[j].columns == 1 or cells[j].column == j:
            return True
        kinds = (LabelKind.DATASET, LabelKind.METRIC)
        here, there = (read_label(" ".join(column_labels(self.table, i, k)[-1:])) for k in (j, j - 1))
        named = bool({here.kind, roles.columns[-1] if roles.columns else here.kind} & set(kinds))
        return here.text != there.text and named and here.kind is not LabelKind.EMPTY

    def _of_cell(self, i: int, j: int, cell: Cell, roles: Roles) -> Iterator[Claim]:
        count = len(cell.values)
        whole = cell_facts(self.table, i, j, roles)
        for k, value in enumerate(cell.values):
            facts = whole if count == 1 else cell_facts(self.table, i, j, roles, (k, count))
            yield self._claim(i, j, cell, k, value, facts)

    def _claim(self, i: int, j: int, cell: Cell, k: int, value: Value, facts: CellFacts) -> Claim:
        meaning = meaning_of(facts, self._words)
        role = self._role(i, j, k, value, facts)
        if role is ClaimRole.SETUP:
            meaning = self._as_setting(i, j, facts, meaning)
        method, setting, method_sure = self._method(i, facts)
        over = self._runs_above(i, method)
        selection, n = (over.selection, over.n) if over else self._selection(cell, k, value)
        if over:
            method, meaning = over.method, over.meaning(meaning)
        confidence, reasons = self._confidence(meaning, method_sure, role, value)
        return Claim(
            id=f"{self.name}.r{i}.c{j}{f'.{k + 1}' if k else ''}",
            key=self.key,
            role=role,
            method=method,
            dataset=meaning.dataset.name,
            split=meaning.split,
            metric=meaning.metric.name,
            direction=meaning.direction if role is ClaimRole.RESULT else Direction.UNKNOWN,
            printed=value.printed,
            value=value.number,
            page=self.table.rows[i].page or self.table.page,
            box=cell.box or self.table.box,
            sha256=self.sha256,
            spread_printed=value.spread_printed,
            spread=value.spread,
            spread_meaning=self._spread(value),
            unit=self._unit(value, facts, meaning),
            decimals=decimals_of(value.printed),
            selection=selection,
            n=n,
            setting=setting,
            bold=value.bold or cell.bold,
            own=facts.own or self.context.is_own(method),
            cell=self._place(i, j),
            confidence=confidence,
            reasons=reasons,
        )

    def _place(self, i: int, j: int) -> CellAt:
        rows, columns = self._row_labels[i], column_labels(self.table, i, j)
        return CellAt(self.table.number, i, j, " › ".join(rows), " › ".join(columns))

    def _as_setting(self, i: int, j: int, facts: CellFacts, meaning: Meaning) -> Meaning:
        """Return what a setting is: its own name is no dataset's."""
        what = facts.setup.text if facts.setup else self._what_is_set(i, j)
        dataset = meaning.dataset.name if facts.datasets and meaning.dataset.name != what else ""
        return Meaning(Found(dataset), Found(what), split=meaning.split)

    def _what_is_set(self, i: int, j: int) -> str:
        """Return the label of a setting: the row's in a table of settings, else the column's."""
        labels = self._row_labels[i] if self._is_setup else column_labels(self.table, i, j)
        return read_label(labels[-1]).text if labels else ""

    def _role(self, i: int, j: int, k: int, value: Value, facts: CellFacts) -> ClaimRole:
        labels = " ".join(column_labels(self.table, i, j))
        if facts.setup or j in self._whole_columns or (self._is_setup and not facts.metrics):
            return ClaimRole.SETUP
        if k and "." not in value.printed and _OF_SETTING.search(labels):
            return ClaimRole.SETUP
        if value.unit in _COUNTS and (not facts.metrics or not "".join(self._row_labels[i])):
            return ClaimRole.SETUP
        return ClaimRole.RESULT

    def _method(self, i: int, facts: CellFacts) -> tuple[str, str, Found]:
        """Return a cell's method, what else tells its row from others, and how sure the method is."""
        shots = [self.around.shots] if "shot" not in " ".join([*facts.settings, *facts.methods]) else []
        settings = [one for one in dict.fromkeys([*facts.settings, *shots, *self._telling_settings.get(i, ())]) if one]
        if facts.methods:
            name = " ".join(dict.fromkeys(facts.methods))
            if self.context.own_names:
                name = _OURS.sub(self.context.own_names[0], name)
            return name, ", ".join(settings), Found(name)
        own = next(iter(self.context.own_names), "")
        return own, ", ".join(settings), Found(own, 0.6, "the method is taken to be the paper's own")

    @cached_property
    def _row_labels(self) -> dict[int, list[str]]:
        return {i: row_labels(self.table, i) for i, row in enumerate(self.table.rows) if row.kind is RowKind.DATA}

    @cached_property
    def _telling_settings(self) -> dict[int, list[str]]:
        """The settings of each row whose labels another row has, too: `# layers = 20`."""
        alike: dict[tuple[str, ...], list[int]] = {}
        for i, labels in self._row_labels.items():
            alike.setdefault(tuple(labels), []).append(i)
        return {i: self._settings_of(i, rows) for rows in alike.values() if len(rows) > 1 for i in rows}

    def _settings_of(self, i: int, alike: list[int]) -> list[str]:
        """Return the settings that tell a row from others of its name."""
        found, left = [], [n for n in alike if n != i]
        for j in range(self.table.label_columns, len(self.table.rows[i].cells)):
            text = cell_text(self.table.rows[i].cells[j])
            if (
                text
                and self._is_setting(j, i)
                and (same := [n for n in left if cell_text(self.table.rows[n].cells[j]) == text]) != left
            ):
                left = same
                head = " ".join(column_labels(self.table, i, j)[-1:])
                found.append(f"{clean_name(head)} = {text}" if head else text)
        return found

    def _is_setting(self, j: int, i: int) -> bool:
        cell = self.table.rows[i].cells[j]
        label = read_label(" ".join(column_labels(self.table, i, j)[-1:]))
        return label.kind is LabelKind.SETUP or (not cell.values and bool(re.search(r"\w", cell.text)))

    def _runs_above(self, i: int, method: str) -> OverRuns | None:
        """Return what a row of a statistic stands for: rows above it are runs of one method, `A (1)`, `A (2)`."""
        told = _STATISTIC.fullmatch(method.strip(" ."))
        if not told or not self.table.label_columns:
            return None
        stems: list[str] = []
        for row in rows_above(self.table, i):
            label = cell_text(row.cells[0])
            if _STATISTIC.fullmatch(label.strip(" .")):
                continue
            run = _RUN.fullmatch(label)
            if row.kind is not RowKind.DATA or not run or (stems and run[1] != stems[0]):
                break
            stems.append(run[1])
        if len(stems) < _LEAST_RUNS:
            return None
        way = Selection.UNKNOWN if told[1] else Selection.MEDIAN if "edian" in method else Selection.MEAN
        return OverRuns(stems[0], way, len(stems), bool(told[1]))

    def _spread(self, value: Value) -> SpreadMeaning | None:
        return self.around.runs.spread if value.spread is not None else None

    def _selection(self, cell: Cell, k: int, value: Value) -> tuple[Selection, int | None]:
        """Return what a number stands for, and of how many runs."""
        runs = self.around.runs
        if runs.best_and_mean:
            if len(cell.values) == 1:
                return Selection.UNKNOWN, None
            return (Selection.BEST if k == 0 else Selection.MEAN), runs.n
        if value.spread is not None and runs.selection is Selection.UNKNOWN and runs.spread is not SpreadMeaning.RANGE:
            return Selection.MEAN, runs.n
        return runs.selection, runs.n

    def _unit(self, value: Value, facts: CellFacts, meaning: Meaning) -> str:
        if value.unit or facts.unit:
            return value.unit or facts.unit
        percent = "(%" in self.table.caption or "[%]" in self.table.caption or "in %" in self.table.caption
        if meaning.metric.name in ("latency", "time") and (told := _TIME.search(self.table.caption)):
            return "ms" if told[0].startswith("m") else "s"
        return "%" if percent and meaning.metric.name not in ("perplexity", "loss", "time") else ""

    def _confidence(
        self, meaning: Meaning, method: Found, role: ClaimRole, value: Value
    ) -> tuple[float, tuple[str, ...]]:
        sure = self.table.confidence
        reasons = list(self.table.reasons)
        for found in (method, *((meaning.dataset, meaning.metric) if role is ClaimRole.RESULT else ())):
            sure *= found.sure
            if found.why:
                reasons.append(found.why)
        signed = value.printed[:1] in "+-" and value.number != 0 and "log" not in meaning.metric.name
        if role is ClaimRole.RESULT and (signed or self.around.is_change):
            reasons.append("it may be a change")
            sure *= 0.7
        return round(max(_LEAST, sure), 3), tuple(dict.fromkeys(reasons))


def decimals_of(printed: str) -> int:
    """Return the place of a printed number's last digit: after the point, less a power of ten."""
    mantissa, _, power = printed.partition("10^")
    places = len(mantissa.rstrip("·").partition(".")[2])
    return places - int(power) if power else places
