"""A message in words: a title of one line, and lines for each alert, in Chinese or English, at most so many bytes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from consumers.alerts.reason import reason
from consumers.alerts.telling.hours import LOCAL
from consumers.alerts.telling.message import Item, Message

_ZH, _EN = 0, 1
_SEVERITIES = {
    "critical": ("严重", "Critical"),
    "high": ("高", "High"),
    "medium": ("中", "Medium"),
    "low": ("低", "Low"),
    "info": ("提示", "Info"),
}
_KINDS = {
    "news": ("", ""),
    "repeat": ("再次提醒:无人认领", "Reminder, nobody has acknowledged"),
    "escalation": ("升级:限时内无人认领", "Escalated, nobody acknowledged in time"),
    "test": ("测试消息,无需处理", "Test, nothing to do"),
}
_HEADS = {"firing": ("未恢复", "Firing"), "resolved": ("已恢复", "Resolved")}
_ORDER = tuple(_SEVERITIES)


class Line(NamedTuple):
    """An alert in words."""

    state: str
    head: str
    """Severity, subject, title."""
    facts: str
    """Why, since when, who takes care of it."""


class Words(NamedTuple):
    """A message in words; `left_out`: alerts that found no room."""

    title: str
    lines: tuple[Line, ...]
    left_out: int
    more: str
    """Where the rest is."""


def words(message: Message, lang: str, page: str) -> Words:
    """The whole message."""
    number = _ZH if lang == "zh" else _EN
    items = sorted(message.items, key=lambda one: (one.state == "resolved", not one.is_new, _ORDER.index(one.alert.severity)))
    lines = tuple(_line(item, message, number) for item in items)
    return Words(_title(message, number), lines, 0, f"{('详情', 'Details')[number]}: {link(message, lang, page)}")


def cut(whole: Words, rendered: Sequence[str], room: int) -> tuple[list[str], int]:
    """So many rendered lines as fit into a number of UTF-8 bytes, and how many are left out."""
    kept: list[str] = []
    for line in rendered:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return kept, len(whole.lines) - len(kept)


def link(message: Message, lang: str, page: str) -> str:
    """The page of the alerts; of the whole installation where a message is of several districts."""
    districts = {item.alert.district for item in message.items}
    return f"{page}d/{districts.pop()}/alerts?lang={lang}" if len(districts) == 1 else f"{page}?lang={lang}"


def markdown(message: Message, lang: str, page: str, most_bytes: int) -> tuple[str, str]:
    """Title and text in the Markdown that all three robots show alike, at most so many UTF-8 bytes together with the title."""
    whole = words(message, lang, page)
    title = _plain(whole.title)
    head, foot = f"### {title}", whole.more
    rendered = [f"**{_plain(line.head)}**\n{_plain(line.facts)}\n" for line in whole.lines]
    rest = ("另有 {n} 条。", "{n} more. ")[lang != "zh"]
    kept, left = cut(whole, rendered, most_bytes - len(f"{head}\n\n{rest}{foot}".encode()) - 16)
    return title, "\n".join([head, "", *kept, (rest.format(n=left) if left else "") + foot])


def text(message: Message, lang: str, page: str) -> str:
    """Plain text."""
    whole = words(message, lang, page)
    return "\n\n".join([whole.title, *(f"{line.head}\n{line.facts}" for line in whole.lines), whole.more])


def _title(message: Message, number: int) -> str:
    if message.kind == "digest":
        firing = sum(item.state == "firing" for item in message.items)
        new = sum(item.is_new for item in message.items)
        until = _minute(datetime.fromisoformat(message.labels["until"]))
        return (
            f"预警汇总 {until}: 未恢复 {firing},期间新增 {new},已恢复 {len(message.items) - firing}",
            f"Alert summary {until}: {firing} firing, {new} new, {len(message.items) - firing} resolved",
        )[number]
    told = [item for item in message.items if item.is_new] or list(message.items)
    gravest = min(told, key=lambda one: _ORDER.index(one.alert.severity)).alert
    titles = list(dict.fromkeys((item.alert.titles.zh, item.alert.titles.en)[number] for item in told))
    what = titles[0] if len(titles) == 1 else (f"{titles[0]}等 {len(titles)} 类", f"{titles[0]} and {len(titles) - 1} more kinds")[number]
    firing = sum(item.state == "firing" for item in message.items)
    over = len(message.items) - firing
    counts = [f"{_HEADS[state][number]} {n}" for state, n in (("firing", firing), ("resolved", over)) if n]
    kind = _KINDS[message.kind][number]
    brackets = f"【{_SEVERITIES[gravest.severity][_ZH]}】" if number == _ZH else f"[{_SEVERITIES[gravest.severity][_EN]}] "
    return f"{brackets}{what} · {', '.join(counts)}" + (f" · {kind}" if kind else "")


def _line(item: Item, message: Message, number: int) -> Line:
    alert = item.alert
    title = (alert.titles.zh, alert.titles.en)[number]
    mark = "" if item.is_new or message.kind != "news" else ("(此前已通知)", " (told before)")[number]
    severity, subject = _SEVERITIES[alert.severity][number], item.subject
    named = subject if subject == alert.subject_id else f"{subject} ({alert.subject_id})"
    return Line(item.state, f"{_HEADS[item.state][number]} · {severity} · {named}: {title}{mark}", "; ".join(_facts(item, number)))


def _facts(item: Item, number: int) -> Iterator[str]:
    yield reason(item.alert.why, ("zh", "en")[number])
    yield (f"自 {_minute(item.seen_at)}", f"since {_minute(item.seen_at)}")[number]
    if item.over_at:
        yield (f"{_minute(item.over_at)} 已恢复", f"over since {_minute(item.over_at)}")[number]
    if item.acknowledged_by:
        yield (f"{item.acknowledged_by} 已认领", f"acknowledged by {item.acknowledged_by}")[number]


def _minute(when: datetime) -> str:
    return when.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")


_MEANT = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "＇", "\\": "＼", "#": "＃", "\n": " ", "\r": " "})


def _plain(text: str) -> str:
    """A text of other people's that cannot become a link, a mention or a heading: the robots know no common way to escape."""
    return text.translate(_MEANT)
