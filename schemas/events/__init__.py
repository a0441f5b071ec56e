"""The catalogue of event types, one module a domain, and the shape that tells them all apart by `type`.

A type that is not here is refused `TYPE_UNKNOWN`. To add one: a TypedDict and a line in its domain's `TYPES`; new domains go to the end of
`CATALOGUE`, new types to the end of their domain.
"""

from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from schemas.envelope import EventType
from schemas.events import cap, clk, cor, dat, gov, leg, med, ppl, pub, reg, res, soc

CATALOGUE: tuple[EventType, ...] = (
    *med.TYPES, *cor.TYPES, *res.TYPES, *leg.TYPES, *pub.TYPES, *soc.TYPES, *cap.TYPES, *dat.TYPES, *reg.TYPES, *clk.TYPES, *gov.TYPES,
    *ppl.TYPES,
)  # fmt: skip
"""Every type, in the order of `TYPES`."""

TYPES: tuple[str, ...] = tuple(one.name for one in CATALOGUE)
"""The types' names; an index into it is an event's `kind`."""

KINDS: dict[str, int] = {name: kind for kind, name in enumerate(TYPES)}
"""`kind` by name."""

Event: Any = Annotated[reduce(or_, (one.shape() for one in CATALOGUE)), Field(discriminator="type")]
"""Any event of the catalogue."""

EVENT: TypeAdapter[dict[str, Any]] = TypeAdapter(Event)
"""Validates the shape of an event; the rules between fields, and the formats of `schemas.fields.Format`, are the core's."""
