"""The kinds of field that events are made of: ids, codes and their names, counts, money, days, instants.

A `Format` is text that takes few distinct values in a log (a source, an office, a day). Pydantic then only sees a string and the core checks
each distinct text once (`streams.core.texts`): with patterns on them, too, pydantic takes half as long again. What a format means is
exported to JSON Schema all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

MAX_COUNT = 10**9
DISTRICT = "[0-9]{6}"
OFFICE = f"sfs-{DISTRICT}-[0-9]{{3}}"
AUTHORITY = f"au-{DISTRICT}-[a-z]{{2,8}}(?:-[0-9]{{3}})?"
SOURCE = f"/districts/{DISTRICT}/[a-z0-9-]{{1,32}}"
WORKER = "w-[0-9a-z]{4,12}"
DAY = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
INSTANT = DAY + r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"

FormatName = Literal["office", "authority", "assigner", "source", "day", "instant"]


@dataclass(frozen=True, slots=True)
class Format:
    """Marks a text whose format the core checks; `pattern` must match the whole of it."""

    name: FormatName
    pattern: str

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        standard = {"day": "date", "instant": "date-time"}.get(self.name)
        return {**handler(schema), "pattern": f"^{self.pattern}$"} | ({"format": standard} if standard else {})


class Named:
    """Names of the codes of a field, each in Chinese and English: of all of them, or, where districts keep the list, of those known."""

    __slots__ = ("names",)

    def __init__(self, **names: tuple[str, str]) -> None:
        self.names = {code.removesuffix("_"): both for code, both in names.items()}

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "x-names": {code: {"zh": zh, "en": en} for code, (zh, en) in self.names.items()}}


def names_of(field: Any) -> Mapping[str, tuple[str, str]]:
    """The names of the codes of a field, in Chinese and English; none for one that has no `Named`."""
    return next((one.names for one in getattr(field, "__metadata__", ()) if isinstance(one, Named)), {})


OfficeId = Annotated[str, Format("office", OFFICE)]
"""`sfs-<district>-<3 digits>`."""
AuthorityId = Annotated[str, Format("authority", AUTHORITY)]
"""`au-<district>-<2 to 8 letters>[-<3 digits>]`."""
Assigner = Annotated[str, Format("assigner", f"(?:self|{AUTHORITY})")]
"""Who ordered the work: an authority, or `self`."""
SourceId = Annotated[str, Format("source", SOURCE)]
"""`/districts/<district>/<publisher>`; the bureau's own publisher is `bureau`."""
Day = Annotated[str, Format("day", DAY)]
"""A local day, `YYYY-MM-DD`."""
DayOfYear = Annotated[str, Field(pattern=f"^{DAY}$")]
"""One of a list of local days, all of one year."""
Instant = Annotated[str, Format("instant", INSTANT)]
"""RFC 3339 with seconds, at most six decimals, and `Z` or `±HH:MM`; no leap second."""

DistrictCode = Annotated[str, Field(pattern=f"^{DISTRICT}$")]
EventId = Annotated[str, Field(pattern="^[A-Za-z0-9._:-]{1,64}$")]
Pseudonym = Annotated[str, Field(pattern="^[0-9A-HJKMNP-TV-Z]{26}$")]
"""Crockford base 32 of an HMAC made where the case is kept; nobody here can turn it back."""
WorkerId = Annotated[str, Field(pattern=f"^{WORKER}$")]
"""Pseudonym of somebody who works at an office, made where the name is known."""
Code = Annotated[str, Field(pattern="^[a-z0-9_]{1,32}$")]
"""A value of a list that districts keep themselves."""
Body = Annotated[
    Code,
    Named(
        court=("法院", "court"), police=("公安", "police"), petitions=("信访", "petitions"), street=("街道(乡镇)", "street or town"),
        prosecutor=("检察院", "prosecutor"), other=("其他", "other"),
    ),
]  # fmt: skip
"""Another body that an office works with: it refers cases or helps."""
Name = Annotated[str, Field(min_length=1, max_length=64)]
"""Of offices, authorities and documents: the only free text, so pages must escape it. Any characters, counted as Unicode code points."""
Money = Annotated[str, Field(pattern=r"^(?:0|[1-9][0-9]{0,9})\.[0-9]{2}$")]
"""Yuan with two places, 0.00 to 9999999999.99."""
Area = Annotated[str, Field(pattern=r"^(?:(?:[5-9]|[1-9][0-9]{1,2}|[1-4][0-9]{3})(?:\.[0-9]{1,2})?|5000(?:\.0{1,2})?)$")]
"""Square metres with at most two places, 5 to 5000."""
Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]
Persons = Annotated[int, Field(ge=1, le=MAX_COUNT)]
WindowKind = Literal["day", "week", "month", "quarter", "half", "year"]
