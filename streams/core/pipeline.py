"""The whole way from messages to rows, on one page: the fold of one partition.

    validate -> admit -> settle records (facts) -> roll up (attribute) -> encode values -> judge -> report

A function of state and messages: no clock, no I/O. Work is done per touched thing once a slice, not per event; the final rows do not
depend on how the log is cut into slices, and a slice is cut after what decides which rows were published before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.events import TYPES
from streams.core import alerting, reports, settle
from streams.core.admit import Admission, Arrival
from streams.core.message import Message
from streams.core.outcome import DeadLetter, Rejected
from streams.core.rollup import settle as rollup
from streams.core.rollup.deltas import Deltas
from streams.core.state import Breaker, Partition
from streams.core.validate import structured, validate
from streams.core.values import encode, touched_lines
from streams.core.windows import local_day

__all__ = ["Breaker", "Outputs", "Partition", "apply"]

Row = tuple[bytes, bytes]
CUTS = frozenset((TYPES.index("reg.period.closed"), TYPES.index("reg.rules.published")))
"""A slice ends with such an event, so that what was published when it came does not depend on where batches happened to end."""
BLOCK = 256
"""Messages validated ahead of their admission: few enough to stay in the processor's cache."""
DISTRICT_DIGITS = 6
ONE_OBJECT = tuple(range(100_000))
"""Day numbers: one integer object a day is kept instead of one an event."""


@dataclass(slots=True)
class Outputs:
    """What a slice gives: rows by topic, dead letters, and the breaker's reason to stop, if it tripped."""

    rows: dict[str, list[Row]] = field(
        default_factory=lambda: {
            "admitted-events": [], "facts": [], "indicator-values": [], "alerts": [], "registry": [], "sources": [], "conservation": [],
        }
    )  # fmt: skip
    dead: list[DeadLetter] = field(default_factory=list)
    tripped: str | None = None


def apply(partition: Partition, messages: Sequence[Message]) -> Outputs:
    """Fold messages, in the order of their offsets, into the state; what follows from them is returned.

    Bad input is never an exception: it becomes a dead letter. When the breaker trips, the state and the outputs must be thrown away.
    """
    outputs = Outputs()
    slice_ = _Slice(partition, outputs)
    for start in range(0, len(messages), BLOCK):
        block = messages[start : start + BLOCK]
        for message, outcome in zip(block, [validate(message) for message in block], strict=True):
            if slice_.take(message, outcome):
                slice_.settle()
                slice_ = _Slice(partition, outputs)
    slice_.settle()
    return outputs


class _Slice:
    """A run of messages that is settled at once."""

    def __init__(self, partition: Partition, outputs: Outputs) -> None:
        self.partition, self.outputs = partition, outputs
        self.admissions: dict[str, Admission] = {}
        self.last: dict[str, tuple[int, int]] = {}
        """District -> offset and append time of its last message; '' for those without one."""

    def take(self, message: Message, outcome: tuple[dict[str, object], int, int] | Rejected) -> bool:
        """Admit one message; true if the slice must end here."""
        offset, appended_ms, key, value, headers = message
        partition = self.partition
        code = _district_of(key)
        counts = partition.counts_of(code)
        counts.read += 1
        self.last[code] = offset, appended_ms
        ends = False
        if not isinstance(outcome, Rejected) and not partition.is_home_of(key or b""):
            outcome = Rejected("ENV_WRONG_PARTITION", "key: the default partitioner puts this district on another partition")
        if not isinstance(outcome, Rejected):
            content, time_us, kind = outcome
            day = ONE_OBJECT[local_day(time_us)]
            refusal = self._admission(code).admit(
                Arrival(offset, appended_ms, content, time_us, day, kind, structured(value or b"", headers))
            )
            ends = kind in CUTS
        else:
            refusal = outcome
        if refusal is not None:
            counts.dead += 1
            self.outputs.dead.append(DeadLetter(offset, *refusal))
        self.outputs.tripped = self.outputs.tripped or partition.breaker.count(dead=refusal is not None)
        return ends

    def _admission(self, code: str) -> Admission:
        admission = self.admissions.get(code)
        if admission is None:
            admission = self.admissions[code] = Admission(self.partition.district(code))
        return admission

    def settle(self) -> None:
        """Give the rows of everything the slice touched, district by district."""
        number, epoch, rows = self.partition.number, self.partition.epoch, self.outputs.rows
        for code, (offset, appended_ms) in self.last.items():
            version = epoch << 48 | offset
            admission = self.admissions.get(code)
            if admission is not None:
                if admission.district.today is not None:
                    self._settle_district(admission, admission.district.today, version, appended_ms)
                reports.sources(admission, version, rows["sources"].append)
            reports.conservation(code, number, self.partition.counts[code], version, rows["conservation"].append)

    def _settle_district(self, admission: Admission, today: int, version: int, appended_ms: int) -> None:
        rows, district = self.outputs.rows, admission.district
        tail = f',"version":{version}}}'
        timed_tail = f',"version":{version},"computed_at":"{reports.rfc3339(appended_ms * 1000)}"}}'
        deltas = Deltas(district, today)
        settle.settle(admission, deltas, rows["facts"].append, tail)
        rollup.settle(admission, deltas)
        lines = touched_lines(deltas.dirty)
        encode(lines, timed_tail, rows["indicator-values"].append)
        alerting.settle(admission, today, lines, timed_tail, rows["alerts"].append)
        reports.admitted(admission, self.partition.number, self.partition.epoch, rows["admitted-events"].append)
        reports.registry(admission, version, self.partition.epoch, rows["registry"].append)


def _district_of(key: bytes | None) -> str:
    """The district that a message's key names; '' if it names none."""
    return key.decode("ascii") if key is not None and len(key) == DISTRICT_DIGITS and key.isdigit() else ""
