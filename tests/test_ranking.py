"""Which sentence answers, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.ask import confidence as sure
from paperlab.ask import ranking
from paperlab.ask.confidence import Signals, confidence
from paperlab.ask.evidence import Candidate
from paperlab.ask.questions import understand
from paperlab.ask.ranking import Ranker, is_row, leans, rarity
from paperlab.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLAIN = Candidate("The lamp stands on the pier.", "a", "Gauges", ("2 Method",), (1,), 1, 0.8, 0)


def one(text: str, **other: object) -> Candidate:
    return replace(PLAIN, text=text, **other)  # type: ignore[arg-type]


def ranker(question: str, missing: Mapping[str, Sequence[str]] | None = None) -> Ranker:
    def stems(text: str) -> list[str]:
        return [word.removesuffix("s") for word in fold(text).split()]

    return Ranker(understand(question), stems, lambda _word: 1.0, missing or {})


def better(question: str, first: Candidate, second: Candidate) -> bool:
    """Tell whether the first ranks before the second, in either order of telling them."""
    scores = ranker(question).scores([first, second])
    assert scores == pytest.approx(ranker(question).scores([second, first])[::-1])
    return bool(scores[0] > scores[1])


class TestRanker:
    def test_a_sentence_with_the_questions_words_is_better(self) -> None:
        """The more of what tells, the better."""
        question = "How does the captain clean the lamp?"

        assert better(
            question, one("The captain cleans the lamp by hand."), one("The captain paints the boat by hand.")
        )

    def test_a_number_asked_for_is_better_than_none(self) -> None:
        """Where it is not asked for, it counts nothing."""
        told, untold = one("The lamp burns 40 litres on the pier."), one("The lamp burns much oil on the pier.")

        assert better("How many litres does the lamp burn?", told, untold)
        assert not better("Where does the lamp burn oil?", told, untold)

    @pytest.mark.parametrize(
        "told", ["The lamp burns much oil [40] there.", "The lamp burns much oil (Hopper, 2020) there."]
    )
    def test_numbers_of_citations_are_no_numbers(self, told: str) -> None:
        """They answer nothing."""
        assert better("How many litres does the lamp burn?", one("The lamp burns 40 of oil out there."), one(told))

    def test_a_number_with_the_unit_asked_for_is_better(self) -> None:
        """Hours for how many hours."""
        assert better(
            "For how many hours does it burn?", one("It burns for 12 hours a day."), one("It has 12 lamps a day.")
        )

    def test_a_reason_asked_for_is_better(self) -> None:
        """A sentence that says because."""
        because = one("The lamp is off because its glare hides the scale.")

        assert better("Why is the lamp off?", because, one("The lamp is off, and its glare hides no scale."))

    def test_a_paper_with_the_names_is_better(self) -> None:
        """Before one that lacks what the question names."""
        known, unknown = one("The lamp burns oil.", key="a"), one("The lamp burns oil.", key="b")
        scores = ranker("How does LarchNet burn oil?", {"a": (), "b": ("LarchNet",)}).scores([known, unknown])

        assert scores[0] > scores[1]

    def test_a_better_passage_and_a_nearer_vector_count(self) -> None:
        """All else being equal."""
        near, far = one("The lamp burns oil."), one("The lamp burns oil.", score=0.2)
        scores = ranker("How does it burn?").scores([near, near], np.array([0.2, 0.9], dtype=np.float32))

        assert better("How does it burn?", near, far)
        assert scores[1] > scores[0]

    @pytest.mark.parametrize(
        "other",
        [
            one("Does the lamp of the pier burn oil at night?"),
            one("Table 3: The lamp of the pier burns oil at night."),
            one("The lamp of the pier burns oil at night.", section=("2 Related Work",)),
        ],
    )
    def test_questions_captions_and_others_work_are_worse(self, other: Candidate) -> None:
        """Than a plain sentence of the paper's own."""
        assert better("What does the lamp of the pier burn?", one("The lamp of the pier burns oil at night."), other)

    def test_there_is_a_row_for_each_candidate_and_a_column_for_each_weight(self) -> None:
        """All of them numbers; without candidates there are no rows."""
        candidates = [one("The lamp burns 40 litres."), one(""), one("?")]
        features = ranker("How many litres does LarchNet burn?").features(candidates, None)

        assert features.shape == (3, len(ranking.WEIGHTS))
        assert np.isfinite(features).all()
        assert ranker("How many?").features([], None).shape == (0, len(ranking.WEIGHTS))
        assert ranker("How many?").scores([]).shape == (0,)

    def test_covered_is_the_share_of_the_telling_words(self) -> None:
        """In any of the texts; nothing of a question without words."""
        asked = ranker("How many lamps does the captain paint?")

        assert asked.covered("The captain has a lamp.", "They paint.") == pytest.approx(1.0)
        assert asked.covered("The captain has a boat.") == pytest.approx(1 / 3)
        assert asked.covered() == 0.0
        assert ranker("the of and").covered("the of and") == 0.0

    @given(st.text(max_size=60), st.text(max_size=120))
    def test_any_question_and_sentence_can_be_ranked(self, question: str, text: str) -> None:
        """The score is a number."""
        assert np.isfinite(ranker(question).scores([one(text, before=text, after=text)])).all()


@pytest.mark.parametrize(
    "text", ["This is why.", "It burns oil.", "They do.", "However, it burns.", "For example, oil."]
)
def test_a_sentence_that_leans_on_the_one_before_is_told(text: str) -> None:
    """By its first words."""
    assert leans(text)


@pytest.mark.parametrize("text", ["The lamp burns oil.", "Itself it burns.", "Oil is what it burns.", ""])
def test_a_sentence_that_stands_alone_leans_on_none(text: str) -> None:
    """What it says later on does not matter."""
    assert not leans(text)


@pytest.mark.parametrize("text", ["LarchNet 18 91.2 0.31", "Baseline 81.4 ± 0.5 0.44", "1 2 3"])
def test_a_row_of_a_table_is_told(text: str) -> None:
    """Half of its words or more have digits."""
    assert is_row(text)


@pytest.mark.parametrize("text", ["LarchNet reads 31 gauges of Weir-7.", "Model Depth Fold", "", "40 epochs"])
def test_a_sentence_is_no_row(text: str) -> None:
    """Nor are words alone, nor two of them."""
    assert not is_row(text)


def test_rare_words_tell_more() -> None:
    """The fewer passages have a word, the more it weighs; in any library every word weighs something."""
    assert rarity(100, 1) > rarity(100, 10) > rarity(100, 100) > 0.0
    assert rarity(1, 0) > 0.0


class TestConfidence:
    SOME = Signals(cosine=0.6, own_cosine=0.5, passage=0.8, lacking=0.0, nowhere=0.0)

    @pytest.mark.parametrize("name", ["cosine", "own_cosine", "passage"])
    def test_what_is_nearer_is_surer(self, name: str) -> None:
        """Each signal of nearness by itself."""
        nearer = replace(self.SOME, **{name: getattr(self.SOME, name) + 0.2})

        assert confidence(nearer) > confidence(self.SOME)

    def test_a_name_that_is_lacking_declines_whatever_is_near(self) -> None:
        """The nearest sentence there can be does not make up for it."""
        near = Signals(cosine=0.8, own_cosine=0.8, passage=0.9, lacking=0.0, nowhere=0.0)

        assert confidence(near) > sure.THRESHOLD
        assert confidence(replace(near, lacking=1.0)) < sure.THRESHOLD
        assert confidence(replace(self.SOME, lacking=1.0, nowhere=1.0)) < confidence(replace(self.SOME, lacking=1.0))

    def test_nothing_near_is_declined(self) -> None:
        """As where nothing was found at all."""
        assert confidence(Signals(*[0.0] * len(sure.NAMES))) < sure.THRESHOLD

    @given(st.lists(st.floats(-1e6, 1e6), min_size=len(sure.NAMES), max_size=len(sure.NAMES)))
    def test_it_is_a_probability(self, values: list[float]) -> None:
        """Between 0 and 1, whatever the signals."""
        told = confidence(Signals(*values))

        assert 0.0 <= told <= 1.0
        assert not math.isnan(told)
