"""Words into BERT's word pieces, for a query: as `tokenizers` does it, without the time that one takes to be ready.

Greedy longest match, Wu et al. 2016 (arXiv:1609.08144, section 4.1), on lower-case words without accents.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property
from string import punctuation
from typing import TYPE_CHECKING

from paperlab.errors import BadFile

if TYPE_CHECKING:
    from pathlib import Path

_BEGIN, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_SPECIAL = ("[PAD]", _UNKNOWN, _BEGIN, _END, "[MASK]")
_LONGEST_WORD = 100
"""Characters; a longer one is unknown as a whole."""
_TABLES = unicodedata.ucd_3_2_0
"""The one edition of Unicode that every Python has; what stood in it then is what `tokenizers` says of it today."""
_CHANGED = frozenset("\xa7\xad\xb6\u0f14\u17b4\u17b5\u200b\u2308\u2309\u230a\u230b\u23b4\u23b5\u23b6\u302e\u302f")
"""But for these."""
_ASCII_SIGNS = frozenset(punctuation)
_CJK = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2F800, 0x2FA1F))
"""Blocks of ideographs; each is a word of its own."""


class WordPieces:
    """The vocabulary of a BERT model without case."""

    def __init__(self, folder: Path) -> None:
        """Read `vocab.txt`, a piece a line; raises BadFile where it lacks the pieces every text needs."""
        self._path = folder / "vocab.txt"

    @cached_property
    def _ids(self) -> dict[str, int]:
        pieces = self._path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        ids = dict(zip(pieces, range(len(pieces)), strict=True))
        if not ids.keys() >= set(_SPECIAL):
            raise BadFile(self._path, None, "this is no vocabulary; install the package that brought it again")
        return ids

    def __contains__(self, word: str) -> bool:
        """Tell whether a lower-cased word is a piece by itself: the 30,000 most used words are."""
        return word in self._ids

    def encode(self, text: str) -> list[int] | None:
        """Return the text's pieces between those of begin and end, not cut; None where only `tokenizers` knows them.

        That is a text with a character younger than Unicode 3.2, on which Python's tables and theirs may differ, or
        with the name of a special piece in it.
        """
        if any(name in text for name in _SPECIAL) or not all(map(_is_settled, text)):
            return None
        words = _words(text)
        ids = self._ids
        return [ids[_BEGIN], *(piece for word in words for piece in self._pieces(word)), ids[_END]]

    def _pieces(self, word: str) -> list[int]:
        """Return the longest piece the word begins with, then the longest the rest does; unknown where one is none."""
        ids = self._ids
        if word in ids:
            return [ids[word]]
        found: list[int] = []
        start = 0
        while start < len(word) <= _LONGEST_WORD:
            head = "##" if start else ""
            stops = range(len(word), start, -1)
            stop = next((stop for stop in stops if head + word[start:stop] in ids), None)
            if stop is None:
                break
            found.append(ids[head + word[start:stop]])
            start = stop
        return found if start == len(word) else [ids[_UNKNOWN]]


def _is_settled(char: str) -> bool:
    return char.isascii() or (_TABLES.category(char) != "Cn" and char not in _CHANGED)


def _words(text: str) -> list[str]:
    """Return the words and signs of a text without accents and capitals (Devlin et al., arXiv:1810.04805, A.2)."""
    spaced = "".join(map(_spaced, text))
    bare = (char.lower() for char in unicodedata.normalize("NFD", spaced) if _TABLES.category(char) != "Mn")
    return "".join(f" {char} " if _is_sign(char) else char for char in bare).split()


def _spaced(char: str) -> str:
    """Return a space for a white character, nothing for a control code, and an ideograph with space around it."""
    kind = _TABLES.category(char)[0]
    if kind == "Z" or char in "\t\n\r":
        return " "
    if kind == "C" or char == "\ufffd":
        return ""
    return f" {char} " if any(first <= ord(char) <= last for first, last in _CJK) else char


def _is_sign(char: str) -> bool:
    return char in _ASCII_SIGNS or _TABLES.category(char)[0] == "P"
