"""Makes a replication's folder: a template of the kind, filled in with what the paper says."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.disk import disk_errors, only_one, remove_tree
from paperlab.errors import Busy, UsageError
from paperlab.replication.claims_file import write_claims
from paperlab.replication.extra import need
from paperlab.replication.reports.report_parts import marked
from paperlab.replication.scaffolding.kinds import KINDS
from paperlab.replication.scaffolding.proposals import proposed
from paperlab.text import fold, one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.replication.scaffolding.recipe_sentences import RecipeSentence
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
_RUNS_CODE = "it wants to run commands or code of its own ({}), which templates may not do here"
_WRONG = (ValueError, TypeError, AttributeError, LookupError)
"""What copier raises, too, where a copier.yml is not of the kind that it takes for granted."""
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
    anything: templates with tasks, migrations or extensions are refused, and so are links out of one. The folder is
    there whole or not at all, and one that is there with files in it is never touched. Raises UsageError for that, for
    a kind without template and for a template that cannot be used, NotNow where copier is missing, NoSpace.
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
    with _copied(template.folder) as source:
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):  # copier's own words on what we say
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
            raise _refused(template, _RUNS_CODE.format("tasks, extensions")) from error
        except (errors.CopierError, yaml.YAMLError, jinja.TemplateError, *_WRONG) as error:
            why = f"{type(error).__name__}: {error.__cause__ or error}".replace(str(source), str(template.folder))
            raise UsageError(f"the template {template.folder} cannot be rendered: {shorten(why, 200)}") from error
        if worker.template.config_data.get("migrations"):  # copier looks at them when it updates only
            raise _refused(template, _RUNS_CODE.format("migrations"))
    answers = worker.answers.combined
    return {name: answers[name] for name in ("about", "facts") if name in answers}


def _refused(template: _Template, why: str) -> UsageError:
    return UsageError(f"the template {template.folder} is refused: {why}")


@contextmanager
def _copied(template: Path) -> Iterator[Path]:
    """Give a copy of a template without its git folder, from which copier would take the last tagged version."""
    if not any((template / f"copier.{ending}").is_file() for ending in ("yml", "yaml")):
        raise UsageError(f"{template} is no copier template: it has no copier.yml")
    _check_links(template)
    with tempfile.TemporaryDirectory(prefix="paperlab-") as parent:
        copy = Path(parent).resolve() / "template"
        shutil.copytree(template, copy, ignore=_left_out)
        yield copy


def _left_out(folder: str, names: list[str]) -> set[str]:
    """Return what is not copied: git's own folder, and links that lead nowhere."""
    return {name for name in names if name == ".git" or not (Path(folder) / name).exists()}


def _check_links(template: Path) -> None:
    """Raise UsageError for a link that leads out of the template, or to a folder that it lies in."""
    inside = template.resolve()
    for path in template.rglob("*"):
        if path.is_symlink() and path.exists() and ".git" not in path.relative_to(template).parts:
            target = path.resolve()
            if not target.is_relative_to(inside) or path.parent.resolve().is_relative_to(target):
                link = path.relative_to(template)
                raise UsageError(f"the template {template} is refused: its link {link} leads out of it, or in a circle")
