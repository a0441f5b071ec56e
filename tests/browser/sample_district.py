"""A district of seven offices with two years of figures, written straight into ClickHouse's base tables: what the page looks like in use.

The figures are invented but hang together: windows are sums of months, the district is the sum of its offices, and authorities get theirs
by the same splits that the registry shows. Everything follows from one seed, so tests can name numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import NamedTuple

DISTRICT = "990107"
TODAY = date(2025, 6, 18)
FIRST = date(2023, 7, 1)
BUREAU, FINANCE = f"au-{DISTRICT}-sfj", f"au-{DISTRICT}-czj"
CLOSED_THROUGH = date(2025, 4, 1)
"""Months that begin before this day are closed; one row of the last of them was restated."""

NAMES = ("青石街道", "南桥街道", "柳湖街道", "北关街道", "清河街道", "石门镇", "枫林镇")
TYPES = {
    "neighbour": 320, "marriage_family": 184, "damage_compensation": 87, "house_site": 77, "medical": 63, "other": 62, "contract": 51, "traffic": 38,
    "production_business": 36, "demolition": 32, "forest_land": 21, "labour": 15, "consumer": 8, "environment": 5, "property_mgmt": 1,
}  # fmt: skip
SOURCES = {"proactive": 524, "applied": 435, "referred": 41}
STOCKS = frozenset(
    {"open", "open_overdue", "caseload", "monitor_over", "register", "placed", "area", "staff", "offices", "standard", "excellent"}
)

RATIOS = {
    "med_handling_rate": (("concluded",), ("accepted",)),
    "med_success_rate": (("agreed",), ("concluded",)),
    "med_success_rate_accepted": (("agreed",), ("accepted",)),
    "med_written_share": (("written",), ("agreed",)),
    "med_overdue_rate": (("open_overdue", "late"), ("open", "concluded")),
    "med_fulfilment_rate": (("fulfilled",), ("due",)),
    "cor_reoffence_rate": (("reoffended",), ("present",)),
    "cor_report_ontime_rate": (("on_time",), ("to_report",)),
    "res_key_handover_rate": (("fetched",), ("key_released",)),
    "res_help_rate": (("helped",), ("enrolled",)),
    "res_placement_rate": (("placed",), ("register",)),
    "cap_area_m2": (("area",), ("offices",)),
    "cap_staff_avg": (("staff",), ("offices",)),
    "cap_standard_rate": (("standard",), ("offices",)),
    "cap_excellent_rate": (("excellent",), ("offices",)),
    "dual_core_time_share": (("core_minutes",), ("minutes",)),
}
SUMS = {
    "med_accepted_cnt": "accepted", "med_concluded_cnt": "concluded", "med_escalation_cnt": "escalation", "med_amount_yuan": "amount",
    "med_collective_cnt": "collective", "cor_caseload": "caseload", "cor_intake_cnt": "intake", "cor_release_cnt": "release",
    "cor_reoffence_cnt": "reoffended", "cor_lost_cnt": "lost", "cor_monitor_over_limit_cnt": "monitor_over", "res_register": "register",
    "leg_consult_cnt": "persons", "pub_activity_cnt": "activities", "pub_audience_sum": "audience",
}  # fmt: skip
OFFICE_ONLY = {
    "dual_street_task_share": (("street_tasks",), ("tasks",)),
    "dual_completion_bureau": (("bureau_done",), ("bureau_due",)),
    "dual_completion_street": (("street_done",), ("street_due",)),
}
DISTINCT = frozenset({"cor_reoffence_cnt", "cor_reoffence_rate", "cor_lost_cnt", "res_help_rate"})
INTEGER_UNIT = {"med_amount_yuan": 100, "cap_area_m2": 100}


class Value(NamedTuple):
    """One row of `indicator_value_versions`, without district and version."""

    indicator: str
    mode: str
    dimension: str
    subject_kind: str
    subject_id: str
    window_kind: str
    window_start: date
    numerator: int
    denominator: int | None
    scale: int
    empty: bool


def office(number: int) -> str:
    return f"sfs-{DISTRICT}-{number:03}"


def street(number: int) -> str:
    return f"au-{DISTRICT}-{'zf' if NAMES[number - 1].endswith('镇') else 'jd'}-{number:03}"


OFFICES = {office(number): f"{name}司法所" for number, name in enumerate(NAMES, start=1)}
AUTHORITIES = {BUREAU: ("示范区司法局", "district_bureau"), FINANCE: ("示范区财政局", "district_finance")} | {
    street(number): (
        name + ("人民政府" if name.endswith("镇") else "办事处"),
        "town_government" if name.endswith("镇") else "street_office",
    )
    for number, name in enumerate(NAMES, start=1)
}


def funding(number: int) -> list[tuple[date, list[tuple[str, int]], str]]:
    """The decisions on who pays an office: two fully bureau, three 70/30, one three ways, one that changed hands and back."""
    own, start = street(number), date(2021, 1, 1)
    plans = {
        1: [(start, [(BUREAU, 10_000)], "示司发〔2020〕31号")],
        2: [(start, [(BUREAU, 10_000)], "示司发〔2020〕31号")],
        3: [(start, [(own, 7_000), (BUREAU, 3_000)], "示司发〔2020〕32号")],
        4: [(start, [(own, 7_000), (BUREAU, 3_000)], "示司发〔2020〕32号")],
        5: [(start, [(own, 7_000), (BUREAU, 3_000)], "示司发〔2020〕32号")],
        6: [(start, [(own, 5_000), (BUREAU, 3_000), (FINANCE, 2_000)], "示政办〔2020〕8号")],
        7: [
            (start, [(own, 10_000)], "枫政发〔2020〕3号"),
            (date(2024, 7, 1), [(BUREAU, 10_000)], "示司发〔2024〕11号"),
            (date(2025, 4, 1), [(own, 6_000), (BUREAU, 4_000)], "示司发〔2025〕5号"),
        ],
    }
    return plans[number]


def payers(number: int, day: date) -> dict[str, int]:
    """Who pays an office on a day, in basis points."""
    return dict(next(shares for start, shares, _ in reversed(funding(number)) if start <= day))


def months() -> Iterator[date]:
    day = FIRST
    while day <= TODAY:
        yield day
        day = (day + timedelta(days=31)).replace(day=1)


def window(kind: str, day: date) -> date:
    size = {"month": 1, "quarter": 3, "half": 6, "year": 12}[kind]
    return date(day.year, (day.month - 1) // size * size + 1, 1)


def month_of_office(random: Random, number: int, month: date) -> Counter[str]:
    """One office's month: its components, `type:` and `source:` parts, `days:` of the durations, and `task:` by assigner."""
    part = TODAY.day / 30 if month == TODAY.replace(day=1) else 1.0
    level = 22 + 7 * number + (6 if month.year == 2025 else 0)
    made: Counter[str] = Counter()
    made["accepted"] = round(random.gauss(level, level / 9) * part * {2: 0.6, 1: 1.2, 12: 1.2}.get(month.month, 1.0))
    for name, weights in (("type", TYPES), ("source", SOURCES)):
        for code in random.choices(list(weights), list(weights.values()), k=made["accepted"]):
            made[f"{name}:{code}"] += 1
    made["concluded"] = max(0, made["accepted"] + random.randint(-3, 2))
    made["agreed"] = sum(random.random() < 0.975 for _ in range(made["concluded"]))
    made["written"] = sum(random.random() < 0.45 for _ in range(made["agreed"]))
    made["due"], made["fulfilled"] = made["agreed"] // 2, sum(random.random() < 0.95 for _ in range(made["agreed"] // 2))
    for _ in range(made["concluded"]):
        made[f"days:{min(60, round(random.lognormvariate(1.6, 1.0)))}"] += 1
    made["late"] = sum(count for name, count in made.items() if name.startswith("days:") and int(name[5:]) > 30)
    made["open"], made["open_overdue"] = 8 + number, random.randint(0, 2)
    made["escalation"], made["collective"] = int(random.random() < 0.05), int(random.random() < 0.3)
    made["amount"] = sum(random.randint(50_000, 4_000_000) for _ in range(made["agreed"]))
    made["caseload"], made["register"] = 14 + 3 * number + random.randint(-2, 2), 60 + 8 * number
    made["intake"], made["release"], made["present"] = random.randint(0, 3), random.randint(0, 3), made["caseload"] + 1
    made["to_report"] = made["intake"]
    made["on_time"] = made["to_report"] - int(made["to_report"] > 0 and random.random() < 0.08)
    made["lost"], made["reoffended"] = int(random.random() < 0.06), int(random.random() < 0.01)
    made["monitor_over"] = int(random.random() < 0.05)
    made["key_released"] = random.randint(0, 2)
    made["fetched"], made["enrolled"] = made["key_released"], made["register"]
    made["helped"], made["placed"] = made["register"] - random.randint(0, 3), made["register"] - random.randint(0, 2)
    made["persons"], made["activities"] = random.randint(20, 70 + 8 * number), random.randint(1, 5)
    made["audience"] = made["activities"] * random.randint(40, 160)
    renewed = (month.year, month.month) >= (2024, 3)
    made["staff"], made["area"], made["offices"] = (
        (7 if renewed else 3 + number % 2),
        (15_000 + 820 * number if renewed else 5_200 + 110 * number),
        1,
    )
    made["standard"], made["excellent"] = int(renewed), int(renewed and number <= 5)
    for assigner, share in ((BUREAU, 0.5), (street(number), 0.44), ("self", 0.06)):
        made[f"task:{assigner}"] = round(random.gauss(20, 3) * share * part)
    made["tasks"] = sum(count for name, count in made.items() if name.startswith("task:"))
    made["street_tasks"] = made[f"task:{street(number)}"]
    made["bureau_due"], made["street_due"] = made[f"task:{BUREAU}"], made["street_tasks"]
    made["bureau_done"] = made["bureau_due"] - (random.random() < 0.3)
    made["street_done"] = made["street_due"] - random.randint(0, 2)
    made["minutes"] = round(made["staff"] * 21 * 400 * part)
    made["core_minutes"] = round(made["minutes"] * random.uniform(0.58, 0.74))
    return made


def history() -> dict[tuple[int, date], Counter[str]]:
    """Every month of every office; the same for ever."""
    random = Random(990107)
    return {(number, month): month_of_office(random, number, month) for number in range(1, len(NAMES) + 1) for month in months()}


def merge(parts: Iterable[tuple[date, Counter[str], int]]) -> Counter[str]:
    """Components of a window: flows add up over months, stocks are those of the last month; each part times its weight."""
    parts = list(parts)
    newest = max((month for month, _, _ in parts), default=FIRST)
    total: Counter[str] = Counter()
    for month, made, weight in parts:
        for name, count in made.items():
            if name not in STOCKS or month == newest:
                total[name] += count * weight
    return total


def quantile(made: Counter[str], q: Fraction) -> int | None:
    days = sorted((int(name[5:]), count) for name, count in made.items() if name.startswith("days:"))
    reach, n = 0, sum(count for _, count in days)
    for day, count in days:
        reach += count
        if reach * q.denominator >= q.numerator * n:
            return day
    return None


def values() -> list[Value]:
    """Every indicator row of the district, its offices and its authorities."""
    made = history()
    rows: list[Value] = []
    for kind in ("month", "quarter", "half", "year"):
        windows: dict[date, list[tuple[int, date]]] = defaultdict(list)
        for number, month in made:
            windows[window(kind, month)].append((number, month))
        for start, keys in windows.items():
            district = merge((month, made[number, month], 1) for number, month in keys)
            rows += of_subject("district", DISTRICT, kind, start, district, "none", 1)
            for number in range(1, len(NAMES) + 1):
                own = merge((month, made[n, month], 1) for n, month in keys if n == number)
                rows += of_subject("office", office(number), kind, start, own, "none", 1)
            rows += of_authorities(kind, start, keys, made)
    return rows


def of_subject(kind: str, subject: str, window_kind: str, start: date, made: Counter[str], mode: str, weight: int) -> Iterator[Value]:
    """The rows of one subject in one mode."""
    for indicator, component in SUMS.items():
        yield Value(
            indicator, mode, "", kind, subject, window_kind, start, made[component], None, weight * INTEGER_UNIT.get(indicator, 1), False
        )
    ratios = RATIOS | (OFFICE_ONLY if mode == "none" else {})
    for indicator, (above, below) in ratios.items():
        parts = sum(made[name] for name in above), sum(made[name] for name in below)
        yield Value(indicator, mode, "", kind, subject, window_kind, start, *parts, weight * INTEGER_UNIT.get(indicator, 1), False)
    if mode in ("none", "lead"):
        for indicator, q in (("med_duration_p50", Fraction(1, 2)), ("med_duration_p90", Fraction(9, 10))):
            found = quantile(made, q)
            yield Value(indicator, mode, "", kind, subject, window_kind, start, found or 0, None, 1, found is None)
    if mode == "none":
        yield from _only_unattributed(kind, subject, window_kind, start, made)


def _only_unattributed(kind: str, subject: str, window_kind: str, start: date, made: Counter[str]) -> Iterator[Value]:
    for name, dimension in (("type", "dispute_type"), ("source", "source")):
        for code in TYPES if name == "type" else SOURCES:
            if made[f"{name}:{code}"]:
                yield Value(
                    "med_accepted_cnt",
                    "none",
                    f"{dimension}={code}",
                    kind,
                    subject,
                    window_kind,
                    start,
                    made[f"{name}:{code}"],
                    None,
                    1,
                    False,
                )
    if kind == "office" and made["standard"]:
        level = {office(1): 5, office(2): 4}.get(subject)
        if level:
            yield Value("cap_star_cnt", "none", f"level={level}", kind, subject, window_kind, start, 1, None, 1, False)
    if made["bureau_due"] and made["street_due"]:
        gap = 10_000 * (Fraction(made["bureau_done"], made["bureau_due"]) - Fraction(made["street_done"], made["street_due"]))
        yield Value("dual_balance_gap_pp", "none", "", kind, subject, window_kind, start, round(gap), 100, 1, False)


def of_authorities(kind: str, start: date, keys: list[tuple[int, date]], made: dict[tuple[int, date], Counter[str]]) -> Iterator[Value]:
    """The rows of every authority: its share by each mode, its money, its mismatch."""
    paid, tasks = paid_by(keys), Counter[str]()
    for key in keys:
        for name, count in made[key].items():
            if name.startswith("task:"):
                tasks[name[5:]] += count
    for authority in AUTHORITIES:
        weights = {key: payers(key[0], key[1]).get(authority, 0) for key in keys}
        chosen = {
            "share_weighted": [(month, made[n, month], bp) for (n, month), bp in weights.items() if bp],
            "full": [(month, made[n, month], 1) for (n, month), bp in weights.items() if bp],
            "lead": [
                (month, made[n, month], 1) for (n, month), bp in weights.items() if bp > 5_000 or (bp == 5_000 and authority != BUREAU)
            ],
        }
        for mode, parts in chosen.items():
            if parts:
                rows = of_subject("authority", authority, kind, start, merge(parts), mode, 10_000 if mode == "share_weighted" else 1)
                yield from (row for row in rows if _allowed(row.indicator, mode))
        if authority == BUREAU:
            yield from _assigned(kind, start, merge((month, made[n, month], 1) for n, month in keys))
        yield from _own(authority, kind, start, paid, tasks)


def _allowed(indicator: str, mode: str) -> bool:
    if indicator == "med_escalation_cnt":
        return mode == "full"
    return not (mode == "share_weighted" and indicator in DISTINCT)


def _assigned(kind: str, start: date, made: Counter[str]) -> Iterator[Value]:
    third = Counter({name: count // 3 for name, count in made.items()})
    for row in of_subject("authority", BUREAU, kind, start, third, "assigned_by", 1):
        if row.indicator in (
            "med_accepted_cnt",
            "med_concluded_cnt",
            "med_success_rate",
            "leg_consult_cnt",
            "pub_activity_cnt",
            "dual_core_time_share",
        ):
            yield row


def _own(authority: str, kind: str, start: date, paid: Counter[str], tasks: Counter[str]) -> Iterator[Value]:
    money, all_money, all_tasks = paid[authority], sum(paid.values()), sum(tasks.values())
    if money:
        yield Value("fund_disbursed_yuan", "own", "", "authority", authority, kind, start, money, None, 100, False)
        yield Value("fund_share_actual", "own", "", "authority", authority, kind, start, money, all_money, 1, False)
    if money or tasks[authority]:
        gap = 10_000 * (Fraction(tasks[authority], all_tasks) - Fraction(money, all_money))
        yield Value("dual_mismatch_pp", "own", "", "authority", authority, kind, start, round(gap), 100, 1, False)


def paid_by(keys: Iterable[tuple[int, date]]) -> Counter[str]:
    """Fen that each authority paid: 20,000 yuan an office and month, by the split of the month."""
    paid: Counter[str] = Counter()
    for number, month in keys:
        for authority, bp in payers(number, month).items():
            paid[authority] += 2_000_000 * bp // 10_000
    return paid
