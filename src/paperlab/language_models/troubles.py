"""What goes wrong in other people's model plugins, told as one of our errors in one line.

The plugins share no errors, so they are told apart by what they have in common: the HTTP status they carry, the
connection error they came from, their words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.errors import BadInput, NotNow, Offline, PaperlabError, UsageError
from paperlab.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 200
"""Characters of another program's message."""
_TOO_LONG = re.compile(
    r"context (?:window|length|size)|maximum context|too many tokens|prompt is too long|too long for", re.IGNORECASE
)
_UNREACHED = re.compile(r"Connect(?:ion|Error|Timeout)|ReadTimeout|RemoteProtocol")
"""Names of errors, where the one they came from was left out."""
_REFUSED = {401, 403}
_THROTTLED = 429
_ODD = {400, 404, 405, 415, 422}


def told(error: Exception, model: str) -> PaperlabError:
    """Return the error to raise for what went wrong with `model`: ours where it is one already."""
    chain = list(_chain(error))
    for link in chain:
        if isinstance(link, PaperlabError):
            return link
    said = shorten(str(error) or type(error).__name__, _LONGEST).rstrip(".")
    kind, message = _kind(chain)
    return kind(message.format(model=model, said=said))


def _kind(chain: list[BaseException]) -> tuple[type[PaperlabError], str]:
    """Return the class of error and its message, with places for the model and for what its plugin said."""
    status = _status(chain)
    if type(chain[0]).__name__ == "NeedsKeyException":
        return UsageError, "{model} needs a key: {said}"
    if status in _REFUSED:
        return UsageError, "{model} refuses the key: {said}; set it anew with 'llm keys set'"
    if status == _THROTTLED:
        return NotNow, "{model} asked us to slow down: {said}; try again later"
    if _is_too_long(chain):
        return BadInput, "the prompt is longer than {model} can read: {said}"
    if any(_is_unreached(link) for link in chain):
        return Offline, "{model} cannot be reached: {said}; see that its server runs and the network is there"
    return NotNow, "{model} failed: {said}; try another model, or none for an answer in quotes"


def may_ask_otherwise(error: Exception) -> bool:
    """Tell whether asking without options or without a system prompt may help: the request itself was refused."""
    chain = list(_chain(error))
    if any(isinstance(link, PaperlabError) for link in chain) or _is_too_long(chain):
        return False
    return _status(chain) in _ODD or isinstance(error, NotImplementedError | TypeError | ValueError)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _status(chain: list[BaseException]) -> int | None:
    for link in chain:
        response = getattr(link, "response", None)
        for status in (getattr(link, "status_code", None), getattr(response, "status_code", None)):
            if isinstance(status, int):
                return status
    return None


def _is_too_long(chain: list[BaseException]) -> bool:
    return any(_TOO_LONG.search(str(link)) for link in chain)


def _is_unreached(error: BaseException) -> bool:
    return isinstance(error, ConnectionError | TimeoutError) or bool(_UNREACHED.search(type(error).__name__))
