"""Blocks of a reference list joined to whole entries: labels, parts on later pages, links broken over lines. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paperlab.ids import parse_arxiv
from paperlab.types import BlockKind, PageBox, around

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.types import Block, Box

LONGEST = 20_000
"""Characters of an entry that are looked at; a list of a thousand authors has fewer."""
_LABEL = re.compile(
    r"\[([^\[\]]{1,60})\]\s*|(?:(\d{1,3})\.(?=\s|$)|\(?(\d{1,3})\)(?=\s|$)|(\d{1,3})(?=\s+[^\W\d_]))\s*"
)
_LINK = re.compile(r"(?:https?:|www\.|\bdoi|arxiv|abs/|10\.\d{4,9}/).*$|(?<![\d.])10\.$", re.IGNORECASE)
_ARXIV_PART = re.compile(r"(\d{4}\.\d{0,4}|\d{1,3})$")
_CONNECTED = re.compile(r"[/_=?&%#~@+:-]$")
_GOES_ON = re.compile(r"[/?#&=_~%]|(?=[^\s]*[/_=%])[\w.~%-]|[\w-]+\.(?:html?|pdf|php|aspx?|txt)\b")
_LOWER_PART = re.compile(r"(?!(?:in|and|url|doi|pp?|accessed|retrieved|arxiv|vol)\b)[a-z0-9][\w.-]*")


@dataclass(slots=True)
class Entry:
    """One entry: its blocks, and its text without label."""

    blocks: list[Block]
    places: list[int]
    """The blocks' positions in the paper."""
    label: str = ""
    text: str = ""
    breaks: list[int] = field(default_factory=list)
    """Where in `text` printed lines begin, the first not counted."""

    @property
    def page(self) -> int:
        """Where it begins, 1-based."""
        return self.blocks[0].page

    @property
    def boxes(self) -> tuple[PageBox, ...]:
        """One box a page or column, in reading order."""
        return tuple(PageBox(block.page, box) for block in self.blocks for box in _runs(block))

    @property
    def unbroken(self) -> str:
        """The text, as far as it is looked at, with links and arXiv ids in one piece that were broken over lines."""
        return _unbroken(self.text[:LONGEST], [at for at in self.breaks if at < LONGEST])


def entries_of(blocks: Sequence[Block]) -> list[Entry]:
    """Return the entries of all reference lists of a paper, in order; blocks without text or lines are left out."""
    listed = [(i, b) for i, b in enumerate(blocks) if b.kind is BlockKind.REFERENCE and b.lines and b.text.strip()]
    labelled = sum(_LABEL.match(block.text) is not None for _, block in listed) > 0.6 * len(listed)
    hanging = _hangs([block for _, block in listed])
    entries: list[Entry] = []
    for k, (place, block) in enumerate(listed):
        before = listed[k - 1][1] if k else None
        after = listed[k + 1][1] if k + 1 < len(listed) else None
        if before and before.page < block.page and _goes_on(before, block, after, labelled, hanging):
            entries[-1].blocks.append(block)
            entries[-1].places.append(place)
        else:
            entries.append(Entry([block], [place]))
    for entry in entries:
        _read(entry, labelled=labelled)
    return entries


def _hangs(blocks: Sequence[Block]) -> float:
    """Return by how much second lines are indented in most entries; 0 where they are not."""
    steps = Counter(round(b.lines[1].box[0] - b.lines[0].box[0]) for b in blocks if len(b.lines) > 1)
    indent, count = max(steps.items(), key=lambda item: item[1], default=(0, 0))
    return float(indent) if 3 < indent < 60 and 3 * count > sum(steps.values()) else 0.0


def _goes_on(before: Block, block: Block, after: Block | None, labelled: bool, hanging: float) -> bool:  # noqa: FBT001
    """Tell whether the first reference block of a page is the rest of the last one of an earlier page."""
    if labelled:
        return _LABEL.match(block.text) is None
    left = block.lines[0].box[0]
    if hanging and len(block.lines) > 1:
        return abs(block.lines[1].box[0] - left) < 0.4 * hanging
    if hanging and after and after.page == block.page and abs(left - after.lines[0].box[0]) < 2 * hanging:
        return left - after.lines[0].box[0] > 0.5 * hanging
    return block.text[0].islower() or before.text[-1] not in ".)]”"


def _read(entry: Entry, *, labelled: bool) -> None:
    text, breaks = "", []
    for block in entry.blocks:
        glue = ""
        if text:
            broken = text[-1] in "-‐" and text[-2:-1].isalpha()
            text, glue = (text[:-1], "") if broken and block.text[0].islower() else (text, "" if broken else " ")
        at = len(text) + len(glue)
        breaks += [at + line.start for line in block.lines if at + line.start]
        text += glue + block.text
    match = _LABEL.match(text) if labelled else None
    if match:
        entry.label = "".join((next(g for g in match.groups() if g)).split())
        breaks = [b - match.end() for b in breaks if b > match.end()]
        text = text[match.end() :]
    entry.text, entry.breaks = text, breaks


def _runs(block: Block) -> Iterator[Box]:
    """Yield the box of each column a block stands in."""
    run: list[Box] = []
    for line in block.lines:
        beyond = bool(run) and line.box[0] > max(box[2] for box in run)
        if run and (beyond or line.box[3] < run[0][1]):
            yield around(run)
            run = []
        run.append(line.box)
    yield around(run)


def _unbroken(text: str, breaks: Sequence[int]) -> str:
    parts: list[str] = []
    done = 0
    so_far = ""
    for at in breaks:
        so_far += text[done:at]
        done = at
        link = _LINK.search(so_far[-300:].rstrip().rsplit(" ", 1)[-1])
        if not link:
            continue
        following = text[at : at + 80].split(" ", 1)[0]
        if so_far.endswith(" "):
            if _joins(link[0], following):
                so_far = so_far.rstrip()
        elif so_far[-1].isalnum() and "/" in link[0]:
            # A hyphen at a line's end is part of a link; it was taken for a broken word's.
            so_far += "-"
    parts.append(so_far + text[done:])
    return "".join(parts)


def _joins(link: str, following: str) -> bool:
    """Tell whether the first word of a line goes on the link at the end of the line above."""
    if not following or following.lower().startswith(("http", "www.", "doi:", "arxiv:")):
        return False
    if part := _ARXIV_PART.search(link):
        digits = re.match(r"[\d.]*\d", following)
        if "arxiv" in link.lower() and digits and parse_arxiv(part[1] + digits[0]):
            return not parse_arxiv(part[1])
    if _CONNECTED.search(link):
        return following[0].isalnum() or following[0] in "/?#&=_~%"
    if link.endswith("."):
        return _LOWER_PART.match(following) is not None and not re.fullmatch(r"\(?(?:19|20)\d\d[a-z]?\W*", following)
    return not link.endswith((",", ";", ")")) and _GOES_ON.match(following) is not None
