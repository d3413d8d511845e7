"""What a question asks for: its kind, its names, its words, its parts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.ask.questions import MAX_PARTS, Kind, parts, understand
from paperlab.text import fold


def names(text: str) -> list[str]:
    return [name.text for name in understand(text).names]


def has(name: str, text: str) -> bool:
    """Tell whether the only name of a question stands in a text."""
    (one,) = understand(f"What is said of {name}?").names
    return one.stands_in(fold(text))


class TestKinds:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("How many gauges does the station keep?", Kind.NUMBER),
            ("What learning rate is used?", Kind.NUMBER),
            ("Which accuracy does the small network reach in fog?", Kind.NUMBER),
            ("By how much does the error drop?", Kind.NUMBER),
            ("Why is the lamp switched off?", Kind.REASON),
            ("But why is the lamp switched off?", Kind.REASON),
            ("What does MGD stand for?", Kind.DEFINITION),
            ("Is the lamp switched off?", Kind.DECISION),
            ("Do the readers see the whole gauge?", Kind.DECISION),
            ("Where do the volunteers stand?", Kind.OTHER),
            ("", Kind.OTHER),
        ],
    )
    def test_the_kind_of_answer_is_told_from_how_it_is_asked(self, text: str, kind: Kind) -> None:
        """A number, a reason, a definition, yes or no, or something else."""
        assert understand(text).kind is kind

    @pytest.mark.parametrize(
        ("text", "compares"),
        [
            ("What do the two papers say of fog?", True),
            ("How does folding differ from pooling?", True),
            ("Which of the readers is compared with a person?", True),
            ("How many gauges does the station keep?", False),
        ],
    )
    def test_a_question_of_several_is_told(self, text: str, compares: bool) -> None:
        """Papers or methods side by side: no single paper need name them all."""
        assert understand(text).compares is compares


class TestNames:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("How many photographs does LarchNet read?", ["LarchNet"]),
            ("LarchNet reads how many photographs?", ["LarchNet"]),
            ("What is the BLEU of Weir-7 in Mandarin?", ["BLEU", "Weir-7", "Mandarin"]),
            ("Is it trained on CIFAR-10, or on CIFAR-10 alone?", ["CIFAR-10"]),
            ("What did Lovelace and Hopper measure?", ["Lovelace", "Hopper"]),
            ("how does weir-7 count?", ["weir-7"]),
            ("Where do volunteers stand? Why do they count boats?", []),
            ("How long is the river?", []),
        ],
    )
    def test_names_are_what_has_capitals_or_digits(self, text: str, expected: list[str]) -> None:
        """A word at the beginning of a sentence is none by its first letter alone; each is told once, as typed."""
        assert names(text) == expected

    @pytest.mark.parametrize("text", ["What is the top-1 error?", "What is hit@10 in fog?", "What is pass@1?"])
    def test_how_a_metric_counts_is_no_name(self, text: str) -> None:
        """The first or the first ten of a list."""
        assert names(text) == []

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("How well does a 1001-layer network do?", ["1001"]),
            ("What happens at 608 pixels?", ["608"]),
            ("How well does a 12-layer network do?", []),
            ("What happens after 40 epochs?", []),
            ("Does it use 3 blocks or 8 heads?", []),
        ],
    )
    def test_large_numbers_are_names_and_small_ones_are_not(self, text: str, expected: list[str]) -> None:
        """A number that no other is likely to stand for tells one thing from another."""
        assert names(text) == expected

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("U-Net", "A UNet encoder."),
            ("U-Net", "A U-Net encoder."),
            ("U-Net", "Two U-Nets."),
            ("LarchNet", "we call it LARCHNET here"),
            ("CIFAR10", "on CIFAR-10 and others"),
            ("CIFAR-10", "on CIFAR10 and others"),
            ("CIFAR-10", "on CIFAR 10 and others"),
            ("GPTs", "two GPT models"),
            ("GPT", "two GPTs"),
            ("1001-layer", "a network of 1001 layers"),
            ("1001-layer", "a network of 1,001 layers"),
            ("Müller", "Muller and others"),
        ],
    )
    def test_a_name_is_found_however_it_is_spelt(self, name: str, text: str) -> None:
        """With and without hyphen, in other case, as a plural, with a space before its digits."""
        assert has(name, text)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("CIFAR-10", "on CIFAR-100 and others"),
            ("ResNet", "a ResNeXt of 50 layers"),
            ("1001-layer", "a network of 1002 layers"),
            ("BERT", "Robert and Bertha"),
            ("LarchNet", ""),
        ],
    )
    def test_a_name_is_not_found_in_another(self, name: str, text: str) -> None:
        """What merely begins or ends alike is not it."""
        assert not has(name, text)

    def test_names_that_a_hyphen_only_lists_are_several(self) -> None:
        """Two languages are two names, and a size is told from the model that has it."""
        assert names("How well is English-French translated?") == ["English", "French"]
        assert names("How well does Larch-65B translate?")[0] == "Larch"


class TestWords:
    def test_the_telling_words_are_those_that_say_what_it_is_about(self) -> None:
        """Lower-cased, each once, without stop words and words that only frame a question."""
        words = understand("How many gauges does the paper report, and which gauges does Fog hide?").words

        assert words == ("gauges", "fog", "hide")

    @pytest.mark.parametrize("text", ["", "the of and", "  ?! ", "How many?"])
    def test_a_question_without_telling_words_has_none(self, text: str) -> None:
        """Nor names; that is no error."""
        question = understand(text)

        assert (question.words, question.names) == ((), ())

    @given(st.text(max_size=300))
    def test_anything_can_be_asked(self, text: str) -> None:
        """Whatever is typed is understood in some way, and its parts are pieces of it in order."""
        question = understand(text)
        at = 0
        for piece in parts(text):
            at = text.index(piece.removesuffix("?"), at)

        assert question.text == text
        assert 1 <= len(parts(text)) <= MAX_PARTS

    def test_a_long_question_takes_no_longer_than_a_blink(self) -> None:
        """Two thousand characters of the worst kind: what tries many ways here would take minutes."""
        began = time.perf_counter()
        for unit in ("and what is ", "Aa-", "what is the a ", "1,", "how many and ", "A-1B "):
            understand((unit * 2_000)[:2_000])
            parts((unit * 2_000)[:2_000])

        assert time.perf_counter() - began < 20


class TestParts:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("What is AlderNet, and how is BirchNet trained?", ["What is AlderNet?", "how is BirchNet trained?"]),
            ("What is AlderNet? How is BirchNet trained?", ["What is AlderNet?", "How is BirchNet trained?"]),
            ("What is an alder; how is it grown?", ["What is an alder?", "how is it grown?"]),
            ("Is the lamp off, and why is it off?", ["Is the lamp off?", "why is it off?"]),
            ("How is it trained and on which gauges?", ["How is it trained?", "on which gauges?"]),
            (
                "Why is the lamp off, what is it made of, and how is it cleaned?",
                ["Why is the lamp off?", "what is it made of?", "how is it cleaned?"],
            ),
        ],
    )
    def test_several_questions_are_told_apart(self, text: str, expected: list[str]) -> None:
        """Each as it stands there, in order, with its question mark."""
        assert parts(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "What is AlderNet?",
            "Which corpus and how many speakers does it use?",
            "What are the names and ages of the horses?",
            "How do readers with and without a lamp differ?",
            "Among those trained in fog and when is dusk, who?",
            "What is it, and why?",
            "",
            "AlderNet and LarchNet",
        ],
    )
    def test_one_question_stays_whole(self, text: str) -> None:
        """An `and` within it parts nothing, nor do pieces that are no question by themselves."""
        assert parts(text) == [text]

    def test_what_stands_behind_the_last_belongs_to_it(self) -> None:
        """There are never more parts than are told, and nothing of the question gets lost."""
        asked = [f"what is part number {word}" for word in "one two three four five six seven".split()]

        found = parts(" and ".join(asked) + "?")

        assert len(found) == MAX_PARTS
        assert found[: MAX_PARTS - 1] == [f"{piece}?" for piece in asked[: MAX_PARTS - 1]]
        assert all(piece in found[-1] for piece in asked[MAX_PARTS - 1 :])
