"""One check for each kind of field (section 2): a value and the event's district in, the value as it is compared and counted out, or `Refused`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from consumers.reconcile.reading import LAST_DAY, Fraction, Refused, area_hundredths, day_ordinal, fen, instant_us, local_day
from schemas.rules import RulesError, parse_rules

Check = Callable[[Any, str], Any]

OFFICE_ID = re.compile(r"sfs-([0-9]{6})-[0-9]{3}")
AUTHORITY_ID = re.compile(r"au-([0-9]{6})-[a-z]{2,8}(?:-[0-9]{3})?")
EVENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
SUBJECT = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_CODE = re.compile(r"[a-z0-9_]{1,32}")
WORKER_REF = re.compile(r"w-[0-9a-z]{4,12}")

MANY = 10**9
"""Greatest count."""


def text(value: Any) -> str:
    """A JSON string."""
    if type(value) is not str:
        raise Refused("STRUCT_TYPE", f"{value!r} is not a text")
    return value


def integer(low: int, high: int) -> Check:
    """An integer without fraction or exponent, both bounds included."""

    def check(value: Any, _district: str) -> int:
        if type(value) is not int:
            raise Refused("STRUCT_TYPE", f"{value!r} is not an integer")
        if not low <= value <= high:
            raise Refused("NUM_RANGE", f"{value} is not in {low}…{high}")
        return value

    return check


def matching(pattern: re.Pattern[str]) -> Check:
    """A text that the pattern matches from end to end."""

    def check(value: Any, _district: str) -> str:
        if not pattern.fullmatch(text(value)):
            raise Refused("STRUCT_VALUE", value)
        return str(value)

    return check


def one_of(words: str) -> Check:
    """One of the words."""
    allowed = frozenset(words.split())

    def check(value: Any, _district: str) -> str:
        if text(value) not in allowed:
            raise Refused("STRUCT_VALUE", value)
        return str(value)

    return check


def of_district(pattern: re.Pattern[str]) -> Check:
    """An id that carries its district, which must be the event's."""

    def check(value: Any, district: str) -> str:
        found = pattern.fullmatch(text(value))
        if not found:
            raise Refused("STRUCT_VALUE", value)
        if found[1] != district:
            raise Refused("ENV_DISTRICT_MISMATCH", value)
        return str(value)

    return check


def flag(value: Any, _district: str) -> bool:
    if type(value) is not bool:
        raise Refused("STRUCT_TYPE", f"{value!r} is not true or false")
    return value


def name(value: Any, _district: str) -> str:
    if not 1 <= len(text(value)) <= 64:
        raise Refused("STRUCT_VALUE", "1 to 64 characters")
    return str(value)


def day(value: Any, _district: str) -> str:
    day_ordinal(text(value))
    return str(value)


def days(value: Any, district: str) -> list[str]:
    """A list of days, in order, at most 200."""
    if type(value) is not list:
        raise Refused("STRUCT_TYPE", "not a list")
    if len(value) > 200:
        raise Refused("STRUCT_VALUE", "more than 200 days")
    return sorted(day(each, district) for each in value)


def due(value: Any, _district: str) -> int:
    us = instant_us(text(value))
    if not 1 <= local_day(us) <= LAST_DAY:
        raise Refused("TIME_FORMAT", f"{value} has no day in China that could be written")
    return us


def money(value: Any, _district: str) -> str:
    fen(text(value))
    return str(value)


def area(value: Any, _district: str) -> str:
    area_hundredths(text(value))
    return str(value)


def codes(value: Any, district: str) -> list[str]:
    if type(value) is not list:
        raise Refused("STRUCT_TYPE", "not a list")
    return [code(each, district) for each in value]


def function(value: Any, district: str) -> int | str:
    return "outside_list" if value == "outside_list" else int(integer(1, 9)(value, district))


def assigner(value: Any, district: str) -> str:
    return "self" if value == "self" else str(authority(value, district))


def shares(value: Any, district: str) -> list[dict[str, Any]]:
    if type(value) is not list:
        raise Refused("STRUCT_TYPE", "shares are not a list")
    for share in value:
        if type(share) is not dict:
            raise Refused("STRUCT_TYPE", "a share is not an object")
        check_fields(share, {"authority": authority, "bp": integer(0, 10_000)}, frozenset(("authority", "bp")), district)
    if len({share["authority"] for share in value}) != len(value) or sum(share["bp"] for share in value) != 10_000:
        raise Refused("DOMAIN_SHARES_SUM", "each authority once, together 10000")
    return value


def rules(value: Any, district: str) -> Any:
    # The contract leaves the form of rules to the product, and no value depends on them: the published schema is the only text there is.
    try:
        parsed = parse_rules(_with_numbers(value))
    except RulesError as error:
        raise Refused("STRUCT_VALUE", str(error)) from None
    if foreign := [one for rule in parsed for one in rule.only or () if district not in one]:
        raise Refused("ENV_DISTRICT_MISMATCH", foreign[0])
    return [rule.as_published() for rule in parsed]


def _with_numbers(value: Any) -> Any:
    """JSON numbers with a fraction as what other programs take them for; rules are the only place that has them."""
    match value:
        case Fraction():
            if value == "-0":
                raise Refused("STRUCT_TYPE", value)
            return float(value)
        case list():
            return [_with_numbers(part) for part in value]
        case dict():
            return {name: _with_numbers(part) for name, part in value.items()}
    return value


code = matching(_CODE)
office = of_district(OFFICE_ID)
authority = of_district(AUTHORITY_ID)
count = integer(0, MANY)
some = integer(1, MANY)
year = integer(1900, 9999)


def check_fields(data: dict[str, Any], fields: Mapping[str, Check], required: frozenset[str], district: str) -> dict[str, Any]:
    checked = {}
    for name, value in data.items():
        check = fields.get(name)
        if check is None:
            raise Refused("STRUCT_UNKNOWN_FIELD", name)
        checked[name] = check(value, district)
    if not required <= checked.keys():
        raise Refused("STRUCT_MISSING", " ".join(sorted(required - checked.keys())))
    return checked
