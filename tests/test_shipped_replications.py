"""The replications that ship: files in order, claims that say where they stand, runs that can be trusted."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from paperlab.replication.claims_file import read_claims
from paperlab.replication.compare import compare_folder, measures
from paperlab.replication.files import read_replication, read_tier, tier_names
from paperlab.replication.runs.unit import run_unit
from paperlab.types import ClaimKind, Outcome

FOLDER = Path(__file__).parents[1] / "replications"
SLUGS = ("structure-counts", "kan-scaling", "git-re-basin")
every_slug = pytest.mark.parametrize("slug", SLUGS)


@every_slug
def test_a_shipped_replication_has_all_its_parts(slug):
    """Code, tests of the code, README, claims, and the tiers smoke and paper."""
    folder = FOLDER / slug
    for name in ("run.py", "method.py", "test_method.py", "README.md", "claims.toml", "replication.toml"):
        assert (folder / name).is_file(), name
    assert {"smoke", "paper"} <= set(tier_names(folder))
    assert read_replication(folder).basis == "independent"
    assert f"paperlab replicate run {slug} --tier paper" in (folder / "README.md").read_text()


@every_slug
def test_every_claim_is_confirmed_and_says_where_it_stands(slug):
    """A quote, and the page, the box and the PDF it was read in; or a note that says what was read instead."""
    for claim in read_claims(FOLDER / slug / "claims.toml"):
        evidence = claim.evidence
        assert claim.status == "confirmed", claim.id
        assert evidence.key, claim.id
        assert evidence.quote, claim.id
        placed = evidence.page and evidence.box and re.fullmatch("[0-9a-f]{64}", evidence.sha256)
        assert placed or "not at hand" in evidence.note, claim.id


@every_slug
def test_every_bound_and_tolerance_says_why(slug):
    """A number that decides a verdict stands beside its reason; a slope beside its window."""
    for claim in read_claims(FOLDER / slug / "claims.toml"):
        assert claim.kind is not ClaimKind.THRESHOLD or claim.bound_why, claim.id
        assert claim.tolerance is None or claim.tolerance.why, claim.id
        assert claim.kind is not ClaimKind.TREND or claim.window, claim.id


@every_slug
def test_claims_name_protocols_and_variants_that_are_there(slug):
    """So that no claim stays untested at tier paper for a slip of the pen."""
    replication = read_replication(FOLDER / slug)
    tier = read_tier(FOLDER / slug, "paper")
    for claim in read_claims(FOLDER / slug / "claims.toml"):
        assert claim.protocol in replication.protocols, claim.id
        for measure in measures(claim):
            assert measure.partition(":")[0] in tier.variants or len(tier.variants) == 1, claim.id
        if claim.x:
            assert sum(claim.x in config for config in tier.variants.values()) >= 3, claim.id


@every_slug
def test_the_runs_that_ship_count_and_test_every_claim(slug):
    """Made with today's code and configuration, untouched since, one for every planned seed."""
    comparison = compare_folder(FOLDER / slug, "paper")
    assert comparison.runs
    assert not [uncounted for uncounted in comparison.uncounted if uncounted.blocks]
    untested = {Outcome.NOT_RUN, Outcome.INVALID, Outcome.UNCONFIRMED}
    assert not [verdict.claim.id for verdict in comparison.verdicts if verdict.outcome in untested]


@every_slug
def test_the_runs_that_ship_tell_nothing_of_the_machine(slug):
    """No folder of the machine they were made on."""
    paths = re.compile(r"/(root|home|work|Users|tmp)/")
    for path in (FOLDER / slug / "runs" / "paper").rglob("*"):
        if path.suffix in {".json", ".jsonl", ".txt", ".diff"} and "shared" not in path.parts:
            assert not paths.search(path.read_text(encoding="utf-8")), path.name


@every_slug
def test_the_readme_tells_no_count_that_the_verdicts_do_not(slug):
    """Its last word on the claims is the headline that `compare` prints."""
    assert compare_folder(FOLDER / slug, "paper").headline in (FOLDER / slug / "README.md").read_text()


@every_slug
def test_the_methods_own_tests_pass(slug):
    """In a process of its own: each folder has a module called method."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "test_method.py"]
    done = subprocess.run(command, cwd=FOLDER / slug, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout


def test_numbers_of_weights_come_out_again(tmp_path):
    """The smallest of them, run anew: the same numbers as the run that ships."""
    folder = tmp_path / "structure-counts"
    shutil.copytree(FOLDER / "structure-counts", folder, ignore=shutil.ignore_patterns("runs", "__pycache__"))
    record = run_unit(read_replication(folder), read_tier(folder, "paper"), "main", 0)
    [shipped] = (FOLDER / "structure-counts" / "runs" / "paper" / "main").rglob("run.json")
    expected = json.loads(shipped.read_text())["results"]
    assert record.status == "ok"
    assert [(result.name, result.value) for result in record.results] == [(r["name"], r["value"]) for r in expected]


def test_a_claim_of_another_scale_is_not_compared_in_numbers():
    """Fashion-MNIST's loss is never held against MNIST's."""
    verdicts = {verdict.claim.id: verdict for verdict in compare_folder(FOLDER / "git-re-basin", "paper").verdicts}
    assert verdicts["merge-many-test-loss"].outcome is Outcome.NOT_COMPARABLE
    assert any("MNIST" in difference for difference in verdicts["merge-many-test-loss"].scope.differences)
