"""The word index: BM25, phrases, exclusions, marks, and a state that is always whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from paperlab.errors import BadFile, Busy
from paperlab.types import ChunkWords, IndexedUpTo, Wanted
from paperlab.word_index import WordIndex

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.types import Words

CHUNKS = [
    ChunkWords(
        1, 10, "Deep Networks", "Results", "Identity shortcuts ease very deep networks. The state of the art falls."
    ),
    ChunkWords(2, 10, "Deep Networks", "Method\nNaïve Stacking", "Stacking layers degrades accuracy."),
    ChunkWords(3, 20, "Routing Tokens", "Method", "Each token is routed to two experts; networks of experts."),
]


def wanting(*words: str, **narrowed: tuple[Words, ...]) -> Wanted:
    """Look for any of the words."""
    return Wanted(any_of=tuple(((word,), 1.0) for word in words), **narrowed)


@pytest.fixture
def index(tmp_path: Path) -> WordIndex:
    """Return an index of three chunks."""
    index = WordIndex(tmp_path / "words")
    index.update([], CHUNKS, IndexedUpTo(3, 0))
    return index


def ids(found: list[tuple[int, float]]) -> list[int]:
    """Return the chunks found."""
    return [chunk_id for chunk_id, _ in found]


def test_any_of_the_words_is_enough_and_more_of_them_score_higher(index: WordIndex) -> None:
    """The passage with both words comes before that with one."""
    found = index.search(wanting("experts", "networks"), 10)

    assert ids(found) == [3, 1, 2]
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@pytest.mark.parametrize(
    ("word", "chunks"),
    [("NETWORK", {1, 2, 3}), ("naive", {2}), ("stacked", {2}), ("results", {1}), ("tokens", {3}), ("absent", set())],
)
def test_words_are_found_in_title_headings_and_text_in_any_form(index: WordIndex, word: str, chunks: set[int]) -> None:
    """Case, accents and endings make no difference."""
    assert set(ids(index.search(wanting(word), 10))) == chunks
    assert index.frequency(word) == len(chunks)


def test_a_phrase_stands_together_with_its_small_words(index: WordIndex) -> None:
    """Not across title and text, and in its order."""
    assert ids(index.search(Wanted(all_of=(("state", "of", "the", "art"),)), 10)) == [1]
    assert index.search(Wanted(all_of=(("art", "state"),)), 10) == []
    assert index.search(Wanted(all_of=(("networks", "results"),)), 10) == []


def test_what_is_shut_out_is_not_found(index: WordIndex) -> None:
    """By an excluded word or phrase, by section, by reading, by id."""
    assert set(ids(index.search(wanting("networks", none_of=(("experts",),)), 10))) == {1, 2}
    assert set(ids(index.search(wanting("networks", sections=(("method",),)), 10))) == {2, 3}
    assert ids(index.search(wanting("networks"), 10, readings=[20])) == [3]
    assert ids(index.search(wanting("networks"), 10, ids=[2])) == [2]
    assert index.search(wanting("networks"), 10, readings=[]) == []


def test_narrowing_does_not_change_a_score(index: WordIndex) -> None:
    """A filter decides what is found, not how good it is."""
    free = dict(index.search(wanting("networks"), 10))

    assert dict(index.search(wanting("networks"), 10, readings=[20]))[3] == pytest.approx(free[3])
    assert dict(index.search(wanting("networks", none_of=(("experts",),)), 10))[1] == pytest.approx(free[1])


def test_all_that_is_not_shut_out_can_be_told(index: WordIndex) -> None:
    """For the arm that searches by meaning."""
    assert sorted(index.matching(Wanted())) == [1, 2, 3]
    assert sorted(index.matching(Wanted(none_of=(("experts",),)))) == [1, 2]
    assert sorted(index.matching(Wanted(sections=(("method",),)), readings=[10])) == [2]


def test_marks_stand_on_the_words_looked_for(index: WordIndex) -> None:
    """In characters, also behind letters of several bytes."""
    text = "Naïve experts, EXPERTLY routed."
    spans = index.marks(text, wanting("expert", "naive"))

    assert [text[start:end] for start, end in spans][:2] == ["Naïve", "experts"]


@pytest.mark.parametrize(
    "strange", ["", "\u24d0\u24d1 ", "x" * 90 + " ", "a_b ", "\u0916\u093e\u0928 ", "\u00bc \u00b2 "]
)
def test_marks_stand_right_beside_any_signs(index: WordIndex, strange: str) -> None:
    """Also where Python takes other signs for a word than the index does, and beside words too long for it."""
    text = f"{strange}two experts {strange}routed to Experts{strange}"
    spans = index.marks(text, wanting("expert"))

    assert [text[start:end].lower() for start, end in spans if text[start:end].isalpha()][:1] == ["experts"]
    assert spans[0] == (text.index("experts"), text.index("experts") + 7)


def test_an_update_takes_out_and_in_and_says_how_far_it_went(index: WordIndex) -> None:
    """In one commit, which another object sees after a refresh."""
    other = WordIndex(index.folder)
    index.update([3], [ChunkWords(4, 30, "New", "", "Quantum experts.")], IndexedUpTo(4, 1))

    assert ids(index.search(wanting("experts"), 10)) == [4]
    assert index.followed() == IndexedUpTo(4, 1)
    assert other.followed() == IndexedUpTo(3, 0)
    other.refresh()
    assert other.followed() == IndexedUpTo(4, 1)


def test_one_process_updates_at_a_time(index: WordIndex) -> None:
    """The second is told so at once."""
    script = (
        "import sys; from pathlib import Path; from paperlab.word_index import WordIndex\n"
        "index = WordIndex(Path(sys.argv[1])); writer = index._index.writer(15_000_000, 1)\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(index.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Busy):
            index.update([1], [], IndexedUpTo(3, 1))
        assert ids(index.search(wanting("shortcuts"), 10)) == [1]
        assert holder.stdin is not None
        holder.stdin.close()


def test_a_whole_index_passes_its_check(index: WordIndex) -> None:
    """Every file against its checksum; those that were checked and did not change since are passed over."""
    checked = index.check()
    path = next(index.folder.glob("*.idx"))
    assert path.name in checked

    assert index.check(checked) == checked
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(BadFile, match="not those that were written"):
        index.check(checked)


@pytest.mark.parametrize("ending", ["idx", "term", "fast", "pos", "fieldnorm"])
def test_a_flipped_bit_is_noticed(index: WordIndex, ending: str) -> None:
    """In any of the files."""
    path = next(index.folder.glob(f"*.{ending}"))
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)

    with pytest.raises(BadFile, match="not those that were written"):
        index.check()


@pytest.mark.parametrize(
    "content", [b"", b"x", b"[" * 100_000 + (100_000).to_bytes(4, "little") + b"\x39\x05\0\0", None]
)
def test_what_is_no_segment_file_is_noticed(index: WordIndex, content: bytes | None) -> None:
    """Too short for a footer, a footer made to hurt, a folder."""
    path = next(index.folder.glob("*.idx"))
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)

    with pytest.raises(BadFile, match="not those that were written"):
        index.check()


def test_an_index_that_cannot_be_opened_is_a_bad_file(index: WordIndex, tmp_path: Path) -> None:
    """As one whose list of files is broken, or that lacks a file."""
    broken = tmp_path / "broken"
    shutil.copytree(index.folder, broken)
    (broken / "meta.json").write_text("{}")
    lacking = tmp_path / "lacking"
    shutil.copytree(index.folder, lacking)
    next(lacking.glob("*.idx")).unlink()

    for folder in (broken, lacking):
        with pytest.raises(BadFile, match="damaged"):
            WordIndex(folder).search(wanting("networks"), 10)
