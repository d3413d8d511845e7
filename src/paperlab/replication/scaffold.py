"""Makes a replication's folder: a template of the kind, filled in with what the paper says."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.disk import disk_errors, only_one, remove_tree
from paperlab.errors import Busy, UsageError
from paperlab.replication.claims_file import write_claims
from paperlab.replication.extra import need
from paperlab.replication.kinds import KINDS
from paperlab.replication.proposals import proposed
from paperlab.replication.report_parts import marked
from paperlab.text import fold, one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.replication.recipe_sentences import RecipeSentence
    from paperlab.types import Claim, Paper

OWN_TEMPLATES = ".templates"
"""Beside the replications: a lab's own templates, one folder each; one named as a kind takes its place."""
_SHARED = "shared"
"""The template of what every replication has; a kind's own files come before its."""
_BUILT_IN = Path(__file__).with_name("templates")
_LONGEST = 40
"""Characters of a name made of a title."""
_TITLE = 300
_SMALL = frozenset("a an and are as at by for from in into is of on or the to via with using towards toward".split())
_FACT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class _Template:
    """A copier template to render."""

    folder: Path
    kind: str


def slug_of(paper: Paper) -> str:
    """Return a name for a paper's replication: its title's first part in words of ASCII, else its key."""
    title = one_line(paper.title)
    first = re.split(r"[:?!]| [-–—] ", title, maxsplit=1)[0]
    words = _words(first) if len(_words(first)) > 1 else [word for word in _words(title) if word not in _SMALL]
    slug = ""
    for word in words:
        if len(slug) + len(word) >= _LONGEST:
            break
        slug += f"-{word}" if slug else word
    return slug or "-".join(_words(paper.key))[:_LONGEST].strip("-") or "replication"


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text))


def scaffold(  # noqa: PLR0913
    root: Path,
    slug: str,
    *,
    paper: Paper,
    kind: str,
    claims: Sequence[Claim] = (),
    sentences: Sequence[RecipeSentence] = (),
    template: Path | None = None,
    today: str = "",
) -> list[Path]:
    """Make `root/slug` and return its files, by name; `claims` and `sentences` are what was found in the paper.

    `template` is a copier template; without it, the lab's own one of that kind, or that of paperlab. It cannot run
    anything: templates with tasks or extensions are refused. The folder is there whole or not at all, and one that
    is there with files in it is never touched. Raises UsageError for that, for a kind without template and for a
    template that cannot be used, NotNow where copier is missing, NoSpace.
    """
    chosen = _template(root, kind, template)
    folder = root / slug
    _refuse_to_overwrite(folder)
    busy = Busy(f"another 'paperlab replicate new' makes {folder}: wait until it has ended")
    passing, lock = root / f".{slug}.new", root / f".{slug}.lock"
    with only_one(lock, busy):
        try:
            remove_tree(passing)  # what a killed one left
            with disk_errors(folder):
                _fill(passing, chosen, _facts(slug, paper, kind, today) | {"recipe": _recipe(sentences)}, claims)
                _refuse_to_overwrite(folder)
                passing.replace(folder)
        finally:
            remove_tree(passing)
            lock.unlink(missing_ok=True)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _refuse_to_overwrite(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise UsageError(f"{folder} is there already and is never written over: choose another name with --slug")


def _template(root: Path, kind: str, template: Path | None) -> _Template:
    """Return the template to use; raises UsageError where there is none."""
    own = root / OWN_TEMPLATES
    if template is not None:
        return _Template(template, kind)
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", kind) and (own / kind).is_dir():
        return _Template(own / kind, kind)
    if kind not in KINDS:
        there = ", ".join([*KINDS, *sorted({path.name for path in own.glob("[!.]*") if path.is_dir()} - {*KINDS})])
        raise UsageError(f"there is no template {kind!r}: take one of {there}, or make {own / kind}")
    return _Template(_BUILT_IN / kind, kind)


def _facts(slug: str, paper: Paper, kind: str, today: str) -> dict[str, Any]:
    """Return what templates may use. Only what is safe where its name says so: `title_toml`, `title_markdown`."""
    title = shorten(paper.title, _TITLE) or paper.key
    return {
        "slug": slug,
        "kind": kind,
        "key": paper.key,
        "version": str(paper.version or ""),
        "title_toml": _toml(title),
        "title_markdown": marked(title),
        "today": today,
    }


def _toml(text: str) -> str:
    import tomlkit

    return tomlkit.string(one_line(text)).as_string()


def _recipe(sentences: Sequence[RecipeSentence]) -> str:
    return "\n".join(
        f"- **{sentence.kind}** (unverified: hold it against page {sentence.page}): {marked(sentence.text)}"
        for sentence in sentences
    )


def _fill(folder: Path, template: _Template, facts: dict[str, Any], claims: Sequence[Claim]) -> None:
    """Render a template, then what it did not give from the shared one."""
    folder.mkdir(parents=True)
    facts["claims"] = _claims_text(folder, claims)
    answers = _render(template, folder, facts)
    about = one_line(str(answers.get("about", "")))
    named = [name for name in str(answers.get("facts", "dataset")).split() if _FACT.fullmatch(name)]
    facts |= {"about": marked(about), "about_toml": _toml(about), "facts": " ".join(dict.fromkeys(named))}
    _render(_Template(_BUILT_IN / _SHARED, template.kind), folder, facts)
    for name, found in (("run.py", folder / "run.py"), ("tiers/NAME.toml", next(folder.glob("tiers/*.toml"), None))):
        if found is None or not found.is_file():
            raise UsageError(f"the template {template.folder} gives no {name}: without it nothing can run")


def _claims_text(folder: Path, claims: Sequence[Claim]) -> str:
    path = folder / "claims.toml"
    write_claims(path, proposed(claims))
    text = path.read_text(encoding="utf-8")
    path.unlink()
    return text.rstrip("\n")


def _render(template: _Template, folder: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Render a template into a folder, what is there stays; return its answers. Raises UsageError, saying why."""
    copier, errors, yaml, jinja = need("copier"), need("copier.errors"), need("yaml"), need("jinja2")
    settings = getattr(copier, "Settings", None) or need("copier.settings").Settings
    try:
        with _copied(template.folder) as source:
            worker = copier.run_copy(
                str(source),
                folder,
                data=dict(facts),
                defaults=True,
                quiet=True,
                skip_if_exists=["**"],
                settings=settings(),  # the user's own could trust a template with tasks
            )
    except errors.UnsafeTemplateError as error:
        why = "it wants to run commands or code of its own (tasks, extensions), which templates may not do here"
        raise UsageError(f"the template {template.folder} is refused: {why}") from error
    except (errors.CopierError, yaml.YAMLError, jinja.TemplateError, ValueError) as error:
        why = f"{type(error).__name__}: {error.__cause__ or error}"
        raise UsageError(f"the template {template.folder} cannot be rendered: {shorten(why, 200)}") from error
    answers = worker.answers.combined
    return {name: answers[name] for name in ("about", "facts") if name in answers}


@contextmanager
def _copied(template: Path) -> Iterator[Path]:
    """Give a copy of a template without its git folder, from which copier would take the last tagged version."""
    if not any((template / f"copier.{ending}").is_file() for ending in ("yml", "yaml")):
        raise UsageError(f"{template} is no copier template: it has no copier.yml")
    with tempfile.TemporaryDirectory(prefix="paperlab-") as parent:
        copy = Path(parent) / "template"
        shutil.copytree(template, copy, ignore=shutil.ignore_patterns(".git"), ignore_dangling_symlinks=True)
        yield copy
