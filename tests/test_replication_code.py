"""The hash of a replication's code: it changes with what the code does, and with nothing else."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from paperlab.replication.runs.code import code_files, code_sha256, file_sha256
from paperlab.replication.runs.environment import CHANGES, distributions, environment, save_changes, shortened

if TYPE_CHECKING:
    from pathlib import Path

CODE = '''"""About."""
import math

def area(r, names=("a", "b")):
    """Return an area."""
    if r > 0:
        return f"{math.pi * r:.2f} {names[0]}"
    return "none"
'''


def hashed(folder: Path, text: str) -> str:
    path = folder / "run.py"
    path.write_text(text)
    return file_sha256(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""About."""\n', '"""About something else."""\n# a comment\n'),
        ("Return an area.", "Return the area of a circle."),
        ("return f", "return  f"),
        ("    if r > 0:\n", "\n\n    if r > 0:  # a comment\n"),
        ('def area(r, names=("a", "b")):', 'def area(\n    r,\n    names=("a", "b")):'),
        ("    ", "  "),
    ],
)
def test_comments_docstrings_and_layout_are_not_code(tmp_path: Path, old: str, new: str) -> None:
    """A run need not be made again because somebody explained its code."""
    assert old in CODE
    assert hashed(tmp_path, CODE.replace(old, new)) == hashed(tmp_path, CODE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("r > 0", "r >= 0"),
        ('"none"', '"None"'),
        (":.2f", ":.3f"),
        ('    return "none"\n', '        return "none"\n'),
        ("math.pi * r", "math.pi * r * r"),
        ("names[0]", "names[1]"),
    ],
)
def test_all_that_acts_is_code(tmp_path: Path, old: str, new: str) -> None:
    """A number, a text, a format, an indent: each of them makes other code."""
    assert old in CODE
    assert hashed(tmp_path, CODE.replace(old, new)) != hashed(tmp_path, CODE)


def test_tests_and_runs_are_no_part_of_the_code(tmp_path: Path) -> None:
    """Every Python file of the folder counts but tests and what lies with the runs; a new name is new code."""
    for name in ("run.py", "method.py", "nets/resnet.py", "test_method.py", "runs/smoke/x.py", ".hidden/y.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(CODE)
    assert [path.relative_to(tmp_path).as_posix() for path in code_files(tmp_path)] == [
        "method.py",
        "nets/resnet.py",
        "run.py",
    ]
    before = code_sha256(tmp_path)
    (tmp_path / "test_method.py").write_text("x = 2\n")
    assert code_sha256(tmp_path) == before
    (tmp_path / "method.py").rename(tmp_path / "methods.py")
    assert code_sha256(tmp_path) != before


def test_what_is_no_python_has_a_hash_too(tmp_path: Path) -> None:
    """A file that cannot be read as Python is taken by its bytes; to run it fails elsewhere, with its line."""
    assert hashed(tmp_path, "def (:\n'''") != hashed(tmp_path, "def (:\n'''\n")


def test_changes_since_the_commit_are_kept(tmp_path: Path) -> None:
    """Beside a run lies how its code differed from the commit it names, new files included; nothing without git."""
    if shutil.which("git") is None:
        pytest.skip("no git here")
    folder, run = tmp_path / "code", tmp_path / "run"
    folder.mkdir()
    run.mkdir()
    (folder / "run.py").write_text("x = 1\n")
    assert save_changes(folder, run) == {}

    def git(*words: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
        subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    told = save_changes(folder, run)
    assert (len(told["git"]), told["git_changed"], (run / CHANGES).exists()) == (40, False, False)
    (folder / "run.py").write_text("x = 2\n")
    (folder / "method.py").write_text("y = 3\n")
    assert save_changes(folder, run)["git_changed"] is True
    text = (run / CHANGES).read_text()
    assert "-x = 1\n+x = 2\n" in text
    assert "+++ b/method.py\n@@ -0,0 +1,1 @@\n+y = 3\n" in text


def test_the_environment_names_no_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions and the machine stand in it; user, host and folders do not, nor in a log's text."""
    import getpass
    import platform
    from pathlib import Path

    found = environment(1)
    assert found["packages"]["paperlab-replicate"] == distributions()["paperlab-replicate"]
    assert found["packages_installed"] > 10
    assert len(found["packages_sha256"]) == 64
    told = str(found)
    assert "/" not in told.replace("/s", "")
    assert platform.node() not in told
    folder = tmp_path / "replications" / "dice"
    said = shortened(f"{folder}/run.py {Path.home()}/data", folder)
    assert said == "dice/run.py ~/data"
    monkeypatch.setenv("USER", getpass.getuser())
