"""`suoheng report`: the values of any days, by any grouping, as they stand now, beside the period before and the year before."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.arguments import require_district
from deploy.errors import Finding, MissingDependency, Usage


def report(
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")],
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="First day, e.g. 2026-03-01. 起始日")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day, included. 截止日(含)")] = "",
    period: Annotated[
        str,
        typer.Option(
            help="Instead of days: ytd, rolling-30, rolling-90, rolling-365, assessment-year, assessment-year:2026, month:2026-03, quarter:2026-Q1, "
            "half:2026-H1, year:2026, week:2026-03-05, day:2026-03-05. 周期"
        ),
    ] = "",
    on: Annotated[
        str,
        typer.Option(metavar="DAY", help="The day with which ytd, rolling-… and assessment-year end; default: the district's today. 截至"),
    ] = "",
    first_month: Annotated[
        int | None,
        typer.Option(min=1, max=12, help="First month of the assessment year; default: SUOHENG_ASSESSMENT_FIRST_MONTH. 考核年度起始月"),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="Tell apart by office, authority, dimension, and by one of day, week, month, quarter, half, year; repeat it, or use commas. 分组"
        ),
    ] = None,
    indicator: Annotated[list[str] | None, typer.Option(help="Indicators by id, or a family such as med; default: all. 指标")] = None,
    mode: Annotated[
        list[str] | None, typer.Option(help="Ways of attribution to authorities; default: each indicator's first. 归属方式")
    ] = None,
    compare: Annotated[bool, typer.Option(help="Beside it the period before and the same days of the year before. 环比、同比")] = True,
    publish: Annotated[
        bool,
        typer.Option(
            "--publish",
            help="For readers outside the bureau: withhold ratios of too few cases and small cells of persons, with what would give them away; give "
            "bounds. Without comparison, by office or authority at most. 供对外公布:隐去小样本与小单元格",
        ),
    ] = False,
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of", metavar="DAY", help="Of calendar windows: as they were reported at the end of that day, e.g. 2026-02-05. 当日所报"
        ),
    ] = "",
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write CSV there; - is standard output. 输出 CSV")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """The values of any days by any grouping, as of now or as reported on a day. 任意时段、任意分组的指标,含环比、同比

    Flows are summed by their days, stocks read on the last day, persons counted once, quantiles and ratios formed anew from their parts; never sums of
    values. What a calendar window has as its value, a report of the same days has too.
    """
    require_district(district)
    if csv and as_json:
        raise Usage("--csv and --json exclude each other: choose one")
    if publish:
        _check_publishable(by or [], mode or [])
    found = _read(
        district, (period, first, last, on, first_month), (by or [], indicator or [], mode or []), as_of, compare=compare and not publish
    )
    if publish:
        from consumers.report.report import to_publish

        found = to_publish(found)
    _tell(found, csv, as_json=as_json)


def _check_publishable(by: list[str], mode: list[str]) -> None:
    """Small cells are looked for among the parts of one sum."""
    groups = {part.strip() for word in by for part in word.split(",")}
    if "dimension" in groups or {"office", "authority"} <= groups:
        raise Usage("--publish tells apart by office or by authority, not by both nor by dimension: finer cells give small ones away")
    if len({part.strip() for word in mode for part in word.split(",")}) > 1:
        raise Usage("--publish takes one --mode: values of several give small cells away")


def _read(
    district: str,
    days: tuple[str, str, str, str, int | None],
    groups: tuple[list[str], list[str], list[str]],
    as_of: str,
    *,
    compare: bool,
) -> Any:
    from consumers.report.ground import read
    from consumers.report.report import read_report
    from deploy.asking_clickhouse import clickhouse_errors_told
    from deploy.report import question
    from schemas.settings import settings

    configured = settings()
    name, first, last, on, first_month = days
    try:
        with clickhouse_errors_told(configured):
            ground = read(configured, district)
            if ground is None:
                raise Finding(f"there is no district {district} in this database; `suoheng wait` waits until all of the log is in it")
            grouping = question.grouping(ground, *groups, compare=compare)
            asked = question.period(ground, name, first, last, on, first_month or configured.assessment_first_month)
            return read_report(configured, ground, asked, grouping, question.day("--as-of", as_of) if as_of else None)
    except ValueError as error:
        raise Usage(str(error)) from None


def _tell(found: Any, csv: Path | None, *, as_json: bool) -> None:
    import json
    import sys

    from deploy.report.show import document, print_csv, print_report

    if as_json:
        print(json.dumps(document(found), default=str, ensure_ascii=False))
    elif csv is None:
        print_report(found)
    elif str(csv) == "-":
        print_csv(found, sys.stdout)
    else:
        try:
            # With a byte order mark, without which spreadsheet programs take Chinese for something else.
            with csv.open("w", encoding="utf-8-sig", newline="") as file:
                print_csv(found, file)
        except OSError as error:
            raise MissingDependency(f"{csv} cannot be written: {error.strerror}; name another file") from error
        print(f"{len(found.lines)} lines 行 → {csv}")
