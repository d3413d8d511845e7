"""The commands on what stands in a paper: text, tables, figures, references, picture."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from paperlab.lab import Lab
from support import write_pdf
from table_pages import LEFT, LINE, Book, Grid, Part, Wide

KEY, CITED, BARE = "2402.00001", "2401.00002", "2401.00003"
"""A paper with a table, figures and references; one that it cites; one without any of them."""
GRID = Grid(
    [LINE, ["Model", Wide("Dev", 2), "Test"], Part(((1, 2),)), ["", "Acc.", "F1", "Acc."], LINE,
     [Wide("<i>Small</i>", 4, "l")], ["Aster", "91.2 ± 0.3", "<b>88.0</b>", "90.1%"], ["Birch", "81.4", "", "80.2%"],
     LINE]
)  # fmt: skip
TEXTS = [
    ["Model", "Dev", "Dev", "Test"], ["", "Acc.", "F1", "Acc."], ["Small"] * 4,
    ["Aster", "91.2 ± 0.3", "88.0", "90.1%"], ["Birch", "81.4", "", "80.2%"],
]  # fmt: skip
SOURCE = r"""\documentclass{article}\begin{document}
\begin{table}\caption{Gauge readings.}\begin{tabular}{lccc}\toprule
Model & \multicolumn{2}{c}{Dev} & Test \\ \cmidrule{2-3} & Acc. & F1 & Acc. \\ \midrule
\multicolumn{4}{l}{\textit{Small}} \\ Aster & $91.2 \pm 0.3$ & \textbf{88.0} & 90.1\% \\
Birch & 81.4 & & WRONG\% \\ \bottomrule
\end{tabular}\end{table}\end{document}"""
REFERENCES = (
    "[1] G. Hopper. Averaging Weights of Tuned Models. arXiv:2401.00002, 2024.",
    "[2] A. Turing. Reading River Gauges by Hand in Winter. Journal of Weirs 12, 2019.",
)


def write_paper(path: Path) -> Path:
    """Write a paper of three pages: text with citations, a table, two figures, references."""
    book = Book()
    pen = book.page()
    pen.write(LEFT, 90, "<b>Gauges of the Northern River</b>", 17)
    pen.write(LEFT, 115, "Ada Lovelace", 11)
    pen.write(LEFT, 150, "<b>Abstract</b>", 12)
    y = pen.prose(168, 5)
    pen.write(LEFT, y + 16, "<b>1 Introduction</b>", 13)
    y = pen.prose(y + 34, 4)
    pen.write(LEFT, y, "The weights were averaged before [1], and others read their gauges by hand [2].", 10)
    pen.prose(y + 12, 8)
    pen.page.insert_text((30, 560), f"arXiv:{KEY}v1 [cs.LG] 2 Jan 2024", fontsize=18, fontname="tiro", rotate=90)
    pen = book.page()
    y = pen.prose(90, 8)
    pen.write(LEFT, y + 14, "Table 1: Gauge readings.", 10)
    y = pen.prose(GRID.draw(pen, y + 22) + 34, 6)
    for number, x in ((1, 180.0), (2, 330.0)):
        for i in range(8):
            box = pymupdf.Rect(x + 11 * i, y + 80 - 9 * i, x + 11 * i + 9, y + 90)
            pen.page.draw_rect(box, color=(0, 0, 0.6), fill=(0.4, 0.5, 0.9))
        pen.write(x + 44, y + 112, f"Figure {number}: Water by month.", 9, "c")
    pen.prose(y + 150, 8)
    pen = book.page()
    y = pen.prose(90, 6)
    pen.write(LEFT, y + 16, "<b>References</b>", 13)
    for i, line in enumerate(REFERENCES):
        pen.write(LEFT, y + 36 + 18 * i, line, 10)
    return book.save(path)


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pdfs")
    write_paper(folder / "gauges.pdf")
    words = "merging weights averaging interference sign permutation"
    write_pdf(folder / "cited.pdf", "Averaging Weights of Tuned Models", words, arxiv=f"{CITED}v1")
    write_pdf(folder / "bare.pdf", "Labelling Sequences", "blank phoneme decoding", arxiv=f"{BARE}v1")
    return folder


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory, pdfs: Path) -> Path:
    """A folder with a lab of three papers as added (`fresh`), and the same indexed (`indexed`)."""
    folder = tmp_path_factory.mktemp("labs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
        patch.setenv("PAPERLAB_ARXIV_OFFLINE", "1")
        Lab.init(folder / "fresh")
        lab = Lab(folder / "fresh")
        adder = lab.adder()
        for name in ("gauges", "cited", "bare"):
            adder.add(pdfs / f"{name}.pdf")
        lab.close()
        shutil.copytree(folder / "fresh", folder / "indexed")
        lab = Lab(folder / "indexed")
        lab.index([], lambda *_arguments: None)
        lab.close()
    return folder


@pytest.fixture
def lab(request: pytest.FixtureRequest, labs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the indexed lab, without network; it is the lab of the environment."""
    monkeypatch.setenv("PAPERLAB_INDEX_EMBEDDER", "hashing")
    monkeypatch.setenv("PAPERLAB_ARXIV_OFFLINE", "1")
    monkeypatch.setenv("PAPERLAB_LAB", str(tmp_path / "lab"))
    kind = getattr(request, "param", "indexed")
    return Path(shutil.copytree(labs / kind, tmp_path / "lab"))


fresh = pytest.mark.parametrize("lab", ["fresh"], indirect=True)


def document(do: Any, *arguments: str) -> dict[str, Any]:
    """Run a command with --json and return its document: stdout holds that and nothing else."""
    code, out, err = do(*arguments, "--json")
    assert (code, err) == (0, ""), arguments
    return dict(json.loads(out))


def is_box(value: object) -> bool:
    return isinstance(value, list) and len(value) == 4 and value[0] < value[2] and value[1] < value[3]


# text


def test_text_is_markdown_in_reading_order(lab: Path, do: Any) -> None:
    """Title and headings are marked, the table is a table in its place, words of pictures are left out."""
    code, out, err = do("text", KEY)

    assert (code, err) == (0, "")
    assert out.startswith("# Gauges of the Northern River\n")
    places = [
        out.index(part) for part in ("1 Introduction", "by hand [2]", "*Table 1: Gauge", "| Aster |", "References")
    ]
    assert places == sorted(places)
    assert "\n## 1 Introduction\n" in out
    assert out.count("91.2 ± 0.3") == 1
    assert "arXiv:2402" not in out


def test_text_json_has_blocks_with_place_and_section(lab: Path, do: Any) -> None:
    """Each block has kind, page, boxes, section and text."""
    found = document(do, "text", KEY)

    assert found["key"] == KEY
    assert all(set(block) == {"kind", "page", "boxes", "section", "text"} for block in found["blocks"])
    assert all(is_box(box) for block in found["blocks"] for box in block["boxes"])
    by_kind = {block["kind"]: block for block in found["blocks"]}
    assert {"title", "heading", "paragraph", "caption", "table", "reference"} <= set(by_kind)
    assert by_kind["table"]["page"] == 2
    assert by_kind["reference"]["section"] == ["References"]


# tables


def test_tables_json_has_the_documented_shape(lab: Path, do: Any) -> None:
    """The fields that scripts rely on, and the further ones; header and body rows are equally wide."""
    found = document(do, "tables", KEY)
    (table,) = found["tables"]

    assert set(found) == {"key", "tables"}
    assert {"number", "caption", "page", "box", "confidence", "header", "rows"} <= set(table)
    assert {
        "reasons",
        "row_kinds",
        "row_pages",
        "label_columns",
        "rotation",
        "caption_box",
        "panels",
        "continued",
    } <= set(table)
    assert (table["number"], table["caption"], table["page"]) == ("1", "Table 1: Gauge readings.", 2)
    assert is_box(table["box"])
    assert is_box(table["caption_box"])
    assert 0 < table["confidence"] <= 1
    assert [[cell["text"] for cell in row] for row in table["header"]] == TEXTS[:2]
    assert [[cell["text"] for cell in row] for row in table["rows"]] == TEXTS[2:]
    assert table["row_kinds"] == ["group", "data", "data"]
    assert table["row_pages"] == [2, 2, 2]
    assert (table["rotation"], table["panels"], table["continued"], table["reasons"]) == (0, [], [], [])
    assert "latex" not in table


def test_tables_json_cells_have_box_value_and_span(lab: Path, do: Any) -> None:
    """A number comes with spread, unit and bold; words and blanks have no value; spans say what they cover."""
    (table,) = document(do, "tables", KEY)["tables"]
    cells = [cell for row in (*table["header"], *table["rows"]) for cell in row]
    _, spread, bold, percent = table["rows"][1]

    assert all(set(cell) == {"text", "box", "value", "bold", "blank", "span"} for cell in cells)
    assert all(cell["blank"] == (cell["box"] is None) for cell in cells)
    assert (
        spread["value"] | {"printed": "91.2", "number": 91.2, "spread": 0.3, "spread_kind": "plus_minus"}
        == (spread["value"])
    )
    assert (bold["bold"], bold["value"]["bold"], bold["value"]["number"]) == (True, True, 88.0)
    assert (percent["value"]["printed"], percent["value"]["unit"]) == ("90.1", "%")
    assert table["rows"][1][0]["value"] is None
    assert table["header"][0][1] == table["header"][0][2]
    assert table["header"][0][1]["span"] == {"row": 0, "column": 1, "rows": 1, "columns": 2}


def test_tables_in_every_format(lab: Path, do: Any) -> None:
    """Aligned text, CSV that the csv module reads, Markdown, LaTeX, and the same JSON as with --json."""
    out = {form: do("tables", KEY, "--format", form) for form in ("text", "csv", "markdown", "latex", "json")}

    assert {code for code, _, _ in out.values()} == {0}
    assert out["text"][1].startswith("Table 1  p. 2  confidence ")
    assert "Small:" in out["text"][1]
    assert list(csv.reader(io.StringIO(out["csv"][1]))) == TEXTS
    assert "| Model | Dev / Acc. | Dev / F1 | Test / Acc. |" in out["markdown"][1]
    assert r"\multicolumn{2}{c}{Dev}" in out["latex"][1]
    assert json.loads(out["json"][1]) == document(do, "tables", KEY)


def test_one_table_by_number(lab: Path, do: Any) -> None:
    """--number leaves one table; a number that is not there exits with 1 and names it."""
    assert [t["number"] for t in document(do, "tables", KEY, "--number", "1")["tables"]] == ["1"]

    code, out, err = do("tables", KEY, "--number", "7")
    assert (code, out) == (1, "")
    assert "no table 7" in err


@pytest.mark.parametrize("command", ["tables", "figures", "references"])
def test_a_paper_without_any_exits_with_1(lab: Path, do: Any, command: str) -> None:
    """Nothing found is exit code 1 and one line that names the paper."""
    code, out, err = do(command, BARE)

    assert (code, out) == (1, "")
    assert BARE in err
    assert err.count("\n") == 1


def test_tables_are_held_against_the_latex_source(lab: Path, do: Any) -> None:
    """Where the source lies beside the PDF, agreement is counted and each difference is shown with both readings."""
    source = lab / "papers" / KEY / "source" / "main.tex"
    source.parent.mkdir()
    source.write_text(SOURCE, encoding="utf-8")

    (table,) = document(do, "tables", KEY)["tables"]
    shown = do("tables", KEY)[1]

    assert table["latex"]["cells"] - table["latex"]["agreeing"] == 1
    assert table["latex"]["differences"] == [{"row": 4, "column": 3, "pdf": "80.2%", "latex": "WRONG%"}]
    assert "row 5, column 4: '80.2%' here, 'WRONG%' there" in shown
    assert [[cell["text"] for cell in row] for row in table["rows"]] == TEXTS[2:]


def test_latex_that_agrees_says_so(lab: Path, do: Any) -> None:
    """No difference is shown where all cells agree."""
    source = lab / "papers" / KEY / "source" / "main.tex"
    source.parent.mkdir()
    source.write_text(SOURCE.replace("WRONG", "80.2"), encoding="utf-8")

    (table,) = document(do, "tables", KEY)["tables"]

    assert table["latex"]["differences"] == []
    assert table["latex"]["agreeing"] == table["latex"]["cells"] > 0
    assert " there" not in do("tables", KEY)[1]


def test_latex_that_cannot_be_read_does_not_keep_the_tables_back(lab: Path, do: Any) -> None:
    """An archive that is none is complained of; the tables come all the same."""
    (lab / "papers" / KEY / "source.tar.gz").write_bytes(b"no archive at all")

    code, out, err = do("tables", KEY, "--number", "1")

    assert code == 0
    assert out.startswith("Table 1")
    assert "LaTeX source" in err


def test_latex_source_of_another_paper_is_no_comparison(lab: Path, do: Any) -> None:
    """A source with no table like ours leaves the output as it was, and broken LaTeX does no harm."""
    source = lab / "papers" / KEY / "source" / "main.tex"
    source.parent.mkdir()
    source.write_text(r"\documentclass{article}\begin{document}\begin{table}\begin{tabular}{ll", encoding="utf-8")

    (table,) = document(do, "tables", KEY)["tables"]

    assert [[cell["text"] for cell in row] for row in table["rows"]] == TEXTS[2:]


# figures


def test_figures_are_listed_with_captions(lab: Path, do: Any) -> None:
    """Number, page and caption for people; box and caption box for scripts."""
    _, out, _ = do("figures", KEY)
    found = document(do, "figures", KEY)["figures"]

    assert "Figure 1  p. 2" in out
    assert "Water by month." in out
    assert [f["number"] for f in found] == ["1", "2"]
    assert all(set(f) == {"number", "caption", "page", "box", "caption_box", "file"} for f in found)
    assert all(is_box(f["box"]) and is_box(f["caption_box"]) and f["file"] is None for f in found)
    assert found[0]["box"][2] < found[1]["box"][0]


def test_figures_are_written_as_png(lab: Path, do: Any, tmp_path: Path) -> None:
    """--to makes the folder and writes one PNG a figure, as large as its box at the dots per inch."""
    found = document(do, "figures", KEY, "--to", str(tmp_path / "a" / "b"), "--dpi", "144", "--number", "2")["figures"]

    (only,) = found
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["figure-2.png"]
    assert only["file"] == str(tmp_path / "a" / "b" / "figure-2.png")
    picture = pymupdf.Pixmap(only["file"])
    x0, y0, x1, y1 = only["box"]
    assert abs(picture.width - 2 * (x1 - x0)) <= 2
    assert abs(picture.height - 2 * (y1 - y0)) <= 2


def test_no_such_figure_exits_with_1(lab: Path, do: Any, tmp_path: Path) -> None:
    """A number that is not there is named, and nothing is written."""
    code, _, err = do("figures", KEY, "--number", "9", "--to", str(tmp_path / "none"))

    assert code == 1
    assert "no figure 9" in err
    assert not (tmp_path / "none").exists()


# references


def test_references_name_the_librarys_own_papers(lab: Path, do: Any) -> None:
    """What the library has is named by its key, with the pages that cite each entry."""
    first, second = document(do, "references", KEY)["references"]

    assert set(first) == {
        "label", "text", "authors", "title", "year", "venue", "arxiv_id", "doi", "url", "key", "page", "boxes",
        "citations",
    }  # fmt: skip
    assert (first["label"], first["arxiv_id"], first["year"], first["key"]) == ("1", CITED, 2024, CITED)
    assert (second["label"], second["year"], second["key"]) == ("2", 2019, None)
    assert first["text"] == REFERENCES[0].removeprefix("[1] ")
    assert all(box["page"] == 3 and is_box(box["box"]) for r in (first, second) for box in r["boxes"])
    assert [c["page"] for c in first["citations"]] == [1]

    out = do("references", KEY)[1]
    assert f"in the library: {CITED}" in out
    assert out.count("in the library") == 1
    assert "cited on p. 1" in out


def test_citations_point_into_the_text(lab: Path, do: Any) -> None:
    """A citation's span in its block, as `text --json` gives it, holds the printed words."""
    blocks = document(do, "text", KEY)["blocks"]
    cited = [c for r in document(do, "references", KEY)["references"] for c in r["citations"]]

    assert [blocks[c["block"]]["text"][c["start"] : c["end"]] for c in cited] == [c["text"] for c in cited] != []
    assert all(blocks[c["block"]]["page"] == c["page"] for c in cited)


# picture


def test_picture_writes_the_page_or_a_box_of_it(lab: Path, do: Any, tmp_path: Path) -> None:
    """The file is a PNG of the whole page, or of the box that `tables --json` gave."""
    (table,) = document(do, "tables", KEY)["tables"]
    box = ",".join(str(edge) for edge in table["box"])
    to = tmp_path / "out.png"

    code, out, _ = do("picture", KEY, "2", "--box", box, "--to", str(to), "--dpi", "72")
    assert (code, out) == (0, f"{to}\n")
    cut = pymupdf.Pixmap(str(to))
    assert abs(cut.width - (table["box"][2] - table["box"][0])) <= 2
    assert min(cut.samples) < 100

    found = document(do, "picture", KEY, "2", "--to", str(to), "--dpi", "36")
    assert found == {"key": KEY, "page": 2, "box": None, "file": str(to)}
    assert (pymupdf.Pixmap(str(to)).width, pymupdf.Pixmap(str(to)).height) == (306, 396)


def test_picture_without_a_name_is_named_for_the_page(
    lab: Path, do: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes to the working folder as KEY-pN.png."""
    monkeypatch.chdir(tmp_path)

    assert do("picture", KEY, "1", "--dpi", "36")[1] == f"{KEY}-p1.png\n"
    assert (tmp_path / f"{KEY}-p1.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["1", "--box", "1,2,3"],
        ["1", "--box", "a,b,c,d"],
        ["1", "--box", "nan,0,10,10"],
        ["1", "--box", "10,10,10,10"],
        ["1", "--box", "900,900,950,950"],
        ["0"],
        ["99"],
        ["one"],
        ["1", "--dpi", "0"],
    ],
)
def test_a_picture_of_what_is_not_there_is_a_usage_error(
    lab: Path, do: Any, tmp_path: Path, arguments: list[str]
) -> None:
    """A bad box, page or resolution exits with 2, says why, and writes nothing."""
    code, out, err = do("picture", KEY, *arguments, "--to", str(tmp_path / "x.png"))

    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err
    assert not (tmp_path / "x.png").exists()


# All of them

COMMANDS = [["text"], ["tables"], ["figures"], ["references"], ["picture"]]


def arguments_of(command: list[str], key: str) -> list[str]:
    return [*command, key, *(["1"] if command == ["picture"] else [])]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_paper_whose_pdf_is_missing_exits_with_3(lab: Path, do: Any, command: list[str]) -> None:
    """The commands that bring the PDF are named."""
    (lab / "papers" / KEY / "paper.pdf").unlink()
    code, out, err = do(*arguments_of(command, KEY))

    assert (code, out) == (3, "")
    assert f"paperlab fetch {KEY}" in err


@fresh
@pytest.mark.parametrize("command", COMMANDS)
def test_a_paper_whose_pdf_cannot_be_read_exits_with_4(
    lab: Path, do: Any, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is one line on stderr."""
    monkeypatch.chdir(tmp_path)
    (lab / "papers" / KEY / "paper.pdf").write_bytes(b"%PDF-1.7\n" + b"nothing of use " * 50)
    code, out, err = do(*arguments_of(command, KEY))

    assert (code, out) == (4, "")
    assert "paper.pdf" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_key_exits_with_1(lab: Path, do: Any, command: list[str]) -> None:
    """What is not in the library is named."""
    code, out, err = do(*arguments_of(command, "2306.99999"))

    assert (code, out) == (1, "")
    assert "not in the library" in err


@fresh
def test_indexed_and_not_indexed_papers_give_the_same(lab: Path, do: Any) -> None:
    """What was read for the index is what is read now: the same bytes from every command."""
    commands = [[name, KEY, *more] for name in ("text", "tables", "figures", "references") for more in ([], ["--json"])]
    before = [do(*command) for command in commands]
    assert do("index")[0] == 0
    after = [do(*command) for command in commands]

    assert after == before


@pytest.mark.parametrize(
    "command",
    COMMANDS,
)
def test_keys_are_taken_in_every_form(
    lab: Path, do: Any, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pasted URL means the same paper, and the document says its key."""
    monkeypatch.chdir(tmp_path)

    assert document(do, *arguments_of(command, f"https://arxiv.org/abs/{KEY}v1"))["key"] == KEY


@fresh
def test_control_codes_in_a_pdf_do_no_harm(lab: Path, do: Any) -> None:
    """A font whose letter A means a change of direction: no command prints one, and the rest is read as ever."""
    path = lab / "papers" / KEY / "paper.pdf"
    letter = pymupdf.Font("tiro").has_glyph(ord("A"))
    with pymupdf.open(path) as pdf:
        for xref in range(1, pdf.xref_length()):
            meanings = pdf.xref_stream(xref) or b"" if pdf.xref_is_stream(xref) else b""
            if b"begincmap" in meanings:
                more = f"1 beginbfchar\n<{letter:04x}> <202e>\nendbfchar\nendcmap"
                pdf.update_stream(xref, meanings.replace(b"endcmap", more.encode()))
        assert "\u202ester" in pdf[1].get_text()
        changed = pdf.tobytes()
    path.write_bytes(changed)

    for form in ("text", "csv", "markdown", "latex", "json"):
        code, out, _ = do("tables", KEY, "--format", form)
        assert code == 0
        assert "\u202e" not in out
        assert "ster" in out
        assert "Aster" not in out
    assert "\u202e" not in do("text", KEY)[1]
    assert "\u202e" not in do("references", KEY)[1]
