"""Exact values as people read them: thousands separated, percentages with two decimals, half rounded up, a dash for no value."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from consumers.dashboard.figures import Change, Figure, Kind

DASH = "–"
_MINUS = "−"
WEIGHT_DECIMALS = 4
"""Basis points: a share-weighted count has at most four decimals, and is printed with as many as it has."""
_PRECISION = 50


def number(value: Fraction, places: int) -> str:
    """A fraction with so many decimals: 1,234.50; a value that rounds to nothing carries no sign."""
    with localcontext(prec=_PRECISION, rounding=ROUND_HALF_UP):
        rounded = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-places))
    text = f"{abs(rounded):,}"
    return _MINUS + text if rounded < 0 else text


def quantity(value: Fraction) -> str:
    """A count, with the decimals that weighting gave it and no more: 66.5, 1,080."""
    if value.denominator == 1:
        return number(value, 0)
    return number(value, WEIGHT_DECIMALS).rstrip("0").rstrip(".")


def integer(value: int) -> str:
    """A whole number with separators."""
    return number(Fraction(value), 0)


def ratio(part: int, whole: int) -> str:
    """A part of a whole as a percentage; a dash when the whole is 0."""
    return percent(Fraction(part, whole) if whole else None)


def percent(value: Fraction | None) -> str:
    """A share as a percentage with two decimals."""
    return DASH if value is None else f"{number(value * 100, 2)}%"


def value(figure: Figure | None) -> str:
    """The figure's value without its unit, but with the percent sign; a dash when there is none."""
    if figure is None or figure.value is None:
        return DASH
    match figure.kind:
        case Kind.COUNT | Kind.DAYS:
            return quantity(figure.value)
        case Kind.PERCENT | Kind.MONEY_SHARE:
            return percent(figure.value)
        case Kind.MONEY | Kind.PER_OFFICE | Kind.AREA | Kind.RATE | Kind.MONEY_RATE:
            return number(figure.value, 2)
        case Kind.POINTS:
            return f"{'+' if figure.value > 0 else ''}{number(figure.value, 2)}"


def exact(figure: Figure) -> str:
    """The figure's value as a fraction of whole numbers, where printing rounds it; else empty."""
    return "" if figure.value is None or figure.value.denominator == 1 else str(figure.value)


def counts(figure: Figure | None) -> tuple[str, str] | None:
    """Both counts of a ratio as texts; None for a plain number."""
    if figure is None or figure.denominator is None or figure.kind is Kind.POINTS:
        return None
    if figure.kind is Kind.MONEY_SHARE:
        return number(figure.numerator, 2), number(figure.denominator, 2)
    if figure.kind is Kind.MONEY_RATE:
        return number(figure.numerator, 2), quantity(figure.denominator)
    return quantity(figure.numerator), quantity(figure.denominator)


def difference(kind: Kind, change: Change | None) -> str:
    """A change with its sign: +12, −1.20 pp; ±0 when nothing changed; a dash when there is nothing to compare."""
    if change is None:
        return DASH
    shown, unit = change.difference, ""
    if kind in (Kind.PERCENT, Kind.MONEY_SHARE):
        shown, unit = shown * 100, " pp"
    if kind is Kind.POINTS:
        unit = " pp"
    text = quantity(shown) if kind in (Kind.COUNT, Kind.DAYS) else number(shown, 2)
    if shown == 0:
        return f"±0{unit}"
    return f"{'+' if shown > 0 else ''}{text}{unit}"


def relative(change: Change | None) -> str:
    """The relative change of a count: +3.5%; empty when there is none to speak of."""
    if change is None or change.relative is None or change.relative == 0:
        return ""
    return f"{'+' if change.relative > 0 else ''}{number(change.relative * 100, 1)}%"


def tone(better: str, change: Change | None) -> str:
    """Whether a change is `better`, `worse` or '' for an indicator whose good direction is `better`."""
    if change is None or change.difference == 0 or not better:
        return ""
    return "better" if (change.difference > 0) == (better == "up") else "worse"


def basis_points(bp: int) -> str:
    """A share given in basis points, as a percentage."""
    return percent(Fraction(bp, 10_000))


def plain(kind: Kind, number_: Fraction | None) -> str:
    """A bare value of an indicator's kind, as alerts carry it."""
    return value(Figure(kind, number_, Fraction(0), None, ""))


def points(share: Fraction | None) -> str:
    """A difference of two shares in percentage points, signed."""
    return DASH if share is None else difference(Kind.PERCENT, Change(share, None))


def heat(bp: Fraction | int) -> str:
    """The shade of a share in the matrix: one of eleven classes, so that style stays in the style sheet."""
    return f"heat-{round(bp / 1000)}" if bp else ""
