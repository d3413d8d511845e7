"""Takes whole run folders that `run-one` made on another machine, with the lines of their ledger."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.disk import only_one, read_text, write_atomically
from paperlab.errors import BadFile, Busy, NotFound
from paperlab.replication.files import config_hash, run_folder, runs_folder
from paperlab.replication.imported.bindings import MAX_PATHS
from paperlab.replication.runs import ledger
from paperlab.replication.runs.code import code_sha256
from paperlab.replication.runs.run_file import FILE as RECORD
from paperlab.replication.runs.run_file import RUNNING, read_record, what_changed
from paperlab.replication.runs.running import STATE
from paperlab.replication.runs.unit import LOCK, PROGRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.types import Replication, RunRecord, Tier

_STAY = (STATE, PROGRESS, RECORD)
"""Not copied with a run's other files; its record is, last."""
_MAX_BYTES = 256 << 20


class ForeignRuns:
    """The run folders below a folder, as another machine left them."""

    def __init__(self, replication: Replication, tier: Tier, folder: Path) -> None:
        self.replication, self.tier, self.folder = replication, tier, folder
        self.imported: list[RunRecord] = []
        self.there: list[RunRecord] = []
        self.refused: list[str] = []
        self.notes: list[str] = []
        self.seen = False
        """Whether there was any run folder or ledger."""
        self._code = code_sha256(replication.folder)
        self._runs = runs_folder(replication, tier.name)
        self._refused_units: set[tuple[str, str, int]] = set()
        self._of_others: set[Path | None] = set()
        """Folders whose ledgers are of other replications: templates begin with the same code."""

    def take(self) -> None:
        """Take every run of this tier that has ended and is what its ledger says; then the ledgers' other lines."""
        for path in _files(self.folder.absolute(), RECORD):
            self.seen = True
            self._take(path.parent)
        for path in _files(self.folder.absolute(), ledger.FILE):
            self.seen = True
            try:
                if path.parent not in self._of_others and _tier_of(path) == self.tier.name:
                    self._merge_others(path.parent)
            except BadFile as error:
                self.refused.append(str(error))

    def _take(self, folder: Path) -> None:
        try:
            record = read_record(folder)
        except BadFile as error:
            self.refused.append(str(error))
            return
        name = f"{record.variant} seed {record.seed} in {folder}"
        unit = (record.variant, record.config_hash, record.seed)
        if record.tier != self.tier.name:
            self.notes.append(f"{name}: a run of tier {record.tier}, passed over")
        elif why := self._amiss(record):
            self.refused.append(f"{name}: {why}")
            self._refused_units.add(unit)
        else:
            home = run_folder(self.replication, self.tier, record.variant, record.seed)
            busy = Busy(f"{name} is being run or imported by another process: let it end, then import again")
            with only_one(home / LOCK, busy):
                self._bring(record, home, name)

    def _amiss(self, record: RunRecord) -> str:
        """Return why a run cannot be taken, empty where nothing is amiss."""
        today = self.tier.variants.get(record.variant)
        if record.replication != self.replication.slug:
            self._of_others.add(_tier_folder(record.folder))
            return f"a run of {record.replication}, not of {self.replication.slug}"
        if today is None:
            return f"tier {self.tier.name} has no variant {record.variant!r}"
        if record.config_hash != config_hash(today) or record.config != today:
            return f"made with configuration {record.config_hash}; the tier's is {config_hash(today)}"
        if record.code_sha256 != self._code and not (record.origin and not record.code_sha256):
            return f"made with other code ({record.code_sha256[:8]}, here it is {self._code[:8]}): bring the code along"
        return _unlike_its_books(record)

    def _bring(self, record: RunRecord, home: Path, name: str) -> None:
        if is_there(home):
            if (home / RECORD).read_bytes() == (record.folder / RECORD).read_bytes():
                self.there.append(record)
            else:
                self.refused.append(f"{name}: another run is in {home} already; it was not overwritten")
                self._refused_units.add((record.variant, record.config_hash, record.seed))
            return
        for file in sorted(record.folder.iterdir()):
            if file.is_file() and not file.is_symlink() and not file.name.startswith(".") and file.name not in _STAY:
                if file.stat().st_size > _MAX_BYTES:
                    self.notes.append(f"{name}: {file.name} is too large and stays there")
                else:
                    write_atomically(home / file.name, file.read_bytes())
        self._add(_ledger_of(record.folder).of((record.variant, record.config_hash, record.seed)))
        write_atomically(home / RECORD, (record.folder / RECORD).read_bytes())
        self.imported.append(read_record(home))

    def _merge_others(self, folder: Path) -> None:
        """Add starts of today's code and configuration whose runs did not come: every started seed counts."""
        hashes = {config_hash(config): variant for variant, config in self.tier.variants.items()}
        found = ledger.read_ledger(folder)
        self.notes += [str(problem) for problem in found.problems]
        for unit in dict.fromkeys(event.unit for event in found.events):
            events = found.of(unit)
            of_today = any(event.code_sha256 == self._code for event in events) and hashes.get(unit[1]) == unit[0]
            if of_today and unit not in self._refused_units and self._is_new(events):
                self._add(events)
                home = run_folder(self.replication, self.tier, unit[0], unit[2])
                if not is_there(home):
                    self.notes.append(
                        f"{unit[0]} seed {unit[2]}: started there ({folder}), its folder did not come along"
                    )

    def _is_new(self, events: list[ledger.Event]) -> bool:
        mine = set(ledger.read_ledger(self._runs).events)
        return any(event not in mine for event in events)

    def _add(self, events: list[ledger.Event]) -> None:
        mine = set(ledger.read_ledger(self._runs).events)
        for event in events:
            if event not in mine:
                ledger.append(self._runs, self.tier.name, event)


def _unlike_its_books(record: RunRecord) -> str:
    if record.status == RUNNING:
        return "has not ended: let it end there, then import again"
    book = _ledger_of(record.folder)
    return what_changed(record, book) if book.events else "no ledger.jsonl above it: bring the tier's whole folder"


def is_there(folder: Path) -> bool:
    """Return whether a run is in a folder."""
    return (folder / RECORD).is_file()


def _ledger_of(folder: Path) -> ledger.Ledger:
    above = _tier_folder(folder)
    return ledger.read_ledger(above) if above else ledger.Ledger(())


def _tier_folder(folder: Path) -> Path | None:
    """Return the folder of the ledger that a run folder belongs to: the nearest above it, at most four up."""
    return next((above for above in list(folder.parents)[:4] if (above / ledger.FILE).is_file()), None)


def _tier_of(path: Path) -> str:
    """Return the tier that a ledger's first whole line names; its events do not hold it."""
    for line in read_text(path).splitlines():
        try:
            return str(json.loads(line)["tier"])
        except (ValueError, LookupError, TypeError):
            continue  # cut short by a kill; read_ledger names it
    return ""


def _files(folder: Path, name: str) -> Iterator[Path]:
    """Yield the files of a name below a folder, links not followed; raises NotFound where there are too many files."""
    count = 0
    for at, below, names in os.walk(folder):
        below.sort()
        count += len(names)
        if count > MAX_PATHS:
            raise NotFound(f"{folder} has more than {MAX_PATHS:,} files: name a smaller folder")
        if name in names and not Path(at, name).is_symlink():
            yield Path(at, name)
