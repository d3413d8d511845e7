r"""Made-up prose around made-up tables: titles, paragraphs and captions in LaTeX, from a random generator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_NOUNS = (
    "gate", "layer", "token", "expert", "gradient", "archive", "baseline", "schedule", "sample", "router", "weight",
    "domain", "budget", "checkpoint", "label", "encoder", "mixture", "window", "shard", "head",
)  # fmt: skip
_ADJECTIVES = (
    "sparse", "shared", "frozen", "noisy", "small", "dense", "random", "early", "stable", "local", "deep", "simple",
)  # fmt: skip
_VERBS = (
    "improves", "replaces", "follows", "limits", "shapes", "matches", "delays", "bounds", "reveals", "repeats", "feeds",
)  # fmt: skip
_LINKS = ("while", "because", "although", "so that", "whenever", "since")
_OPENINGS = ("In practice,", "As before,", "Here,", "By contrast,", "For larger inputs,", "On average,", "", "", "")


def title(rng: Random) -> str:
    """Return a title of a few words."""
    words = [rng.choice(_ADJECTIVES), rng.choice(_NOUNS), rng.choice(("and", "for", "without", "beyond")), _phrase(rng)]
    text = " ".join(words)
    return text[0].upper() + text[1:]


def paragraph(rng: Random) -> str:
    """Return a paragraph of 4 to 9 sentences, some with numbers, formulas and pointers to tables."""
    return " ".join(_sentence(rng) for _ in range(rng.randint(4, 9)))


def caption_text(rng: Random) -> str:
    """Return a caption of one to four sentences."""
    first = f"{title(rng)} on {rng.randint(2, 12)} tasks."
    rest = [_sentence(rng) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))]
    return " ".join([first, *rest])


def note(rng: Random) -> str:
    """Return a line such as stands below a table."""
    return rf"\par\vspace{{2pt}}{{\footnotesize $^{{\dagger}}$ {_sentence(rng)}}}\par"


def front(rng: Random, style: str) -> str:
    """Return title, author and abstract as the style of that name wants them."""
    name, author = title(rng).title(), rng.choice(("Ada Example", "Ben Sample", "Cleo Nobody"))
    abstract = rf"\begin{{abstract}}{paragraph(rng)}\end{{abstract}}"
    if style == "elsarticle":
        return rf"\begin{{frontmatter}}\title{{{name}}}\author{{{author}}}{abstract}\end{{frontmatter}}"
    if style == "llncs":
        return rf"\title{{{name}}}\author{{{author}}}\institute{{Nowhere}}\maketitle{abstract}"
    if style == "revtex":
        return rf"\title{{{name}}}\author{{{author}}}\affiliation{{Nowhere}}{abstract}\maketitle"
    return rf"\title{{{name}}}\author{{{author}}}\date{{}}\maketitle{abstract}"


def _phrase(rng: Random) -> str:
    return f"{rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)}s"


def _clause(rng: Random) -> str:
    return f"the {rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)} {rng.choice(_VERBS)} {_phrase(rng)}"


def _sentence(rng: Random) -> str:
    opening = rng.choice(_OPENINGS)
    text = f"{opening} {_clause(rng)} {rng.choice(_LINKS)} {_clause(rng)}".strip()
    chance = rng.random()
    if chance < 0.15:
        text += f" by {rng.uniform(0.1, 9.9):.1f} points"
    elif chance < 0.25:
        text += rf" with $\alpha = {rng.randint(1, 9)}/{rng.randint(10, 99)}$"
    elif chance < 0.35:
        text += f", as Table {rng.randint(1, 4)} shows"
    return text[0].upper() + text[1:] + "."
