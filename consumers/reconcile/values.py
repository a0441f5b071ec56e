"""Parts into the rows of all core indicators (section 6): one entry an indicator, in the contract's order; the others are in `formulas`."""

from collections.abc import Iterator, Mapping

from consumers.reconcile import formulas
from consumers.reconcile.parts import Book, Part, PartKey, plus, subjects, unattributed
from consumers.reconcile.reading import day_text
from consumers.reconcile.windows import MONTH_AND_LONGER

ValueKey = tuple[str, str, str, str, str, str, str, str]
"""district, indicator, mode, dimension, subject kind, subject id, window kind, window start."""
Row = tuple[int, int | None, int]
"""numerator, denominator, scale."""

FLOW_MODES = frozenset(("share_weighted", "full", "lead", "assigned_by"))
STOCK_MODES = frozenset(("share_weighted", "full", "lead"))
DISTINCT_MODES = frozenset(("full", "lead"))
NO_MODES: frozenset[str] = frozenset()

FLOW_SUMS = {
    "med_accepted_cnt": "med.accepted",
    "med_concluded_cnt": "med.concluded",
    "med_amount_yuan": "med.amount",
    "med_collective_cnt": "med.collective",
    "cor_intake_cnt": "cor.intake",
    "cor_release_cnt": "cor.release",
    "leg_consult_cnt": "leg.persons",
    "pub_activity_cnt": "pub.activity",
    "pub_audience_sum": "pub.audience",
}
FLOW_RATIOS = {
    "med_handling_rate": ("med.concluded", "med.accepted"),
    "med_success_rate": ("med.agreed", "med.concluded"),
    "med_success_rate_accepted": ("med.agreed", "med.accepted"),
    "med_written_share": ("med.agreed_written", "med.agreed"),
    "med_fulfilment_rate": ("med.fulfilled", "med.due"),
    "cor_report_ontime_rate": ("cor.ontime", "cor.due"),
    "res_key_handover_rate": ("res.fetched_key", "res.released_key"),
    "dual_core_time_share": ("work.core_minutes", "work.minutes"),
}
STOCK_SUMS = {
    "cor_caseload": "cor.caseload",
    "cor_monitor_over_limit_cnt": "cor.monitor_over",
    "res_register": "res.register",
    "cap_star_cnt": "cap.star",
}
STOCK_RATIOS = {
    "res_placement_rate": ("res.placed", "res.register"),
    "cap_area_m2": ("cap.area", "cap.offices"),
    "cap_staff_avg": ("cap.staff", "cap.offices"),
    "cap_standard_rate": ("cap.standard", "cap.offices"),
    "cap_excellent_rate": ("cap.excellent", "cap.offices"),
}
DISTINCT_SUMS = {"cor_reoffence_cnt": "cor.reoffender", "cor_lost_cnt": "cor.lost"}
DISTINCT_RATIOS = {"cor_reoffence_rate": ("cor.reoffender", "cor.present"), "res_help_rate": ("res.helped", "res.present")}
QUANTILES = {"med_duration_p50": (1, 2), "med_duration_p90": (9, 10)}

BUREAU_KINDS = frozenset(("district_bureau",))
STREET_KINDS = frozenset(("street_office", "town_government"))

COMPONENTS: Mapping[str, tuple[str, ...]] = {
    **{indicator: (component,) for sums in (FLOW_SUMS, STOCK_SUMS, DISTINCT_SUMS) for indicator, component in sums.items()},
    **FLOW_RATIOS,
    **STOCK_RATIOS,
    "cor_reoffence_rate": ("cor.reoffender", "cor.caseload"),
    "res_help_rate": ("res.helped", "res.register"),
    **dict.fromkeys(QUANTILES, ("med.duration",)),
    "med_escalation_cnt": ("med.escalation",),
    "med_overdue_rate": ("med.open_overdue", "med.concluded_late", "med.open", "med.concluded"),
    "fund_disbursed_yuan": ("fund.disbursed",),
    "fund_share_actual": ("fund.disbursed",),
    "dual_street_task_share": ("soc.assigned",),
    "dual_completion_bureau": ("soc.done", "soc.due"),
    "dual_completion_street": ("soc.done", "soc.due"),
    "dual_balance_gap_pp": ("soc.done", "soc.due"),
    "dual_mismatch_pp": ("soc.assigned", "fund.disbursed"),
    **{indicator: formulas.components(formula) for indicator, formula in formulas.FORMULAS.items()},
}
"""The facts on which each indicator rests, as they are told: of presence the entries and exits."""


def rows(book: Book) -> dict[ValueKey, Row]:
    """Every row of the district that is not a row of zeros (of quantiles: every row that counts at least one case)."""
    return {
        (book.district, indicator, mode, dimension, kind, subject, window, day_text(first)): row
        for indicator, (mode, dimension, kind, subject, window, first), row in _all(book)
    }


def _all(book: Book) -> Iterator[tuple[str, PartKey, Row]]:
    for indicator, component in FLOW_SUMS.items():
        yield from _sum(indicator, book.flow(component), FLOW_MODES)
    for indicator, (upper, lower) in FLOW_RATIOS.items():
        yield from _ratio(indicator, book.flow(upper), book.flow(lower), FLOW_MODES)
    for indicator, component in STOCK_SUMS.items():
        yield from _sum(indicator, book.stock(component), STOCK_MODES)
    for indicator, (upper, lower) in STOCK_RATIOS.items():
        yield from _ratio(indicator, book.stock(upper), book.stock(lower), STOCK_MODES)
    for indicator, component in DISTINCT_SUMS.items():
        yield from _sum(indicator, book.distinct(component), DISTINCT_MODES)
    for indicator, (upper, lower) in DISTINCT_RATIOS.items():
        yield from _ratio(indicator, book.distinct(upper), book.distinct(lower), DISTINCT_MODES)
    for indicator, (numerator, denominator) in QUANTILES.items():
        for key, value in book.quantile("med.duration", numerator, denominator).items():
            yield indicator, key, (value, None, 1)
    yield from _sum("med_escalation_cnt", book.flow("med.escalation"), frozenset(("full",)))
    yield from _overdue(book)
    yield from _money(book)
    yield from _two_masters(book)
    yield from formulas.rows(book)


def _scale(indicator: str, mode: str) -> int:
    hundredths = indicator.endswith("_yuan") or indicator == "cap_area_m2"
    return (10_000 if mode == "share_weighted" else 1) * (100 if hundredths else 1)


def _sum(indicator: str, part: Part, modes: frozenset[str]) -> Iterator[tuple[str, PartKey, Row]]:
    for key in subjects(part, modes):
        if part[key]:
            yield indicator, key, (part[key], None, _scale(indicator, key[0]))


def _ratio(indicator: str, upper: Part, lower: Part, modes: frozenset[str]) -> Iterator[tuple[str, PartKey, Row]]:
    for key in subjects({**upper, **lower}, modes):
        # Only the totals of components that are also told by dimension are parts of ratios.
        row = upper.get(key, 0), lower.get(key, 0)
        if any(row) and not key[1]:
            yield indicator, key, (*row, _scale(indicator, key[0]))


def _overdue(book: Book) -> Iterator[tuple[str, PartKey, Row]]:
    upper = plus(book.stock("med.open_overdue"), book.flow("med.concluded_late"))
    lower = plus(book.stock("med.open"), book.flow("med.concluded"))
    for indicator, key, row in _ratio("med_overdue_rate", upper, lower, STOCK_MODES):
        if key[4] in MONTH_AND_LONGER:
            yield indicator, key, row


def _money(book: Book) -> Iterator[tuple[str, PartKey, Row]]:
    """What authorities paid, and each one's share of it."""
    paid, own = unattributed(book.flow("fund.disbursed")), book.own("fund.disbursed")
    yield from _sum("fund_disbursed_yuan", {**paid, **own}, frozenset(("own",)))
    for key, amount in own.items():
        if amount:
            yield "fund_share_actual", key, (amount, paid[_whole_district(book, key)], 1)


def _two_masters(book: Book) -> Iterator[tuple[str, PartKey, Row]]:
    """Tasks by the kind of who assigned them, and tasks against money."""
    bureau, street = (frozenset(a for a, kind in book.registry.kinds.items() if kind in kinds) for kinds in (BUREAU_KINDS, STREET_KINDS))
    assigned = unattributed(book.flow("soc.assigned"))
    yield from _ratio("dual_street_task_share", unattributed(book.flow("soc.assigned", street)), assigned, NO_MODES)
    sides = []
    for indicator, assigners in (("dual_completion_bureau", bureau), ("dual_completion_street", street)):
        done, due = (unattributed(book.flow(component, assigners)) for component in ("soc.done", "soc.due"))
        yield from _ratio(indicator, done, due, NO_MODES)
        sides.append((done, due))
    yield from _balance_gap(*sides)
    yield from _mismatch(book, assigned)


def _balance_gap(bureau: tuple[Part, Part], street: tuple[Part, Part]) -> Iterator[tuple[str, PartKey, Row]]:
    (bureau_done, bureau_due), (street_done, street_due) = bureau, street
    for key, due in bureau_due.items():
        if due and street_due.get(key, 0):
            gap = _hundredths_of_a_point(bureau_done.get(key, 0), due, street_done.get(key, 0), street_due[key])
            yield "dual_balance_gap_pp", key, (gap, 100, 1)


def _mismatch(book: Book, assigned: Part) -> Iterator[tuple[str, PartKey, Row]]:
    tasks, own, paid = book.own("soc.assigned"), book.own("fund.disbursed"), unattributed(book.flow("fund.disbursed"))
    for key in {**tasks, **own}:
        whole = _whole_district(book, key)
        all_tasks, all_paid = assigned.get(whole, 0), paid.get(whole, 0)
        if all_tasks and all_paid:
            yield "dual_mismatch_pp", key, (_hundredths_of_a_point(tasks.get(key, 0), all_tasks, own.get(key, 0), all_paid), 100, 1)


def _whole_district(book: Book, key: PartKey) -> PartKey:
    return ("none", "", "district", book.district, key[4], key[5])


def _hundredths_of_a_point(a: int, b: int, c: int, d: int) -> int:
    """a/b - c/d in hundredths of a percentage point, rounded half to even."""
    numerator, denominator = 10_000 * (a * d - c * b), b * d
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))
