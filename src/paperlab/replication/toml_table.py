"""Tables of a TOML file whose values are checked one by one, so that an error can name its line."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from typing import TYPE_CHECKING, Any

from paperlab.disk import read_text
from paperlab.errors import BadFile
from paperlab.text import shorten, toml_error_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TOKENS = re.compile(r"""\#[^\n]*|\"{3}(?:\\.|[^\\])*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""", re.DOTALL)
_HEADER = re.compile(r"^\s*\[")
_MOST = 2**63 - 1
_SHOWN = 80


class TomlTable:
    """One table of a file: the lines it stands on, and its values."""

    def __init__(self, path: Path, lines: list[str], values: dict[str, Any], span: tuple[int, int], name: str) -> None:
        """`lines`: the file's, long strings blanked; `span`: the table's first line and the one behind its last."""
        self.path = path
        self.values = values
        self.name = name
        self.first, self._behind = span
        self._lines = lines

    def bad(self, why: str, key: str = "") -> BadFile:
        """Return an error that names the line of `key`, or the table's first."""
        return BadFile(self.path, self._line_of(key) if key else self.first + 1, why)

    def known(self, keys: Iterable[str], why: str = "") -> None:
        """Raise BadFile for a key that is not one of `keys`."""
        allowed = list(keys)
        for key in self.values:
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, n=1)
                meant = f", did you mean {near[0]!r}?" if near else why
                raise self.bad(f"unknown key {key!r}{self._within}{meant}", key)

    def check_schema(self, version: int = 1) -> None:
        """Raise BadFile where the file says that it is of another version; one that says nothing is of this."""
        found = self.values.get("schema", version)
        if type(found) is not int or found != version:
            why = f"schema must be {version}, not {shown(found)}: this file is not of this version of paperlab"
            raise self.bad(why, "schema")

    def need(self, key: str, why: str = "") -> Any:
        """Return a value that must be there."""
        if key not in self.values:
            raise self.bad(f"{key!r} is missing{self._within}{why}")
        return self.values[key]

    def text(self, key: str, default: str = "") -> str:
        """Return a string."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.bad(f"{key} must be text in quotes, not {shown(value)}", key)
        return value

    def one_of(self, key: str, words: Iterable[str], default: str = "") -> str:
        """Return a string that is one of `words`."""
        value, allowed = self.text(key, default), list(words)
        if value not in allowed:
            words_told = ", ".join(word for word in allowed if word)
            raise self.bad(f"{key} must be one of {words_told}; not {shown(value)}", key)
        return value

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of strings."""
        value = self.values.get(key, default)
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            raise self.bad(f"{key} must be a list of texts in quotes", key)
        return tuple(value)

    def whole(self, key: str, least: int = 1) -> int | None:
        """Return a whole number from `least` up, or None where none is given."""
        value = self.values.get(key)
        if value is not None and not _is_whole(value, least):
            raise self.bad(f"{key} must be a whole number from {least} up, not {shown(value)}", key)
        return value

    def wholes(self, key: str) -> tuple[int, ...] | None:
        """Return a list of different whole numbers from 0 up, or None where none is given."""
        value = self.values.get(key)
        if value is None:
            return None
        listed = value if isinstance(value, list) else [None]
        if not all(_is_whole(item, 0) for item in listed):
            raise self.bad(f"{key} must be a list of whole numbers from 0 up, such as [0, 1, 2]", key)
        if not listed or len(set(listed)) < len(listed):
            raise self.bad(f"{key} must name at least one number, and none twice", key)
        return tuple(listed)

    def number(self, key: str, least: float = -math.inf) -> float | None:
        """Return a finite number from `least` up, or None where none is given."""
        value = self.values.get(key)
        if value is None:
            return None
        if not _is_finite(value) or value < least:
            at_least = f" from {least:g} up" if least > -math.inf else ""
            raise self.bad(f"{key} must be a number{at_least}, not {shown(value)}", key)
        return float(value)

    def numbers(self, key: str, count: int) -> tuple[float, ...] | None:
        """Return a list of `count` finite numbers, or None where none is given."""
        value = self.values.get(key)
        if value is None:
            return None
        listed = value if isinstance(value, list) else []
        if len(listed) != count or not all(map(_is_finite, listed)):
            raise self.bad(f"{key} must be a list of {count} numbers", key)
        return tuple(float(v) for v in listed)

    def flag(self, key: str) -> bool:
        """Return true or false; false where none is given."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.bad(f"{key} must be true or false, not {shown(value)}", key)
        return value

    def table(self, key: str) -> TomlTable | None:
        """Return the table below a key, or None where none is given."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.bad(f"{key} must be a table, not {shown(value)}", key)
        line, name = self._line_of(key) - 1, f"{self.name}.{key}".lstrip(".")
        # What stands in braces ends with its line as a rule; a table of its own goes on to another one's header.
        behind = self._behind_of(line, name) if _HEADER.match(self._lines[line]) else line + 1
        return TomlTable(self.path, self._lines, value, (line, behind), name)

    def tables(self, key: str) -> list[TomlTable]:
        """Return the tables of `[[key]]`."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.bad(f"{key} must be written as [[{key}]] tables", key)
        header = re.compile(rf"^\s*\[\[\s*[\"']?{re.escape(key)}[\"']?\s*\]\]")
        starts = [number for number, line in enumerate(self._lines) if header.match(line)]
        if len(starts) != len(value):  # written in braces: all share the line of their list
            starts = [self._line_of(key) - 1] * len(value)
        ends = [*starts[1:], len(self._lines)][: len(starts)]
        return [
            TomlTable(self.path, self._lines, item, (start, max(end, start + 1)), key)
            for item, start, end in zip(value, starts, ends, strict=True)
        ]

    @property
    def _within(self) -> str:
        return f" in [{self.name}]" if self.name else ""

    def _line_of(self, key: str) -> int:
        quoted = rf"[\"']?{re.escape(key)}[\"']?"
        part = re.escape(self.name) + r"\s*\.\s*" if self.name else ""
        for pattern in (rf"^\s*{quoted}\s*[.=]|^\s*\[+\s*(?:{part})?{quoted}\s*[.\]]", rf"[{{,]\s*{quoted}\s*[.=]"):
            for number in range(self.first, min(self._behind, len(self._lines))):
                if re.search(pattern, self._lines[number]):
                    return number + 1
        return self.first + 1

    def _behind_of(self, line: int, name: str) -> int:
        own = re.compile(rf"\s*\[+\s*{re.escape(name)}\s*\.")
        headers = (n for n in range(line + 1, len(self._lines)) if _HEADER.match(self._lines[n]))
        return next((n for n in headers if not own.match(self._lines[n])), len(self._lines))


def read_toml(path: Path) -> TomlTable:
    """Return a whole TOML file. Raises BadFile where it is missing, cannot be read, or is not TOML."""
    text = read_text(path)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFile(path, toml_error_line(error, text), f"not valid TOML: {error}") from error
    lines = _TOKENS.sub(_blanked, text).split("\n")
    return TomlTable(path, lines, values, (0, len(lines)), "")


def shown(value: Any) -> str:
    """Return a value as messages show it, cut where it is long."""
    try:
        return shorten(repr(value), _SHOWN)
    except ValueError:  # Python does not write whole numbers of thousands of digits
        return "a number of thousands of digits"


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= _MOST


def _is_finite(value: Any) -> bool:
    """Tell whether it is a number that a float can hold."""
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def _blanked(match: re.Match[str]) -> str:
    token = match[0]
    return "\n" * token.count("\n") if token.startswith(('"""', "'''", "#")) else token
