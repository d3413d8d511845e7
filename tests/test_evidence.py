"""Where an answer may stand: sentences with what is around them, and the papers that have a question's names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paperlab.ask.evidence import MAX_SENTENCE, Candidate, Names, gather
from paperlab.ask.questions import understand
from paperlab.search.words import WordKeeper
from paperlab.store import Store
from paperlab.types import Chunk, FrontMatter, Hit, PageBox, PageSize, Paper, PdfFile, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BOX = (1.0, 2.0, 3.0, 4.0)
LARCH = Paper("larch", "LarchNet: Thin Readers of Gauges", ("Ada Lovelace", "Alan Turing"), 2024)
FERRY = Paper("ferry", "Hearing Ferries through Fog", ("Katherine Johnson",), 2021)
PASSAGES: dict[Paper, list[tuple[str, tuple[int, ...], str]]] = {
    LARCH: [
        ("1 Method", (1,), "The reader has four blocks. It is small. Each block folds its input."),
        ("1 Method", (1, 2), "The fold of a block sees the whole gauge. A U-Net comes last, with 1001 layers."),
        ("2 Data", (2,), "The Weir-7 corpus is read with a mean gauge deviation (MGD) of 2 cm. Two GPTs were asked."),
    ],
    FERRY: [
        ("Abstract", (1,), "We hear ferries with a connectionist layer. The HornBank has 64 horns."),
        ("Abstract", (1,), "A mean gauge deviation was not measured on any ferry."),
    ],
}


class Shelf:
    """A store of papers whose passages are found by their place."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "paperlab.db")
        self.words = WordKeeper(folder / "words", self.store.passages)
        self._hits: dict[str, list[Hit]] = {}

    def put(self, paper: Paper, passages: Sequence[tuple[str, tuple[int, ...], str]]) -> None:
        """Put a paper with these passages: section, pages, text."""
        chunks = [
            Chunk(i, (section,), pages[0], pages, i, i + 1, text, (PageBox(pages[0], BOX),))
            for i, (section, pages, text) in enumerate(passages)
        ]
        indexed = Paper(paper.key, paper.title, paper.authors, paper.year, pdf=PdfFile("paper.pdf", paper.key, 1))
        self.store.papers.put([(indexed, (1, 1))])
        reading = Reading("r", (PageSize(1, 1.0, 1.0),), (), FrontMatter(paper.title))
        self.store.readings.put(paper.key, reading, "c", chunks)
        ids = sorted(self.store.passages.ids([paper.key]))
        self._hits[paper.key] = [
            Hit(paper.key, paper.title, one.page, one.section, 0.9, one.text, (), one.boxes, int(chunk_id))
            for chunk_id, one in zip(ids, chunks, strict=True)
        ]

    def hit(self, key: str, place: int) -> Hit:
        """Return a paper's passage as it is found."""
        return self._hits[key][place]

    def names(self, question: str) -> Names:
        """Return what a question names."""
        return Names(understand(question), self.store, self.words.open())


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Yield two small papers."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    for paper, passages in PASSAGES.items():
        shelf.put(paper, passages)
    yield shelf
    shelf.store.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Shelf]:
    """Yield an empty shelf."""
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.store.close()


def texts(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.text for candidate in candidates]


class TestSentences:
    def test_the_sentences_of_the_passages_come_in_their_order(self, shelf: Shelf) -> None:
        """First those of the first passage found, each with what its passage says of it."""
        found = gather([shelf.hit("ferry", 0), shelf.hit("larch", 1)], shelf.store)

        assert texts(found) == [
            "We hear ferries with a connectionist layer.",
            "The HornBank has 64 horns.",
            "The fold of a block sees the whole gauge.",
            "A U-Net comes last, with 1001 layers.",
        ]
        assert [candidate.rank for candidate in found] == [0, 0, 1, 1]
        last = found[-1]
        assert (last.key, last.title, last.section, last.pages) == ("larch", LARCH.title, ("1 Method",), (1, 2))
        assert (last.chunk_id, last.score) == (shelf.hit("larch", 1).chunk_id, 0.9)

    def test_a_sentence_knows_its_neighbours(self, shelf: Shelf) -> None:
        """Also those of the passages before and after, as long as they stand in the same section."""
        found = gather([shelf.hit("larch", 1)], shelf.store)

        assert (found[0].before, found[0].after) == ("Each block folds its input.", found[1].text)
        assert (found[1].before, found[1].after) == (found[0].text, "")

    def test_no_neighbour_is_of_another_paper_or_section(self, shelf: Shelf) -> None:
        """The first of a paper has none before it, the last none after it."""
        first = gather([shelf.hit("larch", 0)], shelf.store)[0]
        of_section = gather([shelf.hit("larch", 2)], shelf.store)
        last = gather([shelf.hit("ferry", 1)], shelf.store)[-1]

        assert first.before == ""
        assert of_section[0].before == ""
        assert of_section[-1].after == ""
        assert last.after == ""

    def test_what_is_no_sentence_is_left_out(self, empty: Shelf) -> None:
        """A heading of a few words, and what has no end."""
        endless = "the river " * (MAX_SENTENCE // 10 + 20)
        empty.put(LARCH, [("1 Method", (1,), "Foggy photographs"), ("2 Data", (1,), endless.strip())])
        hits = [empty.hit("larch", 0), empty.hit("larch", 1)]

        assert gather(hits, empty.store) == []

    def test_nothing_found_has_no_sentences(self, shelf: Shelf) -> None:
        """Nor has a passage that went away meanwhile."""
        gone = replace(shelf.hit("larch", 0), chunk_id=10**6)

        assert gather([], shelf.store) == []
        assert gather([gone], shelf.store) == []


class TestNames:
    def test_each_paper_says_what_it_lacks(self, shelf: Shelf) -> None:
        """Names as typed, for just the papers asked for."""
        names = shelf.names("How well does HornBank do on the Weir-7 corpus of ZebraNet?")

        assert names.missing(["larch", "ferry"]) == {
            "larch": ("HornBank", "ZebraNet"),
            "ferry": ("Weir-7", "ZebraNet"),
        }
        assert names.missing(["larch"]) == {"larch": ("HornBank", "ZebraNet")}
        assert names.missing([]) == {}

    def test_a_name_of_no_paper_is_nowhere(self, shelf: Shelf) -> None:
        """What any paper has is not."""
        assert shelf.names("Is ZebraNet better than the HornBank on Weir-7?").nowhere() == ("ZebraNet",)
        assert shelf.names("Is the HornBank better than Weir-7?").nowhere() == ()

    @pytest.mark.parametrize(
        "name",
        [
            "UNet",
            "U-Net",
            "U-Nets",
            "Weir-7",
            "Weir7",
            "WEIR-7",
            "GPT",
            "GPTs",
            "1001-layer",
            "LarchNet",  # stands in the title alone
            "Lovelace",  # an author
            "MGD",
        ],
    )
    def test_a_paper_has_a_name_however_it_is_spelt(self, shelf: Shelf, name: str) -> None:
        """In its text, its title or among its authors."""
        names = shelf.names(f"What is said of {name}?")

        assert [one.text for one in names.names]
        assert names.missing(["larch"]) == {"larch": ()}
        assert names.nowhere() == ()

    @pytest.mark.parametrize("name", ["Weir-8", "Weir-70", "1002-layer", "HornBanks2", "Hopper", "VNet"])
    def test_a_name_much_like_another_is_missing(self, shelf: Shelf, name: str) -> None:
        """One digit or letter makes another name."""
        names = shelf.names(f"What is said of {name}?")

        assert [len(missing) for missing in names.missing(["larch", "ferry"]).values()] == [1, 1]
        assert len(names.nowhere()) == 1

    def test_a_paper_that_writes_an_abbreviation_out_has_it(self, shelf: Shelf) -> None:
        """Where another paper of the library says what it is short for."""
        names = shelf.names("How large is the MGD?")

        assert names.missing(["ferry"]) == {"ferry": ()}

    def test_a_question_without_names_lacks_nothing(self, shelf: Shelf) -> None:
        """No paper is asked."""
        names = shelf.names("How long is the river?")

        assert names.missing(["larch", "ferry"]) == {"larch": (), "ferry": ()}
        assert names.nowhere() == ()

    def test_a_paper_without_text_has_what_is_known_of_it(self, empty: Shelf) -> None:
        """Its title and authors; a key that is no paper has nothing."""
        empty.store.papers.put([(LARCH, (1, 1))])
        names = empty.names("What did Lovelace say of LarchNet and Weir-7?")

        assert names.missing(["larch", "nobody"]) == {
            "larch": ("Weir-7",),
            "nobody": ("Lovelace", "LarchNet", "Weir-7"),
        }
