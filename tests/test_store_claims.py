"""Claims in the index database."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from claim_cases import a_claim
from paperlab.store import Store
from paperlab.store.claims import ClaimFilter
from paperlab.types import ClaimRole, FrontMatter, Paper, PdfFile, Reading, SpreadMeaning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHA = "ab" * 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "paperlab.db")
    paper = Paper(key="2101.00001", title="Residual otters", pdf=PdfFile("paper.pdf", SHA, 10, 1))
    opened.papers.put([(paper, (1, 1))])
    opened.readings.put(SHA, Reading("reader", (), (), FrontMatter(title="Residual otters")), "chunker", [])
    yield opened
    opened.close()


def put(store: Store, *claims: object) -> None:
    (one,) = store.claims.missing(1) or [None]
    store.claims.put(one.reading_id if one else 1, 1, claims)  # type: ignore[arg-type]


def test_a_claim_comes_back_as_it_was_put(store: Store) -> None:
    """Every field survives, and the key is that of the paper whose PDF it is."""
    claim = a_claim("6.61", "ResNet", spread=0.16, spread_printed="0.16", spread_meaning=SpreadMeaning.SD, n=5)
    put(store, claim)
    assert store.claims.of("2101.00001") == [claim]


def test_a_reading_is_missing_until_its_claims_are_of_todays_extractor(store: Store) -> None:
    """A paper without claims is looked at once, not each time."""
    assert [one.key for one in store.claims.missing(1)] == ["2101.00001"]
    put(store)
    assert store.claims.missing(1) == []
    assert [one.title for one in store.claims.missing(2)] == ["Residual otters"]
    assert store.claims.missing(2, "2101.99999") == []


@pytest.mark.parametrize(
    ("wanted", "printed"),
    [
        (ClaimFilter(dataset="cifar10"), ["1.0", "2.0"]),
        (ClaimFilter(dataset="CIFAR"), ["1.0", "2.0", "3.0"]),
        (ClaimFilter(metric="error"), ["1.0", "3.0"]),
        (ClaimFilter(metric="error", method="otter-net"), ["1.0"]),
        (ClaimFilter(role=ClaimRole.SETUP), ["2.0"]),
        (ClaimFilter(keys=set()), []),
        (ClaimFilter(split="val"), []),
    ],
)
def test_claims_are_found_by_the_words_of_their_labels(store: Store, wanted: ClaimFilter, printed: list[str]) -> None:
    """CIFAR10 is CIFAR-10 and not CIFAR-100; error is a part of top-1 error and not of terror."""
    put(
        store,
        a_claim("1.0", "Otter Net", metric="top-1 error"),
        a_claim("2.0", "Otter", metric="terror", role=ClaimRole.SETUP),
        a_claim("3.0", "Otter", dataset="CIFAR-100"),
    )
    assert [claim.printed for claim in store.claims.select(wanted)] == printed


def test_the_view_shows_all_claims_to_any_database_tool(store: Store) -> None:
    """One row a number, with paper, place and value."""
    put(store, a_claim("6.43", "ResNet"))
    rows = sqlite3.connect(store.path).execute("SELECT key, title, method, dataset, metric, value, page FROM claims")
    assert list(rows) == [("2101.00001", "Residual otters", "ResNet", "CIFAR-10", "error", 6.43, 7)]


def test_claims_go_with_their_reading(store: Store) -> None:
    """A PDF that left the library leaves no claims behind."""
    put(store, a_claim("6.43", "ResNet"))
    store.readings.prune([])
    assert sqlite3.connect(store.path).execute("SELECT count(*) FROM claim").fetchone() == (0,)
    assert store.claims.select(ClaimFilter()) == []


def test_claims_that_are_put_again_take_the_place_of_the_old(store: Store) -> None:
    """Nothing stands twice."""
    put(store, a_claim("1.0", "a"), a_claim("2.0", "b"))
    put(store, replace(a_claim("3.0", "c"), id="T1.r1.c1"))
    assert [claim.printed for claim in store.claims.of("2101.00001")] == ["3.0"]
