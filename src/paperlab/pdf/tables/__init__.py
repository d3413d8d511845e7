"""Tables: from caption, words and rules to a grid of cells with boxes and values."""

from paperlab.pdf.tables.finder import find_tables

__all__ = ["find_tables"]
