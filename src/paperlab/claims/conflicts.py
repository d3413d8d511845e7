"""Finds the same result printed with different numbers. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from paperlab.claims.terms import dataset_named, metric_named, squash
from paperlab.types import ClaimRole, Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from paperlab.types import Claim

_LEAST_SURE = 0.45
"""Confidence below which a claim contradicts nothing."""
_VAGUE = frozenset(
    ("", "average", "mean", "overall", "baseline", "random", "human", "full", "standard", "ours", "all", "dense")
)
"""Names that mean another thing in each paper."""
_SHOTS = re.compile(r"\b(\d+|zero|one|few)[- ]?shots?\b", re.IGNORECASE)
_SIZE = re.compile(r"(?<![\w.])\d+(?:\.\d+)? ?[MBTK]\b")
_SAME_PAPER = "the same paper"


def conflicts(claims: Iterable[Claim]) -> list[Conflict]:
    """Return pairs of results that should be equal and are not, the largest relative difference first.

    Pairs within one paper come after those of two papers. Equal means: same method, dataset and metric as printed but
    for case, spaces and dashes, and the same split where both name one. Settings that differ are told in `reasons`;
    sizes of models that differ are no conflict, nor are numbers that round to each other. Within one paper a sentence
    is compared with tables, and tables with tables that agree with them in most other numbers.
    """
    groups: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if _counts(claim):
            groups[_identity(claim)].append(claim)
    found = [conflict for group in groups.values() for conflict in _among(group)]
    agreeing = Counter(tables for group in groups.values() for tables in _agreeing(group))
    differing = Counter(_tables(one.first, one.second) for one in found)
    kept = [one for one in found if _is_alone(_tables(one.first, one.second), agreeing, differing)]
    return sorted(
        kept,
        key=lambda one: (
            one.first.key == one.second.key,
            -_relative(one),
            one.first.key,
            one.first.id,
            one.second.key,
            one.second.id,
        ),
    )


def _tables(one: Claim, other: Claim) -> frozenset[str]:
    """Return the two tables of one paper that claims stand in; nothing for papers or sentences."""
    if one.key != other.key or not one.cell or not other.cell:
        return frozenset()
    return frozenset((f"{one.key} {one.cell.table}", f"{other.key} {other.cell.table}"))


def _agreeing(group: list[Claim]) -> Iterator[frozenset[str]]:
    for one, other in combinations(group, 2):
        tables = _tables(one, other)
        if len(tables) == 2 and one.setting == other.setting and not _differ(one, other):
            yield tables


def _is_alone(tables: frozenset[str], agreeing: Counter[frozenset[str]], differing: Counter[frozenset[str]]) -> bool:
    """Tell a difference between tables that agree otherwise: two that differ throughout show another protocol."""
    return not tables or differing[tables] <= agreeing[tables]


def _counts(claim: Claim) -> bool:
    named = (
        claim.method.casefold() not in _VAGUE and claim.dataset.casefold() not in _VAGUE and claim.metric not in _VAGUE
    )
    told = not any(
        reason.startswith(("it may be", "it is a change", "the method is taken")) for reason in claim.reasons
    )
    return claim.role is ClaimRole.RESULT and named and told and claim.confidence >= _LEAST_SURE


def _identity(claim: Claim) -> tuple[str, str, str]:
    dataset, metric = dataset_named(claim.dataset), metric_named(claim.metric)
    return (
        _method_key(claim),
        squash(dataset.name if dataset else claim.dataset),
        squash(metric.name if metric else claim.metric),
    )


def _method_key(claim: Claim) -> str:
    """Return a method with its size, squashed: `LLaMA 2 7B`, `Llama-2-7B`, `LLaMA2` with the setting `7B` are one."""
    sizes = _SIZE.findall(claim.setting) if not _SIZE.search(claim.method) else []
    plain = _SHOTS.sub("", claim.method)
    return squash(" ".join([plain, *sizes[:1]]))


def _among(group: list[Claim]) -> Iterator[Conflict]:
    """Yield the conflicts of claims of one identity, each number of a paper once.

    A table that prints several numbers of this identity tells them apart by what is not known here: papers are not
    compared by such.
    """
    seen: set[tuple[str, str, str, str]] = set()
    numbers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for claim in group:
        numbers[_place(claim)].add(claim.printed)
    for one, other in combinations(sorted(group, key=lambda claim: (claim.key, claim.id)), 2):
        pair = (one.key, one.printed, other.key, other.printed)
        is_clear = one.key == other.key or len(numbers[_place(one)]) == len(numbers[_place(other)]) == 1
        if is_clear and pair not in seen and _are_compared(one, other) and _differ(one, other):
            seen.add(pair)
            first, second, _ = _values(one, other)
            yield Conflict(one, other, round(second - first, 10), tuple(_reasons(one, other)))


def _place(claim: Claim) -> tuple[str, str]:
    return claim.key, claim.cell.table if claim.cell else claim.id


def _are_compared(one: Claim, other: Claim) -> bool:
    if one.split and other.split and one.split != other.split:
        return False
    if one.key != other.key:
        return True
    if one.cell and other.cell and one.cell.table == other.cell.table:
        return False
    return (one.cell or other.cell) is not None and one.setting == other.setting


def _values(one: Claim, other: Claim) -> tuple[float, float, float]:
    """Return both values on the first's scale, percent or share of one, and how far rounding can part them."""
    places = [claim.decimals for claim in (one, other)]
    values = [claim.value for claim in (one, other)]
    for k, (share, percent) in enumerate(((one, other), (other, one))):
        if 1.5 < percent.value <= 100 and 0 < share.value <= 1 and share.decimals > 1 and share.unit != "%":
            # The first's scale is kept: its share stays, or the second's becomes percent.
            values[1] = other.value * 100 if k else other.value / 100
            places[1] += -2 if k else 2
    return values[0], values[1], 0.5 * 10.0 ** -min(places)


def _differ(one: Claim, other: Claim) -> bool:
    """Tell values that do not round to each other."""
    first, second, rounding = _values(one, other)
    return abs(second - first) > rounding * 1.0001


def _relative(conflict: Conflict) -> float:
    return abs(conflict.difference) / max(abs(conflict.first.value), 1e-9)


def _reasons(one: Claim, other: Claim) -> Iterator[str]:
    """Yield what else differs, as printed."""
    if one.key == other.key:
        yield _SAME_PAPER
    if one.split != other.split:
        yield f"split: {one.split or 'not told'} | {other.split or 'not told'}"
    shots = [
        next((match[0] for match in _SHOTS.finditer(f"{claim.setting} {claim.method}")), "") for claim in (one, other)
    ]
    if shots[0].casefold() != shots[1].casefold():
        yield f"shots: {shots[0] or 'not told'} | {shots[1] or 'not told'}"
    elif one.setting != other.setting:
        yield f"setting: {one.setting or 'not told'} | {other.setting or 'not told'}"
    if one.selection is not other.selection:
        yield f"runs: {one.selection.value} | {other.selection.value}"
    if "guess" in " ".join((*one.reasons, *other.reasons)):
        yield "a metric is guessed"
