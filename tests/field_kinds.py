"""What kind of field a field of `data` is, read from the declared shapes: so that samples and bad values of every type need no list of their own."""

from typing import Any, Literal, NamedTuple, NotRequired, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from schemas.envelope import EventType, Work
from schemas.fields import Area, Code, Format, Money, Named


class Kind(NamedTuple):
    """`name`: enum, code, integer, boolean, money, area, name, list, object, or the name of a format."""

    name: str
    values: tuple[Any, ...] = ()
    """Of an enumeration the codes, of an integer its bounds."""


_PATTERNS: dict[str, Any] = {"code": Code, "money": Money, "area": Area}


def fields_of(kind: EventType) -> dict[str, Kind]:
    """Fields of a type's own, not those of all business types."""
    hints = get_type_hints(kind.data, include_extras=True)
    shared = set(Work.__annotations__) - ({"assigned_by"} if kind.name == "soc.task.assigned" else set())
    return {name: kind_of(hint) for name, hint in hints.items() if name not in shared or kind.family != "business"}


def kind_of(hint: Any) -> Kind:
    """The kind of a field by its annotation."""
    hint = get_args(hint)[0] if get_origin(hint) is NotRequired else hint
    metadata = getattr(hint, "__metadata__", ())
    bare = getattr(hint, "__origin__", hint) if metadata else hint
    if formats := [one.name for one in metadata if isinstance(one, Format)]:
        return Kind(formats[0])
    if get_origin(bare) is Literal:
        return Kind("enum", get_args(bare))
    if bare is bool:
        return Kind("boolean")
    if bare is int:
        bounds = [one for info in metadata if isinstance(info, FieldInfo) for one in info.metadata]
        low, high = (next(getattr(one, side) for one in bounds if isinstance(one, bound)) for bound, side in ((Ge, "ge"), (Le, "le")))
        return Kind("integer", (low, high))
    if bare is str:
        pattern = _pattern(metadata)
        return Kind(
            next((name for name, one in _PATTERNS.items() if _pattern(one.__metadata__) == pattern), "name" if pattern == "" else "text")
        )
    return Kind("list" if get_origin(bare) is list else "object" if is_typeddict(bare) else "union")


def _pattern(metadata: tuple[Any, ...]) -> str:
    found = [info for info in metadata if isinstance(info, FieldInfo)]
    return next((one.pattern for info in found for one in info.metadata if getattr(one, "pattern", None)), "")


def names_of(hint: Any) -> dict[str, tuple[str, str]] | None:
    """The names of a field's codes; None where it has none."""
    hint = get_args(hint)[0] if get_origin(hint) is NotRequired else hint
    return next((one.names for one in getattr(hint, "__metadata__", ()) if isinstance(one, Named)), None)
