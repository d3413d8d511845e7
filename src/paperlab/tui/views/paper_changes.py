"""What the library's keys do to papers and reading lists, each undone exactly, unless somebody changed it since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from paperlab.disk import write_atomically
from paperlab.errors import UsageError
from paperlab.library.marks import with_status, with_tags
from paperlab.tui.desk.changes import Change
from paperlab.types import ListEntry, ReadingList

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from paperlab.lab import Lab
    from paperlab.types import Paper, Status


@dataclass
class _Edit:
    """An edit of some fields of papers' records. The index follows when the desk looks for changes, right after it."""

    keys: Sequence[str]
    fields: tuple[str, ...]
    """Those it is about: nothing else is put back."""
    edit: Callable[[Paper], Paper]
    done: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = field(default_factory=dict)
    """By key what the fields were, and what they were made."""

    def do(self, lab: Lab) -> None:
        """Edit the papers as they are now; those that are gone are passed over."""
        with lab.library.locked():
            self.done = {key: self._edited(lab, key) for key in self.keys if lab.library.has(key)}

    def _edited(self, lab: Lab, key: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        before = lab.library.load(key)
        after = lab.library.edit(key, self.edit)
        return self._values(before), self._values(after)

    def undo(self, lab: Lab) -> str | None:
        """Put the fields back where they are still as they were made; return what is to be said if some were not."""
        with lab.library.locked():
            kept = [key for key in self.done if lab.library.has(key) and not self._put_back(lab, key)]
        return f"{papers_told(kept)} left as it is: changed by somebody else since" if kept else None

    def _put_back(self, lab: Lab, key: str) -> bool:
        before, after = self.done[key]
        paper = lab.library.load(key)
        if self._values(paper) != after:
            return False
        lab.library.save(replace(paper, **dict(zip(self.fields, before, strict=True))))
        return True

    def _values(self, paper: Paper) -> tuple[Any, ...]:
        return tuple(getattr(paper, name) for name in self.fields)


def _change(text: str, edit: _Edit) -> Change:
    return Change(text, edit.do, edit.undo)


def papers_told(keys: Sequence[str]) -> str:
    """Return how many papers are meant: the key of one, `3 papers`."""
    return keys[0] if len(keys) == 1 else f"{len(keys)} papers"


def set_status(keys: Sequence[str], status: Status, today: str) -> Change:
    """Return the change of papers' status, with the days reading began and ended; `today` is an ISO date."""
    edit = _Edit(keys, ("status", "started", "finished"), lambda paper: with_status(paper, status, today))
    return _change(f"{papers_told(keys)}: {status.value.replace('_', ' ')}", edit)


def rate(keys: Sequence[str], by: int) -> Change:
    """Return the change of papers' ratings by one up or down; the first step up gives 3, below 1 there is none."""

    def rated(paper: Paper) -> Paper:
        now = (paper.rating or (2 if by > 0 else 4)) + by
        return replace(paper, rating=None if now < 1 else min(5, now))

    return _change(f"{papers_told(keys)}: rating {'up' if by > 0 else 'down'}", _Edit(keys, ("rating",), rated))


def change_tags(keys: Sequence[str], added: tuple[str, ...], removed: tuple[str, ...]) -> Change:
    """Return the change that adds tags to papers and takes others away."""
    told = ", ".join([*(f"+{tag}" for tag in added), *(f"-{tag}" for tag in removed)])
    edit = _Edit(keys, ("tags",), lambda paper: with_tags(paper, added, removed))
    return _change(f"{papers_told(keys)}: tags {told}", edit)


def typed_tags(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tags to add and those to take away: separated by commas, the latter with a dash before.

    A tag may hold spaces, and commas where it stands in quotes; `#` before a tag is no part of it, and it or a dash
    behind a space begins another one.
    """
    import re

    pieces = [piece.strip() for piece in re.findall(r'(?:"[^"]*"|(?!\s[-#"])[^,])+', text)]
    tags = [(piece[:1] == "-", " ".join(piece.lstrip("-").lstrip("#").strip('"').split())) for piece in pieces]
    added = tuple(dict.fromkeys(tag for sign, tag in tags if tag and not sign))
    return added, tuple(dict.fromkeys(tag for sign, tag in tags if tag and sign))


@dataclass
class _Listing:
    """Papers put at the end of a reading list's file."""

    name: str
    keys: Collection[str]
    before: str | None = None
    """The file's text; None where there was none."""
    after: str = ""

    def do(self, lab: Lab) -> None:
        """Add those papers that the list does not have; raises UsageError for an impossible name."""
        from paperlab.library.library import is_list_name

        if not is_list_name(self.name):
            raise UsageError(f"{self.name!r} cannot name a reading list: letters, digits, dots, dashes")
        path = lab.library.list_path(self.name)
        with lab.library.locked():
            there = path.exists()
            one = lab.library.load_list(self.name) if there else ReadingList(self.name, self.name)
            known = set(lab.library.list_keys(self.name)) if there else set()
            self.before = path.read_text(encoding="utf-8") if there else None
            lab.library.add_to_list(one, [_entry(lab.library.load(key)) for key in self.keys if key not in known])
            self.after = path.read_text(encoding="utf-8")

    def undo(self, lab: Lab) -> str | None:
        """Take just those entries out again, or return why it cannot: the end of the file was edited since."""
        path = lab.library.list_path(self.name)
        with lab.library.locked():
            now = path.read_text(encoding="utf-8") if path.exists() else None
            if now is None:
                return f"the reading list {self.name} is gone"
            if self.before is None and now == self.after:
                path.unlink()
                return None
            added = self.after.removeprefix((self.before or "").rstrip())
            if not now.endswith(added):
                return f"the end of the reading list {self.name} was edited since: take the papers out in {path}"
            rest = now.removesuffix(added)
            same = self.before is not None and rest == self.before.rstrip()
            write_atomically(path, (self.before if same and self.before else rest + "\n").encode())
        return None


def _entry(paper: Paper) -> ListEntry:
    """Return a paper as a reading list names it: by arXiv id, else by its key."""
    return ListEntry(paper.arxiv_id or paper.key, paper.title, authors=() if paper.arxiv_id else paper.authors)


def add_to_list(name: str, keys: Sequence[str]) -> Change:
    """Return the change that puts papers at the end of a reading list, a new one where there is none of this name."""
    listing = _Listing(name, tuple(keys))
    return Change(f"{papers_told(keys)}: in the list {name}", listing.do, listing.undo)
