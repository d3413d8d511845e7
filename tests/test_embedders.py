"""Embedders: the quick one says what the reference says, and says it without torch."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.embedders import export as export_module
from paperlab.embedders import load_embedder
from paperlab.embedders.export import exported_model
from paperlab.embedders.hashing import HashingEmbedder
from paperlab.embedders.minilm import MiniLMEmbedder
from paperlab.embedders.reference import SentenceTransformerEmbedder, default_model_folder
from paperlab.errors import NotNow, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.protocols import Embedder

VOCABULARY = (
    "the of model merging attention sparse experts routing gradient we show results Table accuracy 68.58 % "
    "(see Fig. 3) β-VAE naïve café 漢字 данные 🙂 ﬁne x_{t+1} https://arxiv.org/abs/2306.01708 counterfactual"
).split()


def text_of(words: int, seed: int) -> str:
    """Return this many words, drawn by seed."""
    return " ".join(random.Random(seed).choices(VOCABULARY, k=words))


LENGTHS = [*range(1, 161), *range(10, 40), *(150, 200, 250, 300, 350, 400, 500, 600)]
TEXTS = ["", " \n", *(text_of(n if i < 40 or n > 160 else n % 45, i) for i, n in enumerate(LENGTHS))]


@pytest.fixture(scope="module")
def minilm(shared_cache: Path) -> MiniLMEmbedder:
    """Return the default embedder; the first test of a run exports its model."""
    embedder = MiniLMEmbedder("", shared_cache)
    embedder.embed(["ready"])
    return embedder


@pytest.fixture(scope="module")
def reference(shared_cache: Path) -> SentenceTransformerEmbedder:
    """Return sentence-transformers with the same weights."""
    return SentenceTransformerEmbedder("", shared_cache)


class TestMiniLM:
    def test_its_vectors_are_those_of_sentence_transformers(
        self, minilm: MiniLMEmbedder, reference: SentenceTransformerEmbedder
    ) -> None:
        """Cosine at least 0.9999 on 200 texts of 0 to 600 words in several scripts."""
        assert len(TEXTS) == 200
        ours, theirs = minilm.embed(TEXTS), reference.embed(TEXTS)

        assert ours.shape == theirs.shape == (200, minilm.dimension) == (200, reference.dimension)
        assert ours.dtype == np.float32
        assert np.abs(np.linalg.norm(ours, axis=1) - 1).max() < 1e-5
        assert (ours * theirs).sum(axis=1).min() >= 0.9999

    def test_its_tokens_are_those_of_sentence_transformers(
        self, minilm: MiniLMEmbedder, reference: SentenceTransformerEmbedder
    ) -> None:
        """Special tokens counted, nothing padded, nothing cut; both cut at the same length when embedding."""
        assert minilm.count_tokens(TEXTS) == reference.count_tokens(TEXTS)
        assert minilm.count_tokens(["", "model", "model " * 1000]) == [2, 3, 1002]
        assert minilm.max_tokens == reference.max_tokens == 256

    def test_a_text_has_one_vector_whatever_it_is_embedded_with(self, minilm: MiniLMEmbedder) -> None:
        """Neither order nor neighbours matter beyond the rounding of padded sums."""
        texts = TEXTS[:60]
        vectors = minilm.embed(texts)
        order = random.Random(7).sample(range(len(texts)), len(texts))

        shuffled = minilm.embed([texts[i] for i in order])
        alone = np.vstack([minilm.embed([text]) for text in texts[::6]])

        assert np.abs(shuffled - vectors[order]).max() < 1e-5
        assert np.abs(alone - vectors[::6]).max() < 1e-5

    def test_what_stands_behind_the_window_changes_nothing(self, minilm: MiniLMEmbedder) -> None:
        """Word 254 still counts, word 255 does not: begin and end take two of the 256 places."""
        words = ["model"] * 254
        cut, longer = minilm.embed([" ".join(words), " ".join([*words, "zebra", "lion"])])
        (changed,) = minilm.embed([" ".join([*words[:-1], "zebra"])])

        assert np.abs(cut - longer).max() < 1e-5
        assert np.abs(cut - changed).max() > 1e-3

    def test_nothing_to_embed_is_no_vectors(self, minilm: MiniLMEmbedder) -> None:
        """Of the right shape."""
        assert minilm.embed([]).shape == (0, 384)
        assert minilm.count_tokens([]) == []

    def test_meaning_counts(self, minilm: MiniLMEmbedder) -> None:
        """The reason for all of this: no shared word, and still nearer."""
        query, near, far = minilm.embed(
            ["merging several models", "combining multiple networks", "the cat sat outside"]
        )

        assert query @ near > query @ far + 0.2

    def test_once_exported_it_needs_no_torch(self, minilm: MiniLMEmbedder, shared_cache: Path) -> None:
        """A new process embeds without importing what takes seconds; counting tokens does not even open the network."""
        code = (
            "import sys; from pathlib import Path; from paperlab.embedders import load_embedder\n"
            "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx', 'onnxscript', 'onnxruntime'}\n"
            "embedder = load_embedder('minilm', Path(sys.argv[1]))\n"
            "embedder.count_tokens(['a b c']); print(sorted(heavy & set(sys.modules)))\n"
            "embedder.embed(['a b c']); print(sorted(heavy & set(sys.modules)))\n"
        )
        run = subprocess.run(
            [sys.executable, "-c", code, str(shared_cache)], capture_output=True, text=True, check=True
        )

        assert run.stdout.splitlines() == ["[]", "['onnxruntime']"]

    def test_an_export_is_made_once_and_whole(self, minilm: MiniLMEmbedder, shared_cache: Path) -> None:
        """What a killed export left behind is not taken for a model, and is in nobody's way."""
        model = exported_model(default_model_folder(), shared_cache)
        before = model.stat().st_mtime_ns
        leftover = model.parent.parent / f".{model.parent.name}.killed"
        leftover.mkdir(exist_ok=True)
        (leftover / model.name).write_bytes(b"half")

        again = MiniLMEmbedder("", shared_cache)
        again.embed(["still works"])

        assert model.stat().st_mtime_ns == before
        assert [path.name for path in model.parent.parent.iterdir() if path.is_dir() and path.name[0] != "."] == [
            model.parent.name
        ]

    def test_it_has_one_model(self, tmp_path: Path) -> None:
        """Another is the reference embedder's business."""
        with pytest.raises(UsageError, match="sentence-transformers:all-mpnet-base-v2"):
            load_embedder("minilm:all-mpnet-base-v2", tmp_path)


class TestExport:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Return what a model's folder needs to have for its export to be named."""
        folder = tmp_path / "model"
        folder.mkdir()
        (folder / "config.json").write_text('{"model_type": "bert", "num_hidden_layers": 6, "hidden_size": 384}')
        (folder / "model.safetensors").write_bytes(b"weights")
        return folder

    def test_two_that_ask_at_once_wait_for_one_export(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Both get the whole file."""
        exports: list[Path] = []

        def export(_folder: Path, target: Path) -> None:
            exports.append(target)
            time.sleep(0.1)
            target.write_bytes(b"whole")

        monkeypatch.setattr(export_module, "_export", export)
        with ThreadPoolExecutor() as pool:
            paths = list(pool.map(lambda _: exported_model(folder, tmp_path / "cache"), range(3)))

        assert [path.read_bytes() for path in paths] == [b"whole"] * 3
        assert len(exports) == 1

    def test_an_export_that_fails_leaves_nothing_that_looks_finished(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The next one starts anew; other weights are exported beside."""

        def fail(_folder: Path, target: Path) -> None:
            target.write_bytes(b"half")
            raise MemoryError

        monkeypatch.setattr(export_module, "_export", fail)
        with pytest.raises(MemoryError):
            exported_model(folder, tmp_path / "cache")
        assert [path for path in (tmp_path / "cache" / "models").iterdir() if path.is_dir()] == []

        monkeypatch.setattr(export_module, "_export", lambda _folder, target: target.write_bytes(b"whole"))
        first = exported_model(folder, tmp_path / "cache")
        (folder / "model.safetensors").write_bytes(b"other weights")
        assert first.read_bytes() == b"whole"
        assert exported_model(folder, tmp_path / "cache") != first


class TestReference:
    def test_a_model_that_cannot_be_had_says_so(self, tmp_path: Path) -> None:
        """One line that names it and the way out; no request is made in the tests."""
        with pytest.raises(NotNow, match=r"cannot load the embedding model '.*nowhere'.*name a folder") as caught:
            load_embedder(f"sentence-transformers:{tmp_path / 'nowhere'}", tmp_path)
        assert "\n" not in str(caught.value)

    def test_its_id_names_the_model(self, reference: SentenceTransformerEmbedder) -> None:
        """Vectors of two models are never compared."""
        assert reference.id == "sentence-transformers:all-MiniLM-L6-v2"
        assert reference.embed([]).shape == (0, 384)


class TestHashing:
    @given(st.lists(st.text(max_size=40), max_size=6))
    def test_any_text_has_a_unit_vector_of_its_own(self, texts: list[str]) -> None:
        """Empty ones too, and the same one each time."""
        embedder = HashingEmbedder("", None)  # type: ignore[arg-type]
        vectors = embedder.embed(texts)

        assert vectors.shape == (len(texts), 256)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert len(embedder.count_tokens(texts)) == len(texts)
        for text, vector in zip(texts, vectors, strict=True):
            assert (embedder.embed([text])[0] == vector).all()

    def test_shared_words_bring_texts_nearer(self) -> None:
        """Whatever the case and the punctuation."""
        vectors = HashingEmbedder("", None).embed(["merging models", "Models, MERGING!", "cats sleep"])  # type: ignore[arg-type]

        assert vectors[0] @ vectors[1] > 0.5 > abs(vectors[0] @ vectors[2])

    def test_vectors_are_the_same_in_every_process(self) -> None:
        """They are kept in a database, so Python's own hash, which differs from run to run, would not do."""
        code = (
            "from paperlab.embedders.hashing import *; print(HashingEmbedder('8', None).embed(['a word'])[0].tolist())"
        )
        runs = [
            subprocess.run(
                [sys.executable, "-c", code],
                capture_output=True,
                text=True,
                check=True,
                env=os.environ | {"PYTHONHASHSEED": seed},
            ).stdout
            for seed in "12"
        ]

        assert runs[0] == runs[1] == f"{HashingEmbedder('8', None).embed(['a word'])[0].tolist()}\n"  # type: ignore[arg-type]

    @pytest.mark.parametrize("size", ["x", "0", "-3", "1.5", "1000000", "٣"])
    def test_a_size_that_is_none_is_refused(self, size: str, tmp_path: Path) -> None:
        """In one line, not a traceback."""
        with pytest.raises(UsageError, match="hashing:256"):
            load_embedder(f"hashing:{size}", tmp_path)


@pytest.mark.parametrize(
    ("spec", "identity", "dimension"),
    [
        ("minilm", "all-MiniLM-L6-v2", 384),
        ("minilm:", "all-MiniLM-L6-v2", 384),
        ("hashing", "hashing-256", 256),
        ("hashing:32", "hashing-32", 32),
    ],
)
def test_an_embedder_is_loaded_by_its_name(spec: str, identity: str, dimension: int, tmp_path: Path) -> None:
    """With its model behind a colon where it takes one."""
    embedder: Embedder = load_embedder(spec, tmp_path)

    assert (embedder.id, embedder.dimension) == (identity, dimension)


@pytest.mark.parametrize("spec", ["", "mini", "MINILM", ":x"])
def test_an_unknown_embedder_names_those_there_are(spec: str, tmp_path: Path) -> None:
    """So that the setting can be put right at once."""
    with pytest.raises(UsageError, match="there are: hashing, minilm, sentence-transformers"):
        load_embedder(spec, tmp_path)
