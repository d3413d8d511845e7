"""Made-up tables with known truth: the LaTeX of a table beside its grid and numbers. `typeset` prints them.

Every choice comes from the random generator that is handed in, so a seed always gives the same tables. All names are
invented. A grid is as the gold folder's README describes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

MODELS = (
    "Aster", "Birch-S", "Birch-L", "Cedar", "CedarNet-50", "Dune", "Elm + Tide", "Fjord", "Glade (ours)", "Heron",
    "Iris-XL", "Juniper", "Kelp v2", "Larch", "Moss w/ gate", "Nettle", "Osprey-7B", "Poppy", "Quill", "Rowan",
    "Sorrel (frozen)", "Teasel", "Umber", "Vetch", "Willow-110", "Yarrow", "Zinnia", "Mean of experts", "No routing",
    "Full model",
)  # fmt: skip
TASKS = (
    "Harbor", "Quarry-10", "Meadow", "NewsLite", "Pebble", "RiverQA", "SkyBench", "Tundra", "Valley-C", "Orchard",
    "Lagoon", "Mesa", "Drift", "Canyon", "Atlas-3", "Delta", "Prairie", "Steppe", "Cove", "Ridge",
)  # fmt: skip
METRICS = ("Acc.", "F1", "Recall", "BLEU", "WER", "PPL", "mAP", "Top-1", "Top-5", "EM", "AUC", "RMSE")
HEADS = ("Seen domains", "Unseen domains", "Short input", "Long input", "Dev set", "Test set", "Zero-shot", "Few-shot")
SUPERS = ("In-domain evaluation", "Transfer", "Base size", "Large size")
SECTIONS = ("Without pre-training", "With pre-training", "Models under 1B", "Ablations", "Previous work", "This work")
GROUPS = ("Small", "Medium", "Large", "Text", "Image", "Speech")
WRAPPED = (("Training", "time (h)"), ("Error", "rate"), ("Held-out", "accuracy"), ("Tokens", "per second"))
RULES = (*("booktabs",) * 12, *("hline", "grid") * 3, "sparse", "sparse", "none")
SPREADS = ("none", "none", "none", "plus", "small_plus", "subscript", "sub_plus", "parentheses", "columns")
HEADERS = ("flat", "flat", "two", "two", "three", "numeric", "wrapped")
ROWS = ("flat", "flat", "sections", "multirow", "indented", "middle")


@dataclass
class Item:
    """One printed cell; it covers `width` columns and `height` rows of the grid."""

    text: str
    latex: str
    numbers: list[dict[str, Any]] = field(default_factory=list)
    width: int = 1
    height: int = 1
    align: str = "c"


@dataclass
class Line:
    """One row; None stands where an item above reaches down."""

    kind: str
    items: list[Item | None]
    rule: bool = False
    """A rule follows."""
    partial: list[tuple[int, int]] = field(default_factory=list)
    """Columns (first, last) under which a short rule follows."""


@dataclass
class Made:
    """A table: LaTeX of its tabular, and its truth."""

    lines: list[Line]
    labels: int
    rules: str
    spread: str
    aligns: list[str]

    @property
    def kinds(self) -> list[str]:
        """Of the rows."""
        return [line.kind for line in self.lines]

    @property
    def grid(self) -> list[list[str]]:
        """Texts; what covers several places is repeated."""
        rows: list[list[str]] = []
        reach: dict[int, tuple[int, str]] = {}
        for line in self.lines:
            row: list[str] = []
            for item in line.items:
                if item is None:
                    left, text = reach[len(row)]
                    reach[len(row)] = (left - 1, text)
                    row.append(text)
                else:
                    if item.height > 1:
                        reach[len(row)] = (item.height - 1, item.text)
                    row += [item.text] * item.width
            rows.append(row)
        return rows

    @property
    def claims(self) -> list[dict[str, Any]]:
        """Numbers of the body, with their place in the grid."""
        found = []
        for r, line in enumerate(self.lines):
            column = 0
            for item in line.items:
                if item is not None and line.kind == "data" and column >= self.labels:
                    found += [{**n, "cell": [r, column + i]} for n in item.numbers for i in range(item.width)]
                column += item.width if item else 1
        return found

    @property
    def printed(self) -> str:
        """All texts, each as often as it is printed."""
        return " ".join(item.text for line in self.lines for item in line.items if item)


def make_table(rng: Random, *, most_columns: int, most_rows: int, dense: bool = False) -> Made:
    """Return a random table with at most so many value columns and body rows."""
    spread = "none" if dense else rng.choice(SPREADS)
    columns = most_columns if dense else rng.randint(2, most_columns)
    rows = rng.choice(ROWS)
    labels = 2 if rows == "multirow" or (rows == "flat" and rng.random() < 0.15) else 1
    header = _header(rng, "flat" if dense else rng.choice(HEADERS), columns, labels)
    rules = rng.choice(RULES)
    if rules == "none" and rows == "middle":
        rows = "flat"
    body = _body(rng, rows, columns, labels, rng.randint(3, most_rows), _styles(rng, columns, spread))
    header[-1].rule = True
    made = Made([*header, *body], labels, rules, spread, _aligns(rng, columns, labels))
    if rules != "sparse" and rng.random() < 0.3:
        _add_mean(rng, made, columns, spread)
    return made


def _aligns(rng: Random, columns: int, labels: int) -> list[str]:
    return ["l"] * labels + [rng.choice(("c", "c", "r"))] * columns


# Headers


def _header(rng: Random, kind: str, columns: int, labels: int) -> list[Line]:
    names = _plain_heads(rng, kind, columns)
    corner = [Item(text, _tex(text), align="l") for text in rng.sample(("Model", "Method", "System"), 1)]
    if labels == 2:
        corner.append(Item("Setting", "Setting", align="l"))
    if kind == "flat" and rng.random() < 0.2:
        corner[0] = Item("", "", align="l")
    if kind not in {"two", "three"} or columns < 4:
        return [Line("header", [*corner, *names])]
    return _levels(rng, names, corner, deep=kind == "three")


def _plain_heads(rng: Random, kind: str, columns: int) -> list[Item]:
    if kind == "numeric":
        ends = rng.choice(((1, 2, 4, 8, 16, 32, 64, 128, 256, 512), tuple(range(5, 95, 5)), tuple(range(1, 20))))
        unit = rng.choice(("", "B", "%", "k"))
        return [_head(f"{ends[i % len(ends)]}{unit}") for i in range(columns)]
    pool: tuple[str, ...] = METRICS if rng.random() < 0.4 and columns <= len(METRICS) else TASKS
    names = [_head(name, rng) for name in rng.sample(pool, columns)]
    if kind == "wrapped":
        for at, (first, second) in zip(rng.sample(range(columns), min(2, columns)), WRAPPED, strict=False):
            names[at] = Item(f"{first} {second}", rf"\makecell{{{_tex(first)}\\{_tex(second)}}}")
    return names


def _head(name: str, rng: Random | None = None) -> Item:
    arrow = rng.random() if rng else 1.0
    if arrow < 0.12:
        return Item(f"{name} ↑", rf"{_tex(name)} $\uparrow$")
    if arrow < 0.2:
        return Item(f"{name} (↓)", rf"{_tex(name)} ($\downarrow$)")
    return Item(name, _tex(name))


def _levels(rng: Random, names: list[Item], corner: list[Item], *, deep: bool) -> list[Line]:
    """Return header rows in which spanning heads stand over the plain ones, two or three rows in all."""
    sizes = _parts(rng, len(names))
    heads = [
        Item(text, _tex(text), width=size) for text, size in zip(rng.sample(HEADS, len(sizes)), sizes, strict=True)
    ]
    above = [Line("header", [*heads])]
    if deep and len(heads) > 1:
        cut = rng.randint(1, len(heads) - 1)
        widths = [sum(h.width for h in heads[:cut]), sum(h.width for h in heads[cut:])]
        tops = [Item(text, _tex(text), width=w) for text, w in zip(rng.sample(SUPERS, 2), widths, strict=True)]
        above.insert(0, Line("header", [*tops]))
    ruled = rng.random() < 0.8
    for line in above:
        line.partial = _spans([item for item in line.items if item], len(corner)) if ruled else []
    rows = [*above, Line("header", [*names])]
    blank = [Item("", "", align="l") for _ in corner]
    low = rng.random() < 0.6
    for i, row in enumerate(rows):
        if low:
            row.items[:0] = corner if i == len(rows) - 1 else [Item("", "") for _ in blank]
        else:
            tall = [Item(c.text, c.latex, height=len(rows), align="l") for c in corner]
            row.items[:0] = tall if i == 0 else [None] * len(corner)
    return rows


def _parts(rng: Random, columns: int) -> list[int]:
    """Return widths of 2 to 4 that make up the columns; a rest of one goes to the last."""
    sizes = []
    left = columns
    while left > 0:
        size = min(left, rng.randint(2, 4))
        sizes.append(size if left - size != 1 else size + 1)
        left -= sizes[-1]
    return sizes


def _spans(items: Sequence[Item], first: int) -> list[tuple[int, int]]:
    found = []
    for item in items:
        if item.width > 1:
            found.append((first, first + item.width - 1))
        first += item.width
    return found


# Bodies


def _styles(rng: Random, columns: int, spread: str) -> list[Callable[[], Item]]:
    """Return for each column what makes its cells."""
    places = rng.choice((1, 1, 2, 2, 3))
    kinds = ["score"] * columns
    if columns > 2 and rng.random() < 0.4 and spread != "columns":
        kinds[rng.choice((0, -1))] = rng.choice(("size", "time", "percent", "count", "slash", "loss"))
    return [lambda kind=kind: _cell(rng, kind, spread, places) for kind in kinds]  # type: ignore[misc]


def _cell(rng: Random, kind: str, spread: str, places: int) -> Item:
    chance = rng.random()
    if chance < 0.05:
        dash = rng.choice((("-", "-"), ("–", "--"), ("—", "---"), ("", "")))
        return Item(*dash)
    if kind == "score":
        mark = rng.choice((("*", "$^{*}$"), ("†", r"$^{\dagger}$"))) if chance > 0.96 else ("", "")
        low = 0.1 if places == 3 else 20.0
        return _score(rng, f"{rng.uniform(low, low + (0.85 if places == 3 else 75)):.{places}f}", spread, mark, places)
    if kind == "slash":
        pair = [f"{rng.uniform(30, 95):.1f}" for _ in range(2)]
        return Item("/".join(pair), "/".join(pair), [_number(p) for p in pair])
    text, unit = {
        "size": (f"{rng.randint(10, 999)}", "M"),
        "time": (f"{rng.uniform(1, 60):.1f}", "ms"),
        "percent": (f"{rng.uniform(1, 99):.1f}", "%"),
        "count": (f"{rng.randint(1, 99)},{rng.randint(0, 999):03d}", ""),
        "loss": (f"-{rng.uniform(1, 3):.2f}", ""),
    }[kind]
    return Item(text + unit, (f"${text}$" if kind == "loss" else text) + _tex(unit), [_number(text, unit=unit)])


def _number(text: str, *, spread: str | None = None, bold: bool = False, unit: str = "") -> dict[str, Any]:
    value = float(text.replace(",", ""))
    return {"value": text, "value_num": value, "spread": spread, "bold": bold, "unit": unit, "kind": "result"}


def _score(rng: Random, text: str, spread: str, mark: tuple[str, str], places: int) -> Item:
    bold = rng.random() < 0.15
    shown = rf"\textbf{{{text}}}" if bold else text
    if spread == "none" or (rng.random() < 0.1 and spread != "columns"):
        return Item(text + mark[0], shown + mark[1], [_number(text, bold=bold)])
    size = f"{rng.uniform(0.002, 0.05) if places == 3 else rng.uniform(0.01, 1.9):.{places}f}"
    form, latex = {
        "plus": ("{} ± {}", r"{} $\pm$ {}"),
        "small_plus": ("{} ±{}", r"{}{{\scriptsize$\pm${}}}"),
        "subscript": ("{}_{}", r"{}$_{{{}}}$"),
        "sub_plus": ("{}_±{}", r"{}$_{{\pm {}}}$"),
        "parentheses": ("{} ({})", "{} ({})"),
        "columns": ("{} ± {}", "{} & {}"),
    }[spread]
    return Item(form.format(text, size), latex.format(shown, size), [_number(text, spread=size, bold=bold)])


def _body(rng: Random, kind: str, columns: int, labels: int, rows: int, styles: list[Callable[[], Item]]) -> list[Line]:
    names = rng.sample(MODELS, min(rows, len(MODELS)))
    lines: list[Line] = []
    while names:
        size = rng.randint(2, 5) if kind not in {"flat", "middle"} else len(names)
        part, names = names[:size], names[size:]
        lines += _part(rng, kind, part, labels, styles, len(lines))
    if kind == "middle" and len(lines) > 3 and columns <= len(METRICS):
        heads = [Item("", "", align="l") for _ in range(labels)]
        heads += [_head(name) for name in rng.sample(METRICS, columns)]
        at = len(lines) // 2
        lines[at - 1].rule = True
        lines.insert(at, Line("midheader", [*heads], rule=True))
    return lines


def _part(
    rng: Random, kind: str, names: Sequence[str], labels: int, styles: list[Callable[[], Item]], before: int
) -> list[Line]:
    """Return the rows of one group with what names them."""
    width = labels + len(styles)
    indent = r"\quad " if kind == "indented" else ""
    lines: list[Line] = []
    for i, name in enumerate(names):
        label = _label(rng, name, indent)
        if kind == "multirow":
            group = GROUPS[before // 2 % len(GROUPS)] if i == 0 else ""
            tall = Item(group, _tex(group), height=len(names), align="l") if i == 0 else None
            row: list[Item | None] = [tall, label]
        else:
            row = [label, _label(rng, rng.choice(GROUPS), "")] if labels == 2 else [label]
        lines.append(Line("data", [*row, *(style() for style in styles)]))
    lines[-1].rule = kind in {"multirow", "sections"}
    if kind in {"sections", "indented"}:
        lines.insert(0, _section(rng, SECTIONS[before % len(SECTIONS)], width, alone=kind == "indented"))
    return lines


def _label(rng: Random, name: str, indent: str) -> Item:
    if rng.random() < 0.06:
        return Item(f"{name}†", rf"{indent}{_tex(name)}$^{{\dagger}}$", align="l")
    if rng.random() < 0.05 and not indent:
        return Item(f"{name} with a second line", rf"\makecell[l]{{{_tex(name)} with\\a second line}}", align="l")
    if rng.random() < 0.08:
        year = rng.randint(2009, 2024)
        return Item(f"{name} [{year % 60}]", f"{indent}{_tex(name)} [{year % 60}]", align="l")
    return Item(name, indent + _tex(name), align="l")


def _section(rng: Random, text: str, width: int, *, alone: bool) -> Line:
    """Return a section row: across all columns, or in the first place with nothing beside it."""
    style = rng.choice((r"\textit{%s}", r"\textbf{%s}", "%s")) % _tex(text)
    if alone:
        return Line("group", [Item(text, style, width=width, align="l")])
    return Line("group", [Item(text, style, width=width, align=rng.choice("lc"))], rule=rng.random() < 0.5)


def _add_mean(rng: Random, made: Made, columns: int, spread: str) -> None:
    made.lines[-1].rule = True
    blank = [Item("", "")] * (made.labels - 1)
    cells = [_score(rng, f"{rng.uniform(20, 90):.1f}", spread, ("", ""), 1) for _ in range(columns)]
    made.lines.append(Line("data", [Item("Mean", "Mean", align="l"), *blank, *cells]))


def _tex(text: str) -> str:
    return text.replace("%", r"\%").replace("&", r"\&").replace("_", r"\_").replace("#", r"\#")


# LaTeX


def tabular(made: Made, environment: str = "tabular") -> str:
    """Return the table as a LaTeX environment; `longtable` breaks over pages."""
    doubled = made.spread == "columns"
    bar = "|" if made.rules == "grid" else ""
    number = r"r@{$\,\pm\,$}l" if doubled else ""
    spec = bar + bar.join(a if i < made.labels else number or a for i, a in enumerate(made.aligns)) + bar
    top, middle, bottom = {
        "booktabs": (r"\toprule", r"\midrule", r"\bottomrule"),
        "hline": (r"\hline", r"\hline", r"\hline"),
        "grid": (r"\hline", r"\hline", r"\hline"),
        "sparse": ("", r"\hline", ""),
        "none": ("", "", ""),
    }[made.rules]
    rows = [_row(line, made, doubled, middle) for line in made.lines[:-1]]
    rows.append(_row(made.lines[-1], made, doubled, ""))
    return "\n".join([rf"\begin{{{environment}}}{{{spec}}}", top, *rows, bottom, rf"\end{{{environment}}}"])


def _row(line: Line, made: Made, doubled: bool, rule: str) -> str:  # noqa: FBT001 - a plain helper
    cells, column = [], 0
    for item in line.items:
        cells.append(_emit(item, made, doubled=doubled and column >= made.labels, first=column == 0))
        if item and doubled and column < made.labels < column + item.width:
            cells[-1] = _across(item, item.width + len(made.aligns) - made.labels, made, first=True)
        column += item.width if item else 1
    partial = "".join(_short_rule(a, b, made, doubled=doubled) for a, b in line.partial)
    return " & ".join(cells) + r" \\" + (f" {rule}" if line.rule else "") + partial


def _emit(item: Item | None, made: Made, *, doubled: bool, first: bool) -> str:
    if item is None:
        return ""
    places = item.width * (2 if doubled else 1)
    if item.height > 1:
        return rf"\multirow{{{item.height}}}{{*}}{{{item.latex}}}"
    if places == 1 or (item.numbers and doubled):
        return item.latex
    return _across(item, places, made, first=first)


def _across(item: Item, places: int, made: Made, *, first: bool) -> str:
    left, right = ("|" if first else "", "|") if made.rules == "grid" else ("", "")
    return rf"\multicolumn{{{places}}}{{{left}{item.align}{right}}}{{{item.latex}}}"


def _short_rule(first: int, last: int, made: Made, *, doubled: bool) -> str:
    """Return a rule under columns of the grid (0-based), in columns of the tabular (1-based)."""
    if made.rules in {"none", "sparse"}:
        return ""
    a, b = first + 1, last + 1
    if doubled:
        a, b = made.labels + 2 * (first - made.labels) + 1, made.labels + 2 * (last - made.labels) + 2
    return rf" \cmidrule(lr){{{a}-{b}}}" if made.rules == "booktabs" else rf" \cline{{{a}-{b}}}"
