"""Figures: the picture that belongs to each caption. Pure: no PyMuPDF here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.pdf.figures.assign import assign
from paperlab.pdf.figures.labels import figure_captions
from paperlab.pdf.figures.scene import build_scenes, measure
from paperlab.types import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from paperlab.pdf.figures.labels import Caption
    from paperlab.pdf.ink import Ink
    from paperlab.types import Block, Box, PageSize, Table


def find_figures(
    blocks: Sequence[Block], ink: Mapping[int, Callable[[], Ink]], sizes: Sequence[PageSize], tables: Sequence[Table]
) -> list[Figure]:
    """Return the figures by page and place; `ink` gives a page's by its number, for a price, `tables` are known."""
    by_page: dict[int, list[Caption]] = {}
    for caption in figure_captions(blocks):
        by_page.setdefault(caption.page, []).append(caption)
    style = measure(blocks)
    figures: list[Figure] = []
    for page, captions in sorted(by_page.items()):
        if page not in ink:
            continue
        mine = [b for b in blocks if b.page == page]
        shut = [t.box for t in tables if t.page == page] + [
            c.box for t in tables for c in t.continued if c.page == page
        ]
        for scene, labelled in build_scenes(captions, mine, ink[page](), sizes[page - 1], shut, style):
            boxes = assign(scene)
            figures.extend(_figure(c, scene.view.back(b)) for c, b in zip(labelled, boxes, strict=True) if b)
    return sorted(figures, key=lambda f: (f.page, f.box[1], f.box[0]))


def _figure(caption: Caption, box: Box) -> Figure:
    x0, y0, x1, y1 = box
    rounded = (round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))
    return Figure(caption.number, caption.text, caption.page, rounded, caption.box)
