"""A replication's folder: made whole or not at all, never written over, safe from what papers and templates say."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from paperlab.errors import UsageError
from paperlab.replication.claims_file import read_claims
from paperlab.replication.files import read_replication, read_tier
from paperlab.replication.scaffolding import scaffold as scaffolding
from paperlab.replication.scaffolding.recipe_sentences import RecipeSentence
from paperlab.replication.scaffolding.scaffold import scaffold, slug_of
from paperlab.types import CellAt, Claim, ClaimRole, Direction, Paper

if TYPE_CHECKING:
    from pathlib import Path

PAPER = Paper(key="2401.00001", title="Averaging Weights of Tuned Models", version=2)
HOSTILE = [
    "A {{ 7*7 }} title {% raise %} with \"quotes\", 'others' and \\backslashes\\",
    "Lines\nand\r\nmore\n# Heading\n[[deviation]]\nwhat = 1",
    "```\n<script>alert(1)</script> [link](javascript:x) | cell | ![p](q)",
    '"""\nimport os\n"""',
    "\x1b[31mred\x1b[0m \u202eleft\x00 {#",
    "Ω≈ç√ 学习 😀",
    "%}{{}}{%",
    "x" * 5000,
    " \n\t ",
]

RUN_PY = '"""Does nothing."""\n\n\ndef main(run):\n    run.result("one", 1)\n'


def own_template(folder: Path, config: str = "{}\n", **files: str) -> Path:
    """Write a copier template; `files` by name, `__` for a slash and `_dot_` for a dot."""
    folder.mkdir(parents=True)
    (folder / "copier.yml").write_text(config)
    given = {"run_dot_py": RUN_PY, "tiers__smoke_dot_toml": "seeds = [0]\n"} | files
    for name, text in given.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def a_claim(method: str = "RouteNet") -> Claim:
    """Return a claim out of a table."""
    fields: dict[str, Any] = {"method": method, "dataset": "Shapes", "split": "", "metric": "accuracy"}
    place: dict[str, Any] = {"page": 4, "box": (1.0, 2.0, 3.0, 4.0), "sha256": "ab" * 32}
    cell = CellAt("2", 3, 1, method, "accuracy")
    found = {"direction": Direction.HIGHER, "printed": "88.1", "value": 88.1, "own": True, "cell": cell}
    return Claim("T2.r3.c1", PAPER.key, ClaimRole.RESULT, **fields, **place, **found)


def test_it_says_which_files_it_wrote(tmp_path: Path) -> None:
    """By name, in the folder of the name asked for, and nothing else is left beside it."""
    files = scaffold(tmp_path, "averaging", paper=PAPER, kind="blank")
    assert [path.relative_to(tmp_path / "averaging").as_posix() for path in files] == [
        "README.md",
        "claims.toml",
        "method.py",
        "replication.toml",
        "run.py",
        "test_method.py",
        "tiers/cpu.toml",
        "tiers/paper.toml",
        "tiers/smoke.toml",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["averaging"]


def test_the_paper_s_claims_stand_before_the_template_s_examples(tmp_path: Path) -> None:
    """Both as proposals, the paper's with their place."""
    scaffold(tmp_path, "one", paper=PAPER, kind="blank", claims=[a_claim()])
    claims = read_claims(tmp_path / "one" / "claims.toml")
    assert [claim.id for claim in claims] == ["T2.r3.c1", "example-error"]
    assert {claim.status for claim in claims} == {"proposed"}
    assert (claims[0].evidence.table, claims[0].evidence.page, claims[0].evidence.claim) == ("2", 4, "T2.r3.c1")


def test_the_readme_lists_what_the_paper_says_about_settings_as_unverified(tmp_path: Path) -> None:
    """Each sentence with its page; without any it says so."""
    sentences = [RecipeSentence("learning rate", "The learning rate was 0.1 * t_0.", 5)]
    scaffold(tmp_path, "one", paper=PAPER, kind="blank", sentences=sentences, today="2026-11-21")
    text = (tmp_path / "one" / "README.md").read_text(encoding="utf-8")
    assert "- **learning rate** (unverified: hold it against page 5): The learning rate was 0.1 \\* t_0." in text
    assert "Made on 2026-11-21" in text
    scaffold(tmp_path, "two", paper=PAPER, kind="blank")
    assert "No sentence about settings was found" in (tmp_path / "two" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_words_of_a_paper_are_data_and_never_syntax(text: str, tmp_path: Path) -> None:
    """Titles, sentences and labels with any marks leave TOML, Markdown and Python in order."""
    paper = Paper(key="2401.00001", title=text)
    sentence = RecipeSentence("batch size", text, 3)
    scaffold(tmp_path, "one", paper=paper, kind="blank", claims=[a_claim(text)], sentences=[sentence])
    folder = tmp_path / "one"
    replication = read_replication(folder)
    assert replication.title
    assert replication.title.isprintable()
    assert replication.deviations == ()
    assert "49" not in replication.title
    assert len(read_claims(folder / "claims.toml")) == 2
    for path in folder.glob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"))
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert [line for line in readme.splitlines() if line.startswith("#")] == [
        readme.splitlines()[0],
        "## What runs already",
        "## What to do next",
        "## What the paper says about its settings",
    ]
    assert readme.count("\n```") == 2
    assert "<script" not in readme.replace("\\<script", "")


@pytest.mark.parametrize("there", ["file in it", "file", "link"])
def test_what_is_there_is_never_written_over(there: str, tmp_path: Path) -> None:
    """A folder with anything in it, a file or a link of that name stays as it is."""
    folder = tmp_path / "one"
    if there == "file in it":
        folder.mkdir()
        (folder / "run.py").write_text("mine")
    elif there == "file":
        folder.write_text("mine")
    else:
        (tmp_path / "elsewhere").mkdir()
        folder.symlink_to(tmp_path / "elsewhere")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="never written over"):
        scaffold(tmp_path, "one", paper=PAPER, kind="blank")
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """Nothing is lost by that."""
    (tmp_path / "one").mkdir()
    assert scaffold(tmp_path, "one", paper=PAPER, kind="blank")


def test_when_it_fails_nothing_half_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error between two files leaves no folder, and the next attempt works."""

    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(scaffolding, "_render", break_off)
        with pytest.raises(KeyboardInterrupt):
            scaffold(tmp_path, "one", paper=PAPER, kind="blank")
    assert list(tmp_path.iterdir()) == []
    assert scaffold(tmp_path, "one", paper=PAPER, kind="blank")


def test_what_a_killed_one_left_is_taken_away(tmp_path: Path) -> None:
    """Killed between the files it leaves no replication, and the next attempt begins anew."""
    program = (
        "import os, sys\nfrom pathlib import Path\n"
        "from paperlab.replication.scaffolding import scaffold as s\nfrom paperlab.types import Paper\n"
        "whole = s._render\n"
        "def killed(*given):\n    whole(*given)\n    os._exit(9)\n"
        "s._render = killed\n"
        "s.scaffold(Path(sys.argv[1]), 'one', paper=Paper(key='k', title='t'), kind='blank')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], env=dict(os.environ), timeout=120, check=False
    )
    assert done.returncode == 9
    assert not (tmp_path / "one").exists()
    assert list(tmp_path.iterdir())
    scaffold(tmp_path, "one", paper=PAPER, kind="blank")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_an_own_template_gives_what_it_gives_and_the_rest_is_shared(tmp_path: Path) -> None:
    """Its files come before ours, and its words about itself go into the shared ones."""
    config = (
        "_templates_suffix: .jinja\n"
        "about: {type: str, when: false, default: Weighs apples.}\n"
        "facts: {type: str, when: false, default: 'apples a]b scale'}\n"
        "colour: {type: str, default: red}\n"
    )
    files = {"notes_dot_txt_dot_jinja": "{{ slug }} {{ key }} {{ kind }} {{ colour }}\n", "README_dot_md": "mine\n"}
    template = own_template(tmp_path / "mine", config, **files)
    scaffold(tmp_path, "one", paper=PAPER, kind="fruit", template=template)
    folder = tmp_path / "one"
    assert (folder / "notes.txt").read_text() == "one 2401.00001 fruit red\n"
    assert (folder / "README.md").read_text() == "mine\n"
    assert (folder / "run.py").read_text() == RUN_PY
    replication = read_replication(folder)
    assert (replication.about, replication.kind) == ("Weighs apples.", "fruit")
    assert replication.protocols == {"paper": {"apples": "?", "scale": "?"}}
    assert read_claims(folder / "claims.toml") == ()
    assert read_tier(folder, "smoke").seeds == (0,)


def test_a_lab_s_own_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    """And adds kinds of its own."""
    own_template(tmp_path / ".templates" / "blank")
    own_template(tmp_path / ".templates" / "fruit")
    for kind in ("blank", "fruit"):
        scaffold(tmp_path, f"of-{kind}", paper=PAPER, kind=kind)
        assert (tmp_path / f"of-{kind}" / "run.py").read_text() == RUN_PY


def test_a_template_in_git_is_taken_as_it_lies_there(tmp_path: Path) -> None:
    """Not its last tagged version, and git need not be installed."""
    template = own_template(tmp_path / "mine")
    (template / ".git").mkdir()
    (template / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    scaffold(tmp_path, "one", paper=PAPER, kind="fruit", template=template)
    assert not (tmp_path / "one" / ".git").exists()


# Where rendering breaks off, copier leaves a folder's iterator to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("config", "files", "message"),
    [
        ("_tasks: ['touch pwned']\n", {}, "refused"),
        ("_jinja_extensions: [os.path]\n", {}, "refused"),
        ("_migrations: ['touch pwned']\n", {}, "refused"),
        ("_migrations: [{version: v1.0.0, before: ['touch pwned']}]\n", {}, "refused"),
        ("a: [\n", {}, "cannot be rendered"),
        ("- a\n", {}, "cannot be rendered"),
        ("a: {type: str}\n", {}, "cannot be rendered"),
        ("_templates_suffix: .jinja\n", {"x_dot_txt_dot_jinja": "{{ 1 +"}, "cannot be rendered"),
        ("_templates_suffix: .jinja\n", {"x_dot_txt_dot_jinja": "{{ ''.__class__.__mro__ }}"}, "cannot be rendered"),
        ("_exclude: [run.py, copier.yml]\n", {}, "gives no run.py"),
        ("_exclude: [tiers, copier.yml]\n", {}, "gives no tiers"),
    ],
    ids=[
        "tasks",
        "extensions",
        "migrations",
        "old migrations",
        "no yaml",
        "a list",
        "asks",
        "no jinja",
        "escapes",
        "no run.py",
        "no tiers",
    ],
)
def test_a_template_that_cannot_or_may_not_be_used_is_refused(
    config: str, files: dict[str, str], message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It runs nothing of its own, and what is wrong with it is said; no folder is left."""
    template = own_template(tmp_path / "mine", config, **files)
    with pytest.raises(UsageError, match=message) as raised:
        scaffold(tmp_path, "one", paper=PAPER, kind="fruit", template=template)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert "\n" not in str(raised.value)
    assert "paperlab-" not in str(raised.value)  # the copy that was rendered
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("where", ["../secret", "../secrets", ".", "../one/.."], ids=["file", "folder", "self", "up"])
def test_a_link_out_of_a_template_is_refused(where: str, tmp_path: Path) -> None:
    """What lies elsewhere on this machine does not get into a replication; a link within the template does."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "one").mkdir()
    template = own_template(tmp_path / "mine")
    (template / "same.py").symlink_to("run.py")
    scaffold(tmp_path / "lab", "fine", paper=PAPER, kind="fruit", template=template)
    assert (tmp_path / "lab" / "fine" / "same.py").read_text() == RUN_PY
    (template / "link").symlink_to(where)
    with pytest.raises(UsageError, match="its link link leads out of it, or in a circle"):
        scaffold(tmp_path / "lab", "one", paper=PAPER, kind="fruit", template=template)
    assert not (tmp_path / "lab" / "one").exists()


def test_a_trusted_place_does_not_let_a_template_run_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's copier settings are for copier."""
    settings = tmp_path / "settings.yml"
    settings.write_text("trust: ['/', '~/']\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    template = own_template(tmp_path / "mine", "_tasks: ['touch pwned']\n")
    with pytest.raises(UsageError, match="refused"):
        scaffold(tmp_path / "lab", "one", paper=PAPER, kind="fruit", template=template)


@pytest.mark.parametrize("kind", ["fruit", "../mine", "", "shared"])
def test_a_kind_without_template_is_named_with_those_there_are(kind: str, tmp_path: Path) -> None:
    """A path is no kind, and what all templates share is none."""
    own_template(tmp_path / "mine")
    own_template(tmp_path / "lab" / ".templates" / "vegetables")
    with pytest.raises(UsageError, match=r"blank, vegetables"):
        scaffold(tmp_path / "lab", "one", paper=PAPER, kind=kind)


def test_a_folder_that_is_no_template_is_refused(tmp_path: Path) -> None:
    """It must have a copier.yml: nobody's home folder is copied by mistake."""
    with pytest.raises(UsageError, match=r"copier\.yml"):
        scaffold(tmp_path / "lab", "one", paper=PAPER, kind="blank", template=tmp_path)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Git Re-Basin: Merging Models modulo Permutation Symmetries", "git-re-basin"),
        ("Averaging Weights of Tuned Models", "averaging-weights-of-tuned-models"),
        ("KAN: Kolmogorov–Arnold Networks", "kan-kolmogorov-arnold-networks"),
        ("Über die Größe der Wörter", "uber-die-große-der-worter".replace("ß", "ss")),
        ("../../etc/passwd", "etc-passwd"),
        ("学习", "2401-00001"),
        ("", "2401-00001"),
        (
            "The Unreasonable Effectiveness of Extraordinarily Long Titles in Science",
            "the-unreasonable-effectiveness-of",
        ),
    ],
)
def test_the_name_is_made_of_the_title_s_first_part(title: str, slug: str) -> None:
    """Short, in lower-case words of ASCII, a safe name for a folder; without such words the key."""
    assert slug_of(Paper(key="2401.00001", title=title)) == slug
