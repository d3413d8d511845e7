"""Decides what one number of a table is, out of its labels, the caption, the text and what is usual. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paperlab.claims.terms import TermKind, dataset_named, metric_named, squash
from paperlab.claims.vocabulary_metrics import FAMILIES
from paperlab.types import Direction

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from paperlab.claims.cells import CellFacts
    from paperlab.claims.context import Around, PaperContext
    from paperlab.claims.labels import Label


_CLASSES = re.compile(r"\bclassification\b", re.IGNORECASE)
_PAIR = re.compile("[A-Z]{2}-[A-Z]{2}")
_COMMON = ("recall", "precision", "correlation", "agreement", "reward", "return", "diversity", "coverage", "regret")
_PAPERS = "the metric is guessed: the one that the paper names most"
_UNKNOWN = "the metric is a label that is not known"
_LEAST_NAMED = 3
"""Times that a paper names the one that all its tables are taken for, at least; no other more than half as often."""
_VAGUE = ("average", "score", "ratio", "rank", "gain", "decrease")


@dataclass(slots=True)
class Found:
    """A word for a claim, with how sure it is."""

    name: str = ""
    sure: float = 1.0
    why: str = ""
    """What lowers the confidence."""


@dataclass(slots=True)
class Meaning:
    """What a number is."""

    dataset: Found = field(default_factory=Found)
    metric: Found = field(default_factory=Found)
    direction: Direction = Direction.UNKNOWN
    split: str = ""


@dataclass(frozen=True, slots=True)
class TableWords:
    """What is said around one table, and of the table as a whole."""

    around: Around
    context: PaperContext
    error_like: bool
    """Labels or caption speak of errors."""
    broad: tuple[str, ...] = ()
    """Metrics that any of its labels name."""
    labelled: tuple[str, ...] = ()
    """Known datasets that any of its labels name."""
    usual: str = ""
    """The usual metric of most of these."""
    corner: str = ""
    """The dataset in the table's corner."""


def meaning_of(facts: CellFacts, words: TableWords) -> Meaning:
    """Return what a cell's numbers are."""
    dataset = _dataset(facts, words)
    key = _known_dataset(facts, dataset.name)
    label = _telling(facts.metrics)
    metric = Found(_full(_first(label.metrics), words)) if label else next(_metrics_around(facts, key, words))
    metric = _closer(metric, words)
    if not label and facts.words:
        told = squash(re.split(r"[\W_]", facts.words[-1])[0]) in words.context.given_metrics
        metric = Found(facts.words[-1], 0.85) if told else Found(facts.words[-1], 0.6, _UNKNOWN)
    term = metric_named(metric.name) or metric_named(metric.name.split()[-1] if metric.name else "")
    direction = label.direction if label else Direction.UNKNOWN
    if direction is Direction.UNKNOWN:
        direction = term.direction if term and term.direction is not Direction.UNKNOWN else words.around.direction
    return Meaning(dataset, metric, direction, _split(facts, words))


def _telling(labels: list[Label]) -> Label | None:
    """Return the innermost label whose metric says more than `score` or `average`, else the innermost."""
    return next((one for one in reversed(labels) if _first(one.metrics) not in _VAGUE), labels[-1] if labels else None)


def _closer(metric: Found, words: TableWords) -> Found:
    """Return the caption's metric in place of one that it says more exactly: `localization error` for `error`."""
    told = [one.name for one in words.around.metrics(caption=True)]
    if metric.name in _VAGUE[:2] and len(told) == 1:
        return Found(told[0], 0.9)
    exact = [name for name in told if name != metric.name and name.endswith(f" {metric.name}") and metric.name]
    exact = [name for name in exact if not name.startswith("top-")]
    return (
        Found(exact[0], metric.sure, metric.why) if len(exact) == 1 and metric.name in ("error", "accuracy") else metric
    )


def _first(names: tuple[str, ...]) -> str:
    """Return the first metric of a label that says more than others: `ROUGE-1` of `R-1 F1`."""
    told = [name for name in names if name not in _VAGUE] or list(names)
    if told[0].startswith("top-") and len(told) > 1 and told[1].endswith(("error", "accuracy")):
        return f"{told[0]} {told[1]}"
    return told[0]


def _full(name: str, words: TableWords) -> str:
    """Return a metric's name, `top-1` completed."""
    if name.startswith("top-") and name[4:].isdigit():
        return f"{name} {'error' if words.error_like else 'accuracy'}"
    return name


def _dataset(facts: CellFacts, words: TableWords) -> Found:
    """Return the dataset: of the labels, else of the caption, else of the text."""
    around = words.around
    caption = [words.corner] if words.corner else _specific(around.names(TermKind.DATASET, caption=True))
    if facts.datasets:
        return _labelled(facts, caption, words)
    if facts.average:
        return Found("average", 0.9)
    return next(_datasets_around(caption, words))


def _labelled(facts: CellFacts, caption: list[str], words: TableWords) -> Found:
    """Return the dataset that a cell's labels name, behind the one whose part it is."""
    printed, label = facts.datasets[-1]
    known = dataset_named(printed) if label.datasets else None
    if label.datasets or known:
        return Found(known.name if known else printed)
    if len(caption) == 1 and caption[0] not in words.labelled and squash(printed) not in words.context.keys:
        return Found(f"{caption[0]} {printed}", 0.8)
    outer = [name for name, one in facts.datasets[:-1] if one.datasets]
    return Found(" ".join([*outer[-1:], printed]), 0.85)


def _datasets_around(caption: list[str], words: TableWords) -> Iterator[Found]:
    """Yield the dataset of a table whose labels name none, likeliest first."""
    if caption:
        sets, pairs = [n for n in caption if not _PAIR.fullmatch(n)], [n for n in caption if _PAIR.fullmatch(n)]
        if len(pairs) == 1 and sets:  # `WMT 2014 English-to-German, newstest2014`
            yield Found(f"{sets[0]} {pairs[0]}", 0.85)
        one = len(caption) == 1
        yield Found(caption[0], 0.9 if one else 0.6, "" if one else "the caption names several datasets")
    if words.around.named_data:
        yield Found(words.around.named_data[0], 0.8, "the dataset is only named in the caption")
    if words.around.is_average:
        yield Found("average", 0.6, "the caption says no more than that it is an average")
    for name in _specific(words.around.names(TermKind.DATASET, caption=False)):
        yield Found(name, 0.6, "the dataset is from the text that refers to the table")
    sole = _is_sole(words.context.datasets) and not _costs(words)
    for name, _ in words.context.datasets.most_common(1) if sole else ():
        yield Found(name, 0.35, "the dataset is the one that the paper names most")
    yield Found("", 0.3, "no dataset was found")


def _is_sole(counts: Counter[str]) -> bool:
    """Tell whether a paper names one dataset or metric by far most often."""
    first = counts.most_common(2)
    return bool(first) and first[0][1] >= _LEAST_NAMED and all(2 * n <= first[0][1] for _, n in first[1:])


def _specific(names: list[str]) -> list[str]:
    """Return datasets without those that another's name includes: `VOC` beside `VOC 2007`."""
    return [one for one in names if not any(one != other and squash(one) in squash(other) for other in names)]


def _known_dataset(facts: CellFacts, name: str) -> str:
    """Return the usual name of a cell's dataset, for its usual metric."""
    known = dataset_named(name)
    if known:
        return known.name
    return next((label.datasets[-1] for _, label in reversed(facts.datasets) if label.datasets), "")


def _metrics_around(facts: CellFacts, key: str, words: TableWords) -> Iterator[Found]:
    """Yield the metric of a cell whose labels name none, likeliest first. `key` is the dataset's usual name."""
    given = words.around.metric_by_dataset
    if key and key in given:
        yield Found(given[key], 0.95)
    if given.get("") and (key or facts.datasets) and len(given) > 1:
        yield Found(given[""], 0.9)
    caption = words.around.metrics(caption=True)
    if caption:
        one = len(caption) == 1
        why = "" if one else "the caption names several metrics"
        yield Found(_full(caption[0].name, words), 0.9 if one else 0.6, why)
    if not key or not facts.datasets:
        yield from (Found(name, 0.6, "the metric is a cost that the caption names") for name in _costs(words))
    yield from _guesses(facts, key, words)


def _guesses(facts: CellFacts, key: str, words: TableWords) -> Iterator[Found]:
    """Yield metrics that nothing around the cell says outright."""
    usual = _usual(facts, key, words)
    told = [one.name for one in words.around.metrics(caption=False)]
    if usual and usual in told:
        yield Found(usual, 0.8)
    yield from (Found(name, 0.55, "the metric is a common word of the caption") for name in _common(words))
    other = [Found(name, 0.45, "the metric is another column's") for name in words.broad[:1]]
    if facts.average and not facts.datasets:
        yield from other
    if usual and not words.context.metrics[usual]:
        exact = [name for name in words.context.metrics if name.startswith(f"{usual}-")]
        yield from (Found(name, 0.45, _PAPERS) for name in exact[:1])
        yield from (Found(name, 0.45, _PAPERS) for name in _paper_metrics(words, usual)[:1])
    term = metric_named(usual)
    if term and term.direction is Direction.LOWER and _CLASSES.search(words.around.caption) and not words.error_like:
        yield Found("accuracy", 0.45, "the metric is guessed: the caption speaks of classification")
    if usual:
        yield Found(usual, 0.5, "the metric is guessed: the dataset's usual one")
    for name in told[:1]:
        yield Found(_full(name, words), 0.5, "the metric is from the text that refers to the table")
    yield from other
    if words.usual:
        yield Found(words.usual, 0.4, "the metric is guessed: the usual one of the datasets beside it")
    for name in _paper_metrics(words)[:1]:
        if _is_sole(words.context.metrics):
            yield Found(_full(name, words), 0.4, _PAPERS)
    yield Found("", 0.3, "no metric was found")


def _paper_metrics(words: TableWords, usual: str = "") -> list[str]:
    """Return the metrics that the paper names twice or more, most often first; with `usual` those of its family."""
    family = next((kin for line in FAMILIES.strip().splitlines() if usual in (kin := line.split(", "))), [])
    counted = words.context.metrics.most_common()
    return [name for name, count in counted if count > 1 and name not in ("L1", "L2") and (not usual or name in family)]


def _usual(facts: CellFacts, key: str, words: TableWords) -> str:
    """Return the usual metric of a cell's dataset, or of the one in the caption whose part it is."""
    known = [
        term for name in (key, *words.around.names(TermKind.DATASET, caption=True)) if (term := dataset_named(name))
    ]
    labelled = [label.usual for _, label in reversed(facts.datasets) if label.usual]
    if key or not facts.datasets:
        known = known[:1] if key else []
    return next((usual for usual in (*labelled, *(term.usual for term in known)) if usual), "")


def _common(words: TableWords) -> list[str]:
    """Return metrics of the caption whose names are common words."""
    return [one.term.name for one in words.around.caption_terms if one.term.name in _COMMON]


def _costs(words: TableWords) -> list[str]:
    """Return the costs in time that a caption names."""
    return [one.term.name for one in words.around.caption_terms if one.term.name in ("latency", "speedup", "FPS")]


def _split(facts: CellFacts, words: TableWords) -> str:
    if facts.splits:
        return facts.splits[-1]
    named = [
        name
        for name in words.around.names(TermKind.SPLIT, caption=True)
        if name in ("dev", "validation", "test", "test-dev")
    ]
    return named[0] if len(named) == 1 else ""
