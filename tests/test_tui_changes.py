"""What was done and undone, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from paperlab.tui.desk.changes import _MOST, Change, History

if TYPE_CHECKING:
    from paperlab.lab import Lab


def change(text: str) -> Change:
    def nothing(lab: Lab) -> None:
        del lab

    return Change(text, nothing, nothing)


def test_changes_are_undone_newest_first_and_done_again_oldest_first() -> None:
    """As every editor does."""
    history = History()
    for text in "abc":
        history.add(change(text))

    assert [step.text for _ in "abc" if (step := history.step_back())] == ["c", "b", "a"]
    assert history.step_back() is None
    assert [step.text for _ in "abc" if (step := history.step_forward())] == ["a", "b", "c"]
    assert history.step_forward() is None


def test_something_new_ends_what_could_be_done_again() -> None:
    """The undone change would no longer fit."""
    history = History()
    history.add(change("a"))
    history.step_back()
    history.add(change("b"))

    assert history.step_forward() is None
    assert [one.text for one in history.done] == ["b"]


def test_only_the_newest_are_remembered() -> None:
    """A day's work does not fill the memory."""
    history = History()
    for number in range(_MOST + 20):
        history.add(change(str(number)))

    assert len(history.done) == _MOST
    assert history.done[0].text == "20"


@given(st.lists(st.sampled_from(["add", "back", "forward"]), max_size=60))
def test_any_steps_keep_every_change_in_its_place(steps: list[str]) -> None:
    """What is done, followed by what is undone in reverse, is always the order the changes were made in."""
    history, count = History(), 0
    for step in steps:
        if step == "add":
            count += 1
            history.add(change(f"{count:03}"))
        elif step == "back":
            history.step_back()
        else:
            history.step_forward()
        order = [one.text for one in [*history.done, *reversed(history.undone)]]
        assert order == sorted(order)
