"""What a command pays for: heavy libraries are imported by the work that needs them, and by nothing else."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import paperlab
from paperlab import types
from paperlab.cli.app import paperlab as command_line
from paperlab.errors import UsageError
from paperlab.plugins import OURS, plugin
from paperlab.types import Chunk, FrontMatter, PageBox, PageSize, Paper, PdfFile, Reading

if TYPE_CHECKING:
    from paperlab.lab import Lab

HEAVY = frozenset(
    "torch sentence_transformers transformers faiss pymupdf onnx onnxruntime onnxscript tokenizers textual matplotlib "
    "numpy tantivy requests arxiv sqlite_utils bibtexparser markdown_it tomlkit".split()
)
SOURCE = Path(paperlab.__file__).parent
ROOT = Path(__file__).parents[1]


def imported(statement: str, *arguments: str) -> set[str]:
    """Return the heavy libraries that a new process imports for a statement; commands leave by SystemExit 0."""
    code = (
        f"import sys\ntry:\n    {statement}\nexcept SystemExit as leave:\n    assert not leave.code, leave.code\n"
        f"print('\\nIMPORTED', *({set(HEAVY)!r} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.splitlines()[-1].split()[1:])


def command(*words: str) -> set[str]:
    """Return the heavy libraries that a command imports."""
    return imported(f"from paperlab.cli import main; main({list(words)!r})")


@pytest.fixture
def filled(lab: Lab) -> Lab:
    """Return a lab with one paper whose text is in the index, without vectors."""
    paper = Paper("a", "A Paper about Zebras", pdf=PdfFile("paper.pdf", "sha", 1))
    lab.library.save(paper)
    chunk = Chunk(0, ("S",), 1, (1,), 0, 6, "Zebras run.", (PageBox(1, (0.0, 0.0, 1.0, 1.0)),))
    lab.store.readings.put("sha", Reading("r", (PageSize(1, 1.0, 1.0),), (), FrontMatter("A")), "c", [chunk])
    return lab


@pytest.mark.parametrize("statement", ["import paperlab", "import paperlab.cli", "from paperlab.lab import Lab"])
def test_importing_paperlab_imports_nothing_heavy(statement: str) -> None:
    """A script that only wants a type or the command line pays for neither models nor PDFs."""
    assert imported(statement) == set()


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("search", "--help"), ("completion", "bash")])
def test_asking_for_help_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    """Help comes at once, with numpy left out too."""
    assert command(*words) == set()


def test_listing_what_there_is_imports_nothing_heavy(filled: Lab) -> None:
    """The reading lists and the papers' titles come from files and SQLite alone."""
    assert command("list", "--lab", str(filled.root)) - {"sqlite_utils"} == set()
    assert command("list", "--lab", str(filled.root), "--json") == set()


def test_a_search_by_words_imports_no_model_and_no_pdf_library(filled: Lab) -> None:
    """The word index does the work: no vectors, so no numpy either, misspelt or not."""
    for word in ("zebra", "zebraz"):
        assert command("search", "--lab", str(filled.root), "--mode", "lexical", word) == {"tantivy"}


def test_a_search_imports_no_other_commands_module(filled: Lab) -> None:
    """What the other commands need is not waited for, and no distribution's metadata is read."""
    others = "doctor lists papers quickstart reading".split()
    watched = [*(f"paperlab.cli.{name}" for name in others), "importlib.metadata", "paperlab.ids", "paperlab.pdf"]
    words = ["search", "--lab", str(filled.root), "--mode", "lexical", "zebra"]
    code = (
        f"import sys\nfrom paperlab.cli import main\ntry:\n    main({words!r})\nexcept SystemExit:\n"
        f"    print('IMPORTED', *(set({watched!r}) & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.splitlines()[-1] == "IMPORTED"


def test_a_search_by_meaning_imports_no_torch(filled: Lab) -> None:
    """The embedder named in the settings, and nothing of what made the vectors; few vectors need no FAISS either."""
    todo = filled.store.vectors.without_vector(filled.embedder.id, 0, 100)
    filled.store.vectors.put(filled.embedder.id, [i for i, _ in todo], filled.embedder.embed([t for _, t in todo]))

    assert command("search", "--lab", str(filled.root), "zebra") == {"numpy", "tantivy"}


@pytest.mark.parametrize("name", list(command_line.commands))
def test_a_command_answers_to_the_name_it_is_listed_under(name: str) -> None:
    """Commands are imported when they are asked for, by names written down beforehand."""
    assert command_line.commands[name].name == name


def test_every_word_of_the_types_is_where_the_table_says() -> None:
    """The words are imported when they are asked for; none is left out, none is listed that is not there."""
    listed = {name: module for module, names in types._HOMES.items() for name in names.split()}

    assert sorted(listed) == sorted(types.__all__)
    for name, module in listed.items():
        assert getattr(types, name) is getattr(importlib.import_module(f"paperlab.types.{module}"), name)
    for module in types._HOMES:
        own = importlib.import_module(f"paperlab.types.{module}")
        classes = {name for name, kind in inspect.getmembers(own, inspect.isclass) if kind.__module__ == own.__name__}
        assert classes <= {name for name, home in listed.items() if home == module}
    with pytest.raises(ImportError):
        exec("from paperlab.types import Papre")


def test_our_own_parts_are_registered_as_anyone_elses_are() -> None:
    """The table that saves reading every distribution's metadata says what the entry points say."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["entry-points"] == OURS


def test_a_part_that_somebody_else_registered_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with an entry point is enough; a name of ours stays ours, whoever registers it too."""
    registered = tmp_path / "somebody-1.dist-info"
    registered.mkdir()
    (registered / "METADATA").write_text("Metadata-Version: 2.1\nName: somebody\nVersion: 1\n")
    (registered / "entry_points.txt").write_text(
        "[paperlab.embedders]\nother = collections:OrderedDict\nhashing = collections:Counter\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    assert plugin("paperlab.embedders", "other").__name__ == "OrderedDict"
    assert plugin("paperlab.embedders", "hashing").__name__ == "HashingEmbedder"
    with pytest.raises(UsageError, match=r"no embedder 'unknown' is installed; there are: hashing, minilm, other"):
        plugin("paperlab.embedders", "unknown")


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_module_is_longer_than_400_lines(path: Path) -> None:
    """What has grown too long to be read at one sitting is taken apart."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
