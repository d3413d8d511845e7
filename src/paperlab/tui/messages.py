"""What the parts of the desk tell each other. A message is a fact, never a command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from paperlab.types import Box, PageBox


@dataclass(frozen=True, slots=True)
class Place:
    """Where to open a paper: the first of these that is given and can be found."""

    page: int | None = None
    """1-based."""
    quote: str = ""
    """Words that stand there."""
    boxes: tuple[PageBox, ...] = ()
    """What to point at, until the reader moves on."""
    annotation: str = ""
    """The id of one of the paper's annotations."""

    @property
    def on_page(self) -> tuple[Box, ...]:
        """The boxes on `page`."""
        return tuple(one.box for one in self.boxes if one.page == self.page)


@dataclass
class LabChanged(Message):
    """Files of the lab changed, by this desk or by anything else. Every open screen is told, those below too."""

    papers: frozenset[str] = field(default_factory=frozenset)
    """Keys whose record came, changed or went."""
    texts: frozenset[str] = field(default_factory=frozenset)
    """Keys whose notes, annotations or reading position changed."""
    lists: bool = False
    """A reading list came, changed or went."""
    questions: bool = False
    """The log of questions grew."""
    replications: bool = False
    """Claims, runs or results changed."""
    newsletters: bool = False
    index: bool = False
    """What searches find may differ."""

    def __bool__(self) -> bool:
        kinds = (self.lists, self.questions, self.replications, self.newsletters, self.index)
        return bool(self.papers or self.texts or any(kinds))


@dataclass
class JobChanged(Message):
    """A job began, went on or ended; see `jobs.Job`."""

    id: int
