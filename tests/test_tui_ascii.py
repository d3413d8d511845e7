"""The desk in ASCII: nothing else leaves it, and nothing moves by that."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from textual.color import Color

from desk_support import desk_lab
from paperlab.lab import Lab
from paperlab.tui.app import DeskApp, Look
from paperlab.tui.desk.desk import Desk
from paperlab.tui.look import signs
from paperlab.tui.look.ascii import AsciiFilter, plain
from paperlab.types import AnnotationKind, Outcome, Status

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Köhler & Müller", "Kohler & Muller"),
        ("“quoted” – and ‘so’…", "\"quoted\" - and 'so'."),
        ("┌──┐│└┘├╮━╌", "+--+|++++=-"),
        ("日本", "????"),
        ("é", "e"),
        ("a b", "a b"),
        ("⠀⣿", " #"),
        ("α ≤ β → 1", "a < b > 1"),
        ("10¹⁹  now", "10^19 now"),
        ("10⁻³   R²   ", "10^-3 R^2   "),
        ("2½   3·10⁵  …14  ", "2 1/2 3*10^5 ..14"),
        ("35 ± 16  90°C      ∞", "35 +- 16 90 degC inf"),
        ("ﬁ", "f"),
    ],
)
def test_signs_become_ascii_of_the_same_width(text: str, shown: str) -> None:
    """Accents go, quotes and lines are drawn with what there is, what is unknown is a question mark a cell."""
    assert plain(text) == shown


@given(st.text(max_size=30))
def test_any_text_becomes_ascii_as_wide_as_before(text: str) -> None:
    """Wide signs, joined emoji and marks without a width included."""
    assert plain(text).isascii()
    assert cell_len(plain(text)) == cell_len(text)


def test_a_number_stays_the_number_it_is_and_the_line_as_wide() -> None:
    """What takes more cells takes them from the next gap, in the words of another style too, else from the end."""
    line = [Segment("10¹⁹"), Segment(" a  b"), Segment("|")]
    found = AsciiFilter().apply(line, Color(0, 0, 0))
    assert "".join(segment.text for segment in found) == "10^19 a b|"
    line = [Segment("10¹⁹"), Segment(" ab")]
    found = AsciiFilter().apply(line, Color(0, 0, 0))
    assert "".join(segment.text for segment in found) == "10^19 a"


def test_control_segments_and_styles_stay() -> None:
    """Only words are changed."""
    control = Segment("\x1b[é", None, [(ControlType.BELL,)])
    word = Segment("plain")
    found = AsciiFilter().apply([control, word, Segment("é")], Color(0, 0, 0))
    assert found[:2] == [control, word]
    assert found[2].text == "e"


def test_every_sign_is_one_cell_wide_and_has_a_readable_stand_in() -> None:
    """So columns of signs stand straight, and none becomes a question mark by accident."""
    tables = (signs.STATUS_SIGNS, signs.VERDICT_SIGNS, signs.ANNOTATION_SIGNS)
    single = [value for name, value in vars(signs).items() if name.isupper() and isinstance(value, str)]
    for sign in [*single, *(sign for table in tables for sign in table.values())]:
        assert cell_len(sign) == 1
        assert plain(sign) != "?" or sign in "?◇"
    assert all(cell_len(stars) == 5 for rating, stars in signs.RATING.items() if rating)


def test_every_status_verdict_and_kind_has_its_sign_and_colour() -> None:
    """A new word of theirs is not forgotten here."""
    assert set(signs.STATUS_SIGNS) == set(signs.STATUS_COLOURS) == set(Status)
    assert set(signs.VERDICT_SIGNS) == set(signs.VERDICT_COLOURS) == set(Outcome)
    assert set(signs.ANNOTATION_SIGNS) == set(AnnotationKind)


@pytest.mark.parametrize("dark", [True, False])
def test_highlights_leave_words_readable(dark: bool) -> None:
    """The marked background stands far enough from the letters' colour; an unknown colour counts as yellow."""
    from paperlab.types import COLOURS

    letters = Color.parse("#d8d8d2" if dark else "#1d1d1b")
    for colour in [*COLOURS, "#102030", "#fefefe"]:
        background = Color.parse(signs.highlight_colour(colour, dark=dark))
        high, low = sorted((_luminance(letters), _luminance(background)), reverse=True)
        assert (high + 0.05) / (low + 0.05) > 3
    assert signs.highlight_colour("nonsense", dark=dark) == signs.highlight_colour("yellow", dark=dark)


def _luminance(colour: Color) -> float:
    def part(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * part(colour.r) + 0.7152 * part(colour.g) + 0.0722 * part(colour.b)


_KEYS = "question_mark escape J escape w escape ctrl+p escape 2 3 4 5 1 ctrl+t escape".split()


def test_no_byte_beyond_ascii_leaves_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over all places and small windows of the desk, with a title that has none of ASCII."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    monkeypatch.setenv("PAPERLAB_ARXIV_OFFLINE", "true")
    root = desk_lab(tmp_path / "lab")
    record = root / "papers" / "2401.00001" / "paper.toml"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace('title = "', 'title = "Über 日本 — ', 1), encoding="utf-8")

    drawn: list[str] = []

    async def run() -> None:
        lab = Lab(root)
        app = DeskApp(Desk(root, lab.settings, lambda _complain: Lab(root, lab.settings)), Look(ascii=True))
        async with app.run_test(size=(100, 30)) as pilot:
            for key in ("", *_KEYS):
                await pilot.press(*([key] if key else []))
                await pilot.pause(0.05)
                strips = app.screen._compositor.render_strips(app.size)
                drawn.extend("".join(segment.text for segment in strip) for strip in strips)
            assert app.screen.has_class("-ascii")

    asyncio.run(run())
    wrong = {sign for line in drawn for sign in line if not sign.isascii()}
    assert len(drawn) > 300
    assert not wrong
