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
CASES_PER_PERSON = Unit("cases_per_person", "件/人", "cases a head")
PERSONS_PER_WORKER = Unit("persons_per_worker", "人/人", "persons a worker")
DAYS_PER_PERSON = Unit("days_per_person", "天/人", "days a head")
PER_1000 = Unit("per_thousand", "‰", "per thousand", 1000)
YUAN_PER_PERSON = Unit("yuan_per_person", "元/人", "yuan a head")
YUAN_PER_UNIT = Unit("yuan_per_unit", "元/件", "yuan a unit")
YUAN_PER_MONTH = Unit("yuan_per_person_month", "元/人月", "yuan a person-month")
YUAN_PER_EVENT = Unit("yuan_per_event", "元/场", "yuan an event")
MONTHS_UNIT = Unit("months", "月", "months")
TIMES_EXPECTED = Unit("times_expected", "倍", "times what is expected")
PIECES = Unit("pieces", "条", "pieces")
TABLES = Unit("tables", "张", "tables")
FIELDS = Unit("fields", "项", "fields")
PERIODS = Unit("periods", "期", "periods")
POINTS = Unit("points", "个百分点", "pp")

UNITS = {unit.id: unit for unit in tuple(globals().values()) if isinstance(unit, Unit) and unit.id}
"""Every unit by its id."""
