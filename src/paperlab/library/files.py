"""Writing files so that a crash, a kill or a full disk leaves the old content or the new, never half of one."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import BadFile, NoSpace, NotNow

if TYPE_CHECKING:
    from collections.abc import Iterator

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn a full or read-only disk into NoSpace or NotNow; other errors stay as they are."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            message = f"no space left to write {path}: free some and run the command again; nothing was lost"
            raise NoSpace(message) from error
        if error.errno in _FORBIDDEN:
            raise NotNow(f"cannot write {path}: {error.strerror}; check who may write there") from error
        raise


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file's content whole, on disk before the name changes.

    Raises NoSpace or NotNow; the old content stays then.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def read_text(path: Path) -> str:
    """Return a UTF-8 file's text; raises BadFile where it is not UTF-8 or cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(path, error.object[: error.start].count(b"\n") + 1, "this is not UTF-8 text") from error
    except OSError as error:
        raise BadFile(path, None, error.strerror or "cannot be read") from error


def sha256_of(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal, reading it in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
