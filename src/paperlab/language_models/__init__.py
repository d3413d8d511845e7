"""Language models people have set up, for answers in sentences of their own. No answer needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.plugins import plugin, registered

if TYPE_CHECKING:
    from paperlab.protocols import LanguageModel

GROUP = "paperlab.language_models"
OURS = "llm"
"""The part that asks Simon Willison's llm library, where a spec names no other."""


def load_model(spec: str, *, offline: bool = False) -> LanguageModel:
    """Return the language model that `spec` names: one that llm knows, or an entry point and its model as `name:model`.

    llm's own names may hold a colon (`llama3.2:1b`): what stands before it counts only where an entry point has that
    name. Nothing is asked yet. Raises UsageError where there is no such model, or llm is not installed, and Offline for
    one that is asked over the network while `offline`.
    """
    name, colon, rest = spec.partition(":")
    if not (colon and name in registered(GROUP)):
        name, rest = OURS, spec
    model: LanguageModel = plugin(GROUP, name)(rest, offline=offline)
    return model
