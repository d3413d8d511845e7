"""Claims out of sentences: few and right rather than many. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.claims.context import split_sentences
from paperlab.claims.runs import count_of_runs
from paperlab.claims.terms import Found, TermKind, find_terms
from paperlab.types import BlockKind, Claim, ClaimRole, Direction, SpreadMeaning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.claims.context import PaperContext
    from paperlab.types import Block, Box, Reading

_CITED = re.compile(r"\[\d+(?:[,–-] ?\d+)*\]|\([^()]*(?:19|20)\d\d[a-z]?\)|et al\.")
_US = re.compile(
    r"\b(?:[Ww]e|[Oo]urs?|[Tt]his (?:model|approach|method|system|network|produces|gives|reduces|yields))\b"
)
_VERB = re.compile(
    r"\b(?:achiev\w*|obtain\w*|reach\w*|attain\w*|outperform\w*|improv\w*|reduc\w*|decreas\w*|increas\w*"
    r"|yield\w*|report\w*|scor(?:es|ed|ing)"
    r"|gets?|exceed\w*|surpass\w*|drops?|lowers?|boosts?|gains?|beats?|results? in|gives?|establish\w*|beats)\b"
)
_NUMBER = re.compile(
    r"(?<![\w.,–/@-])(?P<value>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
    r"|\.\d+)(?: ?± ?(?P<spread>\d*\.?\d+))? ?(?P<unit>%|×|x\b|ms\b|s\b)?"
    r"(?![\w]|[.,]\d|-(?:layer|shot|way|fold|bit|dimension|th|gram|step|epoch))"
)
_OF = re.compile(
    r"^(?: scores?| rates?)?(?: \([^()]*\))? (?:of|is|was|at|to|reaches|=)(?: (?:about|only|around"
    r"|approximately|just|over|up to))? ?~?$"
)
_RELATIVE = re.compile(
    r"^ ?(?:absolute |relative |points? |percentage )*(?:higher|lower|behind|below|above|better|worse|more|less"
    r"|fewer|increase"
    r"|decrease|improvement|gain|reduction|drop|slower|faster|larger|smaller)\b"
)
_OTHERS = re.compile(
    r"\b(?:[Tt]hey|their|[Bb]aselines?|[Hh]umans?|versus|vs|compared (?:to|with)|than|whereas|while|in contrast"
    r"|against|over|beats?|outperform\w*"
    r"|previous\w*|prior|competing|respectively|if|would|without|handicapped|assume)\b"
)
_NAME = re.compile(r"\b(?:[A-Z][\w]*-[A-Z]\w*|[A-Za-z]+[a-z][A-Z]\w*|[A-Z]{2,}[\w-]*)")
_REACHED = re.compile(r"\b(?:to reach|required|needed|threshold|until|if|assum\w*|artificially|set (?:as|to))\b")
_SKIPPED = frozenset(
    "time gain decrease ratio rank average coverage L1 L2 recall precision return reward correlation agreement "
    "diversity".split()
) | {"standard deviation", "p-value"}
"""Metrics whose names are common words in prose."""
_CHANGE = re.compile(
    r"\bby (?:about |around |over |more than |up to |an? \w+ of )?$|\bimprovements? of $|\bgains? of $"
    r"|\breductions? (?:in [\w -]+ )?of $"
)
_POINTS = re.compile(r"^ ?(?:absolute |percentage )?points?\b")
_NOT_RESULT = re.compile(
    r"^ ?(?:[kKMBT]?\b ?)?(?:parameters|params|layers|epochs|steps|iterations|GPUs?|TPUs?|hours|days|examples"
    r"|images|tokens|sentences|words|experts|heads"
    r"|models|tasks|datasets|runs|seeds|classes|million|billion|units|dimensions|times (?:with|over)|points? to"
    r"|FLOPs|annotators|languages|domains|minutes)\b"
)
_LABEL = re.compile(
    r"(?:\b(?:Tables?|Figs?\.|Figures?|Sec\.|Sections?|Eq\.|Equations?|Appendix|Algorithms?|Step|Lemma|Theorem"
    r"|and|version|from|to|top|since|in|year)|[=≤≥<>~≈^_(])\s?$"
)
_AFTER = re.compile(r"^ ?(?:[\w-]+ ){0,3}$")
_SPLITS = ("dev", "validation", "test", "test-dev", "train")
_NEAR = 45
"""Characters between a metric and its number."""
_SURE = 0.6


@dataclass(frozen=True, slots=True)
class _Number:
    match: re.Match[str]
    metric: Found
    change: bool


def sentence_claims(key: str, sha256: str, reading: Reading, context: PaperContext) -> Iterator[Claim]:
    """Yield the claims of a paper's sentences in reading order; `id` counts the sentences that report a number."""
    ordinal = 0
    for block in reading.blocks:
        if block.kind is not BlockKind.PARAGRAPH or _is_apart(block.section):
            continue
        for start, end in split_sentences(block.text):
            found = _numbers(block.text[start:end], context)
            for k, number in enumerate(found, 1):
                yield _claim(f"S{ordinal}.{k}", key, sha256, block, (start, end), number, context)
            ordinal += bool(found)


def _is_apart(section: Sequence[str]) -> bool:
    """Tell sections about other people's work."""
    return any(
        re.search(r"\brelated|\bbackground|\bprevious work|\breferences|\backnowledg", name, re.IGNORECASE)
        for name in section
    )


def _numbers(sentence: str, context: PaperContext) -> list[_Number]:
    """Return the results that a sentence reports of the paper's own work, each with its metric."""
    if (
        len(sentence) > 450
        or not sentence[:1].isupper()
        or not any(c.isdigit() for c in sentence)
        or not _VERB.search(sentence)
    ):
        return []
    if not (_US.search(sentence) or context.is_own(sentence)):
        return []
    metrics = [
        one
        for one in find_terms(sentence, prose=True)
        if one.term.kind is TermKind.METRIC and one.term.name not in _SKIPPED
    ]
    found = []
    for match in _NUMBER.finditer(sentence) if metrics else ():
        metric = _metric_of(sentence, match, metrics)
        if metric and _is_result(sentence, match, metric) and _is_own(sentence[: match.start()], context):
            if _REACHED.search(sentence[: match.start()]):
                continue
            after = sentence[match.end() :]
            behind = sentence[metric.end :] if metric.start > match.start() else after
            change = match["value"][0] in "+-" or bool(
                _CHANGE.search(sentence[: match.start()]) or _RELATIVE.match(after) or _RELATIVE.match(behind)
            )
            found.append(_Number(match, metric, change))
    return found


def _is_own(before: str, context: PaperContext) -> bool:
    """Tell whether the last that a sentence speaks of before a number is the paper's own work."""
    own = max(
        [match.end() for match in _US.finditer(before)]
        + [before.rfind(name) + len(name) for name in context.own_names if name in before],
        default=-1,
    )
    named = [
        one.end
        for one in find_terms(before)
        if one.term.kind is TermKind.METHOD and not context.is_own(before[one.start : one.end])
    ]
    cited = [match.end() for match in _CITED.finditer(before)]
    strange = [match.end() for match in _NAME.finditer(before) if not _is_known(match[0], context)]
    others = [*cited, *strange] + [
        match.end() for match in _OTHERS.finditer(before) if not match[0].startswith(("outperform", "beat"))
    ]
    return own >= 0 and own >= max([*named, *others], default=-1)


def _is_known(name: str, context: PaperContext) -> bool:
    """Tell names that are no other method: own ones, datasets, metrics, tables."""
    return context.is_own(name) or any(one.term.kind in (TermKind.DATASET, TermKind.METRIC) for one in find_terms(name))


def _is_result(sentence: str, match: re.Match[str], metric: Found) -> bool:
    """Tell a result from a count, a year, a label or a part of a name."""
    value, after = match["value"], sentence[match.end() :]
    if (
        metric.start <= match.start() < metric.end
        or _LABEL.search(sentence[: match.start()])
        or _NOT_RESULT.match(after)
    ):
        return False
    if match["unit"] in ("x", "×") and metric.term.name != "speedup":
        return False
    told = match["unit"] or "." in value or _POINTS.match(after) or metric.start - match.end() in range(3)
    return bool(told) and not re.fullmatch(r"(?:19|20)\d\d", value)


def _metric_of(sentence: str, match: re.Match[str], metrics: Sequence[Found]) -> Found | None:
    """Return the metric beside a number: right behind it (`28.4 BLEU`), else the nearest before it."""
    for one in reversed(metrics):
        if one.end <= match.start() and _OF.match(sentence[one.end : match.start()]):
            return one
    for one in metrics:
        if 0 <= one.start - match.end() <= 25 and _AFTER.match(sentence[match.end() : one.start]):
            return one
    before = [
        one
        for one in metrics
        if 0 <= match.start() - one.end <= _NEAR and not re.search("[;:]", sentence[one.end : match.start()])
    ]
    return before[-1] if before else None


def _claim(
    name: str, key: str, sha256: str, block: Block, span: tuple[int, int], number: _Number, context: PaperContext
) -> Claim:
    sentence, match = block.text[slice(*span)], number.match
    terms = find_terms(sentence, prose=True)
    datasets = [one for one in terms if one.term.kind is TermKind.DATASET]
    near = min(datasets, key=lambda one: abs(one.start - match.start()), default=None)
    splits = {one.term.name for one in terms if one.term.kind is TermKind.SPLIT and one.term.name in _SPLITS}
    method = next((one for one in context.own_names if one in sentence), next(iter(context.own_names), ""))
    reasons = tuple(_reasons(number, len({one.term.name for one in datasets}), method))
    return Claim(
        id=name,
        key=key,
        role=ClaimRole.RESULT,
        method=method,
        dataset=near.term.name if near else "",
        split=splits.pop() if len(splits) == 1 else "",
        metric=_named(number),
        direction=number.metric.term.direction if not number.change else Direction.UNKNOWN,
        printed=match["value"],
        value=float(match["value"].replace(",", "")),
        page=block.page,
        box=_line(block, span[0] + match.start()),
        sha256=sha256,
        spread_printed=match["spread"] or "",
        spread=float(match["spread"]) if match["spread"] else None,
        spread_meaning=SpreadMeaning.UNKNOWN if match["spread"] else None,
        unit="points" if _POINTS.match(sentence[match.end() :]) else (match["unit"] or "").strip(),
        decimals=len(match["value"].partition(".")[2]),
        n=count_of_runs(sentence),
        own=True,
        quote=sentence,
        confidence=round(_SURE - 0.1 * (len(reasons) - 1), 3),
        reasons=reasons,
    )


def _reasons(number: _Number, datasets: int, method: str) -> Iterator[str]:
    """Yield why a claim is not sure; `datasets` are so many as its sentence names."""
    yield "it is from a sentence"
    if datasets != 1:
        yield "the sentence names several datasets" if datasets else "the sentence names no dataset"
    if number.change:
        yield "it is a change"
    if not method:
        yield "the paper's own method has no name that was found"


def _named(number: _Number) -> str:
    """Return the metric, `change of` it where the number is a change."""
    return f"change of {number.metric.term.name}" if number.change else number.metric.term.name


def _line(block: Block, at: int) -> Box:
    """Return the box of the line that a character of a block stands on."""
    return next((line.box for line in reversed(block.lines) if line.start <= at), block.box)
