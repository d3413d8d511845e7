"""The words of `types` as JSON values and back, every value checked against its annotation. Pure."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def plain(value: Any) -> Any:
    """Return a dataclass, or a tuple of them, as dicts, lists and scalars; fields at their default are left out."""
    if is_dataclass(value):
        return {f.name: plain(got) for f in fields(value) if (got := getattr(value, f.name)) != f.default}
    if isinstance(value, Enum):
        return value.value
    return [plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def build(kind: type[T], value: Any) -> T:
    """Return the dataclass that `plain` made plain; raises TypeError, ValueError or LookupError on anything else."""
    built: T = _build(kind, value)
    return built


def _build(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin is UnionType:
        arms = [arm for arm in get_args(kind) if arm is not type(None)]
        return None if value is None else _build(arms[0], value)
    if origin is tuple:
        return _tuple(get_args(kind), value)
    return _build_class(kind, value)


def _build_class(kind: Any, value: Any) -> Any:
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _build(hints[name], part) for name, part in _checked(value, dict).items()})  # type: ignore[operator]
    if issubclass(kind, Enum):
        return kind(value)
    if issubclass(kind, tuple):
        return kind(*_tuple(tuple(_hints(kind).values()), value))
    return float(_checked(value, (int, float))) if kind is float else _checked(value, kind)


def _tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    parts = _checked(value, list)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple([_build(kinds[0], part) for part in parts])
    return tuple([_build(kind, part) for kind, part in zip(kinds, parts, strict=True)])


def _checked(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{kind} expected, not {type(value).__name__}")
    return value


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
