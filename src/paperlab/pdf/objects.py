"""Looks into the dictionaries of a stranger's PDF: each gives a value of the kind asked for, or none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATE = re.compile(
    r"(?:D:)?\s*(\d{4})-?(\d\d)?-?(\d\d)?[T ]?(\d\d)?:?(\d\d)?:?(\d\d)?(?:\.\d+)?\s*(?:([Zz+-])(\d\d)?[':]?(\d\d)?'?)?"
)
_SIMPLE = re.compile(r"[ -'*-\[\]-~]*")
_NEW_LINE = re.compile(r"<(?:p|br)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_FAR = 1e6
"""Points: what stands beyond is nowhere."""


class PdfDict:
    """A dictionary of a PDF; any look may raise what MuPDF raises on a broken one. Nothing there is an empty one."""

    def __init__(self, mupdf: Any, obj: Any) -> None:
        self._mupdf = mupdf
        self.obj = obj

    @property
    def number(self) -> int:
        """Of the object in its file; 0 for one that is written out where it is used."""
        return int(self._mupdf.pdf_to_num(self.obj)) if self._mupdf.pdf_is_indirect(self.obj) else 0

    def has(self, key: str) -> bool:
        """Tell whether there is such an entry."""
        held = self._get(key)
        return bool(held.m_internal) and not self._mupdf.pdf_is_null(held)

    def part(self, key: str) -> PdfDict:
        """Return the dictionary under `key`."""
        return PdfDict(self._mupdf, self._get(key))

    def name(self, key: str) -> str:
        """Return the name under `key`, or ""."""
        return str(self._mupdf.pdf_to_name(self._get(key)))

    def whole(self, key: str) -> int:
        """Return the whole number under `key`, or 0."""
        return int(self._mupdf.pdf_to_int(self._get(key)))

    def text(self, key: str, most: int) -> str:
        """Return at most `most` characters of the text under `key`, its lines ended by newlines, or ""."""
        found = str(self._mupdf.pdf_to_text_string(self._get(key)))
        # What comes behind is cut off first: a comment may have a hundred million characters.
        return found[: 2 * most].replace("\r\n", "\n").replace("\r", "\n")[:most]

    def rich_text(self, key: str, most: int) -> str:
        """Return the words of the marked up text (XHTML, a string or a stream) under `key`, or ""."""
        held = self._get(key)
        if self._mupdf.pdf_is_stream(held):
            data = self._mupdf.pdf_load_stream(held).fz_buffer_extract()
            return words_of(bytes(data[: 8 * most]).decode("utf-8", "replace"))[:most]
        return words_of(self.text(key, 8 * most))[:most]

    def numbers(self, key: str, most: int) -> list[float] | None:
        """Return at most `most` numbers of the array under `key`; None where it is none, or one is far out."""
        found = []
        for item in self._items(self._get(key), most):
            value = float(self._mupdf.pdf_to_real(item)) if self._mupdf.pdf_is_number(item) else _FAR
            # Every comparison with a NaN is false.
            if not -_FAR < value < _FAR:
                return None
            found.append(value)
        return found

    def parts(self, key: str, most: int) -> Iterator[PdfDict]:
        """Yield at most `most` entries of the array under `key`."""
        for item in self._items(self._get(key), most):
            yield PdfDict(self._mupdf, item)

    def _get(self, key: str) -> Any:
        return self._mupdf.pdf_dict_gets(self.obj, key)

    def _items(self, array: Any, most: int) -> Iterator[Any]:
        for i in range(min(most, int(self._mupdf.pdf_array_len(array)))):
            yield self._mupdf.pdf_array_get(array, i)


class PdfObjects:
    """The objects of an open PDF."""

    def __init__(self, engine: Any, pdf: Any) -> None:
        self._mupdf = engine.mupdf
        self._document = engine.mupdf.pdf_document_from_fz_document(pdf.this)

    def page(self, number: int) -> PdfDict:
        """Return the dictionary of a page (1-based)."""
        return PdfDict(self._mupdf, self._mupdf.pdf_lookup_page_obj(self._document, number - 1))

    def put_array(self, holder: PdfDict, key: str, old: list[PdfDict], new: list[int]) -> None:
        """Put an array under `key` that holds what `old` are and the objects numbered `new`."""
        array = self._mupdf.pdf_new_array(self._document, len(old) + len(new))
        for part in old:
            self._mupdf.pdf_array_push(array, part.obj)
        for number in new:
            self._mupdf.pdf_array_push(array, self._mupdf.pdf_new_indirect(self._document, number, 0))
        self._mupdf.pdf_dict_puts(holder.obj, key, array)


def iso_date(text: str) -> str:
    """Return a PDF's date (`D:20240501120000+02'00'`) as ISO date and time with zone, or "" for what is none."""
    match = _DATE.fullmatch(text.strip()[:60])
    if not match:
        return ""
    year, month, day, hour, minute, second, sign, hours, minutes = match.groups()
    zone = UTC
    try:
        if sign in {"+", "-"}:
            away = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
            zone = timezone(-away if sign == "-" else away)
        parts = (int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0))
        return datetime(*parts, tzinfo=zone).isoformat()
    except ValueError:
        return ""


def pdf_date(text: str) -> str:
    """Return an ISO date and time as a PDF writes it, or "" for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    zone = moment.strftime("%z")
    return f"D:{moment.year:04d}{moment:%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'"


def text_string(text: str) -> str:
    """Return a text as it is written into an object; nothing in it can break out of its string."""
    if _SIMPLE.fullmatch(text):
        return f"({text})"
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be', 'replace').hex().upper()}>"


def words_of(markup: str) -> str:
    """Return the words of XHTML, paragraphs and line breaks as newlines."""
    return unescape(_TAG.sub("", _NEW_LINE.sub("\n", markup))).strip()
