"""Claims out of sentences: few and right."""

from __future__ import annotations

import pytest

from paperlab.claims import claims_of
from paperlab.types import Block, BlockKind, Claim, ClaimRole, Direction, FrontMatter, Line, PageSize, Reading

FIRST, SECOND = (10.0, 10.0, 200.0, 20.0), (10.0, 22.0, 200.0, 32.0)


def read(*texts: str, kind: BlockKind = BlockKind.PARAGRAPH, section: str = "5 Results") -> list[Claim]:
    """The claims of a paper about FooNet with these blocks; each line holds 60 characters."""
    blocks = tuple(Block(kind, 2, (section,), text, (Line(0, FIRST), Line(60, SECOND))) for text in texts)
    reading = Reading("test", (PageSize(1, 600, 800),), blocks, FrontMatter(title="FooNet: A Network"))
    return claims_of("key", "cd" * 32, reading, "FooNet: A Network")


def test_a_result_with_metric_and_dataset() -> None:
    """Number before the metric, dataset behind it; quote, page and line say where."""
    (claim,) = read("We train for long. FooNet achieves 28.4 BLEU on the WMT 2014 data.")
    assert (claim.method, claim.metric, claim.printed, claim.value) == ("FooNet", "BLEU", "28.4", 28.4)
    assert (claim.dataset, claim.direction, claim.role) == ("WMT 2014", Direction.HIGHER, ClaimRole.RESULT)
    assert (claim.quote, claim.page, claim.box) == ("FooNet achieves 28.4 BLEU on the WMT 2014 data.", 2, FIRST)
    assert (claim.id, claim.cell, claim.decimals, claim.own) == ("S0.1", None, 1, True)


def test_a_metric_before_its_number() -> None:
    """`a word error rate of 10.6%`; the box is the second line's."""
    (claim,) = read(
        "On the speech recognition data that everybody uses these days, FooNet reaches a word error rate of 10.6%."
    )
    assert (claim.metric, claim.printed, claim.unit, claim.box) == ("word error rate", "10.6", "%", SECOND)


@pytest.mark.parametrize(
    "text",
    [
        "Our method reduces the test loss by 43%.",
        "FooNet outperforms the others with a BLEU score higher by 2.0 points.",
        "FooNet obtains a 4.6% absolute accuracy improvement on MNLI.",
    ],
)
def test_a_change_is_told_from_a_value(text: str) -> None:
    """It is named a change, has no direction, and is less sure."""
    (claim,) = read(text)
    assert claim.metric.startswith("change of ")
    assert (claim.direction, "it is a change" in claim.reasons) == (Direction.UNKNOWN, True)


@pytest.mark.parametrize(
    "text",
    [
        "BarNet [12] achieves 28.4 BLEU on WMT 2014.",
        "They achieve an accuracy of 52.3% on GRID, and our score is better.",
        "We train FooNet with 6.5 million parameters and improve the accuracy.",
        "Table 3.2 shows that FooNet improves accuracy.",
        "We reach the same result in 2015 with more accuracy.",
        "FooNet improves the accuracy, as Section 4.2 shows.",
        "FooNet beats BarNet with an accuracy of 80.1%.",
    ],
)
def test_numbers_that_are_no_results_of_the_paper(text: str) -> None:
    """Others' results, counts, years, numbers of sections."""
    assert read(text) == []


@pytest.mark.parametrize(
    ("kind", "section"),
    [(BlockKind.CAPTION, "5 Results"), (BlockKind.REFERENCE, "References"), (BlockKind.PARAGRAPH, "2 Related Work")],
)
def test_captions_references_and_related_work_are_passed_over(kind: BlockKind, section: str) -> None:
    """Only the paper's own running text counts."""
    assert read("FooNet achieves 28.4 BLEU on WMT 2014.", kind=kind, section=section) == []


def test_a_sentence_is_less_sure_than_a_clean_table() -> None:
    """And less still without a dataset."""
    with_data = read("FooNet achieves an accuracy of 95.2% on CIFAR-10.")[0]
    without = read("FooNet achieves an accuracy of 95.2%.")[0]
    assert without.confidence < with_data.confidence <= 0.6
