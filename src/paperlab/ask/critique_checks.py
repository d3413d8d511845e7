"""What somebody who replicates a paper needs to find in it, and the words by which it is found. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from paperlab.ask.summary_sentences import Zone

_NEVER = re.compile(r"(?!)")
_COUNT = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twenty|several|multiple|many)"
_SPLIT = r"(?:train(?:ing)?|test(?:ing)?|dev(?:elopment)?|valid(?:ation)?|held-?out|evaluation|val)"
_PART = (
    rf"{_SPLIT}(?:[- ]\w+)? ?(?:sets?|data(?: ?sets?)?|splits?|partitions?|corpus|portion|examples|images"
    r"|samples|pairs|\()"
)
_CODE = r"(?:code(?:base)?|implementations?|software|scripts|toolkit|package|library|demo)"
_DATA = r"(?:data(?: ?sets?)?|corpus|corpora|benchmarks?|annotations?)"
_FREE = (
    r"(?:publicly|freely|openly|made|is|are|be) available|available (?:at|from|on|online|under|for|in|upon|via|through)"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a paper may report."""

    item: str
    looked_for: str
    """The words that are looked for, as told to the user."""
    patterns: tuple[re.Pattern[str], ...]
    """Any of them is evidence, the first ones the best."""
    unless: re.Pattern[str] = _NEVER
    """Words with which a sentence speaks of something else."""
    zones: frozenset[Zone] = frozenset()
    """Any sentence below such a heading is evidence."""
    row: re.Pattern[str] = _NEVER
    """A table's row or column with this name is evidence, where numbers stand in it."""


def _check(
    item: str,
    looked_for: str,
    *patterns: str,
    unless: str = "(?!)",
    row: str = "(?!)",
    zone: Zone | None = None,
) -> Check:
    compiled = tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    zones = frozenset({zone}) if zone else frozenset[Zone]()
    return Check(item, looked_for, compiled, re.compile(unless, re.IGNORECASE), zones, re.compile(row, re.IGNORECASE))


SPREAD = "spread"

CHECKS = (
    _check(
        "seeds and number of runs",
        "random seeds, runs, trials, repetitions, averaged over",
        rf"\b(?:random|different|fixed|{_COUNT}) (?:random )?seeds?\b|\bseeds? (?:was|were|is|are) (?:set|fixed)",
        rf"\b(?:averag\w+|means?|medians?|reported|repeat\w+)\b[^.]{{0,50}}\b{_COUNT} (?:\w+[- ]){{0,3}}"
        r"(?:runs?|trials|seeds|repetitions|replicates|experiments|re-?starts|initiali[sz]ations|times)\b",
        rf"\b{_COUNT} (?:\w+[- ]){{0,2}}(?:runs|trials|random (?:re)?-?starts|repetitions"
        rf"|random initiali[sz]ations|replicates)\b",
        rf"\brepeated {_COUNT} times\b|\beach (?:experiment|run|model)\b[^.]{{0,40}}\btimes\b"
        rf"|\bfold cross[- ]validation",
    ),
    _check(
        SPREAD,
        "standard deviation, standard error, confidence interval, error bars, ±, in sentences and table cells",
        r"\berror bars?\b|\bconfidence (?:interval|band)s?|\bcredible intervals?|\b95 ?% CI\b",
        r"\bstandard (?:deviations?|errors?)\b|\bstd\b|\bstd\.|\binter-?quartile|\bmean ?± ?S[DE]\b",
        r"\d\s?±\s?\d",
        r"\b(?:variance|variability|variation|spread) (?:\w+ )?(?:across|over|between"
        r"|of) (?:\w+ ){0,3}(?:runs|seeds|trials|models)",
        unless=r"initiali[sz]|\bnoise\b|normali[sz]|gaussian|truncated|uniform|in the range|zero mean"
        r"|mean (?:of )?(?:zero|0)\b|distributed with|weights are|annealed",
    ),
    _check(
        "statistical tests",
        "p-value, significance, t-test, Wilcoxon, bootstrap, ANOVA",
        r"\bp\s?(?:[<≤>]\s?0?\.\d|=\s?0?\.0\d)|\bp-?\s?values?\b",
        r"\bt-?tests?\b|\bwilcoxon|\banova\b|\bmcnemar|\bchi-?squared?\b|χ\s?[2²]|mann[–-]whitney|bonferroni"
        r"|kruskal|friedman test"
        r"|\b(?:paired|permutation|randomi[sz]ation|sign|statistical|significance|hypothesis) tests?\b"
        r"|\bbootstrap (?:test|resampl|sampl)|bootstrapp",
        r"\bstatistical(?:ly)? significan|\bsignificance level|\bsignificant at\b",
        unless=r"dropout|nucleus|top-p\b",
    ),
    _check(
        "code",
        "code, implementation, software or models released or available, a repository's address",
        rf"\b{_CODE}\b[^.]{{0,90}}(?:{_FREE}|\breleas|open[- ]?sourc|github|gitlab|bitbucket|https?:|\bpublic\b)",
        rf"(?:\breleas\w+|open[- ]?sourc\w*|{_FREE}|github|https?:)\b[^.]{{0,60}}\b{_CODE}\b",
        r"\b(?:we|our)\b[^.]{0,80}\b(?:releas\w+|open[- ]?sourc\w+)\b[^.]{0,60}\b(?:models?|checkpoints?|weights)\b",
        r"\bmodels? (?:\w+ ){0,6}(?:are|is) (?:publicly |freely |also )?(?:available|released)"
        r"|\btrained networks? (?:is|are) available",
        r"\brepository\b[^.]{0,30}\bavailable at\b",
        unless=r"\bwe (?:use|used|follow\w*|adopt\w*|rely|build|modif\w+) (?:the |an "
        r"|a )?(?:\w+ ){0,3}(?:code|implementation|library|software)"
        r"|\bbuil(?:t|ds?) (?:on|upon)\b|code generation|derived from|downloaded from"
        r"|(?:public|official|original) implementation of"
        r"|open[- ]source(?:d)? (?:model|llm|language)|zip codes?|open code|code of (?:conduct|ethics)",
    ),
    _check(
        "data availability and licence",
        "data or corpus available, released, public, downloaded; licence",
        rf"\b{_DATA}\b[^.]{{0,80}}(?:\b(?:{_FREE})|\breleas|\bdownload|distributed (?:under|by|via|from|at)\b|https?:)",
        rf"(?:publicly|freely|openly)[- ]available\b[^.]{{0,40}}\b{_DATA}|\b(?:public|open)\b[^.]{{0,20}}\b{_DATA}\b"
        rf"|\breleas\w+\b[^.]{{0,50}}\b(?:{_DATA})",
        r"\blicen[sc]e[sd]?\b|\bcc[- ]by\b|\bcreative commons\b",
        unless=r"licen[cs]e plate|\bamounts?\b|previously released|privacy|competing interests|permits use"
        r"|article is licensed|article[’']s|publication rights|copyright|\bthere (?:is|are) (?:no|few)\b",
    ),
    _check(
        "data split",
        "training, development or test set with its size, split into, cross-validation",
        rf"\b{_PART}[^.]{{0,60}}\d[^.]{{0,80}}\b{_PART}|\d.{{0,200}}\({_SPLIT} set\)"
        rf"|\d[^.]{{0,40}}\b{_PART}[^.]{{0,60}}\d[^.]{{0,40}}\b{_SPLIT}\b",
        rf"\b\d[\d,.]*\s?(?:k|M|million|thousand|%)?(?: \w+){{0,3}} (?:for|as) {_SPLIT}(?=[.,;)]| and| sets?\b|$)",
        rf"\b(?!(?:19|20)\d\d\b)\d[\d,.]*\s?(?:k|K|M|million|thousand)? (?:\w+ )?{_SPLIT} (?:images|examples"
        rf"|samples|sentences"
        r"|sequences|videos|utterances|pages|instances|documents|pairs)\b",
        rf"\b(?:standard|official|same|random)\b[^.]{{0,40}}\bsplits?\b|\bsplit(?:ting)? (?:\w+ ){{0,4}}(?:into|in)\b"
        rf"|\bfold cross[- ]validation|\b{_SPLIT}(?:[/,] ?(?:and )?{_SPLIT})+ (?:splits?|sets?)",
        rf"\b{_SPLIT} (?:sets?|splits?|data)\b[^.]{{0,60}}\b(?:of \d|(?:contain\w*|consist\w*|compris\w+|with"
        rf"|has|is)\b[^.]{{0,30}}\d)",
        row=rf"^(?:[#|]\s?{_SPLIT}\b|{_SPLIT} (?:set )?(?:size|examples|sentences|images|samples)$)",
    ),
    _check(
        "learning rate",
        "learning rate, step size, in sentences and tables",
        r"\b(?:learning[- ]rates?|step[- ]?size|\blr\b)\b[^.]{0,60}(?:\d|schedule|rsqrt|\binverse|decay|halv|divid)",
        r"\d[^.]{0,40}\b(?:learning[- ]rates?|initial step[- ]?size)\b",
        r"\blearning[- ]rates?\b|\blr =",
        row=r"^(?:\w+ )?(?:peak |initial |max(?:imum)? )?(?:learning rate|lr|step size)\b",
    ),
    _check(
        "batch size",
        "batch size, mini-batch, in sentences and tables",
        r"\b(?:mini-?)?batch(?:es)?(?: |-)?(?:size)?\b[^.]{0,80}\d|\d[\dkKM,]*[^.]{0,30}\b(?:per|in each"
        r"|a) (?:mini-?)?batch",
        r"\bbatch[- ]?sizes?\b|\bmini-?batch(?:es)? of\b|\bonline (?:gradient|learning|weight)"
        r"|\bupdated after (?:each|every)\b",
        unless=r"batch[- ]norm",
        row=r"^(?:\w+ )?batch(?:[ -]?size)?\b|tokens per batch",
    ),
    _check(
        "optimizer",
        "Adam, SGD, momentum, AdaGrad, RMSProp, L-BFGS, optimizer",
        r"\b(?:adamw?|adafactor|adagrad|adadelta|rms-?prop|l-?bfgs|lamb|lars|nadam|adamax|rprop)\b",
        r"\bsgd\b|\bstochastic gradient(?: descent)?\b|\bgradient (?:descent|ascent)\b|\bmomentum\b"
        r"|\bconjugate gradient|\bquasi-newton",
        r"\boptimi[sz]ers?\b",
        unless=r"transverse|energy and momentum",
        row=r"^optimi[sz]er\b",
    ),
    _check(
        "length of training",
        "epochs, steps, updates, iterations, early stopping, tokens seen",
        r"\b\d[\d,.]*\s?(?:k|K|M|million|thousand)?\b(?: (?:training|gradient|pre-?training|update|total"
        r"|fine-?tuning|full))? (?:epochs|steps|updates|iterations|passes)\b",
        r"\b(?:train\w*|run|ran|stopped|terminated)\b[^.]{0,60}\b(?:epochs?|steps|iterations|updates)\b"
        r"|\bearly[- ]stopping\b|\buntil convergence|\bepochs?\b[^.]{0,20}\d|10\s?\^\s?\d (?:iterations|steps)",
        r"\btrained on (?:\w+ ){0,4}\d[\d.]*\s?(?:B|T|billion|trillion) tokens",
        unless=r"every \d[\dk,]* (?:steps|iterations)|reaction|washing",
        row=r"^(?:\w+ )?(?:epochs?|(?:training |max(?:imum)? |total |update )?steps|iterations|updates)\b",
    ),
    _check(
        "hardware",
        "GPU, TPU, CPU, the names of processors, cluster",
        r"\b(?:v100|a100|h100|p100|k80|k40|k20|m40|t4|a6000|titan|gtx|rtx|tpu ?v\d|tpu-?v\d|xeon|tesla"
        r"|geforce|quadro|trainium)\b",
        r"\b(?:\d+|one|two|four|eight|single|a|multiple|our|cloud|nvidia)\b[^.]{0,20}\b(?:gpus?|tpus?|cpus?"
        r"|accelerators|cores|chips)\b",
        r"\b(?:trained|ran|run|experiments|implement\w*)\b[^.]{0,60}\b(?:gpus?|tpus?|cpus?|cluster|workstation)\b",
        unless=r"et al\.?,? \(?\d{4}|previous(?:ly)?|prior work",
    ),
    _check(
        "compute time",
        "hours, days or weeks of training, GPU-hours, FLOPs, seconds a step, energy",
        r"\b(?:train\w*|took|takes?|run(?:ning)?|requires?|pre-?train\w*|takes)\b[^.]{0,80}\b(?:\d[\d.,]*|one"
        r"|two|three|four|five|six|ten|several|few|a) (?:\w+[- ])?(?:hours?|days?|weeks?|minutes|months?)\b",
        r"\b(?:gpu|tpu|cpu|core|device|accelerator)[- ]?(?:hours|days|years|weeks)\b|\bpf(?:lop/s)?-?days\b"
        r"|\bmwh\b|\bkwh\b",
        r"\b\d[\d.,]*\s?(?:hours?|h|days?) (?:on|of|with|using)\b[^.]{0,40}\b(?:gpus?|tpus?|training|cpus?)\b",
        r"\b(?:training|run) ?times?\b[^.]{0,40}\d[\d.]*\s?(?:s|sec\w*|ms|h|hours?|days?|min\w*)\b"
        r"|\bseconds? per (?:step|batch|epoch|iteration)|\bexaflops|\bzettaflops|\btraining flops",
        unless=r"\b(?:hours?|minutes) of (?:\w+ )?(?:speech|audio|videos?|data|recordings|music)|\bparticipants?\b"
        r"|annotators?|interview",
        row=r"^(?:(?:gpu|tpu)[- ]hours|training (?:time|cost|flops)|train time)\b|\bMWh\b|core[- ](?:days|years)",
    ),
    _check(
        "model size",
        "number of parameters, layers, units, in sentences and tables",
        r"\b(?:\d[\d.]*\s?[-–]?(?:M|B|K|T|million|billion|trillion|thousand)"
        r"|\d[\d,]{3,})[- ](?:\w+[- ]){0,2}(?:parameters?|weights)\b",
        r"\bparameters?\b[^.]{0,30}\b\d[\d,.]*\s?(?:M|B|K|million|billion|trillion)\b",
        r"\b\d+(?:\.\d+)?\s?(?:M|B|T) (?:model|parameter|params)",
        r"\b\d+ (?:\w+[- ]){0,3}(?:layers|hidden units|units|cells|blocks|attention heads|hidden nodes"
        r"|filters|neurons)\b",
        unless=r"hyper-?parameters? (?:such|are)|log-likelihood|nuisance",
        row=r"^#?\s?(?:\w+ )?param(?:eter)?s?\b",
    ),
    _check(
        "baselines tuned alike",
        "same settings, budget or data as the baseline, fair comparison, re-implemented or tuned baselines",
        r"\bfair(?:er|ly)? (?:compar|basis|setting|evaluat)|\bfor fair(?:ness)?\b|\bto (?:fairly|ensure a fair)"
        r"|\bapples[- ]to[- ]apples|\bcontrolled comparison",
        r"\bbaselines?\b[^.]{0,100}\b(?:(?<!fine-)tuned|re-?implement\w*|our (?:own )?implementation"
        r"|re-?train\w*|same|identical|equal|optimi[sz]ed)\b",
        r"\b(?:same|identical|equal|equivalent|matched|matching)\b[^.]{0,60}\b(?:hyper-?parameters?|settings?"
        r"|budget|compute|training data|number of (?:steps|updates|parameters|epochs)|flops|capacity|configuration"
        r"|setup)\b[^.]{0,90}\b(?:baselines?|all (?:\w+ )?(?:models|"
        r"methods|networks|systems)|compar\w*|both|each|dense|counterparts?)",
        r"\b(?:all|both|each|every) (?:\w+ ){0,2}(?:models?|methods?|networks?|systems?|baselines?"
        r"|approach(?:es)?)\b[^.]{0,60}\b(?:same|identical|equal number|tuned)\b",
        r"\b(?:compute|parameter|flop|data)s?[- ]match\w*",
    ),
    _check(
        "ablations",
        "ablation, without, removing a part, effect of",
        r"\bablat\w+",
        r"\b(?:remov\w+|dropping|disabl\w+|omitt?\w+)\b[^.]{0,80}\b(?:performance|accuracy|score|drops?"
        r"|degrad\w*|hurts?|worse|decreas\w*|error)\b",
        r"\b(?:effect|impact|importance|contribution|influence|role)s? of (?:each|different|using|varying"
        r"|removing|model|training|the number)\b",
        r"\b(?:investigat|examin|assess|study|studied|evaluat|measur|analy[sz])\w* the (?:effect|impact|importance"
        r"|influence)|\bwith and without\b|\bwe (?:vary|varied) the\b|\bcompared? (?:\w+ ){0,4}without\b",
    ),
    _check(
        "limitations stated",
        "limitation, shortcoming, future work, a section of that name",
        r"\blimitations?\b(?! of (?:existing|previous|prior|these|such|current))|\bshortcomings? of (?:our"
        r"|this)|\bdrawbacks? of (?:our|this|the proposed)|\bour (?:\w+ ){0,2}(?:drawbacks?|weakness(?:es)?)",
        r"\b(?:our|the proposed|this) (?:\w+ )?(?:model|method|approach|system|study|work|analysis"
        r"|network)s? (?:\w+ )?(?:struggles?|fails?|cannot|does not|do not|is limited|are limited|is restricted)",
        r"\bwe (?:leave|only consider|(?:do|did|have) not (?:\w+ )?(?:consider|explor|stud|address|reach"
        r"|evaluat|test|tried|try)\w*)\b",
        r"\bfuture (?:work|research|studies|directions?)\b",
        unless=r"overcom\w+|address(?:es|ing)? (?:the|these|this)|mitigat|solv|alleviat",
        zone=Zone.LIMITATIONS,
    ),
    _check(
        "negative results",
        "did not improve, no gain, hurts, failed, worse",
        r"\bnegative results?\b|\b(?:did|does|do|was|were) not (?:\w+ )?(?:improv\w*|help\w*|yield\w*"
        r"|outperform\w*|work|beneficial|lead to"
        r"|find (?:any|that)|observe (?:any|consistent|an? (?:improve|gain|benefit))|result in|provide)"
        r"|n[’']t (?:help|improve|observe)",
        r"\bno (?:\w+ )?(?:improvements?|gains?|benefits?|difference|advantage|effect)\b|\bunsuccessful"
        r"|\bto no avail|\bwithout success",
        r"\b(?:hurts?|harms?|degrad\w+|deteriorat\w*|fail(?:s|ed)? to|under-?perform\w*)\b",
        r"\b(?:slightly |much |significantly )?worse (?:than|performance|results|in|on|when)\b",
        unless=r"previous|prior|existing|traditional|degradation problem|et al\.|harmful",
    ),
    _check(
        "ethics and broader impact",
        "ethics, consent, bias, harm, misuse, privacy, broader impact, carbon, a section of that name",
        r"\bbroader impacts?|\bethic(?:s|al)\b|\bsocietal|\binformed consent|\binstitutional review|\bIRB\b"
        r"|\bdeclaration of helsinki",
        r"\bmisuse|\bharmful\b|\bharms\b|\btoxic(?:ity)?\b|\bprivacy\b|\bstereotyp\w+|\bcarbon\b|\bCO2"
        r"|\bgender bias|\bsocial bias|\bfairness\b",
        zone=Zone.ETHICS,
        unless=r"carbon (?:metabol|atom|bond|dioxide|chain|source)|fatty|code of ethics",
    ),
)
