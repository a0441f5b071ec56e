"""The long lists of pages as files have them: every row, with all that names it. The pages print fifty at a time."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from consumers.clickhouse.store import Store
from consumers.dashboard import formats, names, queries
from consumers.dashboard.asking import Ask
from consumers.dashboard.behind import asked_value, listed
from consumers.dashboard.letters import Letter, asked_letters
from consumers.dashboard.limits import asked_list, list_query
from consumers.dashboard.reading import District
from consumers.dashboard.rendering import authority_name, cure, moment
from consumers.dashboard.tables import Amount, Cell
from consumers.dashboard.texts import translator
from consumers.dashboard.whole import EVERY, Cells, Whole, whole
from consumers.lineage.events import RECORDS_AT_ONCE, RecordEvent, events_of
from consumers.lineage.statement import rows_of
from consumers.lineage.value import Row, last_day
from consumers.periods import Period

Rows = list[tuple[Any, ...]]


async def whole_limits(store: Store, place: District, _: Period, ask: Ask, __: Mapping[str, str]) -> Whole:
    """Every record near its limit or on a list. Raises PageError, Unavailable."""
    t = translator(ask.lang)
    kind, office, days = asked_list(place, ask)
    ahead = days is not None
    columns = ["limits.record", "export.office_id", "col.office"]
    columns += ["limits.last_day", "limits.left"] if ahead else ["limits.since", "limits.passed"]

    async def cells(rows: Rows) -> AsyncIterator[Cells]:
        yield [
            [
                record,
                at,
                _office(place, at),
                day,
                None if day is None else _count(((day - place.today) if ahead else (place.today - day)).days),
            ]
            for at, record, day, _ in rows
        ]

    title = t(f"{'limit' if ahead else 'list'}.{kind}")
    return await whole(store, list_query(place, kind, office, days, EVERY), title, [t(name) for name in columns], cells)


async def whole_letters(store: Store, place: District, _: Period, ask: Ask, __: Mapping[str, str]) -> Whole:
    """Every dead letter that is asked for. Raises PageError, Unavailable."""
    t = translator(ask.lang)
    columns = [
        "letters.number",
        "letters.received",
        "export.code_of",
        "letters.reason",
        "letters.cure",
        "letters.detail",
        "export.office_id",
    ]
    columns += ["col.office", "export.source", "export.event", "letters.event", "letters.state"]

    async def cells(rows: Rows) -> AsyncIterator[Cells]:
        yield [_letter(place, ask.lang, Letter(*row[:-1])) for row in rows]

    query = queries.letters(place.code, asked_letters(ask), EVERY, 0, counted=True)
    return await whole(store, query, t("letters.list"), [t(name) for name in columns], cells)


def _letter(place: District, lang: str, one: Letter) -> list[Cell]:
    state = "corrected" if one.state == "replayed" and one.corrected else one.state
    return [
        one.place,
        datetime.fromisoformat(moment(one.received_at)),
        one.code,
        *cure(lang, one.code),
        one.detail,
        one.office,
        _office(place, one.office),
        one.source,
        one.id,
        names.event_type(lang, one.type) if one.type else "",
        translator(lang)(f"letters.state.{state}"),
    ]


async def whole_facts(store: Store, place: District, period: Period, ask: Ask, parts: Mapping[str, str]) -> Whole:
    """Every fact or person of the sum that is chosen, with its record's events. Raises PageError, Unavailable."""
    t = translator(ask.lang)
    on, key, chosen = await asked_value(store, place, period, ask, parts["indicator"])
    term = on.basis.formulas[key.indicator].terms[chosen - 1]
    payer = "behind.payer" if term.component.startswith("fund.") else "behind.assigner"
    columns = [
        "behind.day",
        "export.record",
        "export.office_id",
        "col.office",
        payer,
        "behind.amount",
        "behind.weight",
        "behind.counts",
        "export.events",
    ]

    async def cells(rows: Rows) -> AsyncIterator[Cells]:
        for at in range(0, len(rows), RECORDS_AT_ONCE):
            found = [Row(*row[:-1]) for row in rows[at : at + RECORDS_AT_ONCE]]
            events = await events_of(store, place.code, list(dict.fromkeys(row.record for row in found)))
            told = [(listed(on, key, term.component, row, events[row.record]), events[row.record]) for row in found]
            yield [
                [
                    one.day,
                    one.record,
                    one.office,
                    _office(place, one.office),
                    authority_name(ask.lang, place.authority(one.assigner)) if one.assigner else "",
                    _number(one.amount),
                    None if one.weight is None else Amount(one.weight, 2, "%"),
                    _number(one.adds),
                    "; ".join(_event(ask.lang, event) for event in all_),
                ]
                for one, all_ in told
            ]

    query = rows_of(key, on.basis, last_day(key, on.basis) or period.start, term, ask.query.get("assigner", ""))
    return await whole(store, query, t("behind.list"), [t(name) for name in columns], cells)


def _event(lang: str, one: RecordEvent) -> str:
    became = "" if one.standing in ("live", "retraction") else f" ({names.standing(lang, one.standing)})"
    return f"{moment(one.time)[:10]} {names.event_type(lang, one.type)} {one.id}{became}"


def _office(place: District, id_: str) -> str:
    return place.offices[id_].name if id_ in place.offices else ""


def _count(number: int) -> Amount:
    return Amount(Fraction(number), 0, "")


def _number(value: Fraction) -> Amount:
    return Amount(value, 0 if value.denominator == 1 else formats.WEIGHT_DECIMALS, "")
