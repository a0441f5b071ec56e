"""What a dashboard is made of, for any tool. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["stat", "table", "timeseries", "bars"]
Unit = Literal["", "percentunit", "short", "dateTimeAsIso"]


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice above the panels: its name in the SQL (`$name`), what it is, and the query that lists its values; `sample` stands in for it in tests."""

    name: str
    title: str
    sql: str
    sample: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A query and how it is drawn: width of 24, height in rows of about 30 px. `sql` asks the views by its variables (`$district`)."""

    title: str
    kind: Kind
    width: int
    height: int
    sql: str
    unit: Unit = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page of panels; `uid` is part of its address and never changes."""

    uid: str
    title: str
    about: str
    variables: tuple[Variable, ...]
    panels: tuple[Panel, ...]


def filled(sql: str, variables: Mapping[str, str]) -> str:
    """The query with its variables replaced by values, as the tool does it when it asks."""
    for name in sorted(variables, key=len, reverse=True):
        sql = sql.replace(f"${name}", variables[name])
    return sql
