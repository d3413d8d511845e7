"""The index database: everything a machine can compute again. The only SQL in paperlab."""

from paperlab.store.store import Store

__all__ = ["Store"]
