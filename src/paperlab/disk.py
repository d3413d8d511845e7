"""Writing files so that a crash, a kill or a full disk leaves the old content or the new, never half of one."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from paperlab.errors import BadFile, NoSpace, NotNow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_IN_THE_WAY = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG}


def disk_error(path: Path, error: OSError) -> NotNow | None:
    """Return what to raise for an error in writing `path` that a user can mend, or None for any other."""
    if error.errno in _FULL:
        return NoSpace(f"no space left to write {path}: free some and run the command again; nothing was lost")
    if error.errno in _IN_THE_WAY:
        return NotNow(f"cannot write {path}: {error.strerror}; check what stands there and who may write")
    return None


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn a full or read-only disk into NoSpace or NotNow; other errors stay as they are."""
    try:
        yield
    except OSError as error:
        said = disk_error(path, error)
        if said is None:
            raise
        raise said from error


@contextmanager
def only_one(path: Path, busy: Exception) -> Iterator[None]:
    """Hold a lock that another process must not hold; raise `busy` where one does."""
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
    except Timeout as error:
        raise busy from error
    try:
        yield
    finally:
        lock.release()


def make_way(path: Path, *, folder: bool = False) -> None:
    """Remove what stands at `path` and is of the wrong kind: a folder where a file is to be, or (`folder`) a file."""
    if folder and path.exists() and not path.is_dir():
        path.unlink(missing_ok=True)
    elif not folder and path.is_dir():
        remove_tree(path)


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as it is still there and can be removed."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a passing file beside `path`; it takes the name of `path` when the block ends well, else it goes.

    Its name holds this process's id, so that two processes never write into one file, and so that what a killed
    process left is known for that and removed here.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield temporary
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace the file's content whole; `durable` waits until it is on the disk before the name changes.

    Raises NoSpace or NotNow; the old content stays then.
    """
    with disk_errors(path), replacing(path) as temporary:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)


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
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove_leftovers(path: Path) -> None:
    for left in path.parent.glob(f".{path.name}.*.new"):
        process = left.name.removesuffix(".new").rpartition(".")[2]
        if process.isdecimal() and not _is_running(int(process)):
            left.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    if sys.platform == "win32":  # asking there would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()
