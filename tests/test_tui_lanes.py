"""Lanes: one thread with one lab each, orders in turn, the overtaken ones dropped, the rest done before it closes."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, cast

import pytest

from paperlab.errors import NotNow
from paperlab.tui.desk.lanes import Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paperlab.lab import Lab

_SECONDS = 20.0


class StandIn:
    """A lab that knows its thread and whether it was closed."""

    def __init__(self) -> None:
        self.thread = threading.current_thread()
        self.closed = False

    def close(self) -> None:
        self.closed = True
        assert threading.current_thread() is self.thread


@pytest.fixture
def opened() -> list[StandIn]:
    return []


@pytest.fixture
def lane(opened: list[StandIn]) -> Iterator[Lane]:
    def make(_complain: Callable[[str], None]) -> Lab:
        opened.append(StandIn())
        return cast("Lab", opened[-1])

    one = Lane("test", make)
    yield one
    one.close(_SECONDS)


class Gate:
    """Keeps a lane busy until it is opened."""

    def __init__(self, lane: Lane) -> None:
        self._began, self._end = threading.Event(), threading.Event()
        self.future = lane.submit(self._wait)
        assert self._began.wait(_SECONDS)

    def _wait(self, _lab: Lab) -> str:
        self._began.set()
        assert self._end.wait(_SECONDS)
        return "gate"

    def open(self) -> None:
        self._end.set()


def word(text: str, log: list[str] | None = None) -> Callable[[Lab], str]:
    def work(_lab: Lab) -> str:
        if log is not None:
            log.append(text)
        return text

    return work


def test_orders_are_done_in_turn_in_one_thread_with_one_lab(lane: Lane, opened: list[StandIn]) -> None:
    """The lab is opened by the first order, in the lane's own thread, and closed there."""
    assert not opened
    log: list[str] = []
    futures = [lane.submit(word(str(n), log)) for n in range(20)]

    assert [one.result(_SECONDS) for one in futures] == [str(n) for n in range(20)]
    assert log == [str(n) for n in range(20)]
    assert len(opened) == 1
    assert opened[0].thread is not threading.current_thread()

    lane.close(_SECONDS)
    assert opened[0].closed


def test_of_waiting_orders_with_one_tag_only_the_newest_is_done(lane: Lane) -> None:
    """Others with another tag, or none, are not touched."""
    gate = Gate(lane)
    log: list[str] = []
    old = [lane.submit(word(f"a{n}", log), tag="a") for n in range(3)]
    other = lane.submit(word("b", log), tag="b")
    plain = lane.submit(word("plain", log))
    newest = lane.submit(word("newest", log), tag="a")
    gate.open()

    assert newest.result(_SECONDS) == "newest"
    assert (other.result(_SECONDS), plain.result(_SECONDS)) == ("b", "plain")
    assert log == ["b", "plain", "newest"]
    assert all(one.cancelled() for one in old)


def test_an_order_that_runs_is_not_overtaken(lane: Lane) -> None:
    """Only what waits is dropped."""
    began, end = threading.Event(), threading.Event()

    def work(_lab: Lab) -> str:
        began.set()
        end.wait(_SECONDS)
        return "first"

    first = lane.submit(work, tag="a")
    assert began.wait(_SECONDS)
    second = lane.submit(word("second"), tag="a")
    end.set()

    assert (first.result(_SECONDS), second.result(_SECONDS)) == ("first", "second")


def test_what_an_order_raises_is_raised_where_its_answer_is_waited_for(lane: Lane) -> None:
    """The lane goes on with the next."""

    def fail(_lab: Lab) -> None:
        raise NotNow("later")

    failed, after = lane.submit(fail), lane.submit(word("after"))

    with pytest.raises(NotNow, match="later"):
        failed.result(_SECONDS)
    assert after.result(_SECONDS) == "after"


def test_a_lab_that_cannot_be_opened_is_tried_again_with_the_next_order() -> None:
    """Each order is told why; once it opens, the orders are done."""
    tries: list[int] = []

    def open_lab(_complain: Callable[[str], None]) -> Lab:
        tries.append(1)
        if len(tries) < 3:
            raise NotNow("locked")
        return cast("Lab", StandIn())

    lane = Lane("test", open_lab)
    for _ in range(2):
        with pytest.raises(NotNow, match="locked"):
            lane.submit(word("x")).result(_SECONDS)
    assert lane.submit(word("x")).result(_SECONDS) == "x"
    lane.close(_SECONDS)


def test_an_awaited_order_that_is_overtaken_is_cancelled(lane: Lane) -> None:
    """So does `ask_lane` know that nobody wants its answer any more."""

    async def run() -> tuple[Any, str]:
        gate = Gate(lane)
        old = asyncio.ensure_future(lane.run(word("old"), tag="a"))
        await asyncio.sleep(0)
        new = asyncio.ensure_future(lane.run(word("new"), tag="a"))
        await asyncio.sleep(0)
        gate.open()
        found = await asyncio.gather(old, new, return_exceptions=True)
        return found[0], cast("str", found[1])

    old, new = asyncio.run(run())
    assert isinstance(old, asyncio.CancelledError)
    assert new == "new"


def test_closing_drops_what_only_looks_and_does_what_may_be_typed(lane: Lane, opened: list[StandIn]) -> None:
    """Orders with a tag are cancelled; one without may keep something, and is done before the lab closes."""
    gate = Gate(lane)
    log: list[str] = []
    looks = lane.submit(word("looks", log), tag="rows")
    keeps = lane.submit(word("keeps", log))
    lane.finish()
    late = lane.submit(word("late", log))
    gate.open()
    lane.close(_SECONDS)

    assert looks.cancelled()
    assert keeps.result(0) == "keeps"
    assert log == ["keeps"]
    assert opened[0].closed
    with pytest.raises(CancelledError):
        late.result(0)


def test_closing_leaves_behind_what_takes_too_long(lane: Lane) -> None:
    """The desk ends although a lane still computes."""
    gate = Gate(lane)
    lane.close(0.05)
    assert not gate.future.done()
    gate.open()


def test_what_an_order_brought_is_kept_by_its_future_alone(lane: Lane) -> None:
    """A whole document is free once nobody shows it, though nothing else was asked with its tag."""
    future = lane.submit(lambda _lab: StandIn(), tag="document")
    brought = weakref.ref(future.result(_SECONDS))
    assert brought() is not None
    del future
    lane.submit(word("next")).result(_SECONDS)
    gc.collect()

    assert brought() is None


def test_complaints_are_those_of_the_order_at_hand_in_its_own_lane() -> None:
    """What a lab said of another order, or another lane's lab, is not told with this one."""
    complain: dict[Lane, Callable[[str], None]] = {}

    def opener(index: int) -> Callable[[Callable[[str], None]], Lab]:
        def open_lab(told: Callable[[str], None]) -> Lab:
            complain[lanes[index]] = told
            return cast("Lab", StandIn())

        return open_lab

    def order(lane: Lane, text: str) -> list[str]:
        def work(_lab: Lab) -> list[str]:
            if text:
                complain[lane](text)
            return list(lane.complaints)

        return lane.submit(work).result(_SECONDS)

    lanes: list[Lane] = [Lane(f"test{n}", opener(n)) for n in range(2)]
    assert [order(lanes[0], "a"), order(lanes[1], "b"), order(lanes[0], "c")] == [["a"], ["b"], ["c"]]
    assert order(lanes[1], "") == []
    for lane in lanes:
        lane.close(_SECONDS)


def test_a_lane_nobody_asked_has_no_thread_and_no_lab(lane: Lane, opened: list[StandIn]) -> None:
    """Closing it is nothing; twice is nothing too."""
    before = threading.active_count()
    lane.close(_SECONDS)
    lane.close(_SECONDS)
    assert threading.active_count() == before
    assert not opened
