"""Pictures for a terminal: what it can show, which part of a picture fits, and that part as characters. No Textual."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from paperlab.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image

MOST_PIXELS = 40_000_000
VARIABLE = "PAPERLAB_PICTURES"
"""Environment variable that says what the terminal can show, where it cannot be told; one of `Means`."""
CHOICES = ("auto", "blocks", "off")
"""What the settings may say: as the terminal can, drawn with characters, not at all."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HALF_TERMINALS = ("linux", "vt", "ansi", "cygwin")
_KITTY = {"xterm-kitty", "xterm-ghostty"}
_SIXEL_TERMINALS = ("foot", "mlterm", "contour", "yaft")
_SIXEL_PROGRAMS = {"WezTerm", "iTerm.app", "mlterm", "contour", "rio"}
_KONSOLE_WITH_SIXEL = 220400


class Means(StrEnum):
    """How a terminal shows a picture, the best last."""

    NONE = "none"
    """Not at all: the words for it are shown."""
    HALVES = "halves"
    """One character with two colours, one above the other."""
    BLOCKS = "blocks"
    """The same with quarters of a character."""
    SIXEL = "sixel"
    KITTY = "kitty"


def means_of(environment: Mapping[str, str], *, ascii_only: bool = False, chosen: str = "auto") -> Means:
    """Return the best means of the terminal that these environment variables describe, as far as `CHOICES` allow.

    The choice is the settings'; PAPERLAB_PICTURES wins over it.
    Nothing is asked of the terminal itself: a running desk reads its answers as keys. Inside tmux, screen and zellij
    pictures are drawn with characters, since those pass on nothing else by default.
    """
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    said = environment.get(VARIABLE, "")
    if ascii_only or term == "dumb":
        return Means.NONE
    if said in list(Means):
        return Means(said)
    if chosen == "off":
        return Means.NONE
    blocks = Means.HALVES if term.startswith(_HALF_TERMINALS) else Means.BLOCKS
    inside = any(environment.get(name) for name in ("TMUX", "STY", "ZELLIJ")) or term.startswith(("tmux", "screen"))
    if chosen == "blocks" or inside:
        return blocks
    if term in _KITTY or program == "ghostty" or environment.get("KITTY_WINDOW_ID"):
        return Means.KITTY
    return Means.SIXEL if _has_sixel(environment, term, program) else blocks


def _has_sixel(environment: Mapping[str, str], term: str, program: str) -> bool:
    konsole = environment.get("KONSOLE_VERSION", "")
    return bool(
        program in _SIXEL_PROGRAMS
        or environment.get("WEZTERM_PANE")
        or term.startswith(_SIXEL_TERMINALS)
        or (konsole.isdecimal() and int(konsole) >= _KONSOLE_WITH_SIXEL)
    )


def png_size(png: bytes) -> tuple[int, int]:
    """Return width and height in pixels as the head of a PNG gives them; raises BadInput for what is no PNG."""
    if not png.startswith(_SIGNATURE) or png[12:16] != b"IHDR" or len(png) < 24:
        raise BadInput("not a PNG picture")
    width, height = struct.unpack(">II", png[16:24])
    if not width or not height:
        raise BadInput("a picture without pixels")
    return width, height


def opened(png: bytes) -> Image:
    """Return the decoded picture, on white; raises BadInput for one that is broken or has over 40 megapixels."""
    width, height = png_size(png)
    if width * height > MOST_PIXELS:
        raise BadInput(f"a picture of {width} x {height} pixels is too large to show")
    from PIL import Image as Pillow

    try:
        with Pillow.open(io.BytesIO(png), formats=["PNG"]) as image:
            image.load()
            if image.mode in {"RGB", "L"}:
                return image.copy()
            seen = image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, struct.error) as error:
        raise BadInput("the picture is broken") from error
    paper = Pillow.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen of a picture, and on how many cells."""

    columns: int
    rows: int
    cell: tuple[int, int] = (10, 20)
    """Pixels of a cell: width, height."""
    zoom: float = 1.0
    """1: the whole picture, or its whole width where `by_width`."""
    centre: tuple[float, float] = (0.5, 0.5)
    """What stands in the middle, as shares of width and height."""
    by_width: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a picture is shown, in its pixels, and on how many cells."""

    box: tuple[float, float, float, float]
    columns: int
    rows: int


def window(size: tuple[int, int], view: View, largest: float) -> Window:
    """Return the part of a picture of `size` pixels that `view` shows.

    `largest` bounds how many pixels of the screen one of the picture takes up while nothing is zoomed.
    """
    (width, height), (cell_width, cell_height) = size, view.cell
    across, down = view.columns * cell_width, view.rows * cell_height
    fit = across / width if view.by_width else min(across / width, down / height)
    scale = min(fit, largest) * view.zoom
    seen_width, seen_height = min(width, across / scale), min(height, down / scale)
    left = min(max(view.centre[0] * width - seen_width / 2, 0), width - seen_width)
    top = min(max(view.centre[1] * height - seen_height / 2, 0), height - seen_height)
    columns = min(view.columns, max(1, round(seen_width * scale / cell_width)))
    rows = min(view.rows, max(1, round(seen_height * scale / cell_height)))
    return Window((left, top, left + seen_width, top + seen_height), columns, rows)


def cut(image: Image, part: Window, pixels: tuple[int, int]) -> Image:
    """Return the part of a picture, brought to `pixels` (width, height), in colours."""
    from PIL.Image import Resampling

    return image.resize(pixels, Resampling.HAMMING, box=part.box, reducing_gap=3.0).convert("RGB")


# What a cell looks like by which of its quarters are ink: 1 top left, 2 top right, 4 bottom left, 8 bottom right.
_QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
_MASKS = (0, 3, 5, 1, 2, 4, 8, 6)
_HALF_MASKS = (0, 3)
_STEP = 8
Run = tuple[str, tuple[int, int, int], tuple[int, int, int]]
"""Characters, their colour, and that of their background."""


def as_characters(image: Image, part: Window, *, halves: bool = False) -> list[list[Run]]:
    """Return the part of a picture as lines of characters in two colours each, runs of the same colours together.

    Of the ways to split a cell's four quarters between two colours the one with the least error is taken.
    """
    import numpy as np

    size = (part.columns * 2, part.rows * 2)
    seen = cut(image, part, size)
    shrinks = (part.box[2] - part.box[0]) / size[0]
    if shrinks > 1:
        seen = seen.point(_darker(min(shrinks, 3.0)))
    pixels = np.asarray(seen, dtype=np.float32)
    cells = (
        pixels.reshape(part.rows, 2, part.columns, 2, 3).transpose(0, 2, 1, 3, 4).reshape(part.rows, part.columns, 4, 3)
    )
    signs, ink, paper = _two_colours(cells, _HALF_MASKS if halves else _MASKS)
    return [_runs(*line) for line in zip(signs.tolist(), ink.tolist(), paper.tolist(), strict=True)]


def _two_colours(cells: Any, masks: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """Return for (rows, columns, 4, 3) quarters the best mask, and the colours of its ink and its paper."""
    import numpy as np

    total = cells.sum(axis=2)
    best = np.full(cells.shape[:2], -np.inf)
    signs = np.zeros(cells.shape[:2], dtype=np.int64)
    ink, paper = total / 4, total / 4
    for mask in masks:
        chosen = np.array([bool(mask >> bit & 1) for bit in range(4)])
        inside = cells[:, :, chosen].sum(axis=2)
        count = int(chosen.sum())
        # Least squared error is the largest sum of squared means, weighted by how many quarters each stands for.
        first = inside / max(count, 1)
        second = (total - inside) / (4 - count)
        gain = count * (first**2).sum(axis=2) + (4 - count) * (second**2).sum(axis=2)
        better = gain > best + 1.0
        best = np.where(better, gain, best)
        signs = np.where(better, mask, signs)
        ink, paper = (np.where(better[..., None], new, old) for new, old in ((first, ink), (second, paper)))
    return signs, _stepped(ink), _stepped(paper)


def _stepped(colours: Any) -> Any:
    """Return colours with fewer shades: what is nearly the same is drawn, and sent, as the same."""
    import numpy as np

    return np.minimum(np.round(colours / _STEP) * _STEP, 255).astype(np.int64)


def _runs(signs: list[int], ink: list[list[int]], paper: list[list[int]]) -> list[Run]:
    runs: list[Run] = []
    for sign, one, other in zip(signs, ink, paper, strict=True):
        back = _colour(*other)
        front = _colour(*one) if sign else back
        if runs and runs[-1][2] == back and (runs[-1][1] == front or not sign):
            runs[-1] = (runs[-1][0] + _QUARTERS[sign], runs[-1][1], back)
        else:
            runs.append((_QUARTERS[sign], front, back))
    return runs


@lru_cache(maxsize=64)
def _darker(shrinks: float) -> list[int]:
    """Return what makes ink again of thin strokes that turn grey where a picture shrinks: new levels, by the old."""
    power = 1 + 0.3 * (shrinks - 1)
    return [round(255 * (level / 255) ** power) for level in range(256)] * 3


@lru_cache(maxsize=4096)
def _colour(red: int, green: int, blue: int) -> tuple[int, int, int]:
    return red, green, blue
