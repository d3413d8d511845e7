"""Indexing: text, chunks, vectors, each only where it is missing.

Text comes first for all papers, so that words can be searched at once; vectors fill in behind. A paper's text is
committed whole, and vectors a window of chunks at a time, in order of id: a kill costs one window at most, and because
the windows behind it are the same ones again, the same bytes come out whether or not there was a kill.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paperlab.disk import sha256_of
from paperlab.errors import BadFile, Busy, NoSpace, PaperlabError, UnreadablePdf
from paperlab.ingest.embedding import Timer, embed_missing
from paperlab.ingest.outcome import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from paperlab.chunking import Cutter
    from paperlab.library import Library
    from paperlab.protocols import Embedder, PageReader
    from paperlab.store import Store
    from paperlab.store.rows import ReadingState
    from paperlab.types import Chunk, Paper, Reading

    _Readings = Generator[tuple[Path, Reading | UnreadablePdf | BadFile]]


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
        cutter: Cutter,
        embedder: Embedder,
        window: int,
        progress: Progress = silent,
    ) -> None:
        """`window` chunks are sorted by length and committed together: more pad less, fewer lose less to a kill."""
        self._library = library
        self._store = store
        self._reader = reader
        self._embedder = embedder
        self._cutter = cutter
        self._window = window
        self._progress = progress
        self._states: dict[str, ReadingState] = {}
        self._cut: dict[int, dict[str, int]] = {}

    def run(self, papers: Sequence[Paper], *, whole_library: bool, retry: bool = False) -> IndexReport:
        """Index the papers and return the figures.

        `whole_library` says that `papers` are all there are: what belongs to none of them is dropped. `retry` reads
        PDFs again that failed before. Raises NoSpace, Busy and the embedder's errors; the work done until then stays.
        """
        report = IndexReport()
        self._states = {one.pdf_sha256: one for one in self._store.readings.states() if one.reader == self._reader.id}
        self._cut = self._store.readings.cut()
        with closing(_readings(self._reader, self._due(papers, retry=retry))) as readings:
            for done, paper in enumerate(papers):
                self._progress("text", done, len(papers), paper.key)
                self._text(paper, report, readings, retry=retry)
        self._progress("text", len(papers), len(papers))
        if whole_library:
            self._store.readings.prune([paper.pdf.sha256 for paper in papers if paper.pdf])
        embed_missing(self._store.vectors, self._embedder, self._window, report, self._progress)
        return report

    def _due(self, papers: Sequence[Paper], *, retry: bool) -> Iterator[Path]:
        """Yield the PDFs that are to be read, in the order of the papers."""
        for paper in papers:
            if paper.pdf and self._is_due(self._states.get(paper.pdf.sha256), retry=retry):
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
        report.chunks += sum(self._cut.get(state.id, {}).values())
        report.warnings += [(paper.key, warning) for warning in state.warnings]

    def _up_to_date(
        self, paper: Paper, sha256: str, report: IndexReport, readings: _Readings, *, retry: bool
    ) -> ReadingState:
        """Return what the store knows of a PDF, after reading or cutting it where that was due."""
        stored = self._store.readings
        state = self._states.get(sha256)
        if state is None or self._is_due(state, retry=retry):
            try:
                return self._read(paper, sha256, report, readings)
            except UnreadablePdf as error:
                return stored.put_failure(sha256, self._reader.id, error)
        if not state.failure and self._cut.get(state.id, {}).keys() != {self._cutter.id}:
            self._rechunk(state.id, report)
        return state

    def _read(self, paper: Paper, sha256: str, report: IndexReport, readings: _Readings) -> ReadingState:
        path = self._library.pdf(paper)
        with Timer(report, "read"):
            if sha256_of(path) != sha256:
                raise BadFile(
                    path, None, "this is not the PDF the record speaks of; 'paperlab doctor --mend' records it"
                )
            reading = _reading_of(path, readings, self._reader)
        chunks = self._chunk(reading, report)
        with Timer(report, "store"):
            state = self._store.readings.put(sha256, reading, self._cutter.id, chunks)
        self._states[sha256], self._cut[state.id] = state, {self._cutter.id: len(chunks)}
        report.read += 1
        return state

    def _rechunk(self, reading_id: int, report: IndexReport) -> None:
        """Cut a reading that another chunker or embedder cut; its PDF is not needed for that."""
        reading = self._store.readings.get(reading_id)
        chunks = self._chunk(reading, report)
        with Timer(report, "store"):
            self._store.readings.replace_chunks(reading_id, self._cutter.id, chunks)
        self._cut[reading_id] = {self._cutter.id: len(chunks)}

    def _chunk(self, reading: Reading, report: IndexReport) -> list[Chunk]:
        with Timer(report, "chunk"):
            return self._cutter.cut(reading.blocks, reading.front.title)


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
