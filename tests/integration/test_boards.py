"""Dashboards of other people's tools: their files are what is declared, and every query runs on the real views and finds something."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from consumers.clickhouse.client import connect
from deploy import describing
from deploy.boards import superset
from deploy.boards.__main__ import files
from deploy.boards.declared import DASHBOARDS
from deploy.boards.grafana import DATASOURCE
from deploy.boards.panels import Dashboard, filled
from schemas.settings import Settings
from tests.browser.computed_district import COMPUTED, seed_computed
from tests.conftest import Databases, Stack
from tests.deployment import DEPLOY

CHOSEN = {"district": COMPUTED, "office": f"sfs-{COMPUTED}-001", "month": "2025-03-01", "authority": f"au-{COMPUTED}-bureau"}
MAY_BE_EMPTY = {"预警 Alerts that are firing", "可能未齐 Months that may lack events", "近期死信 Events refused lately", "suoheng_alerts"}
"""In a district in which nothing is wrong."""


@pytest.fixture(scope="module")
def district(stack: Stack, databases: Databases) -> Iterator[Settings]:
    """A computed district of three offices; the authority that pays is looked up, for the simulation names it."""
    name = databases.take()
    given = stack.settings.model_copy(update={"clickhouse_database": name})
    seed_computed(given)
    yield given
    databases.give_back(name)


def _rows(given: Settings, sql: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    with connect(given) as client:
        result = client.query(sql)
        return result.column_names, [tuple(row) for row in result.result_rows]


def test_the_committed_files_are_those_declared() -> None:
    for path, text in files().items():
        assert path.read_text("utf-8") == text, f"{path} is not what is declared; run: python -m deploy.boards"


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.uid)
def test_every_panel_and_choice_finds_rows(board: Dashboard, district: Settings) -> None:
    chosen = dict(CHOSEN)
    payers = "SELECT authority FROM splits WHERE role = 'funding' AND valid_from <= today() GROUP BY authority ORDER BY sum(bp) DESC, authority LIMIT 1"
    chosen["authority"] = _rows(district, payers)[1][0][0]
    for variable in board.variables:
        _, rows = _rows(district, filled(variable.sql, chosen))
        assert chosen[variable.name] in {value for (value,) in rows}, variable.name
    for panel in board.panels:
        columns, rows = _rows(district, filled(panel.sql, chosen))
        assert rows or panel.title in MAY_BE_EMPTY, panel.title
        if panel.kind in {"stat", "timeseries"}:
            assert columns[-1] == "value"
            assert all(row[-1] is None or isinstance(row[-1], float) for row in rows)
        if panel.unit == "percentunit":
            assert all(row[-1] is None or 0 <= row[-1] <= 1 for row in rows), panel.title
        if panel.kind == "timeseries":
            assert columns[:2] == ("time", "indicator")


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.uid)
def test_grafana_quotes_every_choice(board: Dashboard) -> None:
    """`$name` alone would let a value leave its place in the query."""
    drawn = json.loads((DEPLOY / "grafana" / "dashboards" / f"{board.uid}.json").read_text())
    queries = [target["rawSql"] for panel in drawn["panels"] for target in panel["targets"]]
    queries += [variable["query"] for variable in drawn["templating"]["list"]]
    names = {variable.name for variable in board.variables}
    for query in queries:
        rest = query
        for name in names:
            rest = rest.replace(f"${{{name}:sqlstring}}", "")
        assert "$" not in rest, query
    taken = [(p["gridPos"]["y"], p["gridPos"]["x"], p["gridPos"]["w"]) for p in drawn["panels"]]
    assert taken == sorted(taken)
    assert all(x + width <= 24 for _, x, width in taken)
    assert len({panel["id"] for panel in drawn["panels"]}) == len(drawn["panels"])


def test_grafanas_provisioning_belongs_together(district: Settings) -> None:
    folder = DEPLOY / "grafana" / "provisioning"
    (sources,) = [yaml.safe_load(file.read_text())["datasources"] for file in (folder / "datasources").glob("*.yaml")]
    assert DATASOURCE["uid"] in {source["uid"] for source in sources}
    assert "$__file{" in sources[0]["secureJsonData"]["password"]
    alerting = yaml.safe_load((folder / "alerting" / "examples.yaml").read_text())
    for rule in (rule for group in alerting["groups"] for rule in group["rules"]):
        asked, judged = rule["data"]
        assert (judged["refId"], judged["model"]["expression"]) == (rule["condition"], asked["refId"])
        assert asked["datasourceUid"] == DATASOURCE["uid"]
        sql = asked["model"]["rawSql"].replace("990107", COMPUTED).replace("now('Asia/Shanghai')", "'2025-03-31'")
        columns, rows = _rows(district, sql)
        assert isinstance(rows[0][-1], float) if rows else rule["uid"] == "suoheng-silent-offices", rule["uid"]
        assert columns


@pytest.mark.parametrize("dataset", superset.DATASETS, ids=lambda dataset: dataset.name)
def test_supersets_datasets_have_the_columns_that_they_say(dataset: superset.Dataset, district: Settings) -> None:
    columns, rows = _rows(district, dataset.sql)
    assert columns == tuple(dataset.columns)
    assert rows or dataset.name in MAY_BE_EMPTY
    fits = {"STRING": str, "FLOAT": float, "INTEGER": int, "DATETIME": object}
    for row in rows[:200]:
        assert all(value is None or isinstance(value, fits[kind]) for value, kind in zip(row, dataset.columns.values(), strict=True)), row


def test_supersets_bundle_belongs_together() -> None:
    made = superset.bundle()
    with zipfile.ZipFile(io.BytesIO(superset.zipped(made))) as archive:
        read = {name.removeprefix("suoheng/"): yaml.safe_load(archive.read(name)) for name in archive.namelist()}
    assert read.keys() == made.keys()
    assert read["metadata.yaml"]["type"] == "Dashboard"
    datasets = {one["uuid"] for path, one in read.items() if path.startswith("datasets/")}
    charts = {one["uuid"]: one for path, one in read.items() if path.startswith("charts/")}
    columns = {dataset.name: set(dataset.columns) for dataset in superset.DATASETS}
    assert {one["dataset_uuid"] for one in charts.values()} <= datasets
    assert all(set(chart.columns) <= columns[chart.dataset] for chart in superset.CHARTS)
    board = read["dashboards/Suoheng.yaml"]
    shown = {place["meta"]["uuid"] for place in board["position"].values() if isinstance(place, dict) and place["type"] == "CHART"}
    assert shown == set(charts)
    assert {f["targets"][0]["column"]["name"] for f in board["metadata"]["native_filter_configuration"]} <= columns[
        "suoheng_monthly_values"
    ]
    assert "XXXXXXXXXX" in read["databases/Suoheng.yaml"]["sqlalchemy_uri"]


def test_the_documents_of_the_views_are_those_of_the_tables(district: Settings) -> None:
    with connect(district) as client:
        for path, text in describing.documents(client).items():
            assert path.read_text("utf-8") == text, f"{path} is not what the views are; run: python -m deploy.describing"


def test_the_notebook_runs_as_plain_code(district: Settings) -> None:
    notebook = json.loads((DEPLOY / "examples" / "notebook" / "values.ipynb").read_text("utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"), "outputs may hold a district's numbers"
    address = urlsplit(district.clickhouse_url)
    environment = {
        "CLICKHOUSE_HOST": str(address.hostname),
        "CLICKHOUSE_PORT": str(address.port),
        "CLICKHOUSE_DATABASE": district.clickhouse_database,
    }
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(cells)],
        env=os.environ | environment | {"DISTRICT": COMPUTED},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "med_success_rate" in done.stdout
    assert done.stdout.count("same: True") == 1
