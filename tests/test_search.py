"""Search: words, meaning and both, in any query anyone can type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.chunking import embedded_text
from paperlab.embedders.hashing import HashingEmbedder
from paperlab.search import IndexKeeper, Mode, Searcher
from paperlab.search.engine import fuse
from paperlab.search.query import fts_query
from paperlab.store import Store
from paperlab.types import Chunk, FrontMatter, PageBox, PageSize, Paper, PdfFile, Reading
from paperlab.vector_index.flat import FlatIndexType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


class Index:
    """A store with a searcher over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "paperlab.db")
        self.embedder = HashingEmbedder("64", folder)
        self.opened: list[str] = []
        self.searcher = Searcher(self.store, self._open_embedder, self._open_index)

    def _open_embedder(self) -> HashingEmbedder:
        self.opened.append("embedder")
        return self.embedder

    def _open_index(self) -> KeptIndex:
        self.opened.append("index")
        keeper = IndexKeeper(self.folder / "vectors", lambda _name: FlatIndexType(), self.embedder.id)
        return keeper.open(self.store.vectors)

    def add(self, key: str, title: str, texts: list[str], *, embed: bool = True) -> None:
        """Put a paper with these passages, each in a section and on a page of its own."""
        self.store.papers.put([(Paper(key, title, pdf=PdfFile("paper.pdf", f"sha-{key}", 1)), (1, 1))])
        chunks = [
            Chunk(i, ("Part", str(i)), i + 1, (i + 1,), i, i + 1, text, (PageBox(i + 1, (1.0, 2.0, 3.0, 4.0)),))
            for i, text in enumerate(texts)
        ]
        reading = Reading("r", (PageSize(1, 1.0, 1.0),), (), FrontMatter(title))
        last = max((i for i, _ in self.store.vectors.without_vector("nobody", 0, 10**6)), default=0)
        self.store.readings.put(f"sha-{key}", reading, "c", chunks)
        if embed:
            todo = self.store.vectors.without_vector(self.embedder.id, last, 10**6)
            vectors = self.embedder.embed([text for _, text in todo])
            self.store.vectors.put(self.embedder.id, [i for i, _ in todo], vectors)

    def search(self, query: str, **how: object) -> list[Hit]:
        """Search."""
        return self.searcher.search(query, **how)  # type: ignore[arg-type]


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


@every_mode
def test_the_passage_with_the_words_comes_first_and_says_where_it_stands(index: Index, mode: Mode) -> None:
    """Key, title, page, section, boxes and the passage itself."""
    hit = index.search("identity shortcuts of deep networks", mode=mode)[0]

    assert (hit.key, hit.title, hit.page, hit.section) == ("residual", "Deep Networks", 1, ("Part", "0"))
    assert hit.passage == "Identity shortcuts ease very deep networks."
    assert hit.boxes == (PageBox(1, (1.0, 2.0, 3.0, 4.0)),)
    assert marked(hit) == ["Identity", "shortcuts", "deep", "networks"]


@every_mode
def test_a_larger_score_is_better(index: Index, mode: Mode) -> None:
    """In every mode."""
    scores = [hit.score for hit in index.search("merged weights of experts", mode=mode)]

    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("merging", {"merge", "merged"}),
        ("EXPERT", {"experts"}),
        ("naive", {"Naïve"}),
        ('"tuned models"', {"tuned models"}),
        ('"two experts" token', {"token", "two experts"}),
        ("the of", {"The", "the", "of"}),
    ],
)
def test_marks_stand_on_the_words_that_fit(index: Index, query: str, words: set[str]) -> None:
    """Stems, accents and phrases; words too common to look for are marked only where nothing else was asked."""
    hits = index.search(query, mode=Mode.LEXICAL)

    assert {word for hit in hits for word in marked(hit)} == words


@every_mode
def test_a_phrase_in_quotes_must_stand_as_it_is_among_the_words(index: Index, mode: Mode) -> None:
    """By words nothing else is found; by meaning a phrase is only words."""
    index.add(
        "other", "Tuned, and Models", ["The models are tuned well.", "Tuned models are merged here, tuned models!"]
    )

    hits = index.search('"tuned models"', mode=mode)

    with_phrase = [hit for hit in hits if "tuned models" in hit.passage.lower()]
    assert {hit.key for hit in with_phrase} == {"merging", "other"}
    if mode is Mode.LEXICAL:
        assert hits == with_phrase
    assert all("tuned models" in [word.lower() for word in marked(hit)] for hit in with_phrase)


def test_by_meaning_the_score_is_the_cosine(index: Index) -> None:
    """Of the query and of what was embedded for the passage, title and section with it; all passages are ranked."""
    query = "balancing the load"
    hits = index.search(query, mode=Mode.DENSE)

    vector = index.embedder.embed([query])[0]
    for hit in hits:
        text = embedded_text(hit.title, hit.section, hit.passage)
        assert hit.score == pytest.approx(float(index.embedder.embed([text])[0] @ vector), abs=1e-4)
    assert len(hits) == 6


def test_both_together_rank_by_the_sum_of_reciprocal_ranks(index: Index) -> None:
    """Cormack et al. 2009 with k = 60: what both found comes first."""
    assert fuse([(1, 9.0), (2, 8.0)], [(2, 0.9), (3, 0.8)]) == [
        (2, pytest.approx(1 / 62 + 1 / 61)),
        (1, pytest.approx(1 / 61)),
        (3, pytest.approx(1 / 62)),
    ]
    ranks = {mode: [hit.chunk_id for hit in index.search("experts gate load", mode=mode)] for mode in Mode}
    fused = fuse([(i, 0.0) for i in ranks[Mode.LEXICAL]], [(i, 0.0) for i in ranks[Mode.DENSE]])
    assert ranks[Mode.HYBRID] == [i for i, _ in fused]


@every_mode
def test_ties_are_ordered_alike_each_time(tmp_path: Path, mode: Mode) -> None:
    """The same passage in many papers comes in order of id."""
    index = Index(tmp_path)
    for n in range(5):
        index.add(f"p{n}", "Twins", ["the very same words"])

    hits = index.search("same words", mode=mode)

    assert [hit.key for hit in hits] == [f"p{n}" for n in range(5)]
    assert [hit.chunk_id for hit in hits] == [hit.chunk_id for hit in index.search("same words", mode=mode)]
    index.store.close()


@every_mode
def test_a_search_keeps_to_the_papers_it_was_given(index: Index, mode: Mode) -> None:
    """Even where others fit better; no papers give no hits."""
    query = "identity shortcuts of merged experts"

    assert {hit.key for hit in index.search(query, mode=mode, among={"merging", "routing"})} == {"merging", "routing"}
    assert {hit.key for hit in index.search(query, mode=mode, among={"merging", "unknown"})} == {"merging"}
    assert index.search(query, mode=mode, among=set()) == []


@every_mode
def test_a_paper_that_left_the_library_is_not_found_any_more(index: Index, mode: Mode) -> None:
    """At once, with the searcher still open and the index not brought up yet; the others take its place."""
    query = "merging weights of models, experts"
    assert index.search(query, mode=mode)[0].key == "merging"

    index.store.papers.drop(["merging"])

    hits = index.search(query, mode=mode, limit=2)
    assert hits
    assert "merging" not in {hit.key for hit in hits}


@every_mode
def test_papers_with_the_same_pdf_are_told_under_the_key_asked_for(index: Index, mode: Mode) -> None:
    """Asking within one of them never names the other."""
    twin = Paper("a-twin", "Twin", pdf=PdfFile("paper.pdf", "sha-merging", 1))
    index.store.papers.put([(twin, (1, 1))])

    assert {hit.key for hit in index.search("merge weights", mode=mode, among={"merging"})} == {"merging"}
    assert {hit.key for hit in index.search("merge weights", mode=mode, among={"a-twin"})} == {"a-twin"}
    hits = index.search("merge weights", mode=mode, limit=50)
    assert len({hit.chunk_id for hit in hits}) == len(hits)


@every_mode
@pytest.mark.parametrize("limit", [1, 2, 5, 1000])
def test_no_more_hits_come_than_were_asked_for(shared: Index, mode: Mode, limit: int) -> None:
    """And the first of a long answer are the short answer."""
    everything = shared.search("the models and experts merge", mode=mode, limit=1000)

    hits = shared.search("the models and experts merge", mode=mode, limit=limit)

    assert [hit.chunk_id for hit in hits] == [hit.chunk_id for hit in everything[:limit]]


@every_mode
def test_an_empty_index_has_no_hits_and_loads_no_model(tmp_path: Path, mode: Mode) -> None:
    """The user learns at once that nothing is indexed."""
    index = Index(tmp_path)

    assert index.search("anything", mode=mode) == []
    assert "embedder" not in index.opened
    index.store.close()


def test_text_can_be_searched_by_words_before_it_is_embedded(tmp_path: Path) -> None:
    """Vectors fill in behind: hybrid search finds it all the same."""
    index = Index(tmp_path)
    index.add("a", "A", ["zebra crossing"], embed=False)

    assert [hit.key for hit in index.search("zebra")] == ["a"]
    assert index.search("zebra", mode=Mode.DENSE) == []
    index.store.close()


def test_by_words_neither_model_nor_vectors_are_opened(index: Index) -> None:
    """By meaning each is opened once and kept."""
    index.search("models", mode=Mode.LEXICAL)
    assert index.opened == []

    index.search("models", mode=Mode.DENSE)
    index.search("models")
    assert sorted(index.opened) == ["embedder", "index"]


NASTY = [
    *(
        '"',
        '""',
        '"""',
        '"a',
        'a"b"c"',
        "*",
        "a*",
        "^a",
        "-a",
        "a -b",
        "+",
        "(",
        ")",
        "((a)",
        "a:b",
        "title:models",
        "{a b}:c",
    ),
    *(
        "NEAR(a b, 2)",
        "AND",
        "OR OR",
        "NOT",
        "a AND",
        "models AND NOT merge",
        "'; DROP TABLE chunk; --",
        "\\",
        "%",
        "_",
        "___",
    ),
    *(
        "?",
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud800",
        "🙂",
        "漢字",
        "\u0301",
        "İstanbul",
        "²³",
        "\u200b",
        "٣",
        '"\x00"',
        '"..."',
        '"___" models',
    ),
    *('"the" "of"', '"models" ' * 50, "a" * 5000),
]


@every_mode
@pytest.mark.parametrize("query", NASTY)
def test_nothing_that_can_be_typed_is_a_syntax_error(shared: Index, mode: Mode, query: str) -> None:
    """The characters of FTS5's own language are characters like any other."""
    hits = shared.search(query, mode=mode)

    assert all(hit.key in PAPERS for hit in hits)


@given(st.text(st.characters() | st.sampled_from('"*()^:-+ ANDORT'), max_size=40))
def test_no_text_is_a_syntax_error(shared: Index, query: str) -> None:
    """Whatever it is made of."""
    for mode in Mode:
        shared.search(query, mode=mode)


@pytest.mark.parametrize(
    "make", [lambda n: f"word{n}", lambda n: "models", lambda n: f'"phrase {n}"', lambda n: f'"p{n}" q{n}']
)
def test_a_query_of_a_thousand_words_is_a_query(shared: Index, make: object) -> None:
    """A pasted abstract, or a list of quoted titles, is searched like any other text."""
    query = " ".join(make(n) for n in range(1000))  # type: ignore[operator]

    for mode in Mode:
        shared.search(query, mode=mode)
    assert "residual" in {hit.key for hit in shared.search(query.replace(chr(34), "") + " identity shortcuts")}
    assert shared.search(f'"{query.replace(chr(34), "")}"', mode=Mode.LEXICAL) == []


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("How do we merge models?", '"merge" OR "models"'),
        ("merge MERGE merge", '"merge"'),
        ("what is it", '"what" OR "is" OR "it"'),
        ('"Attention is all"', '"Attention is all"'),
        ('"self-attention" heads', '("self attention") OR ("self attention" AND ("heads"))'),
        ('"a b" "c d"', '"a b" AND "c d"'),
        ('"a b" the', '"a b"'),
        ('unclosed "quote here', '"unclosed" OR "quote"'),
        ("NOT near OR", '"near"'),
        ("?!", None),
        ('""', None),
    ],
)
def test_a_query_asks_for_any_telling_word_and_for_every_phrase(typed: str, asked: str | None) -> None:
    """Common words are dropped unless there is nothing else."""
    assert fts_query(typed) == asked


@given(st.text(max_size=60))
def test_a_query_is_made_of_quoted_words_alone(typed: str) -> None:
    """Nothing typed stands outside quotes, so nothing typed can be an operator."""
    asked = fts_query(typed) or ""

    assert re.sub(r'"[\w ]+"| OR | AND |[()]', "", asked) == ""


def test_vectors_of_chunks_and_query_share_one_space(shared: Index) -> None:
    """A passage searched for by its own embedded text is its own nearest, with cosine 1."""
    for key, (title, texts) in PAPERS.items():
        hit = shared.search(embedded_text(title, ("Part", "1"), texts[1]), mode=Mode.DENSE)[0]

        assert (hit.key, hit.page) == (key, 2)
        assert np.isclose(hit.score, 1.0, atol=1e-5)
