"""Slots as columns, for a snapshot: texts and keys that many slots share are written once and are one object again after reading.

A column a position makes a million slots in a second, since `zip` builds them; it also packs better. The day is not written: it follows
from the instant.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from msgspec import Struct

from schemas.rules import parse_rules
from streams.core.instants import local_day
from streams.core.lifecycles.payloads import TOLD_KINDS
from streams.core.lifecycles.slots import ASSIGNER, DIGEST, ID, KEY, KIND, KINDS, OFFICE, PAYLOAD, SOURCE, WORK, Slot, T

_SECONDED = KINDS["soc.secondment.started"]
_FINDING = KINDS["cor.supervision.finding"]
_RULES, _ACCEPTED = KINDS["reg.rules.published"], KINDS["med.case.accepted"]


class Numbers(dict[Any, int]):
    """Gives each value a number on first sight, from 0; iterating gives the values in the order of their numbers."""

    def __missing__(self, value: Any) -> int:
        self[value] = number = len(self)
        return number


class SlotTable(Struct, array_like=True):
    """Slots by column, all of one length. `sources` and `keys` are numbers of values that are written apart."""

    times: list[int]
    ids: list[str]
    sources: list[int]
    kinds: list[int]
    offices: list[int]
    assigners: list[int]
    work: list[int]
    payloads: list[Any]
    keys: list[int]
    digests: list[bytes]


def table_of(slots: Sequence[Slot], sources: Numbers, keys: Numbers) -> SlotTable:
    """The slots in their order; sources and keys get their numbers here."""

    def column(position: int) -> list[Any]:
        return list(map(itemgetter(position), slots))

    kinds, payloads = column(KIND), column(PAYLOAD)
    if _RULES in kinds:
        payloads = [[rule.as_published() for rule in p] if kind == _RULES else p for kind, p in zip(kinds, payloads, strict=True)]
    return SlotTable(
        times=column(T),
        ids=column(ID),
        sources=[sources[source] for source in column(SOURCE)],
        kinds=kinds,
        offices=column(OFFICE),
        assigners=column(ASSIGNER),
        work=column(WORK),
        payloads=payloads,
        keys=[keys[key] for key in column(KEY)],
        digests=column(DIGEST),
    )


def slots_of(table: SlotTable, sources: Sequence[str], keys: Sequence[Any], measures: Sequence[int]) -> list[Slot]:
    """The slots again. `measures`: number of a measure where the table was written -> its number here.

    Raises IndexError or ValueError for a table that does not hold together.
    """
    one_object: dict[int, int] = {}
    days = [one_object.setdefault(day, day) for day in map(local_day, table.times)]
    payloads = [
        measures[payload] if kind == _SECONDED else payload if type(payload) is not list else _payload(kind, payload, measures)
        for kind, payload in zip(table.kinds, table.payloads, strict=True)
    ]
    of, key_of = map(sources.__getitem__, table.sources), map(keys.__getitem__, table.keys)
    columns = (
        table.times,
        table.ids,
        of,
        table.kinds,
        days,
        table.offices,
        table.assigners,
        table.work,
        payloads,
        key_of,
        table.digests,
    )
    return list(zip(*columns, strict=True))


def _payload(kind: int, payload: list[Any], measures: Sequence[int]) -> Any:
    """A payload that is more than one number or text. Rules are models, and what accepted cases and activities tell names measures (`payloads.py`)."""
    if kind == _ACCEPTED:
        dispute, source, is_collective, referrer = payload
        return measures[dispute], measures[source], is_collective, measures[referrer] if referrer >= 0 else referrer
    if kind == _FINDING:
        form, closed = payload
        return measures[form], closed
    if kind in TOLD_KINDS:
        return tuple((measures[measured], amount) for measured, amount in payload)
    return parse_rules(payload) if kind == _RULES else tuples(payload)


def tuples(value: Any) -> Any:
    """Lists, as they come out of the bytes, as the tuples that went in, at every depth."""
    return tuple(map(tuples, value)) if type(value) is list else value
