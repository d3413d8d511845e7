"""Which body belongs to which caption: papers set captions above or below their tables, mostly in one way."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.regions import Region
    from paperlab.pdf.tables.sheet import Caption
    from paperlab.types import Box

_TOUCHING = 0.5
_EACH = 10.0
"""What a caption with a body is worth against any preference."""
_MOST = 9
"""Captions of one page that are weighed together."""


def prefers_above(options: Sequence[Sequence[Region]]) -> bool:
    """Tell whether bodies stand above their captions in this paper, by the captions with no choice."""
    votes = Counter(found[0].above for found in options if len(found) == 1)
    for found in options:
        if len(found) == 2 and bool(found[0].ruled) != bool(found[1].ruled):
            votes[found[0].above if found[0].ruled else found[1].above] += 1
    return votes[True] > votes[False]


def assigned(captions: Sequence[tuple[Caption, list[Region]]], *, above: bool) -> list[tuple[Caption, Region]]:
    """Give each caption of a page one body, and no body to two captions: as many as can be, then the likeliest."""
    if len(captions) > _MOST:
        return [*assigned(captions[:_MOST], above=above), *assigned(captions[_MOST:], above=above)]
    best: tuple[float, list[tuple[Caption, Region]]] = (-1.0, [])
    for choice in product(*([None, *options] for _, options in captions)):
        taken = [region for region in choice if region]
        if any(_share(a.box, b.box) > _TOUCHING for a, b in combinations(taken, 2)):
            continue
        worth = sum(_EACH + _worth(region, above=above) for region in taken)
        if worth > best[0]:
            pairs = [(caption, region) for (caption, _), region in zip(captions, choice, strict=True) if region]
            best = (worth, pairs)
    return best[1]


def _worth(region: Region, *, above: bool) -> float:
    near = 1.0 - min(region.gap, 60.0) / 60.0
    return near + (1.0 if region.ruled >= 2 else 0.0) + (0.8 if region.above == above else 0.0)


def _share(a: Box, b: Box) -> float:
    """Return the overlap of two boxes as a part of the smaller one."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return max(0.0, width) * max(0.0, height) / smaller if smaller > 0 else 0.0
