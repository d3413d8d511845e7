"""Search over the library's passages: by meaning, by words, and both fused."""

from paperlab.search.engine import Mode, Searcher
from paperlab.search.keeper import IndexKeeper
from paperlab.search.words import WordKeeper

__all__ = ["IndexKeeper", "Mode", "Searcher", "WordKeeper"]
