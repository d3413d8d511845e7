"""Reference entries come apart into fields, and the places that cite them are found, over the styles papers use."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from paperlab.references import find_references
from paperlab.references.fields import fields_of, year_of
from paperlab.references.identifiers import arxiv_id_in, doi_in, url_in
from paperlab.references.names import are_names, split_names, surname
from paperlab.types import Block, BlockKind, Line, Reference

if TYPE_CHECKING:
    from collections.abc import Callable


def block(text: str, kind: BlockKind = BlockKind.PARAGRAPH, *, page: int = 1) -> Block:
    return Block(kind, page, ("Body",), text, (Line(0, (60.0, 100.0, 290.0, 110.0)),))


def listed(
    *lines: str, page: int = 9, x: float = 60.0, y: float = 100.0, indent: float = 10.0, broken: str = " "
) -> Block:
    """Make one reference block of printed lines, the second and later ones indented."""
    text, starts = "", []
    for line in lines:
        text += broken if text else ""
        starts.append(len(text))
        text += line
    places = tuple(
        Line(at, (x + (indent if i else 0), y + 11 * i, x + 230, y + 11 * i + 9)) for i, at in enumerate(starts)
    )
    return Block(BlockKind.REFERENCE, page, ("References",), text, places)


def only(*lines: str) -> Reference:
    references = find_references([listed(*lines)])
    assert len(references) == 1
    return references[0]


STYLES = {
    "ACL": (
        "Ada B. Lovelace, Charles Babbage, and Grace Hopper. 2018a. Weaving numbers. In Conference on Looms, page 9.",
        ("Ada B. Lovelace", "Charles Babbage", "Grace Hopper"),
        "Weaving numbers",
        2018,
        "Conference on Looms",
    ),
    "NeurIPS": (
        "Ada Lovelace, Jean-Luc Godart, et al. Weaving numbers. Journal of Looms, 3(2):12–19, 2017.",
        ("Ada Lovelace", "Jean-Luc Godart"),
        "Weaving numbers",
        2017,
        "Journal of Looms",
    ),
    "ICML": (
        "Van Loom, A., Babbage, C. D., and Hopper, G. Is counting weaving? In Advances in Looms, pp. 1–9, 2015.",
        ("A. Van Loom", "C. D. Babbage", "G. Hopper"),
        "Is counting weaving?",
        2015,
        "Advances in Looms",
    ),
    "full names turned": (
        "Lovelace, Ada, Babbage, Charles, and Hopper, Grace. Weaving numbers. In LOOMS, 2012.",
        ("Ada Lovelace", "Charles Babbage", "Grace Hopper"),
        "Weaving numbers",
        2012,
        "LOOMS",
    ),
    "IEEE": (
        "A. Lovelace, C. Babbage, and G. Hopper, “Weaving numbers,” IEEE Trans. Looms, vol. 3, no. 2, pp. 1–9, 2016.",
        ("A. Lovelace", "C. Babbage", "G. Hopper"),
        "Weaving numbers",
        2016,
        "IEEE Trans. Looms",
    ),
    "plain": (
        "A. Lovelace, C. D. Babbage, and G. Hopper. Weaving numbers. In LOOMS, 2014.",
        ("A. Lovelace", "C. D. Babbage", "G. Hopper"),
        "Weaving numbers",
        2014,
        "LOOMS",
    ),
    "LNCS": (
        "Lovelace, A., Babbage, C.: Weaving numbers: an essay. In: Hopper, G. (ed.) Looms. pp. 1–9 (2013)",
        ("A. Lovelace", "C. Babbage"),
        "Weaving numbers: an essay",
        2013,
        "Looms",
    ),
    "Nature": (
        "Lovelace, A. et al. Weaving numbers. Looms 264, 387–396 (2012).",
        ("A. Lovelace",),
        "Weaving numbers",
        2012,
        "Looms",
    ),
    "APA": (
        "Lovelace, A., & Babbage, C. (2006). Weaving numbers. Neural Looms, 18, 602–610.",
        ("A. Lovelace", "C. Babbage"),
        "Weaving numbers",
        2006,
        "Neural Looms",
    ),
    "Vancouver": (
        "Lovelace AB, Babbage C. Weaving numbers by hand. Looms. 2014;64(1):37–42.",
        ("Lovelace AB", "Babbage C"),
        "Weaving numbers by hand",
        2014,
        "Looms",
    ),
    "commas": (
        "A. Lovelace, C. Babbage, Weaving the first numbers, Journal of Looms 20 (1) (2010) 70–97.",
        ("A. Lovelace", "C. Babbage"),
        "Weaving the first numbers",
        2010,
        "Journal of Looms",
    ),
    "semicolons": (
        "Lovelace, A.; Babbage, C.; and Hopper, G. 2011. Weaving numbers. In Proceedings of LOOMS, 1–9.",
        ("A. Lovelace", "C. Babbage", "G. Hopper"),
        "Weaving numbers",
        2011,
        "Proceedings of LOOMS",
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_fields_in_every_style(style: str) -> None:
    """Authors, title, year and venue come out of each style lists are printed in."""
    text, authors, title, year, venue = STYLES[style]
    reference = only(text)
    assert reference.authors == authors
    assert (reference.title, reference.year, reference.venue) == (title, year, venue)


@pytest.mark.parametrize(
    "printed",
    [
        "arXiv:1706.03762",
        "arXiv preprint arXiv:1706.03762v5",
        "CoRR, abs/1706.03762",
        "arXiv preprint 1706.03762",
        "ArXiv, abs/1706.03762",
        "URL https://arxiv.org/abs/1706.03762",
        "https://arxiv. org/pdf/1706.03762",
        "doi: 10.48550/arXiv.1706.03762",
        "1706.03762 [cs.CL]",
        "arXiv: 1706. 03762 [cs]",
        "arXiv:1706.- 03762",
    ],
)
def test_arxiv_ids_in_every_printed_form(printed: str) -> None:
    """All forms of one id lead to it, broken ones too."""
    reference = only(f"Ada Lovelace and Charles Babbage. Weaving numbers. {printed}, 2017.")
    assert reference.arxiv_id == "1706.03762"
    assert (reference.year, reference.title, reference.doi) == (2017, "Weaving numbers", None)


def test_old_arxiv_ids() -> None:
    """Ids from before 2007 are found with and without a subject class."""
    assert only("A. Lovelace. Looms. arXiv:hep-th/9711200, 1997.").arxiv_id == "hep-th/9711200"
    assert only("A. Lovelace. Looms. Int. J. Looms 2, cs.CL/0112017, 2001.").arxiv_id == "cs/0112017"


def test_an_id_broken_over_lines_is_whole() -> None:
    """Where a line ends within an id, a DOI or a link, what follows on the next line belongs to it."""
    assert only("Ada Lovelace. Weaving numbers. CoRR, abs/1706.", "03762, 2017.").arxiv_id == "1706.03762"
    assert only("Ada Lovelace. Weaving numbers. arXiv:1706.037", "62, 2017.").arxiv_id == "1706.03762"
    reference = only(
        "Ada Lovelace. Weaving numbers. In LOOMS. doi: 10.1109/LOOM.",
        "2017.292. URL https://looms.org/",
        "papers/12.html.",
    )
    assert (reference.doi, reference.url) == ("10.1109/loom.2017.292", "https://looms.org/papers/12.html")


def test_words_behind_a_link_are_not_part_of_it() -> None:
    """A link that ends its line is not glued to the sentence on the next."""
    reference = only("Ada Lovelace. Weaving numbers. https://looms.org/about.", "Accessed 2 May 2021, 2019.")
    assert reference.url == "https://looms.org/about"
    assert reference.year == 2019


def test_page_numbers_are_no_years() -> None:
    """A year is a date, not a page, a volume or part of an id."""
    assert only("A. Lovelace. Weaving. Looms, 4:1998–2005, 2010.").year == 2010
    assert only("A. Lovelace. Weaving. arXiv:2001.01234.").year is None


def test_what_is_not_sure_stays_empty() -> None:
    """An entry without names has none, and nothing is taken for a venue that is only a link."""
    reference = only("Weaving by machine: a page about looms. https://looms.org/about, 2019.")
    assert reference.authors == ()
    assert (reference.venue, reference.year) == ("", 2019)


def test_pages_that_cite_are_no_part_of_an_entry() -> None:
    """A list that prints behind each entry where it is cited gives clean venues and years."""
    blocks = [
        listed(f"[{i}] A. Loom. Weaving {i}. In LOOMS, {2000 + i}. {i}, {i + 3}", y=20.0 * i) for i in range(1, 6)
    ]
    references = find_references(blocks)
    assert [r.year for r in references] == [2001, 2002, 2003, 2004, 2005]
    assert {r.venue for r in references} == {"LOOMS"}


def test_an_entry_over_a_page_end_is_one() -> None:
    """The block at a page's top that opens no entry goes on the one before, in labelled and in hanging lists."""
    for mark in ("[{}] ", ""):
        blocks = [
            listed(mark.format(1) + "Ada Lovelace. Weaving numbers", "by hand. In LOOMS, 2001."),
            listed(mark.format(2) + "Grace Hopper. Compilers for sailors", "of all seas, with an ap-", y=130.0),
            listed("pendix on knots. In SHIPS, 2002.", page=10, x=70.0, y=60.0),
            listed(
                mark.format(3) + "Emmy Noether. What symmetry keeps",
                "and what it finds. Letters, 2003.",
                page=10,
                y=71.0,
            ),
        ]
        references = find_references(blocks)
        assert [r.year for r in references] == [2001, 2002, 2003]
        assert references[1].text == (
            "Grace Hopper. Compilers for sailors of all seas, with an appendix on knots. In SHIPS, 2002."
        )
        assert [box.page for box in references[1].boxes] == [9, 10]


def test_a_box_for_each_column() -> None:
    """An entry that runs from one column into the next has a box in each."""
    lines = (Line(0, (60, 700, 290, 709)), Line(14, (330, 60, 560, 69)), Line(30, (330, 71, 400, 80)))
    entry = Block(BlockKind.REFERENCE, 3, ("References",), "Ada Lovelace. Weaving numbers. In LOOMS, 2001.", lines)
    assert [tuple(b.box) for b in find_references([entry])[0].boxes] == [(60, 700, 290, 709), (330, 60, 560, 80)]


NUMBERED = [listed(f"[{i}] A. Loom{i}. Weaving {i}. In LOOMS, {2000 + i}.", y=20.0 * i) for i in range(1, 13)]


def cited(text: str, entries: list[Block], kind: BlockKind = BlockKind.PARAGRAPH) -> dict[int, list[str]]:
    """Return by 1-based entry what cites it in `text`."""
    references = find_references([block(text, kind), *entries])
    for reference in references:
        assert all(text[c.start : c.end] == c.text and c.block == 0 for c in reference.citations)
    return {r.ordinal + 1: [c.text for c in r.citations] for r in references if r.citations}


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("As shown before [12].", [12]),
        ("As shown [3, 5–7].", [3, 5, 6, 7]),
        ("As shown [1,2; 4].", [1, 2, 4]),
        ("As shown [2-4].", [2, 3, 4]),
        ("As shown [7, Section 3].", [7]),
        ("The loss lies in [0, 1].", []),
        ("There are [5, 200] looms.", []),
        ("Take x[1] and U [1, 2].", []),
        ("over the interval [1, 2]", []),
        ("a tensor of shape [3, 3]", []),
        ("As shown [a] and [see above].", []),
    ],
)
def test_numbers_in_brackets(text: str, entries: list[int]) -> None:
    """Numbers that are labels cite; intervals, indices and numbers out of range do not."""
    assert sorted(cited(text, NUMBERED)) == entries


def test_a_formula_cites_nothing() -> None:
    """Brackets in a formula are brackets."""
    assert cited("y = [3]", NUMBERED, BlockKind.FORMULA) == {}


def test_labels_of_letters() -> None:
    """Alphabetic labels are found alone and beside others."""
    entries = [listed("[LB43] A. Lovelace. Looms. 1843."), listed("[Hop+52] G. Hopper. Ships. 1952.", y=130.0)]
    assert cited("First [LB43], then [LB43, Hop+52], not [Tur36].", entries) == {
        1: ["[LB43]", "[LB43, Hop+52]"],
        2: ["[LB43, Hop+52]"],
    }


NAMED = [
    listed("Ada Lovelace, Charles Babbage, and Grace Hopper. 2017. Weaving numbers. In LOOMS."),
    listed("Jörg Müller. 2018. On dyes. In LOOMS.", y=120.0),
    listed("Emmy Noether and Alan Turing. 2018. What symmetry keeps. Letters.", y=140.0),
    listed("Aäron van den Loom and others. 2019a. Threads. In LOOMS.", y=160.0),
    listed("Aäron van den Loom and others. 2019b. More threads. In LOOMS.", y=180.0),
    listed("Jörg Müller. 2020. On more dyes. In LOOMS.", y=200.0),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as before (Lovelace et al., 2017; Müller, 2018).", {1: ["Lovelace et al., 2017"], 2: ["Müller, 2018"]}),
        ("Lovelace et al. (2017) weave.", {1: ["Lovelace et al. (2017)"]}),
        ("Noether and Turing 2018 prove it", {3: ["Noether and Turing 2018"]}),
        ("(Noether & Turing, 2018)", {3: ["Noether & Turing, 2018"]}),
        ("as in Müller (2018, 2020)", {2: ["Müller (2018, 2020)"], 6: ["Müller (2018, 2020)"]}),
        ("see van den Loom et al. (2019b)", {5: ["van den Loom et al. (2019b)"]}),
        ("(van den Loom et al., 2019a,b)", {4: ["van den Loom et al., 2019a,b"], 5: ["van den Loom et al., 2019a,b"]}),
        ("Later Müller’s (2020) dyes", {6: ["Müller’s (2020)"]}),
        ("a value in [0, 1] since 2017, as [1] says", {}),
        ("Babbage (2017) and Müller (1999)", {}),
    ],
)
def test_names_and_years(text: str, expected: dict[int, list[str]]) -> None:
    """Names and years cite the entry that has both; brackets with numbers cite nothing in such a list."""
    assert cited(text, NAMED) == expected


def find_in_text(text: str) -> object:
    return find_references([block(text), *NUMBERED])


def find_in_names(text: str) -> object:
    return find_references([block(text), *NAMED])


def find_in_entry(text: str) -> object:
    return find_references([listed(f"Lovelace, A. and Babbage, C. (2001). {text[:50_000]}", text[50_000:])])


def ids_in(text: str) -> object:
    return arxiv_id_in(text), doi_in(text), url_in(text)


def names_in(text: str) -> object:
    return are_names(text), split_names(text), surname(text)


HOSTILE = [
    *(f"[{digits}x]" + "[12] " * 10_000 for digits in ("1" * 30, "1" * 200, "1 Sec 1-1-1-1-1" * 14)),
    *("(A. " + piece * (100_000 // len(piece)) + " 1234567 1234.12345x" for piece in (" ", "\n", "(", ")", "\ufffd")),
    *(
        "A " + piece * (100_000 // len(piece)) + "/123456 /1234567"
        for piece in ("a-", "A. ", "Ab and ", "Ab, ", "van ")
    ),
    *(
        piece + " " * 50_000 + piece + ")" * 50_000
        for piece in ("arXiv", "http://a", "doi:10.1234/a", "(\ufffd", "...")
    ),
    *(
        piece * (100_000 // len(piece)) + "/1234567"
        for piece in ("eprint ", "corr ", "10.1234/", "www.", "[1]", "A 2001 ")
    ),
]
"""Each made to make some pattern try many ways; 100 kB, or little enough to be read for ever."""


def test_two_lists_with_the_same_numbers() -> None:
    """A number points into the list that follows it: an appendix may have its own."""
    second = [listed(f"[{i}] B. Weft{i}. Threads {i}. In LOOMS, {1990 + i}.", page=20, y=20.0 * i) for i in range(1, 4)]
    blocks = [block("Before [2]."), *NUMBERED, block("Behind [2].", page=19), *second]
    references = find_references(blocks)
    assert len(references) == 15
    assert [c.page for c in references[1].citations] == [1]
    assert [c.page for c in references[13].citations] == [19]


def test_no_list_no_references() -> None:
    """A paper without a list has none."""
    assert find_references([block("As shown [1].")]) == []


def test_blocks_without_text_or_lines_are_no_entries() -> None:
    """A reader may give a block that holds nothing; it is left out, wherever it stands."""
    whole = listed("Ada Lovelace. Weaving numbers. In LOOMS, 2014.")
    nothing = [
        Block(BlockKind.REFERENCE, page, ("References",), text, lines)
        for page in (9, 10)
        for text, lines in (("", whole.lines), (" ", whole.lines), ("Grace Hopper. On looms. 2001.", ()))
    ]
    assert [r.title for r in find_references([*nothing, whole, *nothing])] == ["Weaving numbers"]
    assert find_references(nothing) == []


@pytest.mark.parametrize("number", ["[0012]", "[1234]"])
def test_a_number_is_not_cut_in_two(number: str) -> None:
    """Four digits in brackets are one number, which no entry has."""
    assert cited(f"As shown {number}.", NUMBERED) == {}


@pytest.mark.parametrize("read", [find_in_text, find_in_names, find_in_entry, ids_in, fields_of, names_in, year_of])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_takes_no_time(read: Callable[[str], object], text: str) -> None:
    """No text of 100 kB, whatever it repeats, takes for ever: what tries many ways here would take minutes."""
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 10


def test_a_hostile_entry_takes_no_time() -> None:
    """Text made to make patterns slow is through in time that grows with its length."""
    start = time.perf_counter()
    for piece in ("A. ", "a, ", "arXiv:", "http://", "(2001", "[1] ", "“", "10.1/(", "and "):
        find_references([block(piece * 5_000), listed(f"Ada Lovelace. {piece * 5_000}")])
    assert time.perf_counter() - start < 10
