"""What a run's code is: a hash that comments, the words of docstrings and layout leave alone."""

from __future__ import annotations

import hashlib
import io
import tokenize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER, tokenize.TYPE_COMMENT}
_BLOCKS = {tokenize.NEWLINE: "\n", tokenize.INDENT: "{", tokenize.DEDENT: "}"}


def code_files(folder: Path) -> list[Path]:
    """Return a replication's Python files but its tests, by path; what lies below `runs` or hidden is none of it."""
    found = (path for path in folder.rglob("*.py") if not path.name.startswith("test_"))
    return sorted(path for path in found if not _is_aside(path.relative_to(folder)))


def _is_aside(path: Path) -> bool:
    parts = path.parts[:-1]
    return parts[:1] == ("runs",) or any(part.startswith((".", "__pycache__")) for part in parts)


def code_sha256(folder: Path) -> str:
    """Return the hash of a replication's code: it stays when only comments, docstrings' words or layout change."""
    digest = hashlib.sha256()
    for path in code_files(folder):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{file_sha256(path)}\0".encode())
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Return the hash of one Python file's tokens; of its bytes where it is no Python."""
    data = path.read_bytes()
    digest = hashlib.sha256()
    try:
        for statement in _statements(data):
            digest.update("\0".join(statement).encode(errors="surrogatepass") + b"\0")
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError, ValueError):
        return hashlib.sha256(data).hexdigest()
    return digest.hexdigest()


def _statements(data: bytes) -> Iterator[list[str]]:
    """Yield the tokens of each logical line; a line of nothing but strings is a docstring, and left out."""
    words: list[str] = []
    only_text = True
    for kind, text in _tokens(data):
        if kind in _BLOCKS:
            if words and not (only_text and kind == tokenize.NEWLINE):
                yield words
            words, only_text = [], True
            yield [_BLOCKS[kind]]
        else:
            words.append(text)
            only_text = only_text and kind == tokenize.STRING
    yield words


def _tokens(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield kind and text; a string with fields is one token, as Python 3.11 has it and later ones have not."""
    lines = data.decode("utf-8-sig", errors="surrogateescape").splitlines(keepends=True)
    depth, begin = 0, (0, 0)
    for token in tokenize.tokenize(io.BytesIO(data).readline):
        name = tokenize.tok_name[token.type]
        if name.endswith("STRING_START"):
            begin = begin if depth else token.start
            depth += 1
        elif name.endswith("STRING_END"):
            depth -= 1
            if not depth:
                yield tokenize.OP, _between(lines, begin, token.end)
        elif not depth and token.type not in _LAYOUT:
            is_field_string = token.type == tokenize.STRING and "f" in token.string.split(token.string[-1])[0].lower()
            yield tokenize.OP if is_field_string else token.type, token.string


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    middle = lines[start[0] : end[0] - 1]
    return "".join([lines[start[0] - 1][start[1] :], *middle, lines[end[0] - 1][: end[1]]])
