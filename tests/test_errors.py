"""The tree of errors: one line each, the documented exit code, and still themselves after a journey."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab import errors
from paperlab.errors import PaperlabError

WHEN = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
EXAMPLES: list[tuple[PaperlabError, int, str]] = [
    (errors.PaperlabError("no"), 1, "no"),
    (errors.NotFound("nothing"), 1, "nothing"),
    (errors.UsageError("words"), 2, "words"),
    (errors.BadId("x y", "it has spaces"), 2, "'x y'"),
    (errors.AmbiguousKey("23", ["2301.1", "2302.2"]), 2, "2301.1, 2302.2"),
    (errors.NoLab(Path("here")), 2, "paperlab init here"),
    (errors.NotNow("later"), 3, "later"),
    (errors.Offline("no net"), 3, "no net"),
    (errors.Throttled("arxiv.org", WHEN), 3, "2026-11-21 12:30:00"),
    (errors.Busy("held"), 3, "held"),
    (errors.NoSpace("full"), 3, "full"),
    (errors.PdfMissing("2306.01708"), 3, "paperlab fetch 2306.01708"),
    (errors.BadInput("bad"), 4, "bad"),
    (errors.BadFile("a.toml", 7, "odd"), 4, "a.toml:7: odd"),
    (errors.BadFile(Path("a.toml"), None, "odd"), 4, "a.toml: odd"),
    (errors.BadDownload("html"), 4, "html"),
    (errors.UnreadablePdf("a.pdf", "scan", "no text"), 4, "no text"),
]
each = pytest.mark.parametrize(("error", "code", "words"), EXAMPLES, ids=lambda value: type(value).__name__)


def test_every_error_of_the_tree_has_an_example_here() -> None:
    """A new error cannot be added without saying its exit code and its words."""
    tree = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, PaperlabError)}

    assert {type(error) for error, _, _ in EXAMPLES} == tree
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in tree)


@each
def test_an_error_is_one_line_and_has_its_exit_code(error: PaperlabError, code: int, words: str) -> None:
    """Scripts rely on the number, people on the line."""
    assert error.exit_code == code
    assert words in str(error)
    assert "\n" not in str(error)


@each
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_survives_being_copied_or_sent(error: PaperlabError, code: int, words: str, copied: object) -> None:
    """Class, message and what it is about arrive whole, in another process too."""
    twin = copied(error)  # type: ignore[operator]

    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)


def test_a_prefix_that_fits_many_papers_names_five_of_them() -> None:
    """The line stays short in a library of thousands, and says how many there are."""
    error = errors.AmbiguousKey("2", [f"2.{n}" for n in range(900)])

    assert "fits 900 papers (2.0, 2.1, 2.2, 2.3, 2.4, ...)" in str(error)
    assert len(error.keys) == 900
