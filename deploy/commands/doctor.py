"""`suoheng doctor`: is everything there that the product needs, and does it fit?"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from schemas.settings import Settings

LEAST_KAFKA = (4, 0)
LEAST_CLICKHOUSE = (25, 8)
LEAST_FREE_GIB = 2
ENDING_DAYS = 14
"""Gateway keys that end sooner are told, unless another one speaks for the same."""
CLOCK_SECONDS = 60
"""Clocks further apart than this are told: from five minutes on events are refused as being in the future."""


@dataclass(frozen=True, slots=True)
class Check:
    """One look: `finding` says what is there; when it is not right, also what to do."""

    name: str
    ok: bool
    finding: str
    unreachable: bool = False


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print all checks as one JSON document.")] = False) -> None:
    """Check connections, versions, topics, tables, disk, ports, keys, Java and clocks. 体检

    Ends with 0 when all is well, 1 when a check failed, 3 when Kafka or ClickHouse cannot be reached.
    """
    import json

    from deploy.errors import Finding, MissingDependency
    from schemas.settings import settings

    checks = list(all_checks(settings()))
    failed = [check for check in checks if not check.ok]
    if as_json:
        print(json.dumps({"ok": not failed, "checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        for check in checks:
            print(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:<12}{check.finding}")
    if any(check.unreachable for check in failed):
        raise MissingDependency("cannot reach " + " and ".join(check.name for check in failed if check.unreachable))
    if failed:
        raise Finding(f"{len(failed)} of {len(checks)} checks failed: " + ", ".join(check.name for check in failed))


def all_checks(settings: Settings) -> Iterator[Check]:
    """Every check in turn; what a failed connection makes pointless is left out."""
    yield _python()
    yield _guarded("Java", lambda: _java(settings))
    yield _disk(settings)
    yield _ports(settings)
    yield _guarded("keys", lambda: _keys(settings))
    kafka = _guarded("Kafka", lambda: _kafka(settings), unreachable=True)
    yield kafka
    if not kafka.unreachable:
        yield _guarded("topics", lambda: _topics(settings))
        yield _guarded("epochs", lambda: _epochs(settings))
    clickhouse = _guarded("ClickHouse", lambda: _clickhouse(settings), unreachable=True)
    yield clickhouse
    if not clickhouse.unreachable:
        tables = _guarded("tables", lambda: _tables(settings))
        yield tables
        if tables.ok:
            yield _guarded("calendar", lambda: _calendar(settings))
        yield _guarded("clock", lambda: _clock(settings))


def _guarded(name: str, look: Callable[[], Check], *, unreachable: bool = False) -> Check:
    """A check that may not even get an answer."""
    from clickhouse_connect.driver.exceptions import ClickHouseError
    from kafka.errors import KafkaError

    from deploy.errors import CommandError

    try:
        return look()
    except CommandError as error:
        return Check(name, ok=False, finding=str(error), unreachable=unreachable)
    except (KafkaError, ClickHouseError, OSError) as error:
        told = " ".join(str(error).split())[:200] or type(error).__name__
        return Check(name, ok=False, finding=told, unreachable=unreachable)


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", sys.version_info >= (3, 11), f"{version} at {sys.executable}; 3.11 or newer is needed")


def _java(settings: Settings) -> Check:
    from deploy.local.jars import locked_jars, missing_jars
    from deploy.local.java import find_java, java_major

    java = find_java(settings)
    major = java_major(java)
    missing = missing_jars(settings.cache)
    jars = f"{len(missing)} of Kafka's {len(locked_jars())} jars are still to be fetched" if missing else "Kafka's jars verified"
    return Check("Java", ok=True, finding=f"{major} at {java}; {jars} (only the local Kafka needs them)")


def _disk(settings: Settings) -> Check:
    folder = settings.data.resolve()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free / 2**30
    advice = "" if free >= LEAST_FREE_GIB else f"; make room or set SUOHENG_DATA to a folder with {LEAST_FREE_GIB} GiB free"
    return Check("disk", free >= LEAST_FREE_GIB, f"{free:.1f} GiB free in {there}{advice}")


def _ports(settings: Settings) -> Check:
    """The local stack's ports are all free (it can start) or all in use (it runs); anything between is somebody else."""
    from deploy.local.stack import is_free, needed_ports

    ports = needed_ports(settings, workers=1)
    taken = [f"{port} ({what})" for host, port, what in ports if not is_free(host, port)]
    first, last = settings.port_base, max(port for _, port, _ in ports)
    if not taken:
        return Check("ports", ok=True, finding=f"{first}…{last} are free for `suoheng up`")
    if len(taken) == len(ports):
        return Check("ports", ok=True, finding=f"{first}…{last} are all in use: the stack runs")
    return Check("ports", ok=False, finding=f"in use: {', '.join(taken)}; `suoheng up` needs other ports (SUOHENG_PORT_BASE)")


def _keys(settings: Settings) -> Check:
    """The gateway's keys can be read, and none of them is about to end without another of the same offices."""
    from datetime import UTC, datetime, timedelta

    from deploy.credentials import read

    now = datetime.now(UTC)
    found = read(settings)
    live = [one for one in found.values() if one.state(now) == "live"]
    staying = {one.scope._replace(key="") for one in live if one.state(now + timedelta(days=ENDING_DAYS)) == "live"}
    ending = [one.id for one in live if one.scope._replace(key="") not in staying]
    if ending:
        told = f"end within {ENDING_DAYS} days: {', '.join(ending[:5])}; `suoheng credentials rotate` them"
        return Check("keys", ok=False, finding=told)
    what = f"{len(live)} of {len(found)} live" if found else "none: the gateway takes events from this machine only"
    return Check("keys", ok=True, finding=what)


def _kafka(settings: Settings) -> Check:
    from deploy.topics import administration

    with administration(settings) as admin:
        brokers = admin.describe_cluster()["brokers"]
        version = admin.get_broker_version_data(brokers[0]["broker_id"]).broker_version
    advice = "" if version >= LEAST_KAFKA else f"; {_dotted(LEAST_KAFKA)} or newer is needed"
    return Check(
        "Kafka", version >= LEAST_KAFKA, f"{len(brokers)} broker(s) at {settings.kafka}, protocol of {_dotted(version)} or newer{advice}"
    )


def _topics(settings: Settings) -> Check:
    from deploy.topics import check_topics

    complaints = check_topics(settings)
    return Check("topics", not complaints, "; ".join(complaints) or f"all there, {settings.partitions} partitions each")


def _epochs(settings: Settings) -> Check:
    """Which epoch is served; a switch that is not finished stays so only while something is in its way."""
    from deploy.rebuild.places import places
    from deploy.topics import epochs_beside

    with places(settings) as found:
        served = found.served()
        left = found.unfinished(served)
    kept = ", ".join(str(epoch) for epoch in epochs_beside(settings) if epoch != served)
    advice = f"; {len(left)} partitions hold another one's rows: look into the workers' logs" if left else ""
    return Check("epochs", not left, f"{served} is served{advice}; kept beside: {kept or 'none'}")


def _clickhouse(settings: Settings) -> Check:
    from consumers.clickhouse.client import OperationalError, connect
    from deploy.errors import MissingDependency

    try:
        client = connect(settings, database=False, timeout_s=10)
    except OperationalError as error:
        raise MissingDependency(f"no answer at {settings.clickhouse_url}: start it (`suoheng up`) or set SUOHENG_CLICKHOUSE_URL") from error
    with client:
        version = tuple(int(part) for part in str(client.command("SELECT version()")).split(".")[:2])
    advice = "" if version >= LEAST_CLICKHOUSE else f"; {_dotted(LEAST_CLICKHOUSE)} or newer is needed"
    return Check("ClickHouse", version >= LEAST_CLICKHOUSE, f"{_dotted(version)} at {settings.clickhouse_url}{advice}")


def _tables(settings: Settings) -> Check:
    from consumers.clickhouse.client import connect
    from deploy.migrate import shipped

    expected = {migration.number: migration.checksum for migration in shipped()}
    with connect(settings, database=False, timeout_s=10) as client:
        database = settings.clickhouse_database
        if client.command(
            "SELECT count() FROM system.tables WHERE database = {d:String} AND name = 'migrations'", parameters={"d": database}
        ):
            query = "SELECT number, checksum FROM {d:Identifier}.migrations FINAL"
            found = {row[0]: row[1] for row in client.query(query, parameters={"d": database}).result_rows}
        else:
            found = {}
    if found == expected:
        return Check("tables", ok=True, finding=f"{len(found)} migrations in force in database {database}")
    advice = "run `suoheng migrate`" if found.keys() <= expected.keys() else "use the newer build that made them"
    return Check("tables", ok=False, finding=f"database {database} has {len(found)} migrations, this build {len(expected)}: {advice}")


def _clock(settings: Settings) -> Check:
    """This machine's clock beside ClickHouse's, less half of the time that asking took."""
    from consumers.clickhouse.client import connect

    with connect(settings, database=False, timeout_s=10) as client:
        asked = time.time()
        theirs = float(str(client.command("SELECT toUnixTimestamp64Milli(now64(3))"))) / 1000
        ahead = theirs - (asked + time.time()) / 2
    advice = "" if abs(ahead) < CLOCK_SECONDS else "; set both clocks by NTP"
    return Check("clock", abs(ahead) < CLOCK_SECONDS, f"ClickHouse's differs from this machine's by {ahead:+.1f} s{advice}")


def _calendar(settings: Settings) -> Check:
    """Years whose holidays nobody has told; the State Council tells them each November. Nothing is broken by it, so it is said and does not fail."""
    from datetime import date

    from consumers.clickhouse.client import connect

    today = date.today()  # noqa: DTZ011  the year that people here write
    wanted = [today.year, *[today.year + 1] * (today.month == 12)]
    query = "SELECT district, groupArray(year) FROM working_years WHERE year IN {y:Array(UInt16)} GROUP BY district ORDER BY district"
    with connect(settings, timeout_s=10) as client:
        known = {row[0]: row[1] for row in client.query(query, {"y": wanted}).result_rows}
        districts = [row[0] for row in client.query("SELECT district FROM districts").result_rows]
    lacking = [f"{year} of {one}" for one in districts for year in wanted if year not in known.get(one, ())]
    if not lacking:
        return Check("calendar", ok=True, finding=f"working days of {' and '.join(map(str, wanted))} are known")
    named = ", ".join(lacking[:3]) + (f" and {len(lacking) - 3} more" if len(lacking) > 3 else "")
    return Check("calendar", ok=True, finding=f"PROVISIONAL, Monday to Friday: {named}; `suoheng calendar import` or `edit` decides them")


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
