"""Files of metadata: every writer's words, every packer, and whatever is wrong with a line."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import BadFile
from paperlab.ingest.metadata import MAX_ABSTRACT, MAX_RECORD, MetadataFile, paper_from_record
from paperlab.types import Paper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAIN = {"id": "a1", "title": "On Zebras", "abstract": "Zebras run."}


def read(path: Path) -> tuple[list[Paper], list[BadFile]]:
    """Return what a file holds: papers, problems."""
    found = [what for _, what in MetadataFile(path).papers()]
    return [one for one in found if isinstance(one, Paper)], [one for one in found if isinstance(one, BadFile)]


def written(path: Path, *lines: object) -> Path:
    """Write lines, each a record or text as it is."""
    told = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(f"{line}\n" for line in told), encoding="utf-8")
    return path


def test_a_line_of_the_arxiv_snapshot() -> None:
    """Id, names, categories, licence and both dates come out of the words arXiv's snapshot uses; LaTeX stays."""
    paper = paper_from_record(
        {
            "id": "0704.0001",
            "authors": "Ada Lovelace and Charles\n  Babbage Jr (Analytical Society)",
            "title": "Engines that\n  weave $\\alpha$",
            "doi": "10.1000/Xyz 10.1000/abc",
            "categories": "cs.CL math.AG",
            "license": "http://example.org/by/4.0",
            "abstract": "  We weave\nalgebraic {\\em patterns}.\n",
            "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"version": "v2"}],
            "update_date": "2008-11-26",
            "authors_parsed": [["Lovelace", "Ada", ""], ["Babbage", "Charles", "Jr", "Analytical Society"]],
        }
    )

    assert (paper.key, paper.arxiv_id, paper.source, paper.year) == ("0704.0001", "0704.0001", "arxiv", 2007)
    assert (paper.title, paper.abstract) == ("Engines that weave $\\alpha$", "We weave algebraic {\\em patterns}.")
    assert paper.authors == ("Ada Lovelace", "Charles Babbage Jr")
    assert (paper.published, paper.updated, paper.doi) == ("2007-04-02", "2008-11-26", "10.1000/xyz")
    assert (paper.categories, paper.licence) == (("cs.CL", "math.AG"), "http://example.org/by/4.0")


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ({"id": "hep-th/9901001"}, "hep-th_9901001"),
        ({"id": "http://arxiv.org/abs/2301.00001v3"}, "2301.00001"),
        ({"header": {"identifier": "oai:arXiv.org:2301.00001"}, "metadata": {"creator": ["A"]}}, "2301.00001"),
        ({"paperId": "f" * 40, "externalIds": {"ArXiv": "2301.00001", "DOI": "10.1000/x"}}, "2301.00001"),
        ({"doi": "10.48550/arXiv.2301.00001"}, "2301.00001"),
        ({"_id": "4983", "metadata": {}}, "4983"),
        ({"corpusid": 77}, "77"),
        ({"doi": "https://doi.org/10.1000/X"}, "10.1000/x"),
        ({"id": "neurips\u0000 2020\n-7"}, "neurips 2020 -7"),
    ],
)
def test_a_key_is_the_arxiv_id_else_the_id_as_given(record: dict[str, Any], key: str) -> None:
    """However a file says the id, the same paper has the key it would have in the library."""
    assert paper_from_record({"title": "T", **record}).key == key


def test_a_paper_without_an_id_has_a_key_made_of_its_title() -> None:
    """The same title gives the same key, whatever its case and spaces; a long id is cut but stays apart from others."""
    one, same, other = (paper_from_record({"title": t}).key for t in ("On Zebras", "on  zebras", "On Horses"))
    long, longer = (paper_from_record({"title": "T", "id": "x" * 300 + end}).key for end in "ab")

    assert one == same != other
    assert len(long) <= 160
    assert long != longer


@pytest.mark.parametrize("name", ["abstract", "summary", "text", "paperAbstract"])
def test_an_abstract_is_found_under_each_of_its_names(name: str) -> None:
    """The arXiv API says summary, BEIR text, old Semantic Scholar dumps paperAbstract; null is none."""
    assert paper_from_record({"title": "T", name: "Zebras run."}).abstract == "Zebras run."
    assert paper_from_record({"title": "T", name: None}).abstract == ""


@pytest.mark.parametrize(
    ("record", "authors"),
    [
        ({"authors": "Ada Lovelace;Bo Li"}, ("Ada Lovelace", "Bo Li")),
        ({"author": "Ada Lovelace, Bo Li and Cy Orr"}, ("Ada Lovelace", "Bo Li", "Cy Orr")),
        ({"authors": [{"authorId": "1", "name": "Ada Lovelace"}, {"name": None}]}, ("Ada Lovelace",)),
        ({"authors": ["Ada Lovelace", 7]}, ("Ada Lovelace",)),
        ({"authors": None}, ()),
    ],
)
def test_authors_are_taken_in_every_form(record: dict[str, Any], authors: tuple[str, ...]) -> None:
    """One text with semicolons or commas, a list of texts, or of objects with names."""
    assert paper_from_record({"title": "T", **record}).authors == authors


@pytest.mark.parametrize(
    ("record", "year"),
    [
        ({"year": 2019}, 2019),
        ({"year": "2019"}, 2019),
        ({"publicationDate": "2019-05-01"}, 2019),
        ({"id": "math/9407201"}, 1994),
        ({"id": "1905.00001"}, 2019),
        ({"year": 19}, None),
        ({"date": "soon"}, None),
    ],
)
def test_the_year_comes_from_what_says_it(record: dict[str, Any], year: int | None) -> None:
    """A field of its own, a date, or the month in an arXiv id; what is no year is none."""
    assert paper_from_record({"title": "T", **record}).year == year


def test_text_is_made_harmless_and_bounded() -> None:
    """Control codes and invisible marks go, white space becomes single, and a book is cut."""
    paper = paper_from_record({"title": "A\x1b[31m \u202eB\u2003C", "abstract": "word " * 10_000})

    assert paper.title == "A B C"
    assert len(paper.abstract) <= MAX_ABSTRACT


def test_a_text_without_a_title_lends_its_first_words() -> None:
    """Corpora with empty titles can be searched; a record that knows no title at all is not a paper."""
    assert paper_from_record({"_id": "1", "title": "", "text": "Zebras run far."}).title == "Zebras run far."
    with pytest.raises(ValueError, match="no 'title'"):
        paper_from_record({"_id": "1", "text": "how far do zebras run"})


def packed_as_zip(data: bytes, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "see below")
        archive.writestr("snapshot.json", data)


@pytest.mark.parametrize(
    "pack",
    [
        lambda data, path: path.write_bytes(data),
        lambda data, path: path.write_bytes(b"\xef\xbb\xbf" + data),
        lambda data, path: path.write_bytes(gzip.compress(data)),
        lambda data, path: path.write_bytes(lzma.compress(data)),
        lambda data, path: path.write_bytes(bz2.compress(data)),
        packed_as_zip,
    ],
    ids=["plain", "with a byte order mark", "gzip", "xz", "bzip2", "zip"],
)
@pytest.mark.parametrize("array", [False, True], ids=["lines", "array"])
def test_every_packing_is_known_by_its_bytes(
    tmp_path: Path, pack: Callable[[bytes, Path], None], *, array: bool
) -> None:
    """The file's name says nothing; JSON lines and one JSON array are read alike."""
    records = [{**PLAIN, "id": f"a{i}"} for i in range(300)]
    data = json.dumps(records, indent=1) if array else "\n\n".join(json.dumps(record) for record in records)
    pack(data.encode(), tmp_path / "some.file")

    papers, problems = read(tmp_path / "some.file")

    assert [paper.key for paper in papers] == [record["id"] for record in records]
    assert problems == []


def test_what_is_wrong_is_told_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    """Neither broken JSON nor a list nor a title that is missing keeps the next line from being read."""
    deep = "[" * 100_000 + "]" * 100_000
    lines: list[object] = [PLAIN, "{broken", "[1]", {"abstract": "x"}, f'{{"title": {deep}}}', {"title": " "}, PLAIN]
    papers, problems = read(written(tmp_path / "f", *lines))

    assert len(papers) == 2
    assert [problem.line for problem in problems] == [2, 3, 4, 5, 6]
    assert "not JSON" in problems[0].why


def test_bytes_that_are_no_text_and_endless_lines_are_passed_over(tmp_path: Path) -> None:
    """Latin-1 is told as such; a line longer than any record is not held in memory."""
    plain = json.dumps(PLAIN).encode()
    endless = b'{"title": "' + b"x" * (2 * MAX_RECORD) + b'"}'
    (tmp_path / "f").write_bytes(b"\n".join([plain, b'{"title": "caf\xe9"}', endless, plain]))

    papers, problems = read(tmp_path / "f")

    assert len(papers) == 2
    assert [(problem.line, problem.why[:20]) for problem in problems] == [
        (2, "this is not UTF-8 te"),
        (3, "it is longer than 4,"),
    ]


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress, bz2.compress])
def test_a_file_that_breaks_off_gives_what_came_before(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    """Half a download is half the papers and one problem, not an error in the middle."""
    lines = [json.dumps({"id": f"a{i}", "title": f"{i * i} {i**3}", "abstract": str(i**9) * 9}) for i in range(4000)]
    data = compress("\n".join(lines).encode())
    (tmp_path / "f").write_bytes(data[: len(data) // 2])

    papers, problems = read(tmp_path / "f")

    assert len(papers) < 4000
    assert len(problems) in {1, 2}
    assert "damaged or cut off" in problems[-1].why


def test_an_array_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    """The items up to there are papers; line numbers count the lines of the file."""
    (tmp_path / "f").write_text("[\n" + json.dumps(PLAIN) + ",\n" + '{"title": "half')

    papers, problems = read(tmp_path / "f")

    assert len(papers) == 1
    assert [problem.line for problem in problems] == [3]


def test_reading_tells_how_far_it_is(tmp_path: Path) -> None:
    """The position goes from 0 to the size of the file as it lies there, packed or not."""
    data = "\n".join(json.dumps({**PLAIN, "abstract": str(i) * 500}) for i in range(2000)).encode()
    (tmp_path / "f").write_bytes(gzip.compress(data))
    file = MetadataFile(tmp_path / "f")
    positions = [file.position for _ in file.papers()]

    assert positions == sorted(positions)
    assert 0 < positions[0] < positions[-1] <= file.size


def test_a_file_that_is_not_there_is_a_bad_file(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(BadFile, match="nowhere"):
        MetadataFile(tmp_path / "nowhere")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    "id _id title abstract text authors authors_parsed author versions update_date year doi url license categories "
    "externalIds metadata header published".split()
)


@given(st.dictionaries(FIELDS, JSON, max_size=8))
def test_whatever_the_fields_hold_a_record_is_a_paper_or_a_problem(record: dict[str, Any]) -> None:
    """No type of value in any field is an error of the program; a paper has a key and a title on one line."""
    try:
        paper = paper_from_record(record)
    except ValueError:
        return
    assert paper.key.strip()
    assert paper.title.strip()
    assert "\n" not in paper.title + paper.abstract + paper.key
