"""Replications as pytest items: `pytest -p paperlab.replication.pytest_plugin replications/`.

Every claims.toml that lies beside a replication.toml is a file of tests, a claim a test. Nothing is run: the claims
are held against the runs that are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from paperlab.errors import PaperlabError
from paperlab.replication.reports.verifying import CaseStatus, cases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from pathlib import Path

    from paperlab.replication.reports.verifying import Case


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the tier."""
    parser.getgroup("replications").addoption(
        "--replication-tier", metavar="NAME", default=None, help="Hold claims against the runs of this tier."
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Collect the claims of a replication."""
    if file_path.name == "claims.toml" and (file_path.parent / "replication.toml").is_file():
        return ClaimsFile.from_parent(parent, path=file_path)
    return None


class ClaimsFile(pytest.File):
    """The claims.toml of one replication."""

    def collect(self) -> Iterator[ClaimItem]:
        """Yield a test per claim; an error in a file of the replication is an error of the collection."""
        from paperlab.replication.compare import compare_folder

        try:
            comparison = compare_folder(self.path.parent, self.config.getoption("--replication-tier"))
        except PaperlabError as error:
            raise self.CollectError(str(error)) from error
        for case in cases(comparison):
            yield ClaimItem.from_parent(self, name=case.claim, case=case)


class ClaimDiffers(Exception):
    """A claim failed; the message says why."""


class ClaimItem(pytest.Item):
    """One claim, judged from the runs that are there."""

    def __init__(self, *, case: Case, **how: Any) -> None:
        super().__init__(**how)
        self.case = case

    def runtest(self) -> None:
        """Fail or skip with the verdict's reason."""
        message = f"{self.case.outcome}: {self.case.reason}"
        if self.case.status is CaseStatus.SKIPPED:
            pytest.skip(message)
        if self.case.status is CaseStatus.FAILED:
            raise ClaimDiffers(message)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the verdict alone: where in this file it was raised helps nobody."""
        if isinstance(excinfo.value, ClaimDiffers):
            return f"{self.case.claim} {excinfo.value}\nrule: {self.case.rule}, tier: {self.case.tier}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """Return where the claim stands, 0-based, and its name."""
        return self.path, self.case.line - 1, f"{self.case.replication}: {self.case.claim}"
