"""The library's files: found by any id, written whole or not at all, PDFs kept version beside version."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.disk import read_text, sha256_of, write_atomically
from paperlab.errors import AmbiguousKey, BadFile, BadId, Busy, NoSpace, NotFound, NotNow, PdfMissing
from paperlab.library import Library, PaperStamp
from paperlab.library import library as library_module
from paperlab.library.library import is_list_name
from paperlab.types import ListEntry, Paper, PdfFile, ReadingList, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    ReadOnly = Callable[[Path], AbstractContextManager[None]]

KEY = "2306.01708"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Return a library with one paper."""
    library = Library(tmp_path / "papers")
    library.save(Paper(KEY, "TIES-Merging"))
    return library


def file_of(tmp_path: Path, content: str) -> Path:
    """Return a file with this content; the library does not look into PDFs."""
    path = tmp_path / "downloads" / f"{content}.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    return path


def kept(library: Library, key: str = KEY) -> dict[str, str]:
    """Return each PDF in a paper's folder with its content."""
    return {
        path.name: path.read_text() for path in library.folder(key).iterdir() if path.name.endswith((".pdf", ".part"))
    }


def recorded(library: Library, key: str = KEY) -> list[tuple[str, int | None]]:
    """Return (name, version) of each PDF a record speaks of, the one in use first; all of them must be there."""
    paper = library.load(key)
    pdfs = [pdf for pdf in (paper.pdf, *paper.other_versions) if pdf]
    for pdf in pdfs:
        path = library.folder(key) / pdf.name
        assert (sha256_of(path), path.stat().st_size) == (pdf.sha256, pdf.size)
    return [(pdf.name, pdf.version) for pdf in pdfs]


class TestRecords:
    def test_a_saved_paper_is_loaded_again(self, library: Library) -> None:
        """Folder, file and content are there at once."""
        paper = Paper(
            "hep-ph_9901234", "Quarks\nand «leptons»", ("É. Noether",), 1999, tags=("old",), status=Status.READ
        )

        library.save(paper)

        assert library.load(paper.key) == paper
        assert list(library.stamps()) == [KEY, paper.key]

    def test_stamps_tell_when_a_file_changed(self, library: Library) -> None:
        """Size and time of the record, and nothing that is no paper: files, empty folders, the lists' folder."""
        before = library.stamps()
        (library.root / "questions.jsonl").write_text("{}")
        (library.root / "empty").mkdir()
        library.add_to_list(ReadingList("paper", "A list named like a record"), ())
        assert library.stamps() == before

        library.save(Paper(KEY, "TIES-Merging", year=2023))
        stat = (library.folder(KEY) / "paper.toml").stat()
        assert library.stamps() == {KEY: PaperStamp(stat.st_size, stat.st_mtime_ns)} != before

    def test_a_library_that_is_not_there_is_empty(self, tmp_path: Path) -> None:
        """A new lab lists nothing and does not fail."""
        library = Library(tmp_path / "nowhere")

        assert library.stamps() == {}
        assert library.list_names() == []

    @pytest.mark.parametrize("key", ["1706.03762", "lists"])
    def test_a_paper_that_is_not_here_is_not_found(self, library: Library, key: str) -> None:
        """The message says how to bring it; the reading lists' folder is nobody's paper."""
        library.add_to_list(ReadingList("paper", "A list named like a record"), ())

        with pytest.raises(NotFound, match=f"paperlab fetch {key}"):
            library.load(key)

    def test_saving_what_is_there_writes_nothing(self, library: Library) -> None:
        """The file's time stays, so nothing downstream thinks it changed."""
        before = library.stamps()

        library.save(library.load(KEY))

        assert library.stamps() == before

    def test_a_broken_record_is_never_written_over(self, library: Library) -> None:
        """A person's half-edited file stays to the byte until they mend it."""
        path = library.folder(KEY) / "paper.toml"
        path.write_text('title = "mine"\nstatus = "don\n')
        before = path.read_bytes()

        with pytest.raises(BadFile, match=r"paper\.toml:2"):
            library.save(Paper(KEY, "TIES-Merging", status=Status.READ))

        assert path.read_bytes() == before
        assert [p.name for p in library.folder(KEY).iterdir()] == ["paper.toml"]

    def test_a_record_that_is_not_utf8_names_the_line(self, library: Library) -> None:
        """A file saved in another encoding is told from a damaged one."""
        (library.folder(KEY) / "paper.toml").write_bytes('title = "x"\nauthors = ["Müller"]\n'.encode("latin-1"))

        with pytest.raises(BadFile, match=r"paper\.toml:2: this is not UTF-8"):
            library.load(KEY)


class TestEditing:
    def test_no_edit_of_another_process_is_lost(self, library: Library) -> None:
        """Each reads the record as it is and writes it back before the next one does."""

        def tag(name: str) -> None:
            mine = Library(library.root)  # as another process has it: with a lock object of its own
            for n in range(8):
                mine.edit(KEY, lambda paper, n=n: replace(paper, tags=(*paper.tags, f"{name}{n}")))  # type: ignore[misc]

        with ThreadPoolExecutor() as pool:
            list(pool.map(tag, "abc"))

        assert sorted(library.load(KEY).tags) == sorted(f"{name}{n}" for name in "abc" for n in range(8))

    def test_an_edit_that_changes_nothing_writes_nothing(self, library: Library) -> None:
        """And one that fails leaves the record and lets the next one in."""
        before = library.stamps()
        assert library.edit(KEY, lambda paper: paper).key == KEY

        with pytest.raises(ZeroDivisionError):
            library.edit(KEY, lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
        with library.locked(), library.locked():
            assert library.stamps() == before

    def test_a_lock_that_lasts_is_said(self, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
        """With what is being changed, after a while."""
        monkeypatch.setattr(library_module, "_LOCK_SECONDS", 0.05)

        with library.locked(), pytest.raises(Busy, match="another paperlab has been changing"):
            Library(library.root).edit(KEY, lambda paper: paper)

    @pytest.mark.parametrize("name", [".hidden", "with space", "é", "new\nline"])
    def test_a_folder_that_cannot_be_a_key_is_no_paper(self, library: Library, name: str) -> None:
        """Nothing downstream has to be ready for it."""
        (library.root / name).mkdir()
        (library.root / name / "paper.toml").write_text('title = "x"')
        (library.root / "folder" / "paper.toml").mkdir(parents=True)

        assert list(library.stamps()) == [KEY]


class TestResolve:
    KEYS = (KEY, "2306.01709", "2307.00001", "hep-ph_9901234", "vaswani2017attention", "vaswani2017attention-b", "2310")

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            (KEY, KEY),
            ("2306.01708v7", KEY),
            ("arXiv:2306.01708", KEY),
            ("https://arxiv.org/pdf/2306.01708v2.pdf?x#y", KEY),
            ("10.48550/arXiv.2306.01708", KEY),
            ("hep-ph/9901234", "hep-ph_9901234"),
            ("https://arxiv.org/abs/hep-ph/9901234v1", "hep-ph_9901234"),
            ("vaswani2017attention", "vaswani2017attention"),
            ("2307", "2307.00001"),
            ("2307.0", "2307.00001"),
            ("hep", "hep-ph_9901234"),
            ("vaswani2017attention-", "vaswani2017attention-b"),
            ("2310", "2310"),
        ],
    )
    def test_a_paper_is_named_by_key_id_or_unambiguous_prefix(self, text: str, key: str) -> None:
        """A whole key wins over a longer one that begins alike; a version means the paper."""
        assert Library(Path()).resolve(text, self.KEYS) == key

    @pytest.mark.parametrize(
        ("text", "kind", "why"),
        [
            ("2306.017", AmbiguousKey, "2306.01708, 2306.01709"),
            ("2306.0170", AmbiguousKey, "type more"),
            ("v", AmbiguousKey, "fits 2 papers"),
            ("1706.03762", NotFound, "paperlab list"),
            ("https://example.org/x.pdf", NotFound, "paperlab list"),
            ("resnet", NotFound, "paperlab list"),
            ("", BadId, "empty"),
            ("2313.01708", BadId, "no month 13"),
            ("1706.037", BadId, "looks like|five digits"),
            ("../lists", BadId, "give an arXiv id"),
        ],
    )
    def test_what_names_no_single_paper_says_why(self, text: str, kind: type[Exception], why: str) -> None:
        """Several, none, or not an id at all are three different answers."""
        with pytest.raises(kind, match=why):
            Library(Path()).resolve(text, self.KEYS)

    @given(st.text(max_size=30), st.sets(st.sampled_from(KEYS)))
    def test_any_text_names_a_known_paper_or_is_refused(self, text: str, keys: set[str]) -> None:
        """Nothing typed leads anywhere but to a key of the library."""
        try:
            assert Library(Path()).resolve(text, keys) in keys
        except (BadId, AmbiguousKey, NotFound) as error:
            assert text or isinstance(error, BadId)  # noqa: PT017 - either outcome is right


class TestPdfs:
    def test_the_first_pdf_becomes_the_one_in_use(self, library: Library, tmp_path: Path) -> None:
        """A copy leaves the given file where it is; moving takes it along."""
        copied, moved = file_of(tmp_path, "one"), file_of(tmp_path, "two")
        library.save(Paper("b", "B"))

        library.keep_pdf(library.load(KEY), copied, 2, move=False)
        library.keep_pdf(library.load("b"), moved, None, move=True)

        assert copied.exists()
        assert not moved.exists()
        assert (recorded(library), kept(library)) == ([("paper.pdf", 2)], {"paper.pdf": "one"})
        assert (recorded(library, "b"), kept(library, "b")) == ([("paper.pdf", None)], {"paper.pdf": "two"})
        assert library.pdf(library.load(KEY)) == library.folder(KEY) / "paper.pdf"

    def test_the_same_file_twice_changes_nothing(self, library: Library, tmp_path: Path) -> None:
        """Under another name and version too."""
        first = library.keep_pdf(library.load(KEY), file_of(tmp_path, "one"), 2, move=False)
        before = library.stamps()

        assert library.keep_pdf(first, file_of(tmp_path, "one"), 3, move=False) == first
        assert library.stamps() == before

    @pytest.mark.parametrize(
        ("arrivals", "pdfs"),
        [
            ([("a", 1), ("b", 2)], {"paper.pdf": "b", "paper.v1.pdf": "a"}),
            ([("b", 2), ("a", 1)], {"paper.pdf": "b", "paper.v1.pdf": "a"}),
            (
                [("b", 2), ("c", 3), ("a", 1), ("d", 4)],
                {"paper.pdf": "d", **{f"paper.v{n}.pdf": "abc"[n - 1] for n in (1, 2, 3)}},
            ),
            ([("a", None), ("b", 2)], {"paper.pdf": "b", "paper.ca978112.pdf": "a"}),
            ([("b", 2), ("a", None)], {"paper.pdf": "a", "paper.v2.pdf": "b"}),
            ([("a", 1), ("b", 2), ("a", 1), ("b", 2)], {"paper.pdf": "b", "paper.v1.pdf": "a"}),
            # arXiv builds a version anew now and then: one version, several files.
            ([("a", 2), ("b", 2)], {"paper.pdf": "b", "paper.v2.pdf": "a"}),
            ([("a", 2), ("b", 2), ("c", 2)], {"paper.pdf": "c", "paper.v2.pdf": "a", "paper.v2.3e23e816.pdf": "b"}),
            ([("c", 3), ("a", 1), ("b", 1)], {"paper.pdf": "c", "paper.v1.pdf": "a", "paper.v1.3e23e816.pdf": "b"}),
        ],
    )
    @pytest.mark.parametrize("move", [True, False])
    def test_the_newest_version_is_in_use_and_the_others_lie_beside_it(
        self, library: Library, tmp_path: Path, arrivals: list[tuple[str, int | None]], pdfs: dict[str, str], move: bool
    ) -> None:
        """In whatever order they come, no version is lost, and the record names every file that is there."""
        for content, version in arrivals:
            library.keep_pdf(library.load(KEY), file_of(tmp_path, content), version, move=move)

        assert kept(library) == pdfs
        assert sorted(name for name, _ in recorded(library)) == sorted(pdfs)
        assert recorded(library)[0][0] == "paper.pdf"

    def test_a_pdf_that_was_deleted_comes_back_to_its_place(self, library: Library, tmp_path: Path) -> None:
        """The record had it all along."""
        library.keep_pdf(library.load(KEY), file_of(tmp_path, "b"), 2, move=False)
        before = library.keep_pdf(library.load(KEY), file_of(tmp_path, "a"), 1, move=False)
        for name in kept(library):
            (library.folder(KEY) / name).unlink()
        with pytest.raises(PdfMissing):
            library.pdf(before)

        for content in "ab":
            assert library.keep_pdf(before, file_of(tmp_path, content), None, move=True) == before

        assert kept(library) == {"paper.pdf": "b", "paper.v1.pdf": "a"}

    @pytest.mark.parametrize("move", [True, False])
    @pytest.mark.parametrize("step", ["copied", "set aside", "placed", "record"])
    def test_killed_at_any_step_the_same_command_finishes(
        self, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, move: bool
    ) -> None:
        """Afterwards both versions are there and recorded, as if nothing had happened."""
        library.keep_pdf(library.load(KEY), file_of(tmp_path, "a"), 1, move=False)

        class Killed(BaseException):
            pass

        def kill(*_: object, **__: object) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            if step == "record":
                patch.setattr(Library, "save", kill)
            elif step == "copied":
                patch.setattr(Library, "_set_aside", kill)
            else:
                rename, renames = Path.replace, []

                def counted(self: Path, target: Path) -> Path:
                    renames.append(target)
                    if len(renames) == {"set aside": 1, "placed": 2}[step]:
                        raise Killed
                    return rename(self, target)

                patch.setattr(Path, "replace", counted)
            with pytest.raises(Killed):
                library.keep_pdf(library.load(KEY), file_of(tmp_path, "b"), 2, move=move)

        library.keep_pdf(library.load(KEY), file_of(tmp_path, "b"), 2, move=move)
        assert kept(library) == {"paper.pdf": "b", "paper.v1.pdf": "a"}
        assert recorded(library) == [("paper.pdf", 2), ("paper.v1.pdf", 1)]

    def test_a_full_disk_leaves_the_version_in_use_in_place(
        self, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The paper stays readable, nothing half is left, and the message says that space is missing."""
        library.keep_pdf(library.load(KEY), file_of(tmp_path, "a"), 1, move=False)

        def full(_from: Path, to: Path) -> None:
            Path(to).write_text("half")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("shutil.copyfile", full)
        with pytest.raises(NoSpace):
            library.keep_pdf(library.load(KEY), file_of(tmp_path, "b"), 2, move=False)

        assert kept(library) == {"paper.pdf": "a"}
        assert library.pdf(library.load(KEY)).read_text() == "a"

    def test_a_pdf_that_was_annotated_in_place_is_not_lost(self, library: Library, tmp_path: Path) -> None:
        """A newer version sets aside the file as it is now, with the reader's marks in it."""
        library.keep_pdf(library.load(KEY), file_of(tmp_path, "a"), 1, move=False)
        (library.folder(KEY) / "paper.pdf").write_text("a with marks")

        library.keep_pdf(library.load(KEY), file_of(tmp_path, "b"), 2, move=False)

        assert kept(library) == {"paper.pdf": "b", "paper.v1.pdf": "a with marks"}
        assert recorded(library) == [("paper.pdf", 2), ("paper.v1.pdf", 1)]

    def test_a_pdf_copied_in_by_hand_is_seen_and_recorded_where_it_lies(self, library: Library) -> None:
        """The file itself is the version in use; nothing is copied."""
        path = library.folder(KEY) / "paper.pdf"
        assert library.loose_pdf(library.load(KEY)) is None
        path.write_text("mine")
        assert library.loose_pdf(library.load(KEY)) == path

        library.adopt_pdf(KEY, 1)

        assert (recorded(library), kept(library)) == ([("paper.pdf", 1)], {"paper.pdf": "mine"})
        assert library.loose_pdf(library.load(KEY)) is None

    def test_a_changed_pdf_is_recorded_as_it_is_now(self, library: Library, tmp_path: Path) -> None:
        """It is the same version, with the reader's marks in it."""
        library.keep_pdf(library.load(KEY), file_of(tmp_path, "a"), 3, move=False)
        path = library.folder(KEY) / "paper.pdf"
        path.write_text("a with marks")
        assert library.loose_pdf(library.load(KEY)) == path

        library.adopt_pdf(KEY, None)

        assert (recorded(library), kept(library)) == ([("paper.pdf", 3)], {"paper.pdf": "a with marks"})

    def test_a_new_version_left_by_a_killed_command_is_adopted_as_one(
        self, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The one before was set aside already: both are recorded."""
        library.keep_pdf(library.load(KEY), file_of(tmp_path, "a"), 1, move=False)
        with monkeypatch.context() as patch:
            patch.setattr(Library, "save", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                library.keep_pdf(library.load(KEY), file_of(tmp_path, "longer"), 2, move=True)
        assert library.loose_pdf(library.load(KEY))

        library.adopt_pdf(KEY, 2)

        assert kept(library) == {"paper.pdf": "longer", "paper.v1.pdf": "a"}
        assert recorded(library) == [("paper.pdf", 2), ("paper.v1.pdf", 1)]

    def test_a_paper_without_a_pdf_says_how_to_get_one(self, library: Library) -> None:
        """Not a traceback about a file."""
        with pytest.raises(PdfMissing, match=f"paperlab fetch {KEY}"):
            library.pdf(library.load(KEY))

    def test_a_folder_one_may_not_write_is_said(self, library: Library, tmp_path: Path, read_only: ReadOnly) -> None:
        """PDF, record and notes: each is refused with the reason, and nothing changes."""
        paper, file, before = library.load(KEY), file_of(tmp_path, "a"), library.stamps()

        with read_only(library.folder(KEY)):
            for attempt in (
                lambda: library.keep_pdf(paper, file, 1, move=False),
                lambda: library.save(replace(paper, year=2023)),
                lambda: library.append_note(paper, "hm"),
            ):
                with pytest.raises(NotNow, match="who may write"):
                    attempt()

        assert library.stamps() == before
        assert [path.name for path in library.folder(KEY).iterdir()] == ["paper.toml"]


class TestNotes:
    def test_notes_begin_with_the_title_and_are_never_begun_twice(self, library: Library) -> None:
        """What the user wrote stays."""
        paper = library.load(KEY)
        library.start_notes(paper)
        assert library.notes(KEY).read_text() == "# TIES-Merging\n\n"

        library.notes(KEY).write_text("mine")
        library.start_notes(paper)
        assert library.notes(KEY).read_text() == "mine"

    def test_a_note_is_added_as_a_paragraph_once(self, library: Library) -> None:
        """Importing a list again does not repeat its notes, however often and with whatever line ends."""
        paper, note = library.load(KEY), "Read §3.\n\nThen run it.\n"
        library.append_note(paper, "First.")
        library.append_note(paper, note)
        once = library.notes(KEY).read_bytes()

        library.append_note(paper, note)
        library.append_note(paper, "  First.\n\n")
        library.append_note(paper, " \n")

        assert (
            once == b"# TIES-Merging\n\nFirst.\n\nRead \xc2\xa73.\n\nThen run it.\n" == library.notes(KEY).read_bytes()
        )
        library.notes(KEY).write_bytes(once.replace(b"\n", b"\r\n"))
        library.append_note(paper, note)
        assert library.notes(KEY).read_bytes() == once.replace(b"\n", b"\r\n")

    @pytest.mark.parametrize("note", ["TIES", "Merging", "read", "# TIES"])
    def test_a_short_note_whose_words_stand_elsewhere_is_kept(self, library: Library, note: str) -> None:
        """A word in the title or in another note does not swallow it."""
        library.append_note(library.load(KEY), "I read it twice.")

        library.append_note(library.load(KEY), note)

        assert library.notes(KEY).read_text().endswith(f"\n\n{note}\n")


class TestWriting:
    @pytest.mark.parametrize("old", [None, b"old"])
    def test_content_is_replaced_whole(self, tmp_path: Path, old: bytes | None) -> None:
        """Folders are made, rights are kept, nothing else is left behind."""
        path = tmp_path / "a" / "b" / "file"
        if old is not None:
            path.parent.mkdir(parents=True)
            path.write_bytes(old)
            path.chmod(0o600)

        umask = os.umask(0o027)
        write_atomically(path, b"new")
        os.umask(umask)

        assert path.read_bytes() == b"new"
        assert path.stat().st_mode & 0o777 == (0o600 if old else 0o640)
        assert list(path.parent.iterdir()) == [path]

    def test_a_size_limit_leaves_the_old_content_and_no_other_file(self, tmp_path: Path) -> None:
        """Told by the system itself: a process that may not write files this large."""
        path = tmp_path / "file"
        path.write_bytes(b"old")
        code = (
            "import resource, signal, sys; from pathlib import Path; from paperlab.errors import NoSpace\n"
            "from paperlab.disk import write_atomically\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
            "try: write_atomically(Path(sys.argv[1]), b'x' * 100_000)\n"
            "except NoSpace as error: print(error)\n"
        )

        said = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
        ).stdout

        assert f"no space left to write {path}" in said
        assert path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]

    @pytest.mark.parametrize("call", ["fsync", "replace"])
    @pytest.mark.parametrize(
        ("number", "kind"), [(28, NoSpace), (122, NoSpace), (27, NoSpace), (30, NotNow), (13, NotNow)]
    )
    def test_a_disk_that_refuses_at_any_step_leaves_the_old_content(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, kind: type[NotNow]
    ) -> None:
        """Full, over quota, too large, read-only, forbidden: an error of ours, the old file, no leftovers."""
        path = tmp_path / "file"
        path.write_bytes(b"old")

        def refuse(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(*((os, "fsync") if call == "fsync" else (Path, "replace")), refuse)
        with pytest.raises(kind) as caught:
            write_atomically(path, b"new")

        assert type(caught.value) is kind
        assert path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]

    def test_what_a_killed_process_left_goes_and_what_another_writes_stays(self, tmp_path: Path) -> None:
        """The number in the passing file's name is the process that writes it."""
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        dead, alive, other = (
            tmp_path / f".{name}.new" for name in (f"file.{gone.pid}", f"file.{os.getppid()}", "file.x")
        )
        for path in (dead, alive, other):
            path.write_bytes(b"half")

        write_atomically(tmp_path / "file", b"new")

        assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "file", alive, other])

    def test_other_errors_stay_as_they_are(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A failing disk is not called a full one."""

        def fail(_handle: int) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="Input/output error"):
            write_atomically(tmp_path / "file", b"new")
        assert list(tmp_path.iterdir()) == []

    def test_reading_skips_a_byte_order_mark_and_names_the_line_of_other_bytes(self, tmp_path: Path) -> None:
        """And a file that is not there is a bad file as well."""
        path = tmp_path / "file"
        path.write_bytes("\ufeffé\r\n".encode())
        assert read_text(path) == "é\r\n"

        path.write_bytes(b"a\nb\xff")
        with pytest.raises(BadFile, match="file:2"):
            read_text(path)
        with pytest.raises(BadFile, match="No such file"):
            read_text(tmp_path / "none")


class TestLists:
    LIST = ReadingList(
        "moe",
        "Experts",
        "About them",
        (ListEntry("2306.01708v2", "TIES", why="why"), ListEntry(None, "A B", year=2020)),
    )

    def test_a_list_is_saved_and_loaded(self, library: Library) -> None:
        """With the keys its entries stand for, in order."""
        library.add_to_list(self.LIST, ())

        assert library.list_names() == ["moe"]
        assert library.load_list("moe") == self.LIST
        assert library.list_keys("moe") == [KEY, "b-2020"]

    def test_entries_are_added_behind_what_a_person_wrote(self, library: Library) -> None:
        """Comments and order stay; an inline list that cannot take more is refused and stays."""
        path = library.list_path("mine")
        path.parent.mkdir()
        path.write_text('# my own\ntitle = "Mine"\n\n[[paper]]\nid = "2306.01708"  # first\n')
        library.add_to_list(ReadingList("mine", "ignored"), [ListEntry("1706.03762", "Attention")])

        assert path.read_text().startswith('# my own\ntitle = "Mine"\n\n[[paper]]\nid = "2306.01708"  # first\n')
        assert library.list_keys("mine") == [KEY, "1706.03762"]

        path.write_text('title = "Mine"\npaper = [{ id = "2306.01708" }]\n')
        before = path.read_text()
        with pytest.raises(BadFile, match=r"\[\[paper\]\] tables first"):
            library.add_to_list(ReadingList("mine", "ignored"), [ListEntry("1706.03762")])
        assert path.read_text() == before

    @pytest.mark.parametrize("name", ["MOE", "../2306.01708/paper", "", "moe.toml"])
    def test_a_list_that_is_not_there_names_those_that_are(self, library: Library, name: str) -> None:
        """And no path leads out of the lists' folder."""
        library.add_to_list(self.LIST, ())

        with pytest.raises(NotFound, match="there are: moe"):
            library.load_list(name)

    def test_an_error_in_a_lists_file_names_path_and_line(self, library: Library) -> None:
        """The user's own path, so that an editor opens it."""
        library.add_to_list(self.LIST, ())
        library.list_path("moe").write_text('title = "x"\n\n[[paper]]\nid = "2313.01708"\n')

        with pytest.raises(BadFile) as caught:
            library.load_list("moe")
        assert (caught.value.path, caught.value.line) == (str(library.list_path("moe")), 4)

    @pytest.mark.parametrize(
        ("name", "fits"),
        [
            ("moe", True),
            ("to-read.2026", True),
            ("", False),
            ("../x", False),
            ("a b", False),
            ("a/b", False),
            (KEY, False),
            ("10.1000/x", False),
        ],
    )
    def test_a_lists_name_is_a_file_name_and_no_papers_id(self, name: str, fits: bool) -> None:
        """Otherwise 'paperlab fetch NAME' could mean two things."""
        assert is_list_name(name) is fits


def test_two_records_of_one_pdf_do_not_share_a_folder(library: Library, tmp_path: Path) -> None:
    """Each paper keeps its own copy: deleting one folder takes nothing from another."""
    library.save(Paper("b", "B"))
    for key in (KEY, "b"):
        library.keep_pdf(library.load(key), file_of(tmp_path, "same"), None, move=False)

    assert kept(library) == kept(library, "b") == {"paper.pdf": "same"}
    assert isinstance(library.load("b").pdf, PdfFile)


def test_a_pdf_somebody_put_there_is_never_written_over(library: Library, tmp_path: Path) -> None:
    """A loose paper.pdf becomes a version of its own when another file of the work is kept."""
    (library.folder(KEY) / "paper.pdf").write_text("mine")

    library.keep_pdf(library.load(KEY), file_of(tmp_path, "theirs"), 2, move=False)

    assert sorted(kept(library).values()) == ["mine", "theirs"]
    assert kept(library)["paper.pdf"] == "theirs"
