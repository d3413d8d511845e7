"""The whole lab on real papers: served by the stand-in, fetched, indexed, searched.

    python benchmarks/end_to_end.py PAPERS-FOLDER METADATA.jsonl

Serves the PDFs below PAPERS-FOLDER with METADATA (lines of `pdf`, `title`, `authors`, `year`, `arxiv_id`) as arXiv
would, fetches those with an arXiv id by id and the others by URL, indexes all and searches each paper by its title.
Then adds the same files to a second lab without any network, to see what is recognised from the PDFs alone.
Prints every failure; exits with 1 where another than an unreadable scan fails.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from paperlab.disk import sha256_of
from paperlab.ingest.outcome import silent
from paperlab.lab import Lab
from paperlab.pdf.sections import squeezed
from paperlab.search.engine import Mode
from paperlab.settings import Settings
from paperlab.testing.arxiv_standin import ArxivStandin


def main() -> None:
    """Print what happened to each paper and the totals."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("papers", type=Path)
    parser.add_argument("metadata", type=Path)
    arguments = parser.parse_args()
    gold = [json.loads(line) for line in arguments.metadata.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as temporary:
        wrong = fetched(Path(temporary) / "fetched", arguments.papers, arguments.metadata, gold)
        added(Path(temporary) / "added", arguments.papers, gold)
    sys.exit(1 if wrong else 0)


def fetched(root: Path, folder: Path, metadata: Path, gold: list[dict[str, object]]) -> int:
    """Fetch, index, search; return how many papers failed that should not."""
    by_pdf = {str(entry["pdf"]): entry for entry in gold}
    with ArxivStandin(folder, metadata=metadata) as standin:
        # Its own gate and answers: a stand-in's must not mix with arXiv's. Models stay where they are.
        settings = Settings(arxiv_api_url=standin.api_url, arxiv_pdf_url=standin.pdf_url, arxiv_interval=0.0)
        Lab.init(root)
        lab = Lab(root, settings)
        names = []
        for path in sorted(folder.rglob("*.pdf")):
            relative = path.relative_to(folder).as_posix()
            arxiv_id = by_pdf.get(relative, {}).get("arxiv_id")
            names.append(str(arxiv_id) if arxiv_id else f"{standin.url}/files/{quote(relative)}")
        started = time.perf_counter()
        results = list(lab.fetcher(silent).fetch(lab.wanted(names)))
        fetch_seconds = time.perf_counter() - started
        requests = len(standin.requests)
        again = list(lab.fetcher(silent).fetch(lab.wanted(names)))
        requests_again = len(standin.requests) - requests
    report = lab.index([], silent)
    found = sum(_finds(lab, paper.title, paper.key) for paper in lab.store.papers.all() if paper.pdf)
    print(f"fetch: {Counter(r.outcome.value for r in results)} in {fetch_seconds:.1f} s, {requests} requests")
    print(f"fetch again: {Counter(r.outcome.value for r in again)}, {requests_again} requests")
    print(f"index: {report.papers} papers, {report.pages} pages, {report.chunks} chunks, {report.embedded} embedded")
    print(f"search by title finds its paper first: {found} of {report.papers}")
    for result in results:
        if result.exit_code:
            print(f"  FAILED {result.key}: {result.reason}")
    for key, reason in report.failed:
        print(f"  skipped {key}: {reason}")
    lab.close()
    return sum(bool(r.exit_code) for r in results) + sum(not reason.startswith("scan") for _, reason in report.failed)


def added(root: Path, folder: Path, gold: list[dict[str, object]]) -> None:
    """Add the files and hold what was recognised against the truth."""
    Lab.init(root)
    lab = Lab(root, Settings(arxiv_offline=True))
    # Without the shipped lists: what counts here is what the PDF says of itself.
    for name in lab.library.list_names():
        lab.library.list_path(name).unlink()
    adder = lab.adder()
    papers = {}
    for path in sorted(folder.rglob("*.pdf")):
        key = adder.add(path).key
        papers[sha256_of(path)] = lab.library.load(key)
    titles = ids = printed = 0
    for entry in gold:
        paper = papers[sha256_of(folder / str(entry["pdf"]))]
        right = squeezed(paper.title) == squeezed(str(entry["title"]))
        titles += right
        printed += bool(entry["arxiv_stamp"])
        ids += bool(entry["arxiv_stamp"]) and paper.arxiv_id == entry["arxiv_id"]
        if not right:
            print(f"  title of {entry['pdf']}: {paper.title!r}")
    print(f"added without network: titles right {titles} of {len(gold)}, printed arXiv ids {ids} of {printed}")
    lab.close()


def _finds(lab: Lab, title: str, key: str) -> bool:
    hits = lab.searcher.search(title, limit=1, mode=Mode.HYBRID)
    return bool(hits) and hits[0].key == key


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    main()
