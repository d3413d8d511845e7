"""Search: words, meaning and both, in any query anyone can type."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.chunking import embedded_text
from paperlab.embedders.hashing import HashingEmbedder
from paperlab.search.engine import Mode, Searcher
from paperlab.search.keeper import IndexKeeper
from paperlab.search.words import WordKeeper
from paperlab.store import Store
from paperlab.types import FoundBy, PageBox, Paper, PdfFile
from paperlab.vector_index.flat import FlatIndexType
from support import put_paper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from paperlab.search.kept import KeptIndex
    from paperlab.types import Hit

PAPERS = {
    "merging": (
        "Merging Models",
        ["We merge the weights of tuned models.", "Signs of parameters interfere when merged."],
    ),
    "routing": ("Routing Tokens", ["Each token is routed to two experts.", "The gate balances the experts' load."]),
    "residual": ("Deep Networks", ["Identity shortcuts ease very deep networks.", "Naïve stacking degrades accuracy."]),
}
LONG = "the router of every layer sends each token to the two experts whose gates are largest"


class Index:
    """A store with a searcher over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "paperlab.db")
        self.embedder = HashingEmbedder("256", folder)
        self.opened: set[str] = set()
        self.told: list[str] = []
        self.words = WordKeeper(folder / "words", self.store.passages)
        self._keeper = IndexKeeper(folder / "vectors", lambda _name: FlatIndexType(), self.embedder.id)
        self.searcher = Searcher(self.store, self.words, self._open_embedder, self._open_index, self.told.append)

    def _open_embedder(self) -> HashingEmbedder:
        self.opened.add("embedder")
        return self.embedder

    def _open_index(self) -> KeptIndex:
        self.opened.add("index")
        return self._keeper.open(self.store.vectors)

    def add(self, key: str, title: str, texts: Sequence[str], *, embed: bool = True) -> list[int]:
        """Put a paper with these passages and return their ids."""
        ids = put_paper(self.store, key, title, texts)
        if embed:
            told = dict(self.store.vectors.without_vector(self.embedder.id, 0, 10**6))
            self.store.vectors.put(self.embedder.id, ids, self.embedder.embed([told[i] for i in ids]))
        return ids

    def keep(self) -> None:
        """Bring the files of both indexes up to the database, as `index` does."""
        self._keeper.keep(self.store.vectors)
        self.words.keep()

    def search(self, query: str, **how: object) -> list[Hit]:
        """Search."""
        return self.searcher.search(query, **how)  # type: ignore[arg-type]

    def vector(self, hit: Hit) -> NDArray[np.float32]:
        """Return the vector of a hit's passage (dimension,)."""
        return self.embedder.embed_query(embedded_text(hit.title, hit.section, hit.passage))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """Yield an index of three small papers."""
    index = Index(tmp_path)
    for key, (title, texts) in PAPERS.items():
        index.add(key, title, texts)
    yield index
    index.store.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Yield the same for tests that only ask."""
    index = Index(tmp_path_factory.mktemp("shared"))
    for key, (title, texts) in PAPERS.items():
        index.add(key, title, texts)
    yield index
    index.store.close()


every_mode = pytest.mark.parametrize("mode", list(Mode))


def marked(hit: Hit) -> list[str]:
    """Return the marked words of a hit."""
    return [hit.passage[start:end] for start, end in hit.marks]


class TestHits:
    @every_mode
    def test_the_passage_with_the_words_comes_first_and_says_where_it_stands(self, shared: Index, mode: Mode) -> None:
        """Key, title, page, section, boxes and the passage itself."""
        hit = shared.search("identity shortcuts of deep networks", mode=mode)[0]

        assert (hit.key, hit.title, hit.page, hit.section) == ("residual", "Deep Networks", 1, ("Part", "0"))
        assert hit.passage == "Identity shortcuts ease very deep networks."
        assert hit.boxes == (PageBox(1, (1.0, 2.0, 3.0, 4.0)),)
        assert marked(hit) == ["Identity", "shortcuts", "deep", "networks"]

    def test_a_hit_says_what_found_it(self, index: Index) -> None:
        """Words, meaning, or both where both did."""
        words, meaning = FoundBy.WORDS, FoundBy.MEANING
        index.add("unseen", "Without Vectors", ["A gate not embedded yet."], embed=False)

        found = {(hit.key, hit.page): hit.found_by for hit in index.search("gate load")}

        assert found["routing", 2] == (words, meaning)
        assert found["residual", 1] == (meaning,)
        assert found["unseen", 1] == (words,)
        assert {hit.found_by for hit in index.search("gate", mode=Mode.LEXICAL)} == {(words,)}
        assert {hit.found_by for hit in index.search("gate", mode=Mode.DENSE)} == {(meaning,)}

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("merging", {"merge", "merged"}),
            ("EXPERT", {"experts"}),
            ("naive", {"Naïve"}),
            ('"tuned models"', {"tuned", "models"}),
            ('"two experts" token', {"token", "two", "experts"}),
            ("the of", {"The", "the", "of"}),
        ],
    )
    def test_marks_stand_on_the_words_that_fit(self, shared: Index, query: str, words: set[str]) -> None:
        """Stems, accents and phrases; words too common to look for are marked only where nothing else was asked."""
        hits = shared.search(query, mode=Mode.LEXICAL)

        assert {word for hit in hits for word in marked(hit)} == words

    @every_mode
    @pytest.mark.parametrize("limit", [1, 2, 5, 1000])
    def test_no_more_hits_come_than_were_asked_for(self, shared: Index, mode: Mode, limit: int) -> None:
        """And the first of a long answer are the short answer."""
        everything = shared.search("the models and experts merge", mode=mode, limit=1000)

        hits = shared.search("the models and experts merge", mode=mode, limit=limit)

        assert [hit.chunk_id for hit in hits] == [hit.chunk_id for hit in everything[:limit]]

    @every_mode
    def test_ties_are_ordered_alike_each_time(self, tmp_path: Path, mode: Mode) -> None:
        """The same passage in many papers comes in order of id, and once for each of them."""
        index = Index(tmp_path)
        for n in range(5):
            index.add(f"p{n}", "Twins", [LONG])

        hits = index.search("experts of a layer", mode=mode)

        assert [hit.key for hit in hits] == [f"p{n}" for n in range(5)]
        assert hits == index.search("experts of a layer", mode=mode)
        index.store.close()

    @every_mode
    def test_what_a_paper_says_twice_is_told_once(self, index: Index, mode: Mode) -> None:
        """The better of two passages that repeat each other, and another paper's beside it."""
        index.add("twice", "Sending Tokens", [f"As said, {LONG} by far.", LONG, "Something else altogether."])
        index.add("other", "Of Gates", [LONG])

        hits = index.search(LONG, mode=mode)

        assert [hit.page for hit in hits if hit.key == "twice" and "router" in hit.passage] == [2]
        assert "other" in {hit.key for hit in hits}

    @every_mode
    def test_the_bare_heading_of_a_section_is_no_passage_to_tell(self, index: Index, mode: Mode) -> None:
        """It has every word of the query and says nothing; `put_paper` names the second section `1`."""
        index.add("headed", "Numbers", ["All is said of 1 here.", "1"])

        assert [hit.passage for hit in index.search("1", mode=mode) if hit.key == "headed"] == [
            "All is said of 1 here."
        ]


class TestPapers:
    @every_mode
    @pytest.mark.parametrize("limit", [0, 1, 2, 9])
    def test_the_best_passage_of_each_paper_is_told(self, shared: Index, mode: Mode, limit: int) -> None:
        """As a search for passages ranks and scores them."""
        query = "the models, tokens and networks"
        first: dict[str, Hit] = {}
        for hit in shared.search(query, mode=mode, limit=100):
            first.setdefault(hit.key, hit)

        assert shared.searcher.best_of_papers(query, limit=limit, mode=mode) == list(first.values())[:limit]

    def test_a_paper_of_many_passages_leaves_room_for_others(self, tmp_path: Path) -> None:
        """However many of its passages come before theirs."""
        index = Index(tmp_path)
        index.add("long", "Otters", [f"An otter dives, time {n}." for n in range(150)])
        index.add("other", "Of Rivers", ["An otter in a river, among many other animals that live there."])

        found = index.searcher.best_of_papers("an otter dives", limit=2, mode=Mode.LEXICAL)

        assert [hit.key for hit in found] == ["long", "other"]
        index.store.close()

    @every_mode
    def test_papers_are_narrowed_and_gone_as_passages_are(self, index: Index, mode: Mode) -> None:
        """Only in the papers given, never one that left, under the first key of the same PDF."""
        index.store.papers.put(
            [(Paper("another", "Deep Networks", pdf=PdfFile("paper.pdf", "sha-residual", 1)), (1, 1))]
        )
        index.store.papers.drop(["merging"])
        query = "deep models of experts"

        assert {hit.key for hit in index.searcher.best_of_papers(query, mode=mode)} == {"another", "routing"}
        only = index.searcher.best_of_papers(query, mode=mode, among=["residual", "merging"])
        assert [hit.key for hit in only] == ["residual"]


class TestScores:
    @every_mode
    def test_a_larger_score_is_better(self, shared: Index, mode: Mode) -> None:
        """In every mode."""
        scores = [hit.score for hit in shared.search("merged weights of experts", mode=mode)]

        assert len(scores) > 1
        assert scores == sorted(scores, reverse=True)

    def test_by_meaning_the_score_is_the_cosine(self, shared: Index) -> None:
        """Of the query as typed and of what was embedded for the passage, title and section with it; all are ranked."""
        query = "balancing the load"
        hits = shared.search(query, mode=Mode.DENSE)

        vector = shared.embedder.embed_query(query)
        assert [hit.score for hit in hits] == pytest.approx(
            [float(shared.vector(hit) @ vector) for hit in hits], abs=1e-3
        )
        assert len(hits) == 6

    def test_by_words_the_score_is_bm25(self, shared: Index) -> None:
        """A word of few passages weighs more than one of many, and each adds to the other."""

        def score(query: str) -> float:
            return next(hit.score for hit in shared.search(query, mode=Mode.LEXICAL) if hit.key == "routing")

        assert score("gate") > score("experts") > 0
        assert score("gate experts") == pytest.approx(score("gate") + score("experts"), rel=1e-5)

    def test_both_together_add_a_share_of_the_words_to_the_cosine(self, shared: Index) -> None:
        """The cosine is to the query as moved towards the three best of a first round."""
        query = "experts gate load"
        hits = shared.search(query, limit=1000)
        bm25 = {hit.chunk_id: hit.score for hit in shared.search(query, mode=Mode.LEXICAL, limit=1000)}
        share = {hit.chunk_id: 0.3 * bm25.get(hit.chunk_id, 0.0) / max(bm25.values()) for hit in hits}
        vectors = {hit.chunk_id: shared.vector(hit) for hit in hits}

        asked = shared.embedder.embed_query(query)
        first = sorted(vectors, key=lambda i: -(float(vectors[i] @ asked) + share[i]))[:3]
        moved = asked + 0.3 * np.mean([vectors[i] for i in first], axis=0)
        moved /= np.linalg.norm(moved)

        wanted = [float(vectors[hit.chunk_id] @ moved) + share[hit.chunk_id] for hit in hits]
        assert [hit.score for hit in hits] == pytest.approx(wanted, abs=1e-3)
        assert len(hits) == 6

    def test_vectors_of_chunks_and_query_share_one_space(self, shared: Index) -> None:
        """A passage searched for by its own embedded text is its own nearest, with cosine 1."""
        for key, (title, texts) in PAPERS.items():
            hit = shared.search(embedded_text(title, ("Part", "1"), texts[1]), mode=Mode.DENSE)[0]

            assert (hit.key, hit.page) == (key, 2)
            assert np.isclose(hit.score, 1.0, atol=1e-4)


class TestNarrowing:
    @every_mode
    def test_a_phrase_in_quotes_must_stand_as_it_is(self, index: Index, mode: Mode) -> None:
        """By meaning too: nothing without it is found, whatever else the query says."""
        index.add("other", "Tuned, and Models", ["The models are tuned well.", "Tuned models are merged here!"])

        for query in ('"tuned models"', 'experts gate "tuned models" shortcuts'):
            hits = index.search(query, mode=mode)
            assert {(hit.key, hit.page) for hit in hits} == {("merging", 1), ("other", 2)}
            assert all({"tuned", "models"} <= {word.lower() for word in marked(hit)} for hit in hits)
        assert index.search('"models tuned"', mode=mode) == []

    @every_mode
    @pytest.mark.parametrize(
        ("query", "shut_out"),
        [
            ("experts load -gate", "The gate"),
            ('token experts -"two experts"', "Each token"),
            ("gate -load", "The gate"),
        ],
    )
    def test_what_is_excluded_is_not_found(self, shared: Index, mode: Mode, query: str, shut_out: str) -> None:
        """A word or a phrase behind a dash, by meaning too."""
        free = shared.search(query.split(" -", maxsplit=1)[0], mode=mode)
        hits = shared.search(query, mode=mode)

        assert any(hit.passage.startswith(shut_out) for hit in free)
        assert not any(hit.passage.startswith(shut_out) for hit in hits)
        assert mode is Mode.LEXICAL or len(hits) == 5

    @every_mode
    def test_a_section_must_stand_in_the_headings(self, shared: Index, mode: Mode) -> None:
        """Not in the text or the title."""
        hits = shared.search('merging experts section:"part 1"', mode=mode)

        assert hits
        assert {hit.page for hit in hits} == {2}
        assert shared.search("experts section:routing", mode=mode) == []

    @every_mode
    def test_a_search_keeps_to_the_papers_it_was_given(self, shared: Index, mode: Mode) -> None:
        """Even where others fit better; no papers give no hits."""
        query = "identity shortcuts of merged experts"

        assert {hit.key for hit in shared.search(query, mode=mode, among={"merging", "routing"})} == {
            "merging",
            "routing",
        }
        assert {hit.key for hit in shared.search(query, mode=mode, among={"merging", "unknown"})} == {"merging"}
        assert shared.search(query, mode=mode, among=set()) == []

    @every_mode
    def test_papers_with_the_same_pdf_are_told_under_the_key_asked_for(self, index: Index, mode: Mode) -> None:
        """Asking within one of them never names the other."""
        twin = Paper("a-twin", "Twin", pdf=PdfFile("paper.pdf", "sha-merging", 1))
        index.store.papers.put([(twin, (1, 1))])

        assert {hit.key for hit in index.search("merge weights", mode=mode, among={"merging"})} == {"merging"}
        assert {hit.key for hit in index.search("merge weights", mode=mode, among={"a-twin"})} == {"a-twin"}
        hits = index.search("merge weights", mode=mode, limit=50)
        assert len({hit.chunk_id for hit in hits}) == len(hits)


class TestWidening:
    @every_mode
    def test_a_misspelt_word_finds_what_was_meant_and_says_so(self, index: Index, mode: Mode) -> None:
        """Each time, and the word as typed is looked for, too."""
        index.add("resnet", "Learners", ["A ResNet adds what came in to what goes out."])

        for _ in range(2):
            assert index.search("resnt", mode=mode)[0].key == "resnet"

        assert index.told == 2 * ["no paper has 'resnt': looked for 'resnet', too"]

    @pytest.mark.parametrize("query", ["MoE", "mixture of experts"])
    @pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.LEXICAL])
    def test_abbreviations_and_what_they_stand_for_find_each_other(self, index: Index, mode: Mode, query: str) -> None:
        """As one of the papers defines them."""
        index.add("defines", "Definitions", ["We call a mixture of experts (MoE) what others call a committee."])
        index.add("long", "Sparse Layers", ["Any mixture of experts needs balance."])
        index.add("short", "Dense Layers", ["Any MoE needs balance."])

        hits = index.search(query, mode=mode)

        assert {"long", "short"} <= {hit.key for hit in hits if FoundBy.WORDS in hit.found_by}

    def test_what_a_short_form_stands_for_is_what_is_meant(self, index: Index) -> None:
        """By meaning, too."""
        index.add("defines", "Definitions", ["We call a mixture of experts (MoE) what others call a committee."])
        index.add("long", "Sparse Layers", ["Any mixture of experts needs balance."])

        assert {hit.key for hit in index.search("MoE", mode=Mode.DENSE, limit=2)} == {"defines", "long"}


class TestChanges:
    @every_mode
    def test_a_paper_that_left_the_library_is_not_found_any_more(self, index: Index, mode: Mode) -> None:
        """At once, with the searcher still open and the index not brought up yet; the others take its place."""
        query = "merging weights of models, experts"
        assert index.search(query, mode=mode)[0].key == "merging"

        index.store.papers.drop(["merging"])

        hits = index.search(query, mode=mode, limit=2)
        assert hits
        assert "merging" not in {hit.key for hit in hits}
        index.store.readings.prune(["sha-routing", "sha-residual"])
        assert {hit.key for hit in index.search(query, mode=mode, limit=2)} <= {"routing", "residual"}

    @every_mode
    def test_what_another_process_adds_is_found_by_the_next_search(self, index: Index, mode: Mode) -> None:
        """Words and vectors, without opening anything again by hand."""
        assert "zebra" not in {hit.key for hit in index.search("zebra crossing", mode=mode)}
        other = Index(index.folder)
        other.add("zebra", "Stripes", ["A zebra at the crossing."])
        other.store.close()

        assert index.search("zebra crossing", mode=mode)[0].key == "zebra"

    def test_a_session_follows_whatever_other_processes_do(self, index: Index) -> None:
        """Papers come and go, get other text, are indexed and embedded: each next search answers as a new process."""
        other = Index(index.folder)
        for turn in range(6):
            key = f"p{turn}"
            other.add(key, "Stripes", [f"Zebra number {turn} crosses.", "It sleeps."], embed=turn != 2)
            assert key in {hit.key for hit in index.search(f"zebra number {turn}")}
            if turn % 2:
                other.add(key, "Spots", [f"Leopard number {turn} climbs."])
                assert index.search(f"leopard number {turn}")[0].key == key
                other.keep()
            if turn == 4:
                other.store.papers.drop(["p0"])
                assert "p0" not in {hit.key for hit in index.search("zebra number 0")}
                other.store.readings.prune(["sha-p1", "sha-p3", "sha-p4", "sha-routing"])
            fresh = Index(index.folder)
            for mode in Mode:
                assert index.search("a zebra and a leopard", mode=mode, limit=50) == fresh.search(
                    "a zebra and a leopard", mode=mode, limit=50
                )
            fresh.store.close()
        other.store.close()

    def test_a_session_does_not_grow(self, index: Index) -> None:
        """Whatever is asked, and however often the library changes."""

        def hours() -> None:
            for n in range(60):
                if n % 10 == 0:
                    index.add("changing", "Otters", [f"Otter number {n} dives."])
                index.search(f"otter number {n} and the experts of layer {n}")
            gc.collect()

        hours()
        tracemalloc.start()
        try:
            hours()
            before = tracemalloc.get_traced_memory()[0]
            hours()
            grown = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()

        assert grown < 30_000

    @every_mode
    def test_warmed_up_it_has_all_that_a_search_opens(self, index: Index, mode: Mode) -> None:
        """And finds the same."""
        cold = index.search("experts", mode=mode)
        index.opened.clear()
        index.searcher.warm_up()

        assert index.opened == {"embedder", "index"}
        assert index.search("experts", mode=mode) == cold

    def test_warming_up_an_empty_index_loads_no_model(self, tmp_path: Path) -> None:
        """There is nothing it could be asked."""
        index = Index(tmp_path)
        index.searcher.warm_up()

        assert "embedder" not in index.opened
        index.store.close()

    def test_an_embedder_that_fails_is_heard_of_and_asked_again(
        self, index: Index, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It works beside the search by words; its error is the search's."""
        with monkeypatch.context() as broken:
            broken.setattr(HashingEmbedder, "embed_query", lambda _self, _text: {}["no model"])
            with pytest.raises(KeyError, match="no model"):
                index.search("experts")

        assert index.search("experts")[0].key == "routing"

    @every_mode
    def test_an_empty_index_has_no_hits_and_loads_no_model(self, tmp_path: Path, mode: Mode) -> None:
        """The user learns at once that nothing is indexed."""
        index = Index(tmp_path)

        assert index.search("anything", mode=mode) == []
        assert "embedder" not in index.opened
        index.store.close()

    def test_text_can_be_searched_by_words_before_it_is_embedded(self, tmp_path: Path) -> None:
        """Vectors fill in behind: hybrid search finds it all the same, and says what it cannot do yet."""
        index = Index(tmp_path)
        index.add("a", "A", ["zebra crossing"], embed=False)

        assert [hit.key for hit in index.search("zebra")] == ["a"]
        assert index.told == ["1 passages can be found by words only until 'paperlab index' has embedded them"]
        assert index.search("zebra", mode=Mode.DENSE) == []
        index.store.close()

    @pytest.mark.parametrize("embedded", [1, 40])
    def test_passages_without_a_vector_are_ranked_among_the_others(self, tmp_path: Path, embedded: int) -> None:
        """As far off as the farthest that was found, they come up by their words."""
        index = Index(tmp_path)
        for n in range(embedded):
            index.add(f"p{n}", "Lions", [f"Lion number {n} sleeps."])
        index.add("new", "Zebras", ["A zebra runs.", "A zebra sleeps."], embed=False)

        hits = index.search("zebra", limit=100)

        assert {hit.key for hit in hits[:2]} == {"new"}
        assert len(hits) == embedded + 2
        index.store.close()

    def test_by_words_neither_model_nor_vectors_are_opened(self, index: Index) -> None:
        """By meaning both are."""
        index.search("models", mode=Mode.LEXICAL)
        assert index.opened == set()

        index.search("models", mode=Mode.DENSE)
        assert index.opened == {"embedder", "index"}


NASTY = [
    *('"', '""', '"""', '"a', 'a"b"c"', "*", "a*", "^a", "-a", "a -b", "+", "(", ")", "((a)", "a:b", "title:models"),
    *("{a b}:c", "NEAR(a b, 2)", "AND", "OR OR", "NOT", "a AND", "models AND NOT merge", "'; DROP TABLE chunk; --"),
    *("\\", "%", "_", "___", "?", "", " ", "\x00", "a\x00b", "\ud800", "🙂", "漢字", "\u0301", "İstanbul", "²³"),
    *("\u200b", "٣", '"\x00"', '"..."', '"___" models', '"the" "of"', '"models" ' * 50, "a" * 5000),
    *("-models", '-"tuned models"', '-""', "section:", "section:¿", '"漢字"', "author:x", "in:x -in:y", "words:models"),
]


class TestAnyQuery:
    @every_mode
    @pytest.mark.parametrize("query", NASTY)
    def test_nothing_that_can_be_typed_is_a_syntax_error(self, shared: Index, mode: Mode, query: str) -> None:
        """The characters of other search engines' languages are characters like any other."""
        hits = shared.search(query, mode=mode)

        assert all(hit.key in PAPERS for hit in hits)

    @given(st.text(st.characters() | st.sampled_from('"*()^:-+ ANDORT'), max_size=40))
    def test_no_text_is_a_syntax_error(self, shared: Index, query: str) -> None:
        """Whatever it is made of."""
        for mode in Mode:
            shared.search(query, mode=mode)

    @pytest.mark.parametrize(
        "make", [lambda n: f"word{n}", lambda _n: "models", lambda n: f'"phrase {n}"', lambda n: f'"p{n}" q{n}']
    )
    def test_a_query_of_a_thousand_words_is_a_query(self, shared: Index, make: Callable[[int], str]) -> None:
        """A pasted abstract, or a list of quoted titles, is searched like any other text."""
        query = " ".join(make(n) for n in range(1000))

        for mode in Mode:
            shared.search(query, mode=mode)
        plain = query.replace('"', "")
        assert "residual" in {hit.key for hit in shared.search(f"identity shortcuts {plain}")}
        assert shared.search(f'"{plain}"', mode=Mode.LEXICAL) == []
