"""Readings as JSON and back: nothing is lost, and nothing but the declared errors comes of nonsense."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.pdf.wire import pack, unpack, unpack_front
from paperlab.plain import build, plain
from paperlab.types import (
    Block,
    Cell,
    Figure,
    FrontMatter,
    PageSize,
    Panel,
    PrintedPage,
    Reading,
    Reference,
    RowKind,
    SpreadKind,
    Table,
    TableRow,
    Value,
)

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(str, st.text(max_size=8))
WORDS = (Table, Figure, Value, Cell, Reference)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
NONSENSE = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
DECLARED = (TypeError, ValueError, LookupError)


def some_reading() -> Reading:
    """Return a reading with a little of everything."""
    box = (1.0, 2.0, 3.0, 4.5)
    value = Value("93.1", 93.1, 0.2, "0.2", SpreadKind.PLUS_MINUS, "%", bold=True, marks=("*",))
    cell = Cell("93.1 ± 0.2 %", box, bold=True, values=(value,), row=1)
    row = TableRow(RowKind.DATA, (cell, Cell("", None, column=1)))
    table = Table("3", "Accuracy.", 1, box, (row,), rotation=90, panels=(Panel(0, 1, box),), reasons=("it is small",))
    front = FrontMatter("Title", ("A. Author",), 2024, "Abstract.", "2401.00001", 2, "10.1/x")
    figure = Figure("1", "A picture.", 1, box, box)
    return Reading(
        "x-1", (PageSize(1, 612.0, 792.0),), (), front, (table,), (figure,), ("page 2: x",), (PrintedPage(1, "Title"),)
    )


@pytest.mark.parametrize("kind", WORDS)
def test_what_is_built_again_is_the_same(kind: type[Any]) -> None:
    """Any table, figure, cell, value or reference comes back equal through JSON text, with the same types inside."""

    @given(st.from_type(kind))
    def check(word: Any) -> None:
        again = build(kind, json.loads(json.dumps(plain(word))))
        assert again == word
        assert types_of(again) == types_of(word)

    check()


def types_of(word: Any) -> Any:
    """Return a value's shape in types."""
    if is_dataclass(word):
        return [type(word), *(types_of(getattr(word, f.name)) for f in fields(word))]
    return [type(word), *map(types_of, word)] if isinstance(word, tuple) else type(word)


def test_defaults_take_no_room() -> None:
    """A blank cell is two fields, not nine."""
    assert plain(Cell("", None)) == {"text": "", "box": None}


@given(
    st.lists(st.from_type(Table), max_size=2),
    st.lists(st.from_type(Figure), max_size=2),
    st.lists(st.from_type(Block), max_size=3),
    st.lists(st.from_type(PrintedPage), max_size=2).map(tuple),
)
def test_a_reading_over_the_pipe(
    tables: list[Table], figures: list[Figure], blocks: list[Block], layer: tuple[PrintedPage, ...]
) -> None:
    """What the child packs the parent unpacks, equal in all its parts."""
    start = some_reading()
    reading = Reading(
        start.reader, start.pages, tuple(blocks), start.front, tuple(tables), tuple(figures), ("w",), layer
    )

    assert unpack(json.loads(json.dumps(pack(reading)))) == reading


@given(st.sampled_from(WORDS), NONSENSE)
def test_nonsense_raises_only_what_is_declared(kind: type[Any], nonsense: Any) -> None:
    """A child that talks nonsense cannot bring an error nobody waits for."""
    for read in (lambda: build(kind, nonsense), lambda: unpack(nonsense), lambda: unpack_front(nonsense)):
        with pytest.raises(DECLARED):
            read()


@given(st.data())
def test_a_message_with_one_part_off(data: st.DataObject) -> None:
    """Any one part of a right message replaced by nonsense gives a reading or a declared error."""
    message = pack(some_reading())
    place: Any = message
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.integers(0, 3)) == 0:
            break
        place = place[key]
    place[key] = data.draw(NONSENSE)
    try:
        reading = unpack(message)
    except DECLARED:
        return
    assert isinstance(reading, Reading)


@pytest.mark.parametrize("number", [10**400, -(10**400)])
@pytest.mark.parametrize("part", ["pages", "blocks", "tables"])
def test_numbers_too_large_for_a_float(part: str, number: int) -> None:
    """JSON knows no bounds; a box out of all bounds is a ValueError like any other nonsense."""
    message = pack(some_reading())
    if part == "pages":
        message["pages"] = [[1, number, 1.0]]
    elif part == "blocks":
        message["sections"], message["blocks"] = [[]], [["paragraph", 1, 0, "x", [[0, number, 0, 1, 1]]]]
    else:
        message["tables"][0]["box"] = [number, 0, 1, 1]
    with pytest.raises(ValueError, match="out of range"):
        unpack(message)


@pytest.mark.parametrize(
    ("kind", "given_plain"),
    [
        (Value, {"printed": "1", "number": True}),
        (Value, {"printed": 1, "number": 1.0}),
        (Value, {"printed": "1"}),
        (Value, {"printed": "1", "number": 1.0, "colour": "red"}),
        (Value, {"printed": "1", "number": 1.0, "spread_kind": "sd"}),
        (Panel, {"first": 0, "last": 1.5, "box": [0.0, 0.0, 1.0, 1.0]}),
        (Panel, {"first": 0, "last": 1, "box": [0.0, 0.0, 1.0]}),
        (Cell, {"text": "x", "box": "abcd"}),
    ],
)
def test_values_are_checked_against_their_types(kind: type[Any], given_plain: dict[str, Any]) -> None:
    """A truth value is no number, a text no box, an unknown field no field."""
    with pytest.raises(DECLARED):
        build(kind, given_plain)


def test_a_whole_number_is_a_float_where_one_is_meant() -> None:
    """JSON writes 1.0 as 1 in other hands."""
    value = build(Value, {"printed": "1", "number": 1})

    assert isinstance(value.number, float)
    assert math.isclose(value.number, 1.0)
