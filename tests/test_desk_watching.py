"""The desk sees what others change in the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paperlab.lab import Lab
from paperlab.tui.desk.watching import Watcher

if TYPE_CHECKING:
    from pathlib import Path


def test_a_lab_nobody_touched_has_not_changed(root: Path) -> None:
    """The second look at a quiet lab finds nothing."""
    lab = Lab(root)
    watcher = Watcher(root)
    watcher.look(lab)

    assert watcher.look(lab) is None
    lab.close()


@pytest.mark.parametrize("name", ["notes.md", "annotations.toml", "reading.toml"])
def test_a_text_written_by_an_editor_is_seen(root: Path, name: str) -> None:
    """Notes, annotations and reading position are noticed by paper, whoever writes them."""
    lab = Lab(root)
    watcher = Watcher(root)
    watcher.look(lab)

    (root / "papers" / "2401.00001" / name).write_text("# changed\n", encoding="utf-8")

    change = watcher.look(lab)
    assert change is not None
    assert (change.texts, change.papers) == ({"2401.00001"}, frozenset())
    lab.close()


def test_a_record_edited_before_the_first_look_is_seen_at_it(root: Path) -> None:
    """What the index still shows from before is told at the first look."""
    record = root / "papers" / "2401.00002" / "paper.toml"
    record.write_text(record.read_text(encoding="utf-8").replace("to_read", "reading"), encoding="utf-8")
    lab = Lab(root)

    change = Watcher(root).look(lab)

    assert change is not None
    assert change.papers == {"2401.00002"}
    lab.close()


def test_lists_questions_and_replications_are_told_apart(root: Path) -> None:
    """Each kind of file sets its own flag."""
    lab = Lab(root)
    watcher = Watcher(root)
    watcher.look(lab)

    (root / "papers" / "lists" / "new.toml").write_text('title = "New"\n', encoding="utf-8")
    first = watcher.look(lab)
    (root / "papers" / "questions.jsonl").write_text("{}\n", encoding="utf-8")
    second = watcher.look(lab)
    (root / "replications" / "one").mkdir(parents=True)
    (root / "replications" / "one" / "claims.toml").write_text("", encoding="utf-8")
    third = watcher.look(lab)

    assert [(c.lists, c.questions, c.replications) for c in (first, second, third) if c] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    lab.close()


def test_broken_records_and_lists_are_problems_until_they_are_mended(root: Path) -> None:
    """Each with its file; what changed is found all the same."""
    lab = Lab(root)
    watcher = Watcher(root)
    watcher.look(lab)
    assert watcher.problems == ()
    record, reading_list = root / "papers" / "2401.00002" / "paper.toml", root / "papers" / "lists" / "deep.toml"
    texts = record.read_text(encoding="utf-8"), reading_list.read_text(encoding="utf-8")

    record.write_text("title = \n", encoding="utf-8")
    reading_list.write_text("[[paper]\n", encoding="utf-8")
    change = watcher.look(lab)

    assert change is not None
    assert change.papers == {"2401.00002"}
    assert [part in one for part, one in zip(("paper.toml", "deep.toml"), watcher.problems, strict=True)] == [True] * 2
    watcher.look(lab)
    assert len(watcher.problems) == 2
    record.write_text(texts[0], encoding="utf-8")
    reading_list.write_text(texts[1], encoding="utf-8")
    watcher.look(lab)
    assert watcher.problems == ()
    lab.close()
