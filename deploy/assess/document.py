"""An assessment for programs: as plain data for JSON, and as CSV."""

import csv
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, TextIO

from consumers.assessment.assessment import Assessment, OfficeResult
from consumers.assessment.causes import Cause
from consumers.assessment.reading import Answer, Ground
from consumers.assessment.sheet import ItemSheet, PartSheet
from consumers.assessment.telling import Teller, points
from deploy.report.show import cell

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
        "items": [_item(item, part, (zh, en), causes) for part in one.parts for item in part.items],
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


def _item(item: ItemSheet, part: PartSheet, tellers: tuple[Teller, Teller], causes: Causes) -> dict[str, Any]:
    rules = [
        {
            "rule": applied.id,
            "kind": applied.kind,
            "verdict": applied.verdict,
            "points": str(applied.points),
            "indicator": applied.asked.indicator if applied.asked else None,
            "dimension": applied.asked.dimension if applied.asked else None,
            "assumption": item.assumes(applied),
            "why": {teller.lang: teller.reason(applied) for teller in tellers},
            "records": [
                {
                    "record": cause.record,
                    "day": cause.day,
                    "events": [{"source": e.source, "id": e.id, "type": e.type} for e in cause.events],
                }
                for cause in causes.get((part.part.id, item.item.id, applied.id), ())
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


def _plain(value: Fraction, decimals: int) -> float:
    return round(float(value), decimals)
