"""What a question speaks of: names with their kinds, and the one thing that it is about. Pure."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from paperlab.text import fold, one_line

if TYPE_CHECKING:
    from paperlab.types import Answer

AUXILIARIES = frozenset(
    "is are was were am do does did has have had can could will would shall should may might must".split()
)
QUESTION_WORDS = frozenset("what which who whom whose why how when where".split())
IMPERATIVES = frozenset(
    "explain describe compare summarize summarise show list discuss give tell define name find contrast".split()
)
PREPOSITIONS = frozenset("on for in with at by of to from under without using over within after before during".split())
_NO_NAMES = (
    QUESTION_WORDS
    | AUXILIARIES
    | IMPERATIVES
    | PREPOSITIONS
    | frozenset("a an the and or but so then i table figure section appendix equation according as does".split())
)
_TOKEN = re.compile(r"[^\W_](?:[\w.+/-]*[\w+])?")
_VERSION = re.compile(r"v?\d+(?:\.\d+)*[BMK]?\Z")
_DIGITS_INSIDE = re.compile(r"[a-z]+\d+[a-z]+\Z")
_DATA_SETS = re.compile(
    r"imagenet|cifar|f?mnist|fashion|svhn|coco|mscoco|voc|pascal|ade20k|cityscapes|superglue|glue|squad|mnli|qnli|qqp"
    r"|sst|cola|rte|mrpc|sts|wnli|xnli|multinli|snli|boolq|copa|race|trivia|natural ?questions|nq\b|hellaswag|winogr"
    r"|piqa|siqa|arc\b|mmlu|gsm8k|svamp|humaneval|mbpp|wikitext|wiki|lambada|c4\b|the ?pile|books?corpus|common ?crawl"
    r"|wmt|iwslt|librispeech|timit|wsj|switchboard|celeba|lsun|kinetics|ucf|vtab|food|places|reddit|imdb|yelp|agnews"
    r"|ag news|dbpedia|conll|ontonotes|xsum|cnn|samsum|truthfulqa|mt bench|vqa|gqa|laion|kitti|nuscenes|scannet"
    r"|shapenet|modelnet|cora\b|citeseer|pubmed|ogb|qm9|atari|mujoco|beir|ms ?marco|hotpot|scifact|ptb|penn treebank"
    r"|enwik|text8|hela|isbi|flickr|clevr|objectnet|e2e|webnlg|dart\b|commonsense|strategyqa|aqua|bbh|big bench"
)
_METRICS = re.compile(
    r"(?:bleu|rouge|meteor|f1|f score|em|map|ap|miou|iou|wer|cer|per|ler|auc|auroc|psnr|ssim|fid|mse|mae|rmse|mcc|"
    r"ndcg|mrr|flops?|macs?|mt bench score)\Z"
)
_HARDWARE = re.compile(r"(?:[gtc]pus?|tpu ?v\d|[av]100s?|h[12]00s?|titan.*|rtx.*|p100s?|ram|nvidia.*)\Z")
_LANGUAGES = re.compile(
    r"english|german|french|romanian|korean|chinese|japanese|spanish|russian|czech|finnish|turkish|hindi|arabic|italian"
)


class Kind(Enum):
    """What a name names."""

    METHOD = "method"
    """A model, a method, a paper: whatever is none of the others."""
    DATA_SET = "data set"
    METRIC = "metric"
    HARDWARE = "hardware"
    LANGUAGE = "language"


_KINDS = (
    (_METRICS, Kind.METRIC),
    (_HARDWARE, Kind.HARDWARE),
    (_LANGUAGES, Kind.LANGUAGE),
    (_DATA_SETS, Kind.DATA_SET),
)


class Name(NamedTuple):
    """A name in a question, and where it stands there."""

    text: str
    start: int
    end: int
    kind: Kind

    @property
    def family(self) -> str:
        """What a name shares with its sisters: `vit` in ViT-L/16 and ViT-H/14."""
        letters = re.match(r"[^\W\d_]+", self.text)
        return letters[0].casefold() if letters else ""


def words_of(text: str) -> list[re.Match[str]]:
    """Return the words of a text with their places; an `'s` is none of them."""
    return [m for m in _TOKEN.finditer(text) if not (m[0] == "s" and text[m.start() - 1 : m.start()] in {"'", "’"})]


def names_in(text: str, *, whole: bool = True, opens: bool = True) -> list[Name]:
    """Return the names in a question, in order; not `whole`: each word of a name for itself.

    The first word of what `opens` a sentence has its capital for that, unless it has more of them.
    """
    runs: list[list[re.Match[str]]] = []
    words = words_of(text)
    for position, word in enumerate(words):
        follows = runs and text[runs[-1][-1].end() : word.start()] == " "
        if (follows and _VERSION.match(word[0])) or _is_name(word[0], first=opens and position == 0):
            if follows and whole:
                runs[-1].append(word)
            else:
                runs.append([word])
    return [_named(text, run[0].start(), run[-1].end()) for run in runs]


def _is_name(word: str, *, first: bool) -> bool:
    if word.casefold() in _NO_NAMES:
        return False
    inner = any(letter.isupper() for letter in word[1:])
    return inner or (word[0].isupper() and not first) or _DIGITS_INSIDE.match(word) is not None


def _named(text: str, start: int, end: int) -> Name:
    name = text[start:end]
    kind = kind_of(name)
    if kind is Kind.METHOD and re.search(r"\bon (?:the )?\Z", text[:start].casefold()):
        kind = Kind.DATA_SET
    return Name(name, start, end, kind)


def kind_of(name: str) -> Kind:
    """Return what a name names, as far as the name alone tells."""
    folded = fold(name)
    return next((kind for pattern, kind in _KINDS if pattern.match(folded)), Kind.METHOD)


class Topic(NamedTuple):
    """What a follow-up question may mean by `it`."""

    text: str
    plural: bool = False
    place: str = ""
    """The data set it was asked of with its preposition, for `there`."""


_NOUNS = (
    re.compile(
        r"what (?:is|are|was|were) (?:meant by |the (?:role|effect|purpose|impact|influence|use|meaning|idea)"
        r" (?:of|behind) )?(?P<topic>[^,:;?]+)\Z",
        re.IGNORECASE,
    ),
    re.compile(r"what (?:does|do|did|can) (?P<topic>(?:the|an?) [\w -]+) \w+\Z", re.IGNORECASE),
    re.compile(
        r"(?:how|why|when|what|where) (?:does|do|did|is|are|was|were|can) (?P<topic>[^,:;?]+?) (?:help|work|mean|do|"
        r"stand for|learn|improve|reduce|increase|differ|compare|use|need|perform|scale|affect|fail|hurt|matter|used"
        r"|useful|needed|trained|computed|defined|called|important|helpful|better|worse)\b",
        re.IGNORECASE,
    ),
    re.compile(r"(?:explain|define|describe) (?P<topic>[^,:;?]+)\Z", re.IGNORECASE),
)
_NO_NOUN = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|one|to)\b|^\w+ed\b", re.IGNORECASE)
_LONGEST_TOPIC = 8
"""Words; what is longer is no name for anything."""


def topics(before: Answer) -> list[Topic]:
    """Return what a question and its answer are about: several things where they are compared, [] for nothing."""
    question = before.resolved
    names = names_in(question)
    methods = [name for name in names if name.kind is Kind.METHOD]
    data_sets = [name for name in names if name.kind is Kind.DATA_SET]
    place = _with_preposition(question, data_sets[0]) if data_sets else ""
    if named := methods or data_sets:
        return [Topic(text, _is_plural(text), place) for text in dict.fromkeys(name.text for name in named)]
    if noun := _noun(question):
        return [Topic(noun, plural=_is_plural(noun))]
    cited = _cited(before)
    return [Topic(cited)] if cited else []


def _with_preposition(text: str, name: Name) -> str:
    before = re.search(r"\b(?:on|in|of|for) (?:the )?\Z", text[: name.start])
    return before[0] + name.text if before else f"on {name.text}"


def _noun(question: str) -> str:
    body = one_line(question).rstrip("?!. ")
    for pattern in _NOUNS:
        found = pattern.match(body)
        if found and not _NO_NOUN.search(found["topic"]) and len(found["topic"].split()) <= _LONGEST_TOPIC:
            return found["topic"]
    return ""


def _is_plural(noun: str) -> bool:
    head = re.split(r" (?:of|in|on|for|with|by) ", noun)[0]
    return head.endswith("s") and not head.endswith(("ss", "us", "is", "as", "os"))


def _cited(answer: Answer) -> str:
    """Return the first cited paper's short name, its title if that is short, else its label."""
    quote = next(iter(answer.quotes), None)
    if quote is None:
        return ""
    titles = {passage.key: one_line(passage.title).replace('"', "") for passage in answer.passages}
    title = titles.get(quote.key, "")
    short, colon, _rest = title.partition(":")
    if colon and len(short.split()) <= 3:
        return short
    return title if title and len(title.split()) <= _LONGEST_TOPIC else one_line(quote.label)
