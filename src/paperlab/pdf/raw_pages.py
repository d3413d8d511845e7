"""One page out of PyMuPDF: its text and its ink, bounded and checked. The child process runs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from paperlab.pdf.ink import Ink
from paperlab.pdf.opening import out_of_memory, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.pdf.ink import RawDrawing
    from paperlab.pdf.page_text import RawPage

NO_LETTERS = "the fonts do not say which letters they show: run it through OCR (ocrmypdf --force-ocr)"
_NO_FLOATS = "the tables and figures were left out"
_FEW = 25
"""Characters: a page with fewer has no text to speak of."""
_FEW_BESIDE_PICTURE = 150
"""Characters: what a library stamps on the picture of a page is less."""
_UNKNOWN_SHARE, _UNKNOWN_WORTH_SAYING = 0.3, 0.1
"""Of a page's characters. The worst of 70 ordinary papers has .19, on a page of formulas; the next one .07."""
_FROM_CODE = 128 | 256
"""Span flags: MuPDF took the character's code for want of its meaning."""
_MOST_LINES = 400_000
"""Of one page; each takes 3 kB, and a page that is full of print has 200."""
_MOST_GLYPHS, _MOST_DRAWINGS, _MOST_PATHS, _MOST_STROKES = 200_000, 20_000, 1_000_000, 2_000
"""Of one page: glyphs and drawings to keep, paths to look through, strokes of one drawing to keep."""
_SPECK = 12.0
"""Points: of too many drawings those that are nowhere longer are left out; plots have them by the thousand."""
_FAR = 1e6
"""Points: what stands beyond is nowhere."""
_LOSS = re.compile(r"zlib|premature end|not a stream|too many (?:syntax )?errors", re.IGNORECASE)
_UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd]")


class Facts(NamedTuple):
    """What is kept of a page until its ink is asked for."""

    number: int
    """1-based."""
    width: float
    height: float
    characters: int

    @property
    def no_ink(self) -> Ink:
        """The ink of a page of which nothing but its size is known."""
        return Ink({"width": self.width, "height": self.height, "blocks": []}, [], [])


class RawText:
    """A page's text as `page.get_text("dict")` gives it, with what can be told from it."""

    def __init__(self, engine: Any, page: Any) -> None:
        """Read the text of an open page; raises whatever PyMuPDF raises on a bad one."""
        self._engine = engine
        self._page = page
        engine.TOOLS.reset_mupdf_warnings()
        printed = page.get_textpage(flags=_flags(engine, engine.TEXTFLAGS_DICT))
        self.layer = _writable(printed.extractText())
        lines = self.layer.count("\n")
        if lines > _MOST_LINES:
            raise ValueError(f"{lines:,} lines of print are too many")
        width, height = page.cropbox.width, page.cropbox.height
        if not (0 < width < _FAR and 0 < height < _FAR):
            raise ValueError(f"no page is {width:g} by {height:g} points large")
        self.raw: RawPage = _sane(page.get_text("dict", textpage=printed))
        said = str(engine.TOOLS.mupdf_warnings()).splitlines()
        self._complaints = [line[:120] for line in said if not line.startswith("...")]
        self.characters = sum(len(span["text"].strip()) for span in _spans(self.raw))

    def facts(self, number: int) -> Facts:
        """Return what is to be kept of page `number`."""
        return Facts(number, float(self.raw["width"]), float(self.raw["height"]), self.characters)

    @property
    def is_picture(self) -> bool:
        """The page is a picture, with next to no text: a scan, most often."""
        return self.characters < _FEW_BESIDE_PICTURE and _picture_share(self._page) > 0.5

    @property
    def has_text(self) -> bool:
        """There is enough text to count as a page of text."""
        return self.characters >= _FEW

    def complaint(self) -> str:
        """Return what MuPDF has to say of a page that came out empty: it makes an empty page of one it cannot read."""
        return "" if self.raw["blocks"] else next(iter(self._complaints), "")

    def gap(self) -> str:
        """Return what MuPDF has to say of a page of which some was lost, empty where none was."""
        return next((said for said in self._complaints if _LOSS.search(said)), "")

    def unknown_share(self) -> float:
        """Return the share (0 to 1) of characters whose fonts do not say which letters they show."""
        spans = list(_spans(self.raw))
        suspects = sum(len(s["text"]) if s.get("char_flags", 0) & _FROM_CODE else _unknown(s["text"]) for s in spans)
        if suspects < max(_FEW, _UNKNOWN_WORTH_SAYING * self.characters):
            return 0.0
        # Codes of old bitmap fonts are letters all the same: only a second look, without codes, tells them apart.
        flags = _flags(self._engine, self._engine.TEXTFLAGS_DICT) & ~self._engine.TEXT_CID_FOR_UNKNOWN_UNICODE
        text = "".join(self._page.get_text("text", flags=flags).split())
        return _unknown(text) / max(1, len(text))


def unknown_warning(share: float) -> str:
    """Return what to say of a page that is read although its fonts leave this share of it unknown; often nothing."""
    return f"the fonts do not say what {share:.0%} of the characters are" if share > _UNKNOWN_WORTH_SAYING else ""


def is_unknown(share: float) -> bool:
    """Tell whether a page with this share of unknown characters is not worth reading."""
    return share > _UNKNOWN_SHARE


def read_ink(engine: Any, pdf: Any, facts: Facts) -> tuple[Ink, str]:
    """Return a page's ink and what to say of it: why there is none, or less; empty where all is well."""
    if facts.characters > _MOST_GLYPHS:
        return facts.no_ink, f"{_NO_FLOATS}: there are {facts.characters:,} letters"
    try:
        return _ink(engine, pdf[facts.number - 1])
    except Exception as error:  # noqa: BLE001 - a stranger's page may fail in any way, and its text is well
        why = "they need more memory than the reader may use" if out_of_memory(error) else short(error)
    return facts.no_ink, f"{_NO_FLOATS}: {why}"


def ink_left_out(why: str) -> str:
    """Return what to say of a page, or file, whose ink was not looked at."""
    return f"{_NO_FLOATS}: {why}"


def _ink(engine: Any, page: Any) -> tuple[Ink, str]:
    log = page.get_bboxlog()
    images = [tuple(box) for kind, box, *_ in log if kind in {"fill-image", "fill-imgmask"} and _is_near(box)][
        :_MOST_DRAWINGS
    ]
    drawings, more = _drawings(page, sum(kind.endswith("-path") for kind, *_ in log))
    glyphs = _sane(page.get_text("rawdict", flags=_flags(engine, engine.TEXTFLAGS_RAWDICT)))
    return Ink(glyphs, drawings, images), more


def _drawings(page: Any, paths: int) -> tuple[Sequence[RawDrawing], str]:
    """Return the drawings, of too many only the first large ones, and what to say of it."""
    if paths > _MOST_PATHS:
        return [], f"the drawings were left out: there are {paths:,}"
    kept: list[RawDrawing] = []
    large = 0

    def keep(drawing: RawDrawing) -> None:
        nonlocal large
        x0, y0, x1, y1 = box = drawing["rect"]
        if not _is_near(box) or (paths > _MOST_DRAWINGS and max(x1 - x0, y1 - y0) < _SPECK):
            return
        large += 1
        if large <= _MOST_DRAWINGS:
            drawing["items"] = drawing["items"][:_MOST_STROKES]
            kept.append(drawing)

    page.get_cdrawings(callback=keep)
    return kept, f"{large - len(kept):,} drawings were left out: there are too many" if large > len(kept) else ""


def _flags(engine: Any, base: int) -> int:
    return int(base & ~engine.TEXT_PRESERVE_IMAGES & ~engine.TEXT_PRESERVE_LIGATURES)


def _spans(raw: RawPage) -> Iterator[dict[str, Any]]:
    return (span for block in raw["blocks"] for line in block.get("lines", ()) for span in line["spans"])


def _sane(raw: RawPage) -> RawPage:
    """Drop, in place, the lines that stand nowhere: overflowing matrices give places that are no numbers."""
    for block in raw["blocks"]:
        if "lines" in block:
            block["lines"] = [line for line in block["lines"] if _stands(line)]
    raw["blocks"] = [block for block in raw["blocks"] if _is_near(block["bbox"]) and block.get("lines", True)]
    return raw


def _stands(line: dict[str, Any]) -> bool:
    spans = line["spans"]
    return (
        _is_near(line["bbox"])
        and all(_is_near(span["bbox"]) and _is_near((*span["origin"], span["size"], 0.0)) for span in spans)
        and all(_is_near(char["bbox"]) for span in spans for char in span.get("chars", ()))
    )


def _writable(text: str) -> str:
    """Return text that UTF-8 can hold: a broken font's half of a character has no place in a database."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _is_near(box: Sequence[float]) -> bool:
    x0, y0, x1, y1 = box
    # Every comparison with a NaN is false.
    return -_FAR < x0 < _FAR and -_FAR < y0 < _FAR and -_FAR < x1 < _FAR and -_FAR < y1 < _FAR


def _unknown(text: str) -> int:
    return 0 if text.isascii() else len(_UNKNOWN.findall(text))


def _picture_share(page: Any) -> float:
    """Return how much of the page its pictures cover, 0 to 1; strips of one picture count together."""
    frame = page.cropbox
    width, height = float(frame.width), float(frame.height)
    covered = 0.0
    for kind, (x0, y0, x1, y1), *_ in page.get_bboxlog():
        if kind in {"fill-image", "fill-imgmask"}:
            across, down = min(x1, width) - max(x0, 0.0), min(y1, height) - max(y0, 0.0)
            covered += max(0.0, across) * max(0.0, down)
    return min(1.0, covered / max(1.0, width * height))
