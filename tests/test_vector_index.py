"""The vector indexes: flat ones are exact, IVF ones nearly, and a file is either what was written or refused."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import BadFile
from paperlab.vector_index.flat import FlatIndexType
from paperlab.vector_index.ivf import IvfIndexType
from paperlab.vector_index.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from paperlab.protocols import VectorIndex, VectorIndexType

    Batch = tuple[NDArray[np.int64], NDArray[np.float32]]

D = 16
TYPES: dict[str, VectorIndexType] = {"flat": FlatIndexType(), "ivf": IvfIndexType()}
every_type = pytest.mark.parametrize("kind", TYPES)


def unit(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Return random vectors of length 1."""
    vectors = np.random.default_rng(seed).normal(size=(count, D)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def numbers(*ids: int) -> NDArray[np.int64]:
    """Return ids as the index takes them."""
    return np.array(ids, dtype=np.int64)


def in_batches(ids: NDArray[np.int64], vectors: NDArray[np.float32], batch: int = 7) -> Callable[[], Iterator[Batch]]:
    """Return the vectors as the database gives them."""
    return lambda: ((ids[i : i + batch], vectors[i : i + batch]) for i in range(0, len(ids), batch))


def written(kind: str, path: Path, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> VectorIndex:
    """Return an index of these vectors that went through its file."""
    done: list[int] = []
    TYPES[kind].build(path, (len(ids), D), in_batches(ids, vectors), done.append)
    assert done[-1] == len(ids)
    return TYPES[kind].open(path)


@given(st.sets(st.integers(0, 2**62), min_size=1, max_size=40), st.integers(1, 50), st.data())
def test_a_flat_index_finds_what_numpy_finds(
    tmp_path_factory: pytest.TempPathFactory, ids: set[int], k: int, data: st.DataObject
) -> None:
    """The same ids in the same order with the same cosines: nothing is approximated."""
    order = numbers(*sorted(ids))
    vectors, query = unit(len(ids)), unit(1, seed=1)[0]
    index = written("flat", tmp_path_factory.mktemp("flat") / "vectors", order, vectors)
    among = data.draw(st.none() | st.sets(st.sampled_from(sorted(ids)) | st.integers(0, 9)))

    found = index.search(query, k, None if among is None else numbers(*among))

    cosines = {int(i): float(v @ query) for i, v in zip(order, vectors, strict=True)}
    wanted = [i for i in cosines if among is None or i in among]
    assert [i for i, _ in found] == sorted(wanted, key=lambda i: -cosines[i])[:k]
    assert all(abs(score - cosines[i]) < 1e-6 for i, score in found)
    assert len(index) == len(ids)


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 59))
def test_cosine_and_rank_do_not_hang_on_where_a_vector_stands(count: int, k: int, first: int) -> None:
    """A vector in the file, in memory or in a small choice has the very same score, to the last bit."""
    ids, vectors, query = np.arange(count), unit(count), unit(1, seed=1)[0]
    whole = dict(nearest(ids, vectors, query, count))

    part = nearest(ids[first:], vectors[first:], query, k)

    assert all(score == whole[i] for i, score in part)


@every_type
def test_equal_vectors_are_told_in_order_of_id(tmp_path: Path, kind: str) -> None:
    """The same passage in two papers does not change places from one day to the next."""
    index = written(kind, tmp_path / "vectors", numbers(3, 7, 9, 11), np.repeat(unit(1), 4, axis=0))

    assert [i for i, _ in index.search(unit(1)[0], 4)] == [3, 7, 9, 11]


def test_of_equal_vectors_the_first_ids_are_kept() -> None:
    """Also where only some of them are wanted, however a matrix product rounds each."""
    vectors = np.repeat(unit(1, seed=3), 300, axis=0)

    assert [i for i, _ in nearest(np.arange(300), vectors, unit(1)[0], 5)] == [0, 1, 2, 3, 4]


@every_type
def test_a_choice_of_ids_is_kept_to(tmp_path: Path, kind: str) -> None:
    """None of them is none at all; those that are not there are passed over; large ids are no trouble."""
    ids = numbers(*range(100), 2**40)
    index = written(kind, tmp_path / "vectors", ids, unit(101))
    query = unit(1, seed=5)[0]

    assert index.search(query, 5, numbers()) == []
    assert index.search(query, 5, numbers(500, 2**41)) == []
    assert {i for i, _ in index.search(query, 5, numbers(2**40, 3, 77, 500))} == {3, 77, 2**40}
    assert {i for i, _ in index.search(query, 500, np.arange(20, 60))} == set(range(20, 60))


def test_an_ivf_index_finds_nearly_all_of_the_nearest(tmp_path: Path) -> None:
    """Of 20,000 vectors around 200 centres, the ten nearest are among the hundred it finds."""
    rng = np.random.default_rng(0)
    vectors = unit(200)[rng.integers(0, 200, 20_000)] + rng.normal(size=(20_000, D)).astype(np.float32) * 0.15
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = written("ivf", tmp_path / "vectors", np.arange(20_000), vectors)

    hits = 0
    for query in vectors[:50] + 0.1 * unit(50, seed=9):
        true = {i for i, _ in nearest(np.arange(20_000), vectors, query, 10)}
        hits += len(true & {i for i, _ in index.search(query, 100)})

    assert hits >= 0.98 * 500


def test_an_ivf_index_is_extended_without_being_trained_again(tmp_path: Path) -> None:
    """What goes is gone, what comes is found, and what is there already is not there twice."""
    vectors = unit(400)
    index = written("ivf", tmp_path / "one", np.arange(300), vectors[:300])

    assert TYPES["ivf"].extend(
        tmp_path / "one",
        tmp_path / "two",
        numbers(5, 6),
        np.array([7, *range(300, 400)]),
        vectors[[7, *range(300, 400)]],
    )
    extended = TYPES["ivf"].open(tmp_path / "two")

    assert (len(index), len(extended)) == (300, 398)
    assert extended.search(vectors[350], 1)[0][0] == 350
    assert [i for i, _ in extended.search(vectors[7], 398)].count(7) == 1
    assert not {5, 6} & {i for i, _ in extended.search(vectors[5], 398)}
    assert index.search(vectors[5], 1)[0][0] == 5


def test_a_flat_index_would_rather_be_built_anew(tmp_path: Path) -> None:
    """And writes nothing then."""
    written("flat", tmp_path / "one", numbers(1), unit(1))

    assert not TYPES["flat"].extend(tmp_path / "one", tmp_path / "two", numbers(), numbers(2), unit(1))
    assert not (tmp_path / "two").exists()


@every_type
@pytest.mark.parametrize("content", [None, b"", b"not an index", b"IxM2" + b"\xff" * 100, b"paperlab flat 1\n"])
def test_a_file_that_is_no_index_says_so(tmp_path: Path, kind: str, content: bytes | None) -> None:
    """Missing, empty or rubbish: one kind of error, with the path."""
    path = tmp_path / "vectors"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadFile, match="vectors: "):
        TYPES[kind].open(path)


@every_type
@pytest.mark.parametrize("cut", [20, 200])
def test_a_file_cut_short_is_refused(tmp_path: Path, kind: str, cut: int) -> None:
    """Nothing behind its end is ever looked for."""
    path = tmp_path / "vectors"
    written(kind, path, np.arange(50), unit(50))
    path.write_bytes(path.read_bytes()[:-cut])

    with pytest.raises(BadFile):
        TYPES[kind].open(path)


def test_one_type_does_not_take_the_files_of_another(tmp_path: Path) -> None:
    """Each says what it cannot read."""
    written("ivf", tmp_path / "ivf", np.arange(50), unit(50))
    written("flat", tmp_path / "flat", np.arange(50), unit(50))

    with pytest.raises(BadFile):
        TYPES["flat"].open(tmp_path / "ivf")
    with pytest.raises(BadFile):
        TYPES["ivf"].open(tmp_path / "flat")


def test_a_flat_index_is_searched_without_faiss(tmp_path: Path) -> None:
    """Importing FAISS would take longer than the search."""
    written("flat", tmp_path / "vectors", np.arange(50), unit(50))
    script = (
        "import sys, pathlib, numpy; from paperlab.vector_index.flat import FlatIndexType;"
        "FlatIndexType().open(pathlib.Path(sys.argv[1])).search(numpy.ones(16, numpy.float32), 3);"
        "sys.exit('faiss' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script, str(tmp_path / "vectors")], check=False).returncode == 0
