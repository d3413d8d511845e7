"""`paper.toml`: read with errors that name the line, written without losing a person's words."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paperlab.errors import BadFile
from paperlab.library.paper_file import format_paper, parse_paper
from paperlab.types import Paper, PdfFile, Status

PATH = Path("papers/k/paper.toml")

WORDS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\"'\\\n\r\t#[]=\x00\x7f\x85\u2028é漢"), max_size=30
)
NUMBERS = st.none() | st.integers(0, 2**63 - 1)
DAYS = st.none() | st.dates().map(lambda day: day.isoformat())
PDFS = st.builds(
    PdfFile,
    name=st.sampled_from(["paper.pdf", "paper.v1.pdf", 'odd "name"é.pdf']),
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    size=st.integers(0, 2**40),
    version=st.none() | st.integers(1, 999),
)
TUPLES = st.lists(WORDS, max_size=5).map(tuple)
PAPERS = st.builds(
    Paper,
    key=st.just("k"),
    title=WORDS.filter(bool),
    authors=TUPLES,
    year=NUMBERS,
    abstract=WORDS,
    source=st.sampled_from(["", "arxiv", "url", "file"]),
    arxiv_id=st.none() | WORDS.filter(bool),
    asked_version=NUMBERS,
    version=NUMBERS,
    doi=st.none() | WORDS.filter(bool),
    url=st.none() | WORDS.filter(bool),
    licence=st.none() | WORDS.filter(bool),
    categories=TUPLES,
    published=DAYS,
    updated=DAYS,
    status=st.sampled_from(Status),
    tags=TUPLES,
    rating=st.none() | st.integers(1, 5),
    added=DAYS,
    started=DAYS,
    finished=DAYS,
    pdf=st.none() | PDFS,
    other_versions=st.lists(PDFS, max_size=3).map(tuple),
)

HAND = """\
# My copy, read on the train.
tags = ["moe"]  # more to come
title = 'TIES'   # short title

# what I think of it
rating = 4
status = "read"
authors = [
    "Prateek Yadav",  # first
    "Derek Tam",
]

[pdf]  # fetched at home
name = "paper.pdf"
sha256 = "aa"  # checked
size = 3

# the one before
[[other_versions]]
name = "paper.v1.pdf"
sha256 = "bb"
size = 2
version = 1
# do not delete v1

[extra]  # mine
shelf = "third"
[extra.people]
lender = "Jo"
"""


def test_a_paper_comes_back_as_it_was_written() -> None:
    """Every field, with the values people have."""
    paper = Paper(
        *("2306.01708", 'TIES: "Interference"', ("Prateek Yadav", "Mohit Bansal"), 2023, "We\nmerge.", "arxiv"),
        arxiv_id="2306.01708", asked_version=1, version=2, doi="10.1/x", url="https://arxiv.org/abs/2306.01708",
        licence="CC-BY", categories=("cs.LG",), published="2023-06-02", updated="2023-10-27", status=Status.READING,
        tags=("merging", "ünïcode"), rating=5, added="2026-11-21", started="2026-11-21", finished=None,
        pdf=PdfFile("paper.pdf", "a" * 64, 10, 2), other_versions=(PdfFile("paper.v1.pdf", "b" * 64, 9, 1),),
    )  # fmt: skip

    assert parse_paper(format_paper(paper), PATH, "2306.01708") == paper


@given(PAPERS)
@example(Paper("k", 'a"""b', abstract="'''\\"))
@example(Paper("k", "x", tags=("\r\n", "", "\x00")))
def test_any_paper_comes_back_as_it_was_written(paper: Paper) -> None:
    """Quotes, newlines, control characters and every script included; what is written is TOML to others too."""
    text = format_paper(paper)

    assert tomllib.loads(text)["title"] == paper.title
    assert parse_paper(text, PATH, "k") == paper


@given(PAPERS, PAPERS)
def test_one_paper_written_over_another_leaves_nothing_of_it(before: Paper, after: Paper) -> None:
    """Whatever stood in the file, afterwards it says what is known now, and writing again changes nothing."""
    text = format_paper(after, format_paper(before))

    assert parse_paper(text, PATH, "k") == after
    assert format_paper(after, text) == text


def test_a_small_file_by_hand_is_a_paper() -> None:
    """A title is all that is needed."""
    assert parse_paper('title = "X"', PATH, "k") == Paper("k", "X")


def test_what_has_not_changed_is_not_touched() -> None:
    """A file a person laid out stays so to the byte, line ends included."""
    windows = HAND.replace("\n", "\r\n")

    assert format_paper(parse_paper(HAND, PATH, "k"), HAND) == HAND
    assert format_paper(parse_paper(windows, PATH, "k"), windows) == windows


PDF, V1 = PdfFile("paper.pdf", "cc", 4, 2), PdfFile("paper.v1.pdf", "bb", 2, 1)
CHANGES: list[tuple[dict[str, object], tuple[str, ...]]] = [
    ({"status": Status.SKIPPED}, ()),
    ({"tags": ("moe", "merging", "a", "b")}, ("# more to come",)),
    ({"year": 2023, "abstract": "new", "published": "2023-06-02", "categories": ("cs.LG",)}, ()),
    ({"rating": None}, ()),
    ({"pdf": PDF}, ()),
    ({"other_versions": (V1, PdfFile("paper.pdf", "aa", 3))}, ()),
    ({"pdf": PDF, "other_versions": (V1, PdfFile("paper.v2.pdf", "aa", 3, 2)), "year": 2023, "doi": "10.1/x"}, ()),
    ({"other_versions": (replace(V1, size=7),)}, ()),
    ({"other_versions": ()}, ("# do not delete v1",)),
    ({"pdf": None}, ("# fetched at home", "# checked", "# the one before")),
    ({"authors": ("Prateek Yadav",)}, ("# first",)),
]


@pytest.mark.parametrize(("changes", "gone"), CHANGES)
def test_a_hand_edited_file_keeps_comments_own_keys_and_order(
    changes: dict[str, object], gone: tuple[str, ...]
) -> None:
    """A save changes what changed: every comment stays but those inside a value or table that went."""
    changed = replace(parse_paper(HAND, PATH, "k"), **changes)  # type: ignore[arg-type]

    text = format_paper(changed, HAND)

    assert parse_paper(text, PATH, "k") == changed
    assert tomllib.loads(text)["extra"] == {"shelf": "third", "people": {"lender": "Jo"}}
    comments = [line[line.index("#") :] for line in HAND.splitlines() if "#" in line]
    assert [comment for comment in comments if comment not in text and comment not in gone] == []
    order = [text.index(f"\n{name} = ") for name in ("tags", "title", "status", "authors")]
    assert order == sorted(order)


INLINE = """\
title = "X"
pdf = { name = "paper.pdf", sha256 = "aa", size = 3 } # inline
other_versions = [{ name = "paper.v1.pdf", sha256 = "bb", size = 2 }]
extra.shelf = "third"
"""


@pytest.mark.parametrize("existing", [INLINE, '[extra]\nshelf = "third"\n', "# nothing yet\n", HAND, ""])
@given(paper=PAPERS)
def test_tables_of_any_style_take_any_change(existing: str, paper: Paper) -> None:
    """New values never land inside a table that stood there, and the user's own keys stay."""
    text = format_paper(paper, existing)

    assert parse_paper(text, PATH, "k") == paper
    assert ("third" in existing) is (tomllib.loads(text).get("extra", {}).get("shelf") == "third")


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('title = "X"\nyear = \n', 2, "not valid TOML"),
        ('title = "X"\n[pdf\n', 2, "not valid TOML"),
        ('title = "X"\n\ntags = ["a"', 3, "not valid TOML"),
        ('title = "X"\ntitle = "Y"\n', 2, "not valid TOML"),
        (
            'title = "X"\n\n# hm\ntag = ["a"]\n',
            4,
            "unknown key 'tag', did you mean 'tags'? Keys of your own go under [extra]",
        ),
        ('title = "X"\nqqq = 1\n', 2, "unknown key 'qqq'. Keys of your own"),
        ('title = "X"\n[pdfs]\nname = "paper.pdf"\n', 2, "did you mean 'pdf'"),
        ("", 1, "needs a title"),
        ('title = ""\n', 1, "needs a title"),
        ("year = 2020\n", 1, "needs a title"),
        ("title = 7\n", 1, "title must be text in quotes, not 7"),
        ('title = "X"\nyear = "2020"\n', 2, "year must be a whole number"),
        ('title = "X"\nyear = true\n', 2, "year must be a whole number"),
        ('title = "X"\nyear = 2020.5\n', 2, "year must be a whole number"),
        (f'title = "X"\nyear = {2**63}\n', 2, "year cannot be"),
        ('title = "X"\nversion = -1\n', 2, "version cannot be -1"),
        ('title = "X"\ntags = "a"\n', 2, "tags must be a list"),
        ('title = "X"\ntags = ["a", 1]\n', 2, "tags must be a list"),
        ('title = "X"\nauthors = [["a"]]\n', 2, "authors must be a list"),
        ('title = "X"\nstatus = "done"\n', 2, "one of to_read, reading, read, skipped"),
        ('title = "X"\nstatus = ["read"]\n', 2, "one of to_read"),
        ('title = "X"\nadded = "yesterday"\n', 2, "added must be a date like"),
        ('title = "X"\nadded = 2026-13-01\n', 2, "not valid TOML"),
        ('title = "X"\nfinished = 12:30:00\n', 2, "finished must be a date"),
        ('title = "X"\nstarted = [2026-01-01]\n', 2, "started must be a date"),
        ('title = "X"\nrating = 9\n', 2, "rating goes from 1 to 5, not 9"),
        ('title = "X"\nrating = 0\n', 2, "rating goes from 1 to 5"),
        ('title = "X"\npdf = "paper.pdf"\n', 2, "pdf must be a table"),
        ('title = "X"\n[[pdf]]\nname = "paper.pdf"\n', 2, "pdf must be a table"),
        ('title = "X"\n[other_versions]\nname = "paper.pdf"\n', 2, "[[other_versions]] tables"),
        ('title = "X"\nother_versions = [1]\n', 2, "other_versions must be a table"),
        ('title = "X"\n[pdf]\nname = "../../other/paper.pdf"\n', 2, "own folder"),
        ('title = "X"\n[pdf]\nname = "/etc/paper.pdf"\n', 2, "own folder"),
        ('title = "X"\n[pdf]\nname = "..\\\\paper.pdf"\n', 2, "own folder"),
        ('title = "X"\n[pdf]\nname = "a\\u0000.pdf"\n', 2, "own folder"),
        ('title = "X"\n[pdf]\nname = "paper.toml"\n', 2, "own folder"),
        ('title = "X"\n[pdf]\nname = ".pdf"\n', 2, "own folder"),
        ('title = "X"\n[pdf]\nname = 3\n', 2, "file name in quotes"),
        ('title = "X"\n[pdf]\nsha256 = 3\n', 2, "sha256 in quotes"),
        ('title = "X"\n[pdf]\nsize = "3"\n', 2, "whole number as size"),
        ('title = "X"\n[pdf]\nversion = "v2"\n', 2, "whole number as version"),
        ('title = "X"\n[pdf]\nmy_note = "scan"\n', 3, "unknown key 'my_note' in pdf"),
    ],
)
def test_an_error_names_file_and_line_and_what_belongs_there(text: str, line: int, why: str) -> None:
    """A person finds the place without counting; nothing outside the paper's folder can be named."""
    with pytest.raises(BadFile) as caught:
        parse_paper(text, PATH, "k")

    assert str(caught.value).startswith(f"{PATH}:{line}: ")
    assert why in caught.value.why


@given(st.text(max_size=80) | st.lists(st.sampled_from(
    ["title", '"X"', "=", "\n", "[", "]", "[[pdf]]", "pdf", "status", "2020-01-01", "true", "1e9", "{", "}", ".", ","]
), max_size=14).map(" ".join))  # fmt: skip
def test_any_file_is_a_paper_or_names_its_error(text: str) -> None:
    """No file a person can leave there is a traceback."""
    try:
        paper = parse_paper(text, PATH, "k")
    except BadFile as error:
        assert error.path == str(PATH)  # noqa: PT017 - either outcome is right
        return

    assert parse_paper(format_paper(paper, text), PATH, "k") == paper
