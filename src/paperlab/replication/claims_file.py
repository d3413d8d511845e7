"""claims.toml: what is tested, as people read and edit it."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from paperlab.disk import write_atomically
from paperlab.replication.toml_table import read_toml, shown
from paperlab.types import ClaimKind, Direction, Evidence, Reported, Selection, SpreadMeaning, TestedClaim, Tolerance

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from paperlab.replication.toml_table import TomlTable

FILE = "claims.toml"
STATUSES = ("proposed", "confirmed")
_ALWAYS = ("id", "text", "kind", "status", "role", "unit", "direction", "protocol", "evidence", "min_seeds", "known")
_KEYS: dict[ClaimKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    ClaimKind.EXACT: (("measure", "paper"), ("tolerance",)),
    ClaimKind.VALUE: (("measure", "paper"), ("tolerance",)),
    ClaimKind.DIFFERENCE: (("pair", "form", "paper"), ("pair_by", "tolerance")),
    ClaimKind.ORDERING: (("order", "direction"), ("margin", "pair_by")),
    ClaimKind.PARITY: (("pair", "form", "margin"), ("pair_by",)),
    ClaimKind.THRESHOLD: (("measure", "op", "bound"), ("bound_why",)),
    ClaimKind.TREND: (("measure", "x", "expect"), ("log", "slope", "window")),
    ClaimKind.JUDGEMENT: ((), ("measure", "paper")),
}
"""What each kind needs, and what else it takes."""
_FORMS = {ClaimKind.DIFFERENCE: ("abs", "rel", "ratio"), ClaimKind.PARITY: ("equivalence", "noninferiority")}
_TRENDS = ("increasing", "decreasing", "u-shape", "slope")
_OPS = ("<=", ">=", "<", ">")
_PAPER = ("value", "n", "spread", "spread_kind", "selection")
_EVIDENCE = ("key", "claim", "table", "row", "column", "page", "box", "quote", "sha256", "note")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")


def read_claims(path: Path) -> tuple[TestedClaim, ...]:
    """Return the claims of a file in its order; raises BadFile naming path and line for anything out of order."""
    table = read_toml(path)
    table.known(("schema", "claim"))
    table.check_schema()
    claims: list[TestedClaim] = []
    for one in table.tables("claim"):
        claim = _claim(one)
        if any(before.id == claim.id for before in claims):
            raise one.bad(f"there is another claim {claim.id!r}: give this one an id of its own", "id")
        claims.append(claim)
    return tuple(claims)


def _claim(table: TomlTable) -> TestedClaim:
    for key in ("id", "text", "kind"):
        table.need(key)
        if not table.text(key).strip():
            raise table.bad(f"{key} is empty", key)
    if not _ID.fullmatch(table.text("id")):
        raise table.bad(f"{table.text('id')!r} is no id: letters, digits, dots and dashes", "id")
    kind = ClaimKind(table.one_of("kind", ClaimKind))
    _check_keys(table, kind)
    _check_measures(table, kind)
    return TestedClaim(
        id=table.text("id"),
        text=table.text("text"),
        kind=kind,
        status=table.one_of("status", STATUSES, "proposed"),
        role=table.one_of("role", ("", "headline")),
        known=table.text("known"),
        unit=table.text("unit"),
        direction=Direction(table.one_of("direction", Direction)),
        protocol=table.text("protocol", "paper"),
        measure=table.text("measure"),
        paper=_reported(table),
        tolerance=_tolerance(table),
        evidence=_evidence(table),
        min_seeds=table.whole("min_seeds"),
        line=table.first + 1,
        **_of_kind(table, kind),
    )


def _check_keys(table: TomlTable, kind: ClaimKind) -> None:
    needed, taken = _KEYS[kind]
    everything = {key for pair in _KEYS.values() for keys in pair for key in keys}
    for key in table.values:
        if key in everything and key not in (*_ALWAYS, *needed, *taken):
            whose = " and ".join(k.value for k, (a, b) in _KEYS.items() if key in (*a, *b))
            raise table.bad(f"{key!r} belongs to claims of kind {whose}, and this is of kind {kind.value}", key)
    table.known((*_ALWAYS, *needed, *taken))
    for key in needed:
        table.need(key, f": claims of kind {kind.value} need it")


def _check_measures(table: TomlTable, kind: ClaimKind) -> None:
    if "measure" in table.values and not table.text("measure").strip():
        raise table.bad("measure is empty: write variant:name, or name where the tier has one variant", "measure")
    if kind is ClaimKind.TREND and ":" in table.text("measure"):
        raise table.bad("a trend's measure is a name without variant: it is taken from every variant with x", "measure")
    for key, least, most in (("order", 2, 99), ("pair", 2, 2)):
        if key in table.values:
            found = table.texts(key)
            if not least <= len(found) <= most or len(set(found)) < len(found) or not all(map(str.strip, found)):
                raise table.bad(f"{key} must name {'two' if most == 2 else 'at least two'} different measures", key)


def _of_kind(table: TomlTable, kind: ClaimKind) -> dict[str, Any]:
    """Return the fields that only some kinds have."""
    given = table.values
    found: dict[str, Any] = {"order": table.texts("order"), "pair": table.texts("pair")}
    found["pair_by"] = table.one_of("pair_by", ("", "seed"))
    found["margin"] = table.number("margin", least=0)
    found["form"] = table.one_of("form", _FORMS[kind]) if "form" in given else ""
    found["op"] = table.one_of("op", _OPS) if "op" in given else ""
    found["bound"], found["bound_why"] = table.number("bound"), table.text("bound_why")
    found["x"], found["log"] = table.text("x"), table.flag("log")
    found["expect"] = table.one_of("expect", _TRENDS) if "expect" in given else ""
    found["slope"], found["window"] = _range(table, "slope"), _range(table, "window")
    if kind is ClaimKind.ORDERING and not table.text("direction"):
        raise table.bad("an ordering needs a direction, higher or lower: which way is best", "direction")
    if kind is ClaimKind.TREND:
        _check_trend(table)
    return found


def _check_trend(table: TomlTable) -> None:
    if not table.text("x").strip():
        raise table.bad("x is empty: name the key of the configuration along which the variants differ", "x")
    is_slope = table.text("expect") == "slope"
    for key in ("slope", "window") if is_slope else ():
        table.need(key, ": a slope depends on the range it is taken over, so both stand here before the run")
    if "slope" in table.values and not is_slope:
        raise table.bad('slope goes with expect = "slope"', "slope")


def _range(table: TomlTable, key: str) -> tuple[float, float] | None:
    found = table.numbers(key, 2)
    if found is None:
        return None
    if found[0] > found[1]:
        raise table.bad(f"{key} goes from least to most, not from {found[0]:g} to {found[1]:g}", key)
    return found[0], found[1]


def _reported(table: TomlTable) -> Reported | None:
    paper = table.table("paper")
    if paper is None:
        return None
    paper.known(_PAPER)
    spread = _printed(paper, "spread")
    if spread is not None and "spread_kind" not in paper.values:
        kinds = ", ".join(SpreadMeaning)
        raise paper.bad(f"a spread needs its spread_kind, one of {kinds}", "spread")
    if spread is not None and spread < 0:
        raise paper.bad(f"a spread cannot be {spread:g}", "spread")
    paper.need("value", ': write it as it is printed, such as value = "0.0727"')
    if _printed(paper, "value") is None:
        raise paper.bad('value is empty: write it as it is printed, such as value = "0.0727"', "value")
    return Reported(
        printed=paper.text("value").strip(),
        n=paper.whole("n"),
        spread=spread,
        spread_meaning=SpreadMeaning(paper.one_of("spread_kind", SpreadMeaning, "unknown")),
        selection=Selection(paper.one_of("selection", Selection, "unknown")),
    )


def _printed(table: TomlTable, key: str) -> float | None:
    """Return a number given as it is printed, None where there is none: its decimals say how far it was rounded."""
    value = table.values.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise table.bad(f'{key} must be in quotes, with the decimals that are printed: {key} = "{shown(value)}"', key)
    text = table.text(key).strip()
    if text and not (_NUMBER.fullmatch(text) and math.isfinite(float(text))):
        raise table.bad(f"{key} must be a number in quotes, not {shown(text)}", key)
    return float(text) if text else None


def _tolerance(table: TomlTable) -> Tolerance | None:
    given = table.table("tolerance")
    if given is None:
        return None
    given.known(("abs", "rel", "why"))
    absolute, relative = given.number("abs", least=0), given.number("rel", least=0)
    if absolute is None and relative is None:
        raise given.bad("a tolerance says how far: abs in the claim's unit, or rel as a fraction of the paper's value")
    return Tolerance(absolute, relative, given.text("why"))


def _evidence(table: TomlTable) -> Evidence:
    given = table.table("evidence")
    if given is None:
        return Evidence()
    given.known(_EVIDENCE)
    words = {key: given.text(key) for key in _EVIDENCE if key not in {"page", "box"}}
    box = given.numbers("box", 4)
    return Evidence(page=given.whole("page"), box=(box[0], box[1], box[2], box[3]) if box else None, **words)


_HEAD = """\
What this replication tests. A claim is tested once a person has held it against the paper:
read the place that its evidence names, then change status to "confirmed".
measure is variant:name as run.py gives it to run.result, or name where the tier has one variant.
paper.value stays in quotes, as printed: its decimals say how far it was rounded.\
"""


def write_claims(path: Path, claims: Iterable[TestedClaim]) -> None:
    """Write a file of claims that `read_claims` reads back the same, boxes to hundredths; raises NoSpace or NotNow."""
    import tomlkit

    document = tomlkit.document()
    for line in _HEAD.splitlines():
        document.add(tomlkit.comment(line))
    document.add("schema", tomlkit.item(1))
    listed = tomlkit.aot()
    for claim in claims:
        table = tomlkit.table()
        for key, value in _plain(claim).items():
            table.add(key, _inline(value) if isinstance(value, dict) else tomlkit.item(value))
        listed.append(table)
    if len(listed):
        document.add("claim", listed)
    write_atomically(path, tomlkit.dumps(document).encode())


def _inline(values: dict[str, Any]) -> Any:
    import tomlkit

    table = tomlkit.inline_table()
    table.update(values)
    return table


def _plain(claim: TestedClaim) -> dict[str, Any]:
    """Return what stands in the file, in the order in which people read it; what is not given is left out."""
    needed, taken = _KEYS[claim.kind]
    always = {"id", "text", "kind", "status"}
    last = ("unit", "direction", "protocol", "min_seeds", "known")
    keys = ("id", "text", "kind", "status", "role", *needed, *taken, *last)
    found: dict[str, Any] = {}
    for key in dict.fromkeys(key for key in keys if key not in {"paper", "tolerance"}):
        value = getattr(claim, key)
        absent = value is None or value is False or value in ("", ()) or (key, value) == ("protocol", "paper")
        if key in always or not absent:
            found[key] = list(value) if isinstance(value, tuple) else _scalar(value)
    return found | _tables(claim)


def _scalar(value: Any) -> Any:
    return str(value.value) if hasattr(value, "value") else value


def _tables(claim: TestedClaim) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if claim.paper:
        paper = claim.paper
        spread = None if paper.spread is None else f"{paper.spread:.10g}"
        kind = paper.spread_meaning.value if spread else None
        selection = paper.selection.value if paper.selection is not Selection.UNKNOWN else None
        told = {"value": paper.printed, "n": paper.n, "spread": spread, "spread_kind": kind, "selection": selection}
        found["paper"] = _given(told)
    if claim.tolerance:
        far = claim.tolerance
        found["tolerance"] = _given({"abs": far.absolute, "rel": far.relative, "why": far.why or None})
    evidence = {key: getattr(claim.evidence, key) for key in _EVIDENCE}
    box = evidence["box"]
    evidence["box"] = [round(edge, 2) for edge in box] if box else None
    shown = {key: value for key, value in evidence.items() if value not in ("", None)}
    return found | ({"evidence": shown} if shown else {})


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
