"""Finding, making and syncing a lab."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from paperlab import settings
from paperlab.errors import Busy, NoLab, NotFound, UsageError
from paperlab.folders import data_folder
from paperlab.ingest.outcome import silent
from paperlab.lab import Lab
from paperlab.types import Filters, Paper, Status
from support import write_pdf


def test_a_named_lab_wins_then_the_environment_then_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--lab goes before PAPERLAB_LAB, which goes before the lab around the current folder."""
    for name in ("named", "environment", "around"):
        Lab.init(tmp_path / name)
    below = tmp_path / "around" / "papers"
    monkeypatch.chdir(below)
    monkeypatch.delenv("PAPERLAB_LAB", raising=False)

    assert Lab.find(None).root == (tmp_path / "around").resolve()
    monkeypatch.setenv("PAPERLAB_LAB", str(tmp_path / "environment"))
    assert Lab.find(None).root == (tmp_path / "environment").resolve()
    assert Lab.find(tmp_path / "named").root == (tmp_path / "named").resolve()


def test_outside_any_lab_the_users_own_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a lab anywhere, the one in the platform's data folder is made, with the reading lists."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAPERLAB_LAB", raising=False)

    lab = Lab.find(None)

    assert lab.root == data_folder().resolve()
    assert "moe" in lab.library.list_names()


def test_a_folder_that_is_no_lab_is_refused(tmp_path: Path) -> None:
    """Naming a folder without paperlab.toml says how to make it a lab."""
    with pytest.raises(NoLab, match="paperlab init"):
        Lab.find(tmp_path)


def test_making_a_lab_again_changes_nothing(tmp_path: Path) -> None:
    """What a user changed in settings and lists stays when the lab is made again."""
    Lab.init(tmp_path)
    (tmp_path / "paperlab.toml").write_text("[search]\nlimit = 3\n", encoding="utf-8")
    (tmp_path / "papers" / "lists" / "moe.toml").write_text('title = "Mine"\n', encoding="utf-8")

    assert Lab.init(tmp_path) == []

    assert settings.read_settings(tmp_path).search_limit == 3
    assert Lab.find(tmp_path).library.load_list("moe").title == "Mine"


def test_the_checkout_is_a_lab_with_the_default_settings() -> None:
    """The repository's own paperlab.toml is what `init` writes."""
    root = Path(__file__).parents[1]

    assert (root / settings.FILE).read_text(encoding="utf-8") == settings.default_file()


def test_every_setting_of_the_default_file_can_be_uncommented(tmp_path: Path) -> None:
    """The commented keys are the real ones with their real defaults."""
    lines = settings.default_file().splitlines()
    live = [line.removeprefix("# ") if " = " in line else line for line in lines]
    (tmp_path / settings.FILE).write_text("\n".join(live), encoding="utf-8")

    assert settings.read_settings(tmp_path, {}) == settings.Settings()


def test_edits_and_removals_are_picked_up(lab: Lab) -> None:
    """A record edited, added or removed by hand is what the next command sees."""
    lab.library.save(Paper("a", "First", tags=("x",)))
    lab.library.save(Paper("b", "Second"))
    assert lab.sync() == []
    assert lab.select(Filters(tags=("x",))) == {"a"}

    record = lab.library.folder("b") / "paper.toml"
    record.write_text(record.read_text(encoding="utf-8").replace("to_read", "reading"), encoding="utf-8")
    (lab.library.folder("a") / "paper.toml").unlink()
    lab.sync()

    assert lab.select(Filters(tags=("x",))) == set()
    assert lab.select(Filters(statuses=(Status.READING,))) == {"b"}
    assert lab.select(Filters()) is None


def test_a_list_filter_takes_its_entries(lab: Lab) -> None:
    """Narrowed to reading lists, only the papers of any of them that are here remain."""
    lab.library.save(Paper("1611.01599", "LipNet"))
    lab.library.save(Paper("1512.03385", "ResNet"))
    lab.sync()

    assert lab.select(Filters(lists=("ctc",))) == {"1611.01599"}
    assert lab.select(Filters(lists=("ctc", "resnet"))) == {"1611.01599", "1512.03385"}
    assert lab.select(Filters(lists=("moe",))) == set()


def test_only_one_process_indexes_at_a_time(lab: Lab) -> None:
    """A second indexing of the same lab is told to wait; afterwards it runs."""
    from filelock import FileLock

    lab.index([], silent)
    with FileLock(lab.index_folder / ".indexing.lock"), pytest.raises(Busy, match="indexing"):
        lab.index([], silent)

    assert lab.index([], silent).failed == []


def test_another_embedder_embeds_anew_what_was_read_and_cut(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Embedders with the same window share the chunks, and search answers with the new one's vectors."""
    lab.adder().add(write_pdf(tmp_path / "p.pdf", "A Paper on Momentum Methods", "momentum descent inertia"))
    first = lab.index([], silent)
    cut = lab.store.readings.cut()
    last = lab.store.passages.last()
    lab.close()
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing:64")

    other = Lab(lab.root)
    second = other.index([], silent)

    assert (first.read, second.read) == (1, 0)
    assert second.embedded == second.chunks == first.chunks > 0
    assert (other.store.readings.cut(), other.store.passages.last()) == (cut, last)
    assert other.search("momentum inertia", mode="dense")[0].title == "A Paper on Momentum Methods"
    assert other.index([], silent).embedded == 0
    other.close()


def test_a_search_narrows_by_what_was_typed_and_by_what_was_given(lab: Lab, tmp_path: Path) -> None:
    """Both must hold; mode and limit are those of the settings where none is given."""
    for name in ("Momentum", "Inertia"):
        key = lab.adder().add(write_pdf(tmp_path / f"{name}.pdf", f"A Paper on {name} Methods", "momentum descent")).key
        lab.library.save(replace(lab.library.load(key), tags=(name.lower(),)))
    lab.index([], silent)

    def titles(text: str, **how: Any) -> set[str]:
        return {hit.title.split()[3] for hit in lab.search(text, **how)}

    assert titles("descent") == {"Momentum", "Inertia"}
    assert titles("descent tag:inertia") == titles("descent", filters=Filters(tags=("inertia",))) == {"Inertia"}
    assert titles("descent tag:inertia", filters=Filters(tags=("momentum",))) == set()
    assert titles("descent author:lovelace tag:momentum") == {"Momentum"}
    assert titles("tag:momentum") == set()
    assert len(lab.search("descent", limit=1)) == 1
    with pytest.raises(UsageError, match=r"search\.mode"):
        lab.search("descent", mode="sideways")
    with pytest.raises(UsageError, match="2019"):
        lab.search("descent year:soon")
    with pytest.raises(NotFound):
        lab.search("descent in:1706.03762")


def test_an_unknown_embedder_names_those_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that names no embedder is a usage error that lists them."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "gpt-99")
    Lab.init(tmp_path)

    with pytest.raises(UsageError, match="hashing, minilm, sentence-transformers"):
        _ = Lab(tmp_path).embedder


def test_a_broken_reading_list_stops_only_itself(lab: Lab, tmp_path: Path) -> None:
    """Adding papers and other lists go on when one list's file has an error."""
    lab.library.list_path("moe").write_text("title = ", encoding="utf-8")

    result = lab.adder().add(write_pdf(tmp_path / "p.pdf", "A Paper on Momentum Methods", "momentum"))

    assert result.outcome.value == "added"
    assert lab.library.load_list("ctc").entries
