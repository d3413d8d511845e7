"""Commands on the log of questions: questions, questions show, questions export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from paperlab.cli.answers import shown_answer
from paperlab.cli.output import ExitCode, Options, emit, emit_json, opened_lab, quietly, say, shared_options, table
from paperlab.errors import UsageError
from paperlab.text import minute, one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.types import Answer


_EMPTY = "no question was asked in this lab yet: 'paperlab ask QUESTION' asks one"


@click.group(invoke_without_command=True)
@shared_options
def questions(options: Options) -> None:
    """Show the questions that were asked, oldest first; show one with its answer, export them as Markdown.

    An ID may be cut to its first characters, and 'last' is the one asked last.
    """
    if click.get_current_context().invoked_subcommand:
        return
    answers = _chosen(options, ())
    if options.json:
        emit_json({"questions": [_row(answer) for answer in answers]})
    elif answers:
        emit(table([(a.id, minute(a.asked), _state(a), shorten(a.question, 100)) for a in answers]))
    else:
        quietly(options)(_EMPTY)


@questions.command()
@click.argument("name", metavar="[ID]", default="last")
@shared_options
def show(options: Options, name: str) -> None:
    """Show a question with its answer and evidence as they were; the last one, if no ID is given."""
    answer = _chosen(options, (name,))[0]
    if options.json:
        from paperlab.answer_format import answer_document

        emit_json(answer_document(answer))
    else:
        emit(
            f"{answer.id}  {minute(answer.asked)}\n"
            f"{click.style(one_line(answer.question), bold=True)}\n{shown_answer(answer)}"
        )


@questions.command()
@click.argument("names", metavar="[ID]...", nargs=-1)
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write into a new file.")
@shared_options
def export(options: Options, names: tuple[str, ...], to: Path | None) -> None:
    """Print questions with answers and quotes as Markdown: those named, or all."""
    answers = _chosen(options, names)
    if not answers:
        quietly(options)(_EMPTY)
        raise click.exceptions.Exit(ExitCode.FAILED)
    if options.json:
        from paperlab.answer_format import answer_document

        emit_json({"questions": [answer_document(answer) for answer in answers]})
        return
    from paperlab.ask.export import to_markdown

    text = to_markdown(answers)
    if to is None:
        emit(text.rstrip("\n"))
    else:
        _write(to, text)
        quietly(options)(f"{to}: {len(answers)} questions")


def _write(path: Path, text: str) -> None:
    from paperlab.disk import write_atomically

    if path.exists():
        raise UsageError(f"{path} is there already: name another file, or remove it first")
    write_atomically(path, text.encode())


def _chosen(options: Options, names: Sequence[str]) -> list[Answer]:
    """Return the answers with these ids, or all, and say what is wrong with the file."""
    with opened_lab(options) as lab:
        log = lab.questions
        try:
            return [log.get(name) for name in names] if names else log.all()
        finally:
            for problem in log.problems:
                say(f"paperlab: {problem}")


def _row(answer: Answer) -> dict[str, object]:
    return {
        "id": answer.id,
        "asked": answer.asked,
        "answered": answer.answered,
        "question": answer.question,
        "resolved": answer.resolved,
        "keys": list(answer.keys),
    }


def _state(answer: Answer) -> str:
    answered = sum(bool(part.statements) for part in answer.parts)
    if not answered:
        return "no answer"
    return "answered" if answered == len(answer.parts) else "in part"
