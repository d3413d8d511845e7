"""Embedders: the quick one says what the reference says, and says it without torch."""

from __future__ import annotations

import math
import os
import random
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from paperlab.embedders import export as export_module
from paperlab.embedders import load_embedder, runtimes
from paperlab.embedders.export import exported_model
from paperlab.embedders.hashing import HashingEmbedder
from paperlab.embedders.minilm import MiniLMEmbedder
from paperlab.embedders.network import Network, gelu
from paperlab.embedders.reference import SentenceTransformerEmbedder, default_model_folder
from paperlab.embedders.wordpiece import WordPieces
from paperlab.errors import BadFile, NotNow, UsageError

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


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    """Return our own way to word pieces."""
    return WordPieces(default_model_folder())


@pytest.fixture(scope="module")
def theirs() -> Tokenizer:
    """Return the way of `tokenizers`."""
    tokenizer = Tokenizer.from_file(str(default_model_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class TestMiniLM:
    def test_its_vectors_are_those_of_sentence_transformers(
        self, minilm: MiniLMEmbedder, reference: SentenceTransformerEmbedder
    ) -> None:
        """Mean cosine at least 0.9999 on 200 texts of 0 to 600 words in several scripts, and none far off."""
        assert len(TEXTS) == 200
        ours, theirs = minilm.embed(TEXTS), reference.embed(TEXTS)
        cosines = (ours * theirs).sum(axis=1)

        assert ours.shape == theirs.shape == (200, minilm.dimension) == (200, reference.dimension)
        assert ours.dtype == np.float32
        assert np.abs(np.linalg.norm(ours, axis=1) - 1).max() < 1e-5
        assert cosines.mean() >= 0.9999
        assert cosines.min() >= 0.9995

    def test_its_tokens_are_those_of_sentence_transformers(
        self, minilm: MiniLMEmbedder, reference: SentenceTransformerEmbedder
    ) -> None:
        """Special tokens counted, nothing padded, nothing cut; both cut at the same length when embedding."""
        assert minilm.count_tokens(TEXTS) == reference.count_tokens(TEXTS)
        assert minilm.count_tokens(["", "model", "model " * 1000]) == [2, 3, 1002]
        assert minilm.max_tokens == reference.max_tokens == 256

    def test_the_same_texts_give_the_same_bytes(self, minilm: MiniLMEmbedder) -> None:
        """Each time and in any order, and the vectors stand in the order of the texts."""
        texts = TEXTS[:60]
        vectors = minilm.embed(texts)
        order = random.Random(7).sample(range(len(texts)), len(texts))

        assert minilm.embed(texts).tobytes() == vectors.tobytes()
        assert minilm.embed([texts[i] for i in order]).tobytes() == vectors[order].tobytes()

    def test_a_text_has_one_vector_whatever_it_is_embedded_with(self, minilm: MiniLMEmbedder) -> None:
        """Neighbours do not matter beyond the rounding of bf16."""
        texts = TEXTS[:60]
        vectors = minilm.embed(texts)
        alone = np.vstack([minilm.embed([text]) for text in texts[::6]])

        assert (alone * vectors[::6]).sum(axis=1).min() >= 0.9999

    def test_what_stands_behind_the_window_changes_nothing(self, minilm: MiniLMEmbedder) -> None:
        """Word 254 still counts, word 255 does not: begin and end take two of the 256 places."""
        words = ["model"] * 254
        cut, longer = minilm.embed([" ".join(words), " ".join([*words, "zebra", "lion"])])
        (changed,) = minilm.embed([" ".join([*words[:-1], "zebra"])])

        assert cut @ longer > 0.99999 > cut @ changed

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
        """A new process embeds with one runtime, a query with none, and counting tokens opens no network."""
        code = (
            "import sys; from pathlib import Path; from paperlab.embedders import load_embedder\n"
            "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx', 'onnxruntime', 'openvino'}\n"
            "embedder = load_embedder('minilm', Path(sys.argv[1]))\n"
            "embedder.embed_query('a b c'); print(sorted((heavy | {'tokenizers'}) & set(sys.modules)))\n"
            "embedder.count_tokens(['a b c']); print(sorted(heavy & set(sys.modules)))\n"
            "embedder.embed(['a b c']); print(sorted(heavy & set(sys.modules)))\n"
            "print([name for name in sys.modules if 'telemetry' in name])\n"
        )
        run = subprocess.run(
            [sys.executable, "-c", code, str(shared_cache)], capture_output=True, text=True, check=True
        )

        assert run.stdout.splitlines() == ["[]", "[]", "['openvino']", "[]"]

    def test_a_damaged_export_is_made_again(
        self, minilm: MiniLMEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever a disk did to it, the texts are embedded."""
        whole = exported_model(default_model_folder(), minilm._cache)
        damaged = tmp_path / "models" / whole.parent.name / whole.name
        damaged.parent.mkdir(parents=True)
        damaged.write_bytes(whole.read_bytes()[:1000])

        def export(_folder: Path, target: Path) -> None:
            shutil.copytree(whole.parent, target.parent, dirs_exist_ok=True)

        monkeypatch.setattr(export_module, "_export", export)
        vector = MiniLMEmbedder("", tmp_path).embed(["again"])

        assert (vector == minilm.embed(["again"])).all()
        assert damaged.stat().st_size == whole.stat().st_size

    @pytest.mark.parametrize("error", [ImportError("no such wheel"), RuntimeError("no such plugin\nand more")])
    def test_without_openvino_onnxruntime_embeds(
        self,
        error: Exception,
        minilm: MiniLMEmbedder,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """In the same space, and one line says so and why."""

        def fail() -> None:
            raise error

        expected = minilm.embed(TEXTS[:40])
        monkeypatch.setattr(runtimes, "_openvino", fail)
        vectors = MiniLMEmbedder("", minilm._cache).embed(TEXTS[:40])

        assert (vectors * expected).sum(axis=1).mean() >= 0.9999
        (line,) = [record.getMessage() for record in caplog.records]
        assert str(error).splitlines()[0] in line
        assert "\n" not in line

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


class TestQuery:
    def test_a_query_has_the_vector_of_the_network_in_fp32(
        self, minilm: MiniLMEmbedder, reference: SentenceTransformerEmbedder
    ) -> None:
        """Of one word and of hundreds, in any script: cosine at least 0.999999 to sentence-transformers."""
        texts = TEXTS[::8]
        ours, theirs = np.vstack([minilm.embed_query(text) for text in texts]), reference.embed(texts)

        assert ours.dtype == np.float32
        assert np.abs(np.linalg.norm(ours, axis=1) - 1).max() < 1e-6
        assert (ours * theirs).sum(axis=1).min() >= 0.999999
        assert np.allclose(reference.embed_query(texts[9]), theirs[9], atol=1e-6)

    def test_gelu_is_exact_to_a_millionth(self) -> None:
        """Against the error function of the C library, out to where it is 0 or x."""
        x = np.linspace(-60, 60, 100_001, dtype=np.float32)
        exact = np.array([v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x.tolist()])

        assert (np.abs(gelu(x) - exact) / np.maximum(1, np.abs(x))).max() < 1e-6

    @pytest.mark.parametrize("damage", ["cut", "empty", "noise", "gone", "other"])
    def test_damaged_weights_are_named(self, damage: str, tmp_path: Path) -> None:
        """In one line that says what to do, not a traceback and not wrong vectors."""
        folder = default_model_folder()
        (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
        with (folder / "model.safetensors").open("rb") as file:
            start = file.read(50_000)
        header = b'{"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}'
        content = {
            "cut": start,
            "empty": b"",
            "noise": b"x" * 50_000,
            "other": len(header).to_bytes(8, "little") + header + bytes(4),
        }
        if damage in content:
            (tmp_path / "model.safetensors").write_bytes(content[damage])

        with pytest.raises(BadFile, match="install the package that brought them again") as caught:
            Network(tmp_path)
        assert "\n" not in str(caught.value)


class TestWordPieces:
    def test_every_settled_character_is_split_as_theirs(self, pieces: WordPieces, theirs: Tokenizer) -> None:
        """Each of the basic plane, between letters and alone, as long as we answer at all."""
        characters = [chr(code) for code in (*range(0xD800), *range(0xE000, 0x10000))]
        texts = [f"a{character}b {character}" for character in characters]
        ours = [pieces.encode(text) for text in texts]

        answered = [(ids, text) for ids, text in zip(ours, texts, strict=True) if ids is not None]
        expected = [encoding.ids for encoding in theirs.encode_batch_fast([text for _, text in answered])]
        assert len(answered) > 50_000
        assert [text for (ids, text), other in zip(answered, expected, strict=True) if ids != other] == []

    def test_texts_of_all_kinds_are_split_as_theirs(self, pieces: WordPieces, theirs: Tokenizer) -> None:
        """Five thousand: words in several scripts, signs, accents, control codes, emoji, long words."""
        draw = random.Random(11)
        parts = [
            *VOCABULARY,
            "ΑΣ",
            "İstanbul",
            "e\u0301tude",
            "\x00\x1f",
            "\u3000",
            "\t",
            "한국어",
            "x" * 101,
            "w" * 99,
        ]
        signs = "abcXYZ019 .,-'$^`|~éßÅñδЖ中語\n\u2028\u00a0\ufffd"
        texts = [" ".join(draw.choices(parts, k=draw.randrange(20))) for _ in range(2500)]
        texts += ["".join(draw.choices(signs, k=draw.randrange(60))) for _ in range(2500)]
        ours = [pieces.encode(text) for text in texts]

        expected = [encoding.ids for encoding in theirs.encode_batch_fast(texts)]
        assert sum(ids is not None for ids in ours) > 2500
        assert [t for t, ids, other in zip(texts, ours, expected, strict=True) if ids not in (None, other)] == []

    @given(st.text(st.characters(max_codepoint=0x17F), max_size=60))
    def test_no_latin_text_is_split_otherwise(self, pieces: WordPieces, theirs: Tokenizer, text: str) -> None:
        """Drawn to be nasty."""
        assert pieces.encode(text) in (None, theirs.encode(text).ids)

    @pytest.mark.parametrize("text", ["a [SEP] b", "🙂", "\u0378", "see § 3"])
    def test_it_says_what_it_does_not_know(self, pieces: WordPieces, text: str) -> None:
        """Names of special pieces, and characters whose class has changed or came late, are for `tokenizers`."""
        assert pieces.encode(text) is None

    def test_what_is_no_vocabulary_is_refused(self, tmp_path: Path) -> None:
        """Rather than every word being unknown."""
        (tmp_path / "vocab.txt").write_text("the\nof\n")

        with pytest.raises(BadFile, match="no vocabulary"):
            WordPieces(tmp_path).encode("the")


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
            assert (embedder.embed_query(text) == vector).all()

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
