"""REPORT.md: every number is the comparison's, nothing that others wrote takes effect, and the scale always shows."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from paperlab.replication.reports.plots import Plot
from paperlab.replication.reports.report import report_markdown
from paperlab.replication.reports.report_parts import code, interval, marked, number, prose, scale
from paperlab.replication.reports.report_runs import duration
from paperlab.text import one_line
from paperlab.types import ClaimKind, Comparison, Outcome, Reported, Sample, Uncounted
from told_replications import (
    LOSS,
    REDUCED,
    agrees,
    claim,
    comparison,
    differs,
    evidence,
    ordering,
    reduced,
    replication,
    run,
    tier,
    trend,
    value_claim,
    verdict,
)

HOSTILE = "a | b <script>x</script> `c` *d* [e](javascript:f) ![g](http://h/i) $j$ &amp; \x1b[31m\u202ek\n# l ~~m~~ \\n"


def section(text: str, name: str) -> str:
    """Return what stands below a heading of level two."""
    return text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """Return the cells of all table rows."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def page(text: str) -> str:
    """Return Markdown as HTML."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)


def test_the_sections_are_those_of_the_reproducibility_challenge() -> None:
    """In its order, with what we add behind."""
    names = re.findall(r"^## (.*)$", report_markdown(comparison()), re.MULTILINE)

    assert names[:4] == ["Scope of reproducibility", "Methodology", "Claims and verdicts", "Results, claim by claim"]
    assert names[-8:] == [
        "Deviations from the paper",
        "What was easy",
        "What was hard",
        "Cost",
        "Every run that was started",
        "Data and checks",
        "Environment",
        "How to reproduce",
    ]


def test_a_claims_row_has_the_papers_value_its_place_and_our_numbers() -> None:
    """Mean, standard deviation, n, interval, rule with version, verdict, reason."""
    table = rows(section(report_markdown(comparison()), "Claims and verdicts"))

    assert table[0] == ["Claim", "Paper", "Where", "Measured", "n", "Interval", "Rule", "Verdict", "Reason"]
    assert table[1] == [
        "`T3-loss`",
        "0.0727 ± 0.0016 nats (standard deviation, mean, n = 5)",
        "table 3, row Joined, column Test loss, page 7",
        "0.07288 ± 0.00100 nats",
        "5",
        "0.0720 to 0.0738 (90 %)",
        "`value` v1",
        "**agrees**",
        "this is why it agrees",
    ]


def test_a_claim_of_another_paper_says_of_which() -> None:
    """A replication may hold claims of several."""
    other = claim("o", ClaimKind.THRESHOLD, evidence=evidence(key="1999.00001"), op="<", bound=1.0)
    text = report_markdown(comparison(agrees(), verdict(other, Outcome.NOT_RUN)))

    assert "| `1999.00001`, table 3, row Joined" in text
    assert "`2101.00001`, table" not in text


def test_the_same_comparison_gives_the_same_bytes_whenever() -> None:
    """The only date is that of the last run, unless one is given."""
    told = comparison()

    assert report_markdown(told) == report_markdown(told)
    assert "| Date | 2026-11-24 |" in report_markdown(told)
    assert "| Date | 2031-01-02 |" in report_markdown(told, today="2031-01-02")
    assert "Date" not in report_markdown(replace(told, runs=()))


def test_values_of_another_scale_never_share_a_row_with_the_papers() -> None:
    """The paper's number stands in one table, ours in another, and no difference of the two anywhere."""
    text = report_markdown(reduced())

    ours, paper = "0.07288", "0.0727"
    assert ours in text
    assert paper in text
    assert not [row for row in rows(text) if any(ours in cell for cell in row) and any(paper in cell for cell in row)]
    assert "reduced scale" in text.splitlines()[2]
    assert "- dataset: striped squares instead of WEAVE-10\n- epochs: 5 instead of 100" in text
    assert "**pattern observed (reduced)**" in text
    assert "#### `T3-loss`" in text
    twice = comparison(*reduced().verdicts, replace(reduced().verdicts[0], claim=value_claim("again")))
    measured = report_markdown(twice).partition("at its own scale:")[2].partition("## ")[0]
    assert measured.count("join:test_loss") == 1


def test_scale_is_told_for_all_parts_and_half_of_it() -> None:
    """What nobody measured has none."""
    assert scale(comparison(agrees())) == "full scale"
    assert scale(reduced()) == "reduced scale"
    assert scale(comparison(agrees(), ordering(Outcome.OBSERVED, scope=REDUCED))) == "partly reduced scale"
    assert scale(comparison(verdict(value_claim(), Outcome.NOT_RUN))) == "nothing measured"


def test_every_start_is_listed_with_its_reason() -> None:
    """Those that count, those that do not, and those of old code that do not matter."""
    table = rows(section(report_markdown(comparison()), "Every run that was started"))

    assert [row[-1] for row in table[1:9]] == ["yes"] * 8
    assert table[9][0:2] == ["`plain`", "3"]
    assert table[9][-1] == "**no**: it failed: loss is not finite"
    assert table[10][-1] == "**no**: old code (no matter)"


def test_a_run_that_was_resumed_or_made_elsewhere_says_so() -> None:
    """With the file it came from."""
    runs = (run(resumed=("2026-11-20T10:01:00+00:00",)), run(seed=1, origin="mlruns/3/metrics"))
    table = rows(section(report_markdown(comparison(runs=runs)), "Every run that was started"))

    assert [row[-1] for row in table[1:3]] == ["yes; taken up again 1 time", "yes; made elsewhere: mlruns/3/metrics"]


def test_a_claim_that_differs_shows_its_causes_and_others_none() -> None:
    """The checklist stands below the claim it belongs to."""
    text = section(report_markdown(comparison()), "Results, claim by claim")
    parts = {part.split("`")[1]: part for part in text.split("\n### ")[1:]}

    assert "| Cause | What the record says | Status |" in parts["T3-error"]
    assert not [name for name, part in parts.items() if "| Cause |" in part and name != "T3-error"]


def test_a_stale_claim_is_marked_where_it_stands_and_above() -> None:
    """The reader of the first page learns of it, too."""
    text = report_markdown(comparison(), stale={"T3-error": "the version at hand prints 1.70, not 1.40"})

    assert "**1 claim read in another version of the paper: see below.**" in text
    assert "**Stale**: the version at hand prints 1.70, not 1.40" in text
    assert "| version of the paper | the version at hand prints 1.70, not 1.40 | likely |" in text


def test_what_others_wrote_is_shown_and_does_nothing() -> None:
    """In every place that takes words from papers or files: no tag, link, picture, code or further row comes of it."""
    tested = value_claim(text=HOSTILE)
    tested = replace(
        tested, evidence=evidence(quote=HOSTILE, row=HOSTILE, note=HOSTILE), unit=HOSTILE, bound_why=HOSTILE
    )
    told = comparison(
        replace(agrees(), claim=tested, reason=HOSTILE, notes=(HOSTILE,)),
        replication=replication(
            title=HOSTILE, about=HOSTILE, easy=(HOSTILE,), protocols={"paper": {"dataset": HOSTILE}}
        ),
        tier=tier(about=HOSTILE),
        runs=(run(facts={"dataset": HOSTILE}, environment={HOSTILE: HOSTILE}, origin=HOSTILE),),
        uncounted=(Uncounted("join", 1, HOSTILE),),
    )

    html = page(report_markdown(told))

    assert not re.search(r"<script|<a |<img|<em>|<del>|javascript:f\"|\x1b|\u202e", html)
    assert html.count("&lt;script&gt;") >= 12
    assert html.count("<h1>") == 1
    assert "&amp;amp;" in html
    plain = page(report_markdown(replace(told, replication=replication())))
    for shape in ("<table>", "<h2>", "<h3>"):
        assert plain.count(shape) == html.count(shape)


@pytest.mark.parametrize("text", ["1. one", "- two", "+ three", "# four", "> five", "=== six", "---", "2) seven"])
def test_text_that_begins_like_a_list_or_heading_is_text(text: str) -> None:
    """A remark that a user begins with a number does not open a list in the list."""
    html = page(f"- {marked(text)}")

    assert html == f"<ul>\n<li>{text.replace('>', '&gt;')}</li>\n</ul>\n"


def test_code_in_an_authors_remark_stays_code_and_nothing_else_takes_effect() -> None:
    """Remarks of replication.toml name settings; a paper's words have no say."""
    assert page(prose("`a_b`: *c* `d")) == "<p><code>a_b</code>: *c* `d</p>\n"
    assert page(prose("`<b>` <b>")) == "<p><code>&lt;b&gt;</code> &lt;b&gt;</p>\n"
    assert page(marked("`a_b`")) == "<p>`a_b`</p>\n"


@given(st.text(alphabet=st.sampled_from("ab1 -+=#>*_`[]()<>|~$&;!.\\\\:\n\t\"'{}é"), max_size=24))
def test_any_text_reads_as_it_was_written(text: str) -> None:
    """In a list, and in a table, where it stays one cell."""
    plain = one_line(text)
    item = re.sub(r"<[^>]*>", "", page(f"- {marked(text)}"))
    cells = re.findall(r"<td>(.*?)</td>", page(f"| a | b |\n|---|---|\n| {marked(text)} | x |"), re.DOTALL)

    assert unescape(item).strip() == plain
    assert [unescape(cell) for cell in cells] == [plain, "x"]


def test_a_name_that_would_end_its_code_span_is_shown_as_text() -> None:
    """Also in a table, where a bar ends the cell."""
    assert code("join:loss") == "`join:loss`"
    assert page(code("a`b|c")) == "<p>a`b|c</p>\n"


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (0.07288, 0.001, "0.0729"),
        (98.6, 0.07, "98.600"),
        (114662.0, None, "114662"),
        (3.504872e6, None, "3504872"),
        (1 / 3, None, "0.333333"),
        (3.2e-6, 1.1e-7, "3.20e-06"),
        (float("inf"), None, "inf"),
        (float("nan"), 0.1, "not a number"),
        (12.0, 0.0, "12"),
    ],
)
def test_a_number_has_the_digits_its_uncertainty_leaves(value: float, step: float | None, text: str) -> None:
    """Two digits of the uncertainty; whole numbers whole."""
    assert number(value, step) == text


def test_an_interval_open_at_one_side_says_so() -> None:
    """A one-sided bound is no interval to infinity."""
    told = agrees()

    assert interval(replace(told, interval=(float("-inf"), 0.5))) == "at most 0.5 (90 %)"
    assert interval(replace(told, interval=(0.25, float("inf")), level=None)) == "at least 0.25"


def test_durations_read_as_people_say_them() -> None:
    """Seconds, minutes, hours."""
    assert [duration(s) for s in (4.21, 200, 7500)] == ["4.2 s", "3 min 20 s", "2 h 05 min"]


def test_cost_is_summed_from_the_runs() -> None:
    """A row per variant and one for all; hardware out of what the runs recorded."""
    table = rows(section(report_markdown(comparison()), "Cost"))

    assert table[-1] == ["all", "8", "5 min 30 s", "44 min 00 s", "42 min 40 s", "512 MB"]
    assert "- `cpu`: Some CPU" in section(report_markdown(comparison()), "Cost")


def test_facts_that_runs_do_not_agree_on_are_all_shown() -> None:
    """With how many runs say each."""
    runs = (run(), run(seed=1, facts={"dataset": "other"}))

    assert "| `dataset` | WEAVE-10 | WEAVE-10 (1 run); other (1 run) |" in report_markdown(comparison(runs=runs))


def test_figures_stand_with_their_claims() -> None:
    """Learning curves in a section of their own."""
    figures = (Plot("figures/a.svg", "dots of it", "<svg/>", "T3-error"), Plot("figures/c.svg", "a curve", "<svg/>"))
    text = report_markdown(comparison(), figures=figures)

    below = text.partition("### `T3-error`")[2].partition("\n### ")[0]
    assert "![dots of it](figures/a.svg)" in below
    assert section(text, "Learning curves").strip() == "![a curve](figures/c.svg)"
    assert "Learning curves" not in report_markdown(comparison())


STATEMENTS = {
    ClaimKind.PARITY: ({"pair": ("a:x", "b:x"), "margin": 0.5, "unit": "%"}, "`a:x` and `b:x` alike, within 0.5 %"),
    ClaimKind.THRESHOLD: ({"op": "<=", "bound": 0.02}, "at most 0.02"),
    ClaimKind.TREND: (
        {"x": "g", "expect": "slope", "slope": (-3.5, -2.5), "log": True},
        "slope from -3.5 to -2.5 over `g`, logarithms against logarithms",
    ),
    ClaimKind.EXACT: ({"paper": Reported("1.7"), "unit": "M"}, "1.7 M"),
}


@pytest.mark.parametrize("kind", STATEMENTS)
def test_a_claim_without_a_value_shows_the_statement_that_is_tested(kind: ClaimKind) -> None:
    """Threshold, parity and trend have their own words."""
    how, text = STATEMENTS[kind]
    table = rows(
        section(report_markdown(comparison(verdict(claim("c", kind, **how), Outcome.NOT_RUN))), "Claims and verdicts")
    )

    assert table[1][1] == text


def test_a_replication_without_claims_or_runs_still_has_a_report() -> None:
    """The first thing a user sees after scaffolding."""
    empty = Comparison(replication(protocols={}), tier(variants={}), (), (), (), "no claims")
    text = report_markdown(empty)

    for words in ("no claims", "nothing measured", "No run was started.", "No claim is written down."):
        assert words in text


def test_samples_without_values_and_single_seeds_are_no_error() -> None:
    """One value has no standard deviation."""
    told = comparison(agrees(samples=(Sample("join:x", (4,), (0.5,)), Sample("join:y", (), ()))), trend(samples=()))

    assert "| `join:x` | 0.5 | 1 | 4: 0.5 |" in report_markdown(told)
    assert "| `join:y` | no value | 0 |  |" in report_markdown(told)


def test_more_seeds_and_tolerances_are_said() -> None:
    """What would decide it, and what was fixed before."""
    told = comparison(verdict(value_claim(), Outcome.CANNOT_TELL, more_seeds=1, samples=(LOSS,), n=2), differs())
    text = report_markdown(told)

    assert "- About 1 more seed would probably decide it" in text
    assert "- Tolerance 0.005 nats: three standard deviations of the paper's five" in text
