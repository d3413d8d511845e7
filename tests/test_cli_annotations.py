"""Annotations on the command line, with real PDFs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pymupdf
import pytest

from paperlab.types import AnnotationKind
from support import write_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.lab import Lab

    Do = Callable[..., tuple[int, str, str]]

KEY, OTHER = "2401.00001", "2401.00002"
TITLE = "Routing Tokens to Many Small Experts"
WORDS = "sparse expert routing gate balance capacity"
QUOTE = "In step 21 of routing tokens to many small experts we study expert"


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pdfs")
    write_pdf(folder / "one.pdf", TITLE, WORDS, arxiv=f"{KEY}v1")
    write_pdf(folder / "longer.pdf", TITLE, WORDS, arxiv=f"{KEY}v2", pages=3)
    write_pdf(folder / "two.pdf", "Averaging Weights of Tuned Models", "merging weights sign", arxiv=f"{OTHER}v1")
    return folder


@pytest.fixture
def papers(lab: Lab, pdfs: Path) -> Lab:
    for name in ("one", "two"):
        lab.adder().add(pdfs / f"{name}.pdf")
    lab.sync()
    return lab


@pytest.fixture
def annotate(papers: Lab, do: Do, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Run `paperlab annotate ...` in the lab."""
    monkeypatch.setenv("PAPERLAB_LAB", str(papers.root))
    return lambda *arguments: do("annotate", *arguments)


def listed(annotate: Do, *arguments: str) -> list[dict[str, object]]:
    code, out, _err = annotate("list", *arguments, "--json")
    assert code == 0
    found: list[dict[str, object]] = json.loads(out)["annotations"]
    return found


def test_words_are_marked_listed_changed_and_taken_away(annotate: Do) -> None:
    """Each step says in a line what it did; ids may be cut."""
    code, out, _err = annotate("add", KEY, "--quote", QUOTE, "--comment", "why\x1b[31m?", "--colour", "green")
    assert code == 0
    name, _, place = out.strip().partition("  ")
    assert place.startswith("p. 2  green highlight  In step 21 of routing")

    code, out, _err = annotate("list", KEY)
    assert out.split() == [name, "p.", "2", "highlight", "green", *QUOTE.split(), "|", "why?"]

    code, out, _err = annotate("edit", KEY, name[:4], "--comment", "because", "--colour", "#ff0000", "--json")
    assert json.loads(out)["annotation"]["comment"] == "because"
    assert [one["colour"] for one in listed(annotate)] == ["#ff0000"]

    code, out, _err = annotate("remove", KEY, name)
    assert (code, out.startswith(f"removed {name}")) == (0, True)
    assert listed(annotate) == []
    code, out, err = annotate("list")
    assert (code, out) == (0, "")
    assert "no annotation fits" in err


def test_notes_on_the_paper_and_on_a_page(annotate: Do) -> None:
    """The list narrows by paper, kind, colour, words and day."""
    annotate("note", KEY, "about all of it")
    annotate("note", KEY, "about the page", "--page", "2", "--colour", "red")
    annotate("add", OTHER, "--quote", "In step 2 of averaging weights")

    assert [one["comment"] for one in listed(annotate, KEY)] == ["about all of it", "about the page"]
    assert len(listed(annotate)) == 3
    assert len(listed(annotate, "--kind", "note")) == 2
    assert [one["key"] for one in listed(annotate, "--kind", "highlight")] == [OTHER]
    assert [one["page"] for one in listed(annotate, "--colour", "red")] == [2]
    assert [one["page"] for one in listed(annotate, "--colour", "#FF6666")] == [2]
    assert [one["page"] for one in listed(annotate, "--words", "all about")] == [None]
    assert listed(annotate, "--since", "2999-01-01") == []
    assert len(listed(annotate, "--tag", "none")) == 0
    assert len(listed(annotate, "--in", OTHER)) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["add", KEY, "--quote", "no such words here"], 1, "do not stand in the paper"),
        (["add", KEY, "--quote", "we study"], 2, "places (p. 1, 2)"),
        (["add", KEY, "--quote", "Abstract", "--colour", "pink"], 2, "'pink' is no colour"),
        (["add", KEY, "--quote", "Abstract", "--page", "0"], 2, "--page"),
        (["note", KEY, "words", "--page", "9"], 2, "there is no page 9"),
        (["note", KEY, " "], 2, "a note needs some words"),
        (["note", "2403.00001", "words"], 1, "not in the library"),
        (["edit", KEY, "abc", "--comment", "x"], 1, "has no annotation 'abc'"),
        (["remove", KEY, "abc"], 1, "has no annotation 'abc'"),
        (["note", KEY, "\x01\x1b[0m"], 2, "a note needs some words"),
        (["list", "--colour", "pink"], 2, "'pink' is no colour"),
        (["export", KEY], 1, "has no annotations"),
        (["import", KEY, "missing.pdf"], 2, "missing.pdf"),
    ],
)
def test_bad_input_gets_one_clear_line(annotate: Do, arguments: list[str], code: int, said: str) -> None:
    """With the exit code that scripts rely on, and nothing written."""
    left, out, err = annotate(*arguments)

    assert (left, out) == (code, "")
    assert said in err.splitlines()[-1]
    assert listed(annotate) == []


def test_a_broken_file_is_told_and_the_others_are_shown(annotate: Do, papers: Lab) -> None:
    """A command on that paper ends with 4."""
    annotate("note", OTHER, "well")
    (papers.library.folder(KEY) / "annotations.toml").write_text("<<<<<<< ours\n", encoding="utf-8")

    code, out, err = annotate("list")

    assert (code, "well" in out) == (0, True)
    assert "annotations.toml:1: a merge was left unfinished here" in err
    assert annotate("note", KEY, "more")[0] == 4
    assert annotate("list", KEY, "--json")[:2] == (4, "")
    assert (papers.library.folder(KEY) / "annotations.toml").read_text(encoding="utf-8") == "<<<<<<< ours\n"


def test_the_comment_in_an_editor(annotate: Do, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What comes back from $EDITOR is the comment."""
    annotate("note", KEY, "before")
    name = str(listed(annotate)[0]["id"])
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "after\\nit" > "$1"\n', encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    monkeypatch.setenv("EDITOR", str(editor))

    assert annotate("edit", KEY, name)[0] == 0

    assert listed(annotate)[0]["comment"] == "after\nit"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("printf '\\351\\n' > \"$1\"", "what the editor left is no UTF-8 text"),
        ('rm "$1"', "what the editor left is no UTF-8 text"),
        ("kill -9 $$", "Editing failed"),
    ],
)
def test_an_editor_that_fails_changes_nothing(
    annotate: Do, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, said: str
) -> None:
    """One line says so."""
    annotate("note", KEY, "before")
    name = str(listed(annotate)[0]["id"])
    editor = tmp_path / "editor.sh"
    editor.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))

    code, out, err = annotate("edit", KEY, name)

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err
    assert listed(annotate)[0]["comment"] == "before"


def test_what_was_typed_in_an_editor_is_shown_where_it_cannot_be_kept(
    annotate: Do, papers: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A merge broke the file meanwhile: the words are not lost."""
    annotate("note", KEY, "before")
    name = str(listed(annotate)[0]["id"])
    editor = tmp_path / "editor.sh"
    file = papers.library.folder(KEY) / "annotations.toml"
    editor.write_text(f"#!/bin/sh\necho long thoughts > \"$1\"\necho '=======' >> '{file}'\n", encoding="utf-8")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))

    code, _out, err = annotate("edit", KEY, name)

    assert code == 4
    assert "long thoughts" in err
    assert "a merge was left unfinished" in err.splitlines()[-1]


def test_odd_targets_of_an_export_are_left_alone(annotate: Do, papers: Lab, tmp_path: Path) -> None:
    """A name that is none, a device, another paper's files: one line, and nothing is written, even with --force."""
    annotate("note", KEY, "words")
    other = papers.library.folder(OTHER)
    before = {file: file.read_bytes() for file in other.iterdir()}
    (tmp_path / "pipe").unlink(missing_ok=True)
    os.mkfifo(tmp_path / "pipe")

    for to in ("", str(tmp_path / "pipe"), os.devnull, *map(str, before)):
        code, out, err = annotate("export", KEY, "--force", "--to", to)
        assert (code, out, err.count("\n")) == (2, "", 1), to
    assert {file: file.read_bytes() for file in other.iterdir()} == before
    assert not (tmp_path / "pipe").is_file()


def test_an_id_of_several_lines_stays_on_its_line(annotate: Do, papers: Lab) -> None:
    """Files are edited by hand, and merged from strangers."""
    text = '[[annotation]]\nid = "a\\nb\\u001b[31m"\nkind = "note"\ncomment = "words"\n'
    (papers.library.folder(KEY) / "annotations.toml").write_text(text, encoding="utf-8")

    assert annotate("list", KEY)[1].splitlines() == ["a b  paper  note  yellow  words"]
    assert annotate("remove", KEY, "a\nb")[1].splitlines() == ["removed a b  whole paper  yellow note  words"]


def test_export_and_import_lose_nothing(
    annotate: Do, papers: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that every viewer reads; taken in again it changes nothing, edited there it changes ours."""
    monkeypatch.chdir(tmp_path)
    annotate("add", KEY, "--quote", QUOTE, "--comment", "ours")
    annotate("note", KEY, "on all")
    before = (papers.library.folder(KEY) / "annotations.toml").read_bytes()

    code, out, _err = annotate("export", KEY)
    assert (code, out.strip()) == (0, f"{KEY}-annotated.pdf: 2 annotations")
    assert annotate("export", KEY)[0] == 2
    assert annotate("export", KEY, "--force", "--json")[0] == 0
    assert annotate("import", KEY, f"{KEY}-annotated.pdf")[1].strip() == f"{KEY}: 0 added, 0 updated, 2 unchanged"
    assert (papers.library.folder(KEY) / "annotations.toml").read_bytes() == before

    with pymupdf.open(tmp_path / f"{KEY}-annotated.pdf") as document:
        page = document[1]
        (mark,) = [mark for mark in page.annots() if mark.type[1] == "Highlight"]
        mark.set_info(content="theirs", modDate="D:29990101000000Z")
        mark.update()
        document.save(tmp_path / "edited.pdf")
    assert annotate("import", KEY, "edited.pdf")[1].strip() == f"{KEY}: 0 added, 1 updated, 1 unchanged"
    assert {one["comment"] for one in listed(annotate)} == {"theirs", "on all"}


def test_a_pdf_marked_in_its_place_keeps_and_brings_annotations(annotate: Do, papers: Lab, do: Do) -> None:
    """Another program saved over paper.pdf: `index` takes it as the one in use, and ours stay at their words."""
    annotate("add", KEY, "--quote", QUOTE)
    own = papers.library.folder(KEY) / "paper.pdf"
    with pymupdf.open(own) as document:
        document[0].add_highlight_annot(document[0].search_for("Abstract")[0].quad)
        data = document.tobytes()
    own.write_bytes(data)
    old = papers.library.load(KEY).pdf

    assert do("index", KEY)[0] == 0
    assert papers.library.load(KEY).pdf != old
    assert [(one["page"], one["lost"]) for one in listed(annotate, KEY)] == [(2, False)]

    assert annotate("import", KEY)[1].strip() == f"{KEY}: 1 added, 0 updated, 0 unchanged"
    assert annotate("import", KEY)[1].strip() == f"{KEY}: 0 added, 0 updated, 1 unchanged"
    assert [one["quote"] for one in listed(annotate, KEY)] == ["Abstract", QUOTE]


def test_a_new_version_is_anchored_again(annotate: Do, papers: Lab, pdfs: Path) -> None:
    """The file has the new place after the next list; another version's file may be imported as well."""
    annotate("add", KEY, "--quote", QUOTE, "--comment", "mine")
    (before,) = papers.annotator.annotations.of(KEY)
    papers.adder().add(pdfs / "longer.pdf")

    assert [(one["page"], one["lost"], one["comment"]) for one in listed(annotate, KEY)] == [(2, False, "mine")]

    (after,) = papers.annotator.annotations.of(KEY)
    assert after.sha256 != before.sha256
    assert after.kind is AnnotationKind.HIGHLIGHT
