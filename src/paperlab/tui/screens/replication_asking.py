"""What is asked before a replication is made or run: nothing of it runs without a plain yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.text import one_line, shorten
from paperlab.tui.screens.dialogs import Choice, Confirm, Line
from paperlab.tui.views.run_view import tier_choices

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from paperlab.lab import Lab
    from paperlab.tui.app import DeskApp
    from paperlab.tui.typing_ahead import TypingAhead
    from paperlab.tui.views.replication_view import Loaded
    from paperlab.tui.views.run_view import TierChoice

_MOST_SEEDS = 10_000


def held(screen: TypingAhead, asked: Coroutine[object, object, None]) -> Coroutine[object, object, None]:
    """Keep what is typed on `screen` from now on for the first question of `asked`; where none comes, it is dropped."""

    async def until_asked() -> None:
        try:
            await asked
        finally:
            screen.drop_keys()

    screen.hold_keys()
    return until_asked()


async def ask_and_run(app: DeskApp, slug: str, begun: Callable[[str, str], None]) -> None:
    """Ask for tier and seeds, say what would run, and run it after a yes; `begun` is told slug and tier then."""
    tiers = await app.ask_lane(app.desk.marks, lambda lab: tier_choices(lab, slug))
    if tiers is None:
        return
    if not tiers:
        app.tell(f"{slug} has no tiers: write its tiers/smoke.toml first", wrong=True)
        return
    name = await app.push_screen_wait(Choice(f"Run {slug} at which scale?", [(one.name, one.words) for one in tiers]))
    if name is None:
        return
    hint = "how many seeds of each variant; empty: those of the tier"
    seeds = await app.push_screen_wait(Line("Seeds", hint=hint, check=_wrong_seeds))
    if seeds is None:
        return
    tier = next(one for one in tiers if one.name == name)
    if await app.push_screen_wait(Confirm(_question(slug, tier, seeds), yes="Run it", no="Leave it")):
        more = ("--seeds", seeds) if seeds else ()
        app.jobs.start(f"run {slug}, {name}", ("replicate", "run", slug, "--tier", name, *more))
        begun(slug, name)


def _wrong_seeds(typed: str) -> str | None:
    if not typed or (typed.isdecimal() and 1 <= int(typed) <= _MOST_SEEDS):
        return None
    return "a whole number from 1, or nothing"


def _question(slug: str, tier: TierChoice, seeds: str) -> str:
    wanted = f"the first {seeds} seeds of each variant" if seeds else "all seeds of the tier"
    return (
        f"Run replications/{slug}/run.py at tier {tier.name}, {wanted}?\n"
        f"{tier.words}. It is code that runs with your rights: only run what you read."
    )


async def ask_tier(app: DeskApp, loaded: Loaded) -> str | None:
    """Return the tier whose runs are to be held against the paper; None where the user left."""
    options = [(name, name) for name in loaded.tiers]
    return await app.push_screen_wait(Choice(f"Tier of {loaded.slug}", options, at=loaded.tier)) if options else None


async def ask_and_make(app: DeskApp) -> None:
    """Ask for a paper and make a replication of it; no code runs."""
    papers = await app.ask_lane(app.desk.marks, _papers)
    if papers is None:
        return
    if not papers:
        app.tell("the library has no papers yet: fetch or add one first", wrong=True)
        return
    key = await app.push_screen_wait(Choice("A new replication of which paper?", papers))
    if key is not None:
        app.jobs.start(f"new replication of {key}", ("replicate", "new", key))


def _papers(lab: Lab) -> list[tuple[str, str]]:
    found = sorted(lab.store.papers.all(), key=lambda paper: paper.title.casefold())
    return [(paper.key, f"{shorten(one_line(paper.title), 90)}  {paper.key}") for paper in found]
