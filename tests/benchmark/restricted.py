"""The job that is compared with other stream processors: three sums for the office and two payers, five windows, repeats dropped.

Run as a program it is a worker with this fold instead of the core's; everything else of the worker is the real one.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from streams.core.instants import instant, local_day
from streams.core.message import Message
from streams.core.outcome import DeadLetter
from streams.core.pipeline import Outputs
from streams.core.windows import KEY, MONTH, OF_DAY, WEEK
from tests.benchmark.backlog import Record

STRICT = ConfigDict(extra="forbid", strict=True)
DISTRICTS, OFFICES = 6, 60
WINDOWS = (0, WEEK, MONTH, 3, 5)


class Data(TypedDict):
    """What is summed, besides the count."""

    __pydantic_config__ = STRICT  # type: ignore[misc]
    minutes: Annotated[int, Field(ge=0, le=1440)]
    amount_fen: Annotated[int, Field(ge=0, le=10**12)]


class Event(TypedDict):
    """The event of the comparison."""

    __pydantic_config__ = STRICT  # type: ignore[misc]
    id: Annotated[str, Field(min_length=1, max_length=64)]
    time: str
    office: Annotated[str, Field(pattern="^sfs-[0-9]{6}-[0-9]{3}$")]
    data: Data


_validate = TypeAdapter(Event).validator.validate_json


def restricted_records(events: int) -> Iterator[Record]:
    """Events over two years, every fiftieth twice."""
    for n in range(events):
        i = n if n % 50 else max(n - 1, 0)
        code, day = 990_200 + i % DISTRICTS, i * 730 // events
        month, office = day // 30 % 12 + 1, i // DISTRICTS % OFFICES
        text = (
            f'{{"id":"e{i}","time":"{2024 + day // 365}-{month:02}-{day % 28 + 1:02}T{i % 10 + 8:02}:{i % 60:02}:00+08:00",'
            f'"office":"sfs-{code}-{office:03}","data":{{"minutes":{i % 90},"amount_fen":{i % 99_999}}}}}'
        )
        yield str(code).encode(), text.encode()


class State:
    """Identities, running sums by (subject, window), and the payers of each office."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.sums: dict[bytes, dict[int, list[int]]] = {}
        self.districts: dict[str, Any] = {}

    @staticmethod
    def payers(office: str) -> tuple[tuple[bytes, int], ...]:
        """Subjects with their weights: the office itself and the two authorities that pay for it."""
        district, number = office[4:10], int(office[11:])
        return (
            (office.encode(), 1),
            (f"au-{district}-jd-{number:03}".encode(), 7_000 if number % 2 else 4_000),
            (f"au-{district}-sfj".encode(), 3_000 if number % 2 else 6_000),
        )


def fold(state: State, messages: Sequence[Message], outputs: Outputs[Any]) -> None:
    """Validate, drop repeats, sum by office and day, then give each touched (subject, window) one row."""
    days: dict[tuple[str, int], list[int]] = {}
    for offset, _, _, value, _ in messages:
        try:
            event = _validate(value or b"")
            day = local_day(instant(event["time"]))
        except (ValidationError, ValueError) as error:
            outputs.dead.append(DeadLetter(offset, "STRUCT_VALUE", str(error)[:80], "schema"))
            continue
        if event["id"] in state.seen:
            continue
        state.seen.add(event["id"])
        at = event["office"], day
        sums = days.get(at)
        if sums is None:
            sums = days[at] = [0, 0, 0]
        sums[0] += 1
        sums[1] += event["data"]["minutes"]
        sums[2] += event["data"]["amount_fen"]
    _settle(state, days, messages[-1][0], outputs)


def _settle(state: State, days: dict[tuple[str, int], list[int]], version: int, outputs: Outputs[Any]) -> None:
    touched: dict[bytes, dict[int, list[int]]] = {}
    for (office, day), (count, minutes, fen) in days.items():
        windows = OF_DAY[day]
        for subject, weight in State.payers(office):
            rows = state.sums.setdefault(subject, {})
            mine = touched.setdefault(subject, {})
            for kind in WINDOWS:
                window = windows[kind]
                sums = rows.setdefault(window, [0, 0, 0])
                sums[0] += count * weight
                sums[1] += minutes * weight
                sums[2] += fen * weight
                mine[window] = sums
    values = outputs.rows["indicator-values"]
    for subject, rows in touched.items():
        values.extend(
            [
                (subject + b"|" + KEY[window], f'{{"count":{count},"minutes":{minutes},"fen":{fen},"version":{version}}}'.encode())
                for window, (count, minutes, fen) in rows.items()
            ]
        )


if __name__ == "__main__":
    from streams.worker.__main__ import main

    main(fold, lambda _number, _partitions: State())
