"""Fetching papers: metadata in batches, PDFs one by one, resumable at any instant.

State is the library itself: a record without a PDF still wants one. A kill leaves at most a partial file that the
next run writes over, or a whole PDF without its line in the record, which the next run adopts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from paperlab.disk import disk_errors
from paperlab.errors import BadDownload, BadInput, NotFound, NotNow, PaperlabError, UnreadablePdf
from paperlab.ingest.outcome import Outcome, Progress, Result, silent
from paperlab.ingest.recognise import adopt_loose_pdf, front_or_scan, is_another_paper, merge_metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from paperlab.ids import PaperId
    from paperlab.ingest.add import Adder
    from paperlab.ingest.wanted import Wanted
    from paperlab.library import Library
    from paperlab.protocols import PageReader, Source
    from paperlab.types import FrontMatter, Paper

_INCOMING = ".incoming.pdf"


class Fetcher:
    """Brings papers from a source into the library."""

    def __init__(
        self,
        library: Library,
        source: Source,
        reader: PageReader,
        adder: Adder,
        today: str,
        lock: AbstractContextManager[object],
        progress: Progress = silent,
    ) -> None:
        """`lock` is held while one paper is brought: two processes may fetch the same papers into one lab."""
        self._library = library
        self._source = source
        self._reader = reader
        self._adder = adder
        self._today = today
        self._lock = lock
        self._progress = progress

    def is_here(self, want: Wanted) -> bool:
        """Tell whether a paper's PDF is in the library, in the version asked for."""
        paper = self._load(want.key)
        return paper is not None and self._has_pdf(paper, want)

    def fetch(self, wanted: Sequence[Wanted], *, update: bool = False) -> Iterator[Result]:
        """Yield what became of each paper as it comes: first those at hand, then the others in order.

        `update` asks the source again for papers that are complete. A paper that fails does not stop the others;
        when a host cannot be asked now, what is left of it fails with that reason at once.
        """
        todo: list[Wanted] = []
        for want in {(want.key, want.version): want for want in wanted}.values():
            result = self._at_hand(want, update=update)
            if result is None:
                todo.append(want)
            else:
                yield result
        missing = yield from self._look_up(todo, update=update)
        done, total = 0, len(todo)
        blocked: dict[str, NotNow] = {}
        for want in todo:
            if want.arxiv and want.arxiv.versioned in missing:
                continue
            self._progress("fetch", done, total, want.key)
            host = _host(want)
            try:
                if host in blocked:
                    raise blocked[host]
                with self._lock:
                    result = self._at_hand(want, update=update) or self._bring(want, done, total)
                yield result
            except NotNow as error:
                blocked[host] = error
                yield _failed(want.key, error)
            except PaperlabError as error:
                yield _failed(want.key, error)
            done += 1
        self._progress("fetch", total, total)

    def _at_hand(self, want: Wanted, *, update: bool) -> Result | None:
        """Return the result for a paper that needs no request, or None."""
        try:
            paper = self._load(want.key)
            if paper is None:
                return None
            paper = adopt_loose_pdf(self._library, self._reader, paper)
        except PaperlabError as error:
            return _failed(want.key, error)
        if not self._has_pdf(paper, want) or (update and want.arxiv):
            return None
        # Added from a file: arXiv has not been asked about it yet.
        if want.arxiv and paper.published is None:
            return None
        return Result(want.key, Outcome.PRESENT)

    def _load(self, key: str) -> Paper | None:
        try:
            return self._library.load(key)
        except NotFound:
            return None

    def _has_pdf(self, paper: Paper, want: Wanted) -> bool:
        kept = [pdf for pdf in paper.pdfs if want.version in (None, pdf.version)]
        return any((self._library.folder(paper.key) / pdf.name).is_file() for pdf in kept)

    def _look_up(self, wanted: list[Wanted], *, update: bool) -> Generator[Result, None, set[str]]:
        """Write records for papers whose metadata is not here; yield failures and return the ids that failed."""
        by_id = {want.arxiv.versioned: want for want in wanted if want.arxiv and (update or self._unknown(want))}
        failed: set[str] = set()
        if not by_id:
            return failed
        self._progress("metadata", 0, len(by_id))
        answered: set[str] = set()
        try:
            for paper_id, found in self._source.lookup(list(by_id)):
                answered.add(paper_id)
                key = by_id[paper_id].key
                if found is None:
                    failed.add(paper_id)
                    yield Result(key, Outcome.FAILED, f"arXiv has no paper {paper_id}", NotFound.exit_code)
                else:
                    self._record(key, found)
                self._progress("metadata", len(answered), len(by_id), key)
        except PaperlabError as error:
            for paper_id in by_id.keys() - answered:
                failed.add(paper_id)
                yield _failed(by_id[paper_id].key, error)
        return failed

    def _unknown(self, want: Wanted) -> bool:
        """Tell whether the source has not said yet what is to be known about this paper, in the version asked for."""
        paper = self._load(want.key)
        return paper is None or paper.published is None or want.version not in (None, paper.version)

    def _record(self, key: str, found: Paper) -> None:
        with self._library.locked():
            known = self._load(key)
            if known is None:
                self._library.save(replace(found, key=key, added=self._today))
            elif not (known.pdf and found.asked_version and (known.version or 0) > found.asked_version):
                self._library.save(merge_metadata(known, found))
            # Else an older version comes beside: the record goes on speaking of the newer one.

    def _bring(self, want: Wanted, done: int, total: int) -> Result:
        def tell(received: int, size: int | None) -> None:
            part = received / size if size else 0.0
            self._progress("fetch", done + min(1.0, part), total, want.key)

        incoming = self._library.folder(want.key) / _INCOMING
        with disk_errors(incoming):
            incoming.parent.mkdir(parents=True, exist_ok=True)
        try:
            if want.arxiv:
                return self._bring_from_arxiv(want, want.arxiv, incoming, tell)
            if want.url:
                self._source.download_url(want.url, incoming, tell)
                return self._adder.add(incoming, want.known, url=want.url, move=True)
            return self._without_source(want)
        finally:
            incoming.unlink(missing_ok=True)
            _remove_if_empty(incoming.parent)

    def _bring_from_arxiv(
        self, want: Wanted, asked: PaperId, incoming: Path, tell: Callable[[int, int | None], None]
    ) -> Result:
        paper = self._library.load(want.key)
        version = asked.version or paper.version
        if any(pdf.version == version for pdf in paper.pdfs) and self._has_pdf(paper, want):
            return Result(want.key, Outcome.PRESENT)
        had_pdf = paper.pdf is not None
        self._source.download(replace(paper, version=version, asked_version=version), incoming, tell)
        reason = is_another_paper(self._checked(incoming), asked, paper.title)
        if reason:
            raise BadDownload(f"{want.key}: {reason}, so it was not kept")
        kept = self._library.keep_pdf(paper, incoming, version, move=True)
        if had_pdf and kept.pdfs == paper.pdfs:
            return Result(want.key, Outcome.PRESENT, f"version {version} is the file that is here already")
        return Result(want.key, Outcome.VERSION if had_pdf else Outcome.FETCHED)

    def _checked(self, path: Path) -> FrontMatter:
        """Return page 1's words of a PDF that opens; raises BadDownload for one that does not."""
        try:
            return front_or_scan(self._reader, path)[0]
        except UnreadablePdf as error:
            raise BadDownload(f"what came cannot be read: {error.why}") from error

    def _without_source(self, want: Wanted) -> Result:
        """Keep what the list says of a paper that nobody offers for download."""
        if want.known and self._load(want.key) is None:
            title = want.known.title or want.key
            self._library.save(replace(want.known, key=want.key, title=title, added=self._today))
        reason = "no link to a PDF is known: 'paperlab add FILE' takes yours"
        return Result(want.key, Outcome.METADATA, reason)


def _host(want: Wanted) -> str:
    """Return who has to answer for this paper: one host that does not must not stop the others."""
    return "arXiv" if want.arxiv else urlsplit(want.url or "").hostname or ""


def _failed(key: str, error: PaperlabError) -> Result:
    return Result(key, Outcome.FAILED, str(error), error.exit_code or BadInput.exit_code)


def _remove_if_empty(folder: Path) -> None:
    """Leave no empty folder of a paper that failed before its record was written."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
