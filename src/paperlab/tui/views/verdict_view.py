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
from paperlab.tui.look.signs import VERDICT_COLOURS, VERDICT_SIGNS
from paperlab.types import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from paperlab.lab import Lab

RESULTS = "results.json"
REDUCED = " (reduced)"
_MOST_BYTES = 20_000_000
_PROGRESS = "runs/*/*/*/seed-*/progress.json"


@dataclass(frozen=True, slots=True)
class Shown:
    """An outcome as it is printed, with its sign and colour."""

    words: str
    sign: str
    colour: str
    """A theme variable. A reduced scale is never green."""


def shown(told: str) -> Shown:
    """Return how an outcome looks that results.json or `shown_outcome` tells."""
    reduced = told.endswith(REDUCED)
    try:
        outcome = Outcome(told.removesuffix(REDUCED))
    except ValueError:
        return Shown(one_line(told), "?", "$foreground-muted")
    colour = VERDICT_COLOURS[outcome]
    return Shown(told, VERDICT_SIGNS[outcome], "$foreground-muted" if reduced and colour == "$success" else colour)


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
    """Return the lab's replications: those with kept verdicts first, each by name."""
    found = [overview_of(lab.replications.root / slug) for slug in lab.replications.slugs()]
    return sorted(found, key=lambda one: not one.counts)


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
