"""Indexing: text, chunks, vectors, each only where it is missing.

Text comes first for all papers, so that words can be searched at once; vectors fill in behind. A paper's text is
committed whole, and vectors a window of chunks at a time, in order of id: a kill costs one window at most, and because
the windows behind it are the same ones again, the same bytes come out whether or not there was a kill.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paperlab import chunking
from paperlab.disk import sha256_of
from paperlab.errors import BadFile, Busy, NoSpace, PaperlabError, UnreadablePdf
from paperlab.ingest.outcome import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from paperlab.library import Library
    from paperlab.protocols import Embedder, PageReader
    from paperlab.store import Store
    from paperlab.store.rows import ReadingState
    from paperlab.types import Chunk, Paper, Reading

    _Readings = Generator[tuple[Path, Reading | UnreadablePdf | BadFile]]

_STEP = 64
"""Chunks embedded between two words on progress."""


@dataclass(slots=True)
class IndexReport:
    """What an indexing run found and did."""

    papers: int = 0
    """Papers whose text is in the index, of those asked for."""
    pages: int = 0
    chunks: int = 0
    read: int = 0
    """PDFs read in this run."""
    embedded: int = 0
    """Chunks embedded in this run."""
    failed: list[tuple[str, str]] = field(default_factory=list)
    """(key, reason) of PDFs that cannot be read."""
    warnings: list[tuple[str, str]] = field(default_factory=list)
    """(key, page and reason) of pages left out."""
    without_pdf: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    """Wall time by stage: read, chunk, store, embed."""


class Indexer:
    """Brings the index up to the library."""

    def __init__(
        self,
        library: Library,
        store: Store,
        reader: PageReader,
        embedder: Embedder,
        window: int,
        progress: Progress = silent,
    ) -> None:
        """`window` chunks are sorted by length and committed together: more pad less, fewer lose less to a kill."""
        self._library = library
        self._store = store
        self._reader = reader
        self._embedder = embedder
        self._window = window
        self._progress = progress
        self._chunker = f"{chunking.VERSION}/{embedder.id}"

    def run(self, papers: Sequence[Paper], *, whole_library: bool, retry: bool = False) -> IndexReport:
        """Index the papers and return the figures.

        `whole_library` says that `papers` are all there are: what belongs to none of them is dropped. `retry` reads
        PDFs again that failed before. Raises NoSpace, Busy and the embedder's errors; the work done until then stays.
        """
        report = IndexReport()
        with closing(_readings(self._reader, self._due(papers, retry=retry))) as readings:
            for done, paper in enumerate(papers):
                self._progress("text", done, len(papers), paper.key)
                self._text(paper, report, readings, retry=retry)
        self._progress("text", len(papers), len(papers))
        if whole_library:
            self._store.readings.prune([paper.pdf.sha256 for paper in papers if paper.pdf])
        self._embed(report)
        return report

    def _due(self, papers: Sequence[Paper], *, retry: bool) -> Iterator[Path]:
        """Yield the PDFs that are to be read, in the order of the papers."""
        for paper in papers:
            if paper.pdf and self._is_due(self._store.readings.state(paper.pdf.sha256, self._reader.id), retry=retry):
                path = self._library.folder(paper.key) / paper.pdf.name
                if path.is_file():
                    yield path

    @staticmethod
    def _is_due(state: ReadingState | None, *, retry: bool) -> bool:
        return state is None or (retry and state.failure is not None)

    def _text(self, paper: Paper, report: IndexReport, readings: _Readings, *, retry: bool) -> None:
        if paper.pdf is None:
            report.without_pdf += 1
            return
        try:
            state = self._up_to_date(paper, paper.pdf.sha256, report, readings, retry=retry)
        except (NoSpace, Busy):
            raise
        except PaperlabError as error:
            report.failed.append((paper.key, str(error)))
            return
        if state.failure:
            report.failed.append((paper.key, f"{state.failure}: {state.failure_why}"))
            return
        report.papers += 1
        report.pages += state.pages
        report.chunks += self._store.readings.chunk_count(state.id)
        report.warnings += [(paper.key, warning) for warning in state.warnings]

    def _up_to_date(
        self, paper: Paper, sha256: str, report: IndexReport, readings: _Readings, *, retry: bool
    ) -> ReadingState:
        """Return what the store knows of a PDF, after reading or cutting it where that was due."""
        stored = self._store.readings
        state = stored.state(sha256, self._reader.id)
        if state is None or self._is_due(state, retry=retry):
            try:
                return self._read(paper, sha256, report, readings)
            except UnreadablePdf as error:
                return stored.put_failure(sha256, self._reader.id, error)
        if not state.failure and stored.chunkers(state.id) != {self._chunker}:
            self._rechunk(state.id, report)
        return state

    def _read(self, paper: Paper, sha256: str, report: IndexReport, readings: _Readings) -> ReadingState:
        path = self._library.pdf(paper)
        with _Timer(report, "read"):
            if sha256_of(path) != sha256:
                raise BadFile(
                    path, None, "this is not the PDF the record speaks of; 'paperlab doctor --mend' records it"
                )
            reading = _reading_of(path, readings, self._reader)
        chunks = self._chunk(reading, report)
        with _Timer(report, "store"):
            state = self._store.readings.put(sha256, reading, self._chunker, chunks)
        report.read += 1
        return state

    def _rechunk(self, reading_id: int, report: IndexReport) -> None:
        """Cut a reading that another chunker or embedder cut; its PDF is not needed for that."""
        reading = self._store.readings.get(reading_id)
        chunks = self._chunk(reading, report)
        with _Timer(report, "store"):
            self._store.readings.replace_chunks(reading_id, self._chunker, chunks)

    def _chunk(self, reading: Reading, report: IndexReport) -> list[Chunk]:
        with _Timer(report, "chunk"):
            return chunking.chunk_blocks(
                reading.blocks, self._embedder.count_tokens, self._embedder.max_tokens, reading.front.title
            )

    def _embed(self, report: IndexReport) -> None:
        passages = self._store.passages
        total, last = passages.count_without_vector(self._embedder.id), 0
        while window := passages.without_vector(self._embedder.id, last, self._window):
            vectors = self._vectors([text for _, text in window], report, total)
            with _Timer(report, "store"):
                passages.put_vectors(self._embedder.id, [chunk_id for chunk_id, _ in window], vectors)
            report.embedded += len(window)
            last = window[-1][0]
        self._progress("vectors", total, total)
        passages.drop_other_embedders(self._embedder.id)

    def _vectors(self, texts: list[str], report: IndexReport, total: int) -> NDArray[np.float32]:
        """Return the texts' vectors. They are embedded by tokens, most first: texts alike in length pad little."""
        import numpy as np

        tokens = self._embedder.count_tokens(texts)
        order = sorted(range(len(texts)), key=lambda i: (-tokens[i], i))
        vectors = np.zeros((len(texts), self._embedder.dimension), dtype=np.float32)
        for first in range(0, len(order), _STEP):
            self._progress("vectors", report.embedded + first, total)
            step = order[first : first + _STEP]
            with _Timer(report, "embed"):
                vectors[step] = self._embedder.embed([texts[i] for i in step])
        return vectors


def _readings(reader: PageReader, paths: Iterator[Path]) -> _Readings:
    """Yield each path with its reading or its error, read ahead where the reader can."""
    many = getattr(reader, "read_many", None)
    if many is not None:
        yield from many(paths)


def _reading_of(path: Path, readings: _Readings, reader: PageReader) -> Reading:
    """Return the reading of a file; those of files that were passed over since are dropped. Raises as `read`."""
    for read, result in readings:
        if read == path:
            if isinstance(result, PaperlabError):
                raise result
            return result
    return reader.read(path)


class _Timer:
    """Adds the wall time of a block to a stage of the report."""

    def __init__(self, report: IndexReport, stage: str) -> None:
        self._report = report
        self._stage = stage

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_error: object) -> None:
        seconds = self._report.seconds
        seconds[self._stage] = seconds.get(self._stage, 0.0) + time.perf_counter() - self._start
