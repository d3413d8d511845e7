"""Error of Kolmogorov-Arnold networks against the number of grid intervals; `method.py` has the networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import method

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.replication import Run

CHAINS = {"2-1-1": ([2, 1, 1], True), "2-1-1-first": ([2, 1, 1], False), "2-5-1": ([2, 5, 1], False)}
"""By name: the shape, and whether the best of several starts goes on, which is our addition."""


def main(run: Run) -> None:
    """Measure all chains at the configured grid; at the last grid of the schedule, also over all of them."""
    config = run.config
    run.facts(
        target="exp(sin(pi x) + y^2)",
        train_examples=config["examples"],
        optimizer="L-BFGS",
        steps_per_grid=config["steps"],
        spline_order=method.K,
        grids=config["grids"],
    )
    for chain in CHAINS:
        measure(run, chain)
        if config["grid"] == config["grids"][-1]:
            best(run, chain)


def stage(run: Run, chain: str, grid: int) -> Path:
    """Train a chain up to a grid, or take it from a run that did."""
    config, (shape, restarted) = run.config, CHAINS[chain]
    at = config["grids"].index(grid)
    starts = config["starts"] if restarted else 1
    how = method.Stage(shape, run.seed, grid, starts, config["steps"], config["iterations"], config["examples"])
    make = method.maker(how, before=(lambda: stage(run, chain, config["grids"][at - 1])) if at else None)
    return run.once(f"{chain}-seed-{run.seed}-grid-{grid}.npz", make, grids=config["grids"][:at], **how._asdict())


def measure(run: Run, chain: str) -> None:
    """Note the errors of one chain at the configured grid."""
    model = method.load(stage(run, chain, run.config["grid"]))
    x, y, test_x, test_y = method.data(run.seed, run.config["examples"])
    train, _ = method.errors(model, x, y)
    test, median = method.errors(model, test_x, test_y)
    run.result(f"{chain}/train_rmse", train)
    run.result(f"{chain}/test_rmse", test, items=len(test_y))
    run.result(f"{chain}/test_root_median", median, items=len(test_y))
    run.result(f"{chain}/parameters", len(model.theta))
    run.check(f"{chain} beats the best constant", train < y.std(), detail=f"{train:.3g} to {y.std():.3g}")


def best(run: Run, chain: str) -> None:
    """Note the least test error over the schedule's grids, and the grid that has it."""
    _, _, x, y = method.data(run.seed, run.config["examples"])
    errors = {grid: method.errors(method.load(stage(run, chain, grid)), x, y)[0] for grid in run.config["grids"]}
    for grid, error in errors.items():
        run.log(grid, **{f"{chain}/test_rmse_by_grid": error})
    run.result(f"{chain}/best_test_rmse", min(errors.values()), items=len(y))
    run.result(f"{chain}/best_grid", min(errors, key=errors.__getitem__), unit="intervals")
