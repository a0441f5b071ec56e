"""The week's dead letters by office: how many for which reason, what to do about it, examples by number, and what became of the week before."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from deploy.asking_clickhouse import asking_clickhouse
from deploy.errors import Usage
from deploy.letters.index import Entry, find
from deploy.letters.selection import Selection
from schemas.codes import CODES, LETTER_STATES
from schemas.settings import Settings

LOCAL = timezone(timedelta(hours=8))
_WEEK = timedelta(days=7)
_EXAMPLES = 3
_STATE_NAMES = {"open": ("未处理", "open"), "replayed": ("已重放", "sent again"), "superseded": ("已正确补报", "arrived well since")}


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week, Monday to Sunday at +08:00."""

    first: date

    @property
    def name(self) -> str:
        """`2026-W31`."""
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)

    @property
    def before(self) -> "Week":
        """The week before."""
        return Week(self.first - _WEEK)

    @property
    def begins(self) -> datetime:
        """Its first instant."""
        return datetime.combine(self.first, datetime.min.time(), LOCAL)

    def holds(self, moment: datetime) -> bool:
        """Whether an instant lies in it; one without a zone is local."""
        local = moment.astimezone(LOCAL) if moment.tzinfo else moment.replace(tzinfo=LOCAL)
        return self.begins <= local < self.begins + _WEEK


@dataclass(frozen=True, slots=True)
class Reason:
    """The letters of one code."""

    code: str
    states: Mapping[str, int]
    examples: Sequence[Entry]
    """Open ones first, the newest first."""

    @property
    def total(self) -> int:
        """How many letters."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class OfficeDigest:
    """An office's week; `office` '' for letters that do not name one. `before`: what became of the letters of the week before, by state."""

    office: str
    name: str
    reasons: Sequence[Reason]
    before: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Digest:
    """A district's week."""

    district: str
    week: Week
    offices: Sequence[OfficeDigest]


def parse_week(text: str, now: datetime) -> Week:
    """`2026-W31`; empty: the last week that is over. Raises Usage."""
    if not text:
        today = now.astimezone(LOCAL).date()
        return Week(today - timedelta(days=today.weekday())).before
    year, _, week = text.partition("-W")
    try:
        return Week(date.fromisocalendar(int(year), int(week), 1))
    except ValueError:
        raise Usage(f"--week takes an ISO week such as 2026-W31, not {text!r}") from None


def read_digest(settings: Settings, district: str, week: Week, office: str = "") -> Digest:
    """The digest of a week of a district, or of one of its offices. Raises MissingDependency when ClickHouse does not answer."""
    selection = Selection(districts=(district,), offices=(office,) if office else (), since=week.before.begins, until=week.begins + _WEEK)
    entries = find(settings, selection)
    with asking_clickhouse(settings) as client:
        rows = client.query("SELECT office, name FROM offices WHERE district = {district:String}", {"district": district}).result_rows
    names: dict[str, str] = {row[0]: row[1] for row in rows}
    return digest(district, week, entries, names)


def digest(district: str, week: Week, entries: Sequence[Entry], names: Mapping[str, str]) -> Digest:
    """The digest of letters of the week and the one before; offices in order, letters without one last."""
    by_office: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_office[entry.office].append(entry)
    offices = sorted(by_office, key=lambda office: (not office, office))
    return Digest(district, week, [_of_office(office, names.get(office, ""), by_office[office], week) for office in offices])


def _of_office(office: str, name: str, entries: Sequence[Entry], week: Week) -> OfficeDigest:
    by_code: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if week.holds(entry.received_at):
            by_code[entry.code].append(entry)
    reasons = [_reason(code, of_code) for code, of_code in by_code.items()]
    before = Counter(entry.state for entry in entries if week.before.holds(entry.received_at))
    return OfficeDigest(office, name, sorted(reasons, key=lambda one: (-one.total, one.code)), before)


def _reason(code: str, entries: Sequence[Entry]) -> Reason:
    newest = sorted(entries, key=lambda one: one.received_at, reverse=True)
    examples = sorted(newest, key=lambda one: one.state != "open")[:_EXAMPLES]
    return Reason(code, Counter(entry.state for entry in entries), examples)


def document(told: Digest) -> dict[str, Any]:
    """The digest for programs."""
    return {
        "district": told.district,
        "week": told.week.name,
        "first_day": told.week.first.isoformat(),
        "last_day": told.week.last.isoformat(),
        "offices": [
            {
                "office": one.office,
                "name": one.name,
                "total": sum(reason.total for reason in one.reasons),
                "reasons": [
                    {
                        "code": reason.code,
                        "total": reason.total,
                        "states": {state: reason.states.get(state, 0) for state in LETTER_STATES},
                        "examples": [{"place": e.place, "state": e.state, "detail": e.detail, "source": e.source, "id": e.id} for e in reason.examples],
                        **_words(reason.code),
                    }
                    for reason in one.reasons
                ],
                "week_before": {"week": told.week.before.name, **{state: one.before.get(state, 0) for state in LETTER_STATES}},
            }
            for one in told.offices
        ],
    }  # fmt: skip


def _words(code: str) -> dict[str, str]:
    known = CODES.get(code)
    return {name: getattr(known, name) if known else code for name in ("zh", "en", "remedy_zh", "remedy_en")}


def markdown(told: Digest) -> str:
    """The digest to hand to people, in Chinese and English."""
    week = told.week
    lines = [
        f"# 死信周报 {told.district} · {week.name} · Dead letters of the week",
        "",
        f"{week.first} – {week.last}。以下事件被拒收,未计入任何数字。These events were refused and count in no figure.",
    ]
    if not told.offices:
        lines += ["", "本周及上周没有死信。No dead letters in this week or the one before."]
    for one in told.offices:
        lines += ["", f"## {_title(one)}", "", *_office_lines(one, week)]
    lines += [
        "",
        "编号为“分区:位移”。The numbers are PARTITION:OFFSET: `suoheng dead-letters show 3:17`.",
        "已由局里更正重放的,请勿再用新编号补报;要改请用 op=amend。",
        "What was corrected and sent again must not be reported once more under a new id; change it with op=amend.",
    ]
    return "\n".join(lines) + "\n"


def _title(one: OfficeDigest) -> str:
    return " ".join(filter(None, (_escaped(one.name), one.office))) or "未注明司法所 · no office named"


def _office_lines(one: OfficeDigest, week: Week) -> list[str]:
    lines = []
    if one.reasons:
        lines = [
            "| 原因 Reason | 件 | 未处理 Open | 怎么办 What to do | 例 Examples |",
            "|---|---:|---:|---|---|",
            *(_row(reason) for reason in one.reasons),
        ]
    else:
        lines = ["本周没有死信。None this week."]
    return [*lines, "", _before(one.before, week.before)]


def _row(reason: Reason) -> str:
    words = _words(reason.code)
    examples = "<br>".join(
        f"{e.place} {_escaped(e.detail)}" + ("" if e.state == "open" else f"({_STATE_NAMES[e.state][0]})") for e in reason.examples
    )
    return (
        f"| `{reason.code}` {words['zh']}<br>{_escaped(words['en'])} | {reason.total} | {reason.states.get('open', 0)} "
        f"| {words['remedy_zh']}<br>{_escaped(words['remedy_en'])} | {examples} |"
    )


def _before(states: Mapping[str, int], week: Week) -> str:
    total = sum(states.values())
    if not total:
        return f"上周({week.name})没有死信。None in the week before."
    told = [f"{zh} {states[state]} {en}" for state, (zh, en) in _STATE_NAMES.items() if states.get(state)]
    return f"上周({week.name})的 {total} 件:{'、'.join(told)}。Of the week before."


def _escaped(text: str) -> str:
    """Of a text only its characters: it must not be taken for marks of the table."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~" else c for c in text if c.isprintable())
