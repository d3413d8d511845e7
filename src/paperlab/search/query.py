"""What a person typed as an FTS5 query. Nothing typed can be a syntax error."""

from __future__ import annotations

import re

# Words that stand in most passages: they cost time in BM25 and decide nothing.
_STOP_WORDS = frozenset(
    "a about after all also an and any are as at be been before being between both but by can could did do does doing "
    "for from further had has have having he her here him his how i if in into is it its just me more most my no nor "
    "not of off on once only or other our out over own same she should so some such than that the their them then "
    "there these they this those through to too under until up very was we were what when where which while who "
    "whom why will with would you your".split()
)
_PHRASE = re.compile(r'"([^"]*)"')
_WORD = re.compile(r"\w+")


def fts_query(text: str) -> str | None:
    """Return an FTS5 query that ranks passages with any of the words; text in double quotes must stand together.

    None where there is no word to look for.
    """
    phrases = [" ".join(_WORD.findall(phrase)) for phrase in _PHRASE.findall(text)]
    required = [f'"{phrase}"' for phrase in phrases if phrase]
    words = _WORD.findall(_PHRASE.sub(" ", text).lower())
    telling = [word for word in words if word not in _STOP_WORDS] or ([] if required else words)
    optional = " OR ".join(f'"{word}"' for word in dict.fromkeys(telling))
    if required:
        # A word beside a phrase only adds to the score, as "phrase OR (phrase AND word)" does.
        must = " AND ".join(required)
        return f"({must}) OR ({must} AND ({optional}))" if optional else must
    return optional or None
