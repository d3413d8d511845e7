"""The replications of a lab, by the names of their folders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.errors import NotFound, PdfMissing, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paperlab.library import Library
    from paperlab.replication.stale import Stale
    from paperlab.types import Claim, Comparison, Paper, Reading

FILE = "replication.toml"
_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


class Replications:
    """All replications below one folder."""

    def __init__(
        self,
        root: Path,
        library: Library,
        claims: Callable[[str], list[Claim]],
        reading: Callable[[Paper], Reading],
        picture: Callable[..., bytes],
    ) -> None:
        """`claims` finds what a paper of the library, given by its key, reports; `picture` is a page reader's."""
        self.root = root
        self._library = library
        self._claims = claims
        self._reading = reading
        self._picture = picture

    def slugs(self) -> list[str]:
        """Return their names."""
        found = (path.parent.name for path in self.root.glob(f"*/{FILE}"))
        return sorted(name for name in found if _SLUG.fullmatch(name))

    def folder(self, slug: str) -> Path:
        """Return a replication's folder; a path to it is taken for its name. Raises NotFound."""
        name = slug.rstrip("/").rpartition("/")[2]
        if name not in self.slugs():
            there = ", ".join(self.slugs()) or "none yet: 'paperlab replicate new KEY' makes one"
            raise NotFound(f"no replication {slug!r} in {self.root}: there are {there}")
        return self.root / name

    def compare(self, slug: str, tier: str | None = None) -> Comparison:
        """Return the verdicts on a replication's claims; raises as `compare_folder`."""
        from paperlab.replication.compare import compare_folder

        return compare_folder(self.folder(slug), tier)

    def stale(self, comparison: Comparison) -> list[Stale]:
        """Return the claims that the paper's version in the library does not bear out any more.

        None where the paper or its PDF is not in the library: there is nothing to hold them against.
        """
        from paperlab.replication.stale import stale_claims

        key = comparison.replication.paper
        if key not in self._library.stamps():
            return []
        pdf = self._library.load(key).pdf
        tested = [verdict.claim for verdict in comparison.verdicts]
        if pdf is None or all(one.evidence.sha256 in {"", pdf.sha256} for one in tested):
            return []
        try:
            return stale_claims(tested, pdf.sha256, self._claims(key))
        except PdfMissing:
            return []

    def cells(self, comparison: Comparison, dpi: int = 130) -> dict[str, bytes]:
        """Return pictures (PNG) of the places that claims were read at, by claim.

        Only out of the very PDF they were read in: where another or none is in the library, there is no picture.
        """
        from paperlab.claims.places import picture_place

        key = comparison.replication.paper
        paper = self._library.load(key) if key in self._library.stamps() else None
        if paper is None or paper.pdf is None or not (self._library.folder(key) / paper.pdf.name).is_file():
            return {}
        path, tables = self._library.pdf(paper), self._reading(paper).tables
        found = {}
        for one in (verdict.claim for verdict in comparison.verdicts):
            where = one.evidence
            if where.page and where.box and where.sha256 == paper.pdf.sha256:
                place = picture_place(where.page, where.box, tables)
                found[one.id] = self._picture(path, place.page, place.box, dpi, place.marks)
        return found


def checked_slug(slug: str) -> str:
    """Return a name for a new replication as it is; raises UsageError for one that cannot be a folder's name."""
    if not _SLUG.fullmatch(slug):
        raise UsageError(
            f"{slug!r} cannot name a replication: small letters, digits, dots, dashes, beginning with a letter or digit"
        )
    return slug
