r"""The LaTeX source of a paper, as a folder or as the archive that arXiv serves, put together into one text."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from paperlab.errors import BadFile
from paperlab.latex.limits import MOST_TEXT, too_long
from paperlab.latex.tokens import without_comments

MAX_UNPACKED = 200_000_000
"""Bytes of an archive, unpacked; more is refused before it is read."""
_MAX_FILES = 5_000
_MAX_MEMBERS = 50_000
_DEEPEST = 20
_TEXT = (".tex", ".ltx", ".latex", ".bbl", ".tikz", ".table", ".txt")
_MOST_COMPARED = 5 * MOST_TEXT
"""Characters looked at in search of the main file."""
_BEGINNING = re.compile(r"\\document(?:class|style)\b")
_PART_OF_ANOTHER = re.compile(r"\\documentclass\s*+(?:\[[^\[\]]*\])?\s*\{(?:subfiles|standalone)\}")
_TAR_ERRORS = (tarfile.TarError, EOFError, OSError, ValueError, OverflowError, RecursionError)
"""What a damaged archive makes tarfile raise; not all of it is said in its manual."""
_INCLUDING = re.compile(
    r"\\(?P<how>input|include|subfile|subfileinclude|InputIfFileExists)(?![A-Za-z])\s*(?:\{(?P<braced>[^{}]*)\}|(?P<bare>[^\s{}\\%]+))"
    r"|\\(?:subimport|import)\*?\s*\{(?P<folder>[^{}]*)\}\s*\{(?P<imported>[^{}]*)\}"
)


def read_source(path: Path) -> str:
    r"""Return the whole LaTeX document at `path`: a folder, a `.tar.gz`, or one gzipped or plain `.tex` file.

    The main file is the one with `\documentclass`; what it includes stands in its place, comments are gone. Nothing is
    written and no file outside the source is read. Raises BadFile, and nothing else, where there is no document to
    read, its files are larger than 200 MB unpacked, or the document is longer than 4 million characters.
    """
    try:
        source = _Source(_folder_files(path) if path.is_dir() else _packed_files(path))
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except MemoryError as error:
        raise _too_large(path) from error
    main = _main_file(path, source)
    left = [MOST_TEXT]
    text = source.joined(main, (main,), left)
    if left[0] < 0:
        raise too_long(path)
    return text


def _folder_files(path: Path) -> dict[str, str]:
    root = path.resolve()
    files: dict[str, str] = {}
    total = 0
    for file in sorted(root.rglob("*")):
        # A link may lead out of the folder: what it resolves to decides.
        if file.suffix.lower() not in _TEXT or not file.is_file() or not file.resolve().is_relative_to(root):
            continue
        total += file.stat().st_size
        if total > MAX_UNPACKED or len(files) >= _MAX_FILES:
            raise BadFile(
                path,
                None,
                f"more than {MAX_UNPACKED // 10**6} MB or {_MAX_FILES} files of LaTeX; name a smaller folder",
            )
        files[file.relative_to(root).as_posix()] = _decoded(file.read_bytes())
    return files


def _packed_files(path: Path) -> dict[str, str]:
    try:
        size = path.stat().st_size
    except ValueError as error:
        raise _unreadable(path, str(error)) from error
    if not path.is_file():
        raise _unreadable(path, "not a regular file")
    if size > MAX_UNPACKED:
        raise _too_large(path)
    raw = path.read_bytes()
    if raw.startswith(b"%PDF"):
        raise BadFile(
            path, None, "this is a PDF: the paper has no LaTeX source here; give a folder, a .tar.gz or a .tex file"
        )
    unpacked = _unzipped(path, raw) if raw.startswith(b"\x1f\x8b") else raw
    if _is_tar(unpacked):
        return _tar_files(path, unpacked)
    return {f"{path.name.split('.')[0]}.tex": _decoded(unpacked)}


def _unreadable(path: Path, why: str) -> BadFile:
    return BadFile(path, None, f"cannot be read ({why}); give a folder, a .tar.gz or a .tex file")


def _too_large(path: Path) -> BadFile:
    return BadFile(
        path, None, f"larger than {MAX_UNPACKED // 10**6} MB unpacked; unpack what is needed and name the folder"
    )


def _unzipped(path: Path, raw: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(raw)) as stream:
            unpacked = stream.read(MAX_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadFile(path, None, f"the gzip file is damaged ({error}); fetch it again") from error
    if len(unpacked) > MAX_UNPACKED:
        raise _too_large(path)
    return unpacked


def _is_tar(raw: bytes) -> bool:
    # Old archives lack the magic word, so opening decides.
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:"):
            return True
    except _TAR_ERRORS:
        return False


def _tar_files(path: Path, raw: bytes) -> dict[str, str]:
    """Read the archive's text files in memory; links and names that lead out of it are passed over."""
    files: dict[str, str] = {}
    total = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:") as archive:
            for seen, member in enumerate(archive):
                # A size below nothing would lead the archive's reader round in a circle.
                if member.size < 0 or seen >= _MAX_MEMBERS:
                    raise BadFile(path, None, "the tar archive is damaged or has too many files; unpack what is needed")
                name = _inner_name(member.name)
                if not member.isfile() or name is None or not name.lower().endswith(_TEXT):
                    continue
                total += member.size
                _check_member(path, member, len(files), total)
                stream = archive.extractfile(member)
                files[name] = _decoded(stream.read()) if stream else ""
    except _TAR_ERRORS as error:
        raise BadFile(path, None, f"the tar archive is damaged ({error}); fetch it again") from error
    return files


def _check_member(path: Path, member: tarfile.TarInfo, files: int, total: int) -> None:
    """Refuse what would unpack to more than it holds, before it is read."""
    if files >= _MAX_FILES:
        raise BadFile(path, None, f"more than {_MAX_FILES} files of LaTeX; unpack what is needed")
    if member.issparse():
        raise BadFile(path, None, f"{member.name!r} in it is a sparse file, as no paper has; unpack what is needed")
    if total > MAX_UNPACKED:
        raise _too_large(path)


def _inner_name(name: str) -> str | None:
    """Return a name within the source in its shortest form, None for one that leads out of it."""
    parts: list[str] = []
    if name.startswith("/") or "\\" in name or "\0" in name:
        return None
    for part in PurePosixPath(name).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) or None


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "latin-1"):
        try:
            return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    return ""


class _Source:
    """The files of a source by their names within it."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files
        self._clean: dict[str, str] = {}

    def clean(self, name: str) -> str:
        """Return a file without comments; of one longer than any document only so much."""
        if name not in self._clean:
            self._clean[name] = without_comments(self.files[name][:MOST_TEXT])
        return self._clean[name]

    def joined(self, name: str, above: tuple[str, ...], left: list[int]) -> str:
        """Return a file with what it includes in place; a file within itself, or beyond the bound, is left out.

        `left` is how many characters there is room for; it is below 0 where something had no room.
        """
        left[0] -= len(self.files[name])
        if left[0] < 0:
            return ""
        text = self.clean(name)
        if len(above) > 1 and r"\begin{document}" in text:
            text = text.partition(r"\begin{document}")[2].partition(r"\end{document}")[0]

        def included(match: re.Match[str]) -> str:
            wanted = _target(match, name, self.files) if left[0] >= 0 else None
            if wanted is None or wanted in above or len(above) >= _DEEPEST:
                return ""
            return f"\n{self.joined(wanted, (*above, wanted), left)}\n"

        return _INCLUDING.sub(included, text)


def _main_file(path: Path, source: _Source) -> str:
    r"""Return the file to begin with: with `\documentclass` and a body; of several the longest that none includes."""
    files = source.files
    mains = _beginning(path, source)
    if not mains and len(files) == 1 and "\\" in next(iter(files.values())):
        return next(iter(files))
    if not mains:
        raise BadFile(path, None, r"no .tex file with \documentclass; give the folder or archive of a whole paper")
    whole = [name for name in mains if r"\begin{document}" in files[name]] or mains
    own = [name for name in whole if not _PART_OF_ANOTHER.search(files[name])] or whole
    highest = min(name.count("/") for name in own)
    own = [name for name in own if name.count("/") == highest]
    if len(own) == 1:
        return own[0]
    # One bound for all of them together: many long ones would take as often as long.
    left = [_MOST_COMPARED]
    return max(own, key=lambda name: len(source.joined(name, (name,), left)))


def _beginning(path: Path, source: _Source) -> list[str]:
    """Return the files that begin a document."""
    maybe = [name for name, text in source.files.items() if r"\document" in text]
    if sum(len(source.files[name]) for name in maybe) > _MOST_COMPARED:
        raise BadFile(path, None, "too many files of it begin a document of their own; name the one to read")
    return [name for name in maybe if _BEGINNING.search(source.clean(name))]


def _target(match: re.Match[str], name: str, files: dict[str, str]) -> str | None:
    """Return the file that an include speaks of: from the main folder, or from that of the file it stands in."""
    asked = match["imported"] or match["braced"] or match["bare"] or ""
    asked = f"{match['folder'] or ''}/{asked}".lstrip("/") if match["imported"] else asked
    asked = asked.strip().strip('"')
    for folder in ("", name.rpartition("/")[0]):
        inner = _inner_name(f"{folder}/{asked}".lstrip("/"))
        for ending in ("", ".tex", ".ltx"):
            if inner is not None and inner + ending in files:
                return inner + ending
    return None
