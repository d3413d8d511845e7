"""Fetching, adding, importing: what comes, what was there, what fails and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from paperlab.errors import BadFile, UsageError
from paperlab.ingest import Outcome, Result
from paperlab.ingest.outcome import silent
from paperlab.lab import Lab
from paperlab.settings import Settings
from paperlab.testing.arxiv_standin import ArxivStandin
from paperlab.types import ListEntry, Paper, ReadingList, Status
from support import TOPICS, write_papers, write_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IDS = list(TOPICS)


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_papers(tmp_path_factory.mktemp("pdfs"))


@pytest.fixture
def arxiv(pdfs: Path) -> Iterator[ArxivStandin]:
    with ArxivStandin(pdfs, metadata=pdfs / "metadata.jsonl") as standin:
        yield standin


@pytest.fixture
def lab(tmp_path: Path, arxiv: ArxivStandin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab of its own that asks the stand-in."""
    monkeypatch.setenv("PAPERLAB_CACHE", str(tmp_path / "cache"))
    settings = Settings(
        index_embedder="hashing", arxiv_api_url=arxiv.api_url, arxiv_pdf_url=arxiv.pdf_url, arxiv_interval=0.01
    )
    Lab.init(tmp_path / "lab")
    opened = Lab(tmp_path / "lab", settings)
    yield opened
    opened.close()


def fetch(lab: Lab, *names: str, update: bool = False) -> dict[str, Result]:
    results = {r.key: r for r in lab.fetcher(silent).fetch(lab.wanted(names), update=update)}
    lab.sync()
    return results


def outcomes(results: dict[str, Result]) -> dict[str, str]:
    return {key: result.outcome.value for key, result in results.items()}


def test_a_fetch_brings_metadata_and_pdf(lab: Lab, arxiv: ArxivStandin) -> None:
    """A fetched paper has arXiv's words in its record and its PDF beside it."""
    assert outcomes(fetch(lab, IDS[0])) == {IDS[0]: "fetched"}

    paper = lab.library.load(IDS[0])
    assert paper.title == TOPICS[IDS[0]][0]
    assert paper.authors == ("Ada Lovelace", "Grace Hopper")
    assert (paper.source, paper.arxiv_id, paper.version) == ("arxiv", IDS[0], 1)
    assert paper.pdf
    assert lab.library.pdf(paper).read_bytes()[:5] == b"%PDF-"
    assert sorted(p.name for p in lab.library.folder(IDS[0]).iterdir()) == ["paper.pdf", "paper.toml"]


def test_metadata_comes_in_one_request_and_a_second_fetch_makes_none(lab: Lab, arxiv: ArxivStandin) -> None:
    """Four papers are one request for metadata and four for PDFs; fetched again, none at all."""
    fetch(lab, *IDS)
    paths = [request.path for request in arxiv.requests]
    assert sum("/api/query" in path for path in paths) == 1
    assert len(paths) == 5

    assert set(outcomes(fetch(lab, *IDS)).values()) == {"present"}
    assert len(arxiv.requests) == 5


def test_one_failure_does_not_stop_the_others(lab: Lab, arxiv: ArxivStandin) -> None:
    """A paper arXiv does not have and one whose PDF is missing fail by name; the rest comes."""
    arxiv.faults.add(f"missing-pdf:{IDS[1]}")

    results = fetch(lab, IDS[0], "2401.99999", IDS[1], IDS[2])

    assert outcomes(results) == {IDS[0]: "fetched", "2401.99999": "failed", IDS[1]: "failed", IDS[2]: "fetched"}
    assert "no paper" in results["2401.99999"].reason
    assert not lab.library.folder("2401.99999").exists()


def test_an_unreachable_host_fails_its_own_papers_only(lab: Lab) -> None:
    """A list entry whose host refuses does not take the papers from arXiv down with it."""
    entries = (ListEntry(None, "A Paper Elsewhere", url="http://127.0.0.1:9/paper.pdf"), ListEntry(IDS[0]))
    lab.library.add_to_list(ReadingList("mixed", "Mixed", entries=entries), ())

    results = fetch(lab, "mixed")

    assert outcomes(results) == {"paper-elsewhere": "failed", IDS[0]: "fetched"}
    assert results["paper-elsewhere"].exit_code == 3


def test_a_list_entry_without_a_link_is_kept_as_known(lab: Lab) -> None:
    """A paper nobody offers for download gets a record, and says how to bring its PDF."""
    lab.library.add_to_list(ReadingList("mine", "Mine", entries=(ListEntry(None, "An Unpublished Preprint"),)), ())

    (result,) = fetch(lab, "mine").values()

    assert result.outcome is Outcome.METADATA
    assert "paperlab add" in result.reason
    assert lab.library.load(result.key).title == "An Unpublished Preprint"


def test_a_pdf_by_url_is_one_paper_however_often_it_is_fetched(lab: Lab, arxiv: ArxivStandin, pdfs: Path) -> None:
    """A URL brings a paper once: the second time it is known by that URL and not asked for."""
    write_pdf(pdfs / "elsewhere" / "talk.pdf", "Lecture Notes on Gradient Descent", "gradient descent step size")
    url = f"{arxiv.url}/files/elsewhere/talk.pdf"
    (first,) = fetch(lab, url).values()
    asked = len(arxiv.requests)

    (second,) = fetch(lab, url).values()

    assert first.outcome is Outcome.ADDED
    assert (second.outcome, second.key) == (Outcome.PRESENT, first.key)
    assert len(arxiv.requests) == asked
    assert lab.library.load(first.key).url == url


def test_a_pdf_of_another_paper_is_not_kept(lab: Lab, arxiv: ArxivStandin, tmp_path: Path) -> None:
    """When the host sends a PDF stamped with another id, the paper fails and nothing of it is kept."""
    folder = tmp_path / "wrong"
    title, words = TOPICS[IDS[0]]
    write_pdf(folder / f"{IDS[1]}v1.pdf", title, words, arxiv=f"{IDS[0]}v1")
    with ArxivStandin(folder) as wrong:
        lab.settings = replace(lab.settings, arxiv_api_url=wrong.api_url, arxiv_pdf_url=wrong.pdf_url)
        (result,) = fetch(lab, IDS[1]).values()

    assert result.outcome is Outcome.FAILED
    assert f"stamped arXiv:{IDS[0]}" in result.reason
    assert lab.library.load(IDS[1]).pdf is None
    assert [p.name for p in lab.library.folder(IDS[1]).iterdir()] == ["paper.toml"]


@pytest.mark.parametrize(("fault", "words"), [("html", "HTML"), ("truncated", "")])
def test_what_is_no_whole_pdf_is_not_kept(lab: Lab, arxiv: ArxivStandin, fault: str, words: str) -> None:
    """A web page or half a file in a PDF's place fails that paper with the reason."""
    arxiv.faults.add(fault)

    (result,) = fetch(lab, IDS[0]).values()

    assert result.outcome is Outcome.FAILED
    assert words.lower() in result.reason.lower()
    assert [p.name for p in lab.library.folder(IDS[0]).iterdir()] == ["paper.toml"]


def test_an_update_brings_the_newer_version_and_keeps_the_older(lab: Lab, arxiv: ArxivStandin, tmp_path: Path) -> None:
    """`fetch --update` finds version 2: it becomes paper.pdf, version 1 stays beside it, notes and tags stay."""
    fetch(lab, IDS[0])
    lab.library.save(replace(lab.library.load(IDS[0]), tags=("mine",), status=Status.READING))
    folder = tmp_path / "newer"
    title, words = TOPICS[IDS[0]]
    write_pdf(folder / f"{IDS[0]}v2.pdf", title, f"{words} revised", arxiv=f"{IDS[0]}v2")
    with ArxivStandin(folder) as newer:
        lab.__dict__.pop("source")
        lab.settings = replace(lab.settings, arxiv_api_url=newer.api_url, arxiv_pdf_url=newer.pdf_url)
        (result,) = fetch(lab, IDS[0], update=True).values()

    paper = lab.library.load(IDS[0])
    assert result.outcome is Outcome.VERSION
    assert paper.pdf
    assert (paper.version, paper.pdf.version, paper.pdf.name) == (2, 2, "paper.pdf")
    assert [(v.version, v.name) for v in paper.other_versions] == [(1, "paper.v1.pdf")]
    assert (paper.tags, paper.status) == (("mine",), Status.READING)
    assert sorted(p.name for p in lab.library.folder(IDS[0]).glob("*.pdf")) == ["paper.pdf", "paper.v1.pdf"]


def test_added_by_stamp_the_same_file_twice_is_one_paper(lab: Lab, pdfs: Path) -> None:
    """A stamped PDF is known by its id; the same file under another name is the same paper."""
    adder = lab.adder()
    first = adder.add(pdfs / f"{IDS[0]}v1.pdf")
    copy = pdfs.parent / "renamed.pdf"
    copy.write_bytes((pdfs / f"{IDS[0]}v1.pdf").read_bytes())

    second = adder.add(copy)

    assert (first.key, first.outcome) == (IDS[0], Outcome.ADDED)
    assert (second.key, second.outcome) == (IDS[0], Outcome.PRESENT)
    assert [p.name for p in lab.library.folder(IDS[0]).glob("*.pdf")] == ["paper.pdf"]


def test_another_version_of_a_known_paper_is_a_version(lab: Lab, pdfs: Path, tmp_path: Path) -> None:
    """Version 2 added after version 1 is one paper with two PDFs, and so is version 1 after version 2."""
    title, words = TOPICS[IDS[0]]
    newer = write_pdf(tmp_path / "b.pdf", title, f"{words} better", arxiv=f"{IDS[0]}v2")
    older = pdfs / f"{IDS[0]}v1.pdf"
    for key, order in (("up", (older, newer)), ("down", (newer, older))):
        other = Lab(tmp_path / key, lab.settings)
        Lab.init(tmp_path / key)
        adder = other.adder()
        results = [adder.add(path) for path in order]
        paper = other.library.load(IDS[0])
        other.close()

        assert [result.outcome.value for result in results] == ["added", "version"]
        assert paper.pdf
        assert paper.pdf.version == 2
        assert [v.version for v in paper.other_versions] == [1]


def test_an_unstamped_pdf_is_known_by_its_title(lab: Lab, tmp_path: Path) -> None:
    """Without stamp the title decides: two printings of one paper are versions, two papers of one name are two."""
    adder = lab.adder()
    first = adder.add(write_pdf(tmp_path / "a.pdf", "A Study of Step Sizes in Descent", "step size"))
    printing = adder.add(write_pdf(tmp_path / "b.pdf", "A Study of Step Sizes in Descent", "step size again"))
    other = adder.add(write_pdf(tmp_path / "c.pdf", "A Study of Something Else Entirely", "momentum"))

    assert (printing.key, printing.outcome) == (first.key, Outcome.VERSION)
    assert other.outcome is Outcome.ADDED
    assert other.key != first.key


def test_a_pdf_is_recognised_by_a_reading_lists_title(lab: Lab, tmp_path: Path) -> None:
    """A conference PDF without stamp whose title a reading list knows takes that entry's key and arXiv id."""
    lab.library.add_to_list(
        ReadingList("mine", "Mine", entries=(ListEntry("2305.11111", "Learning Rates That Warm Up"),)), ()
    )

    result = lab.adder().add(write_pdf(tmp_path / "x.pdf", "Learning Rates that Warm Up", "warm up schedule"))

    paper = lab.library.load("2305.11111")
    assert result.key == "2305.11111"
    assert (paper.arxiv_id, paper.source) == ("2305.11111", "arxiv")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.pdf", b"", "empty"),
        ("page.pdf", b"<!DOCTYPE html><html><body>Not found</body></html>", ""),
        ("text.pdf", b"just words", ""),
    ],
)
def test_what_is_no_pdf_is_refused_with_its_name(lab: Lab, tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    """A file that is no PDF fails with a reason and leaves no trace in the library."""
    (tmp_path / name).write_bytes(data)

    result = lab.adder().add(tmp_path / name)

    assert (result.key, result.outcome, result.exit_code) == (name, Outcome.FAILED, 4)
    assert reason in result.reason
    assert lab.library.stamps() == {}


def test_a_missing_file_is_named(lab: Lab, tmp_path: Path) -> None:
    """Adding a file that is not there says so."""
    result = lab.adder().add(tmp_path / "nowhere.pdf")

    assert result.outcome is Outcome.FAILED
    assert "no such file" in result.reason


def test_a_pdf_copied_in_by_hand_is_recorded_at_the_next_indexing(lab: Lab, arxiv: ArxivStandin, pdfs: Path) -> None:
    """A paper.pdf put beside a record is adopted, read and found."""
    lab.library.save(Paper(IDS[0], TOPICS[IDS[0]][0], arxiv_id=IDS[0]))
    (lab.library.folder(IDS[0]) / "paper.pdf").write_bytes((pdfs / f"{IDS[0]}v1.pdf").read_bytes())

    report = lab.index([], silent)

    assert (report.papers, report.failed) == (1, [])
    assert lab.searcher.search("expert routing")[0].key == IDS[0]


def test_names_that_mean_nothing_are_refused(lab: Lab) -> None:
    """A DOI alone, and a word that is neither list nor id, are usage errors that say what to give."""
    with pytest.raises(UsageError, match="names no PDF"):
        lab.wanted(["10.1145/1143844.1143891"])
    with pytest.raises(UsageError, match="neither a reading list"):
        lab.wanted(["no-such-list"])


def test_an_imported_list_carries_ticks_and_notes(lab: Lab, tmp_path: Path) -> None:
    """Markdown with ticks and notes becomes a list, statuses and notes.md; a second import changes nothing."""
    file = tmp_path / "log.md"
    file.write_text(
        "| Resource | Progress | Notes |\n|---|---|---|\n"
        "| [Warm Starts](https://arxiv.org/abs/2305.11111v2?utm_source=x) | ✅ | worth a second look |\n"
        "| [Cold Starts](https://arxiv.org/pdf/2305.22222.pdf) | ⬜ | |\n",
        encoding="utf-8",
    )

    dry = lab.import_list(file, None, dry_run=True)
    assert [item.key for item in dry.entries] == ["2305.11111", "2305.22222"]
    assert "log" not in lab.library.list_names()

    lab.import_list(file, None, dry_run=False)
    paper = lab.library.load("2305.11111")
    assert paper.status is Status.READ
    assert "worth a second look" in lab.library.notes("2305.11111").read_text(encoding="utf-8")
    assert lab.library.list_keys("log") == ["2305.11111", "2305.22222"]

    before = {path: path.read_bytes() for path in lab.library.root.rglob("*") if path.is_file()}
    again = lab.import_list(file, None, dry_run=False)
    assert not any(item.new for item in again.entries)
    assert before == {path: path.read_bytes() for path in lab.library.root.rglob("*") if path.is_file()}


def test_an_import_never_takes_back_a_status(lab: Lab, tmp_path: Path) -> None:
    """A blank box in an imported list does not make a read paper unread."""
    lab.library.save(Paper("2305.11111", "Warm Starts", arxiv_id="2305.11111", status=Status.READ))
    file = tmp_path / "l.md"
    file.write_text("- [ ] [Warm Starts](https://arxiv.org/abs/2305.11111) again\n", encoding="utf-8")

    lab.import_list(file, None, dry_run=False)

    assert lab.library.load("2305.11111").status is Status.READ


def test_bad_entries_of_a_bibliography_are_named_and_the_rest_comes(lab: Lab, tmp_path: Path) -> None:
    """A broken BibTeX entry is a problem with its line; the good ones are imported."""
    file = tmp_path / "refs.bib"
    file.write_text(
        "@article{good, title={Warm Starts}, eprint={2305.11111}, archivePrefix={arXiv}}\n\n@article{bad, title={Oh\n",
        encoding="utf-8",
    )

    imported = lab.import_list(file, "refs", dry_run=False)

    assert [item.key for item in imported.entries] == ["2305.11111"]
    assert len(imported.problems) == 1
    assert imported.problems[0].line


def test_an_import_of_a_broken_list_file_names_its_line(lab: Lab, tmp_path: Path) -> None:
    """A TOML list with an error is refused with file and line."""
    file = tmp_path / "x.toml"
    file.write_text('title = "X"\n[[paper]]\nid = 3\n', encoding="utf-8")

    with pytest.raises(BadFile) as caught:
        lab.import_list(file, None, dry_run=False)
    assert caught.value.line == 3


def versions(lab: Lab, key: str) -> tuple[int | None, list[int | None]]:
    paper = lab.library.load(key)
    return paper.pdf.version if paper.pdf else None, [pdf.version for pdf in paper.other_versions]


def test_each_version_asked_for_comes(lab: Lab, tmp_path: Path) -> None:
    """After version 1 an update brings the newest, and after that version 1 or 2 come by their number, once each."""
    folder = tmp_path / "versions"
    title, words = TOPICS[IDS[0]]
    for number in (1, 2, 3):
        write_pdf(folder / f"{IDS[0]}v{number}.pdf", title, f"{words} take{number}", arxiv=f"{IDS[0]}v{number}")
    with ArxivStandin(folder) as standin:
        lab.settings = replace(lab.settings, arxiv_api_url=standin.api_url, arxiv_pdf_url=standin.pdf_url)

        assert outcomes(fetch(lab, f"{IDS[0]}v1")) == {IDS[0]: "fetched"}
        assert versions(lab, IDS[0]) == (1, [])
        assert outcomes(fetch(lab, IDS[0], update=True)) == {IDS[0]: "version"}
        assert versions(lab, IDS[0]) == (3, [1])
        assert outcomes(fetch(lab, f"{IDS[0]}v2")) == {IDS[0]: "version"}
        assert versions(lab, IDS[0]) == (3, [1, 2])
        asked = len(standin.requests)
        assert outcomes(fetch(lab, f"{IDS[0]}v1", f"{IDS[0]}v2", IDS[0])) == {IDS[0]: "present"}
        assert len(standin.requests) == asked


def test_two_versions_in_one_command_both_come(lab: Lab, tmp_path: Path) -> None:
    """`fetch IDv1 IDv2` brings both."""
    folder = tmp_path / "versions"
    title, words = TOPICS[IDS[0]]
    for number in (1, 2):
        write_pdf(folder / f"{IDS[0]}v{number}.pdf", title, f"{words} take{number}", arxiv=f"{IDS[0]}v{number}")
    with ArxivStandin(folder) as standin:
        lab.settings = replace(lab.settings, arxiv_api_url=standin.api_url, arxiv_pdf_url=standin.pdf_url)
        fetch(lab, f"{IDS[0]}v1", f"{IDS[0]}v2")

    assert versions(lab, IDS[0]) == (2, [1])


def test_an_import_keeps_the_comments_of_a_list(lab: Lab, tmp_path: Path) -> None:
    """What a person wrote into a reading list's file stays, to the byte; new papers stand behind it."""
    path = lab.library.list_path("moe")
    before = "# my own words\n" + path.read_text(encoding="utf-8")
    path.write_text(before, encoding="utf-8")
    file = tmp_path / "more.md"
    file.write_text("- [ ] [Warm Starts](https://arxiv.org/abs/2305.11111)\n", encoding="utf-8")

    lab.import_list(file, "moe", dry_run=False)

    assert path.read_text(encoding="utf-8").startswith(before.rstrip())
    assert lab.library.list_keys("moe")[-1] == "2305.11111"


def test_an_import_goes_on_past_a_broken_record(lab: Lab, tmp_path: Path) -> None:
    """One paper whose record has an error is a problem by name; the ticks of the others arrive."""
    lab.library.save(Paper("2305.11111", "Warm Starts", arxiv_id="2305.11111"))
    (lab.library.folder("2305.11111") / "paper.toml").write_text("title =", encoding="utf-8")
    file = tmp_path / "l.md"
    file.write_text(
        "- [x] [Warm Starts](https://arxiv.org/abs/2305.11111)\n- [x] [Cold](https://arxiv.org/abs/2305.22222)\n",
        encoding="utf-8",
    )

    imported = lab.import_list(file, None, dry_run=False)

    assert [problem.line for problem in imported.problems] == [1]
    assert lab.library.load("2305.22222").status is Status.READ


def test_a_listed_paper_by_url_takes_its_title_from_the_pdf(lab: Lab, arxiv: ArxivStandin, pdfs: Path) -> None:
    """An entry that is a bare link gets the title that page 1 prints."""
    write_pdf(pdfs / "elsewhere" / "olog.pdf", "Structures for Writing Knowledge Down", "objects functions categories")
    entry = ListEntry(None, url=f"{arxiv.url}/files/elsewhere/olog.pdf")
    lab.library.add_to_list(ReadingList("bare", "Bare", entries=(entry,)), ())

    (result,) = fetch(lab, "bare").values()

    assert lab.library.load(result.key).title == "Structures for Writing Knowledge Down"
    assert set(outcomes(fetch(lab, "bare")).values()) == {"present"}


def test_a_retitled_paper_gets_its_pdf_all_the_same(lab: Lab, arxiv: ArxivStandin, pdfs: Path) -> None:
    """A list's paper whose record the user gave another title is still that paper, not a second one."""
    write_pdf(pdfs / "elsewhere" / "foo.pdf", "Foo Bar of Baz Methods", "foo bar baz")
    entry = ListEntry(None, "Foo Bar of Baz Methods", url=f"{arxiv.url}/files/elsewhere/foo.pdf")
    lab.library.add_to_list(ReadingList("one", "One", entries=(entry,)), ())
    (key,) = lab.library.list_keys("one")
    lab.library.save(Paper(key, "My Own Name for It", url=entry.url))

    (result,) = fetch(lab, "one").values()

    assert result.key == key
    assert list(lab.library.stamps()) == [key]
    assert lab.library.load(key).title == "My Own Name for It"


def test_a_pdf_marked_in_place_is_recorded_not_doubled(lab: Lab) -> None:
    """Marks made in paper.pdf by another program are taken as they are: no ghost of the old file in the record."""
    fetch(lab, IDS[0])
    lab.index([], silent)
    path = lab.library.folder(IDS[0]) / "paper.pdf"
    path.write_bytes(path.read_bytes() + b"% a mark\n")

    report = lab.index([], silent)

    paper = lab.library.load(IDS[0])
    assert (report.papers, report.failed, report.read) == (1, [], 1)
    assert paper.other_versions == ()
    assert paper.pdf
    assert paper.pdf.size == path.stat().st_size


def test_a_known_paper_is_fetched_by_a_prefix_of_its_key(lab: Lab) -> None:
    """An unambiguous prefix means the library's paper, as everywhere."""
    fetch(lab, IDS[0])

    assert set(outcomes(fetch(lab, "2401"))) == {IDS[0]}
