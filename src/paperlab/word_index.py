"""The words of all chunks in a tantivy index: BM25, phrases, exclusions.

Derived from the database, as the vector index is. A marker document, written in the same commit as the chunks, says
which state of the database the index has: a commit is whole or not at all, also when the process is killed in it.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from typing import TYPE_CHECKING, Any

from paperlab.errors import BadFile, Busy, NoSpace, NotNow
from paperlab.queries import STOP_WORDS
from paperlab.text import one_line, shorten
from paperlab.types import IndexedUpTo

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from paperlab.types import ChunkWords, Wanted, Words

VERSION = 1
"""Bumped when the same chunks would be indexed otherwise."""

_WORDS, _SECTION = "words", "section"
"""Fields: title, headings and text as one (measured: docs/design.md), and the headings again for `section:`."""
_ANALYZER = "stems"
_MARKER = 0
"""The id of the marker document; chunks count from 1."""
_LONGEST_WORD = 65
_WORD = re.compile(r"[^\W_]+")
"""What tantivy takes for a word, but for rare signs: five times as quick as asking it where they stand."""
_SEGMENT_FILES = {".idx", ".pos", ".term", ".fast", ".fieldnorm", ".store"}
_MAGIC = 1337
_LOOKED_UP = 4_000
"""Numbers up to which they are looked up one by one; 85 of a million take 0.8 ms so, 2.5 ms as a set."""
_HEAP, _BULK_HEAP = 15_000_000, 128_000_000
"""Bytes a writer holds in memory, for few documents and for many."""


class WordIndex:
    """One index folder. What `update` commits is seen by the next search of the same object, or after `refresh`."""

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`, making an empty one where there is none; raises BadFile for a damaged one."""
        import tantivy

        self.folder = folder
        self._tantivy = tantivy
        kinds = tantivy.Filter
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(kinds.remove_long(_LONGEST_WORD))
            .filter(kinds.lowercase())
            .filter(kinds.ascii_fold())
            .filter(kinds.stemmer("english"))
            .build()
        )
        with _errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            made = tantivy.Index.exists(str(folder))
            self._index = tantivy.Index.open(str(folder)) if made else tantivy.Index(_schema(), str(folder))
            self._index.register_tokenizer(_ANALYZER, self._analyzer)
            self._schema = self._index.schema
            self._check_fields()
            self._searcher = self._index.searcher()
        self._marked: tuple[Wanted, frozenset[str]] | None = None

    def _check_fields(self) -> None:
        """Raise what tantivy raises where a damaged schema lacks a field: later it would be any query's fault."""
        for field in (_WORDS, _SECTION):
            self._tantivy.Query.term_query(self._schema, field, "a", "freq")
        for field in ("id", "reading", "mark"):
            self._term(field, 0)

    # Keeping

    def followed(self) -> IndexedUpTo:
        """Return which state of the database this index has; (0, 0) for an empty one. Raises BadFile."""
        with _errors(self.folder):
            found = self._run(self._term("id", _MARKER), 2)
            if not found:
                return IndexedUpTo(0, 0)
            return IndexedUpTo(self._numbers("reading", found)[0], self._numbers("mark", found)[0])

    def update(
        self, removed: Sequence[int], added: Iterable[ChunkWords], upto: IndexedUpTo, *, many: bool = False
    ) -> None:
        """Take chunks out and in, and keep `upto`, all in one commit.

        `added` are not in the index yet. Raises Busy while another process updates this index, NoSpace.
        """
        document = self._tantivy.Document
        with _errors(self.folder, writing=True):
            writer = self._index.writer(_BULK_HEAP if many else _HEAP, 1)
            for chunk_id in removed:
                writer.delete_documents_by_term("id", chunk_id)
            for chunk in added:
                told = [chunk.title, chunk.section, chunk.text]
                writer.add_document(
                    document(id=chunk.id, reading=chunk.reading, mark=0, section=chunk.section, words=told)
                )
            writer.delete_documents_by_term("id", _MARKER)
            writer.add_document(document(id=_MARKER, reading=upto.chunk, mark=upto.removal, section="", words=""))
            writer.commit()
            writer.wait_merging_threads()
            self.refresh()

    def check(self, checked: Mapping[str, Sequence[int]] | None = None) -> dict[str, list[int]]:
        """Check this index's files; see `check_files`."""
        return check_files(self.folder, checked)

    def is_compact(self) -> bool:
        """Tell whether all lies in one piece with nothing removed: as after a single update."""
        segments = _segments(self.folder)
        return len(segments) <= 1 and not any(one["deletes"] for one in segments)

    def is_wasteful(self) -> bool:
        """Tell whether a fifth of what is stored was removed since."""
        segments = _segments(self.folder)
        gone = sum(one["deletes"]["num_deleted_docs"] for one in segments if one["deletes"])
        return bool(5 * gone > sum(int(one["max_doc"]) for one in segments))

    def refresh(self) -> None:
        """See what other processes have committed."""
        with _errors(self.folder):
            self._index.reload()
            self._searcher = self._index.searcher()

    # Searching

    def search(
        self, wanted: Wanted, k: int, *, readings: Collection[int] | None = None, ids: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `k` (chunk id, BM25) that have any of the words, best first, ties by id.

        Only chunks of `readings` and only those with `ids`, where given.
        """
        boosted = self._tantivy.Query.boost_query
        some = [boosted(self._stands(words), weight) for words, weight in wanted.any_of]
        some += [self._stands(words) for words in wanted.all_of]
        if not some:
            return []
        narrowing = self._narrowing(wanted, readings, ids)
        query = self._all([self._any(some), *narrowing]) if narrowing else self._any(some)
        with _errors(self.folder):
            hits = self._run(query, k)
            chunk_ids = self._numbers("id", hits)
        found = [(chunk_id, score) for chunk_id, (score, _) in zip(chunk_ids, hits, strict=True)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def matching(
        self, wanted: Wanted, readings: Collection[int] | None = None, ids: Collection[int] | None = None
    ) -> list[int]:
        """Return the ids of the chunks, of all or of those with `ids`, that `wanted` does not shut out.

        Its `any_of` is not looked at.
        """
        query = self._all([self._positive(), *self._narrowing(wanted, readings, ids)])
        with _errors(self.folder):
            most = self._searcher.num_docs if ids is None else len(ids)
            return self._numbers("id", self._run(query, max(1, most)))

    def count(self, wanted: Wanted, readings: Collection[int] | None = None) -> int:
        """Return how many chunks `matching` would list."""
        query = self._all([self._positive(), *self._narrowing(wanted, readings, None)])
        with _errors(self.folder):
            found: Any = self._searcher.search(query, limit=1, count=True)
            return int(found.count or 0)

    def frequency(self, word: str) -> int:
        """Return in how many chunks a word stands, in any form with the same stem."""
        return max((self._searcher.doc_freq(_WORDS, stem) for stem in self.stems(word)), default=0)

    def marks(self, text: str, wanted: Wanted) -> tuple[tuple[int, int], ...]:
        """Return the character spans of the words looked for in `text`; small words only where there are no others."""
        if self._marked is None or self._marked[0] is not wanted:
            self._marked = wanted, self._telling(wanted)
        stems = self._marked[1]
        words, spans = self.stems(text), [match.span() for match in _WORD.finditer(text)]
        if len(words) == len(spans):
            return tuple(span for word, span in zip(words, spans, strict=True) if word in stems)
        # tantivy takes something else for a word than Python does, or dropped a long one.
        tokens = self._analyzer.pre_tokenize(text).tokens
        return tuple((token.char_offset_from, token.char_offset_to) for token in tokens if token.text in stems)

    def _telling(self, wanted: Wanted) -> frozenset[str]:
        """Return the stems of the words looked for; of small words only where there are no others."""
        sought = {word for words in (*(words for words, _ in wanted.any_of), *wanted.all_of) for word in words}
        telling = {word for word in sought if word not in STOP_WORDS}
        return frozenset(stem for word in telling or sought for stem in self.stems(word))

    def stems(self, text: str) -> list[str]:
        """Return the words of `text` as they are compared, in order."""
        return list(self._analyzer.analyze(text))

    # Queries

    def _stands(self, words: Words, field: str = _WORDS) -> Any:
        """Return the query for a word or phrase in a field; nothing fits one of which nothing is indexed."""
        query = self._tantivy.Query
        stems = self.stems(" ".join(words))
        if not stems:
            return query.empty_query()
        if len(stems) == 1:
            return query.term_query(self._schema, field, stems[0], "freq")
        return query.phrase_query(self._schema, field, [*stems])

    def _narrowing(self, wanted: Wanted, readings: Collection[int] | None, ids: Collection[int] | None) -> list[Any]:
        """Return the conditions a chunk must meet; none of them adds to its score."""
        query = self._tantivy.Query
        musts = [self._stands(words) for words in wanted.all_of]
        musts += [self._stands(words, _SECTION) for words in wanted.sections]
        if readings is not None:
            musts.append(self._one_of("reading", readings))
            musts.append(self._positive())
        if ids is not None:
            musts.append(self._one_of("id", ids))
        conditions = [query.const_score_query(must, 0.0) for must in musts]
        if wanted.none_of:
            nots = [(self._tantivy.Occur.MustNot, self._stands(words)) for words in wanted.none_of]
            everything = (self._tantivy.Occur.Must, query.all_query())
            conditions.append(query.const_score_query(query.boolean_query([everything, *nots]), 0.0))
        return conditions

    def _positive(self) -> Any:
        """Return the query for every chunk: all but the marker."""
        kind = self._tantivy.FieldType.Integer
        return self._tantivy.Query.range_query(self._schema, "id", kind, 1, 2**62)

    def _one_of(self, field: str, values: Collection[int]) -> Any:
        """Return the query for any of some numbers: to look up a few is quicker than to walk all there are."""
        if len(values) <= _LOOKED_UP:
            return self._any([self._term(field, value) for value in values])
        return self._tantivy.Query.term_set_query(self._schema, field, list(values))

    def _term(self, field: str, value: int) -> Any:
        return self._tantivy.Query.term_query(self._schema, field, value)

    def _any(self, queries: Sequence[Any]) -> Any:
        return self._tantivy.Query.boolean_query([(self._tantivy.Occur.Should, one) for one in queries])

    def _all(self, queries: Sequence[Any]) -> Any:
        return self._tantivy.Query.boolean_query([(self._tantivy.Occur.Must, one) for one in queries])

    def _run(self, query: Any, k: int) -> list[tuple[float, Any]]:
        # Without the count tantivy leaves out whatever cannot come among the k best.
        hits: list[tuple[float, Any]] = self._searcher.search(query, limit=k, count=False).hits
        return hits

    def _numbers(self, field: str, hits: Sequence[tuple[float, Any]]) -> list[int]:
        values: Any = self._searcher.fast_field_values(field, [address for _, address in hits])
        return list(values)


def check_files(folder: Path, checked: Mapping[str, Sequence[int]] | None = None) -> dict[str, list[int]]:
    """Hold an index's files against the checksums tantivy wrote at their ends; raises BadFile.

    Files that `checked`, an earlier answer, names as they still are need no second look. tantivy itself looks at no
    checksum, and may end the process over a damaged file.
    """
    seen: dict[str, list[int]] = {}
    for path in _files(folder):
        before = list((checked or {}).get(path.name) or [])
        try:
            stat = path.stat()
            # A file's change time can not be set: whatever touches its bytes shows.
            now = [stat.st_size, stat.st_ctime_ns, stat.st_ino]
            checksum = before[3] if before[:3] == now and len(before) == 4 else _checksum(path)
        except FileNotFoundError:
            continue  # another process has merged it into a new one; a file that is missing else is noticed on use
        # A file never changes under its name: whole, but with another checksum, it is that of another index.
        if checksum is None or (len(before) == 4 and before[3] != checksum):
            raise BadFile(path, None, "its bytes are not those that were written")
        seen[path.name] = [*now, checksum]
    return seen


def _segments(folder: Path) -> list[dict[str, Any]]:
    """Return what the last commit consists of, none where nothing was committed yet."""
    with _errors(folder):
        path = folder / "meta.json"
        return list(json.loads(path.read_text(encoding="utf-8"))["segments"]) if path.exists() else []


def _files(folder: Path) -> list[Path]:
    """Return the files of the last commit: others are being written, or left by a killed process."""
    segments = {str(one["segment_id"]).replace("-", ""): one["deletes"] for one in _segments(folder)}
    deletes = {f".{deletes['opstamp']}.del" for deletes in segments.values() if deletes}
    return sorted(
        path
        for path in folder.iterdir()
        if path.name.partition(".")[0] in segments
        and (path.suffix in _SEGMENT_FILES or any(path.name.endswith(ending) for ending in deletes))
    )


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("id", "reading", "mark"):
        builder.add_integer_field(name, stored=False, indexed=True, fast=True)
    for name in (_WORDS, _SECTION):
        builder.add_text_field(name, stored=False, tokenizer_name=_ANALYZER, index_option="position")
    return builder.build()


def _checksum(path: Path) -> int | None:
    """Return a segment file's CRC-32, or None where its footer (JSON, its length, a magic number) tells another."""
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        return None
    length, magic = struct.unpack("<II", data[-8:]) if len(data) > 8 else (0, 0)
    body, footer = data[: -8 - length], data[-8 - length : -8]
    try:
        told = json.loads(footer)["crc"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    checksum = zlib.crc32(body)
    return checksum if magic == _MAGIC and told == checksum else None


class _errors:  # noqa: N801 - a context manager, cheaper to enter than a generator
    """Say tantivy's errors in words a user can act on: BadFile, Busy, NoSpace, NotNow."""

    def __init__(self, folder: Path, *, writing: bool = False) -> None:
        self._folder = folder
        self._writing = writing

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        """Raise what a user can mend; tantivy knows only ValueError, OSError and its own panics."""
        if error is None or isinstance(error, KeyboardInterrupt | SystemExit | NotNow | BadFile):
            return
        whole = str(error)
        text = shorten(one_line(whole), 200)
        if any(words in whole for words in _FULL):
            raise NoSpace(f"no space left to write {self._folder}: free some and run the command again") from error
        if "ermission denied" in whole or "ead-only" in whole:
            raise NotNow(f"cannot write {self._folder}: {text}; check who may write there") from error
        if "LockBusy" in whole:
            raise Busy(f"another paperlab is writing to {self._folder}: wait for it") from error
        # A panic of tantivy's is a BaseException of a class of its own.
        if isinstance(error, ValueError | OSError | LookupError | TypeError | RecursionError) or _is_panic(error):
            if self._writing and "No such file" not in whole and "NotFound" not in whole:
                raise NotNow(f"cannot write {self._folder}: {text}") from error
            raise BadFile(self._folder, None, f"the word index is damaged ({text})") from error


_FULL = (
    "No space left",
    "StorageFull",
    "QuotaExceeded",
    "FileTooLarge",
    "os error 28",
    "code: 28",
    "code: 27",
    "code: 122",
)
"""How the libraries below say that a disk is full."""


def _is_panic(error: BaseException) -> bool:
    return type(error).__name__ == "PanicException"
