"""The whole way from messages to rows, on one page: the fold of one partition.

    validate -> admit -> settle records (facts) -> roll up (attribute) -> encode values -> judge -> report

A function of state and messages: no clock, no I/O. Work is done per touched thing once a slice, not per event, and district by district, so
that what one remembers is still in the processor's cache when it is settled. The final rows do not depend on how the log is cut into slices,
and a district's slice is cut after what decides which of its rows were published before.
"""

from collections import defaultdict
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
from streams.core.state import Partition
from streams.core.validate import structured, validate
from streams.core.values import encode, encode_window, touched_lines
from streams.core.windows import KIND_NAMES, to_day

__all__ = ["Breaker", "Outputs", "Partition", "apply"]

_IS_CLOSING, _IS_RULES = TYPES.index("reg.period.closed"), TYPES.index("reg.rules.published")
BLOCK = 256
"""Messages validated ahead of their admission: few enough to stay in the processor's cache."""
DISTRICT_DIGITS = 6
UNREADABLE = ""
"""Where messages are counted whose key names no district."""
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
    for code, own in _by_district(messages).items():
        share = _Share(partition, outputs, code)
        for start in range(0, len(own), BLOCK):
            block = own[start : start + BLOCK]
            for message, outcome in zip(block, [validate(message) for message in block], strict=True):
                share.take(message, outcome)
        share.settle()
    _judge(partition.breaker, messages, outputs)
    return outputs


def _by_district(messages: Sequence[Message]) -> Mapping[str, list[Message]]:
    """The messages of each district in the order of their offsets; those without a readable key are under ''."""
    by_key: defaultdict[bytes | None, list[Message]] = defaultdict(list)
    for message in messages:
        by_key[message[2]].append(message)
    by_district: defaultdict[str, list[Message]] = defaultdict(list)
    for key, own in by_key.items():
        by_district[_district_of(key)] += own
    if UNREADABLE in by_district:
        by_district[UNREADABLE].sort()
    return by_district


def _district_of(key: bytes | None) -> str:
    """The district that a message's key names; '' if it names none."""
    return key.decode("ascii") if key is not None and len(key) == DISTRICT_DIGITS and key.isdigit() else UNREADABLE


def _judge(breaker: Breaker, messages: Sequence[Message], outputs: Outputs[Any]) -> None:
    """Let the breaker see the messages in the order of the log. Seen on even when it has tripped: recovery goes on past it, and the streak
    must end where the log's ends."""
    if not outputs.dead and breaker.forgot_all():
        breaker.all_passed(len(messages))
        return
    outputs.dead.sort()
    refused = {letter.offset for letter in outputs.dead}
    for message in messages:
        reason = breaker.refused() if message[0] in refused else breaker.passed()
        if reason is not None and outputs.tripped is None:
            outputs.tripped = reason


class _Share:
    """A district's part of a slice: what has come since its rows were given last."""

    __slots__ = ("admission", "at_home", "code", "counts", "last", "lines", "outputs", "partition", "uncounted")

    def __init__(self, partition: Partition, outputs: Outputs[Any], code: str) -> None:
        self.partition, self.outputs, self.code = partition, outputs, code
        self.counts = partition.counts_of(code)
        self.at_home = code != UNREADABLE and partition.belongs(code.encode())
        self.admission: Admission | None = None
        self.last = 0, 0
        """Offset and append time of its last message."""
        self.uncounted = False
        """Whether messages have come that no conservation row covers yet."""
        self.lines: list[Line] = []
        """Lines with windows that a cut has left for later."""

    def take(self, message: Message, outcome: tuple[dict[str, Any], int, int] | Rejected) -> None:
        """Admit one message. New rules and the closing of a period cut the slice of their district.

        So what was published when they came, of the closed window, does not depend on where batches happened to end. Its other windows wait:
        a year changes with every month, and would be told again at each closing.
        """
        offset, appended_ms, _, value, headers = message
        partition = self.partition
        self.counts.read += 1
        self.last = offset, appended_ms
        self.uncounted = True
        closed: int | None = None
        kind = -1
        if not self.at_home and not isinstance(outcome, Rejected):
            outcome = Rejected("ENV_WRONG_PARTITION", "key: the default partitioner puts this district on another partition")
        if partition.recheck is not None and not isinstance(outcome, Rejected):
            outcome = partition.recheck(message, outcome[0]) or outcome
        if not isinstance(outcome, Rejected):
            content, time_us, kind = outcome
            closed = _closed_window(content) if kind == _IS_CLOSING else None
            day = ONE_OBJECT[local_day(time_us)]
            if self.admission is None:
                self.admission = Admission(partition.district(self.code))
            text = structured(value or b"", headers) if headers else value or b""
            refusal = self.admission.admit((offset, appended_ms, content, time_us, day, kind, text))
        else:
            refusal = outcome
        if refusal is not None:
            self._refuse(refusal, offset, appended_ms)
        if closed is not None or kind == _IS_RULES:
            self.settle(closed)

    def _refuse(self, refusal: Rejected, offset: int, appended_ms: int) -> None:
        """Count a dead letter, and have the rules that count refusals judged even if nothing else comes."""
        self.counts.dead += 1
        of = refusal.code, local_day(appended_ms * 1000)
        self.counts.refused[of] = self.counts.refused.get(of, 0) + 1
        self.outputs.dead.append(DeadLetter(offset, *refusal))
        if self.admission is None and self.code in self.partition.districts:
            self.admission = Admission(self.partition.district(self.code))
        if self.admission is not None:
            self.admission.refused = True

    def settle(self, only: int | None = None) -> None:
        """Give the district's rows, of the values `only` those of one window; what comes after begins a slice of its own."""
        number, epoch, rows = self.partition.number, self.partition.epoch, self.outputs.rows
        offset, appended_ms = self.last
        version = epoch << 48 | offset
        tail = f',"version":{version},"computed_at":"{reports.rfc3339(appended_ms * 1000)}"}}'
        admission = self.admission
        if admission is not None:
            self.admission = None
            if admission.district.today is not None:
                self._settle_district(admission, admission.district.today, version, tail)
            reports.sources(admission, version, rows["sources"].append)
        if only is None:
            encode(self.lines, tail, rows["indicator-values"])
            self.lines = []
        else:
            encode_window(self.lines, only, tail, rows["indicator-values"])
        if self.uncounted:
            self.uncounted = False
            reports.conservation(self.code, number, self.counts, version, rows["conservation"].append)

    def _settle_district(self, admission: Admission, today: int, version: int, tail: str) -> None:
        """Everything but the values; the lines whose values have changed are added to `lines`."""
        number, epoch = self.partition.number, self.partition.epoch
        rows, district = self.outputs.rows, admission.district
        deltas = Deltas(district, today)
        settle.settle(admission, deltas, FactRows(district, rows["facts"], f',"version":{version}}}'))
        rollup.settle(admission, deltas)
        self.lines += touched_lines(deltas.dirty)
        alerting.settle(admission, today, self.lines, tail, rows["alerts"].append)
        if not isinstance(rows["admitted-events"], Unread):
            reports.admitted(admission, number, epoch, rows["admitted-events"].append)
        reports.registry(admission, version, epoch, rows["registry"].append)


def _closed_window(closing: Mapping[str, Any]) -> int:
    """The window that a closing names; one that begins on no window's first day has no rows."""
    data = closing["data"]
    return to_day(data["window_start"]) << 3 | KIND_NAMES.index(data["window_kind"])
