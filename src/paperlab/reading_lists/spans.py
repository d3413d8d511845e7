"""One line of Markdown as a run of spans: plain text, strong text, and links with their text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from paperlab.ids import parse_arxiv
from paperlab.text import clean, cut_link, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 20_000
_BARE = re.compile(
    r"https?://[^\s<>|\"`]+|(?:www\.|export\.)?arxiv\.org/[^\s<>|\"`]+"
    r"|\barxiv\s*:\s*(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?|(?:\bdoi\s*:\s*)?\b10\.\d{4,9}/[^\s<>|\"`]+",
    re.IGNORECASE,
)
_MARKS = ".,;:!?'*_"
"""What a sentence, or Markdown, puts behind a bare link."""
_GENERIC = re.compile(
    r"(?:the |this |full |original |see )*"
    r"(?:link|here|paper|pdf|arxiv(?:\.org)?|abs|abstract|html|url|web|source|download|preprint|doi|article|version|site"
    r"|website|page|ref|reference|this|pdf link|paper link|openreview|acl|acm|ieee|neurips|icml|iclr|cvpr)"
    r"[\s_-]*(?:link|pdf|paper|page)?[\s#]*\d*|\W*\d{0,3}\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line; `link` is None for plain text. A line break is a span of its own, of one newline."""

    text: str
    link: str | None = None
    strong: bool = False

    @property
    def names(self) -> bool:
        """Whether a link's text says what it links to ("link 1", "[pdf]", "here" and bare URLs do not)."""
        bare = one_line(self.text).strip("[]() ")
        if _BARE.fullmatch(bare) or parse_arxiv(bare):
            return False
        return len(bare) > 60 or not _GENERIC.fullmatch(bare)


def line_spans(line: str, references: dict[str, Any] | None = None) -> list[Span]:
    """Return the spans of one line or table cell; `references` are the document's link definitions."""
    line = clean(line[:_LONGEST])
    tokens = _parser().parseInline(line, {"references": references or {}})
    return list(_tidy(_walk((tokens[0].children or []) if tokens else [])))


def link_definitions(text: str) -> dict[str, Any]:
    """Return the document's `[name]: url` definitions, as `line_spans` takes them."""
    found = re.findall(r"^ {0,3}\[([^\]\n]{1,200})\]:[ \t]*<?([^\s<>]{1,2000})>?", text[:5_000_000], re.MULTILINE)
    return {" ".join(name.split()).upper(): {"title": "", "href": url} for name, url in reversed(found)}


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    # Its own normalising would percent-encode what the user wrote, and drop links it finds unsafe.
    parser.normalizeLink = str  # type: ignore[assignment,method-assign]
    return parser


def _walk(tokens: list[Any]) -> Iterator[Span]:
    link: str | None = None
    held: list[str] = []
    strong = 0
    for token in tokens:
        text = _text_of(token)
        if token.type == "link_open":
            link, held = str(token.attrGet("href") or ""), []
        elif token.type == "link_close":
            yield Span("".join(held), link, strong > 0)
            link = None
        elif token.type in {"strong_open", "strong_close"}:
            strong += token.nesting
        elif link is not None:
            held.append(text)
        elif text == "\n":
            yield Span(text)
        elif text:
            yield from _bare_links(text, strong=strong > 0)


def _text_of(token: Any) -> str:
    if token.type in {"text", "code_inline"}:
        return str(token.content)
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    return "\n" if token.type == "html_inline" and re.match(r"</?(br|p|div|li)\b", token.content, re.IGNORECASE) else ""


def _bare_links(text: str, *, strong: bool) -> Iterator[Span]:
    end = 0
    for match in _BARE.finditer(text):
        link = cut_link(match[0], _MARKS)
        if match.start() > end:
            yield Span(text[end : match.start()], strong=strong)
        yield Span("", re.sub(r"\s+", "", link), strong)
        end = match.start() + len(link)
    if end < len(text):
        yield Span(text[end:], strong=strong)


def _tidy(spans: Iterator[Span]) -> Iterator[Span]:
    """Join neighbouring plain texts of one weight."""
    held: Span | None = None
    for span in spans:
        joins = held and held.link is None and span.link is None and held.strong == span.strong
        if held and joins and "\n" not in {held.text, span.text}:
            held = Span(held.text + span.text, strong=held.strong)
            continue
        if held:
            yield held
        held = span
    if held:
        yield held
