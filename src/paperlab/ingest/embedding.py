"""Embeds the chunks that have no vector yet, of the library as of the catalogue.

Vectors are committed a window of chunks at a time, in order of id: a kill costs one window at most, and because the
windows behind it are the same ones again, the same bytes come out whether or not there was a kill.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from paperlab.ingest.outcome import Progress
    from paperlab.protocols import Embedder
    from paperlab.store.vectors import Vectors

_STEP = 64
"""Chunks embedded between two words on progress."""


class Embedded(Protocol):
    """What a report says of embedding."""

    embedded: int
    """Chunks embedded so far."""
    seconds: dict[str, float]
    """Wall time by stage."""


class Timer:
    """Adds the wall time of a block to a stage of a report."""

    def __init__(self, report: Embedded, stage: str) -> None:
        self._seconds = report.seconds
        self._stage = stage

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_error: object) -> None:
        self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + time.perf_counter() - self._start


def embed_missing(
    vectors: Vectors,
    embedder: Embedder,
    window: int,
    report: Embedded,
    progress: Progress,
    then: Callable[[], None] | None = None,
) -> None:
    """Embed all chunks this embedder has not seen, `window` of them committed together, then drop other embedders'.

    `then` is called after every window. Raises NoSpace, Busy and the embedder's errors; the windows done until then
    stay.
    """
    total, last = vectors.missing(embedder.id) + report.embedded, 0
    while chunks := vectors.without_vector(embedder.id, last, window):
        done = report.embedded

        def tell(step: float, done: int = done) -> None:
            progress("vectors", done + step, total)

        made = _embedded([text for _, text in chunks], embedder, report, tell)
        with Timer(report, "store"):
            vectors.put(embedder.id, [chunk_id for chunk_id, _ in chunks], made)
        report.embedded += len(chunks)
        if then is not None:
            then()
        last = chunks[-1][0]
    progress("vectors", total, total)
    vectors.drop_others(embedder.id)


def _embedded(
    texts: list[str], embedder: Embedder, report: Embedded, tell: Callable[[float], None]
) -> NDArray[np.float32]:
    """Return the texts' vectors (n, d). They are embedded by tokens, most first: texts alike in length pad little."""
    import numpy as np

    tokens = embedder.count_tokens(texts)
    order = sorted(range(len(texts)), key=lambda i: (-tokens[i], i))
    vectors = np.zeros((len(texts), embedder.dimension), dtype=np.float32)
    todo, done = max(1, sum(tokens)), 0
    for first in range(0, len(order), _STEP):
        # Counted in tokens: the first texts of a window take several times as long as its last.
        tell(len(texts) * done / todo)
        step = order[first : first + _STEP]
        done += sum(tokens[i] for i in step)
        with Timer(report, "embed"):
            vectors[step] = embedder.embed([texts[i] for i in step])
    return vectors
