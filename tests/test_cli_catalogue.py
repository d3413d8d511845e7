"""import-metadata, search --catalogue and similar: what is printed, what scripts rely on, exit codes."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from paperlab.lab import Lab
from support import TOPICS, write_papers

if TYPE_CHECKING:
    from pathlib import Path

IDS = list(TOPICS)
RECORDS = [
    {"id": f"2301.0000{i}", "title": f"{word.title()} in the wild", "authors": ["Bo Li", "Cy Orr"], "year": 2020 + i}
    | {"abstract": f"We follow the {word} through a winter. A {word} has a routing of its own. " * 3}
    for i, word in enumerate(["zebra", "otter", "heron"], start=1)
]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Path:
    """A lab with four papers that are indexed; only to be copied."""
    folder = tmp_path_factory.mktemp("indexed")
    pdfs = write_papers(folder / "pdfs")
    Lab.init(folder / "lab")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
        environment.setenv("PAPERLAB_CACHE", str(shared_cache))
        opened = Lab(folder / "lab")
        for arxiv_id in IDS:
            opened.adder().add(pdfs / f"{arxiv_id}v1.pdf")
        opened.index([], lambda *_arguments: None)
        opened.close()
    return folder / "lab"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new lab, which is that of the environment, with the hashing embedder and without network."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    monkeypatch.setenv("PAPERLAB_ARXIV_OFFLINE", "1")
    Lab.init(tmp_path / "lab")
    monkeypatch.setenv("PAPERLAB_LAB", str(tmp_path / "lab"))
    return tmp_path / "lab"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "papers.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in RECORDS), encoding="utf-8")
    return path


@pytest.fixture
def library(empty: Path, indexed: Path) -> Path:
    """The lab of the environment, with four papers that are indexed."""
    shutil.copytree(indexed, empty, dirs_exist_ok=True)
    return empty


def document(do: Any, *arguments: str) -> dict[str, Any]:
    """Run a command with --json and return its document: stdout holds that and nothing else."""
    code, out, _err = do(*arguments, "--json")
    assert code == 0, arguments
    return dict(json.loads(out))


def test_importing_says_what_it_did(empty: Path, file: Path, do: Any) -> None:
    """One line on stdout; the second time it says that nothing has changed."""
    code, out, err = do("import-metadata", str(file))
    assert (code, err) == (0, "")
    assert out.startswith("3 papers in the file: 3 added, 0 changed; ")
    assert out.endswith("; 3 papers in the catalogue\n")

    assert "3 papers in the file: nothing has changed; 0 chunks embedded" in do("import-metadata", str(file))[1]


def test_importing_as_json(empty: Path, file: Path, do: Any) -> None:
    """The document has every figure, and what cannot be used with its line."""
    with file.open("a", encoding="utf-8") as added:
        added.write("\n{broken\n")
    told = document(do, "import-metadata", str(file), "--words-only")

    assert (told["papers"], told["added"], told["unusable"], told["catalogue"]) == (3, 3, 1, 3)
    assert told["embedded"] == 0
    assert told["without_vector"] == told["chunks"] > 0
    assert [problem["line"] for problem in told["problems"]] == [4]


def test_what_cannot_be_used_is_told_with_its_line(empty: Path, file: Path, do: Any) -> None:
    """Ten lines are told one by one, the others as a number; the papers between them come in."""
    with file.open("a", encoding="utf-8") as added:
        added.write("\n{broken" * 12)
    code, out, err = do("import-metadata", str(file))

    assert (code, out[:8]) == (0, "3 papers")
    assert f"{file}:4: this is not JSON" in err
    assert "and 2 more records that cannot be used" in err


def test_a_file_of_something_else_is_bad_input(empty: Path, tmp_path: Path, do: Any) -> None:
    """Exit code 4 and one line; one that is not there, and --words-only with nothing to do, are usage errors."""
    (tmp_path / "notes.md").write_text("# Notes\n")
    code, out, err = do("import-metadata", str(tmp_path / "notes.md"))

    assert (code, out) == (4, "")
    assert "no paper with a title" in err
    assert do("import-metadata", str(tmp_path / "nowhere"))[0] == 2
    assert do("import-metadata", "--words-only")[0] == 2
    assert do("import-metadata")[0] == 1


def test_the_catalogue_is_searched_while_the_library_is_empty(empty: Path, file: Path, do: Any) -> None:
    """A result shows title, key, first author, year and score, then the passage with the query's words marked."""
    do("import-metadata", str(file))
    code, out, err = do("search", "--catalogue", "otter", "winter", "-n", "1")

    assert (code, err) == (0, "")
    title, facts, *passage = out.splitlines()
    assert title == " 1  Otter in the wild"
    assert facts.startswith("    2301.00002 · Bo Li et al. · 2022 · ")
    assert facts.endswith(" words+meaning")
    assert "**otter** through a **winter**" in " ".join(passage)
    assert do("search", "otter")[0] == 1


def test_the_library_is_searched_while_the_catalogue_is_empty(library: Path, do: Any) -> None:
    """The library's search is as before; the catalogue's says in one line what to do."""
    assert document(do, "search", "expert routing")["hits"]
    code, out, err = do("search", "--catalogue", "expert routing")

    assert (code, out) == (1, "")
    assert err == "paperlab: the catalogue is empty: 'paperlab import-metadata FILE' brings papers into it\n"


def test_library_and_catalogue_never_show_each_others_papers(library: Path, file: Path, do: Any) -> None:
    """A word that stands in both finds on each side only what belongs there."""
    do("import-metadata", str(file))

    mine = {hit["key"] for hit in document(do, "search", "routing", "-n", "50")["hits"]}
    others = {paper["key"] for paper in document(do, "search", "--catalogue", "routing", "-n", "50")["papers"]}

    assert mine == set(IDS)
    assert others == {record["id"] for record in RECORDS}


def test_papers_as_json_have_the_documented_fields(empty: Path, file: Path, do: Any) -> None:
    """Key, title and score, with authors, year, the passage and what found it; scores fall."""
    do("import-metadata", str(file))
    papers = document(do, "search", "--catalogue", "heron in winter")["papers"]

    assert set(papers[0]) == {"key", "title", "authors", "year", "score", "passage", "found_by"}
    assert (papers[0]["key"], papers[0]["year"], papers[0]["authors"]) == ("2301.00003", 2023, ["Bo Li", "Cy Orr"])
    assert [paper["score"] for paper in papers] == sorted((paper["score"] for paper in papers), reverse=True)


def test_filters_of_the_library_do_not_narrow_the_catalogue(empty: Path, file: Path, do: Any) -> None:
    """Years and authors do; a tag is a usage error; nothing left is exit code 1."""
    do("import-metadata", str(file), "--words-only")

    assert [paper["key"] for paper in document(do, "search", "--catalogue", "winter", "--year", "2022")["papers"]] == [
        "2301.00002"
    ]
    assert do("search", "--catalogue", "winter", "--tag", "x")[0] == 2
    assert do("search", "--catalogue", "winter", "--year", "1990")[0] == 1


def test_similar_papers_of_the_library(library: Path, do: Any) -> None:
    """The other three, nearest first, in documented fields; the paper itself is not among them."""
    papers = document(do, "similar", f"arXiv:{IDS[0]}v1")["papers"]

    assert {paper["key"] for paper in papers} == set(IDS[1:])
    assert {"key", "title", "score"} <= set(papers[0])
    assert len(document(do, "similar", IDS[0], "-n", "2")["papers"]) == 2
    assert do("similar", IDS[0], "-n", "1")[1].startswith(f" 1  {papers[0]['title']}\n    {papers[0]['key']} · ")


def test_similar_papers_of_the_catalogue(library: Path, file: Path, do: Any) -> None:
    """A library paper's neighbours in the catalogue; an unknown key is not found; before an import it says so."""
    assert do("similar", IDS[0], "--catalogue")[0] == 1
    do("import-metadata", str(file))

    papers = document(do, "similar", IDS[0], "--catalogue")["papers"]
    assert {paper["key"] for paper in papers} == {record["id"] for record in RECORDS}
    assert do("similar", "2301.00001", "--catalogue")[0] == 1


def test_titles_of_a_catalogue_cannot_harm_a_terminal(empty: Path, tmp_path: Path, do: Any) -> None:
    """Control codes in any field are gone in both forms of output."""
    hostile = {
        "id": "\x1b]0;x\x07a",
        "title": "\x1b[2JZebras",
        "abstract": "Zebras \x9b31m run.",
        "authors": ["\x1b[1mA"],
    }
    (tmp_path / "f.jsonl").write_text(json.dumps(hostile))
    do("import-metadata", str(tmp_path / "f.jsonl"))

    for arguments in (("search", "--catalogue", "zebras"), ("search", "--catalogue", "zebras", "--json")):
        code, out, err = do(*arguments)
        assert code == 0
        assert not {"\x1b", "\x9b", "\x07"} & set(out + err)
