"""A full disk, a folder nobody may write, and many processes at once: the parts of `search_faults` without a kill."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.fault_labs import (
    IVF,
    OPERATIONS,
    OURS,
    STEADY,
    command,
    copied,
    key,
    make_empty,
    probe,
    run,
    write_paper,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.fault_labs import Operation

_ROOMS = 0, 8, 40, 120, 300
"""kB left on the disk, or beyond which no file may grow."""
_LARGEST = 20 * 2**20
_READERS, _WARM = 3, 2
_MANY = 400


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """Give a disk of 20 MB of its own, or None where this user may not mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_LARGEST}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        yield None if mounted.returncode else folder
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, room: int) -> Path:
    """Fill a disk but for `room` bytes and return the file that fills it."""
    path = folder / "filler"
    free = shutil.disk_usage(folder).free
    with path.open("wb") as file:
        file.write(b"\0" * max(0, free - room))
    return path


def full_disk_trial(operation: Operation, base: Path, lab: Path, room: int, *, disk: Path | None) -> list[str]:
    """Run an operation with too little room, search, make room and run it again; return what was wrong."""
    copied(base, lab)
    filler = fill(disk, room) if disk else None
    limits = {} if disk else {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))}
    wrong = []
    for words in (operation.command, ("search", STEADY)):
        ran = run(lab, *words, variables=operation.variables, **limits)
        if ran.code not in {0, 1, 3} or "Traceback" in ran.err or "panicked" in ran.err:
            wrong.append(f"{words[0]}: exit {ran.code}: {ran.err.strip()[-300:]}")
        elif len(ran.err.strip().splitlines()) > 2:
            wrong.append(f"{words[0]}: {len(ran.err.splitlines())} lines: {ran.err[:300]!r}")
    if filler:
        filler.unlink()
    again = run(lab, *operation.command, variables=operation.variables)
    if again.code:
        wrong.append(f"with room again: exit {again.code}: {again.err.strip()[-300:]}")
    return wrong


def full_disk(bases: dict[str, Path], folder: Path) -> Iterator[tuple[str, Operation, Path, list[str]]]:
    """Yield each trial's name, operation, lab and what was wrong."""
    chosen = [one for one in OPERATIONS if not one.command[0].startswith("--")]
    with small_disk(folder / "disk") as disk:
        for operation in chosen:
            for room in _ROOMS:
                for mounted in (disk, None) if disk else (None,):
                    lab = (mounted or folder) / "small"
                    wrong = full_disk_trial(operation, bases[operation.base], lab, 1000 * room, disk=mounted)
                    how = "room" if mounted else "file limit"
                    yield f"{operation.name}, {room} kB {how}", operation, lab, wrong


def read_only(bases: dict[str, Path], folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Search labs whose index may not be written; yield what was wrong."""
    for name, base, variables in (("flat", "flat", {}), ("ivf", "ivf", IVF), ("words behind", "unread", {})):
        lab = copied(bases[base], folder / "read-only")
        paths = [lab / "index", *(lab / "index").rglob("*")]
        modes = [path.stat().st_mode for path in paths]
        for path, mode in zip(paths, modes, strict=True):
            path.chmod(mode & 0o555)
        # The superuser may write everywhere, unless that right is taken away.
        words = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
        words += command(lab, ("search", STEADY, "--json"))
        ran = subprocess.run(
            words, capture_output=True, text=True, check=False, env={**os.environ, **OURS, **variables}
        )
        for path, mode in zip(paths, modes, strict=True):
            if path.exists():
                path.chmod(mode)
        found = [hit["key"] for hit in json.loads(ran.stdout)["hits"][:1]] if not ran.returncode else []
        good = found == [key(0)] and len(ran.stderr.strip().splitlines()) <= 2
        yield name, [] if good else [f"exit {ran.returncode}, first hit {found}: {ran.stderr.strip()[-400:]}"]


# Many at once


@dataclass
class Crowd:
    """What came of the minute."""

    wrong: list[str] = field(default_factory=list)
    searches: list[float] = field(default_factory=list)
    """Seconds of each."""
    warm: list[float] = field(default_factory=list)
    writes: int = 0
    turned_away: int = 0
    """Commands that ended with exit code 3: another process was indexing."""
    added: list[int] = field(default_factory=list)


def crowd(folder: Path, seconds: float, seed: int) -> tuple[Crowd, Path]:
    """Let two writers and five readers loose on one lab; return what came of it and the lab."""
    lab, pdfs, result = make_empty(folder / "crowd"), folder / "crowd-pdfs", Crowd()
    pdfs.mkdir()
    run(lab, "add", str(write_paper(pdfs, 0)))
    run(lab, "index")
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=write, args=(lab, pdfs, n, end, seed, result)) for n in (1, 2)]
    threads += [threading.Thread(target=read_cold, args=(lab, n, seconds, result)) for n in range(_READERS)]
    threads += [threading.Thread(target=read_warm, args=(lab, seconds, result)) for _ in range(_WARM)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = run(lab, "index")
    if last.code:
        result.wrong.append(f"the last index: exit {last.code}: {last.err[-300:]}")
    return result, lab


def write(lab: Path, pdfs: Path, writer: int, end: float, seed: int, result: Crowd) -> None:
    """Add papers, index, mark: papers of this writer's own numbers, until the time is up."""
    chance = random.Random(f"{seed}:{writer}")
    for number in range(writer, _MANY, 2):
        if time.monotonic() > end:
            return
        pdf = write_paper_alone(pdfs, number)
        marks = [("tag", key(0), f"t{number}"), ("note", key(0), "-m", f"note {number}"), ("status", key(0), "reading")]
        for words in (("add", str(pdf)), ("index",), chance.choice(marks)):
            ran = run(lab, *words)
            result.writes += 1
            if ran.code == 3 and words[0] == "index" and len(ran.err.strip().splitlines()) == 1:
                result.turned_away += 1
            elif ran.code or "Traceback" in ran.err:
                result.wrong.append(f"{words[0]}: exit {ran.code}: {ran.err.strip()[-400:]}")
        result.added.append(number)


def write_paper_alone(folder: Path, number: int) -> Path:
    """Write a paper in a process of its own: the library that writes PDFs is not made for threads."""
    subprocess.run(command(folder, ("--write", str(number))), check=True)
    return folder / f"{key(number)}v1.pdf"


def read_cold(lab: Path, reader: int, seconds: float, result: Crowd) -> None:
    """Search again and again, each time as a new process."""
    modes, end = ("hybrid", "lexical", "dense"), time.monotonic() + seconds
    while time.monotonic() < end:
        ran = run(lab, "search", STEADY, "--json", "--limit", "20", "--mode", modes[reader % 3])
        result.searches.append(ran.seconds)
        hits = json.loads(ran.out)["hits"] if not ran.code else []
        if ran.wrong or ran.code or key(0) not in {hit["key"] for hit in hits}:
            after = f"{modes[reader % 3]} search after {seconds - end + time.monotonic():.1f} s"
            result.wrong.append(f"{after}: exit {ran.code}, {len(hits)} hits: {ran.err.strip()[-600:]}")


def read_warm(lab: Path, seconds: float, result: Crowd) -> None:
    """Search again and again in one process."""
    words = command(lab, ("--read", str(seconds)))
    done = subprocess.run(words, capture_output=True, text=True, check=False, env={**os.environ, **OURS})
    if done.returncode or "DEVIATION" in done.stderr:
        result.wrong.append(f"warm reader: exit {done.returncode}: {done.stderr.strip()[-600:]}")
    else:
        result.warm += json.loads(done.stdout)


def lost(lab: Path, result: Crowd, folder: Path, compare: Callable[[Any, Any], str]) -> list[str]:
    """Return what the lab lacks after it, beside one to which the same papers were added by one process in one go."""
    calm = make_empty(folder / "crowd-calm")
    numbers = sorted([0, *result.added])
    pdfs = [str(folder / "crowd-pdfs" / f"{key(number)}v1.pdf") for number in numbers]
    run(calm, "add", *pdfs)
    run(calm, "index")
    here, there = probe(lab), probe(calm)
    if "error" in here or "error" in there:
        return [str(here.get("error") or there.get("error"))]
    wrong = [
        f"{p}: {here['rows'][p]} for {there['rows'][p]}" for p in there["rows"] if here["rows"][p] != there["rows"][p]
    ]
    wrong += [f"{part}: {here[part]}" for part in ("said", "findings", "left", "problems") if here[part] != there[part]]
    return [*wrong, *filter(None, [compare(here["hits"], there["hits"])])]
