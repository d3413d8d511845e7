r"""The author's own commands written out: `\newcommand`, `\def`, `\newenvironment`, `\newif`. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from paperlab.latex.tokens import Tokens, argument, group_end, skip_spaces

_DEEPEST = 40
_MOST_EXPANSIONS = 100_000
_MOST_GROWTH = 2_000_000
"""Tokens written out for commands, all together."""
_END = "\0 "
"""No token of a source is like it. Stands behind the tokens of a written-out command, to count how deep we are."""

# What tables are made of is read by its name, so a new definition of it must not hide it.
_KEPT = frozenset(
    rf"\{name}"
    for name in """begin end caption captionof label multicolumn multirow makecell shortstack toprule midrule bottomrule
    hline cline cmidrule cite citep citet citealp section chapter appendix setcounter textbf bfseries bf footnote
    thetable thesection par arraystretch item maketitle documentclass input include""".split()
)
_COMMAND_MAKERS = frozenset(
    {r"\newcommand", r"\renewcommand", r"\providecommand", r"\DeclareRobustCommand", r"\newrobustcmd"}
)
_DEFS = frozenset({r"\def", r"\gdef", r"\edef", r"\xdef"})
_NEW_STYLE = frozenset({r"\NewDocumentCommand", r"\RenewDocumentCommand", r"\DeclareDocumentCommand"})
_ENVIRONMENT_MAKERS = frozenset({r"\newenvironment", r"\renewenvironment"})
_OPERATORS = frozenset({r"\DeclareMathOperator"})
_CONDITIONALS = frozenset(
    rf"\{name}"
    for name in """if ifx ifnum ifdim ifcase ifodd ifcat ifhmode ifmmode ifvmode ifinner ifdefined ifcsname ifvoid ifeof
    ifpdf iftrue iffalse""".split()
)


@dataclass(frozen=True, slots=True)
class Macro:
    """A command: one entry a parameter (None mandatory, else the default of an optional one), and its tokens."""

    parameters: tuple[Tokens | None, ...]
    body: Tokens


@dataclass(slots=True)
class _Expander:
    macros: dict[str, Macro] = field(default_factory=dict)
    openings: dict[str, Macro] = field(default_factory=dict)
    closings: dict[str, Tokens] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=lambda: {r"\iftrue": True, r"\iffalse": False})
    out: Tokens = field(default_factory=list)
    expansions: int = 0
    growth: int = 0


def expand(tokens: Tokens) -> Tokens:
    r"""Return the tokens with the author's commands written out, definitions gone, and one branch of each condition.

    Depth, number and length of expansions are bounded; what is beyond stays as written. A condition that is unknown
    counts as true. `\renewcommand{\thetable}{X}` is left in place as `\thetable {X}`.
    """
    work = _Work(tokens)
    state = _Expander()
    while item := work.pop():
        _step(work, state, item)
    return state.out


class _Work:
    """Tokens still to be read, the next one last, and how many commands deep the next one stands."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens[::-1]
        self.depth = 0

    def push(self, tokens: Tokens) -> None:
        self.tokens.extend(reversed(tokens))

    def pop(self) -> str:
        """Take the next token, empty where there is none."""
        while self.tokens:
            item = self.tokens.pop()
            if item != _END:
                return item
            self.depth -= 1
        return ""

    def peek(self) -> str:
        """Pass over white space and return the next token, which stays."""
        item = self.pop()
        while item in (" ", r"\par"):
            item = self.pop()
        if item:
            self.tokens.append(item)
        return item

    def group(self, opening: str = "{", closing: str = "}") -> Tokens | None:
        """Take `{...}` or `[...]` if it comes next."""
        if self.peek() != opening:
            return None
        got = [self.pop()]
        depth, braces = 1, 0
        while depth and (item := self.pop()):
            braces += ((item == "{") - (item == "}")) if opening != "{" else 0
            depth += ((item == opening) - (item == closing)) if braces == 0 else 0
            got.append(item)
        return got[1:-1] if depth == 0 else got[1:]

    def take(self) -> Tokens:
        """Take a mandatory argument."""
        if (group := self.group()) is not None:
            return group
        item = self.pop()
        if item[:1] not in ("\\", "#") and len(item) > 1:
            self.tokens.append(item[1:])
            return [item[0]]
        return [item] if item else []

    def star(self) -> None:
        """Pass over a star."""
        if self.peek() == "*":
            self.pop()


def _step(work: _Work, state: _Expander, item: str) -> None:
    if item[0] != "\\":
        state.out.append(item)
    elif item in _CONDITIONALS or item in state.flags or item in (r"\else", r"\fi", r"\newif"):
        _condition(work, state, item)
    elif item in (r"\begin", r"\end"):
        _environment(work, state, item)
    elif (macro := state.macros.get(item)) and _may_expand(work, state):
        _write_out(work, state, macro, [item])
    elif not _define(work, state, item):
        state.out.append(item)


def _may_expand(work: _Work, state: _Expander) -> bool:
    return work.depth < _DEEPEST and state.expansions < _MOST_EXPANSIONS and state.growth < _MOST_GROWTH


def _write_out(work: _Work, state: _Expander, macro: Macro, written: Tokens) -> None:
    """Put a command's meaning in the place of what was `written`, or that back where its meaning is too long."""
    arguments: list[Tokens] = []
    for default in macro.parameters:
        given = work.take() if default is None else work.group("[", "]")
        arguments.append(given if given is not None else default or [])
    state.expansions += 1
    state.growth += sum(_length(item, arguments) for item in macro.body)
    if state.growth > _MOST_GROWTH:
        state.out += [*written, *(item for given in arguments for item in ("{", *given, "}"))]
        return
    work.depth += 1
    work.push([*_filled(macro.body, arguments), _END])


def _length(item: str, arguments: list[Tokens]) -> int:
    place = int(item[1:]) if item[0] == "#" and item[1:].isdigit() else 0
    return len(arguments[place - 1]) if 0 < place <= len(arguments) else 1


def _filled(body: Tokens, arguments: list[Tokens]) -> Tokens:
    filled: Tokens = []
    for item in body:
        if item[0] == "#" and item[1:].isdigit():
            place = int(item[1:]) - 1
            filled += arguments[place] if place < len(arguments) else []
        else:
            filled.append(item[1:] if item.startswith("##") else item)
    return filled


def _environment(work: _Work, state: _Expander, item: str) -> None:
    r"""Write out `\begin` and `\end` of the author's own environments."""
    if work.peek() != "{":
        return
    name = "".join(work.take()).strip()
    written = [item, "{", *([name] if name else []), "}"]
    known = name in state.openings and _may_expand(work, state)
    if known and item == r"\begin":
        _write_out(work, state, state.openings[name], written)
    elif known:
        _write_out(work, state, Macro((), state.closings[name]), written)
    else:
        state.out += written


def _define(work: _Work, state: _Expander, item: str) -> bool:
    """Keep a definition; False where the token begins none."""
    if item in _COMMAND_MAKERS:
        work.star()
        _define_command(work, state)
    elif item in _DEFS:
        _define_plain(work, state)
    elif item == r"\let":
        _define_alias(work, state)
    elif item in _OPERATORS:
        work.star()
        _keep(state, _name(work.take()), Macro((), [r"\mathrm", "{", *work.take(), "}"]))
    elif item in _NEW_STYLE:
        name, kinds = _name(work.take()), work.take()
        _keep(state, name, Macro(_new_style(kinds), work.take()))
    elif item in _ENVIRONMENT_MAKERS:
        _define_environment(work, state)
    else:
        return False
    return True


def _name(tokens: Tokens) -> str:
    return next((item for item in tokens if item[0] == "\\"), "")


def _keep(state: _Expander, name: str, macro: Macro) -> None:
    if name == r"\thetable":
        state.out += [r"\thetable", "{", *macro.body, "}"]
    elif name and name not in _KEPT:
        state.macros[name] = macro


def _parameters(work: _Work) -> tuple[Tokens | None, ...]:
    count = "".join(work.group("[", "]") or []).strip()
    default = work.group("[", "]")
    many = min(int(count), 9) if count.isdecimal() and len(count) < 3 else 0
    return tuple([default if i == 0 else None for i in range(many)])


def _define_command(work: _Work, state: _Expander) -> None:
    name = _name(work.take())
    parameters = _parameters(work)
    _keep(state, name, Macro(parameters, work.take()))


def _define_environment(work: _Work, state: _Expander) -> None:
    work.star()
    name = "".join(work.take()).strip()
    parameters = _parameters(work)
    state.openings[name] = Macro(parameters, work.take())
    state.closings[name] = work.take()


def _define_plain(work: _Work, state: _Expander) -> None:
    r"""Keep a `\def`; one with delimited parameters is left out, and so is what it would have written."""
    work.peek()
    name = work.pop()
    pattern: Tokens = []
    while (item := work.pop()) and item != "{":
        pattern.append(item)
    work.push(["{"])
    body = work.group() or []
    if all(item[0] == "#" or item == " " for item in pattern):
        _keep(state, name, Macro((None,) * sum(item[0] == "#" for item in pattern), body))


def _define_alias(work: _Work, state: _Expander) -> None:
    name = "".join(work.take())
    if work.peek() == "=":
        work.pop()
    target = "".join(work.take())
    if name.startswith("\\") and target and name != target:
        _keep(state, name, state.macros.get(target) or Macro((), [target]))


def _new_style(kinds: Tokens) -> tuple[Tokens | None, ...]:
    """Return the parameters of an argument specification such as `m O{x} m`."""
    parameters: list[Tokens | None] = []
    at = skip_spaces(kinds, 0)
    while at < len(kinds):
        letters = kinds[at] if kinds[at][0] not in "{[" else ""
        at = at + 1 if letters else group_end(kinds, at)
        parameters += [None if letter in "mr" else [] for letter in letters if letter in "mrosOd"]
        if letters.endswith("O") and at < len(kinds):
            parameters[-1], at = argument(kinds, at)
        at = skip_spaces(kinds, at)
    return tuple(parameters[:9])


def _condition(work: _Work, state: _Expander, item: str) -> None:
    if item == r"\newif":
        work.peek()
        name = work.pop()
        if name.startswith(r"\if"):
            state.flags[name] = False
            # The switches \xtrue and \xfalse are commands that set the flag while the text is read.
            state.macros[rf"\{name[3:]}true"] = Macro((), [r"\newif", r"\newif", name, "1"])
            state.macros[rf"\{name[3:]}false"] = Macro((), [r"\newif", r"\newif", name, "0"])
        elif name == r"\newif":
            _switch(work, state)
    elif item == r"\else":
        _skip_branch(work, state, to_else=False)
    elif item != r"\fi" and not state.flags.get(item, True):
        _skip_branch(work, state, to_else=True)


def _switch(work: _Work, state: _Expander) -> None:
    name, on = work.pop(), work.pop()
    state.flags[name] = on == "1"


def _skip_branch(work: _Work, state: _Expander, *, to_else: bool) -> None:
    r"""Pass over tokens up to the `\fi` (or its `\else`) that belongs to the condition being read."""
    depth = 0
    while item := work.pop():
        if item in _CONDITIONALS or item in state.flags:
            depth += 1
        elif item == r"\fi":
            depth -= 1
            if depth < 0:
                return
        elif item == r"\else" and depth == 0 and to_else:
            return
