"""paperlab: read papers, search them by meaning, and find out whether their numbers hold."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("paperlab-replicate")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"
