"""What a run.py is given: its configuration and seed, loops that outlive a kill, and where its numbers go."""

from __future__ import annotations

import hashlib
import inspect
import json
import math
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from paperlab.disk import disk_errors, make_way, remove_tree, sha256_of
from paperlab.errors import BadInput, UsageError
from paperlab.replication.files import SHARED
from paperlab.replication.runs.code import file_sha256
from paperlab.replication.runs.loops import Loops, Notes
from paperlab.replication.runs.metrics import FILE as METRICS
from paperlab.replication.runs.metrics import MetricsFile
from paperlab.replication.runs.state import StateFile, chance_state, restore_chance, seed_chance
from paperlab.text import shorten
from paperlab.types import Check, DataUsed, RunResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from paperlab.replication.runs.loops import Pace

STATE = "state.pt"
_MOST, _SHOWN = 2**63 - 1, 80
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=,-]{0,99}")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where what is logged goes: that of the run, or of something that it makes for others."""

    metrics: MetricsFile
    loops: Loops
    notes: Notes


@dataclass(frozen=True, slots=True)
class Place:
    """Which run it is."""

    tier: str
    variant: str
    seed: int
    folder: Path
    runs: Path
    """Of the tier."""
    key: str
    """Of its code and configuration."""


class Run:
    """One execution of a replication's main: a variant and a seed at a tier."""

    def __init__(
        self,
        place: Place,
        config: Mapping[str, Any],
        clock: Callable[[], float],
        say: Callable[[str], None],
        show: Callable[[Pace], None] = lambda _: None,
    ) -> None:
        """`clock`: seconds that all attempts have taken; `say` writes to the log; `show` is told of each epoch."""
        self.config: Mapping[str, Any] = MappingProxyType(dict(config))
        self.seed = place.seed
        self.variant = place.variant
        self.tier = place.tier
        self.folder = place.folder
        self._shared = place.runs / SHARED
        self._clock = clock
        self._say = say
        self._show = show
        self._making: list[str] = []
        self._desk = self._opened(place.folder, STATE, METRICS, place.key)

    @property
    def artifacts(self) -> Path:
        """A folder for files of the run's own, made when first asked for; git does not see it."""
        folder = self.folder / "artifacts"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def epochs(self, count: int, **parts: Any) -> Iterator[int]:
        """Yield 0 to `count` - 1; a killed run goes on behind the last epoch that was saved.

        `parts` are what an epoch changes: whatever has state_dict and load_state_dict, generators of random numbers
        (numpy, torch, random), arrays, lists, dicts and sets; they are restored in place. So are the global sources
        of chance, and results, facts, checks and data so far. An epoch is saved where that takes no more than a
        hundredth of the time since the last one was; the last epoch always is. Several loops one after the other are
        fine, in the same order each time; one within another is not. Raises UsageError for that, and for a part whose
        state cannot be taken.
        """
        return self._desk.loops.epochs(count, parts)

    def log(self, step: int, **values: Any) -> None:
        """Add a line to metrics.jsonl for each value, at an epoch, an update or whatever `step` counts."""
        if not self._desk.loops.replaying:
            self._desk.metrics.add(int(step), {_text(name, "a name"): _number(v) for name, v in values.items()})

    def result(self, name: str, value: Any, *, unit: str = "", items: int | None = None) -> None:
        """Record a final measure; `items` are the test items it was taken over.

        Raises BadInput where it is not finite, or where another value of that name was recorded: a run that cannot
        say what came out has failed. Raises UsageError for a name or unit that is no text, and for no items at all.
        """
        notes = self._own("result")
        if not _text(name, "a result's name") or ":" in name:
            raise UsageError(f"{name!r} cannot name a result: it needs letters, and ':' stands before a variant's")
        found = RunResult(
            name, _number(value), _text(unit, f"the unit of {name!r}"), _count(items, f"items of {name!r}")
        )
        if not math.isfinite(found.value):
            raise BadInput(f"result {name!r} is {found.value}: a final measure must be a finite number")
        if notes.results.get(name, found) != found:
            raise BadInput(f"result {name!r} was {notes.results[name].value!r} before and is {found.value!r} now")
        if name not in notes.results and not self._desk.loops.replaying:
            self._desk.metrics.add(None, {name: found.value})
        notes.results[name] = found

    def facts(self, **facts: Any) -> None:
        """Record what the protocol was, under the names of replication.toml's `[protocol.NAME]`.

        Raises UsageError for what JSON cannot say: numbers that are not finite, things that are no texts or numbers.
        """
        said = {_text(name, "a fact's name"): plain_value(value) for name, value in facts.items()}
        self._own("facts").facts.update(said)

    def check(self, name: str, passed: Any, *, detail: str = "") -> None:
        """Record something that must hold for the run to count; one that failed before does not pass later."""
        checks = self._own("check").checks
        found = Check(_text(name, "a check's name"), bool(passed), _text(str(detail), f"the detail of {name!r}"))
        if name not in checks or checks[name].passed:
            checks[name] = found
        if not passed:
            self.say(f"check failed: {name}{f' ({detail})' if detail else ''}")

    def data(self, name: str, source: Any, *, examples: int | None = None) -> None:
        """Record data that the run reads: a file's or a folder's path, or bytes (also an array). Its SHA-256 is kept.

        Raises BadInput where other data of that name was recorded, or the path cannot be read.
        """
        data = self._own("data").data
        number = _count(examples, f"examples of {name!r}", least=0)
        found = DataUsed(_text(name, "the name of data"), _sha256(source), number)
        if data.get(name, found).sha256 != found.sha256:
            raise BadInput(f"data {name!r} is not what it was when this run first read it")
        data[name] = found

    def once(self, name: str, make: Callable[[Path], object], **arguments: Any) -> Path:
        """Return a file or folder that `make(path)` wrote, now or for another run of this tier.

        It is made once for this name, these arguments and the code of the file that `make` stands in, and recorded as
        data. While it is made the global sources of chance are seeded by just these, and stay as they were for the
        run, so that it does not matter which run makes it; of the run only `epochs`, `log`, `say` and `once` are to
        be had then, and `epochs` goes on after a kill there, too. Raises UsageError for a name or arguments that
        cannot be told, BadInput where `make` writes nothing.
        """
        path = self._shared / _shared_name(name, make, arguments)
        if path.name in self._making:
            raise UsageError(f"run.once of {name!r} asks for itself while it is made")
        with self._waiting(path, name):
            if not path.exists():
                self._make(path, make)
        if not self._making:
            self.data(path.name, path)
        return path

    def say(self, text: str) -> None:
        """Write a line to log.txt."""
        self._say(_text(text, "what run.say is given"))

    @property
    def notes(self) -> Notes:
        """What it has said about itself so far."""
        return self._desk.notes

    def check_reached(self) -> None:
        """Raise BadInput where main, taken up again, ended before it came to where it was."""
        self._desk.loops.check_reached()

    def close(self) -> None:
        """Close the file of metrics."""
        self._desk.metrics.close()

    def _own(self, what: str) -> Notes:
        if self._making:
            raise UsageError(
                f"run.{what} was called while run.once makes something: another run may have made it, so say it outside"
            )
        return self._desk.notes

    def _opened(self, folder: Path, state: str, metrics: str, key: str) -> Desk:
        file, notes = MetricsFile(folder / metrics, self._clock), Notes()
        loops = Loops(StateFile(folder / state, key), file, notes, self._show)
        why = loops.take_up()
        if why:
            self._say(f"starts from the beginning: {why}")
        return Desk(file, loops, notes)

    @contextmanager
    def _waiting(self, path: Path, name: str) -> Iterator[None]:
        from filelock import FileLock, Timeout

        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path.with_name(f".{path.name}.lock"))
            try:
                lock.acquire(timeout=0)
            except Timeout:
                self._say(f"waits for another run that makes {name}")
                lock.acquire(poll_interval=0.2)
        try:
            yield
        finally:
            lock.release()

    def _make(self, path: Path, make: Callable[[Path], object]) -> None:
        """Have `make` write beside `path` and give that its name; chance is its own meanwhile."""
        self._say(f"makes {path.name}")
        passing = path.with_name(f".new-{path.name}")
        remove_tree(passing)
        make_way(passing)
        passing.unlink(missing_ok=True)
        outside, before = self._desk, chance_state()
        self._making.append(path.name)
        try:
            seed_chance(int(hashlib.sha256(path.name.encode()).hexdigest()[:15], 16))
            self._desk = self._opened(path.parent, f".{path.name}.state", f"{path.name}.metrics.jsonl", path.name)
            make(passing)
            self._desk.loops.check_reached()
            if not passing.exists():
                raise BadInput(f"nothing was written to the path that run.once gave to make {path.name}")
            passing.rename(path)
            path.with_name(f".{path.name}.state").unlink(missing_ok=True)
        finally:
            self._making.pop()
            if self._desk is not outside:
                self._desk.metrics.close()
            self._desk = outside
            restore_chance(before)


def plain_value(value: Any) -> Any:
    """Return a fact as JSON has it: numpy's and torch's numbers become Python's; raises UsageError for others.

    So it does for numbers that are not finite, or too large, and for text that UTF-8 cannot hold.
    """
    found = _plain(value)
    try:
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        why = "a fact is a finite number, of at most 4,300 digits, or text of whole characters"
        raise UsageError(f"{why}, not {_shown(found)}") from error
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if not isinstance(value, (str, int, float, bool)) and value is not None and hasattr(value, "item"):
        value = value.item()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise UsageError(f"a fact is a text, a number, true or false, or a list of these; not {value!r}")


def _shown(value: Any) -> str:
    try:
        return shorten(ascii(value), _SHOWN)
    except ValueError:  # Python does not write whole numbers of more digits
        return "a larger one"


def _text(text: Any, what: str) -> str:
    """Return text that UTF-8 can hold; raises UsageError for other things."""
    if isinstance(text, str) and (text.isascii() or _is_whole(text)):
        return text
    raise UsageError(f"{what} must be text of whole characters, not {_shown(text)}")


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character: a lone surrogate
        return False
    return True


def _count(number: Any, what: str, least: int = 1) -> int | None:
    """Return a number of things, None where none is given; raises UsageError for one below `least`, or absurd."""
    if number is None:
        return None
    if not least <= int(number) <= _MOST:
        raise UsageError(f"{what} must be a whole number from {least} up, not {_shown(number)}")
    return int(number)


def _number(value: Any) -> float:
    """Return a number of Python, numpy or torch; a tensor that is still part of a graph warns at float()."""
    return float(value.item() if hasattr(value, "item") else value)


def _shared_name(name: str, make: Callable[[Path], object], arguments: dict[str, Any]) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot name what run.once makes: letters, digits, dots and dashes")
    try:
        told = json.dumps(arguments, sort_keys=True, allow_nan=False)
        file = inspect.getsourcefile(make)
    except (TypeError, ValueError) as error:
        raise UsageError(f"run.once takes a function, and arguments of text and finite numbers: {error}") from error
    code = file_sha256(Path(file)) if file else ""
    digits = hashlib.sha256(f"{name}\0{told}\0{code}".encode()).hexdigest()[:8]
    stem, dot, ending = name.rpartition(".")
    return f"{stem}-{digits}.{ending}" if dot and stem and not ending.isdecimal() else f"{name}-{digits}"


def _sha256(source: Any) -> str:
    if not isinstance(source, (str, Path)):
        return hashlib.sha256(memoryview(source).cast("B") if len(source) else b"").hexdigest()
    path = Path(source)
    try:
        if not path.is_dir():
            return sha256_of(path)
        files = sorted(file for file in path.rglob("*") if file.is_file())
        told = "".join(f"{file.relative_to(path).as_posix()}\0{sha256_of(file)}\n" for file in files)
    except OSError as error:
        raise BadInput(f"data {path.name} cannot be read: {error.strerror}; see where it should lie") from error
    return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()  # names need not be UTF-8
