"""One child asked about one file at a time; what it fails on is left out, and a new child asked for the rest."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from paperlab.errors import PaperlabError, UnreadablePdf, UsageError
from paperlab.pdf.child import Child, ChildGone

if TYPE_CHECKING:
    from pathlib import Path

_START_SECONDS = 60.0
_MOST_LOST = 5
"""Pages of a file that may be given up, of text and of ink each."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost."""

    page_seconds: float
    total_seconds: float
    memory_bytes: int
    """Of address space, for a child."""
    max_pages: int


class Abandoned(Exception):
    """Nobody waits for the answer any more: the child was stopped from another thread."""


class Trouble(Exception):
    """A child failed on one part of a file."""

    def __init__(self, part: str, page: int, reason: str, why: str, *, passing: bool = False, trace: str = "") -> None:
        super().__init__(why)
        self.part = part
        self.page = page
        self.reason = reason
        """Of UnreadablePdf: `timeout` or `crash`."""
        self.why = why
        self.passing = passing
        """It may have come from outside (killed, or little memory left), so that another try may go well."""
        self.trace = trace

    def unreadable(self, path: Path) -> UnreadablePdf:
        """Return the error to raise where the part cannot be left out."""
        place = f"page {self.page}: " if self.page else ""
        error = UnreadablePdf(path, self.reason, f"{path.name}: {place}{self.why}")
        if self.trace:
            error.add_note(self.trace)
        return error


@dataclass(slots=True)
class Losses:
    """What is given up of a file so that the rest of it can be read."""

    pages: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Reason of UnreadablePdf and why, by page."""
    ink: dict[int, str] = field(default_factory=dict)
    """Pages read without looking for tables and figures, and why."""
    all_ink: str = ""
    """Why no page's tables and figures are looked for; empty where they are."""
    _tried: set[tuple[str, int]] = field(default_factory=set)

    def plain(self) -> dict[str, Any]:
        """Return the part of a request that says what to leave out."""
        return {
            "lost": {str(page): loss for page, loss in self.pages.items()},
            "inkless": {str(page): why for page, why in self.ink.items()},
            "no_ink": self.all_ink,
        }

    def accept(self, trouble: Trouble) -> bool:
        """Give up the part that failed, or note that it is tried again; False where nothing more can be given up."""
        place = (trouble.part, trouble.page)
        if trouble.passing and place not in self._tried:
            self._tried.add(place)
            return True
        if trouble.part == "text" and len(self.pages) < _MOST_LOST:
            self.pages[trouble.page] = (trouble.reason, trouble.why)
        elif trouble.part == "ink" and len(self.ink) < _MOST_LOST:
            self.ink[trouble.page] = trouble.why
        elif trouble.part in {"ink", "end"} and not self.all_ink:
            self.all_ink = trouble.why
        else:
            return False
        return True


class Asker:
    """Holds at most one child, started when it is needed, and asks it; one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: Child | None = None
        self._guard = threading.Lock()
        self._abandoned = False

    @property
    def pid(self) -> int | None:
        """Process id of the running child."""
        return self._child.pid if self._child else None

    def ask(self, path: Path, request: dict[str, Any]) -> dict[str, Any]:
        """Return the child's last message for a request about `path`; raises UnreadablePdf, UsageError or Abandoned."""
        end = time.monotonic() + self._limits.total_seconds
        losses = Losses()
        while True:
            try:
                return self._attempt(path, {**request, **losses.plain()}, end)
            except Trouble as trouble:
                self.stop()
                if self._abandoned:
                    raise Abandoned from None
                if time.monotonic() >= end or not losses.accept(trouble):
                    raise trouble.unreadable(path) from None
            except (UnreadablePdf, UsageError):
                raise
            except BaseException:
                # It is in the middle of a file: the next gets a new one.
                self.stop()
                raise

    def stop(self) -> None:
        """Stop the child; the next question starts a new one."""
        with self._guard:
            child, self._child = self._child, None
        if child is not None:
            child.stop()

    def abandon(self) -> None:
        """End the question that is asked now with Abandoned, and ask no other until `reset`; from any thread."""
        with self._guard:
            self._abandoned = True
            child = self._child
        if child is not None:
            child.stop()

    def reset(self) -> None:
        """Make it ready for the next to ask."""
        self._abandoned = False

    def _attempt(self, path: Path, request: dict[str, Any], end: float) -> dict[str, Any]:
        child = self._started(request)
        message = self._last_message(child, end)
        if "reason" in message:
            raise UnreadablePdf(path, str(message["reason"]), f"{path.name}: {message['why']}")
        if "misuse" in message:
            raise UsageError(f"{path.name}: {message['misuse']}")
        return message

    def _started(self, request: dict[str, Any]) -> Child:
        """Send the request to the running child, or to a new one where it has ended since the last file."""
        if self._child is not None:
            try:
                self._child.send(request)
            except ChildGone:
                self.stop()
            else:
                return self._child
        with self._guard:
            if self._abandoned:
                raise Abandoned
            child = self._child = Child(self._limits.memory_bytes)
        try:
            greeting = child.receive(_START_SECONDS)
            if "broken" in greeting:
                raise PaperlabError(f"the PDF reader does not start ({greeting['broken']}): reinstall paperlab")
            child.send(request)
        except (ChildGone, TimeoutError) as error:
            if self._abandoned:
                raise Abandoned from None
            raise PaperlabError(f"the PDF reader does not start ({error}): reinstall paperlab") from error
        return child

    def _last_message(self, child: Child, end: float) -> dict[str, Any]:
        """Wait for the answer, part by part."""
        part, page = "open", 0
        while True:
            left = end - time.monotonic()
            try:
                message = child.receive(self._patience(part, left))
            except TimeoutError:
                raise self._too_slow(part, page, end) from None
            except ChildGone as error:
                raise Trouble(part, page, "crash", _how_it_ended(error.status), passing=True) from error
            if "trouble" in message:
                memory = message["trouble"] == "memory"
                trace = str(message.get("trace", ""))
                raise Trouble(part, page, "crash", str(message["why"]), passing=memory, trace=trace)
            if "at" not in message:
                return message
            part, page = str(message["at"]), _page(message)

    def _patience(self, part: str, left: float) -> float:
        # The end may be slow for good reasons, but must leave time to do it over without tables.
        return left / 2 if part == "end" else min(left, self._limits.page_seconds)

    def _too_slow(self, part: str, page: int, end: float) -> Trouble:
        if time.monotonic() >= end:
            return Trouble("all", 0, "timeout", f"reading it takes longer than {self._limits.total_seconds:g} s")
        if part == "end":
            why = "putting it together takes too long"
        else:
            what = "opening it" if part == "open" else "it"
            why = f"{what} takes longer than {self._limits.page_seconds:g} s: raise index.page_seconds to wait longer"
        return Trouble(part, page, "timeout", why)


def _page(message: dict[str, Any]) -> int:
    page = message.get("page")
    return page if isinstance(page, int) else 0


def _how_it_ended(status: int | None) -> str:
    if status is not None and status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = f"signal {-status}"
        return f"the reader was ended by {name} while reading it; try again, or leave it out"
    return "the reader ended while reading it; try again, or leave it out"
