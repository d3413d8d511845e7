"""Follow-up questions, told with what they speak of. Rules over words, no model; pure.

A question that stands on its own comes back as it is: where the rules are not sure, they leave a question alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from paperlab.ask.counterparts import COMPARING, put_in_place
from paperlab.ask.mentions import AUXILIARIES, IMPERATIVES, PREPOSITIONS, QUESTION_WORDS, names_in, topics
from paperlab.ask.pronouns import told_apart
from paperlab.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paperlab.ask.mentions import Topic
    from paperlab.types import Answer

_LEAD = re.compile(r"(?:(?:and|but|or|so|then|also|ok|okay|now)\b[,.]? +)+", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:what|how) about +|what of +|(?:(?:is it|are they) +)?(?:the +)?same +(?=(?:for|on|in|with|at)\b)",
    re.IGNORECASE,
)
_TOO = re.compile(r",? +(?:too|as well|also)\Z", re.IGNORECASE)
_SO = re.compile(r"(?P<word>why|how) +(?:so|(?:is|was) (?:that|this|it))\Z", re.IGNORECASE)
_SOURCE = re.compile(
    r"(?:which|what|who|where|in which)\b.*\b(?:says?|said|claims?|states?|shows?|reports?|found) (?:so|that|this|it)\Z"
    r"|(?:where|in which [\w ]+) (?:is|was) (?:that|this|it) (?:said|stated|shown|reported|found|mentioned)\Z"
    r"|says who\Z|(?:is|was) (?:that|this|it) (?:true|right|certain|correct)\Z"
    r"|where does (?:that|this|it) come from\Z|what is the (?:source|evidence)(?: (?:for|of) (?:that|this|it))?\Z",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:please )?(?:(?:can|could) you )?(?:explain|elaborate|tell me more|(?:any |some )?more details?|in more detail"
    r"|anything else|what else|any others?|(?:give|show)(?: me)? (?:an|another|one|some) examples?|an example)\Z",
    re.IGNORECASE,
)
_ADVERBIAL = re.compile(r"(?:by |since |for |at )?(?:why|how(?: much| long| often)?|when|where)\Z", re.IGNORECASE)
_LONGEST_FRAGMENT = 6
"""Words; what is longer was meant as a question."""
_LONGEST_STATEMENT = 200
"""Characters; a longer one makes no question that anybody would read."""
_LONGEST_QUESTION = 500
"""Characters; a longer one says itself what it speaks of."""


class _Context(NamedTuple):
    """What came before a question."""

    question: str
    """The one before, as it was looked for."""
    topics: list[Topic]
    statement: str
    """The first sentence that was answered."""

    @property
    def body(self) -> str:
        """The question without its mark."""
        return self.question.rstrip("?!. ")

    @property
    def mark(self) -> str:
        """How it ends."""
        return self.question[len(self.body) :].strip() or "?"


def resolve(question: str, before: Sequence[Answer]) -> str:
    """Return the question with what it speaks of, found in the questions and answers `before` it (oldest first).

    One that stands on its own, or speaks of what cannot be found there, comes back unchanged.
    """
    asked = one_line(question).rstrip("?!. ")
    if not asked or not before or max(len(asked), len(before[-1].resolved)) > _LONGEST_QUESTION:
        return question
    context = _context(before)
    lead = _LEAD.match(asked)
    plain = asked[lead.end() :] if lead else asked
    for rule in _RULES:
        if told := rule(plain, context):
            return told
    if fragment := _fragment(plain, led=lead is not None, ends=one_line(question).endswith("?")):
        return put_in_place(fragment, context.question, context.topics[0].text if context.topics else "")
    told = told_apart(plain, context.topics, context.question)
    return f"{told}{one_line(question)[len(asked) :] or '?'}" if told else question


def _context(before: Sequence[Answer]) -> _Context:
    last = before[-1]
    found = next((found for answer in reversed(before) if (found := topics(answer))), [])
    statement = one_line(last.statements[0].text) if last.statements else ""
    return _Context(one_line(last.resolved), found, statement)


def _source(asked: str, context: _Context) -> str:
    """Tell of `so` in `which paper says so?`."""
    return f"{asked}: {context.body}?" if _SOURCE.match(asked) else ""


def _more(asked: str, context: _Context) -> str:
    """Tell of what more is wanted in `give an example`, `tell me more`."""
    if not _MORE.match(asked):
        return ""
    if "example" in asked and context.topics:
        return f"{asked} of {context.topics[0].text}."
    return f"{asked}: {context.body}?"


def _bare(asked: str, context: _Context) -> str:
    """Tell of what is asked in `why?`, `by how much?`, `with which learning rate?`: no verb is in it."""
    so = _SO.match(asked)
    told = so["word"].casefold() if so else asked[:1].casefold() + asked[1:]
    words = told.casefold().split()
    begins = words[0] in QUESTION_WORDS or (words[0] in PREPOSITIONS | {"since"} and words[1:2] and _asks(words[1]))
    if words == ["what"] or not begins or len(words) > _LONGEST_FRAGMENT:
        return ""
    if AUXILIARIES & set(words) or _ABOUT.match(asked) or (len(words) > 1 and _has_verb_of_its_own(words)):
        return ""
    return _asked_of(told, context)


def _asks(word: str) -> bool:
    return word in QUESTION_WORDS


def _has_verb_of_its_own(words: list[str]) -> bool:
    """Tell whether words such as `who proposed mixup` or `what limits accuracy` are a whole question."""
    if words[0] in {"who", "what", "whose"}:
        return True
    return words[0] == "which" and len(words) > 2 and words[-1] not in {"one", "ones"}


_NO_OTHER_VERB = frozenset(["why not", "who", "which", "which one", "which ones"])
"""What no question can begin with in place of its own question word."""


def _asked_of(words: str, context: _Context) -> str:
    """Ask `words` of what the question before was about."""
    first, _, rest = context.body.partition(" ")
    opened = re.match(r"(?:why|how|when|where) (?=(\w+))", context.body, re.IGNORECASE)
    if words in _NO_OTHER_VERB:
        return f"{context.body}, and {words}?"
    if first.casefold() in AUXILIARIES:
        return f"{_capital(words)} {first.casefold()} {_without_last(words, rest)}{context.mark}"
    if opened and opened[1].casefold() in AUXILIARIES and opened[0].strip().casefold() != words:
        return f"{_capital(words)} {_without_last(words, context.body[opened.end() :])}{context.mark}"
    if words == "why" and context.statement and len(context.statement) <= _LONGEST_STATEMENT:
        return _why(context)
    joint = "" if words.split(maxsplit=1)[0] in PREPOSITIONS and not _ADVERBIAL.match(words) else "and "
    return f"{context.body}, {joint}{words}?"


def _why(context: _Context) -> str:
    statement = context.statement.rstrip(".!? ")
    first, _, rest = statement.partition(" ")
    if not any(letter.isupper() for letter in first[1:]) and first.casefold() in _SMALL:
        statement = f"{first.casefold()} {rest}"
    topic = context.topics[0].text if context.topics else ""
    about = "" if not topic or topic.casefold() in statement.casefold() else f", with {topic},"
    return f"Why is it{about} that {statement}?"


_SMALL = frozenset("a an the we it this these that they our its for in on with as both all each there to".split())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _without_last(words: str, rest: str) -> str:
    """Return `rest` without the word that `how much faster` takes over from it."""
    last = words.rsplit(maxsplit=1)[-1]
    if last in QUESTION_WORDS | {"much", "many"}:
        return rest
    return re.sub(rf" {re.escape(last)}\b", "", rest, count=1)


def _fragment(asked: str, *, led: bool, ends: bool) -> str:
    """Return what `and X?`, `what about X?` and `on X?` ask of, or nothing where this is a question of its own."""
    about = _ABOUT.match(asked)
    what = _TOO.sub("", asked[about.end() :] if about else asked)
    words = what.split()
    if words and words[0].casefold() in AUXILIARIES and len(names_in(what, opens=False)) == 1 and len(words) == 2:
        return words[1]
    if does_so := _DOES_SO.match(what):
        return does_so["name"]
    folded = {word.casefold() for word in words}
    if not words or len(words) > _LONGEST_FRAGMENT or folded & (AUXILIARIES | _POINTERS):
        return _how_many(what) if words and words[0].casefold() == "how" else ""
    if words[0].casefold() in QUESTION_WORDS | IMPERATIVES or what.casefold() in _TALK:
        return ""
    what = what[:1].casefold() + what[1:] if COMPARING.match(what.casefold()) else what
    return what if about or (led and ends) or (ends and _is_short(words)) else ""


_HOW_MANY = re.compile(r"how (?:many|much) (?:do|does|did) .+ (?:have|use|need|contain|include|hold)\Z", re.IGNORECASE)
_TALK = frozenset("yes no ok okay thanks then so next now right sure really well please".split())
_DOES_SO = re.compile(
    r"(?:(?:how|why|when|where|what) )?(?:does|do|did|can) (?P<name>[^,]+?) (?:do|handle|manage) (?:it|so|this|that)\Z",
    re.IGNORECASE,
)
_POINTERS = frozenset("it its they them their this that these those there".split())


def _how_many(what: str) -> str:
    return what if _HOW_MANY.match(what) else ""


def _is_short(words: list[str]) -> bool:
    """Tell whether words without `and` or `what about` are still no question: `on X`, `the large one`, a name."""
    first = words[0].casefold()
    if COMPARING.match(" ".join(words).casefold()):
        return True
    if first in PREPOSITIONS:
        return len(words) <= 5
    return (first == "the" and len(words) <= 4) or (len(words) == 1 and len(names_in(words[0], opens=False)) == 1)


_RULES: tuple[Callable[[str, _Context], str], ...] = (_source, _more, _bare)
