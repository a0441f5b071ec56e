"""Changed windows -> rows of `indicator-values`. A row is four numbers between fixed texts, so it is written as text."""

from collections.abc import Callable, Iterable
from typing import Any

from streams.core.cells import Cell, Line
from streams.core.rows import Row, Rows, Unread
from streams.core.windows import ABOVE_MONTH, JSON, KEY, MONTH

Put = Callable[[Row], object]
Parts = tuple[int, int | None]
"""Numerator and denominator."""
QUANTILES = ("p50", "p90")


def touched_lines(cells: Iterable[Cell]) -> list[Line]:
    """The lines that the cells feed, with the windows that may have changed; the cells are clean afterwards."""
    lines: list[Line] = []
    for cell in cells:
        windows = cell.touched
        for line in cell.lines:
            if not line.touched:
                lines.append(line)
            line.touched.update(windows)
            if line.by_month:
                line.touched.update(above for w in windows if w & 7 == MONTH for above in ABOVE_MONTH[w])
        windows.clear()
    return lines


def encode(lines: Iterable[Line], tail: str, rows: Rows) -> None:
    """Append one row for every touched window of the lines; `tail` ends each of them (version, computed_at). The lines are clean afterwards."""
    if isinstance(rows, Unread):
        for line in lines:
            line.touched.clear()
        return
    json, keys = JSON, KEY
    for line in lines:
        key, head, shape = line.key, line.head, line.shape
        end = f',"scale":{line.scale}{tail}'
        windows: Iterable[int] = [w for w in line.touched if w & 7 >= line.shortest] if line.shortest else line.touched
        if shape == "sum":
            num = line.num[0].get
            end = f',"denominator":null{end}'
            rows.extend([(key + keys[w], f'{head}{json[w]},"numerator":{num(w, 0)}{end}'.encode()) for w in windows])
        elif shape == "ratio" and len(line.num) == len(line.den) == 1:
            num, den = line.num[0].get, line.den[0].get
            rows.extend(
                [(key + keys[w], f'{head}{json[w]},"numerator":{num(w, 0)},"denominator":{den(w, 0)}{end}'.encode()) for w in windows]
            )
        else:
            wanted = windows if not line.anchors else [w for w in windows if any(w in values for values in line.anchors)]
            rows.extend([(key + keys[w], _row(line, w, json[w], end)) for w in wanted])
        line.touched.clear()


def encode_window(lines: Iterable[Line], window: int, tail: str, rows: Rows) -> None:
    """Append the rows of one window only; what else the lines have touched stays so."""
    key, json, kind = KEY[window], JSON[window], window & 7
    for line in lines:
        if window not in line.touched:
            continue
        line.touched.remove(window)
        if kind < line.shortest or (line.anchors and not any(window in values for values in line.anchors)):
            continue
        rows.append((line.key + key, _row(line, window, json, f',"scale":{line.scale}{tail}')))


def _row(line: Line, window: int, json: str, end: str) -> bytes:
    numerator, denominator = parts(line, window)
    if denominator is not None:
        return f'{line.head}{json},"numerator":{numerator},"denominator":{denominator}{end}'.encode()
    empty = '"empty":true,' if line.shape in QUANTILES and is_null(line, window) else ""
    return f'{line.head}{json},{empty}"numerator":{numerator},"denominator":null{end}'.encode()


def parts(line: Line, window: int) -> Parts:
    """Numerator and denominator of a window; a missing row gives zeros. A null difference of rates is 0/0."""
    return _PARTS[line.shape](line, window)


def is_null(line: Line, window: int) -> bool:
    """Whether the value is null: a denominator of 0, or a quantile of nothing."""
    if line.shape in QUANTILES:
        return not any(line.num[0].get(window, {}).values())
    return parts(line, window)[1] == 0


def quantile(counts: dict[int, int], percent: int) -> int:
    """Smallest value with a cumulative count of at least ceil(percent/100 × n); 0 where there is none."""
    need, seen = -(-percent * sum(counts.values()) // 100), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= need:
            return value
    return 0


def points(a: int, b: int, c: int, d: int) -> int | None:
    """100 × (a/b - c/d) in hundredths of a percentage point, rounded half to even; None if either side is null."""
    if not b or not d:
        return None
    n, q = 10_000 * (a * d - c * b), b * d
    whole, rest = divmod(n, q)
    return whole + (2 * rest > q or (2 * rest == q and whole & 1))


def _sum(line: Line, w: int) -> Parts:
    return line.num[0].get(w, 0), None


def _ratio(line: Line, w: int) -> Parts:
    return _total(line.num, w), _total(line.den, w)


def _total(of: tuple[Any, ...], w: int) -> int:
    return sum(values.get(w, 0) for values in of)


def _average(line: Line, w: int) -> Parts:
    """A sum over the average of a stock on the days gone by: sum × days / stock-days; 0/0 where there was no stock."""
    days, passed = line.den
    stock_days = days.get(w, 0)
    return (_total(line.num, w) * passed.get(w), stock_days) if stock_days else (0, 0)


def _own_share(line: Line, w: int) -> Parts:
    """A row only where the own flow is not 0."""
    own = line.num[0].get(w, 0)
    return own, line.den[0].get(w, 0) if own else 0


def _points(line: Line, w: int) -> Parts:
    if line.anchors and not any(values.get(w) for values in line.anchors):
        return 0, 0  # its own facts went away: as if there had been none
    difference = points(*(values.get(w, 0) for values in line.num + line.den))
    return (0, 0) if difference is None else (difference, 100)


def _quantile(percent: int) -> Callable[[Line, int], Parts]:
    return lambda line, w: (quantile(line.num[0].get(w, {}), percent), None)


_PARTS: dict[str, Callable[[Line, int], Parts]] = {
    "sum": _sum,
    "ratio": _ratio,
    "average": _average,
    "own_share": _own_share,
    "gap": _points,
    "mismatch": _points,
    "p50": _quantile(50),
    "p90": _quantile(90),
}
