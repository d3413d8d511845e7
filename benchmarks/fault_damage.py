"""What can happen to a file: the damages that `search_faults` does to every file of a search index."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path


class Injury(NamedTuple):
    """One damage to one file of a lab."""

    lab: Path
    file: Path
    how: Callable[[Path, random.Random, Path], None]
    number: int


def truncate(path: Path, chance: random.Random, _other: Path) -> None:
    """Cut at a random length."""
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(max(1, len(data)))])


def flip(path: Path, chance: random.Random, _other: Path) -> None:
    """Turn one bit, in place, and set the times back."""
    data, seen = bytearray(path.read_bytes()), path.stat()
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def empty(path: Path, _chance: random.Random, _other: Path) -> None:
    """Leave nothing in it."""
    path.write_bytes(b"")


def delete(path: Path, _chance: random.Random, _other: Path) -> None:
    """Remove it."""
    path.unlink()


def be_a_folder(path: Path, _chance: random.Random, _other: Path) -> None:
    """Put a folder into its place."""
    path.unlink()
    path.mkdir()


def swap(path: Path, chance: random.Random, other: Path) -> None:
    """Put another lab's file of the same kind into its place: of other papers and another embedder."""
    alike = sorted(
        one for one in other.rglob("*") if one.is_file() and (one.suffix, one.name[0]) == (path.suffix, path.name[0])
    )
    alike = alike or sorted(one for one in other.rglob("*") if one.is_file() and one.suffix == path.suffix)
    path.write_bytes(chance.choice(alike).read_bytes() if alike else b"?")


def nest(path: Path, _chance: random.Random, _other: Path) -> None:
    """Put JSON there that no parser follows to its end."""
    path.write_bytes(b"[" * 100_000)


def garble(path: Path, chance: random.Random, _other: Path) -> None:
    """Put anything there."""
    path.write_bytes(
        chance.choice([b"null", b"{}", b"[]", b'{"a": 1}', b"\xff\xfe", b"\0" * 500, chance.randbytes(300)])
    )


DAMAGES: list[tuple[Callable[[Path, random.Random, Path], None], int]] = [
    *((truncate, 2), (flip, 3), (empty, 1), (delete, 1), (be_a_folder, 1), (swap, 1), (nest, 1), (garble, 2)),
]
"""Each with how often it is done to a file; to small files of JSON, which bear no checksum, three times that."""
