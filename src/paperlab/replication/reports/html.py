"""A report as one page that needs nothing else, and as PDF."""

from __future__ import annotations

import base64
import io
import re
import sys
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paperlab.replication.reports.plots import Plot

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --line: #ccc; --soft: #f3f3f1; --quiet: #555; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e4e2; --paper: #17181a; --line: #44464a; --soft: #212326; --quiet: #a5a7ab; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.25rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line); clear: both; }
h3, h4 { font-size: 1.02rem; margin-top: 1.8rem; clear: both; }
code { font: .88em ui-monospace, "DejaVu Sans Mono", monospace; background: var(--soft); padding: .05em .3em; }
pre { background: var(--soft); padding: .8rem; overflow-x: auto; }
pre code { padding: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .87rem; margin: .8rem 0; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
th, td { min-width: 3.2rem; }
th { background: var(--soft); }
td:last-child:nth-child(n+7) { min-width: 15rem; }
img { max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); padding: .3rem; }
figure { margin: .5rem 0; }
figure.beside { float: right; max-width: 46%; margin: 0 0 .8rem 1rem; }
figure.alone { max-width: 46rem; }
figcaption { font-size: .82rem; color: var(--quiet); }
@media (max-width: 44rem) { figure.beside { float: none; max-width: 100%; margin: .5rem 0; } }
@media print {
  :root { --ink: #000; --paper: #fff; --line: #999; --soft: #f3f3f1; --quiet: #333; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  table { font-size: 7.5pt; }
  tr, figure, img { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  .wide { overflow: visible; }
}
"""

_PDF_STYLE = """
body { font-family: sans-serif; font-size: 9pt; }
h1 { font-size: 15pt; } h2 { font-size: 12pt; } h3 { font-size: 10pt; } h4 { font-size: 10pt; }
table { border-collapse: collapse; font-size: 7pt; }
th { text-align: left; border: 0.4pt solid #777; padding: 2pt; }
td { text-align: left; border: 0.4pt solid #777; padding: 2pt; vertical-align: top; }
code { font-family: monospace; font-size: 90%; }
figure { margin: 6pt 0; }
figcaption { text-align: left; font-size: 7pt; }
pre { font-family: monospace; }
"""
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_EMBEDDED = re.compile(r'<img src="data:image/(svg\+xml|png);base64,([A-Za-z0-9+/=]*)"')
_PAGE = (0.0, 0.0, 842.0, 595.0)
"""Landscape A4 in points: the table of claims is wide."""
_MARGIN = 40.0
_DOTS = 200
"""Per inch, of plots in the PDF."""


def report_html(markdown: str, *, figures: Sequence[Plot] = (), cells: Mapping[str, bytes] | None = None) -> str:
    """Return a report as one page: plots and pictures inside, no script, nothing asked of any network.

    `cells` holds, by the id of a claim, a PNG of what the paper prints; it stands under the heading of that claim.
    """
    parser = _parser({plot.path: plot.svg for plot in figures})
    tokens = parser.parse(markdown)
    title = next((_plain(tokens[i + 1]) for i, token in enumerate(tokens) if token.tag == "h1"), "Replication")
    body = parser.renderer.render(_with_cells(tokens, cells or {}), parser.options, {})
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def report_pdf(html: str) -> bytes:
    """Return the page that `report_html` made as PDF, on landscape A4."""
    engine = _engine()
    body, pictures = _pictures_apart(engine, html)
    archive = engine.Archive()
    for name, data in pictures.items():
        archive.add((data, name))
    story = engine.Story(html=body, user_css=_PDF_STYLE, archive=archive)
    page = engine.Rect(_PAGE)
    inside = engine.Rect(_MARGIN, _MARGIN, page.width - _MARGIN, page.height - _MARGIN)
    out = io.BytesIO()
    writer = engine.DocumentWriter(out)
    more = True
    while more:
        device = writer.begin_page(page)
        more, _ = story.place(inside)
        story.draw(device)
        writer.end_page()
    writer.close()
    with engine.open(stream=out.getvalue(), filetype="pdf") as document:
        return bytes(document.tobytes(garbage=3, deflate=True, deflate_images=True, deflate_fonts=True))


def _parser(figures: Mapping[str, str]) -> Any:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")

    def is_allowed(url: str) -> bool:
        return url in figures or url.startswith(("https://", "http://"))

    parser.validateLink = is_allowed  # type: ignore[method-assign]

    def image(_renderer: Any, tokens: Sequence[Any], i: int, _options: Any, _env: Any) -> str:
        about, svg = escape(tokens[i].content), figures.get(str(tokens[i].attrGet("src")))
        return _img("svg+xml", svg.encode(), about) if svg else f"[{about}]"

    parser.add_render_rule("image", image)
    parser.add_render_rule("table_open", lambda *_: '<div class="wide"><table>\n')
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return parser


def _img(kind: str, data: bytes, about: str) -> str:
    return f'<img src="data:image/{kind};base64,{base64.b64encode(data).decode()}" alt="{about}">'


def _with_cells(tokens: Sequence[Any], cells: Mapping[str, bytes]) -> list[Any]:
    """Return the tokens with the paper's picture behind the heading of its claim."""
    from markdown_it.token import Token

    placed: list[Any] = []
    for i, token in enumerate(tokens):
        placed.append(token)
        if token.type == "heading_close" and (claim := _claim_of(tokens[i - 1])) in cells:
            # A claim that is not comparable has a heading of level four: its picture stands apart from our numbers.
            place = "beside" if token.tag == "h3" else "alone"
            picture = _img("png", cells[claim], escape(f"what the paper prints for {claim}"))
            caption = f"<figcaption>As the paper prints it: {escape(claim)}</figcaption>"
            placed.append(Token("html_block", "", 0, content=f'<figure class="{place}">{picture}{caption}</figure>\n'))
    return placed


def _claim_of(heading: Any) -> str:
    """Return the code that a heading begins with; an id that cannot stand as code is all before the colon."""
    first = heading.children[0] if heading.children else None
    if first is not None and first.type == "code_inline":
        return str(first.content)
    return _plain(heading).partition(":")[0]


def _plain(inline: Any) -> str:
    return "".join(child.content for child in inline.children or ())


def _engine() -> Any:
    """Import pymupdf; its layout models, which it would load by itself, are of no use here and slow."""
    if "pymupdf" not in sys.modules:
        unwanted = [name for name in ("pymupdf.layout", "pymupdf4llm") if name not in sys.modules]
        sys.modules.update(dict.fromkeys(unwanted))  # type: ignore[arg-type]
        try:
            import pymupdf  # noqa: F401
        finally:
            for name in unwanted:
                del sys.modules[name]
    return sys.modules["pymupdf"]


def _pictures_apart(engine: Any, html: str) -> tuple[str, dict[str, bytes]]:
    """Return the page's body with pictures by name, and the pictures as PNG."""
    pictures: dict[str, bytes] = {}

    def named(match: re.Match[str]) -> str:
        data = base64.b64decode(match[2])
        name = f"picture-{len(pictures)}.png"
        pictures[name], width = _as_png(engine, data, match[1])
        return f'<img src="{name}" width="{width}"'

    body = html.partition("<body>")[2].partition("</body>")[0]
    return _EMBEDDED.sub(named, body), pictures


def _as_png(engine: Any, data: bytes, kind: str) -> tuple[bytes, int]:
    """Return a picture as PNG with the width, in points, that it is shown at."""
    if kind == "png":
        return data, min(360, round(engine.Pixmap(data).width * 72 / 150))
    with engine.open(stream=data, filetype="svg") as drawing:
        return drawing[0].get_pixmap(dpi=_DOTS).tobytes("png"), round(drawing[0].rect.width)
