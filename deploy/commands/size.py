"""`suoheng size`: how large an installation must be."""

from typing import Annotated

import typer


def size(
    offices: Annotated[
        int | None, typer.Option(min=1, max=1_000_000, help="Offices; without it the usual sizes are shown. 司法所数")
    ] = None,
    years: Annotated[float, typer.Option(min=0.1, max=100, help="Years of events to keep. 保存年限")] = 10,
    replicas: Annotated[int, typer.Option(min=1, max=5, help="Replicas of the log. 日志副本数")] = 3,
    core: Annotated[float, typer.Option(min=0, help="Yuan a core and month. 每核每月(元)")] = 60.0,
    memory: Annotated[float, typer.Option(min=0, help="Yuan a GiB of memory and month. 每 GiB 内存每月(元)")] = 20.0,
    disk: Annotated[float, typer.Option(min=0, help="Yuan a GiB of disk and month. 每 GiB 磁盘每月(元)")] = 0.6,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Partitions, cores, memory, disk, rebuild time and money, on paper, from measured costs. 规模估算:分区、处理器、内存、磁盘、重算时间、费用"""
    import json
    from dataclasses import asdict

    from deploy.sizing import SCOPES, Prices, sized

    scopes = {f"{offices} offices 所": offices} if offices else SCOPES
    sizes = {name: sized(n, years, replicas=replicas, prices=Prices(core, memory, disk)) for name, n in scopes.items()}
    if as_json:
        print(json.dumps({name: asdict(one) for name, one in sizes.items()}, ensure_ascii=False, indent=2))
        return
    from rich.table import Table

    from deploy.console import console

    table = Table("", *sizes, title=f"{years:g} years kept 保存年限, {replicas} replicas 副本", header_style="bold")
    for field, label in LABELS.items():
        table.add_row(label, *(_shown(getattr(one, field)) for one in sizes.values()))
    console().print(table)
    print("Costs of an event: `make bench`. Prices are assumptions: --core, --memory, --disk. 单位成本来自 make bench,价格为假设值")


LABELS = {
    "offices": "offices 司法所",
    "districts": "districts 区县",
    "events_a_year": "events a year 年事件数",
    "events_kept": "events kept 保存事件数",
    "peak_events_a_second": "peak, events/s 峰值",
    "partitions": "partitions 分区",
    "worker_cores": "cores of workers 计算核",
    "other_cores": "cores of sink and stores 入库与存储核",
    "state_gib": "state, GiB of memory 状态内存",
    "kafka_disk_gib": "Kafka, GiB of disk 日志磁盘",
    "clickhouse_disk_gib": "ClickHouse, GiB of disk 数据库磁盘",
    "snapshots_gib": "snapshots, GiB 快照",
    "rebuild_hours": "rebuild, hours 全量重算(小时)",
    "yuan_a_month": "yuan a month 每月费用(元)",
    "breaks_first": "breaks first 最先到限",
}
"""Field of a size -> what it is called."""


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)
