"""All pages of an open PDF, one by one, into a document: what cannot be read is left out and named (child process)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from paperlab.pdf.document import Document
from paperlab.pdf.notes import gathered
from paperlab.pdf.opening import (
    Unreadable,
    ends_early,
    files_inside,
    information,
    out_of_memory,
    outline,
    page_count,
    short,
)
from paperlab.pdf.raw_pages import (
    NO_LETTERS,
    RawText,
    ink_left_out,
    is_unknown,
    read_ink,
    unknown_warning,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paperlab.pdf.ink import Ink
    from paperlab.pdf.raw_pages import Facts
    from paperlab.types import Reading

_FRONT_PAGES = 2
_MOST_GLYPHS = 1_500_000
"""Of the pages with tables and figures; each takes half a kB until the last is read."""
_SCAN = "it has no text, only pictures of pages: run it through OCR (ocrmypdf) first"


class At(Protocol):
    """Listens to where the reading is."""

    def __call__(self, part: str, page: int = 0) -> None:
        """Hear that a part (`text` or `ink`) of a page (1-based), or the `end`, is worked on now."""
        ...


def read_pages(engine: Any, pdf: Any, request: Mapping[str, Any], at: At) -> Reading:
    """Return the reading of `pdf`, or of its first two pages where the request is for the front matter.

    Raises Unreadable where no page has text; MemoryError, or any error of our own, in the midst of a part.
    """
    count = page_count(pdf, request["max_pages"])
    pages = _Pages(engine, pdf, request, at)
    wanted = min(count, _FRONT_PAGES) if request["kind"] == "front" else count
    for number in range(1, wanted + 1):
        pages.add(number)
    pages.check(wanted)
    at("end")
    reading = pages.document.reading(request["reader"])
    return replace(reading, warnings=(*gathered(reading.warnings), *_of_the_file(pdf, request)))


class _Pages:
    """Adds page after page to a document and counts what they are."""

    def __init__(self, engine: Any, pdf: Any, request: Mapping[str, Any], at: At) -> None:
        self.document = Document(information(pdf), outline(pdf))
        self._engine = engine
        self._pdf = pdf
        self._request = request
        self._at = at
        self._glyphs = 0
        self._texts = 0
        self._pictures = 0
        self._left_out: list[tuple[str, str]] = []
        """Reason of UnreadablePdf and why, of each page left out."""

    def add(self, number: int) -> None:
        """Add the next page, or its place where it cannot be read."""
        lost = self._request["lost"].get(str(number))
        if lost:
            self._leave_out(*lost)
            return
        self._at("text", number)
        try:
            page = self._pdf[number - 1]
            text = RawText(self._engine, page)
            picture, share = text.is_picture, text.unknown_share()
            complaint, gap = "" if picture else text.complaint(), text.gap()
        except Exception as error:  # a stranger's page may fail in any way
            if out_of_memory(error):
                raise MemoryError from error
            self._leave_out("damaged", short(error))
            return
        if complaint:
            self._leave_out("damaged", complaint)
        elif is_unknown(share):
            self._leave_out("scan", NO_LETTERS)
        else:
            self._count(number, text, picture=picture)
            self._warn(number, unknown_warning(share))
            self._warn(number, f"some of it may be lost ({gap})" if gap else "")
            self.document.add(text.raw, partial(self._ink, text.facts(number)), text.layer)

    def check(self, wanted: int) -> None:
        """Raise Unreadable where none of the pages has text."""
        if self._texts:
            return
        if len(self._left_out) == wanted:
            reason, why = self._left_out[0]
            raise Unreadable(reason, why if reason == "scan" else f"no page of it can be read ({why})")
        if inside := files_inside(self._pdf):
            raise Unreadable("empty", f"it is only a case for other files ({inside}): save them and add those")
        if self._pictures or self._left_out:
            raise Unreadable("scan", _SCAN)
        if self._drawn(wanted):
            raise Unreadable("scan", "it has no text, only drawings: run it through OCR (ocrmypdf --force-ocr) first")
        raise Unreadable("empty", "its pages are empty, or nearly so")

    def _count(self, number: int, text: RawText, *, picture: bool) -> None:
        if picture:
            self._pictures += 1
            advice = "run the file through OCR (ocrmypdf) if it shows words"
            self.document.warnings.append(f"page {number} has a picture but next to no text: {advice}")
        elif text.has_text:
            self._texts += 1

    def _leave_out(self, reason: str, why: str) -> None:
        self._left_out.append((reason, why))
        self.document.add_unreadable(why)

    def _ink(self, facts: Facts) -> Ink:
        """Return a page's ink; the document asks for it at its end, where it has seen the captions."""
        if self._request["kind"] == "front" or self._request["no_ink"]:
            return facts.no_ink
        self._glyphs += facts.characters
        lost = self._request["inkless"].get(str(facts.number))
        if lost or self._glyphs > _MOST_GLYPHS:
            self._warn(facts.number, ink_left_out(lost or "there are too many on the pages before"))
            return facts.no_ink
        self._at("ink", facts.number)
        ink, warning = read_ink(self._engine, self._pdf, facts)
        self._warn(facts.number, warning)
        self._at("end")
        return ink

    def _warn(self, number: int, warning: str) -> None:
        if warning:
            self.document.warnings.append(f"page {number}: {warning}")

    def _drawn(self, wanted: int) -> bool:
        """Tell whether the pages have at least a text's worth of drawings on them."""
        paths = 0
        for number in range(wanted):
            self._at("text", number + 1)
            paths += len(self._pdf[number].get_bboxlog())
            if paths > 25 * wanted:
                return True
        return False


def _of_the_file(pdf: Any, request: Mapping[str, Any]) -> list[str]:
    """Return what is to be said of the file as a whole."""
    warnings = [ink_left_out(request["no_ink"])] if request["no_ink"] else []
    if ends_early(pdf, request["path"]):
        warnings.append("the file ends too early: pages may be missing; fetch it again")
    if inside := files_inside(pdf):
        warnings.append(f"other files are packed in it ({inside}) and were not read: save them and add those")
    return warnings
