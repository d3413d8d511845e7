"""What only replications need is an extra: its libraries are imported through here."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from paperlab.errors import NotNow


def need(name: str) -> Any:
    """Return a module of `paperlab[replicate]`; raises NotNow, saying how to get it, where it is not installed."""
    package = name.partition(".")[0]
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise NotNow(f"this needs {package}: pip install 'paperlab-replicate[replicate]'") from error
