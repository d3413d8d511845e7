"""What is read from LaTeX source, and how it is held against the reading of a PDF."""

from __future__ import annotations

import contextlib
import gzip
import io
import random
import tarfile
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import BadFile
from paperlab.latex import compare_tables, match_tables, read_source, read_tables
from paperlab.types import Cell, RowKind, Table, TableRow

if TYPE_CHECKING:
    from pathlib import Path

RESULTS = r"""
\documentclass{article}
\newcommand{\best}[1]{\textbf{#1}}
\newcommand\std[1]{$_{\pm #1}$}
\newcommand{\res}[2][0.1]{#2$\pm$#1}
\newcommand{\ours}{\textsc{Heron}\xspace}
\def\shaded#1{\cellcolor{gray!20}{#1}}
\begin{document}
\begin{table*}[t]
  \caption[short]{Accuracy of \ours\ on three sets~\cite{bird} (\%). \label{tab:main}}
  \resizebox{\linewidth}{!}{%
  \begin{tabular}{@{}l *{3}{c} >{\bfseries}r@{}}
  \toprule
  \multirow{2}{*}{Method} & \multicolumn{2}{c}{Birds} & Fish & Mean\\
  \cmidrule(lr){2-3}\cmidrule(l){4-4}
   & Lake$\uparrow$ & Sea & Pond$^\dagger$ & \\
  \midrule
  \multicolumn{5}{c}{\textit{Small nets}} \\
  Base~\citep{first} & 93.1\std{0.2} & 88.0 & -- & 90.1\\[2pt]
  % Gone & 1 & 2 & 3 & 4 \\
  \rowcolor{gray!10} \ours & \best{94.1}\std{0.1} & \res{89.2} & \res[.3]{70} & 91.2 \\
  \multicolumn{5}{l}{\emph{Large nets}} \\
  \makecell{Two\\lines} & 1{,}234 & $2.3\times 10^{19}$ & \num{1.5e3} & -1 \\
  \shaded{Fran\c{c}ois M\"uller} & \underline{88.1} & 45.2\% & {\bf 12.1} & \$12 \\
  \bottomrule
  \end{tabular}}
\end{table*}
\end{document}
"""


def only(source: str) -> Table:
    tables = read_tables(source)
    assert len(tables) == 1
    return tables[0]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def tabular(body: str, columns: str = "lcc") -> str:
    return rf"\begin{{table}}\caption{{Some birds}}\begin{{tabular}}{{{columns}}}{body}\end{{tabular}}\end{{table}}"


def grid(body: str, columns: str = "lcc") -> list[list[str]]:
    return texts(only(tabular(body, columns)))


def test_a_results_table_is_read_with_every_cell() -> None:
    """The author's commands are written out, spans repeated, comments and decoration gone."""
    table = only(RESULTS)
    assert (table.number, table.caption) == ("1", "Accuracy of Heron on three sets [?] (%).")
    assert texts(table) == [
        ["Method", "Birds", "Birds", "Fish", "Mean"],
        ["Method", "Lake↑", "Sea", "Pond†", ""],
        ["Small nets"] * 5,
        ["Base [?]", "93.1_±0.2", "88.0", "–", "90.1"],
        ["Heron", "94.1_±0.1", "89.2±0.1", "70±.3", "91.2"],
        ["Large nets"] * 5,
        ["Two lines", "1,234", "2.3×10^19", "1.5·10^3", "-1"],
        ["François Müller", "88.1", "45.2%", "12.1", "$12"],
    ]
    assert (table.confidence, table.reasons, table.label_columns) == (1.0, (), 1)


def test_rows_are_told_apart_by_their_rules() -> None:
    """Rows above the first full rule are the header; one cell over all columns is a section."""
    kinds = [row.kind for row in only(RESULTS).rows]
    header, group, data = RowKind.HEADER, RowKind.GROUP, RowKind.DATA
    assert kinds == [header, header, group, data, data, group, data, data]


def test_a_spanning_cell_stands_the_same_in_each_place() -> None:
    """It knows its first place and how far it reaches."""
    rows = only(RESULTS).rows
    method, birds = rows[0].cells[0], rows[0].cells[1]
    assert rows[1].cells[0] is method
    assert rows[0].cells[2] is birds
    assert (method.row, method.column, method.rows, method.columns) == (0, 0, 2, 1)
    assert (birds.row, birds.column, birds.rows, birds.columns) == (0, 1, 1, 2)
    assert (rows[2].cells[0].columns, rows[2].cells[4].column) == (5, 0)


def test_values_carry_spread_and_bold() -> None:
    """A value is bold where its own digits are, whatever its spread is; a column can be bold as a whole."""
    rows = only(RESULTS).rows
    value = rows[4].cells[1].values[0]
    assert (value.printed, value.spread, value.bold) == ("94.1", 0.1, True)
    assert [rows[3].cells[c].values[0].bold for c in (1, 4)] == [False, True]
    assert rows[6].cells[2].values[0].number == 2.3e19
    assert rows[7].cells[2].values[0].unit == "%"
    assert rows[7].cells[3].bold


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (r"$93.4_{\pm 0.2}$", "93.4_±0.2"),
        (r"$93.4\pm0.2$", "93.4±0.2"),
        (r"$93.4^{*}$", "93.4*"),
        (r"93.4\textsuperscript{\textdagger}", "93.4†"),
        (r"$d_{\text{model}}$", "d_model"),
        (r"$10^{-3}$", "10^-3"),
        (r"50\,\%", "50 %"),
        (r"\textbf{a \& b}", "a & b"),
        (r"\shortstack[l]{one \\ two}", "one two"),
        (r"\begin{tabular}[c]{@{}c@{}}one\\two\end{tabular}", "one two"),
        (r"\rotatebox[origin=c]{90}{up}", "up"),
        (r"\textcolor{red}{7.5}", "7.5"),
        (r"\raisebox{1pt}[0pt][0pt]{7.5}", "7.5"),
        (r"{\small\color{blue} 7.5}", "7.5"),
        (r"7.5\footnotemark[2]", "7.5^2"),
        (r"\phantom{0}7.5\footnote{A note.}", "7.5"),
        (r"\'Elan na\"{\i}f", "Élan naïf"),
        (r"\ding{51}", "✓"),
        (r"$\alpha=0.5$", "α=0.5"),
        (r"\SI{5}{\percent}", "5 %"),
        (r"$\mathbf{7.5}$", "7.5"),
        (r"a~--~b", "a – b"),
        (r"\url{x%y}", "x%y"),
        (r"$\frac{1}{2}$", "1/2"),
        (r"\ours with", "Heron with"),
        (r"\ours, too", "Heron, too"),
    ],
)
def test_a_cell_reads_as_it_prints(cell: str, text: str) -> None:
    """Commands that only decorate leave no trace; the others leave what they print."""
    command = r"\newcommand{\ours}{\textsc{Heron}\xspace}"
    table = only(command + tabular(rf"\toprule n & v & w \\ \midrule x & {cell} & 1 \\ \bottomrule"))
    assert texts(table)[1][1] == text


def test_bold_in_words_does_not_reach_into_a_formula() -> None:
    """As LaTeX prints it: a bold text command leaves the digits of a formula as they are."""
    rows = only(tabular(r"n & v & w\\ \midrule a & \textbf{$1.5$} & $\mathbf{2.5}$\\")).rows
    assert [cell.bold for cell in rows[1].cells[1:]] == [False, True]


def test_rows_and_columns_that_only_make_space_are_left_out() -> None:
    """Neither would be seen on the page."""
    assert grid(r"n & & v \\ \midrule a & & 1 \\ & & \\[-1ex] b & & 2 \\") == [["n", "v"], ["a", "1"], ["b", "2"]]


def test_short_rows_are_filled_up() -> None:
    """All rows of a table are equally long."""
    assert grid(r"n & v & w \\ \hline a \\ b & 1 & 2 \\")[1][0] == "a"
    assert {len(row) for row in grid(r"n & v & w \\ \hline a & 1 \\ b & 1 & 2 \\")} == {3}


def test_an_ampersand_in_a_group_is_no_cell_end() -> None:
    """Groups and inner tabulars are one cell."""
    assert grid(r"n & v & w\\ \hline a & {1 & 2} & 3\\")[1] == ["a", "1 2", "3"]


def test_a_multirow_that_spans_upwards_covers_the_rows_above() -> None:
    """A negative count is usual where rows are shaded."""
    assert [row[0] for row in grid(r"n & v\\ \hline & 1\\ & 2\\ \multirow{-3}{*}{a} & 3\\", "lc")[1:]] == ["a"] * 3


def test_a_multirow_with_too_large_a_count_ends_at_text() -> None:
    """A wrong count never hides a cell."""
    rows = grid(r"n & v\\ \hline \multirow{9}{*}{a} & 1\\ & 2\\ b & 3\\", "lc")
    assert [row[0] for row in rows] == ["n", "a", "a", "b"]


def test_ruled_tables_have_one_header_row() -> None:
    """Where a rule stands below every row, the first one ends the header."""
    table = only(tabular(r"\hline n & v & w\\ \hline a & 1 & 2\\ \hline b & 3 & 4\\ \hline", "|l|c|c|"))
    assert [row.kind for row in table.rows] == [RowKind.HEADER, RowKind.DATA, RowKind.DATA]


def test_a_header_may_stand_inside_a_table() -> None:
    """Names between two rules name the columns anew."""
    body = r"n & v & w\\ \midrule a & 1 & 2\\ \midrule n & p & q\\ \midrule b & 3 & 4\\"
    assert [row.kind.value for row in only(tabular(body)).rows] == ["header", "data", "header", "data"]


def test_a_header_broken_over_two_rows_is_joined() -> None:
    """A reader takes it as one name; with a rule or a span between, the rows are levels."""
    top = r"\multirow{2}{*}{n} & Steps & Loss\\ "
    low = r" & (K) & (dev)\\ \midrule a & 1 & 2\\"
    assert grid(top + low) == [["n", "Steps (K)", "Loss (dev)"], ["a", "1", "2"]]
    assert len(grid(top + r"\cmidrule{2-3}" + low)) == 3


def test_label_columns_end_where_numbers_begin() -> None:
    """Two columns of words name the rows."""
    body = r"n & of & v\\ \midrule a & lakes & 1\\ b & seas & 2\\"
    assert only(tabular(body)).label_columns == 2


def test_hidden_tables_are_not_read() -> None:
    """Comments, a false condition and a switch that is off hide what they hold."""
    table = tabular(r"n & v\\ \hline a & 1\\", "lc")
    hidden = "\n".join("%" + line for line in table.splitlines())
    source = rf"""\newif\ifdraft\draftfalse {hidden}
    \iffalse {table} \ifx\a\b\fi {table} \fi \ifdraft {table} \else {table} \fi
    \begin{{comment}} {table} \end{{comment}}"""
    assert len(read_tables(source)) == 1


def test_tables_are_numbered_by_their_captions() -> None:
    """A starred caption has no number; an appendix may begin anew with a letter."""
    one = tabular(r"a & 1\\", "lc")
    bare = one.replace(r"\caption", r"\caption*")
    source = rf"{one}{bare}{one}\appendix\setcounter{{table}}{{0}}\renewcommand{{\thetable}}{{A\arabic{{table}}}}{one}"
    assert [table.number for table in read_tables(source)] == ["1", "", "2", "A1"]


def test_some_classes_print_roman_numbers() -> None:
    """The class is known by its name."""
    source = r"\documentclass[journal]{IEEEtran}" + tabular(r"a & 1\\", "lc") * 4
    assert [table.number for table in read_tables(source)] == ["I", "II", "III", "IV"]


BODY = r"n & v\\ \hline a & 1\\"
WIDE = r"\newenvironment{wide}[1]{\begin{table*}\caption{#1}}{\end{table*}}"


@pytest.mark.parametrize(
    "source",
    [
        rf"\begin{{wraptable}}{{r}}{{5cm}}\caption{{C}}\begin{{tabularx}}{{5cm}}{{lX}}{BODY}\end{{tabularx}}\end{{wraptable}}",
        rf"\begin{{sidewaystable}}\caption{{C}}\begin{{tabular*}}{{5cm}}[t]{{lc}}{BODY}\end{{tabular*}}\end{{sidewaystable}}",
        r"\begin{longtable}{lc}\caption{C}\\n & v\\ \hline\endfirsthead n & v\\ \hline\endhead more\\\endfoot a & 1\\",
        r"\begin{figure}\captionof{table}{C}\begin{tabular}{lc}n & v\tabularnewline\hline a&1\end{tabular}\end{figure}",
        rf"{WIDE}\begin{{wide}}{{C}}\begin{{tabulary}}{{1cm}}{{lc}}{BODY}\end{{tabulary}}\end{{wide}}",
        r"\begin{table}\caption{C}\begin{tabular}{lc}n & v\\ \hline a & {1\\\end{tabular}\end{table}",
        rf"\begin{{table}}\caption{{C \begin{{tabular}}{{lc}}{BODY}\end{{tabular}}\end{{table}}",
        r"\begin{table}\caption{C}\begin{tabular}{lc}n & v\\ \hline a & 1",
    ],
)
def test_floats_of_many_kinds_are_read(source: str) -> None:
    """Also where an argument is odd, a brace is missing or the end is lost."""
    table = only(source)
    assert (table.caption, table.number) == ("C", "1")
    assert texts(table)[:2] == [["n", "v"], ["a", "1"]]


def test_two_captions_in_one_float_are_two_tables() -> None:
    """Each takes the grid beside it."""
    part = r"\begin{minipage}{4cm}\caption{%s}\begin{tabular}{lc}n & v\\ \hline %s & 1\\\end{tabular}\end{minipage}"
    tables = read_tables(r"\begin{table}" + part % ("Left", "a") + part % ("Right", "b") + r"\end{table}")
    assert [(t.number, t.caption, texts(t)[1][0]) for t in tables] == [("1", "Left", "a"), ("2", "Right", "b")]


def test_several_grids_under_one_caption_are_panels() -> None:
    """They stand one below the other; captions of the parts are not numbered."""
    source = r"""\begin{table}\caption{Both}
    \begin{subtable}{4cm}\begin{tabular}{lc}n & v\\ \hline a & 1\\\end{tabular}\caption{one}\end{subtable}
    \subfloat[two]{\begin{tabular}{lcc}n & v & w\\ \hline b & 1 & 2\\\end{tabular}}\end{table}"""
    table = only(source)
    assert [(p.first, p.last) for p in table.panels] == [(0, 2), (2, 4)]
    assert texts(table) == [["n", "v", ""], ["a", "1", ""], ["n", "v", "w"], ["b", "1", "2"]]


def test_an_unknown_command_is_named_and_lowers_the_confidence() -> None:
    """Its arguments are printed, since most commands decorate."""
    table = only(tabular(r"n & v\\ \hline a & \mystery[x]{1.5}\\", "lc"))
    assert texts(table)[1] == ["a", "1.5"]
    assert table.confidence < 1
    assert "mystery" in table.reasons[0]


def test_commands_that_call_themselves_come_to_an_end() -> None:
    """Depth and number are bounded."""
    start = time.perf_counter()
    source = r"\def\a{\b\b}\def\b{\a\a}\newcommand{\c}[1]{\c{#1#1}}" + tabular(r"\a & \c{x}\\", "lc")
    assert len(read_tables(source)) == 1
    assert time.perf_counter() - start < 8


@given(st.lists(st.sampled_from([*r"{}[]&$_^%~#*", "\\\\", *r"\begin{tabular} \end{tabular} \caption \multirow".split(),
    *r"\multicolumn \begin{table} \end{table} \hline \def\x \x \iffalse \fi \newcommand \textbf \cite \num".split(),
    "\n", "1.5", "a", " ", r"\begin{", r"\frac", r"\'"]), max_size=60))  # fmt: skip
def test_no_source_raises(parts: list[str]) -> None:
    """Whatever is broken, what comes back are tables with rows of one length."""
    for table in read_tables(r"\begin{table}\caption{C}\begin{tabular}{lc}" + "".join(parts)):
        assert len({len(row.cells) for row in table.rows}) <= 1


@given(st.lists(st.lists(st.integers(0, 999), min_size=3, max_size=3), min_size=1, max_size=6))
def test_numbers_written_come_back(rows: list[list[int]]) -> None:
    """Digits pass through unchanged."""
    body = r"\toprule n & v & w \\ \midrule " + "".join(
        " & ".join(f"{n / 10:.1f}" for n in row) + r" \\" for row in rows
    )
    assert grid(body)[1:] == [[f"{n / 10:.1f}" for n in row] for row in rows]


BOMBS = {
    "columns repeated in columns repeated": tabular("a & 1", "*{200}{" * 5 + "|" + "}" * 5),
    "a count of five thousand digits": tabular("a & 1", "*{" + "9" * 5000 + "}{c}"),
    "a number of parameters of five thousand digits": rf"\newcommand{{\a}}[{'9' * 5000}]{{x}}" + tabular("a & 1"),
    "groups in groups": tabular(r"\textbf{" * 2000 + "a" + "}" * 2000 + "& 1"),
    "indices in indices": tabular("$" + "_{" * 2000 + "a" + "}" * 2000 + "$ & 1"),
    "fractions in fractions": tabular("$" + r"\frac{" * 1500 + "a" + "}" * 1500 + "$ & 1"),
    "accents on accents": tabular(r"\'{" * 2000 + "a" + "}" * 2000 + "& 1"),
    "floats in floats": r"\begin{table}" * 2000 + "a" + r"\end{table}" * 2000,
    "tables never closed": r"\begin{table}" * 20_000,
    "blocks never closed": r"\begin{center}" * 20_000,
    "brackets never closed": tabular(r"\\[" * 50_000),
    "package code never closed": r"\makeatletter " * 100_000,
    "words as written, never closed": "".join(rf"\verb{chr(0x4E00 + i)}" for i in range(20_000)),
    "one cell of a book": tabular("bird " * 200_000 + "& 1"),
    "arguments that double": r"\newcommand{\a}[1]{\b{#1#1}}\newcommand{\b}[1]{\a{#1#1}}" + tabular(r"\a{xx} & 1"),
    "an environment of itself": r"\newenvironment{a}{\begin{a}}{\end{a}}" + tabular(r"\begin{a}x\end{a} & 1"),
    "a million blank places": tabular(r"\multicolumn{200}{c}{x}\\" + r"a\\" * 4999) * 20,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_source_made_to_last_comes_to_an_end(name: str) -> None:
    """It is read, or refused with one line, within seconds and without a traceback."""
    start = time.perf_counter()
    said = ""
    try:
        read_tables(BOMBS[name])
    except BadFile as error:
        said = str(error)
    assert not said or ("paper" in said and "\n" not in said)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("name", ["groups in groups", "one cell of a book"])
def test_a_table_cut_short_says_so(name: str) -> None:
    """What is left out is named, and the confidence falls; the other cells are as they were."""
    table = only(BOMBS[name])
    assert table.rows[0].cells[-1].text == "1"
    assert table.confidence < 1
    assert any("left out" in why for why in table.reasons)


def test_a_number_of_many_digits_stays_short() -> None:
    """A counter may be moved on and on; what is printed of it has an end."""
    moved = r"\renewcommand{\thetable}{\Roman{table}}" + r"\addtocounter{table}{9999}" * 1000
    assert len(only(moved + tabular("a & 1")).number) <= 40


def test_a_source_longer_than_any_paper_is_refused() -> None:
    """The message says how long one may be."""
    with pytest.raises(BadFile, match="4 million characters"):
        read_tables("bird " * 1_000_000)


def test_damaged_sources_raise_nothing_but_the_one_error() -> None:
    """Characters changed, braces and words dropped, pieces said twice: tables come back, or the refusal."""
    chance = random.Random(7)
    start = time.perf_counter()
    for _ in range(200):
        try:
            tables = read_tables(mutated(RESULTS, chance))
        except BadFile:
            continue
        assert all(len({len(row.cells) for row in table.rows}) <= 1 for table in tables)
    assert time.perf_counter() - start < 5


def mutated(source: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(source)), chance.randint(1, 40)
        odd = chance.choice(["{", "}", "\\", "&", "$", "#", "[", "%", "\0", "\x7f", "٣", "\ud800", r"\begin{", r"\'"])
        source = chance.choice(
            [
                source[:at] + odd + source[at + 1 :],
                source[:at] + source[at + length :],
                source[: at + length] + source[at:],
                source[:at] + source[at:].replace(chance.choice("{}"), "", 1),
                source[:at]
                + chance.choice([r"\textbf{", "$_{", r"\begin{table}"]) * chance.choice([1, 2, 600])
                + source[at:],
            ]
        )
    return source


# ---- files


PARTS = {
    "paper/main.tex": r"\documentclass{article} % a comment" + "\n"
    r"\begin{document}\input{parts/one}\include{two.tex}\end{document}",
    "paper/parts/one.tex": r"First \input{deeper}",
    "paper/parts/deeper.tex": r"deeper \input{main}",
    "paper/two.tex": "Second",
}


def packed(files: dict[str, str], *, links: dict[str, str] | None = None) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return stream.getvalue()


def unpack(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_and_an_archive_give_the_same_document(tmp_path: Path) -> None:
    """Included files stand in their place, comments are gone, and a file within itself is left out."""
    (tmp_path / "e-print").write_bytes(packed(PARTS))
    whole = read_source(unpack(tmp_path / "folder", PARTS))
    assert whole == read_source(tmp_path / "e-print")
    assert [word for word in ("First", "deeper", "Second") if word in whole] == ["First", "deeper", "Second"]
    assert "comment" not in whole


def test_a_single_gzipped_file_is_read(tmp_path: Path) -> None:
    """As arXiv serves papers of one file."""
    (tmp_path / "paper.gz").write_bytes(gzip.compress(RESULTS.encode()))
    assert len(read_tables(read_source(tmp_path / "paper.gz"))) == 1


def test_the_main_file_is_the_one_that_includes_the_others(tmp_path: Path) -> None:
    """Another document in the folder, such as a supplement of one line, does not displace it."""
    files = {**PARTS, "paper/note.tex": r"\documentclass{article}\begin{document}Aside\end{document}"}
    assert "Second" in read_source(unpack(tmp_path, files))


def test_nothing_outside_the_source_is_read(tmp_path: Path) -> None:
    """Neither by a name with dots, nor by a link, nor by an absolute path."""
    (tmp_path / "secret.tex").write_text("SECRET", encoding="utf-8")
    inputs = "".join(rf"\input{{{name}}}" for name in ("../secret", tmp_path / "secret", "link"))
    main = rf"\documentclass{{a}}\begin{{document}}{inputs}\end{{document}}"
    folder = unpack(tmp_path / "folder", {"main.tex": main})
    (folder / "link.tex").symlink_to(tmp_path / "secret.tex")
    (tmp_path / "a.tgz").write_bytes(
        packed({"main.tex": main, "../x.tex": "SECRET"}, links={"link.tex": "../secret.tex"})
    )
    assert "SECRET" not in read_source(folder)
    assert "SECRET" not in read_source(tmp_path / "a.tgz")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.5 ...", "PDF"),
        (b"\x1f\x8b\x08\x00broken", "damaged"),
        (packed({"a.txt": "no document"}), "documentclass"),
        (packed(PARTS)[:-40], "damaged"),
    ],
)
def test_what_is_no_source_is_refused_with_the_reason(tmp_path: Path, content: bytes, why: str) -> None:
    """The message names the file and says what is wrong."""
    (tmp_path / "e-print").write_bytes(content)
    with pytest.raises(BadFile, match=why):
        read_source(tmp_path / "e-print")


def test_an_archive_that_grows_beyond_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file may unpack to a huge one; it is never held in whole."""
    monkeypatch.setattr("paperlab.latex.source.MAX_UNPACKED", 100_000)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b"0" * 1_000_000))
    with pytest.raises(BadFile, match="larger"):
        read_source(tmp_path / "bomb.gz")


def test_a_sparse_file_in_an_archive_is_refused(tmp_path: Path) -> None:
    """It takes a few bytes there and any number of them unpacked."""
    member = tarfile.TarInfo("main.tex")
    member.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"%011o\0" % 3_000_000_000
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 8 * 32 + sum(header[156:]))
    (tmp_path / "e-print").write_bytes(bytes(header) + bytes(1024))
    with pytest.raises(BadFile, match="sparse"):
        read_source(tmp_path / "e-print")


def test_what_an_archive_unpacks_to_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes of its files are added up before they are read."""
    monkeypatch.setattr("paperlab.latex.source.MAX_UNPACKED", 20_000)
    member = tarfile.TarInfo("main.tex")
    member.size = 1_000_000
    (tmp_path / "e-print").write_bytes(member.tobuf() + bytes(1024))
    with pytest.raises(BadFile, match="larger"):
        read_source(tmp_path / "e-print")


def test_a_file_included_over_and_over_is_refused(tmp_path: Path) -> None:
    """The document as a whole is bounded, and time is not spent on what is beyond."""
    main = r"\documentclass{a}\begin{document}" + r"\input{b}" * 300
    folder = unpack(tmp_path, {"main.tex": main, "b.tex": "% bird\n" * 500_000})
    start = time.perf_counter()
    with pytest.raises(BadFile, match="4 million characters"):
        read_source(folder)
    assert time.perf_counter() - start < 5


def test_damaged_archives_raise_nothing_but_the_one_error(tmp_path: Path) -> None:
    """Bytes changed anywhere in the archive: the source comes back, or the refusal."""
    whole = gzip.decompress(packed(PARTS))
    # A chain of headers that each announce the next one.
    chain = tarfile.TarInfo("x")
    chain.type = tarfile.GNUTYPE_LONGNAME
    (tmp_path / "chain").write_bytes(chain.tobuf() * 3000 + bytes(1024))
    with pytest.raises(BadFile):
        read_source(tmp_path / "chain")
    chance = random.Random(7)
    for _ in range(500):
        raw = bytearray(whole[:5120])
        for _ in range(chance.randint(1, 6)):
            raw[chance.randrange(len(raw))] = chance.choice([0, 255, 128, 57, chance.randrange(256)])
        (tmp_path / "e-print").write_bytes(raw)
        with contextlib.suppress(BadFile):
            read_source(tmp_path / "e-print")


@pytest.mark.parametrize("name", ["no\0name", "x" * 300])
def test_a_name_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    """As one that is not there."""
    with pytest.raises(BadFile, match="cannot be read"):
        read_source(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message says what to give instead."""
    with pytest.raises(BadFile, match=r"give a folder"):
        read_source(tmp_path / "none.tar.gz")


# ---- against the PDF


def made(rows: list[list[str]], *, number: str = "1", caption: str = "Birds counted on the lakes") -> Table:
    lines = tuple(
        TableRow(RowKind.DATA, tuple(Cell(text, None, row=i, column=j) for j, text in enumerate(row)))
        for i, row in enumerate(rows)
    )
    return Table(number=number, caption=caption, page=0, box=(0, 0, 0, 0), rows=lines)


def test_equal_tables_agree_whatever_their_dress() -> None:
    """Case, spaces, dashes, marks and citations do not count."""
    pdf = made([["Method", "Lake"], ["HERON [12]", "−93.1 ± 0.2†"], ["Base (Mill et al., 2019)", "1.0·10^20"]])
    latex = made([["Method", "lake"], ["Heron [?]", "-93.1_±0.2"], ["Base [?]", "1.0×10^20"]])
    agreement = compare_tables(pdf, latex)
    assert (agreement.share, agreement.cells, agreement.differences) == (1.0, 6, ())


def test_a_digit_that_differs_is_shown_with_its_place() -> None:
    """Row and column are those of the PDF's grid."""
    pdf = made([["n", "v"], ["a", "1.5"], ["b", "2.6"]])
    agreement = compare_tables(pdf, made([["n", "v"], ["a", "1.5"], ["b", "2.5"]]))
    assert (agreement.agreeing, agreement.cells) == (5, 6)
    difference = agreement.differences[0]
    assert (difference.row, difference.column, difference.pdf, difference.latex) == (2, 1, "2.6", "2.5")


def test_a_lost_row_and_a_lost_column_do_not_shift_the_rest() -> None:
    """The rows and columns that both have are found by their content."""
    rows = [["n", "v", "w"], ["a", "1.5", "7"], ["b", "2.5", "8"], ["c", "3.5", "9"]]
    assert compare_tables(made([*rows[:2], rows[3]]), made(rows)).agreeing == 9
    assert compare_tables(made([[row[0], row[2]] for row in rows]), made(rows)).agreeing == 8


def test_tables_are_paired_by_caption_and_number() -> None:
    """A prefix in the caption does not count; of like captions the equal number decides; strangers stay alone."""
    lakes, seas = made([["a"]], number="1"), made([["a"]], number="2", caption="Fish caught at sea in winter")
    pdf = [
        replace(seas, caption="Table 2: Fish caught at sea in winter."),
        replace(lakes, caption="Table 1. Birds counted on the lakes"),
    ]
    stranger = made([["a"]], number="9", caption="Weights of all eggs, by colour and by year of hatching")
    assert match_tables([*pdf, stranger], [lakes, seas]) == [(pdf[0], seas), (pdf[1], lakes)]
    twins = [replace(lakes, number="3"), replace(lakes, number="4")]
    assert match_tables(twins[::-1], twins) == [(twins[1], twins[1]), (twins[0], twins[0])]
