"""What is proposed to be tested, out of a paper's claims."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from paperlab.replication.claims_file import read_claims, write_claims
from paperlab.replication.scaffolding.proposals import MOST, proposed
from paperlab.types import (
    CellAt,
    Claim,
    ClaimKind,
    ClaimRole,
    Direction,
    Reported,
    Selection,
    SpreadMeaning,
)

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = 'Net "{{ 7*7 }}" \\ \n[[claim]]\x1b[31m\u202e ``` <b> \'\'\' """'


def claim(table: str, row: int, column: int, printed: str, method: str, **changes: Any) -> Claim:
    """Return a result of a table's cell: an accuracy on a made-up data set, where not told otherwise."""
    fields: dict[str, Any] = {
        "id": f"T{table}.r{row}.c{column}",
        "key": "2401.00001",
        "role": ClaimRole.RESULT,
        "method": method,
        "dataset": "Shapes",
        "split": "",
        "metric": "accuracy",
        "direction": Direction.HIGHER,
        "printed": printed,
        "value": float(printed.replace(",", "")) if printed.replace(",", "").replace(".", "").isdigit() else 0.0,
        "page": 4,
        "box": (100.0, 100.0 + 10 * row, 130.0, 108.0 + 10 * row),
        "sha256": "ab" * 32,
        "unit": "%",
        "cell": CellAt(table, row, column, method, "accuracy"),
    }
    return Claim(**fields | changes)


def test_a_value_carries_everything_a_person_needs_to_check_it() -> None:
    """The number as printed, its spread and runs, and the place it stands at."""
    one = claim(
        "2",
        3,
        1,
        "88.10",
        "RouteNet",
        own=True,
        spread_printed="0.25",
        spread=0.25,
        spread_meaning=SpreadMeaning.SD,
        n=5,
        selection=Selection.MEAN,
        split="test",
    )
    (found,) = proposed([one])
    assert (found.id, found.kind, found.status) == ("T2.r3.c1", ClaimKind.VALUE, "proposed")
    assert found.text == "RouteNet: accuracy 88.10 ± 0.25 % on Shapes (test)"
    assert found.paper == Reported("88.10", 5, 0.25, SpreadMeaning.SD, Selection.MEAN)
    assert (found.unit, found.direction, found.measure) == ("%", Direction.HIGHER, "routenet:test/accuracy")
    place = found.evidence
    assert (place.key, place.claim, place.table, place.row, place.column) == (
        "2401.00001",
        "T2.r3.c1",
        "2",
        "RouteNet",
        "accuracy",
    )
    assert (place.page, place.box, place.sha256) == (4, one.box, one.sha256)
    assert place.quote == "RouteNet 88.10 ± 0.25"


def test_the_paper_s_own_result_is_held_against_the_best_baseline_of_its_column() -> None:
    """Best of its own, best of the others, by the metric's direction."""
    column = [
        claim("1", 1, 1, "90.1", "Old"),
        claim("1", 2, 1, "91.5", "Newer"),
        claim("1", 3, 1, "92.0", "RouteNet-S", own=True),
        claim("1", 4, 1, "93.2", "RouteNet-L", own=True),
    ]
    (ordering,) = [one for one in proposed(column) if one.kind is ClaimKind.ORDERING]
    assert ordering.order == ("routenet-l:accuracy", "newer:accuracy")
    assert ordering.direction is Direction.HIGHER
    assert ordering.text == "RouteNet-L (93.2 %) is better than Newer (91.5 %): accuracy on Shapes"
    assert ordering.evidence.claim == "T1.r4.c1"
    assert "T1.r2.c1" in ordering.evidence.note


def test_lower_is_better_where_the_metric_says_so() -> None:
    """An error of 4 is above one of 6."""
    changes: dict[str, Any] = {"metric": "error", "direction": Direction.LOWER}
    column = [claim("1", 1, 1, "6.0", "Old", **changes), claim("1", 2, 1, "4.0", "RouteNet", own=True, **changes)]
    assert [one.order for one in proposed(column) if one.order] == [("routenet:error", "old:error")]


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 80.0},
        {"dataset": "Other"},
        {"metric": "F1"},
        {"direction": Direction.UNKNOWN},
        {"cell": CellAt("2", 2, 5, "RouteNet", "x")},
    ],
    ids=["own is worse", "other data", "other metric", "no direction", "other table and column"],
)
def test_no_ordering_where_the_numbers_do_not_say_so(changes: dict[str, Any]) -> None:
    """Only numbers of one column, metric and data set are compared, and only where the paper's own is better."""
    pair = [claim("1", 1, 1, "90.1", "Old"), claim("1", 2, 1, "92.0", "RouteNet", own=True, **changes)]
    assert not [one for one in proposed(pair) if one.kind is ClaimKind.ORDERING]


def test_sizes_are_exact_and_other_setup_is_left_out() -> None:
    """A count of parameters follows from the description; hours and training costs do not."""
    setup: dict[str, Any] = {"role": ClaimRole.SETUP, "direction": Direction.UNKNOWN, "dataset": ""}
    found = proposed(
        [
            claim("1", 1, 1, "114,662", "RouteNet", metric="# parameters", unit="", own=True, **setup),
            claim("1", 1, 2, "1.8·10^9", "RouteNet", metric="FLOPs", unit="", own=True, **setup),
            claim("1", 1, 3, "3.3·10^18", "RouteNet", metric="Training Cost (FLOPs)", unit="", own=True, **setup),
            claim("1", 1, 4, "12", "RouteNet", metric="GPU hours", unit="h", own=True, **setup),
        ]
    )
    assert [(one.kind, one.measure) for one in found] == [
        (ClaimKind.EXACT, "routenet:parameters"),
        (ClaimKind.EXACT, "routenet:flops"),
    ]
    assert [one.paper.printed for one in found if one.paper] == ["114662", "1.8e9"]


def test_own_and_bold_come_first_and_tables_take_turns() -> None:
    """One large table does not fill the list, and at most twelve are proposed."""
    large = [claim("1", row, 1, f"{50 + row}.0", f"Net-{row}", own=True) for row in range(1, 30)]
    small = [
        claim("2", 1, 1, "70.5", "Net-1", own=True, dataset="Leaves"),
        claim("2", 2, 1, "71.5", "Other", bold=True),
    ]
    plain = [claim("3", 1, 1, "10.0", "Nobody")]
    found = proposed([*large, *small, *plain])
    assert len(found) == MOST
    ids = [one.evidence.claim for one in found]
    assert {"T2.r1.c1", "T2.r2.c1"} <= set(ids)
    assert "T3.r1.c1" not in ids
    assert ids[:2] == ["T1.r1.c1", "T2.r1.c1"]


def test_without_own_and_bold_the_surest_are_taken() -> None:
    """A paper whose tables mark nothing still gets proposals; guesses do not."""
    found = proposed([claim("1", 1, 1, "1.0", "A", confidence=0.6), claim("1", 2, 1, "2.0", "B", confidence=0.9)])
    assert [one.evidence.claim for one in found] == ["T1.r2.c1", "T1.r1.c1"]
    assert proposed([claim("1", 1, 1, "1.0", "A", confidence=0.1)]) == ()


def test_measures_tell_different_numbers_apart() -> None:
    """The setting is in the name where the method's does not do, the claim's id where nothing else does."""
    found = proposed(
        [
            claim("1", 1, 1, "1.0", "Net", own=True, setting="20 layers"),
            claim("1", 2, 1, "2.0", "Net", own=True, setting="56 layers"),
            claim("1", 3, 1, "3.0", "Net", own=True, setting="110 layers"),
            claim("1", 4, 1, "4.0", "Net", own=True, setting="110 layers"),
        ]
    )
    assert [one.measure for one in found] == [
        "net-20-layers:accuracy",
        "net-56-layers:accuracy",
        "net-t1-r3-c1:accuracy",
        "net-t1-r4-c1:accuracy",
    ]


def test_the_data_set_is_in_the_name_where_there_are_several() -> None:
    """One variant is measured on both."""
    pair = [
        claim("1", 1, column, f"9{column}", "Net", own=True, dataset=name) for column, name in ((1, "A"), (2, "B 2"))
    ]
    assert [one.measure for one in proposed(pair)] == ["net:a/accuracy", "net:b-2/accuracy"]


def test_a_number_printed_twice_is_proposed_once() -> None:
    """The same result in two tables is one claim, at its first place."""
    twice = [claim("2", 1, 1, "93.2", "Net", own=True, page=8), claim("1", 1, 1, "93.2", "Net", own=True)]
    assert [one.evidence.claim for one in proposed(twice)] == ["T1.r1.c1"]


def test_a_claim_of_a_sentence_keeps_its_words() -> None:
    """It has no cell: the sentence is the evidence."""
    said = claim("1", 1, 1, "43", "Net", own=True, id="S12.1", cell=None, quote="It lowers the error by 43 %.")
    (found,) = proposed([said])
    assert (found.id, found.evidence.quote, found.evidence.table) == ("S12.1", "It lowers the error by 43 %.", "")


def test_what_is_no_number_to_compare_with_is_left_out() -> None:
    """A range or a place is not a value."""
    assert proposed([claim("1", 1, 1, "1st", "A"), claim("1", 2, 1, "3-5", "B"), claim("1", 3, 1, "", "C")]) == ()


def test_the_order_of_the_claims_does_not_matter() -> None:
    """The same claims give the same proposals, always."""
    claims = [claim(str(t), r, 1, f"{40 + t + r}.5", f"N{r}", own=r % 3 == 0) for t in (1, 2, 3) for r in range(1, 9)]
    first = proposed(claims)
    random.Random(3).shuffle(claims)
    assert proposed(claims) == first


def test_hostile_words_come_back_from_the_file_as_they_were_cleaned(tmp_path: Path) -> None:
    """Labels with quotes, braces, line ends and escapes can be written and read, and stay on one line."""
    changes: dict[str, Any] = {
        "metric": HOSTILE,
        "dataset": HOSTILE,
        "split": HOSTILE,
        "setting": HOSTILE,
        "unit": "%\n",
    }
    cell = CellAt(HOSTILE, 1, 1, HOSTILE, HOSTILE)
    claims = [
        claim("1", 1, 1, "91.0", HOSTILE, id="T“.r1\n.c1", own=True, cell=cell, **changes),
        claim("1", 2, 1, "90.0", "Old " + HOSTILE, cell=cell, **changes),
    ]
    made = proposed(claims)
    assert {one.kind for one in made} == {ClaimKind.ORDERING, ClaimKind.VALUE}
    write_claims(tmp_path / "claims.toml", made)
    back = read_claims(tmp_path / "claims.toml")
    assert [(one.id, one.text, one.measure, one.order) for one in back] == [
        (one.id, one.text, one.measure, one.order) for one in made
    ]
    assert all(one.text.isprintable() and one.evidence.quote.isprintable() for one in back)


def test_nothing_comes_of_nothing() -> None:
    """A paper without claims has no proposals."""
    assert proposed([]) == ()
