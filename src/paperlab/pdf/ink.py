"""What a page holds beside its running text: words with place and style, rules, pictures. Pure: no PyMuPDF here.

It is asked for only on pages with a caption, since it costs several times what the text costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.types import Box

RawDrawing = dict[str, Any]
"""What `page.get_cdrawings()` returns one of."""


@dataclass(frozen=True, slots=True)
class Ink:
    """One page's glyphs and strokes as PyMuPDF gives them, on the unrotated page."""

    glyphs: dict[str, Any]
    """What `page.get_text("rawdict")` returns, without images."""
    drawings: Sequence[RawDrawing]
    images: Sequence[Box]
    """Where raster pictures stand."""
