"""Where a user's lab and what all labs share lie on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from paperlab.errors import NoLab
from paperlab.settings import FILE, default_file

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


def find_lab(given: Path | None, *, make: bool) -> Path:
    """Return the lab that was named, else the one around the current folder, else the user's own.

    The user's own is made when it is first needed, if `make`. Raises NoLab for a folder that is none.
    """
    named = given or (Path(os.environ["PAPERLAB_LAB"]) if os.environ.get("PAPERLAB_LAB") else None)
    if named and not (named / FILE).is_file():
        raise NoLab(named)
    here = Path.cwd()
    root = named or next((f for f in (here, *here.parents) if (f / FILE).is_file()), None) or data_folder()
    if not (root / FILE).is_file():
        if not make:
            raise NoLab(root)
        make_lab(root)
    return root.resolve()


def make_lab(root: Path) -> list[Path]:
    """Make a lab of a folder and return the files written; what is there already stays as it is."""
    from paperlab import shipped
    from paperlab.disk import write_atomically

    written: list[Path] = []

    def write(path: Path, data: bytes) -> None:
        if not path.exists():
            write_atomically(path, data)
            written.append(path)

    for source in sorted(shipped.lists_folder().glob("*.toml")):
        write(root / "papers" / "lists" / source.name, source.read_bytes())
    # A report's page and PDF show cells of the paper: they are not the user's to publish.
    reports = b"replications/*/report.html\nreplications/*/report.pdf\n"
    write(root / ".gitignore", b"/index/\npapers/*/*.pdf\npapers/*/.*\n" + reports)
    # Two branches that both asked something merge without a conflict: the log is only appended to.
    write(root / ".gitattributes", b"papers/questions.jsonl merge=union\n")
    # Last: this file says that the lab is whole.
    write(root / FILE, default_file().encode())
    return written
