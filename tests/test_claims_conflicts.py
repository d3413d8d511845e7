"""Conflicts: the same result printed with different numbers."""

from __future__ import annotations

from typing import Any

import pytest

from paperlab.claims import conflicts
from paperlab.types import CellAt, Claim, ClaimRole, Direction


def claim(key: str, value: str, **more: Any) -> Claim:
    """An accuracy of LLaMA 2 7B on MMLU in table 1 of a paper."""
    table = more.pop("table", "1")
    cell = CellAt(table, 1, 1, "LLaMA 2 7B", "MMLU") if table else None
    base: dict[str, Any] = {
        "id": f"T{table}.r1.c1",
        "key": key,
        "role": ClaimRole.RESULT,
        "method": "LLaMA 2 7B",
        "dataset": "MMLU",
        "split": "",
        "metric": "accuracy",
        "direction": Direction.HIGHER,
        "printed": value,
        "value": float(value),
        "decimals": len(value.partition(".")[2]),
        "page": 1,
        "box": (0.0, 0.0, 1.0, 1.0),
        "sha256": "ef" * 32,
        "cell": cell,
        "quote": "" if table else "A sentence.",
    }
    return Claim(**(base | more))


def test_two_papers_that_differ() -> None:
    """The difference is the second less the first."""
    (found,) = conflicts([claim("a", "44.4"), claim("b", "45.8")])
    assert (found.first.key, found.second.key, found.difference) == ("a", "b", 1.4)


@pytest.mark.parametrize("method", ["Llama-2-7B", "LLAMA2 7B", "llama 2 (7b)"])
def test_methods_are_compared_without_case_and_dashes(method: str) -> None:
    """Different ways to print one name."""
    assert len(conflicts([claim("a", "44.4"), claim("b", "45.8", method=method)])) == 1


def test_a_size_in_the_setting_is_part_of_the_method() -> None:
    """`LLaMA 2` with `7B` beside it is that model; with `13B` another."""
    same = claim("b", "45.8", method="LLaMA 2", setting="7B")
    other = claim("b", "54.8", method="LLaMA 2", setting="13B")
    assert len(conflicts([claim("a", "44.4"), same])) == 1
    assert conflicts([claim("a", "44.4"), other]) == []


@pytest.mark.parametrize(("one", "other"), [("44.4", "44.4"), ("44.4", "44.38"), ("44.4", "44"), ("45.8", "0.458")])
def test_numbers_that_round_to_each_other_agree(one: str, other: str) -> None:
    """Also percent and a share of one."""
    assert conflicts([claim("a", one), claim("b", other)]) == []


def test_names_of_datasets_and_metrics_that_are_known_to_be_one() -> None:
    """Such as `NQ` and `acc.`."""
    one = claim("a", "24.7", dataset="NQ", metric="acc.")
    other = claim("b", "25.5", dataset="Natural Questions", metric="accuracy")
    assert len(conflicts([one, other])) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"metric": "F1"},
        {"dataset": "BoolQ"},
        {"method": "LLaMA 2 13B"},
        {"role": ClaimRole.SETUP},
        {"confidence": 0.2},
        {"split": "test"},
    ],
)
def test_other_results_are_no_conflict(more: dict[str, Any]) -> None:
    """Another metric, dataset, model, split; a setting; a guess."""
    assert conflicts([claim("a", "44.4", split="dev"), claim("b", "45.8", **more)]) == []


def test_what_else_differs_is_told() -> None:
    """Shots and a split that only one names."""
    (found,) = conflicts([claim("a", "44.4", setting="5-shot", split="test"), claim("b", "40.1", setting="0-shot")])
    assert found.reasons == ("split: test | not told", "shots: 5-shot | 0-shot")


def test_a_sentence_that_differs_from_its_papers_table() -> None:
    """Within one paper, with the reason."""
    (found,) = conflicts([claim("a", "44.4"), claim("a", "46.4", table="", id="S0.1")])
    assert found.reasons[0] == "the same paper"


def test_one_table_never_conflicts_with_itself() -> None:
    """Rows of one name are told apart by what the labels did not say."""
    assert conflicts([claim("a", "44.4"), claim("a", "45.8", id="T1.r2.c1")]) == []


def test_tables_of_one_paper_that_differ_throughout_show_another_protocol() -> None:
    """A single difference between tables that agree otherwise is told, a difference in all numbers is not."""
    sets = ("BoolQ", "PIQA", "HellaSwag")
    first = [claim("a", "60.1", dataset=name, id=f"T1.r1.c{i}") for i, name in enumerate(sets)]
    same = [claim("a", "60.1", dataset=name, id=f"T2.r1.c{i}", table="2") for i, name in enumerate(sets[:2])]
    odd = claim("a", "61.7", dataset="HellaSwag", id="T2.r1.c2", table="2")
    assert [found.second.printed for found in conflicts([*first, *same, odd])] == ["61.7"]
    others = [claim("a", "70.1", dataset=name, id=f"T2.r1.c{i}", table="2") for i, name in enumerate(sets)]
    assert conflicts([*first, *others]) == []


def test_papers_stand_before_pairs_of_one_paper_and_large_differences_first() -> None:
    """The order of the list."""
    found = conflicts(
        [
            claim("a", "44.4"),
            claim("b", "45.8"),
            claim("a", "90.0", table="", id="S0.1"),
            claim("c", "20.0", dataset="PIQA"),
            claim("d", "80.0", dataset="PIQA"),
        ]
    )
    assert (found[0].first.key, found[0].second.key) == ("c", "d")
    assert [one.first.key == one.second.key for one in found] == sorted(
        one.first.key == one.second.key for one in found
    )


def test_a_table_that_tells_its_numbers_apart_by_what_is_not_known_contradicts_no_other_paper() -> None:
    """Three sizes of one model under one name: which of them another paper means, nobody can say."""
    sizes = [claim("a", "44.4"), claim("a", "54.8", id="T1.r2.c1"), claim("a", "63.4", id="T1.r3.c1")]
    assert conflicts([*sizes, claim("b", "45.8")]) == []
    assert len(conflicts([sizes[0], claim("b", "45.8")])) == 1
