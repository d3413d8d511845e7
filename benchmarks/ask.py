"""How good answers are: citations, pages, numbers, abstention, time; and paper-qa's beside them.

    python -m benchmarks.ask LAB PAPERS GOLD [--qa FILE] [--cells FOLDER] [--model NAME] [--peer PYTHON] [--sample N]

LAB is an indexed lab that holds the PDFs below PAPERS; GOLD holds `questions*.jsonl` (`question`, `pdf`, `page`,
`quote`, `answer`, `answer_numbers`, `type`), `unanswerable*.jsonl`, `cross*.jsonl` (`evidence` with `pdf`) and
`tables/` (its README describes them). FILE is a JSON list of more questions (`question`, `answer`); those on GLM-130B
and Megatron are taken to be in no paper. From the tables as many questions are made, by three forms, as bring all to
500, at least 300. Prints for answers in the papers' own words, and with --model for those in the model's:

- citations: the quote stands on its page in one run, by a normaliser of the benchmark's own over what pymupdf gives
  (NFKC, hyphens at line ends joined, without white space and hyphens); the words stand in the quote's boxes
- answerable questions: gold page among those cited, and first; token F1 of gold quote and citation of 0.5 and more
- numbers: all right ones in the sentences; the cell cited is the right one by value and place
- abstention: what is declined, at the threshold in use and as a curve; the table of confusion
- cross-paper questions: all papers cited that have a part of the answer
- seconds to a full answer, in a warm process and in a new one (`python -m paperlab ask`, median of 5)

"if nothing were declined" is what would be told without abstention: how good finding is by itself. --peer names the
Python that has paper-qa (`ask_peer.py` says what it needs); it gets the same model and embedder, and a sample of the
same questions. Limits stand beside the figures, and how many were counted; exit code 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import ask_figures as figures
from benchmarks.ask_figures import Answered, Table, if_told, of_group
from benchmarks.ask_pages import Pages
from benchmarks.ask_peer_figures import compare
from benchmarks.ask_questions import Asked, Group, cell_questions, gold_questions, other_questions
from benchmarks.ask_scoring import key_by_pdf, opened, quotes_of

from paperlab.ask.confidence import confidence
from paperlab.ask.questions import parts
from paperlab.ask.writing import write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.ask.asker import Asker
    from paperlab.lab import Lab
    from paperlab.protocols import LanguageModel

_ALL, _FEWEST_CELLS = 500, 300
_WARM, _COLD, _COLD_RUNS = 0.3, 1.0, 5
"""Seconds, and processes."""
_GOLD = (Group.ANSWERABLE, Group.UNANSWERABLE, Group.CROSS)


def main() -> None:
    """Print all figures; exit with 1 where a limit is missed."""
    options = _options()
    lab, asker = opened(options.lab)
    keys = key_by_pdf(lab, options.papers)
    asks = questions(options, lab, keys)
    if not asks:
        sys.exit(f"{options.gold} holds no questions that the lab can be asked")
    pages, table = Pages(lab), Table()
    asker.answer(asks[0].text)
    answers = [answered(asker, ask) for ask in aloud(asks)]
    print("answers in the papers' own words")
    report(table, answers, keys, pages)
    figures.abstention(table, answers)
    table.heading("seconds to a full answer")
    timed = of_group(answers, *_GOLD)
    figures.seconds(table, "warm process", [one.seconds for one in timed], _WARM)
    figures.seconds(table, "  its processor time, of all threads", [one.processor for one in timed])
    cold(table, options.lab, [ask.text for ask in asks])
    shown = answers
    if options.model:
        shown = modelled(table, answers, keys, pages, options)
    if options.peer:
        compare(table, lab, options, shown, keys, pages)
    sample = random.Random(options.seed).sample(shown, min(options.sample, len(shown)))
    for one in sample:
        figures.show(one)
    if table.missed:
        print(f"\nmissed: {'; '.join(table.missed)}")
    sys.exit(1 if table.missed else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("lab", type=Path)
    parser.add_argument("papers", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--qa", type=Path, help="more questions, as a JSON list")
    parser.add_argument("--cells", type=Path, help="gold tables to make questions from (default: GOLD/tables)")
    parser.add_argument("--model", help="a model that llm knows")
    parser.add_argument(
        "--model-questions", type=int, help="how many the model gets, of each group its share (default: all)"
    )
    parser.add_argument("--peer", help="the Python of paper-qa's environment")
    parser.add_argument("--peer-questions", type=int, default=20, help="answerable ones; half as many unanswerable")
    parser.add_argument("--sample", type=int, default=0, help="print so many answers beside the gold answers")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def questions(options: argparse.Namespace, lab: Lab, keys: dict[str, str]) -> list[Asked]:
    """Return all questions; those about papers that the lab lacks are left out, and counted aloud."""
    asks = gold_questions(options.gold) + (other_questions(options.qa) if options.qa else [])
    known = [ask for ask in asks if _papers(ask) <= keys.keys()]
    if len(known) < len(asks):
        print(f"left out, their papers are not in the lab: {len(asks) - len(known)} questions")
    titles = {name: paper.title for name, key in keys.items() if (paper := lab.store.papers.get(key))}
    folder = options.cells or options.gold / "tables"
    return known + cell_questions(folder, titles, max(_FEWEST_CELLS, _ALL - len(known)), options.seed)


def _papers(ask: Asked) -> set[str]:
    named = [ask.truth["pdf"]] if "pdf" in ask.truth else [one["pdf"] for one in ask.truth.get("evidence", ())]
    return {Path(pdf).name for pdf in named}


def aloud(asks: list[Asked]) -> Iterator[Asked]:
    """Yield the questions, and tell on standard error how far it is: all of them take minutes."""
    for number, ask in enumerate(asks, 1):
        yield ask
        if number % 100 == 0 or number == len(asks):
            print(f"asked {number} of {len(asks)}", file=sys.stderr, flush=True)


def answered(asker: Asker, ask: Asked) -> Answered:
    """Return a question's answer, how long it took, and what would be told if nothing were declined."""
    started, busy = time.perf_counter(), time.process_time()
    told, _ = asker.answer(ask.text)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    statements = tuple(statement for part in told for statement in part.statements)
    if ask.group is Group.CELL:
        return Answered(ask, statements, told[0].confidence, seconds, busy, told, statements)
    whole = asker.find(ask.text)
    pieces = parts(ask.text) if len(told) > 1 or not told[0].statements else []
    # A question of several parts is answered where the whole is, or any part of it.
    sure = [confidence(one.signals) for one in (whole, *(asker.find(piece) for piece in pieces if len(pieces) > 1))]
    untold = statements or tuple(asker.statements(whole))
    return Answered(ask, statements, max(sure), seconds, busy, told, untold)


def report(table: Table, answers: list[Answered], keys: dict[str, str], pages: Pages, *, limits: bool = True) -> None:
    """Print the figures that hold for answers of either kind."""
    figures.citations(table, answers, pages)
    for name, told, bound in (("", answers, limits), (" if nothing were declined", if_told(answers), False)):
        if name and not limits:
            continue
        table.heading(f"answerable, numbers, cross-paper{name}")
        figures.answerable(table, told, keys, limits=bound)
        figures.numeric(table, told, keys, pages, limits=bound)
        figures.cross(table, told, keys, limits=bound)
    figures.cells(table, answers, keys)


def modelled(
    table: Table, answers: list[Answered], keys: dict[str, str], pages: Pages, options: argparse.Namespace
) -> list[Answered]:
    """Let a model write the answers from their quotes, and print the figures of what stands."""
    from paperlab.language_models import load_model

    model = load_model(options.model, offline=True)
    told = [written(model, one) for one in shares(answers, options.model_questions or len(answers), options.seed)]
    print(f"\nanswers in the words of {options.model}, where they stand on their quotes")
    report(table, told, keys, pages, limits=False)
    table.heading("what the model wrote")
    asked = [one for one in told if one.answered]
    table.share("answered questions told in its words", [one.written for one in asked], of="answers")
    kept_sentences = [len(one.statements) for one in asked if one.written]
    dropped = sum(one.dropped for one in asked)
    table.share("its sentences that were kept", [True] * sum(kept_sentences) + [False] * dropped, of="sentences")
    figures.seconds(table, "with the model, warm", [one.seconds for one in asked])
    return told


def shares(answers: list[Answered], most: int, seed: int) -> list[Answered]:
    """Return about `most` answers, of each group its share, but at least ten where it has them."""
    chosen, kept = random.Random(seed), []
    for group in Group:
        own = of_group(answers, group)
        wanted = max(10, round(most * len(own) / len(answers)))
        kept += own if wanted >= len(own) else chosen.sample(own, wanted)
    return kept


def written(model: LanguageModel, one: Answered) -> Answered:
    """Return an answer in the model's sentences, or as it was where none stands."""
    if not one.answered:
        return one
    started = time.perf_counter()
    replies = [write(model, part.question, quotes_of(part.statements)) for part in one.parts if part.statements]
    told = [part for part in one.parts if part.statements]
    kept = [reply.statements or part.statements for reply, part in zip(replies, told, strict=True)]
    return replace(
        one,
        statements=tuple(statement for statements in kept for statement in statements),
        seconds=one.seconds + time.perf_counter() - started,
        dropped=sum(len(reply.dropped) for reply in replies),
        written=any(reply.statements for reply in replies),
    )


def cold(table: Table, lab: Path, asks: list[str]) -> None:
    """Print the seconds of a whole process that answers one question."""
    times = []
    for text in asks[: _COLD_RUNS + 1]:
        command = [sys.executable, "-m", "paperlab", "ask", text, "--lab", str(lab), "--no-log"]
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, env=_with_bytecode(), check=False)
        times.append(time.perf_counter() - started)
        if done.returncode not in {0, 1}:
            sys.exit(f"paperlab ask fails: {done.stderr.strip()}")
    # The first fills the system's file cache, and Python's with bytecode.
    table.most("new process, median", statistics.median(times[1:]), _COLD, f"{len(times) - 1} processes", " s")


def _with_bytecode() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


if __name__ == "__main__":
    main()
