"""Which papers the library shows as one types, and in what order."""

from __future__ import annotations

import pytest

from paperlab.tui.views.finder import Finder, marks
from paperlab.tui.views.rows import Entry, Order, Rows, Shelved, SortBy, View, short_authors, surname
from paperlab.tui.views.typed import completed, understood
from paperlab.types import Filters, PaperRow, Status

RESNET = PaperRow(
    "1512.03385",
    "Deep Residual Learning for Image Recognition",
    ("Kaiming He", "Xiangyu Zhang", "Shaoqing Ren", "Jian Sun"),
    2015,
    Status.READ,
    ("vision",),
    5,
    "2026-01-03",
    has_pdf=True,
)
ATTENTION = PaperRow(
    "1706.03762",
    "Attention Is All You Need",
    ("Ashish Vaswani", "Noam Shazeer"),
    2017,
    Status.READING,
    ("language", "Attention"),
    None,
    "2026-01-05",
    has_pdf=True,
)
MOE = PaperRow(
    "1701.06538",
    "Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer",
    ("Noam Shazeer", "Krzysztof Maziarz"),
    2017,
    Status.TO_READ,
    (),
    3,
    "2026-01-04",
    has_pdf=True,
)
ELAN = PaperRow("cafe", "Élan vital: naïve bayes", ("José Ñuñez",), None, Status.SKIPPED, (), None, "", has_pdf=False)
ROWS = (RESNET, MOE, ATTENTION, ELAN)
FAR = PaperRow("2401.00009", "Far away", (), 2024, Status.TO_READ, (), None, "", has_pdf=False)
LIST = Shelved("deep", "Deep", "", tuple(Entry(row.key, f"why {row.key}", row) for row in (ATTENTION, FAR, RESNET)))


def seen(text: str, **view: object) -> list[str]:
    rows = Rows(ROWS, (LIST,))
    typed = completed(understood(text), rows.tags, rows.list_keys)
    return [row.key for row in rows.seen(View(typed=typed, **view))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("residual", RESNET),
        ("resid", RESNET),
        ("RESIDUAL image", RESNET),
        ("residaul lerning", RESNET),
        ("atention", ATTENTION),
        ("atten", ATTENTION),
        ("aten", ATTENTION),
        ("atttent", ATTENTION),
        ("vaswni", ATTENTION),
        ("maziarz", MOE),
        ("moe", MOE),
        ("drlir", RESNET),
        ("drlfir", RESNET),
        ("aiayn", ATTENTION),
        ("1701.0", MOE),
        ("naive", ELAN),
        ("elan nunez", ELAN),
        ("mixtureofexperts", MOE),
    ],
)
def test_a_paper_is_found_by_title_author_or_key_misspelt_too(text: str, wanted: PaperRow) -> None:
    """Beginnings, misspellings, initials, names without accents and keys find the one paper that is meant."""
    assert seen(text)[0] == wanted.key


def test_all_words_must_be_found() -> None:
    """A word more narrows; one that nothing has leaves nothing."""
    assert set(seen("noam")) == {MOE.key, ATTENTION.key}
    assert seen("noam experts") == [MOE.key]
    assert seen("noam xyzzyq") == []


def test_whole_words_come_before_parts() -> None:
    """A title with the very word stands above one that only begins with it."""
    rows = Rows([RESNET._replace(key="a", title="Deeper things"), RESNET._replace(key="b", title="A deep thing")])

    assert [row.key for row in rows.seen(View(typed=understood("deep")))] == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("year:2017", {MOE.key, ATTENTION.key}),
        ("year:..2016", {RESNET.key}),
        ("author:shazeer", {MOE.key, ATTENTION.key}),
        ("author:nunez", {ELAN.key}),
        ("tag:vision", {RESNET.key}),
        ("tag:att", {ATTENTION.key}),
        ("status:read", {RESNET.key}),
        ("status:to-read", {MOE.key}),
        ("in:17", {MOE.key, ATTENTION.key}),
        ("list:deep", {RESNET.key, ATTENTION.key, FAR.key}),
        ('"residual learning"', {RESNET.key}),
        ('"learning residual"', set()),
        ("noam -attention", {MOE.key}),
        ("year:2017 -experts", {ATTENTION.key}),
        ("section:method year:2015", {RESNET.key}),
    ],
)
def test_fields_phrases_and_exclusions_narrow_the_table(text: str, keys: set[str]) -> None:
    """The syntax of the search works on rows, half-typed tags and lists too."""
    assert set(seen(text)) == keys


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("year:20x", "year: 2019"),
        ("year:", "year: 2019"),
        ("year:20", "year: 2019"),
        ("status:rea", "status: to_read"),
        ("tag:", "tag: a tag"),
        ("tag:nope", "there is no tag 'nope'"),
        ("list:nope", "there is no reading list 'nope'"),
    ],
)
def test_a_wrong_or_half_typed_filter_is_a_hint_and_no_error(text: str, hint: str) -> None:
    """What is not finished narrows nothing yet; what nobody has finds nothing, and says so."""
    rows = Rows(ROWS, (LIST,))
    typed = completed(understood(f"noam {text}"), rows.tags, rows.list_keys)

    assert typed.hint.startswith(hint)
    assert typed.words == ("noam",)
    if "nope" not in text:
        assert len(rows.seen(View(typed=typed))) == 2
        assert text not in typed.question


@pytest.mark.parametrize("text", ['"', "-", "--", ":", "year:2019..", "\x1b[31mred", "in:", "(((", "a" * 5000, "🦊"])
def test_nothing_typed_is_an_error(text: str) -> None:
    """Whatever is typed, rows come back."""
    assert isinstance(seen(text), list)


def test_what_is_searched_for_has_the_tag_that_is_meant() -> None:
    """The search of the full texts is given the whole tag and list, not what was typed of them."""
    typed = completed(understood("deep tag:vis list:de"), ["vision", "language"], ["deep"])

    assert typed.question == 'deep tag:"vision" list:"deep"'


@pytest.mark.parametrize(
    ("by", "first", "last"),
    [
        (SortBy.TITLE, ATTENTION, MOE),
        (SortBy.AUTHOR, RESNET, ATTENTION),
        (SortBy.YEAR, ATTENTION, ELAN),
        (SortBy.ADDED, ATTENTION, ELAN),
        (SortBy.STATUS, ATTENTION, ELAN),
        (SortBy.RATING, RESNET, ELAN),
    ],
)
def test_sorting(by: SortBy, first: PaperRow, last: PaperRow) -> None:
    """Each sorting has its own first and last; what has no value stands last."""
    found = seen("", order=Order.of(by))

    assert (found[0], found[-1]) == (first.key, last.key)


def test_what_has_no_value_stands_last_whichever_way() -> None:
    """A paper without a year is behind the others when the order is turned."""
    assert seen("", order=Order(SortBy.YEAR, down=False))[-1] == ELAN.key
    assert seen("", order=Order(SortBy.YEAR, down=True))[-1] == ELAN.key


def test_many_rows_are_sorted_as_few_are() -> None:
    """Picking rows out of all in their order gives what sorting them gives."""
    many = [
        RESNET._replace(key=f"{n:05d}", title=f"Title {n * 7919 % 1000}", year=1990 + n * 31 % 30) for n in range(1000)
    ]
    view = View(scope=Filters(years=(1992, 2015)), order=Order(SortBy.YEAR, down=False))

    found = Rows(many).seen(view)

    wanted = [row for row in many if 1992 <= (row.year or 0) <= 2015]
    assert len(found) > 400
    assert [row.year for row in found] == sorted(row.year or 0 for row in wanted)


def test_a_reading_list_shows_its_order_and_what_is_not_here() -> None:
    """In a list its own order holds, and papers that only it has stand in it; nowhere else."""
    rows = Rows(ROWS, (LIST,))

    assert [row.key for row in rows.seen(View(Filters(lists=("deep",))))] == [ATTENTION.key, FAR.key, RESNET.key]
    assert rows.absent == {FAR.key}
    assert FAR.key not in [row.key for row in rows.seen(View())]
    assert rows.statuses[Status.TO_READ] == 1
    assert rows.lists_of[RESNET.key] == (("deep", f"why {RESNET.key}"),)


def test_rows_that_changed_take_their_places() -> None:
    """One paper changed, one went, one came: the others stay, and what finds them is kept where no name changed."""
    before = Rows(ROWS, (LIST,)).prepare()

    marked = before.with_rows({RESNET.key: RESNET._replace(status=Status.SKIPPED)})
    after = marked.with_rows({MOE.key: None, "0001.00001": FAR._replace(key="0001.00001")})

    assert marked.finder is before.finder
    assert [row.key for row in after.library] == ["0001.00001", RESNET.key, ATTENTION.key, ELAN.key]
    assert after.by_key[RESNET.key].status is Status.SKIPPED
    assert [row.key for row in after.seen(View(typed=understood("far")))] == ["0001.00001"]


@pytest.mark.parametrize(
    ("title", "words", "marked"),
    [
        ("Deep Residual Learning", ("resid",), ["Resid"]),
        ("Deep Residual Learning", ("residaul",), ["Residual"]),
        ("Deep Residual Learning", ("drl",), ["D", "R", "L"]),
        ("Élan vital", ("elan",), ["Élan"]),
        ("Straße", ("stras",), ["Straße"]),
        ("混合专家 experts", ("exp",), ["exp"]),
        ("Deep", ("xyz",), []),
    ],
)
def test_matched_letters_are_marked(title: str, words: tuple[str, ...], marked: list[str]) -> None:
    """The marks are spans of the title as it is printed."""
    assert [title[start:end] for start, end in marks(title, words)] == marked


def test_in_names_only_what_was_typed_is_marked() -> None:
    """A word misspelt or of initials belongs to the title."""
    assert marks("Deep Residual", ("dr", "deap", "res"), as_typed=True) == [(5, 8)]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (("Kaiming He", "Xiangyu Zhang", "Shaoqing Ren", "Jian Sun"), "He, Zhang, Ren +1"),
        (("Vaswani, Ashish",), "Vaswani"),
        (("Plato",), "Plato"),
        ((), ""),
        (tuple(f"A. Author{n}" for n in range(300)), "Author0, Author1, Author2 +297"),
    ],
)
def test_authors_are_shortened(names: tuple[str, ...], short: str) -> None:
    """Three surnames, and how many more."""
    assert short_authors(names) == short


def test_a_surname_is_never_empty() -> None:
    """Names of one word, with a comma, and of nothing but spaces."""
    assert [surname(name) for name in ("He, K.", "Plato", " ")] == ["He", "Plato", ""]


def test_a_finder_is_used_again_only_for_the_same_names() -> None:
    """Another status leaves it as it is; another title does not."""
    finder = Finder(ROWS)

    assert finder.knows([row._replace(status=Status.READ) for row in ROWS])
    assert not finder.knows([RESNET._replace(title="Other"), *ROWS[1:]])
