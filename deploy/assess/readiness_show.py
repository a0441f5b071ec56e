"""Readiness for titles, for people and as plain data for JSON."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rich.markup import escape
from rich.table import Table

from consumers.assessment.readiness import Readiness
from consumers.assessment.reading import Ground
from consumers.assessment.telling import Teller, number
from deploy.console import console

VERDICTS = {"met": "met 达到", "missing": "[red]missing 未达[/]", "unknown": "[yellow]unknown 待定[/]"}


def document(ground: Ground, found: Sequence[Readiness]) -> dict[str, Any]:
    """Everything as plain data; shares as fractions of 1."""
    zh, en = (Teller(lang, ground.named) for lang in ("zh", "en"))
    return {
        "district": ground.district,
        "today": ground.today,
        "readiness": [
            {
                "programme": one.programme.programme,
                "version": one.programme.version,
                "office": one.office,
                "name": ground.name(one.office),
                "held": one.held._asdict() if one.held else None,
                "valid_to": one.valid_to,
                "expired": one.expired,
                "next": {"level": one.next.level, "name": one.next.name.model_dump()} if one.next else None,
                "readiness": None if one.share is None else float(one.share),
                "met": one.met,
                "criteria": [
                    {
                        "criterion": c.criterion.id,
                        "name": c.criterion.name.model_dump(),
                        "verdict": c.verdict,
                        "value": None if c.measured is None or c.measured.value is None else float(c.measured.value),
                        "away": None if c.away is None else float(c.away),
                        "assumption": c.criterion.assumption,
                        "sources": list(c.criterion.sources),
                        "why": {"zh": zh.criterion(c), "en": en.criterion(c)},
                    }
                    for c in one.checked
                ],
                "place": one.place,
            }
            for one in found
        ],
    }


def print_matrix(ground: Ground, found: Sequence[Readiness]) -> None:
    """Offices by programmes: what is held, the next level, how many criteria are met; and who is nearest."""
    programmes = list({one.programme.programme: one.programme for one in found}.values())
    by = {(one.office, one.programme.programme): one for one in found}
    table = Table(
        "office 司法所",
        *(f"{one.name.zh}\n{one.programme}" for one in programmes),
        title=f"{ground.district} {ground.today}",
        header_style="bold",
    )
    for office in sorted({one.office for one in found}):
        table.add_row(escape(ground.name(office)), *(_cell(by[office, one.programme]) for one in programmes))
    out = console()
    out.print(table)
    for programme in programmes:
        nearest = [one for one in found if one.programme.programme == programme.programme and one.place == 1]
        for one in nearest:
            out.print(escape(f"nearest 最近 {programme.name.zh}: {ground.name(one.office)} {one.met}/{len(one.checked)}"))


def _cell(one: Readiness) -> str:
    held = ""
    if one.held:
        level = f"{one.held.level}★ " if one.held.level else ""
        until = f" – {one.valid_to}" if one.valid_to else ""
        held = f"[green]{level}held 持有[/] {one.held.since}{until}" + (" [red]expired 到期[/]" if one.expired else "")
    if one.next is None:
        return held
    share = f"{one.met}/{len(one.checked)} ({number((one.share or Fraction(0)) * 100)}%)"
    following = f"{one.next.name.zh}: {share}"
    return f"{held}\n{following}" if held else following


def print_criteria(ground: Ground, found: Sequence[Readiness]) -> None:
    """Criterion by criterion, the nearest office first."""
    teller, out = Teller("zh", ground.named), console()
    for one in found:
        if one.next is None:
            continue
        place = f", nearest no. 第{one.place}近" if one.place else ""
        out.print(
            f"[bold]{escape(ground.name(one.office))}[/] → {escape(one.programme.name.zh)} {escape(one.next.name.zh)} {escape(one.next.name.en)}{place}"
        )
        table = Table("criterion 条件", "", "value 数值", "sources 来源", header_style="bold")
        for c in one.checked:
            table.add_row(
                escape(c.criterion.name.zh),
                VERDICTS[c.verdict],
                escape(teller.criterion(c)),
                " ".join(c.criterion.sources) + (" *" if c.criterion.assumption else ""),
            )
        out.print(table)
    if any(c.criterion.assumption for one in found for c in one.checked):
        out.print("* assumed, not in the print of the programme 推定,原文未载")
