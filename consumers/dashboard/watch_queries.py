"""The questions of the pages that look ahead and back, as values: limits, control lists, numbers that moved, working days (views of `watch.sql`)."""

from collections.abc import Sequence
from datetime import date

from consumers.clickhouse.store import Query
from consumers.dashboard.queries import source_of_values


def limits(district: str, days: int) -> Query:
    """How many limits of each kind end within so many days at each office, and the first day on which one does."""
    return Query(
        "SELECT kind, office, count(), min(last_day) FROM limits_ahead(district = {district:String}, days = {days:UInt16}) "
        "GROUP BY kind, office ORDER BY kind, office",
        {"district": district, "days": days},
    )


def limit_list(district: str, kind: str, office: str, days: int, limit: int, offset: int) -> Query:
    """The records of one kind whose limit ends within so many days, the nearest first; `office` '' for all."""
    return Query(
        "SELECT office, record, last_day, count() OVER () FROM limits_ahead(district = {district:String}, days = {days:UInt16}) "
        "WHERE kind = {kind:String} AND ({office:String} = '' OR office = {office:String}) "
        "ORDER BY last_day, office, record LIMIT {limit:UInt32} OFFSET {offset:UInt32}",
        {"district": district, "days": days, "kind": kind, "office": office, "limit": limit, "offset": offset},
    )


def watched(district: str) -> Query:
    """How many are on each list at each office, and since when the longest of them."""
    return Query(
        "SELECT kind, office, count(), min(since_day) FROM watch_lists(district = {district:String}) GROUP BY kind, office ORDER BY kind, office",
        {"district": district},
    )


def watch_list(district: str, kind: str, office: str, limit: int, offset: int) -> Query:
    """The records of one list, the longest on it first; `office` '' for all."""
    return Query(
        "SELECT office, record, since_day, count() OVER () FROM watch_lists(district = {district:String}) "
        "WHERE kind = {kind:String} AND ({office:String} = '' OR office = {office:String}) "
        "ORDER BY since_day, office, record LIMIT {limit:UInt32} OFFSET {offset:UInt32}",
        {"district": district, "kind": kind, "office": office, "limit": limit, "offset": offset},
    )


def moved(district: str, since: date, first_start: date) -> Query:
    """Monthly numbers of months over that stood when a day began and read otherwise now: whose, which, old parts and value, new ones, scale."""
    return Query(
        "SELECT subject_kind, subject_id, indicator, window_start, old_numerator, old_denominator, old_value, numerator, denominator, scale, value "
        "FROM moved_values(district = {district:String}, since = {since:String}, first_start = {first_start:Date}) "
        "ORDER BY window_start DESC, indicator, subject_kind, subject_id",
        {"district": district, "since": f"{since} 00:00:00", "first_start": first_start},
    )


def last_arrival(district: str, month: date) -> Query:
    """When the newest event that any number of a month rests on was appended; no row while there is none."""
    return Query(
        "SELECT max(computed_at) FROM newest_values WHERE district = {district:String} AND window_kind = 'month' AND window_start = {month:Date} "
        "AND subject_kind = 'district' HAVING count() > 0",
        {"district": district, "month": month},
    )


def working_years(district: str) -> Query:
    """The years whose holidays are known, with the days off and the weekends worked."""
    return Query(
        "SELECT year, state, off, worked FROM working_years WHERE district = {district:String} ORDER BY year", {"district": district}
    )


def windows(
    district: str,
    kinds: Sequence[str],
    starts: Sequence[date],
    subject_kind: str,
    only: Sequence[str],
    modes: Sequence[str] = ("none",),
    as_of: date | None = None,
) -> Query:
    """Rows of windows of several kinds, for all subjects of one kind: the kind of window, then the columns of `queries.values`. `as_of`: as they
    were reported at the end of that day."""
    return Query(
        "SELECT window_kind, indicator, mode, dimension, subject_id, window_start, numerator, denominator, scale, value, period_state "  # noqa: S608
        f"FROM {source_of_values(as_of)} "
        "WHERE district = {district:String} AND window_kind IN {kinds:Array(String)} "
        "AND window_start IN {starts:Array(Date)} AND subject_kind = {subject_kind:String} AND mode IN {modes:Array(String)} "
        "AND indicator IN {only:Array(String)} ORDER BY window_kind, indicator, mode, dimension, subject_id, window_start",
        {
            "district": district,
            "kinds": list(kinds),
            "starts": list(starts),
            "subject_kind": subject_kind,
            "modes": list(modes),
            "only": list(only),
            **({"day": as_of} if as_of else {}),
        },
    )


def awards(district: str, office: str) -> Query:
    """The ratings that an office was given: the programme, the level ('' without), the day."""
    return Query(
        "SELECT splitByChar(':', record)[3], if(startsWith(dimension, 'level='), substring(dimension, 7), ''), day FROM facts "
        "WHERE district = {district:String} AND component IN ('cap.standard', 'cap.excellent', 'cap.star', 'cap.title') "
        "AND office = {office:String} AND amount > 0 ORDER BY day, record",
        {"district": district, "office": office},
    )
