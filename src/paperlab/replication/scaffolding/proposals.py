"""What a replication could test, out of what was found in the paper. Proposals: a person confirms them. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from paperlab.text import fold, one_line, shorten
from paperlab.types import (
    ClaimKind,
    ClaimRole,
    Direction,
    Evidence,
    Reported,
    SpreadMeaning,
    TestedClaim,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from paperlab.types import Claim

MOST = 12
"""Claims that are proposed of one paper: as many as a person will hold against it."""
_MOST_ORDERINGS = 3
_MOST_COUNTS = 3
_LEAST_CONFIDENCE = 0.3
_LABEL = 80
"""Characters of a label or a method's name that are kept."""
_COUNTED = re.compile(r"\b(param(eter)?s?|flops?|macs?|madds?|multiply adds?|multi adds?|weights)\b")
"""Sizes that follow from a network's description; a cost of training does not."""
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[, ](?=\d{3}(?!\d))")
_POWER = re.compile(r"\s*[·×x*]\s*10\^?\{?([-+]?\d+)\}?")


def proposed(claims: Sequence[Claim]) -> tuple[TestedClaim, ...]:
    """Return at most `MOST` claims to test: orderings, counts, then values; the paper's own and bold ones first.

    The tables take turns, so that none fills the list alone. The same claims give the same proposals.
    """
    usable = [claim for claim in _in_order(claims) if _printed(claim) and claim.confidence >= _LEAST_CONFIDENCE]
    results = [claim for claim in usable if claim.role is ClaimRole.RESULT]
    counts = [claim for claim in usable if claim.role is ClaimRole.SETUP and _is_count(claim)]
    pairs = _own_above_baseline(results)[:_MOST_ORDERINGS]
    exact = _taking_turns(_worth(counts))[:_MOST_COUNTS]
    values = _taking_turns(_worth(results))[: MOST - len(pairs) - len(exact)]
    measures = _measures([*exact, *values, *(claim for pair in pairs for claim in pair)])
    return (
        *(_ordering(own, baseline, measures) for own, baseline in pairs),
        *(_number(claim, ClaimKind.EXACT, measures) for claim in exact),
        *(_number(claim, ClaimKind.VALUE, measures) for claim in values),
    )


def _in_order(claims: Iterable[Claim]) -> list[Claim]:
    """Return the claims from the paper's first page to its last; a number that is printed twice stands once."""
    by_place = sorted(claims, key=lambda claim: (claim.page, claim.box[1], claim.box[0], claim.id))
    said: dict[tuple[str, ...], Claim] = {}
    for c in by_place:
        said.setdefault((fold(c.method), c.setting, c.dataset, c.split, c.metric, c.unit, c.printed), c)
    return list(said.values())


def _is_count(claim: Claim) -> bool:
    labels = (claim.cell.row_label, claim.cell.column_label) if claim.cell else ()
    words = fold(" ".join((claim.metric, *labels)))
    return bool(_COUNTED.search(words)) and "cost" not in words.split()


def _worth(claims: list[Claim]) -> list[Claim]:
    """Return the paper's own claims and the bold ones; all where nothing tells them."""
    return [claim for claim in claims if claim.own or claim.bold] or claims


def _taking_turns(claims: list[Claim]) -> list[Claim]:
    """Return the claims, the best of each table first, then each table's second, and so on."""
    tables: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        tables[claim.cell.table if claim.cell else ""].append(claim)
    for members in tables.values():
        members.sort(key=_rank)  # stable: the paper's order between equals
    turns = [(turn, _rank(claim), claim) for members in tables.values() for turn, claim in enumerate(members)]
    return [claim for _, _, claim in sorted(turns, key=lambda one: one[:2])]


def _rank(claim: Claim) -> tuple[bool, bool, float]:
    return not claim.own, not claim.bold, -claim.confidence


def _own_above_baseline(results: list[Claim]) -> list[tuple[Claim, Claim]]:
    """Return pairs of the paper's best own number and the best of others beside it, one of each table first."""
    groups: dict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in results:
        if claim.cell and claim.method and claim.direction is not Direction.UNKNOWN:
            what = (claim.dataset, claim.split, claim.metric, claim.unit, claim.direction)
            groups[(claim.cell.table, "column", claim.cell.column, *what)].append(claim)
            groups[(claim.cell.table, "row", claim.cell.row, *what)].append(claim)
    pairs: dict[tuple[str, str], tuple[Claim, Claim]] = {}
    for members in groups.values():
        own, others = [c for c in members if c.own], [c for c in members if not c.own]
        if own and others:
            best, baseline = max(own, key=_goodness), max(others, key=_goodness)
            if _goodness(best) > _goodness(baseline) and fold(best.method) != fold(baseline.method):
                pairs.setdefault((best.id, baseline.id), (best, baseline))
    firsts = {pair[0].id: pair for pair in reversed(pairs.values())}
    return [firsts[claim.id] for claim in _taking_turns([pair[0] for pair in firsts.values()])]


def _goodness(claim: Claim) -> float:
    return claim.value if claim.direction is Direction.HIGHER else -claim.value


def _number(claim: Claim, kind: ClaimKind, measures: Mapping[str, str]) -> TestedClaim:
    return TestedClaim(
        id=claim.id if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]*", claim.id) else _slug(claim.id, "claim"),
        text=_text(claim),
        kind=kind,
        unit=one_line(claim.unit),
        direction=claim.direction,
        measure=measures[claim.id],
        paper=Reported(
            printed=_printed(claim),
            n=claim.n,
            spread=claim.spread,
            spread_meaning=claim.spread_meaning or SpreadMeaning.UNKNOWN,
            selection=claim.selection,
        ),
        evidence=_evidence(claim),
    )


def _ordering(own: Claim, baseline: Claim, measures: Mapping[str, str]) -> TestedClaim:
    numbers = [f"{_name(claim)} ({claim.printed}{_unit(claim)})" for claim in (own, baseline)]
    return TestedClaim(
        id=f"{_slug(own.id, 'claim', keep_case=True)}-above-{_slug(baseline.id, 'claim', keep_case=True)}",
        text=one_line(f"{' is better than '.join(numbers)}: {own.metric or 'result'}{_on(own)}"),
        kind=ClaimKind.ORDERING,
        unit=one_line(own.unit),
        direction=own.direction,
        order=(measures[own.id], measures[baseline.id]),
        evidence=_evidence(own, f"the other number is claim {baseline.id}: {_quote(baseline)}"),
    )


def _text(claim: Claim) -> str:
    metric = one_line(claim.metric) or ("size" if claim.role is ClaimRole.SETUP else "result")
    spread = f" ± {claim.spread_printed}" if claim.spread_printed else ""
    return one_line(f"{_name(claim)}: {metric} {claim.printed}{spread}{_unit(claim)}{_on(claim)}")


def _name(claim: Claim) -> str:
    setting = f" ({shorten(claim.setting, _LABEL)})" if claim.setting else ""
    return (shorten(claim.method, _LABEL) or "the paper's method") + setting


def _on(claim: Claim) -> str:
    split = f" ({shorten(claim.split, _LABEL)})" if claim.split else ""
    return f" on {shorten(claim.dataset, _LABEL)}{split}" if claim.dataset else ""


def _unit(claim: Claim) -> str:
    return f" {one_line(claim.unit)}" if claim.unit else ""


def _evidence(claim: Claim, note: str = "") -> Evidence:
    cell = claim.cell
    if not note and claim.reasons:
        note = "less sure: " + "; ".join(claim.reasons)
    return Evidence(
        key=claim.key,
        claim=claim.id,
        table=one_line(cell.table) if cell else "",
        row=shorten(cell.row_label, _LABEL) if cell else "",
        column=shorten(cell.column_label, _LABEL) if cell else "",
        page=claim.page,
        box=claim.box,
        quote=_quote(claim),
        sha256=claim.sha256,
        note=one_line(note),
    )


def _quote(claim: Claim) -> str:
    """Return the sentence, or the row's label with the number as its cell prints it."""
    if claim.quote or not claim.cell:
        return shorten(claim.quote, 4 * _LABEL)
    spread = f" ± {claim.spread_printed}" if claim.spread_printed else ""
    return one_line(f"{shorten(claim.cell.row_label, _LABEL)} {claim.printed}{spread}")


def _printed(claim: Claim) -> str:
    """Return the number as claims.toml takes it, decimals kept: `114,662` is 114662, `1.8·10^9` is 1.8e9; else ''."""
    text = one_line(claim.printed).replace("−", "-").replace("–", "-")
    text = _POWER.sub(r"e\1", _THOUSANDS.sub("", text))
    return text if _NUMBER.fullmatch(text) else ""


def _measures(claims: list[Claim]) -> dict[str, str]:
    """Return a measure's name for each claim's id: `variant:metric`, with the dataset where there are several.

    The variant is the method; where that names two different numbers the setting follows, then the claim's id.
    """
    datasets = {fold(claim.dataset) for claim in claims if claim.dataset}
    names: dict[str, str] = {}
    for names_of in (_by_method, _by_setting, _by_id):
        left = {claim.id: claim for claim in claims if claim.id not in names}
        made = {id_: names_of(claim, several=len(datasets) > 1) for id_, claim in left.items()}
        uses = Counter(made.values())
        # A name taken by two is free for neither: both get the longer one.
        names |= {id_: name for id_, name in made.items() if uses[name] == 1 and name not in names.values()}
    return names


def _by_method(claim: Claim, *, several: bool) -> str:
    return _measure(claim, claim.method, several=several)


def _by_setting(claim: Claim, *, several: bool) -> str:
    return _measure(claim, f"{claim.method} {claim.setting}", several=several)


def _by_id(claim: Claim, *, several: bool) -> str:
    return _measure(claim, f"{shorten(claim.method, _LABEL // 4)} {claim.id}", several=several)


def _measure(claim: Claim, variant: str, *, several: bool) -> str:
    parts = [_slug(claim.dataset, "")] if several and claim.dataset else []
    parts += [_slug(claim.split, "")] if claim.split else []
    parts.append(_slug(claim.metric, "value").replace("-", "_"))
    return f"{_slug(variant, 'paper')}:{'/'.join(part for part in parts if part)}"


def _slug(text: str, otherwise: str, *, keep_case: bool = False) -> str:
    """Return letters and digits joined by dashes, at most `_LABEL` characters."""
    words = re.findall(r"[A-Za-z0-9.+]+" if keep_case else r"[a-z0-9]+", text if keep_case else fold(text))
    return "-".join(words)[:_LABEL].strip("-.+") or otherwise
