"""What `benchmarks/ask.py` counts in answers, and how it prints it."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.ask_questions import Asked, Group
from benchmarks.ask_scoring import has_numbers, is_cell, numbers, on_page, overlap, quotes_of, text_of

from paperlab.ask.confidence import THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.ask_pages import Pages

    from paperlab.types import Part, Quote, Statement

FALSE_ABSTENTION = (0.0, 0.02, 0.05, 0.10, 0.15, 0.20)
_OVERLAPS = 0.5
"""Token F1 at which a quote is the gold quote."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer."""

    asked: Asked
    statements: tuple[Statement, ...]
    """Empty where it is declined."""
    confidence: float
    seconds: float
    """By the clock."""
    processor: float
    """Seconds of processor time, of all threads."""
    parts: tuple[Part, ...] = ()
    untold: tuple[Statement, ...] = ()
    """What is told where nothing is declined."""
    dropped: int = 0
    """Sentences of the model's that were dropped."""
    written: bool = False
    """Whether the sentences are the model's."""

    @property
    def quotes(self) -> list[Quote]:
        """All quotes, in the order they are cited."""
        return quotes_of(self.statements)

    @property
    def answered(self) -> bool:
        """Whether anything is told."""
        return bool(self.statements)


class Table:
    """Prints figures as they come, and remembers whether a limit was missed."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def heading(self, text: str) -> None:
        """Print what the next figures are of."""
        print(f"\n{text}")

    def share(self, name: str, right: Iterable[bool], limit: float | None = None, of: str = "questions") -> None:
        """Print the share that is right, with the least it may be."""
        told = list(right)
        value = sum(told) / len(told) if told else math.nan
        good = limit is None or (bool(told) and value >= limit)
        self._print(name, f"{value:.3f}", "" if limit is None else f">= {limit:.2f}", good=good, of=f"{len(told)} {of}")

    def most(self, name: str, value: float, limit: float, of: str, unit: str = "") -> None:
        """Print a figure with the most it may be."""
        self._print(name, f"{value:.3f}{unit}", f"<= {limit:.2f}{unit}", good=value <= limit, of=of)

    def _print(self, name: str, value: str, limit: str, *, good: bool, of: str) -> None:
        print(f"  {name:58}{value:>9}  {limit:10}{'' if good else 'MISSED':8}n: {of}", flush=True)
        if not good:
            self.missed.append(name)


def of_group(answers: Iterable[Answered], *groups: Group) -> list[Answered]:
    """Return the answers to the questions of some groups."""
    return [one for one in answers if one.asked.group in groups]


def if_told(answers: Iterable[Answered]) -> list[Answered]:
    """Return the answers as they are where nothing is declined."""
    return [replace(one, statements=one.untold) for one in answers]


def citations(table: Table, answers: Sequence[Answered], pages: Pages) -> None:
    """Print whether quotes stand on their pages and in their boxes; name those that do not."""
    table.heading(f"citations, of all {len(answers)} questions")
    told = [(one, quote) for one in answers for quote in one.quotes]
    verbatim = [pages.is_verbatim(quote) for _, quote in told]
    table.share("quote stands on its page, in one run", verbatim, 1.0, "citations")
    boxes = [pages.has_in_boxes(quote) for _, quote in told]
    table.share("its boxes hold all its words", [right for right, _ in boxes], of="citations")
    table.share("  and at most twice as many letters", [r and s >= 0.5 for r, s in boxes], of="citations")
    table.share(
        "every sentence has a quote", [bool(s.quotes) for one in answers for s in one.statements], 1.0, "sentences"
    )
    wrong = [quote for (_, quote), right in zip(told, verbatim, strict=True) if not right]
    for quote in list(dict.fromkeys(wrong))[:10]:
        print(f"    not found: {quote.key} p. {quote.page}: {quote.text[:150]!r}")


def answerable(table: Table, answers: Sequence[Answered], keys: dict[str, str], *, limits: bool) -> None:
    """Print how often the answers cite the page and the words that answer."""
    mine = of_group(answers, Group.ANSWERABLE)
    cited = [[on_page(q, keys[one.asked.stem], one.asked.pages) for q in one.quotes] for one in mine]
    alike = [_alike(one, keys[one.asked.stem]) for one in mine]
    table.share("gold page among the pages cited", [any(c) for c in cited], 0.80 if limits else None)
    table.share("gold page is the first cited", [c[:1] == [True] for c in cited])
    table.share("gold quote overlaps the first citation", [a[:1] == [True] for a in alike], 0.60 if limits else None)
    table.share("gold quote overlaps a citation", [any(a) for a in alike])


def _alike(one: Answered, key: str) -> list[bool]:
    gold = one.asked.truth["quote"]
    return [quote.key == key and overlap(quote.text, gold) >= _OVERLAPS for quote in one.quotes]


def numeric(table: Table, answers: Sequence[Answered], keys: dict[str, str], pages: Pages, *, limits: bool) -> None:
    """Print how often the number asked for is in the answer, and its cell cited."""
    mine = [one for one in of_group(answers, Group.ANSWERABLE) if one.asked.truth.get("answer_numbers")]
    right = [has_numbers(text_of(one.statements), one.asked.truth) for one in mine]
    table.share("all right numbers in the answer", right, 0.70 if limits else None)
    cells = [one for one in mine if one.asked.truth["type"] == "table"]
    found = [any(_holds(q, one, keys, pages) for q in one.quotes) for one in cells]
    table.share("asks for a table's cell: right cell cited", found, 0.70 if limits else None)
    for kind in sorted({one.asked.truth["type"] for one in mine}):
        own = [r for one, r in zip(mine, right, strict=True) if one.asked.truth["type"] == kind]
        table.share(f"  {kind}: all right numbers", own)


def _holds(quote: Quote, one: Answered, keys: dict[str, str], pages: Pages) -> bool:
    """Tell whether a quote is of a cell on a gold page, and the page has the right numbers in the cell's box."""
    if quote.cell is None or not on_page(quote, keys[one.asked.stem], one.asked.pages):
        return False
    return has_numbers(pages.within(quote.key, quote.cell.box.page, quote.cell.box.box), one.asked.truth)


def cells(table: Table, answers: Sequence[Answered], keys: dict[str, str]) -> None:
    """Print the same for questions made from the cells of gold tables."""
    mine = of_group(answers, Group.CELL)
    table.heading(f"questions made from table cells, {len(mine)}")
    _cells(table, "", mine, keys)
    for form in sorted({one.asked.truth["form"] for one in mine}):
        _cells(table, f"form {form}: ", [one for one in mine if one.asked.truth["form"] == form], keys)


def _cells(table: Table, name: str, mine: Sequence[Answered], keys: dict[str, str]) -> None:
    hits = [[is_cell(q, keys[one.asked.stem], one.asked.truth) for q in one.quotes] for one in mine]
    wanted = [numbers(one.asked.truth["value"]) <= numbers(text_of(one.statements)) for one in mine]
    table.share(f"{name}right number in the answer", [one.answered and w for one, w in zip(mine, wanted, strict=True)])
    table.share(f"{name}right cell first", [hit[:1] == [True] for hit in hits])
    table.share(f"{name}right cell cited", [any(hit) for hit in hits])
    if not name:
        table.share("answered", [one.answered for one in mine])


def abstention(table: Table, answers: Sequence[Answered]) -> None:
    """Print what is declined, as a table of confusion with what is wrong in it, and as a curve."""
    table.heading(f"abstention, at a confidence below {THRESHOLD}")
    yes, no = of_group(answers, Group.ANSWERABLE), of_group(answers, Group.UNANSWERABLE)
    other, absent, cross = (of_group(answers, group) for group in (Group.OTHER, Group.ABSENT, Group.CROSS))
    table.share("unanswerable: declined", [not one.answered for one in no], 0.80)
    false = statistics.mean(not one.answered for one in yes) if yes else math.nan
    table.most("answerable: declined (false abstention)", false, 0.10, f"{len(yes)} questions")
    table.share("other file, not in the library: declined", [not one.answered for one in absent])
    table.share("other file, in the library: declined", [not one.answered for one in other])
    table.share("cross-paper: declined", [not one.answered for one in cross])
    print(f"  {'':16}{'answered':>10}{'declined':>10}")
    for name, group in (("answerable", yes), ("unanswerable", no), ("other, in", other), ("other, absent", absent)):
        count = Counter(one.answered for one in group)
        print(f"  {name:16}{count[True]:10}{count[False]:10}")
    for told, group in (("answered", [*no, *absent]), ("declined", [*yes, *other, *cross])):
        for one in (one for one in group if one.answered == (told == "answered")):
            print(f"    {told}: {one.asked.text[:110]} ({one.confidence:.2f})")
    print("  declined of the unanswerable, at a false abstention of at most")
    print(f"  {'':44}" + "".join(f"{rate:8.2f}" for rate in FALSE_ABSTENTION))
    _curve("these questions", yes, no)
    _curve("with the other file and cross-paper", [*yes, *other, *cross], [*no, *absent])


def _curve(name: str, yes: Sequence[Answered], no: Sequence[Answered]) -> None:
    if yes and no:
        shares = "".join(f"{share:8.3f}" for _, share in curve(yes, no))
        cuts = "".join(f"{cut:8.2f}" for cut, _ in curve(yes, no))
        print(f"  {name:44}{shares}  n: {len(no)} unanswerable, {len(yes)} answerable")
        print(f"  {'  below a confidence of':44}{cuts}")


def curve(yes: Sequence[Answered], no: Sequence[Answered]) -> list[tuple[float, float]]:
    """Return for each rate of false abstention the confidence below which is declined, and the share that is."""
    known = sorted(one.confidence for one in yes)
    cuts = [known[min(len(known) - 1, int(rate * len(known) + 1e-9))] for rate in FALSE_ABSTENTION]
    return [(cut, sum(one.confidence < cut for one in no) / len(no)) for cut in cuts]


def cross(table: Table, answers: Sequence[Answered], keys: dict[str, str], *, limits: bool) -> None:
    """Print how often all papers with a part of the answer are cited."""
    mine = of_group(answers, Group.CROSS)
    wanted = [{keys[_name(evidence["pdf"])] for evidence in one.asked.truth["evidence"]} for one in mine]
    cited = [{quote.key for quote in one.quotes} for one in mine]
    pairs = list(zip(wanted, cited, strict=True))
    table.share("cross-paper: all papers cited", [w <= c for w, c in pairs], 0.70 if limits else None)
    table.share("cross-paper: a paper of them cited", [bool(w & c) for w, c in pairs])


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def seconds(table: Table, name: str, times: Sequence[float], limit: float | None = None) -> None:
    """Print the median and the 95th percentile of times in seconds."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    of = f"{len(ordered)} questions"
    tell: Callable[[str, float], None] = (
        (lambda what, value: table.most(f"{name}, {what}", value, limit, of, " s"))
        if limit is not None
        else (lambda what, value: print(f"  {f'{name}, {what}':58}{value:7.3f} s  {'':18}n: {of}"))
    )
    tell("p50", statistics.median(ordered))
    tell("p95", p95)


def show(one: Answered) -> None:
    """Print a question with its answer as a reader sees it, and the gold answer."""
    truth = one.asked.truth
    print(f"\n[{one.asked.group}] {one.asked.text}")
    if not one.answered:
        print(f"  declined ({one.confidence:.2f}): {one.parts[0].reason}")
    for statement in one.statements:
        print(f"  - {statement.text} {' '.join(quote.pointer for quote in statement.quotes)}")
    gold = truth.get("answer") or truth.get("why") or truth.get("value", "")
    where = f" ({one.asked.stem}, p. {', '.join(map(str, one.asked.pages))})" if one.asked.stem else ""
    print(f"  gold: {gold}{where}")
