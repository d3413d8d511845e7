"""Threads with a lab of their own: the screens' only way to the lab, so that no key waits for a disk or a model."""

from __future__ import annotations

import asyncio
import queue
import threading
import weakref
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.lab import Lab

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Order:
    work: Callable[[Lab], Any]
    future: Future[Any]


class Lane:
    """One thread with one lab, opened when it is first needed; what is asked of it is done in turn.

    A database connection belongs to its thread, and so does all that a lab keeps warm.
    """

    def __init__(self, name: str, open_lab: Callable[[Callable[[str], None]], Lab]) -> None:
        """`open_lab` is called in the lane's thread, with what the lab is to tell its complaints."""
        self._name = name
        self._open = open_lab
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._newest: dict[str, weakref.ref[Future[Any]]] = {}
        self._closed = False
        self.complaints: list[str] = []
        """What the lab has to say of the order at hand: for the order itself, whose thread alone it belongs to."""

    def submit(self, work: Callable[[Lab], T], *, tag: str = "") -> Future[T]:
        """Ask for `work` to be done and return its future; of those with one `tag` that still wait, only the newest is.

        The others' futures are cancelled. The future raises what the work raises, and what opening the lab raises.
        """
        future: Future[T] = Future()
        if self._closed:
            future.cancel()
            return future
        order = _Order(work, future)
        if tag:
            # Weak: what an order brought, a document with its pages maybe, is not kept for the next with its tag.
            self._cancel(self._newest.get(tag))
            self._newest[tag] = weakref.ref(future)
        self._orders.put(order)
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name=f"paperlab-{self._name}", daemon=True)
            self._thread.start()
        return future

    async def run(self, work: Callable[[Lab], T], *, tag: str = "") -> T:
        """As `submit`, awaited: raises asyncio.CancelledError where a newer order with the same `tag` came first."""
        return await asyncio.wrap_future(self.submit(work, tag=tag))

    def close(self, seconds: float = 2.0) -> None:
        """Take no more orders and close the lab, as `finish` has it; a work that takes longer is left behind."""
        self.finish()
        if self._thread:
            self._thread.join(max(0.0, seconds))

    def finish(self) -> None:
        """Take no more orders, and drop those that wait and have a tag: they only look.

        What has none may be something that was typed: it is done before the lab closes.
        """
        if self._closed:
            return
        self._closed = True
        for future in self._newest.values():
            self._cancel(future)
        self._orders.put(None)

    @staticmethod
    def _cancel(known: weakref.ref[Future[Any]] | None) -> None:
        future = known() if known else None
        if future is not None:
            future.cancel()

    def _serve(self) -> None:
        lab: Lab | None = None
        try:
            while (order := self._orders.get()) is not None:
                if not order.future.set_running_or_notify_cancel():
                    continue
                self.complaints.clear()
                try:
                    lab = lab or self._open(self.complaints.append)
                    order.future.set_result(order.work(lab))
                except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
                    order.future.set_exception(error)
                del order  # while the lane waits for the next, nothing keeps what this one brought
        finally:
            if lab is not None:
                lab.close()
