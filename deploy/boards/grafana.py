"""Dashboards as Grafana's files, for the plugin grafana-clickhouse-datasource (4.x) and schema version 41 of Grafana 12."""

from typing import Any

from deploy.boards.panels import Dashboard, Panel, Variable

DATASOURCE = {"type": "grafana-clickhouse-datasource", "uid": "suoheng"}
_VIEWS = {"stat": "stat", "table": "table", "timeseries": "timeseries", "bars": "barchart"}
_TABLE, _SERIES = 1, 0
"""The plugin's formats of an answer."""

_COLUMNS = 24


def dashboard(one: Dashboard) -> dict[str, Any]:
    """A dashboard as `provisioning/dashboards` reads it."""
    return {
        "uid": one.uid,
        "title": one.title,
        "description": one.about,
        "tags": ["suoheng"],
        "schemaVersion": 41,
        "version": 1,
        "editable": True,
        "timezone": "Asia/Shanghai",
        "time": {"from": "now-2y", "to": "now"},
        "refresh": "1m",
        "templating": {"list": [_variable(variable) for variable in one.variables]},
        "annotations": {"list": []},
        "panels": [_panel(number, panel, place) for number, (panel, place) in enumerate(_placed(one.panels), 1)],
    }


def rendered(sql: str, names: tuple[str, ...]) -> str:
    """A query as Grafana fills it in: `${name:sqlstring}` quotes a value and doubles quotes within, so a value cannot leave its place."""
    for name in sorted(names, key=len, reverse=True):
        sql = sql.replace(f"'${name}'", f"${{{name}:sqlstring}}")
    return sql


_NAMES = ("district", "office", "authority", "month")


def _variable(variable: Variable) -> dict[str, Any]:
    query = rendered(variable.sql, _NAMES)
    return {
        "type": "query",
        "name": variable.name,
        "label": variable.title,
        "datasource": DATASOURCE,
        "definition": query,
        "query": query,
        "refresh": 2,
        "sort": 0,
        "includeAll": False,
        "multi": False,
    }


def _placed(panels: tuple[Panel, ...]) -> list[tuple[Panel, dict[str, int]]]:
    """Panels in lines from left to right, each line as high as its highest."""
    placed, x, y, height = [], 0, 0, 0
    for panel in panels:
        if x + panel.width > _COLUMNS:
            x, y, height = 0, y + height, 0
        placed.append((panel, {"x": x, "y": y, "w": panel.width, "h": panel.height}))
        x, height = x + panel.width, max(height, panel.height)
    return placed


def _panel(number: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    defaults: dict[str, Any] = {"unit": panel.unit} if panel.unit else {}
    drawn: dict[str, Any] = {
        "id": number,
        "type": _VIEWS[panel.kind],
        "title": panel.title,
        "description": panel.about,
        "datasource": DATASOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "targets": [target(rendered(panel.sql, _NAMES), as_series=panel.kind == "timeseries")],
    }
    if panel.kind == "stat":
        # A row an indicator: each becomes a tile with the row's name.
        drawn["options"] = {"reduceOptions": {"values": False, "calcs": ["lastNotNull"], "fields": ""}, "textMode": "value_and_name"}
        names = {"indicator": "field.name", "value": "field.value"}
        mappings = [{"fieldName": column, "handlerKey": key} for column, key in names.items()]
        drawn["transformations"] = [{"id": "rowsToFields", "options": {"mappings": mappings}}]
    if panel.kind == "timeseries":
        drawn["transformations"] = [{"id": "prepareTimeSeries", "options": {"format": "multi"}}]
    return drawn


def target(sql: str, *, as_series: bool) -> dict[str, Any]:
    """A query as a panel or a rule has it."""
    return {
        "refId": "A",
        "datasource": DATASOURCE,
        "editorType": "sql",
        "queryType": "timeseries" if as_series else "table",
        "format": _SERIES if as_series else _TABLE,
        "rawSql": sql,
    }
