"""The index of dead letters in ClickHouse: which there are, where they lie, and what has become of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.asking_clickhouse import asking_clickhouse
from deploy.letters.selection import Selection
from schemas.settings import Settings


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the index. `partition` and `offset` are the refused event's place in the log `topic`; the rest of the place is the letter's."""

    code: str
    detail: str
    stage: str
    district: str
    office: str
    topic: str
    partition: int
    offset: int
    sha256: str
    received_at: datetime
    letter_topic: str
    letter_partition: int
    letter_offset: int
    source: str = ""
    id: str = ""
    type: str = ""
    sequence: int | None = None
    replays: str = ""
    """Place of the letter that this event sent again."""
    state: str = "open"
    changed_at: datetime | None = None
    replayed_by: str = ""
    approved_by: str = ""
    corrected: bool = False
    sent_partition: int = 0
    sent_offset: int = 0

    @property
    def place(self) -> str:
        """How people name it: PARTITION:OFFSET of the refused event."""
        return f"{self.partition}:{self.offset}"


_COLUMNS = ", ".join(Entry.__dataclass_fields__)
_CONDITIONS = {
    "codes": "code IN {codes:Array(String)}",
    "offices": "office IN {offices:Array(String)}",
    "districts": "district IN {districts:Array(String)}",
    "sources": "source IN {sources:Array(String)}",
    "states": "state IN {states:Array(String)}",
    "since": "received_at >= {since:DateTime64(3)}",
    "until": "received_at < {until:DateTime64(3)}",
    "positions": "(partition, offset) IN {positions:Array(Tuple(UInt32, UInt64))}",
}


def find(settings: Settings, selection: Selection, limit: int | None = None) -> list[Entry]:
    """The newest letters that fit, the newest first; `limit` None: all. Raises MissingDependency when ClickHouse does not answer."""
    stated = {name: value for name in _CONDITIONS if (value := getattr(selection, name))}
    given: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value for name, value in stated.items()}
    where = " AND ".join(_CONDITIONS[name] for name in given) or "true"
    district = selection.districts[0] if len(selection.districts) == 1 else ""
    # Only texts of this module go into the query; what the caller asks for goes as parameters.
    query = (
        f"SELECT {_COLUMNS} FROM letters(district = {{district:String}}) WHERE {where} "  # noqa: S608
        "ORDER BY received_at DESC, letter_partition, letter_offset DESC"
    )
    if limit is not None:
        query += " LIMIT {most:UInt32}"
    with asking_clickhouse(settings) as client:
        rows = client.query(query, parameters=given | {"district": district, "most": limit}).result_rows
    return [Entry(*row) for row in rows]
