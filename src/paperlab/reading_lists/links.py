"""What a link in somebody's notes points at: a paper, or a course, video, book, repository or blog post."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from paperlab.errors import BadId
from paperlab.ids import IdKind, parse_arxiv, parse_id

_PAPER_PAGES = {
    "aclanthology.org": r"/[\w.-]{4,}",
    "aclweb.org": r"/anthology/.+",
    "aaai.org": r"/.*(article|view|paper).*",
    "biorxiv.org": r"/content/.+",
    "cell.com": r"/.*(fulltext|article).*",
    "dl.acm.org": r"/(doi|citation)/?.*",
    "distill.pub": r"/\d{4}/.+",
    "frontiersin.org": r"/.*articles/.+",
    "hal.science": r"/.+",
    "ieeexplore.ieee.org": r"/.*document/.+|/xpls/.+",
    "jmlr.org": r"/(papers|beta/papers|tmlr/papers)/.+",
    "journals.plos.org": r"/.+/article.*",
    "link.springer.com": r"/(article|chapter|content/pdf)/.+",
    "mdpi.com": r"/[\d-]+/.+",
    "medrxiv.org": r"/content/.+",
    "nature.com": r"/articles/.+",
    "ncbi.nlm.nih.gov": r"/(pmc/articles|pubmed)/.+",
    "neurips.cc": r"/.*(paper|hash|file).*",
    "nips.cc": r"/paper.*",
    "openaccess.thecvf.com": r"/.+\.html|/content.+",
    "openreview.net": r"/(forum|pdf|attachment)",
    "paperswithcode.com": r"/paper/.+",
    "pnas.org": r"/.*(doi|content)/.+",
    "proceedings.mlr.press": r"/v\d+/.+",
    "pubmed.ncbi.nlm.nih.gov": r"/\d+.*",
    "science.org": r"/doi/.+",
    "sciencedirect.com": r"/science/article/.+",
    "semanticscholar.org": r"/(paper|arxiv)/.+|/CorpusID:\d+",
    "tandfonline.com": r"/doi/.+",
    "usenix.org": r"/conference/.*/presentation/.+",
}
_NO_PAPERS = re.compile(
    r"(^|\.)(youtube\.com|youtu\.be|vimeo\.com|github\.com|github\.io|gitlab\.com|bitbucket\.org|coursera\.org|edx\.org"
    r"|udemy\.com|udacity\.com|linkedin\.com|medium\.com|substack\.com|twitter\.com|x\.com|reddit\.com|wikipedia\.org"
    r"|amazon\.[a-z.]+|a\.co|oreilly\.com|huggingface\.co|kaggle\.com|colab\.research\.google\.com|docs\.google\.com"
    r"|stackoverflow\.com|discord\.gg|pytorch\.org|tensorflow\.org)$|^(docs|blog|newsletter)\."
)
_OTHER_PDFS = frozenset(
    "assignment assignments book cheatsheet course ebook edition exam exercises flyer handout homework invoice lec "
    "lecture lectures poster problemset resume slide slides syllabus textbook".split()
)
_DOI_IN_PATH = re.compile(r"/(10\.\d{4,9}/[^\s?#]+?)(?:\.pdf|/full(?:text)?|/pdf|/abstract)?/?$")


@dataclass(frozen=True, slots=True)
class Pointer:
    """A paper that a link points at; one of `id` and `url` at least."""

    id: str | None
    """arXiv id without version, or DOI."""
    url: str | None
    doi: str | None = None

    @property
    def is_arxiv(self) -> bool:
        """Whether the id is arXiv's."""
        return self.id is not None and self.doi is None


def paper_link(link: str, text: str = "", *, among_papers: bool = False) -> Pointer | None:
    """Return the paper that a link (URL, arXiv id or DOI) with this text points at, or None where it is none.

    `among_papers` says that the link stands in a section on papers: there a page on a host we do not know is one.
    """
    try:
        found = parse_id(link)
    except BadId:
        return None
    if found.kind is IdKind.ARXIV:
        return Pointer(found.value, None)
    if found.kind is IdKind.DOI:
        return Pointer(found.value, None, found.value)
    return _web_paper(link, text, among_papers=among_papers) if found.kind is IdKind.URL else None


def _web_paper(url: str, text: str, *, among_papers: bool) -> Pointer | None:
    parts = urlsplit(url)
    host, path = (parts.hostname or "").lower(), unquote(parts.path)
    mirrored = (
        parse_arxiv(path.rsplit("/", 1)[-1]) if host == "huggingface.co" and path.startswith("/papers/") else None
    )
    if mirrored:
        return Pointer(mirrored.value, None)
    if path.lower().endswith(".pdf"):
        return None if _is_other_pdf(path, text) else _pointer(url, path)
    if _is_paper_page(host, path):
        return _pointer(url, path)
    unknown = path.strip("/") and not _NO_PAPERS.search(host) and "blog" not in path.lower()
    return _pointer(url, path) if among_papers and unknown else None


def _pointer(url: str, path: str) -> Pointer:
    doi = _DOI_IN_PATH.search(path)
    return Pointer(doi[1].lower(), url, doi[1].lower()) if doi else Pointer(None, url)


def _is_paper_page(host: str, path: str) -> bool:
    labels = host.split(".")
    names = {".".join(labels[start:]) for start in range(len(labels))}
    return any(re.match(pattern, path) for name, pattern in _PAPER_PAGES.items() if name in names)


def _is_other_pdf(path: str, text: str) -> bool:
    """Slides, books and homework come as PDF too: tell them by the words of their path and link."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", path)
    words = re.findall(r"[a-z]+", f"{spaced} {text}".lower())
    return not _OTHER_PDFS.isdisjoint(words)
