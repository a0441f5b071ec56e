"""Alerts: where a rule's threshold is broken, as a pure function of the values.

Nothing is remembered but what was published: judging all windows again gives the same alerts, so a corrected value corrects its alerts too.
Days are counted from 1970-01-01; comparisons are made in integers.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

from schemas.rules import Rule

Window = tuple[int, int, int, int | None, bool]
"""One window of one subject: first day, day after the last, numerator, denominator (None: a plain sum), value is null."""

_DAY_ZERO = date(1970, 1, 1).toordinal()
_MONTHS = {"quarter": (3, "Q"), "half": (6, "H")}


class AlertKey(NamedTuple):
    """What makes an alert one alert: the rule, whom it is about, and the first day of the first window in breach."""

    rule: str
    subject_kind: str
    subject_id: str
    start_day: int


class Verdict(NamedTuple):
    """One alert of one rule and subject."""

    start_day: int
    """First day of the first window of the run in breach that opened it."""
    state: Literal["firing", "resolved"]
    window_first_day: int
    """Window judged last while it fires, or the one that ended it."""
    value: Fraction | None
    why: str


Past = Callable[[int], Sequence[Window]]
"""First day of a window -> the same window of the years before; empty where they are not all there."""
Says = Literal["breach", "between", "clear"]
"""What a window says: beyond the threshold, reached the clear level, or neither of them."""
_Z_SQUARED = Fraction(196, 100) ** 2
"""Of the two-sided 95 % interval."""


class _Episode(NamedTuple):
    """An alert while the windows are walked."""

    start_day: int
    window: Window
    says: Says
    quiet: int = 0
    """Number of windows in a row that have kept the clear level."""


def judge(
    rule: Rule, since_day: int, series: Sequence[Window], scale: int, divisor: int, today: int, past: Past | None = None
) -> list[Verdict]:
    """All alerts of one rule for one subject, oldest first; at most the last of them is firing.

    `series`: the consecutive windows of the rule's kind up to the one of `today`, in order, missing rows filled with zeros.
    `scale` is the rows' (10000 for shares × 100 for money and area); `divisor` is what remains to divide a ratio by (100 for area per
    person or office, else 1). Windows that end on or before `since_day` are not judged. A window without a value (0/0, or fewer than
    `min_denominator`) breaks a run that has not opened an alert yet and leaves an open alert as it is, unless the rule's `no_data` says otherwise.
    `past` serves rules with a `jump`.
    """
    read = _reader(rule, scale, divisor, past)
    episodes: list[_Episode] = []
    run: list[int] = []
    firing = False
    for window in _judged(rule, since_day, series, today):
        says = read(window)
        if firing:
            if says:
                start_day, _, _, quiet = episodes[-1]
                episodes[-1] = _Episode(start_day, window, says, quiet + 1 if says == "clear" else 0)
            firing = episodes[-1].quiet <= rule.keep_firing_for
            continue
        run = [*run, window[0]] if says == "breach" else []
        if says and len(run) == rule.for_windows:
            episodes.append(_Episode(run[0], window, says))
            run, firing = [], True
    return [_verdict(rule, episode, scale, divisor) for episode in episodes]


def changes(before: Mapping[AlertKey, Verdict], after: Mapping[AlertKey, Verdict], rules: Collection[str]) -> dict[AlertKey, Verdict]:
    """What must be published so that readers of `before` (all that was published) know `after` (all that holds now).

    An alert published as firing that no longer exists is resolved: `corrected` if its rule is still among `rules`, else `rule withdrawn`.
    """
    news = {key: verdict for key, verdict in after.items() if before.get(key) != verdict}
    for key, verdict in before.items():
        if verdict.state == "firing" and key not in after:
            news[key] = verdict._replace(state="resolved", why="corrected" if key.rule in rules else "rule withdrawn")
    return news


def in_force(publications: Sequence[tuple[int, Sequence[Rule]]]) -> dict[str, tuple[Rule, int]]:
    """The rules that hold after `publications` (day, rules), oldest first: id -> (rule, day from which it is judged).

    The last publication holds. A rule without a `since` of its own counts from the first of the unbroken row of publications that
    judge alike (a new title or severity is no new rule), so publishing a list again does not end its open alerts.
    """
    if not publications:
        return {}
    days = {rule.id: publications[-1][0] for rule in publications[-1][1]}
    waiting = {rule.id: _criterion(rule) for rule in publications[-1][1]}
    for day, rules in reversed(publications):
        same = {rule.id for rule in rules if waiting.get(rule.id) == _criterion(rule)}
        waiting = {rule_id: criterion for rule_id, criterion in waiting.items() if rule_id in same}
        days.update(dict.fromkeys(waiting, day))
    return {r.id: (r, days[r.id] if r.since is None else r.since.toordinal() - _DAY_ZERO) for r in publications[-1][1]}


def _criterion(rule: Rule) -> dict[str, object]:
    return rule.model_dump(exclude={"title", "severity"})


def _judged(rule: Rule, since_day: int, series: Sequence[Window], today: int) -> list[Window]:
    """The windows that the rule looks at."""
    last_end = today if not rule.running else max((window[1] for window in series), default=today)
    return [window for window in series if window[1] > since_day and window[0] <= today and window[1] <= last_end]


def _reader(rule: Rule, scale: int, divisor: int, past: Past | None) -> Callable[[Window], Says | None]:
    """How a window is read under this rule, in integers; None: it says nothing."""
    level, level_base = rule.threshold.as_integer_ratio()
    clear, clear_base = rule.clear_level.as_integer_ratio()
    sign = 1 if rule.comparison[0] == ">" else -1
    touching = rule.comparison in (">=", "<=")
    least = _least(rule, scale, divisor)
    without: Says | None = None if rule.no_data == "keep" else rule.no_data
    doubtful = rule.confidence is not None or rule.jump is not None

    def read(window: Window) -> Says | None:
        _, _, numerator, denominator, _ = window
        if _is_empty(window, least):
            return without
        base = scale if denominator is None else denominator * divisor
        beyond = sign * (numerator * level_base - level * base)
        if beyond > 0 or (touching and beyond == 0):
            return "between" if doubtful and not _convinces(rule, window, scale, divisor, past) else "breach"
        return "clear" if sign * (numerator * clear_base - clear * base) <= 0 else "between"

    return read


def _least(rule: Rule, scale: int, divisor: int) -> int:
    """The smallest denominator that says something."""
    return rule.min_denominator * (scale // divisor)


def _is_empty(window: Window, least: int) -> bool:
    """Whether a window has no value, or too little of one."""
    _, _, _, denominator, null = window
    return null or denominator == 0 or (denominator is not None and denominator < least)


def _convinces(rule: Rule, window: Window, scale: int, divisor: int, past: Past | None) -> bool:
    """Whether a value beyond the threshold is more than chance, as far as the rule asks."""
    value = _value(window, scale, divisor)
    if rule.confidence is not None:
        level, (_, _, _, denominator, _) = Fraction(rule.threshold), window
        # The interval's ends are the levels t at which (value - t)² n = z² t (1 - t) (Wilson 1927).
        if denominator is None or (value - level) ** 2 * Fraction(denominator, scale // divisor) <= _Z_SQUARED * level * (1 - level):
            return False
    if rule.jump is None:
        return True
    before = [_value(one, scale, divisor) for one in (past(window[0]) if past else ()) if not _is_empty(one, _least(rule, scale, divisor))]
    # Years without anything were not recorded, rather than quiet.
    return len(before) == YEARS_BEFORE and all(before) and _jumps(value, before, rule.jump)


YEARS_BEFORE = 3
"""Years whose same window a jump is measured by."""


def _jumps(value: Fraction, before: Sequence[Fraction], deviations: int) -> bool:
    """Whether the value lies more than so many (population) standard deviations above the mean; both sides times the number of values, squared."""
    above = len(before) * value - sum(before)
    spread = len(before) * sum(one * one for one in before) - sum(before) ** 2
    return above > 0 and above * above > deviations * deviations * spread


def _value(window: Window, scale: int, divisor: int) -> Fraction:
    _, _, numerator, denominator, _ = window
    return Fraction(numerator, scale if denominator is None else denominator * divisor)


def _verdict(rule: Rule, episode: _Episode, scale: int, divisor: int) -> Verdict:
    """An alert as it stands after its last window."""
    start_day, window, says, quiet = episode
    first_day = window[0]
    over = quiet > rule.keep_firing_for
    since = "" if start_day == first_day else f", since {_label(rule.window, start_day)}"
    kept = "" if over or not quiet else f", clear for {quiet} of {rule.keep_firing_for + 1}"
    where = f" in {rule.window} {_label(rule.window, first_day)}{since}{kept}"
    if _is_empty(window, _least(rule, scale, divisor)):
        return Verdict(start_day, "resolved" if over else "firing", first_day, None, f"no value{where}")
    value = _value(window, scale, divisor)
    parts = "" if rule.in_points else _parts(window[2], scale, window[3], scale // divisor)
    return Verdict(start_day, "resolved" if over else "firing", first_day, value, f"{parts}{_against(rule, value, says)}{where}")


def _against(rule: Rule, value: Fraction, says: Says) -> str:
    """`0.05 < 0.98`: the value against the level that decided; figures and signs, for readers of any language."""
    level = Fraction(rule.threshold if says == "breach" else rule.clear_level)
    back = "<=" if rule.comparison[0] == ">" else ">="
    strict = len(rule.comparison) == 2 and rule.clear_level == rule.threshold
    signs = {"breach": rule.comparison, "between": f"not yet {back}", "clear": back[0] if strict else back}
    return f"{_decimal(value, level)} {signs[says]} {_decimal(level)}"


def _parts(numerator: int, scale: int, denominator: int | None, weight: int) -> str:
    """`1/20 = ` before the value of a ratio, in counted things (66.5/70 where 665000/700000 is weighted); nothing before a sum."""
    if denominator is None:
        return ""
    return f"{_decimal(Fraction(numerator, scale))}/{_decimal(Fraction(denominator, weight))} = "


def _decimal(value: Fraction, apart_from: Fraction | None = None) -> str:
    """The value to four decimals, or to as many more as tell it apart from a level that it is not equal to."""
    places = 4
    rounded = round(value, places)
    while rounded == apart_from != value:
        places += 1
        rounded = round(value, places)
    text = f"{abs(rounded.numerator) * 10**places // rounded.denominator:0{places + 1}d}"
    whole, decimals = text[:-places], text[-places:].rstrip("0")
    return ("-" if rounded < 0 else "") + (f"{whole}.{decimals}" if decimals else whole)


def _label(kind: str, first_day: int) -> str:
    """A window's short name: 2026-08-01, 2026-W31, 2026-08, 2026-Q3, 2026-H2, 2026."""
    first = date.fromordinal(first_day + _DAY_ZERO)
    if kind == "day":
        return first.isoformat()
    if kind == "week":
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02d}"
    if kind in _MONTHS:
        months, letter = _MONTHS[kind]
        return f"{first.year}-{letter}{(first.month - 1) // months + 1}"
    return first.isoformat()[: 7 if kind == "month" else 4]
