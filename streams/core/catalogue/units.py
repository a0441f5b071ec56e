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
PERSONS_PER_VILLAGE = Unit("persons_per_village", "人/村", "persons a village")
VISITS_PER_PERSON = Unit("visits_per_person", "次/人", "visits a head")
HOURS = Unit("hours", "小时", "hours")
PER_100_PERSON_MONTHS = Unit("per_100_person_months", "次/百人月", "per 100 person-months", 100)
FUNCTIONS = Unit("functions_per_person", "项/人", "functions a head")
MINUTES = Unit("minutes", "分", "minutes")
PERSON_DAYS = Unit("person_days", "人天", "person-days")
INDEX = Unit("index", "(0–1)", "(0 to 1)")
DAYS = Unit("days", "日", "days")
YUAN = Unit("yuan", "元", "yuan")
YUAN_PER_CASE = Unit("yuan_per_case", "元/件", "yuan a case")
SQUARE_METRES = Unit("square_metres", "㎡", "m²")
PERCENT = Unit("percent", "%", "%", 100)
POINTS = Unit("points", "个百分点", "pp")

UNITS = {unit.id: unit for unit in tuple(globals().values()) if isinstance(unit, Unit) and unit.id}
"""Every unit by its id."""
