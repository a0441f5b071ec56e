"""One bad record and the codes that may name its defect."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.factories import DISTRICT, encoded, event


class Case(NamedTuple):
    """A record that must end as a dead letter with one of `codes`."""

    name: str
    """`class/what`, unique."""
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    codes: frozenset[str]


KEY = DISTRICT.encode()
PLAIN = "leg.consultation.given"
"""A type with a bit of everything and few rules of its own."""


def raw(name: str, value: bytes | None, *codes: str, key: bytes | None = KEY, headers: Iterable[tuple[str, bytes]] = ()) -> Case:
    """A case of any bytes."""
    return Case(name, key, value, tuple(headers), frozenset(codes))


def changed(
    name: str, codes: str, type_: str = PLAIN, *, data: Mapping[str, Any] | None = None, key: bytes | None = KEY, **attributes: Any
) -> Case:
    """A valid event of a type but for these changes (see `tests.factories.event`); `codes` separated by spaces."""
    return Case(name, key, encoded(event(type_, data=data, **attributes)), (), frozenset(codes.split()))


def instead(name: str, codes: str, text: str, type_: str = PLAIN, *, data: str = "", attribute: str = "", **more: Any) -> Case:
    """A valid event in which the value of an attribute, or of a field of `data`, is written as `text`, JSON or not."""
    marker = "§§"
    attributes: dict[str, Any] = {attribute: marker}
    made = event(type_, data={data: marker}, **more) if data else event(type_, **attributes)
    whole = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return Case(name, KEY, whole.replace(f'"{marker}"', text, 1).encode(), (), frozenset(codes.split()))


def each(name: str, codes: str, values: Iterable[Any], type_: str = PLAIN, *, data: str = "", attribute: str = "") -> Iterator[Case]:
    """A case for each value of an attribute or of a field of `data`."""
    for value in values:
        told = f"{name} {str(value)[:60]!r} of {len(str(value))}"
        attributes: dict[str, Any] = {attribute: value}
        yield changed(told, codes, type_, data={data: value}) if data else changed(told, codes, type_, **attributes)
