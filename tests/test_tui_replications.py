"""The replications on the desk: verdicts, pictures, runs and plots, and that nothing runs without a yes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from desk_support import desk_lab, drive, shown, until
from paperlab.errors import NotNow
from paperlab.lab import Lab
from paperlab.replication.book import Replications
from paperlab.replication.files import read_replication, read_tier
from paperlab.replication.reports.writing import write_results
from paperlab.replication.runs.unit import run_unit
from paperlab.tui.app import DeskApp, Look
from paperlab.tui.desk.jobs import Job, JobState
from paperlab.tui.screens.replications import ReplicationsScreen
from paperlab.tui.views.outcomes import Outcomes
from paperlab.tui.views.plot_points import Style, plots_of
from paperlab.tui.views.replication_view import comparison_of, detail_of, kept_of
from paperlab.tui.views.run_view import runs_of, tier_choices
from paperlab.tui.views.verdict_view import overview
from paperlab.tui.views.verdict_view import shown as outcome_shown

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

KEY = "2401.00001"
REPLICATION = f"""schema = 1
paper = "{KEY}"
title = "Dice [bold]that\\u001b[31m are thrown"
kind = "blank"
[protocol.paper]
dataset = "dice"
throws = 50
[[deviation]]
what = "Dice of wood"
why = "There were none of bone."
"""
CLAIMS = """schema = 1
[[claim]]
id = "mean"
text = "A throw is 3.5 on average"
kind = "value"
status = "confirmed"
role = "headline"
measure = "main:mean"
paper = { value = "3.5", n = 5 }
tolerance = { abs = 1.5, why = "dice are dice" }
[claim.evidence]
page = 1
box = [60.0, 60.0, 300.0, 90.0]
quote = "throws of dice"
sha256 = "SHA"
[[claim]]
id = "above"
text = "It is above 6"
kind = "threshold"
status = "confirmed"
measure = "main:mean"
op = ">="
bound = 6
bound_why = "that is the most"
[[claim]]
id = "someday"
text = "Dice are fair"
kind = "judgement"
"""
TIER = 'schema = 1\nabout = "dice"\nseeds = [0, 1, 2]\n[config]\nthrows = {}\n'
RUN = """import random

def main(run):
    throws = [random.randint(1, 6) for _ in range(run.config["throws"])]
    run.facts(dataset="dice", throws=len(throws))
    for step in range(4):
        run.log(step, loss=1.0 / (step + 1))
    run.result("mean", sum(throws) / len(throws))
"""


def add_replication(root: Path, slug: str = "dice", *, runs: bool = True) -> Path:
    """Write a replication of throwing dice into a lab, with three runs at full scale."""
    lab = Lab(root)
    pdf = lab.library.load(KEY).pdf
    lab.close()
    folder = root / "replications" / slug
    (folder / "tiers").mkdir(parents=True)
    files = {
        "replication.toml": REPLICATION,
        "claims.toml": CLAIMS.replace("SHA", pdf.sha256 if pdf else ""),
        "run.py": RUN,
        "tiers/paper.toml": TIER.format(50),
        "tiers/smoke.toml": TIER.format(10),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    found = read_replication(folder)
    for seed in range(3 if runs else 0):
        run_unit(found, read_tier(folder, "paper"), "main", seed)
    return folder


@pytest.fixture(scope="module")
def made() -> dict[str, Path]:
    return {}


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "STY", "ZELLIJ", "KITTY_WINDOW_ID", "WEZTERM_PANE", "KONSOLE_VERSION", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    monkeypatch.setenv("PAPERLAB_ARXIV_OFFLINE", "true")


@pytest.fixture
def root(tmp_path: Path, made: dict[str, Path]) -> Path:
    """Return a lab with the replication `dice`, run and compared once."""
    whole = made.get("whole")
    if whole is None:
        lab = desk_lab(tmp_path / "first", made)
        add_replication(lab)
        opened = Lab(lab)
        write_results(opened.replications.compare("dice"))
        opened.close()
        made["whole"] = whole = lab
    shutil.copytree(whole, tmp_path / "lab")
    return tmp_path / "lab"


async def at_replications(app: DeskApp, pilot: Pilot[Any]) -> ReplicationsScreen:
    """Go there and wait for the verdicts."""
    await app.switch_mode("replications")
    await until(pilot, lambda: isinstance(app.screen, ReplicationsScreen))
    screen = app.screen
    assert isinstance(screen, ReplicationsScreen)
    await until(pilot, lambda: screen.loaded is not None and screen.loaded.comparison is not None)
    await pilot.pause()
    return screen


# Words and numbers


def test_what_came_out_is_counted_by_paper_and_what_is_broken_is_passed_over(root: Path) -> None:
    """Out of results.json; a replication whose files are broken, or whose results are, is no error."""
    for name in ("broken", "odd"):
        shutil.copytree(root / "replications" / "dice", root / "replications" / name)
        (root / "replications" / name / "results.json").write_text("{" if name == "broken" else '{"claims": [1]}')
    (root / "replications" / "broken" / "claims.toml").write_text("[[claim")
    lab = Lab(root)

    found = Outcomes().read(lab)

    assert list(found) == [KEY]
    assert [(one.slug, one.good, one.bad, one.unclear, one.untested) for one in found[KEY]] == [
        ("dice", 1, 1, 1, 0),
        ("odd", 1, 1, 1, 0),
    ]
    assert "claims tested" in found[KEY][0].headline
    lab.close()


def test_what_came_out_needs_no_scipy_where_it_was_kept(root: Path) -> None:
    """The library shows it soon after its first paint."""
    code = (
        "import sys; from pathlib import Path; from paperlab.lab import Lab;"
        " from paperlab.tui.views.outcomes import Outcomes; assert Outcomes().read(Lab(Path(sys.argv[1])));"
        " sys.exit(bool({'scipy', 'numpy', 'textual'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(root)], check=False).returncode == 0


def test_only_a_replication_whose_files_changed_is_compared_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run under way writes a line for every seed: the other replications cost nothing then."""
    compared: list[str] = []
    real = Replications.compare
    monkeypatch.setattr(Replications, "compare", lambda self, slug: compared.append(slug) or real(self, slug))
    other = shutil.copytree(root / "replications" / "dice", root / "replications" / "other")
    (other / "results.json").unlink()
    lab, outcomes = Lab(root), Outcomes()

    first = outcomes.read(lab)
    assert outcomes.read(lab) == first
    assert compared == ["other"]
    claims = root / "replications" / "dice" / "claims.toml"
    claims.write_text(claims.read_text(encoding="utf-8").replace("bound = 6", "bound = 1"), encoding="utf-8")
    after = outcomes.read(lab)

    assert compared == ["other", "dice"]
    assert [(one.slug, one.good, one.bad) for one in after[KEY]] == [("dice", 2, 0), ("other", 1, 1)]
    lab.close()


def test_a_reduced_scale_is_never_green() -> None:
    """What the commands keep grey is grey here; what nobody knows is shown as it stands."""
    assert outcome_shown("agrees").colour == "$success"
    assert outcome_shown("pattern observed (reduced)").colour == "$foreground-muted"
    assert outcome_shown("pattern not observed (reduced)").colour == "$error"
    assert outcome_shown("excellent").words == "excellent"


def test_rows_are_the_same_kept_and_computed(root: Path) -> None:
    """What stands in results.json is shown first, and computing it anew changes no verdict."""
    lab = Lab(root)
    kept, computed = kept_of(lab, "dice"), comparison_of(lab, "dice")

    assert [(row.id, row.told) for row in kept.rows] == [(row.id, row.told) for row in computed.rows]
    assert [row.told for row in computed.rows] == ["agrees", "differs", "needs a person"]
    assert computed.rows[0].reported == "3.5 (n = 5)"
    assert computed.rows[0].measured.count("±") == 1
    assert not computed.stale
    lab.close()


def test_a_claim_tells_all_that_bears_on_it(root: Path) -> None:
    """Why, place and quote, rule, tolerance, what was done otherwise, and each run's value."""
    lab = Lab(root)
    detail = detail_of(comparison_of(lab, "dice"), "mean")
    assert detail is not None
    told = {heading: " | ".join(lines) for heading, lines in detail.sections}

    assert "page 1" in told["Paper"]
    assert "throws of dice" in told["Paper"]
    assert "Tolerance 1.5: dice are dice" in told["Rule"]
    assert told["Done otherwise"] == "Dice of wood: There were none of bone."
    assert [(line.seed, line.tier, line.state) for line in detail.values] == [(s, "paper", "counts") for s in range(3)]
    lab.close()


def test_a_number_of_another_scale_does_not_stand_beside_the_papers(root: Path) -> None:
    """At the smoke tier the value is not comparable: its row has no measurement, its plot no line of the paper."""
    folder = root / "replications" / "dice"
    for seed in range(3):
        run_unit(read_replication(folder), read_tier(folder, "smoke"), "main", seed)
    lab = Lab(root)
    found = comparison_of(lab, "dice", "smoke")
    detail = detail_of(found, "mean")

    assert (found.rows[0].told, found.rows[0].measured) == ("not comparable", "")
    assert detail is not None
    assert detail.apart
    assert found.plots["mean"][0].lines == ()
    lab.close()


def test_a_plot_has_a_dot_a_seed_and_what_the_paper_says(root: Path) -> None:
    """A value's seeds, mean and tolerance against the paper's line; a claim that only a person can judge has none."""
    lab = Lab(root)
    comparison = lab.replications.compare("dice")
    mean, above, someday = comparison.verdicts
    (spec,) = plots_of(comparison, mean)

    dots = next(points for points in spec.points if points.style is Style.DOTS)
    assert len(dots.xs) == 3
    assert spec.lines == ((3.5, "paper 3.5"),)
    assert spec.band == (2.0, 5.0)
    assert plots_of(comparison, above)[0].lines == ((6.0, ">= 6"),)
    assert plots_of(comparison, someday) == ()
    lab.close()


def test_runs_are_told_with_what_is_left(root: Path) -> None:
    """Those that count with their values; a tier says how much of it is to run."""
    lab = Lab(root)
    rows = runs_of(lab.replications.compare("dice"))

    assert [(row.variant, row.seed, row.state) for row in rows] == [("main", seed, "counts") for seed in range(3)]
    assert rows[0].results.startswith("mean ")
    assert [(one.name, one.left, one.finished) for one in tier_choices(lab, "dice")] == [
        ("paper", 0, 3),
        ("smoke", 3, 0),
    ]
    lab.close()


def test_a_broken_replication_is_listed_with_what_is_wrong(root: Path) -> None:
    """The others are listed all the same."""
    folder = root / "replications" / "bad"
    folder.mkdir()
    (folder / "replication.toml").write_text("title = 3 3")
    lab = Lab(root)
    dice, bad = overview(lab)

    assert (bad.slug, bool(bad.problem), dice.problem) == ("bad", True, "")
    assert "replication.toml" in bad.problem
    lab.close()


# The screen


def test_claims_show_verdict_details_and_the_picture_of_their_place(root: Path) -> None:
    """The cursor chooses; the paper's place comes as a picture beside our runs. Text of files is shown as it is."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await at_replications(app, pilot)
        assert "Dice [bold]that" in shown(app)
        await pilot.press("enter")
        assert app.focused is screen.table
        await until(pilot, lambda: screen.details.has_class("-picture"))
        assert screen.details.picture.is_picture
        await until(pilot, lambda: "Our runs, tier paper" in shown(app))
        await pilot.press("j")
        await until(pilot, lambda: "that is the most" in shown(app) or "It is above 6" in shown(app))
        assert screen.claim is not None
        assert screen.claim.id == "above"

    drive(root, scenario, size=(140, 44))


def test_enter_opens_the_paper_at_the_place(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page, box and words are given; a paper that is not in the library is told of."""
    asked: list[Any] = []
    monkeypatch.setattr(DeskApp, "open_paper", lambda _app, key, place=None: asked.append((key, place)))

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await at_replications(app, pilot)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: asked)
        key, place = asked[0]
        assert (key, place.page, place.quote) == (KEY, 1, "throws of dice")
        assert place.boxes[0].box == (60.0, 60.0, 300.0, 90.0)
        shutil.rmtree(root / "papers" / KEY)
        screen.table.focus()
        await pilot.press("enter")
        await until(pilot, lambda: app._notifications)
        assert len(asked) == 1

    drive(root, scenario)


@pytest.mark.parametrize(("answer", "started"), [("y", True), ("enter", False)])
def test_nothing_runs_without_a_yes(root: Path, monkeypatch: pytest.MonkeyPatch, answer: str, started: bool) -> None:
    """R asks for tier and seeds and says which code it is; enter alone means no."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        jobs: list[tuple[str, ...]] = []
        monkeypatch.setattr(app.jobs, "start", lambda _title, arguments: jobs.append(tuple(arguments)))
        screen = await at_replications(app, pilot)
        await pilot.press("R", *"smoke", "enter")  # not waiting for the question: nothing else takes the keys
        assert not jobs
        await until(pilot, lambda: type(app.screen).__name__ == "Line")
        await pilot.press("0", "enter")
        assert type(app.screen).__name__ == "Line", "no seeds are no number of seeds"
        await pilot.press("backspace", "2", "enter")
        await until(pilot, lambda: type(app.screen).__name__ == "Confirm")
        assert "replications/dice/run.py" in shown(app)
        await pilot.press(answer)
        await until(pilot, lambda: app.screen is screen)
        await pilot.pause()
        assert jobs == ([("replicate", "run", "dice", "--tier", "smoke", "--seeds", "2")] if started else [])
        tier = "smoke" if started else "paper"
        await until(pilot, lambda: screen.loaded is not None and screen.loaded.tier == tier)

    drive(root, scenario)


def test_new_and_report_are_jobs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper is chosen by its title; the report is of the tier that is shown."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        jobs: list[tuple[str, ...]] = []
        monkeypatch.setattr(app.jobs, "start", lambda _title, arguments: jobs.append(tuple(arguments)))
        screen = await at_replications(app, pilot)
        await pilot.press("m", "n")
        await until(pilot, lambda: type(app.screen).__name__ == "Choice")
        await pilot.press(*"2401.00003", "enter")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: len(jobs) == 2)
        assert jobs == [("replicate", "report", "dice"), ("replicate", "new", "2401.00003")]

    drive(root, scenario)


def test_without_the_extra_the_kept_verdicts_stand_and_it_says_what_to_install(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is empty because scipy is not there."""

    def missing(_book: Replications, _slug: str, _tier: str | None = None) -> None:
        raise NotNow("this needs scipy: pip install 'paperlab-replicate[replicate]'")

    monkeypatch.setattr(Replications, "compare", missing)

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await app.switch_mode("replications")
        await until(pilot, lambda: "pip install" in shown(app))
        assert "agrees" in shown(app)
        await pilot.press("p")
        await until(pilot, lambda: shown(app).count("pip install") == 2)
        assert "comparing" not in shown(app)

    drive(root, scenario)


def test_plot_report_and_runs_are_views(root: Path) -> None:
    """Each by its key; escape goes back to the claims. The report is Markdown; its plots are words."""
    (root / "replications" / "dice" / "REPORT.md").write_text("# All about dice\n\n![a dot](figures/x.svg)\n")

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await at_replications(app, pilot)
        await pilot.press("p")
        await until(pilot, lambda: "paper 3.5" in shown(app))
        await pilot.press("right")
        await until(pilot, lambda: "a line per run" in shown(app))
        await pilot.press("t")
        await until(pilot, lambda: "All about dice" in shown(app) and "plot: a dot" in shown(app))
        await pilot.press("r")
        await until(pilot, lambda: "count: 3" in shown(app))
        await pilot.press("escape")
        assert screen.view == "claims"

    drive(root, scenario, size=(100, 30))


def test_a_job_is_watched_and_stopped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last words stand below the runs, whoever started it; x stops it."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        stopped: list[Job] = []
        monkeypatch.setattr(app.jobs, "cancel", stopped.append)
        screen = await at_replications(app, pilot)
        job = Job(1, "run dice, smoke", ("replicate", "run", "dice", "--tier", "smoke"), said=["main, seed 0: ok"])
        app.jobs.all.append(job)
        screen.job_changed(job)
        await pilot.press("r")
        await until(pilot, lambda: "main, seed 0: ok" in shown(app))
        await pilot.press("x")
        assert stopped == [job]
        job.state = JobState.CANCELLED
        screen.job_changed(job)
        await until(pilot, lambda: "what was finished is kept" in shown(app))

    drive(root, scenario)


def test_what_others_run_appears_and_the_cursor_stays(root: Path) -> None:
    """A claim that was written meanwhile, and a new replication, are there; the same claim is chosen."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await at_replications(app, pilot)
        await pilot.press("enter", "j")
        claims = root / "replications" / "dice" / "claims.toml"
        head, first = claims.read_text(encoding="utf-8").split("[[claim]]", 1)
        new = '[[claim]]\nid = "zero"\ntext = "never 0"\nkind = "judgement"\n'
        claims.write_text(f"{head}{new}[[claim]]{first}", encoding="utf-8")
        add_replication(root, "dice-two", runs=False)
        await app.look_for_changes()
        await until(pilot, lambda: screen.listed.count() == 2 and screen.table.count() == 4)
        assert screen.claim is not None
        assert screen.claim.id == "above"
        assert screen.slug == "dice"

    drive(root, scenario)


def test_a_lab_without_replications_says_what_to_do(tmp_path: Path, made: dict[str, Path]) -> None:
    """It is no error."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await app.switch_mode("replications")
        await until(pilot, lambda: "No replications yet" in shown(app))
        await pilot.press("R", "m", "x", "enter", "p", "t", "r", "z", "escape")

    drive(desk_lab(tmp_path / "lab", made), scenario)


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (200, 60)])
def test_every_size_can_be_drawn(root: Path, size: tuple[int, int]) -> None:
    """From a tiny terminal to a large one, in every view."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await at_replications(app, pilot)
        for key in ("p", "t", "r", "c"):
            await pilot.press(key)
            await pilot.pause()
            assert shown(app)
        assert screen.view == "claims"

    drive(root, scenario, size=size)


def test_with_ascii_alone_every_sign_is_one(root: Path) -> None:
    """The picture is words, the plot is drawn with plain signs."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await at_replications(app, pilot)
        await until(pilot, lambda: screen.details.has_class("-picture"))
        assert not screen.details.picture.is_picture
        await pilot.press("p")
        await until(pilot, lambda: "paper 3.5" in shown(app))
        screen.query_one("#plot")
        plot = "\n".join(line for line in shown(app).splitlines() if "o" in line)
        assert "●" not in plot

    drive(root, scenario, look=Look(ascii=True), size=(120, 40))


def test_numbers_in_the_table_are_those_of_results_json(root: Path) -> None:
    """No number is made up on the way to the screen."""
    kept = json.loads((root / "replications" / "dice" / "results.json").read_text(encoding="utf-8"))
    lab = Lab(root)
    row = comparison_of(lab, "dice").rows[0]

    mean = kept["measures"]["main:mean"]["mean"]
    assert float(row.measured.split()[0]) == pytest.approx(mean, rel=0.05)
    assert row.n == kept["claims"][0]["n"]
    lab.close()


def test_replications_with_verdicts_are_listed_first(root: Path) -> None:
    """A name that comes first in the alphabet does not put what nobody ran above what was found out."""
    add_replication(root, "a-new-one", runs=False)
    lab = Lab(root)
    assert [one.slug for one in overview(lab)] == ["dice", "a-new-one"]
    lab.close()

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        await at_replications(app, pilot)
        await until(pilot, lambda: "not compared yet" in shown(app))

    drive(root, scenario, size=(80, 24))


def test_a_replication_that_was_made_here_is_chosen(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When its files are there; one that others made leaves the choice alone, and computed counts stay listed."""

    async def scenario(app: DeskApp, pilot: Pilot[Any]) -> None:
        screen = await at_replications(app, pilot)
        add_replication(root, "another", runs=False)
        await app.look_for_changes()
        await until(pilot, lambda: screen.listed.count() == 2)
        assert screen.slug == "dice"
        await pilot.press("j")
        await until(pilot, lambda: screen.loaded is not None and screen.loaded.comparison and screen.slug == "another")
        screen.job_changed(Job(1, "new replication", ("replicate", "new", KEY)))
        add_replication(root, "made-here", runs=False)
        await app.look_for_changes()
        await until(pilot, lambda: screen.slug == "made-here")
        assert screen.listed._shown[1].counts, "another was compared in this session"

    drive(root, scenario)
