r"""Every error a user can meet, as one tree.

::

    PaperlabError                     exit code 1
    ├── NotFound                          1   nothing in the library fits
    ├── UsageError                        2   the command's words are off
    │   ├── BadId                         2   not an identifier of a paper in any form we know
    │   ├── AmbiguousKey                  2   a prefix that fits several keys
    │   └── NoLab                         2   no lab here
    ├── NotNow                            3   could not be done now, may work later
    │   ├── Offline                       3   --offline, or the host cannot be reached
    │   ├── Throttled                     3   the host asked us to wait; says until when
    │   ├── Busy                          3   another process holds what we need
    │   ├── NoSpace                       3   the disk is full
    │   └── PdfMissing                    3   the paper is known, its PDF is not here
    └── BadInput                          4   a file or an answer that cannot be used
        ├── BadFile                       4   names path and line
        ├── BadDownload                   4   what came is not the PDF that was asked for
        └── UnreadablePdf                 4   scan, encrypted, damaged, too large, too slow

Class is kind, attributes are identity. A bug stays a raw traceback.
"""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path


class PaperlabError(Exception):
    """Anything paperlab tells its user; the message is one line that says what is wrong and what to do."""

    exit_code: ClassVar[int] = 1

    def __reduce__(self) -> tuple[object, ...]:
        """Copy and pickle without __init__, whose arguments are not the message."""
        return (copyreg.__newobj__, (type(self), *self.args), self.__dict__)  # type: ignore[attr-defined]


class NotFound(PaperlabError):
    """Nothing in the library fits what was asked for."""


class UsageError(PaperlabError):
    """The command's words are off."""

    exit_code = 2


class BadId(UsageError):
    """Not an identifier of a paper in any form we know."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text!r} is not a paper's id: {why}")
        self.text = text
        self.why = why


class AmbiguousKey(UsageError):
    """A prefix that fits several keys."""

    def __init__(self, prefix: str, keys: Sequence[str]) -> None:
        shown = ", ".join(keys[:5]) + (", ..." if len(keys) > 5 else "")
        super().__init__(f"{prefix!r} fits {len(keys)} papers ({shown}): type more of the key")
        self.prefix = prefix
        self.keys = tuple(keys)


class NoLab(UsageError):
    """No lab where one was asked for."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"no lab at {path}: make one with 'paperlab init {path}'")
        self.path = path


class NotNow(PaperlabError):
    """Could not be done now; the same command may work later."""

    exit_code = 3


class Offline(NotNow):
    """No request may be made (`--offline`), or the host cannot be reached."""


class Throttled(NotNow):
    """The host asked us to wait, and every process on this machine does."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(
            f"{host} asked us to slow down: no request before {until:%Y-%m-%d %H:%M:%S %Z}; run the command again then"
        )
        self.host = host
        self.until = until


class Busy(NotNow):
    """Another process holds what we need."""


class NoSpace(NotNow):
    """The disk is full, or a size limit is reached; what was finished before is kept."""


class PdfMissing(NotNow):
    """The paper is known, its PDF is not here."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"{key}: its PDF is not in the library; 'paperlab fetch {key}' or 'paperlab add FILE' brings it"
        )
        self.key = key


class BadInput(PaperlabError):
    """A file or an answer that cannot be used as it is."""

    exit_code = 4


class BadFile(BadInput):
    """A file with an error in it; `line` is 1-based, or None where the whole file is meant."""

    def __init__(self, path: Path | str, line: int | None, why: str) -> None:
        place = f"{path}:{line}" if line else str(path)
        super().__init__(f"{place}: {why}")
        self.path = str(path)
        self.line = line
        self.why = why


class BadDownload(BadInput):
    """What came over the network is not the PDF that was asked for."""


class UnreadablePdf(BadInput):
    """A PDF without text to read.

    `reason` is one of `scan`, `encrypted`, `damaged`, `empty`, `too_large`, `timeout`, `crash`, `not_pdf`.
    """

    def __init__(self, path: Path | str, reason: str, why: str) -> None:
        super().__init__(why)
        self.path = str(path)
        self.reason = reason
        self.why = why
