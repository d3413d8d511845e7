"""Verdicts as tests: JUnit, SARIF, the exit code and the pytest plugin say the same of each claim."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from paperlab.errors import BadFile
from paperlab.replication.reports.verifying import CaseStatus, cases, exit_code, junit_xml, sarif, summary
from paperlab.types import Comparison, Outcome
from told_replications import REDUCED, agrees, comparison, ordering, reduced, replication, value_claim, verdict

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["pytester"]

STATES = {
    Outcome.AGREES: CaseStatus.PASSED,
    Outcome.BETTER: CaseStatus.PASSED,
    Outcome.OBSERVED: CaseStatus.PASSED,
    Outcome.DIFFERS: CaseStatus.FAILED,
    Outcome.INVALID: CaseStatus.FAILED,
}


def all_outcomes() -> Comparison:
    """Return a comparison with one claim of every outcome, on lines of their own."""
    found = [verdict(replace(value_claim(o.name), line=10 * i), o) for i, o in enumerate(Outcome)]
    return comparison(*found)


def test_only_what_differs_or_cannot_be_used_fails() -> None:
    """What is neither proved nor refuted is skipped."""
    for case, outcome in zip(cases(all_outcomes()), Outcome, strict=True):
        assert case.status is STATES.get(outcome, CaseStatus.SKIPPED), outcome
        assert case.reason == f"this is why it {outcome.value}"


def test_the_exit_code_is_good_only_where_something_was_judged() -> None:
    """A replication that was never run does not pass; a claim that fails in one of several counts for all."""
    nothing = comparison(verdict(value_claim(), Outcome.NOT_RUN))

    assert exit_code(comparison(agrees(), verdict(value_claim("x"), Outcome.CANNOT_TELL))) == 0
    assert exit_code(reduced()) == 0
    assert exit_code(nothing) == 1
    assert exit_code() == 1
    assert exit_code(comparison(agrees()), comparison()) == 1


def test_junit_has_a_case_per_claim_with_its_reason() -> None:
    """Counts fit; a failure and a skip carry the sentence."""
    root = ET.fromstring(junit_xml(all_outcomes()))
    (suite,) = root

    assert suite.attrib["tests"] == str(len(Outcome)) == str(len(suite.findall("testcase")))
    assert suite.attrib["failures"] == "2" == str(len(suite.findall("testcase/failure")))
    assert suite.attrib["skipped"] == str(len(suite.findall("testcase/skipped"))) == str(len(Outcome) - 5)
    assert suite.attrib["errors"] == "0"
    failure = suite.find("testcase[@name='DIFFERS']/failure")
    assert failure is not None
    assert failure.attrib["message"] == "differs: this is why it differs"
    skip = suite.find("testcase[@name='CANNOT_TELL']/skipped")
    assert skip is not None
    assert skip.attrib["message"] == "cannot tell: this is why it cannot tell"


def test_junit_of_several_replications_has_a_suite_for_each() -> None:
    """With the date of their last run, and the time that the runs took."""
    root = ET.fromstring(junit_xml(comparison(), reduced()))

    assert [suite.attrib["name"] for suite in root] == ["weave (cpu)", "weave (cpu)"]
    assert root[0].attrib["timestamp"] == "2026-11-24T00:00:00"
    assert root[0].attrib["time"] == "2640.000"


def test_junit_is_well_formed_whatever_the_words() -> None:
    """Control characters have no place in XML."""
    odd = 'a "b" <c> & \x00\x1b[31m\ud800\n]]>'
    told = comparison(replace(agrees(), outcome=Outcome.DIFFERS, reason=odd))

    root = ET.fromstring(junit_xml(told).encode())

    assert 'a "b" <c> &' in root.find("testsuite/testcase/failure").attrib["message"]  # type: ignore[union-attr]


def test_sarif_has_what_its_schema_requires() -> None:
    """Version, tool, results with message, rule and place; all relative to the lab."""
    log = json.loads(json.dumps(sarif(all_outcomes())))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]

    assert log["version"] == "2.1.0"
    assert "sarif-schema-2.1.0" in log["$schema"]
    assert run["tool"]["driver"]["name"] == "paperlab"
    assert all(rule["id"] and rule["shortDescription"]["text"] for rule in rules)
    assert [result["level"] for result in run["results"]] == ["error", "note", "error"]
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert place["artifactLocation"]["uri"] == "replications/weave/claims.toml"
        assert place["region"]["startLine"] >= 1


def test_sarif_names_the_line_of_the_claim_and_knows_it_again() -> None:
    """Fingerprints stay when lines move, so that a finding is not a new one each time."""
    differs = Outcome.DIFFERS
    first, second = (
        sarif(comparison(verdict(replace(value_claim("T3"), line=n), differs)))["runs"][0]["results"][0] for n in (3, 7)
    )

    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert first["partialFingerprints"] == second["partialFingerprints"]
    assert first["message"]["text"] == "T3: differs (cpu tier): this is why it differs"


def test_an_empty_sarif_log_is_a_log() -> None:
    """Nothing found is a result, too."""
    assert sarif(comparison(agrees()))["runs"][0]["results"] == []


def test_a_terminal_gets_a_line_per_claim() -> None:
    """Status first."""
    lines = list(summary(cases(comparison(agrees(), ordering(Outcome.OBSERVED, scope=REDUCED)))))

    assert lines == [
        "passed   weave: T3-loss  agrees: this is why it agrees",
        "passed   weave: S5-order  pattern observed (reduced): this is why it pattern observed",
    ]


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    """Return a folder with one replication's files."""
    folder = pytester.path / "replications" / "weave"
    folder.mkdir(parents=True)
    (folder / "replication.toml").touch()
    (folder / "claims.toml").touch()
    return folder


def collected(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, told: Any, *options: str) -> Any:
    """Run pytest with the plugin on a folder whose comparison is `told`."""

    def compare_folder(folder: Path, tier: str | None = None) -> Comparison:
        asked.append((folder.name, tier))
        if isinstance(told, Exception):
            raise told
        return told  # type: ignore[no-any-return]

    asked: list[tuple[str, str | None]] = []
    real = sys.modules["paperlab.replication.compare"]
    monkeypatch.setattr(real, "compare_folder", compare_folder)
    plugin = ("-p", "paperlab.replication.pytest_plugin", "-p", "no:randomly", "-p", "no:cacheprovider")
    result = pytester.runpytest_inprocess(*plugin, "-rs", "replications", *options)
    return SimpleNamespace(result=result, asked=asked)


def test_pytest_takes_every_claim_for_a_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """With the verdict's sentence where it fails or is skipped, and no traceback."""
    got = collected(pytester, monkeypatch, all_outcomes(), "--replication-tier", "cpu")

    got.result.assert_outcomes(passed=3, failed=2, skipped=len(Outcome) - 5)
    got.result.stdout.fnmatch_lines(["*DIFFERS differs: this is why it differs", "*rule: value v1, tier: cpu"])
    got.result.stdout.fnmatch_lines(["*cannot tell: this is why it cannot tell*"])
    assert "Traceback" not in got.result.stdout.str()
    assert got.asked == [(folder.name, "cpu")]


def test_a_file_with_an_error_is_an_error_of_the_collection(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """One clear line, not a traceback, and not a green run."""
    got = collected(pytester, monkeypatch, BadFile(folder / "claims.toml", 3, "a claim has no id"))

    got.result.assert_outcomes(errors=1)
    got.result.stdout.fnmatch_lines(["*claims.toml:3: a claim has no id"])
    assert "Traceback" not in got.result.stdout.str()


def test_a_claims_file_of_something_else_is_left_alone(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """Only beside a replication.toml is it ours."""
    (folder / "replication.toml").unlink()

    got = collected(pytester, monkeypatch, comparison(replication=replication()))

    assert got.asked == []
