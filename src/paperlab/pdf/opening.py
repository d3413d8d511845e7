"""What a PDF says of itself before a page is read, or why it cannot be opened. The child process runs it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Unreadable(Exception):
    """Why a file cannot be read: a reason of UnreadablePdf and a line for the user."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason
        self.why = why


def open_pdf(engine: Any, path: str) -> Any:
    """Return the open file; raises Unreadable where it is damaged, encrypted or no PDF, MemoryError where too large."""
    try:
        pdf = engine.open(path, filetype="pdf")
    except Exception as error:
        if out_of_memory(error):
            raise MemoryError from error
        raise Unreadable("damaged", "it is damaged beyond repair: fetch the file again") from error
    if pdf.needs_pass and not pdf.authenticate(""):
        raise Unreadable("encrypted", "it is encrypted: save a copy without a password and add that")
    if not pdf.is_pdf:
        raise Unreadable("not_pdf", "it is not a PDF")
    return pdf


def page_count(pdf: Any, most: int) -> int:
    """Return the number of pages; raises Unreadable where there are none, or more than `most`.

    Where the tree of pages is lost or lies, a new one is made in memory of all pages that are in the file.
    """
    count = _count(pdf) or _planted(pdf)
    if count <= 0:
        raise Unreadable("damaged", "it has no pages, or they are lost: fetch the file again")
    if count > most:
        raise Unreadable("too_large", f"it has {count:,} pages and the limit is {most:,}: raise index.max_pages")
    return count


def information(pdf: Any) -> dict[str, str]:
    """Return the file's own metadata, none where it is broken."""
    found: dict[str, Any] = tried(lambda: pdf.metadata, {}) or {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def outline(pdf: Any) -> tuple[tuple[int, str, int], ...]:
    """Return the bookmarks as (level, title, page), none where they are broken."""
    return tried(lambda: tuple((int(level), str(title), int(page)) for level, title, page, *_ in pdf.get_toc()), ())


def files_inside(pdf: Any) -> int:
    """Return how many files a portfolio holds; 0 for an ordinary PDF."""
    kind = tried(lambda: pdf.xref_get_key(pdf.pdf_catalog(), "Collection")[0], "null")
    return 0 if kind == "null" else tried(lambda: int(pdf.embfile_count()), 0)


def tried(ask: Callable[[], T], otherwise: T) -> T:
    """Return what PyMuPDF answers, `otherwise` where a stranger's file makes it fail; raises MemoryError alone."""
    try:
        return ask()
    except Exception as error:  # it has many errors, with no common class below this one
        if out_of_memory(error):
            raise MemoryError from error
        return otherwise


def _count(pdf: Any) -> int:
    return tried(lambda: int(pdf.page_count), 0)


def _planted(pdf: Any) -> int:
    """Hang all pages, in the order of their objects, on a new tree; return how many there are."""

    def plant() -> int:
        pages = [xref for xref in range(1, pdf.xref_length()) if _is_page(pdf, xref)]
        tree, root = pdf.get_new_xref(), pdf.get_new_xref()
        kids = " ".join(f"{xref} 0 R" for xref in pages)
        pdf.update_object(tree, f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>")
        pdf.update_object(root, f"<</Type/Catalog/Pages {tree} 0 R>>")
        pdf.xref_set_key(-1, "Root", f"{root} 0 R")
        return _count(pdf)

    return tried(plant, 0)


def _is_page(pdf: Any, xref: int) -> bool:
    return tried(lambda: bool(pdf.xref_get_key(xref, "Type")[1] == "/Page"), otherwise=False)


def ends_early(pdf: Any, path: str) -> bool:
    """Tell whether the file was cut off: it had to be repaired, and its last mark is missing."""
    if not pdf.is_repaired:
        return False
    with Path(path).open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 2048))
        return b"%%EOF" not in file.read()


def out_of_memory(error: Exception) -> bool:
    """Tell whether it was memory that ran out: MuPDF has no error of its own for that."""
    return isinstance(error, MemoryError) or isinstance(error.__cause__, MemoryError) or "alloc" in str(error)


def short(error: Exception) -> str:
    """Return the error's message on one line of at most 120 characters."""
    return " ".join(str(error).split())[:120]
