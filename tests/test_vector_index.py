"""The vector index: exact cosines, and a file that holds all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import BadFile
from paperlab.vector_index import FaissIndex

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

D = 16


def unit(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Return random vectors of length 1."""
    vectors = np.random.default_rng(seed).normal(size=(count, D)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def numbers(*ids: int) -> NDArray[np.int64]:
    """Return ids as the index takes them."""
    return np.array(ids, dtype=np.int64)


def filled(ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> FaissIndex:
    """Return an index of these vectors."""
    index = FaissIndex(D)
    index.add(ids, vectors)
    return index


@given(
    st.sets(st.integers(0, 2**62), max_size=40),
    st.integers(1, 50),
    st.data(),
)
def test_the_nearest_are_those_that_numpy_finds(ids: set[int], k: int, data: st.DataObject) -> None:
    """The same ids in the same order with the same cosines: nothing is approximated, removed ids are gone."""
    order = numbers(*sorted(ids))
    vectors, query = unit(len(ids)), unit(1, seed=1)[0]
    index = filled(order, vectors)
    gone = data.draw(st.sets(st.sampled_from(sorted(ids)))) if ids else set()
    among = data.draw(st.none() | st.sets(st.sampled_from(sorted(ids)) | st.integers(0, 9))) if ids else None
    index.remove(numbers(*gone, 2**62 + 1))

    found = index.search(query, k, None if among is None else numbers(*among))

    cosines = {int(i): float(v @ query) for i, v in zip(order, vectors, strict=True)}
    wanted = [i for i in cosines if i not in gone and (among is None or i in among)]
    assert [i for i, _ in found] == sorted(wanted, key=lambda i: -cosines[i])[:k]
    assert all(abs(score - cosines[i]) < 1e-6 for i, score in found)
    assert len(index) == len(ids) - len(gone)


def test_equal_vectors_are_told_in_order_of_id_whenever_they_were_added() -> None:
    """The same passage in two papers does not change places from one day to the next."""
    vector = unit(1)
    index = filled(numbers(7, 3, 9), np.repeat(vector, 3, axis=0))
    index.remove(numbers(3))
    index.add(numbers(3), vector)

    assert [i for i, _ in index.search(vector[0], 3)] == [3, 7, 9]


def test_an_empty_index_finds_nothing() -> None:
    """Nor does one that may look nowhere, or was emptied."""
    query, index = unit(1)[0], FaissIndex(D)
    assert index.search(query, 5) == []
    index.remove(numbers(1))

    index.add(numbers(1), unit(1))
    assert index.search(query, 5, numbers()) == []
    assert index.search(query, 5, numbers(2, 3)) == []
    index.remove(numbers())
    assert len(index) == 1
    index.remove(numbers(1))
    assert index.search(query, 5) == []


def test_vectors_of_another_layout_are_taken() -> None:
    """Slices and doubles are copied, not misread."""
    vectors = unit(10)
    index = filled(numbers(*range(5)), np.asfortranarray(vectors.astype(np.float64))[::2])  # type: ignore[arg-type]

    assert [index.search(vectors[2 * i], 1)[0][0] for i in range(5)] == list(range(5))


def test_a_saved_index_is_the_same_when_loaded(tmp_path: Path) -> None:
    """Answers, size, and it can be added to and removed from."""
    vectors, path = unit(30), tmp_path / "vectors.faiss"
    index = filled(numbers(*range(100, 130)), vectors)
    FaissIndex(D).save(path)
    index.save(path)

    loaded = FaissIndex.load(path)

    assert len(loaded) == 30
    assert loaded.search(vectors[3], 30) == index.search(vectors[3], 30)
    loaded.remove(numbers(103))
    loaded.add(numbers(7), vectors[3:4])
    assert loaded.search(vectors[3], 1) == [(7, pytest.approx(1.0))]


@pytest.mark.parametrize("content", [None, b"", b"not an index", b"IxM2" + b"\xff" * 100])
def test_a_file_that_is_no_index_says_so(tmp_path: Path, content: bytes | None) -> None:
    """Missing, empty or rubbish: one kind of error, with the path."""
    path = tmp_path / "vectors.faiss"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadFile, match="FAISS cannot read this file"):
        FaissIndex.load(path)
