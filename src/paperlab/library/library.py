"""The library: every paper's folder and every reading list's file."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from paperlab import reading_lists
from paperlab.errors import AmbiguousKey, BadFile, BadId, NotFound, PdfMissing
from paperlab.ids import IdKind, parse_id
from paperlab.library.files import disk_errors, read_text, sha256_of, write_atomically
from paperlab.library.paper_file import format_paper, parse_paper
from paperlab.types import Paper, PdfFile, ReadingList

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

RECORD = "paper.toml"
PDF = "paper.pdf"
NOTES = "notes.md"
LISTS = "lists"


class PaperStamp(NamedTuple):
    """What tells whether a record changed since it was last read."""

    size: int
    mtime_ns: int


class Library:
    """All papers and reading lists below one folder.

    Reading raises BadFile for a file with an error in it and NotFound for a paper that is not here; writing
    raises NoSpace or NotNow and leaves the old file in place.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    # Papers

    def stamps(self) -> dict[str, PaperStamp]:
        """Return every paper's key with its record's stamp, by key."""
        found: dict[str, PaperStamp] = {}
        for folder in self.root.iterdir() if self.root.is_dir() else ():
            try:
                stat = (folder / RECORD).stat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            found[folder.name] = PaperStamp(stat.st_size, stat.st_mtime_ns)
        return dict(sorted(found.items()))

    def folder(self, key: str) -> Path:
        """Return where a paper's files lie, whether or not it is here."""
        return self.root / key

    def load(self, key: str) -> Paper:
        """Return the paper as its `paper.toml` has it now."""
        path = self.folder(key) / RECORD
        if not path.is_file():
            raise NotFound(f"{key} is not in the library: 'paperlab fetch {key}' brings it from arXiv")
        return parse_paper(read_text(path), path, key)

    def save(self, paper: Paper) -> None:
        """Write the paper's record; what a person wrote beside it in the file stays."""
        path = self.folder(paper.key) / RECORD
        existing = read_text(path) if path.exists() else None
        if existing is not None:
            parse_paper(existing, path, paper.key)  # never write over a file we do not understand
        text = format_paper(paper, existing)
        if text != existing:
            write_atomically(path, text.encode())

    def resolve(self, text: str, keys: Iterable[str]) -> str:
        """Return the key among `keys` that `text` means: a key, any form of its id, or an unambiguous prefix.

        Raises BadId, AmbiguousKey or NotFound.
        """
        known = set(keys)
        if text in known:
            return text
        prefixed = sorted(key for key in known if key.startswith(text)) if text else []
        try:
            wanted = parse_id(text)
        except BadId:
            if not prefixed:
                raise
        else:
            if wanted.key in known:
                return wanted.key
        if len(prefixed) == 1:
            return prefixed[0]
        if prefixed:
            raise AmbiguousKey(text, prefixed)
        raise NotFound(f"{text} is not in the library: 'paperlab list' shows what is")

    # PDFs

    def pdf(self, paper: Paper) -> Path:
        """Return the path of the PDF in use; raises PdfMissing where there is none."""
        path = self.folder(paper.key) / (paper.pdf.name if paper.pdf else PDF)
        if paper.pdf is None or not path.is_file():
            raise PdfMissing(paper.key)
        return path

    def unrecorded_pdf(self, key: str) -> Path | None:
        """Return a `paper.pdf` that lies in the folder without standing in the record, or None.

        A command killed between the file's arrival and its record leaves one; so does a user's copy by hand.
        """
        path = self.folder(key) / PDF
        return path if path.is_file() else None

    def keep_pdf(self, paper: Paper, file: Path, version: int | None, *, move: bool) -> Paper:
        """Put `file` into the paper's folder as the version in use, or beside it when it is older.

        The version in use before becomes one of `other_versions`. Nothing changes for a file already kept.
        Returns the paper as recorded now.
        """
        sha256, size = sha256_of(file), file.stat().st_size
        kept = [*((paper.pdf,) if paper.pdf else ()), *paper.other_versions]
        same = next((pdf for pdf in kept if pdf.sha256 == sha256), None)
        if same and (self.folder(paper.key) / same.name).is_file():
            return paper
        newest = _is_newer(version, paper.pdf)
        new_name = PDF if newest else _version_name(version, sha256)
        name = same.name if same else new_name
        others = paper.other_versions
        if newest and not same and paper.pdf:
            others = (*others, self._set_aside(paper.key, paper.pdf))
        self._place(file, paper.key, name, move=move)
        if not same:
            new = PdfFile(name, sha256, size, version)
            paper = (
                replace(paper, pdf=new, other_versions=others)
                if newest
                else replace(paper, other_versions=(*others, new))
            )
            self.save(paper)
        return paper

    def record_pdf(self, paper: Paper, file: Path) -> Paper:
        """Record that the PDF in use is `file` as it is now, for one that was changed in its place."""
        pdf = PdfFile(file.name, sha256_of(file), file.stat().st_size, paper.pdf.version if paper.pdf else None)
        changed = replace(paper, pdf=pdf)
        self.save(changed)
        return changed

    def _set_aside(self, key: str, old: PdfFile) -> PdfFile:
        aside = replace(old, name=_version_name(old.version, old.sha256))
        path = self.folder(key) / old.name
        # After a kill the new file may stand here already while the record still speaks of the old one.
        if path.is_file() and sha256_of(path) == old.sha256:
            with disk_errors(path):
                path.replace(path.with_name(aside.name))
        return aside

    def _place(self, file: Path, key: str, name: str, *, move: bool) -> None:
        target = self.folder(key) / name
        if file == target:
            return
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            if move:
                shutil.move(file, target)
                return
            temporary = target.with_name(f".{name}.part")
            try:
                shutil.copyfile(file, temporary)
                temporary.replace(target)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise

    # Notes

    def notes(self, key: str) -> Path:
        """Return the path of the paper's notes, which need not exist yet."""
        return self.folder(key) / NOTES

    def start_notes(self, paper: Paper) -> None:
        """Write a paper's notes with nothing but its title, where there are none yet."""
        if not self.notes(paper.key).exists():
            write_atomically(self.notes(paper.key), f"# {paper.title}\n\n".encode())

    def append_note(self, paper: Paper, text: str) -> None:
        """Add a paragraph to the paper's notes, once: a note that stands there already is not repeated."""
        path = self.notes(paper.key)
        before = read_text(path) if path.exists() else f"# {paper.title}\n"
        if text.strip() and text.strip() not in before:
            write_atomically(path, f"{before.rstrip()}\n\n{text.strip()}\n".encode())

    # Reading lists

    def list_names(self) -> list[str]:
        """Return the names of the reading lists, sorted."""
        return sorted(path.stem for path in (self.root / LISTS).glob("*.toml"))

    def list_path(self, name: str) -> Path:
        """Return the file of a reading list, which need not exist yet."""
        return self.root / LISTS / f"{name}.toml"

    def load_list(self, name: str) -> ReadingList:
        """Return one reading list; raises NotFound or BadFile."""
        path = self.list_path(name)
        if name not in self.list_names():
            there = ", ".join(self.list_names()) or "none"
            raise NotFound(f"there is no reading list {name!r}; there are: {there}")
        try:
            return reading_lists.parse_list(read_text(path), name)
        except BadFile as error:
            raise BadFile(path, error.line, error.why) from error

    def save_list(self, reading_list: ReadingList) -> None:
        """Write a reading list's file."""
        write_atomically(self.list_path(reading_list.name), reading_lists.format_list(reading_list).encode())

    def list_keys(self, name: str) -> list[str]:
        """Return the keys that a reading list's entries stand for, in order."""
        return [reading_lists.entry_key(entry) for entry in self.load_list(name).entries]


def is_list_name(name: str) -> bool:
    """Tell whether `name` can name a reading list's file."""
    try:
        return parse_id(name).kind is IdKind.KEY
    except BadId:
        return False


def _is_newer(version: int | None, current: PdfFile | None) -> bool:
    return current is None or version is None or current.version is None or version >= current.version


def _version_name(version: int | None, sha256: str) -> str:
    return f"paper.v{version}.pdf" if version else f"paper.{sha256[:8]}.pdf"
