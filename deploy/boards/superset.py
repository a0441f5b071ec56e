"""Dashboards as Superset's import bundle: a database without a password, a dataset for each panel, charts, a page with native filters.

Superset has no choices inside a query: a dataset asks its view for all districts and months that the login may see, and filters narrow it. So datasets
are their own queries (`DATASETS`), over the same views. It shows every time as if it were UTC: days and times of Beijing are handed over as if they
were, or the first of March would be shown as the last of February, 16:00.

Identifiers are derived from names, so the bundle imported again doubles nothing. It replaces the page; charts and datasets that are there stay as they
are until they are deleted in Superset. Tried with Superset 6.1: imported, every chart drawn.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

import yaml

_HOME = "https://suoheng.invalid/superset"
VERSION = "1.0.0"
"""Of the bundle's format."""

Type = Literal["STRING", "FLOAT", "INTEGER", "DATETIME"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A query that Superset shows as a table; columns by name with their type, the first DATETIME being its time."""

    name: str
    about: str
    sql: str
    columns: Mapping[str, Type] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of a dataset: a table of columns, or lines of an average by another column."""

    name: str
    dataset: str
    kind: Literal["table", "line"]
    columns: tuple[str, ...]
    width: int = 12
    only: str = ""
    """A condition in SQL on its rows."""


_VALUE: Mapping[str, Type] = {
    "month": "DATETIME", "district": "STRING", "subject_kind": "STRING", "subject_id": "STRING", "indicator": "STRING", "name_zh": "STRING",
    "name_en": "STRING", "unit": "STRING", "mode": "STRING", "value": "FLOAT", "numerator": "INTEGER", "denominator": "INTEGER",
    "period_state": "STRING",
}  # fmt: skip

DATASETS = (
    Dataset(
        "suoheng_monthly_values",
        "月度指标值 Values of whole months, with names",
        "SELECT toDateTime(v.window_start, 'UTC') AS month, v.district AS district, v.subject_kind AS subject_kind, "
        "v.subject_id AS subject_id, v.indicator AS indicator, i.zh AS name_zh, i.en AS name_en, i.unit AS unit, v.mode AS mode, v.value AS value, "
        "v.numerator AS numerator, v.denominator AS denominator, v.period_state AS period_state "
        "FROM indicator_values AS v INNER JOIN indicators AS i ON i.id = v.indicator WHERE v.window_kind = 'month' AND v.dimension = ''",
        _VALUE,
    ),
    Dataset(
        "suoheng_offices",
        "司法所 Offices",
        "SELECT district, office, name, toDateTime(opened_on, 'UTC') AS opened_on, toString(closed_on) AS closed_on FROM offices",
        {"district": "STRING", "office": "STRING", "name": "STRING", "opened_on": "DATETIME", "closed_on": "STRING"},
    ),
    Dataset(
        "suoheng_shares",
        "经费分担 Who pays which share",
        "SELECT toDateTime(valid_from, 'UTC') AS valid_from, toString(valid_until) AS valid_until, district, office, role, cost_category, "
        "authority, bp / 10000 AS share FROM splits",
        {
            "valid_from": "DATETIME",
            "valid_until": "STRING",
            "district": "STRING",
            "office": "STRING",
            "role": "STRING",
            "cost_category": "STRING",
            "authority": "STRING",
            "share": "FLOAT",
        },
    ),
    Dataset(
        "suoheng_alerts",
        "预警 Alerts",
        "SELECT toDateTime(formatDateTime(started_at, '%F %T', 'Asia/Shanghai'), 'UTC') AS started_at, district, rule, severity, subject, state, value, threshold FROM alerts",
        {
            "started_at": "DATETIME",
            "district": "STRING",
            "rule": "STRING",
            "severity": "STRING",
            "subject": "STRING",
            "state": "STRING",
            "value": "FLOAT",
            "threshold": "FLOAT",
        },
    ),
)

CHARTS = (
    Chart(
        "区县比率走势 Rates of districts by month",
        "suoheng_monthly_values",
        "line",
        ("district", "name_zh"),
        only="subject_kind = 'district' AND mode = 'none' AND unit = 'percent' "
        "AND indicator IN ('med_success_rate', 'med_fulfilment_rate', 'cor_visit_coverage', 'res_help_rate')",
    ),
    Chart(
        "月度明细 Values",
        "suoheng_monthly_values",
        "table",
        ("month", "subject_id", "name_zh", "mode", "value", "numerator", "denominator", "period_state"),
    ),
    Chart("司法所 Offices", "suoheng_offices", "table", ("district", "office", "name", "opened_on", "closed_on"), 6),
    Chart(
        "经费分担 Shares",
        "suoheng_shares",
        "table",
        ("office", "role", "cost_category", "authority", "share", "valid_from", "valid_until"),
        6,
    ),
    Chart("预警 Alerts", "suoheng_alerts", "table", ("started_at", "rule", "severity", "subject", "state", "value", "threshold")),
)

TITLE = "所衡 Suoheng"


def bundle() -> dict[str, str]:
    """The bundle's files by path below its folder."""
    database = _database()
    files: dict[str, Any] = {
        "metadata.yaml": {"version": VERSION, "type": "Dashboard", "timestamp": "2026-01-01T00:00:00+00:00"},
        "databases/Suoheng.yaml": database,
        "dashboards/Suoheng.yaml": _dashboard(),
    }
    files |= {f"datasets/Suoheng/{one.name}.yaml": _dataset(one, database["uuid"]) for one in DATASETS}
    files |= {f"charts/{_slug(one.name)}.yaml": _chart(one) for one in CHARTS}
    return {path: yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=140) for path, content in files.items()}


def zipped(files: Mapping[str, str]) -> bytes:
    """The bundle as the one file that Superset's import takes; the same bytes for the same content."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"suoheng/{path}", (2026, 1, 1, 0, 0, 0)), text)
    return memory.getvalue()


def _id(kind: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{_HOME}/{kind}/{name}"))


def _slug(name: str) -> str:
    return name.encode("ascii", "ignore").decode().strip().replace(" ", "_")


def _database() -> dict[str, Any]:
    return {
        "database_name": "Suoheng",
        # Superset asks for the password when the bundle is imported; host and user are changed there too.
        "sqlalchemy_uri": "clickhousedb://page:XXXXXXXXXX@clickhouse:8123/suoheng",
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_file_upload": False,
        "extra": {},
        "uuid": _id("database", "Suoheng"),
        "version": VERSION,
    }


def _dataset(one: Dataset, database: str) -> dict[str, Any]:
    times = [name for name, kind in one.columns.items() if kind == "DATETIME"]
    columns = [
        {"column_name": name, "type": kind, "is_dttm": kind == "DATETIME", "is_active": True, "groupby": True, "filterable": True}
        for name, kind in one.columns.items()
    ]
    metrics = [{"metric_name": "count", "expression": "count()"}]
    if "value" in one.columns:
        metrics.append({"metric_name": "average", "expression": "avg(value)"})
    return {
        "table_name": one.name,
        "main_dttm_col": times[0],
        "description": one.about,
        "schema": None,
        "sql": one.sql,
        "params": None,
        "template_params": None,
        "filter_select_enabled": True,
        "metrics": metrics,
        "columns": columns,
        "uuid": _id("dataset", one.name),
        "database_uuid": database,
        "version": VERSION,
    }


def _chart(one: Chart) -> dict[str, Any]:
    time = next(name for dataset in DATASETS if dataset.name == one.dataset for name, kind in dataset.columns.items() if kind == "DATETIME")
    if one.kind == "line":
        kind = "echarts_timeseries_line"
        params: dict[str, Any] = {
            "x_axis": time,
            "time_grain_sqla": "P1M",
            "metrics": ["average"],
            "groupby": list(one.columns),
            "row_limit": 10_000,
        }
    else:
        kind = "table"
        params = {"query_mode": "raw", "all_columns": list(one.columns), "row_limit": 1_000, "server_page_length": 50}
    return {
        "slice_name": one.name,
        "viz_type": kind,
        "params": {"viz_type": kind, "adhoc_filters": _only(one.only), **params},
        "cache_timeout": None,
        "uuid": _id("chart", one.name),
        "dataset_uuid": _id("dataset", one.dataset),
        "version": VERSION,
    }


def _only(condition: str) -> list[dict[str, str]]:
    return [{"expressionType": "SQL", "clause": "WHERE", "sqlExpression": condition, "filterOptionName": "declared"}] if condition else []


def _dashboard() -> dict[str, Any]:
    return {
        "dashboard_title": TITLE,
        "description": "Values, offices, shares and alerts of the districts that the login may see.",
        "css": "",
        "slug": "suoheng",
        "uuid": _id("dashboard", TITLE),
        "position": _position(),
        "metadata": {
            "native_filter_configuration": [_filter(column, title) for column, title in _FILTERS.items()],
            "cross_filters_enabled": True,
        },
        "version": VERSION,
    }


def _position() -> dict[str, Any]:
    rows: list[list[Chart]] = []
    row: list[Chart] = []
    used = 0
    for chart in CHARTS:
        if used + chart.width > 12:
            rows.append(row)
            row, used = [], 0
        row.append(chart)
        used += chart.width
    rows.append(row)
    grid = [f"ROW-{number}" for number in range(1, len(rows) + 1)]
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": grid, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": TITLE}},
    }
    for name, charts in zip(grid, rows, strict=True):
        children = [f"CHART-{_slug(chart.name)}" for chart in charts]
        position[name] = {
            "type": "ROW", "id": name, "children": children, "parents": ["ROOT_ID", "GRID_ID"], "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }  # fmt: skip
        for child, chart in zip(children, charts, strict=True):
            meta = {
                "uuid": _id("chart", chart.name),
                "sliceName": chart.name,
                "width": chart.width,
                "height": 50,
                "chartId": CHARTS.index(chart) + 1,
            }
            position[child] = {"type": "CHART", "id": child, "children": [], "parents": ["ROOT_ID", "GRID_ID", name], "meta": meta}
    return position


_FILTERS = {"district": "区县 District", "name_zh": "指标 Indicator", "subject_id": "司法所或单位 Office or authority", "mode": "口径 Mode"}


def _filter(column: str, title: str) -> dict[str, Any]:
    return {
        "id": f"NATIVE_FILTER-{column}",
        "name": title,
        "filterType": "filter_select",
        "type": "NATIVE_FILTER",
        "targets": [{"datasetUuid": _id("dataset", "suoheng_monthly_values"), "column": {"name": column}}],
        "controlValues": {"multiSelect": True, "enableEmptyFilter": False},
        "defaultDataMask": {"filterState": {}, "extraFormData": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
    }
