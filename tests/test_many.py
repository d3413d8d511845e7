"""Many files read by several children at a time: in order, each with its reading or error, and cleanly ended."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paperlab.errors import BadFile, UnreadablePdf
from paperlab.pdf import PyMuPDFReader
from paperlab.pdf.many import ReadingAhead
from paperlab.types import Reading
from support import write_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW = """
import os, sys, time
from pathlib import Path
real = time.sleep
for unwanted in ("pymupdf.layout", "pymupdf4llm"):
    sys.modules[unwanted] = None
import pymupdf
usual = pymupdf.Page.get_textpage
def meet(path):
    path.with_suffix(".here").touch()
    until = time.monotonic() + 15
    while len(list(path.parent.glob("meet*.here"))) < 2 and time.monotonic() < until:
        real(0.02)
    if time.monotonic() >= until:
        os._exit(1)
def slowly(page, *given, **named):
    path = Path(page.parent.name)
    if "meet" in path.name:
        meet(path)
    real(60 if "stall" in path.name else 0)
    return usual(page, *given, **named)
pymupdf.Page.get_textpage = slowly
"""
"""Makes children stall, or wait until two of them are at such a file, where a file's name says so."""


@pytest.fixture
def slow_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files with `stall` in their names take their time, and those with `meet` wait for one another."""
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "sitecustomize.py").write_text(SLOW)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "early"))


@pytest.fixture
def reader() -> Iterator[PyMuPDFReader]:
    """Yield a reader with two children, and see that none is left."""
    made = PyMuPDFReader(processes=2)
    yield made
    pids = running(made)
    made.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert not [thread for thread in threading.enumerate() if "_work" in thread.name]


def papers(folder: Path, *names: str) -> list[Path]:
    """Write a small paper under each name."""
    return [write_pdf(folder / f"{name}.pdf", f"On {name}", "one two three", pages=1) for name in names]


def running(reader: PyMuPDFReader) -> list[int]:
    """Return the process ids of a reader's children."""
    return [asker.pid for asker in reader._askers if asker.pid is not None]


def test_in_order_with_the_errors_in_their_places(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Every path comes once, in the order given, with what `read` gives or the error it raises."""
    good = papers(tmp_path, *"abcdefg")
    (tmp_path / "text.pdf").write_text("no PDF")
    paths = [*good[:3], tmp_path / "gone.pdf", *good[3:6], tmp_path / "text.pdf", good[6]]
    results = list(reader.read_many(paths))

    assert [path for path, _ in results] == paths
    assert [type(got) for _, got in results] == [Reading] * 3 + [BadFile] + [Reading] * 3 + [UnreadablePdf, Reading]
    assert [got for path, got in results if path in good] == [reader.read(path) for path in good]


@pytest.mark.usefixtures("slow_children")
def test_two_at_a_time(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Two children work at once: each of two files can wait until the other is being read."""
    paths = papers(tmp_path, "a", "meet1", "meet2", "b")
    results = list(reader.read_many(paths))

    assert [path for path, _ in results] == paths
    assert all(isinstance(got, Reading) for _, got in results)
    assert len(running(reader)) == 2


def test_nothing_to_read(reader: PyMuPDFReader) -> None:
    """No files, no children."""
    assert list(reader.read_many([])) == []
    assert running(reader) == []


def test_paths_are_drawn_as_they_are_needed(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """A few files are read ahead, not all, and the paths come from the caller's own thread."""
    paths = papers(tmp_path, *"abcdefghij")
    drawn: list[int] = []

    def source() -> Iterator[Path]:
        for path in paths:
            drawn.append(threading.get_ident())
            yield path

    results = reader.read_many(source())
    next(results)

    assert len(drawn) == 4
    assert len(list(results)) == 9
    assert set(drawn) == {threading.get_ident()}


@pytest.mark.usefixtures("slow_children")
def test_an_exception_in_the_consumer_stops_the_children(tmp_path: Path) -> None:
    """Leaving the loop by an error does not wait for the files that are being read."""
    paths = papers(tmp_path, "a", "stall1", "stall2", "stall3")
    began = time.monotonic()
    pids: list[int] = []

    def consume() -> None:
        with PyMuPDFReader(processes=2) as made:
            for _path, _reading in made.read_many(paths):
                pids.extend(running(made))
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        consume()

    assert time.monotonic() - began < 5
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.usefixtures("slow_children")
def test_leaving_the_loop_frees_the_reader(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """After a break the next file is read at once, although the children were in the middle of others."""
    paths = papers(tmp_path, "a", "stall1", "stall2", "b")
    for _path, _reading in reader.read_many(paths):
        break
    began = time.monotonic()

    assert reader.read(paths[3]).pages
    assert time.monotonic() - began < 5


@pytest.mark.usefixtures("slow_children")
def test_closed_under_a_loop(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Closing the reader ends what is read ahead; asking for more of it is a mistake that is named."""
    paths = papers(tmp_path, "a", "stall1", "stall2")
    results = reader.read_many(paths)
    next(results)
    reader.close()

    with pytest.raises(RuntimeError, match="the reader was closed"):
        next(results)
    assert reader.read(paths[0]).pages


def test_closed_when_all_that_was_asked_for_is_read() -> None:
    """Closing between two files, with nothing unfinished, is named at the next file all the same: no waiting."""
    read = threading.Event()
    last = Path("b.pdf")
    ahead = ReadingAhead(lambda path, _: read.set() if path == last else None, contextlib.nullcontext, 1)  # type: ignore[arg-type,return-value]
    results = ahead.results([Path("a.pdf"), last, Path("c.pdf"), Path("d.pdf")])
    next(results)
    assert read.wait(5)
    ahead.stop()
    caught: list[BaseException] = []

    def go_on() -> None:
        try:
            list(results)
        except RuntimeError as error:
            caught.append(error)

    consumer = threading.Thread(target=go_on, daemon=True)
    consumer.start()
    consumer.join(5)
    assert [str(error) for error in caught] == ["the reader was closed while its readings were still asked for"]


def test_the_reader_may_be_used_inside_the_loop(reader: PyMuPDFReader, tmp_path: Path) -> None:
    """Pictures, front matter and other files come while many are read, from a child that gets free."""
    paths = papers(tmp_path, *"abcdef")
    for path, reading in reader.read_many(paths):
        assert isinstance(reading, Reading)
        assert reader.picture(path, 1, dpi=20).startswith(b"\x89PNG")
        assert reader.front_matter(path) == reading.front
        assert [got for _, got in reader.read_many([path])] == [reading]


def test_a_reader_without_children_is_refused() -> None:
    """At least one process must read."""
    with pytest.raises(ValueError, match="at least 1"):
        PyMuPDFReader(processes=0)
