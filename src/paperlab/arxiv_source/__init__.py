"""arXiv as a source of papers: metadata and PDFs, at arXiv's own pace for the whole machine.

`requests` and `arxiv` are imported when a question is put, not when this package is.
"""

from paperlab.arxiv_source.gate import Gate
from paperlab.arxiv_source.source import ArxivSource

__all__ = ["ArxivSource", "Gate"]
