"""Working days from a file: a line a day, `2027-02-06,off` or `2027-02-13,work`, in Chinese 休 or 班; a year that occurs is told completely."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

from deploy.errors import MissingDependency, Usage
from deploy.working_days.year import Year

_OFF, _WORKED = ("off", "holiday", "休", "休息", "放假"), ("work", "worked", "班", "上班", "补班", "调休上班")
_MOST_BYTES = 1 << 20


def read_years(file: Path) -> list[Year]:
    """The years that a file tells. Raises Usage naming the line that cannot be read, MissingDependency for a file that is not there."""
    off: dict[int, set[date]] = defaultdict(set)
    worked: dict[int, set[date]] = defaultdict(set)
    for number, row in enumerate(csv.reader(_text(file).splitlines()), 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#") or (number == 1 and not cells[0][:1].isdigit()):
            continue
        day = _day(file, number, cells)
        told = off if cells[1].lower() in _OFF else worked
        if day in off[day.year] | worked[day.year]:
            raise Usage(f"{file}:{number}: {day} is told twice")
        told[day.year].add(day)
    if not off:
        raise Usage(f"{file} tells no day; a line is such as 2027-02-06,off or 2027-02-13,work")
    return [Year(year, "decided", frozenset(off[year]), frozenset(worked[year])) for year in sorted(off)]


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise Usage(f"{file} is larger than a list of days can be (1 MiB)")
        content = file.read_bytes()
    except OSError as error:
        raise MissingDependency(f"{file} cannot be read: {error.strerror}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Usage(f"{file} is neither UTF-8 nor GB 18030 text; save it as CSV")


def _day(file: Path, number: int, cells: list[str]) -> date:
    try:
        day = date.fromisoformat(cells[0].replace("/", "-"))
    except ValueError:
        raise Usage(f"{file}:{number}: {cells[0]!r} is no day; write 2027-02-06") from None
    if len(cells) < 2 or cells[1].lower() not in (*_OFF, *_WORKED):
        raise Usage(f"{file}:{number}: after the day say off (休) or work (班)")
    return day
