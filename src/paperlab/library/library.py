"""The library: every paper's folder and every reading list's file."""

from __future__ import annotations

import os
import re
import stat
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from paperlab.disk import disk_errors, read_text, sha256_of, write_atomically
from paperlab.errors import AmbiguousKey, BadFile, BadId, Busy, NotFound, PdfMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from filelock import FileLock

    from paperlab.types import ListEntry, Paper, PdfFile, ReadingList

RECORD = "paper.toml"
PDF = "paper.pdf"
SOURCES = ("source", "source.tar.gz", "source.tgz", "source.gz", "source.tex")
NOTES = "notes.md"
LISTS = "lists"
_LOCK_SECONDS = 60.0
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class PaperStamp(NamedTuple):
    """What tells whether a record changed since it was last read."""

    size: int
    mtime_ns: int


class Library:
    """All papers and reading lists below one folder.

    Reading raises BadFile for a file with an error in it and NotFound for a paper that is not here; writing
    raises NoSpace or NotNow and leaves the old file in place. Whatever reads a record, changes it and writes it back
    does so under `locked()`, of which there is one for all processes: `edit` for one record.
    """

    def __init__(self, root: Path, lock_file: Path | None = None) -> None:
        self.root = root
        self._lock_file = lock_file or root / ".lock"

    @cached_property
    def _lock(self) -> FileLock:
        from filelock import FileLock

        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._lock_file, timeout=_LOCK_SECONDS)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other process from changing records; may be entered again inside. Raises Busy after a minute."""
        from filelock import Timeout

        try:
            with disk_errors(self._lock_file):
                self._lock.acquire()
        except Timeout as error:
            raise Busy(f"another paperlab has been changing {self.root} for a minute: wait for its end") from error
        try:
            yield
        finally:
            self._lock.release()

    # Papers

    def stamps(self) -> dict[str, PaperStamp]:
        """Return every paper's key with its record's stamp, by key."""
        found: dict[str, PaperStamp] = {}
        root = str(self.root)  # every command asks: with a path object for each of 10,000 papers it takes twice as long
        for name in sorted(os.listdir(root)) if self.root.is_dir() else ():  # noqa: PTH208
            if name == LISTS or not _is_key(name):  # a reading list named "paper" is no paper's record
                continue
            try:
                record = os.stat(f"{root}/{name}/{RECORD}")  # noqa: PTH116
            except (FileNotFoundError, NotADirectoryError):
                continue
            if stat.S_ISREG(record.st_mode):
                found[name] = PaperStamp(record.st_size, record.st_mtime_ns)
        return found

    def has(self, key: str) -> bool:
        """Tell whether a paper of this key is here; one stat, where `stamps` makes one for every paper."""
        return key != LISTS and _is_key(key) and (self.root / key / RECORD).is_file()

    def folder(self, key: str) -> Path:
        """Return where a paper's files lie, whether or not it is here."""
        return self.root / key

    def load(self, key: str) -> Paper:
        """Return the paper as its `paper.toml` has it now."""
        path = self.folder(key) / RECORD
        if key == LISTS or not path.is_file():
            raise NotFound(f"{key} is not in the library: 'paperlab fetch {key}' brings it from arXiv")
        from paperlab.library.paper_file import parse_paper

        return parse_paper(read_text(path), path, key)

    def save(self, paper: Paper) -> None:
        """Write the paper's record; what a person wrote beside it in the file stays."""
        from paperlab.library.paper_file import format_paper, parse_paper

        path = self.folder(paper.key) / RECORD
        existing = read_text(path) if path.exists() else None
        if existing is not None:
            parse_paper(existing, path, paper.key)  # never write over a file we do not understand
        text = format_paper(paper, existing)
        if text != existing:
            write_atomically(path, text.encode())

    def edit(self, key: str, change: Callable[[Paper], Paper]) -> Paper:
        """Change one paper's record as it is now, and return it; no other process's change is lost by it."""
        with self.locked():
            paper = self.load(key)
            changed = change(paper)
            if changed != paper:
                self.save(changed)
            return changed

    def resolve(self, text: str, keys: Iterable[str]) -> str:
        """Return the key among `keys` that `text` means: a key, any form of its id, or an unambiguous prefix.

        Raises BadId, AmbiguousKey or NotFound.
        """
        from paperlab.ids import parse_id

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

    def latex_source(self, key: str) -> Path | None:
        """Return where a paper's LaTeX source lies: a folder `source`, or an archive as arXiv serves it; else None."""
        folder = self.folder(key)
        found = (folder / name for name in SOURCES)
        return next((path for path in found if path.exists()), None)

    def keep_pdf(self, paper: Paper, file: Path, version: int | None, *, move: bool) -> Paper:
        """Put `file` into the paper's folder as the version in use, or beside it when it is older.

        The version in use before becomes one of `other_versions`. Nothing changes for a file already kept.
        Returns the paper as recorded now.
        """
        from paperlab.types import PdfFile

        sha256, size = sha256_of(file), file.stat().st_size
        with self.locked():
            return self._keep_pdf(self.load(paper.key), file, PdfFile("", sha256, size, version), move=move)

    def _keep_pdf(self, paper: Paper, file: Path, new: PdfFile, *, move: bool) -> Paper:
        loose = self.loose_pdf(paper)
        if loose and not loose.samefile(file):
            paper = self.adopt_pdf(paper.key, None)  # a file that somebody put here is never written over
        same = next((pdf for pdf in paper.pdfs if pdf.sha256 == new.sha256), None)
        if same:
            if not (self.folder(paper.key) / same.name).is_file():
                self._stage(file, paper.key, same.name, move=move)()
            return paper
        newest, others = _is_newer(new.version, paper.pdf), paper.other_versions
        new = replace(new, name=PDF if newest else _version_name(new.version, new.sha256, others))
        # What may run out of space comes before anything is renamed: until then the old version stays in place.
        place = self._stage(file, paper.key, new.name, move=move)
        if newest and paper.pdf:
            others = (*others, self._set_aside(paper.key, paper.pdf, new.sha256, others))
        place()
        if newest:
            paper = replace(paper, pdf=new, other_versions=others)
        else:
            paper = replace(paper, other_versions=(*others, new))
        self.save(paper)
        return paper

    def loose_pdf(self, paper: Paper) -> Path | None:
        """Return a `paper.pdf` that stands in no record, or is not the one recorded (by its size), or None.

        A user's copy or marks leave one; so does a command killed between a file's arrival and its record.
        """
        path = self.folder(paper.key) / PDF
        if not path.is_file():
            return None
        return None if paper.pdf and path.stat().st_size == paper.pdf.size else path

    def adopt_pdf(self, key: str, version: int | None) -> Paper:
        """Record the `paper.pdf` that lies in the folder; `version` is what is printed on it, if anything.

        One that was changed in its place takes the recorded one's place. One whose predecessor was set aside already
        (by a command that was killed then) is a new version.
        """
        from paperlab.types import PdfFile

        with self.locked():
            paper, path = self.load(key), self.folder(key) / PDF
            if paper.pdf and not self._was_set_aside(key, paper.pdf, paper.other_versions):
                pdf = PdfFile(PDF, sha256_of(path), path.stat().st_size, version or paper.pdf.version)
                return self.edit(key, lambda paper: replace(paper, pdf=pdf))
            return self.keep_pdf(paper, path, version or paper.version, move=False)

    def _was_set_aside(self, key: str, pdf: PdfFile, others: tuple[PdfFile, ...]) -> bool:
        return (self.folder(key) / _version_name(pdf.version, pdf.sha256, others)).is_file()

    def _set_aside(self, key: str, old: PdfFile, new: str, others: tuple[PdfFile, ...]) -> PdfFile:
        """Rename the version in use and return it so; `new` is the SHA-256 of what takes its place."""
        path = self.folder(key) / old.name
        there = sha256_of(path) if path.is_file() else new
        if there not in {old.sha256, new}:  # the reader's own marks may be in it: that file is what is kept
            old = replace(old, sha256=there, size=path.stat().st_size)
        aside = replace(old, name=_version_name(old.version, old.sha256, others))
        # After a kill the new file may stand here already while the record still speaks of the old one.
        if there != new:
            with disk_errors(path):
                path.replace(path.with_name(aside.name))
        return aside

    def _stage(self, file: Path, key: str, name: str, *, move: bool) -> Callable[[], None]:
        """Bring `file` into the paper's folder under a passing name; calling the result gives it its own name."""
        import shutil

        target = self.folder(key) / name
        if target.exists() and file.samefile(target):
            return lambda: None
        temporary = file if move and file.parent == target.parent else target.with_name(f".{name}.part")
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                if temporary != file:
                    (shutil.move if move else shutil.copyfile)(file, temporary)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise

        def place() -> None:
            with disk_errors(target):
                temporary.replace(target)

        return place

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
        path, note = self.notes(paper.key), text.strip()
        with self.locked():
            before = read_text(path) if path.exists() else f"# {paper.title}\n"
            # Whole paragraphs: a short note whose words stand somewhere in another one is a note all the same.
            if note and _as_paragraphs(note) not in _as_paragraphs(before):
                write_atomically(path, f"{before.rstrip()}\n\n{note}\n".encode())

    # Reading lists

    def list_names(self) -> list[str]:
        """Return the names of the reading lists, sorted."""
        return sorted(path.stem for path in (self.root / LISTS).glob("*.toml"))

    def list_path(self, name: str) -> Path:
        """Return the file of a reading list, which need not exist yet."""
        return self.root / LISTS / f"{name}.toml"

    def load_list(self, name: str) -> ReadingList:
        """Return one reading list; raises NotFound or BadFile."""
        from paperlab import reading_lists

        path = self.list_path(name)
        if name not in self.list_names():
            there = ", ".join(self.list_names()) or "none"
            raise NotFound(f"there is no reading list {name!r}; there are: {there}")
        try:
            return reading_lists.parse_list(read_text(path), name)
        except BadFile as error:
            raise BadFile(path, error.line, error.why) from error

    def add_to_list(self, reading_list: ReadingList, entries: Iterable[ListEntry]) -> None:
        """Put entries at the end of a reading list's file, making it where there is none; what stands in it stays."""
        from paperlab import reading_lists

        path, added = self.list_path(reading_list.name), tuple(entries)
        if not path.exists():
            text = reading_lists.format_list(replace(reading_list, entries=(*reading_list.entries, *added)))
        else:
            text = reading_lists.append_entries(read_text(path), added)
        try:
            reading_lists.parse_list(text, reading_list.name)
        except BadFile as error:
            why = f"papers cannot be added behind this file's last line ({error.why})"
            raise BadFile(path, None, f"{why}: write its papers as [[paper]] tables first") from error
        write_atomically(path, text.encode())

    def list_keys(self, name: str) -> list[str]:
        """Return the keys that a reading list's entries stand for, in order."""
        from paperlab import reading_lists

        return [reading_lists.entry_key(entry) for entry in self.load_list(name).entries]


def is_list_name(name: str) -> bool:
    """Tell whether `name` can name a reading list's file."""
    from paperlab.ids import IdKind, parse_id_or_none

    found = parse_id_or_none(name)
    return found is not None and found.kind is IdKind.KEY


def _is_key(name: str) -> bool:
    return _KEY.fullmatch(name) is not None


def _is_newer(version: int | None, current: PdfFile | None) -> bool:
    return current is None or version is None or current.version is None or version >= current.version


def _version_name(version: int | None, sha256: str, others: tuple[PdfFile, ...]) -> str:
    """Return a file name for a version beside the one in use; arXiv may give one version in several files."""
    name = f"paper.v{version}.pdf" if version else f"paper.{sha256[:8]}.pdf"
    taken = any(pdf.name == name and pdf.sha256 != sha256 for pdf in others)
    return f"paper.v{version}.{sha256[:8]}.pdf" if taken and version else name


def _as_paragraphs(text: str) -> str:
    return "\n\n" + re.sub(r"\s*\n\s*\n\s*", "\n\n", text.replace("\r\n", "\n").strip()) + "\n\n"
