"""paperlab: read papers, search them by meaning, and find out whether their numbers hold."""


def __getattr__(name: str) -> str:
    """Return `__version__` when asked: reading package metadata costs as much as parsing a command line."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("paperlab-replicate")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0+unknown"
