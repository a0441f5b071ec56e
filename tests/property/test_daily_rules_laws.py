"""Laws of rules that are judged by day: an alert is a function of the events, whatever their order and wherever the log is cut."""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.simulate.district import Plan, simulate
from schemas.rules import Rule, parse_rules
from streams.core.day_series import Step, running_sum, silence, windows
from streams.core.judge import Window, judge
from streams.core.message import Message
from streams.core.workdays import Calendar
from tests.folding import Folded, fold
from tests.scenarios.story import APPENDED_MS

DISTRICT = "990001"
FIRST = date(2024, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
FEW = settings(max_examples=2, deadline=None)
DEADLINES = (
    "med_conclude",
    "med_confirm",
    "med_perform",
    "cor_report",
    "cor_control",
    "cor_monitor",
    "res_handover",
    "soc_task",
    "svc_contract",
    "cap_rating",
)


def rule(**fields: Any) -> dict[str, Any]:
    base = {"id": "r", "title": {"zh": "规", "en": "r"}, "severity": "low", "subjects": "office", "window": "day", "above": 0}
    return base | {"since": "2024-01-10"} | fields


RULES = [
    *(rule(id=f"{name}_due", deadline=name, within=6, subjects="office") for name in DEADLINES),
    *(rule(id=f"{name}_over", deadline=name, overdue=1, subjects="district", keep_firing_for=2) for name in DEADLINES),
    rule(id="silent", silence="days", above=1, **{"for": 2}),
    rule(id="silent_work", silence="working_days", above=0, running=False),
    rule(id="rooms", indicator="cap_area_m2", window="month", below=1000, above=None, unstated="no_data"),
    rule(id="gaps", gaps_older_than=0, subjects="source"),
    rule(id="success", indicator="med_success_rate", window="week", below="0.9", above=None, confidence="wilson", min_denominator=2),
]


@lru_cache
def events(seed: int) -> list[dict[str, Any]]:
    """A small district in disorder; the registry and the rules first."""
    lines = [json.loads(line) for line in simulate(Plan(DISTRICT, offices=2, start=date(2024, 1, 10), days=40, seed=seed, disorder=True))]
    first = [e for e in lines if e["type"] == "reg.office.opened"]
    rules = [{name: value for name, value in one.items() if value is not None} for one in RULES]
    published = {"id": "rules", "type": "reg.rules.published", "time": "2024-01-10T00:00:00+08:00", "data": {"rules": rules}}
    bureau = {name: value for name, value in first[0].items() if name not in ("recordedtime", "sequence")}
    return [*first, bureau | published, *(e for e in lines if e["type"] != "reg.office.opened")]


def messages(of: Iterable[dict[str, Any]]) -> list[Message]:
    return [(i, APPENDED_MS + i, DISTRICT.encode(), json.dumps(e).encode(), ()) for i, e in enumerate(of)]


def alerts(of: Folded) -> dict[Any, Any]:
    return of.partition.districts[DISTRICT].alerts


def firing(of: Folded) -> dict[bytes, str]:
    """What readers know to fire, and why."""
    return {key: row["why"] for key, row in of.rows["alerts"].items() if row["state"] == "firing"}


@FEW
@given(st.integers(0, 10_000), st.lists(st.integers(0, 2500), max_size=40))
def test_cuts_do_not_matter(seed: int, cuts: list[int]) -> None:
    log = messages(events(seed))
    whole, cut = fold(log), fold(log, [c for c in cuts if c < len(log)])
    assert alerts(cut) == alerts(whole)
    assert firing(cut) == firing(whole)
    assert len({key.rule for key in alerts(whole)}) > 6


@FEW
@given(st.integers(0, 10_000))
def test_order_does_not_matter(seed: int) -> None:
    """Missing numbers apart: since when one is missing is a matter of when the next one came."""
    of = events(seed)
    beginning, rest = of[:3], of[3:]
    assert beginning[-1]["type"] == "reg.rules.published"
    straight = fold(messages(of))
    Random(seed).shuffle(rest)
    shuffled = fold(messages([*beginning, *rest]), range(0, 5000, 97))
    for a, b in ((alerts(straight), alerts(shuffled)), (firing(straight), firing(shuffled))):
        assert {key: told for key, told in a.items() if "gaps" not in str(key)} == {k: t for k, t in b.items() if "gaps" not in str(k)}


@FEW
@given(st.integers(0, 10_000))
def test_what_is_retracted_leaves_no_alert(seed: int) -> None:
    """Taking back every case gives the alerts of a district that never had one, but for who was heard."""
    of = events(seed)
    cases = [e for e in of if e["type"].startswith("med.") and "op" not in e]
    back = [
        {name: value for name, value in e.items() if name not in ("office", "subject", "sequence")}
        | {"id": f"back-{number}", "type": "dat.event.retracted", "data": {"target": e["id"], "reason": "test"}}
        for number, e in enumerate(cases)
    ]
    taken = fold(messages([*of, *back]), [len(of)])
    assert not [key for key in alerts(taken) if key.rule.startswith("med_")]
    assert any(row["rule"].startswith("med_") and row["why"] == "corrected" for topic, _, row in taken.published if topic == "alerts")


@st.composite
def changes(draw: st.DrawFn) -> dict[int, int]:
    return draw(st.dictionaries(st.integers(FIRST - 5, FIRST + 60), st.integers(-2, 2).filter(bool), max_size=12))


@given(changes(), st.integers(1, 5), st.integers(0, 4), st.booleans(), st.integers(0, 50))
def test_days_left_out_say_nothing_new(of: dict[int, int], wait: int, keep: int, running: bool, length: int) -> None:
    """Judging the days that are kept is judging every day."""
    one = rule(deadline="soc_task", within=1, keep_firing_for=keep, running=running, above=1, clear=-1) | {"for": wait}
    parsed: Rule = parse_rules([one])[0]
    last = FIRST + length - (not running)
    kept = windows(running_sum(of), FIRST, last, max(wait, keep + 1))
    every: list[Window] = [(d, d + 1, sum(x for day, x in of.items() if day <= d), None, False) for d in range(FIRST, last + 1)]
    assert judge(parsed, FIRST, kept, 1, 1, FIRST + length) == judge(parsed, FIRST, every, 1, 1, FIRST + length)
    assert len(kept) <= (len(of) + 1) * (max(wait, keep + 1) + 1)


@given(st.lists(st.integers(-20, 40), unique=True, max_size=10), st.booleans(), st.integers(0, 40))
def test_silence_is_counted_day_by_day(heard: list[int], working: bool, length: int) -> None:
    calendar, days = Calendar() if working else None, sorted(FIRST + day for day in heard)
    counted: dict[int, int] = {}
    for day in range(FIRST, FIRST + length + 1):
        last = max((one for one in days if one <= day), default=FIRST - 1)
        counted[day] = sum(calendar is None or calendar.is_working(between) for between in range(last + 1, day))
    steps: list[Step] = list(silence(days, FIRST, FIRST + length, calendar))
    assert steps == sorted(set(steps))
    assert {day: [value for at, value in steps if at <= day][-1] for day in counted} == counted
