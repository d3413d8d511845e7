"""Rows of print joined to running text, words broken at line ends healed by the document's own vocabulary."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.pdf.page_text import Row
    from paperlab.types import Block

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_BROKEN = re.compile(r"(?<!\S)\S*[-‐]\n\S*")
_TAIL = re.compile(r"((?:[^\W_]+[-‐])*)([^\W_]+)[-‐]$")
_HEAD = re.compile(r"[^\W_]+")


def vocabulary(rows: Iterable[Row]) -> Counter[str]:
    """Count the words and hyphenated words (case folded) that stand unbroken in the rows."""
    text = "\n".join([row.text for row in rows])
    return Counter(_WORD.findall(_BROKEN.sub(" ", text).casefold()))


def heal(texts: Sequence[str], words: Counter[str]) -> tuple[str, list[int]]:
    """Join lines to one text; also return the offset at which each line's own first character stands."""
    text = ""
    starts: list[int] = []
    for line in texts:
        if text:
            tail = _TAIL.search(text, max(0, len(text) - 80)) if text[-1] in "-‐" else None
            head = _HEAD.match(line)
            if tail and head:
                text = text if _keeps_hyphen(tail, head[0], words) else text[:-1]
            else:
                text += " "
        starts.append(len(text))
        text += line
    return text, starts


def line_texts(block: Block) -> list[str]:
    """Return the text of each line of a block, as it stands in the block's healed text."""
    ends = [line.start for line in block.lines[1:]] + [len(block.text)]
    return [block.text[line.start : end].strip() for line, end in zip(block.lines, ends, strict=True)]


def _keeps_hyphen(tail: re.Match[str], head: str, words: Counter[str]) -> bool:
    before, last = tail[1].casefold().replace("‐", "-"), tail[2].casefold()
    after = head.casefold()
    joined = words[before + last + after] or words[last + after]
    kept = words[f"{last}-{after}"] + (words[f"{before}{last}-{after}"] if before else 0)
    if joined or kept:
        return kept > joined
    if not (tail[2][-1] + head[0]).isalpha() or (not head[0].islower() and not (tail[2] + head).isupper()):
        return True
    # A compound that already has a hyphen is more often broken at its own: "state-of-the-" + "art".
    return bool(before and words[last] and words[after])
