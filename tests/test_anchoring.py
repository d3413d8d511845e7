"""Selections become the letters of their page, and annotations are found again in another PDF."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.anchoring import anchor, anchor_words, find_words, words_in_boxes
from paperlab.errors import UsageError
from paperlab.quotes import letters_of, page_letters
from paperlab.reanchoring import reanchor
from paperlab.types import Annotation, AnnotationKind, Block, BlockKind, Line, PageLetters, PrintedPage

WIDTH, HEIGHT, LEADING = 5.0, 10.0, 12.0
TEXT = """A header that stands on every page
The river rose for nine days and no gauge was read in the whole trans-
formation of the lower valley, which the keepers called the long wait.
The gauge was read again in June. Nobody knew who had kept the efﬁcient
tables, and the keepers never said it, though the tables were exact."""


def lettered(text: str, page: int = 1, left: float = 50.0) -> PageLetters:
    """Return a page printed in a type whose letters are all as wide."""
    boxes = []
    row = column = 0
    for sign in text:
        x, y = left + WIDTH * column, 100.0 + LEADING * row
        boxes.append(None if sign == "\n" else (x, y, x + WIDTH, y + HEIGHT))
        row, column = (row + 1, 0) if sign == "\n" else (row, column + 1)
    return PageLetters(page, text, tuple(boxes))


def block(text: str, starts: list[int], letters: PageLetters, first_row: int, page: int = 1) -> Block:
    """Return a block whose lines stand on rows of a page, from `first_row` on."""
    rows = letters.text.split("\n")
    lines = [
        Line(start, (50.0, 100.0 + LEADING * r, 50.0 + WIDTH * len(rows[r]), 100.0 + LEADING * r + HEIGHT))
        for r, start in enumerate(starts, start=first_row)
    ]
    return Block(BlockKind.PARAGRAPH, page, (), text, tuple(lines))


@pytest.fixture
def page() -> PageLetters:
    return lettered(TEXT)


@pytest.fixture
def blocks(page: PageLetters) -> list[Block]:
    first = "The river rose for nine days and no gauge was read in the whole transformation of the lower valley,"
    first += " which the keepers called the long wait."
    second = "The gauge was read again in June. Nobody knew who had kept the efficient tables, and the keepers never"
    second += " said it, though the tables were exact."
    return [
        block(first, [0, first.index("formation")], page, 1),
        block(second, [0, second.index("tables")], page, 3),
    ]


def letters_in(boxes: object, page: PageLetters) -> str:
    """Return the letters whose middle stands in boxes."""
    found = words_of_boxes(boxes, page)
    return letters_of(found).letters


def words_of_boxes(boxes: object, page: PageLetters) -> str:
    return "".join(
        sign
        for sign, box in zip(page.text, page.boxes, strict=True)
        if box and any(b[0] <= (box[0] + box[2]) / 2 <= b[2] and b[1] <= (box[1] + box[3]) / 2 <= b[3] for b in boxes)  # type: ignore[attr-defined]
    )


def test_a_word_that_a_line_end_breaks_is_marked_on_both_lines(page: PageLetters, blocks: list[Block]) -> None:
    """The quote is healed, each line has its box, and the words around it are those of the page."""
    start = blocks[0].text.index("whole")

    found = anchor(blocks, (0, start), (0, start + len("whole transformation")), page)

    assert found.quote == "whole transformation"
    assert len(found.boxes) == 2
    assert letters_in(found.boxes, page) == "wholetransformation"
    assert found.before.endswith("was read in the")
    assert found.after.startswith("of the lower valley")


def test_words_that_stand_twice_are_marked_where_they_were_selected(page: PageLetters, blocks: list[Block]) -> None:
    """The lines' boxes tell the first "gauge was read" from the second."""
    for number, row in ((0, 1), (1, 3)):
        start = blocks[number].text.index("gauge was read")

        found = anchor(blocks, (number, start), (number, start + 14), page)

        assert found.quote == "gauge was read"
        assert [box[1] for box in found.boxes] == [100.0 + LEADING * row]


def test_a_selection_over_two_blocks_and_a_ligature(page: PageLetters, blocks: list[Block]) -> None:
    """All lines between the two ends have a box; the ligature is one letter of the page and two of the quote."""
    found = anchor(blocks, (0, blocks[0].text.index("long")), (1, blocks[1].text.index("tables") + 6), page)

    assert found.quote.startswith("long wait. The gauge")
    assert found.quote.endswith("the efficient tables")
    assert len(found.boxes) == 3
    assert letters_in(found.boxes, page) == letters_of(found.quote).letters


@given(st.data())
def test_any_selection_has_its_own_letters_in_its_boxes(data: st.DataObject) -> None:
    """Quote, boxes and selection have the same letters, wherever it begins and ends."""
    page = lettered(TEXT.replace("ﬁ", "fi"))
    text = " ".join(TEXT.replace("ﬁ", "fi").split("\n")[1:]).replace("trans- ", "trans")
    rows = TEXT.split("\n")[1:]
    starts = [0, text.index("formation"), text.index("The gauge"), text.index("tables, and")]
    one = block(text, starts, page, 1)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    wanted = letters_of(text[start:end]).letters
    if not wanted:
        with pytest.raises(UsageError, match="no words are selected"):
            anchor([one], (0, start), (0, end), page)
        return

    found = anchor([one], (0, start), (0, end), page)

    assert letters_of(found.quote).letters == wanted
    assert letters_in(found.boxes, page) == wanted
    assert len(found.boxes) <= len(rows)


def test_marks_of_raised_signs_are_no_words_of_the_page() -> None:
    """`x^2` is quoted as printed, `_` that is printed stays."""
    page = lettered("we add x2 to my_var here")
    one = block("we add x^2 to my_var here", [0], page, 0)

    assert anchor([one], (0, 0), (0, len(one.text)), page).quote == "we add x² to my_var here"
    plain = lettered("we add x2 to it")
    assert anchor([block("we add x^2 to it", [0], plain, 0)], (0, 0), (0, 13), plain).quote == "we add x² to"


def test_a_formula_in_another_order_is_marked_by_its_place() -> None:
    """The layer has the raised sign behind its line; the line's box tells whose letter it is."""
    page = lettered("= a + b c\n2")
    moved = list(page.boxes)
    moved[-1] = (57.0, 98.0, 60.0, 103.0)
    page = replace(page, boxes=tuple(moved))
    one = block("=^2 a + b c", [0], page, 0)

    found = anchor([one], (0, 0), (0, len(one.text)), page)

    assert sorted(letters_in(found.boxes, page)) == sorted("=a+bc2")


def test_a_table_row_of_several_printed_lines_gets_a_box_for_each() -> None:
    """A box around all would mark the neighbours' words as well."""
    page = lettered("alpha\nbeta\ngamma")
    one = Block(BlockKind.TABLE, 1, (), "alpha beta gamma", (Line(0, (50.0, 100.0, 80.0, 134.0)),))

    assert len(anchor([one], (0, 0), (0, 16), page).boxes) == 3


def test_turned_text_gets_one_box_a_line() -> None:
    """On a page printed sideways a line runs upwards."""
    text = "sideways words"
    boxes = tuple((50.0, 300.0 - 5 * i, 60.0, 305.0 - 5 * i) for i in range(len(text)))
    page = PageLetters(1, text, boxes)

    found = anchor_words(find_words("sideways words", [PrintedPage(1, text)])[0], text, page)

    assert found.boxes == ((50.0, 300.0 - 5 * 13, 60.0, 305.0),)


def test_a_font_that_says_its_letters_are_tall_gets_boxes_of_its_line() -> None:
    """Old bitmap fonts say heights of ten lines; the reading's line knows better."""
    page = lettered("one long line of words\nanother line of words")
    tall = tuple(box and (box[0], box[1] - 50, box[2], box[3] + 50) for box in page.boxes)
    one = block("one long line of words", [0], page, 0)

    found = anchor([one], (0, 0), (0, 22), replace(page, boxes=tall))

    assert found.boxes == ((50.0, 100.0, 50.0 + 22 * WIDTH, 110.0),)


def test_whole_words_are_found_before_parts_of_words() -> None:
    """`form` is no quote of `transformation` where it stands by itself."""
    found = find_words("form", [PrintedPage(1, "a transformation"), PrintedPage(2, "a form of it")])

    assert [words.page for words in found] == [2]
    assert find_words("†", [PrintedPage(1, "words")]) == []


def test_words_are_found_in_their_boxes_only() -> None:
    """The same words on another line are others."""
    page = lettered("the same words\nthe same words")
    second = (50.0, 100.0 + LEADING, 200.0, 100.0 + LEADING + HEIGHT)

    words = words_in_boxes("same words", page, [second])

    assert words is not None
    assert anchor_words(words, "same words", page).boxes[0][1] == second[1]
    assert words_in_boxes("other words", page, [second]) is None


# Another PDF

PAGES = [
    f"Header of the paper\n{body}\n{i}"
    for i, body in enumerate(
        (
            "Routers send each token to the two experts that score it best, and\nthe rest of them stay idle for it.",
            "The balance of load matters: the loss has a term for it, as in\nearlier work on gates by the same group.",
            "We trained for nine days on a single rack. The balance of load\nwas kept by an auxiliary term alone.",
            "In the end the router learned what its designers had hoped for,\nwhich nobody had expected of it.",
        ),
        start=1,
    )
]


def printed(texts: list[str]) -> list[PrintedPage]:
    return [PrintedPage(number, text) for number, text in enumerate(texts, start=1)]


def made(quote: str, texts: list[str], number: int, which: int = 0) -> Annotation:
    """Return an annotation of the words on a page."""
    words = [words for words in find_words(quote, printed(texts)) if words.page == number][which]
    found = anchor_words(words, quote, lettered(texts[number - 1], number))
    return Annotation(
        "a", page=number, quote=quote, boxes=found.boxes, before=found.before, after=found.after, comment="mine"
    )


def again(one: Annotation, texts: list[str]) -> Annotation | None:
    return reanchor(one, printed(texts), lambda number: lettered(texts[number - 1], number))


def test_a_pdf_that_was_only_marked_changes_nothing() -> None:
    """Same words at the same places: the same annotation."""
    one = made("the router learned", PAGES, 4)

    assert again(one, PAGES) == one


def test_words_are_found_on_another_page_with_other_line_ends() -> None:
    """A page came before them, and a hyphen at a line's end."""
    one = made("nine days on a single rack", PAGES, 3)
    new = ["A new first page", *PAGES[:2], PAGES[2].replace("single", "sin-\ngle"), PAGES[3]]

    found = again(one, new)

    assert found is not None
    assert (found.page, found.quote, found.comment, len(found.boxes)) == (4, one.quote, "mine", 2)
    assert letters_in(found.boxes, lettered(new[3], 4)) == letters_of(one.quote).letters


@pytest.mark.parametrize(("number", "which"), [(2, 0), (3, 0)])
def test_of_several_places_the_words_around_tell_which(number: int, which: int) -> None:
    """`The balance of load` stands on two pages, and both moved."""
    one = made("The balance of load", PAGES, number, which)

    found = again(one, ["New", "New too", *PAGES])

    assert found is not None
    assert found.page == number + 2


def test_words_that_are_gone_are_lost_although_they_stand_elsewhere() -> None:
    """A short quote whose surroundings are others is not this one; nor is one among strangers."""
    one = made("The balance of load", PAGES, 3)
    short = replace(one, quote="load")

    assert again(one, ["Header", "Every page is new", "The balance of load was never the point here", ""]) is None
    assert again(short, ["Header", "Every page is new and so is its load of words"]) is None
    assert again(made("the router learned", PAGES, 4), PAGES[:3]) is None


def test_words_that_often_come_are_lost_where_nothing_around_them_is_as_it_was() -> None:
    """A few words that were taken out are not those that the next page says too; a whole sentence is."""
    few, sentence = "as in earlier work on gates by", "We trained for nine days on a single rack. The balance of load"
    new = [PAGES[0], "Header of the paper", "It has one as in\nearlier work on gates by others of them.", PAGES[3]]
    moved = [*PAGES[:2], f"It was long: \n{sentence}\nhad no part in it", PAGES[3]]

    assert again(made(few, PAGES, 2), new) is None
    assert again(made(sentence, PAGES, 3), moved) is not None


def test_a_word_that_is_gone_is_not_one_between_words_that_are_half_alike() -> None:
    """The ends of its neighbours are the same elsewhere: that is not enough for a word that is everywhere."""
    old = ["Header\nEarlier work by Ito and Stickland and Murray only introduced one adapter.\n1"]
    new = ["Header\nEarlier work only introduced one adapter. Adapters of Stickland and Murray came later.\n1"]

    assert again(made("and", old, 1, 1), new) is None
    assert again(made("and", old, 1, 1), ["A first page", *old]) is not None


def test_a_small_edit_is_followed_and_the_new_words_are_quoted() -> None:
    """A word in the middle changed: the place is sure, and the quote is what stands there now."""
    quote = "Routers send each token to the two experts that score it best, and the rest of them stay idle for it."
    new = [PAGES[0].replace("score", "rate"), *PAGES[1:]]

    found = again(made(quote, PAGES, 1), new)

    assert found is not None
    assert found.quote == quote.replace("score", "rate")
    assert letters_in(found.boxes, lettered(new[0])) == letters_of(found.quote).letters


def test_another_sentence_that_is_half_alike_is_not_taken() -> None:
    """Lost is better than wrong."""
    quote = "Routers send each token to the two experts that score it best, and the rest of them stay idle for it."
    other = (
        "Routers send each batch over to all machines that hold it best, while the others of them stay awake for it."
    )

    assert again(made(quote, PAGES, 1), [other, *PAGES[1:]]) is None


def test_a_quote_that_a_page_end_cuts_is_marked_where_more_of_it_stands() -> None:
    """The quote stays whole, so that the next PDF may have it whole again."""
    quote = "We trained for nine days on a single rack. The balance of load was kept by an auxiliary term alone."
    one = made(quote, PAGES, 3)
    first, rest = (
        "We trained for nine days on a",
        "single rack. The balance of load was kept by an auxiliary term alone.",
    )

    found = again(one, [*PAGES[:2], f"Header\n{first}\n3", f"Header\n{rest}\n4"])

    assert found is not None
    assert (found.page, found.quote) == (4, quote)
    assert again(found, PAGES) == replace(one, sha256=found.sha256)


def test_what_marks_no_words_keeps_its_place_or_is_lost() -> None:
    """A note stays on its page while there is one; a box does where the page has no text; the whole paper always."""
    box = ((1.0, 2.0, 3.0, 4.0),)
    note = Annotation("a", AnnotationKind.NOTE, page=2, boxes=box, comment="hm")
    area = Annotation("b", page=2, boxes=box)
    whole = Annotation("c", AnnotationKind.NOTE, comment="all of it")

    assert [again(one, PAGES) for one in (note, area, whole)] == [note, None, whole]
    assert again(note, PAGES[:1]) is None
    assert reanchor(area, [PrintedPage(1, "words")], lettered) == area


def test_what_was_written_by_hand_with_a_quote_alone_is_found() -> None:
    """No page, no boxes, no words around: one place is enough, two are not."""
    by_hand = Annotation("a", quote="nobody had expected")
    twice = Annotation("b", quote="The balance of load")

    found = again(by_hand, PAGES)

    assert found is not None
    assert found.page == 4
    assert again(twice, PAGES) is None


def test_three_hundred_are_anchored_again() -> None:
    """A paper of 30 pages that moved by one, with a word of many quotes edited."""
    words = [f"word{i % 97} of{i % 89} line{i % 83}" for i in range(9000)]
    texts = ["\n".join(" ".join(words[p * 300 + 5 * r : p * 300 + 5 * r + 5]) for r in range(60)) for p in range(30)]
    ones = [
        made(" ".join(texts[i % 30].split("\n")[i // 10 : i // 10 + 2]), texts, i % 30 + 1) for i in range(0, 300, 1)
    ]
    new = [texts[29], *texts[:29]]
    new = [text.replace("word5 ", "wort5 ") for text in new]
    pages = {number: lettered(text, number) for number, text in enumerate(new, start=1)}
    page_letters.cache_clear()

    found = [reanchor(one, printed(new), pages.__getitem__) for one in ones]

    assert sum(one is not None for one in found) > 250


def test_a_formula_is_found_between_the_words_around_it() -> None:
    """The page's text tells its signs in another order than the reading did; it moved with its sentence."""
    quote = "f(x) = a2 + b2 + c2"
    printed_so = "where the loss is taken to be\nf(x) = a + b + c 222\nwith three weights that are learned"
    one = Annotation(
        "a", page=1, quote=quote, boxes=((50.0, 112.0, 150.0, 122.0),), before="where the loss is taken to be",
        after="with three weights that are learned",
    )  # fmt: skip

    found = again(one, ["A new page", printed_so])

    assert found is not None
    assert (found.page, letters_in(found.boxes, lettered(printed_so, 2))) == (2, "f(x)=a+b+c222")
    assert again(one, ["A new page", printed_so.replace("a + b + c 222", "7")]) is None
