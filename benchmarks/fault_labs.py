"""Labs of made-up papers for `search_faults`, commands run on them, and all that such a lab holds.

    python benchmarks/fault_labs.py --probe LAB | --vacuum LAB | --read LAB SECONDS | --write FOLDER NUMBER

The commands are what `search_faults` starts in processes of their own.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = (
    "lantern harbour copper meadow thimble orchard glacier saddle violin compass ember ribbon walnut canyon feather"
    " pepper anchor marble cedar tundra falcon mosaic velvet quarry beacon clover magnet pebble cinder willow"
).split()
PAPERS, LATER = 12, 4
"""Papers of a whole lab, and those of them that come or go."""
OURS = {
    "PAPERLAB_INDEX_EMBEDDER": "hashing:64",
    "PAPERLAB_INDEX_WINDOW": "8",
    "PAPERLAB_ARXIV_OFFLINE": "1",
    "PAPERLAB_INDEX_VECTOR_INDEX": "flat",
}
IVF, OTHER = {"PAPERLAB_INDEX_VECTOR_INDEX": "ivf"}, {"PAPERLAB_INDEX_EMBEDDER": "hashing:128"}
MODES = ("lexical", "dense", "hybrid")
QUERIES = [" ".join(WORDS[(3 * i + j * (1 + i % 3)) % len(WORDS)] for j in range(1 + i % 4)) for i in range(20)]
STEADY = f"{WORDS[0]} {WORDS[1]}"
"""Words of the first paper, which is in every lab."""


@dataclass
class Ran:
    """A process that ended."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def wrong(self) -> str:
        """Return why this is no answer of a search, empty where it is one."""
        if self.code not in {0, 1} or "Traceback" in self.err or "panicked" in self.err:
            return f"exit {self.code}: {self.err.strip()[-300:]}"
        return ""


@dataclass(frozen=True)
class Operation:
    """What is killed: a command, the lab it starts from, and whether searches never see a state in between."""

    name: str
    base: str
    command: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)
    two_states: bool = False


OPERATIONS = [
    Operation("add papers", "eight", ("index",)),
    Operation("remove papers", "fewer", ("index",)),
    Operation("words follow", "unread", ("search", STEADY)),
    Operation("words follow a removal", "unread fewer", ("search", STEADY)),
    Operation("change of embedder", "flat", ("index",), OTHER, two_states=True),
    Operation("flat to ivf", "flat", ("index",), IVF, two_states=True),
    Operation("ivf to flat", "ivf", ("index",), two_states=True),
    Operation("vacuum", "flat", ("--vacuum",), two_states=True),
    Operation("import-metadata", "flat", ("import-metadata", "metadata.jsonl"), two_states=True),
]


# Processes


def command(lab: Path, words: Sequence[str]) -> list[str]:
    """Return a paperlab command line, or this script's own where the first word says so."""
    if words[0].startswith("--"):
        return [sys.executable, str(Path(__file__).resolve()), words[0], str(lab), *words[1:]]
    told = [str(lab / word) if word.endswith(".jsonl") else word for word in words]
    return [sys.executable, "-m", "paperlab", *told, "--lab", str(lab)]


def run(lab: Path, *words: str, variables: dict[str, str] | None = None, **how: Any) -> Ran:
    """Run a command to its end."""
    started = time.perf_counter()
    environment = {**os.environ, **OURS, **(variables or {})}
    done = subprocess.run(command(lab, words), capture_output=True, text=True, check=False, env=environment, **how)
    return Ran(done.returncode, done.stdout, done.stderr, time.perf_counter() - started)


def must(lab: Path, *words: str, variables: dict[str, str] | None = None) -> Ran:
    """Run a command that must end well."""
    ran = run(lab, *words, variables=variables)
    if ran.wrong:
        sys.exit(f"{words}: {ran.wrong}")
    return ran


def probe(lab: Path, variables: dict[str, str] | None = None, **how: Any) -> dict[str, Any]:
    """Return all that a lab holds, as a process of its own sees it; `error` says that it fell."""
    ran = run(lab, "--probe", variables=variables, **how)
    if ran.code:
        return {"error": f"the probe fell: exit {ran.code}: {ran.err.strip()[-600:]}"}
    state: dict[str, Any] = json.loads(ran.out)
    return state


# What this script does in a process of its own


def probed(lab_folder: Path) -> None:
    """Print hits and contents of a lab."""
    from paperlab.checkup import check
    from paperlab.lab import Lab

    said: list[str] = []
    lab = Lab(lab_folder, say=said.append, complain=said.append)
    with closing(lab):
        lab.sync()
        hits = {f"{mode}: {q}": told(lab.search(q, mode=mode, limit=200)) for mode in MODES for q in QUERIES}
        again = {f"{mode}: {q}": told(lab.search(q, mode=mode, limit=200)) for mode in MODES for q in QUERIES}
        findings = [f"{one.part}: {one.found}" for one in check(lab) if one.state != "ok" and one.part != "disk"]
        problems = {"words": lab.own.words.problem(), "vectors": lab.own.keeper.problem(lab.store.vectors)}
    rows = {} if not lab.own.path.is_file() else contents(lab.own.path)
    catalogue = contents(lab.catalogue.path) if lab.catalogue.path.is_file() else {}
    state: dict[str, Any] = {"hits": hits, "said": said, "findings": findings, "rows": rows, "catalogue": catalogue}
    state |= {"problems": problems, "steady": hits == again, "left": leftovers(lab_folder / "index")}
    print(json.dumps(state))


def told(hits: Sequence[Any]) -> list[Any]:
    """Return hits as they are compared: scores to six digits."""
    return [[hit.key, hit.page, hit.passage[:40], float(f"{hit.score:.6g}")] for hit in hits]


def contents(path: Path) -> dict[str, list[str]]:
    """Return digests of what a database holds, without ids, which another history gives otherwise."""
    names = "reading.pdf_sha256, chunk.chunker, chunk.ordinal"
    joined = "chunk JOIN reading ON reading.id = chunk.reading_id"
    queries = {
        "chunks": f"SELECT {names}, chunk.title, chunk.section, chunk.text, chunk.boxes FROM {joined}",
        "vectors": f"SELECT {names}, embedder.name, hex(vector) FROM vector JOIN chunk ON chunk.id = chunk_id"
        " JOIN reading ON reading.id = chunk.reading_id JOIN embedder ON embedder.id = embedder_id",
        "papers": "SELECT key, title, pdf_sha256 FROM paper",
        "tally": "SELECT (SELECT chunks FROM tally), name, vectors FROM embedder",
        "counts": "SELECT count(*), (SELECT count(*) FROM embedder) FROM vector",
        "words": "SELECT word, papers, lower FROM word",
        "abbreviations": "SELECT pdf_sha256, short, long FROM abbreviation JOIN reading ON reading.id = reading_id",
    }
    with closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'word'").fetchone():
            return {}  # killed before the tables were made
        return {name: digest(connection.execute(sql).fetchall()) for name, sql in queries.items()}


def digest(rows: list[Any]) -> list[str]:
    """Return how many rows there are and a digest of them in any order."""
    return [str(len(rows)), hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()[:16]]


def leftovers(index: Path) -> list[str]:
    """Return the files that nothing will ever read, and how many files each vector index has."""
    left = [path.name for path in index.rglob("*") if path.is_file() and re.search(r"\.(new|part|tmp)$", path.name)]
    files = [sorted(p.suffix for p in folder.iterdir()) for folder in sorted(index.glob("vectors/*"))]
    return [*left, repr([[s for s in one if s in {".flat", ".ivf", ".json"}] for one in files])]


def vacuumed(lab_folder: Path) -> None:
    """Compact the database again and again: once takes a few milliseconds only."""
    with closing(sqlite3.connect(lab_folder / "index" / "paperlab.db", isolation_level=None, timeout=15)) as connection:
        for _ in range(40):
            connection.execute("VACUUM")


def read_on(lab_folder: Path, seconds: float) -> None:
    """Search with one warm lab for some time; print the seconds of each search."""
    from paperlab.lab import Lab

    took: list[float] = []
    end = time.monotonic() + seconds
    with closing(Lab(lab_folder, complain=lambda said: print(said, file=sys.stderr))) as lab:
        while time.monotonic() < end:
            started = time.perf_counter()
            lab.sync()
            hits = lab.search(STEADY, mode=MODES[len(took) % 3], limit=20)
            took.append(time.perf_counter() - started)
            time.sleep(0.05)
            if not hits or hits[0].key != key(0):
                print(f"DEVIATION: the first hit is {hits[:1]}", file=sys.stderr)
    print(json.dumps(took))


# Labs


def key(number: int) -> str:
    """Return the key of a paper."""
    return f"2402.{number + 1:05d}"


def write_paper(folder: Path, number: int) -> Path:
    """Write a two-page paper as PDF, about words of its own."""
    sys.modules["pymupdf.layout"] = sys.modules["pymupdf4llm"] = None  # type: ignore[assignment]
    import pymupdf

    own = [WORDS[(2 * number + i * (1 + number // 15)) % len(WORDS)] for i in range(5)]
    with pymupdf.open() as document:
        for page_number in (1, 2):
            page = document.new_page(width=612, height=792)
            page.insert_text((90, 80), f"A {own[0]} and {own[1]} study q{number}", fontsize=17, fontname="hebo")
            page.insert_text((30, 560), f"arXiv:{key(number)}v1 [cs.LG] 2 Feb 2024", fontsize=18, rotate=90)
            for part in range(2):
                top = 120 + 320 * part
                page.insert_text((90, top), f"{page_number}.{part + 1} On {own[part]}", fontsize=13, fontname="hebo")
                lines = (
                    f"Trial {number}{i} of {own[(i + part) % 5]} with {own[(2 * i + page_number) % 5]} ended at step"
                    f" {i * number} and {own[part]} kept its place q{number}."
                    for i in range(8)
                )
                page.insert_textbox(pymupdf.Rect(90, top + 15, 520, top + 300), " ".join(lines), fontsize=10)
        document.save(folder / f"{key(number)}v1.pdf")
    return folder / f"{key(number)}v1.pdf"


def write_metadata(path: Path, count: int = 2500) -> None:
    """Write papers of the catalogue."""
    chance = random.Random(7)
    records = [
        {
            "id": f"2301.{i:05d}",
            "title": f"{chance.choice(WORDS)} {i}",
            "abstract": " ".join(chance.choices(WORDS, k=30)),
        }
        for i in range(count)
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def make_empty(lab: Path) -> Path:
    """Make a lab without papers."""
    subprocess.run([sys.executable, "-m", "paperlab", "init", str(lab)], check=True, capture_output=True)
    return lab


def make_labs(folder: Path) -> dict[str, Path]:
    """Make every lab that a trial starts from."""
    papers = folder / "pdfs"
    papers.mkdir()
    pdfs = [str(write_paper(papers, number)) for number in range(PAPERS)]
    made = {
        name: folder / name.replace(" ", "-") for name in ("eight", "flat", "fewer", "unread", "unread fewer", "ivf")
    }
    make_empty(made["eight"])
    must(made["eight"], "add", *pdfs[:-LATER])
    must(made["eight"], "index")
    must(made["eight"], "search", STEADY)
    must(made["eight"], "add", *pdfs[-LATER:])
    shutil.copytree(made["eight"], made["unread"])
    must(made["unread"], "index")
    shutil.copytree(made["unread"], made["flat"])
    must(made["flat"], "search", STEADY)
    write_metadata(made["flat"] / "metadata.jsonl")
    shutil.copytree(made["flat"], made["fewer"])
    for number in range(PAPERS - LATER, PAPERS):
        shutil.rmtree(made["fewer"] / "papers" / key(number))
    shutil.copytree(made["fewer"], made["unread fewer"])
    must(made["unread fewer"], "index")
    shutil.copytree(made["flat"], made["ivf"])
    must(made["ivf"], "index", variables=IVF)
    return made


def copied(lab: Path, to: Path) -> Path:
    """Return a new copy of a lab."""
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(lab, to))


def main() -> None:
    """Do what the words say, in this process."""
    what, lab, *rest = sys.argv[1:]
    if what == "--probe":
        probed(Path(lab))
    elif what == "--vacuum":
        vacuumed(Path(lab))
    elif what == "--write":
        write_paper(Path(lab), int(rest[0]))
    else:
        read_on(Path(lab), float(rest[0]))


if __name__ == "__main__":
    main()
