"""Each template from nothing: a new lab with a made-up paper, `replicate new`, `run` and `compare`, in seconds.

    python benchmarks/replication_templates.py [--kind KIND ...]

The bar is 60 s for a template in all, with nothing in any cache. Processor time of the child processes stands beside
the wall clock: on a machine that does other things as well, only that can be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from paperlab.replication.scaffolding.kinds import KINDS

LIMIT = 60.0
STEPS = ("new", "run", "compare")
TITLE = "A Made-Up Method"


def write_paper(path: Path) -> None:
    """Write a one-page PDF with a title, a sentence of settings and a table."""
    sys.modules["pymupdf.layout"] = None  # type: ignore[assignment]  # its models would be loaded for nothing
    import pymupdf

    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_text((90, 90), TITLE, fontsize=17, fontname="hebo")
    page.insert_text((90, 130), "1 Experiments", fontsize=13, fontname="hebo")
    page.insert_text((90, 155), "The learning rate was 0.1 and the batch size 64 for 90 epochs.", fontsize=10)
    rows = [("Method", "Accuracy (%)"), ("Baseline", "90.1"), ("Ours", "92.4")]
    page.insert_text((90, 190), "Table 1: Accuracy on a made-up data set.", fontsize=9)
    for i, (name, value) in enumerate(rows):
        page.insert_text((90, 210 + 14 * i), name, fontsize=10)
        page.insert_text((220, 210 + 14 * i), value, fontsize=10)
    document.save(path)


def timed(lab: Path, *words: str) -> tuple[float, float, str]:
    """Run a command of paperlab; return wall seconds, processor seconds of it and its children, and its output."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "paperlab", *words]
    environment = {**os.environ, "PAPERLAB_LAB": str(lab), "PAPERLAB_INDEX_EMBEDDER": "hashing"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):  # 1: a check failed, which is for compare to say
        sys.exit(f"paperlab {' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def measure(kind: str, parent: Path) -> tuple[list[float], float, int, int]:
    """Return wall seconds of each step, processor seconds of all, and how many runs counted of how many claims."""
    lab = parent / kind
    pdf = parent / f"{kind}.pdf"
    write_paper(pdf)
    timed(lab, "init", str(lab))
    timed(lab, "add", str(pdf), "--json")
    key = next(path.parent.name for path in (lab / "papers").glob("*/paper.toml"))
    steps = (("new", key, "--kind", kind, "--slug", "one"), ("run", "one"), ("compare", "one", "--json"))
    walls, spent, told = [], 0.0, ""
    for words in steps:
        wall, cpu, told = timed(lab, "replicate", *words)
        walls.append(wall)
        spent += cpu
    claims = json.loads(told)["claims"]
    ended = list((lab / "replications" / "one" / "runs").rglob("run.json"))
    good = sum(json.loads(path.read_text(encoding="utf-8"))["status"] == "ok" for path in ended)
    return walls, spent, good, len(claims)


def main() -> None:
    """Print a line for each template, and whether all keep the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", action="append", choices=KINDS)
    kinds = parser.parse_args().kind or sorted(KINDS)
    worst = 0.0
    print(
        f"{'template':22}"
        + "".join(f"{step:>10}" for step in STEPS)
        + f"{'all':>10}{'cpu':>10}{'runs':>6}{'claims':>8}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            walls, spent, runs, claims = measure(kind, Path(folder))
            worst = max(worst, sum(walls))
            columns = [*walls, sum(walls), spent]
            print(f"{kind:22}" + "".join(f"{s:9.1f}s" for s in columns) + f"{runs:6}{claims:8}", flush=True)
    print(f"n = {len(kinds)}; slowest {worst:.1f} s of {LIMIT:.0f} s: {'kept' if worst <= LIMIT else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
