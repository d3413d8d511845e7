"""From the files of a replication to its verdicts: which runs a claim rests on, and which tier is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paperlab.errors import BadFile, NotFound
from paperlab.replication.compare import compare_folder
from run_folders import read, write_replication

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.types import Verdict

MAIN = """def main(run):
    run.facts(dataset="Dice", epochs=3)
    if run.variant == "other":
        run.result("else", 1.0)
    else:
        run.result("error", 10.0 - run.config["width"] + 0.01 * run.seed)
"""
TIER = """seeds = [0, 1, 2]
[config]
width = 1
[variants.one]
[variants.two]
width = 2
[variants.three]
width = 3
[variants.other]
width = 4
"""
CLAIMS = """[[claim]]
id = "falls"
text = "Wider is better"
kind = "trend"
status = "confirmed"
measure = "error"
x = "width"
expect = "decreasing"
window = [1, 9]

[[claim]]
id = "order"
text = "Three beats one"
kind = "ordering"
status = "confirmed"
direction = "lower"
order = ["three:error", "one:error"]
"""


def run_all(folder: Path, variants: tuple[str, ...] = ("one", "two", "three", "other")) -> None:
    from paperlab.replication.runs.unit import run_unit

    replication, tier = read(folder)
    for variant in variants:
        for seed in tier.seeds:
            run_unit(replication, tier, variant, seed)


def verdict(folder: Path, name: str) -> Verdict:
    return next(one for one in compare_folder(folder).verdicts if one.claim.id == name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a replication with a trend over three of its four variants."""
    made = write_replication(tmp_path, MAIN, TIER)
    (made / "claims.toml").write_text(CLAIMS)
    return made


def test_a_trend_takes_its_measure_from_every_variant_that_has_the_setting(folder: Path) -> None:
    """One that has the setting and measures something else is no part of it."""
    run_all(folder)
    found = verdict(folder, "falls")
    assert found.outcome.value == "agrees"
    assert len(found.samples) == 3


def test_only_the_runs_of_a_claims_own_variants_keep_it_from_being_judged(folder: Path) -> None:
    """A failed run of another variant is named, and the claim stands."""
    run_all(folder)
    record = next(folder.glob("runs/smoke/two/*/seed-1/run.json"))
    record.unlink()
    assert verdict(folder, "order").outcome.value == "agrees"
    assert verdict(folder, "falls").outcome.value == "invalid"


def test_seeds_that_were_not_run_yet_are_told_beside_the_verdict(folder: Path) -> None:
    """They do not block it."""
    replication, tier = read(folder)
    from paperlab.replication.runs.unit import run_unit

    for variant in ("one", "three"):
        run_unit(replication, tier, variant, 0)
    found = verdict(folder, "order")
    assert "4 planned runs were not begun: one seed 1, one seed 2, three seed 1, three seed 2" in found.notes


def test_the_tier_with_runs_is_taken_and_a_broken_one_beside_it_does_no_harm(folder: Path) -> None:
    """Without any that can be read, what is wrong with the file is said."""
    run_all(folder, ("one",))
    (folder / "tiers" / "huge.toml").write_text("seeds = 3\n")
    assert compare_folder(folder).tier.name == "smoke"
    with pytest.raises(BadFile, match="huge"):
        compare_folder(folder, "huge")
    with pytest.raises(NotFound, match="no tier 'tiny'"):
        compare_folder(folder, "tiny")
