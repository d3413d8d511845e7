"""Tokens of LaTeX as printed text on one line, with what is bold. Pure.

Symbols and accents are those of pylatexenc; a citation prints as `[?]` and a cross-reference as `?`, since what
stands there is decided elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from paperlab.latex.limits import spend
from paperlab.latex.tokens import Tokens, argument, environment_name, option, skip_arguments

_DEEPEST = 40
"""Arguments within arguments."""
_LONGEST = 20_000
"""Characters, and tokens, of a cell or a caption."""


@dataclass(frozen=True, slots=True)
class Style:
    """What holds where a token stands. Bold words and bold formulas are switched apart, as in LaTeX."""

    bold: bool = False
    bold_math: bool = False
    math: bool = False
    depth: int = 0
    """How many arguments it stands in."""

    @property
    def is_bold(self) -> bool:
        """Whether what is printed here is bold."""
        return self.bold_math if self.math else self.bold


@dataclass(slots=True)
class Printed:
    """Printed text, a flag for each character that is bold, commands not understood, and why text was left out."""

    text: str = ""
    bold: list[bool] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def add(self, text: str, *, bold: bool) -> None:
        """Append text of one type, as far as there is room."""
        if len(self.text) + len(text) > _LONGEST:
            self.lost.add("the end of a text too long for a cell or caption was left out")
            text = text[: _LONGEST - len(self.text)]
        self.text += text
        self.bold += [bold] * len(text)

    def tidy(self) -> Printed:
        """Return it with single white space and none at the ends."""
        given = self.text.rstrip()
        kept = [i for i, c in enumerate(given) if not c.isspace() or (i and not given[i - 1].isspace())]
        text = "".join(" " if given[i].isspace() else given[i] for i in kept)
        return Printed(text, [self.bold[i] for i in kept], self.unknown, self.lost)

    @property
    def mostly_bold(self) -> bool:
        """Whether more than half of its letters and digits are bold."""
        flags = [b for c, b in zip(self.text, self.bold, strict=True) if c.isalnum()] or self.bold
        return 2 * sum(flags) > len(flags)


# Arguments of commands: t printed, s star, o [...] left out, p (...) left out, m {...} left out.
_ARGUMENTS = {
    name: kinds
    for kinds, names in {
        "mt": "href adjustbox foreignlanguage",
        "omt": "textcolor colorbox parbox rotatebox",
        "ommt": "fcolorbox",
        "mmt": "multicolumn",
        "smmt": "resizebox",
        "omomot": "multirow",
        "mot": "scalebox multirowcell multirowthead",
        "moot": "raisebox",
        "oot": "makebox framebox",
        "ot": "makecell shortstack thead subfloat underline",
        "som": "caption",
        "sm": "hspace vspace",
        "omoo": "cellcolor rowcolor columncolor",
        "om": "color footnote footnotetext arrayrulecolor usefont todo thanks",
        "omm": "rule",
        "mm": "setlength addtolength setcounter addtocounter fontsize",
        "m": "phantom hphantom vphantom label fontseries fontfamily fontshape linespread captionsetup rowfont index",
        "omo": "includegraphics",
        "ott": "diagbox backslashbox slashbox",
        "oott": "SI qty",
    }.items()
    for name in names.split()
}
_SPACES = frozenset(
    [*"newline tabularnewline linebreak par quad qquad enspace hfill hfil space nobreakspace".split(), *" ,;:>\\"]
)
_SILENT = frozenset(
    """centering raggedright raggedleft small footnotesize tiny normalsize scriptsize large Large LARGE huge Huge
    itshape it em sc scshape sl slshape sffamily ttfamily rmfamily sf tt rm upshape noindent displaystyle textstyle
    scriptstyle scriptscriptstyle limits nolimits left right big Big bigg Bigg bigl bigr Bigl Bigr middle protect
    relax hss strut mathstrut arraybackslash null leavevmode selectfont ignorespaces unskip nobreak allowbreak bgroup
    egroup begingroup endgroup / - @ ! emph textit textsl textsc textsf texttt textrm textup textnormal text mathrm
    mathit mathsf mathtt mathcal mathbb mathfrak mathscr operatorname mbox hbox vbox fbox uline ul hl dashuline uwave
    underbar ensuremath textmd url mathop mathrel mathbin mathord smash llap rlap clap centerline leftline
    vcenter textls centered lowercase uppercase MakeUppercase MakeLowercase nohyphens boxed tabcolsep
    hline toprule midrule bottomrule unboldmath mdseries normalfont
    bfseries bf boldmath mathversion nonumber notag singlespacing hskip kern vfill smallskip medskip bigskip
    overline widehat widetilde underset overset stackrel newpage clearpage""".split()
)
_BOLD = frozenset("textbf mathbf bm boldsymbol pmb mathbfit symbf symbfit".split())
_BOLD_ON = frozenset("bfseries bf".split())
_BOLD_OFF = frozenset("mdseries normalfont rm textmd unboldmath".split())
_RAISED = frozenset("textsuperscript tnote sp".split())
_LOWERED = frozenset("textsubscript sb".split())
_LONGEST_NAME = 60
_CITING = re.compile(r"[a-zA-Z]{0,30}[cC]ite[a-z]{0,30}")
_POINTING = frozenset("ref eqref autoref cref Cref pageref nameref vref subref".split())
_ACCENTS = frozenset("' ` ^ \" ~ = . u v H c k r d b t hat bar tilde vec dot ddot acute grave check breve".split())
_OWN = {
    "%": "%", "$": "$", "&": "&", "#": "#", "_": "_", "{": "{", "}": "}", "|": "∥", "S": "§", "P": "¶",
    "ddagger": "‡", "ddag": "‡", "dag": "†", "dagger": "†", "textdaggerdbl": "‡", "textasteriskcentered": "*",
    "ast": "*", "sim": "~", "textasciitilde": "~", "cdot": "·", "checkmark": "✓", "mid": "|", "degree": "°",
    "percent": "%", "textsection": "§", "textparagraph": "¶", "textrightarrow": "→", "textuparrow": "↑",
    "textdownarrow": "↓", "textless": "<", "textgreater": ">", "textbar": "|", "textmu": "μ", "texttimes": "×",
    "textendash": "–", "textemdash": "—", "textminus": "-", "euro": "€", "pounds": "£", "neg": "¬", "lnot": "¬",
    "colon": ":", "lbrack": "[", "rbrack": "]", "slash": "/", "textpm": "±", "lvert": "|", "rvert": "|",
    "blacktriangle": "▲", "blacktriangledown": "▼", "triangle": "△", "triangledown": "▽", "star": "⋆", "bullet": "•",
    "textbullet": "•", "TeX": "TeX", "LaTeX": "LaTeX", "ie": "i.e.", "eg": "e.g.", "minus": "-", "second": "s",
}  # fmt: skip
_DINGS = {"51": "✓", "52": "✓", "55": "✗", "56": "✗", "53": "✗", "54": "✗"}
_MARKS = frozenset("*†‡§¶∥⋆♯♭♮°")
_ENVIRONMENTS = {"tabular": "om", "array": "om", "tabular*": "mom", "tabularx": "mom", "minipage": "oom"}


def printed(tokens: Tokens, style: Style | None = None) -> Printed:
    """Return what the tokens print, on one line with single white space."""
    out = Printed()
    if len(tokens) > _LONGEST:
        out.lost.add("the end of a text too long for a cell or caption was left out")
    _run(tokens[:_LONGEST], style or Style(), out)
    return out.tidy()


def _run(tokens: Tokens, style: Style, out: Printed) -> None:
    """Print tokens of one group; switches made in it end with it."""
    if style.depth > _DEEPEST:
        out.lost.add("what stands in too many groups within groups was left out")
        return
    spend(len(tokens))
    style = replace(style, depth=style.depth + 1)
    stack = [style]
    at = 0
    while at < len(tokens):
        item = tokens[at]
        at += 1
        if item == "{":
            stack.append(stack[-1])
        elif item == "}":
            stack = stack[:-1] or [style]
        elif item == "$":
            at += tokens[at : at + 1] == ["$"]
            stack[-1] = replace(stack[-1], math=not stack[-1].math)
        elif item in ("_", "^") and stack[-1].math:
            at = _script(tokens, at, item, stack[-1], out)
        elif item[0] == "\\" and len(item) > 1:
            at, stack[-1] = _command(tokens, at, item[1:], stack[-1], out)
        else:
            _plain(item, stack[-1], out)


def _plain(item: str, style: Style, out: Printed) -> None:
    if style.math:
        text = "" if item in (" ", "~", "&") else item.replace("'", "′")
    elif item in ("~", "&"):
        text = " "
    else:
        text = item.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
        text = text.replace("'", "’").replace("`", "‘")
    out.add(text, bold=style.is_bold)


def _script(tokens: Tokens, at: int, sign: str, style: Style, out: Printed) -> int:
    """Print what is raised or lowered; a mark is printed without the sign."""
    inner, at = _argument_or_command(tokens, at)
    part = Printed(unknown=out.unknown, lost=out.lost)
    _run(inner, style, part)
    text = part.tidy().text.replace("∗", "*")
    if sign == "^" and text in ("∘", "◦"):
        text = "°"
    is_mark = sign == "^" and (set(text) <= _MARKS or text.strip("′") == "")
    out.add(text if is_mark or not text else sign + text, bold=style.is_bold)
    return at


def _argument_or_command(tokens: Tokens, at: int) -> tuple[Tokens, int]:
    r"""Return an argument; one that is a bare command brings its own group along (`^\text{th}`)."""
    inner, at = argument(tokens, at)
    while len(inner) == 1 and inner[0][0] == "\\" and tokens[at : at + 1] == ["{"]:
        more, at = argument(tokens, at)
        inner = [*inner, "{", *more, "}"]
    return inner, at


def _command(tokens: Tokens, at: int, name: str, style: Style, out: Printed) -> tuple[int, Style]:
    """Print one command with its arguments; return the place behind it and the style from there on."""
    if name in _BOLD_ON or name in _BOLD_OFF or name == "boldmath":
        return at, _switched(name, style)
    if name in ("(", "[", ")", "]"):
        return at, replace(style, math=name in "([")
    if name in _SPACES:
        at = skip_arguments(tokens, at, "so") if name == "\\" else at
        out.add(" " if not style.math or name in ("\\", "quad", "qquad", ",", " ") else "", bold=style.is_bold)
    elif name in _BOLD:
        inner, at = argument(tokens, at)
        _run(inner, replace(style, bold=True, bold_math=style.math or style.bold_math), out)
    elif name in _ARGUMENTS:
        at = _with_arguments(tokens, at, _ARGUMENTS[name], style, out)
    elif name in ("begin", "end"):
        at = _environment(tokens, at, style, out)
    elif name not in _SILENT:
        at = _other(tokens, at, name, style, out)
    return at, style


def _switched(name: str, style: Style) -> Style:
    if name == "boldmath":
        return replace(style, bold_math=True)
    if name == "unboldmath":
        return replace(style, bold_math=False)
    on = name in _BOLD_ON
    return replace(style, bold=on, bold_math=on if style.math else style.bold_math)


def _with_arguments(tokens: Tokens, at: int, kinds: str, style: Style, out: Printed) -> int:
    words = 0
    for kind in kinds:
        if kind == "t":
            out.add(" " if words and not style.math else "", bold=style.is_bold)
            inner, at = argument(tokens, at)
            _run(inner, style, out)
            words += 1
        else:
            at = skip_arguments(tokens, at, kind)
    return at


def _environment(tokens: Tokens, at: int, style: Style, out: Printed) -> int:
    r"""Pass over `\begin{x}` with its arguments, or `\end{x}`."""
    opening = tokens[at - 1] == r"\begin"
    name, at = environment_name(tokens, at - 1)
    out.add("" if style.math else " ", bold=style.is_bold)
    return skip_arguments(tokens, at, _ENVIRONMENTS.get(name, "o")) if opening else at


def _other(tokens: Tokens, at: int, name: str, style: Style, out: Printed) -> int:
    bold = style.is_bold
    if name in _RAISED or name == "footnotemark":
        inner, at = option(tokens, at) if name == "footnotemark" else argument(tokens, at)
        if inner is not None:
            _script(["{", *inner, "}"], 0, "^", style, out)
        return at
    if name in _LOWERED:
        inner, at = argument(tokens, at)
        _script(["{", *inner, "}"], 0, "_", style, out)
        return at
    if _CITING.fullmatch(name):
        out.add("[?]", bold=bold)
        return skip_arguments(tokens, at, "soom")
    if name in _POINTING:
        out.add("?", bold=bold)
        return skip_arguments(tokens, at, "sm")
    if name in _ACCENTS:
        inner, at = argument(tokens, at)
        text = _apart(inner, style, out)
        out.add(_accented(name, text[:1], alone=len(text) == 1) + text[1:], bold=bold)
        return at
    return _symbol_or_number(tokens, at, name, style, out)


def _apart(tokens: Tokens, style: Style, out: Printed) -> str:
    """Return what tokens print outside of any formula."""
    part = Printed(lost=out.lost)
    _run(list(tokens), Style(depth=style.depth), part)
    return part.tidy().text


def _symbol_or_number(tokens: Tokens, at: int, name: str, style: Style, out: Printed) -> int:
    bold = style.is_bold
    if name == "ding":
        inner, at = argument(tokens, at)
        out.add(_DINGS.get("".join(inner), "•"), bold=bold)
    elif name == "num":
        at = skip_arguments(tokens, at, "o")
        inner, at = argument(tokens, at)
        out.add(_as_printed(_apart(inner, style, out)), bold=bold)
    elif name in ("frac", "dfrac", "tfrac", "nicefrac", "sfrac"):
        for joint in ("/", ""):
            inner, at = argument(tokens, at)
            _run(inner, style, out)
            out.add(joint, bold=bold)
    elif name == "xspace":
        out.add(" " if tokens[at : at + 1] and tokens[at][0].isalnum() else "", bold=bold)
    elif (symbol := _symbol(name[: _LONGEST_NAME + 1])) is not None:
        out.add(symbol, bold=bold)
    else:
        out.unknown.add(name[:_LONGEST_NAME])
        at = skip_arguments(tokens, at, "o") if tokens[at : at + 1] == ["["] else at
    return at


def _as_printed(number: str) -> str:
    r"""Return the number of a `\num` as siunitx prints it: powers and spreads written out."""
    number = re.sub(r"\s*(?:\+-|\\pm)\s*", "±", number)
    return re.sub(r"[eE]([+-]?[0-9]+)", r"·10^\1", number)


@lru_cache(maxsize=1024)
def _symbol(name: str) -> str | None:
    """Return the character that a command stands for, None where it is unknown."""
    if name in _OWN:
        return _OWN[name]
    found = getattr(_pylatexenc()[0].get_macro_spec(name), "simplify_repl", None)
    return found if isinstance(found, str) and "%" not in found else None


@lru_cache(maxsize=1024)
def _accented(accent: str, letter: str, *, alone: bool) -> str:
    if not letter or (accent in ("bar", "tilde", "vec", "dot", "ddot") and not alone):
        return letter
    return str(_pylatexenc()[1].latex_to_text(f"\\{accent}{{{letter}}}"))


@lru_cache(maxsize=1)
def _pylatexenc() -> tuple[Any, Any]:
    """Return its table of commands and its converter, loaded on first use."""
    from pylatexenc.latex2text import LatexNodes2Text, get_default_latex_context_db

    return get_default_latex_context_db(), LatexNodes2Text()
