"""The annotations of all papers, each paper's in its own `annotations.toml`."""

from __future__ import annotations

import os
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from paperlab.disk import disk_errors, read_text, write_atomically
from paperlab.errors import NotFound
from paperlab.library.annotations_file import change_annotations, normal, parse_annotations
from paperlab.library.library import LISTS, PaperStamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from paperlab.library.library import Library
    from paperlab.types import Annotation

ANNOTATIONS = "annotations.toml"
_SHORTEST = 6


class Annotations:
    """What is marked in a library's papers.

    Reading raises BadFile for a file with an error in it; writing raises that too, and NotNow, NoSpace or Busy, and
    leaves the file as it was. What a person wrote into a file beside annotations stays.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._read: dict[str, tuple[PaperStamp, tuple[Annotation, ...]]] = {}

    def path(self, key: str) -> Path:
        """Return the file of a paper's annotations, which need not exist yet."""
        return self._library.folder(key) / ANNOTATIONS

    def stamp(self, key: str) -> PaperStamp | None:
        """Return what tells whether a paper's annotations changed; None where it has none."""
        try:
            found = self.path(key).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return PaperStamp(found.st_size, found.st_mtime_ns)

    def keys(self) -> list[str]:
        """Return the papers that have any, sorted."""
        root = str(self._library.root)
        names = sorted(os.listdir(root)) if self._library.root.is_dir() else []  # noqa: PTH208
        return [name for name in names if name != LISTS and os.path.exists(f"{root}/{name}/{ANNOTATIONS}")]  # noqa: PTH110

    def of(self, key: str) -> tuple[Annotation, ...]:
        """Return a paper's annotations in the order of its file; a file that did not change is not read again."""
        stamp = self.stamp(key)
        if stamp is None:
            return ()
        known = self._read.get(key)
        if known is None or known[0] != stamp:
            known = self._read[key] = (stamp, parse_annotations(read_text(self.path(key)), self.path(key)))
        return known[1]

    def put(self, key: str, *annotations: Annotation) -> tuple[Annotation, ...]:
        """Write annotations and return them as written: new ones at the end, one with a known id in its place.

        One without an id gets one. Raises NotFound for a paper that is not in the library.
        """
        if not annotations:
            return ()
        if not self._library.folder(key).is_dir():
            raise NotFound(f"{key} is not in the library: 'paperlab list' shows what is")
        with self._library.locked():
            text = self._text(key)
            taken = {one.id for one in parse_annotations(text, self.path(key))} | {one.id for one in annotations}
            named = tuple(_named(normal(one), taken) for one in annotations)
            self._write(key, text, change_annotations(text, self.path(key), named))
        return named

    def edit(self, key: str, changes: Mapping[str, Callable[[Annotation], Annotation]]) -> tuple[Annotation, ...]:
        """Change annotations by id, each as the file has it now, and return them; ids that are gone are passed over."""
        with self._library.locked():
            text = self._text(key)
            known = [one for one in parse_annotations(text, self.path(key)) if one.id in changes]
            named = tuple(normal(replace(changes[one.id](one), id=one.id)) for one in known)
            changed = [new for old, new in zip(known, named, strict=True) if new != old]
            if changed:
                self._write(key, text, change_annotations(text, self.path(key), changed))
        return named

    def remove(self, key: str, ids: Iterable[str]) -> tuple[Annotation, ...]:
        """Take annotations out of a paper's file and return them; ids that are not there are passed over.

        The file goes when nothing of anybody is left in it.
        """
        wanted = set(ids)
        with self._library.locked():
            text = self._text(key)
            removed = tuple(one for one in parse_annotations(text, self.path(key)) if one.id in wanted)
            if removed:
                self._write(key, text, change_annotations(text, self.path(key), (), wanted))
        return removed

    def _text(self, key: str) -> str:
        path = self.path(key)
        return read_text(path) if path.exists() else ""

    def _write(self, key: str, before: str, text: str) -> None:
        path = self.path(key)
        if text.strip():
            if text != before:
                write_atomically(path, text.encode())
        else:
            with disk_errors(path):
                path.unlink(missing_ok=True)


def _named(annotation: Annotation, taken: set[str]) -> Annotation:
    """Return the annotation with an id: six digits of a hash of it, more where others begin so."""
    if annotation.id:
        return annotation
    salt = len(taken)
    hashed = sha256(f"{salt}\n{annotation}".encode()).hexdigest()
    name = next(name for name in (hashed[:length] for length in range(_SHORTEST, 65)) if name not in taken)
    taken.add(name)
    return replace(annotation, id=name)
