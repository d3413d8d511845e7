"""The keys of the desk: a table, printed as a page, changed by settings, checked before the screen opens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desk_support import desk_lab, drive, until
from paperlab.errors import BadFile
from paperlab.settings import FILE, read_settings
from paperlab.tui import keys
from paperlab.tui.app import DeskApp, Look
from paperlab.tui.keys import KeyRow
from paperlab.tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot


def test_every_action_has_a_name_a_key_and_says_what_it_does() -> None:
    """Names are `screen.action`, each once; so settings can tell them apart, and the page has no holes."""
    rows = keys.all_rows()
    assert {"go.library", "desk.undo", "desk.quit", "jobs.stop", "help.leave"} <= {row.id for row in rows}
    assert all(re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", row.id) for row in rows), rows
    assert len({row.id for row in rows}) == len(rows)
    assert [row for row in rows if not row.keys or not row.text] == []


def test_every_binding_of_the_desk_has_a_name() -> None:
    """One without could not be changed, nor be looked up."""
    nameless = [
        (kind.__name__, binding.key) for kind in keys._kinds() for binding in keys._own_bindings(kind) if not binding.id
    ]
    assert nameless == []


def test_keys_read_as_people_write_them() -> None:
    """Signs instead of their names, arrows, short words."""
    shown = [keys.shown_key(key) for key in ("question_mark", "ctrl+p", "down", "escape", "J", "slash")]
    assert shown == ["?", "ctrl+p", "↓", "esc", "J", "/"]


def given(tmp_path: Path, text: str) -> tuple[Path, tuple[tuple[str, str], ...]]:
    (tmp_path / FILE).write_text(text)
    return tmp_path, read_settings(tmp_path, {}).keys


def test_settings_give_actions_other_keys(tmp_path: Path) -> None:
    """In one table or by screen; one key, several in a list, several with commas."""
    root, found = given(tmp_path, '[keys]\n"desk.jobs" = "f5"\n[keys.desk]\nhelp = ["f1", "?"]\njump = "f6, ctrl+j"\n')

    checked = dict(keys.checked(root, found))

    assert checked == {"desk.jobs": "f5", "desk.help": "f1,question_mark", "desk.jump": "f6,ctrl+j"}
    rows = {row.id: row.keys for row in keys.changed(keys.all_rows(), found)}
    assert rows["desk.help"] == ("f1", "question_mark")
    assert rows["desk.quit"] == ("q",)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('[keys]\n"desk.hlp" = "f1"\n', 2, "no action 'desk.hlp', did you mean 'desk.help'?"),
        ('[keys]\n\n"desk.help" = "ctrl+nokey"\n', 3, "there is no key 'ctrl+nokey'"),
        ('[keys.desk]\nhelp = "q"\n', 2, "q would be both desk.help and desk.quit"),
        ('[keys.desk]\nhelp = "f1"\njobs = "f1"\n', 2, "f1 would be both desk.help and desk.jobs"),
        ('[keys]\n"jobs.stop" = "q"\n', 2, "q would be both jobs.stop and desk.quit"),
    ],
)
def test_keys_that_cannot_be_are_told_with_their_line(tmp_path: Path, text: str, line: int, why: str) -> None:
    """An unknown name with what was meant, an unknown key, and a key that two actions of one screen would share."""
    root, found = given(tmp_path, text)
    with pytest.raises(BadFile, match=re.escape(why)) as error:
        keys.checked(root, found)
    assert error.value.line == line


def test_two_screens_may_share_a_key(tmp_path: Path) -> None:
    """They are never seen at once."""
    rows = [KeyRow("library.a", ("x",), "A"), KeyRow("reader.b", ("x",), "B")]
    assert keys._clash(rows[0], rows) is None


def test_swapping_two_keys_is_no_clash(tmp_path: Path) -> None:
    """What counts is how keys are in the end."""
    root, found = given(tmp_path, '[keys.desk]\nundo = "U"\nredo = "u"\n')
    assert dict(keys.checked(root, found)) == {"desk.undo": "U", "desk.redo": "u"}


def test_a_changed_key_works_and_the_old_one_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the bar below, too."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    monkeypatch.setattr(DeskApp, "MODES", {"library": DeskScreen})
    root = desk_lab(tmp_path / "lab")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await pilot.press("J")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        await pilot.press("f5")
        await until(pilot, lambda: len(app.screen_stack) == 2)

    drive(root, scenario, look=Look(keys=(("desk.jobs", "f5"),)))


def test_the_page_of_keys_has_a_table_for_each_screen() -> None:
    """Headings by screen; a bar in a key does not break the table."""
    page = keys.as_markdown([*keys.all_rows(), KeyRow("library.bar", ("vertical_line",), "Bar")])
    assert "## Everywhere\n\n| key | what it does | name |\n|---|---|---|\n" in page
    assert "| `?` | Help | `desk.help` |" in page
    assert "`\\|`" in page


def test_the_documented_page_is_of_today() -> None:
    """docs/keys.md is made by `make format`."""
    page = Path(__file__).parents[1] / "docs" / "keys.md"
    assert keys.as_markdown(keys.all_rows()).strip() in page.read_text(encoding="utf-8")
