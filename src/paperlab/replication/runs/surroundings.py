"""What surrounds main while it runs: seeds, threads, the import path, the log, and what it spends."""

from __future__ import annotations

import codecs
import io
import os
import sys
import time
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from paperlab.replication.runs.state import seed_chance, seed_module
from paperlab.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from pathlib import Path
    from types import ModuleType

THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
"""What numeric libraries read when they are loaded."""
_SEEDED = ("numpy", "torch")


def run_environment(threads: int) -> dict[str, str]:
    """Return the variables that a process of a run begins with: its threads, and hashes of text that stay the same."""
    return dict.fromkeys(THREADS, str(threads)) | {"PYTHONHASHSEED": "0"}


def settle(threads: int) -> None:
    """Start this process anew with `run_environment` where it began with another: `run-one` calls this first.

    Threads and hash seed are read at the start of a process only; without them a run may not repeat bit for bit.
    """
    wanted = run_environment(threads)
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        # Not in place: on Windows that would return to the shell before the run has ended.
        if sys.platform == "win32":
            import subprocess

            sys.exit(
                subprocess.run([sys.executable, *sys.orig_argv[1:]], env=os.environ | wanted, check=False).returncode
            )
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | wanted)  # noqa: S606


@contextmanager
def seeded(seed: int, threads: int) -> Iterator[None]:
    """Seed random, numpy and torch and set torch's threads, now or when main imports them."""
    hook = _OnImport(lambda name: _prepare(name, seed, threads))
    seed_chance(seed)
    for name in _SEEDED:
        if name in sys.modules:
            _prepare(name, seed, threads)
    sys.meta_path.insert(0, hook)
    try:
        yield
    finally:
        sys.meta_path.remove(hook)


def _prepare(name: str, seed: int, threads: int) -> None:
    seed_module(name, seed)
    module: Any = sys.modules[name]
    if name == "torch" and module.get_num_threads() != threads:
        module.set_num_threads(threads)


class _OnImport(MetaPathFinder):
    """Calls a function with the name of numpy or torch once one of them has been imported."""

    def __init__(self, call: Callable[[str], None]) -> None:
        self._call = call
        self._finding = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec that the other finders have, its loader made to call the function."""
        del path, target
        if fullname not in _SEEDED or self._finding:
            return None
        self._finding = True
        try:
            spec = find_spec(fullname)
        finally:
            self._finding = False
        if spec is None or spec.loader is None:
            return spec
        load, call = spec.loader.exec_module, self._call

        def load_and_call(module: ModuleType) -> None:
            load(module)
            call(fullname)

        spec.loader.exec_module = load_and_call  # type: ignore[method-assign]
        return spec


@contextmanager
def on_path(folder: Path) -> Iterator[None]:
    """Have a folder's modules found first; afterwards they are forgotten, so that another replication gets its own."""
    place = os.path.abspath(folder)  # noqa: PTH100  resolve() would follow links
    sys.path.insert(0, place)
    before = set(sys.modules)
    try:
        yield
    finally:
        if place in sys.path:
            sys.path.remove(place)
        for name in set(sys.modules) - before:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(place + os.sep):
                del sys.modules[name]


class Tee(io.TextIOBase):
    """A stream whose text goes to a log as well, without control codes, this machine's paths shortened there."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, stream: Any, log: Any, shortened: Callable[[str], str]) -> None:
        self._stream = stream
        self._log = log
        self._shortened = shortened
        self.buffer = _Bytes(self)

    def write(self, text: str) -> int:
        """Write to both."""
        harmless = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
        self._log.write(self._shortened(harmless))
        if self._stream is not None:
            self._stream.write(harmless)
        return len(text)

    def fileno(self) -> int:
        """Return the log's: what a process that main starts writes there goes into the log as it is."""
        self.flush()
        return int(self._log.fileno())

    def flush(self) -> None:
        """Flush both."""
        if self._log.closed:  # somebody held on to it past the run
            return
        self._log.flush()
        if self._stream is not None:
            self._stream.flush()

    def isatty(self) -> bool:
        """Tell that it is no terminal: bars that move are not for a log."""
        return False


class _Bytes(io.RawIOBase):
    """What takes bytes for a `Tee`: UTF-8, also where a character comes in two pieces."""

    def __init__(self, tee: Tee) -> None:
        self._tee = tee
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Write bytes as text."""
        held = bytes(data)
        self._tee.write(self._decoder.decode(held))
        return len(held)

    def flush(self) -> None:
        """Flush what it writes to."""
        if not self.closed:
            self._tee.flush()

    def fileno(self) -> int:
        """Return the log's."""
        return self._tee.fileno()


class Spent:
    """What a run has taken, its earlier attempts included."""

    def __init__(self, wall: float = 0.0, cpu: float = 0.0, peak_mb: float = 0.0) -> None:
        """Take what earlier attempts took: seconds, processor seconds, the most memory in MB."""
        self._before = (wall, cpu, peak_mb)
        self._began = (time.perf_counter(), _processor_seconds())

    def wall(self) -> float:
        """Return seconds."""
        return self._before[0] + time.perf_counter() - self._began[0]

    def cpu(self) -> float:
        """Return processor seconds of this process and the children it has waited for."""
        return self._before[1] + _processor_seconds() - self._began[1]

    def peak_mb(self) -> float:
        """Return the most memory that this process, or one of its children, has held."""
        return max(self._before[2], _peak_mb())

    def told(self) -> dict[str, float]:
        """Return all three as records have them."""
        return {
            "wall_seconds": round(self.wall(), 3),
            "cpu_seconds": round(self.cpu(), 3),
            "peak_mb": round(self.peak_mb(), 1),
        }


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _peak_mb() -> float:
    if sys.platform == "win32":
        return 0.0
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / unit
