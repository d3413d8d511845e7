"""A paper as it is shown: items, lines, links, motions, and the ways from annotations to characters and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from paperlab.references import find_references
from paperlab.tui.flow import (
    MOTIONS,
    Document,
    Flow,
    Item,
    ItemKind,
    LinkKind,
    Position,
    annotation_spans,
    build_document,
    find_all,
    paper_without_text,
    place_of,
    selection_parts,
    sentence_at,
    spans_of_boxes,
)
from paperlab.tui.flow.caret import Caret
from paperlab.tui.flow.clock import ReadingClock
from paperlab.tui.flow.trail import Trail
from paperlab.tui.widgets.paper_hints import labels
from paperlab.types import (
    Annotation,
    Block,
    BlockKind,
    Cell,
    Figure,
    FrontMatter,
    Line,
    PageSize,
    Paper,
    Reading,
    RowKind,
    Table,
    TableRow,
)


def _block(
    text: str,
    kind: BlockKind = BlockKind.PARAGRAPH,
    page: int = 1,
    top: float = 100.0,
    section: tuple[str, ...] = ("1 Intro",),
) -> Block:
    """Return a block printed in lines of about 40 characters, 5 points a letter, 12 points a line."""
    starts = [0]
    while len(text) - starts[-1] > 40:
        starts.append(text.find(" ", starts[-1] + 30) + 1 or len(text))
        if starts[-1] >= len(text):
            starts.pop()
            break
    ends = [*starts[1:], len(text)]
    lines = tuple(
        Line(start, (50.0, top + 12 * i, 50.0 + 5 * (end - start), top + 12 * i + 10))
        for i, (start, end) in enumerate(zip(starts, ends, strict=True))
    )
    return Block(kind, page, section, text, lines)


def _reading(*blocks: Block, tables: tuple[Table, ...] = (), figures: tuple[Figure, ...] = ()) -> Reading:
    pages = max((block.page for block in blocks), default=1)
    sizes = tuple(PageSize(number, 612, 792) for number in range(1, pages + 1))
    return Reading("test", sizes, blocks, FrontMatter(), tables, figures)


def _document(*texts: str) -> Document:
    return Document(tuple(Item(ItemKind.TEXT, text, 1, i) for i, text in enumerate(texts)))


def _lines(document: Document, width: int) -> list[str]:
    return [
        "" if row.is_blank else document.items[row.item].shown[row.start : row.end].replace("\u2060", "")
        for row in Flow(document, width).rows
    ]


@pytest.mark.parametrize("width", [4, 7, 20, 80])
@pytest.mark.parametrize(
    "text",
    [
        "plain words that go on for a while and then some",
        "averyveryverylongwordwithoutanyspace" * 4,
        "深度学习在自然语言处理中的应用越来越广泛" * 3,
        "mixed 深度学习 words and 自然语言 too, with e\u0301 accents",
        "emoji 🎉🎉 in 🚀 a row",
        "كلمات عربية مكتوبة من اليمين إلى اليسار",
        "\x1b[31mred\x1b[0m bell\x07 override \u202eback\u202c end",
    ],
)
def test_no_line_is_wider_than_asked_for_and_no_letter_is_lost(text: str, width: int) -> None:
    """Whatever the script, lines fit by cells, and together they hold every visible character in order."""
    lines = _lines(_document(text), width)

    assert all(cell_len(line) <= width for line in lines)
    kept = "".join("".join(lines).split())
    wanted = "".join(_document(text).items[0].shown.replace("\u2060", "").split())
    assert kept == wanted
    assert "\x1b" not in kept
    assert "\u202e" not in kept


def test_every_position_is_found_again_on_its_line() -> None:
    """Line and cell of a position lead back to it, in wide and narrow letters."""
    document = _document("one two 三四五六七 eight nine ten eleven twelve", "second paragraph, short")
    flow = Flow(document, 15)

    for i, item in enumerate(document.items):
        for offset, char in enumerate(item.text):
            at = Position(i, offset)
            if not char.isspace():
                assert flow.position_at(flow.row_of(at), flow.cell_of(at)) == at


def test_numbers_behind_marks_are_raised_without_moving_offsets() -> None:
    """`10^3` is drawn as 10³, and the shown text is as long as the block's."""
    item = Item(ItemKind.TEXT, "about 10^3 of x_12 each", 1, 0)

    assert item.shown.replace("\u2060", "") == "about 10³ of x₁₂ each"
    assert len(item.shown) == len(item.text)


def test_a_long_paper_is_laid_out_for_another_width() -> None:
    """3,000 blocks flow to fewer and longer lines."""
    words = "The model routes each token to a few experts, which keeps the cost of a step nearly constant. "
    document = _document(*[words * 4] * 3000)

    narrow, wide = Flow(document, 70), Flow(document, 88)

    assert len(narrow) > len(wide) > 12_000


def test_a_sentence_over_a_page_end_goes_on_without_a_gap() -> None:
    """A paragraph that goes on in lower case after an open sentence has no empty line before it."""
    reading = _reading(
        _block("The layers of such a"), _block("network are stacked.", page=2), _block("Next one.", page=2)
    )

    document = build_document(reading)

    assert _lines(document, 60) == ["The layers of such a", "network are stacked.", "", "Next one."]


def test_citations_tables_figures_and_sections_are_links() -> None:
    """What the text mentions leads there, where it exists; a caption's own label leads nowhere."""
    table = Table("1", "Table 1: Scores.", 1, (50, 300, 200, 340), (), (50, 280, 200, 290))
    figure = Figure("2", "Figure 2: A net.", 1, (50, 400, 200, 450), (50, 460, 200, 470))
    reading = _reading(
        _block("1 Intro", BlockKind.HEADING),
        _block("As [1] shows in Table 1, Figure 2, Figure 9 and Section 1; see https://example.org/a.", top=120),
        _block("Figure 2: A net.", BlockKind.CAPTION, top=460),
        _block("References", BlockKind.HEADING, top=500, section=("References",)),
        _block("[1] A. Writer. A good title. In Venue, 2020.", BlockKind.REFERENCE, top=520, section=("References",)),
        tables=(table,),
        figures=(figure,),
    )

    document = build_document(reading, find_references(reading.blocks))

    text = document.items[1]
    assert [(text.text[link.start : link.end], link.kind) for link in text.links] == [
        ("[1]", LinkKind.REFERENCE),
        ("Table 1", LinkKind.TABLE),
        ("Figure 2", LinkKind.FIGURE),
        ("Section 1", LinkKind.SECTION),
        ("https://example.org/a", LinkKind.URL),
    ]
    caption = next(item for item in document.items if item.kind is ItemKind.CAPTION)
    assert caption.links == ()
    assert document.reference_places == (Position(len(document.items) - 1, 0),)


def test_each_of_several_entries_cited_together_is_a_link() -> None:
    """`[3, 1]` leads to entry 3 from its 3 and to entry 1 from its 1; two years behind one name each to their own."""
    entries = [
        _block(f"[{n}] A. Writer. Title {n} of many. In Venue, 20{n}0.", BlockKind.REFERENCE, top=500 + 20 * n)
        for n in (1, 2, 3)
    ]
    numbers = _reading(_block("1 Intro", BlockKind.HEADING), _block("As [3, 1] show and [2] knew.", top=120), *entries)

    document = build_document(numbers, find_references(numbers.blocks))

    text = document.items[1]
    assert [(text.text[link.start : link.end], link.index) for link in text.links] == [("3", 2), ("1", 0), ("[2]", 1)]

    years = _reading(
        _block("1 Intro", BlockKind.HEADING),
        _block("Others (Writer et al., 2020, 2022) did it.", top=120),
        _block("A. Writer, B. Two, and C. Tri. A first title. In Venue, 2020.", BlockKind.REFERENCE, top=520),
        _block("A. Writer, B. Two, and C. Tri. Another title. In Venue, 2022.", BlockKind.REFERENCE, top=540),
    )

    document = build_document(years, find_references(years.blocks))

    text = document.items[1]
    found = [(text.text[link.start : link.end], link.index) for link in text.links]
    assert found == [("Writer et al., 2020", 0), ("2022", 1)]


def _cells(*texts: str, kind: RowKind = RowKind.DATA) -> TableRow:
    return TableRow(kind, tuple(Cell(text, None, column=i) for i, text in enumerate(texts)))


def test_a_table_is_shown_as_aligned_cells_once() -> None:
    """Its cells come where its words stand, header and rule first; the words themselves are not repeated."""
    rows = (
        _cells("Model", "Score", kind=RowKind.HEADER),
        TableRow(RowKind.GROUP, (Cell("Small", None, columns=2), Cell("Small", None, columns=2))),
        _cells("深い", "9.5"),
        _cells("Base", "10.25"),
    )
    table = Table("1", "Table 1", 1, (40, 90, 300, 200), rows)
    reading = _reading(_block("Model Score\n深い 9.5\nBase 10.25", BlockKind.TABLE), tables=(table,))

    document = build_document(reading)

    assert [item.kind for item in document.items] == [ItemKind.TABLE]
    assert document.items[0].text.split("\n") == [
        "Model  Score",
        "────────────",
        "Small",
        "深い     9.5",
        "Base   10.25",
    ]


def test_a_table_that_could_not_be_read_says_why_and_shows_its_words() -> None:
    """Without cells the reader gets the reason and the printed words."""
    table = Table("4", "Table 4", 1, (40, 90, 300, 200), (), reasons=("the page is a scan",))
    reading = _reading(_block("a b\nc d", BlockKind.TABLE), tables=(table,))

    document = build_document(reading)

    assert [item.kind for item in document.items] == [ItemKind.REMARK, ItemKind.TABLE]
    assert "the page is a scan" in document.items[0].text
    assert document.items[1].text == "a b\nc d"


def test_a_paper_without_text_shows_its_record_and_why() -> None:
    """Title, authors, the reason and the abstract are there to read."""
    document = paper_without_text(Paper("k", "A title", ("A. One", "B. Two"), abstract="What we did."), "No PDF.")

    assert [item.text for item in document.items] == [
        "A title",
        "A. One, B. Two",
        "No PDF.",
        "Abstract",
        "What we did.",
    ]


TWICE = "We train the model. The data is large. We train the model twice, and the data is clean."


def test_a_selection_becomes_spans_of_blocks_by_page() -> None:
    """Remarks and pictures between are left out, and each page has its own part."""
    blocks = (
        _block("First words here."),
        _block("in a picture", BlockKind.FIGURE, top=200),
        _block("Second part.", page=2),
    )
    document = build_document(_reading(*blocks))

    parts = selection_parts(document, Position(0, 6), Position(len(document.items) - 1, 6))

    assert [(part.page, part.spans) for part in parts] == [(1, ((0, 6, 17),)), (2, ((2, 0, 6),))]


def test_an_annotation_is_drawn_where_it_was_made_though_its_words_stand_twice() -> None:
    """Boxes tell which of two equal phrases was marked; on one line, the words around it."""
    block = _block(TWICE)
    document = build_document(_reading(block))
    second = TWICE.index("We train", 5)
    line = next(line for line in reversed(block.lines) if line.start <= second)
    boxes = ((line.box[0] + 5 * (second - line.start), line.box[1], line.box[2], line.box[3]),)

    by_box = annotation_spans(document, Annotation("a", page=1, quote="We train the model", boxes=boxes))
    by_words = annotation_spans(
        document, Annotation("b", page=1, quote="the data", before="We train the model twice, and", after="is clean.")
    )

    assert [(span.start, span.end, span.name) for span in by_box] == [(second, second + 18, "a")]
    assert [span.start for span in by_words] == [TWICE.index("the data")]


def test_an_annotation_over_two_blocks_is_drawn_in_both() -> None:
    """A quote that a block's end cuts is found across it; hyphens at its ends are drawn, too."""
    document = build_document(_reading(_block("It ends with a well-"), _block("known word here.", top=200)))

    spans = annotation_spans(document, Annotation("a", page=1, quote="a well- known word"))

    assert [(span.item, span.start, span.end) for span in spans] == [(0, 13, 20), (1, 0, 10)]


@pytest.mark.parametrize(
    "annotation",
    [
        Annotation("n", page=1),
        Annotation("n", quote="We train"),
        Annotation("n", page=1, quote="words that are not there"),
    ],
)
def test_what_marks_no_words_is_drawn_nowhere(annotation: Annotation) -> None:
    """Notes, annotations of the whole paper and words that are not shown have no place in the text."""
    assert annotation_spans(build_document(_reading(_block(TWICE))), annotation) == []


def test_places_are_found_by_quote_and_by_boxes() -> None:
    """A quote is found on its page or, where the page is wrong, on another; boxes find their lines."""
    first, second = _block("Alpha beta gamma."), _block("Delta epsilon zeta.", page=2)
    document = build_document(_reading(first, second))

    assert [span.item for span in place_of(document, 1, "epsilon zeta")] == [1]
    assert place_of(document, None, "not there") == []
    assert [(span.item, span.start, span.end) for span in spans_of_boxes(document, 2, [second.lines[0].box])] == [
        (1, 0, 19)
    ]


def test_search_finds_words_over_any_white_space() -> None:
    """Small letters find capitals, capitals only themselves."""
    document = _document("The Model  and the model", "MODEL and")

    assert [(span.item, span.start) for span in find_all(document, "model and")] == [(0, 4), (1, 0)]
    assert [(span.item, span.start) for span in find_all(document, "Model")] == [(0, 4)]
    assert find_all(document, "  ") == []


def _went(text: str, motion: str, start: int) -> int:
    return MOTIONS[motion](Flow(_document(text, "Next item."), 80), Position(0, start)).offset


def test_motions_go_by_words_and_sentences() -> None:
    """As in vi: next word, its end, the word before, the sentence's ends, the line's ends."""
    text = "We fit it. Then, we test."

    assert _went(text, "word", 0) == 3
    assert _went(text, "word_end", 0) == 2
    assert _went(text, "word_back", 11) == 9
    assert _went(text, "sentence", 0) == 10
    assert _went(text, "sentence_back", 15) == 11
    assert _went(text, "line_end", 0) == len(text)
    assert MOTIONS["word"](Flow(_document("a", "b"), 80), Position(0, 0)) == Position(1, 0)
    assert MOTIONS["word_back"](Flow(_document("a", "b"), 80), Position(1, 0)) == Position(0, 0)


def test_selecting_a_sentence_again_takes_the_next_one_too() -> None:
    """`s` selects the sentence at the cursor, then grows."""
    flow, caret = Flow(_document("One is here. Two is here. Three."), 80), Caret()
    caret.put(Position(0, 3))

    caret.select(flow, "sentence")
    assert caret.selection == (Position(0, 0), Position(0, 12))
    caret.select(flow, "sentence")
    assert caret.selection == (Position(0, 0), Position(0, 25))


def test_a_cursor_keeps_its_cell_over_short_lines() -> None:
    """Going down past a short line comes back to the cell where it began, empty lines passed over."""
    flow, caret = Flow(_document("a long first line", "short", "a long third line"), 80), Caret()
    caret.put(Position(0, 12))

    caret.move_lines(flow, 1)
    assert caret.at == Position(1, 5)
    caret.move_lines(flow, 1)
    assert caret.at == Position(2, 12)


def test_a_sentence_is_the_nearest_where_the_cursor_is_between_two() -> None:
    """A cursor on the space between belongs to one of them."""
    span = sentence_at(_document("One here. Two here."), Position(0, 9))

    assert (span.start, span.end) in {(0, 9), (10, 19)}


def test_the_trail_goes_back_and_forward() -> None:
    """As in a browser; a new jump forgets what was ahead."""
    trail = Trail()
    trail.leave(Position(1, 0))
    trail.leave(Position(5, 0))

    assert trail.back(Position(9, 0)) == Position(5, 0)
    assert trail.forward(Position(5, 0)) == Position(9, 0)
    assert trail.back(Position(9, 0)) == Position(5, 0)
    trail.leave(Position(5, 0))
    assert trail.forward(Position(5, 0)) is None


def test_the_clock_counts_only_while_somebody_reads() -> None:
    """Nothing while another window has the focus, after two minutes without a key, or while the machine slept."""
    now = [0.0]
    clock = ReadingClock(lambda: now[0], lambda: "2026-11-22")
    clock.tick(is_read=True)
    clock.touch()
    for seconds, is_read in [(1, True), (1, False), (1, True), (3000, True)]:
        now[0] += seconds
        clock.tick(is_read=is_read)

    assert clock.take() == (("2026-11-22", 2),)
    assert clock.take() == ()


def test_labels_of_links_never_begin_alike() -> None:
    """One letter each while they last; then two each, so that none is the beginning of another."""
    assert labels(3) == ["a", "s", "d"]
    many = labels(40)
    assert len(set(many)) == 40
    assert not any(a != b and b.startswith(a) for a in many for b in many)


def test_items_are_values() -> None:
    """An item can be replaced without its cached texts going along."""
    item = Item(ItemKind.TEXT, "x^2", 1, 0)
    assert item.shown.endswith("²")

    assert replace(item, text="y").shown == "y"
