"""Git Re-Basin on multilayer perceptrons: every experiment of this replication; `method.py` has the algorithms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import method
import numpy as np
import torch

if TYPE_CHECKING:
    from data import Data, Split
    from method import Matching, Permutations, Theta

    from paperlab.replication import Run


def main(run: Run) -> None:
    """Run the experiment that the configuration names."""
    experiments = {
        "pair": pair,
        "merge-many": merge_many,
        "recover": recover,
        "counterexample": counterexample,
        "symmetries": symmetries,
    }
    experiments[run.config["experiment"]](run)


# Trained networks ---------------------------------------------------------------------------------------------------


def model(run: Run, data: Data, number: int) -> Theta:
    """Network `number` of the configured width, trained once for all runs."""
    from training import Protocol, trainer

    config = run.config
    inputs, classes, width = data.train.x.shape[1], int(data.train.y.max()) + 1, config["width"]
    sizes = (inputs, width, width, width, classes)
    how = Protocol(sizes, seed=number, epochs=config["epochs"], batch=config["batch"], rate=config["rate"])

    def watch(theta: Theta) -> dict[str, float]:
        loss, accuracy = method.loss_and_accuracy(theta, data.test.x, data.test.y)
        return {"test_loss": loss, "test_accuracy": accuracy}

    make = trainer(data.train.x, data.train.y, watch, how, run.epochs)
    path = run.once(f"model-{width}-{number}.pt", make, data=data.name, examples=len(data.train.y), **how._asdict())
    saved: dict[str, Any] = torch.load(path, weights_only=True)
    for name, values in saved["history"].items():
        for epoch, value in values.items():
            run.log(epoch, **{f"model-{number}/{name}": value})
    theta: Theta = saved["theta"]
    return theta


def load(run: Run) -> Data:
    """Read the configured data, and note what the protocol is."""
    from data import load as read

    data, config = read(run), run.config
    inputs, classes = data.train.x.shape[1], int(data.train.y.max()) + 1
    run.facts(
        dataset=data.name,
        train_examples=len(data.train.y),
        test_examples=len(data.test.y),
        network="-".join(map(str, [inputs, *[config["width"]] * 3, classes])),
        optimizer="Adam",
        learning_rate=config["rate"],
        batch=config["batch"],
        epochs=config["epochs"],
    )
    return data


def score(run: Run, name: str, theta: Theta, data: Data) -> dict[str, float]:
    """Loss and accuracy of one network on both parts of the data, as results `NAME/train_loss` and so on."""
    figures: dict[str, float] = {}
    for part, split in parts(data).items():
        loss, accuracy = method.loss_and_accuracy(theta, split.x, split.y)
        run.result(f"{name}/{part}_loss", loss, unit="nats", items=len(split.y))
        run.result(f"{name}/{part}_accuracy", accuracy, items=len(split.y))
        figures |= {f"{part}_loss": loss, f"{part}_accuracy": accuracy}
    return figures


def parts(data: Data) -> dict[str, Split]:
    """Training and test data by name."""
    return {"train": data.train, "test": data.test}


# Two networks: figure 2, figure 4 -----------------------------------------------------------------------------------


def pair(run: Run) -> None:
    """Networks 2s and 2s+1 for seed s: barriers with and without matching."""
    data = load(run)
    theta_a, theta_b = model(run, data, 2 * run.seed), model(run, data, 2 * run.seed + 1)
    ends = [score(run, name, theta, data) for name, theta in (("a", theta_a), ("b", theta_b))]
    chance = 1 / (int(data.train.y.max()) + 1)
    for name, end in zip("ab", ends, strict=True):
        accuracy = end["test_accuracy"]
        run.check(f"network {name} beats chance threefold", accuracy > 3 * chance, detail=f"{accuracy:.4f}")
    losses = {}
    for how, pi in matchings(run, theta_a, theta_b, data).items():
        losses[how] = barriers(run, how, theta_a, method.apply(pi, theta_b), data)
    run.check("every path has the same ends", ends_agree(losses), detail=f"{run.config['points']} points each")
    run.facts(points=run.config["points"])


def matchings(run: Run, theta_a: Theta, theta_b: Theta, data: Data) -> dict[str, Permutations]:
    """Permutations of B by each method; `wm-restarts` is our own addition."""
    rng = np.random.default_rng(run.seed)
    wm = method.permutation_coordinate_descent(theta_a, theta_b, rng)
    best = method.best_of_restarts(theta_a, theta_b, rng, run.config["restarts"])
    for name, found in (("wm", wm), ("wm-restarts", best)):
        record(run, name, found)
    activation = method.match_activations(theta_a, theta_b, data.train.x)
    naive = method.identity(theta_b)
    for name, pi in (("naive", naive), ("am", activation)):
        run.result(f"{name}/objective", method.objective(theta_a, theta_b, pi))
    return {"naive": naive, "wm": wm.pi, "wm-restarts": best.pi, "am": activation}


def record(run: Run, name: str, found: Matching) -> None:
    """Note what a matching reached, and in how many passes."""
    run.result(f"{name}/objective", found.objective)
    run.result(f"{name}/passes", found.passes, unit="passes")


def barriers(run: Run, how: str, theta_a: Theta, theta_b: Theta, data: Data) -> dict[str, np.ndarray]:
    """Measure the path from A to B as `HOW/...`; return its losses (points,) on each part of the data."""
    losses = {}
    for part, split in parts(data).items():
        curve = method.path(theta_a, theta_b, split.x, split.y, run.config["points"])  # (points, 2)
        losses[part], n = curve[:, 0], len(split.y)
        for step, loss in enumerate(losses[part].tolist()):
            run.log(step, **{f"{how}/path_{part}_loss": loss})
        middle, better = losses[part][len(curve) // 2], losses[part][[0, -1]].min()
        run.result(f"{how}/barrier_{part}", method.barrier_over_line(losses[part]), unit="nats", items=n)
        run.result(f"{how}/barrier22_{part}", method.barrier(losses[part]), unit="nats", items=n)
        run.result(f"{how}/midpoint_excess_{part}", middle - better, unit="nats", items=n)
        run.result(f"{how}/midpoint_accuracy_{part}", curve[len(curve) // 2, 1], items=n)
    return losses


def ends_agree(losses: dict[str, dict[str, np.ndarray]]) -> bool:
    """Whether permuting B left its losses as they were, but for rounding: else it is another function."""
    ends = [np.concatenate([by_part[part][[0, -1]] for part in sorted(by_part)]) for by_part in losses.values()]
    return all(np.allclose(ends[0], end, rtol=1e-3, atol=1e-5) for end in ends)


# Five networks: table 3 ---------------------------------------------------------------------------------------------


def merge_many(run: Run) -> None:
    """Networks 5s ... 5s+4 for seed s, merged into one."""
    data, count = load(run), run.config["models"]
    thetas = [model(run, data, run.seed * count + i) for i in range(count)]
    figures = [score(run, f"input-{i + 1}", theta, data) for i, theta in enumerate(thetas)]
    for name in figures[0]:
        items = len(parts(data)[name.split("_")[0]].y)
        values = [figure[name] for figure in figures]
        run.result(f"inputs/{name}", sum(values) / count, items=items)
        run.result(f"inputs/best_{name}", min(values) if name.endswith("loss") else max(values), items=items)
    merged, rounds = method.merge_many(thetas, np.random.default_rng(run.seed))
    run.result("merged/rounds", rounds, unit="rounds")
    score(run, "merged", merged, data)
    score(run, "naive-mean", method.mean(thetas), data)
    run.facts(models=count)


# A known permutation: appendix A.5 ----------------------------------------------------------------------------------


def recover(run: Run) -> None:
    """Network s for seed s is matched with copies of itself whose units were put in random order."""
    data, rng, tries = load(run), np.random.default_rng(run.seed), run.config["tries"]
    theta = model(run, data, run.seed)
    exact, passes, total = 0, [], 0
    for _ in range(tries):
        hidden = method.random_permutations(theta, rng)
        found = method.permutation_coordinate_descent(theta, method.apply(hidden, theta), rng)
        right = sum(int((hidden[ell][p] == torch.arange(len(p))).sum()) for ell, p in found.pi.items())
        total += right
        exact += right == sum(len(p) for p in hidden.values())
        passes.append(found.passes)
        run.log(len(passes), units_recovered=right, passes=found.passes)
    run.result("recovered/share", exact / tries)
    run.result("recovered/units", total / tries / sum(method.units(theta).values()))
    run.result("recovered/passes", sum(passes) / tries, unit="passes")
    run.result("recovered/most_passes", max(passes), unit="passes")
    run.facts(experiment="recover a known random permutation", algorithm="weight matching")


# Without data: appendix A.6, table 1 --------------------------------------------------------------------------------


def counterexample(run: Run) -> None:
    """Two perfect networks that no permutation connects by a straight path without errors."""
    rng = np.random.default_rng(run.seed)
    x, y = method.quadrant_data(run.config["examples"], rng)
    theta_a, theta_b = method.counterexample()
    lambdas = np.linspace(0, 1, run.config["points"]).tolist()
    barriers = []
    for number, pi in enumerate(method.all_permutations(theta_b)):
        other = method.apply(pi, theta_b)
        errors = [method.quadrant_error(method.interpolate(theta_a, other, lam), x, y) for lam in lambdas]
        for step, error in enumerate(errors):
            run.log(step, **{f"permutation-{number}/error": error})
        barriers.append(method.barrier(np.array(errors)))
    run.result("a/errors", round(method.quadrant_error(theta_a, x, y) * len(y)), unit="examples", items=len(y))
    run.result("b/errors", round(method.quadrant_error(theta_b, x, y) * len(y)), unit="examples", items=len(y))
    run.result("permutations", len(barriers))
    run.result("permutations/connecting", sum(barrier <= 0.01 for barrier in barriers))
    run.result("least_barrier", min(barriers), items=len(y))
    run.facts(dataset="uniform on a square, one quadrant positive", hidden_layers=2, units_per_layer=2)


def symmetries(run: Run) -> None:
    """How many permutations of hidden units leave the networks of table 1 as they are, as powers of ten."""
    run.result("log10/mlp", method.log10_symmetries([512] * 3))
    run.result("log10/vgg16", method.log10_symmetries(method.vgg16_groups()))
    run.result("log10/resnet50", method.log10_symmetries(method.resnet50_groups()))
    run.result("log10/resnet50_untied", method.log10_symmetries(method.resnet50_groups(tied=False)))
    run.facts(counted="permutations of hidden units")
