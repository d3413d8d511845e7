"""A badge that says what came out, at which scale. Pure."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from paperlab.replication.reports.report_parts import is_reduced, scale
from paperlab.text import one_line
from paperlab.types import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from paperlab.types import Comparison, Verdict

_WORDS = {
    Outcome.AGREES: "agree",
    Outcome.BETTER: "better",
    Outcome.DIFFERS: "differ",
    Outcome.COMPATIBLE: "compatible",
    Outcome.CANNOT_TELL: "cannot tell",
    Outcome.OBSERVED: "patterns observed",
    Outcome.NOT_OBSERVED: "not observed",
    Outcome.NOT_COMPARABLE: "not comparable",
    Outcome.INVALID: "invalid",
    Outcome.NOT_RUN: "not run",
    Outcome.UNCONFIRMED: "not confirmed",
    Outcome.JUDGEMENT: "need a person",
}
_SINGULAR = {
    "agree": "agrees",
    "differ": "differs",
    "patterns observed": "pattern observed",
    "need a person": "needs a person",
}
_GREEN, _AMBER, _RED, _BLUE, _GREY = "#2d7d32", "#955000", "#b3261e", "#2f5f93", "#666666"
_NARROW, _WIDE = frozenset("fijlrt.,:;()|!' I"), frozenset("mwMW%")
_HEIGHT = 20


def badge_text(comparison: Comparison) -> str:
    """Return the badge's words, such as `7 agree, 2 differ, 1 cannot tell (full scale); 1 not run`."""
    measured = [verdict for verdict in comparison.verdicts if verdict.samples or is_reduced(verdict)]
    full = _counted(verdict for verdict in measured if not is_reduced(verdict))
    reduced = _counted(verdict for verdict in measured if is_reduced(verdict))
    others = _counted(verdict for verdict in comparison.verdicts if verdict not in measured)
    parts = [f"{full} (full scale)" if full else "", f"{reduced} (reduced scale)" if reduced else "", others]
    return "; ".join(filter(None, parts)) or "no claims"


def badge_svg(comparison: Comparison) -> str:
    """Return a badge as SVG: green only where all claims were tested at full scale and agree."""
    label, text = f"replication · {one_line(comparison.tier.name)}", badge_text(comparison)
    left, right = _width(label), _width(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" '
        f'aria-label="{escape(f"{label}: {text}")}">'
        f"<title>{escape(f'{label}: {text}')}</title>"
        f'<rect width="{left + right}" height="{_HEIGHT}" rx="3" fill="#444"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{right - 3}z" fill="{_colour(comparison)}"/>'
        f'<g fill="#fff" font-family="DejaVu Sans,Verdana,sans-serif" font-size="11">'
        f"{_text(label, 0, left)}{_text(text, left, right)}</g></svg>\n"
    )


def _counted(verdicts: Iterable[Verdict]) -> str:
    counts = Counter(verdict.outcome for verdict in verdicts)
    told = [(counts[outcome], word) for outcome, word in _WORDS.items() if counts[outcome]]
    return ", ".join(f"{n} {_SINGULAR.get(word, word) if n == 1 else word}" for n, word in told)


def _colour(comparison: Comparison) -> str:
    outcomes = {verdict.outcome for verdict in comparison.verdicts}
    if Outcome.INVALID in outcomes:
        return _RED
    if Outcome.DIFFERS in outcomes:
        return _AMBER
    if scale(comparison) == "full scale" and outcomes <= {Outcome.AGREES, Outcome.BETTER}:
        return _GREEN
    return _BLUE if outcomes & {Outcome.AGREES, Outcome.BETTER, Outcome.OBSERVED, Outcome.COMPATIBLE} else _GREY


def _width(text: str) -> int:
    """Return how wide a text is at 11 pixels, with room at both sides; `textLength` makes it so in any font."""
    return round(sum(4.2 if c in _NARROW else 9.8 if c in _WIDE else 6.7 for c in text)) + 12


def _text(text: str, start: int, width: int) -> str:
    return f'<text x="{start + 6}" y="14" textLength="{width - 12}">{escape(text)}</text>'
