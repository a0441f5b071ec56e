"""`suoheng calendar`: the working days by which limits are counted, and what a district decides of them. 工作日历"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.arguments import require_district
from deploy.errors import Finding, Usage

if TYPE_CHECKING:
    from deploy.working_days.year import Year

TYPE = "reg.calendar.decided"
_YEARS = (1990, 2149)

DistrictOption = Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")]
DocOption = Annotated[str, typer.Option("--doc-no", help="Number of the notice, e.g. 国办发明电〔2026〕9号. 文号")]
YesOption = Annotated[bool, typer.Option("--yes", help="Publish; without it only what would change is shown. 确认发布")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
DaysOption = Annotated[
    list[str] | None, typer.Option(metavar="DAYS", help="2027-02-13, or 2027-02-06..2027-02-12; repeat it, or use commas.")
]


def show(
    district: Annotated[str, typer.Option(help="Six-digit code; without it the days shipped with the product. 区划代码")] = "",
    year: Annotated[list[int] | None, typer.Option(min=1990, max=2149, help="Years; default: this one and the next. 年份")] = None,
    as_json: JsonOption = False,
) -> None:
    """The working days of years, and on what ground: decided, shipped, or provisional. 查看工作日历

    A year that nobody has decided and that is not shipped is provisional: Monday to Friday are taken, and limits are counted again once it is decided.
    """
    known, today = _known(district)
    wanted = year or [today.year, today.year + 1]
    found = [_year(known, one) for one in wanted]
    if as_json:
        print(json.dumps({"district": district, "years": [_document(one) for one in found]}, ensure_ascii=False, default=str))
        return
    _print_years(district, found)


def import_(
    file: Annotated[Path | None, typer.Argument(help="CSV: a line a day, 2027-02-06,off or 2027-02-13,work (休、班). 文件")] = None,
    district: DistrictOption = "",
    doc_no: DocOption = "",
    package: Annotated[
        bool, typer.Option("--package", help="Take the years that the installed package chinesecalendar knows. 取自 chinesecalendar 软件包")
    ] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Decide whole years from a file, or from the package chinesecalendar. 导入工作日历

    A year that occurs is told completely by it; what it says instead of what holds now is shown, and published with --yes.
    """
    from deploy.working_days.file import read_years

    if (file is None) == (not package):
        raise Usage("say from where: a file, or --package")
    known, _ = _known(require_district(district))
    years = read_years(file) if file else _of_package()
    _decide(district, known, years, doc_no or ("chinesecalendar" if package else ""), yes=yes, as_json=as_json)


def edit(
    district: DistrictOption,
    year: Annotated[int, typer.Option(min=_YEARS[0], max=_YEARS[1], help="The year. 年份")],
    off: DaysOption = None,
    work: DaysOption = None,
    clear: DaysOption = None,
    doc_no: DocOption = "",
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Change days of a year: off, worked, or cleared (as weekdays and weekends are). 修改工作日历

    The decision published with --yes is complete: the days that hold now, with these changes.
    """
    from deploy.working_days.year import parse_days

    if not (off or work or clear):
        raise Usage("say which days: --off, --work or --clear")
    days = [parse_days(texts or [], option) for texts, option in ((off, "--off"), (work, "--work"), (clear, "--clear"))]
    known, _ = _known(require_district(district))
    _decide(district, known, [_year(known, year).changed(*days)], doc_no, yes=yes, as_json=as_json)


def _decide(district: str, known: "dict[int, Year]", years: "Sequence[Year]", doc_no: str, *, yes: bool, as_json: bool) -> None:
    """Show what years would change, and publish those that do."""
    from deploy.deciding import bureau_event, publish_events, require_valid

    if outside := [one.year for one in years if not _YEARS[0] <= one.year <= _YEARS[1]]:
        raise Usage(f"{outside[0]}: years from {_YEARS[0]} to {_YEARS[1]} can be decided")
    changes = {one.year: _year(known, one.year).differs(one) for one in years}
    new = [one for one in years if changes[one.year] or _year(known, one.year).state == "provisional"]
    if new and not doc_no:
        raise Usage("which notice decides it? give --doc-no")
    now = datetime.now(UTC)
    events = [bureau_event(district, TYPE, f"calendar-{one.year}", one.data(doc_no), now) for one in new]
    for event in events:
        require_valid(event, f"the calendar of {event['data']['year']}")
    if yes:
        publish_events(events)
    if as_json:
        told = [{"year": one.year, "changes": changes[one.year], "working_days": sum(one.by_month())} for one in new]
        print(json.dumps({"district": district, "published": yes and bool(events), "years": told}, ensure_ascii=False))
        return
    for one in new:
        print(f"{one.year}: {sum(one.by_month())} working days 工作日, {len(changes[one.year])} days change 变动")
        print("\n".join(f"  {line}" for line in changes[one.year]))
    if not new:
        print("nothing to decide: it is so already 无需变更")
    else:
        print(f"{len(events)} decision(s) published 已发布" if yes else "nothing was published; --yes publishes it 未发布,加 --yes 发布")


def _known(district: str) -> "tuple[dict[int, Year], date]":
    """What holds of each year that anything is known of, and the district's today. Without a district: what is shipped."""
    from deploy.working_days.year import Year
    from streams.core.windows import to_date
    from streams.core.workdays import SHIPPED

    if not district:
        shipped = {
            year: Year(year, "shipped", frozenset(map(to_date, off)), frozenset(map(to_date, worked)))
            for year, (off, worked) in SHIPPED.items()
        }
        return shipped, datetime.now(UTC).date()
    return _asked(require_district(district))


def _asked(district: str) -> "tuple[dict[int, Year], date]":
    from deploy.asking_clickhouse import asking_clickhouse
    from deploy.working_days.year import Year
    from schemas.settings import settings

    given = {"district": district}
    with asking_clickhouse(settings()) as client:
        today = client.query("SELECT max(today) FROM districts WHERE district = {district:String} HAVING count() > 0", given).result_rows
        rows = client.query(
            "SELECT year, state, off, worked, doc_no FROM working_years WHERE district = {district:String}", given
        ).result_rows
    if not today:
        raise Finding(f"there is no district {district} in this database; `suoheng wait` waits until all of the log is in it")
    return {year: Year(year, state, frozenset(off), frozenset(worked), doc_no) for year, state, off, worked, doc_no in rows}, today[0][0]


def _year(known: "dict[int, Year]", year: int) -> "Year":
    from deploy.working_days.year import Year

    return known.get(year, Year(year))


def _of_package() -> "list[Year]":
    from chinese_calendar import constants

    from deploy.working_days.year import Year

    def of(days: Iterable[date], year: int) -> frozenset[date]:
        return frozenset(day for day in days if day.year == year)

    years = sorted({day.year for day in constants.holidays})
    return [Year(year, "decided", of(constants.holidays, year), of(constants.workdays, year)) for year in years]


def _document(one: "Year") -> dict[str, Any]:
    return {
        "year": one.year,
        "state": one.state,
        "doc_no": one.doc_no,
        "off": sorted(one.off),
        "worked": sorted(one.worked),
        "working_days": sum(one.by_month()),
        "by_month": one.by_month(),
    }


def _print_years(district: str, years: "Sequence[Year]") -> None:
    from rich.markup import escape

    from deploy.console import console
    from deploy.working_days.year import spans

    grounds = {"decided": "decided 已发布", "shipped": "shipped 随产品", "provisional": "PROVISIONAL 暂定"}
    out = console()
    for one in years:
        ground = grounds[one.state] + (f" {escape(one.doc_no)}" if one.doc_no else "")
        out.print(f"[bold]{one.year}[/] {district} {ground}: {sum(one.by_month())} working days 工作日")
        if one.state == "provisional":
            out.print(
                "  nobody has decided this year: Monday to Friday are taken (`suoheng calendar edit`, `import`) 无人发布,按周一至周五计"
            )
            continue
        out.print(f"  off 休: {spans(one.off) or '–'}\n  worked 班: {spans(one.worked) or '–'}")
        out.print("  by month 各月: " + " ".join(map(str, one.by_month())))
