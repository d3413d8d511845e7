"""Puts a name for `it`, `they`, `that`, `the paper` where nothing in the question itself can be meant. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from paperlab.ask.mentions import AUXILIARIES, IMPERATIVES, PREPOSITIONS, QUESTION_WORDS, Kind, names_in, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paperlab.ask.mentions import Topic

_PRONOUNS = frozenset("it its they them their theirs this that these those".split())
_OWNING = frozenset("its their".split())
_PUBLICATIONS = frozenset("paper article work study publication".split())
_WORKS = _PUBLICATIONS | frozenset("model method approach technique algorithm framework".split())
_MORE_WORKS = _WORKS | frozenset("network architecture system idea trick procedure models methods networks".split())
_ADVERBS = frozenset("not also actually then still really even usually only ever exactly".split())
# What may follow a word is its own: `the model that`, `the method of`.
_NARROWED = frozenset("of that which with from by called named for used trained proposed".split())
_CLAUSE = frozenset(
    "that which who whom when while if whether because as than and or but so where how what why".split()
)
_ARTICLES = frozenset("a an each every some one".split())
_RESEARCH = frozenset(
    "report compare evaluate propose say find claim conclude test measure publish release mention argue show try "
    "choose explain discuss study analyse analyze recommend suggest observe state think consider cite".split()
)
_EXPLETIVE = frozenset(
    "matter mean cost take help hurt make seem pay suffice possible necessary useful better best worth enough "
    "important true clear known easy hard harder helpful sufficient safe feasible beneficial good fair common".split()
)
_CLAUSE_AFTER_IT = frozenset("to whether if that when for".split())
_AGREEING = {"do": "does", "are": "is", "were": "was", "have": "has"}
_OPENINGS = ("what if", "what happens if", "what happens when", "which of", "how many of", "how much of", "what about")
_OWN_THINGS = frozenset("code weights checkpoints".split())
_LONGEST_BEFORE = 6
"""Words between the verb that is asked with and a pronoun at the end."""


_INTRODUCTION = re.compile(
    rf"(?:in|on|for|with|at|under) [^,]{{1,40}}, (?=(?:{'|'.join(QUESTION_WORDS | AUXILIARIES)})\b)", re.IGNORECASE
)


class _Place(NamedTuple):
    """A word of the question that may stand for something said before."""

    words: Sequence[re.Match[str]]
    position: int
    asked: str

    @property
    def word(self) -> str:
        return self.words[self.position][0].casefold()

    @property
    def before(self) -> list[str]:
        return [word[0].casefold() for word in self.words[: self.position]]

    @property
    def after(self) -> list[str]:
        return [word[0].casefold() for word in self.words[self.position + 1 :]]

    def put(self, words: str, count: int = 1) -> str:
        """Return the question with `words` for this word and the `count - 1` after it."""
        start, end = self.words[self.position].start(), self.words[self.position + count - 1].end()
        return self.asked[:start] + words + self.asked[end:]


def told_apart(asked: str, topics: Sequence[Topic], before: str) -> str:
    """Return the question (without its mark) with the first word that nothing in it explains told as a topic.

    `before` is the question before, for `that` as all of what it asked. Returns "" where every word is explained, or
    there is no topic.
    """
    if intro := _INTRODUCTION.match(asked):
        rest = told_apart(asked[intro.end() :], topics, before)
        return rest and intro[0] + rest
    words = words_of(asked)
    for position in range(len(words)):
        place = _Place(words, position, asked)
        for rule in _RULES if topics else _RULES[:1]:
            if told := rule(place, topics, before):
                return told
    return ""


def _fact(place: _Place, topics: Sequence[Topic], before: str) -> str:
    """Tell of `that` in `how was that measured`: the value that was asked for."""
    del topics
    if place.word not in {"that", "this"} or not _is_subject(place) or place.after[:1] == ["one"]:
        return ""
    if set(place.after[:1]) & _MORE_WORKS or len(place.after) > _LONGEST_BEFORE:
        return ""
    if value := _value(before):
        return place.put(value)
    return f"{place.asked}: {before.rstrip('?!. ')}"


def _value(question: str) -> str:
    """Return what a question asks for, as a noun: `the number of layers of BERT`."""
    body = question.rstrip("?!. ")
    if found := re.match(r"what (?:is|was|are|were) ((?:the |an? )?[^,;:?]+)\Z", body, re.IGNORECASE):
        return found[1]
    verbs = "have|use|need|contain|comprise|include|hold|take"
    if found := re.match(rf"how many (.+?) (?:do|does|did) (.+?) (?:{verbs})\b(.*)\Z", body, re.IGNORECASE):
        return f"the number of {found[1]} of {found[2]}{found[3]}"
    if found := re.match(
        r"how (large|big|long|deep|wide|fast|accurate) (?:is|was|are|were) (.+)\Z", body, re.IGNORECASE
    ):
        return f"the {_MEASURES[found[1].casefold()]} of {found[2]}"
    return ""


_MEASURES = {
    "large": "size",
    "big": "size",
    "long": "length",
    "deep": "depth",
    "wide": "width",
    "fast": "speed",
    "accurate": "accuracy",
}


def _pronoun(place: _Place, topics: Sequence[Topic], before: str) -> str:
    del before
    if place.word not in _PRONOUNS or place.word == "that" or _is_explained(place) or _is_expletive(place):
        return ""
    if place.word in {"this", "these", "those"} and place.after and not _is_subject_pronoun(place):
        return ""
    topic = topics[0].text
    if place.word in _OWNING:
        return place.put(f"{topic}'" if topics[0].plural else f"{topic}'s")
    return _with_verb(place, topics)


def _is_subject_pronoun(place: _Place) -> bool:
    """Tell whether `this` stands alone behind its verb, as in `does this help`, `compare this with`."""
    if set(place.before) <= IMPERATIVES and place.after[0] in PREPOSITIONS:
        return bool(place.before)
    return _is_subject(place) and place.before[-1] in {"do", "does", "did", "can", "could", "will", "would", "should"}


def _with_verb(place: _Place, topics: Sequence[Topic]) -> str:
    """Put the topic, as many as it is, with its verb in the same number."""
    many = place.word in {"they", "them", "these", "those"}
    if place.word == "they" and set(place.after[:2]) & _RESEARCH:
        return place.put(f"the authors of {topics[0].text}")
    text, plural = topics[0].text, topics[0].plural
    if many and len(topics) > 1:
        text, plural = " and ".join(topic.text for topic in topics), True
    told = place.put(text)
    last = place.words[place.position - 1] if place.position else None
    verbs = _AGREEING if many and not plural else {one: other for other, one in _AGREEING.items()}
    if last and many != plural and _is_subject(place) and last[0].casefold() in verbs:
        verb = verbs[last[0].casefold()]
        told = told[: last.start()] + (verb.capitalize() if last[0][0].isupper() else verb) + told[last.end() :]
    return told


def _work(place: _Place, topics: Sequence[Topic], before: str) -> str:
    """Tell of `the paper`, `the authors`, `this method`, `these results`."""
    del before
    if not place.after or not _may_point(place):
        return ""
    noun, topic = place.after[0], topics[0].text
    if words := _told_work(place, noun, topic):
        return place.put(words, 2)
    return f"{place.asked}, for {topic}" if noun not in place.before and _points(place) else ""


def _may_point(place: _Place) -> bool:
    """Tell whether a word can point back, with nothing in the question to point at; `that` may begin a clause, too."""
    if place.word not in {"the", "this", "that", "these", "those"}:
        return False
    behind = place.before[-1] if place.before else "in"
    if place.word in {"that", "those"} and behind not in AUXILIARIES | PREPOSITIONS | IMPERATIVES:
        return False
    return not (set(place.after[1:2]) & _NARROWED or names_in(place.asked) or _ARTICLES & set(place.before))


def _told_work(place: _Place, noun: str, topic: str) -> str:
    definite = place.word == "the"
    own = definite and noun in _OWN_THINGS and _is_subject(place) and len(place.words) <= 7
    if noun == "authors" or own:
        return f"the {noun} of {topic}"
    if noun in _PUBLICATIONS:
        return f"the {topic} {noun}"
    if definite:
        return topic if noun in _WORKS and _stands_free(place) else ""
    return topic if noun in _MORE_WORKS else ""


def _stands_free(place: _Place) -> bool:
    """Tell whether `the model` stands where a name could: behind the verb asked with, or at the end."""
    last = len(place.after) == 1 and bool(place.before) and place.before[-1] in PREPOSITIONS
    return (_is_subject(place) or last) and len(place.words) <= 12


def _points(place: _Place) -> bool:
    """Tell whether `these` with a noun speaks of what came before the question."""
    behind = place.before[-1:] and place.before[-1] in AUXILIARIES | PREPOSITIONS
    return place.word != "the" and bool(behind) and not _CLAUSE & set(place.before[1:]) and len(place.words) <= 12


def _there(place: _Place, topics: Sequence[Topic], before: str) -> str:
    """Tell of `there` in `how many layers are there`."""
    del before
    if place.word != "there" or place.after or names_in(place.asked) or len(place.words) > 8:
        return ""
    if place.before[-1:] and place.before[-1] in {"is", "are", "was", "were"}:
        return f"{place.asked} in {topics[0].text}"
    return place.put(topics[0].place or f"in {topics[0].text}")


def _is_subject(place: _Place) -> bool:
    """Tell whether a word stands behind the verb that is asked with: `how many layers does it`."""
    before = place.before
    while before and before[-1] in _ADVERBS:
        before.pop()
    if not before or before[-1] not in AUXILIARIES or AUXILIARIES & set(before[:-1]):
        return False
    return len(before) == 1 or (_opens(before) and not (_CLAUSE - QUESTION_WORDS) & set(before[1:]))


def _opens(words: Sequence[str]) -> bool:
    """Tell whether words begin a question or a demand."""
    asks = words[0] in QUESTION_WORDS | IMPERATIVES
    return asks or (words[0] in PREPOSITIONS and len(words) > 1 and words[1] in QUESTION_WORDS)


def _is_explained(place: _Place) -> bool:
    """Tell whether something in the question itself can be what a pronoun stands for."""
    start = place.words[place.position].start()
    named = [name for name in names_in(place.asked) if name.end <= start and name.kind is Kind.METHOD]
    before = place.before
    if re.search(r""",|["'‘“`]\Z""", place.asked[:start]):
        return True
    if _is_subject(place):
        return bool(named)
    if _is_addressed(place):
        return False
    if not before or _CLAUSE & set(before[1:]) or len(before) > _LONGEST_BEFORE:
        return True
    if place.word in _OWNING:
        return bool(named) or not _owner_is_outside(before)
    # A verb's or preposition's `it` is never the subject of the same clause.
    object_free = not place.after and "to" not in before[1:-1] and not _ARTICLES & set(before)
    return not object_free or not (_opens(before) or before[0] in AUXILIARIES) or len(named) > 1


def _is_addressed(place: _Place) -> bool:
    """Tell whether nothing but an opening stands before a word: `compare it with`, `which of them`, `its decoder`."""
    before = place.before
    if not before:
        return place.word in _OWNING
    return " ".join(before) in _OPENINGS or all(word in IMPERATIVES for word in before)


def _owner_is_outside(before: Sequence[str]) -> bool:
    """Tell whether the words before `its` name nobody: `which of its`, `what is the size of its`, `explain its`."""
    if all(word in QUESTION_WORDS | PREPOSITIONS | IMPERATIVES | {"me", "us", "about", "more"} for word in before):
        return _opens(before)
    return before[-1] == "of" and before.count("of") == 1 and _opens(before) and before.count("the") <= 1


def _is_expletive(place: _Place) -> bool:
    """Tell whether `it` stands for a clause that follows: `is it useful to`, `does it matter whether`."""
    after = [word for word in place.after if word not in _ADVERBS]
    return place.word == "it" and bool(set(after[:2]) & _EXPLETIVE) and bool(set(after[1:]) & _CLAUSE_AFTER_IT)


_RULES: tuple[Callable[[_Place, Sequence[Topic], str], str], ...] = (_fact, _pronoun, _work, _there)
