"""Abbreviations as papers define them, and queries widened by them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.abbreviations import Abbreviations, find_abbreviations, long_key, query_keys, short_key
from paperlab.queries import typed_words

PAIRS = [
    ("MoE", "mixture of experts", 7),
    ("MoE", "mixture-of-experts", 3),
    ("MoE", "margin of error", 2),
    ("MoE", "ministry of education", 1),
    ("MAP", "maximum a posteriori", 3),
    ("mAP", "mean average precision", 5),
    ("VQ-VAE", "vector quantised variational autoencoder", 2),
    ("VAE", "variational autoencoder", 4),
    ("LSTM", "long short-term memory", 4),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We train a Mixture of Experts (MoE) layer.", {"MoE": "mixture of experts"}),
        ("The connectionist temporal classification, or CTC, loss.", {"CTC": "connectionist temporal classification"}),
        ("Trained with CTC (connectionist temporal classification).", {"CTC": "connectionist temporal classification"}),
        ("Two long short-term memory networks (LSTMs) run.", {"LSTM": "long short-term memory"}),
        ("Deep convolutional neural networks (CNNs) win.", {"CNN": "convolutional neural network"}),
        ("Methods for self-supervised learning (SSL) abound.", {"SSL": "self-supervised learning"}),
        ("The feedforward network (FFN; see Figure 3) is wide.", {"FFN": "feedforward network"}),
        ("By byte pair encoding [12] (BPE) we cut words.", {"BPE": "byte pair encoding"}),
        ("Area under the ROC curve (AUC) is told.", {"AUC": "area under the ROC curve"}),
        ("A Wasserstein GAN (hereafter WGAN) is used.", {"WGAN": "wasserstein GAN"}),
        ("Structural SIMilarity (SSIM) is told.", {"SSIM": "structural similarity"}),
        ("Images from text-to-image (T2I) models.", {"T2I": "text-to-image"}),
        ("Mean average precision (mAP) on it.", {"mAP": "mean average precision"}),
    ],
)  # fmt: skip
def test_definitions_are_found(text: str, found: dict[str, str]) -> None:
    """Brackets, "or", and the reversed form define; words the letters do not stand for are left out."""
    assert find_abbreviations(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "As shown before (Smith et al., 2019), models see many things (Figure 3).",
        "Our results (ours) and those of others (b) in part (ii) for a year (2019).",
        "The optimizer (SGD with momentum) runs on one card (V100, 32 GB).",
        "They ask OpenAI (OpenAI, 2023) and models such as these (GPT-4).",
        "A model. Other experts (MoE) follow.",
        "We trained on images (JFT) and in parts (see Table 2).",
        "The MoE (MoE) is what it is; BERT (base) is larger, T5 (11B) too.",
        "Of the other models (OTOM) nothing is known.",
    ],
)
def test_other_brackets_define_nothing(text: str) -> None:
    """Citations, figures, letters, units, names and other sentences' words are no definitions."""
    assert find_abbreviations(text) == {}


def test_the_first_definition_of_a_paper_stands() -> None:
    """A paper that uses the letters twice means what it said first."""
    text = "Active learning (AL) is old. Adversarial losses (AL) are new."
    assert find_abbreviations(text) == {"AL": "active learning"}


@given(st.text(max_size=80) | st.text(st.sampled_from("aA (),-.\n"), max_size=120))
def test_any_text_is_read(text: str) -> None:
    """No text raises, and every definition has more letters than its abbreviation."""
    for short, long in find_abbreviations(text).items():
        assert len(long) > len(short) >= 2
        assert long == " ".join(long.split())


def test_text_made_to_be_slow_is_read_in_time() -> None:
    """Ten thousand brackets behind runs of the same letter take no minutes."""
    started = time.perf_counter()
    find_abbreviations((" ".join(["aa"] * 15) + " (AAAAAAAA) ") * 200 + "(" * 20_000 + "A" * 20_000)
    assert time.perf_counter() - started < 5


def _expanded(typed: str, ordinary: frozenset[str] = frozenset()) -> list[str]:
    words = typed_words(typed)
    known = Abbreviations(PAIRS, ordinary.__contains__)
    return [" ".join(form) for form in (*known.long_forms(words), *known.short_forms(words))]


def test_a_short_form_brings_its_two_most_used_long_forms() -> None:
    """In any case and number; spellings of one long form count together."""
    assert _expanded("MoE routing") == ["mixture of experts", "margin of error"]
    assert _expanded("moe") == _expanded("MOEs") == _expanded("MoE")
    assert _expanded("LSTMs for speech") == ["long short term memory"]


def test_an_ordinary_word_is_a_short_form_only_in_capitals() -> None:
    """A map is a map; MAP is what the library prints so, then what it prints as mAP."""
    ordinary = frozenset({"map"})
    assert _expanded("map of weights", ordinary) == _expanded("Map of weights", ordinary) == []
    assert _expanded("MAP estimate", ordinary) == ["maximum a posteriori", "mean average precision"]
    assert _expanded("mAP", ordinary) == ["mean average precision", "maximum a posteriori"]


@pytest.mark.parametrize(
    "typed", ["mixture of experts", "Mixtures-of-Experts", "a mixture of expert layer", "mixture-of-experts"]
)
def test_a_long_form_brings_its_short_form(typed: str) -> None:
    """Singular or plural, with hyphens or spaces, alone or within a question."""
    assert _expanded(typed) == ["moe"]


def test_the_longest_long_form_counts_and_nothing_is_said_twice() -> None:
    """A long form within a longer one brings nothing of its own; what the query says already is not added."""
    assert _expanded("vector-quantized? vector quantised variational autoencoders") == ["vq vae"]
    assert _expanded("mixture of experts (MoE)") == ["margin of error"]
    assert _expanded("nothing known here") == []


def test_only_the_pairs_of_the_query_are_needed() -> None:
    """A store that looks up the query's keys alone gives the same expansions as the whole list."""
    words = typed_words("MoE and long short-term memories")
    shorts, longs = query_keys(words)
    some = [pair for pair in PAIRS if short_key(pair[0]) in shorts or long_key([pair[1]]) in longs]
    assert len(some) < len(PAIRS)
    assert Abbreviations(some).long_forms(words) == Abbreviations(PAIRS).long_forms(words)
    assert Abbreviations(some).short_forms(words) == Abbreviations(PAIRS).short_forms(words)
