"""Which template suits a paper."""

from __future__ import annotations

import pytest

from paperlab.replication.scaffolding.kinds import BLANK, KINDS, kind_of


@pytest.mark.parametrize(
    ("title", "abstract", "kind"),
    [
        (
            "Joining Networks by Their Symmetries",
            "Merging models trained apart needs permutation symmetries.",
            "model-merging",
        ),
        ("Adding and Taking Off Skills with Task Vectors", "We edit networks by task arithmetic.", "model-merging"),
        ("One Layer, Many Specialists", "A sparsely gated mixture of experts routes each token.", "moe"),
        ("Mixture-of-Experts at Half the Price", "", "moe"),
        ("Labels without Alignments", "We train with connectionist temporal classification on TIMIT.", "sequence-ctc"),
        ("Lipreading Whole Sentences", "Our model lowers the word error rate of lip reading.", "sequence-ctc"),
        ("Deeper Still", "Residual networks for image recognition win on ImageNet.", "image-classification"),
        ("Kolmogorov-Arnold Networks Again", "Splines on edges fit functions better.", "function-fit"),
        ("Small and Quick", "Depthwise separable layers give fewer parameters and fewer multiply-adds.", "structure"),
        ("On the Ethics of Benchmarks", "We interview forty people about leaderboards.", BLANK),
        ("", "", BLANK),
    ],
)
def test_the_kind_is_told_by_the_words_of_title_and_abstract(title: str, abstract: str, kind: str) -> None:
    """Each kind has words of its own; a paper with none of them starts blank."""
    assert kind_of(title, abstract) == kind


def test_the_title_counts_more_than_the_abstract() -> None:
    """A paper on speech that mentions convolutional networks in passing is on speech."""
    assert kind_of("Speech Recognition with Little Data", "We use a convolutional network on CIFAR for contrast.") == (
        "sequence-ctc"
    )


def test_one_word_in_the_abstract_is_not_enough() -> None:
    """Many papers name ImageNet once."""
    assert kind_of("A Theory of Everything", "As on ImageNet, so in life.") == BLANK


@pytest.mark.parametrize(
    "title", ["MIXTURE OF EXPERTS", "mixture-of-experts", "Mixture‐of‐Experts", "Mixture of\nExperts"]
)
def test_case_hyphens_and_line_ends_do_not_matter(title: str) -> None:
    """Titles out of PDFs come in all forms."""
    assert kind_of(title, "") == "moe"


def test_words_within_words_do_not_count() -> None:
    """`Vitamins` is no vision transformer, `contact` no CTC."""
    assert kind_of("Vitamins and Contacts of Kant", "Moest expertise in the macabre kanban.") == BLANK


def test_the_kinds_are_those_that_the_command_offers() -> None:
    """The command's own list, which loads nothing, is the same."""
    from paperlab.cli.replications import KINDS as OFFERED

    assert set(OFFERED) == set(KINDS)
