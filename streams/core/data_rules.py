"""The rules on `data` that no shape can tell, by kind of event: ids of the own district, real days, whole splits, stars, alert rules.

A rule also brings its field to what "same content" compares. Rules for ids, days and instants follow from the declared formats.
"""

from collections.abc import Callable
from typing import Any, get_type_hints

from schemas.envelope import EventType
from schemas.events import CATALOGUE
from schemas.fields import Format
from schemas.rules import RulesError, parse_rules
from streams.core.instants import FIRST_DAY, LAST_DAY, day_number, instant, local_day
from streams.core.refusal import Refusal
from streams.core.shapes import place
from streams.core.texts import AUTHORITIES, OFFICES, Memo

Data = dict[str, Any]
Rule = Callable[[Data, str], None]
"""Checks `data` of an event of a district. Raises `Refusal`."""

WHOLE_BP = 10_000
FOREIGN = "of another district than the event"


def _assigned_by(data: Data, district: str) -> None:
    """`self` says the same as nothing."""
    assigner = data.get("assigned_by")
    if assigner is None:
        return
    if assigner == "self":
        del data["assigned_by"]
    elif AUTHORITIES[assigner] != district:
        raise Refusal("ENV_DISTRICT_MISMATCH", f"data.assigned_by: {FOREIGN}")


def _own_id(name: str, districts: Memo[str]) -> Rule:
    def rule(data: Data, district: str) -> None:
        if name in data and districts[data[name]] != district:
            raise Refusal("ENV_DISTRICT_MISMATCH", f"data.{name}: {FOREIGN}")

    return rule


def _real_day(name: str) -> Rule:
    def rule(data: Data, _district: str) -> None:
        if name in data:
            day_number(data[name])

    return rule


def _instant(name: str) -> Rule:
    def rule(data: Data, _district: str) -> None:
        if name in data:
            data[name] = moment = instant(data[name])
            if not FIRST_DAY <= local_day(moment) <= LAST_DAY:
                raise Refusal("TIME_FORMAT", f"data.{name}: its local day lies outside the years 0001 to 9999")

    return rule


def _shares(data: Data, district: str) -> None:
    """A split is complete: each authority once, 10000 in all."""
    shares = data["shares"]
    if any(AUTHORITIES[share["authority"]] != district for share in shares):
        raise Refusal("ENV_DISTRICT_MISMATCH", f"data.shares: an authority {FOREIGN}")
    if len({share["authority"] for share in shares}) < len(shares):
        raise Refusal("DOMAIN_SHARES_SUM", "data.shares: an authority occurs twice")
    if sum(share["bp"] for share in shares) != WHOLE_BP:
        raise Refusal("DOMAIN_SHARES_SUM", f"data.shares: must sum to {WHOLE_BP}")


def _days_of_year(data: Data, _district: str) -> None:
    """Each day once, and of the year that is decided; their order says nothing."""
    for name in ("off", "worked"):
        for day in data[name]:
            day_number(day)
        data[name] = sorted(data[name])
    days = data["off"] + data["worked"]
    if len(set(days)) < len(days):
        raise Refusal("STRUCT_VALUE", "data.off, data.worked: a day occurs twice")
    if any(int(day[:4]) != data["year"] for day in days):
        raise Refusal("STRUCT_VALUE", "data.off, data.worked: a day of another year")


def _other_office(data: Data, _district: str) -> None:
    """An office cannot have come out of itself."""
    if data.get("split_from") == data["office"]:
        raise Refusal("STRUCT_VALUE", "data.split_from: the office itself")


def _award_level(data: Data, district: str) -> None:
    """Stars come with the star programme only, and always."""
    if data["programme"] == "city_star" and "level" not in data:
        raise Refusal("STRUCT_MISSING", "data.level: required with city_star")
    _withdrawal_level(data, district)


def _withdrawal_level(data: Data, _district: str) -> None:
    if data["programme"] != "city_star" and "level" in data:
        raise Refusal("STRUCT_VALUE", "data.level: only city_star has levels")


def _alert_rules(data: Data, district: str) -> None:
    """Rules as `Rule.as_published` writes them, so that two spellings of one level are the same content."""
    try:
        rules = parse_rules(data["rules"])
    except RulesError as error:
        raise Refusal("STRUCT_VALUE", f"{place(('data', 'rules', *error.problems[0].where))}: not an alert rule") from None
    for number, rule in enumerate(rules):
        if any(_district_of(one) != district for one in rule.only or ()):
            raise Refusal("ENV_DISTRICT_MISMATCH", f"data.rules[{number}].only: {FOREIGN}")
    data["rules"] = [rule.as_published() for rule in rules]


def _district_of(subject_id: str) -> str:
    """District of an office, an authority, a source or the district itself."""
    if subject_id.startswith("/"):
        return subject_id.split("/")[2]
    return subject_id.partition("-")[2][:6] or subject_id


def _at_most(part: str, whole: str) -> Rule:
    """A part of a whole cannot be more than it, where both are told."""

    def rule(data: Data, _district: str) -> None:
        if data.get(part, 0) > data.get(whole, data.get(part, 0)):
            raise Refusal("NUM_RANGE", f"data.{part}: more than {whole}")

    return rule


_BY_FORMAT: dict[str, Callable[[str], Rule]] = {
    "office": lambda name: _own_id(name, OFFICES),
    "authority": lambda name: _own_id(name, AUTHORITIES),
    "assigner": lambda _name: _assigned_by,
    "day": _real_day,
    "instant": _instant,
}
BY_TYPE: dict[str, tuple[str, Rule]] = {
    "reg.office.opened": ("data.split_from", _other_office),
    "reg.split.decided": ("data.shares", _shares),
    "reg.calendar.decided": ("data.off", _days_of_year),
    "reg.rules.published": ("data.rules", _alert_rules),
    "cap.rating.awarded": ("data.level", _award_level),
    "cap.rating.withdrawn": ("data.level", _withdrawal_level),
    "cap.rating.applied": ("data.level", _withdrawal_level),
    "cap.rating.renewed": ("data.level", _withdrawal_level),
    "dat.ledger.inspected": ("data.mismatched", _at_most("mismatched", "sampled")),
    "pub.survey.completed": ("data.positive", _at_most("positive", "sample")),
    "gov.review.issued": ("data.adopted_items", _at_most("adopted_items", "opinion_items")),
}
"""Type -> the rule that no field alone can tell, and the place that it is about."""


def _rules_of(kind: EventType) -> tuple[tuple[str, Rule], ...]:
    hints = get_type_hints(kind.data, include_extras=True)
    formats = ((name, one) for name, hint in hints.items() for one in _metadata(hint) if isinstance(one, Format))
    of_type = [BY_TYPE[kind.name]] if kind.name in BY_TYPE else []
    return (*((f"data.{name}", _BY_FORMAT[one.name](name)) for name, one in formats), *of_type)


def _metadata(hint: Any) -> tuple[Any, ...]:
    """What `Annotated` says, inside `NotRequired` too."""
    inner: tuple[Any, ...] = getattr(hint, "__args__", ())
    return (*getattr(hint, "__metadata__", ()), *(_metadata(inner[0]) if len(inner) == 1 else ()))


RULES: tuple[tuple[tuple[str, Rule], ...], ...] = tuple(_rules_of(kind) for kind in CATALOGUE)
"""By kind: the place that a rule is about, and the rule."""
