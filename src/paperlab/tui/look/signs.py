"""Every sign the desk draws with, in one place: each one cell wide, each with one of ASCII that stands in for it."""

from __future__ import annotations

from functools import lru_cache

from paperlab.types import Status

STATUS_SIGNS: dict[Status, str] = {
    Status.TO_READ: "○",
    Status.READING: "◐",
    Status.READ: "●",
    Status.SKIPPED: "–",
}
STATUS_COLOURS: dict[Status, str] = {
    Status.TO_READ: "$foreground-muted",
    Status.READING: "$accent",
    Status.READ: "$success",
    Status.SKIPPED: "$foreground-disabled",
}
"""Theme variables, as in all tables of colours here."""

STAR, NO_STAR = "★", "☆"
RATING: dict[int | None, str] = {
    None: "",
    **{stars: STAR * stars + NO_STAR * (5 - stars) for stars in range(1, 6)},
}
"""Five cells, or nothing where there is no rating."""

# By their values, which are their words: the types themselves take 20 ms to import, and the first paint needs neither.
VERDICT_SIGNS: dict[str, str] = {
    "agrees": "✓",
    "better than paper": "▲",
    "differs": "✗",
    "compatible": "≈",
    "cannot tell": "?",
    "pattern observed": "✓",
    "pattern not observed": "✗",
    "not comparable": "≠",
    "invalid": "!",
    "not run": "·",
    "not confirmed": "…",
    "needs a person": "◇",
}
"""By `Outcome`."""
VERDICT_COLOURS: dict[str, str] = {
    "agrees": "$success",
    "better than paper": "$success",
    "differs": "$error",
    "compatible": "$secondary",
    "cannot tell": "$warning",
    "pattern observed": "$success",
    "pattern not observed": "$error",
    "not comparable": "$foreground-muted",
    "invalid": "$error",
    "not run": "$foreground-muted",
    "not confirmed": "$foreground-muted",
    "needs a person": "$accent",
}
"""By `Outcome`: theme variables."""

ANNOTATION_SIGNS: dict[str, str] = {
    "highlight": "▌",
    "underline": "_",
    "strikeout": "╌",
    "squiggly": "~",
    "note": "◆",
}
"""By `AnnotationKind`."""
LOST = "?"
"""Before an annotation whose words were not found again."""
SELECTED = "✓"
ASCENDING, DESCENDING = "▴", "▾"
FOLDED, UNFOLDED = "▸", "▾"
BULLET, SEPARATOR = "•", "·"
POINTER = "▸"
RUNNING, DONE, FAILED, CANCELLED = "▶", "✓", "✗", "–"
BAR_DONE, BAR_LEFT = "━", "╌"

ASCII: dict[str, str] = {
    "○": ".",
    "◐": "~",
    "●": "*",
    "–": "-",
    "★": "*",
    "☆": ".",
    "✓": "+",
    "▲": "^",
    "✗": "x",
    "≈": "~",
    "≠": "#",
    "·": ".",
    "…": ".",
    "◇": "?",
    "▌": "|",
    "╌": "-",
    "◆": "*",
    "▪": "*",
    "▴": "^",
    "▾": "v",
    "▸": ">",
    "•": "*",
    "▶": ">",
    "↗": "^",
    "←": "<",
    "━": "=",
}
"""What stands in for each sign where a terminal has only ASCII; see `ascii.AsciiFilter`."""


@lru_cache(256)
def highlight_colour(colour: str, *, dark: bool) -> str:
    """Return the background, as `#rrggbb`, that marks words in `colour` so that they stay easy to read.

    `colour` is a name of COLOURS or `#rrggbb`; anything else counts as yellow.
    """
    red, green, blue = _rgb(colour)
    base, share = ((25, 27, 31), 0.34) if dark else ((255, 255, 255), 0.50)
    mixed = (round(b + (c - b) * share) for b, c in zip(base, (red, green, blue), strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _rgb(colour: str) -> tuple[int, int, int]:
    from paperlab.types import COLOURS

    code = COLOURS.get(colour, colour).removeprefix("#")
    try:
        red, green, blue = bytes.fromhex(code)
    except ValueError:
        return _rgb("yellow")
    return red, green, blue
