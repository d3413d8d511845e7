"""Finds what a paper reports: results in its tables and sentences, each with its place. Pure."""

from paperlab.claims.conflicts import conflicts
from paperlab.claims.paper import CLAIMS_VERSION, claims_of

__all__ = ["CLAIMS_VERSION", "claims_of", "conflicts"]
