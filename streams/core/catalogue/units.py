"""Units of values: what a number counts, in both languages, and by how much it is multiplied to be read in that unit (a share by 100: %)."""

from typing import NamedTuple


class Unit(NamedTuple):
    """One unit. `factor`: a value times it is a number of the unit."""

    id: str
    zh: str
    en: str
    factor: int = 1


NO_UNIT = Unit("", "", "")
CASES = Unit("cases", "件", "cases")
PERSONS = Unit("persons", "人", "persons")
PERSON_TIMES = Unit("person_times", "人次", "attendances")
EVENTS = Unit("events", "场", "events")
TIMES = Unit("times", "次", "times")
OFFICES = Unit("offices", "个", "offices")
INCIDENTS = Unit("incidents", "起", "incidents")
DAYS = Unit("days", "日", "days")
YUAN = Unit("yuan", "元", "yuan")
YUAN_PER_CASE = Unit("yuan_per_case", "元/件", "yuan a case")
SQUARE_METRES = Unit("square_metres", "㎡", "m²")
PERCENT = Unit("percent", "%", "%", 100)
POINTS = Unit("points", "个百分点", "pp")

UNITS = {
    unit.id: unit
    for unit in (CASES, PERSONS, PERSON_TIMES, EVENTS, TIMES, OFFICES, INCIDENTS, DAYS, YUAN, YUAN_PER_CASE, SQUARE_METRES, PERCENT, POINTS)
}
