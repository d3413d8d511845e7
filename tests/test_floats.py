"""Blocks inside tables and figures: kinds, places, sections, and every word once."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from paperlab.pdf.floats import with_floats
from paperlab.types import Block, BlockKind, Box, Figure, Line, PageBox, Table

P, H, C, N = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CAPTION, BlockKind.FOOTNOTE
PICTURE: Box = (100, 100, 500, 300)
CAPTION_BOX: Box = (72, 310, 540, 320)
FIGURE = Figure("1", "Figure 1: A picture.", 1, PICTURE, CAPTION_BOX)


def block(
    kind: BlockKind, *runs: tuple[str, float, float], section: tuple[str, ...] = (), page: int = 1, width: float = 60
) -> Block:
    """Return a block of lines, each a text with the place of its top left corner."""
    lines, text = [], ""
    for words, x, y in runs:
        text += " " if text else ""
        lines.append(Line(len(text), (x, y, x + width, y + 10)))
        text += words
    return Block(kind, page, section, text, tuple(lines))


def caption(text: str = "Figure 1: A picture.", box: Box = CAPTION_BOX, section: tuple[str, ...] = ()) -> Block:
    """Return a caption of one line."""
    return Block(C, 1, section, text, (Line(0, box),))


def shown(blocks: list[Block]) -> list[tuple[BlockKind, str]]:
    """Return kinds and texts."""
    return [(b.kind, b.text) for b in blocks]


def test_words_of_a_picture_become_one_block_before_its_caption() -> None:
    """The words are gathered from several blocks, with their lines, in the caption's section."""
    blocks = [
        block(P, ("Loss", 110, 150), ("Steps", 300, 280)),
        block(P, ("Text before.", 72, 60), section=("Method",)),
        caption(section=("Method",)),
        block(P, ("Legend", 400, 120)),
    ]
    result = with_floats(blocks, [], [FIGURE])
    assert shown(result) == [
        (P, "Text before."),
        (BlockKind.FIGURE, "Loss Steps Legend"),
        (C, "Figure 1: A picture."),
    ]
    assert result[1].section == ("Method",)
    assert [result[1].text[line.start :].split()[0] for line in result[1].lines] == ["Loss", "Steps", "Legend"]
    assert result[1].lines[0].box == (110, 150, 170, 160)


def test_caption_above_comes_first() -> None:
    """Where the caption stands above, the words follow it."""
    figure = Figure("1", "Figure 1: Up.", 1, PICTURE, (72, 80, 540, 90))
    result = with_floats([block(P, ("Loss", 110, 150)), caption("Figure 1: Up.", (72, 80, 540, 90))], [], [figure])
    assert shown(result) == [(C, "Figure 1: Up."), (BlockKind.FIGURE, "Loss")]


def test_block_partly_inside_is_cut_by_lines() -> None:
    """The lines outside keep their block, text and offsets."""
    mixed = block(P, ("First line", 72, 60), ("Loss", 110, 150), ("last line", 72, 400))
    result = with_floats([mixed, caption()], [], [FIGURE])
    assert shown(result) == [(P, "First line last line"), (BlockKind.FIGURE, "Loss"), (C, "Figure 1: A picture.")]
    assert [line.start for line in result[0].lines] == [0, 11]


def test_word_healed_over_two_lines_of_a_picture_stays_whole() -> None:
    """Lines that were joined without a space are so again."""
    healed = Block(P, 1, (), "approximation", (Line(0, (110, 150, 150, 160)), Line(6, (110, 162, 150, 172))))
    assert shown(with_floats([healed, caption()], [], [FIGURE]))[0] == (BlockKind.FIGURE, "approximation")


def test_table_by_rows() -> None:
    """Rows run from top to bottom and cells from left to right, whatever the order of the stream."""
    cells = [("0.7", 300, 132), ("Method", 110, 110), ("ours", 110, 131), ("Error", 300, 111)]
    table = Table("1", "Table 1: Errors.", 1, (100, 100, 500, 200), (), caption_box=(72, 80, 540, 90))
    blocks = [caption("Table 1: Errors.", (72, 80, 540, 90)), *[block(P, cell) for cell in cells]]
    result = with_floats(blocks, [table], [])
    assert shown(result) == [(C, "Table 1: Errors."), (BlockKind.TABLE, "Method Error\nours 0.7")]
    assert [line.start for line in result[1].lines] == [0, 13]
    assert result[1].lines[1].box == (110, 131, 360, 142)


def test_table_that_is_read_from_the_side() -> None:
    """The rows of a table set upwards are its columns on the page."""
    cells = [("Method", 110, 400), ("Error", 110, 200), ("ours", 140, 400), ("0.7", 140, 200)]
    table = Table("1", "", 1, (100, 100, 500, 500), (), rotation=90)
    result = with_floats([block(P, cell, width=10) for cell in cells], [table], [])
    assert shown(result) == [(BlockKind.TABLE, "Method Error\nours 0.7")]


def test_table_goes_on_over_the_page() -> None:
    """What stands on the next page is a block of its own there, above the text below it."""
    table = Table("1", "", 1, PICTURE, (), continued=(PageBox(2, PICTURE),))
    blocks = [
        block(P, ("a", 110, 150)),
        block(P, ("Text.", 110, 400), page=2),
        block(P, ("b", 110, 150), page=2),
    ]
    assert shown(with_floats(blocks, [table], [])) == [(BlockKind.TABLE, "a"), (BlockKind.TABLE, "b"), (P, "Text.")]


def test_heading_inside_a_picture_opens_no_section() -> None:
    """It joins the picture's words; what follows falls back to the heading before, down to the next true one."""
    blocks = [
        block(H, ("1 Method", 72, 40), section=("1 Method",)),
        block(H, ("1.1 Data", 72, 60), section=("1 Method", "1.1 Data")),
        block(H, ("2 Decoder", 200, 150), section=("2 Decoder",)),
        block(P, ("stack", 200, 170), section=("2 Decoder",)),
        caption(section=("2 Decoder",)),
        block(P, ("Text.", 72, 400), section=("2 Decoder",)),
        block(H, ("1.2 Loss", 72, 420), section=("2 Decoder", "1.2 Loss")),
        block(P, ("More.", 72, 440), section=("2 Decoder", "1.2 Loss")),
        block(H, ("3 Results", 72, 460), section=("3 Results",)),
    ]
    result = with_floats(blocks, [], [FIGURE])
    assert [(b.kind, b.text, b.section) for b in result] == [
        (H, "1 Method", ("1 Method",)),
        (H, "1.1 Data", ("1 Method", "1.1 Data")),
        (BlockKind.FIGURE, "2 Decoder stack", ("1 Method", "1.1 Data")),
        (C, "Figure 1: A picture.", ("1 Method", "1.1 Data")),
        (P, "Text.", ("1 Method", "1.1 Data")),
        (H, "1.2 Loss", ("1 Method", "1.2 Loss")),
        (P, "More.", ("1 Method", "1.2 Loss")),
        (H, "3 Results", ("3 Results",)),
    ]


def test_heading_outside_stays() -> None:
    """A heading right above a picture keeps its kind and opens its section."""
    heading = block(H, ("2 Results", 110, 85), section=("2 Results",))
    assert with_floats([heading, caption(section=("2 Results",))], [], [FIGURE])[0] == heading


def test_paragraph_that_a_float_interrupts() -> None:
    """Its rest comes right after its beginning, and the float with its caption and notes after that."""
    begun = block(P, ("a paragraph that is long enough and does not end", 72, 60))
    note = block(N, ("1 A note.", 72, 700))
    rest = block(P, ("but goes on here.", 72, 400))
    blocks = [begun, block(P, ("Loss", 110, 150)), caption(), note, rest, block(P, ("New.", 72, 430))]
    result = with_floats(blocks, [], [FIGURE])
    assert [b.text for b in result] == [begun.text, rest.text, "Loss", "Figure 1: A picture.", "1 A note.", "New."]


def test_paragraph_that_ends_is_not_closed_up() -> None:
    """A sentence that ends, or a next one that begins with a capital, leaves the float where it is."""
    ended = block(P, ("a paragraph that is long enough and comes to its end.", 72, 60))
    blocks = [ended, caption(), block(P, ("but this is odd.", 72, 400))]
    assert with_floats(blocks, [], [FIGURE]) == blocks


def test_caption_of_another_kind_becomes_one() -> None:
    """A caption that was glued to labels, or broken in two, is one block of its kind."""
    glued = block(P, ("Layer", 110, 150), ("Figure 1: A", 72, 310))
    figure = Figure("1", "Figure 1: A picture.", 1, PICTURE, (72, 308, 300, 335))
    result = with_floats([glued, block(P, ("picture.", 72, 322))], [], [figure])
    assert shown(result) == [(BlockKind.FIGURE, "Layer"), (C, "Figure 1: A picture.")]
    assert [line.start for line in result[1].lines] == [0, 12]


def test_picture_without_words_adds_nothing() -> None:
    """Without words inside it a figure changes no block, and without floats nothing changes."""
    blocks = [block(P, ("Text.", 72, 60)), caption()]
    assert with_floats(blocks, [], [FIGURE]) == blocks
    assert with_floats(blocks, [], []) == blocks


_places = st.tuples(
    st.text("abcde-.", min_size=1, max_size=6).filter(str.strip),
    st.integers(60, 560).map(float),
    st.integers(40, 700).map(float),
)
_blocks = st.builds(
    lambda kind, runs, page, section: block(kind, *runs, section=tuple(section), page=page, width=30),
    st.sampled_from([P, H, C, N, BlockKind.REFERENCE]),
    st.lists(_places, min_size=1, max_size=5),
    st.integers(1, 2),
    st.lists(st.sampled_from(["A", "B"]), max_size=2),
)
_boxes = st.tuples(st.floats(50, 300), st.floats(50, 300), st.floats(310, 600), st.floats(310, 700))
_figures = st.builds(lambda page, box, name: Figure("1", "", page, box, name), st.integers(1, 2), _boxes, _boxes)
_tables = st.builds(
    lambda page, box, turn, name: Table("1", "", page, box, (), caption_box=name, rotation=turn),
    st.integers(1, 2),
    _boxes,
    st.sampled_from([0, 90, 270]),
    st.none() | _boxes,
)


@given(st.lists(_blocks, max_size=8), st.lists(_tables, max_size=2), st.lists(_figures, max_size=2))
def test_every_word_and_line_once(blocks: list[Block], tables: list[Table], figures: list[Figure]) -> None:
    """Whatever overlaps, no word is lost, doubled or cut, and every line begins at its words."""
    result = with_floats(blocks, tables, figures)
    assert Counter(w for b in result for w in b.text.split()) == Counter(w for b in blocks for w in b.text.split())
    for one in result:
        starts = [line.start for line in one.lines]
        assert starts == sorted(set(starts))
        assert all(not one.text[s].isspace() and (s == 0 or one.text[s - 1].isspace()) for s in starts)
    outside = Counter(line.box for b in result if b.kind is not BlockKind.TABLE for line in b.lines)
    assert outside <= Counter(line.box for b in blocks for line in b.lines)
