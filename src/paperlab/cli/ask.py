"""The command ask: answers with their quotes, one question or many."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paperlab.cli.answers import shown_answer
from paperlab.cli.output import ExitCode, Options, emit, emit_json, opened_lab, quietly, say, shared_options
from paperlab.cli.parameters import filter_options, resolved
from paperlab.errors import PaperlabError, UsageError
from paperlab.text import one_line
from paperlab.types import Filters

if TYPE_CHECKING:
    from paperlab.ask.session import Session
    from paperlab.lab import Lab
    from paperlab.types import Answer, Quote

_LEAVING = frozenset({"exit", "quit", ":q"})
_DPI = 110


@click.command()
@click.argument("question", nargs=-1, metavar="[QUESTION]")
@filter_options
@click.option("--model", metavar="NAME", help="Let this language model of llm write the sentences; '' for none.")
@click.option("--chat", is_flag=True, help="Ask one question after the other; a follow-up may lean on the one before.")
@click.option("--again", metavar="ID", help="Ask a question of the log again and show what changed.")
@click.option("--open", "open_it", is_flag=True, help="Open the page of the first citation, its quote highlighted.")
@click.option(
    "--pictures", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write all cited pages there."
)
@click.option("--no-log", is_flag=True, help="Keep no trace in papers/questions.jsonl.")
@shared_options
def ask(
    options: Options,
    question: tuple[str, ...],
    filters: Filters,
    model: str | None,
    *,
    again: str | None,
    chat: bool,
    **telling: Any,
) -> None:
    """Answer a question from the papers: every sentence is a quote you can find on its page.

    Without --model (or ask.model in the settings) the sentences are the papers' own. Where the library has no answer,
    it says so, with what it looked at, and leaves with exit code 1.
    """
    text = one_line(" ".join(question))
    _check(text, again, chat=chat, json=options.json)
    if again and filters != Filters():
        raise UsageError("--again asks the papers it asked before: leave the filters out")
    with opened_lab(options) as lab:
        told = _Telling(options, lab, **telling)
        if again:
            answered = _ask_again(told, again, model)
            _leave(answered=answered)
            return
        from paperlab.ask.opening import open_session

        session = open_session(lab, resolved(lab, filters), model)
        if chat:
            _chat(told, session, text)
            return
        _leave(answered=told.tell(session.ask(text)))


def _leave(*, answered: bool) -> None:
    if not answered:
        raise click.exceptions.Exit(ExitCode.FAILED)


def _check(text: str, again: str | None, *, chat: bool, json: bool) -> None:
    if not (text or again or chat):
        raise UsageError("the question is empty: type what you want to know")
    if again and (text or chat):
        raise UsageError("--again asks a question of the log: give no other, and no --chat")
    if chat and json:
        raise UsageError("--chat is for people: --json answers one question")


class _Telling:
    """Prints answers and keeps them."""

    def __init__(self, options: Options, lab: Lab, *, pictures: Path | None, open_it: bool, no_log: bool) -> None:
        self.options = options
        self.lab = lab
        self._pictures = pictures
        self._open = open_it
        self._keep = lab.settings.ask_log and not no_log

    def tell(self, answer: Answer) -> bool:
        """Print an answer, keep it in the log, and return whether it is one."""
        answer = self.kept(answer)
        if self.options.json:
            from paperlab.answer_format import answer_document

            emit_json(answer_document(answer))
        else:
            emit(shown_answer(answer))
        self.show_pages(answer)
        return answer.answered

    def kept(self, answer: Answer) -> Answer:
        """Return the answer as the log has it; one that cannot be kept is shown all the same."""
        if not self._keep:
            return answer
        try:
            return self.lab.questions.append(answer)
        except (PaperlabError, OSError) as error:
            say(f"paperlab: the answer is not in the log: {error}")
            return answer

    def show_pages(self, answer: Answer) -> None:
        """Write the pictures of cited pages, and open the first, where that was asked for."""
        folder = self._pictures or self.lab.index_folder / "pictures"
        for i, quote in enumerate(answer.quotes if self._pictures else answer.quotes[: self._open]):
            try:
                path = self._picture(quote, folder)
            except PaperlabError as error:
                say(f"paperlab: no picture of {quote.pointer}: {error}")
                continue
            if self._pictures:
                quietly(self.options)(str(path))
            if self._open and not i and click.launch(str(path)):
                say(f"no program opened it: {path}")

    def _picture(self, quote: Quote, folder: Path) -> Path:
        """Write the page of a quote, its words marked, and return the file."""
        from paperlab.disk import write_atomically

        marks = [box.box for box in quote.boxes if box.page == quote.page]
        pdf = self.lab.library.pdf(self.lab.library.load(quote.key))
        name = f"{quote.key}-p{quote.page}-{sha256(quote.text.encode()).hexdigest()[:8]}.png"
        write_atomically(folder / name, self.lab.reader.picture(pdf, quote.page, dpi=_DPI, marks=marks))
        return folder / name


def _ask_again(told: _Telling, name: str, model: str | None) -> bool:
    from paperlab.ask.changes import changes_document, shown
    from paperlab.ask.opening import ask_again

    found = ask_again(told.lab, told.lab.questions.get(name), model)
    after = told.kept(found.after)
    if told.options.json:
        from paperlab.answer_format import answer_document

        emit_json({"answer": answer_document(after), "changes": changes_document(found)})
    else:
        emit(f"{shown(found)}\n\n{shown_answer(after)}")
    told.show_pages(after)
    return after.answered


def _chat(told: _Telling, session: Session, first: str) -> None:
    """Answer lines from the keyboard or a pipe until there are no more."""
    quietly(told.options)("ask away; a follow-up may lean on the question before; an empty line ends")
    line = first
    while True:
        if not line:
            if sys.stdin.isatty():
                click.echo("? ", nl=False, err=True)
            typed = sys.stdin.readline()
            line = one_line(typed)
            if typed and not line and not sys.stdin.isatty():
                continue
        if not line or line in _LEAVING:
            return
        try:
            told.tell(session.ask(line))
        except PaperlabError as error:
            say(f"paperlab: {error}")
        line = ""
