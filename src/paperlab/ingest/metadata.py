"""Reads files of papers' metadata: titles and abstracts, one paper at a time, whoever wrote the file.

Taken are JSON lines and JSON arrays, plain or packed (gzip, xz, bzip2, zip), in the words of arXiv's snapshot on
Kaggle, arXiv's OAI-PMH, Semantic Scholar, BEIR's corpora, paperlists, or any others that say `title` and `abstract`.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import zlib
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

from paperlab.errors import BadFile
from paperlab.ids import IdKind, PaperId, parse_arxiv, parse_id_or_none
from paperlab.text import fold, one_line, shorten
from paperlab.types import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BufferedReader
    from pathlib import Path

MAX_RECORD = 4_000_000
"""Bytes of one paper's record; a longer one is passed over."""
MAX_TITLE, MAX_ABSTRACT = 1_000, 20_000
"""Characters kept."""
MAX_AUTHORS, _MAX_NAME, _MAX_KEY, _MAX_FIELD = 100, 200, 160, 500

_PACKERS = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\x00": "lzma", b"BZh": "bz2"}
_ZIP = b"PK\x03\x04"
_PIECE = 1 << 16
_BETWEEN = re.compile(r"[\s,]*")
_IDS = ("id", "_id", "arxiv_id", "arxivId", "identifier", "paperId", "paper_id", "corpusid", "corpusId")
_ARXIV_IDS = ("arxiv_id", "arxivId", "ArXiv", "arXiv", "eprint")
_ABSTRACTS = ("abstract", "summary", "text", "paperAbstract", "description")
_PUBLISHED = ("published", "publicationDate", "publication_date", "published_date", "created", "date")
_UPDATED = ("update_date", "updated")
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?!\d)")


class MetadataFile:
    """One file of metadata, read from its beginning to its end and never held whole."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises BadFile where it cannot be read."""
        self.path = path
        try:
            self._raw: BufferedReader = path.open("rb")
            self.size = path.stat().st_size
            """Bytes of the file as it lies there; 0 for a pipe."""
            self.mark = _mark(self._raw, self.size)
            """A number that tells this content from that of other files, made of size, beginning and end."""
        except OSError as error:
            raise BadFile(path, None, error.strerror or "cannot be read") from error

    @property
    def position(self) -> int:
        """Bytes of it that have been read."""
        return self.size if self._raw.closed or not self.size else min(self._raw.tell(), self.size)

    def papers(self) -> Iterator[tuple[int, Paper | BadFile]]:
        """Yield (line, paper) for every record, or (line, what is wrong with it): the others are read all the same."""
        line = 0
        try:
            for line, record in _records(_unpacked(self._raw)):
                try:
                    yield line, paper_from_record(_object(record))
                except (ValueError, RecursionError) as error:
                    yield line, BadFile(self.path, line, _why(error))
        except _damage() as error:
            yield line + 1, BadFile(self.path, line + 1, f"the file is damaged or cut off here ({error})")
        finally:
            self._raw.close()


def paper_from_record(record: dict[str, Any]) -> Paper:
    """Return the paper that a record describes; raises ValueError for one without a title.

    Its key is the arXiv id where it has one, else its id as given, else one made of the title.
    """
    record = _flat(record)
    if "title" not in record:
        raise ValueError("it has no 'title'")
    abstract = _line(_first(record, _ABSTRACTS)[: 2 * MAX_ABSTRACT])[:MAX_ABSTRACT]
    title = _line(_first(record, ("title",))[: 4 * MAX_TITLE])[:MAX_TITLE] or shorten(abstract, 80)
    if not title:
        raise ValueError("it has neither a title nor an abstract")
    given, doi = _field(record, _IDS), _doi(record)
    arxiv = _arxiv_id(record, given, doi)
    dates = _dates(record)
    return Paper(
        key=arxiv.key if arxiv else _key(given or (doi.value if doi else ""), title),
        title=title,
        authors=_authors(record),
        year=_year(record, dates[0], arxiv),
        abstract=abstract,
        source="arxiv" if arxiv else "",
        arxiv_id=arxiv.value if arxiv else None,
        version=arxiv.version if arxiv else None,
        doi=doi.value if doi and doi.kind is IdKind.DOI else None,
        url=_url(record),
        licence=_field(record, ("license", "licence", "rights")) or None,
        categories=_categories(record),
        published=dates[0],
        updated=dates[1],
    )


# Files


def _mark(raw: BufferedReader, size: int) -> int:
    ends = raw.peek(_PIECE)[:_PIECE]
    if raw.seekable():
        raw.seek(max(0, size - _PIECE))
        ends += raw.read(_PIECE)
        raw.seek(0)
    return zlib.crc32(b"%d/%s" % (size, ends))


def _unpacked(raw: BufferedReader) -> IO[bytes]:
    """Return what the file's bytes are when unpacked; its first bytes tell the packer, not its name."""
    head = raw.peek(6)[:6]
    for magic, module in _PACKERS.items():
        if head.startswith(magic):
            opened: IO[bytes] = import_module(module).open(raw)
            return opened
    if head.startswith(_ZIP):
        import zipfile

        archive = zipfile.ZipFile(raw)
        return archive.open(max(archive.infolist(), key=lambda member: member.file_size))
    return raw


def _damage() -> tuple[type[Exception], ...]:
    """Return what the packers raise for a file that is damaged or cut off."""
    import lzma
    import zipfile

    return OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile


def _records(file: IO[bytes]) -> Iterator[tuple[int, bytes | object]]:
    """Yield (line, record) of JSON lines, or of the items of one JSON array."""
    first = file.readline(MAX_RECORD + 1).removeprefix(codecs.BOM_UTF8)
    if first.lstrip()[:1] == b"[":
        yield from _items(first, file)
        return
    number, line = 1, first
    while line:
        if len(line) > MAX_RECORD:
            yield number, ValueError(f"it is longer than {MAX_RECORD:,} bytes")
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_RECORD)
        elif line.strip():
            yield number, line
        number, line = number + 1, file.readline(MAX_RECORD + 1)


def _items(first: bytes, file: IO[bytes]) -> Iterator[tuple[int, object]]:
    """Yield (line, item) of a JSON array as its text comes in; nothing behind an item that is no JSON is read."""
    decoder, text = json.JSONDecoder(), codecs.getincrementaldecoder("utf-8")("replace")
    buffer, line, position = text.decode(first), 1, first.index(b"[") + 1
    while True:
        start = position
        gap = _BETWEEN.match(buffer, position)
        position = gap.end() if gap else position
        line += buffer.count("\n", start, position)
        if buffer[position : position + 1] == "]":
            return
        try:
            value, end = decoder.raw_decode(buffer, position)
        except ValueError:
            piece = file.read(_PIECE)
            if not piece or len(buffer) - position > MAX_RECORD:
                yield line, ValueError("the array is not JSON from here on")
                return
            buffer, position = buffer[position:] + text.decode(piece), 0
            continue
        yield line, value
        line += buffer.count("\n", position, end)
        position = end


def _object(record: object) -> dict[str, Any]:
    """Return a record as an object; raises ValueError where it is none."""
    if isinstance(record, ValueError):
        raise record
    value = json.loads(record.decode("utf-8")) if isinstance(record, bytes) else record
    if not isinstance(value, dict):
        raise ValueError("this is not a JSON object with 'title' and 'abstract'")  # noqa: TRY004 - of the file, not ours
    return value


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "this is not UTF-8 text"
    if isinstance(error, json.JSONDecodeError):
        return f"this is not JSON: {error.msg} at column {error.colno}"
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error)


# Fields


def _line(text: str) -> str:
    """Return `one_line(text)`, five times as fast where there is nothing to take out."""
    line = " ".join(text.split())
    return line if line.isprintable() else one_line(line)


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record with what OAI-PMH, BEIR and Semantic Scholar put one level down beside the rest."""
    for name in ("header", "metadata", "externalIds"):
        inner = record.get(name)
        if isinstance(inner, dict):
            record = {**inner, **record}
    return record


def _first(record: dict[str, Any], names: Iterable[str]) -> str:
    """Return the first of these fields that says something; of a list its first text."""
    for name in names:
        value = record.get(name)
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, str)), None)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and str(value).strip():
            return str(value)
    return ""


def _field(record: dict[str, Any], names: Iterable[str]) -> str:
    found = _first(record, names)
    return _line(found[:_MAX_FIELD]) if found else ""


def _arxiv_id(record: dict[str, Any], given: str, doi: PaperId | None) -> PaperId | None:
    for text in (given, _field(record, _ARXIV_IDS)):
        found = parse_arxiv(text.removeprefix("oai:arXiv.org:"))
        if found is None and "arxiv" in text.lower():
            found = parse_id_or_none(text)
        if found is not None and found.kind is IdKind.ARXIV:
            return found
    return doi if doi and doi.kind is IdKind.ARXIV else None


def _doi(record: dict[str, Any]) -> PaperId | None:
    """Return the DOI, or the arXiv id that it speaks of; of several the first."""
    words = _field(record, ("doi", "DOI")).split()
    found = parse_id_or_none(words[0]) if words else None
    return found if found and found.kind in {IdKind.DOI, IdKind.ARXIV} else None


def _key(given: str, title: str) -> str:
    if not given:
        return "title-" + hashlib.sha256((fold(title) or title).encode()).hexdigest()[:16]
    if len(given) <= _MAX_KEY:
        return given
    return f"{given[: _MAX_KEY - 17]}-{hashlib.sha256(given.encode()).hexdigest()[:16]}"


def _authors(record: dict[str, Any]) -> tuple[str, ...]:
    parsed = record.get("authors_parsed")
    if isinstance(parsed, list) and parsed:
        # Last name, first names, suffix; what stands behind them is an affiliation.
        names = [f"{_part(one, 1)} {_part(one, 0)} {_part(one, 2)}" for one in parsed[:MAX_AUTHORS]]
    else:
        names = _names(next((record[name] for name in ("authors", "author", "creator") if record.get(name)), ""))
    return tuple(name for one in names[:MAX_AUTHORS] if (name := _line(one[:_MAX_NAME])))


def _part(name: object, place: int) -> str:
    part = name[place] if isinstance(name, list) and len(name) > place else ""
    return part if isinstance(part, str) else ""


def _names(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split(";") if ";" in value else re.split(r",\s+and\s+|\s+and\s+|,\s+", value)
    if not isinstance(value, list):
        return []
    told = [one.get("name") if isinstance(one, dict) else one for one in value]
    return [name for name in told if isinstance(name, str)]


def _dates(record: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the ISO dates of the first version and of the last change."""
    versions = record.get("versions")
    first = versions[0] if isinstance(versions, list) and versions and isinstance(versions[0], dict) else {}
    return _date(_field(first, ("created",)) or _field(record, _PUBLISHED)), _date(_field(record, _UPDATED))


def _date(text: str) -> str | None:
    if match := _ISO_DATE.match(text):
        return match[0]
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).date().isoformat() if text else None
    except (ValueError, TypeError, IndexError):
        return None


def _year(record: dict[str, Any], published: str | None, arxiv: PaperId | None) -> int | None:
    given = _field(record, ("year",)) or (published or "")
    if match := _ISO_DATE.match(given):
        year = int(match[1])
        return year if 1000 <= year <= 2100 else None
    if arxiv is None:
        return None
    digits = int(arxiv.value.rpartition("/")[2][:2])
    return digits + (1900 if "/" in arxiv.value and digits >= 91 else 2000)


def _categories(record: dict[str, Any]) -> tuple[str, ...]:
    value = record.get("categories")
    told = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(_line(one[:60]) for one in told[:20] if isinstance(one, str) and one.strip())


def _url(record: dict[str, Any]) -> str | None:
    url = _field(record, ("url",))
    return url if url.startswith(("https://", "http://")) and " " not in url else None
