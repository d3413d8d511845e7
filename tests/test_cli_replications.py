"""The group replicate: from a paper to verdicts, by the commands a person types."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from paperlab.cli.app import main
from paperlab.replication.runs.surroundings import run_environment
from support import write_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.lab import Lab

    Do = Callable[..., tuple[int, str, str]]

KEY = "2402.00001"
REPLICATION = """schema = 1
paper = "2402.00001"
title = "Otters"
kind = "blank"
[protocol.paper]
dataset = "dice"
throws = 50
"""
CLAIMS = """[[claim]]
id = "mean"
text = "The mean is 3.5"
kind = "value"
status = "confirmed"
measure = "mean"
paper = {value = "3.50", n = 5, spread = "0.05", spread_kind = "sd", selection = "mean"}
tolerance = {abs = 2.0, why = "a test of the command, not of dice"}

[[claim]]
id = "above"
text = "The mean is above 6"
kind = "threshold"
status = "confirmed"
measure = "mean"
op = ">="
bound = 6
"""
RUN = """import random

def main(run):
    throws = [random.randint(1, 6) for _ in range(run.config["throws"])]
    run.facts(dataset="dice", throws=len(throws))
    run.result("mean", sum(throws) / len(throws))
"""
IMPORT = """[facts]
dataset = "dice"
throws = 50
[[bind]]
measure = "main:mean"
from = "seed{seed}.csv"
select = "mean"
"""
TIER = "seeds = [0, 1, 2]\n[config]\nthrows = {}\n"


@pytest.fixture
def do(lab: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Do:
    """Return what runs a command in a lab and gives exit code, stdout and stderr."""
    for name, value in run_environment(1).items():  # else run-one starts this very process anew
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["--lab", str(lab.root), *arguments])
        streams = capsys.readouterr()
        return int(left.value.code or 0), streams.out, streams.err

    return run


@pytest.fixture
def folder(lab: Lab) -> Path:
    """Return a replication of dice: 50 throws in the paper, and 10 in the smoke tier."""
    found = lab.root / "replications" / "dice"
    (found / "tiers").mkdir(parents=True)
    files = {"replication.toml": REPLICATION, "claims.toml": CLAIMS, "run.py": RUN}
    files |= {"tiers/paper.toml": TIER.format(50), "tiers/smoke.toml": TIER.format(10)}
    for name, text in files.items():
        (found / name).write_text(text)
    return found


def run_all(do: Do, tier: str) -> None:
    for seed in range(3):
        assert do("replicate", "run-one", "dice", "--tier", tier, "--variant", "main", "--seed", str(seed))[0] == 0


def verdicts(do: Do, *arguments: str) -> dict[str, str]:
    code, out, err = do("replicate", "compare", "dice", *arguments, "--json")
    assert code == 0, err
    return {claim["id"]: claim["verdict"] for claim in json.loads(out)["claims"]}


def test_full_scale_is_judged_and_a_reduced_one_never_agrees(do: Do, folder: Path) -> None:
    """The same numbers at a fifth of the throws are not comparable; a bound ends as a pattern."""
    run_all(do, "smoke")
    assert verdicts(do) == {"mean": "not comparable", "above": "pattern not observed (reduced)"}
    run_all(do, "paper")
    assert verdicts(do) == {"mean": "agrees", "above": "differs"}
    assert verdicts(do, "--tier", "smoke")["mean"] == "not comparable"


def test_run_runs_every_seed_once_in_processes_of_their_own(do: Do, folder: Path) -> None:
    """The results are printed; the same command again has nothing to do."""
    code, out, err = do("replicate", "run", "dice", "--tier", "paper", "--workers", "1", "--seeds", "1")
    assert code == 0, err
    assert out.splitlines()[0] == "1 run, 0 finished before"
    assert "main:mean" in out
    assert str(folder / "run.py") in err
    code, out, _ = do("replicate", "run", "dice", "--tier", "paper", "--seeds", "1", "--json")
    assert (code, json.loads(out)) == (0, {"tier": "paper", "finished": 1, "runs": []})


def test_a_failing_run_is_told_with_its_last_words_and_retried_on_request(do: Do, folder: Path) -> None:
    """The exit code says so; its claims cannot agree while it is failed."""
    (folder / "run.py").write_text("def main(run):\n    raise ValueError('no dice')\n")
    code, _, err = do("replicate", "run", "dice", "--seeds", "1")
    assert code == 1
    assert "ValueError: no dice" in err
    assert set(verdicts(do, "--tier", "smoke").values()) == {"invalid"}


def test_a_dry_run_and_lines_for_other_engines_run_nothing(do: Do, folder: Path) -> None:
    """Each line is a whole command."""
    code, out, _ = do("replicate", "run", "dice", "--dry-run", "--json")
    assert code == 0
    assert len(json.loads(out)["to_run"]) == 3
    lines = do("replicate", "run", "dice", "--emit")[1].splitlines()
    assert len(lines) == 3
    assert lines[0].endswith("replicate run-one dice --tier smoke --variant main --seed 0")
    assert not list(folder.glob("runs/*/main/*/seed-*/run.json"))


def test_a_number_typed_into_a_record_is_never_counted(do: Do, folder: Path) -> None:
    """The seed is named, and its claims are invalid until it is run again."""
    run_all(do, "paper")
    record = next(folder.glob("runs/paper/main/*/seed-1/run.json"))
    edited = json.loads(record.read_text())
    edited["results"][0]["value"] = 3.5
    record.write_text(json.dumps(edited))
    found = json.loads(do("replicate", "compare", "dice", "--tier", "paper", "--json")[1])
    assert {claim["verdict"] for claim in found["claims"]} == {"invalid"}
    assert [run["seed"] for run in found["uncounted"]] == [1]


def test_a_report_is_written_with_every_number_from_the_runs(do: Do, folder: Path) -> None:
    """Markdown, page, PDF, badge, plots and results; the list shows the same headline."""
    run_all(do, "paper")
    code, out, err = do("replicate", "report", "dice", "--json")
    assert code == 0, err
    names = {path.rpartition("/")[2] for path in json.loads(out)["files"]}
    assert {"results.json", "REPORT.md", "report.html", "report.pdf", "badge.svg"} <= names
    mean = json.loads((folder / "results.json").read_text())["measures"]["main:mean"]["mean"]
    assert f"{mean:.3g}" in (folder / "REPORT.md").read_text()
    assert "agrees 1, differs 1" in do("replicate", "list")[1]


def test_verify_fails_on_a_difference_unless_it_is_known(do: Do, folder: Path, tmp_path: Path) -> None:
    """JUnit and SARIF say the same; a claim that says why it differs is skipped."""
    run_all(do, "paper")
    junit, sarif = tmp_path / "junit.xml", tmp_path / "out.sarif"
    code, out, _ = do("replicate", "verify", "--junit", str(junit), "--sarif", str(sarif))
    assert code == 1
    assert "dice: above" in out
    assert ET.fromstring(junit.read_text()).find(".//failure") is not None
    (result,) = json.loads(sarif.read_text())["runs"][0]["results"]
    assert result["ruleId"] == "claim-differs"
    (folder / "claims.toml").write_text(CLAIMS + 'known = "dice stop at six"\n')
    assert do("replicate", "verify")[0] == 0


def test_new_makes_a_replication_that_is_listed_and_never_written_over(do: Do, lab: Lab, tmp_path: Path) -> None:
    """A second one of the same name is refused, and the first stays as it is."""
    lab.adder().add(write_pdf(tmp_path / "a.pdf", "Throwing Otters", "dice otters", arxiv=f"{KEY}v1"))
    code, out, err = do("replicate", "new", KEY, "--kind", "blank", "--slug", "otters", "--json")
    assert code == 0, err
    made: dict[str, Any] = json.loads(out)
    assert made["kind"] == "blank"
    mine = lab.root / "replications" / "otters" / "run.py"
    mine.write_text("# mine\n")
    code, _, err = do("replicate", "new", KEY, "--kind", "blank", "--slug", "otters")
    assert code == 2
    assert mine.read_text() == "# mine\n"
    assert do("replicate", "new", KEY, "--slug", "../x")[0] == 2


def test_what_is_not_there_is_named(do: Do, folder: Path) -> None:
    """A replication, a tier, a variant; a file with an error says where."""
    assert "no replication 'cards'" in do("replicate", "compare", "cards")[2]
    assert do("replicate", "run", "dice", "--variant", "loaded")[0] == 2
    code, _, err = do("replicate", "compare", "dice", "--tier", "huge")
    assert code == 1
    assert "paper, smoke" in err
    (folder / "claims.toml").write_text(CLAIMS.replace("bound = 6", "bond = 6"))
    code, _, err = do("replicate", "compare", "dice")
    assert code == 4
    assert "claims.toml" in err
    assert "bond" in err


def test_metrics_of_another_tool_are_imported_once(do: Do, folder: Path, tmp_path: Path) -> None:
    """Each number keeps its file; the same folder again imports nothing."""
    (folder / "import.toml").write_text(IMPORT)
    for seed in range(3):
        (tmp_path / f"seed{seed}.csv").write_text(f"step,mean\n1,{3 + seed / 10}\n")
    code, out, err = do("replicate", "import", "dice", str(tmp_path), "--tier", "paper", "--json")
    assert code == 0, err
    assert json.loads(out)["imported"] == 3
    assert json.loads(do("replicate", "import", "dice", str(tmp_path), "--json")[1])["imported"] == 0
    found = json.loads(do("replicate", "compare", "dice", "--json")[1])
    assert found["measures"]["main:mean"]["values_by_seed"] == {"0": 3.0, "1": 3.1, "2": 3.2}
