"""Sentences that state how a paper's results were made."""

from __future__ import annotations

import pytest

from paperlab.replication.scaffolding.recipe_sentences import KINDS, LONGEST, MOST_OF_A_KIND, recipe_sentences
from paperlab.types import Block, BlockKind, FrontMatter, Line, Reading


def block(text: str, *, section: str = "4 Experiments", kind: BlockKind = BlockKind.PARAGRAPH, page: int = 3) -> Block:
    """Return a block of text."""
    return Block(kind, page, (section,) if section else (), text, (Line(0, (0, 0, 1, 1)),))


def reading(*blocks: Block) -> Reading:
    """Return a paper of these blocks."""
    return Reading("test 1", (), blocks, FrontMatter())


def kinds_of(text: str) -> list[str]:
    """Return what a paragraph's sentences are taken for."""
    return [sentence.kind for sentence in recipe_sentences(reading(block(text)))]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The learning rate was 3e-4 throughout all of our work.", "learning rate"),
        ("We start with a learning rate of 10^−3 and halve it twice.", "learning rate"),
        ("Learning rates follow a cosine schedule; the learning rate decays to nothing.", "learning rate"),
        ("Each mini-batch of 64 pictures was drawn anew.", "batch size"),
        ("We put 4,096 tokens in each batch on every machine.", "batch size"),
        ("All models were optimised with AdamW in mixed precision.", "optimiser"),
        ("We used SGD with a momentum term throughout our work.", "optimiser"),
        ("Weights were found by stochastic gradient descent alone.", "optimiser"),
        ("Training ended after 90 epochs in all of our cases.", "epochs and steps"),
        ("We took 250k steps before the first evaluation of a model.", "epochs and steps"),
        ("Early stopping ended the training of the smaller ones.", "epochs and steps"),
        ("A weight decay of 0.05 was put on all matrices.", "weight decay"),
        ("Dropout with rate 0.1 follows every second layer.", "dropout"),
        ("We do not use dropout in any of our models.", "dropout"),
        ("There are 60,000 training images of clothes in grey.", "data"),
        ("The corpus has 1.2M sentences, of which most are for training.", "data"),
        ("We keep a validation set of 500 documents for choices.", "data"),
        ("All numbers are means over five random seeds of ours.", "seeds and runs"),
        ("Every experiment was repeated with its settings 10 times.", "seeds and runs"),
        ("Training took place on eight V100 GPUs in one room.", "hardware"),
        ("Everything ran on a single NVIDIA card of an older make.", "hardware"),
    ],
)
def test_sentences_with_settings_are_found(text: str, kind: str) -> None:
    """Each kind of setting in the ways in which papers put it."""
    assert kinds_of(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Batch normalization [16] follows each convolution, as in Section 3 of theirs.",
        "Dropout was proposed for networks of this sort (Ada et al., 2014) long ago.",
        "Our training consists of two steps: first this, and then that.",
        "On the test set of 2012 our method reaches 57.9% at once.",
        "The rate of learning differs between people of all ages.",
        "The gradient descends, and Adam et al. say so as well.",
        "Learning is hard.",
    ],
)
def test_other_sentences_are_not(text: str) -> None:
    """Citations, years, percentages and section numbers are no settings."""
    assert kinds_of(text) == []


def test_each_sentence_has_its_page_and_only_its_own_words() -> None:
    """Neighbours that state nothing stay out; the numbers are as printed."""
    first = block("We like this. The learning rate was 0.1 at first. It rained.", page=5)
    second = block("Training took 30 epochs for each of them.", page=7)
    found = recipe_sentences(reading(second, first))
    assert [(one.text, one.page) for one in found] == [
        ("The learning rate was 0.1 at first.", 5),
        ("Training took 30 epochs for each of them.", 7),
    ]


def test_what_others_did_and_what_is_no_text_is_left_out() -> None:
    """Introduction, related work, references, tables, pictures and headings."""
    words = "They used a learning rate of 0.1 in all runs."
    others = [block(words, section=name) for name in ("1 Introduction", "2 Related Work", "References", "Abstract")]
    kinds = (BlockKind.REFERENCE, BlockKind.TABLE, BlockKind.FIGURE, BlockKind.HEADING, BlockKind.TITLE)
    assert recipe_sentences(reading(*others, *(block(words, kind=kind) for kind in kinds))) == []
    assert recipe_sentences(reading(block(words, section="A Training details")))


def test_a_sentence_stands_once_and_each_kind_a_few_times() -> None:
    """The first ones are kept; one with two settings goes under the first kind."""
    both = "We used Adam with a learning rate of 0.001 always."
    many = [f"The learning rate of model {i} was 0.{i} at all times." for i in range(2, 12)]
    found = recipe_sentences(reading(block(both), block(both), *(block(text) for text in many)))
    assert [one.text for one in found] == [both, *many[: MOST_OF_A_KIND - 1]]
    assert {one.kind for one in found} == {"learning rate"}


def test_the_sentences_come_by_kind() -> None:
    """In the order of the kinds, whatever comes first in the paper."""
    found = kinds_of("We ran it on four GPUs each. A batch of 32 images it was. The learning rate was 0.1 then.")
    assert found == sorted(found, key=KINDS.index)
    assert len(found) == 3


def test_long_and_strange_sentences_are_cut_and_cleaned() -> None:
    """What goes into a README is one line without control characters, and not too long."""
    text = "The learning rate\x1b[31m was 0.1\u202e and " + "so on and " * 100 + "so forth."
    (found,) = recipe_sentences(reading(block(text)))
    assert len(found.text) <= LONGEST
    assert found.text.isprintable()


def test_hostile_text_takes_no_time() -> None:
    """Long runs of numbers and words do not make the search explode."""
    texts = ["learning rate " * 3000, "1,000 " * 5000, "batch " * 5000, "training set " * 4000, "(2014 " * 4000]
    recipe_sentences(reading(*(block(text + ".") for text in texts)))


def test_a_paper_without_text_has_none() -> None:
    """Nothing is made up."""
    assert recipe_sentences(reading()) == []
