"""Cuts a paper's blocks into chunks that fit an embedder's window. Pure.

A chunk never crosses a section. It is made of whole sentences as far as they fit, and its text is a slice of the
paper's text (blocks joined by one newline), so that offsets, pages and boxes of every word are known.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from paperlab.types import Block, BlockKind, Chunk, PageBox, around

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from paperlab.types import Box

VERSION = "sentences-6"
"""Bumped when the same blocks would give other chunks."""

TARGET_TOKENS = 120
"""A chunk is closed when the next sentence would pass this. The default model was trained on texts of 128 tokens; the
sizes that were measured stand in docs/design.md."""

MAX_TOKENS = 256
"""The longest window that is made use of; an embedder with a shorter one has chunks of its own."""

_FRONT_WORDS = 25
"""Fewer words on page 1 before the first heading are authors and addresses; an abstract without a heading has more."""

# A full stop that ends no sentence: initials, "et al.", "Fig.", "e.g.", numbers.
_ABBREVIATION = re.compile(
    r"(?:\b(?:al|fig|figs|eq|eqs|sec|secs|tab|ref|refs|vs|cf|resp|approx|no|vol|pp|dr|prof|st|e\.g|i\.e|w\.r\.t)"
    r"|\b[A-Z])\.$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?][\"')\]”’]*\s+(?=[\"'(\[“‘]?[A-Z0-9•])|\n")
"""A line end, too: only the rows of a table have one."""


@dataclass(frozen=True, slots=True)
class Cutter:
    """How papers are cut: chunks of the same cutter are the same, whichever embedder embeds them."""

    count_tokens: Callable[[Sequence[str]], list[int]]
    """Gives each text's tokens, special ones counted."""
    max_tokens: int
    """The window that a chunk fits with its context."""

    @property
    def id(self) -> str:
        """Names what the chunks hang on."""
        return f"{VERSION}/{self.max_tokens}"

    def cut(self, blocks: Sequence[Block], title: str) -> list[Chunk]:
        """Return the chunks of a paper in reading order; see `chunk_blocks`."""
        return chunk_blocks(blocks, self.count_tokens, self.max_tokens, title)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text that is not cut: a sentence, or a part of one that is too long."""

    block: int
    start: int
    """Offsets in the paper's text."""
    end: int
    tokens: int


def embedded_context(title: str, section: tuple[str, ...]) -> str:
    """Return what is embedded before a passage, so that it says what it is about: paper and section."""
    return ". ".join(part for part in (title, " > ".join(section)) if part)


def embedded_text(title: str, section: tuple[str, ...], text: str) -> str:
    """Return what is embedded for a passage of a paper."""
    context = embedded_context(title, section)
    return f"{context}\n{text}" if context else text


def paper_text(blocks: Sequence[Block]) -> str:
    """Return the text that chunk offsets count in: all blocks, joined by one newline."""
    return "\n".join(block.text for block in blocks)


def chunk_blocks(
    blocks: Sequence[Block],
    count_tokens: Callable[[Sequence[str]], list[int]],
    max_tokens: int,
    title: str = "",
) -> list[Chunk]:
    """Return the chunks of a paper in reading order.

    `count_tokens` gives each text's tokens with the special ones counted. A chunk's tokens and those of the context
    it is embedded with (the paper's `title` and the section) stay within `max_tokens` together. References, title
    and authors are left out: a bibliography names every topic and answers no question, the title goes with every chunk.
    """
    text = paper_text(blocks)
    offsets = _offsets(blocks)
    chunks: list[Chunk] = []
    special = count_tokens([""])[0]
    for section, members in _runs(blocks):
        context = count_tokens([embedded_context(title, section)])[0]
        # A title longer than the window leaves room for a passage all the same: the embedder cuts the rest off.
        room = max(max_tokens // 4, max_tokens - context)
        pieces = _pieces(members, blocks, offsets, count_tokens, special, room)
        for packed in _pack(pieces, min(TARGET_TOKENS, room)):
            chunks.append(_chunk(len(chunks), section, packed, blocks, offsets, text))
    return chunks


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans of a text's sentences; white space between them belongs to none."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.start() + len(match.group().rstrip())
        if not text[start:end].strip() or _ABBREVIATION.search(text, max(start, end - 12), end):
            continue
        spans.append((start, end))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return spans


def _runs(blocks: Sequence[Block]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Yield each section with its blocks; what is left out ends a run, since a chunk's text has no holes.

    The rows of a table are a run of their own: between two sentences they would speak of something else.
    """
    body = next((i for i, block in enumerate(blocks) if block.section), 0)
    kinds = groupby(range(len(blocks)), key=lambda i: _run_key(blocks[i], before_body=i < body))
    for (section, prose, _), members in kinds:
        told = [i for i in members if blocks[i].text.strip()]
        if told and prose:
            yield section, told


def _run_key(block: Block, *, before_body: bool) -> tuple[tuple[str, ...], bool, bool]:
    return block.section, _is_prose(block, before_body=before_body), block.kind is BlockKind.TABLE


def _is_prose(block: Block, *, before_body: bool) -> bool:
    """Tell whether a block says something: no reference, no words in a picture, not the title, no name below it."""
    if block.kind in {BlockKind.REFERENCE, BlockKind.TITLE, BlockKind.FIGURE}:
        return False
    return not before_body or block.page > 1 or len(block.text.split()) >= _FRONT_WORDS


def _offsets(blocks: Sequence[Block]) -> list[int]:
    offsets, position = [], 0
    for block in blocks:
        offsets.append(position)
        position += len(block.text) + 1
    return offsets


def _pieces(
    members: list[int],
    blocks: Sequence[Block],
    offsets: list[int],
    count_tokens: Callable[[Sequence[str]], list[int]],
    special: int,
    room: int,
) -> Iterator[_Piece]:
    spans = [(i, start, end) for i in members for start, end in sentences(blocks[i].text)]
    counts = count_tokens([blocks[i].text[start:end] for i, start, end in spans])
    for (i, start, end), count in zip(spans, counts, strict=True):
        base = offsets[i]
        if count - special <= room:
            yield _Piece(i, base + start, base + end, count - special)
            continue
        for part_start, part_end, tokens in _split(blocks[i].text, start, end, count_tokens, special, room):
            yield _Piece(i, base + part_start, base + part_end, tokens)


def _split(
    text: str, start: int, end: int, count_tokens: Callable[[Sequence[str]], list[int]], special: int, room: int
) -> Iterator[tuple[int, int, int]]:
    """Cut a sentence that is too long at spaces, or anywhere in a word that is too long itself."""
    while start < end:
        stop, tokens = end, count_tokens([text[start:end]])[0] - special
        while tokens > room and stop - start > 1:
            # One character can be at most one token more, so this always comes down to what fits.
            target = start + max(1, (stop - start) * room // (tokens + 1))
            space = text.rfind(" ", start + 1, target + 1)
            stop = space if space > start else target
            tokens = count_tokens([text[start:stop]])[0] - special
        yield start, stop, tokens
        start = stop + (len(text[stop:end]) - len(text[stop:end].lstrip()))


def _pack(pieces: Iterator[_Piece], target: int) -> Iterator[list[_Piece]]:
    pending: list[_Piece] = []
    tokens = 0
    for piece in pieces:
        if pending and tokens + piece.tokens > target:
            yield pending
            pending, tokens = [], 0
        pending.append(piece)
        tokens += piece.tokens
    if pending:
        yield pending


def _chunk(
    ordinal: int, section: tuple[str, ...], pieces: list[_Piece], blocks: Sequence[Block], offsets: list[int], text: str
) -> Chunk:
    start, end = pieces[0].start, pieces[-1].end
    boxes: list[PageBox] = []
    characters: dict[int, int] = {}
    for i, members in groupby(pieces, key=lambda piece: piece.block):
        run = list(members)
        block, first, last = blocks[i], run[0].start - offsets[i], run[-1].end - offsets[i]
        boxes.append(PageBox(block.page, _box(block, first, last)))
        characters[block.page] = characters.get(block.page, 0) + last - first
    return Chunk(
        ordinal=ordinal,
        section=section,
        page=max(characters, key=lambda page: (characters[page], -page)),
        pages=tuple(sorted(characters)),
        start=start,
        end=end,
        text=text[start:end],
        boxes=tuple(boxes),
    )


def _box(block: Block, start: int, end: int) -> Box:
    """Return the box around the lines that hold the block's characters from `start` to `end`."""
    starts = [line.start for line in block.lines]
    first = max(0, bisect_right(starts, start) - 1)
    last = max(first + 1, bisect_right(starts, end - 1))
    return around([line.box for line in block.lines[first:last]])
