"""A paper as it is shown: blocks as items, items as lines of a width, and the ways back to the blocks. Pure."""

from __future__ import annotations

from paperlab.tui.flow.building import build_document, paper_without_text
from paperlab.tui.flow.document import Document, Heading, Item, ItemKind, Link, LinkKind, Position, Run, Span
from paperlab.tui.flow.lines import Flow, Row
from paperlab.tui.flow.motions import MOTIONS, paragraph_at, sentence_at, word_at
from paperlab.tui.flow.places import annotation_spans, find_all, place_of, selection_parts, spans_of_boxes

__all__ = [
    "MOTIONS",
    "Document",
    "Flow",
    "Heading",
    "Item",
    "ItemKind",
    "Link",
    "LinkKind",
    "Position",
    "Row",
    "Run",
    "Span",
    "annotation_spans",
    "build_document",
    "find_all",
    "paper_without_text",
    "paragraph_at",
    "place_of",
    "selection_parts",
    "sentence_at",
    "spans_of_boxes",
    "word_at",
]
