"""All replications of a lab as the desk lists them: words and colours, without a user interface.

They read what was kept in results.json: they are cheap, need no scipy, and pass over what is broken. What is computed
anew is in `replication_view`.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paperlab.errors import BadFile
from paperlab.text import one_line
from paperlab.tui.signs import VERDICT_COLOURS, VERDICT_SIGNS
from paperlab.types import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from paperlab.lab import Lab

RESULTS = "results.json"
_REDUCED = " (reduced)"
_MOST_BYTES = 20_000_000
_PROGRESS = "runs/*/*/*/seed-*/progress.json"
_GOOD = (Outcome.AGREES, Outcome.BETTER, Outcome.OBSERVED)
_BAD = (Outcome.DIFFERS, Outcome.NOT_OBSERVED, Outcome.INVALID)
_OPEN = (Outcome.COMPATIBLE, Outcome.CANNOT_TELL)


@dataclass(frozen=True, slots=True)
class Shown:
    """An outcome as it is printed, with its sign and colour."""

    words: str
    sign: str
    colour: str
    """A theme variable. A reduced scale is never green."""


def shown(told: str) -> Shown:
    """Return how an outcome looks that results.json or `shown_outcome` tells."""
    reduced = told.endswith(_REDUCED)
    try:
        outcome = Outcome(told.removesuffix(_REDUCED))
    except ValueError:
        return Shown(one_line(told), "?", "$text-muted")
    colour = VERDICT_COLOURS[outcome]
    return Shown(told, VERDICT_SIGNS[outcome], "$text-muted" if reduced and colour == "$success" else colour)


# All replications of a lab, out of the files at hand


@dataclass(frozen=True, slots=True)
class Overview:
    """One replication as it stands in the list."""

    slug: str
    paper: str
    """The paper's key."""
    title: str
    counts: tuple[tuple[str, int], ...] = ()
    """How often each outcome, as printed, most first; none where nothing was compared yet."""
    tier: str = ""
    problem: str = ""
    """Why its files cannot be read."""
    running: int = 0
    """Runs under way, of this desk or of anyone."""


def overview(lab: Lab) -> list[Overview]:
    """Return the lab's replications, by name."""
    return [overview_of(lab.replications.root / slug) for slug in lab.replications.slugs()]


def overview_of(folder: Path) -> Overview:
    """Return the replication in a folder."""
    from paperlab.replication.files import read_replication

    try:
        found = read_replication(folder)
    except BadFile as error:
        return Overview(folder.name, "", folder.name, problem=str(error))
    kept = kept_results(folder)
    return Overview(
        slug=found.slug,
        paper=found.paper,
        title=found.title,
        counts=tuple(Counter(_outcomes(kept)).most_common()),
        tier=str(kept.get("tier", "")),
        running=_running(folder),
    )


def kept_results(folder: Path) -> dict[str, Any]:
    """Return what a replication's results.json holds, empty where there is none or it is broken."""
    path = folder / RESULTS
    try:
        if path.stat().st_size > _MOST_BYTES:
            return {}
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("claims"), list) else {}


def _outcomes(kept: Mapping[str, Any]) -> Iterator[str]:
    for claim in kept.get("claims", ()):
        if isinstance(claim, dict) and isinstance(told := claim.get("verdict"), str):
            yield one_line(told)


def _running(folder: Path) -> int:
    from paperlab.replication.runs.unit import is_being_run

    return sum(is_being_run(path.parent) for path in folder.glob(_PROGRESS))


def headlines(lab: Lab) -> dict[str, tuple[str, str]]:
    """Return for each paper that was replicated what came out, with a colour: `✓5 ✗1 ?4`, a theme variable.

    Out of results.json alone; replications of one paper are counted together.
    """
    counts: dict[str, Counter[str]] = {}
    for path in (lab.root / "replications").glob(f"*/{RESULTS}"):
        kept = kept_results(path.parent)
        paper = kept.get("paper")
        if isinstance(paper, str):
            counts.setdefault(paper, Counter()).update(_outcomes(kept))
    return {paper: _headline(found) for paper, found in counts.items() if found}


def _headline(counts: Counter[str]) -> tuple[str, str]:
    groups = [
        (group, number)
        for group in (_GOOD, _BAD, _OPEN)
        if (number := sum(n for told, n in counts.items() if told.removesuffix(_REDUCED) in group))
    ]
    if not groups:
        return f"{VERDICT_SIGNS[Outcome.NOT_RUN]}{counts.total()}", "$text-muted"
    text = " ".join(f"{VERDICT_SIGNS[group[0 if group is not _OPEN else 1]]}{number}" for group, number in groups)
    if any(group is _BAD for group, _ in groups):
        return text, "$error"
    return text, "$success" if all(shown(told).colour == "$success" for told in counts) else "$warning"
