"""Where the reader stands."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where the reader stands with a paper."""

    TO_READ = "to_read"
    READING = "reading"
    READ = "read"
    SKIPPED = "skipped"
