"""An assessment for people, as a document, as CSV and as plain data for JSON."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TextIO

from rich.markup import escape
from rich.table import Column, Table

from consumers.assessment.assessment import Assessment, OfficeResult
from consumers.assessment.bonuses import Claim
from consumers.assessment.causes import Cause
from consumers.assessment.reading import Answer, Ground
from consumers.assessment.scheme import Scheme
from consumers.assessment.sheet import Applied, ItemSheet, PartSheet
from consumers.assessment.telling import DASH, Teller, points, score
from deploy.console import console
from deploy.report.show import cell

PARTS = {"whole": ("全期", "whole"), "first": ("上半年", "first half"), "second": ("下半年", "second half")}
STATES = {"over": ("", ""), "running": ("进行中", "running"), "ahead": ("未开始", "not begun")}
_EVENTS_A_RECORD = 3
Causes = Mapping[tuple[str, str, str], Sequence[Cause]]
"""Records behind a loss, by part, item and rule."""


def document(answer: Answer, ground: Ground, office: str = "", causes: Causes | None = None) -> dict[str, Any]:
    """Everything about an assessment as plain data. Scores as printed, exact fractions as texts such as `2/3`."""
    found = answer.now
    after = answer.what_if
    return {
        "district": ground.district,
        "today": found.today,
        "scheme": {
            "id": found.scheme.scheme,
            "version": found.scheme.version,
            "name": found.scheme.name.model_dump(),
            "sources": found.scheme.sources,
        },
        "assumptions": [one.model_dump() for one in found.scheme.assumptions],
        "span": {"first_day": found.span.first, "last_day": found.span.last, "running": found.running},
        "parts": [
            {"id": part.id, "first_day": part.span.first, "last_day": part.span.last, "weight": int(part.weight), "state": part.state}
            for part in found.parts
        ],
        "known": found.known,
        "offices": [
            _office(one, found, ground, causes or {}, full=bool(office))
            | ({"what_if": _standing(after.of(one.office), found)} if after else {})
            for one in found.results
            if office in ("", one.office)
        ],
    }


def _standing(one: OfficeResult | None, found: Assessment) -> dict[str, Any]:
    assert one is not None
    decimals = found.scheme.decimals
    return {
        "place": one.place,
        "best": one.best,
        "worst": one.worst,
        "score": _plain(one.low, decimals) if one.known else None,
        "low": _plain(one.low, decimals),
        "high": _plain(one.high, decimals),
        "grade": one.grade.id if one.grade else None,
        "honours_lost": list(one.honours_lost),
        "money_yuan": None if one.money_yuan is None else _plain(one.money_yuan, 2),
    }


def _office(one: OfficeResult, found: Assessment, ground: Ground, causes: Causes, *, full: bool) -> dict[str, Any]:
    told = {"office": one.office, "name": ground.name(one.office), **_standing(one, found), "vetoes": [hit.veto.id for hit in one.vetoes]}
    if not full:
        return told
    zh, en = (Teller(lang, ground.named) for lang in ("zh", "en"))
    return told | {
        "items": [_item(item, part, (zh, en), causes) for part in one.parts for item in _items(part)],
        "domains": [
            {"part": part.part.id, "domain": d.domain.id}
            | {name: str(getattr(d, name)) for name in ("points", "lost", "gained", "spared", "cut", "low", "high")}
            for part in one.parts
            for d in part.domains
        ],
        "bonuses": [
            {
                "bonus": c.bonus.id,
                "verdict": c.verdict,
                "points": str(c.points),
                "place": c.place,
                "why": {"zh": zh.claim(c), "en": en.claim(c)},
            }
            for c in one.bonus.claims
        ],
        "penalties": [{"penalty": p.penalty.id, "lost": str(p.lost), "why": [zh.reason(a) for a in p.applied]} for p in one.penalties],
    }


def _items(part: PartSheet) -> Iterator[ItemSheet]:
    return (item for domain in part.domains for item in domain.items)


def _item(item: ItemSheet, part: PartSheet, tellers: tuple[Teller, Teller], causes: Causes) -> dict[str, Any]:
    rules = [
        {
            "rule": applied.rule.id if applied.rule else "grade",
            "kind": applied.kind,
            "verdict": applied.verdict,
            "points": str(applied.points),
            "indicator": applied.asked.indicator if applied.asked else None,
            "dimension": applied.asked.dimension if applied.asked else None,
            "assumption": item.item.assumption or bool(applied.rule and applied.rule.assumption),
            "why": {teller.lang: teller.reason(applied) for teller in tellers},
            "records": [
                {
                    "record": cause.record,
                    "day": cause.day,
                    "events": [{"source": e.source, "id": e.id, "type": e.type} for e in cause.events],
                }
                for cause in causes.get((part.part.id, item.item.id, applied.rule.id if applied.rule else "grade"), ())
            ],
        }
        for applied in item.applied
    ]
    return {
        "part": part.part.id,
        "item": item.item.id,
        "name": item.item.name.model_dump(),
        "points": None if item.points is None else str(item.points),
        "lost": str(item.lost),
        "gained": str(item.gained),
        "spared_by_floor": str(item.spared),
        "open": None if item.open is None else str(item.open),
        "missing": item.missing,
        "sources": list(item.item.sources),
        "rules": rules,
    }


def print_csv(answer: Answer, ground: Ground, out: TextIO) -> None:
    """One line an office, part and item, with the score beside it."""
    zh = Teller("zh", ground.named)
    found = answer.now
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        [
            "place",
            "office",
            "name",
            "score_low",
            "score_high",
            "grade",
            "part",
            "domain",
            "item",
            "item_zh",
            "points",
            "lost",
            "gained",
            "open",
            "why_zh",
        ]
    )
    for one in found.results:
        standing = [
            one.place,
            one.office,
            ground.name(one.office),
            _plain(one.low, found.scheme.decimals),
            _plain(one.high, found.scheme.decimals),
        ]
        for part in one.parts:
            for domain in part.domains:
                for item in domain.items:
                    open_ = "" if item.open is None else points(item.open)
                    row = [*standing, one.grade.id if one.grade else "", part.part.id, domain.domain.id, item.item.id, item.item.name.zh]
                    row += ["" if item.points is None else points(item.points), points(item.lost), points(item.gained), open_]
                    writer.writerow([cell(value) for value in [*row, "; ".join(zh.reason(applied) for applied in item.applied)]])


def markdown(answer: Answer, ground: Ground, lang: str, office: str = "") -> str:
    """The assessment as a document in one language: the table of places, or one office's sheet."""
    found, teller = answer.now, Teller(lang, ground.named)
    lines = [f"# {found.scheme.name.of(lang)}", "", f"{ground.district}, {found.span.first} – {found.span.last}", ""]
    lines += [f"> {_of(lang, '推定', 'assumption')}: {one.of(lang)}" for one in found.scheme.assumptions]
    heads = _of(lang, "名次|司法所|得分|等次", "place|office|score|grade").split("|")
    lines += ["", _row(heads), _row(["---"] * len(heads))]
    for one in found.results:
        lines.append(_row([place(one), ground.name(one.office), score(one.low, one.high, found.scheme.decimals), grade_name(one, lang)]))
    if office and (own := found.of(office)):
        lines += ["", f"## {ground.name(office)}", "", *_sheet(own, teller)]
    return "\n".join(lines) + "\n"


def _sheet(one: OfficeResult, teller: Teller) -> Iterator[str]:
    lang = teller.lang
    heads = _of(lang, "部分|项目|应得|失分|理由", "part|item|points|lost|why").split("|")
    yield _row(heads)
    yield _row(["---"] * len(heads))
    for part in one.parts:
        for domain in part.domains:
            most = f"{points(domain.points)} → {score(domain.low, domain.high, 2)}"
            yield _row([part_name(part, lang), f"**{domain.domain.name.of(lang)}**", most, points(domain.lost), ""])
            for item in domain.items:
                own = DASH if item.points is None else points(item.points)
                yield _row(["", item.item.name.of(lang), own, points(item.lost), "; ".join(teller.reason(a) for a in item.applied)])
    for claim in one.bonus.claims:
        yield _row([_of(lang, "加分", "bonus"), claim.bonus.name.of(lang), "", signed(claim), teller.claim(claim)])
    for penalty in one.penalties:
        yield _row(
            [
                _of(lang, "扣分", "penalty"),
                penalty.penalty.name.of(lang),
                "",
                points(penalty.lost),
                "; ".join(teller.reason(a) for a in penalty.applied),
            ]
        )


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
    if any(item.item.assumption for one in found.results[:1] for part in one.parts for item in _items(part)):
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
            why = "\n".join(teller.reason(applied) + (" *" if _assumed(item, applied) else "") for applied in item.applied)
            table.add_row(escape(f"  {item.item.name.zh}"), own, points(item.lost - item.gained), escape(why + floor))
    return table


def _assumed(item: ItemSheet, applied: Applied) -> bool:
    return item.item.assumption or bool(applied.rule and applied.rule.assumption)


def _print_causes(part: PartSheet, causes: Causes, most: int | None) -> None:
    out = console()
    for (id_, item, rule), found in causes.items():
        if id_ != part.part.id or not found:
            continue
        name = next(one.item.name.zh for one in _items(part) if one.item.id == item)
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


def place(one: OfficeResult) -> str:
    """A place, and from where to where it can still come."""
    return str(one.place) if one.best == one.worst else f"{one.place} ({one.best}–{one.worst})"


def grade_name(one: OfficeResult, lang: str) -> str:
    """The grade's name; a dash where it is still open, or the scheme has none."""
    return one.grade.name.of(lang) if one.grade else DASH


def part_name(part: PartSheet, lang: str) -> str:
    """A part's name."""
    return _of(lang, *PARTS[part.part.id])


def signed(claim: Claim) -> str:
    """What a bonus brings: +3, or nothing."""
    return f"+{points(claim.points)}" if claim.verdict == "gained" else DASH


def _part(id_: str, weight: int, state: str) -> str:
    zh, en = STATES[state]
    return f"{PARTS[id_][1]} {PARTS[id_][0]} {weight} %" + (f" ({en} {zh})" if en else "")


def _of(lang: str, zh: str, en: str) -> str:
    return en if lang == "en" else zh


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell_.replace("|", "\\|") for cell_ in cells) + " |"


def _plain(value: Fraction, decimals: int) -> float:
    return round(float(value), decimals)
