"""Settings: the file, then the environment, and an error that says where."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from paperlab.errors import BadFile, UsageError
from paperlab.settings import FILE, Settings, default_file, read_settings

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [entry.name for entry in fields(Settings) if entry.name != "keys"]


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Return a lab with this text as its settings."""
    (folder / FILE).write_bytes(text.encode(encoding))
    return folder


def test_without_a_file_or_variables_everything_has_its_default(tmp_path: Path) -> None:
    """A folder is enough."""
    assert read_settings(tmp_path, {}) == Settings()


def test_the_file_of_a_new_lab_changes_nothing_and_lists_every_key(tmp_path: Path) -> None:
    """It is all comments; uncommented, its lines are the defaults."""
    lab = written(tmp_path, default_file())
    assert read_settings(lab, {}) == Settings()

    lines = default_file().splitlines()
    written(tmp_path, "\n".join(line.removeprefix("# ") if " = " in line else line for line in lines))
    assert read_settings(lab, {}) == Settings()
    assert sum(" = " in line for line in lines) == len(NAMES)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """What is set for one command holds for that command, the rest of the file stays in force."""
    lab = written(tmp_path, '[index]\nembedder = "hashing"\nmax_pages = 7\n[arxiv]\ninterval = 4\noffline = true\n')
    given = {"PAPERLAB_INDEX_MAX_PAGES": "9", "PAPERLAB_ARXIV_OFFLINE": "no", "PAPERLAB_LAB": "x", "OTHER": "y"}

    settings = read_settings(lab, given)

    assert (settings.index_embedder, settings.index_max_pages) == ("hashing", 9)
    assert (settings.arxiv_interval, settings.arxiv_offline) == (4.0, False)
    assert isinstance(settings.arxiv_interval, float)


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """Some editors write one."""
    assert read_settings(written(tmp_path, "[search]\nlimit = 3\n", "utf-8-sig"), {}).search_limit == 3


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("[search]\nlimit = \n", 2, "not valid TOML"),
        ('[search]\nmode = "x', 2, "not valid TOML"),
        ("# a comment\n\n[search]\nlimits = 3\n", 4, "did you mean 'limit' under [search]"),
        ("[serch]\nlimit = 3\n", 2, "did you mean 'limit' under [search]"),
        ("qqq = 1\n", 1, "unknown setting '"),
        ("[[search]]\nlimit = 3\n", 1, "unknown setting '"),
        ('[search]\nlimit = "3"\n', 2, "must be a whole number, not '3'"),
        ("[search]\nlimit = true\n", 2, "must be a whole number"),
        ("[search]\nlimit = 0\n", 2, "from 1 up"),
        ("[search]\nlimit = -3\n", 2, "from 1 up"),
        ("[search]\nmode = 3\n", 2, "must be text"),
        ('[arxiv]\noffline = "false"\n', 2, "must be true or false"),
        ("[arxiv]\ninterval = nan\n", 2, "from 0 up"),
        ("[arxiv]\ninterval = inf\n", 2, "from 0 up"),
        ("[arxiv]\ninterval = -1\n", 2, "from 0 up"),
        ("[index.embedder]\nname = 1\n", 1, "must be text"),
    ],
)
def test_an_error_in_the_file_names_file_and_line(tmp_path: Path, text: str, line: int, why: str) -> None:
    """The message leads to the place and says what belongs there."""
    with pytest.raises(BadFile) as caught:
        read_settings(written(tmp_path, text), {})

    assert str(caught.value).startswith(f"{tmp_path / FILE}:{line}: ")
    assert why in caught.value.why


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("SEARCH_LIMIT", "many", "must be a whole number, not 'many'"),
        ("SEARCH_LIMIT", "0", "from 1 up"),
        ("ARXIV_INTERVAL", "soon", "must be a number, not 'soon'"),
        ("ARXIV_INTERVAL", "nan", "from 0 up"),
        ("ARXIV_OFFLINE", "perhaps", "must be true or false, not 'perhaps'"),
    ],
)
def test_an_error_in_a_variable_names_the_variable(tmp_path: Path, name: str, value: str, why: str) -> None:
    """The words are ours, not those of a failed conversion."""
    with pytest.raises(UsageError, match=f"PAPERLAB_{name}.*{why}"):
        read_settings(tmp_path, {f"PAPERLAB_{name}": value})


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("", False), ("Off", False)]
)
def test_switches_are_taken_in_the_usual_words(tmp_path: Path, text: str, value: bool) -> None:
    """Nobody has to remember which word for yes it was."""
    assert read_settings(tmp_path, {"PAPERLAB_ARXIV_OFFLINE": text}).arxiv_offline is value


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_says_what_it_is_for(name: str) -> None:
    """Its line in the file is the documentation."""
    line = next(line for line in default_file().splitlines() if line.startswith(f"# {name.partition('_')[2]} = "))

    assert len(line.rpartition("  # ")[2]) > 5
