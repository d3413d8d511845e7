"""The stand-in for arXiv: it speaks as arXiv does, and fails as arXiv does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import arxiv
import pytest
import requests

from paperlab.testing.arxiv_papers import StandinPaper, papers_in
from paperlab.testing.arxiv_standin import ArxivStandin

if TYPE_CHECKING:
    from pathlib import Path

PDF = b"%PDF-1.4\n" + b"some bytes of a paper\n" * 200 + b"%%EOF\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of PDFs, named as people name them, with metadata for one."""
    (tmp_path / "moe").mkdir()
    for name in ("moe/2306.01708v2.pdf", "1512.03385_deep-residual.pdf", "bert.pdf", "scan.pdf"):
        (tmp_path / name).write_bytes(PDF)
    return tmp_path


@pytest.fixture
def metadata(folder: Path) -> Path:
    """Metadata lines in the shape that people write by hand."""
    records = [
        {
            "pdf": "bert.pdf",
            "title": "BERT & friends: Über <deep> models",
            "authors": {"first3": ["Jürgen Devlin", "Ming Chang"], "count": 4},
            "year": 2019,
            "arxiv_id": "1810.04805",
            "arxiv_stamp": "1810.04805v2",
            "abstract": "We introduce 5 < 6.",
            "doi": "10.1000/XYZ",
        },
        {"pdf": "scan.pdf", "title": "Not on arXiv", "authors": ["A"], "year": 1991, "arxiv_id": None},
    ]
    path = folder / "metadata.jsonl"
    path.write_text("\n".join(map(json.dumps, records)) + "\n", "utf-8")
    return path


def ask(server: ArxivStandin, **search: object) -> list[arxiv.Result]:
    """Search the stand-in with the `arxiv` package."""
    client = arxiv.Client(page_size=2, delay_seconds=0.0, num_retries=0)
    client.query_url_format = server.api_url + "?{}"
    try:
        return list(client.results(arxiv.Search(**search)))
    finally:
        client._session.close()


def get(server: ArxivStandin, path: str) -> requests.Response:
    """Ask the stand-in for a path."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(server.url + path, timeout=10)


def test_papers_from_file_names(folder: Path) -> None:
    """Id, version and title come from the name; files without an id are no arXiv papers."""
    found = {paper.versioned: paper.title for paper in papers_in(folder)}

    assert found == {"1512.03385v1": "deep residual", "2306.01708v2": "Paper 2306.01708"}


def test_metadata_is_parsed_by_the_arxiv_package(folder: Path, metadata: Path) -> None:
    """What the metadata says comes out of the API, escaped and in UTF-8."""
    with ArxivStandin(folder, metadata=metadata) as server:
        [result] = ask(server, id_list=["1810.04805"])

    assert result.entry_id == "http://arxiv.org/abs/1810.04805v2"
    assert result.title == "BERT & friends: Über <deep> models"
    assert [author.name for author in result.authors] == ["Jürgen Devlin", "Ming Chang"]
    assert result.summary == "We introduce 5 < 6."
    assert result.doi == "10.1000/XYZ"
    assert result.published == datetime(2018, 10, 15, 17, 59, 46, tzinfo=UTC)
    assert result.updated.year == 2019
    assert result.primary_category == "cs.LG"
    assert result.pdf_url == "https://arxiv.org/pdf/1810.04805v2"


def test_missing_ids_are_left_out(folder: Path) -> None:
    """As at arXiv, an id it does not have is not counted and not mentioned, nor is a version it does not have."""
    with ArxivStandin(folder) as server:
        results = ask(server, id_list=["2306.01708v1", "0808.05394", "2306.01708v2", "0000.0000", "1512.03385"])

    assert [result.get_short_id() for result in results] == ["2306.01708v2", "1512.03385v1"]


def test_two_versions_of_a_paper() -> None:
    """An id without version is the newest one."""
    papers = [StandinPaper("2306.01708", "Old title", version=1), StandinPaper("2306.01708", "New title", version=2)]

    with ArxivStandin(papers) as server:
        titles = [ask(server, id_list=[asked])[0].title for asked in ("2306.01708", "2306.01708v1")]

    assert titles == ["New title", "Old title"]


def test_old_ids() -> None:
    """Ids from before 2007 have a slash in them, in the API and in URLs."""
    with ArxivStandin([StandinPaper("hep-ph/9901234", "Old physics")]) as server:
        [result] = ask(server, id_list=["hep-ph/9901234v1"])
        page = get(server, "/abs/hep-ph/9901234")

    assert result.get_short_id() == "hep-ph/9901234v1"
    assert result.published.year == 1999
    assert "Old physics" in page.text


def test_malformed_id_spoils_the_batch(folder: Path) -> None:
    """One id out of form gives HTTP 400 with an Atom error entry, whatever else was asked."""
    with ArxivStandin(folder) as server:
        answer = get(server, "/api/query?id_list=2306.01708,abc")

    assert answer.status_code == 400
    assert "<summary>incorrect id format for abc</summary>" in answer.text
    assert "<id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id>" in answer.text


def test_elements_stand_in_arxivs_order() -> None:
    """The document has the elements, attributes and namespaces that arXiv's has, in their order."""
    paper = StandinPaper(
        "2306.00001",
        "T",
        ("A", "B"),
        abstract="S",
        categories=("cs.CL", "cs.LG"),
        comment="C",
        journal_ref="J",
        doi="D",
    )

    with ArxivStandin([paper]) as server:
        text = get(server, "/api/query?search_query=&id_list=2306.00001&start=0&max_results=7").text
    tags = [line.strip().split(">")[0].split(" ")[0].strip("</") for line in text.splitlines()[1:]]

    assert text.startswith("<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns:opensearch=")
    assert "<title>arXiv Query: search_query=&amp;id_list=2306.00001&amp;start=0&amp;max_results=7</title>" in text
    assert "<opensearch:itemsPerPage>7</opensearch:itemsPerPage>" in text
    assert tags == (
        "feed id title updated link opensearch:itemsPerPage opensearch:totalResults opensearch:startIndex "
        "entry id title updated link link summary category category published arxiv:comment arxiv:primary_category "
        "arxiv:journal_ref author name author author name author arxiv:doi link entry feed"
    ).split(" ")


def test_pages() -> None:
    """`start` and `max_results` walk through all results."""
    papers = [StandinPaper(f"2306.0000{n}", f"Paper number {n}") for n in range(1, 6)]

    with ArxivStandin(papers) as server:
        results = ask(server, query="all:number", max_results=None)
        asked = len(server.requests)

    assert [result.title for result in results] == [paper.title for paper in papers]
    assert asked == 3


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("all:forest", {"A forest", "Forest fires"}),
        ("forest", {"A forest", "Forest fires"}),
        ('ti:"forest fires"', {"Forest fires"}),
        ("cat:cs.CL", {"Words"}),
        ("ti:forest AND au:curie", {"Forest fires"}),
        ("all:nothing", set()),
    ],
)
def test_search(query: str, titles: set[str]) -> None:
    """Words are looked for in titles, also by field."""
    papers = [
        StandinPaper("2306.00001", "A forest"),
        StandinPaper("2306.00002", "Forest fires", ("Marie Curie",)),
        StandinPaper("2306.00003", "Words", categories=("cs.CL",)),
    ]

    with ArxivStandin(papers) as server:
        found = {result.title for result in ask(server, query=query)}

    assert found == titles


@pytest.mark.parametrize("path", ["/pdf/2306.01708v2", "/pdf/2306.01708", "/pdf/2306.01708.pdf", "/files/bert.pdf"])
def test_pdfs(folder: Path, path: str) -> None:
    """PDFs are served by id, with and without version and suffix, and by their place in the folder."""
    with ArxivStandin(folder) as server:
        answer = get(server, path)

    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, PDF, "application/pdf")


@pytest.mark.parametrize("path", ["/files/../secret.pdf", "/files/%2e%2e/secret.pdf", "/pdf/2306.01708v9", "/nothing"])
def test_no_such_file(folder: Path, path: str) -> None:
    """What is not there, or lies outside the folder, is 404."""
    (folder.parent / "secret.pdf").write_bytes(PDF)

    with ArxivStandin(folder) as server:
        # requests would tidy the path up before it is sent.
        connection = HTTPConnection(server.url.removeprefix("http://"), timeout=10)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()

    assert status == 404


def test_429_for_the_first_requests(folder: Path) -> None:
    """The fault is over after N requests; the body is arXiv's."""
    with ArxivStandin(folder, faults=["429:2"]) as server:
        answers = [get(server, "/api/query?id_list=2306.01708") for _ in range(3)]
        statuses = [request.status for request in server.requests]

    assert [answer.status_code for answer in answers] == statuses == [429, 429, 200]
    assert answers[0].text == "Rate exceeded."
    assert "Retry-After" not in answers[0].headers


def test_retry_after_headers(folder: Path) -> None:
    """Both forms of the header."""
    with ArxivStandin(folder, faults=["429-retry-after:7:1", "429-retry-after-date:60:1"]) as server:
        seconds, date = [get(server, "/").headers["Retry-After"] for _ in range(2)]
    ahead = (parsedate_to_datetime(date) - datetime.now(tz=UTC)).total_seconds()

    assert seconds == "7"
    assert 50 < ahead <= 61


def test_faults_can_be_switched_while_it_runs(folder: Path) -> None:
    """In-process, tests add and clear faults."""
    with ArxivStandin(folder) as server:
        server.faults.add("503")
        during = get(server, "/pdf/2306.01708").status_code
        server.faults.clear()
        after = get(server, "/pdf/2306.01708").status_code

    assert (during, after) == (503, 200)


def test_faults_of_pdfs(folder: Path) -> None:
    """Half a PDF in a whole body, a web page, a connection cut, and no PDF."""
    with ArxivStandin(folder, faults=["truncated:1", "html:1", "cut:1", "missing-pdf:1512.03385"]) as server:
        truncated = get(server, "/pdf/2306.01708")
        page = get(server, "/pdf/2306.01708")
        with pytest.raises(requests.exceptions.RequestException):
            get(server, "/pdf/2306.01708")
        whole = get(server, "/pdf/2306.01708")
        missing = get(server, "/pdf/1512.03385v1")

    assert truncated.content == PDF[: len(PDF) // 2]
    assert page.headers["Content-Type"].startswith("text/html")
    assert whole.content == PDF
    assert missing.status_code == 404


def test_slow_drip(folder: Path) -> None:
    """A PDF comes at the rate that was asked for."""
    (folder / "2306.00009.pdf").write_bytes(PDF[:300])

    with ArxivStandin(folder, faults=["slow-drip:1000"]) as server:
        begun = time.monotonic()
        get(server, "/pdf/2306.00009")
        took = time.monotonic() - begun

    assert 0.25 < took < 3


def test_empty_pages(folder: Path) -> None:
    """One kind promises results and has none, the other says that there are none."""
    with ArxivStandin(folder, faults=["empty-page:1", "empty-answer:1"]) as server:
        texts = [get(server, "/api/query?id_list=2306.01708").text for _ in range(3)]

    assert [text.count("<entry>") for text in texts] == [0, 0, 1]
    assert [text.split("totalResults>")[1][0] for text in texts] == ["1", "0", "1"]


@pytest.mark.parametrize("fault", ["sleepy", "429:x", "400", "429-retry-after", "cut:1:2"])
def test_unknown_fault_is_refused(fault: str) -> None:
    """A misspelt fault must not pass for a stand-in without faults."""
    with pytest.raises(ValueError, match=r"fault|invalid literal"):
        ArxivStandin([], faults=[fault])


def test_on_the_command_line(folder: Path, metadata: Path) -> None:
    """The first line on stdout is the URL; the log has a line per request, with its time."""
    log = folder / "log.jsonl"
    options = ["--metadata", str(metadata), "--log", str(log), "--fault", "html:1", "--delay", "0.05"]
    command = [sys.executable, "-m", "paperlab.testing.arxiv_standin", str(folder), *options]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            with requests.Session() as session:
                session.trust_env = False
                answers = [session.get(f"{url}/pdf/1810.04805", timeout=10) for _ in range(2)]
        finally:
            server.terminate()
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]

    assert [answer.headers["Content-Type"] for answer in answers] == ["text/html; charset=utf-8", "application/pdf"]
    assert [(line["path"], line["status"]) for line in lines] == [("/pdf/1810.04805", 200)] * 2
    assert all(line["end"] - line["start"] >= 0.05 for line in lines)
    assert url.startswith("http://127.0.0.1:")
