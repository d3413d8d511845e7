"""Where a user's lab and what all labs share lie on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from paperlab.settings import FILE

_APP = "paperlab-replicate"
"""Not `paperlab`: another program owns that name in the user's folders."""


def data_folder() -> Path:
    """Return the lab of a user who has named none."""
    import platformdirs

    return platformdirs.user_data_path(_APP)


def cache_folder() -> Path:
    """Return the folder of what all labs of this user share: arXiv's gate and answers, exported models."""
    if os.environ.get("PAPERLAB_CACHE"):
        return Path(os.environ["PAPERLAB_CACHE"])
    import platformdirs

    return platformdirs.user_cache_path(_APP)


def lab_around(folder: Path) -> Path | None:
    """Return the lab that a folder lies in, or None."""
    return next((f for f in (folder, *folder.parents) if (f / FILE).is_file()), None)
