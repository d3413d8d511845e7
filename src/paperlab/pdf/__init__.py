"""Reads PDFs: text in reading order with page and box, sections, front matter. The only user of PyMuPDF."""

from paperlab.pdf.reader import PyMuPDFReader

__all__ = ["PyMuPDFReader"]
