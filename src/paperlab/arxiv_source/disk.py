"""Small files written whole or not at all."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from paperlab.errors import NoSpace, NotNow

if TYPE_CHECKING:
    from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})


def disk_error(path: Path, error: OSError) -> NotNow:
    """Return what to raise when `path` could not be written: NoSpace if the disk is full, NotNow otherwise."""
    if error.errno in _FULL:
        return NoSpace(f"{path} could not be written ({error.strerror}): make room and run the command again")
    return NotNow(f"{path} could not be written ({error.strerror}): see to its folder's permissions")


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` into the file `path` in one step, making its folder; raises NoSpace or NotNow."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise disk_error(path, error) from error
