"""What a reader marks in papers: made from words on a page, kept beside the paper, taken to PDFs and back."""

from paperlab.annotating.annotator import Anchored, Annotator, ExportReport, Found
from paperlab.annotating.importing import ImportReport

__all__ = ["Anchored", "Annotator", "ExportReport", "Found", "ImportReport"]
