"""What changed in the lab's files since they were last looked at, by whomever."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from paperlab.tui.messages import LabChanged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from paperlab.lab import Lab

_TEXTS = ("notes.md", "annotations.toml", "reading.toml")
_REPLICATION_FILES = ("claims.toml", "replication.toml", "results.json")
_Stamp = tuple[int, int]


class _Seen(NamedTuple):
    papers: dict[str, _Stamp]
    texts: dict[str, int]
    lists: dict[str, _Stamp]
    questions: _Stamp | None
    replications: dict[str, _Stamp]
    newsletters: dict[str, _Stamp]
    search: dict[str, _Stamp]


class Watcher:
    """Tells what changed between two looks. One thread at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: _Seen | None = None

    def look(self, lab: Lab) -> LabChanged | None:
        """Mirror changed records into the index and return what changed, None where nothing did.

        The first look compares records with what the index knew of them: that is what was shown until then.
        """
        mirrored = lab.store.papers.stamps() if self._seen is None else {}
        lab.sync()
        now = self._now(lab)
        before, self._seen = self._seen or now._replace(papers=mirrored), now
        if before == now:
            return None
        return LabChanged(
            papers=_differ(before.papers, now.papers),
            texts=_differ(before.texts, now.texts),
            lists=before.lists != now.lists,
            questions=before.questions != now.questions,
            replications=before.replications != now.replications,
            newsletters=before.newsletters != now.newsletters,
            index=before.search != now.search,
        )

    def _now(self, lab: Lab) -> _Seen:
        papers = {key: (stamp.size, stamp.mtime_ns) for key, stamp in lab.library.stamps().items()}
        index = lab.index_folder
        return _Seen(
            papers=papers,
            texts=_text_stamps(lab.library.root, papers),
            lists=_stamps((lab.library.root / "lists").glob("*.toml")),
            questions=_stamp(lab.library.root / "questions.jsonl"),
            replications=_stamps(self._replication_files()),
            newsletters=_stamps((self._root / "newsletters").glob("*/*.md")),
            search=_stamps([index / "words/checked.json", *index.glob("vectors/*")]),
        )

    def _replication_files(self) -> Iterable[Path]:
        for folder in (self._root / "replications").glob("*"):
            yield from (folder / name for name in _REPLICATION_FILES)
            yield from folder.glob("runs/*/ledger.jsonl")


def _text_stamps(papers: Path, keys: Iterable[str]) -> dict[str, int]:
    """Return for each paper one number that differs when its notes, annotations or reading position do.

    Files are replaced whole, which changes their folder; one written in place by an editor changes itself.
    """
    found = {}
    for key in keys:
        folder = f"{papers}/{key}"
        total = 0
        for name in _TEXTS:
            try:
                total ^= hash((name, os.stat(f"{folder}/{name}").st_mtime_ns))  # noqa: PTH116 - 10,000 papers a second
            except OSError:
                continue
        if total:
            found[key] = total
    return found


def _stamps(paths: Iterable[Path]) -> dict[str, _Stamp]:
    return {str(path): stamp for path in paths if (stamp := _stamp(path)) is not None}


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _differ(before: Mapping[str, object], now: Mapping[str, object]) -> frozenset[str]:
    return frozenset(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
