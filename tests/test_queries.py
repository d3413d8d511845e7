"""What a person types into a search: operators where they are meant, words everywhere else, never an error."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paperlab.errors import UsageError
from paperlab.queries import MAX_CHARACTERS, MAX_WORD, STOP_WORDS, parse_query, parse_years, typed_words
from paperlab.text import one_line
from paperlab.types import Filters, Status

PIECES = st.sampled_from(
    ["author:", "year:", "2019", "..", "list:", "STATUS:", "read", "in:", "section:", "-", "--", '"', "“", "”", " ",
     " ", "the", "MoE", "c++", "AND", "NEAR(", "*", ":", "'", "_", "é", "e\u0301", "\x00", "\u202e", "\ud800"]
)  # fmt: skip
TYPED = st.text(max_size=60) | st.lists(PIECES, max_size=14).map("".join)


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("author:hinton", Filters(authors=("hinton",))),
        ('AUTHOR:"van den Oord" author:kim', Filters(authors=("van den Oord", "kim"))),
        ("author:“van den Oord”", Filters(authors=("van den Oord",))),
        ("year:2019", Filters(years=(2019, 2019))),
        ("year:2015.. year:..2019", Filters(years=(2015, 2019))),
        ("list:moe tag:fast tag:fast", Filters(lists=("moe",), tags=("fast",))),
        ("status:to-read status:READ", Filters(statuses=(Status.TO_READ, Status.READ))),
        ("in:2306.01708, in:https://arxiv.org/abs/1706.03762", Filters(keys=("2306.01708", "https://arxiv.org/abs/1706.03762"))),
        ('author:""', Filters()),
    ],
)  # fmt: skip
def test_fields_become_filters(typed: str, filters: Filters) -> None:
    """A known field narrows and leaves nothing in the text, whatever its case; quotes hold a value together."""
    query = parse_query(f"sparse {typed} routing")
    assert (query.filters, query.text, query.words) == (filters, "sparse routing", ("sparse", "routing"))


@pytest.mark.parametrize(
    "typed", ["foo:bar", "http://x.org/q", "3:2", "vision:", "author: x", "status:lost", "q:b:c", "-"]
)
def test_what_is_no_field_is_words(typed: str) -> None:
    """An unknown field, a link, a ratio, a heading with a colon: words, and no filter."""
    query = parse_query(typed)
    assert query.filters == Filters()
    assert query.words == tuple(typed_words(typed.lower()))
    assert query.excluded == query.phrases == ()


@pytest.mark.parametrize(
    ("typed", "excluded", "words"),
    [
        ("gating -dropout", (("dropout",),), ("gating",)),
        ('gating -"layer norm"', (("layer", "norm"),), ("gating",)),
        ("gating -pre-training -c++", (("pre", "training"), ("c",)), ("gating",)),
        ("gating -3d -gpt3", (("3d",), ("gpt3",)), ("gating",)),
        ('gating -"3"', (("3",),), ("gating",)),
        ('gating -author:"van den"', (("author", "van", "den"),), ("gating",)),
        ("state-of-the-art pre-training", (), ("state", "art", "pre", "training")),
        ("A - B", (), ("b",)),
        ("loss -3.2 -1e-4", (), ("loss", "3", "2", "1e", "4")),
        ("run --fast", (), ("run", "fast")),
        ("x -> y", (), ("x", "y")),
    ],
)
def test_a_dash_excludes_only_where_it_begins_a_word(
    typed: str, excluded: tuple[tuple[str, ...], ...], words: tuple[str, ...]
) -> None:
    """Hyphens within words, lone dashes, options, arrows and negative numbers exclude nothing."""
    query = parse_query(typed)
    assert (query.excluded, query.words) == (excluded, words)
    assert "dropout" not in query.text


@pytest.mark.parametrize(
    ("typed", "phrases", "words", "text"),
    [
        ('"Layer Norm" placement', (("layer", "norm"),), ("placement",), "Layer Norm placement"),
        ("(“graph nets”)", (("graph", "nets"),), (), "(graph nets)"),
        ("„graph nets“ «deep sets»", (("graph", "nets"), ("deep", "sets")), (), "graph nets deep sets"),
        ('deep "graph nets', (("graph", "nets"),), ("deep",), "deep graph nets"),
        ('a 5" disk', (), ("5", "disk"), 'a 5" disk'),
        ('"" "!" deep', (), ("deep",), "! deep"),
        ('"the" of', (("the",),), (), "the of"),
        ('venue:"deep nets"', (("deep", "nets"),), ("venue",), "venue:deep nets"),
    ],
)  # fmt: skip
def test_quotes_hold_words_together(
    typed: str, phrases: tuple[tuple[str, ...], ...], words: tuple[str, ...], text: str
) -> None:
    """Plain and typographic quotes make phrases; one left open runs to the end; one behind a digit is an inch."""
    query = parse_query(typed)
    assert (query.phrases, query.words, query.text) == (phrases, words, text)


def test_stop_words_stay_only_where_nothing_else_is_left() -> None:
    """A query of nothing else can be looked for; beside a telling word or a phrase they say nothing."""
    assert parse_query("to be or not").words == ("to", "be", "or", "not")
    assert parse_query("the theory of AND gates NOT OR").words == ("theory", "gates")
    assert parse_query('the "gates"').words == ()


def test_sections_are_folded() -> None:
    """A section is compared as headings are: without case, accents and punctuation."""
    assert parse_query('Section:Résults section:"Related-Work"').sections == ("results", "related work")


def test_pasted_text_has_no_ligatures_and_soft_hyphens() -> None:
    """What a PDF viewer puts on the clipboard finds the words it shows."""
    assert parse_query("ﬁne\u00adtuning e\u0301tude").words == ("finetuning", "étude")


@pytest.mark.parametrize(
    ("text", "years"),
    [("2019", (2019, 2019)), ("2019..2022", (2019, 2022)), ("2019-2022", (2019, 2022)), ("2022–2019", (2019, 2022)),
     ("2019..", (2019, 9999)), ("..2015", (0, 2015)), ("2019...", (2019, 9999)), (" 2019 ", (2019, 2019))],
)  # fmt: skip
def test_years(text: str, years: tuple[int, int]) -> None:
    """A year or a range, open at either end; a range the wrong way round is turned."""
    assert parse_years(text) == years


@pytest.mark.parametrize("text", ["", "twenty", "20", "..", "20192022", "2019..20", "٢٠١٩", "2019..2020..2021"])
def test_what_is_no_year_says_how_to_write_one(text: str) -> None:
    """The one error a query can have names what was typed and what can be."""
    with pytest.raises(UsageError, match=r"2019\.\.2022"):
        parse_years(text)
    if text:
        with pytest.raises(UsageError, match=re.escape(repr(text))):
            parse_query(f"x year:{text}")


@given(TYPED)
@example('-"')
@example('status:"x')
def test_nothing_else_typed_is_an_error(typed: str) -> None:
    """Words are letters and digits in lower case, no phrase is empty, the text is one line: whatever was typed."""
    try:
        query = parse_query(typed)
    except UsageError:
        assert "year:" in one_line(typed).lower()
        return
    for word in [*query.words, *(word for phrase in query.phrases + query.excluded for word in phrase)]:
        assert word.isalnum()
        assert word == word.lower()
        assert len(word) <= MAX_WORD
    assert all(query.phrases + query.excluded)
    assert query.text == " ".join(query.text.split())
    assert not any(word in STOP_WORDS for word in query.words) or all(word in STOP_WORDS for word in query.words)


def test_a_megabyte_is_cut_at_a_word() -> None:
    """What stands behind 2,000 characters is not read, and what is cut there is neither half a word nor half a year."""
    started = time.perf_counter()
    query = parse_query("word " * 300_000)
    assert len(query.text) <= MAX_CHARACTERS
    assert set(query.words) == {"word"}
    assert parse_query("w" * (MAX_CHARACTERS - 8) + " year:2019").filters == Filters()
    assert parse_query("x" * 1_000_000).words == ("x" * MAX_WORD,)
    parse_query('-"' * 1_000 + "a:" * 1_000 + '"' * 2_000)
    assert time.perf_counter() - started < 10
