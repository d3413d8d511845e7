"""`annotations.toml`: read and changed table by table, without losing what a person wrote."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import BadFile
from paperlab.library.annotations_file import change_annotations, normal, parse_annotations
from paperlab.types import Annotation, AnnotationKind

PATH = Path("annotations.toml")
ONE = Annotation(
    "a3f9c1", AnnotationKind.UNDERLINE, 3, "words as printed", ((72.0, 90.5, 300.2, 101.0),), "some", "more",
    "a comment\nof two lines", "#ff00aa", "Ada", "2026-11-22T09:30:00+01:00", "2026-11-23T09:30:00+01:00", "0a1b",
    "zotero-x",
)  # fmt: skip
TWO = Annotation("b00000", AnnotationKind.NOTE, comment="on the whole paper")
MINE = '''# my own words
reviewed = true

# about the first
[[annotation]]
id = "a3f9c1"   # an id
kind = "highlight"
mine = ["kept"]
quote = """
[[annotation]]
is not a table # nor is this a comment
"""
boxes = [
  [1.0, 2.0, 3.0, 4.0],
]
[annotation.extra]
stars = 5

# about the second
[[annotation]]
id = 'b00000'
kind = "note"
comment = "two"

[other]
x = 1
'''


def read(text: str) -> tuple[Annotation, ...]:
    return parse_annotations(text, PATH)


def test_what_is_written_is_read_back() -> None:
    """All fields, and nothing for those that are empty."""
    text = change_annotations("", PATH, [ONE, TWO])

    assert read(text) == (ONE, TWO)
    assert text.count("[[annotation]]") == 2
    assert "page" not in text.split("[[annotation]]")[2]
    assert "created = 2026-11-22T09:30:00+01:00\n" in text


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2), st.sampled_from(list(AnnotationKind)))
def test_any_text_comes_back(texts: list[str], kind: AnnotationKind) -> None:
    """Control codes, quotation marks, backslashes, right-to-left, emoji: in a quote as in a comment."""
    one = normal(Annotation("a1", kind, 1, texts[0], comment=texts[1]))
    text = change_annotations(MINE, PATH, [one])

    assert read(text)[2] == one
    swapped = normal(replace(one, comment=texts[0], quote=texts[1]))
    again = change_annotations(text, PATH, [swapped])
    assert read(again)[2] == swapped
    assert read(again)[:2] == read(MINE)


def test_half_characters_and_foreign_line_ends_are_made_writable() -> None:
    """A broken font's half of a character has no UTF-8; a PDF's carriage return is a line's end."""
    one = normal(Annotation("a", quote="a\ud800b", comment="x\r\ny\rz", boxes=((0.123, 1, 2, float("nan")),)))

    assert (one.quote, one.comment, one.boxes) == ("a\ufffdb", "x\ny\nz", ())
    assert change_annotations("", PATH, [one]).encode()


def test_a_change_leaves_everything_else_as_it_was() -> None:
    """Comments, unknown keys, order and strings that look like tables stay, in the changed table too."""
    first, second = read(MINE)
    assert first.quote.startswith("[[annotation]]\nis not a table")

    text = change_annotations(MINE, PATH, [replace(first, colour="red", page=4)])

    assert read(text) == (replace(first, colour="red", page=4), second)
    assert [line for line in MINE.splitlines() if line not in text.splitlines()] == []
    assert tomllib.loads(text)["annotation"][0]["extra"] == {"stars": 5}
    untouched = change_annotations(MINE, PATH, [replace(second, comment="three")])
    assert untouched == MINE.replace('"two"', '"three"').replace(
        'comment = "three"\n', 'comment = "three"\ncolour = "yellow"\n'
    )


def test_a_removed_table_takes_its_own_lines_only() -> None:
    """What a person wrote above it, and what stands behind it, stays."""
    text = change_annotations(MINE, PATH, (), ["a3f9c1"])

    assert [one.id for one in read(text)] == ["b00000"]
    for line in ("# my own words", "# about the first", "# about the second", "[other]"):
        assert line in text
    assert "stars" not in text


def test_new_ones_come_at_the_end() -> None:
    """Two branches that add one each merge with both kept: nothing above the end changes."""
    text = change_annotations(MINE, PATH, [one_more := replace(TWO, id="c0ffee")])

    assert text.startswith(MINE)
    assert read(text)[-1] == one_more


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("[[annotation]]\nid = ", 2, "not valid TOML"),
        ('x = 1\n<<<<<<< HEAD\n[[annotation]]\nid = "a"\n=======\n>>>>>>> b\n', 2, "a merge was left unfinished"),
        ("\n[[annotation]]\nquote = 'x'\n", 2, "needs an id"),
        ("[[annotation]]\nid = 'a'\n\n[[annotation]]\nid = 'b'\npage = 0\n", 6, "page must be"),
        ("[[annotation]]\nid = 'a'\nkind = 'blink'\n", 3, "kind must be one of highlight"),
        ("[[annotation]]\nid = 'a'\ncolour = 'pink'\n", 3, "colour must be one of yellow"),
        ("[[annotation]]\nid = 'a'\nboxes = [1, 2, 3, 4]\n", 3, "boxes must be"),
        ("[[annotation]]\nid = 'a'\nboxes = [[1, 2, 3, nan]]\n", 3, "boxes must be"),
        ("[[annotation]]\nid = 'a'\ncreated = 'soon'\n", 3, "created must be a date"),
        ("[[annotation]]\nid = 7\n", 2, "id must be text"),
        ("[[annotation]]\nid = ''\n", 2, "id cannot be empty"),
        ("[[annotation]]\nid = 'a'\n[[annotation]]\nid = 'a'\npage = 2\n", 4, "stands twice"),
        ("annotation = 3\n", None, "[[annotation]] tables"),
    ],
)
def test_an_error_names_its_line(text: str, line: int | None, why: str) -> None:
    """Broken TOML, an unfinished merge, values of a wrong kind."""
    with pytest.raises(BadFile) as caught:
        read(text)

    assert caught.value.line == line
    assert why in caught.value.why


def test_what_a_merge_left_twice_word_for_word_comes_once() -> None:
    """And a change of it leaves one."""
    text = change_annotations("", PATH, [TWO]) * 2

    assert read(text) == (TWO,)
    assert read(change_annotations(text, PATH, (), [TWO.id])) == ()


def test_tables_written_in_one_line_are_read_but_not_changed() -> None:
    """There is no place to put a table after them; the error says what to do."""
    text = "annotation = [{id = 'a', quote = 'x'}]\n"

    assert [one.quote for one in read(text)] == ["x"]
    with pytest.raises(BadFile, match="tables"):
        change_annotations(text, PATH, [ONE])


def test_one_more_than_ten_thousand_annotations() -> None:
    """It is added without writing the others anew."""
    many = [replace(ONE, id=f"{i:06x}") for i in range(10_000)]
    text = change_annotations("", PATH, many)

    longer = change_annotations(text, PATH, [replace(ONE, id="ffffff")])

    assert read(text) == tuple(many)
    assert longer.startswith(text)


def test_a_comment_of_a_hundred_thousand_characters() -> None:
    """It is written and read like any other."""
    one = replace(TWO, comment='a "line"\n' * 11_111)

    assert read(change_annotations(MINE, PATH, [one]))[1].comment == one.comment


@pytest.mark.parametrize(
    "odd",
    [
        'mine = [\n  ["annotation"]\n]',
        "mine = [\n  [true]\n]",
        "[annotation . mine]\nstars = 1",
        "mine = " + "{a = " * 150 + "1" + "}" * 150,
    ],
)
@pytest.mark.parametrize("removed", [(), ("a1",)])
def test_what_cannot_be_told_apart_is_not_changed(odd: str, removed: tuple[str, ...]) -> None:
    """Lines that look like headers, or a table's parts written otherwise: an error with the line, never half a file."""
    text = f'# mine\n[[annotation]]\nid = "a1"\n{odd}\n\n[[annotation]]\nid = "b2"\ncomment = "two"\n'
    one, two = read(text)

    with pytest.raises(BadFile, match=r"annotations\.toml:2: cannot be changed as it is written"):
        change_annotations(text, PATH, () if removed else [replace(one, comment="new")], removed)
    assert read(change_annotations(text, PATH, [replace(two, comment="new")]))[0] == one


def test_an_empty_list_of_annotations_is_not_added_to() -> None:
    """TOML has no way to write tables behind it: an error rather than a file that nobody can read."""
    with pytest.raises(BadFile, match="cannot be changed"):
        change_annotations("annotation = []\n", PATH, [ONE])


@pytest.mark.parametrize("edge", ["1" + "0" * 400, "1e300", "-2000000"])
def test_a_box_that_is_on_no_page_is_an_error(edge: str) -> None:
    """Numbers beyond every page are told with their line."""
    with pytest.raises(BadFile, match=r"annotations\.toml:3: boxes must be"):
        read(f'[[annotation]]\nid = "a1"\nboxes = [[{edge}, 1, 2, 3]]\n')
    assert normal(replace(ONE, boxes=((1e9, 1, 2, 3), (1, 2, 3, 4)))).boxes == ((1.0, 2.0, 3.0, 4.0),)
