"""The desk looks for changes when there may be some."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from paperlab.tui.desk import notices
from paperlab.tui.desk.lookout import Lookout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

_LONG = 20.0
"""Seconds that only a lookout which never looks takes."""


def _looks(root: Path, enough: int, stir: Callable[[int], None] | None = None) -> int:
    """Run a lookout until it looked `enough` times, stirring ten times a second; return how often it looked."""
    looks = 0

    async def look() -> None:
        nonlocal looks
        looks += 1

    async def run() -> None:
        task = asyncio.create_task(Lookout(root, look).run())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONG if stir else 0.6):
                number = 0
                while looks < enough:
                    await asyncio.sleep(0.1)
                    number += 1
                    if stir:
                        stir(number)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())
    return looks


def test_a_quiet_lab_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system tells of changes, nothing is looked for while it tells none."""
    (tmp_path / "papers").mkdir()
    monkeypatch.setattr("paperlab.tui.desk.lookout._EVERY", 0.05)

    assert _looks(tmp_path, 9) == 1


def test_a_written_note_is_looked_for(tmp_path: Path) -> None:
    """Once the system says that a file changed."""
    (tmp_path / "papers").mkdir()

    assert _looks(tmp_path, 3, lambda n: (tmp_path / "papers" / "a.md").write_text(f"{n}") and None) >= 3


def test_without_word_from_the_system_it_looks_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drive that tells nobody is looked at every second."""
    monkeypatch.setattr(notices.Notices, "listen", lambda _self: False)
    monkeypatch.setattr("paperlab.tui.desk.lookout._EVERY", 0.05)

    assert _looks(tmp_path, 5, lambda _n: None) >= 5
