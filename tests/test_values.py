"""What numbers are read from the text of a table cell."""

from __future__ import annotations

import math
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.types import SpreadKind, Value
from paperlab.values import parse_values


def one(text: str) -> Value:
    values = parse_values(text)
    assert len(values) == 1, values
    return values[0]


@pytest.mark.parametrize(
    ("text", "printed", "number"),
    [
        ("93.1", "93.1", 93.1),
        (".1", ".1", 0.1),
        ("-1.731", "-1.731", -1.731),
        ("–1.731", "-1.731", -1.731),
        ("\u22121.731", "-1.731", -1.731),
        ("1,234.5", "1,234.5", 1234.5),
        ("1,234,567", "1,234,567", 1_234_567),
        ("1 234", "1 234", 1234),
        ("1\u2009234", "1 234", 1234),
        ("0,93", "0,93", 0.93),
        ("2.3·10^19", "2.3·10^19", 2.3e19),
        ("2.3 × 10^{19}", "2.3·10^19", 2.3e19),
        ("10^20", "10^20", 1e20),
        ("10⁻³", "10^-3", 1e-3),
        ("1e-4", "1e-4", 1e-4),
        ("2^16", "2^16", 65536),
        ("(-0.4)", "-0.4", -0.4),
        ("+2.3", "+2.3", 2.3),
        ("1h 20m", "1h 20m", 4 / 3),
    ],
)
def test_a_number_is_read_as_it_is_printed(text: str, printed: str, number: float) -> None:
    """Digits stay as printed; powers of ten are always written with a raised dot."""
    value = one(text)
    assert (value.printed, value.number) == (printed, pytest.approx(number, rel=1e-12))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("85.98%", "%"),
        ("85.98 %", "%"),
        ("2.86s", "s"),
        ("4.2M", "M"),
        ("113ms", "ms"),
        ("1.3B", "B"),
        ("3.2×", "×"),
        ("x2", "x"),
        ("$12", "$"),
        ("3.9 GFLOPs", "GFLOPs"),
        ("24 GPU-hours", "GPU-hours"),
        ("300B tokens", "B tokens"),
        ("1h 20m", "h"),
        ("33.84 ± 0.06%", "%"),
        ("33.84% ± 0.06%", "%"),
    ],
)
def test_a_unit_stands_beside_its_number(text: str, unit: str) -> None:
    """The unit is kept apart from the digits; one behind the spread belongs to both."""
    assert one(text).unit == unit


@pytest.mark.parametrize(
    ("text", "printed", "spread", "kind"),
    [
        ("70.61 ±0.59", "70.61", "0.59", SpreadKind.PLUS_MINUS),
        ("87.1±.0", "87.1", ".0", SpreadKind.PLUS_MINUS),
        ("87.1 +/- 0.3", "87.1", "0.3", SpreadKind.PLUS_MINUS),
        ("19.9_0.23", "19.9", "0.23", SpreadKind.SUBSCRIPT),
        ("93.4_{±0.2}", "93.4", "0.2", SpreadKind.SUBSCRIPT),
        ("93.4 (0.2)", "93.4", "0.2", SpreadKind.PARENTHESES),
        ("93.4 (±0.25)", "93.4", "0.25", SpreadKind.PARENTHESES),
    ],
)
def test_a_spread_belongs_to_its_value(text: str, printed: str, spread: str, kind: SpreadKind) -> None:
    """A spread is no value of its own, whatever way it is printed."""
    value = one(text)
    assert (value.printed, value.spread_printed, value.spread_kind) == (printed, spread, kind)
    assert value.spread == float(spread)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("35/28", [35, 28]),
        ("12.3 / 45.6", [12.3, 45.6]),
        ("1.2 (3.4 / 5.6)", [1.2, 3.4, 5.6]),
        ("93.4 (91.2)", [93.4, 91.2]),
        ("93.4 (0.25)", [93.4, 0.25]),
        ("12 (3)", [12, 3]),
        ("93.1 (+2.3)", [93.1, 2.3]),
        ("93.1 (-0.4)", [93.1, -0.4]),
        ("93.1 ↑1.2", [93.1, 1.2]),
        ("93.1_↓0.3", [93.1, -0.3]),
        ("76.3+1.2", [76.3, 1.2]),
        ("0.1-0.3", [0.1, 0.3]),
        ("0.1, 0.2, 0.3", [0.1, 0.2, 0.3]),
        ("93.1 [92.0, 94.2]", [93.1, 92.0, 94.2]),
        ("- / 45.6", [45.6]),
        ("93.1/–", [93.1]),
    ],
)
def test_several_numbers_come_from_left_to_right(text: str, numbers: list[float]) -> None:
    """Further numbers, changes among them, are values of their own; a dash in a list is none."""
    assert [v.number for v in parse_values(text)] == numbers


def test_a_further_value_can_have_the_spread() -> None:
    """In `best (mean ± spread)` the spread is the mean's."""
    best, mean = parse_values("7.54 (7.72±0.16)")
    assert (best.number, best.spread, mean.number, mean.spread) == (7.54, None, 7.72, 0.16)


@pytest.mark.parametrize(
    ("text", "comparator"), [(">99", ">"), ("< 0.01", "<"), ("~5", "~"), ("≈5", "~"), ("≤3", "≤"), (">=3", "≥")]
)
def test_a_comparator_is_kept(text: str, comparator: str) -> None:
    """A bound is not the number itself, and says so."""
    assert one(text).comparator == comparator


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("93.1*", ("*",)),
        ("*93.1", ("*",)),
        ("93.1†", ("†",)),
        ("93.1^a", ("a",)),
        ("93.1^2", ("2",)),
        ("93.1**", ("**",)),
        ("93.1*†", ("*", "†")),
        ("93.1 ± 0.2*", ("*",)),
    ],
)
def test_marks_are_told_from_digits(text: str, marks: tuple[str, ...]) -> None:
    """A footnote or significance mark is kept, and changes no digit."""
    value = one(text)
    assert (value.printed, value.marks) == ("93.1", marks)


@pytest.mark.parametrize(("text", "rank"), [("93.1 (1st)", 1), ("93.1 ②", 2), ("93.1 (#3)", 3), ("93.1", None)])
def test_a_place_beside_the_number_is_its_rank(text: str, rank: int | None) -> None:
    """Only what is clearly a place is one: an ordinal, a circled digit, `#3`."""
    assert one(text).rank == rank


WORDS = """ResNet-101|07+12|VGG-16|GPT-3|1-shot|v2.1|3x3|[12]|(2017)|Seed 1|64B/64E|512 x 512|512 × 512|224^2|12:30|
1.2.3|2017-06-12|2012-2014|1.|18 layers|1.3B parameters per GPU|8xA100|p<0.05|3D|f1|@.5|(12)|5_10|-|–|—|N/A|n/a||✓|✗|
–/–|Deep-Att + PosUnk [39]|Vaswani et al. (2017)"""


@pytest.mark.parametrize("text", [word.strip() for word in WORDS.split("|")])
def test_words_with_digits_hold_no_value(text: str) -> None:
    """Names, versions, dates, sizes, citations and placeholders are no results."""
    assert parse_values(text) == ()


@pytest.mark.parametrize("text", ["92.4 [12]", "92.4 [?]", "92.4 (ours)", "92.4 (2017)"])
def test_a_note_beside_a_number_is_passed_over(text: str) -> None:
    """A citation or a word in parentheses behind a number does not hide it."""
    assert one(text).number == 92.4


def test_bold_goes_to_every_value() -> None:
    """What the cell says of its type is said of its values."""
    assert [v.bold for v in parse_values("1.5/2.5", bold=True)] == [True, True]
    assert not one("1.5").bold


numbers = st.tuples(st.sampled_from(["", "-", "–", "\u2212"]), st.integers(0, 10**7), st.integers(0, 6)).map(
    lambda p: p[0] + (f"{p[1] / 10 ** p[2]:.{p[2]}f}")
)
positive = st.tuples(st.integers(0, 10**6), st.integers(1, 4)).map(lambda p: f"{p[0] / 10 ** p[1]:.{p[1]}f}")


@given(number=numbers, unit=st.sampled_from(["", "%", "M", " ms", "×"]), mark=st.sampled_from(["", "*", "†"]))
def test_no_digit_is_lost_or_altered(number: str, unit: str, mark: str) -> None:
    """Whatever stands beside it, the number read is the number written."""
    value = one(number + unit + mark)
    assert value.printed == re.sub("[–\u2212]", "-", number)
    assert (value.number, value.unit) == (float(value.printed), unit.strip())


@given(
    values=st.lists(st.tuples(positive, positive), min_size=1, max_size=4), joint=st.sampled_from([" / ", ", ", "; "])
)
def test_lists_of_values_with_spreads_come_back_whole(values: list[tuple[str, str]], joint: str) -> None:
    """Every number and its spread is found, in order."""
    found = parse_values(joint.join(f"{value}±{spread}" for value, spread in values))
    assert [(v.printed, v.spread_printed) for v in found] == values


@given(text=st.text(alphabet="0123456789.,-–+±×x%()[]/^_*†<>~ eMkabN|10↑\u2212", max_size=60))
def test_any_text_is_read_without_inventing_digits(text: str) -> None:
    """No text raises, and the digits of the values stand in the text in the same order."""
    values = parse_values(text)
    assert all(math.isfinite(v.number) and math.isfinite(v.spread or 0.0) for v in values)
    digits = re.sub("[^0-9]", "", "".join(v.printed + v.spread_printed for v in values))
    rest = iter(re.sub("[^0-9]", "", text))
    assert all(d in rest for d in digits)


def test_numbers_beyond_any_float_are_not_values() -> None:
    """What cannot be held is left out, without an error."""
    for text in ("10^999", "9" * 150 + "e400", "1±1e999", "1.5 ± 1e999", "1.5_(1e999)", "2 (±10^999)"):
        assert parse_values(text) == ()


def test_hostile_cells_take_no_time() -> None:
    """Length is bounded and the patterns do not backtrack."""
    start = time.perf_counter()
    for text in ("1 " * 5000, "1," * 79, "(" * 159 + "1", "1±" * 79, "1_(" * 50, "1" * 159 + "x", "10^" * 50):
        parse_values(text)
    assert time.perf_counter() - start < 5
