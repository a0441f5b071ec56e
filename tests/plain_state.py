"""A state as nested plain data, for comparing two of them completely: orders of tables, types of numbers and shared objects included."""

from collections import deque
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from streams.core.catalogue import Indicator

CACHES = {"fan", "right_keys", "belongs", "_off", "_worked"}
"""Filled on first use with what follows from the rest."""
ORDERLESS = {"identities"}
"""Tables that are only looked up in."""
UNORDERED = {"in_view", "held", "heard"}
"""Tables of `Watch`, which are only looked up in as well."""


def plain(thing: Any) -> Any:
    """What is reached from an object; each table and object once, by number where it is met again."""
    return _plain(thing, {})


def _plain(thing: Any, seen: dict[int, int]) -> Any:
    if thing is None or isinstance(thing, bool | int | str | bytes | Fraction | BaseModel | Indicator):
        return (type(thing).__name__, thing)
    if isinstance(thing, tuple | list | deque):
        return (type(thing).__name__, [_plain(one, seen) for one in thing])
    if isinstance(thing, set):
        return ("set", sorted(thing))
    if id(thing) in seen:
        return ("again", seen[id(thing)])
    seen[id(thing)] = len(seen)
    if isinstance(thing, dict):
        return ("dict", [(_plain(key, seen), _plain(value, seen)) for key, value in thing.items()])
    return (type(thing).__name__, [(name, _attribute(name, getattr(thing, name), seen)) for name in _names(thing) if name not in CACHES])


def _attribute(name: str, value: Any, seen: dict[int, int]) -> Any:
    if name in ORDERLESS:
        return [(source, [(ident, _plain(of[ident], seen)) for ident in sorted(of)]) for source, of in value.items()]
    if name in UNORDERED:
        return _sorted(value)
    return _plain(value, seen)


def _sorted(of: Any) -> Any:
    return sorted((repr(key), _sorted(value)) for key, value in of.items()) if isinstance(of, dict) else repr(of)


def _names(thing: Any) -> list[str]:
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    assert slots or hasattr(thing, "__dict__"), f"{thing!r} cannot be looked into"
    return sorted(slots) or list(vars(thing))


def first_difference(a: Any, b: Any, place: str = "") -> str:
    """Where two plain states differ, and how; empty if they do not."""
    if a == b:
        return ""
    if isinstance(a, tuple | list) and isinstance(b, tuple | list) and len(a) == len(b):
        label = f"{place}.{a[0]}" if a and isinstance(a[0], str) else place
        return next(found for one, other in zip(a, b, strict=True) if (found := first_difference(one, other, label)))
    return f"{place}: {str(a)[:300]} is not {str(b)[:300]}"
