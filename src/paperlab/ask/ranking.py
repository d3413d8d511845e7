"""Which sentence answers: each is told by what it shares with the question and by what it looks like."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from paperlab.ask.questions import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from paperlab.ask.evidence import Candidate
    from paperlab.ask.questions import Question

WEIGHTS = {
    "passage": 6.4,
    "paper": 5.8,
    "cosine": 5.5,
    "words": 1.9,
    "words_before": 3.3,
    "words_after": -0.4,
    "number": 1.2,
    "no_number": -1.1,
    "unit": 2.6,
    "row": -1.0,
    "reason": 2.4,
    "result": 0.5,
    "definition": 1.8,
    "caption": -3.0,
    "leans": 0.3,
    "question": -3.1,
    "short": -1.6,
    "long": -0.7,
    "related": -1.1,
    "named": 4.3,
    "link": -3.0,
}
"""What each feature counts, fitted on questions with known answers by `benchmarks/ask_weights.py`."""

_CITATIONS = re.compile(
    r"\[[\d,;\s–-]+\]|\([^()]*\b(?:19|20)\d\d[a-z]?\b[^()]*\)|\b(?:19|20)\d\d\b"
    r"|\b(?:Figures?|Figs?\.?|Tables?|Sections?|Sec\.|Eqs?\.|Equations?|Appendix|Algorithm)\s*\(?[A-Z]?\.?\d+(?:\.\d+)*\)?"
)
"""Numbers that count nothing."""
_NUMBER = re.compile(
    r"(?<![\w.])[\d.]*\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh"
    r"|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|half|twice)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_REASON = re.compile(
    r"\b(?:because|since|due to|therefore|thus|hence|so that|in order to|as a result|caus|reason|motivat|explain|allow"
    r"|ensur|avoid|prevent|leads? to)",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\b(?:we (?:find|found|observe|see|show|obtain|achieve|report|note)|results? (?:show|indicate|suggest)|outperform"
    r"|improv|significant|on average|only|achieve|reach|better|worse|drop|decreas|increas|reduc)",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"\b(?:is defined|we define|refers? to|denotes?|is called|means?|represents?|corresponds? to|stands for"
    r"|(?:is|are) the)\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"(?:Figure|Fig\.|Table|Algorithm)\s*[A-Z]?\.?\d")
_LEANS = re.compile(
    r"(?:This|These|It|They|Its|Their|Such|That|Here|However|Thus|Therefore|Hence|Instead|Specifically|Moreover"
    r"|Furthermore|Additionally|Also|Conversely|In (?:contrast|particular|addition)|For (?:example|instance)"
    r"|As a result)\b"
)
_LINK = re.compile(r"https?:|www\.|\b(?:github|gitlab|huggingface)\.")
_LINKED = re.compile(r"\b(?:code|available|download|released?|url|link|where|find|address|repository)\b", re.IGNORECASE)
_RELATED = re.compile(r"related|introduction|background|preliminar|previous work", re.IGNORECASE)
_SHORT, _LONG = 6, 45
"""Words of a sentence below and above which it seldom answers."""

_UNITS = (
    (r"\bdays?\b", r"\bdays?\b"),
    (r"\bhours?\b", r"\bhours?\b"),
    (r"\bweeks?\b", r"\bweeks?\b"),
    (
        r"\b(?:how (?:long|fast)|seconds?|milliseconds?|latency|time)\b",
        r"\d\s?(?:m?s|sec|min)\b|\b(?:seconds?|minutes?|hours?|days?|weeks?)\b",
    ),
    (r"\btokens?\b", r"\btokens?\b"),
    (r"\b(?:percent\w*|share|portion|fraction|accura\w+|(?<!learning )rate|error)\b", r"%|\bpercent|\bpoints?\b"),
    (r"\b(?:factor|times|faster|slower|speed-?up)\b", r"\d\s?[×x]\b|×|\b(?:times|fold|factor)\b"),
    (r"\b(?:parameters?|weights|size|large|big)\b", r"\bparameters?\b|\bweights\b|\d\s?[MB]\b"),
    (r"\b(?:memory|disk|storage|gigabytes?|large|big)\b", r"\d\s?[GMTK]i?B\b|\bbytes\b|\bmemory\b"),
    (r"\bgpus?\b", r"\bGPUs?\b"),
    (r"\blayers?\b", r"\blayers?\b"),
)
_UNIT_PATTERNS = tuple((re.compile(asked, re.IGNORECASE), re.compile(told)) for asked, told in _UNITS)


class Ranker:
    """Ranks the candidates for one question."""

    def __init__(
        self,
        question: Question,
        stems: Callable[[str], Sequence[str]],
        weigh: Callable[[str], float],
        missing: Mapping[str, Sequence[str]],
    ) -> None:
        """`stems` cuts a text into compared words, `weigh` gives how much a word tells apart.

        `missing` has for each paper the names of the question that it does not have.
        """
        self._question = question
        self._stems = stems
        self._missing = missing
        pairs = [(stem, weigh(word)) for word in question.words for stem in stems(word)]
        self._weights = dict(pairs)
        self._whole = sum(self._weights.values()) or 1.0
        self._told = [told for asked, told in _UNIT_PATTERNS if asked.search(question.text)]

    def features(self, candidates: Sequence[Candidate], cosines: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Return shape (candidates, features) in the order of `WEIGHTS`; without cosines that feature is 0."""
        import numpy as np

        best = max((candidate.score for candidate in candidates), default=1.0) or 1.0
        papers: dict[str, float] = {}
        for candidate in candidates:
            papers[candidate.key] = max(papers.get(candidate.key, 0.0), candidate.score)
        rows = []
        for i, candidate in enumerate(candidates):
            cosine = 0.0 if cosines is None else float(cosines[i])
            told = self._looks(candidate) | self._shared(candidate)
            told |= {"passage": candidate.score / best, "paper": papers[candidate.key] / best, "cosine": cosine}
            rows.append([float(told[name]) for name in WEIGHTS])
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(WEIGHTS))

    def scores(
        self, candidates: Sequence[Candidate], cosines: NDArray[np.float32] | None = None
    ) -> NDArray[np.float64]:
        """Return one score a candidate, larger is better: comparable within one question."""
        import numpy as np

        result: NDArray[np.float64] = self.features(candidates, cosines) @ np.array(list(WEIGHTS.values()))
        return result

    def covered(self, *texts: str) -> float:
        """Return the share of the question's telling words, by weight, that stand in any of the texts."""
        found = {stem for text in texts for stem in self._stems(text)}
        return sum(weight for stem, weight in self._weights.items() if stem in found) / self._whole

    def _shared(self, candidate: Candidate) -> dict[str, float]:
        own = set(self._stems(candidate.text))
        names = len(self._question.names)
        return {
            "words": self._share(own),
            "words_before": self._share(set(self._stems(candidate.before)) - own),
            "words_after": self._share(set(self._stems(candidate.after)) - own),
            "named": 1.0 - len(self._missing.get(candidate.key, ())) / names if names else 1.0,
        }

    def _share(self, stems: set[str]) -> float:
        return sum(self._weights[stem] for stem in stems & self._weights.keys()) / self._whole

    def _looks(self, candidate: Candidate) -> dict[str, float]:
        text, kind = candidate.text, self._question.kind
        plain = _CITATIONS.sub(" ", text)
        number = _NUMBER.search(plain) is not None
        numeric = kind is Kind.NUMBER
        words = len(_WORD.findall(text))
        return {
            "number": numeric and number,
            "no_number": numeric and not number,
            "unit": numeric and number and any(told.search(text) for told in self._told),
            "row": numeric and is_row(text),
            "reason": kind is Kind.REASON and _REASON.search(text) is not None,
            "result": _RESULT.search(text) is not None,
            "definition": kind is Kind.DEFINITION and _DEFINITION.search(text) is not None,
            "caption": _CAPTION.match(text) is not None,
            "leans": leans(text),
            "question": text.rstrip().endswith("?"),
            "short": words < _SHORT,
            "long": words > _LONG,
            "link": _LINK.search(text) is not None and _LINKED.search(self._question.text) is None,
            "related": _RELATED.search(" ".join(candidate.section)) is not None,
        }


def leans(text: str) -> bool:
    """Tell a sentence that leans on the one before it."""
    return _LEANS.match(text) is not None


def is_row(text: str) -> bool:
    """Tell the row of a table from a sentence: at least half of its words have digits."""
    words = text.split()
    return len(words) > 2 and 2 * sum(any(c.isdigit() for c in word) for word in words) >= len(words)


def rarity(passages: int, frequency: int) -> float:
    """Return how much a word tells apart that stands in `frequency` of `passages` passages (idf)."""
    return math.log(1 + passages / (1 + frequency))
