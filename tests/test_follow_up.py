"""Follow-up questions: told with what they speak of, or left as they are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.ask.follow_up import resolve
from paperlab.types import Answer, Part, Passage, Quote, Statement

SAME = ""
"""The question stands on its own."""
OWN = [
    ("How many layers does BERT have?", "And RoBERTa?", "How many layers does RoBERTa have?"),
    (
        "What test error does ResNet-110 reach on CIFAR-10?",
        "and on CIFAR-100?",
        "What test error does ResNet-110 reach on CIFAR-100?",
    ),
    (
        "What test error does ResNet-110 reach on CIFAR-10?",
        "What about SVHN?",
        "What test error does ResNet-110 reach on SVHN?",
    ),
    (
        "What test error does ResNet-110 reach on CIFAR-10?",
        "and ResNet-1202?",
        "What test error does ResNet-1202 reach on CIFAR-10?",
    ),
    (
        "How much memory does full fine-tuning need?",
        "what about LoRA?",
        "How much memory does full fine-tuning need, for LoRA?",
    ),
    (
        "How many parameters does the base model have?",
        "and for the large model?",
        "How many parameters does the large model have?",
    ),
    ("How does GLM-130B compare to GPT-3?", "And PaLM 540B?", "How does GLM-130B compare to PaLM 540B?"),
    ("What is BERT's accuracy on MNLI?", "How about DistilBERT?", "What is DistilBERT's accuracy on MNLI?"),
    (
        "What is the BLEU score of the Transformer on WMT14 English-German?",
        "and for English-French?",
        "What is the BLEU score of the Transformer on WMT14 English-French?",
    ),
    (
        "How much accuracy is lost with LoRA at rank 4?",
        "and at rank 16?",
        "How much accuracy is lost with LoRA at rank 16?",
    ),
    ("What perplexity does LLaMA-13B reach?", "and the 65B?", "What perplexity does LLaMA-65B reach?"),
    ("How many attention heads does GLaM use?", "and experts?", "How many experts does GLaM use?"),
    ("Does BERT use dropout?", "And does ALBERT?", "Does ALBERT use dropout?"),
    ("How many layers does BERT have?", "and how many does ELECTRA have?", "how many layers does ELECTRA have?"),
    ("What is the precision of the detector?", "and the recall?", "What is the recall of the detector?"),
    ("What batch size is used for pre-training?", "And for fine-tuning?", "What batch size is used for fine-tuning?"),
    ("How is the model evaluated in Table 2?", "and in Table 5?", "How is the model evaluated in Table 5?"),
    ("What does SMEAR do?", "same for Adamix?", "What does Adamix do?"),
    ("What is BERT?", "How many layers does it have?", "How many layers does BERT have?"),
    ("Who wrote the LipNet paper?", "Is its code public?", "Is LipNet's code public?"),
    ("What is mixup?", "Why does it help?", "Why does mixup help?"),
    ("How is GShard partitioned?", "What are the limitations of this method?", "What are the limitations of GShard?"),
    ("How is GShard partitioned?", "What do the authors conclude?", "What do the authors of GShard conclude?"),
    (
        "How is GShard partitioned?",
        "How many languages does the paper cover?",
        "How many languages does the GShard paper cover?",
    ),
    ("What are residual connections?", "How do they help?", "How do residual connections help?"),
    ("How does DistilBERT compare to BERT?", "Which paper introduced it?", "Which paper introduced DistilBERT?"),
    ("Is dropout used in U-Net?", "Why is that?", "Why is dropout used in U-Net?"),
    (
        "What is the accuracy of ViT on ImageNet?",
        "how was that measured?",
        "how was the accuracy of ViT on ImageNet measured?",
    ),
    ("Does LoRA add latency?", "why?", "Why does LoRA add latency?"),
    ("Does LoRA add latency?", "How much?", "How much does LoRA add latency?"),
    ("How does pruning help?", "by how much?", "By how much does pruning help?"),
    ("Is LoRA faster than adapters?", "how much faster?", "How much faster is LoRA than adapters?"),
    ("How many layers does BERT have?", "which paper says so?", "which paper says so: How many layers does BERT have?"),
    (
        "How many layers does BERT have?",
        "Why does the loss of a very deep network rise when it is trained longer?",
        SAME,
    ),
    (
        "How many layers does BERT have?",
        "What criteria select the tasks of SuperGLUE, and how do these criteria help?",
        SAME,
    ),
    ("How many layers does BERT have?", "How do routers decide where their tokens go?", SAME),
]
"""(the question before, the follow-up, what is looked for): written and judged before the rules, which follow them."""
HELD_OUT = [
    (
        "How many layers does the GShard encoder have?",
        "and the decoder?",
        "How many layers does the GShard decoder have?",
    ),
    (
        "What is the top-1 accuracy of ViT-L/16 on ImageNet?",
        "what about ViT-H/14?",
        "What is the top-1 accuracy of ViT-H/14 on ImageNet?",
    ),
    (
        "What is the top-1 accuracy of ViT-L/16 on ImageNet?",
        "And on VTAB?",
        "What is the top-1 accuracy of ViT-L/16 on VTAB?",
    ),
    (
        "How is the router of Switch Transformer trained?",
        "Does it need an auxiliary loss?",
        "Does Switch Transformer need an auxiliary loss?",
    ),
    (
        "What optimizer was used to train LLaMA?",
        "With which learning rate?",
        "What optimizer was used to train LLaMA, with which learning rate?",
    ),
    (
        "Why does LoRA add no inference latency?",
        "which paper says that?",
        "which paper says that: Why does LoRA add no inference latency?",
    ),
    ("Is dropout used in the U-Net?", "Where?", "Where is dropout used in the U-Net?"),
    ("What does mixup do?", "who proposed it?", "who proposed mixup?"),
    ("Compare BERT and RoBERTa on SQuAD.", "And on RACE?", "Compare BERT and RoBERTa on RACE."),
    (
        "How many parameters does DistilBERT have?",
        "how does that compare to BERT?",
        "how does the number of parameters of DistilBERT compare to BERT?",
    ),
    (
        "What learning rate is used for fine-tuning BERT?",
        "How about the batch size?",
        "What batch size is used for fine-tuning BERT?",
    ),
    ("Which datasets does GLUE include?", "What are the limitations of low-rank adaptation?", SAME),
    ("How long was the base Transformer trained?", "and the big one?", "How long was the big Transformer trained?"),
    (
        "What perplexity does Hash Layer reach on Reddit?",
        "Do they report standard deviations?",
        "Do the authors of Hash Layer report standard deviations?",
    ),
    ("What is knowledge distillation?", "Give an example.", "Give an example of knowledge distillation."),
]
"""Written before the rules and not looked at while they were made."""
LATER = [
    (
        "How is attention computed in Longformer?",
        "Which datasets is it tested on?",
        "Which datasets is Longformer tested on?",
    ),
    (
        "What are the main results of the Mixtral paper?",
        "and the limitations?",
        "What are the limitations of the Mixtral paper?",
    ),
    ("Does batch normalization help ResNets?", "How so?", "How does batch normalization help ResNets?"),
    ("Which tokenizer does XLM-R use?", "and mT5?", "Which tokenizer does mT5 use?"),
    (
        "How many GPUs were used to train OPT-175B?",
        "For how long?",
        "How many GPUs were used to train OPT-175B, and for how long?",
    ),
    ("What is the FID of DDPM on CIFAR-10?", "And on LSUN Bedroom?", "What is the FID of DDPM on LSUN Bedroom?"),
    (
        "What is the FID of DDPM on CIFAR-10?",
        "What about the Inception score?",
        "What is the Inception score of DDPM on CIFAR-10?",
    ),
    (
        "How does Mamba scale with sequence length?",
        "Compared to Transformers?",
        "How does Mamba scale with sequence length, compared to Transformers?",
    ),
    ("Who proposed dropout?", "When?", "Who proposed dropout, and when?"),
    ("What is the vocabulary size of GPT-2?", "Do they use byte-level BPE?", "Does GPT-2 use byte-level BPE?"),
    (
        "How does Swin Transformer compute attention?",
        "Is the code available?",
        "Is the code of Swin Transformer available?",
    ),
    (
        "What is the effect of label smoothing?",
        "On which tasks was this evaluated?",
        "On which tasks was the effect of label smoothing evaluated?",
    ),
    (
        "How many training steps does the small model need?",
        "and the medium-sized one?",
        "How many training steps does the medium model need?",
    ),
    ("What accuracy does ELECTRA get on MNLI?", "on QNLI?", "What accuracy does ELECTRA get on QNLI?"),
    (
        "What accuracy does ELECTRA get on MNLI?",
        "And what about F1 on SQuAD?",
        "What accuracy does ELECTRA get on MNLI, for F1 on SQuAD?",
    ),
    ("Which loss does SimCLR minimise?", "Can you explain it?", "Can you explain SimCLR?"),
    ("Which loss does SimCLR minimise?", "Why this one?", "Which loss does SimCLR minimise, and why this one?"),
    (
        "Is weight decay applied to biases in GPT-3?",
        "In which section is that described?",
        "In which section is that described: Is weight decay applied to biases in GPT-3?",
    ),
    ("What does the gating network output?", "And how is it trained?", "how is the gating network trained?"),
    ("How does RAG retrieve passages?", "How does REALM do it?", "How does REALM retrieve passages?"),
    ("How large is the codebook of VQ-VAE?", "What are the benefits of a discrete latent space?", SAME),
    (
        "How large is the codebook of VQ-VAE?",
        "Does increasing the number of experts improve quality or does it saturate?",
        SAME,
    ),
    ("How large is the codebook of VQ-VAE?", "What is the paper that introduced the Adam optimizer?", SAME),
    (
        "How large is the codebook of VQ-VAE?",
        "Is it possible to prune half of the heads without losing accuracy?",
        SAME,
    ),
    ("How large is the codebook of VQ-VAE?", "Why do language models repeat themselves?", SAME),
    ("How large is the codebook of VQ-VAE?", "What makes a network robust to noise in its inputs?", SAME),
    (
        "Compare Adam and SGD on CIFAR-10.",
        "Which of them generalises better?",
        "Which of Adam and SGD generalises better?",
    ),
    ("What is the receptive field of WaveNet?", "what else?", "what else: What is the receptive field of WaveNet?"),
    (
        "What is the word error rate of wav2vec 2.0 on LibriSpeech?",
        "and on Switchboard?",
        "What is the word error rate of wav2vec 2.0 on Switchboard?",
    ),
    (
        "What is the word error rate of wav2vec 2.0 on LibriSpeech?",
        "and HuBERT?",
        "What is the word error rate of HuBERT on LibriSpeech?",
    ),
    (
        "How many experts does Mixtral use per token?",
        "what about DeepSeekMoE?",
        "How many experts does DeepSeekMoE use per token?",
    ),
    (
        "How many experts does Mixtral use per token?",
        "Why so few?",
        "How many experts does Mixtral use per token, and why so few?",
    ),
    (
        "What regularisation is used in EfficientNet?",
        "Does this help?",
        "Does this help: What regularisation is used in EfficientNet?",
    ),
    (
        "What regularisation is used in EfficientNet?",
        "What is their best accuracy on ImageNet?",
        "What is EfficientNet's best accuracy on ImageNet?",
    ),
    (
        "How do Vision Transformers handle images of other sizes?",
        "Are they better than CNNs?",
        "Are Vision Transformers better than CNNs?",
    ),
    ("Is pre-training needed for DETR?", "How long does it take?", "How long does DETR take?"),
    ("Is pre-training needed for DETR?", "How long does it take to train DETR?", SAME),
    ("What is the training cost of BLOOM?", "and its carbon footprint?", "BLOOM's carbon footprint?"),
    ("What is the training cost of BLOOM?", "and for inference?", "What is the inference cost of BLOOM?"),
    (
        "At which learning rate was the tiny model trained?",
        "the huge one?",
        "At which learning rate was the huge model trained?",
    ),
    ("What does the router optimise?", "By which algorithm?", "What does the router optimise, by which algorithm?"),
    (
        "What is LayerDrop?",
        "What advantages does it have over dropout?",
        "What advantages does LayerDrop have over dropout?",
    ),
    ("What is LayerDrop?", "In which papers is it used?", "In which papers is LayerDrop used?"),
    ("What is LayerDrop?", "Is there any evidence for this?", "Is there any evidence for LayerDrop?"),
    ("What is LayerDrop?", "Which model generalises best when its width grows?", SAME),
    ("What is LayerDrop?", "How do researchers choose the size of their vocabulary?", SAME),
    ("What is LayerDrop?", "Can a network that was pruned be trained from scratch to the same accuracy?", SAME),
    ("What is LayerDrop?", "What does it take to train a model with a trillion weights?", SAME),
]
"""Written when the rules were there; what failed at first taught them."""


def answer(question: str, *, sentence: str = "", label: str = "", title: str = "", resolved: str = "") -> Answer:
    """Return an answer to a question, by one sentence of one paper where either is given."""
    quotes = (Quote("k", label or "Roe 2020", 1, "Words.", ()),)
    statements = (Statement(sentence or "It is so.", quotes),) if sentence or label else ()
    passages = (Passage("k", title, 1, (), 1.0, ""),) if title else ()
    parts = (Part(question, statements, 1.0),)
    return Answer("abc123", "2026-01-02T03:04:05+00:00", question, resolved or question, parts, passages, 3)


@pytest.mark.parametrize(("before", "question", "wanted"), [*OWN, *HELD_OUT, *LATER])
def test_a_follow_up_is_told_with_what_it_speaks_of(before: str, question: str, wanted: str) -> None:
    """From the question before alone."""
    assert resolve(question, [answer(before)]) == (wanted or question)


def test_nothing_before_is_nothing_to_speak_of() -> None:
    """The first question is as it is, and so is one of which nothing is known."""
    assert resolve("How many layers does it have?", []) == "How many layers does it have?"
    assert resolve("How many layers does it have?", [answer("Is there any?")]) == "How many layers does it have?"
    assert resolve("  ", [answer("What is BERT?")]) == "  "


def test_a_paper_that_was_cited_is_meant_where_no_name_was_asked_for() -> None:
    """By the short name in its title, by a short title, else as people cite it."""
    asked, question = "How do they keep heads apart?", "What is its training cost?"
    long = "A Rather Long Title about Heads That Nobody Would Ever Say Aloud"
    for title, wanted in (
        ("HeadKeeper: Keeping Heads Apart", "HeadKeeper's"),
        ('Keeping "Heads" Apart', "Keeping Heads Apart's"),
        (long, "Moe et al. 2021's"),
        ("", "Moe et al. 2021's"),
    ):
        before = answer(asked, label="Moe et al. 2021", title=title)
        assert resolve(question, [before]) == f"What is {wanted} training cost?"


def test_a_why_asks_for_the_reason_of_what_was_answered() -> None:
    """In a sentence that can be searched for, with the name that the sentence lacks; not where it is very long."""
    asked = "What optimizer trains LLaMA?"
    for sentence, wanted in (
        ("LLaMA is trained with AdamW.", "Why is it that LLaMA is trained with AdamW?"),
        ("We use AdamW.", "Why is it, with LLaMA, that we use AdamW?"),
        ("We " * 200, "What optimizer trains LLaMA, and why?"),
    ):
        assert resolve("But why?", [answer(asked, sentence=sentence)]) == wanted


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    """Each is told of the one before as it was looked for; what has no name goes back to what has."""
    first = answer("How many layers does BERT have?")
    second = resolve("and RoBERTa?", [first])
    third = resolve("Which optimizer does it use?", [first, answer("and RoBERTa?", resolved=second)])
    assert (second, third) == ("How many layers does RoBERTa have?", "Which optimizer does RoBERTa use?")

    aside = answer("Is there more?")
    assert resolve("Who wrote it?", [first, aside]) == "Who wrote BERT?"


def test_several_things_are_meant_by_they() -> None:
    """Where several were compared."""
    before = [answer("How do BERT and RoBERTa compare on MNLI?")]
    assert resolve("How many layers do they have?", before) == "How many layers do BERT and RoBERTa have?"
    assert resolve("What do they report?", before) == "What do the authors of BERT report?"
    assert resolve("How high is it there?", [answer("How accurate is BERT on MNLI?")]) == "How high is BERT there?"
    assert resolve("What is the gain there?", before) == "What is the gain on MNLI?"


@pytest.mark.parametrize(
    "question",
    [
        "What suggests that networks overfit?",
        "Why do models that share weights train faster?",
        "Which optimizers are there for large batches?",
        "Is it common to clip gradients?",
        "Does it matter whether the data is shuffled?",
        "How do you initialise the experts so that they differ?",
        "Does sharing parameters hurt when their number is small?",
        "If a model overfits, how is it regularised?",
        "What did the authors of RoBERTa change?",
        "How does the network learn?",
        "Does the model that wins use augmentation?",
        "How much does ELECTRA gain on GLUE?",
        'What does "it" stand for in grammar?',
        "BERT",
        "LoRA rank",
        "ok",
        "Thanks!",
        "What?",
        "so what?",
        "and then?",
    ],
)
def test_a_question_of_its_own_is_left_alone(question: str) -> None:
    """Whatever stood before."""
    for before in ("How many layers does BERT have?", "What is the FID of DDPM on CIFAR-10?", "Is LoRA fast?"):
        assert resolve(question, [answer(before, label="Roe 2020")]) == question


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_are_borne(before: str, question: str) -> None:
    """Nothing a person can type ends in an error, and nothing becomes nothing."""
    told = resolve(question, [answer(before)])
    assert told == question or told.strip()


def test_a_very_long_question_takes_no_time() -> None:
    """It says itself what it speaks of."""
    started = time.perf_counter()
    long = "how many does it " * 20_000
    assert resolve(long, [answer("What is BERT?")]) == long
    assert resolve("and it?", [answer(long)]) == "and it?"
    assert time.perf_counter() - started < 20
