"""One run of one unit in this process: found as it was left, taken up, and put into the books."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import shlex
import sys
import time
import traceback
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TextIO

from paperlab.disk import disk_errors, only_one, read_text, remove_tree, sha256_of, write_atomically
from paperlab.errors import BadFile, BadInput, Busy, NotNow
from paperlab.replication.files import config_hash, run_folder, runs_folder
from paperlab.replication.runs import ledger
from paperlab.replication.runs.code import code_sha256
from paperlab.replication.runs.environment import environment, save_changes, shortened
from paperlab.replication.runs.metrics import FILE as METRICS
from paperlab.replication.runs.run_file import (
    FAILED,
    OK,
    RUNNING,
    is_as_it_ended,
    read_record,
    record_bytes,
    sha256_hex,
    write_record,
)
from paperlab.replication.runs.running import STATE, Place, Run
from paperlab.replication.runs.state import seed_chance
from paperlab.replication.runs.surroundings import Spent, Tee, on_path, seeded
from paperlab.text import clean, one_line
from paperlab.types import RunRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.replication.runs.loops import Pace
    from paperlab.types import Replication, Tier

LOG = "log.txt"
LOCK = ".lock"
PROGRESS = "progress.json"
RUN_ELSEWHERE = "is being run by another process"
"""What the message says where another process has the unit."""
_PROGRESS_EVERY = 0.5
_GIT_FILES = {
    ".gitignore": "\n".join(
        [
            "# what a machine can compute again",
            "state.pt",
            "artifacts/",
            "/*/shared/",
            ".lock",
            "progress.json",
            ".*.new\n",
        ]
    ),
    # Hashes are of bytes: no line ending may change. Two machines that both ran something merge without a conflict.
    ".gitattributes": "run.json -text\nmetrics.jsonl -text\nledger.jsonl -text merge=union\n",
}


def run_unit(replication: Replication, tier: Tier, variant: str, seed: int, *, retry: bool = False) -> RunRecord:
    """Run a variant and a seed in this process, or go on with a killed run, and return its record.

    One that has ended with today's code and configuration is returned as it is; one that failed is taken up where
    `retry` asks for that. Raises NotFound for no such variant, BadFile where run.py is no Python, Busy where another
    process runs the same unit, NoSpace or NotNow where the run cannot go on now: the same call takes it up later.
    """
    folder = run_folder(replication, tier, variant, seed)
    told = f"{replication.slug}, {tier.name}, {variant}, seed {seed}"
    make_runs_folder(replication)
    with only_one(folder / LOCK, Busy(f"{told} {RUN_ELSEWHERE}: let it end, or stop it")):
        code = code_sha256(replication.folder)
        new = _new_record(replication, tier, variant, seed, code)
        earlier = _earlier(new)
        if earlier and earlier.status != RUNNING and not (retry and earlier.status == FAILED and not earlier.origin):
            return earlier
        _check_python(replication.folder / "run.py")
        return _Attempt(replication, tier, new, earlier).run()


def make_runs_folder(replication: Replication) -> None:
    """Make the folder of all runs, with what git has to know about it."""
    for name, text in _GIT_FILES.items():
        path = replication.folder / "runs" / name
        if not path.exists():
            write_atomically(path, text.encode())


def _new_record(replication: Replication, tier: Tier, variant: str, seed: int, code: str) -> RunRecord:
    config = tier.variants[variant]
    return RunRecord(
        replication=replication.slug,
        tier=tier.name,
        variant=variant,
        seed=seed,
        config=config,
        config_hash=config_hash(config),
        code_sha256=code,
        status=RUNNING,
        started=ledger.now(),
        folder=run_folder(replication, tier, variant, seed),
    )


def _earlier(new: RunRecord) -> RunRecord | None:
    """Return what an earlier attempt left: of the same code, and as the ledger has it if it has ended.

    A run made elsewhere is never replaced: its code is not ours.
    """
    try:
        found = read_record(new.folder)
    except BadFile:
        return None
    same = ("tier", "variant", "seed", "config_hash", *(() if found.origin else ("code_sha256",)))
    if any(getattr(found, name) != getattr(new, name) for name in same):
        return None
    runs = new.folder.parents[2]
    return found if found.status == RUNNING or is_as_it_ended(found, ledger.read_ledger(runs)) else None


def _check_python(path: Path) -> None:
    try:
        ast.parse(read_text(path))
    except (SyntaxError, ValueError) as error:
        raise BadFile(path, getattr(error, "lineno", None), f"not valid Python: {error}") from error


class _Attempt:
    """One try to bring a unit to its end; whoever makes it holds the unit's lock."""

    def __init__(self, replication: Replication, tier: Tier, new: RunRecord, earlier: RunRecord | None) -> None:
        self._replication = replication
        self._tier = tier
        self._folder = new.folder
        self._runs = runs_folder(replication, tier.name)
        self._record = new
        before = (0.0, 0.0, 0.0)
        if earlier:
            self._record = replace(new, started=earlier.started, resumed=(*earlier.resumed, new.started))
            before = self._spent_before(earlier)
        self._spent = Spent(*before)
        self._told = -_PROGRESS_EVERY

    def run(self) -> RunRecord:
        """Run main and keep what came out."""
        self._note(ledger.Event(ledger.START, *self._unit, ledger.now(), code_sha256=self._record.code_sha256))
        if not self._record.resumed:
            self._clear()
        with disk_errors(self._folder):
            write_record(self._record)
            changes = save_changes(self._replication.folder, self._folder)
            with (self._folder / LOG).open("a", encoding="utf-8", errors="replace") as log:
                record = self._logged(log)
            record = self._still_there(record)
        surroundings = environment(self._tier.threads) | changes | self._command()
        told: dict[str, Any] = self._spent.told()
        return self._keep(replace(record, ended=ledger.now(), environment=surroundings, **told))

    @property
    def _unit(self) -> tuple[str, int, str]:
        return self._record.variant, self._record.seed, self._record.config_hash

    def _command(self) -> dict[str, str]:
        variant, seed, _ = self._unit
        words = ["paperlab", "replicate", "run-one", self._replication.slug, "--tier", self._tier.name]
        return {"command": shlex.join([*words, "--variant", variant, "--seed", str(seed)])}

    def _note(self, event: ledger.Event) -> None:
        ledger.append(self._runs, self._tier.name, event)

    def _clear(self) -> None:
        """Remove what a run of other code left; its state first, so that nobody goes on from it."""
        for name in (STATE, PROGRESS, METRICS, LOG):
            (self._folder / name).unlink(missing_ok=True)
        remove_tree(self._folder / "artifacts")

    def _logged(self, log: TextIO) -> RunRecord:
        """Return the record with what main said, or with what went wrong."""
        slug = self._replication.folder

        def say(text: str) -> None:
            log.write(shortened(clean(text), slug) + "\n")
            log.flush()

        say(f"--- {'taken up again' if self._record.resumed else 'started'} {ledger.now()}")
        run = Run(self._place(), self._record.config, self._spent.wall, say, self._show)
        try:
            out, err = (Tee(stream, log, lambda text: shortened(text, slug)) for stream in (sys.stdout, sys.stderr))
            with redirect_stdout(out), redirect_stderr(err):
                error = self._try(run, say)
        finally:
            run.close()
        notes = run.notes
        say(f"--- {'failed: ' + error if error else 'ended'} {ledger.now()}")
        return replace(
            self._record,
            status=FAILED if error else OK,
            error=shortened(error, slug),
            results=tuple(notes.results.values()),
            facts=notes.facts,
            checks=tuple(notes.checks.values()),
            data=tuple(notes.data.values()),
        )

    def _still_there(self, record: RunRecord) -> RunRecord:
        """Return the record, a failed one where main has removed what a run must leave."""
        metrics = self._folder / METRICS
        if metrics.is_file():
            return record
        metrics.parent.mkdir(parents=True, exist_ok=True)
        metrics.touch()
        why = f"BadInput: main removed {METRICS} or the run's folder: what a run leaves must stay as it is"
        with (self._folder / LOG).open("a", encoding="utf-8") as log:
            log.write(f"--- failed: {why} {ledger.now()}\n")
        return replace(record, status=FAILED, error=record.error or why, results=())

    def _place(self) -> Place:
        variant, seed, digits = self._unit
        key = f"{digits} {self._record.code_sha256}"
        return Place(self._tier.name, variant, seed, self._folder, self._runs, key)

    def _try(self, run: Run, say: Any) -> str:
        """Call main; return what went wrong, empty where nothing did."""
        folder = self._replication.folder
        try:
            with ExitStack() as stack:
                stack.enter_context(on_path(folder))
                stack.enter_context(seeded(run.seed, self._tier.threads))
                main = _main(folder / "run.py")
                seed_chance(run.seed)  # importing may have drawn numbers
                main(run)
                run.check_reached()
        except (NotNow, KeyboardInterrupt):  # a full disk, a missing library: nothing is wrong with the run
            raise
        except BaseException as error:  # noqa: BLE001  whatever main raises is its failure
            say("".join(traceback.format_exception(error)))
            return _in_a_line(error, folder)
        return ""

    def _show(self, pace: Pace) -> None:
        """Write how far the run is, twice a second at most, for whoever watches or takes it up."""
        now = time.perf_counter()
        if now - self._told >= _PROGRESS_EVERY:
            self._told = now
            told = {"loop": pace.loop, "epoch": pace.epoch, "count": pace.count, "seconds": pace.seconds}
            write_atomically(self._folder / PROGRESS, json.dumps(told | self._spent.told()).encode(), durable=False)

    def _spent_before(self, earlier: RunRecord) -> tuple[float, float, float]:
        names = ("wall_seconds", "cpu_seconds", "peak_mb")
        told = read_progress(self._folder)
        of_record = [float(getattr(earlier, name)) for name in names]
        wall, cpu, peak = (max(old, float(told.get(name, 0.0))) for old, name in zip(of_record, names, strict=True))
        return wall, cpu, peak

    def _keep(self, record: RunRecord) -> RunRecord:
        """Write run.json, the ledger's line first: a kill in between leaves a run that says it is not over."""
        record = replace(record, metrics_sha256=sha256_of(self._folder / METRICS))
        sha256 = sha256_hex(record_bytes(record))
        self._note(ledger.Event(ledger.END, *self._unit, ledger.now(), status=record.status, sha256=sha256))
        write_record(record)
        (self._folder / PROGRESS).unlink(missing_ok=True)
        if record.status == OK:
            (self._folder / STATE).unlink(missing_ok=True)
        return record


def is_being_run(folder: Path) -> bool:
    """Tell whether a process runs the unit of a folder."""
    if not (folder / LOCK).exists():
        return False
    try:
        with only_one(folder / LOCK, Busy("")):
            return False
    except Busy:
        return True


def read_progress(folder: Path) -> dict[str, Any]:
    """Return how far the run in a folder is, empty where it does not say: see `Pace`, and what it has spent."""
    try:
        found = json.loads((folder / PROGRESS).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _main(path: Path) -> Callable[[Run], object]:
    """Load run.py as the module `run`, the name under which processes that it starts find it; return its main."""
    sys.modules.pop("run", None)
    spec = importlib.util.spec_from_file_location("run", path)
    if spec is None or spec.loader is None:
        raise BadFile(path, None, "cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules["run"] = module
    spec.loader.exec_module(module)
    if not callable(getattr(module, "main", None)):
        raise BadInput("run.py has no function main(run)")
    main: Callable[[Run], object] = module.main
    return main


def _in_a_line(error: BaseException, folder: Path) -> str:
    """Return kind and message of an error, with the line of the replication's own code it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if os.path.abspath(frame.filename).startswith(os.path.abspath(folder))]  # noqa: PTH100
    place = f" ({own[-1].filename.rpartition('/')[2]}:{own[-1].lineno})" if own else ""
    try:
        told = one_line(str(error))
    except Exception:  # noqa: BLE001  its __str__ is main's, too
        told = "its message cannot be told"
    return f"{one_line(type(error).__name__)}: {told[:500]}{place}"
