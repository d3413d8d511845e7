"""What `doctor` finds, and what it mends."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paperlab.checkup import check
from paperlab.ingest.outcome import silent
from paperlab.lab import Lab
from support import vector_files, write_pdf

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def sound(lab: Lab, tmp_path: Path) -> Lab:
    """A lab with one indexed paper, `key` of which is the only one."""
    lab.adder().add(write_pdf(tmp_path / "p.pdf", "A Paper on Momentum Methods", "momentum descent inertia"))
    lab.index([], silent)
    return lab


def key_of(lab: Lab) -> str:
    return next(iter(lab.library.stamps()))


def found(lab: Lab, *, mend: bool = False) -> dict[str, str]:
    """Return the worst state of each part that is not well."""
    order = ["ok", "warning", "failed"]
    worst: dict[str, str] = {}
    for finding in check(lab, mend=mend):
        worst[finding.part] = max(worst.get(finding.part, "ok"), finding.state, key=order.index)
    return {part: state for part, state in worst.items() if state != "ok"}


def test_a_sound_lab_has_nothing_to_mend(sound: Lab) -> None:
    """All parts of an indexed lab are well, and every part is looked at."""
    assert found(sound) == {}
    assert {f.part for f in check(sound)} >= {
        "records",
        "PDFs",
        "database",
        "word index",
        "vector index",
        "embedder",
        "arXiv",
        "disk",
    }


def test_a_broken_record_is_a_failure_with_its_line(sound: Lab) -> None:
    """The finding names file and line."""
    record = sound.library.folder(key_of(sound)) / "paper.toml"
    record.write_text(record.read_text(encoding="utf-8") + "\nstaus = 1\n", encoding="utf-8")

    (finding,) = [f for f in check(sound) if f.state == "failed"]

    assert finding.part == "records"
    assert "paper.toml:" in finding.found


def test_a_missing_pdf_says_how_to_bring_it(sound: Lab) -> None:
    """A PDF that vanished is a warning that names the command."""
    (sound.library.folder(key_of(sound)) / "paper.pdf").unlink()

    (finding,) = [f for f in check(sound) if f.state != "ok"]

    assert finding.part == "PDFs"
    assert finding.mend == f"paperlab fetch {key_of(sound)}"


def test_a_pdf_that_no_record_speaks_of_is_recorded(sound: Lab) -> None:
    """--mend records a paper.pdf that stands in no record."""
    paper = sound.library.load(key_of(sound))
    sound.library.save(replace(paper, pdf=None))

    assert found(sound)["PDFs"] == "warning"
    found(sound, mend=True)

    assert sound.library.load(paper.key).pdf == paper.pdf


def test_leftovers_of_downloads_are_removed(sound: Lab) -> None:
    """--mend removes the partial files of killed downloads, and nothing else."""
    folder = sound.library.folder(key_of(sound))
    (folder / ".incoming.pdf.part").write_bytes(b"%PDF-")
    (folder / ".my-own-file").write_text("mine", encoding="utf-8")

    assert found(sound) == {"leftovers": "warning"}
    found(sound, mend=True)

    assert found(sound) == {}
    assert sorted(p.name for p in folder.iterdir()) == [".my-own-file", "paper.pdf", "paper.toml"]


def test_what_is_not_indexed_is_counted(sound: Lab, tmp_path: Path) -> None:
    """A PDF that was added since the last indexing is a warning with the command."""
    sound.adder().add(write_pdf(tmp_path / "q.pdf", "Another Paper about Schedules", "schedule warm up"))

    (finding,) = [f for f in check(sound) if f.state != "ok"]

    assert (finding.part, finding.mend) == ("text and vectors", "paperlab index")
    assert finding.found.startswith("1 PDFs")


def test_a_lost_vector_index_is_built_again(sound: Lab) -> None:
    """--mend brings its file back as it was."""
    (path,) = vector_files(sound.root)
    before = path.read_bytes()
    path.unlink()

    assert found(sound) == {"vector index": "warning"}
    found(sound, mend=True)

    assert [file.read_bytes() for file in vector_files(sound.root)] == [before]
    assert found(sound) == {}


def test_a_lost_word_index_is_built_again(sound: Lab) -> None:
    """--mend does at once what the next search would do."""
    sound.own.words.open()
    shutil.rmtree(sound.index_folder / "words")
    again = Lab(sound.root)

    assert found(again) == {"word index": "warning"}
    found(again, mend=True)

    assert found(again) == {}
    assert again.search("momentum", mode="lexical")
    again.close()
