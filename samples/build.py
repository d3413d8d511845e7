"""Build the sample papers' PDFs from their typst sources, always to the same bytes.

`python samples/build.py` writes them into the package; `--check` writes nothing and exits 1 when one is out of date.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

SOURCES = Path(__file__).resolve().parent
TARGET = SOURCES.parent / "src" / "paperlab" / "data" / "samples"
TYPST = "0.15.2"
# The creation date inside the PDFs; today's date would change the bytes.
STAMP = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp())


def names() -> list[str]:
    """Return the stems of all sample papers, in the order of `samples.toml`."""
    listed = tomllib.loads((TARGET / "samples.toml").read_text(encoding="utf-8"))["sample"]
    return [Path(sample["file"]).stem for sample in listed]


def compiled(name: str) -> bytes:
    """Return the PDF of `samples/<name>.typ`, set in the fonts that come with typst.

    Raises SystemExit where the typst release is another one than pinned, or typst warns.
    """
    import typst

    if version("typst") != TYPST:
        raise SystemExit(
            f"typst {TYPST} is needed for equal bytes, here is {version('typst')}: pip install typst=={TYPST}"
        )
    pdf, warnings = typst.compile_with_warnings(
        str(SOURCES / f"{name}.typ"),
        root=str(SOURCES),
        font_paths=[],
        ignore_system_fonts=True,
        timestamp=STAMP,
    )
    if warnings:
        raise SystemExit(f"samples/{name}.typ: {warnings[0].message}")
    return bytes(pdf)


def build(target: Path) -> None:
    """Write the PDF of every sample paper into the folder `target`."""
    for name in names():
        pdf = compiled(name)
        (target / f"{name}.pdf").write_bytes(pdf)
        print(f"{name}.pdf  {len(pdf):,} bytes")


def stale(target: Path) -> list[str]:
    """Return the PDFs in `target` that are missing or differ from what the sources give."""
    files = {name: target / f"{name}.pdf" for name in names()}
    return [f.name for name, f in files.items() if not f.exists() or f.read_bytes() != compiled(name)]


def main() -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Build the sample papers' PDFs.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a PDF is out of date")
    if not parser.parse_args().check:
        build(TARGET)
        return 0
    outdated = stale(TARGET)
    for name in outdated:
        print(f"{name} differs from its source: run python samples/build.py", file=sys.stderr)
    return 1 if outdated else 0


if __name__ == "__main__":
    sys.exit(main())
