"""The series of rules that are about no indicator: open duties, silence, missing numbers, refusals; and what the slice has moved of them."""

from collections.abc import Iterable, Sequence

from schemas.rules import Rule
from streams.core.admit import Admission
from streams.core.cells import Subject
from streams.core.day_series import Step, running_sum, silence, windows
from streams.core.instants import local_day
from streams.core.judge import Window
from streams.core.state import District
from streams.core.watch import Watch, admitted_slots, view_of
from streams.core.windows import END, KIND_NAMES, OF_DAY, row_of


def watch_of(district: District) -> Watch:
    """What the district's rules look at, read from its state."""
    watch = Watch(rule for rule, _ in district.rules.values())
    watch.read(district.records, admitted_slots(district.identities, district.chains, district.waiting))
    return watch


def move(admission: Admission) -> None:
    """Take what the slice has changed."""
    district, watch = admission.district, admission.district.watch
    if watch.of_domain:
        for domain, key in (*admission.before, *admission.people):
            watch.reread(domain, key, district.records[domain].get(key, ()))
    if watch.listens:
        for slot in admission.heard:
            watch.hear(slot)


def moved(admission: Admission, rule: Rule) -> list[Subject]:
    """The subjects of which the slice has touched what a rule sees."""
    district = admission.district
    if rule.refusals is not None:
        return [district.home] if admission.refused else []
    if rule.gaps_older_than is not None:
        touched: set[int | str] = set(admission.sources)
    else:
        view = view_of(rule)
        touched = {who for of, who in district.watch.touched if of == view}
    if rule.subjects == "district":
        return [district.home] if touched else []
    return [district.office_subjects[who] if isinstance(who, int) else ("source", who, "none") for who in sorted(touched, key=str)]


def _number(district: District, subject: Subject) -> int | str | None:
    """By what the watch knows a subject: an office by its number, a source by its name, the district by nothing."""
    kind, ident, _ = subject
    return district.office_numbers[ident] if kind == "office" else ident if kind == "source" else None


def sources(district: District, rule: Rule) -> list[str]:
    """The sources that a rule is about: those that number their events, or all that were ever heard."""
    return sorted(district.ledgers if rule.silence is None else (who for who in district.watch.heard if isinstance(who, str)))


def series(district: District, rule: Rule, subject: Subject, first: int, today: int, closed: int | None) -> list[Window]:
    """The windows from the day `first` to today that the judge reads; nothing is counted of an office from the day `closed` on."""
    if rule.refusals is not None:
        return _refused(district, rule.refusals, KIND_NAMES.index(rule.window), first, today)
    steps, last = _steps(district, rule, subject, first, today), today if rule.running else today - 1
    if closed is not None:
        steps = [*(step for step in steps if step[0] < closed), (closed, 0)]
    return windows(steps, first, last, max(rule.for_windows, rule.keep_firing_for + 1))


def _steps(district: District, rule: Rule, subject: Subject, first: int, today: int) -> Iterable[Step]:
    view, who = view_of(rule), _number(district, subject)
    if view is not None:
        return running_sum(district.watch.days_of(view, who))
    if rule.silence is not None:
        heard = district.watch.heard.get(who or 0, [])
        begins = max(first, heard[0]) if isinstance(who, str) else first
        return silence(heard, begins, today, district.calendar if rule.silence == "working_days" else None)
    ledgers = district.ledgers.values() if who is None else [district.ledgers[str(who)]]
    missing: dict[int, int] = {}
    for ledger in ledgers:
        for last, number, since_us in ledger.missing:
            day = local_day(since_us) + (rule.gaps_older_than or 0) + 1
            missing[day] = missing.get(day, 0) + last - number + 1
    return running_sum(missing)


def _refused(district: District, codes: Sequence[str], kind: int, first: int, today: int) -> list[Window]:
    """How many records were refused for one of the codes, by windows of a kind."""
    number: dict[int, int] = {}
    for (code, day), n in district.counts.refused.items():
        if code in codes:
            window = OF_DAY[day][kind]
            number[window] = number.get(window, 0) + n
    return [(window >> 3, END[window], number.get(window, 0), None, False) for window in row_of(kind, first, today)]
