"""Indicators in words, derived from their declarations: formula over components, worked example, windows, modes, levels, sources."""

from typing import Any, Literal

from streams.core.catalogue import BY_ID, COMPONENTS, DERIVED, Derived, Indicator, split_term
from streams.core.catalogue.derived import VIEW
from streams.core.catalogue.model import Level
from streams.core.catalogue.sources import SOURCES
from streams.core.values import points

Lang = Literal["zh", "en"]
Entry = Indicator | Derived
ENTRIES: dict[str, Entry] = {**BY_ID, **{one.id: one for one in DERIVED}}
"""The whole catalogue by id: what workers fold, then what a view tells."""

BETTER = {
    "up": ("越高越好", "higher is better"),
    "down": ("越低越好", "lower is better"),
    "band": ("宜在区间内", "within a band"),
    "neutral": ("不评优劣", "context only"),
}
MODES = {
    "share_weighted": ("按经费份额", "by shares"),
    "full": ("全额计入", "in full"),
    "lead": ("主要保障方", "by lead"),
    "assigned_by": ("按交办方", "by assigner"),
    "own": ("本单位", "own"),
}
WINDOWS = {"day": "日", "week": "周", "month": "月", "quarter": "季", "half": "半年", "year": "年"}
SUBJECTS = {"office": "司法所", "authority": "保障单位", "district": "区县"}
KINDS = {
    "flow": ("期内合计", "sum in the window"),
    "stock": ("期末存量", "stock at its end"),
    "distinct": ("期内人数", "records seen in the window"),
    "named": ("期内涉及个数", "things named in the window"),
    "histogram": ("期内分布", "distribution in the window"),
    "days": ("各日之和", "sum over its days"),
    "months": ("各月之和", "sum over its months"),
}


def of(lang: Lang, words: tuple[str, str]) -> str:
    """The Chinese or the English one of two texts."""
    return words[lang == "en"]


def term(lang: Lang, written: str) -> str:
    """A term of a formula by its component's name: `受理[source=proactive]`."""
    name, dimension = split_term(written)
    component = COMPONENTS[name]
    return of(lang, (component.zh, component.en)) + (f"[{dimension}]" if dimension else "")


def formula(indicator: Entry) -> str:
    """The formula over the components' ids, in one line; of what a view tells, in words."""
    if isinstance(indicator, Derived):
        return f"{indicator.formula} (view {VIEW})"
    return _formula(indicator, list(indicator.num), list(indicator.den), "en")


def formula_in_words(indicator: Entry, lang: Lang) -> str:
    """The formula over the components' names, in one line."""
    if isinstance(indicator, Derived):
        return of(lang, (indicator.formula_zh, indicator.formula))
    return _formula(indicator, [term(lang, one) for one in indicator.num], [term(lang, one) for one in indicator.den], lang)


def _formula(indicator: Indicator, num: list[str], den: list[str], lang: Lang) -> str:
    over, under = " + ".join(num), " + ".join(den)
    made: dict[str, tuple[str, str]] = {
        "sum": (over, over),
        "average": (f"{over} × 已过日数 / {under}", f"{over} × days gone by / {under}"),
        "own_share": (f"本单位{over} / 全区各单位{over}", f"{over} of the authority / {over} of all authorities in the district"),
        "mismatch": (f"100 × (本单位{over}占比 − 其{under}占比)", f"100 × (the authority's share of {over} − its share of {under})"),
    }
    match indicator.shape:
        case "ratio":
            return f"({over}) / ({under})" if len(num) + len(den) > 2 else f"{over} / {under}"
        case "p50" | "p90":
            percent = indicator.shape[1:]
            return of(lang, (f"{over}的 {percent} % 分位数", f"{percent} % quantile of {over}"))
        case "gap":
            return f"100 × ({num[0]} / {num[1]} − {den[0]} / {den[1]})"
    return of(lang, made[indicator.shape])


_EXAMPLE = (19, 20, 3, 4)
"""Counts of the worked examples: two rates that differ."""


def example(indicator: Entry, lang: Lang) -> str:
    """The formula worked out with made-up counts."""
    return _example_in_words(indicator, lang) if isinstance(indicator, Derived) else _example_of_components(indicator, lang)


def _example_of_components(indicator: Indicator, lang: Lang) -> str:
    num, den = ([term(lang, one) for one in part] for part in (indicator.num, indicator.den))
    a, b, c, d = _EXAMPLE
    unit = of(lang, (indicator.unit.zh, indicator.unit.en))
    match indicator.shape:
        case "sum":
            return f"{num[0]} {a} → {shown(a / indicator.divisor)} {unit}"
        case "ratio":
            counts = [f"{one} {a if i == 0 else 0}" for i, one in enumerate(num)] + [
                f"{one} {b if i == 0 else 0}" for i, one in enumerate(den)
            ]
            return f"{', '.join(counts)} → {a}/{b} = {value(indicator, a / b / indicator.divisor)} {unit}"
        case "average":
            days = of(lang, ("已过日数", "days gone by"))
            made = f"{a}×30/{b * 30 * indicator.divisor}"
            return f"{num[0]} {a}, {days} 30, {den[0]} {b * 30} → {made} = {value(indicator, a / b / indicator.divisor)} {unit}"
        case "p50" | "p90":
            return f"{num[0]} 1, 3, 8 → {3 if indicator.shape == 'p50' else 8} {unit}"
        case "own_share":
            return f"{a} / ({a} + 1) = {value(indicator, a / b)} {unit}"
        case "gap" | "mismatch":
            return f"100 × ({a}/{b} − {c}/{d}) = {(points(a, b, c, d) or 0) / 100:.2f} {unit}"


def _example_in_words(indicator: Derived, lang: Lang) -> str:
    a, b, *_ = _EXAMPLE
    unit, made = of(lang, (indicator.unit.zh, indicator.unit.en)), formula_in_words(indicator, lang)
    match indicator.shape:
        case "ratio":
            return f"{made}: {a}/{b} = {value(indicator, a / b)} {unit}"
        case "sum":
            return f"{made}: {a} → {a} {unit}"
        case _:
            return f"1, 3, 8 → {3 if indicator.shape == 'p50' else 8} {unit}"


def value(indicator: Entry, number: float) -> str:
    """A value in the indicator's unit."""
    return shown(number * indicator.unit.factor)


def shown(number: float) -> str:
    """At most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def level(indicator: Entry, one: Level, lang: Lang) -> str:
    """A level with its window, place and sources: `≥ 98 % (year; Lucheng 2015) [S12]`."""
    sign = {">=": "≥", "<=": "≤", "=": of(lang, ("见于", "observed"))}.get(one.comparison, one.comparison)
    window = of(lang, (WINDOWS.get(one.window, ""), one.window))
    about = "; ".join(part for part in (window, of(lang, (one.zh, one.en))) if part)
    unit = of(lang, (indicator.unit.zh, indicator.unit.en))
    return f"{sign} {value(indicator, float(one.value))} {unit}{f' ({about})' if about else ''} [{' '.join(one.sources)}]"


def subjects(indicator: Entry) -> list[str]:
    """Whose rows there are."""
    return {
        "all": ["office", "authority", "district"] if indicator.attribution else ["office", "district"],
        "office_district": ["office", "district"],
        "authority": ["authority"],
        "district": ["district"],
    }[indicator.subjects]


def events(indicator: Entry) -> list[str]:
    """The types of the events that make its facts; `*` stands for every type."""
    if isinstance(indicator, Derived):
        return sorted(indicator.events)
    return sorted({type_ for part in indicator.parts for type_ in part.told_by})


def describe(indicator: Entry) -> dict[str, Any]:
    """An indicator as plain data."""
    return {
        "id": indicator.id,
        "number": indicator.number,
        "zh": indicator.zh,
        "en": indicator.en,
        "definition_zh": indicator.definition_zh,
        "definition": indicator.definition,
        "version": indicator.version,
        "effective_from": indicator.effective_from.isoformat(),
        "variant_of": indicator.variant_of,
        "formula": formula(indicator),
        "formula_zh": formula_in_words(indicator, "zh"),
        "formula_en": formula_in_words(indicator, "en"),
        "example_zh": example(indicator, "zh"),
        "example_en": example(indicator, "en"),
        "components": {part.name: part.kind.value for part in indicator.parts},
        "windows": list(indicator.windows),
        "modes": list(indicator.attribution),
        "subjects": subjects(indicator),
        "dimensions": list(indicator.dims),
        "better": indicator.better,
        "unit": indicator.unit._asdict(),
        "levels": [one._asdict() for one in indicator.levels],
        "events": events(indicator),
        "sources": {one: SOURCES[one].title for one in cited(indicator)},
        "absent_zh": absent(indicator, "zh"),
        "absent_en": absent(indicator, "en"),
    }


def cited(indicator: Entry) -> list[str]:
    """The sources of its definition and of its levels, each once."""
    return list(dict.fromkeys((*indicator.sources, *(one for each in indicator.levels for one in each.sources))))


def absent(indicator: Entry, lang: Lang) -> str:
    """Why there may be no value: what the declaration says, else the events that it waits for."""
    if told := of(lang, indicator.absent):
        return told
    waits = [type_ for type_ in events(indicator) if type_ != "*" and not type_.startswith("reg.")] or events(indicator)
    if waits == ["*"]:
        return of(lang, ("尚无事件", "no events yet"))
    return of(lang, (f"尚无事件:{'、'.join(waits)}", f"no events yet of: {', '.join(waits)}"))


def replaced_by(indicator: Entry) -> list[str]:
    """Indicators that count the same thing by another rule."""
    head = indicator.variant_of or indicator.id
    return [one.id for one in ENTRIES.values() if one.id != indicator.id and head in (one.id, one.variant_of)]
