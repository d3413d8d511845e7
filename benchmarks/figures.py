"""How many of a paper's figures are found: `figures.py PAPERS_DIR METADATA.jsonl`.

Each line of the JSONL names a `pdf` (path below the folder) and `figure_numbers` (as printed; null where unknown).
Whether the boxes are right is for the eye: `paperlab figures KEY` draws them.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from paperlab.pdf import PyMuPDFReader


def main() -> None:
    """Print what is missing and what is too many in each paper, and the share found over all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=Path)
    parser.add_argument("metadata", type=Path)
    options = parser.parse_args()
    reader = PyMuPDFReader()
    found = expected = more = pages = 0
    start = time.perf_counter()
    for line in options.metadata.read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        if truth["figure_numbers"] is None:
            continue
        reading = reader.read(options.papers / truth["pdf"])
        given, wanted = {figure.number for figure in reading.figures}, set(truth["figure_numbers"])
        found, expected, more = found + len(given & wanted), expected + len(wanted), more + len(given - wanted)
        pages += len(reading.pages)
        if given != wanted:
            print(f"{truth['pdf']}: missing {sorted(wanted - given)}, too many {sorted(given - wanted)}")
    seconds = time.perf_counter() - start
    print(f"figures found: {found} of {expected}; too many: {more}; {pages / seconds:.1f} pages/s (full reading)")


if __name__ == "__main__":
    main()
