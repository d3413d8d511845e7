"""Whether a lab is a newcomer's, and what they can do first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.lab import Lab


def is_new(lab: Lab) -> bool:
    """Tell whether a lab has no paper yet."""
    return not lab.library.stamps()
