"""The sample papers: built from their sources, laid out like conference papers, and described truthfully."""

from __future__ import annotations

import importlib.util
import re
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
PDFS = ROOT / "src" / "paperlab" / "data" / "samples"
SAMPLES: list[dict[str, Any]] = tomllib.loads((PDFS / "samples.toml").read_text(encoding="utf-8"))["sample"]
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["key"])


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """Give samples/build.py as a module."""
    spec = importlib.util.spec_from_file_location("samples_build", ROOT / "samples" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def opened(sample: dict[str, Any]) -> Any:
    """Open a sample's committed PDF."""
    pymupdf = pytest.importorskip("pymupdf")
    return pymupdf.open(PDFS / sample["file"])


def pages(sample: dict[str, Any]) -> list[str]:
    """Return the text of each page, with every run of white space as one space."""
    return [" ".join(page.get_text().split()) for page in opened(sample)]


def test_committed_pdfs_are_what_the_sources_give(build: ModuleType, tmp_path: Path) -> None:
    """A build elsewhere gives the committed bytes.

    Why: whoever edits a source without rebuilding would ship a paper that its source does not say.
    """
    pytest.importorskip("typst")
    build.build(tmp_path)
    differing = [s["file"] for s in SAMPLES if (tmp_path / s["file"]).read_bytes() != (PDFS / s["file"]).read_bytes()]

    assert differing == [], "run python samples/build.py and commit the PDFs"


def test_check_names_changed_and_missing_pdfs(build: ModuleType, tmp_path: Path) -> None:
    """The check reports a PDF with one byte more and a PDF that is not there, and no other."""
    pytest.importorskip("typst")
    for sample in SAMPLES:
        shutil.copy(PDFS / sample["file"], tmp_path)
    changed, missing = SAMPLES[0]["file"], SAMPLES[1]["file"]
    with (tmp_path / changed).open("ab") as file:
        file.write(b"\n")
    (tmp_path / missing).unlink()

    assert build.stale(tmp_path) == [changed, missing]


def test_every_source_and_pdf_is_listed() -> None:
    """samples.toml lists each source and each PDF, once."""
    shared = {"template", "references"}
    listed = sorted(Path(s["file"]).stem for s in SAMPLES)

    assert listed == sorted(p.stem for p in PDFS.glob("*.pdf"))
    assert listed == sorted(p.stem for p in (ROOT / "samples").glob("*.typ") if p.stem not in shared)


def test_samples_cover_four_reading_lists() -> None:
    """Each of the four lists has one sample, and keys are unique."""
    assert sorted(s["list"] for s in SAMPLES) == ["ctc", "model-merging", "moe", "resnet"]
    assert len({s["key"] for s in SAMPLES}) == len(SAMPLES)


def test_all_pdfs_together_stay_small() -> None:
    """The wheel carries the PDFs, so they stay under 1 MB together."""
    assert sum((PDFS / s["file"]).stat().st_size for s in SAMPLES) < 1_000_000


@each_sample
def test_metadata_agrees_with_the_pdf(sample: dict[str, Any]) -> None:
    """Title and authors of samples.toml stand in the PDF's own metadata, and the title on page 1."""
    inside = opened(sample).metadata

    assert inside["title"] == sample["title"]
    assert [inside["author"]] == sample["authors"]
    assert inside["creationDate"].startswith(f"D:{sample['year']}")
    assert pages(sample)[0].startswith(sample["title"])
    assert re.fullmatch(r"paperlab2026[a-z]+", sample["key"])
    assert sample["licence"] == "CC BY 4.0"
    assert 80 < len(sample["abstract"]) < 400
    assert sample["tags"]


@each_sample
def test_two_columns(sample: dict[str, Any]) -> None:
    """Page 1 has long text blocks left and right of its middle, and below the title none crosses it."""
    page = opened(sample)[0]
    middle = page.rect.width / 2
    blocks = [b for b in page.get_text("blocks") if b[6] == 0 and len(b[4]) > 150]
    left = [b for b in blocks if b[2] < middle]
    right = [b for b in blocks if b[0] > middle]

    assert len(left) >= 3
    assert len(right) >= 3
    assert len(left) + len(right) == len(blocks)


@each_sample
def test_has_the_parts_of_a_paper(sample: dict[str, Any]) -> None:
    """Two to four pages with abstract, numbered sections, figure, table, two numbered formulas and arXiv references."""
    text = pages(sample)
    whole = " ".join(text)
    body, _, references = whole.rpartition("References")

    assert 2 <= len(text) <= 4
    assert "Abstract" in text[0]
    assert re.search(r"1 Introduction .* 3 Results as reported .* 4 Limitations .* 5 Conclusion", whole)
    assert "Table 1: " in body
    assert "Figure 1: " in body
    assert "(1)" in body
    assert "(2)" in body
    assert len(re.findall(r"arXiv:\d{4}\.\d{4,5}\.", references)) >= 4
    assert 900 <= len(body.split()) <= 2000


@each_sample
def test_carries_no_arxiv_stamp(sample: dict[str, Any]) -> None:
    """Page 1 names no arXiv id: a reader would take it for the paper's own."""
    assert "arxiv:" not in pages(sample)[0].lower()


@each_sample
def test_every_reference_is_cited(sample: dict[str, Any]) -> None:
    """The text cites every entry of the reference list and nothing that is not in it."""
    body, _, references = " ".join(pages(sample)).rpartition("References")
    listed = [int(n) for n in re.findall(r"\[(\d+)\]", references)]
    cited = sorted({int(n) for n in re.findall(r"\[(\d+)\]", body)})

    assert cited == listed == list(range(1, len(listed) + 1))


@each_sample
def test_text_and_tables_stay_inside_the_margins(sample: dict[str, Any]) -> None:
    """No word sticks out of the text area or into the gutter between the columns."""
    for page in opened(sample):
        middle = page.rect.width / 2
        below_title = [w for w in page.get_text("words") if w[1] > (130 if page.number == 0 else 0) and w[3] < 735]
        outside = [w[4] for w in below_title if w[0] < 56 or w[2] > page.rect.width - 54]
        crossing = [w[4] for w in below_title if w[0] < middle - 2 and w[2] > middle + 2]

        assert outside == []
        assert crossing == []


def test_a_passage_explains_how_task_vectors_interfere() -> None:
    """The words a beginner would search for stand together in one passage of the paper on merging."""
    text = " ".join(pages(next(s for s in SAMPLES if s["list"] == "model-merging")))
    at = text.index("How task vectors interfere")

    assert "sign conflict" in text[at : at + 900]
    assert "dilution" in text[at : at + 900]
