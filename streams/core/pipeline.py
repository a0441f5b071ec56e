"""The whole way from messages to rows, on one page: the fold of one partition.

    validate -> admit -> settle records (facts) -> roll up (attribute) -> encode values -> judge -> report

A function of state and messages: no clock, no I/O. Work is done per touched thing once a slice, not per event; the final rows do not
depend on how the log is cut into slices, and a district's slice is cut after what decides which of its rows were published before.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, overload

from typing_extensions import TypeVar

from schemas.events import TYPES
from streams.core import alerting, reports, settle
from streams.core.admit import Admission
from streams.core.breaker import Breaker
from streams.core.cells import Line
from streams.core.fact_rows import FactRows
from streams.core.instants import local_day
from streams.core.message import Message
from streams.core.outcome import DeadLetter, Rejected
from streams.core.rollup import settle as rollup
from streams.core.rollup.deltas import Deltas
from streams.core.rows import Row, Rows, Unread
from streams.core.state import Counts, Partition
from streams.core.validate import structured, validate
from streams.core.values import encode, encode_window, touched_lines
from streams.core.windows import KIND_NAMES, to_day

__all__ = ["Breaker", "Outputs", "Partition", "apply"]

_IS_CLOSING, _IS_RULES = TYPES.index("reg.period.closed"), TYPES.index("reg.rules.published")
BLOCK = 256
"""Messages validated ahead of their admission: few enough to stay in the processor's cache."""
DISTRICT_DIGITS = 6
ONE_OBJECT = tuple(range(100_000))
"""Day numbers: one integer object a day is kept instead of one an event."""


TOPICS = ("admitted-events", "facts", "indicator-values", "alerts", "registry", "sources", "conservation")
"""Where rows go."""
R = TypeVar("R", bound=Rows, default=list[Row])


class Outputs(Generic[R]):
    """What a slice gives: rows by topic, dead letters, and the breaker's reason to stop, if it tripped."""

    __slots__ = ("dead", "rows", "tripped")

    def __init__(self, rows: Callable[[], R]) -> None:
        self.rows: dict[str, R] = {topic: rows() for topic in TOPICS}
        self.dead: list[DeadLetter] = []
        self.tripped: str | None = None


@overload
def apply(partition: Partition, messages: Sequence[Message]) -> Outputs: ...
@overload
def apply(partition: Partition, messages: Sequence[Message], outputs: Outputs[R]) -> Outputs[R]: ...
def apply(partition: Partition, messages: Sequence[Message], outputs: Outputs[Any] | None = None) -> Outputs[Any]:
    """Fold messages, in the order of their offsets, into the state; what follows from them is returned, in `outputs` if it is given, else as lists.

    Bad input is never an exception: it becomes a dead letter. When the breaker trips, the state and the outputs must be thrown away.
    """
    outputs = Outputs(list[Row]) if outputs is None else outputs
    slice_ = _Slice(partition, outputs)
    for start in range(0, len(messages), BLOCK):
        block = messages[start : start + BLOCK]
        for message, outcome in zip(block, [validate(message) for message in block], strict=True):
            slice_.take(message, outcome)
    slice_.settle()
    return outputs


class _Share:
    """A district's part of a slice: what has come since its rows were given last."""

    __slots__ = ("admission", "at_home", "code", "counts", "last", "lines", "uncounted")

    def __init__(self, code: str, counts: Counts, *, at_home: bool) -> None:
        self.code, self.counts, self.at_home = code, counts, at_home
        self.admission: Admission | None = None
        self.last = 0, 0
        """Offset and append time of its last message."""
        self.uncounted = False
        """Whether messages have come that no conservation row covers yet."""
        self.lines: list[Line] = []
        """Lines with windows that a cut has left for later."""


class _Slice:
    """A run of messages that is settled at once, district by district."""

    def __init__(self, partition: Partition, outputs: Outputs[Any]) -> None:
        self.partition, self.outputs = partition, outputs
        self.shares: dict[str, _Share] = {}
        """By district; '' holds what came without a readable key."""
        self.by_key: dict[bytes, _Share] = {}

    def take(self, message: Message, outcome: tuple[dict[str, Any], int, int] | Rejected) -> None:
        """Admit one message. New rules and the closing of a period cut the slice of their district.

        So what was published when they came, of the closed window, does not depend on where batches happened to end. Its other windows wait:
        a year changes with every month, and would be told again at each closing.
        """
        offset, appended_ms, key, value, headers = message
        partition = self.partition
        share = self.by_key.get(key or b"") or self._share(key)
        share.counts.read += 1
        share.last = offset, appended_ms
        share.uncounted = True
        closed: int | None = None
        kind = -1
        if not share.at_home and not isinstance(outcome, Rejected):
            outcome = Rejected("ENV_WRONG_PARTITION", "key: the default partitioner puts this district on another partition")
        if partition.recheck is not None and not isinstance(outcome, Rejected):
            outcome = partition.recheck(message, outcome[0]) or outcome
        if not isinstance(outcome, Rejected):
            content, time_us, kind = outcome
            closed = _closed_window(content) if kind == _IS_CLOSING else None
            day = ONE_OBJECT[local_day(time_us)]
            if share.admission is None:
                share.admission = Admission(partition.district(share.code))
            text = structured(value or b"", headers) if headers else value or b""
            refusal = share.admission.admit((offset, appended_ms, content, time_us, day, kind, text))
        else:
            refusal = outcome
        # Counted even when it has tripped: recovery goes on past it, and the streak must end where the log's ends.
        if refusal is None:
            reason = partition.breaker.passed()
        else:
            self._refuse(share, refusal, offset, appended_ms)
            reason = partition.breaker.refused()
        if reason is not None and self.outputs.tripped is None:
            self.outputs.tripped = reason
        if closed is not None or kind == _IS_RULES:
            self._settle(share, closed)

    def _refuse(self, share: _Share, refusal: Rejected, offset: int, appended_ms: int) -> None:
        """Count a dead letter, and have the rules that count refusals judged even if nothing else comes."""
        share.counts.dead += 1
        of = refusal.code, local_day(appended_ms * 1000)
        share.counts.refused[of] = share.counts.refused.get(of, 0) + 1
        self.outputs.dead.append(DeadLetter(offset, *refusal))
        if share.admission is None and share.code in self.partition.districts:
            share.admission = Admission(self.partition.district(share.code))
        if share.admission is not None:
            share.admission.refused = True

    def _share(self, key: bytes | None) -> _Share:
        code = _district_of(key)
        share = self.shares.get(code)
        if share is None:
            at_home = key is not None and self.partition.belongs(key)
            share = self.shares[code] = _Share(code, self.partition.counts_of(code), at_home=at_home)
        if key is not None and code:
            self.by_key[key] = share
        return share

    def settle(self) -> None:
        """Give the rows of everything that the slice touched."""
        for share in self.shares.values():
            self._settle(share)

    def _settle(self, share: _Share, only: int | None = None) -> None:
        """Give a district's rows, of the values `only` those of one window; what comes after begins a slice of its own."""
        number, epoch, rows = self.partition.number, self.partition.epoch, self.outputs.rows
        offset, appended_ms = share.last
        version = epoch << 48 | offset
        tail = f',"version":{version},"computed_at":"{reports.rfc3339(appended_ms * 1000)}"}}'
        lines, admission = share.lines, share.admission
        if admission is not None:
            share.admission = None
            if admission.district.today is not None:
                self._settle_district(admission, admission.district.today, lines, version, tail)
            reports.sources(admission, version, rows["sources"].append)
        if only is None:
            share.lines = []
            encode(lines, tail, rows["indicator-values"])
        else:
            encode_window(lines, only, tail, rows["indicator-values"])
        if share.uncounted:
            share.uncounted = False
            reports.conservation(share.code, number, share.counts, version, rows["conservation"].append)

    def _settle_district(self, admission: Admission, today: int, lines: list[Line], version: int, tail: str) -> None:
        """Everything but the values; the lines whose values have changed are added to `lines`."""
        rows, district = self.outputs.rows, admission.district
        deltas = Deltas(district, today)
        settle.settle(admission, deltas, FactRows(district, rows["facts"], f',"version":{version}}}'))
        rollup.settle(admission, deltas)
        lines += touched_lines(deltas.dirty)
        alerting.settle(admission, today, lines, tail, rows["alerts"].append)
        if not isinstance(rows["admitted-events"], Unread):
            reports.admitted(admission, self.partition.number, self.partition.epoch, rows["admitted-events"].append)
        reports.registry(admission, version, self.partition.epoch, rows["registry"].append)


def _closed_window(closing: Mapping[str, Any]) -> int:
    """The window that a closing names; one that begins on no window's first day has no rows."""
    data = closing["data"]
    return to_day(data["window_start"]) << 3 | KIND_NAMES.index(data["window_kind"])


def _district_of(key: bytes | None) -> str:
    """The district that a message's key names; '' if it names none."""
    return key.decode("ascii") if key is not None and len(key) == DISTRICT_DIGITS and key.isdigit() else ""
