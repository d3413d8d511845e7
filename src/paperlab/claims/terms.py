"""Finds the names of metrics, datasets, splits and settings in a label or a sentence. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from paperlab.claims.vocabulary import LANGUAGES, METHOD_WORDS, SETUP, SPLITS
from paperlab.claims.vocabulary_datasets import DATASETS
from paperlab.claims.vocabulary_metrics import CUT, CUT_NAMES, METRICS
from paperlab.types import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 7
"""Words of the longest name."""
_SHORT = 4
"""Letters up to which a name must be printed as it is listed to count in a sentence."""
_CAPITALS = frozenset("per met is ar mr sr hr ll ser ter map ate der rpe hps cd emd sr nsd".split())
"""Metrics that are common words unless they are printed in capitals."""
ORDINARY = frozenset(
    "drop sick race grid glue apps real pets cars ted ava ant date sports traffic weather kitchen hopper adroit reddit "
    "quora".split()
)
"""Datasets that are common words unless they are printed as they are listed."""
_WORDY = frozenset("is no am it he hi id et be ha my lo pa ms".split())
"""Codes of languages that are words."""
_TOP_WHAT = re.compile(
    r"[ -]*(?:(?:val\S*|test|classification|localization|and|or|,|/|&|top-\d)[ -]*)*(?:acc|err)", re.IGNORECASE
)
"""What follows `top-1` in prose where it is a metric."""
_CUTS = {name: name for name in CUT.split()} | dict(pair.split("=") for pair in CUT_NAMES.split())
_DIRECTIONS = {"+": Direction.HIGHER, "-": Direction.LOWER, "?": Direction.UNKNOWN}


class TermKind(StrEnum):
    """What a known name names."""

    METRIC = "metric"
    DATASET = "dataset"
    SPLIT = "split"
    SETUP = "setup"
    METHOD = "method"


@dataclass(frozen=True, slots=True)
class Term:
    """A name of the vocabulary."""

    kind: TermKind
    name: str
    printed: str
    """The alias as the vocabulary has it."""
    direction: Direction = Direction.UNKNOWN
    usual: str = ""
    """The usual metric of a dataset."""


@dataclass(frozen=True, slots=True)
class Found:
    """A name found in a text."""

    term: Term
    start: int
    end: int
    words: tuple[tuple[int, int], ...]
    """Spans of its words; others may stand between them."""


def squash(text: str) -> str:
    """Return the letters and digits of a text, folded: names are compared so."""
    if text.isascii() and text.isalnum():
        return text.lower()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c for c in text.casefold() if c.isalnum())


@lru_cache(maxsize=4096)
def find_terms(text: str, *, prose: bool = False) -> tuple[Found, ...]:
    """Return the known names in a text from left to right, the longest where several begin.

    In prose only metrics, datasets and splits count, short names only as they are listed, and datasets only with a
    capital or a digit. In a label splits may stand inside a metric's name: `top-5 val. error`.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    found = list(_scan(text, words, prose=prose))
    splits = [one for one in found if one.term.kind is TermKind.SPLIT]
    if prose or not splits or len(splits) == len(words):
        return tuple(found)
    apart = {span for one in splits for span in one.words}
    rest = list(_scan(text, [span for span in words if span not in apart], prose=False))
    if not any(one.term.kind is TermKind.METRIC and one not in found for one in rest):
        return tuple(found)
    return tuple(sorted([*splits, *rest], key=lambda one: one.start))


def metric_named(name: str) -> Term | None:
    """Return a metric by its name or an alias."""
    term = _vocabulary().get(squash(name))
    return term if term and term.kind is TermKind.METRIC else None


def dataset_named(name: str) -> Term | None:
    """Return a dataset by its name or an alias."""
    term = _vocabulary().get(squash(name))
    return term if term and term.kind is TermKind.DATASET else None


def aliases(name: str) -> list[str]:
    """Return the names that a metric is listed under."""
    return [term.printed for term in _metrics() if term.name == name]


def _scan(text: str, words: Sequence[tuple[int, int]], *, prose: bool) -> Iterator[Found]:
    squashed = [squash(text[start:end]) for start, end in words]
    i = 0
    while i < len(words):
        cut = _cut_off(text, words[i : i + 3])
        if cut and prose and cut[1].name.startswith("top-") and not _TOP_WHAT.match(text, words[i + cut[0] - 1][1]):
            cut = None
        least = cut[0] if cut else 0
        found = _longest(text, words, squashed, i, prose=prose)
        if not found or found[0] <= least:
            found = cut or _language_pair(text, words[i : i + 3], squashed[i : i + 3])
        if found:
            count, term = found
            yield Found(term, words[i][0], words[i + count - 1][1], tuple(words[i : i + count]))
        i += found[0] if found else 1


def _longest(
    text: str, words: Sequence[tuple[int, int]], squashed: Sequence[str], i: int, *, prose: bool
) -> tuple[int, Term] | None:
    """Return how many words from the i-th on are a known name, and the name."""
    vocabulary, begun = _vocabulary(), _beginnings()
    key, best = "", None
    for count in range(1, min(_LONGEST, len(words) - i) + 1):
        key += squashed[i + count - 1]
        if key not in begun and key[:-1] not in vocabulary:
            break
        term = vocabulary.get(key) or (vocabulary.get(key[:-1]) if len(key) > 4 and key[-1] == "s" else None)
        start, end = words[i][0], words[i + count - 1][1]
        glued = "_" in text[start:end] and len(key) < _SHORT  # `W_q` is not `WQ`
        if term and not glued and "=" not in text[start:end] and _counts(term, text[start:end], prose=prose):
            best = count, term
    return _with_year(text, words, i, *best) if best else None


def _with_year(text: str, words: Sequence[tuple[int, int]], i: int, count: int, term: Term) -> tuple[int, Term]:
    """Return a name with the year right behind it, where it is a dataset's."""
    if (
        term.kind is not TermKind.DATASET
        or i + count >= len(words)
        or not _is_year(text, words[i + count - 1], words[i + count])
    ):
        return count, term
    printed = text[words[i][0] : words[i + count][1]]
    return count + 1, Term(term.kind, f"{term.name} {text[slice(*words[i + count])]}", printed, usual=term.usual)


def _counts(term: Term, printed: str, *, prose: bool) -> bool:
    """Tell whether a name stands for itself where it is printed so."""
    if term.kind is TermKind.DATASET and not _looks_named(term.printed, printed, prose=prose):
        return False
    if term.kind is TermKind.METRIC and squash(printed) in _CAPITALS and printed[-1:].islower() and printed != "mAP":
        return False
    if not prose:
        return True
    if term.kind in (TermKind.SETUP, TermKind.METHOD) or printed.casefold() in ("tests", "testing", "training"):
        return False
    if len(squash(printed)) <= _SHORT and not any(c.isdigit() for c in printed):
        capitals = printed.isupper() and len(printed) > 2 and term.kind is TermKind.METRIC and term.name != "latency"
        return (
            capitals
            or printed.rstrip("s") == term.printed.rstrip("s")
            or (term.kind is TermKind.SPLIT and printed in ("dev", "val", "test", "Test", "Dev"))
        )
    return term.name not in ("average", "rank", "ratio", "matched", "all") and (
        term.kind is not TermKind.SPLIT or printed.casefold() not in ("seen", "unseen", "m", "mm", "eval", "total")
    )


def _cut_off(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, Term] | None:
    """Return the metric that a number is part of, and of how many words it is: `hits@10`, `Top-20`."""
    if len(spans) < 2:
        return None
    base, last = text[slice(*spans[0])].casefold(), 1
    if base not in _CUTS:
        return None
    if len(spans) > 2 and text[slice(*spans[1])] == "at":
        last = 2
    number = text[slice(*spans[last])]
    between = text[spans[0][1] : spans[last][0]].strip().replace("at", "@")
    if (
        text[spans[last][1] :].startswith(("%", " %"))
        or not number.isdigit()
        or (between != "@" if base != "top" else between not in ("", "-", "–", "@"))
    ):
        return None
    name = _CUTS[base]
    shown = f"top-{number}" if name == "top" else f"{name.upper() if name in ('ndcg', 'mrr', 'map') else name}@{number}"
    return last + 1, Term(TermKind.METRIC, shown, shown, Direction.UNKNOWN if name == "top" else Direction.HIGHER)


def _is_year(text: str, before: tuple[int, int], word: tuple[int, int]) -> bool:
    """Tell a year right behind a dataset's name, where no year is in the name yet."""
    return (
        re.fullmatch(r"(?:19|20)\d\d", text[word[0] : word[1]]) is not None
        and text[before[1] : word[0]] in (" ", "-")
        and not text[before[0] : before[1]][-2:].isdigit()
    )


def _looks_named(listed: str, printed: str, *, prose: bool) -> bool:
    """Tell a dataset's name from a common word: by capitals and digits, in a label by its length too."""
    if printed != listed and printed.isalpha() and (len(listed) < _SHORT or squash(printed) in ORDINARY):
        return False
    if printed == listed and "-" in listed:
        return True
    telling = sum(c.isupper() or c.isdigit() for c in printed)
    if not prose:
        return telling > 0 or len(printed) > _SHORT
    return telling > 1 or (telling == 1 and printed.rstrip("s") == listed.rstrip("s"))


def _language_pair(text: str, spans: Sequence[tuple[int, int]], words: Sequence[str]) -> tuple[int, Term] | None:
    """Return how many words name a pair of languages (`en-de`, `english to german`), and the pair."""
    codes = _languages()
    for at in (2, 1):
        if len(words) <= at or words[0] not in codes or words[at] not in codes:
            continue
        if any(text[slice(*spans[k])] in _WORDY for k in (0, at)):
            continue
        between = text[spans[0][1] : spans[at][0]].strip()
        if (at == 2 and words[1] in ("to", "2")) or (at == 1 and between and between in "-–—→↔>/->⇒"):
            name = f"{codes[words[0]].upper()}-{codes[words[at]].upper()}"
            return at + 1, Term(TermKind.DATASET, name, name, usual="BLEU")
    glued = re.fullmatch("([a-z]{2})2([a-z]{2})", words[0]) if words else None
    if glued and glued[1] in codes and glued[2] in codes:
        name = f"{glued[1].upper()}-{glued[2].upper()}"
        return 1, Term(TermKind.DATASET, name, name, usual="BLEU")
    return None


def is_language(text: str) -> bool:
    """Tell a language's name, or its code in capitals or as listed."""
    return text.casefold() in _languages() and (len(text) > 2 or text not in _WORDY)


@cache
def _languages() -> dict[str, str]:
    pairs = [pair.split("=") for pair in LANGUAGES.split()]
    return {**{code: code for code, _ in pairs}, **{name: code for code, name in pairs}}


@cache
def _vocabulary() -> dict[str, Term]:
    """Return every name and alias, squashed; what comes first wins."""
    known: dict[str, Term] = {}
    for term in (*_metrics(), *_datasets(), *_splits(), *_words(SETUP, TermKind.SETUP)):
        known.setdefault(squash(term.printed), term)
    for term in _words(METHOD_WORDS, TermKind.METHOD):
        known.setdefault(squash(term.printed), term)
    return known


@cache
def _beginnings() -> frozenset[str]:
    """Return every beginning of a name: what is none need not be gone on with."""
    return frozenset(name[:end] for name in _vocabulary() for end in range(1, len(name) + 1))


def _metrics() -> Iterator[Term]:
    for line in re.split(r"\n(?! )", METRICS.strip()):
        head, _, aliases = line.partition(":")
        name, direction = head.rsplit(" ", 1)
        for alias in (name, *_listed(aliases)):
            yield Term(TermKind.METRIC, name, alias, _DIRECTIONS[direction])


def _datasets() -> Iterator[Term]:
    for paragraph in re.split(r"\n(?! )", DATASETS.strip()):
        usual, _, names = paragraph.partition(":")
        for entry in _listed(names):
            aliases = [alias.strip() for alias in entry.split("=")]
            for alias in aliases:
                yield Term(TermKind.DATASET, aliases[0], alias, usual=usual)


def _splits() -> Iterator[Term]:
    for line in re.split(r"\n(?! )", SPLITS.strip()):
        name, _, aliases = line.partition(":")
        for alias in (name, *_listed(aliases)):
            yield Term(TermKind.SPLIT, name, alias)


def _words(text: str, kind: TermKind) -> Iterator[Term]:
    return (Term(kind, word, word) for word in _listed(text))


def _listed(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := " ".join(part.split()))]
