"""The replications of a lab, by the names of their folders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.errors import NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from paperlab.library import Library
    from paperlab.replication.stale import Stale
    from paperlab.types import Claim, Comparison, Paper, Reading, TestedClaim

FILE = "replication.toml"
_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows keeps for itself."""


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
        """Return a replication's folder; `replications/SLUG` is taken for its name. Raises NotFound."""
        name = slug.rstrip("/").removeprefix(f"{self.root.name}/")
        if name not in self.slugs():
            there = ", ".join(self.slugs()) or "none yet: 'paperlab replicate new KEY' makes one"
            raise NotFound(f"no replication {slug!r} in {self.root}: there are {there}")
        return self.root / name

    def compare(self, slug: str, tier: str | None = None) -> Comparison:
        """Return the verdicts on a replication's claims; raises as `compare_folder`."""
        from paperlab.replication.compare import compare_folder

        return compare_folder(self.folder(slug), tier)

    def stale(self, comparison: Comparison) -> list[Stale]:
        """Return the claims that their paper's version in the library does not bear out any more.

        None of papers that are not in the library, or without their PDF: there is nothing to hold them against.
        """
        from paperlab.replication.stale import stale_claims

        found: list[Stale] = []
        for paper, tested in self._by_paper(comparison):
            sha256 = paper.pdf.sha256 if paper.pdf else ""
            if any(one.evidence.sha256 not in {"", sha256} for one in tested):
                found += stale_claims(tested, sha256, self._claims(paper.key))
        return found

    def cells(self, comparison: Comparison, dpi: int = 130) -> dict[str, bytes]:
        """Return pictures (PNG) of the places that claims were read at, by claim.

        Only out of the very PDF they were read in: where another or none is in the library, there is no picture.
        """
        from paperlab.claims.places import picture_place

        found = {}
        for paper, tested in self._by_paper(comparison):
            path, tables = self._library.pdf(paper), self._reading(paper).tables
            for one in tested:
                where = one.evidence
                if where.page and where.box and paper.pdf and where.sha256 == paper.pdf.sha256:
                    place = picture_place(where.page, where.box, tables)
                    found[one.id] = self._picture(path, place.page, place.box, dpi, place.marks)
        return found

    def _by_paper(self, comparison: Comparison) -> Iterator[tuple[Paper, list[TestedClaim]]]:
        """Yield the papers whose PDFs are here, each with the claims that were read in it."""
        by_key: dict[str, list[TestedClaim]] = {}
        for claim in (verdict.claim for verdict in comparison.verdicts):
            by_key.setdefault(claim.evidence.key or comparison.replication.paper, []).append(claim)
        there = self._library.stamps()
        for key, tested in by_key.items():
            paper = self._library.load(key) if key in there else None
            if paper and paper.pdf and (self._library.folder(key) / paper.pdf.name).is_file():
                yield paper, tested


def checked_slug(slug: str) -> str:
    """Return a name for a new replication as it is; raises UsageError for one that cannot be a folder's name."""
    if not _SLUG.fullmatch(slug) or _DEVICE.fullmatch(slug):
        raise UsageError(
            f"{slug!r} cannot name a replication: small letters, digits, dots, dashes, beginning with a letter or digit"
        )
    return slug
