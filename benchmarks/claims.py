"""How right claims are: against truths made by hand, with a naive reading of the same tables beside ours.

    python -m benchmarks.claims LAB TRUTH... [--gold FOLDER] [--show N] [--tables]

LAB is an indexed lab that holds the papers; TRUTH are JSON lines, one for each number of a table's body: `key` (or
`pdf`, the stem of its file), `table`, `row`, `column`, `value`, `role` (`result`, `setup`) and for results `method`,
`dataset`, `split`, `metric`, each with other right answers under `..._alt`, and under `noscore` the fields that do not
count. Only tables that the truth has are scored. FOLDER holds grids made by hand (kind and value of each number).

A result is right where method, dataset, metric and value are. Values are compared as printed, without signs of
thousands. Labels are compared without case, spaces and punctuation, plural s and citations, and by what they are known
to stand for (`acc.`, `accuracy`; `NQ`, `Natural Questions`; translation sets by their pair of languages). A method is
right, too, where ours adds nothing to the truth's words and our method and setting together have all of them
(`ResNet`, `# layers = 20` for `ResNet-20`). Each claim of ours counts once, and each that no truth asks for counts
against us.

The naive reading takes the last row label for the method and the last header for both dataset and metric.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.claims import claims_of
from paperlab.claims.terms import dataset_named, find_terms, metric_named
from paperlab.lab import Lab
from paperlab.table_labels import column_labels, row_labels
from paperlab.types import Claim, ClaimRole, Direction, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Truth = dict[str, Any]
_F1, _EXACT = 0.80, 0.97
"""The bars."""
_FIELDS = ("method", "dataset", "metric")
_PAIR = re.compile("[A-Z]{2}-[A-Z]{2}")
_CITED = re.compile(r"\[[\d,; –-]+\]|\((?:[^()]*\b)?(?:19|20)\d\d[a-z]?\)")


@dataclass(slots=True)
class Score:
    """Counts over tables."""

    truths: int = 0
    ours: int = 0
    right: int = 0
    values: int = 0
    exact: int = 0
    roles: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """By the truth's role and ours."""
    fields: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    """Right and counted, where the value was found."""
    misses: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Of results."""
        return 2 * self.right / max(1, self.truths + self.ours)

    def add(self, other: Score) -> None:
        """Add another's counts."""
        for name in ("truths", "ours", "right", "values", "exact"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for key, count in other.roles.items():
            self.roles[key] += count
        for name, (right, counted) in other.fields.items():
            self.fields[name][0] += right
            self.fields[name][1] += counted
        self.misses.extend(other.misses)


def main() -> None:
    """Read, score, print; exit code 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lab", type=Path)
    parser.add_argument("truth", type=Path, nargs="+")
    parser.add_argument("--gold", type=Path, help="folder with grids read by hand")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="misses to print per table")
    parser.add_argument("--tables", action="store_true", help="print each table's figures")
    options = parser.parse_args()
    truths = [
        json.loads(line) for file in options.truth for line in file.read_text(encoding="utf-8").splitlines() if line
    ]
    papers = Papers(options.lab)
    total, naive = score_truths(truths, papers, options)
    report("ours", total)
    report("naive", naive)
    if options.gold:
        score_gold(options.gold, papers)
    print(
        f"processor seconds for a paper's claims: median {statistics.median(papers.seconds):.3f}, "
        f"most {max(papers.seconds):.3f}"
    )
    sys.exit(total.f1 < _F1 or total.exact < _EXACT * total.values)


class Papers:
    """The claims and tables of a lab's papers, read when they are first asked for."""

    def __init__(self, root: Path) -> None:
        self._lab = Lab.find(root, make=False, offline=True)
        self._read: dict[str, tuple[list[Claim], tuple[Table, ...]]] = {}
        self.seconds: list[float] = []
        self.by_sha = {
            paper.pdf.sha256: key for key in self._lab.library.stamps() if (paper := self._lab.library.load(key)).pdf
        }

    def get(self, key: str) -> tuple[list[Claim], tuple[Table, ...]]:
        """Return a paper's claims and tables."""
        if key not in self._read:
            paper = self._lab.library.load(key)
            reading = self._lab.reading(paper)
            start = time.process_time()
            claims = claims_of(key, paper.pdf.sha256 if paper.pdf else "", reading, paper.title)
            self.seconds.append(time.process_time() - start)
            self._read[key] = claims, reading.tables
        return self._read[key]


def score_truths(truths: Iterable[Truth], papers: Papers, options: argparse.Namespace) -> tuple[Score, Score]:
    """Return the scores of our claims and of the naive reading, table by table."""
    tables: dict[tuple[str, str], list[Truth]] = defaultdict(list)
    for truth in truths:
        tables[truth["key"], str(truth["table"])].append(truth)
    total, naive = Score(), Score()
    for (key, number), wanted in tables.items():
        claims, read = papers.get(key)
        ours, at = of_number(wanted, [claim for claim in claims if claim.cell and claim.cell.table == number])
        score = score_table(wanted, ours)
        total.add(score)
        table = next(islice((one for one in read if one.number == number and one.rows), at, None), None)
        naive.add(score_table(wanted, [naive_claim(claim, table) for claim in ours] if table else []))
        if options.tables or options.show:
            exact = f"{score.exact}/{score.values}"
            counts = f"{score.right} right of {score.truths}, {score.ours} ours, values {exact}"
            print(f"{score.f1:.3f} {key} table {number}: {counts}")
            print(
                *(f"      {miss}" for miss in score.misses[: options.show]), sep="\n", end="\n" if options.show else ""
            )
    return total, naive


def of_number(wanted: Sequence[Truth], claims: Iterable[Claim]) -> tuple[list[Claim], int]:
    """Return the claims of the table that the truth is of, and which of its number it is: a number may come twice.

    Each table has its own beginning of ids (`T2`, `T2~2`); the one that holds most of the truth's cells is meant.
    """
    tables: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        tables[claim.id.partition(".r")[0]].append(claim)
    cells = {(truth.get("row"), truth.get("column"), digits(truth["value"])) for truth in wanted}

    def held(name: str) -> int:
        return len(cells & {(c.cell.row, c.cell.column, digits(c.printed)) for c in tables[name] if c.cell})

    best = max(tables, key=held, default="")
    at = int(best.partition("~")[2] or 1) - 1
    return tables[best] if best else [], at


def score_table(wanted: Sequence[Truth], ours: Sequence[Claim]) -> Score:
    """Score one table: each truth takes the claim of equal value that fits best, nearest place first."""
    score = Score()
    results = [truth for truth in wanted if truth["role"] == "result"]
    score.truths, score.values = len(results), len(wanted)
    score.ours = sum(claim.role is ClaimRole.RESULT for claim in ours)
    left = list(ours)
    for truth in wanted:
        fitting = [claim for claim in left if digits(claim.printed) == digits(truth["value"])]
        if not fitting:
            score.roles[truth["role"], "none"] += 1
            score.misses.append(f"{truth['value']} is not there: {truth.get('method')}")
            continue
        best = max(fitting, key=lambda claim, truth=truth: rank(truth, claim))  # type: ignore[misc]
        left.remove(best)
        score.exact += 1
        score.roles[truth["role"], best.role.value] += 1
        if truth["role"] == "result":
            judge(score, truth, best)
    return score


def rank(truth: Truth, claim: Claim) -> tuple[bool, int, int]:
    """Return how well a claim fits a truth: its role, its place, its labels."""
    cell = claim.cell
    place = (
        0 if not cell else -abs(cell.row - int(truth.get("row", 0))) - abs(cell.column - int(truth.get("column", 0)))
    )
    fields = sum(is_right(name, truth, claim) for name in _FIELDS) if truth["role"] == "result" else 0
    return claim.role.value == truth["role"], place, fields


def judge(score: Score, truth: Truth, claim: Claim) -> None:
    """Count what is right of a result, and say what is wrong."""
    skipped = truth.get("noscore", [])
    wrong = []
    for name in (*_FIELDS, "split", "direction"):
        if name in skipped or (name in ("split", "direction") and not truth.get(name)):
            continue
        good = is_right(name, truth, claim)
        score.fields[name][0] += good
        score.fields[name][1] += 1
        if not good and name in _FIELDS:
            wrong.append(f"{name} {getattr(claim, name)!r} for {truth[name]!r}")
    if claim.role is not ClaimRole.RESULT:
        wrong.append("setup")
    if wrong:
        score.misses.append(f"{truth['value']} ({claim.id}, {claim.method}): " + "; ".join(wrong))
    else:
        score.right += 1


def is_right(name: str, truth: Truth, claim: Claim) -> bool:
    """Tell whether one field is among the right answers, or does not count."""
    if name in truth.get("noscore", []):
        return True
    answers = [answer or "" for answer in (truth.get(name), *truth.get(f"{name}_alt", []))]
    given = str(getattr(claim, name))
    if any(plain(given) == plain(answer) for answer in answers):
        return True
    if name == "method":
        return any(is_method(claim, answer) for answer in answers if answer)
    if name == "split":
        return any(given[:3] == answer[:3] for answer in answers if answer)
    return name in _FIELDS and any(known(name, given) == known(name, answer) for answer in answers if answer)


def is_method(claim: Claim, answer: str) -> bool:
    """Tell whether our method says nothing beyond the truth's words, and with its setting says them all."""
    wanted, method = words(answer), words(claim.method)
    return bool(method) and method <= wanted and wanted <= method | words(claim.setting)


def words(text: str) -> set[str]:
    """Return the words of a label, folded; digits are words of their own."""
    return {
        word.rstrip("s") or word for word in re.findall(r"[a-z]+|\d+(?:\.\d+)?|\+", _CITED.sub("", text).casefold())
    }


def plain(text: str) -> str:
    """Return the letters and digits of a label, folded, without a plural s."""
    left = _CITED.sub("", text)
    return re.sub(r"[^a-z0-9+]", "", (left if re.search(r"\w", left) else text).casefold()).rstrip("s")


def known(name: str, text: str) -> str:
    """Return what a metric or dataset is known to stand for, else its letters."""
    term = metric_named(text) if name == "metric" else dataset_named(text) if name == "dataset" else None
    pairs = [one.term.name for one in find_terms(text) if name == "dataset" and _PAIR.fullmatch(one.term.name)]
    if pairs:
        return pairs[-1]
    return plain(term.name) if term else plain(text)


def digits(printed: str) -> str:
    """Return a printed number without marks of thousands, sign of plus and unit."""
    return re.sub(r"[^0-9.^·eE-]", "", str(printed).replace("−", "-").lstrip("+")).lstrip("0") or "0"


def naive_claim(claim: Claim, table: Table) -> Claim:
    """Return a claim as one that takes labels for what they usually are."""
    if not claim.cell:
        return claim
    rows, columns = (
        row_labels(table, claim.cell.row)[-1:] or [""],
        column_labels(table, claim.cell.row, claim.cell.column)[-1:] or [""],
    )
    return replace(
        claim,
        split="",
        direction=Direction.UNKNOWN,
        method=rows[0],
        dataset=columns[0],
        metric=columns[0],
        role=ClaimRole.RESULT,
        setting="",
    )


def score_gold(folder: Path, papers: Papers) -> None:
    """Print kinds and values against the grids made by hand."""
    score = Score()
    for file in sorted(folder.glob("*.json")):
        gold = json.loads(file.read_text(encoding="utf-8"))
        key = papers.by_sha.get(gold["pdf_sha256"])
        if not key:
            continue
        ours = [claim for claim in papers.get(key)[0] if claim.cell and claim.cell.table == str(gold["number"])]
        wanted = [
            {"value": c["value"], "role": c["kind"], "row": c["cell"][0], "column": c["cell"][1]}
            for c in gold["claims"]
        ]
        score.add(score_table([truth | {"noscore": list(_FIELDS)} for truth in wanted], ours))
    confusion = ", ".join(f"{a} as {b} {n}" for (a, b), n in sorted(score.roles.items()))
    print(
        f"gold grids: values exact {score.exact}/{score.values} = {score.exact / max(1, score.values):.3f}; {confusion}"
    )


def share(part: int, whole: int) -> str:
    """Return a fraction with its value."""
    return f"{part}/{whole} = {part / max(1, whole):.3f}"


def report(name: str, score: Score) -> None:
    """Print a score beside the bars."""
    both = f"precision {share(score.right, score.ours)}, recall {share(score.right, score.truths)}"
    print(f"{name}: F1 {score.f1:.3f} (bar {_F1}), {both}")
    print(f"  values exact {share(score.exact, score.values)} (bar {_EXACT})")
    print("  roles: " + ", ".join(f"{a} as {b} {n}" for (a, b), n in sorted(score.roles.items())))
    print("  fields: " + ", ".join(f"{one} {share(*counts)}" for one, counts in score.fields.items()))


if __name__ == "__main__":
    main()
