"""Damaged PDFs must harm nobody: mutates real ones and reads each.

    python benchmarks/fuzz.py PAPERS_DIR [--files 2000] [--seed 1] [--seconds-per-file 10] [--keep DIR] [--only N]

Three pages of each paper are the seeds, once packed tight and once with every stream laid open (none over 1 MB); each
file is one of them with one to three injuries, told by its number and the seed alone: `--only N` makes it again.
Printed are the outcomes, the slowest file, how often a child fell, and how often the caller did: anything but a sound
reading, UnreadablePdf or BadFile. One of those and the exit code is 1. `--keep` saves these files, and those that ended
a child or met a bug of ours.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pymupdf

from paperlab.errors import BadFile, UnreadablePdf, UsageError
from paperlab.pdf import PyMuPDFReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paperlab.types import Block, Box, Reading

_PAGES = 3
_PROCESSES = 2
_LARGEST = 1_000_000
_PICTURES = 10
"""One file in so many is also drawn."""
_NUMBERS = re.compile(
    rb"/(Length|Rotate|Count|Kids|Parent|MediaBox|First|N|W|Size|Prev|Index|Predictor|Columns)\b[^\d/>]*(-?\d+)"
)
_REFERENCES = re.compile(rb"(\d+) 0 R\b")
_OFFSETS = re.compile(rb"\d{10} \d{5} n")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_FONT_WORDS = re.compile(
    rb"/(FontFile\d?|ToUnicode|Encoding|Widths|DescendantFonts|FirstChar|LastChar|FontMatrix|CIDToGIDMap|Differences|W)\b"
)
_OPERANDS = re.compile(rb"-?\d*\.?\d+(?= )")
_ODD_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"2147483647",
    b"-2147483648",
    b"99999999999999999999",
    b"65536",
    b"45",
    b"0.0000001",
)


@dataclass
class Tally:
    """What came of all files."""

    outcomes: Counter[str] = field(default_factory=Counter)
    children: int = 0
    """Files on which a child fell."""
    bugs: Counter[str] = field(default_factory=Counter)
    """Errors of our own, met and survived in a child."""
    callers: list[str] = field(default_factory=list)
    """What reached the caller and should not have."""
    slowest: tuple[float, int] = (0.0, 0)
    pictures: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Result:
    """What came of one file."""

    number: int
    outcome: str
    seconds: float
    said: str = ""
    """Warnings, or why not."""
    caller: str = ""
    picture: str = ""


def main() -> None:
    """Print the table; exit with 1 where anything reached the caller that should not have."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("papers", type=Path, metavar="PAPERS_DIR")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds-per-file", type=float, default=10.0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", type=int, help="make and read this one file")
    options = parser.parse_args()
    numbers = range(options.files) if options.only is None else [options.only]
    seeds = seeds_of(sorted(options.papers.rglob("*.pdf")), options.seed)
    if not seeds:
        sys.exit(f"{options.papers}: no readable PDF in it")
    started = time.perf_counter()
    tally = run(seeds, numbers, options.seed, options.seconds_per_file, options.keep)
    show(tally, len(numbers), len(seeds), time.perf_counter() - started)
    sys.exit(1 if tally.callers else 0)


def seeds_of(paths: Sequence[Path], seed: int) -> list[bytes]:
    """Return a few pages of each paper as small PDFs, tight and laid open."""
    seeds = []
    for path in paths:
        chance = random.Random(f"{seed}:{path.name}")
        with pymupdf.open(path) as pdf:
            first = chance.randrange(max(1, pdf.page_count - _PAGES + 1))
            pdf.select(range(first, min(pdf.page_count, first + _PAGES)))
            seeds.append(pdf.tobytes(garbage=3, deflate=True, use_objstms=1))
            seeds.append(pdf.tobytes(garbage=3, expand=255, deflate=False))
    return [data for data in seeds if len(data) <= _LARGEST]


def run(seeds: Sequence[bytes], numbers: Sequence[int], seed: int, seconds: float, keep: Path | None) -> Tally:
    """Make and read all files, two at a time."""
    tally = Tally()
    with (
        tempfile.TemporaryDirectory() as folder,
        PyMuPDFReader(
            processes=_PROCESSES, page_seconds=seconds / 3, total_seconds=seconds, memory_bytes=1_500_000_000
        ) as reader,
        ThreadPoolExecutor(_PROCESSES) as threads,
    ):

        def one(number: int) -> Result:
            path = Path(folder) / f"{number}.pdf"
            path.write_bytes(injured(seeds, number, seed))
            result = read(reader, path, number)
            keep_it(path, result, keep)
            path.unlink()
            return result

        for result in threads.map(one, numbers):
            count(tally, result)
    return tally


def injured(seeds: Sequence[bytes], number: int, seed: int) -> bytes:
    """Return file `number`: a seed with one to three injuries."""
    chance = random.Random(f"{seed}:{number}")
    data = chance.choice(seeds)
    for _ in range(chance.randint(1, 3)):
        injury = chance.choice(INJURIES)
        data = splice(data, chance.choice(seeds), chance) if injury is splice else injury(data, chance)
    return data


def read(reader: PyMuPDFReader, path: Path, number: int) -> Result:
    """Read one file and judge what came."""
    started = time.perf_counter()
    outcome, said, caller, picture = "read", "", "", ""
    try:
        reading = reader.read(path)
        said = "; ".join(reading.warnings)
        outcome = "read with warnings" if said else "read"
        caller = unsound(reading)
    except UnreadablePdf as error:
        outcome, said = error.reason, "; ".join([error.why, *getattr(error, "__notes__", ())])
    except BadFile as error:
        outcome, said = "bad file", str(error)
    except Exception:  # noqa: BLE001 - this is what we look for
        outcome, caller = "FELL", traceback.format_exc()
    seconds = time.perf_counter() - started
    if number % _PICTURES == 0:
        picture, fallen = drawn(reader, path)
        caller = caller or fallen
    return Result(number, outcome, seconds, said, caller, picture)


def drawn(reader: PyMuPDFReader, path: Path) -> tuple[str, str]:
    """Draw the first page; return the outcome and what reached the caller."""
    try:
        reader.picture(path, 1, dpi=50)
    except UnreadablePdf as error:
        return error.reason, ""
    except UsageError:
        return "too large", ""
    except Exception:  # noqa: BLE001 - this is what we look for
        return "FELL", traceback.format_exc()
    return "drawn", ""


def unsound(reading: Reading) -> str:
    """Return what is wrong with a reading that came as if it were well, empty where nothing is."""
    pages = range(1, len(reading.pages) + 1)
    boxes: list[Box] = []
    for block in reading.blocks:
        block.text.encode()
        if block.page not in pages or not block.lines or not _starts_within(block):
            return f"a block out of place: {block!r:.300}"
        boxes += [line.box for line in block.lines]
    for table in reading.tables:
        if len({len(row.cells) for row in table.rows}) > 1 or table.page not in pages:
            return f"a table of uneven rows: {table!r:.300}"
        boxes += [table.box, *(cell.box for row in table.rows for cell in row.cells if cell.box)]
    boxes += [figure.box for figure in reading.figures]
    wrong = [box for box in boxes if not all(map(math.isfinite, box)) or box[0] > box[2] or box[1] > box[3]]
    return f"a box that is none: {wrong[0]}" if wrong else ""


def _starts_within(block: Block) -> bool:
    return all(0 <= line.start <= len(block.text) for line in block.lines)


def keep_it(path: Path, result: Result, keep: Path | None) -> None:
    """Save a file that did harm, with what was said of it."""
    if keep is None or not (result.caller or fell(result) or bug(result)):
        return
    keep.mkdir(parents=True, exist_ok=True)
    (keep / path.name).write_bytes(path.read_bytes())
    (keep / f"{path.stem}.txt").write_text(f"{result.outcome}\n{result.said}\n{result.caller}", encoding="utf-8")


def fell(result: Result) -> bool:
    """Tell whether a child fell."""
    return "the reader was ended" in result.said or "the reader ended" in result.said


def bug(result: Result) -> str:
    """Return the name and words of an error of ours that was met in a child, empty for none."""
    match = re.search(r"the reader failed on it \((.*?)\); please report|answer made no sense", result.said)
    return (match[1] or match[0]) if match else ""


def count(tally: Tally, result: Result) -> None:
    """Add one file."""
    tally.outcomes[result.outcome] += 1
    tally.children += fell(result)
    if bug(result):
        tally.bugs[bug(result)] += 1
    if result.caller:
        tally.callers.append(f"file {result.number}: {result.caller}")
    if result.picture:
        tally.pictures[result.picture] += 1
    tally.slowest = max(tally.slowest, (result.seconds, result.number))


def show(tally: Tally, files: int, seeds: int, seconds: float) -> None:
    """Print what came of it."""
    print(f"{files} files from {seeds} seeds in {seconds:.0f} s, {_PROCESSES} at a time")
    for outcome, times in tally.outcomes.most_common():
        print(f"  {outcome:20} {times:6}")
    print("pictures: " + ", ".join(f"{outcome} {times}" for outcome, times in tally.pictures.most_common()))
    print(f"slowest: file {tally.slowest[1]}, {tally.slowest[0]:.1f} s")
    print(f"a child fell on {tally.children}; errors of ours in a child: {sum(tally.bugs.values())}")
    for what, times in tally.bugs.most_common(10):
        print(f"  {times:4} x {what}")
    print(f"reached the caller: {len(tally.callers)} (must be 0)")
    for what in tally.callers[:5]:
        print(f"  {what}")


def _place(data: bytes, chance: random.Random, most: int) -> slice:
    start = chance.randrange(len(data) + 1)
    return slice(start, start + chance.randint(1, most))


def _changed(data: bytes, found: re.Match[bytes] | None, group: int, new: bytes) -> bytes:
    return data if found is None else data[: found.start(group)] + new + data[found.end(group) :]


def _any(pattern: re.Pattern[bytes], data: bytes, chance: random.Random) -> re.Match[bytes] | None:
    """Return one of the pattern's matches: the first one behind a place that chance names."""
    return pattern.search(data, chance.randrange(len(data) + 1)) or pattern.search(data)


def flip(data: bytes, chance: random.Random) -> bytes:
    """Change single bytes."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 5, 50, 500)) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """Take a piece out."""
    where = _place(data, chance, 20_000)
    return data[: where.start] + data[where.stop :]


def blank(data: bytes, chance: random.Random) -> bytes:
    """Write zeros over a piece."""
    where = _place(data, chance, 5_000)
    return data[: where.start] + bytes(len(data[where])) + data[where.stop :]


def double(data: bytes, chance: random.Random) -> bytes:
    """Say a piece twice."""
    where = _place(data, chance, 20_000)
    return data[: where.stop] + data[where] + data[where.stop :]


def truncate(data: bytes, chance: random.Random) -> bytes:
    """Lose the end."""
    return data[: chance.randrange(len(data) // 4, len(data) + 1)]


def splice(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Put a piece of another file in."""
    where = _place(data, chance, 20_000)
    return data[: where.start] + other[_place(other, chance, 20_000)] + data[where.stop :]


def swap_offsets(data: bytes, chance: random.Random) -> bytes:
    """Let two objects' places in the xref table change sides."""
    one, two = _any(_OFFSETS, data, chance), _any(_OFFSETS, data, chance)
    if one is None or two is None or one.start() == two.start():
        return data
    return _changed(_changed(data, one, 0, two[0]), two, 0, one[0])


def odd_number(data: bytes, chance: random.Random) -> bytes:
    """Give a length, a count, a page's turn or size, an odd value."""
    return _changed(data, _any(_NUMBERS, data, chance), 2, chance.choice(_ODD_NUMBERS))


def wrong_reference(data: bytes, chance: random.Random) -> bytes:
    """Point from one object to another one: loops come of it, and fonts that are pages."""
    for _ in range(chance.randint(1, 5)):
        target = _any(_REFERENCES, data, chance)
        if target:
            data = _changed(data, _any(_REFERENCES, data, chance), 1, target[1])
    return data


def damaged_stream(data: bytes, chance: random.Random) -> bytes:
    """Replace bytes of one stream by others, its length kept."""
    found = _any(_STREAM, data, chance)
    if found is None or not found[1]:
        return data
    return _changed(data, found, 1, flip(found[1], chance))


def odd_operands(data: bytes, chance: random.Random) -> bytes:
    """Give drawing commands numbers that overflow."""
    found = _any(_STREAM, data, chance)
    if found is None:
        return data
    share = chance.choice((0.001, 0.02, 0.3))
    return _changed(
        data, found, 1,
        _OPERANDS.sub(lambda m: chance.choice(_ODD_NUMBERS) if chance.random() < share else m[0], found[1]),
    )  # fmt: skip


def damaged_font(data: bytes, chance: random.Random) -> bytes:
    """Break a font: lose one of its tables, or take another for it."""
    found, other = _any(_FONT_WORDS, data, chance), _any(_FONT_WORDS, data, chance)
    return _changed(data, found, 1, chance.choice((b"Lost", other[1] if other else b"W")))


INJURIES: tuple[Callable[..., bytes], ...] = (
    flip, cut, blank, double, truncate, splice, swap_offsets, odd_number, odd_number, wrong_reference, damaged_stream,
    odd_operands, odd_operands, damaged_font, damaged_font,
)  # fmt: skip


if __name__ == "__main__":
    main()
