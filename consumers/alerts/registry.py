"""What the registry says of each district, out of ClickHouse: who has which role now, names, working days decided."""

from collections import defaultdict
from datetime import date

from consumers.alerts.telling.directory import Authority, Directory
from consumers.clickhouse.client import Client, connect
from consumers.reconcile.calendar import YearDays
from schemas.settings import Settings

_TIMEOUT_S = 10.0


def directories(settings: Settings, today: date) -> dict[str, Directory]:
    """By district. Raises one of `CLICKHOUSE_ERRORS`."""
    with connect(settings, timeout_s=_TIMEOUT_S) as client:
        districts = [str(district) for (district,) in client.query("SELECT DISTINCT district FROM districts").result_rows]
        return {district: _directory(client, district, today) for district in districts}


def _directory(client: Client, district: str, today: date) -> Directory:
    of = {"district": district, "today": today}
    offices = client.query("SELECT office, name FROM offices WHERE district = {district:String}", of).result_rows
    authorities = client.query("SELECT authority, name, kind FROM authorities WHERE district = {district:String}", of).result_rows
    shares = client.query(
        "SELECT office, role, authority FROM splits WHERE district = {district:String} AND valid_from <= {today:Date} "
        "AND (valid_until IS NULL OR valid_until > {today:Date}) AND bp > 0 GROUP BY office, role, authority ORDER BY max(bp) DESC, authority",
        of,
    ).result_rows
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for office, role, authority in shares:
        holders[str(office), str(role)].append(str(authority))
    return Directory(
        {str(id_): str(name) for id_, name in offices},
        {str(id_): Authority(str(name), str(kind)) for id_, name, kind in authorities},
        {key: tuple(ids) for key, ids in holders.items()},
        _decided(client, of),
    )


def _decided(client: Client, of: dict[str, object]) -> YearDays:
    rows = client.query("SELECT year, off, worked FROM calendars WHERE district = {district:String}", of).result_rows
    return {int(year): tuple(frozenset(day.toordinal() for day in days) for days in (off, worked)) for year, off, worked in rows}  # type: ignore[misc]
