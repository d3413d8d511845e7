"""Labs of any number of chunks for `growth.py`: real titles, sentences and vectors, and beyond them made-up ones.

A lab is written as a user's is: a folder with its `paper.toml` for every 60 chunks, the mirror of these records,
readings with blocks and chunks, vectors, word index, vector index. The PDFs in the folders are stand-ins of few bytes.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from paperlab.lab import Lab
from paperlab.library.paper_file import format_paper
from paperlab.text import one_line
from paperlab.types import Block, BlockKind, Chunk, FrontMatter, Line, PageBox, PageSize, Paper, PdfFile, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

PAPER = 60
"""Chunks of a paper."""
HELD_OUT = 300
"""Texts that are asked for and stand in no lab."""
_CHARACTERS = 520
"""Of a chunk, about: what papers are cut into has 120 tokens."""
_NOISE = 0.6
_BATCH = 20_000
_EMBEDDED = 2_000
"""Texts that are embedded where no vectors are given."""
_SECTIONS = (
    *("Introduction", "Related Work", "Preliminaries", "Method", "Training", "Experimental Setup"),
    *("Results", "Ablation Study", "Discussion", "Limitations", "Conclusion", "Appendix"),
)
_PDF = b"%PDF-1.4 stand-in\n"
_LINE = 95
_CHUNKS_A_PAGE = 5


@dataclass(slots=True)
class Source:
    """Real papers as they are published: titles, abstracts, who and when."""

    records: list[dict[str, Any]]
    """Those that stand in the labs."""
    asked: list[dict[str, Any]]
    """Those that are held out."""
    sentences: list[list[str]]
    vectors: NDArray[np.float32]
    """Of `records`, or of the first of them (m, d), length 1."""


def read_source(texts: Path, vectors: Path | None) -> Source:
    """Read TEXTS.jsonl[.xz] (`title`, `abstract`, `authors`, `year`), and one vector a line where a file has them."""
    with (lzma.open if texts.suffix == ".xz" else open)(texts, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    order = np.random.default_rng(0).permutation(len(records))
    whole = [int(i) for i in order if len(records[i].get("abstract") or "") > _CHARACTERS // 2]
    held, stay = whole[:HELD_OUT], sorted(whole[HELD_OUT:])
    chosen = [records[i] for i in stay]
    sentences = [_sentences(record["abstract"]) for record in chosen]
    found = np.load(vectors, mmap_mode="r")[stay].astype(np.float32) if vectors else _embedded(sentences)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return Source(chosen, [records[i] for i in held], sentences, found)


def _embedded(sentences: list[list[str]]) -> NDArray[np.float32]:
    from paperlab.embedders import load_embedder
    from paperlab.folders import cache_folder

    texts = [" ".join(some) for some in sentences[:_EMBEDDED]]
    return load_embedder("minilm", cache_folder()).embed(texts)


def _sentences(text: str) -> list[str]:
    return [one_line(part) for part in re.split(r"(?<=[.!?])\s+(?=[A-Z])", text) if part.strip()]


class Maker:
    """Papers by number, the same ones each time."""

    def __init__(self, source: Source, lab: Lab) -> None:
        self._source = source
        self._lab = lab
        self._cutter = lab.cutter.id
        self._reader = lab.reader.id

    def paper(self, number: int) -> Paper:
        """Return a paper whose title, authors and year are real ones."""
        record = self._source.records[number % len(self._source.records)]
        key = f"{2000 + number // 100_000:04}.{number % 100_000:05}"
        authors = tuple(filter(None, (one_line(name) for name in str(record.get("authors") or "").split(";"))))
        pdf = PdfFile("paper.pdf", hashlib.sha256(key.encode()).hexdigest(), len(_PDF))
        title, abstract = one_line(record["title"]), one_line(record["abstract"])
        return Paper(key, title, authors, record.get("year"), abstract, "arxiv", key, pdf=pdf)

    def save(self, paper: Paper) -> None:
        """Write a paper's folder as the library does, but without waiting for the disk each time."""
        folder = self._lab.library.folder(paper.key)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "paper.pdf").write_bytes(_PDF)
        (folder / "paper.toml").write_text(format_paper(paper), encoding="utf-8")

    def put(self, paper: Paper, number: int, count: int = PAPER) -> None:
        """Keep a reading of `count` chunks for this paper."""
        chunks = self.chunks(number, count)
        blocks = tuple(Block(BlockKind.PARAGRAPH, c.page, c.section, c.text, _lines(c.text)) for c in chunks)
        pages = tuple(PageSize(i + 1, 612.0, 792.0) for i in range(-(-count // _CHUNKS_A_PAGE)))
        reading = Reading(self._reader, pages, blocks, FrontMatter(paper.title, paper.authors, paper.year))
        assert paper.pdf is not None
        self._lab.store.readings.put(paper.pdf.sha256, reading, self._cutter, chunks)

    def chunks(self, number: int, count: int) -> list[Chunk]:
        """Return a paper's chunks; texts beyond the real ones begin with two sentences of one abstract."""
        rng, found, start = np.random.default_rng([1, number]), [], 0
        for ordinal in range(count):
            text = self._text(number * PAPER + ordinal, rng)
            page, section = 1 + ordinal // _CHUNKS_A_PAGE, (_SECTIONS[ordinal * len(_SECTIONS) // PAPER],)
            box = PageBox(page, (72.0, 72.0 + 130 * (ordinal % _CHUNKS_A_PAGE), 540.0, 190.0))
            found.append(Chunk(ordinal, section, page, (page,), start, start + len(text), text, (box,)))
            start += len(text) + 1
        return found

    def _text(self, number: int, rng: np.random.Generator) -> str:
        sentences = self._source.sentences
        if number < len(sentences):
            return _until_full(iter(sentences[number]))
        return _until_full(self._mixed(_near(number, len(self._source.vectors)), rng))

    def _mixed(self, about: int, rng: np.random.Generator) -> Iterator[str]:
        sentences = self._source.sentences
        yield from rng.permutation(np.array(sentences[about], dtype=object))[:2]
        while True:
            other = sentences[rng.integers(len(sentences))]
            yield other[rng.integers(len(other))]

    def vectors(self, first: int, count: int) -> NDArray[np.float32]:
        """Return vectors (count, d) of chunks by number: the real ones, then such as are drawn around one of them."""
        real = self._source.vectors
        numbers = np.arange(first, first + count)
        seeds = np.array([n if n < len(real) else _near(int(n), len(real)) for n in numbers])
        rng = np.random.default_rng([2, first])
        made: NDArray[np.float32] = real[seeds]
        noise = rng.normal(size=made.shape).astype(np.float32) * (_NOISE / made.shape[1] ** 0.5)
        made[numbers >= len(real)] += noise[numbers >= len(real)]
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


def _near(number: int, count: int) -> int:
    """Return which real text a made-up chunk is about: spread over all, the same each time."""
    return number * 2_654_435_761 % 2**32 % count


def _until_full(sentences: Iterator[str]) -> str:
    text = ""
    for sentence in sentences:
        if text and len(text) + len(sentence) > _CHARACTERS:
            break
        text = f"{text} {sentence}".strip()
    return text[: 3 * _CHARACTERS]


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(
        Line(start, (72.0, 72.0 + 12 * row, 540.0, 82.0 + 12 * row))
        for row, start in enumerate(range(0, len(text), _LINE))
    )


def make_lab(folder: Path, source: Source, size: int, say: Any) -> dict[str, float]:
    """Write a lab of `size` chunks into an empty folder; return the seconds of each step."""
    Lab.init(folder)
    seconds: dict[str, float] = {}
    lab = Lab(folder, complain=say)

    def timed(name: str, step: Any) -> None:
        started = time.perf_counter()
        step()
        seconds[name] = round(time.perf_counter() - started, 1)
        say(f"{size:,}: {name} {seconds[name]} s")

    maker = Maker(source, lab)
    timed("records", lambda: _put_records(lab, maker, size))
    timed("readings", lambda: _put_readings(maker, size))
    timed("vectors", lambda: _put_vectors(lab, maker, size))
    timed("words", lab.own.words.open)
    timed("index", lambda: lab.own.keeper.keep(lab.store.vectors))
    lab.close()
    return seconds


def _put_records(lab: Lab, maker: Maker, size: int) -> None:
    papers = [maker.paper(number) for number in range(-(-size // PAPER))]
    for paper in papers:
        maker.save(paper)
    stamps = lab.library.stamps()
    lab.store.papers.put((paper, (stamps[paper.key].size, stamps[paper.key].mtime_ns)) for paper in papers)


def _put_readings(maker: Maker, size: int) -> None:
    for number in range(-(-size // PAPER)):
        maker.put(maker.paper(number), number, min(PAPER, size - number * PAPER))


def _put_vectors(lab: Lab, maker: Maker, size: int) -> None:
    lab.store.vectors.register(lab.embedder.id, lab.settings.index_embedder, lab.embedder.dimension)
    for first in range(0, size, _BATCH):
        count = min(_BATCH, size - first)
        lab.store.vectors.put(lab.embedder.id, range(first + 1, first + count + 1), maker.vectors(first, count))
