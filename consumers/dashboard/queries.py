"""Every question the page asks ClickHouse, as a value: the statement, and its parameters beside it, never inside.

Only the public views of the contract (section 8) are read. Every statement names its columns; rows come back in that order.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from consumers.clickhouse.store import Parameter, Query
from consumers.told import statements

WHOLE_LOG_LAG_S = 30
"""How old an answer may be that goes through every event of the district: what has not come, and what is told of the log."""
TASKS = "soc.assigned"
"""The component behind `dual_street_task_share`: one fact a task, with the authority that assigned it as the fact's assigner."""

DISBURSED = "fund.disbursed"
"""One fact a payment, with the authority that made it as its assigner."""


def districts() -> Query:
    """Every district the log knows, with its today."""
    return Query("SELECT district, today FROM districts ORDER BY district")


def first_arrival(district: str) -> Query:
    """The local day on which the log took the district's first event; no row before there is one."""
    return Query(
        "SELECT toDate(min(appended_at)) FROM events WHERE district = {district:String} HAVING count() > 0", {"district": district}
    )


def indicators() -> Query:
    """The catalogue in words, in its own order."""
    return Query(
        "SELECT id, zh, en, definition_zh, definition, shape, unit_zh, unit_en, factor, divisor, better, formula_zh, formula_en, "
        "levels_zh, levels_en, sources, version, effective_from, absent_zh, absent_en, windows FROM indicators ORDER BY number, id"
    )


def components() -> Query:
    """What the components of formulas are called, and what divides their amounts."""
    return Query("SELECT id, zh, en, divisor FROM components ORDER BY id")


def offices(district: str) -> Query:
    """The registered offices of a district."""
    return Query(
        "SELECT office, name, opened_on, closed_on, merged_into, split_from FROM offices WHERE district = {district:String} ORDER BY office",
        {"district": district},
    )


def authorities(district: str) -> Query:
    """The registered authorities of a district."""
    return Query(
        "SELECT authority, name, kind FROM authorities WHERE district = {district:String} ORDER BY authority", {"district": district}
    )


def splits(district: str, office: str = "") -> Query:
    """Every split of a district, or of one of its offices: one row for each authority, `valid_until` null while nothing follows."""
    return Query(
        "SELECT office, role, cost_category, valid_from, valid_until, authority, bp, doc_no FROM splits "
        "WHERE district = {district:String} AND ({office:String} = '' OR office = {office:String}) "
        "ORDER BY office, role, cost_category, valid_from, bp DESC, authority",
        {"district": district, "office": office},
    )


def first_window(district: str) -> Query:
    """The first month of which the log tells anything; no row while there is none."""
    return Query("SELECT first_month FROM first_months WHERE district = {district:String}", {"district": district})


def values(  # noqa: PLR0913  what a row is told by
    district: str,
    window_kind: str,
    starts: Sequence[date],
    subject_kind: str,
    *,
    subject: str = "",
    modes: Sequence[str] = ("none",),
    only: Sequence[str] = (),
    as_of: date | None = None,
) -> Query:
    """The rows of these windows for one kind of subject: all of them or one; all indicators or some; every dimension. `as_of`: as they were
    reported at the end of that day."""
    return Query(
        "SELECT indicator, mode, dimension, subject_id, window_start, numerator, denominator, scale, value, period_state "  # noqa: S608  one of two
        f"FROM {source_of_values(as_of)} "
        "WHERE district = {district:String} AND window_kind = {window_kind:String} "
        "AND window_start IN {starts:Array(Date)} AND subject_kind = {subject_kind:String} AND mode IN {modes:Array(String)} "
        "AND ({subject:String} = '' OR subject_id = {subject:String}) "
        "AND (empty({only:Array(String)}) OR indicator IN {only:Array(String)}) "
        "ORDER BY indicator, mode, dimension, subject_id, window_start",
        {
            "district": district,
            "window_kind": window_kind,
            "starts": list(starts),
            "subject_kind": subject_kind,
            "modes": list(modes),
            "subject": subject,
            "only": list(only),
            **({"day": as_of} if as_of else {}),
        },
    )


def source_of_values(as_of: date | None) -> str:
    """Where rows of values come from: as they stand, or as they were reported on a day, which the parameters `district` and `day` then name."""
    return "as_reported(district = {district:String}, day = {day:Date})" if as_of else "indicator_values"


def told_values(district: str, first: date, last: date) -> list[Query]:
    """What views tell of the district in these days, which no worker folds, a question a view: the columns of `values`, without a state."""
    columns = "indicator, mode, dimension, subject_id, first_day, numerator, denominator, scale, value, ''"
    return [Query(one, _told(district, [], first, last), WHOLE_LOG_LAG_S) for one in statements(columns, where="subject_kind = 'district'")]


def told_of(district: str, indicator: str, first: date, last: date) -> list[Query]:
    """What a view tells of one indicator in these days: the kind of subject, then the columns of `values`, without a state. None of one that is folded."""
    columns = "subject_kind, indicator, mode, dimension, subject_id, first_day, numerator, denominator, scale, value, ''"
    return [Query(one, _told(district, [indicator], first, last), WHOLE_LOG_LAG_S) for one in statements(columns, [indicator])]


def _told(district: str, indicators: list[str], first: date, last: date) -> dict[str, Parameter]:
    return {"district": district, "indicators": indicators, "periods": [(first, last)]}


def tasks(district: str, first: date, end: date) -> Query:
    """Tasks assigned on days in [first, end), counted by office and by the authority that assigned them."""
    return Query(
        "SELECT office, assigner, sum(amount) AS tasks FROM facts WHERE district = {district:String} AND component = {component:String} "
        "AND day >= {first:Date} AND day < {end:Date} GROUP BY office, assigner ORDER BY office, tasks DESC, assigner",
        {"district": district, "component": TASKS, "first": first, "end": end},
    )


def disbursed(district: str, first: date, end: date) -> Query:
    """Money disbursed on days in [first, end), in fen, by office and by the authority that paid it."""
    return Query(
        "SELECT office, assigner, sum(amount) AS paid FROM facts WHERE district = {district:String} AND component = {component:String} "
        "AND day >= {first:Date} AND day < {end:Date} GROUP BY office, assigner HAVING paid != 0 ORDER BY office, assigner",
        {"district": district, "component": DISBURSED, "first": first, "end": end},
    )


def alerts(district: str) -> Query:
    """Alerts that fire now, gravest first."""
    return Query(
        "SELECT rule, severity, subject_kind, subject, started_at, value, threshold, why, indicator, mode, dimension, window_kind, window_start, title_zh, title_en "
        "FROM alerts WHERE district = {district:String} AND state = 'firing' "
        "ORDER BY indexOf(['critical', 'high', 'medium', 'low', 'info'], severity), started_at DESC, rule, subject",
        {"district": district},
    )


def sources(district: str) -> Query:
    """Each source: how many sequence numbers its gaps [from, to] leave out, and when it last spoke."""
    return Query(
        "SELECT source, arraySum(gap -> gap.2 - gap.1 + 1, gaps), last_seen FROM sources WHERE district = {district:String} ORDER BY source",
        {"district": district},
    )


def conservation(district: str) -> Query:
    """Events read, and what became of them. Messages whose district is unknown are counted under ''."""
    return Query(
        "SELECT sum(read), sum(admitted), sum(duplicates), sum(dead_letters), sum(pending) FROM conservation WHERE district = {district:String}",
        {"district": district},
    )


def dead_letters(district: str) -> Query:
    """How many refused events there are: of the district, and of those that do not tell their district."""
    return Query(
        "SELECT countIf(district != ''), countIf(district = '') FROM dead_letters WHERE district IN ({district:String}, '')",
        {"district": district},
    )


def open_letters(district: str) -> Query:
    """Refused events of the district by code: how many are open, how many there are."""
    return Query(
        "SELECT code, countIf(state = 'open') AS open, count() FROM letters(district = {district:String}) GROUP BY code ORDER BY count() DESC, code",
        {"district": district},
    )


def letter_counts(district: str) -> Query:
    """Dead letters of a district by office, code, local day and state."""
    return Query(
        "SELECT office, code, toDate(received_at) AS day, state, count() FROM letters(district = {district:String}) "
        "GROUP BY office, code, day, state ORDER BY office, code, day, state",
        {"district": district},
    )


_LETTER = (
    "partition, offset, code, detail, stage, office, source, id, type, sequence, sha256, received_at, state, changed_at, replayed_by, approved_by, "
    "corrected, sent_partition, sent_offset, replays"
)


def letters(district: str, chosen: Mapping[str, str], limit: int, offset: int, *, counted: bool = False) -> Query:
    """Dead letters of a district, the newest first; of `chosen` office, code, day and state each narrows them down. `counted`: each with how many there
    are of them in all."""
    conditions = {
        "office": "office = {office:String}",
        "code": "code = {code:String}",
        "day": "toDate(received_at) = {day:Date}",
        "state": "state = {state:String}",
    }
    where = " AND ".join(conditions[name] for name in chosen) or "true"
    return Query(
        f"SELECT {_LETTER}{', count() OVER ()' if counted else ''} FROM letters(district = {{district:String}}) WHERE {where} "  # noqa: S608 (only texts of this module)
        "ORDER BY received_at DESC, partition, offset DESC LIMIT {limit:UInt32} OFFSET {offset:UInt32}",
        {"district": district, **chosen, "limit": limit, "offset": offset},
    )


def letters_alike(district: str, partition: int, offset: int) -> Query:
    """A dead letter by its place in the log, and all others of the same source and id, in the order in which they came."""
    return Query(
        f"SELECT {_LETTER} FROM letters(district = {{district:String}}) WHERE (partition = {{partition:UInt32}} AND offset = {{offset:UInt64}}) "  # noqa: S608
        "OR (id != '' AND (source, id) IN (SELECT source, id FROM dead_letters WHERE district = {district:String} AND partition = {partition:UInt32} "
        "AND offset = {offset:UInt64})) ORDER BY received_at, partition, offset",
        {"district": district, "partition": partition, "offset": offset},
    )


def silences(district: str, days: int) -> Query:
    """Each open office (source '') and each of its sources: when it last sent, and whether it is silent; `days`: the setting, 0 by habit."""
    return Query(
        "SELECT office, source, last_day, last_arrived_at, days_silent, usual_gap, silence_limit, state, silent_from "
        "FROM silences(district = {district:String}, days = {days:UInt16}) ORDER BY office, source",
        {"district": district, "days": days},
        WHOLE_LOG_LAG_S,
    )


def missing(district: str) -> Query:
    """The gaps in the numbers of sources."""
    return Query(
        "SELECT source, first_missing, last_missing, missing, in_letters, first_day, last_day, since, offices "
        "FROM missing_numbers(district = {district:String}) ORDER BY source, first_missing",
        {"district": district},
        WHOLE_LOG_LAG_S,
    )


def provisional_years(district: str, years: Sequence[int]) -> Query:
    """Those of the years, in order, of which nobody has told the working days: limits then count Monday to Friday."""
    return Query(
        "SELECT arrayJoin({years:Array(UInt16)}) AS one WHERE one NOT IN (SELECT year FROM working_years WHERE district = {district:String}) ORDER BY one",
        {"district": district, "years": list(years)},
    )


def reconciliation(district: str) -> Query:
    """The newest verdict on each thing that is compared, whether the run was for this district or for all."""
    return Query(
        "SELECT compared, max(ran_at), argMax(rows_compared, ran_at), argMax(rows_different, ran_at) FROM reconciliations "
        "WHERE district IN ({district:String}, '') GROUP BY compared ORDER BY compared",
        {"district": district},
    )


def pulse(district: str) -> Query:
    """Two numbers that change whenever a number on a page may have changed."""
    return Query(
        "SELECT sum(read), max(version) FROM conservation WHERE district = {district:String}",
        {"district": district},
    )
