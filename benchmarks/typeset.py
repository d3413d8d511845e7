"""Made-up papers whose tables are known: layouts that nobody tuned for. Needs pdflatex.

    python benchmarks/typeset.py --seed 1 --documents 30 --out DIR
    python benchmarks/reading.py DIR DIR

Writes `DIR/made-<seed>-<n>.pdf`, a file of truth for each table in `DIR/tables`, and `DIR/metadata.jsonl`. A table's
region is found by printing each paper twice: once with every table in a colour of its own, once in black. A paper whose
tables do not print just what the truth says is left out, and said so.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.scoring import letters
from benchmarks.typeset_prose import caption_text, front, note, paragraph, title
from benchmarks.typeset_tables import Made, make_table, tabular

from paperlab.types import around

if TYPE_CHECKING:
    from paperlab.types import Box

_PACKAGES = r"""
\usepackage{cmap,amsmath,booktabs,multirow,makecell,graphicx,rotating,longtable,xcolor,array}
\newsavebox{\made}
\newcommand{\fit}[2]{\sbox{\made}{#2}\ifdim\wd\made>#1 \resizebox{#1}{!}{\usebox{\made}}\else\usebox{\made}\fi}
"""


@dataclass(frozen=True)
class Style:
    """A class of papers."""

    name: str
    head: str
    columns: int
    numerals: str = "arabic"
    above: float = 0.5
    """How often the caption stands above."""


_ARTICLE = r"\documentclass[%s]{article}\usepackage[%s]{geometry}"
STYLES = (
    Style("one column", _ARTICLE % ("10pt", "margin=1.5in") + r"\usepackage{times}", 1, above=0.6),
    Style("plain", _ARTICLE % ("11pt", "margin=1in"), 1),
    Style("two columns, 11 pt", _ARTICLE % ("11pt,twocolumn", "margin=1in") + r"\usepackage{times}", 2, above=0.1),
    Style("two columns, 10 pt", _ARTICLE % ("twocolumn", "margin=0.8in,columnsep=0.3in") + r"\usepackage{mathptmx}", 2),
    Style("IEEEtran", r"\documentclass[conference]{IEEEtran}", 2, "roman", above=1.0),
    Style("llncs", r"\documentclass{llncs}", 1, above=1.0),
    Style("elsarticle", r"\documentclass[5p,twocolumn]{elsarticle}", 2, above=0.9),
    Style("revtex", r"\documentclass[aps,prl,twocolumn,10pt]{revtex4-2}", 2, "roman", above=0.9),
)
FLOATS = (*("plain", "wide", "small", "here", "pair") * 3, "panels", "panels", "stacked", "dense", "dense", "rotated")
FLOATS_ONE_COLUMN = (*FLOATS, "wrap", "wrap", "sideways", "long")


@dataclass
class Printed:
    """A table in a paper: its parts (one, or a grid each), and where it was found."""

    parts: list[Made]
    colours: list[int]
    number: int
    form: str
    above: bool
    caption: str
    page: int = 0
    boxes: list[Box] = field(default_factory=list)


class Paper:
    """Puts one paper together."""

    def __init__(self, rng: random.Random, style: Style) -> None:
        self.rng = rng
        self.style = style
        self.tables: list[Printed] = []
        self._colours = 0

    def source(self, *, marked: bool) -> str:
        """Return the LaTeX text; tables are in colours where it is to be marked."""
        shades = [_rgb(number) if marked else "0,0,0" for number in range(self._colours)]
        colours = "".join(rf"\definecolor{{made{i}}}{{RGB}}{{{shade}}}" for i, shade in enumerate(shades))
        head = f"{self.style.head}{_PACKAGES}{self._more()}{colours}"
        return f"{head}\\begin{{document}}\n{self.body}\n\\end{{document}}\n"

    def write(self) -> None:
        """Make up the text with its tables."""
        rng = self.rng
        forms = list(FLOATS_ONE_COLUMN if self.style.columns == 1 else FLOATS)
        parts = [front(rng, self.style.name)]
        for _ in range(rng.randint(3, 5)):
            parts.append(rf"\section{{{title(rng)}}}")
            parts += [paragraph(rng) for _ in range(rng.randint(1, 3))]
            parts.append(self._float(rng.choice(forms)))
            parts += [paragraph(rng) for _ in range(rng.randint(1, 4))]
        self.body = "\n\n".join(parts)

    def _more(self) -> str:
        return r"\usepackage{wrapfig}" if "wraptable" in self.body else ""

    def _made(self, **limits: Any) -> Made:
        return make_table(self.rng, **limits)

    def _float(self, form: str) -> str:
        two = self.style.columns == 2
        builder = {"pair": self._pair, "panels": self._panels, "stacked": self._panels, "long": self._long}.get(form)
        if builder:
            return builder(form)
        wide = form in {"wide", "dense"} and two
        most = 17 if form == "dense" else 9 if wide or not two else 4
        made = make_table(self.rng, most_columns=most, most_rows=12, dense=form == "dense")
        printed = self._printed([made], form)
        inner = self._grids(printed, r"\linewidth")
        if form == "rotated":
            inner = rf"\rotatebox{{90}}{{{self._coloured(printed, 0, tabular(made))}}}"
        if form == "small":
            inner = rf"\scalebox{{0.8}}{{{inner}}}"
        if form == "wrap":
            start, end = r"\begin{wraptable}{r}{0.5\textwidth}", r"\end{wraptable}"
        else:
            name = ("sidewaystable" if form == "sideways" else "table") + ("*" if wide else "")
            place = "" if form == "sideways" else f"[{self.rng.choice(('h!', 't', 'b')) if form != 'here' else 'h!'}]"
            start, end = rf"\begin{{{name}}}{place}", rf"\end{{{name}}}"
        return "\n".join([start, r"\centering", *self._captioned(printed, inner), end])

    def _printed(self, parts: list[Made], form: str) -> Printed:
        colours = list(range(self._colours, self._colours + len(parts)))
        self._colours += len(parts)
        above = self.rng.random() < self.style.above
        printed = Printed(parts, colours, len(self.tables) + 1, form, above, caption_text(self.rng))
        self.tables.append(printed)
        return printed

    def _captioned(self, printed: Printed, inner: str) -> list[str]:
        caption = rf"\caption{{{printed.caption}}}"
        gap = self.rng.choice(("", r"\vspace{2pt}", r"\vspace{6pt}"))
        inner += note(self.rng) if self.rng.random() < 0.15 else ""
        return [caption, gap, inner] if printed.above else [inner, gap, caption]

    def _coloured(self, printed: Printed, part: int, latex: str) -> str:
        return rf"{{\color{{made{printed.colours[part]}}}{latex}}}"

    def _grids(self, printed: Printed, width: str) -> str:
        size = self.rng.choice(("", "", r"\small", r"\footnotesize"))
        size += self.rng.choice(("", "", r"\setlength{\tabcolsep}{3.5pt}", r"\setlength{\tabcolsep}{9pt}"))
        grids = [self._coloured(printed, i, tabular(made)) for i, made in enumerate(printed.parts)]
        return size + r"\par\vspace{8pt}".join(rf"\fit{{{width}}}{{{grid}}}" for grid in grids)

    def _pair(self, _: str) -> str:
        """Two tables side by side in one float, each with its own caption."""
        halves = []
        for _half in range(2):
            printed = self._printed([self._made(most_columns=3, most_rows=6)], "pair")
            inner = self._captioned(printed, self._grids(printed, r"\linewidth"))
            halves.append("\n".join([r"\begin{minipage}[t]{0.47\linewidth}\centering", *inner, r"\end{minipage}"]))
        name = "table*" if self.style.columns == 2 else "table"
        return "\n".join([rf"\begin{{{name}}}[t]", halves[0], r"\hfill", halves[1], rf"\end{{{name}}}"])

    def _panels(self, form: str) -> str:
        """Several grids under one caption, side by side with letters or one below the other."""
        parts = [self._made(most_columns=3, most_rows=4) for _ in range(self.rng.randint(2, 3))]
        if form == "stacked":
            columns = max(len(part.aligns) - part.labels for part in parts)
            parts = [part for part in parts if len(part.aligns) - part.labels == columns] or parts[:1]
        printed = self._printed(parts, form)
        share = 0.97 / len(parts)
        inner = self._grids(printed, r"\linewidth")
        if form == "panels":
            inner = r"\hfill".join(self._panel(printed, i, share) for i in range(len(parts)))
        name = "table*" if self.style.columns == 2 and form == "panels" else "table"
        return "\n".join([rf"\begin{{{name}}}[t]", r"\centering", *self._captioned(printed, inner), rf"\end{{{name}}}"])

    def _panel(self, printed: Printed, part: int, share: float) -> str:
        grid = self._coloured(printed, part, tabular(printed.parts[part]))
        below = rf"\\[3pt] {{\small ({'abc'[part]}) {title(self.rng)}}}"
        start = rf"\begin{{minipage}}[t]{{{share:.2f}\linewidth}}\centering"
        return rf"{start}\fit{{0.95\linewidth}}{{{grid}}}{below}\end{{minipage}}"

    def _long(self, form: str) -> str:
        """One table that goes on over the page; its caption stands before it."""
        made = self._made(most_columns=5, most_rows=28)
        printed = self._printed([made], form)
        caption = rf"\noindent Table \the\numexpr\value{{table}}+1\relax: {printed.caption}\par\nopagebreak"
        return f"{caption}\n{self._coloured(printed, 0, tabular(made, 'longtable'))}"


def print_paper(paper: Paper, out: Path) -> None:
    """Write the paper's PDF and find its tables' places; raises RuntimeError where pdflatex fails."""
    with tempfile.TemporaryDirectory() as folder:
        for marked in (True, False):
            source = Path(folder) / "made.tex"
            source.write_text(paper.source(marked=marked), "utf-8")
            command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", source.name]
            for _ in range(3 if marked and "longtable}" in paper.body else 2 if marked else 1):
                done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
                if done.returncode:
                    log = done.stdout.decode("latin-1").splitlines()
                    raise RuntimeError(next((line for line in log if line.startswith("!")), "pdflatex failed"))
            if marked:
                _find(paper, source.with_suffix(".pdf"))
        shutil.copy(source.with_suffix(".pdf"), out)


def _find(paper: Paper, pdf: Path) -> None:
    """Set page and boxes of the tables, and check that they print what they should; raises RuntimeError."""
    ink = _coloured_ink(pdf)
    for table in paper.tables:
        for made, colour in zip(table.parts, table.colours, strict=True):
            found = ink.get(colour, [])
            text = "".join(char for _, _, char in found)
            if letters(text) != letters(made.printed):
                lost, more = letters(made.printed) - letters(text), letters(text) - letters(made.printed)
                raise RuntimeError(f"table {table.number} ({table.form}): lost {dict(lost)}, more {dict(more)}")
            table.page = found[0][0]
            table.boxes.append(around([box for page, box, _ in found if page == table.page]))


def _coloured_ink(pdf: Path) -> dict[int, list[tuple[int, Box, str]]]:
    """Return page, box and character of the glyphs and rules (no character) of each colour that marks a table."""
    import pymupdf

    ink: dict[int, list[tuple[int, Box, str]]] = {}
    with pymupdf.open(pdf) as document:
        for number, page in enumerate(document, start=1):
            for block in page.get_text("rawdict")["blocks"]:
                spans = [span for line in block.get("lines", ()) for span in line["spans"]]
                for span in spans:
                    colour = _colour([*span["color"].to_bytes(3, "big")])
                    ink.setdefault(colour, []).extend(
                        (number, tuple(char["bbox"]), char["c"]) for char in span["chars"] if not char["c"].isspace()
                    )
            for drawing in page.get_cdrawings():
                shade = drawing.get("fill") or drawing.get("color") or (0.0, 0.0, 0.0)
                colour = _colour([round(255 * part) for part in shade])
                ink.setdefault(colour, []).append((number, tuple(drawing["rect"]), ""))
    return ink


def _rgb(number: int) -> str:
    return f"{250 - 5 * number},{20 + 5 * number},128"


def _colour(shade: list[int]) -> int:
    """Return the number of a table's colour, -1 for any other colour; `shade` is 0 to 255 each."""
    number = round((250 - shade[0]) / 5)
    marked = len(shade) == 3 and abs(20 + 5 * number - shade[1]) <= 2 and abs(shade[2] - 128) <= 2
    return number if marked else -1


def truth(paper: Paper, table: Printed, pdf: str) -> dict[str, Any]:
    """Return a table in the gold folder's form."""
    width = max(len(row) for made in table.parts for row in made.grid)
    panels = [
        {
            "name": None,
            "bbox": _rounded(box),
            "header_rows": sum(1 for kind in made.kinds if kind == "header"),
            "header_cols": made.labels,
            "row_kinds": made.kinds,
            "grid": made.grid,
        }
        for made, box in zip(table.parts, table.boxes, strict=True)
    ]
    several, first = len(panels) > 1, panels[0]
    places = [{"panel": i} if several else {} for i in range(len(panels))]
    return {
        "pdf": pdf,
        "page": table.page,
        "number": _numeral(table.number) if paper.style.numerals == "roman" else str(table.number),
        "caption": table.caption,
        "caption_position": "above" if table.above else "below",
        "bbox": _rounded(around(table.boxes)),
        "rotation": "bottom-to-top" if table.form in {"rotated", "sideways"} else None,
        "difficulty": f"{paper.style.name}; {table.form}; {table.parts[0].rules}; {table.parts[0].spread}",
        "notes": "",
        "header_rows": first["header_rows"],
        "header_cols": first["header_cols"],
        "grid": [row + [""] * (width - len(row)) for made in table.parts for row in made.grid],
        "row_kinds": [kind for made in table.parts for kind in made.kinds],
        "claims": [claim | of for made, of in zip(table.parts, places, strict=True) for claim in made.claims],
        **({"panels": panels} if several else {}),
    }


def _rounded(box: Box) -> list[float]:
    return [round(edge, 1) for edge in box]


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def main() -> None:
    """Write the papers and their truth."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=30)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep-source", action="store_true", help="write the LaTeX text beside each PDF")
    arguments = parser.parse_args()
    if not shutil.which("pdflatex"):
        sys.exit("pdflatex is not installed: made-up tables need TeX Live with latex-extra and publishers")
    (arguments.out / "tables").mkdir(parents=True, exist_ok=True)
    known, tables = [], 0
    for number in range(arguments.documents):
        paper = Paper(random.Random(f"{arguments.seed}-{number}"), STYLES[number % len(STYLES)])
        paper.write()
        name = f"made-{arguments.seed}-{number:03d}"
        if arguments.keep_source:
            (arguments.out / f"{name}.tex").write_text(paper.source(marked=False), "utf-8")
        try:
            print_paper(paper, arguments.out / f"{name}.pdf")
        except RuntimeError as error:
            print(f"{name} ({paper.style.name}) is left out: {error}", file=sys.stderr)
            continue
        truths = [truth(paper, table, f"{name}.pdf") for table in paper.tables]
        for table in truths:
            file = arguments.out / "tables" / f"{name}__t{table['number']}.json"
            file.write_text(json.dumps(table, ensure_ascii=False, indent=1), "utf-8")
        known.append({"pdf": f"{name}.pdf", "tables": [table["number"] for table in truths]})
        tables += len(truths)
    lines = [json.dumps(paper) for paper in known]
    (arguments.out / "metadata.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(known)} papers with {tables} tables in {arguments.out}")


if __name__ == "__main__":
    main()
