"""Tells why a sentence that a language model wrote may not be shown. Pure, and the same every time.

A sentence stands when all it says can be found in the quotes that it names: its numbers, its names, most of its other
words, and whether they are denied. It errs on the side of dropping: the quote itself is shown then.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from paperlab.ask.instructions import is_instruction
from paperlab.queries import STOP_WORDS
from paperlab.quotes import missing_numbers
from paperlab.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from paperlab.types import Quote

LEAST_SHARE = 0.75
"""Of a sentence's content words and numbers that must stand in its quotes; 0.6 let through what SmolLM2 made up."""
_LEAST_OF_CLAUSE = 0.5
"""The same of each clause: what is true is easily followed by a remark that is not."""
COPIED_WORDS = 6
"""A run of so many words of a quote is a copy."""
_COPIED_SHARE = 0.5
"""The share that is enough beside a copy."""
_LONGEST = 600
"""Characters; a longer sentence is none."""

_WORD = re.compile(r"[^\W_]+(?:[-'’.&/+][^\W_]+)*")
_LINKED = re.compile(r"https?:|www\.|!?\[[^\]]*\]\s*\(|<[a-z/!][^>]*>", re.IGNORECASE)
_POINTER = re.compile(r"\[[^\[\]]*[A-Za-z][^\[\]]*\d[^\[\]]*\]|\bpp?\. ?\d")
"""What looks like one of our own citations."""
_CITED = re.compile(r"\([^()]*\bet al\b[^()]*\)|\S+ et al\b")
_NEGATION = re.compile(
    r"\b(?:not(?! only\b)|no(?! longer than)|never|without|cannot|nor|neither|none|nothing|hardly|barely|rarely"
    r"|fail(?:s|ed|ing)?|unable|lack(?:s|ed|ing)?|instead of|rather than)\b|n[’']t\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[;:.!?](?=\s|$)|,\s+(?=but\b|while\b|whereas\b|although\b|yet\b)|\b(?:but|whereas|although|however)\b"
)
_OF_NOUNS = frozenset(
    ("no", "without", "lack", "lacks", "lacked", "lacking", "neither", "nor", "instead of", "rather than")
)
"""Negations that deny two content words: `no clear benefit`. The others deny a verb."""
_CLAUSES = re.compile(r"[,;:]\s+|\s+(?=(?:but|which|because|whereas|while|although|however|since)\b)")
_FIGURE = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
_REPORTED = frozenset(
    "appear appears believe consider considered expect expected find found necessarily observe observed see seem seems "
    "think always yet directly".split()
)
"""Words between a negation and what it denies."""

_OPPOSITES = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, other in (
        ("higher highest", "lower lowest"),
        ("more most", "less least fewer fewest"),
        ("better best", "worse worst"),
        ("larger largest bigger biggest", "smaller smallest"),
        ("faster fastest", "slower slowest"),
        (
            "outperform outperforms outperformed outperforming",
            "underperform underperforms underperformed underperforming",
        ),
        ("increase increases increased increasing", "decrease decreases decreased decreasing"),
        (
            "improve improves improved improving improvement",
            "degrade degrades degraded degrading degradation hurt hurts",
        ),
        ("above exceeds exceed exceeded", "below"),
        ("easier", "harder"),
        ("before", "after"),
        ("longer", "shorter"),
        ("deeper", "shallower"),
        ("stronger", "weaker"),
        ("maximum maximize maximizes", "minimum minimize minimizes"),
    )
)
# How a sentence may begin or frame what it reports without its quote saying so.
_FRAME = frozenset(
    "according additionally answer authors based because benchmark compared due e.g finally first furthermore hence "
    "however i.e including like model models moreover overall paper papers quote quotes report reported reports result "
    "results second shown shows show similarly since specifically states stated study therefore thus using use used "
    "uses yes achieve achieves achieved method approach question given also experiment experiments finding findings "
    "researchers".split()
)
_PLAIN = STOP_WORDS | _FRAME
_ENDINGS = tuple(
    "izations isations ization isation fulness ations ation ments ment ingly ities ness edly ings ing ions ion ity ies "
    "ers ed er es ly al s e".split()
)


def faults(sentence: str, quotes: Sequence[Quote], question: str) -> tuple[str, ...]:
    """Return the reasons why `sentence` may not be shown as an answer to `question`; () where it stands.

    `quotes` are those that it names, and `sentence` comes without the marks that name them.
    """
    if not quotes:
        return ("it names no quote",)
    found = [*_form(sentence, quotes), *_numbers(sentence, quotes, question), *_names(sentence, quotes, question)]
    found += [*_words(sentence, quotes, question), *_denials(sentence, quotes), *_turned(sentence, quotes)]
    return tuple(found)


def share_supported(sentence: str, quotes: Sequence[Quote], question: str) -> float:
    """Return the share, 0 to 1, of a sentence's content words and numbers that stand in `quotes`, each counted once.

    Words that the question alone has count half: they say what is spoken of, or say yes to it. Its names do not count.
    """
    own, asked = _stems(" ".join(map(_all_of, quotes))), _stems(question)
    named = _stems(" ".join(word for word in _WORD.findall(question) if _is_name(word, first=False)))
    words = _stems(sentence)
    if not words & own:
        return float(bool(words) and words <= named)
    supported = len(words & own) + len(set(_FIGURE.findall(sentence)))
    strange = sum(0.5 if stem in asked else 1.0 for stem in words - own - named)
    return supported / (supported + strange)


def _form(sentence: str, quotes: Sequence[Quote]) -> Iterator[str]:
    """Yield what is wrong with the look of it: nothing that a paper planted shall come out as more than words."""
    if sentence != clean(sentence) or "\n" in sentence:
        yield "it holds control characters"
    if len(sentence) > _LONGEST:
        yield "it is longer than a sentence"
    if _LINKED.search(sentence):
        yield "it holds a link or markup"
    bare, printed = _without_labels(sentence, quotes), fold(" ".join(quote.text for quote in quotes))
    if _POINTER.search(bare) or any(fold(cited) not in printed for cited in _CITED.findall(bare)):
        yield "it holds a citation of its own"
    if is_instruction(sentence):
        yield "it is an instruction"
    words = fold(sentence).split()
    if sum(word.isdigit() for word in words) > sum(word.isalpha() for word in words):
        yield "it is a row of numbers"


def _numbers(sentence: str, quotes: Sequence[Quote], question: str) -> Iterator[str]:
    """Yield the numbers that its quotes lack; those in names of the question, as in CIFAR-10, are no figures."""
    told = _without_labels(sentence, quotes)
    for name in sorted(set(_numbered_names(question)), key=len, reverse=True):
        told = re.sub(rf"(?<!\w){re.escape(name)}(?![\w.])", " ", told, flags=re.IGNORECASE)
    missing = missing_numbers(told, [_figures_of(quote) for quote in quotes])
    if missing:
        yield f"no quote of it has {', '.join(missing)}"
    figures = " ".join(map(_figures_of, quotes))
    printed = Counter(_FIGURE.findall(figures))
    more = [figure for figure, count in Counter(_FIGURE.findall(told)).items() if count > max(1, printed[figure])]
    if more:
        yield f"it has {', '.join(more)} more often than its quotes"
    if "respectively" in figures and "respectively" not in told and _FIGURE.search(told):
        yield "its quotes tell several numbers together, and it takes some of them"


def _without_labels(sentence: str, quotes: Sequence[Quote]) -> str:
    """Return a sentence without the names of its quotes' papers and tables."""
    for quote in quotes:
        sentence = sentence.replace(quote.label, " ")
        if quote.cell:
            sentence = re.sub(rf"\bTable {re.escape(quote.cell.table)}(?![\w.])", " ", sentence)
    return sentence


def _numbered_names(question: str) -> Iterator[str]:
    for match in _WORD.finditer(question):
        if match[0][0].isalpha() and any(c.isdigit() for c in match[0]):
            yield match[0]


def _names(sentence: str, quotes: Sequence[Quote], question: str) -> Iterator[str]:
    known = fold(" ".join([*map(_all_of, quotes), question])).split()
    run = "".join(known)
    words = set(known) | {_stem(word) for word in known}
    for i, match in enumerate(_WORD.finditer(sentence)):
        name = match[0]
        parts = fold(name).split()
        if not _is_name(name, first=i == 0 or sentence[: match.start()].rstrip()[-1:] in '.!?:"“'):
            continue
        # A name may be printed with other hyphens: ResNet 50, ResNet-50; a short one would be found in any word.
        together = "".join(parts)
        if not all(part in words or _stem(part) in words for part in parts) and (
            len(together) < 5 or together not in run
        ):
            yield f"no quote of it speaks of {name}"


def _is_name(word: str, *, first: bool) -> bool:
    if fold(word) in _PLAIN:
        return False
    inner = any(c.isupper() or c.isdigit() for c in word[1:]) and any(c.isalpha() for c in word)
    # Any word begins a sentence with a capital; those that are no name have mostly one of these endings.
    return inner or (word[0].isupper() and not (first and word.endswith(("ing", "ed", "ly"))))


def _words(sentence: str, quotes: Sequence[Quote], question: str) -> Iterator[str]:
    copied = _copied(sentence, quotes)
    shares = [share_supported(clause, quotes, question) for clause in _CLAUSES.split(sentence) if _content(clause)]
    least = _COPIED_SHARE if copied else LEAST_SHARE
    if share_supported(sentence, quotes, question) < least or min(shares, default=1.0) < _LEAST_OF_CLAUSE:
        yield "too few of its words stand in its quotes"
    elif not copied and not _NEGATION.search(sentence) and not _tells_more(sentence, quotes, question):
        yield "it only repeats the question"


def _tells_more(sentence: str, quotes: Sequence[Quote], question: str) -> bool:
    """Tell whether it has something from its quotes that the question lacks, or is all of it words of a quote."""
    asked = set(fold(question).split())
    known = {_stem(word) for word in asked}
    own = fold(" ".join(map(_all_of, quotes)))
    told = [word for word in fold(sentence).split() if word not in _PLAIN and word not in asked]
    news = any(word in own.split() or _stem(word) in _stems(own) for word in told if _stem(word) not in known)
    return news or f" {fold(sentence)} " in f" {own} "


def _copied(sentence: str, quotes: Sequence[Quote]) -> bool:
    """Tell whether at least half of it is one run of words of a quote, of COPIED_WORDS or more."""
    words = fold(sentence).split()
    size = max(COPIED_WORDS, (len(words) + 1) // 2)
    runs = [f" {' '.join(words[i : i + size])} " for i in range(len(words) - size + 1)]
    return any(run in f" {fold(quote.text)} " for run in runs for quote in quotes)


def _denials(sentence: str, quotes: Sequence[Quote]) -> Iterator[str]:
    """Yield a word that the sentence denies and its quotes do not, or the other way round."""
    said, printed = _denied(sentence), _denied(" . ".join(quote.text for quote in quotes))
    plain_said = _stems(sentence) - said
    plain_printed = _stems(" ".join(map(_all_of, quotes))) - printed
    if said and not said & printed:
        yield "its quotes do not deny what it denies"
    elif printed & plain_said - plain_printed and not said:
        yield "its quotes deny what it says"


def _denied(text: str) -> set[str]:
    """Return the stems of what is denied: the first content word or two behind each negation in its clause."""
    found: set[str] = set()
    for clause in _CLAUSE_END.split(text):
        for match in _NEGATION.finditer(clause):
            behind = [word for word in _content(clause[match.end() :]) if not _is_passed_over(word)]
            found.update(_stem(word) for word in behind[: 2 if match[0].lower() in _OF_NOUNS else 1])
    return found


def _is_passed_over(word: str) -> bool:
    return word in _REPORTED or word.endswith("ly")


def _turned(sentence: str, quotes: Sequence[Quote]) -> Iterator[str]:
    """Yield a comparison in it of which its quotes have the opposite alone."""
    said = set(fold(sentence).split())
    printed = set(fold(" ".join(map(_all_of, quotes))).split())
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            if said & one and not said & other and printed & other and not printed & one:
                yield f"its quotes say {min(printed & other)}, not {min(said & one)}"
    for word in sorted(said - printed):
        turned = [other for other in printed - said if other in _unlike(word) or word in _unlike(other)]
        if turned:
            yield f"its quotes say {min(turned)}, not {word}"


def _unlike(word: str) -> set[str]:
    """Return the words that deny `word` by their beginning: `unlikely`."""
    return {before + word for before in ("un", "in", "im", "ir", "non", "dis")} if len(word) > 3 else set()


def _all_of(quote: Quote) -> str:
    """Return all that a quote says, where it stands included: what may name something in a sentence on it."""
    cell = (f"Table {quote.cell.table}", *_cell_texts(quote)) if quote.cell else ()
    return " ".join((quote.text, quote.label, *quote.section, *cell))


def _figures_of(quote: Quote) -> str:
    """Return what of a quote may give a number: not its paper's year, and of a table's row the cell alone."""
    return " \n ".join(_cell_texts(quote)) if quote.cell else quote.text


def _cell_texts(quote: Quote) -> tuple[str, ...]:
    return (quote.cell.row, quote.cell.column, quote.cell.text) if quote.cell else ()


def _content(text: str) -> list[str]:
    """Return the content words of a text, folded: no stop words, no numbers, nothing that only frames."""
    return [word for word in fold(text).split() if len(word) > 1 and word not in _PLAIN and not word.isdigit()]


def _stems(text: str) -> AbstractSet[str]:
    return {_stem(word) for word in _content(text)}


def _stem(word: str) -> str:
    """Return a word without its ending, rough but alike for its forms: `trained`, `training`, `trains`."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word
