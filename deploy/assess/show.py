"""An assessment for people, on a terminal."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from rich.markup import escape
from rich.table import Column, Table

from consumers.assessment.assessment import Assessment
from consumers.assessment.reading import Answer, Ground
from consumers.assessment.scheme import Scheme
from consumers.assessment.sheet import PartSheet
from consumers.assessment.telling import DASH, Teller, points, score
from deploy.assess.document import Causes
from deploy.assess.words import PARTS, STATES, grade_name, place, signed
from deploy.console import console

_EVENTS_A_RECORD = 3


def print_places(answer: Answer, ground: Ground) -> None:
    """The table of places for people, with what would change."""
    found, after, out = answer.now, answer.what_if, console()
    scheme = found.scheme
    out.print(
        f"[bold]{escape(scheme.name.zh)} {escape(scheme.name.en)}[/] ({scheme.scheme}:{scheme.version}) {found.span.first} – {found.span.last}"
    )
    out.print("parts 部分: " + "; ".join(_part(part.id, int(part.weight), part.state) for part in found.parts))
    domains = [Column(f"{domain.name.zh}\n{points(Fraction(domain.points))}", justify="right") for domain in scheme.domains]
    columns: list[Column | str] = [
        "place 名次",
        "office 司法所",
        Column("score 得分", justify="right"),
        *domains,
        Column("± 加减", justify="right"),
        "grade 等次",
    ]
    table = Table(*columns, *(["what if 试算"] if after else []), header_style="bold")
    for one in found.results:
        sums = [score(*one.domain(n), 2) for n in range(len(scheme.domains))]
        cells = [
            place(one),
            ground.name(one.office),
            score(one.low, one.high, scheme.decimals),
            *sums,
            points(one.extra),
            grade_name(one, "zh"),
        ]
        then = after.of(one.office) if after else None
        if then is not None:
            cells.append(f"{score(then.low, then.high, scheme.decimals)} → {place(then)}")
        table.add_row(*map(escape, cells))
    out.print(table)
    for line in _notes(found):
        out.print(escape(line))


def _notes(found: Assessment) -> Iterator[str]:
    if not found.known:
        yield "a score from – to: grades, inspections or a half are still to come; the place is provisional, in brackets what it can come to 得分区间:尚有评分、检查或半年未定"
    if any(item.item.assumption for one in found.results[:1] for part in one.parts for item in part.items):
        yield f"this scheme contains assumptions, marked * on an office's sheet (`suoheng assess schemes {found.scheme.scheme}`) 方案含推定内容"


def print_sheet(answer: Answer, ground: Ground, office: str, causes: Causes, most: int | None) -> None:
    """One office's sheet for people: item by item, with the records that cost its points."""
    one, out = answer.now.of(office), console()
    assert one is not None
    teller = Teller("zh", ground.named)
    decimals = answer.now.scheme.decimals
    out.print(
        f"[bold]{escape(ground.name(office))} {office}[/]: {score(one.low, one.high, decimals)}, place 名次 {place(one)}, {grade_name(one, 'zh')}"
    )
    if one.honours_lost:
        why = {"veto": "veto 一票否决", "last_place": "last place 末位"}
        out.print(f"  [red]no honours 取消评先评优[/]: {', '.join(why[name] for name in one.honours_lost)}")
    for hit in one.vetoes:
        out.print(f"  [red]{escape(hit.veto.name.zh)} {escape(hit.veto.name.en)}[/] {escape(teller.given(hit.given))}")
    if one.money_yuan is not None:
        out.print(f"  money 补贴: {points(one.money_yuan)} yuan 元")
    for part in one.parts:
        out.print(_sheet_table(part, teller))
        _print_causes(part, causes, most)
    for claim in one.bonus.claims:
        out.print(escape(f"  bonus 加分 {claim.bonus.name.zh}: {signed(claim)} ({teller.claim(claim)})"))
    for penalty in one.penalties:
        out.print(
            escape(f"  penalty 扣分 {penalty.penalty.name.zh}: {points(penalty.lost)} ({'; '.join(map(teller.reason, penalty.applied))})")
        )


def _sheet_table(part: PartSheet, teller: Teller) -> Table:
    title = f"{PARTS[part.part.id][0]} {part.part.span.first} – {part.part.span.last} {STATES[part.part.state][0]}".rstrip()
    columns: list[Column | str] = [
        "item 项目",
        Column("points 应得", justify="right"),
        Column("lost 失分", justify="right"),
        Column("why 理由", overflow="fold"),
    ]
    table = Table(*columns, title=title, title_justify="left", header_style="bold")
    for domain in part.domains:
        floor = f"; {points(domain.spared)} spared by the floor 扣完为止" if domain.spared else ""
        table.add_row(
            f"[bold]{escape(domain.domain.name.zh)}[/]",
            points(domain.points),
            points(domain.lost),
            f"→ {score(domain.low, domain.high, 2)}{floor}",
        )
        for item in domain.items:
            own = DASH if item.points is None else points(item.points)
            floor = f"; {points(item.spared)} spared 扣完为止" if item.spared else ""
            why = "\n".join(teller.reason(applied) + (" *" if item.assumes(applied) else "") for applied in item.applied)
            table.add_row(escape(f"  {item.item.name.zh}"), own, points(item.lost - item.gained), escape(why + floor))
    return table


def _print_causes(part: PartSheet, causes: Causes, most: int | None) -> None:
    out = console()
    for (id_, item, rule), found in causes.items():
        if id_ != part.part.id or not found:
            continue
        name = next(one.item.name.zh for one in part.items if one.item.id == item)
        out.print(escape(f"  {name} ({item}.{rule}): {len(found)} records 记录"))
        for cause in found[:most]:
            live = [f"{event.type} {event.id}" for event in cause.events if event.standing == "live"]
            events = ", ".join(live[:_EVENTS_A_RECORD]) + (f" … {len(live)} events" if len(live) > _EVENTS_A_RECORD else "")
            out.print(f"    {cause.day} {escape(cause.record)}  [dim]{escape(events)}[/]")
        if most is not None and len(found) > most:
            out.print(f"    … {len(found) - most} more; --all shows every one 其余未列")


def print_schemes(schemes: Iterable[Scheme]) -> None:
    """The schemes in reach."""
    table = Table("scheme 方案", "名称", "name", "from 施行", "points 总分", "sources 来源", "assumed 推定", header_style="bold")
    for one in schemes:
        rules = list(one.rules())
        assumed = f"{sum(rule.assumption for rule in rules)}/{len(rules)} rules"
        since = f"{one.effective_from} – {one.effective_to or ''}"
        table.add_row(f"{one.scheme}:{one.version}", one.name.zh, one.name.en, since, points(one.points), " ".join(one.sources), assumed)
    console().print(table)


def _part(id_: str, weight: int, state: str) -> str:
    zh, en = STATES[state]
    return f"{PARTS[id_][1]} {PARTS[id_][0]} {weight} %" + (f" ({en} {zh})" if en else "")
