"""The pure parts of the PDF reader, on pages made by hand: text, headings, front matter, the pipe's JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.pdf.document import Document
from paperlab.pdf.healing import heal, vocabulary
from paperlab.pdf.ink import Ink
from paperlab.pdf.page_text import join_rows, mend, rows_of, tidy
from paperlab.pdf.wire import pack, unpack
from paperlab.types import Block, BlockKind, FrontMatter, Line, PageSize, Reading

BODY = "These words fill the page so that the text has a type size which is used more than any other one does."


class Sheet:
    """A page as PyMuPDF would give it; every call makes a block of its own."""

    def __init__(self) -> None:
        self.raw: dict[str, Any] = {"width": 612.0, "height": 792.0, "blocks": []}
        self.y = 60.0

    def put(
        self, *runs: tuple[str, float] | tuple[str, float, int], x: float = 72, y: float | None = None, gap: float = 12
    ) -> Sheet:
        """Add one line of runs (text, size, flags: 1 raised, 2 italic, 16 bold)."""
        self.y = self.y + gap + max(r[1] for r in runs) if y is None else y
        spans = []
        left = x
        for run in runs:
            text, size, flags = (*run, 0)[:3]
            right = left + 0.5 * size * len(text)
            box = (left, self.y - 0.8 * size, right, self.y + 0.2 * size)
            spans.append(
                {"text": text, "size": size, "flags": flags, "font": "Serif", "bbox": box, "origin": (left, self.y)}
            )
            left = right
        box = (x, min(s["bbox"][1] for s in spans), left, max(s["bbox"][3] for s in spans))
        self.raw["blocks"].append({"lines": [{"spans": spans, "dir": (1.0, 0.0), "bbox": box}]})
        return self

    def body(self, lines: int = 3, x: float = 72, size: float = 10) -> Sheet:
        """Add a paragraph."""
        for i in range(lines):
            self.put((BODY, size), x=x, gap=12 if i == 0 else 2)
            if i:
                self._join_last()
        return self

    def heading(self, text: str, size: float = 12, flags: int = 16) -> Sheet:
        """Add a heading."""
        return self.put((text, size, flags))

    def stamp(self, text: str) -> Sheet:
        """Add a line that runs upwards in the left margin."""
        span = {
            "text": text,
            "size": 20.0,
            "flags": 0,
            "font": "Times",
            "bbox": (11, 200, 38, 560),
            "origin": (30, 560),
        }
        line = {"spans": [span], "dir": (0.0, -1.0), "bbox": (11, 200, 38, 560)}
        self.raw["blocks"].append({"lines": [line]})
        return self

    def _join_last(self) -> None:
        last = self.raw["blocks"].pop()
        self.raw["blocks"][-1]["lines"].extend(last["lines"])


def read(*sheets: Sheet, outline: tuple[tuple[int, str, int], ...] = (), **info: str) -> Reading:
    """Put pages together to a reading."""
    document = Document(info, outline)
    for sheet in sheets:
        document.add(sheet.raw, lambda: Ink({"blocks": []}, (), ()))
    return document.reading("test")


def headings(reading: Reading) -> list[tuple[int, str]]:
    """Return level and text of all headings."""
    return [(len(b.section), b.text) for b in reading.blocks if b.kind is BlockKind.HEADING]


def front_page(*above: str, title: str = "A Title That Says Something", size: float = 17) -> Sheet:
    """Return a first page with a title, author lines and an abstract."""
    sheet = Sheet().put((title, size, 16))
    for line in above:
        sheet.put((line, 11))
    return sheet.heading("Abstract").body().heading("1 Introduction").body(12)


# --- text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("e\ufb00icient \ufb01ne \ufb02ow o\ufb03ce ba\ufb04e", "efficient fine flow office baffle"),
        ("J¨urgen Fern´andez R¨uckl´e", "Jürgen Fernández Rücklé"),
        ("in\u00advisible soft hyphens", "invisible soft hyphens"),
        ("bro\u00ad", "bro-"),
        ("  white \t\u00a0 space  ", "white space"),
        ("\x1b[31mred\x00 \u202eletters", "red letters"),
        ("x² stays, ½ too, ﬁ not", "x² stays, ½ too, fi not"),
        ("lone \ud800 surrogate", "lone surrogate"),
    ],
)
def test_text_is_tidied(given: str, expected: str) -> None:
    """Ligatures opened, TeX's loose accents composed, soft hyphens and control characters gone, all else kept."""
    assert tidy(given) == expected


@given(st.text(max_size=80))
def test_tidy_text_is_clean_and_stays_as_it_is(text: str) -> None:
    """What comes out can be stored, has single spaces, and a second pass changes nothing but accents."""
    out = tidy(text)
    out.encode()

    assert out == " ".join(out.split())
    assert "\x00" not in out


@pytest.mark.parametrize(
    ("lines", "elsewhere", "expected"),
    [
        (["trans-", "former"], "transformer", "transformer"),
        (["fine-", "tuned"], "fine-tuned", "fine-tuned"),
        (["fine-", "tuned"], "finetuned finetuned fine-tuned", "finetuned"),
        (["un-", "known"], "", "unknown"),
        (["non-", "English"], "", "non-English"),
        (["PERMU-", "TATION"], "", "PERMUTATION"),
        (["GPT-", "3"], "", "GPT-3"),
        (["34-", "layer"], "", "34-layer"),
        (["state-of-the-", "art"], "the art", "state-of-the-art"),
        (["fine-tun-", "ing"], "tuning", "fine-tuning"),
        (["a –", "b"], "", "a – b"),
        (["so", "on"], "", "so on"),
    ],
)
def test_words_broken_at_line_ends(lines: list[str], elsewhere: str, expected: str) -> None:
    """The document's own words decide whether the hyphen stays; then the letters around it do."""
    text, _ = heal(lines, Counter(elsewhere.split()))

    assert text == expected


@given(st.lists(st.from_regex(r"[a-zA-Z0-9]{1,6}( [a-z]{1,5}){0,3}-?", fullmatch=True), min_size=1, max_size=8))
def test_every_line_is_found_at_its_start(lines: list[str]) -> None:
    """Whatever is healed, each line's own first letters stand at its offset."""
    text, starts = heal(lines, Counter())

    assert len(starts) == len(lines)
    for line, start in zip(lines, starts, strict=True):
        assert text[start:].startswith(line.rstrip("-"))


def test_parts_of_broken_words_are_no_words() -> None:
    """Halves left and right of a line end teach the vocabulary nothing."""
    sheet = Sheet().put(("an imple-", 10)).put(("mentation of it", 10), gap=2)
    words = vocabulary(rows_of(sheet.raw, 1))

    assert words["of"] == 1
    assert not words["imple"]
    assert not words["mentation"]


def test_cells_of_a_table_stay_apart_and_words_of_a_line_come_together() -> None:
    """Runs on one line are joined where the gap is a space's, kept as lines of their own where it is a column's."""
    sheet = Sheet()
    sheet.put(("Name", 10), x=72, y=100).put(("of model", 10), x=95, y=100).put(("12.5", 10), x=300, y=100)
    for _ in range(2):
        sheet._join_last()
    rows = join_rows(rows_of(sheet.raw, 1))

    assert [row.text for row in rows] == ["Name of model", "12.5"]
    assert not rows[0].lone


def test_bitmap_fonts_without_a_size_are_mended() -> None:
    """Words cut up by kerning hold together again, with a size a person would give them."""
    lines = []
    for text, x0, x1 in [("Con", 277, 312), ("tin", 311, 335), ("ual", 334, 360), ("Prediction", 366, 454)]:
        box = (x0, -45.0, x1, 75.0)
        span = {"text": text, "size": 0.12, "flags": 0, "font": "Type3", "bbox": box, "origin": (x0, 75.0)}
        lines.append({"spans": [span], "dir": (1.0, 0.0), "bbox": box})
    (row,) = rows_of(mend({"width": 612, "height": 792, "blocks": [{"lines": lines}]}), 1)

    assert row.text == "Continual Prediction"
    assert 12 <= row.size <= 26
    assert row.box[3] - row.box[1] < 30


def spans(*runs: tuple[str, float, float], y: float = 100.0) -> dict[str, Any]:
    """Return a page with one line of runs (text, size, how far raised above the line)."""
    made, left = [], 72.0
    for text, size, lift in runs:
        right = left + 0.5 * size * len(text)
        base = y - lift
        box = (left, base - 0.8 * size, right, base + 0.2 * size)
        made.append({"text": text, "size": size, "flags": 0, "font": "Serif", "bbox": box, "origin": (left, base)})
        left = right
    line = {"spans": made, "dir": (1.0, 0.0), "bbox": (72.0, y - 10, left, y + 3)}
    return {"width": 612.0, "height": 792.0, "blocks": [{"lines": [line]}]}


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ((("about 10", 10, 0), ("20", 7, 4), (" steps", 10, 0)), "about 10^20 steps"),
        ((("rate 10", 10, 0), ("−", 7, 4), ("4", 7, 4), (" then", 10, 0)), "rate 10^−4 then"),
        ((("our method", 10, 0), ("3", 7, 4), (", which", 10, 0)), "our method^3, which"),
        ((("3", 7, 4), ("A note at the foot", 10, 0)), "3 A note at the foot"),
        ((("CO", 10, 0), ("2", 7, -2), (" and H", 10, 0)), "CO2 and H"),
        ((("Name", 10, 0), ("∗", 7, 4), (" of", 10, 0)), "Name∗ of"),
        ((("S", 10, 0), ("MALL", 8, 0), (" C", 10, 0), ("APS", 8, 0)), "SMALL CAPS"),
        ((("a b s t r a c t", 10, 0),), "abstract"),
        ((("a r t i c l e   i n f o", 10, 0),), "article info"),
        ((("a b is not", 10, 0),), "a b is not"),
    ],
)
def test_raised_numbers_and_spaced_letters(runs: tuple[tuple[str, float, float], ...], expected: str) -> None:
    """Exponents and note marks stay apart from what they stand on; spaced letters make words."""
    (row,) = rows_of(spans(*runs), 1)

    assert row.text == expected


def test_a_drop_capital_belongs_to_its_word() -> None:
    """The large first letter and the rest of the word beside it are one word of the text's size."""
    raw = spans(("T", 26, 0))
    raw["blocks"][0]["lines"] += spans(("his opens a paragraph", 10, 12))["blocks"][0]["lines"]
    initial, rest = raw["blocks"][0]["lines"]
    initial["bbox"], rest["bbox"] = (72.0, 79.0, 85.0, 105.0), (86.0, 80.0, 200.0, 90.0)
    (row,) = join_rows(rows_of(raw, 1))

    assert row.text == "This opens a paragraph"
    assert row.size == 10


def test_letters_of_bitmap_fonts_among_others_get_a_size() -> None:
    """Type of no size within a block of real type is as large as that; TeX's codes become letters, lost ones show."""
    raw = spans(("real type and ", 10, 0), ("e\x0ecient \x02.0", 0.12, 0))
    shapeless = raw["blocks"][0]["lines"][0]["spans"][1]
    shapeless["bbox"] = (142.0, -20.0, 230.0, 100.0)
    raw["blocks"][0]["lines"][0]["bbox"] = (72.0, -20.0, 230.0, 103.0)
    (row,) = rows_of(mend(raw), 1)

    assert row.text == "real type and efficient \ufffd.0"
    assert (row.size, round(row.box[3] - row.box[1])) == (10, 10)


# --- blocks -------------------------------------------------------------------------------------------------------


def test_a_formula_is_a_block_between_paragraphs() -> None:
    """A displayed formula is told apart, its number included; the text before and after is not joined to it."""
    sheet = front_page("Ada Lovelace").body(3)
    sheet.put(("y = f(x) + g(x)", 10), x=200, gap=8)
    sheet.put(("(1)", 10), x=557, y=sheet.y)
    sheet.body(3)
    kinds = [(b.kind, b.text) for b in read(sheet).blocks][-3:]

    assert [kind for kind, _ in kinds] == [BlockKind.PARAGRAPH, BlockKind.FORMULA, BlockKind.PARAGRAPH]
    assert kinds[1][1] == "y = f(x) + g(x) (1)"


def test_a_caption_is_whole_and_ends_with_its_own_last_line() -> None:
    """Lines of a caption in blocks of their own come together; text of the same size right below does not."""
    sheet = front_page("Ada Lovelace").put(("Figure 2: A caption in two lines, whose end comes with the", 10), gap=20)
    sheet.put(("second one.", 10), gap=2)
    sheet.put(("Figure 3: Another caption of one line that is long and then one more", 10), gap=20)
    for line in ("short line.", BODY):
        sheet.put((line, 10), gap=2)
        sheet._join_last()
    captions = [b.text for b in read(sheet).blocks if b.kind is BlockKind.CAPTION]

    assert captions == [
        "Figure 2: A caption in two lines, whose end comes with the second one.",
        "Figure 3: Another caption of one line that is long and then one more short line.",
    ]


def test_lines_dealt_from_two_columns_are_read_column_by_column() -> None:
    """A stream that jumps from column to column at every line gives whole paragraphs in a person's order."""
    sheet = Sheet()
    for i in range(12):
        for x, name in ((50, "left"), (320, "right")):
            sheet.put((f"the {name} column says its line number {i}", 10), x=x, y=100 + 12 * i)
    text = " ".join(b.text for b in read(sheet).blocks)

    assert text.count("left") == text.count("right") == 12
    assert text.rindex("left") < text.index("right")


# --- headings -----------------------------------------------------------------------------------------------------


def test_numbered_headings_at_three_levels() -> None:
    """Numbers give the levels; a numbered list in the text's own type gives none."""
    first = front_page("Ada Lovelace")
    second = Sheet().heading("2 Method").body().heading("2.1 Data", 10).body().heading("2.1.1 Sources", 10).body()
    second.put(("1. First we do this.", 10)).put(("2. Then we do that.", 10)).heading("3 Results").body(9)
    found = headings(read(first, second))

    assert found == [
        (1, "Abstract"),
        (1, "1 Introduction"),
        (1, "2 Method"),
        (2, "2.1 Data"),
        (3, "2.1.1 Sources"),
        (1, "3 Results"),
    ]


def test_number_and_words_of_a_heading_may_stand_apart() -> None:
    """A number and its words as two runs with a wide gap are one heading."""
    second = Sheet().put(("2", 12, 16), x=72, y=100).put(("Method", 12, 16), x=100, y=100)
    second.y = 100
    second.body(12)

    assert (1, "2 Method") in headings(read(front_page("Ada Lovelace"), second))


def test_small_capitals_are_headings() -> None:
    """Heads set in capitals of two sizes read as one word and count at the capitals' size."""
    sheet = Sheet().put(("G", 17), ("IT RE", 14), ("-B", 17), ("ASIN", 14)).put(("Ada Lovelace", 10))
    sheet.put(("A", 12), ("BSTRACT", 9.6)).body()
    sheet.put(("1 I", 12), ("NTRODUCTION", 9.6)).body(8).put(("2 M", 12), ("ETHOD", 9.6)).body(8)
    reading = read(sheet)

    assert reading.front.title == "GIT RE-BASIN"
    assert headings(reading) == [(1, "ABSTRACT"), (1, "1 INTRODUCTION"), (1, "2 METHOD")]


def test_roman_numbers_with_letters_below() -> None:
    """I., II. are the outermost level, A., B. under them the second; run-in "Abstract—" opens its section."""
    sheet = Sheet().put(("A Title That Says Something", 22)).put(("Ada Lovelace", 11))
    sheet.put(("Abstract— We say what we say.", 9, 16)).put(("I. INTRODUCTION", 10)).body(6)
    sheet.put(("II. METHOD", 10)).body(2).put(("A. Data", 10, 2)).body(3).put(("B. Models", 10, 2)).body(3)
    sheet.put(("III. RESULTS", 10)).body(2).put(("A. Accuracy", 10, 2)).body(2).put(("REFERENCES", 10)).body(2)
    reading = read(sheet)

    assert headings(reading) == [
        (1, "I. INTRODUCTION"),
        (1, "II. METHOD"),
        (2, "A. Data"),
        (2, "B. Models"),
        (1, "III. RESULTS"),
        (2, "A. Accuracy"),
        (1, "REFERENCES"),
    ]
    assert reading.front.abstract == "We say what we say."


def test_headings_without_numbers() -> None:
    """Known names show the style of the headings; what looks like them is one too."""
    first = Sheet().put(("A Title That Says Something", 20)).put(("Ada Lovelace", 11)).heading("Abstract", 13).body()
    first.heading("Introduction", 13).body(6).heading("Routing of tokens in space", 13).body(6)
    second = Sheet().heading("Results", 13).body(6).heading("Discussion", 13).body(6).heading("References", 13).body()

    assert [text for _, text in headings(read(first, second))] == [
        "Abstract",
        "Introduction",
        "Routing of tokens in space",
        "Results",
        "Discussion",
        "References",
    ]


def test_appendices_with_letters() -> None:
    """A, B after the references are outermost headings, A.1 is below."""
    first = front_page("Ada Lovelace")
    second = Sheet().heading("2 Method").body(3).heading("References").body(3).heading("A Proofs").body(3)
    second.heading("A.1 First proof", 10).body(3).heading("B Data sheets").body(3)
    reading = read(first, second)

    assert headings(reading)[-3:] == [(1, "A Proofs"), (2, "A.1 First proof"), (1, "B Data sheets")]
    assert reading.blocks[-1].kind is BlockKind.PARAGRAPH
    assert [b.section for b in reading.blocks if b.kind is BlockKind.REFERENCE] == [("References",)]


def test_the_outline_names_headings() -> None:
    """A row the PDF's outline names is a heading at the outline's level, where its type agrees."""
    first = Sheet().put(("A Title That Says Something", 20)).put(("Ada Lovelace", 11)).heading("Abstract").body()
    first.heading("Of ships", 11).body(6).heading("Of sails", 10).body(6).put(("Of ships", 10)).body(3)
    outline = ((1, "Of ships", 1), (2, "Of sails", 1), (1, "Of what is not there", 1))

    assert headings(read(first, outline=outline)) == [(1, "Abstract"), (1, "Of ships"), (2, "Of sails")]


def test_a_contents_page_gives_no_headings() -> None:
    """Lines with leaders and page numbers repeat the headings; they are none."""
    contents = Sheet().heading("Contents")
    for line in ("1 Introduction . . . . . . . . . 1", "2 Method . . . . . . . . . . 4", "3 Results . . . . . . 9"):
        contents.put((line, 10, 16))
    rest = Sheet().heading("2 Method").body(6).heading("3 Results").body(6)
    found = headings(read(front_page("Ada Lovelace"), contents, rest))

    assert [text for _, text in found] == ["Abstract", "1 Introduction", "Contents", "2 Method", "3 Results"]


def test_a_heading_over_two_lines_is_one() -> None:
    """The second line of a long heading belongs to it; a bold run-in head below a heading does not."""
    second = (
        Sheet().put(("2 A heading that is so long that", 12, 16)).put(("it needs a second line", 12, 16), gap=2).body(4)
    )
    third = Sheet().heading("3 Results").body(6)

    assert (1, "2 A heading that is so long that it needs a second line") in headings(
        read(front_page("Ada Lovelace"), second, third)
    )


def test_bold_words_in_text_and_figures_are_no_headings() -> None:
    """Bold run-in heads, table heads side by side and words of figures have no numbers and no section."""
    second = Sheet().heading("2 Method").put(("Data.", 10, 16), (" " + BODY, 10)).body(4)
    second.put(("Model", 12, 16), x=72, y=500).put(("Accuracy", 12, 16), x=200, y=500)
    second.put(("Encoder", 8, 16), x=72, y=550)
    third = Sheet().heading("3 Results").body(6)

    assert [t for _, t in headings(read(front_page("Ada Lovelace"), second, third))] == [
        "Abstract",
        "1 Introduction",
        "2 Method",
        "3 Results",
    ]


# --- front matter -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stamp",
    [
        "arXiv:2306.01708v2  [cs.LG]  7 Jun 2023",
        "arXiv:2306.01708v2 [cs.LG] 7 Jun 2023",
        "arXiv: 2306.01708v2 [cs.LG]  7 Jun 2023",
    ],
)
def test_the_stamp_is_read(stamp: str) -> None:
    """Id, version and year come from the stamp in the margin, and it is not the title though it is largest."""
    front = read(front_page("Ada Lovelace").stamp(stamp)).front

    assert (front.arxiv_id, front.arxiv_version, front.year) == ("2306.01708", 2, 2023)
    assert front.title == "A Title That Says Something"


def test_old_stamps() -> None:
    """Ids from before 2007 are stamped with their archive."""
    front = read(front_page("Ada Lovelace").stamp("arXiv:hep-th/9901001v3  14 Feb 2000")).front

    assert (front.arxiv_id, front.arxiv_version, front.year) == ("hep-th/9901001", 3, 2000)


def test_an_id_in_the_text_is_no_stamp() -> None:
    """Only the stamp speaks of this paper; ids in its text, notes and references speak of others."""
    sheet = front_page("Ada Lovelace").put(("See arXiv:1412.6980 for the optimiser.", 10)).put(("arXiv:1512.03385", 8))

    assert read(sheet).front.arxiv_id is None


@pytest.mark.parametrize(
    "head",
    [
        "Published as a conference paper at ICLR 2023",
        "Journal of Machine Learning Research 23 (2022) 1-40",
        "Preprint. Under review.",
        "Proceedings of the 39th International Conference on Machine Learning",
    ],
)
def test_the_head_of_page_one_is_not_the_title(head: str) -> None:
    """Venue lines are passed over even where they are set as large as the title."""
    sheet = (
        Sheet().put((head, 18)).put(("A Title That Says Something", 17)).put(("Ada Lovelace", 11)).heading("Abstract")
    )

    assert read(sheet.body(9)).front.title == "A Title That Says Something"


def test_a_journals_banner_is_not_the_title() -> None:
    """Between "Contents lists available" and "journal homepage" a journal sets its own name, however large."""
    sheet = Sheet().put(("Contents lists available at a shop", 8)).put(("Neural Matters", 24))
    sheet.put(("journal homepage: www.example.org", 8)).put(("A Title That Says Something", 15))

    assert (
        read(sheet.put(("Ada Lovelace", 11)).heading("Abstract").body(9)).front.title == "A Title That Says Something"
    )


def test_years_of_cited_papers_are_not_the_papers_own() -> None:
    """A venue with a year in the running text says nothing of this paper."""
    sheet = front_page("Ada Lovelace").put(("as shown in the proceedings of ICML 2003 by others", 10), y=690)

    assert read(sheet, creationDate="D:20190101").front.year == 2019


def test_title_over_lines_with_a_broken_word_and_a_mark() -> None:
    """Lines of one size are one title; its footnote mark goes, its broken word heals."""
    sheet = Sheet().put(("Merging of Net-", 17, 16)).put(("works by Permutation", 17, 16), ("∗", 9, 1), gap=4)
    sheet.put(("Ada Lovelace", 11)).heading("Abstract").body(9)

    assert read(sheet).front.title == "Merging of Networks by Permutation"


@pytest.mark.parametrize("info", ["Microsoft Word - paper_final.doc", "paper.dvi", "untitled", ""])
def test_what_the_file_says_of_itself_is_not_trusted(info: str) -> None:
    """Page 1 outdoes the file's metadata; junk there is not even a fallback."""
    assert read(front_page("Ada Lovelace"), title=info).front.title == "A Title That Says Something"
    assert not read(Sheet().body(20), title=info).front.title


def test_the_files_own_title_where_the_page_shows_none() -> None:
    """Without a title in larger type the file's metadata are the fallback."""
    assert read(Sheet().body(20), title="On the Motion of Ships").front.title == "On the Motion of Ships"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [[("Ada Lovelace, Charles Babbage, and Alan M. Turing", 11)]],
            ("Ada Lovelace", "Charles Babbage", "Alan M. Turing"),
        ),
        (
            [
                [("Ada Lovelace", 11), ("1,∗", 7, 1), (", Alan Turing", 11), ("2", 7, 1)],
                [("1", 7, 1), ("University of London", 11)],
            ],
            ("Ada Lovelace", "Alan Turing"),
        ),
        (
            [
                [
                    ("Nan Du", 10, 16),
                    (" * 1", 7),
                    (" Yanping Huang", 10, 16),
                    (" 1", 7),
                    (" Andrew M. Dai", 10, 16),
                    (" 1", 7),
                ]
            ],
            ("Nan Du", "Yanping Huang", "Andrew M. Dai"),
        ),
        (
            [
                [("Alex Graves", 11), ("∗", 8, 1), ("and Jürgen Schmidhuber", 11), ("∗†", 8, 1)],
                [("IDSIA, Lugano, Switzerland", 10)],
            ],
            ("Alex Graves", "Jürgen Schmidhuber"),
        ),
        (
            [
                [("Yanqi Zhou, Tao Lei, Andrew Dai, Zhifeng", 10)],
                [("Chen, Quoc Le, and James Laudon", 10)],
                [("Mountain View, CA, USA", 10)],
            ],
            ("Yanqi Zhou", "Tao Lei", "Andrew Dai", "Zhifeng Chen", "Quoc Le", "James Laudon"),
        ),
        (
            [
                [("Diego de las Casas", 10, 16)],
                [("Google Research", 10)],
                [("diego@example.org", 10)],
                [("Nando de Freitas", 10, 16)],
            ],
            ("Diego de las Casas", "Nando de Freitas"),
        ),
        ([[("Victor SANH, R.X. Xu, Y. Wu", 10)]], ("Victor SANH", "R.X. Xu", "Y. Wu")),
        ([[("Google Brain", 10)]], ()),
    ],
    ids=["commas", "marks", "stars", "and", "broken-name", "stacked", "initials", "none"],
)
def test_authors(lines: list[list[Any]], expected: tuple[str, ...]) -> None:
    """Names come one by one, without marks, affiliations and addresses."""
    sheet = Sheet().put(("A Title That Says Something", 17, 16))
    for line in lines:
        sheet.put(*line, gap=4)

    assert read(sheet.heading("Abstract").body(9)).front.authors == expected


@pytest.mark.parametrize(
    ("line", "date", "year"),
    [
        ("Published as a conference paper at ICLR 2017", "D:20190101", 2017),
        ("Journal of Tests 23 (2022) 1-40", "D:20230101", 2022),
        ("Proceedings of the 23rd International Conference on Tests, Pittsburgh, PA, 2006", "D:2009", 2006),
        ("Copyright 2006 by the author(s)", "D:20090101", 2006),
        ("March 14, 1999", "D:20071107", 1999),
        ("A line that says nothing of when", "D:20071107", 2007),
        ("A line that says nothing of when", "", None),
    ],
)
def test_year(line: str, date: str, year: int | None) -> None:
    """The year is the venue's, the copyright's or the date line's; the file's own date is the last resort."""
    assert read(front_page("Ada Lovelace", line), creationDate=date).front.year == year


def test_keywords_do_not_belong_to_the_abstract() -> None:
    """The abstract ends where the keywords begin, in the same paragraph too."""
    sheet = Sheet().put(("A Title That Says Something", 17, 16)).put(("Ada Lovelace", 11)).heading("Abstract")
    sheet.put(("We measure. Keywords: ships, sails", 10)).heading("1 Introduction").body(9)

    assert read(sheet).front.abstract == "We measure."


# --- blocks -------------------------------------------------------------------------------------------------------


def test_a_paragraph_goes_on_after_a_footnote() -> None:
    """Text cut by a footnote at the column's end is one paragraph; the footnote keeps its place."""
    sheet = Sheet().body(12).put(("this sentence is cut by the end of the column and", 10), gap=2)
    sheet._join_last()
    sheet.put(("1 A note that stands at the foot.", 8), y=720)
    sheet.put(("goes on here.", 10), x=330, y=80).put(("Here a longer line ends that same paragraph.", 10), x=330, y=92)
    sheet._join_last()
    kinds = [(b.kind, b.text[-20:]) for b in read(sheet).blocks]

    assert [kind for kind, _ in kinds] == [BlockKind.PARAGRAPH, BlockKind.FOOTNOTE]
    assert kinds[0][1].endswith("same paragraph.")


def test_snippets_of_a_figure_become_one_block() -> None:
    """Scattered words and numbers of a figure do not each make a block."""
    sheet = Sheet().body(9)
    for i, text in enumerate(["0.0", "0.5", "1.0", "epoch", "loss", "train", "test"]):
        sheet.put((text, 7), x=80 + 37 * i, y=400 + 23 * (i % 3))
    sheet.put(("Figure 1: Loss over epochs.", 9), y=500)
    blocks = read(sheet).blocks

    assert [b.kind for b in blocks[-2:]] == [BlockKind.PARAGRAPH, BlockKind.CAPTION]
    assert len(blocks[-2].lines) == 7


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Table 1: Results.", BlockKind.CAPTION),
        ("Figure 12. Results.", BlockKind.CAPTION),
        ("Fig. 3. Results.", BlockKind.CAPTION),
        ("Table 2 | Results of all models.", BlockKind.CAPTION),
        ("TABLE IV", BlockKind.CAPTION),
        ("Algorithm 1: The training loop.", BlockKind.CAPTION),
        ("Figure 3 shows that this is the case for every model we have.", BlockKind.PARAGRAPH),
        ("Table salt is not a caption, it is a mineral we all eat.", BlockKind.PARAGRAPH),
    ],
)
def test_captions(text: str, kind: BlockKind) -> None:
    """A label with its number and a stop opens a caption; a sentence about a table does not."""
    sheet = Sheet().body(9).put((text, 10))

    assert read(sheet).blocks[-1].kind is kind


def test_a_page_of_more_than_a_million_words_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond the bound is left out and said, and the pages after it are read."""
    monkeypatch.setattr("paperlab.pdf.document._MOST_CHARACTERS", 500)
    reading = read(Sheet().body(9), Sheet().heading("Another page").body(2))

    assert reading.warnings == ("page 1 was cut off after a million words",)
    assert sum(len(b.lines) for b in reading.blocks if b.page == 1) == 4
    assert sum(len(b.lines) for b in reading.blocks if b.page == 2) == 3


# --- the pipe -----------------------------------------------------------------------------------------------------

_names = st.text(max_size=20)
_numbers = st.floats(0, 1000).map(lambda x: round(x, 2))
_lines = st.lists(
    st.builds(Line, st.integers(0, 500), st.tuples(_numbers, _numbers, _numbers, _numbers)), min_size=1, max_size=4
)
_blocks = st.builds(
    Block,
    st.sampled_from(BlockKind),
    st.integers(1, 9),
    st.lists(_names, max_size=3).map(tuple),
    st.text(max_size=200),
    _lines.map(tuple),
)
_readings = st.builds(
    Reading,
    st.just("pymupdf-1"),
    st.lists(st.builds(PageSize, st.integers(1, 9), _numbers, _numbers), max_size=3).map(tuple),
    st.lists(_blocks, max_size=5).map(tuple),
    st.builds(
        FrontMatter, _names, st.lists(_names, max_size=3).map(tuple), st.none() | st.integers(1900, 2100), _names
    ),
    warnings=st.lists(_names, max_size=2).map(tuple),
)


@given(_readings)
def test_a_reading_survives_the_pipe(reading: Reading) -> None:
    """Text, offsets, boxes and sections come out of the JSON as they went in."""
    assert unpack(json.loads(json.dumps(pack(reading)))) == reading


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"pages": 3},
        {"sections": [[1]], "blocks": [], "pages": []},
        {"sections": [], "blocks": [["title", 1, 9, "x", []]]},
    ],
)
def test_nonsense_from_the_pipe_is_refused(broken: dict[str, Any]) -> None:
    """What no reading ever looks like raises instead of making a half-right reading."""
    with pytest.raises((TypeError, ValueError, LookupError)):
        unpack(broken)
