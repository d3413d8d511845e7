"""Who plays which role: our own parts by this table, anyone else's by the entry point they registered.

Looking an entry point up reads the metadata of every installed distribution, which takes longer than a search by
words. So what is ours is found here, and its names stay ours: another package that registers one of them is not asked.
pyproject.toml registers the same names for everybody who looks from outside.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from paperlab.errors import UsageError

OURS = {
    "paperlab.embedders": {
        "minilm": "paperlab.embedders.minilm:MiniLMEmbedder",
        "hashing": "paperlab.embedders.hashing:HashingEmbedder",
        "sentence-transformers": "paperlab.embedders.reference:SentenceTransformerEmbedder",
    },
    "paperlab.language_models": {"llm": "paperlab.language_models.llm_library:LlmModel"},
    "paperlab.sources": {"arxiv": "paperlab.arxiv_source:ArxivSource"},
    "paperlab.page_readers": {"pymupdf": "paperlab.pdf:PyMuPDFReader"},
    "paperlab.vector_indexes": {
        "flat": "paperlab.vector_index.flat:FlatIndexType",
        "ivf": "paperlab.vector_index.ivf:IvfIndexType",
    },
}
"""For each group the names in it that are ours, and where they stand."""


def plugin(group: str, name: str) -> Any:
    """Return what is registered as `name` in an entry point group; nothing else is imported.

    Raises UsageError for a name nobody registered, with those that somebody did.
    """
    ours = OURS[group]
    if name in ours:
        module, _, attribute = ours[name].partition(":")
        return getattr(import_module(module), attribute)
    from importlib.metadata import entry_points

    others = entry_points(group=group)
    if name not in others.names:
        role = group.removeprefix("paperlab.").removesuffix("s").replace("_", " ")
        raise UsageError(f"no {role} {name!r} is installed; there are: {', '.join(registered(group))}")
    return others[name].load()


def registered(group: str) -> list[str]:
    """Return the names in an entry point group, ours and others', sorted; nothing is imported."""
    from importlib.metadata import entry_points

    return sorted({*OURS[group], *entry_points(group=group).names})
