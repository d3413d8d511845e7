"""Puts the words of `and X?` where the question before has something of X's kind. Pure."""

from __future__ import annotations

import re

from paperlab.ask.mentions import PREPOSITIONS, Kind, Name, kind_of, names_in

_GROUPS = tuple(
    tuple(group.split(","))
    for group in (
        "base,large,big,small,smaller,larger,tiny,medium,huge,xl,extra large",
        "encoder,decoder,generator,discriminator,router,embedding,backbone,classifier,teacher,student",
        "training,validation,development,test,dev",
        "pre-training,pretraining,fine-tuning,finetuning,training,inference,testing,distillation",
        "learning rate,batch size,dropout,weight decay,optimizer,optimiser,warm-up,temperature,beam size,momentum",
        "sequence length,context length,hidden size,vocabulary size,embedding size",
        "accuracy,error,perplexity,precision,recall,latency,throughput,speed,memory,cost,training time,bleu,f1",
        "top-1 accuracy,top-5 accuracy,top-1 error,top-5 error,top-1,top-5",
        "image,text,audio,video,speech",
        "classification,detection,segmentation,translation,summarization,summarisation,question answering",
        "first,second,third,last",
        "worst,best",
    )
)
_DETERMINER = re.compile(r"(?:the|a|an|their|its) +", re.IGNORECASE)
_SIZE = re.compile(r"\d+(?:\.\d+)?[BMK]\b")
_COMPARED = re.compile(r"\b(?:compared? (?:to|with|against)|than|versus|vs\.?|over|outperforms?) (?:the )?\Z")
_MEASURE = re.compile(r" (?:score|accuracy|error|rate|distance|similarity)\Z")
_COUNTED = re.compile(
    r"\bhow (?:many|much) (?P<what>[^,?]+?) (?=(?:do|does|did|is|are|was|were|has|have)\b)", re.IGNORECASE
)
_COUNTS = re.compile(r"(?P<how>how (?:many|much)) (?P<rest>(?:do|does|did)\b.*)", re.IGNORECASE)
_HEAD = re.compile(r"\b(?:what|which) (?:is|are|was|were) (?P<what>the [\w -]+?) of ", re.IGNORECASE)
_LABELLED = re.compile(r"(?P<label>[A-Za-z-]+)(?P<gap> *=? *)(?P<number>\d[\d.,]*)\Z")
_NUMBERED = re.compile(r"(?P<number>\d[\d.,]*)(?P<gap>[ -])(?P<label>[A-Za-z-]+)\Z")


COMPARING = re.compile(r"(?:compared (?:to|with)|relative to|versus|vs\.?|instead of|rather than|than) ")


def put_in_place(fragment: str, question: str, topic: str = "") -> str:
    """Return the question before with `fragment` (`RoBERTa`, `on CIFAR-100`) in the place of what is of its kind.

    Where nothing is, it stands at the end; a thing (`the limitations`) is asked for of the `topic`, if there is one.
    """
    if counts := _COUNTS.match(fragment):
        counted = _COUNTED.search(question)
        return f"{counts['how']} {counted['what'] if counted else ''} {counts['rest']}?".replace("  ", " ")
    if compared := COMPARING.match(fragment):
        body = question.rstrip("?!. ")
        return f"{body}{'' if compared[0].startswith('than') else ','} {fragment}{question[len(body) :].strip() or '?'}"
    preposition, noun = _apart(fragment)
    bare = _DETERMINER.sub("", noun, count=1)
    for place in (_named, _sized, _numbered, _grouped):
        if told := place(bare, preposition, question):
            return told
    if not preposition and (told := _counted(noun, question) or _headed(noun, question)):
        return told
    if not preposition and topic and noun.casefold().startswith("the "):
        return f"What {'are' if _is_many(noun) else 'is'} {noun} of {topic}?"
    return (preposition and _same_preposition(preposition, noun, question)) or _at_the_end(preposition, noun, question)


def _apart(fragment: str) -> tuple[str, str]:
    first, _, rest = fragment.partition(" ")
    return (first.casefold(), rest) if rest and first.casefold() in PREPOSITIONS else ("", fragment)


def _swapped(question: str, start: int, end: int, words: str) -> str:
    return question[:start] + words + question[end:]


def _named(noun: str, preposition: str, question: str) -> str:
    if _MEASURE.search(noun):
        places = [name for name in names_in(question) if name.kind is Kind.METRIC]
        return _swapped(question, places[0].start, places[0].end, noun) if places else ""
    names = names_in(noun, opens=False)
    if len(names) != 1 or _SIZE.match(noun) or len(noun.split()) > len(names[0].text.split()) + 1:
        return ""
    asked = names[0].text
    place = _counterpart(asked, preposition, question)
    return _swapped(question, place.start, place.end, asked) if place else ""


def _counterpart(asked: str, preposition: str, question: str) -> Name | None:
    """Return the name in the question that `asked` takes the place of."""
    names = names_in(question)
    if any(name.text.casefold() == asked.casefold() for name in names):
        return None
    kind = kind_of(asked)
    family = Name(asked, 0, 0, kind).family
    sisters = [name for name in [*names, *names_in(question, whole=False)] if name.family == family]
    if sisters:
        return max(sisters, key=lambda name: len(name.text))
    if kind is Kind.METHOD and preposition == "on":
        kind = Kind.DATA_SET
    same = [name for name in names if name.kind is kind]
    compared = [name for name in same if _COMPARED.search(question[: name.start].casefold())]
    if compared or same:
        return (compared or same)[0]
    unsure = kind is Kind.METHOD and not preposition and len(names) == 1 and names[0].kind is Kind.DATA_SET
    return names[0] if unsure else None


def _sized(noun: str, preposition: str, question: str) -> str:
    del preposition
    size = _SIZE.match(noun)
    places = list(_SIZE.finditer(question))
    if not size or not places:
        return ""
    return _swapped(question, places[0].start(), places[0].end(), size[0])


def _numbered(noun: str, preposition: str, question: str) -> str:
    """Put `rank 16` for `rank 4`, `16 experts` for `8 experts`."""
    del preposition
    number = r"\d[\d.,]*\d|\d"
    if labelled := _LABELLED.match(noun):
        place = re.search(rf"\b{re.escape(labelled['label'])}( *=? *|-)(?:{number})", question, re.IGNORECASE)
    elif numbered := _NUMBERED.match(noun):
        place = re.search(rf"\b(?:{number})([ -]){re.escape(numbered['label'])}\b", question, re.IGNORECASE)
    else:
        return ""
    return _swapped(question, place.start(), place.end(), noun) if place else ""


def _grouped(noun: str, preposition: str, question: str) -> str:
    """Put one of a pair or a group for another: decoder for encoder, batch size for learning rate."""
    del preposition
    words = re.sub(r" (?:ones?|model|version|variant)\Z|-sized?\b", "", noun).casefold()
    for group in _GROUPS:
        mine = max((member for member in group if _stands(member, words)), key=len, default="")
        if not mine or len(words.split()) > len(mine.split()) + 1:
            continue
        theirs = sorted((member for member in group if member != mine), key=len, reverse=True)
        for member in theirs:
            if place := re.search(rf"(?<![\w-]){re.escape(member)}(?![\w-])", question, re.IGNORECASE):
                return _swapped(question, place.start(), place.end(), mine)
    return ""


def _stands(member: str, words: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(member)}(?![\w-])", words) is not None


def _counted(noun: str, question: str) -> str:
    counted = _COUNTED.search(question)
    plural = noun.endswith("s") and not names_in(noun, opens=False) and not _DETERMINER.match(noun)
    return _swapped(question, counted.start("what"), counted.end("what"), noun) if counted and plural else ""


def _headed(noun: str, question: str) -> str:
    """Put `the recall` into `What is the precision of BERT?`."""
    head = _HEAD.search(question)
    fits = head and noun.startswith("the ") and " of " not in noun
    return _swapped(question, head.start("what"), head.end("what"), noun) if head and fits else ""


def _is_many(noun: str) -> bool:
    return noun.split(" of ", maxsplit=1)[0].endswith("s") and not noun.split(" of ", maxsplit=1)[0].endswith("ss")


def _same_preposition(preposition: str, noun: str, question: str) -> str:
    """Put `in the appendix` for the last words of a question that begin with `in`."""
    place = re.search(rf"\b{preposition} (?P<what>(?:the |a |an )?[\w-]+(?: [\w-]+)?)(?=\W*\Z)", question)
    if place is None or any(name.kind is Kind.METHOD for name in names_in(place["what"], opens=False)):
        return ""
    return _swapped(question, place.start("what"), place.end("what"), noun)


def _at_the_end(preposition: str, noun: str, question: str) -> str:
    body = question.rstrip("?!. ")
    mark = question[len(body) :].strip() or "?"
    if not preposition:
        preposition = "on" if names_in(noun, opens=False) and kind_of(noun) is Kind.DATA_SET else "for"
    return f"{body}{',' if preposition == 'for' else ''} {preposition} {noun}{mark}"
