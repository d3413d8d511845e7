"""What came out of the replications, by paper: kept as long as their files stay, so that a run costs one comparison."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.errors import PaperlabError
from paperlab.tui.desk.stamps import Stamp, replication_stamps
from paperlab.tui.views.verdict_view import REDUCED, RESULTS, kept_results
from paperlab.types import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from paperlab.lab import Lab

_GOOD = frozenset({Outcome.AGREES, Outcome.BETTER, Outcome.OBSERVED})
_BAD = frozenset({Outcome.DIFFERS, Outcome.NOT_OBSERVED, Outcome.INVALID})
_UNTESTED = frozenset({Outcome.NOT_RUN, Outcome.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Tested:
    """What came out of one replication for one paper."""

    slug: str
    headline: str
    good: int
    bad: int
    unclear: int
    untested: int


class Outcomes:
    """What came out of all replications of a lab. One thread at a time."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[dict[str, Stamp], dict[str, Tested]]] = {}

    def read(self, lab: Lab) -> dict[str, tuple[Tested, ...]]:
        """Return it by the papers' keys; a replication that cannot be compared is left out."""
        found: defaultdict[str, list[Tested]] = defaultdict(list)
        for slug in lab.replications.slugs():
            for key, tested in self._of(lab, slug).items():
                found[key].append(tested)
        return {key: tuple(tested) for key, tested in found.items()}

    def _of(self, lab: Lab, slug: str) -> dict[str, Tested]:
        folder = lab.replications.root / slug
        stamps = replication_stamps(folder)
        if slug not in self._known or self._known[slug][0] != stamps:
            self._known[slug] = stamps, _kept(folder, stamps) or _compared(lab, slug)
        return self._known[slug][1]


def _kept(folder: Path, stamps: dict[str, Stamp]) -> dict[str, Tested]:
    """Return what results.json says where nothing was changed or run since; it needs no scipy."""
    written = stamps.get(str(folder / RESULTS))
    if written is None or any(stamp[1] > written[1] for stamp in stamps.values()):
        return {}
    kept = kept_results(folder)
    pairs = []
    for claim in kept.get("claims", ()):
        try:
            told, key = str(claim["verdict"]), claim["evidence"].get("key") or kept["paper"]
            pairs.append((str(key), Outcome(told.removesuffix(REDUCED))))
        except (KeyError, TypeError, ValueError, AttributeError):
            return {}
    return _counted(folder.name, str(kept.get("headline", "")), pairs)


def _compared(lab: Lab, slug: str) -> dict[str, Tested]:
    try:
        comparison = lab.replications.compare(slug)
    except PaperlabError:
        return {}  # the screen of replications says what is wrong with it
    paper = comparison.replication.paper
    pairs = [(verdict.claim.evidence.key or paper, verdict.outcome) for verdict in comparison.verdicts]
    return _counted(slug, comparison.headline, pairs)


def _counted(slug: str, headline: str, outcomes: Iterable[tuple[str, Outcome]]) -> dict[str, Tested]:
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for key, outcome in outcomes:
        kind = 0 if outcome in _GOOD else 1 if outcome in _BAD else 3 if outcome in _UNTESTED else 2
        counts[key][kind] += 1
    return {key: Tested(slug, headline, n[0], n[1], n[2], n[3]) for key, n in counts.items()}
