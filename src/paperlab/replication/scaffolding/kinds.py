"""Which template suits a paper, by the words of its title and abstract. Pure."""

from __future__ import annotations

import re

from paperlab.text import fold

BLANK = "blank"
_IN_TITLE = 3
"""A word of the title counts as much as this many of the abstract."""
_LEAST = 2
"""Points below which nothing is known of a paper."""
_WORDS: dict[str, tuple[str, ...]] = {
    "model-merging": (
        r"(model|weight|network)s? (merging|fusion|averaging|interpolation|soups?)",
        r"merg(e|es|ed|ing) (of |the |many |multiple |several |trained |fine tuned )*(weights|models|networks)",
        r"task (vectors?|arithmetic)",
        r"(linear )?mode connectivity",
        r"permutation (symmetr|invarian)\w+",
        r"(averag|interpolat)(e|es|ed|ing) (the )?(weights|parameters|models)",
        r"weight space",
        r"model soups?",
        r"re basin",
        r"souping",
    ),
    "moe": (
        r"mixtures? of (\w+ )?experts?",
        r"moes?",
        r"experts",
        r"expert (feed ?forward|networks?|language models?|layers?|modules?|choice)",
        r"(sparsely|conditional) (gated|computation|activated)",
        r"(rout(er|ing)|gating) (network|function|mechanism|algorithm)?",
        r"top (1|2|k) (routing|gating)",
        r"switch transformers?",
        r"upcycl\w+",
    ),
    "sequence-ctc": (
        r"connectionist temporal classification",
        r"ctc",
        r"(speech|phoneme|handwriting|lip|phone) ?(recognition|reading|labelling|classification)",
        r"lip ?reading",
        r"(unsegmented|sequence) (sequence )?(labelling|transduction|labeling)",
        r"acoustic (model|frame)\w*",
        r"transducers?",
        r"timit",
        r"(word|phoneme|label|character) error rate",
    ),
    "image-classification": (
        r"image (classification|recognition)",
        r"(visual|object) (recognition|classification)",
        r"image ?net",
        r"cifar( 10| 100)?",
        r"convolution(al|s)?( neural)?( networks?| nets?)?",
        r"(cnn|convnet|resnet|vision transformer|vit)s?",
        r"residual (learning|networks?|connections?|nets?)",
        r"top (1|5) (accuracy|error)",
    ),
    "function-fit": (
        r"kolmogorov( arnold)?",
        r"kans?",
        r"b? ?splines?",
        r"function (fitting|approximation|regression)",
        r"(approximat|fit)(e|es|ing|ion)? (of )?(continuous |smooth |univariate |multivariate )*functions?",
        r"(neural )?scaling (law|exponent)s?",
        r"universal approximation",
        r"symbolic (regression|formulas?)",
        r"(partial differential equation|pde)s?( solving)?",
    ),
    "structure": (
        r"(number of|fewer|parameter|count of) (parameters?|counts?|weights)",
        r"(parameter|computation(al)?) (count|cost|budget|efficien)\w*",
        r"(flops|multiply adds?|madds|macs)",
        r"(efficient|mobile|lightweight|compact) (architecture|network|model|convolutional)\w*",
        r"depth ?wise( separable)?",
        r"(model|network) (size|compression)",
        r"memory footprint",
    ),
}
"""By kind, patterns over words in lower case without marks; each counts once in the title and once in the abstract."""

KINDS = (*_WORDS, BLANK)
"""The names of the templates that come with paperlab."""


def kind_of(title: str, abstract: str) -> str:
    """Return the kind whose words are said most, title before abstract; `blank` where none is said enough.

    Between equals the first in `KINDS`.
    """
    words = fold(title), fold(abstract)
    points = {kind: _points(patterns, *words) for kind, patterns in _WORDS.items()}
    best = max(points, key=points.__getitem__)
    return best if points[best] >= _LEAST else BLANK


def _points(patterns: tuple[str, ...], title: str, abstract: str) -> int:
    return sum(_IN_TITLE * _says(pattern, title) + _says(pattern, abstract) for pattern in patterns)


def _says(pattern: str, words: str) -> bool:
    return re.search(rf"\b(?:{pattern})\b", words) is not None
