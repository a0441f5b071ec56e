"""A scheme read out: domains, items and rules in words, with sources, and what is assumed."""

from collections.abc import Iterator

from consumers.assessment.scheme import Item, Rule, Scheme, Told
from streams.core.catalogue import BY_ID


def text(scheme: Scheme) -> str:
    """The scheme in both languages; * marks what is assumed and not in the print."""
    return "\n".join(_lines(scheme)) + "\n"


def _lines(scheme: Scheme) -> Iterator[str]:
    yield f"{scheme.scheme}:{scheme.version}  {scheme.name.zh}  {scheme.name.en}  {_sources(scheme.sources)}"
    yield f"  from 施行 {scheme.effective_from}" + (f" to {scheme.effective_to}" if scheme.effective_to else "")
    if scheme.half_weights:
        yield f"  halves 半年权重 {scheme.half_weights.first} % / {scheme.half_weights.second} %"
    for domain in scheme.domains:
        yield f"  {domain.points:f} {domain.name.zh} {domain.name.en} (floor {domain.domain_floor:f}, cap {float(domain.cap):g}){_marks(domain)}"
        for item in domain.items:
            yield from _item(item)
    for bonus in scheme.bonuses:
        yield f"  + {bonus.name.zh} {bonus.name.en}{_marks(bonus)}"
    for penalty in scheme.penalties:
        yield f"  - {penalty.name.zh} {penalty.name.en}{_marks(penalty)}"
        yield from (f"      {_rule(rule)}" for rule in penalty.rules)
    for veto in scheme.vetoes:
        yield f"  ! {veto.name.zh} {veto.name.en}{_marks(veto)}"
    for grade in scheme.grades:
        yield f"  = {grade.name.zh} {grade.name.en}: " + ", ".join(
            [*([f"first {grade.first}"] if grade.first else []), *([f">= {grade.at_least:f}"] if grade.at_least is not None else [])]
            or ["else"]
        )
    for one in scheme.assumptions:
        yield f"  * {one.zh} {one.en}"


def _item(item: Item) -> Iterator[str]:
    own = "" if item.points is None else f"{item.points:f} "
    yield f"    {own}{item.name.zh} {item.name.en} [{item.id}]{_marks(item)}"
    if item.manual_grade:
        yield f"      graded by somebody 人工评分 0–{item.points:f}"
    yield from (f"      {_rule(rule)}" for rule in item.rules)


def _rule(rule: Rule) -> str:
    name = f"{rule.name.zh} {rule.name.en}: " if rule.name else ""
    what = getattr(rule, rule.kind).model_dump(mode="json", exclude_defaults=True)
    indicator = BY_ID.get(what.pop("indicator", ""))
    said = ", ".join(f"{key} {'/'.join(map(str, value)) if isinstance(value, list) else value}" for key, value in what.items())
    of = f" {indicator.id} {indicator.zh}" if indicator else ""
    return f"{name}{rule.kind}{of} ({said}){_sources(rule.sources)}{' *' if rule.assumption else ''}"


def _marks(part: Told) -> str:
    return f" {_sources(part.sources)}".rstrip() + (" *" if part.assumption else "")


def _sources(sources: tuple[str, ...]) -> str:
    return f"[{' '.join(sources)}]" if sources else ""
