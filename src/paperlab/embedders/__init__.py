"""Embedders: texts to vectors of length 1. Each is loaded by its entry point's name; heavy imports happen on use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.plugins import plugin

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.protocols import Embedder

GROUP = "paperlab.embedders"


def load_embedder(spec: str, cache: Path) -> Embedder:
    """Return the embedder that `spec` names: an entry point, or an entry point and its model as `name:model`.

    `cache` is a folder for files that are made once. Raises UsageError for a name nobody registered.
    """
    name, _, model = spec.partition(":")
    embedder: Embedder = plugin(GROUP, name)(model, cache)
    return embedder
