"""What a command pays for: heavy libraries are imported by the work that needs them, and by nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import paperlab
from paperlab.types import Chunk, FrontMatter, PageBox, PageSize, Paper, PdfFile, Reading

if TYPE_CHECKING:
    from paperlab.lab import Lab

HEAVY = frozenset(
    "torch sentence_transformers transformers faiss pymupdf onnx onnxruntime onnxscript tokenizers textual matplotlib "
    "numpy requests arxiv sqlite_utils bibtexparser markdown_it tomlkit".split()
)
SOURCE = Path(paperlab.__file__).parent


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
    """SQLite does the work; numpy only carries ids."""
    used = command("search", "--lab", str(filled.root), "--mode", "lexical", "zebra")

    assert used <= {"numpy"}


def test_a_search_by_meaning_imports_no_torch(filled: Lab) -> None:
    """FAISS and the embedder named in the settings, and nothing of what made the vectors."""
    todo = filled.store.passages.without_vector(filled.embedder.id, 0, 100)
    filled.store.passages.put_vectors(
        filled.embedder.id, [i for i, _ in todo], filled.embedder.embed([t for _, t in todo])
    )

    assert command("search", "--lab", str(filled.root), "zebra") == {"numpy", "faiss"}


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_module_is_longer_than_400_lines(path: Path) -> None:
    """What has grown too long to be read at one sitting is taken apart."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
