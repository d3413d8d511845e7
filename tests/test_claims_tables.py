"""Claims out of tables: what each number is, told by labels, caption and text."""

from __future__ import annotations

import pytest

from paperlab.claims import claims_of
from paperlab.types import (
    Block,
    BlockKind,
    Cell,
    Claim,
    ClaimRole,
    Direction,
    FrontMatter,
    Line,
    PageSize,
    Reading,
    RowKind,
    Selection,
    SpreadMeaning,
    Table,
    TableRow,
)
from paperlab.values import parse_values

BOX = (10.0, 10.0, 90.0, 20.0)


def table(caption: str, *rows: str, labels: int = 1, number: str = "1", confidence: float = 1.0) -> Table:
    """A table of rows such as `H: Method | Error`; `<` repeats the cell to the left, `G:` is a section row."""
    made = [row(line, i) for i, line in enumerate(rows)]
    return Table(number, f"Table {number}: {caption}", 1, BOX, tuple(made), label_columns=labels, confidence=confidence)


def row(line: str, i: int) -> TableRow:
    kind, _, rest = line.partition(":")
    texts = [text.strip() for text in rest.split("|")]
    kinds = {"H": RowKind.HEADER, "G": RowKind.GROUP}
    cells: list[Cell] = []
    for j, text in enumerate(texts):
        if text == "<":
            cells.append(cells[-1])
            continue
        span = next((k for k, other in enumerate(texts[j + 1 :]) if other != "<"), len(texts) - j - 1) + 1
        bold = text.startswith("*")
        shown = text.strip("*")
        cells.append(Cell(shown, BOX if shown else None, bold, parse_values(shown, bold=bold), i, j, 1, span))
    return TableRow(kinds.get(kind.strip(), RowKind.DATA), tuple(cells))


def paragraph(text: str, section: str = "4 Experiments") -> Block:
    return Block(BlockKind.PARAGRAPH, 1, (section,), text, (Line(0, BOX),))


def read(*parts: Table | Block, title: str = "FooNet: A Network", abstract: str = "") -> list[Claim]:
    """All claims of a paper with these tables and paragraphs."""
    blocks = tuple(part for part in parts if isinstance(part, Block))
    tables = tuple(part for part in parts if isinstance(part, Table))
    front = FrontMatter(title=title, abstract=abstract)
    return claims_of("key", "ab" * 32, Reading("test", (PageSize(1, 600, 800),), blocks, front, tables), title)


def said(claim: Claim) -> tuple[str, str, str, str]:
    return claim.method, claim.dataset, claim.metric, claim.printed


def test_metrics_in_columns_and_the_dataset_in_the_caption() -> None:
    """Rows are methods, the caption names dataset, split and unit; parameters are settings."""
    made = read(
        table(
            "Classification error (%) on the CIFAR10 test set.",
            "H: method | # params | error (%)",
            "D: Maxout [10] | 2.5M | 9.38",
            "D: FooNet (ours) | 0.3M | *8.75*",
        )
    )
    results = [claim for claim in made if claim.role is ClaimRole.RESULT]
    assert [said(claim) for claim in results] == [
        ("Maxout", "CIFAR-10", "error", "9.38"),
        ("FooNet", "CIFAR-10", "error", "8.75"),
    ]
    assert [(c.unit, c.direction, c.split, c.bold, c.own) for c in results] == [
        ("%", Direction.LOWER, "test", False, False),
        ("%", Direction.LOWER, "test", True, True),
    ]
    settings = [claim for claim in made if claim.role is ClaimRole.SETUP]
    assert [(c.metric, c.printed, c.unit, c.direction) for c in settings] == [
        ("# params", "2.5", "M", Direction.UNKNOWN),
        ("# params", "0.3", "M", Direction.UNKNOWN),
    ]


def test_each_claim_says_where_it_stands() -> None:
    """Id, table, row, column, labels, page, box and hash of the PDF."""
    claim = read(table("Accuracy on MNIST.", "H: Model | Dev | Test", "D: A | 97.1 | 96.5"))[1]
    assert (claim.id, claim.page, claim.box, claim.sha256, claim.decimals) == ("T1.r1.c2", 1, BOX, "ab" * 32, 1)
    assert claim.cell is not None
    assert (claim.cell.table, claim.cell.row, claim.cell.column) == ("1", 1, 2)
    assert (claim.cell.row_label, claim.cell.column_label) == ("A", "Test")
    assert (claim.split, claim.metric) == ("test", "accuracy")


def test_two_tables_of_one_number_have_different_ids() -> None:
    """A number that the reader saw twice does not make two claims of one id."""
    one = table("Accuracy on MNIST.", "H: Model | Test", "D: A | 97.1")
    ids = [claim.id for claim in read(one, one)]
    assert len(set(ids)) == len(ids) == 2


def test_datasets_in_columns_take_the_metric_that_a_sentence_gives_each() -> None:
    """`Matthews correlation for CoLA, accuracy for the other tasks`."""
    made = read(
        table(
            "Results on GLUE. We report Matthews correlation for CoLA, Pearson correlation for STS-B, and accuracy for "
            "the other tasks.",
            "H: Model | MNLI | CoLA | STS-B",
            "D: BERT | 84.4 | 52.1 | 85.8",
        )
    )
    assert [(c.dataset, c.metric) for c in made] == [
        ("MNLI", "accuracy"),
        ("CoLA", "Matthews correlation"),
        ("STS-B", "Pearson correlation"),
    ]


def test_a_dataset_without_a_metric_takes_its_usual_one_with_less_confidence() -> None:
    """The guess is told in the reasons."""
    guessed = read(table("Results.", "H: Model | SQuAD 2.0", "D: A | 81.9"))[0]
    sure = read(table("Results.", "H: Model | SQuAD 2.0 F1", "D: A | 81.9"))[0]
    assert guessed.metric == sure.metric == "F1"
    assert guessed.confidence < sure.confidence
    assert any("guessed" in reason for reason in guessed.reasons)


def test_dataset_over_metric_in_two_header_rows() -> None:
    """Both levels count for each column."""
    made = read(
        table(
            "Results.",
            "H: | SQuAD 1.1 | < | IMDb | <",
            "H: System | EM | F1 | Acc. ↑ | Err. ↓",
            "D: A | 80.8 | 88.5 | 93.0 | 7.0",
        )
    )
    assert [(c.dataset, c.metric, c.direction) for c in made] == [
        ("SQuAD", "exact match", Direction.HIGHER),
        ("SQuAD", "F1", Direction.HIGHER),
        ("IMDB", "accuracy", Direction.HIGHER),
        ("IMDB", "error", Direction.LOWER),
    ]


def test_transposed_tables_take_the_method_from_the_column() -> None:
    """Rows are datasets with metric and split of their own."""
    made = read(
        table(
            "Scores.",
            "H: Name | Metric | Split | GPT-3 | FooLM",
            "D: TriviaQA | acc (em) | dev | 64.3 | 71.3",
            "D: DROP | f1 | test | 23.6 | 57.3",
            labels=3,
        )
    )
    assert [(*said(c)[:3], c.split) for c in made] == [
        ("GPT-3", "TriviaQA", "exact match", "dev"),
        ("FooLM", "TriviaQA", "exact match", "dev"),
        ("GPT-3", "DROP", "F1", "test"),
        ("FooLM", "DROP", "F1", "test"),
    ]


def test_rows_of_one_name_are_told_apart_by_their_settings() -> None:
    """`# layers = 20` goes into the setting where the name repeats, and nowhere else."""
    made = read(
        table(
            "Error on CIFAR-10.",
            "H: method | # layers | error",
            "D: ResNet | 20 | 8.75",
            "D: ResNet | 32 | 7.51",
            "D: NIN | 9 | 8.81",
        )
    )
    assert [c.setting for c in made if c.role is ClaimRole.RESULT] == ["# layers = 20", "# layers = 32", ""]


def test_a_table_of_settings_alone_belongs_to_the_papers_own_method() -> None:
    """Where rows name a value, the method is taken from the title, and that lowers the confidence."""
    claim = read(table("BLEU on WMT 2014.", "H: Rank r | BLEU | loss", "D: 1 | 27.1 | 1.23", "D: 2 | 27.9 | 1.21"))[0]
    assert (claim.method, claim.setting, claim.own) == ("FooNet", "Rank r = 1", True)
    assert claim.confidence < 0.7


def test_several_numbers_of_a_cell_are_claims_of_their_own() -> None:
    """`a/b` under `F1/Acc.` and under `MNLI-(m/mm)`."""
    made = read(table("Results.", "H: Model | CB F1/Acc. | MNLI-(m/mm)", "D: A | 75.7/83.6 | 84.6/83.4"))
    assert [(c.dataset, c.metric, c.printed, c.id) for c in made] == [
        ("CB", "F1", "75.7", "T1.r1.c1"),
        ("CB", "accuracy", "83.6", "T1.r1.c1.2"),
        ("MNLI-m", "accuracy", "84.6", "T1.r1.c2"),
        ("MNLI-mm", "accuracy", "83.4", "T1.r1.c2.2"),
    ]


def test_best_and_mean_of_a_cell() -> None:
    """The caption says that the best run stands before the mean, and how many runs there were."""
    made = read(
        table(
            "Error on CIFAR-10. We run it 5 times and show “best (mean±std)”.",
            "H: method | error (%)",
            "D: FooNet | 6.43 (6.61±0.16)",
        )
    )
    assert [(c.printed, c.selection, c.spread_printed, c.spread_meaning) for c in made] == [
        ("6.43", Selection.BEST, "", None),
        ("6.61", Selection.MEAN, "0.16", SpreadMeaning.SD),
    ]


@pytest.mark.parametrize(
    ("caption", "meaning", "n"),
    [
        ("Means over 5 runs, ± standard error.", SpreadMeaning.SE, 5),
        ("We show mean and standard deviation over three seeds.", SpreadMeaning.SD, 3),
        ("Averaged over 10 random seeds with 95% confidence intervals.", SpreadMeaning.CI95, 10),
        ("Results on TIMIT.", SpreadMeaning.UNKNOWN, None),
    ],
)
def test_what_a_spread_measures(caption: str, meaning: SpreadMeaning, n: int | None) -> None:
    """The caption says it, else it is unknown."""
    claim = read(table(caption, "H: System | LER", "D: CTC | 30.51 ± 0.19%"))[0]
    assert (claim.metric, claim.spread, claim.spread_meaning, claim.n) == ("label error rate", 0.19, meaning, n)
    assert claim.unit == "%"


def test_the_text_that_refers_to_a_table_names_the_dataset() -> None:
    """Where labels and caption are silent; the confidence is lower than with a caption."""
    rows = ("H: Model | Score A | Score B", "D: NIN | 90.1 | 89.0")
    told = read(table("Main results.", *rows), paragraph("Table 1 shows CIFAR-100 with both sizes."))[0]
    printed = read(table("Main results on CIFAR-100.", *rows))[0]
    assert told.dataset == printed.dataset == "CIFAR-100"
    assert told.confidence < printed.confidence


def test_the_text_gives_the_metric_of_a_dataset() -> None:
    """`accuracy on CIFAR-100` in a sentence that refers to the table."""
    told = read(
        table("Main results.", "H: Model | CIFAR-100", "D: NIN | 64.3"),
        paragraph("Table 1 shows the error on CIFAR-100 for both sizes."),
    )[0]
    assert (told.dataset, told.metric, told.direction) == ("CIFAR-100", "error", Direction.LOWER)


def test_a_caption_that_averages_over_unnamed_sets() -> None:
    """The dataset is called an average, not guessed."""
    claim = read(
        table("Average test-set perplexity over all 8 domains.", "H: | 125M | 1.3B", "D: Dense | 20.6 | 13.8"),
        paragraph("We train on Reddit, Reddit and WebText."),
    )[0]
    assert (claim.dataset, claim.metric, claim.method, claim.setting) == ("average", "perplexity", "Dense", "125M")


def test_an_average_column_is_no_dataset_of_its_own() -> None:
    """`Avg.` beside datasets."""
    made = read(table("Accuracy.", "H: Model | BoolQ | PIQA | Avg.", "D: A | 70.1 | 80.2 | 75.2"))
    assert [c.dataset for c in made] == ["BoolQ", "PIQA", "average"]


def test_parts_of_the_captions_dataset_keep_its_name() -> None:
    """Classes in columns are parts of the dataset in the caption."""
    made = read(
        table(
            "Average precision on the PASCAL VOC 2007 test set.",
            "H: system | mAP | bike | train",
            "D: A | 73.2 | 79.0 | 83.0",
        )
    )
    assert [c.dataset for c in made] == ["PASCAL VOC 2007", "PASCAL VOC 2007 bike", "PASCAL VOC 2007 train"]
    assert {c.split for c in made} == {"test"}


def test_a_metric_in_the_corner_goes_with_what_follows() -> None:
    """`pass@` before `@1` and `@100`."""
    made = read(table("Code.", "H: | HumanEval | <", "H: pass@ | @1 | @100", "D: FooLM | 14.0 | 47.3"))
    assert [(c.dataset, c.metric) for c in made] == [("HumanEval", "pass@1"), ("HumanEval", "pass@100")]


def test_letters_for_precision_and_recall() -> None:
    """`P`, `R` and `F1` beside each other; alone `R` is a setting."""
    made = read(table("Results on ACE 2005.", "H: Method | P | R | F1", "D: A | 80.7 | 73.2 | 76.8"))
    assert [(c.metric, c.role) for c in made] == [
        ("precision", ClaimRole.RESULT),
        ("recall", ClaimRole.RESULT),
        ("F1", ClaimRole.RESULT),
    ]


def test_whole_numbers_beside_results_are_settings() -> None:
    """Image scales under an unknown header."""
    made = read(
        table(
            "Error on ImageNet.",
            "H: config. | smallest side | top-1 val. error (%)",
            "D: B | 256 | 28.2",
            "D: C | 384 | 27.7",
        )
    )
    assert [(c.printed, c.role) for c in made] == [
        ("256", ClaimRole.SETUP),
        ("28.2", ClaimRole.RESULT),
        ("384", ClaimRole.SETUP),
        ("27.7", ClaimRole.RESULT),
    ]
    assert {(c.metric, c.split) for c in made if c.role is ClaimRole.RESULT} == {("top-1 error", "validation")}


def test_tables_of_hyperparameters_and_counts_report_no_results() -> None:
    """All numbers are settings, named by their row."""
    made = read(
        table(
            "The hyperparameters for GLUE.",
            "H: Hyperparameter | MNLI | RTE",
            "D: Batch Size | 8 | 4",
            "D: # Epoch | 5 | 11",
        ),
        table("Statistics of the data.", "H: Corpus | # Train | # Test", "D: BoolQ | 9427 | 3245", number="2"),
    )
    assert {c.role for c in made} == {ClaimRole.SETUP}
    assert made[0].metric == "Batch Size"


def test_measured_time_is_a_result_and_cost_is_none() -> None:
    """Latency and speed are measured; FLOPs and training cost are settings."""
    made = read(
        table(
            "Performance on ImageNet.",
            "H: Network | Top 1 | MAdds | Training Cost (FLOPs) | CPU",
            "D: A | 70.6 | 575M | 2.3·10^19 | 113ms",
        )
    )
    assert [(c.metric, c.role) for c in made] == [
        ("top-1 accuracy", ClaimRole.RESULT),
        ("MAdds", ClaimRole.SETUP),
        ("Training Cost", ClaimRole.SETUP),
        ("latency", ClaimRole.RESULT),
    ]
    assert made[2].decimals == 1 - 19


def test_section_rows_name_datasets_or_settings() -> None:
    """A known dataset in a section row is the rows' dataset; other words are a setting; `Ours` marks own rows."""
    made = read(
        table(
            "Accuracy.",
            "H: Model | Test",
            "G: CIFAR-10 | <",
            "D: A | 95.0",
            "G: Ours | <",
            "D: B | 96.0",
            "G: With extra data | <",
            "D: C | 97.0",
        )
    )
    assert [(c.method, c.dataset == "CIFAR-10", c.own, c.setting) for c in made] == [
        ("A", True, False, ""),
        ("B", False, True, ""),
        ("C", False, False, "With extra data"),
    ]


def test_a_spanning_value_counts_once_for_each_dataset_it_covers() -> None:
    """Under two datasets it is two claims, under two unnamed columns one."""
    made = read(table("Accuracy.", "H: Model | BoolQ | PIQA", "D: A | 70.1 | <"))
    assert [c.dataset for c in made] == ["BoolQ", "PIQA"]


def test_the_tables_own_doubts_are_the_claims() -> None:
    """The confidence of the reading bounds the claim's."""
    claim = read(table("Accuracy on MNIST.", "H: Model | Test", "D: A | 97.1", confidence=0.3))[0]
    assert claim.confidence <= 0.3


@pytest.mark.parametrize("texts", [("H:", "D:"), ("H: |", "D: 1 | 2"), ("D: 1 | 2", "D: | 3"), ("H: a | b",)])
def test_poor_tables_are_read_without_an_error(texts: tuple[str, ...]) -> None:
    """Blank headers, missing headers, no body."""
    for claim in read(table("", *texts)):
        assert 0 < claim.confidence <= 1


def test_an_abbreviation_that_the_paper_defines_is_no_metric() -> None:
    """`SER` is a task where the text says so, and the error rate that it usually is elsewhere."""
    rows = ("H: Method | SER | <", "H: Method | ZH | ES", "D: BarNet | 0.89 | 0.75")
    told = read(
        table("F1 of the ablation.", *rows),
        paragraph("Table 1 is about sentence entity recognition (SER) in many languages."),
    )
    assert [(c.metric, c.dataset, c.setting) for c in told] == [("F1", "ZH", "SER"), ("F1", "ES", "SER")]
    assert read(table("Ablation.", *rows))[0].metric == "sentence error rate"


def test_the_metric_that_the_paper_names_most_stands_in() -> None:
    """Where neither labels nor caption nor the text about the table name one."""
    text = "The mean absolute error (MAE) falls. All MAE are on held-out sites. A low MAE is what we want."
    claim = read(table("Main results.", "H: Model | Site A", "D: BarNet | 0.89"), paragraph(text))[0]
    assert (claim.metric, claim.direction) == ("mean absolute error", Direction.LOWER)
    assert claim.confidence < 0.5


def test_a_row_that_adds_to_the_method_above_keeps_its_name() -> None:
    """`+ gate`, `w/o gate`, also where a word of settings stands in it."""
    made = read(
        table("Accuracy on MNIST.", "H: Model | Test", "D: BarNet | 97.1", "D: w/ dropout | 97.3", "D: + gate | 98")
    )
    assert [c.method for c in made] == ["BarNet", "BarNet w/ dropout", "BarNet + gate"]
    assert {c.role for c in made} == {ClaimRole.RESULT}


def test_methods_in_rows_leave_settings_to_the_columns() -> None:
    """Columns called `baseline` or by a network do not become a part of the rows' methods."""
    made = read(table("F1 on SciCite.", "H: Method | baseline | LSTM", "D: BERT | 76.0 | 81.7", "D: CRF | 80.3 | 87.3"))
    assert [(c.method, c.setting) for c in made] == [
        ("BERT", "baseline"),
        ("BERT", "LSTM"),
        ("CRF", "baseline"),
        ("CRF", "LSTM"),
    ]


def test_metrics_hold_on_below_a_header_that_names_only_datasets() -> None:
    """The second part of a table repeats the dataset's row and not the metrics' one."""
    made = read(
        table(
            "Results.",
            "H: | BLEU | Self-BLEU",
            "H: Method | Dataset: QQP | <",
            "D: Copy | 32.7 | 100.0",
            "H: Method | Dataset: Foo ABC | <",
            "D: Copy | 35.6 | 99.0",
        )
    )
    assert [(c.dataset, c.metric) for c in made] == [
        ("QQP", "BLEU"),
        ("QQP", "Self-BLEU"),
        ("Foo ABC", "BLEU"),
        ("Foo ABC", "Self-BLEU"),
    ]


def test_a_section_row_with_a_metrics_word_names_none_where_columns_do() -> None:
    """`Less than real time` above columns of mAP and FPS."""
    made = read(
        table("Speed on VOC 2007.", "H: Detector | mAP | FPS", "G: Less than real time | < | <", "D: Foo | 30.4 | 15")
    )
    assert [c.metric for c in made] == ["mAP", "FPS"]


def test_an_overall_metric_beside_datasets_is_their_average() -> None:
    """`Final Accuracy` behind domains."""
    made = read(table("DomainNet.", "H: Routing | Quickdraw | GLUE | Final Accuracy", "D: Tag | 64 | 62 | 61"))
    assert [(c.dataset, c.metric) for c in made][2] == ("average", "accuracy")


def test_a_method_named_top_1_is_no_metric_of_the_caption() -> None:
    """`Top-1 gating` in the caption leaves the datasets their usual metric."""
    made = read(table("Ours and Top-1 gating.", "H: Name | ST | GS", "D: BoolQ | 77.4 | 76.5", "D: PIQA | 80 | 81.5"))
    assert {c.metric for c in made} == {"accuracy"}


def test_ours_before_a_bracket_becomes_the_papers_own_method() -> None:
    """Never a bracket alone; without a known name `ours` stays."""
    rows = ("H: method | val", "D: VGG [41] (ILSVRC'14) | 26.9", "D: ours (ILSVRC'15) | 8.9")
    caption = "Top-5 localization error (%) on ImageNet."
    assert read(table(caption, *rows))[1].method == "FooNet (ILSVRC'15)"
    assert read(table(caption, *rows), title="On networks")[1].method == "ours (ILSVRC'15)"


@pytest.mark.parametrize("head", ["top-5 localization err", "LOC error", "error"])
def test_localization_error_is_no_classification_error(head: str) -> None:
    """The header says so, or the caption of a table of mere errors."""
    claim = read(table("Localization error (%) on ImageNet.", f"H: method | {head}", "D: VGG | 26.9"))[0]
    assert claim.metric in ("localization error", "top-5 localization error")
    assert claim.direction is Direction.LOWER


def test_a_row_of_flops_in_a_table_of_architectures_is_a_setting() -> None:
    """Even where its label spans two columns."""
    made = read(
        table("Nets for ImageNet.", "H: layer name | output size | 18-layer", "D: FLOPs | < | 1.8×10^9", labels=2)
    )
    assert [(c.role, c.metric) for c in made] == [(ClaimRole.SETUP, "FLOPs")]


def test_words_and_symbols_make_no_dataset() -> None:
    """`is to be` is no pair of languages, `W_q` is no Web Questions."""
    text = "What is to be shown is to be shown here. What is to be done?"
    made = read(table("Scores.", "H: Type | W_q | W_k", "D: WikiSQL | 70.4 | 70.0"), paragraph(text))
    assert {c.dataset for c in made} == {"WikiSQL"}


def test_a_letter_inside_a_name_is_no_setting() -> None:
    """`A◦N` is no count `n`; alone `n` is one."""
    made = read(table("Accuracy on MNIST.", "H: Input | cbow | count", "D: A◦N | 0.60 | 0.71", "D: P◦N | 0.50 | 0.51"))
    assert {c.role for c in made} == {ClaimRole.RESULT}


def test_a_citation_alone_stays_a_method() -> None:
    """`[7]` is the name of a row that has no other, also before what is added to it."""
    made = read(
        table(
            "Accuracy on MNIST.", "H: Method | Test", "D: [7] | 1.5", "D: [8] (with context) | 1.6", "D: Foo [9] | 1.7"
        )
    )
    assert [c.method for c in made] == ["[7]", "[8] (with context)", "Foo"]


def test_what_the_text_calls_a_metric_is_one_also_with_a_parameter() -> None:
    """The caption's metric does not stand for columns that the text calls another metric."""
    made = read(
        paragraph("We follow others and count with the ZEMO metric at each level."),
        table("Mean absolute error on MNIST.", "H: Method | ZEMO (L=0) | ZEMO (L=1)", "D: A | 9.7 | 13.1"),
    )
    assert [c.metric for c in made] == ["ZEMO (L=0)", "ZEMO (L=1)"]


def test_unknown_columns_beside_a_known_metric_are_metrics_where_the_dataset_is_told() -> None:
    """One accuracy among unknown names, below a caption that names the dataset."""
    made = read(
        table("Results on MNIST.", "H: Model | Accuracy | FooTop | FooLoc | BarTop", "D: A | 0.9 | 0.8 | 0.7 | 0.6")
    )
    assert [(c.dataset, c.metric) for c in made] == [
        ("MNIST", name) for name in ("accuracy", "FooTop", "FooLoc", "BarTop")
    ]


def test_columns_in_small_letters_are_metrics_and_names_below_variant_are_methods() -> None:
    """No metric is told elsewhere, and the caption names the dataset."""
    made = read(
        table("Results on MNIST.", "H: variant | harm | leak", "D: Foo tuned | 2.5 | 8.1", "D: Bar | 4.5 | 7.2")
    )
    assert said(made[0]) == ("Foo tuned", "MNIST", "harm", "2.5")


def test_a_corner_may_name_the_columns() -> None:
    """`Language` over a column of metrics beside languages; sizes beside methods."""
    made = read(table("Scores.", "H: Language | Catalan | Czech", "D: LAS | 86.7 | 80.8", "D: F1 | 80.8 | 79.4"))
    assert [(c.dataset, c.metric) for c in made[:2]] == [
        ("Catalan", "labeled attachment score"),
        ("Czech", "labeled attachment score"),
    ]
    made = read(
        table(
            "Latency of a pass in milliseconds.",
            "H: Batch size | 32 512 | 16 256",
            "D: Fine-Tuning | 1449.4 | 338.0",
            "D: Adapter | 1482.0 | 354.8",
        )
    )
    assert (made[0].method, made[0].metric, made[0].dataset, made[0].unit) == ("Fine-Tuning", "latency", "", "ms")


def test_setting_beside_model_is_no_method() -> None:
    """The weaker of two headers gives way."""
    made = read(
        table(
            "Results on MNIST.",
            "H: Setting | Model | Decoding | Accuracy",
            "D: Random | Foo | Regular | 83.2",
            labels=3,
        )
    )
    assert (made[0].method, made[0].setting) == ("Foo Regular", "Random")


def test_letters_below_a_group_are_metrics_also_where_the_group_is_a_subset() -> None:
    """`P`, `R`, `F1` below `Common subset` are no settings."""
    made = read(
        table(
            "Evaluation on MNIST.",
            "H: Model | Full | < | < | Common subset | < | <",
            "H: Model | P | R | F1 | P | R | F1",
            "D: A | 40.6 | 38.3 | 39.1 | 81.2 | 76.7 | 78.9",
        )
    )
    assert {c.role for c in made} == {ClaimRole.RESULT}
    assert [c.metric for c in made] == 2 * ["precision", "recall", "F1"]


def test_a_label_of_one_bracket_is_no_unit() -> None:
    """`(B)` names a group of rows."""
    made = read(table("BLEU on newstest2013.", "H: Model | BLEU", "D: (A) | 24.9", "D: (B) | 25.1"))
    assert [c.unit for c in made] == ["", ""]


def test_rows_of_statistics_are_of_the_runs_above() -> None:
    """A mean is the method's, of so many runs; a standard deviation is no score."""
    made = read(
        table(
            "Accuracy on MNIST.",
            "H: Network | Test",
            "D: Foo (1) | 69.7",
            "D: Foo (2) | 70.1",
            "D: mean | 69.9",
            "D: standard deviation | 0.2",
        )
    )
    assert [(c.method, c.metric, c.selection, c.n) for c in made[2:]] == [
        ("Foo", "accuracy", Selection.MEAN, 2),
        ("Foo", "standard deviation of accuracy", Selection.UNKNOWN, 2),
    ]


def test_the_papers_dataset_is_taken_only_where_it_is_by_far_the_first() -> None:
    """Two datasets named as often leave the claim without one."""
    told = [paragraph("We train on MNIST and CIFAR-10."), paragraph("MNIST and CIFAR-10 are small.")]
    made = read(*told, *told, table("Accuracy of variants.", "H: Model | Accuracy", "D: A | 97.1"))
    assert (made[0].dataset, made[0].confidence < 0.5) == ("", True)


def test_the_index_of_a_metric_is_no_part_of_the_dataset() -> None:
    """`MNLI F1_a` is on MNLI."""
    assert read(table("Results.", "H: Model | MNLI F1_a", "D: A | 71.5"))[0].dataset == "MNLI"
