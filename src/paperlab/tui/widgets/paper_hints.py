"""Letters to type for what one can jump to."""

from __future__ import annotations

from itertools import islice, product

_LETTERS = "asdfghjklqwertyuiopzxcvbnm"


def labels(count: int) -> list[str]:
    """Return `count` labels of letters, none the beginning of another: one letter each while those last."""
    length = 1
    while len(_LETTERS) ** length < count:
        length += 1
    return ["".join(letters) for letters in islice(product(_LETTERS, repeat=length), count)]
