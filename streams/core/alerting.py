"""Judges the rules in force on the values of a slice and tells what changed.

An alert is a pure function of the values: it does not depend on how the log was cut, and a correction corrects its alerts.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from orjson import dumps

from schemas.rules import Rule
from streams.core import daily_rules
from streams.core.admit import Admission
from streams.core.catalogue import BY_ID
from streams.core.cells import Line, Subject
from streams.core.judge import YEARS_BEFORE, AlertKey, Verdict, Window, changes, in_force, judge
from streams.core.lifecycles.slots import CALENDAR, DAY, OFFICE_LIFE, PAYLOAD, RULES, SNAPSHOT
from streams.core.state import District
from streams.core.values import Put, is_null, parts
from streams.core.windows import BY_INDEX, DAY_TEXT, END, KIND_NAMES, LENGTHS, MONTH, MONTH_OF, OF_DAY, row_of

_KIND = {name: kind for kind, name in enumerate(KIND_NAMES)}
_MONTHS_A_YEAR = 12
_NEVER = None, None


def settle(admission: Admission, today: int, lines: Iterable[Line], tail: str, put: Put) -> None:
    """Judge what the slice may have changed; `lines` are those whose values did."""
    district = admission.district
    known = {rule_id: rule for rule_id, (rule, _) in district.rules.items()}
    if (RULES, "rules") in admission.before:
        slots = district.records[RULES]["rules"]
        district.rules = in_force([(slot[DAY], slot[PAYLOAD]) for slot in slots])
        district.watch = daily_rules.watch_of(district)
    else:
        daily_rules.move(admission)
    if not district.rules and not district.alerts:
        return
    afresh = any(domain in (RULES, OFFICE_LIFE, CALENDAR) for domain, _ in admission.before)
    judged = list(_to_judge(admission, today, lines, afresh=afresh))
    district.watch.touched.clear()
    if not judged and not afresh:
        return
    again = {(rule.id, kind, ident) for rule, _, (kind, ident, _) in judged}
    after = {} if afresh else {key: verdict for key, verdict in district.alerts.items() if key[:3] not in again}
    for rule, since, subject in judged:
        for verdict in _verdicts(district, today, rule, since, subject):
            after[AlertKey(rule.id, subject[0], subject[1], verdict.start_day)] = verdict
    known |= {rule_id: rule for rule_id, (rule, _) in district.rules.items()}  # a rule that was withdrawn still says what its alert was
    for key, verdict in changes(district.alerts, after, district.rules.keys()).items():
        put(_row(district, key, verdict, known[key.rule], tail))
    district.alerts = after


def _to_judge(admission: Admission, today: int, lines: Iterable[Line], *, afresh: bool) -> Iterator[tuple[Rule, int, Subject]]:
    """Rules and subjects whose verdicts may differ: touched series and new windows, or all of them where rules, offices or working days changed."""
    district, old_today = admission.district, admission.old_today
    touched: dict[tuple[str, str], list[Subject]] = {}
    for line in lines:
        touched.setdefault((line.indicator.id, line.dimension), []).append(line.subject)
    for rule, since in district.rules.values():
        kind = _KIND[rule.window]
        if afresh or old_today is None or OF_DAY[old_today][kind] != OF_DAY[today][kind]:
            moved = _subjects(district, rule)
        elif rule.indicator is None:
            moved = daily_rules.moved(admission, rule)
        else:
            moved = touched.get((rule.indicator, rule.dimension), [])
            if rule.unstated == "no_data":
                moved = list(dict.fromkeys(chain(moved, _stating(admission, rule))))
        for subject in moved:
            if _is_judged(district, rule, subject):
                yield rule, since, subject


def _snapshots(rule: Rule) -> tuple[str, ...]:
    indicator = BY_ID.get(rule.indicator or "")
    return indicator.snapshots if indicator else ()


def _stating(admission: Admission, rule: Rule) -> Iterator[Subject]:
    """The offices whose snapshots the slice has changed: one may state zero, and no value moves."""
    kinds = _snapshots(rule)
    for domain, key in admission.before:
        if domain == SNAPSHOT and key[1] in kinds:
            yield admission.district.office_subjects[key[0]]


def _is_judged(district: District, rule: Rule, subject: Subject) -> bool:
    """Whether a rule is about a subject; of offices those that have opened."""
    kind, ident, mode = subject
    if kind != rule.subjects or mode != rule.mode or (rule.only is not None and ident not in rule.only):
        return False
    return kind != "office" or district.life.get(district.office_numbers[ident], _NEVER)[0] is not None


def _subjects(district: District, rule: Rule) -> list[Subject]:
    """All subjects of the rule's kind."""
    if rule.subjects == "district":
        return [district.home]
    if rule.subjects == "office":
        return [district.office_subjects[office] for office in district.life]
    if rule.subjects == "source":
        return [("source", source, "none") for source in daily_rules.sources(district, rule)]
    return [subject for ind, dim, subject in district.lines if ind == rule.indicator and dim == rule.dimension]


def _verdicts(district: District, today: int, rule: Rule, since: int, subject: Subject) -> list[Verdict]:
    opened, closed = district.life[district.office_numbers[subject[1]]] if subject[0] == "office" else (None, None)
    first = since if opened is None else max(since, opened)
    if rule.indicator is None:
        return judge(rule, since, daily_rules.series(district, rule, subject, first, today, closed), 1, 1, today)
    last = today if closed is None else min(today, closed - 1)
    if first > last:
        return []
    line = district.lines.get((rule.indicator, rule.dimension, subject))
    series = [_window(rule, line, w) for w in row_of(_KIND[rule.window], first, last)]
    if rule.unstated == "no_data":
        series = _where_stated(series, _stated_from(district, rule, district.office_numbers[subject[1]]))
    scale, divisor = (line.scale, line.indicator.divisor if line.den else 1) if line else (1, 1)
    return judge(rule, since, series, scale, divisor, today, _past(rule, line, opened) if rule.jump else None)


def _stated_from(district: District, rule: Rule, office: int) -> int | None:
    """The day of the first of an office's snapshots that a rule's indicator rests on."""
    records = (district.records[SNAPSHOT].get((office, kind)) for kind in _snapshots(rule))
    return min((slots[0][DAY] for slots in records if slots), default=None)


def _where_stated(series: Iterable[Window], stated: int | None) -> list[Window]:
    """The windows, without a value those that end before anything was stated."""
    return [window if stated is not None and stated < window[1] else (window[0], window[1], 0, None, True) for window in series]


def _past(rule: Rule, line: Line | None, opened: int | None) -> Callable[[int], list[Window]]:
    """The same window of the years before, those in which the office was open all the time."""
    kind = _KIND[rule.window]

    def windows(first_day: int) -> list[Window]:
        index, a_year = MONTH_OF[first_day] // LENGTHS[kind - MONTH], _MONTHS_A_YEAR // LENGTHS[kind - MONTH]
        before = [BY_INDEX[kind, index - year * a_year] for year in range(1, YEARS_BEFORE + 1)]
        return [_window(rule, line, window) for window in before if opened is None or window >> 3 >= opened]

    return windows


def _window(rule: Rule, line: Line | None, window: int) -> Window:
    """A window as the judge reads it; what has no row is zeros, and null where the value would be: a share or quantile of nothing."""
    if line is None:
        indicator = BY_ID.get(rule.indicator or "")
        return window >> 3, END[window], 0, None, indicator is not None and indicator.shape != "sum"
    numerator, denominator = parts(line, window)
    return window >> 3, END[window], numerator, denominator, is_null(line, window)


def _row(district: District, key: AlertKey, verdict: Verdict, rule: Rule, tail: str) -> tuple[bytes, bytes]:
    """A row of `alerts`."""
    start = DAY_TEXT[key.start_day]
    row = {
        "district": district.code,
        "rule": key.rule,
        "subject_kind": key.subject_kind,
        "subject_id": key.subject_id,
        "start": start,
        "state": verdict.state,
        "severity": rule.severity,
        "indicator": rule.observes,
        "mode": rule.mode,
        "dimension": rule.dimension,
        "window_kind": rule.window,
        "window_start": DAY_TEXT[verdict.window_first_day],
        "value": None if verdict.value is None else float(verdict.value),
        "threshold": float(rule.threshold),
        "why": verdict.why,
        "titles": {"zh": rule.title.zh, "en": rule.title.en},
    }
    text = dumps(row)
    return f"{district.code}|{key.rule}|{key.subject_kind}|{key.subject_id}|{start}".encode(), text[:-1] + tail.encode()
