"""Chunks: slices of the paper's text that fit the window, know their place and leave nothing out."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paperlab.chunking import TARGET_TOKENS, VERSION, Cutter, chunk_blocks, embedded_text, paper_text, sentences
from paperlab.embedders.hashing import HashingEmbedder
from paperlab.embedders.minilm import MiniLMEmbedder
from paperlab.types import Block, BlockKind, Chunk, Line, around

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Count = Callable[[Sequence[str]], list[int]]

PROSE, REFERENCE = BlockKind.PARAGRAPH, BlockKind.REFERENCE


def words(texts: Sequence[str]) -> list[int]:
    """Count runs of letters and every other visible character as tokens, and two for begin and end."""
    return [2 + len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


def letters(texts: Sequence[str]) -> list[int]:
    """Count every visible character as a token: the hardest case for one endless word."""
    return [2 + len(re.sub(r"\s", "", text)) for text in texts]


def block(
    text: str, section: tuple[str, ...] = ("S",), kind: BlockKind = PROSE, page: int = 1, width: int = 20
) -> Block:
    """Return a block whose lines hold `width` characters each, one below the other."""
    starts = range(0, max(1, len(text)), width)
    lines = tuple(Line(start, (10.0, 12.0 * i, 100.0, 12.0 * i + 10)) for i, start in enumerate(starts))
    return Block(kind, page, section, text, lines)


WORDS = ("We merge models. It works! Why? A. 3.5 Fig.~3 et~al.~2016 (see Eq.~2). é漢字 " + "x" * 70).split()
TEXTS = st.lists(st.sampled_from([word.replace("~", " ") for word in WORDS]), max_size=14).map(" ".join)
BLOCKS = st.lists(
    st.builds(
        block,
        TEXTS | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50),
        st.sampled_from([("A",), ("A", "A.1"), (), ("B",)]),
        st.sampled_from([PROSE, PROSE, BlockKind.CAPTION, BlockKind.TITLE, BlockKind.FOOTNOTE, REFERENCE]),
        st.integers(1, 3),
    ),
    max_size=10,
)


@pytest.mark.parametrize("count", [words, letters])
@given(blocks=BLOCKS, window=st.integers(16, 60), title=TEXTS | st.just(""))
@example(blocks=[block("One."), block("[1] A reference.", kind=REFERENCE), block("Two.")], window=40, title="")
@example(blocks=[block("x" * 500)], window=16, title="")
@example(blocks=[block("   "), block(""), block("a")], window=16, title="T")
def test_chunks_of_any_paper_are_whole_ordered_and_fit(
    count: Count, blocks: list[Block], window: int, title: str
) -> None:
    """Each is a slice of one section's text within the window; together they hold every word once, in order."""
    text, chunks = paper_text(blocks), chunk_blocks(blocks, count, window, title)

    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert all(one.end <= other.start for one, other in itertools.pairwise(chunks))
    owners = owner_of_each_character(blocks)
    for chunk in chunks:
        assert chunk.text == text[chunk.start : chunk.end]
        assert chunk.text.strip()
        held = {i for i in owners[chunk.start : chunk.end] if i is not None and blocks[i].text.strip()}
        assert {blocks[i].section for i in held} == {chunk.section}
        assert not any(left_out(blocks, i) for i in held)
        context = count([embedded_text(title, chunk.section, "")])[0]
        if context <= window * 3 // 4:
            assert count([embedded_text(title, chunk.section, chunk.text)])[0] <= window
        assert_boxes_fit(chunk, blocks, held)
    covered = {i for chunk in chunks for i in range(chunk.start, chunk.end)}
    missing = [i for i, owner in enumerate(owners) if i not in covered and owner is not None and not text[i].isspace()]
    assert all(left_out(blocks, owners[i] or 0) for i in missing)


def left_out(blocks: list[Block], i: int) -> bool:
    """Tell whether a block is no passage: references, title, and few words on page 1 before the first heading."""
    headed = [number for number, each in enumerate(blocks) if each.section]
    before_body = bool(headed) and i < headed[0]
    front = before_body and blocks[i].page == 1 and len(blocks[i].text.split()) < 25
    return front or blocks[i].kind in {REFERENCE, BlockKind.TITLE}


def owner_of_each_character(blocks: list[Block]) -> list[int | None]:
    """Return for each character of the paper's text the block it stands in, None for the newlines between blocks."""
    owners: list[int | None] = []
    for i, each in enumerate(blocks):
        owners += [i] * len(each.text) + [None]
    return owners[:-1]


def assert_boxes_fit(chunk: Chunk, blocks: list[Block], held: set[int]) -> None:
    """Assert that a chunk's pages and boxes are those of the lines its characters stand on."""
    assert chunk.pages == tuple(sorted({blocks[i].page for i in held}))
    assert chunk.page in chunk.pages
    start, wanted = 0, []
    for i, each in enumerate(blocks):
        first, last = max(chunk.start - start, 0), min(chunk.end - start, len(each.text))
        start += len(each.text) + 1
        if i in held:
            while each.text[first].isspace():  # white space between sentences belongs to no line
                first += 1
            last = len(each.text[:last].rstrip())
            wanted.append((each.page, around([line.box for line in each.lines if first - 20 < line.start < last])))
    assert [(box.page, box.box) for box in chunk.boxes] == wanted


def test_chunks_close_at_the_target_and_hold_whole_sentences() -> None:
    """No sentence is cut that fits, and no chunk is much smaller than it need be."""
    blocks = [block(" ".join(f"Sentence number {i} has exactly eight words." for i in range(100)))]

    chunks = chunk_blocks(blocks, words, 256)

    sizes = [words([chunk.text])[0] - 2 for chunk in chunks]
    assert all(chunk.text.startswith("Sentence") and chunk.text.endswith("words.") for chunk in chunks)
    assert all(TARGET_TOKENS - 8 < size <= TARGET_TOKENS for size in sizes[:-1])


def test_a_chunk_over_two_pages_stands_on_the_one_with_most_of_it() -> None:
    """With one box on each."""
    blocks = [block("Short.", page=4), block("Much longer than the first one is.", page=5)]

    (chunk,) = chunk_blocks(blocks, words, 256)

    assert (chunk.page, chunk.pages) == (5, (4, 5))
    assert [(box.page, box.box) for box in chunk.boxes] == [(4, blocks[0].box), (5, blocks[1].box)]


def test_a_box_holds_just_the_lines_of_its_sentences() -> None:
    """Two chunks of one paragraph do not both light up the whole paragraph."""
    text = "a" * 19 + ". " + "B" * 19 + ". " + "C" * 18 + "."
    chunks = chunk_blocks([block(text, width=21)], letters, 32)

    assert [chunk.text for chunk in chunks] == ["a" * 19 + ".", "B" * 19 + ".", "C" * 18 + "."]
    assert [chunk.boxes[0].box[1] for chunk in chunks] == [0.0, 12.0, 24.0]


def test_references_are_left_out_and_part_what_stands_around_them() -> None:
    """A footnote between two references is a passage of its own, and no passage has a reference in it."""
    kinds = (PROSE, REFERENCE, BlockKind.FOOTNOTE, REFERENCE)
    blocks = [block(f"Text {i}.", kind=kind) for i, kind in enumerate(kinds)]

    assert [chunk.text for chunk in chunk_blocks(blocks, words, 256)] == ["Text 0.", "Text 2."]


def test_title_and_authors_are_no_passages_but_an_abstract_without_a_heading_is() -> None:
    """Names and addresses before the first heading answer nothing; the title goes with every passage anyway."""
    abstract = "We show it in many words. " * 6
    blocks = [
        block("Title", (), BlockKind.TITLE),
        block("Ada Lovelace, London", ()),
        block(abstract, ()),
        block("Hi.", (), page=2),
        block("The body.", ("1 Introduction",), page=2),
    ]

    assert [chunk.text for chunk in chunk_blocks(blocks, words, 256)] == [f"{abstract.strip()} \nHi.", "The body."]


def test_a_section_that_is_left_and_entered_again_is_not_joined() -> None:
    """What stands between belongs to another section."""
    blocks = [block("One.", ("A",)), block("Two.", ("B",)), block("Three.", ("A",))]

    assert [(c.section, c.text) for c in chunk_blocks(blocks, words, 256)] == [
        *((("A",), "One."), (("B",), "Two."), (("A",), "Three."))
    ]


def test_a_title_longer_than_the_window_still_leaves_room_for_the_text() -> None:
    """The embedder cuts the rest off; nothing is lost and nothing loops."""
    chunks = chunk_blocks([block("word " * 100)], words, 40, "title " * 500)

    assert sum(chunk.text.count("word") for chunk in chunks) == 100
    assert all(words([chunk.text])[0] <= 12 for chunk in chunks)


@pytest.mark.parametrize("embedder", [MiniLMEmbedder, HashingEmbedder])
@pytest.mark.parametrize(
    "text", ["a" * 4000, "ab12" * 1000, "漢字" * 700, "x" * 90 + " y" * 900, "∑" * 900 + ". Then."]
)
def test_one_endless_word_is_cut_to_fit_the_real_tokenizers(
    embedder: type[MiniLMEmbedder], text: str, tmp_path: Path
) -> None:
    """Tables of digits, other scripts and rubbish all end up in windows, whole and quickly."""
    real = embedder("", tmp_path)
    title = "A title of some length"

    chunks = chunk_blocks([block(text)], real.count_tokens, 64, title)

    assert "".join(chunk.text for chunk in chunks).replace(" ", "") == text.replace(" ", "")
    assert max(real.count_tokens([embedded_text(title, ("S",), chunk.text) for chunk in chunks])) <= 64


def test_a_paper_without_text_has_no_chunks() -> None:
    """Neither has one of nothing but references."""
    assert chunk_blocks([], words, 256) == []
    assert chunk_blocks([block(" "), block("[1] X. Y.", kind=REFERENCE)], words, 256) == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("He et al. 2016 showed it. We agree.", ["He et al. 2016 showed it.", "We agree."]),
        ("He et al. (2016) showed it. We agree.", ["He et al. (2016) showed it.", "We agree."]),
        ("See Fig. 3 and Eq. 2, cf. Sec. 4. Then Tab. 1.", ["See Fig. 3 and Eq. 2, cf. Sec. 4.", "Then Tab. 1."]),
        ("Methods, e.g. SGD, i.e. Descent, vs. Adam.", ["Methods, e.g. SGD, i.e. Descent, vs. Adam."]),
        ("By J. Smith and Dr. K. Lee. It won.", ["By J. Smith and Dr. K. Lee.", "It won."]),
        ("It is 3.5 points, v2.0 that is.", ["It is 3.5 points, v2.0 that is."]),
        ('He said "no way." (Really?) “Yes.” Good.', ['He said "no way."', "(Really?)", "“Yes.”", "Good."]),
        ("It reached its goal. Then it stopped.", ["It reached its goal.", "Then it stopped."]),
        ("It rose by 12 %. 3 runs failed.", ["It rose by 12 %.", "3 runs failed."]),
        ("lower. case goes on", ["lower. case goes on"]),
        ("", []),
        ("  \n ", []),
        ("No end  ", ["No end"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, parts: list[str]) -> None:
    """Abbreviations, initials and decimals end none."""
    assert [text[start:end] for start, end in sentences(text)] == parts


@given(st.text(st.sampled_from("Ab1.!?\"') (“é\n\t"), max_size=60))
def test_sentences_hold_every_visible_character_once(text: str) -> None:
    """In order, without overlaps, whatever the punctuation."""
    spans = sentences(text)

    assert [start for start, _ in spans] == sorted(start for start, _ in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    held = {i for start, end in spans for i in range(start, end)}
    assert [i for i, c in enumerate(text) if not c.isspace() and i not in held] == []


def test_a_paper_without_headings_loses_nothing() -> None:
    """Short paragraphs on page 1 are authors only where a heading follows; without one they are the paper."""
    plain = [block("A short remark.", ()), block("Another one.", ())]

    assert [chunk.text for chunk in chunk_blocks(plain, words, 60)] == ["A short remark.\nAnother one."]
    headed = [*plain, block("The body begins.", ("1 Introduction",))]
    assert [chunk.text for chunk in chunk_blocks(headed, words, 60)] == ["The body begins."]


def test_a_cutter_names_what_its_chunks_hang_on() -> None:
    """The rules and the window: another embedder with the same window has the same chunks."""
    blocks = [block("One sentence. " * 30), block("Another one.", ("B",))]
    small, large = Cutter(words, 40), Cutter(words, 256)

    assert small.cut(blocks, "T") == chunk_blocks(blocks, words, 40, "T")
    assert small.cut(blocks, "T") != large.cut(blocks, "T")
    assert small.id == Cutter(words, 40).id != large.id
    assert VERSION in small.id
