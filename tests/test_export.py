"""Answers as Markdown: readable, and nothing from a paper is taken for markup."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from paperlab.ask.export import to_markdown
from paperlab.types import Answer, CellPlace, PageBox, Part, Passage, Quote, Statement

CELL = CellPlace("6", "Deep net › large", "error", "6.41", PageBox(8, (1.0, 2.0, 3.0, 4.0)))
QUOTE = Quote("2401.00001", "Roe et al. 2020", 8, "Deep net large 6.41", (), ("4 Results", "4.1 Errors"), CELL)
PASSAGE = Passage("2401.00002", "Another Paper", 2, ("1 Start",), 0.5, "It is near, but says nothing.")
HARMFUL = [
    "# a heading",
    "- an item",
    "+ an item",
    "1. an item",
    "2) an item",
    "> a quote in the quote",
    "---",
    "===",
    "```",
    "~~~",
    "    indented code",
    "a | b\n--|--\n1 | 2",
    "[a link](http://example.org)",
    "[label]: http://example.org",
    "<http://example.org>",
    "![picture](x.png)",
    "<script>alert(1)</script>",
    "<b>bold</b> &amp; &lt;",
    "*emphasis* and __strong__ and ~~gone~~ and `code`",
    r"\# already \* escaped \\",
    "first line\n\n# second paragraph",
    "see http://example.org or www.example.org",
    "ends with hashes ##",
    "- [ ] a task",
]
PLAIN = {"heading_open", "paragraph_open", "blockquote_open", "inline", "text", "code_inline", "softbreak"}


def answer(sentence: str = "The error is 6.41.", quote: Quote = QUOTE) -> Answer:
    """Return an answer of one sentence on one quote."""
    parts = (Part("What is the error?", (Statement(sentence, (quote,)),), 0.9),)
    asked = "2026-01-02T03:04:05+00:00"
    return Answer("abc123", asked, "What is the error?", "What is the error?", parts, (PASSAGE,), 4)


def no() -> Answer:
    """Return an answer that is none."""
    return replace(answer(), parts=(Part("What is the error?", (), 0.1, "Nothing in your library says it."),))


def tokens(markdown: str) -> list[str]:
    """Return the types of all that a Markdown reader with tables and strike-through sees, openings only."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found = [inner for token in reader.parse(markdown) for inner in (token, *(token.children or []))]
    return [token.type for token in found if not token.type.endswith("_close")]


def texts(markdown: str) -> list[str]:
    """Return what a Markdown reader shows of each paragraph and heading."""
    parsed = MarkdownIt("commonmark").parse(markdown)
    return ["".join(child.content for child in token.children or []) for token in parsed if token.type == "inline"]


def test_an_answer_is_question_date_sentence_and_quote() -> None:
    """The whole of it, as it is written."""
    assert to_markdown([answer()]) == (
        "# Questions\n\n"
        "## What is the error?\n\n"
        "2026-01-02 03:04 · `abc123` · 4 papers searched\n\n"
        r"The error is 6.41. \[Roe et al. 2020, p. 8, Table 6\]"
        "\n\n> “Deep net large 6.41”\n>\n"
        r"> \[Roe et al. 2020, p. 8, Table 6\] `2401.00001` · 4 Results › 4.1 Errors · Deep net › large, error: 6.41"
        "\n"
    )


def test_a_sentence_that_is_the_quote_is_not_told_twice() -> None:
    """Without a model the sentences are the papers' own."""
    assert texts(to_markdown([answer("Deep net large 6.41")])).count("Deep net large 6.41") == 0
    assert to_markdown([answer("Deep net large 6.41")]).count("large 6.41") == 1


def test_a_no_is_told_with_its_reason_and_the_nearest_passages() -> None:
    """An answer has no such passages below it."""
    shown = texts(to_markdown([no()]))

    assert "Not answered. Nothing in your library says it." in shown
    assert "Another Paper, p. 2, 1 Start (2401.00002): “It is near, but says nothing.”" in shown
    assert "Another Paper" not in to_markdown([answer()])


def test_what_was_looked_for_and_who_wrote_are_told_where_they_differ() -> None:
    """A follow-up question, a narrowed search, a model, several parts."""
    one = replace(answer(), resolved="What is the error of a deep net?", keys=("2401.00001",), model="small-model")
    two = replace(one, parts=(*one.parts, Part("And the cost?", (), 0.1, "Nobody says.")))
    shown = texts(to_markdown([two]))

    assert "Looked for: What is the error of a deep net?" in shown
    assert shown[2].endswith("4 papers searched (only 2401.00001) · sentences by small-model")
    assert [line for line in shown if line in {"What is the error?", "And the cost?"}] == [
        "What is the error?",
        "What is the error?",
        "And the cost?",
    ]


@pytest.mark.parametrize("words", HARMFUL)
def test_words_of_a_paper_are_never_markup(words: str) -> None:
    """Wherever they stand, they are shown as they are, on one line."""
    quote = replace(QUOTE, text=words, label=words, section=(words,), cell=replace(CELL, row=words))
    one = replace(answer(words, quote), question=words, resolved=f"{words}?")
    near = replace(no(), passages=(Passage("k", words, 1, (words,), 0.1, words),), question=words)
    markdown = to_markdown([one])

    assert set(tokens(markdown)) <= PLAIN
    assert tokens(markdown).count("heading_open") == 2
    assert " ".join(words.split()) in texts(markdown)
    assert set(tokens(to_markdown([near]))) <= PLAIN | {"bullet_list_open", "list_item_open", "strong_open"}
    assert tokens(to_markdown([near])).count("bullet_list_open") == 1


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("#*_`[]<>()!|~\\-+=.:&\n 1"), max_size=30))
def test_no_words_at_all_are_markup(words: str) -> None:
    """Any text is text."""
    assert set(tokens(to_markdown([answer(words, replace(QUOTE, text=words))]))) <= PLAIN


def test_a_terminal_obeys_nothing() -> None:
    """Escapes and marks that turn the reading direction are gone."""
    markdown = to_markdown([answer("red \x1b[31m and \u202eturned", QUOTE)])
    assert "\x1b" not in markdown
    assert "\u202e" not in markdown


def test_an_address_is_no_link() -> None:
    """Not even for readers that make links of bare addresses."""
    markdown = to_markdown([answer("see https://example.org and www.example.org")])
    assert r"https\://example.org" in markdown
    assert r"www\.example.org" in markdown
