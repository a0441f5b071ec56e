"""One reconciliation: read the log, recompute each district, compare it with ClickHouse.

The log goes on while this runs. So the point of comparison is chosen by ClickHouse: the last message of a partition that its conservation sum
counts. The log is read up to exactly there; a stored row of a later version has been overtaken and is looked up in the history instead.
Memory holds one group of districts at a time, at most `GROUP_MESSAGES` messages unless a single district has more.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from consumers.reconcile import log as kafka_log
from consumers.reconcile import stored as clickhouse
from consumers.reconcile.admission import District
from consumers.reconcile.compare import Comparison, Difference, compare, settled
from consumers.reconcile.event import Message
from consumers.reconcile.lineage import Lineage
from consumers.reconcile.log import Log, Unreachable
from consumers.reconcile.oracle import Expected, by_key, expected
from consumers.reconcile.partitioner import partition_of
from consumers.reconcile.report import Report
from consumers.reconcile.seals import Seals, seals_of
from consumers.reconcile.stored import Store, Stored, Tally
from consumers.reconcile.told import legible, must_be_told, newest_windows
from schemas.settings import Settings

GROUP_MESSAGES = 150_000
"""About 700 MiB with what is made of them."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much it is in all."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: how long ClickHouse may stand still before it counts as not caught up, and how long a difference may take to settle."""

    catch_up_s: float = 60.0
    settle_s: float = 10.0


@dataclass(slots=True)
class _Partition:
    """A partition of the log up to the point of comparison."""

    number: int
    keys: Counter[bytes | None] = field(default_factory=Counter)
    last: int = -1
    """Offset of its last message."""
    upto: int = -1
    """Offset of the last message that ClickHouse has counted: the point of comparison."""
    tallies: Sequence[Tally] = ()


def reconcile(settings: Settings, district: str | None = None, progress: Progress | None = None, *, limit: int = 100,
              patience: Patience | None = None, told: bool = False) -> Report:  # fmt: skip
    """Recompute one district or all from the log, compare with ClickHouse, and record the run there.

    `limit`: how many differing rows are told with what is behind them; all are counted. `told`: the indicators as well that views tell when they are
    asked for, of the newest windows; of each district that takes a second or two.
    Raises Unreachable when Kafka or ClickHouse does not answer or lacks the topic or the tables, or seal keys that are asked for cannot be read.
    """
    try:
        seals = seals_of(settings)
    except (OSError, ValueError) as error:
        raise Unreachable(f"the seal keys {settings.seal_keys} cannot be read: {error}") from error
    with kafka_log.opened(settings) as log, clickhouse.opened(settings, log.topic) as store:
        report = Report(store.served_epoch())
        run = _Run(log, store, report, progress or (lambda *_: None), limit, patience or Patience(), seals, told)
        partitions = log.partitions()
        numbers = partitions if district is None else [partition_of(district.encode(), len(partitions))]
        for number in numbers:
            run.partition(number, len(partitions), None if district is None else district.encode())
        if district is None:
            run.strangers(len(partitions))
        report.finished_at = datetime.now(UTC)
        tables = {table: (rows, report.different[table]) for table, rows in report.compared.items()}
        store.record_run(report.finished_at, district or "", tables, report.verdict)
    return report


@dataclass(slots=True)
class _Run:
    log: Log
    store: Store
    report: Report
    progress: Progress
    limit: int
    patience: Patience
    seals: Seals | None
    told: bool
    partitions: dict[int, _Partition] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    """Districts that were compared."""

    def partition(self, number: int, partitions: int, only: bytes | None) -> None:
        """Reconcile one partition, or the one district of it that is asked for."""
        partition = self.partitions[number] = _Partition(number)
        self._survey(partition, self.log.end(number))
        self._catch_up(partition)
        dead: set[int] = set()
        totals: Counter[str] = Counter()
        for keys in _groups(partition.keys if only is None else Counter({only: partition.keys[only]})):
            for district in by_key(self._messages(partition, keys), partitions, self.seals).values():
                self._district(district, partition)
                dead.update(offset for _, offset, _, _ in district.dead)
                totals.update({name: getattr(district.counts, name) for name in ("read", *self.report.counts)})
        self._account(partition, totals, dead, only)

    def strangers(self, partitions: int) -> None:
        """Compare the rows of districts that have no event in the log: there must be none."""
        for code in sorted(self.store.districts() - self.seen):
            partition = self.partitions[partition_of(code.encode(), partitions)]
            stranger = District(code, partitions)
            self._conclude(stranger, Expected({}, {}), self._compared(stranger, Expected({}, {}), partition), partition.upto)

    def _survey(self, partition: _Partition, stop: int) -> None:
        """Count the messages by key, from where the last survey ended."""
        for message in self.log.read(partition.number, partition.last + 1, stop):
            partition.keys[message[3]] += 1
            partition.last = message[1]
            if message[1] % 10_000 == 0:
                self.progress(f"reading partition {partition.number}", message[1], stop)

    def _catch_up(self, partition: _Partition) -> None:
        """Wait until ClickHouse has counted what was surveyed; then survey the few that came meanwhile and were counted too."""
        moved, counted = time.monotonic(), -2
        while True:
            partition.tallies = self.store.tallies(partition.number)
            partition.upto = clickhouse.upto(partition.tallies)
            if partition.upto >= partition.last:
                break
            if partition.upto != counted:
                moved, counted = time.monotonic(), partition.upto
            if time.monotonic() > moved + self.patience.catch_up_s:
                break
            self.progress(f"waiting for ClickHouse on partition {partition.number}", partition.upto + 1, partition.last + 1)
            time.sleep(0.5)
        if partition.upto > partition.last:
            self._survey(partition, partition.upto + 1)
        elif partition.upto < partition.last:
            self.report.lag += sum(1 for _ in self.log.read(partition.number, partition.upto + 1, partition.last + 1))

    def _messages(self, partition: _Partition, keys: frozenset[bytes | None]) -> Iterator[Message]:
        for message in self.log.read(partition.number, 0, partition.upto + 1):
            if message[3] in keys:
                yield message
            if message[1] % 10_000 == 0:
                self.progress(f"recomputing partition {partition.number}", message[1], partition.upto + 1)

    def _district(self, district: District, partition: _Partition) -> None:
        """Compare a district until it agrees or has had time to settle: the sink may be between two tables."""
        self.report.messages += district.counts.read
        for name in self.report.counts:
            self.report.counts[name] += getattr(district.counts, name)
        self._conserved(district, partition.tallies)
        if not district.counts.admitted and not district.counts.pending:
            return
        self.report.districts += 1
        self.seen.add(district.code)
        self.report.gaps += sum(high - low + 1 for ledger in district.ledgers.values() for low, high in ledger.gaps())
        self.progress(f"computing district {district.code}", 0, 1)
        must = expected(district)
        deadline = time.monotonic() + self.patience.settle_s
        while (comparison := self._compared(district, must, partition)).differences and time.monotonic() < deadline:
            self.progress(f"district {district.code}: letting {len(comparison.differences)} rows settle", 0, 1)
            time.sleep(1.0)
        self._conclude(district, must, comparison, partition.upto)

    def _compared(self, district: District, must: Expected, partition: _Partition) -> Comparison:
        code = district.code
        found: dict[str, Mapping[Any, Stored]] = {
            "indicator_values": self.store.values(code),
            "facts": self.store.facts(code),
            "events": self.store.events(code),
            "sources": self.store.sources(code),
        }
        comparison = compare(district, must, found, partition.upto, self.log.end(partition.number))
        if self.told and must.book is not None:
            self._compare_told(comparison, district, must, partition)
        return comparison

    def _compare_told(self, comparison: Comparison, district: District, must: Expected, partition: _Partition) -> None:
        """What views tell rests on everything that is stored: once newer events are, nothing can be said about what differs."""
        windows = newest_windows(district.today)
        refusals, closings = self.store.refusals(district.code), self.store.closings(district.code, windows)
        must_be = must_be_told(district, must, windows, refusals, closings)
        found = self.store.told(district.code, windows)
        newest = self.store.newest_event(district.code)
        stored = {legible(key): Stored(found.get(key), newest) for key in must_be.keys() | found.keys()}
        expected = {legible(key): row for key, row in must_be.items()}
        comparison.judge("told_values", expected, stored, partition.upto, self.log.end(partition.number))

    def _conclude(self, district: District, must: Expected, comparison: Comparison, upto: int) -> None:
        by_table = Counter(difference.table for _, difference in comparison.differences)
        for table, rows in comparison.compared.items():
            self.report.add(table, rows, by_table[table])
        overtaken = comparison.overtaken.get("indicator_values", [])
        history = self.store.values_at(district.code, upto) if overtaken else {}
        self.report.overtaken += sum(map(len, comparison.overtaken.values())) - settled(must, overtaken, history)
        room = self.limit - len(self.report.differences)
        if comparison.differences and room > 0:
            lineage = Lineage(district, must)
            shown = sorted(comparison.differences, key=lambda each: each[1].key)[:room]
            self.report.differences += [lineage.behind(key, difference) for key, difference in shown]

    def _conserved(self, district: District, tallies: Sequence[Tally]) -> None:
        """What was admitted, dropped as a duplicate or waits is of one district for certain; refused messages are compared by partition."""
        found = next((tally for tally in tallies if tally.district == district.code), None)
        must = {name: getattr(district.counts, name) for name in ("admitted", "duplicates", "pending")}
        self._balance(district.code, must, {name: getattr(found, name) if found else 0 for name in must})

    def _account(self, partition: _Partition, totals: Counter[str], dead: set[int], only: bytes | None) -> None:
        """Compare a partition's sums and its dead letters; of a single district only that its dead letters are there."""
        found_dead = {offset for offset in self.store.dead_letters(partition.number) if offset <= partition.upto}
        wrong = dead ^ found_dead if only is None else dead - found_dead
        self.report.add("dead_letters", len(dead | found_dead) if only is None else len(dead), len(wrong))
        for offset in sorted(wrong)[: max(0, self.limit - len(self.report.differences))]:
            key = f"{self.log.topic}|{partition.number}|{offset}"
            self.report.differences.append(Difference("dead_letters", key, offset in dead or None, offset in found_dead or None))
        for tally in partition.tallies:
            parts = tally.admitted + tally.duplicates + tally.dead_letters + tally.pending
            self._balance(f"{tally.district}|{partition.number}: read = the sum of the others", parts, tally.read)
        if only is None:
            sums = dict(clickhouse.totals(partition.tallies))
            self._balance(f"partition {partition.number}", {name: totals[name] for name in sums}, sums)

    def _balance(self, key: str, must: object, is_: object) -> None:
        self.report.add("conservation", 1, int(must != is_))
        if must != is_ and len(self.report.differences) < self.limit:
            self.report.differences.append(Difference("conservation", key, must, is_))


def _groups(keys: Counter[bytes | None]) -> Iterator[frozenset[bytes | None]]:
    """The keys in groups that together have no more messages than fit into memory at once."""
    group: set[bytes | None] = set()
    size = 0
    for key, messages in keys.items():
        if group and size + messages > GROUP_MESSAGES:
            yield frozenset(group)
            group, size = set(), 0
        group.add(key)
        size += messages
    if group:
        yield frozenset(group)
