"""Keeps the claims of the papers that were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.claims.changes import Change
    from paperlab.library import Library
    from paperlab.protocols import PageReader
    from paperlab.store import Store
    from paperlab.types import Claim, Paper


def find_claims(store: Store, key: str | None = None) -> int:
    """Look for the claims of all readings that have none of today's extractor, or of one paper's; return how many.

    Each paper's are committed by themselves: a kill costs one paper. A store that cannot be written stays as it is.
    """
    from paperlab.claims import CLAIMS_VERSION, claims_of

    if store.read_only:
        return 0
    missing = store.claims.missing(CLAIMS_VERSION, key)
    for one in missing:
        reading = store.readings.get(one.reading_id)
        claims = claims_of(one.key, one.sha256, reading, reading.front.title or one.title)
        store.claims.put(one.reading_id, CLAIMS_VERSION, claims)
    return len(missing)


def changes_since(
    library: Library, reader: PageReader, paper: Paper, claims: Sequence[Claim]
) -> tuple[str, list[Change]]:
    """Return the name of the version before a paper's newest one, and what `claims`, of the newest, changed.

    Raises NotFound where the library has one version only, and what `reader` raises for the older PDF.
    """
    from paperlab.claims import claims_of
    from paperlab.claims.changes import changes

    older = [pdf for pdf in paper.other_versions if (library.folder(paper.key) / pdf.name).is_file()]
    if not older:
        raise NotFound(f"{paper.key}: the library has one version of it; 'paperlab fetch --update' brings a newer one")
    before = max(older, key=lambda pdf: (pdf.version or 0, pdf.name))
    reading = reader.read(library.folder(paper.key) / before.name)
    found = claims_of(paper.key, before.sha256, reading, reading.front.title or paper.title)
    return before.name, changes(found, claims)
