"""The demo's results as tables for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from deploy.demo import huangshi
from deploy.demo.results import Check, Results

LABELS = {
    "neighbour": "邻里",
    "marriage_family": "婚姻家庭",
    "damage_compensation": "损害赔偿",
    "house_site": "房屋宅基地",
    "medical": "医疗",
    "other": "其他",
    "contract": "合同",
    "traffic": "道路交通事故",
    "production_business": "生产经营",
    "demolition": "征地拆迁",
    "forest_land": "山林土地",
    "labour": "劳动争议",
    "consumer": "消费",
    "environment": "环境污染",
    "property_mgmt": "物业",
    "proactive": "主动调解",
    "applied": "申请调解",
    "referred": "委托移送",
}


def show(results: Results, console: Console) -> None:
    """Print everything but the verdicts."""
    console.print(_offices(results), _payers(results), _brief(results), _alerts(results), _letters(results), _flows(results), sep="\n")


def verdicts(checks: Sequence[Check], console: Console) -> None:
    """Print what must hold and whether it does."""
    table = _table("Does it hold? 核对", "what 事项", "found 结果", "")
    for check in checks:
        table.add_row(check.name, check.found, "yes 是" if check.holds else "[bold red]NO 否[/]")
    console.print(table)


def _table(title: str, *columns: str, numbers: Sequence[str] = ()) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left")
    return table


def _offices(results: Results) -> Table:
    numbers = ("rooms m² 用房", "people 人员", "cases 受理", "success 成功率")
    table = _table(
        "The district of the report, before → now 报告中的区 (cases and success: this year)",
        "office 司法所",
        *numbers[:2],
        "rated 评定",
        *numbers[2:],
        numbers=numbers,
    )
    for row in results.offices:
        area, staff = (
            f"{_number(row.area_before, 1)} → {_number(row.area_now, 1)}",
            f"{_number(row.staff_before)} → {_number(row.staff_now)}",
        )
        table.add_row(row.name, area, staff, row.ratings or "–", f"{row.accepted:,}", _percent(row.success))
    return table


def _payers(results: Results) -> Table:
    modes = ("share 按份额", "full 全额", "lead 主要", "ordered 交办")
    table = _table("Cases concluded this year, by who pays 办结件数按经费保障方", "authority 机关", *modes, numbers=modes)
    for row in results.payers:
        table.add_row(
            row.name or row.authority, f"{row.share_weighted:,.1f}", f"{row.full:,.0f}", f"{row.lead:,.0f}", f"{row.assigned_by:,.0f}"
        )
    return table


def _brief(results: Results) -> Table:
    table = _table("Huangshi city, August 2016, printed back 黄石市2016年8月简报", "", "n", "share 占比", numbers=("n", "share 占比"))
    total = results.brief.get(("med_accepted_cnt", ""), (0, None))[0]
    table.add_row("accepted 受理", str(total), "")
    for indicator, dimension in huangshi.brief():
        if indicator == "med_accepted_cnt" and dimension:
            number = results.brief.get((indicator, dimension), (0, None))[0]
            code = dimension.partition("=")[2]
            table.add_row(f"  {LABELS[code]} {code}", str(number), _percent(number / total if total else None))
    for label, indicator in (
        ("agreed / accepted 达成协议/受理", "med_success_rate_accepted"),
        ("agreed / concluded 达成协议/办结", "med_success_rate"),
    ):
        numerator, denominator = results.brief.get((indicator, ""), (0, None))
        table.add_row(label, f"{numerator}/{denominator or 0}", _percent(numerator / denominator if denominator else None))
    return table


def _alerts(results: Results) -> Table:
    table = _table("Alerts 预警", "state 状态", "severity 级别", "rule 规则", "office 司法所", "since 起", "why 原因")
    for row in results.alerts:
        table.add_row(row.state, row.severity, row.title, row.subject, row.since, row.why)
    return table


def _letters(results: Results) -> Table:
    table = _table("Dead letters 死信", "code 代码", "detail 详情", "office 司法所", "n", numbers=("n",))
    for row in results.letters:
        table.add_row(row.code, row.detail, row.office, str(row.number))
    return table


def _flows(results: Results) -> Table:
    columns = ("read 读取", "admitted 采纳", "duplicates 重复", "dead letters 死信", "pending 待定")
    table = _table("Nothing is lost 事件守恒", "district 区划", *columns, numbers=columns)
    for row in results.flows:
        table.add_row(row.district or "?", *(f"{number:,}" for number in row[1:]))
    return table


def _number(value: float | None, places: int = 0) -> str:
    return "–" if value is None else f"{value:,.{places}f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
