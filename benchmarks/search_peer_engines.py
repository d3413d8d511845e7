"""The engines that `search_peers.py` measures: each does what its documentation has a user do with this model.

An engine that is not installed can be named without harm: its packages are imported when it is used.
"""

from __future__ import annotations

import asyncio
import importlib
import pickle
import re
import sys
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    Search = Callable[[str, int], list[str]]
    """Query and limit -> ids of documents, best first."""

_BATCH = 1_000
_FUSED = 60
"""What reciprocal rank fusion adds to each rank (Cormack, Clarke and Büttcher 2009)."""


class Document(NamedTuple):
    """One document of the corpus, title and text as one."""

    id: str
    text: str


class Engine:
    """One engine with one store: built in one process, opened in others."""

    name: ClassVar[str]
    package: ClassVar[str]
    """Its distribution."""
    modules: ClassVar[tuple[str, ...]]
    """What must be importable."""
    how: ClassVar[str]
    words_only: ClassVar[bool] = False

    def __init__(self, store: Path, corpus: Path, weights: str) -> None:
        """`store` is an empty folder of its own, `corpus` the BEIR file, `weights` the model's folder."""
        self.store = store
        self.corpus = corpus
        self.weights = weights

    def embeds(self) -> tuple[Any, str] | None:
        """Return the class and the name of the method in which it embeds texts, for the clock; None: it does not."""
        return _load("sentence_transformers").SentenceTransformer, "encode"

    def build(self, documents: list[Document]) -> None:
        """Index all documents and leave them in the store."""
        raise NotImplementedError

    def open(self) -> Search:
        """Return the search of what the store holds."""
        raise NotImplementedError


class Paperlab(Engine):
    name = "paperlab"
    package = "paperlab-replicate"
    modules = ("paperlab",)
    how = "import_metadata, hybrid"

    def embeds(self) -> tuple[Any, str] | None:
        return _load("paperlab.embedders.minilm").MiniLMEmbedder, "embed"

    def build(self, documents: list[Document]) -> None:
        del documents  # It reads the file itself, as a user has it do.
        lab_type = _load("paperlab.lab").Lab
        lab_type.init(self.store)
        lab = lab_type.find(self.store)
        lab.import_metadata(self.corpus, lambda *_: None, words_only=self.words_only)
        lab.catalogue.searcher.search("ready", limit=1, mode=self._mode())
        lab.close()

    def open(self) -> Search:
        searcher = _load("paperlab.lab").Lab.find(self.store).catalogue.searcher
        find_papers = _load("paperlab.search.papers").find_papers
        mode = self._mode()
        return lambda query, limit: [hit.key for hit in find_papers(searcher, query, limit, mode=mode)]

    def _mode(self) -> Any:
        modes = _load("paperlab.search.engine").Mode
        return modes.LEXICAL if self.words_only else modes.HYBRID


class PaperlabWords(Paperlab):
    name = "paperlab, words"
    how = "import_metadata without vectors, words"
    words_only = True

    def embeds(self) -> None:
        return None


class Txtai(Engine):
    name = "txtai"
    package = "txtai"
    modules = ("txtai", "faiss")
    how = "Embeddings(path, hybrid=True, content=True)"

    def __init__(self, store: Path, corpus: Path, weights: str) -> None:
        super().__init__(store, corpus, weights)
        # It imports litellm where it finds it, which takes seconds; it is here for paper-qa, txtai alone brings none.
        sys.modules["litellm"] = None  # type: ignore[assignment]

    def embeds(self) -> tuple[Any, str]:
        return _load("txtai.vectors.dense.huggingface").HFVectors, "encode"

    def build(self, documents: list[Document]) -> None:
        embeddings = _load("txtai").Embeddings(path=self.weights, hybrid=True, content=True)
        embeddings.index((one.id, one.text, None) for one in documents)
        embeddings.save(str(self.store / "index"))
        embeddings.close()

    def open(self) -> Search:
        embeddings = _load("txtai").Embeddings()
        embeddings.load(str(self.store / "index"))
        return lambda query, limit: [str(hit["id"]) for hit in embeddings.search(query, limit)]


class Chroma(Engine):
    name = "chromadb"
    package = "chromadb"
    modules = ("chromadb", "sentence_transformers")
    how = "PersistentClient, cosine HNSW; meaning only"

    def build(self, documents: list[Document]) -> None:
        client, embedding = self._parts()
        space = {"hnsw": {"space": "cosine"}}
        collection = client.create_collection("papers", embedding_function=embedding, configuration=space)
        for batch in _batches(documents):
            collection.add(ids=[one.id for one in batch], documents=[one.text for one in batch])

    def open(self) -> Search:
        client, embedding = self._parts()
        collection = client.get_collection("papers", embedding_function=embedding)
        return lambda query, limit: list(collection.query(query_texts=[query], n_results=limit)["ids"][0])

    def _parts(self) -> tuple[Any, Any]:
        functions = _load("chromadb.utils.embedding_functions")
        embedding = functions.SentenceTransformerEmbeddingFunction(model_name=self.weights)
        return _load("chromadb").PersistentClient(path=str(self.store)), embedding


class Lance(Engine):
    name = "lancedb"
    package = "lancedb"
    modules = ("lancedb", "sentence_transformers")
    how = "its sentence-transformers function, exact vectors + FTS, hybrid (RRF)"

    def build(self, documents: list[Document]) -> None:
        lancedb, schemas = _load("lancedb"), _load("lancedb.pydantic")
        model = _load("lancedb.embeddings").get_registry().get("sentence-transformers").create(name=self.weights)
        fields: dict[str, Any] = {"id": str, "text": str, "vector": schemas.Vector(model.ndims())}
        values = {"text": model.SourceField(), "vector": model.VectorField()}
        schema = type("Paper", (schemas.LanceModel,), {"__annotations__": fields, **values})
        table = lancedb.connect(str(self.store)).create_table("papers", schema=schema)
        table.add([one._asdict() for one in documents])
        table.create_index("text", config=_load("lancedb.index").FTS())

    def open(self) -> Search:
        table = _load("lancedb").connect(str(self.store)).open_table("papers")

        def search(query: str, limit: int) -> list[str]:
            hits = table.search(query, query_type="hybrid").limit(limit).select(["id"]).to_list()
            return [hit["id"] for hit in hits]

        return search


class SqliteVec(Engine):
    name = "sqlite-vec"
    package = "sqlite-vec"
    modules = ("sqlite_vec", "pysqlite3", "sentence_transformers")
    how = "vec0 (exact cosine) + FTS5 in one file, fused by rank"

    def build(self, documents: list[Document]) -> None:
        connection, model = self._connection(), self._model()
        connection.executescript(
            "CREATE TABLE paper (rowid INTEGER PRIMARY KEY, id TEXT, text TEXT);"
            "CREATE VIRTUAL TABLE meaning USING vec0 (vector FLOAT[384] distance_metric=cosine);"
            "CREATE VIRTUAL TABLE words USING fts5 (text, content='paper', content_rowid='rowid');"
        )
        vectors = model.encode([one.text for one in documents], normalize_embeddings=True, show_progress_bar=False)
        with connection:
            connection.executemany("INSERT INTO paper (id, text) VALUES (?, ?)", documents)
            rows = ((number, vector.tobytes()) for number, vector in enumerate(vectors, 1))
            connection.executemany("INSERT INTO meaning (rowid, vector) VALUES (?, ?)", rows)
            connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
        connection.close()

    def open(self) -> Search:
        connection, model = self._connection(), self._model()

        def search(query: str, limit: int) -> list[str]:
            vector = model.encode(query, normalize_embeddings=True, show_progress_bar=False)
            near = "SELECT rowid FROM meaning WHERE vector MATCH ? AND k = ? ORDER BY distance"
            said = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
            asked = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", query)) or '""'
            found = [connection.execute(near, (vector.tobytes(), limit)), connection.execute(said, (asked, limit))]
            best = fused([[row[0] for row in rows] for rows in found])[:limit]
            named = connection.execute(
                f"SELECT rowid, id FROM paper WHERE rowid IN ({','.join('?' * len(best))})", best
            )
            ids = dict(named.fetchall())
            return [ids[row] for row in best]

        return search

    def _connection(self) -> Any:
        # Many Pythons' own sqlite3 loads no extensions; the documentation of sqlite-vec names this way out.
        connection = _load("pysqlite3").connect(str(self.store / "papers.db"))
        connection.enable_load_extension(True)
        _load("sqlite_vec").load(connection)
        return connection

    def _model(self) -> Any:
        return _load("sentence_transformers").SentenceTransformer(self.weights, device="cpu")


class PaperQA(Engine):
    name = "paper-qa index"
    package = "paper-qa"
    modules = ("paperqa", "tantivy")
    how = "agents.search.SearchIndex (tantivy): words only, as its agent's paper search has it"
    words_only = True

    def embeds(self) -> None:
        return None

    def build(self, documents: list[Document]) -> None:
        asyncio.run(self._fill(documents))

    async def _fill(self, documents: list[Document]) -> None:
        index = self._index()
        for one in documents:
            title, _, _ = one.text.partition("\n")
            row = {"file_location": one.id, "body": one.text, "title": title, "year": "Unknown year"}
            docs = _load("paperqa").Docs()
            await _added(docs, one, _load("paperqa").Settings(parsing={"defer_embedding": True}), None)
            await index.add_document(row, document=docs)
        await index.save_index()

    def open(self) -> Search:
        index, runner = self._index(), asyncio.Runner()

        def search(query: str, limit: int) -> list[str]:
            try:
                found = runner.run(index.query(query, top_n=limit, keep_filenames=True))
            except ValueError:
                return []  # Its query parser refuses some sentences, such as those with a slash: its agent asks again.
            return [place for _, place in found]

        return search

    def _index(self) -> Any:
        fields = ["file_location", "body", "title", "year"]
        return _load("paperqa.agents.search").SearchIndex(fields, "papers", self.store)


class PaperQADocs(Engine):
    name = "paper-qa Docs"
    package = "paper-qa"
    modules = ("paperqa", "sentence_transformers")
    how = "Docs.aadd_texts and retrieve_texts, pickled; meaning only"

    def build(self, documents: list[Document]) -> None:
        docs = _load("paperqa").Docs()
        asyncio.run(self._fill(docs, documents))
        (self.store / "docs.pkl").write_bytes(pickle.dumps(docs))

    async def _fill(self, docs: Any, documents: Iterable[Document]) -> None:
        settings, model = self._parts()
        for one in documents:
            await _added(docs, one, settings, model)

    def open(self) -> Search:
        docs, runner = pickle.loads((self.store / "docs.pkl").read_bytes()), asyncio.Runner()
        settings, model = self._parts()

        def search(query: str, limit: int) -> list[str]:
            found = runner.run(docs.retrieve_texts(query, limit, settings=settings, embedding_model=model))
            return [text.name for text in found]

        return search

    def _parts(self) -> tuple[Any, Any]:
        settings = _load("paperqa").Settings(embedding=f"st-{self.weights}")
        return settings, settings.get_embedding_model()


ENGINES: dict[str, type[Engine]] = {
    "paperlab": Paperlab,
    "txtai": Txtai,
    "chromadb": Chroma,
    "lancedb": Lance,
    "sqlite-vec": SqliteVec,
    "paper-qa-docs": PaperQADocs,
    "paperlab-words": PaperlabWords,
    "paper-qa": PaperQA,
}


def fused(rankings: Iterable[Sequence[int]]) -> list[int]:
    """Return the members of all rankings by the sum of their reciprocal ranks, best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, one in enumerate(ranking, 1):
            scores[one] = scores.get(one, 0.0) + 1 / (_FUSED + rank)
    return sorted(scores, key=lambda one: (-scores[one], one))


async def _added(docs: Any, one: Document, settings: Any, model: Any) -> None:
    """Put one document into paper-qa's Docs as one text, without the metadata look-ups of its `aadd`."""
    types = _load("paperqa.types")
    doc = types.Doc(docname=one.id, dockey=one.id, citation=one.id)
    await docs.aadd_texts([types.Text(text=one.text, name=one.id, doc=doc)], doc, settings, model)


def _batches(documents: list[Document]) -> Iterator[list[Document]]:
    for start in range(0, len(documents), _BATCH):
        yield documents[start : start + _BATCH]


def _load(module: str) -> Any:
    return importlib.import_module(module)
