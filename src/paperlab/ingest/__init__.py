"""Bringing papers in: fetch from a source, add files, index their text. Takes library, store and protocols."""

from paperlab.ingest.add import Adder
from paperlab.ingest.fetch import Fetcher, Wanted
from paperlab.ingest.index import Indexer, IndexReport
from paperlab.ingest.lists import ImportedEntry, ImportedList, ListImporter, known_paper
from paperlab.ingest.outcome import Outcome, Progress, Result

__all__ = [
    "Adder",
    "Fetcher",
    "ImportedEntry",
    "ImportedList",
    "IndexReport",
    "Indexer",
    "ListImporter",
    "Outcome",
    "Progress",
    "Result",
    "Wanted",
    "known_paper",
]
