"""`python -m deploy.describing`: the SQL views as documents, `deploy/docs/views.zh.md` and `views.en.md`, from `views.yaml` and from ClickHouse itself.

Names and types of columns come from the database that the settings name, so the documents cannot tell of a column that is not there; a column without
a meaning in `views.yaml` stops it. Tests compare the committed documents with what this makes.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml

from consumers.clickhouse.client import Client, connect
from deploy.errors import Finding
from schemas.settings import settings

DOCS = Path(__file__).with_name("docs")
LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")

_HEAD = {
    "zh": """# ClickHouse 视图

任何客户端(Grafana、Superset、帆软、Excel ODBC、Python)都可读取。本文由 `python -m deploy.describing` 生成。

* 所有视图只显示当前服务的纪元,可随时查询;比率为小数,`value` 为空表示分母为 0。
* 带参数的视图写作 `视图(参数 = 值, …)`,空串或 `[]` 表示全部。
* 日期按北京时间;金额以分、面积以百分之一平方米存于分子,`value` 已换算。
* 权限按区县或出资单位收窄:`suoheng access clickhouse --help`。
""",
    "en": """# The views in ClickHouse

For any client: Grafana, Superset, Excel over ODBC, Python. Made by `python -m deploy.describing`.

* Every view shows the epoch that is served, and may be asked at any time. Ratios are fractions; `value` is null where the denominator is 0.
* Views with parameters are written `view(parameter = value, …)`; an empty text or `[]` means all.
* Days are local, at +08:00. Numerators hold money in fen and areas in hundredths of a square metre; `value` is in yuan and square metres.
* What a login sees can be narrowed to a district or a payer: `suoheng access clickhouse --help`.
""",
}
_COLUMN = {"zh": ("列", "类型", "含义"), "en": ("column", "type", "meaning")}


def documents(client: Client) -> Mapping[Path, str]:
    """The documents by their path. Raises Finding for a view or column that `views.yaml` does not tell of, or tells of in vain."""
    told = yaml.safe_load((DOCS / "views.yaml").read_text("utf-8"))
    found = {name: columns(client, name, view.get("ask", "")) for name, view in told["views"].items()}
    _require_all(found, told["columns"])
    return {DOCS / f"views.{language}.md": _document(told, found, language) for language in LANGUAGES}


def columns(client: Client, view: str, ask: str) -> list[tuple[str, str]]:
    """Names and types of a view's columns, in its order; `ask` are its parameters, if it has any."""
    source = f"{view}({ask})" if ask else view
    # Only names and parameters of `views.yaml` go into the query.
    rows = client.query(f"DESCRIBE TABLE (SELECT * FROM {source})").result_rows  # noqa: S608
    return [(name, " ".join(kind.split())) for name, kind, *_ in rows]


def _require_all(found: Mapping[str, Sequence[tuple[str, str]]], meanings: Mapping[str, Any]) -> None:
    used = {(view, name) for view, described in found.items() for name, _ in described}
    if untold := sorted(f"{view}.{name}" for view, name in used if name not in meanings and f"{view}.{name}" not in meanings):
        raise Finding(f"deploy/docs/views.yaml does not say what these columns mean: {', '.join(untold)}")
    names = {name for _, name in used} | {f"{view}.{name}" for view, name in used}
    if idle := sorted(set(meanings) - names):
        raise Finding(f"deploy/docs/views.yaml tells of columns that no view has: {', '.join(idle)}")


def _document(told: Mapping[str, Any], found: Mapping[str, Sequence[tuple[str, str]]], language: str) -> str:
    lines = [_HEAD[language]]
    for name, view in told["views"].items():
        lines += [f"## {name}", "", f"{view[language]}", ""]
        if "ask" in view:
            lines += ["```sql", f"SELECT * FROM {name}({view['ask']})", "```", ""]  # noqa: S608 - told, not asked
        lines += [f"| {' | '.join(_COLUMN[language])} |", "|---|---|---|"]
        for column, kind in found[name]:
            meaning = told["columns"].get(f"{name}.{column}") or told["columns"][column]
            lines.append(f"| `{column}` | `{kind}` | {meaning[language]} |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Write them from the database of the settings; the exit code."""
    try:
        with connect(settings()) as client:
            for path, text in documents(client).items():
                path.write_text(text, "utf-8")
    except Finding as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
