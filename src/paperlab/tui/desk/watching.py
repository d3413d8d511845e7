"""What changed in the lab's files since they were last looked at, by whomever."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from paperlab.errors import BadFile
from paperlab.tui.desk.stamps import replication_stamps, stamp_of, stamps_of
from paperlab.tui.messages import LabChanged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from paperlab.lab import Lab
    from paperlab.tui.desk.stamps import Stamp

_TEXTS = ("notes.md", "annotations.toml", "reading.toml")


class _Seen(NamedTuple):
    papers: dict[str, Stamp]
    texts: dict[str, int]
    lists: dict[str, Stamp]
    questions: Stamp | None
    replications: dict[str, Stamp]
    newsletters: dict[str, Stamp]
    search: dict[str, Stamp]


class Watcher:
    """Tells what changed between two looks. One thread at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen: _Seen | None = None
        self._lists: tuple[str, ...] = ()
        self.problems: tuple[str, ...] = ()
        """What is wrong with records and reading lists as of the last look: file, line and why, one string each."""

    def look(self, lab: Lab) -> LabChanged | None:
        """Mirror changed records into the index and return what changed, None where nothing did.

        The first look compares records with what the index knew of them: that is what was shown until then.
        """
        mirrored = lab.store.papers.stamps() if self._seen is None else {}
        records = lab.sync()
        now = self._now(lab)
        if self._seen is None or self._seen.lists != now.lists:
            self._lists = tuple(_list_problems(lab))
        self.problems = (*(str(error) for error in records), *self._lists)
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
            lists=stamps_of((lab.library.root / "lists").glob("*.toml")),
            questions=stamp_of(lab.library.root / "questions.jsonl"),
            replications=self._replications(),
            newsletters=stamps_of((self._root / "newsletters").glob("*/*.md")),
            search=stamps_of([index / "words/checked.json", *index.glob("vectors/*")]),
        )

    def _replications(self) -> dict[str, Stamp]:
        found: dict[str, Stamp] = {}
        for folder in (self._root / "replications").glob("*"):
            found |= replication_stamps(folder)
        return found


def _list_problems(lab: Lab) -> Iterator[str]:
    for name in lab.library.list_names():
        try:
            lab.library.load_list(name)
        except BadFile as error:
            yield f"{error}; this reading list is passed over"


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


def _differ(before: Mapping[str, object], now: Mapping[str, object]) -> frozenset[str]:
    return frozenset(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
