"""Author names in the order and form reference lists print them. Pure."""

from __future__ import annotations

import re

_PARTICLES = frozenset(
    "van von der den de del della di da dos das du des la le ten ter te zu zur al el bin ibn st y e i of for the at on "
    "und 't do af av dal degli las los".split()
)
_ET_AL = re.compile(
    r"[,;]?\s*(?:and|&)?\s*(?:\bet\.? al\b|(?:\d+ )?\bothers\b|…|\.\.\.|\bet collaborators\b)[.,;\s]*$", re.IGNORECASE
)
_LEFT_OUT = re.compile(r"\(?(?:\.\.\.|…)\)?,?\s*(?=\S)|\s,(?=\s(?:and|&)\s)")
_EDITORS = re.compile(r",?\s*\(?\b(?:eds?|editors?|hrsg)\b\.?\)?\.?$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s|&\s?)\s*|\s*[,;]\s*|\s+(?:and|&)\s+|\s*&\s*(?=[^\W\d_])")
_INITIALS = re.compile(r"(?:[^\W\d_a-z](?:[a-z]{1,2}\.|\.?)[-‐–\s]{0,2}(?:[a-z]\.)?){1,5}(?:,?\s*(?:Jr|Sr|I{2,3})\.?)?")
_SENTENCE_END = re.compile(r"(?<!\bJr)(?<!\bSr)(?<!\bSt)(?<!\bMd)(?<=[^\W\d_]{2})(?<!\b[^\W\d_]h)\.\s")
_UNDOTTED = re.compile(r"(\S.*\S)\s([^\W\d_a-z]{1,4})(?:\s(?:Jr|Sr|[23]rd|2nd))?")
_DOTTED = re.compile(r"(?:[^\W\d_a-z]\.[-‐–]?)+")
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|PhD|MD)\.?", re.IGNORECASE)
_GROUP = re.compile(
    r"collaborat|team|consortium|group|association|institute|organi[sz]ation|university|inc\b|committee", re.I
)
_LAST_FIRST = re.compile(r"[^\s,][^,]{0,40},\s?(?:[^\W\d_a-z](?:h|u|yu)?\.[-‐–\s]{0,2})+")
_UNDOTTED_FIRST = re.compile(r"[^\W\d_a-z][\w’'-]+(?:\s[^\W\d_a-z][\w-]+)? [^\W\d_a-z]{1,3},\s")
_FIRST_INITIAL = re.compile(r"(?:[^\W\d_a-z](?:h|u|yu)?\.[-‐–\s]{0,2})+[^\W\d_]")


def are_names(segment: str) -> bool:
    """Tell whether a piece of an entry can be a list of authors, judged by capitals, particles and lengths."""
    # On runs of blanks the patterns are slow.
    segment = " ".join(segment.split())
    bare = _bare(segment).strip(" ,;.&")
    if not bare or len(bare) > 6000 or re.search(r"[\[\]{}=?!”“\":]", bare):
        return False
    if ". " in bare and _SENTENCE_END.search(bare):
        return False
    parts = [part for part in _BETWEEN.split(bare) if part]
    odd = [part for part in parts if not _is_name(part)]
    # Long lists hold names of unusual form.
    if not parts or len(odd) > (max(1, len(parts) // 8) if len(parts) > 4 else 0) or not all(map(_is_nearly_name, odd)):
        return False
    # One run of four and more capitalised words is a title in capitals or a body's name.
    alone = len(parts) == 1 and bare == segment.strip(" ,;.&")
    return not alone or len(bare.split()) < 5 or _GROUP.search(bare) is not None


def _bare(segment: str) -> str:
    """Return an author list without "et al.", "(...)" and "(eds.)"; only its end is searched, lists are long."""
    if "..." in segment or "…" in segment or " ," in segment:
        segment = _LEFT_OUT.sub("", segment)
    return segment[:-40] + _EDITORS.sub("", _ET_AL.sub("", segment[-40:]))


def _is_name(part: str) -> bool:
    words = part.replace("(", " ").replace(")", " ").split()
    if not words or len(words) > 7 or len(part) > 70:
        return False
    if _GROUP.search(part):
        return words[0][0].isupper()
    own = [word for word in words if not (word[0].islower() and word.strip(".’'") in _PARTICLES)]
    return bool(own) and all(map(_is_capitalised, own))


def _is_nearly_name(part: str) -> bool:
    """Tell whether a part is a name but for one word without a capital: "Cheng xiang Zhai", "greg Smith"."""
    words = part.split()
    small = [word for word in words if word[0].islower() and word not in _PARTICLES]
    return len(words) < 6 and len(small) <= 1 and len(part) > 1 and not any(map(str.isdigit, part))


def _is_capitalised(word: str) -> bool:
    """Tell whether a word may be part of a name; scripts without capitals have only such words."""
    first = word.lstrip("’'‘`-")[:1]
    named = first.isalpha() and not first.islower() and not any(map(str.isdigit, word))
    return named or word.startswith(("d’", "d'", "al-", "el-"))


def opens_last_first(text: str) -> bool:
    """Tell whether an entry opens with a surname, a comma and initials."""
    if _UNDOTTED_FIRST.match(text):
        return True
    match = _LAST_FIRST.match(text)
    if not match or _FIRST_INITIAL.match(text):
        return False
    last, behind = match[0].split(",", 1)[0].split(), text[match.end() :]
    # "Mark Doe, S. M. Roe" has full names; "Van Gool, L." a surname of two words.
    single = len(last) == 1 or last[0].casefold() in _PARTICLES or len(last[0]) < 4
    return single or re.match(r"\s*(?:[,;:(&]|and\b)", behind) is not None


def opens_with_initial(text: str) -> bool:
    """Tell whether an entry opens with initials and a surname."""
    return _FIRST_INITIAL.match(text) is not None


def split_names(segment: str) -> tuple[str, ...]:
    """Return the names of an author list, given names first, initials as printed; "et al." is left out."""
    bare = _bare(" ".join(segment.split())).strip(" ,;&:")
    # An initial's full stop stays, the sentence's goes.
    bare = bare if re.search(r"(?:^|[\s.\-‐–])[^\W\d_a-z]\.$|\b[JS]r\.$", bare) else bare.rstrip(".")
    if bare.count(".") == 1 and _UNDOTTED_FIRST.match(bare):
        bare = bare.rstrip(".")
    if ";" in bare:
        return tuple(_turned(part) for part in re.split(r"\s*;\s*(?:and\s|&\s)?\s*", bare) if part.strip(" ."))
    parts = [part.strip() for part in _BETWEEN.split(bare) if part.strip()]
    if any(_INITIALS.fullmatch(part) for part in parts[1:]):
        return tuple(_paired(parts))
    if _alternate(bare, parts):
        return tuple(f"{given} {last}" for last, given in zip(parts[::2], parts[1::2], strict=True))
    if len(parts) > 2 and " " not in parts[0] and " " not in parts[1] and all(" " in part for part in parts[2:]):
        parts[:2] = [f"{parts[1]} {parts[0]}"]
    return tuple(_joined_suffixes(parts))


def _turned(name: str) -> str:
    last, _, given = name.strip().partition(",")
    return f"{given.strip()} {last.strip()}".strip()


def _paired(parts: list[str]) -> list[str]:
    """Put initials before the surname they follow."""
    names: list[str] = []
    waiting = ""
    for part in parts:
        if waiting and _INITIALS.fullmatch(part):
            names.append(f"{part} {waiting}")
            waiting = ""
        elif _SUFFIX.fullmatch(part) and names and not waiting:
            names[-1] += f" {part}"
        else:
            names += [waiting] if waiting else []
            waiting = part
    return [*names, waiting] if waiting else names


def _alternate(bare: str, parts: list[str]) -> bool:
    """Tell whether surnames and full given names take turns: "Stein, Gertrude, Toklas, Alice, and Gris, Juan"."""
    if len(parts) % 2 or not parts or any(len(part.split()) > 3 for part in parts):
        return False
    short = sum(" " not in part for part in parts[::2])
    if 3 * short < 2 * len(parts[::2]):
        return False
    *_, before, last = ["", "", *bare.split(",")]
    closed = last and re.search(r"(?:\band|&) .", before)
    return bool(closed) or (len(parts) == 2 and " " not in parts[0] and re.search(r"\band\b|&", bare) is None)


def _joined_suffixes(parts: list[str]) -> list[str]:
    names: list[str] = []
    for part in parts:
        if names and _SUFFIX.fullmatch(part):
            names[-1] += f" {part}"
        else:
            names.append(part)
    return names


def surname(name: str) -> str:
    """Return the surname of a name with its particles: "Aäron van den Oord" has "van den Oord"."""
    words = [word for word in name.split() if not _SUFFIX.fullmatch(word)]
    if not words:
        return name
    if before := _before_initials(name):
        return before
    undotted = _UNDOTTED.fullmatch(name)
    if undotted and words[-1].isupper() and len(words[-1]) < 4:
        return undotted[1]
    first = len(words) - 1
    while first > 1 and words[first - 1].casefold().strip(".’'") in _PARTICLES:
        first -= 1
    return " ".join(words[first:])


def _before_initials(name: str) -> str:
    """Return what stands before the dotted initials that end a name; nothing where none do, or all are."""
    words = name.split()
    end = len(words)
    while end and _DOTTED.fullmatch(words[end - 1]):
        end -= 1
    before = " ".join(words[:end])
    return before if end < len(words) and len(before) > 2 else ""
