"""What main is given: loops that go on after a stop, numbers that are checked, things made once."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from paperlab.errors import BadInput, UsageError
from paperlab.replication.runs.metrics import read_metrics
from paperlab.replication.runs.running import Place, Run
from paperlab.replication.runs.state import StateFile
from run_folders import wait_for_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Run]]:
    """Yield what begins a run in the same folder each time, as after a kill; every epoch is saved."""
    monkeypatch.setattr(StateFile, "due", lambda _: True)
    runs: list[Run] = []

    def begun(key: str = "k", variant: str = "main", said: list[str] | None = None, **config: Any) -> Run:
        place = Place("smoke", variant, 7, tmp_path / "smoke" / variant, tmp_path / "smoke", key)
        clock = itertools.count().__next__
        runs.append(Run(place, config, lambda: float(clock()), (said if said is not None else []).append))
        return runs[-1]

    yield begun
    for run in runs:
        run.close()


def logged(run: Run) -> list[tuple[int | None, str, float]]:
    return [(metric.step, metric.name, metric.value) for metric in read_metrics(run.folder)]


class Stop(Exception):
    """Stands for a kill."""


LONE = "\ud800"


@pytest.mark.parametrize(
    "say",
    [
        lambda run: run.facts(x=float("nan")),
        lambda run: run.facts(x=[1, np.float32("inf")]),
        lambda run: run.facts(x=10**5000),
        lambda run: run.facts(x=["fine", LONE]),
        lambda run: run.facts(**{LONE: 1}),
        lambda run: run.result(LONE, 1.0),
        lambda run: run.result(None, 1.0),
        lambda run: run.result("x", 1.0, unit=LONE),
        lambda run: run.result("x", 1.0, items=0),
        lambda run: run.result("x", 1.0, items=-5),
        lambda run: run.result("x", 1.0, items=10**30),
        lambda run: run.check(LONE, True),
        lambda run: run.check("x", True, detail=LONE),
        lambda run: run.data(LONE, b"1"),
        lambda run: run.data("x", b"1", examples=-1),
        lambda run: run.log(0, **{LONE: 1.0}),
        lambda run: run.say(LONE),
    ],
)
def test_what_a_record_cannot_hold_is_refused_at_the_call(
    begin: Callable[..., Run], say: Callable[[Run], None]
) -> None:
    """In one line that can be printed anywhere, and nothing of it is kept."""
    run = begin()
    with pytest.raises(UsageError) as raised:
        say(run)
    assert str(raised.value).isascii()
    assert len(str(raised.value)) < 200
    notes = run.notes
    assert (notes.results, notes.facts, notes.checks, notes.data, logged(run)) == ({}, {}, {}, {}, [])


def test_details_of_checks_become_text(begin: Callable[..., Run]) -> None:
    """A number is a detail, too."""
    run = begin()
    run.check("x", passed=True, detail=0.5)  # type: ignore[arg-type]
    assert run.notes.checks["x"].detail == "0.5"


def test_a_loop_goes_on_behind_its_last_saved_epoch(begin: Callable[..., Run]) -> None:
    """Parts of every kind, and the global sources of chance, are as they were behind that epoch."""

    def train(run: Run, until: int = 99) -> list[Any]:
        random.seed(run.seed)
        np.random.seed(run.seed)
        own, history, best = np.random.default_rng(1), [], {}
        weights, last, seen, other = np.zeros(3), deque([0.0], 2), {0.5}, random.Random(3)
        parts = {"own": own, "history": history, "best": best, "weights": weights, "last": last, "seen": seen}
        for epoch in run.epochs(8, other=other, **parts):
            if epoch == until:
                raise Stop
            drawn = random.random() + np.random.rand() + own.random() + other.random()
            history.append(drawn)
            weights += drawn
            best[epoch] = drawn
            last.append(drawn)
            seen.add(drawn)
            run.log(epoch, drawn=drawn)
            run.facts(epochs=epoch + 1)
        return [history, weights.tolist(), best, list(last), seen, random.random(), run.notes.facts]

    whole = begin(variant="whole")
    expected = train(whole)
    with pytest.raises(Stop):
        train(begin(), until=5)
    again = begin()
    assert train(again) == expected
    assert logged(again) == logged(whole)


def test_loops_that_ended_are_passed_over(begin: Callable[..., Run]) -> None:
    """Of several loops, the ended ones give their parts their end state and do no epoch again, a broken-off one too.

    What stands between the loops runs again and draws what it drew before; no line is logged twice.
    """
    done: list[str] = []

    def main(run: Run, until: int = 99) -> list[float]:
        random.seed(run.seed)
        values: list[float] = []
        for name, least in (("a", 4), ("b", 2), ("c", 99)):
            own: list[float] = []
            run.log(0, **{f"{name}/before": random.random()})
            for epoch in run.epochs(5, own=own):
                if name == "c" and epoch == until:
                    raise Stop
                done.append(f"{name}{epoch}")
                own.append(random.random())
                run.log(epoch, **{name: own[-1]})
                if epoch == least:
                    break
            own.append(random.random())
            run.result(name, sum(own))
            values += own
        return values

    whole = begin(variant="whole")
    expected = main(whole)
    with pytest.raises(Stop):
        main(begin(), until=3)
    done.clear()
    again = begin()
    assert main(again) == expected
    assert done == ["c3", "c4"]
    assert logged(again) == logged(whole)
    assert again.notes.results == whole.notes.results


def test_torch_goes_on_bit_for_bit(begin: Callable[..., Run]) -> None:
    """A network, its optimizer and schedule, a torch generator and torch's own chance are restored exactly."""
    torch = pytest.importorskip("torch")

    def train(run: Run, until: int = 99) -> list[float]:
        torch.manual_seed(run.seed)
        network = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Dropout(0.3), torch.nn.Linear(8, 1))
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2)
        order, losses = torch.Generator().manual_seed(5), []
        for epoch in run.epochs(6, net=network, opt=optimizer, sched=schedule, order=order, losses=losses):
            if epoch == until:
                raise Stop
            loss = network(torch.randn(16, 4, generator=order)).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        return [*losses, torch.rand(()).item(), *(p.sum().item() for p in network.parameters())]

    expected = train(begin(variant="whole"))
    with pytest.raises(Stop):
        train(begin(), until=4)
    assert train(begin()) == expected


def test_a_state_of_other_code_is_dropped_and_that_is_said(begin: Callable[..., Run]) -> None:
    """Nothing goes on from what other code, another configuration or a damaged file left."""

    def epochs(run: Run) -> list[int]:
        return list(run.epochs(3))

    assert epochs(begin(key="old")) == [0, 1, 2]
    assert epochs(begin(key="old")) == []
    said: list[str] = []
    run = begin(key="new", said=said)
    assert epochs(run) == [0, 1, 2]
    assert said == ["starts from the beginning: its code or configuration changed since its state was saved"]
    state = run.folder / "state.pt"
    state.write_bytes(state.read_bytes()[:-1])
    assert epochs(begin(key="new", said=said)) == [0, 1, 2]
    assert "its state file is damaged" in said[-1]


def test_saving_keeps_within_its_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writing the state takes long, it is written seldom; behind the last epoch it always is."""
    saved: list[int] = []
    save = StateFile.save

    def slow(self: StateFile, content: Any, began: float) -> None:
        saved.append(len(content["loops"]))
        save(self, content, began - 60)  # as if it had taken a minute

    monkeypatch.setattr(StateFile, "save", slow)
    run = Run(Place("smoke", "main", 0, tmp_path / "main", tmp_path, "k"), {}, float, print)
    assert len(list(run.epochs(50))) == 50
    run.close()
    assert len(saved) == 2


def test_what_cannot_be_kept_is_said_before_an_epoch(begin: Callable[..., Run]) -> None:
    """A part without a state, and a loop within a loop, are errors in plain words."""
    with pytest.raises(UsageError, match="cannot keep name, of type str"):
        next(iter(begin().epochs(3, name="x")))
    run = begin()
    outer = run.epochs(2)
    next(outer)
    with pytest.raises(UsageError, match="before its last loop had ended"):
        next(run.epochs(2))


def test_a_main_that_takes_another_way_is_found_out(begin: Callable[..., Run]) -> None:
    """A run that, taken up, never comes to where it was, is not over: its lines would be of two runs."""
    run = begin()
    list(run.epochs(1))
    list(run.epochs(1))
    again = begin()
    list(again.epochs(1))
    with pytest.raises(BadInput, match="began fewer loops"):
        again.check_reached()
    assert list(begin().epochs(1)) == [0]


def test_a_result_is_one_finite_number(begin: Callable[..., Run]) -> None:
    """Not a number, infinity, or two values under one name end the run; numpy's and torch's numbers are numbers."""
    run = begin()
    run.result("a", np.float32(0.5), unit="nats", items=np.int64(3))
    assert run.notes.results["a"].value == 0.5
    for value in (float("nan"), float("inf"), np.float64("nan")):
        with pytest.raises(BadInput, match=r"result 'b' is (nan|inf): a final measure must be a finite number"):
            run.result("b", value)
    with pytest.raises(BadInput, match=r"result 'a' was 0\.5 before and is 0\.6 now"):
        run.result("a", 0.6)
    with pytest.raises(UsageError, match="cannot name a result"):
        run.result("main:a", 1)
    assert logged(run) == [(None, "a", 0.5)]


def test_a_logged_value_may_be_anything(begin: Callable[..., Run]) -> None:
    """A loss that went to infinity is logged as null, so that every line stays JSON."""
    run = begin()
    run.log(3, loss=float("inf"), rate=0.1)
    lines = [json.loads(line) for line in (run.folder / "metrics.jsonl").read_text().splitlines()]
    assert [(line["step"], line["name"], line["value"]) for line in lines] == [(3, "loss", None), (3, "rate", 0.1)]
    assert np.isnan(read_metrics(run.folder)[0].value)


def test_facts_checks_and_data_are_plain(begin: Callable[..., Run], tmp_path: Path) -> None:
    """Facts become JSON's values, a check that failed once stays failed, data is known by its bytes."""
    run = begin()
    run.facts(n=np.int64(5), rates=(0.1, np.float64(0.25)), name="x")
    assert run.notes.facts == {"n": 5, "rates": [0.1, 0.25], "name": "x"}
    with pytest.raises(UsageError, match="a fact is"):
        run.facts(model=object())
    run.check("holds", np.bool_(False), detail="first")
    run.check("holds", passed=True)
    assert run.notes.checks["holds"].passed is False
    (tmp_path / "d").write_bytes(b"abc")
    run.data("file", tmp_path / "d", examples=3)
    run.data("bytes", b"abc")
    run.data("array", np.frombuffer(b"abc", np.uint8))
    assert len({one.sha256 for one in run.notes.data.values()}) == 1
    (tmp_path / "d").write_bytes(b"abd")
    with pytest.raises(BadInput, match="'file' is not what it was"):
        run.data("file", tmp_path / "d")
    with pytest.raises(BadInput, match="cannot be read"):
        run.data("gone", tmp_path / "gone")


def test_once_makes_a_thing_for_all_runs(begin: Callable[..., Run]) -> None:
    """It is made once for its arguments, the same whoever makes it, and the maker's own chance does not notice."""
    made: list[float] = []

    def make(path: Path) -> None:
        made.append(random.random())
        path.write_text(str(made[-1]))

    random.seed(1)
    undisturbed = random.random()
    first, second = begin(variant="a"), begin(variant="b")
    random.seed(1)
    path = first.once("thing.txt", make, width=3)
    assert random.random() == undisturbed
    assert second.once("thing.txt", make, width=3) == path
    assert len(made) == 1
    assert first.notes.data == second.notes.data
    assert second.once("thing.txt", make, width=4) != path
    before = path.read_text()
    path.unlink()
    random.seed(99)
    assert second.once("thing.txt", make, width=3).read_text() == before
    assert path.suffix == ".txt"


def test_a_thing_that_takes_long_is_made_on_after_a_stop(begin: Callable[..., Run]) -> None:
    """`epochs` works while something is made, and what is logged then stands beside it, not with the run."""

    def maker(run: Run, until: int) -> Callable[[Path], None]:
        def make(path: Path) -> None:
            drawn: list[float] = []
            for epoch in run.epochs(6, drawn=drawn):
                if epoch == until:
                    raise Stop
                drawn.append(random.random())
                done.append(epoch)
                run.log(epoch, drawn=drawn[-1])
            path.write_text(repr(drawn))

        return make

    done: list[int] = []
    expected = (run := begin(variant="whole")).once("slow", maker(run, 99)).read_text()
    begin(variant="whole").once("slow", maker(run, 99)).unlink()
    done.clear()
    with pytest.raises(Stop):
        (run := begin()).once("slow", maker(run, 4))
    path = (run := begin()).once("slow", maker(run, 99))
    assert path.read_text() == expected
    assert done == [0, 1, 2, 3, 4, 5]
    assert len(path.with_name(f"{path.name}.metrics.jsonl").read_text().splitlines()) == 6
    assert logged(run) == []


def test_what_is_made_once_belongs_to_no_run(begin: Callable[..., Run]) -> None:
    """Facts or results said while it is made would be missing where another run made it; nothing written is told."""
    run = begin()
    for say in (lambda _: run.result("a", 1), lambda _: run.facts(a=1), lambda _: run.check("a", passed=True)):
        with pytest.raises(UsageError, match=r"while run\.once makes something"):
            run.once("thing", say)
    with pytest.raises(BadInput, match="nothing was written"):
        run.once("thing", lambda _: None)
    with pytest.raises(UsageError, match="arguments of text and finite numbers"):
        run.once("thing", lambda _: None, net=object())
    with pytest.raises(UsageError, match="cannot name"):
        run.once("../thing", lambda _: None)


def test_two_processes_make_a_thing_once(tmp_path: Path) -> None:
    """Who comes second waits, and takes what the first one made."""
    code = """
import sys, time
from pathlib import Path
from paperlab.replication.runs.running import Place, Run
root, name = Path(sys.argv[1]), sys.argv[2]
run = Run(Place("smoke", name, 0, root / name, root, "k"), {}, time.monotonic, lambda text: print(text, flush=True))
def make(path):
    (root / "made").open("a").write("once\\n")
    while not (root / "go").exists():
        time.sleep(0.01)
    path.write_text("x")
run.once("thing", make)
run.close()
"""
    (tmp_path / "code.py").write_text(code)
    words = [sys.executable, str(tmp_path / "code.py"), str(tmp_path)]
    first = subprocess.Popen([*words, "a"])
    wait_for_lines(tmp_path / "made", 1)
    with subprocess.Popen([*words, "b"], stdout=subprocess.PIPE, text=True) as second:
        assert second.stdout is not None
        assert second.stdout.readline() == "waits for another run that makes thing\n"
        (tmp_path / "go").touch()
        assert second.stdout.read() == ""
    assert (first.wait(), second.wait()) == (0, 0)
    assert (tmp_path / "made").read_text() == "once\n"
