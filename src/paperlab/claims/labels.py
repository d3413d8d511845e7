"""What one label of a table says: a method, a dataset, a metric, a split, a setting. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from paperlab.claims.terms import Found, TermKind, find_terms, squash
from paperlab.claims.vocabulary import STUBS
from paperlab.claims.vocabulary_datasets import AVERAGES
from paperlab.claims.vocabulary_metrics import HEADS
from paperlab.types import Direction

_NUMBERED = re.compile(r" ?\[(?:\d+|[A-Z][A-Za-z+]*\d\d[a-z]?)(?:[,;–-] ?(?:\d+|[A-Z][A-Za-z+]*\d\d[a-z]?))*\]")
_CITES = re.compile(r"\[\d+(?:[,;–-] ?\d+)*\]\s*(?:$|[(+]|w/|with)")
"""A citation that is the name: `[7]`, `[7] + features`."""
_FROM = re.compile(r" (?:from|by|of|in)(?= \[\d+\]$)")
_DATED = re.compile(r" ?[(\[](?:[^()\[\]]*?[A-Za-z.][,. ]+)??(?:19|20)\d\d[a-z]?(?:[,;][^()\[\]]*)?[)\]]")
_MARKS = re.compile(r"[†‡§¶∥♯♭♮◇♦♣♠♥△▽⋆★]+|(?<!\w)\*+|\*+(?!\w)|∗+|\^\d{1,2}(?![\w.])|\^(?=\s|$)")
_OWN = re.compile(
    r" ?[(\[]?\b[Oo](?:urs|UR|URS)\b[)\]]?| ?\((?:our|this)(?: work| method| model| paper)?\)", re.IGNORECASE
)
_UP, _DOWN = re.compile("[↑⇑▲]"), re.compile("[↓⇓▼]")
_UNIT = re.compile(
    r" ?[(\[] ?(?:in )?(%|percent|ms|msec|s|sec|secs|seconds|min|mins|minutes|h|hrs|hours|days|GB|MB|G|M|B|K"
    r"|millions?|billions?"
    r"|dB|kWh|×10\^?\d+|x10\^?\d+|examples/sec|images?/s(?:ec)?|tokens/s(?:ec)?|FLOPs|GFLOPs|pp"
    r"|points)(?:\.)? ?[)\]]|,? ?%$|^%(?= \w)"
)
_SIZE = re.compile(
    r"(?:[≈~<>≤≥]? ?\d[\d.,]*(?: ?[MBKGTmbk])?(?:[ -]?(?:params|parameters|layers?|shots?|epochs?|steps"
    r"|iterations|examples|tokens"
    r"|models?|nets?|crops?|hours?|days|GPUs?|experts|samples|runs?|heads?|bits?|dims?|px|x|%|×|E"
    r"|e))?(?: ?[/×x] ?\d+ ?[A-Za-z]?)*"
    r"|(?:zero|one|few|two|three|five)[- ]?shots?|small|medium|base|large|x-?large|xl|xxl|tiny|huge|XS)",
    re.IGNORECASE,
)
_SIZES = re.compile(r"\d[\d.,]*[MBKGTk]?(?: \d[\d.,]*[MBKGTk]?)+")
"""Several sizes of one column: `32 512 0.5M`."""
_SHOTS = re.compile(
    r"[ ,]*\(?\b(?:\d+|zero|one|few|five)[- ]?shots?(?: cot)?\b\)?|[ ,]*\(?\b(?:fine-?tun(?:e|ed|ing))\b\)?",
    re.IGNORECASE,
)
_COST = re.compile(r"[TG]PU\S*[- ](?:core[- ])?(?:days|hours|hrs|years)|FLOPs?\b|\bMAdds?\b", re.IGNORECASE)
_COMMON = frozenset("average avg mean domain domains final best total overall set all macro micro".split())
"""Words that make no metric of its own kind."""
_INDEX = re.compile(r"(?:^|\s)_\w{1,2}$")
"""What is left of a metric with an index: `F1_a`."""
_VAGUE = ("rank", "average", "score")
_SPLIT_NAME = re.compile(
    r"(?:val|test|dev|eval|minival|trainval|testdev|devtest)(?:[-_ ]\w{1,5}|\d{1,4})?", re.IGNORECASE
)
_TOP = re.compile(r"top-\d+")
_LOOSE = ("rate", "Rate", "ratio", "Ratio", "score", "Score", "distance", "Distance")
"""Heads that settings have, too."""
_NOTHING = re.compile(r"[\s\-–—_.:,;/&|()\[\]{}'\"]*")
_ADDS = re.compile(r"^(?:\+|w/|w/o|-\s|–\s|without |with |no |only |all |\(\w\)\s*[+–-])")
_DATA = re.compile(r"(?:Data ?set|Corpus): ?\w")
_WITH = re.compile(r"^(?:\+ ?(?=[A-Za-z])|w/o? ?|without |with )(?=.*[A-Za-z])")
"""Begins what is added to, or taken from, the method above."""
_ENDS_AVERAGE = re.compile(r"^(?:\S+ ){0,2}(?:Avg|Average|AVG)\.?$")
_SEVERAL = re.compile(r"\s*(?:/|\band\b|&|\|)\s*")


class LabelKind(StrEnum):
    """What a label names."""

    METRIC = "metric"
    DATASET = "dataset"
    SPLIT = "split"
    SETUP = "setup"
    SIZE = "size"
    """A value of a setting: `125M`, `5-shot`, `18 layers`."""
    METHOD = "method"
    AVERAGE = "average"
    UNKNOWN = "unknown"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Label:
    """A label taken apart."""

    text: str
    """Without citations, marks, arrows and unit."""
    name: str
    """What is left without metric and split: a dataset or a method, as printed."""
    kind: LabelKind
    metrics: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    """Known ones, by their usual names."""
    usual: str = ""
    """The usual metric of the first of them."""
    split: str = ""
    direction: Direction = Direction.UNKNOWN
    """Of the first metric; an arrow decides."""
    unit: str = ""
    own: bool = False
    cited: bool = False
    setting: str = ""
    """Shots or the like beside a dataset: `5-shot`."""
    setup: bool = False

    @property
    def is_only_metric(self) -> bool:
        """It names a metric, a split perhaps, and nothing else."""
        return bool(self.metrics) and not self.name


@lru_cache(maxsize=8192)
def read_label(printed: str, apart: frozenset[str] = frozenset()) -> Label:
    """Return what a label says; names that are in `apart`, squashed, are not what they usually are."""
    text, unit, direction = _without_marks(printed)
    found = tuple(one for one in find_terms(text) if squash(text[one.start : one.end]) not in apart)
    metrics, datasets, splits = (
        [one for one in found if one.term.kind is kind] for kind in (TermKind.METRIC, TermKind.DATASET, TermKind.SPLIT)
    )
    setup = (
        printed.lstrip().startswith(("#", "|"))
        or bool(_COST.search(printed))
        or any(one.term.kind is TermKind.SETUP and _is_whole(one, text) for one in found)
    )
    name = _INDEX.sub("", _rest(text, [*metrics, *splits])) if metrics else _rest(text, splits)
    if _SPLIT_NAME.fullmatch(text) and len(splits) == len(found) and (_rest(text, splits) or not found):
        return Label(text, "", LabelKind.SPLIT, split=text)
    if not datasets and _is_telling(name) and all(_TOP.fullmatch(one.term.name) for one in metrics):
        metrics, name = [], _rest(text, splits)  # `Top-2 gating` is no metric
    names = tuple(dict.fromkeys(one.term.name for one in metrics))
    given = metrics[0].term.direction if metrics else Direction.UNKNOWN
    if head := _own_metric(text, name, metrics, datasets):
        names, given, name = (head[0],), head[1], ""
    name, setting = _without_shots(name) if datasets else (name, "")
    bare = not _is_telling(name)
    kind = _kind(text, "" if bare else name, found, setup=setup, has_metric=bool(names))
    kind = LabelKind.DATASET if kind is LabelKind.UNKNOWN and _DATA.match(printed) else kind
    return Label(
        text=text,
        name="" if bare else name,
        kind=kind,
        metrics=names,
        datasets=tuple(one.term.name for one in datasets),
        usual=datasets[0].term.usual if datasets else "",
        split="/".join(dict.fromkeys(one.term.name for one in splits)),
        direction=direction or given,
        unit=unit,
        own=bool(_OWN.search(printed)),
        setting=setting,
        cited=bool(_NUMBERED.search(printed) or _DATED.search(printed)),
        setup=setup,
    )


def _is_whole(one: Found, text: str) -> bool:
    """Tell a setting's name from a single letter inside another name: `A◦N` has no `n`."""
    return one.end - one.start > 1 or len(squash(text)) == 1 or "=" in text


def _without_shots(name: str) -> tuple[str, str]:
    """Return a dataset's name without a setting like `5-shot`, and the setting."""
    shots = _SHOTS.search(name)
    left = name[: shots.start()] + name[shots.end() :] if shots else ""
    return (left.strip(" ,"), shots[0].strip(" ,()")) if shots and _is_telling(left) else (name, "")


@lru_cache(maxsize=2048)
def stub_kind(printed: str) -> str:
    """Return what the header over a label column says that it names (`method`, `dataset`, ...), or nothing."""
    text = re.sub(r"\s*\([^()]*\)$", "", _without_marks(printed)[0])
    whole = _stubs().get(squash(text))
    if whole or not text:
        return whole or ""
    return _stubs().get(squash(text.split()[-1]), "") if len(text.split()) <= 3 else ""


def clean_name(printed: str) -> str:
    """Return a row's name as printed without citations, marks and `(ours)`; what a citation alone names stays."""
    text = _MARKS.sub("", _UP.sub("", _DOWN.sub("", printed)))
    if _CITES.match(text):
        return " ".join(text.split())
    plain = _MARKS.sub("", _DATED.sub("", _NUMBERED.sub("", _FROM.sub("", _UP.sub("", _DOWN.sub("", printed))))))
    named = _OWN.sub("", plain) if len(printed) > 4 else plain
    plain = named if re.search(r"\w", re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", named)) else plain
    return " ".join(plain.split()).strip(" ,;:") or " ".join(printed.split()).strip("()[] ")


def parts_of(printed: str, count: int) -> list[str]:
    """Return the parts of a label of `count` alternatives (`F1/Acc.`, `MNLI-(m/mm)`), none where it has not as many."""
    text = _without_marks(printed)[0]
    inside = re.fullmatch(r"(.*?)[ -]?\(([^()]*[/|&][^()]*)\)\s*(.*)", text)
    stem, body = (inside[1], inside[2]) if inside else ("", text)
    parts = [part for part in _SEVERAL.split(body) if part]
    if len(parts) != count or count < 2:
        return []
    before, _, first = parts[0].rpartition(" ")
    if not inside and before:  # `CB F1/Acc.`: the words before the first part belong to all
        parts = [f"{before} {part}" for part in (first, *parts[1:])]
    glue = "-" if stem and re.search(r"-\($", text[: len(stem) + 2]) else " "
    return [f"{stem}{glue}{part}" if stem else part for part in parts]


@lru_cache(maxsize=8192)
def _without_marks(printed: str) -> tuple[str, str, Direction]:
    """Return the words of a label, its unit and what its arrow says."""
    direction = Direction.HIGHER if _UP.search(printed) else Direction.LOWER if _DOWN.search(printed) else None
    printed = re.sub(r"\s*\(±[^()]*\)|^(?:Data ?set|Task|Corpus|Method|Model|Metric): ?", "", printed)
    text = _UP.sub("", _DOWN.sub("", printed)).replace("( )", "").replace("()", "")
    unit = _UNIT.search(text)
    unit = None if unit and unit[0].strip("() ").isupper() and unit[0].strip() == text.strip() else unit
    text = _UNIT.sub(" ", text) if unit else text
    plain = _MARKS.sub("", _DATED.sub("", _NUMBERED.sub("", text)))
    plain = " ".join(plain.split()).strip(" ,;:")
    shown = "" if not unit else "%" if "%" in unit[0] or unit[1] == "percent" else unit[1] or ""
    return plain or " ".join(_MARKS.sub("", text).split()), shown, direction or Direction.UNKNOWN


def _rest(text: str, found: list[Found]) -> str:
    """Return a text without the words of some names."""
    kept, at = [], 0
    for start, end in sorted(span for one in found for span in one.words):
        kept.append(text[at:start])
        at = end
    kept.append(text[at:])
    left = re.sub(r"\(\s*[/,.;-]?\s*\)|\[\s*\]", " ", "".join(kept))
    return " ".join(left.split()).strip(" .,;:/|-–@()" if "(" not in left or ")" not in left else " .,;:/|-–@")


def _is_telling(name: str) -> bool:
    plain = re.sub(
        r"\b(?:by|on|of|the|in|for|set|sets|at|and|per|avg|average|mean|our|w|a|results?)\b", "", name.casefold()
    )
    return _NOTHING.fullmatch(plain) is None


def _own_metric(text: str, name: str, metrics: list[Found], datasets: list[Found]) -> tuple[str, Direction] | None:
    """Return a metric that a label makes with a common last word: `warping error`."""
    words = [word for word in re.split(r"[\s-]+", text) if word]
    if datasets or not 1 < len(words) <= 4 or not (name or len(metrics) > 1) or not all(w[0].isalpha() for w in words):
        return None
    direction = _heads().get(squash(words[-1]))
    if (
        direction is None
        or any(one.term.name not in _VAGUE for one in metrics[:-1])
        or not (metrics or words[-1][0].islower() or words[-1][0].isupper())
    ):
        return None
    if len(metrics) == 1 and all(squash(w) in _COMMON or find_terms(w) for w in words):
        return None
    kept = [w for w in words if not any(f.term.kind is TermKind.SPLIT for f in find_terms(w))]
    if any(f.term.kind is TermKind.METHOD for f in find_terms(text)):
        return None
    if any(f.term.kind is TermKind.SETUP and (f.end == len(text) or words[-1] in _LOOSE) for f in find_terms(text)):
        return None
    whole = {"acc": "accuracy", "err": "error", "ppl": "perplexity", "corr": "correlation"}.get(
        squash(kept[-1]), kept[-1]
    )
    shown = text if kept == words and whole == kept[-1] else " ".join([*kept[:-1], whole])
    return shown if any(w.isupper() for w in kept) else shown.casefold(), direction


def _kind(text: str, name: str, found: tuple[Found, ...], *, setup: bool, has_metric: bool) -> LabelKind:
    """Return what a label names, as far as its own words tell."""
    kinds = {one.term.kind for one in found}
    begins = bool(found) and found[0].term.kind is TermKind.METHOD and found[0].start == 0
    is_method = TermKind.METHOD in kinds and (TermKind.DATASET not in kinds or begins) and not has_metric
    is_set = setup and not has_metric
    tests = (
        (LabelKind.EMPTY, not text or _NOTHING.fullmatch(text) or text.casefold() in ("n/a", "n.a", "none")),
        (LabelKind.AVERAGE, squash(text) in _averages() or (not found and _ENDS_AVERAGE.search(text))),
        (LabelKind.SIZE, _SIZE.fullmatch(text) or _SIZES.fullmatch(text) or re.search(r"=\s*[\d.]", text)),
        (LabelKind.METHOD, is_method or _WITH.match(text)),
        (LabelKind.SIZE, is_set and re.match(r"[\d.]+ ?[MBKTk]?\b", text)),
        (LabelKind.SETUP, is_set or (setup and text.startswith("#"))),
        (LabelKind.METRIC, has_metric and TermKind.SETUP in kinds),
        (LabelKind.DATASET, TermKind.DATASET in kinds),
        (LabelKind.METRIC, has_metric),
        (LabelKind.SPLIT, TermKind.SPLIT in kinds and not name),
        (LabelKind.METHOD, _ADDS.match(text)),
    )
    return next((kind for kind, holds in tests if holds), LabelKind.UNKNOWN)


@cache
def _stubs() -> dict[str, str]:
    joined = STUBS.replace("\n  ", " ").strip()
    rows = (line.partition(":") for line in joined.splitlines())
    return {squash(word): kind for kind, _, words in rows for word in words.split(",")}


@cache
def _heads() -> dict[str, Direction]:
    directions = {"+": Direction.HIGHER, "-": Direction.LOWER, "?": Direction.UNKNOWN}
    found: dict[str, Direction] = {}
    for line in HEADS.strip().splitlines():
        head, _, aliases = line.partition(":")
        name, sign = head.rsplit(" ", 1)
        found |= {squash(word): directions[sign] for word in (name, *aliases.split(",")) if word.strip()}
    return found


@cache
def _averages() -> frozenset[str]:
    return frozenset(squash(word) for word in AVERAGES.split(","))
