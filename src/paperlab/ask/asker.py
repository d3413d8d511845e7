"""Answers a question out of the papers: passages, then sentences and table cells, then quotes found on their page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from paperlab.ask.cells import CellMatch, asked, best_cells, told_row
from paperlab.ask.confidence import THRESHOLD, Signals, confidence
from paperlab.ask.evidence import Candidate, Names, gather, with_lead
from paperlab.ask.follow_up import resolve
from paperlab.ask.instructions import is_instruction
from paperlab.ask.page_quotes import PageQuotes
from paperlab.ask.questions import Kind, Question, parts, understand
from paperlab.ask.ranking import Ranker, is_row, rarity
from paperlab.errors import NotFound
from paperlab.queries import parse_query
from paperlab.types import Answer, Part, Passage, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from paperlab.protocols import Embedder
    from paperlab.store import Store
    from paperlab.types import Hit, Quote
    from paperlab.word_index import WordIndex

DEPTH = 40
"""Passages looked at."""
SENTENCES = 20
"""Candidates whose vectors are compared, the best by their words; 60 found no more."""
PASSAGES = 5
"""Nearest passages told with every answer."""
_PAPERS = 12
"""Papers that are asked whether they have the question's names."""
_READ = 32
"""Papers whose tables are kept at hand."""
_OWN = 10
"""Passages looked at of each paper that a comparison names."""
_TABLE_PAPERS = 3
"""Papers whose tables are looked at."""
_GOOD_CELL, _FAIR_CELL = 0.5, 0.38
"""A cell that fits this well is told first, or after the sentences, where a number is asked for."""
_CLEAR_CELL, _SURE_CELL = 0.62, 0.85
"""A cell must fit this well where the question does not say that it asks for a number, or what the number is of."""
_UNQUOTED = "what was found cannot be quoted from its page ('paperlab index' reads PDFs again after an update)"
_TURNS = 4
"""Papers that are told side by side."""
_ALIKE = 0.6
"""Share of words in common above which two sentences say the same."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one question, before anything is decided."""

    question: Question
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    """Best first."""
    cells: tuple[tuple[str, CellMatch], ...]
    """(paper's key, cell), best first."""
    signals: Signals
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of the question that a paper does not have, by key."""
    nowhere: tuple[str, ...] = ()
    """Names of the question that no paper has."""


class Asker:
    """Answers questions about the papers of one store, in their own words."""

    def __init__(
        self,
        store: Store,
        words: Callable[[], WordIndex],
        embedder: Callable[[], Embedder],
        find: Callable[[str, int], list[Hit]],
        sentences: int = 4,
    ) -> None:
        """`find` searches for a text and returns up to so many hits, best first; it narrows to what the user named."""
        self._store = store
        self._open_words = words
        self._embedder = embedder
        self._find = find
        self._sentences = sentences
        self._quotes = PageQuotes(store)
        self._tables = lru_cache(_READ)(store.readings.tables)

    def answer(self, text: str) -> tuple[tuple[Part, ...], tuple[Passage, ...]]:
        """Return the parts of an answer, and the passages nearest to the whole question.

        A question of several parts is answered as a whole where one place answers it all, else part by part. Raises
        NotFound where nothing is indexed.
        """
        if not self._store.passages.count():
            raise NotFound("nothing is indexed yet: 'paperlab fetch', then 'paperlab index'")
        whole = self.find(text)
        passages = tuple(_passage(hit) for hit in whole.hits[:PASSAGES] if not is_instruction(hit.passage))
        told = self.part(whole)
        pieces = parts(text)
        split = [self.part(self.find(piece)) for piece in _in_full(pieces)] if len(pieces) > 1 else []
        return (tuple(split) if _says_more(told, split) else (told,)), passages

    def find(self, text: str) -> Found:
        """Return what the papers have on a question."""
        typed = text.replace('"', " ") if text.count('"') % 2 else text
        plain = parse_query(typed).text or typed
        question = understand(plain)
        hits = self._find(typed, DEPTH)
        words = self._open_words()
        names = Names(question, self._store, words)
        owners = names.owners()
        if 1 < len(owners) <= _TURNS:
            question = replace(question, compares=True)
            hits = self._of_owners(typed, hits, owners)
        total = self._store.passages.count()

        def weigh(word: str) -> float:
            return rarity(total, words.frequency(word))

        keys = list(dict.fromkeys(hit.key for hit in hits))[:_PAPERS]
        missing = names.missing(keys)
        if not question.compares:
            hits = _best_named(hits, missing)
        ranker = Ranker(question, words.stems, weigh, missing)
        candidates, cosines = self._ranked(plain, gather(hits, self._store), ranker, compares=question.compares)
        cells = self._cells(question, weigh, _best_papers(candidates), missing)
        nowhere = names.nowhere()
        passage = hits[0].score if hits else 0.0
        lacking = float(bool(_lacking(question, candidates, missing)))
        signals = Signals(max(cosines, default=0.0), next(iter(cosines), 0.0), passage, lacking, float(bool(nowhere)))
        return Found(question, tuple(hits), candidates, cells, signals, missing, nowhere)

    def _of_owners(self, text: str, hits: Sequence[Hit], owners: Sequence[str]) -> list[Hit]:
        """Return the hits in the papers that the question names, the best of each: a shared list may leave one out."""
        own = [hit for key in owners for hit in self._find(f"in:{key} {text}", _OWN)]
        told = {hit.chunk_id: hit for hit in [*hits, *own] if hit.key in owners}
        return list(told.values()) or list(hits)

    def part(self, found: Found) -> Part:
        """Return one question answered, or declined with the reason."""
        sure = confidence(found.signals)
        if sure < THRESHOLD or not found.candidates:
            return Part(found.question.text, (), sure, self._why_not(found))
        statements = tuple(self.statements(found))
        reason = "" if statements else _UNQUOTED
        return Part(found.question.text, statements, sure, reason)

    def _ranked(
        self, text: str, candidates: Sequence[Candidate], ranker: Ranker, *, compares: bool
    ) -> tuple[tuple[Candidate, ...], tuple[float, ...]]:
        """Return the best candidates, best first, with their cosines to the question."""
        first = (-ranker.scores(candidates)).argsort(kind="stable")
        order = _by_turns([candidates[i] for i in first]) if compares else [candidates[i] for i in first]
        kept = [one for one in order[: 2 * SENTENCES] if not is_instruction(one.text)][:SENTENCES]
        if not kept:
            return (), ()
        embedder = self._embedder()
        cosines = embedder.embed([candidate.text for candidate in kept]) @ embedder.embed_query(text)
        best = (-ranker.scores(kept, cosines)).argsort(kind="stable")
        return tuple(kept[i] for i in best), tuple(float(cosines[i]) for i in best)

    def _cells(
        self,
        question: Question,
        weigh: Callable[[str], float],
        keys: Sequence[str],
        missing: dict[str, tuple[str, ...]],
    ) -> tuple[tuple[str, CellMatch], ...]:
        """Return the table cells that a question may ask for, best first."""
        if question.kind not in {Kind.NUMBER, Kind.OTHER}:
            return ()
        least = _FAIR_CELL if question.kind is Kind.NUMBER else _CLEAR_CELL
        told = asked(question.text, question.words, weigh, question.counted)
        readings = self._store.readings.ids_by_key(keys)
        found = [
            (key, match)
            for key in keys
            if key in readings and (question.compares or not missing.get(key))
            for table in self._tables(readings[key])
            for match in best_cells(told, table, self._title(key))
            if match.score >= (least if match.row_share and match.column_share else _CLEAR_CELL)
            and (question.kind is Kind.NUMBER or match.row_share * match.column_share)
        ]
        return tuple(sorted(found, key=lambda one: -one[1].score)[:3])

    def _title(self, key: str) -> str:
        paper = self._store.papers.get(key)
        return paper.title if paper else ""

    def _why_not(self, found: Found) -> str:
        if not found.hits:
            return "no passage of your library is near it"
        if found.nowhere:
            return f"no paper of your library mentions {_listed(found.nowhere)}"
        best = found.candidates[0] if found.candidates else None
        if best and (lacking := _lacking(found.question, found.candidates, found.missing)):
            return f"{self._quotes.label(best.key)}, the nearest paper, does not mention {_listed(lacking)}"
        return "no passage of your library is near enough to it to be an answer"

    def statements(self, found: Found) -> list[Statement]:
        """Return the sentences that would be told, with their quotes, the best first, however unsure."""
        told: list[Statement] = []
        good = [one for one in found.cells if one[1].score >= (_GOOD_CELL if one[1].says_what else _SURE_CELL)]
        for key, match in good[:1]:
            told += self._cell_statement(key, match)
        room = max(1, self._sentences - len(told))
        varied = _varied(found.candidates, room, compares=found.question.compares)
        told += self._sentence_statements(varied, room, told, numeric=found.question.kind is Kind.NUMBER)
        fair = [one for one in found.cells if one[1].says_what]
        if not good and fair:
            told += self._cell_statement(*fair[0])
        return told

    def _sentence_statements(
        self, candidates: Iterable[Candidate], room: int, known: Sequence[Statement], *, numeric: bool
    ) -> list[Statement]:
        told: list[Statement] = []
        for candidate in candidates:
            if len(told) == room:
                break
            text = self._told_row(candidate) if numeric and is_row(candidate.text) else ""
            if is_row(candidate.text) and not text:
                continue
            quotes = self._quotes.of(with_lead(candidate)) or self._quotes.of(candidate)
            if quotes and not any(_is_told(quote, known) for quote in quotes):
                told.append(Statement(text or " ".join(quote.text for quote in quotes), quotes))
        return told

    def _told_row(self, candidate: Candidate) -> str:
        reading = self._store.readings.ids_by_key([candidate.key]).get(candidate.key)
        return told_row(self._tables(reading), candidate.text) if reading is not None else ""

    def _cell_statement(self, key: str, match: CellMatch) -> list[Statement]:
        quote = self._quotes.of_cell(key, match)
        if quote is None:
            return []
        return [Statement(_cell_text(match, quote), (quote, *self._quotes.of_labels(key, match, quote)))]


def _is_told(quote: Quote, known: Sequence[Statement]) -> bool:
    """Tell words that stand in an answer already, as the row of a cell."""
    return any(quote.key == one.key and quote.text in one.text for statement in known for one in statement.quotes)


def _cell_text(match: CellMatch, quote: Quote) -> str:
    """Return a cell as a sentence: what names it, then what it says."""
    labels = [label for label in (match.row_label, match.column_label) if label]
    return f"{', '.join(labels)}: {quote.cell.text if quote.cell else match.cell.text}"


def _varied(candidates: Sequence[Candidate], room: int, *, compares: bool) -> list[Candidate]:
    """Return the candidates in the order they are told, without those that say what a better one says.

    Where the question compares, papers take turns; elsewhere the last place belongs to the best of another paper.
    """
    kept: list[Candidate] = []
    for candidate in candidates:
        if not any(_alike(candidate, other) for other in kept):
            kept.append(candidate)
    if compares:
        return _by_turns(kept)
    first = kept[: room - 1]
    other = next((one for one in kept if one not in first and one.key != kept[0].key), None)
    if other is None or any(one.key != kept[0].key for one in first):
        return kept
    return [*first, other, *(one for one in kept[room - 1 :] if one is not other)]


def _by_turns(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates of the best papers, one of each paper after the other."""
    keys = list(dict.fromkeys(candidate.key for candidate in candidates))[:_TURNS]
    by_paper = [[candidate for candidate in candidates if candidate.key == key] for key in keys]
    return [own[turn] for turn in range(max(map(len, by_paper), default=0)) for own in by_paper if turn < len(own)]


def _alike(one: Candidate, other: Candidate) -> bool:
    """Tell two sentences that say the same; other numbers, or other names in another paper, say something else."""
    first, second = _said(one), _said(other)
    if len(first & second) <= _ALIKE * min(len(first), len(second)):
        return False
    digits = [{word for word in words if any(c.isdigit() for c in word)} for words in (first, second)]
    return digits[0] == digits[1] or (one.key == other.key and digits[0] <= digits[1])


def _said(candidate: Candidate) -> set[str]:
    return {word.strip(".,;:()[]") for word in candidate.text.lower().split()}


def _lacking(
    question: Question, candidates: Sequence[Candidate], missing: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the names that the best paper does not have; of a comparison, those that none of the best papers has."""
    if not candidates:
        return ()
    keys = dict.fromkeys(one.key for one in (candidates if question.compares else candidates[:1]))
    lists = [missing.get(key, ()) for key in keys]
    return tuple(name for name in lists[0] if all(name in other for other in lists))


def _in_full(pieces: Sequence[str]) -> list[str]:
    """Return the questions in one, each with what it leans on said."""
    told = [pieces[0]]
    for piece in pieces[1:]:
        before = Answer("", "", told[0], told[0], (), (), 0)
        full = resolve(piece, [before])
        told.append(full[:1].upper() + full[1:])
    return told


def _says_more(whole: Part, split: Sequence[Part]) -> bool:
    """Tell whether the parts by themselves say more than the whole: some stand in another paper, or only some stand."""
    answered = [part for part in split if part.statements]
    if not answered or (whole.statements and len(answered) < len(split)):
        return bool(answered) and not whole.statements
    papers = {part.statements[0].quotes[0].key for part in answered}
    return len(papers) > 1 or not whole.statements


def _best_named(hits: Sequence[Hit], missing: Mapping[str, tuple[str, ...]]) -> list[Hit]:
    """Return the hits in papers that have all that the question names, where there are such; else all."""
    named = [hit for hit in hits if missing.get(hit.key) == ()]
    return named or list(hits)


def _best_papers(candidates: Sequence[Candidate]) -> list[str]:
    return list(dict.fromkeys(candidate.key for candidate in candidates))[:_TABLE_PAPERS]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _passage(hit: Hit) -> Passage:
    return Passage(hit.key, hit.title, hit.page, hit.section, hit.score, hit.passage)
