"""Text that came from elsewhere, made harmless and comparable. No imports from the rest of paperlab."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]?|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
# Bidirectional overrides and zero-width marks can make a title read as another.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean(text: str) -> str:
    """Return `text` without terminal escapes, control characters and invisible marks; tab and newline stay."""
    return _INVISIBLE.sub("", _CONTROL.sub("", text))


def one_line(text: str) -> str:
    """Return `text` cleaned and on one line, runs of white space as one space."""
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """Return `text` for comparing: NFKD without accents, lower case, runs of non-alphanumerics as one space."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))


def shorten(text: str, width: int) -> str:
    """Return `text` on one line of at most `width` characters, cut with an ellipsis."""
    line = one_line(text)
    return line if len(line) <= width else line[: max(0, width - 1)].rstrip() + "…"
