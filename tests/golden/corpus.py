"""A corpus: the records of a log of one version of the contract, what became of each, and the facts and values that followed. For ever.

`tests/golden/<version>/` holds `records.jsonl` (the first line says when all were appended; `becomes` is admitted, duplicate, pending or the code of
a dead letter), `facts.csv` (all of them), `values.csv` (all of one month and one year) and `sources.csv`. None of these files is ever changed: what
stands in a log out there is folded by every build to come. A value holds as long as the definition of its indicator (the catalogue's `version`);
once that was changed on purpose, its rows here are history and the corpus of the next version has the new ones.
"""

import base64
import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from consumers.reconcile.oracle import by_key, expected
from consumers.reconcile.records import DISTINCT
from streams.core.catalogue import BY_ID
from streams.core.message import Message
from tests.badness.binary import binary
from tests.factories import DISTRICT, encoded
from tests.folding import FACT_KEY, VALUE_KEY, Folded, fold

FOLDER = Path(__file__).parent
WINDOWS = {("month", "2025-03-01"), ("year", "2025-01-01")}
"""The windows whose values are kept: almost all happens in March 2025, deadlines run into April."""

Row = tuple[str, ...]
Table = dict[Row, Row]


class Record(NamedTuple):
    """A record of the log and what it is there for."""

    what: str
    becomes: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from records: the fate of each, and the rows."""

    becomes: Sequence[str]
    facts: Table
    values: Table
    sources: Table


def messages(records: Iterable[Record], appended: str) -> list[Message]:
    """The records as messages, offsets from 0."""
    at_ms = round(datetime.fromisoformat(appended).timestamp() * 1000)
    return [(offset, at_ms, one.key, one.value, one.headers) for offset, one in enumerate(records)]


def by_core(log: Sequence[Message], every: int = 1_000) -> Outcome:
    """What the workers' core makes of a log."""
    folded = fold(log, range(0, len(log), every))
    rows = folded.rows
    values = {key: row for key, row in folded.values.items() if key[6:] in WINDOWS and key[0] == DISTRICT}
    return Outcome(
        _fates(folded, len(log)),
        {key: (str(min(amount, 1) if key[1] in DISTINCT else amount),) for key, amount in folded.facts.items()},
        {key: (_definition(key), *map(_text, row)) for key, row in values.items()},
        {(row["source"],): (str(row["high_water"]), json.dumps(row["gaps"])) for row in rows.get("sources", {}).values()},
    )


def by_oracle(log: Sequence[Message]) -> Outcome:
    """What the independent computation makes of it; of the fates only who is dead, and why not."""
    district = by_key([(0, *message) for message in log])[DISTRICT.encode()]
    must = expected(district)
    values = {key: row for key, row in must.values.items() if (row[0] or row[1]) and key[6:] in WINDOWS}
    dead = {offset for _, offset, _, _ in district.dead}
    return Outcome(
        ["dead" if offset in dead else "" for offset in range(len(log))],
        {key: (str(amount),) for key, amount in must.facts.items()},
        {key: (_definition(key), *map(_text, row)) for key, row in values.items()},
        {
            (source,): (str(ledger.high_water()), json.dumps([list(gap) for gap in ledger.gaps()]))
            for source, ledger in district.ledgers.items()
        },
    )


def _fates(folded: Folded, records: int) -> list[str]:
    fates = dict.fromkeys(range(records), "duplicate")
    fates |= {row["offset"]: "admitted" for row in folded.rows.get("admitted-events", {}).values()}
    for district in folded.partition.districts.values():
        fates |= {offset: "pending" for offset, _, _ in district.waiting.values()}
    return [*(fates | {letter.offset: letter.code for letter in folded.dead}).values()]


def _definition(key: Sequence[str]) -> str:
    """The version of the definition of a value's indicator."""
    return str(BY_ID[key[1]].version)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def is_binary(record: Record) -> bool:
    """Whether the attributes are headers."""
    names = dict(record.headers)
    return "ce_type" in names and not names.get("content-type", b"").startswith(b"application/cloudevents")


def in_the_other_mode(record: Record) -> Record:
    """The same event with its attributes in headers, or no longer in headers; headers that are no attributes are left out."""
    if not is_binary(record):
        value, headers = binary(json.loads(record.value or b""))
        return record._replace(value=value, headers=headers)
    attributes: dict[str, Any] = {name.removeprefix("ce_"): text.decode() for name, text in record.headers if name.startswith("ce_")}
    if "revision" in attributes:
        attributes["revision"] = int(attributes["revision"])
    return record._replace(value=encoded(attributes | {"data": json.loads(record.value or b"")}), headers=())


class Corpus:
    """The files of a version."""

    def __init__(self, version: str, folder: Path = FOLDER) -> None:
        self.folder = folder / version

    def appended(self) -> str:
        """When all records were appended."""
        return str(json.loads(self._lines()[0])["appended"])

    def records(self) -> list[Record]:
        """The records, in log order."""
        return [_read(json.loads(line)) for line in self._lines()[1:]]

    def table(self, name: str) -> Table:
        """`facts`, `values` or `sources` as it was kept."""
        width = _COLUMNS[name][0]
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return {tuple(row[:width]): tuple(row[width:]) for row in list(csv.reader(file))[1:]}

    def write(self, name: str, table: Table) -> None:
        """Keep a table, sorted."""
        with (self.folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(_COLUMNS[name][1])
            writer.writerows([*key, *row] for key, row in sorted(table.items()))

    def write_records(self, records: Iterable[Record], appended: str) -> None:
        """Keep the records, one a line."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [{"contract": self.folder.name, "appended": appended}, *map(_written, records)]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (self.folder / "records.jsonl").write_text(text, encoding="utf-8")

    def _lines(self) -> list[str]:
        return (self.folder / "records.jsonl").read_text("utf-8").split("\n")[:-1]


_COLUMNS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "facts": (len(FACT_KEY), (*FACT_KEY, "amount")),
    "values": (len(VALUE_KEY), (*VALUE_KEY, "definition", "numerator", "denominator", "scale")),
    "sources": (1, ("source", "high_water", "gaps")),
}


def _written(record: Record) -> dict[str, Any]:
    """Value as JSON where it is what compact JSON gives, else as text, else as Base64."""
    line: dict[str, Any] = {"what": record.what, "becomes": record.becomes}
    if record.key != DISTRICT.encode():
        line["key"] = _as_text(record.key)
    if record.headers:
        line["headers"] = [[name, _as_text(text)] for name, text in record.headers]
    try:
        event = json.loads(record.value or b"")
        if encoded(event) == record.value:
            return line | {"value": event}
    except (ValueError, RecursionError):
        pass
    return line | {"text": _as_text(record.value)}


def _as_text(given: bytes | None) -> Any:
    if given is None:
        return None
    try:
        return given.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(given).decode()}


def _read(line: Mapping[str, Any]) -> Record:
    value = encoded(line["value"]) if "value" in line else _as_bytes(line["text"])
    headers = tuple((name, _as_bytes(text) or b"") for name, text in line.get("headers", ()))
    return Record(line["what"], line["becomes"], _as_bytes(line.get("key", DISTRICT)), value, headers)


def _as_bytes(told: Any) -> bytes | None:
    if told is None:
        return None
    return base64.b64decode(told["base64"]) if isinstance(told, dict) else str(told).encode()
