"""Quotes on pages: found however they are set, given back as printed, never where they do not stand."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.pdf import PyMuPDFReader
from paperlab.quotes import locate, locate_parts, missing_numbers
from paperlab.types import Block, BlockKind, Line, PrintedPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.types import Box, Located

LEFT = (
    "Routing sends each token to two experts and keeps a load-balancing loss of 0.01 during train-\n"
    "ing. We call this “soft” routing and com-\npare it with the state-of-\nthe-art.\n"
)
NOTE = "3A note that stands below the column.\n"
RIGHT = "Every expert is a ﬁne network of 4,096 units, which costs 1020 operations.\nGains of −2.5 points remain.\n"
PAGE = PrintedPage(7, LEFT + NOTE + RIGHT)


def block(top: float, *lines: str, kind: BlockKind = BlockKind.PARAGRAPH) -> Block:
    """Return a block of healed lines, each ten points high from `top` on; `~` says where a broken word goes on."""
    text, placed = "", []
    for i, line in enumerate(lines):
        text += " " if text and not text.endswith("~") else ""
        text = text.rstrip("~")
        placed.append(Line(len(text), box(top + 10 * i)))
        text += line
    return Block(kind, 7, (), text.rstrip("~"), tuple(placed))


def box(top: float) -> Box:
    """Return the box of a line."""
    return (50.0, top, 250.0, top + 10)


BLOCKS = (
    block(
        100,
        "Routing sends each token to two experts and keeps a load-balancing loss of 0.01 during train~",
        "ing. We call this “soft” routing and com~",
        "pare it with the state-of-~",
        "the-art.",
    ),
    block(
        300,
        "Every expert is a fine network of 4,096 units, which costs 10^20 operations.",
        "Gains of −2.5 points remain.",
    ),
    block(500, "^3 A note that stands below the column.", kind=BlockKind.FOOTNOTE),
)


def bare(text: str) -> str:
    """Return text as a stranger would compare it: NFKC, without white space and hyphens."""
    kept = unicodedata.normalize("NFKC", text)
    return "".join(c for c in kept if not c.isspace() and c not in "-‐\u00ad")


def found(text: str, page: PrintedPage = PAGE, blocks: Sequence[Block] = BLOCKS) -> Located:
    """Return where a text stands, and see that the page has it in one run."""
    place = locate(text, page, blocks)
    assert place is not None
    assert bare(place.text) in bare(page.text)
    assert place.page == page.number
    return place


@pytest.mark.parametrize(
    ("asked", "given_back", "tops"),
    [
        ("sends each token to two experts", "sends each token to two experts", [100]),
        ("0.01 during training. We call", "0.01 during training. We call", [100, 110]),
        ("with the state-of-the-art.", "with the state-of-the-art.", [120, 130]),
        ("0.01 during train-\ning.", "0.01 during training.", [100, 110]),
        ('We call this "soft" routing', "We call this “soft” routing", [110]),
        ("is a ﬁne  network\tof 4,096 units", "is a fine network of 4,096 units", [300]),
        ("costs 10^20 operations", "costs 10²⁰ operations", [300]),
        ("costs 10²⁰ operations", "costs 10²⁰ operations", [300]),
        ("Gains of -2.5 points", "Gains of −2.5 points", [310]),
        ("A note that stands", "A note that stands", [500]),
        ("load balancing loss", "load-balancing loss", [100]),
    ],
)
def test_a_quote_is_found_however_it_is_set(asked: str, given_back: str, tops: list[int]) -> None:
    """White space, hyphens, ligatures, quote signs and our own marks do not matter; it reads as printed, healed."""
    place = found(asked)

    assert place.text == given_back
    assert place.boxes == tuple(map(box, tops))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " -\n ",
        "two other experts",
        "routing sends each",
        "loss of 0.0",
        "a loss of 1",
        "of 4,09",
        "of 096 units",
        "Gains of 2.5 points",
        "2.5 points remain",
        "ouldn't be there",
        "outing sends",
        "two expert",
        "the-art. Every expert is",
    ],
)
def test_what_does_not_stand_there_is_not_found(text: str) -> None:
    """Other words, another case, a word or number cut short, a lost minus, words the page has apart."""
    assert locate(text, PAGE, BLOCKS) is None


def test_a_quote_across_blocks_has_boxes_in_both() -> None:
    """The page has note and column in another order than the blocks."""
    place = found("the-art.\n3A note that stands below the column. Every expert")

    assert place.text == "the-art. 3A note that stands below the column. Every expert"
    assert set(place.boxes) == {box(130), box(300), box(500)}


def test_nothing_is_found_without_a_place() -> None:
    """A page's number stands on the page and in no block."""
    page = PrintedPage(7, PAGE.text + "Published as a paper\n")

    assert locate("Published as a paper", page, BLOCKS) is None
    assert locate("each token", page, ()) is None
    assert locate_parts("Published as a paper", page, BLOCKS) == []


def test_a_column_cuts_a_quote_into_parts() -> None:
    """The note stands between the parts on the page, and in neither."""
    sentence = "with the state-of-the-art. Every expert is a fine network"
    parts = locate_parts(sentence, PAGE, BLOCKS)

    assert locate(sentence, PAGE, BLOCKS) is None
    assert [part.text for part in parts] == ["with the state-of-the-art.", "Every expert is a fine network"]
    assert [part.boxes for part in parts] == [(box(120), box(130)), (box(300),)]
    assert locate_parts("We call this “soft” routing", PAGE, BLOCKS) == [found("We call this “soft” routing")]


@pytest.mark.parametrize(
    "text",
    [
        "the-art. Every expert is",
        "the state-of-the-art. Every elephant is a fine network",
        "Every expert is a fine network of state-of-the-art. with the",
        "is a fine network sends each token",
        "",
    ],
)
def test_parts_are_whole_or_none(text: str) -> None:
    """A part of a word or two, words that stand nowhere, and words in another order than the page's give nothing."""
    assert locate_parts(text, PAGE, BLOCKS) == []


def test_parts_are_cut_where_three_words_are_left() -> None:
    """A cut that would leave two words is made earlier, where the page allows it."""
    page = PrintedPage(1, "one two three four five\nbreak\nfour five six seven\n")
    blocks = [block(10, "one two three four five six seven"), block(90, "break")]

    assert [part.text for part in locate_parts("one two three four five six seven", page, blocks)] == [
        "one two three four",
        "five six seven",
    ]


def test_loose_accents_are_given_back_as_the_page_has_them() -> None:
    """Old fonts draw the accent before its letter: the block is healed, the quote is as printed."""
    page = PrintedPage(1, "The work of J¨urgen and of Poincar´e came first.\n")
    place = found("of Jürgen and of Poincaré came", page, [block(10, "The work of Jürgen and of Poincaré came first.")])

    assert place.text == "of J¨urgen and of Poincar´e came"


def test_raised_and_lowered_signs() -> None:
    """Digits are spelt as raised or lowered; what has no such letter is set apart where digits would run together."""
    page = PrintedPage(1, "scores 69.92.6 at rate 10−4 for x1 and a method3\nwith snake_case and a^b\n")
    healed = "scores 69.9^2.6 at rate 10^−4 for x_1 and a method^3 with snake_case and a^b"
    place = found(healed, page, [block(10, healed)])

    assert place.text == "scores 69.9 2.6 at rate 10⁻⁴ for x₁ and a method³ with snake_case and a^b"


def test_marks_that_nobody_sees_are_no_part_of_a_quote() -> None:
    """A control character inside a word keeps its words from being quoted, a soft hyphen does not."""
    page = PrintedPage(1, "Some hid\x01den words and a soft hy\u00adphen.\n")
    blocks = [block(10, "Some hidden words and a soft hyphen.")]

    assert locate("Some hidden words", page, blocks) is None
    assert found("and a soft hyphen", page, blocks).text == "and a soft hyphen"


def test_the_rows_of_a_table() -> None:
    """Cells stand one below the other in the layer; dashes of empty ones stay."""
    page = PrintedPage(1, "Model\nA\nB\nBase-2\n93.5\n-\n-0.3\nLarge\n-\n-\n")
    row, last = (
        block(top, text, kind=BlockKind.TABLE) for top, text in ((10, "Base-2 93.5 - -0.3"), (20, "Large - -"))
    )

    assert found("Base-2 93.5 - -0.3", page, [row, last]).text == "Base-2 93.5 - -0.3"
    assert found("Large - -", page, [row, last]).text == "Large - -"
    assert locate("Base-2 93.5 - 0.3", page, [row, last]) is None


def test_the_same_words_twice() -> None:
    """The place that is spelt as the quote goes before the first."""
    page = PrintedPage(1, "hand-\nmade things\nhandmade things\n")
    blocks = [block(10, "hand-made things"), block(20, "handmade things")]

    assert found("handmade things", page, blocks) == found("handmade things", page, blocks[1:])
    assert found("handmade things", page, blocks).boxes == (box(20),)


SNIPPETS = st.sampled_from(
    "a b model model- mo- del 10 10^20 1020 4,096 −2.5 -2.5 - – ﬁne fine “soft” é ´e e\u0301 ½ ² x_1 x1 … ...".split()
)


@given(st.lists(SNIPPETS, min_size=1, max_size=14), st.data())
def test_what_is_given_back_stands_on_the_page(words: list[str], data: st.DataObject) -> None:
    """Any slice of any page, if it is found at all, comes back as text that the page has in one run."""
    seams = data.draw(st.lists(st.sampled_from([" ", "\n", "", "-\n"]), min_size=len(words), max_size=len(words)))
    page = PrintedPage(1, "".join(word + seam for word, seam in zip(words, seams, strict=True)))
    blocks = [block(10, " ".join(words)), block(50, page.text.replace("-\n", "").replace("\n", " "))]
    start = data.draw(st.integers(0, len(page.text)))
    end = data.draw(st.integers(start, len(page.text)))
    quote = data.draw(st.sampled_from([page.text[start:end], blocks[0].text[start:end], blocks[1].text[start:end]]))
    place = locate(quote, page, blocks)

    for part in locate_parts(quote, page, blocks) if place is None else [place]:
        assert bare(part.text) in bare(page.text)
        assert part.boxes
        again = locate(part.text, page, blocks)
        assert again is not None
        assert bare(again.text) == bare(part.text)


def test_sentences_of_a_real_page(tmp_path: Path) -> None:
    """Every sentence of the sample papers, as read, is found on its page; any whole words of it are, too."""
    import paperlab

    pdf = min((Path(paperlab.__file__).parent / "data" / "samples").glob("*.pdf"))
    with PyMuPDFReader() as reader:
        reading = reader.read(pdf)
    page = reading.layer[0]
    blocks = [one for one in reading.blocks if one.page == page.number]
    prose = [one.text for one in blocks if one.kind is BlockKind.PARAGRAPH]

    assert prose
    for text in prose:
        words = text.split()
        assert locate_parts(text, page, blocks)
        for start in range(0, max(1, len(words) - 6), 5):
            found(" ".join(words[start : start + 6]), page, blocks)


def test_a_page_is_looked_through_quickly() -> None:
    """A page of a thousand words takes a few milliseconds the first time and a fraction of one after that."""
    lines = [f"line {i} says that number {i * 37} stands beside word{i} and after word{i - 1}" for i in range(100)]
    page, blocks = PrintedPage(1, "\n".join(lines)), [block(10 * i, line) for i, line in enumerate(lines)]
    found(lines[3], page, blocks)
    start = time.process_time()
    for line in lines:
        found(line[5:50].rsplit(" ", 1)[0], page, blocks)

    assert time.process_time() - start < 100 * 0.003


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("It has 10,000 images.", "with 10000 images"),
        ("10000 images", "10\u2009000 images"),
        ("a loss of .1", "a loss of 0.10"),
        ("30.5% of them", "30.5 of"),
        ("Three sets and two runs", "3 sets, 2 runs"),
        ("3 sets", "we use three sets"),
        ("one of the best", "nothing"),
        ("GPT-3 has 175B weights", "GPT-3 (175 billion weights)"),
        ("7B weights", "7,000,000,000 weights"),
        ("Llama-2 is open", "Llama-2-7B is open"),
        ("ResNet-50 models", "ResNet-50-based models"),
        ("a rate of 1e-4", "a rate of 10⁻⁴"),
        ("3e-4", "0.0003"),
        ("it falls by 0.3", "a change of −0.3"),
        ("-0.3", "−0.3"),
        ("from 3 to 5", "3–5 layers"),
        ("version 2.5.1", "2.5.1"),
        ("no number here", ""),
    ],
)
def test_numbers_that_a_quote_has(sentence: str, quote: str) -> None:
    """However they are written."""
    assert missing_numbers(sentence, ["nothing of it", quote]) == ()


@pytest.mark.parametrize(
    ("sentence", "quote", "missing"),
    [
        ("7.9 points", "7.93 points", ("7.9",)),
        ("28 and 28.4 and 28", "284", ("28", "28.4")),
        ("GPT-3 and GPT-4", "GPT-3.5, GPT 3 and 4", ("GPT-3", "GPT-4")),
        ("10 classes", "CIFAR-10", ("10",)),
        ("CIFAR-10", "CIFAR-100", ("CIFAR-10",)),
        ("in 2017", "in 2018", ("2017",)),
        ("7B weights", "7M weights", ("7B",)),
        ("five runs", "six runs", ("five",)),
        ("a change of -0.3", "it rises by 0.3", ("-0.3",)),
        ("5 models", "all models.⁵", ("5",)),
        ("10^5 steps", "105 steps", ("10^5",)),
        ("12 layers", "1 2 layers", ("12",)),
        ("2.5.1", "2.5.2", ("2.5.1",)),
    ],
)
def test_numbers_that_no_quote_has(sentence: str, quote: str, missing: tuple[str, ...]) -> None:
    """Near ones, parts of others, other names, notes: each once, as the sentence writes it."""
    assert missing_numbers(sentence, [quote]) == missing
    assert missing_numbers(sentence, []) == tuple(dict.fromkeys(missing))
