r"""The LaTeX source of a paper, as a folder or as the archive that arXiv serves, put together into one text."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from paperlab.errors import BadFile
from paperlab.latex.tokens import without_comments

MAX_UNPACKED = 200_000_000
"""Bytes of an archive, unpacked; more is refused before it is read."""
_MAX_TEXT = 40_000_000
_MAX_FILES = 5_000
_DEEPEST = 20
_TEXT = (".tex", ".ltx", ".latex", ".bbl", ".tikz", ".table", ".txt")
_INCLUDING = re.compile(
    r"\\(?P<how>input|include|subfile|subfileinclude|InputIfFileExists)(?![A-Za-z])\s*(?:\{(?P<braced>[^{}]*)\}|(?P<bare>[^\s{}\\%]+))"
    r"|\\(?:subimport|import)\*?\s*\{(?P<folder>[^{}]*)\}\s*\{(?P<imported>[^{}]*)\}"
)


def read_source(path: Path) -> str:
    r"""Return the whole LaTeX document at `path`: a folder, a `.tar.gz`, or one gzipped or plain `.tex` file.

    The main file is the one with `\documentclass`; what it includes stands in its place, comments are gone. Nothing is
    written and no file outside the source is read. Raises BadFile where there is no document to read, or it is larger
    than 200 MB unpacked.
    """
    files = _folder_files(path) if path.is_dir() else _packed_files(path)
    main = _main_file(path, files)
    return _joined(main, files, (main,), [_MAX_TEXT])


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
        raw = path.read_bytes() if path.stat().st_size <= MAX_UNPACKED else None
    except OSError as error:
        raise BadFile(
            path, None, f"cannot be read ({error.strerror}); give a folder, a .tar.gz or a .tex file"
        ) from error
    if raw is None:
        raise _too_large(path)
    if raw.startswith(b"%PDF"):
        raise BadFile(
            path, None, "this is a PDF: the paper has no LaTeX source here; give a folder, a .tar.gz or a .tex file"
        )
    unpacked = _unzipped(path, raw) if raw.startswith(b"\x1f\x8b") else raw
    if _is_tar(unpacked):
        return _tar_files(path, unpacked)
    return {f"{path.name.split('.')[0]}.tex": _decoded(unpacked)}


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
    except tarfile.TarError:
        return False


def _tar_files(path: Path, raw: bytes) -> dict[str, str]:
    """Read the archive's text files in memory; links and names that lead out of it are passed over."""
    files: dict[str, str] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:") as archive:
            for member in archive:
                name = _inner_name(member.name)
                if not member.isfile() or name is None or not name.lower().endswith(_TEXT):
                    continue
                if len(files) >= _MAX_FILES:
                    raise BadFile(path, None, f"more than {_MAX_FILES} files of LaTeX; unpack what is needed")
                stream = archive.extractfile(member)
                files[name] = _decoded(stream.read()) if stream else ""
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BadFile(path, None, f"the tar archive is damaged ({error}); fetch it again") from error
    return files


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


def _main_file(path: Path, files: dict[str, str]) -> str:
    r"""Return the file to begin with: with `\documentclass` and a body; of several the longest that none includes."""
    mains = [name for name, text in files.items() if re.search(r"\\document(?:class|style)\b", without_comments(text))]
    if not mains and len(files) == 1 and "\\" in next(iter(files.values())):
        return next(iter(files))
    if not mains:
        raise BadFile(path, None, r"no .tex file with \documentclass; give the folder or archive of a whole paper")
    whole = [name for name in mains if r"\begin{document}" in files[name]] or mains
    own = [
        name
        for name in whole
        if not re.search(r"\\documentclass\s*(?:\[[^\]]*\])?\s*\{(?:subfiles|standalone)\}", files[name])
    ]
    return max(own or whole, key=lambda name: (-name.count("/"), len(_joined(name, files, (name,), [_MAX_TEXT]))))


def _joined(name: str, files: dict[str, str], above: tuple[str, ...], left: list[int]) -> str:
    """Return a file with what it includes in place; a file within itself, or beyond the bound, is left out."""
    text = without_comments(files[name])
    if len(above) > 1 and r"\begin{document}" in text:
        text = text.partition(r"\begin{document}")[2].partition(r"\end{document}")[0]
    left[0] -= len(text)
    if left[0] < 0:
        return ""

    def included(match: re.Match[str]) -> str:
        wanted = _target(match, name, files)
        if wanted is None or wanted in above or len(above) >= _DEEPEST:
            return ""
        return f"\n{_joined(wanted, files, (*above, wanted), left)}\n"

    return _INCLUDING.sub(included, text)


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
