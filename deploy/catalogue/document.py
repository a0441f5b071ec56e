"""The catalogue as one document (Markdown), made from the declarations alone: definition, formula, example, lineage, levels, sources."""

from collections.abc import Iterable, Iterator

from deploy.catalogue.words import (
    BETTER,
    ENTRIES,
    KINDS,
    MODES,
    SUBJECTS,
    WINDOWS,
    Entry,
    Lang,
    absent,
    cited,
    events,
    example,
    formula,
    formula_in_words,
    level,
    of,
    replaced_by,
    subjects,
)
from streams.core.catalogue import Derived
from streams.core.catalogue.sources import SOURCES

GROUPS = {
    "med": ("人民调解", "People's mediation"),
    "cor": ("社区矫正", "Community correction"),
    "res": ("安置帮教", "Resettlement"),
    "leg": ("公共法律服务与法律援助", "Legal services and legal aid"),
    "pub": ("法治宣传", "Legal publicity"),
    "gov": ("基层法治建设", "Rule of law"),
    "cap": ("能力与规范化", "Capacity"),
    "fund": ("经费", "Money"),
    "svc": ("购买服务", "Purchased services"),
    "cost": ("成效成本", "Cost of outcomes"),
    "dual": ("双重管理", "Dual leadership"),
    "dq": ("数据质量", "Data quality"),
    "burden": ("报表负担", "Burden of reports"),
}


_TOLD = (
    "由视图 `told_values` 在查询时从日志、事实或已发布数值得出,不由流处理逐件累计",
    "by the view `told_values` when it is asked for, from the log, the facts or published values; workers do not fold it",
)
_LEAD = (
    "由声明自动生成。公式以构件表示;构件由所列事件类型的事件得出,`suoheng explain` 可由任一数值查到记录与事件。",
    "generated from their declarations. Formulas are over components made by the events named; `suoheng explain` leads from values to events.",
)


def markdown(lang: Lang, indicators: Iterable[Entry] = tuple(ENTRIES.values())) -> str:
    """The document in one language."""
    return "\n".join(_lines(lang, tuple(indicators))) + "\n"


def _lines(lang: Lang, indicators: tuple[Entry, ...]) -> Iterator[str]:
    yield of(lang, ("# 指标目录", "# The indicators"))
    yield ""
    yield of(lang, (f"共 {len(indicators)} 项,{_LEAD[0]}", f"{len(indicators)} indicators, {_LEAD[1]}"))
    for family, title in GROUPS.items():
        of_family = [one for one in indicators if one.id.split("_", 1)[0] == family]
        if of_family:
            yield f"\n## {of(lang, title)}"
        for indicator in of_family:
            yield from _section(lang, indicator)
    yield of(lang, ("\n## 来源", "\n## Sources"))
    yield of(
        lang,
        (
            "\nA 官方网站;B 期刊、新闻或政府文本转载;C 用户上传或汇编;D 论坛。\n",
            "\nA official site; B journal, news or a mirror; C uploaded or aggregated; D forum.\n",
        ),
    )
    for one in dict.fromkeys(source for indicator in indicators for source in cited(indicator)):
        yield f"* {one} ({SOURCES[one].grade}) {SOURCES[one].title}"


def _section(lang: Lang, indicator: Entry) -> Iterator[str]:
    name, other = (indicator.zh, indicator.en) if lang == "zh" else (indicator.en, indicator.zh)
    yield f"\n### `{indicator.id}` {name} · {other}"
    yield ""
    yield of(lang, (indicator.definition_zh, indicator.definition))
    yield ""
    for label, text in rows(lang, indicator):
        yield f"* **{label}**: {text}"


def rows(lang: Lang, indicator: Entry) -> Iterator[tuple[str, str]]:
    """Label and text of what there is to say beside name and definition; nothing empty."""
    for label, text in (
        (("公式", "formula"), f"{formula_in_words(indicator, lang)} — `{formula(indicator)}`"),
        (("算例", "example"), example(indicator, lang)),
        (
            ("构件", "parts"),
            "; ".join(f"`{part.name}` {of(lang, (part.zh, part.en))} ({of(lang, KINDS[part.kind.value])})" for part in indicator.parts),
        ),
        (("得出方式", "computed"), of(lang, _TOLD) if isinstance(indicator, Derived) else ""),
        (("数据来源", "lineage"), ", ".join(f"`{type_}`" for type_ in events(indicator))),
        (("周期", "windows"), " ".join(of(lang, (WINDOWS[one], one)) for one in indicator.windows)),
        (("对象", "subjects"), ", ".join(of(lang, (SUBJECTS[one], one)) for one in subjects(indicator))),
        (("归属方式", "modes"), ", ".join(f"{of(lang, MODES[one])} `{one}`" for one in indicator.attribution)),
        (("维度", "dimensions"), " ".join(indicator.dims)),
        (("方向", "better"), of(lang, BETTER[indicator.better])),
        (("单位", "unit"), of(lang, (indicator.unit.zh, indicator.unit.en))),
        (("参考值", "levels"), "; ".join(level(indicator, one, lang) for one in indicator.levels)),
        (("无值原因", "without value"), absent(indicator, lang)),
        (("其他口径", "other rules"), ", ".join(f"`{one}`" for one in replaced_by(indicator))),
        (
            ("口径版本", "definition"),
            of(
                lang,
                (
                    f"第 {indicator.version} 版,自 {indicator.effective_from} 起",
                    f"version {indicator.version}, from {indicator.effective_from}",
                ),
            ),
        ),
        (("依据", "sources"), " ".join(indicator.sources)),
    ):
        if text:
            yield of(lang, label), text
