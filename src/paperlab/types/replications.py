"""Replications: what is tested, what was run, and what came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from paperlab.types.boxes import Box
from paperlab.types.claims import Direction, Selection, SpreadMeaning


class ClaimKind(StrEnum):
    """What sort of statement a claim is; each has its own rule."""

    EXACT = "exact"
    """A number without chance: a count, a counterexample."""
    VALUE = "value"
    DIFFERENCE = "difference"
    ORDERING = "ordering"
    PARITY = "parity"
    """Equivalence, or not worse by more than a margin."""
    THRESHOLD = "threshold"
    TREND = "trend"
    JUDGEMENT = "judgement"
    """Only a person can tell."""


class Outcome(StrEnum):
    """What a verdict says."""

    AGREES = "agrees"
    BETTER = "better than paper"
    DIFFERS = "differs"
    COMPATIBLE = "compatible"
    """No surprise, and no proof either: the value lies within the prediction interval."""
    CANNOT_TELL = "cannot tell"
    OBSERVED = "pattern observed"
    NOT_OBSERVED = "pattern not observed"
    NOT_COMPARABLE = "not comparable"
    """A value measured at another scale than the paper's."""
    INVALID = "invalid"
    """The runs cannot be used: failed, not finite, missing, changed data or code."""
    NOT_RUN = "not run"
    UNCONFIRMED = "not confirmed"
    """Nobody has held the claim against the paper yet."""
    JUDGEMENT = "needs a person"


@dataclass(frozen=True, slots=True)
class Reported:
    """What the paper prints."""

    printed: str
    """The value as printed: its decimals say how far it was rounded."""
    n: int | None = None
    """Runs behind it, None where the paper does not say."""
    spread: float | None = None
    spread_meaning: SpreadMeaning = SpreadMeaning.UNKNOWN
    selection: Selection = Selection.UNKNOWN


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far from the paper still agrees; fixed before the run."""

    absolute: float | None = None
    """In the claim's unit."""
    relative: float | None = None
    """A fraction of the paper's value."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in the paper a claim stands."""

    key: str = ""
    claim: str = ""
    """The id that `paperlab claims KEY` gives it."""
    table: str = ""
    row: str = ""
    column: str = ""
    page: int | None = None
    box: Box | None = None
    quote: str = ""
    sha256: str = ""
    """Of the PDF it was read in."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TestedClaim:
    """A claim as `claims.toml` has it: what the paper says, and how it is held against measurements.

    A measure is written `variant:name`, or `name` where the replication has one variant. Fields from `order` on
    belong to the kinds named beside them.
    """

    __test__ = False  # pytest takes a class of this name for a test

    id: str
    text: str
    kind: ClaimKind
    status: str = "proposed"
    """`proposed` until a person has held it against the paper and writes `confirmed`."""
    role: str = ""
    """`headline`, or empty."""
    unit: str = ""
    direction: Direction = Direction.UNKNOWN
    protocol: str = "paper"
    """Which `[protocol.NAME]` of replication.toml its scale is measured against."""
    measure: str = ""
    """exact, value, threshold, trend."""
    paper: Reported | None = None
    """exact, value, difference."""
    tolerance: Tolerance | None = None
    evidence: Evidence = field(default_factory=Evidence)
    min_seeds: int | None = None
    """None: 1 for exact, 3 for the others."""
    known: str = ""
    """Why it is known to differ: `verify` says so and does not fail. The verdict stays what it is."""
    order: tuple[str, ...] = ()
    """ordering: measures, best first by `direction`."""
    margin: float | None = None
    """ordering: by how much at least (0 where not given); parity: how far apart is still alike."""
    pair_by: str = ""
    """ordering, difference, parity: `seed` where runs of equal seed share data order and initial weights."""
    pair: tuple[str, ...] = ()
    """difference, parity: the two measures; the second is taken from the first."""
    form: str = ""
    """difference: abs, rel (of the second), ratio; parity: equivalence, noninferiority."""
    op: str = ""
    """threshold: <=, >=, <, >."""
    bound: float | None = None
    bound_why: str = ""
    x: str = ""
    """trend: the configuration's key along which the variants differ."""
    expect: str = ""
    """trend: increasing, decreasing, u-shape, slope."""
    log: bool = False
    """trend: slope of logarithms against logarithms."""
    slope: tuple[float, float] | None = None
    """trend, slope: least and most."""
    window: tuple[float, float] | None = None
    """trend: least and most x that count."""
    line: int = 0
    """Of claims.toml, 1-based; 0 where it has none."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something done otherwise than in the paper, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Replication:
    """What replication.toml says."""

    slug: str
    folder: Path
    paper: str
    """The paper's key."""
    title: str
    kind: str
    version: int | None = None
    """Of the paper, as on arXiv."""
    basis: str = "independent"
    """`author-code`, `author-weights`, `independent`."""
    about: str = ""
    protocols: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By name, what matters to the result, as the paper has it: dataset, train_examples, epochs, ..."""
    allowed: tuple[str, ...] = ("hardware", "framework", "seeds")
    """Facts that may differ without making the scale another."""
    deviations: tuple[Deviation, ...] = ()
    easy: tuple[str, ...] = ()
    """What was easy, for the report."""
    hard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """One scale that a replication can be run at: `tiers/NAME.toml`."""

    name: str
    about: str
    seeds: tuple[int, ...]
    variants: dict[str, dict[str, Any]]
    """By name, the whole configuration of each: the tier's `[config]` with the variant's own changes."""
    variant_seeds: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Seeds of variants that do not take the tier's."""
    threads: int = 1
    """Of each run."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """One metric value that a run ended with."""

    name: str
    value: float
    unit: str = ""
    items: int | None = None
    """Test items it was taken over, for its binomial noise."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold for a run to count: it beats chance, its loss fell."""

    name: str
    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DataUsed:
    """Data that a run read."""

    name: str
    sha256: str
    examples: int | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What run.json says: one execution."""

    replication: str
    tier: str
    variant: str
    seed: int
    config: dict[str, Any]
    config_hash: str
    code_sha256: str
    status: str
    """`running` (killed, where no process has it), `ok`, `failed`."""
    started: str
    """ISO 8601, UTC."""
    ended: str = ""
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    resumed: tuple[str, ...] = ()
    """When it was taken up again."""
    results: tuple[RunResult, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    """What its protocol was, as it measured it itself."""
    checks: tuple[Check, ...] = ()
    data: tuple[DataUsed, ...] = ()
    environment: dict[str, Any] = field(default_factory=dict)
    metrics_sha256: str = ""
    """Of metrics.jsonl, whose lines hold all results once more."""
    error: str = ""
    origin: str = ""
    """For runs made elsewhere: the files they were read from."""
    folder: Path = Path()


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A run that was started and does not count, and why."""

    variant: str
    seed: int
    reason: str
    blocks: bool = True
    """A failed, missing or unusable run of today's configuration keeps claims from agreeing; an old one does not."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measure over the runs that count: a value per seed."""

    measure: str
    seeds: tuple[int, ...]
    values: tuple[float, ...]
    """As long as `seeds`, all finite."""
    unit: str = ""
    items: int | None = None
    """Test items behind each value."""


@dataclass(frozen=True, slots=True)
class Scope:
    """How the scale of runs differs from a protocol of the paper."""

    protocol: str
    differences: tuple[str, ...] = ()
    """One clause each: `dataset: Fashion-MNIST instead of MNIST`; empty at full scale."""

    @property
    def reduced(self) -> bool:
        """Whether anything differs that may not."""
        return bool(self.differences)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the measurements say about one claim, with what justifies it."""

    claim: TestedClaim
    outcome: Outcome
    reason: str
    """One plain sentence."""
    rule: str
    """Name of the rule: `value`, `ordering-paired`, ..."""
    version: int
    n: int = 0
    """Seeds that count, the fewest over the claim's measures."""
    measured: float | None = None
    """The mean, difference, slope ...: what the rule compared."""
    interval: tuple[float, float] | None = None
    """Of `measured`."""
    level: float | None = None
    """Of the interval, such as 0.90."""
    more_seeds: int | None = None
    """How many more would probably (power .8) decide it, where it cannot tell and that can be computed."""
    scope: Scope | None = None
    notes: tuple[str, ...] = ()
    """Further lines: the prediction interval, a default margin, a difference in selection."""
    samples: tuple[Sample, ...] = ()
    """The measurements it rests on."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All verdicts of a replication at one tier, and the runs they rest on."""

    replication: Replication
    tier: Tier
    verdicts: tuple[Verdict, ...]
    runs: tuple[RunRecord, ...]
    """Those that count."""
    uncounted: tuple[Uncounted, ...]
    headline: str
    """One line that states how many claims were tested and what came out; never a score."""
