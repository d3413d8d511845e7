r"""LaTeX source as tokens, and arguments taken from them. Pure.

A token is a string: a control sequence with its backslash, one of the special characters, one space for any white
space, `\par` for an empty line, `#1` for a parameter, or a run of other characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.latex.limits import spend

if TYPE_CHECKING:
    from collections.abc import Iterator

Tokens = list[str]

_HIDDEN = re.compile(
    r"(?P<keep>\\[\\%])|(?P<address>\\(?:url|href|path|nolinkurl)\s*\{[^{}\n]*\})|%[^\n]*(?:\n[ \t]*)?"
    r"|\\begin\s*\{(?P<env>verbatim\*?|Verbatim|lstlisting|minted|comment|filecontents\*?)\}.*?(?:\\end\s*\{(?P=env)\}|\Z)"
    r"|\\verb\*?(?P<bar>[^A-Za-z\s*]).{0,200}?(?P=bar)",
    re.DOTALL,
)
_REST = r"|\\[\s\S]|\n[ \t]*\n\s*|\s+|#{1,9}[0-9]|[{}&$~_^#\[\]*]|[^\\{}&$~_^#\[\]*\s]+|\\"
_TOKEN = re.compile(r"\\[A-Za-z]+[ \t]*\n?[ \t]*" + _REST)
_TOKEN_WITH_AT = re.compile(r"\\[A-Za-z@]+[ \t]*\n?[ \t]*" + _REST)
_LONGEST_NAME = 60
"""Tokens of an environment's name."""
_NAME_STEPS = 20
"""What reading one takes, in steps."""


def without_comments(source: str) -> str:
    """Return the source without comments and verbatim text; doing it again changes nothing."""
    return _HIDDEN.sub(_shown, source)


def _shown(match: re.Match[str]) -> str:
    if match["address"]:
        return re.sub(r"(?<!\\)%", r"\\%", match["address"])
    return match["keep"] or ""


def tokenise(source: str) -> Tokens:
    """Return the tokens of a source without comments."""
    tokens: Tokens = []
    for pattern, part in _parts(source):
        tokens += [_token(text) for text in pattern.findall(part)]
    return tokens


def _parts(source: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """Yield the source in pieces, with the pattern of its tokens: `@` is a letter in the code of packages."""
    at = 0
    while (start := source.find(r"\makeatletter", at)) >= 0 and (end := source.find(r"\makeatother", start)) >= 0:
        yield _TOKEN, source[at:start]
        at = end + len(r"\makeatother")
        yield _TOKEN_WITH_AT, source[start:at]
    yield _TOKEN, source[at:]


def _token(text: str) -> str:
    if text[0] == "\\":
        return text.rstrip() if text[1:2].isalpha() or text[1:2] == "@" else text[:2].replace("\n", " ")
    if text.isspace():
        return r"\par" if text.count("\n") > 1 else " "
    return text


def skip_spaces(tokens: Tokens, at: int) -> int:
    """Return the place of the first token from `at` on that is no white space."""
    while at < len(tokens) and tokens[at] in (" ", r"\par"):
        at += 1
    return at


def group_end(tokens: Tokens, at: int) -> int:
    """Return the place behind the brace that closes the one at `at`, or the end where it is never closed."""
    depth = 0
    end = len(tokens)
    for i in range(at, len(tokens)):
        depth += (tokens[i] == "{") - (tokens[i] == "}")
        if depth == 0:
            end = i + 1
            break
    spend(end - at)
    return end


def argument(tokens: Tokens, at: int) -> tuple[Tokens, int]:
    """Return a mandatory argument without its braces and the place behind it.

    Without braces it is one token; of a run of characters, which is split in place, the first.
    """
    at = skip_spaces(tokens, at)
    if at >= len(tokens) or tokens[at] in ("}", "&"):
        return [], at
    if tokens[at] == "{":
        end = group_end(tokens, at)
        return tokens[at + 1 : end - 1 if tokens[end - 1] == "}" else end], end
    token = tokens[at]
    if token[0] != "\\" and len(token) > 1 and token[0] != "#":
        spend((len(tokens) - at + len(token)) // 16)
        tokens[at : at + 1] = [token[0], token[1:]]
    return [tokens[at]], at + 1


def option(tokens: Tokens, at: int, brackets: str = "[]") -> tuple[Tokens | None, int]:
    """Return an optional argument and the place behind it, None and `at` where there is none."""
    start = skip_spaces(tokens, at)
    if start >= len(tokens) or not tokens[start].startswith(brackets[0]):
        return None, at
    depth, i = 0, start
    while i < len(tokens) and depth >= 0:
        depth += (tokens[i] == "{") - (tokens[i] == "}")
        if depth == 0 and tokens[i].endswith(brackets[1]) and (i > start or len(tokens[i]) > 1):
            break
        i += 1
    spend(i - start)
    closed = i < len(tokens) and depth == 0
    return (tokens[start + 1 : i], i + 1) if closed else (None, at)


def skip_arguments(tokens: Tokens, at: int, kinds: str) -> int:
    """Return the place behind the arguments named by `kinds`: `s` star, `o` [...], `p` (...), `m` {...}."""
    for kind in kinds:
        if kind == "s":
            start = skip_spaces(tokens, at)
            at = start + 1 if tokens[start : start + 1] == ["*"] else at
        elif kind == "m":
            at = argument(tokens, at)[1]
        else:
            at = option(tokens, at, "()" if kind == "p" else "[]")[1]
    return at


def environment_name(tokens: Tokens, at: int) -> tuple[str, int]:
    r"""Return the name behind a `\begin` or `\end` at `at`, and the place behind its brace; empty if none is there."""
    start = skip_spaces(tokens, at + 1)
    if tokens[start : start + 1] != ["{"]:
        return "", at + 1
    spend(_NAME_STEPS)
    near = tokens[start : start + _LONGEST_NAME]
    length = group_end(near, 0)
    return "".join(near[1 : length - 1]).strip(), start + length


def environment_end(tokens: Tokens, at: int) -> tuple[int, int]:
    r"""Return where the environment whose `\begin` stands at `at` ends: its `\end`, and the place behind that.

    Environments of the same name nest; one that is never closed ends with the tokens (both places are the same).
    """
    name, start = environment_name(tokens, at)
    depth, at = 1, start
    while at < len(tokens):
        end = at + 1
        if tokens[at] in (r"\begin", r"\end"):
            other, end = environment_name(tokens, at)
            if other == name:
                depth += 1 if tokens[at] == r"\begin" else -1
            if depth == 0:
                break
        at = end
    spend(at - start)
    return (at, end) if depth == 0 else (at, at)
