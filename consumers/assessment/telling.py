"""Assessments in words, in both languages: what a rule took and why, what a criterion lacks. Exact figures are rounded for reading only."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from consumers.assessment.bonuses import Claim
from consumers.assessment.fields import Asked, Measured
from consumers.assessment.manual import Given
from consumers.assessment.readiness import Checked
from consumers.assessment.sheet import Applied
from consumers.dashboard import formats

DASH = formats.DASH


class Named(NamedTuple):
    """An indicator's names and unit. `factor`: a value times it is a number of the unit."""

    zh: str
    en: str
    unit_zh: str
    unit_en: str
    factor: int

    def name(self, lang: str) -> str:
        """Its name."""
        return self.en if lang == "en" else self.zh


class Teller(NamedTuple):
    """Tells in one language with the names of a catalogue."""

    lang: str
    named: Mapping[str, Named]

    def _of(self, zh: str, en: str) -> str:
        return en if self.lang == "en" else zh

    def indicator(self, asked: Asked) -> str:
        """An indicator's name, with its dimension."""
        named = self.named.get(asked.indicator)
        name = named.name(self.lang) if named else asked.indicator
        return f"{name} [{asked.dimension}]" if asked.dimension else name

    def amount(self, asked: Asked, value: Fraction) -> str:
        """A value in its unit: 96.50%, 12 件."""
        named = self.named.get(asked.indicator)
        if named is None:
            return number(value)
        unit = named.unit_en if self.lang == "en" else named.unit_zh
        shown = number(value * named.factor)
        return f"{shown}%" if unit == "%" else f"{shown} {unit}".rstrip()

    def measured(self, asked: Asked, measured: Measured | None) -> str:
        """A value with both its counts: 96.50% (193/200)."""
        if measured is None:
            return DASH
        named = self.named.get(asked.indicator)
        counts = measured.denominator is not None and named is not None and named.unit_zh == "%"
        parts = f"{number(measured.numerator)}/{number(measured.denominator or Fraction(0))}" if counts else ""
        if measured.value is None:
            return parts or DASH
        shown = self.amount(asked, measured.value)
        return f"{shown} ({parts})" if parts else shown

    def _distance(self, asked: Asked, away: Fraction) -> str:
        """A difference of two values: of shares in percentage points."""
        named = self.named.get(asked.indicator)
        return (
            self._of(f"{number(away * 100)}个百分点", f"{number(away * 100)} pp")
            if named and named.unit_en == "%"
            else self.amount(asked, away)
        )

    def given(self, given: Sequence[Given]) -> str:
        """Who gave it, when, on which evidence, and how often it was corrected."""
        return self._of(";", "; ").join(self._one(one) for one in given)

    def _one(self, one: Given) -> str:
        entry = one.entry
        if entry.by == "what-if":
            return self._of("试算", "what if")
        counted = self._of(f"{entry.count}项", f"{entry.count} found")
        said = next((str(value) for value in (entry.points, entry.mark, entry.level) if value is not None), counted)
        again = self._of(f",已更正{one.earlier}次", f", corrected {one.earlier} times") if one.earlier else ""
        return self._of(
            f"{said}({entry.by},{entry.day},{entry.evidence}{again})", f"{said} ({entry.by}, {entry.day}, {entry.evidence}{again})"
        )

    def reason(self, applied: Applied) -> str:
        """Why a rule took or gave what it did."""
        name = applied.rule.name.of(self.lang) if applied.rule and applied.rule.name else ""
        said = self._said(applied)
        return f"{name}{self._of(':', ': ')}{said}" if name else said

    def _said(self, applied: Applied) -> str:
        if applied.kind == "manual_grade":
            return self.given(applied.given) or self._of("尚未评分", "not graded yet")
        if applied.kind == "deduct_findings":
            return self._findings(applied)
        asked = applied.asked
        assert asked is not None
        about = f"{self.indicator(asked)} {self.measured(asked, applied.measured)}"
        if applied.verdict == "missing":
            return f"{about}{self._of(',无数据,待定', ', no figure, open')}"
        if applied.verdict == "empty":
            return f"{about}{self._of(',无可扣', ', nothing to lose by')}"
        if applied.threshold is not None and applied.kind in ("deduct_if_ratio_below", "deduct_if_ratio_above"):
            sign = ("<" if applied.kind.endswith("below") else ">") if applied.points else ("≥" if applied.kind.endswith("below") else "≤")
            about = f"{about} {sign} {self.amount(asked, applied.threshold)}"
        return f"{about}{self._sum(applied)}"

    def _findings(self, applied: Applied) -> str:
        if applied.verdict == "missing":
            return self._of("尚无检查记录", "no inspection on record")
        if not applied.given:
            return self._of("无记录,视为没有", "none on record")
        return f"{self.given(applied.given)}{self._sum(applied)}"

    def _sum(self, applied: Applied) -> str:
        """`: 2 × 3 = 6`, `(at most 5)`."""
        if not applied.points or applied.number is None or applied.each is None:
            return ""
        sum_ = applied.number * applied.each
        capped = self._of(f",至多{points(applied.points)}", f", at most {points(applied.points)}") if applied.points < sum_ else ""
        return f"{self._of(':', ': ')}{number(applied.number)} × {points(applied.each)} = {points(sum_)}{capped}"

    def claim(self, claim: Claim) -> str:
        """Why a bonus counts, or does not."""
        if claim.verdict == "missing":
            return self._of("评分未齐,待定", "grades are missing, open")
        told = []
        if claim.place is not None:
            told.append(self._of(f"第{claim.place}名", f"place {claim.place}"))
        if claim.mark is not None:
            told.append(self._of(f"得分{number(claim.mark)}", f"mark {number(claim.mark)}"))
        asked = claim.bonus.when.asked if claim.bonus.when else None
        if asked is not None:
            told.append(f"{self.indicator(asked)} {self.measured(asked, claim.measured)}")
        if claim.verdict == "highest_only":
            told.append(self._of("同一事项已按最高计", "a higher one of the same matter counts"))
        if claim.given:
            told.append(self.given(claim.given))
        return self._of(",", ", ").join(told)

    def criterion(self, checked: Checked) -> str:
        """What a criterion's value is, and how far it is away."""
        when = checked.criterion.when
        if when is None:
            if checked.confirmed is None:
                return self._of("待确认", "to be confirmed") if checked.criterion.confirmed else ""
            said = checked.confirmed
            return self._of(f"{said.by},{said.on},{said.evidence}", f"{said.by}, {said.on}, {said.evidence}")
        now = self.measured(when.asked, checked.measured)
        need = f"{when.sign} {self.amount(when.asked, when.level)}"
        if checked.away:
            away = self._distance(when.asked, checked.away)
            return self._of(f"{now},须{need},差{away}", f"{now}, needs {need}, off by {away}")
        return self._of(f"{now},须{need}", f"{now}, needs {need}")


def number(value: Fraction) -> str:
    """At most two decimals, without trailing zeros; thousands separated."""
    text = formats.number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def points(value: Fraction) -> str:
    """Points, likewise."""
    return number(value)


def score(low: Fraction, high: Fraction, decimals: int) -> str:
    """A score, or from where to where it is known."""
    if low == high:
        return formats.number(low, decimals)
    return f"{formats.number(low, decimals)} – {formats.number(high, decimals)}"
