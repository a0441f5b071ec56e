"""The figures as a screenful, in one language."""

from collections.abc import Iterator

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from deploy.watching.figures import Flow, Row
from deploy.watching.newest import Newest
from deploy.watching.scrape import NO_ANSWER

_WORDS = {
    "zh": {
        "process": "进程", "address": "地址", "state": "状态", "memory": "内存 MiB", "cpu": "CPU %", "partitions": "分区", "lag": "待处理",
        "late": "落后", "rate": "每秒", "ready": "就绪", "worker": "处理", "sink": "入库", "alerts": "预警投递", "gateway": "网关",
        "dashboard": "网页", "events": "事件/秒", "admitted": "采纳", "duplicates": "重复", "dead_letters": "死信", "taken": "网关收下",
        "refused": "网关拒收", "rows": "入库行/秒", "visible": "上报到可见 p95", "since": "距最近事件", "letters": "未处理死信", "oldest": "最早",
        "told": "预警已告知", "not_told": "投递失败", "newest": "最近预警", "no_alerts": "没有预警", "firing": "触发", "resolved": "解除",
        "not_ready": "未就绪", NO_ANSWER: "无应答", "unasked": "ClickHouse 无法查询", "critical": "特急", "high": "高", "medium": "中", "low": "低", "info": "提示",
    },
    "en": {
        "process": "process", "address": "address", "state": "state", "memory": "MiB", "cpu": "CPU %", "partitions": "parts", "lag": "to do",
        "late": "behind", "rate": "/s", "ready": "ready", "events": "events/s", "admitted": "admitted", "duplicates": "duplicates",
        "dead_letters": "dead letters", "taken": "gateway took", "refused": "gateway refused", "rows": "rows stored/s",
        "visible": "published to visible p95", "since": "last event", "letters": "open dead letters", "oldest": "oldest", "told": "alerts told",
        "not_told": "attempts failed", "newest": "newest alerts", "no_alerts": "no alerts", "not_ready": "NOT", "unasked": "ClickHouse cannot be asked",
    },
}  # fmt: skip
_COLUMNS = ("state", "process", "address", "memory", "cpu", "partitions", "lag", "late", "rate")
_FOR_WIDE, _WIDE = frozenset({"cpu", "partitions"}), 76
"""Columns that a narrow terminal goes without."""
_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow"}
_LATE_S, _OLD_S, _AGO = 60.0, 7 * 86_400.0, {"zh": "前", "en": " ago"}


def screen(rows: list[Row], flow: Flow, alerts: list[Newest], unasked: str, lang: str, title: str, width: int) -> Group:
    """Everything, top to bottom, for so many columns."""
    return Group(_processes(rows, lang, title, width), *_reasons(rows, lang), _flow(flow, lang), _alerts(alerts, unasked, lang))


def _word(lang: str, name: str) -> str:
    return _WORDS[lang].get(name, name)


def _processes(rows: list[Row], lang: str, title: str, width: int) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    names = [name for name in _COLUMNS if width >= _WIDE or name not in _FOR_WIDE]
    for name in names:
        table.add_column(_word(lang, name), justify="left" if name in {"state", "process", "address"} else "right", overflow="fold")
    for row in rows:
        cells = _cells(row, lang)
        table.add_row(*(cells[name] for name in names))
    return table


def _cells(row: Row, lang: str) -> dict[str, Text]:
    return {
        "state": Text(_word(lang, "not_ready"), style="bold red") if row.why else Text(_word(lang, "ready"), style="green"),
        "process": Text(_word(lang, row.process)),
        "address": Text(row.address),
        "memory": Text(number(row.memory_mib, 0)),
        "cpu": Text(number(row.cpu_percent, 0)),
        "partitions": Text(number(row.partitions, 0)),
        "lag": Text(number(row.lag, 0)),
        "late": Text(span(row.lag_seconds), style="red" if (row.lag_seconds or 0) > _LATE_S else ""),
        "rate": Text(number(row.per_second, 1)),
    }


def _reasons(rows: list[Row], lang: str) -> Iterator[Text]:
    """Why those that are not ready are not, in full."""
    if not rows:
        yield Text(_word(lang, NO_ANSWER), style="red")
    for row in rows:
        if row.why:
            yield Text(f"{_word(lang, row.process)} {row.address}: {_word(lang, row.why)}", style="red")


def _flow(flow: Flow, lang: str) -> Table:
    def word(name: str) -> str:
        return _word(lang, name)

    ago = _AGO[lang]
    table = Table(box=None, show_header=False, pad_edge=False)
    oldest = f" ({word('oldest')} {span(flow.oldest_letter_seconds)}{ago})" if flow.oldest_letter_seconds is not None else ""
    last = span(flow.since_last_event_seconds) + (ago if flow.since_last_event_seconds is not None else "")
    verdicts = [(name, getattr(flow, name)) for name in ("admitted", "duplicates", "dead_letters", "taken", "refused")]
    table.add_row(word("events"), "  ".join(f"{word(name)} {number(value, 1)}" for name, value in verdicts))
    table.add_row(
        word("rows"), f"{number(flow.rows_stored, 0)}   {word('visible')} {span(flow.visible_p95_seconds)}   {word('since')} {last}"
    )
    letters = Text(f"{number(flow.letters_open, 0)}{oldest}", style="yellow" if (flow.oldest_letter_seconds or 0) > _OLD_S else "")
    table.add_row(word("letters"), letters)
    table.add_row(word("told"), f"{number(flow.told, 0)}   {word('not_told')} {number(flow.not_told, 0)}")
    return table


def _alerts(alerts: list[Newest], unasked: str, lang: str) -> Table | Text:
    if unasked:
        return Text(f"\n{_word(lang, 'unasked')}: {unasked}", style="red")
    if not alerts:
        return Text(f"\n{_word(lang, 'no_alerts')}")
    table = Table(title=f"\n{_word(lang, 'newest')}", title_justify="left", title_style="bold", box=None, show_header=False, pad_edge=False)
    for one in alerts:
        title = one.title_zh if lang == "zh" else one.title_en
        style = _STYLES.get(one.severity, "") if one.state == "firing" else "dim"
        state, severity = _word(lang, one.state), _word(lang, one.severity)
        table.add_row(one.at[:19], state, severity, one.subject, title or one.rule, style=style)
    return table


def number(value: float | None, places: int) -> str:
    """With thousands apart; a dash for what nobody tells."""
    return "–" if value is None else f"{value:,.{places}f}"


def span(seconds: float | None) -> str:
    """A time in the largest unit that leaves two figures: 0.3 s, 48 s, 12 min, 5 h, 9 d."""
    if seconds is None:
        return "–"
    for limit, unit, size in ((10.0, "s", 1.0), (120.0, "s", 1.0), (7_200.0, "min", 60.0), (172_800.0, "h", 3_600.0)):
        if seconds < limit:
            return f"{seconds / size:.{1 if limit == 10.0 else 0}f} {unit}"
    return f"{seconds / 86_400:.0f} d"
