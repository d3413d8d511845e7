"""Numbers printed in table cells: value, spread, unit, marks. Pure.

A cell is read as a whole: one word that is no unit, note or mark makes it a cell of words, without numbers.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from paperlab.types import SpreadKind, Value

_LONGEST = 160
"""Characters; a longer cell is prose."""

_NORMAL = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\t\n\r", " "),
        **dict.fromkeys("∼≈≃˜", "~"),
        **dict.fromkeys("⋅∙•", "·"),
        **dict.fromkeys("{}\u200b", ""),
        **dict.fromkeys("∗⋆★", "*"),
        "≦": "≤",
        "⩽": "≤",
        "≧": "≥",
        "⩾": "≥",
        "✕": "×",
        "✖": "×",
        "％": "%",
        "‖": "∥",
    }
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.[0-9]+|[0-9]+,[0-9]{1,2}|0,[0-9]+|[0-9]+|\.[0-9]+)"
_POWER = rf"(?:{_DIGITS}\ ?[·×x*]\ ?)?10\^[+-]?[0-9]{{1,3}}|2\^[0-9]{{1,3}}"
_PLAIN = rf"(?:{_POWER}|{_DIGITS}(?:[eE][+-]?[0-9]{{1,3}})?)(?!\.?[0-9])(?!,[0-9]{{3}})"
_UNIT = (
    r"(?:[kKMBT]?\ ?(?:tokens|steps|epochs|iters|params|parameters)|%|‰|°C|°|pp|[x×](?!\ ?[0-9.])"
    r"|[kKMBTG]|bn|mn|[kKMGTP]i?B|bits?|bytes?|bpc|bpd"
    r"|[munµμ]s|s|secs?|mins?|m|h|hrs?|hours?|d|days?|weeks?|[kMGTPEZ]?FLOPs?|[kMGTPE]?FLOPS|[MGT]?MACs?"
    r"|[kMG]?Hz|dB|[kKM]?W|kWh|MWh|m?J|fps|FPS|[GT]PU[- ](?:hours?|days?|hrs?)|PF-days?|pts|px)"
    r"(?:/(?:s|sec|h|day|step|it))?(?![A-Za-z0-9])"
)
_MARKS = r"(?:\ ?(?:\^?[*†‡§¶∥♯♭♮◇♦♣♠♥△▽]+|\^[a-z](?![a-z])|\^[0-9](?![0-9.])|[↑↓▲▼](?!\ ?[0-9.]))|,(?=\^?[*†‡§¶∥]))*"
_ELEMENT = re.compile(
    rf"""
    (?P<before>\^?[*†‡§¶∥]+\ ?)? (?P<comparator>(?:<=|>=|[<>≤≥~])\ ?)? (?P<arrow>[↑↓▲▼]\ ?)?
    (?P<currency>[$€£¥]\ ?)? (?P<times>[x×]\ ?)?
    (?P<number>[+-]?{_PLAIN})
    (?:\ ?(?P<unit>{_UNIT}))? (?P<marks>{_MARKS})
    (?:\ ?(?P<pm>±)\ ?(?P<pm_spread>{_PLAIN}) | _\(?±?\ ?(?P<low_spread>{_PLAIN})\)?
      | [\ _]?\((?P<in_pm>±)?\ ?(?P<in_spread>{_PLAIN})(?P<in_unit>\ ?%)?\))?
    (?:\ ?(?P<unit2>{_UNIT}))? (?P<marks2>{_MARKS})
    (?P<letter>(?<=\.[0-9])[acef]|(?<=\.[0-9][0-9])[acef])?
    """,
    re.VERBOSE,
)
_RANK = re.compile(r" ?(?:\(#([0-9]{1,3})\)|\(?\^?([0-9]{1,3})(?:st|nd|rd|th)\)?(?![A-Za-z])|([①-⑳])|\(([①-⑳])\))")
_NOTE = re.compile(
    r" ?(?:\((?:[^()0-9]*[A-Za-z][^()0-9]*|(?:19|20)[0-9]{2}[a-z]?)\)|\[(?:\?|[0-9]+(?:(?:, ?|-)[0-9]+)*)\])"
)
_SEPARATOR = re.compile(r" ?(?:[/|;→]|, ?|[_^](?=[+(↑↓▲▼-])|- (?=[0-9.])|vs\.?(?= )|[()\[\]]) ?| ")
_CLOSING = re.compile(r"[)\] ]*$")
_NOTHING = re.compile(r"(?:-+|[Nn]/?[Aa]|✓|✗)(?= ?(?:[/|;,)]|$))")
_SIGNED = re.compile(r"[+↑↓▲▼-](?=\.?[0-9])")
_SIMPLE = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_SPACED = re.compile(rf"([+-]?[1-9][0-9]{{0,2}}(?: [0-9]{{3}})+(?:\.[0-9]+)?)(?: ?({_UNIT}))?")
_CLOCK = re.compile(
    r"(?:([0-9]+) ?(d|days?) ?)?(?:([0-9]+) ?(h|hrs?) ?)?(?:([0-9]+) ?(m|min) ?)?(?:([0-9]+) ?(s|sec))?"
)
_SECONDS = (86_400, 3_600, 60, 1)


@dataclass(frozen=True, slots=True)
class _State:
    """What stood between the last element and this one."""

    first: bool
    glued: bool
    bracket: str


def parse_values(text: str, *, bold: bool = False) -> tuple[Value, ...]:
    """Return the numbers of a cell from left to right, none for a cell of words.

    `text` has `_` before a subscript and `^` before a superscript, as `Cell.text` does. A number in parentheses is
    the spread of the one before it where it has as many decimals (at least one) and is at most a fifth of it, else
    a further value; so is a change (`+2.3`, `↓0.3`), whose sign `number` keeps. Never raises.
    """
    if _SIMPLE.fullmatch(text):
        return _finite((Value(printed=text, number=float(text), bold=bold),))
    plain = _normal(text)
    if len(plain) > _LONGEST or not any("0" <= c <= "9" for c in plain):
        return ()
    found = _whole(plain)
    if found is None:
        found = _scan(plain)
    return _finite(tuple(replace(v, bold=True) for v in found) if bold else tuple(found))


def _normal(text: str) -> str:
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda m: "^" + m[0].translate(_RAISED), text)
    text = text.translate(_NORMAL).replace("+/-", "±").replace("+-", "±")
    text = re.sub(r"^(\(?)([+-]) (?=\.?[0-9])", r"\1\2", " ".join(text.split()))
    return re.sub(r" ?\^ ?", "^", text)


def _finite(values: tuple[Value, ...]) -> tuple[Value, ...]:
    return values if all(math.isfinite(v.number) and math.isfinite(v.spread or 0.0) for v in values) else ()


def _whole(text: str) -> list[Value] | None:
    """Return the value of a cell that is one number written in parts: `1 234`, `1h 20m`."""
    if spaced := _SPACED.fullmatch(text):
        return [Value(printed=spaced[1], number=float(spaced[1].replace(" ", "")), unit=spaced[2] or "")]
    clock = _CLOCK.fullmatch(text)
    if not clock or sum(part is not None for part in clock.groups()) < 4:
        return None
    parts = [(int(clock[1 + 2 * i]), i) for i in range(4) if clock[1 + 2 * i]]
    largest = parts[0][1]
    number = sum(count * _SECONDS[i] for count, i in parts) / _SECONDS[largest]
    return [Value(printed=text, number=number, unit=clock[2 + 2 * largest])]


def _scan(text: str) -> list[Value]:
    """Read elements and what stands between them up to the end; any rest makes it a cell of words."""
    values: list[Value] = []
    at, state = 0, _State(first=True, glued=False, bracket="")
    while at < len(text):
        if values and _CLOSING.match(text, at):
            return values
        if got := _beside(text, at, values):
            at = got
        elif nothing := _NOTHING.match(text, at) if state.first or not state.glued else None:
            at, state = nothing.end(), _State(first=False, glued=True, bracket="")
        elif between := _between(text, at, state):
            at, state = between
        elif not state.glued and (element := _ELEMENT.match(text, at)) and (value := _value(element, state)):
            at = _end(element, value)
            values.append(_from_range(value, values) if state.bracket == "glued" else value)
            state = _State(first=False, glued=True, bracket="")
        else:
            return []
    return values


def _beside(text: str, at: int, values: list[Value]) -> int | None:
    """Pass over a place or a note beside the last value, keeping the place; return where it ends."""
    if not values:
        return None
    if rank := _RANK.match(text, at):
        circled = rank[3] or rank[4]
        values[-1] = replace(values[-1], rank=ord(circled) - 0x245F if circled else int(rank[1] or rank[2]))
        return rank.end()
    note = _NOTE.match(text, at)
    return note.end() if note else None


def _between(text: str, at: int, state: _State) -> tuple[int, _State] | None:
    """Pass over what separates two elements."""
    if state.glued and _SIGNED.match(text, at):
        return at, _State(first=False, glued=False, bracket="glued")
    separator = _SEPARATOR.match(text, at)
    if not separator or separator.end() == at:
        return None
    mark = separator[0].strip()
    bracket = mark if mark in ("(", "[") else state.bracket if not state.glued else mark or " "
    return separator.end(), _State(first=state.first, glued=False, bracket=bracket)


def _value(match: re.Match[str], state: _State) -> Value | None:
    """Return the value of an element, None where its place says that it is part of a name."""
    part = match.groupdict("")
    printed = _canonical(part["number"])
    whole = "." not in printed and "^" not in printed
    if _is_word(part, state, whole=whole):
        return None
    number = _number(printed) * (-1 if part["arrow"].strip() in ("↓", "▼") else 1)
    base = Value(
        printed=printed,
        number=number,
        unit=part["currency"].strip() + (part["unit"] or part["unit2"] or part["times"].strip()),
        comparator=part["comparator"].strip().replace("<=", "≤").replace(">=", "≥"),
        marks=_marks(part["before"], part["arrow"], part["marks"], part["marks2"], part["letter"]),
    )
    return _with_spread(base, part)


def _from_range(value: Value, before: list[Value]) -> Value:
    """Return the upper end of a range (`0.1-0.3`) without the dash; a change is never larger than what it changes."""
    if value.number >= 0 or value.printed[0] != "-" or -value.number <= abs(before[-1].number):
        return value
    return replace(value, printed=value.printed[1:], number=-value.number)


def _is_word(part: dict[str, str], state: _State, *, whole: bool) -> bool:
    """Tell whether a number is a piece of a name: `07+12`, `(2017)`, `[12]`, `512 x 512`, `224^2`."""
    if part["times"] and not state.first and state.bracket not in ("(", "/"):
        return True
    if whole and state.bracket == "glued" and not part["arrow"]:
        return True
    if whole and part["marks"].startswith(("^2", "^3")):
        return True
    told = (
        part["unit"] or part["unit2"] or part["pm"] or part["number"][0] in "+-" or part["arrow"] or part["comparator"]
    )
    return whole and state.first and state.bracket in ("(", "[") and not told


def _with_spread(value: Value, part: dict[str, str]) -> Value | None:
    """Add the spread; a bare number in parentheses or below the line counts as one only where it is small."""
    printed = _canonical(part["pm_spread"] or part["low_spread"] or part["in_spread"])
    if not printed:
        return value
    spread = _number(printed)
    kind = SpreadKind.PLUS_MINUS if part["pm"] else SpreadKind.SUBSCRIPT
    if part["in_spread"]:
        kind = SpreadKind.PARENTHESES
        if not part["in_pm"] and (part["in_unit"] or not _small(value, printed, spread)):
            return value
    elif part["low_spread"] and spread >= abs(value.number):
        return None
    return replace(value, spread=spread, spread_printed=printed, spread_kind=kind)


def _small(value: Value, printed: str, spread: float) -> bool:
    decimals = _decimals(value.printed)
    return decimals > 0 and decimals == _decimals(printed) and spread <= abs(value.number) / 5


def _decimals(printed: str) -> int:
    return len(printed.partition(".")[2])


def _end(match: re.Match[str], value: Value) -> int:
    """Return where the element ends; a further value in parentheses is left for the next step."""
    if match["in_spread"] and value.spread is None:
        return match.end("marks")
    return match.end()


def _marks(*runs: str) -> tuple[str, ...]:
    found = re.findall(r"(.)(\1*)", "".join(runs).replace("^", "").replace(" ", "").replace(",", ""))
    return tuple(one + more for one, more in found)


def _canonical(number: str) -> str:
    """Return a number as printed, a power of ten always written `2.3·10^19`."""
    return re.sub(r" ?[·×x*] ?", "·", number)


def _number(printed: str) -> float:
    if printed.lstrip("+-").startswith("2^"):
        return float(f"{printed[0]}1" if printed[0] in "+-" else 1) * 2.0 ** int(printed.partition("^")[2])
    mantissa, _, power = printed.partition("10^") if "10^" in printed else (printed, "", "")
    if power:
        mantissa = mantissa.rstrip("·")
        return float(f"{mantissa + '1' if mantissa in ('', '+', '-') else _point(mantissa)}e{power}")
    return float(_point(printed))


def _point(digits: str) -> str:
    """Return digits with a decimal point and without marks of thousands."""
    whole = digits.lstrip("+-")
    if "." not in whole and re.fullmatch(r"[0-9]+,[0-9]{1,2}|0,[0-9]+", whole):
        return digits.replace(",", ".")
    return digits.replace(",", "")
