"""The templates: what each gives is in order, its own tests pass, and its smoke tier runs at once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from paperlab.replication.claims_file import read_claims
from paperlab.replication.files import read_replication, read_tier, tier_names
from paperlab.replication.runs.surroundings import run_environment
from paperlab.replication.scaffolding import scaffold as scaffolding
from paperlab.replication.scaffolding.kinds import KINDS
from paperlab.replication.scaffolding.scaffold import scaffold
from paperlab.types import ClaimKind, Paper, TestedClaim

TEMPLATES = Path(scaffolding.__file__).with_name("templates")
PROJECT = Path(__file__).parents[1]
PAPER = Paper(key="2401.00001", title="A Method for Tests", version=1)
FILES = {"replication.toml", "claims.toml", "run.py", "method.py", "test_method.py", "README.md"}
TIERS = ("cpu", "paper", "smoke")

LIGHT = ("blank", "function-fit", "structure")
"""Of these all seeds are run, and the paper's tier; of the others, which train networks, the first seed."""

RUN_ALL = """
import json, sys
from pathlib import Path
import pytest
from paperlab.replication.files import read_replication, read_tier, seeds_of
from paperlab.replication.runs.unit import run_unit

def tested(folder):
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "-c", str(folder / "pytest.ini")]
    (folder / "pytest.ini").write_text("[pytest]\\n")
    sys.path.insert(0, str(folder))
    code = pytest.main([*options, str(folder / "test_method.py")])
    sys.path[:] = [place for place in sys.path if place != str(folder)]
    for name in ("method", "test_method"):
        sys.modules.pop(name, None)
    return int(code)

def ran(folder, name, most):
    replication, tier = read_replication(folder), read_tier(folder, name)
    units = [(variant, seed) for variant in tier.variants for seed in seeds_of(tier, variant)[:most]]
    return [
        {"status": run.status, "error": run.error, "variant": run.variant, "seed": run.seed, "facts": run.facts,
         "results": {result.name: result.value for result in run.results}, "data": [one.sha256 for one in run.data],
         "failed": [check.name for check in run.checks if not check.passed], "checks": len(run.checks)}
        for run in (run_unit(replication, tier, variant, seed) for variant, seed in units)
    ]

root, light, told = Path(sys.argv[1]), sys.argv[2].split(), {}
for folder in sorted(root.iterdir()):
    is_light = folder.name in light
    told[folder.name] = {
        "tested": tested(folder),
        "smoke": ran(folder, "smoke", 9 if is_light else 1),
        "paper": ran(folder, "paper", 1) if is_light else [],
    }
print("\\n" + json.dumps(told))
"""


def made(root: Path, kind: str) -> Path:
    """Scaffold a replication of a kind and return its folder."""
    scaffold(root, kind, paper=PAPER, kind=kind, today="2026-11-21")
    return root / kind


def run_all(root: Path) -> dict[str, Any]:
    """Run the tests and units of all replications of a folder in one process, for importing torch takes seconds."""
    command = [sys.executable, "-c", RUN_ALL, str(root), " ".join(LIGHT)]
    environment = {**os.environ, **run_environment(1)}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd=root, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert not [kind for kind, told in found.items() if told["tested"]], done.stdout
    return found


def measures(claim: TestedClaim) -> list[str]:
    """Return the measures that a claim names."""
    return [name for name in (claim.measure, *claim.order, *claim.pair) if name]


def test_their_own_tests_pass_and_their_smoke_tiers_run_at_once(tmp_path: Path) -> None:
    """Every run counts; untouched, the paper's tier fails with the place to write at, and passes nothing for it."""
    folders = {kind: made(tmp_path, kind) for kind in KINDS}
    found = run_all(tmp_path)
    for kind, folder in folders.items():
        check_smoke(folder, found[kind]["smoke"])
    for kind in LIGHT:
        runs = found[kind]["paper"]
        assert {run["status"] for run in runs} == {"failed"}, kind
        assert all(re.search(r"'\?': (write|describe) it", run["error"]) for run in runs), kind
        assert not any(run["results"] for run in runs), kind


def check_smoke(folder: Path, runs: list[dict[str, Any]]) -> None:
    """Runs ended well, their checks passed, and the claims' examples find their measures."""
    assert [(run["status"], run["error"]) for run in runs] == [("ok", "")] * len(runs)
    assert [run["failed"] for run in runs] == [[]] * len(runs)
    assert all(run["checks"] for run in runs)
    tier = read_tier(folder, "smoke")
    named = {f"{run['variant']}:{name}" for run in runs for name in run["results"]}
    if len(tier.variants) == 1:
        named |= {name.partition(":")[2] for name in named}
    for claim in read_claims(folder / "claims.toml"):
        if claim.kind is ClaimKind.TREND:
            assert all(f"{variant}:{claim.measure}" in named for variant in tier.variants)
            assert all(claim.x in config for config in tier.variants.values())
        else:
            assert set(measures(claim)) <= named
    recorded = set(runs[0]["facts"])
    assert set(read_replication(folder).protocols["paper"]) <= recorded
    for variant in tier.variants:
        assert len({tuple(run["data"]) for run in runs if run["variant"] == variant}) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_gives_can_be_read(kind: str, tmp_path: Path) -> None:
    """All files are there, all tiers and claims are in order, and nothing of the template is left over."""
    folder = made(tmp_path, kind)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == FILES | {f"tiers/{name}.toml" for name in TIERS}
    assert tier_names(folder) == TIERS
    for name in TIERS:
        assert read_tier(folder, name).about
        assert len(read_tier(folder, name).seeds) in (1, 3, 5, 10)
    replication = read_replication(folder)
    assert (replication.paper, replication.kind, replication.version) == (PAPER.key, kind, 1)
    assert replication.about
    assert set(replication.protocols["paper"].values()) == {"?"}
    claims = read_claims(folder / "claims.toml")
    assert claims
    assert {claim.status for claim in claims} == {"proposed"}
    assert not any(re.search(r"\{\{|\{%", (folder / name).read_text(encoding="utf-8")) for name in found)


@pytest.mark.parametrize("kind", KINDS)
def test_its_code_is_as_clean_as_ours(kind: str, tmp_path: Path) -> None:
    """It passes the project's own linter and formatter; asserts are for its tests."""
    folder = made(tmp_path, kind)
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--no-cache", "--config", str(PROJECT / "pyproject.toml")]
    for command in (["check", "--per-file-ignores", "**/test_method.py:S101"], ["format", "--check"]):
        done = subprocess.run([*ruff, *command, *options, str(folder)], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_no_template_looks_like_a_module_of_ours() -> None:
    """Python files in templates end in .jinja: linters, type checkers and pytest pass them by."""
    files = [path for path in TEMPLATES.rglob("*") if path.is_file()]
    assert {path.parent.name for path in files if path.name == "run.py.jinja"} == set(KINDS)
    assert not [path for path in files if path.suffix == ".py"]


def test_templates_travel_in_the_wheel() -> None:
    """They lie below what the wheel packs, and no rule for ignored files takes them out."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["src/paperlab"]
    assert TEMPLATES.is_relative_to(PROJECT / "src" / "paperlab")
    ignored = (PROJECT / ".gitignore").read_text(encoding="utf-8").split()
    assert not {"templates/", "*.jinja", "*.yml", "*.toml"} & set(ignored)
