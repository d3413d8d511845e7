"""What a question asks for: its names, its telling words, the kind of answer, its parts. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from paperlab.queries import STOP_WORDS
from paperlab.text import fold

MAX_PARTS = 4
"""Questions in one; what stands behind them belongs to the last."""

# Words that frame a question and say nothing of what it is about.
_FRAME = frozenset(
    "amount answer authors author describe different explain give given got happen happens know like "
    "long large big great high low many much paper papers percent percentage portion quite report reported reports "
    "say says share show shown study studies tell use used uses using work works would way ways".split()
)
_TOKEN = re.compile(r"[^\W_]+(?:[-–/×&+.][^\W_]+)*")
_TOKEN_PARTS = re.compile(r"[^\W_]+")
_RUNS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+(?:[.,]\d+)*")
"""`MobileNetV3` is Mobile, Net, V, 3; `UNet` is U, Net."""
_NUMBER = re.compile(r"\d[\d.,]*(?:[kmbt]|%|x)?", re.IGNORECASE)
_MEASURED = re.compile(r"(\d[\d.,]*)-[a-z]")
_SIZE = re.compile(r"\d{1,6}(?:\.\d{1,3})?[kKMBT]")
_WORDY = re.compile(r"[^\W\d_]{3}")
_LARGE = re.compile(r"\d{3,6}(?![\d.,])")
"""A number that no other is likely to stand for: `608 pixels`, a `1001-layer` network."""
_SMALL_WORDS = frozenset("top hit pass".split())
"""`top-1`, `hit@10`: how a metric counts, no name."""

_NUMERIC = re.compile(
    r"\bhow (?:\w+ly )?(?:many|much|large|big|long|wide|far|often|fast|slow|close|accurate|precise|high|low|deep|old"
    r"|small|heavy|strong|good|well|tall|expensive|costly)\b"
    r"|\b(?:what|which) (?:[\w-]+ ){0,5}?(?:share|portion|percentages?|fraction|factor|rates?|scores?|accurac(?:y|ies)"
    r"|errors?|numbers?|sizes?|f-?1|perplexit(?:y|ies)|precision|recall|overlap|bleu|rouge|wer|cer|map|auc|value|dropout"
    r"|throughput|speed-?up|temperature|learning rate|rank|width|depth|dimension|beam|budget|cost|loss|improvement"
    r"|gain|drop|correlation|kappa|agreement|exact match|ratio|threshold|length|count|amount|probability)\b"
    r"|\b(?:by|at|to|with) (?:what|which|how)\b|\bhow (?:\w+ )?(?:percent|points|times)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\bhow many (?:(?:million|billion|thousand|different|more|fewer) )*(?P<many>[A-Za-z]+)"
    r"|\b(?:what|which) (?:[\w-]+ ){0,3}?(?P<what>[A-Za-z]+) (?:do|does|did|is|are|was|were|has|have|can)\b",
    re.IGNORECASE,
)
_METRICS = frozenset(
    "accuracy accuracies error errors score scores result results rate rates performance precision recall value values "
    "points percent number numbers perplexity loss average mean overlap correlation quality time speed".split()
)
_REASON = re.compile(
    r"^(?:but |and )?why\b|\bwhat (?:causes|is the reason|explains|motivates)|\bwhat goes wrong", re.IGNORECASE
)
_DEFINED = re.compile(
    r"^what (?:is|are|does|do)\b.*\b(?:mean|stand for|called|defined|definition)|^how is .* defined", re.IGNORECASE
)
_DECIDED = re.compile(
    r"^(?:and |but )?(?:is|are|was|were|does|do|did|can|could|has|have|had|should|will|would)\b", re.IGNORECASE
)
_COMPARED = re.compile(
    r"\b(?:compared?|versus|vs|differ(?:s|ence|ent)?|contrast|agree|disagree|both|which of|respectively|(?:different"
    r"|which|the|other|two|these|several|what do(?:es)?) (?:[\w-]+ ){0,2}(?:papers|studies|authors|works))\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\?\s+(?=\S)"
    r"|[,;:]?\s+(?:and|but|or)\s+(?=(?:(?:by|at|on|in|for|with|to|under|of) )?"
    r"(?:what|how|why|which|where|when|who|whose|does|do|did|is|are|was|were|can|could|should|has|have)\b)"
    r"|;\s+(?=\S)"
    r"|,\s+(?=(?:what|how|why|which|where|when|who)\b(?=[^?]*,?\s(?:and|or)\s+(?:what|how|why|which|where|when|who)\b))",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What kind of answer is asked for."""

    NUMBER = "number"
    REASON = "reason"
    DEFINITION = "definition"
    DECISION = "decision"
    """Yes or no."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Name:
    """Something with a name of its own that the question speaks of: `MobileNetV3`, `CIFAR-10`, `BLEU`, `Mandarin`."""

    text: str
    """As typed."""
    forms: tuple[tuple[str, ...], ...]
    """Ways in which its words stand in a text, lower-cased, as the word index cuts them."""

    def stands_in(self, folded: str) -> bool:
        """Tell whether it stands in a text that was folded (`text.fold`)."""
        padded = f" {folded} "
        return any(f" {' '.join(form)}{end}" in padded for form in self.forms for end in (" ", "s "))


@dataclass(frozen=True, slots=True)
class Question:
    """A question understood."""

    text: str
    """As asked."""
    kind: Kind
    names: tuple[Name, ...]
    words: tuple[str, ...]
    """Its telling words, lower-cased, names and numbers among them, each once."""
    counted: str
    """What is counted or measured, in one word, where the question says it and it is no common metric."""
    compares: bool
    """It asks of several papers or methods at once: no single paper need name them all."""


def understand(text: str) -> Question:
    """Return what a question asks for."""
    words = [word for word in fold(text).split() if word not in STOP_WORDS and word not in _FRAME]
    return Question(
        text=text,
        kind=_kind(text),
        names=_names(text),
        words=tuple(dict.fromkeys(words)),
        counted=_counted(text),
        compares=_COMPARED.search(text) is not None,
    )


def _counted(text: str) -> str:
    match = _COUNTED.search(text)
    word = (match["many"] or match["what"]) if match else ""
    return word if word.islower() and word not in _METRICS and word not in STOP_WORDS else ""


def parts(text: str) -> list[str]:
    """Return the questions in what was asked, in order, each as it stands there; most often one."""
    found: list[str] = []
    start = 0
    for match in _PART.finditer(text):
        if len(found) == MAX_PARTS - 1:
            break
        piece = text[start : match.start()].strip(" ,;")
        rest = text[match.end() :]
        if min(len(piece.split()), len(rest.split())) >= 3 and _asks(piece):
            found.append(piece.rstrip("?") + "?")
            start = match.end()
    rest = text[start:].strip()
    if found and not _asks(rest):
        rest = f"{found.pop()} {rest}"
    return [*found, rest]


def _asks(piece: str) -> bool:
    """Tell whether a piece is a question by itself, not the beginning of one."""
    return bool(re.search(r"\b(?:what|how|why|which|where|when|who|whose)\b", piece, re.IGNORECASE)) or bool(
        _DECIDED.match(piece)
    )


def _kind(text: str) -> Kind:
    for kind, pattern in ((Kind.REASON, _REASON), (Kind.NUMBER, _NUMERIC), (Kind.DEFINITION, _DEFINED)):
        if pattern.search(text):
            return kind
    return Kind.DECISION if _DECIDED.match(text) else Kind.OTHER


def _names(text: str) -> tuple[Name, ...]:
    names: dict[str, Name] = {}
    for match in _TOKEN.finditer(text):
        begins = not text[: match.start()].strip(" \"'“‘(") or text[: match.start()].rstrip()[-1:] in ".?!"
        for token in _tokens(match[0]):
            if _is_name(token, begins=begins):
                names.setdefault(token.casefold(), Name(token, _forms(token)))
            elif large := _LARGE.match(token):
                names.setdefault(large[0], Name(large[0], _number_forms(large[0])))
    return tuple(names.values())


def _tokens(token: str) -> list[str]:
    """Return a token, or the words that a hyphen or slash merely lists: `English-French`, `LLaMA-65B`."""
    pieces = re.split(r"[-–/&+]", token)
    listed = len(pieces) > 1 and all(len(piece) > 3 and piece[0].isupper() for piece in pieces)
    name, hyphen, size = token.rpartition("-")
    if hyphen and _SIZE.fullmatch(size) and _WORDY.search(name):
        return [name, size]
    return pieces if listed or "/" in token else [token]


def _is_name(token: str, *, begins: bool) -> bool:
    lower = token.casefold()
    if lower in STOP_WORDS or lower in _FRAME or _NUMBER.fullmatch(token) or _MEASURED.match(token):
        return False
    letters = [c for c in token if c.isalpha()]
    if len(letters) + sum(c.isdigit() for c in token) < 2:
        return False
    if any(c.isdigit() for c in token):
        return token[0].isdigit() or lower.rstrip("0123456789-") not in _SMALL_WORDS
    if any(c.isupper() for c in token[1:]):
        return True
    return token[0].isupper() and not begins


def _forms(token: str) -> tuple[tuple[str, ...], ...]:
    """Return how a name may be cut: as typed, in one word, and with letters and digits apart."""
    typed = tuple(fold(token).split())
    apart = re.findall(r"[^\W\d_]+|\d+", " ".join(typed))
    runs = [run for word in _TOKEN_PARTS.findall(token) for part in _RUNS.findall(word) for run in fold(part).split()]
    whole = "".join(typed)
    # Stemming leaves the plural of an abbreviation without a vowel as it is.
    other = whole[:-1] if token.endswith("s") and token[:-1].isupper() else whole + "s" if token.isupper() else ""
    plural = (other,) if len(token) > 2 and other else ()
    return tuple(dict.fromkeys(form for form in (typed, (whole,), tuple(apart), tuple(runs), plural) if form))


def _number_forms(digits: str) -> tuple[tuple[str, ...], ...]:
    """Return how a number may stand in a text: with its unit in one word, or with a comma."""
    thousands = ((digits[:-3], digits[-3:]),) if len(digits) > 3 else ()
    return (*((digits + unit,) for unit in ("", "k", "m", "b", "t", "x", "d", "px", "gb", "mb")), *thousands)
