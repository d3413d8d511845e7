"""`paper.toml`: one paper's record as a file that people read, edit and merge."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from paperlab.errors import BadFile
from paperlab.text import toml_error_line
from paperlab.types import Paper, PdfFile, Status

if TYPE_CHECKING:
    from pathlib import Path

    from tomlkit import TOMLDocument

_T = TypeVar("_T")
_STRINGS = ("title", "abstract", "source", "arxiv_id", "doi", "url", "licence")
_NUMBERS = ("year", "asked_version", "version", "rating")
_STRING_LISTS = ("authors", "categories", "tags")
_DATES = ("published", "updated", "added", "started", "finished")
_TABLES = ("pdf", "other_versions", "extra")
_KNOWN = frozenset((*_STRINGS, *_NUMBERS, *_STRING_LISTS, *_DATES, *_TABLES, "status"))
_PDF_KEYS = frozenset(f.name for f in fields(PdfFile))
_PDF_NAME = re.compile(r"[^/\\\x00-\x1f]+\.pdf")
_LARGEST = 2**63 - 1
"""Of a whole number in SQLite."""
_ORDER = tuple(f.name for f in fields(Paper) if f.name != "key")
_ALWAYS_WRITTEN = frozenset({"title", "authors", "status", "tags"})


def parse_paper(text: str, path: Path, key: str) -> Paper:
    """Return the paper that a `paper.toml` describes.

    Raises BadFile naming path and line for broken TOML, unknown keys and values of a wrong kind.
    """
    return _Reader(text, path).paper(key)


class _Reader:
    """One file's values, checked one by one, so that an error can name its line."""

    def __init__(self, text: str, path: Path) -> None:
        self.text = text
        self.path = path
        try:
            self.values: dict[str, Any] = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadFile(path, toml_error_line(error, text), f"not valid TOML: {error}") from error

    def paper(self, key: str) -> Paper:
        for name in self.values:
            if name not in _KNOWN:
                raise self.bad(name, _unknown_key(name))
        found: dict[str, Any] = {name: self.string(name) for name in _STRINGS if name in self.values}
        found |= {name: self.number(name) for name in _NUMBERS if name in self.values}
        found |= {name: self.strings(name) for name in _STRING_LISTS if name in self.values}
        found |= {name: self.day(name) for name in _DATES if name in self.values}
        if not found.get("title"):
            raise BadFile(self.path, 1, 'a paper needs a title: add  title = "..."')
        found["status"] = self.status()
        found["pdf"] = self.pdf_file("pdf", self.values["pdf"]) if "pdf" in self.values else None
        versions = self.expect(
            "other_versions", self.values.get("other_versions", []), list, "[[other_versions]] tables"
        )
        found["other_versions"] = tuple(self.pdf_file("other_versions", item) for item in versions)
        return Paper(key=key, **found)

    def bad(self, name: str, why: str) -> BadFile:
        pattern = re.compile(rf"^\s*\[*\s*[\"']?{re.escape(name)}\b", re.MULTILINE)
        match = pattern.search(self.text)
        return BadFile(self.path, self.text.count("\n", 0, match.end()) + 1 if match else None, why)

    def expect(self, name: str, value: object, kind: type[_T], words: str) -> _T:
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.bad(name, f"{name} must be {words}, not {value!r}")
        return value

    def string(self, name: str) -> str:
        return self.expect(name, self.values[name], str, "text in quotes")

    def number(self, name: str) -> int:
        value = self.expect(name, self.values[name], int, "a whole number")
        if not 0 <= value <= _LARGEST:
            raise self.bad(name, f"{name} cannot be {value}")
        if name == "rating" and not 1 <= value <= 5:
            raise self.bad(name, f"rating goes from 1 to 5, not {value}")
        return value

    def strings(self, name: str) -> tuple[str, ...]:
        values = self.expect(name, self.values[name], list, "a list of texts in quotes")
        return tuple(self.expect(name, value, str, "a list of texts in quotes") for value in values)

    def day(self, name: str) -> str:
        value = self.values[name]
        try:
            return date.fromisoformat(str(value)[:10]).isoformat()
        except ValueError as error:
            raise self.bad(name, f"{name} must be a date like 2026-11-21, not {value!r}") from error

    def status(self) -> Status:
        value = self.values.get("status", Status.TO_READ.value)
        try:
            return Status(value)
        except ValueError as error:
            raise self.bad("status", f"status must be one of {', '.join(Status)}, not {value!r}") from error

    def pdf_file(self, name: str, value: object) -> PdfFile:
        table = self.expect(name, value, dict, "a table")
        file = self.expect(name, table.get("name", "paper.pdf"), str, "a table with a file name in quotes")
        if not _PDF_NAME.fullmatch(file):
            raise self.bad(name, f"a PDF lies in the paper's own folder; {file!r} is no file name of one")
        for key in table:
            if key not in _PDF_KEYS:
                raise self.bad(key, f"unknown key {key!r} in {name}. Keys of your own go under [extra]")
        sha256 = self.expect(name, table.get("sha256", ""), str, "a table with sha256 in quotes")
        size = self.expect(name, table.get("size", 0), int, "a table with a whole number as size")
        version = table.get("version")
        if version is not None:
            self.expect(name, version, int, "a table with a whole number as version")
        return PdfFile(file, sha256, size, version)


def _unknown_key(name: str) -> str:
    near = difflib.get_close_matches(name, _KNOWN, n=1)
    meant = f", did you mean {near[0]!r}?" if near else "."
    return f"unknown key {name!r}{meant} Keys of your own go under [extra]"


def format_paper(paper: Paper, existing: str | None = None) -> str:
    """Return `paper` as TOML. Comments, order and `[extra]` of the `existing` text stay."""
    import tomlkit

    document = tomlkit.parse(existing) if existing else tomlkit.document()
    for name in _ORDER:
        _set(document, name, _plain(name, getattr(paper, name)))
    return tomlkit.dumps(document)


def _set(document: TOMLDocument, name: str, value: object) -> None:
    import tomlkit

    if value in (None, "", []) and name not in _ALWAYS_WRITTEN:
        document.pop(name, None)
        return
    if name in document and document[name] == value:
        return
    if isinstance(value, dict) or name == "other_versions":
        _set_tables(document, name, value)
    elif isinstance(value, list):
        array = tomlkit.array()
        array.extend(value)
        document[name] = array.multiline(multiline=len(value) > 3)
    else:
        document[name] = value  # before the tables: tomlkit sees to that


def _set_tables(document: TOMLDocument, name: str, value: Any) -> None:
    """Write `pdf` or `other_versions`. Tables that stand there already are changed in place: comments stay."""
    import tomlkit

    present: Any = document.get(name)
    if present is None:
        document[name] = tomlkit.item(value)
    elif isinstance(value, dict):
        _set_table(present, value)
    else:
        for old, new in zip(present, value, strict=False):
            _set_table(old, new)
        for surplus in reversed(range(len(value), len(present))):
            del present[surplus]
        for new in value[len(present) :]:
            present.append(new)


def _set_table(table: Any, value: dict[str, object]) -> None:
    for key in [key for key in table if key not in value]:
        del table[key]
    for key, new in value.items():
        if table.get(key) != new:
            table[key] = new


def _plain(name: str, value: Any) -> Any:
    if name in _DATES:
        return date.fromisoformat(value) if value else None
    if isinstance(value, Status):
        return value.value
    if isinstance(value, PdfFile):
        return {f.name: getattr(value, f.name) for f in fields(value) if getattr(value, f.name) is not None}
    if isinstance(value, tuple):
        return [_plain("", item) for item in value]
    return value
