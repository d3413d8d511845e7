"""Search through faults: kills, damaged files, a full disk, a folder nobody may write, many processes at once.

    python -m benchmarks.search_faults [--trials 200] [--seconds 60] [--seed 1] [--only PART,...]

Made-up papers, the hashing embedder, no network. A kill trial copies a lab, ends a command by SIGKILL at a random
moment, searches, runs the command undisturbed, and holds what the lab has then (chunks, vectors, words, hits and scores
of 20 queries in three modes) against a lab nothing happened to. Damage is done to every file below `vectors` and
`words`. Prints a table; one deviation and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.fault_crowd import crowd, full_disk, lost, read_only
from benchmarks.fault_damage import DAMAGES, Injury
from benchmarks.fault_labs import (
    IVF,
    OPERATIONS,
    OTHER,
    OURS,
    STEADY,
    Operation,
    command,
    copied,
    key,
    make_labs,
    probe,
    run,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Tally:
    """What came of one kind of trial."""

    trials: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, wrong: Sequence[str], **notes: int) -> None:
        """Count one trial and say at once what was wrong with it."""
        self.trials += 1
        self.notes.update(notes)
        self.wrong += [f"{name}: {one}" for one in wrong]
        for one in wrong:
            print(f"DEVIATION {name}: {one}", file=sys.stderr, flush=True)


Tallies = dict[str, Tally]


# Kills


@dataclass
class Calm:
    """An operation that nobody disturbed."""

    before: dict[str, Any]
    after: dict[str, Any]
    begins: float
    """Seconds until it writes."""
    ends: float


def written(lab: Path) -> int:
    """Return a number that changes with every write below the index."""
    files = [path for path in (lab / "index").rglob("*") if not path.name.endswith((".lock", "-shm"))]
    return hash(tuple((str(path), s.st_size, s.st_mtime_ns) for path in files if (s := stat_of(path))))


def stat_of(path: Path) -> os.stat_result | None:
    """Return a file's state, or None where it went."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def started(operation: Operation, lab: Path) -> subprocess.Popen[bytes]:
    """Start an operation."""
    nothing, environment = subprocess.DEVNULL, {**os.environ, **OURS, **operation.variables}
    words = command(lab, operation.command)
    return subprocess.Popen(words, stdout=nothing, stderr=nothing, env=environment, start_new_session=True)


def calm_of(operation: Operation, base: Path, folder: Path) -> Calm:
    """Run an operation undisturbed twice: where it ends, when it begins to write, how long it takes."""
    begins, ends = [], []
    lab = folder / "calm"
    for _ in range(2):
        copied(base, lab)
        before, first, since = written(lab), None, time.perf_counter()
        process = started(operation, lab)
        while process.poll() is None:
            if first is None and written(lab) != before:
                first = time.perf_counter() - since
            time.sleep(0.003)
        ends.append(time.perf_counter() - since)
        begins.append(first or 0.0)
    after = probe(lab, operation.variables)
    before_state = probe(copied(base, folder / "before"), operation.variables)
    return Calm(before_state, after, min(begins), max(ends))


def kill_trial(
    operation: Operation, calm: Calm, base: Path, lab: Path, chance: random.Random
) -> tuple[list[str], int, int]:
    """Kill, search, run again; return what was wrong, and whether the kill came early, and after the first write."""
    copied(base, lab)
    untouched = written(lab)
    process = started(operation, lab)
    try:
        process.wait(chance.uniform(0 if chance.random() < 0.2 else 0.9 * calm.begins, calm.ends))
        early = False
    except subprocess.TimeoutExpired:
        early = True
        os.killpg(process.pid, signal.SIGKILL) if chance.random() < 0.5 else process.kill()
        process.wait()
    inside = early and written(lab) != untouched
    wrong = []
    if chance.random() < 0.5:
        wrong += searched(lab, operation.variables)
        if operation.command[0] == "import-metadata":
            wrong += filter(None, [run(lab, "search", STEADY, "--catalogue", variables=operation.variables).wrong])
    if operation.two_states:
        seen = probe(lab, operation.variables)
        if "error" in seen or all(other_hits(seen["hits"], one["hits"]) for one in (calm.before, calm.after)):
            wrong.append(f"after the kill: {seen.get('error') or other_hits(seen['hits'], calm.after['hits'])}")
    again = run(lab, *operation.command, variables=operation.variables)
    if again.code:
        wrong.append(f"run again: exit {again.code}: {again.err.strip()[-300:]}")
    return wrong + unlike(probe(lab, operation.variables), calm.after), int(early), int(inside)


def searched(lab: Path, variables: dict[str, str] | None = None, **how: Any) -> list[str]:
    """Search as a user does; return what is wrong with the answer."""
    ran = run(lab, "search", STEADY, "--json", variables=variables, **how)
    if ran.wrong:
        return [f"search: {ran.wrong}"]
    hits = json.loads(ran.out)["hits"]
    return [] if hits and hits[0]["key"] == key(0) else [f"search: the first hit is {[hit['key'] for hit in hits[:1]]}"]


def unlike(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Return in what a lab differs from the undisturbed one."""
    if "error" in found:
        return [found["error"]]
    wrong = [
        f"{part} differ: {differing(found[part], wanted[part])}"
        for part in wanted
        if part != "hits" and found[part] != wanted[part]
    ]
    return [*wrong, *filter(None, [other_hits(found["hits"], wanted["hits"])])]


def other_hits(found: dict[str, Any], wanted: dict[str, Any]) -> str:
    """Return in what hits differ, empty where they do not; told apart is what only BM25 sees."""
    most = 0.0
    for name, hits in wanted.items():
        if found[name] == hits:
            continue
        here, there = ({tuple(hit[:3]): hit[3] for hit in some} for some in (found[name], hits))
        if here.keys() != there.keys() or name.startswith("dense"):
            return f"hits differ: {differing(found, wanted)}"
        most = max(most, *(abs(here[one] - score) / abs(score) for one, score in there.items()))
    return f"BM25 differs by up to {100 * most:.2f} %, the passages are the same" if found != wanted else ""


def differing(found: Any, wanted: Any) -> str:
    """Return the first difference, shortened."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        names = [name for name in wanted if found.get(name) != wanted[name]]
        return f"{len(names)} of {len(wanted)}, {names[0]!r}: {differing(found.get(names[0]), wanted[names[0]])}"
    if isinstance(found, list) and isinstance(wanted, list):
        if len(found) != len(wanted):
            return f"{len(found)} for {len(wanted)}: {found!r:.200} for {wanted!r:.200}"
        return next(f"{a!r:.150} for {b!r:.150}" for a, b in zip(found, wanted, strict=True) if a != b)
    return f"{found!r:.150} for {wanted!r:.150}"


def kills(bases: dict[str, Path], folder: Path, trials: int, seed: int, tallies: Tallies) -> None:
    """Do the kill trials, two at a time."""
    with ThreadPoolExecutor(2) as threads:
        found = threads.map(lambda one: calm_of(one, bases[one.base], folder / one.name.replace(" ", "-")), OPERATIONS)
        calms = {one.name: calm for one, calm in zip(OPERATIONS, found, strict=True)}

    def one(number: int) -> None:
        operation = OPERATIONS[number % len(OPERATIONS)]
        lab = folder / f"killed-{number}"
        outcome = kill_trial(
            operation, calms[operation.name], bases[operation.base], lab, random.Random(f"{seed}:{number}")
        )
        wrong, early, inside = outcome
        tally = tallies.setdefault(f"kill: {operation.name}", Tally())
        tally.add(
            f"trial {number} ({operation.name})", wrong, **{"before the end": early, "after its first write": inside}
        )
        shutil.rmtree(lab)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(one, range(trials)))


# Damage


def damage(bases: dict[str, Path], folder: Path, seed: int, tallies: Tallies) -> None:
    """Damage each file in each way and search."""
    settled = copied(bases["unread fewer"], folder / "settled")
    other = copied(bases["eight"], folder / "other")
    run(other, "index", variables=OTHER)
    for lab, variables in ((settled, {}), (copied(bases["ivf"], folder / "settled-ivf"), IVF)):
        files = sorted(path.relative_to(lab) for path in (lab / "index").rglob("*") if path.is_file())
        files = [path for path in files if path.parts[1] == "vectors" or (path.parts[1] == "words" and lab is settled)]
        jobs = [
            Injury(lab, file, how, number)
            for file in files
            for how, times in DAMAGES
            for number in range(times * (3 if file.suffix == ".json" and times > 1 else 1))
        ]
        hurt = partial(hurt_one, place=folder, other=other, seed=seed, tallies=tallies, variables=variables)
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(partial(hurt, before=probe(lab, variables)), jobs))


def hurt_one(
    injury: Injury,
    before: dict[str, Any],
    *,
    place: Path,
    other: Path,
    seed: int,
    tallies: Tallies,
    variables: dict[str, str],
) -> None:
    """Do one damage to a copy of its lab, search, and count it."""
    lab = copied(injury.lab, place / f"hurt-{threading.get_ident()}")
    name = f"{injury.how.__name__} {injury.number} of {injury.file}"
    injury.how(lab / injury.file, random.Random(f"{seed}:{name}"), other / "index")
    wrong, lines = judged(lab, injury.file, variables, before)
    tally = tallies.setdefault(f"damage: {injury.how.__name__.replace('_', ' ')}", Tally())
    tally.add(name, wrong, told=lines == 1, silent=lines == 0)


def judged(lab: Path, file: Path, variables: dict[str, str], before: dict[str, Any]) -> tuple[list[str], int]:
    """Search a damaged lab; return what was wrong with that, and how many lines were said."""
    ran = run(lab, "search", STEADY, variables=variables)
    lines = ran.err.strip().splitlines()
    wrong = [f"search: {ran.wrong}"] if ran.wrong else []
    if len(lines) > 1 or any(len(line) > 600 for line in lines):
        wrong.append(f"{len(lines)} lines of {len(ran.err)} characters: {ran.err[:300]!r}")
    if not lines and file.suffix in {".flat", ".ivf"}:
        wrong.append("nobody was told")
    after = probe(lab, variables)
    if "error" in after or other_hits(after["hits"], before["hits"]):
        wrong.append(after.get("error") or other_hits(after["hits"], before["hits"]))
    elif after["said"]:
        wrong.append(f"not mended by the first search: {after['said'][:2]!r:.300}")
    return wrong, len(lines)


# Disk and crowd


def disks(bases: dict[str, Path], folder: Path, tallies: Tallies) -> None:
    """Fill the disk, make room again, and compare with what an undisturbed run gave."""
    wanted: dict[str, dict[str, Any]] = {}
    for name, operation, lab, wrong in full_disk(bases, folder):
        if operation.name not in wanted:
            calm = copied(bases[operation.base], folder / "calm-disk")
            run(calm, *operation.command, variables=operation.variables)
            wanted[operation.name] = probe(calm, operation.variables)
        tally = tallies.setdefault(f"full disk: {operation.name}", Tally())
        tally.add(name, wrong + unlike(probe(lab, operation.variables), wanted[operation.name]))


def together(folder: Path, seconds: float, seed: int, tallies: Tallies) -> None:
    """Let the crowd loose and count."""
    result, lab = crowd(folder, seconds, seed)
    tallies["two writers, five readers"] = tally = Tally()
    tally.add("crowd", result.wrong + lost(lab, result, folder, other_hits))
    tally.notes.update({"papers added": len(result.added), "commands of writers": result.writes})
    tally.notes.update({"told to wait (exit 3)": result.turned_away})
    tally.notes.update({"cold searches": len(result.searches), "warm searches": len(result.warm)})
    for name, took in (("cold", result.searches), ("warm", result.warm)):
        if took:
            tally.notes[f"ms, longest {name} search"] = round(1000 * max(took))
            tally.notes[f"ms, median {name} search"] = round(1000 * statistics.median(took))


def show(tallies: Tallies, seconds: float) -> None:
    """Print the table."""
    width = max(map(len, tallies))
    print(f"{'':{width}}  {'n':>4}  {'wrong':>5}")
    for name, tally in tallies.items():
        notes = ", ".join(f"{count} {what}" for what, count in tally.notes.items() if count)
        print(f"{name:{width}}  {tally.trials:>4}  {len(tally.wrong):>5}  {notes}")
    trials = sum(tally.trials for tally in tallies.values())
    print(f"{trials} trials, {sum(len(tally.wrong) for tally in tallies.values())} deviations, {seconds:.0f} s")


def main() -> None:
    """Do what was asked for; exit with 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--trials", type=int, default=200, help="kills")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long many processes work at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="kill,damage,disk,read-only,crowd")
    options = parser.parse_args()
    parts, tallies, since = options.only.split(","), Tallies(), time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        bases = make_labs(folder)
        if "kill" in parts:
            kills(bases, folder, options.trials, options.seed, tallies)
        if "damage" in parts:
            damage(bases, folder, options.seed, tallies)
        if "disk" in parts:
            disks(bases, folder, tallies)
        if "read-only" in parts:
            tallies["read-only"] = Tally()
            for name, wrong in read_only(bases, folder):
                tallies["read-only"].add(f"read-only: {name}", wrong)
        if "crowd" in parts:
            together(folder, options.seconds, options.seed, tallies)
    show(tallies, time.perf_counter() - since)
    sys.exit(1 if any(tally.wrong for tally in tallies.values()) else 0)


if __name__ == "__main__":
    main()
