"""The files under `papers/`: what a person wrote, and where the PDFs lie. The only module that writes them."""

from paperlab.library.library import Library, PaperStamp

__all__ = ["Library", "PaperStamp"]
