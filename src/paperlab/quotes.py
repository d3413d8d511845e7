"""Finds quoted words on a page, character for character apart from white space, hyphens and ligatures. Pure.

Page, blocks and quote are compared by their letters: NFKC, without white space, hyphens between words and the `^` and
`_` that reading put before raised and lowered signs. What is given back is spelt as the page has it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from paperlab.types import Located

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.types import Block, Box, PrintedPage

_FEWEST_WORDS = 3
"""A part of a quote with fewer says nothing by itself."""
_LONGEST_TAIL = 80
"""Characters."""
_KEPT_PAGES = 128
"""Pages whose letters are remembered, about 150 kB each."""

_ACCENTS = {"¨": "\u0308", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˚": "\u030a"}
_DOTLESS = {"ı": "i", "ȷ": "j"}
_QUOTE_SIGNS = str.maketrans({**dict.fromkeys('“”„‟«»"', "''"), **dict.fromkeys("‘’‚‛′`´", "'")})
_LETTERS = re.compile(
    r"""
    (?P<accent>(?<=\w)[¨´ˆ˜ˇ˚]\s?[A-Za-zıȷ])             # drawn apart from its letter
  | (?P<plain>(?:[!\#-&(-,./-\]a-~](?![\u0300-\u036f]))+)
  | (?P<sign>(?<![\w)\]%^])[-‐‑–−](?=\.?\d))              # a minus, whichever dash it is set with
  | [-‐‑\u00ad^_\s]
  | (?P<other>\S[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f]*)
    """,
    re.VERBOSE,
)
_OPENED = re.compile(r"(?:\d[.,]?|(?<!\S)\.|−|(?<![\w)\]%^])[-‐‑–])\Z")
_GOES_ON = re.compile(r"\d[.,]?\d|[-‐‑–−]\.?\d")
_BROKEN = re.compile(r"[-‐‑\u00ad]\s+")
_SPACES = re.compile(r"\s+")
_MARK = re.compile(r"[\^_]")
_RAISED = re.compile(r"([\^_])(−?\d+)(?![.,]?\d)")
_HEIGHTS = {
    "^": str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"),
    "_": str.maketrans("0123456789−", "₀₁₂₃₄₅₆₇₈₉₋"),
}

_WORDS = tuple(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty".split()
)
_SCALES = {"k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "g": 9, "billion": 9, "t": 12, "trillion": 12}
_NUMBER = re.compile(
    rf"""
    (?P<name>(?<!\w)(?:(?=[^\W_]*(?:[-‐/][^\W_]*)*\d)[^\W\d_][^\W_]*(?:(?:[-‐/]|(?<=\d)\.(?=\d))[^\W_]+)*
        |\d+(?:\.\d+){{2,}}))
  | (?<![\w^.])(?:(?P<factor>\d+(?:\.\d+)?)\ ?[×x·*⋅]\ ?)?10\^(?P<power>[-−]?\d{{1,3}})
  | (?P<sign>(?<![\w)\]%^])[-−–])?(?<![\w^])(?<!\d\.)
    (?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d*\.\d+|\d+)(?:[eE]\^?(?P<e>[-−+]?\d{{1,3}})(?!\w))?
    (?:\ ?(?P<scale>thousand|million|billion|trillion|[kKMBbGT])(?!\w))?
  | (?<![\w-])(?P<word>(?i:one(?!\ (?:of|another|hand|can|could|may|might|must|should|would|has|is|by)\b)
        |{"|".join(_WORDS[1:])}))(?!\w|-(?:{"|".join(_WORDS[:9])})\b)
    """,
    re.VERBOSE,
)
_ENDING_WORDS = re.compile(r"(?:[-‐/][^\W\d_]+)+$")
_THIN_SPACE = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_RAISED_SIGNS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")


class _Number(NamedTuple):
    """A number of a text, or a name that holds one."""

    shown: str
    value: Decimal = Decimal(0)
    scale: int = 0
    """The power of ten that a letter or word behind it stands for."""
    name: str = ""


class Letters(NamedTuple):
    """A text and what of it is compared."""

    text: str
    letters: str
    starts: list[int]
    """For each letter, where in the text the character begins that it was made of."""
    ends: list[int]


def locate(text: str, page: PrintedPage, blocks: Sequence[Block]) -> Located | None:
    """Return where `text` stands on a page in one run, or None. `blocks` are the page's own, for the boxes.

    Words and numbers count whole: `28` does not stand in `28.4`. What stands there more than once gets the place it has
    first in `blocks`. The page's letters are remembered: the next quote on it is found in a fraction of the time.
    """
    quote = letters_of(text)
    return _locate(quote, page, blocks) if quote.letters else None


def locate_parts(text: str, page: PrintedPage, blocks: Sequence[Block]) -> list[Located]:
    """Return where `text` stands, in the runs that a column or a picture cuts it into; [] where any of it does not.

    It is cut between words, into as few parts as can be, of three words or more, and the page has them in this order.
    """
    quote = letters_of(text)
    if not quote.letters:
        return []
    whole = _locate(quote, page, blocks)
    if whole:
        return [whole]
    layer = page_letters(page.text).letters
    parts: list[Located] = []
    behind = 0
    for start, end in _runs(quote, layer, _FEWEST_WORDS):
        piece = letters_of(text[start:end])
        at, part = layer.find(piece.letters, behind), _locate(piece, page, blocks)
        if at < 0 or part is None:
            return []
        parts.append(part)
        behind = at + len(piece.letters)
    return parts


def _locate(quote: Letters, page: PrintedPage, blocks: Sequence[Block]) -> Located | None:
    layer = page_letters(page.text)
    if quote.letters not in layer.letters:
        return None
    joined = page_letters("\n".join([block.text for block in blocks]))
    first = _whole(quote, joined)
    at = _whole(quote, layer)
    if first is not None:
        at = _uncut(quote, layer) if at is None else at
        guide, spans = joined, [_span(joined, first, len(quote.letters))]
    else:
        pieces = [letters_of(quote.text[start:end]) for start, end in _runs(quote, joined.letters, 1)]
        guide, spans = quote, _in_turn(pieces, joined)
    boxes = _boxes(spans, blocks)
    if at is None or not boxes:
        return None
    return Located(_as_printed(layer, at, quote, guide, first or 0), page.number, boxes)


def letters_of(text: str) -> Letters:
    """Return a text with its letters: what of it is compared."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _LETTERS.finditer(text):
        start, end = match.span()
        if match.lastgroup == "plain":
            letters.append(match[0])
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        elif match.lastgroup:
            made = "−" if match.lastgroup == "sign" else _spelt(_composed(match[0]))
            letters.append(made)
            starts += [start] * len(made)
            ends += [end] * len(made)
    return Letters(text, "".join(letters), starts, ends)


page_letters = lru_cache(maxsize=_KEPT_PAGES)(letters_of)


def raised(text: str) -> str:
    """Return a block's text with the numbers behind `^` and `_` as raised and lowered signs: `x^2` as `x²`."""
    return _RAISED.sub(lambda match: match[2].translate(_HEIGHTS[match[1]]), text)


def _composed(cluster: str) -> str:
    """Return a letter whose accent is drawn before it as one character, where there is such a one."""
    accent = _ACCENTS.get(cluster[0], "")
    whole = unicodedata.normalize("NFC", _DOTLESS.get(cluster[-1], cluster[-1]) + accent)
    return whole if accent and len(whole) == 1 else cluster


@lru_cache(maxsize=4096)
def _spelt(cluster: str) -> str:
    """Return a character that is no plain ASCII, with its accents, as it is compared."""
    known = unicodedata.normalize("NFKC", cluster.translate(_QUOTE_SIGNS)).translate(_QUOTE_SIGNS)
    return "".join(c for c in known if not c.isspace() and c not in "-‐\u00ad^_")


def places(letters: str, among: Letters) -> Iterator[int]:
    """Yield where letters stand without cutting a character in two (`ﬁ`, `½`)."""
    at = among.letters.find(letters)
    while at >= 0:
        end = at + len(letters)
        opens = at == 0 or among.starts[at] != among.starts[at - 1]
        if opens and (end == len(among.starts) or among.starts[end] != among.starts[end - 1]):
            yield at
        at = among.letters.find(letters, at + 1)


def _uncut(quote: Letters, layer: Letters) -> int | None:
    """Return the first place where no number is cut; a word may seem to be, where the layer lacks spaces."""
    spans = ((at, *_span(layer, at, len(quote.letters))) for at in places(quote.letters, layer))
    return next((at for at, start, end in spans if not _cuts_number(layer.text, start, end)), None)


def _whole(quote: Letters, among: Letters, start: int = 0) -> int | None:
    """Return a place where neither a word nor a number is cut: best spelt alike, from `start` on, and the first."""
    spans = [(at, *_span(among, at, len(quote.letters))) for at in places(quote.letters, among)]
    found = [(among.text[a:b] != quote.text, at < start, at) for at, a, b in spans if not cuts(among.text, a, b)]
    return min(found)[2] if found else None


def _span(among: Letters, at: int, count: int) -> tuple[int, int]:
    return among.starts[at], among.ends[at + count - 1]


def cuts(text: str, start: int, end: int) -> bool:
    """Tell whether a slice begins or ends inside a word or a number."""
    opens = text[start].isalnum() and text[start - 1 : start].isalnum()
    ends = text[end - 1].isalnum() and text[end : end + 1].isalnum()
    return opens or ends or _cuts_number(text, start, end)


def _cuts_number(text: str, start: int, end: int) -> bool:
    opens = text[start].isdigit() and _OPENED.search(text[max(0, start - 2) : start])
    return bool(opens or _GOES_ON.match(text, end - 1))


def _runs(quote: Letters, among: str, fewest: int) -> list[tuple[int, int]]:
    """Return the spans of the quote's text, of at least `fewest` words, whose letters each stand in `among`.

    They are as few as can be; [] where some of it stands nowhere.
    """
    words = [match.span() for match in re.finditer(r"\S+", quote.text)]
    ends = [bisect_right(quote.starts, end - 1) for _, end in words]
    words = [word for word, (before, end) in zip(words, pairwise([0, *ends]), strict=True) if end > before]
    cuts = [0, *dict.fromkeys(end for end in ends if end)]
    reach, far = [], 0
    for i in range(len(words)):
        far = max(far, i)
        while far < len(words) and quote.letters[cuts[i] : cuts[far + 1]] in among:
            far += 1
        reach.append(far)
    return [(words[i][0], words[j - 1][1]) for i, j in pairwise(_fewest_steps(reach, fewest))]


def _fewest_steps(reach: Sequence[int], least: int) -> list[int]:
    """Return the way from 0 to the end in the fewest steps of `least` or more that stay within reach; [] for none."""
    goal = len(reach)
    before = {0: 0}
    latest = [0]
    while latest and goal not in before:
        ahead = [(j, i) for i in latest for j in range(i + least, reach[i] + 1) if j not in before]
        before |= dict(reversed(ahead))
        latest = sorted({j for j, _ in ahead}, reverse=True)
    if goal not in before:
        return []
    way = [goal]
    while way[-1]:
        way.append(before[way[-1]])
    return way[::-1]


def _in_turn(pieces: Sequence[Letters], joined: Letters) -> list[tuple[int, int]]:
    """Return where pieces stand, each behind the one before where it can be; [] where one does not stand whole."""
    spans: list[tuple[int, int]] = []
    start = 0
    for piece in pieces:
        at = _whole(piece, joined, start)
        if at is None:
            return []
        spans.append(_span(joined, at, len(piece.letters)))
        start = at + len(piece.letters)
    return spans


def _boxes(spans: Sequence[tuple[int, int]], blocks: Sequence[Block]) -> tuple[Box, ...]:
    """Return the boxes of the lines that spans of the joined blocks' text stand on."""
    found: dict[Box, None] = {}
    offset = 0
    for block in blocks:
        starts = [line.start for line in block.lines]
        for start, end in spans:
            first, last = max(0, start - offset), min(len(block.text), end - offset)
            if first < last:
                lines = block.lines[max(0, bisect_right(starts, first) - 1) : bisect_right(starts, last - 1)]
                found |= dict.fromkeys(line.box for line in lines)
        offset += len(block.text) + 1
    return tuple(found)


def _as_printed(layer: Letters, at: int, quote: Letters, guide: Letters, first: int) -> str:
    """Return the quote's letters as the layer has them from `at` on.

    Spaces and healed words are those of the guide from `first` on; a guide that is the quote itself heals words only.
    """
    count = len(quote.letters)
    text = _opened(layer.text[layer.starts[at] : layer.ends[at]])
    until, height = 0, _HEIGHTS["^"]
    for k in range(1, count):
        start, end = layer.starts[at + k], layer.ends[at + k]
        if start == layer.starts[at + k - 1]:
            continue
        wanted = guide.text[guide.ends[first + k - 1] : guide.starts[first + k]]
        gap, shown = layer.text[layer.ends[at + k - 1] : start], layer.text[start:end]
        if guide is quote:
            wanted = _MARK.sub("", wanted) if _BROKEN.search(gap) else gap
        elif _MARK.search(wanted) and not _MARK.search(gap):
            number = _RAISED.match(guide.text, guide.starts[first + k] - 1)
            until, height = (k + len(number[2]), _HEIGHTS[number[1]]) if number else (0, height)
            wanted = _MARK.sub("", wanted) if number or not (text[-1].isdigit() and shown.isdigit()) else " "
        text += _gap(gap, wanted) + (shown.translate(height) if k < until else _opened(shown))
    return text + _trailing(quote.text[quote.ends[-1] :], layer.text[layer.ends[at + count - 1] :][:_LONGEST_TAIL])


def _trailing(wanted: str, printed: str) -> str:
    """Return the dashes at the end of a quote, as far as the page has them: what a row of a table leaves empty."""
    signs = " ".join(wanted.split())
    alike = signs and "".join(printed.split()).startswith(signs.replace(" ", ""))
    return (" " if wanted[0].isspace() else "") + signs if alike else ""


def _opened(shown: str) -> str:
    """Return a character with its accents, a ligature as its letters."""
    opened = unicodedata.normalize("NFKC", shown) if "\ufb00" <= shown <= "\ufb06" else shown
    return opened if len(opened) == 1 else _SPACES.sub(" ", opened)


def _gap(printed: str, wanted: str) -> str:
    """Return what stands between two letters: what is wanted, as far as the page agrees, else what is printed."""
    if not (printed or wanted):
        return ""
    signs = "".join(_BROKEN.sub("", printed).replace("\u00ad", "").split())
    if "".join(wanted.split()) in {signs, "".join(printed.replace("\u00ad", "-").split())}:
        return _SPACES.sub(" ", wanted)
    return _SPACES.sub(" ", printed.replace("\u00ad", ""))


def missing_numbers(sentence: str, quotes: Sequence[str]) -> tuple[str, ...]:
    """Return the numbers of `sentence` that stand in none of the quotes, as it writes them, each once.

    `10,000` is `10000`, `.1` is `0.1`, `1e-4` is `10⁻⁴`, `three` is `3`, `30.5%` is `30.5` and `7 billion` is `7B`; but
    `7.9` is not `7.93`. A number in a name (`GPT-3`, `CIFAR-10`) must stand in that name; raised ones are notes.
    """
    known = [number for quote in quotes for number in _numbers(quote)]
    missing = [number.shown for number in _numbers(sentence) if not any(_is_same(number, other) for other in known)]
    return tuple(dict.fromkeys(missing))


def _numbers(text: str) -> Iterator[_Number]:
    """Yield the numbers of a text, and the names that hold one."""
    for match in _NUMBER.finditer(
        unicodedata.normalize("NFKC", _RAISED_SIGNS.sub(_lowered, _THIN_SPACE.sub("", text)))
    ):
        shown = match[0].strip()
        if match["name"]:
            yield _Number(shown, name=_ENDING_WORDS.sub("", shown).casefold().replace("‐", "-").replace("/", "-"))
        elif match["word"]:
            yield _Number(shown, Decimal(_WORDS.index(shown.casefold()) + 1))
        elif match["power"]:
            yield _Number(shown, _scaled(match["factor"] or "1", match["power"]))
        else:
            value = _scaled(match["digits"].replace(",", ""), match["e"] or "0")
            yield _Number(shown, -value if match["sign"] else value, _SCALES.get((match["scale"] or "").casefold(), 0))


def _scaled(digits: str, power: str) -> Decimal:
    return Decimal(digits).scaleb(int(power.replace("−", "-")))


def _lowered(match: re.Match[str]) -> str:
    return "^" + unicodedata.normalize("NFKC", match[0])


def _is_same(wanted: _Number, known: _Number) -> bool:
    """Tell whether a number of a sentence is one of a quote: `Llama-2` is in `Llama-2-7B`, 5 is in `-5`."""
    if wanted.name or known.name:
        parts = known.name.split("-")
        return wanted.name.replace("-", "") in {"".join(parts[: i + 1]) for i in range(len(parts))}
    values = {known.value, abs(known.value)}
    in_full = wanted.value.scaleb(wanted.scale) in {value.scaleb(known.scale) for value in values}
    return in_full or (wanted.value in values and not (wanted.scale and known.scale))
