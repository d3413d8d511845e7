"""What speaks for a sentence as the paper's claim, method, data, results or limitations. Pure.

The weights were set by hand, reading what they bring on machine-learning papers.
"""

from __future__ import annotations

import re

from paperlab.ask.summary_cues import METRIC, NEVER, NUMBER, OUTSIDE, OWN_WORDS, Recipe, cue
from paperlab.ask.summary_sentences import Zone

CLAIM = Recipe(
    "claim",
    {
        **OUTSIDE,
        Zone.ABSTRACT: 3.0,
        Zone.CONCLUSION: 1.6,
        Zone.INTRODUCTION: 1.4,
        Zone.ETHICS: NEVER,
        Zone.LIMITATIONS: NEVER,
    },
    (
        cue(
            2.2,
            r"\b(?:we|this (?:paper|work|article|study|report|letter)) (?:also |then |further |here |have |has )?"
            r"(?:propos|introduc|present|describ|develop|report|address|investigat|stud(?:y|ies)|explor|design|releas"
            r"|examin|argu|creat|construct|revisit)",
        ),
        cue(
            2.0,
            r"\b(?:we|this (?:paper|work|article|study)|our (?:results?|experiments?|findings?|analys[ie]s|study))"
            r"(?: \w+)? (?:show|demonstrat|find|found|prov|establish|suggest|indicat|reveal|confirm)",
        ),
        cue(1.2, r"\bin this (?:paper|work|article|study|report)\b|\bhere,? we\b"),
        cue(1.5, r"\bour (?:main |key |primary |principal )?contributions?\b|\bcontributes?\b"),
        cue(
            0.8,
            r"\b(?:is|are|for) the first (?:to|time)\b|\bnovel\b|\bnew (?:\w+ )?(?:method|approach|model|architecture)",
        ),
        cue(0.8, r"outperform|state[- ]of[- ]the[- ]art|significantly (?:better|improve)|surpass"),
        cue(0.6, r"\b(?:called|named|termed|dubbed)\b"),
        cue(-1.5, r"^(?:previous|prior|existing|most|many|recent|traditional|current)\b"),
        cue(-2.0, r"\bsection|\bappendi(?:x|ces)\b|organi[sz]ed as|available at|https?:|\bgithub"),
        cue(-1.5, r"future|plan to|\bwill\b"),
    ),
    floor=4.0,
    foreign=-2.0,
    fades=0.3,
)

METHOD = Recipe(
    "method",
    {
        **OUTSIDE,
        Zone.METHOD: 1.8,
        Zone.OTHER: 0.9,
        Zone.TRAINING: 0.8,
        Zone.ABSTRACT: 2.2,
        Zone.INTRODUCTION: 1.2,
        Zone.EXPERIMENTS: -0.6,
        Zone.CONCLUSION: 0.6,
        Zone.RESULTS: -2.0,
        Zone.DATA: -1.5,
        Zone.LIMITATIONS: NEVER,
        Zone.ETHICS: NEVER,
    },
    (
        cue(
            2.2,
            r"\b(?:our|the proposed) (?:\w+[- ]){0,2}(?:model|method|approach|architecture|network|system|algorithm"
            r"|framework|procedure|pipeline)s? (?:\w+ )?(?:consists?|is|are|uses?|takes?|has|learns?|works?|combines?"
            r"|maps?|predicts?|employs?|relies|follows|extends?|differs|treats?|divides?)\b",
        ),
        cue(
            1.0,
            r"\b(?:architecture|model|network|method|approach|framework|algorithm|system|layer|encoder"
            r"|module)s? (?:\w+ )?"
            r"(?:is (?:a|an|the|based)|are|consists?|has|uses?|follows?|comprises?|takes?|works?|learns?|combines?)\b",
        ),
        cue(
            1.4,
            r"\bconsists? of\b|\b(?:is|are) composed of\b|\bcomprises?\b|\bcontains? \w+ (?:layers|modules|blocks)",
        ),
        cue(
            1.5,
            r"\bwe (?:\w+ly |then |first |also |simply |instead )?(?:use|train|apply|adopt|employ|compute|optimi[sz]e"
            r"|define|replace|add|combine|fine-?tune|model|formulate|treat|divide|decompose|initiali[sz]e|learn"
            r"|minimi[sz]e|maximi[sz]e|pre-?train|estimate|insert|freeze|build|extend|cast|let|frame|segment"
            r"|parameteri[sz]e"
            r"|unify|select|perform|generate|calculate|measure|construct|encode|reformulate|transform|adapt"
            r"|extract|map|split|group|stack|share|augment|maintain|assign|route|average|sample|solve|exploit)\b",
        ),
        cue(1.8, r"\b(?:the )?(?:key|main|core|basic|central) (?:idea|insight|principle|building block)\b"),
        cue(
            0.9,
            r"\b(?:is|are) (?:jointly |then |first )?(?:trained|computed|optimi[sz]ed|pre-?trained|fine-?tuned)\b",
        ),
        cue(0.5, r"\b(?:by|via|using|through|based on|instead of|rather than|followed by|on top of)\b"),
        cue(0.5, r"\b(?:architecture|algorithm|layers?|encoder|decoder|network|objective|loss|attention|classifier)\b"),
        cue(0.5, r"\b(?:propose|introduce|present)s?\b"),
        cue(1.2, r"\b(?:proceeds? (?:in|as)|two (?:steps|stages|phases)|three (?:steps|stages|phases))\b"),
        cue(
            -1.2,
            r"outperform|\bwon\b|state[- ]of[- ]the[- ]art|improve(?:s|d|ment)|\bresults? (?:show|on|of|in)\b|accurac"
            r"|\bBLEU\b",
        ),
        cue(-0.5, r"\bdata-?sets?\b|corpus|benchmark"),
        cue(-1.5, r"\b(?:usually|typically|commonly|often)\b|\bis (?:a|the) (?:task|problem) (?:of|that)"),
        cue(-0.5, r"\b(?:et al\.?|previous|prior work|recent work|existing)\b"),
        cue(
            -2.5,
            r"^(?:traditional|existing|current|recent\w*|many|most|previous|prior|the recently)\b|https?:|available at",
        ),
        cue(
            -1.5,
            r"\bwe (?:\w+ )?(?:show|find|found|observe|report|demonstrate|evaluate)\b|\bresults? (?:support|suggest)"
            r"|\breleased\b|\blicense",
        ),
        cue(-1.5, r"^(?:for example|for instance|note that|recall|consider|suppose|assume|intuitively)\b"),
    ),
    floor=2.6,
    slack=1.8,
    needs=re.compile(
        rf"{OWN_WORDS} (?:\w+[- ]){{0,4}}(?:use|using|appl|adopt|employ|comput|train|optimi|learn|propos|introduc"
        rf"|represent|consist|combin"
        r"|extend|leverag|relies|treat|follow|encod|builds?|model|reformulat|predict|defin|map|replac|add)"
        r"|\bconsists? of\b|\bcomposed of\b|\bcompris|\bbased on\b|\busing\b|\b(?:by|via|through) (?:\w+ly )?\w+ing\b"
        r"|\b(?:is|are) (?:\w+ )?(?:trained|computed|optimi[sz]ed|initiali[sz]ed|passed|fed|applied|followed"
        r"|added|encoded|defined)"
        r"|\b(?:architecture|network|model|method|algorithm|layer|encoder|approach)s? (?:\w+ )?(?:is|are|has"
        r"|uses?|takes?)\b|\b(?:idea|insight|building block)\b",
        re.IGNORECASE,
    ),
    fades=0.6,
    late=1.2,
    named=1.3,
    foreign=-4.0,
)

DATA = Recipe(
    "data",
    {
        **OUTSIDE,
        Zone.DATA: 1.8,
        Zone.EXPERIMENTS: 1.2,
        Zone.TRAINING: 1.0,
        Zone.ABSTRACT: 0.8,
        Zone.RESULTS: 0.3,
        Zone.METHOD: 0.0,
        Zone.CONCLUSION: -0.5,
        Zone.INTRODUCTION: -0.4,
        Zone.LIMITATIONS: -2.0,
        Zone.ETHICS: -2.0,
    },
    (
        cue(1.2, r"\b(?:data-?sets?|corpus|corpora|test ?beds?|tree ?bank|database)\b"),
        cue(
            1.2,
            r"\b(?:training|test|validation|development|dev|held-?out|evaluation) (?:sets?|data|splits?|images"
            r"|examples)",
        ),
        cue(0.5, r"\bbenchmarks?\b|\bdata\b|\bchallenge\b"),
        cue(
            0.8,
            r"\b(?:consists? of|contains?|compris\w+|includes?|split into|divided into|collected|annotated|crawled)\b",
        ),
        cue(
            0.9,
            r"\b(?:trained?|evaluated?|experiments?|tested?|pre-?train(?:ed)?|fine-?tuned?|report(?:ed)?"
            r"|perform(?:ed)?)\b[^.]{0,40}\bon\b",
        ),
        cue(
            0.7,
            r"\bwe (?:\w+ )?(?:use|train|evaluate|test|experiment|collect|consider|pre-?train|sample|select|build)\b",
        ),
        cue(
            -1.5,
            r"outperform|state[- ]of[- ]the[- ]art|improve|achiev|obtain|better than|gains?\b|surpass|compared",
        ),
        cue(
            -1.2,
            r"learning rate|batch size|dropout|optimizer|hyper-?param|GPUs?\b|momentum|regulari[sz]|vocabulary|\bbatch",
        ),
        cue(
            -1.2,
            r"^(?:other|while|to (?:avoid|address|evaluate|assess))\b|limitations?|\bbaselines?\b|annotators?"
            r"|\bteam\b|\bwon\b|\bthey\b",
        ),
        cue(
            -1.2,
            r"\breport\w*|\bmetrics?\b|\bmeasures?\b|\bspeed\b|\bhours?\b|\bhuman eval|performs? best|^on average",
        ),
        cue(
            0.8,
            r"\b(?:data-?sets?|corpus|benchmark)\b(?: \w+)? (?:contains?|consists?|includes?|compris|provides?|has)\b",
        ),
        cue(
            0.6,
            r"\bwe (?:use|evaluate|train|test|experiment|collect)\w*\b[^.]{0,60}\b(?:data-?sets?|corpus|benchmark)",
        ),
    ),
    gap=3.2,
    fades=0.3,
    floor=3.0,
    slack=0.6,
    foreign=-1.5,
    needs=re.compile(
        r"data|corpus|corpora|benchmark|\bsets?\b|images|patients|participants|tree ?bank|articles|papers|utterances"
        r"|\bsplits?\b|examples|samples|recordings|documents|sentences|[A-Z]{3,}|tokens",
    ),
    appendix=-1.2,
)

RESULTS = Recipe(
    "results",
    {
        **OUTSIDE,
        Zone.ABSTRACT: 2.0,
        Zone.RESULTS: 1.6,
        Zone.EXPERIMENTS: 1.1,
        Zone.CONCLUSION: 1.5,
        Zone.INTRODUCTION: 0.5,
        Zone.OTHER: 0.2,
        Zone.METHOD: -1.0,
        Zone.TRAINING: -0.5,
        Zone.DATA: -1.0,
        Zone.LIMITATIONS: -2.0,
        Zone.ETHICS: -2.0,
    },
    (
        cue(
            1.5,
            r"outperform|surpass|\b(?:achiev|reach|obtain|attain|yield|exceed|establish|advanc)\w*|improv\w+"
            r"|better than|worse than|reduc(?:es|ed|ing|tion)|increas(?:es|ed|ing)|competitive with|comparable (?:to"
            r"|with)|on par with|\bgains?\b|superior|significantly|drops?\b",
        ),
        cue(0.8, r"state[- ]of[- ]the[- ]art|\bbest\b|\bwon\b|1st place|previous(?:ly)? best|new record"),
        cue(1.0, METRIC),
        cue(0.9, NUMBER),
        cue(0.9, r"\d\s?%|\d\.\d"),
        cue(0.7, r"\b(?:compared (?:to|with)|than|versus|vs\.?|over the|relative to|baselines?)\b"),
        cue(0.6, OWN_WORDS),
        cue(-1.6, r"\bwe (?:set|use|train|trained|sample|initiali[sz]e)\b|learning rate|dropout|batch size"),
        cue(-0.5, r"\b(?:as shown|see|shown in|listed in|summari[sz]ed in|reported in)\b"),
        cue(
            -1.0,
            r"^(?:previous|prior|existing|recent|other)\b|et al\.?,? ?[\[(]|might|may |could |anticipate|believe",
        ),
        cue(
            -2.0,
            r"\bto (?:compare|provide|evaluate|assess|measure|study|understand"
            r"|test)\b[^.]*\bwe (?:\w+ )?(?:plot|perform"
            r"|compare|explore|conduct|include|run|use|measure)|\bwe (?:\w+ )?(?:explore|include|consider"
            r"|tried|plot|distill)",
        ),
    ),
    floor=4.0,
    slack=1.0,
    named=1.2,
    needs=re.compile(
        r"\d|outperform|better|improv|state[- ]of[- ]the[- ]art|achiev|significant|higher|lower",
        re.IGNORECASE,
    ),
)

_LACK = (
    r"\b(?:fail(?:s|ed|ure)?|cannot|can not|unable|not able|struggl\w+|suffers?|limited (?:to|by|in)"
    r"|drawbacks?|weakness\w*"
    r"|shortcomings?|disadvantages?|lacks?|under-?perform\w*|degrad\w+|worse|difficult(?:y|ies)?|insufficient)\b"
)

LIMITATIONS = Recipe(
    "limitations",
    {
        **OUTSIDE,
        Zone.LIMITATIONS: 3.2,
        Zone.CONCLUSION: 1.4,
        Zone.RESULTS: 0.2,
        Zone.EXPERIMENTS: 0.0,
        Zone.OTHER: -0.8,
        Zone.METHOD: -1.2,
        Zone.ETHICS: 0.5,
        Zone.TRAINING: -0.8,
        Zone.ABSTRACT: -1.0,
        Zone.INTRODUCTION: -2.0,
        Zone.DATA: -0.4,
    },
    (
        cue(2.4, r"\blimitations?\b(?! of (?:existing|previous|prior|these|such|dense))"),
        cue(
            -1.6,
            r"\b(?:address\w*|overcom\w+|mitigat\w+|circumvent\w*|alleviat\w+|solv\w+|avoid\w*|eliminat\w+|tackl\w+)\b",
        ),
        cue(
            2.0,
            r"\bfuture (?:work|research|studies|directions?|investigations?|study|explorations?)\b"
            r"|\bleave\b[^.]{0,60}\b(?:future|open)|further (?:work|research|studies|investigation)",
        ),
        cue(
            1.4,
            r"\bwe (?:leave|plan|hope|intend|would like|aim|are (?:planning|interested|excited))\b"
            r"|\bwould be interesting",
        ),
        cue(
            1.7,
            r"\bwe (?:did|do|have|were|could|can)(?: not|n't|not)\b|\bnot (?:yet )?(?:been )?(?:explored|tested"
            r"|evaluated)",
        ),
        cue(1.5, rf"\b(?:our|this|the proposed|we)\b[^.]{{0,80}}{_LACK}"),
        cue(0.9, _LACK),
        cue(0.7, r"\b(?:however|although|though|while|despite|nevertheless|but|yet)\b"),
        cue(
            0.8,
            r"\b(?:remains?|still|unclear|unknown|open question|open problem|caveats?|beyond the scope|challenging)\b",
        ),
        cue(
            0.5,
            r"\b(?:only|restricted to|at the (?:cost|expense) of|requires? (?:more|large|careful|additional))\b",
        ),
        cue(-1.2, r"outperform|state[- ]of[- ]the[- ]art|significantly (?:better|improve)|robust to|\bvaluable\b"),
        cue(-1.2, r"\b(?:despite|not observe|without|no longer)\b"),
        cue(-1.0, r"\b(?:et al\.?|previous|prior|existing|traditional|conventional|baselines?)\b"),
        cue(
            -2.5,
            r"\b(?:some|several|few|many|these|following|main|its|their) limitations\b|\bopportunit|negative impact",
        ),
    ),
    floor=3.0,
    needs=re.compile(
        rf"{_LACK}|limit|future|leave|however|although|though|while|despite|\bnot\b|n't|remain|still|only"
        rf"|unclear|caveat"
        r"|beyond|expens|cost|bias|small|plan to|would|might|may\b|further",
        re.IGNORECASE,
    ),
    appendix=-0.8,
    named=0.8,
    slack=0.0,
    gap=4.0,
)

RECIPES = (CLAIM, METHOD, DATA, RESULTS, LIMITATIONS)
