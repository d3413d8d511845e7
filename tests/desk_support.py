"""What tests of the reading desk need: a small indexed lab, and a way to drive the desk in it."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

from textual.notifications import Notify

from paperlab.lab import Lab
from paperlab.tui.app import DeskApp, Look
from paperlab.tui.desk.desk import Desk
from support import TOPICS, write_pdf

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from textual.message import Message
    from textual.pilot import Pilot

_LIST = """title = "Deep and sparse"
about = "Two papers"

[[paper]]
id = "2401.00001"
why = "routes tokens"

[[paper]]
id = "2401.00004"
why = "shortcuts"
after = ["2401.00001"]
"""


def desk_lab(folder: Path, cache: dict[str, Path] | None = None) -> Path:
    """Return a lab in `folder` with the four papers of `support.TOPICS`, indexed, and the reading list `deep`.

    It is made once a run where the same `cache` is given, and copied from then on. The caller sets
    PAPERLAB_INDEX_EMBEDDER=hashing and PAPERLAB_ARXIV_OFFLINE=true.
    """
    made = (cache or {}).get("lab")
    if made is not None:
        shutil.copytree(made, folder)
        return folder
    Lab.init(folder)
    for path in (folder / "papers" / "lists").glob("*.toml"):
        path.unlink()
    (folder / "papers" / "lists" / "deep.toml").write_text(_LIST, encoding="utf-8")
    lab = Lab(folder)
    pdfs = [
        write_pdf(folder / "incoming" / f"{key}.pdf", title, words, arxiv=f"{key}v1", pages=3)
        for key, (title, words) in TOPICS.items()
    ]
    adder = lab.adder()
    for pdf in pdfs:
        adder.add(pdf)
    shutil.rmtree(folder / "incoming")
    lab.index([], lambda *_: None)
    lab.close()
    if cache is not None:
        cache["lab"] = folder.with_name(f"{folder.name}-kept")
        shutil.copytree(folder, cache["lab"])
    return folder


def drive(
    root: Path,
    scenario: Callable[[DeskApp, Pilot[Any]], Awaitable[None]],
    *,
    size: tuple[int, int] = (120, 40),
    look: Look | None = None,
    messages: list[Message] | None = None,
) -> None:
    """Open the desk on the lab at `root` without a terminal, and run `scenario(app, pilot)`."""

    async def run() -> None:
        lab = Lab(root)

        def open_lab(complain: Callable[[str], None]) -> Lab:
            return Lab(root, lab.settings, complain=complain)

        desk = Desk(root, lab.settings, open_lab)
        app = DeskApp(desk, look)
        hook = messages.append if messages is not None else None
        async with app.run_test(size=size, message_hook=hook) as pilot:
            await scenario(app, pilot)

    asyncio.run(run())


async def until(pilot: Pilot[Any], holds: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until `holds()` is true; fails after `seconds`, which only a desk that hangs takes."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not holds():
        assert loop.time() < end, "the desk did not get there"
        await pilot.pause(0.02)


def told(messages: list[Message]) -> list[str]:
    """Return the lines the user was told, out of the messages that `drive` kept."""
    return list(dict.fromkeys(one.notification.message for one in messages if isinstance(one, Notify)))


def shown(app: DeskApp) -> str:
    """Return what the screen shows, as lines of text."""
    width, height = app.size
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips(app.size)[:height]
    )[: (width + 1) * height]
