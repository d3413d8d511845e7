"""The picture that belongs to each caption, on pages made by hand."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

import pytest

from paperlab.pdf.figures import find_figures
from paperlab.pdf.ink import Ink
from paperlab.types import Block, BlockKind, Box, Figure, Line, PageSize, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

PROSE = "the running text goes on and on so that a line of it is as wide as the column and says little "
LEFT, RIGHT = 72.0, 540.0


class Sheet:
    """One page with blocks of text, drawings and images, put where a test wants them."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.drawings: list[dict[str, Any]] = []
        self.images: list[Box] = []
        self.directions: dict[Box, tuple[int, int]] = {}

    def text(self, kind: BlockKind, texts: Sequence[str], boxes: Sequence[Box]) -> Sheet:
        """Add a block of these lines."""
        lines, whole = [], ""
        for words, box in zip(texts, boxes, strict=True):
            whole += " " if whole else ""
            lines.append(Line(len(whole), box))
            whole += words
        self.blocks.append(Block(kind, 1, (), whole, tuple(lines)))
        return self

    def prose(self, top: float, lines: int = 5, left: float = LEFT, right: float = RIGHT) -> Sheet:
        """Add a paragraph that fills the column from `left` to `right`."""
        words = (PROSE * 3)[: int((right - left) / 4.5)]
        return self.text(
            BlockKind.PARAGRAPH, [words] * lines, [(left, top + 12 * i, right, top + 12 * i + 10) for i in range(lines)]
        )

    def caption(self, text: str, top: float, left: float = LEFT, right: float = RIGHT) -> Sheet:
        """Add a caption of one line."""
        return self.text(BlockKind.CAPTION, [text], [(left, top, right, top + 10)])

    def label(self, text: str, left: float, top: float) -> Sheet:
        """Add a word or two as a picture has them."""
        return self.text(BlockKind.PARAGRAPH, [text], [(left, top, left + 4 * len(text), top + 7)])

    def draw(self, *boxes: Box, fill: tuple[float, ...] = (0.2, 0.4, 0.8), **more: Any) -> Sheet:
        """Add filled shapes."""
        for box in boxes:
            self.drawings.append({"type": "f", "rect": box, "fill": fill, "fill_opacity": 1.0, "items": [], **more})
        return self

    def plot(self, box: Box) -> Sheet:
        """Add axes, a curve and tick labels around it; the labels stand 12 points outside the box."""
        x0, y0, x1, y1 = box
        self.draw((x0, y1 - 0.5, x1, y1), (x0, y0, x0 + 0.5, y1))
        self.draw(*[(x, y1 - (x - x0) / 2, x + 6, y1 - (x - x0) / 2 + 4) for x in range(int(x0), int(x1), 5)])
        self.label("0.5", x0 - 14, (y0 + y1) / 2)
        return self.label("steps", (x0 + x1) / 2, y1 + 4)

    def figures(self, tables: Sequence[Table] = ()) -> list[Figure]:
        """Return what is found."""
        glyphs = {"blocks": [{"lines": [{"bbox": b, "dir": d} for b, d in self.directions.items()]}]}
        ink = Ink(glyphs, self.drawings, self.images)
        return find_figures(self.blocks, {1: lambda: ink}, [PageSize(1, 612.0, 792.0)], tables)


def _inside(inner: Box, outer: Box, slack: float = 1.0) -> bool:
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def test_plot_above_its_caption() -> None:
    """The box holds the curve and the words around it, and neither the caption nor the text."""
    sheet = Sheet().prose(60).plot((150, 150, 450, 300)).caption("Figure 1: A curve that falls.", 330).prose(360)
    [figure] = sheet.figures()
    assert (figure.number, figure.page, figure.caption) == ("1", 1, "Figure 1: A curve that falls.")
    assert figure.caption_box == (72, 330, 540, 340)
    assert _inside((136, 150, 450, 311), figure.box)
    assert figure.box[1] > 118
    assert figure.box[3] < 330


def test_caption_above_its_picture() -> None:
    """A picture below its caption is found where none stands above."""
    sheet = Sheet().prose(60).caption("FIGURE 2. Cats.", 140)
    sheet.images.append((100, 160, 400, 300))
    [figure] = sheet.prose(330).figures()
    assert figure.number == "2"
    assert figure.box == (100, 160, 400, 300)


def test_caption_beside_its_picture() -> None:
    """A picture to the right of its caption is found where text stands above and below both."""
    sheet = Sheet().prose(60, 8).prose(400, 8)
    sheet.text(BlockKind.CAPTION, ["Fig. 3 Beside", "the picture"], [(72, 180, 180, 190), (72, 192, 180, 202)])
    sheet.images.append((200, 175, 540, 385))
    [figure] = sheet.figures()
    assert figure.box == (200, 175, 540, 385)


def test_two_figures_side_by_side() -> None:
    """Each caption gets the picture above it, also where the pictures are unequally high."""
    sheet = Sheet().prose(60)
    sheet.images += [(72, 180, 290, 300), (320, 140, 540, 300)]
    sheet.caption("Figure 4: Left.", 310, 72, 290).caption("Figure 5: Right.", 310, 320, 540).prose(350)
    boxes = {f.number: f.box for f in sheet.figures()}
    assert boxes == {"4": (72, 180, 290, 300), "5": (320, 140, 540, 300)}


def test_parts_under_one_caption_are_one_figure() -> None:
    """Pictures in two rows with captions of parts between them make one box."""
    sheet = Sheet().prose(60)
    sheet.images += [(80, 150, 290, 240), (320, 150, 530, 240), (80, 280, 290, 370), (320, 280, 530, 370)]
    for x, y, name in ((160, 245, "(a) One"), (400, 245, "(b) Two"), (160, 375, "(c) Three"), (400, 375, "(d) Four")):
        sheet.label(name, x, y)
    [figure] = sheet.caption("Figure 6: Four parts.", 400).prose(430).figures()
    assert _inside((80, 150, 530, 382), figure.box)
    assert figure.box[3] < 400


def test_figures_of_two_columns() -> None:
    """A figure in one column takes nothing from the other, and one across both takes both."""
    sheet = Sheet()
    sheet.plot((90, 80, 520, 180)).caption("Figure 1: Across both columns of the page.", 200, 72, 540)
    sheet.prose(230, 4, 72, 295).plot((100, 300, 280, 400)).caption("Figure 2: In the left one.", 425, 72, 295)
    sheet.prose(450, 10, 72, 295).prose(230, 30, 317, 540)
    boxes = {f.number: f.box for f in sheet.figures()}
    assert _inside((76, 80, 520, 191), boxes["1"])
    assert boxes["1"][3] < 200
    assert _inside((86, 300, 280, 411), boxes["2"])
    assert boxes["2"][2] < 300
    assert boxes["2"][1] > 276


def test_stacked_figures_keep_apart() -> None:
    """The upper caption stands between two pictures: each figure gets its own."""
    sheet = Sheet()
    sheet.images += [(100, 60, 500, 200), (100, 250, 500, 400)]
    sheet.caption("Figure 1: Up.", 210).caption("Figure 2: Down.", 410).prose(440)
    boxes = {f.number: f.box for f in sheet.figures()}
    assert boxes == {"1": (100, 60, 500, 200), "2": (100, 250, 500, 400)}


def test_rules_and_white_grounds_are_no_pictures() -> None:
    """Rules of heads and footnotes, the page's ground and white boxes make no figure of text."""
    sheet = Sheet().prose(80).caption("Figure 9: Where is it?", 160).prose(180, 20)
    sheet.draw((72, 50, 540, 50.5), (72, 600, 200, 600.4), (0, 0, 612, 792), (-50, -50, 900, 900))
    sheet.draw((72, 70, 540, 155), fill=(1.0, 1.0, 1.0)).draw((72, 70, 540, 155), fill_opacity=0.0)
    assert sheet.figures() == []


def test_tables_are_not_swallowed() -> None:
    """A table above a figure stays out of the box, with its shaded rows."""
    sheet = Sheet().prose(60, 3)
    box = (100.0, 110.0, 500.0, 200.0)
    sheet.draw((100, 130, 500, 140), (100, 150, 500, 160), (100, 110, 500, 111), (100, 199, 500, 200))
    for row in range(6):
        sheet.label("0.5", 120, 112 + 14 * row).label("0.7", 420, 112 + 14 * row)
    sheet.plot((150, 215, 450, 300)).caption("Figure 1: Below a table.", 330).prose(350)
    [figure] = sheet.figures([Table("1", "Table 1: Above.", 1, box, ())])
    assert figure.box[1] >= 200


def test_box_of_prompts() -> None:
    """Text in a tinted frame is the picture, though it reads like the running text."""
    sheet = Sheet().prose(60).draw((72, 150, 540, 260), fill=(0.9, 0.95, 1.0)).prose(160, 7)
    [figure] = sheet.caption("Figure 7: A prompt.", 275).prose(300).figures()
    assert _inside((72, 150, 540, 260), figure.box)


def test_code_between_rules() -> None:
    """A figure of nothing but print is found between its rules."""
    sheet = Sheet().prose(60).draw((72, 150, 540, 150.5), (72, 230, 540, 230.5))
    sheet.text(
        BlockKind.PARAGRAPH,
        ["for each batch:", "loss = model(batch)", "loss.backward()"],
        [(80, 155 + 20 * i, 80 + 90, 163 + 20 * i) for i in range(3)],
    )
    [figure] = sheet.caption("Figure 8: The loop.", 245).prose(280).figures()
    assert _inside((72, 150, 540, 230), figure.box)


def test_no_picture_no_figure() -> None:
    """A caption amid running text has no figure, rather than one of the text."""
    assert Sheet().prose(60, 10).caption("Figure 1: Nothing.", 190).prose(210, 20).figures() == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Figure 3: Dogs.", "3"),
        ("Fig. 12. Dogs.", "12"),
        ("FIGURE IV. Dogs.", "IV"),
        ("Figure A.1: Dogs.", "A.1"),
        ("Figure S2: Dogs.", "S2"),
        ("Figure 3 (continued)", "3"),
        ("Supplementary Figure 5: Dogs.", "5"),
        ("Figure 7 | Dogs.", "7"),
    ],
)
def test_numbers(text: str, number: str) -> None:
    """Numbers are given as printed."""
    sheet = Sheet().caption(text, 310)
    sheet.images.append((100, 100, 500, 300))
    assert [f.number for f in sheet.figures()] == [number]


@pytest.mark.parametrize("text", ["Table 1: Dogs.", "Algorithm 2: Walk a dog.", "Fig. 13), and dogs", "Listing 1: x"])
def test_other_captions(text: str) -> None:
    """Captions of tables and algorithms, and sentences that begin like a caption, name no figure."""
    sheet = Sheet().caption(text, 310)
    sheet.images.append((100, 100, 500, 300))
    assert sheet.figures() == []


def test_caption_inside_a_block_of_labels() -> None:
    """A caption that the reader glued to the words of its picture is still one."""
    sheet = Sheet().plot((150, 100, 450, 300))
    sheet.text(
        BlockKind.PARAGRAPH,
        ["Layer 12", "Figure 6: Glued to a label."],
        [(280, 305, 330, 313), (72, 330, 300, 340)],
    )
    [figure] = sheet.prose(360).figures()
    assert (figure.number, figure.caption) == ("6", "Figure 6: Glued to a label.")
    assert figure.caption_box == (72, 330, 300, 340)


def test_caption_broken_after_its_first_line() -> None:
    """The lines right below, set alike, belong to the caption; the text further down does not."""
    sheet = Sheet().prose(40, 3).caption("Figure 2: A title. It goes on in the next", 310)
    sheet.images.append((100, 100, 500, 300))
    sheet.text(BlockKind.PARAGRAPH, ["block of the stream."], [(72, 321, 300, 331)]).prose(360)
    [figure] = sheet.figures()
    assert figure.caption == "Figure 2: A title. It goes on in the next block of the stream."
    assert figure.caption_box == (72, 310, 540, 331)


def test_continued_figure_is_an_entry_of_its_own() -> None:
    """Both parts of a figure on one page are kept, a number printed twice otherwise is not."""
    sheet = Sheet()
    sheet.images += [(100, 60, 500, 200), (100, 250, 500, 400)]
    sheet.caption("Figure 1: All.", 210).caption("Figure 1 (continued)", 410)
    assert [f.caption for f in sheet.figures()] == ["Figure 1: All.", "Figure 1 (continued)"]


def test_rotated_page() -> None:
    """On a page whose text runs upwards, "above" is to the left."""
    sheet = Sheet()
    box = (420.0, 200.0, 430.0, 600.0)
    sheet.text(BlockKind.CAPTION, ["Figure 5: Turned."], [box])
    sheet.directions[box] = (0, -1)
    sheet.images.append((150, 150, 400, 650))
    words = (PROSE * 3)[:100]
    sheet.text(BlockKind.PARAGRAPH, [words] * 5, [(450 + 12 * i, 100, 460 + 12 * i, 700) for i in range(5)])
    [figure] = sheet.figures()
    assert figure.box == (150, 150, 400, 650)


def test_curve_beyond_its_clip() -> None:
    """What a clip hides is no part of the picture, and all that shows through one window is."""
    sheet = Sheet().prose(60)
    window = (100.0, 150.0, 500.0, 300.0)
    sheet.drawings.append({"type": "clip", "level": 0, "scissor": window, "items": []})
    sheet.draw((120, -400, 480, 290), (300, 160, 320, 170), level=1).draw((90, 305, 95, 306), level=0)
    [figure] = sheet.caption("Figure 1: Clipped.", 320).prose(350).figures()
    assert figure.box == (120, 150, 480, 290)


def test_image_with_margins_under_the_text() -> None:
    """An image whose white margin reaches under a paragraph ends where the paragraph does."""
    sheet = Sheet().prose(60)
    sheet.images.append((100, 100, 500, 300))
    [figure] = sheet.caption("Figure 1: Margins.", 310).prose(340).figures()
    assert figure.box[1] == pytest.approx(118, abs=1)
    assert figure.box[3] == 300


def test_a_hundred_thousand_drawings() -> None:
    """A page of very many marks is read in a second or so."""
    dice = random.Random(5)
    sheet = Sheet().prose(60)
    for _ in range(100_000):
        x, y = dice.uniform(100, 500), dice.uniform(150, 500)
        sheet.draw((x, y, x + 2, y + 2))
    sheet.caption("Figure 1: Dust.", 520).prose(550)
    start = time.perf_counter()
    [figure] = sheet.figures()
    assert time.perf_counter() - start < 20
    assert _inside(figure.box, (99, 149, 503, 503))
    assert figure.box[2] - figure.box[0] > 395


def test_many_scattered_captions_end() -> None:
    """A page of captions and pictures without order is read in a second or so."""
    sheet = Sheet()
    for i in range(24):
        x, y = 30 + 90 * (i % 6), 40 + 180 * (i // 6)
        sheet.images.append((x, y, x + 70, y + 100))
        sheet.caption(f"Figure {i}: x.", y + 110, x, x + 70)
    start = time.perf_counter()
    assert len(sheet.figures()) == 24
    assert time.perf_counter() - start < 20
