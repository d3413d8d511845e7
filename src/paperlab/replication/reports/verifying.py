"""Verdicts as test results: cases, JUnit XML, SARIF and an exit code for continuous integration. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from paperlab.replication.compare import shown_outcome
from paperlab.replication.reports.report_parts import report_date, runs_behind
from paperlab.text import one_line
from paperlab.types import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from paperlab.types import Comparison, Verdict


class CaseStatus(StrEnum):
    """How a claim stands as a test."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Case:
    """One claim as a test case."""

    replication: str
    tier: str
    claim: str
    status: CaseStatus
    outcome: str
    """As it is printed, with the scale."""
    reason: str
    rule: str
    """With its version: `value v1`."""
    line: int
    """Of claims.toml, 1-based."""
    seconds: float = 0.0
    """Wall time of all runs behind it."""


_PASSED = {Outcome.AGREES, Outcome.BETTER, Outcome.OBSERVED}
_FAILED = {Outcome.DIFFERS, Outcome.INVALID}
_LEVELS = {Outcome.DIFFERS: "error", Outcome.INVALID: "error", Outcome.NOT_OBSERVED: "note"}
_RULES = {
    Outcome.DIFFERS: ("claim-differs", "A claim of a paper differs from what was measured at full scale."),
    Outcome.INVALID: ("runs-invalid", "The runs behind a claim cannot be used."),
    Outcome.NOT_OBSERVED: (
        "pattern-not-observed",
        "A pattern was not observed at reduced scale; this refutes nothing.",
    ),
}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def cases(*comparisons: Comparison) -> list[Case]:
    """Return every claim as a test case.

    One that differs, or whose runs cannot be used, fails. One that cannot be told, that was not run, that nobody
    confirmed, that is only compatible or that has another scale is skipped: neither proved nor refuted. So is one that
    differs and says in claims.toml why that is known.
    """
    return [_case(comparison, verdict) for comparison in comparisons for verdict in comparison.verdicts]


def exit_code(*comparisons: Comparison) -> int:
    """Return 1 where a claim fails, or where not one was judged; else 0."""
    states = {case.status for case in cases(*comparisons)}
    return int(CaseStatus.FAILED in states or CaseStatus.PASSED not in states)


def junit_xml(*comparisons: Comparison) -> str:
    """Return a JUnit report: a suite per replication, a case per claim."""
    suites = ET.Element("testsuites")
    for comparison in comparisons:
        _suite(suites, comparison)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def sarif(*comparisons: Comparison) -> dict[str, Any]:
    """Return a SARIF 2.1.0 log: an error per claim that fails, a note per pattern that was not observed.

    Places are lines of `replications/<slug>/claims.toml`, relative to the lab.
    """
    from paperlab import __version__

    rules = [{"id": name, "shortDescription": {"text": about}} for name, about in _RULES.values()]
    driver = {"name": "paperlab", "version": __version__, "rules": rules}
    results = [_result(c, verdict) for c in comparisons for verdict in c.verdicts if verdict.outcome in _RULES]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _case(comparison: Comparison, verdict: Verdict) -> Case:
    behind = runs_behind(comparison, verdict) if verdict.samples else ()
    return Case(
        replication=comparison.replication.slug,
        tier=comparison.tier.name,
        claim=verdict.claim.id,
        status=_status(verdict),
        outcome=shown_outcome(verdict),
        reason=one_line(verdict.reason + (f" Known: {verdict.claim.known}" if verdict.claim.known else "")),
        rule=f"{verdict.rule} v{verdict.version}" if verdict.rule else "",
        line=max(1, verdict.claim.line),
        seconds=sum(run.wall_seconds for run in behind),
    )


def _status(verdict: Verdict) -> CaseStatus:
    if verdict.outcome in _FAILED:
        is_known = verdict.outcome is Outcome.DIFFERS and verdict.claim.known
        return CaseStatus.SKIPPED if is_known else CaseStatus.FAILED
    return CaseStatus.PASSED if verdict.outcome in _PASSED else CaseStatus.SKIPPED


def _suite(suites: ET.Element, comparison: Comparison) -> None:
    found = cases(comparison)
    failed = sum(case.status is CaseStatus.FAILED for case in found)
    skipped = sum(case.status is CaseStatus.SKIPPED for case in found)
    name = f"{comparison.replication.slug} ({comparison.tier.name})"
    counts = {"tests": len(found), "failures": failed, "errors": 0, "skipped": skipped}
    suite = ET.SubElement(suites, "testsuite", {"name": one_line(name), **{key: str(n) for key, n in counts.items()}})
    suite.set("time", f"{sum(run.wall_seconds for run in comparison.runs):.3f}")
    if date := report_date(comparison):
        suite.set("timestamp", f"{date}T00:00:00")
    for case in found:
        _testcase(suite, case)


def _testcase(suite: ET.Element, case: Case) -> None:
    place = f"replications.{case.replication}"
    element = ET.SubElement(suite, "testcase", name=one_line(case.claim), classname=place, time=f"{case.seconds:.3f}")
    element.set("file", f"replications/{case.replication}/claims.toml")
    element.set("line", str(case.line))
    message = one_line(f"{case.outcome}: {case.reason}")
    if case.status is CaseStatus.FAILED:
        failure = ET.SubElement(element, "failure", message=message, type=case.outcome)
        failure.text = f"{message}\nrule: {case.rule}, tier: {case.tier}"
    elif case.status is CaseStatus.SKIPPED:
        ET.SubElement(element, "skipped", message=message)


def _result(comparison: Comparison, verdict: Verdict) -> dict[str, Any]:
    slug, claim = comparison.replication.slug, verdict.claim
    place = {
        "artifactLocation": {"uri": f"replications/{slug}/claims.toml"},
        "region": {"startLine": max(1, claim.line)},
    }
    text = one_line(f"{claim.id}: {shown_outcome(verdict)} ({comparison.tier.name} tier): {verdict.reason}")
    return {
        "ruleId": _RULES[verdict.outcome][0],
        "ruleIndex": list(_RULES).index(verdict.outcome),
        "level": _LEVELS[verdict.outcome],
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"claim/v1": f"{slug}/{comparison.tier.name}/{claim.id}"},
    }


def summary(found: Iterable[Case]) -> Iterator[str]:
    """Yield a line per case for a terminal: the status, the claim, why."""
    for case in found:
        yield f"{case.status.value:7}  {case.replication}: {case.claim}  {case.outcome}: {case.reason}"
