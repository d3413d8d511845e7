"""Handing files to other programs: the viewer, the editor."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from paperlab.tui.desk import outside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paperlab.tui.app import DeskApp


class _App:
    """What the functions use of the app."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.suspended = 0

    def tell(self, message: str, *, wrong: bool = False) -> None:
        assert wrong
        self.told.append(message)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        self.suspended += 1
        yield


@pytest.fixture
def app() -> Any:
    return cast("DeskApp", _App())


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "a paper.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_viewer_of_the_settings_gets_path_and_page(
    app: Any, pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PAPERLAB_PDF_VIEWER is a command line; path and page are filled in whole, spaces and all."""
    started: list[list[str]] = []
    monkeypatch.setattr(outside, "_detached", started.append)
    monkeypatch.setenv("PAPERLAB_PDF_VIEWER", "view --page={page} '{path}' -x")

    assert asyncio.run(outside.open_outside(app, pdf, 7))
    monkeypatch.setenv("PAPERLAB_PDF_VIEWER", "view")
    assert asyncio.run(outside.open_outside(app, pdf))

    assert started == [["view", "--page=7", str(pdf), "-x"], ["view", str(pdf)]]


def test_a_viewer_that_knows_pages_is_preferred(
    app: Any, pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a page, a viewer that is there and takes one is started; without one, the system's own."""
    started: list[list[str]] = []
    monkeypatch.setattr(outside, "_detached", started.append)
    monkeypatch.setattr(outside.sys, "platform", "linux")
    monkeypatch.delenv("PAPERLAB_PDF_VIEWER", raising=False)
    for name in ("zathura", "xdg-open"):
        program(tmp_path, name, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))

    asyncio.run(outside.open_outside(app, pdf, 3))
    asyncio.run(outside.open_outside(app, pdf))

    assert started == [["zathura", "--page=3", str(pdf)], ["xdg-open", str(pdf)]]


def test_without_a_viewer_or_a_file_one_line_is_told(
    app: Any, pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing to open with, and nothing to open."""
    monkeypatch.setattr(outside.sys, "platform", "linux")
    monkeypatch.delenv("PAPERLAB_PDF_VIEWER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not asyncio.run(outside.open_outside(app, pdf))
    assert not asyncio.run(outside.open_outside(app, tmp_path / "gone.pdf"))

    assert "no program" in app.told[0]
    assert "not there any more" in app.told[1]


def test_the_editor_writes_the_file_while_the_desk_stands_still(
    app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """$EDITOR may have arguments; the file need not exist yet."""
    editor = program(tmp_path, "my editor", 'echo "$1" > "$2"')
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"'{editor}' --wait")
    notes = tmp_path / "notes.md"

    assert asyncio.run(outside.edit(app, notes))

    assert notes.read_text() == "--wait\n"
    assert app.suspended == 1


@pytest.mark.parametrize(
    ("editor", "told"), [("no-such-editor", "could not be started"), ("false", "ended with code 1")]
)
def test_an_editor_that_fails_is_told_of(
    app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, editor: str, told: str
) -> None:
    """A missing editor and one that fails: one line each."""
    monkeypatch.setenv("VISUAL", editor)

    assert not asyncio.run(outside.edit(app, tmp_path / "notes.md"))

    assert told in app.told[0]


@pytest.mark.parametrize("variable", ["VISUAL", "EDITOR", "PAPERLAB_PDF_VIEWER"])
def test_a_variable_that_is_no_command_is_named(
    app: Any, pdf: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """A quote that is never closed: one line says in which variable."""
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "vim 'unbalanced")

    if variable == "PAPERLAB_PDF_VIEWER":
        assert not asyncio.run(outside.open_outside(app, pdf))
    else:
        assert not asyncio.run(outside.edit(app, pdf))

    assert app.told == [f"${variable} is not a command: no closing quotation"]
    assert not app.suspended


def test_links_go_to_the_systems_browser_and_only_web_addresses_do(
    app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing takes the terminal, and a PDF's link starts no other program."""
    started: list[list[str]] = []
    monkeypatch.setattr(outside, "_detached", started.append)
    monkeypatch.setattr(outside.sys, "platform", "linux")
    program(tmp_path, "xdg-open", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert outside.open_link(app, "https://example.org/a?b=1")
    assert not any(outside.open_link(app, bad) for bad in ("file:///etc/passwd", "javascript:0", "-e x"))
    monkeypatch.setenv("PATH", "")
    assert not outside.open_link(app, "http://example.org")

    assert started == [["xdg-open", "https://example.org/a?b=1"]]
    assert len(app.told) == 4
    assert app.told[-1] == "no program to open it with was found: open http://example.org yourself"


def test_no_editor_at_all(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither set nor installed."""
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not asyncio.run(outside.edit(app, tmp_path / "notes.md"))

    assert "$EDITOR" in app.told[0]


def test_a_file_that_cannot_be_written_is_not_opened(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor is not started for what it could not save."""
    monkeypatch.setenv("VISUAL", "true")
    monkeypatch.setattr(outside.os, "access", lambda *_: False)

    assert not asyncio.run(outside.edit(app, tmp_path / "notes.md"))

    assert "cannot be written" in app.told[0]
    assert not app.suspended
