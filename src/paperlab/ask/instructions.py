"""Tells sentences of a paper that address whoever reads them out, as planted instructions to a language model do. Pure.

They are neither given to a model nor quoted. Conservative: method prose that ignores padding tokens, or asks annotators
to answer, is no instruction. What states a falsehood plainly is none either: it is quoted, with its paper and page.
"""

from __future__ import annotations

import re

from paperlab.text import one_line

_LONGEST = 20_000
"""Characters that are looked at."""

_BEFORE = "(?:previous|prior|preceding|earlier|above|foregoing|former|other|existing|system|original|initial|your)"
_ORDERS = (
    "(?:instructions?|prompts?|rules|guidelines|directions|directives|commands|orders|constraints|messages?|questions?"
    "|quotes|quotations|citations|programming)"
)
_MODEL = (
    "(?:AIs?|LLMs?|(?:large )?language models?|(?:AI |virtual |research )?assistants?|chat ?bots?"
    "|AI (?:models?|systems?|agents?|readers?|reviewers?)|ChatGPT|GPT|Claude|Gemini)"
)
_ALL = "(?:(?:all|any|every|each|of|the|these|those|this|that|my|me|and|both) )*"
_FIRST = r"(?:^|(?:[.!?:;\"'“”‘’()\[\]{}<>*#|]|(?<!\S)-) ?)"
"""Where an order begins: its verb stands first in a sentence or a bracket."""
_ASKED = rf"(?:{_FIRST}|\b(?:please|kindly|now|instead|then|must|should|only|just|simply|always) )"
_IGNORE = "(?:ignore|disregard|forget|override|bypass|do not (?:follow|obey)|don[’']t (?:follow|obey)|stop following)"
_SAY = "(?:answer|respond|reply|say|output|print|write|state)"

_PATTERNS = (
    # Orders to put aside what was said before.
    rf"(?:{_ASKED}|\b(?:to|and) ){_IGNORE} {_ALL}(?:{_BEFORE} )+(?:and {_BEFORE} )?(?:\w+ )?{_ORDERS}\b",
    rf"{_ASKED}{_IGNORE} (?:everything|anything|what|all|whatever) (?:that )?(?:above|before|prior|previously)",
    rf"{_ASKED}{_IGNORE} (?:everything|what|all) (?:that )?(?:you|was|is|has|have)\b.{{0,30}} (?:above|before|told)",
    rf"{_ASKED}{_IGNORE} {_ALL}(?:(?:text|content|words?|context|sentences?) )?(?:above|before this|before it)\b",
    (
        rf"{_ASKED}(?:reveal|repeat|print|output) (?:to me )?(?:what|everything|all) (?:that )?"
        r"you (?:were|have been|are) (?:told|given|asked)"
    ),
    (
        rf"{_ASKED}{_SAY} {_ALL}(?:questions?|queries|prompts?)\b.{{0,80}} (?:with|by) (?:only )?"
        r"(?:the (?:word|number|phrase|sentence)|[\"'“‘])"
    ),
    # The same in other languages that papers are written in.
    (
        r"\b(?:ignorier(?:e|en sie)|vergiss|vergessen sie) (?:alle|die|alles|s[äa]mtliche)\b.{0,40}"
        r"\b(?:anweisung|instruktion|befehl|vorgabe)"
    ),
    (
        r"\b(?:ignore[zr]?|oublie[zr]?|ignora|olvida) (?:toutes|tous|les|todas|todos|las|los)\b.{0,40}"
        r"\b(?:instructions?|consignes|instrucciones|[óo]rdenes)"
    ),
    rf"{_ASKED}{_IGNORE} (?:the user[’']?s?|the system) (?:\w+ )?(?:{_ORDERS}|request|query)\b",
    # Roles given to the reader.
    rf"\byou are (?:(?:now|no longer|henceforth) )+(?:an? |the )?(?:\w+ ){{0,3}}(?:{_MODEL}|\w*bot|DAN|jailbroken)\b",
    rf"{_FIRST}you are (?:an? |the )?(?:\w+ ){{0,3}}{_MODEL}\b",
    r"\bas an? (?:helpful )?(?:AI|(?:AI )?(?:large )?language model|AI assistant),? (?:you|I)\b",
    r"\b(?:from now on|henceforth),? (?:you|always|never|answer|respond|reply|act|pretend)\b",
    rf"\b(?:pretend|act) (?:to be|as|like) (?:if you|an? (?:\w+ ){{0,2}}{_MODEL})\b",
    # Messages to models, and the marks that fence turns and prompts.
    rf"\b(?:note|message|instructions?|attention|notice|warning|important)[: ]*(?:to|for) {_ALL}{_MODEL}\b",
    rf"{_FIRST}(?:dear|attention,?|hey,?) (?:any |all )?{_MODEL}\b",
    rf"\bif you are (?:an? |the )?{_MODEL}\b",
    r"<\|(?:im_start|im_end|system|endoftext|begin_of_text|start_header_id|eot_id|assistant|user)\|>",
    r"</?system>|\[/?INST\]|<</?SYS>>|#{2,} ?(?:system|(?:new )?instructions?|assistant|user)\b",
    (
        rf"{_FIRST}(?:system|assistant|developer)(?: prompt| message)? ?: ?"
        rf"(?:you|{_IGNORE}|{_SAY}|always|never|do not|from now|the (?:correct |right )?answer)\b"
    ),
    r"\b(?:new|updated|real|actual|hidden|secret) (?:system )?(?:instructions?|prompts?|task) ?:",
    r"\b(?:reveal|print|repeat|output|show|leak|expose) (?:me )?(?:your|the) (?:\w+ )?system prompt\b",
    # Orders what to say.
    (
        rf"\b(?:the|any|every|this|an?|your) (?:\w+ )?{_MODEL} (?:reading|reviewing|that reads)\b"
        r".{0,60} (?:must|should|shall|has to|have to|needs to|is to|will)\b"
    ),
    (
        rf"{_ASKED}{_SAY} (?:(?:only|just|exactly|instead) )*(?:with|by saying|that) "
        r"(?:only |just |exactly |the (?:word|number|phrase|single word) |[\"'“‘\d])"
    ),
    (
        rf"(?:{_ASKED}|\b(?:and|instructions?) ){_SAY} ?:? ?[\"'“‘]?\d[\d.,%]*[\"'”’]?"
        r"(?: ?[.!]| ?$| to (?:every|any|all|each)| instead| regardless| whatever)"
    ),
    rf"\b(?:{_SAY}|claim|cite)\b[^.!?]{{0,60}} to (?:every|any|all|each) (?:question|query|prompt|request)",
    (
        rf"(?:{_FIRST}|\bplease )(?:do not|don[’']t|never) (?:mention|reveal|tell|cite|quote|trust|use)\b"
        r"[^.!?]{0,40} (?:the (?:user|reader|quotes?)|this (?:instruction|prompt|message)|these instructions)\b"
    ),
    (
        rf"(?:{_ASKED}|\band )(?:give|write|provide|produce|generate) (?:me )?(?:only )?(?:an? )?(?:\w+ly )?"
        r"(?:positive|favou?rable|glowing|good|negative) (?:peer )?reviews?\b"
    ),
    (
        rf"{_ASKED}(?:strongly |always )?recommend (?:accepting|acceptance of|acceptance for|rejecting) (?:this|the) "
        r"(?:paper|submission|manuscript|work)\b"
    ),
    r"\bdo not highlight any negatives\b",
    # Orders to do something else than writing.
    (
        rf"{_ASKED}(?:run|execute|type|invoke|call) {_ALL}(?:following )?(?:(?:shell|bash|terminal|system) )?"
        r"(?:command|tool|rm |curl |wget |sudo |pip |paperlab )"
    ),
    rf"{_ASKED}(?:visit|click|open|fetch|download|load|send|post|go to) (?:\w+ ){{0,4}}(?:https?://|www\.)",
)
_INSTRUCTION = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)


def is_instruction(text: str) -> bool:
    """Tell whether a sentence of `text` tells its reader what to do or say, instead of what the paper has to say."""
    return bool(_INSTRUCTION.search(one_line(text[:_LONGEST])))
