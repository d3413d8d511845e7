"""Whether a lab is a newcomer's, and what they can do first."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.lab import Lab


def is_new(lab: Lab) -> bool:
    """Tell whether a lab has no paper yet."""
    root = lab.library.root
    with os.scandir(root) if root.is_dir() else nullcontext(()) as found:
        return not any(lab.library.has(one.name) for one in found)
