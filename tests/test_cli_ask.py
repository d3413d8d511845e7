"""The command ask: what is printed, kept, opened and asked again."""

from __future__ import annotations

import io
import json
import sys
import time
from typing import TYPE_CHECKING, ClassVar

import click
import pymupdf
import pytest

from paperlab.cli.answers import shown_answer
from paperlab.types import Answer, Box, CellPlace, PageBox, Part, Passage, Quote, Statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.lab import Lab

    Do = Callable[..., tuple[int, str, str]]

TITLE = "Weirs and Their Keepers"
FACT = "The weir was rebuilt in fourteen days by nine masons from the valley."
ASKED = "In how many days was the weir rebuilt?"


def write(path: Path, title: str, *sentences: str) -> Path:
    """Write a page with a title, a heading and sentences, one a line."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 90), title, fontsize=20)
    page.insert_text((72, 130), "1 Works", fontsize=14)
    for i, sentence in enumerate(sentences):
        page.insert_text((72, 160 + 14 * i), sentence, fontsize=10)
    document.save(path)
    return path


@pytest.fixture
def shelf(lab: Lab, tmp_path: Path, do: Do, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Return an indexed lab with one paper; the hashing embedder's cosines are below every calibrated threshold."""
    monkeypatch.setattr("paperlab.ask.asker.THRESHOLD", 0.0)
    path = write(tmp_path / "weirs.pdf", TITLE, FACT, "The toll at the weir stayed as it had been for an age.")
    assert do("add", str(path), "--lab", str(lab.root))[0] == 0
    assert do("index", "--lab", str(lab.root))[0] == 0
    return lab


def test_an_answer_has_quote_pointer_and_id(shelf: Lab, do: Do) -> None:
    """The sentence as printed, the paper as cited with its page, the id that the log knows it by."""
    code, out, _err = do("ask", ASKED, "--lab", str(shelf.root))
    told = " ".join(out.split())

    assert code == 0
    assert FACT in told
    assert "p. 1]" in told
    assert out.split()[-1] == shelf.questions.get("last").id


def test_json_is_one_document_with_page_and_boxes(shelf: Lab, do: Do) -> None:
    """What scripts rely on: answered, sentences, citations; the box holds the words on the page."""
    code, out, _err = do("ask", ASKED, "--json", "--lab", str(shelf.root))
    document = json.loads(out)
    citation = document["answer"][0]["citations"][0]
    (key,) = shelf.library.stamps()
    page = pymupdf.open(shelf.library.pdf(shelf.library.load(key)))[citation["page"] - 1]
    printed = " ".join(page.get_text("text", clip=box["box"]) for box in citation["boxes"])

    assert (code, document["answered"], document["model"]) == (0, True, "")
    assert citation["key"] == key
    assert citation["quote"] == FACT
    assert set(FACT.split()) <= set(printed.split())


def test_a_no_says_what_is_missing_and_leaves_with_1(shelf: Lab, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the threshold there is no sentence, but the reason and the nearest passages; the log keeps it, too."""
    monkeypatch.setattr("paperlab.ask.asker.THRESHOLD", 1.1)
    code, out, _err = do("ask", "What does Zyzzogeton say of the weir?", "--lab", str(shelf.root))
    told = " ".join(out.split())

    assert code == 1
    assert "Not in your library: no paper of your library mentions 'Zyzzogeton'." in told
    assert "Looked through 1 papers. Nearest:" in told
    assert "[" not in told
    assert not shelf.questions.get("last").answered


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "the question is empty"),
        (("--again", "last", "why"), "--again asks a question of the log"),
        (("--chat", "--json"), "--chat is for people"),
        (("why", "--model", "no-such-model"), "no-such-model"),
    ],
)
def test_what_cannot_be_asked(shelf: Lab, do: Do, arguments: tuple[str, ...], said: str) -> None:
    """One line, exit code 2, nothing in the log."""
    code, _out, err = do("ask", *arguments, "--lab", str(shelf.root))

    assert code == 2
    assert said in err
    assert shelf.questions.all() == []


@pytest.mark.parametrize("quiet_log", [("--no-log",), ()])
def test_no_log(shelf: Lab, do: Do, quiet_log: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """By option or by setting, no trace is kept."""
    if not quiet_log:
        monkeypatch.setenv("PAPERLAB_ASK_LOG", "false")
    assert do("ask", ASKED, *quiet_log, "--lab", str(shelf.root))[0] == 0
    assert shelf.questions.all() == []


def test_a_log_that_cannot_be_written_costs_no_answer(shelf: Lab, do: Do) -> None:
    """The answer is printed, the trouble said."""
    (shelf.library.root / "questions.jsonl").mkdir()
    code, out, err = do("ask", ASKED, "--lab", str(shelf.root))

    assert code == 0
    assert "fourteen days" in out
    assert "the answer is not in the log" in err


def test_narrowed(shelf: Lab, do: Do, tmp_path: Path) -> None:
    """Only the papers named are asked, and the log says so."""
    write(tmp_path / "other.pdf", "Of Ferries", "The ferry was rebuilt in seven days by two masons.")
    assert do("add", str(tmp_path / "other.pdf"), "--lab", str(shelf.root))[0] == 0
    assert do("index", "--lab", str(shelf.root))[0] == 0
    key = next(key for key in shelf.library.stamps() if "ferr" in key)
    _code, out, _err = do("ask", "In how many days was it rebuilt?", "--in", key, "--json", "--lab", str(shelf.root))
    document = json.loads(out)

    assert {one["key"] for told in document["answer"] for one in told["citations"]} == {key}
    assert (document["keys"], document["papers"]) == ([key], 1)


def test_pictures_of_the_cited_pages(shelf: Lab, do: Do, tmp_path: Path) -> None:
    """A PNG a quote, with a mark over its words that the page itself does not have."""
    _code, _out, _err = do("ask", ASKED, "--pictures", str(tmp_path / "seen"), "--lab", str(shelf.root))
    paths = sorted((tmp_path / "seen").glob("*.png"))
    (key,) = shelf.library.stamps()
    plain = shelf.reader.picture(shelf.library.pdf(shelf.library.load(key)), 1, dpi=110)

    assert len(paths) == len(shelf.questions.get("last").quotes)
    assert all(path.read_bytes()[:8] == plain[:8] for path in paths)
    assert plain not in [path.read_bytes() for path in paths]


def test_open_shows_the_first_citation(shelf: Lab, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture lies under index/ and is handed to the program that shows pictures; without one its path is said."""
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", lambda path: opened.append(path) or 1)
    _code, _out, err = do("ask", ASKED, "--open", "--lab", str(shelf.root))

    assert len(opened) == 1
    assert opened[0].startswith(str(shelf.index_folder))
    assert opened[0] in err


def test_again_tells_what_came(shelf: Lab, do: Do, tmp_path: Path) -> None:
    """A paper that was added since, and the quotes that it brings."""
    do("ask", ASKED, "--lab", str(shelf.root))
    time.sleep(1.1)  # a record knows the day a paper came, its PDF the second
    write(tmp_path / "new.pdf", "The Weir Again", "The weir was rebuilt in fifty days by no masons at all.")
    do("add", str(tmp_path / "new.pdf"), "--lab", str(shelf.root))
    do("index", "--lab", str(shelf.root))
    code, out, _err = do("ask", "--again", "last", "--lab", str(shelf.root))

    assert code == 0
    assert "papers added: 1" in out
    assert "The Weir Again" in out
    assert "fifty days" in out
    assert len(shelf.questions.all()) == 2


def test_again_of_what_was_never_asked(shelf: Lab, do: Do) -> None:
    """One line, exit code 1."""
    code, _out, err = do("ask", "--again", "f00", "--lab", str(shelf.root))

    assert code == 1
    assert "f00" in err


def test_chat_tells_what_a_follow_up_was_taken_for(shelf: Lab, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are questions up to `exit`, blank ones none; the second leans on the first, and says on what."""
    monkeypatch.setattr(
        sys, "stdin", io.StringIO("What does Vermeer say of the weir?\n\nand of the toll?\nexit\nnever asked\n")
    )
    code, out, _err = do("ask", "--chat", "--lab", str(shelf.root))
    first, second = shelf.questions.all()

    assert code == 0
    assert first.resolved == first.question
    assert second.resolved != second.question
    assert f"looked for: {second.resolved}" in " ".join(out.split())


class TestShown:
    """What a terminal shows."""

    QUOTE: ClassVar = Quote("k", "Roe et al. 2020", 3, "Rows 1 2", (PageBox(3, (1.0, 2.0, 3.0, 4.0)),), ("5 Results",))
    BOX: ClassVar[Box] = (1.0, 2.0, 3.0, 4.0)

    def answer(self, *parts: Part) -> Answer:
        near = Passage("k2", "Near \x1b[31m", 9, (), 0.5, "Almost \x1b[31mit.")
        return Answer("abc123", "2026-11-21T10:00:00+00:00", "q", "q", parts, (near,), 7)

    def test_a_cell_is_named_and_its_row_quoted(self) -> None:
        """The pointer has the table, the quote below has the row as printed."""
        place = CellPlace("6", "ResNet", "error", "1.5", PageBox(3, self.BOX))
        quote = Quote("k", "Roe et al. 2020", 3, "ResNet 110 1.5", (), cell=place)
        shown = shown_answer(self.answer(Part("q", (Statement("ResNet, error: 1.5", (quote,)),), 0.9)))

        assert "ResNet, error: 1.5 [Roe et al. 2020, p. 3, Table 6]" in shown
        assert "“ResNet 110 1.5”" in shown

    def test_each_part_has_its_due(self) -> None:
        """Questions of their own as headings, one answered and one declined."""
        told = Part("What is it?", (Statement("Rows 1 2", (self.QUOTE,)),), 0.9)
        shown = shown_answer(self.answer(told, Part("And why?", (), 0.1, "no paper mentions it")))

        assert shown.index("What is it?") < shown.index("Rows 1 2") < shown.index("And why?")
        assert "Not in your library: no paper mentions it." in shown
        assert "Nearest" not in shown

    def test_a_quote_is_not_told_twice(self) -> None:
        """Where the sentence is the quote, only the place follows."""
        shown = shown_answer(self.answer(Part("q", (Statement("Rows 1 2", (self.QUOTE,)),), 0.9)))

        assert shown.count("Rows 1 2") == 1
        assert "5 Results" in shown
