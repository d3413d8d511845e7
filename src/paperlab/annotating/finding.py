"""Annotations that fit what somebody looks for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from paperlab.library.annotations_file import shade
from paperlab.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection

    from paperlab.types import Annotation, AnnotationKind


def fits(one: Annotation, colours: Collection[str], kinds: Collection[AnnotationKind], words: str, since: str) -> bool:
    """Tell whether an annotation has one of the colours and kinds, all words, and was made or changed since a day."""
    if (colours and shade(one.colour) not in map(shade, colours)) or (kinds and one.kind not in kinds):
        return False
    if since and (one.changed or one.created)[:10] < since:
        return False
    return all(_has(one, word) for word in words.split())


def _has(one: Annotation, word: str) -> bool:
    text = f"{one.quote}\n{one.comment}"
    wanted = fold(word)
    return wanted in fold(text) if wanted else word in text


def when_of(one: Annotation) -> datetime:
    """Return when an annotation was changed last, or made; the beginning of time where nobody knows."""
    text = one.changed or one.created
    if not text:
        return datetime.min.replace(tzinfo=UTC)
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
