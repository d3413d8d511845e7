"""Pictures in a terminal: by the best means it has, bounded in size, and words where there is none."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from textual.app import App

from desk_support import until
from paperlab.errors import BadInput
from paperlab.tui.app import Look
from paperlab.tui.look.pictures import Means, View, as_characters, means_of, opened, png_size, window
from paperlab.tui.widgets.picture_view import PictureView, image_widget

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.pilot import Pilot


def png(width: int = 40, height: int = 20, colour: str = "white", *, mode: str = "RGB") -> bytes:
    """Return a picture: its left half is blue, the rest is `colour`."""
    image = Image.new(mode, (width, height), colour)
    image.paste("blue", (0, 0, width // 2, height))
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def huge() -> bytes:
    """Return a PNG of few bytes that says it has 100 megapixels."""
    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + check


@pytest.mark.parametrize(
    ("environment", "means"),
    [
        ({"TERM": "xterm-kitty"}, Means.KITTY),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, Means.KITTY),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, Means.KITTY),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Means.SIXEL),
        ({"TERM": "foot"}, Means.SIXEL),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "230801"}, Means.SIXEL),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "210400"}, Means.BLOCKS),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/x", "KITTY_WINDOW_ID": "1"}, Means.BLOCKS),
        ({"TERM": "linux"}, Means.HALVES),
        ({"TERM": "dumb"}, Means.NONE),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/x", "PAPERLAB_PICTURES": "sixel"}, Means.SIXEL),
        ({"TERM": "xterm-kitty", "PAPERLAB_PICTURES": "none"}, Means.NONE),
        ({"TERM": "xterm-kitty", "PAPERLAB_PICTURES": "oil"}, Means.KITTY),
        ({}, Means.BLOCKS),
    ],
)
def test_the_terminal_is_known_by_its_environment(environment: dict[str, str], means: Means) -> None:
    """Kitty and sixel only where they work, characters inside a multiplexer, and the user's word above all."""
    assert means_of(environment) is means
    assert means_of(environment, ascii_only=True) is Means.NONE


@pytest.mark.parametrize(
    ("environment", "blocks", "off"),
    [
        ({"TERM": "xterm-kitty"}, Means.BLOCKS, Means.NONE),
        ({"TERM": "linux"}, Means.HALVES, Means.NONE),
        ({"TERM": "dumb"}, Means.NONE, Means.NONE),
        ({"TERM": "xterm-256color", "PAPERLAB_PICTURES": "sixel"}, Means.SIXEL, Means.SIXEL),
    ],
)
def test_the_settings_can_ask_for_less(environment: dict[str, str], blocks: Means, off: Means) -> None:
    """Characters alone, or no pictures; the environment's word wins."""
    assert (means_of(environment, chosen="blocks"), means_of(environment, chosen="off")) == (blocks, off)


def test_pictures_that_are_switched_off_are_told_in_words() -> None:
    """As the look of the desk has it."""

    async def scenario(app: _PictureApp, pilot: Pilot[Any]) -> None:
        assert not app.view.is_picture
        assert "not drawn" in cells(app)

    drive_view(PictureView(png(), "Table 2"), scenario, Look(pictures="off"))


def test_what_is_no_picture_is_refused() -> None:
    """No PNG, one without pixels, a broken one, and one too large to decode: each a plain error."""
    for wrong in (b"", b"GIF89a", png()[:40], b"\x89PNG\r\n\x1a\n" + b"\0" * 30, png()[:-30], huge()):
        with pytest.raises(BadInput):
            opened(wrong)
    assert png_size(png(300, 7)) == (300, 7)


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "LA", "I;16"])
def test_every_kind_of_png_is_brought_to_colours(mode: str) -> None:
    """Palettes, grey, sixteen bits and transparency can all be shown."""
    written = io.BytesIO()
    Image.new(mode, (8, 8)).save(written, "PNG")

    image = opened(written.getvalue())

    assert as_characters(image, window(image.size, View(4, 2), 20.0))


def test_what_is_transparent_lies_on_white() -> None:
    """A plot without a background is not black."""
    written = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(written, "PNG")

    assert opened(written.getvalue()).convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_a_picture_keeps_its_shape() -> None:
    """A wide picture is as wide as the view and flat; a high one as high as it and narrow."""
    wide = window((400, 100), View(40, 20), 10.0)
    high = window((100, 400), View(40, 20), 10.0)

    assert (wide.columns, wide.rows, wide.box) == (40, 5, (0, 0, 400, 100))
    assert (high.columns, high.rows) == (10, 20)
    assert window((40, 40), View(100, 50), 1.0).columns == 4, "a small one is not blown up"


def test_zoom_and_centre_choose_the_part() -> None:
    """Twice as large shows half of it each way; the part never leaves the picture."""
    middle = window((400, 400), View(40, 20, zoom=2.0), 10.0)
    corner = window((400, 400), View(40, 20, zoom=2.0, centre=(1.0, 0.0)), 10.0)
    top = window((400, 4000), View(40, 20, by_width=True, centre=(0.5, 0.0)), 10.0)

    assert middle.box == (100, 100, 300, 300)
    assert corner.box == (200, 0, 400, 200)
    assert top.box == (0, 0, 400, 400)


def test_characters_split_a_cell_where_the_colours_do() -> None:
    """A border within a cell is drawn by the character that has it, in both colours."""
    image = opened(png(6, 4))
    line = as_characters(image, window((6, 4), View(3, 1, cell=(2, 4)), 1.0))[0]
    text = "".join(run[0] for run in line)

    assert len(text) == 3
    assert text[1] in "▌▐"
    assert {colour for run in line for colour in run[1:]} >= {(0, 0, 255), (255, 255, 255)}


def test_halves_are_all_that_is_used_where_there_is_no_more() -> None:
    """The system's own console has no quarters."""
    image = opened(png(60, 40))
    lines = as_characters(image, window((60, 40), View(31, 9), 10.0), halves=True)

    assert {sign for line in lines for run in line for sign in run[0]} <= set(" ▀▄█")


class _PictureApp(App[None]):
    """Shows one picture; counts how often it was drawn."""

    def __init__(self, view: PictureView, look: Look) -> None:
        super().__init__()
        self.look = look
        self.view = view
        self.drawn = 0

    def compose(self) -> ComposeResult:
        yield self.view

    def on_picture_view_drawn(self) -> None:
        self.drawn += 1


def drive_view(
    view: PictureView, scenario: Callable[[_PictureApp, Pilot[Any]], Awaitable[None]], look: Look | None = None
) -> None:
    async def run() -> None:
        app = _PictureApp(view, look or Look())
        async with app.run_test(size=(60, 20)) as pilot:
            await until(pilot, lambda: app.drawn)
            await scenario(app, pilot)

    asyncio.run(run())


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the terminal that runs the tests says of itself."""
    for name in ("TMUX", "STY", "ZELLIJ", "KITTY_WINDOW_ID", "WEZTERM_PANE", "KONSOLE_VERSION", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def cells(app: _PictureApp) -> str:
    return "\n".join("".join(s.text for s in app.view.render_line(y)) for y in range(app.view.size.height))


def test_a_picture_is_drawn_with_characters() -> None:
    """It is as high as its shape says, and in its colours."""

    async def scenario(app: _PictureApp, pilot: Pilot[Any]) -> None:
        del pilot
        assert app.view.size.height == 15, "60 columns of 400 x 200"
        colours = {
            segment.style.bgcolor.triplet for y in (3, 4) for segment in app.view.render_line(y) if segment.style
        }
        assert {(0, 0, 255), (255, 255, 255)} <= colours

    drive_view(PictureView(png(400, 200), "A table"), scenario)


def test_keys_zoom_and_move() -> None:
    """Plus shows less, larger; arrows move by a quarter of what is seen and stop at the edge; 0 shows all again."""

    async def scenario(app: _PictureApp, pilot: Pilot[Any]) -> None:
        view = app.view
        view.focus()
        await pilot.press("plus", "plus")
        assert view.zoom == pytest.approx(2.25)
        await pilot.press(*["left"] * 9)
        edge = view.centre
        await pilot.press("left")
        assert view.centre == edge
        await pilot.press("right")
        assert view.centre[0] > edge[0]
        await pilot.press("0")
        assert (view.zoom, view.centre) == (1.0, (0.5, 0.5))

    drive_view(PictureView(png(400, 200), "A table"), scenario)


def test_another_picture_begins_anew() -> None:
    """Zoom and place belong to the picture before."""

    async def scenario(app: _PictureApp, pilot: Pilot[Any]) -> None:
        app.view.zoom, app.view.centre = 5.0, (0.1, 0.1)
        app.view.show(png(200, 200), "Another")
        before = app.drawn
        await until(pilot, lambda: app.drawn > before)
        assert (app.view.zoom, app.view.centre) == (1.0, (0.5, 0.5))

    drive_view(PictureView(png(400, 200), "A table"), scenario)


@pytest.mark.parametrize(("given", "why"), [(huge(), "too large"), (png()[:-30], "broken"), (b"no", "not a PNG")])
def test_what_cannot_be_shown_is_told_in_words(given: bytes, why: str) -> None:
    """The words for the picture stand there, and what is wrong with it."""

    async def scenario(app: _PictureApp, pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: why in cells(app))
        assert "Table [2]" in cells(app)

    drive_view(PictureView(given, "Table [2]\x1b[31m, page 7"), scenario)


def test_words_stand_where_only_ascii_is_wanted() -> None:
    """Nothing is decoded; the words say that pictures are not drawn."""

    async def scenario(app: _PictureApp, pilot: Pilot[Any]) -> None:
        del pilot
        assert cells(app).isascii()
        assert "Table 2" in cells(app)
        assert "not drawn" in cells(app)

    drive_view(PictureView(png(), "Table 2"), scenario, Look(ascii=True))


@pytest.mark.parametrize("means", ["kitty", "sixel"])
def test_a_terminal_that_shows_pictures_is_given_one(
    means: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The part that is seen is handed to textual-image, in the terminal's pixels; the terminal is asked nothing."""
    monkeypatch.setenv("PAPERLAB_PICTURES", means)

    async def scenario(app: _PictureApp, pilot: Pilot[Any]) -> None:
        child = app.view.children[0]
        assert isinstance(child, image_widget(Means(means)))
        await until(pilot, lambda: child.size.width)
        assert child.image.size == (app.view.size.width * 10, child.size.height * 20)
        app.view.zoom = 2.0
        before = app.drawn
        await until(pilot, lambda: app.drawn > before)
        assert list(app.view.children) == [child]

    drive_view(PictureView(png(600, 200), "A table"), scenario)
    assert "\x1b[c" not in capfd.readouterr().out
