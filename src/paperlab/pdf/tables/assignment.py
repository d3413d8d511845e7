"""Which body belongs to which caption: papers set captions above or below their tables, mostly in one way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.pdf.tables.regions import Caption, Region
    from paperlab.types import Box

_TOUCHING = 0.5


def prefers_above(options: Sequence[Sequence[Region]]) -> bool:
    """Tell whether bodies stand above their captions in this paper, by the captions with no choice."""
    votes = Counter(found[0].above for found in options if len(found) == 1)
    for found in options:
        if len(found) == 2 and bool(found[0].ruled) != bool(found[1].ruled):
            votes[found[0].above if found[0].ruled else found[1].above] += 1
    return votes[True] > votes[False]


def assigned(captions: Sequence[tuple[Caption, list[Region]]], *, above: bool) -> list[tuple[Caption, Region]]:
    """Give each caption one body, and no body to two captions."""
    taken: list[Box] = []
    pairs: list[tuple[Caption, Region]] = []
    queue = sorted(
        ((region, caption) for caption, options in captions for region in options),
        key=lambda pair: (-_worth(pair[0], above=above), pair[0].gap),
    )
    done: set[int] = set()
    for region, caption in queue:
        if id(caption) in done or any(_share(region.box, box) > _TOUCHING for box in taken):
            continue
        done.add(id(caption))
        taken.append(region.box)
        pairs.append((caption, region))
    return pairs


def _worth(region: Region, *, above: bool) -> float:
    near = 1.0 - min(region.gap, 60.0) / 60.0
    return near + (1.0 if region.ruled >= 2 else 0.0) + (0.8 if region.above == above else 0.0)


def _share(a: Box, b: Box) -> float:
    """Return the overlap of two boxes as a part of the smaller one."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return max(0.0, width) * max(0.0, height) / smaller if smaller > 0 else 0.0
