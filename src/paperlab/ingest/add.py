"""Adding PDFs from disk: recognised, deduplicated, kept in the library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.disk import sha256_of
from paperlab.errors import BadFile, PaperlabError, UnreadablePdf
from paperlab.ingest.outcome import Outcome, Result
from paperlab.ingest.recognise import merge_metadata, paper_from_front, same_work, title_of_file, unused_key
from paperlab.types import FrontMatter, Paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.library import Library
    from paperlab.protocols import PageReader


class Adder:
    """Puts PDF files into the library."""

    def __init__(
        self,
        library: Library,
        reader: PageReader,
        papers: Callable[[], list[Paper]],
        listed: Callable[[], list[Paper]],
        today: str,
    ) -> None:
        """`papers` gives the library's papers as they are now, `listed` what the reading lists say of theirs."""
        self._library = library
        self._reader = reader
        self._papers = papers
        self._listed = listed
        self._today = today

    def add(self, path: Path, known: Paper | None = None, *, url: str | None = None, move: bool = False) -> Result:
        """Add one file and say what became of it.

        `known` is what the caller knows about the paper already, `url` where the file came from.

        The same file twice is one paper, another version of a known paper is a version of that. Never raises for
        the file's faults: they are the result's reason.
        """
        try:
            return self._add(path, known, url, move=move)
        except (PaperlabError, OSError) as error:
            code = error.exit_code if isinstance(error, PaperlabError) else BadFile.exit_code
            return Result(known.key if known else path.name, Outcome.FAILED, _reason(error), code)

    def _add(self, path: Path, known: Paper | None, url: str | None, *, move: bool) -> Result:
        if not path.is_file():
            raise BadFile(path, None, "there is no such file")
        sha256 = sha256_of(path)
        if twin := self._twin(sha256, self._papers()):
            return Result(twin.key, Outcome.PRESENT, "this very file is in the library")
        front, warning = self._front(path)
        found = self._found(front, path, known, url)
        # Recognising and keeping are one step: two processes may add the same paper at once.
        with self._library.locked():
            key, outcome = self._keep(found, path, sha256, front, move=move)
        return Result(key, outcome, warning)

    def _keep(self, found: Paper, path: Path, sha256: str, front: FrontMatter, *, move: bool) -> tuple[str, Outcome]:
        papers = self._papers()
        if twin := self._twin(sha256, papers):
            return twin.key, Outcome.PRESENT
        same = self._known(found, sha256, papers)
        if same is None:
            same = unused_key(replace(found, added=found.added or self._today), self._library.stamps())
            self._library.save(same)
        elif same.version is None and front.arxiv_version:
            self._library.edit(same.key, lambda paper: replace(paper, version=front.arxiv_version))
        self._library.keep_pdf(same, path, front.arxiv_version, move=move)
        is_version = same.pdf is not None and sha256 not in _hashes(same)
        return same.key, Outcome.VERSION if is_version else Outcome.ADDED

    def _known(self, found: Paper, sha256: str, papers: list[Paper]) -> Paper | None:
        """Return the library's paper that this is: by the file, by the key a list gave it, or as the same work."""
        by_file = next((paper for paper in papers if sha256 in _hashes(paper)), None)
        listed = {listed.key for listed in self._listed()}
        by_key = next((paper for paper in papers if paper.key == found.key and found.key in listed), None)
        return by_file or by_key or same_work(found, papers)

    def _twin(self, sha256: str, papers: list[Paper]) -> Paper | None:
        """Return the paper that has this very file, and has it still."""
        return next((paper for paper in papers if sha256 in _hashes(paper) and self._has_file(paper, sha256)), None)

    def _found(self, front: FrontMatter, path: Path, known: Paper | None, url: str | None) -> Paper:
        """Return what is known of the file's paper: from the caller or the reading lists, then from page 1."""
        found = paper_from_front(front, (known.title if known else "") or title_of_file(Path(url or path)))
        known = known or same_work(found, self._listed())
        if known:
            found = replace(merge_metadata(found, known), key=known.key)
        source = "url" if url and found.source == "file" else found.source
        return replace(found, url=url or found.url, source=source)

    def _front(self, path: Path) -> tuple[FrontMatter, str]:
        """Return page 1's words, or none and a warning for a scan: it is a paper all the same."""
        try:
            return self._reader.front_matter(path), ""
        except UnreadablePdf as error:
            if error.reason != "scan":
                raise
            return FrontMatter(), error.why

    def _has_file(self, paper: Paper, sha256: str) -> bool:
        names = [pdf.name for pdf in (paper.pdf, *paper.other_versions) if pdf and pdf.sha256 == sha256]
        return any((self._library.folder(paper.key) / name).is_file() for name in names)


def _hashes(paper: Paper) -> set[str]:
    return {pdf.sha256 for pdf in (paper.pdf, *paper.other_versions) if pdf}


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, PaperlabError) else f"cannot be read: {error}"
