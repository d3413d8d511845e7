"""How far a reader got: `reading.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paperlab.errors import BadFile, NotFound, NotNow
from paperlab.library import Library
from paperlab.library.progress import Progress
from paperlab.types import Paper, ReadingProgress

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

KEY = "2401.00001"


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    library = Library(tmp_path / "papers")
    library.save(Paper(KEY, "A title"))
    return Progress(library)


def test_position_and_time_are_kept_apart(progress: Progress) -> None:
    """The place is the last one, time adds up by day, in order of the days."""
    assert progress.load(KEY) == ReadingProgress()

    progress.save_position(KEY, 3, "The gauge was\nread again")
    progress.add_seconds(KEY, "2026-11-22", 40)
    progress.add_seconds(KEY, "2026-11-21", 5)
    progress.add_seconds(KEY, "2026-11-22", 20)
    progress.add_seconds(KEY, "2026-11-22", 0)

    assert progress.load(KEY) == ReadingProgress(3, "The gauge was read again", (("2026-11-21", 5), ("2026-11-22", 60)))
    progress.save_position(KEY, None)
    assert progress.load(KEY).page is None


def test_what_a_person_wrote_stays(progress: Progress) -> None:
    """Comments and keys that are not ours."""
    progress.path(KEY).write_text('# mine\nmood = "good"\npage = 2  # here\n[seconds]\n2026-11-20 = 7 # short\n')

    progress.save_position(KEY, 4, "words")
    progress.add_seconds(KEY, "2026-11-21", 9)

    text = progress.path(KEY).read_text(encoding="utf-8")
    for part in ("# mine", 'mood = "good"', "page = 4", "# here", "# short"):
        assert part in text
    assert progress.load(KEY) == ReadingProgress(4, "words", (("2026-11-20", 7), ("2026-11-21", 9)))


def test_the_same_again_writes_nothing(progress: Progress) -> None:
    """Others watch the file's stamp."""
    progress.save_position(KEY, 4, "words")
    before = progress.path(KEY).stat().st_mtime_ns

    progress.save_position(KEY, 4, "words")

    assert progress.path(KEY).stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("page = ", 1, "not valid TOML"),
        ("x = 1\n<<<<<<< ours\npage = 1\n=======\n", 2, "a merge was left unfinished"),
        ("x = 1\npage = 0\n", 2, "page must be"),
        ("quote = 3\n", 1, "quote must be"),
        ("seconds = 3\n", 1, "seconds must be"),
        ("[seconds]\n2026-11-22 = -1\n", 2, "2026-11-22 = 300"),
        ("[seconds]\nmonday = 1\n", 2, "2026-11-22 = 300"),
    ],
)
def test_a_broken_file_names_its_line_and_is_never_written_over(
    progress: Progress, text: str, line: int, why: str
) -> None:
    """Reading and writing say what is wrong."""
    progress.path(KEY).write_text(text)

    with pytest.raises(BadFile, match=why) as caught:
        progress.load(KEY)
    assert caught.value.line == line
    with pytest.raises(BadFile):
        progress.save_position(KEY, 1, "")
    with pytest.raises(BadFile):
        progress.add_seconds(KEY, "2026-11-22", 3)
    assert progress.path(KEY).read_text() == text


def test_a_file_that_cannot_be_changed_stays(progress: Progress) -> None:
    """What only reading copes with is said in a line."""
    text = "mine = " + "{a = " * 150 + "1" + "}" * 150 + "\n"
    progress.path(KEY).write_text(text)

    assert progress.load(KEY) == ReadingProgress()
    with pytest.raises(BadFile, match="cannot be changed"):
        progress.save_position(KEY, 1, "")
    assert progress.path(KEY).read_text() == text


def test_hostile_words_are_one_clean_line(progress: Progress) -> None:
    """The words at the top come out of a PDF."""
    progress.save_position(KEY, 1, "\x1b[31mred\n👩‍🔬 " + "x" * 10_000)

    assert progress.load(KEY).quote.startswith("red ")
    assert len(progress.load(KEY).quote) == 200


def test_no_paper_and_no_right_to_write(
    progress: Progress, read_only: Callable[[Path], AbstractContextManager[None]]
) -> None:
    """Both are said in a line; nothing is made."""
    with pytest.raises(NotFound):
        progress.save_position("2401.99999", 1, "")
    with read_only(progress.path(KEY).parent), pytest.raises(NotNow):
        progress.save_position(KEY, 1, "")
    assert not progress.path(KEY).exists()
