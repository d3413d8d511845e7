"""The command line: one module a noun. Nothing heavy is imported before a command needs it."""

from paperlab.cli.app import main

__all__ = ["main"]
