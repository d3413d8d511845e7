"""A query's vector, made in a thread of its own."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from paperlab.protocols import Embedder


class Embedding(Thread):
    """A query's vector, made while the words are looked for: both work outside of Python, on a processor each."""

    def __init__(self, embedder: Embedder, text: str) -> None:
        super().__init__(name="embedding")
        self._embedder = embedder
        self._text = text
        self._vector: NDArray[np.float32] | None = None
        self._error: BaseException | None = None

    @property
    def failed(self) -> bool:
        """Whether it ended with an error."""
        return self._error is not None

    def run(self) -> None:
        """Embed the text."""
        try:
            self._vector = self._embedder.embed_query(self._text)
        except BaseException as error:  # noqa: BLE001 - raised where the vector is asked for
            self._error = error

    def result(self) -> NDArray[np.float32]:
        """Wait for the vector (dimension,); raises what the embedder raised."""
        self.join()
        if self._error is not None:
            raise self._error
        return cast("NDArray[np.float32]", self._vector)
