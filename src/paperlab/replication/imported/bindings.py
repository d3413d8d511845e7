"""The file import.toml: which values of other tools' files are which measures of a replication.

::

    [facts]                       # the protocol of these runs, as you declare it; `param:NAME`: as the tool noted it
    dataset = "CIFAR-10"
    epochs = "param:epochs"
    [variants]                    # their names there = the tier's names; only where they differ
    resnet20 = "resnet-20"
    [[bind]]
    measure = "test_error"        # or variant:test_error
    from = "runs/{variant}/seed{seed}/metrics.csv"    # below the imported folder; also * and **, and a store as a whole
    select = "test_err"           # the column, key or tag; the measure's name where left out
    row = "last"                  # or best-min, best-max, COLUMN=VALUE such as step=100
    times = 100                   # what each value is multiplied with, such as a fraction that becomes per cent
    unit = "%"
    items = 10000
    variant = "param:arch"        # or a name; where the path does not tell
    seed = "param:seed"
    where = {dataset = "cifar10"} # only runs with these parameters
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.errors import NotFound
from paperlab.replication.toml_table import read_toml
from paperlab.run_tracker.found import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.replication.toml_table import TomlTable

FILE = "import.toml"
PARAMETER = "param:"
BEST = ("best-min", "best-max")
MAX_PATHS = 200_000
_KEYS = ("measure", "from", "select", "row", "times", "unit", "items", "variant", "seed", "where")
_PART = re.compile(r"\{(\w*)\}|\*\*/|\*\*|\*|\?")
_GROUPS = {"variant": r"[^/]+?", "seed": r"\d+"}


@dataclass(frozen=True, slots=True)
class Binding:
    """One `[[bind]]`: where the values of a measure stand, and whose they are."""

    measure: str
    """Its name, without a variant."""
    pattern: str
    """`from`: a path below the imported folder."""
    select: str
    row: str = "last"
    times: float = 1.0
    unit: str = ""
    items: int | None = None
    only: str = ""
    """The one variant it is for, where the measure names one."""
    variant: str = ""
    seed: str = ""
    where: dict[str, str] = field(default_factory=dict)
    line: int = 0
    """Of import.toml, 1-based."""


@dataclass(frozen=True, slots=True)
class Bindings:
    """What import.toml says."""

    path: Path
    binds: tuple[Binding, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    """By name; a table holds those of one variant."""
    variants: dict[str, str] = field(default_factory=dict)
    """The tier's names, by those that the other tool has."""

    def facts_of(self, variant: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return the facts of a run; `declared` lists those that nobody measured: a person wrote them down."""
        given = {name: value for name, value in self.facts.items() if not isinstance(value, dict)}
        given |= self.facts.get(variant, {})
        noted = {name: str(value) for name, value in given.items() if str(value).startswith(PARAMETER)}
        facts = {name: value for name, value in given.items() if name not in noted}
        declared = sorted(facts)
        for name, said in noted.items():
            if (value := parameters.get(said.removeprefix(PARAMETER))) is not None:
                facts[name] = as_number(value)
        return facts | {"declared": declared} if facts else {}


def read_bindings(path: Path) -> Bindings:
    """Return what import.toml says; raises BadFile naming path and line."""
    table = read_toml(path)
    table.known(("facts", "variants", "bind"))
    facts, variants = table.table("facts"), table.table("variants")
    if variants and not all(isinstance(name, str) for name in variants.values.values()):
        raise variants.bad("the names of variants must be texts in quotes")
    if facts:
        _check_facts(facts)
    binds = tuple([_binding(one) for one in table.tables("bind")])
    return Bindings(path, binds, facts.values if facts else {}, variants.values if variants else {})


def _check_facts(table: TomlTable) -> None:
    for name, value in table.values.items():
        of_variant = table.table(name) if isinstance(value, dict) and "." not in table.name else None
        if of_variant:
            _check_facts(of_variant)
        elif not _is_fact(value):
            raise table.bad(
                f"{name} must be text, a finite number, true, false or a list of these; not {value!r}", name
            )


def _is_fact(value: object) -> bool:
    if isinstance(value, list):
        return all(_is_fact(item) for item in value)
    return isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value))


def _binding(table: TomlTable) -> Binding:
    table.known(_KEYS)
    for key in ("measure", "from"):
        if not table.need(key) or not table.text(key):
            raise table.bad(f"{key} is empty", key)
    only, _colon, measure = table.text("measure").rpartition(":")
    where = table.table("where")
    times = table.number("times")
    return Binding(
        measure=measure,
        pattern=_checked_pattern(table),
        select=table.text("select") or measure,
        row=_checked_row(table),
        times=1.0 if times is None else times,
        unit=table.text("unit"),
        items=table.whole("items"),
        only=only,
        variant=table.text("variant"),
        seed=_seed(table),
        where={name: str(value) for name, value in where.values.items()} if where else {},
        line=table.first + 1,
    )


def _checked_pattern(table: TomlTable) -> str:
    pattern = table.text("from").removeprefix("./")
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise table.bad("from must be a path below the imported folder", "from")
    for name in re.findall(r"\{(\w*)\}", pattern):
        if name not in _GROUPS:
            raise table.bad(f"from knows {{variant}} and {{seed}}, not {{{name}}}", "from")
    return pattern


def _checked_row(table: TomlTable) -> str:
    row = table.text("row", "last")
    if row not in ("last", *BEST) and not re.fullmatch(r"[^=]+=.+", row):
        raise table.bad(f"row must be last, best-min, best-max or such as step=100; not {row!r}", "row")
    return row


def _seed(table: TomlTable) -> str:
    if isinstance(table.values.get("seed"), int):
        return str(table.whole("seed", 0))
    seed = table.text("seed")
    if seed and not seed.startswith(PARAMETER) and not seed.isdecimal():
        raise table.bad(f'seed must be a whole number or such as "param:seed", not {seed!r}', "seed")
    return seed


def as_number(value: object) -> Any:
    """Return a number that is given as text as a number, whole ones as int; any other value as it is."""
    got = number(value) if isinstance(value, str) else None
    if got is None:
        return value
    return int(got) if got.is_integer() and abs(got) < 2**53 else got


# Paths


def matching(folder: Path, pattern: str) -> list[tuple[Path, dict[str, str]]]:
    """Return the files that a pattern fits, with what stands at `{variant}` and `{seed}`, by path.

    A pattern that ends in a slash, and one without a wildcard, can name a folder. Links are not followed. Raises
    NotFound for a folder of more than 200,000 files.
    """
    fits = re.compile(_as_regex(pattern.rstrip("/")))
    folders = pattern.endswith("/") or not _PART.search(pattern)
    found = []
    for path in _below(folder, folders=folders, files=not pattern.endswith("/")):
        match = fits.fullmatch(path.relative_to(folder).as_posix())
        if match:
            found.append((path, match.groupdict()))
    return sorted(found, key=lambda one: one[0])


def _below(folder: Path, *, folders: bool, files: bool) -> Iterator[Path]:
    count = 0
    for at, below, names in os.walk(folder):
        for name in [*(below if folders else ()), *(names if files else ())]:
            path = Path(at, name)
            if not path.is_symlink():
                yield path
        count += len(names)
        if count > MAX_PATHS:
            raise NotFound(f"{folder} has more than {MAX_PATHS:,} files: name a smaller folder")


def _as_regex(pattern: str) -> str:
    parts, at, seen = [], 0, set()
    for match in _PART.finditer(pattern):
        parts.append(re.escape(pattern[at : match.start()]))
        at = match.end()
        name = match[1]
        if name:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{_GROUPS[name]})")
            seen.add(name)
        else:
            parts.append({"**/": "(?:.+/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}[match[0]])
    return "".join([*parts, re.escape(pattern[at:])])
