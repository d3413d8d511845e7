"""The report as a page and as PDF: one file, no script, no network, the paper's picture with its claim."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pymupdf
import pytest

from paperlab.replication.reports.html import report_html, report_pdf
from paperlab.replication.reports.plots import plots
from paperlab.replication.reports.report import report_markdown
from told_replications import comparison, reduced, runs

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.types import Comparison


def picture(width: int = 120) -> bytes:
    """Return a PNG."""
    pixels = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, width, 40))
    pixels.clear_with(200)
    return bytes(pixels.tobytes("png"))


class Seen(HTMLParser):
    """All tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of all tags of one name."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Return a comparison with learning curves."""
    return comparison(runs=runs(tmp_path_factory.mktemp("runs")))


@pytest.fixture(scope="module")
def page(told: Comparison) -> str:
    """Return its page, with the paper's picture for one claim."""
    figures = plots(told)
    return report_html(report_markdown(told, figures=figures), figures=figures, cells={"T3-loss": picture()})


def test_the_page_needs_nothing_else(page: str) -> None:
    """No script, no link to a style or font, every picture inside; a policy forbids the rest."""
    seen = Seen(page)

    assert not [tag for tag, _ in seen.tags if tag in {"script", "link", "iframe", "object", "base", "form"}]
    assert not [a for _, a in seen.tags if any(name.startswith("on") for name in a)]
    assert all(image["src"].startswith("data:image/") for image in seen.named("img"))
    assert "url(" not in page
    assert "@import" not in page
    policy = next(a["content"] for a in seen.named("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy


def test_all_figures_are_inside_with_words_for_those_who_cannot_see_them(told: Comparison, page: str) -> None:
    """As they were drawn, byte for byte."""
    images = Seen(page).named("img")

    inside = [base64.b64decode(i["src"].partition(",")[2]).decode() for i in images if "svg+xml" in i["src"]]
    assert inside == [plot.svg for plot in plots(told)]
    assert all(image["alt"] for image in images)


def test_the_papers_picture_stands_beside_our_numbers(page: str) -> None:
    """Between the claim's heading and its numbers."""
    below = page.partition("<h3><code>T3-loss</code>")[2].partition("<h3>")[0]

    assert below.index('<figure class="beside">') < below.index("join:test_loss")
    assert page.count("<figure") == 1


def test_the_papers_picture_stands_apart_where_scales_differ() -> None:
    """The reader shall not compare what cannot be compared."""
    html = report_html(report_markdown(reduced()), cells={"T3-loss": picture()})

    assert '<figure class="alone">' in html
    assert 'class="beside"' not in html


def test_the_page_is_for_light_dark_and_print(page: str) -> None:
    """And named by its paper."""
    for words in ("prefers-color-scheme: dark", "@media print", "<title>Replication of “Weaving Networks”</title>"):
        assert words in page


def test_html_scripts_and_foreign_pictures_in_markdown_do_nothing() -> None:
    """Also where a REPORT.md was edited by hand."""
    text = (
        "# <script>alert(1)</script>\n\n<img src=x onerror=y>\n\n![seen](http://127.0.0.1/x.png)\n\n"
        "![gone](../../secret.png) [a](javascript:b) [c](data:text/html,d) [e](https://example.org/f)\n"
    )
    seen = Seen(report_html(text))

    assert not [tag for tag, _ in seen.tags if tag in {"script", "img"}]
    assert [a["href"] for a in seen.named("a")] == ["https://example.org/f"]


def test_the_same_report_gives_the_same_page(told: Comparison, page: str) -> None:
    """A page in git changes only when its report does."""
    figures = plots(told)

    assert report_html(report_markdown(told, figures=figures), figures=figures, cells={"T3-loss": picture()}) == page


def test_the_pdf_has_the_words_and_pictures_of_the_page(page: str) -> None:
    """On landscape A4, in a file that can be mailed."""
    data = report_pdf(page)

    assert len(data) < 2_000_000
    with pymupdf.open(stream=data, filetype="pdf") as document:
        text = " ".join(" ".join(sheet.get_text().split()) for sheet in document)
        pictures = sum(len(sheet.get_images()) for sheet in document)
        assert document[0].rect.width > document[0].rect.height
    for words in ("Weaving Networks", "0.07288 ± 0.00100 nats", "Every run that was started", "replicate run weave"):
        assert words in text
    assert pictures == len(Seen(page).named("img"))


def test_pictures_in_the_pdf_fit_the_page() -> None:
    """A wide picture of a cell, and a tall one, are shown whole."""
    text = "# A\n\n### `x`: y\n\nwords\n"
    for picture_of in (picture(3000), picture(30)):
        with pymupdf.open(stream=report_pdf(report_html(text, cells={"x": picture_of})), filetype="pdf") as document:
            (info,) = document[0].get_image_info()
            assert document[0].rect.contains(pymupdf.Rect(info["bbox"]))


def test_a_report_without_figures_or_claims_is_a_page_and_a_pdf(tmp_path: Path) -> None:
    """As a replication has it before anything was run."""
    html = report_html("# Empty\n\nNothing.\n")

    with pymupdf.open(stream=report_pdf(html), filetype="pdf") as document:
        assert re.sub(r"\s+", " ", document[0].get_text()).strip() == "Empty Nothing."
