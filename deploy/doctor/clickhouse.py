"""Checks of ClickHouse and of what its tables say: migrations, clock, dead letters, years of the calendar."""

import time
from datetime import date

from consumers.clickhouse.client import OperationalError, connect
from deploy.doctor.check import Check, ill, judged, well
from deploy.errors import MissingDependency
from schemas.settings import Settings

LEAST_CLICKHOUSE = (25, 8)
CLOCK_SECONDS = 60
"""Clocks further apart than this are told: from five minutes on events are refused as being in the future."""
LETTER_DAYS, FEW_LETTERS, LETTER_SHARE = 7, 20, 0.01
"""Dead letters of a week pile up when they are more than a few and more than one event in a hundred."""


def clickhouse(given: Settings) -> Check:
    """It answers and is new enough. Raises MissingDependency when it does not answer."""
    try:
        client = connect(given, database=False, timeout_s=10)
    except OperationalError as error:
        raise MissingDependency(f"no answer at {given.clickhouse_url}: start it (`suoheng up`) or set SUOHENG_CLICKHOUSE_URL") from error
    with client:
        version = tuple(int(part) for part in str(client.command("SELECT version()")).split(".")[:2])
    least, dotted = ".".join(map(str, LEAST_CLICKHOUSE)), ".".join(map(str, version))
    found = (f"{given.clickhouse_url},版本 {dotted}", f"{dotted} at {given.clickhouse_url}")
    return judged("ClickHouse", found, (f"需要 {least} 或更新", f"{least} or newer is needed"), right=version >= LEAST_CLICKHOUSE)


def tables(given: Settings) -> Check:
    """The migrations of this build are in force, no more and no fewer."""
    from deploy.migrate import shipped

    expected = {migration.number: migration.checksum for migration in shipped()}
    database = given.clickhouse_database
    with connect(given, database=False, timeout_s=10) as client:
        there = "SELECT count() FROM system.tables WHERE database = {d:String} AND name = 'migrations'"
        query = "SELECT number, checksum FROM {d:Identifier}.migrations FINAL"
        rows = client.query(query, {"d": database}).result_rows if client.command(there, parameters={"d": database}) else []
    found = {row[0]: row[1] for row in rows}
    if found == expected:
        return well("tables", f"数据库 {database} 已有 {len(found)} 个迁移", f"{len(found)} migrations in force in database {database}")
    newer = not found.keys() <= expected.keys()
    return ill(
        "tables",
        (
            f"数据库 {database} 有 {len(found)} 个迁移,本版本为 {len(expected)} 个",
            f"database {database} has {len(found)} migrations, this build {len(expected)}",
        ),
        ("改用建表的较新版本", "use the newer build that made them") if newer else ("运行 `suoheng migrate`", "run `suoheng migrate`"),
    )


def clock(given: Settings) -> Check:
    """This machine's clock beside ClickHouse's, less half of the time that asking took."""
    with connect(given, database=False, timeout_s=10) as client:
        asked = time.time()
        theirs = float(str(client.command("SELECT toUnixTimestamp64Milli(now64(3))"))) / 1000
        ahead = theirs - (asked + time.time()) / 2
    return judged(
        "clock",
        (f"ClickHouse 与本机相差 {ahead:+.1f} 秒", f"ClickHouse's differs from this machine's by {ahead:+.1f} s"),
        ("用 NTP 校准两者", "set both clocks by NTP"),
        right=abs(ahead) < CLOCK_SECONDS,
    )


def letters(given: Settings) -> Check:
    """Open dead letters of the last days beside the events of the same days."""
    query = (
        "SELECT count(), topK(1)(code)[1], countIf(code = topK_code) FROM (SELECT code, (SELECT topK(1)(code)[1] FROM letters(district = '') "
        "WHERE state = 'open' AND received_at > now() - toIntervalDay({days:UInt8})) AS topK_code FROM letters(district = '') "
        "WHERE state = 'open' AND received_at > now() - toIntervalDay({days:UInt8}))"
    )
    with connect(given, timeout_s=60) as client:
        (count, code, of_code), *_ = client.query(query, {"days": LETTER_DAYS}).result_rows
        (events,), *_ = client.query(
            "SELECT count() FROM events WHERE appended_at > now() - toIntervalDay({d:UInt8})", {"d": LETTER_DAYS}
        ).result_rows
    most = f", {code} {of_code:,}" if count else ""
    return judged(
        "letters",
        (
            f"近 {LETTER_DAYS} 天未处理 {count:,} 封,同期事件 {events:,} 条{most}",
            f"{count:,} open of the last {LETTER_DAYS} days, beside {events:,} events{most}",
        ),
        (
            "`suoheng dead-letters list` 查看,`suoheng dead-letters digest` 给各所改正办法",
            "`suoheng dead-letters list` shows them, `suoheng dead-letters digest` tells each office the cure",
        ),
        right=count <= max(FEW_LETTERS, LETTER_SHARE * events),
    )


def calendar(given: Settings) -> Check:
    """Years whose holidays nobody has told; the State Council tells them each November. Nothing is broken by it, so it is said and does not fail."""
    today = date.today()  # noqa: DTZ011  the year that people here write
    wanted = [today.year, *[today.year + 1] * (today.month == 12)]
    query = "SELECT district, groupArray(year) FROM working_years WHERE year IN {y:Array(UInt16)} GROUP BY district ORDER BY district"
    with connect(given, timeout_s=10) as client:
        known = {row[0]: row[1] for row in client.query(query, {"y": wanted}).result_rows}
        districts = [row[0] for row in client.query("SELECT district FROM districts").result_rows]
    lacking = [(year, one) for one in districts for year in wanted if year not in known.get(one, ())]
    if not lacking:
        years = (" 和 ", " and ")
        zh, en = (between.join(map(str, wanted)) for between in years)
        return well("calendar", f"{zh} 年工作日已知", f"working days of {en} are known")
    more = len(lacking) - 3
    zh = "、".join(f"{one} 的 {year} 年" for year, one in lacking[:3]) + (f"等 {len(lacking)} 项" if more > 0 else "")
    en = ", ".join(f"{year} of {one}" for year, one in lacking[:3]) + (f" and {more} more" if more > 0 else "")
    return well(
        "calendar",
        f"暂按周一至周五:{zh};用 `suoheng calendar import` 或 `edit` 决定",
        f"PROVISIONAL, Monday to Friday: {en}; `suoheng calendar import` or `edit` decides them",
    )
