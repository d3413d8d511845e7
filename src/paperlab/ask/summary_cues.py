"""How sentences are weighed, and words that more than one recipe looks for. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paperlab.ask.summary_sentences import Zone

if TYPE_CHECKING:
    from collections.abc import Mapping

Cue = tuple[re.Pattern[str], float]

OWN_WORDS = r"\b(?:we|our|ours|this (?:paper|work|article|study|report|method|model|approach)|the proposed|here)\b"
OWN = re.compile(OWN_WORDS, re.IGNORECASE)
METRIC = (
    r"accurac|\bF1\b|\bBLEU\b|\bperplexity|\bAP\b|\bmAP\b|\bscores?\b|error rate|\berrors?\b|\bWER\b|\bAUC\b|\brecall"
    r"|precision|\bexact match|\bfaster\b|speed-?up|\bspeed\b|\bFPS\b|\bfps\b|\bloss\b|\brate\b|\bmIOU|\bIOU\b|times"
    r"|\bp\s?[<=]|correlat|latency|throughput|\bpoints?\b|\bROUGE|\bparameters?\b"
)
NUMBER = r"(?<![\w.\[(])[~≈<>]?\d+(?:[.,]\d+)*\s?(?:%|[x×]|points?\b|percent|BLEU|ms\b|s\b|fps\b|FPS\b)?(?![\w\]])"
_UNITS = (
    r"images?|sentences?|examples?|tokens?|words?|utterances?|videos?|hours?|speakers?|documents?|pairs?|papers?"
    r"|pages?|samples?|questions?|patients?|classes|categories|sequences?|articles?|objects?|instances?|rows|tasks"
    r"|participants?|frames?|subjects?|tweets?|annotations?|tables?|nodes?|edges?|datasets?|languages?|records?|events?"
    r"|passages?|photographs?"
)
SIZE = re.compile(
    rf"\b\d[\d,.]*\s?(?:K|k|M|B|T|million|billion|thousand|trillion)?\b(?:\s+[a-z-]+){{0,3}}\s+(?:{_UNITS})\b"
)


def cue(weight: float, pattern: str) -> Cue:
    """Return a pattern, in small letters or capitals, with what a sentence gets for it."""
    return re.compile(pattern, re.IGNORECASE), weight


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the sentences of one point are told from others."""

    point: str
    zones: Mapping[Zone, float]
    """What a sentence gets for where it stands; `elsewhere` in all other zones."""
    cues: tuple[Cue, ...]
    """What it gets for its words, each cue once."""
    floor: float
    """What it needs in all to be shown."""
    elsewhere: float = 0.0
    needs: re.Pattern[str] = field(default_factory=lambda: re.compile(""))
    """What it must have."""
    appendix: float = -1.5
    fades: float = 0.0
    """What is taken off for each ten sentences that stand before it in its section."""
    late: float = 0.0
    """What is taken off for the paper's last sentence, in proportion for others."""
    foreign: float = 0.0
    """What it gets in an abstract or an introduction where it does not speak of the paper's own work."""
    slack: float = 1.2
    """How far below the floor the best sentence may stay where there is none above it."""
    gap: float = 2.6
    """A sentence that stands so far behind the best one is not shown beside it."""
    named: float = 0.0
    """What it gets for the name of what the paper presents."""
    most: int = 3


NEVER = -20.0
OUTSIDE = {Zone.BACKGROUND: NEVER, Zone.BACK: NEVER, Zone.CHECKLIST: NEVER}
