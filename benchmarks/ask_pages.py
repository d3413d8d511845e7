"""Holds quotes against the PDF itself, with none of paperlab's own code for text."""

from __future__ import annotations

import importlib
import re
import sys
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.types import Quote

_LINE_END = re.compile(r"[-‐‑\u00ad]\s*\n\s*")
_LEFT_OUT = re.compile(r"[\s\-‐‑\u00ad]+")
_REACH = 1.0
"""Points that a glyph may reach over its box."""


def letters(text: str) -> str:
    """Return a text for comparing: NFKC, hyphens at line ends joined, without white space and hyphens."""
    return _LEFT_OUT.sub("", _LINE_END.sub("", unicodedata.normalize("NFKC", text)))


class Pages:
    """The pages of a lab's PDFs, as pymupdf gives their text."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._document = lru_cache(8)(self._opened)
        self._letters = lru_cache(None)(lambda key, page: letters(self._document(key)[page - 1].get_text()))

    def is_verbatim(self, quote: Quote) -> bool:
        """Tell whether a quote's words stand on its page in one run."""
        return self.stands(quote.key, quote.page, quote.page, quote.text)

    def stands(self, key: str, first: int, last: int, text: str) -> bool:
        """Tell whether a text stands in one run on pages (1-based, last included) of a paper."""
        last = min(last, len(self._document(key)))
        return bool(text.strip()) and letters(text) in "".join(self._letters(key, n) for n in range(first, last + 1))

    def has_in_boxes(self, quote: Quote) -> tuple[bool, float]:
        """Tell whether the quote's boxes hold all its words, and the quote's share of the letters in them."""
        found = letters("\n".join(self.within(quote.key, box.page, box.box) for box in quote.boxes))
        words = [letters(word) for word in quote.text.split()]
        return all(word in found for word in words), min(1.0, len(letters(quote.text)) / max(1, len(found)))

    def within(self, key: str, page: int, box: tuple[float, float, float, float]) -> str:
        """Return the text whose glyphs have their middle in a box of a page."""
        x0, y0, x1, y1 = box[0] - _REACH, box[1] - _REACH, box[2] + _REACH, box[3] + _REACH
        inside = [c for c, x, y in self._glyphs(key, page) if x0 <= x <= x1 and y0 <= y <= y1]
        return "".join(inside)

    @lru_cache(64)  # noqa: B019 - there is one
    def _glyphs(self, key: str, page: int) -> list[tuple[str, float, float]]:
        flags = _pymupdf().TEXTFLAGS_RAWDICT & ~_pymupdf().TEXT_PRESERVE_IMAGES
        blocks = self._document(key)[page - 1].get_text("rawdict", flags=flags)["blocks"]
        found = []
        for line in (line for block in blocks for line in block.get("lines", ())):
            for char in (char for span in line["spans"] for char in span["chars"]):
                box = char["bbox"]
                found.append((char["c"], (box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
            found.append(("\n", found[-1][1], found[-1][2]) if found else ("\n", 0.0, 0.0))
        return found

    def _opened(self, key: str) -> Any:
        paper = self._lab.store.papers.get(key)
        if paper is None:
            raise KeyError(key)
        return _pymupdf().open(self._lab.library.pdf(paper))


@cache
def _pymupdf() -> Any:
    """Return pymupdf without its layout models."""
    for unwanted in ("pymupdf.layout", "pymupdf4llm"):
        sys.modules.setdefault(unwanted, None)  # type: ignore[arg-type]
    return importlib.import_module("pymupdf")
